"""Model to rows and back: the only place that knows both.

Rows are keyed `(table, key…)` and hold plain JSON values; two sets of rows compare as dicts, which is how the
journal finds what a change touched. An attribute of the model and a column of one name hold the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from enum import Enum
from functools import lru_cache
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import JSON, Boolean

from coder import model
from coder.messages.catalogue import Message
from coder.store.data_problems import (
    column_from_json,
    column_to_json,
    damaged,
    may_be_wrong,
    row_problem,
    values_problem,
)
from coder.store.tables import METADATA
from coder.text.normalize import fold_key

Row: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, ...]
Rows: TypeAlias = dict[Key, Row]
Values: TypeAlias = Sequence[Any]  # of a row, in the order of its table's columns
Columns: TypeAlias = list[Sequence[Any]]  # of a table
_Thing = TypeVar("_Thing")
_Part = TypeVar("_Part", model.Span, model.Event)
_Item = TypeVar(
    "_Item", model.Article, model.Candidate, model.Span, model.Answer, model.Cluster, model.Remark
)

_COLUMNS = {name: tuple(table.columns.keys()) for name, table in METADATA.tables.items()}
_VALUES = {name: itemgetter(*columns) for name, columns in _COLUMNS.items()}


def item(kind: type[_Item], row: Mapping[str, Any]) -> _Item:
    """The article, candidate or cluster in a row; raises DamagedError where the row holds none."""
    _expect_sound(kind.__name__.lower(), row)
    return _item(kind, _VALUES[kind.__name__.lower()](row))


def article_rows(articles: Iterable[model.Article]) -> Rows:
    """The rows of articles."""
    return {("article", article.id): _row("article", article) for article in articles}


def metadata_rows(known: Mapping[str, Mapping[str, str]]) -> Rows:
    """The rows of what is known of articles, by their ids; none where nothing is."""
    return {
        ("metadata", article): {"article": article, "fields": dict(fields)}
        for article, fields in known.items()
        if fields
    }


def stored_articles(rows: Sequence[Values], known: Mapping[str, Mapping[str, str]]) -> list[model.Article]:
    """The articles of rows as they are stored; known: what is known of them, by their ids."""
    columns = _sound("article", rows)
    return [*_items(model.Article, columns, [known.get(each, {}) for each in columns[0]])]


def candidate_rows(article: str, candidates: Iterable[model.Candidate]) -> list[Row]:
    """The rows of an article's candidates, which are in reading order."""
    return [_row("candidate", each, article=article, position=i) for i, each in enumerate(candidates)]


def coding_rows(coding: model.Coding | None, other: model.Coding | None = None) -> Rows:
    """All rows of a coding: head, spans, events, answers; none for None.

    other: the coding before or after a change, whose spans and events are left out where they are the same.
    """
    if coding is None:
        return {}
    id_ = coding.id
    rows: Rows = {("coding", id_): _row("coding", coding)}
    for position, span in _unlike(coding.spans, other.spans if other else ()):
        rows["span", id_, span.id] = _row("span", span, coding=id_, position=position)
    given = [("", coding.answers)]
    for position, event in _unlike(coding.events, other.events if other else ()):
        rows["event", id_, event.id] = {"coding": id_, "id": event.id, "position": position}
        given.append((event.id, event.fields))
    for event_id, answers in given:
        for name, answer in answers.items():
            place = {"coding": id_, "event": event_id, "field": name}
            rows["answer", id_, event_id, name] = _row("answer", answer, **place)
    return rows


def _unlike(parts: Sequence[_Part], others: Sequence[_Part]) -> list[tuple[int, _Part]]:
    """The parts with their places, without those that are the very same as the other in their place."""
    return [(i, each) for i, each in enumerate(parts) if i >= len(others) or others[i] is not each]


