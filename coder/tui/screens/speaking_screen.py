"""A screen that speaks and asks: messages, what is typed over it, and the keys of the scope `any`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from textual.events import Key, Paste
from textual.screen import ScreenResultType
from textual.worker import WorkerCancelled, get_current_worker

from coder.errors import CoderError
from coder.messages.catalogue import LANGUAGES
from coder.service.project.config import COLOUR_THEMES, keep_user_view, user_view
from coder.text.display import isolate
from coder.text.normalize import fold_key
from coder.tui import palette
from coder.tui.keys import Action, Keys, action_for, of_scope, shown
from coder.tui.screens.screen_pages import BaseScreen, help_page
from coder.tui.sentences import complaint, say
from coder.tui.tasks import choice_task
from coder.tui.widgets.chooser import Chooser, Task
from coder.tui.widgets.rows import Bar, Column
from coder.values.typed import Choice

Done = TypeVar("Done")


class SpeakingScreen(BaseScreen[ScreenResultType]):
    """A screen with a line for messages, over which something can be typed; long work is done beside it."""

    lang: str
    bars: dict[str | None, Bar]
    """By id, the one for messages is `message`."""
    _asked_to_drop: tuple[Task | None, str] = (None, "")

    keys: Keys

    @property
    @abstractmethod
    def chooser(self) -> Chooser:
        """Where something is chosen or typed."""

    def say(self, key: str, **values: object) -> None:
        """A short message in the line above the footer."""
        self._tell(say(self.lang, key, **values), palette.GOOD)

    def warn(self, key: str, **values: object) -> None:
        """The same of what is not well."""
        self._tell(say(self.lang, key, **values), palette.WRONG)

    def complain(self, error: CoderError) -> None:
        """What went wrong and what to do."""
        self._tell(complaint(self.lang, error), palette.WRONG)

    def _tell(self, words: str, style: palette.Role) -> None:
        self.bars["message"].show(Column(words, 0, style))

    @abstractmethod
    def scopes(self) -> tuple[str, ...]:
        """Where the keys work now, the nearest first."""

    @abstractmethod
    def visible_state(self) -> tuple[object, ...]:
        """What a key changes that does something."""

    @abstractmethod
    def attempt(self, does: Callable[[], bool | None]) -> bool:
        """Do what a key means, and say why where it is refused; False where it means nothing."""

    @abstractmethod
    def show_mode(self) -> None:
        """Show the keys that work now."""

    @abstractmethod
    def show_help(self) -> None:
        """The page of all keys."""

    # ---------------------------------------------------------------- keys
    def key_of_chooser(self, event: Key) -> bool:
        """While something is asked all keys are its own, but that of the help; False where nothing is."""
        if self.chooser.asked is None:
            return False
        action = None if event.is_printable else action_for(event.key, ("any",))
        if action is not None and action.name == "help":
            event.stop().prevent_default()
            self.app.push_screen(help_page(("choose",), None, self.lang))
        elif not self.chooser.on_key(event):
            self.say("choose_first")
        return True

    def perform(self, action: Action) -> None:
        """Do what an action says, by key or from the palette; where it finds nothing to do, that is said."""
        if action.scope != "any":
            before = self.visible_state()
            self.attempt(self.keys[action.id])
            if self.visible_state() == before:
                self.say("nothing_here", what=action.label(self.lang))
        elif action.name == "palette":
            self._open_palette()
        elif action.name == "theme":
            self._choose_theme()
        else:
            self.show_help()

    def _open_palette(self) -> None:
        """All actions that work now, found by their words in either language."""
        actions = {action.id: action for action in of_scope(*self.scopes(), "any") if self._offers(action)}

        def offered(query: str) -> list[Choice]:
            wanted = fold_key(query)
            return [
                Choice(a.id, a.help(self.lang), aside=isolate(shown(a.keys[0])))
                for a in actions.values()
                if wanted in fold_key(" ".join(f"{a.label(lang)} {a.help(lang)}" for lang in LANGUAGES))
            ]

        title = say(self.lang, "palette")
        self.open_task(Task(title, offered, lambda chosen: self.perform(actions[chosen]), digits=False))

    def _offers(self, action: Action) -> bool:
        """Not the palette itself, nor what Textual does."""
        return action.name in ("help", "theme") if action.scope == "any" else action.id in self.keys

    def _choose_theme(self) -> None:
        """Other colours from now on, kept in the user's own file."""
        if palette.without_colour():
            self.say("no_colours")
            return

        def accept(name: str) -> None:
            self.app.use_theme(name)  # type: ignore[attr-defined]  # CoderApp's
            keep_user_view(replace(user_view(), theme=name))
            self.say("theme_kept", name=say(self.lang, f"theme_{name}"))

        offered = [Choice(name, say(self.lang, f"theme_{name}")) for name in ("auto", *COLOUR_THEMES)]
        self.open_task(choice_task(say(self.lang, "theme"), offered, accept))

    # ---------------------------------------------------------------- asking
    def open_task(self, task: Task) -> None:
        """Have something chosen or typed; why it is refused is said."""

        def accept(chosen: str) -> None:
            self.attempt(partial(task.accept, chosen))

        self.chooser.open(replace(task, accept=accept))
        self.show_mode()

    def on_chooser_closed(self) -> None:
        """Back to where one was, unless one choice led to the next."""
        if self.chooser.asked is None:
            self.show_mode()

    def may_quit(self) -> bool:
        """What is being typed goes only when the key to quit is pressed again."""
        typed = self.chooser.asked, self.chooser.unkept
        if not typed[1] or typed == self._asked_to_drop:
            return True
        self._asked_to_drop = typed
        self.warn("quit_drops")
        return False

    def on_paste(self, event: Paste) -> None:
        if self.chooser.asked is not None:
            self.chooser.insert(event.text)
        elif words := event.text.strip():
            self.pasted(words)

    def pasted(self, words: str) -> None:
        """Words were pasted while nothing is asked: where typing does something they do it too."""

    def in_thread(
        self,
        work: Callable[[Callable[[int, int], None]], Done],
        then: Callable[[Done], None],
        told: Callable[[int, int], None] = lambda done, of: None,
        group: str = "default",
    ) -> None:
        """Do something in a thread, told how far it is, and go on with what it gives; leaving ends it."""

        def run() -> None:
            worker, call = get_current_worker(), self.app.call_from_thread

            def tell(done: int, of: int) -> None:
                if worker.is_cancelled:
                    raise WorkerCancelled
                call(told, done, of)

            try:
                found = work(tell)
            except WorkerCancelled:
                return
            except CoderError as error:
                if not worker.is_cancelled:
                    call(self.complain, error)
                return
            if not worker.is_cancelled:
                call(then, found)

        self.run_worker(run, thread=True, exclusive=True, group=group)
