"""What is allowed in a codebook and hardly meant: no words by which anything could be suggested."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from coder.codebook.lexicon_schema import Trigger
from coder.codebook.schema import Codebook
from coder.messages.catalogue import Message

WORDS = "arabic_words_lexicon.yaml"
"""The lexicon with the words that dates and counts are read with; it travels with the program."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What the codebook lacks, and how to give it."""

    message: Message
    hint: Message


def advice(codebook: Codebook) -> Iterator[Advice]:
    """Everything that is worth a warning in a codebook without problems."""
    lexicon = codebook.lexicon
    lists = {node.triggers: lexicon.triggers.get(node.triggers, Trigger()) for node in codebook.leaf_types()}
    if lists and not any(map(_has_words, lists.values())):
        yield _advice("no_triggers")
    else:
        for name, words in lists.items():
            if name and not _has_words(words):
                yield _advice("empty_triggers", name=name)
    asked = codebook.kinds_for
    if (asked["date"] or asked["number"]) and not (lexicon.months.gregorian or lexicon.numbers.units):
        yield _advice("no_number_words", file=WORDS)


def _advice(key: str, **values: object) -> Advice:
    return Advice(Message(f"codebook.{key}", **values), Message(f"codebook.{key}.hint", **values))


def _has_words(words: Trigger) -> bool:
    return bool(words.verbs or words.nouns or words.ambiguous or words.seen)
