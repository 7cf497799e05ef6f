# Reference values of paired_tobit and detectable_fold: writes panel_pairs.csv and panel.csv.
# Run from this folder: Rscript panel.R. Needs mvtnorm. The tests read the csv files, never R.
suppressMessages(library(mvtnorm))
RNGkind("Mersenne-Twister", "Inversion", "Rejection"); set.seed(4)
pairs <- NULL
for (name in c("none", "after", "both")) {
  n <- 15
  x <- rnorm(n, 0.4, 0.35); y <- 0.15 + 0.6 * x + rnorm(n, -0.15, 0.22)
  limit <- c(none = -9, after = 0.1, both = 0.15)[[name]]
  bx <- name == "both" & x < limit; by <- y < limit
  pairs <- rbind(pairs, data.frame(dataset = name, before = round(ifelse(bx, limit, x), 4),
    after = round(ifelse(by, limit, y), 4), before_below = +bx, after_below = +by))
}
write.csv(pairs, "panel_pairs.csv", row.names = FALSE, quote = FALSE)

loglik <- function(t, d) {
  if (max(abs(t)) > 8) return(-1e10) # the optimiser's excursions
  s <- exp(t[3:4]); r <- tanh(t[5]); S <- diag(s) %*% matrix(c(1, r, r, 1), 2) %*% diag(s)
  m <- c(t[1], t[1] + t[2]); total <- 0
  for (i in seq_len(nrow(d))) {
    z <- c(d$before[i], d$after[i]); b <- c(d$before_below[i], d$after_below[i]) == 1
    total <- total + if (all(b)) log(pmvnorm(upper = (z - m) / s,
        corr = matrix(c(1, r, r, 1), 2), algorithm = TVPACK(1e-13))[1]) else if (!any(b)) dmvnorm(z, m, S, log = TRUE) else {
      k <- which(b); o <- 3 - k
      cm <- m[k] + S[k, o] / S[o, o] * (z[o] - m[o]); cs <- sqrt(S[k, k] - S[k, o]^2 / S[o, o])
      dnorm(z[o], m[o], s[o], log = TRUE) + pnorm(z[k], cm, cs, log.p = TRUE)
    }
  }
  total
}
climb <- function(f, start) {
  for (i in 1:4) start <- optim(start, function(t) -f(t), method = c("Nelder-Mead", "BFGS")[i %% 2 + 1],
    control = list(reltol = 1e-15, maxit = 5000))$par
  list(par = start, value = f(start))
}
rows <- NULL
add <- function(...) rows <<- rbind(rows, data.frame(..., r_version = paste("R", getRversion())))
for (name in unique(pairs$dataset)) {
  d <- pairs[pairs$dataset == name, ]
  s0 <- c(mean(d$before), mean(d$after - d$before), log(sd(d$before)), log(sd(d$after)), 0.5)
  top <- climb(function(t) loglik(t, d), s0)
  profile <- function(at) climb(function(t) loglik(append(t, at, 1), d), top$par[-2])$value
  gap <- function(at) top$value - profile(at) - qchisq(0.95, 1) / 2
  add(estimator = "paired_tobit", dataset = name, quantity = "value", value = top$par[2])
  for (side in c(-1, 1)) add(estimator = "paired_tobit", dataset = name,
    quantity = if (side < 0) "lower" else "upper",
    value = uniroot(gap, sort(top$par[2] + side * c(0, 0.6)), tol = 1e-9)$root)
  add(estimator = "paired_tobit", dataset = name, quantity = "p_value",
    value = pchisq(2 * (top$value - profile(0)), 1, lower.tail = FALSE))
}
for (case in list(c(12, 0.5, 0.8, 0.05), c(12, 0.5, 0.8, 0.05 / 8), c(30, 0.3, 0.9, 0.05))) {
  delta <- power.t.test(n = case[1], sd = case[2], power = case[3], sig.level = case[4],
    type = "paired", strict = TRUE, tol = 1e-12)$delta
  add(estimator = "detectable_fold", dataset = paste(signif(case, 6), collapse = "/"),
    quantity = "value", value = exp(-delta))
}
rows$value <- sprintf("%.12g", rows$value)
write.csv(rows, "panel.csv", row.names = FALSE)
