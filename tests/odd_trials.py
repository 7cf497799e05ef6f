"""Sound trials of designs that are seldom seen, drawn from nothing: no rule has anything to say of them.

`TRIALS` are functions of a random generator that give a `Folder`; each differs from `trial`, a plain one,
in what its name says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from faults import Folder

VALUES = "STUDYID,USUBJID,PARAMCD,PARAM,AVISIT,AVISITN,ADY,AVAL,BASE,CHG,ABLFL"
EVENTS = "STUDYID,USUBJID,AEDECOD,AEBODSYS,AESEV,AESER,AEREL,TRTEMFL,ASTDY,AENDY"
TERMS = {"Nausea": "Gastrointestinal disorders", "Vomiting": "Gastrointestinal disorders",
         "Headache": "Nervous system disorders", "Dizziness": "Nervous system disorders",
         "Pyrexia": "General disorders and administration site conditions",
         "Nasopharyngitis": "Infections and infestations",
         "Bronchitis": "Infections and infestations", "Cough": "Respiratory disorders"}  # fmt: skip
RISE = "CD4 15% above baseline"
GERMAN = {"Übelkeit": "Erkrankungen des Gastrointestinaltrakts", "Fieber": "Allgemeine Erkrankungen",
          "Kopfschmerz": "Erkrankungen des Nervensystems", "Husten": "Atemwege",
          "Erkältung": "Infektionen"}  # fmt: skip


def subjects(random, n: int, arms: Sequence[str], days: int, left: float = 0.15) -> pd.DataFrame:
    """adsl: arms drawn in blocks of one of each, and a duration that some cut short."""
    size = len(arms)
    drawn = [arms[i] for _ in range(-(-n // size)) for i in random.permutation(size)][:n]
    short = random.random(n) < left
    return pd.DataFrame({
        "STUDYID": "ODD", "USUBJID": [f"ODD-{i + 1:04d}" for i in range(n)], "TRT01A": drawn,
        "AGE": random.integers(19, 78, n), "SEX": random.choice(["F", "M"], n), "SAFFL": "Y",
        "TRTDURD": np.where(short, random.integers(days // 6, days, n),
                            days + random.integers(-4, 5, n)),
    })  # fmt: skip


def values(
    random, adsl: pd.DataFrame, days: Sequence[int], unit: int, code: str = "CD4"
) -> pd.DataFrame:
    """adlb: a level of each subject's own and a slow rise, at the days before the end of observation."""
    rows = []
    for who, end in zip(adsl["USUBJID"], adsl["TRTDURD"], strict=True):
        level, slope = random.lognormal(5.8, 0.35), random.normal(0.15, 0.1)
        base = None
        for day in days:
            if day > end + 4 or (day and random.random() < 0.03):
                continue
            value = round(level * np.exp(slope * day / max(days)) * random.lognormal(0, 0.09))
            base = value if day == 0 else base
            visit = day // unit
            rows.append(("ODD", who, code, code, f"Visit {visit}" if day else "Baseline", visit,
                         day + (random.integers(-3, 4) if day else 1), value, base, value - base,
                         "" if day else "Y"))  # fmt: skip
    return pd.DataFrame(rows, columns=VALUES.split(","))


def events(random, adsl: pd.DataFrame, mean: float, terms: dict[str, str] = TERMS) -> pd.DataFrame:
    """adae: as many events as Poisson's law gives, of these terms, at any day, subject by subject."""
    names = list(terms)
    chance = random.dirichlet(np.full(len(names), 2.0))
    severities = ["MILD", "MODERATE", "SEVERE"]
    rows = []
    for who, end in zip(adsl["USUBJID"], adsl["TRTDURD"], strict=True):
        for start in sorted(random.integers(-10, max(int(end), 2), random.poisson(mean))):
            term, severity = (
                random.choice(names, p=chance),
                random.choice(severities, p=[0.6, 0.3, 0.1]),
            )
            start = int(start) or 1  # there is no day 0
            rows.append(("ODD", who, term, terms[term], severity,
                         "Y" if random.random() < (0.4 if severity == "SEVERE" else 0.03) else "N",
                         "Y" if random.random() < 0.3 else "N", "Y" if start > 0 else "N", start,
                         start + int(random.integers(0, 12))))  # fmt: skip
    adae = pd.DataFrame(rows, columns=EVENTS.split(","))
    return adae.drop_duplicates(["USUBJID", "AEDECOD", "ASTDY"]).reset_index(drop=True)


