"""Command-line arguments go in; the range over all possible trials comes out, as text or JSON.

Nothing here computes: it chooses between enumeration and bounds by the number of histories.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from helpers.errors import AnalysisError

if TYPE_CHECKING:
    from helpers.possible.parallel import Counted

Watched = Callable[[Iterable[Any], str, int], Iterable[Any]]
ARM_NAMES = ("first", "second")


def _count_or_percent(text: str) -> int | str:
    """Return a whole number, or the text of a percentage, whose decimals matter."""
    if re.fullmatch(r"(\d+\.?\d*|\.\d+)%", text):
        return text
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"expected a count such as 23 or a percentage such as 95.8%, found {text!r}"
        ) from None


def _at_least(least: int) -> Callable[[str], int]:
    def whole(text: str) -> int:
        if not re.fullmatch(r"\d+", text) or int(text) < least:
            raise argparse.ArgumentTypeError(
                f"expected a whole number from {least} up, found {text!r}"
            )
        return int(text)

    return whole


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `possible` to `parser`."""
    pair = {"nargs": 2, "required": True, "metavar": ("FIRST", "SECOND")}
    parser.add_argument("--arms", type=int, help="patients in either arm", **pair)
    parser.add_argument(
        "--responders",
        type=_count_or_percent,
        help="responders in either arm, counts or percentages as printed, such as 95.8%%",
        **pair,
    )
    parser.add_argument("--visits", required=True, type=int, help="number of scheduled visits")
    parser.add_argument("--weeks", nargs="+", type=float, help="times of the visits (for RMST)")
    # stays text: its decimals say how it was rounded
    parser.add_argument("--reported-p", help="log-rank P as printed, such as 0.004 or <0.001")
    parser.add_argument(
        "--jobs", type=_at_least(1), default=1, help="processes (default: %(default)s)"
    )
    parser.add_argument(
        "--draws", type=_at_least(1), default=200_000, help="sample size, where needed"
    )
    parser.add_argument("--seed", type=_at_least(0), default=1, help="of that sample")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def possible_command(args: argparse.Namespace, counted: Watched | None = None) -> dict:
    """Return the answer as a dictionary of plain values, ready for JSON.

    Shares are None without a reported P; P values None where no history is such. Where there are
    too many histories to enumerate, the ends are still exact, shares are sampled and
    `share_standard_error` (once, weighted) is given; it is (0, 0) for an exact share.
    Raises ImpossibleError where no trial can be like this, AnalysisError where a percentage fits
    several counts or where there are too many visits to sample. `counted` watches the work.
    """
    from helpers.possible.histories import LIMIT
    from helpers.possible.log_rank_terms import check_trial, number_of_histories

    counts = [_count(*pair) for pair in zip(args.responders, args.arms, strict=True)]
    args = argparse.Namespace(**{**vars(args), "responders": counts})
    check_trial(sizes=args.arms, responders=args.responders, visits=args.visits, weeks=args.weeks)
    if args.reported_p is not None:
        from helpers.possible.printed import p_interval

        p_interval(args.reported_p)
    if number_of_histories(args.responders, args.visits) <= LIMIT:
        return _enumerated(args, counted)
    return _bounded(args, counted)


def _naming(counted: Watched | None, what: str) -> Counted | None:
    return counted and (lambda items, total: counted(items, what, total))


def _count(value: int | str, size: int) -> int:
    """Return a number of responders, a percentage turned into the only one that it allows."""
    if isinstance(value, int) or size < 1:  # such a size is refused together with all the rest
        return value if isinstance(value, int) else 0
    from helpers.possible.counts import responders_for

    found = responders_for(value, size=size)
    if len(found) > 1:
        raise AnalysisError(
            f"percentage {value} of {size} patients: expected one number of responders, found "
            f"{', '.join(map(str, found))}; give the number itself"
        )
    return found[0]


def _named(witness) -> dict[str, list[int]] | None:
    if witness is None:
        return None
    return {name: list(arm) for name, arm in zip(ARM_NAMES, witness, strict=True)}


