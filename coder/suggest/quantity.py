"""Find quantities: numerals in digits and words, the modifiers around them, and vague
amounts.

Their values come from `values.numbers`. Source: Ryding 2005, A Reference Grammar of
Modern Standard Arabic, chapter 15.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.lexicon_schema import Lexicon, Modifier, Vague
from coder.model import Json
from coder.suggest.article_words import DIGITS, Page, Tables
from coder.suggest.forms import ARTICLE, verb_forms
from coder.suggest.word_lists import bare, readings
from coder.values.numbers import (
    as_range,
    modifiers,
    moved,
    number_parts,
    read_number,
    vague_amounts,
)


class Quantity(Struct, frozen=True):
    """An amount covering the words first..last, behind `skipped` letters of proclitics."""

    first: int
    last: int
    skipped: int
    least: int | None  # bounds; None if open
    most: int | None
    approx: bool = False

    @property
    def value(self) -> Json:
        """The amount as a range in native form; None if there is no number to code."""
        return (
            None if self.least is None else as_range(self.least, self.most, self.approx)
        )


class NumberWords(Struct, frozen=True):
    """A lexicon's words for quantities, folded and split."""

    value: Callable[
        [str], int | None
    ]  # folded words → number, None if they are not a number
    parts: frozenset[str]  # the folded words of which numbers consist
    starts: Callable[
        [str], Sequence[tuple[int, str]]
    ]  # the `readings` of a word that begin a numeral
    vague: Mapping[
        str, Sequence[tuple[tuple[str, ...], Vague]]
    ]  # first word → other words and amount
    modifiers: Mapping[tuple[str, ...], Modifier]


_BEHIND = (
    ("علي", "الاقل"),
    ("علي", "الاكثر"),
    ("تقريبا",),
)  # modifiers that follow the noun
_VAGUE, _NUMERAL = "vague amount", "numeral"
QUANTITIES = (_VAGUE, _NUMERAL, DIGITS)  # the tables of words that can begin an amount
_ONE_OF = frozenset(
    {"احد", "احدي"}
)  # part of numerals (eleven); alone they mean "one of" (إحدى الطائرات)
_LONGEST_NUMERAL, _LONGEST_MODIFIER = 7, 4  # maximum number of words (ما لا يقل عن)


def number_words(lexicon: Lexicon) -> NumberWords:
    """The words for quantities in a lexicon."""
    numbers = lexicon.numbers
    vague: dict[str, list[tuple[tuple[str, ...], Vague]]] = {}
    for form, amount in vague_amounts(numbers):
        first, *others = form.split()
        if amount.en != "fractions":
            vague.setdefault(first, []).append((tuple(others), amount))
    by_phrase = {tuple(form.split()): modifier for form, modifier in modifiers(numbers)}
    for (form, *more), modifier in list(by_phrase.items()):
        if not more and modifier.min == "N+1":
            by_phrase |= {(inflected.text,): modifier for inflected in verb_forms(form)}
    parts = number_parts(numbers)

    @lru_cache(1 << 16)
    def starts(text: str) -> Sequence[tuple[int, str]]:
        if text[0].isdigit():
            return [(0, text)]
        found = readings(text)
        return [
            (n, head)
            for n, word in found
            for head in dict.fromkeys((word, bare(word)))
            if head in parts
        ]

    return NumberWords(
        lru_cache(4096)(lambda w: read_number(w, numbers)),
        parts,
        starts,
        vague,
        by_phrase,
    )


def number_openings(words: NumberWords) -> Tables:
    """The words that can begin an amount, not counting modifiers in front, by table."""
    return {
        _VAGUE: words.vague,
        _NUMERAL: {*words.parts, *(ARTICLE + part for part in words.parts)},
    }


