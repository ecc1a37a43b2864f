"""The words that coders gave as evidence for an event, as highlights that say whose
they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from coder.adjudicate.resolve import Adjudication, Row
from coder.model import CONFIRMED, GOLD, UNDECIDED, Decision
from coder.service.coding.article_marks import Mark, in_order
from coder.tui.sentences import say

BRIGHT = UNDECIDED
QUIET = CONFIRMED
"""The state of words that support the cell under the cursor, and of other words."""
TOGETHER = "="
"""The look of words that several coders have."""


def marks_of(
    state: Adjudication,
    cluster: str,
    rows: Sequence[Row],
    here: Row,
    lang: str,
    *,
    everywhere: bool,
) -> list[Mark]:
    """Return the evidence of a cluster's rows as marks of their coders, bright for the
    row `here`.

    Bright marks are of those who cite them for this row, who may be fewer than have
    them in the event. everywhere: include all spans of the coders in the article.
    """
    owners: dict[tuple[str, int, int], list[str]] = {}
    bright: dict[tuple[str, int, int], list[str]] = {}
    for coding in (*state.codings, state.gold):
        is_gold = coding is state.gold
        supporting = {
            row.field.id: _evidence(state, cluster, row, coding.coder) for row in rows
        }
        of_event = set[str]().union(*supporting.values())
        for span in coding.spans:
            is_marked = (
                everywhere and not is_gold and span.decision is not Decision.REJECTED
            )
            if span.id in of_event or is_marked:
                owners.setdefault(span.stretch, []).append(coding.coder)
                if span.id in supporting[here.field.id]:
                    bright.setdefault(span.stretch, []).append(coding.coder)
    return in_order(
        Mark(
            "-".join(map(str, s)),
            *s,
            BRIGHT if s in bright else QUIET,
            label="+".join(
                say(lang, "gold") if name == GOLD else name for name in names
            ),
            look=_look(names),
        )
        for s, names in (owners | bright).items()
    )


def _evidence(
    state: Adjudication, cluster: str, row: Row, coder: str
) -> tuple[str, ...]:
    """Return the ids of the spans behind a coder's answer, or the gold one."""
    answer = (
        state.find_decision(cluster, row.field.id)
        if coder == GOLD
        else row.answers.get(coder)
    )
    return answer.evidence if answer is not None else ()


def _look(names: Sequence[str]) -> str:
    """Return the look of words: their only coder, `TOGETHER` for several coders, or
    GOLD alone.
    """
    coders = [name for name in names if name != GOLD]
    return coders[0] if len(coders) == 1 else TOGETHER if coders else GOLD
