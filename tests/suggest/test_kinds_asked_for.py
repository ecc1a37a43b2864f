"""What is proposed follows from the codebook's kinds: their ids, or what they say with
`suggest`.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from coder.codebook import shipped
from coder.codebook.load import read_codebook
from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.registry import propose

TEXT = "قال فؤاد حسين في بغداد إن وزارة الخارجية العراقية تابعت ذلك يوم الأربعاء"


def found(codebook: Codebook) -> list[tuple[str, str]]:
    return [(c.kind, c.quote) for c in propose(Article("a", TEXT), codebook)]


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    return json.loads(read_codebook(shipped.codebook("named_entities")).to_json())


def with_kinds(data: dict[str, Any], **suggest: list[str] | None) -> Codebook:
    """The named-entity codebook with kinds of these ids only, and what each says with
    `suggest`.
    """
    model = data["span_kinds"][0]
    kinds = [
        {**model, "id": name, **({} if s is None else {"suggest": s})}
        for name, s in suggest.items()
    ]
    return Codebook.from_json(json.dumps({**data, "span_kinds": kinds}))


def test_a_kind_is_offered_the_mention_of_its_own_id(data: dict[str, Any]) -> None:
    assert found(with_kinds(data, person=None, place=None, stance=None)) == [
        ("person", "فؤاد حسين"),
        ("place", "بغداد"),
    ]


def test_a_kind_is_offered_what_it_names(data: dict[str, Any]) -> None:
    assert found(with_kinds(data, name=["person", "organisation"], day=["date"])) == [
        ("name", "فؤاد حسين"),
        ("name", "وزارة الخارجية العراقية"),
        ("day", "يوم الأربعاء"),
    ]


def test_a_kind_that_names_nothing_is_offered_nothing(data: dict[str, Any]) -> None:
    assert found(with_kinds(data, person=[], place=None)) == [("place", "بغداد")]


def test_one_mention_serves_several_kinds(data: dict[str, Any]) -> None:
    assert found(with_kinds(data, here=["place"], there=["place"])) == [
        ("here", "بغداد"),
        ("there", "بغداد"),
    ]


def test_a_codebook_that_asks_for_events_has_no_persons_and_organisations_of_their_own(
    conflict_events: Codebook,
) -> None:
    assert not {kind for kind, _ in found(conflict_events)} & {"person", "organisation"}


def test_a_value_that_the_codebook_does_not_have_is_not_proposed(
    protest_events: Codebook,
) -> None:
    """Its classes of actors are others: an armed group has none of them."""
    text = "قصفت القوات الأميركية مواقع الفصائل الإيرانية في بغداد"
    actors = {
        c.quote: c.value
        for c in propose(Article("a", text), protest_events)
        if c.kind == "actor"
    }
    assert actors["الفصائل الإيرانية"] is None
    classes = {each.id for each in protest_events.actor_classes}
    named = [
        item
        for value in actors.values()
        for item in value or []
        if isinstance(item, dict)
    ]
    assert all(item["class"] in classes for item in named)
