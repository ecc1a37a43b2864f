"""A small valid coding written by hand, to be broken in one place at a time."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.codebook.validate import problems
from coder.model import Answer, Article, Blank, Coding, Event, Span

ARTICLE = Article(
    "a1",
    "قصفت القوات الأميركية مقراً للحرس الثوري في البوكمال أمس\nمقالات ذات صلة",
    boilerplate=((56, 71),),
)
SPANS = (
    Span("t", "trigger", 0, 4, "قصفت"),
    Span("a", "actor", 5, 21, "القوات الأميركية"),
    Span("b", "actor", 29, 40, "لحرس الثوري"),
    Span("p", "place", 44, 52, "البوكمال"),
    Span("d", "date", 53, 56, "أمس"),
    Span("outside", "date", 900, 903, "؟؟؟"),
    Span("furniture", "date", 57, 63, "مقالات"),
)
NOT_STATED = Answer(blank=Blank.NOT_STATED)
MISSING = Answer(blank=Blank.MISSING)
ABU_KAMAL = {
    "as_written": "البوكمال",
    "place_id": "abu_kamal",
    "country": "SY",
    "precision": "town",
}
MAYADIN = {
    "as_written": "الميادين",
    "place_id": "mayadin",
    "country": "SY",
    "precision": "town",
}


def coded(value: Any, *evidence: str) -> Answer:
    return Answer(value=value, evidence=evidence)


def days(
    start: str, end: str = "", precision: str = "day", basis: str = "absolute"
) -> Answer:
    return coded(
        {"start": start, "end": end or start, "precision": precision, "basis": basis},
        "d",
    )


def count(least: int, most: int | None = None) -> Answer:
    return coded({"min": least, "max": most}, "t")


def link(relation: str, record: str = "e2") -> Answer:
    return coded([{"record": record, "relation": relation}])


STRIKE: Mapping[str, Answer] = {
    "report_scope": coded("single"),
    "event_type": coded("air_strike", "t"),
    "event_status": coded("occurred"),
    "initiators": coded(["us_forces"], "a"),
    "targets": coded(["irgc"], "b"),
    "target_object": coded(["headquarters"]),
    "place": coded([ABU_KAMAL], "p"),
    "date": days("2023-10-09"),
    "killed": NOT_STATED,
    "injured": NOT_STATED,
    "weapons": NOT_STATED,
    "responsibility": coded(["article"]),
    "source": coded([{"who": None, "kind": "own_reporting"}]),
    "certainty": coded("reported"),
}
AGGREGATE: Mapping[str, Answer] = {
    **STRIKE,
    "report_scope": coded("aggregate"),
    "date": days("2023-10-01", "2023-10-31", "range"),
    "incident_count": count(5, 5),
}
SAYING = (
    "report_scope",
    "event_status",
    "initiators",
    "targets",
    "place",
    "date",
    "source",
    "certainty",
)
THREAT: Mapping[str, Answer] = {
    **{name: STRIKE[name] for name in SAYING},
    "event_type": coded("threat", "t"),
    "event_status": coded("threatened"),
    "about_type": coded("armed_violence"),
}
MEETING: Mapping[str, Answer] = {
    **{name: STRIKE[name] for name in SAYING if name != "targets"},
    "event_type": coded("meeting_talks", "t"),
    "initiators": coded(["usa", "iraq"], "a"),
}
OTHER: Mapping[str, Answer] = {
    **{name: STRIKE[name] for name in SAYING},
    "event_type": coded("other_event", "t"),
    "notes": coded("A cyber operation."),
}
ANSWERS: Mapping[str, Answer] = {
    "relevance": coded("relevant"),
    "genre": coded("news"),
    "pub_date": days("2023-11-20"),
}


def event(
    fields: Mapping[str, Answer], event_id: str = "e1", **changed: Answer | None
) -> Event:
    """An event of these fields, some changed, or left out where they are None."""
    merged = {**fields, **changed}
    return Event(
        event_id,
        {name: answer for name, answer in merged.items() if answer is not None},
    )


def coding(*events: Event, **answers: Answer | None) -> Coding:
    """A coding of the article with these events; its article answers may be changed or
    left out.
    """
    merged = {**ANSWERS, **answers}
    return Coding(
        ARTICLE.id,
        ARTICLE.text_sha256,
        "conflict-events-ar@1.0.0",
        "amal",
        answers={name: answer for name, answer in merged.items() if answer is not None},
        spans=SPANS,
        events=events,
    )


def broken(codebook: Codebook, made: Coding) -> set[str]:
    """The rules that the coding breaks."""
    return {p.rule for p in problems(made, codebook, ARTICLE)}


def without_evidence(answer: Answer) -> Answer:
    return replace(answer, evidence=())
