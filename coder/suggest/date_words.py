"""The wording of dates as regular expressions over folded text, built from a lexicon's months and days."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from coder.codebook.lexicon import Lexicon, RelativeDate
from coder.suggest.forms import ARTICLE
from coder.suggest.openings import DIGITS, Tables
from coder.text.normalize import fold_key

_PART = "(?:فجر|صباح|ضحي|ظهر|عصر|مساء|ليل|ليله|بعد ظهر|منتصف ليل)"
_NOW = "(?:اليوم|امس الاول|امس|الامس|غدا|اول امس|اول من امس)"
_WHEN = "في (?:وقت (?:متاخر|مبكر)|الساعات الاولي)"
_STAGE = "(?:منتصف|اوايل|اواسط|اواخر|مطلع|بدايه|نهايه|ختام)"
THIS = "(?:الجاري|الحالي|الجاريه|الحاليه)"
LAST = "(?:الماضي|المنصرم|الفايت|الماضيه|المنصرمه|الفايته|السابق)"
NEXT = "(?:المقبل|القادم|المقبله|القادمه)"
_WHICH = f"(?:{THIS}|{LAST}|{NEXT})"
_UNIT = (
    "(?:ساعه|ساعتين|ساعات|يوم|يوما|يومين|ايام|اسبوع|اسبوعا|اسبوعين|اسابيع|شهر|شهرا|شهرين|اشهر|شهور|"
    "عام|عاما|عامين|اعوام|سنه|سنتين|سنوات)"
)
_FEW = "ال(?:ثلاثه|اربعه|خمسه|سته|سبعه|ثمانيه|تسعه|عشره|ثلاث|اربع|خمس|ست|سبع|تسع|عشر)"
_OUTBREAK = "(?:اندلاع|بدء|بدايه|انطلاق|تفجر)"
_YEAR = r"(?:ال)?(?:\( ?(?:19|20)\d\d ?\)|(?:19|20)\d\d)"
_ENGLISH = "(january|february|march|april|may|june|july|august|september|october|november|december)"
_ORDINAL_UNITS = ["حادي", "ثاني", "ثالث", "رابع", "خامس", "سادس", "سابع", "ثامن", "تاسع"]
_NEEDS_DAY = frozenset(
    map(fold_key, ["آب", "اب", "ماي", "جوان", "أوت", "نوار", "مارس", "صفر", "محرم", "رجب"])
)
"""Month names that are other words as well: alone they are no date."""


_ONLY_BEHIND_A_MONTH = frozenset(map(fold_key, ["الجاري", "الحالي", "الماضي", "الفائت", "المنصرم"]))
_LONG_AGO = -365
"""Relative wording that reaches further back than this, in days, dates nothing (منذ سنوات)."""


@dataclass(frozen=True)
class DateWords:
    """Compiled wording; see `dates` for what each pattern means."""

    ordinals: Mapping[str, int]
    month: str
    """any month's name, as a regular expression"""
    patterns: Mapping[str, re.Pattern[str]]
    plain_parts: Sequence[tuple[re.Pattern[str], str]]
    """what a date field's reading does not know, and what stands for it"""

    def plain(self, said: str) -> str:
        """A wording without brackets, parts of the day and blanks around strokes; ordinals in digits."""
        for part, plain in self.plain_parts:
            said = part.sub(plain, said)
        said = said.strip()
        ordinal = next((word for word in self.ordinals if said.startswith(word + " ")), "")
        return f"{self.ordinals[ordinal]}{said.removeprefix(ordinal)}" if ordinal else said


def date_words(lexicon: Lexicon) -> DateWords:
    """The wording for a lexicon."""
    months = _any(fold_key(f) for m in lexicon.months.gregorian for f in m.forms)
    single = _any({fold_key(f) for m in lexicon.months.gregorian for f in m.forms} - _NEEDS_DAY)
    hijri = _any(fold_key(f).removeprefix("شهر ") for m in lexicon.months.hijri for f in m.ar)
    weekday = _any(fold_key(f).removeprefix("يوم ") for d in lexicon.weekdays for f in d.ar)
    ordinals = _ordinals()
    patterns = _patterns(months, single, hijri, weekday, _any(ordinals))
    patterns["relative"] = _relative(lexicon.relative_dates)
    return DateWords(ordinals, months, patterns, _plain_parts(months, weekday))


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
        "unit": _UNIT.strip("(?:)").split("|"),
        "outbreak": [*_OUTBREAK.strip("(?:)").split("|"), "احداث", "هجوم", "هجمات"],
        "of_year": ["عام", "عامي", "سنه"],
        "english": _ENGLISH.strip("()").split("|"),
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


