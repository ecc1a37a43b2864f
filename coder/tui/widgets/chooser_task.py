"""What a chooser asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from coder.values.typed import Choice


class Task(Struct, frozen=True):
    """What to choose or type.

    choices: returns the choices that match a query. read: returns the meaning of typed
    text or raises CoderError; None if only choices are valid. accept: called with the
    choice's id, or the text if none matches. digits: they take the choice of that
    number. query: the initial text. placeholder: an example, shown at first. at: the id
    of the choice initially under the cursor. look: called with the id of each one that
    comes there. lines: instead of choices, several lines of text, which may be empty.
    complete: returns what continues a typed text, or "". keeps_asides: labels are cut
    for the remarks beside them, not these for the labels. may_be_empty: an empty text
    is accepted too. apart: it is about no row, and so stands at the list's upper edge.
    left: called with what was typed if the chooser is left without a choice.
    """

    title: str
    choices: Callable[[str], Sequence[Choice]]
    accept: Callable[[str], None]
    read: Callable[[str], str] | None = None
    digits: bool = True
    query: str = ""
    placeholder: str = ""
    at: str = ""
    look: Callable[[str], None] | None = None
    lines: bool = False
    complete: Callable[[str], str] | None = None
    keeps_asides: bool = False
    may_be_empty: bool = False
    apart: bool = False
    left: Callable[[str], None] | None = None
