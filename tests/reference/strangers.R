# Thirty report folders as reviewers copy them, of simulated patients: 15 true, 15 with one number spoiled.
# Rscript strangers.R FOLDER writes them; strangers.json holds the same files for the tests.
suppressMessages(library(survival))
out <- commandArgs(TRUE)[1]; dir.create(out, showWarnings=FALSE)
pc <- function(x,n,d=1) formatC(100*x/n,format="f",digits=d)
f <- function(x,d=2) formatC(x,format="f",digits=d)
pv <- function(p,d=3) if (p<0.001) "P<.001" else paste0("P=",sub("^0","",formatC(p,format="f",digits=d)))
w <- function(id,body,abstract=NULL,files=list()){d<-file.path(out,id);dir.create(d,showWarnings=FALSE)
 writeLines(enc2utf8(body),file.path(d,"report.toml"),useBytes=TRUE); if(!is.null(abstract)) writeLines(enc2utf8(abstract),file.path(d,"abstract.txt"),useBytes=TRUE)
 for(n in names(files)) write.csv(files[[n]],file.path(d,n),row.names=FALSE,quote=FALSE)}
head2 <- function(id,n1,n2,enrolled=n1+n2,a="active",b="control") sprintf('[report]\nid="%s"\ntitle="Invented: %s"\n[trial]\ndesign="randomised"\nenrolled=%d\n[[arm]]\nid="%s"\nn=%d\n[[arm]]\nid="%s"\nn=%d\nreference=true\n',id,id,enrolled,a,n1,b,n2)
for (bad in c(FALSE,TRUE)) { s <- if(bad) 500 else 100; tag <- if(bad) "bad" else "true"
 nm <- function(k,what) sprintf("%02d-%s-%s",k,what,tag)
# 1 percent
set.seed(s+1); n<-c(87,91); x<-c(rbinom(1,87,.45),rbinom(1,91,.28)); p<-fisher.test(rbind(x,n-x))$p.value
q<-pc(x,n); if(bad) q[1]<-f(as.numeric(q[1])-2,1)
w(nm(1,"percent"),c(head2(nm(1,"percent"),87,91),sprintf('[[result]]\nid="remission"\nkind="percent"\ncount=["%d (%s%%)", "%d (%s%%)"]\np="%s (Fisher’s exact test)"',x[1],q[1],x[2],q[2],pv(p))))
# 2 odds ratio
set.seed(s+2); n<-c(214,208); x<-c(rbinom(1,214,.3),rbinom(1,208,.42)); g<-glm(cbind(x,n-x)~c(1,0),family=binomial); e<-exp(cbind(coef(g),confint.default(g)))[2,]; p<-summary(g)$coef[2,4]
e3<-e[3]; if(bad) e3<-e[3]*1.35
w(nm(2,"odds"),c(head2(nm(2,"odds"),214,208),sprintf('[[result]]\nid="relapse"\nkind="ratio"\ncount=["%d/214 (%s%%)", "%d/208 (%s%%)"]\nvalue="OR %s (95%% CI, %s–%s; %s)"',x[1],pc(x[1],n[1],0),x[2],pc(x[2],n[2],0),gsub("\\.","·",f(e[1])),gsub("\\.","·",f(e[2])),gsub("\\.","·",f(e3)),pv(p))))
# 3 risk ratio
set.seed(s+3); n<-c(1204,1198); x<-c(rbinom(1,n[1],.11),rbinom(1,n[2],.14)); rr<-(x[1]/n[1])/(x[2]/n[2]); se<-sqrt(sum(1/x-1/n)); p<-chisq.test(rbind(x,n-x),correct=FALSE)$p.value
if(bad) p<-p/8+.0002; 
w(nm(3,"risk"),c(head2(nm(3,"risk"),1204,1198),sprintf('[[result]]\nid="stroke"\nkind="ratio"\nmeasure="RR"\npercent="%s%% vs %s%%"\nvalue="%s"\nci="95%% CI: %s to %s"\n\n[[result]]\nid="stroke-p"\nkind="percent"\ncount=["%d","%d"]\np="P = %s (chi-square test)"',pc(x[1],n[1]),pc(x[2],n[2]),f(rr),f(exp(log(rr)-1.96*se)),f(exp(log(rr)+1.96*se)),x[1],x[2],f(p,3))))
# 4 means
set.seed(s+4); a<-rnorm(62,131.2,14.8); b<-rnorm(59,138.9,16.1); t<-t.test(a,b); p<-t$p.value; d<-mean(a)-mean(b); if(bad) p<-min(.9,p*6+.03)
w(nm(4,"means"),c(head2(nm(4,"means"),62,59),sprintf('[[result]]\nid="sbp"\nkind="mean"\nmean_sd=["%s ± %s mmHg","%s±%s mmHg"]\np="%s (t test)"\n\n[[result]]\nid="sbp-difference"\nkind="ratio"\nmeasure="MD"\nmean_sd=["%s ± %s","%s±%s"]\nvalue="%s mmHg (95%% CI %s to %s)"',f(mean(a),1),f(sd(a),1),f(mean(b),1),f(sd(b),1),pv(p,3),f(mean(a),1),f(sd(a),1),f(mean(b),1),f(sd(b),1),sub("-","−",f(d,1)),sub("-","−",f(t$conf.int[1],1)),sub("-","−",f(t$conf.int[2],1)))))
# 5 likert
set.seed(s+5); a<-sample(1:7,28,TRUE,c(1,2,4,6,7,5,3)); b<-sample(1:7,27,TRUE,c(2,4,6,5,4,2,1)); ma<-mean(a)
m1<-f(ma); if(bad){ k<-0; repeat{k<-k+1; m1<-f(ma+k*.01); if(!any(f((28:196)/28)==m1)) break}}
w(nm(5,"items"),c(head2(nm(5,"items"),28,27),sprintf('[[result]]\nid="satisfaction"\nkind="mean"\nmean=["%s (SD %s)","%s (SD %s)"]\nitems=1\nscale=[1,7]\np="%s"',m1,f(sd(a)),f(mean(b)),f(sd(b)),pv(t.test(a,b,var.equal=TRUE)$p.value))))
# 6 medians
set.seed(s+6); a<-rpois(41,6)+1; b<-rpois(40,8)+1; qa<-quantile(a,type=2); qb<-quantile(b,type=2); m1<-as.character(qa[3]); if(bad) m1<-f(qa[3]+.3,1)
w(nm(6,"median"),c(head2(nm(6,"median"),41,40),sprintf('[[result]]\nid="stay"\nkind="median"\nmedian_iqr=["%s days (%s–%s)","%s days (%s–%s)"]\nrange=["%d to %d days","%d to %d days"]\nwhole=true\np="P=%s (Mann-Whitney U)"',m1,qa[2],qa[4],qb[3],qb[2],qb[4],min(a),max(a),min(b),max(b),f(suppressWarnings(wilcox.test(a,b)$p.value),3))))
# 7 survival
set.seed(s+7); n<-120; arm<-rep(1:0,each=n); tt<-rexp(2*n,ifelse(arm==1,.28,.45)); cc<-runif(2*n,1.2,5); y<-pmin(tt,cc); ev<-tt<=cc; sf<-summary(survfit(Surv(y,ev)~arm),times=2)$surv; cx<-summary(coxph(Surv(y,ev)~arm)); lr<-survdiff(Surv(y,ev)~arm); p<-1-pchisq(lr$chisq,1); h<-cx$conf.int
if(bad) p<-min(.9,p*30+.05)
b<-sprintf('[[result]]\nid="os2"\nkind="km-percent"\npercent=["%s%%","%s%%"]\nat="2 years"\ny_axis="survival"\n[[result]]\nid="os"\nkind="ratio"\nvalue="hazard ratio [HR], %s; 95%% CI, %s-%s; %s"\n[readings]\nlost_at_most=20\nvisits=4\n',f(100*sf[2],1),f(100*sf[1],1),f(h[1]),f(h[3]),f(h[4]),pv(p))
w(nm(7,"survival"),c(head2(nm(7,"survival"),n,n),b))
# 8 km-curve
set.seed(s+8); n<-90; arm<-rep(1:0,each=n); tt<-rexp(2*n,ifelse(arm==1,.03,.055)); cc<-runif(2*n,10,30); y<-pmin(tt,cc); ev<-tt<=cc; sv<-survfit(Surv(y,ev)~arm); gr<-seq(0,24,.5); ss<-summary(sv,times=gr,extend=TRUE); cur<-data.frame(arm=ifelse(ss$strata=="arm=1","active","control"),time=ss$time,y=round(ss$surv,3)); rt<-seq(0,24,6); rs<-summary(sv,times=rt,extend=TRUE); nr<-data.frame(arm=ifelse(rs$strata=="arm=1","active","control"),time=rs$time,n_risk=rs$n.risk); h<-summary(coxph(Surv(y,ev)~arm))$conf.int; if(bad) h<-h*1.6
w(nm(8,"curve"),c(head2(nm(8,"curve"),n,n),sprintf('[[result]]\nid="pfs"\nkind="km-curve"\ncurve="curve.csv"\nn_risk="risk.csv"\ny_axis="survival"\nmeasure="HR"\nvalue="%s (%s to %s)"\n',f(h[1]),f(h[3]),f(h[4]))),files=list("curve.csv"=cur,"risk.csv"=nr))
# 9 change
set.seed(s+9); n<-c(33,35); b1<-rnorm(33,8.4,1); c1<-rnorm(33,-1.0,1); b2<-rnorm(35,8.3,1); c2<-rnorm(35,-.2,1); m<-mean(c1); if(bad) m<-m-.4
w(nm(9,"change"),c(head2(nm(9,"change"),33,35),sprintf('[[result]]\nid="hba1c"\nkind="change"\nbefore=["%s%%","%s"]\nafter=["%s","%s"]\nmean_sd=["%s (%s)","%s (%s)"]\np=["%s","%s"]',f(mean(b1)),f(mean(b2)),f(mean(b1+c1)),f(mean(b2+c2)),sub("-","−",f(m)),f(sd(c1)),sub("-","−",f(mean(c2))),f(sd(c2)),pv(t.test(c1)$p.value),pv(t.test(c2)$p.value))))
# 10 rates
set.seed(s+10); py<-c(412.6,398.3); x<-rpois(2,py*c(.09,.16)); rt<-100*x/py; rr<-rt[1]/rt[2]; se<-sqrt(sum(1/x)); if(bad) rt[1]<-rt[1]*1.15
w(nm(10,"rates"),c(head2(nm(10,"rates"),210,205),sprintf('[[result]]\nid="exacerbations"\nkind="rate"\ncount=["%d","%d"]\ntime=["412.6 person-years","398.3"]\nrate=["%s per 100 person-years","%s per 100 person-years"]\n[[result]]\nid="irr"\nkind="ratio"\ncount=["%d events","%d events"]\ntime=["412.6","398.3"]\nvalue="IRR=%s (%s to %s)"',x[1],x[2],f(rt[1],1),f(rt[2],1),x[1],x[2],f(rr),f(rr*exp(-1.96*se)),f(rr*exp(1.96*se)))))
# 11 interaction
set.seed(s+11); mksub<-function(id,h1,n){arm<-rep(1:0,each=n);tt<-rexp(2*n,ifelse(arm==1,.2*h1,.2));cc<-runif(2*n,1,5);list(y=pmin(tt,cc),ev=tt<=cc,arm=arm)}
u<-mksub("a",.5,150);v<-mksub("b",1.05,140);h1<-summary(coxph(Surv(u$y,u$ev)~u$arm))$conf.int;h2<-summary(coxph(Surv(v$y,v$ev)~v$arm))$conf.int
z<-data.frame(y=c(u$y,v$y),ev=c(u$ev,v$ev),arm=c(u$arm,v$arm),g=rep(0:1,c(300,280)));pi<-summary(coxph(Surv(y,ev)~arm*g,z))$coef[3,5];if(bad) pi<-min(.95,pi*20+.4)
w(nm(11,"interaction"),c(head2(nm(11,"interaction"),290,290),sprintf('[[result]]\nid="young"\nkind="ratio"\nvalue="HR %s (95%% CI %s–%s)"\n[[result]]\nid="old"\nkind="ratio"\nvalue="HR %s (95%% CI %s–%s)"\n[[result]]\nid="age"\nkind="interaction"\nbetween=["young","old"]\np="%s"',f(h1[1]),f(h1[3]),f(h1[4]),f(h2[1]),f(h2[3]),f(h2[4]),pv(pi))))
# 12 three arms
set.seed(s+12); n<-c(64,66,63); x<-rbinom(3,n,c(.56,.5,.27)); p<-chisq.test(rbind(x,n-x))$p.value; pp<-sapply(1:2,function(i) fisher.test(rbind(x[c(i,3)],n[c(i,3)]-x[c(i,3)]))$p.value); pa<-p.adjust(pp,"bonferroni"); if(bad) pa[1]<-pp[1]/3
w(nm(12,"three"),c(sprintf('[report]\nid="three"\n[trial]\ndesign="randomised"\nenrolled=193\n[[arm]]\nid="high"\nn=64\n[[arm]]\nid="low"\nn=66\n[[arm]]\nid="placebo"\nn=63\nreference=true\n[[result]]\nid="response"\nkind="percent"\ncount=["%d (%s%%)","%d (%s%%)","%d (%s%%)"]\np="%s"\ntest="chi-square"\n',x[1],pc(x[1],n[1]),x[2],pc(x[2],n[2]),x[3],pc(x[3],n[3]),pv(p,4)),sprintf('[[result]]\nid="response-high"\nkind="percent"\narms=["high","placebo"]\ncount=["%d","%d"]\np="%s"\np_adjusted="%s"\ntest="Fisher"\ncorrection="Bonferroni"\ncomparisons=2\n[[result]]\nid="response-low"\nkind="percent"\narms=["low","placebo"]\ncount=["%d","%d"]\np="%s"\np_adjusted="%s"\ntest="Fisher"\ncorrection="Bonferroni"\ncomparisons=2\n',x[1],x[3],pv(pp[1],4),pv(pa[1],4),x[2],x[3],pv(pp[2],4),pv(pa[2],4))))
# 13 statistics
set.seed(s+13); a<-rnorm(31,1.0);b<-rnorm(29); t<-t.test(a,b,var.equal=TRUE); p<-t$p.value; if(bad) p<-p*5+.02; r<-cor.test(a[1:29],b+.7*a[1:29])
w(nm(13,"statistics"),c(head2(nm(13,"statistics"),31,29),sprintf('[[result]]\nid="memory"\nkind="statistic"\nt="t(58) = %s, %s"\n[[result]]\nid="dose"\nkind="correlation"\nr="r = %s"\nn="29"\np="%s"',f(t$statistic),pv(p),f(r$estimate),pv(r$p.value))))
# 14 non-inferior, zero, facts
set.seed(s+14); n<-c(243,239); x<-rbinom(2,n,c(.86,.85)); d<-100*(x[1]/n[1]-x[2]/n[2]); se<-100*sqrt(sum(x/n*(1-x/n)/n)); en<-482; if(bad) en<-478
w(nm(14,"noninferior"),c(head2(nm(14,"noninferior"),243,239,enrolled=en),sprintf('[[result]]\nid="cure"\nkind="ratio"\nmeasure="RD"\ncount=["%d of 243 (%s%%)","%d of 239 (%s%%)"]\nvalue="%s percentage points"\nci="%s to %s"\n[[result]]\nid="deaths"\nkind="zero"\nn=["0/243","0/239"]\n[[statement]]\nid="ni"\nkind="non-inferior"\nmargin="−10%%"\nend="lower"\nrests_on=["cure"]\n[[statement]]\nid="safe"\nkind="safe"\nrests_on=["deaths"]\nquote="No patient died."',x[1],pc(x[1],n[1]),x[2],pc(x[2],n[2]),sub("-","−",f(d,1)),sub("-","−",f(d-1.96*se,1)),sub("-","−",f(d+1.96*se,1)))),abstract=sprintf("We randomised 482 patients. No patient died. Cure was had by %d.",x[1]))
# 15 single arm
set.seed(s+15); n<-46; x<-rbinom(1,n,.37); ci<-100*binom.test(x,n)$conf.int; if(bad) ci[2]<-ci[2]+9; y<-rexp(n,.1)
w(nm(15,"single"),c(sprintf('[report]\nid="single"\n[trial]\ndesign="single-arm"\nenrolled=46\n[[arm]]\nid="all"\nlabel="all patients"\nn=46\n[[result]]\nid="orr"\nkind="percent"\ncount="%d/46"\npercent="%s%% (95%% CI, %s%% to %s%%)"\n[[result]]\nid="age"\nkind="median"\nmedian="61 years (range, 34–79)"\nwhole=true\n[[result]]\nid="toxicity"\nkind="percent"\ncount="9 patients (19.6%%)"',x,pc(x,n),f(ci[1],1),f(ci[2],1))))
}
