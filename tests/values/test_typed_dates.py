"""Dates as typed, by the calendar of 2023 and the worked records of the coding guide.

In 2023, 9 October was a Monday, 15 November a Wednesday (as W9 says), 18 November a
Saturday.
"""

from datetime import date, timedelta
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.values.dates import with_marks
from coder.values.typed import parse, show

SATURDAY = ("2023-11-18", "2023-11-18")
WEEKEND = ("2023-11-18", "2023-11-20")

# typed, first day, last day, precision
WRITTEN = [
    ("2023-11-15", "2023-11-15", "2023-11-15", "day"),
    ("17/10/2023", "2023-10-17", "2023-10-17", "day"),
    ("17-10-2023", "2023-10-17", "2023-10-17", "day"),
    ("17.10.2023", "2023-10-17", "2023-10-17", "day"),
    ("١٧/١٠/٢٠٢٣", "2023-10-17", "2023-10-17", "day"),
    ("17 Oct 2023", "2023-10-17", "2023-10-17", "day"),
    ("Oct 17, 2023", "2023-10-17", "2023-10-17", "day"),
    ("17 October 2023", "2023-10-17", "2023-10-17", "day"),
    ("17 أكتوبر ٢٠٢٣", "2023-10-17", "2023-10-17", "day"),
    ("١٧ تشرين الأول ٢٠٢٣", "2023-10-17", "2023-10-17", "day"),
    ("15 تشرين الثاني/ نوفمبر 2023", "2023-11-15", "2023-11-15", "day"),
    ("15 تشرين الثاني/نوفمبر 2023", "2023-11-15", "2023-11-15", "day"),
    ("الأربعاء 15 نوفمبر 2023", "2023-11-15", "2023-11-15", "day"),
    ("السابع من أكتوبر 2023", "2023-10-07", "2023-10-07", "day"),
    ("29 شباط 2024", "2024-02-29", "2024-02-29", "day"),
    ("2023-10", "2023-10-01", "2023-10-31", "month"),
    ("10/2023", "2023-10-01", "2023-10-31", "month"),
    ("2023/12", "2023-12-01", "2023-12-31", "month"),
    ("2023.2", "2023-02-01", "2023-02-28", "month"),
    ("12-2023", "2023-12-01", "2023-12-31", "month"),
    ("12 / 2023", "2023-12-01", "2023-12-31", "month"),
    ("٢٠٢٣/١٢", "2023-12-01", "2023-12-31", "month"),
    ("٢٠٢٣-١٢", "2023-12-01", "2023-12-31", "month"),
    ("١٢-٢٠٢٣", "2023-12-01", "2023-12-31", "month"),
    ("شباط 2024", "2024-02-01", "2024-02-29", "month"),
    ("كانون الأول 2023", "2023-12-01", "2023-12-31", "month"),
    ("كانون الثاني 2023", "2023-01-01", "2023-01-31", "month"),
    ("2023", "2023-01-01", "2023-12-31", "year"),
    ("عام 2023", "2023-01-01", "2023-12-31", "year"),
    ("2023-W42", "2023-10-16", "2023-10-22", "week"),
    ("2023-10-17..2023-10-24", "2023-10-17", "2023-10-24", "range"),
    ("2023-10-17 – 2023-10-24", "2023-10-17", "2023-10-24", "range"),
    ("17/10/2023 إلى 24/10/2023", "2023-10-17", "2023-10-24", "range"),
    ("بين 17 و24 أكتوبر 2023", "2023-10-17", "2023-10-24", "range"),
    ("17-24 أكتوبر 2023", "2023-10-17", "2023-10-24", "range"),
    ("من 30 أيلول 2023 إلى 2 تشرين الأول 2023", "2023-09-30", "2023-10-02", "range"),
    ("from 9 Oct 2023 to 10 Oct 2023", "2023-10-09", "2023-10-10", "range"),
    ("2023-09..2023-10", "2023-09-01", "2023-10-31", "range"),
    ("2023/10..2023/12", "2023-10-01", "2023-12-31", "range"),
    ("10-2023..12-2023", "2023-10-01", "2023-12-31", "range"),
    ("٢٠٢٣/١٠ - ٢٠٢٣/١٢", "2023-10-01", "2023-12-31", "range"),
    ("من 2023/10 إلى 12-2023", "2023-10-01", "2023-12-31", "range"),
    ("10/2023-12/2023", "2023-10-01", "2023-12-31", "range"),
    ("17/10/2023-24/10/2023", "2023-10-17", "2023-10-24", "range"),
    ("2014-2017", "2014-01-01", "2017-12-31", "range"),
    ("كانون الأول - كانون الثاني 2024", "2023-12-01", "2024-01-31", "range"),
    ("30 أيلول - 2 تشرين الأول 2021", "2021-09-30", "2021-10-02", "range"),
    ("7 تشرين الأول 2021 إلى 3 تشرين الثاني", "2021-10-07", "2021-11-03", "range"),
    ("28 ديسمبر 2021 - 3 يناير", "2021-12-28", "2022-01-03", "range"),
    ("20231101", "2023-11-01", "2023-11-01", "day"),
    ("20231017..20231024", "2023-10-17", "2023-10-24", "range"),
    ("تشرين الأول - تشرين الثاني 2023", "2023-10-01", "2023-11-30", "range"),
    ("تشرين الأول-تشرين الثاني 2023", "2023-10-01", "2023-11-30", "range"),
    (
        "تشرين الأول - أكتوبر 2023",
        "2023-10-01",
        "2023-10-31",
        "month",
    ),  # two names of one month
]
YEAR_FROM_PUBLICATION = [
    ("1.11.23", "2023-11-01", "2023-11-01", "day"),
    ("١/١١/٢٣", "2023-11-01", "2023-11-01", "day"),
    ("31.12.23", "2023-12-31", "2023-12-31", "day"),
    ("31.12.99", "1999-12-31", "1999-12-31", "day"),
    ("17.10.23..24.10.23", "2023-10-17", "2023-10-24", "range"),
    ("١٧ تشرين الأول", "2023-10-17", "2023-10-17", "day"),
    ("17/10", "2023-10-17", "2023-10-17", "day"),
    ("15 تشرين الثاني/ نوفمبر الحالي", "2023-11-15", "2023-11-15", "day"),  # W9
    ("مساء الأربعاء 15 تشرين الثاني/ نوفمبر الحالي", "2023-11-15", "2023-11-15", "day"),
    (
        "صباح يوم الخميس الـ16 من تشرين الثاني/ نوفمبر الجاري",
        "2023-11-16",
        "2023-11-16",
        "day",
    ),  # W12
    ("بين 17 و24 أكتوبر", "2023-10-17", "2023-10-24", "range"),  # W4
    (
        "20 ديسمبر",
        "2022-12-20",
        "2022-12-20",
        "day",
    ),  # the last one, for 2023's is after publication
    ("أكتوبر", "2023-10-01", "2023-10-31", "month"),
    ("نوفمبر الماضي", "2022-11-01", "2022-11-30", "month"),
    ("أكتوبر الماضي", "2023-10-01", "2023-10-31", "month"),
]
FROM_PUBLICATION_ON_A_SATURDAY = [
    ("بين 5 و10 من الشهر المقبل", "2023-12-05", "2023-12-10", "range"),
    ("السبت", "2023-11-18", "2023-11-18", "day"),
    ("الجمعة", "2023-11-17", "2023-11-17", "day"),
    ("يوم الأربعاء", "2023-11-15", "2023-11-15", "day"),
    ("فجر الأحد", "2023-11-12", "2023-11-12", "day"),
    ("السبت الماضي", "2023-11-11", "2023-11-11", "day"),
    ("الأحد المقبل", "2023-11-19", "2023-11-19", "day"),
    ("Wednesday", "2023-11-15", "2023-11-15", "day"),
    ("last Saturday", "2023-11-11", "2023-11-11", "day"),
    ("اليوم", "2023-11-18", "2023-11-18", "day"),
    ("أمس", "2023-11-17", "2023-11-17", "day"),
    ("yesterday", "2023-11-17", "2023-11-17", "day"),
    ("قبل يومين", "2023-11-16", "2023-11-16", "day"),
    ("قبل ثلاثة أيام", "2023-11-15", "2023-11-15", "day"),
    ("3 days ago", "2023-11-15", "2023-11-15", "day"),
    ("غداً", "2023-11-19", "2023-11-19", "day"),
    ("هذا الأسبوع", "2023-11-13", "2023-11-18", "week"),
    ("الأسبوع الماضي", "2023-11-06", "2023-11-12", "week"),
    ("هذا الشهر", "2023-11-01", "2023-11-18", "month"),
    ("الشهر الماضي", "2023-10-01", "2023-10-31", "month"),
    ("الشهر المنصرم", "2023-10-01", "2023-10-31", "month"),
    ("أواخر الشهر المنصرم", "2023-10-21", "2023-10-31", "range"),
    ("خلال الأسبوع الماضي", "2023-11-06", "2023-11-12", "week"),
    ("ليلة أمس", "2023-11-17", "2023-11-17", "day"),
    ("الأسبوع المقبل", "2023-11-20", "2023-11-26", "week"),
    ("الشهر القادم", "2023-12-01", "2023-12-31", "month"),
    ("العام المقبل", "2024-01-01", "2024-12-31", "year"),
    ("خلال الـ 24 ساعة الفائتة", "2023-11-17", "2023-11-18", "range"),
    ("الساعات الـ48 الماضية", "2023-11-16", "2023-11-18", "range"),
    ("الأيام الثلاثة الماضية", "2023-11-15", "2023-11-18", "range"),
    ("ظهر اليوم", "2023-11-18", "2023-11-18", "day"),
    ("قبل ظهر أمس", "2023-11-17", "2023-11-17", "day"),
    ("الثلاثاء..الخميس", "2023-11-14", "2023-11-16", "range"),
]
OPEN = [
    ("2023-10-17..", "2023-10-17", "absolute"),
    ("2023-10-17+", "2023-10-17", "absolute"),
    ("منذ 17 أكتوبر", "2023-10-17", "absolute"),
    ("منذ منتصف تشرين الأول/ أكتوبر", "2023-10-15", "relative"),  # W3
    ("منذ بداية العام", "2023-01-01", "relative"),
    ("منذ مطلع الشهر", "2023-11-01", "relative"),
    ("منذ الأربعاء", "2023-11-15", "relative"),
    ("مع بدء الصراع في غزة", "2023-10-07", "inferred"),  # W2
]


