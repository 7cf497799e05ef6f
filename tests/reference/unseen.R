# Report folders of designs and wordings that no other reference has, of simulated patients: each true, and
# with one misprint. Rscript unseen.R FOLDER SEED writes them; unseen.json holds those of seed 1.
suppressMessages({library(survival); library(MASS)})
out <- commandArgs(TRUE)[1]; seed0 <- as.integer(commandArgs(TRUE)[2]); dir.create(out, showWarnings=FALSE, recursive=TRUE)
f <- function(x,d=2) sub("^-","\u2212",formatC(x,format="f",digits=d))
pc <- function(x,n,d=1) paste0(f(100*x/n,d),"%")
np <- function(x,n,d=1) sprintf("%d (%s)",as.integer(x),f(100*x/n,d))
pv <- function(p,d=3) ifelse(p<0.001,"<0.001",formatC(p,format="f",digits=d))
v <- function(x) if (is.list(x)) paste0("[",paste(sapply(x,function(y) paste0("[",paste0('"',y,'"',collapse=", "),"]")),collapse=", "),"]") else
  if (is.character(x)) { y <- paste0('"',x,'"',collapse=", "); if (length(x)>1) paste0("[",y,"]") else y } else tolower(as.character(x))
block <- function(head,a) paste0("[[",head,"]]\n",paste0(names(a)," = ",sapply(a,v),"\n",collapse=""))
res <- function(id,kind,...) block("result",Filter(Negate(is.null),c(list(id=id,kind=kind),list(...))))
say <- function(id,kind,...) block("statement",Filter(Negate(is.null),c(list(id=id,kind=kind),list(...))))
trial <- function(arms,n,design="randomised",enrolled=sum(n),more="") paste0(
  sprintf('[trial]\ndesign = "%s"\nenrolled = %d\n%s\n',design,as.integer(enrolled),more),
  paste0(mapply(function(a,k,i) sprintf('[[arm]]\nid = "%s"\nn = %d\n%s',a,as.integer(k),if (i==length(arms)&&i>1) "reference = true\n" else ""),arms,n,seq_along(arms)),collapse="\n"))
emit <- function(id,...,spoil){ # spoil: result, old text, new text
  t <- paste(sprintf('[report]\nid = "%s"\ntitle = "Invented trial %s"\n%s',id,id,if (grepl("28",id)) 'decimal = ","\n' else ""),paste(c(...),collapse="\n"),sep="\n")
  stopifnot(lengths(regmatches(t,gregexpr(spoil[2],t,fixed=TRUE)))==1, spoil[2]!=spoil[3])
  for(tag in c("true","bad")){ d <- file.path(out,paste0(id,"-",tag)); dir.create(d,showWarnings=FALSE)
    b <- if (tag=="bad") paste0(sub(spoil[2],spoil[3],t,fixed=TRUE),"\n# misprint in ",spoil[1],": ",gsub("\n"," ",spoil[3])," for ",gsub("\n"," ",spoil[2]),"\n") else t
    writeLines(enc2utf8(b),file.path(d,"report.toml"),useBytes=TRUE)}}
S <- function(k) set.seed(seed0*1000+k)
AB <- c("active","control")
ci2 <- function(x,d=2) f(x,d)
coxr <- function(t,e,g,level=.95){ s <- summary(coxph(Surv(t,e)~g),conf.int=level); list(hr=s$conf.int[c(1,3,4)],p=s$sctest[3],w=s$coef[5])}

# 1 subgroups with a total, "n (%)" of each
S(1); n <- c(118,122); m <- c(63,58); x <- c(rbinom(2,m,c(.45,.3)),0,0); y <- rbinom(2,n-m,c(.4,.3)); tot <- x[1:2]+y
emit("01-subgroups",trial(AB,n),res("men","percent",arms=AB,count=np(x[1:2],m),of=as.character(m)),res("women","percent",arms=AB,count=np(y,n-m),of=as.character(n-m)),
 res("all","percent",arms=AB,count=np(tot,n),p=pv(chisq.test(rbind(tot,n-tot),correct=FALSE)$p.value),test="chi-squared test",sum_of=c("men","women")),
 spoil=c("women",np(y,n-m)[1],np(y[1]+3,(n-m)[1])))
# 2 baseline table, denominators that vary
S(2); n <- c(87,91); o <- list(c(87,91),c(81,88),c(79,80),c(85,84)); x <- lapply(o,function(k) rbinom(2,k,runif(1,.2,.7))); nm <- c("female","smoker","hypertension","statin")
L <- mapply(function(k,a,b) res(k,"percent",arms=AB,count=sprintf("%d/%d (%s)",as.integer(a),as.integer(b),f(100*a/b,1))),nm,x,o)
emit("02-baseline",trial(AB,n),L,spoil=c("hypertension",sprintf("%d/%d (%s)",as.integer(x[[3]][2]),80L,f(100*x[[3]][2]/80,1)),sprintf("%d/%d (%s)",as.integer(x[[3]][2]),80L,f(100*x[[3]][2]/91,1))))
# 3 per protocol beside intention to treat
S(3); n <- c(142,139); k <- n-c(17,21); x <- rbinom(2,k,c(.84,.82)); y <- x+rbinom(2,n-k,.25); d <- x/k; e <- y/n
nd <- function(x,n,l=.95){ d <- -diff(x/n); s <- sqrt(sum(x/n*(1-x/n)/n)); 100*(d+c(0,-1,1)*qnorm((1+l)/2)*s)}
a <- nd(y,n); b <- nd(x,k)
emit("03-protocol",trial(AB,n),res("ITT","ratio",measure="risk difference",arms=AB,count=as.character(y),value=f(a[1],1),ci=f(a[2:3],1)),
 res("PP","ratio",measure="risk difference",arms=AB,count=as.character(x),of=as.character(k),value=f(b[1],1),ci=f(b[2:3],1),part_of="ITT"),
 say("non-inferior","non-inferior",rests_on=c("ITT","PP"),margin="-20",end="lower"),
 spoil=c("PP",v(as.character(x)),v(as.character(c(x[1],y[2]+2)))))
# 4 worst grades of adverse events, with any and grade 3 or worse
S(4); n <- c(96,95); g <- sapply(1:2,function(i) tabulate(1+rbinom(n[i],5,c(.28,.2)[i]),6)); x <- g[-1,]
L <- lapply(1:5,function(j) res(paste("grade",j),"percent",arms=AB,count=np(x[j,],n,0)))
emit("04-grades",trial(AB,n),unlist(L),res("grade 3 or worse","percent",arms=AB,count=np(colSums(x[3:5,]),n,0),p=pv(fisher.test(rbind(colSums(x[3:5,]),n-colSums(x[3:5,])))$p.value),test="Fisher's exact",sum_of=paste("grade",3:5)),
 res("any grade","percent",arms=AB,count=np(colSums(x),n,0),sum_of=paste("grade",1:5)),
 spoil=c("any grade",np(colSums(x),n,0)[2],np(colSums(x)[2]-9,n[2],0)))
# 5 events and the patients who had them
S(5); n <- c(210,206); k <- list(rpois(n[1],.3),rpois(n[2],.45)); x <- sapply(k,function(z) sum(z>0)); ev <- sapply(k,sum)
emit("05-events",trial(AB,n),res("infections","percent",arms=AB,count=np(x,n,1),events=as.character(ev),p=pv(chisq.test(rbind(x,n-x),correct=FALSE)$p.value)),
 spoil=c("infections",v(as.character(ev)),v(as.character(c(x[1]-4,ev[2])))))
