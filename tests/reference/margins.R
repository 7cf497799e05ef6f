# One-sided P against a margin, of the study folder data/hucmsc: writes margins.csv beside this script. The
# margin is taken off the arm's values (lm, offset) or off the logarithm (coxph, glm); t or normal, one-sided.
# Run from this folder: Rscript margins.R. Needs survival. No test runs R.
suppressMessages(library(survival)); options(digits = 17)
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
write.csv(rows, "margins.csv", row.names = FALSE, eol = "\n")