@pytest.mark.parametrize(
    ("typed", "first", "last", "precision"),
    [
        ("أمس", "2023-09-30", "2023-10-30", "range"),
        (
            "الأسبوع الماضي",
            "2023-09-18",
            "2023-10-29",
            "range",
        ),  # 1 October is a Sunday, the 31st a Tuesday
        ("الشهر الماضي", "2023-09-01", "2023-09-30", "month"),
    ],
)
def test_a_day_or_week_counted_from_a_month_is_one_of_many(
    codebook: Codebook, typed: str, first: str, last: str, precision: str
) -> None:
    month = ("2023-10-01", "2023-10-31")
    within_a_week = parse(
        codebook.event_field("date"),
        "الأسبوع الماضي",
        codebook,
        pub_date=("2023-10-25", "2023-10-31"),
    )
    assert within_a_week == value(
        "2023-10-16", "2023-10-22", "week", "relative"
    )  # as in the sample codings
    expected = value(first, last, precision, "relative")
    assert (
        parse(codebook.event_field("date"), typed, codebook, pub_date=month) == expected
    )


def value(
    first: str, last: str, precision: str, basis: str = "absolute", **more: bool
) -> dict:
    return {"start": first, "end": last, "precision": precision, "basis": basis, **more}


@pytest.mark.parametrize(("typed", "first", "last", "precision"), WRITTEN)
def test_a_date_written_out(
    codebook: Codebook, typed: str, first: str, last: str, precision: str
) -> None:
    assert parse(codebook.event_field("date"), typed, codebook) == value(
        first, last, precision
    )


