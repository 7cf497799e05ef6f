# How R computes what a study folder plans: shares, differences, models and times, each put into `rows` under the
# key that the pages have for it. newcomers.R and latecomers.R source this and set FOLDER; LEVEL is that of the
# intervals. Needs survival, nlme; mixed() also numDeriv.
suppressMessages({library(survival); library(nlme)})
rows <- NULL; LEVEL <- 0.95; UP <- function() 1 - (1 - LEVEL) / 2
put <- function(trial, key, ...) { v <- c(...); names(v) <- sub("[.].*", "", names(v)); for (f in names(v)) rows <<- rbind(rows, data.frame(trial, key, field = f, value = sprintf("%.17g", as.numeric(v[[f]])))) }
read <- function(trial, table) read.csv(file.path(FOLDER, trial, paste0(table, ".csv")), na.strings = "")
slug <- function(x) tolower(gsub(" ", "-", x))
fine <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100)
coefs <- function(fit, name) { s <- summary(fit)$coefficients[name, ]; h <- qt(UP(), fit$df.residual) * s[2]
  c(value = s[[1]], lower = s[[1]] - h, upper = s[[1]] + h, p_value = s[[4]]) }
wilson <- function(x, n) prop.test(x, n, correct = FALSE, conf.level = LEVEL)$conf.int
newcombe <- function(x, n) { share <- x / n; a <- wilson(x[1], n[1]); b <- wilson(x[2], n[2]); gap <- share[1] - share[2]
  c(value = gap, lower = gap - sqrt((share[1] - a[1])^2 + (b[2] - share[2])^2), upper = gap + sqrt((a[2] - share[1])^2 + (share[2] - b[1])^2)) }
# Mantel-Haenszel risk difference with Sato's variance
sato <- function(x1, n1, x2, n2) { n <- n1 + n2; w <- n1 * n2 / n; d <- sum(x1 * n2 / n - x2 * n1 / n) / sum(w)
  P <- sum((n1^2 * x2 - n2^2 * x1 + n1 * n2 * (n2 - n1) / 2) / n^2); Q <- sum((x1 * (n2 - x2) + x2 * (n1 - x1)) / (2 * n))
  s <- sqrt((d * P + Q) / sum(w)^2); c(value = d, lower = d - qnorm(UP()) * s, upper = d + qnorm(UP()) * s, p_value = 2 * pnorm(-abs(d / s))) }
# ---- responses: x of n by arm, name of the response, arms (first the reference)
responses <- function(trial, name, y, arm, arms, pairs, method = "holm", stratum = NULL) {
  x <- tapply(y, arm, sum)[arms]; n <- table(arm)[arms]
  for (a in arms) { b <- binom.test(x[[a]], n[[a]], conf.level = LEVEL); put(trial, paste("shares", name, slug(a), sep = "."), value = x[[a]] / n[[a]], lower = b$conf.int[1], upper = b$conf.int[2]) }
  p <- sapply(pairs, function(two) { fisher.test(rbind(c(x[[two[1]]], n[[two[1]]] - x[[two[1]]]), c(x[[two[2]]], n[[two[2]]] - x[[two[2]]])))$p.value })
  adj <- p.adjust(p, method)
  for (i in seq_along(pairs)) { two <- pairs[[i]]; key <- paste(c(name, slug(two[1]), if (two[2] != arms[1]) slug(two[2])), collapse = ".")
    put(trial, paste0("gaps.", key), newcombe(c(x[[two[1]]], x[[two[2]]]), c(n[[two[1]]], n[[two[2]]])))
    put(trial, paste0("exact.", key), p_value = p[i]); put(trial, paste0("together.", key), p_value = adj[i])
    if (!is.null(stratum)) { keep <- arm %in% two; a <- factor(arm[keep], two); s <- factor(stratum[keep]); yy <- factor(y[keep], c(1, 0))
      put(trial, paste0("strata_tests.", key), value = mantelhaen.test(table(a, yy, s), correct = FALSE)$statistic, p_value = mantelhaen.test(table(a, yy, s), correct = FALSE)$p.value)
      t3 <- table(s, a, yy); put(trial, paste0("within_strata.", key), sato(t3[, 1, 1], t3[, 1, 1] + t3[, 1, 2], t3[, 2, 1], t3[, 2, 1] + t3[, 2, 2])) } } }
