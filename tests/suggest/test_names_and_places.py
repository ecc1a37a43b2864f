"""Actors and places: whole phrases, and which of the two a country's name is."""

from __future__ import annotations

import pytest

from coder.model import Candidate
from coder.suggest.place_spans import read_cities_as_governorates

ACTORS = [
    (
        "استهدفت الفصائل الشيعية المسلحة الموالية لإيران القاعدة",
        ["الفصائل الشيعية المسلحة الموالية لإيران"],
    ),
    ("أوعزت إيران للميليشيات العراقية", ["إيران", "لميليشيات العراقية"]),
    ("التقى قادة الحرس الثوري الإيراني", ["قادة الحرس الثوري الإيراني"]),
    ("هاجمت مجموعات مسلحة في العراق رتلاً", ["مجموعات مسلحة في العراق"]),
    ("قصفت المدفعية الإسرائيلية البلدة", ["المدفعية الإسرائيلية"]),
    ("للجيشين الأميركي والإسرائيلي", ["لجيشين الأميركي", "الإسرائيلي"]),
    ("هاجمت قوات سوريا الديمقراطية “قسد” البلدة", ["قوات سوريا الديمقراطية", "قسد"]),
    ("اعتقلت قوات الأمن السودانية ناشطين", ["قوات الأمن السودانية"]),
    # a group that no lexicon knows: its head and its name, one word or two
    ("استهدفت كتائب شهداء الأقصى الحاجز", ["كتائب شهداء الأقصى"]),
    ("قصفت مليشيا الدعم السريع المدينة", ["مليشيا الدعم السريع"]),
    # or a date that is its name
    ("سيطرت حركة 23 مارس على البلدة", ["حركة 23 مارس"]),
    # or its name in quotation marks, behind its head or behind what it is called
    ('أعلنت جماعة "أولياء الدم" مسؤوليتها', ['جماعة "أولياء الدم']),
    ("تبنت مجموعة تطلق على نفسها اسم «أصحاب الكهف» الهجوم", ["أصحاب الكهف"]),
    ('وصفه بأنه "كلام فارغ" وغادر', []),
    # a country from whose direction one comes is a place, one of two sides is not
    ("تسلل مسلحون إلى البلدة من جهة العراق", ["مسلحون"]),
    ("اندلعت معارك بين إسرائيل من جهة وإيران من جهة أخرى", ["إسرائيل", "إيران"]),
    # who somebody is ends where it is told what he speaks of
    (
        "بحث الوزير المصري مع نظيره التركي العلاقات الثنائية",
        ["الوزير المصري", "نظيره التركي"],
    ),
    ("رفض مسؤول فلسطيني الخطة الأميركية", ["مسؤول فلسطيني"]),
    ("التقى رئيس لجنة العلاقات الخارجية وفداً", ["رئيس لجنة العلاقات الخارجية"]),
    # whatever marks, tatweel and Persian letters it is written with
    ("هاجمـت القوّاتُ الأمیركيّة البلدة", ["القوّاتُ الأمیركيّة"]),
    # fighters of a side that only the noun names
    ("سيطر مقاتلو المعارضة على البلدة", ["مقاتلو المعارضة"]),
    ("وصلت حاملة الطائرات الأميركية إلى المتوسط", ["حاملة الطائرات الأميركية"]),
    ("نددت الخارجية الإيرانية بالهجوم", ["الخارجية الإيرانية"]),
    # an aircraft that was shot down does nothing
    ("أسقطت الدفاعات الجوية 42 طائرة مسيرة أوكرانية", []),
    # an epithet of a named group is no part of its name
    ("تبنت جماعة الحوثي المدعومة من إيران الهجوم", ["جماعة الحوثي", "إيران"]),
    # people counted by a noun in the singular, but not one of them
    ("اقتحم نحو 200 مستوطن باحات المسجد", ["مستوطن"]),
    ("اعتقل الجيش السوري عشرين فلسطينياً", ["الجيش السوري", "فلسطينياً"]),
    ("اعتقل الجيش السوري شاباً فلسطينياً", ["الجيش السوري"]),
    # parts of a body that no lexicon knows, and bodies behind a part
    ("اعتقلت قوات حرس الحدود التركية لاجئاً", ["قوات حرس الحدود التركية"]),
    ("أوقفت قوات الأمن العام سائقاً", ["قوات الأمن العام"]),
    ("هاجم مقاتلو العشائر البلدة", ["مقاتلو العشائر"]),
    ("اشتبكت قبيلة الرزيقات مع الجيش السوداني", ["قبيلة الرزيقات", "الجيش السوداني"]),
    # who is but named as a source does nothing
    ("قُتل ثلاثة بقصف في المدينة، وفق الجيش السوري", []),
    # a sheikh after whom a quarter is named, aircraft that nobody is called after
    ("قصف الجيش السوري حي الشيخ رضوان", ["الجيش السوري"]),
    ("أغارت مقاتلات حربية يُعتقد أنها روسية على البلدة", []),
    # the movement of travellers is no movement
    ("أغلق الجيش السوري المعبر أمام حركة المسافرين", ["الجيش السوري"]),
]


