"""The review screen without its keys: the queue, one article's grid, and how they are shown."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container

from coder.adjudicate.diff import Row as Compared
from coder.adjudicate.resolve import ARTICLE
from coder.errors import CoderError
from coder.model import Answer, Article, Span
from coder.service.coding.article_marks import CONFIRMED, Mark, commented, in_order
from coder.service.project.opened import Project
from coder.service.review.gold_session import Queued, ReviewSession, queue
from coder.text.display import isolate
from coder.tui import palette
from coder.tui.footer import footer_columns
from coder.tui.pane_size import REVIEWED_PERCENT, WIDE
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.sentences import listed, say
from coder.tui.widgets.article_pane import ArticlePane
from coder.tui.widgets.bar import Bar
from coder.tui.widgets.chooser import AskingList, Chooser
from coder.tui.widgets.grid_lines import grid_head, grid_rows
from coder.tui.widgets.rows import Column, Row


class ReviewView(WorkScreen):
    """A supervisor, the queue, and the article under review. What keys do is in `ReviewScreen`."""

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

    session: ReviewSession | None

    def __init__(self, project: Project, supervisor: str, article: str | None = None) -> None:
        super().__init__(project)
        self.supervisor = supervisor
        self.wanted = article
        self.session = None
        self.cluster_id = ARTICLE
        self.row_index = 0

    # ---------------------------------------------------------------- composing
    def compose(self) -> ComposeResult:
        """Everything there will ever be on the screen."""
        yield Bar(rtl=self.rtl, id="header")
        yield AskingList(rtl=self.rtl, id="queue")
        with Container(id="review"):
            with Container(id="cells"):
                yield Bar(rtl=self.rtl, style=palette.TITLE, id="head")
                yield AskingList(rtl=self.rtl, id="grid")
            yield ArticlePane(self.glyphs, brackets=palette.without_colour(), id="article")
        yield Bar(rtl=self.rtl, style=palette.TEXT, id="info")
        yield Bar(rtl=self.rtl, style=palette.TEXT, id="message")
        yield Bar(rtl=self.rtl, id="footer")

    def on_mount(self) -> None:
        """The queue first, or the article that was asked for."""
        self.pane = self.query_one(ArticlePane)
        self.grid = self.query_one("#grid", AskingList)
        self.list = self.query_one("#queue", AskingList)
        super().on_mount()
        self.show_queue()
        if self.wanted is not None:
            self.open_article(self.project.article(self.wanted).id)

    def on_screen_resume(self) -> None:
        """A screen that is pushed after the terminal told its size gets no resize of its own."""
        self.fit(self.app.size.width)

    def fit(self, width: int) -> None:
        """Side by side from WIDE columns on; the footer shows as many keys as fit."""
        self.set_class(width >= WIDE, "wide")
        if self.session is not None:
            self.refresh_grid()
        if self.bars:
            self.call_after_refresh(self.show_mode)

    @property
    def cells(self) -> int:
        """The width of the grid."""
        width = self.app.size.width
        return width - width * REVIEWED_PERCENT // 100 if width >= WIDE else width

    def on_descendant_focus(self) -> None:
        """Other keys work now."""
        if self.bars:
            self.show_mode()

    def on_unmount(self) -> None:
        """Write what is left."""
        if self.session is not None:
            self.session.close()

    # ---------------------------------------------------------------- the queue
    def show_queue(self) -> None:
        """All articles that can be reviewed."""
        if self.session is not None:
            self.session.close()
            self.session = None
        self.set_class(False, "grid")
        self.queue = queue(self.project)
        cursor = min(self.list.cursor, max(0, len(self.queue) - 1))
        self.list.load([self._queue_row(each) for each in self.queue], cursor)
        self.bars["header"].show(
            Column(f" {self.supervisor} ", len(self.supervisor) + 2, palette.KEY),
            Column(say(self.lang, "queue", n=len(self.queue)), 0, palette.BAR),
        )
        self.bars["info"].show()
        self.list.focus()
        self.show_mode()

    def _queue_row(self, each: Queued) -> Row:
        numbers = (
            f"{say(self.lang, 'differing')} {each.differing}",
            f"{say(self.lang, 'open_cells')} {each.open_cells}",
            f"{say(self.lang, 'events')} {each.events}",
            say(self.lang, each.status),
        )
        return (Column(f" {isolate(each.article)}", 0), *(Column(text, 14) for text in numbers))

    def open_article(self, article: str) -> None:
        """Review one article."""
        try:
            self.session = self._begin(self.project.standing_article(article))
        except CoderError as error:
            self.complain(error)
            return
        self.cluster_id, self.row_index = ARTICLE, 0
        self.set_class(True, "grid")
        self.pane.load(self.session.article)
        self.grid.focus()
        self.refresh_grid()
        self.go_to_open(from_start=True)

    def _begin(self, article: Article) -> ReviewSession:
        session = ReviewSession(self.project, article, self.supervisor, self.failed, self.line)
        self.use(session.state.codebook)
        self.pane.set_kinds(self.glyphs)
        return session

    def reload(self) -> None:
        """The article's gold as it is in the database now, at the same place."""
        self.session = self._begin(self.work.article)
        self.refresh_grid()

    # ---------------------------------------------------------------- the grid
    @property
    def work(self) -> ReviewSession:
        """The session of the article under review."""
        assert self.session is not None
        return self.session

    def refresh_grid(self) -> None:
        """Show the cluster as it is now, and its evidence in the article."""
        state = self.work.state
        if self.cluster_id != ARTICLE and all(c.id != self.cluster_id for c in state.clusters):
            self.cluster_id = ARTICLE
        self.rows = [row for row in state.rows(self.cluster_id) if row.state != "silent"]
        self.row_index = max(0, min(self.row_index, len(self.rows) - 1))
        lines = grid_rows(self.rows, state, self.cluster_id, self.lang, self.cells)
        self.grid.load(lines, self.row_index)
        self.bars["head"].show(*grid_head(state, self.cluster_id, self.lang, self.cells))
        self.show_header()
        self.show_cell()

    def show_header(self) -> None:
        """Who reviews which event, and how much is left."""
        if self.session is None:
            return  # the queue has a header of its own
        state = self.work.state
        left = sum(1 for _ in state.open_cells())
        progress = say(self.lang, "left", n=left) if left else say(self.lang, "none_left")
        if self.work.closed:
            progress = say(self.lang, "closed")
        unwritten = self.not_written(self.work.writer)
        names = [self.work.article.id, say(self.lang, "article")]
        if self.cluster_id != ARTICLE:
            at = [c.id for c in state.clusters].index(self.cluster_id) + 1
            place = say(self.lang, "of", n=at, m=len(state.clusters))
            names[1] = f"{say(self.lang, 'event')} {place}"
        self.bars["header"].show(
            Column(f" {self.supervisor} ", len(self.supervisor) + 2, palette.KEY),
            Column(listed(*names), 0, palette.BAR),
            Column((unwritten or progress) + " ", 38, palette.WRONG if unwritten else palette.BAR),
        )

    def show_cell(self) -> None:
        """The evidence of the row under the cursor, each coder's, and what was decided about it."""
        marks = self._marks()
        self.pane.set_marks(marks)
        self.pane.set_commented(frozenset().union(*map(commented, self.work.state.codings)))
        self.pane.set_current(marks[0] if marks else None)
        columns: tuple[Column, ...] = ()
        if self.rows:
            row = self.rows[self.row_index]
            words = [row.field.label.of(self.lang)]
            decided = self.work.state.decided(self.cluster_id, row.field.id)
            if decided is not None:
                who = "+".join(decided.taken_from)
                words.append(
                    say(
                        self.lang,
                        "decided_by",
                        who=who,
                        reason=self.reason_label(decided.reason),
                        by=decided.by,
                    )
                )
            words += [
                f"✎ {isolate(coder)}: {isolate(answer.comment)}"
                for coder, answer in row.answers.items()
                if answer.comment
            ]
            quotes = [(m.label, self.work.article.text[m.start : m.end]) for m in marks[:4]]
            words += [f"{isolate(label)}: {isolate(quote)}" for label, quote in quotes]
            columns = (Column(listed(*words), 0, palette.TITLE),)
        self.bars["info"].show(*columns)
        self.show_mode()

    def _marks(self) -> list[Mark]:
        if not self.rows:
            return []
        row = self.rows[self.row_index]
        found: dict[tuple[str, int, int], Mark] = {}
        for coding in self.work.state.codings:
            answer = row.answers.get(coding.coder, Answer())
            for span in map(coding.span, answer.evidence):
                if span is not None:
                    self._add(found, span, coding.coder)
        return in_order(found.values())

    def _add(self, found: dict[tuple[str, int, int], Mark], span: Span, coder: str) -> None:
        key = (span.kind, span.start, span.end)
        label = f"{found[key].label}+{coder}" if key in found else coder
        found[key] = Mark(f"{coder}/{span.id}", span.kind, span.start, span.end, CONFIRMED, label=label)

    def reason_label(self, reason: str) -> str:
        """A reason code in words."""
        labels = {r.id: r.label.of(self.lang) for r in self.codebook.adjudication_reasons}
        return labels.get(reason, reason or "—")

    @property
    def chooser(self) -> Chooser:
        """Over the grid, or over the queue."""
        return (self.list if self.session is None else self.grid).chooser

    def scopes(self) -> tuple[str, ...]:
        """Where the keys work now."""
        if self.chooser.asked is not None:
            return ("choose",)
        return ("grid", "any") if self.session is not None else ("queue", "any")

    def show_mode(self) -> None:
        """The keys that work now."""
        columns = footer_columns(self.scopes(), self.lang, self.size.width)
        if self.session is not None and self.chooser.asked is None:
            coders = [f"{i} {c}" for i, c in enumerate(self.work.state.coders, start=1)]
            columns = (Column(f" {listed(*coders)} ", len(" · ".join(coders)) + 2, palette.KEY), *columns)
            while sum(c.width for c in columns) > self.size.width and len(columns) > 1:
                columns = columns[:-2]
        self.bars["footer"].show(*columns)

    # ---------------------------------------------------------------- the place in the grid
    @property
    def row(self) -> Compared:
        """The row under the cursor; raises CoderError where there is none."""
        if not self.rows:
            raise CoderError("review.nothing_here")
        return self.rows[self.row_index]

    @property
    def field_id(self) -> str:
        """The field under the cursor."""
        return self.row.field.id

    def go(self, index: int) -> None:
        """The cursor goes to a row by its number."""
        self.row_index = max(0, min(len(self.rows) - 1, index))
        self.grid.load(self.grid.rows, self.row_index)
        self.show_cell()

    def go_to_open(self, *, from_start: bool = False) -> None:
        """To the next open cell after this one, else the first."""
        state = self.work.state
        cells = list(state.open_cells())
        if not cells:
            self.say("none_left")
            return
        order = [ARTICLE, *(c.id for c in state.clusters)]
        here = order.index(self.cluster_id)
        below = {row.field.id for row in self.rows[self.row_index + 1 :]}
        following = [
            (cluster, field)
            for cluster, field in cells
            if order.index(cluster) > here or (cluster == self.cluster_id and field in below)
        ]
        cluster, field = (cells if from_start else following or cells)[0]
        self.cluster_id = cluster
        self.refresh_grid()
        self.go([row.field.id for row in self.rows].index(field))
