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
        if self.entry:
            return self.entry.name.en
        return str(self.place.get("as_written", ""))

    @property
    def country(self) -> str:
        """The place's country, from its value or else from the lexicon."""
        of_lexicon = self.entry.country if self.entry else ""
        return str(self.place.get("country") or of_lexicon)

    @property
    def admin1(self) -> str:
        """The place's governorate or province, from its value or else from the lexicon."""
        of_lexicon = self.entry.admin1 if self.entry else ""
        return str(self.place.get("admin1") or of_lexicon)

    @property
    def latitude(self) -> Cell:
        """The place's latitude from the lexicon, "" if it has none."""
        if self.entry is None or self.entry.lat is None:
            return ""
        return self.entry.lat

    @property
    def longitude(self) -> Cell:
        """The place's longitude from the lexicon, "" if it has none."""
        if self.entry is None or self.entry.lon is None:
            return ""
        return self.entry.lon


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
        """Find them in a codebook."""
        fields = {field.id: field for field in book.event_fields}
        actors = [f for f in book.event_fields if f.type == "actor" and not f.parts]
        who = fields.get("initiators")
        if who not in actors:
            who = None
        whom = fields.get("targets")
        if whom not in actors:
            whom = None
        if who is None and whom is None:
            who = actors[0] if actors else None
            whom = actors[1] if len(actors) > 1 else None
        killed = fields.get("killed")
        if killed and killed.type != "int_range":
            killed = None
        return cls(who, whom, _first(book, "date"), _first(book, "place"), killed)


def find_held_fields(scheme: str, event: Event, book: Codebook) -> set[str]:
    """Return the ids of the fields of which columns take the whole value; none for an
    event without a row.
    """
    kind = _kind(event, book)
    if kind is None:
        return set()
    asked = Asked.of(book)
    day = _value(event, asked.when)
    killed = _value(event, asked.killed)
    last = "end"
    if scheme == "plover":  # it has a column for the last day
        last = "start"
    has_type = bool(kind.map.get(scheme))
    is_whole = (
        (book.type_field, has_type and _is_single(_value(event, book.type_field))),
        (asked.who, True),
        (asked.whom, True),
        (asked.when, _is_single(day) and _are_same(day, "start", last)),
        (asked.where, _is_single(_value(event, asked.where))),
        (asked.killed, _is_single(killed) and _are_same(killed, "min", "max")),
    )
    return {field.id for field, whole in is_whole if field is not None and whole}


def _is_single(value: Json) -> bool:
    """Return whether a value is at most one: not a list of several."""
    return not isinstance(value, list) or len(value) <= 1


def _are_same(value: Json, one: str, other: str) -> bool:
    """Return whether two parts of a value are the same and stand for all of it."""
    item = _first_item(value) or {}
    if item.get("open_end") or item.get("approx"):
        return False
    return item.get(one) == item.get(other)


def _kind(event: Event, book: Codebook) -> EventType | None:
    """Return the first type of an event that the codebook has; without one, the event
    has no row.
    """
    value = _first_value(event, book.type_field)
    if isinstance(value, str) and book.path_of(value):
        return book.event_type(value)
    return None


def _events(book: Codebook, article: Article, coding: Coding) -> Iterator[Flat]:
    """Yield the single incidents that occurred, if the codebook has their type."""
    asked = Asked.of(book)
    for event in effective_events(coding, book):
        kind = _kind(event, book)
        if kind is None or not is_incident(event):
            continue
        when = _first_value(event, asked.when) or {}
        place = _first_value(event, asked.where) or {}
        killed = _first_value(event, asked.killed) or {}
        place_id = place.get("place_id")
        least = killed.get("min")
        yield Flat(
            article,
            coding.coder,
            event.id,
            kind,
            _names(book, asked.who, event),
            _names(book, asked.whom, event),
            _day(when.get("start")),
            _day(when.get("end")),
            place,
            book.lexicon.place(place_id) if place_id else None,
            "" if least is None else least,
        )


def _first(book: Codebook, kind: str) -> Field | None:
    """Return the first field of a type that is asked of events."""
    for field in book.event_fields:
        if field.type == kind:
            return field
    return None


def _value(event: Event, field: Field | None) -> Json:
    if field is None:
        return None
    answer = event.answer(field.id)
    return answer.value if answer.coded else None


def _first_value(event: Event, field: Field | None) -> Json:
    return _first_item(_value(event, field))


def _first_item(value: Json) -> Json:
    """Return the first item of a list, None of an empty one; another value as it is."""
    if not isinstance(value, list):
        return value
    return value[0] if value else None


def _names(book: Codebook, field: Field | None, event: Event) -> list[str]:
    if field is None:
        return []
    actors = _value(event, field) or []
    return [book.label_of(field, actor, "en") for actor in actors]


def _day(text: Json) -> date | None:
    if not isinstance(text, str):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