_LETTERS = re.compile(r"[^\W\d_]+")


def _relative_wordings(relative: Iterable[RelativeDate]) -> set[str]:
    """The wordings that date something by themselves, folded."""
    found: set[str] = set()
    for entry in relative:
        if entry.anchor not in ("pub", "prev", "war") or entry.rule in ("end_is_anchor", "pattern_not_date"):
            continue
        if entry.first is None or entry.first >= _LONG_AGO:
            found |= set(map(fold_key, entry.ar)) - _ONLY_BEHIND_A_MONTH
    return found


def _relative(relative: Iterable[RelativeDate]) -> re.Pattern[str]:
    """Any of the wordings, the longest first."""
    listed = "|".join(sorted(map(re.escape, _relative_wordings(relative)), key=len, reverse=True))
    return re.compile(rf"(?<!\w)[وف]?((?:{_PART} (?={_NOW}(?!\w)))?(?:{listed or '(?!)'}))(?!\w)")


def _plain_parts(month: str, weekday: str) -> Sequence[tuple[re.Pattern[str], str]]:
    on = f"(?:{_WHEN} من|{_PART}|{_NOW},?|من|في|يوم|ليله) "
    parts = {
        "،": ",",
        rf"({month}) ?[/(-] ?({month})(?:\))?": r"\1/\2",
        "[()]": " ",
        r"(?<=\d) ?([/.-]) ?(?=\d)": r"\1",
        r"(?<!\d)(\d{1,2}([/.-])\d{1,2}\2)(\d\d)$": r"\g<1>20\3",
        r"\bالعام (?=(?:19|20)\d\d)": "عام ",
        rf"^(?:{on})+(?=.*(?:{weekday}|{month}|\d))": "",
        rf"({weekday}),? الموافق(?= \d)": r"\1",
        " +": " ",
    }
    return [(re.compile(part), plain) for part, plain in parts.items()]


def _ordinals() -> dict[str, int]:
    """The ordinal words of the days of a month, with their article."""
    found = {"الاول": 1, "العاشر": 10, "العشرين": 20, "العشرون": 20, "الثلاثين": 30, "الثلاثون": 30}
    for unit, word in enumerate(_ORDINAL_UNITS, start=1):
        if unit > 1:
            found[f"ال{word}"] = unit
        found[f"ال{word} عشر"] = 10 + unit
        found |= {f"ال{word} والعشرين": 20 + unit, f"ال{word} والعشرون": 20 + unit}
    found |= {"الحادي والثلاثين": 31, "الحادي والثلاثون": 31}
    return dict(sorted(found.items(), key=lambda entry: -len(entry[0])))


def _any(words: Iterable[str]) -> str:
    return "(?:" + ("|".join(sorted(map(re.escape, words), key=len, reverse=True)) or "(?!)") + ")"


