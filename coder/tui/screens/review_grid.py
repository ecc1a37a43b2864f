"""The grid of a review: a row per field, a column per coder, gold at the end; and its keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from coder.adjudicate import gold_edits
from coder.adjudicate.gold_edits import AGREED, GoldEdit
from coder.adjudicate.resolve import ARTICLE, Adjudication
from coder.adjudicate.resolve import Row as Compared
from coder.codebook.schema import Codebook, Field
from coder.errors import CoderError
from coder.model import MISSING, Answer, Json
from coder.service.coding.article_marks import CONFIRMED, Mark, commented, in_order
from coder.service.review.gold_session import ReviewSession
from coder.text.display import fit, isolate
from coder.tui import palette
from coder.tui.keys import Keys, both_ways
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.sentences import change_name, listed, say
from coder.tui.tasks import ValueTask, choice_task
from coder.tui.widgets.chooser import AskingList
from coder.tui.widgets.rows import Bar, Column, Row
from coder.values.typed import Choice, show

_SIGNS = {"agreed": "=", "differs": "≠", "one": "1"}
"""How a row says without colour whether coders agree, differ, or only one has the event."""
_LABEL = 20


class ReviewGrid:
    """The cluster `ARTICLE` is the article's own record. session: the article's, set when one is opened."""

    session: ReviewSession

    def __init__(self, screen: WorkScreen) -> None:
        self.screen, self.lang, self.pane = screen, screen.lang, screen.pane
        self.list = AskingList(rtl=screen.rtl, id="grid")
        self.head = Bar(rtl=screen.rtl, style=palette.TITLE, id="head")
        self.info = Bar(rtl=screen.rtl, style=palette.TEXT, id="info")
        self.width = 0
        self.cluster_id, self.index = ARTICLE, 0
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


class GridKeys(ReviewGrid):
    """The grid with the decisions on one article; the cell is the one under the cursor."""

    last_reason = ""

    @property
    def keys(self) -> Keys:
        return {
            **both_ways("grid.down", "grid.up", self._step),
            **both_ways("grid.next_event", "grid.previous_event", self._switch),
            "grid.evidence": self._next_evidence,
            "grid.next": self._next,
            "grid.definition": self._definition,
            "grid.accept_agreed": self._accept_agreed,
            "grid.edit": self._edit,
            "grid.reason": self._another_reason,
            "grid.take_event": self._take_event,
            "grid.clear": self._clear,
            "grid.reject_event": self._reject_event,
            "grid.link": self._link,
            "grid.split": self._split,
            "grid.close_gold": self._close,
        }

    def digit(self, key: str) -> bool:
        """Digit n takes coder n's value; where coders differ it asks for the reason."""
        if not key.isdecimal() or not 0 < int(key) <= len(self.state.coders) or not self.rows:
            return False
        coder = self.state.coders[int(key) - 1]
        if coder not in self.row.answers:
            raise CoderError("review.not_their_event", coder=coder)
        if self.row.state == "agreed":
            self._take(coder, AGREED)
        else:
            self._ask_reason(partial(self._take, coder))
        return True

    # ---------------------------------------------------------------- going about
    def _step(self, step: int) -> None:
        self.go(self.index + step)

    def _switch(self, step: int) -> None:
        ids = [ARTICLE, *(c.id for c in self.state.clusters)]
        self.go_to(ids[(ids.index(self.cluster_id) + step) % len(ids)])

    def _next(self) -> None:
        if not self.go_to_open():
            self.screen.say("none_left")

    def _next_evidence(self) -> None:
        ids = [mark.id for mark in self.pane.marks]
        if ids:
            at = ids.index(self.pane.current) if self.pane.current in ids else -1
            self.pane.set_current(self.pane.marks[(at + 1) % len(ids)])

    def _definition(self) -> None:
        """A page with everybody's whole answer, comments and quotes, and what the codebook says."""
        row, lang, codebook = self.row, self.lang, self.state.codebook
        paragraphs = []
        for coding in self.state.codings:
            if (answer := row.answers.get(coding.coder)) is not None:
                spans = [span for i in answer.evidence if (span := coding.span(i)) is not None]
                quotes = " · ".join(f"«{span.quote}»" for span in spans)
                comment = f"✎ {answer.comment}" if answer.comment else ""
                words = in_words(row.field, answer, codebook, lang)
                paragraphs.append((coding.coder, " — ".join(filter(None, (words, quotes, comment)))))
        if (decided := self.decided()) is not None:
            value = in_words(row.field, decided, codebook, lang)
            paragraphs.append((say(lang, "gold"), f"{value} ({self.reason_label(decided.reason)})"))
        self.screen.open_page(row.field, paragraphs, decided)

    # ---------------------------------------------------------------- deciding
    def _accept_agreed(self) -> None:
        self._do(gold_edits.TakeAgreed())
        self.screen.say("agreed_taken", n=sum(1 for _ in self.state.open_cells()))
        self._next()

    def _edit(self) -> None:
        """A value that no coder gave."""

        def accept(value: Json) -> None:
            self._ask_reason(partial(self._decide, Answer(value=value)))

        answer, book, gold = self.decided() or MISSING, self.state.codebook, self.state.gold
        ask = self.screen.open_task
        task = ValueTask(self.row.field, answer, book, gold, self.lang, accept, ask, self.cluster_id)
        ask(task.begin())

    def _another_reason(self) -> None:
        """Another reason for the decision under the cursor."""
        decided = self.decided()
        if decided is None:
            raise CoderError("review.not_decided")
        coder = next((c for c in decided.taken_from if c in self.state.coders), None)
        self._ask_reason(partial(self._decide, decided) if coder is None else partial(self._take, coder))

    def _take_event(self) -> None:
        here = self.cluster_id
        self._ask_coder(
            lambda coder: self._ask_reason(lambda reason: self._do(gold_edits.TakeEvent(here, coder, reason)))
        )

    def _clear(self) -> None:
        self._do(gold_edits.Clear(self.cluster_id, self.field_id))

    def _reject_event(self) -> None:
        """It is no event; on a rejected one, it is open again."""
        here = self.cluster_id
        if here == ARTICLE:
            return
        if self.state.cluster(here).rejected:
            self._reshape(gold_edits.RestoreCluster(here))
        else:
            self._ask_reason(lambda reason: self._reshape(gold_edits.RejectCluster(here, reason)))

    def _link(self) -> None:
        """This event and the next one are the same."""
        ids = [ARTICLE, *(c.id for c in self.state.clusters)]
        here = self.cluster_id
        if here in (ARTICLE, ids[-1]):
            raise CoderError("review.no_next_event")
        self._reshape(gold_edits.Link(here, ids[ids.index(here) + 1]))

    def _split(self) -> None:
        here = self.cluster_id
        if here != ARTICLE:
            self._ask_coder(lambda coder: self._reshape(gold_edits.Split(here, coder)))

    def _close(self) -> None:
        self.session.do(gold_edits.Close())
        self.session.writer.flush()
        self.screen.refresh_work()
        self.screen.say("gold_closed")

    # ---------------------------------------------------------------- inside
    def _take(self, coder: str, reason: str) -> None:
        self._decided(gold_edits.Take(self.cluster_id, self.field_id, coder, reason), coder)

    def _decide(self, answer: Answer, reason: str) -> None:
        self._decided(
            gold_edits.Decide(self.cluster_id, self.field_id, answer, reason), self.session.supervisor
        )

    def _decided(self, edit: GoldEdit, who: str) -> None:
        """A value for the cell under the cursor; then on to the next open one."""
        field = self.row.field
        self._do(edit)
        self.screen.say("took", field=field.label.of(self.lang), who=who)
        self._next()

    def _reshape(self, edit: GoldEdit) -> None:
        """A change of the events themselves, with a word on the decisions that go with it."""
        before = self._decisions()
        self._do(edit)
        name = change_name(self.lang, edit.what)
        self.screen.say("reshaped", what=name, n=before - self._decisions())

    def _decisions(self) -> int:
        return sum(len(event.fields) for event in self.state.gold.events)

    def _do(self, edit: GoldEdit) -> None:
        self.session.do(edit)
        self.screen.refresh_work()

    def _ask_reason(self, then: Callable[[str], None]) -> None:
        def chosen(reason: str) -> None:
            self.last_reason = reason
            then(reason)

        choices = [
            Choice(r.id, r.label.of(self.lang), r.use.of(self.lang) if r.use else "")
            for r in self.state.codebook.adjudication_reasons
        ]
        task = choice_task(say(self.lang, "reason"), choices, chosen, at=self.last_reason, by_id=True)
        self.screen.open_task(task)

    def _ask_coder(self, then: Callable[[str], None]) -> None:
        here = self.cluster_id
        members = self.state.coders if here == ARTICLE else dict(self.state.cluster(here).members)
        choices = [Choice(coder, coder, "") for coder in self.state.coders if coder in members]
        self.screen.open_task(choice_task(say(self.lang, "which_coder"), choices, then))
