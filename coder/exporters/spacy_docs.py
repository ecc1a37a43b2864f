"""spaCy's DocBin: a document a coding, its spans in `doc.spans["sc"]`, those that overlap none in `doc.ents`.

Words are cut where a span begins or ends; `doc.text` is the article's text. `doc.user_data` has `article` and
`coder`. `DocBin().from_disk("gold.spacy").get_docs(vocab)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from coder.exporters.holdings import layered
from coder.exporters.registry import Sink
from coder.exporters.tokens import Extent, standing, tokens
from coder.exporters.writer import Dataset
from coder.model import Article, Coding, Span

Row = tuple[list[str], list[bool], list[Span], str, str]
"""The words, whether a blank follows each, the spans, article and coder."""


def rows(_: Dataset) -> Callable[[Article, Sequence[Coding]], list[Row]]:
    """What makes the documents' parts of an article's codings."""

    def row(text: str, coding: Coding) -> Row:
        spans = standing(coding)
        return (*_words(text, tokens(text, spans)), spans, coding.article, coding.coder)

    return lambda article, codings: [row(article.text, coding) for coding in codings]


def _words(text: str, found: list[Extent]) -> tuple[list[str], list[bool]]:
    """Tokens, white space but single blanks among them: all together they are the text."""
    words, blanks = list[str](), list[bool]()
    for (start, end), (following, _) in pairwise([(0, 0), *found, (len(text), len(text))]):
        gap = text[end:following]
        has_blank = start < end and gap.startswith(" ")
        if start < end:
            words.append(text[start:end])
            blanks.append(has_blank)
        if rest := gap[has_blank:]:
            words.append(rest)
            blanks.append(False)
    return words, blanks


@contextmanager
def sink(_: Dataset, path: Path) -> Iterator[Sink]:
    """Puts documents into the new file `path`; they are held until its end."""
    docs, vocab = DocBin(attrs=["ORTH", "SPACY", "ENT_IOB", "ENT_TYPE"], store_user_data=True), Vocab()

    def put(rows: list[Row]) -> None:
        for words, blanks, spans, article, coder in rows:
            doc = Doc(vocab, words=words, spaces=blanks)
            made = {s.id: doc.char_span(s.start, s.end, s.kind, alignment_mode="contract") for s in spans}
            doc.spans["sc"] = [each for each in made.values() if each is not None]
            first = (made[span.id] for span, layer in layered(spans) if not layer)
            doc.ents = [each for each in first if each is not None]
            doc.user_data |= {"article": article, "coder": coder}
            docs.add(doc)

    yield put
    docs.to_disk(path)
