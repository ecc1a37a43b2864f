"""Reading of single days, weeks, months and years, Gregorian or Islamic, by name or
number.

A date is represented by its first and last Gregorian day with a precision and a basis.
Numeric dates are read day first; numeric Hijri dates end in هـ or AH. Where months
begin by moon sighting, a date may be a day off the Umm al-Qura calendar: a weekday
beside it decides which day is meant. All text is folded. Source:
`months`, `weekdays` and `relative_dates` in the lexicon, the rules on dates in the coding guide, the printed
Umm al-Qura calendars of 1343 to 1500 AH, as tabulated by `hijridate`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple, TypeAlias

from msgspec import Struct

from coder.codebook.label import Label
from coder.codebook.lexicon_schema import Forms, Lexicon, Months, RelativeDate, Weekday
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.text.normalize import fold_key

PubDate: TypeAlias = tuple[str, str]
"""The first and last ISO day of the publication date as coded."""
Publication: TypeAlias = tuple[date, date]
"""The first and last possible day of publication."""

DATE_FORMS = Message("values.date_forms")

PART_OF_DAY = "(?:فجر|صباح|ضحي|ظهر|عصر|مساء|ليل|ليله|(?:قبل|بعد) ظهر|منتصف ليل)"
NOW = "(?:اليوم|امس الاول|امس|الامس|غدا|اول امس|اول من امس)"
WHEN = "في (?:وقت (?:متاخر|مبكر)|الساعات الاولي)"
THIS = "(?:الجاري|الحالي|الجاريه|الحاليه)"
LAST = "(?:الماضيين|الماضيتين|المنصرمين|الماضي|المنصرم|الفايت|الماضيه|المنصرمه|الفايته|السابق)"
NEXT = "(?:المقبل|القادم|المقبله|القادمه)"
WHICH = f"(?:{THIS}|{LAST}|{NEXT})"
_BEFORE = ("الماضي", "الفايت", "المنصرم", "last")
_CURRENT = ("الحالي", "الجاري", "this")
_YEAR_FIRST = re.compile(r"(\d{4})([/.-])(\d{1,2})\2(\d{1,2})")
_MONTH_OF_YEAR = re.compile(
    r"(\d{4})(?: ?/ ?|[.-])(\d{1,2})|(\d{1,2})(?: ?/ ?|[.-])(\d{4})"
)
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_HIJRI_MARK = re.compile(r" ?(?:ه|هجري|هجريه|للهجره|ah|hijri)$")
FIRST_HIJRI = 1343
LAST_HIJRI = 1500
_ORDINAL_UNITS = (
    "حادي",
    "ثاني",
    "ثالث",
    "رابع",
    "خامس",
    "سادس",
    "سابع",
    "ثامن",
    "تاسع",
)


class Period(Struct, frozen=True):
    """The days from first to last, inclusive, and how they were stated."""

    first: date
    last: date
    precision: str
    basis: str = "absolute"
    open_end: bool = False


def any_of(words: Iterable[str]) -> str:
    """Return a regular expression for any of the words, longest first; without words it
    never matches.
    """
    longest_first = sorted(map(re.escape, words), key=len, reverse=True)
    return f"(?:{'|'.join(longest_first) or '(?!)'})"


class CalendarWords:
    """The folded names of months and days, and patterns with them.

    months, hijri_months, weekdays, ordinals: name → number, for weekdays by ISO 8601.
    month, hijri_month, weekday, ordinal: regular expressions for any Arabic name.
    relative: the lexicon's relative dates, each with its folded forms.
    """

    def __init__(
        self,
        months: Months,
        days: Sequence[Weekday],
        relative: Sequence[RelativeDate],
        ordinals: Forms,
    ) -> None:
        gregorian = months.gregorian
        hijri = months.hijri
        self.months = {
            fold_key(form): m.num
            for m in gregorian
            for form in (*m.forms, m.en, m.en[:3])
        }
        self.hijri_months = {
            fold_key(form): m.num for m in hijri for form in (*m.ar, m.en)
        }
        self.weekdays = {
            fold_key(form): d.iso for d in days for form in (*d.ar, d.en, d.en[:3])
        }
        self.ordinals = _ordinals() | {
            fold_key(word): n for n, word in enumerate(ordinals, 1)
        }
        self.month = any_of(fold_key(form) for m in gregorian for form in m.forms)
        self.hijri_month = any_of(
            fold_key(form).removeprefix("شهر ") for m in hijri for form in m.ar
        )
        self.weekday = any_of(
            fold_key(form).removeprefix("يوم ") for day in days for form in day.ar
        )
        self.ordinal = any_of(self.ordinals)
        self.relative = [
            (entry, frozenset(map(fold_key, (*entry.ar, entry.en))))
            for entry in relative
        ]
        self.any_month = re.compile(rf"(?<!\w)[وفبلك]?{self.month}(?!\w)")
        self.in_month = _in_month(self.months)
        self.in_hijri_month = _in_month(self.hijri_months)
        parts = (
            fold_key(form)
            for entry in relative
            if entry.anchor == "named_day"
            for form in entry.ar
        )
        fillers = (
            *parts,
            "قبل ظهر",
            "بعد ظهر",
            "ليله",
            "خلال",
            "يوم",
            "في",
            "بتاريخ",
            "on",
            "the",
        )
        self._fillers = tuple(f"{word} " for word in fillers)
        self._weekday_in_front = re.compile(f"({any_of(self.weekdays)})[,،]? ")

    def plain(self, text: str) -> str:
        """Remove words that do not affect the date (parts of the day), and write
        ordinals as digits.
        """
        for pattern, replacement in self._replacements:
            text = pattern.sub(replacement, text)
        return self._ordinal_day.sub(
            lambda match: str(self.ordinals[match[0]]), text
        ).strip()

    @cached_property
    def _ordinal_day(self) -> re.Pattern[str]:
        """An ordinal before a month (السابع من أكتوبر), or before another day (بين
        السابع و10 أكتوبر).
        """
        in_name = "".join(
            f"(?<!{word} )" for word in ("تشرين", "كانون", "ربيع", "جمادي", "امس")
        )
        month = rf"(?:من )?(?:شهر )?(?:{self.month}|{self.hijri_month})(?!\w)"
        day = rf"(?:و|الي |حتي )(?:ال)? ?(?:\d|{self.ordinal})"
        return re.compile(
            rf"{in_name}(?:(?<!\w)|(?<=(?<!\w)و)){self.ordinal}(?= {month}| {day})"
        )

    @cached_property
    def _replacements(
        self,
    ) -> Sequence[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]]:
        on = f"(?:{WHEN} من|{PART_OF_DAY}|{NOW},?|من|في|يوم|ليله) "
        replacements: dict[str, str | Callable[[re.Match[str]], str]] = {
            "،": ",",
            rf"(\d)(?={self.month})": r"\1 ",
            rf"({self.month})(?=\d)": r"\1 ",
            rf"(?<!\d)(\d{{1,2}}) ?[-–—/] ?(?=\d{{1,2}} (?:من )?{self.month})": r"\1 - ",
            rf"({self.month}) ?([/(-]) ?({self.month})(?:\))?": self._two_names,
            r"\( ?(?=\d)|(?<=\d) ?\)": " ",
            r"(?<!\d)(\d{1,2}) ?([/.-]) ?(\d{1,2}) ?\2 ?(\d{2,4})(?!\d)": r"\1\2\3\2\4",
            r"\bالعام (?=(?:19|20)\d\d)": "عام ",
            rf"^غدا,? (?:يوم )?({self.weekday})$": r"\1 المقبل",
            rf"^ *(?:{on})++(?=.*(?:{self.weekday}|(?<!\w){self.month}(?!\w)|\d))": "",
            rf"({self.weekday}),? الموافق(?= \d)": r"\1",
            " +": " ",
        }
        return [
            (re.compile(pattern), replacement)
            for pattern, replacement in replacements.items()
        ]

    def _two_names(self, match: re.Match[str]) -> str:
        """Join two names of the same month with a slash, and two months with a dash if
        they had one.
        """
        first, sign, last = match.groups()
        is_period = sign == "-" and self.months[first] != self.months[last]
        return f"{first} - {last}" if is_period else f"{first}/{last}"

    def without_filler(self, text: str) -> str:
        """Remove leading words for a part of the day, and ال before a digit (الـ16 من)."""
        while text.startswith(self._fillers):
            filler = next(each for each in self._fillers if text.startswith(each))
            text = text.removeprefix(filler)
        return re.sub(r"^ال ?(?=\d)", "", text)

    def weekday_in_front(self, text: str) -> tuple[int | None, str]:
        """Return the number of the weekday that a text begins with, and the text
        without it.
        """
        match = self._weekday_in_front.match(text)
        if match is None:
            return None, text
        rest = text[match.end() :].lstrip(" ,،")
        return self.weekdays[match[1]], self.without_filler(rest)


_compiled = lru_cache(maxsize=8)(CalendarWords)


def calendar_words(lexicon: Lexicon) -> CalendarWords:
    """Return the date words of a lexicon; the result is cached."""
    return _compiled(
        lexicon.months,
        lexicon.weekdays,
        lexicon.relative_dates,
        lexicon.numbers.ordinals,
    )


def _in_month(names: Iterable[str]) -> re.Pattern[str]:
    month = any_of(names)
    return re.compile(
        r"(?:(?P<day>\d{1,2}) (?:من )?)?(?:شهر )?"
        rf"(?P<month>{month})\.?(?: ?/ ?(?P<twin>{month}))?(?: (?P<after>\d{{1,2}}))?"
        rf"(?:,? (?:من )?(?:عام |سنه )?(?P<year>\d{{4}}))?(?: (?P<which>{any_of((*_CURRENT, *_BEFORE))}))?"
    )


def _ordinals() -> dict[str, int]:
    ordinals = {
        "الاول": 1,
        "العاشر": 10,
        "العشرين": 20,
        "العشرون": 20,
        "الثلاثين": 30,
        "الثلاثون": 30,
    }
    for unit, word in enumerate(_ORDINAL_UNITS, start=1):
        if unit > 1:
            ordinals[f"ال{word}"] = unit
        ordinals[f"ال{word} عشر"] = 10 + unit
        ordinals[f"ال{word} والعشرين"] = ordinals[f"ال{word} والعشرون"] = 20 + unit
    return ordinals | {"الحادي والثلاثين": 31, "الحادي والثلاثون": 31}


# ---------------------------------------------------------------- context
class DateContext(Struct, frozen=True, dict=True):
    """What is needed to interpret a date, as far as it is known.

    pub: the first and last possible day of publication. year: if publication is
    unknown, the year that the text gives its dates. previous: the day mentioned before
    (for اليوم التالي).
    """

    lexicon: Lexicon
    pub: Publication | None
    year: int | None = None
    previous: date | None = None

    @cached_property
    def words(self) -> CalendarWords:
        """The names of months and days."""
        return calendar_words(self.lexicon)

    @property
    def published(self) -> Publication:
        """First and last possible day of publication; raises CoderError if unknown."""
        if self.pub is None:
            raise CoderError("values.needs_publication")
        return self.pub


# ---------------------------------------------------------------- reading
def single_date(text: str, context: DateContext) -> Period | None:
    """Read a Gregorian day, week, month or year stated by name or number; None if the
    text is not one.
    """
    text = re.sub(
        r"(?<=\d) ?(?:م|ميلادي|ميلاديه)$", "", context.words.without_filler(text)
    )
    return _numeric(text, context) or _read_named(text, context)


def _numeric(text: str, context: DateContext) -> Period | None:
    if match := _YEAR_FIRST.fullmatch(text):
        return _period(int(match[1]), int(match[3]), int(match[4]))
    if match := _COMPACT.fullmatch(text):
        return _period(*map(int, match.groups()))
    if match := re.fullmatch(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})", text):
        return _period(_whole_year(match[4], context), int(match[3]), int(match[1]))
    if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})", text):
        day = int(match[1])
        month = int(match[2])
        return _period(_year_of(month, day, context), month, day)
    if match := re.fullmatch(r"(\d{4})-w(\d{1,2})", text):
        year = int(match[1])
        week = int(match[2])
        try:
            monday = date.fromisocalendar(year, week, 1)
        except ValueError:
            raise CoderError(
                "values.no_week", week=week, year=year, forms=DATE_FORMS
            ) from None
        return Period(monday, monday + timedelta(days=6), "week")
    if match := _MONTH_OF_YEAR.fullmatch(text):
        return _period(int(match[1] or match[4]), int(match[2] or match[3]))
    match = re.fullmatch(r"(?:عام |سنه |year )?(\d{4})", text)
    return _period(int(match[1])) if match else None


def _whole_year(digits: str, context: DateContext) -> int:
    """Complete a two-digit year to the latest one up to the year of publication or, if
    unknown, 2079.
    """
    if len(digits) == 4:
        return int(digits)
    latest = context.pub[1].year if context.pub else 2079
    return latest - (latest - int(digits)) % 100


def _read_named(text: str, context: DateContext) -> Period | None:
    """Read `15 تشرين الثاني/ نوفمبر 2023`, `Oct 17, 2023`, `تشرين الأول`, also after a
    weekday.
    """
    weekday, text = context.words.weekday_in_front(text)
    named = _read_named_month(text, context.words.in_month, context.words.months)
    if named is None or (weekday and named.day is None):
        return None
    year = named.year
    if year is None:
        year = _year_of(named.month, named.day or 1, context, named.before)
    period = _period(year, named.month, named.day)
    if weekday and period.first.isoweekday() != weekday:
        raise CoderError("values.other_weekday", day=show_day(period.first), text=text)
    return period


class _NamedMonth(NamedTuple):
    month: int
    day: int | None
    year: int | None
    before: bool  # الماضي follows


def _read_named_month(
    text: str, pattern: re.Pattern[str], names: Mapping[str, int]
) -> _NamedMonth | None:
    """Read `7 من أكتوبر`, `Oct 17, 2023`, `أكتوبر الماضي` with a calendar's names; None
    if it is no date.
    """
    match = pattern.fullmatch(text)
    if match is None:
        return None
    if match["twin"] and names[match["twin"]] != names[match["month"]]:
        raise CoderError("values.two_months", text=text)
    day = match["day"] or match["after"]
    year = match["year"]
    return _NamedMonth(
        month=names[match["month"]],
        day=int(day) if day else None,
        year=int(year) if year else None,
        before=match["which"] in _BEFORE,
    )


def _year_of(month: int, day: int, context: DateContext, before: bool = False) -> int:
    """Return the year of the latest such day up to publication; with `before` (الماضي),
    before its month.
    """
    if not 1 <= month <= 12 or day < 1:
        raise ValueError
    if context.pub is None:
        raise CoderError("values.no_year")
    limit = context.pub[1]
    if before:
        limit = limit.replace(day=1) - timedelta(days=1)
    for year in range(limit.year, limit.year - 9, -1):
        has_day = day <= calendar.monthrange(year, month)[1]
        if has_day and date(year, month, day) <= limit:
            return year
    raise ValueError


def _period(year: int, month: int | None = None, day: int | None = None) -> Period:
    months = (1, 12) if month is None else (month, month)
    days = (1, 1) if day is None else (day, day)
    first = date(year, months[0], days[0])
    last = date(year, months[1], days[1])
    if day is not None:
        return Period(first, first, "day")
    return Period(first, end_of_month(last), "year" if month is None else "month")


def end_of_month(day: date) -> date:
    """Return the last day of the month that a day is in."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


