"""Dates in running text: the stretch and the days; days reckoned by hand from a
calendar.
"""

from __future__ import annotations

from datetime import date

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article, Candidate
from coder.suggest.date_spans import with_resolved_dates

PUB = date(2023, 11, 20)  # a Monday

ABSOLUTE = [
    (
        "وقع الهجوم مساء الأربعاء 15 تشرين الثاني/ نوفمبر الحالي",
        "مساء الأربعاء 15 تشرين الثاني/ نوفمبر الحالي",
        "2023-11-15",
    ),
    (
        "اجتمعوا يوم الخميس الـ16 من تشرين الثاني/نوفمبر الجاري",
        "يوم الخميس الـ16 من تشرين الثاني/نوفمبر الجاري",
        "2023-11-16",
    ),
    ("بدأت في السابع من أكتوبر، عندما", "السابع من أكتوبر", "2023-10-07"),
    (
        "في الحادي والثلاثين من تموز 2023 قال",
        "الحادي والثلاثين من تموز 2023",
        "2023-07-31",
    ),
    ("قصف المدينة في 3 ديسمبر", "3 ديسمبر", "2022-12-03"),  # not yet come in 2023
    ("وقع في 9 أوت 2023 هجوم", "9 أوت 2023", "2023-08-09"),  # Maghreb name
    ("بتاريخ ٠٩/١٠/٢٠٢٣ وقع", "٠٩/١٠/٢٠٢٣", "2023-10-09"),
    ("سجلت في 2023-10-24 ضربة", "2023-10-24", "2023-10-24"),
    ("بتاريخ ( 29 / 12 / 2011 ) صدر", "29 / 12 / 2011", "2011-12-29"),
    ("بتاريخ 3-3-2002 صدر", "3-3-2002", "2002-03-03"),
]


@pytest.mark.parametrize(("text", "span", "day"), ABSOLUTE)
def test_a_day_in_every_month_system_and_both_digits(
    ask, text: str, span: str, day: str
) -> None:
    [found] = ask(text, "date", PUB)
    assert found.quote == span
    assert found.value == {
        "start": day,
        "end": day,
        "precision": "day",
        "basis": "absolute",
    }


RELATIVE = [
    ("قال المتحدث السبت إن", "السبت", "2023-11-18", "2023-11-18", "day"),
    (
        "أعلن يوم الجمعة الماضي عن",
        "يوم الجمعة الماضي",
        "2023-11-17",
        "2023-11-17",
        "day",
    ),
    ("أفاد اليوم الاثنين بأن", "اليوم الاثنين", "2023-11-20", "2023-11-20", "day"),
    ("انفجرت أمس عبوة", "أمس", "2023-11-19", "2023-11-19", "day"),
    ("وقع الأسبوع الماضي هجوم", "الأسبوع الماضي", "2023-11-13", "2023-11-19", "week"),
    ("ازدادت هذا الشهر", "هذا الشهر", "2023-11-01", "2023-11-20", "month"),
    ("بلغ عدد القتلى العام الماضي", "العام الماضي", "2022-01-01", "2022-12-31", "year"),
    (
        "نزحوا خلال اليومين الماضيين",
        "خلال اليومين الماضيين",
        "2023-11-18",
        "2023-11-20",
        "range",
    ),
    (
        "قصفت المدينة ليل الأحد الاثنين",
        "ليل الأحد الاثنين",
        "2023-11-19",
        "2023-11-20",
        "range",
    ),
    (
        "قصفت المدينة ليلة الخميس – الجمعة",
        "ليلة الخميس – الجمعة",
        "2023-11-16",
        "2023-11-17",
        "range",
    ),
    (
        "قصفت في اليومين الأخيرين",
        "في اليومين الأخيرين",
        "2023-11-18",
        "2023-11-20",
        "range",
    ),
]


@pytest.mark.parametrize(("text", "span", "first", "last", "precision"), RELATIVE)
def test_relative_wording_hangs_on_publication(
    ask, text: str, span: str, first: str, last: str, precision: str
) -> None:
    [found] = ask(text, "date", PUB)
    assert found.quote == span
    assert found.value == {
        "start": first,
        "end": last,
        "precision": precision,
        "basis": "relative",
    }


