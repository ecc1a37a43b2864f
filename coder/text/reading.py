"""One text, read once: its folded form, words and sentences, and its lines at any width."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from coder.text import segment
from coder.text.layout import Layout
from coder.text.normalize import Folded, fold


class Reading:
    """A stored text and what has been found in it so far; nothing is computed before it is asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._edges: dict[segment.Unit, list[int]] = {}

    def lines(self, width: int, **options: Any) -> Layout:
        """The text broken into lines of at most width cells; for the options see Layout."""
        return Layout(self.text, width, **options)

    @cached_property
    def folded(self) -> Folded:
        """What of the text counts when it is matched, with the map back."""
        return fold(self.text)

    @cached_property
    def words(self) -> list[segment.Extent]:
        """The words, as code points [start, end)."""
        return segment.words(self.text)

    @cached_property
    def sentences(self) -> tuple[segment.Extent, ...]:
        """The sentences, as code points [start, end)."""
        return segment.sentences(self.text)

    def boundaries(self, unit: segment.Unit) -> list[int]:
        """The offsets where the edge of a span may stand when it is moved by that unit."""
        if unit not in self._edges:
            self._edges[unit] = segment.boundaries(self.text, unit)
        return self._edges[unit]
