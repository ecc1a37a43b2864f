"""Characters that act on a terminal and are not seen there, and the signs that stand for them."""

from __future__ import annotations

import re

# Controls but for tabs and line ends, and what turns the letters after it round (UAX #9, 2.1 to 2.4).
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\r(?!\n)")


def visible(text: str) -> str:
    """A text in stored order for a terminal: escape sequences do nothing, no line reads as another one."""
    return _UNSEEN.sub(lambda found: picture(found[0]), text)


def picture(control: str) -> str:
    """The sign of a control character; those that have none share the replacement character."""
    if control == "\x7f":
        return "\u2421"
    return chr(0x2400 + ord(control)) if control < " " else "\ufffd"
