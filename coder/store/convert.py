"""Conversion between the model and rows, known to this module only.

Rows are keyed `(table, key…)` and contain plain JSON values; the journal compares two sets of rows as dicts
to find what a change touched. An attribute of the model is stored in the column of the same name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any, TypeAlias, TypeVar

from msgspec import json
from msgspec.structs import fields
from sqlalchemy import JSON, Boolean

from coder import model
from coder.grouping import grouped
from coder.messages.catalogue import Message
from coder.store.compiled_tables import METADATA
from coder.store.data_problems import (
    column_from_json,
    column_to_json,
    damaged,
    needs_row_checks,
    row_problem,
    values_problem,
)
from coder.store.packed_rows import JSON_VALUES, VALUES, unpacked
from coder.store.tables import CODING_TABLES
from coder.text.normalize import fold_key

Row: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, ...]
Rows: TypeAlias = dict[Key, Row]
Values: TypeAlias = Sequence[
    Any
]  # the values of a row, in the order of its table's columns
Columns: TypeAlias = list[Sequence[Any]]  # the values of a table, column by column
_Object = TypeVar("_Object")
_Part = TypeVar("_Part", model.Span, model.Event)
_Item = TypeVar(
    "_Item",
    model.Article,
    model.Candidate,
    model.Span,
    model.Answer,
    model.Cluster,
    model.Remark,
)

_COLUMNS = {
    name: tuple(table.columns.keys()) for name, table in METADATA.tables.items()
}
_VALUES = {name: itemgetter(*columns) for name, columns in _COLUMNS.items()}


def item(kind: type[_Item], row: Mapping[str, Any]) -> _Item:
    """Convert a row to the model; raises DamagedError if the row is invalid."""
    _expect_sound(kind.__name__.lower(), row)
    return _item(kind, _VALUES[kind.__name__.lower()](row))


def article_rows(articles: Iterable[model.Article]) -> Rows:
    """Return the rows of articles."""
    return {("article", article.id): _row("article", article) for article in articles}


def metadata_rows(metadata: Mapping[str, Mapping[str, str]]) -> Rows:
    """Return the rows of articles' metadata, given by article id; none for an article without any."""
    return {
        ("metadata", article): {"article": article, "fields": dict(fields)}
        for article, fields in metadata.items()
        if fields
    }


def stored_articles(
    rows: Sequence[Values], metadata: Mapping[str, Mapping[str, str]]
) -> list[model.Article]:
    """Convert stored rows of articles, with their metadata by article id."""
    columns = _sound("article", rows)
    return [
        *_items(model.Article, columns, [metadata.get(each, {}) for each in columns[0]])
    ]


def candidate_rows(article: str, candidates: Iterable[model.Candidate]) -> list[Row]:
    """Return the rows of an article's candidates, which are given in reading order."""
    return [
        _row("candidate", each, article=article, position=i)
        for i, each in enumerate(candidates)
    ]


def coding_rows(coding: model.Coding | None, other: model.Coding | None = None) -> Rows:
    """Return the rows of a coding: head, spans, events, answers; none for None.

    other: the coding before or after a change; spans and events that are the same objects are omitted.
    """
    if coding is None:
        return {}
    id_ = coding.id
    rows: Rows = {("coding", id_): _row("coding", coding)}
    for position, span in _different(coding.spans, other.spans if other else ()):
        rows["span", id_, span.id] = _row("span", span, coding=id_, position=position)
    answers_by_event = [("", coding.answers)]
    for position, event in _different(coding.events, other.events if other else ()):
        rows["event", id_, event.id] = {
            "coding": id_,
            "id": event.id,
            "position": position,
        }
        answers_by_event.append((event.id, event.fields))
    for event_id, answers in answers_by_event:
        for name, answer in answers.items():
            place = {"coding": id_, "event": event_id, "field": name}
            rows["answer", id_, event_id, name] = _row("answer", answer, **place)
    return rows


def _different(
    parts: Sequence[_Part], others: Sequence[_Part]
) -> list[tuple[int, _Part]]:
    """Return the parts with their positions, except where both have the same object at a position."""
    return [
        (i, each)
        for i, each in enumerate(parts)
        if i >= len(others) or others[i] is not each
    ]


