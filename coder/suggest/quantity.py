"""Finds quantities: numerals in digits and words, the modifiers around them, and vague amounts.

What they stand for is told by `values.numbers`. Source: Ryding 2005, A Reference Grammar of Modern Standard
Arabic, chapter 15.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from coder.codebook.lexicon_schema import Lexicon, Modifier, Vague
from coder.model import Json
from coder.suggest.article_words import DIGITS, Page, Tables
from coder.suggest.forms import ARTICLE, verb_forms
from coder.suggest.word_lists import bare, readings
from coder.values.numbers import as_range, modifiers, moved, number_parts, read_number, vague_amounts


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount over the words first..last; skipped letters of particles stand before it."""

    first: int
    last: int
    skipped: int
    least: int | None  # bounds; None where there is none
    most: int | None
    approx: bool = False

    @property
    def value(self) -> Json:
        """The native form of a range; None if no number can be coded."""
        return None if self.least is None else as_range(self.least, self.most, self.approx)


@dataclass(frozen=True)
class NumberWords:
    """A lexicon's words around numerals, folded and split."""

    value: Callable[[str], int | None]  # the number that folded words are, None if they are none
    parts: frozenset[str]  # the folded words that numbers are made of
    starts: Callable[[str], Sequence[tuple[int, str]]]  # the `readings` of a word that begin a numeral
    vague: Mapping[str, Sequence[tuple[tuple[str, ...], Vague]]]  # by first words: the others and the amount
    modifiers: Mapping[tuple[str, ...], Modifier]


_BEHIND = (("علي", "الاقل"), ("علي", "الاكثر"), ("تقريبا",))  # modifiers that stand behind the noun
_VAGUE, _NUMERAL = "vague amount", "numeral"
QUANTITIES = (_VAGUE, _NUMERAL, DIGITS)  # the tables whose words can begin an amount
_ONE_OF = frozenset({"احد", "احدي"})  # they begin numerals, alone they pick one out (إحدى الطائرات)
_LONGEST_NUMERAL, _LONGEST_MODIFIER = 7, 4  # words that are looked for (ما لا يقل عن)


def number_words(lexicon: Lexicon) -> NumberWords:
    """The words of a lexicon around numerals."""
    numbers = lexicon.numbers
    vague: dict[str, list[tuple[tuple[str, ...], Vague]]] = {}
    for form, amount in vague_amounts(numbers):
        first, *others = form.split()
        if amount.en != "fractions":
            vague.setdefault(first, []).append((tuple(others), amount))
    around = {tuple(form.split()): modifier for form, modifier in modifiers(numbers)}
    for (form, *more), modifier in list(around.items()):
        if not more and modifier.min == "N+1":
            around |= {(inflected.text,): modifier for inflected in verb_forms(form)}
    parts = number_parts(numbers)

    @lru_cache(1 << 16)
    def starts(text: str) -> Sequence[tuple[int, str]]:
        if text[0].isdigit():
            return [(0, text)]
        read = readings(text)
        return [(n, head) for n, word in read for head in dict.fromkeys((word, bare(word))) if head in parts]

    return NumberWords(lru_cache(4096)(lambda w: read_number(w, numbers)), parts, starts, vague, around)


def number_openings(words: NumberWords) -> Tables:
    """The words with which an amount can begin, without modifiers in front."""
    return {_VAGUE: words.vague, _NUMERAL: {*words.parts, *(ARTICLE + part for part in words.parts)}}


def quantity_at(page: Page, index: int, words: NumberWords) -> Quantity | None:
    """The quantity whose numeral or vague word begins at a word, with its modifiers in front."""
    vague = [
        Quantity(index, index + len(rest), skipped, amount.min, amount.max)
        for skipped, head in readings(page.words[index].text)
        for rest, amount in words.vague.get(head, ())
        if tuple(page.words.texts[index + 1 : index + 1 + len(rest)]) == rest
    ]
    found = max(vague, key=lambda q: q.last, default=None) or _numeral_at(page, index, words)
    return found and (_two_bounds(page, found, words) or _modified(page, found, words))


def with_trailing_modifier(page: Page, found: Quantity, words: NumberWords) -> Quantity:
    """The quantity with a modifier behind its noun (على الأقل)."""
    for phrase in _BEHIND:
        stop = found.last + 1 + len(phrase)
        if tuple(page.words.texts[found.last + 1 : stop]) == phrase and phrase in words.modifiers:
            return _bounded(found, words.modifiers[phrase], last=stop - 1)
    return found


def _numeral_at(page: Page, index: int, words: NumberWords) -> Quantity | None:  # خمسة وعشرين ألفاً
    sentence = page.words[index].sentence
    for skipped, head in words.starts(page.words[index].text):
        best, said = None, head
        for last in range(index, min(len(page.words), index + _LONGEST_NUMERAL)):
            word = page.words[last]
            if last > index:
                part = word.text
                is_part = part in words.parts or part[1:] in words.parts or part[0].isdigit()
                if not is_part or word.sentence != sentence:
                    break
                said = f"{said} {part}"
            count = None if said in _ONE_OF else words.value(said)
            if count is not None:
                best = Quantity(index, last, skipped, count, count)
        if best:
            return best
    return None


# ---------------------------------------------------------------- around the numeral
def _two_bounds(page: Page, found: Quantity, words: NumberWords) -> Quantity | None:  # بين A وB; found: A
    after = found.last + 1
    if found.first == 0 or page.words[found.first - 1].text != "بين" or after >= len(page.words):
        return None
    joined = page.words[after].text
    at = after + 1 if joined == "و" and after + 1 < len(page.words) else after
    upper = _numeral_at(page, at, words) if joined[0] == "و" else None
    if upper is None or upper.least is None or found.least is None or upper.least < found.least:
        return None
    is_whole = found.first > 1 and page.words[found.first - 2].text == "ما"
    return Quantity(found.first - 1 - is_whole, upper.last, 0, found.least, upper.least)


def _modified(page: Page, found: Quantity, words: NumberWords) -> Quantity:
    if found.first and page.words[found.first - 1].text == "ال":
        found = replace(found, first=found.first - 1, skipped=0)
    between = found.first  # a pronoun of the counted thing may stand there (فاق عددها الـ 15)
    if between and page.words[between - 1].text in ("عددها", "عددهم", "عدده", "عدد"):
        between -= 1
    for at in dict.fromkeys((found.first, between)):
        for size in range(min(_LONGEST_MODIFIER, at), 0, -1):
            if page.words[at - size].sentence != page.words[at].sentence or found.least is None:
                continue
            first, *others = page.words.texts[at - size : at]
            for skipped, head in readings(first):
                phrase = (head, *others)
                if phrase in words.modifiers and words.modifiers[phrase].min != "A":
                    return _bounded(found, words.modifiers[phrase], first=at - size, skipped=skipped)
    return found


def _bounded(found: Quantity, modifier: Modifier, **extent: int) -> Quantity:  # by a modifier there
    if found.least is None:
        return found
    least, most, approx = moved(modifier, found.least)
    return replace(found, least=least, most=most, approx=approx, **extent)
