"""Lines of cells: wrapped in logical order, set in visual order, with the map between cell and code point.

Wrapping comes before reordering (Unicode Standard Annex #9, section 3.4); L1, L2 and L4 are applied to each
line. Columns are cells counted from the left edge of the pane, alignment included.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from coder.text import bidi, clusters, joining

_WORD_AND_BLANKS = re.compile("([^st]*)((?:[st][zj]*)*)")


class Cell(NamedTuple):
    """One place of a line: the code points [start, end) that it stands for and what is drawn there.

    A lam-alef is one cell for both letters: a highlight that covers either of them covers the cell.
    """

    start: int
    end: int
    glyph: str
    width: int
    level: int

    def shows(self, start: int, end: int) -> bool:
        """Whether any of the code points [start, end) is in this cell."""
        return self.start < end and start < self.end


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a layout."""

    start: int
    end: int  # behind hanging spaces and the paragraph separator
    paragraph: int  # from 0
    base: int  # the paragraph's direction, 0 or 1
    cells: tuple[Cell, ...]  # from left to right
    width: int  # cells used
    indent: int  # empty cells on the left that align a right-to-left line

    def column_of(self, offset: int) -> int | None:
        """The leftmost column of the cell that stands for a code point, None if no cell does."""
        column = self.indent
        for cell in self.cells:
            if cell.start <= offset < cell.end:
                return column
            column += cell.width
        return None

    def cell_at(self, column: int) -> Cell | None:
        """The cell that covers a column, None beside the text."""
        column -= self.indent
        for cell in self.cells:
            if 0 <= column < cell.width:
                return cell
            column -= cell.width
        return None


@dataclass(eq=False)
class Layout:
    """A text broken into lines; lines are made when they are asked for, and kept.

    base: the direction of all paragraphs, 0 or 1; None takes each paragraph's from its first strong
    character, or default_base if it has none.
    """

    text: str
    width: int  # cells of the pane, at least 1
    _: KW_ONLY
    base: int | None = None
    default_base: int = 1
    tashkeel: bool = True  # whether vowel signs are drawn
    tab: int = 8  # cells between tab stops
    analysed: list[_Paragraph] = field(default_factory=list, repr=False)  # shared by the layouts of one text

    def __post_init__(self) -> None:
        if self.width < 1:
            raise ValueError(f"width must be at least 1, not {self.width}")
        self._paragraphs: list[_Paragraph] = []
        self._starts: list[int] = []  # of each line known so far
        self._first_lines: list[int] = []  # of each paragraph known so far
        self._lines: dict[int, Line] = {}
        self._done = False

    def at_width(self, width: int) -> Layout:
        """The same text in another width; what does not depend on the width is not worked out again."""
        return replace(self, width=width)

    @property
    def count(self) -> int:
        """The number of lines, at least 1."""
        while not self._done:
            self._next_paragraph()
        return len(self._starts)

    def count_to(self, most: int) -> int:
        """The number of lines, or `most` where there are more: those behind are not worked out."""
        return min(most, self._last_line(most - 1) + 1)

    def line(self, index: int) -> Line:
        """One line; raises IndexError if there is none of that number."""
        if index not in self._lines:
            number = self.paragraph_of(index)
            paragraph, start = self._paragraphs[number], self._starts[index]
            is_last = index + 1 == len(self._starts) or self._starts[index + 1] >= paragraph.stop
            end = paragraph.stop if is_last else self._starts[index + 1]
            cells = paragraph.cells_between(start, min(end, paragraph.end), self)
            width = sum(cell.width for cell in cells)
            indent = max(0, self.width - width) if paragraph.base else 0
            self._lines[index] = Line(start, end, number, paragraph.base, tuple(cells), width, indent)
        return self._lines[index]

    def paragraph_of(self, line: int) -> int:
        """The number of the paragraph that a line belongs to; raises IndexError if there is no such line."""
        if not 0 <= line <= self._last_line(line):
            raise IndexError(f"no line {line}")
        return bisect_right(self._first_lines, line) - 1

    def locate(self, offset: int) -> tuple[int, int]:
        """The line and column of the cell that shows a code point.

        Offsets without a cell (hanging space, separator, end of text) are at the cell after the line's last,
        kept within the pane. Offsets outside the text count as its ends.
        """
        offset = max(0, min(offset, len(self.text)))
        while not self._done and self._paragraphs_end() <= offset:
            self._next_paragraph()
        index = bisect_right(self._starts, offset) - 1
        line = self.line(index)
        after = line.indent - 1 if line.base else line.indent + line.width
        column = line.column_of(offset)
        return index, max(0, min(after if column is None else column, self.width - 1))

    def offset_at(self, line: int, column: int) -> int:
        """The first code point of the cell at a line and column, both taken to the nearest that exist.

        Beside the end of a paragraph's last line it is the offset after its last character; beside any other
        line the nearest cell counts.
        """
        there = self.line(max(0, min(line, self._last_line(line))))
        if (cell := there.cell_at(column)) is not None:
            return cell.start
        is_after = (column < there.indent) == bool(there.base)
        paragraph = self._paragraphs[there.paragraph]
        if not there.cells or (is_after and there.end == paragraph.stop):
            return min(paragraph.end, there.end)
        return there.cells[0 if column < there.indent else -1].start

    def _last_line(self, wanted: int) -> int:  # or of one from wanted on
        while wanted >= len(self._starts) and not self._done:
            self._next_paragraph()
        return len(self._starts) - 1

    def _paragraphs_end(self) -> int:
        return self._paragraphs[-1].stop if self._paragraphs else 0

    def _next_paragraph(self) -> None:
        if len(self._paragraphs) == len(self.analysed):
            start, text = self._paragraphs_end(), self.text
            separator = clusters.SEPARATORS.search(text, start)
            end, stop = separator.span() if separator else (len(text), len(text))
            made = _Paragraph(text[start:end], start, stop, self.base, self.default_base, separator is None)
            self.analysed.append(made)
        paragraph = self.analysed[len(self._paragraphs)]
        self._done = paragraph.is_last
        self._paragraphs.append(paragraph)
        self._first_lines.append(len(self._starts))
        self._starts += [paragraph.start + at for at in paragraph.line_starts(self.width, self.tab)]


