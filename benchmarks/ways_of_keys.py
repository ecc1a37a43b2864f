"""What the keys of a coding are pressed for, for counting them."""

from __future__ import annotations

from collections.abc import Mapping

from coder.tui.keys import Action

WAYS: Mapping[str, str] = {
    "moving through the record": (
        "form.down form.up form.leap_down form.leap_up form.first form.last form.next_empty form.go_to_field"
    ),
    "from event to event, between article and record": (
        "form.next_event form.previous_event form.switch article.switch jump.record"
    ),
    "opening events": "article.open_event form.new_event form.duplicate_event",
    "taking what is proposed": "article.accept_proposals form.accept_proposals form.accept",
    "asking for letters": (
        "form.jump form.attach_by_letter article.jump article.gather jump.others jump.cancel"
    ),
    "turning pages": "jump.page_down jump.page_up",
    "saying that it is not stated": "form.not_stated form.rest_not_stated",
    "as in the event before": "form.again",
    "taking away": "form.clear form.remove_item form.evidence_list article.reject",
    "choosing from a list": "form.edit form.replace form.link",
    "handing in": "article.submit form.submit missing.submit",
}
"""Where keys go, by the actions that they are of; others by where they are pressed."""
MOVING = frozenset(
    {
        "moving through the record",
        "from event to event, between article and record",
        "opening events",
        "turning pages",
        "handing in",
    }
)
"""What belongs to whole events, whichever field it leads to."""
_BY_SCOPE: Mapping[str, str] = {
    "article": "moving in the article",
    "jump": "letters of words",
    "form": "choosing from a list",
    "choose": "choosing from a list",
    "draw": "drawing",
    "field": "moving through the record",
}


def way(scope: str, action: Action | None, key: str) -> str:
    """What a key is pressed for."""
    scope = (
        "form" if scope == "jump" and action is None and not key.isalpha() else scope
    )
    if action is not None:
        return next(
            (w for w, ids in WAYS.items() if action.id in ids.split()),
            _BY_SCOPE.get(scope, scope),
        )
    return "letters of fields" if scope == "article" else _BY_SCOPE.get(scope, scope)
