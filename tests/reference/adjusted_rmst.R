# Reference values for adjusted differences in restricted mean: writes adjusted_rmst_data.csv and
# adjusted_rmst.csv beside this script. The data are the complete cases of R's pbc as surv2sampleComp's
# pbc.sample() takes them, whose printed example is in tests/test_adjusted_rmst.py, and colon of
# trials_data.csv. survRM2 is not needed: the method of Tian, Zhao & Wei 2014 is written out subject by
# subject. Run from this folder: Rscript adjusted_rmst.R. Needs survival. No test runs R.
suppressMessages(library(survival))
d <- pbc[, c("time", "status", "trt", "edema", "bili", "chol", "albumin", "copper")]
d <- d[complete.cases(d), ]
d <- data.frame(time = d$time / 365.25, event = as.integer(d$status == 2),
  arm = ifelse(d$trt == 2, "placebo", "dpen"), d[, 4:8])
write.csv(format(d, digits = 17, trim = TRUE), "adjusted_rmst_data.csv", row.names = FALSE, quote = FALSE, eol = "\n")
adjusted <- function(y, e, arm, x, tau) {
  X <- cbind(1, arm, x); t <- pmin(y, tau); k <- e == 1 | t == tau; w <- numeric(length(t))
  for (a in 0:1) { m <- arm == a; g <- summary(survfit(Surv(t[m], 1 - k[m]) ~ 1), times = sort(unique(t[m])))
    w[m] <- k[m] / g$surv[match(t[m], g$time)] }
  w[!k] <- 0
  fit <- lm.wfit(X, t, w); s <- X * (w * (t - drop(X %*% fit$coefficients))); meat <- 0
  for (a in 0:1) { m <- which(arm == a)
    for (i in m) {
      v <- s[i, ]; risk <- function(u) m[t[m] >= u]
      if (!k[i]) v <- v + colSums(s[risk(t[i]), , drop = FALSE]) / length(risk(t[i]))
      for (j in m) if (t[j] <= t[i] && !k[j]) v <- v - colSums(s[risk(t[j]), , drop = FALSE]) / length(risk(t[j]))^2
      meat <- meat + outer(v, v)
    } }
  V <- solve(crossprod(X), t(solve(crossprod(X), meat))); b <- fit$coefficients[2]; se <- sqrt(V[2, 2])
  c(value = unname(b), lower = unname(b) - qnorm(0.975) * se, p_value = 2 * pnorm(-abs(unname(b)) / se))
}
rows <- NULL
put <- function(dataset, found) for (n in names(found)) rows <<- rbind(rows, data.frame(
  estimator = "adjusted_rmst", dataset, quantity = n, r_call = "lm.wfit, weights 1 / G of survfit: see script",
  value = sprintf("%.17g", found[[n]]), r_version = paste0("R ", getRversion(), ", survival ", packageVersion("survival"))))
put("pbc 8", adjusted(d$time, d$event, as.numeric(d$arm == "placebo"), as.matrix(d[, 4:8]), 8))
put("pbc 5", adjusted(d$time, d$event, as.numeric(d$arm == "placebo"), as.matrix(d[, 4:8]), 5))
colon <- read.csv("trials_data.csv"); colon <- colon[colon$dataset == "colon", ]
for (a in c("Lev", "Lev+5FU")) {
  m <- colon[colon$arm %in% c("control", a), ]
  x <- cbind(m$y, model.matrix(~ stratum, m)[, -1])
  put(paste("colon", a), adjusted(m$time, m$event, as.numeric(m$arm == a), x, 2500))
}
write.csv(rows, "adjusted_rmst.csv", row.names = FALSE, eol = "\n")
