"""An editable text of mixed Arabic and Latin: a caret that moves by cluster and word, a
selection, undo.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import compress, pairwise

from coder.text.bidi import levels
from coder.text.clusters import clusters
from coder.text.display import takes_line_direction

JOINERS = "\u200c\u200d"
LIGATURES = {"ﻻ": "لا", "ﻵ": "لآ", "ﻷ": "لأ", "ﻹ": "لإ"}


_STEPS = 100  # of what was typed that can be undone


def as_typed(text: str, *, lines: bool = False) -> str:
    """Return the text as if it had been typed into one line, or into several."""
    edit = LineEdit(lines=lines)
    edit.insert(text)
    return edit.text


@dataclass(slots=True)
class LineEdit:
    """A text being typed, in logical order.

    caret: a code point offset on a cluster boundary. anchor: the other end of the
    selection, None without one. lines: whether several lines are allowed. among_rtl:
    whether the screen is read from right to left.
    """

    text: str = ""
    caret: int = 0
    anchor: int | None = None
    lines: bool = False
    among_rtl: bool = False
    _past: list[tuple[str, int]] = field(
        default_factory=list
    )  # texts and carets to return to
    _future: list[tuple[str, int]] = field(default_factory=list)
    # whether the last change typed part of a word, which is undone with the rest
    _is_typing: bool = False

    @property
    def rtl(self) -> bool:
        """Return whether the caret's line runs from right to left, by its first strong
        character.

        A range without any runs as the screen does, where it stands beside what it
        means.
        """
        start, end = self._line
        line = self.text[start:end]
        return levels(line)[0] == 1 or (self.among_rtl and takes_line_direction(line))

    @property
    def selected(self) -> tuple[int, int]:
        """The selected code points [start, end); without a selection, empty at the
        caret.
        """
        anchor = self.caret if self.anchor is None else self.anchor
        return min(anchor, self.caret), max(anchor, self.caret)

    def insert(self, typed: str) -> bool:
        """Replace the selection with text; return False if some characters had to be
        left out.

        White space becomes spaces, except for line ends if several lines are allowed.
        Control characters, surrogates and unassigned code points are left out. The
        ligatures on an Arabic keyboard become their two letters.
        """
        start, end = self.selected
        kept = JOINERS + "\n" * self.lines
        spaced = "".join(
            " " if c.isspace() and c not in kept else LIGATURES.get(c, c) for c in typed
        )
        clean = "".join(c for c in spaced if c.isprintable() or c in kept)
        if clean or start < end:
            goes_on = self._is_typing and start == end and len(typed) == 1
            if not goes_on:
                self._past = [*self._past[1 - _STEPS :], (self.text, self.caret)]
            self._future.clear()
            self._is_typing = len(typed) == 1 and not typed.isspace()
        self.text = self.text[:start] + clean + self.text[end:]
        self.caret = start + len(clean)
        self.anchor = None
        return len(clean) == len(spaced)

    def delete(self, *, forward: bool, word: bool = False) -> None:
        """Delete the selection, or else the cluster or word after (`forward`) or before
        the caret.
        """
        if self.anchor is None:
            self.anchor = self._edge(forward=forward, word=word)
        self.insert("")

    def press(self, key: str) -> bool:
        """Move, select, delete, undo or redo according to the key's name; return
        whether it was handled.

        In a line from right to left, Left moves forward; with Ctrl, by words. Shift
        selects. Home and End go to the ends of the line, with Ctrl to those of the
        text.
        """
        moving = key.replace("shift+", "")
        way = moving.removeprefix("ctrl+")
        if key in ("backspace", "delete", "ctrl+backspace", "ctrl+w", "ctrl+delete"):
            self.delete(forward=way == "delete", word=key.startswith("ctrl+"))
        elif key in ("ctrl+u", "ctrl+k"):
            self.anchor = 0 if key == "ctrl+u" else len(self.text)
            self.insert("")
        elif key == "ctrl+z":
            self._turn(self._past, self._future)
        elif key == "ctrl+y":
            self._turn(self._future, self._past)
        elif key == "ctrl+a":
            self.caret = len(self.text)
            self.anchor = 0
        elif way in ("home", "end"):
            edges = (0, len(self.text)) if moving != way else self._line
            self.move(edges[way == "end"], selecting=moving != key)
        elif way in ("left", "right"):
            edge = self._edge(
                forward=way == ("left" if self.rtl else "right"), word=moving != way
            )
            self.move(edge, selecting=moving != key)
        else:
            return False
        return True

    def move(self, to: int, *, selecting: bool = False) -> None:
        """Move the caret to a code point, selecting what is between or ending the
        selection.
        """
        if not selecting:
            self.anchor = None
        elif self.anchor is None:
            self.anchor = self.caret
        self.caret = to
        self._is_typing = False

    def select_word(self) -> None:
        """Select the word at the caret, or else the next one."""
        self.move(self._edge(forward=True, word=True))
        self.anchor = self._edge(forward=False, word=True)

    def _turn(self, back: list[tuple[str, int]], onward: list[tuple[str, int]]) -> None:
        """Return to the last text of `back`, and remember the present one in `onward`."""
        if back:
            onward.append((self.text, self.caret))
            self.text, self.caret = back.pop()
        self.anchor = None
        self._is_typing = False

    @property
    def _line(self) -> tuple[int, int]:
        """The code points [start, end) of the caret's line, without its end."""
        end = self.text.find("\n", self.caret)
        return self.text.rfind("\n", 0, self.caret) + 1, len(
            self.text
        ) if end < 0 else end

    def _edge(self, *, forward: bool, word: bool) -> int:
        """Return the next boundary from the caret: the end of a cluster or word, or the
        start before it.
        """
        found = clusters(self.text)
        edges = [0, *(cluster.end for cluster in found)]
        if word:
            inside = [
                False,
                *(self.text[cluster.start].isalnum() for cluster in found),
                False,
            ]
            ends = (
                here and not beyond
                for here, beyond in pairwise(inside if forward else inside[::-1])
            )
            edges = [
                *compress(edges, ends if forward else [*ends][::-1]),
                0,
                len(self.text),
            ]
        if forward:
            return min(
                (edge for edge in edges if edge > self.caret), default=self.caret
            )
        return max((edge for edge in edges if edge < self.caret), default=0)
