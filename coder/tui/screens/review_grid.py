"""The grid of a review: a row per field, a column per coder, gold at the end; its keys: `review_keys`."""

from __future__ import annotations

from coder.adjudicate.resolve import ARTICLE, STALE, Adjudication, cluster_id
from coder.adjudicate.resolve import Row as Compared
from coder.codebook.schema import Codebook, Field
from coder.codebook.validate import Problem
from coder.errors import CoderError
from coder.model import Answer, Decision
from coder.service.coding.article_marks import CONFIRMED, UNDECIDED, Mark, commented, in_order
from coder.service.review.gold_session import ReviewSession
from coder.text.display import fit, fit_apart, isolate
from coder.tui import palette
from coder.tui.screens.highlights import Highlights
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.sentences import listed, say
from coder.tui.widgets.chooser import AskingList
from coder.tui.widgets.rows import Bar, Column, Row
from coder.values.typed import show

_SIGNS = {"agreed": "=", "differs": "≠", "one": "1", "silent": " "}
"""How a row says without colour whether coders agree, differ, or only one has the event."""
_DECIDED, _WRONG, _STALE, _OPEN = "✓", "!", "↻", "…"
"""How gold says the same: decided, wrong by the codebook, changed by a coder since, and not decided."""
_LABEL = 20


class ReviewGrid:
    """The cluster `ARTICLE` is the article's own record. session: the article's, set when one is opened."""

    session: ReviewSession

    def __init__(self, screen: WorkScreen) -> None:
        self.screen, self.lang, self.pane = screen, screen.lang, screen.pane
        self.list = AskingList(rtl=screen.rtl, id="grid")
        self.head = Bar(rtl=screen.rtl, style=palette.TITLE, id="head")
        self.info = Bar(rtl=screen.rtl, style=palette.TEXT, id="info")
        self.highlights = Highlights(screen.pane, screen.show_mode)
        self.width = 0
        self.cluster_id, self.index = ARTICLE, 0
        self.rows: list[Compared] = []
        self.problems: dict[str, Problem] = {}
        """By field, of the cluster that shows; an error before a warning."""

    def take_up(self, session: ReviewSession) -> None:
        """Another article, or the same anew."""
        self.session = session
        self.highlights.take_up(session.article)

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
        here = [p for p in self.session.problems if cluster_id(p.event_id) == self.cluster_id and p.field]
        here.sort(key=lambda p: p.severity == "error")
        self.problems = {p.field: p for p in here if p.field}
        self.rows = [row for row in state.rows(self.cluster_id) if self._shows(row)]
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

    def _shows(self, row: Compared) -> bool:
        """Whether there is something to see: an answer, a decision, or one that the codebook asks for."""
        decided = self.state.decided(self.cluster_id, row.field.id)
        return row.state != "silent" or decided is not None or row.field.id in self.problems

    def _line(self, row: Compared, cells: int) -> Row:
        """A field, each coder's answer in so many cells, and gold."""
        codebook, lang = self.state.codebook, self.lang
        decided, sign = self.decided(row), self.sign(row)
        style = palette.WRONG if row.state in ("differs", "one") and decided is None else palette.TEXT
        label = fit(row.field.label.of(lang), _LABEL - 1)
        line = [Column(f" {_SIGNS[row.state]}", 4, style), Column(label, _LABEL, style)]
        answers = [row.answers.get(coder) for coder in self.state.coders]
        room = cells - (4 if any(answer and answer.comment for answer in answers) else 2)
        words = [in_words(row.field, answer, codebook, lang) for answer in (*answers, decided) if answer]
        cut = dict(zip(words, fit_apart(words, room), strict=True))
        for answer in answers:
            text = cut[in_words(row.field, answer, codebook, lang)] if answer else say(lang, "not_here")
            text = isolate(f"✎ {text}" if answer and answer.comment else text)
            line.append(Column(f"{text}  ", cells, palette.TEXT if answer else palette.DIM))
        gold = f"{sign} {cut[in_words(row.field, decided, codebook, lang)]}" if decided else sign
        styles = {_DECIDED: palette.GOOD, _OPEN: palette.DIM}
        return (*line, Column(gold, 0, styles.get(sign, palette.WRONG)))

    def sign(self, row: Compared) -> str:
        """What there is to say about gold in one sign."""
        problem = self.problems.get(row.field.id)
        if problem is not None and problem.rule == STALE:
            return _STALE
        if self.decided(row) is None:
            return _OPEN if row.state != "silent" else _WRONG
        return _WRONG if problem is not None else _DECIDED

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

    def decided(self, row: Compared | None = None) -> Answer | None:
        """The gold answer of a row, else of the one under the cursor."""
        return self.state.decided(self.cluster_id, (row or self.row).field.id)

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
        """To the next cell with something to do after this one, else the first; False where there is none."""
        cells = [*self.session.to_do()]
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
        """The evidence of the row, each coder's and gold's, and what was decided about it."""
        marks = self.evidence()
        self.pane.set_marks(marks)
        self.pane.set_commented(frozenset().union(*map(commented, self.state.codings)))
        self.highlights.set_current(marks[0] if marks else None)
        if not self.rows:
            self.info.show()
            return
        words = [self.row.field.label.of(self.lang)]
        problem = self.problems.get(self.field_id)
        if problem is not None and (self.decided() is not None or self.row.state == "silent"):
            words.append(f"{self.sign(self.row)} {problem.message.of(self.lang)}")
        if (decided := self.decided()) is not None:
            who, reason = "+".join(decided.taken_from), self.reason_label(decided.reason)
            words.append(say(self.lang, "decided_by", who=who, reason=reason, by=decided.by))
        comments = ((coder, answer.comment) for coder, answer in self.row.answers.items() if answer.comment)
        words += [f"✎ {isolate(coder)}: {isolate(comment)}" for coder, comment in comments]
        text = self.session.article.text
        words += [f"{isolate(m.label)}: {isolate(text[m.start : m.end])}" for m in marks[:4]]
        self.info.show(Column(listed(*words), 0, palette.TITLE))

    def evidence(self, *, everywhere: bool = False) -> list[Mark]:
        """The words behind the row, whose they are as labels; everywhere: with all that coders marked."""
        whose: dict[tuple[str, int, int], list[str]] = {}
        behind = set[tuple[str, int, int]]()
        for coding in (*self.state.codings, self.state.gold) if self.rows else ():
            is_gold = coding is self.state.gold
            answer = self.decided() if is_gold else self.row.answers.get(coding.coder)
            for span in coding.spans:
                supports = answer is not None and span.id in answer.evidence
                if supports or (everywhere and not is_gold and span.decision is not Decision.REJECTED):
                    stretch = (span.kind, span.start, span.end)
                    whose.setdefault(stretch, []).append(say(self.lang, "gold") if is_gold else coding.coder)
                    behind |= {stretch} if supports else set()
        return in_order(
            Mark("-".join(map(str, s)), *s, CONFIRMED if s in behind else UNDECIDED, label="+".join(names))
            for s, names in whose.items()
        )

    def reason_label(self, reason: str) -> str:
        """A reason code in words."""
        labels = {r.id: r.label.of(self.lang) for r in self.state.codebook.adjudication_reasons}
        return labels.get(reason, reason or "—")


def in_words(field: Field, answer: Answer, codebook: Codebook, lang: str) -> str:
    """A value or a blank for the reader."""
    if answer.coded:
        return show(field, answer.value, codebook, lang)
    return codebook.blank(answer.state).label.of(lang)
