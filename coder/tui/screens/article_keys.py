"""What the keys of the article do: deciding on the highlight under the cursor, and drawing a span."""

from __future__ import annotations

from coder.model import Candidate, Decision, Span
from coder.service.coding.article_marks import DRAWN, Mark
from coder.service.edits.answer_edits import AcceptProposals, Put
from coder.service.edits.event_edits import OpenEvent
from coder.service.edits.span_edits import Confirm, Draw, Reject, RemoveSpan, Resize
from coder.tui.keys import Keys
from coder.tui.screens.desk import Desk, Selection
from coder.tui.tasks import find_task


class ArticleKeys(Desk):
    """Decisions, and a selection that moves by word, clitic and letter until a kind makes it a span."""

    @property
    def keys(self) -> Keys:
        return {
            "article.confirm": self._confirm,
            "article.confirm_next": self._confirm_next,
            "article.reject": self._reject,
            "article.open_event": self._open_event,
            "article.accept_proposals": self._accept_proposals,
            "article.boilerplate": self._turn_boilerplate,
            "article.copy": self._copy,
            "article.draw": self._draw,
            "article.find": self._find,
            **self.highlights.draw_keys,
            "draw.find": self._find,
            "draw.copy": self._copy,
            "draw.keep": self._keep,
        }

    def field_letter(self, key: str) -> bool:
        """A field's letter puts the highlight under the cursor into that field of the current event."""
        field = next((f for f in self.codebook.event_fields if f.key == key), None)
        if field is None:
            return False
        target = self.target()
        if target is None:
            self.say("no_marks")
        elif self.event() is None:
            self.say("no_event")
        else:
            before = self.answer(field)
            self.session.do(Put(self.record.event_id, field, target))
            after = self.answer(field)
            if (after.value, after.blank) == (before.value, before.blank):
                self.say_attached(field)
            else:
                self.say_field("was_put", field)
            self.screen.refresh_work()
        return True

    def kind_letter(self, key: str) -> bool:
        """A kind's letter makes the selection a span of that kind; every other key is swallowed."""
        kind = next((k for k in self.codebook.span_kinds if k.key == key), None)
        if kind is not None:
            chosen = self.highlights.selected
            self.session.do(Draw(kind.id, chosen.start, chosen.end))
            self._end(kind.id, chosen)
        return True

    # ---------------------------------------------------------------- deciding
    def _confirm(self) -> None:
        candidate, target = self._candidate(), self.target()
        stands = isinstance(target, Span) and target.decision is not Decision.REJECTED
        if candidate is not None and not stands:
            self.do(Confirm(candidate), "was_confirmed")

    def _confirm_next(self) -> None:
        self._confirm()
        self.highlights.step(1)

    def _reject(self) -> None:
        target, candidate = self.target(), self._candidate()
        following = self.highlights.index + 1
        if candidate is not None:
            self.do(Reject(candidate), "was_rejected")
        elif isinstance(target, Span):
            self.do(RemoveSpan(target.id), "was_removed")
            following -= 1
        else:
            return
        self.highlights.go_to(max(0, following))

    def _open_event(self) -> None:
        if not self.codebook.event_fields:
            self.say("no_events_here")
            return
        self.session.do(OpenEvent(self.target()))
        event = self.session.coding.events[-1]
        self.record.event_id, self.record.index = event.id, 0
        self.say("opened", event=event.id, n=sum(a.proposed for a in event.fields.values()))
        self.screen.refresh_work()

    def _accept_proposals(self) -> None:
        event = self.event()
        proposed = sum(answer.proposed for answer in event.fields.values()) if event else 0
        if event is not None and not proposed:
            self.say("nothing_proposed")
        else:
            self.do(AcceptProposals(self.record.event_id), "accepted", n=proposed)

    def _turn_boilerplate(self) -> None:
        more = self.session.turn_boilerplate()
        self.session.gained, self.session.lost = [], []
        self.screen.refresh_work()
        turned = "boilerplate_shown" if more > 0 else "boilerplate_hidden"
        self.say(turned if more else "no_boilerplate", n=abs(more))

    def _candidate(self) -> Candidate | None:
        """The candidate under the cursor, also behind a span that it became."""
        target = self.target()
        return self.session.by_id.get(target.candidate) if isinstance(target, Span) else target

    def _copy(self) -> None:
        if (chosen := self.highlights.selection) is not None:
            self.screen.copy(chosen.reading.text[chosen.start : chosen.end])
        elif (target := self.target()) is not None:
            self.screen.copy(target.quote)

    # ---------------------------------------------------------------- drawing
    def _draw(self) -> None:
        if self.session.submitted:
            self.say("read_only")
        else:
            self.highlights.begin_drawing()

    def _find(self) -> None:
        """Words in any spelling, from here on; what is chosen is selected, ready to become a span."""
        highlights = self.highlights
        here = highlights.selection or highlights.current

        def select(start: int, end: int) -> None:
            highlights.go_behind(start)
            highlights.select(Selection(highlights.reading, start, end))

        self.screen.open_task(find_task(highlights.reading, self.lang, select, here.end if here else 0))

    def _keep(self) -> None:
        """The span under the cursor gets the edges of the selection."""
        chosen, target = self.highlights.selected, self.target()
        if target is None or not self.highlights.resizing:
            self.say("drawing", kinds=" ".join(k.key for k in self.codebook.span_kinds))
            return
        self.session.do(Resize(target, chosen.start, chosen.end))
        self._end(target.kind, chosen)

    def _end(self, kind: str, chosen: Selection) -> None:
        self.highlights.select(None)
        self.highlights.current = Mark("", kind, chosen.start, chosen.end, DRAWN)
        self.screen.refresh_work()
