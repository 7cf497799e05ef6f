# Invented patients, analysed by R and printed as abstracts print: one report.toml a design.
# Run from this folder: Rscript abstracts.R. Needs the package survival. Read by tests/test_abstracts.py.
library(survival)
set.seed(20261129)
f <- function(x, d) formatC(x, format = "f", digits = d)
quoted <- function(x) paste0('["', paste(x, collapse = '", "'), '"]')
p_text <- function(p) if (p < 0.001) "<0.001" else if (p < 0.01) f(p, 3) else f(p, 2)
arms <- function(n, names) {
  rows <- sprintf('[[arm]]\nid = "%s"\nn = %d', names, n)
  rows[length(rows)] <- paste0(rows[length(rows)], "\nreference = true")
  paste(rows, collapse = "\n")
}
report <- function(id, design, n, names, results) {
  dir.create(file.path("abstracts", id), recursive = TRUE, showWarnings = FALSE)
  fields <- sapply(names(results), function(r) {
    one <- results[[r]]
    paste(c("[[result]]", sprintf('id = "%s"', r), sprintf("%s = %s", names(one), unlist(one))), collapse = "\n")
  })
  text <- c("[report]", sprintf('id = "%s"', id), "[trial]", sprintf('design = "%s"', design),
            sprintf("enrolled = %d", sum(n)), if (length(n) == 1) sub("\nreference = true", "", arms(n, names)) else arms(n, names), fields)
  writeLines(text, file.path("abstracts", id, "report.toml"))
}
s <- function(x) sprintf('"%s"', x)

# 1 two arms, binary: odds ratio (Woolf), risk ratio (Katz), risk difference (Wald)
n <- c(148, 151); x <- c(rbinom(1, 148, 0.42), rbinom(1, 151, 0.27)); pr <- x / n
tab <- cbind(x, n - x); z <- qnorm(0.975)
or <- tab[1, 1] * tab[2, 2] / (tab[1, 2] * tab[2, 1]); se <- sqrt(sum(1 / tab))
rr <- pr[1] / pr[2]; sr <- sqrt(1 / x[1] - 1 / n[1] + 1 / x[2] - 1 / n[2])
rd <- pr[1] - pr[2]; sd_ <- sqrt(sum(pr * (1 - pr) / n))
shown <- quoted(paste0(f(100 * pr, 1), "%"))
two <- quoted(c("drug", "placebo"))
chi <- chisq.test(tab, correct = FALSE)$p.value
report("binary", "randomised", n, c("drug", "placebo"), list(
  odds = c(kind = s("ratio"), arms = two, measure = s("odds ratio"), percent = shown, value = s(f(or, 2)), ci = quoted(f(or * exp(c(-z, z) * se), 2)), p = s(f(chi, 3)), test = s("chi-square test")),
  risk = c(kind = s("ratio"), arms = two, measure = s("risk ratio"), count = quoted(x), value = s(f(rr, 2)), ci = quoted(f(rr * exp(c(-z, z) * sr), 2))),
  difference = c(kind = s("ratio"), arms = two, measure = s("risk difference"), percent = shown, value = s(paste0(f(100 * rd, 1), "%")), ci = quoted(paste0(f(100 * (rd + c(-z, z) * sd_), 1), "%")), p = s(p_text(fisher.test(tab)$p.value)), test = s("Fisher's exact test"))))

# 2 time to event: hazard ratio, Wald interval and P; log-rank P beside it
n <- c(160, 162); arm <- rep(1:0, n)
time <- rexp(322, ifelse(arm == 1, 0.03, 0.05)); lost <- runif(322, 12, 60)
seen <- time <= lost; at <- pmin(time, lost)
cox <- summary(coxph(Surv(at, seen) ~ arm)); lr <- survdiff(Surv(at, seen) ~ arm)
hr <- list(value = s(f(cox$conf.int[1], 2)), ci = quoted(f(cox$conf.int[3:4], 2)))
report("survival", "randomised", n, c("drug", "placebo"), list(
  cox = c(kind = s("ratio"), arms = two, measure = s("hazard ratio"), hr, p = s(p_text(cox$coefficients[5])), test = s("Cox regression")),
  logrank = c(kind = s("ratio"), arms = two, measure = s("hazard ratio"), hr, p = s(p_text(pchisq(lr$chisq, 1, lower.tail = FALSE))), test = s("log-rank test"))))