def to_coding(
    rows: Iterable[tuple[str, Mapping[str, Any]]], *, sound: bool = False
) -> model.Coding | None:
    """Convert (table, row) pairs to a coding, None without a head; sound: the rows are known to be valid.

    Raises DamagedError if a row is invalid.
    """
    parts: dict[str, list[Values]] = {table: [] for table in CODING_TABLES}
    for table, row in rows:
        if not sound:
            _expect_sound(table, row)
        parts[table].append(_VALUES[table](row))
    columns = {table: _transposed(table, each) for table, each in parts.items()}
    answers: dict[tuple[str, str], dict[str, model.Answer]] = defaultdict(dict)
    keys = columns["answer"][:_KEY_COLUMNS]
    for coding, event, name, answer in zip(
        *keys, _items(model.Answer, columns["answer"]), strict=True
    ):
        answers[coding, event][name] = answer
    return next(iter(_codings(columns, answers).values()), None)


def stored_codings(parts: Mapping[str, Sequence[Values]]) -> dict[str, model.Coding]:
    """Convert stored rows, by table, to id → coding; raises DamagedError like `to_coding`.

    A row has its values in the order of the columns, JSON as text, and booleans as the database stores them.
    Spans are packed by coding, answers by event (`packed_rows.packed`).
    """
    spans = [
        (coding, id_, *values)
        for coding, rows in parts["span"]
        for id_, values in unpacked("span", coding, rows, VALUES).items()
    ]
    columns = {
        "coding": _sound("coding", parts["coding"]),
        "span": _sound("span", spans),
    }
    columns["event"] = _sound("event", parts["event"])
    answers = {(row[0], row[1]): _stored_answers(*row) for row in parts["answer"]}
    return _codings(columns, answers)


def _stored_answers(coding: str, event: str, rows: str) -> dict[str, model.Answer]:
    """Convert packed answers about an event, or about the article if `event` is empty."""
    answers = {}
    for name, values in unpacked(
        "answer", f"{coding}/{event}", rows, JSON_VALUES
    ).items():
        if (answer := _stored_answer(bytes(values))) is None or type(event) is not str:
            row = (coding, event, name, *_answer_values(bytes(values)))
            _expect_sound("answer", dict(zip(_COLUMNS["answer"], row, strict=True)))
        else:
            answers[name] = answer
    return answers


def _sound(table: str, rows: Sequence[Values]) -> Columns:
    """Convert stored rows to columns of checked values; raises DamagedError if a row is invalid."""
    columns = [*_transposed(table, rows)]
    for i, convert in _FROM_STORED[table]:
        columns[i] = [*map(convert, columns[i])]
    if needs_row_checks(table, columns):
        for values in zip(*columns, strict=True):
            if values_problem(table, values):
                _expect_sound(table, dict(zip(_COLUMNS[table], values, strict=True)))
    return columns


def _from_json(text: str | None) -> Any:
    return None if text is None else column_from_json(text)


def _from_bool(stored: Any) -> Any:  # SQLite stores 0 and 1
    return {0: False, 1: True}.get(stored, stored)


@lru_cache(2_000)  # two in five equal another answer of the same coding
def _stored_answer(packed: bytes) -> model.Answer | None:
    """Convert the packed values of an answer, without its key; None if they are invalid."""
    whole = [""] * _KEY_COLUMNS + [*_answer_values(packed)]
    return None if values_problem("answer", whole) else _item(model.Answer, whole)


def _answer_values(packed: bytes) -> Sequence[Any]:
    """Unpack the values of an answer's row, without its key."""
    values: list[Any] = json.decode(packed)
    for i, convert in _FROM_STORED["answer"]:
        values[i - _KEY_COLUMNS] = convert(values[i - _KEY_COLUMNS])
    return values


def _transposed(table: str, rows: Sequence[Values]) -> Columns:
    return [*zip(*rows, strict=True)] or [()] * len(_COLUMNS[table])


def _codings(
    parts: Mapping[str, Columns],
    answers: Mapping[tuple[str, str], dict[str, model.Answer]],
) -> dict[str, model.Coding]:
    """Return id → coding from the columns of the other tables and (coding, event) → answers."""
    spans = grouped(_in_order("span", parts["span"], _items(model.Span, parts["span"])))
    event_ids = parts["event"][_COLUMNS["event"].index("id")]
    events = grouped(
        (coding, model.Event(event, answers.get((coding, event), {})))
        for coding, event in _in_order("event", parts["event"], event_ids)
    )
    heads = (
        dict(zip(_COLUMNS["coding"], head, strict=True))
        for head in zip(*parts["coding"], strict=True)
    )
    return {
        head["id"]: model.Coding(
            article=head["article"],
            text_sha256=head["text_sha256"],
            codebook=head["codebook"],
            coder=head["coder"],
            status=model.Status(head["status"]),
            answers=answers.get((head["id"], ""), {}),
            spans=tuple(spans.get(head["id"], ())),
            events=tuple(events.get(head["id"], ())),
            source=head["source"],
        )
        for head in heads
    }


