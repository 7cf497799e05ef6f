# Reference values for mixed models whose likelihood may have two maxima: writes mixed_maxima.csv and its
# data beside this script. Run from this folder: Rscript mixed_maxima.R. Needs survival, nlme. No test
# runs R. "bilirubin": change of serum bilirubin in pbcseq at six visits (days 182 to 1825, the nearest
# measurement), where gls stops at either maximum by its start; five simulated sets have long tails, as
# bilirubin has. Each is fitted by gls from three starts; -2 log REML of each, and the differences
# between arms at the highest.
suppressMessages({library(survival); library(nlme)})
options(digits = 17)
planned <- c(0, 182, 365, 730, 1095, 1460, 1825)
d <- pbcseq; d$visit <- planned[sapply(d$day, function(x) which.min(abs(planned - x)))]
d <- d[order(d$id, d$visit, abs(d$day - d$visit)), ]; d <- d[!duplicated(d[c("id", "visit")]), ]
first <- d[d$visit == 0, c("id", "bili")]; names(first)[2] <- "base"
d <- merge(d[d$visit > 0, ], first)
all <- with(d, data.frame(dataset = "bilirubin", subject = id, visit, arm = ifelse(trt == 1, "dpen", "placebo"),
  base, y = round(bili - base, 4)))
for (seed in 1:5) {
  set.seed(seed); n <- 60
  who <- data.frame(subject = seq_len(n), arm = rep(c("dpen", "placebo"), n / 2), base = round(rlnorm(n, 1, 0.8), 2))
  m <- merge(who, data.frame(visit = 1:4)); m <- m[order(m$subject, m$visit), ]
  own <- rep(rt(n, 2), each = 4); m$y <- round(own * m$visit / 2 + rt(4 * n, 2) + 0.2 * m$base, 3)
  m <- m[m$visit == 1 | runif(nrow(m)) > 0.12 * (m$visit - 1), ]
  all <- rbind(all, data.frame(dataset = paste("simulated", seed), m[c("subject", "visit", "arm", "base", "y")]))
}
write.csv(all, "mixed_maxima_data.csv", row.names = FALSE, quote = FALSE, eol = "\n")
all <- read.csv("mixed_maxima_data.csv"); rows <- NULL
put <- function(dataset, key, value) rows <<- rbind(rows, data.frame(dataset, key, value = sprintf("%.17g", value)))
for (name in unique(all$dataset)) {
  m <- all[all$dataset == name, ]; m <- m[order(m$subject, m$visit), ]
  m$v <- factor(m$visit); m$i <- as.integer(m$v); k <- nlevels(m$v); m$arm <- relevel(factor(m$arm), "placebo")
  pairs <- k * (k - 1) / 2
  apart <- outer(1:k, 1:k, function(a, b) abs(a - b))
  starts <- list(zero = numeric(0), half = rep(0.5, pairs), near = (0.9^apart)[lower.tri(apart)])
  fits <- lapply(starts, function(s) try(gls(y ~ 0 + v + v:arm + v:base, m, weights = varIdent(form = ~ 1 | v),
    correlation = corSymm(value = s, form = ~ i | subject), method = "REML", control = glsControl(maxIter = 500,
    msMaxIter = 5000, tolerance = 1e-10, msTol = 1e-12, opt = "optim", optimMethod = "BFGS")), silent = TRUE))
  loss <- sapply(fits, function(f) if (inherits(f, "try-error")) NA else -2 * as.numeric(logLik(f)))
  for (s in names(starts)) put(name, paste("-2 log REML", s), loss[[s]])
  best <- fits[[which.min(loss)]]
  b <- summary(best)$tTable
  for (g in levels(m$v)) { key <- paste0("v", g, ":armdpen")
    put(name, paste("value", g), b[key, "Value"]); put(name, paste("error", g), b[key, "Std.Error"]) }
}
write.csv(rows, "mixed_maxima.csv", row.names = FALSE, quote = FALSE, eol = "\n")
