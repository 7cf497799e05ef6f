# Reference values for helpers.analyse.tipping: writes tipping.csv beside this script, from arms.csv
# (of whose rows every fifth, and of the high dose every second, is taken to have no outcome).
# Run from this folder: Rscript tipping.R. Only base R. The tests never run R.
options(digits = 17)
d <- read.csv("arms.csv")
place <- ave(seq_len(nrow(d)), d$arm, FUN = seq_along)
gone <- place %% 5 == 0 | (d$arm == "high" & place %% 2 == 0)
d$arm <- relevel(factor(d$arm), "control")
fit <- lm(y ~ arm + base, d[!gone, ])
size <- table(d$arm); p <- table(d$arm[gone]) / size
t <- qt(0.975, fit$df.residual)
rows <- list()
ref <- function(case, quantity, r_call, value) rows[[length(rows) + 1]] <<- data.frame(
  case, quantity, r_call, value = sprintf("%.17g", value), r_version = paste0("R ", getRversion()))

shifted <- function(arm, delta, delta_control) {
  s <- summary(fit)$coefficients[paste0("arm", arm), ]
  value <- s[["Estimate"]] + delta * p[[arm]] - delta_control * p[["control"]]
  v <- s[["Std. Error"]]^2 + delta^2 * p[[arm]] * (1 - p[[arm]]) / size[[arm]] +
    delta_control^2 * p[["control"]] * (1 - p[["control"]]) / size[["control"]]
  c(value = value, lower = value - t * sqrt(v), upper = value + t * sqrt(v),
    p_value = 2 * pt(-abs(value) / sqrt(v), fit$df.residual))
}
for (arm in c("low", "high")) {
  for (delta in list(c(0, 0), c(-40, 0), c(0, 25), c(-40, -40), c(300, 10))) {
    found <- shifted(arm, delta[1], delta[2])
    for (q in names(found)) ref(paste(arm, delta[1], delta[2]), q, "lm, see script", found[[q]])
  }
  # the tipping shifts are searched for, not solved for: on a grid, then with uniroot
  for (whose in c("arm", "reference")) for (side in c("lower", "upper")) {
    excess <- function(delta) {
      e <- if (whose == "arm") shifted(arm, delta, 0) else shifted(arm, 0, delta)
      e[["lower"]] * e[["upper"]]
    }
    grid <- (if (side == "lower") -1 else 1) * seq(0, 5000, 0.5)
    signs <- sign(sapply(grid, excess))
    at <- which(signs != signs[1])[1]
    found <- if (is.na(at)) NaN else uniroot(excess, sort(grid[c(at - 1, at)]), tol = 1e-13)$root
    ref(paste(arm, whose), side, "uniroot of the interval's ends, see script", found)
  }
}
write.csv(do.call(rbind, rows), "tipping.csv", row.names = FALSE, eol = "\n")