@pytest.mark.parametrize(("typed", "first", "last", "precision"), YEAR_FROM_PUBLICATION)
def test_a_year_left_out_is_the_last_before_publication(
    codebook: Codebook, typed: str, first: str, last: str, precision: str
) -> None:
    parsed = parse(codebook.event_field("date"), typed, codebook, pub_date=WEEKEND)
    assert parsed == value(first, last, precision)


@pytest.mark.parametrize(
    ("typed", "first", "last", "precision"), FROM_PUBLICATION_ON_A_SATURDAY
)
def test_a_date_relative_to_publication(
    codebook: Codebook, typed: str, first: str, last: str, precision: str
) -> None:
    parsed = parse(codebook.event_field("date"), typed, codebook, pub_date=SATURDAY)
    assert parsed == value(first, last, precision, "relative")


@pytest.mark.parametrize(("typed", "first", "basis"), OPEN)
def test_a_period_open_to_publication(
    codebook: Codebook, typed: str, first: str, basis: str
) -> None:
    parsed = parse(codebook.event_field("date"), typed, codebook, pub_date=WEEKEND)
    assert parsed == value(first, "2023-11-20", "range", basis, open_end=True)


def test_publication_in_a_range_of_days_widens_what_hangs_on_it(
    codebook: Codebook,
) -> None:
    field = codebook.event_field("date")
    assert parse(field, "أمس", codebook, pub_date=WEEKEND) == value(
        "2023-11-17", "2023-11-19", "range", "relative"
    )
    same = value(
        "2023-11-17", "2023-11-17", "day", "relative"
    )  # the last Friday, whichever day it is
    assert parse(field, "الجمعة", codebook, pub_date=WEEKEND) == same


