# Hazard ratios of count tables by survival::coxph: Rscript tests/reference/hazards.R > tests/reference/hazards.csv
# A row: sizes and, by arm, events at each visit and lost after each; ties; log hazard ratio of the
# first arm, its standard error, and the Kaplan-Meier medians (NA: not reached). Visits are at 1, 2, ...
library(survival)
tables <- list(
  list(c(24, 24), c(7, 6, 5, 4), c(2, 3, 6, 5), c(0, 0, 0, 0), c(0, 0, 0, 0)),
  list(c(10, 12), c(1, 0, 3), c(4, 4, 0), c(1, 0, 0), c(0, 2, 0)),
  list(c(100, 98), c(20, 11, 3, 9, 4), c(8, 12, 15, 2, 20), c(2, 0, 1, 0, 0), c(0, 0, 0, 3, 0)),
  list(c(577, 579), c(10, 9, 8, 6), c(20, 15, 20, 8), c(0, 0, 0, 0), c(0, 0, 0, 0)),
  list(c(6, 6), c(1, 1, 1, 0, 0, 0), c(0, 0, 0, 1, 1, 1), c(0, 0, 0, 0, 0, 0), c(0, 0, 0, 0, 0, 0)),
  list(c(8, 4), c(4, 0, 1), c(0, 2, 1), c(0, 0, 0), c(0, 0, 0)))
arm <- function(n, events, lost) {
  visits <- length(events)
  rest <- n - sum(events) - sum(lost)
  rbind(data.frame(time = rep(seq_len(visits), events), event = rep(1, sum(events))),
        data.frame(time = rep(seq_len(visits) + 0.5, lost), event = rep(0, sum(lost))),
        data.frame(time = rep(visits + 0.5, rest), event = rep(0, rest)))
}
join <- function(x) paste(x, collapse = " ")
cat("sizes,events1,events2,lost1,lost2,ties,log_ratio,error,median1,median2\n")
for (one in tables) {
  both <- lapply(1:2, function(k) arm(one[[1]][k], one[[1 + k]], one[[3 + k]]))
  data <- rbind(cbind(both[[1]], first = 1), cbind(both[[2]], first = 0))
  medians <- sapply(both, function(d) unname(summary(survfit(Surv(time, event) ~ 1, d))$table["median"]))
  for (ties in c("efron", "breslow")) {
    fit <- coxph(Surv(time, event) ~ first, data, ties = ties, control = coxph.control(eps = 1e-14, iter.max = 50))
    cat(join(one[[1]]), join(one[[2]]), join(one[[3]]), join(one[[4]]), join(one[[5]]), ties,
        sprintf("%.12g", coef(fit)), sprintf("%.12g", sqrt(vcov(fit)[1, 1])), medians[1], medians[2], sep = ",")
    cat("\n")
  }
}
