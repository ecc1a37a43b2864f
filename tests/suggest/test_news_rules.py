"""Constructions that war reports use again and again, one sentence each."""

from __future__ import annotations

from datetime import date

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.event_proposals import EventProposer
from coder.suggest.registry import propose

PLACES = [
    # a list of villages under one head
    (
        "قصف الجيش قرى العروس، والسنديان، ونبعة، وأعلن ذلك",
        ["قرى العروس", "السنديان", "نبعة"],
    ),
    # but no clause that begins behind a comma
    ("قصف الجيش قرى العروس، وقصفت الفصائل حاجزاً", ["قرى العروس"]),
    # what lies around a place that no gazetteer has
    ("سقطت قذائف في محيط بلدة العروس", ["محيط بلدة العروس"]),
    # both sides of a countryside
    ("قصف الجيش ريفي حماة الشمالي والغربي", ["ريفي حماة الشمالي والغربي"]),
    # the land of a nation, or of two
    ("تسللوا عبر الحدود السورية", ["الحدود السورية"]),
    ("غارات على الأراضي اللبنانية والسورية", ["الأراضي اللبنانية والسورية"]),
    ("انفجر لغم في الجنوب اللبناني", ["الجنوب اللبناني"]),
    # a zone of which only the purpose is told
    ("أعلن الجيش منطقة حظر جوي", []),
]
NUMBERS = [
    ("انفجر اللغم ما أدى إلى مقتله", "مقتله", 1, 1),
    ("أطلقوا النار على شابين ما أسفر عن مقتلهما", "مقتلهما", 2, 2),
    ("أسفر الكمين عن مقتل الشرطي", "الشرطي", 1, 1),
    ("أسفرت الغارة عن إصابة 12 بجروح خطيرة", "12", 12, 12),
    ("قتل جنديان من الجيش وثلاثة من الشرطة في كمين", "ثلاثة", 3, 3),
    ("سقط صاروخ واحد على الأقل في البلدة", "صاروخ واحد على الأقل", 1, None),
    ("سقطت 20 قذيفة مدفعية وصاروخية على القرية", "20 قذيفة مدفعية وصاروخية", 20, 20),
    ("أسفرت الحرب عن مقتل 50 ألف شخص", "50 ألف شخص", 50000, 50000),
]
SPEAKERS = [
    ("قتل طفل بقذيفة، وفق ما أفاد به مصدر طبي", "مصدر طبي"),
    ("انفجر لغم قرب المدرسة، بحسب الوكالة", "الوكالة"),
    ("وأوردت الصحيفة أن الجيش انسحب من القرية", "الصحيفة"),
    ("وذكرت وسائل إعلام محلية أن الغارة دمرت جسراً", "وسائل إعلام محلية"),
]


@pytest.mark.parametrize(("text", "places"), PLACES, ids=[p[0] for p in PLACES])
def test_places_of_lists_lands_and_surroundings(
    quotes, text: str, places: list[str]
) -> None:
    assert quotes(text, "place") == places


@pytest.mark.parametrize(
    ("text", "quote", "least", "most"), NUMBERS, ids=[n[1] for n in NUMBERS]
)
def test_counts_of_dead_hurt_and_shells(
    ask, text: str, quote: str, least: int, most: int | None
) -> None:
    values = {c.quote: c.value for c in ask(text, "number")}
    assert (values[quote]["min"], values[quote]["max"]) == (least, most)


@pytest.mark.parametrize(("text", "quote"), SPEAKERS, ids=[s[0] for s in SPEAKERS])
def test_sources_behind_a_pronoun_and_by_their_noun_alone(
    quotes, text: str, quote: str
) -> None:
    assert quote in quotes(text, "source")


def test_what_happened_is_no_speaker(quotes) -> None:
    assert quotes("وأكدت سقوط عدد من القتلى", "source") == []


@pytest.mark.parametrize(
    "text", ["مقتل الشاب خالد النعيمي في غارة", "إصابة الطفلة سعاد الأحمد بانفجار"]
)
def test_a_victim_named_behind_no_more_than_a_human_noun_is_a_party(
    quotes, text: str
) -> None:
    assert " ".join(text.split()[2:4]) in quotes(text, "actor")


def test_two_means_joined_are_one_trigger(quotes) -> None:
    assert quotes("شهدت القرية قصفاً مدفعياً وصاروخياً", "trigger") == [
        "قصفاً مدفعياً وصاروخياً"
    ]


def fields(codebook: Codebook, text: str, trigger: str) -> dict[str, list[object]]:
    """The proposal for the first trigger with that quote: event_type as values, the
    rest as quotes.
    """
    article = Article("a", text)
    found = propose(article, codebook)
    chosen = next(c for c in found if c.kind == "trigger" and c.quote == trigger)
    proposal = EventProposer(found, article, codebook).propose(chosen)
    return {
        name: [c.value if name == "event_type" else c.quote for c in cs]
        for name, cs in proposal.items()
    }


