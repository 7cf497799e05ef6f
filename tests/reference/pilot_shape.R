# Planned comparisons of an invented trial in the shape of the CDISC pilot (tests/cases/pilot_shape):
# Tables 14-3.01 (ADAS-Cog, LOCF) and 14-3.02 (CIBIC+, no baseline) ask for these models.
# Rscript pilot_shape.R, in this folder; the tests read pilot_shape.csv and never run R.
suppressMessages(library(emmeans))
folder <- "../cases/pilot_shape/"
read <- function(file) {
  rows <- read.csv(paste0(folder, file), colClasses = c(SITEGR1 = "character"))
  rows <- subset(rows, AVISITN == 24 & EFFFL == "Y" & ANL01FL == "Y")
  rows$TRTP <- relevel(factor(rows$TRTP), "Placebo")
  rows
}
out <- NULL
put <- function(key, value) out <<- rbind(out, data.frame(key = key, value = sprintf("%.17g", value)))
models <- function(name, rows, formula, dose) {
  fit <- lm(formula, rows)
  means <- as.data.frame(emmeans(fit, "TRTP"))
  for (i in seq_len(nrow(means))) {
    put(paste(name, "mean", means$TRTP[i]), means$emmean[i])
    put(paste(name, "mean lower", means$TRTP[i]), means$lower.CL[i])
  }
  pairs <- as.data.frame(summary(pairs(emmeans(fit, "TRTP"), adjust = "none", reverse = TRUE)))
  for (i in seq_len(nrow(pairs))) {
    put(paste(name, "difference", pairs$contrast[i]), pairs$estimate[i])
    put(paste(name, "p", pairs$contrast[i]), pairs$p.value[i])
  }
  put(paste(name, "F"), drop1(fit, test = "F")["TRTP", "F value"])
  slope <- summary(lm(dose, rows))$coefficients["TRTPN", ]
  put(paste(name, "dose"), slope["Estimate"])
  put(paste(name, "dose p"), slope["Pr(>|t|)"])
  put(paste(name, "n"), nrow(rows))
}
models("adas", subset(read("adqsadas.csv"), PARAMCD == "ACTOT"), CHG ~ TRTP + SITEGR1 + BASE,
       CHG ~ TRTPN + SITEGR1 + BASE)
models("cibic", read("adqscibc.csv"), AVAL ~ TRTP + SITEGR1, AVAL ~ TRTPN + SITEGR1)
write.csv(out, "pilot_shape.csv", row.names = FALSE, quote = TRUE)