def _patterns(name: str, single: str, hijri: str, weekday: str, ordinal: str) -> dict[str, re.Pattern[str]]:
    """Pattern name → pattern; each matches at a word's beginning, behind و ف ب ل ك or at an attached منذ."""
    month = rf"(?:شهر )?{name}(?: ?[/(-] ?{name}\)?)?"
    number = r"(?:ال ?)?\d{1,2}"
    day = rf"(?:{number}|{ordinal})"
    year = rf"(?:[،,]? ?(?:من )?(?:عام |سنه |العام )?{_YEAR})"
    on = rf"(?:{_PART} )?(?:{_NOW}[،,]? )?(?:{_PART} )?(?:يوم |ليله )?(?:{weekday}[،,]? (?:الموافق |في )?)?"
    which_year = rf"(?: من (?:العام|السنه) {_WHICH})?"
    full = rf"{on}{day} (?:من )?{month}(?:{year}| {_WHICH})?{which_year}"
    of_month = rf"(?:{month}{year}|(?:شهر |{_STAGE} ){month}|{single} {_WHICH})(?: {_WHICH})?{which_year}"
    bodies = {
        "full": full,
        "iso": r"(?:19|20)\d\d([/.-])\d{1,2}\2\d{1,2}",
        "numeric": r"\d{1,2} ?([/.-]) ?\d{1,2} ?\2 ?(?:19|20)?\d\d(?! ?[/.-] ?\d)",
        "english": rf"(?:{_ENGLISH} \d{{1,2}},? \d{{4}}|\d{{1,2}} {_ENGLISH},? \d{{4}})",
        "month": rf"(?:{_STAGE} )?{of_month}",
        "hijri": rf"(?:{on}{day} (?:من )?)?(?:شهر )?{hijri}(?: (?:عام )?1[34]\d\d)?(?: ?ه)?",
        "weekday": rf"(?:{_WHEN} من )?(?:{_PART} )?(?:{_NOW}[،,]? )?(?:{_PART} )?(?:من )?"
        rf"(?:يوم |ليله )?{weekday}(?: {_WHICH})?",
        "between": rf"(?:بين|ما بين|من) (?:يومي )?(?:{full}|{day}) ?(?:و|و |الي |حتي ){full}",
        "between_days": rf"(?:بين|ما بين|من) {number} ?(?:و|و |الي |حتي ){number} "
        rf"من (?:هذا الشهر|الشهر {_WHICH})",
        "years": r"(?:بين |ما بين )?عامي \d{4} ?و ?\d{4}",
        "year": rf"(?:عام|العام|سنه|السنه) {_YEAR}(?: ?(?:م|ميلادي|ميلاديه)(?!\w))?",
        "bare_year": r"(?:(?:في|حتي|قبل|بعد|بين) |\( ?)(?P<year>(?:19|20)\d\d)(?! ?[\d/%.,:-]| \w+ا\b)",
        "hijri_year": r"(?:عام|سنه) \(? ?1[34]\d\d ?\)? ?(?:ه|هجري|هجريه|للهجره)",
        "two_months": rf"شهري {month}[،,]? و{month}",
        "since": rf"منذ (?:{_STAGE} )?(?:شهر )?(?:{full}|{month}{year}?|(?:عام |العام |سنه )?{_YEAR})"
        rf"(?: {_WHICH})?",
        "since_event": rf"(?:منذ|مع|بعد|عقب) (?:{_OUTBREAK}|احداث|هجوم|هجمات)(?: [^\W\d]+){{0,9}}?(?: في)? "
        rf"(?:{full}|{of_month})(?: و?حتي الان)?",
        "outbreak": rf"(?:منذ|مع) {_OUTBREAK} [^\W\d]+(?: (?:في|علي) [^\W\d]+)?",
        "ago": rf"(?:قبل|منذ) (?:نحو |حوالي |اكثر من )?(?:\d+ |عده |بضعه |[^\W\d]+ )?(?!سنوات|اعوام){_UNIT}",
        "later": rf"بعد (?:\d+ |عده |بضعه )?{_UNIT}(?: قليله)? من",
        "during": rf"خلال (?:ال ?)?(?:\d+ )?(?:ال)?{_UNIT}(?: (?:{LAST}|الاخيره?|القليله الماضيه))?",
        "past_hours": rf"(?:خلال |في )?ال{_UNIT} (?:(?:ال ?)?\d+|{_FEW}) (?:{LAST}|الاخيره?|القليله الماضيه)",
        "past": rf"(?:في )?(?:ال){_UNIT} (?:القليله )?(?:{_WHICH}|الاخيره?)",
        "this": r"(?:هذا|هذه) (?:اليوم|الاسبوع|الشهر|العام|السنه|الليله)",
        "in_one_day": r"(?:في )?اليوم (?:التالي|نفسه|ذاته)",
    }
    return {key: re.compile(rf"{_BEGIN}({body})(?!\w)") for key, body in bodies.items()}


_BEGIN = r"(?<![^\Wوفبلكذn])(?:(?<!\w)|(?<=(?<!\w)[وفبلك])|(?<=(?<!\w)منذ)|(?<=(?<!\w)on))"
"""The first part tells most places inside a word by one letter."""
