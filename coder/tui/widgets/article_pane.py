"""The article pane: lays out and reorders the text itself, line by line, with
highlights and a selection.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeAlias

from rich.segment import Segment
from rich.style import Style
from textual.events import Click, MouseDown, MouseMove, MouseUp
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from coder.model import Article
from coder.service.coding.article_marks import Bracketed, Mark
from coder.text.layout import Cell, Layout, Line
from coder.tui import palette
from coder.tui.palette import Role, Theme
from coder.tui.screen_sizes import GUTTER, MARGIN, are_apart
from coder.tui.widgets.article_lines import Kinds, letter_cells, line_runs, line_styles
from coder.tui.widgets.letter_segments import letter_segments
from coder.tui.widgets.rows import theme_of, view_of
from coder.tui.widgets.scrolled import Scrolled

Letters: TypeAlias = Mapping[int, tuple[str, ...]]
"""The names drawn over the text, by the code point that they belong to."""
Roles: TypeAlias = Mapping[int, Role]
"""How names look that look otherwise, by their code point."""
Stretches: TypeAlias = tuple[tuple[int, int], ...]
"""Code points [start, end)."""
_PAUSE, _AT_ONCE = (
    0.03,
    4,
)  # seconds after a page is turned until lines are drawn ahead, and how many at once


class ArticlePane(Scrolled, can_focus=True):
    """Shows an article's text; all offsets are code points of that text."""

    @dataclass
    class Touched(Message):
        """The text was clicked at a code point."""

        offset: int

    @dataclass
    class Dragged(Message):
        """The code points [start, end) were selected with the mouse."""

        start: int
        end: int

    def __init__(
        self, kinds: Kinds, *, brackets: bool = False, id: str | None = None
    ) -> None:
        """brackets: mark highlights' edges with signs."""
        super().__init__(id=id)
        self._brackets = brackets
        self.set_kinds(kinds)
        self.article = Article("", "")
        self.marks: Sequence[Mark] = ()
        self.current: str | None = None
        self._current: Mark | None = None
        self.selection: tuple[int, int] | None = None
        self.commented: frozenset[int] = frozenset()
        self.lit: Stretches = ()
        self.bright: Stretches | None = None
        self.letters: Letters = {}
        self.letter_roles: Roles = {}
        self.letter_ends: Collection[int] = ()
        self._shown = Bracketed("")
        self._layout = Layout("", 1)
        self._longest = 0
        self._moved = -1, 0  # where a new size left the view, and from where
        self._size_before = Size()
        self._view = (-1, Size())
        self._drag: int | None = None
        self._is_click = True

    def set_kinds(self, kinds: Kinds) -> None:
        """Set the span kinds, or the coders, for this article or that to be loaded
        next.
        """
        self.kinds = kinds
        self.glyphs = kinds.glyphs if self._brackets else None
        self._strips: dict[
            object, dict[Segment, Strip]
        ] = {}  # of what is on a line, by the sign beside it
        self.refresh()

    def load(self, article: Article) -> None:
        """Show another article, scrolled to its top."""
        self.article = article
        self.marks = ()
        self.current = None
        self.selection = None
        self.commented = frozenset()
        self.lit = ()
        self.letters = {}
        self._current = None
        self._longest = 0
        self._relayout()
        self.scroll_to(y=0, animate=False, force=True)

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Show these highlights, given in text order; only affected lines are redrawn."""
        self._longest = max((mark.end - mark.start for mark in marks), default=0)
        self.change_marks(marks, set(self.marks) ^ set(marks))

    def change_marks(self, marks: Sequence[Mark], changed: Collection[Mark]) -> None:
        """Do the same as `set_marks` if the added and removed marks are known."""
        self.marks = marks
        if self.glyphs is not None and changed:
            self._relayout()
        self._longest = max([self._longest, *(m.end - m.start for m in changed)])
        start, end = self.in_view
        for mark in changed:
            if mark.start < end and mark.end > start:
                self._refresh_span(mark.start, mark.end)

    def set_commented(self, offsets: frozenset[int]) -> None:
        """Set the code points that comments refer to; their lines get a sign in the
        gutter.
        """
        changed = self.commented ^ offsets
        self.commented = offsets
        for offset in changed if self.size.height else ():
            self.refresh_lines(self.locate(offset)[0])

    def light(self, stretches: Stretches, bright: Stretches | None = None) -> None:
        """Set the sentences being worked on; bright: beside which code points all is
        dimmed, if at all.
        """
        if bright != self.bright:
            self.lit = stretches
            self.bright = bright
            self.refresh()
        changed = set(self.lit) ^ set(stretches)
        self.lit = stretches
        for start, end in changed if self.size.height else ():
            first, last = self._lines_of(start, end)
            self.refresh_lines(first, last - first + 1)

    def set_letters(
        self, letters: Letters, roles: Roles | None = None, ends: Collection[int] = ()
    ) -> None:
        """Replace the names drawn over the text, by code points: in front of them, or
        on those in `ends`.

        roles: of those that differ.
        """
        changed = {**self.letters, **letters}
        self.letters = letters
        self.letter_roles = roles or {}
        self.letter_ends = ends
        for offset in changed:
            self._refresh_span(offset, offset + 1)

    def set_current(self, mark: Mark | None) -> None:
        """Put the cursor on a highlight and bring it into view."""
        before = self._current
        self._current = mark
        self.current = mark.id if mark else None
        for each in filter(None, (before, mark)) if mark != before else ():
            self._refresh_span(each.start, each.end)
        if mark is not None:
            self.show_span(mark.start, mark.end)

    def set_selection(self, selection: tuple[int, int] | None) -> None:
        """Show the code points [start, end) as selected; None ends the selection."""
        for each in filter(None, (self.selection, selection)):
            self._refresh_span(*each)
        if (self.selection is None) != (
            selection is None
        ) and self._current is not None:
            self._refresh_span(self._current.start, self._current.end)
        self.selection = selection
        if selection is not None:
            self.show_span(*selection)

    def refresh_focus(self) -> None:
        """Redraw the current highlight, which stands out less if the pane does not get
        the keys.
        """
        if self._current is not None:
            self._refresh_span(self._current.start, self._current.end)

    def show_span(self, start: int, end: int) -> None:
        """Scroll the code points [start, end) into view, with some lines before them if
        possible.
        """
        height = self.size.height
        top = self.scroll_offset.y
        if not height:
            return
        first, last = self._lines_of(start, end)
        if first < top or last >= top + height:
            target = max(first - height // 3, min(first, last - height + 1))
            target = max(0, min(target, self.virtual_size.height - height))
            self.scroll_to(y=target, animate=False, force=True)

    @property
    def in_view(self) -> tuple[int, int]:
        """The code points [start, end) of the visible lines."""
        top = self.scroll_offset.y
        height = self.size.height
        last = self._layout.count_to(top + height) - 1 if height else -1
        if last < top:
            return 0, 0
        return self._stored_range(self._layout.line(top))[0], self._stored_range(
            self._layout.line(last)
        )[1]

    def locate(self, offset: int) -> tuple[int, int]:
        """Return the line and column of a code point."""
        return self._layout.locate(self._shown.shown(offset))

    def offset_at(self, x: int, y: int) -> int:
        """Return the code point at a cell of the widget."""
        return self._shown.stored(
            self._layout.offset_at(y + self.scroll_offset.y, x - MARGIN)
        )

    def on_resize(self) -> None:
        self._fit()

    def on_mouse_down(self, event: MouseDown) -> None:
        self._is_click = not self.is_on_side(event.x)
        if self._is_click:
            self._drag = self.offset_at(event.x, event.y)
            self.capture_mouse()

    def on_mouse_move(self, event: MouseMove | MouseUp) -> None:
        if self._drag is not None:
            here = self.offset_at(event.x, event.y)
            self._is_click = self._is_click and here == self._drag
            if not self._is_click:
                self.post_message(
                    self.Dragged(min(here, self._drag), max(here, self._drag) + 1)
                )

    def on_mouse_up(self, event: MouseUp) -> None:
        """Finish a drag, whose end may come without a last move event; `on_click`
        handles plain clicks.
        """
        self.on_mouse_move(event)
        self._drag = None

    def on_click(self, event: Click) -> None:
        if self.selection is None and self._is_click:
            self.post_message(self.Touched(self.offset_at(event.x, event.y)))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Fit the text first: Textual draws at a new size before it calls `on_resize`."""
        self._fit()
        if (view := (self.scroll_offset.y, self.size)) != self._view:
            self._view = view
            asyncio.get_running_loop().call_later(
                _PAUSE, self._draw_ahead, self.size.height
            )
        return super().render_lines(crop)

    def _draw_ahead(self, first: int) -> None:
        """Draw what is below the view, few lines at a time, so that turning the page
        takes little longer.
        """
        if self.is_attached and first < 2 * self.size.height:
            for y in range(first, first + _AT_ONCE):
                self.render_line(y)
            asyncio.get_running_loop().call_soon(self._draw_ahead, first + _AT_ONCE)

    def render_line(self, y: int) -> Strip:
        """Draw one line: its cells in visual order, each in the style of the highlights
        that cover it.
        """
        index = y + self.scroll_offset.y
        theme = theme_of(self)
        width = self.outer_size.width
        if index >= self._layout.count:
            return Strip.blank(width, theme.base)
        line = self._layout.line(index)
        start, end = self._stored_range(line)
        # No mark that starts more than the longest mark's length before this line
        # reaches it.
        first, last = (
            bisect_right(self.marks, at, key=_start)
            for at in (start - self._longest - 1, end - 1)
        )
        marks = tuple(m for m in self.marks[first:last] if m.end > start)
        # While a selection is drawn, only it stands out: without colour the current
        # highlight looks the same.
        selection = self.selection
        current = (
            self.current
            if selection is None and any(m.id == self.current for m in marks)
            else None
        )
        if selection is not None and not (selection[0] < end and selection[1] > start):
            selection = None
        noted = any(start <= offset < end for offset in self.commented)
        lit = _within(self.lit, start, end)
        bright = _within(self.bright, start, end) if self.bright is not None else None
        letters = ((at, each) for at, each in self.letters.items() if start <= at < end)
        names = tuple(
            (at, each, self.letter_roles.get(at), at in self.letter_ends)
            for at, each in letters
        )
        away = current is not None and not self.has_focus
        content = (marks, current, selection, lit, bright, names, away)
        sign = self.sign(y, theme.base)
        key = (index, noted, width, content, theme, view_of(self))
        drawn = self._strips.get(key)
        if drawn is None:
            if len(self._strips) > max(
                200, 4 * self.outer_size.height
            ):  # the lines drawn ahead as well
                self._strips.clear()
            of_line = theme, self.article, (start, end), marks, self.kinds
            styles = line_styles(*of_line, current, selection, lit, bright, away=away)
            named = {at: each for at, each, *_ in names}
            strip = self._draw(theme, line, styles, sign, noted, bool(lit), named)
            drawn = self._strips[key] = {sign: strip}
        elif sign not in drawn:
            strip = next(iter(drawn.values()))
            drawn[sign] = Strip([sign, *[*strip][1:]], strip.cell_length)
        return drawn[sign]

    def _relayout(self) -> None:
        self._shown = Bracketed(self.article.text, self.marks, self.glyphs)
        tashkeel = view_of(self).tashkeel
        self._lay_out(
            Layout(
                self._shown.text, self._room, tashkeel=tashkeel, apart=self._is_apart
            )
        )

    def _fit(self) -> None:
        """Break the lines at a new width; a highlight under the cursor that was in view
        stays there.
        """
        before = self._size_before
        self._size_before = self.size
        fits = (self._layout.width, self._layout.apart) == (self._room, self._is_apart)
        is_laid_out = fits and self.virtual_size.height
        if before == self.size and is_laid_out:
            return
        if not is_laid_out:  # as an article loaded while the pane was hidden
            self._lay_out(self._layout.at_width(self._room, apart=self._is_apart))
        mark = self._current
        was = self.scroll_offset.y
        top = (
            self._moved[1] if was == self._moved[0] else was
        )  # the view before it was moved for that
        self.scroll_to(y=top, animate=False, force=True)
        if mark is not None and (
            not is_laid_out or 0 <= self.locate(mark.start)[0] - was < before.height
        ):
            self.show_span(mark.start, mark.end)
        self._moved = self.scroll_offset.y, top

    @property
    def _room(self) -> int:
        return max(10, self.size.width - GUTTER - MARGIN)

    @property
    def _is_apart(self) -> bool:
        return are_apart(self.app.size.width)

    def _lay_out(self, layout: Layout) -> None:
        self._layout = layout
        self._moved = (-1, 0)
        self._view = (-1, Size())
        self._strips.clear()
        if self.size.width:  # without a size yet, breaking into lines would be wasted
            self.virtual_size = Size(self.size.width, layout.count)
        self.refresh()

    def _refresh_span(self, start: int, end: int) -> None:
        if self.size.height:
            first, last = self._lines_of(start, end)
            room = (
                self.size.width - GUTTER + 1
            )  # a letter may stand in the first cell of the gutter
            self.refresh(
                Region(0, first - self.scroll_offset.y, room, last - first + 1)
            )

    def _lines_of(self, start: int, end: int) -> tuple[int, int]:
        return self.locate(start)[0], self.locate(max(start, end - 1))[0]

    def _stored_range(self, piece: Line | Cell) -> tuple[int, int]:
        """Return the stored code points [start, end) of a line or cell; a bracket has
        none.
        """
        if self.glyphs is None:
            return piece.start, piece.end
        return self._shown.stored(piece.start), self._shown.stored(piece.end)

    def _draw(
        self,
        theme: Theme,
        line: Line,
        styles: Sequence[Style],
        sign: Segment,
        noted: bool,
        lit: bool,
        letters: Letters,
    ) -> Strip:
        """Draw a line behind a sign, its gutter too; styles: one per code point;
        letters: drawn over it.
        """
        ranges = [*map(self._stored_range, line.cells)]
        over = (
            letter_cells(line, letters, self.letter_roles, self.letter_ends, ranges)
            if letters
            else {}
        )
        body = MARGIN + line.indent + line.width
        width = MARGIN + self._layout.width
        blanks = (
            MARGIN + line.indent - 1,
            max(1, width - body + 1),
        )  # a letter may stand behind the text
        mode = view_of(self).mode
        (start, _) = self._stored_range(line)
        runs = line_runs(theme, line, styles, over, blanks, start, ranges, mode)
        # The gutter: the sign of a comment or of a sentence being worked on, then the
        # paragraph's number.
        begins = (
            line.start == 0
            or self._shown.text[line.start - 1 : line.start] in "\n\r\u2029"
        )
        number = f"{line.number:>2}" if begins and line.number else ""
        runs.append(
            (
                "✎" if noted else "▌" if lit else " ",
                theme[palette.EDGE if lit else palette.DIM],
            )
        )
        runs.append((f"{number:<3}", theme[palette.DIM]))
        return Strip([sign, *letter_segments(runs, theme)], max(width, body) + GUTTER)


_start = attrgetter("start")


def _within(stretches: Stretches, start: int, end: int) -> Stretches:
    """Return those of which a part is among the code points [start, end)."""
    return tuple(each for each in stretches if each[0] < end and each[1] > start)
