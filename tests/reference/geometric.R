# Geometric means and their ratios, of the CD4 counts of the study folder data/hucmsc at week 48: writes
# geometric.csv beside this script. Means: t.test of the decimal logarithms, turned back; ratios: lm of their
# changes on arm, baseline and age. Run from this folder: Rscript geometric.R. No test runs R.
at <- function(name) read.csv(file.path("../../data/hucmsc", name))
LEVELS <- c("Placebo", "Low dose", "High dose")
d <- at("adlb.csv"); d <- d[d$PARAMCD == "CD4" & d$AVISITN == 48 & !is.na(d$AVAL), c("USUBJID", "AVAL", "BASE")]
d <- merge(d, at("adsl.csv"), by = "USUBJID"); d$arm <- factor(d$TRT01A, LEVELS); rows <- NULL
put <- function(what, arm, v, call) rows <<- rbind(rows, data.frame(what, arm, value = sprintf("%.17g", v[1]),
  lower = sprintf("%.17g", v[2]), upper = sprintf("%.17g", v[3]), p_value = sprintf("%.17g", v[4]), r_call = call,
  r_version = paste0("R ", getRversion())))
for (arm in LEVELS) { t <- t.test(log10(d$AVAL[d$arm == arm])); put("mean", arm, c(10^t$estimate, 10^t$conf.int, NA), "t.test(log10)") }
d$base <- log10(d$BASE); d$change <- log10(d$AVAL) - d$base; fit <- lm(change ~ arm + base + AGE, d)
for (arm in LEVELS[-1]) { s <- summary(fit)$coefficients[paste0("arm", arm), ]; h <- qt(0.975, fit$df.residual) * s[[2]]
  put("ratio", arm, c(10^(s[[1]] + c(0, -h, h)), s[[4]]), "lm of changes of log10") }
write.csv(rows, "geometric.csv", row.names = FALSE, eol = "\n", na = "")
