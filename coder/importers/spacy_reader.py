"""spaCy's DocBin: the entities, span groups and categories of each document.

It is decompressed up to a limit. Offsets are code points.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from coder.importers.annotated import Document, Mark
from coder.importers.extras import library, parser_errors_as
from coder.importers.registry import whole
from coder.model import Json
from coder.size_limits import expect_inflatable


def documents(path: Path) -> Iterator[Document]:
    """Yield the documents; an entity that is in a span group too becomes one mark."""
    tokens = library("spacy.tokens", "spacy", "DocBin")
    vocab = library("spacy.vocab", "spacy", "DocBin")
    compressed = whole(path).data
    with parser_errors_as("delivery.no_annotations", str(path), format="DocBin"):
        expect_inflatable(compressed, str(path))
        docs = tokens.DocBin().from_bytes(compressed).get_docs(vocab.Vocab())
        for number, doc in enumerate(docs, start=1):
            yield _document(path, number, doc)


def _document(path: Path, number: int, doc: Any) -> Document:
    spans = [*doc.ents]
    for group in doc.spans.values():
        spans += group
    places = dict.fromkeys((s.label_, s.start_char, s.end_char) for s in spans)
    marks = []
    for at, (label, start, end) in enumerate(places, start=1):
        marks.append(Mark(f"s{at}", label, ((start, end),)))
    record: dict[str, Json] = {"text": doc.text}
    article = doc.user_data.get("article")
    if article:
        record["id"] = str(article)
    coder = str(doc.user_data.get("coder", ""))
    categories = [name for name, score in doc.cats.items() if score >= 0.5]
    return Document(
        path,
        f"{path}: document {number}",
        record,
        coder,
        marks,
        choices={"cats": categories},
    )