def test_precision_and_basis_can_be_written_in_brackets(codebook: Codebook) -> None:
    field = codebook.event_field("date")
    vague = value("2023-10-17", "2023-12-31", "unknown", "inferred")
    assert parse(field, "2023-10-17..2023-12-31 (vague, inferred)", codebook) == vague
    assert parse(field, "2023-10-17..2023-12-31 (غير محدد، مستنتج)", codebook) == vague
    for typed in ("~2023-10-17..2023-12-31", "2023-10-17..2023-12-31 ~"):
        assert parse(field, typed, codebook) == {**vague, "precision": "range"}
    closed = parse(field, "2023-10-17..2023-12-31+", codebook)
    assert closed == value("2023-10-17", "2023-12-31", "range", open_end=True)
    with pytest.raises(CoderError, match="neither a precision nor a basis"):
        parse(field, "2023-10-17 (roughly)", codebook)


REFUSED = [
    ("30 فبراير 2023", "There is no such day: 30 فبراير 2023"),
    ("2023/13", "There is no such day: 2023/13"),
    ("13/13/2023", "There is no such day: 13/13/2023"),
    ("2023-13-40", "There is no such day: 2023-13-40"),
    ("٤٠/١٣/٢٠٢٣", "There is no such day: ٤٠/١٣/٢٠٢٣"),
    ("2023-W60", "2023 has no week 60"),
    ("الثلاثاء 15 نوفمبر 2023", "does not fall on the weekday"),
    ("15 تشرين الأول/ نوفمبر 2023", "names two"),
    ("2023-10-24..2023-10-17", "the end is before the start"),
    ("1/1/3", "not understood"),
    ("30/2/23", "no such day"),
    ("تشرين", "not understood"),  # two months have this name
    ("في اليوم التالي", "alone does not give a date"),
    ("قريباً", "not understood"),
    ("أمس", "depends on the publication date"),
    ("17 أكتوبر", "has no year"),
    ("2023-10-17..", "publication"),
]


