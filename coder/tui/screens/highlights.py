"""The highlights of an article on its pane, the one under the cursor, and the stretch that is being drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from coder.model import Article, Candidate, Coding
from coder.service.coding.article_marks import REJECTED, UNDECIDED, Mark, commented, marks
from coder.text.segment import Reading
from coder.tui.screens.work_screen import Keys
from coder.tui.selection import Selection
from coder.tui.widgets.article_pane import ArticlePane


class Highlights:
    """A cursor among the highlights. moved: told of every step."""

    def __init__(self, pane: ArticlePane, moved: Callable[[], None]) -> None:
        self.pane = pane
        self._moved = moved
        self.marks: list[Mark] = []
        self._made_of: tuple[object, object] = (None, None)
        """The candidates and spans that the highlights were made of: a value alone changes none."""
        self.current: Mark | None = None
        self.selection: Selection | None = None
        """The stretch that is being drawn; resizing: it began as the highlight under the cursor."""
        self.resizing = False
        self.keys: Keys = {
            "article.next": partial(self.step, 1),
            "article.previous": partial(self.step, -1),
            "article.line_down": partial(self._step_line, 1),
            "article.line_up": partial(self._step_line, -1),
            "article.page_down": partial(self._page, 1),
            "article.page_up": partial(self._page, -1),
            "article.first": partial(self.go_to, 0),
            "article.last": partial(self.go_to, -1),
        }

    def take_up(self, article: Article) -> None:
        """Another article, or the same anew."""
        self.reading = Reading(article.text)
        self.marks, self._made_of = [], (None, None)
        self.current, self.selection, self.resizing = None, None, False

    def load(self, candidates: Sequence[Candidate], coding: Coding) -> None:
        """The highlights as they are now, the cursor on the one where it was."""
        before, self._made_of = self._made_of, (candidates, coding.spans)
        if self._made_of != before:
            self.marks = marks(candidates, coding)
            self.pane.set_marks(self.marks)
        self.pane.set_commented(commented(coding))
        if (was := self.current) is not None:
            same = [m for m in self.marks if m.id == was.id]
            self.set_current(self.at(was.kind, was.start, was.end) or next(iter(same), None))

    def at(self, kind: str, start: int, end: int) -> Mark | None:
        """The highlight of just this stretch."""
        return next((m for m in self.marks if (m.kind, m.start, m.end) == (kind, start, end)), None)

    @property
    def undecided(self) -> int:
        """How many candidates wait for a decision."""
        return sum(mark.state == UNDECIDED for mark in self.marks)

    # ---------------------------------------------------------------- the cursor
    def set_current(self, mark: Mark | None) -> None:
        """Put the cursor on a highlight."""
        self.current = mark
        self.pane.set_current(mark)
        self._moved()

    def go_to(self, index: int) -> None:
        """Put the cursor on a highlight by its number, -1 for the last, as near as there is one."""
        if not self.marks:
            self._moved()
            return
        last = len(self.marks) - 1
        self.set_current(self.marks[min(last, index) if index >= 0 else last])

    def go_behind(self, offset: int) -> None:
        """Put the cursor on the first highlight that ends behind a code point, else on the last."""
        self.go_to(next((i for i, mark in enumerate(self.marks) if mark.end > offset), -1))

    @property
    def index(self) -> int:
        """The number of the highlight under the cursor, -1 where there is none."""
        return self.marks.index(self.current) if self.current in self.marks else -1

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
        placed = [(self.pane.locate(m.start), m) for m in self.marks if m.state != REJECTED]
        lines = [line for (line, _), _ in placed if (line - here) * step > 0]
        if lines:
            goal = min(lines) if step > 0 else max(lines)
            there = [(abs(c - column), i, m) for i, ((line, c), m) in enumerate(placed) if line == goal]
            self.set_current(min(there)[2])

    def _page(self, step: int) -> None:
        """One page on, the cursor with it: to the first highlight there."""
        pane = self.pane
        pane.scroll_relative(y=step * max(1, pane.size.height - 1), animate=False, force=True)
        top, bottom = pane.scroll_offset.y, pane.scroll_offset.y + pane.size.height
        for mark in self.marks:
            if mark.state != REJECTED and top <= pane.line_of(mark.start) < bottom:
                self.set_current(mark)
                return

    # ---------------------------------------------------------------- drawing
    def select(self, selection: Selection | None, *, resizing: bool = False) -> None:
        """A stretch is being drawn; None ends it."""
        self.selection = selection
        self.resizing = resizing
        self.pane.set_selection((selection.start, selection.end) if selection else None)
        self._moved()
