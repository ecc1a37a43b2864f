"""Whole events: opened, their proposals confirmed, deleted, duplicated, merged, split,
values copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from coder.codebook.schema import Field
from coder.codebook.validate import find_shown_fields
from coder.errors import CoderError
from coder.model import REJECTED, Blank, Candidate, Coding, Event, Span, event_number
from coder.service.coding.record_rows import FormRow
from coder.service.edits.answer_edits import SCOPE, AcceptProposals
from coder.service.edits.event_edits import (
    CopyValues,
    DeleteEvent,
    DuplicateEvent,
    MergeEvents,
    OpenEvent,
)
from coder.service.edits.split_edits import (
    SplitEvent,
    find_part_links,
    is_tally,
    list_splittable_fields,
)
from coder.text.display import cell_width
from coder.tui.event_links import told_apart
from coder.tui.keys import Keys, key_of, shown
from coder.tui.screens.desk import CodingPart
from coder.tui.sentences import in_line, listed, quoted, say
from coder.tui.tasks import choice_task, copies
from coder.tui.widgets.record_lines import REPEATED
from coder.values.typed import Choice, brief, show

_BEFORE = 60
"""Cells of a message's two lines that stand before the words of accepted fields or are
lost by wrapping.
"""


class EventKeys(CodingPart):
    """Actions on the event that the record shows, together with the article's other
    events.
    """

    _told: tuple[tuple[str, str, Coding] | None, bool] = None, False
    """The event, field and coding at which a proposal was last told, and whether whole.
    """

    @property
    def keys(self) -> Keys:
        return {
            "article.open_event": self._open_event,
            "article.accept_proposals": self._accept_proposals,
            "form.accept_proposals": self._accept_shown,
            "form.again": self._again,
            "form.delete_event": self._delete,
            "form.duplicate_event": self._duplicate,
            "form.copy_values": self._copy_values,
            "form.merge_events": self._merge,
            "form.split_event": self._split,
        }

    def _open_event(self) -> None:
        if not self.codebook.event_fields:
            self.say("no_events_here")
            return
        self.session.do(OpenEvent(self.target() or self._trigger_found()))
        event = self.session.coding.events[-1]
        self.record.turn_to(event.id)  # loaded with what else is shown anew
        asked = find_shown_fields(event, self.session.coding, self.codebook)
        proposed = len(self._proposed(self.session.coding) & asked)
        accept = shown(key_of("form.accept_proposals"))
        self.say("opened", event=event_number(event.id), n=proposed, accept=accept)
        if (field := self.codebook.type_field) is not None:
            words = {*event.answer(field.id).evidence}
            others = self.session.coding.events[:-1]
            same = [
                event_number(e.id)
                for e in others
                if words & {*e.answer(field.id).evidence}
            ]
            if same:
                self.screen.say_too("opened_by_same_words", events=listed(*same))
        self.screen.refresh_work()
        self.highlights.show_sentence()
        self.record.go_to_next("empty", "proposed", "wrong", after=-1)

    def _trigger_found(self) -> Candidate | Span | None:
        """Return the first trigger in the words under the cursor that are not a
        highlight.
        """
        found = self.highlights.found
        marks = self.highlights.marks_in([found]) if found is not None else []
        triggers = (
            m for m in marks if m.state != REJECTED and self.codebook.is_trigger(m.kind)
        )
        return next((self.marked(mark) for mark in triggers), None)

    def _accept_proposals(self) -> None:
        fields = [row.field for row in self.record.rows if row.state == "proposed"]
        if not fields:
            if self.event() is None:
                self.say_no_event()
            else:
                self.say("nothing_proposed")
            return
        words = self._words_of(self.record.rows)
        before = self.session.do(AcceptProposals(self.record.event_id))
        self.say(
            "accepted",
            n=len(self._proposed(before) - self._proposed(self.session.coding)),
        )
        self._say_words(words)
        self.say_of_open_end(*fields)
        self.screen.refresh_work()
        if not (self.row.is_open or self.record.go_to_next("empty", "wrong", after=-1)):
            self.record.go_on()

    def _proposed(self, coding: Coding) -> set[str]:
        """Return the fields of the shown record whose values are proposed, hidden ones
        too.
        """
        event = coding.event(self.record.event_id)
        answers = event.fields if event else coding.answers
        return {name for name, answer in answers.items() if answer.proposed}

    def _words_of(self, rows: Iterable[FormRow]) -> list[str]:
        """Return the fields of proposed rows with the words that support them, which
        the rows only count.
        """
        proposed = (
            row for row in rows if row.state == "proposed" and row.answer.evidence
        )
        words = (
            (row.field.label.of(self.lang), self.evidence_of(row.answer))
            for row in proposed
        )
        return [
            f"{label} {quoted([span.quote for span in spans])}"
            for label, spans in words
        ]

    def _say_words(self, words: Sequence[str]) -> None:
        """Show the accepted fields with their words: as many as two lines hold, and how
        many others.
        """
        told = listed(*words)
        for left in range(1, len(words)):
            if cell_width(told) < 2 * self.screen.app.size.width - _BEFORE:
                break
            told = say(
                self.lang, "and_more_fields", fields=listed(*words[:-left]), n=left
            )
        if words:
            self.screen.say_too("accepted_words", what=told)

    def _accept_shown(self) -> None:
        """Accept the proposals that can be read to their end or were told whole; go to
        what is first open.

        If there is none, go to the next proposal and tell it whole, so that the same
        key accepts it.
        """
        proposed = [row for row in self.record.rows if row.state == "proposed"]
        seen = [row for row in self.record.shown if row in proposed]
        here = self.record.here if proposed else None
        is_told = self._told == (here, True) and self.row not in seen
        read = [*seen, self.row] if is_told else seen
        fields = tuple(row.field for row in read)
        words = self._words_of(read)
        if len(fields) == len(proposed):
            self._accept_proposals()
            return
        if fields:
            self.do(AcceptProposals(self.record.event_id, fields))
        if seen:
            if not self.row.is_open:
                self.record.go_to_next("empty", "proposed", "wrong", after=-1)
        elif here == self._told[0] or self.row.state != "proposed":
            self.record.go_to_next("proposed")
        here_first = (self.row, *self.record.rows)
        if unread := next(
            (row.field for row in here_first if row.state == "proposed"), None
        ):
            self.say("accepted_but", n=len(fields), field=unread.label)
            if seen:
                self.screen.say_too(
                    "read_next", accept=shown(key_of("form.accept_proposals"))
                )
            else:
                # with as many of those behind it as there is room for
                self.record.form.show_to_end()
                self._told = (
                    self.record.here,
                    self.record.is_cut and self._say_whole(unread),
                )
        else:  # what was accepted took it away
            self.say("accepted", n=len(fields))
        self._say_words(words)
        self.say_of_open_end(*fields)
        self.record.led_to = self.record.here

    def _say_whole(self, field: Field) -> bool:
        """Tell the value that the record cuts off and return True, or else which key
        shows it.
        """
        value = in_line(field, self.row.text, self.lang)
        is_short = cell_width(value) <= 2 * self.screen.app.size.width - _BEFORE
        keys = {
            name: shown(key_of(f"form.{name}"))
            for name in ("definition", "accept", "accept_proposals")
        }
        self.screen.say_too(
            "confirm_alone" if is_short else "confirm_after_page", value=value, **keys
        )
        return is_short

    def _delete(self) -> None:
        if self._at_event() and (event := self.event()) is not None:
            filled = [
                row
                for row in self.record.rows
                if row.state in ("set", "not_stated", "wrong")
            ]
            again = shown(key_of("form.delete_event"))
            words = {"event": event_number(event.id), "n": len(filled), "again": again}
            is_new = all(row.field == self.codebook.type_field for row in filled)
            if is_new or not self.screen.asks_first(
                ("delete", event), "sure_delete", **words
            ):
                self.do(DeleteEvent(event.id), "deleted", event=event_number(event.id))
            if linking := listed(*map(event_number, self._linking(event.id))):
                self.screen.say_too("linked_from", events=linking)

    def _linking(self, event_id: str) -> Iterator[str]:
        """Yield the ids of the events that link to an event."""
        names = [field.id for field in self.codebook.link_fields]
        for event in self.session.coding.events:
            links = [
                link
                for name in names
                if (a := event.answer(name)).coded
                for link in a.value
            ]
            if any(link["record"] == event_id for link in links):
                yield event.id

    def _duplicate(self) -> None:
        """Add a second event with the same values and make it the current one."""
        if self._at_event():
            first = self.record.event_id
            self.session.do(DuplicateEvent(first))
            self.record.go_to_event(
                self.session.coding.events[-1].id, self.row.field.id
            )
            twin = event_number(self.record.event_id)
            self.say("duplicated", event=event_number(first), twin=twin, sign=REPEATED)
            self.screen.refresh_work()

    def _copy_values(self) -> None:
        if not self._has_others():
            return
        event_id = self.record.event_id
        field = self.row.field

        def accept(choice_id: str) -> None:
            what, _, source = choice_id.partition(":")
            copy = CopyValues(event_id, source, field if what == "one" else None)
            before = self.session.do(copy)
            count = copy.copy_and_count(before, self.session.context)[1]
            self.say(
                "copied_values" if count else "none_copied",
                n=count,
                event=event_number(source),
            )
            self.screen.refresh_work()

        choices = copies(field, self._others(), self.codebook, self.lang)
        title = say(self.lang, "copy_which", event=event_number(event_id))
        self.screen.open_task(choice_task(title, choices, accept))

    def _again(self) -> None:
        """Copy the field's answer with its evidence from the nearest earlier event that
        has one.

        Ask first if another value stands there, which was coded for this event.
        """
        if not self._has_others():
            return
        field = self.row.field
        ids = [event.id for event in self.session.coding.events]
        before = self.session.coding.events[: ids.index(self.record.event_id)]
        source = next(
            (e for e in reversed(before) if e.answer(field.id).state != Blank.MISSING),
            None,
        )
        if source is None:
            self.say_of_field("nothing_before")
            return
        held = self.row
        copy = CopyValues(self.record.event_id, source.id, field)
        if held.answer.coded and held.answer.value not in (
            field.default,
            source.answer(field.id).value,
        ):
            copy.apply(
                self.session.coding, self.session.context
            )  # raises before the question if refused
            words = {
                "field": field.label,
                "value": held.text,
                "again": shown(key_of("form.again")),
            }
            if self.screen.asks_first(
                ("again", self.record.here), "sure_again", **words
            ):
                return
        self.do(copy)
        now = self.row
        if held.answer.value is not None and now.text != held.text:
            self.say("value_replaced", field=field.label, value=now.text, old=held.text)
        else:
            self.say(
                "copied_value",
                field=field.label,
                value=now.text,
                event=event_number(source.id),
            )
        self.go_on()

    def _merge(self) -> None:
        """Merge another event into this one and open a page with the dropped values."""
        if not self._has_others():
            return
        kept = self.record.event_id
        lang = self.lang

        def accept(merged: str) -> None:
            merge = MergeEvents(kept, merged)
            book = self.codebook
            before = self.do(merge)
            self.show_event()
            rows = []
            for d in merge.dropped(before, self.session.coding, book):
                texts = [
                    "—" if v is None else show(d.field, v, book, lang)
                    for v in (d.value, d.kept)
                ]
                rows.append(
                    (
                        d.field.label.of(lang),
                        say(lang, "dropped", value=texts[0], kept=texts[1]),
                    )
                )
            values = {
                "event": event_number(merged),
                "kept": event_number(kept),
                "n": len(rows),
            }
            self.say("merged", **values)
            if rows:
                self.screen.read_page(say(lang, "merged", **values), rows)

        choices = [
            Choice(e.id, told_apart(e, self.codebook, lang), number=event_number(e.id))
            for e in self._others()
        ]
        title = say(lang, "merge_which", event=event_number(kept))
        self.screen.open_task(choice_task(title, choices, accept))

    def _split(self) -> None:
        """Split the event by the items of a list, offering that of the field under the
        cursor first.
        """
        event = self.event()
        lang = self.lang
        codebook = self.codebook
        if event is None:
            self.say("not_an_event")
            return
        here = self.record.row.field
        fields = sorted(
            list_splittable_fields(event, codebook), key=lambda field: field != here
        )
        if not fields:
            raise CoderError("coding.nothing_to_split", field=here.label)
        scope = next((f for f in codebook.event_fields if f.id == SCOPE), None)
        tally = scope is not None and is_tally(event, codebook)
        ways = ["parts", "apart"] if tally else ["apart", "parts"]
        if find_part_links(codebook) is None:
            ways.remove("parts")
        choices = []
        for field in fields:
            items = brief(field, event.answer(field.id).value, codebook, lang)
            words = {
                "field": field.label.of(lang),
                "items": items,
                "event": event_number(event.id),
            }
            choices += [
                Choice(f"{way}:{field.id}", say(lang, f"split_{way}", **words))
                for way in ways
            ]

        def accept(choice_id: str) -> None:
            way, _, name = choice_id.partition(":")
            split = SplitEvent(event.id, codebook.event_field(name), way == "parts")
            before = self.do(split)
            count = len(self.session.coding.events) - len(before.events)
            dropped = split.dropped(before, codebook)
            self.say("was_split", event=event_number(event.id), n=count)
            if scope is not None and scope.default is not None and tally:
                of_part = self.session.coding.events[-1].answer(SCOPE)
                words = quoted([span.quote for span in self.evidence_of(of_part)])
                value = listed(codebook.label_of(scope, of_part.value, lang), words)
                self.screen.say_too(
                    "split_scope", field=scope.label.of(lang), value=value
                )
            if dropped:
                rows = []
                for d in dropped:
                    quotes = [
                        f"«{span.quote}»"
                        for span in self.evidence_of(event.answer(d.field.id))
                    ]
                    gone = listed(show(d.field, d.value, codebook, lang), *quotes)
                    if d.kept is not None:
                        kept = show(d.field, d.kept, codebook, lang)
                        gone = say(lang, "dropped", value=gone, kept=kept)
                    rows.append((d.field.label.of(lang), gone))
                self.screen.read_page(say(lang, "split_dropped", n=len(rows)), rows)

        title = say(lang, "split_how", event=event_number(event.id))
        self.screen.open_task(choice_task(title, choices, accept))

    def _at_event(self) -> bool:
        if not self.record.event_id:
            self.say("not_an_event")
        return bool(self.record.event_id)

    def _others(self) -> list[Event]:
        return [
            event
            for event in self.session.coding.events
            if event.id != self.record.event_id
        ]

    def _has_others(self) -> bool:
        """Return whether the record shows one of several events; if not, show a
        message.
        """
        if self._at_event() and not self._others():
            self.say("no_other_event")
        return bool(self.record.event_id and self._others())
