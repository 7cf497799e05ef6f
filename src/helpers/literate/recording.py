"""Cells as they run in, the names that they bind to results out, each on the trail of what it used.

`start` hangs two functions on IPython. After a cell, every name that it bound to a `Result`,
`Results` or chart is published beside that very cell (MIME types of ours; no count, no id: the cell
that holds the output is the trail). What a name used follows from the statement that bound it: the
names it read, with what those had used, and the assumptions and readings looked up on the way.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from helpers import disclosure, results, trail
from helpers.assumptions import load_assumptions
from helpers.context import LAB
from helpers.literate.outcome import Result, Results, heavier
from helpers.literate.rows import Sentence
from helpers.literate.trial import Charts, Trial
from helpers.present import figure
from helpers.results import Record

NOTHING_TO_DRAW = "*A figure is not shown: what could be drawn would show too few subjects.*"
_RUNNING: list[Recorder] = []


@dataclass(frozen=True)
class Used:
    """What a name rests on: ids of assumptions and readings, and the label that follows."""

    ids: tuple[str, ...] = ()
    label: str = ""

    def __or__(self, other: Used) -> Used:
        ids = tuple(dict.fromkeys((*self.ids, *other.ids)))
        return Used(ids, heavier(self.label, other.label))


class Recorder:
    """The names of one running notebook and what they rest on."""

    def __init__(self, shell: Any):
        self.shell, self.used, self.running = shell, {}, ""
        shell.events.register("pre_run_cell", self.before)
        shell.events.register("post_run_cell", self.after)

    def before(self, info: Any) -> None:
        """A cell begins: what was looked up earlier is not its own."""
        self.running = info.raw_cell
        trail.taken()

    def after(self, result: Any) -> None:
        """A cell has run: publish what it bound."""
        read = trail.taken()
        if result.success:
            for name, used in self.bound_by(result.info.raw_cell, read).items():
                self.keep(name, self.shell.user_ns[name], used)

    def bound_by(self, cell: str, read: Iterable[str]) -> dict[str, Used]:
        """What each name that a cell binds rests on, in order, once `read` has been looked up."""
        tree = ast.parse(self.shell.transform_cell(cell))
        literal = {key for node in ast.walk(tree) for key in assumed_in(node)}
        shared = tuple(key for key in read if key not in literal)
        found: dict[str, Used] = {}
        for statement in tree.body:
            used = self.used_by(statement, shared)
            for name in bound_names(statement):
                if name in self.shell.user_ns:
                    found[name] = used
                    self.used[name] = used | Used(label=own_label(self.shell.user_ns[name]))
        return found

    def label(self, name: str) -> str:
        """The label of what `name` rests on, while the cell that binds it may still be running."""
        if name in self.bound_by(self.running, trail.looked_up()):
            return self.used[name].label
        return self.used.get(name, Used()).label

    def used_by(self, statement: ast.stmt, shared: Iterable[str]) -> Used:
        """What a statement rests on: the names it reads and the assumptions looked up."""
        nodes = list(ast.walk(statement))
        ids = (*shared, *(key for node in nodes for key in assumed_in(node)))
        out = Used(tuple(dict.fromkeys(ids)), label_of_ids(ids))
        for node in nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                out |= self.used.get(node.id, Used())
        return out

    def keep(self, name: str, value: Any, used: Used) -> None:
        """Publish what `name` is bound to if it is a result or a chart."""
        if isinstance(value, Result):
            value = Results({"": value})
        if isinstance(value, Results):
            found = value.records(name, uses=used.ids, label=used.label)
            publish({results.BOUND: {"name": name, "records": results.to_json(found)}})
        for key, chart in charts_of(name, value).items():
            self.publish_chart(key, chart, self.used[name].label or "derived")
        if isinstance(value, Charts) and not value:
            publish_no_chart(name, NOTHING_TO_DRAW)
        if isinstance(value, Sentence):
            publish_no_chart(name, value.text)

    def publish_chart(self, key: str, chart: Any, label: str) -> None:
        """The chart's specification, or why it is not shown."""
        spec = figure.chart_spec(chart, key)
        studies = [v.study for v in self.shell.user_ns.values() if isinstance(v, Trial)]
        reason = disclosure.reason_to_hide(key, spec.get("datasets", {}).values(), studies)
        about = {**spec.get("usermeta", {}), "key": key, "label": label}
        if reason:
            publish_no_chart(key, reason)
        else:
            shown = {**spec, "usermeta": {"figure": about}}
            publish({figure.MIME: shown, **in_the_lab(shown), "text/plain": f"chart {key}"})


def start() -> None:
    """Record from now on, where IPython runs; elsewhere (a test, a script) nothing happens."""
    try:
        from IPython import get_ipython
    except ImportError:
        return
    shell = get_ipython()
    if shell is not None and not any(r.shell is shell for r in _RUNNING):
        _RUNNING.append(Recorder(shell))


def records_of(value: Result | Results) -> list[Record]:
    """The records of `value` under the name that it is bound to, its label as the trail has it."""
    rows = Results({"": value}) if isinstance(value, Result) else value
    for recorder in _RUNNING:
        for name, found in recorder.shell.user_ns.items():
            if found is value and not name.startswith("_"):
                return rows.records(name, label=recorder.label(name))
    return rows.records("")


def publish(data: dict[str, Any]) -> None:
    """Show data beside the cell that has just run."""
    from IPython.display import publish_display_data

    publish_display_data(data)


def in_the_lab(spec: dict[str, Any]) -> dict[str, str]:
    """The chart as a picture on white where JupyterLab shows it; a build draws its own, and keeps none."""
    if not os.environ.get(LAB):
        return {}
    import vl_convert

    plain = {key: value for key, value in spec.items() if key != "usermeta"}
    return {"image/svg+xml": vl_convert.vegalite_to_svg({**plain, "background": "white"})}


def publish_no_chart(key: str, reason: str) -> None:
    """The reason in a chart's place, where the page's words ask for the chart."""
    publish({figure.MIME: {"usermeta": {"figure": {"key": key, "hidden": reason}}},
             "text/plain": reason})  # fmt: skip


def assumed_in(node: ast.AST) -> list[str]:
    """The id in `assume("id")`, [] for every other node."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "assume":
        return [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
    return []


def bound_names(statement: ast.stmt) -> list[str]:
    """The names that a statement binds, in order."""
    return list(dict.fromkeys(
        node.id for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ))  # fmt: skip


def label_of_ids(ids: Collection[str]) -> str:
    """ "simulated" if one of the ids is an assumption about patients."""
    known = load_assumptions() if ids else {}
    kinds = {dict.__getitem__(known, key).kind for key in ids}
    return "simulated" if "patients" in kinds else ""


def own_label(value: Any) -> str:
    """The label that a value carries itself."""
    if isinstance(value, Result):
        return value.about.label
    if isinstance(value, Results):
        return heavier(*(r.about.label for r in value.values()))
    label = getattr(value, "label", "")  # a noun's: Trial, Rows, Card
    return label if isinstance(label, str) and label in results.LABELS else ""


def charts_of(name: str, value: Any) -> dict[str, Any]:
    """The charts of a value by key: one under its name, several under name.row."""
    if isinstance(value, Charts):
        return {f"{name}.{row}": chart for row, chart in value.items()}
    import altair as alt

    return {name: value} if isinstance(value, alt.TopLevelMixin) else {}
