# Planned responders: of ACTG 175 a CD4 count risen by 50, and by 30%, at week 20, and not fallen at week 96,
# which many missed, within strata of prior therapy; of the invented trial in the shape of the CDISC pilot (cases/pilot_shape) ADAS-Cog fallen by 4 or
# more at week 24, who was not measured then as no response or left out. Writes responders.csv beside this
# script. `python -m helpers actg175 FOLDER` makes the folder from what lifelines ships.
# Run from here: Rscript responders.R FOLDER. No test runs R.
folder <- commandArgs(TRUE)[1]; rows <- NULL
put <- function(key, value) rows <<- rbind(rows, data.frame(key, value = sprintf("%.17g", unname(value))))
wilson <- function(x, n) prop.test(x, n, correct = FALSE)$conf.int
# d: arm, responded (TRUE, FALSE), stratum; one row a subject who counts
compared <- function(name, d, pairs) {
  for (arm in unique(d$arm)) {
    mine <- d$responded[d$arm == arm]; exact <- binom.test(sum(mine), length(mine))
    put(paste(name, arm, "x"), sum(mine)); put(paste(name, arm, "n"), length(mine))
    put(paste(name, arm, "lower"), exact$conf.int[1]); put(paste(name, arm, "upper"), exact$conf.int[2])
  }
  p <- sapply(pairs, function(two) {
    of <- d[d$arm %in% two, ]; of$arm <- factor(of$arm, two); key <- paste(name, two[1], "-", two[2])
    x <- tapply(of$responded, of$arm, sum); n <- table(of$arm); share <- x / n
    a <- wilson(x[1], n[1]); b <- wilson(x[2], n[2]); gap <- share[1] - share[2]
    put(key, gap)
    put(paste(key, "lower"), gap - sqrt((share[1] - a[1])^2 + (b[2] - share[2])^2))
    put(paste(key, "upper"), gap + sqrt((a[2] - share[1])^2 + (share[2] - b[1])^2))
    counts <- table(of$arm, of$responded, of$stratum)
    cmh <- mantelhaen.test(counts, correct = FALSE)
    put(paste(key, "cmh"), cmh$p.value); put(paste(key, "chisq"), cmh$statistic)
    fisher.test(table(of$arm, of$responded))$p.value
  })
  for (i in seq_along(pairs)) {
    key <- paste(name, pairs[[i]][1], "-", pairs[[i]][2])
    put(paste(key, "fisher"), p[i]); put(paste(key, "holm"), p.adjust(p, "holm")[i])
  }
}
lab <- read.csv(file.path(folder, "adlb.csv")); adsl <- read.csv(file.path(folder, "adsl.csv"))
cd4 <- function(week) { at <- lab[lab$PARAMCD == "CD4" & lab$AVISITN == week, ]; at$AVAL[match(adsl$USUBJID, at$USUBJID)] }
d <- data.frame(arm = adsl$TRT01A, stratum = adsl$PRIORARV)
with_reference <- lapply(setdiff(unique(d$arm), "Zidovudine"), function(arm) c(arm, "Zidovudine"))
compared("rise", transform(d, responded = cd4(20) - cd4(0) >= 50), with_reference)
# of a count of 0 nothing is a percentage: no response
compared("percent", transform(d, responded = cd4(0) > 0 & (cd4(20) - cd4(0)) / cd4(0) >= 0.3), with_reference)
late <- cd4(96) - cd4(0); compared("late", transform(d, responded = !is.na(late) & late >= 0), with_reference)
pilot <- "../cases/pilot_shape/"
adsl <- subset(read.csv(paste0(pilot, "adsl.csv")), EFFFL == "Y")
adas <- subset(read.csv(paste0(pilot, "adqsadas.csv")), ANL01FL == "Y" & (is.na(DTYPE) | DTYPE == ""))
at <- function(week) { mine <- adas[adas$AVISITN == week, ]; mine$AVAL[match(adsl$USUBJID, mine$USUBJID)] }
change <- at(24) - at(0); d <- data.frame(arm = adsl$TRT01P, stratum = adsl$SEX)
all <- list(c("Xanomeline Low Dose", "Placebo"), c("Xanomeline High Dose", "Placebo"),
            c("Xanomeline High Dose", "Xanomeline Low Dose"))
for (arm in unique(d$arm)) put(paste("adas", arm, "unknown"), sum(is.na(change[d$arm == arm])))
compared("adas", transform(d, responded = !is.na(change) & change <= -4), all)
compared("adas left out", transform(d, responded = change <= -4)[!is.na(change), ], all)
write.csv(rows, "responders.csv", row.names = FALSE, quote = FALSE, eol = "\n")
