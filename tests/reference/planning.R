# Reference values for the sizes and forecasts of future trials: writes planning.csv beside this
# script. Run from this folder: Rscript planning.R. Only base R. The tests never run R.
options(digits = 17)
rows <- list()
ref <- function(estimator, dataset, r_call, value) rows[[length(rows) + 1]] <<- data.frame(
  estimator, dataset, quantity = "value", r_call, value = sprintf("%.17g", value),
  r_version = paste0("R ", getRversion(), ", stats ", packageVersion("stats")))

for (case in list(c(0.5, 1, 0.9, 0.05), c(33, 80, 0.9, 0.05), c(2, 1, 0.8, 0.05), c(0.1, 0.25, 0.9, 0.025)))
  ref("patients_for_mean", paste(case, collapse = " "), "ceiling(power.t.test(strict = TRUE)$n)",
      ceiling(power.t.test(delta = case[1], sd = case[2], power = case[3], sig.level = case[4], strict = TRUE, tol = 1e-10)$n))
for (case in list(c(0.11, 0.07, 0.9, 0.05), c(0.3, 0.2, 0.8, 0.05), c(0.95, 0.7, 0.9, 0.025)))
  ref("patients_for_proportions", paste(case, collapse = " "), "ceiling(power.prop.test()$n)",
      ceiling(power.prop.test(p1 = case[1], p2 = case[2], power = case[3], sig.level = case[4], tol = 1e-10)$n))

fisher_power <- function(p1, p2, n) { total <- 0
  for (x in 0:n) for (y in 0:n) if (fisher.test(matrix(c(x, n - x, y, n - y), 2))$p.value <= 0.05)
    total <- total + dbinom(x, n, p1) * dbinom(y, n, p2)
  total }
first_size <- function(p1, p2, power) { n <- 2; while (fisher_power(p1, p2, n) < power) n <- n + 1; n }
for (case in list(c(0.95, 0.4, 0.8), c(0.9, 0.2, 0.9)))
  ref("patients_for_fisher", paste(case, collapse = " "), "every size in turn, fisher.test over all tables, see script",
      first_size(case[1], case[2], case[3]))

# power in favour of the first arm, integrated over a normal belief; the t statistic is integrated
# over the chi distribution, as pt(ncp) loses digits
ahead <- function(n1, n2, d, sd) { df <- n1 + n2 - 2; nc <- d / (sd * sqrt(1 / n1 + 1 / n2)); q <- qt(0.975, df)
  integrate(function(u) pnorm(q * u / sqrt(df) - nc, lower.tail = FALSE) * 2 * u * dchisq(u^2, df),
            max(0, sqrt(df) - 10), sqrt(df) + 10, rel.tol = 1e-12, subdivisions = 2000)$value } # else a narrow peak is missed
for (case in list(c(50, 50, 0.3, 0.2, 1), c(12, 30, 33, 41, 83), c(3, 3, 1, 2, 0.5), c(200, 200, -10, 88, 83))) {
  n1 <- case[1]; n2 <- case[2]
  f <- Vectorize(function(d) ahead(n1, n2, d, case[5]) * dnorm(d, case[3], case[4]))
  ref("assurance_mean", paste(case, collapse = " "), "integrate(power x dnorm), see script",
      integrate(f, case[3] - 9 * case[4], case[3] + 9 * case[4], rel.tol = 1e-11, subdivisions = 5000)$value)
}

beta_binomial <- function(x, n, a, b) exp(lchoose(n, x) + lbeta(x + a, n - x + b) - lbeta(a, b))
for (case in list(c(23.5, 1.5, 17.5, 7.5, 24, 24), c(1, 1, 1, 1, 9, 11), c(0.5, 0.5, 6, 2, 3, 3))) {
  total <- 0
  for (x in 0:case[5]) for (y in 0:case[6]) {
    p <- fisher.test(matrix(c(x, case[5] - x, y, case[6] - y), 2))$p.value
    if (p <= 0.05 && x / case[5] > y / case[6])
      total <- total + beta_binomial(x, case[5], case[1], case[2]) * beta_binomial(y, case[6], case[3], case[4])
  }
  ref("assurance_fisher", paste(case, collapse = " "), "fisher.test over all tables x lbeta, see script", total)
}
for (case in list(c(23.5, 1.5, 17.5, 7.5), c(3, 2, 2, 5), c(0.7, 0.9, 1.3, 2.2)))
  ref("belief_of_benefit", paste(case, collapse = " "), "integrate(dbeta x pbeta)",
      integrate(function(x) dbeta(x, case[1], case[2]) * pbeta(x, case[3], case[4]), 0, 1, rel.tol = 1e-12, subdivisions = 5000)$value)

# residual SD of a linear regression in the population: from the joint covariance matrix
for (case in list(c(0.35, 0.15, 0.165, 1, 1), c(0.35, 0.15, 0.165, 2, 3), c(1, 0, 0.5, 1, 4), c(0, 0.2, 0.3, 1, 2))) {
  b <- case[4]; m <- case[5]
  S <- matrix(case[1]^2, b + m, b + m) + diag(case[3]^2, b + m)
  S[b + 1:m, b + 1:m] <- S[b + 1:m, b + 1:m] + case[2]^2
  L <- rbind(c(rep(1 / b, b), rep(0, m)), c(rep(0, b), rep(1 / m, m))); V <- L %*% S %*% t(L)
  ref("ancova_sd", paste(case, collapse = " "), "sqrt(conditional variance), see script", sqrt(V[2, 2] - V[1, 2]^2 / V[1, 1]))
}
write.csv(do.call(rbind, rows), "planning.csv", row.names = FALSE, eol = "\n")
