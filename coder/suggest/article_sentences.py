"""The sentences of an article with their candidates, as the rules that propose events
ask for them.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from coder.model import Article, Candidate
from coder.suggest.clause import Sentence
from coder.suggest.compiled_lexicon import TRIGGER
from coder.suggest.datelines import outside_datelines
from coder.text.normalize import fold_key
from coder.text.segment import sentences, unwrap

_ONE_OF_THEM = re.compile(
    r"[،,]?\s+(?:و?كان(?:ت)?\s+)?و?(?:[آا]خر|[أا](?:برز|عنف|سو[أا]|كبر|خطر|حدث|شد|دم[اى]|ول))(?:ها|هم)\s+(?=\w)"
)


class ArticleSentences:
    """The sentences of one article; candidates without letters and in datelines are
    left out.
    """

    def __init__(self, candidates: Iterable[Candidate], article: Article) -> None:
        self.text = unwrap(article.text)
        lettered = (
            c for c in candidates if fold_key(c.quote)
        )  # those of other tools may have no letters
        self.candidates = sorted(
            outside_datelines(lettered, self.text), key=lambda c: (c.start, c.end)
        )
        self.starts = [c.start for c in self.candidates]
        self.extents = sentences(article.text)
        self._known: dict[int, Sentence] = {}

    def at(self, offset: int) -> int:
        """The number of the sentence at a code point."""
        return max(
            0, bisect_right(self.extents, offset, key=lambda extent: extent[0]) - 1
        )

    def sentence(self, at: int) -> Sentence:
        """The sentence with a number; the one after the last is empty."""
        if at not in self._known:
            start, end = self.extents[at] if at < len(self.extents) else (0, 0)
            self._known[at] = Sentence(self.text, start, end, self.between(start, end))
        return self._known[at]

    def part(self, act: Candidate) -> Sentence:
        """The sentence of an act, up to where it names one of several acts: هجمات، كان
        آخرها غارة قتلت …
        """
        sentence = self.sentence(self.at(act.start))
        acts = [c.start for c in sentence.of_kind(TRIGGER)]
        for named in _ONE_OF_THEM.finditer(self.text, act.end, sentence.end):
            if any(start - named.end() in (0, 1) for start in acts):
                return Sentence(
                    self.text,
                    sentence.start,
                    named.start(),
                    self.between(sentence.start, named.start()),
                )
        return sentence

    def told_before(self, at: int) -> Sentence:
        """The sentence before, over the heading of a section; before the first one
        stands an empty one.
        """
        earlier = map(self.sentence, range(at - 1, max(-1, at - 3), -1))
        return next(
            (each for each in earlier if not each.is_heading),
            Sentence(self.text, 0, 0, ()),
        )

    def between(self, start: int, end: int) -> list[Candidate]:
        """The candidates that start in [start, end)."""
        return self.candidates[
            bisect_left(self.starts, start) : bisect_left(self.starts, end)
        ]
