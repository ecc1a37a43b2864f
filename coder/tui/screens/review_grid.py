"""The review grid: a row per field, a column per coder, gold at the end. Its keys are in `review_keys`."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, zip_longest
from operator import add

from msgspec.structs import replace

from coder.adjudicate.gold_edits import is_agreed
from coder.adjudicate.resolve import (
    ARTICLE,
    DISAGREEMENTS,
    STALE,
    SUPERVISOR,
    Adjudication,
    cluster_id,
    span_class,
)
from coder.adjudicate.resolve import Row as Compared
from coder.codebook.schema import Codebook, Field
from coder.codebook.validate import Problem
from coder.errors import CoderError
from coder.model import GOLD, Answer
from coder.service.coding.article_marks import Mark, commented
from coder.service.review.gold_session import ReviewSession
from coder.text.display import cell_width, fit, fit_apart, isolate
from coder.tui import palette
from coder.tui.keys import key_of
from coder.tui.screens.answers_pane import most_lines
from coder.tui.screens.highlights import Highlights
from coder.tui.screens.review_events import EventList
from coder.tui.screens.review_marks import BRIGHT, TOGETHER, marks_of
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.sentences import in_line, listed, say
from coder.tui.widgets.chooser_list import ChooserList
from coder.tui.widgets.frame import Title
from coder.tui.widgets.rows import SIDES, Column, Row, broken_apart, fitted, joined, shared, title_role
from coder.values.typed import show

_SIGNS = {"agreed": "=", "some": "{}=", "differs": "≠", "one": "1", "silent": " "}
"""The signs of how coders answer; `{}` is the number of those who have the event."""
_DECIDED, _WRONG, _STALE, _OPEN = "✓", "!", "↻", "·"
"""The signs of gold: decided, wrong by the codebook, changed by a coder since, and to be decided now."""
_SIGN, _LABEL, _LEAST, _GOLD = 4, 20, 7, 16
"""Cells of a row's sign, the fewest for a field's name (a third of a narrow screen) and an answer, and the
most for gold, which names the coder whose words it has no room for."""
_MOST = 4
"""The most lines of a row in which coders differ, beside the article."""
_SIGNS_OF_CODERS = "①②③④⑤⑥⑦⑧⑨"
DIGITS = 9
"""The number of coders whose value has a digit; `0` means "not stated"."""


def with_digit(number: int, name: str) -> str:
    """Return a coder's name after the digit that takes their value, or alone if there is none."""
    return f"{digit_of(number)} {name}".lstrip()


def digit_of(number: int) -> str:
    """Return the digit that takes the value of a coder, or "" if there is none."""
    return f"{number}" if number <= DIGITS else ""


