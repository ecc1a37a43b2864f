"""Words of the field as war reports use them: who fights, with what, who tells it,
when.
"""

from __future__ import annotations

from datetime import date

import pytest

ACTORS = [
    ("قصف الاحتلال الأطراف الشرقية للبلدة", "الاحتلال", "israel"),
    ("دمر جيش الاحتلال منزلين في القرية", "جيش الاحتلال", "israel_military"),
    ("استهدف الاحتلال الأميركي مقراً للحشد", "الاحتلال الأميركي", "usa"),
    ("شنت قوات الأسد حملة اعتقالات في البلدة", "قوات الأسد", "syria_army"),
    ("اقتحمت ميليشيات الحوثي منازل في القرية", "ميليشيات الحوثي", "houthis"),
    ("صدّت قوات الوفاق هجوماً على المحور", "قوات الوفاق", "gna_libya"),
    ("اغتال مسلحون مجهولون مختار القرية", "مسلحون مجهولون", "unknown_party"),
    ("قصفت كتائب عز الدين القسام تجمعاً للجنود", "كتائب عز الدين القسام", "qassam"),
    ("هاجمت الفصائل المقاتلة حاجزاً على الطريق", "الفصائل المقاتلة", None),
]
WEAPONS = [
    ("هاجمت طائرة مسيّرة انتحارية مخزناً للوقود", "طائرة مسيّرة", "uav_attack"),
    ("أغارت طائرات من دون طيار على مزرعة", "طائرات من دون طيار", "uav_armed"),
    ("قصفت الطائرات مزرعة قرب النهر", "الطائرات", "aircraft"),
    ("أطلقت مروحية أباتشي النار على زورق", "أباتشي", "helicopter"),
    ("سقط صاروخ سكود على معسكر", "صاروخ سكود", "ballistic_missile"),
    ("تعرض الحي لقصف بقذائف الهاون", "قذائف الهاون", "mortar"),
    ("أصابت قذيفة المدرسة خلال القصف", "قذيفة", "artillery"),
    ("انفجرت سيارة ملغومة قرب المعسكر", "سيارة ملغومة", "car_bomb"),
    ("اغتاله مجهولون بمسدس كاتم للصوت", "مسدس كاتم للصوت", "small_arms"),
]
SOURCES = [
    ("قتل جنديان في كمين، بحسب ما نقلت رويترز عن مسؤول", "رويترز"),
    ("وقال مراسل فرانس برس إن القصف توقف", "مراسل فرانس برس"),
    ("وذكرت وكالة الأناضول أن الجيش دخل البلدة", "وكالة الأناضول"),
    ("وأفادت قناة المنار بأن غارة استهدفت شاحنة", "قناة المنار"),
]


@pytest.mark.parametrize(("text", "quote", "entry"), ACTORS, ids=[a[1] for a in ACTORS])
def test_parties_of_the_regions_wars_are_known(
    ask, text: str, quote: str, entry: str | None
) -> None:
    values = {c.quote: c.value for c in ask(text) if c.kind == "actor"}
    assert quote in values
    assert entry is None or values[quote] == [entry]


@pytest.mark.parametrize(
    ("text", "quote", "weapon"), WEAPONS, ids=[w[1] for w in WEAPONS]
)
def test_arms_in_the_words_of_the_press_are_known(
    ask, text: str, quote: str, weapon: str
) -> None:
    assert (quote, [weapon]) in [
        (c.quote, c.value) for c in ask(text) if c.kind == "weapon"
    ]


@pytest.mark.parametrize(("text", "quote"), SOURCES, ids=[s[1] for s in SOURCES])
def test_agencies_and_channels_are_sources(ask, text: str, quote: str) -> None:
    assert quote in [c.quote for c in ask(text) if c.kind == "source"]


def test_fighting_men_and_fighting_groups_are_no_aircraft(ask) -> None:
    text = "قتل ثلاثة من مقاتلي الحزب وانسحبت الفصائل المقاتلة من القرية"
    assert not [c for c in ask(text) if c.kind == "weapon"]


def test_what_only_points_back_or_says_where_something_lies_is_no_trigger(ask) -> None:
    text = "وقع الحادث في القرية الواقعة قرب النهر، وقال مصدر طلب عدم ذكر اسمه إن أحداً لم يصب"
    assert not {"الحادث", "الواقعة", "طلب"} & {
        c.quote for c in ask(text) if c.kind == "trigger"
    }


@pytest.mark.parametrize("quote", ["أول من أمس", "منذ يومين"])
def test_the_day_before_yesterday_in_other_words(ask, quote: str) -> None:
    [day] = ask(
        f"قصف الجيش القرية {quote}، بحسب سكان", "date", published=date(2024, 3, 9)
    )
    assert day.quote == quote
    assert (day.value["start"], day.value["end"]) == ("2024-03-07", "2024-03-07")


def test_tens_of_thousands_are_twenty_thousand_at_least(ask) -> None:
    [dead] = [
        c
        for c in ask("أسفرت الحرب عن مقتل عشرات الآلاف من المدنيين")
        if c.kind == "number"
    ]
    assert dead.value == {"min": 20000, "max": None}


TOWNS = [
    "معرة النعمان",
    "الباغوز",
    "جلولاء",
    "الدريهمي",
    "مارون الراس",
    "بيت لاهيا",
    "ترهونة",
    "أم درمان",
    "كريات شمونة",
]


@pytest.mark.parametrize("town", TOWNS)
def test_towns_that_wars_made_known_are_places(ask, town: str) -> None:
    assert town in [c.quote for c in ask(f"اندلعت اشتباكات في {town} أمس", "place")]


def test_towns_that_are_words_need_a_sign_in_front(ask) -> None:
    assert [c.quote for c in ask("وقع انفجار في حي الرمال", "place")] == ["حي الرمال"]
    assert ask("طمرت الرمال الطريق بعد الانفجار", "place") == []


ACTS = [
    ("ذبح تنظيم داعش راعيين في البادية", "ذبح", "civilian_attack"),
    ("اقتاد مسلحون مجهولون شاباً من منزله", "اقتاد", "abduction"),
    ("أحبط الجيش تسللاً وغنم مقاتلوه أسلحة", "غنم", "interception"),
    ("دانت قطر الهجوم على القرية", "دانت", "accusation"),
]


@pytest.mark.parametrize(("text", "quote", "kind"), ACTS, ids=[a[2] for a in ACTS])
def test_acts_that_local_news_tells_in_words_of_its_own(
    ask, text: str, quote: str, kind: str
) -> None:
    assert (quote, kind) in [(c.quote, c.value) for c in ask(text, "trigger")]


def test_sheep_are_no_booty(ask) -> None:
    assert ask("نفق في القرية 300 رأس من الغنم", "trigger") == []
