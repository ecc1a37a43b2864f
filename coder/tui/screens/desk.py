"""What the parts of the coding screen share: the cursors in article and record, the work, how to speak."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
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
from coder.text.display import cell_width
from coder.text.segment import Reading, Unit, sentences
from coder.tui import palette
from coder.tui.keys import Keys, both_ways
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.widgets.article_pane import ArticlePane
from coder.tui.widgets.chooser import AskingList
from coder.tui.widgets.record_lines import LABEL, record_row, tabs
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

    selection: the stretch that is being drawn; resizing: it began as the highlight under the cursor. letters:
    the highlights by what is drawn on them. found: words under the cursor that are no highlight.
    """

    current: Mark | None
    selection: Selection | None

    def __init__(self, pane: ArticlePane, moved: Callable[[], None]) -> None:
        self.pane = pane
        self._moved = moved
        self.keys: Keys = {
            **both_ways("article.next", "article.previous", self.step),
            **both_ways("article.next_sentence", "article.previous_sentence", self._step_sentence),
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
        self.remarked = frozenset[int]()  # where stretches begin about which something is said
        self.letters: Mapping[str, Mark] = {}
        self.found: tuple[int, int] | None = None

    def load(self, candidates: Sequence[Candidate], coding: Coding) -> None:
        """The highlights as they are now, the cursor on the one where it was."""
        changed = self._kept.update(candidates, coding.spans)
        self.pane.change_marks(self.marks, changed)
        self.pane.set_commented(commented(coding) | self.remarked)
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
        if self.found is not None:
            self.find(None)
        self.pane.set_current(mark)
        self._moved()

    def find(self, words: tuple[int, int] | None) -> None:
        """The cursor stands on words [start, end) that are no highlight; None ends it."""
        self.found = words
        self.pane.set_selection(words)
        if words is not None:
            self.current = None
            self.pane.set_current(None)
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
        self.seek(step, lambda mark: mark.state != REJECTED)

    def seek(self, step: int, fits: Callable[[Mark], bool]) -> bool:
        """To the next highlight that fits, back with -1; False where there is none."""
        index = self.index
        if self.found is not None:
            index = self._kept.first_from(self.found[0]) - (step > 0)
        while 0 <= index + step < len(self.marks):
            index += step
            if fits(self.marks[index]):
                self.go_to(index)
                return True
        return False

    def _step_sentence(self, step: int) -> None:
        """To the first highlight of the next sentence that has one, or of the one before."""
        here = self._sentence(self.current) if self.current else -1
        if self.seek(step, lambda m: m.state != REJECTED and self._sentence(m) != here) and step < 0:
            there = self._kept.first_from(sentences(self.reading.text)[self._sentence(self.current)][0])
            self.go_to(next(i for i in range(there, len(self.marks)) if self.marks[i].state != REJECTED))

    def _sentence(self, mark: Mark | None) -> int:
        extents = sentences(self.reading.text)
        return bisect_right(extents, mark.start, key=lambda extent: extent[0]) - 1 if mark else -1

    def in_view(self, fits: Callable[[Mark], bool]) -> list[Mark]:
        """The highlights that begin in the lines that show and fit."""
        start, end = map(self._kept.first_from, self.pane.in_view)
        return [mark for mark in islice(self.marks, start, end) if fits(mark)]

    def letter(self, marks: Sequence[Mark], near: int) -> None:
        """Draw letters on these highlights, the handiest on those nearest to a code point; none end it."""
        ordered = sorted(marks, key=lambda mark: abs(mark.start - near))
        self.letters = dict(zip(labels(len(ordered)), ordered, strict=True))
        self.pane.set_letters({mark.start: name for name, mark in self.letters.items()})
        self._moved()

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
        lines = step * max(1, pane.size.height - 1)
        pane.scroll_relative(y=lines, animate=False, force=True, immediate=True)
        start, end = pane.in_view
        first, last = self._kept.first_from(start), self._kept.first_from(end)
        there = (m for m in islice(self.marks, first, last) if m.state != REJECTED)
        if (mark := next(there, None)) is not None:
            self.set_current(mark)

    def light(self, spans: Iterable[Candidate | Span | Mark], *, dims: bool) -> None:
        """The sentences of these stand out; dims: all other text recedes."""
        extents = sentences(self.reading.text)
        found = {max(0, bisect_right(extents, span.start, key=lambda e: e[0]) - 1) for span in spans}
        self.pane.light(tuple(extents[i] for i in sorted(found)) if extents else (), dims=dims)

    def select(self, selection: Selection | None, *, resizing: bool = False) -> None:
        """A stretch is being drawn; None ends it."""
        self.selection, self.resizing, self.found = selection, resizing, None
        self.pane.set_selection((selection.start, selection.end) if selection else None)
        self._moved()


LETTERS = "fjdkslahgrueiwoqptyvmcnxbz1234567890"
"""What highlights are named with, the handiest keys first."""


def labels(count: int) -> list[str]:
    """So many names of one letter, or where these do not suffice of two, none the beginning of another."""
    prefixes = max(0, -(-(count - len(LETTERS)) // (len(LETTERS) - 1)))
    alone, first = LETTERS[: len(LETTERS) - prefixes], LETTERS[len(LETTERS) - prefixes :]
    return [*alone, *(a + b for a in first for b in LETTERS)][:count]


class RecordForm:
    """The event "" is the article's own record."""

    def __init__(self, form: AskingList, tabs: Bar, lang: str) -> None:
        self.form, self.tabs, self.lang = form, tabs, lang
        self.event_id, self.index = "", 0
        self.rows: list[FormRow] = []
        self.problems: list[Problem] = []
        self.keys: Keys = {
            **both_ways("form.down", "form.up", self.step),
            **both_ways("form.last", "form.first", lambda way: self.step(way * len(self.rows))),
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
        widest = max((cell_width(row.field.label.of(self.lang)) for row in self.rows), default=0)
        label = max(LABEL, min(widest + 1, self.form.size.width * 2 // 5))
        self.form.load([record_row(row, self.lang, label) for row in self.rows], self.index)
        self.show_tabs()

    def show_tabs(self) -> None:
        """The events by number; bright where the record has the keys."""
        role = palette.FOCUSED if self.form.has_focus else palette.PANE
        coding, book = self.session.coding, self.session.codebook
        self.tabs.show(*tabs(coding, self.event_id, self.problems, book, self.lang, role))

    @property
    def row(self) -> FormRow:
        """The row under the cursor."""
        return self.rows[self.index]

    def go_to_event(self, event_id: str, field_id: str | None = None) -> None:
        """The record of an event, or with "" that of the article, the cursor on a field or on the first."""
        self.event_id, self.index = event_id, 0
        self.load()
        self.go_to_field(field_id or "")

    def step(self, step: int) -> None:
        """So many fields on."""
        self._go(self.index + step)

    def go_to_field(self, field_id: str) -> None:
        """To a field of the record shown, if it is asked for there."""
        names = [row.field.id for row in self.rows]
        if field_id in names:
            self._go(names.index(field_id))

    def go_to_next(self, *states: State, after: int | None = None) -> bool:
        """To the next field in one of these states, if it is asked for where it is empty; False for none.

        after: the number of the field to begin behind, -1 to begin with the first.
        """
        after = self.index if after is None else after
        order = [*range(after + 1, len(self.rows)), *range(after + 1)]
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

    def fits(self, mark: Mark) -> bool:
        """Whether words of a highlight's kind give the field under the record's cursor its value."""
        kind = self.codebook.span_kind(mark.kind)
        return mark.state != REJECTED and bool(self.record.rows) and self.record.row.field.id in kind.fields

    def next_fitting(self, step: int) -> None:
        """To the next words that fit the record's field, wherever the keys are."""
        if not self.highlights.seek(step, self.fits):
            self.say_of_field("no_more_fitting")

    def evidence_of(self, answer: Answer) -> list[Candidate | Span]:
        """The spans that support an answer, in the order in which they were given."""
        return [span for span in map(self.named, answer.evidence) if span is not None]

    def say_field(self, key: str, field: Field) -> None:
        """A sentence about a field and the value that it holds."""
        value = show(field, self.answer(field).value, self.codebook, self.lang)
        self.say(key, field=field.label.of(self.lang), value=value)

    def say_of_field(self, key: str, **values: object) -> None:
        """A sentence about the field under the record's cursor."""
        field = self.record.row.field.label.of(self.lang) if self.record.rows else "—"
        self.say(key, field=field, **values)

    def say_attached(self, field: Field) -> None:
        """That words were attached, and what the field holds still."""
        if self.answer(field).coded:
            self.say_field("evidence_added", field)
        else:
            self.say("evidence_only", field=field.label.of(self.lang))
