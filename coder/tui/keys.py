"""From a key press, under a Latin or an Arabic layout, to an action of the one table, `keys.toml`.

Keys, footer, help, palette and the page docs/keys.md come from that table. A screen has a method for each
action of its scopes. The letters of fields and span kinds come from the codebook and stand beside these.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TypeAlias

from coder.messages.catalogue import say

# Arabic (101): what the physical keys of a US keyboard give. `لا` sits on b; it arrives as one letter, or as
# two at once (see HOLD). Where letters are typed text, `؛` and `،` stand for the signs.
_US = "qwertyuiop[]asdfghjkl;'zxcvnm,./`"
_ARABIC = "ضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظذ"
_SIGNS = {"ﻻ": "b", "؟": "?", "arabic_question_mark": "?", "؛": ";", "،": ","}
_TO_LATIN = {**dict(zip(_ARABIC, _US, strict=True)), **_SIGNS}
LAM, ALEF, LAM_ALEF = "لاﻻ"
QUIT = "ctrl+q"
HOLD = 0.02  # seconds for which a lam waits for the alef that came from the same key
_DIGITS = {ord(c): str(i % 10) for i, c in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}
_NAMES = {
    "left": "←", "right": "→", "up": "↑", "down": "↓", "enter": "Enter", "space": "Space", "tab": "Tab",
    "escape": "Esc", "delete": "Del", "backspace": "Backspace", "pagedown": "PgDn", "pageup": "PgUp",
    "home": "Home", "end": "End", **{f"f{n}": f"F{n}" for n in range(1, 13)},
}  # fmt: skip


Keys: TypeAlias = dict[str, Callable[[], None]]
"""What is done by the id of an action."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a key does where its scope is active; footer: whether the footer shows it there."""

    scope: str
    name: str
    keys: tuple[str, ...]
    footer: bool

    @property
    def id(self) -> str:
        """What it is called in catalogues and in the palette."""
        return f"{self.scope}.{self.name}"

    def label(self, lang: str) -> str:
        """The short name for footers."""
        return say(lang, f"keys.{self.id}")

    def help(self, lang: str) -> str:
        """One sentence for the help page."""
        return say(lang, f"keys.{self.id}.help")


@cache
def by_scope() -> Mapping[str, tuple[Action, ...]]:
    """All actions by their scopes, in the table's order."""
    found = {}
    for scope, table in tomllib.loads((Path(__file__).parent / "keys.toml").read_text("utf-8")).items():
        footer = table.pop("footer", "").split()
        found[scope] = tuple(Action(scope, n, tuple(keys.split()), n in footer) for n, keys in table.items())
    return found


@cache
def of_scope(*scopes: str) -> tuple[Action, ...]:
    """The actions of some scopes, in the table's order."""
    return tuple(action for scope, actions in by_scope().items() if scope in scopes for action in actions)


def both_ways(on: str, back: str, does: Callable[[int], None]) -> Keys:
    """Two actions that do one thing, a step on or a step back."""
    return {on: partial(does, 1), back: partial(does, -1)}


def pressed(key: str, character: str | None) -> str:
    """The key as the table of actions names it: printable keys by their Latin character, digits as ASCII."""
    if key == "space":
        return key
    if character and character.isprintable():
        return _TO_LATIN.get(character, character.translate(_DIGITS))
    return _TO_LATIN.get(key, key) if len(key) > 1 else key


def arabic_of(key: str) -> str:
    """The Arabic letter on the same physical key, "" where there is none."""
    return next((arabic for arabic, latin in _TO_LATIN.items() if latin == key and len(arabic) == 1), "")


def action_for(key: str, scopes: Iterable[str]) -> Action | None:
    """The action that a key has in the active scopes; the first scope wins."""
    return next((action for scope in scopes for action in of_scope(scope) if key in action.keys), None)


def shown(key: str) -> str:
    """A key as the footer and the help write it."""
    prefix, plus, rest = key.partition("+")
    if plus and rest:
        return f"{prefix.capitalize()}+{_NAMES.get(rest, rest.upper())}"
    return _NAMES.get(key, key)