def _in_order(
    table: str, columns: Columns, objects: Iterable[_Object]
) -> Iterator[tuple[str, _Object]]:
    """Pair each row's coding with the object made from the row, ordered by position and id."""
    sort_columns = [
        columns[_COLUMNS[table].index(name)] for name in ("id", "position", "coding")
    ]
    by_id = sorted(zip(*sort_columns, objects, strict=True), key=itemgetter(0))
    return ((coding, each) for _, _, coding, each in sorted(by_id, key=itemgetter(1)))


def new_article_rows(
    article: model.Article, digest: str
) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of an article and its metadata, with values as SQLite's driver takes them.

    digest: the article's `text_sha256`.
    """
    boilerplate = _json([list(each) for each in article.boilerplate])
    return {
        "article": [(article.id, article.text, digest, article.source, boilerplate)],
        "metadata": [(article.id, _json(dict(article.metadata)))]
        if article.metadata
        else [],
    }


def article_of(rows: Mapping[str, Sequence[tuple[Any, ...]]]) -> model.Article:
    """Convert the result of `new_article_rows` back to the article."""
    metadata = {
        article: column_from_json(fields) for article, fields in rows["metadata"]
    }
    return stored_articles(rows["article"], metadata)[0]


def new_coding_rows(coding: model.Coding) -> dict[str, list[tuple[Any, ...]]]:
    """Return the same rows as `coding_rows`, ordered by key, with values as SQLite's driver takes them."""
    id_ = coding.id
    c = coding
    return {
        "coding": [
            (
                *(id_, c.article, c.coder, c.codebook, c.text_sha256),
                *(c.status.value, c.source),
            )
        ],
        "span": sorted(
            (
                *(id_, s.id, position, s.kind, s.start, s.end, s.quote, _json(s.value)),
                *(s.decision and s.decision.value, s.candidate, s.reason),
            )
            for position, s in enumerate(coding.spans)
        ),
        "event": sorted(
            (id_, event.id, position) for position, event in enumerate(coding.events)
        ),
        "answer": sorted(
            (
                *(
                    id_,
                    event,
                    name,
                    _json(a.value),
                    a.blank and a.blank.value,
                    _json(a.evidence),
                    a.comment,
                ),
                *(a.proposed, _json(a.taken_from), a.reason, a.by),
                *(a.how, a.applied_by),
            )
            for event, answers in coding.records
            for name, a in answers.items()
        ),
    }


def _json(value: model.Json | tuple[str, ...]) -> str | None:
    return None if value is None else column_to_json(value)


def cluster_rows(clusters: Iterable[model.Cluster]) -> Rows:
    """Return the rows of an article's clusters, which are given in order."""
    return {
        ("cluster", each.article, each.id): _row("cluster", each, position=position)
        for position, each in enumerate(clusters)
    }


def remark_rows(remarks: Iterable[model.Remark | None]) -> Rows:
    """Return the rows of remarks; none for None."""
    return {
        ("remark", r.coder, r.article, r.id): _row("remark", r)
        for r in remarks
        if r is not None
    }


def ruling_rows(rulings: Iterable[model.Ruling | None]) -> Rows:
    """Return the rows of decisions about terms; none for None."""
    rows: Rows = {}
    for ruling in filter(None, rulings):
        folded = fold_key(ruling.text)
        row = _row("lexicon", ruling, folded=folded, decision=ruling.verdict.value)
        rows.setdefault(("lexicon", ruling.kind, folded), row)
    return rows


def to_ruling(row: Mapping[str, Any]) -> model.Ruling:
    """Convert a row to the decision about a term."""
    _expect_sound("lexicon", row)
    return model.Ruling(
        row["kind"], row["text"], model.Verdict(row["decision"]), row["value"]
    )


