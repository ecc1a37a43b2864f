"""Counts and casualty figures, typed or found in a text: digits, number words, ranges
and their modifiers.

Source: `numbers` in the lexicon and the table of Arabic numbers in the coding guide
("more than N" is N + 1, "about N" is N and approximate, a dual is two).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, lru_cache
from typing import NamedTuple, TypeAlias

from coder.codebook.lexicon_schema import Lexicon, Modifier, Numbers, Vague
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.model import Json
from coder.text.normalize import fold_key

Range: TypeAlias = dict[str, int | bool | None]
"""`min`, `max` (None: no upper bound), `approx` if true."""

NUMBER_FORMS = Message("values.number_forms")

_GROUPED = re.compile(r"(?<!\d)(\d{1,3})((?:[,٬.]\d{3})+)(?!\d)")
_DIGITS = re.compile(r"\d+")
_DECIMAL = re.compile(r"(\d{1,9})[.,٫](\d{1,9})")
_MOST_WORDS = 40  # of a number; one of 15 digits has fewer
_MAX_DIGITS = 15  # longer numbers are not counts
_SIGNS = (
    (re.compile(r"(\d+) ?\+"), "N", None),
    (re.compile(r">= ?(\d+)|≥ ?(\d+)"), "N", None),
    (re.compile(r"> ?(\d+)"), "N+1", None),
    (re.compile(r"<= ?(\d+)|≤ ?(\d+)"), 0, "N"),
    (re.compile(r"< ?(\d+)"), 0, "N-1"),
)
_TO = "إلى"  # the program writes it itself, and must read it back
_AND = re.compile(r" و ?(?=\S)| and ")
_FROM = re.compile(r"^(?:من|from) ")
# an adjective of the noun (صواريخ باليستية)
_NISBA = re.compile(r"\w{2,}(?:ي|يه|يا|يين|يون|يات|يتين|يتان)")
# their plural in ين is as common as the dual (مخيم للنازحين)
_SOUND_PLURALS = ("نازح", "عامل", "اخر")
_ENDING = re.compile(r"^ال|(?:ين|ون|ات|ان|ا|ه)$")


class Bounds(NamedTuple):
    """An amount: lower bound, upper bound (None for none), and whether it is
    approximate.
    """

    least: int
    most: int | None
    approx: bool = False


def parse_range(typed: str, lexicon: Lexicon) -> Range:
    """Return the range of a typed count; raises CoderError if it is not understood."""
    text = _plain(typed)
    approx = text.startswith(("~", "≈"))
    text = text.lstrip("~≈ ")
    bounds = _read(text, lexicon.numbers) if text else None
    if bounds is None:
        raise CoderError("values.no_number", typed=typed.strip(), forms=NUMBER_FORMS)
    if bounds.most is not None and bounds.most < bounds.least:
        raise CoderError(
            "values.first_number_above", typed=typed.strip(), forms=NUMBER_FORMS
        )
    return as_range(bounds.least, bounds.most, approx or bounds.approx)


def as_range(least: int, most: int | None, approx: bool = False) -> Range:
    """Return a range as it is stored, with `approx` only if it is true."""
    value: Range = {"min": least, "max": most}
    if approx:
        value["approx"] = True
    return value


def show_range(value: Range) -> str:
    """Format a range as `60`, `61+` or `3-9`, with `~` in front if it is approximate."""
    least = value.get("min")
    most = value.get("max")
    shown = f"{least}-{most}"
    if most is None:
        shown = f"{least}+"
    elif most == least:
        shown = str(least)
    return f"~{shown}" if value.get("approx") else shown


def in_words(value: Mapping[str, Json]) -> str:
    """Write the bounds of a range in Arabic words, which exposes typing errors: 60 is
    ستون, 600 ستمئة.

    Two different bounds are joined by إلى; where there is no upper one, فأكثر follows.
    """
    least = value.get("min")
    most = value.get("max")
    numbers = [bound for bound in (least, most) if isinstance(bound, int)]
    words = f" {_TO} ".join(map(_in_words, dict.fromkeys(numbers)))
    return f"{words} فأكثر" if most is None else words


@cache
def _in_words(number: int) -> str:
    # It loads slowly and is rarely needed.
    from pyarabic.number import ArNumbers

    words = str(ArNumbers().int2str(str(number)))
    return words.replace("إثن", "اثن")  # its first letter has no hamza


def read_number(words: str, numbers: Numbers) -> int | None:
    """Read a number in digits or Arabic number words; None if it is not one."""
    text = _plain(words).replace(" و ", " و")
    if _DIGITS.fullmatch(text):
        return int(text) if len(text) <= _MAX_DIGITS else None
    return _words_to_number(text.split(), numbers)


def _plain(typed: str) -> str:
    """Fold a text and join its digit groups: ١٬٥٠٠ and 1.500 are 1500."""
    return _GROUPED.sub(lambda m: m[1] + re.sub(r"\D", "", m[2]), fold_key(typed))


def _read(text: str, numbers: Numbers) -> Bounds | None:
    """Read a folded amount: with a sign, a plain number, with words around it, or from
    one number to another.
    """
    for sign, least, most in _SIGNS:
        match = sign.fullmatch(text)
        if match:
            digits = match[match.lastindex or 1]
            if len(digits) > _MAX_DIGITS:
                return None
            return _bounds(least, most, int(digits))
    vague = _vague(text, numbers)
    count = _read_counted(text, numbers)
    if count is not None and (vague is None or vague.min is None):
        return Bounds(count, count)
    read = _read_modified(text, numbers) or _between(
        text, numbers, _range_sign(numbers)
    )
    if read is not None or vague is None:
        return read
    if vague.min is None:
        form = next(form for form in vague.ar if text.startswith(fold_key(form)))
        raise CoderError("values.gives_no_number", form=form)
    return Bounds(vague.min, vague.max)


def read_amount(text: str, numbers: Numbers) -> Bounds | None:
    """Return the bounds that words of an article give, None if they are no amount.

    A vague amount without bounds (دفعة كبيرة) and a range with its greater number
    first are none.
    """
    try:
        bounds = _read(_plain(text), numbers)
    except CoderError:
        return None
    if bounds is None or (bounds.most is not None and bounds.most < bounds.least):
        return None
    return bounds


def vague_amounts(numbers: Numbers) -> Sequence[tuple[str, Vague]]:
    """Return the folded words for vague amounts (عدة، عشرات الآلاف) with their entries,
    longest first.
    """
    pairs = [(fold_key(form), entry) for entry in numbers.vague for form in entry.ar]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


def _vague(text: str, numbers: Numbers) -> Vague | None:
    """Return the vague amount that a text begins with."""
    for form, entry in vague_amounts(numbers):
        if f"{text} ".startswith(f"{form} "):
            return entry
    return None


@lru_cache(maxsize=4)
def modifiers(numbers: Numbers) -> Sequence[tuple[str, Modifier]]:
    """Return the folded words that change a number's bounds (أكثر من) with their
    entries, longest first.

    An entry's English says with placeholders where the number stands: `more than N`,
    `between A and B`. Words that stand between two numbers (`A to B`) are left out.
    """
    known = [each for each in numbers.modifiers if not _is_between_numbers(each)]
    if known:  # the program's own wording of an upper bound, which it must read back
        known.append(Modifier(ar=("على الأكثر",), en="N at most", min=0, max="N"))
    pairs = []
    for modifier in known:
        words_only = modifier.en.replace("N", "").replace("A and B", "").strip()
        for form in (*modifier.ar, words_only):
            pairs.append((fold_key(form), modifier))
    return sorted(pairs, key=lambda pair: -len(pair[0]))


def _read_modified(text: str, numbers: Numbers) -> Bounds | None:
    """Read a number with a modifier before or after it (أكثر من 60)."""
    for form, modifier in modifiers(numbers):
        if text.startswith(form + " "):
            rest = text[len(form) + 1 :]
        elif text.endswith((" " + form, " و" + form)):
            rest = text[: -len(form)].removesuffix("و").rstrip()
        else:
            continue
        bounds = _modify(modifier, rest, numbers)
        if bounds is not None:
            return bounds
    return None


def _modify(modifier: Modifier, text: str, numbers: Numbers) -> Bounds | None:
    """Read the amount in a text and apply a modifier to it."""
    if modifier.min == "A":
        to_or_and = f"{_range_sign(numbers).pattern}|{_AND.pattern}"
        return _between(text, numbers, re.compile(to_or_and))
    vague = _vague(text, numbers)
    count = vague.min if vague is not None else None
    if count is None:
        count = _read_counted(text, numbers)
    if count is not None:
        return moved(modifier, count)
    bounds = _between(text, numbers, _range_sign(numbers)) if modifier.approx else None
    return bounds._replace(approx=True) if bounds is not None else None


def moved(modifier: Modifier, count: int) -> Bounds:
    """Apply a modifier to a number."""
    return _bounds(modifier.min, modifier.max, count)._replace(approx=modifier.approx)


def _bounds(least: int | str | None, most: int | str | None, count: int) -> Bounds:
    """Return the bounds that stand in the lexicon's notation, for N = count."""
    lower = _evaluate(least, count) or 0
    return Bounds(max(lower, 0), _evaluate(most, count))


