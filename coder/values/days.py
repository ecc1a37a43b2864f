"""A day, week, month or year by its name or number, Gregorian or Islamic, and what its wording hangs on.

A date is kept as its first and last Gregorian day with a precision and a basis. Numeric days are read day
first; Hijri ones have هـ or AH behind them. Where the moon is sighted a month may begin a day earlier or
later than by the Umm al-Qura calendar: a weekday beside the date tells which day is meant. All wording is
folded. Source: `months`, `weekdays` and `relative_dates` in the lexicon, the rules on dates in the coding
guide, the printed Umm al-Qura calendars of 1343 to 1500 AH, as `hijridate` tables them.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple, TypeAlias

from coder.codebook.label import Label
from coder.codebook.lexicon_schema import Forms, Lexicon, Months, RelativeDate, Weekday
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.text.normalize import fold_key

PubDate: TypeAlias = tuple[str, str]  # first and last ISO day of the publication date as coded
Publication: TypeAlias = tuple[date, date]  # the first and the last day on which an article may have come out

DATE_FORMS = Message("values.date_forms")

PART_OF_DAY = "(?:فجر|صباح|ضحي|ظهر|عصر|مساء|ليل|ليله|بعد ظهر|منتصف ليل)"
NOW = "(?:اليوم|امس الاول|امس|الامس|غدا|اول امس|اول من امس)"
WHEN = "في (?:وقت (?:متاخر|مبكر)|الساعات الاولي)"
THIS = "(?:الجاري|الحالي|الجاريه|الحاليه)"
LAST = "(?:الماضي|المنصرم|الفايت|الماضيه|المنصرمه|الفايته|السابق)"
NEXT = "(?:المقبل|القادم|المقبله|القادمه)"
WHICH = f"(?:{THIS}|{LAST}|{NEXT})"
_BEFORE = ("الماضي", "الفايت", "المنصرم", "last")
_OF_NOW = ("الحالي", "الجاري", "this")
_YEAR_FIRST = re.compile(r"(\d{4})([/.-])(\d{1,2})\2(\d{1,2})")
_UNBROKEN = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_HIJRI_MARK = re.compile(r" ?(?:ه|هجري|هجريه|للهجره|ah|hijri)$")
FIRST_HIJRI, LAST_HIJRI = 1343, 1500
_ORDINAL_UNITS = ("حادي", "ثاني", "ثالث", "رابع", "خامس", "سادس", "سابع", "ثامن", "تاسع")


@dataclass(frozen=True)
class Period:
    """The days from first to last, both included, and how they were stated."""

    first: date
    last: date
    precision: str
    basis: str = "absolute"
    open_end: bool = False


def any_of(words: Iterable[str]) -> str:
    """A regular expression for any of the words, the longest that fits."""
    return "(?:" + ("|".join(sorted(map(re.escape, words), key=len, reverse=True)) or "(?!)") + ")"


class CalendarWords:
    """The names of months and days, folded, and the words around them.

    months, hijri_months, weekdays, ordinals: names and their numbers, those of weekdays by ISO 8601. month,
    hijri_month, weekday, ordinal: any Arabic one, as a regular expression. relative: the lexicon's wordings
    that hang on publication, each with its forms.
    """

    def __init__(
        self, months: Months, days: Sequence[Weekday], relative: Sequence[RelativeDate], ordinals: Forms
    ) -> None:
        gregorian, hijri = months.gregorian, months.hijri
        self.months = {fold_key(form): m.num for m in gregorian for form in (*m.forms, m.en, m.en[:3])}
        self.hijri_months = {fold_key(form): m.num for m in hijri for form in (*m.ar, m.en)}
        self.weekdays = {fold_key(form): d.iso for d in days for form in (*d.ar, d.en, d.en[:3])}
        self.ordinals = _ordinals() | {fold_key(word): n for n, word in enumerate(ordinals, 1)}
        self.month = any_of(fold_key(form) for m in gregorian for form in m.forms)
        self.hijri_month = any_of(fold_key(form).removeprefix("شهر ") for m in hijri for form in m.ar)
        self.weekday = any_of(fold_key(form).removeprefix("يوم ") for day in days for form in day.ar)
        self.ordinal = any_of(self.ordinals)
        self.relative = [(entry, frozenset(map(fold_key, (*entry.ar, entry.en)))) for entry in relative]
        self.any_month = re.compile(rf"(?<!\w)[وفبلك]?{self.month}(?!\w)")
        self.in_month = _in_month(self.months)
        self.in_hijri_month = _in_month(self.hijri_months)
        parts = (fold_key(form) for entry in relative if entry.anchor == "named_day" for form in entry.ar)
        self._fillers = tuple(f"{word} " for word in (*parts, "يوم", "في", "بتاريخ", "on", "the"))
        self._weekday_in_front = re.compile(f"({any_of(self.weekdays)})[,،]? ")

    def plain(self, text: str) -> str:
        """A wording without what leaves its days as they are (parts of the day), ordinals in digits."""
        for part, plain in self._plain_parts:
            text = part.sub(plain, text)
        return self._ordinal_day.sub(lambda found: str(self.ordinals[found[0]]), text).strip()

    @cached_property
    def _ordinal_day(self) -> re.Pattern[str]:
        """The ordinal in front of a month (السابع من أكتوبر), or of another day (بين السابع و10 أكتوبر)."""
        in_name = "".join(f"(?<!{word} )" for word in ("تشرين", "كانون", "ربيع", "جمادي", "امس"))
        month = rf"(?:من )?(?:شهر )?(?:{self.month}|{self.hijri_month})(?!\w)"
        day = rf"(?:و|الي |حتي )(?:ال)? ?(?:\d|{self.ordinal})"
        return re.compile(rf"{in_name}(?:(?<!\w)|(?<=(?<!\w)و)){self.ordinal}(?= {month}| {day})")

    @cached_property
    def _plain_parts(self) -> Sequence[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]]:
        on = f"(?:{WHEN} من|{PART_OF_DAY}|{NOW},?|من|في|يوم|ليله) "
        parts: dict[str, str | Callable[[re.Match[str]], str]] = {
            "،": ",",
            rf"({self.month}) ?([/(-]) ?({self.month})(?:\))?": self._two_names,
            r"\( ?(?=\d)|(?<=\d) ?\)": " ",
            r"(?<!\d)(\d{1,2}) ?([/.-]) ?(\d{1,2}) ?\2 ?(\d{2,4})(?!\d)": r"\1\2\3\2\4",
            r"\bالعام (?=(?:19|20)\d\d)": "عام ",
            rf"^غدا,? (?:يوم )?({self.weekday})$": r"\1 المقبل",
            rf"^ *(?:{on})+(?=.*(?:{self.weekday}|(?<!\w){self.month}(?!\w)|\d))": "",
            rf"({self.weekday}),? الموافق(?= \d)": r"\1",
            " +": " ",
        }
        return [(re.compile(part), plain) for part, plain in parts.items()]

    def _two_names(self, found: re.Match[str]) -> str:
        """Two names of one month with a slash between them; a dash between two months stays one."""
        first, sign, last = found.groups()
        is_period = sign == "-" and self.months[first] != self.months[last]
        return f"{first} - {last}" if is_period else f"{first}/{last}"

    def without_filler(self, text: str) -> str:
        """Without the words for a part of the day, and without ال in front of a digit (الـ16 من)."""
        while text.startswith(self._fillers):
            text = text[len(next(filter(text.startswith, self._fillers))) :]
        return re.sub(r"^ال ?(?=\d)", "", text)

    def weekday_in_front(self, text: str) -> tuple[int | None, str]:
        """The number of the weekday that a wording begins with, and the wording without it."""
        if (found := self._weekday_in_front.match(text)) is None:
            return None, text
        return self.weekdays[found[1]], self.without_filler(text[found.end() :].lstrip(" ,،"))


_compiled = lru_cache(maxsize=8)(CalendarWords)


def calendar_words(lexicon: Lexicon) -> CalendarWords:
    """The words of a lexicon's dates, compiled when first asked for."""
    return _compiled(lexicon.months, lexicon.weekdays, lexicon.relative_dates, lexicon.numbers.ordinals)


