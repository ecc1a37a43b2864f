"""What is no name, however it looks: words of a misread name, unnamed sources; and
cities, which are places.
"""

from __future__ import annotations

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.registry import propose

SPREAD = [
    # text, what is no person although it ends a name, who is one
    (
        "حكم السلطان سليمان القانوني أربعين عاماً. وشمل الإصلاح الإطار القانوني للدولة.",
        ["القانوني"],
        [],
    ),
    (
        "بنى الخليفة هارون الرشيد قصراً. ودعا الفقهاء إلى الحكم الرشيد في البلاد.",
        ["الرشيد"],
        ["هارون الرشيد"],
    ),
    (
        "درس خالد الكيمياء في لندن. ودخلت الكيمياء في الصناعة، ثم ازدهرت الكيمياء.",
        ["الكيمياء"],
        [],
    ),
    (
        "نقل إسحاق الفلسفة إلى العربية. ورأى أن الفلسفة تخدم العقل، ثم تراجعت الفلسفة.",
        ["الفلسفة"],
        [],
    ),
    (
        "ألف جون ستيوارت ميل كتاباً. وتبعد القرية عشرين ميل عن البحر.",
        ["ميل"],
        ["جون ستيوارت ميل"],
    ),
    (
        "أسس محمد الطباعة في المدينة. وانتشرت الطباعة بعده، وصارت الطباعة حرفة.",
        ["الطباعة"],
        [],
    ),
    # who is named again as one who speaks or acts
    (
        "قال المحلل فيليب سمارت إن الأزمة طويلة. وأضاف سمارت أن الحل بعيد.",
        [],
        ["فيليب سمارت", "سمارت"],
    ),
    (
        "التقى الرئيس الفنلندي ألكسندر ستوب نظيره. وغادر ستوب مساء.",
        [],
        ["ألكسندر ستوب", "ستوب"],
    ),
    (
        "قال محمد الخطيب إن الوضع صعب. وطالب الخطيب بالحل.",
        [],
        ["محمد الخطيب", "الخطيب"],
    ),
]
UNNAMED = [
    "قالت مصادر محلية إن قتيلاً سقط",
    "أفاد شهود عيان بأن طائرة قصفت السوق",
    "ذكرت مصادر طبية وشهود عيان أن ثلاثة قتلوا",
    "وبحسب شهود العيان وقع الانفجار صباحاً",
    "ونقلت الوكالة عن مصادر أمنية رفيعة أن الجيش انسحب",
    "وهاجم مسلحون القرية وقال شاهد عيان إنهم فروا",
]
CITIES = [
    ("نزح آلاف المدنيين من إدلب إلى عفرين", "إدلب", ["place"]),
    ("وصل وفد أممي إلى تعز", "تعز", ["place"]),
    ("سافر الوزير من المنامة إلى جوبا", "المنامة", ["place"]),
    ("سافر الوزير من المنامة إلى جوبا", "جوبا", ["place"]),
    ("دخلت قافلة مساعدات إلى غزة", "غزة", ["place"]),
    ("عاد المبعوث من دمشق إلى بيروت", "دمشق", ["place"]),
    ("عاد المبعوث من دمشق إلى بيروت", "بيروت", ["place"]),
    ("قُتل خمسة في غزة. وقصفت إسرائيل غزة مجدداً.", "غزة", ["place", "place"]),
    ("اندلعت اشتباكات في جوبا. وشهدت جوبا توتراً.", "جوبا", ["place", "place"]),
    ("وقع انفجار في المنامة. وتقع المنامة على الخليج.", "المنامة", ["place", "place"]),
    # a government that is asked, told or blamed is none
    ("اتهمت طهران واشنطن بالهجوم", "واشنطن", ["actor"]),
]


def _named(text: str, codebook: Codebook, kind: str) -> list[str]:
    return [c.quote for c in propose(Article("a", text), codebook) if c.kind == kind]


@pytest.mark.parametrize(
    ("text", "none", "persons"), SPREAD, ids=[s[0][:40] for s in SPREAD]
)
def test_a_name_is_found_again_only_where_a_person_can_stand(
    named_entities: Codebook, text: str, none: list[str], persons: list[str]
) -> None:
    found = _named(text, named_entities, "person")
    assert not set(none) & set(found)
    assert set(persons) <= set(found)


@pytest.mark.parametrize("text", UNNAMED, ids=[t[:40] for t in UNNAMED])
def test_unnamed_sources_are_no_persons_and_take_no_part(
    named_entities: Codebook, conflict_events: Codebook, text: str
) -> None:
    assert not _named(text, named_entities, "person")
    assert not [
        q for q in _named(text, conflict_events, "actor") if "مصادر" in q or "عيان" in q
    ]


@pytest.mark.parametrize(
    ("text", "city", "kinds"), CITIES, ids=[f"{c[1]} {c[0][:40]}" for c in CITIES]
)
def test_a_city_that_one_goes_to_or_that_is_once_a_place_is_a_place(
    conflict_events: Codebook, text: str, city: str, kinds: list[str]
) -> None:
    found = propose(Article("a", text), conflict_events)
    assert [
        c.kind for c in found if c.quote == city and c.kind in ("actor", "place")
    ] == kinds


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("قال مسؤولون أميركيون إن الضربات استهدفت الموقع", []),
        ("التقى دبلوماسيون فرنسيون قادة الجيش اللبناني", []),
        ("استهدفت الغارة مسؤولين إيرانيين في دمشق", []),
        # of another case, or behind what is no noun, they are people of their own
        ("هاجم مستوطنون فلسطينيين قرب القرية", ["فلسطينيين"]),
        ("اشتباكات بين فلسطينيين ومستوطنين في القرية", ["فلسطينيين"]),
        ("قتلت إسرائيل فلسطينيين في غارة", ["فلسطينيين"]),
    ],
)
def test_an_adjective_of_a_nation_behind_a_noun_is_no_people(
    conflict_events: Codebook, text: str, people: list[str]
) -> None:
    actors = [
        c for c in propose(Article("a", text), conflict_events) if c.kind == "actor"
    ]
    assert [c.quote for c in actors if c.origin == "people"] == people
