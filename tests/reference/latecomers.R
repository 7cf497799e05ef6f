# What R makes of seven more trials (tests/cases/latecomers: gbsg, rats, ovarian and transplant of survival, bacteria
# of MASS, BodyWeight and Orthodont of nlme; latecomers_export.R wrote their tables), as their study.toml plan them.
# Writes latecomers.csv beside this script. Run from this folder: Rscript latecomers.R. Needs survival, nlme,
# numDeriv. No test runs R.
source("as_planned.R"); FOLDER <- "../cases/latecomers"
same <- function(...) { x <- c(...); names(x) <- x; x }
one_sided <- function(estimate, se, margin, df = Inf, above = TRUE) pt((estimate - margin) / se, df, lower.tail = !above)
hazard <- function(fit, name) summary(fit)$coefficients[name, c("coef", "se(coef)")]
strata_test <- function(trial, role, t, by) { f <- survdiff(as.formula(paste("Surv(AVAL, EVENT) ~ ARM + strata(", by, ")")), t)
  put(trial, paste("planned_overall", role, sep = "."), value = f$chisq, p_value = pchisq(f$chisq, length(unique(t$ARM)) - 1, lower.tail = FALSE)) }
# ---- German breast cancer: strata, covariates, a margin, the women after menopause again
LEVEL <- 0.9; lab <- c("No hormones" = "No hormones", Hormones = "Hormones"); t <- load("gbsg", "RFS", lab); t$ARM <- factor(t$ARM, lab)
times("gbsg", "rfs", t, lab, "GRADE", c("NODES", "AGE"), 1800); strata_test("gbsg", "rfs", t, "GRADE")
adjusted("gbsg", "rfs", transform(t, GRADE = factor(GRADE)), lab, c("GRADE", "NODES", "AGE"), 1800)
model <- function(t) coxph(Surv(AVAL, EVENT) ~ ARM + NODES + AGE + strata(GRADE), t, control = fine)
h <- hazard(model(t), "ARMHormones"); put("gbsg", "margins.endpoints.margin.rfs.hormones", p_value = one_sided(h[1], h[2], log(1.1), above = FALSE))
h <- hazard(model(t[t$POSTMFL == "Y", ]), "ARMHormones"); z <- qnorm(UP()); put("gbsg", "others.postmfl.rfs.hormones", value = exp(h[1]), lower = exp(h[1] - z * h[2]), upper = exp(h[1] + z * h[2]), p_value = 2 * pnorm(-abs(h[1] / h[2])))
# ---- rats: a hundred strata of three
LEVEL <- 0.95; lab <- same("Control", "Drug"); t <- load("rats", "TUMOUR", lab); times("rats", "tumour", t, lab, "LITTER", character(), 100); strata_test("rats", "tumour", t, "LITTER")
# ---- ovarian: 26 women, intervals of 80%
LEVEL <- 0.8; lab <- same("Arm 1", "Arm 2"); t <- load("ovarian", "OS", lab); times("ovarian", "os", t, lab, "RESID", "AGE", 700); weighted("ovarian", "os", t, "RESID", function(S, Y) sqrt(Y))
adjusted("ovarian", "os", t, lab, c("RESID", "AGE"), 700); t$ARM <- factor(t$ARM, lab)
h <- hazard(coxph(Surv(AVAL, EVENT) ~ ARM + AGE + strata(RESID), t, control = fine), "ARMArm 2"); put("ovarian", "margins.endpoints.margin.os.arm-2", p_value = one_sided(h[1], h[2], log(1.5), above = FALSE))
# ---- transplant: four groups, a competing death, Breslow's ties
LEVEL <- 0.95; lab <- c(O = "Group O", A = "Group A", B = "Group B", AB = "Group AB"); t <- load("transplant", "LTX", lab); times("transplant", "ltx", t, lab, "SEX", "AGE", 500, "breslow"); strata_test("transplant", "ltx", t, "SEX")
for (a in lab[-1]) adjusted("transplant", "ltx", t[t$ARM %in% c(lab[[1]], a), ], c(lab[[1]], a), c("SEX", "AGE"), 500)
s <- summary(survfit(Surv(AVAL, factor(c(1, 0, 2, 0)[match(CNSR, c(0, 1, 2, 3))], 0:2)) ~ ARM, t, id = seq_len(nrow(t)), conf.type = "log-log"), times = 100 * 1:5, extend = TRUE)
for (i in seq_along(s$time)) put("transplant", paste("incidence.ltx", slug(sub("ARM=", "", s$strata[i])), s$time[i], sep = "."), value = s$pstate[i, 2], lower = s$lower[i, 2], upper = s$upper[i, 2])
# ---- bacteria: two responses in one family, a chosen pair, a covariate that some lack, two margins
LEVEL <- 0.99; lab <- c(placebo = "Placebo", drug = "Drug", "drug+" = "Urged drug"); pairs <- list(c("Drug", "Placebo"), c("Urged drug", "Drug")); a <- read("bacteria", "adsl"); b <- read("bacteria", "adlb"); ps <- NULL
for (k in c(4, 11)) { x <- merge(b[b$AVISITN == k, ], a, by = "USUBJID"); x$ARM <- factor(lab[x$TRT01A], lab); y <- 1 - x$AVAL; name <- paste0("clear", k)
  responses("bacteria", name, y, x$ARM, lab, pairs)
  for (two in pairs) { x$A <- relevel(x$ARM, two[2]); f <- glm(y ~ A + START, binomial, x, control = glm.control(1e-14, 100)); s <- summary(f)$coefficients[paste0("A", two[1]), ]; z <- qnorm(UP())
    key <- paste(c(name, slug(two[1]), if (two[2] != lab[1]) slug(two[2])), collapse = "."); put("bacteria", paste0("odds.", key), value = exp(s[[1]]), lower = exp(s[[1]] - z * s[[2]]), upper = exp(s[[1]] + z * s[[2]]), p_value = s[[4]])
    if (k == 11) put("bacteria", paste0("margins.responses.odds_margin.", key), p_value = one_sided(s[[1]], s[[2]], log(0.5))) } }
