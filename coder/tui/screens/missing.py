"""The page before submitting: all that is wrong, doubtful or undecided, each to be gone to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from textual.app import ComposeResult
from textual.events import Key
from textual.screen import ModalScreen

from coder.codebook.validate import Problem
from coder.text.layout import Layout
from coder.tui import palette
from coder.tui.footer import footer_columns
from coder.tui.keys import action_for, pressed
from coder.tui.screens.desk import Desk
from coder.tui.screens.ordered_input import BaseScreen
from coder.tui.sentences import listed, say
from coder.tui.widgets.bar import Bar
from coder.tui.widgets.record_lines import type_in_words
from coder.tui.widgets.rows import Column, Row, RowList

MARGIN = 3


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing on the page, in words, and where it is: a problem, or None for the undecided candidates."""

    text: str
    problem: Problem | None

    @property
    def is_error(self) -> bool:
        """Whether the article cannot be submitted with it."""
        return self.problem is not None and self.problem.severity == "error"


def missing(desk: Desk) -> list[Missing]:
    """Errors, then warnings, then how many candidates are undecided."""
    by_weight = sorted(desk.record.problems, key=lambda p: p.severity != "error")
    found = [Missing(_in_words(desk, problem), problem) for problem in by_weight]
    if left := len(desk.session.undecided()):
        found.append(Missing(say(desk.lang, "candidates_left", n=left), None))
    return found


def _in_words(desk: Desk, problem: Problem) -> str:
    """How grave it is, which event it is about, and what is wrong."""
    event = desk.session.coding.event(problem.event_id or "")
    where = say(desk.lang, "article")
    if event is not None:
        name = type_in_words(event, desk.codebook, desk.lang)
        where = say(desk.lang, "event_named", n=event.id.removeprefix("e"), name=name.strip("…")).strip()
    return listed(say(desk.lang, problem.severity), where, problem.message.of(desk.lang))


class MissingScreen(BaseScreen["Missing | bool"], ModalScreen["Missing | bool"]):
    """Answers with the thing to go to, True to submit, or False to leave it."""

    CSS = "MissingScreen RowList { width: 100%; height: 1fr; }"
    SCOPED_CSS = False

    def __init__(self, found: Sequence[Missing], lang: str) -> None:
        super().__init__()
        self.found = found
        self.lang = lang
        self.at = 0
        self._first_rows: list[int] = []
        self.keys: dict[str, Callable[[], None]] = {
            "missing.down": partial(self._move, 1),
            "missing.up": partial(self._move, -1),
            "missing.go": self._go,
            "missing.submit": self._submit,
            "missing.back": partial(self._answer, False),
        }

    def compose(self) -> ComposeResult:
        """What it is about, the things, a word on what follows, and the keys."""
        rtl = self.lang == "ar"
        yield Bar(rtl=rtl, id="title")
        yield RowList(rtl=rtl, id="page")
        yield Bar(rtl=rtl, style=palette.TEXT, id="message")
        yield Bar(rtl=rtl, id="footer")

    @property
    def errors(self) -> int:
        """How many things stand in the way."""
        return sum(each.is_error for each in self.found)

    def on_mount(self) -> None:
        """The lines that stay; the list is filled when its width is known."""
        warnings = sum(each.problem is not None for each in self.found) - self.errors
        title = say(self.lang, "before_submitting", errors=self.errors, warnings=warnings)
        self.query_one("#title", Bar).show(Column(f" {title}", 0, palette.KEY))
        word = "errors_first" if self.errors else "ready_but" if self.found else "ready"
        style = palette.WRONG if self.errors else palette.GOOD
        self.query_one("#message", Bar).show(Column(f" {say(self.lang, word)}", 0, style))
        self.query_one(RowList).focus()

    def fit(self, width: int) -> None:
        """Wrap everything anew."""
        self._load(width)
        footer = footer_columns(("missing",), self.lang, width)
        self.query_one("#footer", Bar).show(*footer)

    def take_key(self, event: Key) -> None:
        """Only the keys of the page."""
        event.stop()
        event.prevent_default()
        action = action_for(pressed(event.key, event.character), ("missing",))
        if action is not None:
            self.keys[action.id]()

    def on_row_list_picked(self, message: RowList.Picked) -> None:
        """A click goes there."""
        self.at = sum(first <= message.index for first in self._first_rows) - 1
        self._go()

    # ---------------------------------------------------------------- what the keys do
    def _go(self) -> None:
        if self.found:
            self._answer(self.found[self.at])

    def _submit(self) -> None:
        if self.errors:
            self.app.bell()
        else:
            self._answer(True)

    def _answer(self, answer: Missing | bool) -> None:
        """Once: a second key may have come together with the first."""
        if self.is_active:
            self.dismiss(answer)

    def _move(self, step: int) -> None:
        self.at = max(0, min(len(self.found) - 1, self.at + step))
        self._load(self.size.width)

    def _load(self, width: int) -> None:
        """Everything wrapped to the width; the lines of the thing under the cursor are marked."""
        rows: list[Row] = []
        self._first_rows = []
        for index, each in enumerate(self.found):
            self._first_rows.append(len(rows))
            here = index == self.at
            style = palette.WRONG if each.is_error else palette.TEXT
            layout = Layout(each.text, max(10, width - 2 * MARGIN), base=1 if self.lang == "ar" else None)
            for number in range(layout.count):
                line = layout.line(number)
                sign = "›" if here and number == 0 else ""  # it is mirrored where one reads from the right
                text = each.text[line.start : line.end].strip()
                rows.append((Column(f" {sign}", MARGIN, palette.KEY), Column(text, 0, style)))
        page = self.query_one(RowList)
        if self.found:
            end = [*self._first_rows[1:], len(rows)][self.at] - 1
            page.load(rows, end)  # its last line in view, then its first
            page.load(rows, self._first_rows[self.at])