@pytest.mark.parametrize(("typed", "message"), REFUSED)
def test_a_date_that_is_refused_says_why(
    codebook: Codebook, typed: str, message: str
) -> None:
    with pytest.raises(CoderError, match=message) as error:
        parse(codebook.event_field("date"), typed, codebook)
    assert all(error.value.words("ar")) and error.value.words(
        "ar"
    ) != error.value.words("en")


def test_publication_itself_has_no_open_end(codebook: Codebook) -> None:
    with pytest.raises(CoderError, match="must have an end"):
        parse(codebook.article_field("pub_date"), "2023-10-17..2023-10-20+", codebook)


@pytest.mark.parametrize(
    ("stored", "ar", "en"),
    [
        (value("2023-11-15", "2023-11-15", "day"), "15/11/2023", "2023-11-15"),
        (value("2023-11-01", "2023-11-30", "month"), "11/2023", "2023-11"),
        (value("2023-01-01", "2023-12-31", "year"), "2023", "2023"),
        (
            value("2023-10-17", "2023-10-24", "range"),
            "17/10/2023..24/10/2023",
            "2023-10-17..2023-10-24",
        ),
        (
            value("2023-11-15", "2023-11-15", "day", "relative"),
            "15/11/2023 (نسبي)",
            "2023-11-15 (relative)",
        ),
        (
            value("2023-10-15", "2023-11-20", "range", "relative", open_end=True),
            "15/10/2023..20/11/2023+ (نسبي)",
            "2023-10-15..2023-11-20+ (relative)",
        ),
        (
            value("2023-10-16", "2023-10-22", "week"),
            "16/10/2023..22/10/2023 (أسبوع)",
            "2023-10-16..2023-10-22 (week)",
        ),
    ],
)
def test_a_date_as_shown(codebook: Codebook, stored: dict, ar: str, en: str) -> None:
    field = codebook.event_field("date")
    assert show(field, stored, codebook, "ar") == ar
    assert show(field, stored, codebook, "en") == en


@given(
    first=st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    days=st.sampled_from([0, 0, 1, 6, 27, 29, 30, 364, 365]) | st.integers(0, 4000),
    precision=st.sampled_from(["day", "week", "month", "range", "year", "unknown"]),
    basis=st.sampled_from(["absolute", "relative", "inferred"]),
    open_end=st.booleans(),
    lang=st.sampled_from(["ar", "en"]),
)
def test_a_shown_date_reads_the_same(
    codebook: Codebook,
    first: date,
    days: int,
    precision: str,
    basis: str,
    open_end: bool,
    lang: str,
) -> None:
    field = codebook.event_field("date")
    last = first + timedelta(days=days)
    stored = value(first.isoformat(), last.isoformat(), precision, basis)
    stored |= {"open_end": True} if open_end else {}
    assert parse(field, show(field, stored, codebook, lang), codebook) == stored


@pytest.mark.parametrize("day", ["0050-01-01", "0680-10-10"])
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_day_of_the_first_thousand_years_reads_the_same(
    codebook: Codebook, day: str, lang: str
) -> None:
    field, stored = codebook.event_field("date"), value(day, day, "day")
    assert parse(field, show(field, stored, codebook, lang), codebook) == stored


WORDS = [
    "17",
    "31",
    "0",
    "2023",
    "أكتوبر",
    "تشرين",
    "الأول",
    "الثاني",
    "/",
    "-",
    "..",
    "+",
    "~",
    "بين",
    "و",
    "منذ",
    "الأربعاء",
    "الماضي",
    "أمس",
    "Oct",
    "(",
    ")",
    "vague",
    "من",
    "إلى",
    "قبل",
    "أيام",
    "شهر",
]