# ---- changes at one visit: d has CHG, BASE, ARM; more: planned terms
changes <- function(trial, d, arms, visit, more = character(), method = "holm", pairs = lapply(arms[-1], function(a) c(a, arms[1]))) {
  d$ARM <- factor(d$ARM, arms)
  for (a in arms) { g <- d$CHG[d$ARM == a]; t <- t.test(g, conf.level = LEVEL); put(trial, paste("within", visit, slug(a), sep = "."), value = t$estimate, lower = t$conf.int[1], upper = t$conf.int[2], p_value = t$p.value) }
  plain <- lm(CHG ~ BASE + ARM, d); f <- anova(lm(CHG ~ BASE, d), plain); put(trial, "overall", value = f$F[2], p_value = f$`Pr(>F)`[2])
  for (a in arms[-1]) put(trial, paste0("between.", slug(a)), coefs(plain, paste0("ARM", a)))
  small <- lm(reformulate(c("BASE", more), "CHG"), d); full <- update(small, . ~ . + ARM); f <- anova(small, full)
  put(trial, "planned_test", value = f$F[2], p_value = f$`Pr(>F)`[2])
  found <- lapply(pairs, function(two) { e <- d; e$ARM <- relevel(d$ARM, two[2]); coefs(update(full, data = e), paste0("ARM", two[1])) })
  adj <- p.adjust(sapply(found, function(x) x[["p_value"]]), method)
  for (i in seq_along(pairs)) { two <- pairs[[i]]; key <- paste(c(slug(two[1]), if (two[2] != arms[1]) slug(two[2])), collapse = ".")
    put(trial, paste0("planned.", key), found[[i]]); put(trial, paste0("planned_together.", key), p_value = adj[i]) }
  # least-squares means: numbers at their mean, the levels of a factor alike
  grid <- expand.grid(c(list(ARM = arms), lapply(d[more], function(v) if (is.numeric(v)) mean(v) else sort(unique(as.character(v))))), stringsAsFactors = FALSE)
  grid$BASE <- mean(d$BASE); grid$ARM <- factor(grid$ARM, arms)
  X <- model.matrix(delete.response(terms(full)), grid, xlev = full$xlevels)
  for (a in arms) { l <- colMeans(X[grid$ARM == a, , drop = FALSE]); k <- !is.na(coef(full)); v <- sum(l[k] * coef(full)[k]); s <- sqrt(drop(l[k] %*% vcov(full)[k, k] %*% l[k])); h <- qt(UP(), full$df.residual) * s
    put(trial, paste0("planned_arms.", slug(a)), value = v, lower = v - h, upper = v + h) }
  for (a in arms[-1]) { x <- d$CHG[d$ARM == a]; y <- d$CHG[d$ARM == arms[1]]; t <- t.test(x, y, conf.level = LEVEL); put(trial, paste0("choice.t-test-changes.", slug(a)), value = diff(rev(t$estimate)), lower = t$conf.int[1], upper = t$conf.int[2], p_value = t$p.value) } }
