# What R makes of six trials that come as folders of their own (tests/cases/newcomers: respiratory and BtheB of
# HSAUR3, anorexia of MASS, udca, myeloid and rhDNase of survival; newcomers_export.R wrote their tables), as
# their study.toml plan them. Writes newcomers.csv beside this script. Run from this folder: Rscript
# newcomers.R (three minutes). Needs survival, nlme, cmprsk, numDeriv. No test runs R.
library(cmprsk); source("as_planned.R"); FOLDER <- "../cases/newcomers"
# ======== the trials
lab <- c(placebo = "Placebo", treatment = "Active"); d <- loadlb("resp", lab); at <- d[d$AVISITN == 4, ]; at$SITE <- factor(at$SITEID)
changes("resp", at, lab, 4, "SITE"); m <- d[d$AVISITN > 0, ]; m$SITE <- factor(m$SITEID)
mixed("resp", "repeated", m, lab); mixed("resp", "planned_visits", m, lab, "SITE")
for (k in c(4, 1)) { x <- d[d$AVISITN == k, ]; responses("resp", paste0("good", k), x$AVAL, x$ARM, lab, list(c("Active", "Placebo")), stratum = paste(x$SITEID, x$BASESTAT)) }
lab <- c(Cont = "Control", CBT = "Cognitive therapy", FT = "Family therapy"); d <- loadlb("anorexia", lab, "advs"); at <- d[d$AVISITN == 1, ]
three <- list(c(lab[[2]], lab[[1]]), c(lab[[3]], lab[[1]]), c(lab[[3]], lab[[2]])); changes("anorexia", at, lab, 1, method = "hochberg", pairs = three)
responses("anorexia", "gain", as.integer(100 * (at$AVAL / at$BASE - 1) >= 5), at$ARM, lab, three, "hochberg")
lab <- c(TAU = "Usual care", BtheB = "Beat the blues"); d <- loadlb("btheb", lab); at <- d[d$AVISITN == 3, ]
changes("btheb", at, lab, 3, c("DRUG", "LENGTH")); m <- d[d$AVISITN > 0, ]; mixed("btheb", "repeated", m, lab); mixed("btheb", "planned_visits", m, lab, c("DRUG", "LENGTH"), df = FALSE)
a <- read("btheb", "adsl"); a$ARM <- lab[a$TRT01A]; v <- at$AVAL[match(a$USUBJID, at$USUBJID)]; b <- at$BASE[match(a$USUBJID, at$USUBJID)]; y <- as.integer(!is.na(v) & 100 * (v / b - 1) <= -50)
responses("btheb", "half", y, a$ARM, lab, list(c(lab[[2]], lab[[1]])), stratum = paste(a$DRUG, a$LENGTH))
lab <- c(Placebo = "Placebo", UDCA = "Ursodiol"); t <- load("udca", "TTF", lab); times("udca", "ttf", t, lab, "STAGE", c("LBILI", "RISK"), 1000, "breslow"); adjusted("udca", "ttf", transform(t, STAGE = factor(STAGE)), lab, c("STAGE", "LBILI", "RISK"), 1000)
weighted("udca", "ttf", t, "STAGE", function(S, Y) 1)
lab <- c(A = "A", B = "B"); t <- load("myeloid", "OS", lab); times("myeloid", "os", t, lab, "SEX", character(), 1000); weighted("myeloid", "os", t, "SEX", function(S, Y) Y)
t <- load("myeloid", "CR", lab); times("myeloid", "cr", t, lab, "SEX", character(), 180); weighted("myeloid", "cr", t, "SEX", function(S, Y) Y)
g <- with(t, cuminc(AVAL, c(1, 0, 2)[CNSR + 1], ARM, strata = SEX, rho = 0, cencode = 0)); put("myeloid", "incidences_differ.cr.b", value = g$Tests[1, 1], p_value = g$Tests[1, 2])
ci <- survfit(Surv(AVAL, factor(c(1, 0, 2)[CNSR + 1], 0:2)) ~ ARM, t, id = seq_len(nrow(t)), conf.type = "log-log"); s <- summary(ci, times = c(40, 60, 80, 100, 120, 140, 160, 180), extend = TRUE)
for (i in seq_along(s$time)) put("myeloid", paste("incidence.cr", slug(sub("ARM=", "", s$strata[i])), s$time[i], sep = "."), value = s$pstate[i, 2], lower = s$lower[i, 2], upper = s$upper[i, 2])
lab <- c(Placebo = "Placebo", rhDNase = "Dornase"); t <- load("rhdnase", "TTEXAC", lab); times("rhdnase", "ttexac", t, lab, "SITEID", "FEV", 160); weighted("rhdnase", "ttexac", t, "SITEID", function(S, Y) 1 - S)
write.csv(rows, "newcomers.csv", row.names = FALSE, quote = FALSE, eol = "\n")
