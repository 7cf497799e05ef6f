# Reference values for what a trial plans: strata, covariates, weights, ties, competing causes. Writes
# trials_data.csv and trials.csv beside this script, from the data of R's package survival.
# Run from this folder: Rscript trials.R. Needs survival, cmprsk, emmeans, metafor. No test runs R.
suppressMessages({library(survival); library(cmprsk); library(emmeans); library(metafor)})
options(digits = 17)
vet <- with(veteran, data.frame(dataset = "veteran", time, event = status, cause = status,
  arm = ifelse(trt == 1, "control", "test"), stratum = as.character(celltype), x = karno, y = age,
  z = ifelse(prior == 10, "treated before", "new")))
dead <- colon[colon$etype == 2 & !is.na(colon$nodes), ]
col <- with(dead, data.frame(dataset = "colon", time, event = status, cause = status,
  arm = c(Obs = "control", Lev = "Lev", "Lev+5FU" = "Lev+5FU")[as.character(rx)],
  stratum = paste("extent", extent), x = nodes, y = age, z = ifelse(sex == 1, "m", "f")))
mg <- with(mgus2[!is.na(mgus2$mspike), ], data.frame(dataset = "mgus2",
  time = ifelse(pstat == 1, ptime, futime), event = pstat,
  cause = ifelse(pstat == 1, 1, 2 * death), arm = ifelse(sex == "F", "control", "male"),
  stratum = ifelse(mspike > 1.2, "high", "low"), x = mspike, y = age,
  z = ifelse(age > 70, "old", "young")))
pb <- with(pbc[1:312, ], data.frame(dataset = "pbc", time, event = as.integer(status == 2),
  cause = ifelse(status == 2, 1, 2 * status), arm = ifelse(trt == 2, "control", "dpen"),
  stratum = paste("edema", edema), x = bili, y = age, z = sex))
write.csv(rbind(vet, col, mg, pb), "trials_data.csv", row.names = FALSE, quote = FALSE, eol = "\n")
data <- read.csv("trials_data.csv")
rows <- list()
ref <- function(estimator, dataset, quantity, value, call, package) {
  value <- as.numeric(value)
  stopifnot(length(value) == 1)
  if (is.na(value)) return(invisible())
  version <- paste0("R ", getRversion(), ", ", package, " ", packageVersion(package))
  rows[[length(rows) + 1]] <<- data.frame(estimator, dataset, quantity, r_call = call,
    value = sprintf("%.17g", value), r_version = version)
}
test <- function(estimator, dataset, chisq, df, call, package = "survival") {
  ref(estimator, dataset, "value", chisq, call, package)
  ref(estimator, dataset, "p_value", pchisq(chisq, df, lower.tail = FALSE), call, package)
}
wald <- function(estimator, dataset, beta, se, call, package, quantile = qnorm(0.975), back = exp) {
  ref(estimator, dataset, "value", back(beta), call, package)
  ref(estimator, dataset, "lower", back(beta - quantile * se), call, package)
  ref(estimator, dataset, "upper", back(beta + quantile * se), call, package)
}
# Weighted log-rank in hypergeometric terms: no function of these packages gives other than rho.
weighted <- function(d, weigh) {
  arms <- sort(unique(d$arm)); k <- length(arms); gap <- numeric(k); v <- matrix(0, k, k)
  for (s in unique(d$stratum_)) {
    m <- d[d$stratum_ == s, ]; S <- 1; P <- 1
    for (t in sort(unique(m$time[m$event == 1]))) {
      r <- sapply(arms, function(a) sum(m$time >= t & m$arm == a)); n <- sum(r)
      e <- sapply(arms, function(a) sum(m$time == t & m$event == 1 & m$arm == a)); D <- sum(e)
      P <- P * (1 - D / (n + 1)); w <- weigh(n, S, P); S <- S * (1 - D / n)
      gap <- gap + w * (e - D * r / n)
      if (n > 1) v <- v + w^2 * D * (n - D) / (n - 1) * (diag(r / n, k) - outer(r, r) / n^2)
    }
  }
  drop(gap[-1] %*% solve(v[-1, -1], gap[-1]))
}
weights <- list(gehan = function(n, S, P) n, "tarone-ware" = function(n, S, P) sqrt(n),
  peto = function(n, S, P) P, "fleming-harrington 0 1" = function(n, S, P) 1 - S,
  "fleming-harrington 0.5 2" = function(n, S, P) sqrt(S) * (1 - S)^2)