def _in_month(names: Iterable[str]) -> re.Pattern[str]:
    month = any_of(names)
    return re.compile(
        r"(?:(?P<day>\d{1,2}) (?:من )?)?(?:شهر )?"
        rf"(?P<month>{month})\.?(?: ?/ ?(?P<twin>{month}))?(?: (?P<after>\d{{1,2}}))?"
        rf"(?:,? (?:من )?(?:عام |سنه )?(?P<year>\d{{4}}))?(?: (?P<which>{any_of((*_OF_NOW, *_BEFORE))}))?"
    )


def _ordinals() -> dict[str, int]:
    found = {"الاول": 1, "العاشر": 10, "العشرين": 20, "العشرون": 20, "الثلاثين": 30, "الثلاثون": 30}
    for unit, word in enumerate(_ORDINAL_UNITS, start=1):
        if unit > 1:
            found[f"ال{word}"] = unit
        found[f"ال{word} عشر"] = 10 + unit
        found[f"ال{word} والعشرين"] = found[f"ال{word} والعشرون"] = 20 + unit
    return found | {"الحادي والثلاثين": 31, "الحادي والثلاثون": 31}


# ---------------------------------------------------------------- what a wording hangs on
@dataclass(frozen=True)
class DateContext:
    """What the wording of a date hangs on, as far as it is known.

    pub: the first and last possible day of publication. year: that in which the text came out as far as its
    dates tell, where publication is unknown. previous: the day that was told before (اليوم التالي).
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
        """When the text came out; raises CoderError where that is not known."""
        if self.pub is None:
            raise CoderError("values.needs_publication")
        return self.pub


# ---------------------------------------------------------------- reading
def single_date(text: str, context: DateContext) -> Period | None:
    """A day, week, month or year with a name or number of its own; None if the text is not one."""
    text = re.sub(r"(?<=\d) ?(?:م|ميلادي|ميلاديه)$", "", context.words.without_filler(text))
    return _numeric(text, context) or _named(text, context)


def _numeric(text: str, context: DateContext) -> Period | None:
    if match := _YEAR_FIRST.fullmatch(text):
        return _period(int(match[1]), int(match[3]), int(match[4]))
    if match := _UNBROKEN.fullmatch(text):
        return _period(*map(int, match.groups()))
    if match := re.fullmatch(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})", text):
        return _period(_whole_year(match[4], context), int(match[3]), int(match[1]))
    if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})", text):
        day, month = int(match[1]), int(match[2])
        return _period(_year_of(month, day, context), month, day)
    if match := re.fullmatch(r"(\d{4})-w(\d{1,2})", text):
        year, week = int(match[1]), int(match[2])
        try:
            monday = date.fromisocalendar(year, week, 1)
        except ValueError:
            raise CoderError("values.no_week", week=week, year=year, forms=DATE_FORMS) from None
        return Period(monday, monday + timedelta(days=6), "week")
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})|(\d{1,2})/(\d{4})", text):
        return _period(int(match[1] or match[4]), int(match[2] or match[3]))
    match = re.fullmatch(r"(?:عام |سنه |year )?(\d{4})", text)
    return _period(int(match[1])) if match else None


def _whole_year(said: str, context: DateContext) -> int:
    """A year of two digits is the last such one up to that of publication, or where that is unknown, 2079."""
    if len(said) == 4:
        return int(said)
    latest = context.pub[1].year if context.pub else 2079
    return latest - (latest - int(said)) % 100


def _named(text: str, context: DateContext) -> Period | None:
    """`15 تشرين الثاني/ نوفمبر 2023`, `Oct 17, 2023`, `تشرين الأول`, a weekday in front or not."""
    weekday, text = context.words.weekday_in_front(text)
    found = _named_month(text, context.words.in_month, context.words.months)
    if found is None or (weekday and found.day is None):
        return None
    year = found.year
    if year is None:
        year = _year_of(found.month, found.day or 1, context, found.before)
    period = _period(year, found.month, found.day)
    if weekday and period.first.isoweekday() != weekday:
        raise CoderError("values.other_weekday", day=shown_day(period.first), text=text)
    return period


class _NamedMonth(NamedTuple):
    month: int
    day: int | None
    year: int | None
    before: bool  # الماضي follows


def _named_month(text: str, pattern: re.Pattern[str], names: Mapping[str, int]) -> _NamedMonth | None:
    """`7 من أكتوبر`, `Oct 17, 2023`, `أكتوبر الماضي`, by the names of a calendar's months; None if none."""
    found = pattern.fullmatch(text)
    if found is None:
        return None
    if found["twin"] and names[found["twin"]] != names[found["month"]]:
        raise CoderError("values.two_months", text=text)
    day, year = (int(said) if said else None for said in (found["day"] or found["after"], found["year"]))
    return _NamedMonth(names[found["month"]], day, year, found["which"] in _BEFORE)


