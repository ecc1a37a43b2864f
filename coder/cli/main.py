"""Finds the command, loads only its module, and turns errors into exit codes."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from math import inf
from time import monotonic

from coder.cli.commands import COMMANDS, Exit, Options, module_of, overview, parser_of
from coder.cli.output import Output, ready_streams, report_error
from coder.errors import CoderError
from coder.messages.catalogue import say

_AT_ONCE = 2.0  # seconds within which another Ctrl+C is the same wish


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    gc.set_threshold(50_000, 20, 100)  # commands rarely create reference cycles
    # or pydantic searches every installed package
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        code = int(_run(list(sys.argv[1:] if argv is None else argv)))
        sys.stdout.flush()
        return code
    except CoderError as error:
        report_error(error)
        return Exit.BAD
    except BrokenPipeError:
        # The reader of our output is gone, as in `coder show … | head`.
        _discard_unwritten_output()
        return Exit.DONE
    except OSError as error:
        what = error.strerror or error
        where = str(error.filename or "")
        report_error(CoderError("cli.failed", what=what, where=where))
        _discard_unwritten_output()
        return Exit.BAD


def entry() -> None:
    """Run the `coder` command."""
    # until the command is loaded: imported objects live until the end anyway
    gc.disable()
    _take_repeated_interrupts_as_one()
    try:
        ready_streams()
    except CoderError as error:
        report_error(error)
        sys.exit(Exit.BAD)
    try:
        code = main()
    except KeyboardInterrupt:
        # or one more would interrupt the sentence
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print(f"\n{say('en', 'cli.interrupted')}", file=sys.stderr)
        code = 130
    gc.freeze()  # or Python's final collection would traverse all objects
    # nothing is left to interrupt but Python's own end
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)


def _take_repeated_interrupts_as_one() -> None:
    """Let only the first Ctrl+C of several interrupt: the others would interrupt what
    tidies up after it.
    """
    last = -inf

    def interrupt(_number: int, _frame: object) -> None:
        nonlocal last
        before = last
        last = monotonic()
        if last - before > _AT_ONCE:
            raise KeyboardInterrupt

    is_ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_ours:  # not if our caller has it ignored
        signal.signal(signal.SIGINT, interrupt)


def _discard_unwritten_output() -> None:
    """Discard buffered output that cannot be written, or Python's final flush would
    fail again.
    """
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(words: list[str]) -> Exit:
    parser = overview()
    arguments = parser.parse_args(words)
    command = arguments.command
    if command is None:
        parser.print_help()
        return Exit.DONE
    if command not in COMMANDS:
        from difflib import get_close_matches

        for near in get_close_matches(command, COMMANDS, n=1):
            raise CoderError("cli.misspelt", command=command, near=near)
        raise CoderError("cli.unknown", command=command)
    # Options may precede the command.
    folder = arguments.folder_of_project
    options = Options(command=command, folder_of_project=folder, json=arguments.json)
    parser = parser_of(command)
    words = arguments.words
    # Intermixed parsing allows arguments after options, but omits them from the help.
    if any(word == "-h" or word.startswith("--he") for word in words):
        parser.parse_args(words, options)
    else:
        parser.parse_intermixed_args(words, options)
    out = Output(options.json)
    run = getattr(import_module(f"coder.cli.{module_of(command)}"), f"run_{command}")
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
    try:
        return run(options, out) or Exit.DONE
    except CoderError as error:
        if error.parts:
            parts = [
                {"where": part.where, "what": part.message, "hint": part.hint}
                for part in error.parts
            ]
            out.document({"errors": parts})
        raise
    finally:
        gc.enable()  # commands that open a screen disable it while loading
        options.close()
        out.close()
