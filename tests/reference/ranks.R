# How far a rank-sum P with ties, exact or normal, lies from z of W without ties (ROOM of audit/rank_range.py).
set.seed(15); lo <- Inf; hi <- 0; add <- 0
for (r in 1:6000) { n1 <- sample(5:40,1); n2 <- sample(5:40,1); k <- sample(c(4,6,10,30,1000),1)
 x <- sample(0:k,n1,TRUE,prob=dbeta(seq(.05,.95,length=k+1),runif(1,.5,3),runif(1,.5,3))); y <- sample(0:k,n2,TRUE,prob=dbeta(seq(.05,.95,length=k+1),runif(1,.5,3),runif(1,.5,3)))
 q <- c(quantile(x,1:3/4),quantile(y,1:3/4)); if (length(unique(q[1:3]))<3 || length(unique(q[4:6]))<3) next
 W <- sum(outer(x,y,"<"))+sum(outer(x,y,"=="))/2; D <- abs(W-n1*n2/2); sd <- sqrt(n1*n2*(n1+n2+1)/12); z0 <- D/sd; z0c <- max(0,(D-.5)/sd)
 p <- suppressWarnings(c(wilcox.test(x,y,exact=FALSE,correct=TRUE)$p.value,wilcox.test(x,y,exact=FALSE,correct=FALSE)$p.value,wilcox.test(x,y)$p.value))
 m <- median(c(x,y)); rk <- rank(c(x,y)); obs <- sum(rk[1:n1]); mu <- n1*(n1+n2+1)/2
 if (n1+n2<=60) { s <- replicate(400,sum(sample(rk,n1))); pe <- mean(abs(s-mu)>=abs(obs-mu)-1e-9); if (pe>.02) p <- c(p,pe) }
 z <- qnorm(1-pmin(p,1)/2); z <- z[is.finite(z)]; if (!length(z)) next
 hi <- max(hi,(max(z)-.1)/max(z0,.1)); add <- max(add,z0c-min(z)) }
cat("largest quotient of z above z without ties:",hi,"largest lack below:",add,"\n")
