"""Checks the installation, the project and how this terminal shows Arabic."""

import os
import shutil
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from coder.cli import launch
from coder.cli.commands import Exit, Options
from coder.cli.output import Output, is_utf8
from coder.errors import CoderError
from coder.messages.catalogue import say
from coder.service.project import config as configuration
from coder.service.project.config import Language, View
from coder.service.project.machine_checks import Check, checks
from coder.tui.terminal import asking, decide

SMALLEST = (80, 24)  # columns and rows in which everything works


def run_doctor(options: Options, out: Output) -> Exit:
    """Show the test card, then print the report."""
    folder = options.folder_of_project
    language, view = _settings(folder)
    is_interactive = launch.is_terminal() and is_utf8(sys.stdout)
    reads_right = None
    if is_interactive and not options.print and not options.json:
        reads_right = _test_card(language, view)
        language, view = _settings(folder)
    with asking(os.environ) as answers:
        terminal = decide(os.environ, answers(), view.mode)
    key = "terminal.switched" if terminal.off else f"terminal.sent_{terminal.mode}"
    how = say("en", key)
    hint = say("en", f"screens.advice_{terminal.advice}") if terminal.advice else ""
    results = checks(folder, os.environ, sys.stdout.encoding)
    results.append(_note_check("terminal", f"{terminal.name}: {how}", hint))
    if sys.stdout.isatty():
        columns, rows = shutil.get_terminal_size()
        least_columns, least_rows = SMALLEST
        hint = ""
        if columns < least_columns or rows < least_rows:
            least = {"columns": least_columns, "rows": least_rows}
            hint = say("en", "terminal.too_small", **least)
        results.append(_note_check("size", f"{columns} × {rows}", hint))
    if reads_right is False:
        what = say("en", "terminal.none_reads_right")
        hint = say("en", "screens.doctor_none")
        results.append(Check("self-test", "wrong", what, hint))
    details = asdict(terminal)
    del details["came"]
    out.document({"checks": results, "terminal": details})
    for check in results:
        out.line(f"{check.state:<6}{check.name:<10}{check.what}")
        if check.hint:
            out.line(f"{'':16}hint: {check.hint}")
    return Exit.FOUND if any(check.state == "wrong" for check in results) else Exit.DONE


def _note_check(name: str, what: str, hint: str) -> Check:
    """Return a check that is in order, or to be noted if there is a hint."""
    return Check(name, "note" if hint else "ok", what, hint)


def _settings(folder: Path | None) -> tuple[Language, View]:
    """Return language and view of the nearest project, else of the user; errors appear
    in the report.
    """
    language = launch.language_of(os.environ)
    with suppress(CoderError):
        config = configuration.read(configuration.find(folder))
        return config.shown_in, config.view
    with suppress(CoderError):
        view = configuration.user_view()
        return view.language or language, view
    return language, View()


def _test_card(language: Language, view: View) -> bool | None:
    """Show the test card; return whether a line reads right on the detected terminal,
    None if unanswered.
    """
    screens: list[Any] = []

    def first() -> Any:
        from coder.tui.screens.self_test import DoctorScreen

        screens.append(DoctorScreen(language, tashkeel=view.tashkeel))
        return screens[0]

    launch.open_screen(first, replace(view, mode="auto"))
    reads_right: bool | None = screens[0].reads_right
    return reads_right
