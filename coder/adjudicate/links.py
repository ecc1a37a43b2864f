"""Links between events, redirected when events are merged or removed."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.model import Event, Json


def redirect_links(
    event: Event, codebook: Codebook, targets: Mapping[str, str]
) -> Event:
    """Return the event with its links to some events leading to others.

    targets: event id → the id it becomes; "" drops the link.
    """
    for field in codebook.link_fields:
        answer = event.answer(field.id)
        if not answer.coded:
            continue
        links = list[Json]()
        for link in answer.value:
            target = targets.get(link["record"], link["record"])
            redirected = {**link, "record": target}
            if target and redirected not in links:
                links.append(redirected)
        if links != answer.value:
            changed = replace(answer, value=links) if links else None
            event = event.with_answer(field.id, changed)
    return event
