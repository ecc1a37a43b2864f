"""A flat table in the style of PLOVER: one row per incident, with type and mode.

Only events that are a single incident and occurred have a row, as in `acled`.

| column | from |
|---|---|
| event_id | article/event |
| event_date, end_date | the first field of type date |
| event_type, event_mode | the codebook's `map: {plover: …, plover_mode: …}` of the event's type |
| actor, recipient | initiators and targets, separated by `; ` |
| placename, country, province, latitude, longitude | the first place, from the lexicon if it is in it |
| deaths | the least number killed, empty if not stated |
| headline, publisher, publication_date, url | the article's metadata |

There are no columns for contexts and intensity, as these are not coded. Of several
types, dates, places or counts of an event the first is used.
"""

from __future__ import annotations

from functools import partial

from coder.exporters import flat_events
from coder.exporters.flat_events import Columns

COLUMNS: Columns = {
    "event_id": lambda event: f"{event.article.id}/{event.id}",
    "event_date": lambda event: event.day.isoformat() if event.day else "",
    "end_date": lambda event: event.last.isoformat() if event.last else "",
    "event_type": lambda event: event.type.map.get("plover") or "",
    "event_mode": lambda event: event.type.map.get("plover_mode") or "",
    "actor": lambda event: "; ".join(event.initiators),
    "recipient": lambda event: "; ".join(event.targets),
    "placename": lambda event: event.where,
    "country": lambda event: event.country,
    "province": lambda event: event.admin1,
    "latitude": lambda event: event.latitude,
    "longitude": lambda event: event.longitude,
    "deaths": lambda event: event.killed,
    "headline": lambda event: event.article.metadata.get("title", ""),
    "publisher": lambda event: event.article.metadata.get("outlet", ""),
    "publication_date": lambda event: event.article.metadata.get("published", ""),
    "url": lambda event: event.article.metadata.get("url", ""),
    "coder": lambda event: event.coder,
}
head = partial(flat_events.head, COLUMNS)
rows = partial(flat_events.rows, "plover", COLUMNS)
