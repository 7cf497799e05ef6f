# One-sided P against a margin, of the study folder data/hucmsc: writes margins.csv beside this script. The
# margin is taken off the arm's values (lm, offset) or off the logarithm (coxph, glm); t or normal, one-sided.
# "mixed model": the difference at week 48 of gls over the visits up to it, polished by Newton steps on the REML function
# written out subject by subject (as in make_reference.R), less the margin, on Satterthwaite's degrees of freedom;
# every fifth subject is without its count of week 48 there, so that it is not the analysis of covariance.
# Run from this folder: Rscript margins.R. Needs survival, nlme, numDeriv. No test runs R.
suppressMessages({library(survival); library(nlme); library(numDeriv)}); options(digits = 17)
at <- function(name) read.csv(file.path("../../data/hucmsc", name))
adsl <- at("adsl.csv"); lb <- at("adlb.csv"); te <- merge(at("adtte.csv"), adsl, by = "USUBJID")
LEVELS <- c("Placebo", "Low dose", "High dose"); adsl$arm <- factor(adsl$TRT01A, LEVELS); te$arm <- factor(te$TRT01A, LEVELS)
rows <- NULL
put <- function(what, arm, margin, p_low, p_high, call) rows <<- rbind(rows, data.frame(what, arm, margin,
  p_above = sprintf("%.17g", p_low), p_below = sprintf("%.17g", p_high), r_call = call,
  r_version = paste0("R ", getRversion(), ", survival ", packageVersion("survival"))))
d <- merge(lb[lb$PARAMCD == "CD4" & lb$AVISITN == 48, c("USUBJID", "AVAL", "BASE")], adsl, by = "USUBJID")
d <- d[!is.na(d$AVAL), ]; d$chg <- d$AVAL - d$BASE; d$up <- as.integer(d$chg >= 30)
for (arm in LEVELS[-1]) {
  name <- paste0("arm", arm)
  for (m in c(-20, 40)) {
    d$off <- m * (d$arm == arm); fit <- lm(chg ~ arm + BASE + AGE, d, offset = off); t <- summary(fit)$coefficients[name, "t value"]
    put("mean", arm, m, pt(t, fit$df.residual, lower.tail = FALSE), pt(t, fit$df.residual), "lm, offset, pt")
  }
  cox <- coxph(Surv(AVAL, CNSR == 0) ~ arm + AGE, te, ties = "efron",
    control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50))
  odds <- glm(up ~ arm + AGE, binomial, d, control = glm.control(epsilon = 1e-14, maxit = 100))
  for (m in c(0.5, 0.8, 2)) {
    z <- (coef(cox)[[name]] - log(m)) / sqrt(diag(vcov(cox)))[[name]]
    put("hazard ratio", arm, m, pnorm(z, lower.tail = FALSE), pnorm(z), "coxph, vcov, pnorm")
    z <- (coef(odds)[[name]] - log(m)) / sqrt(diag(vcov(odds)))[[name]]
    put("odds ratio", arm, m, pnorm(z, lower.tail = FALSE), pnorm(z), "glm binomial, vcov, pnorm")
  }
}
l <- lb[lb$PARAMCD == "CD4" & lb$AVISITN %in% c(12, 24, 48) & !is.na(lb$AVAL), c("USUBJID", "AVISITN", "AVAL", "BASE")]
l <- l[!(l$AVISITN == 48 & as.integer(sub(".*-", "", l$USUBJID)) %% 5 == 0), ]; l <- merge(l, adsl, by = "USUBJID"); l <- l[order(l$USUBJID, l$AVISITN), ]; l$chg <- l$AVAL - l$BASE
l$v <- factor(l$AVISITN); l$i <- as.integer(l$v); m <- nlevels(l$v); l$X <- X <- model.matrix(~ 0 + v + v:arm + v:BASE + v:AGE, l)
keep <- qr(X)$pivot[seq_len(qr(X)$rank)]; l$X <- X <- X[, sort(keep)]
fit <- gls(chg ~ 0 + X, l, correlation = corSymm(form = ~ i | USUBJID), weights = varIdent(form = ~ 1 | v),
  control = glsControl(maxIter = 500, msMaxIter = 2000, tolerance = 1e-12, msTol = 1e-15, opt = "optim"))
people <- split(seq_len(nrow(l)), l$USUBJID)
at_theta <- function(th) { L <- matrix(0, m, m); L[lower.tri(L, TRUE)] <- th; S <- L %*% t(L); A <- 0; b <- 0; ld <- 0
  for (r in people) { W <- solve(S[l$i[r], l$i[r], drop = FALSE]); x <- X[r, , drop = FALSE]
    A <- A + t(x) %*% W %*% x; b <- b + t(x) %*% W %*% l$chg[r]; ld <- ld - log(det(W)) }
  list(S = S, V = solve(A), beta = drop(solve(A, b)), ld = ld + log(det(A))) }
minus2 <- function(th) { f <- at_theta(th); q <- 0
  for (r in people) { e <- l$chg[r] - X[r, , drop = FALSE] %*% f$beta; q <- q + sum(e * solve(f$S[l$i[r], l$i[r], drop = FALSE], e)) }
  f$ld + q }
th <- t(chol(getVarCov(fit, individual = names(which.max(table(l$USUBJID))))))[lower.tri(diag(m), TRUE)]
for (k in 1:4) { H <- hessian(minus2, th); th <- th - solve(H, grad(minus2, th)) }
end <- at_theta(th); stopifnot(abs(end$beta - coef(fit)) < 1e-3 * (1 + abs(coef(fit))))
J <- jacobian(function(t) diag(at_theta(t)$V), th); df <- 2 * diag(end$V)^2 / diag(J %*% solve(H / 2) %*% t(J))
for (arm in LEVELS[-1]) { k <- which(colnames(X) == paste0("v48:arm", arm)); se <- sqrt(end$V[k, k])
  for (at in c(-20, 40)) { t <- (end$beta[[k]] - at) / se
    put("mixed model", arm, at, pt(t, df[k], lower.tail = FALSE), pt(t, df[k]), "gls(corSymm, varIdent), polished, pt") } }
write.csv(rows, "margins.csv", row.names = FALSE, eol = "\n")
