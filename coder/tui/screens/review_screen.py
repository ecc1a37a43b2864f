"""The review screen: the queue of articles, then one article's grid, decided cell by cell.

What the keys of the grid do is in `grid_keys`.
"""

from __future__ import annotations

from textual.events import Key

from coder.errors import CoderError
from coder.service.project.opened import Project
from coder.tui.actions import Action
from coder.tui.keys import action_for, pressed
from coder.tui.screens.grid_keys import GridKeys
from coder.tui.screens.review_view import ReviewView
from coder.tui.widgets.rows import RowList


class ReviewScreen(ReviewView):
    """The view with its keys."""

    HELP_SCOPES = ("queue", "grid", "choose", "any")

    def __init__(self, project: Project, supervisor: str, article: str | None = None) -> None:
        super().__init__(project, supervisor, article)
        self.keys = GridKeys(self)

    def take_key(self, event: Key) -> None:
        """One key, one action; a digit takes a coder's value."""
        self.bars["message"].show()
        if self.chooser.asked is not None:
            self.chooser.on_key(event)
            return
        key = pressed(event.key, event.character)
        action = action_for(key, self.scopes())
        if action is not None and action.scope == "any":
            self.perform_anywhere(action, event)
            return
        if action is not None:
            self.perform(action)
        elif not self._takes(key):
            return
        event.stop()
        event.prevent_default()

    def perform(self, action: Action) -> None:
        """Do what an action says, by key or from the palette."""
        try:
            if action.scope == "queue":
                getattr(self, f"queue_{action.name}")()
            else:
                getattr(self.keys, action.name)()
        except CoderError as error:
            self.complain(error)
        self.show_mode()

    def _takes(self, key: str) -> bool:
        """Whether a digit stood for a coder."""
        try:
            return self.scopes()[0] == "grid" and self.keys.other_key(key)
        except CoderError as error:
            self.complain(error)
            return True

    def queue_down(self) -> None:
        """The next article."""
        self.list.load(self.list.rows, self.list.cursor + 1)

    def queue_up(self) -> None:
        """The previous article."""
        self.list.load(self.list.rows, self.list.cursor - 1)

    def queue_open(self) -> None:
        """Review the article under the cursor."""
        if self.queue:
            self.open_article(self.queue[self.list.cursor].article)

    def on_row_list_picked(self, message: RowList.Picked) -> None:
        """A click on an article opens it; on a field it goes there."""
        if message.source is self.list:
            self.list.load(self.list.rows, message.index)
            self.queue_open()
        else:
            self.go(message.index)

    def on_chooser_closed(self) -> None:
        """Back to the grid."""
        if self.chooser.asked is not None:
            return  # one choice led to the next
        self.show_mode()
