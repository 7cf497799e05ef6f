# Reference values at the edges (one event, three subjects, nearly all below a limit, ties, bounds)
# and of estimators that make_reference.R does not ask about: writes edge_*.csv beside this script.
# Run from this folder: Rscript edge_cases.R. Needs survival and coin. The tests never run R.
suppressMessages({library(survival); library(coin)})
RNGkind("Mersenne-Twister", "Inversion", "Rejection"); set.seed(21)
options(digits = 17, warn = 1)
rows <- list()
ref <- function(estimator, dataset, quantity, value, call, package = "stats") {
  value <- as.numeric(value)
  stopifnot(length(value) == 1, !is.na(value))
  version <- paste0("R ", getRversion(), ", ", package, " ", packageVersion(package))
  rows[[length(rows) + 1]] <<- data.frame(estimator, dataset, quantity, r_call = call,
    value = sprintf("%.17g", value), r_version = version)
}
save_data <- function(frame, name) {
  write.csv(frame, name, row.names = FALSE, quote = FALSE, na = "", eol = "\n"); read.csv(name)
}

# ---- no event among n --------------------------------------------------------------------------
upper <- function(n) binom.test(0, n, alternative = "less")$conf.int[2]
for (n in c(3, 12, 24, 48)) ref("zero_event_upper", n, "upper", upper(n),
  "binom.test(0, n, alternative = \"less\")$conf.int[2]")
for (rate in c(0.1, 0.05, 0.01)) { n <- 1; while (upper(n) >= rate) n <- n + 1
  ref("patients_to_exclude", rate, "value", n, "first n with binom.test(0, n)'s limit below, see script") }

# ---- changes with ties and zeros, bounds on changes ---------------------------------------------
changes <- read.csv("changes.csv")
walsh <- function(x) { m <- outer(x, x, "+") / 2; sort(m[upper.tri(m, TRUE)]) }
for (name in c("ties", "ties_zeros", "three")) {
  x <- changes$value[changes$dataset == name]; w <- walsh(x); n <- length(x); k <- qsignrank(0.025, n)
  ref("hodges_lehmann", name, "value", median(w), "median of the Walsh averages, see script")
  ref("hodges_lehmann", name, "lower", if (k == 0) -Inf else w[k], "qsignrank's average, see script")
  ref("hodges_lehmann", name, "upper", if (k == 0) Inf else rev(w)[k], "qsignrank's average, see script")
}
two <- read.csv("two_groups.csv"); two <- two[two$dataset == "ties", ]
d <- sort(outer(two$value[two$group == "a"], two$value[two$group == "b"], "-"))
k <- qwilcox(0.025, sum(two$group == "a"), sum(two$group == "b"))
ref("two_sample_hodges_lehmann", "ties", "value", median(d), "median of the differences, see script")
ref("two_sample_hodges_lehmann", "ties", "lower", d[k], "qwilcox's difference, see script")
ref("two_sample_hodges_lehmann", "ties", "upper", rev(d)[k], "qwilcox's difference, see script")
known <- round(rnorm(12, 0.9, 1), 4); width <- round(ifelse(runif(12) < 0.4, rexp(12, 2), 0), 4)
bounds <- save_data(rbind(
  data.frame(dataset = "rise", low = known - 0.2 - width, high = known - 0.2 + width),
  data.frame(dataset = "open", low = known - 0.9 - width, high = known - 0.9 + width)), "edge_bounds.csv")