def times(random, adsl: pd.DataFrame, mean: float, per: float = 1.0) -> pd.DataFrame:
    """adtte: an event of exponential time, or the end of observation; in days divided by `per`."""
    at = np.ceil(random.exponential(mean, len(adsl))).astype(int)
    had = at <= adsl["TRTDURD"]
    day = np.where(had, at, adsl["TRTDURD"])
    return pd.DataFrame({
        "STUDYID": "ODD", "USUBJID": adsl["USUBJID"], "PARAMCD": "TTE", "PARAM": "Time to relapse",
        "AVAL": day if per == 1 else np.round(day / per, 2), "CNSR": np.where(had, 0, 1),
        "EVNTDESC": np.where(had, "Relapse", "Last visit"),
    })  # fmt: skip


def toml(arms: Sequence[str], unit: str = "week", time: str = "day", more: str = "") -> str:
    """study.toml of such a trial; the first of several arms is the reference."""
    design = "randomised" if len(arms) > 1 else "single-arm"
    text = f'id = "odd"\ntitle = "An odd trial"\ndesign = "{design}"\n\n{more}'
    for i, arm in enumerate(arms):
        text += f'[[arms]]\nvalue = "{arm}"\n' + (
            "reference = true\n\n" if len(arms) > 1 > i else "\n"
        )
    text += f'[visits]\nunit = "{unit}"\n\n[parameters.cd4]\nparamcd = "CD4"\n\n'
    return text + f'[endpoints.relapse]\nparamcd = "TTE"\nlabel = "Relapse"\nunit = "{time}"\n'


def trial(random, n=60, arms=("Placebo", "Drug"), days=(0, 28, 84, 168, 252, 336), mean=3.0, terms=TERMS,
          unit="week", relapse=500.0, time="day", per=1.0) -> Folder:  # fmt: skip
    """A plain trial: the tables and study.toml."""
    length = {"day": 1, "week": 7, "month": 28}[unit]
    adsl = subjects(random, n, arms, max(days))
    tables = {"adsl": adsl, "adlb": values(random, adsl, days, length),
              "adae": events(random, adsl, mean, terms),
              "adtte": times(random, adsl, relapse, per)}  # fmt: skip
    tables = {name: frame.astype(str) for name, frame in tables.items()}
    return Folder(tables, toml(arms, unit, time))


def sequences(random) -> Folder:
    """Sequences of a crossover as arms, the periods one after the other."""
    return trial(random, 48, ("Placebo then drug", "Drug then placebo"), (0, 28, 56, 84, 112))


def twenty_years(random) -> Folder:
    return trial(random, 80, days=tuple(range(0, 7301, 364)), mean=6, relapse=6000)


def newborns(random) -> Folder:
    folder = trial(random, 60, days=(0, 28, 56, 84))
    folder.tables["adsl"]["AGE"] = random.choice(["0", "0", "0", "1"], 60)
    return folder


def nine_patients(random) -> Folder:
    return trial(random, 9, ("Enzyme",), days=(0, 84, 168, 252, 336), mean=4)


def five_arms(random) -> Folder:
    return trial(random, 100, ("Placebo", "Drug 1 mg", "Drug 3 mg", "Drug 10 mg", "Drug 30 mg"))


def single_arm(random) -> Folder:
    """Months to relapse."""
    return trial(random, 40, ("Antibody",), time="month", per=30.4375)


def clusters(random) -> Folder:
    """Every practice has one arm, and a habit of its own."""
    folder = trial(random, 96)
    adsl = folder.tables["adsl"]
    site = np.repeat(np.arange(12), 8)
    adsl["SITEID"] = [f"{s + 1:02d}" for s in site]
    adsl["TRT01A"] = np.array(["Placebo", "Drug"])[random.permutation(12) % 2][site]
    return folder


def extension(random) -> Folder:
    """Half a year blind, half a year open: events of the open part are not flagged, and its day is known."""
    folder = trial(random, 60)
    adae = folder.tables["adae"]
    adae.loc[adae["ASTDY"].astype(int) > 168, "TRTEMFL"] = "N"
    return folder


def german(random) -> Folder:
    folder = trial(random, 60, ("Scheinmedikament", "Wirkstoff"), terms=GERMAN)
    words = {"MILD": "leicht", "MODERATE": "mittel", "SEVERE": "schwer"}
    folder.column("adae", "AESEV", words.get)
    folder.column("adtte", "PARAM", "Zeit bis zum Rückfall")
    folder.column("adtte", "EVNTDESC", {"Relapse": "Rückfall", "Last visit": "Kein Rückfall"}.get)
    return folder


