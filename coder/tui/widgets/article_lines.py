"""How a line of the article pane looks: the styles of its code points, and letters
drawn over it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

from msgspec import Struct
from rich.style import Style

from coder.model import REJECTED, Article
from coder.service.coding.article_marks import Mark
from coder.text.display import Mode, make_glyph
from coder.text.layout import Cell, Line
from coder.tui import palette
from coder.tui.palette import Role, Theme

# cells at most in front of a highlight that begins within a word, such as و and ال
_ATTACHED = 3


class Kinds(Struct, frozen=True, dict=True):
    """The span kinds, or in review the coders, by which highlights look different.

    glyphs: span kind → glyph, in the codebook's order. faint: the kinds whose
    candidates stand out in the sentences being worked on alone. is_done: no candidate
    stands out, as nothing is left to decide, and grounds are only in these sentences.
    """

    glyphs: Mapping[str, str]
    are_coders: bool = False
    faint: Collection[str] = ()
    is_done: bool = False

    @cached_property
    def rank(self) -> Mapping[str, int]:
        """The place of each kind."""
        return {kind: place for place, kind in enumerate(self.glyphs)}

    def style(
        self,
        theme: Theme,
        mark: Mark,
        lit: Sequence[tuple[int, int]],
        *,
        is_current: bool,
        is_nested: bool,
        away: bool,
    ) -> Style:
        """Return a highlight's style.

        lit: the sentences being worked on. away: whether the keys do not go to the
        pane.
        """
        rank = self.rank.get(mark.look or mark.kind, 0)
        is_lit = any(a <= mark.start < b for a, b in lit)
        of = self.are_coders
        faint = self.is_done or (mark.kind in self.faint and not is_lit)
        style = theme.mark(
            rank, mark.state, is_current, is_nested, of_coder=of, faint=faint, away=away
        )
        if self.is_done and not (is_lit or is_current) and style.bgcolor is not None:
            return Style(
                color=style.color,
                bold=style.bold,
                underline=style.underline,
                strike=style.strike,
            )
        return style


def line_styles(
    theme: Theme,
    article: Article,
    line: tuple[int, int],
    marks: Sequence[Mark],
    kinds: Kinds,
    current: str | None,
    chosen: tuple[int, int] | None,
    lit: Sequence[tuple[int, int]],
    bright: Sequence[tuple[int, int]] | None,
    *,
    away: bool,
) -> list[Style]:
    """Return the style of each code point of a line [start, end), where later styles
    replace earlier ones.

    The order is: rejected marks, wider before narrower ones, the current mark, the
    selection. lit: the sentences being worked on. bright: the code points beside which
    all is dimmed but the current mark; None dims nothing. away: the keys do not go to
    the pane.
    """
    start, end = line
    styles = [theme[palette.TEXT]] * max(0, end - start)
    for first, last in article.boilerplate:
        _fill(styles, theme[palette.DIM], first - start, last - start)
    covered = [False] * len(styles)
    shown = len(
        article.text[start:end].rstrip()
    )  # the space at which a line is broken is blank
    order = sorted(
        marks,
        key=lambda m: (m.id == current, m.state != REJECTED, m.start - m.end, m.kind),
    )
    for mark in order:
        first = max(0, mark.start - start)
        last = min(shown, mark.end - start)
        is_nested = any(covered[first:last])
        is_current = mark.id == current
        covered[first:last] = [True] * max(0, last - first)
        style = kinds.style(
            theme, mark, lit, is_current=is_current, is_nested=is_nested, away=away
        )
        _fill(styles, style, first, last)
        if is_current and bright is not None:
            bright = [*bright, (mark.start, mark.end)]
    if bright is not None:
        at = start
        for first, last in (*sorted(bright), (end, end)):
            _fill(styles, theme[palette.DIM], at - start, first - start)
            at = max(at, last)
    if chosen is not None:
        _fill(styles, theme[palette.SELECTION], chosen[0] - start, chosen[1] - start)
    return styles


def letter_cells(
    line: Line,
    letters: Mapping[int, tuple[str, ...]],
    roles: Mapping[int, Role],
    ends: Collection[int],
    ranges: Sequence[tuple[int, int]],
) -> dict[int, tuple[str, Role, bool]]:
    """Return letter, role and whether it takes the role's other look, by the cell
    covered.

    letters: by the code point in front of which they are drawn, or, if it is one of
    `ends`, on whose cell. roles: of those that look otherwise. ranges: of each cell the
    code points, none for a bracket.

    Letters begin on white space before their word and what is attached to it (و، ب،
    ال), or beside the line, and end there before a number, which stays whole. Several
    in front of one word have a stroke between them; those that touch take the two looks
    in turn. The cells beside the line are -1 and the number of its cells.
    """
    covered: dict[int, tuple[str, Role, bool]] = {}
    starts = [[at for at in range(*each) if at in letters] for each in ranges]
    for place, (cell, here) in enumerate(zip(line.cells, starts, strict=True)):
        if here:
            first, *others = (name for at in here for name in letters[at])
            names = [first, *(f"/{name}" for name in others)]
            start = _in_front(line.cells, place, starts)
            count = sum(map(len, names))
            start = place if start in covered or here[0] in ends else start
            ends_there = (
                start < place and cell.glyph.isdecimal()
            )  # so that no digit is covered
            if (cell.level % 2 or ends_there) and count > 1:
                start = max(-1, start - count + 1)
            role = roles.get(here[0], palette.LETTER)
            for name in names:
                is_other = start - 1 in covered and not covered[start - 1][2]
                inside = (
                    (at, sign)
                    for at, sign in enumerate(name, start)
                    if -1 <= at <= len(line.cells)
                )
                covered |= {at: (sign, role, is_other) for at, sign in inside}
                start += len(name)
    return covered


def _in_front(
    cells: Sequence[Cell], place: int, starts: Sequence[Sequence[int]]
) -> int:
    """Return the blank cell in front of a highlight's first cell, or that cell itself
    if there is none.

    Up to _ATTACHED cells may stand between them, but no digit and none with which a
    highlight begins.
    """
    if (
        cells[place].glyph.isdecimal() and cells[place].level
    ):  # in Arabic, the front of a number is its right
        last = place
        while (
            last + 1 < len(cells)
            and cells[last + 1].glyph.strip()
            and not cells[last + 1].level % 2
        ):
            last += 1
        if last + 1 < len(cells) and not cells[last + 1].glyph.strip():
            return last + 1
    step = 1 if cells[place].level % 2 else -1
    blank = place + step
    while 0 <= blank < len(cells) and cells[blank].glyph.strip():
        blank += step
    between = range(place + step, blank, step)
    is_free = len(between) <= (_ATTACHED if step > 0 else 0)
    is_free &= not any(starts[at] or cells[at].glyph.isdecimal() for at in between)
    return blank if is_free else place


def line_runs(
    theme: Theme,
    line: Line,
    styles: Sequence[Style],
    over: Mapping[int, tuple[str, Role, bool]],
    blanks: tuple[int, int],
    start: int,
    ranges: Sequence[tuple[int, int]],
    mode: Mode,
) -> list[tuple[str, Style]]:
    """Return a line's texts in their styles, with blanks before and behind it.

    styles: one per code point. over: the letters by cell, as from `letter_cells`.
    blanks: the cells beside the line, one at least on either side. start: the line's
    first code point. ranges: of each cell the code points.
    """
    quiet = (plain := theme[palette.TEXT], theme[palette.DIM])
    count = len(line.cells)
    before, behind = (
        blank - (place in over)
        for place, blank in zip((-1, count), blanks, strict=True)
    )

    def letter(place: int, width: int = 1) -> tuple[str, Style]:
        sign, role, is_other = over[place]
        return make_glyph(sign, 0, mode).ljust(width), theme.other(
            role
        ) if is_other else theme[role]

    runs = [(" " * before, plain), *(letter(place) for place in over if place < 0)]
    for place, (cell, (first, last)) in enumerate(zip(line.cells, ranges, strict=True)):
        if place in over:
            runs.append(letter(place, cell.width))
            continue
        at = first - start
        if first == last and at and cell.glyph == "]["[cell.level % 2]:
            at -= 1  # it closes what is before it
        style = styles[at] if at < len(styles) else plain
        if last - first > 1 and style in quiet:
            # A lam-alef is one cell: a style of either letter applies to it.
            style = next(
                (s for s in styles[at : last - start] if s not in quiet), style
            )
        runs.append(
            (
                cell.glyph
                if mode == "plain"
                else make_glyph(cell.glyph, cell.level, mode),
                style,
            )
        )
    return [
        *runs,
        *(letter(place) for place in over if place == count),
        (" " * behind, plain),
    ]


def _fill(styles: list[Style], style: Style, start: int, end: int) -> None:
    """Set the style of the positions [start, end) that are within the list."""
    start = max(0, start)
    end = min(len(styles), end)
    if start < end:
        styles[start:end] = [style] * (end - start)