def _evaluate(bound: int | str | None, count: int) -> int | None:
    """Return a bound: `N`, `N+1` or `N-1` for N = count, or a number as it is."""
    if not isinstance(bound, str):
        return bound
    difference = bound.removeprefix("N")
    return count + int(difference or 0)


def _is_between_numbers(modifier: Modifier) -> bool:
    return modifier.en.startswith("A ")


@lru_cache(maxsize=4)
def range_words(numbers: Numbers) -> frozenset[str]:
    """Return the folded words that stand between the bounds of a range (إلى، أو)."""
    words = {fold_key(_TO), "to"}
    for modifier in numbers.modifiers:
        if _is_between_numbers(modifier):
            words.update(fold_key(form) for form in modifier.ar)
    return frozenset(words)


@lru_cache(maxsize=4)
def _range_sign(numbers: Numbers) -> re.Pattern[str]:
    """Return the pattern of what stands between the bounds of a range."""
    words = "|".join(sorted(range_words(numbers)))
    return re.compile(rf" ?(?:-|–|—|\.\.) ?| (?:{words}) ")


def _between(text: str, numbers: Numbers, separator: re.Pattern[str]) -> Bounds | None:
    """Read two numbers with a separator between them.

    Where several split the text (مئة وعشرين ومئتين), the last counts before which the
    smaller number stands.
    """
    text = _FROM.sub("", text)
    read = None
    separators = [*separator.finditer(text)]
    if len(separators) > _MOST_WORDS:
        return None
    for match in reversed(separators):
        last = text[match.end() :]
        most = _read_counted(last, numbers)
        if most is None:
            continue
        least = _read_lower(text[: match.start()], last, most, numbers)
        if least is not None and least <= most:
            return Bounds(least, most)
        if least is not None:
            read = Bounds(least, most)
    return read