def to_coding(rows: Iterable[tuple[str, Mapping[str, Any]]], *, sound: bool = False) -> model.Coding | None:
    """The coding in (table, row) pairs, None where they hold no head; sound: the rows were looked at before.

    Raises DamagedError where a row does not hold what its columns are for.
    """
    parts: dict[str, list[Values]] = {"coding": [], "span": [], "event": [], "answer": []}
    for table, row in rows:
        if not sound:
            _expect_sound(table, row)
        parts[table].append(_VALUES[table](row))
    columns = {table: _turned(table, each) for table, each in parts.items()}
    return next(iter(_codings(columns, _items(model.Answer, columns["answer"])).values()), None)


def stored_codings(parts: Mapping[str, Sequence[Values]]) -> dict[str, model.Coding]:
    """Id → coding, of the tables' rows as they are stored: in the order of the columns, JSON as its text,
    truth as the database has it.

    Raises DamagedError as `to_coding` does.
    """
    columns = {table: _sound(table, parts[table]) for table in ("coding", "span", "event")}
    columns["answer"] = stored = _turned("answer", parts["answer"])
    answers = [answer for answer in map(_stored_answer, *stored[_BEHIND_PLACE:]) if answer is not None]
    kinds = {*chain.from_iterable(map(type, place) for place in stored[:_BEHIND_PLACE])}
    if kinds - {str} or len(answers) < len(stored[0]):
        columns["answer"] = _sound("answer", parts["answer"])
        return _codings(columns, _items(model.Answer, columns["answer"]))
    return _codings(columns, answers)


def _sound(table: str, rows: Sequence[Values]) -> Columns:
    """The columns of stored rows, read."""
    found = [*_turned(table, rows)]
    for place, read in _FROM_STORED[table]:
        found[place] = [*map(read, found[place])]
    if may_be_wrong(table, found):
        for values in zip(*found, strict=True):
            if values_problem(table, values):
                _expect_sound(table, dict(zip(_COLUMNS[table], values, strict=True)))
    return found


def _from_json(text: str | None) -> Any:
    return None if text is None else column_from_json(text)


def _from_bool(stored: Any) -> Any:  # SQLite has numbers for it
    return {0: False, 1: True}.get(stored, stored)


@lru_cache(20_000)  # two in five are like another answer of the same coding
def _stored_answer(*values: Any) -> model.Answer | None:
    """The answer in a stored row without its place; None where there is none."""
    whole = [""] * _BEHIND_PLACE + [*values]
    for place, read in _FROM_STORED["answer"]:
        whole[place] = read(whole[place])
    return None if values_problem("answer", whole) else _item(model.Answer, whole)


def _turned(table: str, rows: Sequence[Values]) -> Columns:
    return [*zip(*rows, strict=True)] or [()] * len(_COLUMNS[table])


def _codings(parts: Mapping[str, Columns], answered: Iterable[model.Answer]) -> dict[str, model.Coding]:
    """The codings in the columns of their tables, by their ids."""
    answers: dict[tuple[str, str], dict[str, model.Answer]] = defaultdict(dict)
    places = parts["answer"][:_BEHIND_PLACE]
    for coding, event, name, answer in zip(*places, answered, strict=True):
        answers[coding, event][name] = answer
    spans: dict[str, list[model.Span]] = defaultdict(list)
    for coding, span in _in_order("span", parts["span"], _items(model.Span, parts["span"])):
        spans[coding].append(span)
    events: dict[str, list[model.Event]] = defaultdict(list)
    for coding, event in _in_order("event", parts["event"], parts["event"][_COLUMNS["event"].index("id")]):
        events[coding].append(model.Event(event, answers.get((coding, event), {})))
    heads = (dict(zip(_COLUMNS["coding"], head, strict=True)) for head in zip(*parts["coding"], strict=True))
    return {
        head["id"]: model.Coding(
            article=head["article"],
            text_sha256=head["text_sha256"],
            codebook=head["codebook"],
            coder=head["coder"],
            status=model.Status(head["status"]),
            answers=answers.get((head["id"], ""), {}),
            spans=tuple(spans[head["id"]]),
            events=tuple(events[head["id"]]),
        )
        for head in heads
    }


