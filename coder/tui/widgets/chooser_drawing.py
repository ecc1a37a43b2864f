"""Drawing a chooser: its frame, the input, the choices, and what is said of them."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from coder.text.display import (
    Display,
    cell_width,
    fit,
    isolate,
    make_glyph,
    with_ellipsis_at_end,
)
from coder.text.layout import Layout, Line
from coder.text.normalize import fold, fold_key
from coder.tui import palette
from coder.tui.keys import key_of, shown
from coder.tui.palette import Theme
from coder.tui.sentences import listed, say
from coder.tui.widgets.chooser import Chooser
from coder.tui.widgets.chooser_place import DIGITS, aside_of, mark_cells, place_of
from coder.tui.widgets.frame import ACROSS, LOWER, SIDES, UPPER, Frame
from coder.tui.widgets.rows import (
    HERE,
    Column,
    Row,
    draw,
    edged,
    fitted,
    ground,
    position,
    theme_of,
    view_of,
    wrapped,
)
from coder.tui.widgets.scrolled import sign_of

NARROWEST = 3  # cells that a caret needs beside what is typed


def drawn(chooser: Chooser, y: int) -> Strip:
    """Draw one of the chooser's lines in its frame."""
    width = chooser.host.size.width
    theme = theme_of(chooser.host)
    last = chooser.lines[1] - 1
    base = theme.on_base(palette.MENU)
    edge = base + theme[palette.EDGE]
    left, right = (
        *(UPPER if y == 0 else LOWER if y == last else SIDES)[_is_thick(chooser)],
    )
    if y == 0 or chooser.body <= y == last:
        return Strip(
            [
                Segment(left, edge),
                *_edge(chooser, y, width - 2, base),
                Segment(right, edge),
            ],
            width,
        )
    inner = _line(chooser, y, chooser.inner_width, base)
    blank = " " * chooser.blank
    if chooser.head <= y < chooser.body and len(chooser.choices) > chooser.room:
        top, count = (
            -(-n // chooser.columns) for n in (chooser.top, len(chooser.choices))
        )
        sign = sign_of(theme, base, y - chooser.head, top, chooser.rows, count)
        rest = inner.crop(1) if chooser.rtl else inner.crop(0, inner.cell_length - 1)
        inner = Strip([sign, *rest] if chooser.rtl else [*rest, sign])
    return Strip(
        [Segment(f"{left}{blank}", edge), *inner, Segment(f"{blank}{right}", edge)],
        width,
    )


def _edge(chooser: Chooser, y: int, width: int, base: Style) -> Strip:
    """Draw the inside of an edge, with the title or with what is said of the choices."""
    assert chooser.asked is not None
    line = ACROSS[_is_thick(chooser)]
    if y == 0:
        title = Column(f" {chooser.asked.title}", 0, palette.FOCUSED)
        row: Row = (title, *_preview(chooser), *_position(chooser))
    else:
        said = (
            ""
            if chooser.is_told
            else chooser.remark or _keys_of_lines(chooser, width - 3)
        )
        row = (Column(f" {said}", 0, _role_of_echo(chooser)),)
    row = (
        Column(line, 1, palette.EDGE),
        *edged(row, width - 1, line, palette.EDGE),
    )  # as far as of a pane
    return draw(
        row, width, chooser.rtl, base, view_of(chooser.host), theme_of(chooser.host), 1
    )


def _role_of_echo(chooser: Chooser) -> palette.Role:
    return (
        palette.WRONG
        if chooser.refused
        else palette.DIM
        if chooser.wrong
        else palette.TEXT
    )


def _line(chooser: Chooser, y: int, width: int, base: Style) -> Strip:
    """Draw what is between the edges: the input, and choices around the cursor or what
    is said of none.
    """
    assert chooser.asked is not None
    if y == chooser.blank + 1 or chooser.asked.lines:
        return _input(chooser, width, base, y - 1)
    if not chooser.head <= y < chooser.body:
        return Strip.blank(width, base)
    if chooser.choices:
        strips = [
            _choice(chooser, n, y, room, base) for n, room in enumerate(chooser.widths)
        ]
        return Strip.join(strips[::-1] if chooser.rtl else strips)
    lines = wrapped(chooser.echo, width - 2, 1 if chooser.rtl else None)
    at = y - chooser.head
    words = (
        lines[at : at + 1] if y + 1 < chooser.body else lines[at:]
    )  # the last line cuts the rest
    row = (
        Column(
            f" {' '.join(words)}",
            0,
            _role_of_echo(chooser) if chooser.edit.text else palette.DIM,
        ),
    )
    return draw(
        row, width, chooser.rtl, base, view_of(chooser.host), theme_of(chooser.host), 1
    )


def _is_thick(chooser: Chooser) -> bool:
    """Return whether its frame is thick; within that of a pane, which is, a thin one is
    enough.
    """
    pane = chooser.host.parent
    return not (isinstance(pane, Frame) and pane.is_closed)


def _keys_of_lines(chooser: Chooser, width: int) -> str:
    """Return which keys save several lines of text and begin another, with room also
    how to delete them.
    """
    assert chooser.asked is not None
    if not chooser.asked.lines:
        return ""
    save, line = (shown(key_of(f"write.{action}")) for action in ("save", "new_line"))
    hint = say(chooser.lang, "lines_hint") if chooser.asked.query else ""
    keys = say(chooser.lang, "lines_keys", save=save, line=line)
    told = listed(keys, hint)
    return told if cell_width(told) <= width else keys


def _choice(chooser: Chooser, column: int, y: int, width: int, base: Style) -> Strip:
    """Draw the choice in a column of a line."""
    assert chooser.asked is not None
    view = view_of(chooser.host)
    theme = theme_of(chooser.host)
    index = chooser.in_column(column, y)
    if index >= len(chooser.choices):
        return Strip.blank(width, base)
    choice = chooser.choices[index]
    is_here = index == chooser.cursor
    takes_digits = chooser.asked.digits and not (
        chooser.edit.text or chooser.has_numbers
    )  # or are typed
    number = choice.number or (
        f"{index + 1}" if takes_digits and index < DIGITS else ""
    )
    mark = Column(
        f" {HERE if is_here else ' '} {number}", mark_cells(choice), palette.KEY
    )
    row: Row = (mark, Column(choice.label))
    if aside := aside_of(choice, width, is_kept=chooser.asked.keeps_asides):
        row += (fitted(f" {aside}  ", palette.DIM),)
    if is_here:
        base += theme[palette.CURSOR]
    elif place_of(column, chooser.lines[0] + y) == chooser.host.lit:
        base += theme[palette.HOVER]
    marks = choice.marks or _found(choice.label, chooser.edit.text)
    if marks and (room := width - sum(column.width for column in row)) > 1:
        ends = [
            draw((column,), column.width, chooser.rtl, base, view, theme)
            for column in row
            if column.width
        ]
        middle = _marked(choice.label, marks, room, chooser.rtl, base, view, theme)
        parts = (ends[0], middle, *ends[1:])
        return Strip.join(parts[::-1] if chooser.rtl else parts)
    return draw(row, width, chooser.rtl, base, view, theme, 1)


@lru_cache(512)
def _found(label: str, typed: str) -> tuple[tuple[int, int], ...]:
    """Return where what was typed begins a word of a label, in any spelling."""
    folded = fold(label)
    wanted = fold_key(typed)
    match = re.search(rf"\b{re.escape(wanted)}", folded.text) if wanted else None
    return (folded.span(*match.span()),) if match else ()


@lru_cache(512)
def _marked(
    label: str,
    marks: tuple[tuple[int, int], ...],
    width: int,
    rtl: bool,
    base: Style,
    view: Display,
    theme: Theme,
) -> Strip:
    """Draw the label of a choice with the letters that fit what was typed standing out."""
    line = _laid_out(label, width, rtl, tashkeel=view.tashkeel)
    segments = [Segment(" " * line.indent, base)]
    for stands_out, cells in groupby(
        line.cells, lambda cell: any(cell.shows(*each) for each in marks)
    ):
        glyphs = "".join(
            make_glyph(cell.glyph, cell.level, view.mode) for cell in cells
        )
        segments.append(
            Segment(glyphs, base + theme[palette.KEY if stands_out else palette.TEXT])
        )
    segments.append(Segment(" " * (width - line.indent - line.width), base))
    return Strip(segments, width)


@lru_cache(512)
def _laid_out(label: str, width: int, rtl: bool, *, tashkeel: bool) -> Line:
    """Lay out the label of a choice, which stays while other letters of it stand out."""
    text = with_ellipsis_at_end(fit(label, width - 1), int(rtl))
    return Layout(text, width, base=int(rtl), tashkeel=tashkeel).line(0)


def _preview(chooser: Chooser) -> Row:
    """Return the key that continues the typed text, and with what."""
    rest = chooser.continuation.strip()
    text = f" {isolate(shown(key_of('choose.complete')))} {isolate(f'…{rest}', chooser.rtl)} "
    return (fitted(text, palette.DIM),) if rest else ()


def _position(chooser: Chooser) -> Row:
    """Return the line and place of the caret, or the cursor's position if not all
    choices are visible.
    """
    if chooser.asked is not None and chooser.asked.lines:
        *lines, line = chooser.edit.text[: chooser.edit.caret].split("\n")
        return (fitted(f" {len(lines) + 1}:{len(line) + 1} ", palette.DIM),)
    if len(chooser.choices) <= chooser.room:
        return ()
    return position(chooser.lang, chooser.cursor, len(chooser.choices))


def touched(chooser: Chooser, x: int, y: int) -> tuple[int, int] | None:
    """Return line and column of the typed text at a cell of one of the chooser's lines,
    None for none.
    """
    if chooser.asked is None:
        return None
    first = chooser.blank + 1
    if not first <= y < (chooser.body if chooser.asked.lines else first + 1):
        return None
    layout = chooser.layout()
    at, _ = layout.locate(chooser.edit.caret)
    if chooser.asked.lines:
        at = y - 1 + _first_line(chooser, at)
    if at >= layout.count:
        return None
    line = layout.line(at)
    return at, x - 2 - chooser.blank - _indent(chooser, layout, line) + line.indent


def _first_line(chooser: Chooser, caret_at: int) -> int:
    """Return the first visible one of several typed lines: the caret's is always among
    them.
    """
    return max(0, caret_at - max(1, chooser.body - 1) + 1)


def _indent(chooser: Chooser, layout: Layout, line: Line) -> int:
    """Return where a typed line begins.

    A single line begins where the screen's language does, whatever is typed; of
    several, each where its own does.
    """
    assert chooser.asked is not None
    return (
        line.indent
        if chooser.asked.lines
        else max(0, layout.width - line.width) * chooser.rtl
    )


def _input(chooser: Chooser, width: int, base: Style, y: int) -> Strip:
    """Draw a typed line, from 0 on the screen."""
    assert chooser.asked is not None
    if width < NARROWEST:
        return Strip.blank(max(0, width), base)
    layout = chooser.layout()
    at = 0
    theme = theme_of(chooser.host)
    base += (
        ground(theme[palette.FIELD]) if chooser.asked.lines else theme[palette.FIELD]
    )
    caret_at, column = layout.locate(chooser.edit.caret)
    if chooser.asked.lines:
        at = y + _first_line(chooser, caret_at)
        if at >= layout.count:
            return Strip.blank(width, base)
    else:
        at = caret_at
    line = layout.line(at)
    empty = bool(chooser.placeholder) and not chooser.edit.text
    indent = _indent(chooser, layout, line)
    column += indent - line.indent
    if (
        empty
    ):  # the placeholder may begin with a number, which is not where its line begins
        column = indent + (line.width - 1) * chooser.rtl
    first, last = (-1, -1) if empty else chooser.edit.selected
    hint = palette.DIM if chooser.asked.lines else palette.FIELD_HINT
    plain = theme[hint if empty else palette.TEXT]
    mode = view_of(chooser.host).mode
    segments = [Segment(" " * (indent + 1), base)]
    for cell in line.cells:
        style = (
            theme[palette.SELECTION]
            if first < cell.end and cell.start < last
            else plain
        )
        segments.append(Segment(make_glyph(cell.glyph, cell.level, mode), base + style))
    body = indent + line.width + 1
    segments.append(Segment(" " * max(0, width - body), base))
    strip = Strip(segments, max(width, body))
    if at != caret_at:
        return strip
    column = min(column + 1, width - 1)
    before, at_caret, after = strip.divide([column, column + 1, strip.cell_length])
    caret = theme[palette.TEXT] + theme[palette.CARET]
    marked = Strip(
        Segment(cell.text, (cell.style or base) + caret) for cell in at_caret
    )
    return Strip.join((before, marked, after))
