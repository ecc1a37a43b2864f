"""Numbers with their bounds and what they count; values from the coding guide's table
of Arabic numbers.
"""

from __future__ import annotations

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article, Candidate
from coder.suggest.event_proposals import EventProposer
from coder.suggest.registry import propose

CASES = [
    # text, span, min, max, what is counted
    (
        "شنت الطائرات أكثر من 60 هجومًا أمس",
        "أكثر من 60 هجومًا",
        61,
        None,
        "incident_count",
    ),
    (
        "نفذت القوات ما لا يقل عن ثلاثين غارة",
        "ما لا يقل عن ثلاثين غارة",
        30,
        None,
        "strike_count",
    ),
    (
        "أطلقوا بين 10 و15 صاروخاً على البلدة",
        "بين 10 و15 صاروخاً",
        10,
        15,
        "strike_count",
    ),
    ("تعرضت القاعدة لعشر هجمات في العراق", "عشر هجمات", 10, 10, "incident_count"),
    ("قصفت ٢٥ موقعاً في الريف", "٢٥ موقعاً", 25, 25, "site_count"),
    ("استهدفت القصف قاعدتين شرق النهر", "قاعدتين", 2, 2, "site_count"),
    ("أسفر القصف عن مقتل خمسة وعشرين شخصاً", "خمسة وعشرين شخصاً", 25, 25, "killed"),
    ("أدى الانفجار إلى مقتل مئة وعشرين مدنياً", "مئة وعشرين مدنياً", 120, 120, "killed"),
    ("أصيب 1,500 شخص بجروح", "1,500 شخص", 1500, 1500, "injured"),
    ("شنت الطائرات عدة غارات على المدينة", "عدة غارات", 3, None, "strike_count"),
    ("استهدفت الطائرات بضعة مواقع", "بضعة مواقع", 3, 9, "site_count"),
    ("دمر القصف عشرات المنازل", "عشرات المنازل", 20, None, "site_count"),
    ("استولت على عدد من المنازل", "عدد من المنازل", 2, None, "site_count"),
    (
        "غارات أخرى فاق عددها الـ 15 في اليوم التالي",
        "فاق عددها الـ 15",
        16,
        None,
        "strike_count",
    ),
    ("استشهاد الآلاف في المدينة", "الآلاف", 2000, None, "killed"),
    ("مقتل شرطيين اثنين في الهجوم", "شرطيين اثنين", 2, 2, "killed"),
    ("أسقطت الدفاعات طائرتين مسيّرتين", "طائرتين مسيّرتين", 2, 2, "strike_count"),
    ("لقي 8 جنود أتراك مصرعهم", "8 جنود", 8, 8, "killed"),
    ("استشهد ثلاثة فلسطينيين في المخيم", "ثلاثة فلسطينيين", 3, 3, "killed"),
    ("أدى الانفجار إلى إصابة اثنين آخرين", "اثنين آخرين", 2, 2, "injured"),
    ("ما تسبب بمقتل طفل في الريف", "طفل", 1, 1, "killed"),
    ("أدى الانفجار إلى إصابة جندي بجروح", "جندي", 1, 1, "injured"),
    ("قصفت طائرات إف-15 منشأتين في المدينة", "منشأتين", 2, 2, "site_count"),
    ("تفجير أودى بحياة 20 شخصاً", "20 شخصاً", 20, 20, "killed"),
    ("إصابة سبعة أشخاص بينهم طفلان", "سبعة أشخاص", 7, 7, "injured"),
    ("قتل ثلاثة جنود على الأقل", "ثلاثة جنود على الأقل", 3, None, "killed"),
    ("قتل 3 على الأقل في حلب", "3 على الأقل", 3, None, "killed"),
    ("قتل 13 جندياً أو أكثر في القصف", "13 جندياً أو أكثر", 13, None, "killed"),
    ("أسقطت الدفاعات سبع طائرات أخرى", "سبع طائرات", 7, 7, "strike_count"),
    ("قضى 13 مهاجراً في القصف", "13 مهاجراً", 13, 13, "killed"),
    ("أُطلقت 30 إلى 40 قذيفة على التلة", "30 إلى 40 قذيفة", 30, 40, "strike_count"),
    ("ارتفع عدد الضحايا من 30 إلى 40 قتيلاً", "40 قتيلاً", 40, 40, "killed"),
]


@pytest.mark.parametrize(("text", "span", "least", "most", "what"), CASES)
def test_a_count_covers_modifier_number_and_noun(
    ask, text: str, span: str, least: int, most: int | None, what: str
) -> None:
    found: list[Candidate] = ask(text, "number")
    assert [c.quote for c in found] == [span]
    assert (found[0].value["min"], found[0].value["max"]) == (least, most)
    assert found[0].origin == f"number:{what}"


def test_a_time_of_day_counts_nothing(ask) -> None:
    assert ask("عند الساعة 08:20 استهداف الموقع، وعند 16:00 قصف الثكنة", "number") == []


def test_a_plural_that_is_written_like_a_dual_counts_nothing(ask) -> None:
    text = "قُتل عشرة أشخاص في غارة على مخيم للنازحين والعاملين في الإغاثة وأصيب آخرون بينهم نازحون"
    assert [(c.quote, c.value["min"]) for c in ask(text, "number")] == [
        ("عشرة أشخاص", 10)
    ]


