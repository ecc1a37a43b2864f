"""What all screens share: keys and resizes handled in order, and the footer."""

from __future__ import annotations

from abc import abstractmethod
from functools import lru_cache

from textual.events import Event, Key, Paste, Resize
from textual.reactive import Reactive
from textual.screen import Screen, ScreenResultType
from textual.widget import Widget

from coder.text.display import isolate
from coder.tui import palette
from coder.tui.input_order import InputInOrder
from coder.tui.keys import QUIT, Action, of_scope, shown
from coder.tui.screen_sizes import WIDE
from coder.tui.widgets.composition import Composition
from coder.tui.widgets.hovered import Hovered
from coder.tui.widgets.own_lines import OwnLines
from coder.tui.widgets.rows import Column, Pressed, fitted


class BaseScreen(Screen[ScreenResultType], OwnLines):
    """A screen driven by keys; `take_key` receives the keys and `fit` new widths."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """As in Textual, but the panes redraw what shows the focus, not the whole screen.
    """

    lang: str
    """The language of what it shows."""
    warned = False
    """Whether the last key was to quit and showed what would be lost, so that the next
    one quits.
    """
    _lit: Hovered | None = None
    """The widget that was lit last under the mouse, since the last key."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = Composition()

    @property
    def rtl(self) -> bool:
        """Return whether its language is read from the right."""
        return self.lang == "ar"

    @property
    def input_order(self) -> InputInOrder:
        """The application, which has the input that waits."""
        return self.app  # type: ignore[return-value]  # CoderApp

    async def on_event(self, event: Event) -> None:
        """Handle an event; a key or a paste that comes when the screen was left is for
        the one on top.
        """
        if not (isinstance(event, (Key, Paste)) and event.is_forwarded):
            await super().on_event(event)
            return
        if self.is_active:
            await super().on_event(event)
            await self.input_order.input_handled()
        else:
            await self.input_order.give_input()

    def on_key(self, event: Key) -> None:
        """Take a key; Ctrl+Q quits."""
        if event.key == QUIT:
            event.stop().prevent_default()
            if self.may_quit():
                self.app.exit()
        else:
            self.warned = False
            if self._lit is not None:
                self._lit.light(-1)  # the mouse's place is not to look like a cursor
                self._lit = None
            self.take_key(event)

    def on_resize(self, event: Resize) -> None:
        """Adapt to the terminal's size and ignore outdated sizes, and any once the
        screen is left.

        Textual lays a screen out for a size and then sends it that size again: two
        pending sizes would trigger each other forever.
        """
        if event.size == self.app.size and self in self.app.screen_stack:
            self.fit(event.size.width)
        else:
            event.stop().prevent_default()

    def on_hovered_lit(self, message: Hovered.Lit) -> None:
        """Remember what the next key ends."""
        self._lit = message.widget

    def on_pressed(self, message: Pressed) -> None:
        """Press the keys that the clicked text stands for."""
        for key in message.keys.split():
            self.app.post_message(Key(key, key if len(key) == 1 else None))

    @abstractmethod
    def take_key(self, event: Key) -> None:
        """Handle a key."""

    def may_quit(self) -> bool:
        """Return whether quitting now loses nothing, or the user was warned of the loss
        before.

        A page leaves the warning to the screen under it, and gives way to it.
        """
        place = self.app.screen_stack.index(self)
        under = self.app.screen_stack[place - 1] if place else None
        if isinstance(under, BaseScreen) and not under.may_quit():
            self.app.pop_screen()
            return False
        return True

    def fit(self, width: int) -> None:
        """Adapt the layout to the width of the terminal."""


@lru_cache(64)
def footer_columns(
    scopes: tuple[str, ...], lang: str, width: int, idle: frozenset[str] = frozenset()
) -> tuple[Column, ...]:
    """Return the footer actions of the active scopes, as many as fit in `width` cells.

    What is done to the field under the cursor is shown first, the actions of the scope
    `any` last. Help and the way out get room first, and if there is much of it the
    palette. idle: the ids of actions that would do nothing now, which are left out.
    """
    always = ("any.help", "any.palette") if width >= WIDE - 2 else ("any.help",)
    named = [each for each in of_scope(*scopes) if each.footer and each.id not in idle]
    named.sort(key=lambda each: (each.scope == "any", not each.leads))
    columns = dict[Action, tuple[Column, Column]]()
    first = [
        each
        for each in named
        if each.id in always or each.name == "back" or "escape" in each.keys
    ]
    for action in dict.fromkeys((*first, *named)):
        # Blanks inside an isolate would move to its left, which is the key's side in a
        # right-to-left line.
        key = action.keys[0]
        label = f"{action.label(lang)} "
        key_column = fitted(f" {isolate(shown(key))} ", palette.PRESS, key)
        label_column = fitted(label, palette.BAR, key)
        width -= key_column.width + label_column.width
        if width < 0:
            break
        columns[action] = (key_column, label_column)
    return tuple(column for action in named for column in columns.get(action, ()))
