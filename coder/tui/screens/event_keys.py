"""What the keys of the record do with whole events and with evidence; a method's name is its action's."""

from __future__ import annotations

from functools import partial

from coder.service.coding.article_marks import CONFIRMED, Mark
from coder.service.coding.event_edits import CopyValues, DeleteEvent, Dropped, DuplicateEvent, MergeEvents
from coder.tui.event_tasks import copy_task, evidence_task, merge_task
from coder.tui.screens.attaching import attach, detach
from coder.tui.screens.coding_view import CodingView
from coder.tui.screens.pager import PageScreen, paragraph_rows
from coder.tui.sentences import say
from coder.values.typed import show


class EventKeys:
    """Moving among events, copying, merging and deleting them, and the evidence of a value."""

    def __init__(self, screen: CodingView) -> None:
        self.screen = screen
        self._evidence = -1

    # ---------------------------------------------------------------- events
    def next_event(self) -> None:
        self.screen.switch_event(1)

    def previous_event(self) -> None:
        self.screen.switch_event(-1)

    def delete_event(self) -> None:
        screen, gone = self.screen, self.screen.event_id
        if not self._at_event():
            return
        screen.session.do(DeleteEvent(gone))
        screen.say("deleted", event=gone)
        screen.refresh_work()

    def duplicate_event(self) -> None:
        """A second event with the same values, which is then the current one."""
        screen, first = self.screen, self.screen.event_id
        if not self._at_event():
            return
        screen.session.do(DuplicateEvent(first))
        screen.event_id = screen.session.coding.events[-1].id
        screen.say("duplicated", event=first, twin=screen.event_id)
        screen.refresh_work()

    def copy_values(self) -> None:
        """Another event's value for this field, or its values for all that are empty."""
        screen, event_id = self.screen, self.screen.event_id
        if not self._at_event() or not self._has_others():
            return
        session, field = screen.session, screen.row.field

        def accept(source: str, one: bool) -> None:
            copy = CopyValues(event_id, source, field if one else None)
            before = session.do(copy)
            screen.say("copied_values", n=copy.copied(before, session.context)[1], event=source)
            screen.refresh_work()

        screen.open_task(copy_task(session.coding, event_id, field, screen.codebook, screen.lang, accept))

    def merge_events(self) -> None:
        """Another event becomes part of this one; a page says what is dropped."""
        screen, kept = self.screen, self.screen.event_id
        if not self._at_event() or not self._has_others():
            return
        session = screen.session

        def accept(gone: str) -> None:
            merge = MergeEvents(kept, gone)
            before = session.do(merge)
            dropped = merge.dropped(before, session.coding, screen.codebook)
            screen.refresh_work()
            screen.say("merged", event=gone, kept=kept, n=len(dropped))
            if dropped:
                self._show_dropped(gone, kept, dropped)

        screen.open_task(merge_task(session.coding, kept, screen.codebook, screen.lang, accept))

    def _show_dropped(self, gone: str, kept: str, dropped: list[Dropped]) -> None:
        screen, lang = self.screen, self.screen.lang

        def shown(each: Dropped, value: object) -> str:
            return show(each.field, value, screen.codebook, lang) if value is not None else "—"

        rows = [
            (
                each.field.label.of(lang),
                say(lang, "dropped", value=shown(each, each.value), kept=shown(each, each.kept)),
            )
            for each in dropped
        ]
        title = say(lang, "merged", event=gone, kept=kept, n=len(dropped))
        screen.app.push_screen(
            PageScreen(title, paragraph_rows(rows, screen.app.size.width, screen.rtl), lang)
        )

    # ---------------------------------------------------------------- evidence
    def evidence(self) -> None:
        """The article jumps to the next span that supports the value."""
        ids = self.screen.row.answer.evidence
        if not ids:
            self.screen.say("no_evidence")
            return
        self._evidence = (self._evidence + 1) % len(ids)
        self._look(ids[self._evidence])

    def evidence_list(self) -> None:
        """All spans that support the value, to go to or to take away."""
        screen = self.screen
        spans = screen.evidence_of(screen.row.answer)
        if not spans:
            screen.say("no_evidence")
            return
        drop = partial(detach, screen)
        screen.open_task(evidence_task(screen.row.field, spans, screen.lang, self._look, drop))

    def attach(self) -> None:
        """The highlight under the article's cursor becomes evidence of the field."""
        attach(self.screen)

    def _look(self, span_id: str) -> None:
        screen = self.screen
        found = screen.span_or_candidate(span_id)
        if found is not None:
            there = [m for m in screen.marks if m.id == span_id]
            fallback = Mark(found.id, found.kind, found.start, found.end, CONFIRMED)
            screen.set_current(there[0] if there else fallback)

    # ---------------------------------------------------------------- inside
    def _at_event(self) -> bool:
        if not self.screen.event_id:
            self.screen.say("not_an_event")
        return bool(self.screen.event_id)

    def _has_others(self) -> bool:
        alone = len(self.screen.session.coding.events) < 2
        if alone:
            self.screen.say("no_other_event")
        return not alone
