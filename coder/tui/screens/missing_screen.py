"""The list of what is missing before an article is submitted, from which the user goes
to each item.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace
from textual.events import Key

from coder.codebook.label import Label, join_texts
from coder.codebook.validate import REQUIRED, Problem
from coder.messages import catalogue
from coder.messages.catalogue import Message
from coder.model import Candidate, Decision, Span
from coder.text.display import isolate
from coder.tui import palette
from coder.tui.keys import key_of, shown, step_keys
from coder.tui.screens.asking_page import BlocksPage
from coder.tui.screens.text_page import MARGIN
from coder.tui.sentences import event_named, listed, say
from coder.tui.widgets.record_lines import type_in_words
from coder.tui.widgets.rows import Column, Row, wrapped

if TYPE_CHECKING:
    from coder.service.coding.session import CodingSession


class Missing(Struct, frozen=True):
    """One item to settle before submitting, and where it is: a problem, or the first of
    some candidates.

    record: the words for the event or article that has the problem, or for candidates.
    fields: how many of its fields wait in the same way, of which the problem is the
    first's. triggers: the number of the candidates if they are undecided triggers.
    """

    text: str
    record: str = ""
    problem: Problem | None = None
    candidate: Candidate | Span | None = None
    fields: int = 1
    triggers: int = 0

    @property
    def is_error(self) -> bool:
        """Return whether the item prevents submitting."""
        return self.problem is not None and self.problem.severity == "error"

    @property
    def waits(self) -> bool:
        """Return whether nothing is wrong, but a field waits for a value."""
        return self.problem is not None and self.problem.is_open and self.is_error


def problem_items(
    problems: Sequence[Problem], record: Callable[[Problem], str], lang: str
) -> list[Missing]:
    """Return the errors, then the warnings, which are named so as they have no sign.

    Fields of one record that wait in the same way are one item. record: returns the
    words for a problem's event or article.
    """
    words = {"error": "", "warning": say(lang, "warning")}
    items = list[Missing]()

    def alike(problem: Problem) -> tuple[str, object]:
        message = problem.message
        if problem.rule == REQUIRED and isinstance(message, Message):
            return record(problem), message.key
        return record(problem), problem

    for (where, _), group in groupby(
        sorted(problems, key=lambda each: each.severity != "error"), alike
    ):
        first, *others = group
        message = first.message
        if others:
            messages = [
                each.message
                for each in (first, *others)
                if isinstance(each.message, Message)
            ]
            fields = [
                label
                for each in messages
                if isinstance(label := each.values["field"], Label)
            ]
            message = Message(messages[0].key, field=join_texts(fields))
        text = listed(words[first.severity], message.of(lang))
        items.append(Missing(text, where, first, fields=1 + len(others)))
    return items


def record_of(problem: Problem, session: CodingSession, lang: str) -> str:
    """Return the number and type of a problem's event, or the word for the article."""
    event = session.coding.event(problem.event_id or "")
    if event is None:
        return say(lang, "article")
    return event_named(
        lang, event.id, type_in_words(event, session.codebook, lang).strip("—")
    )


def missing(
    session: CodingSession, problems: Sequence[Problem], lang: str
) -> list[Missing]:
    """Return the problems, then all undecided candidates, then triggers undecided or
    without an event.

    The triggers' words are listed under their number.
    """
    items = problem_items(
        problems, lambda problem: record_of(problem, session, lang), lang
    )
    left = session.undecided()
    book = session.codebook
    coding = session.coding
    head = say(lang, "candidates_head")
    if left:
        items.append(
            Missing(say(lang, "candidates_left", n=len(left)), head, candidate=left[0])
        )
    used = {
        span_id
        for e in coding.events
        for answer in e.fields.values()
        for span_id in answer.evidence
    }
    unused = [
        s
        for s in coding.spans
        if s.decision is not Decision.REJECTED and s.id not in used
    ]
    for key, found in (("triggers_left", left), ("triggers_without_event", unused)):
        if triggers := [each for each in found if book.is_trigger(each.kind)]:
            undecided = len(triggers) if found is left else 0
            counts = Counter(
                "\N{NO-BREAK SPACE}".join(each.quote.split()) for each in triggers
            )
            # each number follows its word in the direction in which the screen is read
            words = (
                isolate(
                    isolate(f"«{quote}»") + f"\N{NO-BREAK SPACE}×{n}" * (n > 1),
                    int(lang == "ar"),
                )
                for quote, n in counts.items()
            )
            told = say(
                lang, key, n=len(triggers), next=shown(key_of("article.next_trigger"))
            )
            text = f"{told}\n{' '.join(words)}"
            items.append(Missing(text, head, candidate=triggers[0], triggers=undecided))
    return items


