"""Deciding on the highlight under the cursor: confirm, reject, open an event, put it into a field."""

from __future__ import annotations

from coder.model import Candidate, Decision, Span
from coder.service.edits.answer_edits import AcceptProposals, Put
from coder.service.edits.event_edits import OpenEvent
from coder.service.edits.span_edits import Confirm, Reject, RemoveSpan
from coder.tui.screens.desk import Desk
from coder.tui.screens.evidence_keys import say_attached
from coder.tui.screens.work_screen import Keys


class Deciding:
    """The decisions that are made in the article."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.keys: Keys = {
            "article.confirm": self._confirm,
            "article.confirm_next": self._confirm_next,
            "article.reject": self._reject,
            "article.open_event": self._open_event,
            "article.accept_proposals": self._accept_proposals,
            "article.boilerplate": self._turn_boilerplate,
            "article.copy": self._copy,
        }

    def letter(self, key: str) -> bool:
        """A field's letter puts the highlight under the cursor into that field of the current event."""
        desk = self.desk
        field = next((f for f in desk.codebook.event_fields if f.key == key), None)
        if field is None:
            return False
        target = desk.target()
        if target is None:
            desk.say("no_marks")
        elif desk.event() is None:
            desk.say("no_event")
        else:
            before = desk.answer(field)
            desk.session.do(Put(desk.record.event_id, field, target))
            after = desk.answer(field)
            if (after.value, after.blank) == (before.value, before.blank):
                say_attached(desk, field)
            else:
                label = field.label.of(desk.lang)
                desk.say("was_put", field=label, value=desk.in_words(field, after))
            desk.screen.refresh_work()
        return True

    def _confirm(self) -> None:
        candidate, target = self._candidate(), self.desk.target()
        stands = isinstance(target, Span) and target.decision is not Decision.REJECTED
        if candidate is not None and not stands:
            self.desk.do(Confirm(candidate), "was_confirmed")

    def _confirm_next(self) -> None:
        self._confirm()
        self.desk.highlights.step(1)

    def _reject(self) -> None:
        desk, target = self.desk, self.desk.target()
        if target is None:
            return
        following = desk.highlights.index + 1
        candidate = self._candidate()
        if candidate is not None:
            desk.do(Reject(candidate), "was_rejected")
        elif isinstance(target, Span):
            desk.do(RemoveSpan(target.id), "was_removed")
            following -= 1
        desk.highlights.go_to(max(0, following))

    def _open_event(self) -> None:
        desk = self.desk
        if not desk.codebook.event_fields:
            desk.say("no_events_here")
            return
        desk.session.do(OpenEvent(desk.target()))
        event = desk.session.coding.events[-1]
        desk.record.event_id, desk.record.index = event.id, 0
        desk.say("opened", event=event.id, n=sum(a.proposed for a in event.fields.values()))
        desk.screen.refresh_work()

    def _accept_proposals(self) -> None:
        event = self.desk.event()
        proposed = sum(answer.proposed for answer in event.fields.values()) if event else 0
        if event is not None and not proposed:
            self.desk.say("nothing_proposed")
            return
        self.desk.do(AcceptProposals(self.desk.record.event_id), "accepted", n=proposed)

    def _turn_boilerplate(self) -> None:
        session = self.desk.session
        more = session.turn_boilerplate()
        session.gained, session.lost = [], []
        self.desk.screen.refresh_work()
        words = "no_boilerplate"
        if more:
            words = "boilerplate_shown" if more > 0 else "boilerplate_hidden"
        self.desk.say(words, n=abs(more))

    def _copy(self) -> None:
        if (target := self.desk.target()) is not None:
            self.desk.screen.copy(target.quote)

    def _candidate(self) -> Candidate | None:
        """The candidate under the cursor, also behind a span that it became."""
        target = self.desk.target()
        return self.desk.session.by_id.get(target.candidate) if isinstance(target, Span) else target
