"""Amounts in a text: numerals in digits and words, ranges, vague amounts, modifiers.

An amount is read whole or not at all. Number words, digits and the signs between them
form a stretch, which is split only before a word such as «و» or «إلى» (3 و5 جرحى).
`values.numbers` reads what the words say. Source: Ryding 2005, A Reference Grammar of
Modern Standard Arabic, chapter 15.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.lexicon_schema import Lexicon
from coder.model import Json
from coder.suggest.article_words import DIGITS, Page, Reading, Tables
from coder.suggest.forms import ARTICLE, verb_forms
from coder.suggest.phrase import precedes
from coder.suggest.word_lists import all_forms, bare, readings, word_set
from coder.values.numbers import (
    Bounds,
    as_range,
    fraction_words,
    modifiers,
    number_parts,
    range_words,
    read_amount,
    scale_words,
    vague_amounts,
)

_VAGUE = "vague amount"
_NUMERAL = "numeral"
AMOUNTS = (_VAGUE, _NUMERAL, DIGITS)
"""The tables of words that can begin an amount."""
_AND = "و"
_FROM = "من"
_DASHES = frozenset("-–—")
_PERCENT = frozenset("%٪")
_LONGEST = 20  # words of an amount; a range of two long numbers has fewer
_LONGEST_MODIFIER = 4  # words (ما لا يقل عن)
_CHANGE = 6  # words back from a number to the word that says what rose or fell


class Amount(Struct, frozen=True):
    """An amount that covers the words first..last, behind `skipped` letters.

    wording: what its value was read from. bounds: None if it gives no number.
    """

    first: int
    last: int
    skipped: int
    wording: str
    bounds: Bounds | None

    @property
    def value(self) -> Json:
        """Return the amount as a range in native form, None if it gives no number."""
        return None if self.bounds is None else as_range(*self.bounds)


class AmountWords(Struct, frozen=True):
    """A lexicon's words for amounts, folded.

    read: what words say. parts: the words of which numbers consist, among them scales
    (hundreds and more) and fractions. between: words between the bounds of a range.
    vague: first word → the other words. modifiers: a wording in front of an amount →
    how the lexicon lists it.
    """

    read: Callable[[str], Bounds | None]
    parts: Set[str]
    scales: Set[str]
    fractions: Set[str]
    between: Set[str]
    vague: Mapping[str, Sequence[Sequence[str]]]
    modifiers: Mapping[str, str]


def collect_amount_words(lexicon: Lexicon) -> AmountWords:
    """Return the words for amounts of a lexicon."""
    numbers = lexicon.numbers
    vague: dict[str, list[Sequence[str]]] = {}
    for form, amount in vague_amounts(numbers):
        first, *others = form.split()
        if amount.en != "fractions":
            vague.setdefault(first, []).append(others)
    by_wording = {_FROM: _FROM}
    for form, modifier in modifiers(numbers):
        by_wording[form] = form
        if modifier.min == "N+1" and " " not in form:
            inflected = (each.text for each in verb_forms(form))
            by_wording |= dict.fromkeys(inflected, form)
    return AmountWords(
        read=lru_cache(4096)(lambda text: read_amount(text, numbers)),
        parts=number_parts(numbers),
        scales=scale_words(numbers),
        fractions=fraction_words(numbers),
        between=range_words(numbers),
        vague=vague,
        modifiers=by_wording,
    )


def openings(words: AmountWords) -> Tables:
    """Return the words that can begin an amount, without modifiers, by table."""
    with_article = (ARTICLE + part for part in words.parts)
    return {_VAGUE: words.vague, _NUMERAL: {*words.parts, *with_article}}


def find_amounts(page: Page, words: AmountWords, taken: Set[int]) -> list[Amount]:
    """Return the amounts of a page in order; taken: words that are in no amount."""
    starts = {index for table in AMOUNTS for index, _ in page.opened(table)}
    found: list[Amount] = []
    past = 0
    for index in sorted(starts - taken):
        if index < past:
            continue
        vague = _read_vague(page, index, words)
        if vague is None:
            past = _find_end(page, index, words, taken)
            found += _read_stretch(page, index, past, words)
            continue
        past = _find_end(page, vague.last, words, taken)
        if past > vague.last + 1 and not _can_split(page, vague.last + 1, words):
            continue  # بضعة آلاف
        past = vague.last + 1
        found.append(vague)
    return found


def with_modifier_behind(page: Page, amount: Amount, words: AmountWords) -> Amount:
    """Apply a modifier right behind an amount, if there is one.

    The amount ends with its number (ثلاثة على الأقل), or with the counted noun if the
    caller added that (ثلاثة جنود على الأقل). `last` then includes the modifier, but
    `wording` does not: it stays the words of the number, to which a modifier behind the
    noun is added when this is called again with the noun.
    """
    phrases = sorted(
        word_set("counting", "behind"), key=lambda each: (-len(each), each)
    )
    for phrase in phrases:
        stop = amount.last + 1 + len(phrase.split())
        if " ".join(page.words.texts[amount.last + 1 : stop]) != phrase:
            continue
        bounds = words.read(f"{amount.wording} {phrase}")
        if bounds is not None:
            return replace(amount, last=stop - 1, bounds=bounds)
    return amount


# ---------------------------------------------------------------- stretches
def _find_end(page: Page, first: int, words: AmountWords, taken: Set[int]) -> int:
    """Return the index behind the number words, digits and signs that touch a word."""
    end = first + 1
    while True:
        step = _count_joined(page, end, words)
        if step == 0 or not taken.isdisjoint(range(end, end + step)):
            return end
        end += step


def _count_joined(page: Page, index: int, words: AmountWords) -> int:
    """Return how many words from an index on belong to the number in front of it.

    Behind digits only a scale does: 50 ألفاً, but not الفرقة 25 خمسة مسلحين.
    """
    here = _text_in_sentence(page, index, index - 1)
    behind = _text_in_sentence(page, index + 1, index - 1)
    is_behind_digits = page.words[index - 1].text[0].isdigit()
    if here in words.scales or here in _PERCENT or here[:1].isdigit():
        return 1
    if _is_number_word(here, words) and not is_behind_digits:
        return 1
    if here == _AND or here in words.between or here in _DASHES:
        return 2 if _is_number_word(behind, words) else 0
    is_sign = not here.isalnum() and not here.isspace() and here != ""
    is_sign_in_number = is_sign and _touches_both_sides(page, index)
    return 2 if is_sign_in_number and behind[:1].isdigit() else 0


def _text_in_sentence(page: Page, index: int, of: int) -> str:
    """Return a word if it is in the sentence of another, else an empty text."""
    if index >= len(page.words):
        return ""
    word = page.words[index]
    return word.text if word.sentence == page.words[of].sentence else ""


def _is_number_word(text: str, words: AmountWords) -> bool:
    is_joined = text[:1] == _AND and text[1:] in words.parts
    return text[:1].isdigit() or text in words.parts or is_joined


def _touches_both_sides(page: Page, sign: int) -> bool:
    """Return whether a sign stands between two words without blanks (08:20)."""
    if not 0 < sign < len(page.words) - 1:
        return False
    before, here, behind = page.words[sign - 1 : sign + 2]
    return before.stop == here.start and here.stop == behind.start


def _read_stretch(
    page: Page, first: int, stop: int, words: AmountWords
) -> Iterator[Amount]:
    """Yield the amounts in a stretch of number words, each as long as possible."""
    start = first
    if page.words[first - 1].text in _DASHES and _touches_both_sides(page, first - 1):
        return  # a designation (إف-15)
    while start < stop:
        limit = min(stop, start + _LONGEST)
        splits = [at for at in range(start + 1, limit) if _can_split(page, at, words)]
        ends = [*splits, stop] if limit == stop else splits
        if not ends:
            return  # longer than any number
        past = ends[0]
        for end in reversed(ends):
            amount = _read_piece(page, start, end, words)
            if amount is not None:
                yield with_modifier_behind(page, amount, words)
                past = end
                break
        is_joined = past < stop and _is_joining(page.words[past].text, words)
        start = past + 1 if is_joined else past


def _is_joining(text: str, words: AmountWords) -> bool:
    return text == _AND or text in words.between


def _can_split(page: Page, index: int, words: AmountWords) -> bool:
    """Return whether another number can begin at a word (وثلاثة، إلى 40; not ونصف)."""
    text = page.words[index].text
    if text[:1] != _AND:
        return text in words.between
    return text[1:] not in words.fractions


def _read_piece(page: Page, start: int, end: int, words: AmountWords) -> Amount | None:
    """Read the words [start, end) as one number or range."""
    for reading in _number_readings(page.words[start].text, words):
        amount = _read_words(page, start, end, reading, words)
        if amount is None or amount.wording in word_set("counting", "one_of"):
            continue
        if not _is_change(page, amount):
            return amount
    return None


def _number_readings(text: str, words: AmountWords) -> Iterator[Reading]:
    """Yield the readings of a word that can begin a number."""
    if text[0].isdigit():
        yield 0, text
    for skipped, word in readings(text) if text[0].isalpha() else ():
        for head in dict.fromkeys((word, bare(word))):
            if head in words.parts:
                yield skipped, head


def _is_change(page: Page, amount: Amount) -> bool:
    """Return whether a range tells what rose or fell (ارتفع العدد من 3 إلى 5)."""
    if not amount.wording.startswith(f"{_FROM} "):
        return False
    sentence = page.words.in_sentence(page.words[amount.first].sentence)
    before = range(max(sentence.start, amount.first - _CHANGE), amount.first)
    changing = all_forms("counting", "changing")
    for index in before:
        found = {text for _, text in readings(page.words[index].text)}
        if not changing.isdisjoint(found):
            return True
    return False


def _read_vague(page: Page, index: int, words: AmountWords) -> Amount | None:
    """Read the longest vague amount that begins at a word (عشرات الآلاف)."""
    found: list[tuple[int, Reading]] = []
    for reading in readings(page.words[index].text):
        for others in words.vague.get(reading[1], ()):
            end = index + 1 + len(others)
            if page.words.texts[index + 1 : end] == others:
                found.append((end, reading))
    if not found:
        return None
    end, reading = max(found, key=lambda each: each[0])
    amount = _read_words(page, index, end, reading, words)
    if amount is not None:
        return amount
    skipped, head = reading
    return Amount(index, end - 1, skipped, head, None)  # دفعة كبيرة gives no number


def _read_words(
    page: Page, start: int, end: int, reading: Reading, words: AmountWords
) -> Amount | None:
    """Read the words [start, end) as an amount with the longest modifier in front.

    reading: the first of them without its proclitics.
    """
    skipped, head = reading
    wording = " ".join([head, *page.words.texts[start + 1 : end]])
    first = start
    if precedes(page, start) == ARTICLE:  # الـ 15
        first -= 1
    for front, skipped_in_front, modifier in _modifiers_before(page, first, words):
        modified = f"{modifier} {wording}"
        bounds = words.read(modified)
        if bounds is not None:
            return Amount(front, end - 1, skipped_in_front, modified, bounds)
    bounds = words.read(wording)
    return None if bounds is None else Amount(first, end - 1, skipped, wording, bounds)


def _modifiers_before(
    page: Page, index: int, words: AmountWords
) -> Iterator[tuple[int, int, str]]:
    """Yield the modifiers that end before a word, the longest first: index, letters
    before it, and how the lexicon lists it.
    """
    stops = [index]
    if precedes(page, index) in word_set("counting", "their_number"):
        stops.append(index - 1)  # فاق عددها الـ 15
    for stop in stops:
        for size in range(min(_LONGEST_MODIFIER, stop), 0, -1):
            front = page.words[stop - size : stop]
            if front[0].sentence != page.words[index].sentence:
                continue
            others = [word.text for word in front[1:]]
            for skipped, head in readings(front[0].text):
                modifier = words.modifiers.get(" ".join([head, *others]))
                if modifier is not None:
                    yield stop - size, skipped, modifier