# 3 continuous: mean (SD), SE, t and Welch; change within arms, paired t
n <- c(34, 36); y <- list(rnorm(34, 132, 14), rnorm(36, 141, 17))
m <- sapply(y, mean); v <- sapply(y, sd)
d <- list(rnorm(34, -9, 11), rnorm(36, -1, 12))
pd <- sapply(d, function(one) p_text(t.test(one)$p.value))
report("continuous", "randomised", n, c("drug", "placebo"), list(
  sd = c(kind = s("mean"), mean = quoted(f(m, 1)), sd = quoted(f(v, 1)), p = s(f(t.test(y[[1]], y[[2]], var.equal = TRUE)$p.value, 3)), test = s("Student's t test")),
  se = c(kind = s("mean"), mean = quoted(f(m, 1)), se = quoted(f(v / sqrt(n), 2)), p = s(f(t.test(y[[1]], y[[2]])$p.value, 3)), test = s("Welch's t test")),
  ci = c(kind = s("mean"), mean = quoted(f(m, 1)), ci = paste0("[", paste(sapply(y, function(one) quoted(f(t.test(one)$conf.int, 1))), collapse = ", "), "]")),
  change = c(kind = s("change"), mean = quoted(f(sapply(d, mean), 1)), sd = quoted(f(sapply(d, sd), 1)), p = quoted(pd), test = s("paired t test"))))

# 4 analysis of covariance: an adjusted P cannot be redone
base <- rnorm(70, 140, 15); g <- rep(1:0, c(34, 36)); end <- 0.6 * base + 50 - 5 * g + rnorm(70, 0, 10)
fit <- summary(lm(end ~ base + g))$coefficients
report("ancova", "randomised", c(34, 36), c("drug", "placebo"), list(
  end = c(kind = s("mean"), mean = quoted(f(tapply(end, -g, mean), 1)), sd = quoted(f(tapply(end, -g, sd), 1)), p = s(p_text(fit["g", 4])), test = s("ANCOVA adjusted for baseline"))))

# 5 noninferiority: difference with a 90% (two one-sided) Wald interval
n <- c(301, 297); x <- c(rbinom(1, 301, 0.86), rbinom(1, 297, 0.86)); pr <- x / n
rd <- pr[1] - pr[2]; e <- sqrt(sum(pr * (1 - pr) / n)) * qnorm(0.95)
report("noninferiority", "randomised", n, c("short", "standard"), list(
  cure = c(kind = s("ratio"), measure = s("risk difference"), level = s("90%"), count = quoted(x), percent = quoted(f(100 * pr, 1)), value = s(paste0(f(100 * rd, 1), "%")), ci = quoted(paste0(f(100 * (rd + c(-e, e)), 1), "%")))))

# 6 crossover: one arm of pairs
d <- rnorm(22, 4.1, 6.3)
report("crossover", "single-arm", 22, "all", list(
  difference = c(kind = s("change"), mean = quoted(f(mean(d), 1)), sd = quoted(f(sd(d), 1)), p = quoted(p_text(t.test(d)$p.value)), test = s("paired t test"))))

# 7 three arms, analysis of variance
n <- c(28, 30, 29); g <- factor(rep(1:3, n)); y <- rnorm(87, c(21, 24, 26)[g], 7)
fv <- anova(lm(y ~ g))
report("anova", "randomised", n, c("high", "low", "placebo"), list(
  score = c(kind = s("mean"), mean = quoted(f(tapply(y, g, mean), 1)), sd = quoted(f(tapply(y, g, sd), 1)), p = s(f(fv[1, 5], 3)), test = s("one-way ANOVA")),
  f = c(kind = s("statistic"), F = s(f(fv[1, 4], 2)), df = quoted(c(fv[1, 1], fv[2, 1])), p = s(f(fv[1, 5], 3)))))

# 8 accuracy: sensitivity and specificity with their denominators
tp <- rbinom(1, 83, 0.88); tn <- rbinom(1, 214, 0.93)
report("accuracy", "single-arm", 297, "all", list(
  sensitivity = c(kind = s("percent"), count = quoted(tp), of = quoted(83), percent = quoted(paste0(f(100 * tp / 83, 1), "%"))),
  specificity = c(kind = s("percent"), count = quoted(tn), of = quoted(214), percent = quoted(paste0(f(100 * tn / 214, 1), "%")))))

# 9 single arm: response, and no death
x <- rbinom(1, 41, 0.34)
report("response", "single-arm", 41, "all", list(
  response = c(kind = s("percent"), count = quoted(x), percent = quoted(paste0(round(100 * x / 41), "%"))),
  death = c(kind = s("zero"), n = quoted(41))))

