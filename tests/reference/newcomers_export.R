# The tables of tests/cases/newcomers, from data that R's packages survival, MASS and HSAUR3 ship; their
# study.toml are written by hand. Run from this folder: Rscript newcomers_export.R. No test runs R.
suppressMessages({library(survival);library(MASS);library(HSAUR3)})
SAID <- c("PARAM", "EVNTDESC", "STUDYID")  # not in the tables but in adsl, and EVNTDESC where it tells
out <- function(d, name, x, said = SAID) {
  if (name != "adsl") x <- x[!names(x) %in% said]
  write.csv(x, file.path("../cases/newcomers", d, paste0(name, ".csv")), row.names = FALSE, na = "", quote = FALSE, eol = "\n")
}
lb <- function(id, code, param, unit, visit, words, val, base) data.frame(STUDYID="X",USUBJID=id,PARAMCD=code,PARAM=param,AVALU=unit,AVISIT=words,AVISITN=visit,AVAL=val,BASE=base,CHG=ifelse(rep(visit,length.out=length(val))==0,NA,val-base),ABLFL=ifelse(visit==0,"Y",""))
# respiratory: responders by month, centre
r <- respiratory; r$id <- sprintf("R%03d", as.integer(as.character(r$subject)))
a <- r[r$month==0,]
out("resp","adsl",data.frame(STUDYID="RESP",USUBJID=a$id,TRT01A=as.character(a$treatment),AGE=a$age,SEX=ifelse(a$gender=="female","F","M"),SITEID=a$centre,BASESTAT=as.character(a$status),SAFFL="Y",ITTFL="Y"))
v <- as.integer(r$status=="good"); m <- as.integer(as.character(r$month)); b <- v[match(paste(r$id,0),paste(r$id,m))]
L <- lb(r$id,"STATUS","Respiratory status good","",m,ifelse(m==0,"Baseline",paste("Month",m)),v,b); L$STUDYID<-"RESP"; out("resp","adlb",L)
# BtheB
B <- BtheB; B$id <- sprintf("B%03d",1:100)
out("btheb","adsl",data.frame(STUDYID="BTHEB",USUBJID=B$id,TRT01A=as.character(B$treatment),DRUG=as.character(B$drug),LENGTH=as.character(B$length)))
L <- NULL; for (k in c(0,2,3,5,8)) { x <- B[[if(k==0)"bdi.pre" else paste0("bdi.",k,"m")]]; L <- rbind(L, lb(B$id,"BDI","Beck Depression Inventory II","points",k,ifelse(k==0,"Baseline",paste("Month",k)),x,B$bdi.pre)) }
L <- L[!is.na(L$AVAL),]; L$STUDYID<-"BTHEB"; out("btheb","adlb",L)
# anorexia
n <- anorexia; n$id <- sprintf("A%02d",1:72)
out("anorexia","adsl",data.frame(STUDYID="ANOREX",USUBJID=n$id,TRT01A=as.character(n$Treat)))
L <- rbind(lb(n$id,"WEIGHT","Weight","lb",0,"Baseline",n$Prewt,n$Prewt), lb(n$id,"WEIGHT","Weight","lb",1,"End of treatment",n$Postwt,n$Prewt)); L$STUDYID<-"ANOREX"; out("anorexia","advs",L)
# myeloid
y <- myeloid; y$id <- sprintf("M%03d",y$id)
out("myeloid","adsl",data.frame(STUDYID="MYELOID",USUBJID=y$id,TRT01A=y$trt,SEX=toupper(y$sex)))
tt <- data.frame(STUDYID="MYELOID",USUBJID=y$id,PARAMCD="OS",PARAM="Overall survival",AVAL=y$futime,CNSR=1-y$death,EVNTDESC=ifelse(y$death==1,"Death","Alive"))
cr <- ifelse(!is.na(y$crtime), y$crtime, y$futime); crc <- ifelse(!is.na(y$crtime),0,ifelse(y$death==1,2,1))
tt <- rbind(tt, data.frame(STUDYID="MYELOID",USUBJID=y$id,PARAMCD="CR",PARAM="Time to complete response",AVAL=cr,CNSR=crc,EVNTDESC=c("Complete response","Censored","Death without response")[c(1,2,3)[crc+1]]))
out("myeloid","adtte",tt,c("PARAM","STUDYID"))
# udca
u <- udca; u$id <- sprintf("U%03d",u$id); u$arm<-ifelse(u$trt==1,"UDCA","Placebo")
out("udca","adsl",data.frame(STUDYID="UDCA",USUBJID=u$id,TRT01A=u$arm,STAGE=u$stage,LBILI=log(u$bili),RISK=u$riskscore))
ev <- pmin(u$death.dt,u$tx.dt,u$hprogress.dt,u$varices.dt,u$ascites.dt,u$enceph.dt,u$double.dt,u$worsen.dt,na.rm=TRUE)
t <- as.numeric(ifelse(is.na(ev),u$last.dt,ev)-as.numeric(u$entry.dt)); d<-!is.na(ev)
out("udca","adtte",data.frame(STUDYID="UDCA",USUBJID=u$id,PARAMCD="TTF",PARAM="Time to treatment failure",AVAL=t,CNSR=1-d,EVNTDESC=ifelse(d,"Treatment failure","Still followed")))
# rhDNase: first exacerbation
k <- rhDNase[order(rhDNase$id, is.na(rhDNase$ivstart) | rhDNase$ivstart<0, rhDNase$ivstart),]; h <- k[!duplicated(k$id),]; h$id <- sprintf("D%03d",h$id)
fu <- as.numeric(h$end.dt-h$entry.dt); d <- !is.na(h$ivstart) & h$ivstart>0 & h$ivstart<=fu
st <- ifelse(d,h$ivstart,fu)
out("rhdnase","adsl",data.frame(STUDYID="RHDNASE",USUBJID=h$id,TRT01A=ifelse(h$trt==1,"rhDNase","Placebo"),SITEID=h$inst,FEV=h$fev))
out("rhdnase","adtte",data.frame(STUDYID="RHDNASE",USUBJID=h$id,PARAMCD="TTEXAC",PARAM="Time to first exacerbation",AVAL=st,CNSR=1-d,EVNTDESC=ifelse(d,"Exacerbation","End of study")))
