"""The grid of a review: a row per field, a column per coder, gold at the end; its keys: `review_keys`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coder.adjudicate.gold_edits import is_agreed
from coder.adjudicate.resolve import ARTICLE, STALE, Adjudication, cluster_id, span_class
from coder.adjudicate.resolve import Row as Compared
from coder.codebook.schema import Codebook, Field
from coder.codebook.validate import Problem
from coder.errors import CoderError
from coder.model import GOLD, Answer, Decision
from coder.service.coding.article_marks import CONFIRMED, UNDECIDED, Mark, commented, in_order
from coder.service.review.gold_session import ReviewSession
from coder.text.display import cell_width, fit, fit_apart, isolate
from coder.tui import palette
from coder.tui.screens.highlights import Highlights
from coder.tui.screens.review_events import EventList
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.sentences import listed, say
from coder.tui.widgets.chooser import AskingList
from coder.tui.widgets.rows import Bar, Column, Line, Row, shared
from coder.values.typed import show

_SIGNS = {"agreed": "=", "differs": "≠", "one": "1", "silent": " "}
"""How a row says without colour whether coders agree, differ, or only one has the event."""
_DECIDED, _WRONG, _STALE, _OPEN = "✓", "!", "↻", "…"
"""How gold says the same: decided, wrong by the codebook, changed by a coder since, and not decided."""
_SIGN, _LABEL, _LEAST = 4, 20, 8
"""Cells of a row's sign, of a field's name, and of an answer, at least."""
BRIGHT, QUIET = UNDECIDED, CONFIRMED
"""How words look that support the cell under the cursor, and others."""
_TOGETHER = "="  # the look of words that several coders have
_SIGNS_OF_CODERS = "①②③④⑤⑥⑦⑧⑨"
DIGITS = 9
"""Coders whose value a digit takes; `0` says that it is not stated."""


def with_digit(number: int, name: str) -> str:
    """A coder's name behind the digit that takes their value, alone where there is none."""
    return f"{number} {name}" if number <= DIGITS else name