# 6 rates by 1000 person-years, rate ratio, middle dots
S(6); n <- c(512,509); py <- round(n*2.1+rnorm(2,0,20),1); x <- rpois(2,py*c(.031,.05)); r <- x/py*1000; rr <- r[1]/r[2]; se <- sqrt(sum(1/x)); ci <- exp(log(rr)+c(-1,1)*1.96*se); pt <- lapply(1:2,function(i) poisson.test(x[i],py[i])$conf.int*1000)
md <- function(s) gsub(".","\u00b7",s,fixed=TRUE)
emit("06-rates",trial(AB,n),res("hospital","rate",arms=AB,count=as.character(x),time=md(f(py,1)),rate=md(f(r,1)),per="1000",ci=list(md(f(pt[[1]],1)),md(f(pt[[2]],1)))),
 res("ratio","ratio",measure="rate ratio",arms=AB,count=as.character(x),time=md(f(py,1)),value=md(f(rr)),ci=md(f(ci))),
 spoil=c("hospital",md(f(r,1))[2],md(f(r[2]+9,1))))
# 7 hazard ratios before and after three cuts, one interval at 99%
S(7); n <- c(240,244); t <- c(rexp(240,.05),rexp(244,.085)); cs <- runif(484,10,40); e <- as.integer(t<=cs); t <- pmin(t,cs); g <- rep(1:0,n); L <- c(); al <- c()
for (w in c(6,12,24)) { u <- coxr(pmin(t,w),e*(t<=w),g); L <- c(L,res(paste(w,"months"),"ratio",measure="hazard ratio",arms=AB,value=f(u$hr[1]),ci=f(u$hr[2:3]),p=pv(u$p),test="log-rank",at=paste(w,"months"))); al <- c(al,f(u$hr[3])); last <- u; z <- coxr(pmin(t,w),e*(t<=w),g,.80)}
emit("07-hazards",trial(AB,n),L,spoil=c("24 months",v(f(last$hr[2:3])),v(f(z$hr[2:3]))))
# 8 Kaplan-Meier with limits at 1, 2, 5 years, numbers at risk
S(8); n <- c(160,158); t <- c(rexp(160,.11),rexp(158,.17)); cs <- runif(318,2.5,9); e <- as.integer(t<=cs); t <- pmin(t,cs); g <- rep(AB,n)
L <- c(); for (w in c(1,2,5)) { q <- lapply(AB,function(a) summary(survfit(Surv(t[g==a],e[g==a])~1,conf.type="log-log"),times=w)); s <- sapply(q,function(u) u$surv)
 L <- c(L,res(paste("OS",w),"km-percent",arms=AB,part_of=if (w==1) NULL else paste("OS",c(0,1,0,0,2)[w]),percent=paste0(f(100*s,1),"%"),ci=lapply(q,function(u) f(100*c(u$lower,u$upper),1)),at=paste(w,"years"),y_axis="survival",at_risk=as.character(sapply(AB,function(a) sum(t[g==a]>=w)))))
 if (w==2) old <- f(100*s,1); if (w==5) { five <- f(100*s,1); fc <- lapply(q,function(u) f(100*c(u$lower,u$upper),1)) } }
emit("08-years",trial(AB,n),L,"[readings]\nlost_at_most = 120\n",spoil=c("OS 5",paste0(v(paste0(five,"%")),"\nci = ",v(fc)),paste0(v(paste0(c(f(as.numeric(old[1])+2.4,1),five[2]),"%")),"\nci = ",v(list(f(as.numeric(old[1])+2.4+c(-7.4,6.7),1),fc[[2]])))))
# 9 median follow-up and medians with interval
S(9); n <- c(74,71); t <- c(rexp(74,.06),rexp(71,.09)); cs <- runif(145,8,30); e <- as.integer(t<=cs); t <- pmin(t,cs); g <- factor(rep(AB,n)); fu <- summary(survfit(Surv(t,1-e)~1,conf.type="log-log"))$table; md2 <- summary(survfit(Surv(t,e)~g,conf.type="log-log"))$table; u <- coxr(t,e,g=="active")
emit("09-follow-up",trial(AB,n),res("follow-up","median",arms=AB[1:2][0+1],median=f(fu["median"],1),ci=f(fu[c("0.95LCL","0.95UCL")],1),note="reverse Kaplan-Meier, all patients"),
 res("OS median","median",arms=AB,median=f(md2[,"median"],1),ci=lapply(1:2,function(i) f(md2[i,c("0.95LCL","0.95UCL")],1))),
 res("OS","ratio",measure="hazard ratio",arms=AB,value=f(u$hr[1]),ci=f(u$hr[2:3]),p=pv(u$p),test="log-rank"),
 spoil=c("OS median",v(f(md2[,"median"],1)),v(f(rev(md2[,"median"])+c(0,6),1))))
# 10 restricted means with standard errors and their difference
S(10); n <- c(133,131); t <- c(rexp(133,.035),rexp(131,.055)); cs <- runif(264,12,40); e <- as.integer(t<=cs); t <- pmin(t,cs); g <- factor(rep(AB,n)); rm <- summary(survfit(Surv(t,e)~g),rmean=24)$table[,c("rmean","se(rmean)")]; d <- rm[1,1]-rm[2,1]; sd <- sqrt(sum(rm[,2]^2)); ci <- d+c(-1,1)*1.96*sd
emit("10-rmst",trial(AB,n),res("RMST","ratio",measure="difference in restricted mean survival time",arms=AB,mean=f(rm[,1],1),se=f(rm[,2],2),value=f(d,1),ci=f(ci,1),p=pv(2*pnorm(-abs(d/sd))),at="24 months"),
 spoil=c("RMST",paste0('value = "',f(d,1)),paste0('value = "',f(d+1.4,1))))
# 11 ANCOVA-adjusted means with standard errors
S(11); n <- c(58,61); b <- rnorm(119,50,9); g <- factor(rep(AB,n),levels=rev(AB)); y <- .6*b+rnorm(119,18,7)-4*(g=="active"); fit <- lm(y~g+b); lsm <- sapply(AB,function(a){X <- c(1,a=="active",mean(b)); c(sum(X*coef(fit)),sqrt(t(X)%*%vcov(fit)%*%X))}); s <- summary(fit)$coef[2,]; ci <- confint(fit)[2,]
emit("11-ancova",trial(AB,n),res("score","ratio",measure="mean difference",arms=AB,mean=f(lsm[1,],1),se=f(lsm[2,],2),value=f(s[1],1),ci=f(ci,1),p=pv(s[4]),test="ANCOVA",adjusted=TRUE,quote="least-squares means (SE)"),
 spoil=c("score",paste0('value = "',f(s[1],1)),paste0('value = "',f(s[1]-2.3,1))))
# 12 change from baseline with intervals and paired P
S(12); n <- c(44,41); b <- lapply(n,function(k) rnorm(k,8.4,1)); a <- mapply(function(z,m) z-m+rnorm(length(z),0,.9),b,c(.9,.25)); tt <- mapply(function(x,y) t.test(y,x,paired=TRUE),b,a,SIMPLIFY=FALSE)
mn <- function(z,d=2) f(sapply(z,mean),d)
emit("12-change",trial(AB,n),res("HbA1c","change",arms=AB,before=mn(b),after=mn(a),mean=f(sapply(tt,function(z) z$estimate)),ci=lapply(tt,function(z) f(z$conf.int)),p=pv(sapply(tt,function(z) z$p.value)),test="paired t test"),
 spoil=c("HbA1c",pv(tt[[2]]$p.value),pv(tt[[2]]$p.value/8+.0004,4)))
