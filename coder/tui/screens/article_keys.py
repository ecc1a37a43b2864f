"""What the keys do while the article has the focus; a method's name is its action's."""

from __future__ import annotations

from coder.model import Candidate, Span
from coder.service.coding.answer_edits import AcceptProposals, Put
from coder.service.coding.article_marks import REJECTED
from coder.service.coding.event_edits import OpenEvent
from coder.service.coding.span_edits import Confirm, Reject, RemoveSpan
from coder.tui.screens.attaching import attach, detach, say_attached
from coder.tui.screens.coding_view import CodingView
from coder.tui.screens.submission import submit
from coder.tui.selection import Selection


class ArticleKeys:
    """Moving among highlights and deciding on them."""

    def __init__(self, screen: CodingView) -> None:
        self.screen = screen

    def other_key(self, key: str, _raw: str) -> bool:
        """A field's letter puts the highlight under the cursor into that field of the current event."""
        screen = self.screen
        field = next((f for f in screen.codebook.event_fields if f.key == key), None)
        if field is None:
            return False
        target = screen.target()
        if target is None:
            screen.say("no_marks")
        elif screen.session.coding.event(screen.event_id) is None:
            screen.say("no_event")
        else:
            before = screen.answer(field)
            screen.session.do(Put(screen.event_id, field, target))
            after = screen.answer(field)
            if (after.value, after.blank) == (before.value, before.blank):
                say_attached(screen, field)
            else:
                value = screen.shown_value(field, after)
                screen.say("was_put", field=field.label.of(screen.lang), value=value)
            screen.refresh_work()
        return True

    def attach(self) -> None:
        """The highlight under the cursor becomes evidence of the record's field, whose value stays."""
        attach(self.screen)

    def detach(self) -> None:
        """The highlight supports the record's field no more."""
        screen, target = self.screen, self.screen.target()
        if not screen.form_rows:
            screen.say("no_fields_here")
        elif target is None or target.id not in screen.row.answer.evidence:
            screen.say("not_its_evidence", field=screen.row.field.label.of(screen.lang))
        else:
            detach(screen, target.id)

    # ---------------------------------------------------------------- moving
    def next(self) -> None:
        self._step(1)

    def previous(self) -> None:
        self._step(-1)

    def line_down(self) -> None:
        self._step_line(1)

    def line_up(self) -> None:
        self._step_line(-1)

    def page_down(self) -> None:
        self._page(1)

    def page_up(self) -> None:
        self._page(-1)

    def _page(self, step: int) -> None:
        """One page on, the cursor with it: to the first highlight there."""
        pane = self.screen.pane
        pane.scroll_relative(y=step * max(1, pane.size.height - 1), animate=False, force=True)
        top, bottom = pane.scroll_offset.y, pane.scroll_offset.y + pane.size.height
        for mark in self.screen.marks:
            if mark.state != REJECTED and top <= pane.line_of(mark.start) < bottom:
                self.screen.set_current(mark)
                return

    def first(self) -> None:
        self.screen.go_to(0)

    def last(self) -> None:
        self.screen.go_to(len(self.screen.marks) - 1)

    def _step(self, step: int) -> None:
        """To the next highlight that is not rejected."""
        screen = self.screen
        index = screen.marks.index(screen.current) if screen.current in screen.marks else -1
        while 0 <= index + step < len(screen.marks):
            index += step
            if screen.marks[index].state != REJECTED:
                screen.go_to(index)
                return

    def _step_line(self, step: int) -> None:
        """To the highlight nearest in column on the next line that has one."""
        screen = self.screen
        if screen.current is None:
            self._step(step)
            return
        here, column = screen.pane.locate(screen.current.start)
        placed = [(screen.pane.locate(m.start), m) for m in screen.marks if m.state != REJECTED]
        lines = [line for (line, _), _ in placed if (line - here) * step > 0]
        if lines:
            goal = min(lines) if step > 0 else max(lines)
            there = [(abs(c - column), i, m) for i, ((line, c), m) in enumerate(placed) if line == goal]
            screen.set_current(min(there)[2])

    # ---------------------------------------------------------------- deciding
    def confirm(self) -> None:
        candidate = self._candidate()
        if candidate is not None and (self.screen.current is None or not self._stands()):
            self.screen.session.do(Confirm(candidate))
            self.screen.say("was_confirmed")
            self.screen.refresh_work()

    def confirm_next(self) -> None:
        self.confirm()
        self._step(1)

    def reject(self) -> None:
        screen, target = self.screen, self.screen.target()
        if target is None:
            return
        following = screen.marks.index(screen.current) + 1 if screen.current in screen.marks else 0
        candidate = self._candidate()
        if candidate is not None:
            screen.session.do(Reject(candidate))
            screen.say("was_rejected")
        elif isinstance(target, Span):
            screen.session.do(RemoveSpan(target.id))
            screen.say("was_removed")
            following -= 1
        screen.refresh_work()
        screen.go_to(following)

    def open_event(self) -> None:
        screen, target = self.screen, self.screen.target()
        if not screen.codebook.event_fields:
            screen.say("no_events_here")
            return
        screen.session.do(OpenEvent(target))
        event = screen.session.coding.events[-1]
        screen.event_id = event.id
        screen.field_index = 0
        screen.say("opened", event=event.id, n=sum(a.proposed for a in event.fields.values()))
        screen.refresh_work()

    def accept_proposals(self) -> None:
        screen = self.screen
        session = screen.session
        event = session.coding.event(screen.event_id)
        proposed = sum(answer.proposed for answer in event.fields.values()) if event else 0
        if event is not None and not proposed:
            screen.say("nothing_proposed")
            return
        session.do(AcceptProposals(screen.event_id))
        screen.say("accepted", n=proposed)
        screen.refresh_work()

    def draw(self) -> None:
        screen = self.screen
        if screen.session.submitted:
            screen.say("read_only")
        elif screen.current is not None:
            stretch = Selection(screen.reading, screen.current.start, screen.current.end)
            screen.show_selection(stretch, resizing=True)
        else:
            offset = screen.pane.offset_at(screen.pane.size.width, 0)
            screen.show_selection(Selection.at_word(screen.reading, offset))

    def furniture(self) -> None:
        screen = self.screen
        more = screen.session.turn_furniture()
        screen.session.gained, screen.session.lost = [], []
        screen.refresh_work()
        words = "furniture_shown" if more > 0 else "furniture_hidden" if more < 0 else "no_furniture"
        screen.say(words, n=abs(more))

    def find(self) -> None:
        self.screen.open_find()

    def copy(self) -> None:
        target = self.screen.target()
        if target is not None:
            self.screen.app.copy_to_clipboard(target.quote)
            self.screen.say("copied", text=target.quote)

    def _candidate(self) -> Candidate | None:
        """The candidate under the cursor, also behind a span that it became."""
        target = self.screen.target()
        if isinstance(target, Span):
            return self.screen.session.by_id.get(target.candidate)
        return target

    def _stands(self) -> bool:
        target = self.screen.target()
        return isinstance(target, Span) and target.decision != "rejected"

    # ---------------------------------------------------------------- the record from here
    def next_event(self) -> None:
        self.screen.switch_event(1)

    def previous_event(self) -> None:
        self.screen.switch_event(-1)

    def undo(self) -> None:
        self.screen.turn("undo")

    def redo(self) -> None:
        self.screen.turn("redo")

    def switch(self) -> None:
        if not self.screen.form_rows:
            self.screen.say("no_fields_here")
            return
        self.screen.set_class(True, "record")
        self.screen.form.focus()

    def submit(self) -> None:
        submit(self.screen)
