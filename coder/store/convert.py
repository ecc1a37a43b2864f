"""Conversion between the model and rows, known to this module only.

A row is a dict from column to plain JSON value. Rows are keyed `(table, key…)`: the
journal compares two such dicts to find what a change touched. An attribute of the model
is stored in the column of the same name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar

from msgspec.structs import fields
from sqlalchemy import JSON, Boolean

from coder import model
from coder.foreign import to_json
from coder.messages.catalogue import Message
from coder.store.data_problems import (
    column_from_json,
    damaged,
    row_problem,
    values_problem,
)
from coder.store.tables import CODING_TABLES, METADATA
from coder.text.normalize import fold_key

Row: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, ...]
Rows: TypeAlias = dict[Key, Row]
Values: TypeAlias = Sequence[Any]
"""The values of a row in the order of its table's columns."""
_Part = TypeVar("_Part", model.Span, model.Event)
_Item = TypeVar(
    "_Item",
    model.Article,
    model.Correction,
    model.Candidate,
    model.Span,
    model.Answer,
    model.Cluster,
    model.Remark,
)

# ---------------------------------------------------------------- values of single columns
_Conversion: TypeAlias = tuple[Callable[[Any], Any], Callable[[Any], Any]]


def _convert_enum(kind: type[Enum]) -> _Conversion:
    """Return the conversion of an enum's member, or None, to its value and back."""
    members = {each.value: each for each in kind}

    def to_value(member: Enum | None) -> Any:
        return None if member is None else member.value

    return to_value, members.get


def _to_texts(texts: Iterable[str] | None) -> tuple[str, ...]:
    return tuple(texts or ())


def _from_pairs(pairs: Iterable[Sequence[Any]]) -> list[list[Any]]:
    return [list(pair) for pair in pairs]


def _to_pairs(pairs: Iterable[Sequence[Any]] | None) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(pair) for pair in pairs or ())


# Column → conversion of its value from model to row, and back; other values are the
# same in both.
_CONVERSIONS: dict[str, _Conversion] = {
    "version": (str, int),
    "boilerplate": (_from_pairs, _to_pairs),
    "members": (_from_pairs, _to_pairs),
    "evidence": (list, _to_texts),
    "taken_from": (list, _to_texts),
    "status": _convert_enum(model.Status),
    "decision": _convert_enum(model.Decision),
    "blank": _convert_enum(model.Blank),
    "proposed": (bool, bool),
}


def _parse_json(text: str | None) -> Any:
    return None if text is None else column_from_json(text)


def _parse_boolean(stored: Any) -> Any:  # SQLite stores 0 and 1
    return {0: False, 1: True}.get(stored, stored)


# ---------------------------------------------------------------- rows of one table
class _Codec:
    """Converts objects of a class of the model to the rows of a table, and back."""

    def __init__(self, table: str, kind: type) -> None:
        columns = METADATA.tables[table].columns
        self.table = table
        self.kind = kind
        self.columns = columns.keys()
        self._shared = [name for name in self.columns if hasattr(kind, name)]
        """The columns that are attributes or properties in the model."""
        self._encoders = []
        for name in self._shared:
            if name in _CONVERSIONS:
                encode, _ = _CONVERSIONS[name]
                self._encoders.append((name, encode))
        stored = [each.name for each in fields(kind) if each.name in self.columns]
        """The attributes that are columns, in the order in which the class takes them.
        """
        self._places = [self.columns.index(name) for name in stored]
        self._decoders = []
        for place, name in enumerate(stored):
            if name in _CONVERSIONS:
                _, decode = _CONVERSIONS[name]
                self._decoders.append((place, decode))
        self._parsers: list[tuple[int, Callable[[Any], Any]]] = []
        for place, column in enumerate(columns):
            if isinstance(column.type, JSON):
                self._parsers.append((place, _parse_json))
            elif isinstance(column.type, Boolean):
                self._parsers.append((place, _parse_boolean))

    def to_row(self, item: object, **place: object) -> Row:
        """Encode an object as a row; place: the columns that are not its attributes."""
        row: Row = dict.fromkeys(self.columns)
        for name in self._shared:
            row[name] = getattr(item, name)
        row.update(place)
        for name, encode in self._encoders:
            row[name] = encode(row[name])
        return row

    def from_values(self, values: Values, *further: Any) -> Any:
        """Decode a row's values, which must be valid; further: attributes after those
        in columns.
        """
        attributes = [values[place] for place in self._places]
        for place, decode in self._decoders:
            attributes[place] = decode(attributes[place])
        return self.kind(*attributes, *further)

    def parse(self, stored: Values) -> list[Any]:
        """Parse a row as the driver gives it: JSON as text, and booleans as the
        database stores them.
        """
        values = list(stored)
        for place, parse in self._parsers:
            values[place] = parse(values[place])
        return values

    def checked(self, stored: Values) -> list[Any]:
        """Parse a row as the driver gives it; raises DamagedError if it is invalid."""
        values = self.parse(stored)
        if values_problem(self.table, values):
            _expect_sound(self.table, dict(zip(self.columns, values, strict=True)))
        return values


