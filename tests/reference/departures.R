# What R prints where this book deliberately does otherwise: writes departures.csv beside this script.
# Run from this folder after make_reference.R: Rscript departures.R. The tests never run R.
suppressMessages(library(survival))
options(digits = 17)
changes <- read.csv("changes.csv"); two <- read.csv("two_groups.csv")
rows <- list()
add <- function(departure, call, value, package = "stats") rows[[length(rows) + 1]] <<- data.frame(
  departure, r_call = call, value = sprintf("%.17g", as.numeric(value)),
  r_version = paste0("R ", getRversion(), ", ", package, " ", packageVersion(package)))
add("quartile", "quantile(x, 0.25)", quantile(changes$value[changes$dataset == "plain"], 0.25))
add("median", "quantile(survfit(Surv(time) ~ 1), 0.5)",
    quantile(survfit(Surv(c(12, 24, 48, 72)) ~ 1), 0.5)$quantile, "survival")
x <- changes$value[changes$dataset == "ties_zeros"]
add("signed-rank", "wilcox.test(x)$p.value", suppressWarnings(wilcox.test(x)$p.value))
a <- two$value[two$dataset == "ties" & two$group == "a"]; b <- two$value[two$dataset == "ties" & two$group == "b"]
add("rank-sum", "wilcox.test(a, b)$p.value", suppressWarnings(wilcox.test(a, b)$p.value))
add("power", "power.t.test(n = 530, delta = 1.2)$power", power.t.test(n = 530, delta = 1.2)$power)
write.csv(do.call(rbind, rows), "departures.csv", row.names = FALSE, quote = TRUE, eol = "\n")