# 13 medians with quartiles, Mann-Whitney P
S(13); n <- c(33,35); x <- lapply(1:2,function(i) rpois(n[i],c(4,11)[i])); w <- suppressWarnings(wilcox.test(x[[1]],x[[2]])$p.value); q <- sapply(x,quantile,c(.25,.5,.75))
emit("13-medians",trial(AB,n),res("stay","median",arms=AB,median=sprintf("%s (IQR %s\u2013%s)",f(q[2,],0),f(q[1,],0),f(q[3,],0)),p=pv(w),test="Mann\u2013Whitney U",whole=TRUE),
 spoil=c("stay",pv(w),"0.97"))
# 14 means with SEM that words call SD
S(14); n <- c(40,40); x <- rnorm(40,24.6,6); y <- rnorm(40,20.1,6.5); tt <- t.test(x,y,var.equal=TRUE); sd2 <- c(sd(x),sd(y)); m <- c(mean(x),mean(y))
emit("14-sem",trial(AB,n),res("score","mean",arms=AB,mean_se=sprintf("%s \u00b1 %s",f(m,1),f(sd2/sqrt(40),2)),p=pv(tt$p.value),test="Student's t test"),
 spoil=c("score","mean_se","mean_sd"))
# 15 an ordinal scale with all its categories
S(15); n <- c(81,79); x <- sapply(1:2,function(i) tabulate(sample(1:4,n[i],TRUE,list(c(.4,.3,.2,.1),c(.25,.3,.25,.2))[[i]]),4)); nm <- c("none","mild","moderate","severe")
L <- lapply(1:4,function(j) res(nm[j],"percent",arms=AB,count=np(x[j,],n,1)))
emit("15-categories",trial(AB,n),unlist(L),res("pain","among",p=pv(chisq.test(x)$p.value),test="chi-square",categories=nm),
 spoil=c("pain",pv(chisq.test(x)$p.value),pv(min(.9,3*chisq.test(x)$p.value+.03))))
# 16 three centres, Mantel-Haenszel
S(16); k <- rbind(c(52,50),c(47,49),c(61,58)); x <- t(sapply(1:3,function(i) rbinom(2,k[i,],c(.5,.32)+.05*i))); A <- array(0,c(2,2,3)); for(i in 1:3) A[,,i] <- rbind(x[i,],k[i,]-x[i,]); mh <- mantelhaen.test(A,correct=FALSE)
L <- sapply(1:3,function(i) res(paste("centre",i),"ratio",measure="odds ratio",arms=AB,count=as.character(x[i,]),of=as.character(k[i,]),value=f((x[i,1]*(k[i,2]-x[i,2]))/(x[i,2]*(k[i,1]-x[i,1])))))
emit("16-strata",trial(AB,colSums(k)),L,res("pooled","ratio",measure="odds ratio",arms=AB,value=f(mh$estimate),ci=f(mh$conf.int),p=pv(mh$p.value),test="Cochran\u2013Mantel\u2013Haenszel",strata=paste("centre",1:3)),
 spoil=c("pooled",paste0('value = "',f(mh$estimate)),paste0('value = "',f(mh$estimate+.45))))
# 17 clusters
S(17); cl <- rep(1:24,each=40); u <- rnorm(24,0,.45); g <- rep(1:0,each=12)[cl]; y <- rbinom(960,1,plogis(-.9-.5*g+u[cl])); x <- tapply(y,-g,sum); n <- c(480,480); pr <- tapply(y,cl,mean); tt <- t.test(pr[1:12],pr[13:24],var.equal=TRUE)
emit("17-clusters",trial(AB,n,"cluster-randomised"),res("fever","ratio",measure="risk difference",arms=AB,count=np(x,n,1),value=f(100*-diff(rev(tt$estimate))*-1,1),ci=f(100*tt$conf.int,1),p=pv(tt$p.value),test="t test of cluster means"),
 spoil=c("fever",paste0('value = "',f(100*-diff(rev(tt$estimate))*-1,1)),paste0('value = "',f(100*-diff(rev(tt$estimate))*-1-9,1))))
# 18 crossover
S(18); n <- 32; b <- rnorm(n,130,12); y1 <- b+rnorm(n,-6,6); y0 <- b+rnorm(n,0,6); tt <- t.test(y1,y0,paired=TRUE)
emit("18-crossover",trial(AB,c(n,n),"crossover",n),res("pressure","ratio",measure="mean difference",arms=AB,mean=f(c(mean(y1),mean(y0)),1),sd=f(c(sd(y1),sd(y0)),1),value=f(tt$estimate,1),ci=f(tt$conf.int,1),p=pv(tt$p.value),test="paired t test"),
 spoil=c("pressure",paste0('value = "',f(tt$estimate,1)),paste0('value = "',f(tt$estimate-3.1,1))))
# 19 factorial 2 x 2, analysed at the margins
S(19); k <- c(101,99,100,102); x <- rbinom(4,k,c(.2,.26,.28,.36)); A <- c(x[1]+x[2],x[3]+x[4]); nA <- c(k[1]+k[2],k[3]+k[4]); p <- chisq.test(rbind(A,nA-A),correct=FALSE)$p.value; rr <- (A[1]/nA[1])/(A[2]/nA[2]); se <- sqrt(sum(1/A-1/nA)); B <- c(x[1]+x[3],x[2]+x[4]); nB <- c(k[1]+k[3],k[2]+k[4]); q <- (B[1]/nB[1])/(B[2]/nB[2]); sb <- sqrt(sum(1/B-1/nB))
F4 <- c("aspirin","no aspirin","statin","no statin")
emit("19-factorial",trial(F4,c(nA,nB),"factorial",sum(k)),res("aspirin","ratio",measure="risk ratio",arms=F4[1:2],count=np(A,nA,1),value=f(rr),ci=f(exp(log(rr)+c(-1,1)*1.96*se)),p=pv(p)),
 res("statin","ratio",measure="risk ratio",arms=F4[3:4],count=np(B,nB,1),value=f(q),ci=f(exp(log(q)+c(-1,1)*1.96*sb))),
 spoil=c("aspirin",np(A,nA,1)[2],np(A[2]+9,nA[2],1)))
# 20 non-inferiority of means
S(20); n <- c(150,148); x <- rnorm(150,71.2,14); y <- rnorm(148,72,14); tt <- t.test(x,y,var.equal=TRUE)
emit("20-margin",trial(AB,n),res("quality","ratio",measure="mean difference",arms=AB,mean_sd=sprintf("%s (SD %s)",f(c(mean(x),mean(y)),1),f(c(sd(x),sd(y)),1)),value=f(mean(x)-mean(y),2),ci=f(tt$conf.int,2),level="95%"),
 say("not worse","non-inferior",rests_on="quality",margin="\u22128",end="lower"),
 spoil=c("not worse",'margin = "\u22128"',sprintf('margin = "%s"',f(ceiling(tt$conf.int[1]*10)/10+.4,1))))
# 21 three arms, analysis of variance and Kruskal-Wallis
S(21); n <- c(30,31,29); ar <- c("high","low","placebo"); x <- lapply(1:3,function(i) rnorm(n[i],c(16,14,12)[i],4.5)); yy <- unlist(x); gg <- factor(rep(ar,n)); an <- anova(lm(yy~gg)); bad <- c(sapply(x,sd))
emit("21-three",trial(ar,n),res("score","mean",arms=ar,mean_sd=sprintf("%s \u00b1 %s",mn(x,1),f(sapply(x,sd),1)),p=pv(an[1,5],4),test="one-way ANOVA"),
 res("F","statistic",arms=ar,beside="score",F=f(an[1,4],2),df=as.character(an[,1]),p=pv(an[1,5],4)),
 spoil=c("F",sprintf('F = "%s"',f(an[1,4],2)),sprintf('F = "%s"',f(an[1,4]+2.7,2))))
