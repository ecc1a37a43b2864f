"""The record on the coding screen: which one is shown, and the cursor in it."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Collection, Sequence
from itertools import accumulate, chain, pairwise

from coder.codebook.validate import Problem
from coder.model import MISSING, Coding
from coder.service.coding.record_rows import FormRow, State, list_rows
from coder.service.coding.session import CodingSession
from coder.tui.keys import Keys, step_keys
from coder.tui.screens.record_pane import most_lines
from coder.tui.widgets.chooser_list import ChooserList
from coder.tui.widgets.frame import Title
from coder.tui.widgets.record_lines import is_cut, record_rows, tabs
from coder.tui.widgets.rows import Row, title_role

LEAP = 4
"""How many fields one key can pass: as many as the eye counts at a glance."""


class RecordForm:
    """The record of one event, or with the event id "" of the article itself, and the
    cursor in it.
    """

    by_letter = False
    """Whether each field gets letters on words in the article, until Esc."""
    awaits_field = False
    """Whether the next letter goes to the field that has it."""
    led_to: tuple[str, str, Coding] | None = None
    """Where a key that does not only move the cursor left it: the event, the field and
    the coding.
    """
    remarked: Collection[tuple[str, str]] = ()
    """The fields with questions or answered comments, each with its event before it."""

    def __init__(self, form: ChooserList, tabs: Title) -> None:
        self.form = form
        self.tabs = tabs
        self.event_id = ""
        self.index = 0
        self.made_at = deque[tuple[Coding, str, str]](maxlen=100)
        """The coding after each letter or link back that changed it, and at which event
        and field.
        """
        self._before = "", 0  # the event and the row before another event was gone to
        self.rows: list[FormRow] = []
        self.firsts: Sequence[
            int
        ] = ()  # the first line of each row in the form, then the number of all
        self._fitted = (
            0,
            0,
        )  # the form's width, and its most lines, for which they were made
        self._drawn: Callable[[str], str] | None = str
        """How the fields' letters are drawn; None hides them."""
        self.problems: list[Problem] = []  # those of the shown record first
        self._tabs_about: tuple[object, ...] = ()
        self.keys: Keys = {
            **step_keys("form.down", "form.up", self.step),
            **step_keys(
                "form.leap_down", "form.leap_up", lambda way: self.step(way * LEAP)
            ),
            **step_keys(
                "form.last", "form.first", lambda way: self.step(way * len(self.rows))
            ),
        }

    @property
    def lang(self) -> str:
        """The language of the screen."""
        return self.form.lang

    def reset(self, session: CodingSession) -> None:
        """Start with another article's session: at its last event, or the first of a
        submitted one.
        """
        self.session = session
        events = session.coding.events
        self.event_id = events[0 if session.submitted else -1].id if events else ""
        self.index = 0

    def load(self) -> None:
        """Show the current state of the current event's record."""
        self.awaits_field = False
        coding = self.session.coding
        book = self.session.codebook
        if self.event_id and coding.event(self.event_id) is None:
            if coding.event(self._before[0]) is not None:
                self.event_id, self.index = self._before
            else:
                self.event_id = coding.events[-1].id if coding.events else ""
        self.problems = sorted(
            self.session.problems(), key=lambda p: (p.event_id or "") != self.event_id
        )
        self.rows = list_rows(
            coding, self.event_id, book, self.problems, self.lang, self.rows
        )
        self.index = max(0, min(self.index, len(self.rows) - 1))
        self._draw()
        self.show_tabs()

    def _draw(self) -> None:
        self._fitted = self.form.size.width, most_lines(self.form, self.rows)
        remarked = [field for event, field in self.remarked if event == self.event_id]
        lines = record_rows(
            self.rows, self.lang, *self._fitted, drawn=self._drawn, remarked=remarked
        )
        self.firsts = [*accumulate(map(len, lines), initial=0)]
        self._show([*chain.from_iterable(lines)])

    def show_letters(self, drawn: Callable[[str], str] | None) -> None:
        """Show the fields' letters as they are typed, or hide them where a letter means
        something else.
        """
        if drawn != self._drawn:
            self._drawn = drawn
            self._draw()

    def _show(self, lines: Sequence[Row]) -> None:
        self.form.load(lines, self.firsts[self.index], self.firsts)

    def fit(self) -> None:
        """Make the lines anew if the form has another size now."""
        if (self.form.size.width, most_lines(self.form, self.rows)) != self._fitted:
            self.load()

    def show_tabs(self) -> None:
        """Show the events by number, bright if the record gets the keys."""
        coding = self.session.coding
        book = self.session.codebook
        role = title_role(self.form)
        about = (
            coding,
            self.event_id,
            self.problems,
            book,
            self.lang,
            role,
            self.tabs.room,
        )
        if about != self._tabs_about:
            self._tabs_about = about
            self.tabs.show(*tabs(*about))

    @property
    def has_keys(self) -> bool:
        """Return whether it gets the next key: at once, while Textual tells its widget
        a little later.
        """
        return self.form.screen.focused is self.form

    @property
    def row(self) -> FormRow:
        """The row under the cursor."""
        return self.rows[self.index]

    @property
    def takes_text(self) -> bool:
        """Return whether the field under the cursor is for notes: there letters are
        typed, none stand on words.
        """
        field = self.row.field if self.rows else None
        return field is not None and (field.type, field.value_is, field.evidence) == (
            "text",
            None,
            "none",
        )

    @property
    def here(self) -> tuple[str, str, Coding]:
        """The ids of event and field under the cursor, and the coding as it is."""
        return self.event_id, self.row.field.id, self.session.coding

    @property
    def place(self) -> tuple[str, str, str]:
        """The ids of article, event and field under the cursor."""
        return self.session.article.id, self.event_id, self.row.field.id

    @property
    def idle(self) -> frozenset[str]:
        """The ids of actions that do nothing here, or no more than another one.

        Replacing a value that has no words and no other items is choosing one.
        """
        answer = self.row.answer if self.rows else MISSING
        has_more = answer.coded and (answer.evidence or self.row.field.is_list)
        is_kept = bool(self.rows) and self.row.is_kept
        idle = {
            "form.not_stated": is_kept,
            "form.not_applicable": is_kept,
            "form.accept": not answer.proposed,
            "form.accept_proposals": not any(row.answer.proposed for row in self.rows),
            "form.jump": not self.event_id,
            "form.replace": not has_more and not answer.proposed,
        }
        return frozenset(action for action, is_idle in idle.items() if is_idle)

    @property
    def shown(self) -> Sequence[FormRow]:
        """The rows that the form shows to their end."""
        first = self.form.scroll_offset.y
        seen = range(first, first + self.form.size.height)
        lines = self.form.rows
        width = self._fitted[0]
        return [
            row
            for row, (at, end) in zip(self.rows, pairwise(self.firsts), strict=True)
            if at in seen and end - 1 in seen and not is_cut(lines[end - 1], width)
        ]

    @property
    def is_cut(self) -> bool:
        """Return whether the form cuts off the end of the row under the cursor."""
        return is_cut(self.form.rows[self.firsts[self.index + 1] - 1], self._fitted[0])

    def pick(self, line: int) -> None:
        """Put the cursor on the row of which a line is."""
        self.index = bisect_right(self.firsts, line) - 1

    def go_to_event(self, event_id: str, field_id: str | None = None) -> None:
        """Show the record of an event, or with "" of the article, the cursor on a field
        or on the first.
        """
        self.turn_to(event_id)
        self.load()
        self.go_to_field(field_id or "")

    def turn_to(self, event_id: str) -> None:
        """Make an event the current one, which is shown once the record is loaded."""
        if event_id != self.event_id:
            self._before = self.event_id, self.index
        self.event_id = event_id
        self.index = 0

    def step(self, step: int) -> None:
        """Move the cursor by `step` fields."""
        self._go(self.index + step)

    def go_to_field(self, field_id: str) -> None:
        """Go to a field of the shown record, if the record has it."""
        names = [row.field.id for row in self.rows]
        if field_id in names:
            self._go(names.index(field_id))

    def go_to_next(self, *states: State, after: int | None = None) -> bool:
        """Go to the next field in one of these states, skipping empty ones that need no
        value.

        Returns whether there is one. after: the index of the field after which to
        begin, -1 to begin with the first.
        """
        after = self.index if after is None else after
        order = [*range(after + 1, len(self.rows)), *range(after + 1)]
        for index in order:
            if self._waits(self.rows[index], states):
                self._go(index)
                return True
        return False

    def go_on(self) -> bool:
        """Go to the next open field and return True; if there is none, go to the links
        to other events.

        Notes are written last: from them it goes there only where letters open the next
        event.
        """
        if self.go_to_next("empty", "proposed", "wrong"):
            return True
        links = (
            row.field.id
            for row in self.rows
            if row.field.value_is == "record_reference"
        )
        if self.by_letter or not self.takes_text:
            self.go_to_field(next(links, ""))
        return False

    @property
    def asks(self) -> bool:
        """Return whether any field in the record is still open."""
        return any(
            self._waits(row, ("empty", "proposed", "wrong")) for row in self.rows
        )

    @staticmethod
    def _waits(row: FormRow, states: Sequence[State]) -> bool:
        return row.state in states and (row.state != "empty" or row.is_open)

    def _go(self, index: int) -> None:
        self.index = max(0, min(len(self.rows) - 1, index))
        self._show(self.form.rows)

    def switch(self, step: int) -> None:
        """Go to the next event; the article's own record comes before the first."""
        ids = ["", *(event.id for event in self.session.coding.events)]
        at = ids.index(self.event_id) if self.event_id in ids else 0
        self.go_to_event(ids[(at + step) % len(ids)])
