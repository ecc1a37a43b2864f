"""Counts and casualty figures as typed: digits, Arabic number words, ranges and the words around them.

Source: `numbers` in the lexicon and the table of Arabic numbers in the coding guide (more than N is
N + 1, about N is N and approximate, a dual is two).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

from coder.codebook.label import Label, refusal
from coder.codebook.lexicon import Lexicon, Modifier, Numbers
from coder.text.normalize import fold_key

Range: TypeAlias = dict[str, int | bool | None]
"""`min`, `max` (None for no upper end) and, where it holds, `approx`."""

HINT = Label(
    ar="اكتب 60 أو 61+ (61 فأكثر) أو 3-9 أو ~20 (نحو 20) أو العدد بالكلمات.",
    en="Type 60, 61+ (61 or more), 3-9, ~20 (about 20), or the Arabic words for it.",
)

_GROUPED = re.compile(r"(?<!\d)(\d{1,3})((?:[,٬.]\d{3})+)(?!\d)")
_DIGITS = re.compile(r"\d+")
_LONGEST = 15
"""Digits of a number; what is longer counts nothing."""
_SIGNS = (
    (re.compile(r"(\d+) ?\+"), "N", None),
    (re.compile(r">= ?(\d+)|≥ ?(\d+)"), "N", None),
    (re.compile(r"> ?(\d+)"), "N+1", None),
    (re.compile(r"<= ?(\d+)|≤ ?(\d+)"), 0, "N"),
    (re.compile(r"< ?(\d+)"), 0, "N-1"),
)
_BETWEEN = re.compile(r"(?:من )?(.+?) ?(?:-|–|—|\.\.| الي | to | and )\s?(.+)")


def parse_range(typed: str, lexicon: Lexicon) -> Range:
    """The range that a typed count stands for; raises CoderError if it is not understood."""
    text = _plain(typed)
    approx = text.startswith(("~", "≈"))
    text = text.lstrip("~≈ ")
    found = _read(text, lexicon.numbers) if text else None
    if found is None:
        raise refusal(
            Label(
                ar=f"«{typed.strip()}» لا يُفهم عدداً.",
                en=f"“{typed.strip()}” is not understood as a number.",
            ),
            HINT,
        )
    least, most, is_about = found
    if most is not None and most < least:
        raise refusal(
            Label(
                ar=f"في «{typed.strip()}» العدد الأول أكبر من الثاني.",
                en=f"In “{typed.strip()}” the first number is above the second.",
            ),
            HINT,
        )
    return as_range(least, most, approx or is_about)


def as_range(least: int, most: int | None, approx: bool = False) -> Range:
    """The stored form of a range; `approx` is kept only where it holds."""
    return {"min": least, "max": most, "approx": True} if approx else {"min": least, "max": most}


def show_range(value: Range) -> str:
    """A range as `60`, `61+`, `3-9`, with `~` in front of an approximate one."""
    least, most = value.get("min"), value.get("max")
    shown = f"{least}+" if most is None else str(least) if most == least else f"{least}-{most}"
    return f"~{shown}" if value.get("approx") else shown


def read_number(words: str, numbers: Numbers) -> int | None:
    """The number that digits or Arabic number words stand for, None if they are not one."""
    text = _plain(words).replace(" و ", " و")
    if _DIGITS.fullmatch(text):
        return int(text) if len(text) <= _LONGEST else None
    return _words_to_number(text.split(), numbers)


def _plain(typed: str) -> str:
    """Folded, with digit groups joined: ١٬٥٠٠ and 1.500 are 1500."""
    return _GROUPED.sub(lambda m: m[1] + re.sub(r"\D", "", m[2]), fold_key(typed))


# ---------------------------------------------------------------- whole phrases
Bounds: TypeAlias = tuple[int, int | None, bool]


def _read(text: str, numbers: Numbers) -> Bounds | None:
    """Least, most and whether it is approximate; None if the text is not understood."""
    for sign, least, most in _SIGNS:
        if match := sign.fullmatch(text):
            digits = next(filter(None, match.groups()))
            if len(digits) > _LONGEST:
                return None
            n = int(digits)
            low, high = _bound(least, n, n), _bound(most, n, n)
            return (low or 0, high, False)
    vague, plain = _vague(text, numbers), _counted(text, numbers)
    if vague is None and plain is not None:
        return plain, plain, False
    return vague or _modified(text, numbers) or _between(text, numbers)


def _counted(text: str, numbers: Numbers) -> int | None:
    """A number, with or without the noun it counts (ثلاث نقاط), or a dual noun by itself (قاعدتين)."""
    words = text.split()
    nouns = _counted_nouns(numbers)
    while len(words) > 1 and (words[-1] in nouns or words[-1].removesuffix("ا") in nouns):
        words = words[:-1]
    found = read_number(" ".join(words), numbers)
    return 2 if found is None and len(words) == 1 and _is_dual(words[0], numbers) else found


def _vague(text: str, numbers: Numbers) -> Bounds | None:
    """A quantity word (عدة, عشرات); raises CoderError for one that gives no number."""
    for entry in numbers.vague:
        for form in entry.ar:
            if f"{text} ".startswith(f"{fold_key(form)} "):
                if entry.min is None:
                    raise refusal(
                        Label(ar=f"«{form}» لا تعطي عدداً.", en=f"“{form}” gives no number."),
                        Label(
                            ar="ضع «لم يذكره المقال» أو اكتب العدد.",
                            en="Set the field to not stated, or type the number.",
                        ),
                    )
                return entry.min, entry.max, False
    return None


def _modified(text: str, numbers: Numbers) -> Bounds | None:
    """A number with a word before or after it that moves its ends (أكثر من 60)."""
    for modifier, rest in _modifiers(text, numbers):
        if modifier.min == "A":
            found = _between(rest, numbers)
        else:
            n = _counted(rest, numbers)
            found = None if n is None else _moved(modifier, n)
        if found is not None:
            return found
    return None


def _moved(modifier: Modifier, n: int) -> Bounds:
    least = _bound(modifier.min, n, n)
    return (max(least or 0, 0), _bound(modifier.max, n, n), modifier.approx)


def _modifiers(text: str, numbers: Numbers) -> Iterator[tuple[Modifier, str]]:
    """The modifiers that stand before or after the text, longest first, with what is left."""
    found = []
    for modifier in numbers.modifiers:
        english = modifier.en.replace("N", "").replace("A and B", "").strip()
        for form in map(fold_key, (*modifier.ar, english)):
            if text.startswith(form + " "):
                found.append((len(form), modifier, text[len(form) + 1 :]))
            elif text.endswith((" " + form, " و" + form)):
                found.append((len(form), modifier, text[: -len(form)].removesuffix("و").rstrip()))
    found.sort(key=lambda row: -row[0])
    yield from ((modifier, rest) for _, modifier, rest in found)


def _between(text: str, numbers: Numbers) -> Bounds | None:
    """Two numbers with a dash, إلى, or و written before the second."""
    sides = _BETWEEN.fullmatch(text) or re.fullmatch(r"(\S+) و ?(.+)", text)
    if not sides:
        return None
    least, most = read_number(sides[1], numbers), _counted(sides[2], numbers)
    return None if least is None or most is None else (least, most, False)


def _bound(bound: int | str | None, a: int, b: int) -> int | None:
    """What `N+1`, `N-1`, `A`, `B` or a number in the lexicon stands for."""
    if bound is None or isinstance(bound, int):
        return bound
    start = {"N": a, "A": a, "B": b}[bound[0]]
    return start + int(bound[1:] or 0)


# ---------------------------------------------------------------- number words
def _words_to_number(words: list[str], numbers: Numbers) -> int | None:
    """The number in folded words, None where a word is unknown or out of place (خمسة ستة)."""
    known = _number_words(numbers)
    words = list(_joined(words, known))
    for scale in sorted((w.num for w in numbers.scales if w.num > 100), reverse=True):
        for i, word in enumerate(words):
            if known.get(word) in (scale, 2 * scale):
                times = _times(words[:i], known, known[word] // scale)
                rest = _words_to_number(words[i + 1 :], numbers) if words[i + 1 :] else 0
                if times is None or rest is None or rest >= scale:
                    return None
                return times * scale + rest
    return _below_thousand(words, known)


def _times(words: list[str], known: dict[str, int], dual: int) -> int | None:
    """How many thousands (millions): the number before the word (50 ألفاً), two for a dual alone."""
    if dual == 2:
        return None if words else 2
    if len(words) == 1 and words[0].isdecimal():
        return int(words[0])
    return _below_thousand(words, known) if words else 1


def _below_thousand(words: list[str], known: dict[str, int]) -> int | None:
    """Hundreds, tens and ones, each at most once, units before their hundred (خمس مئة وستون)."""
    total = 0
    taken: set[int] = set()
    for word in words:
        n = known.get(word, 1000)
        if n == 100 and 3 <= total <= 9:
            total, taken = total * 100, {100}
            continue
        places = {place for place in (1, 10, 100) if n // place % 10 or n == 0}
        if n >= 1000 or places & taken:
            return None
        total, taken = total + n, taken | places
    return total if words else None


def _joined(words: list[str], known: dict[str, int]) -> Iterator[str]:
    """The words with two-word numbers (أحد عشر) as one, and without the و that joins them."""
    rest = iter(range(len(words)))
    for i in rest:
        word = words[i] if words[i] in known or i == 0 else words[i].removeprefix("و")
        pair = f"{word} {words[i + 1]}" if i + 1 < len(words) else ""
        if pair in known:
            next(rest)
        yield pair if pair in known else word


def number_parts(numbers: Numbers) -> frozenset[str]:
    """Every folded word that a written number can be made of."""
    return frozenset(part for words in _number_words(numbers) for part in words.split())


@lru_cache(maxsize=4)
def _number_words(numbers: Numbers) -> dict[str, int]:
    """Folded word → its number; a plural of a thousand or more counts as its singular (ثلاثة آلاف)."""
    words = {fold_key(form): w.num for w in (*numbers.units, *numbers.tens) for form in w.ar}
    units = {form: n for form, n in words.items() if 3 <= n <= 9}
    for scale in numbers.scales:
        for form in map(fold_key, scale.dual):
            words[form] = words[form.removesuffix("ن")] = 2 * scale.num
        for form in map(fold_key, scale.plural if scale.num > 100 else ()):
            words[form] = scale.num
        for form in map(fold_key, scale.ar):
            words[form] = words[form + "ا"] = scale.num
            if scale.num == 100:
                words |= {unit.removesuffix("ه") + form: n * 100 for unit, n in units.items()}
    return words


# ---------------------------------------------------------------- counted nouns
@lru_cache(maxsize=4)
def _counted_nouns(numbers: Numbers) -> frozenset[str]:
    """The nouns that a number may be followed by, folded."""
    counters = numbers.counters
    return frozenset(
        fold_key(form)
        for forms in (
            counters.incidents,
            counters.strikes,
            counters.sites,
            counters.persons,
            counters.killed_words,
            counters.injured_words,
        )
        for form in forms
    )


def _is_dual(word: str, numbers: Numbers) -> bool:
    """Whether a noun is two by its ending; ين after a noun for people may be a plural and does not count."""
    people = {*map(fold_key, (*numbers.counters.persons, *numbers.counters.injured_words))}
    for suffix in numbers.dual.suffixes if numbers.dual else ():
        stem = word.removesuffix(suffix)
        stem = stem + "ه" if suffix.startswith("ت") else stem
        if word.endswith(suffix) and stem in _counted_nouns(numbers):
            return suffix != "ين" or stem not in people
    return False
