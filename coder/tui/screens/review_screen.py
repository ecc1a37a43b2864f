"""The review screen: the queue of articles, then one article's grid, decided cell by
cell.

The grid with its cursor is in `review_grid`, its keys are in `review_keys` and
`review_evidence`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from coder.adjudicate.resolve import ARTICLE, cluster_id
from coder.changes.coding_changes import MadeEdit, Place
from coder.errors import CoderError
from coder.model import Article, event_number
from coder.service.project.opened import Project
from coder.service.project.ordered_writer import Way
from coder.service.review.decision import RefusedError
from coder.service.review.gold_session import ReviewSession
from coder.text.display import isolate
from coder.tui import palette
from coder.tui.keys import key_of, shown
from coder.tui.screen_sizes import BESIDE, REVIEWED_PERCENT, WIDE, edges
from coder.tui.screens.answers_pane import AnswersPane
from coder.tui.screens.review_keys import GridKeys
from coder.tui.screens.review_remarks import remark_keys
from coder.tui.screens.review_rows import digit_of
from coder.tui.screens.review_waiting import QueueView
from coder.tui.screens.screen_pages import footer_columns
from coder.tui.screens.work_screen import WorkScreen, headline_with
from coder.tui.sentences import listed, say
from coder.tui.widgets.bars import Bar, Line
from coder.tui.widgets.chooser import Chooser
from coder.tui.widgets.frame import Frame, Panes, Title
from coder.tui.widgets.row_list import RowList
from coder.tui.widgets.rows import EDGE, Column, fitted

if TYPE_CHECKING:
    from coder.agreement.reliability_data import Unit
    from coder.tui.screens.agreement_screen import Shown

LOOK_AGAIN = 30
"""Seconds after which an open queue shows what others did meanwhile."""


class ReviewScreen(WorkScreen):
    """The screen of one supervisor, with the queue or the article under review."""

    CSS = """
    ReviewScreen #review, ReviewScreen #waiting_title { display: none; }
    ReviewScreen.wide #waiting_title { display: block; }
    ReviewScreen.grid #waiting { display: none; }
    ReviewScreen.grid #review { display: block; }
    ReviewScreen #cells { height: 2fr; }
    ReviewScreen #compared { height: 3fr; }
    ReviewScreen #text { height: 1fr; }
    ReviewScreen #upper_info { display: none; }
    ReviewScreen.grid #upper_info { display: block; }
    ReviewScreen #listed { display: none; height: 2fr; }
    ReviewScreen.listing #listed, ReviewScreen.wide #listed { display: block; }
    ReviewScreen.listing #text { display: none; }
    ReviewScreen.wide.grid #review { layout: horizontal; }
    ReviewScreen.wide #text { dock: right; width: $PERCENT%; height: 100%; display: block; }
    ReviewScreen.wide #cells { height: 100%; }
    """.replace("$PERCENT", str(REVIEWED_PERCENT))

    TOUR = "tour_supervisor"
    HELP_SCOPES = (
        *("queue", "agreement", "grid", "draw", "choose", "write"),
        *("articles", "remarks", "questions", "any"),
    )
    session: ReviewSession | None

    def __init__(
        self, project: Project, supervisor: str, article: str | None = None
    ) -> None:
        super().__init__(project, supervisor)
        self.pane.can_focus = False  # it has no keys of its own
        self.wanted = article
        self.session = None
        self.waiting = QueueView(self, lambda: self.session is None)
        self.list = self.waiting.list
        self.agreement: Shown | None = None
        self._finished = frozenset[str]()
        self.grid = GridKeys(self)
        self.headline = Title(id="title")
        self.text = Frame(self.headline, pane=self.pane, id="text")
        events = self.grid.events
        self.cells = AnswersPane(
            self.grid.head, self.grid.list, events.title, events.list
        )
        self.keys = {
            **self.grid.keys,
            **remark_keys(self, self.grid, self.open_article, self.show_queue),
            **self.waiting.keys,
            "queue.open": self._open,
            "queue.agreement": self._show_agreement,
            "grid.next_article": self.next_article,
            "grid.undo": partial(self.undo_or_redo, "undo"),
            "grid.redo": partial(self.undo_or_redo, "redo"),
            "grid.leave": self._leave,
            "grid.back": self.show_queue,
        }

    def panes(self) -> ComposeResult:
        with Panes(id="waiting"):
            yield self.waiting.frame
        with Panes(id="review"):
            yield self.cells
            yield self.text
        yield Line(id="upper_info")

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(LOOK_AGAIN, partial(self.waiting.look_again, self.show_queue))
        self.screen_layout_refresh_signal.subscribe(
            self, lambda _: self.waiting.fill(), immediate=True
        )
        self.show_queue()
        if self.wanted is not None:
            self.open_article(self.project.article(self.wanted).id)
            self.wanted = None

    def fit(self, width: int) -> None:
        super().fit(width)
        if self.session is not None:
            self.refresh_work()
        elif self.waiting.queue is not None:
            self.waiting.show()

    def show_queue(self) -> None:
        """Show all articles that can be reviewed."""
        if self.session is not None:
            self.session.close()
            self.session = None
        self.set_class(False, "grid")
        self.waiting.refresh()
        self.set_focus(self.list)
        self.show_mode()

    def _leave(self) -> None:
        """End a selection, or leave the list of events; the queue, where keys are
        typed, has its own key.
        """
        if self.grid.anchor is not None:
            self.grid.select(self.grid.index, None)
        elif not self.grid.leave_events():
            self.say("nothing_to_leave", go=shown(key_of("grid.back")))

    def _open(self) -> None:
        if article := self.waiting.here:
            self.open_article(article)

    def _show_agreement(self) -> None:
        """Open the agreement tab as it was left; a case chosen there is shown in the
        grid.
        """
        from coder.tui.screens.agreement_screen import (
            AgreementScreen,
            Shown,
        )  # numpy is slow to import

        def chosen(case: tuple[str, Unit] | None) -> None:
            if case is not None:
                self._open_case(*case)

        self.agreement = self.agreement or Shown()
        self.app.push_screen(
            AgreementScreen(self.project, self.agreement, self.lang), chosen
        )

    def _open_case(self, field: str, case: Unit) -> None:
        """Open the article of a case, with the cursor on the field in the event of the
        case.
        """
        self.open_article(case.article)
        if (
            self.session is not None
            and self.agreement is not None
            and self.agreement.study is not None
        ):
            members = set(self.agreement.study.members(field, case).items())
            clusters = (
                c.id for c in self.session.state.clusters if members & set(c.members)
            )
            self.grid.go_to(next(clusters, ARTICLE), field)

    def next_article(self) -> None:
        """Open the next article of the queue, in its order and filter, that is not
        closed.
        """
        if self.work.closed:
            self._finished |= {self.work.article.id}
        if article := self.waiting.following(self.work.article.id, self._finished):
            self.work.close()
            self.open_article(article)
        else:
            self.say("all_reviewed")

    def open_article(self, article: str) -> None:
        """Review one article."""
        try:
            self._begin(self.project.available_article(article))
        except CoderError as error:
            self.complain(error)
            return
        self.waiting.go_to(article)
        self.grid.cluster_id = ARTICLE
        self.grid.index = 0
        self.grid.anchor = None
        self.set_class(True, "grid")
        self.set_class(False, "listing")
        self.pane.load(self.work.article)
        self.set_focus(self.grid.list)
        self.refresh_work()
        self.call_after_refresh(
            self.show_header
        )  # the panes' titles have their width by then
        if not self.grid.go_to_open(from_start=True):
            self.grid.say_none_left()

    def _begin(self, article: Article) -> None:
        self.session = ReviewSession(
            self.project, article, self.person, self.new_writer(), self._others_decided
        )
        self.use_codebook(self.session.state.codebook)
        self.grid.reset(self.session)

    def _others_decided(self) -> None:
        """Show another supervisor's decisions on the same article; called on the
        writer's thread.
        """
        self.call_later(self._catch_up)

    def _catch_up(self) -> None:
        """Show what others decided and, at its cell, why a decision of one's own was
        refused.
        """
        if self.session is None:
            return
        refused = self.session.catch_up()
        self.refresh_work()
        for error in refused:
            self.chooser.close()
            if isinstance(error, RefusedError) and error.place != Place():
                self.show_place(error.place)
            self.complain(error)
            self.app.bell()

    def reload(self, lost: Sequence[MadeEdit]) -> None:
        self._begin(self.work.article)
        self.refresh_work()

    @property
    def work(self) -> ReviewSession:
        """The session of the article under review."""
        assert self.session is not None
        return self.session

    def use_language(self, lang: str) -> None:
        self.agreement = None  # its views are worded
        super().use_language(lang)
        if self.session is None:
            self.show_queue()

    def refresh_work(self) -> None:
        width = self.app.size.width
        if width >= WIDE:
            width -= (
                (width - BESIDE) * REVIEWED_PERCENT // 100 + 2 * BESIDE + edges(width)
            )
        self.grid.load(width)
        self.show_mode()

    def show_header(self) -> None:
        if self.session is None:
            return  # the queue shows its own header
        state = self.session.state
        cluster_id = self.grid.cluster_id
        left = len(self.session.open_cells)
        wrong = sum(1 for _ in self.session.to_do()) - left
        counts = [
            say(self.lang, key, n=n)
            for key, n in (("left", left), ("left_wrong", wrong))
            if n
        ]
        done = "closed" if self.session.closed else "none_left"
        if self.session.awaits_signature:
            done = "to_sign"
        where = say(self.lang, "article")
        if cluster_id != ARTICLE:
            where = say(
                self.lang,
                "event_in_all",
                n=event_number(cluster_id),
                m=len(state.clusters),
            )
        article = self.session.article
        keys = key_of("grid.events"), key_of("grid.next")
        places = (
            [each.article for each in self.waiting.shown]
            if self.has_class("wide")
            else []
        )
        number = places.index(article.id) + 1 if article.id in places else 0
        count = len(places)
        place = say(self.lang, "article_of", n=number, m=count) if number else ""
        self.head(
            [place, where, *article.imprint],
            listed(*counts) or say(self.lang, done),
            keys=keys,
        )
        legend = self.grid.legend
        self.text.show_foot(Column(" ", 0, palette.PANE), *legend)
        under = () if self.text.is_closed else legend
        room = self.headline.room - EDGE - sum(column.width for column in under)
        [title] = headline_with(article.headline, room)
        self.headline.show(Column(f" {listed(title)}", 0, palette.PANE), *under)

    def show_mode(self) -> None:
        """Show the coders by their digits, and the keys that work now."""
        coders: tuple[Column, ...] = ()
        in_grid = self.session is not None and self.scopes()[0] == "grid"
        if self.session is not None and in_grid and not self.session.closed:
            coders = tuple(
                column
                for number, coder in enumerate(self.session.state.coders, 1)
                for column in (
                    fitted(f" {digit_of(number)} ", palette.PRESS, digit_of(number)),
                    fitted(f"{isolate(coder)} ", palette.BAR, digit_of(number)),
                )
            )
        room = self.size.width - sum(column.width for column in coders)
        self.idle = (
            frozenset(f"grid.{name}" for name in self.grid.idle)
            if in_grid
            else frozenset()
        )
        idle = self.idle | self.chooser.idle
        self.bars["footer"].show(
            *coders, *footer_columns(self.scopes(), self.lang, room, idle)
        )
        if self.session is not None:
            self.cells.fit()
            self.grid.show_head()
            self.grid.events.show_title()

    def on_chooser_grown(self) -> None:
        """Make room for the choices."""
        self.cells.fit()

    def undo_or_redo(self, way: Way) -> None:
        super().undo_or_redo(way)
        self.grid.forget_undone()

    def show_place(self, place: Place) -> None:
        clusters = [cluster.id for cluster in self.work.state.clusters]
        is_cluster = place.event_id in clusters
        event_id = place.event_id if is_cluster else cluster_id(place.event_id)
        self.grid.go_to(event_id, place.field.id if place.field else None)

    @property
    def info_bars(self) -> Sequence[Bar]:
        return (
            *([self.bars["upper_info"]] if self.session is not None else ()),
            *super().info_bars,
        )

    @property
    def chooser(self) -> Chooser:
        return (self.list if self.session is None else self.grid.list).chooser

    def state(self) -> tuple[object, ...]:
        if self.session is None:
            return (
                self.list.cursor,
                self.waiting.query,
                self.waiting.filter,
                self.waiting.order,
            )
        return (
            self.session.state,
            self.grid.cluster_id,
            self.grid.index,
            self.grid.anchor,
        )

    def scope(self) -> str:
        if self.session is None:
            return "queue"
        return "draw" if self.grid.highlights.selection is not None else "grid"

    def other_key(self, scope: str, key: str, raw: str) -> bool:
        """Handle digits for coders' values, letters for kinds of span, and the search
        text in the queue.
        """
        if scope == "queue":
            return self.waiting.typed(raw)
        if scope == "draw":
            return self.grid.kind_letter(key)
        return scope == "grid" and self.grid.digit(key)

    def pasted(self, words: str) -> None:
        if self.session is None:
            self.waiting.add_to_query(words)

    def on_row_list_picked(self, message: RowList.Picked) -> None:
        """Open the clicked article, or go to the clicked field or event, unless the
        chooser is open.
        """
        if self.chooser.asked is not None:
            return
        if message.source is self.list:
            if message.index < len(
                self.waiting.shown
            ):  # below them stands how one of them begins
                self.waiting.go(message.index)
                self._open()
        elif message.source is self.grid.list:
            self.grid.go_to_line(message.index)
        else:
            self.grid.go_to(
                [ARTICLE, *(c.id for c in self.work.state.clusters)][message.index]
            )
