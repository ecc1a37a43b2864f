"""The Textual application: opens a screen and handles what concerns the whole program."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from rich.console import RenderableType
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.screen import Screen
from textual.worker import Worker

from coder.errors import CoderError
from coder.service.project.config import COLOUR_THEMES, first_time
from coder.service.project.drafts import Drafts, Place
from coder.text.display import Display
from coder.tui import palette
from coder.tui.input_order import InputInOrder
from coder.tui.keys import QUIT
from coder.tui.screens.speaking_screen import SpeakingScreen
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.sentences import quoted
from coder.tui.terminal import Terminal

HEADLESS = Terminal("")
_DRAFTS_KEPT = 1.0
"""Seconds after which texts that are not saved are stored again."""


class CoderApp(InputInOrder):
    """Runs one job (coding, review, self-test); driver: None lets Textual choose its
    own.
    """

    TITLE = "coder"
    # its screen is opened at once; an empty one below it would be drawn as well
    DEFAULT_MODE = "work"
    ENABLE_COMMAND_PALETTE = False
    # No priority, so that keys typed before Ctrl+Q are processed first.
    BINDINGS: ClassVar[list[BindingType]] = [Binding(QUIT, "quit", show=False)]

    def __init__(
        self,
        first: Callable[[], Screen[Any]],
        *,
        terminal: Terminal = HEADLESS,
        tashkeel: bool = True,
        theme: str = "auto",
        driver: type[Driver] | None = None,
        drafts: dict[Place, str] | None = None,
        kept: Drafts | None = None,
    ) -> None:
        """drafts: texts typed and not saved before; kept: stores those of now."""
        # With ansi_color, Textual leaves the colours that the widgets draw unchanged.
        super().__init__(driver_class=driver, ansi_color=True)
        self.terminal = terminal
        self.view = Display(terminal.mode, tashkeel)
        self.colour_theme = theme
        self.colours = self._themed(theme)
        self.add_mode(self.DEFAULT_MODE, first)
        self.drafts = (
            {} if drafts is None else drafts
        )  # texts typed and not saved, by their place
        self.kept = kept
        self._is_told = False
        self._keeping: Worker[None] | None = None
        self.is_left = False  # in any way but a crash
        self.removed: dict[
            Place, str
        ] = {}  # comments that were taken away, by their place
        self.is_open = False

    def exit(
        self,
        result: None = None,
        return_code: int = 0,
        message: RenderableType | None = None,
    ) -> None:
        """Exit; if the terminal closes or the program is told to end, what is being
        typed becomes a draft.
        """
        self.is_left = True
        if return_code:
            for screen in self.screen_stack:
                if isinstance(screen, SpeakingScreen):
                    screen.chooser.close()
        super().exit(result, return_code, message)

    def use_theme(self, name: str) -> None:
        """Switch to another theme and redraw everything."""
        self.colour_theme = name
        self.colours = self._themed(name)
        for screen in self.screen_stack:
            screen.refresh()
            screen.query("*").refresh()

    def action_help_quit(self) -> None:
        """Handle Ctrl+C with nothing to copy; Textual's own message on how to quit is
        in English only.
        """
        if isinstance(self.screen, SpeakingScreen):
            self.screen.say("how_to_quit")
        else:
            self.bell()

    def tell_refused(self) -> None:
        """Tell the person, on the uppermost screen with a line for messages, that input
        was refused.
        """
        for screen in reversed(self.screen_stack):
            if isinstance(screen, SpeakingScreen):
                screen.say("input_refused")
                return

    def _themed(self, name: str) -> palette.Theme:
        if name == "auto":
            name = COLOUR_THEMES[1 if self.terminal.light else 0]
        return palette.theme(name, 0 if palette.without_colour() else self.colour_depth)

    @property
    def colour_depth(self) -> int:
        """How many colours the terminal has."""
        return {"standard": 16, "windows": 16, "256": 256}.get(
            self.console.color_system or "", 1 << 24
        )

    def on_resize(self) -> None:
        """Redraw for a new size at once; Textual would wait 8 ms because its own
        widgets lay out slowly.
        """
        self.call_next(self._check_resize)

    def on_mount(self) -> None:
        self.call_after_refresh(self._begin_work)
        if self.kept is not None:
            self.set_interval(_DRAFTS_KEPT, partial(self._keep_drafts, self.kept))

    def _keep_drafts(self, kept: Drafts) -> None:
        """Store what is not saved, also what is being typed, if it changed: the program
        may be killed.
        """
        texts = dict(self.drafts)
        for screen in self.screen_stack:
            texts |= screen.typed_text if isinstance(screen, SpeakingScreen) else {}
        if texts != kept.texts and (self._keeping is None or self._keeping.is_finished):
            self._keeping = self.run_worker(
                partial(self._store_drafts, kept, texts), thread=True
            )

    def _store_drafts(self, kept: Drafts, texts: dict[Place, str]) -> None:
        """Store texts in a thread, as the database may be slow and keys wait for none."""
        try:
            kept.store(texts)
            self._is_told = False
        except CoderError as error:  # said once, and tried again
            if not self._is_told and isinstance(self.screen, SpeakingScreen):
                self.call_from_thread(self.screen.complain, error)
            self._is_told = True

    def _begin_work(self) -> None:
        """Read keys, as the first screen is drawn; hint at what the user should set up
        in the terminal.
        """
        self.is_open = True
        # Everything loaded so far lives until the end. Textual leaves reference cycles
        # behind with each key: small, frequent collections keep memory low without a
        # noticeable pause during a keystroke.
        gc.freeze()
        gc.set_threshold(2_000, 5, 5)
        gc.enable()
        if isinstance(self.screen, WorkScreen):
            if self.drafts:
                self.screen.say("drafts_waiting", texts=quoted([*self.drafts.values()]))
            for advice in filter(None, (self.terminal.advice, self.screen.TOUR)):
                self._advise(self.screen, f"advice_{advice}")

    def _advise(self, screen: WorkScreen, advice: str) -> None:
        """Show the advice once per user, never over another message; `coder doctor`
        repeats it.
        """
        if not screen.bars["message"].row and first_time(advice):
            screen.say(advice)
