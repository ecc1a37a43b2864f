"""The review screen: the queue of articles, then one article's grid, decided cell by cell.

The grid, with its cursor, is in `review_grid`, its keys in `review_keys` and `review_evidence`.
"""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult
from textual.containers import Container
from textual.worker import WorkerCancelled, get_current_worker

from coder.adjudicate.resolve import ARTICLE
from coder.errors import CoderError
from coder.model import Article
from coder.service.edits.edits import Place
from coder.service.project.opened import Project
from coder.service.review.decision import RefusedError
from coder.service.review.gold_session import ReviewSession
from coder.service.review.review_queue import Queued, ReviewQueue, about
from coder.tui import palette
from coder.tui.first_paint import REVIEWED_PERCENT, WIDE
from coder.tui.keys import both_ways
from coder.tui.screens.review_keys import GridKeys
from coder.tui.screens.review_remarks import remark_keys
from coder.tui.screens.screen_pages import footer_columns
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.sentences import listed, say
from coder.tui.widgets.chooser import AskingList, Chooser
from coder.tui.widgets.rows import Bar, Column, Row, RowList

_AT_ONCE = 20  # articles that are counted before the queue is shown; more are counted meanwhile


class ReviewScreen(WorkScreen):
    """A supervisor, the queue, and the article under review."""

    CSS = """
    ReviewScreen #queue { height: 1fr; }
    ReviewScreen #review { height: 1fr; display: none; }
    ReviewScreen.grid #queue { display: none; }
    ReviewScreen.grid #review { display: block; }
    ReviewScreen #cells { height: 3fr; }
    ReviewScreen #grid { height: 1fr; }
    ReviewScreen #article { height: 2fr; }
    ReviewScreen.wide.grid #review { layout: horizontal; }
    ReviewScreen.wide #article { dock: right; width: $PERCENT%; height: 100%; }
    ReviewScreen.wide #cells { width: 1fr; height: 100%; }
    """.replace("$PERCENT", str(REVIEWED_PERCENT))

    HELP_SCOPES = ("queue", "grid", "draw", "choose", "articles", "remarks", "any")
    session: ReviewSession | None

    def __init__(self, project: Project, supervisor: str, article: str | None = None) -> None:
        super().__init__(project, supervisor)
        self.wanted = article
        self.session = None
        self.list = AskingList(rtl=self.rtl, id="queue")
        self.grid = GridKeys(self)
        self.keys = {
            **self.grid.keys,
            **remark_keys(self, self.grid, self.open_article),
            **both_ways("queue.down", "queue.up", self._step),
            "queue.open": self._open,
            "grid.undo": partial(self.turn, "undo"),
            "grid.redo": partial(self.turn, "redo"),
            "grid.back": self.show_queue,
        }

    def compose(self) -> ComposeResult:
        yield Bar(rtl=self.rtl, id="header")
        yield self.list
        with Container(id="review"):
            with Container(id="cells"):
                yield self.grid.head
                yield self.grid.list
            yield self.pane
        yield self.grid.info
        yield Bar(rtl=self.rtl, style=palette.TEXT, id="message")
        yield Bar(rtl=self.rtl, id="footer")

    def on_mount(self) -> None:
        super().on_mount()
        self.show_queue()
        if self.wanted is not None:
            self.open_article(self.project.article(self.wanted).id)

    def fit(self, width: int) -> None:
        super().fit(width)
        if self.session is not None:
            self.refresh_work()

    def show_queue(self) -> None:
        """All articles that can be reviewed."""
        if self.session is not None:
            self.session.close()
            self.session = None
        self.set_class(False, "grid")
        queue = ReviewQueue(self.project)
        if queue.uncounted > _AT_ONCE:
            self.queue = queue.known()
            self.run_worker(partial(self._count, queue), thread=True, exclusive=True)
        else:
            self.queue = queue.counted()
        self._show_rows()
        self.grid.info.show()
        self.list.focus()
        self.show_mode()

    def _count(self, queue: ReviewQueue) -> None:
        """Count the articles that are not counted yet, in a thread; leaving the screen ends it."""
        worker = get_current_worker()

        def told(done: int, of: int) -> None:
            if worker.is_cancelled:
                raise WorkerCancelled
            self.app.call_from_thread(self._show_counted, done, of)

        try:
            found = queue.counted(told)
        except WorkerCancelled:
            return
        except CoderError as error:
            self.app.call_from_thread(self.complain, error)
        else:
            self.app.call_from_thread(self._fill, found)

    def _show_counted(self, done: int, of: int) -> None:
        if self.session is None:
            self.head([say(self.lang, "queue_counted", done=done, of=of)], "", 0)

    def _fill(self, found: list[Queued]) -> None:
        if self.session is None:
            self.queue = found
            self._show_rows()

    def _show_rows(self) -> None:
        cursor = min(self.list.cursor, max(0, len(self.queue) - 1))
        self.known = about(self.project, [each.article for each in self.queue])
        self.list.load([self._queue_row(each) for each in self.queue], cursor)
        self.head([say(self.lang, "queue", n=len(self.queue))], "", 0)

    def _queue_row(self, each: Queued) -> Row:
        counts = {"differing": each.differing, "open_cells": each.open_cells, "events": each.events}
        columns = [Column(f"{say(self.lang, key)} {count}", 14) for key, count in counts.items()]
        status = say(self.lang, "changed" if each.stale else each.status, n=each.stale)
        return (
            Column(f" {listed(each.article, *self.known.get(each.article, ()))}"),
            *columns,
            Column(status, 16, palette.WRONG if each.stale else palette.TEXT),
        )

    def _step(self, step: int) -> None:
        self.list.load(self.list.rows, self.list.cursor + step)

    def _open(self) -> None:
        if self.queue:
            self.open_article(self.queue[self.list.cursor].article)

    def open_article(self, article: str) -> None:
        """Review one article."""
        try:
            self._begin(self.project.standing_article(article))
        except CoderError as error:
            self.complain(error)
            return
        self.grid.cluster_id, self.grid.index = ARTICLE, 0
        self.set_class(True, "grid")
        self.pane.load(self.work.article)
        self.grid.list.focus()
        self.refresh_work()
        if not self.grid.go_to_open(from_start=True):
            self.say("none_left")

    def _begin(self, article: Article) -> None:
        self.session = ReviewSession(
            self.project, article, self.person, self.new_writer(), self._others_decided
        )
        self.use(self.session.state.codebook)
        self.pane.set_kinds(self.glyphs)
        self.grid.take_up(self.session)

    def _others_decided(self) -> None:
        """Another supervisor is at the same article; the writer's thread calls this and does not wait."""
        self.call_later(self._catch_up)

    def _catch_up(self) -> None:
        """Show what others decided, and where it stands why a decision of one's own was not taken."""
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

    def reload(self) -> None:
        self._begin(self.work.article)
        self.refresh_work()

    @property
    def work(self) -> ReviewSession:
        """The session of the article under review."""
        assert self.session is not None
        return self.session

    def refresh_work(self) -> None:
        width = self.app.size.width
        self.grid.load(width - width * REVIEWED_PERCENT // 100 if width >= WIDE else width)
        self.show_mode()

    def show_header(self) -> None:
        if self.session is None:
            return  # the queue has a header of its own
        state, cluster_id = self.session.state, self.grid.cluster_id
        left = sum(1 for _ in self.session.to_do())
        progress = "left" if left else "closed" if self.session.closed else "none_left"
        where = say(self.lang, "article")
        if cluster_id != ARTICLE:
            at = [c.id for c in state.clusters].index(cluster_id) + 1
            where = f"{say(self.lang, 'event')} {say(self.lang, 'of', n=at, m=len(state.clusters))}"
        words = [self.session.article.id, where, *self.session.article.imprint]
        self.head(words, say(self.lang, progress, n=left), 38)

    def show_mode(self) -> None:
        """The coders by their digits, and the keys that work now."""
        columns = footer_columns(self.scopes(), self.lang, self.size.width)
        if self.session is not None and self.scopes()[0] == "grid":
            coders = [f"{i} {c}" for i, c in enumerate(self.session.state.coders, start=1)]
            columns = (Column(f" {listed(*coders)} ", len(" · ".join(coders)) + 2, palette.KEY), *columns)
            while sum(c.width for c in columns) > self.size.width and len(columns) > 1:
                columns = columns[:-2]
        self.bars["footer"].show(*columns)

    def show_place(self, place: Place) -> None:
        self.grid.go_to(place.event_id, place.field.id if place.field else None)

    @property
    def chooser(self) -> Chooser:
        return (self.list if self.session is None else self.grid.list).chooser

    def scope(self) -> str:
        if self.session is None:
            return "queue"
        return "draw" if self.grid.highlights.selection is not None else "grid"

    def other_key(self, scope: str, key: str, raw: str) -> bool:
        """A digit takes a coder's value; while words are selected a letter says of which kind they are."""
        if scope == "draw":
            return self.grid.kind_letter(key)
        return scope == "grid" and self.grid.digit(key)

    def on_row_list_picked(self, message: RowList.Picked) -> None:
        """A click on an article opens it; on a field it goes there."""
        if message.source is self.list:
            self.list.load(self.list.rows, message.index)
            self._open()
        else:
            self.grid.go(message.index)
