"""Links between events, led to others when events are joined or fall away."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.model import Event, Json


def redirect_links(
    event: Event, codebook: Codebook, targets: Mapping[str | None, str]
) -> Event:
    """Return the event with its links to some events leading to others, by their ids;
    those to "" are dropped.
    """
    for field in codebook.link_fields:
        answer = event.answer(field.id)
        links = list[Json]()
        for link in answer.value if answer.coded else ():
            led = {**link, "record": targets.get(link["record"], link["record"])}
            if led["record"] and led not in links:
                links.append(led)
        if answer.coded and links != answer.value:
            event = event.with_answer(
                field.id, replace(answer, value=links) if links else None
            )
    return event
