"""A flat table with ACLED's columns, one row per incident, for programs that read
ACLED's data.

Only events that are a single incident and occurred have a row. The export says how many
others it left out: tallies, campaigns, and what failed or was denied, planned or
threatened.

| column | from |
|---|---|
| event_id_cnty | article/event |
| event_date, year, time_precision | the first field of type date; 1: a day, 2: up to a week, 3: longer |
| disorder_type, event_type, sub_event_type | the type's `map: {acled: …}` in the codebook, and ACLED's tree |
| actor1, assoc_actor_1; actor2, assoc_actor_2 | the first and the other initiators; the same for targets |
| country, admin1, location, latitude, longitude | the first place, from the lexicon if it is in it |
| geo_precision | 1: a site or a town, 2: around a town, 3: anything larger |
| source, notes, fatalities | the outlet; the title; the least number killed, empty if not stated |

Events whose type is not mapped to a sub-event have none; events of several days have
the first as their date. Of several types, dates, places or counts of an event the first
is used.
"""

from __future__ import annotations

import tomllib
from functools import partial
from pathlib import Path

from coder.exporters import flat_events
from coder.exporters.flat_events import Cell, Columns, Flat

_TREE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_KIND_AND_DISORDER = {}  # of a sub-event
for _kind, _below in _TREE.items():
    for _sub_event in _below["sub_events"]:
        _KIND_AND_DISORDER[_sub_event] = (_kind, _below["disorder"])
_PRECISION = {"exact_site": 1, "town": 1, "around_town": 2}


def _time_precision(event: Flat) -> Cell:
    if event.day is None or event.last is None:
        return ""
    days = (event.last - event.day).days
    if days < 1:
        return 1
    if days < 7:
        return 2
    return 3


def _coordinates(event: Flat) -> tuple[Cell, Cell]:
    """Return latitude and longitude, each "" unless the place has both."""
    if "" in (event.latitude, event.longitude):
        return "", ""
    return event.latitude, event.longitude


def _geo_precision(event: Flat) -> Cell:
    if not event.place:
        return ""
    return _PRECISION.get(event.place.get("precision", ""), 3)


def _kind_and_disorder_of(event: Flat) -> tuple[str, str]:
    return _KIND_AND_DISORDER.get(event.type.map.get("acled") or "", ("", ""))


COLUMNS: Columns = {
    "event_id_cnty": lambda event: f"{event.article.id}/{event.id}",
    "event_date": lambda event: event.day.isoformat() if event.day else "",
    "year": lambda event: event.day.year if event.day else "",
    "time_precision": _time_precision,
    "disorder_type": lambda event: _kind_and_disorder_of(event)[1],
    "event_type": lambda event: _kind_and_disorder_of(event)[0],
    "sub_event_type": lambda event: event.type.map.get("acled") or "",
    "actor1": lambda event: "".join(event.initiators[:1]),
    "assoc_actor_1": lambda event: "; ".join(event.initiators[1:]),
    "actor2": lambda event: "".join(event.targets[:1]),
    "assoc_actor_2": lambda event: "; ".join(event.targets[1:]),
    "country": lambda event: event.country,
    "admin1": lambda event: event.admin1,
    "location": lambda event: event.where,
    "latitude": lambda event: _coordinates(event)[0],
    "longitude": lambda event: _coordinates(event)[1],
    "geo_precision": _geo_precision,
    "source": lambda event: event.article.metadata.get("outlet", ""),
    "notes": lambda event: event.article.metadata.get("title", ""),
    "fatalities": lambda event: event.killed,
    "coder": lambda event: event.coder,
}
head = partial(flat_events.head, COLUMNS)
rows = partial(flat_events.rows, "acled", COLUMNS)