def _expect_sound(table: str, row: Mapping[str, Any]) -> None:
    """Raise DamagedError that names the row if it is invalid."""
    if problem := row_problem(table, row):
        key = "/".join(
            str(row.get(column.name)) for column in METADATA.tables[table].primary_key
        )
        raise damaged(
            Message("store.row_unreadable", table=table, row=key, what=problem)
        )


def _row(table: str, item: object, **place: object) -> Row:
    """Convert an object of the model to a row; place: the columns that are not its attributes."""
    row: Row = dict.fromkeys(_COLUMNS[table])
    row.update(zip(_SHARED[table], _GETTERS[table](item), strict=True), **place)
    for column, (to_row, _) in _CONVERTED[table]:
        row[column] = to_row(row[column])
    return row


def _item(kind: type[_Item], values: Values) -> _Item:
    """Convert a row's values to the model, whose classes begin with the attributes stored in columns."""
    attributes = [*_ATTRIBUTES[kind](values)]
    for i, from_row in _FROM_ROW[kind]:
        attributes[i] = from_row(attributes[i])
    return kind(*attributes)


def _items(
    kind: type[_Item], columns: Columns, *further: Sequence[Any]
) -> Iterator[_Item]:
    """Convert many rows, given by column; further: attributes after those in the columns."""
    attributes = [*_ATTRIBUTES[kind](columns)]
    for i, from_row in _FROM_ROW[kind]:
        attributes[i] = map(from_row, attributes[i])
    return map(kind, *attributes, *further)


def _enum(kind: type[Enum]) -> _Conversion:
    members = {each.value: each for each in kind}
    return lambda value: value.value if value else None, members.get


_Conversion: TypeAlias = tuple[Callable[[Any], Any], Callable[[Any], Any]]
_TEXTS: _Conversion = (list, lambda texts: tuple(texts) if texts else ())
_PAIRS: _Conversion = (
    lambda pairs: [*map(list, pairs)],
    lambda pairs: tuple(map(tuple, pairs or ())),
)
# Column → conversion of its value from model to row, and back; other values are the same in both.
_CONVERSIONS: dict[str, _Conversion] = {
    "boilerplate": _PAIRS,
    "members": _PAIRS,
    "evidence": _TEXTS,
    "taken_from": _TEXTS,
    "status": _enum(model.Status),
    "decision": _enum(model.Decision),
    "blank": _enum(model.Blank),
    "proposed": (bool, bool),
}
_KINDS = (
    model.Article,
    model.Candidate,
    model.Coding,
    model.Span,
    model.Answer,
    model.Cluster,
    model.Remark,
)
_MODEL: dict[str, type] = {kind.__name__.lower(): kind for kind in _KINDS} | {
    "lexicon": model.Ruling
}
_SHARED = {
    table: [c for c in _COLUMNS[table] if hasattr(kind, c)]
    for table, kind in _MODEL.items()
}
"""The columns of each table that are attributes in the model."""
_GETTERS = {table: attrgetter(*names) for table, names in _SHARED.items()}
_CONVERTED = {
    table: [(c, _CONVERSIONS[c]) for c in names if c in _CONVERSIONS]
    for table, names in _SHARED.items()
}
_TABLES = {
    kind: table
    for table, kind in _MODEL.items()
    if kind not in (model.Coding, model.Ruling)
}
_FIELDS = {
    kind: [f.name for f in fields(kind) if f.name in _COLUMNS[table]]
    for kind, table in _TABLES.items()
}
_ATTRIBUTES = {
    k: itemgetter(*map(_COLUMNS[_TABLES[k]].index, names))
    for k, names in _FIELDS.items()
}
"""For each class of the model, a getter of its attributes, in their order, from a row's values."""
_FROM_ROW = {
    kind: [
        (at, _CONVERSIONS[name][1])
        for at, name in enumerate(names)
        if name in _CONVERSIONS
    ]
    for kind, names in _FIELDS.items()
}
_KEY_COLUMNS = (
    _COLUMNS["answer"].index("field") + 1
)  # an answer's key: coding, event, field
_FROM_STORED: Mapping[str, Sequence[tuple[int, Callable[[Any], Any]]]] = {
    name: [
        (at, _from_json if isinstance(column.type, JSON) else _from_bool)
        for at, column in enumerate(table.columns)
        if isinstance(column.type, JSON | Boolean)
    ]
    for name, table in METADATA.tables.items()
}
