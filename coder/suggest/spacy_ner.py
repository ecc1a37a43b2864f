"""A statistical suggester: a spaCy named-entity recogniser trained on a project's own gold.

Clitics (و ف ب ل ك س ال, pronouns) are separate tokens wherever a span can begin or end, so that the model's
spans have the same boundaries as the project's. Requires the extra `spacy`, which is imported on demand.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

from msgspec import Struct

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.model import Article, Candidate
from coder.suggest.plugins import Suggester
from coder.text.segment import boundaries, sentences

NAME = "spacy"  # the plug-in's name
FOLDER = "spacy-model"  # the trained model's folder, relative to the project's
_METADATA = "coder.json"
Span: TypeAlias = tuple[int, int, str]  # half-open code points and a span kind


class Labelled(Struct, frozen=True):
    """An article with the spans of its gold; spans that overlap longer ones are ignored in training."""

    article: Article
    spans: tuple[Span, ...]


def trained(examples: Sequence[Labelled], epochs: int, seed: int) -> Any:
    """Train a model; the result is reproducible for a given seed on the same machine."""
    spacy = _spacy()
    from spacy.training import Example

    spacy.util.fix_random_seed(seed)
    nlp = spacy.blank("ar")
    recogniser = nlp.add_pipe("ner")
    for kind in sorted({kind for example in examples for *_, kind in example.spans}):
        recogniser.add_label(kind)
    training_set = [
        Example.from_dict(doc, {"entities": _entities(doc, start, example)})
        for example in examples
        for start, doc in _docs(nlp, example.article.text)
    ]
    optimizer = nlp.initialize(lambda: training_set)
    order, sizes = Random(seed), spacy.util.compounding(2.0, 32.0, 1.005)
    for _ in range(epochs):
        order.shuffle(training_set)
        for batch in spacy.util.minibatch(training_set, sizes):
            nlp.update(batch, sgd=optimizer, drop=0.2)
    return nlp


def spans_in(nlp: Any, text: str) -> list[Span]:
    """The spans that a model finds in a text."""
    starts, docs = zip(*_docs(nlp, text), strict=True) if text.strip() else ((), ())
    return [
        (start + entity.start_char, start + entity.end_char, entity.label_)
        for start, doc in zip(starts, nlp.pipe(docs), strict=True)
        for entity in doc.ents
    ]


def keep(
    nlp: Any, project: Path, scores: Mapping[str, float], articles: Iterable[str]
) -> Path:
    """Store a model in a project's folder, replacing an earlier one, and return its folder.

    scores: kind that the model may suggest → score of its candidates. articles: ids of the training articles.
    """
    folder, metadata = (
        project / FOLDER,
        {"scores": dict(scores), "articles": sorted(articles)},
    )
    nlp.to_disk(folder)
    (folder / _METADATA).write_text(json.dumps(metadata, ensure_ascii=False), "utf-8")
    return folder


def load(_codebook: Codebook, folder: Path, _settings: Mapping[str, Any]) -> Suggester:
    """The plug-in's entry point: suggests kinds with a stored score in articles not used for training."""
    try:
        metadata = json.loads((folder / FOLDER / _METADATA).read_text("utf-8"))
    except (OSError, ValueError):
        raise CoderError("suggest.no_model") from None
    nlp = _spacy().load(folder / FOLDER)
    scores, training_ids = metadata["scores"], frozenset(metadata["articles"])

    def suggest(article: Article) -> list[Candidate]:
        if article.id in training_ids:
            return []
        return [
            Candidate("", kind, start, end, article.text[start:end], score=scores[kind])
            for start, end, kind in spans_in(nlp, article.text)
            if kind in scores
            and not any(start < b and a < end for a, b in article.boilerplate)
        ]

    return suggest


def _docs(
    nlp: Any, text: str
) -> list[tuple[int, Any]]:  # the sentences with their offsets
    from spacy.tokens import Doc

    edges, docs = boundaries(text, "clitic"), []
    for start, end in sentences(text):
        inside = sorted({start, end, *(edge for edge in edges if start < edge < end)})
        words = [text[a:b] for a, b in pairwise(inside)]
        docs.append((start, Doc(nlp.vocab, words=words, spaces=[False] * len(words))))
    return docs


def _entities(
    doc: Any, offset: int, example: Labelled
) -> list[Span]:  # the longest ones that fit the tokens
    from spacy.util import filter_spans

    stop = offset + len(doc.text)
    spans = [
        (a - offset, b - offset, k)
        for a, b, k in example.spans
        if offset <= a < b <= stop
    ]
    entities = [
        span for a, b, k in spans if (span := doc.char_span(a, b, label=k)) is not None
    ]
    return [
        (span.start_char, span.end_char, span.label_) for span in filter_spans(entities)
    ]


def _spacy() -> Any:
    try:
        import spacy
    except ModuleNotFoundError:
        raise CoderError("suggest.no_spacy") from None
    return spacy