for (name in c("rise", "open")) {
  b <- bounds[bounds$dataset == name, ]; zero <- 0 * b$low
  ends <- lapply(b[c("low", "high")], function(x) wilcox.test(x, conf.int = TRUE, exact = TRUE))
  p <- sapply(ends, function(e) e$p.value); mid <- 12 * 13 / 4
  above <- sapply(ends, function(e) e$statistic > mid)
  stopifnot(above["high.V"] >= above["low.V"])
  ref("signed_rank_bounds", name, "largest", if (above["low.V"] == above["high.V"]) max(p) else 1,
      "larger wilcox.test(x)$p.value of both ends, 1 between, see script")
  ref("signed_rank_bounds", name, "smallest", min(p), "min(wilcox.test(low)$p.value, wilcox.test(high)$p.value)")
  for (end in c("low", "high")) for (i in 1:3) ref("hodges_lehmann_bounds", name,
    paste(c(low = "lowest", high = "highest")[end], c("value", "lower", "upper")[i]), c(ends[[end]]$estimate, ends[[end]]$conf.int)[i],
    sprintf("wilcox.test(%s, conf.int = TRUE)", end))
  up <- sum(b$low > 0); down <- sum(b$high < 0); s <- binom.test(up, up + down)
  ref("sign_test_bounds", name, "p_value", s$p.value, "binom.test(sum(low > 0), sum(low > 0) + sum(high < 0))$p.value")
  ref("sign_test_bounds", name, "value", s$estimate, "binom.test(...)$estimate")
}
for (n in c(3, 6, 12)) {
  ref("smallest_p", n, "value", wilcox.test(1:n, exact = TRUE)$p.value, "wilcox.test(1:n)$p.value")
  p <- 2 * psignrank(0:(n * (n + 1) / 2), n)
  ref("signed_rank_size", n, "value", max(0, p[p <= 0.05]), "largest 2 * psignrank(v, n) <= 0.05, see script")
}

# ---- arms ---------------------------------------------------------------------------------------
arms <- save_data(data.frame(arm = rep(c("control", "low", "high"), each = 3),
  base = c(120, 180, 180, 95, 160, 240, 110, 150, 205), y = c(0, 25, -10, 30, 30, 65, 10, 80, 95)), "edge_arms.csv")
arms$arm <- relevel(factor(arms$arm), "control")
fit <- lm(y ~ arm + base, arms); ci <- confint(fit); co <- coef(summary(fit))
for (a in c("low", "high")) for (i in 1:4) ref("ancova", paste("three", a), c("value", "lower", "upper", "p_value")[i],
  c(co[paste0("arm", a), 1], ci[paste0("arm", a), ], co[paste0("arm", a), 4])[i],
  c("coef(lm(y ~ arm + base))", "confint(lm(y ~ arm + base))", "confint(lm(y ~ arm + base))", "summary(lm(y ~ arm + base))")[i])
both <- anova(lm(y ~ base, arms), fit)
ref("ancova_f_test", "three", "value", both$F[2], "anova(lm(y ~ base), lm(y ~ base + arm))$F")
ref("ancova_f_test", "three", "p_value", both$`Pr(>F)`[2], "anova(lm(y ~ base), lm(y ~ base + arm))")
ref("kruskal", "three", "value", kruskal.test(y ~ arm, arms)$statistic, "kruskal.test(y ~ arm)$statistic")
all <- read.csv("arms.csv")
for (name in c("arms", "three")) {
  m <- lm(y ~ arm, if (name == "arms") all else arms); s <- summary(m)$sigma; df <- m$df.residual
  ref("pooled_sd", name, "value", s, "summary(lm(y ~ arm))$sigma")
  for (i in 1:2) ref("pooled_sd", name, c("lower", "upper")[i], s * sqrt(df / qchisq(c(0.975, 0.025)[i], df)),
    "sigma * sqrt(df / qchisq(...)), see script")
}
# data with a paired t test's P exactly at a limit, then t.test of the two
at_limit <- function(n, p, sd) { z <- scale(qnorm(ppoints(n)))[, 1]; sd * (z + qt(1 - p / 2, n - 1) / sqrt(n)) }
for (case in list(c(24, 1), c(24, 1.5), c(8, 0.6))) {
  n <- case[1]; ratio <- case[2]; name <- paste(case, collapse = " ")
  a <- at_limit(n, 0.001, 1); b <- at_limit(n, 0.05, ratio)
  stopifnot(abs(t.test(a)$p.value - 0.001) < 1e-12, abs(t.test(b)$p.value - 0.05) < 1e-12)
  ref("largest_between_p", name, "value", t.test(a, b)$p.value, "t.test(a, b)$p.value")
  flat <- b - mean(b)
  share <- uniroot(function(s) t.test(a, flat + s * mean(a))$p.value - 0.05, c(-3, 0.999), tol = 1e-14)$root
  ref("least_control_share", name, "value", share, "share with t.test(a, b)$p.value = 0.05, uniroot")
}

