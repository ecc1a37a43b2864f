"""Invisible characters with an effect on a terminal, and visible signs to replace them."""

from __future__ import annotations

import re

# Controls except tabs and line ends, and directional formatting characters (UAX #9, 2.1
# to 2.4).
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\r(?!\n)"
)


def visible(text: str) -> str:
    """Make a text in stored order safe for a terminal, or a file that may be shown on
    one later.

    No escape or reordering character in it has an effect.
    """
    return _UNSEEN.sub(lambda found: picture(found[0]), text)


def escape_controls(json: str) -> str:
    """Write the invisible characters of JSON text as escape sequences, so that its
    values stay the same.
    """
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json)


def picture(control: str) -> str:
    """The sign that replaces a control character; U+FFFD if there is no specific one."""
    if control == "\x7f":
        return "\u2421"
    return chr(0x2400 + ord(control)) if control < " " else "\ufffd"
