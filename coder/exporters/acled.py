"""A flat table with ACLED's columns, one row per event, for programs that read ACLED's data.

| column | from |
|---|---|
| event_id_cnty | article/event |
| event_date, year, time_precision | the first field of type date; 1: a day, 2: up to a week, 3: longer |
| disorder_type, event_type, sub_event_type | the type's `map: {acled: …}` in the codebook, and ACLED's tree |
| actor1, assoc_actor_1; actor2, assoc_actor_2 | the first and the other initiators; the same for targets |
| country, admin1, location, latitude, longitude | the first place, from the lexicon if it is in it |
| geo_precision | 1: a site or a town, 2: around a town, 3: anything larger |
| source, notes, fatalities | the outlet; the title; the least number killed, empty if not stated |

Events whose type is not mapped to a sub-event have none; events of several days have the first as their date.
Of several types, dates, places or counts of an event the first is used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coder.exporters import flat_events
from coder.exporters.flat_events import Cells, Flat
from coder.exporters.writer import Dataset
from coder.model import Article, Coding

_VIOLENCE, _PROTESTS, _STRATEGIC = "Political violence", "Demonstrations", "Strategic developments"
_TREE = {
    ("Battles", _VIOLENCE): (
        "Government regains territory", "Non-state actor overtakes territory", "Armed clash",
    ),
    ("Protests", _PROTESTS): (
        "Excessive force against protesters", "Protest with intervention", "Peaceful protest",
    ),
    ("Riots", _PROTESTS): ("Violent demonstration", "Mob violence"),
    ("Explosions/Remote violence", _VIOLENCE): (
        "Chemical weapon", "Air/drone strike", "Suicide bomb", "Shelling/artillery/missile attack",
        "Remote explosive/landmine/IED", "Grenade",
    ),
    ("Violence against civilians", _VIOLENCE): (
        "Sexual violence", "Attack", "Abduction/forced disappearance",
    ),
    (_STRATEGIC, _STRATEGIC): (
        "Agreement", "Arrests", "Change to group/activity", "Disrupted weapons use",
        "Headquarters or base established", "Looting/property destruction",
        "Non-violent transfer of territory", "Other",
    ),
}  # fmt: skip
_TYPES = {sub: kinds for kinds, subs in _TREE.items() for sub in subs}
_PRECISION = {"exact_site": 1, "town": 1, "around_town": 2}
COLUMNS = (
    "event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type", "sub_event_type",
    "actor1", "assoc_actor_1", "actor2", "assoc_actor_2", "country", "admin1", "location", "latitude",
    "longitude", "geo_precision", "source", "notes", "fatalities", "coder",
)  # fmt: skip


def head(_: Dataset) -> str:
    """The header row."""
    return flat_events.head(COLUMNS)


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], str]:
    """Return the function that makes the rows of an article's events."""
    return flat_events.rows(dataset, "acled", COLUMNS, _cells)


def _cells(event: Flat) -> Cells:
    sub = event.type.map.get("acled") or ""
    kind, disorder = _TYPES.get(sub, ("", ""))
    days = (event.last - event.day).days if event.day and event.last else None
    (actor1, *with1), (actor2, *with2) = event.initiators or [""], event.targets or [""]
    cells: dict[str, str | int | float] = {
        "event_id_cnty": f"{event.article.id}/{event.id}",
        "event_date": event.day.isoformat() if event.day else "",
        "year": event.day.year if event.day else "",
        "time_precision": "" if days is None else 1 if days < 1 else 2 if days < 7 else 3,
        "disorder_type": disorder,
        "event_type": kind,
        "sub_event_type": sub,
        "actor1": actor1,
        "assoc_actor_1": "; ".join(with1),
        "actor2": actor2,
        "assoc_actor_2": "; ".join(with2),
        "source": event.article.metadata.get("outlet", ""),
        "notes": event.article.metadata.get("title", ""),
        "fatalities": event.killed,
        "coder": event.coder,
    }
    if event.place:
        cells |= {
            "country": event.country,
            "admin1": event.admin1,
            "location": event.where,
            "geo_precision": _PRECISION.get(event.place.get("precision", ""), 3),
        }
    if event.entry and event.entry.lat is not None and event.entry.lon is not None:
        cells |= {"latitude": event.entry.lat, "longitude": event.entry.lon}
    return cells
