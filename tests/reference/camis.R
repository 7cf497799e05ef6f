# Reference values for further intervals and tests that SAS offers. Writes camis.csv and camis_ties.csv
# beside this script. Run from this folder: Rscript camis.R. Needs coin. No test runs R.
suppressMessages(library(coin))
options(digits = 17)
rows <- list()
ref <- function(estimator, dataset, quantity, value, call, package = "stats") {
  value <- as.numeric(value)
  stopifnot(length(value) == 1)
  if (is.na(value)) return(invisible())
  version <- paste0("R ", getRversion(), ", ", package, " ", packageVersion(package))
  rows[[length(rows) + 1]] <<- data.frame(estimator, dataset, quantity, r_call = call,
    value = sprintf("%.17g", value), r_version = version)
}
limits <- function(estimator, dataset, ends, call, package = "stats") {
  ref(estimator, dataset, "lower", ends[1], call, package)
  ref(estimator, dataset, "upper", ends[2], call, package)
}
z <- qnorm(0.975)
root <- function(f, low, high) uniroot(f, c(low, high), tol = 1e-15, maxiter = 10000)$root
within <- function(ends) pmin(1, pmax(0, ends))

# one proportion
for (case in list(c(36, 154), c(0, 12), c(7, 7), c(1, 9), c(520, 1000))) {
  x <- case[1]; n <- case[2]; p <- x / n; name <- paste0(x, "/", n)
  se <- sqrt(p * (1 - p) / n)
  limits("wald", name, within(p + c(-1, 1) * z * se), "formula, see script")
  limits("wald corrected", name, within(p + c(-1, 1) * (z * se + 1 / (2 * n))), "formula, see script")
  m <- n + z^2; q <- (x + z^2 / 2) / m
  limits("agresti_coull", name, within(q + c(-1, 1) * z * sqrt(q * (1 - q) / m)), "formula, see script")
  limits("wilson_corrected", name, suppressWarnings(prop.test(x, n))$conf.int, "prop.test(x, n)")
  if (x > 0 && x < n) {
    eta <- coef(summary(glm(cbind(x, n - x) ~ 1, binomial, epsilon = 1e-14, maxit = 100)))
    limits("logit", name, plogis(eta[1] + c(-1, 1) * z * eta[2]), "glm(cbind(x, n - x) ~ 1, binomial)")
  }
  deviance <- function(r) 2 * (dbinom(x, n, p, log = TRUE) - dbinom(x, n, r, log = TRUE)) - z^2
  limits("likelihood_ratio", name, c(if (x > 0) root(deviance, 1e-12, p) else 0,
    if (x < n) root(deviance, p, 1 - 1e-12) else 1), "uniroot on dbinom, see script")
  above <- function(r) pbinom(x - 1, n, r, lower.tail = FALSE) - dbinom(x, n, r) / 2 - 0.025
  below <- function(r) pbinom(x, n, r) - dbinom(x, n, r) / 2 - 0.025
  limits("mid_p", name, c(if (x > 0) root(above, 1e-12, 1) else 0,
    if (x < n) root(below, 0, 1 - 1e-12) else 1), "uniroot on pbinom, see script")
  accept <- function(r) { # Blaker 2000: the smaller tail and what of the other tail is not larger
    up <- pbinom(x - 1, n, r, lower.tail = FALSE); down <- pbinom(x, n, r)
    if (up <= down) up + pbinom(qbinom(up * (1 - 1e-12), n, r) - 1, n, r)
    else down + pbinom(qbinom(1 - down * (1 - 1e-12), n, r), n, r, lower.tail = FALSE)
  }
  first <- function(from, to) { # the first step of a fine walk that is accepted, then bisection
    steps <- seq(from, to, length.out = 20001)
    k <- which(vapply(steps, accept, 0) > 0.05)[1]
    if (k == 1) return(from)
    out <- steps[k - 1]; inside <- steps[k]
    for (i in 1:60) { mid <- (out + inside) / 2; if (accept(mid) > 0.05) inside <- mid else out <- mid }
    inside
  }
  exact <- binom.test(x, n)$conf.int
  limits("blaker", name, c(if (x > 0) first(exact[1], p) else 0, if (x < n) first(exact[2], p) else 1),
    "walk and bisection, see script")
}