def test_who_mourns_the_dead_is_not_dead(ask) -> None:
    assert ask("شيّع آلاف اليمنيين في صنعاء قتلى الغارات", "number") == []


def test_about_n_is_marked_approximate(ask) -> None:
    [count] = ask("نفذت الفصائل نحو 40 هجوما", "number")
    assert count.value == {"min": 40, "max": 40, "approx": True}


def test_killed_and_injured_are_told_by_the_nearest_word(ask) -> None:
    found = ask("تسببت الضربات بمقتل 52 عنصراً وإصابة 15 آخرين", "number")
    assert [(c.quote, c.origin) for c in found] == [
        ("52 عنصراً", "number:killed"),
        ("15 آخرين", "number:injured"),
    ]


def test_the_word_for_the_fate_may_follow(ask) -> None:
    [count] = ask("إن 21 عنصراً في الجيش أصيبوا بجروح طفيفة", "number")
    assert count.origin == "number:injured"


def test_a_number_without_noun_takes_that_of_the_number_before(ask) -> None:
    found = ask("تعرضت لعشر هجمات في العراق وثلاث في سورية", "number")
    assert [(c.quote, c.origin) for c in found] == [
        ("عشر هجمات", "number:incident_count"),
        ("ثلاث", "number:incident_count"),
    ]


def test_troops_stationed_and_years_are_no_counts(ask) -> None:
    assert ask("ينتشر 2500 جندي في البلاد منذ عام 2014", "number") == []


def test_a_salvo_gives_no_number(ask) -> None:
    [count] = ask("إطلاق دفعة كبيرة من الصواريخ", "number")
    assert count.value is None


def test_others_beside_somebody_named_are_one_more(ask) -> None:
    # coding guide: a named victim "with some others" is 1 + at least 2
    [found] = ask(
        "قتلت الغارة القيادي في الحرس الثوري رضا موسوي ومعه بعض القيادات", "number"
    )
    assert found.value == {"min": 3, "max": None}


@pytest.mark.parametrize(
    ("text", "field", "quote", "least"),
    [
        ("خلّف الانفجار قتيلاً", "killed", "قتيلاً", 1),
        ("وأوقعت الاشتباكات قتيلاً وستة جرحى", "killed", "قتيلاً", 1),
        ("أسفر الهجوم عن قتيل وجريحين", "killed", "قتيل", 1),
        ("أصيب مجندان في الهجوم", "injured", "مجندان", 2),
        ("ارتفاع حصيلة القتلى إلى 31", "killed", "31", 31),
        ("وصل عدد الشهداء إلى 45 ألفاً", "killed", "45 ألفاً", 45_000),
        ("ارتفعت حصيلة الجرحى إلى 200", "injured", "200", 200),
    ],
)
def test_one_left_dead_and_tolls_are_counts(
    ask, text: str, field: str, quote: str, least: int
) -> None:
    found = [c for c in ask(text, "number") if c.origin == f"number:{field}"]
    assert [c.quote for c in found] == [quote]
    assert found[0].value["min"] == least


@pytest.mark.parametrize(
    "text",
    [
        "ارتفع عدد النازحين إلى 300 ألف",
        "نقل القتلى إلى 3 مشاف",
        "أوقعت ستة منهم بين قتيل ومصاب",
    ],
)
def test_no_toll_of_others_and_nobody_among_the_counted(quotes, text: str) -> None:
    assert {"300 ألف", "3", "3 مشاف", "قتيل", "مصاب"}.isdisjoint(quotes(text, "number"))


WHAT_IS_COUNTED = [
    # not the size of a crowd: the act beside the number decides
    ("فرقت الشرطة مظاهرة في تونس واعتقلت 30 متظاهرا.", {"arrested": [30]}),
    ("تظاهر خمسون عاملا واعتقلت الشرطة 20 شخصا.", {"size": [50], "arrested": [20]}),
    ("شارك 500 طالب في مظاهرة وأصيب ثلاثة متظاهرين.", {"size": [500], "injured": [3]}),
    ("خرجت مظاهرة ضمت 300 معلم ونزح 40 شخصا.", {"size": [300]}),
    ("تظاهر الآلاف في مناطق عدة من العراق.", {"size": [2000]}),
]


@pytest.mark.parametrize(("text", "counted"), WHAT_IS_COUNTED)
def test_the_act_of_a_number_says_what_it_counts(
    text: str, counted: dict[str, list[int]], protest_events: Codebook
) -> None:
    article = Article("a", text)
    found = propose(article, protest_events)
    trigger = next(each for each in found if each.kind == "trigger")
    proposed = EventProposer(found, article, protest_events).propose(trigger)
    told = {
        field: [each.value["min"] for each in proposed[field]]
        for field in ("size", "arrested", "injured", "killed")
        if field in proposed
    }
    assert told == counted


def test_whom_somebody_tried_to_kill_is_not_dead(ask) -> None:
    assert ask("نجا الوزير من محاولة لاغتياله بعبوة ناسفة.", "number") == []
    [killed] = ask("أعلن الجيش اغتياله بغارة جوية.", "number")
    assert killed.value == {"min": 1, "max": 1}