def _read_lower(first: str, last: str, most: int, numbers: Numbers) -> int | None:
    """Read the lower bound, in thousands or millions if only the upper one says so
    (3 إلى 5 آلاف).
    """
    numerals = _number_words(numbers)
    scale = next((word for word in last.split() if numerals.get(word, 0) >= 1000), "")
    scaled = read_number(f"{first} {scale}", numbers) if scale else None
    if scaled is not None and scaled < most:
        return scaled
    return read_number(first, numbers)


def _read_counted(text: str, numbers: Numbers) -> int | None:
    """Read a number, with or without the noun that it counts (ثلاث نقاط), or a dual
    noun alone (قاعدتين).
    """
    words = text.split()
    nouns, duals = _find_counted_nouns(numbers)

    def is_noun(word: str) -> bool:
        return _stem(word) in nouns

    end = len(words)  # of the number, where the noun and its adjectives begin
    while end > 1 and (is_noun(words[end - 1]) or _NISBA.fullmatch(words[end - 1])):
        end -= 1
    while end < len(words) and not is_noun(words[end]):
        end += 1  # an adjective without a noun is part of the number
    count = read_number(" ".join(words[:end]), numbers)
    if count is None and end == 1 and words[0] in duals:
        return 2
    return count


def _stem(word: str) -> str:
    return _ENDING.sub("", word)


