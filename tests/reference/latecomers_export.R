# The tables of tests/cases/latecomers, from data that R's packages survival, MASS and nlme ship; their study.toml
# are written by hand. Run from this folder: Rscript latecomers_export.R. No test runs R.
suppressMessages({library(survival); library(MASS); library(nlme)})
out <- function(trial, table, ...) write.csv(data.frame(...), file.path("../cases/latecomers", trial, paste0(table, ".csv")),
  row.names = FALSE, na = "", quote = FALSE, eol = "\n")
times <- function(trial, id, code, at, cnsr, words) out(trial, "adtte", USUBJID = id, PARAMCD = code, AVAL = at, CNSR = cnsr, EVNTDESC = words)
values <- function(trial, id, code, visit, first, value, base) { o <- order(id, visit); first <- visit == first
  out(trial, "adlb", USUBJID = id[o], PARAMCD = code, AVISITN = visit[o], AVAL = value[o], BASE = base[o],
    CHG = ifelse(first, NA, round(value - base, 6))[o], ABLFL = ifelse(first, "Y", "")[o]) }
# German breast cancer study: relapse or death, hormones or none
g <- gbsg; id <- sprintf("G%04d", g$pid)
out("gbsg", "adsl", STUDYID = "GBSG", USUBJID = id, TRT01A = ifelse(g$hormon == 1, "Hormones", "No hormones"), AGE = g$age, GRADE = g$grade,
  NODES = g$nodes, PGR = g$pgr, POSTMFL = ifelse(g$meno == 1, "Y", "N"))
times("gbsg", id, "RFS", g$rfstime, 1 - g$status, ifelse(g$status == 1, "Relapse or death", "Free of relapse"))
# rats: tumours, one of each litter of three treated
r <- rats; id <- sprintf("R%03d", seq_len(nrow(r)))
out("rats", "adsl", STUDYID = "RATS", USUBJID = id, TRT01A = ifelse(r$rx == 1, "Drug", "Control"), SEX = toupper(r$sex), LITTER = paste0("L", r$litter))
times("rats", id, "TUMOUR", r$time, 1 - r$status, ifelse(r$status == 1, "Tumour", "No tumour"))
# ovarian cancer: two treatments
o <- ovarian; id <- sprintf("O%02d", seq_len(nrow(o)))
out("ovarian", "adsl", STUDYID = "OVARIAN", USUBJID = id, TRT01A = paste("Arm", o$rx), AGE = o$age, RESID = c("no", "yes")[o$resid.ds])
times("ovarian", id, "OS", o$futime, 1 - o$fustat, ifelse(o$fustat == 1, "Death", "Alive"))
# waiting for a liver: blood groups in the place of arms; death competes with the transplant
t <- transplant[!is.na(transplant$age) & transplant$futime > 0, ]; id <- sprintf("T%03d", seq_len(nrow(t)))
out("transplant", "adsl", STUDYID = "WAIT", USUBJID = id, TRT01A = as.character(t$abo), AGE = t$age, SEX = toupper(t$sex))
times("transplant", id, "LTX", t$futime, c(censored = 1, death = 2, ltx = 0, withdraw = 3)[as.character(t$event)],
  c(censored = "Still waiting", death = "Death", ltx = "Transplant", withdraw = "Withdrawn")[as.character(t$event)])
# bacteria of children with otitis media
b <- bacteria; one <- b[!duplicated(b$ID), ]; y <- as.integer(b$y == "y"); base <- y[match(paste(b$ID, 0), paste(b$ID, b$week))]
out("bacteria", "adsl", STUDYID = "OTITIS", USUBJID = one$ID, TRT01A = one$trt, START = c("absent", "present")[base[!duplicated(b$ID)] + 1])
values("bacteria", as.character(b$ID), "HINF", b$week, 0, y, base)
# rats on three diets
w <- as.data.frame(BodyWeight); w <- w[w$Time %in% c(1, 22, 43, 64), ]; id <- sprintf("W%02d", as.integer(as.character(w$Rat))); one <- !duplicated(id)
out("bodyweight", "adsl", STUDYID = "DIETS", USUBJID = id[one], TRT01A = paste("Diet", w$Diet[one]))
values("bodyweight", id, "WEIGHT", w$Time, 1, w$weight, w$weight[match(paste(id, 1), paste(id, w$Time))])
# growth of children: boys and girls in the place of arms, ages in months
d <- as.data.frame(Orthodont); id <- as.character(d$Subject); one <- !duplicated(id)
out("orthodont", "adsl", STUDYID = "GROWTH", USUBJID = id[one], TRT01A = d$Sex[one])
values("orthodont", id, "DIST", d$age * 12, 96, d$distance, d$distance[match(paste(id, 8), paste(id, d$age))])
