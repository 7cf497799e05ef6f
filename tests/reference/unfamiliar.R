# Report folders of designs and measures that few reports have, of simulated patients: each true, and with one
# number spoiled. Rscript unfamiliar.R FOLDER SEED writes them; unfamiliar.json holds those of seed 1.
suppressMessages({library(survival); library(MASS)})
out <- commandArgs(TRUE)[1]; seed0 <- as.integer(commandArgs(TRUE)[2]); dir.create(out, showWarnings=FALSE, recursive=TRUE)
f <- function(x,d=2) sub("^-","\u2212",formatC(x,format="f",digits=d))
pc <- function(x,n,d=1) f(100*x/n,d)
pv <- function(p,d=3) if (p<0.001) "<0.001" else formatC(p,format="f",digits=if(p>=0.2) 2 else d)
head0 <- function(id,arms,ns,design="randomised",enrolled=sum(ns),extra="") {
 a <- paste0(mapply(function(x,n,k) sprintf('[[arm]]\nid = "%s"\nn = %d\n%s',x,n,if(k==length(arms)&&length(arms)>1)'reference = true\n' else ''),arms,ns,seq_along(arms)),collapse="\n")
 sprintf('[report]\nid = "%s"\ntitle = "Invented trial %s"\n\n[trial]\ndesign = "%s"\nenrolled = %d\n%s\n%s\n',id,id,design,enrolled,extra,a)}
emit <- function(id,text,spoil){ # spoil: list(result id, old, new)
 for(tag in c("true","bad")){ t <- text
  if(tag=="bad"){ stopifnot(grepl(spoil[[2]],t,fixed=TRUE)); t <- sub(spoil[[2]],spoil[[3]],t,fixed=TRUE)
    t <- paste0(t,"\n# spoiled: ",spoil[[1]],": ",gsub("\n"," ",spoil[[2]])," -> ",gsub("\n"," ",spoil[[3]]),"\n") }
  d <- file.path(out,paste0(id,"-",tag)); dir.create(d,showWarnings=FALSE); writeLines(enc2utf8(t),file.path(d,"report.toml"),useBytes=TRUE)}}
