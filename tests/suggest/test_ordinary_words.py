"""Words that news also uses in their everyday sense: they are no towns, parties,
agencies or acts there.
"""

from __future__ import annotations

import pytest

from tests.suggest.conftest import Ask

EVERYDAY = [
    ("أرحب بالقرار الذي اتخذته الحكومة", "أرحب"),
    ("قال إن الرجل كان مخمور وسقط في النهر", "مخمور"),
    ("حرض الخطيب الناس على التظاهر", "حرض"),
    ("غادر الطاقم السفينة بأمان", "أمان"),
    ("وصلت العائلات إلى بر الأمان في أمان", "أمان"),
    ("المشهد مروي على لسان شهود", "مروي"),
    ("الشعب رازح تحت الفقر", "رازح"),
    ("خرج الآلاف في مسيرة سلمية تنديداً بالحرب", "سلمية"),
    ("دخلت قاعدة جديدة حيز التنفيذ", "قاعدة جديدة"),
    ("كانت هذه محطة مهمة في حياته", "محطة مهمة"),
    ("توقف السائق عند محطة وقود", "محطة وقود"),
    ("وكتم الرجل خبر القصف", "كتم"),
]
TOWNS = [
    "قصف الطيران مدينة سلمية",
    "قتل شخصان في مخمور",
    "دارت معارك في أرحب",
    "هاجموا بلدة حرض",
]


@pytest.mark.parametrize(("text", "word"), EVERYDAY, ids=[e[1] for e in EVERYDAY])
def test_an_everyday_word_is_no_place(ask: Ask, text: str, word: str) -> None:
    assert word not in [c.quote for c in ask(text, "place")]


@pytest.mark.parametrize("text", TOWNS)
def test_the_same_word_is_a_town_where_a_place_is_meant(ask: Ask, text: str) -> None:
    assert [c.quote.split()[-1] for c in ask(text, "place")] == [text.split()[-1]]


def test_a_minister_is_not_called_after_the_town_that_he_visits(ask: Ask) -> None:
    text = "زار الوزير مدينة حلب والتقى وجهاء فيها"
    assert "مدينة حلب" in [c.quote for c in ask(text, "place")]
    assert not [c for c in ask(text, "actor") if "حلب" in c.quote]


def test_who_did_it_from_whose_side_is_that_side(ask: Ask) -> None:
    [actor] = ask("تعرضت القرية لقصف من جانب الجيش السوداني", "actor")
    assert (actor.quote, actor.value) == ("الجيش السوداني", ["sudan_army"])


TITLES = [
    # text, the person struck, by the title and the name alone
    ("قتل ضابط برتبة نقيب في الهجوم", []),
    ("أسفر الهجوم عن استشهاد ضابط برتبة ملازم أول وثلاثة جنود", []),
    (
        "واستدعت وزارة الخارجية السفير الإيراني لتسليمه مذكرة احتجاج",
        ["السفير الإيراني"],
    ),
    ("قتل رئيس البلدية سامر الحسن وعضو المجلس خالد العلي", ["رئيس البلدية سامر الحسن"]),
]


@pytest.mark.parametrize(("text", "persons"), TITLES)
def test_a_title_goes_on_with_a_name_and_not_with_what_befalls_its_holder(
    ask: Ask, text: str, persons: list[str]
) -> None:
    found = [
        c
        for c in ask(text, "actor")
        if isinstance(c.value, list) and isinstance(c.value[0], dict)
    ]
    assert [c.quote for c in found if c.value[0]["class"] == "person"][:1] == persons


FORCES = [
    ("اجتمعت قوى المعارضة السودانية في جوبا", "قوى المعارضة السودانية", "political"),
    ("انتشرت قوى الأمن الداخلي في الحي", "قوى الأمن الداخلي", "state_security"),
    ("داهمت قوات الأمن العراقية منزلاً", "قوات الأمن العراقية", "state_security"),
]


@pytest.mark.parametrize(("text", "quote", "kind"), FORCES, ids=[f[1] for f in FORCES])
def test_forces_are_political_unless_they_keep_order(
    ask: Ask, text: str, quote: str, kind: str
) -> None:
    assert [{"name": quote, "class": kind}] in [
        c.value for c in ask(text, "actor") if c.quote == quote
    ]


OCCUPIERS = [
    ("قصف الاحتلال التركي القرية", "turkey"),
    ("قصفت طائرات الاحتلال التركي القرية", "turkey_military"),
    ("قصف الاحتلال الروسي القرية", "russia"),
    ("قصف الاحتلال القرية", "israel"),
]


@pytest.mark.parametrize(("text", "entry"), OCCUPIERS)
def test_an_occupation_with_its_nation_is_that_nations(
    ask: Ask, text: str, entry: str
) -> None:
    assert [c.value for c in ask(text, "actor")] == [[entry]]


AGENCIES = [("وكالة تاس", "tass"), ("وكالة فارس", "fars"), ("وكالة إرنا", "irna")]


@pytest.mark.parametrize(("quote", "entry"), AGENCIES, ids=[a[1] for a in AGENCIES])
def test_each_agency_is_its_own_source(ask: Ask, quote: str, entry: str) -> None:
    [source] = ask(f"قالت {quote} إن سفينة تعرضت لهجوم", "source")
    assert (source.quote, source.value[0]["who"]) == (quote, entry)


def test_families_are_not_taken_prisoner(ask: Ask) -> None:
    text = "وصلت الأسر النازحة إلى المخيم، وارتفع عدد الأسر هناك"
    assert not [
        c for c in ask(text, "trigger") if "أسر" in c.quote or "الأسر" in c.quote
    ]


@pytest.mark.parametrize(
    "quote",
    [
        "قوات المعارضة السورية",
        "قوات المعارضة السودانية",
        "قوات عشائرية سورية",
        "قوات الشرطة العراقية",
    ],
)
def test_forces_that_are_not_the_armys_have_not_its_entry(ask: Ask, quote: str) -> None:
    [actor] = ask(f"هاجمت {quote} البلدة", "actor")
    assert (actor.quote, actor.value[0]["name"]) == (quote, quote)


@pytest.mark.parametrize(
    ("quote", "entry"),
    [
        ("قوات خاصة أميركية", "us_forces"),
        ("طيران حربي سوري", "syria_army"),
        ("قوات تركية", "turkey_military"),
    ],
)
def test_forces_of_a_nation_are_its_army(ask: Ask, quote: str, entry: str) -> None:
    assert [c.value for c in ask(f"هاجم {quote} البلدة", "actor")] == [[entry]]


def test_a_capital_by_which_a_suburb_lies_is_no_government(ask: Ask) -> None:
    found = ask("قصفت إسرائيل الضاحية الجنوبية لبيروت")
    assert [c.value for c in found if c.kind == "actor"] == [["israel"]]
    assert "بيروت" in [c.quote for c in found if c.kind == "place"]


def test_a_spokesman_is_named_without_what_he_denies(ask: Ask) -> None:
    [source] = ask("نفى المتحدث باسم الحوثيين مسؤولية الجماعة عن الهجوم", "source")
    assert source.quote == "المتحدث باسم الحوثيين"


def test_lives_in_dignity_are_no_deaths(ask: Ask) -> None:
    assert ask("يتمتع 20 ألف لاجئ بحياة كريمة", "number") == []
    [dead] = ask("أودى القصف بحياة عشرة مدنيين", "number")
    assert dead.origin == "number:killed"
