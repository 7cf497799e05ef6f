"""The command line: `python -m helpers COMMAND`; `make help` lists the everyday ones."""

from __future__ import annotations

import argparse
import shlex
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.edition import child, machine, progress
from helpers.errors import HelpersError, ReportError, StudyError, screenful
from helpers.printable import lines, one_line, survive_any_encoding

ALL = "--all does it anyway (ALL=1 with make)"


def _execute(args: argparse.Namespace) -> int:
    from helpers.edition import fresh

    made, trust = fresh.published_book(), _trust(args) and not args.chapters
    if trust and made.unchanged():
        progress.say(f"  nothing has changed since the chapters were executed here; {ALL}")
        return 0
    from helpers.edition.build import execute_published

    execute_published(args.chapters, made, trust=trust)
    return 0


def _trust(args: argparse.Namespace) -> bool:
    """Whether what was done before, with nothing changed since, need not be done again."""
    return not (args.all or machine.runs_all())


def _pdf(args: argparse.Namespace) -> int:
    from helpers.edition.pdf import write_pdf

    target = args.out or args.site / "book.pdf"
    print(f"{target}: {write_pdf(args.site, target)} pages")
    return 0


def _book(args: argparse.Namespace) -> int:
    from helpers.edition import fresh

    made, trust = fresh.site_of(args.site, args.data, args.builder), _trust(args)
    if trust and made.unchanged():
        progress.say(f"  nothing has changed since {args.site} was built; {ALL}")
        return 0
    if args.data is not None:
        from helpers.edition import warm

        warm.start()
    from helpers.edition.build import build_own, build_published

    if args.data is None:
        build_published(args.site, args.builder, made)
    else:
        build_own(args.data, args.site, args.builder, made, trust=trust)
    return 0


def _lab(args: argparse.Namespace) -> int:
    from helpers.edition.lab import open_lab

    return open_lab(args.folder)


def _clean(args: argparse.Namespace) -> int:
    from helpers.edition import fresh, publish, work

    work.remove_left()
    publish.remove(args.site)
    fresh.forget_all()
    return 0


def _check(args: argparse.Namespace) -> int:
    from helpers.validation import check_folder

    report = check_folder(args.folder)
    print(report.as_json() if args.json else report.as_text())
    return report.exit_code


def _init(args: argparse.Namespace) -> int:
    from helpers.scaffold import write_first_description

    print(write_first_description(args.folder))
    return 0


def _example(args: argparse.Namespace) -> int:
    from helpers.simulate.example import write_example

    print("\n".join(one_line(str(path)) for path in write_example(args.folder)))
    print(f"next: python -m helpers check -- {one_line(shlex.quote(str(args.folder)))}")
    return 0


def _actg175(args: argparse.Namespace) -> int:
    from helpers.actg175 import write_study

    print(one_line(str(write_study(args.folder))))
    return 0


def _simulate(args: argparse.Namespace) -> int:
    from helpers.simulate.write import write_published

    for path in write_published(args.folder):
        print(one_line(str(path)))
    return 0


def _translate(args: argparse.Namespace) -> int:
    from helpers.translate import site

    try:
        lines = site.update(args.site, args.pages)
    except ValueError as error:
        raise HelpersError(str(error)) from None
    print("\n".join(lines or ["every message has its translation"]))
    return 0


def _quotes(args: argparse.Namespace) -> int:
    from helpers.audit import quotations
    from helpers.audit.claims import load_claims
    from helpers.simulate.write import write_hashes

    claims = load_claims()
    if args.folder is not None:
        quotations.write_table(quotations.quotation_table(claims, args.folder))
        write_hashes(quotations.TABLE.parents[1])
    problems = quotations.check_hashes(claims, quotations.load_table())
    print("\n".join(problems) or f"{len(claims)} quotations are those of the abstracts")
    return 1 if problems else 0


def _possible(args: argparse.Namespace) -> int:
    from helpers.possible.command import run

    return run(args, progress.counted)


def _audit(args: argparse.Namespace) -> int:
    if args.site is not None:
        from helpers.present.audit_command import write_pages

        return write_pages(args.folders, args.site)
    from helpers.audit.command import run_audit

    return run_audit(args)


def _report(args: argparse.Namespace) -> int:
    from helpers.audit.command import run_report

    return run_report(args)


@dataclass(frozen=True)
class _Commands:
    """The commands of a parser; `add` adds one."""

    parsers: argparse._SubParsersAction

    def add(self, name: str, run: Callable, about: str) -> argparse.ArgumentParser:
        """Add the command `name`, which calls `run`; what it takes is added to what is returned."""
        sub = self.parsers.add_parser(name, help=about, description=about)
        sub.add_argument(
            "--quiet", action="store_true", help="no progress, errors and results only"
        )
        sub.set_defaults(run=run)
        return sub


def parser() -> argparse.ArgumentParser:
    """All commands and their arguments."""
    top = argparse.ArgumentParser(prog="python -m helpers", description=__doc__)
    commands = _Commands(top.add_subparsers(dest="command", required=True))
    _of_the_book(commands)
    _of_a_study(commands)
    _of_its_makers(commands)
    _of_reports(commands)
    return top