S <- function(k) set.seed(seed0*100+k)
hr <- function(y,ev,arm,st=NULL){ s <- summary(if(is.null(st)) coxph(Surv(y,ev)~arm) else coxph(Surv(y,ev)~arm+strata(st))); list(h=s$conf.int[c(1,3,4)],p=s$sctest[3],w=s$coef[5])}
bump <- function(txt,d){ neg<-grepl("\u2212",txt); x<-as.numeric(sub("\u2212","-",txt)); dec<-nchar(sub("^[^.]*\\.?","",txt)); f(x+d,dec)}
# 6 non-inferiority, one-sided 97.5% interval
S(6); n<-c(405,408); x<-rbinom(2,n,.062); d<-100*(x[1]/n[1]-x[2]/n[2]); se<-100*sqrt(sum(x/n*(1-x/n)/n)); up<-d+qnorm(.975)*se
L<-sprintf('[[result]]\nid = "failure"\nkind = "ratio"\nmeasure = "risk difference"\narms = ["short", "long"]\ncount = ["%d", "%d"]\npercent = ["%s%%", "%s%%"]\nvalue = "%s"\nci = ["", "%s"]\nlevel = "97.5%%"\nquote = "upper bound of the one-sided 97.5%% confidence interval"\n\n[[statement]]\nid = "non-inferior"\nkind = "non-inferior"\nrests_on = ["failure"]\nmargin = "4"\n',x[1],x[2],pc(x[1],n[1]),pc(x[2],n[2]),f(d,1),f(up,1))
emit("06-noninferior",paste0(head0("06-noninferior",c("short","long"),n),L),list("failure",sprintf('ci = ["", "%s"]',f(up,1)),sprintf('ci = ["", "%s"]',bump(f(up,1),-1.4))))
# 9 geometric means
S(9); n<-c(121,118); a<-rnorm(121,6.0,.9); b<-rnorm(118,5.3,.95); tt<-t.test(a,b,var.equal=TRUE); ca<-exp(t.test(a)$conf.int); cb<-exp(t.test(b)$conf.int); r<-exp(mean(a)-mean(b)); ci<-exp(tt$conf.int)
L<-sprintf('[[result]]\nid = "gmt"\nkind = "mean"\narms = ["adjuvanted", "plain"]\nmean = ["%s", "%s"]\nci = [["%s", "%s"], ["%s", "%s"]]\nnote = "geometric mean titres"\n\n[[result]]\nid = "gmt ratio"\nkind = "ratio"\nmeasure = "geometric mean ratio"\narms = ["adjuvanted", "plain"]\nmean = ["%s", "%s"]\nvalue = "%s"\nci = ["%s", "%s"]\np = "%s"\n',f(exp(mean(a)),0),f(exp(mean(b)),0),f(ca[1],0),f(ca[2],0),f(cb[1],0),f(cb[2],0),f(exp(mean(a)),0),f(exp(mean(b)),0),f(r),f(ci[1]),f(ci[2]),pv(tt$p.value))
emit("09-geometric",paste0(head0("09-geometric",c("adjuvanted","plain"),n),L),list("gmt ratio",sprintf('value = "%s"',f(r)),sprintf('value = "%s"',bump(f(r),.35))))
# 11 NNT
S(11); n<-c(402,398); x<-c(rbinom(1,402,.14),rbinom(1,398,.215)); d<-x[2]/n[2]-x[1]/n[1]; se<-sqrt(sum(x/n*(1-x/n)/n)); ci<-d+c(-1,1)*1.96*se; p<-chisq.test(rbind(x,n-x),correct=FALSE)$p.value; nn<-1/d; nci<-rev(1/ci)
L<-sprintf('[[result]]\nid = "recurrence"\nkind = "ratio"\nmeasure = "absolute risk reduction"\narms = ["active", "control"]\ncount = ["%d", "%d"]\npercent = ["%s%%", "%s%%"]\nvalue = "%s%%"\nci = ["%s%%", "%s%%"]\np = "%s"\n\n[[result]]\nid = "nnt"\nkind = "ratio"\nmeasure = "number needed to treat"\narms = ["active", "control"]\ncount = ["%d", "%d"]\nvalue = "%s"\nci = ["%s", "%s"]\n',x[1],x[2],pc(x[1],n[1]),pc(x[2],n[2]),f(100*d,1),f(100*ci[1],1),f(100*ci[2],1),pv(p),x[1],x[2],f(nn,0),f(nci[1],0),f(nci[2],0))
emit("11-nnt",paste0(head0("11-nnt",c("active","control"),n),L),list("nnt",sprintf('value = "%s"\nci = ["%s", ',f(nn,0),f(nci[1],0)),sprintf('value = "%s"\nci = ["%s", ',bump(f(nn,0),6),f(nci[1],0))))
# 15 interaction of risk ratios
S(15); n<-c(180,184,150,146); x<-rbinom(4,n,c(.12,.27,.24,.22)); mk<-function(i){r<-(x[i]/n[i])/(x[i+1]/n[i+1]);se<-sqrt(sum(1/x[i+0:1]-1/n[i+0:1]));c(r,exp(log(r)-1.96*se),exp(log(r)+1.96*se),log(r),se)}; u<-mk(1);v<-mk(3); z<-(u[4]-v[4])/sqrt(u[5]^2+v[5]^2); pi<-2*pnorm(-abs(z))
L<-sprintf('[[result]]\nid = "diabetes"\nkind = "ratio"\nmeasure = "risk ratio"\narms = ["active", "control"]\ncount = ["%d", "%d"]\nof = ["%d", "%d"]\nvalue = "%s"\nci = ["%s", "%s"]\n\n[[result]]\nid = "no diabetes"\nkind = "ratio"\nmeasure = "risk ratio"\narms = ["active", "control"]\ncount = ["%d", "%d"]\nof = ["%d", "%d"]\nvalue = "%s"\nci = ["%s", "%s"]\n\n[[result]]\nid = "interaction"\nkind = "interaction"\nbetween = ["diabetes", "no diabetes"]\np = "%s"\n',x[1],x[2],n[1],n[2],f(u[1]),f(u[2]),f(u[3]),x[3],x[4],n[3],n[4],f(v[1]),f(v[2]),f(v[3]),pv(pi))
emit("15-interaction",paste0(head0("15-interaction",c("active","control"),c(330,330)),L),list("interaction",sprintf('between = ["diabetes", "no diabetes"]\np = "%s"',pv(pi)),sprintf('between = ["diabetes", "no diabetes"]\np = "%s"',if(pi<.2)"0.64" else "0.004")))
# 16 Bayesian
S(16); n<-c(203,196); x<-c(rbinom(1,203,.42),rbinom(1,196,.31)); lo<-log((x[1]/(n[1]-x[1]))/(x[2]/(n[2]-x[2]))); se<-sqrt(sum(1/x+1/(n-x))); w<-1/(1+se^2/1); ml<-lo*w; sl<-se*sqrt(w)
L<-sprintf('[[result]]\nid = "organ-support-free"\nkind = "ratio"\nmeasure = "odds ratio"\narms = ["antibody", "control"]\npercent = ["%s%%", "%s%%"]\nvalue = "%s"\nci = ["%s", "%s"]\nquote = "median adjusted odds ratio %s (95%% credible interval, %s to %s; posterior probability of superiority, %s%%)"\n',pc(x[1],n[1],0),pc(x[2],n[2],0),f(exp(ml)),f(exp(ml-1.96*sl)),f(exp(ml+1.96*sl)),f(exp(ml)),f(exp(ml-1.96*sl)),f(exp(ml+1.96*sl)),f(100*pnorm(ml/sl),1))
emit("16-bayes",paste0(head0("16-bayes",c("antibody","control"),n),L),list("organ-support-free",sprintf('value = "%s"',f(exp(ml))),sprintf('value = "%s"',bump(f(exp(ml)),.3))))
# 23 common odds ratio mRS, win ratio
S(23); n<-c(151,148); pa<-c(.12,.2,.18,.15,.15,.08,.12); pb<-c(.07,.15,.16,.17,.19,.1,.16); A<-sample(0:6,151,TRUE,pa);B<-sample(0:6,148,TRUE,pb); df<-data.frame(y=factor(c(A,B),ordered=TRUE),arm=rep(1:0,n)); po<-polr(y~arm,df,Hess=TRUE); s<-summary(po)$coef[1,]; est<- -s[1]; ci<-exp(est+c(-1,1)*1.96*s[2]); p<-2*pnorm(-abs(est/s[2])); i2<-c(sum(A<=2),sum(B<=2)); W<-sum(outer(A,B,"<"));Lo<-sum(outer(A,B,">"))
L<-sprintf('[[result]]\nid = "shift"\nkind = "ratio"\nmeasure = "common odds ratio"\narms = ["evt", "medical"]\nvalue = "%s"\nci = ["%s", "%s"]\np = "%s"\n\n[[result]]\nid = "independent"\nkind = "percent"\narms = ["evt", "medical"]\ncount = ["%d", "%d"]\npercent = ["%s%%", "%s%%"]\n',f(exp(est)),f(ci[1]),f(ci[2]),pv(p),i2[1],i2[2],pc(i2[1],n[1]),pc(i2[2],n[2]))
emit("23-ordinal",paste0(head0("23-ordinal",c("evt","medical"),n),L),list("shift",sprintf('ci = ["%s", "%s"]',f(ci[1]),f(ci[2])),sprintf('ci = ["%s", "%s"]',f(ci[1]),bump(f(ci[2]),.6))))
# 24 items averaged, step 0.2, small n; Cohen's d
S(24); n<-c(22,21); mk<-function(n,mu){u<-rnorm(n); sapply(1:n,function(i) mean(pmin(5,pmax(1,round(mu+.6*u[i]+rnorm(5,0,.8))))))}; a<-mk(22,3.7); b<-mk(21,3.1); tt<-t.test(a,b,var.equal=TRUE); sp<-sqrt(((21)*var(a)+(20)*var(b))/41); d<-(mean(a)-mean(b))/sp; sed<-sqrt(sum(1/n)+d^2/(2*sum(n))); m<-f(mean(a)); k<-0; bad<-m; repeat{k<-k+1; bad<-f(mean(a)+k*.01); if(!any(f((110:550)/110)==bad)) break}
L<-sprintf('[[result]]\nid = "effect size"\nkind = "ratio"\nmeasure = "standardised mean difference"\narms = ["yoga", "control"]\nmean = ["%s", "%s"]\nsd = ["%s", "%s"]\nvalue = "%s"\nci = ["%s", "%s"]\n',m,f(mean(b)),f(sd(a)),f(sd(b)),f(d),f(d-1.96*sed),f(d+1.96*sed))
emit("24-effect-size",paste0(head0("24-effect-size",c("yoga","control"),n),L),list("effect size",sprintf('value = "%s"',f(d)),sprintf('value = "%s"',bump(f(d),.3))))
# 25 bioequivalence crossover 90% CI
S(25); n<-26; b<-rnorm(n,5,.35); a1<-b+.02+rnorm(n,0,.12); a0<-b+rnorm(n,0,.12); tt<-t.test(a1,a0,paired=TRUE,conf.level=.9)
L<-sprintf('[[result]]\nid = "auc"\nkind = "ratio"\nmeasure = "ratio of geometric means"\narms = ["test", "originator"]\nvalue = "%s%%"\nci = ["%s%%", "%s%%"]\nlevel = "90%%"\n\n[[statement]]\nid = "equivalent"\nkind = "equivalent"\nrests_on = ["auc"]\nmargin = "80%% to 125%%"\n',f(100*exp(tt$estimate),1),f(100*exp(tt$conf.int[1]),1),f(100*exp(tt$conf.int[2]),1))
emit("25-bioequivalence",paste0(head0("25-bioequivalence",c("test","originator"),c(n,n),design="crossover",enrolled=n),L),list("auc",sprintf('value = "%s%%"',f(100*exp(tt$estimate),1)),sprintf('value = "%s%%"',bump(f(100*exp(tt$estimate),1),4))))
# 26 relative risk reduction, subgroup p
S(26); n<-c(1510,1498); x<-rbinom(2,n,c(.062,.085)); rr<-(x[1]/n[1])/(x[2]/n[2]); se<-sqrt(sum(1/x-1/n)); ci<-1-exp(log(rr)+c(1,-1)*1.96*se)
L<-sprintf('[[result]]\nid = "fracture"\nkind = "ratio"\nmeasure = "relative risk reduction"\narms = ["zoled", "placebo"]\ncount = ["%d", "%d"]\npercent = ["%s%%", "%s%%"]\nvalue = "%s%%"\nci = ["%s%%", "%s%%"]\np = "%s"\n',x[1],x[2],pc(x[1],n[1]),pc(x[2],n[2]),f(100*(1-rr),0),f(100*ci[1],0),f(100*ci[2],0),pv(chisq.test(rbind(x,n-x),correct=FALSE)$p.value))
emit("26-reduction",paste0(head0("26-reduction",c("zoled","placebo"),n),L),list("fracture",sprintf('value = "%s%%"',f(100*(1-rr),0)),sprintf('value = "%s%%"',bump(f(100*(1-rr),0),9))))
# 27 correlation, agreement, median difference
S(27); n<-38; a<-rnorm(n); b<-.5*a+rnorm(n); ct<-cor.test(a,b)
L<-sprintf('[[result]]\nid = "correlation"\nkind = "correlation"\nr = "%s"\nn = 38\nci = ["%s", "%s"]\np = "%s"\n',f(ct$estimate),f(ct$conf.int[1]),f(ct$conf.int[2]),pv(ct$p.value))
emit("27-correlation",paste0(head0("27-correlation","all",n,design="single-arm"),L),list("correlation",sprintf('ci = ["%s", "%s"]',f(ct$conf.int[1]),f(ct$conf.int[2])),sprintf('ci = ["%s", "%s"]',bump(f(ct$conf.int[1]),.12),f(ct$conf.int[2]))))
# 28 RMST difference, diff in percentages adjusted, one-sided p
S(28); n<-c(96,94); a<-rnorm(96,14.2,5); b<-rnorm(94,12.4,5); tt<-t.test(a,b); w<-rbinom(2,n,c(.6,.45))
L<-sprintf('[[result]]\nid = "rmst"\nkind = "ratio"\nmeasure = "difference in restricted mean survival time"\narms = ["new", "old"]\nvalue = "%s"\nci = ["%s", "%s"]\np = "%s"\n\n[[result]]\nid = "response"\nkind = "percent"\narms = ["new", "old"]\ncount = ["%d", "%d"]\np = "%s"\ntest = "one-sided Fisher exact test"\n',f(diff(rev(tt$estimate)),1),f(tt$conf.int[1],1),f(tt$conf.int[2],1),pv(tt$p.value),w[1],w[2],pv(fisher.test(rbind(w,n-w),alternative="greater")$p.value))
emit("28-rmst",paste0(head0("28-rmst",c("new","old"),n),L),list("rmst",sprintf('p = "%s"',pv(tt$p.value)),sprintf('p = "%s"',if(tt$p.value>.02) "<0.001" else "0.18")))