_CODECS = {
    "article": _Codec("article", model.Article),
    "correction": _Codec("correction", model.Correction),
    "candidate": _Codec("candidate", model.Candidate),
    "coding": _Codec("coding", model.Coding),
    "span": _Codec("span", model.Span),
    "event": _Codec("event", model.Event),
    "answer": _Codec("answer", model.Answer),
    "cluster": _Codec("cluster", model.Cluster),
    "remark": _Codec("remark", model.Remark),
    "lexicon": _Codec("lexicon", model.Ruling),
}
_ANSWER_KEY = 3  # columns: coding, event, field


def item(kind: type[_Item], row: Mapping[str, Any]) -> _Item:
    """Convert a row to the model; raises DamagedError if the row is invalid."""
    codec = _CODECS[kind.__name__.lower()]
    decoded: _Item = codec.from_values(_values_of(codec, row))
    return decoded


def to_stored_values(table: str, row: Row) -> tuple[Any, ...]:
    """Return a row's values in the order of the columns, as drivers take them: JSON as
    text.
    """
    values = []
    for column in METADATA.tables[table].columns:
        value = row[column.name]
        if isinstance(column.type, JSON) and value is not None:
            value = to_json(value)
        values.append(value)
    return tuple(values)


# ---------------------------------------------------------------- articles
def article_rows(articles: Iterable[model.Article]) -> Rows:
    """Return the rows of articles."""
    codec = _CODECS["article"]
    return {("article", article.id): codec.to_row(article) for article in articles}


def correction_rows(correction: model.Correction) -> Rows:
    """Return the row of a correction."""
    row = _CODECS["correction"].to_row(correction)
    return {("correction", correction.article, row["version"]): row}


def metadata_rows(metadata: Mapping[str, Mapping[str, str]]) -> Rows:
    """Return the rows of articles' metadata, given by article id; none for an article
    without any.
    """
    return {
        ("metadata", article): {"article": article, "fields": dict(fields)}
        for article, fields in metadata.items()
        if fields
    }


def to_articles(
    rows: Iterable[Values], metadata: Mapping[str, Mapping[str, str]]
) -> list[model.Article]:
    """Convert rows of articles as the driver gives them, with the metadata by article
    id.
    """
    codec = _CODECS["article"]
    articles = []
    for row in rows:
        values = codec.checked(row)
        article_id = values[0]
        articles.append(codec.from_values(values, metadata.get(article_id, {})))
    return articles


def candidate_rows(article: str, candidates: Iterable[model.Candidate]) -> list[Row]:
    """Return the rows of an article's candidates, which are given in reading order."""
    return [
        _CODECS["candidate"].to_row(each, article=article, position=position)
        for position, each in enumerate(candidates)
    ]


# ---------------------------------------------------------------- codings
def coding_rows(coding: model.Coding | None, other: model.Coding | None = None) -> Rows:
    """Return the rows of a coding: head, spans, events, answers; none for None.

    other: the coding before or after a change; spans and events that are the same
    objects are omitted.
    """
    if coding is None:
        return {}
    id_ = coding.id
    rows: Rows = {("coding", id_): _CODECS["coding"].to_row(coding)}
    for position, span in _different(coding.spans, other.spans if other else ()):
        row = _CODECS["span"].to_row(span, coding=id_, position=position)
        rows["span", id_, span.id] = row
    answers_by_event = [("", coding.answers)]
    for position, event in _different(coding.events, other.events if other else ()):
        row = _CODECS["event"].to_row(event, coding=id_, position=position)
        rows["event", id_, event.id] = row
        answers_by_event.append((event.id, event.fields))
    for event_id, answers in answers_by_event:
        for name, answer in answers.items():
            place = {"coding": id_, "event": event_id, "field": name}
            row = _CODECS["answer"].to_row(answer, **place)
            rows["answer", id_, event_id, name] = row
    return rows


def _different(
    parts: Sequence[_Part], others: Sequence[_Part]
) -> list[tuple[int, _Part]]:
    """Return the parts with their positions, except where both have the same object at
    a position.
    """
    return [
        (position, each)
        for position, each in enumerate(parts)
        if position >= len(others) or others[position] is not each
    ]


