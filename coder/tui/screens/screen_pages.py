"""What all screens share: keys and sizes in order, the footer, and pages to read or to answer."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from textual.app import ComposeResult
from textual.events import Key, Resize
from textual.screen import ModalScreen, Screen, ScreenResultType

from coder.codebook.schema import Codebook
from coder.codebook.validate import Problem
from coder.messages import catalogue
from coder.service.coding.session import CodingSession
from coder.text.display import cell_width, isolate
from coder.text.layout import Layout
from coder.tui import palette
from coder.tui.keys import Keys, action_for, arabic_of, both_ways, of_scope, pressed, shown
from coder.tui.sentences import listed, say
from coder.tui.widgets.record_lines import type_in_words
from coder.tui.widgets.rows import Bar, Column, Row, RowList


class BaseScreen(Screen[ScreenResultType]):
    """A screen driven by keys; they come to `take_key`, new widths to `fit`."""

    def on_key(self, event: Key) -> None:
        """Take a key, or hand it on to the screen that is now on top.

        Textual sends all keys of one read to the screen that was there before the first opened or closed one.
        """
        if self.is_active:
            self.take_key(event)
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

    @abstractmethod
    def take_key(self, event: Key) -> None:
        """One key, one action."""

    def fit(self, width: int) -> None:
        """Arrange what depends on the width of the terminal."""


def footer_columns(scopes: Sequence[str], lang: str, width: int) -> tuple[Column, ...]:
    """The footer actions of the active scopes, as many as fit in `width` cells."""
    columns: list[Column] = []
    for action in (action for scope in scopes for action in of_scope(scope) if action.footer):
        # Blanks inside an isolate would go to its left, the key's side in a line from the right.
        key, label = f" {isolate(shown(action.keys[0]))} ", f"{action.label(lang)} "
        cells = cell_width(key), cell_width(label)
        width -= sum(cells)
        if width < 0:
            break
        columns += [Column(key, cells[0], palette.KEY), Column(label, cells[1], palette.BAR)]
    return tuple(columns)


MARGIN = 3
_STEPS = {"down": 1, "up": -1, "pagedown": 15, "pageup": -15, "home": -9999, "end": 9999}


def _wrapped(text: str, width: int, base: int | None) -> list[str]:
    """The lines of a text; base: 1 where all of it is read from the right."""
    layout = Layout(text, max(10, width), base=base)
    lines = map(layout.line, range(layout.count))
    return [text[line.start : line.end].strip() for line in lines]


def paragraph_rows(paragraphs: Iterable[tuple[str, str]], width: int, rtl: bool) -> list[Row]:
    """Headings and texts, wrapped at `width` cells; a text that is empty is left out with its heading."""
    rows: list[Row] = []
    for heading, text in paragraphs:
        if text.strip():
            rows += [(Column(f" {heading}", 0, palette.KEY),)] if heading else []
            for words in _wrapped(text, width - 2, 1 if rtl else None):
                rows.append((Column(" " + (words if rtl else isolate(words)), 0, palette.TEXT),))
    return rows


def help_rows(scopes: tuple[str, ...], codebook: Codebook | None, lang: str) -> list[Row]:
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
            rows.append((Column(f" {names}", 22, palette.TITLE), Column(words)))
    return rows


def help_page(scopes: tuple[str, ...], codebook: Codebook | None, lang: str) -> PageScreen:
    """The keys of a screen."""
    return PageScreen(say(lang, "help_title"), help_rows(scopes, codebook, lang), lang)


def _both(key: str) -> str:
    arabic = arabic_of(key)
    return f"{isolate(shown(key))} {isolate(arabic)}" if arabic and key.isalpha() else isolate(shown(key))


class PageScreen(BaseScreen[None], ModalScreen[None]):
    """A title and rows that scroll; Esc, Enter, ?, = or q goes back."""

    CSS = "PageScreen RowList { width: 100%; height: 1fr; }"
    SCOPED_CSS = False

    def __init__(self, title: str, rows: Sequence[Row], lang: str) -> None:
        super().__init__()
        self.page_title = title
        self.rows = rows
        self.rtl = lang == "ar"

    def compose(self) -> ComposeResult:
        yield Bar(rtl=self.rtl, id="title")
        yield RowList(rtl=self.rtl, id="page")

    def on_mount(self) -> None:
        self.query_one(Bar).show(Column(" " + self.page_title, 0, palette.KEY))
        page = self.query_one(RowList)
        page.load(self.rows, 0)
        page.focus()

    def take_key(self, event: Key) -> None:
        event.stop().prevent_default()
        if event.key in _STEPS:
            self.query_one(RowList).scroll_relative(y=_STEPS[event.key], animate=False, force=True)
        elif pressed(event.key, event.character) in ("escape", "q", "f1", "?", "enter", "="):
            self.dismiss()


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing before submitting, in words, and where it is: a problem, or None for undecided candidates."""

    text: str
    problem: Problem | None

    @property
    def is_error(self) -> bool:
        """Whether the article cannot be submitted with it."""
        return self.problem is not None and self.problem.severity == "error"


