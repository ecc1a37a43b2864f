"""An event in the form of other event data schemes: who, whom, when, where, how many
killed.

Only single incidents that occurred have a row, if the codebook has the fields
`report_scope` and
`event_status`: no tallies and campaigns, nothing that failed or was denied, planned or threatened.
The fields are found by type and name: the first of type date, the first of type place,
`initiators` and
`targets` or else the first two of type actor, and `killed`, if it is a count. Of several values of a
field the first is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypeAlias

from coder.codebook.effective import effective_events
from coder.codebook.lexicon_schema import Place
from coder.codebook.schema import Codebook, EventType, Field
from coder.errors import CoderError
from coder.exporters.csv import lines_of
from coder.exporters.writer import Dataset
from coder.model import Article, Coding, Event, Json

Cell: TypeAlias = str | float
_INCIDENT = {"report_scope": "single", "event_status": "occurred"}
"""Field → the value that it has in a single incident that occurred, if it is coded."""


class Flat(NamedTuple):
    """An event, with names in English. place: the first place's value; entry: its entry
    in the lexicon; killed: the minimum, "" if not stated.
    """

    article: Article
    coder: str
    id: str
    type: EventType
    initiators: Sequence[str]
    targets: Sequence[str]
    day: date | None
    last: date | None
    place: Mapping[str, Json]
    entry: Place | None
    killed: int | str

    @property
    def where(self) -> str:
        """The place's English name or, if it is not in the lexicon, its name in the
        article.
        """
        return (
            self.entry.name.en if self.entry else str(self.place.get("as_written", ""))
        )

    @property
    def country(self) -> str:
        """The place's country, from its value or else from the lexicon."""
        return str(self.place.get("country") or "") or (
            self.entry.country if self.entry else ""
        )

    @property
    def admin1(self) -> str:
        """The place's governorate or province, from its value or else from the lexicon."""
        return str(self.place.get("admin1") or "") or (
            self.entry.admin1 if self.entry else ""
        )


Columns: TypeAlias = Mapping[str, Callable[[Flat], Cell]]
"""Column → what it has of an event, in the columns' order."""


def head(columns: Columns, _: Dataset) -> str:
    """The header row."""
    return "\ufeff" + lines_of([[*columns]])


def rows(
    scheme: str, columns: Columns, dataset: Dataset
) -> Callable[[Article, Sequence[Coding]], str]:
    """Return the function that makes the rows of an article's events.

    Raises CoderError if no event type is mapped to the scheme.
    """
    book = dataset.codebook
    if not any(kind.map.get(scheme) for kind in book.every_type()):
        raise CoderError("delivery.no_mapping", codebook=book.ref, scheme=scheme)

    def lines_of_article(article: Article, codings: Sequence[Coding]) -> str:
        lines = []
        for coding in codings:
            for event in _events(dataset.book(coding), article, coding):
                lines.append([cell(event) for cell in columns.values()])
        return lines_of(lines)

    return lines_of_article


def is_incident(event: Event) -> bool:
    """Return whether an event is a single incident that occurred, as far as its answers
    say.
    """
    for field, wanted in _INCIDENT.items():
        answer = event.answer(field)
        if answer.coded and answer.value != wanted:
            return False
    return True


class Asked(NamedTuple):
    """The fields whose values the columns take, None for those that a codebook lacks."""

    who: Field | None
    whom: Field | None
    when: Field | None
    where: Field | None
    killed: Field | None

    @classmethod
    def of(cls, book: Codebook) -> Asked:
        """Those of a codebook."""
        actors = [f for f in book.event_fields if f.type == "actor" and not f.parts]
        named = [
            next((f for f in actors if f.id == name), None)
            for name in ("initiators", "targets")
        ]
        who, whom = named if any(named) else [*actors, None, None][:2]
        counts = (
            f for f in book.event_fields if f.id == "killed" and f.type == "int_range"
        )
        return cls(
            who, whom, _first(book, "date"), _first(book, "place"), next(counts, None)
        )


def held(scheme: str, event: Event, book: Codebook) -> set[str]:
    """The ids of the fields of which columns take the whole value; none for an event
    without a row.
    """
    kind = _kind(event, book)
    asked = Asked.of(book)
    if kind is None:
        return set()
    day = _value(event, asked.when)
    killed = _value(event, asked.killed)
    last = (
        "start" if scheme == "plover" else "end"
    )  # PLOVER has a column for the last day
    is_whole = (
        (
            book.type_field,
            bool(kind.map.get(scheme))
            and not _has_more(_value(event, book.type_field)),
        ),
        (asked.who, True),
        (asked.whom, True),
        (asked.when, not _has_more(day) and _are_same(day, "start", last)),
        (asked.where, not _has_more(_value(event, asked.where))),
        (asked.killed, not _has_more(killed) and _are_same(killed, "min", "max")),
    )
    return {field.id for field, whole in is_whole if field is not None and whole}


def _has_more(value: Json) -> bool:
    return isinstance(value, list) and len(value) > 1


def _are_same(value: Json, one: str, other: str) -> bool:
    item = next(iter(value), {}) if isinstance(value, list) else value or {}
    return item.get(one) == item.get(other) and not (
        item.get("open_end") or item.get("approx")
    )


def _kind(event: Event, book: Codebook) -> EventType | None:
    """The first type of an event that the codebook has; without one, the event has no
    row.
    """
    value = _first_value(event, book.type_field)
    return (
        book.event_type(value)
        if isinstance(value, str) and book.path_of(value)
        else None
    )


def _events(book: Codebook, article: Article, coding: Coding) -> Iterator[Flat]:
    who, whom, *others = Asked.of(book)
    for event in effective_events(coding, book):
        kind = _kind(event, book)
        if kind is None or not is_incident(event):
            continue
        when, place, killed = (_first_value(event, field) or {} for field in others)
        yield Flat(
            article,
            coding.coder,
            event.id,
            kind,
            _names(book, who, event),
            _names(book, whom, event),
            _day(when.get("start")),
            _day(when.get("end")),
            place,
            book.lexicon.place(place["place_id"]) if place.get("place_id") else None,
            "" if killed.get("min") is None else killed["min"],
        )


def _first(book: Codebook, kind: str) -> Field | None:
    return next((field for field in book.event_fields if field.type == kind), None)


def _value(event: Event, field: Field | None) -> Json:
    answer = event.answer(field.id) if field else None
    return answer.value if answer and answer.coded else None


def _first_value(event: Event, field: Field | None) -> Json:
    value = _value(event, field)
    return next(iter(value), None) if isinstance(value, list) else value


def _names(book: Codebook, field: Field | None, event: Event) -> list[str]:
    actors = _value(event, field) or []
    return [book.label_of(field, each, "en") for each in actors] if field else []


def _day(text: Json) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