# two proportions
for (case in list(c(36, 154, 12, 77), c(3, 20, 9, 21), c(0, 15, 4, 12), c(10, 10, 7, 9), c(1, 5, 2, 6))) {
  x1 <- case[1]; n1 <- case[2]; x2 <- case[3]; n2 <- case[4]; N <- n1 + n2
  name <- paste(case, collapse = " "); p1 <- x1 / n1; p2 <- x2 / n2; gap <- p1 - p2
  clip <- function(ends) pmin(1, pmax(-1, ends))
  se <- sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
  limits("wald_difference", name, suppressWarnings(prop.test(c(x1, x2), c(n1, n2), correct = FALSE))$conf.int,
    "prop.test(c(x1, x2), c(n1, n2), correct = FALSE)")
  limits("wald_difference corrected", name, clip(gap + c(-1, 1) * (z * se + (1 / n1 + 1 / n2) / 2)),
    "formula, see script")
  a1 <- (x1 + 1) / (n1 + 2); a2 <- (x2 + 1) / (n2 + 2)
  limits("agresti_caffo_difference", name, clip(a1 - a2 + c(-1, 1) * z *
    sqrt(a1 * (1 - a1) / (n1 + 2) + a2 * (1 - a2) / (n2 + 2))), "formula, see script")
  # The likelihood under each hypothesis is maximised over the second group's probability.
  fitted <- function(link) optimize(function(p) {
      r <- pmin(1, pmax(0, link(p)))
      -(dbinom(x1, n1, r, log = TRUE) + dbinom(x2, n2, p, log = TRUE))
    }, c(0, 1), tol = 1e-14)$minimum
  one <- function(f, lower, upper) tryCatch(root(f, lower, upper), error = function(e) NA)
  odds <- function(theta) { # both margins as observed
    q <- uniroot(function(p) n1 * p * theta / (1 - p + p * theta) + n2 * p - x1 - x2, c(0, 1), tol = 1e-16,
      maxiter = 10000)$root
    r <- q * theta / (1 - q + q * theta)
    (x1 - n1 * r) * sqrt(1 / (n1 * r * (1 - r)) + 1 / (n2 * q * (1 - q)))
  }
  risk <- function(theta) {
    b <- -(n1 * theta + x1 + n2 + x2 * theta); a <- N * theta
    q <- (-b - sqrt(b^2 - 4 * a * (x1 + x2))) / (2 * a); r <- theta * q
    (p1 - theta * p2) / sqrt(r * (1 - r) / n1 + theta^2 * q * (1 - q) / n2)
  }
  ratio <- function(kind, f, low_open, high_open) for (factor in c(1, sqrt(N / (N - 1)))) {
    g <- function(v, side) f(exp(v)) - side * z * factor
    how <- paste(kind, if (factor == 1) "score" else "miettinen-nurminen")
    if (!low_open) ref(how, name, "lower", exp(root(function(v) g(v, 1), -12, 12)), "uniroot, see script")
    if (!high_open) ref(how, name, "upper", exp(root(function(v) g(v, -1), -12, 12)), "uniroot, see script")
  }
  ratio("odds_ratio", odds, x1 == 0 || x2 == n2, x2 == 0 || x1 == n1)
  ratio("risk_ratio", risk, x1 == 0, x2 == 0)
  if (min(x1, n1 - x1, x2, n2 - x2) > 0) {
    d <- data.frame(y = c(x1, x2), n = c(n1, n2), g = c(1, 0))
    both <- list(odds_ratio = binomial("logit"), risk_ratio = binomial("log"))
    for (kind in names(both)) {
      fit <- coef(summary(glm(cbind(y, n - y) ~ g, both[[kind]], d, epsilon = 1e-14, maxit = 200,
        start = if (kind == "risk_ratio") c(log(p2), log(p1 / p2)))))["g", ]
      call <- paste0("glm(cbind(y, n - y) ~ g, binomial('", both[[kind]]$link, "'))")
      ref(paste(kind, "log"), name, "value", exp(fit[1]), call)
      limits(paste(kind, "log"), name, exp(fit[1] + c(-1, 1) * z * fit[2]), call)
    }
  }
}

# ranks with ties: coin's exact distribution is conditional on the ties
set.seed(20)
ties <- rbind(
  data.frame(dataset = "depression", group = rep(c("a", "b"), each = 9), value = c(1.83, 0.50, 1.62, 2.48, 1.68,
    1.88, 1.55, 3.06, 1.30, 0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29)),
  do.call(rbind, lapply(1:12, function(i) {
    m <- sample(3:12, 1); n <- sample(3:12, 1)
    data.frame(dataset = paste("coarse", i), group = rep(c("a", "b"), c(m, n)),
      value = c(sample(1:6, m, TRUE), sample(2:7, n, TRUE)))
  })))
