"""What coders type becomes values, what is shown reads the same, and choices are found
in both languages.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.codebook.schema import Codebook
from coder.codebook.validate import value_problems
from coder.errors import CoderError
from coder.model import Json
from coder.values.typed import choices, parse, same_value, show

PENTAGON = {"who": "us_dod", "kind": "official"}
OMAR = {
    "as_written": "حقل العمر",
    "place_id": "base_omar",
    "admin1": "Deir ez-Zor",
    "country": "SY",
    "precision": "exact_site",
}
AROUND = {
    "as_written": "ريف البوكمال",
    "place_id": "abu_kamal",
    "admin1": "Deir ez-Zor",
    "country": "SY",
    "precision": "around_town",
}
IRAQ = {
    "as_written": "العراق",
    "place_id": "iq",
    "country": "IQ",
    "precision": "country",
}
TYPED = [
    ("event_type", "air_strike", "air_strike"),
    ("event_type", "غارة جوية", "air_strike"),
    ("event_type", "Air strike", "air_strike"),
    ("event_type", "غارة", "air_strike"),  # a trigger word of this type alone
    ("about_type", "عنف مسلح", "armed_violence"),  # a root, allowed here
    ("certainty", "منقول", "reported"),
    ("certainty", "est", "established"),
    ("target_object", "قاعدة عسكرية", ["military_base"]),
    (
        "target_object",
        "headquarters, post or position",
        ["headquarters"],
    ),  # a name with a comma in it
    ("target_object", "قاعدة عسكرية، سفينة", ["military_base", "ship"]),
    ("target_object", "ship; ship", ["ship"]),
    ("weapons", "صواريخ باليستية؛ مسيّرة", ["ballistic_missile", "uav_attack"]),
    ("initiators", "الحوثيين، واشنطن", ["houthis", "usa"]),
    ("initiators", "القوات الامريكيه", ["us_forces"]),
    (
        "initiators",
        "الحركة [جماعة مسلحة أو ميليشيا]",
        [{"name": "الحركة", "class": "armed_group"}],
    ),
    (
        "initiators",
        "الحركة [armed_group]",
        [{"name": "الحركة", "class": "armed_group"}],
    ),
    ("source", "البنتاغون: official", [PENTAGON]),
    ("source", "البنتاغون: جهة رسمية", [PENTAGON]),
    ("source", "own_reporting", [{"who": None, "kind": "own_reporting"}]),
    ("source", "المقال بصوته", [{"who": None, "kind": "own_reporting"}]),
    (
        "source",
        "أعياد طوفان [person]: named_person",
        [{"who": {"name": "أعياد طوفان", "class": "person"}, "kind": "named_person"}],
    ),
    ("place", "حقل العمر", [OMAR]),
    ("place", "Al-Omar oil field base", [OMAR | {"as_written": "حقل العمر"}]),
    (
        "place",
        "حقل “العمر” النفطي = حقل العمر",
        [OMAR | {"as_written": "حقل “العمر” النفطي"}],
    ),
    ("place", "ريف البوكمال", [AROUND]),
    ("place", "العراق: منطقة أو حدود", [IRAQ | {"precision": "region"}]),
    ("place", "قرية ما: town", [{"as_written": "قرية ما", "precision": "town"}]),
    ("linked_to", "e1: part_of", [{"record": "e1", "relation": "part_of"}]),
    ("linked_to", "event 1: part_of", [{"record": "e1", "relation": "part_of"}]),
    ("linked_to", "الحدث ٢: عن", [{"record": "e2", "relation": "about"}]),
    (
        "linked_to",
        "e1: رد على؛ e2: عن",
        [
            {"record": "e1", "relation": "response_to"},
            {"record": "e2", "relation": "about"},
        ],
    ),
    ("notes", " two\nlines ", "two\nlines"),
    ("killed", "ما لا يقل عن عشرين", {"min": 20, "max": None}),
]
REFUSED = [
    (
        "event_type",
        "عنف مسلح",
        "is not a value of this field",
    ),  # a root, not allowed here
    ("certainty", "sure", "is not a value of this field"),
    ("responsibility", "claimed; nonsense", "“nonsense” is not a value"),
    ("initiators", "حزب", "could be one of several actors"),
    ("initiators", "الحركة", "is not an actor in the lexicon"),
    ("initiators", "الحركة [army]", "not a class of actors"),
    ("place", "قرية ما", "is not a place in the lexicon"),
    ("place", "town", "has no name"),
    ("source", "البنتاغون", "lacks the kind of source"),
    ("linked_to", "e1", "is not a link"),
    ("notes", "  ", "Nothing was typed"),
]


@pytest.mark.parametrize(("field", "typed", "expected"), TYPED)
def test_what_is_typed(
    codebook: Codebook, field: str, typed: str, expected: Any
) -> None:
    value = parse(codebook.event_field(field), typed, codebook)
    assert value == expected
    assert list(value_problems(codebook.event_field(field), value, codebook)) == []


@pytest.mark.parametrize(("field", "typed", "message"), REFUSED)
def test_what_is_refused_comes_with_a_hint(
    codebook: Codebook, field: str, typed: str, message: str
) -> None:
    with pytest.raises(CoderError, match=message) as error:
        parse(codebook.event_field(field), typed, codebook)
    assert all(error.value.words("ar")) and error.value.words(
        "ar"
    ) != error.value.words("en")


def test_a_hint_lists_names_in_the_language_of_the_screen(codebook: Codebook) -> None:
    for lang, name in (("ar", "ثابت"), ("en", "established")):
        with pytest.raises(CoderError) as error:
            parse(codebook.event_field("certainty"), "?", codebook)
        assert name in error.value.words(lang)[1]


@pytest.mark.parametrize(
    ("field", "value", "ar", "en"),
    [
        (
            "casualty_side",
            ["civilians", "unclear"],
            "مدنيون؛ غير واضح",
            "civilians; unclear",
        ),
        (
            "source",
            [{"who": "sohr", "kind": "media"}],
            "المرصد السوري لحقوق الإنسان: وسيلة إعلام أخرى",
            "Syrian Observatory for Human Rights: another media outlet",
        ),
        (
            "place",
            [OMAR],
            "حقل العمر: موقع بعينه",
            "حقل العمر = Al-Omar oil field base: exact site",
        ),
        (
            "place",
            [{"as_written": "قرية", "precision": "town"}],
            "قرية = ?: مدينة أو بلدة",
            "قرية = ?: town",
        ),
        ("killed", {"min": 61, "max": None}, "61+", "61+"),
        (
            "linked_to",
            [{"record": "e2", "relation": "about"}],
            "حدث 2: عن",
            "event 2: is about",
        ),
        (
            "linked_to",
            [{"record": "g12", "relation": "about"}],
            "حدث 12: عن",
            "event 12: is about",
        ),
        (
            "linked_to",
            [{"record": "raid", "relation": "about"}],
            "حدث raid: عن",
            "event raid: is about",
        ),
    ],
)
def test_what_is_shown(
    codebook: Codebook, field: str, value: Any, ar: str, en: str
) -> None:
    assert show(codebook.event_field(field), value, codebook, "ar") == ar
    assert show(codebook.event_field(field), value, codebook, "en") == en


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_every_listed_value_reads_as_it_is_shown(codebook: Codebook, lang: str) -> None:
    for field in (*codebook.article_fields, *codebook.event_fields):
        for value in codebook.values_of(field):
            stored = [value.id] if field.is_list else value.id
            shown = show(field, stored, codebook, lang)
            assert parse(field, shown, codebook) == stored, (field.id, shown)


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_every_name_of_the_lexicon_reads_as_it_is_shown(
    codebook: Codebook, lang: str
) -> None:
    initiators, place = (
        codebook.event_field("initiators"),
        codebook.event_field("place"),
    )
    for actor in codebook.lexicon.actors:
        shown = show(initiators, [actor.id], codebook, lang)
        assert parse(initiators, shown, codebook) == [actor.id], shown
    for entry in codebook.lexicon.places:
        stored = parse(place, entry.id, codebook)
        assert stored[0]["place_id"] == entry.id
        assert parse(place, show(place, stored, codebook, lang), codebook) == stored


@pytest.mark.parametrize("name", ["شخص مسمّى", "named person", "", None])
def test_a_source_named_by_its_kind_alone_is_shown_once(
    codebook: Codebook, name: str | None
) -> None:
    who = name if name is None else {"name": name, "class": "person"}
    source = [{"who": who, "kind": "named_person"}]
    assert show(codebook.event_field("source"), source, codebook, "ar") == "شخص مسمّى"


@given(data=st.data(), lang=st.sampled_from(["ar", "en"]))
def test_lists_of_values_read_as_they_are_shown(
    codebook: Codebook, data: st.DataObject, lang: str
) -> None:
    multi = [f for f in codebook.event_fields if f.type == "multi"]
    field = data.draw(st.sampled_from(multi))
    ids = [v.id for v in codebook.values_of(field)]
    stored = data.draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
    assert parse(field, show(field, stored, codebook, lang), codebook) == stored


@given(typed=st.text(alphabet="ab :؛;=[]?,،واحدريف", max_size=15), data=st.data())
def test_any_typing_is_a_right_value_or_refused(
    codebook: Codebook, typed: str, data: st.DataObject
) -> None:
    field = data.draw(st.sampled_from(codebook.event_fields))
    try:
        value = parse(field, typed, codebook)
    except CoderError:
        return
    assert list(value_problems(field, value, codebook)) == []


# ---------------------------------------------------------------- choices
@pytest.mark.parametrize(
    ("field", "query", "first"),
    [
        ("event_type", "غار", "air_strike"),
        ("event_type", "drone", "drone_attack"),
        ("event_type", "اخلاء", "withdrawal_evacuation"),  # without its hamza
        ("event_type", "عقوبات", "sanction_designation"),
        ("weapons", "كاتيوشا", "rocket"),
        ("initiators", "الحرس الثوري", "irgc"),
        ("place", "دير", "deir_ezzor"),
        ("certainty", "مزع", "alleged"),
    ],
)
def test_choices_are_found_by_typing(
    codebook: Codebook, field: str, query: str, first: str
) -> None:
    assert choices(codebook.event_field(field), query, codebook, "ar")[0].id == first


def test_choices_are_found_by_words_of_their_definition_behind_those_of_that_name(
    codebook: Codebook,
) -> None:
    def found(field: str, query: str) -> list[str]:
        return [
            choice.id
            for choice in choices(codebook.event_field(field), query, codebook, "en")
        ]

    assert found("event_type", "curfew") == ["siege_closure"]
    assert found("certainty", "sourc") == [
        "established",
        "reported",
    ]  # two independent sources; one source
    assert found("event_type", "protest")[0] == "protest"
    assert found("event_type", "urfew") == []  # where words of a definition begin


def test_choices_without_a_query_are_all_in_the_codebooks_order(
    codebook: Codebook,
) -> None:
    found = choices(codebook.event_field("certainty"), "", codebook, "en")
    assert [c.id for c in found] == ["established", "reported", "alleged", "doubtful"]
    assert found[0].help == "admitted by the side it hurts, or two independent sources"
    assert len(choices(codebook.event_field("event_type"), "", codebook, "ar")) == 35
    assert len(choices(codebook.event_field("about_type"), "", codebook, "ar")) == 42
    assert (
        len(choices(codebook.event_field("initiators"), "", codebook, "ar", limit=7))
        == 7
    )


def test_choices_of_a_part(codebook: Codebook) -> None:
    kind = codebook.parts_of(codebook.event_field("source"))[1]
    assert [c.id for c in choices(kind, "رصد", codebook, "ar")] == ["monitor"]


def test_choices_that_are_none(codebook: Codebook) -> None:
    assert choices(codebook.event_field("certainty"), "zzz", codebook, "en") == []


def test_an_event_s_number_of_thousands_of_digits_is_no_event(
    conflict_events: Codebook,
) -> None:
    [linked_to] = [
        field for field in conflict_events.event_fields if field.id == "linked_to"
    ]
    assert parse(linked_to, f"{'1' * 5000}: part_of", conflict_events) == [
        {"record": "1" * 5000, "relation": "part_of"}
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"min": 0, "max": 0}, {"min": 0, "max": None}),
        ({"min": 0, "max": 5}, {"max": 5}),
    ],
)
def test_a_count_of_zero_is_another_than_none(one: Json, other: Json) -> None:
    assert not same_value(one, other) and same_value(one, {**one, "approx": False})