# 10 ordinal scores: medians, quartiles, Wilcoxon
n <- c(25, 27); y <- list(rbinom(25, 20, 0.4), rbinom(27, 20, 0.5))
report("ordinal", "randomised", n, c("drug", "placebo"), list(
  score = c(kind = s("median"), whole = "true", median = quoted(sapply(y, median)), iqr = paste0("[", paste(sapply(y, function(one) quoted(quantile(one, c(0.25, 0.75)))), collapse = ", "), "]"), p = s(p_text(suppressWarnings(wilcox.test(y[[1]], y[[2]])$p.value))), test = s("Wilcoxon rank-sum test"))))

# 11 strata: Mantel-Haenszel, which printed counts cannot give
st <- rep(1:2, c(90, 110)); g <- rbinom(200, 1, 0.5); r <- rbinom(200, 1, 0.3 + 0.2 * g + 0.1 * (st == 2))
cmh <- mantelhaen.test(table(g, r, st)); n <- as.vector(table(factor(g, 1:0))); x <- as.vector(tapply(r, factor(g, 1:0), sum))
report("strata", "randomised", n, c("drug", "placebo"), list(
  response = c(kind = s("percent"), percent = quoted(paste0(f(100 * x / n, 1), "%")), p = s(p_text(cmh$p.value)), test = s("stratified Cochran-Mantel-Haenszel test"))))

# 12 correlation
a <- rnorm(53); b <- 0.4 * a + rnorm(53); ct <- cor.test(a, b)
report("correlation", "single-arm", 53, "all", list(
  r = c(kind = s("correlation"), r = s(f(ct$estimate, 2)), p = s(p_text(ct$p.value)))))

# 13 adverse events by arm, Fisher
n <- c(77, 75); ev <- sapply(c(0.18, 0.32, 0.09), function(q) rbinom(2, n, c(q, 0.12)))
ae <- lapply(1:3, function(k) c(kind = s("percent"), count = quoted(ev[, k]), percent = quoted(paste0(round(100 * ev[, k] / n), "%")), p = s(p_text(fisher.test(cbind(ev[, k], n - ev[, k]))$p.value)), test = s("Fisher's exact test")))
names(ae) <- c("nausea", "headache", "rash")
report("events", "randomised", n, c("drug", "placebo"), ae)

# 14 cluster trial: a generalised model's odds ratio beside raw percentages
n <- c(410, 388); x <- c(rbinom(1, 410, 0.55), rbinom(1, 388, 0.46)); pr <- x / n
tab <- cbind(x, n - x); or <- tab[1, 1] * tab[2, 2] / (tab[1, 2] * tab[2, 1]) * 0.96; se <- 1.4 * sqrt(sum(1 / tab))
report("cluster", "randomised", n, c("taught", "usual"), list(
  uptake = c(kind = s("ratio"), measure = s("odds ratio"), adjusted = "true", percent = quoted(paste0(round(100 * pr), "%")), value = s(f(or, 2)), ci = quoted(f(or * exp(c(-z, z) * se), 2)), p = s(p_text(2 * pnorm(-abs(log(or) / se)))), test = s("generalised estimating equations, adjusted for age"))))

# 15 scale of whole numbers, one item
y <- list(sample(1:5, 27, TRUE, c(1, 2, 3, 3, 2)), sample(1:5, 29, TRUE, c(3, 3, 2, 1, 1)))
report("scale", "randomised", c(27, 29), c("drug", "placebo"), list(
  score = c(kind = s("mean"), items = 1, scale = "[1, 5]", mean = quoted(f(sapply(y, mean), 2)), sd = quoted(f(sapply(y, sd), 2)), p = s(p_text(t.test(y[[1]], y[[2]], var.equal = TRUE)$p.value)), test = s("t test"))))

# 16 sign and size of statistics
tt <- t.test(rnorm(31, 0.5)); cs <- chisq.test(matrix(c(18, 25, 33, 21, 40, 29), 2), correct = FALSE)
report("statistics", "single-arm", 31, "all", list(
  t = c(kind = s("statistic"), t = s(f(tt$statistic, 2)), df = quoted(30), p = s(p_text(tt$p.value))),
  chi = c(kind = s("statistic"), `chi-square` = s(f(cs$statistic, 2)), df = quoted(2), p = s(f(cs$p.value, 3)))))
