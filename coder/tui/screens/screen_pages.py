"""What all screens share: keys and sizes in order, the footer, and pages that are read only."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial

from textual._styles_cache import StylesCache
from textual.app import ComposeResult
from textual.events import Key, Resize
from textual.screen import ModalScreen, Screen, ScreenResultType

from coder.codebook.schema import Codebook
from coder.messages import catalogue
from coder.text.display import cell_width, isolate
from coder.text.layout import Layout
from coder.tui import palette
from coder.tui.keys import QUIT, Keys, action_for, arabic_of, both_ways, of_scope, pressed, shown
from coder.tui.sentences import say
from coder.tui.widgets.rows import Bar, Column, Row, RowList


class BaseScreen(Screen[ScreenResultType]):
    """A screen driven by keys; they come to `take_key`, new widths to `fit`."""

    def on_key(self, event: Key) -> None:
        """Take a key, or hand it on to the screen that is now on top; Ctrl+Q leaves after all keys before it.

        Textual sends all keys of one read to the screen that was there before the first opened or closed one.
        """
        if self.is_active:
            self.take_key(event)
            if event.key == QUIT and self.may_quit():
                self.app.exit()
        else:
            event.stop().prevent_default()
            self.app.post_message(Key(event.key, event.character))

    def on_resize(self, event: Resize) -> None:
        """Take the terminal's size, and none that is out of date.

        Textual lays a screen out for a size and then tells it of that size once more: two sizes on their way
        at once would bring each other back for ever.
        """
        if event.size == self.app.size:
            self.fit(event.size.width)
        else:
            event.stop().prevent_default()

    def on_unmount(self) -> None:
        """Let go of what is closed: Textual keeps by this cache what a thousand widgets drew last."""
        StylesCache.get_inner_outer.cache_clear()

    def on_bar_pressed(self, message: Bar.Pressed) -> None:
        """A click on a key in the footer presses it."""
        if message.key:
            self.on_key(Key(message.key, message.key if len(message.key) == 1 else None))

    @abstractmethod
    def take_key(self, event: Key) -> None:
        """One key, one action."""

    def may_quit(self) -> bool:
        """Whether nothing is lost by leaving now, or that was asked before."""
        return True

    def fit(self, width: int) -> None:
        """Arrange what depends on the width of the terminal."""


@lru_cache(64)
def footer_columns(
    scopes: tuple[str, ...], lang: str, width: int, idle: frozenset[str] = frozenset()
) -> tuple[Column, ...]:
    """The footer actions of the active scopes, as many as fit in `width` cells; help, at the end, always.

    idle: the names of actions that would do nothing now.
    """
    columns: list[tuple[Column, Column]] = []
    for action in (
        action
        for scope in sorted(scopes, key="any".__ne__)
        for action in of_scope(scope)
        if action.footer and action.name not in idle
    ):
        # Blanks inside an isolate would go to its left, the key's side in a line from the right.
        key, label = f" {isolate(shown(action.keys[0]))} ", f"{action.label(lang)} "
        cells = cell_width(key), cell_width(label)
        width -= sum(cells)
        if width < 0:
            break
        first = action.keys[0]
        columns.append(
            (Column(key, cells[0], palette.KEY, first), Column(label, cells[1], palette.BAR, first))
        )
    always = sum(action.footer for action in of_scope("any")) if "any" in scopes else 0
    return tuple(column for pair in (*columns[always:], *columns[:always]) for column in pair)


MARGIN, _KEYS = 3, 22  # cells before a text, and of the keys of the help page


@lru_cache(512)
def wrapped(text: str, width: int, base: int | None) -> list[str]:
    """The lines of a text, wrapped at `width` cells; base: 1 where all of it is read from the right."""
    layout = Layout(text, max(10, width), base=base)
    lines = map(layout.line, range(layout.count))
    return [text[line.start : line.end].strip() for line in lines]


def paragraph_rows(paragraphs: Iterable[tuple[str, str]], rtl: bool, width: int) -> list[Row]:
    """Headings and texts, wrapped at `width` cells; a text that is empty is left out with its heading."""
    rows: list[Row] = []
    for heading, text in paragraphs:
        if text.strip():
            rows += [(Column(f" {heading}", 0, palette.KEY),)] if heading else []
            for words in wrapped(text, width - 2, 1 if rtl else None):
                rows.append((Column(" " + (words if rtl else isolate(words)), 0, palette.TEXT),))
    return rows


def help_rows(scopes: Sequence[str], codebook: Codebook | None, lang: str, width: int) -> list[Row]:
    """A heading per scope, then key and sentence of each action; then the codebook's letters."""
    parts = [
        (catalogue.say(lang, f"keys.{scope}"), [(a.keys, a.help(lang)) for a in of_scope(scope)])
        for scope in scopes
    ]
    if codebook is not None and "article" in scopes:
        fields = [((f.key,), f.label.of(lang)) for f in codebook.event_fields if f.key]
        kinds = [((k.key,), f"{k.glyph} {k.label.of(lang)}") for k in codebook.span_kinds]
        parts += [(say(lang, "fields_title"), [*fields]), (say(lang, "kinds_title"), [*kinds])]
    rows: list[Row] = []
    for heading, lines in parts:
        rows.append((Column(f" {heading}", 0, palette.KEY),))
        for keys, words in lines:
            names = "  ".join(map(_both, keys))
            for line in wrapped(words, width - _KEYS - 1, 1 if lang == "ar" else 0):
                rows.append((Column(f" {names}", _KEYS, palette.TITLE), Column(line)))
                names = ""
    return rows