def test_what_lies_near_the_place_of_an_act_is_not_where_it_was(
    conflict_events: Codebook,
) -> None:
    told = fields(conflict_events, "قصف الجيش قاعدة التنف قرب مطار بغداد", "قصف")
    assert told["place"] == ["قاعدة التنف"]


HELD = [
    # a place named right behind another says only where that lies
    ("هاجم مسلحون حاجزاً في بلدة العروس بريف درعا الغربي", "هاجم", ["بلدة العروس"]),
    ("قصف الجيش قرية العروس (جنوبي سوريا)", "قصف", ["قرية العروس"]),
    # two places are two
    ("قصف الجيش قرية العروس وقرية السنديان", "قصف", ["قرية العروس", "قرية السنديان"]),
]


@pytest.mark.parametrize(("text", "trigger", "places"), HELD, ids=[h[0] for h in HELD])
def test_the_land_around_a_place_is_left_out(
    conflict_events: Codebook, text: str, trigger: str, places: list[str]
) -> None:
    assert fields(conflict_events, text, trigger)["place"] == places


@pytest.mark.parametrize(
    ("text", "quote", "entry"),
    [
        ("قصفت طائرات حربية تركية القرية", "طائرات حربية تركية", "turkey_military"),
        (
            "شن الطيران الحربي الإسرائيلي غارة على المزرعة",
            "الطيران الحربي الإسرائيلي",
            "israel_military",
        ),
        ("أعلنت السلطات اللبنانية اعتقال ثلاثة أشخاص", "السلطات اللبنانية", "lebanon"),
    ],
)
def test_a_nations_arms_and_authorities_have_its_entry(
    ask, text: str, quote: str, entry: str
) -> None:
    assert {c.quote: c.value for c in ask(text, "actor")}[quote] == [entry]


def test_an_aircraft_without_pilot_is_a_drone_with_its_nation_in_between(ask) -> None:
    for quote, value in (
        ("طائرة تركية من دون طيار", "uav_armed"),
        ("طائرة إسرائيلية مسيّرة", "uav_attack"),  # as the codebook lists طائرة مسيّرة
    ):
        [weapon] = ask(f"استهدفت {quote} سيارة على الطريق", "weapon")
        assert (weapon.quote, weapon.value) == (quote, [value])


def test_behind_a_pronoun_whoever_follows_the_verb_is_the_target(
    conflict_events: Codebook,
) -> None:
    told = fields(
        conflict_events, "وقالت تركيا إنها استهدفت حزب العمال الكردستاني", "استهدفت"
    )
    assert (told["initiators"], told["targets"]) == (
        ["تركيا"],
        ["حزب العمال الكردستاني"],
    )


def test_a_body_against_something_is_named_with_what_it_fights(quotes) -> None:
    assert (
        quotes("داهمت شرطة مكافحة الشغب المنزل واعتقلت شاباً", "actor")[0]
        == "شرطة مكافحة الشغب"
    )


def test_a_hospital_to_which_the_hurt_were_brought_was_not_hit(quotes) -> None:
    assert quotes("أصيب طفل في الغارة ونقل إلى المستشفى", "object") == []
    assert quotes("استهدفت الغارة مستشفى", "object") == ["مستشفى"]


def test_as_somebody_announced_is_no_event(quotes) -> None:
    assert quotes("قتل جندي في كمين، وفق ما أعلن الجيش العراقي", "trigger") == ["كمين"]


def test_the_army_and_the_coalition_act_beside_a_trigger(quotes) -> None:
    assert quotes("قصف الجيش القرية", "actor") == ["الجيش"]
    assert quotes("استهدف التحالف مخزناً", "actor") == ["التحالف"]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        # an adjective of a town would end like the town
        ("انفجار في مدينة أفغوي", ["مدينة أفغوي"]),
        ("انفجار في مدينة صناعية", []),
        # names that begin with a short word
        ("نزحت أسر من قرية أم بعر", ["قرية أم بعر"]),
        ("مجزرة في قرية ود النورة", ["قرية ود النورة"]),
        # one head in front of another
        (
            "غارة على أطراف بلدتي عيترون ومارون الراس",
            ["أطراف بلدتي عيترون", "مارون الراس"],
        ),
    ],
)
def test_towns_that_no_gazetteer_has(quotes, text: str, places: list[str]) -> None:
    assert quotes(text, "place") == places


