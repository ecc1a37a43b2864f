"""What is missing before an article is submitted, as a list from which one goes to each thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from coder.codebook.validate import Problem
from coder.model import Candidate, event_number
from coder.service.coding.session import CodingSession
from coder.tui import palette
from coder.tui.keys import both_ways
from coder.tui.screens.list_screen import ListScreen
from coder.tui.screens.screen_pages import MARGIN, wrapped
from coder.tui.sentences import listed, say
from coder.tui.widgets.record_lines import type_in_words
from coder.tui.widgets.rows import Column, Row, RowList


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing before submitting, in words, and where it is: a problem, or the first of some candidates.

    triggers: how many of these are triggers.
    """

    text: str
    problem: Problem | None = None
    candidate: Candidate | None = None
    triggers: int = 0

    @property
    def is_error(self) -> bool:
        """Whether the article cannot be submitted with it."""
        return self.problem is not None and self.problem.severity == "error"


def missing(session: CodingSession, problems: Sequence[Problem], lang: str) -> list[Missing]:
    """Errors and warnings, each with the event it is about, undecided triggers, then all candidates."""
    found = []
    for problem in sorted(problems, key=lambda p: p.severity != "error"):
        event = session.coding.event(problem.event_id or "")
        where = say(lang, "article")
        if event is not None:
            name = type_in_words(event, session.codebook, lang).strip("…")
            where = say(lang, "event_named", n=event_number(event.id), name=name).strip()
        found.append(Missing(listed(say(lang, problem.severity), where, problem.message.of(lang)), problem))
    left, book = session.undecided(), session.codebook
    kinds = {kind.id for kind in book.span_kinds if book.is_trigger(kind.id)}
    if triggers := [each for each in left if each.kind in kinds]:
        quotes = " ".join(dict.fromkeys(f"«{each.quote}»" for each in triggers))
        told = say(lang, "triggers_left", n=len(triggers), quotes=quotes)
        found.append(Missing(told, candidate=triggers[0], triggers=len(triggers)))
    if left:
        found.append(Missing(say(lang, "candidates_left", n=len(left)), candidate=left[0]))
    return found


class MissingScreen(ListScreen["Missing | bool"]):
    """Answers with the thing to go to, True to submit, or False to leave it; gold: that is to be closed."""

    SCOPES = ("missing",)

    def __init__(self, found: Sequence[Missing], lang: str, *, gold: bool = False) -> None:
        super().__init__(lang)
        self.found, self.gold = found, gold
        self.errors = sum(each.is_error for each in found)
        self._first_rows: list[int] = []
        self.keys = {
            **both_ways("missing.down", "missing.up", self._move),
            "missing.go": self._go,
            "missing.submit": self._submit,
            "missing.back": partial(self.answer, False),
        }

    def on_mount(self) -> None:
        """The lines that stay; the list is filled when its width is known."""
        warnings = sum(each.problem is not None for each in self.found) - self.errors
        triggers = sum(each.triggers for each in self.found)
        counts = {"errors": self.errors, "warnings": warnings, "triggers": triggers}
        self.show_title(say(self.lang, "before_closing" if self.gold else "before_submitting", **counts))
        ready = "ready_to_close" if self.gold else "ready_but" if self.found else "ready"
        word = "errors_first" if self.errors else ready
        style = palette.WRONG if self.errors else palette.GOOD
        self.bars["message"].show(Column(say(self.lang, word), 0, style))

    def draw(self, width: int) -> None:
        """Everything wrapped to the width; the lines of the thing under the cursor are marked."""
        rows: list[Row] = []
        self._first_rows = []
        for index, each in enumerate(self.found):
            self._first_rows.append(len(rows))
            sign = "›" if index == self.at else ""  # it is mirrored where one reads from the right
            wrong = "!" if each.is_error else ""
            for text in wrapped(each.text, width - 2 * MARGIN, 1 if self.rtl else None):
                signs = Column(f" {sign}", MARGIN, palette.KEY), Column(wrong, 2, palette.WRONG)
                rows.append((*signs, Column(text)))
                sign = wrong = ""
        if self.found:
            end = [*self._first_rows[1:], len(rows)][self.at] - 1
            self.list.load(rows, end)  # its last line in view, then its first
            self.list.load(rows, self._first_rows[self.at])

    def on_row_list_picked(self, message: RowList.Picked) -> None:
        self.at = sum(first <= message.index for first in self._first_rows) - 1
        self._go()

    def _go(self) -> None:
        if self.found:
            self.answer(self.found[self.at])

    def _submit(self) -> None:
        if self.errors:
            self.app.bell()
        else:
            self.answer(True)

    def _move(self, step: int) -> None:
        self.at = max(0, min(len(self.found) - 1, self.at + step))
        self.draw(self.size.width)