def many_events(random) -> Folder:
    """Forty events each, as of chemotherapy."""
    return trial(random, 50, mean=40)


def by_date(random) -> Folder:
    """adae in the order of its days, as the database was filled."""
    folder = trial(random, 60)
    adae = folder.tables["adae"]
    order = np.argsort(adae["ASTDY"].astype(int).to_numpy(), kind="stable")
    folder.tables["adae"] = adae.iloc[order].reset_index(drop=True)
    return folder


def short_treatment(random) -> Folder:
    """Two weeks of treatment: emergent is what begins until day 44, and observation goes on."""
    folder = trial(random, 60, mean=5)
    adae = folder.tables["adae"]
    adae.loc[adae["ASTDY"].astype(int) > 44, "TRTEMFL"] = "N"
    return folder


def _first(folder: Folder, counts: Callable[[pd.DataFrame], pd.Series], less: int = 0) -> Folder:
    """An endpoint of the first event in adae that counts, its term in EVNTDESC; days less `less`."""
    adae, adsl = folder.tables["adae"], folder.tables["adsl"]
    day = adae["ASTDY"].astype(int)
    mine = adae[counts(adae) & (day > less)].drop_duplicates("USUBJID").set_index("USUBJID")
    mine = mine.reindex(adsl["USUBJID"])
    had = mine["ASTDY"].notna().to_numpy()
    at = np.where(had, mine["ASTDY"].fillna("1").astype(int), adsl["TRTDURD"].astype(int)) - less
    rows = folder.tables["adtte"].assign(PARAMCD="TTAE", PARAM="Time to event", AVAL=at.astype(str),
                                         CNSR=np.where(had, "0", "1"),
                                         EVNTDESC=np.where(had, mine["AEDECOD"], "None"))  # fmt: skip
    folder.tables["adtte"] = pd.concat([folder.tables["adtte"], rows], ignore_index=True)
    folder.toml += '\n[endpoints.event]\nparamcd = "TTAE"\nlabel = "Adverse event"\nunit = "day"\n'
    return folder


def first_bad_event(random) -> Folder:
    """The time to the first event that was more than mild: milder ones of the terms came before."""
    return _first(trial(random, 80, mean=5), lambda adae: adae["AESEV"] != "MILD")


def first_event_from_day_0(random) -> Folder:
    """Times that are the date less that of the start, in a study whose days begin with 1."""
    folder = trial(random, 80)
    adae = folder.tables["adae"]
    folder.tables["adae"] = adae[adae["ASTDY"] != "1"].reset_index(drop=True)
    return _first(folder, lambda adae: adae["AEBODSYS"].str.startswith("Infections"), less=1)


def an_interim_look(random) -> Folder:
    """Times end at a cut of the data, visits and events go on."""
    folder = trial(random, 90)
    adtte, cut = folder.tables["adtte"], random.integers(60, 330, 90)
    late = adtte["AVAL"].astype(int) > cut
    adtte.loc[late, "AVAL"] = cut[late].astype(str)
    adtte.loc[late, ["CNSR", "EVNTDESC"]] = ["1", "Last visit"]
    return folder


def _response(folder: Folder, confirmed: bool) -> Folder:
    """An endpoint of a rise of CD4 by 15%, dated at the visit that shows it, or at that which confirms it."""
    lab = folder.tables["adlb"].assign(V=lambda f: f["AVISITN"].astype(int))
    share = lab["AVAL"].astype(float) / lab["BASE"].astype(float)
    rows = []
    for who, mine in lab.assign(UP=share >= 1.15)[lab["V"] > 0].groupby("USUBJID", sort=False):
        up, at = mine["UP"].to_numpy(), mine["V"].to_numpy()
        first = np.flatnonzero(up[1:] & up[:-1]) + 1 if confirmed else np.flatnonzero(up)
        rows.append(("ODD", who, "TTE", "Time to response (weeks)", at[first[0] if len(first) else -1],
                     0 if len(first) else 1, RISE if len(first) else "No response"))  # fmt: skip
    folder.tables["adtte"] = pd.DataFrame(rows, columns=folder.tables["adtte"].columns).astype(str)
    has = folder.tables["adsl"]["USUBJID"].isin(folder.tables["adtte"]["USUBJID"])
    for name, frame in folder.tables.items():
        gone = frame["USUBJID"].isin(folder.tables["adsl"].loc[~has, "USUBJID"])
        folder.tables[name] = frame[~gone].reset_index(drop=True)
    folder.say(
        'label = "Relapse"\nunit = "day"', 'label = "Response"\nunit = "week"\nevent = "response"'
    )
    return folder


