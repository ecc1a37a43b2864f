"""The items of lists: who and how a source speaks, the class of a new actor, one in
place of another.
"""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.codebook.validate import value_problems
from coder.errors import CoderError
from coder.model import Answer, Article, Candidate, Coding, Event, Json, Span
from coder.service.edits.answer_edits import SetValue
from coder.service.edits.context import Context
from coder.service.edits.field_values import (
    add_item,
    choose_from_list,
    find_wording,
    get_part,
    list_questions,
    list_used_values,
    make_typed_item,
    parse_whole_items,
    set_part,
)

MAYADIN = Span("s1", "place", 0, 8, "الميادين", "mayadin")
HERE = {
    "as_written": "الميادين",
    "place_id": "mayadin",
    "admin1": "Deir ez-Zor",
    "country": "SY",
    "precision": "town",
}


def with_place(items: list[Json]) -> Coding:
    event = Event("e1", {"place": Answer(value=items, evidence=("s1",))})
    return Coding(
        "a1", "", "conflict-events-ar@1.0.0", "amal", spans=(MAYADIN,), events=(event,)
    )


def evidence(coding: Coding) -> tuple[str, ...]:
    event = coding.event("e1")
    assert event is not None
    return event.answer("place").evidence


def test_who_a_source_is_does_not_say_how_it_speaks(conflict_events: Codebook) -> None:
    field = conflict_events.event_field("source")
    item, asked = choose_from_list(field, "us_dod", conflict_events)
    assert [q.id for q in asked] == ["kind"]
    assert get_part(item, asked[0]) == "official"  # what a ministry usually is
    assert set_part(item, asked[0], "media") == {"who": "us_dod", "kind": "media"}
    item, asked = choose_from_list(field, "", conflict_events)
    assert [q.id for q in asked] == ["kind"]
    assert set_part(item, asked[0], "own_reporting") == {
        "who": None,
        "kind": "own_reporting",
    }


def test_a_typed_source_is_asked_for_its_class_and_its_kind(
    conflict_events: Codebook,
) -> None:
    field = conflict_events.event_field("source")
    item, asked = make_typed_item(field, "شبكة الفرات", conflict_events)
    assert [q.id for q in asked] == ["class", "kind"]
    for question, value in zip(asked, ("media", "media"), strict=True):
        item = set_part(item, question, value)
    assert item == {"who": {"name": "شبكة الفرات", "class": "media"}, "kind": "media"}
    assert not list(value_problems(field, [item], conflict_events))
    assert [
        (q.id, get_part(item, q)) for q in list_questions(field, item, conflict_events)
    ] == [
        ("class", "media"),
        ("kind", "media"),
    ]


@pytest.mark.parametrize(
    ("typed", "name", "kind", "left"),
    [
        ("شبكة الفرات: وسيلة إعلام أخرى", "شبكة الفرات", "media", ["class"]),
        ("Euphrates Net [media]", "Euphrates Net", None, ["kind"]),
    ],
)
def test_what_is_typed_with_a_name_is_not_asked_again(
    conflict_events: Codebook, typed: str, name: str, kind: str | None, left: list[str]
) -> None:
    field = conflict_events.event_field("source")
    item, asked = make_typed_item(field, typed, conflict_events)
    assert item["who"]["name"] == name and [q.id for q in asked] == left
    assert kind is None or item["kind"] == kind


def test_a_text_that_says_all_is_taken_as_it_is_said(conflict_events: Codebook) -> None:
    source = conflict_events.event_field("source")
    assert parse_whole_items(
        source, "us_dod: official body or spokesperson", conflict_events
    ) == [{"who": "us_dod", "kind": "official"}]
    actor = conflict_events.event_field("initiators")
    assert parse_whole_items(actor, "لواء جديد [media]", conflict_events) == [
        {"name": "لواء جديد", "class": "media"}
    ]
    assert (
        parse_whole_items(actor, "us_dod", conflict_events) == []
    )  # a name alone is chosen from the list
    assert parse_whole_items(actor, "لواء جديد [no such class]", conflict_events) == []
    with pytest.raises(CoderError, match="no such class"):
        make_typed_item(actor, "لواء جديد [no such class]", conflict_events)


def test_a_new_place_is_asked_how_exact_it_is(conflict_events: Codebook) -> None:
    field = conflict_events.event_field("place")
    item, asked = make_typed_item(field, "تل أبيض", conflict_events)
    assert [q.id for q in asked] == ["precision"]
    assert set_part(item, asked[0], "region") == {
        "as_written": "تل أبيض",
        "precision": "region",
    }
    assert choose_from_list(field, "iq", conflict_events)[1] == []


