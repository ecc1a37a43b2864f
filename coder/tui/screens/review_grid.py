"""The review grid: a row per field, a column per coder, gold at the end. Its keys are
in `review_keys`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from msgspec.structs import replace

from coder.adjudicate.evidence import is_cited_apart
from coder.adjudicate.resolve import (
    ARTICLE,
    Adjudication,
    classify_stretch,
    cluster_id,
)
from coder.grouping import grouped
from coder.service.coding.article_marks import Mark, commented
from coder.service.review.gold_session import ReviewSession
from coder.text.display import cell_width, fit_apart, isolate
from coder.tui import palette
from coder.tui.keys import of_scope
from coder.tui.screens.answers_pane import most_lines
from coder.tui.screens.highlights import Highlights
from coder.tui.screens.review_events import EventList
from coder.tui.screens.review_marks import BRIGHT, marks_of
from coder.tui.screens.review_rows import ReviewRows
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.sentences import in_line, listed, say
from coder.tui.widgets.article_lines import Kinds
from coder.tui.widgets.chooser_list import ChooserList
from coder.tui.widgets.frame import Title
from coder.tui.widgets.record_lines import in_field
from coder.tui.widgets.rows import Column, Row, shared, title_role


class ReviewGrid(ReviewRows):
    """The grid of one cluster of events; the cluster `ARTICLE` is the article's own
    record.
    """

    def __init__(self, screen: WorkScreen) -> None:
        super().__init__(screen)
        self.pane = screen.pane
        self.list = ChooserList(id="grid")
        self.head = Title(id="head")
        self.events = EventList()
        self.highlights = Highlights(screen.pane, screen.cursor_moved)
        self._head: Row = ()
        self._loaded: Adjudication | None = None  # the state that the rows show
        self.firsts: Sequence[int] = (0,)
        """The first line of each row, then the number of all lines."""

    def reset(self, session: ReviewSession) -> None:
        """Start with a session, of another article or of the same one reloaded."""
        self.session = session
        self.highlights.reset(session.article)
        self.pane.set_kinds(Kinds(self.looks, are_coders=True))

    def load(self, width: int, field_id: str | None = None) -> None:
        """Show the current cluster in `width` cells, and its evidence in the article.

        field_id: the field for the cursor, which otherwise keeps its index.
        """
        self._loaded = state = self.state
        self.width = width
        self.to_decide = frozenset(self.session.open_cells)
        if self.cluster_id != ARTICLE and all(
            c.id != self.cluster_id for c in state.clusters
        ):
            self.cluster_id = ARTICLE
        here = [
            p
            for p in self.session.problems
            if cluster_id(p.event_id) == self.cluster_id
        ]
        here.sort(key=lambda p: p.severity == "error")
        self.problems = {p.field: p for p in here if p.field}
        self.rows = [row for row in state.rows(self.cluster_id) if self._shows(row)]
        fields = [row.field.id for row in self.rows]
        at = fields.index(field_id) if field_id in fields else self.index
        self.index = max(0, min(at, len(self.rows) - 1))
        blocks, self._head = self.drawn(
            most_lines(*self.screen.app.size, len(state.clusters) + 1)
        )
        self.firsts = [*accumulate(map(len, blocks), initial=0)]
        self._show_cursor([line for block in blocks for line in block])
        self.events.load(self.session, self.cluster_id, width)
        self.show_head()
        self.screen.show_header()
        self._show_cell()

    def show_head(self) -> None:
        """Show the head of the columns, bright if the grid gets the keys."""
        before, title, *others = self._head
        self.head.show(before, replace(title, style=title_role(self.list)), *others)

    @property
    def idle(self) -> set[str]:
        """The names of the actions that would do nothing now."""
        nothing = (
            {"leave"}
            if self.anchor is None and self.screen.focused is not self.events.list
            else set[str]()
        )
        if not self.session.awaits_signature:
            nothing.add("sign")
        if self.session.closed:
            return nothing | {
                action.name for action in of_scope("grid") if action.needs_open
            }
        left = {*self.session.open_cells}
        state = self.state
        clusters = {at for at, _ in left}
        agreed = (
            (at, row.field.id)
            for at in clusters
            for row in state.rows(at)
            if row.state == "agreed"
        )
        idle = nothing | ({"close_gold"} if [*self.session.to_do()] else {"next"})
        if left.isdisjoint(agreed):
            idle.add("accept_agreed")
        if self.cluster_id not in clusters or self.cluster_id == ARTICLE:
            idle |= {"take_event", "reject_event"}
        return idle

    # ---------------------------------------------------------------- the cursor
    def select(self, index: int, anchor: int | None) -> None:
        """Move the cursor to a row and select from there to the anchor; None ends the
        selection.
        """
        self.index = max(0, min(len(self.rows) - 1, index))
        self.anchor = anchor
        self.load(self.width)

    def go_to(self, cluster_id: str, field_id: str | None = None) -> None:
        """Show a cluster with the cursor on a field, or else on the first row."""
        names = [row.field.id for row in self.rows]
        if (
            self._loaded is self.state
            and cluster_id == self.cluster_id
            and field_id in names
        ):
            self.go(names.index(field_id))
        else:
            self.cluster_id = cluster_id
            self.index = 0
            self.anchor = None
            self.load(self.width, field_id)

    def go(self, index: int) -> None:
        """Move the cursor to the row with this index."""
        if self.anchor is not None:
            self.select(index, None)
            return
        self.index = max(0, min(len(self.rows) - 1, index))
        self._show_cursor(self.list.rows)
        self._show_cell()

    def go_to_line(self, line: int) -> None:
        """Move the cursor to the row that has a line of the list."""
        self.go(bisect_right(self.firsts, line) - 1)

    def _show_cursor(self, lines: Sequence[Row]) -> None:
        self.list.load(lines, self.firsts[self.index], self.firsts)

    def go_to_open(self, *, from_start: bool = False) -> bool:
        """Go to the next cell with something to do, or else to the first; return
        whether there is one.
        """
        cells = [*self.session.to_do()]
        if not cells:
            return False
        order = [ARTICLE, *(c.id for c in self.state.clusters)]
        here = order.index(self.cluster_id)
        below = {row.field.id for row in self.rows[self.index + 1 :]}
        following = [
            (cluster, field)
            for cluster, field in cells
            if order.index(cluster) > here
            or (cluster == self.cluster_id and field in below)
        ]
        self.go_to(*(cells if from_start else following or cells)[0])
        return True

    # ---------------------------------------------------------------- the cell under the cursor
    def _show_cell(self) -> None:
        """Show the evidence of the row under the cursor, and its answers and decision
        in full.
        """
        marks = self.evidence()
        bright = [mark for mark in marks if mark.state == BRIGHT]
        self.pane.set_marks(marks)
        self.pane.set_commented(frozenset().union(*map(commented, self.state.codings)))
        self.highlights.set_current(next(iter(bright), None))
        if not self.rows:
            self.screen.show_info(Column(""))
            return
        words = [self.row.field.label.of(self.lang)]
        problem = self.problems.get(self.field_id)
        decided = self.decided()
        if problem is not None and (decided is not None or self.row.state == "silent"):
            words.append(
                f"{self.sign(self.row)} {in_field(problem, self.row.field, self.lang)}"
            )
        words += self._in_full(sum(map(cell_width, words)))
        if is_cited_apart(self.state, self.row):
            words.append(say(self.lang, "evidence_apart"))
        if kind := classify_stretch(self.row):
            words.append(say(self.lang, f"spans_{kind}"))
        if decided is not None:
            words.append(self.origin_in_words(decided))
        comments = (
            (coder, answer.comment)
            for coder, answer in self.row.answers.items()
            if answer.comment
        )
        words += [
            f"✎ {isolate(coder)}: {isolate(comment)}" for coder, comment in comments
        ]
        text = self.session.article.text
        quotes = grouped(
            (mark.label, f"«{text[mark.start : mark.end]}»") for mark in bright[:4]
        )
        words += [
            f"{isolate(who)}: {isolate(' '.join(those))}"
            for who, those in quotes.items()
        ]
        self.screen.show_info(Column(listed(*words), 0, palette.TEXT))

    def _in_full(self, before: int) -> list[str]:
        """Return who gave which value to the row under the cursor; cut only for what is
        said `before`.
        """
        by_value: dict[str, list[str]] = {}
        for coder, answer in self.row.answers.items():
            by_value.setdefault(self.words_of(self.row.field, answer), []).append(coder)
        names = ["+".join(coders) for coders in by_value.values()]
        room = (
            self.screen.info_room - before - sum(cell_width(name) + 5 for name in names)
        )
        values = fit_apart(
            [*by_value], shared([*map(cell_width, by_value)], max(room, 0))
        )
        pairs = zip(names, values, strict=True)
        return [
            f"{isolate(name)}: {in_line(self.row.field, value, self.lang)}"
            for name, value in pairs
        ]

    def evidence(self, *, everywhere: bool = False) -> list[Mark]:
        """Return the evidence of the event as marks of their coders, bright for the row
        under the cursor.

        everywhere: include all spans of the coders in the article.
        """
        at = self.state, self.cluster_id, self.rows
        return (
            marks_of(*at, self.row, self.lang, everywhere=everywhere)
            if self.rows
            else []
        )
