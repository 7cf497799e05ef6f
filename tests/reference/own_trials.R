# What R makes of trials that come as folders of their own: pairs of arms with one correction, a further
# set of subjects, a single arm with a competing event. Writes own_trials.csv beside this script, from
# trials_data.csv (colon and mgus2 of R's package survival; see trials.R). Run from this folder:
# Rscript own_trials.R. Needs survival. No test runs R.
suppressMessages(library(survival))
data <- read.csv("trials_data.csv"); rows <- NULL
put <- function(key, value) rows <<- rbind(rows, data.frame(key, value = sprintf("%.17g", as.numeric(value))))
fine <- coxph.control(eps = 1e-14, iter.max = 100)
colon <- data[data$dataset == "colon", ]
pairs <- list(c("Lev", "control"), c("Lev+5FU", "control"), c("Lev+5FU", "Lev"))
p <- sapply(pairs, function(two) {
  d <- survdiff(Surv(time, event) ~ arm + strata(stratum), colon[colon$arm %in% two, ])
  put(paste("log-rank", two[1], two[2]), d$chisq); pchisq(d$chisq, 1, lower.tail = FALSE)
})
for (i in 1:3) put(paste("holm", pairs[[i]][1], pairs[[i]][2]), p.adjust(p, "holm")[i])
for (set in c("all", "few nodes")) for (two in pairs) {
  d <- if (set == "all") colon else colon[colon$x <= 4, ]
  d$arm <- relevel(factor(d$arm), two[2])
  fit <- coxph(Surv(time, event) ~ arm + y + strata(stratum), d, control = fine)
  b <- coef(fit)[paste0("arm", two[1])]; se <- sqrt(vcov(fit)[paste0("arm", two[1]), paste0("arm", two[1])])
  put(paste(set, two[1], two[2]), exp(b)); put(paste(set, two[1], two[2], "upper"), exp(b + qnorm(0.975) * se))
}
# the same deaths as an adverse event that one has or not: shares, Fisher's test, strata (Newcombe's interval
# is made of the score limits of prop.test, Stat Med 1998;17:873, method 10)
wilson <- function(x, n) prop.test(x, n, correct = FALSE)$conf.int
tests <- sapply(pairs, function(two) {
  d <- colon[colon$arm %in% two, ]; d$arm <- factor(d$arm, two); key <- paste("death", two[1], two[2])
  x <- tapply(d$event, d$arm, sum); n <- table(d$arm); share <- x / n
  a <- wilson(x[1], n[1]); b <- wilson(x[2], n[2]); gap <- share[1] - share[2]
  put(key, gap)
  put(paste(key, "lower"), gap - sqrt((share[1] - a[1])^2 + (b[2] - share[2])^2))
  put(paste(key, "upper"), gap + sqrt((a[2] - share[1])^2 + (share[2] - b[1])^2))
  counts <- table(d$arm, d$event, d$stratum)
  c(fisher = fisher.test(apply(counts, 1:2, sum))$p.value,
    cmh = mantelhaen.test(counts, correct = FALSE)$p.value)
})
for (test in rownames(tests)) for (i in 1:3) {
  key <- paste(test, pairs[[i]][1], pairs[[i]][2])
  put(key, tests[test, i]); put(paste(key, "holm"), p.adjust(tests[test, ], "holm")[i])
}
mgus <- data[data$dataset == "mgus2", ]
fit <- survfit(Surv(time, factor(cause, 0:2)) ~ 1, mgus, id = seq_len(nrow(mgus)), conf.type = "log-log")
found <- summary(fit, times = c(100, 200))
for (i in 1:2) for (part in c("pstate", "lower", "upper")) put(paste("one arm", c(100, 200)[i], part), found[[part]][i, 2])
write.csv(rows, "own_trials.csv", row.names = FALSE, quote = FALSE, eol = "\n")