# ---- mixed model: gls, then Newton steps on the REML function written out, as in make_reference.R;
# Satterthwaite's degrees of freedom by the way (not where the plan asks for Kenward and Roger's)
mixed <- function(trial, key, d, arms, more = character(), df = TRUE) {
  d$ARM <- factor(d$ARM, arms); d$v <- factor(d$AVISITN); d <- d[order(d$USUBJID, d$AVISITN), ]; d$i <- as.integer(d$v); m <- nlevels(d$v)
  X <- model.matrix(as.formula(paste("~", paste(c("0", "v", "v:ARM", "v:BASE", if (length(more)) paste0("v:", more)), collapse = " + "))), d)
  X <- X[, qr(X)$pivot[seq_len(qr(X)$rank)]]; d$X <- X
  fit <- gls(CHG ~ 0 + X, d, correlation = corSymm(form = ~ i | USUBJID), weights = varIdent(form = ~ 1 | v),
    control = glsControl(tolerance = 1e-12, msTol = 1e-15, maxIter = 500, msMaxIter = 2000))
  people <- split(seq_len(nrow(d)), d$USUBJID)
  at <- function(th) { L <- matrix(0, m, m); L[lower.tri(L, TRUE)] <- th; S <- L %*% t(L); A <- 0; b <- 0; ld <- 0
    for (r in people) { W <- solve(S[d$i[r], d$i[r], drop = FALSE]); x <- X[r, , drop = FALSE]; A <- A + t(x) %*% W %*% x; b <- b + t(x) %*% W %*% d$CHG[r]; ld <- ld - log(det(W)) }
    list(S = S, V = solve(A), beta = drop(solve(A, b)), logdet = ld + log(det(A))) }
  minus2 <- function(th) { f <- at(th); q <- 0; for (r in people) { e <- d$CHG[r] - X[r, , drop = FALSE] %*% f$beta; q <- q + sum(e * solve(f$S[d$i[r], d$i[r], drop = FALSE], e)) }; f$logdet + q }
  th <- t(chol(getVarCov(fit, individual = names(which.max(table(d$USUBJID))))))[lower.tri(diag(m), TRUE)]
  for (k in 1:4) { H <- numDeriv::hessian(minus2, th); th <- th - solve(H, numDeriv::grad(minus2, th)) }
  end <- at(th); stopifnot(abs(end$beta - coef(fit)) < 1e-3 * (1 + abs(coef(fit)))); names(end$beta) <- colnames(X)
  if (df) { J <- numDeriv::jacobian(function(t) diag(at(t)$V), th); free <- 2 * diag(end$V)^2 / diag(J %*% solve(H / 2) %*% t(J)) }
  for (a in arms[-1]) for (g in levels(d$v)) { k <- which(colnames(X) == paste0("v", g, ":ARM", a)); b <- end$beta[[k]]; e <- sqrt(end$V[k, k]); to <- paste(key, slug(a), g, sep = ".")
    if (df) put(trial, to, value = b, lower = b - qt(UP(), free[k]) * e, upper = b + qt(UP(), free[k]) * e, p_value = 2 * pt(-abs(b) / e, free[k])) else put(trial, to, value = b) } }
# ---- times: t has AVAL, EVENT, ARM and the planned columns
times <- function(trial, role, t, arms, strata, covariates, horizon, ties = "efron", marks = NULL) {
  t$ARM <- factor(t$ARM, arms); S <- Surv(t$AVAL, t$EVENT); st <- if (length(strata)) interaction(t[strata], drop = TRUE) else rep(1, nrow(t)); t$st <- factor(st)
  d <- survdiff(S ~ ARM, t); put(trial, paste("overall", role, sep = "."), value = d$chisq, p_value = pchisq(d$chisq, length(arms) - 1, lower.tail = FALSE))
  fit <- coxph(Surv(AVAL, EVENT) ~ ARM, t, control = fine); for (a in arms[-1]) { s <- summary(fit)$coefficients[paste0("ARM", a), ]; put(trial, paste("ratios", role, slug(a), sep = "."), value = exp(s[[1]]), lower = exp(s[[1]] - qnorm(UP()) * s[[3]]), upper = exp(s[[1]] + qnorm(UP()) * s[[3]]), p_value = s[[5]]) }
  z <- cox.zph(fit, transform = "rank", terms = FALSE)$table; for (i in seq_along(arms)[-1]) put(trial, paste("proportional", role, slug(arms[i]), sep = "."), value = z[i - 1, 1], p_value = z[i - 1, 3])
  form <- as.formula(paste("Surv(AVAL, EVENT) ~ ARM", if (length(covariates)) paste("+", paste(covariates, collapse = "+")), if (length(strata)) "+ strata(st)"))
  fit <- coxph(form, t, ties = ties, control = fine); for (a in arms[-1]) { s <- summary(fit)$coefficients[paste0("ARM", a), ]; put(trial, paste("planned_ratios", role, slug(a), sep = "."), value = exp(s[[1]]), lower = exp(s[[1]] - qnorm(UP()) * s[[3]]), upper = exp(s[[1]] + qnorm(UP()) * s[[3]]), p_value = s[[5]], n = fit$n) }
  f <- survfit(Surv(AVAL, EVENT) ~ ARM, t, conf.type = "log-log", conf.int = LEVEL)
  q <- quantile(f, c(.25, .5, .75)); w <- c("first-quartile", "median", "third-quartile")
  for (i in seq_along(arms)) for (j in 1:3) { v <- c(q$quantile[i, j], q$lower[i, j], q$upper[i, j]); v[is.na(v)] <- Inf; put(trial, paste("quartiles", role, slug(arms[i]), w[j], sep = "."), value = v[1], lower = v[2], upper = v[3]) }
  tab <- sapply(seq_along(arms), function(i) { r <- summary(survfit(Surv(AVAL, EVENT) ~ 1, t[t$ARM == arms[i], ]), rmean = horizon)$table; c(r[["rmean"]], r[["se(rmean)"]]) })
  for (i in seq_along(arms)[-1]) { d <- tab[1, i] - tab[1, 1]; s <- sqrt(tab[2, i]^2 + tab[2, 1]^2); put(trial, paste("mean_times", role, slug(arms[i]), sep = "."), value = d, lower = d - qnorm(UP()) * s, upper = d + qnorm(UP()) * s, p_value = 2 * pnorm(-abs(d / s))) } }
