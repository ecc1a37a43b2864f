"""A line of text being typed: Arabic and Latin mixed, a caret that moves by cluster. No screen here."""

from __future__ import annotations

from dataclasses import dataclass

from coder.text.bidi import levels
from coder.text.clusters import clusters


@dataclass(slots=True)
class LineEdit:
    """The text in logical order and the caret as a code point offset on a cluster's edge."""

    text: str = ""
    caret: int = 0

    @property
    def rtl(self) -> bool:
        """Whether the line reads from right to left, by its first strong character."""
        return bool(self.text) and levels(self.text)[0] == 1

    def insert(self, typed: str) -> None:
        """Put text in at the caret; line breaks and control characters become spaces."""
        clean = "".join(c if c.isprintable() or c in "\u200c\u200d" else " " for c in typed)
        self.text = self.text[: self.caret] + clean + self.text[self.caret :]
        self.caret += len(clean)

    def backspace(self) -> None:
        """Take away the cluster before the caret."""
        before = max((e for e in self._edges() if e < self.caret), default=0)
        self.text = self.text[:before] + self.text[self.caret :]
        self.caret = before

    def delete(self) -> None:
        """Take away the cluster after the caret."""
        after = min((e for e in self._edges() if e > self.caret), default=self.caret)
        self.text = self.text[: self.caret] + self.text[after:]

    def move(self, key: str) -> bool:
        """Move the caret: in a line that reads from the right, Left goes forward. Says if the key was one."""
        forward = "left" if self.rtl else "right"
        if key in ("left", "right"):
            edges = self._edges()
            if key == forward:
                self.caret = min((e for e in edges if e > self.caret), default=self.caret)
            else:
                self.caret = max((e for e in edges if e < self.caret), default=0)
        elif key == "home":
            self.caret = 0
        elif key == "end":
            self.caret = len(self.text)
        else:
            return False
        return True

    def _edges(self) -> list[int]:
        return [0, *(cluster.end for cluster in clusters(self.text))]