# 22 four doses, trend
S(22); n <- c(48,50,49,51); ar <- c("30 mg","20 mg","10 mg","placebo"); x <- rbinom(4,n,c(.55,.45,.4,.25)); tr <- prop.trend.test(x,n,4:1)$p.value; gl <- chisq.test(rbind(x,n-x))$p.value
emit("22-trend",trial(ar,n),res("response","percent",arms=ar,count=np(x,n,0),p=pv(gl),test="chi-square"),res("trend","percent",arms=ar,count=as.character(x),p=pv(tr,4),test="Cochran\u2013Armitage test for trend"),
 spoil=c("trend",sprintf('p = "%s"\ntest = "Coch',pv(tr,4)),sprintf('p = "%s"\ntest = "Coch',pv(min(.9,tr*9+.02),4))))
# 23 P corrected by Holm, as printed
S(23); n <- c(50,52,51); ar <- c("A","B","C"); x <- lapply(1:3,function(i) rnorm(n[i],c(11,9.6,8)[i],4)); pr <- list(c(1,2),c(1,3),c(2,3)); p <- sapply(pr,function(k) t.test(x[[k[1]]],x[[k[2]]],var.equal=TRUE)$p.value); h <- p.adjust(p,"holm")
L <- sapply(1:3,function(i) res(paste(ar[pr[[i]]],collapse=" v "),"mean",arms=ar[pr[[i]]],mean=mn(x[pr[[i]]],2),sd=f(sapply(x[pr[[i]]],sd)),p_adjusted=pv(h[i],4),correction="Holm",comparisons=3L,test="t test"))
emit("23-holm",trial(ar,n),L,spoil=c(paste(ar[pr[[1]]],collapse=" v "),pv(h[1],4),pv(p[1]*.35,4)))
# 24 diagnostic accuracy with exact limits
S(24); D <- c(84,216); tp <- rbinom(1,84,.85); tn <- rbinom(1,216,.9); ex <- function(x,n) f(100*binom.test(x,n)$conf.int,1); fp <- 216-tn; fn <- 84-tp
dg <- function(id,x,n) res(id,"percent",arms="all",count=as.character(x),of=as.character(n),percent=f(100*x/n,1),ci=ex(x,n))
emit("24-accuracy",trial("all",300,"observational"),dg("sensitivity",tp,84),dg("specificity",tn,216),dg("PPV",tp,tp+fp),dg("NPV",tn,tn+fn),dg("accuracy",tp+tn,300),
 spoil=c("PPV",v(ex(tp,tp+fp)),v(ex(tp,84+fp))))
# 25 Spearman and Pearson
S(25); n <- 46; a <- rnorm(n); b <- .55*a+rnorm(n); ct <- cor.test(a,b)
emit("25-correlation",trial("all",n,"observational"),res("r","correlation",r=f(ct$estimate),n="46",p=pv(ct$p.value,4),ci=f(ct$conf.int),quote="Pearson"),
 spoil=c("r",v(f(ct$conf.int)),v(f(c(ct$conf.int[1],min(.99,ct$conf.int[2]+.14))))))
# 26 kappa of two readers
S(26); n <- 120; a <- rbinom(n,1,.4); b <- ifelse(runif(n)<.85,a,1-a); tb <- table(a,b)/n; po <- sum(diag(tb)); pe <- sum(rowSums(tb)*colSums(tb)); ka <- (po-pe)/(1-pe); se <- sqrt(po*(1-po)/(n*(1-pe)^2))
emit("26-kappa",trial("all",n,"observational"),res("agreement","percent",arms="all",count=as.character(sum(diag(table(a,b)))),percent=f(100*po,1)),
 res("kappa","agreement",value=f(ka),ci=f(ka+c(-1,1)*1.96*se),table=list(as.character(table(a,b)[1,]),as.character(table(a,b)[2,]))),
 spoil=c("kappa",sprintf('value = "%s"',f(ka)),sprintf('value = "%s"',f(ka+.1))))
# 27 limits only, "1.0 to 1.0"
S(27); n <- c(9120,9080); t <- rpois(2,n*c(.31,.312)); age <- rnorm(400,60,9); y <- rbinom(400,1,plogis(.004*age-1)); fit <- summary(glm(y~age,family=binomial))$coef[2,]; ci <- exp(fit[1]+c(-1,1)*1.96*fit[2]); rr <- (t[1]/n[1])/(t[2]/n[2]); se <- sqrt(sum(1/t-1/n)); z <- c(9003,8960); q <- (z[1]/n[1])/(z[2]/n[2]); sz <- sqrt(sum(1/z-1/n))
emit("27-one",trial(AB,n),res("survived","ratio",measure="risk ratio",arms=AB,count=as.character(z),value=f(q,1),ci=f(exp(log(q)+c(-1,1)*1.96*sz),1),p="NS"),
 res("visit","ratio",measure="risk ratio",arms=AB,count=as.character(t),value=f(rr,2),ci=f(exp(log(rr)+c(-1,1)*1.96*se),2),p="P = NS"),
 spoil=c("visit",'p = "P = NS"','p = "P<0.001"'))
# 28 typography: decimal comma, thin spaces, en dashes
S(28); n <- c(1204,1198); x <- rbinom(2,n,c(.08,.11)); rr <- (x[1]/n[1])/(x[2]/n[2]); se <- sqrt(sum(1/x-1/n)); ci <- exp(log(rr)+c(-1,1)*1.96*se); dc <- function(s) gsub(".",",",s,fixed=TRUE)
emit("28-commas",trial(AB,n),res("death","ratio",measure="RR",arms=AB,count=as.character(x),percent=dc(pc(x,n,2)),value=dc(f(rr)),ci=paste0(dc(f(ci[1])),"\u2013",dc(f(ci[2]))),p=dc(pv(chisq.test(rbind(x,n-x),correct=FALSE)$p.value))),
 spoil=c("death",dc(pc(x,n,2))[2],dc(pc(x[2]+6,n[2],2))))
# 29 single arm, phase II, exact limits
S(29); n <- 43; x <- rbinom(1,n,.35); cr <- rbinom(1,x,.3); ex <- function(x,n,l=.95) f(100*binom.test(x,n,conf.level=l)$conf.int,0)
emit("29-phase2",trial("drug",n,"single-arm"),res("ORR","percent",arms="drug",count=as.character(x),percent=pc(x,n,0),ci=ex(x,n)),res("CR","percent",arms="drug",count=np(cr,n,0)),res("PR","percent",arms="drug",count=np(x-cr,n,0)),
 res("response","percent",arms="drug",count=np(x,n,0),sum_of=c("CR","PR")),spoil=c("ORR",v(ex(x,n)),v(ex(x,n,.8))))
# 30 phase I: doses, none of n, rule of three
S(30); ar <- c("1 mg","2 mg","4 mg"); n <- c(3,6,12); x <- c(0,1,2)
emit("30-phase1",trial(ar,n,"single-arm",21),res("DLT","percent",arms=ar,count=paste0(x,"/",n)),res("deaths","zero",n=as.character(n),ci=list(c("0",f(100*(1-.025^(1/3)),0)),c("0",f(100*(1-.025^(1/6)),0)),c("0",f(100*(1-.025^(1/12)),1)))),
 spoil=c("deaths",f(100*(1-.025^(1/12)),1),"14.2"))
