"""What is missing before an article is submitted, as a list from which one goes to each thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual.events import Key

from coder.codebook.validate import Problem
from coder.model import Candidate
from coder.tui import palette
from coder.tui.keys import both_ways
from coder.tui.screens.asking_page import BlocksPage
from coder.tui.screens.screen_pages import MARGIN, wrapped
from coder.tui.sentences import event_named, listed, say
from coder.tui.widgets.record_lines import type_in_words
from coder.tui.widgets.rows import Column, Row

if TYPE_CHECKING:
    from coder.service.coding.session import CodingSession


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


def in_words(session: CodingSession, problems: Sequence[Problem], lang: str) -> list[Missing]:
    """Errors, then warnings, each with the event it is about."""
    found = []
    for problem in sorted(problems, key=lambda p: p.severity != "error"):
        event = session.coding.event(problem.event_id or "")
        where = say(lang, "article")
        if event is not None:
            name = type_in_words(event, session.codebook, lang).strip("…")
            where = event_named(lang, event.id, name)
        found.append(Missing(listed(say(lang, problem.severity), where, problem.message.of(lang)), problem))
    return found


def missing(session: CodingSession, problems: Sequence[Problem], lang: str) -> list[Missing]:
    """What is wrong, undecided triggers, then all candidates."""
    found = in_words(session, problems, lang)
    left, book = session.undecided(), session.codebook
    kinds = {kind.id for kind in book.span_kinds if book.is_trigger(kind.id)}
    if triggers := [each for each in left if each.kind in kinds]:
        quotes = " ".join(dict.fromkeys(f"«{each.quote}»" for each in triggers))
        told = say(lang, "triggers_left", n=len(triggers), quotes=quotes)
        found.append(Missing(told, candidate=triggers[0], triggers=len(triggers)))
    if left:
        found.append(Missing(say(lang, "candidates_left", n=len(left)), candidate=left[0]))
    return found


class MissingScreen(BlocksPage["Missing | bool"]):
    """Answers with the thing to go to, True to submit, or False to leave it; gold: that is to be closed."""

    SCOPE = "missing"

    def __init__(self, found: Sequence[Missing], lang: str, *, gold: bool = False) -> None:
        super().__init__(lang)
        self.found, self.gold = found, gold
        self.errors = sum(each.is_error for each in found)
        self.keys = {
            **both_ways("missing.down", "missing.up", self.step),
            "missing.go": self.go,
            "missing.submit": self._submit,
            "missing.back": partial(self.answer, False),
        }

    def show(self) -> None:
        """Everything wrapped to the width; the lines of the thing under the cursor are marked."""
        warnings = sum(each.problem is not None for each in self.found) - self.errors
        triggers = sum(each.triggers for each in self.found)
        counts = {"errors": self.errors, "warnings": warnings, "triggers": triggers}
        self.show_title(say(self.lang, "before_closing" if self.gold else "before_submitting", **counts))
        blocks: list[list[Row]] = []
        for index, each in enumerate(self.found):
            sign = "›" if index == self.at else ""  # it is mirrored where one reads from the right
            wrong = "!" if each.is_error else ""
            blocks.append([])
            for text in wrapped(each.text, self.app.size.width - 2 * MARGIN, 1 if self.rtl else None):
                signs = Column(f" {sign}", MARGIN, palette.KEY), Column(wrong, 2, palette.WRONG)
                blocks[-1].append((*signs, Column(text)))
                sign = wrong = ""
        self.load(blocks)

    def fit(self, width: int) -> None:
        super().fit(width)
        self._say_if_ready()

    def take_key(self, event: Key) -> None:
        """What stands in the way of submitting is said again when there is nothing else to say."""
        super().take_key(event)
        if not self.bars["message"].row:
            self._say_if_ready()

    def _say_if_ready(self) -> None:
        if self.errors:
            self.warn("errors_first")
        else:
            self.say("ready_to_close" if self.gold else "ready_but" if self.found else "ready")

    def picked(self, index: int) -> None:
        """A click goes there at once."""
        self.at = self.block_at(index)
        self.go()

    def go(self) -> None:
        if self.found:
            self.answer(self.found[self.at])

    def _submit(self) -> None:
        if self.errors:
            self.app.bell()
            self.warn("errors_left")
        else:
            self.answer(True)