e <- rows$trial == "bacteria" & grepl("^exact[.]", rows$key); together <- rows$trial == "bacteria" & grepl("^together[.]", rows$key)
rows$value[together] <- sprintf("%.17g", p.adjust(as.numeric(rows$value[e]), "holm"))
# ---- rats on diets: three arms of 8, 4 and 4, equivalence
LEVEL <- 0.9; lab <- same("Diet 1", "Diet 2", "Diet 3"); d <- loadlb("bodyweight", lab); at <- d[d$AVISITN == 64, ]; changes("bodyweight", at, lab, 64, method = "bonferroni")
mixed("bodyweight", "repeated", d[d$AVISITN > 1, ], lab)
f <- lm(CHG ~ BASE + factor(ARM, lab), at); s <- summary(f)$coefficients; for (i in 2:3) { x <- s[paste0("factor(ARM, lab)", lab[i]), ]
  put("bodyweight", paste0("margins.parameters.margin.weight.", slug(lab[i])), p_value = max(one_sided(x[1], x[2], -20, f$df.residual), one_sided(x[1], x[2], 20, f$df.residual, FALSE))) }
# ---- growth: a mixed model of three ages
LEVEL <- 0.9; lab <- c(Male = "Boys", Female = "Girls"); d <- loadlb("orthodont", lab); at <- d[d$AVISITN == 168, ]; changes("orthodont", at, lab, 168)
mixed("orthodont", "repeated", d[d$AVISITN > 96, ], lab); mixed("orthodont", "planned_visits", d[d$AVISITN > 96, ], lab)
at$ARM <- factor(at$ARM, lab); f <- lm(CHG ~ BASE + ARM, at); x <- summary(f)$coefficients["ARMGirls", ]; put("orthodont", "margins.parameters.margin.distance.girls", p_value = one_sided(x[1], x[2], -3, f$df.residual))
write.csv(rows, "latecomers.csv", row.names = FALSE, quote = FALSE, eol = "\n")
