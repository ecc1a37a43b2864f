"""Whether everything is there, and how this terminal shows Arabic.

On a terminal a test card comes first: press the digit of the line that reads right, and it is kept in
your own configuration, $XDG_CONFIG_HOME/coder/config.toml. Then a report is printed; with --print, or
without a terminal, the report alone. Exit code 1 when something is wrong.

example: coder doctor --print
"""

from __future__ import annotations

import os
import shutil
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path

from coder.cli import launch
from coder.cli.exit import Exit
from coder.cli.output import Output, is_utf8
from coder.errors import CoderError
from coder.service.project import config as configuration
from coder.service.project.config import Language, View
from coder.service.project.machine_checks import Check, checks
from coder.tui.sentences import say
from coder.tui.terminal import Terminal, asking, decide

SMALLEST = (80, 24)
"""Columns and rows in which everything works."""


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("--print", action="store_true", help="print without the test card")


def run(options: Namespace, out: Output) -> Exit:
    """The test card, then the report."""
    language, view = _settings(options.project)
    reads_right = None
    if launch.is_terminal() and is_utf8(sys.stdout) and not options.print and not options.json:
        reads_right = launch.self_test(language, view)
        language, view = _settings(options.project)
    with asking(os.environ) as answers:
        terminal = decide(os.environ, answers(), view.mode)
    found = [*checks(options.project, os.environ, sys.stdout.encoding), _terminal(terminal), *_size()]
    if reads_right is False:
        found.append(Check("self-test", "wrong", "no line reads right", say("en", "doctor_none")))
    out.document({"checks": [asdict(check) for check in found], "terminal": asdict(terminal)})
    for check in found:
        out.line(f"{check.state:<6}{check.name:<10}{check.what}")
        if check.hint:
            out.line(f"{'':16}hint: {check.hint}")
    return Exit.FOUND if any(check.state == "wrong" for check in found) else Exit.DONE


def _settings(folder: Path | None) -> tuple[Language, View]:
    """Language and view of the nearest project, else of the user; their faults stand in the report."""
    arabic = (os.environ.get("LC_ALL") or os.environ.get("LANG") or "").startswith("ar")
    try:
        config = configuration.read(configuration.find(folder))
        return config.language, config.view
    except CoderError:
        pass
    try:
        return ("ar" if arabic else "en"), configuration.user_view()
    except CoderError:
        return ("ar" if arabic else "en"), View()


def _terminal(terminal: Terminal) -> Check:
    how = "cells are sent as they are"
    if terminal.mode == "lrm":
        how = "a direction mark follows each right-to-left cell"
    if terminal.off:
        how = "its own reordering is switched off while a screen is open"
    hint = say("en", f"advice_{terminal.advice}") if terminal.advice else ""
    return Check("terminal", "note" if hint else "ok", f"{terminal.name}: {how}", hint)


def _size() -> list[Check]:
    if not sys.stdout.isatty():
        return []
    size = shutil.get_terminal_size()
    what = f"{size.columns} × {size.lines}"
    if size.columns >= SMALLEST[0] and size.lines >= SMALLEST[1]:
        return [Check("size", "ok", what)]
    return [Check("size", "note", what, f"Make it at least {SMALLEST[0]} × {SMALLEST[1]}.")]
