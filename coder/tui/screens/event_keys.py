"""What the keys of the record do with whole events: copying, duplicating, merging and deleting them."""

from __future__ import annotations

from coder.service.edits.event_edits import CopyValues, DeleteEvent, Dropped, DuplicateEvent, MergeEvents
from coder.tui.screens.desk import Desk
from coder.tui.screens.work_screen import Keys
from coder.tui.sentences import say
from coder.tui.tasks import copy_task, merge_task
from coder.values.typed import show


class EventKeys:
    """The event is the one that the record shows."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.keys: Keys = {
            "form.delete_event": self._delete,
            "form.duplicate_event": self._duplicate,
            "form.copy_values": self._copy_values,
            "form.merge_events": self._merge,
        }

    def _delete(self) -> None:
        if self._at_event():
            gone = self.desk.record.event_id
            self.desk.do(DeleteEvent(gone), "deleted", event=gone)

    def _duplicate(self) -> None:
        """A second event with the same values, which is then the current one."""
        desk, first = self.desk, self.desk.record.event_id
        if self._at_event():
            desk.session.do(DuplicateEvent(first))
            desk.record.event_id = desk.session.coding.events[-1].id
            desk.say("duplicated", event=first, twin=desk.record.event_id)
            desk.screen.refresh_work()

    def _copy_values(self) -> None:
        """Another event's value for this field, or its values for all that are empty."""
        desk, event_id = self.desk, self.desk.record.event_id
        if not self._at_event() or not self._has_others():
            return
        field = desk.record.row.field

        def accept(source: str, one: bool) -> None:
            copy = CopyValues(event_id, source, field if one else None)
            before = desk.session.do(copy)
            desk.say("copied_values", n=copy.copied(before, desk.session.context)[1], event=source)
            desk.screen.refresh_work()

        task = copy_task(desk.session.coding, event_id, field, desk.codebook, desk.lang, accept)
        desk.screen.open_task(task)

    def _merge(self) -> None:
        """Another event becomes part of this one; a page says what is dropped."""
        desk, kept = self.desk, self.desk.record.event_id
        if not self._at_event() or not self._has_others():
            return

        def accept(gone: str) -> None:
            merge = MergeEvents(kept, gone)
            before = desk.do(merge)
            dropped = merge.dropped(before, desk.session.coding, desk.codebook)
            desk.say("merged", event=gone, kept=kept, n=len(dropped))
            if dropped:
                self._show_dropped(gone, kept, dropped)

        desk.screen.open_task(merge_task(desk.session.coding, kept, desk.codebook, desk.lang, accept))

    def _show_dropped(self, gone: str, kept: str, dropped: list[Dropped]) -> None:
        lang, codebook = self.desk.lang, self.desk.codebook

        def shown(each: Dropped, value: object) -> str:
            return show(each.field, value, codebook, lang) if value is not None else "—"

        rows = [
            (
                each.field.label.of(lang),
                say(lang, "dropped", value=shown(each, each.value), kept=shown(each, each.kept)),
            )
            for each in dropped
        ]
        self.desk.screen.read_page(say(lang, "merged", event=gone, kept=kept, n=len(dropped)), rows)

    def _at_event(self) -> bool:
        if not self.desk.record.event_id:
            self.desk.say("not_an_event")
        return bool(self.desk.record.event_id)

    def _has_others(self) -> bool:
        alone = len(self.desk.session.coding.events) < 2
        if alone:
            self.desk.say("no_other_event")
        return not alone