@pytest.mark.parametrize(("text", "expected"), ACTORS)
def test_an_actor_is_the_whole_phrase_that_names_it(
    quotes, text: str, expected: list[str]
) -> None:
    assert quotes(text, "actor") == expected


NAMES_BEHIND_LAM = [
    ("سلّم الأهالي أسلحة للجماعات المسلحة", "لجماعات المسلحة", "الجماعات المسلحة"),
    (
        "قدمت الولايات المتحدة سلاحاً للفصائل المحلية",
        "لفصائل المحلية",
        "الفصائل المحلية",
    ),
    ("هاجم مسلحون مقراً تابعاً للشرطة المحلية", "لشرطة المحلية", "الشرطة المحلية"),
    # its own first letter
    ("سلّم سلاحه للواء التوحيد", "لواء التوحيد", "لواء التوحيد"),
]


@pytest.mark.parametrize(("text", "quote", "name"), NAMES_BEHIND_LAM)
def test_a_name_gets_back_the_alif_that_its_article_lacks_behind_lam(
    ask, text: str, quote: str, name: str
) -> None:
    [found] = [
        candidate for candidate in ask(text, "actor") if candidate.quote == quote
    ]
    assert found.value[0]["name"] == name


PLACES = [
    ("قرب حقل العمر النفطي شرقي سوريا", ["حقل العمر النفطي", "شرقي سوريا"]),
    ("على أطراف بلدة الهري بريف البوكمال", ["أطراف بلدة الهري", "ريف البوكمال"]),
    (
        "في منطقتي الشدادي والمالكية في ريف الحسكة",
        ["منطقتي الشدادي", "المالكية", "ريف الحسكة"],
    ),
    ("في قرية كفرشوبا الحدودية", ["قرية كفرشوبا الحدودية"]),  # no lexicon knows it
    ("شرق البلاد", ["شرق البلاد"]),
    ("في بلدة ميس الجبل", ["بلدة ميس الجبل"]),
    ("شمال دارفور", ["شمال دارفور"]),  # of the general gazetteer
    ("قصفت قرية كفر نوران", ["قرية كفر نوران"]),  # names of two words
    ("عبر معبر كرم أبو سالم", ["معبر كرم أبو سالم"]),
    ("على طريق حمص دمشق", ["طريق حمص دمشق"]),
    ("استدعت القائم بأعمالها للتشاور", []),  # an office
    ("في معسكر كالسو شمالي بابل", ["معسكر كالسو", "شمالي بابل"]),
    ("كشفت صحيفة نيويورك تايمز أن غارة وقعت", []),  # a medium's name
    ("في مدينة سكنية قرب منطقة عسكرية", []),  # adjectives are no names
    ("سقطت الصواريخ في مناطق مفتوحة", []),
    ("في منطقة وادي بردى", ["منطقة وادي بردى"]),  # a name in ى is no adjective
    ("في حيي الشيخ مقصود والأشرفية", ["حيي الشيخ مقصود", "الأشرفية"]),
]


