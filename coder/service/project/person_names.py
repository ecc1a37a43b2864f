"""What a person's name may not hold, so that everybody can read it and tell it from
others.
"""

from __future__ import annotations

import re
from unicodedata import category

from coder.messages.catalogue import Message

MOST = 100  # characters; a login on PostgreSQL has fewer still

# Joiners shape the letters on both sides, as in Persian (UAX #31, 2.3 A1 and A2).
_JOINER = re.compile("(?<=[\u0620-\u06ff])[\u200c\u200d](?=[\u0620-\u06ff])")
# Letters, signs and marks that leave nothing to see: Default_Ignorable_Code_Point in
# the Unicode file DerivedCoreProperties.txt, apart from format characters, and the
# blank Braille pattern.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)


def name_problem(name: str) -> Message | None:
    """Return what keeps a text from being anybody's name; None if nothing does."""
    if len(name) > MOST:
        return Message("project.long_name", n=len(name), most=MOST)
    for character in _JOINER.sub("", name):
        if _is_unseen(character):
            return Message("project.unseen", code=f"{ord(character):04X}")
    if not any(category(character)[0] in "LN" for character in name):
        return Message("project.no_letters")
    return None


def _is_unseen(character: str) -> bool:
    """Return whether a control, a format character or any blank but the usual one."""
    if character == " ":
        return False
    return category(character)[0] in "CZ" or _BLANK.match(character) is not None
