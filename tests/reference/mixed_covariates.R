# Reference values for the mixed model for repeated measures with covariates: writes
# mixed_covariates.csv beside this script from mixed.csv, each subject with an age and one of three
# centres made of its number. Run from this folder: Rscript mixed_covariates.R. Needs nlme, numDeriv.
# mixed_absent.csv: the same where nobody of centre c was seen at the last visit, so that the column of
# that centre at that visit says nothing and is left out, as lm leaves it out. No test runs R. gls, then Newton steps on the REML function written out, as in make_reference.R.
suppressMessages(library(nlme))
long <- read.csv("mixed.csv")
long$age <- (long$subject * 37) %% 50 + 20; long$centre <- letters[long$subject %% 3 + 1]
long$centre <- ifelse(long$subject %% 5 == 0, "a", long$centre)
long$arm <- relevel(factor(long$arm), "control"); long$v <- factor(long$visit); long$i <- as.integer(long$v)
terms <- y ~ 0 + v + v:arm + v:base + v:age + v:centre
model <- gls(terms, long, correlation = corSymm(form = ~ i | subject), weights = varIdent(form = ~ 1 | v),
  method = "REML", control = glsControl(maxIter = 500, msMaxIter = 5000, tolerance = 1e-12, msTol = 1e-14,
  opt = "optim", optimMethod = "BFGS"))
design <- model.matrix(terms, long)[, names(coef(model))]
people <- split(seq_len(nrow(long)), long$subject)
matrix_of <- function(th) { L <- matrix(0, 4, 4); L[lower.tri(L, TRUE)] <- th; L %*% t(L) }
solve_gls <- function(th) {
  S <- matrix_of(th); A <- 0; b <- 0; logdet <- 0
  for (r in people) { W <- solve(S[long$i[r], long$i[r], drop = FALSE]); X <- design[r, , drop = FALSE]
    A <- A + t(X) %*% W %*% X; b <- b + t(X) %*% W %*% long$y[r]; logdet <- logdet - log(det(W)) }
  list(V = solve(A), beta = drop(solve(A, b)), logdet = logdet + log(det(A)))
}
minus2 <- function(th) {
  f <- solve_gls(th); S <- matrix_of(th); q <- 0
  for (r in people) { e <- long$y[r] - design[r, , drop = FALSE] %*% f$beta
    q <- q + sum(e * solve(S[long$i[r], long$i[r], drop = FALSE], e)) }
  f$logdet + q
}
full <- names(which.max(table(long$subject)))
th <- t(chol(getVarCov(model, individual = full)))[lower.tri(diag(4), TRUE)]
for (k in 1:4) { H <- numDeriv::hessian(minus2, th); th <- th - solve(H, numDeriv::grad(minus2, th)) }
stopifnot(abs(solve_gls(th)$beta - coef(model)) < 1e-3)
put <- function(file) {
  final <- solve_gls(th); slopes <- numDeriv::jacobian(function(t) diag(solve_gls(t)$V), th)
  df <- 2 * diag(final$V)^2 / diag(slopes %*% solve(numDeriv::hessian(minus2, th) / 2) %*% t(slopes))
  out <- NULL
  for (a in c("low", "high")) for (g in levels(long$v)) {
    k <- which(colnames(design) == paste0("v", g, ":arm", a)); se <- sqrt(final$V[k, k]); b <- final$beta[k]
    out <- rbind(out, data.frame(arm = a, visit = g, value = b, lower = b - qt(0.975, df[k]) * se,
      p_value = 2 * pt(-abs(b) / se, df[k])))
  }
  for (n in c("value", "lower", "p_value")) out[[n]] <- sprintf("%.17g", out[[n]])
  write.csv(out, file, row.names = FALSE, quote = FALSE, eol = "\n")
}
put("mixed_covariates.csv")
long <- long[!(long$centre == "c" & long$i == 4), ]
people <- split(seq_len(nrow(long)), long$subject)
design <- model.matrix(terms, long); fit <- lm(terms, long); design <- design[, !is.na(coef(fit))]
stopifnot(anyNA(coef(fit)))
for (k in 1:8) { H <- numDeriv::hessian(minus2, th); th <- th - solve(H, numDeriv::grad(minus2, th)) }
stopifnot(abs(numDeriv::grad(minus2, th)) < 1e-6)
put("mixed_absent.csv")
