"""The cursor among the highlights of an article, and the stretch that is being drawn."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from coder.model import Article, Candidate, Coding, Span
from coder.service.coding.article_marks import REJECTED, Mark, Marks, commented
from coder.text.segment import Reading, Unit, sentences
from coder.tui.keys import Keys, both_ways
from coder.tui.widgets.article_pane import ArticlePane

LETTERS = "fjdkslahgrueiwoqptyvmcnxbz1234567890"
"""What highlights are named with, the handiest keys first."""


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
            mark = self.at(was.kind, was.start, was.end) or self._kept.get(was.id)
            if mark is not None or not self.marks:
                self.set_current(mark)
            else:
                self.go_past(was)

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

    def go_past(self, mark: Mark) -> None:
        """Put the cursor on what follows a highlight, which may be gone; behind the last, on that."""
        self.go_to(self._kept.first_past(mark))

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
        if index < 0 and (self.found or self.current):  # words that are no highlight
            start = self.found[0] if self.found else self.current.start if self.current else 0
            index = self._kept.first_from(start) - (step > 0)
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

    def letter(self, marks: Sequence[Mark], near: int, signs: str = LETTERS) -> None:
        """Draw letters on these highlights, the handiest on those nearest to a code point; none end it."""
        ordered = sorted(marks, key=lambda mark: abs(mark.start - near))
        self.letters = dict(zip(labels(len(ordered), signs), ordered, strict=True))
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

    def turn_page(self, step: int) -> None:
        """Show the next lines, or with -1 those before."""
        lines = step * max(1, self.pane.size.height - 1)
        self.pane.scroll_relative(y=lines, animate=False, force=True, immediate=True)

    def _page(self, step: int) -> None:
        """One page on, the cursor with it: to the first highlight there."""
        self.turn_page(step)
        first, last = map(self._kept.first_from, self.pane.in_view)
        there = (m for m in islice(self.marks, first, last) if m.state != REJECTED)
        if (mark := next(there, None)) is not None:
            self.set_current(mark)

    def light(self, spans: Iterable[Candidate | Span | Mark], *, dims: bool) -> None:
        """The sentences of these stand out; dims: all other text recedes."""
        extents = sentences(self.reading.text)
        found = {max(0, bisect_right(extents, span.start, key=lambda e: e[0]) - 1) for span in spans}
        self.pane.light(tuple(extents[i] for i in sorted(found)) if extents else (), dims=dims)

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
        self.selection, self.resizing, self.found = selection, resizing, None
        self.pane.set_selection((selection.start, selection.end) if selection else None)
        self._moved()


def labels(count: int, signs: str = LETTERS) -> list[str]:
    """So many names of one sign, or where these do not suffice of two, none the beginning of another."""
    prefixes = max(0, -(-(count - len(signs)) // (len(signs) - 1)))
    alone, first = signs[: len(signs) - prefixes], signs[len(signs) - prefixes :]
    return [*alone, *(a + b for a in first for b in signs)][:count]