@dataclass(eq=False)
class _Paragraph:
    text: str
    start: int
    stop: int  # behind its separator
    asked_base: int | None
    default_base: int
    is_last: bool

    def __post_init__(self) -> None:
        self.end = self.start + len(self.text)
        self.kinds = clusters.kinds_of(self.text)
        self.cells = joining.cells_of(self.text)

    @cached_property
    def _resolved(self) -> tuple[bytes, int, bytearray]:  # classes of all code points, direction, levels
        classes = bidi.classes_of(self.text)
        base = bidi.first_strong(classes) if self.asked_base is None else self.asked_base
        base, levels = bidi.resolve(classes, self.default_base if base is None else base, self.text)
        return classes, base, levels

    @property
    def base(self) -> int:  # the direction, 0 or 1
        return self._resolved[1]

    @cached_property
    def _before(self) -> list[int]:  # the cells before each code point
        return list(accumulate(self.cells, initial=0))

    @cached_property
    def _words(self) -> list[tuple[int, int, int, str]]:  # start, end, cells, kinds of the blanks after
        before, found = self._before, ((*w.span(1), w[2]) for w in _WORD_AND_BLANKS.finditer(self.kinds))
        return [(start, end, before[end] - before[start], blanks) for start, end, blanks in found]

    def line_starts(self, width: int, tab: int) -> list[int]:  # blanks at the end of a line hang
        before = self._before
        starts = [0]
        column = 0
        for start, end, cells, blanks in self._words:
            if column and column + cells > width and cells:
                starts.append(start)
                column = 0
            while column == 0 and cells > width:
                cut = bisect_right(before, before[start] + width) - 1
                if before[cut] == before[start]:  # a cluster wider than the pane
                    cut = bisect_right(before, before[cut + 1]) - 1
                if cut >= end:
                    break
                starts.append(cut)
                start, cells = cut, before[end] - before[cut]
            column += cells
            for kind in blanks:
                if kind == "t":
                    column += tab - column % tab
                elif kind == "s":
                    column += 1
        return starts

    def cells_between(self, start: int, end: int, layout: Layout) -> list[Cell]:
        """The cells of the line [start, end), left to right; blanks at its end beyond the width have none."""
        start, end = start - self.start, end - self.start
        classes, base, resolved = self._resolved
        levels = bidi.l1(classes[start:end], resolved[start:end], base)
        hanging = start + len(self.kinds[start:end].rstrip("stzj"))
        cells, column = list[Cell](), 0
        places = clusters.places(self.cells, start, end)
        glyphs = joining.shape(self.text, places, tashkeel=layout.tashkeel)
        for (first, at, last), drawn in zip(places, glyphs, strict=True):
            level, width = levels[at - start], self.cells[at]
            if self.kinds[at] == "t":
                width = layout.tab - column % layout.tab
                drawn = " " * width
            if at >= hanging and column + width > layout.width:
                break
            if width:
                glyph = bidi.mirrored(drawn, level) if level & 1 else drawn
                cells.append(Cell(self.start + first, self.start + last, glyph, width, level))
            column += width
        return [cells[i] for i in bidi.reorder([cell.level for cell in cells])]