def help_page(scopes: Sequence[str], codebook: Codebook | None, lang: str) -> PageScreen:
    """The keys of a screen."""
    return PageScreen(say(lang, "help_title"), partial(help_rows, scopes, codebook, lang), lang)


def _both(key: str) -> str:
    arabic = arabic_of(key)
    return f"{isolate(shown(key))} {isolate(arabic)}" if arabic and key.isalpha() else isolate(shown(key))


class PageScreen(BaseScreen[None], ModalScreen[None]):
    """A title, with how far one has read where there is more than the screen holds, and rows that scroll.

    rows: makes them so many cells wide.
    """

    CSS = "PageScreen RowList { width: 100%; height: 1fr; }"
    SCOPED_CSS = False

    def __init__(self, title: str, rows: Callable[[int], Sequence[Row]], lang: str) -> None:
        super().__init__()
        self.page_title, self.rows, self.lang = title, rows, lang
        rtl = lang == "ar"
        self.title_bar, self.footer = Bar(rtl=rtl, id="title"), Bar(rtl=rtl, id="footer")
        self.list = RowList(rtl=rtl, id="page")
        self.list.can_focus = False  # it has no cursor
        self.keys: Keys = {
            **both_ways("page.down", "page.up", self._scroll),
            **both_ways("page.page_down", "page.page_up", lambda way: self._scroll(way * self._page)),
            **both_ways("page.last", "page.first", lambda way: self._scroll(way * len(self.list.rows))),
            "page.back": self._back,
        }

    def compose(self) -> ComposeResult:
        yield self.title_bar
        yield self.list
        yield self.footer

    def on_mount(self) -> None:
        self.watch(self.list, "scroll_y", self._show_title)

    def fit(self, width: int) -> None:
        self.list.load(self.rows(width), self.list.scroll_offset.y)
        self.footer.show(*footer_columns(("page",), self.lang, width))
        self.call_after_refresh(self._show_title)

    def take_key(self, event: Key) -> None:
        event.stop().prevent_default()
        action = action_for(pressed(event.key, event.character), ("page", "any"))
        if action is None:
            return
        if action.scope == "page":
            self.keys[action.id]()
        elif self.is_active:  # help goes by the key that opened it; the others are for the screen below
            self._back()
            if action.name != "help":
                self.app.post_message(Key(event.key, event.character))

    @property
    def _page(self) -> int:
        return max(1, self.list.size.height - 1)

    def _scroll(self, lines: int) -> None:
        self.list.scroll_relative(y=lines, animate=False, force=True)

    def _show_title(self) -> None:
        seen, lines = self.list.scroll_offset.y + self.list.size.height, len(self.list.rows)
        told = say(self.lang, "of", n=min(seen, lines), m=lines) if lines > self.list.size.height else ""
        self.title_bar.show(
            Column(f" {self.page_title}", 0, palette.KEY),
            Column(f"{told} ", cell_width(told) + 1, palette.BAR),
        )

    def _back(self) -> None:
        self.dismiss()
