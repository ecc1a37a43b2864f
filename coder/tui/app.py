"""The terminal program: opens a screen and shows what concerns the whole of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from coder.codebook.schema import Codebook
from coder.tui.actions import of_scope
from coder.tui.keys import shown
from coder.tui.screens.help import HelpScreen


class CoderApp(App[None]):
    """One screen for one job: coding or review."""

    TITLE = "coder"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "show_help", show=False),
        Binding("ctrl+q", "quit", show=False, priority=True),
    ]
    CSS = "Screen { background: $background; }"

    def __init__(
        self, first: Callable[[], Screen[Any]], codebook: Codebook, lang: str, scopes: tuple[str, ...]
    ) -> None:
        super().__init__()
        self.first = first
        self.codebook = codebook
        self.lang = lang
        self.help_scopes = scopes

    def on_mount(self) -> None:
        """Straight to work."""
        self.push_screen(self.first())

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
