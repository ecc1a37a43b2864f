"""Coders' notes in gold: nobody decides between them, so that gold keeps each one,
signed by its coder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from coder.model import NOTES, POLICY, Answer

HOW_KEPT = f"{POLICY}{NOTES}"


def join_notes(answers: Mapping[str, Answer]) -> Answer | None:
    """Return the coders' notes as a gold answer: a line `NAME: note` for each coder;
    None if there are none.

    What all coders wrote alike stands alone. answers: by coder.
    """
    notes = {coder: str(a.value) for coder, a in answers.items() if a.coded}
    if not notes:
        return None
    different = set(notes.values())
    all_wrote = len(notes) == len(answers) > 1
    if all_wrote and len(different) == 1:
        [value] = different
    else:
        value = "\n".join(f"{coder}: {note}" for coder, note in notes.items())
    return Answer(value, taken_from=tuple(notes), reason=NOTES, how=HOW_KEPT)


def rename_signatures(notes: Answer, rename: Callable[[str], str]) -> Answer:
    """Return notes kept in gold, signed with other names; other answers stay as they
    are.
    """
    if notes.how != HOW_KEPT or not isinstance(notes.value, str):
        return notes
    signed = "|".join(map(re.escape, notes.taken_from))
    value = re.sub(
        rf"^({signed})(?=: )",
        lambda found: rename(found[0]),
        notes.value,
        flags=re.MULTILINE,
    )
    return replace(notes, value=value)
