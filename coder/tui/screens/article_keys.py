"""The keys of the article: deciding on the highlight under the cursor, and drawing spans."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice, takewhile

from coder.codebook.schema import Field
from coder.model import Candidate, Coding, Decision, Event, Span, event_number
from coder.service.coding.article_marks import DRAWN, REJECTED, UNDECIDED, Mark
from coder.service.edits.answer_edits import AcceptProposals, Put
from coder.service.edits.event_edits import OpenEvent
from coder.service.edits.span_edits import Confirm, Draw, Reject, RejectAlike, RemoveSpan, Resize
from coder.tui.finding import find_task, followed
from coder.tui.keys import Keys, key_of, shown, step_keys
from coder.tui.palette import without_colour
from coder.tui.screens.desk import CodingPart
from coder.tui.screens.highlights import Selection
from coder.tui.sentences import listed


class ArticleKeys(CodingPart):
    """Decisions on highlights, and a selection that a kind's letter makes a span."""

    dims = False
    """Whether all text but the emphasized sentences is dimmed."""

    @property
    def keys(self) -> Keys:
        return {
            "article.confirm": partial(self._in_sight, self._confirm),
            "article.confirm_next": partial(self._in_sight, self._confirm_next),
            "article.reject": partial(self._in_sight, self._reject),
            "article.reject_alike": partial(self._in_sight, self._reject_alike),
            "article.open_event": self._open_event,
            "article.accept_proposals": self._accept_proposals,
            "form.accept_proposals": self._accept_shown,
            "article.boilerplate": self._toggle_boilerplate,
            **step_keys("article.next_fitting", "article.previous_fitting", self.next_fitting),
            **step_keys("article.next_trigger", "article.previous_trigger", self._step_trigger),
            **step_keys("article.next_event", "article.previous_event", self._switch),
            **step_keys("form.next_event", "form.previous_event", self._switch),
            "article.next_undecided": partial(self._next_of, UNDECIDED, "all_decided"),
            "article.next_rejected": partial(self._next_of, REJECTED, "none_rejected"),
            "article.copy": self._copy,
            "article.dim": self._dim,
            "article.draw": self._draw,
            **step_keys("article.widen", "article.narrow", self._draw_on),
            "article.find": self._find,
            **self.highlights.draw_keys,
            "form.find": self._find,
            "draw.find": self._find,
            "draw.copy": self._copy,
            "draw.keep": self._keep,
            "draw.keep_next": self._keep_next,
        }

    def field_letter(self, key: str) -> bool:
        """Put the highlight under the cursor into the field with this letter; return whether there is one."""
        field = next((f for f in self.codebook.event_fields if f.key == key), None)
        if field is None:
            return False
        target = self.target()
        if target is None:
            self.say("no_marks")
        elif self.event() is None:
            self.say_no_event()
        else:
            before = self.answer(field)
            self.session.do(Put(self.record.event_id, field, target))
            self.say_put(field, before)
            self.screen.refresh_work()
            self.record.go_to_field(field.id)
        return True

    def kind_letter(self, key: str) -> bool:
        """Make the selection a span of the kind with this letter; every other key is ignored."""
        kind = next((k for k in self.codebook.span_kinds if k.key == key), None)
        if kind is not None:
            selection = self.highlights.selected
            self.session.do(Draw(kind.id, selection.start, selection.end))
            self._end_drawing(kind.id, selection)
        return True

    # ---------------------------------------------------------------- deciding
    def _step_trigger(self, step: int) -> None:
        self.highlights.seek(step, lambda m: m.state != REJECTED and self.codebook.is_trigger(m.kind))

    def _next_of(self, state: str, none: str) -> None:
        """Go to the next highlight of a state; after the last, to the first; say so if there is none."""
        if not self.highlights.seek(1, lambda mark: mark.state == state):
            first = next((i for i, m in enumerate(self.highlights.marks) if m.state == state), None)
            if first is None:
                self.say(none)
            else:
                self.highlights.go_to(first)

    def _in_sight(self, decide: Callable[[], None]) -> None:
        """Decide, or first show the highlight under the cursor if it was scrolled out of sight."""
        mark = self.highlights.current
        first, last = self.highlights.pane.in_view
        if mark is None or (mark.start < last and first < mark.end):
            decide()
        else:
            self.highlights.scroll_to(mark)
            self.say("was_out_of_sight")

    def _confirm(self) -> None:
        target = self.target()
        if isinstance(target, Candidate) or (target and target.decision is Decision.REJECTED):
            self.do(Confirm(target), "was_confirmed", text=target.quote)

    def _confirm_next(self) -> None:
        self._confirm()
        self.highlights.step(1)

    def _reject(self) -> None:
        """Remove a span that the coder drew, or reject a proposed one; then go to the next highlight.

        What supports answers that are set is taken away from them by the second press alone.
        """
        target, here = self.target(), self.highlights.current
        if target is None or here is None:
            return
        if self._asks_first(target, here, "reject"):
            return
        if isinstance(target, Span) and not target.candidate:
            before = self.do(RemoveSpan(target.id), "was_removed", text=target.quote)
        else:
            go = shown(key_of("article.next_rejected"))
            before = self.do(Reject(target), "was_rejected", text=target.quote, go=go)
        self._say_lost(before)
        self.highlights.go_after(here)

    def _asks_first(self, target: Candidate | Span, here: Mark, action: str) -> bool:
        """Ask before an action takes evidence from answers; return whether it asks."""
        if not (fields := self._supported_by(target.id)):
            return False
        question, again = (action, here, self.session.coding), shown(key_of(f"article.{action}"))
        words = {"text": target.quote, "fields": listed(*fields), "again": again}
        return self.screen.asks_first(question, "reject_evidence", **words)

    def _supported_by(self, span_id: str) -> dict[str, None]:
        """Return the labels of the fields of which a span is evidence, without those that are proposed."""
        coding, book = self.session.coding, self.codebook
        records = [
            (coding.answers, book.article_fields),
            *((e.fields, book.event_fields) for e in coding.events),
        ]
        return {
            field.label.of(self.lang): None
            for answers, fields in records
            for field in fields
            if (answer := answers.get(field.id)) and span_id in answer.evidence and not answer.proposed
        }

    def _say_lost(self, before: Coding) -> None:
        """Show which fields had more evidence before, if any."""
        after, book = self.session.coding, self.codebook
        records: list[tuple[Coding | Event, Coding | Event, Sequence[Field]]]
        records = [(before, after, book.article_fields)]
        records += ((e, after.event(e.id) or e, book.event_fields) for e in before.events)
        lost = {
            field.label.of(self.lang): None
            for old, new, fields in records
            for field in fields
            if len(old.answer(field.id).evidence) > len(new.answer(field.id).evidence)
        }
        if lost:
            self.say("unsupported", fields=listed(*lost))

    def _reject_alike(self) -> None:
        """Reject the candidate under the cursor and all undecided ones of the same words and kind."""
        target, here = self.target(), self.highlights.current
        if target is None or here is None or (isinstance(target, Span) and not target.candidate):
            return
        if self._asks_first(target, here, "reject_alike"):
            return
        like = (target.kind, target.quote)
        undecided = (self.session.by_id[m.id] for m in self.highlights.marks if m.state == UNDECIDED)
        alike = [c for c in undecided if c != target and (c.kind, c.quote) == like]
        edit = RejectAlike([target, *alike])
        self._say_lost(self.do(edit, "were_rejected", text=target.quote, n=1 + len(alike)))
        self.highlights.go_after(here)

    def _open_event(self) -> None:
        if not self.codebook.event_fields:
            self.say("no_events_here")
            return
        self.session.do(OpenEvent(self.target() or self._trigger_found()))
        event = self.session.coding.events[-1]
        self.record.event_id, self.record.index = event.id, 0
        proposed = sum(answer.proposed for answer in event.fields.values())
        accepting = {scope: shown(key_of(f"{scope}.accept_proposals")) for scope in ("article", "form")}
        self.say("opened", event=event_number(event.id), n=proposed, **accepting)
        self.screen.refresh_work()
        self.record.go_to_next("empty", "proposed", "wrong", after=-1)

    def _trigger_found(self) -> Candidate | Span | None:
        """Return the first trigger in the words under the cursor that are not a highlight."""
        found = self.highlights.found
        marks = self.highlights.marks_in([found]) if found is not None else []
        triggers = (m for m in marks if m.state != REJECTED and self.codebook.is_trigger(m.kind))
        return next((self.marked(mark) for mark in triggers), None)

    def _accept_proposals(self) -> None:
        if not any(row.state == "proposed" for row in self.record.rows):
            self.say("nothing_proposed")
            return
        before = self.session.do(AcceptProposals(self.record.event_id))
        accepted = self._proposed(before) - self._proposed(self.session.coding)
        self.say("accepted", n=accepted)
        self.screen.refresh_work()
        self.record.go_to_next("empty", "wrong", after=-1)

    def _proposed(self, coding: Coding) -> int:
        event = coding.event(self.record.event_id)
        return sum(answer.proposed for answer in (event.fields if event else coding.answers).values())

    def _accept_shown(self) -> None:
        """Accept the visible proposals; if there are more below, go to the first of them."""
        fields = tuple(row.field for row in self.record.shown if row.state == "proposed")
        if len(fields) == sum(row.state == "proposed" for row in self.record.rows):
            self._accept_proposals()
            return
        if fields:
            self.do(AcceptProposals(self.record.event_id, fields), "accepted", n=len(fields))
        self.record.go_to_next("proposed")

    def _toggle_boilerplate(self) -> None:
        more = self.session.toggle_boilerplate()
        self.session.gained, self.session.lost = [], []
        self.screen.refresh_work()
        key = "boilerplate_shown" if more > 0 else "boilerplate_hidden"
        self.say(key if more else "no_boilerplate", n=abs(more))

    def _dim(self) -> None:
        if without_colour():
            self.say("no_colours")
            return
        self.dims = not self.dims

    def _switch(self, step: int) -> None:
        """Show the next event's record, and the words of its type in the article; the cursor stays."""
        self.record.switch(step)
        self.show_event()

    def show_event(self) -> None:
        """Scroll the article to the words of the shown event's type, or else to its other evidence."""
        event, field = self.event(), self.codebook.type_field
        trigger = self.evidence_of(event.answer(field.id)) if event and field else []
        self.highlights.show_any(trigger or self._evidence_of_event())

    def _evidence_of_event(self) -> list[Candidate | Span]:
        event = self.event()
        return [span for a in event.fields.values() for span in self.evidence_of(a)] if event else []

    def show_sentences(self) -> None:
        """Emphasize the sentences with the event's evidence; without any, while dimming, the highlight's."""
        evidence, current = self._evidence_of_event(), self.highlights.current
        fallback = [current] if current is not None and self.dims else []
        self.highlights.light(evidence or fallback, dims=self.dims)

    def _copy(self) -> None:
        if (selection := self.highlights.selection) is not None:
            self.screen.copy(selection.reading.text[selection.start : selection.end])
        elif (target := self.target()) is not None:
            self.screen.copy(target.quote)

    # ---------------------------------------------------------------- drawing
    def _draw(self) -> None:
        if self.session.submitted:
            self.say("read_only")
        elif (words := self.highlights.found) is not None:
            self._select(*words)
        else:
            self.highlights.begin_drawing()

    def _draw_on(self, step: int) -> None:
        """Begin drawing with the end one word further, or back."""
        self._draw()
        if self.highlights.selection is not None:
            self.highlights.draw_keys["draw.extend" if step > 0 else "draw.shrink"]()

    def _find(self) -> None:
        """Find words in any spelling after the cursor and go to them, or select them while drawing."""
        highlights, selection = self.highlights, self.highlights.selection
        text = self.session.article.text
        here = highlights.selection or highlights.current
        after = here.end if here else (highlights.found or (0, 0))[1]

        def go(start: int, end: int) -> None:
            at = bisect_left(highlights.marks, start, key=lambda mark: mark.start)
            marks = takewhile(lambda mark: mark.start < end, islice(highlights.marks, at, None))
            same = (m for m in marks if m.end == end and m.state != REJECTED)
            mark = next((m for m in same if " " not in text[start : m.start]), None)  # also behind و or ب
            if selection is not None:
                self._select(start, end)
                return
            self.screen.set_focus(self.screen.pane)
            if mark is not None:
                highlights.set_current(mark)
            else:
                highlights.find((start, end))

        self.screen.open_task(followed(find_task(highlights.reading, self.lang, go, after), highlights.pane))

    def _select(self, start: int, end: int) -> None:
        """Select words and put the cursor near them, where it stays if drawing is cancelled."""
        self.highlights.go_to_offset(start)
        self.highlights.select(Selection(self.highlights.reading, start, end))

    def _keep(self) -> None:
        """Resize the span under the cursor to the selection."""
        selection, target = self.highlights.selected, self.target()
        if target is None or not self.highlights.resizing:
            self.say("drawing", kinds=" ".join(k.key for k in self.codebook.span_kinds))
            return
        self.session.do(Resize(target, selection.start, selection.end))
        self.say(
            "was_resized", old=target.quote, new=self.session.article.text[selection.start : selection.end]
        )
        self._end_drawing(target.kind, selection)

    def _keep_next(self) -> None:
        self._keep()
        if self.highlights.selection is None:
            self.highlights.step(1)

    def _end_drawing(self, kind: str, selection: Selection) -> None:
        self.highlights.select(None)
        self.highlights.current = Mark("", kind, selection.start, selection.end, DRAWN)
        self.screen.refresh_work()
        if "\n" in self.session.article.text[selection.start : selection.end]:
            self.say("drawn_over_lines")
