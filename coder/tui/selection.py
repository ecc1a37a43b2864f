"""A stretch of text that is being selected, moved by word, clitic and letter. No screen here."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace

from coder.text.segment import Reading, Unit


@dataclass(frozen=True, slots=True)
class Selection:
    """Code points [start, end) of a reading's text, never empty."""

    reading: Reading
    start: int
    end: int

    @classmethod
    def at_word(cls, reading: Reading, offset: int) -> Selection:
        """The word at or after a code point, else the last one."""
        words = reading.words or [(0, max(1, len(reading.text)))]
        index = bisect_right(words, offset, key=lambda word: word[1])
        return cls(reading, *words[min(index, len(words) - 1)])

    def moved(self, words: int) -> Selection:
        """The single word so many words on (back if negative)."""
        spans = self.reading.words
        if not spans:
            return self
        here = bisect_right(spans, self.start, key=lambda word: word[1])
        start, end = spans[max(0, min(len(spans) - 1, here + words))]
        return replace(self, start=start, end=end)

    def with_end(self, steps: int, unit: Unit) -> Selection:
        """The end so many steps on (back if negative), always after the start."""
        end = self._step(self.end, steps, unit)
        return replace(self, end=end) if end > self.start else self

    def with_start(self, steps: int, unit: Unit) -> Selection:
        """The start so many steps on (back if negative), always before the end."""
        start = self._step(self.start, steps, unit)
        return replace(self, start=start) if start < self.end else self

    def _step(self, edge: int, steps: int, unit: Unit) -> int:
        edges = self.reading.boundaries(unit)
        if unit == "word":
            # A word's end for the end, a word's start for the start: white space is never left over.
            edges = [word[1 if edge == self.end else 0] for word in self.reading.words]
        if not edges:
            return edge
        index = bisect_right(edges, edge) if steps > 0 else bisect_left(edges, edge) - 1
        return edges[max(0, min(len(edges) - 1, index))]