def _ends(found) -> dict:
    """Return what enumeration and bounds have in common."""
    return {
        "histories": found.histories,
        "p_min": found.p_min,
        "p_max": found.p_max,
        "p_min_reverse": found.p_min_reverse,
        "witness_low": _named(found.witness_low),
        "witness_high": _named(found.witness_high),
        "witness_reverse": _named(found.witness_reverse),
        "method": found.method,
    }


def _enumerated(args: argparse.Namespace, counted: Watched | None) -> dict:
    from helpers.possible.histories import enumerate_histories

    found = enumerate_histories(
        sizes=tuple(args.arms),
        responders=tuple(args.responders),
        visits=args.visits,
        weeks=args.weeks,
        reported_p=args.reported_p,
        jobs=args.jobs,
        counted=_naming(counted, "enumerating histories"),
    )
    finite = [[None if t == float("inf") else t for t in m] for m in found.medians_reported]
    return {
        **_ends(found),
        "p_max_upper": found.p_max,
        "share_rounding_to_reported": found.share_rounding_to_reported,
        "share_rounding_to_reported_weighted": found.share_rounding_to_reported_weighted,
        "share_standard_error": [0.0, 0.0],
        "share_first_faster": found.share_first_faster,
        "share_first_faster_weighted": found.share_first_faster_weighted,
        "rmst_gain": list(found.rmst_gain),
        "rmst_gain_reported": found.rmst_gain_reported and list(found.rmst_gain_reported),
        "medians_reported": finite or None,
    }


def _bounded(args: argparse.Namespace, counted: Watched | None) -> dict:
    from helpers.possible.bounds import bounded_range
    from helpers.possible.histories import gain_range

    found = bounded_range(sizes=args.arms, responders=args.responders, visits=args.visits)
    weeks = args.weeks or list(range(1, args.visits + 1))
    gain = gain_range(sizes=args.arms, responders=args.responders, weeks=weeks)
    return {
        **_ends(found),
        **_sampled(args, counted),
        "p_max_upper": found.p_max_upper,
        "rmst_gain": list(gain),
        "rmst_gain_reported": None,
        "medians_reported": None,
        "method": f"{found.method}; shares from {args.draws:,} uniform draws, seed {args.seed}",
    }


def _sampled(args: argparse.Namespace, counted: Watched | None) -> dict:
    from helpers.possible.dropout import fixed_arm, sample_trials

    pairs = zip(args.arms, args.responders, strict=True)
    common = {
        "arms": [fixed_arm(size=size, responders=count) for size, count in pairs],
        "visits": args.visits,
        "weeks": args.weeks,
        "reported_p": args.reported_p or "1",
        "draws": args.draws,
        "seed": args.seed,
        "jobs": args.jobs,
        "counted": _naming(counted, "sampling histories"),
    }
    once, weighted = (sample_trials(weighted=kind, **common) for kind in (False, True))
    shares = [sample.share_rounding_to_reported for sample in (once, weighted)]
    known = args.reported_p is not None
    return {
        "share_rounding_to_reported": shares[0].value if known else None,
        "share_rounding_to_reported_weighted": shares[1].value if known else None,
        "share_standard_error": [s.error for s in shares] if known else None,
        "share_first_faster": once.share_first_faster.value,
        "share_first_faster_weighted": weighted.share_first_faster.value,
    }


def run(args: argparse.Namespace, counted: Watched | None = None) -> int:
    """Print the answer and return the exit code 0; errors are the caller's to report.

    `counted` takes what comes one by one, its name and how many there will be, and hands each on.
    """
    answer = possible_command(args, counted)
    if args.json:
        print(json.dumps(answer, indent=2, allow_nan=False))
        return 0
    width = max(map(len, answer))
    for key, value in answer.items():
        shown = "none" if value is None else f"{value:,}" if type(value) is int else value
        print(f"{key:<{width}}  {shown}")
    return 0
