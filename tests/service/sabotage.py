"""A team's project, and codings as a coder who speaks SQL can write them: with values
that no program writes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from pathlib import Path
from typing import TypeAlias

from msgspec.structs import replace

from coder.codebook.schema import Codebook, Field
from coder.importers.native_reader import to_coding
from coder.model import (
    Answer,
    Article,
    Blank,
    Coding,
    Decision,
    Event,
    Json,
    Remark,
    Span,
    Status,
)
from coder.service.project.opened import Project, create_project, open_project
from coder.store.unit_of_work import Store
from tests.conftest import SEEDS

Change: TypeAlias = Callable[[Coding], Coding]
SAMPLE = "004_6bcea9cb8461aa4b"
HOSTILE: Mapping[str, Json] = {
    "text": "x\x1b[31m\u202e",
    "number": -5,
    "fraction": 1.5,
    "true": True,
    "nothing": None,
    "empty list": [],
    "list": ["x", 5, None],
    "list of objects": [{}, {"record": 5, "relation": []}],
    "empty object": {},
    "object": {"min": [], "start": {}, "name": 5},
    "deep": [[[[[[["x"]]]]]]],
    "many": ["x"] * 5_000,
}
"""Values that no field of the sample codebook takes, but a field of text the first."""


def article(name: str) -> Article:
    """The sample article under another id."""
    return Article(name, (SEEDS / f"{SAMPLE}.txt").read_text("utf-8"), f"{name}.txt")


def coding(coder: str, article: Article) -> Coding:
    """The sample coding of a coder, as one of that article; eve has what amal has."""
    if coder == "eve":
        return replace(coding("amal", article), coder="eve")
    lines = (SEEDS / "codings" / f"{coder}.jsonl").read_text("utf-8").splitlines()
    found = next(r for r in map(json.loads, lines) if r["article"]["id"] == SAMPLE)
    return replace(to_coding(found), article=article.id, status=Status.SUBMITTED)


def hostile_values(book: Codebook) -> Iterator[tuple[str, Change]]:
    """Each hostile value in each field, by name."""
    for at_event, fields in ((False, book.article_fields), (True, book.event_fields)):
        for field in fields:
            for name, value in HOSTILE.items():
                if field.type != "text" or name != "text":
                    answer = Answer(value=value)
                    yield f"{field.id}: {name}", _answering(field, answer, at_event)


def _answering(field: Field, answer: Answer, at_event: bool) -> Change:
    def change(whole: Coding) -> Coding:
        if at_event:
            return first_event(whole, **{field.id: answer})
        return replace(whole, answers={**whole.answers, field.id: answer})

    return change


def first_span(whole: Coding, **values: Json) -> Coding:
    """The coding with another first span."""
    return replace(whole, spans=(replace(whole.spans[0], **values), *whole.spans[1:]))


def first_event(whole: Coding, **answers: Answer) -> Coding:
    """The coding with other answers in its first event."""
    first = replace(whole.events[0], fields={**whole.events[0].fields, **answers})
    return replace(whole, events=(first, *whole.events[1:]))


def linked(to: str) -> Answer:
    """An answer that links an event to another."""
    return Answer(value=[{"record": to, "relation": "part_of"}])


WRONG: Mapping[str, Change] = {
    "span of an unknown kind": lambda c: replace(
        c, spans=(*c.spans[:-1], replace(c.spans[-1], kind="no_such_kind"))
    ),
    "span with a number": lambda c: first_span(c, kind="number", value={"min": []}),
    "span with a date": lambda c: first_span(c, kind="date", value=["x"]),
    "unknown field of the article": lambda c: replace(
        c, answers={**c.answers, "mood": Answer(value="calm")}
    ),
    "unknown field of an event": lambda c: first_event(c, mood=Answer(value="calm")),
    "decision on a stretch": lambda c: replace(
        c, answers={**c.answers, "span.0-5": Answer(value=["trigger.0-5"])}
    ),
    "proposal of no value": lambda c: first_event(
        c, killed=Answer(value=["x"], proposed=True)
    ),
}
ODD: Mapping[str, Change] = {
    "evidence that is not there": lambda c: first_event(
        c, notes=Answer(value="x", evidence=("s999", "", "s999"))
    ),
    "a blank with evidence": lambda c: first_event(
        c, killed=Answer(blank=Blank.NOT_STATED, evidence=("s999",))
    ),
    "link to nowhere": lambda c: first_event(c, linked_to=linked("e999")),
    "gold's words": lambda c: first_event(
        c,
        targets=Answer(
            value=["usa"], taken_from=("basim", "x"), reason="agreed", by="salma"
        ),
    ),
    "long comment": lambda c: first_event(
        c, notes=Answer(value="x" * 29_000, comment="\x1b[31m\u202e" + "x" * 19_000)
    ),
    "odd ids": lambda c: replace(
        c, events=(*c.events, replace(c.events[0], id="a b/c «»'\"%s{}"))
    ),
    "spans over each other": lambda c: replace(
        c,
        spans=(
            *c.spans,
            *(
                Span(f"eve{n}", c.spans[0].kind, 0, 90 + n, quote(0, 90 + n), None, d)
                for n, d in enumerate((None, *Decision))
            ),
        ),
    ),
    "odd candidates": lambda c: first_span(
        c, decision=Decision.CONFIRMED, candidate="x:5-1", reason="no reason"
    ),
}
"""What the codebook's values allow, and no program writes."""