write.csv(ties, "camis_ties.csv", row.names = FALSE, quote = FALSE, eol = "\n")
ties <- read.csv("camis_ties.csv")
for (name in unique(ties$dataset)) {
  d <- ties[ties$dataset == name, ]; d$group <- factor(d$group)
  found <- wilcox_test(value ~ group, d, distribution = "exact", conf.int = TRUE)
  call <- "wilcox_test(value ~ group, distribution = \"exact\", conf.int = TRUE)"
  ref("two_sample_hodges_lehmann ties", name, "p_value", pvalue(found), call, "coin")
  ci <- confint(found)
  ref("two_sample_hodges_lehmann ties", name, "value", ci$estimate, call, "coin")
  # coin takes its limits from each tail by itself, so that with a skew distribution they are not those of
  # its own P; here every shift is tried, between the differences and on them.
  if (name == "depression") {
    limits("two_sample_hodges_lehmann ties", name, ci$conf.int, call, "coin")
    next
  }
  a <- d$value[d$group == "a"]; b <- d$value[d$group == "b"]; m <- length(a)
  sums <- combn(rank(c(a, b)), m, sum)
  kept <- function(shift) {
    own <- sum(rank(c(a - shift, b))[1:m])
    mean(abs(sums - mean(sums)) >= abs(own - mean(sums)) - 1e-7) > 0.05
  }
  steps <- sort(unique(as.vector(outer(a, b, "-")))); between <- c(steps[1] - 1, steps + 1e-3)
  in_gap <- which(vapply(between, kept, TRUE)) # gap k ends at steps[k]
  limits("two_sample_hodges_lehmann ties", name, c(c(-Inf, steps)[min(in_gap)], c(steps, Inf)[max(in_gap)]),
    "every shift tried, see script")
}

# several groups: all ways to deal the ranks out, and Jonckheere's pairs counted one by one
dealt <- function(values, sizes) {
  r <- rank(values); n <- length(r); H <- c()
  for (i in combn(n, sizes[1], simplify = FALSE)) {
    rest <- setdiff(seq_len(n), i)
    for (j in combn(length(rest), sizes[2], simplify = FALSE)) {
      k <- rest[j]; last <- setdiff(rest, k)
      H <- c(H, sum(r[i])^2 / sizes[1] + sum(r[k])^2 / sizes[2] + sum(r[last])^2 / sizes[3])
    }
  }
  own <- rep(1:3, sizes); seen <- sum(tapply(r, own, sum)^2 / sizes)
  mean(H >= seen - 1e-9)
}
several <- list("nine" = list(v = c(1, 2, 2, 3, 5, 5, 6, 7, 8), s = c(3, 3, 3)),
  "ten" = list(v = c(1, 1, 4, 2, 2, 5, 6, 6, 7, 9), s = c(3, 2, 5)))
doses <- do.call(rbind, lapply(names(several), function(k) data.frame(dataset = k,
  group = rep(0:2, several[[k]]$s), value = several[[k]]$v)))
doses <- rbind(doses, data.frame(dataset = "doses", group = rep(0:3, c(10, 10, 10, 10)),
  value = round(rnorm(40, 130 - 2 * rep(0:3, each = 10), 10))))
write.csv(doses, "camis_doses.csv", row.names = FALSE, quote = FALSE, eol = "\n")
for (k in names(several)) {
  ref("kruskal exact", k, "p_value", dealt(several[[k]]$v, several[[k]]$s), "all ways to deal, see script")
  ref("kruskal exact", k, "value", kruskal.test(several[[k]]$v, rep(1:3, several[[k]]$s))$statistic,
    "kruskal.test(value, group)")
}
for (k in unique(doses$dataset)) {
  d <- doses[doses$dataset == k, ]; n <- nrow(d)
  J <- 0
  for (i in 1:n) for (j in 1:n) if (d$group[i] < d$group[j])
    J <- J + (d$value[i] < d$value[j]) + (d$value[i] == d$value[j]) / 2
  t <- as.numeric(table(d$value)); s <- as.numeric(table(d$group))
  v <- (n * (n - 1) * (2 * n + 5) - sum(s * (s - 1) * (2 * s + 5)) - sum(t * (t - 1) * (2 * t + 5))) / 72 +
    sum(s * (s - 1) * (s - 2)) * sum(t * (t - 1) * (t - 2)) / (36 * n * (n - 1) * (n - 2)) +
    sum(s * (s - 1)) * sum(t * (t - 1)) / (8 * n * (n - 1))
  # Kendall's S between value and group is the same statistic: its variance, by cor.test, is 4 times that
  kendall <- suppressWarnings(cor.test(d$value, d$group, method = "kendall", exact = FALSE))
  stopifnot(abs(abs(kendall$statistic) - abs(J - (n^2 - sum(s^2)) / 4) / sqrt(v)) < 1e-10)
  ref("jonckheere", k, "value", J, "pairs counted, see script")
  ref("jonckheere", k, "p_value", kendall$p.value,
    "cor.test(value, group, method = \"kendall\", exact = FALSE)$p.value")
}
out <- do.call(rbind, rows)
write.csv(out, "camis.csv", row.names = FALSE, eol = "\n")