# ---- times ---------------------------------------------------------------------------------------
surv <- read.csv("survival.csv")
asked <- list(visits = c(24, 96), heavy = c(5, 15), one_event = c(6, 14), three = c(2, 5))
for (name in names(asked)) {
  d <- surv[surv$dataset == name, ]; f <- survfit(Surv(time, event) ~ 1, d, conf.type = "log-log")
  for (at in asked[[name]]) { s <- summary(f, times = at); key <- paste(name, at)
    ref("survival_at", key, "value", s$surv, "summary(survfit(conf.type = \"log-log\"), times)$surv", "survival")
    ref("survival_at", key, "lower", s$lower, "summary(survfit(conf.type = \"log-log\"), times)$lower", "survival")
    ref("survival_at", key, "upper", s$upper, "summary(survfit(conf.type = \"log-log\"), times)$upper", "survival")
    ref("cumulative_incidence_at", key, "value", 1 - s$surv, "1 - summary(survfit, times)$surv", "survival")
    ref("cumulative_incidence_at", key, "lower", 1 - s$upper, "1 - summary(survfit, times)$upper", "survival")
    ref("cumulative_incidence_at", key, "upper", 1 - s$lower, "1 - summary(survfit, times)$lower", "survival")
  }
  if (name == "three") next
  h <- min(tapply(d$time, d$arm, max))
  for (a in setdiff(unique(d$arm), "control")) {
    m <- sapply(c(a, "control"), function(g) summary(survfit(Surv(time, event) ~ 1, d[d$arm == g, ]), rmean = h)$table[c("rmean", "se(rmean)")])
    gap <- m[1, 1] - m[1, 2]; se <- sqrt(sum(m[2, ]^2)); key <- paste(name, a); z <- qnorm(0.975)
    found <- c(value = gap, lower = gap - z * se, upper = gap + z * se, p_value = 2 * pnorm(-abs(gap / se)))
    for (q in names(found)) ref("rmst_difference", key, q, found[q], "from summary(survfit, rmean)$table of both, see script", "survival")
    ref("rmst_difference", key, "horizon", h, "smallest largest time of an arm")
  }
}
visits <- save_data(data.frame(dataset = "one_event", arm = rep(c("A", "B"), c(12, 10)),
  time = c(rep(c(4, 8, 12), c(3, 4, 5)), rep(c(4, 8, 12), c(2, 3, 5))),
  event = c(rep(c(1, 0, 1, 0, 1, 0), c(2, 1, 2, 2, 3, 2)), rep(c(0, 1, 0), c(3, 1, 6)))), "edge_times.csv")
steps <- do.call(rbind, lapply(c(4, 8, 12), function(v) { r <- visits[visits$time >= v, ]
  data.frame(y = as.integer(r$time == v & r$event == 1), visit = factor(v, c(4, 8, 12)), arm = r$arm) }))
fit <- glm(y ~ arm + visit, binomial("cloglog"), steps, control = list(epsilon = 1e-15, maxit = 200))
b <- coef(fit)[["armB"]]; se <- sqrt(vcov(fit)["armB", "armB"]); z <- qnorm(0.975)
found <- c(value = exp(b), lower = exp(b - z * se), upper = exp(b + z * se), p_value = 2 * pnorm(-abs(b / se)))
for (q in names(found)) ref("grouped_hazard_ratio", "one_event B", q, found[q], "glm(y ~ arm + visit, binomial(\"cloglog\"))")