# ---------------------------------------------------------------- the Islamic calendar
def read_hijri(text: str, context: DateContext) -> Period | None:
    """Read a day, month or year of the Islamic calendar from folded text; None if the
    text is not one.
    """
    text = context.words.without_filler(text)
    return _numeric_hijri(text) or _read_named_hijri(text, context)


def _numeric_hijri(text: str) -> Period | None:
    unmarked = _HIJRI_MARK.sub("", text)
    if match := _YEAR_FIRST.fullmatch(unmarked):
        parts = match.group(1, 3, 4)
    elif match := re.fullmatch(r"(\d{4})[/.-](\d{1,2})", unmarked):
        parts = match[1], match[2], None
    elif match := re.fullmatch(
        r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-]|عام |سنه )?(\d{4})", unmarked
    ):
        parts = match.group(3, 2, 1)
    else:
        return None
    year = int(parts[0])
    month = int(parts[1]) if parts[1] else None
    day = int(parts[2]) if parts[2] else None
    if unmarked != text:
        return _hijri_period(year, month, day)
    if FIRST_HIJRI <= year <= LAST_HIJRI and not re.fullmatch(r"\d{4}-[\d-]+", text):
        raise CoderError("values.maybe_hijri", year=year, text=text)
    return None


def _read_named_hijri(text: str, context: DateContext) -> Period | None:
    words = context.words
    weekday, rest = words.weekday_in_front(text)
    named = _read_named_month(
        _HIJRI_MARK.sub("", rest), words.in_hijri_month, words.hijri_months
    )
    if named is None or (weekday and named.day is None):
        return None
    period = _hijri_period(
        named.year or _hijri_year_of(named, context), named.month, named.day
    )
    if weekday is None:
        return period
    for day in (period.first + timedelta(days=step) for step in (0, -1, 1)):
        if day.isoweekday() == weekday:
            return Period(day, day, "day")
    raise CoderError("values.other_weekday", day=show_day(period.first), text=text)


