# ACTG 175 as its plan could have it, within strata of prior antiretroviral therapy: writes actg175.csv
# beside this script. `python -m helpers actg175 FOLDER` makes the folder from what lifelines ships.
# Run from here: Rscript actg175.R FOLDER. Needs survival. No test runs R.
suppressMessages(library(survival))
folder <- commandArgs(TRUE)[1]
d <- merge(read.csv(file.path(folder, "adtte.csv")), read.csv(file.path(folder, "adsl.csv")), by = "USUBJID")
d$event <- 1 - d$CNSR; arms <- c("Zidovudine", "Zidovudine + didanosine", "Zidovudine + zalcitabine", "Didanosine")
d$arm <- factor(d$TRT01A, arms); rows <- NULL
put <- function(key, value) rows <<- rbind(rows, data.frame(key, value = sprintf("%.17g", unname(value))))
put("overall", survdiff(Surv(AVAL, event) ~ arm + strata(PRIORARV), d)$chisq)
fit <- coxph(Surv(AVAL, event) ~ arm + AGE + KARNOF + strata(PRIORARV), d, control = coxph.control(eps = 1e-12, iter.max = 100))
b <- coef(fit); se <- sqrt(diag(vcov(fit)))
p <- sapply(arms[-1], function(a) {
  two <- droplevels(d[d$arm %in% c("Zidovudine", a), ]); key <- paste0("arm", a)
  chisq <- survdiff(Surv(AVAL, event) ~ arm + strata(PRIORARV), two)$chisq
  put(paste("log-rank", a), chisq); put(paste("ratio", a), exp(b[key]))
  put(paste("upper", a), exp(b[key] + qnorm(0.975) * se[key])); pchisq(chisq, 1, lower.tail = FALSE)
})
for (a in arms[-1]) put(paste("holm", a), p.adjust(p, "holm")[a])
write.csv(rows, "actg175.csv", row.names = FALSE, quote = FALSE, eol = "\n")
