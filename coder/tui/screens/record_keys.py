"""The keys of the record: the value of the field under the cursor, and links to other
events.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from msgspec.structs import replace

from coder.codebook.expressions import names_in
from coder.codebook.schema import Field
from coder.model import MISSING, Blank, Candidate, Json, Span, event_number
from coder.service.coding.record_rows import FormRow
from coder.service.edits import answer_edits
from coder.text.completion import continuation
from coder.tui.keys import Keys, action_for, key_of, shown
from coder.tui.screens.desk import CodingPart
from coder.tui.screens.gathering import say_withdrawn
from coder.tui.sentences import in_line, listed
from coder.tui.tasks import ValueTask
from coder.tui.widgets.record_lines import problem_of
from coder.values.typed import show


class RecordKeys(CodingPart):
    """Actions on the value of the field under the record's cursor."""

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
            "form.next_empty": self.go_on,
            "form.link": self._link,
            "form.definition": self._definition,
            "form.remove_item": self._remove_item,
            "form.replace": self._replace,
        }

    def typed(self, key: str, raw: str) -> bool:
        """Take a digit as a value's number in a list, or open the chooser with what is
        typed.
        """
        if not raw or not raw.isprintable():
            return False
        field = self.row.field
        values = self.codebook.values_of(field)
        if (
            key.isdecimal()
            and field.type in ("enum", "multi")
            and 0 < int(key) <= len(values)
        ):
            if not self._locked():
                self._value_task().take(values[int(key) - 1].id)
        elif key in ("1", "2") and field.type == "bool":
            self._set(key == "1")
        else:
            searched = (
                field.type not in ("date", "int_range", "text")
                or field.value_is is not None
            )
            is_number = key.isdecimal() and searched
            self._open_chooser("" if is_number else raw)
            chooser = self.screen.chooser
            if (
                is_number
                and chooser.asked is not None
                and not chooser.take_digit(int(key))
            ):
                chooser.insert(raw)
        return True

    def pasted(self, words: str) -> None:
        """Open the chooser with pasted words, in place of the field's value or as more
        lines of it.
        """
        if not self.record.has_keys:
            self.say("pasted_outside", go=shown(key_of("article.switch")))
        elif not self._locked():
            task = self._value_task().begin(words)
            self.screen.open_text(
                replace(task, query=task.query.removesuffix(words)), self.record.place
            )
            self.screen.chooser.insert(words)

    def end_waiting(self, key: str, character: str | None) -> None:
        """Wait for no field's letter any more if a key is no letter; it then does what
        it does otherwise.
        """
        if not (character or "").isalpha() and action_for(key, ("field",)) is None:
            self.record.awaits_field = False

    def field_letter(self, key: str) -> bool:
        """Go to the field with this letter."""
        self._await_field(awaits=False)
        self.go_to_field_of(key)
        return True

    def _await_field(self, *, awaits: bool) -> None:
        if awaits and not any(row.field.key for row in self.record.rows):
            self.say("no_letters_here")
        else:
            self.record.awaits_field = awaits

    def _clear(self) -> None:
        row = self.row
        self._blank(Blank.MISSING)
        if row.text and not self.row.text:
            self.say("was_cleared", field=row.field.label.of(self.lang), value=row.text)

    def _accept(self) -> None:
        """Confirm a proposed value and go on; the cursor stays where nothing is
        proposed.
        """
        row = self.row
        if row.answer.proposed:
            self.do(answer_edits.AcceptProposals(self.record.event_id, (row.field,)))
            self.say_of_open_end(row.field)
            self.go_on()
        elif row.state == "empty":
            self.say("nothing_to_accept", field=row.field.label)
        else:
            self.say("value_is_so", field=row.field.label.of(self.lang), value=row.text)

    def _definition(self) -> None:
        """Open a page with the whole value, its problem, its evidence and the
        codebook's help.
        """
        row = self.row
        quotes = " · ".join(f"«{span.quote}»" for span in self.evidence_of(row.answer))
        signed = (
            ("!", problem_of(row, self.lang)),
            ("✎", row.answer.comment),
            ("", quotes),
        )
        self.screen.open_page(
            row.field,
            (("", in_line(row.field, row.text, self.lang)), *signed),
            row.answer,
        )

    def _blank(self, blank: Blank) -> None:
        is_link = (
            self.row.field.value_is == "record_reference"
        )  # of which no text states anything
        if (is_link and blank is Blank.NOT_STATED) or self._locked():
            return
        edit = answer_edits.SetBlank(self.record.event_id, self.row.field, blank)
        edit.apply(
            self.session.coding, self.session.context
        )  # raises before the question if it is refused
        if blank is not Blank.MISSING and self.screen.keeps_value(self.row, blank):
            return
        before = self.row
        here = self.record.here
        is_next = (
            blank is Blank.NOT_STATED
            and before.answer.proposed
            and here == self.record.led_to
        )
        if is_next and self.screen.asks_first(
            here, "sure_proposed", field=before.field.label, value=before.text
        ):
            return
        self.do(edit)
        is_asked = False
        if before.answer.proposed:
            self.say(
                "value_replaced",
                field=before.field.label,
                value=self.row.text,
                old=before.text,
            )
        elif blank is Blank.NOT_STATED:
            is_asked = self.say_not_stated(before.field)
            self.say_words_left(before.field)
        goes_on = (
            blank is Blank.NOT_STATED and not is_asked
        )  # an answer to what is asked may be typed here
        if goes_on and not (self.record.go_to_next("empty") or self.record.go_on()):
            self.screen.say_too("all_filled")
        self.record.led_to = self.record.here

    def rest(self) -> tuple[list[Field], list[Field], list[Field]]:
        """Return the visible open fields without evidence: those without words, with
        words, and that follow.

        Words: in the event's sentences. A field follows if it is asked because of
        another answer, such as whose casualties they are. What takes no words is not
        among them: the coder judges it.
        """
        rows = [
            row for row in self.record.shown if row.is_open and not row.answer.evidence
        ]
        empty = [row.field for row in rows if row.field.evidence != "none"]
        following = [field for field in empty if self._asking(field)]
        unread = [
            field
            for field in empty
            if field not in following and self.words_left([field])
        ]
        return (
            [f for f in empty if f not in following and f not in unread],
            unread,
            following,
        )

    def _rest_not_stated(self) -> None:
        """Set the visible open fields to "not stated", then go to the next open field.

        First those whose values need words of the article; if none of them is open, the
        others. A field for which there are words stays open, as the coder reads them
        first, and so does one that follows or that takes no words.
        """
        silent, unread, following = self.rest()
        fields = tuple([f for f in silent if f.evidence == "required"] or silent)
        if fields:
            self.do(answer_edits.RestNotStated(self.record.event_id, fields))
            self.say_not_stated(*fields)
        elif not unread and not following:
            self.say("no_rest")
        if unread:
            labels = listed(*(field.label.of(self.lang) for field in unread))
            self.screen.say_too(
                "left_open", fields=labels, words=self.words_left(unread)
            )
        for field in following:
            asking = listed(*(each.label.of(self.lang) for each in self._asking(field)))
            self.screen.say_too(
                "left_open_by_answer", field=field.label.of(self.lang), asking=asking
            )
        if left := [
            row.field for row in self.record.rows if row.field in (*unread, *following)
        ]:
            self.record.go_to_field(left[0].id)
        elif others := [field for field in silent if field not in fields]:
            labels = listed(*(field.label.of(self.lang) for field in others))
            self.screen.say_too(
                "codes_left_open",
                fields=labels,
                again=shown(key_of("form.rest_not_stated")),
            )
            self.record.go_to_field(others[0].id)
        elif not self.record.go_to_next("empty"):
            self.record.go_on()
        elif not fields:
            self.say(
                "rest_judged" if self.row.field.evidence == "none" else "rest_further"
            )

    def _asking(self, field: Field) -> list[Field]:
        """Return the fields, but for the event's type, because of whose answers a field
        is asked.
        """
        level = (
            self.codebook.event_fields
            if self.record.event_id
            else self.codebook.article_fields
        )
        names = (
            {name.partition(".")[0] for name in names_in(field.when)}
            if field.when
            else ()
        )
        others = (
            each
            for each in level
            if each.id in names and each != self.codebook.type_field
        )
        return [each for each in others if self.answer(each).value is not None]

    def _set(self, value: Json) -> None:
        if self._locked():
            return
        field = self.row.field
        before = self.row
        if value in ([], ""):
            self._clear()
            return
        evidence = self.evidence_of(before.answer)
        coding = self.do(answer_edits.SetValue(self.record.event_id, field, value))
        self._say_set(before, evidence)
        self.say_of_publication(field)
        self.say_of_open_end(field)
        say_withdrawn(self, coding)
        takes_letters = (
            self.record.by_letter and field.evidence != "none" and field.default is None
        )
        is_typed = field.type in ("date", "int_range")  # as words say it, unlike a code
        is_bare = takes_letters or (is_typed and self.row.state == "wrong")
        if self.record.takes_text:
            self.record.go_on()
        elif not field.is_list and (self.row.answer.evidence or not is_bare):
            self.record.go_to_next("empty", "proposed", "wrong")

    def _say_set(self, before: FormRow, evidence: Sequence[Candidate | Span]) -> None:
        """Show the field's value, what it replaced, and which evidence of that went or
        stayed.
        """
        field = before.field
        held = before.answer.value
        value = self.row.answer.value
        words = {
            "field": field.label.of(self.lang),
            "value": self.row.text,
            "old": before.text,
        }
        kept = {span.stretch for span in self.evidence_of(self.row.answer)}
        removed = [span for span in evidence if span.stretch not in kept]
        quotes = listed(*(f"«{span.quote}»" for span in removed or evidence))
        is_gone = held not in (None, value) and not (
            field.is_list and all(item in value for item in held)
        )
        left = (
            [item for item in held or () if item not in value]
            if field.is_list and value
            else []
        )
        if left and len(left) + len(value) == len(held):
            gone = (
                show(field, left, self.codebook, self.lang),
                *(f"«{span.quote}»" for span in removed),
            )
            self.say("item_removed", field=words["field"], gone=listed(*gone))
            if before.answer.proposed:
                self.screen.say_too("others_confirmed", values=self.row.text)
        elif removed:
            self.say("evidence_went_along", quotes=quotes, **words)
        elif is_gone and evidence:
            self.say("replaced_with_evidence", quotes=quotes, **words)
        elif before.answer == self.row.answer:
            self.say("value_is_so", **words)
        elif field.is_list and held and not is_gone:
            self.say_added(
                field, held, value
            )  # which may have been meant to replace the only one
            remove, replacing = (
                shown(key_of(f"form.{key}")) for key in ("remove_item", "replace")
            )
            self.screen.say_too(
                "added_beside", old=before.text, remove=remove, replace=replacing
            )
        else:
            self.say("value_replaced" if is_gone else "value_now", **words)
        pieces = len(self.row.answer.evidence)
        if (
            field.is_list
            and field.evidence == "required"
            and len(value or ()) > pieces > 0
        ):
            attach = shown(key_of("form.attach_by_letter"))
            self.screen.say_too("fewer_words_than_values", attach=attach)

    def _open_chooser(self, query: str) -> None:
        if not self._locked():
            self.screen.open_text(
                self._value_task().begin(query), self.record.place, query
            )

    def _value_task(self) -> ValueTask:
        row = self.row
        coding = self.session.coding
        ask = self.screen.open_task
        current = self.highlights.current
        event_id = self.record.event_id
        complete = partial(
            continuation, self.highlights.reading, near=current.start if current else 0
        )
        return ValueTask(
            *(row.field, row.answer, self.codebook, coding, self.lang, event_id),
            *(self._set, ask, self._link_back, complete),
        )

    def _locked(self) -> bool:
        self.session.expect_open()
        if self.row.locked:
            self.say("locked")
        return self.row.locked

    def _link(self) -> None:
        """Go to the field that links the event to others and choose one."""
        if not self.record.event_id:
            self.say("not_an_event")
            return
        links = (
            row.field.id
            for row in self.record.rows
            if row.field.value_is == "record_reference"
        )
        if (field_id := next(links, None)) is None:
            self.say("no_links")
            return
        self.record.go_to_field(field_id)
        self._open_chooser("")

    def _link_back(self, event_id: str, link: Json) -> None:
        """Link another event to this one."""
        field = self.row.field
        event = self.session.coding.event(event_id)
        answer = event.answer(field.id) if event is not None else MISSING
        links = [*(answer.value if answer.coded else ()), link]
        self.do(answer_edits.SetValue(event_id, field, links))
        self.record.made_at.append(
            (self.session.coding, self.record.event_id, field.id)
        )
        value = show(field, links, self.codebook, self.lang)
        self.say(
            "linked_back",
            event=event_number(event_id),
            field=field.label.of(self.lang),
            value=value,
        )

    def _remove_item(self) -> None:
        """Remove one item of the list; with several, ask which one."""
        if not self.row.field.is_list or self.row.answer.blank is not None:
            self._clear()
        elif not self._locked():
            self._value_task().remove()

    def _replace(self) -> None:
        """Replace a value with another one and keep its evidence."""
        if not self._locked():
            self._value_task().replace()
