"""Candidate spans for words that are names elsewhere: ordinary words, names inside the
names of sites, and people who bear no name.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article, Candidate
from coder.suggest.registry import propose
from tests.suggest.conftest import Ask

Quotes = Callable[[str, str], list[str]]

ORDINARY_WORDS = [
    # text, all places, all actors
    ("مقتل مدني بانفجار لغم في ريف دير الزور.", ["ريف دير الزور"], []),
    ("أصيب مدني برصاص قناص في حلب.", ["حلب"], []),
    ("جُرح مدني بشظايا قذيفة في عدن.", ["عدن"], []),
    ("قُتل مدني في محافظة درعا.", ["محافظة درعا"], []),
    ("اعتقل مدني بتهمة التعامل مع قسد في الحسكة.", ["الحسكة"], ["قسد"]),
    ("اتهم مدني بالتجسس في صنعاء.", ["صنعاء"], []),
    ("أوقف مدني بحوزته سلاح في إدلب.", ["إدلب"], []),
    ("خُطف مدني وزوجته قرب حماة.", ["حماة"], []),
    # other words that a list of cities holds
    ("جرفت سيول عشرات المنازل في مأرب.", ["مأرب"], []),
    ("قُتل ثلاثة في سيول وفيضانات بصنعاء.", ["صنعاء"], []),
    ("اندلعت الحرب في سنة 2015 في اليمن.", ["اليمن"], []),
    ("هُدم المنزل بحجة عدم الترخيص في نابلس.", ["نابلس"], []),
    ("اجتمع الوزراء في دولة عربية.", [], []),
    ("ارتفعت الأسعار في بورصة بيروت.", ["بيروت"], []),
    ("نفذت القوات تدريب بحري ضخم.", [], []),
    ("سلك المهربون طريق جبلي وعر.", [], []),
    ("ورد في الخبر أن حريقاً شب في بغداد.", ["بغداد"], []),
    ("شب الحريق بحركة مفاجئة في بغداد.", ["بغداد"], []),
    ("عاد الراعي بجمال إلى حمص.", ["حمص"], []),
]
TOWNS = [
    # text, the town with the name of an ordinary word, its country
    ("قصف الطيران مدينة مدني.", "مدينة مدني", "SD"),
    ("دارت معارك في مدني بولاية الجزيرة السودانية.", "مدني", "SD"),
    ("دارت معارك في مدني وسط السودان.", "مدني", "SD"),
    ("قصف الطيران أم درمان ومدني وكسلا.", "مدني", "SD"),
    ("سيول (رويترز) - قالت الشرطة إن قنبلة انفجرت.", "سيول", "KR"),
    ("وصل الوفد إلى العاصمة سيول.", "سيول", "KR"),
    ("قُتل أربعة في محافظة حجة.", "محافظة حجة", "YE"),
    ("تظاهر المئات في حجة باليمن.", "حجة", "YE"),
]
SITES = [
    # text, every place with its governorate, or country where that is not known
    (
        "انفجرت عبوة ناسفة في شارع حلب وسط إدلب وقتل مدني.",
        {"شارع حلب": "Idlib", "إدلب": "Idlib"},
    ),
    (
        "قُتل شخص في شارع بغداد في دمشق.",
        {"شارع بغداد": "Damascus", "دمشق": "Damascus"},
    ),
    ("وقع انفجار في ساحة حلب بحماة.", {"ساحة حلب": "Hama", "حماة": "Hama"}),
    (
        "أطلق مسلحون النار في شارع دمشق بمدينة الحسكة.",
        {"شارع دمشق": "Al-Hasakah", "مدينة الحسكة": "Al-Hasakah"},
    ),
    (
        "انفجرت سيارة مفخخة في شارع فلسطين شرقي بغداد وقتل ثلاثة.",
        {"شارع فلسطين": "Baghdad", "شرقي بغداد": "Baghdad"},
    ),
    (
        "اعتُقل شاب في شارع تونس في دمشق.",
        {"شارع تونس": "Damascus", "دمشق": "Damascus"},
    ),
    (
        "انفجرت عبوة في دوار الأردن وسط درعا.",
        {"دوار الأردن": "Daraa", "درعا": "Daraa"},
    ),
    ("سقطت قذيفة على جسر الكويت في حمص.", {"جسر الكويت": "Homs", "حمص": "Homs"}),
    (
        "أصيب شخصان بانفجار قرب مطعم بيروت في دمشق.",
        {"مطعم بيروت": "Damascus", "دمشق": "Damascus"},
    ),
    ("احترق فندق بغداد في حلب.", {"فندق بغداد": "Aleppo", "حلب": "Aleppo"}),
    ("هاجم مسلحون مقهى لبنان في حمص.", {"مقهى لبنان": "Homs", "حمص": "Homs"}),
    ("سُرقت صيدلية إسطنبول بدرعا.", {"صيدلية إسطنبول": "Daraa", "درعا": "Daraa"}),
    ("قصف الطيران مدرسة بغداد في حماة.", {"مدرسة بغداد": "Hama", "حماة": "Hama"}),
    (
        "استهدف القصف مستشفى القدس في حلب.",
        {"مستشفى القدس": "Aleppo", "حلب": "Aleppo"},
    ),
    (
        "اقتحمت الشرطة ثانوية دمشق في درعا.",
        {"ثانوية دمشق": "Daraa", "درعا": "Daraa"},
    ),
    (
        "نزح الأهالي إلى ملعب تشرين قرب جامعة بيروت في حمص.",
        {"جامعة بيروت": "Homs", "حمص": "Homs"},
    ),
    ("استهدف القصف مخيم حمص في الأردن.", {"مخيم حمص": "JO", "الأردن": "JO"}),
    ("شب حريق في مخيم بغداد في تركيا.", {"مخيم بغداد": "TR", "تركيا": "TR"}),
    ("داهم الجيش مخيم القدس في لبنان.", {"مخيم القدس": "LB", "لبنان": "LB"}),
    ("قصف الطيران مخيم غزة في جرش.", {"مخيم غزة": "JO", "جرش": "JO"}),
    ("وقع انفجار قرب محطة بغداد في حلب.", {"محطة بغداد": "Aleppo", "حلب": "Aleppo"}),
    # the town is the site's own
    (
        "قصف الطيران مخيم درعا في سوريا.",
        {"مخيم درعا": "Daraa", "سوريا": "SY"},
    ),
    # nothing tells in which town the street is
    ("انفجرت عبوة في شارع حلب.", {"شارع حلب": None}),
    # a road leads from town to town
    (
        "قطعت قوات الأمن طريق دمشق - درعا الدولي بعد اشتباكات.",
        {"طريق دمشق - درعا الدولي": "SY"},
    ),
    ("قطع محتجون طريق بغداد - كركوك.", {"طريق بغداد - كركوك": "IQ"}),
    ("انفجر لغم على طريق حلب اللاذقية.", {"طريق حلب اللاذقية": "SY"}),
    ("أغلق مسلحون أوتوستراد دمشق - حمص.", {"أوتوستراد دمشق - حمص": "SY"}),
    ("أغلق محتجون الطريق السريع بغداد البصرة.", {"الطريق السريع بغداد البصرة": "IQ"}),
    ("انفجر لغم على الطريق بين حلب وإدلب.", {"حلب": "Aleppo", "إدلب": "Idlib"}),
    # bodies are no places of their own, unless they lie elsewhere
    ("قصف الطيران سوق حلب.", {"حلب": "Aleppo"}),
    ("احترق سوق حلب في دمشق.", {"سوق حلب": "Damascus", "دمشق": "Damascus"}),
]
WHOLE_ACTORS = [
    # text, all actors
    (
        "اعتقل جيش الاحتلال فلسطينيين من مدينة نابلس.",
        ["جيش الاحتلال", "فلسطينيين"],
    ),
    ("قتل جيش الاحتلال لبنانيين شمال صور.", ["جيش الاحتلال", "لبنانيين"]),
    (
        "اعتقلت قوات الاحتلال شباناً فلسطينيين في جنين.",
        ["قوات الاحتلال", "شباناً فلسطينيين"],
    ),
    (
        "هاجم مستوطنون مزارعين فلسطينيين قرب رام الله.",
        ["مستوطنون", "مزارعين فلسطينيين"],
    ),
    ("احتجزت الشرطة التركية سوريين في إسطنبول.", ["الشرطة التركية", "سوريين"]),
    # a document or an act is of that kind, and nobody
    ("أصدرت الحركة تصريح صحفي حول الحادث.", ["الحركة"]),
    ("هاجم مسلحون مركزاً صحفياً في دمشق.", ["مسلحون"]),
    ("اقتحم الجيش السوري المؤتمر الصحفي.", ["الجيش السوري"]),
    ("هاجم مسلحون اجتماع أمني في بغداد.", ["مسلحون"]),
    ("قُتل صحفي في غزة.", ["صحفي"]),
    # people without a name, and how many they are
    (
        "اقتحمت قوات الاحتلال المدينة، واعتقلت عشرات الفلسطينيين في الضفة الغربية.",
        ["قوات الاحتلال", "عشرات الفلسطينيين"],
    ),
    ("احتجز الجيش السوري مئات المعلمين.", ["الجيش السوري", "مئات المعلمين"]),
    ("هاجم مسلحون عشرات الطلاب الجامعيين.", ["مسلحون", "عشرات الطلاب الجامعيين"]),
    ("اعتقلت الشرطة التركية آلاف النازحين.", ["الشرطة التركية", "آلاف النازحين"]),
    ("قتل مسلحون رعاة أغنام في بادية تدمر.", ["مسلحون", "رعاة أغنام"]),
    ("استهدف القصف عائلات نازحة في رفح.", ["عائلات نازحة"]),
    ("اختطف مسلحون أربعة صيادين قرب صور.", ["مسلحون", "صيادين"]),
    ("استهدف القصف خيام أسر نازحة.", ["أسر نازحة"]),
    (
        "أطلقت الشرطة الغاز المسيل للدموع على المتظاهرين.",
        ["الشرطة", "المتظاهرين"],
    ),
    ("أطلق المتظاهرون هتافات ضد الحكومة.", ["المتظاهرون"]),
]
MEMBERS = [
    # text, the mention of the group's men, the entry of the group
    ("هاجم عناصر تابعة لتنظيم الدولة القرية", "عناصر تابعة لتنظيم الدولة", "isis"),
    ("عناصر تابعة لتنظيم الدولة", "عناصر تابعة لتنظيم الدولة", "isis"),
    ("هاجم مسلحون تابعون لداعش القرية", "مسلحون تابعون لداعش", "isis"),
    ("قُتل مقاتلون تابعون لحزب الله", "مقاتلون تابعون لحزب الله", "hezbollah"),
    ("هاجمت خلية تابعة لتنظيم الدولة حاجزاً", "خلية تابعة لتنظيم الدولة", "isis"),
    ("اعتقلت الشرطة عناصر منتمين لتنظيم الدولة", "عناصر منتمين لتنظيم الدولة", "isis"),
]


def _where(candidate: Candidate) -> str | None:
    """The governorate of a place, or its country."""
    place = candidate.value[0]
    return place.get("admin1") or place.get("country")


@pytest.mark.parametrize(("text", "places", "actors"), ORDINARY_WORDS)
def test_an_ordinary_word_is_no_town(
    quotes: Quotes, text: str, places: list[str], actors: list[str]
) -> None:
    assert quotes(text, "place") == places
    assert quotes(text, "actor") == actors


@pytest.mark.parametrize(("text", "quote", "country"), TOWNS)
def test_its_context_makes_an_ordinary_word_a_town(
    ask: Ask, text: str, quote: str, country: str
) -> None:
    countries = {c.quote: c.value[0]["country"] for c in ask(text, "place")}
    assert countries[quote] == country


def test_a_codebooks_word_is_no_town_of_the_gazetteer(ask: Ask) -> None:
    # Hisar is a city in India and a trigger of the codebook
    found = ask("استمرت المعارك في حصار حلب")
    assert [c.quote for c in found if c.kind == "place"] == ["حلب"]


@pytest.mark.parametrize(("text", "expected"), SITES)
def test_a_name_inside_a_site_s_name_names_the_site(
    ask: Ask, text: str, expected: dict[str, str | None]
) -> None:
    assert {c.quote: _where(c) for c in ask(text, "place")} == expected
    states = [c for c in ask(text, "actor") if c.value in (["lebanon"], ["iraq"])]
    assert states == []


@pytest.mark.parametrize(("text", "actors"), WHOLE_ACTORS)
def test_an_actor_is_one_party_with_all_its_words(
    quotes: Quotes, text: str, actors: list[str]
) -> None:
    assert quotes(text, "actor") == actors


@pytest.mark.parametrize(("text", "quote", "entry"), MEMBERS)
def test_men_who_belong_to_a_group_have_its_entry(
    ask: Ask, text: str, quote: str, entry: str
) -> None:
    found = {c.quote: c.value for c in ask(text, "actor")}
    assert found[quote] == [entry]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("قُتل ستة في دولة الإمارات.", "الإمارات"),
        ("أعلن قائمقام رام الله حظر التجول.", "رام الله"),
        ("نزح سكان دمشق بعد القصف.", "دمشق"),
        ("أغلق محتجون شوارع بيروت.", "بيروت"),
    ],
)
def test_what_belongs_to_a_place_makes_its_name_a_place(
    ask: Ask, text: str, place: str
) -> None:
    kinds = [c.kind for c in ask(text) if c.quote == place]
    assert kinds == ["place"]


@pytest.mark.parametrize(
    ("text", "speaker", "group"),
    [
        ("قال المتحدث باسم حركة فتح.", "المتحدث باسم حركة فتح", "حركة فتح"),
        ("نفى الناطق باسم حركة أمل الاتهامات.", "الناطق باسم حركة أمل", "حركة أمل"),
        (
            "قال متحدث باسم حزب البعث إن الهجوم فشل.",
            "متحدث باسم حزب البعث",
            "حزب البعث",
        ),
        (
            "أعلن المتحدث باسم حركة طالبان الهجوم.",
            "المتحدث باسم حركة طالبان",
            "حركة طالبان",
        ),
    ],
)
def test_whom_a_spokesman_speaks_for_is_the_actor(
    ask: Ask, text: str, speaker: str, group: str
) -> None:
    found = ask(text)
    assert speaker in [c.quote for c in found if c.kind == "source"]
    assert group in [c.quote for c in found if c.kind == "actor"]


def test_the_protest_codebook_finds_the_same_people(protest_events: Codebook) -> None:
    text = "فرقت الشرطة مظاهرة لعشرات المعلمين في شارع تونس في دمشق."
    found = propose(Article("a", text), protest_events)
    assert "شارع تونس" in [c.quote for c in found if c.kind == "place"]
    assert "عشرات المعلمين" in [c.quote for c in found if c.kind == "actor"]
