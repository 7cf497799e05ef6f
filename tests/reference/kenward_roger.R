# Reference values for Kenward and Roger's correction: writes kenward_roger.csv beside this script from
# mixed.csv. Run from this folder: Rscript kenward_roger.R. Needs lme4, pbkrtest. No test runs R.
# lme4 has no unstructured residual covariance, so the model has compound symmetry (a random intercept).
suppressMessages({library(lme4); library(pbkrtest)})
long <- read.csv("mixed.csv"); long$v <- factor(long$visit); long$arm <- relevel(factor(long$arm), "control")
# the indicator columns by hand: lmer would reorder or drop those of an interaction without main effects
design <- model.matrix(~ 0 + v + v:arm + v:base, long); long$X <- design
fit <- lmer(y ~ 0 + X + (1 | subject), long, REML = TRUE,
  control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12)))
stopifnot(ncol(design) == length(fixef(fit)))
found <- as.data.frame(VarCorr(fit)); adjusted <- vcovAdj(fit)
out <- data.frame(arm = "variance", visit = c("subject", "residual"), value = found$vcov, df = NA)
for (a in c("low", "high")) for (g in levels(long$v)) {
  k <- which(colnames(design) == paste0("v", g, ":arm", a)); L <- rep(0, ncol(design)); L[k] <- 1
  out <- rbind(out, data.frame(arm = a, visit = g, value = sqrt(adjusted[k, k]), df = Lb_ddf(L, vcov(fit), adjusted)))
}
for (n in c("value", "df")) out[[n]] <- sprintf("%.17g", out[[n]])
write.csv(out, "kenward_roger.csv", row.names = FALSE, quote = FALSE, eol = "\n")