@pytest.mark.parametrize(("text", "expected"), PLACES)
def test_a_place_takes_its_heads_and_adjectives(
    quotes, text: str, expected: list[str]
) -> None:
    assert quotes(text, "place") == expected


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("قصفت طائرات مواقع في العراق", ["place"]),
        ("في سوريا والعراق", ["place", "place"]),
        ("هددت إيران بالرد", ["actor"]),
        ("إطلاق صواريخ نحو إسرائيل", ["actor", "place"]),
        ("اجتماع في الدوحة", ["place"]),
        ("وقع انفجار ببغداد", ["place"]),
        ("اندلعت اشتباكات بدمشق", ["place"]),
    ],
)
def test_a_country_is_its_government_or_its_territory(
    ask, text: str, kinds: list[str]
) -> None:
    assert [c.kind for c in ask(text) if c.kind in ("actor", "place")] == kinds


def test_a_name_inside_a_wider_one_is_not_offered_alone(ask) -> None:
    found = [
        c for c in ask("المقاومة الإسلامية في العراق") if c.kind in ("actor", "place")
    ]
    assert [(c.kind, c.quote) for c in found] == [
        ("actor", "المقاومة الإسلامية في العراق")
    ]


def test_values_have_the_shape_of_their_field(ask) -> None:
    [actor, place] = [
        c for c in ask("هاجم داعش بلدة البوكمال") if c.kind in ("actor", "place")
    ]
    assert actor.value == ["isis"]
    assert place.value == [
        {
            "as_written": "بلدة البوكمال",
            "place_id": "abu_kamal",
            "admin1": "Deir ez-Zor",
            "country": "SY",
            "precision": "town",
        }
    ]


def test_a_head_of_another_kind_is_not_the_known_place(ask) -> None:
    [gulf] = ask("في خليج عدن", "place")
    assert "place_id" not in gulf.value[0]


def test_the_countryside_of_a_town_is_around_it(ask) -> None:
    # the first two are listed whole as names of the towns in the lexicon
    for words, place_id in (
        ("أطراف السيدة زينب", "sayyida_zaynab"),
        ("ريف البوكمال", "abu_kamal"),
        ("بادية تدمر", "palmyra"),
    ):
        [place] = ask(f"في {words}", "place")
        assert (place.value[0]["place_id"], place.value[0]["precision"]) == (
            place_id,
            "around_town",
        )
    [area] = ask("في منطقة الحزام الأخضر", "place")  # is named so itself
    assert area.value[0]["precision"] == "town"
    [governorate] = ask("في ريف دير الزور", "place")
    assert governorate.value[0]["precision"] == "admin1"


@pytest.mark.parametrize(
    ("text", "place_id"),
    [
        # the coding guide, section 4: bare, with towns inside it named, it is the
        # governorate, else the city
        (
            "انسحبت الفصائل من دير الزور، حيث أخلت مقرات في البوكمال والميادين",
            "sy_deir_ezzor",
        ),
        ("هاجم مسلحون الحسكة وسيطروا على القامشلي", "sy_hasakah"),
        ("قصفت طائرات دير الزور والحسكة", "deir_ezzor"),
        ("وقع انفجار في بغداد قرب مطار بغداد الدولي", "baghdad"),
        ("قصفت طائرات مدينة دير الزور والبوكمال", "deir_ezzor"),
    ],
)
def test_the_bare_name_of_a_city_is_its_governorate_beside_towns_inside_it(
    ask, text: str, place_id: str
) -> None:
    first = ask(text, "place")[0].value[0]
    assert first["place_id"] == place_id
    assert first["precision"] == ("admin1" if place_id.startswith("sy_") else "town")


