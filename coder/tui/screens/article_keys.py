"""The keys of the article: deciding on the highlight under the cursor, and drawing
spans.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from coder.changes.coding_changes import first_place
from coder.model import REJECTED, UNDECIDED, Candidate, Decision, Span
from coder.service.coding.article_marks import Mark
from coder.service.edits.answer_edits import Put
from coder.service.edits.span_edits import (
    Confirm,
    Reject,
    RemoveSpan,
)
from coder.tui.keys import Keys, key_of, shown, step_keys
from coder.tui.palette import without_colour
from coder.tui.screens.desk import CodingPart
from coder.tui.screens.gathering import say_withdrawn
from coder.tui.sentences import listed

_WORD = 5
"""The different letters in a row that may be a word; drawing, opening an event and
filling it take four.
"""


class ArticleKeys(CodingPart):
    """Decisions on highlights, steps among them, and what is emphasized."""

    dims = False
    """Whether all text but the emphasized sentences is dimmed."""
    arrived: Mark | None = None
    """The highlight to which the last decision led."""
    _in_a_row = ""
    """The letters that were commands in the article without another key between them.
    """

    @property
    def keys(self) -> Keys:
        return {
            "article.confirm": partial(self._in_sight, self._confirm),
            "article.confirm_next": partial(self._in_sight, self._confirm_next),
            "article.confirm_alike": partial(self._in_sight, self._confirm_alike),
            "article.reject": partial(self._in_sight, self._reject),
            "article.reject_alike": partial(self._in_sight, self._reject_alike),
            "article.boilerplate": self._toggle_boilerplate,
            **step_keys(
                "article.next_fitting", "article.previous_fitting", self.next_fitting
            ),
            **step_keys(
                "article.next_trigger", "article.previous_trigger", self._step_trigger
            ),
            **step_keys("article.next_event", "article.previous_event", self._switch),
            **step_keys("form.next_event", "form.previous_event", self._switch),
            "article.next_undecided": partial(self._next_of, UNDECIDED, "all_decided"),
            "article.next_rejected": partial(self._next_of, REJECTED, "none_rejected"),
            "article.dim": self._dim,
        }

    def field_letter(self, key: str) -> bool:
        """Put the highlight under the cursor into the field with this letter; return
        whether there is one.
        """
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
            coding = self.session.do(Put(self.record.event_id, field, target))
            self.say_put(field, before)
            say_withdrawn(self, coding)
            self.screen.refresh_work()
            self.record.go_to_field(field.id)
        return True

    def notice_word(self, character: str, *, is_value: bool) -> None:
        """Say that letters are commands as long as so many different ones follow each
        other as in a text.

        is_value: the letter began a value, as those on words are of the other keyboard;
        that is said too.
        """
        if is_value:
            self.screen.say_too("typed_as_value")
        is_command = character.isalpha() and self.screen.scopes()[0] in (
            "article",
            "draw",
        )
        self._in_a_row = self._in_a_row + character if is_command else ""
        if len({*self._in_a_row}) >= _WORD:
            actions = {
                "comment": "article.comment",
                "undo": "article.undo",
                "history": "article.history",
            }
            self.screen.say_too(
                "letters_are_commands",
                **{n: shown(key_of(a)) for n, a in actions.items()},
            )

    # ---------------------------------------------------------------- deciding
    def _step_trigger(self, step: int) -> None:
        """Go to the next (with -1: previous) trigger that opened no event yet, to
        undecided ones first.

        A trigger to which a decision led is the next one: the key skips it only when it
        is pressed again.
        """
        used = self.words_of_types()

        def is_free(mark: Mark) -> bool:
            return (
                mark.state != REJECTED
                and self.codebook.is_trigger(mark.kind)
                and mark.stretch not in used
            )

        def is_unseen(mark: Mark) -> bool:
            return mark.state == UNDECIDED and is_free(mark)

        here = self.highlights.current
        arrived = self.arrived
        self.arrived = None
        if step > 0 and here is not None and here == arrived and is_free(here):
            self.say("is_next_trigger", again=shown(key_of("article.next_trigger")))
        elif (
            not self.highlights.seek(step, is_unseen)
            and not self.highlights.seek(step, is_free)
            and used
        ):
            self.say("no_free_trigger")

    def _next_of(self, state: str, none: str) -> None:
        """Go to the next highlight of a state; after the last, to the first; say so if
        there is none.
        """
        if not self.highlights.seek(1, lambda mark: mark.state == state):
            first = next(
                (i for i, m in enumerate(self.highlights.marks) if m.state == state),
                None,
            )
            if first is None:
                self.say(none)
            else:
                self.highlights.go_to(first)

    def _in_sight(self, decide: Callable[[], None]) -> None:
        """Decide, or first show the highlight under the cursor if it was scrolled out
        of sight.
        """
        mark = self.highlights.current
        first, last = self.highlights.pane.in_view
        if mark is None or (mark.start < last and first < mark.end):
            decide()
        else:
            self.highlights.scroll_to(mark)
            self.say("was_out_of_sight")

    def _confirm(self) -> None:
        target = self.target()
        if isinstance(target, Candidate) or (
            target and target.decision is Decision.REJECTED
        ):
            kind = self.codebook.span_kind(target.kind).label
            self.do(Confirm([target]), "was_confirmed", text=target.quote, kind=kind)

    def _confirm_next(self) -> None:
        self._confirm()
        if not self._next_undecided():
            self.highlights.step(1)
        self.arrived = self.highlights.current

    def _confirm_alike(self) -> None:
        """Confirm the candidate under the cursor and all undecided ones of the same
        words and kind.
        """
        if (target := self.target()) is not None:
            kind = self.codebook.span_kind(target.kind).label
            alike = self._alike(target)
            self.do(
                Confirm(alike),
                "were_confirmed",
                text=target.quote,
                kind=kind,
                n=len(alike),
            )

    def _alike(self, target: Candidate | Span) -> list[Candidate | Span]:
        """Return a candidate or span and all undecided candidates of the same words and
        kind.
        """
        undecided = (
            self.session.by_id[m.id]
            for m in self.highlights.marks
            if m.state == UNDECIDED
        )
        like = target.kind, target.quote
        return [
            target,
            *(c for c in undecided if c != target and (c.kind, c.quote) == like),
        ]

    def _next_undecided(self) -> bool:
        """Go to the next undecided candidate; return whether there is one behind the
        cursor.
        """
        return self.highlights.seek(1, lambda mark: mark.state == UNDECIDED)

    def _reject(self) -> None:
        """Remove a span that the coder drew or reject a proposed one; then go to the
        next undecided one.

        What supports answers that are set is taken away from them by the second press
        alone.
        """
        target = self.target()
        here = self.highlights.current
        if target is None or here is None:
            return
        if self._asks_first(target, here, "reject"):
            return
        if isinstance(target, Span) and not target.candidate:
            before = self.do(RemoveSpan(target.id), "was_removed", text=target.quote)
        else:
            go = shown(key_of("article.next_rejected"))
            before = self.do(Reject([target]), "was_rejected", text=target.quote, go=go)
        self.say_lost(before)
        self._go_behind(here)

    def _go_behind(self, mark: Mark) -> None:
        """Go to the next undecided candidate behind a highlight, else to the next
        highlight.
        """
        self.highlights.go_after(mark)
        if (
            self.highlights.current is not None
            and self.highlights.current.state != UNDECIDED
        ):
            self._next_undecided()
        self.arrived = self.highlights.current

    def _asks_first(self, target: Candidate | Span, here: Mark, action: str) -> bool:
        """Ask before an action takes evidence from answers; return whether it asks."""
        if not (fields := self._supported_by(target.id)):
            return False
        question = (action, here, self.session.coding)
        again = shown(key_of(f"article.{action}"))
        words = {"text": target.quote, "fields": listed(*fields), "again": again}
        return self.screen.asks_first(question, "reject_evidence", **words)

    def _supported_by(self, span_id: str) -> dict[str, None]:
        """Return the labels of the fields of which a span is evidence, without those
        that are proposed.
        """
        coding = self.session.coding
        book = self.codebook
        records = [
            (coding.answers, book.article_fields),
            *((e.fields, book.event_fields) for e in coding.events),
        ]
        return {
            field.label.of(self.lang): None
            for answers, fields in records
            for field in fields
            if (answer := answers.get(field.id))
            and span_id in answer.evidence
            and not answer.proposed
        }

    def _reject_alike(self) -> None:
        """Reject the candidate under the cursor and all undecided ones of the same
        words and kind.
        """
        target = self.target()
        here = self.highlights.current
        if (
            target is None
            or here is None
            or (isinstance(target, Span) and not target.candidate)
        ):
            return
        if self._asks_first(target, here, "reject_alike"):
            return
        alike = self._alike(target)
        self.say_lost(
            self.do(Reject(alike), "were_rejected", text=target.quote, n=len(alike))
        )
        self._go_behind(here)

    def _toggle_boilerplate(self) -> None:
        more = self.session.toggle_boilerplate()
        self.session.gained = []
        self.session.lost = []
        self.screen.refresh_work()
        key = "boilerplate_shown" if more > 0 else "boilerplate_hidden"
        self.say(key if more else "no_boilerplate", n=abs(more))

    def _dim(self) -> None:
        if without_colour():
            self.say("no_colours")
            return
        self.dims = not self.dims

    def _switch(self, step: int) -> None:
        """Show the next event's record, and the words of its type in the article; the
        cursor stays.
        """
        self.record.switch(step)
        self.show_event()

    def take_up(self) -> None:
        """Go on where one left: in the article behind the last decision, in a record at
        the last value.

        If the last decision is at the end, go to the event; in what is only read, to
        the start.
        """
        marks = self.highlights.marks
        of_event = self.evidence_of_event()
        last = max(
            (i for i, mark in enumerate(marks, 1) if mark.state != UNDECIDED), default=0
        )
        if last == len(marks) and of_event and not self.session.submitted:
            self.highlights.go_to_span(min(of_event, key=lambda span: span.start))
        else:
            self.highlights.go_to(0 if self.session.submitted else last)
        place = first_place(self.session.last_changes(), self.codebook)
        if place.event_id and place.field is not None and not self.session.submitted:
            self.record.go_to_event(place.event_id, place.field.id)
            self.screen.set_focus(self.record.form)

    def show_sentences(self) -> None:
        """Emphasize the sentences with the event's evidence; without any, while
        dimming, the highlight's.

        Letters that are asked for once dim what has none; those that stay would take
        the text from view.
        """
        evidence = self.evidence_of_event()
        current = self.highlights.current
        fallback = [current] if current is not None and self.dims else []
        picks = (
            bool(self.highlights.letters)
            and not self.record.by_letter
            and not without_colour()
        )
        self.highlights.light(evidence or fallback, dims=self.dims or picks)