class ReviewGrid:
    """The grid of one cluster of events; the cluster `ARTICLE` is the article's own record."""

    session: ReviewSession
    """The session of the open article, set by `reset`."""

    def __init__(self, screen: WorkScreen) -> None:
        self.screen, self.pane = screen, screen.pane
        self.list = ChooserList(id="grid")
        self.head = Title(id="head")
        self.events = EventList()
        self.highlights = Highlights(screen.pane, screen.cursor_moved)
        self.width = 0
        self._head: Row = ()
        self._loaded: Adjudication | None = None  # the state that the rows show
        self._open = frozenset[tuple[str, str]]()  # the cells to decide; others wait for these
        self.cluster_id, self.index = ARTICLE, 0
        self.anchor: int | None = None  # the other end of the selected rows
        self.rows: list[Compared] = []
        self.firsts: Sequence[int] = (0,)
        """The first line of each row, then the number of all lines."""
        self.problems: dict[str, Problem] = {}
        """The shown cluster's problems by field; an error takes precedence over a warning."""

    def reset(self, session: ReviewSession) -> None:
        """Start with a session, of another article or of the same one reloaded."""
        self.session = session
        self.highlights.reset(session.article)
        self.pane.set_kinds(self.looks, are_coders=True)

    @property
    def lang(self) -> str:
        """The language of the screen."""
        return self.screen.lang

    @property
    def state(self) -> Adjudication:
        """The current adjudication."""
        return self.session.state

    @property
    def looks(self) -> dict[str, str]:
        """The signs of highlighted words by coder, for terminals without colour."""
        signs = _SIGNS_OF_CODERS.ljust(len(self.state.coders), "●")
        return {**dict(zip(self.state.coders, signs, strict=False)), TOGETHER: TOGETHER, GOLD: _DECIDED}

    @property
    def legend(self) -> Row:
        """The look of words that several coders have, and of gold's; those of coders are in the head."""
        first = len(self.state.coders)
        signs = {TOGETHER: "several_coders", _DECIDED: "gold"}
        names = [f" {sign} {say(self.lang, key)} " for sign, key in signs.items()]
        return tuple(fitted(name, palette.coder_role(first + n)) for n, name in enumerate(names))

    @property
    def is_beside(self) -> bool:
        """Whether it stands beside the article, which leaves it more lines than it has rows."""
        return self.width < self.screen.app.size.width

    def load(self, width: int, field_id: str | None = None) -> None:
        """Show the current cluster in `width` cells, and its evidence in the article.

        field_id: the field for the cursor, which otherwise keeps its index.
        """
        self._loaded = state = self.state
        self.width, self._open = width, frozenset(self.session.open_cells)
        if self.cluster_id != ARTICLE and all(c.id != self.cluster_id for c in state.clusters):
            self.cluster_id = ARTICLE
        here = [p for p in self.session.problems if cluster_id(p.event_id) == self.cluster_id]
        here.sort(key=lambda p: p.severity == "error")
        self.problems = {p.field: p for p in here if p.field}
        self.rows = [row for row in state.rows(self.cluster_id) if self._shows(row)]
        fields = [row.field.id for row in self.rows]
        at = fields.index(field_id) if field_id in fields else self.index
        self.index = max(0, min(at, len(self.rows) - 1))
        label, cells = self._widths(width)
        blocks = [[*self._lines(row, label, cells, _MOST)] for row in self.rows]
        room = most_lines(*self.screen.app.size) or self.list.size.height
        if sum(map(len, blocks)) > room:  # then only what differs takes several lines
            most = _MOST if self.is_beside else 1
            blocks = [
                [*self._lines(row, label, cells, most if row.state == "differs" else 1)] for row in self.rows
            ]
        self.firsts = [*accumulate(map(len, blocks), initial=0)]
        self._show_cursor([line for block in blocks for line in block])
        self.events.load(self.session, self.cluster_id, width)
        title = say(self.lang, "field")
        if self.cluster_id != ARTICLE and (reason := state.cluster(self.cluster_id).rejected):
            title = say(self.lang, "cluster_rejected", reason=self.reason_label(reason))
        names = (
            Column(
                fit(with_digit(n, isolate(name)), width - 1), width, palette.coder_role(n - 1), digit_of(n)
            )
            for n, (name, width) in enumerate(zip(state.coders, cells, strict=False), start=1)
        )
        gold = Column(f"  {say(self.lang, 'gold')}", 0, palette.TITLE)  # aligned with the values below
        self._head = Column(f" {title}", label + _SIGN + 1), *names, gold
        self.show_head()
        self.screen.show_header()
        self._show_cell()

    def show_head(self) -> None:
        """Show the head of the columns, bright if the grid gets the keys."""
        self.head.show(replace(self._head[0], style=title_role(self.list)), *self._head[1:])

    @property
    def idle(self) -> set[str]:
        """The names of the actions that would do nothing now."""
        if self.session.closed:
            return {"next", "accept_agreed", "take_event", "reject_event", "undo", "close_gold"}
        left, state = {*self.session.open_cells}, self.state
        clusters = {at for at, _ in left}
        agreed = ((at, row.field.id) for at in clusters for row in state.rows(at) if is_agreed(row))
        idle = {"close_gold"} if [*self.session.to_do()] else {"next"}
        if left.isdisjoint(agreed):
            idle.add("accept_agreed")
        if self.cluster_id not in clusters or self.cluster_id == ARTICLE:
            idle |= {"take_event", "reject_event"}
        return idle

    def _shows(self, row: Compared) -> bool:
        """Return whether a row has anything to show: an answer, a decision or a problem.

        For an event that no coder has, all fields that the codebook asks for are shown.
        """
        decided = self.state.decided(self.cluster_id, row.field.id)
        asked = not row.answers and row.field.id in self.state.asked(self.cluster_id)
        return row.state != "silent" or decided is not None or row.field.id in self.problems or asked

    def _widths(self, width: int) -> tuple[int, list[int]]:
        """Return the cells for the fields' names, and for each coder's answers and gold, by their content.

        Gold takes what the widest answer would, up to `_GOLD`, so that deciding moves nothing.
        """
        state, lang = self.state, self.lang
        names = [cell_width(row.field.label.of(lang)) for row in self.rows]
        label = max(min(_LABEL, width // 3), min(max(names, default=0) + 1, width // 4))
        wanted = [cell_width(with_digit(n, coder)) + 2 for n, coder in enumerate(state.coders, start=1)]
        for row in self.rows:
            for n, coder in enumerate(state.coders):
                answer = row.answers.get(coder)
                words = self.words_of(row.field, answer) if answer else say(lang, "not_here")
                wanted[n] = max(wanted[n], cell_width(words) + (4 if answer and answer.comment else 2))
        room = max(_LEAST * (len(wanted) + 1), width - label - _SIGN - SIDES)
        return label, shared([*wanted, min(max(wanted) + 3, _GOLD)], room)

    def _lines(self, row: Compared, label: int, cells: Sequence[int], most: int) -> Iterable[Row]:
        """Yield at most so many lines of a field: its name, each coder's answer in its cells, and gold.

        Answers that agree are in the first one's words: the same set may be coded in another order.
        """
        lang, rtl, coders = self.lang, self.lang == "ar", self.state.coders
        decided, sign, differs = self.decided(row), self.sign(row), row.state in DISAGREEMENTS
        edge, style = (" ", palette.TITLE if differs and decided is None else palette.TEXT)
        if any(row is each for each in self.selected):
            edge, style = "▌", palette.EDGE
        state = _SIGNS[row.state].format(len(row.answers))
        answers = [row.answers.get(coder) for coder in coders]
        notes = ["✎ " if answer and answer.comment else "" for answer in answers]
        shown = answers if differs else [each and next(filter(None, answers)) for each in answers]
        words = [self.words_of(row.field, each) if each else say(lang, "not_here") for each in shown]
        places = joined([*map(add, notes, words)], cells)
        gold, room = self.words_of(row.field, decided) if decided else "", cells[-1] - 3
        if gold and {*words} == {gold}:
            gold = "="
        elif gold in words and cell_width(gold) > room:
            gold = f"= {isolate(coders[words.index(gold)])}"
        elif not decided and (kind := span_class(row)):
            gold, room = say(lang, f"spans_{kind}"), self.width
        apart = max(map(len, notes)) + 2
        rooms = [label - 1, *(width - apart for _, width in places), room]
        texts = [row.field.label.of(lang), *(words[n] for n, _ in places), gold]
        broken = broken_apart(texts, rooms, most, int(rtl))
        look = {_DECIDED: palette.TEXT, _OPEN: palette.DIM}.get(sign, palette.WRONG)
        for at, (name, *parts, gold) in enumerate(zip_longest(*broken, fillvalue="")):
            if at:  # the first line has the signs of all
                state, sign, notes = "", " ", [""] * len(notes)
            line = [Column(edge + state, _SIGN, style), Column(name, label, style)]
            for (n, width), text in zip(places, parts, strict=True):
                role = palette.TEXT if answers[n] else palette.DIM
                role = palette.MENU if width > cells[n] else role  # the ground shows how far it goes
                words_here = in_line(row.field, notes[n] + text, lang)
                line.append(Column(f"{words_here}  ", width, role, digit_of(n + 1)))
            yield *line, Column(f"{sign} {in_line(row.field, gold, lang)}", 0, look, key_of("grid.edit"))

    def sign(self, row: Compared) -> str:
        """Return the sign of a row's gold."""
        problem = self.problems.get(row.field.id)
        if problem is not None and problem.rule == STALE:
            return _STALE
        if self.decided(row) is None:
            waits = _OPEN if (self.cluster_id, row.field.id) in self._open else " "
            return waits if row.state != "silent" else _WRONG
        return _WRONG if problem is not None else _DECIDED

    # ---------------------------------------------------------------- the cursor
    @property
    def row(self) -> Compared:
        """The row under the cursor; raises CoderError if there is none."""
        if not self.rows:
            raise CoderError("review.nothing_here")
        return self.rows[self.index]

    @property
    def field_id(self) -> str:
        """The field under the cursor."""
        return self.row.field.id

    @property
    def selected(self) -> list[Compared]:
        """The selected rows, none without a selection."""
        if self.anchor is None:
            return []
        return self.rows[min(self.anchor, self.index) : max(self.anchor, self.index) + 1]

    def select(self, index: int, anchor: int | None) -> None:
        """Move the cursor to a row and select from there to the anchor; None ends the selection."""
        self.index, self.anchor = max(0, min(len(self.rows) - 1, index)), anchor
        self.load(self.width)

    def decided(self, row: Compared | None = None) -> Answer | None:
        """Return the gold answer of a row, by default of the one under the cursor."""
        return self.state.decided(self.cluster_id, (row or self.row).field.id)

    def go_to(self, cluster_id: str, field_id: str | None = None) -> None:
        """Show a cluster with the cursor on a field, or else on the first row."""
        names = [row.field.id for row in self.rows]
        if self._loaded is self.state and cluster_id == self.cluster_id and field_id in names:
            self.go(names.index(field_id))
        else:
            self.cluster_id, self.index, self.anchor = cluster_id, 0, None
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
        """Go to the next cell with something to do, or else to the first; return whether there is one."""
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
        """Show the evidence of the row under the cursor, and its answers and decision in full."""
        marks = self.evidence()
        bright = [mark for mark in marks if mark.state == BRIGHT]
        self.pane.set_marks(marks)
        self.pane.set_commented(frozenset().union(*map(commented, self.state.codings)))
        self.highlights.set_current(next(iter(bright), None))
        if not self.rows:
            self.screen.show_info(Column(""))
            return
        words = [self.row.field.label.of(self.lang)]
        problem, decided = self.problems.get(self.field_id), self.decided()
        if problem is not None and (decided is not None or self.row.state == "silent"):
            words.append(f"{self.sign(self.row)} {problem.message.of(self.lang)}")
        words += self._in_full(sum(map(cell_width, words)))
        if kind := span_class(self.row):
            words.append(say(self.lang, f"spans_{kind}"))
        if decided is not None:
            who, reason = self.givers(decided), self.reason_label(decided.reason)
            words.append(say(self.lang, "decided_by", who=who, reason=reason, by=decided.by))
        comments = ((coder, answer.comment) for coder, answer in self.row.answers.items() if answer.comment)
        words += [f"✎ {isolate(coder)}: {isolate(comment)}" for coder, comment in comments]
        text = self.session.article.text
        words += [f"{isolate(m.label)}: {isolate(text[m.start : m.end])}" for m in bright[:4]]
        self.screen.show_info(Column(listed(*words), 0, palette.TITLE))

    def _in_full(self, before: int) -> list[str]:
        """Return who gave which value to the row under the cursor; cut only for what is said `before`."""
        by_value: dict[str, list[str]] = {}
        for coder, answer in self.row.answers.items():
            by_value.setdefault(self.words_of(self.row.field, answer), []).append(coder)
        names = ["+".join(coders) for coders in by_value.values()]
        room = self.screen.info_room - before - sum(cell_width(name) + 5 for name in names)
        values = fit_apart([*by_value], shared([*map(cell_width, by_value)], max(room, 0)))
        pairs = zip(names, values, strict=True)
        return [f"{isolate(name)}: {in_line(self.row.field, value, self.lang)}" for name, value in pairs]

    def evidence(self, *, everywhere: bool = False) -> list[Mark]:
        """Return the evidence of the event as marks of their coders, bright for the row under the cursor.

        everywhere: include all spans of the coders in the article.
        """
        at = self.state, self.cluster_id, self.rows
        return marks_of(*at, self.row, self.lang, everywhere=everywhere) if self.rows else []

    def words_of(self, field: Field, answer: Answer) -> str:
        """Return a value or a blank in words."""
        return in_words(field, answer, self.state.codebook, self.lang)

    def givers(self, decided: Answer) -> str:
        """Return whose answers a decision takes: the coders, and the supervisor in words."""
        own = say(self.lang, "supervisor")
        return "+".join(own if each == SUPERVISOR else each for each in decided.taken_from)

    def reason_label(self, reason: str) -> str:
        """Return the label of a reason."""
        return self.state.codebook.reason(reason).of(self.lang)


def in_words(field: Field, answer: Answer, codebook: Codebook, lang: str) -> str:
    """Return a value or a blank in words; "—" if a coder who has the event left the field empty."""
    if answer.coded:
        return show(field, answer.value, codebook, lang)
    if answer.state == "missing":
        return "—"
    return codebook.blank(answer.state).label.of(lang)
