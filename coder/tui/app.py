"""The terminal program: opens a screen and shows what concerns the whole of it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.screen import Screen

from coder.service.project.config import COLOUR_THEMES, first_time
from coder.text.display import Display
from coder.tui import palette
from coder.tui.keys import QUIT
from coder.tui.screens.speaking_screen import SpeakingScreen
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.terminal import Terminal

HEADLESS = Terminal("no terminal")


class CoderApp(App[None]):
    """One screen for one job: coding, review or the self-test; driver: where Textual is not to choose it."""

    TITLE = "coder"
    ENABLE_COMMAND_PALETTE = False
    # Without priority: the screens leave when those keys are done that came before it.
    BINDINGS: ClassVar[list[BindingType]] = [Binding(QUIT, "quit", show=False)]

    def __init__(
        self,
        first: Callable[[], Screen[Any]],
        *,
        terminal: Terminal = HEADLESS,
        tashkeel: bool = True,
        theme: str = "auto",
        driver: type[Driver] | None = None,
    ) -> None:
        # What is drawn has colours of its own, which Textual leaves as they are then.
        super().__init__(driver_class=driver, ansi_color=True)
        self.terminal = terminal
        self.view = Display(terminal.mode, tashkeel)
        self.colours = self._themed(theme)
        self.first = first
        self.is_open = False

    def use_theme(self, name: str) -> None:
        """Draw everything in another theme from now on."""
        self.colours = self._themed(name)
        for screen in self.screen_stack:
            for widget in screen.query("*"):
                widget.refresh()

    def action_help_quit(self) -> None:
        """Ctrl+C where there is nothing to copy: Textual would say how to quit, in English."""
        if isinstance(self.screen, SpeakingScreen):
            self.screen.say("how_to_quit")
        else:
            self.bell()

    def _themed(self, name: str) -> palette.Theme:
        if name == "auto":
            name = COLOUR_THEMES[1 if self.terminal.light else 0]
        depth = {"standard": 16, "windows": 16}.get(self.console.color_system or "", 1 << 24)
        return palette.theme(name, 0 if palette.without_colour() else depth)

    def on_resize(self) -> None:
        """Draw for a new size at once: Textual waits for 8 ms, as its own widgets are slow to lay out."""
        self.call_next(self._check_resize)

    async def on_mount(self) -> None:
        """Straight to work, with a word on the terminal if it needs the user's help."""
        screen = self.first()
        await self.push_screen(screen)
        self.is_open = True
        # What stands by now stays. What keys leave is circular in Textual: taken away a little at a time, no
        # collection in the middle of a keystroke is felt, and little is kept.
        gc.freeze()
        gc.set_threshold(5_000, 20, 100)
        gc.enable()
        if self.terminal.advice and isinstance(screen, WorkScreen):
            self.call_after_refresh(self._advise, screen, f"advice_{self.terminal.advice}")

    def _advise(self, screen: WorkScreen, advice: str) -> None:
        """Once to each user, and never over another message; `coder doctor` says it again."""
        if not screen.bars["message"].row and first_time(advice):
            screen.say(advice)
