"""Dates as typed: days, months, years, periods and their written forms, in Arabic and English.

A date is kept as its first and last day with a precision and a basis. Numeric days are read day first.
Source: `months` and `weekdays` in the lexicon and the rules on dates in the coding guide. Wording that
hangs on the publication date is in `relative_days`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import TypeAlias

from coder.codebook.label import Label, refusal
from coder.codebook.lexicon import HijriMonth, Lexicon, Months, Numbers, RelativeDate, Weekday
from coder.errors import CoderError
from coder.text.normalize import fold_key

PubDate: TypeAlias = tuple[str, str]
"""First and last ISO day of the publication date as coded."""

HINT = Label(
    ar="اكتب 15/11/2023 أو ١٥ تشرين الثاني 2023 أو 11/2023 أو 2023 أو 17 محرم 1445 أو يوماً من الأسبوع "
    "أو أمس، أو مدة: 17/10/2023..24/10/2023.",
    en="Type 2023-11-15, 15/11/2023, ١٥ تشرين الثاني 2023, 11/2023, 2023, 17 محرم 1445, a weekday or أمس, "
    "or a period: 2023-10-17..2023-10-24.",
)
NEEDS_YEAR = Label(
    ar="اكتب السنة، أو رمّز تاريخ النشر أولاً.", en="Write the year, or code the publication date first."
)


@dataclass(frozen=True)
class Period:
    """The days from first to last, both included, and how they were stated."""

    first: date
    last: date
    precision: str
    basis: str = "absolute"
    open_end: bool = False


@dataclass(frozen=True)
class DateReader:
    """Reads folded wording; pub is the first and last possible day of publication, None if not coded."""

    lexicon: Lexicon
    pub: tuple[date, date] | None

    @cached_property
    def weekdays(self) -> Mapping[str, int]:
        """Folded name → ISO number, longer names first."""
        return _weekday_names(self.lexicon.weekdays)

    @cached_property
    def months(self) -> Mapping[str, int]:
        """Folded name of a month → its number."""
        return _month_names(self.lexicon.months)

    @cached_property
    def hijri_months(self) -> Mapping[str, int]:
        """Folded name of a month of the Hijri calendar → its number."""
        return _hijri_names(self.lexicon.months.hijri)

    @cached_property
    def relative(self) -> Sequence[tuple[RelativeDate, frozenset[str]]]:
        """The relative wordings, each with its folded forms."""
        return _relative(self.lexicon.relative_dates)

    @cached_property
    def _fillers(self) -> tuple[str, ...]:
        return _fillers(self.lexicon.relative_dates)

    def single(self, text: str) -> Period | None:
        """A day, week, month or year with a name or number of its own; None if the text is not one."""
        text = re.sub(r"(?<=\d) ?(?:م|ميلادي|ميلاديه)$", "", self.without_filler(text))
        return self._numeric(text) or self._named(text)

    # ------------------------------------------------------------ numbers only
    def _numeric(self, text: str) -> Period | None:
        if match := re.fullmatch(r"(\d{4})([/.-])(\d{1,2})\2(\d{1,2})", text):
            return self._day(int(match[1]), int(match[3]), int(match[4]))
        if match := re.fullmatch(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", text):
            return self._day(int(match[4]), int(match[3]), int(match[1]))
        if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})", text):
            return self._day(None, int(match[2]), int(match[1]))
        if match := re.fullmatch(r"(\d{4})-w(\d{1,2})", text):
            return _week(int(match[1]), int(match[2]))
        if match := re.fullmatch(r"(\d{4})-(\d{1,2})|(\d{1,2})/(\d{4})", text):
            return self._month(int(match[1] or match[4]), int(match[2] or match[3]))
        if match := re.fullmatch(r"(?:عام |سنه |year )?(\d{4})", text):
            return Period(_date(int(match[1]), 1, 1), _date(int(match[1]), 12, 31), "year")
        return None

    # ------------------------------------------------------------ month names
    def _named(self, text: str) -> Period | None:
        """`15 تشرين الثاني/ نوفمبر 2023`, `Oct 17, 2023`, `تشرين الأول`, a weekday in front or not."""
        weekday, text = self.weekday_in_front(text)
        found = named_month(text, self.months, self.lexicon.numbers)
        if found is None or (weekday and found.day is None):
            return None
        if found.day is None:
            return self._month(found.year, found.month, found.before)
        period = self._day(found.year, found.month, found.day, found.before)
        if weekday and period.first.isoweekday() != weekday:
            raise other_weekday(period.first, text)
        return period

    def weekday_in_front(self, text: str) -> tuple[int | None, str]:
        """The number of the weekday that a wording begins with, and the wording without it."""
        found = _weekday_pattern(tuple(self.weekdays)).match(text)
        if found is None:
            return None, text
        return self.weekdays[found[1]], self.without_filler(text[found.end() :].lstrip(" ,،"))

    # ------------------------------------------------------------ years that are not written
    def _day(self, year: int | None, month: int, day: int, before: bool = False) -> Period:
        found = self._latest(month, day, before) if year is None else _date(year, month, day)
        return Period(found, found, "day")

    def _month(self, year: int | None, month: int, before: bool = False) -> Period:
        first = self._latest(month, 1, before) if year is None else _date(year, month, 1)
        return Period(first, end_of_month(first), "month")

    def _latest(self, month: int, day: int, before: bool) -> date:
        """The latest such day not after publication; with `before` (الماضي), before its month."""
        if not 1 <= month <= 12 or day < 1:
            raise no_day(f"{day:02}/{month:02}")
        if self.pub is None:
            raise no_year()
        limit = self.pub[1].replace(day=1) - timedelta(days=1) if before else self.pub[1]
        for year in range(limit.year, limit.year - 9, -1):
            if day <= calendar.monthrange(year, month)[1] and date(year, month, day) <= limit:
                return date(year, month, day)
        raise no_day(f"{day:02}/{month:02}")

    def without_filler(self, text: str) -> str:
        """Without the words for a part of the day, and without ال in front of a digit (الـ16 من)."""
        while text.startswith(self._fillers):
            text = text[len(next(filter(text.startswith, self._fillers))) :]
        return re.sub(r"^ال ?(?=\d)", "", text)


def read_period(text: str, read: Callable[[str], Period | None]) -> Period | None:
    """Two dates with `..`, a dash or إلى between them, or بين 17 و24 أكتوبر; `read` reads each of them."""
    for first, last in _cuts(text):
        end = read(last)
        start = (read(first) or _start_from(first, last, read)) if end else None
        if start and end:
            if start.first > end.last:
                raise refusal(
                    Label(
                        ar=f"في «{text}» النهاية قبل البداية.", en=f"In “{text}” the end is before the start."
                    ),
                    HINT,
                )
            precision = "day" if start.first == end.last else "range"
            basis = "relative" if "relative" in (start.basis, end.basis) else "absolute"
            return Period(start.first, end.last, precision, basis)
    return None


def until_publication(start: Period, pub: tuple[date, date] | None) -> Period:
    """From a date on to the last possible day of publication, open at the end."""
    if pub is None:
        raise refusal(
            Label(ar="المدة حتى النشر تحتاج تاريخه.", en="A period up to publication needs its date."),
            Label(ar="رمّز تاريخ النشر أولاً.", en="Code the publication date first."),
        )
    return replace(start, last=max(pub[1], start.first), precision="range", open_end=True)


def _cuts(text: str) -> Iterator[tuple[str, str]]:
    """The ways in which a text may be two dates."""
    inner = re.sub(r"^(?:ما بين|بين|من|between|from) ", "", text)
    cut = r" ?\.\. ?| ?[–—] ?| - |(?<=\d)-(?=\d+ )| (?:الي|حتي|to|until) "
    if text.startswith(("بين ", "ما بين ", "between ")) or re.match(r"\d{1,2} (?:و ?|and )\d", text):
        cut += r"| و ?(?=\S)| and "
    for match in re.finditer(cut, inner):
        yield inner[: match.start()].strip(), inner[match.end() :].strip()


def _start_from(first: str, last: str, read: Callable[[str], Period | None]) -> Period | None:
    """A bare first day with the month and year of the second (17 و24 أكتوبر)."""
    if not re.fullmatch(r"(?:ال)?\d{1,2}", first):
        return None
    return read(re.sub(r"\d{1,2}", first.removeprefix("ال"), last, count=1))


# ---------------------------------------------------------------- calendar
def end_of_month(day: date) -> date:
    """The last day of the month of a day."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise no_day(f"{day:02}/{month:02}/{year}") from error


