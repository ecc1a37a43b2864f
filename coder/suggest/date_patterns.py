"""Where dates may stand in folded text: regular expressions built from the calendar words of a lexicon.

What a wording stands for is told by `values.date_reading`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from coder.codebook.lexicon import Lexicon, RelativeDate
from coder.suggest.forms import ARTICLE
from coder.suggest.openings import DIGITS, Tables
from coder.text.normalize import fold_key
from coder.values.date_reading import BEGINNING, OUTBREAK, STAGES
from coder.values.days import LAST, NOW, PART_OF_DAY, WHEN, WHICH, any_of, calendar_words

Patterns: TypeAlias = Mapping[str, re.Pattern[str]]
"""Compiled wording by the name that becomes the origin of a candidate."""

_UNIT = (
    "(?:ساعه|ساعتين|ساعات|يوم|يوما|يومين|ايام|اسبوع|اسبوعا|اسبوعين|اسابيع|شهر|شهرا|شهرين|اشهر|شهور|"
    "عام|عاما|عامين|اعوام|سنه|سنتين|سنوات)"
)
_FEW = "ال(?:ثلاثه|اربعه|خمسه|سته|سبعه|ثمانيه|تسعه|عشره|ثلاث|اربع|خمس|ست|سبع|تسع|عشر)"
_YEAR = r"(?:ال)?(?:\( ?(?:19|20)\d\d ?\)|(?:19|20)\d\d)"
_ENGLISH = "(january|february|march|april|may|june|july|august|september|october|november|december)"
_NEEDS_DAY = frozenset(("اب", "ماي", "جوان", "اوت", "نوار", "مارس", "صفر", "محرم", "رجب"))
"""Month names that are other words as well: alone they are no date."""
_ONLY_BEHIND_A_MONTH = frozenset(("الجاري", "الحالي", "الماضي", "الفايت", "المنصرم"))
_LONG_AGO = -365
"""Relative wording that reaches further back than this, in days, dates nothing (منذ سنوات)."""
_LETTERS = re.compile(r"[^\W\d_]+")
_BEGIN = r"(?<![^\Wوفبلكذn])(?:(?<!\w)|(?<=(?<!\w)[وفبلك])|(?<=(?<!\w)منذ)|(?<=(?<!\w)on))"
"""The first part tells most places inside a word by one letter."""

CUES = {
    **dict.fromkeys(("full", "month", "between", "two_months"), ("month",)),
    **dict.fromkeys(("iso", "numeric", "bare_year"), (DIGITS,)),
    **dict.fromkeys(("years", "year", "hijri_year"), (DIGITS, "of_year")),
    **dict.fromkeys(("past_hours", "past", "in_one_day"), ("unit",)),
    **{name: ("unit", name) for name in ("during", "ago", "later", "this")}, "between_days": (DIGITS, "unit"),
    "english": (DIGITS, "english"), "hijri": ("hijri",),
    "weekday": ("weekday",), "since": ("since",), "since_event": ("month", "outbreak"),
    "outbreak": ("outbreak", "with"), "relative": ("relative",),
}  # fmt: skip
"""Pattern → the tables of the words that it cannot do without."""


def openings(lexicon: Lexicon) -> Tables:
    """The words without which a sentence holds no date; see `CUES`."""
    told = {
        "month": [fold_key(f) for m in lexicon.months.gregorian for f in m.forms],
        "hijri": [fold_key(f).removeprefix("شهر ") for m in lexicon.months.hijri for f in m.ar],
        "weekday": [fold_key(f).removeprefix("يوم ") for d in lexicon.weekdays for f in d.ar],
        "unit": re.findall(r"\w+", _UNIT),
        "outbreak": re.findall(r"\w+", BEGINNING),
        "of_year": ["عام", "عامي", "سنه"],
        "english": re.findall(r"\w+", _ENGLISH),
    }
    fronts = ("", ARTICLE, "منذ", "on")
    heads = {
        group: {front + w.split()[0] for front in fronts for w in words} for group, words in told.items()
    }
    wordings = map(_LETTERS.findall, _relative_wordings(lexicon.relative_dates))
    relative = {max(letters, key=len, default="") for letters in wordings}
    return {
        **heads, "relative": relative, "since": {"منذ"}, "with": {"منذ", "مع"}, "ago": {"قبل", "منذ"},
        "later": {"بعد"}, "during": {"خلال"}, "this": {"هذا", "هذه"},
    }  # fmt: skip


def _relative_wordings(relative: Iterable[RelativeDate]) -> set[str]:
    """The wordings that date something by themselves, folded."""
    found: set[str] = set()
    for entry in relative:
        if entry.anchor not in ("pub", "prev", "war") or entry.rule in ("end_is_anchor", "pattern_not_date"):
            continue
        if entry.first is None or entry.first >= _LONG_AGO:
            found |= set(map(fold_key, entry.ar)) - _ONLY_BEHIND_A_MONTH
    return found


def date_patterns(lexicon: Lexicon) -> Patterns:
    """The patterns of a lexicon: each matches at a word's beginning, behind و ف ب ل ك or an attached منذ."""
    words = calendar_words(lexicon)
    name, hijri, weekday = words.month, words.hijri_month, words.weekday
    single = any_of({fold_key(f) for m in lexicon.months.gregorian for f in m.forms} - _NEEDS_DAY)
    stage = any_of(STAGES)
    month = rf"(?:شهر )?{name}(?: ?[/(-] ?{name}\)?)?"
    number = r"(?:ال ?)?\d{1,2}"
    day = rf"(?:{number}|{words.ordinal})"
    year = rf"(?:[،,]? ?(?:من )?(?:عام |سنه |العام )?{_YEAR})"
    part = f"(?:{PART_OF_DAY} )?"
    on = rf"{part}(?:{NOW}[،,]? )?{part}(?:يوم |ليله )?(?:{weekday}[،,]? (?:الموافق |في )?)?"
    which_year = rf"(?: من (?:العام|السنه) {WHICH})?"
    full = rf"{on}{day} (?:من )?{month}(?:{year}| {WHICH})?{which_year}"
    of_month = rf"(?:{month}{year}|(?:شهر |{stage} ){month}|{single} {WHICH})(?: {WHICH})?{which_year}"
    bodies = {
        "full": full,
        "iso": r"(?:19|20)\d\d([/.-])\d{1,2}\2\d{1,2}",
        "numeric": r"\d{1,2} ?([/.-]) ?\d{1,2} ?\2 ?(?:19|20)?\d\d(?! ?[/.-] ?\d)",
        "english": rf"(?:{_ENGLISH} \d{{1,2}},? \d{{4}}|\d{{1,2}} {_ENGLISH},? \d{{4}})",
        "month": rf"(?:{stage} )?{of_month}",
        "hijri": rf"(?:{on}{day} (?:من )?)?(?:شهر )?{hijri}(?: (?:عام )?1[34]\d\d)?(?: ?ه)?",
        "weekday": rf"(?:{WHEN} من )?{part}(?:{NOW}[،,]? )?{part}(?:من )?"
        rf"(?:يوم |ليله )?{weekday}(?: {WHICH})?",
        "between": rf"(?:بين|ما بين|من) (?:يومي )?(?:{full}|{day}) ?(?:و|و |الي |حتي ){full}",
        "between_days": rf"(?:بين|ما بين|من) {number} ?(?:و|و |الي |حتي ){number} "
        rf"من (?:هذا الشهر|الشهر {WHICH})",
        "years": r"(?:بين |ما بين )?عامي \d{4} ?و ?\d{4}",
        "year": rf"(?:عام|العام|سنه|السنه) {_YEAR}(?: ?(?:م|ميلادي|ميلاديه)(?!\w))?",
        "bare_year": r"(?:(?:في|حتي|قبل|بعد|بين) |\( ?)(?P<year>(?:19|20)\d\d)(?! ?[\d/%.,:-]| \w+ا\b)",
        "hijri_year": r"(?:عام|سنه) \(? ?1[34]\d\d ?\)? ?(?:ه|هجري|هجريه|للهجره)",
        "two_months": rf"شهري {month}[،,]? و{month}",
        "since": rf"منذ (?:{stage} )?(?:شهر )?(?:{full}|{month}{year}?|(?:عام |العام |سنه )?{_YEAR})"
        rf"(?: {WHICH})?",
        "since_event": rf"(?:منذ|مع|بعد|عقب) {BEGINNING}(?: [^\W\d]+){{0,9}}?(?: في)? "
        rf"(?:{full}|{of_month})(?: و?حتي الان)?",
        "outbreak": rf"(?:منذ|مع) {OUTBREAK} [^\W\d]+(?: (?:في|علي) [^\W\d]+)?",
        "ago": rf"(?:قبل|منذ) (?:نحو |حوالي |اكثر من )?(?:\d+ |عده |بضعه |[^\W\d]+ )?(?!سنوات|اعوام){_UNIT}",
        "later": rf"بعد (?:\d+ |عده |بضعه )?{_UNIT}(?: قليله)? من",
        "during": rf"خلال (?:ال ?)?(?:\d+ )?(?:ال)?{_UNIT}(?: (?:{LAST}|الاخيره?|القليله الماضيه))?",
        "past_hours": rf"(?:خلال |في )?ال{_UNIT} (?:(?:ال ?)?\d+|{_FEW}) (?:{LAST}|الاخيره?|القليله الماضيه)",
        "past": rf"(?:في )?(?:ال){_UNIT} (?:القليله )?(?:{WHICH}|الاخيره?)",
        "this": r"(?:هذا|هذه) (?:اليوم|الاسبوع|الشهر|العام|السنه|الليله)",
        "in_one_day": r"(?:في )?اليوم (?:التالي|نفسه|ذاته)",
    }
    patterns = {key: re.compile(rf"{_BEGIN}({body})(?!\w)") for key, body in bodies.items()}
    relative = any_of(_relative_wordings(lexicon.relative_dates))
    of_part = rf"(?:{PART_OF_DAY} (?={NOW}(?!\w)))?"
    return patterns | {"relative": re.compile(rf"(?<!\w)[وف]?({of_part}{relative})(?!\w)")}
