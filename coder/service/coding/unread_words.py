"""Words of an event's sentences that may answer fields of it that are still empty."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from coder.codebook.schema import Codebook, Field
from coder.model import REJECTED, Article
from coder.service.coding.article_marks import Mark
from coder.text.segment import Extent

NUMBERS = "int_range"


def unread_words(
    article: Article,
    codebook: Codebook,
    fields: Sequence[Field],
    sentences: Sequence[Extent],
    marks: Sequence[Mark],
    used: Collection[tuple[str, int, int]],
) -> list[str]:
    """Return words that could give some of these fields a value and give none, in text
    order.

    They are marked words of the fields' kinds, and for fields of casualties also words
    that tell of dead or injured persons without a number (مقتل امرأة). sentences: those
    of the event. marks: those in them. used: the stretches of the words that are
    evidence of the event.
    """
    wanted = {field.id for field in fields}
    kinds = _telling_kinds(codebook, wanted)
    standing = [mark for mark in marks if mark.state != REJECTED]
    found = {
        (mark.start, mark.end)
        for mark in standing
        if mark.kind in kinds and mark.stretch not in used
    }
    if any(field.type == NUMBERS for field in fields):
        # Loads word lists that are not needed at start.
        from coder.suggest.words_for_counts import words_for_counts

        names = [
            mark
            for mark in standing
            if not codebook.is_trigger(mark.kind) and not _counts(codebook, mark.kind)
        ]
        for word in words_for_counts(article.text, sentences, codebook):
            is_in_name = any(m.start < word.end and word.start < m.end for m in names)
            if wanted.intersection(word.fields) and not is_in_name:
                found.add((word.start, word.end))
    return [article.text[start:end] for start, end in sorted(found)]


def _telling_kinds(codebook: Codebook, wanted: Collection[str]) -> set[str]:
    """Return the kinds of spans that can only be about one of these fields, or about
    actors.

    Numbers have several fields and are often about other things.
    """
    types = {field.id: field.type for field in codebook.event_fields}
    kinds = set[str]()
    for kind in codebook.span_kinds:
        is_clear = len(kind.fields) == 1
        is_of_actors = {types.get(each) for each in kind.fields} == {"actor"}
        if (is_clear or is_of_actors) and not set(kind.fields).isdisjoint(wanted):
            kinds.add(kind.id)
    return kinds


def _counts(codebook: Codebook, kind: str) -> bool:
    """Return whether spans of a kind are numbers."""
    return any(field.type == NUMBERS for field in codebook.fields_for_kind(kind))