def _in_order(table: str, columns: Columns, things: Iterable[_Thing]) -> Iterator[tuple[str, _Thing]]:
    """Each row's coding and what is made of it, in the order of position and id."""
    of = [columns[_COLUMNS[table].index(name)] for name in ("id", "position", "coding")]
    by_id = sorted(zip(*of, things, strict=True), key=itemgetter(0))
    return ((coding, thing) for _, _, coding, thing in sorted(by_id, key=itemgetter(1)))


def new_article_rows(article: model.Article, digest: str) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of an article and what is known of it, each row's values as SQLite's driver takes them.

    digest: the article's `text_sha256`.
    """
    boilerplate = _json([list(each) for each in article.boilerplate])
    return {
        "article": [(article.id, article.text, digest, article.source, boilerplate)],
        "metadata": [(article.id, _json(dict(article.metadata)))] if article.metadata else [],
    }


def article_of(rows: Mapping[str, Sequence[tuple[Any, ...]]]) -> model.Article:
    """The article in such rows."""
    [(id_, text, _, source, boilerplate)], known = rows["article"], rows["metadata"]
    stretches = _PAIRS[1](column_from_json(boilerplate))
    return model.Article(id_, text, source, stretches, column_from_json(known[0][1]) if known else {})


def new_coding_rows(coding: model.Coding) -> dict[str, list[tuple[Any, ...]]]:
    """The same as `coding_rows`, in the order of keys, each row's values as SQLite's driver takes them."""
    id_, of, given = coding.id, coding, [("", coding.answers), *((e.id, e.fields) for e in coding.events)]
    return {
        "coding": [(id_, of.article, of.coder, of.codebook, of.text_sha256, of.status.value)],
        "span": sorted(
            (*(id_, s.id, place, s.kind, s.start, s.end, s.quote, _json(s.value)),
             *(s.decision and s.decision.value, s.candidate, s.reason))
            for place, s in enumerate(coding.spans)
        ),
        "event": sorted((id_, event.id, place) for place, event in enumerate(coding.events)),
        "answer": sorted(
            (*(id_, event, name, _json(a.value), a.blank and a.blank.value, _json(a.evidence), a.comment),
             *(a.proposed, _json(a.taken_from), a.reason, a.by))
            for event, answers in given
            for name, a in answers.items()
        ),
    }  # fmt: skip


def _json(value: model.Json | tuple[str, ...]) -> str | None:
    return None if value is None else column_to_json(value)


def cluster_rows(clusters: Iterable[model.Cluster]) -> Rows:
    """The rows of an article's clusters, in their order."""
    return {
        ("cluster", each.article, each.id): _row("cluster", each, position=position)
        for position, each in enumerate(clusters)
    }


def remark_rows(remarks: Iterable[model.Remark | None]) -> Rows:
    """The rows of remarks; none for None."""
    found = filter(None, remarks)
    return {("remark", each.coder, each.article, each.id): _row("remark", each) for each in found}


def ruling_rows(rulings: Iterable[model.Ruling | None]) -> Rows:
    """The rows of decisions about terms; none for None."""
    rows: Rows = {}
    for ruling in filter(None, rulings):
        folded = fold_key(ruling.text)
        row = _row("lexicon", ruling, folded=folded, decision=ruling.verdict.value)
        rows.setdefault(("lexicon", ruling.kind, folded), row)
    return rows


def to_ruling(row: Mapping[str, Any]) -> model.Ruling:
    """The decision about a term in a row."""
    _expect_sound("lexicon", row)
    return model.Ruling(row["kind"], row["text"], model.Verdict(row["decision"]), row["value"])


def _expect_sound(table: str, row: Mapping[str, Any]) -> None:
    """Raises DamagedError, which names the row, where it does not hold what its columns are for."""
    if what := row_problem(table, row):
        key = "/".join(str(row.get(column.name)) for column in METADATA.tables[table].primary_key)
        raise damaged(Message("store.row_unreadable", table=table, row=key, what=what))