@pytest.mark.parametrize(
    ("text", "actors"),
    [
        ("هاجم اللواء 112 الحاجز", ["اللواء 112"]),
        ("انسحبت الفرقة الخامسة من القرية", ["الفرقة الخامسة"]),
        (
            "اشتباكات بين جهاز دعم الاستقرار والجيش الليبي",
            ["جهاز دعم الاستقرار", "الجيش الليبي"],
        ),
        ("اعتقلت قوى الأمن الداخلي شاباً", ["قوى الأمن الداخلي"]),
    ],
)
def test_units_by_number_and_forces_by_purpose(
    quotes, text: str, actors: list[str]
) -> None:
    assert quotes(text, "actor") == actors


@pytest.mark.parametrize(
    ("text", "triggers"),
    [
        # who was killed is what came of the act named behind
        ("قتلت القوات الأميركية ثلاثة مسلحين بضربة جوية", ["ضربة جوية"]),
        ("قتل مسلحون ثلاثة جنود، وتبنى داعش الهجوم", ["قتل", "تبنى", "الهجوم"]),
        # a set phrase in two parts is one trigger
        ("ألقت الشرطة القبض على ثلاثة أشخاص", ["ألقت"]),
        # what launches, and what is written
        ("دمر الجيش الأردني منصة إطلاق صواريخ", ["دمر"]),
        ("تلقت الشرطة تقريراً عن انفجار", ["انفجار"]),
        # who is freed was not taken now
        ("طالب الجيش الأردني بإطلاق سراح الرهائن", ["طالب", "إطلاق سراح"]),
    ],
)
def test_what_is_no_act_of_its_own(quotes, text: str, triggers: list[str]) -> None:
    assert quotes(text, "trigger") == triggers


def test_a_raid_by_aircraft_is_an_air_strike(conflict_events: Codebook) -> None:
    told = fields(conflict_events, "أغار الطيران الحربي الروسي على مزرعة", "أغار")
    assert told["event_type"] == ["air_strike"]


def test_battles_with_somebody_are_also_the_subjects(conflict_events: Codebook) -> None:
    told = fields(
        conflict_events, "سيطر الجيش العراقي على البلدة بعد معارك مع داعش", "معارك"
    )
    assert told["initiators"] == ["الجيش العراقي", "داعش"]


def test_a_channel_called_drone_and_the_fire_that_ceases_are_no_weapons(quotes) -> None:
    assert quotes("قالت قناة المسيرة إن غارة استهدفت المطار", "weapon") == []
    assert quotes("طالب المجلس بوقف فوري لإطلاق النار", "weapon") == []


def test_a_verb_that_is_spelt_like_a_noun_with_its_ending_is_a_verb(
    conflict_events: Codebook,
) -> None:
    told = fields(conflict_events, "أدانت السعودية ومصر إيران", "أدانت")
    assert (told["initiators"], told["targets"]) == (["السعودية", "مصر"], ["إيران"])


def test_farmers_are_no_farms_and_fire_has_no_spokesman(quotes) -> None:
    assert quotes("أطلق جنود النار على مزارعين", "object") == []
    assert quotes("ردت الشرطة على مصادر النيران", "source") == []


def test_names_of_two_words_in_a_list(quotes) -> None:
    assert quotes("قصف على قريتي كفر عمة وكفر تعال", "place") == [
        "قريتي كفر عمة",
        "كفر تعال",
    ]
    assert quotes("انفجار في ناحية أبي صيدا", "place") == ["ناحية أبي صيدا"]
    assert quotes("انفجر لغم في بادية السخنة", "place") == ["بادية السخنة"]


def test_a_withdrawal_is_that_of_who_stands_behind_it(
    conflict_events: Codebook,
) -> None:
    text = "نفذت قوات الأمن انتشاراً في البلدة بعد انسحاب القوات الإسرائيلية منها"
    assert fields(conflict_events, text, "انسحاب")["initiators"] == [
        "القوات الإسرائيلية"
    ]


def test_the_nominative_plural_in_construct_is_the_subject(
    conflict_events: Codebook,
) -> None:
    told = fields(conflict_events, "أسر مقاتلو حركة الشباب عدداً من الجنود", "أسر")
    assert told["initiators"] == ["مقاتلو حركة الشباب"]


def test_who_guards_is_not_attacked_and_a_border_with_a_country_is_not_in_it(
    conflict_events: Codebook,
) -> None:
    told = fields(
        conflict_events,
        "اقتحم مستوطنون المسجد الأقصى تحت حماية الشرطة الإسرائيلية",
        "اقتحم",
    )
    assert told.get("targets", []) == []
    told = fields(
        conflict_events, "أغلقت السلطات الأردنية معبر جابر الحدودي مع سوريا", "أغلقت"
    )
    assert told["place"] == ["معبر جابر الحدودي"]