class MissingScreen(BlocksPage["Missing | bool"]):
    """A page whose answer is the item to go to, True to submit (gold: to close gold),
    or False to go back.
    """

    SCOPE = "missing"

    def __init__(
        self, found: Sequence[Missing], lang: str, *, gold: bool = False
    ) -> None:
        super().__init__(lang)
        self.found = found
        self.gold = gold
        self.errors = sum(item.fields for item in found if item.is_error)
        nowhere = () if found else ("missing.go",)
        self.idle = frozenset({*nowhere, "missing.submit"} if self.errors else nowhere)
        self.keys = {
            **step_keys("missing.down", "missing.up", self.step),
            **step_keys(
                "missing.page_down", "missing.page_up", lambda way: self.step(5 * way)
            ),
            "missing.go": self.go,
            "missing.submit": self._submit,
            "missing.back": partial(self.answer, False),
        }

    def show(self) -> None:
        """Show all items wrapped to the width, problems below the name of their event."""
        name = say(self.lang, "before_closing" if self.gold else "before_submitting")
        self.show_title(" — ".join(filter(None, (name, self._counts()))))
        blocks = list[list[Row]]()
        heads = dict[int, Sequence[Row]]()
        before = None
        for item in self.found:
            if item.record != before:
                before = item.record
                apart = [()] if blocks else []
                head = (
                    [(Column("", 1), Column(item.record, 0, palette.TITLE))]
                    if item.record
                    else []
                )
                heads[len(blocks)] = [*apart, *head]
            sign = Column(
                " ·" if item.waits else " !" if item.is_error else "", 0, palette.WRONG
            )
            block = list[Row]()
            for paragraph in item.text.split("\n"):
                for text in wrapped(
                    paragraph, self.row_width - 2 * MARGIN, 1 if self.rtl else None
                ):
                    block.append((replace(sign, width=MARGIN), Column(text)))
                    sign = Column("")
            blocks.append(block)
        self.load(blocks, heads)

    def _counts(self) -> str:
        """Return how many fields wait for a value, and how many errors, warnings and
        triggers there are.
        """
        left = sum(item.fields for item in self.found if item.waits)
        triggers = sum(item.triggers for item in self.found)
        warnings = sum(
            item.problem is not None and not item.is_error for item in self.found
        )
        return listed(
            say(self.lang, "fields_left", n=left) if left else "",
            catalogue.say(self.lang, "counts.errors", n=self.errors - left)
            if self.errors > left
            else "",
            catalogue.say(self.lang, "counts.warnings", n=warnings) if warnings else "",
            say(self.lang, "triggers_undecided", n=triggers) if triggers else "",
        )

    def fit(self, width: int) -> None:
        super().fit(width)
        self._say_if_ready()

    def take_key(self, event: Key) -> None:
        """Handle a key; if it left no message, show again whether submitting is
        possible.
        """
        super().take_key(event)
        if not self.bars["message"].row:
            self._say_if_ready()

    def _say_if_ready(self) -> None:
        if self.errors:
            self.warn("errors_first")
        else:
            self.say(
                "ready_to_close"
                if self.gold
                else "ready_but"
                if self.found
                else "ready"
            )

    def picked(self, index: int, column: int) -> None:
        """Answer with the clicked item."""
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
