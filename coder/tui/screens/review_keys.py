"""What the keys of the review grid do: deciding cell by cell, and on whole events."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from coder.adjudicate import gold_edits
from coder.adjudicate.gold_edits import GoldEdit
from coder.adjudicate.resolve import ARTICLE, cluster_id
from coder.errors import CoderError
from coder.model import AGREED, MISSING, Answer, Cluster, Json
from coder.service.coding.event_cells import summary
from coder.tui.keys import Keys, both_ways
from coder.tui.screens.missing_screen import Missing, MissingScreen
from coder.tui.screens.review_evidence import EvidenceKeys
from coder.tui.screens.review_grid import in_words
from coder.tui.sentences import change_name, listed, say
from coder.tui.tasks import ValueTask, choice_task
from coder.values.typed import Choice


class GridKeys(EvidenceKeys):
    """The grid with the decisions on one article; the cell is the one under the cursor."""

    last_reason = ""

    @property
    def keys(self) -> Keys:
        return {
            **self.evidence_keys,
            **both_ways("grid.down", "grid.up", self._step),
            **both_ways("grid.next_event", "grid.previous_event", self._switch),
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
        self.do(gold_edits.TakeAgreed())
        self.screen.say("agreed_taken", n=len([*self.session.to_do()]))
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
            lambda coder: self._ask_reason(lambda reason: self.do(gold_edits.TakeEvent(here, coder, reason)))
        )

    def _clear(self) -> None:
        self.do(gold_edits.Clear(self.cluster_id, self.field_id))

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
        """This event and another one, chosen from a list, are the same."""
        here, clusters = self.cluster_id, self.state.clusters
        offered = [
            Choice(c.id, self._in_words(n, c)) for n, c in enumerate(clusters, start=1) if c.id != here
        ]
        if here == ARTICLE or not offered:
            raise CoderError("review.nothing_to_link")

        def chosen(other: str) -> None:
            self._reshape(gold_edits.Link(here, other))

        self.screen.open_task(choice_task(say(self.lang, "link_which"), offered, chosen))

    def _in_words(self, number: int, cluster: Cluster) -> str:
        """An event by its number, who has it, and what the first of them says of it."""
        codings = {coding.coder: coding for coding in self.state.codings}
        events = [
            e for coder, id_ in cluster.members if coder in codings and (e := codings[coder].event(id_))
        ]
        words = summary(events[0], self.state.codebook, self.lang) if events else []
        rejected = say(self.lang, "cluster_rejected", reason=cluster.rejected) if cluster.rejected else ""
        return listed(str(number), "+".join(coder for coder, _ in cluster.members), rejected, *words)

    def _split(self) -> None:
        here = self.cluster_id
        if here != ARTICLE:
            self._ask_coder(lambda coder: self._reshape(gold_edits.Split(here, coder)))

    def _close(self) -> None:
        """Closed at once where the codebook has nothing to say; else a page says what, and leads there."""
        found = [] if self.session.closed or self.session.open_cells else self._found()
        if not found:
            self._finish()
            return

        def answered(answer: Missing | bool | None) -> None:
            if isinstance(answer, Missing) and answer.problem is not None:
                self.go_to(cluster_id(answer.problem.event_id), answer.problem.field)
            elif answer is True:
                self.screen.tried(self._finish)

        self.screen.app.push_screen(MissingScreen(found, self.lang, gold=True), answered)

    def _finish(self) -> None:
        self.session.close_gold()
        self.screen.refresh_work()
        self.screen.say("gold_closed")

    def _found(self) -> list[Missing]:
        """The errors, then the warnings, each with its event."""
        numbers = {c.id: n for n, c in enumerate(self.state.clusters, start=1)}
        found = []
        for problem in sorted(self.session.problems, key=lambda p: p.severity != "error"):
            where, at = say(self.lang, "article"), cluster_id(problem.event_id)
            if at != ARTICLE:
                where = say(self.lang, "event_named", n=numbers[at], name="").strip()
            words = (say(self.lang, problem.severity), where, problem.message.of(self.lang))
            found.append(Missing(listed(*words), problem))
        return found

    # ---------------------------------------------------------------- inside
    def _take(self, coder: str, reason: str) -> None:
        self._decided(gold_edits.Take(self.cluster_id, self.field_id, coder, reason), coder)

    def _decide(self, answer: Answer, reason: str) -> None:
        self._decided(
            gold_edits.Decide(self.cluster_id, self.field_id, answer, reason), self.session.supervisor
        )

    def _decided(self, edit: GoldEdit, who: str) -> None:
        """A value for the cell under the cursor; then on to the next open one, unless it lacks something."""
        field, at = self.row.field, self.cluster_id
        self.do(edit)
        problem = self.problems.get(field.id)
        if (
            problem is not None
            and problem.severity == "error"
            and (at, field.id) == (self.cluster_id, self.field_id)
        ):
            self.screen.warn("lacking", problem=problem.message.of(self.lang))
        else:
            self.screen.say("took", field=field.label.of(self.lang), who=who)
            self._next()

    def _reshape(self, edit: GoldEdit) -> None:
        """A change of the events themselves, with a word on the decisions that go with it."""
        before = self._decisions()
        self.do(edit)
        name = change_name(self.lang, edit.what)
        self.screen.say("reshaped", what=name, n=before - self._decisions())

    def _decisions(self) -> int:
        return sum(len(event.fields) for event in self.state.gold.events)

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
