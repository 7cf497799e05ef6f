"""`study.toml` in, its plan and derivations in sentences out; texts that could be a patient's are counted."""

from __future__ import annotations

from collections.abc import Sequence

from helpers.config import Endpoint, Parameter, StudyConfig
from helpers.config_counts import Count
from helpers.config_margins import Margin
from helpers.config_plan import USUAL
from helpers.config_responses import Response, in_words
from helpers.present.words import level_text
from helpers.rounding import short

MMRM = "the mixed model of all visits, at the main visit"


def sentences(config: StudyConfig) -> list[str]:
    """The plan, a sentence each, from the design over what is measured and counted to disclosure."""
    return [
        f"Design: {config.design}; reference arm: {config.reference.label}.",
        *_visits(config),
        *(_parameter(p) for p in config.parameters.values()),
        *(_endpoint(e) for e in config.endpoints.values()),
        *(_response(config, r) for r in config.responses.values()),
        *(_count(c) for c in config.counts.values()),
        *(_margin(m) for m in config.margins),
        *_analysis(config),
        _disclosure(config),
    ]


def derivations(config: StudyConfig) -> dict[str, str]:
    """Variable -> how the book derives it."""
    arms = "; ".join(f"{' or '.join(arm.values)} = {arm.label}" for arm in config.arms)
    visit = f"{config.visits.unit} {config.visits.baseline:g}"
    return {
        "ARM": f"The arm that TRT01A names: {arms}.",
        "BASE": f"AVAL of the same subject and parameter at the baseline visit ({visit}).",
        "CHG": f"AVAL minus AVAL of the same subject and parameter at the baseline visit ({visit}); of "
        "a parameter whose logarithm is analysed the difference of the logarithms (base 10).",
        "COMPETING": "Y where CNSR or EVNTDESC is a code that study.toml declares as a competing event "
        "of the endpoint; where it declares none, and the endpoint is not about death, where EVNTDESC "
        "says that the patient died.",
    }


def _visits(config: StudyConfig) -> list[str]:
    main = config.visits.main
    words = "" if main is None else f", visit of the primary comparison {main:g}"
    return [f"AVISITN is in {config.visits.unit}s: baseline {config.visits.baseline:g}{words}."]


def _parameter(p: Parameter) -> str:
    ends = (("lower", p.lloq), ("upper", p.uloq))
    limit = "".join(f", {end} limit of quantification {short(value, 6)}" for end, value in ends
                    if value is not None)  # fmt: skip
    unit = f" in {p.unit}" if p.unit else ""
    return f"Parameter {p.paramcd}: {p.label}{unit}, scale {p.scale}, better: {p.better}{limit}."


def _endpoint(e: Endpoint) -> str:
    horizon = "" if e.horizon is None else f", horizon {e.horizon:g}"
    competing = "not declared" if e.competing is None else _codes(e.competing)
    return (
        f"Endpoint {e.paramcd}: {e.label} in {e.unit}s, an event is a {e.event}{horizon}; codes of "
        f"events: {_codes(e.events) or 'CNSR 0'}; of competing events: {competing or 'none'}; of "
        f"censoring: {_codes(e.censored) or 'all others'}."
    )


def _response(config: StudyConfig, r: Response) -> str:
    unit = next(p.unit for p in config.parameters.values() if p.paramcd == r.parameter)
    rule = in_words(r.of, r.side, r.threshold, r.scale, unit)
    visit = f"{config.visits.unit} {r.visit:g}"
    family = f"; P values corrected with those of family {r.family}" if r.family else ""
    return (
        f"Response {r.name}: {r.label}: {r.parameter}, {rule}, at {visit}; not known: "
        f"{r.missing}{family}."
    )


def _margin(m: Margin) -> str:
    what = "Equivalence within" if m.both else "Non-inferiority margin"
    ends = " and ".join(short(x, 6) for x in m.ends)
    return f"{what} {ends}: {m.of}, {m.kind}.{m.role}."


def _count(c: Count) -> str:
    """A planned count, and how many terms or classes: a rare one could tell one patient."""
    of = f"{len(c.words)} text(s) of {c.column}" if c.column else "all events"
    return f"Count {c.name}: treatment-emergent events of adae, {of}, per TRTDURD."


def _codes(codes: Sequence[float | str]) -> str:
    """Codes of CNSR, and how many texts of EVNTDESC: a rare one could tell one patient."""
    numbers = [f"CNSR {code:g}" for code in codes if not isinstance(code, str)]
    texts = sum(isinstance(code, str) for code in codes)
    return ", ".join([*numbers, *([f"{texts} text(s) of EVNTDESC"] if texts else [])])


def _analysis(config: StudyConfig) -> list[str]:
    plan = config.analysis
    columns = {"Strata": plan.strata, "Covariates": plan.covariates,
               "Centre": (plan.centre,) if plan.centre else (),
               "Planned comparisons": tuple(c if isinstance(c, str) else " with ".join(c)
                                            for c in plan.comparisons),
               "Planned arms compared with each other": ("all",) * plan.pairwise,
               "Words of AEREL that count as related": plan.related,
               "Populations": (said,) if (said := config.populations.words()) else (),
               "Imputed values in the planned comparison at one visit (DTYPE)": plan.imputed,
               "Margins of changes are judged on": (MMRM,) * (plan.primary == "mmrm")}  # fmt: skip
    usual = plan.confidence == USUAL
    words = {**({} if usual else {"Level of two-sided intervals": level_text(plan.confidence)}),
             "Multiplicity": plan.multiplicity, "Ties of the Cox model": plan.ties,
             "Weights of the log-rank test": plan.weights, "Median of a Kaplan-Meier curve": plan.median,
             "Quartiles": plan.quartiles, "Degrees of freedom of the mixed model": plan.df}  # fmt: skip
    return [
        *(f"{name}: {', '.join(given)}." for name, given in columns.items() if given),
        *(f"{name}: {word}." for name, word in words.items()),
    ]


def _disclosure(config: StudyConfig) -> str:
    if config.show_subjects:
        return "Single subjects are shown."
    rounded = "; counts are rounded" if config.rounding else ""
    return f"Groups of fewer than {config.threshold} subjects are not shown{rounded}."