def test_another_in_its_place_keeps_the_evidence_and_taking_out_does_not(
    conflict_events: Codebook,
) -> None:
    field = conflict_events.event_field("place")
    other, _ = choose_from_list(field, "abu_kamal", conflict_events)
    context = Context(conflict_events, Article("a1", ""))
    before = with_place([HERE])
    replaced = add_item(field, [HERE], other, 0)
    assert replaced == [other]
    assert evidence(SetValue("e1", field, replaced).apply(before, context)) == ("s1",)
    precise = [{**HERE, "precision": "around_town"}]
    assert evidence(SetValue("e1", field, precise).apply(before, context)) == ("s1",)
    two = with_place([HERE, other])
    assert evidence(SetValue("e1", field, [other]).apply(two, context)) == ()


def test_the_articles_own_words_stay_with_a_place_that_was_misread(
    conflict_events: Codebook,
) -> None:
    field = conflict_events.event_field("place")
    read = {**HERE, "as_written": MAYADIN.quote}
    answer = Answer(value=[read], evidence=("s1",))
    assert find_wording(read, answer, with_place([read])) == "الميادين"
    assert (
        find_wording({**read, "as_written": "دير الزور"}, answer, with_place([read]))
        == ""
    )  # chosen, not read
    item, _ = choose_from_list(field, "abu_kamal", conflict_events, "ريف البوكمال")
    assert (item["as_written"], item["precision"]) == ("ريف البوكمال", "around_town")


def test_a_list_of_one_is_replaced_and_a_full_one_refuses(
    conflict_events: Codebook,
) -> None:
    field = conflict_events.event_field("place")
    assert add_item(field, ["a"], "b") == ["a", "b"]
    assert add_item(field, ["a", "b"], "b") == ["a", "b"]
    assert add_item(field, ["a", "b"], "b", 0) == ["b"]
    assert add_item(replace(field, many=False, max=None), ["a"], "b") == ["b"]
    with pytest.raises(CoderError, match="at most 2"):
        add_item(replace(field, max=2), ["a", "b"], "c")


@pytest.mark.parametrize("is_decided", [True, False])
def test_typed_words_name_the_place_that_the_suggester_finds_in_them(
    conflict_events: Codebook, is_decided: bool
) -> None:
    """Nobody sees the country of a place outside the lexicon, so it depends on nothing
    but the words.
    """
    text, field = "بلدة عيترون", conflict_events.event_field("place")
    taken: Json = {"as_written": text, "country": "LB", "precision": "town"}
    typed: Json = {"as_written": text, "precision": "exact_site"}
    unknown: Json = {"as_written": "بلدة أخرى", "precision": "town"}
    candidate, span = (
        Candidate("m1", "place", 0, 11, text, [taken]),
        Span("s2", "place", 0, 11, text, [taken]),
    )
    context = Context(
        conflict_events, Article("a1", text), {} if is_decided else {"m1": candidate}
    )
    coding = with_place([])
    coding = replace(
        coding, spans=(*coding.spans, span) if is_decided else coding.spans
    )
    event = SetValue("e1", field, [typed, unknown]).apply(coding, context).event("e1")
    assert event is not None
    assert event.answer("place").value == [{**typed, "country": "LB"}, unknown]


def test_what_is_outside_the_lexicon_is_offered_to_every_field_of_its_type(
    conflict_events: Codebook,
) -> None:
    brigade, net = (
        {"name": name, "class": kind}
        for name, kind in (("لواء", "armed_group"), ("نت", "media"))
    )
    valley = {"as_written": "وادي الريم", "precision": "town"}
    first = {"initiators": Answer([brigade, "usa"]), "place": Answer([valley, HERE])}
    later = {
        "source": Answer(
            [{"who": net, "kind": "media"}, {"who": None, "kind": "unnamed"}]
        )
    }
    proposed = {"targets": Answer([{"name": "آخر", "class": "unknown"}], proposed=True)}
    coding = replace(
        with_place([]), events=(Event("e1", first), Event("e2", {**later, **proposed}))
    )

    def offered(field: str) -> list[tuple[Json, str, list[str]]]:
        items = list_used_values(
            conflict_events.event_field(field), coding, conflict_events
        )
        return [
            (each.item, each.entry, [q.id for q in each.questions]) for each in items
        ]

    assert offered("claimant") == [(net, "", []), (brigade, "", []), ("usa", "usa", [])]
    assert offered("source") == [
        ({"who": net, "kind": "media"}, "", []),  # as it is
        ({"who": brigade, "kind": "party_statement"}, "", ["kind"]),
        ({"who": "usa", "kind": "official"}, "usa", ["kind"]),
    ]
    assert offered("place") == [(valley, "", []), (HERE, "mayadin", [])]


def test_one_place_is_no_second_item_under_another_name(
    conflict_events: Codebook,
) -> None:
    field = conflict_events.event_field("place")
    named = {**HERE, "as_written": "مدينة الميادين"}
    assert add_item(field, [HERE], named) == [HERE]
    around = {
        **HERE,
        "as_written": "ريف الميادين",
        "precision": "around_town",
    }  # another area
    assert add_item(field, [HERE], around) == [HERE, around]
