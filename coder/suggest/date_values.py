"""What the wording of a date stands for: read as a date field reads it, with what only an article has.

That is the day told before, the only year of the text, a war since which something lasts, two months at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from coder.codebook.lexicon import Lexicon
from coder.errors import CoderError
from coder.suggest.date_words import LAST, NEXT, THIS, DateWords
from coder.text.normalize import fold_key
from coder.values.dates import read_date
from coder.values.days import DateReader, Period, end_of_month, until_publication

Publication = tuple[date, date]
"""The first and the last day on which an article may have come out."""

_STAGES = {
    "منتصف": (15, 15), "اواسط": (11, 20), "اوايل": (1, 10), "مطلع": (1, 10), "بدايه": (1, 10),
    "اواخر": (21, 31), "نهايه": (21, 31), "ختام": (21, 31),
}  # fmt: skip
"""Days of a month by the word in front; the middle is its 15th (coding guide, section 2)."""
_SINCE = re.compile(r"(?:منذ|مع|بعد|عقب) ")
_WEEK = timedelta(days=6)
_PAST, _AHEAD = re.compile(LAST), re.compile(NEXT)
_WHICH = f"(?:{THIS}|{LAST})"


def since_told(period: Period, told: Iterable[date]) -> Period:
    """A vague period (recently) since the last day in it that the article tells, its last week's left out.

    What an article calls recent comes after the acts that it dates (coding guide, W8); those of its own last
    days (yesterday, on Sunday) are too near to bound it.
    """
    if period.precision != "unknown":
        return period
    within = [day for day in told if period.first < day <= period.last - _WEEK]
    return replace(period, first=max(within, default=period.first))


@dataclass(frozen=True)
class DateValues:
    """Reads the wordings of one article; year: that in which it came out, as far as its dates tell."""

    words: DateWords
    lexicon: Lexicon
    published: Publication | None
    year: int | None = None

    def value(self, name: str, said: str, previous: date | None, *, since: bool = False) -> Period | None:
        """The days of a wording by the name of its pattern, None where nothing tells.

        previous: the day told before. since: منذ stands in front.
        """
        try:
            found = self._read(name, self.words.plain(said), previous)
            if found and found.precision == "week" and found.last - found.first > _WEEK and self.published:
                whole = replace(self, published=(self.published[0], self.published[0]))
                found = whole._read(name, self.words.plain(said), previous)
            return until_publication(found, self.published) if found and since else found
        except (CoderError, OverflowError, ValueError):
            return None  # it hangs on what the article does not tell, or lies outside the calendar

    def _read(self, name: str, said: str, previous: date | None) -> Period | None:
        if re.search("(?:التالي|نفسه|ذاته)$", said) or said.startswith("بعد يوم من"):
            step = timedelta(days=not said.endswith(("نفسه", "ذاته")))
            return Period(previous + step, previous + step, "day", "relative") if previous else None
        if name in ("since_event", "outbreak", "relative") and (event := self._since_event(said)):
            return event
        if name == "two_months":
            first, last = (
                self._day(half) for half in re.split("[،,]? و(?=[^ ])", said.partition(" ")[2], maxsplit=1)
            )
            return Period(first.first, last.last, "range") if first and last else None
        if name == "between_days":
            return self._between_days(said)
        if years := re.fullmatch(r"(?:ما )?(?:بين )?عامي (\d{4}) ?و ?(\d{4})", said):
            return Period(date(int(years[1]), 1, 1), date(int(years[2]), 12, 31), "range")
        if stage := re.match(rf"(منذ )?({'|'.join(_STAGES)}) (.+)", said):
            return self._day(said) or self._stage(stage[2], stage[3], since=bool(stage[1]))
        return self._day(said)

    def _day(self, said: str) -> Period | None:
        """A wording as a date field reads it; an unwritten year is that of the text or of publication."""
        if _AHEAD.search(said):
            return self._ahead(said)
        if re.fullmatch(rf"(?:العام|السنه) {LAST}", said):
            last = self._pub()[1].year - 1
            return Period(date(last, 1, 1), date(last, 12, 31), "year", "relative")
        found = self._typed(said)
        if found is None and (year := re.search(rf"(?:من )?(?:هذا )?(?:العام|السنه)(?: {_WHICH})?$", said)):
            past = bool(_PAST.search(year[0]))
            return self._typed(f"{said[: year.start()]}{self._pub()[1].year - past}")
        return found or self._typed(said.removeprefix("في "))

    @cached_property
    def _reader(self) -> DateReader:
        return DateReader(self.lexicon, self.published)

    @cached_property
    def _reader_in_year(self) -> DateReader:
        end = date(self.year or 1, 12, 31)
        return DateReader(self.lexicon, (end, end))

    def _typed(self, said: str) -> Period | None:
        try:
            return read_date(said, self._reader)
        except CoderError:
            is_of_month = re.search(self.words.month, said) and not _PAST.search(said)
            if self.published or self.year is None or not is_of_month:
                raise
            return read_date(said, self._reader_in_year)

    def _pub(self) -> Publication:
        if self.published is None:
            raise CoderError("No publication date.", hint="")
        return self.published

    def _ahead(self, said: str) -> Period | None:
        """The next such day or month behind publication; a weekday is left to the date field's reading."""
        if not re.search(self.words.month, said):
            return self._typed(said)
        day = self._pub()[1]
        later = day + timedelta(days=365)
        return read_date(_AHEAD.sub("", said).strip(), DateReader(self.lexicon, (later, later)))

    def _stage(self, stage: str, said: str, since: bool) -> Period | None:
        whole = self._day(said)
        if whole is not None and whole.precision == "month":
            first, last = _STAGES[stage]
            end = whole.first.replace(day=min(last, whole.last.day))
            whole = Period(whole.first.replace(day=first), end, "range", whole.basis)
        elif not since or _STAGES[stage][0] > 1:
            return None
        return until_publication(whole, self.published) if whole and since else whole

    def _between_days(self, said: str) -> Period | None:
        """Two days of this month or of the last."""
        days = [int(n) for n in re.findall(r"\d+", said)]
        month = self._pub()[1].replace(day=1)
        if _PAST.search(said):
            month = (month - timedelta(days=1)).replace(day=1)
        if not 1 <= days[0] <= days[1] <= end_of_month(month).day:
            return None
        return Period(month.replace(day=days[0]), month.replace(day=days[1]), "range", "relative")

    def _since_event(self, said: str) -> Period | None:
        """From the day that a wording names, or from a war it names, to publication."""
        if not _SINCE.match(said):
            return None
        found = re.search(rf"(?:\d+|{self.words.month})(?: |/).*?(?= و?حتي|$)", said)
        begun = self._day(found[0]) if found else None
        if begun is None:
            names = ((fold_key(form), event) for event in self.lexicon.anchor_events for form in event.ar)
            day = next((date.fromisoformat(event.date) for name, event in names if name in said), None)
            begun = Period(day, day, "day", "relative") if day else None
        return until_publication(begun, self.published) if begun else None
