"""What the parts of the coding screen share: the cursors in article and record, the work, how to speak."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from coder.codebook.schema import Codebook, Field
from coder.codebook.validate import Problem
from coder.model import Answer, Article, Candidate, Coding, Event, Span
from coder.service.coding.article_marks import REJECTED, Mark, Marks, commented
from coder.service.coding.record_rows import FormRow, State, rows
from coder.service.coding.session import CodingSession
from coder.service.edits.edits import Edit
from coder.text.segment import Reading, Unit
from coder.tui.keys import Keys, both_ways
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.widgets.article_pane import ArticlePane
from coder.tui.widgets.chooser import AskingList
from coder.tui.widgets.record_lines import record_row, tabs
from coder.tui.widgets.rows import Bar
from coder.values.typed import show


@dataclass(frozen=True, slots=True)
class Selection:
    """Code points [start, end) of a reading's text, never empty."""

    reading: Reading
    start: int
    end: int

    @classmethod
    def at_word(cls, reading: Reading, offset: int) -> Selection:
        """The word at or after a code point, else the last one."""
        words = reading.words or [(0, max(1, len(reading.text)))]
        index = bisect_right(words, offset, key=lambda word: word[1])
        return cls(reading, *words[min(index, len(words) - 1)])

    def moved(self, steps: int) -> Selection:
        """The single word so many words on (back if negative)."""
        words = self.reading.words
        here = bisect_right(words, self.start, key=lambda word: word[1])
        return Selection(self.reading, *words[max(0, min(len(words) - 1, here + steps))]) if words else self

    def with_end(self, steps: int, unit: Unit) -> Selection:
        """The end so many steps on (back if negative), always after the start."""
        end = self._step(self.end, steps, unit)
        return replace(self, end=end) if end > self.start else self

    def with_start(self, steps: int, unit: Unit) -> Selection:
        """The start so many steps on (back if negative), always before the end."""
        start = self._step(self.start, steps, unit)
        return replace(self, start=start) if start < self.end else self

    def _step(self, edge: int, steps: int, unit: Unit) -> int:
        edges = self.reading.boundaries(unit)
        if unit == "word":
            # A word's end for the end, a word's start for the start: white space is never left over.
            edges = [word[1 if edge == self.end else 0] for word in self.reading.words]
        if not edges:
            return edge
        index = bisect_right(edges, edge) if steps > 0 else bisect_left(edges, edge) - 1
        return edges[max(0, min(len(edges) - 1, index))]