fine <- coxph.control(eps = 1e-14, iter.max = 100)
for (name in unique(data$dataset)) {
  d <- data[data$dataset == name, ]; k <- length(unique(d$arm)) - 1
  others <- setdiff(unique(d$arm), "control")
  d$arm <- relevel(factor(d$arm), "control")
  test("log_rank", name, survdiff(Surv(time, event) ~ arm, d)$chisq, k, "survdiff(Surv(time, event) ~ arm)$chisq")
  test("log_rank_stratified", name, survdiff(Surv(time, event) ~ arm + strata(stratum), d)$chisq, k,
    "survdiff(Surv(time, event) ~ arm + strata(stratum))$chisq")
  for (rho in c(1, 0.5)) {
    key <- paste("fleming-harrington", rho, 0)
    test("log_rank_weighted", paste(name, key), survdiff(Surv(time, event) ~ arm, d, rho = rho)$chisq, k,
      "survdiff(Surv(time, event) ~ arm, rho = rho)$chisq")
    test("log_rank_weighted", paste(name, key, "stratified"),
      survdiff(Surv(time, event) ~ arm + strata(stratum), d, rho = rho)$chisq, k,
      "survdiff(Surv(time, event) ~ arm + strata(stratum), rho = rho)$chisq")
  }
  for (w in names(weights)) for (how in c("", " stratified")) {
    d$stratum_ <- if (how == "") 1 else d$stratum
    key <- if (grepl("fleming", w)) w else paste(w, "1 0")
    test("log_rank_weighted", paste0(name, " ", key, how), weighted(d, weights[[w]]), k,
      "weighted log-rank, see script")
  }
  models <- list(plain = "arm", strata = "arm + strata(stratum)", covariates = "arm + x + y + z",
    both = "arm + x + y + z + strata(stratum)")
  for (m in names(models)) for (ties in c("efron", "breslow")) {
    text <- paste("Surv(time, event) ~", models[[m]])
    fit <- coxph(as.formula(text), d, ties = ties, control = fine)
    b <- coef(fit); se <- sqrt(diag(vcov(fit))); call <- paste0("coxph(", text, ", ties = \"", ties, "\")")
    terms <- sub("^arm", "", names(b))
    for (i in seq_along(b)) {
      key <- paste(name, m, ties, terms[i])
      wald("cox_adjusted", key, b[i], se[i], call, "survival")
      ref("cox_adjusted", key, "p_value", 2 * pnorm(-abs(b[i] / se[i])), call, "survival")
    }
  }
  for (a in unique(d$arm)) {
    fit <- survfit(Surv(time, event) ~ 1, d[d$arm == a, ], conf.type = "log-log")
    q <- quantile(fit, c(0.25, 0.5, 0.75))
    for (i in 1:3) for (part in c("value", "lower", "upper")) ref("survival_quantile",
      paste(name, c(0.25, 0.5, 0.75)[i], a), part,
      switch(part, value = q$quantile, lower = q$lower, upper = q$upper)[i],
      "quantile(survfit(Surv(time, event) ~ 1, conf.type = \"log-log\"))", "survival")
  }
  for (cause in setdiff(sort(unique(d$cause)), 0)) for (how in c("", " stratified")) {
    if (how == "") found <- cuminc(d$time, d$cause, d$arm)$Tests
    else found <- cuminc(d$time, d$cause, d$arm, strata = d$stratum)$Tests
    row <- found[as.character(cause), ]
    ref("gray_test", paste0(name, " ", cause, how), "value", row["stat"], "cuminc(time, cause, arm)$Tests", "cmprsk")
    ref("gray_test", paste0(name, " ", cause, how), "p_value", row["pv"], "cuminc(time, cause, arm)$Tests", "cmprsk")
  }
  fit <- lm(y ~ arm + x + z + stratum, d)
  for (a in others) {
    b <- summary(fit)$coefficients[paste0("arm", a), ]; call <- "lm(y ~ arm + x + z + stratum)"
    wald("adjusted_differences", paste(name, a), b[1], b[2], call, "stats", qt(0.975, fit$df.residual), identity)
    ref("adjusted_differences", paste(name, a), "p_value", b[4], call, "stats")
  }
  for (w in c("equal", "proportional")) {
    # numbers in double precision: emmeans rounds nothing, its data frame holds all digits
    found <- as.data.frame(suppressMessages(emmeans(fit, "arm", weights = if (w == "equal") "equal" else "outer")))
    for (i in seq_len(nrow(found))) {
      key <- paste(name, if (w == "equal") "equal" else "observed", found$arm[i]); call <- "emmeans(fit, \"arm\", weights)"
      ref("adjusted_means", key, "value", found$emmean[i], call, "emmeans")
      ref("adjusted_means", key, "lower", found$lower.CL[i], call, "emmeans")
      ref("adjusted_means", key, "upper", found$upper.CL[i], call, "emmeans")
    }
  }
  two <- d[d$arm %in% c("control", others[1]), ]; two$arm <- factor(two$arm, c(others[1], "control"))
  count <- function(a, e) as.vector(tapply(two$event[two$arm == a] == e, two$stratum[two$arm == a], sum))
  x1 <- count(others[1], 1); x2 <- count("control", 1); y1 <- count(others[1], 0); y2 <- count("control", 0)
  tables <- array(rbind(x1, x2, y1, y2), c(2, 2, length(x1)))
  found <- mantelhaen.test(tables, correct = FALSE)
  test("mantel_haenszel", name, found$statistic, 1, "mantelhaen.test(tables, correct = FALSE)", "stats")
  call <- "mantelhaen.test(tables, correct = FALSE)$conf.int"
  ref("common_odds_ratio", name, "value", found$estimate, call, "stats")
  ref("common_odds_ratio", name, "lower", found$conf.int[1], call, "stats")
  ref("common_odds_ratio", name, "upper", found$conf.int[2], call, "stats")
  for (measure in c("RD", "RR")) {
    found <- rma.mh(measure = measure, ai = x1, bi = y1, ci = x2, di = y2)
    estimator <- c(RD = "common_difference", RR = "common_risk_ratio")[measure]
    call <- paste0("rma.mh(measure = \"", measure, "\", ai, bi, ci, di)")
    wald(estimator, name, coef(found), found$se, call, "metafor", back = if (measure == "RR") exp else identity)
    ref(estimator, name, "p_value", found$pval, call, "metafor")
  }
}
out <- do.call(rbind, rows)
write.csv(out, "trials.csv", row.names = FALSE, quote = TRUE, eol = "\n")
cat(nrow(out), "reference values\n")
