"""Command-line arguments go in; an audit is printed, or a folder to begin with is written."""

from __future__ import annotations

import argparse


def run_audit(args: argparse.Namespace) -> int:
    """Print the audit of every folder; 0 = done, whatever the verdicts."""
    from helpers.audit import audit, load_report
    from helpers.audit.questions import as_markdown
    from helpers.audit.text import as_text

    for folder in args.folders:
        report = load_report(folder)
        found = audit(report)
        if args.questions:
            args.questions.write_text(as_markdown(found), encoding="utf-8")
        if args.json:
            print(found.as_json())
            continue
        print(as_text(found))
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
