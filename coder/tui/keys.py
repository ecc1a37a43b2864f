"""Maps key presses, under a Latin or an Arabic layout, to the actions defined in
`keys.toml`.

Keys, footer, help, palette and docs/keys.md all come from that table. A screen has a
method for each action of its scopes. The letters of fields and span kinds come from the
codebook, in addition to these.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct
from pyarabic import araby

from coder.messages.catalogue import say
from coder.text.display import to_display

# Arabic (101): the characters on the physical keys of a US keyboard. `لا` is on b; it
# arrives as one character or as two in quick succession (see HOLD).
_US = "qwertyuiop[]asdfghjkl;'zxcvnm,./`"
_ARABIC = "ضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظذ"
_SIGNS = {"ﻻ": "b", "؟": "?", "arabic_question_mark": "?", "؛": ";", "،": ","}
# The same letter keys held with Shift.
_SHIFTED = (
    "\u064e\u064b\u064f\u064c\ufef9\u0625`\u2018\u00f7\u00d7\u061b"
    "\u0650\u064d][\ufef7\u0623\u0640\u060c/~\u0652}{\ufef5\u0622'\u2019"
)
_CAPITALS = dict(zip(_SHIFTED, "QWERTYUUIOPASDFGHJKLZXCVBNMM", strict=True))
_TO_LATIN = {**dict(zip(_ARABIC, _US, strict=True)), **_SIGNS}
LAM = "ل"
LAM_ALEFS = {"ا": "\ufefb", "أ": "\ufef7", "إ": "\ufef9", "آ": "\ufef5"}
"""What follows a lam from the same key: the one character that another terminal sends
for both.
"""
QUIT = "ctrl+q"
END = 10**6  # more rows than any list has
HOLD = 0.02  # seconds that a lam waits for an alef from the same key
_DIGITS = str.maketrans(
    "".join((*araby.NUMBERS_EAST, *araby.NUMBERS_PERS)), 2 * "0123456789"
)
_NAMES = {
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "enter": "Enter",
    "space": "Space",
    "tab": "Tab",
    "escape": "Esc",
    "delete": "Del",
    "backspace": "Backspace",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
    **{f"f{n}": f"F{n}" for n in range(1, 13)},
}


Keys: TypeAlias = dict[str, Callable[[], None]]
"""The functions that perform the actions, by action id."""


class Action(Struct, frozen=True):
    """What a key does while its scope is active; footer: whether the footer shows it.

    leads: whether the footer shows it before actions of other scopes. needs_open:
    whether it does nothing in a coding that is submitted.
    """

    scope: str
    name: str
    keys: tuple[str, ...]
    footer: bool
    leads: bool
    needs_open: bool

    @property
    def id(self) -> str:
        """The name in catalogues and in the palette."""
        return f"{self.scope}.{self.name}"

    def label(self, lang: str) -> str:
        """The short name for footers."""
        return say(lang, f"keys.{self.id}")

    def help(self, lang: str) -> str:
        """One sentence for the help page."""
        return say(lang, f"keys.{self.id}.help")


@cache
def by_scope() -> Mapping[str, tuple[Action, ...]]:
    """Return all actions by scope, in the table's order."""
    actions = {}
    for scope, table in tomllib.loads(
        (Path(__file__).parent / "keys.toml").read_text("utf-8")
    ).items():
        footer, leading, needing_open = (
            table.pop(name, "").split()
            for name in ("footer", "footer_first", "needs_open")
        )
        actions[scope] = tuple(
            Action(
                scope,
                name,
                tuple(keys.split()),
                name in footer,
                name in leading,
                name in needing_open,
            )
            for name, keys in table.items()
        )
    return actions


@cache
def needing_open() -> frozenset[str]:
    """Return the ids of the actions that do nothing in a submitted coding, or in closed
    gold.
    """
    return frozenset(action.id for action in of_scope(*by_scope()) if action.needs_open)


@cache
def of_scope(*scopes: str) -> tuple[Action, ...]:
    """Return the actions of the given scopes, in the table's order."""
    return tuple(
        action
        for scope, actions in by_scope().items()
        if scope in scopes
        for action in actions
    )


@cache
def key_of(action: str) -> str:
    """Return the first key of the action with an id."""
    return next(
        each.keys[0] for each in of_scope(action.partition(".")[0]) if each.id == action
    )


def step_keys(on: str, back: str, move: Callable[[int], None]) -> Keys:
    """Return the entries of two actions that move one step forward (`on`) and one step
    back.
    """
    return {on: partial(move, 1), back: partial(move, -1)}


def list_keys(scope: str, move: Callable[[int], None], page: Callable[[], int]) -> Keys:
    """Return the entries of a list's keys: one row down or up, a page, or to the last
    or first row.

    page: returns how many rows a page has now.
    """
    return {
        **step_keys(f"{scope}.down", f"{scope}.up", move),
        **step_keys(
            f"{scope}.page_down", f"{scope}.page_up", lambda way: move(way * page())
        ),
        **step_keys(f"{scope}.last", f"{scope}.first", lambda way: move(way * END)),
    }


def pressed(key: str, character: str | None) -> str:
    """Return the key's name in `keys.toml`: Latin characters for printable keys, ASCII
    for digits.
    """
    if key == "space":
        return key
    if character and character.isprintable():
        return _TO_LATIN.get(character, character.translate(_DIGITS))
    return _TO_LATIN.get(key, key) if len(key) > 1 else key


def capital_of(character: str, *, is_arabic: bool) -> str:
    """Return the Latin capital on the key that sends this with Shift under an Arabic
    layout, or "".

    is_arabic: whether commands come from that layout, as some of these signs are keys
    of both.
    """
    return _CAPITALS.get(character, "") if is_arabic or not character.isascii() else ""


def arabic_of(key: str) -> str:
    """Return the Arabic letter on the same physical key, or ""."""
    return next(
        (
            arabic
            for arabic, latin in _TO_LATIN.items()
            if latin == key and len(arabic) == 1
        ),
        "",
    )


@cache
def drawn_in_arabic(key: str) -> str:
    """Return the Arabic letter on the same physical key as it is drawn; a digit stays
    as it is.
    """
    return to_display(arabic_of(key) or ("لا" if key == "b" else key), 1)


def action_for(key: str, scopes: Iterable[str]) -> Action | None:
    """Return the key's action in the active scopes, or None; the first scope wins."""
    return next(
        (
            action
            for scope in scopes
            for action in of_scope(scope)
            if key in action.keys
        ),
        None,
    )


def shown(key: str) -> str:
    """Return the key as the footer and the help write it."""
    prefix, plus, rest = key.partition("+")
    if plus and rest:
        return f"{prefix.capitalize()}+{shown(rest) if '+' in rest else _NAMES.get(rest, rest.upper())}"
    return _NAMES.get(key, key)
