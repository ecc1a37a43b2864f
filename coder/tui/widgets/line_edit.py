"""An editable line of mixed Arabic and Latin, with a caret that moves by cluster, and a selection."""

from __future__ import annotations

from dataclasses import dataclass

from coder.text.bidi import levels
from coder.text.clusters import clusters

JOINERS = "\u200c\u200d"
LIGATURES = {"ﻻ": "لا", "ﻵ": "لآ", "ﻷ": "لأ", "ﻹ": "لإ"}


def one_line(text: str) -> str:
    """Return the text as if it had been typed into one line."""
    line = LineEdit()
    line.insert(text)
    return line.text


@dataclass(slots=True)
class LineEdit:
    """A text being typed, in logical order.

    caret: a code point offset on a cluster boundary. anchor: the other end of the selection, None without
    one. lines: whether several lines are allowed.
    """

    text: str = ""
    caret: int = 0
    anchor: int | None = None
    lines: bool = False

    @property
    def rtl(self) -> bool:
        """Whether the line runs from right to left, by its first strong character."""
        return bool(self.text) and levels(self.text)[0] == 1

    @property
    def selected(self) -> tuple[int, int]:
        """The selected code points [start, end); without a selection, empty at the caret."""
        anchor = self.caret if self.anchor is None else self.anchor
        return min(anchor, self.caret), max(anchor, self.caret)

    def insert(self, typed: str) -> bool:
        """Replace the selection with text; return False if some characters had to be left out.

        White space becomes spaces, except for line ends if several lines are allowed. Control characters,
        surrogates and unassigned code points are left out. The ligatures on an Arabic keyboard become their
        two letters.
        """
        start, end = self.selected
        kept = JOINERS + "\n" * self.lines
        spaced = "".join(" " if c.isspace() and c not in kept else LIGATURES.get(c, c) for c in typed)
        clean = "".join(c for c in spaced if c.isprintable() or c in kept)
        self.text = self.text[:start] + clean + self.text[end:]
        self.caret, self.anchor = start + len(clean), None
        return len(clean) == len(spaced)

    def delete(self, *, forward: bool) -> None:
        """Delete the selection, or else the cluster after (`forward`) or before the caret."""
        if self.anchor is None:
            self.anchor = self._edge(forward=forward)
        self.insert("")

    def press(self, key: str) -> bool:
        """Move, select or clear according to the key's name; return whether the key was handled.

        In a line from right to left, Left moves forward. Shift selects; Ctrl+A selects all, Ctrl+U clears up
        to the caret, Ctrl+K from the caret on.
        """
        if key in ("ctrl+u", "ctrl+k", "ctrl+a"):
            self.anchor = len(self.text) if key == "ctrl+k" else 0
            if key == "ctrl+a":
                self.caret = len(self.text)
            else:
                self.insert("")
            return True
        moving = key.removeprefix("shift+")
        if moving not in ("home", "end", "left", "right"):
            return False
        if moving == key:
            self.anchor = None
        elif self.anchor is None:
            self.anchor = self.caret
        if moving in ("home", "end"):
            self.caret = 0 if moving == "home" else len(self.text)
        else:
            self.caret = self._edge(forward=moving == ("left" if self.rtl else "right"))
        return True

    def _edge(self, *, forward: bool) -> int:
        edges = [0, *(cluster.end for cluster in clusters(self.text))]
        if forward:
            return min((edge for edge in edges if edge > self.caret), default=self.caret)
        return max((edge for edge in edges if edge < self.caret), default=0)
