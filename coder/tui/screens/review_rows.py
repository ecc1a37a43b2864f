"""How the review grid draws a field: its name, each coder's answer, gold, and their
signs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from operator import add

from msgspec.structs import replace

from coder.adjudicate.evidence import is_cited_apart
from coder.adjudicate.resolve import (
    ARTICLE,
    DISAGREEMENTS,
    STALE,
    SUPERVISOR,
    Adjudication,
    classify_stretch,
)
from coder.adjudicate.resolve import Row as Compared
from coder.codebook.schema import Codebook, Field
from coder.codebook.validate import Problem
from coder.errors import CoderError
from coder.model import GOLD, Answer, with_how
from coder.service.review.gold_session import ReviewSession
from coder.text.display import cell_width, fit, isolate
from coder.tui import palette
from coder.tui.keys import key_of
from coder.tui.screens.review_marks import TOGETHER
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.sentences import column_head, in_line, say
from coder.tui.widgets.rows import (
    SIDES,
    Column,
    Row,
    broken_apart,
    fitted,
    joined,
    shared,
)
from coder.values.typed import show

_SIGNS = {"agreed": "=", "some": "{}=", "differs": "≠", "one": "1", "silent": " "}
"""The signs of how coders answer; `{}` is the number of those who have the event."""
_APART = "≈"
"""In place of `=`: their evidence lies apart."""
_DECIDED = "✓"
_WRONG = "!"
_STALE = "↻"
_OPEN = "·"
"""The signs of gold: decided, wrong by the codebook, changed by a coder since, and to
be decided now.
"""
_SIGN = 4
_LABEL = 20
_LEAST = 7
_GOLD = 12
"""Cells of a row's sign, the fewest for a field's name (a third of a narrow screen) and
an answer, and the most for gold, which names the coder whose words it has no room for.
"""
_MOST = 4
"""The most lines of a row while others have none of those they want."""
_SIGNS_OF_CODERS = "①②③④⑤⑥⑦⑧⑨"
DIGITS = 9
"""The number of coders whose value has a digit; `0` means "not stated"."""


class ReviewRows:
    """The rows of one cluster of events, without their cursor."""

    session: ReviewSession
    """The session of the open article, set by `reset`."""

    def __init__(self, screen: WorkScreen) -> None:
        self.screen = screen
        self.width = 0
        self.cluster_id = ARTICLE
        self.index = 0
        self.anchor: int | None = None  # the other end of the selected rows
        self.rows: list[Compared] = []
        self.problems: dict[str, Problem] = {}
        """The shown cluster's problems by field; an error takes precedence over a
        warning.
        """
        self.to_decide = frozenset[tuple[str, str]]()
        """The open cells; other cells without gold wait for these."""

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
        return {
            **dict(zip(self.state.coders, signs, strict=False)),
            TOGETHER: TOGETHER,
            GOLD: _DECIDED,
        }

    @property
    def legend(self) -> Row:
        """The look of words that several coders have, and of gold's; those of coders
        are in the head.
        """
        first = len(self.state.coders)
        signs = {TOGETHER: "several_coders", _DECIDED: "gold"}
        found = list[Column]()
        for rank, (sign, key) in enumerate(signs.items(), start=first):
            found.append(fitted(f" {sign} ", palette.coder_role(rank)))
            found.append(fitted(f" {say(self.lang, key)} ", palette.DIM))
        return tuple(found)

    @property
    def is_beside(self) -> bool:
        """Return whether it stands beside the article, which leaves it more lines than
        it has rows.
        """
        return self.width < self.screen.app.size.width

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
        return self.rows[
            min(self.anchor, self.index) : max(self.anchor, self.index) + 1
        ]

    def decided(self, row: Compared | None = None) -> Answer | None:
        """Return the gold answer of a row, by default of the one under the cursor."""
        return self.state.find_decision(self.cluster_id, (row or self.row).field.id)

    def sign(self, row: Compared) -> str:
        """Return the sign of a row's gold."""
        problem = self.problems.get(row.field.id)
        if problem is not None and problem.rule == STALE:
            return _STALE
        if self.decided(row) is None:
            waits = _OPEN if (self.cluster_id, row.field.id) in self.to_decide else " "
            return waits if row.state != "silent" else _WRONG
        return _WRONG if problem is not None else _DECIDED

    def _shows(self, row: Compared) -> bool:
        """Return whether a row has anything to show: an answer, a decision or a
        problem.

        For an event that no coder has, all fields that the codebook asks for are shown.
        """
        decided = self.state.find_decision(self.cluster_id, row.field.id)
        asked = not row.answers and row.field.id in self.state.list_asked_fields(
            self.cluster_id
        )
        return (
            row.state != "silent"
            or decided is not None
            or row.field.id in self.problems
            or asked
        )

    def drawn(self, most_lines: int) -> tuple[list[list[Row]], Row]:
        """Return the lines of each row, about `most_lines` in all, and the head of the
        columns.
        """
        width = self.width
        state = self.state
        label, cells = self._widths(width)
        blocks = [
            [*self._lines(row, label, cells, max(_MOST, most_lines))]
            for row in self.rows
        ]
        for n, height in enumerate(self._heights([*map(len, blocks)], most_lines)):
            if height < len(blocks[n]):
                blocks[n] = [*self._lines(self.rows[n], label, cells, height)]
        title, before = (
            column_head(self.lang, "field"),
            _SIGN + 1,
        )  # it stands over the names of fields
        if self.cluster_id != ARTICLE and (
            reason := state.cluster(self.cluster_id).rejected
        ):
            title = say(self.lang, "cluster_rejected", reason=self.reason_label(reason))
            before = 2
        # coders' names begin a cell before their answers
        head = [Column("", before), Column(title, label + _SIGN - before)]
        for n, (coder, cells_of) in enumerate(
            zip(state.coders, cells, strict=False), start=1
        ):
            name = f" {fit(with_digit(n, isolate(coder)), cells_of - 2)}"
            head.append(Column(name, cells_of, palette.coder_role(n - 1), digit_of(n)))
        head[-1] = replace(
            head[-1], width=head[-1].width + 1
        )  # gold stands over its signs
        return blocks, (*head, Column(column_head(self.lang, "gold"), 0, palette.TITLE))

    def _heights(self, wanted: Sequence[int], most_lines: int) -> list[int]:
        """Return the lines of each row: one, and while lines are free those wanted,
        first where they differ.

        Beside the article these get theirs in any case. The cursor has no part in it:
        rows would move.
        """
        heights = [1] * len(wanted)
        free = most_lines - len(wanted)
        order = sorted(
            range(len(wanted)), key=lambda n: self.rows[n].state != "differs"
        )
        for most in (_MOST, max(_MOST, most_lines)):
            for n in order:
                more = min(wanted[n], most) - heights[n]
                if (
                    most > _MOST
                    or self.rows[n].state != "differs"
                    or not self.is_beside
                ):
                    more = min(more, max(0, free))
                heights[n] += more
                free -= more
        return heights

    def _widths(self, width: int) -> tuple[int, list[int]]:
        """Return the cells for the fields' names, and for each coder's answers and
        gold, by their content.

        Gold takes what the widest answer would, up to `_GOLD`, so that deciding moves
        nothing.
        """
        state = self.state
        lang = self.lang
        names = [cell_width(row.field.label.of(lang)) for row in self.rows]
        label = max(min(_LABEL, width // 3), min(max(names, default=0) + 1, width // 4))
        wanted = [
            cell_width(with_digit(n, coder)) + 2
            for n, coder in enumerate(state.coders, start=1)
        ]
        for row in self.rows:
            for n, coder in enumerate(state.coders):
                answer = row.answers.get(coder)
                words = (
                    self.words_of(row.field, answer)
                    if answer
                    else say(lang, "not_here")
                )
                wanted[n] = max(
                    wanted[n],
                    cell_width(words) + (4 if answer and answer.comment else 2),
                )
        room = max(_LEAST * (len(wanted) + 1), width - label - _SIGN - SIDES)
        return label, shared([*wanted, min(max(wanted) + 3, _GOLD)], room)

    def _lines(
        self, row: Compared, label: int, cells: Sequence[int], most: int
    ) -> Iterable[Row]:
        """Yield at most so many lines of a field: its name, each coder's answer in its
        cells, and gold.

        Answers that agree are in the first one's words, as the same set may be coded in
        another order; those of all coders are shown once.
        """
        lang = self.lang
        rtl = self.lang == "ar"
        coders = self.state.coders
        decided = self.decided(row)
        sign = self.sign(row)
        differs = row.state in DISAGREEMENTS
        edge = " "
        style = palette.TITLE if differs and decided is None else palette.TEXT
        if any(row is each for each in self.selected):
            edge = "▌"
            style = palette.EDGE
        state = _SIGNS[row.state].format(len(row.answers))
        if is_cited_apart(self.state, row):
            state = state.replace("=", _APART)
        answers = [row.answers.get(coder) for coder in coders]
        notes = ["✎ " if answer and answer.comment else "" for answer in answers]
        shown = (
            answers
            if differs
            else [each and next(filter(None, answers)) for each in answers]
        )
        words = [
            self.words_of(row.field, each) if each else say(lang, "not_here")
            for each in shown
        ]
        is_one = row.state == "agreed" and not any(notes)
        places = (
            [(0, sum(cells[:-1]))]
            if is_one
            else joined([*map(add, notes, words)], cells)
        )
        gold = self.words_of(row.field, decided) if decided else ""
        room = cells[-1] - 3
        if gold and {*words} == {gold}:
            gold = "="
        elif gold in words and cell_width(gold) > room:
            gold = f"= {isolate(coders[words.index(gold)])}"
        elif not decided and (kind := classify_stretch(row)):
            gold = say(lang, f"spans_{kind}")
            room = self.width
        apart = max(map(len, notes)) + 2
        rooms = [label - 1, *(width - apart for _, width in places), room]
        texts = [row.field.label.of(lang), *(words[n] for n, _ in places), gold]
        broken = broken_apart(texts, rooms, most, int(rtl))
        look = {_DECIDED: palette.TEXT, _OPEN: palette.DIM}.get(sign, palette.WRONG)
        for at, (name, *parts, gold) in enumerate(zip_longest(*broken, fillvalue="")):
            if at:  # the first line has the signs of all
                state = ""
                sign = " "
                notes = [""] * len(notes)
            line = [Column(edge + state, _SIGN, style), Column(name, label, style)]
            for (n, width), text in zip(places, parts, strict=True):
                role = palette.TEXT if answers[n] else palette.DIM
                if width > cells[n] and not is_one:
                    role = palette.MENU  # the ground shows how far it goes
                words_here = in_line(row.field, notes[n] + text, lang)
                line.append(Column(f"{words_here}  ", width, role, digit_of(n + 1)))
            yield (
                *line,
                Column(
                    f"{sign} {in_line(row.field, gold, lang)}",
                    0,
                    look,
                    key_of("grid.edit"),
                ),
            )

    def words_of(self, field: Field, answer: Answer) -> str:
        """Return a value or a blank in words."""
        return in_words(field, answer, self.state.codebook, self.lang)

    def givers(self, decided: Answer) -> str:
        """Return whose answers a decision takes: the coders, and the supervisor in
        words.
        """
        own = say(self.lang, "supervisor")
        return "+".join(
            own if each == SUPERVISOR else each for each in decided.taken_from
        )

    def origin_in_words(self, decided: Answer) -> str:
        """Return whose answer a gold value is, how it came about, and by whom."""
        told = with_how(decided)
        kind = told.how.partition(":")[0]
        return say(
            self.lang,
            f"came_{kind}",
            who=self.givers(told),
            reason=self.reason_label(told.reason),
            by=told.by or told.applied_by,
        )

    def reason_label(self, reason: str) -> str:
        """Return the label of a reason."""
        return self.state.codebook.reason(reason).of(self.lang)


def with_digit(number: int, name: str) -> str:
    """Return a coder's name after the digit that takes their value, or alone if there
    is none.
    """
    return f"{digit_of(number)} {name}".lstrip()


def digit_of(number: int) -> str:
    """Return the digit that takes the value of a coder, or "" if there is none."""
    return f"{number}" if number <= DIGITS else ""


def in_words(field: Field, answer: Answer, codebook: Codebook, lang: str) -> str:
    """Return a value or a blank in words; "—" if a coder who has the event left the
    field empty.
    """
    if answer.coded:
        return show(field, answer.value, codebook, lang)
    if answer.state == "missing":
        return "—"
    return codebook.blank(answer.state).label.of(lang)