class ReviewGrid:
    """The cluster `ARTICLE` is the article's own record. session: the article's, set when one is opened."""

    session: ReviewSession

    def __init__(self, screen: WorkScreen) -> None:
        self.screen, self.lang, self.pane = screen, screen.lang, screen.pane
        self.list = AskingList(rtl=screen.rtl, id="grid")
        self.head = Bar(rtl=screen.rtl, style=palette.TITLE, id="head")
        self.info = Line(rtl=screen.rtl, id="info")
        self.events = EventList(screen.lang)
        self.highlights = Highlights(screen.pane, screen.cursor_moved)
        self.width = 0
        self._loaded: Adjudication | None = None  # what the rows were made of
        self.cluster_id, self.index = ARTICLE, 0
        self.anchor: int | None = None  # the other end of the selected rows
        self.rows: list[Compared] = []
        self.problems: dict[str, Problem] = {}
        """By field, of the cluster that shows; an error before a warning."""

    def take_up(self, session: ReviewSession) -> None:
        """Another article, or the same anew."""
        self.session = session
        self.highlights.take_up(session.article)
        self.pane.set_kinds(self.looks)

    @property
    def state(self) -> Adjudication:
        """The adjudication as it is."""
        return self.session.state

    @property
    def looks(self) -> dict[str, str]:
        """What words look like by whose they are, with signs for where there is no colour."""
        signs = _SIGNS_OF_CODERS.ljust(len(self.state.coders), "●")
        return {**dict(zip(self.state.coders, signs, strict=False)), _TOGETHER: _TOGETHER, GOLD: _DECIDED}

    def load(self, width: int, field_id: str | None = None) -> None:
        """Show the cluster as it is now in so many cells, and its evidence in the article.

        field_id: where the cursor goes, if not to its row's number.
        """
        self._loaded = state = self.state
        self.width = width
        if self.cluster_id != ARTICLE and all(c.id != self.cluster_id for c in state.clusters):
            self.cluster_id = ARTICLE
        here = [p for p in self.session.problems if cluster_id(p.event_id) == self.cluster_id and p.field]
        here.sort(key=lambda p: p.severity == "error")
        self.problems = {p.field: p for p in here if p.field}
        self.rows = [row for row in state.rows(self.cluster_id) if self._shows(row)]
        fields = [row.field.id for row in self.rows]
        at = fields.index(field_id) if field_id in fields else self.index
        self.index = max(0, min(at, len(self.rows) - 1))
        label, cells = self._widths(width)
        self.list.load([self._line(row, label, cells) for row in self.rows], self.index)
        self.events.load(self.session, self.cluster_id, width)
        title = say(self.lang, "field")
        if self.cluster_id != ARTICLE and (reason := state.cluster(self.cluster_id).rejected):
            title = say(self.lang, "cluster_rejected", reason=self.reason_label(reason))
        names = [
            Column(with_digit(n, isolate(name)), cells[n - 1], palette.mark_role(n - 1))
            for n, name in enumerate(state.coders, start=1)
        ]
        gold = Column(f"  {say(self.lang, 'gold')}", 0, palette.GOOD)  # above its values, behind their sign
        self.head.show(Column(f" {title}", label + _SIGN, palette.TITLE), *names, gold)
        self.screen.show_header()
        self._show_cell()

    @property
    def idle(self) -> set[str]:
        """The actions that would do nothing now, by their names in the table of keys."""
        left, state = {*self.session.open_cells}, self.state
        agreed = any(
            is_agreed(row) and (at, row.field.id) in left
            for at in {at for at, _ in left}
            for row in state.rows(at)
        )
        if self.session.closed:
            return {"next", "accept_agreed", "take_event", "reject_event", "undo", "close_gold"}
        idle = {"close_gold"} if [*self.session.to_do()] else {"next"}
        if not agreed:
            idle.add("accept_agreed")
        if not any(at == self.cluster_id for at, _ in left) or self.cluster_id == ARTICLE:
            idle |= {"take_event", "reject_event"}
        return idle

    def _shows(self, row: Compared) -> bool:
        """Whether there is something to see: an answer, a decision, or one that the codebook asks for.

        Of an event that no coder has, all fields that are asked for.
        """
        decided = self.state.decided(self.cluster_id, row.field.id)
        asked = not row.answers and row.field.id in self.state.asked(self.cluster_id)
        return row.state != "silent" or decided is not None or row.field.id in self.problems or asked

    def _widths(self, width: int) -> tuple[int, list[int]]:
        """Cells for the fields' names, then for each coder's answers and for gold: as wide as what they hold.

        Gold has the room of the widest coder's answers, so that deciding moves nothing.
        """
        state, lang = self.state, self.lang
        names = [cell_width(row.field.label.of(lang)) for row in self.rows]
        label = max(_LABEL, min(max(names, default=0) + 1, width // 4))
        wanted = [cell_width(with_digit(n, coder)) + 2 for n, coder in enumerate(state.coders, start=1)]
        for row in self.rows:
            for n, coder in enumerate(state.coders):
                answer = row.answers.get(coder)
                words = self.words_of(row.field, answer) if answer else say(lang, "not_here")
                wanted[n] = max(wanted[n], cell_width(words) + (4 if answer and answer.comment else 2))
        room = max(_LEAST * (len(wanted) + 1), width - label - _SIGN)
        return label, shared([*wanted, max(wanted) + 2], room)

    def _line(self, row: Compared, label: int, cells: Sequence[int]) -> Row:
        """A field, each coder's answer in so many cells, and gold."""
        lang = self.lang
        decided, sign = self.decided(row), self.sign(row)
        style = palette.WRONG if row.state in ("differs", "one") and decided is None else palette.TEXT
        name = fit(row.field.label.of(lang), label - 1)
        edge, style = ("▌", palette.KEY) if any(row is each for each in self.selected) else (" ", style)
        line = [Column(f"{edge}{_SIGNS[row.state]}", _SIGN, style), Column(name, label, style)]
        answers = [row.answers.get(coder) for coder in self.state.coders]
        apart = 4 if any(answer and answer.comment for answer in answers) else 2
        told = [(n, self.words_of(row.field, each)) for n, each in enumerate((*answers, decided)) if each]
        cut = fit_apart([words for _, words in told], [cells[n] - apart for n, _ in told])
        shown = dict(zip((n for n, _ in told), cut, strict=True))
        for n, answer in enumerate(answers):
            text = shown[n] if answer else say(lang, "not_here")
            text = isolate(f"✎ {text}" if answer and answer.comment else text, lang == "ar")
            line.append(Column(f"{text}  ", cells[n], palette.TEXT if answer else palette.DIM))
        how = f" {say(lang, f'spans_{kind}')}" if (kind := span_class(row)) else ""
        gold = f"{sign} {shown[len(answers)]}" if decided else sign + how
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

    @property
    def selected(self) -> list[Compared]:
        """The rows that are selected, none without a selection."""
        if self.anchor is None:
            return []
        return self.rows[min(self.anchor, self.index) : max(self.anchor, self.index) + 1]

    def select(self, index: int, anchor: int | None) -> None:
        """The cursor goes to a row; all from it to the anchor are selected, None ends that."""
        self.index, self.anchor = max(0, min(len(self.rows) - 1, index)), anchor
        self.load(self.width)

    def decided(self, row: Compared | None = None) -> Answer | None:
        """The gold answer of a row, else of the one under the cursor."""
        return self.state.decided(self.cluster_id, (row or self.row).field.id)

    def go_to(self, cluster_id: str, field_id: str | None = None) -> None:
        """Show a cluster, the cursor on a field or on the first row."""
        names = [row.field.id for row in self.rows]
        if self._loaded is self.state and cluster_id == self.cluster_id and field_id in names:
            self.go(names.index(field_id))
        else:
            self.cluster_id, self.index, self.anchor = cluster_id, 0, None
            self.load(self.width, field_id)

    def go(self, index: int) -> None:
        """The cursor goes to a row by its number."""
        if self.anchor is not None:
            self.select(index, None)
            return
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
        bright = [mark for mark in marks if mark.state == BRIGHT]
        self.pane.set_marks(marks)
        self.pane.set_commented(frozenset().union(*map(commented, self.state.codings)))
        self.highlights.set_current(next(iter(bright), None))
        if not self.rows:
            self.info.show()
            return
        words = [self.row.field.label.of(self.lang)]
        if kind := span_class(self.row):
            words.append(say(self.lang, f"spans_{kind}"))
        problem = self.problems.get(self.field_id)
        if problem is not None and (self.decided() is not None or self.row.state == "silent"):
            words.append(f"{self.sign(self.row)} {problem.message.of(self.lang)}")
        if (decided := self.decided()) is not None:
            who, reason = "+".join(decided.taken_from), self.reason_label(decided.reason)
            words.append(say(self.lang, "decided_by", who=who, reason=reason, by=decided.by))
        whole: dict[str, list[str]] = {}  # as cells may be too narrow for it
        for coder, answer in self.row.answers.items():
            whole.setdefault(self.words_of(self.row.field, answer), []).append(coder)
        rtl = self.lang == "ar"
        words += [f"{isolate('+'.join(coders))}: {isolate(value, rtl)}" for value, coders in whole.items()]
        comments = ((coder, answer.comment) for coder, answer in self.row.answers.items() if answer.comment)
        words += [f"✎ {isolate(coder)}: {isolate(comment)}" for coder, comment in comments]
        text = self.session.article.text
        words += [f"{isolate(m.label)}: {isolate(text[m.start : m.end])}" for m in bright[:4]]
        self.info.show(Column(listed(*words), 0, palette.TITLE))

    def evidence(self, *, everywhere: bool = False) -> list[Mark]:
        """The words behind the event, each as its coder's, bright those behind the row under the cursor.

        everywhere: with all that coders marked in the article.
        """
        whose: dict[tuple[str, int, int], list[str]] = {}
        behind = set[tuple[str, int, int]]()
        for coding in (*self.state.codings, self.state.gold) if self.rows else ():
            is_gold = coding is self.state.gold
            here = self._evidence_of(coding.coder, [self.row])
            event = self._evidence_of(coding.coder, self.rows)
            for span in coding.spans:
                if span.id in event or (
                    everywhere and not is_gold and span.decision is not Decision.REJECTED
                ):
                    whose.setdefault(span.stretch, []).append(coding.coder)
                    behind |= {span.stretch} if span.id in here else set()
        return in_order(
            Mark(
                "-".join(map(str, s)), *s, BRIGHT if s in behind else QUIET,
                label="+".join(say(self.lang, "gold") if name == GOLD else name for name in names),
                look=_look(names),
            )
            for s, names in whose.items()
        )  # fmt: skip

    def _evidence_of(self, coder: str, rows: Iterable[Compared]) -> set[str]:
        """The ids of the spans behind one's answers, gold's too."""
        answers = (self.decided(row) if coder == GOLD else row.answers.get(coder) for row in rows)
        return {span for answer in answers if answer is not None for span in answer.evidence}

    def words_of(self, field: Field, answer: Answer) -> str:
        """A value or a blank for the reader."""
        return in_words(field, answer, self.state.codebook, self.lang)

    def reason_label(self, reason: str) -> str:
        """A reason code in words."""
        return self.state.codebook.reason(reason).of(self.lang)


def _look(names: list[str]) -> str:
    """Whose words these are: of one coder, of several, or of gold alone."""
    coders = [name for name in names if name != GOLD]
    return coders[0] if len(coders) == 1 else _TOGETHER if coders else GOLD


def in_words(field: Field, answer: Answer, codebook: Codebook, lang: str) -> str:
    """A value or a blank for the reader; — where a coder who has the event left it empty."""
    if answer.coded:
        return show(field, answer.value, codebook, lang)
    if answer.state == "missing":
        return "—"
    return codebook.blank(answer.state).label.of(lang)