def _year_of(month: int, day: int, context: DateContext, before: bool = False) -> int:
    """The year of the latest such day not after publication; with `before` (الماضي), before its month."""
    if not 1 <= month <= 12 or day < 1:
        raise no_day(f"{day:02}/{month:02}")
    if context.pub is None:
        raise CoderError("values.no_year")
    limit = context.pub[1].replace(day=1) - timedelta(days=1) if before else context.pub[1]
    for year in range(limit.year, limit.year - 9, -1):
        if day <= calendar.monthrange(year, month)[1] and date(year, month, day) <= limit:
            return year
    raise no_day(f"{day:02}/{month:02}")


def _period(year: int, month: int | None = None, day: int | None = None) -> Period:
    months, days = (1, 12) if month is None else (month, month), (1, 1) if day is None else (day, day)
    try:
        first, last = date(year, months[0], days[0]), date(year, months[1], days[1])
    except ValueError:
        raise no_day(f"{days[0]:02}/{months[0]:02}/{year}") from None
    if day is not None:
        return Period(first, first, "day")
    return Period(first, end_of_month(last), "year" if month is None else "month")


def end_of_month(day: date) -> date:
    """The last day of the month of a day."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


# ---------------------------------------------------------------- the Islamic calendar
def read_hijri(text: str, context: DateContext) -> Period | None:
    """A day, month or year of the Islamic calendar out of folded wording; None if the text is none."""
    text = context.words.without_filler(text)
    return _numeric_hijri(text) or _named_hijri(text, context)


def _numeric_hijri(text: str) -> Period | None:
    said = _HIJRI_MARK.sub("", text)
    if match := _YEAR_FIRST.fullmatch(said):
        year, month, day = int(match[1]), int(match[3]), int(match[4])
    elif match := re.fullmatch(r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-]|عام |سنه )?(\d{4})", said):
        year, month, day = int(match[3]), int(match[2] or 0), int(match[1] or 0)
    else:
        return None
    if said != text:
        return _hijri_period(year, month or None, day or None)
    if FIRST_HIJRI <= year <= LAST_HIJRI and not re.fullmatch(r"\d{4}-[\d-]+", text):
        raise CoderError("values.maybe_hijri", year=year, text=text)
    return None


def _named_hijri(text: str, context: DateContext) -> Period | None:
    words = context.words
    weekday, said = words.weekday_in_front(text)
    found = _named_month(_HIJRI_MARK.sub("", said), words.in_hijri_month, words.hijri_months)
    if found is None or (weekday and found.day is None):
        return None
    period = _hijri_period(found.year or _latest(found, context), found.month, found.day)
    if weekday is None:
        return period
    for day in (period.first + timedelta(days=step) for step in (0, -1, 1)):
        if day.isoweekday() == weekday:
            return Period(day, day, "day")
    raise CoderError("values.other_weekday", day=shown_day(period.first), text=text)


def _latest(found: _NamedMonth, context: DateContext) -> int:
    from hijridate import Gregorian

    if context.pub is None:
        raise CoderError("values.no_year")
    try:
        today = Gregorian.fromdate(context.pub[1]).to_hijri()
    except OverflowError:
        raise CoderError("values.hijri_years", first=FIRST_HIJRI, last=LAST_HIJRI) from None
    day = today.day + 1 if found.before else found.day or 1
    return today.year - ((found.month, day) > (today.month, today.day))


def _hijri_period(year: int, month: int | None, day: int | None) -> Period:
    from hijridate import Hijri  # its tables take a while to load and are needed for such dates only

    try:
        hijri = Hijri(year, month or 1, day or 1)
    except OverflowError:
        raise CoderError("values.hijri_years", first=FIRST_HIJRI, last=LAST_HIJRI) from None
    except ValueError:
        raise no_day(f"{day or 1:02}/{month or 1:02}/{year} هـ") from None
    first = hijri.to_gregorian()
    if day is not None:
        return Period(first, first, "day")
    length = hijri.year_length() if month is None else hijri.month_length()
    return Period(first, first + timedelta(days=length - 1), "year" if month is None else "month")


# ---------------------------------------------------------------- what cannot be read, and what is shown
def no_day(named: str) -> CoderError:
    """A day that the calendar does not have."""
    return CoderError("values.no_day", named=named, forms=DATE_FORMS)


def shown_day(day: date) -> Label:
    """ISO; in Arabic with slashes, for hyphens between numbers can turn their order round (UAX 9, W4)."""
    return Label(ar=day.strftime("%d/%m/%Y"), en=day.isoformat())
