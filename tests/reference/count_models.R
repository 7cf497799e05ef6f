# Rate ratios of counts of events: Poisson regression (glm) and negative binomial (glm.nb of MASS), the time at risk
# as offset. Data: days absent (quine), seizures in 8 weeks (epil) of MASS, infections (cgd) of survival, a row a
# subject. Writes count_models_data.csv and count_models.csv beside this script.
# Run from this folder: Rscript count_models.R. Needs MASS, survival. No test runs R.
suppressMessages({library(MASS); library(survival)}); options(digits = 17); z <- qnorm(0.975)
q <- with(quine, data.frame(dataset = "quine", events = Days, time = 1, arm = ifelse(Eth == "A", "control", "other"), x = as.integer(Age), z = as.character(Sex)))
first <- epil[epil$period == 1, ]; s <- tapply(epil$y, epil$subject, sum)
e <- data.frame(dataset = "epil", events = as.integer(s[as.character(first$subject)]), time = 8, arm = ifelse(first$trt == "placebo", "control", "progabide"), x = log(first$base), z = ifelse(first$age > 28, "older", "younger"))
one <- cgd[!duplicated(cgd$id), ]; n <- tapply(cgd$status, cgd$id, sum); days <- tapply(cgd$tstop, cgd$id, max)
g <- data.frame(dataset = "cgd", events = as.integer(n[as.character(one$id)]), time = as.numeric(days[as.character(one$id)]) / 365.25,
  arm = ifelse(one$treat == "placebo", "control", "gamma"), x = one$age, z = as.character(one$inherit))
d3 <- q; d3$dataset <- "quine3"; d3$arm <- c(F0 = "control", F1 = "F1", F2 = "F2", F3 = "F3")[as.character(quine$Age)]; d3$x <- as.integer(quine$Lrn)
write.csv(rbind(q, d3, e, g), "count_models_data.csv", row.names = FALSE, quote = FALSE, eol = "\n")
data <- read.csv("count_models_data.csv"); rows <- NULL
tight <- glm.control(epsilon = 1e-15, maxit = 200)
for (name in unique(data$dataset)) { d <- data[data$dataset == name, ]; arms <- unique(c("control", d$arm)); d$arm <- factor(d$arm, arms)
  for (how in c("plain", "adjusted")) {
    f <- if (how == "plain") events ~ arm + offset(log(time)) else events ~ arm + x + z + offset(log(time))
    p <- glm(f, poisson, d, control = tight); p <- glm(f, poisson, d, control = tight, start = coef(p)); b <- suppressWarnings(glm.nb(f, d, control = tight))
    b <- glm(f, negative.binomial(b$theta), d, control = tight, start = coef(b)) # the weights of the last step
    for (arm in arms[-1]) for (k in c("poisson_rate_ratios", "negative_binomial_rate_ratios")) {
      m <- if (k == "poisson_rate_ratios") p else b; beta <- coef(m)[[paste0("arm", arm)]]
      se <- sqrt(summary(m, dispersion = 1)$cov.scaled[paste0("arm", arm), paste0("arm", arm)])
      found <- c(value = exp(beta), lower = exp(beta - z * se), upper = exp(beta + z * se), p_value = 2 * pnorm(-abs(beta / se)))
      for (v in names(found)) rows <- rbind(rows, data.frame(estimator = k, dataset = paste(name, how, arm), quantity = v,
        r_call = if (k == "poisson_rate_ratios") "glm(events ~ arm + ... + offset(log(time)), poisson)" else "glm.nb(events ~ arm + ... + offset(log(time)))",
        value = sprintf("%.17g", found[[v]]), r_version = paste0("R ", getRversion(), ", ", if (k == "poisson_rate_ratios") "stats" else "MASS", " ", packageVersion(if (k == "poisson_rate_ratios") "stats" else "MASS")))) } } }
write.csv(rows, "count_models.csv", row.names = FALSE, eol = "\n")
