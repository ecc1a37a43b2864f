"""Datelines: the city is a place and never its government, the date is the day of
publication.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article, Candidate
from coder.suggest.event_proposals import EventProposer

Ask = Callable[..., list[Candidate]]

CITIES = {
    # text: the places of its dateline
    "القاهرة - قتل ثلاثة جنود في هجوم على حاجز شمال سيناء.": ["القاهرة"],
    "بغداد، 12 مايو 2025 (رويترز) - قتل ثلاثة جنود في هجوم على حاجز.": ["بغداد"],
    "دمشق – سانا: استهدفت طائرات مسيرة موقعاً للجيش.": ["دمشق"],
    "موسكو (أ ف ب) - أعلنت وزارة الدفاع الروسية إسقاط ثلاثين مسيّرة.": ["موسكو"],
    "طهران/ وكالات: هدد قائد الحرس الثوري برد قاسٍ.": ["طهران"],
    "بيروت — شن الطيران الإسرائيلي غارة على بلدة الخيام.": ["بيروت"],
    "واشنطن، الولايات المتحدة (CNN) -- فرضت الخزانة الأميركية عقوبات جديدة.": [
        "واشنطن",
        "الولايات المتحدة",
    ],
    "أنقرة ـ الأناضول: قتل الجيش التركي خمسة مسلحين شمالي العراق.": ["أنقرة"],
    "صنعاء (سبأ) - نفذ الجيش هجوماً على مواقع الفصائل.": ["صنعاء"],
    "الرياض - 3 آذار 2024 - اعترضت الدفاعات الجوية صاروخاً باليستياً.": ["الرياض"],
    "مقتل ثلاثة جنود\nالقدس المحتلة - قتل ثلاثة جنود في هجوم.": ["القدس"],
    # not read before the rules were made: all ten at first sight
    "عمّان (بترا) - أحبطت القوات المسلحة محاولة تهريب.": ["عمّان"],
    "الدوحة - قنا: أدانت قطر الهجوم على المستشفى.": ["الدوحة"],
    "كييف 5 آذار 2023 (رويترز) - قصفت روسيا محطة كهرباء.": ["كييف"],
    "باريس - فرانس برس: نددت فرنسا بالهجوم.": ["باريس"],
    "الخرطوم: 20 حزيران 2024 - تجددت الاشتباكات في أم درمان.": ["الخرطوم"],
    "نيويورك (الأمم المتحدة) - دعا مجلس الأمن إلى وقف القتال.": ["نيويورك"],
    "طرابلس، ليبيا (أ ب) — اندلعت اشتباكات بين مسلحين.": ["طرابلس", "ليبيا"],
    "دبي - «الشرق الأوسط»: أعلنت جماعة الحوثي مهاجمة سفينة.": ["دبي"],
    "تونس – (د ب أ): تظاهر مئات المعلمين أمام البرلمان.": ["تونس"],
    "اسطنبول - تجمع آلاف المحتجين أمام القنصلية.": ["اسطنبول"],
}
DAYS = {
    # text: the day it came out, what a date in it says, the day that is
    "بغداد، 12 مايو 2025 (رويترز) - قتل ثلاثة جنود يوم الأحد في هجوم.": (
        "2025-05-12",
        "يوم الأحد",
        "2025-05-11",
    ),
    "الرياض - 3 آذار 2024 - اعترضت الدفاعات الجوية صاروخاً أمس.": (
        "2024-03-03",
        "أمس",
        "2024-03-02",
    ),
    "كابل (رويترز) 7 كانون الثاني 2021 - انفجرت قنبلة الأربعاء.": (
        "2021-01-07",
        "الأربعاء",
        "2021-01-06",
    ),
    "دمشق، في 9 أيلول 2020 - قصف الطيران مواقع أول أمس.": (
        "2020-09-09",
        "أول أمس",
        "2020-09-07",
    ),
    "بيروت، الاثنين 14 تشرين الأول 2024 - شن الطيران غارة مساء الأحد.": (
        "2024-10-14",
        "مساء الأحد",
        "2024-10-13",
    ),
    "غزة - 2023/11/21 - قصفت الدبابات المدرسة اليوم.": (
        "2023-11-21",
        "اليوم",
        "2023-11-21",
    ),
    "عدن 5 نيسان 2022 (سبأ) - هاجم مسلحون حاجزاً قبل يومين.": (
        "2022-04-05",
        "قبل يومين",
        "2022-04-03",
    ),
    "كييف، أوكرانيا، 24 شباط 2023 (أ ب): قصفت روسيا المدينة أمس الخميس.": (
        "2023-02-24",
        "أمس الخميس",
        "2023-02-23",
    ),
    "هجوم في الشمال\n\nأربيل (21-1-2024) - استهدفت مسيّرات مطار أربيل السبت.": (
        "2024-01-21",
        "السبت",
        "2024-01-20",
    ),
    "الخرطوم - 16 نيسان 2023 - اندلعت اشتباكات صباح السبت.": (
        "2023-04-16",
        "صباح السبت",
        "2023-04-15",
    ),
    # not read before the rules were made: all five at first sight
    "القاهرة، 18 تموز 2024 (أ ش أ) - قتل جنديان الأربعاء.": (
        "2024-07-18",
        "الأربعاء",
        "2024-07-17",
    ),
    "إدلب - 30 تشرين الثاني 2024: دخلت الفصائل المدينة أمس.": (
        "2024-11-30",
        "أمس",
        "2024-11-29",
    ),
    "طهران (إرنا) - 14 نيسان 2024 - أطلقت إيران صواريخ ليلة السبت.": (
        "2024-04-14",
        "ليلة السبت",
        "2024-04-13",
    ),
    "مقديشو 30 تشرين الأول 2022 - انفجرت سيارتان مفخختان أمس السبت.": (
        "2022-10-30",
        "أمس السبت",
        "2022-10-29",
    ),
    "صنعاء، الجمعة، 12 كانون الثاني 2024 (رويترز) - شنت واشنطن ضربات فجر اليوم.": (
        "2024-01-12",
        "فجر اليوم",
        "2024-01-12",
    ),
}
SAID = {
    # no dateline: the government speaks, the sides are named
    "طهران: سنرد على أي هجوم إسرائيلي.": "طهران",
    "هددت طهران بالرد على الهجوم.": "طهران",
    "موسكو: أسقطنا ثلاثين مسيّرة أوكرانية.": "موسكو",
}


@pytest.mark.parametrize("text", CITIES)
def test_the_city_of_a_dateline_is_a_place(ask: Ask, text: str) -> None:
    cities = CITIES[text]
    begin = text.index(cities[0])
    stop = text.index(cities[-1]) + len(cities[-1])
    places = [c.quote for c in ask(text, "place") if begin <= c.start < stop]
    assert [p.removesuffix(" المحتلة") for p in places] == cities
    assert [
        c.quote for c in ask(text, "actor") if c.start < stop and begin <= c.start
    ] == []


@pytest.mark.parametrize("text", [t for t in CITIES if "قتل" in t or "شن" in t])
def test_the_city_of_a_dateline_takes_no_part_in_an_event(
    ask: Ask, text: str, conflict_events: Codebook
) -> None:
    found = ask(text)
    events = EventProposer(found, Article("a", text), conflict_events)
    for trigger in (c for c in found if c.kind == "trigger"):
        proposed = events.propose(trigger)
        parts = [
            c.quote
            for name in ("initiators", "targets", "place")
            for c in proposed.get(name, ())
        ]
        assert not set(parts) & set(CITIES[text])


@pytest.mark.parametrize("text", DAYS)
def test_the_date_of_a_dateline_is_the_day_of_publication(
    ask: Ask, text: str, conflict_events: Codebook
) -> None:
    published, said, day = DAYS[text]
    found = ask(text)
    values = {c.quote: c.value for c in found if c.kind == "date"}
    assert (values[said]["start"], values[said]["end"]) == (day, day)
    assert published in [v["start"] for v in values.values() if v]
    events = EventProposer(found, Article("a", text), conflict_events)
    dates = [
        c.quote
        for t in found
        if t.kind == "trigger"
        for c in events.propose(t).get("date", ())
    ]
    assert set(dates) <= {said}


@pytest.mark.parametrize("text", SAID)
def test_a_capital_that_speaks_is_its_government(ask: Ask, text: str) -> None:
    assert SAID[text] in [c.quote for c in ask(text, "actor")]


def test_a_known_day_of_publication_stands_above_the_dateline(ask: Ask) -> None:
    text = "بغداد، 12 مايو 2025 (رويترز) - قتل ثلاثة جنود يوم الأحد في هجوم."
    values = {c.quote: c.value for c in ask(text, "date", published=date(2025, 5, 20))}
    assert values["يوم الأحد"]["start"] == "2025-05-18"
