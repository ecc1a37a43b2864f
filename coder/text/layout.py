"""Lines of cells: wrapped in logical order, laid out in visual order, mapping cells to
code points and back.

Wrapping precedes reordering (Unicode Standard Annex #9, section 3.4); L1, L2 and L4 are
applied to each line. Columns are cells counted from the left edge of the pane,
including the indent.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from msgspec import Struct

from coder.text import bidi, clusters, joining

_WORD_AND_BLANKS = re.compile("([^st]*)((?:[st][zj]*)*)")


class Cell(NamedTuple):
    """One place of a line: the code points [start, end) that it represents, and the
    glyph drawn there.

    A lam-alef is one cell for both letters, so a highlight that covers either of them
    covers the cell.
    """

    start: int
    end: int
    glyph: str
    width: int
    level: int

    def shows(self, start: int, end: int) -> bool:
        """Return whether any of the code points [start, end) is in this cell."""
        return self.start < end and start < self.end


class Line(Struct, frozen=True):
    """One line of a layout."""

    start: int
    # after hanging spaces, the paragraph separator and blank lines that are left out
    end: int
    paragraph: int  # from 0
    number: int  # of the paragraph among those with words, from 1; 0 if it is blank
    base: int  # the paragraph's direction, 0 or 1
    cells: tuple[Cell, ...]  # from left to right
    width: int  # cells used
    indent: int  # empty cells on the left that align a right-to-left line

    def column_of(self, offset: int) -> int | None:
        """The leftmost column of the cell that represents a code point, None if there
        is none.
        """
        column = self.indent
        for cell in self.cells:
            if cell.start <= offset < cell.end:
                return column
            column += cell.width
        return None

    def cell_at(self, column: int) -> Cell | None:
        """The cell that covers a column, None outside the text."""
        column -= self.indent
        for cell in self.cells:
            if 0 <= column < cell.width:
                return cell
            column -= cell.width
        return None


@dataclass(eq=False)
class Layout:
    """A text broken into lines, which are computed on demand and cached.

    base: the direction of all paragraphs, 0 or 1; None takes each paragraph's from its
    first strong character, or default_base if it has none.
    """

    text: str
    width: int  # cells of the pane, at least 1
    _: KW_ONLY
    base: int | None = None
    default_base: int = 1
    tashkeel: bool = True  # whether vowel signs are drawn
    apart: bool | None = (
        # whether a blank line is between paragraphs with words; None: as in the text
        None
    )
    tab: int = 8  # cells between tab stops
    analysed: list[_Paragraph] = field(
        default_factory=list, repr=False
    )  # shared by the layouts of one text

    def __post_init__(self) -> None:
        if self.width < 1:
            raise ValueError(f"width must be at least 1, not {self.width}")
        self._paragraphs: list[_Paragraph] = []
        self._starts: list[int] = []  # of each line known so far
        self._first_lines: list[int] = []  # of each paragraph known so far
        self._lines: dict[int, Line] = {}
        self._written = [0]  # how many of the first so many paragraphs have words
        self._done = False

    def at_width(self, width: int, *, apart: bool | None = None) -> Layout:
        """The same text in another width; reuses everything that does not depend on the
        width.
        """
        return replace(self, width=width, apart=apart)

    @property
    def count(self) -> int:
        """The number of lines, at least 1."""
        while not self._done:
            self._next_paragraph()
        return len(self._starts)

    def count_to(self, most: int) -> int:
        """The number of lines, or `most` if there are more; lines after that are not
        computed.
        """
        return min(most, self._find_known_last_line(most - 1) + 1)

    def line(self, index: int) -> Line:
        """One line; raises IndexError if it does not exist."""
        if index not in self._lines:
            number = self.paragraph_of(index)
            paragraph = self._paragraphs[number]
            start = self._starts[index]
            if self.apart is False:
                self._find_known_last_line(
                    index + 1
                )  # blank lines that are left out belong to the one before
            end = (
                self._starts[index + 1]
                if index + 1 < len(self._starts)
                else self._paragraphs_end()
            )
            cells = paragraph.cells_between(start, min(end, paragraph.end), self)
            width = sum(cell.width for cell in cells)
            indent = max(0, self.width - width) if paragraph.base else 0
            before, counted = self._written[number : number + 2]
            place = (
                start,
                end,
                number,
                counted if counted > before and end > start else 0,
            )
            self._lines[index] = Line(
                *place, paragraph.base, tuple(cells), width, indent
            )
        return self._lines[index]

    def paragraph_of(self, line: int) -> int:
        """The index of a line's paragraph; raises IndexError if there is no such line."""
        if not 0 <= line <= self._find_known_last_line(line):
            raise IndexError(f"no line {line}")
        return bisect_right(self._first_lines, line) - 1

    def locate(self, offset: int) -> tuple[int, int]:
        """The line and column of the cell that shows a code point.

        Offsets without a cell (hanging space, separator, end of text) are at the cell
        after the line's last, but within the pane. Offsets outside the text are
        clamped.
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
        """The first code point of the cell at a line and column, both clamped to
        existing ones.

        Beyond the end of a paragraph's last line it is the offset after its last
        character; beside any other line that of the nearest cell.
        """
        line_at = self.line(max(0, min(line, self._find_known_last_line(line))))
        if (cell := line_at.cell_at(column)) is not None:
            return cell.start
        is_after = (column < line_at.indent) == bool(line_at.base)
        paragraph = self._paragraphs[line_at.paragraph]
        if (
            line_at.start == line_at.end < paragraph.end
        ):  # a blank line that the text does not have
            return line_at.start - 1
        if not line_at.cells or (is_after and line_at.end >= paragraph.stop):
            return min(paragraph.end, line_at.end)
        return line_at.cells[0 if column < line_at.indent else -1].start

    def _find_known_last_line(
        self, wanted: int
    ) -> int:  # at least `wanted` if it exists
        while wanted >= len(self._starts) and not self._done:
            self._next_paragraph()
        return len(self._starts) - 1

    def _paragraphs_end(self) -> int:
        return self._paragraphs[-1].stop if self._paragraphs else 0

    def _next_paragraph(self) -> None:
        if len(self._paragraphs) == len(self.analysed):
            start = self._paragraphs_end()
            text = self.text
            separator = clusters.SEPARATORS.search(text, start)
            end, stop = separator.span() if separator else (len(text), len(text))
            paragraph = _Paragraph(
                text[start:end],
                start,
                stop,
                self.base,
                self.default_base,
                not separator,
            )
            self.analysed.append(paragraph)
        paragraph = self.analysed[len(self._paragraphs)]
        self._done = paragraph.is_last
        self._paragraphs.append(paragraph)
        before = self._written[-2:]
        has_words = bool(paragraph.text.strip())
        self._written.append(before[-1] + has_words)
        self._first_lines.append(len(self._starts))
        if self.apart is False and not has_words and self._starts:
            return  # a blank line of the text
        if self.apart and has_words and len(before) == 2 and before[0] < before[1]:
            self._starts.append(paragraph.start)
        self._starts += [
            paragraph.start + at for at in paragraph.line_starts(self.width, self.tab)
        ]


@dataclass(eq=False)
class _Paragraph:
    """A paragraph as it is laid out in lines.

    kinds: of each code point, one letter as in `clusters`. widths: of each code point,
    in cells. The direction and the levels are resolved once (UAX #9).
    """

    text: str
    start: int
    stop: int  # after its separator
    asked_base: int | None
    default_base: int
    is_last: bool

    def __post_init__(self) -> None:
        self.end = self.start + len(self.text)
        self.kinds = clusters.kinds_of(self.text)
        self.widths = joining.cells_of(self.text)

    @cached_property
    def _resolved(
        self,
    ) -> tuple[bytes, int, bytearray]:  # classes of its code points, direction, levels
        classes = bidi.classes_of(self.text)
        base = (
            bidi.first_strong(classes) if self.asked_base is None else self.asked_base
        )
        base, levels = bidi.resolve(
            classes, self.default_base if base is None else base, self.text
        )
        return classes, base, levels

    @property
    def base(self) -> int:  # the direction, 0 or 1
        return self._resolved[1]

    @cached_property
    def _before(self) -> list[int]:  # the cells before each code point
        return list(accumulate(self.widths, initial=0))

    @cached_property
    def _words(
        self,
    ) -> list[
        tuple[int, int, int, str]
    ]:  # start, end, cells, kinds of the blanks after
        before = self._before
        found = list[tuple[int, int, int, str]]()
        for word in _WORD_AND_BLANKS.finditer(self.kinds):
            start, end = word.span(1)
            found.append((start, end, before[end] - before[start], word[2]))
        return found

    def line_starts(
        self, width: int, tab: int
    ) -> list[int]:  # blanks at the end of a line hang
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
                start = cut
                cells = before[end] - before[cut]
            column += cells
            for kind in blanks:
                if kind == "t":
                    column += tab - column % tab
                elif kind == "s":
                    column += 1
        return starts

    def cells_between(self, start: int, end: int, layout: Layout) -> list[Cell]:
        """The cells of the line [start, end), left to right, without blanks that hang
        beyond the width.
        """
        start -= self.start
        end -= self.start
        classes, base, resolved = self._resolved
        levels = bidi.l1(classes[start:end], resolved[start:end], base)
        hanging = start + len(self.kinds[start:end].rstrip("stzj"))
        cells = list[Cell]()
        column = 0
        places = clusters.places(self.widths, start, end)
        glyphs = joining.shape(self.text, places, tashkeel=layout.tashkeel)
        for (first, at, last), drawn in zip(places, glyphs, strict=True):
            level = levels[at - start]
            width = self.widths[at]
            if self.kinds[at] == "t":
                width = layout.tab - column % layout.tab
                drawn = " " * width
            if at >= hanging and column + width > layout.width:
                break
            if width:
                glyph = (
                    drawn if drawn.isalpha() else bidi.mirrored(drawn, level)
                )  # letters have no mirror
                cells.append(
                    Cell(self.start + first, self.start + last, glyph, width, level)
                )
            column += width
        return [cells[i] for i in bidi.reorder([cell.level for cell in cells])]
