"""The grid of a review: which event it shows, its rows, the cursor, and the evidence in the article."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from coder.adjudicate.resolve import ARTICLE, Adjudication
from coder.adjudicate.resolve import Row as Compared
from coder.errors import CoderError
from coder.model import Answer
from coder.service.coding.article_marks import CONFIRMED, Mark, commented, in_order
from coder.service.review.gold_session import ReviewSession
from coder.text.display import isolate
from coder.tui import palette
from coder.tui.screens.work_screen import Keys
from coder.tui.sentences import listed, say
from coder.tui.widgets.article_pane import ArticlePane
from coder.tui.widgets.bar import Bar
from coder.tui.widgets.chooser import AskingList
from coder.tui.widgets.grid_lines import grid_head, grid_rows
from coder.tui.widgets.rows import Column


class ReviewGrid:
    """The cluster `ARTICLE` is the article's own record."""

    def __init__(
        self,
        cells: AskingList,
        head: Bar,
        info: Bar,
        pane: ArticlePane,
        lang: str,
        loaded: Callable[[], None],
    ) -> None:
        """loaded: told whenever an event was loaded."""
        self.list = cells
        self.head = head
        self.info = info
        self.pane = pane
        self.lang = lang
        self._loaded = loaded
        self.width = 0
        self.cluster_id = ARTICLE
        self.index = 0
        self.rows: list[Compared] = []
        self.keys: Keys = {
            "grid.down": partial(self._step, 1),
            "grid.up": partial(self._step, -1),
            "grid.next_event": partial(self._switch, 1),
            "grid.previous_event": partial(self._switch, -1),
            "grid.evidence": self._next_evidence,
        }

    def take_up(self, session: ReviewSession) -> None:
        """Another article, or the same anew."""
        self.session = session

    @property
    def state(self) -> Adjudication:
        """The adjudication as it is."""
        return self.session.state

    def load(self, width: int) -> None:
        """Show the cluster as it is now in so many cells, and its evidence in the article."""
        state = self.state
        self.width = width
        if self.cluster_id != ARTICLE and all(c.id != self.cluster_id for c in state.clusters):
            self.cluster_id = ARTICLE
        self.rows = [row for row in state.rows(self.cluster_id) if row.state != "silent"]
        self.index = max(0, min(self.index, len(self.rows) - 1))
        lines = grid_rows(self.rows, state, self.cluster_id, self.lang, width)
        self.list.load(lines, self.index)
        self.head.show(*grid_head(state, self.cluster_id, self.lang, width))
        self._loaded()
        self._show_cell()

    # ---------------------------------------------------------------- the cursor
    @property
    def row(self) -> Compared:
        """The row under the cursor; raises CoderError where there is none."""
        if not self.rows:
            raise CoderError("review.nothing_here")
        return self.rows[self.index]

    @property
    def field_id(self) -> str:
        """The field under the cursor."""
        return self.row.field.id

    def decided(self) -> Answer | None:
        """The gold answer under the cursor."""
        return self.state.decided(self.cluster_id, self.field_id)

    def go_to(self, cluster_id: str, field_id: str | None = None) -> None:
        """Show a cluster, the cursor on a field or on the first row."""
        self.cluster_id, self.index = cluster_id, 0
        self.load(self.width)
        names = [row.field.id for row in self.rows]
        if field_id in names:
            self.go(names.index(field_id))

    def go(self, index: int) -> None:
        """The cursor goes to a row by its number."""
        self.index = max(0, min(len(self.rows) - 1, index))
        self.list.load(self.list.rows, self.index)
        self._show_cell()

    def go_to_open(self, *, from_start: bool = False) -> bool:
        """To the next open cell after this one, else the first; False where there is none."""
        cells = list(self.state.open_cells())
        if not cells:
            return False
        order = [ARTICLE, *(c.id for c in self.state.clusters)]
        here = order.index(self.cluster_id)
        below = {row.field.id for row in self.rows[self.index + 1 :]}
        following = [
            (cluster, field)
            for cluster, field in cells
            if order.index(cluster) > here or (cluster == self.cluster_id and field in below)
        ]
        self.go_to(*(cells if from_start else following or cells)[0])
        return True

    def _step(self, step: int) -> None:
        self.go(self.index + step)

    def _switch(self, step: int) -> None:
        ids = [ARTICLE, *(c.id for c in self.state.clusters)]
        self.go_to(ids[(ids.index(self.cluster_id) + step) % len(ids)])

    # ---------------------------------------------------------------- the cell under the cursor
    def _next_evidence(self) -> None:
        """The article goes to the next piece of evidence of the row."""
        ids = [mark.id for mark in self.pane.marks]
        if ids:
            at = ids.index(self.pane.current) if self.pane.current in ids else -1
            self.pane.set_current(self.pane.marks[(at + 1) % len(ids)])

    def _show_cell(self) -> None:
        """The evidence of the row, each coder's, and what was decided about it."""
        marks = self._marks()
        self.pane.set_marks(marks)
        self.pane.set_commented(frozenset().union(*map(commented, self.state.codings)))
        self.pane.set_current(marks[0] if marks else None)
        if not self.rows:
            self.info.show()
            return
        words = [self.row.field.label.of(self.lang)]
        if (decided := self.decided()) is not None:
            who, reason = "+".join(decided.taken_from), self.reason_label(decided.reason)
            words.append(say(self.lang, "decided_by", who=who, reason=reason, by=decided.by))
        words += [
            f"✎ {isolate(coder)}: {isolate(answer.comment)}"
            for coder, answer in self.row.answers.items()
            if answer.comment
        ]
        text = self.session.article.text
        words += [f"{isolate(m.label)}: {isolate(text[m.start : m.end])}" for m in marks[:4]]
        self.info.show(Column(listed(*words), 0, palette.TITLE))

    def _marks(self) -> list[Mark]:
        found: dict[tuple[str, int, int], Mark] = {}
        for coding in self.state.codings if self.rows else ():
            answer = self.row.answers.get(coding.coder, Answer())
            for span in map(coding.span, answer.evidence):
                if span is not None:
                    stretch = (span.kind, span.start, span.end)
                    label = f"{found[stretch].label}+{coding.coder}" if stretch in found else coding.coder
                    found[stretch] = Mark(f"{coding.coder}/{span.id}", *stretch, CONFIRMED, label=label)
        return in_order(found.values())

    def reason_label(self, reason: str) -> str:
        """A reason code in words."""
        labels = {r.id: r.label.of(self.lang) for r in self.state.codebook.adjudication_reasons}
        return labels.get(reason, reason or "—")
