"""The list of an article's events in review, one line per event with what distinguishes
it.
"""

from __future__ import annotations

from collections import Counter

from coder.adjudicate.resolve import ARTICLE, Adjudication, gold_id
from coder.model import Cluster, Event, event_number
from coder.service.coding.event_cells import summarize_event
from coder.service.review.gold_session import ReviewSession
from coder.text.display import cell_width, fit_apart, isolate
from coder.tui import palette
from coder.tui.keys import key_of
from coder.tui.sentences import column_head, listed, say
from coder.tui.widgets.frame import Title
from coder.tui.widgets.row_list import RowList
from coder.tui.widgets.rows import SIDES, Column, Row, number, title_role

_SIGN, _NUMBER, _LEFT = 3, 4, 7  # cells of a line
_WHO = 24  # the most cells for the coders who have an event


def provisional_event(state: Adjudication, cluster: Cluster) -> Event:
    """Return a gold event with its decided fields; undecided fields are those of its
    first coder.
    """
    codings = {coding.coder: coding for coding in state.codings}
    events = [
        e
        for coder, id_ in cluster.members
        if coder in codings and (e := codings[coder].event(id_))
    ]
    undecided = events[0].fields if events else {}
    return Event(gold_id(cluster.id), {**undecided, **state.list_decisions(cluster.id)})


def event_words(state: Adjudication, cluster: Cluster, lang: str) -> list[str]:
    """Return what distinguishes an event from others; for a rejected one, the reason
    comes first.
    """
    words = summarize_event(provisional_event(state, cluster), state.codebook, lang)
    if cluster.rejected:
        reason = state.codebook.reason(cluster.rejected).of(lang)
        words.insert(0, say(lang, "cluster_rejected", reason=reason))
    return words


def coders_of(state: Adjudication, cluster: Cluster) -> str:
    """Return the coders who have an event, joined with "+"."""
    return "+".join(coder for coder, _ in cluster.members if coder in state.coders)


class EventList:
    """The list of the article's own record, then its events; the grid shows the one
    under the cursor.
    """

    def __init__(self) -> None:
        self.list = RowList(id="events")
        self.title = Title(id="events_title")
        self._shown: tuple[Adjudication, int, str] | None = None

    @property
    def lang(self) -> str:
        """The language of the screen."""
        return self.list.lang

    def load(self, session: ReviewSession, cluster_id: str, width: int) -> None:
        """Show the current events in `width` cells, the cursor on the given cluster."""
        state = session.state
        rows = self.list.rows
        shown = (state, width, self.lang)
        if self._shown is None or self._shown[0] is not state or self._shown != shown:
            self._shown = shown
            rows = self._rows(session, width)
        self.list.load(
            rows, [ARTICLE, *(c.id for c in state.clusters)].index(cluster_id)
        )
        self.show_title()

    def show_title(self) -> None:
        """Show the title, bright if the list gets the keys."""
        role = title_role(self.list)
        count = len(self.list.rows) - 1
        name = Column(
            f" {say(self.lang, 'events_of', n=count)}", 0, role, key_of("grid.events")
        )
        cells = self.list.rows[0][-1].width if self.list.rows else 0
        left = (
            [number(column_head(self.lang, "open_cells"), cells, self.list.rtl, role)]
            if cells
            else []
        )
        self.title.show(name, *left)

    def _rows(self, session: ReviewSession, width: int) -> list[Row]:
        state = session.state
        left = Counter(at for at, _ in session.to_do())
        who = [  # the usual case, that all have it, is not told
            coders_of(state, cluster)
            if len(cluster.members) < len(state.coders)
            else ""
            for cluster in state.clusters
        ]
        most = min(_WHO, max(map(cell_width, who), default=0) + 3)
        end = _LEFT if left else 0
        cells = [most if coders else 0 for coders in who]
        words = [
            listed(*event_words(state, cluster, self.lang))
            for cluster in state.clusters
        ]
        rooms = [
            max(12, width - _SIGN - _NUMBER - end - taken - SIDES - 1)
            for taken in cells
        ]
        rows = [self._row("", say(self.lang, "article"), "", 0, left[ARTICLE], end)]
        texts = fit_apart(words, rooms)
        for cluster, text, coders, taken in zip(
            state.clusters, texts, who, cells, strict=True
        ):
            row = self._row(
                event_number(cluster.id), text, coders, taken, left[cluster.id], end
            )
            rows.append(
                (Column(" ✗", _SIGN, palette.DIM), *row[1:])
                if cluster.rejected
                else row
            )
        return rows

    def _row(
        self, event: str, words: str, who: str, cells: int, left: int, end: int
    ) -> Row:
        is_dim = (
            event and not left
        )  # the article's, under the title, would look like a column's head
        style = palette.DIM if is_dim else palette.TEXT
        rtl = self.list.rtl
        return (
            Column(" ·" if left else " ✓", _SIGN, style),
            number(event, _NUMBER, rtl, style),
            Column(words, 0, style),
            *([Column(f"  {isolate(who)}", cells, style)] if cells else []),
            *([number(f"{left or ''}", end, rtl, style)] if end else []),
        )