# 31 a table with a column of all patients
S(31); n <- c(104,108); a <- list(rnorm(104,61.2,9.4),rnorm(108,59.8,10.1)); x <- rbinom(2,n,c(.4,.5)); q <- lapply(c(a,list(unlist(a))),quantile,c(.25,.5,.75)); al <- c(AB,"all")
emit("31-total",sprintf('[trial]\ndesign = "randomised"\nenrolled = 212\n\n[[arm]]\nid = "active"\nn = 104\n\n[[arm]]\nid = "control"\nn = 108\nreference = true\n\n[[arm]]\nid = "all"\nn = 212\ntotal = true\n'),
 res("female","percent",arms=al,count=np(c(x,sum(x)),c(n,sum(n)))),res("age","mean",arms=al,mean_sd=sprintf("%s (SD %s)",f(c(sapply(a,mean),mean(unlist(a))),1),f(c(sapply(a,sd),sd(unlist(a))),1)),p=pv(t.test(a[[1]],a[[2]],var.equal=TRUE)$p.value)),
 res("age median","median",arms=al,median=sapply(q,function(z) sprintf("%s (IQR %s to %s)",f(z[2],1),f(z[1],1),f(z[3],1)))),
 spoil=c("female",np(sum(x),212),np(sum(x)+10,212)))
# 32 a logistic model's odds ratio, said to be adjusted, beside the counts
S(32); n <- c(152,149); g <- rep(1:0,n); ag <- rnorm(301,64,10); y <- rbinom(301,1,plogis(-1+.9*g+.05*(ag-64))); x <- c(sum(y[g==1]),sum(y[g==0])); ft <- summary(glm(y~g+ag,family=binomial))$coef[2,]; ci <- exp(ft[1]+c(-1,1)*1.96*ft[2])
emit("32-adjusted",trial(AB,n),res("response","ratio",measure="adjusted OR",arms=AB,count=np(x,n,0),value=f(exp(ft[1])),ci=f(ci),p=ifelse(ft[4]<1e-4,"<0.0001",pv(ft[4],4)),test="logistic regression with age as covariate"),
 spoil=c("response",v(f(ci)),v(f(c(ci[1],ci[1]*(ci[2]/ci[1])^.75)))))
# 33 risk difference with Newcombe's interval
S(33); n <- c(64,61); x <- rbinom(2,n,c(.89,.72)); wl <- function(x,n){ p <- x/n; z <- 1.959964; (p+z^2/(2*n)+c(-1,1)*z*sqrt(p*(1-p)/n+z^2/(4*n^2)))/(1+z^2/n)}; p <- x/n; a <- wl(x[1],n[1]); b <- wl(x[2],n[2]); d <- p[1]-p[2]; ci <- 100*c(d-sqrt((p[1]-a[1])^2+(b[2]-p[2])^2),d+sqrt((a[2]-p[1])^2+(p[2]-b[1])^2))
emit("33-newcombe",trial(AB,n),res("cure","ratio",measure="absolute difference",arms=AB,count=np(x,n),value=f(100*d,1),ci=f(ci,1),quote="95% CI by the method of Newcombe"),
 spoil=c("cure",v(f(ci,1)),v(f(ci+c(6.3,0),1))))
# 34 rate ratio of a negative binomial model beside annual rates
S(34); n <- c(221,218); tm <- lapply(n,function(k) runif(k,.4,1)); z <- lapply(1:2,function(i) rnbinom(n[i],size=1.1,mu=c(.8,1.3)[i]*tm[[i]])); g <- rep(1:0,n); fit <- suppressWarnings(glm.nb(unlist(z)~g+offset(log(unlist(tm))))); s <- summary(fit)$coef[2,]; ci <- exp(s[1]+c(-1,1)*1.96*s[2]); r <- exp(c(sum(coef(fit)),coef(fit)[1]))
emit("34-relapses",trial(AB,n),res("relapses","ratio",measure="rate ratio",arms=AB,rate=f(r),per="1",value=f(exp(s[1])),ci=f(ci),p=pv(s[4],4),test="negative binomial regression"),
 spoil=c("relapses",sprintf('value = "%s"',f(exp(s[1]))),sprintf('value = "%s"',f(min(ci[2]-.01,exp(s[1])+.16)))))
# 35 least-squares mean changes with SE, and their difference
S(35); n <- c(88,86); b <- rnorm(174,31,6); g <- rep(1:0,n); ch <- -8-.4*(b-31)-3.1*g+rnorm(174,0,8); fit <- lm(ch~g+b); co <- summary(fit)$coef; lsm <- sapply(1:0,function(a){X <- c(1,a,mean(b)); c(sum(X*coef(fit)),sqrt(t(X)%*%vcov(fit)%*%X))}); ci <- confint(fit)[2,]
emit("35-lsmeans",trial(AB,n),res("MADRS","ratio",measure="mean difference",arms=AB,mean_se=sprintf("%s (%s)",f(lsm[1,],1),f(lsm[2,])),value=f(co[2,1],1),ci=f(ci,1),p=pv(co[2,4]),test="MMRM",quote="least-squares mean change (SE)"),
 spoil=c("MADRS",sprintf('value = "%s"',f(co[2,1],1)),sprintf('value = "%s"',f(co[2,1]+1.3,1))))
# 36 change by SD within arms, t test between
S(36); n <- c(37,39); z <- lapply(1:2,function(i) rnorm(n[i],c(-6.2,-2.4)[i],c(7.1,6.6)[i])); tt <- t.test(z[[1]],z[[2]]); q <- sapply(z,function(u) t.test(u)$p.value)
emit("36-change-sd",trial(AB,n),res("weight","change",arms=AB,mean_sd=sprintf("%s \u00b1 %s",mn(z,1),f(sapply(z,sd),1)),p=pv(q)),
 res("between","mean",arms=AB,mean=mn(z,1),sd=f(sapply(z,sd),1),p=pv(tt$p.value),test="Welch's t-test"),
 spoil=c("between",sprintf('p = "%s"\ntest',pv(tt$p.value)),sprintf('p = "%s"\ntest',pv(min(.9,tt$p.value*6+.004)))))
# 37 change with intervals within arms, the difference of the changes
S(37); n <- c(55,52); z <- lapply(1:2,function(i) rnorm(n[i],c(4.4,1.6)[i],c(5.2,5.9)[i])); t1 <- lapply(z,t.test); tt <- t.test(z[[1]],z[[2]],var.equal=TRUE)
emit("37-change-ci",trial(AB,n),res("within","change",arms=AB,mean_ci=sapply(t1,function(u) sprintf("%s (%s to %s)",f(u$estimate,1),f(u$conf.int[1],1),f(u$conf.int[2],1)))),
 res("between","ratio",measure="mean difference",arms=AB,mean=mn(z,1),value=f(mean(z[[1]])-mean(z[[2]]),1),ci=f(tt$conf.int,1),p=pv(tt$p.value)),
 spoil=c("within",sprintf("to %s)",f(t1[[1]]$conf.int[2],1)),sprintf("to %s)",f(t1[[1]]$conf.int[2]+.9,1))))
# 38 P printed as 0.05
S(38); n <- c(75,77); k <- NULL; repeat { x <- rbinom(2,n,c(.33,.19)); p <- chisq.test(rbind(x,n-x),correct=FALSE)$p.value; if (p>.0455&&p<.0545) break }
emit("38-border",trial(AB,n),res("relapse","percent",arms=AB,percent=pc(x,n,0),p="0.05",test="\u03c72 test"),
 spoil=c("relapse",'p = "0.05"','p = "0.005"'))