def response(random) -> Folder:
    return _response(trial(random, 90), confirmed=False)


def confirmed_response(random) -> Folder:
    return _response(trial(random, 90), confirmed=True)


def escalation(random) -> Folder:
    """Cohorts one after the other, in one arm; the last, of the highest dose, has the worst events."""
    folder = trial(random, 36, ("Cells",), mean=4)
    adae = folder.tables["adae"]
    late = adae["USUBJID"] > "ODD-0024"
    adae.loc[late & (adae["AESEV"] == "MILD"), "AESEV"] = "MODERATE"
    return folder


def classes_of_its_own(random) -> Folder:
    """A small trial's own list, whose classes are words that are terms as well."""
    own = {"Infection": "Infection", "Sinusitis": "Infection", "Nausea": "Stomach", "Stomach": "Stomach",
           "Cold": "Infection", "Rash": "Skin"}  # fmt: skip
    return trial(random, 50, terms=own)


def vaccine(random) -> Folder:
    """Solicited events on the first three days, alike in many subjects, and others later."""
    folder = trial(random, 240, mean=1)
    rows = []
    for who in folder.tables["adsl"]["USUBJID"]:
        for term, share in (("Injection site pain", 0.7), ("Fatigue", 0.5), ("Headache", 0.4)):
            if random.random() < share:
                day = int(random.integers(1, 4))
                rows.append(("ODD", who, term, "General disorders", random.choice(["MILD", "MODERATE"]),
                             "N", random.choice(["Y", "Y", "N"]), "Y", str(day),
                             str(day + int(random.integers(0, 3)))))  # fmt: skip
    solicited = pd.DataFrame(rows, columns=EVENTS.split(","))
    adae = folder.tables["adae"]
    adae = pd.concat([solicited, adae[adae["AEDECOD"] != "Headache"]])
    folder.tables["adae"] = adae.sort_values("USUBJID", kind="stable").reset_index(drop=True)
    return folder


def sorted_by_outcome(random) -> Folder:
    """adtte in the order of what happened, so that neighbours are alike; long times are censored."""
    folder = trial(random, 300)
    adtte = folder.tables["adtte"]
    order = np.lexsort((random.permutation(300), adtte["CNSR"].astype(int)))
    folder.tables["adtte"] = adtte.iloc[order].reset_index(drop=True)
    return folder


def discharge(random) -> Folder:
    """What a time to discharge waits for is said in a word of censored times."""
    folder = trial(random, 60)
    folder.column("adtte", "PARAM", "Time to hospital discharge")
    folder.column("adtte", "EVNTDESC", {"Relapse": "Discharged alive", "Last visit": ""}.get)
    folder.say('label = "Relapse"', 'label = "Hospital discharge"')
    folder.toml += 'event = "response"\n'
    return folder


def remission(random) -> Folder:
    """The event is a complete one."""
    folder = discharge(random)
    folder.column("adtte", "PARAM", "Time to remission")
    folder.column("adtte", "EVNTDESC", {"Discharged alive": "Complete remission"}.get)
    folder.say('label = "Hospital discharge"', 'label = "Remission"')
    return folder


def a_composite(random) -> Folder:
    """The earlier of a relapse, after which one is watched on, and of a death, which ends the watching."""
    folder = trial(random, 120, relapse=400.0)
    adsl, adtte = folder.tables["adsl"], folder.tables["adtte"]
    end, at = adsl["TRTDURD"].astype(int), adtte["AVAL"].astype(int)
    dead = (
        (end.to_numpy() > 300)
        & (random.random(len(adsl)) < 0.15)
        & (adtte["CNSR"] == "1").to_numpy()
    )
    adtte.loc[dead, ["CNSR", "EVNTDESC"]] = ["0", "Cardiovascular death"]
    assert (at[dead].to_numpy() == end[dead].to_numpy()).all()
    return folder


TRIALS = (trial, sequences, twenty_years, newborns, nine_patients, five_arms, single_arm, clusters,
          extension, german, many_events, by_date, short_treatment, first_bad_event,
          first_event_from_day_0, an_interim_look, response, confirmed_response, escalation,
          classes_of_its_own, vaccine, sorted_by_outcome, discharge, remission,
          a_composite)  # fmt: skip
