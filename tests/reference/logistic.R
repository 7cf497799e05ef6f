# Logistic regressions of a response on arm and covariates: odds ratio (Wald), likelihood-ratio test, and the
# risk difference standardised to all subjects, its delta-method error from the gradient written out (what
# avg_comparisons of marginaleffects prints). Writes logistic.csv, of the event in trials_data.csv, and
# planned_odds.csv, of the responses that tests/cases/newcomers plan, beside this script.
# Run from this folder: Rscript logistic.R. Base R alone. No test runs R.
options(digits = 17); tight <- glm.control(epsilon = 1e-15, maxit = 100); z <- qnorm(0.975)
# glm leaves the weights of its last step but one in vcov: fitted once more from where it arrived
fitted_by <- function(f, d) { m <- glm(f, binomial, d, control = tight); glm(f, binomial, d, control = tight, start = coef(m)) }
# one comparison: d has y and arm (a factor, the reference first); more: terms beside the arm
odds <- function(d, arm, more) {
  m <- fitted_by(reformulate(c("arm", more), "y"), d); s <- summary(m)$coefficients[paste0("arm", arm), ]
  e <- d; e$arm <- as.character(e$arm); e$arm[e$arm == arm] <- levels(d$arm)[1]
  e$arm <- factor(e$arm, setdiff(levels(d$arm), arm))
  less <- if (nlevels(e$arm) > 1) fitted_by(reformulate(c("arm", more), "y"), e) else
    fitted_by(if (length(more)) reformulate(more, "y") else y ~ 1, e)
  share <- function(to) { g <- d; g$arm <- factor(to, levels(d$arm)); X <- model.matrix(delete.response(terms(m)), g, xlev = m$xlevels)
    p <- plogis(drop(X %*% coef(m))); list(mean(p), colMeans(p * (1 - p) * X)) }
  one <- share(arm); base <- share(levels(d$arm)[1]); slope <- one[[2]] - base[[2]]
  gap <- one[[1]] - base[[1]]; error <- sqrt(drop(slope %*% vcov(m) %*% slope)); lr <- deviance(less) - deviance(m)
  list(odds_ratios = c(value = exp(s[[1]]), lower = exp(s[[1]] - z * s[[2]]), upper = exp(s[[1]] + z * s[[2]]), p_value = 2 * pnorm(-abs(s[[3]]))),
    odds_ratio_tests = c(value = lr, p_value = pchisq(lr, 1, lower.tail = FALSE)),
    standardised_differences = c(value = gap, lower = gap - z * error, upper = gap + z * error, p_value = 2 * pnorm(-abs(gap / error))))
}
CALLS <- c(odds_ratios = "glm(y ~ arm + ..., binomial), summary", odds_ratio_tests = "deviance of two glm(binomial)",
  standardised_differences = "glm(binomial), predict, vcov: see script")
data <- read.csv("trials_data.csv"); rows <- NULL
for (name in unique(data$dataset)) { d <- data[data$dataset == name, ]; d$age <- d$y; d$y <- d$event
  arms <- unique(c("control", as.character(d$arm))); d$arm <- factor(d$arm, arms)
  for (how in c("plain", "adjusted")) for (arm in arms[-1]) {
    found <- odds(d, arm, if (how == "plain") character() else c("x", "age", "z", "stratum"))
    for (k in names(found)) for (q in names(found[[k]])) rows <- rbind(rows, data.frame(estimator = k, dataset = paste(name, how, arm), quantity = q,
      r_call = CALLS[[k]], value = sprintf("%.17g", found[[k]][[q]]), r_version = paste0("R ", getRversion(), ", stats ", packageVersion("stats")))) } }
write.csv(rows, "logistic.csv", row.names = FALSE, eol = "\n")
# ---- the planned responses
FOLDER <- "../cases/newcomers"; rows <- NULL; read <- function(trial, table) read.csv(file.path(FOLDER, trial, paste0(table, ".csv")))
slug <- function(x) gsub("[^a-z0-9]+", "-", tolower(x))
planned <- function(trial, name, y, a, labels, pairs, more = character()) for (two in pairs) {
  d <- data.frame(y, a); d$arm <- factor(labels[a$TRT01A], unique(c(two[2], two[1], labels))); found <- odds(d, two[1], more)
  key <- paste(c(name, slug(two[1]), if (two[2] != labels[[1]]) slug(two[2])), collapse = ".")
  for (k in names(found)) for (q in names(found[[k]])) rows <<- rbind(rows, data.frame(trial, table = k, row = key, field = q, value = sprintf("%.17g", found[[k]][[q]]))) }
at <- function(trial, a, visit, table = "adlb") { t <- read(trial, table); t <- t[t$AVISITN == visit, ]; t$AVAL[match(a$USUBJID, t$USUBJID)] }
a <- read("resp", "adsl"); a$SITEID <- factor(a$SITEID); lab <- c(placebo = "Placebo", treatment = "Active")
for (k in c(4, 1)) planned("resp", paste0("good", k), at("resp", a, k), a, lab, list(c("Active", "Placebo")), c("SITEID", "BASESTAT"))
a <- read("anorexia", "adsl"); lab <- c(Cont = "Control", CBT = "Cognitive therapy", FT = "Family therapy")
gain <- 100 * (at("anorexia", a, 1, "advs") / at("anorexia", a, 0, "advs") - 1) >= 5
planned("anorexia", "gain", as.integer(gain), a, lab, list(lab[c(2, 1)], lab[c(3, 1)], lab[c(3, 2)]))
a <- read("btheb", "adsl"); lab <- c(TAU = "Usual care", BtheB = "Beat the blues"); v <- at("btheb", a, 3)
half <- !is.na(v) & 100 * (v / at("btheb", a, 0) - 1) <= -50
planned("btheb", "half", as.integer(half), a, lab, list(lab[c(2, 1)]), c("DRUG", "LENGTH"))
write.csv(rows, "planned_odds.csv", row.names = FALSE, quote = FALSE, eol = "\n")
