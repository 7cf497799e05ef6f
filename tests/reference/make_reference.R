# Reference values for the estimators: writes the data sets and reference.csv beside this script.
# Run from this folder: Rscript make_reference.R
# Needs survival, coin, nlme, numDeriv, mvtnorm. The tests read the csv files and never run R.
suppressMessages({library(survival); library(coin); library(nlme); library(mvtnorm)})
RNGkind("Mersenne-Twister", "Inversion", "Rejection")
options(digits = 17, warn = 1)
rows <- list()

# One row: the value of `expr`, its text as the r_call.
ref <- function(estimator, dataset, quantity, expr, package = "stats", text = NULL) {
  call <- if (is.null(text)) paste(trimws(deparse(substitute(expr), 500)), collapse = " ") else text
  value <- suppressWarnings(as.numeric(expr))
  stopifnot(length(value) == 1)
  version <- paste0("R ", getRversion(), ", ", package, " ", packageVersion(package))
  rows[[length(rows) + 1]] <<- data.frame(
    estimator, dataset, quantity, r_call = call, value = sprintf("%.17g", value), r_version = version)
}
save_data <- function(frame, name) {
  write.csv(frame, name, row.names = FALSE, quote = FALSE, na = "", eol = "\n")
  read.csv(name)
}

# ---- proportions -------------------------------------------------------------------------------
for (case in list(c(0, 12), c(1, 12), c(23, 24), c(17, 24), c(24, 24), c(3, 3))) {
  x <- case[1]; n <- case[2]; name <- paste0(x, "/", n)
  exact <- binom.test(x, n)$conf.int
  ref("clopper_pearson", name, "lower", exact[1], text = "binom.test(x, n)$conf.int[1]")
  ref("clopper_pearson", name, "upper", exact[2], text = "binom.test(x, n)$conf.int[2]")
  score <- suppressWarnings(prop.test(x, n, correct = FALSE)$conf.int)
  ref("wilson", name, "lower", score[1], text = "prop.test(x, n, correct = FALSE)$conf.int[1]")
  ref("wilson", name, "upper", score[2], text = "prop.test(x, n, correct = FALSE)$conf.int[2]")
  ref("jeffreys", name, "lower", if (x == 0) 0 else qbeta(0.025, x + 0.5, n - x + 0.5))
  ref("jeffreys", name, "upper", if (x == n) 1 else qbeta(0.975, x + 0.5, n - x + 0.5))
  ref("bayes_upper", name, "upper", qbeta(0.95, 1 + x, 1 + n - x))
}
for (events in c(0, 1, 5)) {
  exact <- poisson.test(events, 10.5)$conf.int
  ref("incidence_rate", events, "lower", exact[1], text = "poisson.test(x, time)$conf.int[1]")
  ref("incidence_rate", events, "upper", exact[2], text = "poisson.test(x, time)$conf.int[2]")
}

