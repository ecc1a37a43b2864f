"""Folds text for matching, always with the map back; the stored text itself is never altered.

Which letters count as equal follows common practice in Arabic retrieval (Larkey, Ballesteros and
Connell 2002, "light" normalization), with the Persian forms of the same letters; presentation forms
are decomposed by the Unicode Character Database.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache, partial

from coder.text.clusters import SEPARATORS
from coder.text.unicode_data import Lookup

_LETTERS = str.maketrans("أإآٱىةؤئگکی", "اااايهويككي")
_TATWEEL = "\u0640"
# What mostly stands behind a letter, and is no mark.
_LETTERS_AND_BLANK = frozenset(" \n،." + "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي")
_QUOTES = frozenset("\"'‘’‚‛“”„‟«»‹›")
_INVISIBLE = frozenset(
    "\u00ad\u061c\u180e\ufeff"
    + "".join(map(chr, [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]))
)
_RUN = re.compile(" {2,}")
# All characters but the commonest of those that fold to themselves.
_MAY_CHANGE = re.compile(
    "[^\n !#-&(-@\\[-`a-z{-~\u2013\u2014\u2026"
    "\u0621\u0627\u0628\u062a-\u063a\u0641-\u0648\u064a\u060c\u061b\u061f]"
)


@dataclass(frozen=True)
class Folded:
    """A folded text and the way back to the code points of the stored text it was made from."""

    text: str
    stored: str
    quotes: bool = False
    collapsed: bool = False  # whether a run of blanks became one

    def span(self, i: int, j: int) -> tuple[int, int]:
        """The code points [start, end) of the stored text behind folded characters [i, j).

        Marks and tatweel after the last letter belong to it, so a span never ends between a base and
        its mark. An empty [i, i) gives the empty span before character i.
        """
        folded, stored = self._steps
        text = self.stored
        at = bisect_right(folded, i) - 1
        start = stored[at] + i - folded[at] if i < len(self.text) else len(text)
        if j <= i:
            return start, start
        at = bisect_right(folded, j - 1, at) - 1
        end = reach = stored[at] + j - folded[at]
        in_run = self.collapsed and self.text[j - 1] == " "
        while reach < len(text):
            character = text[reach]
            reach += 1
            if in_run and _FOLDS[self.quotes][ord(character)] == " ":
                end = reach
            elif character in _LETTERS_AND_BLANK:
                break
            if character == _TATWEEL or unicodedata.category(character)[0] == "M":
                end = reach
            elif character not in _INVISIBLE:
                break
        return start, end

    def index(self, offset: int) -> int:
        """The first folded character that stems from stored code point `offset` or a later one."""
        folded, stored = self._steps
        at = bisect_left(stored, offset)
        limit = folded[at] if at < len(folded) else len(self.text)
        return min(folded[at - 1] + offset - stored[at - 1], limit) if at else limit

    @cached_property
    def _steps(self) -> tuple[Sequence[int], Sequence[int]]:
        """Folded indices, and the stored offsets they stem from, between which both run on evenly."""
        uneven = [match.start() for match in _uneven(self.collapsed).finditer(self.stored)]
        if not self.collapsed and len(self.text) == len(self.stored) - len(uneven):
            folded = [0, *(at - dropped for dropped, at in enumerate(uneven))]
            return folded, [0, *(at + 1 for at in uneven)]
        folded, stored, table = [0], [0], _FOLDS[self.quotes]
        for at in uneven:
            letters = table[ord(self.stored[at])]
            index = folded[-1] + at - stored[-1]
            length = len(letters)
            if letters == " " and self.text[index - 1 : index] == " ":
                length = 0  # the run's first blank stands for it
            if length == 1:
                continue  # a quotation mark that is kept, a run's first blank
            for more in range(1, length):
                folded.append(index + more)
                stored.append(at)
            folded.append(index + length)
            stored.append(at + 1)
        return folded, stored


def fold(text: str, *, quotes: bool = False) -> Folded:
    """What of a text counts when it is matched: letters without their variants, marks and case.

    All blanks count as one space, a run of them too; line ends stay. quotes: keep quotation marks, which are
    dropped otherwise.
    """
    folded = _folded(text, quotes)
    if "  " not in folded:
        return Folded(folded, text, quotes)
    return Folded(_RUN.sub(" ", folded), text, quotes, collapsed=True)


@lru_cache(1 << 14)
def fold_key(text: str) -> str:
    """The folded text with white space collapsed, under which a word or phrase is looked up."""
    folded = " ".join(_folded(text, False).split())
    return text if folded == text else folded  # one string for both where nothing changes


def _folded(text: str, quotes: bool) -> str:  # few different characters of a text do not stay as they are
    table = _FOLDS[quotes]
    for character in set(_MAY_CHANGE.findall(text)):
        folded = table[ord(character)]
        if folded != character:
            text = text.replace(character, folded)
    return text


def _fold(character: str, dropped: frozenset[str]) -> str:
    if character.isspace():
        return "\n" if SEPARATORS.match(character) and character != "\r" else " "
    if _is_arabic(character) and unicodedata.category(character) == "Nd":
        return str(unicodedata.digit(character))
    letters = character
    if "\ufb50" <= character <= "\ufdff" or "\ufe70" <= character <= "\ufefc":  # presentation forms
        letters = unicodedata.normalize("NFKD", character)
        if letters[0] == " " and all(map(_is_arabic_mark, letters[1:])):
            letters = letters[1:]
    return "".join(
        letter.lower().translate(_LETTERS)
        for letter in letters
        if letter != _TATWEEL and letter not in dropped and not _is_arabic_mark(letter)
    )


def _is_arabic(character: str) -> bool:
    return "\u0600" <= character <= "\u06ff" or "\u0750" <= character <= "\u08ff"


def _is_arabic_mark(character: str) -> bool:
    is_quranic_sign = "\u06d6" <= character <= "\u06ed"
    return is_quranic_sign or (_is_arabic(character) and unicodedata.category(character) == "Mn")


_FOLDS = {  # how each character folds, by whether quotation marks are kept
    False: Lookup(partial(_fold, dropped=_INVISIBLE | _QUOTES)),
    True: Lookup(partial(_fold, dropped=_INVISIBLE)),
}


_ARABIC = [*map(chr, (*range(0x0600, 0x0900), *range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFD)))]


def spellings(folded: str) -> str:
    """A regular expression for what folds to these letters, but for ligatures; for none, what is dropped."""
    dropped, *letters = (f"[{re.escape(_unfolded()[each])}]" for each in ("", *folded))
    return f"{dropped}*".join(letters) if letters else dropped


@cache
def _unfolded() -> Mapping[str, str]:  # what characters fold to → these characters
    found = defaultdict[str, str](str)
    for character in (*map(chr, range(0x80)), *_ARABIC, *_INVISIBLE, *_QUOTES):
        found[_FOLDS[False][ord(character)]] += character
    return found


@cache
def _uneven(blanks: bool) -> re.Pattern[str]:  # what does not fold to just one; blanks: all of these too
    found = (c for c in (*_ARABIC, *_INVISIBLE, *_QUOTES, "\u0130") if len(_FOLDS[False][ord(c)]) != 1)
    blank = r"\s" if blanks else ""
    return re.compile(f"[{re.escape(''.join(sorted(found)))}{blank}]")