def _hijri_year_of(named: _NamedMonth, context: DateContext) -> int:
    """Return the year of the latest such day up to publication; with `before` (الماضي),
    before its month.
    """
    from hijridate import Gregorian

    if context.pub is None:
        raise CoderError("values.no_year")
    try:
        today = Gregorian.fromdate(context.pub[1]).to_hijri()
    except OverflowError:
        raise CoderError(
            "values.hijri_years", first=FIRST_HIJRI, last=LAST_HIJRI
        ) from None
    day = today.day + 1 if named.before else named.day or 1
    return today.year - ((named.month, day) > (today.month, today.day))


def _hijri_period(year: int, month: int | None, day: int | None) -> Period:
    # Its tables take a while to load and are rarely needed.
    from hijridate import Hijri

    if 0 in (month, day):
        raise ValueError
    try:
        hijri = Hijri(year, month or 1, day or 1)
    except OverflowError:
        raise CoderError(
            "values.hijri_years", first=FIRST_HIJRI, last=LAST_HIJRI
        ) from None
    first = hijri.to_gregorian()
    if day is not None:
        return Period(first, first, "day")
    length = hijri.year_length() if month is None else hijri.month_length()
    return Period(
        first, first + timedelta(days=length - 1), "year" if month is None else "month"
    )


# ---------------------------------------------------------------- formatting
def show_day(day: date) -> Label:
    """Format a day as ISO, in Arabic with slashes: hyphens can reverse the numbers'
    order (UAX 9, W4).
    """
    return Label(ar=f"{day:%d/%m}/{day.year:04}", en=day.isoformat())