PERIODS = [
    ("منذ17 أكتوبر ٢٠٢٣، شنت", "17 أكتوبر ٢٠٢٣", "2023-10-17", "2023-11-20", True),
    (
        "تعرضت لهجمات بين 17 و24 أكتوبر",
        "بين 17 و24 أكتوبر",
        "2023-10-17",
        "2023-10-24",
        False,
    ),
    (
        "منذ منتصف تشرين الأول/ أكتوبر، تصاعدت",
        "منذ منتصف تشرين الأول/ أكتوبر",
        "2023-10-15",
        "2023-11-20",
        True,
    ),
    ("منذ بداية العام سجل", "منذ بداية العام", "2023-01-01", "2023-11-20", True),
    (
        "خلال شهري تشرين الأول/ أكتوبر، وتشرين الثاني/ نوفمبر",
        "شهري تشرين الأول/ أكتوبر، وتشرين الثاني/ نوفمبر",
        "2023-10-01",
        "2023-11-30",
        False,
    ),
    (
        "منذ اندلاع الحرب بين الطرفين في 7 أكتوبر وحتى الآن",
        "منذ اندلاع الحرب بين الطرفين في 7 أكتوبر وحتى الآن",
        "2023-10-07",
        "2023-11-20",
        True,
    ),
    (
        "سيطر عليها بين عامي 2014 و2017",
        "بين عامي 2014 و2017",
        "2014-01-01",
        "2017-12-31",
        False,
    ),
    (
        "تراجعت بين حزيران وأيلول 2023 في المدينة",
        "بين حزيران وأيلول 2023",
        "2023-06-01",
        "2023-09-30",
        False,
    ),
    (
        "من تشرين الثاني/نوفمبر 2022 حتى شباط/فبراير",
        "من تشرين الثاني/نوفمبر 2022 حتى شباط/فبراير",
        "2022-11-01",
        "2023-02-28",
        False,
    ),
    (
        "رُصدت من حزيران إلى آب هجمات",
        "من حزيران إلى آب",
        "2023-06-01",
        "2023-08-31",
        False,
    ),
    (
        "وقعت المعارك بين 10 و12 من الشهر الجاري",
        "بين 10 و12 من الشهر الجاري",
        "2023-11-10",
        "2023-11-12",
        False,
    ),
]


@pytest.mark.parametrize(("text", "span", "first", "last", "is_open"), PERIODS)
def test_periods_are_one_span(
    ask, text: str, span: str, first: str, last: str, is_open: bool
) -> None:
    [found] = ask(text, "date", PUB)
    assert found.quote == span
    assert (found.value["start"], found.value["end"]) == (first, last)
    assert found.value.get("open_end", False) is is_open


def test_the_next_day_hangs_on_the_day_told_before(ask) -> None:
    found = ask(
        "قصفت في 9 تشرين الأول 2023 المدينة ثم عادت في اليوم التالي", "date", PUB
    )
    assert [c.value["start"] for c in found] == ["2023-10-09", "2023-10-10"]


def test_the_publication_day_is_read_from_the_page(ask) -> None:
    text = "posted onNovember 1, 2023\n\nأعلن المتحدث الثلاثاء إطلاق صواريخ باتجاه المدينة الساحلية القريبة من الحدود."
    posted, told = ask(text, "date")
    assert (posted.quote, posted.value["start"]) == ("November 1, 2023", "2023-11-01")
    assert told.value["start"] == "2023-10-31"


@pytest.mark.parametrize(
    "text",
    [
        "قُتلوا قبل 99999999999 يوماً",
        "اندلعت بين عامي 0000 و0005",
        f"قُتل {'9' * 5000} جندياً",
    ],
)
def test_days_and_numbers_beyond_all_measure_have_no_value(ask, text: str) -> None:
    assert [
        c.value for c in ask(text, published=PUB) if c.kind in ("date", "number")
    ] in ([], [None])


def test_without_publication_day_nothing_is_made_up(ask) -> None:
    assert [c.value for c in ask("قال الثلاثاء إن الهجوم وقع في 7 أكتوبر", "date")] == [
        None,
        None,
    ]


def test_a_publication_date_that_is_coded_later_dates_what_hung_on_it(
    ask, conflict_events: Codebook
) -> None:
    text = "هاجموا الثلاثاء قرية بعد هدوء ساد من 7 أكتوبر الماضي"
    found = ask(text, "date")
    assert [c.value for c in found] == [None, None]
    known = with_resolved_dates(found, Article("a", text), conflict_events, (PUB, PUB))
    assert [c.value["start"] for c in known] == ["2023-11-14", "2023-10-07"]
    assert [(c.id, c.start, c.end) for c in known] == [
        (c.id, c.start, c.end) for c in found
    ]