def quantity_at(page: Page, index: int, words: NumberWords) -> Quantity | None:
    """The quantity whose numeral or vague amount begins at an index, with the modifiers
    in front, if any.
    """
    candidates = [
        Quantity(index, index + len(rest), skipped, amount.min, amount.max)
        for skipped, head in readings(page.words[index].text)
        for rest, amount in words.vague.get(head, ())
        if tuple(page.words.texts[index + 1 : index + 1 + len(rest)]) == rest
    ]
    quantity = max(candidates, key=lambda q: q.last, default=None) or _numeral_at(
        page, index, words
    )
    return quantity and (
        _two_bounds(page, quantity, words) or _modified(page, quantity, words)
    )


def with_trailing_modifier(
    page: Page, quantity: Quantity, words: NumberWords
) -> Quantity:
    """Apply a modifier that follows the counted noun (على الأقل), if there is one."""
    for phrase in _BEHIND:
        stop = quantity.last + 1 + len(phrase)
        if (
            tuple(page.words.texts[quantity.last + 1 : stop]) == phrase
            and phrase in words.modifiers
        ):
            return _bounded(quantity, words.modifiers[phrase], last=stop - 1)
    return quantity


def _numeral_at(
    page: Page, index: int, words: NumberWords
) -> Quantity | None:  # خمسة وعشرين ألفاً
    sentence = page.words[index].sentence
    for skipped, head in words.starts(page.words[index].text):
        best, wording = None, head
        for last in range(index, min(len(page.words), index + _LONGEST_NUMERAL)):
            word = page.words[last]
            if last > index:
                part = word.text
                is_part = (
                    part in words.parts or part[1:] in words.parts or part[0].isdigit()
                )
                if not is_part or word.sentence != sentence:
                    break
                wording = f"{wording} {part}"
            count = None if wording in _ONE_OF else words.value(wording)
            if count is not None:
                best = Quantity(index, last, skipped, count, count)
        if best:
            return best
    return None


# ---------------------------------------------------------------- around the numeral
def _two_bounds(page: Page, lower: Quantity, words: NumberWords) -> Quantity | None:
    """The range بين A وB, or A إلى B; lower: A. Behind من, B is what the number rose or
    fell to.
    """
    after, front = (
        lower.last + 1,
        page.words[lower.first - 1].text if lower.first else "",
    )
    if after >= len(page.words):
        return None
    joined = page.words[after].text
    is_between, is_to = (
        front == "بين" and joined[0] == "و",
        front != "من" and joined == "الي",
    )
    at = (
        after + 1 if (joined == "و" or is_to) and after + 1 < len(page.words) else after
    )
    upper = _numeral_at(page, at, words) if is_between or is_to else None
    if (
        upper is None
        or upper.least is None
        or lower.least is None
        or upper.least < lower.least
    ):
        return None
    if is_to:
        return replace(lower, last=upper.last, most=upper.least)
    is_whole = lower.first > 1 and page.words[lower.first - 2].text == "ما"
    return Quantity(lower.first - 1 - is_whole, upper.last, 0, lower.least, upper.least)


def _modified(page: Page, quantity: Quantity, words: NumberWords) -> Quantity:
    if quantity.first and page.words[quantity.first - 1].text == "ال":
        quantity = replace(quantity, first=quantity.first - 1, skipped=0)
    between = quantity.first  # "their number" may stand between (فاق عددها الـ 15)
    if between and page.words[between - 1].text in ("عددها", "عددهم", "عدده", "عدد"):
        between -= 1
    for at in dict.fromkeys((quantity.first, between)):
        for size in range(min(_LONGEST_MODIFIER, at), 0, -1):
            if page.words[at - size].sentence != page.words[at].sentence:
                continue
            first, *others = page.words.texts[at - size : at]
            for skipped, head in readings(first):
                phrase = (head, *others)
                if phrase in words.modifiers and words.modifiers[phrase].min != "A":
                    return _bounded(
                        quantity,
                        words.modifiers[phrase],
                        first=at - size,
                        skipped=skipped,
                    )
    return quantity


def _bounded(
    quantity: Quantity, modifier: Modifier, **extent: int
) -> Quantity:  # extent: its new edges
    if quantity.least is None:
        return quantity
    least, most, approx = moved(modifier, quantity.least)
    return replace(quantity, least=least, most=most, approx=approx, **extent)