def test_a_nations_administration_is_its_government_and_an_office_is_not(ask) -> None:
    [administration] = ask("هاجمت الفصائل الإدارة الأميركية", "actor")[-1:]
    assert administration.value == ["usa"]
    offices = ask("هاجمت الفصائل إدارة السجون الإسرائيلية", "actor")
    assert ["israel"] not in [
        office.value for office in offices if "السجون" in office.quote
    ]


def test_media_and_monitors_are_sources_and_no_actors(ask) -> None:
    found = [c.kind for c in ask("أفاد المرصد السوري لحقوق الإنسان بأن القصف توقف")]
    assert "source" in found and "actor" not in found


def test_words_of_a_codebook_that_are_of_the_kind_place_are_no_gazetteer_entries(
    conflict_events,
) -> None:
    odd = Candidate("p", "place", 0, 4, "ساحة", ["square"])
    assert [*read_cities_as_governorates([odd], conflict_events.lexicon)] == [odd]


ACTS, SITE = "actor", "place"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("شهدت بيروت تظاهرات حاشدة", [(SITE, "بيروت")]),
        ("بيروت تشهد تظاهرات حاشدة", [(SITE, "بيروت")]),
        ("وتشهد طهران منذ أيام احتجاجات", [(SITE, "طهران")]),
        ("عمّت المظاهرات بغداد والبصرة", [(SITE, "بغداد"), (SITE, "البصرة")]),
        ("زار الرئيس دمشق", [(SITE, "دمشق")]),
        ("وصل المبعوث الأميركي بيروت مساء أمس", [(SITE, "بيروت")]),
        ("غادر الوفد الروسي أنقرة دون اتفاق", [(SITE, "أنقرة")]),
        ("زارت الدوحة وفود من حماس", [(SITE, "الدوحة"), (ACTS, "حماس")]),
        ("غادرت واشنطن المفاوضات", [(ACTS, "واشنطن")]),
        ("أبلغت واشنطن بغداد بالضربة", [(ACTS, "واشنطن"), (ACTS, "بغداد")]),
        ("اتهمت دمشق أنقرة بدعم المسلحين", [(ACTS, "دمشق"), (ACTS, "أنقرة")]),
        ("دخلت إسرائيل الحرب", [(ACTS, "إسرائيل")]),
        ("وصل رئيس وزراء إسرائيل بنيامين نتنياهو", [(ACTS, "إسرائيل")]),
        # a place and a name joined to it by و are both places, unless a verb follows
        (
            "سفينة في خليج عدن وواشنطن ترد بغارات",
            [(SITE, "خليج عدن"), (ACTS, "واشنطن")],
        ),
        ("وقع القصف في إدلب ودمشق تنفي الاتهامات", [(SITE, "إدلب"), (ACTS, "دمشق")]),
        ("قصف على حلب ودمشق وحمص", [(SITE, "حلب"), (SITE, "دمشق"), (SITE, "حمص")]),
    ],
)
def test_a_verb_tells_a_city_from_its_government(
    ask, text: str, expected: list[tuple[str, str]]
) -> None:
    assert [(c.kind, c.quote) for c in ask(text) if c.kind in (ACTS, SITE)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("موظفو القطاع العام", []),
        ("أدى القصف إلى انهيار القطاع الصحي في القطاع", ["القطاع"]),
        ("إضراب في القطاع التعليمي", []),
        ("دخلت المساعدات إلى القطاع المحاصر", ["القطاع"]),
        ("القطاع الغربي لقوات اليونيفيل", ["القطاع الغربي"]),
    ],
)
def test_a_sector_of_the_economy_is_no_place(
    quotes, text: str, expected: list[str]
) -> None:
    assert quotes(text, "place") == expected


