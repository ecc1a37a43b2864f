"""The self-test: a line of Arabic in each way of sending it; the user says which one reads right."""

from __future__ import annotations

from dataclasses import dataclass, replace

from textual.app import ComposeResult
from textual.containers import Container
from textual.events import Key

from coder.service.project.config import Setting, save_user_view, user_view
from coder.text.display import Display, Mode
from coder.text.layout import Layout
from coder.text.segment import Reading
from coder.tui import palette
from coder.tui.keys import action_for, pressed
from coder.tui.palette import Role
from coder.tui.screens.screen_pages import BaseScreen, footer_columns, help_page
from coder.tui.sentences import listed, say
from coder.tui.terminal import Terminal
from coder.tui.widgets.rows import Bar, Column

SENTENCE = "هَدَّدَ حلفُ (NATO) 24 مرةً بالردِّ الآن"
"""A line with joined letters, vowel signs, a lam-alef, a Latin name in brackets and a number."""
_SCOPES = ("doctor", "any")


@dataclass(frozen=True, slots=True)
class Way:
    """A way of sending text. setting: what to save if it reads right. is_switched: reordering is off."""

    setting: Setting
    mode: Mode
    is_switched: bool = False


def ways(terminal: Terminal) -> tuple[Way, ...]:
    """Return the ways for a terminal; one that is sure to equal the automatic way is saved as "auto"."""
    fixed = (Way("plain", "plain"), Way("lrm", "lrm"))
    if terminal.off:
        return (Way("auto", terminal.mode, is_switched=True), *fixed)
    if terminal.advice not in ("", "marks"):
        return fixed
    return tuple(replace(way, setting="auto") if way.mode == terminal.mode else way for way in fixed)


def pattern(sentence: str) -> str:
    """Return the correctly displayed sentence with each word's cells replaced by the word's number."""
    numbers = {at: str(n) for n, extent in enumerate(Reading(sentence).words, 1) for at in range(*extent)}
    return "".join(numbers.get(cell.start, cell.glyph) for cell in Layout(sentence, 200).line(0).cells)


class DoctorScreen(BaseScreen[None]):
    """A screen that shows the ways in this terminal; a digit saves one in the user's configuration.

    reads_right: the user's last answer, or None if there was none.
    """

    CSS = "DoctorScreen .way { height: 4; } DoctorScreen #ways { height: 1fr; }"

    def __init__(self, lang: str, *, tashkeel: bool) -> None:
        super().__init__()
        self.lang, self.tashkeel = lang, tashkeel
        self.reads_right: bool | None = None
        self.keys = {f.__name__: f for f in (self.take, self.none, self.turn, self.marks, self.leave)}

    def compose(self) -> ComposeResult:
        """Yield a card per way: its name, the line, and the word numbers below it."""
        self.terminal: Terminal = self.app.terminal  # type: ignore[attr-defined]  # CoderApp's
        self.ways = ways(self.terminal)
        self.is_switched = bool(self.terminal.off)
        yield self._bar("header", palette.BAR)
        yield self._bar("ask")
        yield self._bar("words")
        with Container(id="ways"):
            for n in range(1, len(self.ways) + 1):
                with Container(id=f"way{n}", classes="way"):
                    yield self._bar(f"name{n}")
                    yield Bar(rtl=True, style=palette.TITLE, id=f"line{n}")
                    yield Bar(rtl=False, style=palette.TEXT, id=f"pattern{n}")
            yield self._bar("other")
        yield self._bar("message")
        yield self._bar("footer", palette.BAR)

    def _bar(self, id: str, style: Role = palette.TEXT) -> Bar:
        return Bar(rtl=self.lang == "ar", style=style, id=id)

    def on_mount(self) -> None:
        self.bars = {bar.id: bar for bar in self.query(Bar)}
        title = listed("coder doctor", say(self.lang, "doctor_title"), self.terminal.name)
        self._show("header", title, palette.KEY)
        words = [SENTENCE[start:end] for start, end in Reading(SENTENCE).words]
        self._show("ask", say(self.lang, "doctor_ask"), palette.TITLE)
        self._show("words", say(self.lang, "doctor_words", first=words[0], last=words[-1], n=len(words)))
        below = pattern(SENTENCE)
        for n, way in enumerate(self.ways, start=1):
            label = "auto" if way.is_switched else way.mode
            self._show(f"name{n}", f"[{n}] {say(self.lang, f'way_{label}')}", palette.KEY)
            self.bars[f"pattern{n}"].show(Column(""), Column(below, len(below), palette.DIM))
        if self.terminal.advice:
            self._show("message", say(self.lang, f"advice_{self.terminal.advice}"), palette.GOOD)
        self._show_ways()

    def fit(self, width: int) -> None:
        self.query_one("#footer", Bar).show(*footer_columns(_SCOPES, self.lang, width))

    def _show_ways(self) -> None:
        """Show the ways for the terminal's current reordering; a key toggles it and shows the rest."""
        # The screen's own text must be readable while the terminal reorders too, where marks take no cell.
        view = Display("lrm") if self.terminal.by_row and not self.is_switched else None
        for bar in self.bars.values():
            bar.view = view
            bar.refresh()
        for n, way in enumerate(self.ways, start=1):
            line = self.bars[f"line{n}"]
            line.view = Display(way.mode, self.tashkeel)
            line.show(Column(SENTENCE))
            self.query_one(f"#way{n}").display = way.is_switched == self.is_switched
        self._show("other", say(self.lang, "doctor_other") if self.terminal.off else "", palette.DIM)

    def _show(self, bar: str, text: str, style: Role = palette.TEXT) -> None:
        self.bars[bar].show(Column(text, 0, style))

    def take_key(self, event: Key) -> None:
        key = pressed(event.key, event.character)
        action = action_for(key, _SCOPES)
        if action is None or action.id == "any.quit":
            return
        event.stop().prevent_default()
        self.digit = int(key) if key.isdecimal() else 0
        if action.name == "help":
            self.app.push_screen(help_page(_SCOPES, None, self.lang))
        elif action.scope == "doctor":
            self.keys[action.name]()

    def take(self) -> None:
        """Save the way of the pressed digit, which must be on the screen: its line reads right."""
        if self.digit > len(self.ways) or self.ways[self.digit - 1].is_switched != self.is_switched:
            self.app.bell()
            return
        setting = self.ways[self.digit - 1].setting
        path = save_user_view(replace(user_view(), mode=setting, tashkeel=self.tashkeel))
        self.reads_right = True
        self._show("message", say(self.lang, "doctor_kept", mode=setting, path=path), palette.GOOD)

    def none(self) -> None:
        """No line reads right: show what helps."""
        self.reads_right = False
        advice = self.terminal.advice
        what = "doctor_none" if advice in ("", "untested") else f"advice_{advice}"
        self._show("message", say(self.lang, what), palette.WRONG)

    def turn(self) -> None:
        """Toggle the terminal's own reordering."""
        if self.terminal.off:
            self.is_switched = not self.is_switched
            let_reorder = getattr(self.app._driver, "let_reorder", None)  # only our own driver can
            if let_reorder is not None:
                let_reorder(not self.is_switched)
            self._show_ways()

    def marks(self) -> None:
        """Toggle the vowel signs."""
        self.tashkeel = not self.tashkeel
        self._show_ways()

    def leave(self) -> None:
        """Quit."""
        self.app.exit()
