"""The coding screen: the article with its candidates, the event record, one key per decision.

What the keys of a scope do is in `article_keys`, `draw_keys` and `form_keys`, one class each.
"""

from __future__ import annotations

from textual.events import Key
from textual.timer import Timer

from coder.errors import CoderError
from coder.model import Article
from coder.service.project.opened import Project
from coder.tui.actions import Action
from coder.tui.keys import ALEF, HOLD, LAM, LAM_ALEF, action_for, pressed
from coder.tui.screens.article_keys import ArticleKeys
from coder.tui.screens.coding_view import CodingView
from coder.tui.screens.draw_keys import DrawKeys
from coder.tui.screens.form_keys import FormKeys
from coder.tui.selection import Selection
from coder.tui.widgets.article_pane import ArticlePane
from coder.tui.widgets.bar import Bar
from coder.tui.widgets.record_lines import event_at
from coder.tui.widgets.rows import RowList


class CodingScreen(CodingView):
    """The view with its keys."""

    HELP_SCOPES = ("article", "draw", "form", "choose", "missing", "any")

    def __init__(self, project: Project, coder: str, article: Article) -> None:
        super().__init__(project, coder, article)
        self.form_keys = FormKeys(self)
        self.handlers: dict[str, ArticleKeys | DrawKeys | FormKeys] = {
            "article": ArticleKeys(self),
            "draw": DrawKeys(self),
            "form": self.form_keys,
        }
        self._lam: tuple[Key, Timer] | None = None

    def take_key(self, event: Key) -> None:
        """One key, one action; a lam that is a command waits for an alef, as both may be one key."""
        lam = self._let_go()
        if lam is not None and event.character == ALEF:
            event = Key(LAM_ALEF, LAM_ALEF)
        elif lam is not None:
            self._press(lam)
        if event.character == LAM and self.scopes()[0] in ("article", "draw"):
            self._lam = event, self.set_timer(HOLD, self._waited)
        else:
            self._press(event)

    def _let_go(self) -> Key | None:
        """The lam that was waiting."""
        if self._lam is None:
            return None
        lam, timer = self._lam
        self._lam = None
        timer.stop()
        return lam

    def _waited(self) -> None:
        lam = self._let_go()
        if lam is not None:
            self._press(lam)

    def _press(self, event: Key) -> None:
        """Letters of fields and kinds come from the codebook."""
        self.bars["message"].show()
        if self.chooser.asked is not None:
            self.chooser.on_key(event)
            return
        raw = event.character or ""
        scope = self.scopes()[0]
        # In the record an Arabic letter is typed text, not the Latin key under it.
        typing = scope == "form" and "\u0621" <= raw <= "\u064a"
        key = raw if typing else pressed(event.key, event.character)
        action = action_for(key, self.scopes())
        if action is not None and action.scope == "any":
            self.perform_anywhere(action, event)
            return
        if action is not None:
            self.perform(action)
        elif not self._other_key(scope, key, raw):
            return
        event.stop()
        event.prevent_default()

    def perform(self, action: Action) -> None:
        """Do what an action says, by key or from the palette."""
        if action.name not in ("not_stated", "not_applicable"):
            self.form_keys.settle_question()
        try:
            getattr(self.handlers[action.scope], action.name)()
        except CoderError as error:
            self.complain(error)
        self.show_mode()

    def _other_key(self, scope: str, key: str, raw: str) -> bool:
        """A key that is no action: a letter of the codebook, or typing. Says whether it was used."""
        self.form_keys.settle_question()
        try:
            used = scope in self.handlers and self.handlers[scope].other_key(key, raw)
        except CoderError as error:
            self.complain(error)
            used = True
        self.show_mode()
        return used

    def on_chooser_closed(self) -> None:
        """Back to where one was."""
        if self.chooser.asked is not None:
            return  # one choice led to the next
        self.show_mode()

    def on_row_list_picked(self, message: RowList.Picked) -> None:
        """A click on a field goes there; on the field where one is it asks for its value."""
        if message.index == self.field_index and self.form.has_focus:
            self.form_keys.edit()
            return
        self.field_index = message.index
        self.set_class(True, "record")
        self.form.focus()
        self.refresh_form()
        self.show_mode()

    def on_bar_pressed(self, message: Bar.Pressed) -> None:
        """A click on an event's number goes there."""
        if message.bar is self.bars["tabs"] and self.chooser.asked is None:
            event_id = event_at(self.session.coding, self.event_id, self.problems, message.cell)
            if event_id is not None:
                self.go_to_event(event_id)
                self.show_mode()

    def on_article_pane_touched(self, message: ArticlePane.Touched) -> None:
        """A click goes to the innermost highlight there."""
        hit = [m for m in self.marks if m.start <= message.offset < m.end]
        if hit and self.chooser.asked is None:
            self.set_current(min(hit, key=lambda m: m.end - m.start))

    def on_article_pane_dragged(self, message: ArticlePane.Dragged) -> None:
        """A stretch marked with the mouse is being drawn, but not while something is chosen."""
        if self.chooser.asked is None:
            self.show_selection(Selection(self.reading, message.start, message.end))