def test_a_carrier_of_aircraft_is_no_air_strike(quotes) -> None:
    assert quotes("استهدفت الجماعة حاملة الطائرات بالصواريخ", "weapon") == ["الصواريخ"]


def test_a_seat_is_no_target_and_the_last_days_are_a_date(quotes) -> None:
    assert (
        quotes("أسفرت غارة عن مقتل طفل، بحسب المرصد السوري ومقره لندن", "object") == []
    )
    assert quotes("قتل شرطي في كمين خلال الأيام الثلاثة الماضية", "date") == [
        "خلال الأيام الثلاثة الماضية"
    ]


PARTIES = [
    # the doer in construct, what it hit behind ل
    ("قصف الاحتلال لمنزل في البلدة", "قصف", ["الاحتلال"], []),
    # whose ally somebody is
    ("أطلق الحوثيون المتحالفون مع إيران صاروخاً", "أطلق", ["الحوثيون"], []),
    # a pronoun points at who was named in the sentence
    (
        "كما أعلن الحزب أيضاً أنه قصف القوات الإسرائيلية",
        "قصف",
        ["الحزب"],
        ["القوات الإسرائيلية"],
    ),
]


@pytest.mark.parametrize(
    ("text", "trigger", "initiators", "targets"),
    PARTIES,
    ids=[" ".join(p[0].split()[:4]) for p in PARTIES],
)
def test_who_did_it_in_the_syntax_of_communiques(
    conflict_events: Codebook,
    text: str,
    trigger: str,
    initiators: list[str],
    targets: list[str],
) -> None:
    told = fields(conflict_events, text, trigger)
    assert (told.get("initiators", []), told.get("targets", [])) == (
        initiators,
        targets,
    )


def test_a_name_of_two_words_of_which_a_gazetteer_has_the_first(quotes) -> None:
    assert quotes("تسللت قوة إلى بلدة دير ميماس", "place") == ["بلدة دير ميماس"]
    assert quotes("قصف على قريتي دويزات والحود", "place") == ["قريتي دويزات", "الحود"]
    assert quotes("أطلق صاروخ من منطقة يسيطرون عليها", "place") == []


@pytest.mark.parametrize("text", ["قتل ضابطا شرطة في هجوم", "مقتل ضابطي شرطة في هجوم"])
def test_two_officers_without_the_ending_of_the_dual(ask, text: str) -> None:
    [officers] = ask(text, "number")
    assert (
        officers.quote.split()[1],
        officers.value["min"],
        officers.value["max"],
    ) == ("شرطة", 2, 2)


@pytest.mark.parametrize(
    ("text", "triggers"),
    [
        ("أصيب طالب في قصف على القرية", ["قصف"]),
        ("قصف الجيش معسكر تدريب", ["قصف"]),
        ("وقع انفجار وسط حشد من الشباب", ["انفجار"]),
        ("تحدث مسؤول رفض الكشف عن هويته عن غارة", ["غارة"]),
    ],
)
def test_nouns_and_phrases_that_are_no_acts(
    quotes, text: str, triggers: list[str]
) -> None:
    assert quotes(text, "trigger") == triggers


def test_unnamed_sources_end_at_the_comma(quotes) -> None:
    assert quotes("وبحسب المصادر، حاصرت القوات منزلاً", "source") == ["المصادر"]


@pytest.mark.parametrize(
    "quote", ["أمس الأول", "في وقت مبكر من الخميس", "في الساعات الأولى من صباح الخميس"]
)
def test_parts_of_days_and_the_day_before_yesterday_have_a_date(
    ask, quote: str
) -> None:
    [day] = ask(
        f"قصف الجيش القرية {quote}", "date", published=date(2024, 3, 9)
    )  # a Saturday
    assert (day.quote, day.value["start"], day.value["end"]) == (
        quote,
        "2024-03-07",
        "2024-03-07",
    )


def test_the_members_of_a_group_named_before_are_that_group(
    conflict_events: Codebook,
) -> None:
    article = Article(
        "a", "انسحب تنظيم داعش من القرية. ثم هاجم عناصر التنظيم حاجزاً للشرطة."
    )
    found = propose(article, conflict_events)
    attack = next(c for c in found if c.quote == "هاجم")
    proposal = EventProposer(found, article, conflict_events).propose(attack)
    assert [c.value for c in proposal["initiators"]] == [["isis"]]


def test_rebels_are_parties_wherever_their_sentence_tells_of_an_act(quotes) -> None:
    text = "هجوم مسلح على نقطة تقع في الطرف الغربي من البلدة وتتبع للمتمردين"
    assert quotes(text, "actor") == ["لمتمردين"]
    assert quotes("يعيش المتمردون في الجبال", "actor") == []