def to_coding(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> model.Coding | None:
    """Convert (table, row) pairs to a coding, None without a head; raises DamagedError
    if one is invalid.
    """
    parts: dict[str, list[Values]] = {table: [] for table in CODING_TABLES}
    for table, row in rows:
        parts[table].append(_values_of(_CODECS[table], row))
    answers = [
        (values, _CODECS["answer"].from_values(values)) for values in parts["answer"]
    ]
    codings = _codings(parts["coding"], parts["span"], parts["event"], answers)
    return next(iter(codings.values()), None)


def to_codings(parts: Mapping[str, Iterable[Values]]) -> dict[str, model.Coding]:
    """Convert rows as the driver gives them, by table, to id → coding; raises
    DamagedError like `to_coding`.
    """
    heads = [_CODECS["coding"].checked(row) for row in parts["coding"]]
    spans = [_CODECS["span"].checked(row) for row in parts["span"]]
    events = [_CODECS["event"].checked(row) for row in parts["event"]]
    answers = []
    for row in parts["answer"]:
        answer = _convert_answer(tuple(row[_ANSWER_KEY:]))
        key_types = {*map(type, row[:_ANSWER_KEY])}
        if answer is None or key_types != {str}:
            _CODECS["answer"].checked(row)  # raises the error that names the row
        else:
            answers.append((row, answer))
    return _codings(heads, spans, events, answers)


@lru_cache(2_000)  # two in five equal another answer of the same coding
def _convert_answer(stored: tuple[Any, ...]) -> model.Answer | None:
    """Convert the values of an answer's row behind its key; None if they are invalid."""
    codec = _CODECS["answer"]
    values = codec.parse(("",) * _ANSWER_KEY + stored)
    if values_problem("answer", values):
        return None
    answer: model.Answer = codec.from_values(values)
    return answer


def _codings(
    heads: Iterable[Values],
    spans: Iterable[Values],
    events: Iterable[Values],
    answers: Iterable[tuple[Values, model.Answer]],
) -> dict[str, model.Coding]:
    """Return id → coding; answers: each with its row, whose first values are its key."""
    answers_by_event: dict[tuple[str, str], dict[str, model.Answer]] = defaultdict(dict)
    for (coding, event_id, name, *_), answer in answers:
        answers_by_event[coding, event_id][name] = answer
    spans_by_coding: dict[str, list[model.Span]] = defaultdict(list)
    for values in sorted(spans, key=_position):
        spans_by_coding[values[0]].append(_CODECS["span"].from_values(values))
    events_by_coding: dict[str, list[model.Event]] = defaultdict(list)
    for values in sorted(events, key=_position):
        coding, event_id, _ = values
        fields = answers_by_event.get((coding, event_id), {})
        events_by_coding[coding].append(model.Event(event_id, fields))
    codings = {}
    for values in heads:
        head = dict(zip(_CODECS["coding"].columns, values, strict=True))
        id_ = head["id"]
        codings[id_] = model.Coding(
            article=head["article"],
            text_sha256=head["text_sha256"],
            codebook=head["codebook"],
            coder=head["coder"],
            status=model.Status(head["status"]),
            answers=answers_by_event.get((id_, ""), {}),
            spans=tuple(spans_by_coding.get(id_, ())),
            events=tuple(events_by_coding.get(id_, ())),
            source=head["source"],
        )
    return codings


def _position(values: Values) -> tuple[int, str]:
    """Return by what spans and events are ordered; their columns begin with coding, id,
    position.
    """
    return values[2], values[1]


# ---------------------------------------------------------------- other tables
def cluster_rows(clusters: Iterable[model.Cluster]) -> Rows:
    """Return the rows of an article's clusters, which are given in order."""
    return {
        ("cluster", each.article, each.id): _CODECS["cluster"].to_row(
            each, position=position
        )
        for position, each in enumerate(clusters)
    }


def remark_rows(remarks: Iterable[model.Remark | None]) -> Rows:
    """Return the rows of remarks; none for None."""
    rows: Rows = {}
    for remark in remarks:
        if remark is not None:
            key = ("remark", remark.coder, remark.article, remark.id)
            rows[key] = _CODECS["remark"].to_row(remark)
    return rows


def ruling_rows(rulings: Iterable[model.Ruling | None]) -> Rows:
    """Return the rows of decisions about terms; none for None."""
    rows: Rows = {}
    for ruling in rulings:
        if ruling is not None:
            folded = fold_key(ruling.text)
            columns = {"folded": folded, "decision": ruling.verdict.value}
            row = _CODECS["lexicon"].to_row(ruling, **columns)
            rows.setdefault(("lexicon", ruling.kind, folded), row)
    return rows


def to_ruling(row: Mapping[str, Any]) -> model.Ruling:
    """Convert a row to the decision about a term."""
    _expect_sound("lexicon", row)
    return model.Ruling(
        row["kind"], row["text"], model.Verdict(row["decision"]), row["value"]
    )


# ---------------------------------------------------------------- checks
def _values_of(codec: _Codec, row: Mapping[str, Any]) -> list[Any]:
    """Return a row's values in the order of the columns; raises DamagedError if the row
    is invalid.
    """
    _expect_sound(codec.table, row)
    return [row[name] for name in codec.columns]


def _expect_sound(table: str, row: Mapping[str, Any]) -> None:
    """Raise DamagedError that names the row if it is invalid."""
    if problem := row_problem(table, row):
        key = "/".join(
            str(row.get(column.name)) for column in METADATA.tables[table].primary_key
        )
        raise damaged(
            Message("store.row_unreadable", table=table, row=key, what=problem)
        )