# 39 hazard ratio with events, medians and patients at risk
S(39); n <- c(176,172); t <- c(rexp(176,.06),rexp(172,.09)); cs <- runif(348,12,36); e <- as.integer(t<=cs); t <- pmin(t,cs); g <- factor(rep(AB,n)); u <- coxr(t,e,g=="active"); m <- summary(survfit(Surv(t,e)~g,conf.type="log-log"))$table; s12 <- lapply(AB,function(a) summary(survfit(Surv(t[g==a],e[g==a])~1,conf.type="log-log"),times=12)); ev <- tapply(e,g,sum)
emit("39-pfs",trial(AB,n),res("PFS","ratio",measure="hazard ratio",arms=AB,events=as.character(ev),median=f(m[,"median"],1),value=f(u$hr[1]),ci=f(u$hr[2:3]),p=ifelse(u$p<1e-4,"<0.0001",pv(u$p,4)),test="two-sided log-rank"),
 res("PFS at 12","km-percent",arms=AB,percent=sapply(s12,function(q) paste0(f(100*q$surv,0),"%")),ci=lapply(s12,function(q) f(100*c(q$lower,q$upper),0)),at="12 months",y_axis="survival",at_risk=as.character(sapply(AB,function(a) sum(t[g==a]>=12)))),"[readings]\nlost_at_most = 60\n",
 spoil=c("PFS",sprintf('value = "%s"',f(u$hr[1])),sprintf('value = "%s"',f(u$hr[1]+.14))))
# 40 a forest of subgroups with P of interaction
S(40); n <- c(402,398); x1 <- c(210,205); s <- list(x1,n-x1); hh <- lapply(1:2,function(i) { t <- c(rexp(s[[i]][1],.1*c(.55,.9)[i]),rexp(s[[i]][2],.1)); cs <- runif(length(t),2,14); e <- as.integer(t<=cs); list(t=pmin(t,cs),e=e,g=rep(1:0,s[[i]]))}); us <- lapply(hh,function(h) coxr(h$t,h$e,h$g)); T <- unlist(lapply(hh,`[[`,"t")); E <- unlist(lapply(hh,`[[`,"e")); G <- unlist(lapply(hh,`[[`,"g")); Z <- rep(1:2,sapply(hh,function(h) length(h$t))); ip <- summary(coxph(Surv(T,E)~G*factor(Z)))$coef[3,5]; al <- coxr(T,E,G)
nn <- c("under 65","65 or over"); L <- sapply(1:2,function(i) res(nn[i],"ratio",measure="HR",arms=AB,count=as.character(tapply(hh[[i]]$e,-hh[[i]]$g,sum)),of=as.character(s[[i]]),value=f(us[[i]]$hr[1]),ci=sprintf("%s\u2013%s",f(us[[i]]$hr[2]),f(us[[i]]$hr[3]))))
emit("40-forest",trial(AB,n),L,res("all","ratio",measure="HR",arms=AB,count=as.character(tapply(E,-G,sum)),value=f(al$hr[1]),ci=f(al$hr[2:3]),sum_of=nn,strata=nn),res("age","interaction",between=nn,p=pv(ip)),
 spoil=c("age",sprintf('p = "%s"',pv(ip)),sprintf('p = "%s"',pv(min(.95,ip*5+.2)))))
# 41 a baseline table with standardised differences
S(41); n <- c(310,297); z <- lapply(1:2,function(i) rnorm(n[i],c(61.4,63.2)[i],c(11.2,10.4)[i])); x <- rbinom(2,n,c(.44,.36)); m <- sapply(z,mean); s <- sapply(z,sd); sm <- (m[1]-m[2])/sqrt(mean(s^2)); p <- x/n; sp <- (p[1]-p[2])/sqrt(mean(p*(1-p)))
emit("41-smd",trial(AB,n,"observational"),res("age","ratio",measure="SMD",arms=AB,mean_sd=sprintf("%s (%s)",f(m,1),f(s,1)),value=f(abs(sm),3)),res("female","ratio",measure="SMD",arms=AB,count=np(x,n),value=f(abs(sp),3)),
 spoil=c("female",sprintf('value = "%s"',f(abs(sp),3)),sprintf('value = "%s"',f(abs(sp)/2,3))))
# 42 two areas under the curve, DeLong
S(42); d <- .061; se <- .021
emit("42-auc",trial("all",412,"observational"),res("AUC","ratio",measure="difference in AUC",arms="all",value=f(d,3),ci=f(d+c(-1,1)*1.96*se,3),p=pv(2*pnorm(-d/se),4),test="DeLong"),
 spoil=c("AUC",sprintf('p = "%s"',pv(2*pnorm(-d/se),4)),'p = "0.0414"'))
# 43 sensitivity of two tests in the same patients, McNemar
S(43); n <- 94; a <- rbinom(n,1,.84); b <- ifelse(runif(n)<.75,a,rbinom(n,1,.55)); p <- mcnemar.test(table(factor(a,0:1),factor(b,0:1)))$p.value
emit("43-mcnemar",trial(c("new","old"),c(n,n),"crossover",n),res("sensitivity","percent",arms=c("new","old"),count=sprintf("%d/%d (%s%%)",c(sum(a),sum(b)),n,f(100*c(mean(a),mean(b)),1)),p=pv(p),test="McNemar's test"),
 spoil=c("sensitivity",sprintf("(%s%%)",f(100*mean(b),1)),sprintf("(%s%%)",f(100*mean(b)+2,1))))
# 44 crossover with periods: difference from a mixed model
S(44); n <- 28; b <- rnorm(n,0,9); y1 <- 42+b+rnorm(n,5,6); y0 <- 42+b+rnorm(n,0,6); tt <- t.test(y1,y0,paired=TRUE)
emit("44-periods",trial(AB,c(n,n),"crossover",n),res("VO2","ratio",measure="mean difference",arms=AB,mean=f(c(mean(y1),mean(y0)),1),se=f(c(sd(y1),sd(y0))/sqrt(n),1),value=f(tt$estimate,1),ci=f(tt$conf.int,1),p=pv(tt$p.value),test="linear mixed model with period, sequence and treatment"),
 spoil=c("VO2",v(f(tt$conf.int,1)),v(f(tt$estimate+c(-1,1.9)*diff(tt$conf.int)/2,1))))
# 45 odds ratio of a cluster trial by GEE
S(45); cl <- rep(1:40,each=25); u <- rnorm(40,0,.5); g <- rep(1:0,each=20)[cl]; y <- rbinom(1000,1,plogis(-.6+.6*g+u[cl])); x <- c(sum(y[g==1]),sum(y[g==0])); n <- c(500,500); fit <- glm(y~g,family=binomial); X <- model.matrix(fit); sc <- rowsum(X*(y-fitted(fit)),cl); B <- solve(t(X)%*%(X*fitted(fit)*(1-fitted(fit)))); V <- B%*%(t(sc)%*%sc)%*%B*40/39; es <- coef(fit)[2]; se <- sqrt(V[2,2]); ci <- exp(es+c(-1,1)*1.96*se); pq <- 2*pnorm(-abs(es/se))
emit("45-gee",trial(AB,n,"cluster-randomised"),res("uptake","ratio",measure="OR",arms=AB,count=np(x,n),value=f(exp(es)),ci=f(ci),p=pv(pq),test="GEE, exchangeable",quote="intracluster correlation 0.06"),
 spoil=c("uptake",np(x,n)[1],sprintf("%d (%s)",x[1],f(100*x[1]/n[1]+3,1))))
# 46 non-inferiority with one end at one-sided 97.5%
S(46); n <- c(388,391); x <- rbinom(2,n,c(.075,.08)); d <- 100*(x[1]/n[1]-x[2]/n[2]); se <- 100*sqrt(sum(x/n*(1-x/n)/n)); up <- d+1.959964*se
emit("46-upper",trial(AB,n),res("failure","ratio",measure="risk difference",arms=AB,count=as.character(x),percent=pc(x,n),value=paste(f(d,1),"percentage points"),ci=c("",f(up,1)),quote="upper limit of the one-sided 97.5% confidence interval"),
 say("as good","non-inferior",rests_on="failure",margin="6",end="upper"),
 spoil=c("failure",f(up,1),f(up+2.9,1)))
