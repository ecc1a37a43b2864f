"""A screen with a chooser over it, background work, and the keys of the scope `any`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from functools import partial
from typing import ClassVar, TypeVar

from msgspec.structs import replace
from textual.events import Key, Paste
from textual.screen import ScreenResultType
from textual.worker import WorkerCancelled, get_current_worker

from coder.errors import CoderError
from coder.model import Blank
from coder.service.coding.record_rows import FormRow
from coder.service.project.config import (
    COLOUR_THEMES,
    OWN_THEMES,
    save_user_view,
    user_view,
)
from coder.service.project.drafts import Place
from coder.tui import palette
from coder.tui.keys import Action, Keys, action_for, key_of, of_scope, shown
from coder.tui.screens.help_page import HelpPage
from coder.tui.screens.message_screen import MessageScreen
from coder.tui.screens.palette_page import PalettePage
from coder.tui.screens.screen_pages import footer_columns
from coder.tui.sentences import listed, quoted, say
from coder.tui.tasks import choice_task, comment_task
from coder.tui.widgets.chooser import Chooser
from coder.tui.widgets.chooser_task import Task
from coder.tui.widgets.rows import Pressed
from coder.values.typed import Choice

Result = TypeVar("Result")
_FAMILIES = "catppuccin", "rose-pine", "solarized"
"""The themes whose names begin so are one dark and one light one, which is said beside
them.
"""


class SpeakingScreen(MessageScreen[ScreenResultType]):
    """A screen that asks in a chooser over its content; long work runs in a thread."""

    FOR_ALL: ClassVar[tuple[str, ...]] = ("help", "theme", "quit")
    """The actions of the scope `any` that its palette offers."""
    keys: Keys
    question: object = None
    """What is asked about, until another key is pressed."""
    _answered: object = None
    idle: frozenset[str] = frozenset()
    """The ids of actions that would do nothing now, which the footer and the palette
    leave out.
    """
    _text_place: Place = ()
    """What the lines are about that are being typed."""

    @property
    @abstractmethod
    def chooser(self) -> Chooser:
        """Where the user chooses or types something."""

    def asks_first(self, about: object, key: str, **values: object) -> bool:
        """Ask before something is done; return False if the last key had led to the
        same question.
        """
        if about == self._answered:
            return False
        self.question = about
        self.show_message(say(self.lang, key, **values), palette.EDGE)
        return True

    def keeps_value(self, row: FormRow, blank: Blank) -> bool:
        """Say that a blank takes no value's place, as its key could be meant for the
        next field.

        Returns whether there is a value, which is removed first.
        """
        if row.is_kept:
            words = {"field": row.field.label.of(self.lang), "value": row.text or "—"}
            keys = {
                "clear": shown(key_of("form.clear")),
                "blank": shown(key_of(f"form.{blank.value}")),
            }
            told = say(
                self.lang, "value_is_kept", n=len(row.answer.evidence), **words, **keys
            )
            self.show_message(told, palette.EDGE)
        return row.is_kept

    @abstractmethod
    def scope(self) -> str:
        """Return the scope of the keys while no chooser is open."""

    def scopes(self) -> tuple[str, ...]:
        """Return the active scopes of keys, the innermost first."""
        return (
            (self.chooser.scope,)
            if self.chooser.asked is not None
            else (self.scope(), "any")
        )

    @abstractmethod
    def visible_state(self) -> tuple[object, ...]:
        """Return a snapshot that differs after every key that did something."""

    @abstractmethod
    def attempt(self, action: Callable[[], bool | None]) -> bool:
        """Run an action, and show why if it is refused; return False if the key has no
        meaning here.
        """

    def show_mode(self) -> None:
        """Show the keys that work now."""
        idle = self.idle | self.chooser.idle
        self.bars["footer"].show(
            *footer_columns(self.scopes(), self.lang, self.app.size.width, idle)
        )

    @abstractmethod
    def show_help(self) -> None:
        """Open the page of all keys."""

    # ---------------------------------------------------------------- keys
    def give_to_chooser(self, event: Key) -> bool:
        """Give a key to the chooser if it is open, except the help key; return whether
        it is open.
        """
        if self.chooser.asked is None:
            return False
        action = None if event.is_printable else action_for(event.key, ("any",))
        if action is not None and action.name == "help":
            event.stop().prevent_default()
            self.app.push_screen(
                HelpPage((self.chooser.scope, "edit"), None, self.lang)
            )
        elif not self.chooser.on_key(event):
            action = action_for(event.key, (self.chooser.scope,))
            is_end = (
                action is not None
                and action.name == "complete"
                and action.id not in self.chooser.idle
            )
            self.say(
                "no_next_word" if is_end else "choose_first",
                save=self.chooser.accept_key,
            )
        return True

    def perform(self, action: Action) -> None:
        """Perform an action by key or from the palette; say so if it changed nothing."""
        self._answered = self.question
        self.question = None
        if self._answered is not None and action.name == "undo":
            self.say("question_dropped")  # who undoes now means what was asked about
        elif action.scope != "any":
            before = self.visible_state()
            self.attempt(self.keys[action.id])
            if self.visible_state() == before:
                self.say(
                    "nothing_here",
                    go=shown(key_of(action.id)),
                    what=action.label(self.lang),
                )
        elif action.name == "palette":
            self._open_palette()
        elif action.name == "theme":
            self._choose_theme()
        elif action.name == "language":
            self.change_language()
        elif action.name == "quit":
            if self.may_quit():
                self.app.exit()
        else:
            self.show_help()

    def _open_palette(self) -> None:
        """Open the palette of what works now: the footer's actions first, those of all
        screens last.
        """
        offered = [
            each
            for scope in self.scopes()
            for each in of_scope(scope)
            if self._offers(each)
        ]
        offered.sort(key=lambda each: (each.scope == "any", not each.footer))
        actions = {action.id: action for action in offered}

        def chosen(name: str | None) -> None:
            if name is not None:
                self.perform(actions[name])

        self.app.push_screen(PalettePage([*actions.values()], self.lang), chosen)

    def _offers(self, action: Action) -> bool:
        """Return whether the palette offers an action: not itself, nor one that would
        do nothing.
        """
        if action.scope == "any":
            return action.name in self.FOR_ALL
        return action.id in self.keys and action.id not in self.idle

    def change_language(self) -> None:
        """Change the language; a page cannot, as it shows what was worded when it was
        opened.
        """
        self.say("language_below")

    def _choose_theme(self) -> None:
        """Let the user choose a colour theme, seen as the cursor moves and saved in
        their configuration.
        """
        if palette.without_colour():
            self.say("no_colours")
            return
        use: Callable[[str], None] = self.app.use_theme  # type: ignore[attr-defined]  # CoderApp's
        now: str = self.app.colour_theme  # type: ignore[attr-defined]

        def accept(name: str) -> None:
            use(name)
            save_user_view(replace(user_view(), theme=name))
            self.say("theme_kept", name=listed(labels[name], asides.get(name, "")))

        depth: int = self.app.colour_depth  # type: ignore[attr-defined]
        own = (
            OWN_THEMES if depth > palette.FEW else COLOUR_THEMES[:2]
        )  # the others would look like these
        labels = {name: say(self.lang, f"theme_{name}") for name in ("auto", *own)}
        others = [
            name for name in COLOUR_THEMES if name not in labels and depth > palette.FEW
        ]
        asides = {name: labels[palette.dark_or_light(name)] for name in others}
        families = {
            name: next(filter(name.startswith, _FAMILIES), name) for name in others
        }
        labels |= {
            name: family.replace("-", " ").title() for name, family in families.items()
        }
        choices = [
            Choice(name, label, aside=asides.get(name, ""))
            for name, label in labels.items()
        ]
        title = say(self.lang, "theme")
        task = choice_task(title, choices, accept, at=now, by_id=True, look=use)
        self.open_task(replace(task, apart=True, left=lambda _: use(now)))

    def on_mouse_down(self) -> None:
        """Remove the message, as a key does."""
        self.warned = False
        self.clear_message()

    def on_pressed(self, message: Pressed) -> None:
        """While the chooser is open, a click elsewhere leaves it, but not if text would
        be lost.
        """
        asked = self.chooser.asked
        if asked is not None and message.source is not self.bars["footer"]:
            if self.chooser.edit.text == asked.query:
                message.keys = key_of("choose.cancel")
            else:
                message.prevent_default()

    # ---------------------------------------------------------------- asking
    def open_task(self, task: Task) -> None:
        """Open the chooser for a task; if the answer is refused, show why."""

        def accept(chosen: str) -> None:
            self.attempt(partial(task.accept, chosen))

        self.chooser.open(replace(task, accept=accept))
        self.show_mode()

    @property
    def drafts(self) -> dict[Place, str]:
        """Comments and texts that are not saved, by their place."""
        kept: dict[Place, str] = self.app.drafts  # type: ignore[attr-defined]  # CoderApp's
        return kept

    @property
    def typed_text(self) -> dict[Place, str]:
        """The lines that are being typed, by their place."""
        task = self.chooser.asked
        text = self.chooser.unsaved_text
        return (
            {self._text_place: text}
            if task is not None and task.lines and text.strip()
            else {}
        )

    @property
    def removed(self) -> dict[Place, str]:
        """Comments that were taken away, by their place, where they come back."""
        kept: dict[Place, str] = self.app.removed  # type: ignore[attr-defined]  # CoderApp's
        return kept

    def open_comment(
        self,
        about: Place,
        title: str,
        text: str,
        write: Callable[[str], None],
        then: Callable[[], None] = lambda: None,
        placeholder: str = "",
    ) -> None:
        """Ask for a comment, with `text` to begin with, and `write` it; `then` is
        called once it is written.

        about: the place of the comment, which gets back what was typed if the box is
        left or writing refused, and what was removed.
        """
        drafts = self.drafts

        def accept(typed: str) -> None:
            try:
                write(typed)
            except CoderError:
                drafts[about] = typed
                self.open_comment(about, title, text, write, then, placeholder)
                raise
            if not typed.strip():
                self.removed[about] = text
            then()

        self.open_text(comment_task(title, text, accept, placeholder), about)

    def open_text(self, task: Task, about: Place, typed: str = "") -> None:
        """Open a task; lines that are typed and left are kept for their place, and come
        back there.

        typed: what opened it, and goes behind what comes back.
        """
        if not task.lines:
            self.open_task(task)
            return
        draft = self.drafts.pop(about, "") or self.removed.pop(about, "")
        self._text_place = about

        def left(text: str) -> None:
            if text.strip() and text != task.query:
                self.drafts[about] = text
                self.say("draft_kept")

        self.open_task(replace(task, left=left))
        if draft not in ("", task.query):
            self.chooser.edit.press("ctrl+a")
            self.chooser.insert(draft + typed)
            self.say("draft_back", save=self.chooser.accept_key)

    def on_chooser_closed(self, message: Chooser.Closed) -> None:
        """Show the keys of the screen again, unless one choice led to the next."""
        if self.chooser.asked is None:
            self.show_mode()

    def may_quit(self) -> bool:
        """Return whether no typed text is unsaved, or the key before warned of that."""
        typed = self.chooser.unsaved_text
        if not (typed or self.drafts) or self.warned:
            return True
        self.warned = True
        if typed:
            self.warn("quit_drops", save=self.chooser.accept_key)
        else:
            self.warn("quit_drops_drafts", texts=quoted([*self.drafts.values()]))
        return False

    def on_paste(self, event: Paste) -> None:
        event.stop()
        self.warned = False
        if self.chooser.asked is not None:
            self.chooser.insert(event.text)
        elif words := event.text.strip():
            self.pasted(words)

    def pasted(self, words: str) -> None:
        """Handle words pasted while the chooser is closed, as if they were typed."""

    def in_thread(
        self,
        work: Callable[[Callable[[int, int], None]], Result],
        then: Callable[[Result], None],
        progress: Callable[[int, int], None] = lambda done, of: None,
        group: str = "default",
    ) -> None:
        """Run `work` in a thread, report progress, and call `then` with the result;
        leaving cancels it.
        """

        def run() -> None:
            worker = get_current_worker()
            call = self.app.call_from_thread

            def report(done: int, of: int) -> None:
                if worker.is_cancelled:
                    raise WorkerCancelled
                call(progress, done, of)

            try:
                result = work(report)
            except WorkerCancelled:
                return
            except CoderError as error:
                if not worker.is_cancelled:
                    call(self.complain, error)
                return
            if not worker.is_cancelled:
                call(then, result)

        self.run_worker(run, thread=True, exclusive=True, group=group)
