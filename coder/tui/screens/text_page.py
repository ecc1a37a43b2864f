"""Read-only pages of text that scroll."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.events import Key

from coder.text.display import isolate
from coder.tui import palette
from coder.tui.keys import Keys, action_for, pressed, step_keys
from coder.tui.screens.boxed_page import BoxedPage
from coder.tui.screens.screen_pages import footer_columns
from coder.tui.widgets.bars import Bar
from coder.tui.widgets.frame import Title
from coder.tui.widgets.row_list import RowList
from coder.tui.widgets.rows import Column, Pressed, Row, wrapped

MARGIN = 3  # cells before a text


def paragraph_rows(
    paragraphs: Iterable[tuple[str, str]], rtl: bool, width: int
) -> list[Row]:
    """Return headings and texts wrapped at `width` cells; an empty text is left out
    with its heading.

    A heading that is only a sign stands in front of its text.
    """
    rows: list[Row] = []
    for heading, text in paragraphs:
        if text.strip():
            is_sign = not any(map(str.isalnum, heading))
            rows += [] if is_sign else [(Column(f" {heading}", 0, palette.TITLE),)]
            for words in wrapped(
                f"{heading} {text}".lstrip() if is_sign else text,
                width - 2,
                1 if rtl else None,
            ):
                rows.append(
                    (Column(" " + (words if rtl else isolate(words)), 0, palette.TEXT),)
                )
    return rows


def set_apart(rows: Iterable[Row]) -> list[Row]:
    """Return rows with a blank one above each heading but the first."""
    spaced: list[Row] = []
    for row in rows:
        if spaced and row[0].style == palette.TITLE:
            spaced.append(())
        spaced.append(row)
    return spaced


def text_page(
    title: str, paragraphs: Sequence[tuple[str, str]], lang: str
) -> PageScreen:
    """Return a page of headings and texts."""
    return PageScreen(
        title,
        lambda width: set_apart(paragraph_rows(paragraphs, lang == "ar", width)),
        lang,
    )


class PageScreen(BoxedPage[None]):
    """A title above rows that scroll.

    rows: returns the rows for a width in cells.
    """

    SCOPE: ClassVar = "page"
    """The scope of its keys."""
    BELOW = ("footer",)
    lines: Sequence[Bar] = ()
    """What stands between the title and the rows."""

    def __init__(
        self, title: str, rows: Callable[[int], Sequence[Row]], lang: str
    ) -> None:
        super().__init__()
        self.page_title = title
        self.rows = rows
        self.lang = lang
        self.title_bar = Title(id="title")
        self.footer = Bar(id="footer")
        self.list = RowList(id="page")
        self.list.can_focus = False  # it has no cursor
        page = self.SCOPE
        self.keys: Keys = {
            **step_keys(f"{page}.down", f"{page}.up", self._scroll),
            **step_keys(
                f"{page}.page_down",
                f"{page}.page_up",
                lambda way: self._scroll(way * self._page),
            ),
            **step_keys(
                f"{page}.last",
                f"{page}.first",
                lambda way: self._scroll(way * len(self.list.rows)),
            ),
            f"{page}.back": self._back,
        }

    def compose(self) -> ComposeResult:
        yield self.box(self.title_bar, *self.lines, rows=self.list)
        yield self.footer

    def fit(self, width: int) -> None:
        super().fit(width)
        self.list.load(
            self.rows(self.inner_width - 1), self.list.scroll_offset.y
        )  # beside the scroll bar
        self.footer.show(*footer_columns((self.SCOPE,), self.lang, width))
        self.title_bar.show(Column(f" {self.page_title}", 0, palette.FOCUSED))

    def take_key(self, event: Key) -> None:
        event.stop().prevent_default()
        action = action_for(pressed(event.key, event.character), (self.SCOPE, "any"))
        if action is None:
            self.typed(event)
        elif action.scope == self.SCOPE:
            self.keys[action.id]()
        else:  # the help key closes help; other global keys are for the screen below
            self._back()
            if action.name != "help":
                self.input_order.press_next(Key(event.key, event.character))

    def typed(self, event: Key) -> None:
        """Handle a key that is not an action."""

    @property
    def _page(self) -> int:
        return max(1, self.list.size.height - 1)

    def _scroll(self, lines: int) -> None:
        self.list.scroll_relative(y=lines, animate=False, force=True)

    def on_pressed(self, message: Pressed) -> None:
        """Go back before a key of the screen below is pressed, which the base handler
        does.

        Without rows the key in the list is one of the page itself.
        """
        if message.source is self.list and self.list.rows:
            self._back()

    def _back(self) -> None:
        self.dismiss()
