"""Command-line arguments go in; an audit is printed, or a folder to begin with is written."""

from __future__ import annotations

import argparse


def run_audit(args: argparse.Namespace) -> int:
    """Print the audit of every folder, once all are sound; 0 = done, whatever the verdicts.

    With --json one report is an object, several are a list of them.
    """
    from helpers.audit import audit
    from helpers.audit.findings import as_json
    from helpers.audit.folder import load_reports
    from helpers.audit.questions import as_markdown
    from helpers.audit.text import as_text

    reports = load_reports(args.folders)
    found = [audit(report) for report in reports]
    if args.questions:
        pages = "\n".join(as_markdown(one) for one in found)
        args.questions.write_text(pages, encoding="utf-8")
    if args.json:
        print(as_json(found[0].as_dict() if len(found) == 1 else [one.as_dict() for one in found]))
        return 0
    for report, one in zip(reports, found, strict=True):
        print(as_text(one))
        for problem in report.warnings:
            print(problem)
    return 0


def run_report(args: argparse.Namespace) -> int:
    """Write a commented report folder to begin with."""
    from helpers.audit.scaffold import write_example

    for path in write_example(args.folder):
        print(path)
    print(f"next: change it to your report, then python -m helpers audit {args.folder}")
    return 0