@lru_cache(maxsize=4)
def _find_counted_nouns(numbers: Numbers) -> tuple[frozenset[str], frozenset[str]]:
    """Return the stems of nouns that are counted, and their dual forms."""
    counters = numbers.counters
    things = (
        *counters.incidents,
        *counters.strikes,
        *counters.sites,
        *counters.killed_words,
    )
    persons = (*counters.persons, *counters.injured_words)
    duals = {form for noun in things for form in dual_forms(noun, of_person=False)}
    duals |= {form for noun in persons for form in dual_forms(noun, of_person=True)}
    stems = frozenset(_stem(fold_key(noun)) for noun in (*things, *persons))
    return stems, frozenset(duals if numbers.dual else ())


def dual_forms(noun: str, *, of_person: bool) -> Iterator[str]:
    """Yield the dual forms of a noun, without those that are also its sound plural
    (مقاتلين).
    """
    word = fold_key(noun)
    if word.endswith(("ات", "ين", "ون", "اء")) or len(word) < 3 or " " in word:
        return
    stem = word[:-1] + "ت" if noun.endswith("ة") else word
    is_nisba = word[-1] == "ي" and word != "جندي"
    has_sound_plural = of_person and (
        word[0] == "م" or is_nisba or word in _SOUND_PLURALS
    )
    for ending in ("ان",) if has_sound_plural else ("ان", "ين"):
        yield from (stem + ending, "ال" + stem + ending)


def _words_to_number(words: list[str], numbers: Numbers) -> int | None:
    """Return the number in folded words; None if a word is unknown or out of place
    (خمسة ستة).
    """
    if len(words) > _MOST_WORDS:
        return None
    numerals = _number_words(numbers)
    words = list(_join_words(words, numerals))
    scales = [scale.num for scale in numbers.scales if scale.num > 100]
    for scale in sorted(scales, reverse=True):
        for at, word in enumerate(words):
            if numerals.get(word) == scale:
                times = _times(words[:at], numbers)
            elif numerals.get(word) == 2 * scale and at == 0:  # a dual (ألفان)
                times = Fraction(2)
            else:
                continue
            rest = _rest(words[at + 1 :], scale, numbers)
            if times is None or rest is None or rest >= scale:
                return None
            total = times * scale + rest
            is_whole = total.denominator == 1 and total < 10**_MAX_DIGITS
            return int(total) if is_whole else None
    return _below_thousand(words, numerals)


def _times(words: list[str], numbers: Numbers) -> Fraction | None:
    """Return how many thousands or millions there are, from the words before."""
    if not words:
        return Fraction(1)
    if len(words) == 1 and words[0].isdecimal():  # 50 ألفاً
        return Fraction(words[0]) if len(words[0]) <= _MAX_DIGITS else None
    fraction = _fractions(numbers).get(words[-1])
    if fraction is not None:  # نصف مليون، ثلاثة ونصف مليون
        whole = _times(words[:-1], numbers) if words[1:] else Fraction(0)
        return None if whole is None else whole + fraction
    decimal = _DECIMAL.fullmatch(words[0]) if len(words) == 1 else None
    if decimal:  # 1.5 مليون
        return Fraction(f"{decimal[1]}.{decimal[2]}")
    times = _below_thousand(words, _number_words(numbers))
    return None if times is None else Fraction(times)


