"""The grid of a review: a row per field, a column per coder, gold at the end; the evidence in the article."""

from __future__ import annotations

from coder.adjudicate.diff import Row as Compared
from coder.adjudicate.resolve import ARTICLE, Adjudication
from coder.codebook.schema import Codebook, Field
from coder.errors import CoderError
from coder.model import Answer
from coder.service.coding.article_marks import CONFIRMED, Mark, commented, in_order
from coder.service.review.gold_session import ReviewSession
from coder.text.display import fit, isolate
from coder.tui import palette
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.sentences import listed, say
from coder.tui.widgets.article_pane import ArticlePane
from coder.tui.widgets.bar import Bar
from coder.tui.widgets.chooser import AskingList
from coder.tui.widgets.rows import Column, Row
from coder.values.typed import show

_SIGNS = {"agreed": "=", "differs": "≠", "one": "1"}
"""How a row says without colour whether coders agree, differ, or only one has the event."""
_LABEL = 20


class ReviewGrid:
    """The cluster `ARTICLE` is the article's own record. session: the article's, set when one is opened."""

    session: ReviewSession

    def __init__(self, screen: WorkScreen, pane: ArticlePane) -> None:
        self.screen = screen
        self.lang = screen.lang
        self.list = AskingList(rtl=screen.rtl, id="grid")
        self.head = Bar(rtl=screen.rtl, style=palette.TITLE, id="head")
        self.info = Bar(rtl=screen.rtl, style=palette.TEXT, id="info")
        self.pane = pane
        self.width = 0
        self.cluster_id = ARTICLE
        self.index = 0
        self.rows: list[Compared] = []

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
        cells = max(8, (width - _LABEL - 4) // (len(state.coders) + 1))
        self.list.load([self._line(row, cells) for row in self.rows], self.index)
        title = say(self.lang, "field")
        if self.cluster_id != ARTICLE and (reason := state.cluster(self.cluster_id).rejected):
            title = say(self.lang, "cluster_rejected", reason=reason)
        names = [Column(f"{i} {name}", cells, palette.KEY) for i, name in enumerate(state.coders, start=1)]
        gold = Column(say(self.lang, "gold"), 0, palette.GOOD)
        self.head.show(Column(f" {title}", _LABEL + 4, palette.TITLE), *names, gold)
        self.screen.show_header()
        self._show_cell()

    def _line(self, row: Compared, cells: int) -> Row:
        """A field, each coder's answer in so many cells, and gold."""
        codebook, lang = self.state.codebook, self.lang
        decided = self.state.decided(self.cluster_id, row.field.id)
        style = palette.WRONG if row.state in ("differs", "one") and decided is None else palette.TEXT
        label = fit(row.field.label.of(lang), _LABEL - 1)
        line = [Column(f" {_SIGNS[row.state]}", 4, style), Column(label, _LABEL, style)]
        for coder in self.state.coders:
            answer = row.answers.get(coder)
            text = in_words(row.field, answer, codebook, lang) if answer else say(lang, "not_here")
            text = isolate(fit(f"✎ {text}" if answer and answer.comment else text, cells - 2))
            line.append(Column(f"{text}  ", cells, palette.TEXT if answer else palette.DIM))
        gold = f"✓ {in_words(row.field, decided, codebook, lang)}" if decided else "…"
        return (*line, Column(gold, 0, palette.GOOD if decided else palette.DIM))

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

    # ---------------------------------------------------------------- the cell under the cursor
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
        comments = ((coder, answer.comment) for coder, answer in self.row.answers.items() if answer.comment)
        words += [f"✎ {isolate(coder)}: {isolate(comment)}" for coder, comment in comments]
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


def in_words(field: Field, answer: Answer, codebook: Codebook, lang: str) -> str:
    """A value or a blank for the reader."""
    if answer.coded:
        return show(field, answer.value, codebook, lang)
    return codebook.blank(answer.state).label.of(lang)
