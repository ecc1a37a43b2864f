"""A flat table in the style of PLOVER: one row per event, with type and mode.

| column | from |
|---|---|
| event_id | article/event |
| event_date, end_date | the first field of type date |
| event_type, event_mode | the codebook's `map: {plover: …, plover_mode: …}` of the event's type |
| actor, recipient | initiators and targets, separated by `; ` |
| placename, country, province, latitude, longitude | the first place, from the lexicon if it is in it |
| deaths | the least number killed, empty if not stated |
| headline, publisher, publication_date, url | the article's metadata |

There are no columns for contexts and intensity, as these are not coded. Of several types, dates,
places or counts of an event the first is used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coder.exporters import flat_events
from coder.exporters.flat_events import Cells, Flat
from coder.exporters.writer import Dataset
from coder.model import Article, Coding

COLUMNS = (
    "event_id", "event_date", "end_date", "event_type", "event_mode", "actor", "recipient", "placename",
    "country", "province", "latitude", "longitude", "deaths", "headline", "publisher", "publication_date",
    "url", "coder",
)  # fmt: skip


def head(_: Dataset) -> str:
    """The header row."""
    return flat_events.head(COLUMNS)


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], str]:
    """Return the function that makes the rows of an article's events."""
    return flat_events.rows(dataset, "plover", COLUMNS, _cells)


def _cells(event: Flat) -> Cells:
    metadata, entry = event.article.metadata, event.entry
    return {
        "event_id": f"{event.article.id}/{event.id}",
        "event_date": event.day.isoformat() if event.day else "",
        "end_date": event.last.isoformat() if event.last else "",
        "event_type": event.type.map.get("plover") or "",
        "event_mode": event.type.map.get("plover_mode") or "",
        "actor": "; ".join(event.initiators),
        "recipient": "; ".join(event.targets),
        "placename": event.where,
        "country": event.country,
        "province": event.admin1,
        "latitude": entry.lat if entry and entry.lat is not None else "",
        "longitude": entry.lon if entry and entry.lon is not None else "",
        "deaths": event.killed,
        "headline": metadata.get("title", ""),
        "publisher": metadata.get("outlet", ""),
        "publication_date": metadata.get("published", ""),
        "url": metadata.get("url", ""),
        "coder": event.coder,
    }
