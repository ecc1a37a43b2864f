"""Joined letter forms for terminals without shaping: Arabic Presentation Forms, one per
cell.

Joining follows section 9.2 of the Unicode Standard. The forms of a letter are the
characters that decompose to it in the Unicode Character Database. Lam and alef share a
cell; no other ligature is used.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

from coder.text import clusters, controls
from coder.text.unicode_data import Lookup, value

_QURANIC_MARKS = (
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08e1\u08e3-\u08ff"
)
_LAM_ALEF = re.compile(
    f"[لڵ][\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670{_QURANIC_MARKS}]*([آأإا])"
)
_LIGATURES = {"آ": "\ufef5", "أ": "\ufef7", "إ": "\ufef9", "ا": "\ufefb"}
_TASHKEEL = re.compile(
    f"[\u0610-\u061a\u064b-\u0652\u0656-\u065f\u0670{_QURANIC_MARKS}]"
)
# Emoji sequences that are two cells wide, by the kinds of `clusters`.
_SEQUENCE = re.compile("RR|d[vmzj]*k|[pPe](?=.*(?:[vke]|j[pPe]))")
_SMALL_V = "\u065a"
_STAND_INS = {"ێ": "ی" + _SMALL_V, "ڵ": "ل" + _SMALL_V, "ە": "ه"}
_SUBSTITUTES = dict(zip(clusters.VISIBLE_FORMATS, "№§※§§ˆ○܀£¤○№№", strict=True))
_CONNECTION = re.compile("[DLC](?=(T*)[DRC])")
# A terminal cannot show more, and putting n marks in canonical order takes n² steps.
# The limit is that of the Stream-Safe Text Format (Unicode Standard Annex #15, section
# 13).
_MOST_MARKS = 30
_JOINS_BEFORE = 1
_JOINS_AFTER = 2
_FORMS = (
    "<isolated>",
    "<final>",
    "<initial>",
    "<medial>",
)  # indexed by the sum of these two


def cells_of(text: str) -> bytearray:
    """The number of cells that each code point of a paragraph opens; 0 for the alef of
    a lam-alef.
    """
    cells = clusters.advances(clusters.kinds_of(text))
    for ligature in _LAM_ALEF.finditer(text):
        cells[ligature.start(1)] = 0
    return cells


def shape(
    text: str, places: Sequence[clusters.Place], *, tashkeel: bool = True
) -> list[str]:
    """The glyphs for consecutive places of a paragraph, joined according to the whole
    paragraph.

    places: computed from `cells_of` the paragraph. tashkeel: whether vowel signs are
    drawn. A tab becomes one space, an invisible place an empty string. Of more than 30
    marks on a letter the first 30 are drawn.
    """
    if not places:
        return []
    first = _neighbour(text, places[0][0], -1)
    last = _neighbour(text, places[-1][2] - 1, 1)
    types = text[first : last + 1].translate(_JOINING_TYPES)
    forms = bytearray(len(types))
    for connection in _CONNECTION.finditer(types):
        forms[connection.start()] |= _JOINS_AFTER
        forms[connection.end(1)] |= _JOINS_BEFORE
    drawn = _draw()
    return [
        drawn[text[at]][forms[at - first]]
        if end - at == 1
        else _cluster(text[at:end], forms[at - first], tashkeel)
        for _, at, end in places
    ]


def _neighbour(
    text: str, at: int, step: int
) -> int:  # the next one not transparent to joining
    at += step
    while 0 < at < len(text) - 1 and _JOINING_TYPES[ord(text[at])] == "T":
        at += step
    return max(0, min(at, len(text) - 1))


@lru_cache(maxsize=4096)
def _cluster(
    letters: str, form: int, tashkeel: bool
) -> str:  # letters[0] opens the cell
    kinds = clusters.kinds_of(letters)
    if _SEQUENCE.match(kinds):
        # Simplified to what all terminals show in two cells: the first pictograph, or a
        # flag's letters. Terminals disagree on the width of full sequences, which would
        # misalign the line.
        if kinds.startswith("RR"):
            return "".join(
                chr(ord(letter) - 0x1F1E6 + ord("A")) for letter in letters[:2]
            )
        return letters[0] + ("" if kinds[0] in "Pe" else " ")
    drawn_text = unicodedata.normalize("NFC", letters[0] + _visible_marks(letters[1:]))
    if not tashkeel:
        drawn_text = drawn_text[:1] + _TASHKEEL.sub("", drawn_text[1:])
    base = drawn_text[:1]
    rest = drawn_text[1:]
    if base in ("ل", "ڵ") and (
        alef := next((letter for letter in rest if letter in _LIGATURES), "")
    ):
        small_v = _SMALL_V if base == "ڵ" else ""
        return (
            chr(ord(_LIGATURES[alef]) + (form & _JOINS_BEFORE))
            + small_v
            + rest.replace(alef, "", 1)
        )
    return _draw()[base][form] + rest


def _visible_marks(letters: str) -> str:
    """The characters of a cluster after its first one, without invisible ones and too
    many marks.
    """
    visible = ""
    marks = 0
    for character, kind in zip(letters, clusters.kinds_of(letters), strict=True):
        if kind in "zjvn":
            continue
        marks = marks + 1 if kind in "mk" else 0
        if marks <= _MOST_MARKS:
            visible += character
    return visible


class _Drawn(
    dict[str, list[str]]
):  # character → glyphs of it alone, in the order of `_FORMS`
    def __missing__(self, character: str) -> list[str]:
        kind = clusters.kinds_of(character)
        stand_in = _STAND_INS.get(character, "")
        if kind in "zjn":
            glyph = ""
        elif kind in "mvk":
            glyph = clusters.DOTTED_CIRCLE + character
        elif kind in "sht":
            glyph = " "
        elif kind == "c":
            glyph = controls.picture(character)
        elif unicodedata.category(character) == "Cs":
            glyph = "\ufffd"
        else:
            glyph = _SUBSTITUTES.get(character, character)
        drawn = (
            [form + stand_in[1:] for form in self[stand_in[0]]]
            if stand_in
            else [glyph] * 4
        )
        self[character] = drawn
        return drawn


@cache
def _draw() -> _Drawn:  # initialised with all presentation forms
    drawn = _Drawn()
    for code_point in (*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFD)):
        name, *letters = unicodedata.decomposition(chr(code_point)).split() or [""]
        if name in _FORMS and len(letters) == 1:
            letter = chr(int(letters[0], 16))
            drawn.setdefault(letter, [letter] * 4)[_FORMS.index(name)] = chr(code_point)
    return drawn


def _joining_type(character: str) -> str:  # R, L, D, C, U or T
    joining = value("JOINING_TYPE", character)
    if joining != "-":
        return joining
    return "T" if unicodedata.category(character) in ("Mn", "Me", "Cf") else "U"


_JOINING_TYPES = Lookup(_joining_type)
