# Intervals at other levels than 95%, of the study folder data/hucmsc: writes confidence.csv beside this script.
# Run from this folder: Rscript confidence.R. Needs survival. No test runs R.
suppressMessages(library(survival)); options(digits = 17)
at <- function(name) read.csv(file.path("../../data/hucmsc", name), check.names = FALSE)
adsl <- at("adsl.csv"); lb <- at("adlb.csv"); te <- at("adtte.csv"); ae <- at("adae.csv")
adsl$arm <- factor(adsl$TRT01A, c("Placebo", "Low dose", "High dose"))
cd4 <- lb[lb$PARAMCD == "CD4", ]
d <- merge(cd4[cd4$AVISITN == 48, c("USUBJID", "AVAL", "BASE")], adsl, by = "USUBJID"); d <- d[!is.na(d$AVAL), ]
d$chg <- d$AVAL - d$BASE
te <- merge(te, adsl, by = "USUBJID")
rows <- NULL
put <- function(what, arm, level, value, lower, upper, call) rows <<- rbind(rows, data.frame(what, arm, level,
  value = sprintf("%.17g", value), lower = sprintf("%.17g", lower), upper = sprintf("%.17g", upper), r_call = call,
  r_version = paste0("R ", getRversion(), ", survival ", packageVersion("survival"))))
for (level in c(0.9, 0.9875)) {
  fit <- lm(chg ~ arm + BASE, d); ci <- confint(fit, level = level)
  cox <- coxph(Surv(AVAL, CNSR == 0) ~ arm, te, ties = "efron", control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50))
  rr <- summary(cox, conf.int = level)$conf.int
  for (arm in levels(adsl$arm)) {
    x <- t.test(d$chg[d$arm == arm], conf.level = level)
    put("mean", arm, level, x$estimate, x$conf.int[1], x$conf.int[2], "t.test")
    s <- summary(survfit(Surv(AVAL, CNSR == 0) ~ 1, te[te$arm == arm, ], conf.int = level, conf.type = "log-log"), times = 48)
    put("survival", arm, level, s$surv, s$lower, s$upper, "survfit, conf.type log-log")
    own <- adsl$USUBJID[adsl$arm == arm]; k <- length(unique(ae$USUBJID[ae$TRTEMFL == "Y" & ae$USUBJID %in% own]))
    b <- binom.test(k, length(own), conf.level = level)
    put("any event", arm, level, k / length(own), b$conf.int[1], b$conf.int[2], "binom.test")
    if (arm == "Placebo") next
    name <- paste0("arm", arm)
    put("ancova", arm, level, coef(fit)[[name]], ci[name, 1], ci[name, 2], "lm, confint")
    put("hazard ratio", arm, level, rr[name, 1], rr[name, 3], rr[name, 4], "coxph, summary(conf.int)")
  }
}
write.csv(rows, "confidence.csv", row.names = FALSE, eol = "\n")
