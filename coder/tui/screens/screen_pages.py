"""What all screens share: keys and resizes handled in order, the footer, and read-only pages."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from typing import ClassVar

from textual._styles_cache import StylesCache
from textual.app import ComposeResult
from textual.events import Key, Resize
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen, ScreenResultType
from textual.widget import Widget

from coder.text.display import isolate
from coder.tui import palette
from coder.tui.first_paint import WIDE
from coder.tui.keys import QUIT, Action, Keys, action_for, of_scope, pressed, shown, step_keys
from coder.tui.sentences import say
from coder.tui.widgets.bars import Bar
from coder.tui.widgets.row_list import RowList
from coder.tui.widgets.rows import Column, Pressed, Row, fitted, wrapped


class BaseScreen(Screen[ScreenResultType]):
    """A screen driven by keys; `take_key` receives the keys and `fit` new widths."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """As in Textual, but the panes redraw what shows the focus, not the whole screen."""

    lang: str
    """The language of what it shows."""

    @property
    def rtl(self) -> bool:
        """Whether its language is read from the right."""
        return self.lang == "ar"

    def on_key(self, event: Key) -> None:
        """Take a key, or pass it on to the screen that is now on top; Ctrl+Q quits after all keys before it.

        Textual sends all keys of one read to the screen that was on top before the first key, even if that
        key opened or closed a screen.
        """
        if self.is_active and event.key == QUIT:
            event.stop().prevent_default()
            if self.may_quit():
                self.app.exit()
        elif self.is_active:
            self.take_key(event)
        else:
            event.stop().prevent_default()
            self.app.post_message(Key(event.key, event.character))

    def on_resize(self, event: Resize) -> None:
        """Adapt to the terminal's size and ignore outdated sizes.

        Textual lays a screen out for a size and then sends it that size again: two pending sizes would
        trigger each other forever.
        """
        if event.size == self.app.size:
            self.fit(event.size.width)
        else:
            event.stop().prevent_default()

    def on_unmount(self) -> None:
        """Free the closed screen: this cache of Textual's keeps the last rendering of a thousand widgets."""
        StylesCache.get_inner_outer.cache_clear()

    def on_pressed(self, message: Pressed) -> None:
        """Press the keys that the clicked text stands for."""
        for key in message.keys.split():
            self.on_key(Key(key, key if len(key) == 1 else None))

    @abstractmethod
    def take_key(self, event: Key) -> None:
        """Handle a key."""

    def may_quit(self) -> bool:
        """Return whether quitting now loses nothing, or the user was warned of the loss before.

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

    The actions of the scope `any` are shown last. Help and the way out by Esc get room first, and if there is
    much of it the palette. idle: the ids of actions that would do nothing now, which are left out.
    """
    always = ("any.help", "any.palette") if width >= WIDE - 2 else ("any.help",)
    named = [each for each in of_scope(*scopes) if each.footer and each.id not in idle]
    named.sort(key=lambda each: each.scope == "any")
    columns = dict[Action, tuple[Column, Column]]()
    for action in sorted(named, key=lambda each: each.id not in always and "escape" not in each.keys):
        # Blanks inside an isolate would move to its left, which is the key's side in a right-to-left line.
        first, label = action.keys[0], f"{action.label(lang)} "
        key_column = fitted(f" {isolate(shown(first))} ", palette.PRESS, first)
        label_column = fitted(label, palette.BAR, first)
        width -= key_column.width + label_column.width
        if width < 0:
            break
        columns[action] = (key_column, label_column)
    return tuple(column for action in named for column in columns.get(action, ()))


MARGIN = 3  # cells before a text


def paragraph_rows(paragraphs: Iterable[tuple[str, str]], rtl: bool, width: int) -> list[Row]:
    """Return headings and texts wrapped at `width` cells; an empty text is left out with its heading.

    A heading that is only a sign stands in front of its text.
    """
    rows: list[Row] = []
    for heading, text in paragraphs:
        if text.strip():
            is_sign = not any(map(str.isalnum, heading))
            rows += [] if is_sign else [(Column(f" {heading}", 0, palette.TITLE),)]
            for words in wrapped(
                f"{heading} {text}".lstrip() if is_sign else text, width - 2, 1 if rtl else None
            ):
                rows.append((Column(" " + (words if rtl else isolate(words)), 0, palette.TEXT),))
    return rows


def text_page(title: str, paragraphs: Sequence[tuple[str, str]], lang: str) -> PageScreen:
    """Return a page of headings and texts."""
    return PageScreen(title, partial(paragraph_rows, paragraphs, lang == "ar"), lang)


class PageScreen(BaseScreen[None], ModalScreen[None]):
    """A title, with the reading position if not all rows fit, above rows that scroll.

    rows: returns the rows for a width in cells.
    """

    SCOPE: ClassVar = "page"
    """The scope of its keys."""

    def __init__(self, title: str, rows: Callable[[int], Sequence[Row]], lang: str) -> None:
        super().__init__()
        self.page_title, self.rows, self.lang = title, rows, lang
        self.title_bar, self.footer = Bar(id="title"), Bar(id="footer")
        self.list = RowList(id="page")
        self.list.can_focus = False  # it has no cursor
        page = self.SCOPE
        self.keys: Keys = {
            **step_keys(f"{page}.down", f"{page}.up", self._scroll),
            **step_keys(f"{page}.page_down", f"{page}.page_up", lambda way: self._scroll(way * self._page)),
            **step_keys(f"{page}.last", f"{page}.first", lambda way: self._scroll(way * len(self.list.rows))),
            f"{page}.back": self._back,
        }

    def compose(self) -> ComposeResult:
        yield self.title_bar
        yield self.list
        yield self.footer

    def on_mount(self) -> None:
        self.watch(self.list, "scroll_y", self._show_title)

    def fit(self, width: int) -> None:
        self.list.load(self.rows(width), self.list.scroll_offset.y)
        self.footer.show(*footer_columns((self.SCOPE,), self.lang, width))
        self.call_after_refresh(self._show_title)

    def take_key(self, event: Key) -> None:
        event.stop().prevent_default()
        action = action_for(pressed(event.key, event.character), (self.SCOPE, "any"))
        if action is None:
            self.typed(event)
        elif action.scope == self.SCOPE:
            self.keys[action.id]()
        elif self.is_active:  # the help key closes help; other global keys are for the screen below
            self._back()
            if action.name != "help":
                self.app.post_message(Key(event.key, event.character))

    def typed(self, event: Key) -> None:
        """Handle a key that is not an action."""

    @property
    def _page(self) -> int:
        return max(1, self.list.size.height - 1)

    def _scroll(self, lines: int) -> None:
        self.list.scroll_relative(y=lines, animate=False, force=True)

    def _show_title(self) -> None:
        last, lines = self.list.scroll_offset.y + self.list.size.height, len(self.list.rows)
        position = say(self.lang, "of", n=min(last, lines), m=lines) if lines > self.list.size.height else ""
        self.title_bar.show(
            Column(f" {self.page_title}", 0, palette.KEY),
            fitted(f"{position} ", palette.BAR),
        )

    def on_pressed(self, message: Pressed) -> None:
        """Go back before a key of the screen below is pressed, which the base handler does.

        Without rows the key in the list is one of the page itself.
        """
        if message.source is self.list and self.list.rows:
            self._back()

    def _back(self) -> None:
        self.dismiss()
