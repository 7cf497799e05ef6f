# Reference values for helpers.analyse.grouped: writes grouped_hazard_data.csv and
# grouped_hazard.csv beside this script. Run from this folder: Rscript grouped_hazard.R
# The tests read the csv files and never run R.
options(digits = 17)
patients <- data.frame(
  arm = rep(c("A", "B", "C"), c(20, 18, 22)),
  time = c(rep(c(4, 8, 12, 24), c(3, 4, 2, 11)), rep(c(4, 8, 12, 24), c(7, 3, 4, 4)),
           rep(c(4, 8, 12, 24), c(4, 6, 1, 11))),
  event = c(rep(c(1, 1, 1, 1, 0), c(3, 4, 2, 3, 8)), rep(c(1, 1, 0, 1, 1, 0), c(7, 3, 1, 3, 2, 2)),
            rep(c(1, 1, 1, 1, 0), c(4, 6, 1, 4, 7))))
write.csv(patients, "grouped_hazard_data.csv", row.names = FALSE, quote = FALSE, eol = "\n")
visits <- sort(unique(patients$time[patients$event == 1]))
rows <- do.call(rbind, lapply(visits, function(v) {
  risk <- patients[patients$time >= v, ]
  data.frame(y = as.integer(risk$time == v & risk$event == 1), visit = v, arm = risk$arm)
}))
fit <- glm(y ~ relevel(factor(arm), "A") + factor(visit), binomial("cloglog"), rows,
           control = list(epsilon = 1e-15, maxit = 200))
b <- coef(fit)[2:3]; se <- sqrt(diag(vcov(fit)))[2:3]; z <- qnorm(0.975)
out <- data.frame(arm = c("B", "C"), value = exp(b), lower = exp(b - z * se),
                  upper = exp(b + z * se), p_value = 2 * pnorm(-abs(b / se)))
out[-1] <- lapply(out[-1], sprintf, fmt = "%.17g")
write.csv(out, "grouped_hazard.csv", row.names = FALSE, quote = FALSE, eol = "\n")