def missing(session: CodingSession, problems: Sequence[Problem], lang: str) -> list[Missing]:
    """Errors, then warnings, each with the event it is about, then how many candidates are undecided."""
    found = []
    for problem in sorted(problems, key=lambda p: p.severity != "error"):
        event = session.coding.event(problem.event_id or "")
        where = say(lang, "article")
        if event is not None:
            name = type_in_words(event, session.codebook, lang).strip("…")
            where = say(lang, "event_named", n=event.id.removeprefix("e"), name=name).strip()
        found.append(Missing(listed(say(lang, problem.severity), where, problem.message.of(lang)), problem))
    if left := len(session.undecided()):
        found.append(Missing(say(lang, "candidates_left", n=left), None))
    return found


class MissingScreen(BaseScreen["Missing | bool"], ModalScreen["Missing | bool"]):
    """Answers with the thing to go to, True to submit, or False to leave it; gold: that is to be closed."""

    CSS = "MissingScreen RowList { width: 100%; height: 1fr; }"
    SCOPED_CSS = False

    def __init__(self, found: Sequence[Missing], lang: str, *, gold: bool = False) -> None:
        super().__init__()
        self.found, self.gold = found, gold
        self.errors = sum(each.is_error for each in found)
        self.lang = lang
        self.at = 0
        self._first_rows: list[int] = []
        self.keys: Keys = {
            **both_ways("missing.down", "missing.up", self._move),
            "missing.go": self._go,
            "missing.submit": self._submit,
            "missing.back": partial(self._answer, False),
        }

    def compose(self) -> ComposeResult:
        rtl = self.lang == "ar"
        yield Bar(rtl=rtl, id="title")
        yield RowList(rtl=rtl, id="page")
        yield Bar(rtl=rtl, style=palette.TEXT, id="message")
        yield Bar(rtl=rtl, id="footer")

    def on_mount(self) -> None:
        """The lines that stay; the list is filled when its width is known."""
        warnings = sum(each.problem is not None for each in self.found) - self.errors
        before = "before_closing" if self.gold else "before_submitting"
        title = say(self.lang, before, errors=self.errors, warnings=warnings)
        self.query_one("#title", Bar).show(Column(f" {title}", 0, palette.KEY))
        ready = "ready_to_close" if self.gold else "ready_but" if self.found else "ready"
        word = "errors_first" if self.errors else ready
        style = palette.WRONG if self.errors else palette.GOOD
        self.query_one("#message", Bar).show(Column(f" {say(self.lang, word)}", 0, style))
        self.query_one(RowList).focus()

    def fit(self, width: int) -> None:
        self._load(width)
        self.query_one("#footer", Bar).show(*footer_columns(("missing",), self.lang, width))

    def take_key(self, event: Key) -> None:
        event.stop().prevent_default()
        action = action_for(pressed(event.key, event.character), ("missing",))
        if action is not None:
            self.keys[action.id]()

    def on_row_list_picked(self, message: RowList.Picked) -> None:
        self.at = sum(first <= message.index for first in self._first_rows) - 1
        self._go()

    def _go(self) -> None:
        if self.found:
            self._answer(self.found[self.at])

    def _submit(self) -> None:
        if self.errors:
            self.app.bell()
        else:
            self._answer(True)

    def _answer(self, answer: Missing | bool) -> None:
        """Once: a second key may have come together with the first."""
        if self.is_active:
            self.dismiss(answer)

    def _move(self, step: int) -> None:
        self.at = max(0, min(len(self.found) - 1, self.at + step))
        self._load(self.size.width)

    def _load(self, width: int) -> None:
        """Everything wrapped to the width; the lines of the thing under the cursor are marked."""
        rows: list[Row] = []
        self._first_rows = []
        for index, each in enumerate(self.found):
            self._first_rows.append(len(rows))
            style = palette.WRONG if each.is_error else palette.TEXT
            sign = "›" if index == self.at else ""  # it is mirrored where one reads from the right
            for text in _wrapped(each.text, width - 2 * MARGIN, 1 if self.lang == "ar" else None):
                rows.append((Column(f" {sign}", MARGIN, palette.KEY), Column(text, 0, style)))
                sign = ""
        page = self.query_one(RowList)
        if self.found:
            end = [*self._first_rows[1:], len(rows)][self.at] - 1
            page.load(rows, end)  # its last line in view, then its first
            page.load(rows, self._first_rows[self.at])