# ---- intervals and limits ------------------------------------------------------------------------
cells <- save_data(rbind(
  data.frame(dataset = "heavy", left = c(0, 3, 7, 14, rep(c(30, 60, 90), c(4, 6, 6))), right = c(7, 14, 14, 60, rep(Inf, 16))),
  data.frame(dataset = "one_event", left = c(3, 0, 3, 7, 7, 14, 14, 30), right = c(14, rep(Inf, 7))),
  data.frame(dataset = "three", left = c(0, 3, 7), right = c(7, 14, Inf))), "edge_intervals.csv")
em <- function(d) {
  ends <- sort(unique(c(d$left, d$right))); gaps <- cbind(head(ends, -1), tail(ends, -1))
  inside <- outer(d$left, gaps[, 1], "<=") & outer(d$right, gaps[, 2], ">=")
  mass <- rep(1 / nrow(gaps), nrow(gaps))
  for (k in 1:200000) mass <- mass * colMeans(inside / drop(inside %*% mass))
  data.frame(right = gaps[, 2], mass, cumulative = cumsum(mass))
}
for (name in c("heavy", "one_event", "three")) { found <- em(cells[cells$dataset == name, ])
  for (i in which(found$mass > 1e-6)) ref("turnbull", name, sprintf("cumulative at %g", found$right[i]),
    found$cumulative[i], "EM on all gaps, 200000 steps, see script") }
found <- em(read.csv("intervals.csv"))
for (q in c(0.25, 0.5)) ref("turnbull_quantile", q, "value", found$right[which(found$cumulative >= q & found$mass > 1e-6)[1]],
  "first end with that much mass, see script")
raw <- round(rnorm(12, 1.2, 0.7), 4)
left <- save_data(rbind(
  data.frame(dataset = "heavy", y = pmax(raw, 1.6), limit = 1.6, censored = +(raw < 1.6)),
  data.frame(dataset = "none", y = raw, limit = -5, censored = 0),
  data.frame(dataset = "three", y = c(1.6, 2.1, 2.9), limit = 1.6, censored = c(1, 0, 0))), "edge_left_censored.csv")
stopifnot(sum(left$censored[left$dataset == "heavy"]) >= 8)
for (name in unique(left$dataset)) {
  s <- left[left$dataset == name, ]
  loglik <- function(mu, sigma) with(s, sum(ifelse(censored == 1, pnorm(y, mu, sigma, log.p = TRUE), dnorm(y, mu, sigma, log = TRUE))))
  profile <- function(mu) optimize(function(l) loglik(mu, exp(l)), c(-5, 5), maximum = TRUE, tol = 1e-13)$objective
  m <- survreg(Surv(y, !censored, type = "left") ~ 1, s, dist = "gaussian",
    control = survreg.control(rel.tolerance = 1e-15, maxiter = 500, toler.chol = 1e-14))
  gap <- function(mu) m$loglik[2] - profile(mu) - qchisq(0.95, 1) / 2; here <- coef(m)[[1]]
  ref("tobit_mean", name, "value", here, "survreg(Surv(y, !censored, type = \"left\") ~ 1, dist = \"gaussian\")", "survival")
  ref("tobit_mean", name, "lower", uniroot(gap, c(here - 60, here), tol = 1e-14)$root, "profile likelihood, uniroot", "survival")
  ref("tobit_mean", name, "upper", uniroot(gap, c(here, here + 60), tol = 1e-14)$root, "profile likelihood, uniroot", "survival")
  for (fraction in c(0.5, 1)) { t <- t.test(ifelse(s$censored == 1, s$limit + log10(fraction), s$y))
    for (i in 1:3) ref("substituted_mean", paste(name, fraction), c("value", "lower", "upper")[i], c(t$estimate, t$conf.int)[i],
      "t.test of values with the limit put in") }
}
for (rates in list(c(0.21, 0.34, 0.27, 0.27, 0.4), c(0.05, 0.3, 0.02))) {
  t <- t.test(rates); name <- paste(rates, collapse = " ")
  ref("mean_half_life", name, "value", 1 / t$estimate, "1 / t.test(rates)$estimate")
  ref("mean_half_life", name, "lower", 1 / t$conf.int[2], "1 / t.test(rates)$conf.int[2]")
  ref("mean_half_life", name, "upper", if (t$conf.int[1] > 0) 1 / t$conf.int[1] else Inf, "1 / t.test(rates)$conf.int[1]")
}

