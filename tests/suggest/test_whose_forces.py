"""Who is named: forces of a state, bodies named again, groups by their patron; values
from the lexicon.
"""

from __future__ import annotations

import pytest

from coder.codebook.schema import Codebook

NAMED = [
    (
        "وقصفت قوات الولايات المتحدة مواقع في دير الزور.",
        "قوات الولايات المتحدة",
        "us_forces",
    ),
    ("انسحبت قوات تركيا من القرية.", "قوات تركيا", "turkey_military"),
    ("هاجم مسلحون جنود إسرائيل قرب السياج.", "جنود إسرائيل", "israel_military"),
    ("هاجمت الفصائل العناصر الأميركيين في القاعدة.", "العناصر الأميركيين", "us_forces"),
    ("أصيب عناصر أميركيين في هجوم على القاعدة.", "عناصر أميركيين", "us_forces"),
    (
        "قصفت الطائرات الجنود الإسرائيليين قرب السياج.",
        "الجنود الإسرائيليين",
        "israel_military",
    ),
    ("صدت قوات السودان هجوماً قرب الخرطوم.", "قوات السودان", "sudan_army"),
    ("قصفت طائرات روسيا ريف إدلب.", "طائرات روسيا", "russia_military"),
    ("استهدف الهجوم عسكريين أميركيين في أربيل.", "عسكريين أميركيين", "us_forces"),
    # the same groups, whatever the words for a group and for loyalty
    (
        "هاجمت فصائل مسلحة موالية لإيران القاعدة.",
        "فصائل مسلحة موالية لإيران",
        "iran_backed",
    ),
    (
        "هاجمت مجموعات مسلّحة مقرّبة من إيران القاعدة.",
        "مجموعات مسلّحة مقرّبة من إيران",
        "iran_backed",
    ),
    (
        "هاجمت جماعات مسلحة مدعومة من إيران القاعدة.",
        "جماعات مسلحة مدعومة من إيران",
        "iran_backed",
    ),
    ("هاجمت فصائل مقربة من طهران القاعدة.", "فصائل مقربة من طهران", "iran_backed"),
    ("هاجمت فصائل موالية لتركيا القاعدة.", "فصائل موالية لتركيا", "sna"),
    # also by a verb whose pronoun is the patron beside them
    (
        "اتهمت السعودية إيران وميليشيات تدعمها بقصف منشآت أرامكو.",
        "ميليشيات تدعمها",
        "iran_backed",
    ),
    ("حملت إسرائيل طهران وفصائل تدعمها مسؤولية الهجوم.", "فصائل تدعمها", "iran_backed"),
    (
        "اتهمت واشنطن إيران وجماعات مسلحة تدعمها بمهاجمة السفن.",
        "جماعات مسلحة تدعمها",
        "iran_backed",
    ),
    ("هاجمت فصائل تدعمها إيران قاعدة التنف.", "فصائل تدعمها", "iran_backed"),
    ("استهدفت الفصائل قاعدة الجيش الجوية قرب المدينة.", "الجيش", None),
    ("هاجم التحالف الدولي قاعدة للتنظيم.", "التحالف الدولي", "intl_coalition"),
]


@pytest.mark.parametrize(("text", "quote", "entry"), NAMED)
def test_a_name_is_what_it_says_in_other_words_too(
    ask, text: str, quote: str, entry: str | None
) -> None:
    values = {c.quote: c.value for c in ask(text, "actor")}
    assert values[quote] == (None if entry is None else [entry])


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        (
            "شنّت القوات الأميركية والبريطانية غارات على صنعاء.",
            ["us_forces", "uk_military"],
        ),
        (
            "أعلن الجيشان السوري والروسي بدء عملية عسكرية.",
            ["syria_army", "russia_military"],
        ),
        (
            "استهدفت الطائرات الأميركية والبريطانية مطار الحديدة.",
            ["us_forces", "uk_military"],
        ),
        ("اتهمت الحكومتان الأميركية والبريطانية إيران بالهجوم.", ["usa", "uk", "iran"]),
        (
            "شاركت القوات المصرية والأردنية والإماراتية في القصف.",
            ["egypt_army", "jordan_army", "uae_military"],
        ),
        ("قصفت المدفعية الإسرائيلية والسفن القرى.", ["israel_military"]),
        ("اعتقلت القوات الإسرائيلية والدولية عشرة أشخاص.", ["israel_military"]),
        ("استهدفت القوات التركية والروسية الصنع القرية.", ["turkey_military"]),
    ],
)
def test_nations_that_share_a_noun_are_two_actors(
    ask, text: str, entries: list[str]
) -> None:
    assert [c.value for c in ask(text, "actor")] == [[entry] for entry in entries]


def test_an_adjective_of_another_gender_is_no_part_of_a_name(ask) -> None:
    text = "أعلن العراق انتهاء مهمة التحالف القتالية في البلاد بعد هجوم على القاعدة."
    assert [c.quote for c in ask(text, "actor")] == ["العراق"]


def test_where_somebody_comes_from_is_no_actor(ask) -> None:
    for text, country in (
        (
            "استقدمت الفصائل الإيرانية تعزيزات عسكرية إلى مقراتها في دير الزور، قادمة من العراق.",
            "العراق",
        ),
        ("أسقطت الدفاعات مسيّرة آتية من اليمن.", "اليمن"),
    ):
        assert {c.kind for c in ask(text) if c.quote == country} == {"place"}


def test_a_ministry_named_again_is_the_one_named_before(ask) -> None:
    text = (
        "نفت وزارة الدفاع الأميركية الأنباء. وأفادت الوزارة بأن الهجوم أسفر عن إصابات."
    )
    assert ask(text, "source")[-1].value == [{"who": "us_dod", "kind": "official"}]
    [alone] = ask("وأوضحت الوزارة أن القصف أصاب مدرسة.", "source")
    assert alone.value == [
        {"who": {"name": "الوزارة", "class": "government"}, "kind": "official"}
    ]


@pytest.mark.parametrize(
    ("text", "kind", "quote", "words"),
    [
        (
            "أفادت وزارة الدفاع الأميركية بوقوع هجوم.",
            "source",
            "وزارة الدفاع الأميركية",
            "source:أفادت",
        ),
        ("وأكّد الجيش أن القصف مستمر.", "source", "الجيش", "source:أكّد"),
        (
            "أشارت واشنطن إلى تورّط إيران في الهجوم.",
            "trigger",
            "أشارت",
            "verb:أشارت … إلى تورّط",
        ),
    ],
)
def test_a_reason_quotes_the_articles_own_words(
    ask, text: str, kind: str, quote: str, words: str
) -> None:
    assert [c.origin for c in ask(text, kind) if c.quote == quote] == [words]


def test_forces_of_a_state_without_a_listed_army_are_an_army(
    conflict_events: Codebook, ask
) -> None:
    assert conflict_events.lexicon.actor("qatar") is not None
    [forces] = [
        c
        for c in ask("هاجم مسلحون قوات قطر في القاعدة.", "actor")
        if c.quote == "قوات قطر"
    ]
    assert forces.value == [{"name": "قوات قطر", "class": "state_military"}]