def _site(command: argparse.ArgumentParser, about: str) -> None:
    command.add_argument("--site", type=Path, default=Path("_site"), help=about)


def _of_the_book(commands: _Commands) -> None:
    execute = commands.add(
        "execute", _execute, "re-execute every chapter into book/, after editing one"
    )
    execute.add_argument("chapters", nargs="*", help="just these, e.g. 02_safety (default: all)")
    execute.add_argument("--all", action="store_true", help="those too of which nothing changed")
    book = commands.add("book", _book, "build the site; with --data, the edition of a study folder")
    book.add_argument("--data", type=Path, help="a study folder (study.toml, adsl, ...)")
    _site(book, "where the site goes")
    builders = ("jupyter-book", "sphinx")
    book.add_argument(
        "--builder", choices=builders, default=builders[0], help="what makes the pages"
    )
    book.add_argument(
        "--all", action="store_true", help="also what has not changed since last time"
    )
    clean = commands.add("clean", _clean, "remove a built site, and what killed builds left")
    _site(clean, "a built site")
    pdf = commands.add("pdf", _pdf, "print a built site as one PDF (needs Chromium)")
    _site(pdf, "a built site")
    pdf.add_argument("--out", type=Path, help="the PDF (default: book.pdf within the site)")


def _of_a_study(commands: _Commands) -> None:
    check = commands.add("check", _check, "check a study folder and report every fault at once")
    check.add_argument("folder", type=Path)
    check.add_argument("--json", action="store_true", help="the report for machines")
    check.epilog = "Exit code: 0 nothing but notes, 1 an error, 2 wrong arguments, 3 warnings only."
    init = commands.add(
        "init", _init, "write a first study.toml for a folder of tables, with guesses"
    )
    init.add_argument("folder", type=Path, help="a folder with adsl and, if any, adlb, adae, adtte")
    example = commands.add("example", _example, "write a small invented study folder to start from")
    example.add_argument("folder", type=Path, help="a folder that is not there yet, or empty")
    actg = commands.add("actg175", _actg175, "write the ACTG 175 trial as a study folder")
    actg.add_argument("folder", type=Path)
    lab = commands.add(
        "lab", _lab, "open the analyses in JupyterLab, each running on a study folder"
    )
    lab.add_argument("folder", type=Path)


def _of_its_makers(commands: _Commands) -> None:
    simulate = commands.add(
        "simulate", _simulate, "regenerate the simulated study folders, byte-identical"
    )
    simulate.add_argument("folder", type=Path, nargs="?", default=Path("data"))
    translate = commands.add(
        "translate", _translate, "bring the catalogues of the translation up to date"
    )
    _site(translate, "a built site")
    translate.add_argument("pages", nargs="*", help="pages to begin: chapters/02_safety")
    quotes = commands.add(
        "quotes", _quotes, "compare every quotation with the hashes of the abstracts"
    )
    about = "the abstracts as .txt files: compare with these, and make the hashes from them"
    quotes.add_argument("folder", type=Path, nargs="?", help=about)


def _of_reports(commands: _Commands) -> None:
    """Their packages take half a second to import: but for `possible`, only where they run."""
    from helpers.possible.command import add_arguments

    add_arguments(
        commands.add("possible", _possible, "every trial that the reported numbers allow")
    )
    audit = commands.add(
        "audit", _audit, "what the printed numbers of a report settle and leave open"
    )
    audit.add_argument(
        "folders",
        type=Path,
        nargs="+",
        metavar="folder",
        help="report folders (report.toml in each)",
    )
    audit.add_argument("--site", type=Path, help="write a self-contained page of each report there")
    audit.add_argument("--json", action="store_true", help="print one JSON object")
    audit.add_argument("--questions", type=Path, metavar="FILE", help="write the questions there")
    report = commands.add("report", _report, "write a commented report folder to begin with")
    report.add_argument("folder", type=Path, help="a folder that is not there yet, or empty")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 = done, 1 = a fault of input or book, 2 = wrong arguments, 3 = warnings."""
    survive_any_encoding()
    args = parser().parse_args(argv)
    progress.be_quiet(args.quiet)
    try:
        return args.run(args)
    except ReportError as error:
        print(lines(str(error)), file=sys.stderr)  # it is the report: nothing of it is left out
    except StudyError as error:
        _say(error, rest="python -m helpers check prints them all")
    except (HelpersError, OSError) as error:
        _say(error)
    except ModuleNotFoundError as error:
        _say(
            f"{args.command}: expected the package {str(error.name).partition('.')[0]}, found none: "
            "`make install` brings everything, pip install '.[book,pdf]' what book and PDF need"
        )
    except Exception:
        _say(f"a fault of this program, please report it:\n{traceback.format_exc()}")
    return 1


def _say(error: object, *, rest: str = "") -> None:
    print(screenful(lines(str(error)), rest=rest), file=sys.stderr)


def command() -> int:
    """Run the command of this process's arguments; Ctrl-C and SIGTERM end it in one line."""
    child.end_on_signals()
    machine.without_grammars()
    return main()


if __name__ == "__main__":
    sys.exit(command())
