"""Model to rows and back: the only place that knows both.

Rows are keyed `(table, key…)` and hold plain JSON values; two sets of rows compare as dicts, which is
how the journal finds what a change touched. Where the model's attributes and a table's columns have one
name, they hold the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from enum import Enum
from typing import Any, TypeAlias, TypeVar

from coder.messages.catalogue import Message
from coder.model import (
    Answer,
    Article,
    Blank,
    Candidate,
    Cluster,
    Coding,
    Decision,
    Event,
    Ruling,
    Span,
    Status,
    Verdict,
)
from coder.store.data_problems import damaged, row_problem
from coder.store.tables import METADATA
from coder.text.normalize import fold_key

Row: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, ...]
Rows: TypeAlias = dict[Key, Row]
_Item = TypeVar("_Item", Article, Candidate, Span, Answer, Cluster)

_COLUMNS = {name: tuple(table.columns.keys()) for name, table in METADATA.tables.items()}


def article_rows(article: Article) -> Rows:
    """The row of an article."""
    return {("article", article.id): _row("article", article)}


def to_article(row: Mapping[str, Any]) -> Article:
    """The article in a row."""
    _expect_sound("article", row)
    return _item(Article, row)


def candidate_row(article: str, position: int, candidate: Candidate) -> Row:
    """The row of one candidate, at its place in reading order."""
    return _row("candidate", candidate, article=article, position=position)


def to_candidate(row: Mapping[str, Any]) -> Candidate:
    """The candidate in a row."""
    _expect_sound("candidate", row)
    return _item(Candidate, row)


def coding_rows(coding: Coding | None) -> Rows:
    """All rows of a coding: head, spans, events, answers; none for None."""
    if coding is None:
        return {}
    id_ = coding.id
    rows: Rows = {("coding", id_): _row("coding", coding)}
    for position, span in enumerate(coding.spans):
        rows["span", id_, span.id] = _row("span", span, coding=id_, position=position)
    for position, event in enumerate(coding.events):
        rows["event", id_, event.id] = {"coding": id_, "id": event.id, "position": position}
    for event_id, answers in [*((e.id, e.fields) for e in coding.events), ("", coding.answers)]:
        for name, answer in answers.items():
            rows["answer", id_, event_id, name] = _row(
                "answer", answer, coding=id_, event=event_id, field=name
            )
    return rows


def to_coding(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> Coding | None:
    """The coding in (table, row) pairs, None where they hold no head."""
    by_table: dict[str, list[Mapping[str, Any]]] = {"coding": [], "span": [], "event": [], "answer": []}
    for table, row in rows:
        _expect_sound(table, row)
        by_table[table].append(row)
    if not by_table["coding"]:
        return None
    head = by_table["coding"][0]
    answers: dict[str, dict[str, Answer]] = {"": {}}
    for row in by_table["answer"]:
        answers.setdefault(row["event"], {})[row["field"]] = _item(Answer, row)
    return Coding(
        article=head["article"],
        text_sha256=head["text_sha256"],
        codebook=head["codebook"],
        coder=head["coder"],
        status=Status(head["status"]),
        answers=answers[""],
        spans=tuple(_item(Span, row) for row in _ordered(by_table["span"])),
        events=tuple(Event(row["id"], answers.get(row["id"], {})) for row in _ordered(by_table["event"])),
    )


def cluster_rows(clusters: Iterable[Cluster]) -> Rows:
    """The rows of an article's clusters, in their order."""
    return {
        ("cluster", each.article, each.id): _row("cluster", each, position=position)
        for position, each in enumerate(clusters)
    }


def to_cluster(row: Mapping[str, Any]) -> Cluster:
    """The cluster in a row."""
    _expect_sound("cluster", row)
    return _item(Cluster, row)


def ruling_rows(ruling: Ruling | None) -> Rows:
    """The row of a decision about a term; none for None."""
    if ruling is None:
        return {}
    folded = fold_key(ruling.text)
    row = _row("lexicon", ruling, folded=folded, decision=ruling.verdict.value)
    return {("lexicon", ruling.kind, folded): row}


def to_ruling(row: Mapping[str, Any]) -> Ruling:
    """The decision about a term in a row."""
    _expect_sound("lexicon", row)
    return Ruling(row["kind"], row["text"], Verdict(row["decision"]), row["value"])


def _expect_sound(table: str, row: Mapping[str, Any]) -> None:
    """Raises DamagedError, which names the row, where it does not hold what its columns are for."""
    if what := row_problem(table, row):
        key = "/".join(str(row.get(column.name)) for column in METADATA.tables[table].primary_key)
        raise damaged(Message("store.row_unreadable", table=table, row=key, what=what))


def _ordered(rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(rows, key=lambda row: (row["position"], row["id"]))


def _row(table: str, item: object, **place: object) -> Row:
    """The row of an item; place: the columns that it has no attribute for."""
    return {c: place[c] if c in place else _plain(getattr(item, c)) for c in _COLUMNS[table]}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _item(kind: type[_Item], row: Mapping[str, Any]) -> _Item:
    """The item in a row, of a kind with an attribute for each of the columns but those of its place."""
    return kind(**{n: _FROM_ROW[n](row[n]) if n in _FROM_ROW else row[n] for n in _NAMES[kind]})


def _pairs(value: list[list[Any]] | None) -> tuple[tuple[Any, ...], ...]:
    return tuple(map(tuple, value or ()))


_NAMES: dict[type, tuple[str, ...]] = {
    kind: tuple(each.name for each in fields(kind) if each.init)
    for kind in (Article, Candidate, Span, Answer, Cluster)
}
_FROM_ROW: dict[str, Callable[[Any], Any]] = {
    "boilerplate": _pairs,
    "members": _pairs,
    "decision": lambda word: Decision(word) if word else None,
    "blank": lambda word: Blank(word) if word else None,
    "evidence": lambda ids: tuple(ids or ()),
    "taken_from": lambda ids: tuple(ids or ()),
    "proposed": bool,
}
