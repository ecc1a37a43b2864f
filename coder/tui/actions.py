"""The one table of actions: keys, footer, help, palette and the page docs/keys.md all come from it.

An action's id is `scope.name`; a screen has a method `action_<name>` for each action of its scopes.
Keys are named for a Latin keyboard; `keys` finds the same physical key under an Arabic layout. The
letters of fields and span kinds come from the codebook and stand beside these.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from coder.messages.catalogue import say


@dataclass(frozen=True, slots=True)
class Action:
    """Something a key does; its words are in `keys.po`. footer: shown there while its scope is active."""

    id: str
    keys: tuple[str, ...]
    footer: bool = False

    @property
    def scope(self) -> str:
        """Where the keys work."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """The part of the id that names the method."""
        return self.id.partition(".")[2]

    def label(self, lang: str) -> str:
        """The short name for footers."""
        return say(lang, f"keys.{self.id}")

    def help(self, lang: str) -> str:
        """One sentence for the help page."""
        return say(lang, f"keys.{self.id}.help")


def _a(action: str, keys: str, footer: bool = False) -> Action:
    return Action(action, tuple(keys.split()), footer)


SCOPES = ("any", "article", "draw", "form", "choose", "missing", "queue", "grid", "doctor")

ACTIONS = (
    _a("any.help", "? f1", footer=True),
    _a("any.palette", "ctrl+p"),
    _a("any.quit", "ctrl+q"),
    # ---- coding: the article
    _a("article.next", "left", footer=True),
    _a("article.previous", "right"),
    _a("article.line_down", "down"),
    _a("article.line_up", "up"),
    _a("article.page_down", "pagedown"),
    _a("article.page_up", "pageup"),
    _a("article.first", "home"),
    _a("article.last", "end"),
    _a("article.confirm", "a enter", footer=True),
    _a("article.confirm_next", "space"),
    _a("article.reject", "x delete", footer=True),
    _a("article.draw", "v", footer=True),
    _a("article.open_event", "e", footer=True),
    _a("article.accept_proposals", "f"),
    _a("article.attach", "+"),
    _a("article.detach", "-"),
    _a("article.furniture", "#"),
    _a("article.find", "/"),
    _a("article.copy", "ctrl+c"),
    _a("article.next_event", "]"),
    _a("article.previous_event", "["),
    _a("article.undo", "z ctrl+z", footer=True),
    _a("article.redo", "ctrl+y"),
    _a("article.switch", "tab", footer=True),
    _a("article.submit", "ctrl+s"),
    # ---- coding: drawing a span
    _a("draw.move_on", "left", footer=True),
    _a("draw.move_back", "right"),
    _a("draw.line_down", "down"),
    _a("draw.line_up", "up"),
    _a("draw.extend", "+ shift+left", footer=True),
    _a("draw.shrink", "- shift+right", footer=True),
    _a("draw.start_on", "tab", footer=True),
    _a("draw.start_back", "shift+tab"),
    _a("draw.end_letter_on", ">"),
    _a("draw.end_letter_back", "<"),
    _a("draw.find", "/"),
    _a("draw.copy", "ctrl+c"),
    _a("draw.keep", "enter", footer=True),
    _a("draw.cancel", "v escape", footer=True),
    # ---- coding: the form
    _a("form.down", "down"),
    _a("form.up", "up"),
    _a("form.edit", "enter", footer=True),
    _a("form.not_stated", "0", footer=True),
    _a("form.not_applicable", "-"),
    _a("form.clear", "delete backspace"),
    _a("form.accept", "space", footer=True),
    _a("form.evidence", "."),
    _a("form.evidence_list", ","),
    _a("form.attach", "+"),
    _a("form.next_empty", "left right", footer=True),
    _a("form.next_event", "] pagedown"),
    _a("form.previous_event", "[ pageup"),
    _a("form.copy_values", "@"),
    _a("form.duplicate_event", "*"),
    _a("form.merge_events", "&"),
    _a("form.delete_event", "ctrl+d"),
    _a("form.definition", "="),
    _a("form.comment", "; :"),
    _a("form.undo", "ctrl+z"),
    _a("form.redo", "ctrl+y"),
    _a("form.switch", "tab escape", footer=True),
    _a("form.submit", "ctrl+s", footer=True),
    # ---- choosing a value
    _a("choose.down", "down"),
    _a("choose.up", "up"),
    _a("choose.accept", "enter", footer=True),
    _a("choose.cancel", "escape ctrl+c", footer=True),
    # ---- what is missing before submitting
    _a("missing.down", "down"),
    _a("missing.up", "up"),
    _a("missing.go", "enter", footer=True),
    _a("missing.submit", "ctrl+s", footer=True),
    _a("missing.back", "escape q", footer=True),
    # ---- review: the queue
    _a("queue.down", "down"),
    _a("queue.up", "up"),
    _a("queue.open", "enter", footer=True),
    # ---- review: the grid
    _a("grid.down", "down"),
    _a("grid.up", "up"),
    _a("grid.next", "n left", footer=True),
    _a("grid.next_event", "]", footer=True),
    _a("grid.previous_event", "["),
    _a("grid.accept_agreed", "a", footer=True),
    _a("grid.edit", "enter"),
    _a("grid.reason", "r"),
    _a("grid.take_event", "t"),
    _a("grid.clear", "delete backspace"),
    _a("grid.reject_event", "x", footer=True),
    _a("grid.link", "m"),
    _a("grid.split", "s"),
    _a("grid.evidence", "."),
    _a("grid.definition", "="),
    _a("grid.undo", "z ctrl+z", footer=True),
    _a("grid.redo", "ctrl+y"),
    _a("grid.close_gold", "ctrl+s", footer=True),
    _a("grid.back", "q escape", footer=True),
    # ---- the self-test
    _a("doctor.take", "1 2 3", footer=True),
    _a("doctor.none", "0", footer=True),
    _a("doctor.turn", "tab", footer=True),
    _a("doctor.marks", "t", footer=True),
    _a("doctor.leave", "q escape enter", footer=True),
)


@cache
def of_scope(*scopes: str) -> tuple[Action, ...]:
    """The actions of some scopes, in the table's order."""
    return tuple(action for action in ACTIONS if action.scope in scopes)
