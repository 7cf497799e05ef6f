"""An edition's study and what it lacks in, the two tables of its front page out."""

from __future__ import annotations

from html import escape

from helpers.config_plan import USUAL
from helpers.context import current_context
from helpers.present import markup
from helpers.present.html import Html
from helpers.present.words import level_text
from helpers.study import Study


def study_summary(study: Study) -> Html:
    """What the study is, as `study.toml` and its tables say; no count of subjects stands here."""
    config = study.config
    tables = [t for t in ("adsl", "adlb", "adae", "adtte") if study.has(t)]
    facts = [
        ("Title", config.title),
        ("Design", config.design),
        ("Arms", "; ".join(study.arms)),
        ("Compared with", study.reference if len(study.arms) > 1 else "no other arm"),
        ("Data", "observed" if config.observed else "simulated"),
        ("Tables", ", ".join(tables)),
        ("Parameters", ", ".join(p.label for p in config.parameters.values()) or "none"),
        ("Times to event", ", ".join(e.label for e in config.endpoints.values()) or "none"),
        ("Source", config.source or "not given"),
    ]
    facts += [("Subjects analysed", said)] if (said := config.populations.words()) else []
    if study.level != USUAL:
        facts.append(("Two-sided intervals", level_text(study.level)))
    html = markup.table_html(
        ["", "As study.toml says"], [[escape(k), escape(v)] for k, v in facts], caption="The study"
    )
    return Html(html, "\n".join(f"{k}: {v}" for k, v in facts))


def left_out() -> Html:
    """What the running edition leaves out, by chapter, with the reason."""
    rows = current_context().left_out
    reasons: dict[str, list[str]] = {}
    for name, reason in rows:
        reasons.setdefault(name, []).append(escape(reason))
    html = markup.table_html(
        ["Chapter", "Why"],
        [[escape(name), "<br>".join(found)] for name, found in reasons.items()],
        caption="Chapters and parts that are left out, and why",
    )
    return Html(html, "\n".join(f"{name}: {reason}" for name, reason in rows))
