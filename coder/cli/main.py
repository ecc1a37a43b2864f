"""Finds the command, loads that one alone, and turns errors into exit codes."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from coder.cli.commands import COMMANDS, Exit, Options, module_of, overview, parser_of
from coder.cli.output import Output, ready_streams, report_error
from coder.errors import CoderError
from coder.messages.catalogue import say


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    gc.set_threshold(50_000, 20, 100)  # what a command makes is seldom circular
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # else it looks at every installed package
    try:
        code = int(_run(list(sys.argv[1:] if argv is None else argv)))
        sys.stdout.flush()
        return code
    except CoderError as error:
        report_error(error, sys.stderr)
        return Exit.BAD
    except KeyboardInterrupt:
        print(f"\n{say('en', 'cli.interrupted')}", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output has gone, as in `coder show … | head`.
        _drop_what_cannot_be_written()
        return Exit.DONE
    except OSError as error:
        what = CoderError("cli.failed", what=error.strerror or error, where=str(error.filename or ""))
        report_error(what, sys.stderr)
        _drop_what_cannot_be_written()
        return Exit.BAD


def entry() -> None:
    """The `coder` command."""
    gc.disable()  # until the command is loaded: what loading makes stays
    try:
        ready_streams()
    except CoderError as error:
        report_error(error, sys.stderr)
        sys.exit(Exit.BAD)
    code = main()
    gc.freeze()  # else Python goes through all there is once more as it ends
    sys.exit(code)


def _drop_what_cannot_be_written() -> None:
    """Python writes what is left of its output as it ends, and would fail once more."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(words: list[str]) -> Exit:
    parser = overview()
    asked = parser.parse_args(words)
    command = asked.command
    if command is None:
        parser.print_help()
        return Exit.DONE
    if command not in COMMANDS:
        from difflib import get_close_matches

        for near in get_close_matches(command, COMMANDS, n=1):
            raise CoderError("cli.misspelt", command=command, near=near)
        raise CoderError("cli.unknown", command=command)
    # What stood in front of the command counts too.
    options = Options(folder_of_project=asked.folder_of_project, json=asked.json)
    parser = parser_of(command)
    asks_help = any(word == "-h" or word.startswith("--he") for word in asked.words)
    # Arguments may stand behind options; but so read, the help would leave them out.
    (parser.parse_args if asks_help else parser.parse_intermixed_args)(asked.words, options)
    out = Output(options.json)
    run = getattr(import_module(f"coder.cli.{module_of(command)}"), f"run_{command}")
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
    try:
        return run(options, out) or Exit.DONE
    finally:
        gc.enable()  # a screen loads without it
        options.close()
        out.close()
