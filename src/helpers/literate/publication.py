"""A published report's id in, its printed numbers as reported `Results` out; nothing is computed."""

from __future__ import annotations

from dataclasses import dataclass

from helpers.analyse.estimate import NAN, Estimate
from helpers.audit.claims import Claim, load_claims
from helpers.errors import ClaimsError
from helpers.literate.outcome import About, Result, Results
from helpers.present import markup


@dataclass(frozen=True)
class Report:
    """One publication without data: what its abstract prints."""

    id: str

    def claim(self, claim: str) -> Claim:
        """One statement of the abstract."""
        known = {c.id: c for c in load_claims() if c.study == self.id}
        name = claim if claim in known else f"{self.id}-{claim}"
        if name not in known:
            raise ClaimsError(
                f"report {self.id!r}: expected one of {sorted(known)}, found {claim!r}: correct it, or "
                "add the claim to data/published/claims.toml"
            )
        return known[name]

    def values(self, *claims: str) -> tuple[float, ...]:
        """The numbers of these claims as printed, in order (per cent as per cent)."""
        return tuple(value for claim in claims for value in self.claim(claim).values)

    def text(self, claim: str) -> str:
        """The one number of a claim as it is printed, digit by digit."""
        (value,) = self.claim(claim).values
        return f"{value}"

    def printed(self, claim: str, *names: str) -> Results:
        """The printed numbers of a claim, one a name (an arm, "A vs B"); its quotation is the caption.

        Percentages become proportions. Errors: `ClaimsError` unless there are as many names.
        """
        found = self.claim(claim)
        if len(names) != len(found.values):
            raise ClaimsError(
                f"claim {found.id}: expected a name for each of its {len(found.values)} numbers, "
                f"found {names}: name them in the order in which they are printed"
            )
        return Results(
            {
                markup.slug(n): _result(found, n, v)
                for n, v in zip(names, found.values, strict=True)
            },
            caption=f"“{found.quote}”",
        )

    def __str__(self) -> str:
        return self.id


def report(name: str) -> Report:
    """The report of a published study ("aait", "hucmsc"). Errors: `ClaimsError` for another."""
    if name not in {c.study for c in load_claims()}:
        raise ClaimsError(
            f"report({name!r}): expected a study of claims.toml, found none of that id"
        )
    return Report(name)


def _result(claim: Claim, name: str, value: float) -> Result:
    arm, _, comparator = name.partition(" vs ")
    percent, is_p = claim.unit == "%", claim.unit == "P value"
    decimals = str(value).partition(".")[2] if isinstance(value, float) else ""
    about = About(
        study=claim.study, label="reported", parameter=claim.parameter or claim.quantity, arm=arm,
        comparator=comparator, digits=len(decimals),
        unit="proportion" if percent else "" if is_p else claim.unit,
        sentence=f"{claim.doi}, sentence {claim.sentence}", text=f"P = {value}" if is_p else "",
    )  # fmt: skip
    found = Estimate(
        "as printed", claim.statistic or "printed value", value / 100 if percent else value,
        p_value=value if is_p else NAN, source="helpers.audit.claims:load_claims",
    )  # fmt: skip
    return Result(found, about)
