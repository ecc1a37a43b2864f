"""What the keys of the record do: filling the field under the cursor, its evidence, and whole events."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from coder.model import Blank, Event, Json, event_number
from coder.service.coding.article_marks import CONFIRMED, Mark
from coder.service.coding.record_rows import FormRow, State
from coder.service.edits import answer_edits
from coder.service.edits.event_edits import CopyValues, DeleteEvent, DuplicateEvent, MergeEvents
from coder.tui.keys import Keys, both_ways
from coder.tui.screens.desk import Desk
from coder.tui.sentences import listed, say
from coder.tui.tasks import ValueTask, choice_task, copies, event_in_words
from coder.values.typed import Choice, show


class RecordKeys(Desk):
    """The field is the one under the record's cursor, the event the one that the record shows."""

    _asked_to_blank: object = None
    """The blank that waits for its key to be pressed again: where, which, and in place of what."""
    _seen: tuple[object, int] = (None, -1)
    """The field whose evidence was gone to last, and which of it."""

    @property
    def keys(self) -> Keys:
        return {
            "form.edit": partial(self._open_chooser, ""),
            "form.not_stated": partial(self._blank, Blank.NOT_STATED),
            "form.rest_not_stated": self._rest_not_stated,
            "form.not_applicable": partial(self._blank, Blank.NOT_APPLICABLE),
            "form.clear": self._clear,
            "form.accept": self._accept,
            "form.next_empty": partial(self._go_to_next, "empty", "proposed", "wrong"),
            "form.definition": self._definition,
            "article.attach": self._attach,
            "form.attach": self._attach,
            "article.detach": self._detach,
            "form.evidence": self._next_evidence,
            "form.evidence_list": self._list_evidence,
            **both_ways("form.next_fitting", "form.previous_fitting", self.next_fitting),
            "form.again": self._again,
            "form.remove_item": self._remove_item,
            "form.replace": self._replace,
            "form.delete_event": self._delete,
            "form.duplicate_event": self._duplicate,
            "form.copy_values": self._copy_values,
            "form.merge_events": self._merge,
        }

    def settle_question(self) -> None:
        """Another key was pressed: what was asked is answered with no."""
        self._asked_to_blank = None

    def typed(self, key: str, raw: str) -> bool:
        """A digit takes a value from a list; other typing opens the chooser with it."""
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
            self._open_chooser("" if key.isdecimal() and searched else raw)
            asked = self.screen.chooser.asked
            if key.isdecimal() and searched and asked is not None and asked.digits:
                self.screen.chooser.take_number(int(key))
        return True

    def pasted(self, words: str) -> None:
        """The chooser opens with words that were pasted, in place of what the field holds."""
        if not self._locked():
            self.screen.open_task(replace(self._value_task().begin(words), query=""))
            self.screen.chooser.insert(words)

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
        self._go_to_next("empty", "proposed", "wrong")

    def _definition(self) -> None:
        """A page with the whole value, what is wrong with it, its evidence and what the codebook says."""
        row = self._row
        quotes = " · ".join(f"«{span.quote}»" for span in self.evidence_of(row.answer))
        problem = row.problem.message.of(self.lang) if row.problem is not None else ""
        paragraphs = [("", f"{row.text} {problem}".strip()), ("✎", row.answer.comment), ("§", quotes)]
        self.screen.open_page(row.field, paragraphs, row.answer)

    def _blank(self, blank: Blank) -> None:
        if self._locked():
            return
        edit = answer_edits.SetBlank(self.record.event_id, self._row.field, blank)
        edit.apply(self.session.coding, self.session.context)  # what is refused is not asked about
        if blank is not Blank.MISSING and self._asks_first(blank):
            return
        self.do(edit)
        if blank is Blank.NOT_STATED:
            self._go_to_next("empty")

    def _rest_not_stated(self) -> None:
        """Only of what shows; where the record is longer than its list what is open comes into view."""
        fields = tuple(row.field for row in self.record.shown if row.is_open and not row.answer.evidence)
        if fields:
            self.do(answer_edits.RestNotStated(self.record.event_id, fields))
            names = listed(*(field.label.of(self.lang) for field in fields))
            self.say("rest_not_stated", fields=names)
        else:
            self.say("no_rest")
        if not self.record.go_to_next("empty"):
            self.record.go_to_next("proposed", "wrong")

    def _asks_first(self, blank: Blank) -> bool:
        """Whether a blank would take the place of something and its key was not pressed just before."""
        row = self._row
        asked = (self.record.event_id, row.field.id, blank, row.answer)
        filled = row.answer.value is not None or bool(row.answer.evidence)
        if not filled or row.answer.proposed or self._asked_to_blank == asked:
            return False
        self._asked_to_blank = asked
        name, value = row.field.label.of(self.lang), row.text or "—"
        self.say(f"sure_{blank.value}", field=name, value=value, n=len(row.answer.evidence))
        return True

    def _set(self, value: Json) -> None:
        if self._locked():
            return
        field, before = self._row.field, self._row.answer
        if value in ([], ""):
            self._clear()
            return
        self.do(answer_edits.SetValue(self.record.event_id, field, value))
        lost = len(before.evidence) - len(self.answer(field).evidence)
        if lost:
            self.say("evidence_went_along", n=lost)
        takes_letters = self.record.by_letter and field.evidence != "none" and field.default is None
        if not field.is_list and (self._row.answer.evidence or not takes_letters):
            self.record.go_to_next("empty", "proposed", "wrong")

    def _open_chooser(self, query: str) -> None:
        if not self._locked():
            self.screen.open_task(self._value_task().begin(query))

    def _value_task(self) -> ValueTask:
        row, coding, ask = self._row, self.session.coding, self.screen.open_task
        event_id = self.record.event_id
        return ValueTask(row.field, row.answer, self.codebook, coding, self.lang, self._set, ask, event_id)

    def _locked(self) -> bool:
        if self._row.locked:
            self.say("locked")
        return self._row.locked

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
        held = target and (i for i in evidence if (s := self.named(i)) and s.stretch == target.stretch)
        if not self.record.rows:
            self.say("no_fields_here")
        elif span_id := next(held or iter(()), ""):
            self._drop(span_id)
        else:
            self.say_of_field("not_its_evidence")

    def _remove_item(self) -> None:
        """One item of the list goes; where there are several one says which."""
        if not self._row.field.is_list or self._row.answer.blank is not None:
            self._clear()
        elif not self._locked():
            self._value_task().remove()

    def _replace(self) -> None:
        """Another value in the place of one that stands; its evidence stays."""
        if not self._locked():
            self._value_task().replace()

    def _drop(self, span_id: str) -> None:
        self.do(
            answer_edits.DetachEvidence(self.record.event_id, self._row.field, span_id), "evidence_removed"
        )

    def _next_evidence(self) -> None:
        ids = self._row.answer.evidence
        if not ids:
            self.say("no_evidence")
            return
        here = (self.record.event_id, self._row.field.id)
        at = (self._seen[1] + 1) % len(ids) if self._seen[0] == here else 0
        self._seen = here, at
        self._look(ids[at])

    def _list_evidence(self) -> None:
        row = self._row
        spans = self.evidence_of(row.answer)
        if not spans:
            self.say("no_evidence")
            return
        gos = [Choice(f"go:{s.id}", f"«{s.quote}»") for s in spans]
        drops = [Choice(f"drop:{s.id}", say(self.lang, "remove", text=f"«{s.quote}»")) for s in spans]

        def chosen(choice_id: str) -> None:
            what, _, span_id = choice_id.partition(":")
            (self._drop if what == "drop" else self._look)(span_id)

        title = say(self.lang, "evidence_of", field=row.field.label.of(self.lang), n=len(spans))

        def look(choice_id: str) -> None:
            self._look(choice_id.partition(":")[2])

        self.screen.open_task(choice_task(title, [*gos, *drops], chosen, look=look))

    def _look(self, span_id: str) -> None:
        found = self.named(span_id)
        if found is not None:
            fallback = Mark(found.id, found.kind, found.start, found.end, CONFIRMED)
            self.highlights.set_current(self.highlights.at(*found.stretch) or fallback)

    # ---------------------------------------------------------------- whole events
    def _delete(self) -> None:
        if self._at_event():
            gone = self.record.event_id
            self.do(DeleteEvent(gone), "deleted", event=event_number(gone))

    def _duplicate(self) -> None:
        """A second event with the same values, which is then the current one."""
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
            self.say("copied_values", n=count, event=event_number(source))
            self.screen.refresh_work()

        offered = copies(field, self._others(), self.codebook, self.lang)
        title = say(self.lang, "copy_which", event=event_number(event_id))
        self.screen.open_task(choice_task(title, offered, accept))

    def _again(self) -> None:
        """What the last event before this one that was answered here holds, with its evidence."""
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
        """Another event becomes part of this one; a page says what is dropped."""
        if not self._has_others():
            return
        kept, lang = self.record.event_id, self.lang

        def accept(gone: str) -> None:
            merge, codebook = MergeEvents(kept, gone), self.codebook
            before = self.do(merge)
            rows = []
            for each in merge.dropped(before, self.session.coding, codebook):
                values = (each.value, each.kept)
                value, stays = (show(each.field, v, codebook, lang) if v is not None else "—" for v in values)
                rows.append((each.field.label.of(lang), say(lang, "dropped", value=value, kept=stays)))
            told = {"event": event_number(gone), "kept": event_number(kept), "n": len(rows)}
            self.say("merged", **told)
            if rows:
                self.screen.read_page(say(lang, "merged", **told), rows)

        offered = [Choice(e.id, event_in_words(e, self.codebook, lang)) for e in self._others()]
        title = say(lang, "merge_which", event=event_number(kept))
        self.screen.open_task(choice_task(title, offered, accept))

    def _at_event(self) -> bool:
        if not self.record.event_id:
            self.say("not_an_event")
        return bool(self.record.event_id)

    def _others(self) -> list[Event]:
        return [event for event in self.session.coding.events if event.id != self.record.event_id]

    def _has_others(self) -> bool:
        """Whether the record shows an event, and not the only one; says what is missing."""
        if self._at_event() and not self._others():
            self.say("no_other_event")
        return bool(self.record.event_id and self._others())
