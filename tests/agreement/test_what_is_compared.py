"""Which codings, events and answers a study compares, and which it refuses."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from coder.agreement.bootstrap import Plan
from coder.agreement.comparison import ALL_TERMS
from coder.agreement.scales import place_path
from coder.agreement.study import Study
from coder.errors import CoderError
from coder.model import Answer, Coding, Event
from tests.agreement.study_by_hand import (
    CODEBOOK,
    CODINGS,
    GOVERNORATE,
    OMAR,
    STUDY,
    coding,
    day,
    event,
    row,
    span,
)


def test_a_field_does_not_choose_the_pairs_that_agree_on_it() -> None:
    # With the date e1 would go with e2 (.7*.96 + .1 against .7); without it e1 with e1,
    # and no date agrees: two dates 19 days apart, two of each: D_o = 19/30, D_e =
    # 2*4*(19/30)/12, alpha = 1 - 3/2.
    def events(first: str, second: str) -> tuple[Event, ...]:
        return (
            event("e1", "threat", "s1", date=day(first)),
            event("e2", "threat", "s2", date=day(second)),
        )

    spans = (span("s1", "trigger", 0, 100), span("s2", "trigger", 4, 104))
    study = Study.of(
        [
            coding("t1", "amal", spans, events("2024-01-01", "2024-01-20")),
            coding("t1", "basim", spans, events("2024-01-20", "2024-01-01")),
        ],
        CODEBOOK,
    )
    assert study.comparisons[0].aligned[ALL_TERMS][0] == [
        ("amal", "e1"),
        ("basim", "e2"),
    ]
    dates = next(row for row in study.fields if row.field == "date")
    assert dates.alpha.value == pytest.approx(-1 / 2)


def test_a_proposal_is_not_yet_an_answer() -> None:
    proposed = Answer("relevant", proposed=True)
    first = coding("t1", "amal", relevance="relevant")
    second = coding("t1", "basim").with_answer("relevance", proposed)
    found = next(
        row
        for row in Study.of([first, second], CODEBOOK).fields
        if row.field == "relevance"
    )
    assert (found.pairable, found.blanks["missing"]) == (0, 1)


def test_an_article_of_one_coder_is_in_no_comparison() -> None:
    study = Study.of([*CODINGS, coding("t3", "amal", relevance="relevant")], CODEBOOK)
    found = next(row for row in study.fields if row.field == "relevance")
    assert (found.units, found.pairable) == (3, 2)
    assert found.alpha == row("relevance").alpha
    assert study.events.f1 == STUDY.events.f1
    assert study.events.events == STUDY.events.events


def test_events_of_an_article_with_one_coder_are_counted_apart() -> None:
    alone = coding(
        "t3", "amal", (span("s1", "trigger", 0, 10),), (event("e1", "threat", "s1"),)
    )
    found = Study.of([*CODINGS, alone], CODEBOOK).events
    assert (found.events, found.alone) == ({"amal": 2, "basim": 4}, {"amal": 1})
    assert found.f1.value == pytest.approx(2 * 2 / (2 + 4))


def test_events_without_evidence_match_only_where_the_codebook_says_so() -> None:
    # Both say a threat on the same day and cite nothing: fields of this codebook take
    # evidence.
    bare = [
        Coding(
            "t1",
            "sha-t1",
            CODEBOOK.ref,
            who,
            answers={"relevance": Answer("relevant")},
            events=(
                Event(
                    "e1", {"event_type": Answer("threat"), "date": day("2024-05-01")}
                ),
            ),
        )
        for who in ("amal", "basim")
    ]
    apart = Study.of(bare, CODEBOOK).events
    assert (apart.f1.value, apart.without_evidence, apart.needs_evidence) == (
        0,
        2,
        True,
    )
    defaults = replace(CODEBOOK.agreement.defaults, events_without_evidence="by_values")
    agreement = replace(CODEBOOK.agreement, defaults=defaults)
    by_values = Study.of(bare, replace(CODEBOOK, agreement=agreement)).events
    assert (by_values.f1.value, by_values.needs_evidence) == (1, False)


def both_said(**fields: tuple[Answer, Answer]) -> Study:
    """A study of one event, in which amal and basim gave these answers."""
    pair = []
    for place, who in enumerate(("amal", "basim")):
        answers = {name: two[place] for name, two in fields.items()}
        said = event("e1", "air_strike", "s1", **answers)
        pair.append(coding("t1", who, (span("s1", "trigger", 0, 10),), (said,)))
    return Study.of(pair, CODEBOOK)


def test_the_same_days_given_otherwise_are_an_equal_key_alone() -> None:
    one = {"start": "2024-05-01", "end": "2024-05-31"}
    month = Answer({**one, "precision": "month", "basis": "absolute"})
    period = Answer({**one, "precision": "range", "basis": "absolute"})
    study = both_said(date=(month, period))
    dates = next(found for found in study.fields if found.field == "date")
    assert (dates.equal_keys.value, dates.equal_values.value) == (1, 0)
    [unit] = study.reliability_data("date").units
    assert unit.keys["amal"] == unit.keys["basim"]
    assert json.loads(unit.values["amal"]) == month.value
    assert json.loads(unit.values["basim"]) == period.value


def test_values_are_equal_in_any_order_and_without_empty_parts() -> None:
    one = {"start": "2024-05-01", "end": "2024-05-01", "precision": "day"}
    study = both_said(
        date=(Answer(one), Answer({**one, "open_end": False})),
        initiators=(Answer(["usa", "israel"]), Answer(["israel", "usa"])),
    )
    rows = {found.field: found for found in study.fields}
    for name in ("date", "initiators"):
        assert rows[name].equal_values.value == 1


def test_places_end_at_the_level_they_stand_for() -> None:
    path = ("country", "admin1", "place_id")
    assert place_path(OMAR, path, CODEBOOK) == ["SY", "Deir ez-Zor", "base_omar"]
    assert place_path(GOVERNORATE, path, CODEBOOK) == ["SY", "Deir ez-Zor"]
    assert place_path(
        {"as_written": "العراق", "place_id": "iq", "country": "IQ"}, path, CODEBOOK
    ) == ["IQ"]
    assert place_path({"as_written": "قرية"}, path, CODEBOOK) == ["=قريه"]


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(CoderError, match="two codings"):
        Study.of([CODINGS[0], CODINGS[0]], CODEBOOK)
    other_text = Coding("t1", "another", CODEBOOK.ref, "basim")
    with pytest.raises(CoderError, match="different texts"):
        Study.of([CODINGS[0], other_text], CODEBOOK)
    odd = coding(
        "t1", "basim", events=(event("e1", "threat", "", certainty=Answer("sure")),)
    )
    with pytest.raises(CoderError, match="not a value of certainty") as caught:
        _ = Study.of([CODINGS[0], odd], CODEBOOK).fields
    assert caught.value.where == "t1/basim, certainty"


def test_no_codings_give_no_figures() -> None:
    study = Study.of([], CODEBOOK, plan=Plan(B=10))
    assert study.events.f1.value is None
    assert all(row.alpha.value is None for row in study.fields)
    assert study.spans == []