def _week(year: int, week: int) -> Period:
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError as error:
        raise refusal(
            Label(ar=f"لا أسبوع برقم {week} في {year}.", en=f"There is no week {week} in {year}."), HINT
        ) from error
    return Period(monday, monday + timedelta(days=6), "week")


def _one_of(words: Iterable[str]) -> str:
    """A regular expression for any of the words, the longest that fits."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True)) or "(?!)"


@dataclass(frozen=True)
class NamedMonth:
    """A month by its name, with what stands around it; before: الماضي follows."""

    month: int
    day: int | None
    year: int | None
    before: bool


def named_month(text: str, names: Mapping[str, int], numbers: Numbers) -> NamedMonth | None:
    """`15 تشرين الثاني/ نوفمبر 2023`, `السابع من أكتوبر`, `Oct 17, 2023`, `أكتوبر الماضي`; None if none.

    names: the folded names of a calendar's months and their numbers.
    """
    ordinals = _ordinals(tuple(numbers.ordinals))
    found = _month_pattern(tuple(names), tuple(ordinals)).fullmatch(text)
    if found is None:
        return None
    if found["twin"] and names[found["twin"]] != names[found["month"]]:
        raise refusal(
            Label(ar=f"في «{text}» شهران مختلفان.", en=f"“{text}” names two different months."),
            Label(ar="اكتب الشهر الذي يؤيده يوم الأسبوع.", en="Type the one the weekday supports."),
        )
    written = found["day"] or found["after"]
    return NamedMonth(
        month=names[found["month"]],
        day=None if written is None else ordinals.get(written) or int(written),
        year=int(found["year"]) if found["year"] else None,
        before=found["which"] in _BEFORE,
    )


@lru_cache(maxsize=8)
def _month_pattern(names: tuple[str, ...], ordinals: tuple[str, ...]) -> re.Pattern[str]:
    month = _one_of(names)
    return re.compile(
        rf"(?:(?P<day>\d{{1,2}}|{_one_of(ordinals)}) (?:من )?)?(?:شهر )?"
        rf"(?P<month>{month})\.?(?: ?/ ?(?P<twin>{month}))?(?: (?P<after>\d{{1,2}}))?"
        rf"(?:,? (?:من )?(?:عام |سنه )?(?P<year>\d{{4}}))?(?: (?P<which>{_one_of((*_THIS, *_BEFORE))}))?"
    )


# ---------------------------------------------------------------- what cannot be read
def no_day(named: str) -> CoderError:
    """A day that the calendar does not have."""
    return refusal(Label(ar=f"لا يوم اسمه {named}.", en=f"There is no day {named}."), HINT)


def no_year() -> CoderError:
    """A date without its year, and no publication date to tell it."""
    return refusal(Label(ar="التاريخ بلا سنة.", en="The date has no year."), NEEDS_YEAR)


def other_weekday(day: date, text: str) -> CoderError:
    """The day has another name than the one that is written beside it."""
    return refusal(
        Label(
            ar=f"اسم اليوم في «{text}» لا يوافق {day.strftime('%d/%m/%Y')}.",
            en=f"{day.isoformat()} is not the weekday in “{text}”.",
        ),
        Label(
            ar="راجع السنة؛ وإن كان الخطأ من المقال فاكتب التاريخ بلا اسم اليوم.",
            en="Check the year; if the article itself is wrong, type the date without the weekday.",
        ),
    )


# ---------------------------------------------------------------- words
_THIS = tuple(map(fold_key, ("الحالي", "الجاري", "this")))
_BEFORE = tuple(map(fold_key, ("الماضي", "الفائت", "المنصرم", "last")))


@lru_cache(maxsize=4)
def _month_names(months: Months) -> dict[str, int]:
    """Folded month name → number, English ones with their three-letter forms."""
    names: dict[str, int] = {}
    for month in months.gregorian:
        for form in (*month.forms, month.en, month.en[:3]):
            names[fold_key(form)] = month.num
    return names


@lru_cache(maxsize=4)
def _hijri_names(months: tuple[HijriMonth, ...]) -> dict[str, int]:
    """Folded month name → number."""
    return {fold_key(form): month.num for month in months for form in (*month.ar, month.en)}


@lru_cache(maxsize=4)
def _weekday_names(weekdays: tuple[Weekday, ...]) -> dict[str, int]:
    """Folded weekday name → ISO number, longer names first, English ones with their three-letter forms."""
    names = {fold_key(form): day.iso for day in weekdays for form in (*day.ar, day.en, day.en[:3])}
    return dict(sorted(names.items(), key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=4)
def _weekday_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f"({_one_of(names)})[,،]? ")


@lru_cache(maxsize=4)
def _ordinals(words: tuple[str, ...]) -> dict[str, int]:
    """Folded ordinal → number (السابع من أكتوبر)."""
    return {fold_key(word): n for n, word in enumerate(words, 1)}


@lru_cache(maxsize=4)
def _relative(relative: tuple[RelativeDate, ...]) -> Sequence[tuple[RelativeDate, frozenset[str]]]:
    """Each entry with its folded forms."""
    return [(entry, frozenset(map(fold_key, (*entry.ar, entry.en)))) for entry in relative]


@lru_cache(maxsize=4)
def _fillers(relative: tuple[RelativeDate, ...]) -> tuple[str, ...]:
    """Words in front of a date that leave the day as it is, folded, each with its blank."""
    parts_of_day = (form for entry in relative if entry.anchor == "named_day" for form in entry.ar)
    return tuple(f"{fold_key(word)} " for word in (*parts_of_day, "يوم", "في", "بتاريخ", "on", "the"))