# 47 posterior median and credible interval
S(47); n <- c(203,199); x <- rbinom(2,n,c(.27,.36)); dr <- rbeta(4e4,1+x[1],1+n[1]-x[1]); er <- rbeta(4e4,1+x[2],1+n[2]-x[2]); o <- quantile(dr/(1-dr)/(er/(1-er)),c(.5,.025,.975)); o2 <- o
emit("47-bayes",trial(AB,n),res("death","ratio",measure="OR",arms=AB,count=np(x,n),value=f(o[1]),ci=f(o[2:3]),quote="median of the posterior and 95% credible interval"),
 spoil=c("death",sprintf('value = "%s"',f(o[1])),sprintf('value = "%s"',f(o[3]+.2))))
# 48 multiple imputation: the difference pooled by Rubin
S(48); n <- c(96,99); z <- lapply(1:2,function(i) rnorm(n[i],c(52,47)[i],c(13,14)[i])); ob <- lapply(z,function(u) u[runif(length(u))>.15]); m <- sapply(ob,mean); s <- sapply(ob,sd); k <- lengths(ob); d <- m[1]-m[2]+.3; se <- sqrt(sum(s^2/k))*1.03
emit("48-imputed",trial(AB,n),res("SF-36","ratio",measure="mean difference",arms=AB,mean=f(m,1),sd=f(s,1),of=as.character(k),value=f(d,1),ci=f(d+c(-1,1)*1.97*se,1),p=pv(2*pt(-abs(d/se),150)),quote="multiple imputation, 20 data sets pooled by Rubin's rules"),
 spoil=c("SF-36",sprintf('p = "%s"',pv(2*pt(-abs(d/se),150))),sprintf('p = "%s"',pv(min(.9,2*pt(-abs(d/se),150)*9+.1)))))
# 49 bioavailability: geometric means with CV and 90% interval of their ratio
S(49); n <- 24; b <- rnorm(n,0,.3); a <- 4+b+rnorm(n,.05,.12); r <- 4+b+rnorm(n,0,.12); tt <- t.test(a,r,paired=TRUE,conf.level=.9); gm <- exp(c(mean(a),mean(r)))
emit("49-gmr",trial(c("test","ref"),c(n,n),"crossover",n),res("AUC","ratio",measure="GMR",arms=c("test","ref"),mean=f(gm,1),value=paste0(f(100*exp(tt$estimate),1),"%"),ci=paste0(f(100*exp(tt$conf.int),1),"%"),level="90%",quote="geometric least-squares means"),
 say("same","equivalent",rests_on="AUC",margin="80% to 125%"),
 spoil=c("AUC",sprintf('value = "%s%%"',f(100*exp(tt$estimate),1)),sprintf('value = "%s%%"',f(100*exp(tt$estimate)+8,1))))
# 50 common odds ratio beside the levels of its scale
S(50); n <- c(249,251); x <- sapply(1:2,function(i) tabulate(sample(1:6,n[i],TRUE,list(c(.24,.22,.18,.16,.12,.08),c(.15,.18,.18,.19,.16,.14))[[i]]),6)); yy <- factor(unlist(lapply(1:2,function(i) rep(6:1,x[6:1,i]))),ordered=TRUE); gg <- rep(1:0,n); yy <- factor(7-as.integer(yy),ordered=TRUE); po <- polr(yy~gg,Hess=TRUE); est <- coef(po); se <- sqrt(vcov(po)[1,1]); nm <- paste("mRS",0:5)
L <- sapply(1:6,function(j) res(nm[j],"percent",arms=AB,count=np(x[j,],n,0)))
emit("50-shift",trial(AB,n),L,res("shift","ratio",measure="common odds ratio",arms=AB,value=f(exp(abs(est))),ci=f(sort(exp(abs(est)+c(-1,1)*1.96*se))),p=pv(2*pnorm(-abs(est/se)),4),test="ordinal logistic regression",categories=nm),
 spoil=c("shift",paste0('value = "',f(exp(abs(est))),'"\nci = ',v(f(sort(exp(abs(est)+c(-1,1)*1.96*se))))),paste0('value = "',f(exp(abs(est))*1.7),'"\nci = ',v(f(1.7*sort(exp(abs(est)+c(-1,1)*1.96*se)))))))
# 51 a trend of means over doses
S(51); n <- c(32,31,33,30); ar <- c("40 mg","20 mg","10 mg","0 mg"); z <- lapply(1:4,function(i) rnorm(n[i],c(15,13.2,12,10.8)[i],5)); yy <- unlist(z); ds <- rep(c(40,20,10,0),n); gp <- factor(ds); an <- lm(yy~gp); w <- c(0,10,20,40); w <- w-mean(w); cn <- sum(w*rev(sapply(z,mean))); cs <- sqrt(summary(an)$sigma^2*sum(w^2/rev(n))); tp <- 2*pt(-abs(cn/cs),sum(n)-4)
emit("51-trend",trial(ar,n),res("score","mean",arms=ar,mean_sd=sprintf("%s (%s)",mn(z,1),f(sapply(z,sd),1)),p=pv(tp,4),test="linear contrast for dose trend"),
 spoil=c("score",sprintf('p = "%s"',pv(tp,4)),sprintf('p = "%s"',pv(min(.98,tp*20+.4),4))))
# 52 medians of three arms, Kruskal-Wallis
S(52); n <- c(41,39,42); ar <- c("early","late","never"); z <- lapply(1:3,function(i) rgamma(n[i],8,8/c(4,9,15)[i])); q <- sapply(z,quantile,c(.25,.5,.75)); p <- kruskal.test(z)$p.value
emit("52-kruskal",trial(ar,n),res("days","median",arms=ar,median_iqr=sprintf("%s (%s\u2013%s)",f(q[2,],1),f(q[1,],1),f(q[3,],1)),range=lapply(z,function(u) f(range(u),1)),p=ifelse(p<1e-4,"<0.0001",pv(p,4)),test="Kruskal\u2013Wallis"),
 spoil=c("days",sprintf('p = "%s"',ifelse(p<1e-4,"<0.0001",pv(p,4))),'p = "0.68"'))
# 53 three arms: a global P, then pairs
S(53); n <- c(66,64,67); ar <- c("high","low","placebo"); x <- rbinom(3,n,c(.52,.4,.22)); gl <- chisq.test(rbind(x,n-x))$p.value; pr <- list(c(1,3),c(2,3)); pp <- sapply(pr,function(k) fisher.test(rbind(x[k],(n-x)[k]))$p.value)
emit("53-global",trial(ar,n),res("overall","percent",arms=ar,count=sprintf("%d/%d",x,as.integer(n)),percent=pc(x,n,0),p=pv(gl,4),test="chi-square"),sapply(1:2,function(i) res(paste(ar[pr[[i]]],collapse=" v "),"percent",arms=ar[pr[[i]]],count=as.character(x[pr[[i]]]),p=pv(pp[i],4),test="Fisher's exact test")),
 spoil=c("low v placebo",sprintf('p = "%s"\ntest = "Fisher\'s exact test"\n',pv(pp[2],4)),sprintf('p = "%s"\ntest = "Fisher\'s exact test"\n',pv(pp[2]/6+.0003,4))))
