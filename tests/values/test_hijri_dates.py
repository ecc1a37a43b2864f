"""Hijri dates as typed, by the Umm al-Qura calendar.

The days are those that the Umm al-Qura calendar of 1445 AH prints: 1 Muharram 1445 is
19 July 2023, 1 Safar is 17 August, 1 Rabi al-Thani 16 October 2023, 1 Ramadan 11 March
2024, and 1 Muharram 1446 is 7 July 2024. 17 Rabi al-Thani 1445 is then 1 November 2023,
a Wednesday.
"""

from datetime import date, timedelta

import pytest
from hijridate import Gregorian
from hypothesis import given
from hypothesis import strategies as st

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.values.typed import parse, show

NOVEMBER = ("2023-11-20", "2023-11-20")  # 6 Jumada al-Ula 1445

# typed, first day, last day, precision
WRITTEN = [
    ("17 ربيع الآخر 1445", "2023-11-01", "2023-11-01", "day"),
    ("17 ربيع الآخر 1445 هـ", "2023-11-01", "2023-11-01", "day"),
    ("١٧ ربيع الثاني ١٤٤٥هـ", "2023-11-01", "2023-11-01", "day"),
    ("السابع من محرم 1445", "2023-07-25", "2023-07-25", "day"),
    ("17 Rabi al-Thani 1445 AH", "2023-11-01", "2023-11-01", "day"),
    ("17/4/1445 هـ", "2023-11-01", "2023-11-01", "day"),
    ("1445/4/17هـ", "2023-11-01", "2023-11-01", "day"),
    ("1445-04-17 AH", "2023-11-01", "2023-11-01", "day"),
    ("الأربعاء 17 ربيع الآخر 1445", "2023-11-01", "2023-11-01", "day"),
    (
        "الثلاثاء 17 ربيع الآخر 1445",
        "2023-10-31",
        "2023-10-31",
        "day",
    ),  # sighted a day earlier
    (
        "الخميس 17 ربيع الآخر 1445",
        "2023-11-02",
        "2023-11-02",
        "day",
    ),  # sighted a day later
    ("17 ربيع الآخر 1445 هـ الموافق 1 نوفمبر 2023", "2023-11-01", "2023-11-01", "day"),
    (
        "17 ربيع الآخر 1445 هـ الموافق لـ 2 نوفمبر 2023 م",
        "2023-11-02",
        "2023-11-02",
        "day",
    ),
    ("1 نوفمبر 2023 الموافق 17 ربيع الآخر 1445", "2023-11-01", "2023-11-01", "day"),
    (
        "رمضان 1445",
        "2024-03-11",
        "2024-04-09",
        "month",
    ),  # 30 days: 1 Shawwal is 10 April
    ("شهر رمضان 1445 هـ", "2024-03-11", "2024-04-09", "month"),
    ("9/1445 هـ", "2024-03-11", "2024-04-09", "month"),
    ("1445/9 هـ", "2024-03-11", "2024-04-09", "month"),
    ("عام 1445 هـ", "2023-07-19", "2024-07-06", "year"),
    ("1445 AH", "2023-07-19", "2024-07-06", "year"),
    ("1 محرم 1445..17 ربيع الآخر 1445", "2023-07-19", "2023-11-01", "range"),
]
YEAR_LEFT_OUT = [
    ("17 ربيع الآخر", "2023-11-01", "2023-11-01", "day"),
    (
        "6 جمادى الأولى",
        "2023-11-20",
        "2023-11-20",
        "day",
    ),  # the day of publication itself
    (
        "7 جمادى الأولى",
        "2022-12-01",
        "2022-12-01",
        "day",
    ),  # 1444, for 1445's is after publication
    ("محرم", "2023-07-19", "2023-08-16", "month"),  # 29 days
    ("رمضان الماضي", "2023-03-23", "2023-04-20", "month"),  # 1444
    ("جمادى الأولى الماضي", "2022-11-25", "2022-12-24", "month"),  # not this one
]
REFUSED = [
    ("00/05/1445 هـ", "There is no such day"),
    ("0/1445 هـ", "There is no such day"),
    ("0 رمضان 1445", "There is no such day"),
    ("30 محرم 1445", "There is no such day: 30 محرم 1445"),
    ("17/4/1445", "Is 1445 a Hijri year"),
    ("1445/9", "Is 1445 a Hijri year"),
    ("1445", "Is 1445 a Hijri year"),
    ("5/13/1445 هـ", "There is no such day"),
    ("17 محرم 1300", "known only from 1343 to 1500"),
    ("1 محرم 1501 هـ", "known only from 1343 to 1500"),
    ("17 محرم", "has no year"),
    ("الاثنين 17 ربيع الآخر 1445", "does not fall on the weekday"),
    ("17 ربيع الآخر 1445 الموافق 5 نوفمبر 2023", "are not the same day"),
]


def value(first: str, last: str, precision: str) -> dict:
    return {"start": first, "end": last, "precision": precision, "basis": "absolute"}


@pytest.mark.parametrize(("typed", "first", "last", "precision"), WRITTEN)
def test_a_hijri_date_written_out(
    codebook: Codebook, typed: str, first: str, last: str, precision: str
) -> None:
    assert parse(codebook.event_field("date"), typed, codebook) == value(
        first, last, precision
    )


@pytest.mark.parametrize(("typed", "first", "last", "precision"), YEAR_LEFT_OUT)
def test_a_hijri_year_left_out_is_the_last_before_publication(
    codebook: Codebook, typed: str, first: str, last: str, precision: str
) -> None:
    parsed = parse(codebook.event_field("date"), typed, codebook, pub_date=NOVEMBER)
    assert parsed == value(first, last, precision)


@pytest.mark.parametrize(("typed", "message"), REFUSED)
def test_a_hijri_date_that_is_refused_says_why(
    codebook: Codebook, typed: str, message: str
) -> None:
    with pytest.raises(CoderError, match=message) as error:
        parse(codebook.event_field("date"), typed, codebook)
    assert error.value.words("ar") != error.value.words("en")


@given(
    st.dates(date(1924, 8, 1), date(2077, 11, 16)),
    st.sampled_from(["{d}/{m}/{y} هـ", "{y}-{m}-{d} AH"]),
)
def test_every_day_of_the_calendar_reads_and_prints_as_itself(
    codebook: Codebook, day: date, form: str
) -> None:
    hijri = Gregorian.fromdate(day).to_hijri()
    typed = form.format(d=hijri.day, m=hijri.month, y=hijri.year)
    field = codebook.event_field("date")
    read = parse(field, typed, codebook)
    assert read == value(day.isoformat(), day.isoformat(), "day")
    for lang in ("ar", "en"):
        assert parse(field, show(field, read, codebook, lang), codebook) == read


@given(st.integers(1343, 1499), st.integers(1, 12))
def test_hijri_months_follow_each_other(
    codebook: Codebook, year: int, month: int
) -> None:
    field = codebook.event_field("date")
    this = parse(field, f"{month}/{year} هـ", codebook)
    following = parse(field, f"{month % 12 + 1}/{year + month // 12} هـ", codebook)
    assert date.fromisoformat(following["start"]) - date.fromisoformat(
        this["end"]
    ) == timedelta(days=1)
    for lang in ("ar", "en"):
        assert parse(field, show(field, this, codebook, lang), codebook) == this
