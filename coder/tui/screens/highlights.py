"""The cursor among the highlights of an article, and the selection while a span is
drawn.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from coder.model import REJECTED, Article, Candidate, Coding, Span
from coder.service.coding.article_marks import Mark, Marks, commented
from coder.text.segment import Reading, Unit, sentences
from coder.tui import palette
from coder.tui.keys import Keys, drawn_in_arabic, step_keys
from coder.tui.palette import Role
from coder.tui.widgets.article_pane import ArticlePane
from coder.tui.widgets.letter_places import letter_places

LETTERS = "fjdkslahgrueiwoqptyvmcnxbz1234567890"
"""The letters that label highlights, the keys easiest to reach first."""


class Selection(Struct, frozen=True):
    """A non-empty range of code points [start, end) in a reading's text."""

    reading: Reading
    start: int
    end: int

    @classmethod
    def at_word(cls, reading: Reading, offset: int) -> Selection:
        """Select the word at or after a code point, or else the last word."""
        words = reading.words or [(0, max(1, len(reading.text)))]
        index = bisect_right(words, offset, key=lambda word: word[1])
        return cls(reading, *words[min(index, len(words) - 1)])

    def moved(self, steps: int) -> Selection:
        """Select the single word `steps` words ahead (back if negative)."""
        words = self.reading.words
        index = bisect_right(words, self.start, key=lambda word: word[1])
        return (
            Selection(self.reading, *words[max(0, min(len(words) - 1, index + steps))])
            if words
            else self
        )

    def on_line(self, step: int, pane: ArticlePane) -> Selection:
        """Select the word nearest in column on the next (with -1: previous) line that
        has words, if any.
        """
        line, column = pane.locate(self.start)
        for to in range(
            line + step, pane.virtual_size.height if step > 0 else -1, step
        ):
            word = Selection.at_word(
                self.reading, pane.offset_at(column, to - pane.scroll_offset.y)
            )
            if pane.locate(word.start)[0] > to:  # the line ends before this column
                word = word.moved(-1)
            if (pane.locate(word.start)[0] - line) * step > 0:
                return word
        return self

    def with_end(self, steps: int, unit: Unit) -> Selection:
        """Move the end by `steps` units (back if negative), unless it would reach the
        start.
        """
        end = self._step(self.end, steps, unit)
        return replace(self, end=end) if end > self.start else self

    def with_start(self, steps: int, unit: Unit) -> Selection:
        """Move the start by `steps` units (back if negative), unless it would reach the
        end.
        """
        start = self._step(self.start, steps, unit)
        return replace(self, start=start) if start < self.end else self

    def _step(self, edge: int, steps: int, unit: Unit) -> int:
        edges = self.reading.boundaries(unit)
        if unit == "word":
            # The end moves to the ends of words and the start to their starts, so no
            # edge has white space.
            edges = [word[1 if edge == self.end else 0] for word in self.reading.words]
        if not edges:
            return edge
        index = bisect_right(edges, edge) if steps > 0 else bisect_left(edges, edge) - 1
        return edges[max(0, min(len(edges) - 1, index))]