# 54 Hodges and Lehmann's difference beside medians
S(54); n <- c(61,58); z <- lapply(1:2,function(i) round(rgamma(n[i],2,1/c(4,6)[i]),1)); w <- suppressWarnings(wilcox.test(z[[1]],z[[2]],conf.int=TRUE)); q <- sapply(z,quantile,c(.25,.5,.75))
emit("54-hodges",trial(AB,n),res("hours","median",arms=AB,median_iqr=sprintf("%s (%s to %s)",f(q[2,],1),f(q[1,],1),f(q[3,],1)),p=pv(w$p.value,4),test="Wilcoxon rank-sum"),res("shift","ratio",measure="Hodges-Lehmann median difference",arms=AB,value=f(w$estimate,1),ci=f(w$conf.int,1)),
 spoil=c("shift",sprintf('value = "%s"',f(w$estimate,1)),sprintf('value = "%s"',f(w$conf.int[1]-.4,1))))
# 55 win ratio with its interval and P
S(55); n <- c(404,401); wn <- 21840; ls <- 17210; wr <- wn/ls; se <- .1; 
emit("55-win",trial(AB,n),res("hierarchy","ratio",measure="win ratio",arms=AB,value=f(wr),ci=f(exp(log(wr)+c(-1,1)*1.96*se)),p=pv(2*pnorm(-abs(log(wr)/se))),quote="stratified win ratio"),
 spoil=c("hierarchy",sprintf('p = "%s"',pv(2*pnorm(-abs(log(wr)/se)))),'p = "0.212"'))
# 56 total events by Andersen-Gill with robust errors
S(56); n <- c(298,302); py <- c(561.2,570.9); fr <- lapply(1:2,function(i) rgamma(n[i],.6)/.6); ev <- sapply(1:2,function(i) sum(rpois(n[i],fr[[i]]*c(.22,.34)[i]*py[i]/n[i]))); pa <- round(ev*.7); rr <- (ev[1]/py[1])/(ev[2]/py[2]); se <- sqrt(sum(1/ev))*1.45
emit("56-total",trial(AB,n),res("hospitalisations","ratio",measure="rate ratio",arms=AB,count=as.character(ev),time=f(py,1),rate=f(100*ev/py,1),per="100",value=f(rr),ci=f(exp(log(rr)+c(-1,1)*1.96*se)),p=pv(2*pnorm(-abs(log(rr)/se))),test="Lin, Wei, Yang and Ying model",note="recurrent events"),
 spoil=c("hospitalisations",sprintf('rate = %s',v(f(100*ev/py,1))),sprintf('rate = %s',v(f(100*ev/py+c(0,4.1),1)))))
# 57 cumulative incidence with a competing event, Gray
S(57); n <- c(187,183); ty <- sapply(1:2,function(i) tabulate(sample(1:3,n[i],TRUE,list(c(.17,.2,.63),c(.28,.2,.52))[[i]]),3))
emit("57-competing",trial(AB,n),res("relapse","percent",arms=AB,percent=pc(ty[1,],n,1),count=as.character(ty[1,]),quote="cumulative incidence with death as a competing event, nobody censored"),res("death in remission","percent",arms=AB,count=np(ty[2,],n,1)),res("either","percent",arms=AB,count=np(ty[1,]+ty[2,],n,1),sum_of=c("relapse","death in remission")),res("neither","percent",arms=AB,count=np(ty[3,],n,1)),
 spoil=c("either",np(ty[1,]+ty[2,],n,1)[2],np(ty[1,2]+ty[2,2]-6,n[2],1)))
# 58 Miettinen and Nurminen's interval
S(58); n <- c(141,138); x <- rbinom(2,n,c(.94,.86)); p <- x/n; d <- diff(rev(p)); mnv <- function(D){ f0 <- function(q) { q1 <- pmin(pmax(q+D,1e-9),1-1e-9); -(x[1]*log(q1)+(n[1]-x[1])*log(1-q1)+x[2]*log(q)+(n[2]-x[2])*log(1-q))}; q <- optimize(f0,c(max(1e-9,-D),min(1-1e-9,1-D)),tol=1e-12)$minimum; q1 <- q+D; (d-D)/sqrt((q1*(1-q1)/n[1]+q*(1-q)/n[2])*sum(n)/(sum(n)-1))}; lo <- uniroot(function(D) mnv(D)-1.959964,c(-.9,d),tol=1e-10)$root; hi <- uniroot(function(D) mnv(D)+1.959964,c(d,.9),tol=1e-10)$root
emit("58-miettinen",trial(AB,n),res("seroconversion","ratio",measure="difference in percentages",arms=AB,count=np(x,n),value=f(100*d,1),ci=f(100*c(lo,hi),1),quote="95% CI according to Miettinen and Nurminen"),
 spoil=c("seroconversion",v(f(100*c(lo,hi),1)),v(f(100*c(lo,hi)+c(0,3.1),1))))
# 59 risk ratio, risk difference and number needed to treat of one outcome
S(59); n <- c(820,815); x <- rbinom(2,n,c(.071,.119)); p <- x/n; rr <- p[1]/p[2]; sr <- sqrt(sum(1/x-1/n)); d <- p[2]-p[1]; sd1 <- sqrt(sum(p*(1-p)/n)); R <- function(id,m,val,ci=NULL) res(id,"ratio",measure=m,arms=AB,count=as.character(x),value=val,ci=ci)
emit("59-needed",trial(AB,n),R("RR","relative risk",f(rr),f(exp(log(rr)+c(-1,1)*1.96*sr))),R("ARR","ARR",paste0(f(100*d,1),"%"),f(100*(d+c(-1,1)*1.96*sd1),1)),R("NNT","NNT",f(ceiling(1/d),0)),R("RRR","RRR",paste0(f(100*(1-rr),0),"%")),
 spoil=c("NNT",sprintf('value = "%s"',f(ceiling(1/d),0)),sprintf('value = "%s"',f(ceiling(1/d)+6,0))))
# 60 one arm against a historical percentage
S(60); n <- 58; x <- rbinom(1,n,.36); bt <- binom.test(x,n,.2,alternative="greater")
emit("60-history",trial("drug",n,"single-arm"),res("ORR","percent",arms="drug",count=np(x,n,1),p=pv(bt$p.value,4),test="one-sided exact binomial test against 20%",ci=f(100*binom.test(x,n)$conf.int,1)),
 spoil=c("ORR",sprintf('p = "%s"',pv(bt$p.value,4)),sprintf('p = "%s"',pv(min(.45,bt$p.value*30+.1),4))))
# 61 test statistics as psychologists print them
S(61); n <- c(40,41,39); ar <- c("A","B","C"); z <- lapply(1:3,function(i) rnorm(n[i],c(24,22,20)[i],6)); an <- anova(lm(unlist(z)~factor(rep(ar,n)))); x <- matrix(c(22,18,31,10,26,13),2); cq <- chisq.test(x,correct=FALSE); tt <- t.test(z[[1]],z[[3]],var.equal=TRUE)
ap <- function(p) ifelse(p<.001,"< .001",sub("^0","",pv(p)))
emit("61-apa",trial(ar,n),res("anova","statistic",arms=ar,F=sprintf("F(2, %d) = %s",as.integer(sum(n)-3),f(an[1,4])),p=ap(an[1,5])),res("chi","statistic",arms=ar,chi_square=f(cq$statistic),df="2",p=ap(cq$p.value)),res("A v C","statistic",arms=c("A","C"),t=sprintf("t(%d) = %s",as.integer(n[1]+n[3]-2),f(tt$statistic)),p=ap(tt$p.value)),
 spoil=c("anova",sprintf("= %s",f(an[1,4])),sprintf("= %s",f(an[1,4]/2.1))))
