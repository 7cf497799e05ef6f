# Reference values for helpers.analyse.competing: writes competing_data.csv and competing.csv beside
# this script. Run from this folder: Rscript competing.R. Needs survival. The tests never run R.
suppressMessages(library(survival))
RNGkind("Mersenne-Twister", "Inversion", "Rejection"); set.seed(11)
options(digits = 17)
visit <- function(t) { v <- c(12, 24, 48, 72, 96); ifelse(t > 96, 96, v[findInterval(t, c(0, v), left.open = TRUE)]) }
a <- rexp(48, 0.015); b <- rexp(48, 0.008); gone <- sample(c(12, 24, 48, 96), 48, TRUE, c(1, 1, 2, 8))
first <- pmin(a, b); cause <- ifelse(a < b, 1, 2)
visits <- data.frame(dataset = "visits", time = pmin(visit(first), gone),
  cause = ifelse(first > 96 | visit(first) > gone, 0, cause))
t <- round(rexp(30, 0.05), 3); c <- round(runif(30, 1, 25), 3)
heavy <- data.frame(dataset = "heavy", time = pmin(t, c), cause = ifelse(t <= c, sample(1:3, 30, TRUE), 0))
ends <- data.frame(dataset = "all_end", time = c(1, 2, 2, 3, 5, 8, 8), cause = c(1, 2, 1, 0, 2, 1, 2))
three <- data.frame(dataset = "three", time = c(2, 5, 9), cause = c(1, 2, 0))
data <- rbind(visits, heavy, ends, three)
write.csv(data, "competing_data.csv", row.names = FALSE, quote = FALSE, eol = "\n")
data <- read.csv("competing_data.csv")
at <- list(visits = c(12, 48, 96), heavy = c(4, 12), all_end = c(2, 5, 8), three = c(2, 7))
rows <- list()
for (name in names(at)) {
  d <- data[data$dataset == name, ]
  f <- survfit(Surv(time, factor(cause, 0:max(cause))) ~ 1, d, conf.type = "log-log")
  s <- summary(f, times = at[[name]])
  for (i in seq_along(at[[name]])) for (k in seq_len(max(d$cause))) for (q in c("value", "lower", "upper")) {
    v <- switch(q, value = s$pstate, lower = s$lower, upper = s$upper)[i, k + 1]
    if (is.finite(v)) rows[[length(rows) + 1]] <- data.frame(
      estimator = "aalen_johansen", dataset = paste(name, k, at[[name]][i]), quantity = q,
      r_call = paste0("summary(survfit(Surv(time, factor(cause)) ~ 1, conf.type = \"log-log\"), times)$",
                      if (q == "value") "pstate" else q),
      value = sprintf("%.17g", v),
      r_version = paste0("R ", getRversion(), ", survival ", packageVersion("survival")))
  }
}
out <- do.call(rbind, rows)
write.csv(out, "competing.csv", row.names = FALSE, quote = TRUE, eol = "\n")
cat(nrow(out), "reference values\n")
