# Writes tests/reference/formats/*.sas7bdat: twelve subjects of the simulated hUC-MSC study, as SAS
# would hold them, with what csv cannot show (special missing values, dates as numbers).
# Run: Rscript tests/reference/formats.R    Made with R 4.2.2 and haven 2.5.1.
suppressMessages(library(haven))
here <- "tests/reference/formats"
dir.create(here, showWarnings = FALSE)
read <- function(name, text) {
  read.csv(file.path("data/hucmsc", name), colClasses = text, na.strings = "", encoding = "UTF-8")
}
adsl <- read("adsl.csv", c(USUBJID = "character", SITEID = "character"))[1:12, ]
adlb <- read("adlb.csv", c(USUBJID = "character"))
adlb <- adlb[adlb$USUBJID %in% adsl$USUBJID & adlb$PARAMCD %in% c("CD4", "HIVRNA"), ]
adtte <- read("adtte.csv", c(USUBJID = "character"))
adtte <- adtte[adtte$USUBJID %in% adsl$USUBJID, ]
rownames(adsl) <- rownames(adlb) <- rownames(adtte) <- NULL
# SAS has no missing text
blank <- function(frame) {
  for (name in names(frame)) {
    if (is.character(frame[[name]])) frame[[name]][is.na(frame[[name]])] <- ""
    if (is.logical(frame[[name]])) frame[[name]] <- ifelse(is.na(frame[[name]]), "", "Y")
  }
  frame
}
adsl <- blank(adsl)
# a study date, stored as the number of days since 1960 with the format DATE9.
adsl$TRTSDT <- as.Date("2014-03-01") + seq_len(nrow(adsl))
adsl$TRTSDT[3] <- NA
adlb <- blank(adlb)
# special missing values: .A not done, ._ lost
adlb$AVAL <- as.double(adlb$AVAL)
adlb$AVAL[2] <- tagged_na("A")
adlb$AVAL[5] <- tagged_na("_")
adlb$CHG <- as.double(adlb$CHG)
adlb$CHG[c(2, 5)] <- NA
tables <- list(adsl = adsl, adlb = adlb, adtte = blank(adtte))
for (name in names(tables)) {
  # haven warns that it may not write every file; the tests compare these with the csv
  suppressWarnings(write_sas(tables[[name]], file.path(here, paste0(name, ".sas7bdat"))))
}
cat(R.version.string, "haven", as.character(packageVersion("haven")), "\n")