def _row(table: str, item: object, **place: object) -> Row:
    """The row of an item; place: the columns that it has no attribute for."""
    row: Row = dict.fromkeys(_COLUMNS[table])
    row.update(zip(_SHARED[table], _READ[table](item), strict=True), **place)
    for column, (to_row, _) in _SHAPED[table]:
        row[column] = to_row(row[column])
    return row


def _item(kind: type[_Item], values: Values) -> _Item:
    """The item in a row, whose columns, but those of its place, are its kind's first attributes."""
    attributes = [*_ATTRIBUTES[kind](values)]
    for place, from_row in _FROM_ROW[kind]:
        attributes[place] = from_row(attributes[place])
    return kind(*attributes)


def _items(kind: type[_Item], columns: Columns, *further: Sequence[Any]) -> Iterator[_Item]:
    """The same of many rows; further: attributes behind those in the columns."""
    attributes = [*_ATTRIBUTES[kind](columns)]
    for place, from_row in _FROM_ROW[kind]:
        attributes[place] = map(from_row, attributes[place])
    return map(kind, *attributes, *further)


def _word_of(kind: type[Enum]) -> _Shape:
    words = {each.value: each for each in kind}
    return lambda value: value.value if value else None, words.get


_Shape: TypeAlias = tuple[Callable[[Any], Any], Callable[[Any], Any]]
_TEXTS: _Shape = (list, lambda texts: tuple(texts) if texts else ())
_PAIRS: _Shape = (lambda pairs: [list(pair) for pair in pairs], lambda pairs: tuple(map(tuple, pairs or ())))
# Column → its value in the row of one in the model, and the other way; all others are the same.
_SHAPES: dict[str, _Shape] = {
    "boilerplate": _PAIRS,
    "members": _PAIRS,
    "evidence": _TEXTS,
    "taken_from": _TEXTS,
    "status": _word_of(model.Status),
    "decision": _word_of(model.Decision),
    "blank": _word_of(model.Blank),
    "proposed": (bool, bool),
}
_KINDS = (
    *(model.Article, model.Candidate, model.Coding, model.Span, model.Answer, model.Cluster),
    model.Remark,
)
_MODEL: dict[str, type] = {kind.__name__.lower(): kind for kind in _KINDS} | {"lexicon": model.Ruling}
_SHARED = {table: [c for c in _COLUMNS[table] if hasattr(kind, c)] for table, kind in _MODEL.items()}
"""The columns of a table that are attributes in the model."""
_READ = {table: attrgetter(*names) for table, names in _SHARED.items()}
_SHAPED = {table: [(c, _SHAPES[c]) for c in names if c in _SHAPES] for table, names in _SHARED.items()}
_ITEMS = {kind: table for table, kind in _MODEL.items() if kind not in (model.Coding, model.Ruling)}
_NAMES = {kind: [f.name for f in fields(kind) if f.name in _COLUMNS[_ITEMS[kind]]] for kind in _ITEMS}
_ATTRIBUTES = {k: itemgetter(*map(_COLUMNS[_ITEMS[k]].index, names)) for k, names in _NAMES.items()}
"""Of each kind, what reads its attributes out of a row, in their order."""
_FROM_ROW = {
    kind: [(at, _SHAPES[name][1]) for at, name in enumerate(names) if name in _SHAPES]
    for kind, names in _NAMES.items()
}
_BEHIND_PLACE = _COLUMNS["answer"].index("field") + 1
_FROM_STORED: Mapping[str, Sequence[tuple[int, Callable[[Any], Any]]]] = {
    name: [
        (at, _from_json if isinstance(column.type, JSON) else _from_bool)
        for at, column in enumerate(table.columns)
        if isinstance(column.type, JSON | Boolean)
    ]
    for name, table in METADATA.tables.items()
}