def test_a_minister_s_title_ends_before_the_city_that_he_visits(quotes) -> None:
    text = "تزور وزيرة الخارجية الألمانية دمشق غداً"
    assert quotes(text, "actor") == ["وزيرة الخارجية الألمانية"]
    assert quotes(text, "place") == ["دمشق"]


def test_the_only_crossing_neutralises_nobody(quotes) -> None:
    assert quotes("معبر وحيد إلى غزة", "trigger") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("هاجمت ميليشيا آل دقلو القرية", ["ميليشيا آل دقلو"]),
        ("هاجمت ميليشيات عائلة الأسد القرية", ["ميليشيات عائلة الأسد"]),
        ("سلّم مقاتلو عشائر البدو أسلحتهم", ["مقاتلو عشائر البدو"]),
        ("هاجمت عصابات الهجري القرية", ["عصابات الهجري"]),
        ("اقتحمت ميليشيا عائلة بري المخيم", ["ميليشيا عائلة بري"]),
        ("انسحبت كتيبته من البلدة", ["كتيبته"]),
        # a person behind a body that does not agree in gender; a weapon behind a
        # person's name
        ("اعتقلت الشرطة المغربية الصحفي البارز", ["الشرطة المغربية"]),
        (
            "اغتال مجهولون القيادي في الحراك الجنوبي أبو اليمامة بعبوة ناسفة",
            ["مجهولون", "القيادي في الحراك الجنوبي أبو اليمامة"],
        ),
        # a branch of an army, but not somebody's weapons
        ("شنّ سلاح الجو الأردني غارات", ["سلاح الجو الأردني"]),
        ("طالب بنزع سلاح المقاومة الفلسطينية", ["المقاومة الفلسطينية"]),
        # verbs that look like فرقة, حركة and وحدة before a pronoun
        ("فرقت الشرطة مئات المتظاهرين", []),
        ("حركت إسرائيل قواتها شمالاً", ["إسرائيل"]),
        ("وحدت الفصائل صفوفها", []),
    ],
)
def test_bodies_are_known_by_what_follows_their_heads(
    quotes, text: str, expected: list[str]
) -> None:
    assert quotes(text, "actor") == expected


@pytest.mark.parametrize(
    "text",
    [
        "تضرر مستشفى جراء الغارة",
        "أغلق معبر ريثما تنتهي المعارك",
        "أغلق معبر لحين انتهاء العمليات",
        "قصف مستشفى يوم الاثنين",
        "استهدفت قرية ليلة السبت",
        "قصف ميناء مساء الخميس",
        "دمر حي بأكمله",
        "أفرغ حي بكامله",
        "قصفت بلدة مجدداً",
        "دمر جسر تماماً",
        "وصلوا إلى مدينة تقع على الساحل",
    ],
)
def test_particles_days_and_adverbs_name_no_place(quotes, text: str) -> None:
    assert quotes(text, "place") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("وأفادت مصادر لـ«الشرق الأوسط» بأن القوات انسحبت", []),
        ('وقال لـ"القدس" مصدر', []),
        ("وذكرت «الشرق الأوسط» أن القوات انسحبت", []),
        ("وصل إلى «القدس»", ["القدس"]),
        ("أهالي ضحايا مرفأ بيروت", ["مرفأ بيروت"]),
        ("داهمت القوات محلة الشراونة", ["محلة الشراونة"]),
        ("أصيب ثلاثة في الشرق الأوسط", ["الشرق الأوسط"]),
    ],
)
def test_a_newspaper_named_after_a_place_is_none(
    quotes, text: str, expected: list[str]
) -> None:
    assert quotes(text, "place") == expected


def test_a_ministry_is_no_place_behind_a_preposition(quotes) -> None:
    text = "أوضح مدير المكتب الإعلامي في وزارة الصحة بغزة أن الحصيلة ارتفعت"
    assert quotes(text, "place") == ["غزة"]
