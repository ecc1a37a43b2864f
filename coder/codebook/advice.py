"""What is allowed in a codebook and hardly meant: no words by which anything could be suggested."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from coder.codebook.lexicon import Trigger
from coder.codebook.schema import Codebook

WORDS = "arabic_words_lexicon.yaml"
"""The lexicon with the words that dates and counts are read with; it travels with the program."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What the codebook lacks, and how to give it."""

    message: str
    hint: str


def advice(codebook: Codebook) -> Iterator[Advice]:
    """Everything that is worth a warning in a codebook without complaints."""
    lexicon = codebook.lexicon
    lists = {node.triggers: lexicon.triggers.get(node.triggers, Trigger()) for node in codebook.leaf_types()}
    if lists and not any(map(_has_words, lists.values())):
        yield Advice(
            "No event type has trigger words, so no trigger is suggested and no event proposed.",
            "Give the types `triggers: NAME`, and a lexicon `triggers: {NAME: {nouns: [...]}}`.",
        )
    else:
        for name, words in lists.items():
            if name and not _has_words(words):
                yield Advice(f"The trigger list “{name}” has no words.", "Give it `verbs` or `nouns`.")
    asked = codebook.kinds_for
    if (asked["date"] or asked["number"]) and not (lexicon.months.gregorian or lexicon.numbers.units):
        yield Advice(
            "The lexicon has no words for months and numbers, so dates and counts are hardly found.",
            f"Name {WORDS} under `lexicon:`; it comes with the program.",
        )


def _has_words(words: Trigger) -> bool:
    return bool(words.verbs or words.nouns or words.ambiguous or words.seen)
