"""Single lines of text for output without Arabic support: visual order, joined forms,
widths in cells.

Order and mirroring follow Unicode Standard Annex #9.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache, partial
from typing import Literal, TypeAlias

from msgspec import Struct

from coder.text import bidi, clusters, joining
from coder.text.layout import Line

# How cells are sent: unchanged, or with marks that keep a bidi-aware terminal from
# reordering them.
Mode: TypeAlias = Literal["plain", "lrm"]
LRM = "\u200e"
RLM = "\u200f"
_NUMBER = re.compile(
    r"(?<!\w)\d+(?:(?:[/:.,٫٬–-]|\.\.)\d+)*"
)  # a date, a time, a count, or a range of them
_BEGUN_RANGE = re.compile(r".*(?:\.\.|–|-\d\d/)").match
# ranges of days: without what both ends share, as in ISO 8601; then without the year
_SHORTER = (
    {
        re.compile(r"(\d{4}-\d\d-)(\d\d)\.\.\1(\d\d)"): r"\1\2/\3",
        re.compile(r"(\d{4}-)(\d\d-\d\d)\.\.\1(\d\d-\d\d)"): r"\1\2/\3",
        re.compile(r"(\d\d)(/\d\d/\d{4})\.\.(\d\d)\2"): r"\1–\3\2",
        re.compile(r"(\d\d/\d\d)(/\d{4})\.\.(\d\d/\d\d)\2"): r"\1–\3\2",
    },
    {
        re.compile(r"\d{4}-(\d\d-\d\d/\d\d(?:-\d\d)?)"): r"\1",
        re.compile(r"((?:\d\d/)?\d\d–\d\d/\d\d)/\d{4}"): r"\1",
    },
)
_BETWEEN = " ·\u2066\u2067\u2068\u2069"  # does not stand in front of an ellipsis
_ISOLATES = re.compile("[\u2066-\u2068]")
_HAS_WORDS = re.compile(r"\w").search


class Display(Struct, frozen=True):
    """Display settings: how cells are sent to the terminal, and whether vowel signs are
    drawn.
    """

    mode: Mode = "plain"
    tashkeel: bool = True


PLAIN = Display()
_ITEMS = "; "
_NOTATION = re.compile(r"; | [=:] (?=[A-Za-z])|(?:: | \[)(?=[A-Za-z])")
"""Between the parts of a value in an English line: `سورية = Syria: country; العراق =
Iraq: country`.
"""


def isolate(text: str, base: int | None = None) -> str:
    """Wrap a text in isolate characters, so that it and its context do not reorder each
    other (UAX #9, 2.4).

    base: its direction, 0 or 1; None takes it from the first strong character.
    """
    sign = "\u2068" if base is None else "\u2066\u2067"[base]
    return f"{sign}{text}\u2069" if text else ""


def isolate_sentence(text: str) -> str:
    """Isolate a sentence of words of both directions, which has the direction of most
    of its letters.

    That of its first letter (UAX #9, P2) is wrong for an English sentence that begins
    with an Arabic word.
    """
    classes = bidi.classes_of(text)
    return isolate(
        text, int(classes.count(b"L") < classes.count(b"R") + classes.count(b"A"))
    )


def takes_line_direction(text: str) -> bool:
    """Return whether a text is a range, count or list without strong characters, which
    takes the line's direction.

    By itself it would be laid out from the left (UAX #9, P3), its parts reversed for
    right-to-left readers.
    """
    has_parts = (
        ".." in text
        or "–" in text
        or _ISOLATES.search(text)
        or text.startswith("~")
        or text.endswith("+")
    )
    return bool(has_parts) and bidi.first_strong(bidi.classes_of(text)) is None


def isolate_within(text: str, rtl: bool) -> str:
    """Isolate a value inside a line; in a right-to-left line (rtl) ranges become
    right-to-left too.
    """
    if rtl:
        return isolate(text, 1 if takes_line_direction(text) else _direction(text))
    return isolate_value(text)


def isolate_value(text: str, base: int | None = None) -> str:
    """Isolate a value, which in our notation with English names reads from the left,
    item by item.

    base: the direction of any other text, as in `isolate`; if it is 1, nothing reads
    from the left.
    """
    if base == 1:
        return isolate(text, base)
    if _ITEMS in text and not _ISOLATES.search(
        text
    ):  # between words of one direction it would have theirs
        return isolate(
            _ITEMS.join(isolate_value(item, base) for item in text.split(_ITEMS)), 0
        )
    return isolate(text, _direction(text, base))


def reads_leftwards(text: str) -> bool:
    """Return whether a text's first strong character is right-to-left."""
    return bidi.first_strong(bidi.classes_of(text)) == 1


def _direction(text: str, base: int | None = None) -> int | None:
    return 0 if _NOTATION.search(text) else base


def to_display(text: str, base: int | None = None, display: Display = PLAIN) -> str:
    """A text as one line in visual order with joined forms, for a widget that draws
    left to right.

    base: the direction, 0 or 1; None takes it from the first strong character.
    Paragraph separators and tabs become spaces. The result is for display only: never
    store it or use offsets into it.
    """
    if text.isascii() and text.isprintable() and not base:
        return text
    text = clusters.SEPARATORS.sub(" ", text)
    places = clusters.places(joining.cells_of(text))
    glyphs = joining.shape(text, places, tashkeel=display.tashkeel)
    _, levels = bidi.levels(text, base)
    shown_levels = [levels[at] for _, at, _ in places]
    order = bidi.reorder(shown_levels)
    cells = (bidi.mirrored(glyphs[i], shown_levels[i]) for i in order)
    if display.mode == "lrm":
        cells = (
            make_glyph(cell, shown_levels[i], "lrm")
            for cell, i in zip(cells, order, strict=True)
        )
    return "".join(cells)


def visual_line(line: Line, mode: Mode = "plain") -> str:
    """The cells of a line from left to right, without its indent."""
    return "".join(make_glyph(cell.glyph, cell.level, mode) for cell in line.cells)


def make_glyph(glyph: str, level: int, mode: Mode) -> str:
    """The text sent for a cell; in mode `lrm` with a mark after glyphs that terminals
    would reorder.
    """
    return (
        glyph + LRM
        if mode == "lrm" and (level % 2 or _is_right_to_left(glyph))
        else glyph
    )


@cache
def _is_right_to_left(
    glyph: str,
) -> bool:  # Arabic digits too, though their level is even
    return unicodedata.bidirectional(glyph[:1]) in ("R", "AL", "AN") if glyph else False


def cell_width(text: str) -> int:
    """The width of a text in cells, as one line drawn by `to_display`."""
    if text.isascii() and text.isprintable():
        return len(text)
    return _cached_cells(text) if len(text) <= _MAX_CACHED else _cells(text)


def _cells(text: str) -> int:
    return sum(joining.cells_of(clusters.SEPARATORS.sub(" ", text)))


_MAX_CACHED = (
    120  # characters: each key typed into a longer text would leave one in memory
)
_cached_cells = lru_cache(1 << 13)(_cells)


def fit(text: str, width: int) -> str:
    """The text, or its (logical) beginning with an ellipsis if it is wider than `width`
    cells.

    A range of days is written shorter first, with both its ends. A date or number after
    other words is left out whole, as half of one would be another.
    """
    cut = _cut(text, width)
    for shorter in _SHORTER if cut != text and ".." in text else ():
        if cut != text and _number_at(text, len(cut) - 1) is not None:
            for pattern, form in shorter.items():
                text = pattern.sub(form, text)
            cut = _cut(text, width)
    if cut == text or (number := _number_at(text, len(cut) - 1)) is None:
        return cut
    before = cut[: number.start()].rstrip(f".{_BETWEEN}")
    if _HAS_WORDS(before):
        return f"{before}…"
    return f"{begun[0]}…" if (begun := _BEGUN_RANGE(cut)) else cut


def with_ellipsis_at_end(text: str, base: int) -> str:
    """A cut text whose ellipsis stands where its last word ends, also in a line of the
    other direction.

    There it would stand where that word begins. base: the direction of the line. The
    text gets a mark.
    """
    if not text.endswith("…") or len(text) == 1:
        return text
    *_, before, at = bidi.levels(text, base)[1]
    return text if before % 2 == at % 2 else f"{text}{RLM if before % 2 else LRM}"


def fit_words(text: str, width: int) -> str:
    """The text, or its beginning cut behind a word, with an ellipsis, if it is wider
    than `width` cells.
    """
    cut = fit(text, width)
    kept = cut[:-1]
    if cut != text and " " in kept and not text[len(kept) :].startswith(" "):
        return f"{kept.rpartition(' ')[0]}…"
    return cut


def _number_at(text: str, at: int) -> re.Match[str] | None:
    """The number that a cut at a code point would split."""
    return next(
        (each for each in _NUMBER.finditer(text) if each.start() < at < each.end()),
        None,
    )


def _cut(text: str, width: int) -> str:
    if cell_width(text) <= width:
        return text
    if width < 1:
        return ""
    cells = joining.cells_of(clusters.SEPARATORS.sub(" ", text))
    end = 0
    room = width - 1  # the ellipsis takes a cell
    for _, at, stop in clusters.places(cells):
        room -= cells[at]
        if room < 0:
            break
        end = stop
    return bidi.with_directions(text)[:end].rstrip(f"\n…{_BETWEEN}") + "…"


def fit_apart(texts: Sequence[str], width: int | Sequence[int]) -> list[str]:
    """Cut texts to a width in cells, keeping the place where each differs from the most
    similar other one.

    width: one for all, or one per text. If the beginning shows no difference, the
    middle is left out:
    `…2023-10-31`.
    """
    widths = [width] * len(texts) if isinstance(width, int) else width
    common_lengths = [
        max(map(partial(_common_length, text), texts), default=0) for text in texts
    ]
    return [*map(_cut_around, texts, common_lengths, widths)]


def _common_length(one: str, other: str) -> int:
    """The length of the common prefix in code points; 0 if the texts are equal."""
    if one == other:
        return 0
    pairs = zip(one, other, strict=False)
    return next(
        (i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other))
    )


def _cut_around(text: str, difference: int, width: int) -> str:
    """The text cut to a width in cells, keeping the cluster at code point `difference`
    (or the last one).
    """
    cut = fit(text, width)
    if cut == text or difference < len(cut) - 1 or not cut.endswith("…"):
        return cut
    starts = [
        start
        for start, _, _ in clusters.places(
            joining.cells_of(clusters.SEPARATORS.sub(" ", text))
        )
    ]
    end = starts[min(len(starts) - 1, width // 4)]
    split = _number_at(text, end)
    head = text[: split.start() if split else end].rstrip() + "…"
    room = width - cell_width(head)
    part = text.rfind(" · ", end, difference)
    if part >= 0 and cell_width(f"{text[part + 3 :]} · ".split(" · ")[0]) + 3 <= room:
        return head + _cut(
            text[part:], room
        )  # whole from the part of the list that differs
    first = max(0, bisect_right(starts, difference) - 3)  # with a little context
    while first and cell_width(text[starts[first - 1] :]) <= room:
        first -= 1
    split = _number_at(text, starts[first])
    start = split.end() if split and split.end() <= difference else starts[first]
    return head + _cut(text[start:difference].lstrip(".·") + text[difference:], room)
