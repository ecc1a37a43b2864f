"""Words that imply a field's value, as listed under `values` in a codebook's lexicon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from coder.codebook.schema import Codebook
from coder.model import Candidate
from coder.suggest.article_words import Page
from coder.suggest.compiled_lexicon import TRIGGER, VALUE, Match

_SCORE = 0.75


def value_candidates(
    page: Page, matches: Iterable[Match], codebook: Codebook
) -> Iterator[Candidate]:
    """Yield the words of a page that imply a field's value, once per span kind linked
    to the field.
    """
    for match in matches:
        for term_id in {term.id for term in match.terms} if match.kind == VALUE else ():
            field, _, value = term_id.partition(":")
            stretch = (match.start, match.stop)
            origin = f"words:{term_id}"
            for kind in (
                k.id
                for k in codebook.span_kinds
                if field in k.fields and k.id != TRIGGER
            ):
                yield page.candidate(
                    kind, *stretch, value=[value], origin=origin, score=_SCORE
                )
