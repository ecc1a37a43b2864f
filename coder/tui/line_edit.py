"""A line of text being typed: Arabic and Latin mixed, a caret that moves by cluster. No screen here."""

from __future__ import annotations

from dataclasses import dataclass

from coder.text.bidi import levels
from coder.text.clusters import clusters

JOINERS = "\u200c\u200d"
LIGATURES = {"ﻻ": "لا", "ﻵ": "لآ", "ﻷ": "لأ", "ﻹ": "لإ"}


@dataclass(slots=True)
class LineEdit:
    """The text in logical order, the caret as a code point offset on a cluster's edge, and a selection.

    anchor: where the selection began, None without one; it reaches from there to the caret.
    """

    text: str = ""
    caret: int = 0
    anchor: int | None = None

    @property
    def rtl(self) -> bool:
        """Whether the line reads from right to left, by its first strong character."""
        return bool(self.text) and levels(self.text)[0] == 1

    @property
    def selected(self) -> tuple[int, int]:
        """The selected code points [start, end), empty at the caret without a selection."""
        anchor = self.caret if self.anchor is None else self.anchor
        return min(anchor, self.caret), max(anchor, self.caret)

    def insert(self, typed: str) -> bool:
        """Put text in place of the selection; False when something in it had to be left out.

        White space becomes spaces. Control characters, half characters and what is not assigned are left
        out. The ligatures that an Arabic keyboard has on one key become their two letters.
        """
        start, end = self.selected
        spaced = "".join(" " if c.isspace() else LIGATURES.get(c, c) for c in typed)
        clean = "".join(c for c in spaced if c.isprintable() or c in JOINERS)
        self.text = self.text[:start] + clean + self.text[end:]
        self.caret, self.anchor = start + len(clean), None
        return len(clean) == len(spaced)

    def backspace(self) -> None:
        """Take away the selection, or the cluster before the caret."""
        if self.anchor is None:
            self.anchor = self._edge(forward=False)
        self.insert("")

    def delete(self) -> None:
        """Take away the selection, or the cluster after the caret."""
        if self.anchor is None:
            self.anchor = self._edge(forward=True)
        self.insert("")

    def press(self, key: str) -> bool:
        """Move, select or clear by a key's name; says whether it was one of these.

        In a line that reads from the right, Left goes forward. Shift selects; Ctrl+A selects all, Ctrl+U
        clears up to the caret, Ctrl+K from it on.
        """
        if key in ("ctrl+u", "ctrl+k", "ctrl+a"):
            self.anchor = len(self.text) if key == "ctrl+k" else 0
            if key == "ctrl+a":
                self.caret = len(self.text)
            else:
                self.insert("")
            return True
        selecting = key.startswith("shift+")
        target = self._target(key.removeprefix("shift+"))
        if target is None:
            return False
        if not selecting:
            self.anchor = None
        elif self.anchor is None:
            self.anchor = self.caret
        self.caret = target
        return True

    def _target(self, key: str) -> int | None:
        """Where a key takes the caret, None for a key that does not move."""
        if key in ("home", "end"):
            return 0 if key == "home" else len(self.text)
        if key in ("left", "right"):
            return self._edge(forward=key == ("left" if self.rtl else "right"))
        return None

    def _edge(self, *, forward: bool) -> int:
        """The next edge of a cluster from the caret on, or back."""
        edges = [0, *(cluster.end for cluster in clusters(self.text))]
        if forward:
            return min((edge for edge in edges if edge > self.caret), default=self.caret)
        return max((edge for edge in edges if edge < self.caret), default=0)
