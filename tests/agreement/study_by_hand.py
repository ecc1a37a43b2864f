"""Two small codings of two articles by two coders, and the study of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from coder.agreement.field_agreement import FieldAgreement
from coder.agreement.study import Study
from coder.codebook.load import read_codebook
from coder.model import Answer, Blank, Coding, Decision, Event, Span

CODEBOOK = read_codebook(Path(__file__).parents[2] / "schemas" / "conflict_events.yaml")
NOT_STATED = Answer(blank=Blank.NOT_STATED)
OMAR = {
    "as_written": "حقل العمر",
    "place_id": "base_omar",
    "admin1": "Deir ez-Zor",
    "country": "SY",
}
GOVERNORATE = {
    "as_written": "دير الزور",
    "place_id": "sy_deir_ezzor",
    "admin1": "Deir ez-Zor",
    "country": "SY",
}


def day(text: str) -> Answer:
    return Answer({"start": text, "end": text, "precision": "day", "basis": "absolute"})


def span(
    name: str, kind: str, start: int, end: int, decision: Decision | None = None
) -> Span:
    return Span(name, kind, start, end, "", decision=decision)


def sources(*kinds: str) -> Answer:
    return Answer([{"who": None, "kind": kind} for kind in kinds])


def event(name: str, kind: str, evidence: str, **fields: Answer) -> Event:
    return Event(name, {"event_type": Answer(kind, evidence=(evidence,)), **fields})


def coding(
    article: str,
    coder: str,
    spans: tuple[Span, ...] = (),
    events: tuple[Event, ...] = (),
    **answers: Any,
):  # type: ignore[no-untyped-def]
    return Coding(
        article,
        f"sha-{article}",
        CODEBOOK.ref,
        coder,
        answers={name: Answer(value) for name, value in answers.items()},
        spans=spans,
        events=events,
    )


# t1: amal has two events, basim three; e1 and e2 answer each other. t2: basim alone has
# an event.
CODINGS = (
    coding(
        "t1",
        "amal",
        (
            span("s1", "trigger", 0, 10),
            span("s2", "actor", 12, 20),
            span("s3", "trigger", 40, 50),
            span("s4", "trigger", 60, 70, Decision.REJECTED),
            span("s5", "actor", 18, 22),
        ),
        (
            event(
                "e1",
                "air_strike",
                "s1",
                initiators=Answer(["usa"], evidence=("s2",)),
                date=day("2024-05-01"),
                place=Answer([OMAR]),
                certainty=Answer("reported"),
                killed=Answer({"min": 3, "max": None}),
                source=sources("own_reporting", "official"),
            ),
            event(
                "e2",
                "threat",
                "s3",
                initiators=Answer(["iri"]),
                date=NOT_STATED,
                place=NOT_STATED,
                certainty=Answer("alleged"),
                source=sources("own_reporting"),
            ),
        ),
        relevance="relevant",
    ),
    coding(
        "t1",
        "basim",
        (
            span("s1", "trigger", 0, 10),
            span("s2", "trigger", 42, 50),
            span("s3", "trigger", 80, 90, Decision.EDITED),
        ),
        (
            event(
                "e1",
                "drone_attack",
                "s1",
                initiators=Answer(["usa", "israel"]),
                date=day("2024-05-04"),
                place=Answer([GOVERNORATE]),
                certainty=Answer("alleged"),
                killed=Answer({"min": 3, "max": 3}),
                source=sources("official"),
            ),
            event(
                "e2",
                "threat",
                "s2",
                initiators=Answer(["iri"]),
                date=NOT_STATED,
                place=NOT_STATED,
                certainty=NOT_STATED,
                source=sources("own_reporting"),
            ),
            event("e3", "protest", "s3", certainty=Answer("established")),
        ),
        relevance="relevant",
    ),
    coding("t2", "amal", relevance="not_relevant", relevance_reason=["other_topic"]),
    coding(
        "t2",
        "basim",
        (span("s1", "trigger", 0, 10),),
        (event("e1", "air_strike", "s1"),),
        relevance="relevant",
    ),
)
STUDY = Study.of(CODINGS, CODEBOOK, lengths={"t1": 100, "t2": 50})
FIELDS = {row.field: row for row in STUDY.fields}


def row(field: str) -> FieldAgreement:
    return FIELDS[field]