def quote(start: int, end: int) -> str:
    """Words of the sample article."""
    return article("").text[start:end]


def with_all(changes: Mapping[str, Change]) -> Change:
    """All of the changes, one after the other."""
    return lambda whole: reduce(lambda c, change: change(c), changes.values(), whole)


CRIMES: Mapping[str, tuple[Status, Change]] = {
    "a1": (Status.SUBMITTED, with_all(WRONG)),
    "a2": (Status.OPEN, with_all(WRONG)),
    "a3": (Status.SUBMITTED, with_all(ODD)),
    "a4": (
        Status.SUBMITTED,
        lambda c: replace(c, answers={}, events=(Event("e1"), Event("e2")), spans=()),
    ),
    "a5": (
        Status.OPEN,
        lambda c: replace(
            c, events=tuple(replace(c.events[0], id=f"e{n}") for n in range(60))
        ),
    ),
    "a6": (Status.SUBMITTED, lambda c: c),
}
"""What eve does to which article; her last coding is as it should be."""
WRONG_CODINGS = ["a1/eve", "a2/eve"]


def team_project(database: str, folder: Path) -> Project:
    """A project with six articles that amal and basim have submitted; eve has them,
    too.
    """
    project = create_project(folder, database=database, language="en")
    for name in ("amal", "basim", "eve"):
        project.add_person(name, "coder")
    project.add_person("salma", "supervisor")
    articles = [article(name) for name in CRIMES]
    with project.store.begin("setup") as work:
        work.add_articles(articles)
        for coder in ("amal", "basim", "eve"):
            work.assign(
                [(a.id, coder, "production", n) for n, a in enumerate(articles)]
            )
    for coder in ("amal", "basim"):
        store = store_of(project, coder)
        for each in articles:
            with store.begin(coder) as work:
                work.save_coding(None, coding(coder, each), "coding.submitted")
    return project


def store_of(project: Project, name: str) -> Store:
    """The project's database as a person sees it."""
    if not project.store.has_logins:
        return project.store
    return open_project(project.config.folder, person=name).store


def sabotage(project: Project) -> None:
    """Write eve's codings, and remarks on places that are not there."""
    store = store_of(project, "eve")
    for name, (status, change) in CRIMES.items():
        whole = replace(change(coding("eve", article(name))), status=status)
        with store.begin("eve") as work:
            work.save_coding(None, whole, "x.y_z")
            for n, kind in enumerate(("comment", "flag", "skip", "question")):
                at = work.now()
                place = ("e999", "no_field", n, len(article("").text))
                text = "\x1b[31m\u202e" + "x" * 19_000
                remark = Remark(name, "eve", f"r{n}", "eve", at, text, kind, *place)
                work.remark(None, remark, "x.y")