class Highlights:
    """A cursor among the highlights. moved: told of every step.

    selection: the stretch that is being drawn; resizing: it began as the highlight under the cursor.
    """

    current: Mark | None
    selection: Selection | None

    def __init__(self, pane: ArticlePane, moved: Callable[[], None]) -> None:
        self.pane = pane
        self._moved = moved
        self.keys: Keys = {
            **both_ways("article.next", "article.previous", self.step),
            **both_ways("article.line_down", "article.line_up", self._step_line),
            **both_ways("article.page_down", "article.page_up", self._page),
            "article.first": partial(self.go_to, 0),
            "article.last": partial(self.go_to, -1),
        }

    def take_up(self, article: Article) -> None:
        """Another article, or the same anew."""
        self.reading = Reading(article.text)
        self._kept = Marks()
        self.current, self.selection, self.resizing = None, None, False

    def load(self, candidates: Sequence[Candidate], coding: Coding) -> None:
        """The highlights as they are now, the cursor on the one where it was."""
        changed = self._kept.update(candidates, coding.spans)
        self.pane.change_marks(self.marks, changed)
        self.pane.set_commented(commented(coding))
        if (was := self.current) is not None:
            self.set_current(self.at(was.kind, was.start, was.end) or self._kept.get(was.id))

    @property
    def marks(self) -> Sequence[Mark]:
        """The highlights, in text order."""
        return self._kept.listed

    @property
    def undecided(self) -> int:
        """How many of them nobody has decided about."""
        return self._kept.undecided

    def at(self, kind: str, start: int, end: int) -> Mark | None:
        """The highlight of just this stretch."""
        return self._kept.at(kind, start, end)

    def named(self, id_: str) -> Mark | None:
        """The highlight of that id."""
        return self._kept.get(id_)

    def set_current(self, mark: Mark | None) -> None:
        """Put the cursor on a highlight."""
        self.current = mark
        self.pane.set_current(mark)
        self._moved()

    def go_to(self, index: int) -> None:
        """Put the cursor on a highlight by its number, -1 for the last, as near as there is one."""
        if self.marks:
            self.set_current(self.marks[min(len(self.marks) - 1, index)])
        else:
            self._moved()

    def go_behind(self, offset: int) -> None:
        """Put the cursor on the first highlight that ends behind a code point, else on the last."""
        self.go_to(next((i for i, mark in enumerate(self.marks) if mark.end > offset), -1))

    @property
    def index(self) -> int:
        """The number of the highlight under the cursor, -1 where there is none."""
        return self._kept.index(self.current)

    def step(self, step: int) -> None:
        """To the next highlight that is not rejected."""
        index = self.index
        while 0 <= index + step < len(self.marks):
            index += step
            if self.marks[index].state != REJECTED:
                self.go_to(index)
                return

    def _step_line(self, step: int) -> None:
        """To the highlight nearest in column on the next line that has one."""
        if self.current is None:
            self.step(step)
            return
        here, column = self.pane.locate(self.current.start)
        at, there, goal = self._kept.first_from(self.current.start), list[tuple[int, int]](), here
        for index in range(at, len(self.marks)) if step > 0 else range(at - 1, -1, -1):
            if self.marks[index].state != REJECTED:
                line, place = self.pane.locate(self.marks[index].start)
                if there and line != goal:
                    break
                if line != here:
                    goal = line
                    there.append((abs(place - column), index))
        if there:
            self.set_current(self.marks[min(there)[1]])

    def _page(self, step: int) -> None:
        """One page on, the cursor with it: to the first highlight there."""
        pane = self.pane
        pane.scroll_relative(y=step * max(1, pane.size.height - 1), animate=False, force=True)
        start, end = pane.in_view
        first, last = self._kept.first_from(start), self._kept.first_from(end)
        there = (m for m in islice(self.marks, first, last) if m.state != REJECTED)
        if (mark := next(there, None)) is not None:
            self.set_current(mark)

    @property
    def draw_keys(self) -> Keys:
        """What moves the stretch that is being drawn, or one of its ends."""
        start, end = Selection.with_start, Selection.with_end
        return {
            **both_ways("draw.move_on", "draw.move_back", self._draw(Selection.moved)),
            **both_ways("draw.line_down", "draw.line_up", self._draw_line),
            **both_ways("draw.extend", "draw.shrink", self._draw(end, "word")),
            **both_ways("draw.start_on", "draw.start_back", self._draw(start, "clitic")),
            **both_ways("draw.end_letter_on", "draw.end_letter_back", self._draw(end, "letter")),
            "draw.cancel": partial(self.select, None),
        }

    @property
    def selected(self) -> Selection:
        """The stretch that is being drawn, where one is."""
        assert self.selection is not None
        return self.selection

    def begin_drawing(self) -> None:
        """A stretch begins as the highlight under the cursor, else as the first word in view."""
        if self.current is not None:
            self.select(Selection(self.reading, self.current.start, self.current.end), resizing=True)
        else:
            self.select(Selection.at_word(self.reading, self.pane.offset_at(self.pane.size.width, 0)))

    def _draw(self, moved: Callable[..., Selection], *unit: Unit) -> Callable[[int], None]:
        def draw(step: int) -> None:
            self.select(moved(self.selected, step, *unit), resizing=self.resizing)

        return draw

    def _draw_line(self, step: int) -> None:
        line, column = self.pane.locate(self.selected.start)
        offset = self.pane.offset_at(column, line + step - self.pane.scroll_offset.y)
        self.select(Selection.at_word(self.reading, offset), resizing=self.resizing)

    def select(self, selection: Selection | None, *, resizing: bool = False) -> None:
        """A stretch is being drawn; None ends it."""
        self.selection, self.resizing = selection, resizing
        self.pane.set_selection((selection.start, selection.end) if selection else None)
        self._moved()


