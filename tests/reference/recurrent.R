# Recurrent events: mean number by arm (Nelson-Aalen, robust variance) and Andersen and Gill's rate ratio with
# sandwich errors by subject. Data: tumours of bladder1 (months) and infections of cgd (days), of survival, a row a
# subject, the days of its events separated by blanks. Writes recurrent_data.csv and recurrent.csv beside this script.
# Run from this folder: Rscript recurrent.R. Needs survival. No test runs R.
suppressMessages(library(survival)); options(digits = 17); z <- qnorm(0.975); AGAIN <- 1e-4
one <- function(name, id, stop, event, arm, x, z) { end <- tapply(stop, id, max); first <- !duplicated(id); d <- data.frame(dataset = name, id = id[first], end = as.numeric(end[as.character(id[first])]),
  days = sapply(id[first], function(i) paste(stop[id == i & event == 1], collapse = " ")), arm = arm[first], x = x[first], z = z[first]); d[d$end > 0, ] }
b <- bladder1[order(bladder1$id, bladder1$start), ]; g <- cgd[order(cgd$id, cgd$tstart), ]
data <- rbind(one("bladder", b$id, b$stop, as.integer(b$status == 1), ifelse(b$treatment == "placebo", "control", as.character(b$treatment)), b$number, ifelse(b$size > 2, "large", "small")),
  one("cgd", g$id, g$tstop, g$status, ifelse(g$treat == "placebo", "control", "gamma"), g$age, as.character(g$inherit)))
# two events of one subject on one day, as no interval of R can have them
data <- rbind(data, transform(data[data$dataset == "cgd", ], dataset = "twice", days = sub("^([0-9]+)", "\\1 \\1", days)))
write.csv(data, "recurrent_data.csv", row.names = FALSE, quote = FALSE, eol = "\n"); rows <- NULL
put <- function(estimator, dataset, call, ...) { v <- c(...); for (q in names(v)) rows <<- rbind(rows, data.frame(estimator, dataset, quantity = q, r_call = call, value = sprintf("%.17g", v[[q]]), r_version = paste0("R ", getRversion(), ", survival ", packageVersion("survival")))) }
fine <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100, timefix = FALSE)
for (name in unique(data$dataset)) { d <- data[data$dataset == name, ]; L <- NULL
  for (i in seq_len(nrow(d))) { t <- as.numeric(strsplit(d$days[i], " ")[[1]]); t <- t[!is.na(t)]; t <- t + AGAIN * (ave(t, t, FUN = seq_along) - 1); end <- d$end[i] + 10 * AGAIN * (name == "twice") # who is watched to that day is there for both
    stop <- unique(c(t, end)); start <- c(0, head(stop, -1)); L <- rbind(L, data.frame(id = d$id[i], start, stop, event = as.integer(stop %in% t), arm = d$arm[i], x = d$x[i], z = d$z[i])) }
  arms <- unique(c("control", L$arm)); L$arm <- factor(L$arm, arms); at <- if (name == "bladder") c(6, 24, 48) else c(90, 200, 340)
  for (a in arms) { f <- survfit(Surv(start, stop, event) ~ 1, L[L$arm == a, ], id = id, timefix = FALSE); for (t in at) { k <- max(which(f$time <= t + 3 * AGAIN)); m <- f$cumhaz[k]; w <- exp(z * f$std.chaz[k] / m)
    put("mean_events", paste(name, a, t), "survfit(Surv(start, stop, event) ~ 1, id = id): cumhaz, std.chaz", value = m, lower = m / w, upper = m * w) } }
  for (ties in c("efron", "breslow")) for (how in c("plain", "adjusted", "stratified")) {
    form <- list(plain = Surv(start, stop, event) ~ arm, adjusted = Surv(start, stop, event) ~ arm + x + z, stratified = Surv(start, stop, event) ~ arm + x + strata(z))[[how]]
    m <- coxph(form, L, ties = ties, cluster = id, control = fine); s <- summary(m)$coefficients
    for (a in arms[-1]) { r <- s[paste0("arm", a), ]; put("lwyy_rate_ratios", paste(name, ties, how, a), "coxph(Surv(start, stop, event) ~ arm + ..., cluster = id)", value = exp(r[["coef"]]), lower = exp(r[["coef"]] - z * r[["robust se"]]), upper = exp(r[["coef"]] + z * r[["robust se"]]), p_value = 2 * pnorm(-abs(r[["coef"]] / r[["robust se"]]))) } } }
write.csv(rows, "recurrent.csv", row.names = FALSE, eol = "\n")
