"""The wording of dates as regular expressions over folded text, built from a lexicon's months and days."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from coder.codebook.lexicon import Lexicon
from coder.text.normalize import fold_key

_PART = "(?:فجر|صباح|ضحي|ظهر|عصر|مساء|ليل|ليله|بعد ظهر|منتصف ليل)"
_NOW = "(?:اليوم|امس|غدا|اول امس)"
_STAGE = "(?:منتصف|اوايل|اواسط|اواخر|مطلع|بدايه|نهايه|ختام)"
_THIS = "(?:الجاري|الحالي|الجاريه|الحاليه)"
_LAST = "(?:الماضي|المنصرم|الفايت|الماضيه|المنصرمه|الفايته|السابق)"
_NEXT = "(?:المقبل|القادم|المقبله|القادمه)"
_WHICH = f"(?:{_THIS}|{_LAST}|{_NEXT})"
_UNIT = (
    "(?:ساعه|ساعتين|ساعات|يوم|يوما|يومين|ايام|اسبوع|اسبوعا|اسبوعين|اسابيع|شهر|شهرا|شهرين|اشهر|شهور|"
    "عام|عاما|عامين|اعوام|سنه|سنتين|سنوات)"
)
_OUTBREAK = "(?:اندلاع|بدء|بدايه|انطلاق|تفجر)"
_YEAR = r"(?:ال)?(?:\( ?(?:19|20)\d\d ?\)|(?:19|20)\d\d)"
_ENGLISH = "(january|february|march|april|may|june|july|august|september|october|november|december)"
_ORDINAL_UNITS = ["حادي", "ثاني", "ثالث", "رابع", "خامس", "سادس", "سابع", "ثامن", "تاسع"]
_NEEDS_DAY = frozenset(
    map(fold_key, ["آب", "اب", "ماي", "جوان", "أوت", "نوار", "مارس", "صفر", "محرم", "رجب"])
)
"""Month names that are other words as well: alone they are no date."""


@dataclass(frozen=True)
class DateWords:
    """Compiled wording; see `dates` for what each pattern means."""

    months: Mapping[str, int]
    hijri: Mapping[str, int]
    weekdays: Mapping[str, int]
    ordinals: Mapping[str, int]
    patterns: Mapping[str, re.Pattern[str]]

    def named(self, said: str, names: Mapping[str, int]) -> tuple[int | None, int]:
        """The number of the first of the names that is a whole word of a wording, and where it begins."""
        found = re.search(rf"(?<!\w)[وفبل]?({_any(names)})(?!\w)", said)
        return (names[found[1]], found.start(1)) if found else (None, len(said))


def date_words(lexicon: Lexicon) -> DateWords:
    """The wording for a lexicon."""
    months = {fold_key(f): m.num for m in lexicon.months.gregorian for f in m.forms}
    hijri = {fold_key(f).removeprefix("شهر "): m.num for m in lexicon.months.hijri for f in m.ar}
    weekdays = {fold_key(f).removeprefix("يوم "): d.iso for d in lexicon.weekdays for f in d.ar}
    ordinals = _ordinals()
    return DateWords(months, hijri, weekdays, ordinals, _patterns(months, hijri, weekdays, ordinals))


def _ordinals() -> dict[str, int]:
    """The ordinal words of the days of a month, with their article."""
    found = {"الاول": 1, "العاشر": 10, "العشرين": 20, "العشرون": 20, "الثلاثين": 30, "الثلاثون": 30}
    for unit, word in enumerate(_ORDINAL_UNITS, start=1):
        if unit > 1:
            found[f"ال{word}"] = unit
        found[f"ال{word} عشر"] = 10 + unit
        found |= {f"ال{word} والعشرين": 20 + unit, f"ال{word} والعشرون": 20 + unit}
    return {**found, "الحادي والثلاثين": 31, "الحادي والثلاثون": 31}


def _any(words: Iterable[str]) -> str:
    return "(?:" + ("|".join(sorted(map(re.escape, words), key=len, reverse=True)) or "(?!)") + ")"


def _patterns(
    months: Mapping[str, int],
    hijri: Mapping[str, int],
    weekdays: Mapping[str, int],
    ordinals: Mapping[str, int],
) -> dict[str, re.Pattern[str]]:
    """Pattern name → pattern; each matches at a word's beginning, behind و ف ب ل ك or at an attached منذ."""
    name, weekday = _any(months), _any(weekdays)
    month = rf"(?:شهر )?{name}(?: ?[/(-] ?{name}\)?)?"
    number = r"(?:ال ?)?\d{1,2}"
    day = rf"(?:{number}|{_any(ordinals)})"
    year = rf"(?:[،,]? ?(?:من )?(?:عام |سنه |العام )?{_YEAR})"
    on = rf"(?:{_PART} )?(?:{_NOW}[،,]? )?(?:{_PART} )?(?:يوم |ليله )?(?:{weekday}[،,]? (?:الموافق |في )?)?"
    which_year = rf"(?: من (?:العام|السنه) {_WHICH})?"
    full = rf"{on}{day} (?:من )?{month}(?:{year}| {_WHICH})?{which_year}"
    single = _any(set(months) - _NEEDS_DAY)
    of_month = rf"(?:{month}{year}|(?:شهر |{_STAGE} ){month}|{single} {_WHICH})(?: {_WHICH})?{which_year}"
    bodies = {
        "full": full,
        "iso": r"(?:19|20)\d\d-\d{1,2}-\d{1,2}",
        "numeric": r"\d{1,2} ?([/.-]) ?\d{1,2} ?\2 ?(?:19|20)?\d\d(?! ?[/.-] ?\d)",
        "english": rf"(?:{_ENGLISH} \d{{1,2}},? \d{{4}}|\d{{1,2}} {_ENGLISH},? \d{{4}})",
        "month": rf"(?:{_STAGE} )?{of_month}",
        "hijri": rf"(?:{on}{day} (?:من )?)?(?:شهر )?{_any(hijri)}(?: (?:عام )?1[34]\d\d)?(?: ?ه)?",
        "weekday": rf"(?:في وقت متاخر من )?(?:{_PART} )?(?:{_NOW}[،,]? )?(?:{_PART} )?(?:من )?"
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
        "later": rf"بعد (?:\d+ |عده |بضعه )?{_UNIT} من",
        "during": rf"خلال (?:ال ?)?(?:\d+ )?(?:ال)?{_UNIT}(?: (?:{_LAST}|الاخيره?|القليله الماضيه))?",
        "past_hours": rf"(?:خلال |في )?ال{_UNIT} (?:ال ?)?\d+ (?:{_LAST}|الاخيره?|القليله الماضيه)",
        "past": rf"(?:في )?(?:ال){_UNIT} (?:القليله )?(?:{_WHICH}|الاخيره?)",
        "this": r"(?:هذا|هذه) (?:اليوم|الاسبوع|الشهر|العام|السنه|الليله)",
        "in_one_day": r"(?:في )?اليوم (?:التالي|نفسه|ذاته)",
    }
    return {key: re.compile(rf"{_BEGIN}({body})(?!\w)") for key, body in bodies.items()}


_BEGIN = r"(?:(?<!\w)|(?<=(?<!\w)[وفبلك])|(?<=(?<!\w)منذ)|(?<=(?<!\w)on))"