# ---- chance ----------------------------------------------------------------------------------------
share <- function(day, start, start_sd, half, half_sd, limit) integrate(function(z) dnorm(z) *
  pnorm((log(limit / start) + log(2) * day / (half * exp(half_sd * z))) / start_sd, lower.tail = FALSE),
  -9, 9, rel.tol = 1e-12, subdivisions = 2000)$value
for (case in list(c(14, 1, 0.5, 4, 0.4, 0.1), c(60, 2, 0.8, 10, 0.6, 0.05))) ref("detectable_share",
  paste(case, collapse = " "), "value", do.call(share, as.list(case)), "integrate over half-lives, see script")
rejected <- function(n1, n2) outer(0:n1, 0:n2, Vectorize(function(a, b)
  fisher.test(matrix(c(a, n1 - a, b, n2 - b), 2), conf.int = FALSE)$p.value <= 0.05))
for (case in list(c(24, 24, 0.2), c(9, 11, 0.1))) { n1 <- case[1]; n2 <- case[2]; p2 <- case[3]; r <- rejected(n1, n2)
  power <- function(p1) sum(outer(dbinom(0:n1, n1, p1), dbinom(0:n2, n2, p2)) * r)
  ref("detectable_difference_proportion", paste(case, collapse = " "), "value",
    uniroot(function(p1) power(p1) - 0.8, c(p2, 1), tol = 1e-15)$root - p2, "power of fisher.test = 0.8, uniroot") }
crossing <- function(cv, rise, visits) 1 - integrate(function(z) dnorm(z) *
  pnorm(z + log1p(rise) / sqrt(log1p(cv^2)))^visits, -Inf, Inf, rel.tol = 1e-12)$value
for (case in list(c(0.708, 0.3, 5), c(0.2, 0.5, 3))) ref("cv_for_ever_crossing", paste(case, collapse = " "), "value",
  uniroot(function(cv) crossing(cv, case[2], case[3]) - case[1], c(0.01, 2), tol = 1e-14)$root, "integrate and uniroot")
# entered by a low baseline: over the error of the first measurement, given that it lies in the window
entered <- function(cv, rise, visits, lower, upper, median, between) {
  w <- sqrt(log1p(cv^2)); total <- sqrt(between^2 + w^2)
  one <- function(x) { mean <- log(median) + (x - log(median)) * between^2 / total^2; sd <- between * w / total
    1 - integrate(function(u) dnorm(u) * pnorm((x + log1p(rise) - mean - sd * u) / w)^visits, -12, 12, rel.tol = 1e-12)$value }
  density <- function(x) dnorm(x, log(median), total)
  top <- integrate(function(x) sapply(x, one) * density(x), log(lower), log(upper), rel.tol = 1e-11)$value
  top / (pnorm(log(upper), log(median), total) - pnorm(log(lower), log(median), total))
}
for (case in list(c(0.166, 0.3, 5, 50, 250, 200, 0.3), c(0.25, 0.5, 2, 100, 350, 300, 0.4))) ref("ever_crossing_after_entry",
  paste(case, collapse = " "), "value", do.call(entered, as.list(case)), "double integration, see script")
for (percent in c("91.7", "58.3")) for (n in 1:72) for (x in 0:n) if (sprintf("%.1f", 100 * x / n) == percent)
  ref("counts_for_percentages", percent, paste("x of", n), x, "sprintf(\"%.1f\", 100 * x / n)")

out <- do.call(rbind, rows)
write.csv(out, "edge_cases.csv", row.names = FALSE, quote = TRUE, eol = "\n")
cat(nrow(out), "reference values\n")
