"""The terminal program: opens a screen and shows what concerns the whole of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.screen import Screen

from coder.codebook.schema import Codebook
from coder.text.display import Display
from coder.tui.actions import of_scope
from coder.tui.keys import shown
from coder.tui.screens.help import HelpScreen
from coder.tui.screens.work import WorkScreen
from coder.tui.terminal import Terminal

HEADLESS = Terminal("no terminal")


class CoderApp(App[None]):
    """One screen for one job: coding, review or the self-test.

    codebook: None where there is no project. terminal: how it is written to. driver: the class that does
    so, where Textual is not to choose.
    """

    TITLE = "coder"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "show_help", show=False),
        Binding("ctrl+q", "quit", show=False, priority=True),
    ]
    CSS = "Screen { background: $background; }"

    def __init__(
        self,
        first: Callable[[], Screen[Any]],
        codebook: Codebook | None,
        lang: str,
        scopes: tuple[str, ...],
        *,
        terminal: Terminal = HEADLESS,
        tashkeel: bool = True,
        driver: type[Driver] | None = None,
    ) -> None:
        super().__init__(driver_class=driver)
        self.terminal = terminal
        self.view = Display(terminal.mode, tashkeel)
        self.first = first
        self.codebook = codebook
        self.lang = lang
        self.help_scopes = scopes

    def on_mount(self) -> None:
        """Straight to work, with a word on the terminal if it needs the user's help."""
        screen = self.first()
        self.push_screen(screen)
        if self.terminal.advice and isinstance(screen, WorkScreen):
            self.call_after_refresh(screen.say, f"advice_{self.terminal.advice}")

    def action_show_help(self) -> None:
        """All keys of this screen."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.help_scopes, self.codebook, self.lang))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette offers what the keys do, from the same table."""
        run = getattr(screen, "run_action_by_id", None)
        for action in of_scope(*self.help_scopes):
            title = f"{action.label(self.lang)} ({shown(action.keys[0])})"
            if action.scope == "any":
                if action.name == "help":
                    yield SystemCommand(title, action.help(self.lang), self.action_show_help)
            elif run is not None:
                yield SystemCommand(title, action.help(self.lang), lambda a=action: run(a))
