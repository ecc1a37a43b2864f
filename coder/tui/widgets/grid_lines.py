"""The grid's lines: a row per field, a column per coder, gold at the end."""

from __future__ import annotations

from collections.abc import Sequence

from coder.adjudicate.resolve import ARTICLE, Adjudication
from coder.adjudicate.resolve import Row as Compared
from coder.codebook.schema import Codebook, Field
from coder.model import Answer
from coder.text.display import fit, isolate
from coder.tui import palette
from coder.tui.sentences import say
from coder.tui.widgets.rows import Column, Row
from coder.values.typed import show

SIGNS = {"agreed": "=", "differs": "≠", "one": "1", "silent": " "}
"""How a row says without colour whether coders agree, differ, or only one has the event."""
LABEL = 20


def column_width(coders: int, width: int) -> int:
    """The cells of each coder's column and of gold."""
    return max(8, (width - LABEL - 4) // (coders + 1))


def grid_head(state: Adjudication, cluster_id: str, lang: str, width: int) -> tuple[Column, ...]:
    """The names above the columns; a rejected event says so."""
    cells = column_width(len(state.coders), width)
    title = say(lang, "field")
    if cluster_id != ARTICLE and (reason := state.cluster(cluster_id).rejected):
        title = say(lang, "cluster_rejected", reason=reason)
    names = [Column(f"{i} {name}", cells, palette.KEY) for i, name in enumerate(state.coders, start=1)]
    return (Column(f" {title}", LABEL + 4, palette.WRONG if "·" in title else palette.TITLE), *names,
            Column(say(lang, "gold"), 0, palette.GOOD))  # fmt: skip


def grid_rows(
    rows: Sequence[Compared], state: Adjudication, cluster_id: str, lang: str, width: int
) -> list[Row]:
    """One line per field."""
    cells = column_width(len(state.coders), width)
    lines: list[Row] = []
    for row in rows:
        decided = state.decided(cluster_id, row.field.id)
        style = palette.WRONG if row.state in ("differs", "one") and decided is None else palette.TEXT
        line = [
            Column(f" {SIGNS[row.state]}", 4, style),
            Column(fit(row.field.label.of(lang), LABEL - 1), LABEL, style),
        ]
        for coder in state.coders:
            answer = row.answers.get(coder)
            text = in_words(row.field, answer, state.codebook, lang) if answer else say(lang, "not_here")
            text = f"✎ {text}" if answer and answer.comment else text
            line.append(
                Column(f"{isolate(fit(text, cells - 2))}  ", cells, palette.TEXT if answer else palette.DIM)
            )
        gold = f"✓ {in_words(row.field, decided, state.codebook, lang)}" if decided else "…"
        line.append(Column(gold, 0, palette.GOOD if decided else palette.DIM))
        lines.append(tuple(line))
    return lines


def in_words(field: Field, answer: Answer, codebook: Codebook, lang: str) -> str:
    """A value or a blank for the reader."""
    if answer.coded:
        return show(field, answer.value, codebook, lang)
    return codebook.blank(answer.state).label.of(lang)
