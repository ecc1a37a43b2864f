"""The self-test: a line of Arabic in each way of sending it; the user says which one
reads right.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace
from textual.app import ComposeResult
from textual.containers import Container
from textual.events import Key

from coder.service.project.config import Setting, save_user_view, user_view
from coder.text.display import Display, Mode
from coder.text.layout import Layout
from coder.text.segment import Reading
from coder.tui import palette
from coder.tui.keys import pressed
from coder.tui.palette import Role
from coder.tui.screens.asking_page import AskingPage
from coder.tui.sentences import listed, say
from coder.tui.terminal import Terminal
from coder.tui.widgets.bars import Bar, Line
from coder.tui.widgets.rows import Column

SENTENCE = "هَدَّدَ حلفُ (NATO) 24 مرةً بالردِّ الآن"
"""A line with joined letters, vowel signs, a lam-alef, a Latin name in brackets and a
number.
"""


class Way(Struct, frozen=True):
    """A way of sending text. setting: what to save if it reads right. is_switched:
    reordering is off.
    """

    setting: Setting
    mode: Mode
    is_switched: bool = False


def ways(terminal: Terminal) -> tuple[Way, ...]:
    """Return the ways for a terminal; one that is sure to equal the automatic way is
    saved as "auto".
    """
    fixed = (Way("plain", "plain"), Way("lrm", "lrm"))
    if terminal.off:
        return (Way("auto", terminal.mode, is_switched=True), *fixed)
    if terminal.advice not in ("", "marks"):
        return fixed
    return tuple(
        replace(way, setting="auto") if way.mode == terminal.mode else way
        for way in fixed
    )


def pattern(sentence: str) -> str:
    """Return the correctly displayed sentence with each word's cells replaced by the
    word's number.
    """
    numbers = {
        at: str(n)
        for n, extent in enumerate(Reading(sentence).words, 1)
        for at in range(*extent)
    }
    return "".join(
        numbers.get(cell.start, cell.glyph)
        for cell in Layout(sentence, 200).line(0).cells
    )


class DoctorScreen(AskingPage[None]):
    """A screen that shows the ways in this terminal; a digit saves one in the user's
    configuration.

    reads_right: the user's last answer, or None if there was none.
    """

    CSS = "DoctorScreen .way { height: 4; } DoctorScreen .sample { margin: 0 1; }"
    SCOPE = "doctor"
    BOXED = False

    def __init__(self, lang: str, *, tashkeel: bool) -> None:
        super().__init__(lang)
        self.tashkeel = tashkeel
        self.reads_right: bool | None = None
        self.keys = {
            "doctor.none": self._none,
            "doctor.turn": self._turn,
            "doctor.marks": self._marks,
            "doctor.leave": lambda: self.app.exit(return_code=0),
        }

    def compose(self) -> ComposeResult:
        """Yield a card per way: its name, the line, and the word numbers below it."""
        self.terminal: Terminal = self.app.terminal  # type: ignore[attr-defined]  # CoderApp's
        self.ways = ways(self.terminal)
        self.is_switched = bool(self.terminal.off)
        yield self.bars["title"]
        yield self._line("ask")
        yield self._line("words")
        for n in range(1, len(self.ways) + 1):
            with Container(id=f"way{n}", classes="way"):
                yield self._line(f"name{n}")
                yield self._bar(f"line{n}", rtl=True, style=palette.TITLE)
                yield self._bar(f"pattern{n}", rtl=False, style=palette.TEXT)
        yield self._line("other")
        yield self.list
        yield self.bars["message"]
        yield self.bars["footer"]

    def _line(self, name: str) -> Bar:
        self.bars[name] = Line(id=name)
        return self.bars[name]

    def _bar(self, name: str, *, rtl: bool, style: Role) -> Bar:
        bar = self.bars[name] = Bar(style=style, id=name)
        bar.own_rtl, bar.margin = (
            rtl,
            0,
        )  # the words and their numbers stand above each other
        bar.add_class("sample")
        return bar

    def on_mount(self) -> None:
        self.show_title(
            listed("coder doctor", say(self.lang, "doctor_title"), self.terminal.name)
        )
        self._show("ask", say(self.lang, "doctor_ask"), palette.TITLE)
        words = [SENTENCE[start:end] for start, end in Reading(SENTENCE).words]
        self._show(
            "words",
            say(
                self.lang, "doctor_words", first=words[0], last=words[-1], n=len(words)
            ),
        )
        below = pattern(SENTENCE)
        for n, way in enumerate(self.ways, start=1):
            label = "auto" if way.is_switched else way.mode
            self._show(
                f"name{n}", f"[{n}] {say(self.lang, f'way_{label}')}", palette.KEY
            )
            self.bars[f"pattern{n}"].show(
                Column(""), Column(below, len(below), palette.DIM)
            )
        if self.terminal.advice:
            self.say(f"advice_{self.terminal.advice}")

    def show(self) -> None:
        """Show the ways for the terminal's current reordering; a key toggles it and
        shows the rest.
        """
        # The screen's own text must be readable while the terminal reorders too, where
        # marks take no cell.
        mode: Mode = (
            "lrm"
            if self.terminal.by_row and not self.is_switched
            else self.terminal.mode
        )
        self.app.view = replace(self.app.view, mode=mode)  # type: ignore[attr-defined]  # CoderApp's
        for n, way in enumerate(self.ways, start=1):
            line = self.bars[f"line{n}"]
            line.view = Display(way.mode, self.tashkeel)
            line.show(Column(SENTENCE))
            self.query_one(f"#way{n}").display = way.is_switched == self.is_switched
        self._show(
            "other",
            say(self.lang, "doctor_other") if self.terminal.off else "",
            palette.DIM,
        )
        for bar in self.bars.values():
            bar.refresh()

    def _show(self, bar: str, text: str, style: Role = palette.TEXT) -> None:
        self.bars[bar].show(Column(text, 0, style))

    def visible_state(self) -> tuple[object, ...]:
        return (
            *super().visible_state(),
            self.is_switched,
            self.tashkeel,
            self.app.return_code,
        )

    def typed(self, event: Key) -> None:
        """Save the way of the pressed digit, which must be on the screen: its line
        reads right.
        """
        digit = pressed(event.key, event.character)
        shown = {
            str(n): w
            for n, w in enumerate(self.ways, 1)
            if w.is_switched == self.is_switched
        }
        if digit not in shown:
            self.app.bell()
            return
        setting = shown[digit].setting
        path = save_user_view(
            replace(user_view(), mode=setting, tashkeel=self.tashkeel)
        )
        self.reads_right = True
        self.say("doctor_kept", mode=setting, path=path)

    def _none(self) -> None:
        """No line reads right: show what helps."""
        self.reads_right = False
        advice = self.terminal.advice
        self.warn("doctor_none" if advice in ("", "untested") else f"advice_{advice}")

    def _turn(self) -> None:
        """Toggle the terminal's own reordering."""
        if self.terminal.off:
            self.is_switched = not self.is_switched
            let_reorder = getattr(
                self.app._driver, "let_reorder", None
            )  # only our own driver can
            if let_reorder is not None:
                let_reorder(not self.is_switched)
            self.show()

    def _marks(self) -> None:
        """Toggle the vowel signs."""
        self.tashkeel = not self.tashkeel
        self.show()
