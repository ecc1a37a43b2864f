"""Which reasons fit a decision, so that they are offered first."""

from __future__ import annotations

from coder.adjudicate.resolve import ARTICLE, Adjudication, Row, classify_stretch
from coder.codebook.declarations import Fit
from coder.codebook.validate import is_stretch

_OF_SPANS: dict[str, Fit] = {
    "one": "span_missed",
    "some": "span_missed",
    "edges": "span_edges",
    "kind": "span_kind",
}


def find_fit_of_cell(
    state: Adjudication, cluster_id: str, row: Row, *, left_out: bool = False
) -> Fit | None:
    """Return what kind of decision a value of a row is, None if no reason fits it
    better than others.

    left_out: whether a span is decided to be none.
    """
    if is_stretch(row.field.id, state.codebook):
        return "span_rejected" if left_out else _OF_SPANS.get(classify_stretch(row))
    if cluster_id == ARTICLE:
        return None
    is_of_few = row.state == "silent" or (row.state == "one" and len(state.coders) > 1)
    return "event_missed" if is_of_few else None


def find_fit_of_event(state: Adjudication, cluster_id: str) -> Fit | None:
    """Return what kind of decision it is to take an event as a coder has it."""
    if cluster_id == ARTICLE:
        return None
    is_of_one = len(state.list_coders(cluster_id)) == 1 < len(state.coders)
    return "event_missed" if is_of_one else None
