# Reference values for helpers.analyse.significance_pattern: writes nominal.csv beside this script.
# Run from this folder: Rscript nominal.R
options(digits = 17)
rows <- list()
ref <- function(quantity, case, value, call) {
  rows[[length(rows) + 1]] <<- data.frame(
    quantity, case, r_call = call, value = sprintf("%.17g", value), r_version = paste0("R ", getRversion()))
}
for (case in list(c(24, 0), c(24, 0.42), c(24, 0.7), c(12, 0.9), c(30, -0.3))) {
  n <- case[1]; effect <- case[2]
  rise <- function(a) pt(qt(1 - a / 2, n - 1), n - 1, ncp = effect * sqrt(n), lower.tail = FALSE)
  # the normal is integrated over the chi distribution: pt(ncp) loses digits in the tails
  tail <- function(q) integrate(function(u) pnorm(q * u / sqrt(n - 1) - effect * sqrt(n)) *
    2 * u * dchisq(u^2, n - 1), 0, Inf, rel.tol = 1e-12, subdivisions = 2000)$value
  exact <- function(a) 1 - tail(qt(1 - a / 2, n - 1))
  quiet <- function(a) tail(qt(1 - a / 2, n - 1)) - tail(-qt(1 - a / 2, n - 1))
  stopifnot(abs(rise(0.05) - exact(0.05)) < 1e-7)
  ref("pattern", paste(n, effect), exact(0.001)^2 * quiet(0.05), "integrate(pnorm x dchisq)")
}
for (n in c(12, 24, 36)) ref("change", n, qt(0.9995, n - 1) / sqrt(n), "qt(0.9995, n - 1) / sqrt(n)")
write.csv(do.call(rbind, rows), "nominal.csv", row.names = FALSE, quote = 3, eol = "\n")