class Highlights:
    """A cursor among the highlights. moved: called after every step of the cursor.

    selection: the words selected while a span is drawn. resizing: whether they began as
    the highlight under the cursor. letters: the highlights by the letters drawn on
    them. found: the range of words under the cursor if they are not a highlight.
    """

    current: Mark | None
    selection: Selection | None

    def __init__(self, pane: ArticlePane, moved: Callable[[], None]) -> None:
        self.pane = pane
        self._moved = moved
        self.is_arabic: Callable[[], bool] = lambda: False
        """Whether letters are drawn as those on the same keys of an Arabic keyboard."""
        self.keys: Keys = {
            **step_keys("article.next", "article.previous", self.step),
            **step_keys(
                "article.next_sentence",
                "article.previous_sentence",
                self._step_sentence,
            ),
            **step_keys("article.line_down", "article.line_up", self._step_line),
            **step_keys("article.page_down", "article.page_up", self._page),
            "article.first": partial(self.go_to, 0),
            "article.last": partial(self.go_to, -1),
        }

    def reset(self, article: Article) -> None:
        """Start with an article, whether another one or the same one reloaded."""
        self.reading = Reading(article.text)
        self._marks = Marks()
        self.current = None
        self.selection = None
        self.resizing = False
        self.remarked = frozenset[int]()  # the starts of passages with comments
        self.letters: dict[str, Mark] = {}
        self._last_letters: Mapping[tuple[str, int, int], str] = {}
        self.found: tuple[int, int] | None = None

    def load(self, candidates: Sequence[Candidate], coding: Coding) -> None:
        """Show the current highlights, the cursor on the same one as before if it still
        exists.
        """
        changed = self._marks.update(candidates, coding.spans)
        self.pane.change_marks(self.marks, changed)
        self.pane.set_commented(commented(coding) | self.remarked)
        if (previous := self.current) is not None:
            mark = self.at(
                previous.kind, previous.start, previous.end
            ) or self._marks.get(previous.id)
            if mark is not None or not self.marks:
                self.set_current(mark)
            else:
                self.go_after(previous)

    @property
    def marks(self) -> Sequence[Mark]:
        """The highlights, in text order."""
        return self._marks.listed

    @property
    def undecided(self) -> int:
        """The number of undecided highlights."""
        return self._marks.undecided

    def at(self, kind: str, start: int, end: int) -> Mark | None:
        """Return the highlight with exactly this kind and range."""
        return self._marks.at(kind, start, end)

    def named(self, id_: str) -> Mark | None:
        """Return the highlight with this id."""
        return self._marks.get(id_)

    def set_current(self, mark: Mark | None) -> None:
        """Put the cursor on a highlight."""
        self.current = mark
        if self.found is not None:
            self.find(None)
        self.pane.set_current(mark)
        self._moved()

    def find(self, words: tuple[int, int] | None) -> None:
        """Put the cursor on words [start, end) that are not a highlight; None ends
        this.
        """
        self.found = words
        self.pane.set_selection(words)
        if words is not None:
            self.current = None
            self.pane.set_current(None)
            self._moved()

    def touch(self, offset: int) -> None:
        """Put the cursor on the innermost highlight at a code point, or else on the
        word there.
        """
        marks = [mark for mark in self.marks if mark.start <= offset < mark.end]
        if marks:
            self.set_current(min(marks, key=lambda mark: mark.end - mark.start))
        elif word := self.reading.word_at(offset):
            self.find(word)

    def go_to(self, index: int) -> None:
        """Put the cursor on the highlight with this index, or on the last for -1 or too
        large an index.
        """
        if self.marks:
            self.set_current(self.marks[min(len(self.marks) - 1, index)])
        else:
            self._moved()

    def go_after(self, mark: Mark) -> None:
        """Put the cursor on the next highlight after this one (which may be gone) that
        is not rejected.

        If there is none, the cursor goes to the one after it, or else to the last.
        """
        self.go_to(self._marks.first_after(mark))
        if self.current is not None and self.current.state == REJECTED:
            self.step(1)

    def go_to_span(self, span: Candidate | Span) -> None:
        """Put the cursor on the highlight of a span, or if it has none, where the span
        begins.
        """
        if (mark := self.at(*span.stretch)) is not None:
            self.set_current(mark)
        else:
            self.go_to_offset(span.start)

    def go_to_offset(self, offset: int) -> None:
        """Put the cursor on the first highlight that ends after a code point, or else
        on the last.
        """
        self.go_to(
            next((i for i, mark in enumerate(self.marks) if mark.end > offset), -1)
        )

    @property
    def index(self) -> int:
        """The index of the highlight under the cursor, or -1 if there is none."""
        return self._marks.index(self.current)

    def step(self, step: int) -> None:
        """Go to the next highlight that is not rejected, or with -1 to the previous
        one.
        """
        self.seek(step, lambda mark: mark.state != REJECTED)

    def seek(self, step: int, fits: Callable[[Mark], bool]) -> bool:
        """Go to the next highlight that fits, or with -1 to the previous one; return
        whether there is one.
        """
        index = self.index
        if index < 0 and (
            self.found or self.current
        ):  # the cursor is on words that are not a highlight
            start = (
                self.found[0]
                if self.found
                else self.current.start
                if self.current
                else 0
            )
            index = self._marks.first_from(start) - (step > 0)
        while 0 <= index + step < len(self.marks):
            index += step
            if fits(self.marks[index]):
                self.go_to(index)
                return True
        return False

    def _step_sentence(self, step: int) -> None:
        """Go to the first highlight of the next (with -1: previous) sentence that has
        one.
        """
        here = self._sentence(self.current)
        if (
            self.seek(step, lambda m: m.state != REJECTED and self._sentence(m) != here)
            and step < 0
        ):
            first = self._marks.first_from(
                sentences(self.reading.text)[self._sentence(self.current)][0]
            )
            self.go_to(
                next(
                    i
                    for i in range(first, len(self.marks))
                    if self.marks[i].state != REJECTED
                )
            )

    def _sentence(self, mark: Mark | None) -> int:
        """Return the index of the sentence in which a highlight begins, or -1 for None."""
        extents = sentences(self.reading.text)
        return (
            bisect_right(extents, mark.start, key=lambda extent: extent[0]) - 1
            if mark
            else -1
        )

    def show_sentence(self) -> None:
        """Scroll the whole sentence of the highlight under the cursor into view, or
        else the highlight.
        """
        if self.current is not None:
            self.pane.show_span(
                *sentences(self.reading.text)[self._sentence(self.current)]
            )
            self.pane.show_span(self.current.start, self.current.end)

    def marks_in(self, stretches: Iterable[tuple[int, int]]) -> list[Mark]:
        """Return the highlights that begin in stretches [start, end) of the text."""
        first = self._marks.first_from
        return [
            mark
            for start, end in stretches
            for mark in self.marks[first(start) : first(end)]
        ]

    def in_view(self, fits: Callable[[Mark], bool]) -> list[Mark]:
        """Return the fitting highlights that begin in the visible lines."""
        return [mark for mark in self.marks_in([self.pane.in_view]) if fits(mark)]

    def drawn(self, letter: str) -> str:
        """Return the letter of a highlight in the alphabet of the keyboard that is
        typed on.
        """
        return drawn_in_arabic(letter) if self.is_arabic() else letter

    def letter(
        self,
        marks: Sequence[Mark],
        near: int,
        signs: str = LETTERS,
        role: Callable[[Mark], Role] = lambda _: palette.LETTER,
    ) -> None:
        """Label these highlights, no more than there are signs, the nearest to a code
        point with the first.

        While in view they keep the letters that they had, so that they can be typed
        ahead.
        """
        left = {
            mark.stretch: mark
            for mark in sorted(marks, key=lambda mark: abs(mark.start - near))
        }
        start, end = self.pane.in_view
        last = {
            at: name for at, name in self._last_letters.items() if start <= at[1] < end
        }
        kept = dict[str, Mark]()
        for stretch in [*left]:
            if (name := last.get(stretch)) and name in signs and name not in kept:
                kept[name] = left.pop(stretch)
        # letters that other words in view had last are given away after the others
        free = sorted(
            (name for name in signs if name not in kept),
            key=[*last.values()].__contains__,
        )
        self.letters = kept | dict(zip(free, left.values(), strict=False))
        self._last_letters = last | {
            mark.stretch: name for name, mark in self.letters.items()
        }
        names = {mark.stretch: self.drawn(name) for name, mark in self.letters.items()}
        labelled = [
            (mark, names[mark.stretch], role(mark))
            for mark in marks
            if mark.stretch in names
        ]
        self.pane.set_letters(*letter_places(labelled, self.pane))
        self._moved()

    def _step_line(self, step: int) -> None:
        """Go to the highlight nearest in column on the next (with -1: previous) line
        that has one.
        """
        if self.current is None:
            self.step(step)
            return
        here, column = self.pane.locate(self.current.start)
        first = self._marks.first_from(self.current.start)
        candidates = list[tuple[int, int]]()
        goal = here
        for index in (
            range(first, len(self.marks)) if step > 0 else range(first - 1, -1, -1)
        ):
            if self.marks[index].state != REJECTED:
                line, mark_column = self.pane.locate(self.marks[index].start)
                if candidates and line != goal:
                    break
                if line != here:
                    goal = line
                    candidates.append((abs(mark_column - column), index))
        if candidates:
            self.set_current(self.marks[min(candidates)[1]])

    def show_any(self, spans: Sequence[Candidate | Span | Mark]) -> None:
        """Scroll the article to the first of these words unless some of them are in
        view.
        """
        start, end = self.pane.in_view
        if (
            start < end
            and spans
            and not any(start <= span.start < end for span in spans)
        ):
            self.scroll_to(min(spans, key=lambda span: span.start))

    def scroll_to(self, mark: Candidate | Span | Mark) -> None:
        """Scroll the article so that a highlight is in its upper part."""
        line = self.pane.locate(mark.start)[0] - self.pane.size.height // 3
        self.pane.scroll_to(y=max(0, line), animate=False, force=True, immediate=True)

    def turn_to(
        self, fits: Callable[[Mark], bool], step: int, *, goes_round: bool = True
    ) -> bool:
        """Scroll to the next page, or with -1 back, on which fitting highlights begin;
        False if none do.

        goes_round: after the last such page comes the first.
        """
        start, end = self.pane.in_view
        elsewhere = [
            m for m in self.marks[::step] if fits(m) and not start <= m.start < end
        ]
        mark = min(
            elsewhere, key=lambda m: (m.start < start) is (step > 0), default=None
        )  # the first ahead
        if is_found := mark is not None and (
            goes_round or (mark.start < start) is (step < 0)
        ):
            line = self.pane.locate(mark.start)[0]
            height = self.pane.size.height
            top = line - 1 if step > 0 else line - height + 2
            self.pane.scroll_to(
                y=max(0, top), animate=False, force=True, immediate=True
            )
        return is_found

    def turn_page(self, step: int) -> None:
        """Scroll the article one page down, or with -1 up."""
        lines = step * max(1, self.pane.size.height - 1)
        self.pane.scroll_relative(y=lines, animate=False, force=True, immediate=True)

    def _page(self, step: int) -> None:
        """Scroll one page and put the cursor on the first highlight there, at the end
        on the last.
        """
        before = self.pane.in_view
        self.turn_page(step)
        if visible := self.in_view(lambda mark: mark.state != REJECTED):
            self.set_current(
                visible[-1 if step > 0 and self.pane.in_view == before else 0]
            )

    def light(self, spans: Iterable[Candidate | Span | Mark], *, dims: bool) -> None:
        """Emphasize the sentences in which these spans begin; dims: dim all other text
        without letters.
        """
        extents = sentences(self.reading.text)
        indices = {
            max(0, bisect_right(extents, span.start, key=lambda e: e[0]) - 1)
            for span in spans
        }
        lit = tuple(extents[i] for i in sorted(indices)) if extents else ()
        lettered = ((mark.start, mark.end) for mark in self.letters.values())
        self.pane.light(lit, (*lit, *lettered) if dims else None)

    @property
    def draw_keys(self) -> Keys:
        """The keys that move the selection or one of its ends."""
        start = Selection.with_start
        end = Selection.with_end
        return {
            **step_keys("draw.move_on", "draw.move_back", self._draw(Selection.moved)),
            **step_keys("draw.line_down", "draw.line_up", self._draw_line),
            **step_keys("draw.extend", "draw.shrink", self._draw(end, "word")),
            **step_keys("draw.start_on", "draw.start_back", self._draw(start, "start")),
            **step_keys(
                "draw.end_letter_on", "draw.end_letter_back", self._draw(end, "letter")
            ),
            "draw.cancel": partial(self.select, None),
        }

    @property
    def selected(self) -> Selection:
        """The selection, which must exist."""
        assert self.selection is not None
        return self.selection

    def begin_drawing(self) -> None:
        """Select the highlight under the cursor, or else the first visible word."""
        if self.current is not None:
            self.select(
                Selection(self.reading, self.current.start, self.current.end),
                resizing=True,
            )
        else:
            self.select(
                Selection.at_word(
                    self.reading, self.pane.offset_at(self.pane.size.width, 0)
                )
            )

    def _draw(
        self, moved: Callable[..., Selection], *unit: Unit
    ) -> Callable[[int], None]:
        return lambda step: self.select(
            moved(self.selected, step, *unit), resizing=self.resizing
        )

    def _draw_line(self, step: int) -> None:
        self.select(self.selected.on_line(step, self.pane), resizing=self.resizing)

    def select(self, selection: Selection | None, *, resizing: bool = False) -> None:
        """Set the selection; None ends drawing."""
        self.selection = selection
        self.resizing = resizing
        self.found = None
        self.pane.set_selection((selection.start, selection.end) if selection else None)
        self._moved()
