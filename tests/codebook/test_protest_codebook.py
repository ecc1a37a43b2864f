"""The protest codebook: a protest coded by hand keeps its rules, and breaks each one on
purpose.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from coder.codebook.load import read_codebook
from coder.codebook.schema import Codebook
from coder.codebook.validate import problems, visible
from coder.model import Answer, Article, Blank, Coding, Event, Span
from tests.conftest import SCHEMAS

TEXT = "تظاهر مئات العمال في بيروت أمس مطالبين بالأجور، وفرقتهم الشرطة بالغاز."
ARTICLE = Article("a1", TEXT)
DAY = {
    "start": "2023-11-17",
    "end": "2023-11-17",
    "precision": "day",
    "basis": "relative",
}
PLACE = {"as_written": "بيروت", "precision": "town"}
MISSING = object()
PROTEST: Mapping[str, Any] = {
    "form": "rally",
    "announced": False,
    "issues": ["wages"],
    "organisations": [{"name": "العمال", "class": "workers"}],
    "place": [PLACE],
    "date": DAY,
    "size": {"min": 200, "max": None},
    "police": True,
    "police_action": ["dispersed", "gas"],
}


@pytest.fixture(scope="module")
def protest() -> Codebook:
    return read_codebook(SCHEMAS / "protest_events.yaml")


def event(name: str = "e1", **changed: Any) -> Event:
    said = {k: v for k, v in {**PROTEST, **changed}.items() if v is not MISSING}
    return Event(
        name,
        {
            k: v if isinstance(v, Answer) else Answer(v, evidence=("t",))
            for k, v in said.items()
        },
    )


def coding(
    *events: Event, relevance: str = "protest", spans: tuple[Span, ...] = ()
) -> Coding:
    published = Answer(
        {**DAY, "start": "2023-11-18", "end": "2023-11-18", "basis": "absolute"}
    )
    answers = {"relevance": Answer(relevance), "pub_date": published}
    spans = (Span("t", "trigger", 0, 5, TEXT[:5]), *spans)
    ref = "protest-events-ar@1.0.0"
    return Coding(
        "a1",
        ARTICLE.text_sha256,
        ref,
        "amal",
        answers=answers,
        spans=spans,
        events=events,
    )


BROKEN = {
    "P1": coding(event(date={**DAY, "end": "2023-11-16", "precision": "range"})),
    "P2": coding(event(size={"min": 200, "max": 100})),
    "P3": coding(event(date={**DAY, "start": "2023-11-20", "end": "2023-11-20"})),
    "P4": coding(
        event(place=Answer([PLACE], evidence=("out",))),
        spans=(Span("out", "place", 900, 905, "x"),),
    ),
    "P5": coding(event(issues=Answer(["wages"]))),
    "P6": coding(event(form="other")),
    "P7": coding(event(), relevance="none"),
    "P8": coding(),
    "P9": coding(event(), event("e2", issues=["prices"])),
}


def broken(book: Codebook, made: Coding) -> set[str]:
    return {p.rule for p in problems(made, book, ARTICLE)}


def test_a_protest_coded_by_hand_has_no_problem(protest: Codebook) -> None:
    assert broken(protest, coding(event())) == set()
    announced = event(
        announced=True, date={**DAY, "start": "2023-11-20", "end": "2023-11-20"}
    )
    assert broken(protest, coding(announced)) == set()


@pytest.mark.parametrize("rule", BROKEN)
def test_breaking_a_rule_gives_its_message_alone(protest: Codebook, rule: str) -> None:
    known = next(each for each in protest.rules if each.id == rule)
    found = problems(BROKEN[rule], protest, ARTICLE)
    assert {p.rule for p in found} == {rule}
    assert all(p.message.ar.startswith(known.message.ar) for p in found)
    assert all(p.message.en.startswith(known.message.en) for p in found)


def test_every_rule_is_broken_once(protest: Codebook) -> None:
    assert set(BROKEN) == {rule.id for rule in protest.rules}


@pytest.mark.parametrize(
    ("police", "asked"),
    [
        (True, True),
        (False, False),
        (Answer(blank=Blank.NOT_STATED), False),
        (MISSING, False),
    ],
)
def test_a_yes_or_no_field_opens_another_only_where_it_is_coded(
    protest: Codebook, police: Any, asked: bool
) -> None:
    made = event(police=police)
    assert ("police_action" in visible(made, coding(made), protest)) is asked