def test_a_date_that_another_suggester_worked_out_keeps_its_days(
    conflict_events: Codebook,
) -> None:
    text = "هاجموا القرية يوم العيد"
    start = text.index("يوم")
    days = {
        "start": "2023-06-28",
        "end": "2023-06-28",
        "precision": "day",
        "basis": "absolute",
    }
    told = Candidate(
        "date:14-23", "date", start, len(text), text[start:], days, "feasts:listed", 0.9
    )
    assert with_resolved_dates(
        [told], Article("a", text), conflict_events, (PUB, PUB)
    ) == [told]


def test_recently_is_since_what_was_told_before(ask) -> None:
    found = ask("شنت هجمات منذ 1 تشرين الثاني 2023 ثم انسحبت مؤخراً", "date", PUB)
    assert [(c.value["start"], c.value["end"]) for c in found] == [
        ("2023-11-01", "2023-11-20")
    ] * 2


def test_recently_is_since_the_last_day_that_the_article_tells_wherever_it_stands(
    ask,
) -> None:
    """Worked example W8 of the coding guide: evacuations مؤخراً come after the strikes
    told below them.
    """
    found = ask(
        "أخلت الفصائل مقراتها مؤخراً. قصفت الطائرات البوكمال في 3 تشرين الثاني، وعادت في اليوم التالي",
        "date",
        PUB,
    )
    assert [c.value["start"] for c in found] == [
        "2023-11-04",
        "2023-11-03",
        "2023-11-04",
    ]


def test_a_day_of_the_last_week_does_not_bound_what_is_recent(ask) -> None:
    [recently, yesterday] = ask(
        "انسحبت القوات مؤخراً من القرية. وقصفت الطائرات القرية أمس", "date", PUB
    )
    assert (yesterday.value["start"], recently.value["start"]) == (
        "2023-11-19",
        "2023-10-21",
    )


def test_the_only_year_of_a_text_is_taken_for_all_its_days(ask) -> None:
    found = ask("بدأت في 17 أكتوبر 2023 وانتهت في 24 أكتوبر", "date")
    assert (found[1].value["start"], found[1].value["basis"]) == (
        "2023-10-24",
        "inferred",
    )


def test_islamic_dates_are_given_within_a_day(ask) -> None:
    # 20 Ramadan 1445 was 30 March 2024 by the Umm al-Qura calendar
    [found] = ask("أعلنت الهدنة يوم 20 رمضان 1445 هـ", "date")
    assert found.value["start"] <= "2024-03-30" <= found.value["end"]


YEARS = [
    ("صورة الجسر عام ( 1936 ) قبل هدمه", "عام ( 1936 )", "1936-01-01", "1936-12-31"),
    ("نزحوا بعد 1948 إلى الأردن", "1948", "1948-01-01", "1948-12-31"),
    ("وثيقة من القرية ( 1921 ) محفوظة", "1921", "1921-01-01", "1921-12-31"),
    ("ارتفع العدد منذ بداية 2019", "منذ بداية 2019", "2019-01-01", "2023-11-20"),
    ("وثيقة من شباط ( 1948 ) محفوظة", "شباط ( 1948 )", "1948-02-01", "1948-02-29"),
]


@pytest.mark.parametrize(("text", "span", "first", "last"), YEARS)
def test_years_stand_alone_and_in_brackets(
    ask, text: str, span: str, first: str, last: str
) -> None:
    [found] = ask(text, "date", PUB)
    assert found.quote == span
    assert (found.value["start"], found.value["end"]) == (first, last)


def test_an_islamic_year_spans_two_of_ours(ask) -> None:
    # 1 Muharram 1402 was 29 October 1981, 1 Muharram 1403 was 18 October 1982 (Umm
    # al-Qura)
    [found] = ask("سند رسمي عام ( 1402 ) هجري", "date")
    assert found.quote == "عام ( 1402 ) هجري"
    assert (
        abs((date.fromisoformat(found.value["start"]) - date(1981, 10, 29)).days) <= 1
    )
    assert abs((date.fromisoformat(found.value["end"]) - date(1982, 10, 17)).days) <= 1


def test_four_digits_that_count_are_no_year(ask) -> None:
    assert ask("قتل 1948 شخصاً وشارك في 2019/3 و2010 جنديا", "date", PUB) == []


def test_months_that_are_other_words_need_a_day(ask) -> None:
    assert ask("مارس الضغط على أب لطفلين في صفر العدد", "date", PUB) == []


def test_standing_facts_date_nothing(ask) -> None:
    assert ask("منذ سنوات تنتشر القوات هناك بين الحين والآخر", "date", PUB) == []