def _rest(words: list[str], scale: int, numbers: Numbers) -> Fraction | None:
    """Return what the words behind thousands or millions add to them."""
    if not words:
        return Fraction(0)
    fraction = _fractions(numbers).get(words[0])
    if fraction is not None:  # مليون ونصف، مليون ونصف المليون
        scale_words = [_number_words(numbers).get(word) for word in words[1:]]
        return fraction * scale if scale_words in ([], [scale]) else None
    if len(words) == 1 and words[0].isdecimal():  # 40 ألفاً و500
        return Fraction(words[0]) if len(words[0]) <= _MAX_DIGITS else None
    rest = _words_to_number(words, numbers)
    return None if rest is None else Fraction(rest)


@lru_cache(maxsize=4)
def _fractions(numbers: Numbers) -> dict[str, Fraction]:
    """Return folded word → the part of one that it names (نصف)."""
    return {
        fold_key(form): Fraction(1, fraction.num)
        for fraction in numbers.fractions
        for form in fraction.ar
    }


def _below_thousand(words: list[str], numerals: dict[str, int]) -> int | None:
    """Add up hundreds, tens and ones, each at most once, units before their hundred
    (خمس مئة وستون).
    """
    if not words:
        return None
    total = 0
    taken = set[int]()  # the places that have a digit: 1, 10, 100
    for word in words:
        number = numerals.get(word, 1000)
        if taken == {100} and word.isdecimal() and len(word) <= 2:  # مئة و12
            number = int(word)
        if number >= 1000:
            return None
        if number == 100 and 3 <= total <= 9:
            total *= 100
            taken = {100}
            continue
        for place in (1, 10, 100):
            if number // place % 10 or number == 0:
                if place in taken:
                    return None
                taken.add(place)
        total += number
    return total


def _join_words(words: list[str], numerals: dict[str, int]) -> Iterator[str]:
    """Yield the words, two-word numbers (أحد عشر) as one, without the conjunction و."""
    at = 0
    while at < len(words):
        word = words[at]
        if at > 0 and word not in numerals:
            word = word.removeprefix("و")
        pair = " ".join([word, *words[at + 1 : at + 2]])
        if pair in numerals:
            yield pair
            at += 2
        else:
            yield word
            at += 1


def scale_words(numbers: Numbers) -> frozenset[str]:
    """Return the folded words for hundreds and more (مئة، مئتين، آلاف)."""
    numerals = _number_words(numbers).items()
    return frozenset(word for word, number in numerals if number >= 100)


def fraction_words(numbers: Numbers) -> frozenset[str]:
    """Return the folded words for parts of one (نصف)."""
    return frozenset(_fractions(numbers))


def number_parts(numbers: Numbers) -> frozenset[str]:
    """Return every folded word that can be part of a written number."""
    numerals = [*_number_words(numbers), *_fractions(numbers)]
    return frozenset(part for words in numerals for part in words.split())


@lru_cache(maxsize=4)
def _number_words(numbers: Numbers) -> dict[str, int]:
    """Return folded word → number; a plural of a thousand or more counts as its
    singular (ثلاثة آلاف).
    """
    words: dict[str, int] = {}
    for numeral in (*numbers.units, *numbers.tens):
        for form in map(fold_key, numeral.ar):
            words[form] = numeral.num
    units = {form: number for form, number in words.items() if 3 <= number <= 9}
    for scale in numbers.scales:
        for form in map(fold_key, scale.dual):
            words[form] = 2 * scale.num
            words[form.removesuffix("ن")] = 2 * scale.num
        if scale.num > 100:
            for form in map(fold_key, scale.plural):
                words[form] = scale.num
            for form in map(fold_key, scale.ar):
                words["ال" + form] = scale.num
        for form in map(fold_key, scale.ar):
            words[form] = scale.num
            words[form + "ا"] = scale.num
            if scale.num == 100:
                for unit, number in units.items():
                    words[unit.removesuffix("ه") + form] = number * 100
    return words
