"""Finds the command, loads that one alone, and turns errors into exit codes."""

from __future__ import annotations

import os
import sys
from argparse import REMAINDER, SUPPRESS, ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from coder import __version__
from coder.cli.exit import Exit
from coder.cli.output import Output, ready_streams, report_error
from coder.errors import CoderError

VERBS = {
    "demo": "A project from the sample articles; opens the coding screen.",
    "init": "A new project.",
    "import": "Articles and codings in.",
    "suggest": "Candidates for the articles that lack them.",
    "lexicon": "The terms that decisions taught; promote or veto them.",
    "people": "The team.",
    "assign": "Who codes what.",
    "code": "The coding screen.",
    "review": "The review screen.",
    "reopen": "A submitted coding, or closed gold, is open again.",
    "withdraw": "Articles out of work and figures, and back.",
    "status": "Progress by coder and stage.",
    "agree": "Agreement between coders.",
    "show": "An article with its candidates.",
    "export": "Datasets out.",
    "check": "The codebook's rules over all codings and gold.",
    "verify": "Integrity of the database.",
    "packet": "Work offline: articles out, codings back.",
    "backup": "A safe copy, and a project made from one.",
    "codebook": "Check, compare and upgrade codebooks; the coders' manual.",
    "doctor": "Self-test of the terminal and of what coder needs.",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = int(_run(words))
        sys.stdout.flush()
        return code
    except CoderError as error:
        report_error(error, sys.stderr)
        return Exit.BAD
    except KeyboardInterrupt:
        print("\ninterrupted; what was finished is kept", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output has gone, as in `coder show … | head`.
        _drop_what_cannot_be_written()
        return Exit.DONE
    except OSError as error:
        hint = "Check that the place exists, may be used, and that the disk has room."
        what = f"{error.strerror or error}."
        report_error(CoderError(what, hint=hint, where=str(error.filename or "")), sys.stderr)
        _drop_what_cannot_be_written()
        return Exit.BAD


def entry() -> None:
    """The `coder` command."""
    try:
        ready_streams()
    except CoderError as error:
        report_error(error, sys.stderr)
        sys.exit(Exit.BAD)
    sys.exit(main())


def _drop_what_cannot_be_written() -> None:
    """Python writes what is left of its output as it ends, and would fail once more."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(words: list[str]) -> Exit:
    overview = _overview()
    options = overview.parse_args(words)
    verb = options.verb
    if verb is None:
        overview.print_help()
        return Exit.DONE
    if verb not in VERBS:
        from difflib import get_close_matches

        near = get_close_matches(verb, VERBS, n=1)
        hint = f"Did you mean `coder {near[0]}`?" if near else "See `coder --help`."
        raise CoderError(f"There is no command {verb!r}.", hint=hint)
    module: Any = import_module(f"coder.cli.{verb}_" if verb == "import" else f"coder.cli.{verb}")
    parser = _Parser(
        prog=f"coder {verb}", description=module.__doc__, formatter_class=RawDescriptionHelpFormatter
    )
    _add_common(parser)
    module.prepare(parser)
    # What stood in front of the command counts too.
    options = parser.parse_args(options.words, Namespace(project=options.project, json=options.json))
    out = Output(options.json)
    try:
        return Exit(module.run(options, out))
    finally:
        out.close()


def _add_common(parser: ArgumentParser) -> None:
    """The options of every command, which may also stand in front of it."""
    parser.add_argument("--project", type=Path, metavar="DIR", help="the project's folder")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def _overview() -> ArgumentParser:
    width = max(map(len, VERBS))
    commands = "\n".join(f"  {name:<{width}}  {words}" for name, words in VERBS.items())
    parser = _Parser(
        prog="coder",
        usage="coder COMMAND [options]",
        description="Human coders turn Arabic news into event data in a terminal.",
        epilog=f"commands:\n{commands}\n\nStart with `coder demo`. Each command has --help with an example.",
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"coder {__version__}")
    _add_common(parser)
    parser.add_argument("verb", nargs="?", help=SUPPRESS)
    parser.add_argument("words", nargs=REMAINDER, help=SUPPRESS)
    return parser


class _Parser(ArgumentParser):
    """Bad use is an error like any other: what, and what to do."""

    def error(self, message: str) -> Any:
        raise CoderError(f"{message[:1].upper()}{message[1:]}.", hint=f"See `{self.prog} --help`.")
