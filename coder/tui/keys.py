"""From a key press to an action, under a Latin and under an Arabic keyboard layout."""

from __future__ import annotations

from collections.abc import Iterable

from coder.tui.actions import Action, of_scope

# Arabic (101): what the physical keys of a US keyboard give. `لا` sits on b; it arrives as one letter, or as
# two at once (see HOLD). Where letters are typed text, `؛` and `،` stand for the signs.
_US = "qwertyuiop[]asdfghjkl;'zxcvnm,./`"
_ARABIC = "ضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظذ"
_TO_LATIN = {
    **dict(zip(_ARABIC, _US, strict=True)),
    "ﻻ": "b",
    "؟": "?",
    "arabic_question_mark": "?",
    "؛": ";",
    "،": ",",
}
LAM, ALEF, LAM_ALEF = "لاﻻ"
HOLD = 0.02
"""Seconds for which a lam waits for the alef that came from the same key."""
_DIGITS = {ord(c): str(i % 10) for i, c in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}

NAMES = {
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
    "f1": "F1",
}


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
        return f"{prefix.capitalize()}+{NAMES.get(rest, rest.upper())}"
    return NAMES.get(key, key)