# adjusted restricted mean (Tian, Zhao & Wei 2014) as survRM2 has it, subject by subject: a known time weighs
# 1 / G(t), G after the censorings at t
adjusted <- function(trial, role, t, arms, columns, tau) {
  t <- t[complete.cases(t[columns]), ]; arm <- as.numeric(t$ARM == arms[2]); X <- cbind(1, arm, model.matrix(reformulate(columns), t)[, -1])
  y <- pmin(t$AVAL, tau); k <- t$EVENT == 1 | y == tau; w <- numeric(length(y)); meat <- 0
  for (a in 0:1) { m <- arm == a; g <- summary(survfit(Surv(y[m], 1 - k[m]) ~ 1), times = sort(unique(y[m]))); w[m] <- k[m] / g$surv[match(y[m], g$time)] }
  w[!k] <- 0; fit <- lm.wfit(X, y, w); s <- X * (w * (y - drop(X %*% fit$coefficients)))
  for (a in 0:1) { m <- which(arm == a)
    for (i in m) { v <- s[i, ]; risk <- function(u) m[y[m] >= u]
      if (!k[i]) v <- v + colSums(s[risk(y[i]), , drop = FALSE]) / length(risk(y[i]))
      for (j in m) if (y[j] <= y[i] && !k[j]) v <- v - colSums(s[risk(y[j]), , drop = FALSE]) / length(risk(y[j]))^2
      meat <- meat + outer(v, v) } }
  V <- solve(crossprod(X), t(solve(crossprod(X), meat))); b <- unname(fit$coefficients[2]); e <- sqrt(V[2, 2])
  put(trial, paste("adjusted_times", role, slug(arms[2]), sep = "."), value = b, lower = b - qnorm(UP()) * e, upper = b + qnorm(UP()) * e, p_value = 2 * pnorm(-abs(b / e))) }
load <- function(trial, role, labels) { a <- read(trial, "adsl"); t <- read(trial, "adtte"); t <- t[t$PARAMCD == role, ]; t <- merge(t, a); t$EVENT <- as.integer(t$CNSR == 0); t$ARM <- labels[t$TRT01A]; t[order(t$USUBJID), ] }
loadlb <- function(trial, labels, table = "adlb") { a <- read(trial, "adsl"); t <- merge(read(trial, table), a, by = "USUBJID"); t$ARM <- labels[t$TRT01A]; t }
weighted <- function(trial, role, t, strata, w) { # stratified weighted log-rank of two arms: w(S-, Y) of the pooled stratum
  t$g <- as.integer(factor(t$ARM, rev(unique(sort(t$ARM))))); first <- sort(unique(t$ARM))[1]; z <- t$ARM == first; num <- var <- 0
  for (s in unique(t[[strata]])) { i <- t[[strata]] == s; u <- t[i, ]; zz <- z[i]; S <- 1
    for (x in sort(unique(u$AVAL[u$EVENT == 1]))) { Y <- sum(u$AVAL >= x); Y1 <- sum(u$AVAL >= x & zz); D <- sum(u$AVAL == x & u$EVENT == 1); D1 <- sum(u$AVAL == x & u$EVENT == 1 & zz); k <- w(S, Y)
      num <- num + k * (D1 - D * Y1 / Y); if (Y > 1) var <- var + k^2 * D * Y1 / Y * (1 - Y1 / Y) * (Y - D) / (Y - 1); S <- S * (1 - D / Y) } }
  put(trial, paste("planned_overall", role, sep = "."), value = num^2 / var, p_value = pchisq(num^2 / var, 1, lower.tail = FALSE)) }