class RecordForm:
    """The event "" is the article's own record."""

    def __init__(self, form: AskingList, tabs: Bar, lang: str) -> None:
        self.form, self.tabs, self.lang = form, tabs, lang
        self.event_id, self.index = "", 0
        self.rows: list[FormRow] = []
        self.problems: list[Problem] = []
        self.keys: Keys = {
            **both_ways("form.down", "form.up", self.step),
            **both_ways("article.next_event", "article.previous_event", self._switch),
            **both_ways("form.next_event", "form.previous_event", self._switch),
        }

    def take_up(self, session: CodingSession) -> None:
        """Another article: its last event, the first field."""
        self.session = session
        events = session.coding.events
        self.event_id, self.index = events[-1].id if events else "", 0

    def load(self) -> None:
        """The record of the current event as it is now."""
        coding, book = self.session.coding, self.session.codebook
        if self.event_id and coding.event(self.event_id) is None:
            self.event_id = coding.events[-1].id if coding.events else ""
        self.problems = self.session.problems()
        self.rows = rows(coding, self.event_id, book, self.problems, self.lang)
        self.index = max(0, min(self.index, len(self.rows) - 1))
        self.form.load([record_row(row, self.lang) for row in self.rows], self.index)
        self.tabs.show(*tabs(coding, self.event_id, self.problems, book, self.lang))

    @property
    def row(self) -> FormRow:
        """The row under the cursor."""
        return self.rows[self.index]

    def go_to_event(self, event_id: str, field_id: str | None = None) -> None:
        """The record of an event, or with "" that of the article, the cursor on a field or on the first."""
        self.event_id, self.index = event_id, 0
        self.load()
        names = [row.field.id for row in self.rows]
        if field_id in names:
            self.index = names.index(field_id)
            self.load()

    def step(self, step: int) -> None:
        """So many fields on."""
        self._go(self.index + step)

    def go_to_next(self, *states: State) -> bool:
        """To the next field in one of these states, if it is asked for where it is empty; False for none."""
        order = [*range(self.index + 1, len(self.rows)), *range(self.index + 1)]
        for index in order:
            row = self.rows[index]
            asked = row.field.required or row.problem is not None
            if row.state in states and (row.state != "empty" or asked):
                self._go(index)
                return True
        return False

    def _go(self, index: int) -> None:
        self.index = max(0, min(len(self.rows) - 1, index))
        self.form.load(self.form.rows, self.index)

    def _switch(self, step: int) -> None:
        """To the next event, the article's own fields among them."""
        ids = ["", *(event.id for event in self.session.coding.events)]
        at = ids.index(self.event_id) if self.event_id in ids else 0
        self.go_to_event(ids[(at + step) % len(ids)])


class Desk:
    """One coder's work on one article, as the screen shows it."""

    def __init__(self, screen: WorkScreen, highlights: Highlights, record: RecordForm) -> None:
        self.screen, self.highlights, self.record = screen, highlights, record
        self.say, self.lang = screen.say, screen.lang

    @property
    def session(self) -> CodingSession:
        """The work that is open."""
        return self.record.session

    @property
    def codebook(self) -> Codebook:
        """The revision that the coding is of."""
        return self.session.codebook

    def do(self, edit: Edit, said: str = "", **values: object) -> Coding:
        """Change the coding, say so, and show it; returns the coding as it was before."""
        before = self.session.do(edit)
        if said:
            self.say(said, **values)
        self.screen.refresh_work()
        return before

    def event(self) -> Event | None:
        """The event that the record shows."""
        return self.session.coding.event(self.record.event_id)

    def answer(self, field: Field) -> Answer:
        """What the record shown holds in a field."""
        return (self.event() or self.session.coding).answer(field.id)

    def target(self) -> Candidate | Span | None:
        """The candidate or span under the cursor."""
        current = self.highlights.current
        return self.named(current.id) if current is not None else None

    def named(self, span_id: str) -> Candidate | Span | None:
        """What evidence names: a span of the coding, or for a proposal a candidate."""
        return self.session.coding.span(span_id) or self.session.by_id.get(span_id)

    def evidence_of(self, answer: Answer) -> list[Candidate | Span]:
        """The spans that support an answer, in the order in which they were given."""
        return [span for span in map(self.named, answer.evidence) if span is not None]

    def say_field(self, key: str, field: Field) -> None:
        """A sentence about a field and the value that it holds."""
        value = show(field, self.answer(field).value, self.codebook, self.lang)
        self.say(key, field=field.label.of(self.lang), value=value)

    def say_attached(self, field: Field) -> None:
        """That words were attached, and what the field holds still."""
        if self.answer(field).coded:
            self.say_field("evidence_added", field)
        else:
            self.say("evidence_only", field=field.label.of(self.lang))