@given(
    st.lists(st.sampled_from(WORDS), max_size=6),
    st.sampled_from(["", " "]),
    st.booleans(),
)
def test_any_typing_is_a_date_or_refused(
    codebook: Codebook, words: list[str], between: str, published: bool
) -> None:
    try:
        parsed = parse(
            codebook.event_field("date"),
            between.join(words),
            codebook,
            pub_date=WEEKEND if published else None,
        )
    except CoderError:
        return
    assert date.fromisoformat(parsed["start"]) <= date.fromisoformat(parsed["end"])


@pytest.mark.parametrize(
    "typed",
    [
        "10/20",
        "11/13",
        "10/17/2023",
        "0000-01-01",
        "0000",
        "0/0",
        "32/13/2023",
        "13/2023",
        "قبل 99999999999 يوماً",
    ],
)
def test_days_that_do_not_exist_are_refused_while_being_typed(
    conflict_events: Codebook, typed: str
) -> None:
    field = conflict_events.event_field("date")
    for end in range(1, len(typed) + 1):
        try:
            parse(
                field,
                typed[:end],
                conflict_events,
                pub_date=("2023-11-20", "2023-11-20"),
            )
        except CoderError:
            continue  # what is half typed may be refused, and never falls over
    with pytest.raises(CoderError):
        parse(field, typed, conflict_events, pub_date=("2023-11-20", "2023-11-20"))


@pytest.mark.parametrize(
    ("typed", "changed"),
    [
        ("~", {"basis": "inferred"}),
        ("+", {"end": "2023-11-18", "precision": "range", "open_end": True}),
        (
            "~ +",
            {
                "basis": "inferred",
                "end": "2023-11-18",
                "precision": "range",
                "open_end": True,
            },
        ),
        (">", {"end": "2023-11-18", "precision": "unknown"}),
        ("~>", {"basis": "inferred", "end": "2023-11-18", "precision": "unknown"}),
    ],
)
def test_marks_alone_change_the_date_that_stands(
    typed: str, changed: dict[str, object]
) -> None:
    day = {
        "start": "2023-10-17",
        "end": "2023-10-17",
        "precision": "day",
        "basis": "absolute",
    }
    assert with_marks(day, typed, SATURDAY) == {**day, **changed}


def test_some_day_from_then_until_publication(conflict_events: Codebook) -> None:
    field = conflict_events.event_field("date")
    found = parse(field, "~17/10/2023>", conflict_events, pub_date=SATURDAY)
    assert found == {
        "start": "2023-10-17",
        "end": "2023-11-18",
        "precision": "unknown",
        "basis": "inferred",
    }
    shown = show(field, found, conflict_events, "ar")
    assert parse(field, shown, conflict_events, pub_date=SATURDAY) == found
    with pytest.raises(CoderError, match="publication"):
        parse(field, "17/10/2023>", conflict_events)


@pytest.mark.parametrize("typed", ["", " ", "17/10", "~17/10", "أمس", "+>"])
def test_what_is_more_than_marks_is_read_as_a_date(typed: str) -> None:
    assert with_marks({"start": "2023-10-17"}, typed, SATURDAY) is None


@pytest.mark.parametrize(
    "typed",
    ["ليلة " * 28, "ليلة " * 2000, "من 3 إلى " * 2000],
    ids=["28", "2000", "periods"],
)
def test_words_typed_again_and_again_are_soon_refused(
    typed: str, conflict_events: Codebook
) -> None:
    field, began = conflict_events.event_field("date"), process_time()
    with pytest.raises(CoderError):
        parse(field, typed, conflict_events, pub_date=SATURDAY)
    assert (
        process_time() - began < 1
    )  # each word read once: milliseconds; in all ways: 2 to the power of 28
