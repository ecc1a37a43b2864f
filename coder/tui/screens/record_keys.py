"""The keys of the record: the value and evidence of the field under the cursor, and whole events."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from msgspec.structs import replace

from coder.model import MISSING, Blank, Candidate, Event, Json, Span, event_number
from coder.service.coding.article_marks import CONFIRMED, Mark
from coder.service.coding.record_rows import FormRow, State
from coder.service.edits import answer_edits
from coder.service.edits.event_edits import CopyValues, DeleteEvent, DuplicateEvent, MergeEvents
from coder.text.completion import continuation
from coder.tui.event_links import event_in_words
from coder.tui.keys import Keys, key_of, shown, step_keys
from coder.tui.screens.desk import CodingPart
from coder.tui.sentences import in_line, listed, say
from coder.tui.tasks import ValueTask, choice_task, copies
from coder.tui.widgets.record_lines import problem_of
from coder.values.typed import Choice, show


class RecordKeys(CodingPart):
    """Actions on the field under the record's cursor and on the event that the record shows."""

    _last_evidence: tuple[object, int] = (None, -1)
    """The field whose evidence was last visited, and the index of the evidence."""

    @property
    def keys(self) -> Keys:
        return {
            "form.go_to_field": partial(self._await_field, awaits=True),
            "field.cancel": partial(self._await_field, awaits=False),
            "form.edit": partial(self._open_chooser, ""),
            "form.not_stated": partial(self._blank, Blank.NOT_STATED),
            "form.rest_not_stated": self._rest_not_stated,
            "form.not_applicable": partial(self._blank, Blank.NOT_APPLICABLE),
            "form.clear": self._clear,
            "form.accept": self._accept,
            "form.next_empty": partial(self._go_to_next, "empty", "proposed", "wrong"),
            "form.link": self._link,
            "form.definition": self._definition,
            "article.attach": self._attach,
            "form.attach": self._attach,
            "article.detach": self._detach,
            "form.evidence": self._next_evidence,
            "form.evidence_list": self._list_evidence,
            **step_keys("form.next_fitting", "form.previous_fitting", self.next_fitting),
            "form.again": self._again,
            "form.remove_item": self._remove_item,
            "form.replace": self._replace,
            "form.delete_event": self._delete,
            "form.duplicate_event": self._duplicate,
            "form.copy_values": self._copy_values,
            "form.merge_events": self._merge,
        }

    def typed(self, key: str, raw: str) -> bool:
        """Take a digit as a value's number in a list, or open the chooser with what is typed."""
        if not raw or not raw.isprintable():
            return False
        field = self._row.field
        values = self.codebook.values_of(field)
        if key.isdecimal() and field.type in ("enum", "multi") and 0 < int(key) <= len(values):
            if not self._locked():
                self._value_task().take(values[int(key) - 1].id)
        elif key in ("1", "2") and field.type == "bool":
            self._set(key == "1")
        else:
            searched = field.type not in ("date", "int_range", "text") or field.value_is is not None
            is_number = key.isdecimal() and searched
            self._open_chooser("" if is_number else raw)
            chooser = self.screen.chooser
            if is_number and chooser.asked is not None and not chooser.take_digit(int(key)):
                chooser.insert(raw)
        return True

    def pasted(self, words: str) -> None:
        """Open the chooser with pasted words, in place of the field's value or as more lines of it."""
        if not self._locked():
            task = self._value_task().begin(words)
            self.screen.open_text(replace(task, query=task.query.removesuffix(words)), self.record.place)
            self.screen.chooser.insert(words)

    def field_letter(self, key: str) -> bool:
        """Go to the field with this letter."""
        self._await_field(awaits=False)
        fields = (row.field.id for row in self.record.rows if row.field.key == key)
        if field_id := next(fields, ""):
            self.record.go_to_field(field_id)
        else:
            self.say("no_field_of_letter", letter=key)
        return True

    def _await_field(self, *, awaits: bool) -> None:
        self.record.awaits_field = awaits

    # ---------------------------------------------------------------- values
    @property
    def _row(self) -> FormRow:
        return self.record.row

    def _go_to_next(self, *states: State) -> None:
        if not self.record.go_to_next(*states):
            self.say("all_filled")

    def _clear(self) -> None:
        row = self._row
        self._blank(Blank.MISSING)
        if row.text and not self._row.text:
            self.say("was_cleared", field=row.field.label.of(self.lang), value=row.text)

    def _accept(self) -> None:
        if self._row.answer.proposed:
            self.do(answer_edits.AcceptProposals(self.record.event_id, (self._row.field,)))
        elif self._row.state == "empty":
            self.say("nothing_to_accept", field=self._row.field.label)
        self._go_to_next("empty", "proposed", "wrong")

    def _definition(self) -> None:
        """Open a page with the whole value, its problem, its evidence and the codebook's help."""
        row = self._row
        quotes = " · ".join(f"«{span.quote}»" for span in self.evidence_of(row.answer))
        signed = ("!", problem_of(row, self.lang)), ("✎", row.answer.comment), ("§", quotes)
        self.screen.open_page(row.field, (("", in_line(row.field, row.text, self.lang)), *signed), row.answer)

    def _blank(self, blank: Blank) -> None:
        if self._locked():
            return
        edit = answer_edits.SetBlank(self.record.event_id, self._row.field, blank)
        edit.apply(self.session.coding, self.session.context)  # raises before the question if it is refused
        if blank is not Blank.MISSING and self._asks_first(blank):
            return
        before = self._row
        self.do(edit)
        if before.answer.proposed:
            self.say("value_replaced", field=before.field.label, value=self._row.text, old=before.text)
        elif blank is Blank.NOT_STATED:
            self.say_not_stated(before.field)
        if blank is Blank.NOT_STATED and not self.record.go_to_next("empty"):
            self._go_to_next("proposed", "wrong")

    def _rest_not_stated(self) -> None:
        """Set the visible open fields to "not stated", then go to the next open field.

        First those whose values need words of the article; if none of them is open, the others.
        """
        empty = [row.field for row in self.record.shown if row.is_open and not row.answer.evidence]
        fields = tuple([f for f in empty if f.evidence == "required"] or empty)
        if fields:
            self.do(answer_edits.RestNotStated(self.record.event_id, fields))
            self.say_not_stated(*fields)
        else:
            self.say("no_rest")
        if not self.record.go_to_next("empty"):
            self.record.go_to_next("proposed", "wrong")

    def _asks_first(self, blank: Blank) -> bool:
        """Ask before a blank replaces an answer; return whether it asks."""
        row = self._row
        question = (self.record.event_id, row.field.id, blank, row.answer)
        filled = row.answer.value is not None or bool(row.answer.evidence)
        if not filled or row.answer.proposed:
            return False
        name, value = row.field.label.of(self.lang), row.text or "—"
        evidence = len(row.answer.evidence)
        return self.screen.asks_first(question, f"sure_{blank.value}", field=name, value=value, n=evidence)

    def _set(self, value: Json) -> None:
        if self._locked():
            return
        field, before = self._row.field, self._row
        if value in ([], ""):
            self._clear()
            return
        evidence = self.evidence_of(before.answer)
        self.do(answer_edits.SetValue(self.record.event_id, field, value))
        self._say_set(before, evidence)
        takes_letters = self.record.by_letter and field.evidence != "none" and field.default is None
        if not field.is_list and (self._row.answer.evidence or not takes_letters):
            self.record.go_to_next("empty", "proposed", "wrong")

    def _say_set(self, before: FormRow, evidence: Sequence[Candidate | Span]) -> None:
        """Show the field's value, what it replaced, and which evidence of that went or stayed."""
        field, held, value = before.field, before.answer.value, self._row.answer.value
        words = {"field": field.label.of(self.lang), "value": self._row.text, "old": before.text}
        kept = {span.stretch for span in self.evidence_of(self._row.answer)}
        removed = [span for span in evidence if span.stretch not in kept]
        quotes = listed(*(f"«{span.quote}»" for span in removed or evidence))
        is_gone = held not in (None, value) and not (field.is_list and all(item in value for item in held))
        if removed:
            self.say("evidence_went_along", quotes=quotes, **words)
        elif is_gone and evidence:
            self.say("replaced_with_evidence", quotes=quotes, **words)
        else:
            self.say("value_replaced" if is_gone else "value_now", **words)
        pieces = len(self._row.answer.evidence)
        if field.is_list and field.evidence == "required" and len(value or ()) > pieces > 0:
            self.screen.say_too("fewer_words_than_values", attach=shown(key_of("form.attach_by_letter")))

    def _open_chooser(self, query: str) -> None:
        if not self._locked():
            self.screen.open_text(self._value_task().begin(query), self.record.place, query)

    def _value_task(self) -> ValueTask:
        row, coding, ask = self._row, self.session.coding, self.screen.open_task
        current, event_id = self.highlights.current, self.record.event_id
        complete = partial(continuation, self.highlights.reading, near=current.start if current else 0)
        return ValueTask(
            *(row.field, row.answer, self.codebook, coding, self.lang, self._set, ask, event_id),
            *(self._link_back, complete),
        )

    def _locked(self) -> bool:
        self.session.expect_open()
        if self._row.locked:
            self.say("locked")
        return self._row.locked

    def _link(self) -> None:
        """Go to the field that links the event to others and choose one."""
        links = (row.field.id for row in self.record.rows if row.field.value_is == "record_reference")
        if (field_id := next(links, None)) is None:
            self.say("no_links")
            return
        self.record.go_to_field(field_id)
        self._open_chooser("")

    def _link_back(self, event_id: str, link: Json) -> None:
        """Link another event to this one."""
        field, event = self._row.field, self.session.coding.event(event_id)
        answer = event.answer(field.id) if event is not None else MISSING
        links = [*(answer.value if answer.coded else ()), link]
        self.do(answer_edits.SetValue(event_id, field, links))
        value = show(field, links, self.codebook, self.lang)
        self.say("linked_back", event=event_number(event_id), field=field.label.of(self.lang), value=value)

    # ---------------------------------------------------------------- evidence
    def _attach(self) -> None:
        target = self.target()
        if target is None:
            self.say("no_marks")
        elif not self.record.rows:
            self.say("no_fields_here")
        else:
            self.session.do(answer_edits.AttachEvidence(self.record.event_id, self._row.field, target))
            self.say_attached(self._row.field)
            self.screen.refresh_work()

    def _detach(self) -> None:
        target, evidence = self.target(), self._row.answer.evidence if self.record.rows else ()
        same = (i for i in evidence if target and (s := self.named(i)) and s.stretch == target.stretch)
        if not self.record.rows:
            self.say("no_fields_here")
        elif span_id := next(same, ""):
            self._drop(span_id)
        else:
            self.say_of_field("not_its_evidence")

    def _remove_item(self) -> None:
        """Remove one item of the list; with several, ask which one."""
        if not self._row.field.is_list or self._row.answer.blank is not None:
            self._clear()
        elif not self._locked():
            self._value_task().remove()

    def _replace(self) -> None:
        """Replace a value with another one and keep its evidence."""
        if not self._locked():
            self._value_task().replace()

    def _drop(self, span_id: str) -> None:
        edit = answer_edits.DetachEvidence(self.record.event_id, self._row.field, span_id)
        self.do(edit, "evidence_removed")

    def _next_evidence(self) -> None:
        ids = self._row.answer.evidence
        if not ids:
            self.say("no_evidence")
            return
        here = (self.record.event_id, self._row.field.id)
        last, index = self._last_evidence
        at = (index + 1) % len(ids) if last == here else 0
        self._last_evidence = here, at
        self._show_evidence(ids[at])

    def _list_evidence(self) -> None:
        spans = self.evidence_of(self._row.answer)
        if not spans:
            self.say("no_evidence")
            return
        choices = [Choice(f"go:{s.id}", f"«{s.quote}»") for s in spans]
        choices += [Choice(f"drop:{s.id}", say(self.lang, "remove", text=f"«{s.quote}»")) for s in spans]

        def chosen(choice_id: str) -> None:
            what, _, span_id = choice_id.partition(":")
            (self._drop if what == "drop" else self._show_evidence)(span_id)

        def look(choice_id: str) -> None:
            self._show_evidence(choice_id.partition(":")[2])

        title = say(self.lang, "evidence_of", field=self._row.field.label.of(self.lang), n=len(spans))
        self.screen.open_task(choice_task(title, choices, chosen, look=look))

    def _show_evidence(self, span_id: str) -> None:
        span = self.named(span_id)
        if span is not None:
            fallback = Mark(span.id, span.kind, span.start, span.end, CONFIRMED)
            self.highlights.set_current(self.highlights.at(*span.stretch) or fallback)

    # ---------------------------------------------------------------- whole events
    def _delete(self) -> None:
        if self._at_event():
            event_id = self.record.event_id
            self.do(DeleteEvent(event_id), "deleted", event=event_number(event_id))

    def _duplicate(self) -> None:
        """Add a second event with the same values and make it the current one."""
        if self._at_event():
            first = self.record.event_id
            self.session.do(DuplicateEvent(first))
            self.record.event_id = self.session.coding.events[-1].id
            self.say("duplicated", event=event_number(first), twin=event_number(self.record.event_id))
            self.screen.refresh_work()

    def _copy_values(self) -> None:
        if not self._has_others():
            return
        event_id, field = self.record.event_id, self._row.field

        def accept(choice_id: str) -> None:
            what, _, source = choice_id.partition(":")
            copy = CopyValues(event_id, source, field if what == "one" else None)
            before = self.session.do(copy)
            count = copy.copied(before, self.session.context)[1]
            self.say("copied_values" if count else "none_copied", n=count, event=event_number(source))
            self.screen.refresh_work()

        choices = copies(field, self._others(), self.codebook, self.lang)
        title = say(self.lang, "copy_which", event=event_number(event_id))
        self.screen.open_task(choice_task(title, choices, accept))

    def _again(self) -> None:
        """Copy the field's answer with its evidence from the nearest earlier event that has one."""
        if not self._has_others():
            return
        field, ids = self._row.field, [event.id for event in self.session.coding.events]
        before = self.session.coding.events[: ids.index(self.record.event_id)]
        source = next((e.id for e in reversed(before) if e.answer(field.id).state != Blank.MISSING), "")
        if not source:
            self.say_of_field("nothing_before")
            return
        copy = CopyValues(self.record.event_id, source, field)
        self.do(copy, "copied_values", n=1, event=event_number(source))
        self._go_to_next("empty", "proposed", "wrong")

    def _merge(self) -> None:
        """Merge another event into this one and open a page with the dropped values."""
        if not self._has_others():
            return
        kept, lang = self.record.event_id, self.lang

        def accept(merged: str) -> None:
            merge, book = MergeEvents(kept, merged), self.codebook
            before = self.do(merge)
            rows = []
            for d in merge.dropped(before, self.session.coding, book):
                texts = ["—" if v is None else show(d.field, v, book, lang) for v in (d.value, d.kept)]
                rows.append((d.field.label.of(lang), say(lang, "dropped", value=texts[0], kept=texts[1])))
            values = {"event": event_number(merged), "kept": event_number(kept), "n": len(rows)}
            self.say("merged", **values)
            if rows:
                self.screen.read_page(say(lang, "merged", **values), rows)

        choices = [
            Choice(e.id, event_in_words(e, self.codebook, lang), number=event_number(e.id))
            for e in self._others()
        ]
        title = say(lang, "merge_which", event=event_number(kept))
        self.screen.open_task(choice_task(title, choices, accept))

    def _at_event(self) -> bool:
        if not self.record.event_id:
            self.say("not_an_event")
        return bool(self.record.event_id)

    def _others(self) -> list[Event]:
        return [event for event in self.session.coding.events if event.id != self.record.event_id]

    def _has_others(self) -> bool:
        """Return whether the record shows one of several events; if not, show a message."""
        if self._at_event() and not self._others():
            self.say("no_other_event")
        return bool(self.record.event_id and self._others())