# ---- two proportions ---------------------------------------------------------------------------
# fisher.test solves its interval to 1e-4 only: the same equations here to full precision.
conditional <- function(x1, n1, x2, n2) {
  total <- x1 + x2; lo <- max(0, total - n2); hi <- min(n1, total); support <- lo:hi
  logs <- dhyper(support, n1, n2, total, log = TRUE)
  mass <- function(l) { d <- logs + l * support; d <- exp(d - max(d)); d / sum(d) }
  solve <- function(f) exp(uniroot(f, c(-20, 20), tol = 1e-15, extendInt = "yes")$root)
  c(if (x1 == lo) 0 else if (x1 == hi) Inf else solve(function(l) sum(support * mass(l)) - x1),
    if (x1 == lo) 0 else solve(function(l) sum(mass(l)[support >= x1]) - 0.025),
    if (x1 == hi) Inf else solve(function(l) sum(mass(l)[support <= x1]) - 0.025))
}
# Closed-form cubic of Miettinen & Nurminen (1985), solved by uniroot in delta.
score_limits <- function(x1, n1, x2, n2) {
  N <- n1 + n2
  z <- function(d) {
    L3 <- N; L2 <- (n1 + 2 * n2) * d - N - (x1 + x2); L1 <- (n2 * d - N - 2 * x2) * d + x1 + x2
    L0 <- x2 * d * (1 - d)
    q <- L2^3 / (3 * L3)^3 - L1 * L2 / (6 * L3^2) + L0 / (2 * L3)
    p <- sign(q) * sqrt(max(0, L2^2 / (3 * L3)^2 - L1 / (3 * L3)))
    a <- if (p == 0) 0 else (pi + acos(max(-1, min(1, q / p^3)))) / 3
    p2 <- 2 * p * cos(a) - L2 / (3 * L3); p1 <- p2 + d
    (x1 / n1 - x2 / n2 - d) / sqrt((p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * N / (N - 1))
  }
  crit <- qnorm(0.975); here <- x1 / n1 - x2 / n2
  c(uniroot(function(d) z(d) - crit, c(-1 + 1e-12, here - 1e-9), tol = 1e-15)$root,
    uniroot(function(d) z(d) + crit, c(here + 1e-9, 1 - 1e-12), tol = 1e-15)$root)
}
# Unconditional tests by brute force: every table, the nuisance proportion on a grid, then refined.
unconditional <- function(x1, n1, x2, n2, rank_by) {
  tables <- expand.grid(a = 0:n1, b = 0:n2)
  stat <- rank_by(tables$a, n1, tables$b, n2)
  here <- stat[tables$a == x1 & tables$b == x2]
  inside <- tables[stat <= here * (1 + 1e-7) + 1e-12 * (here < 0), ]
  f <- function(p) sum(dbinom(inside$a, n1, p) * dbinom(inside$b, n2, p))
  grid <- seq(0, 1, by = 1e-3); v <- sapply(grid, f); top <- order(-v)[1:6]
  best <- sapply(top, function(i)
    optimize(f, c(max(0, grid[i] - 1e-3), min(1, grid[i] + 1e-3)), maximum = TRUE,
             tol = 1e-12)$objective)
  max(best, v)
}
boschloo <- function(x1, n1, x2, n2) {
  less <- function(a, n1, b, n2) phyper(a, n1, n2, a + b)
  more <- function(a, n1, b, n2) phyper(a - 1, n1, n2, a + b, lower.tail = FALSE)
  min(1, 2 * min(unconditional(x1, n1, x2, n2, less), unconditional(x1, n1, x2, n2, more)))
}
barnard <- function(x1, n1, x2, n2) {
  wald <- function(a, n1, b, n2) {
    p <- (a + b) / (n1 + n2); s <- (a / n1 - b / n2) / sqrt(p * (1 - p) * (1 / n1 + 1 / n2))
    s[p == 0 | p == 1] <- 0
    100 - abs(s)   # smaller is more extreme
  }
  unconditional(x1, n1, x2, n2, wald)
}
for (case in list(c(23, 24, 17, 24), c(0, 12, 3, 12), c(5, 10, 5, 10), c(12, 12, 0, 12),
                  c(2, 3, 1, 4), c(23, 24, 34, 48))) {
  x1 <- case[1]; n1 <- case[2]; x2 <- case[3]; n2 <- case[4]
  name <- paste(case, collapse = " ")
  test <- fisher.test(matrix(c(x1, n1 - x1, x2, n2 - x2), 2))
  ref("fisher", name, "p_value", test$p.value, text = "fisher.test(table)$p.value")
  ref("fisher_mid_p", name, "p_value", test$p.value - dhyper(x1, n1, n2, x1 + x2) / 2)
  tight <- conditional(x1, n1, x2, n2)
  stopifnot(all(abs(log(tight / c(test$estimate, test$conf.int))) < 1e-2 | tight %in% c(0, Inf)))
  for (i in 1:3) ref("fisher", name, c("value", "lower", "upper")[i], tight[i],
                     text = "fisher.test's equations, uniroot(tol = 1e-15)")
  w1 <- suppressWarnings(prop.test(x1, n1, correct = FALSE)$conf.int)
  w2 <- suppressWarnings(prop.test(x2, n2, correct = FALSE)$conf.int)
  d <- x1 / n1 - x2 / n2
  ref("newcombe_difference", name, "lower", d - sqrt((x1 / n1 - w1[1])^2 + (w2[2] - x2 / n2)^2))
  ref("newcombe_difference", name, "upper", d + sqrt((w1[2] - x1 / n1)^2 + (x2 / n2 - w2[1])^2))
  ref("boschloo", name, "p_value", boschloo(x1, n1, x2, n2), text = "brute force, see script")
  ref("barnard", name, "p_value", barnard(x1, n1, x2, n2), text = "brute force, see script")
  if (name != "12 12 0 12") {
    s <- score_limits(x1, n1, x2, n2)
    ref("miettinen_nurminen_difference", name, "lower", s[1], text = "closed-form cubic, see script")
    ref("miettinen_nurminen_difference", name, "upper", s[2], text = "closed-form cubic, see script")
  }
}

# ---- paired ------------------------------------------------------------------------------------
set.seed(1)
changes <- rbind(
  data.frame(dataset = "plain", value = round(rnorm(12, 0.8, 1.5), 6)),
  data.frame(dataset = "ties", value = c(3, -1, 5, 5, 2, 8, -3, 4, 4, 11, -5, 1)),
  data.frame(dataset = "ties_zeros", value = c(3, -1, 0, 5, 5, 2, 8, -3, 0, 4, 4, 11, 0, -5)),
  data.frame(dataset = "all_rise", value = c(150, 163, 171, 188, 192, 197, 203, 210, 226, 241, 255, 290)),
  data.frame(dataset = "three", value = c(1.5, 2.25, -0.5)),
  data.frame(dataset = "arm", value = round(rnorm(24, 20, 60)))
)
changes <- save_data(changes, "changes.csv")
for (name in unique(changes$dataset)) {
  x <- changes$value[changes$dataset == name]; zero <- 0 * x
  ref("signed_rank", name, "value", wilcox.test(x, exact = FALSE)$statistic)
  for (zeros in c("Wilcoxon", "Pratt")) ref("signed_rank", name, paste0("p_value ", tolower(zeros)),
    pvalue(wilcoxsign_test(x ~ zero, distribution = "exact", zero.method = zeros)), "coin",
    text = paste0("pvalue(wilcoxsign_test(x ~ 0, distribution = \"exact\", zero.method = \"", zeros, "\"))"))
  if (name %in% c("plain", "all_rise")) {
    hl <- wilcox.test(x, conf.int = TRUE, exact = TRUE)
    ref("hodges_lehmann", name, "value", hl$estimate, text = "wilcox.test(x, conf.int = TRUE)$estimate")
    ref("hodges_lehmann", name, "lower", hl$conf.int[1], text = "wilcox.test(x, conf.int = TRUE)$conf.int[1]")
    ref("hodges_lehmann", name, "upper", hl$conf.int[2], text = "wilcox.test(x, conf.int = TRUE)$conf.int[2]")
    ref("hodges_lehmann", name, "p_value", hl$p.value, text = "wilcox.test(x)$p.value")
  }
  sign <- binom.test(sum(x > 0), sum(x != 0))
  ref("sign_test", name, "p_value", sign$p.value, text = "binom.test(sum(x > 0), sum(x != 0))$p.value")
  ref("sign_test", name, "lower", sign$conf.int[1], text = "binom.test(...)$conf.int[1]")
  k <- qbinom(0.025, length(x), 0.5)
  ref("median_interval", name, "lower", if (k == 0) -Inf else sort(x)[k])
  ref("median_interval", name, "upper", if (k == 0) Inf else rev(sort(x))[k])
  ref("quartiles", name, "lower", quantile(x, 0.25, type = 2))
  ref("quartiles", name, "value", quantile(x, 0.50, type = 2))
  ref("quartiles", name, "upper", quantile(x, 0.75, type = 2))
  t <- t.test(x)
  ref("mean_change", name, "lower", t$conf.int[1], text = "t.test(x)$conf.int[1]")
  ref("mean_change", name, "upper", t$conf.int[2], text = "t.test(x)$conf.int[2]")
  ref("mean_change", name, "p_value", t$p.value, text = "t.test(x)$p.value")
}

# ---- groups ------------------------------------------------------------------------------------
set.seed(2)
two <- rbind(
  data.frame(dataset = "plain", group = rep(c("a", "b"), c(12, 15)), value = round(rnorm(27, 5, 2), 6)),
  data.frame(dataset = "ties", group = rep(c("a", "b"), c(10, 9)),
             value = c(3, 4, 4, 5, 6, 6, 7, 9, 9, 12, 1, 2, 2, 4, 4, 4, 5, 6, 7)),
  data.frame(dataset = "small", group = rep(c("a", "b"), c(3, 4)), value = c(1.5, 2, 8, 2.5, 9, 11, 3))
)
two <- save_data(two, "two_groups.csv")
for (name in unique(two$dataset)) {
  a <- two$value[two$dataset == name & two$group == "a"]; b <- two$value[two$dataset == name & two$group == "b"]
  frame <- data.frame(v = c(a, b), g = factor(rep(c("a", "b"), c(length(a), length(b)))))
  ref("two_sample_hodges_lehmann", name, "p_value",
      pvalue(wilcox_test(v ~ g, frame, distribution = "exact")), "coin")
  if (name != "ties") {
    hl <- wilcox.test(a, b, conf.int = TRUE, exact = TRUE)
    # at 3 against 4 no interval reaches 95%: R prints the widest, with a warning
    for (i in if (name == "small") 1 else 1:3) ref("two_sample_hodges_lehmann", name, c("value", "lower", "upper")[i],
      c(hl$estimate, hl$conf.int)[i], text = "wilcox.test(a, b, conf.int = TRUE)")
  }
  t <- t.test(a, b)
  ref("welch_difference", name, "lower", t$conf.int[1], text = "t.test(a, b)$conf.int[1]")
  ref("welch_difference", name, "upper", t$conf.int[2], text = "t.test(a, b)$conf.int[2]")
  ref("welch_difference", name, "p_value", t$p.value, text = "t.test(a, b)$p.value")
  ref("kruskal", name, "value", kruskal.test(v ~ g, frame)$statistic)
  ref("kruskal", name, "p_value", kruskal.test(v ~ g, frame)$p.value)
}
arms <- save_data(data.frame(
  arm = rep(c("control", "low", "high"), c(20, 24, 22)), base = round(rnorm(66, 170, 45)),
  y = round(rnorm(66, 30, 50) + rep(c(0, 15, 40), c(20, 24, 22)))), "arms.csv")
arms$arm <- relevel(factor(arms$arm), "control")
fit <- lm(y ~ arm + base, arms); ci <- confint(fit); co <- coef(summary(fit))
for (a in c("low", "high")) {
  k <- paste0("arm", a)
  ref("ancova", a, "value", co[k, 1], text = "coef(lm(y ~ arm + base))")
  ref("ancova", a, "lower", ci[k, 1], text = "confint(lm(y ~ arm + base))")
  ref("ancova", a, "upper", ci[k, 2], text = "confint(lm(y ~ arm + base))")
  ref("ancova", a, "p_value", co[k, 4], text = "summary(lm(y ~ arm + base))")
}
both <- anova(lm(y ~ base, arms), fit)
ref("ancova_f_test", "arms", "value", both$F[2], text = "anova(lm(y ~ base), lm(y ~ base + arm))$F")
ref("ancova_f_test", "arms", "p_value", both$`Pr(>F)`[2], text = "anova(lm(y ~ base), lm(y ~ base + arm))")
ref("kruskal", "arms", "value", kruskal.test(y ~ arm, arms)$statistic)
set.seed(3)
pairs <- save_data(rbind(
  data.frame(dataset = "twelve", x = round(rnorm(12), 4), y = round(rnorm(12), 4)),
  data.frame(dataset = "nine", x = c(1, 4, 2, 8, 5, 7, 3, 9, 6), y = c(2.5, 3, 1, 9, 4, 8.5, 5, 7, 6.5)),
  data.frame(dataset = "seven_ties", x = c(1, 2, 2, 4, 5, 5, 7), y = c(3, 3, 1, 6, 6, 6, 9))), "pairs.csv")
permutations <- function(v) if (length(v) <= 1) list(v) else
  unlist(lapply(seq_along(v), function(i) lapply(permutations(v[-i]), function(p) c(v[i], p))), FALSE)
for (name in unique(pairs$dataset)) {
  x <- pairs$x[pairs$dataset == name]; y <- pairs$y[pairs$dataset == name]
  p <- cor.test(x, y)
  ref("correlation pearson", name, "value", p$estimate, text = "cor.test(x, y)$estimate")
  ref("correlation pearson", name, "lower", p$conf.int[1], text = "cor.test(x, y)$conf.int[1]")
  ref("correlation pearson", name, "upper", p$conf.int[2], text = "cor.test(x, y)$conf.int[2]")
  ref("correlation pearson", name, "p_value", p$p.value, text = "cor.test(x, y)$p.value")
  ref("correlation spearman", name, "value", cor(x, y, method = "spearman"))
}
x <- pairs$x[pairs$dataset == "nine"]; y <- pairs$y[pairs$dataset == "nine"]
ref("correlation spearman", "nine", "p_value", cor.test(x, y, method = "spearman", exact = TRUE)$p.value)
x <- pairs$x[pairs$dataset == "seven_ties"]; y <- rank(pairs$y[pairs$dataset == "seven_ties"])
all <- sapply(permutations(y), function(v) cor(rank(x), v))
ref("correlation spearman", "seven_ties", "p_value", mean(abs(all) >= abs(cor(rank(x), y)) - 1e-9),
    text = "all 5040 permutations")

# ---- survival ----------------------------------------------------------------------------------
set.seed(4)
visit <- function(t) { v <- c(12, 24, 48, 72, 96); ifelse(t > 96, 96, v[findInterval(t, c(0, v), left.open = TRUE)]) }
true <- rexp(72, rep(c(0.012, 0.03, 0.02), each = 24))
visits <- data.frame(dataset = "visits", time = visit(true), event = as.integer(true <= 96),
  arm = rep(c("control", "low", "high"), each = 24), dose = rep(c(0, 0.5, 1.5), each = 24),
  stratum = sample(c("s", "t", "u"), 72, TRUE), x = round(rnorm(72), 3))
drop <- sample(72, 9); visits$time[drop] <- pmin(visits$time[drop], sample(c(12, 24, 48), 9, TRUE)); visits$event[drop] <- 0
t <- round(rexp(60, 0.02), 4); c <- round(runif(60, 1, 25), 4)
heavy <- data.frame(dataset = "heavy", time = pmin(t, c), event = as.integer(t <= c),
  arm = rep(c("control", "low", "high"), 20), dose = rep(c(0, 0.5, 1.5), 20), stratum = rep(c("s", "t"), 30),
  x = round(rnorm(60), 3))
single <- data.frame(dataset = "one_event", time = c(5, 8, 8, 12, 15, 20, 20, 3, 6, 6, 9, 10, 14, 18),
  event = c(0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 0), arm = rep(c("control", "low"), c(7, 7)),
  dose = rep(c(0, 0.5), c(7, 7)), stratum = rep(c("s", "t"), 7),
  x = c(3, -1, 2, 0, 4, -2, 1, 2, 5, -3, 1, 0, -1, 3) / 10)
three <- data.frame(dataset = "three", time = c(2, 5, 9), event = c(1, 1, 0), arm = c("control", "low", "low"),
  dose = c(0, 0.5, 0.5), stratum = "s", x = c(0.1, 0.3, 0.2))
surv <- save_data(rbind(visits, heavy, single, three), "survival.csv")
tight <- coxph.control(eps = 1e-13, iter.max = 100, toler.chol = 1e-14)
for (name in unique(surv$dataset)) {
  d <- surv[surv$dataset == name, ]; d$arm <- factor(d$arm, unique(d$arm))
  f <- survfit(Surv(time, event) ~ 1, d, conf.type = "log-log")
  for (i in which(f$surv > 0 & f$surv < 1)) {
    at <- sprintf("at %g", f$time[i])
    ref("kaplan_meier", name, paste("survival", at), f$surv[i], "survival", "survfit(conf.type = \"log-log\")")
    ref("kaplan_meier", name, paste("lower", at), f$lower[i], "survival", "survfit(conf.type = \"log-log\")")
    ref("kaplan_meier", name, paste("upper", at), f$upper[i], "survival", "survfit(conf.type = \"log-log\")")
    ref("kaplan_meier", name, paste("at_risk", at), f$n.risk[i], "survival", "survfit()")
  }
  q <- quantile(f, 0.5)
  ref("median_survival", name, "value", if (is.na(q$quantile)) Inf else q$quantile, "survival", "quantile(survfit, 0.5)")
  ref("median_survival", name, "lower", if (is.na(q$lower)) Inf else q$lower, "survival", "quantile(survfit, 0.5)$lower")
  ref("median_survival", name, "upper", if (is.na(q$upper)) Inf else q$upper, "survival", "quantile(survfit, 0.5)$upper")
  h <- min(tapply(d$time, d$arm, max)); if (name == "three") h <- 5
  for (g in c("all", levels(d$arm))) {
    if (name == "three" && g != "all") next
    s <- if (g == "all") d else d[d$arm == g, ]
    m <- summary(survfit(Surv(time, event) ~ 1, s), rmean = h)$table
    ref("rmst", paste(name, g), "value", m["rmean"], "survival", sprintf("summary(survfit, rmean = %g)$table", h))
    ref("rmst", paste(name, g), "se", m["se(rmean)"], "survival", sprintf("summary(survfit, rmean = %g)$table", h))
    ref("rmst", paste(name, g), "horizon", h, text = "smallest largest time of an arm")
  }
  l <- survdiff(Surv(time, event) ~ arm, d)
  ref("log_rank", name, "value", l$chisq, "survival", "survdiff(Surv(time, event) ~ arm)$chisq")
  ref("log_rank", name, "p_value", pchisq(l$chisq, length(l$n) - 1, lower.tail = FALSE), "survival", "pchisq(survdiff$chisq, df)")
  for (a in setdiff(levels(d$arm), "control"))
    ref("log_rank_pairwise", paste(name, a), "value",
        survdiff(Surv(time, event) ~ arm, droplevels(d[d$arm %in% c("control", a), ]))$chisq, "survival",
        "survdiff(..., subset = two arms)$chisq")
  ref("log_rank_trend", name, "value", coxph(Surv(time, event) ~ dose, d, ties = "exact", control = tight)$score,
      "survival", "coxph(Surv(time, event) ~ dose, ties = \"exact\")$score")
  if (name != "three") {
    ref("log_rank_stratified", name, "value", survdiff(Surv(time, event) ~ arm + strata(stratum), d)$chisq,
        "survival", "survdiff(Surv(time, event) ~ arm + strata(stratum))$chisq")
    m <- coxph(Surv(time, event) ~ arm + x, d, ties = "efron", control = tight)
    s <- summary(m); z <- cox.zph(m, transform = "rank", terms = FALSE, global = FALSE)$table
    for (k in names(coef(m))) {
      key <- paste(name, sub("^arm", "", k))
      ref("cox", key, "value", s$conf.int[k, 1], "survival", "coxph(Surv(time, event) ~ arm + x)")
      ref("cox", key, "lower", s$conf.int[k, 3], "survival", "coxph(Surv(time, event) ~ arm + x)")
      ref("cox", key, "upper", s$conf.int[k, 4], "survival", "coxph(Surv(time, event) ~ arm + x)")
      ref("cox", key, "p_value", s$coefficients[k, 5], "survival", "coxph(Surv(time, event) ~ arm + x)")
      ref("cox_ph_check", key, "value", z[k, "chisq"], "survival", "cox.zph(fit, transform = \"rank\", terms = FALSE)")
      ref("cox_ph_check", key, "p_value", z[k, "p"], "survival", "cox.zph(fit, transform = \"rank\", terms = FALSE)")
    }
  }
}

# ---- interval-censored -------------------------------------------------------------------------
set.seed(5)
days <- c(0, 3, 7, 14, 30, 60, 90)
event <- rexp(30, 0.05); event[1:2] <- 400
cuts <- t(sapply(event, function(e) { seen <- sort(c(0, sample(days[-1], 5))); i <- findInterval(e, seen)
  c(seen[i], if (i < length(seen)) seen[i + 1] else Inf) }))
intervals <- save_data(data.frame(left = cuts[, 1], right = cuts[, 2]), "intervals.csv")
# survfit stops its EM near 1e-5; here EM on every gap between endpoints, run to the end.
ends <- sort(unique(c(intervals$left, intervals$right)))
gaps <- cbind(head(ends, -1), tail(ends, -1))
inside <- outer(intervals$left, gaps[, 1], "<=") & outer(intervals$right, gaps[, 2], ">=")
mass <- rep(1 / nrow(gaps), nrow(gaps))
for (k in 1:200000) mass <- mass * colMeans(inside / drop(inside %*% mass))
f <- survfit(Surv(left, ifelse(is.finite(right), right, NA), type = "interval2") ~ 1, intervals)
for (i in seq_len(nrow(gaps))) if (mass[i] > 1e-6) {
  own <- sum(mass[1:i])
  stopifnot(min(abs(1 - f$surv - own), 1 - own) < 1e-4)
  ref("turnbull", "intervals", sprintf("cumulative at %g", gaps[i, 2]), own, "survival",
      "EM on all gaps, 200000 steps; survfit(type = \"interval2\") agrees to 1e-4")
}

# ---- left-censored -----------------------------------------------------------------------------
set.seed(6)
raw <- round(rnorm(12, 2, 0.8), 4); limit <- rep(c(1.6, 1.7), 6)
left <- data.frame(dataset = "sample", subject = 1:12, time = rep(0:5, 2), y = pmax(raw, limit), censored = as.integer(raw < limit))
slope <- expand.grid(time = c(1, 3, 7, 14, 30), subject = 1:6)
level <- round(0.5 - 0.05 * slope$time + rnorm(30, 0, 0.2) + rep(rnorm(6, 0, 0.4), each = 5), 4)
level[slope$subject == 6] <- -2
decay <- data.frame(dataset = "decay", subject = slope$subject, time = slope$time, y = pmax(level, -0.7), censored = as.integer(level < -0.7))
left <- save_data(rbind(left, decay), "left_censored.csv")
s <- left[left$dataset == "sample", ]
accurate <- survreg.control(rel.tolerance = 1e-15, maxiter = 500, toler.chol = 1e-14)
m <- survreg(Surv(y, !censored, type = "left") ~ 1, s, dist = "gaussian", control = accurate)
ref("tobit_mean", "sample", "value", coef(m), "survival", "survreg(Surv(y, !censored, type = \"left\") ~ 1, dist = \"gaussian\")")
loglik <- function(mu, sigma) with(s, sum(ifelse(censored == 1, pnorm(y, mu, sigma, log.p = TRUE), dnorm(y, mu, sigma, log = TRUE))))
profile <- function(mu) optimize(function(l) loglik(mu, exp(l)), c(-4, 3), maximum = TRUE, tol = 1e-12)$objective
best <- m$loglik[2]; drop <- qchisq(0.95, 1) / 2
gap <- function(mu) best - profile(mu) - drop
ref("tobit_mean", "sample", "lower", uniroot(gap, c(coef(m) - 5, coef(m)), tol = 1e-14)$root, "survival", "profile likelihood, uniroot")
ref("tobit_mean", "sample", "upper", uniroot(gap, c(coef(m), coef(m) + 5), tol = 1e-14)$root, "survival", "profile likelihood, uniroot")
m <- survreg(Surv(y, !censored, type = "left") ~ time, s, dist = "gaussian", control = accurate)
for (k in 1:2) {
  ref("tobit_regression", "sample", c("value ones", "value time")[k], coef(m)[k], "survival", "survreg(Surv(y, !censored, type = \"left\") ~ time, dist = \"gaussian\")")
  ref("tobit_regression", "sample", c("se ones", "se time")[k], sqrt(diag(vcov(m)))[k], "survival", "survreg(...)")
}
d <- left[left$dataset == "decay" & left$subject != 6, ]
m <- survreg(Surv(y, !censored, type = "left") ~ factor(subject) + time, d, dist = "gaussian", control = accurate)
b <- coef(m)["time"]; e <- sqrt(vcov(m)["time", "time"]); q <- qnorm(0.975)
ref("censored_slope", "decay", "value", -log10(2) / b, "survival", "-log10(2) / coef(survreg(~ factor(subject) + time))")
ref("censored_slope", "decay", "lower", -log10(2) / (b - q * e), "survival", "survreg(~ factor(subject) + time)")
ref("censored_slope", "decay", "upper", -log10(2) / (b + q * e), "survival", "survreg(~ factor(subject) + time)")

# ---- mixed -------------------------------------------------------------------------------------
set.seed(7)
who <- data.frame(subject = 1:36, arm = rep(c("control", "low", "high"), 12), base = round(rnorm(36, 170, 40)))
long <- merge(who, data.frame(visit = c(12, 24, 48, 96))); long <- long[order(long$subject, long$visit), ]
long$y <- round(long$base + rep(rnorm(36, 0, 30), each = 4) + rnorm(144, 0, 5 + long$visit / 4) + 0.3 * long$visit * (long$arm == "high"), 2)
long <- save_data(long[runif(144) > 0.12, ], "mixed.csv")
long$arm <- relevel(factor(long$arm), "control"); long$v <- factor(long$visit); long$i <- as.integer(long$v)
for (g in levels(long$v)) { long[[paste0("v", g)]] <- as.numeric(long$v == g) }
model <- gls(y ~ 0 + v + v:arm + v:base, long, correlation = corSymm(form = ~ i | subject),
  weights = varIdent(form = ~ 1 | v), method = "REML",
  control = glsControl(maxIter = 500, msMaxIter = 5000, tolerance = 1e-14, msTol = 1e-16,
                       opt = "optim", optimMethod = "BFGS"))
# gls stops some 1e-6 early (numerical gradient): Newton steps on the REML function itself, written
# out subject by subject, from gls's answer. Satterthwaite's degrees of freedom by the way.
design <- model.matrix(y ~ 0 + v + v:arm + v:base, long)
people <- split(seq_len(nrow(long)), long$subject)
matrix_of <- function(th) { L <- matrix(0, 4, 4); L[lower.tri(L, TRUE)] <- th; L %*% t(L) }
solve_gls <- function(th) {
  S <- matrix_of(th); A <- 0; b <- 0; logdet <- 0
  for (r in people) { W <- solve(S[long$i[r], long$i[r], drop = FALSE]); X <- design[r, , drop = FALSE]
    A <- A + t(X) %*% W %*% X; b <- b + t(X) %*% W %*% long$y[r]; logdet <- logdet - log(det(W)) }
  list(V = solve(A), beta = drop(solve(A, b)), logdet = logdet + log(det(A)))
}
minus2 <- function(th) {
  f <- solve_gls(th); S <- matrix_of(th); q <- 0
  for (r in people) { e <- long$y[r] - design[r, , drop = FALSE] %*% f$beta
    q <- q + sum(e * solve(S[long$i[r], long$i[r], drop = FALSE], e)) }
  f$logdet + q
}
full <- names(which.max(table(long$subject)))   # a subject with all four visits
th <- t(chol(getVarCov(model, individual = full)))[lower.tri(diag(4), TRUE)]
for (k in 1:4) { H <- numDeriv::hessian(minus2, th); th <- th - solve(H, numDeriv::grad(minus2, th)) }
final <- solve_gls(th); names(final$beta) <- colnames(design)
stopifnot(abs(final$beta - coef(model)[colnames(design)]) < 1e-4)
slopes <- numDeriv::jacobian(function(t) diag(solve_gls(t)$V), th)
df <- 2 * diag(final$V)^2 / diag(slopes %*% solve(H / 2) %*% t(slopes))
for (a in c("low", "high")) for (g in levels(long$v)) {
  k <- which(colnames(design) == paste0("v", g, ":arm", a)); se <- sqrt(final$V[k, k]); b <- final$beta[k]
  text <- "gls(corSymm, varIdent, method = \"REML\"), polished: see script"
  ref("mmrm", paste(a, g), "value", b, "nlme", text)
  ref("mmrm", paste(a, g), "lower", b - qt(0.975, df[k]) * se, "nlme", text)
  ref("mmrm", paste(a, g), "p_value", 2 * pt(-abs(b) / se, df[k]), "nlme", text)
}

# ---- multiplicity, power, lessons --------------------------------------------------------------
p <- c(0.001, 0.04, 0.03, 0.2, 0.008, 0.04, 0.9)
for (i in seq_along(p)) {
  ref("adjust holm", "seven", i, p.adjust(p, "holm")[i])
  ref("adjust benjamini-hochberg", "seven", i, p.adjust(p, "BH")[i])
}
for (j in 0:8) ref("expected_false_positives", "8", j, pbinom(j - 1, 8, 0.05, lower.tail = FALSE))
for (n in c(24, 200, 530)) for (power in c(0.8, 0.9)) ref("detectable_difference_mean", paste(n, n), power,
  power.t.test(n = n, power = power, sd = 1, strict = TRUE, tol = 1e-13)$delta)
ref("power_mean", "20 30", "value", {df <- 48; nc <- 0.7 / sqrt(1/20 + 1/30); q <- qt(0.975, df)
  pt(q, df, nc, lower.tail = FALSE) + pt(-q, df, nc)})
fisher_power <- function(p1, p2, n1, n2) { total <- 0
  for (a in 0:n1) for (b in 0:n2) if (fisher.test(matrix(c(a, n1 - a, b, n2 - b), 2), conf.int = FALSE)$p.value <= 0.05)
    total <- total + dbinom(a, n1, p1) * dbinom(b, n2, p2)
  total }
ref("power_proportions_fisher", "0.9 0.4 9 11", "value", fisher_power(0.9, 0.4, 9, 11))
ref("power_proportions_fisher", "0.958 0.708 24 24", "value", fisher_power(0.958, 0.708, 24, 24))
ref("difference_in_significance", "24 0.5 2", "value",
  {w <- power.t.test(n = 24, delta = 0.5, sd = 1, type = "one.sample", strict = TRUE)$power; 2 * w * (1 - w)})
ref("difference_in_significance", "24 0.5 3", "value",
  {w <- power.t.test(n = 24, delta = 0.5, sd = 1, type = "one.sample", strict = TRUE)$power; 1 - w^3 - (1 - w)^3})
for (case in list(c(0.166, 0.3, 1), c(0.166, 0.3, 5), c(0.25, 0.3, 5), c(0.137, 0.5, 10))) {
  s <- sqrt(log1p(case[1]^2)); v <- case[3]
  ref("ever_crossing_probability", paste(case, collapse = " "), "value",
    1 - integrate(function(z) dnorm(z) * pnorm(z + log1p(case[2]) / s)^v, -Inf, Inf, rel.tol = 1e-12)$value)
}
ref("ever_crossing_probability mvn", "0.166 0.3 5", "value", {s <- sqrt(log1p(0.166^2))
  set.seed(1); 1 - as.numeric(pmvnorm(upper = rep(log(1.3) / s, 5), sigma = diag(5) + 1, algorithm = GenzBretz(1e6, 1e-7)))}, "mvtnorm",
  "1 - pmvnorm(upper = log(1.3) / s, sigma = diag(5) + 1)")
# second measurement minus first among those whose first lies in (lower, threshold]: by integration
change <- function(first, second, density, low, high) {
  top <- integrate(function(t) sapply(t, function(v) density(v) * second(v, low, high)), -6, 6, rel.tol = 1e-10)$value
  top / integrate(function(t) sapply(t, function(v) density(v) * first(v, low, high)), -6, 6, rel.tol = 1e-10)$value
}
rtm <- function(cv, low, high, mean, sd, lognormal) {
  b <- if (lognormal) sqrt(log1p((sd / mean)^2)) else sd; w <- if (lognormal) sqrt(log1p(cv^2)) else cv * mean
  truth <- function(u) if (lognormal) exp(log(mean) - b^2 / 2 + b * u) else mean + b * u
  measured <- function(u, e) if (lognormal) truth(u) * exp(w * e) else truth(u) + w * e
  edge <- function(u, c) if (lognormal) (if (c > 0) log(c / truth(u)) / w else -Inf) else (if (c > 0) (c - truth(u)) / w else -Inf)
  chance <- function(u, l, h) pnorm(edge(u, h)) - pnorm(edge(u, l))
  expected <- function(u) if (lognormal) truth(u) * exp(w^2 / 2) else truth(u)
  gain <- function(u, l, h) expected(u) * chance(u, l, h) -
    integrate(function(e) measured(u, e) * dnorm(e), max(-12, edge(u, l)), max(-12, min(12, edge(u, h))), rel.tol = 1e-11)$value
  change(chance, gain, dnorm, low, high)
}
ref("regression_to_the_mean", "lognormal 0.166 50 250 240 80", "value", rtm(0.166, 50, 250, 240, 80, TRUE), text = "double integration, see script")
ref("regression_to_the_mean", "lognormal 0.25 0 200 300 120", "value", rtm(0.25, 0, 200, 300, 120, TRUE), text = "double integration, see script")
ref("regression_to_the_mean", "normal 0.166 50 250 240 80", "value", rtm(0.166, 50, 250, 240, 80, FALSE), text = "double integration, see script")

out <- do.call(rbind, rows)
write.csv(out, "reference.csv", row.names = FALSE, quote = TRUE, eol = "\n")
cat(nrow(out), "reference values\n")
