"""A statistical suggester: a spaCy named-entity recogniser trained on a project's own gold.

Words are parted from what is written onto them (و ف ب ل ك س ال, pronouns) wherever a span's edge could stand,
so that its spans end where the project's do. Needs the extra `spacy`, which is loaded when asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.model import Article, Candidate
from coder.suggest.plugins import Suggester
from coder.text.segment import boundaries, sentences

NAME = "spacy"  # of the plug-in
FOLDER = "spacy-model"  # where in the project's folder the trained model lies
_ABOUT = "coder.json"
Span: TypeAlias = tuple[int, int, str]  # half-open code points and a span kind


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article with the spans of its gold; spans that overlap longer ones are not learned from."""

    article: Article
    spans: tuple[Span, ...]


def trained(examples: Sequence[Labelled], epochs: int, seed: int) -> Any:
    """A model that has seen the examples so often; the same for the same seed on the same machine."""
    spacy = _spacy()
    from spacy.training import Example

    spacy.util.fix_random_seed(seed)
    nlp = spacy.blank("ar")
    recogniser = nlp.add_pipe("ner")
    for kind in sorted({kind for each in examples for *_, kind in each.spans}):
        recogniser.add_label(kind)
    taught = [
        Example.from_dict(doc, {"entities": _entities(doc, start, each)})
        for each in examples
        for start, doc in _docs(nlp, each.article.text)
    ]
    optimizer = nlp.initialize(lambda: taught)
    order, sizes = Random(seed), spacy.util.compounding(2.0, 32.0, 1.005)
    for _ in range(epochs):
        order.shuffle(taught)
        for batch in spacy.util.minibatch(taught, sizes):
            nlp.update(batch, sgd=optimizer, drop=0.2)
    return nlp


def spans_in(nlp: Any, text: str) -> list[Span]:
    """What a model finds in a text."""
    starts, docs = zip(*_docs(nlp, text), strict=True) if text.strip() else ((), ())
    return [
        (start + entity.start_char, start + entity.end_char, entity.label_)
        for start, doc in zip(starts, nlp.pipe(docs), strict=True)
        for entity in doc.ents
    ]


def keep(nlp: Any, project: Path, scores: Mapping[str, float], articles: Iterable[str]) -> Path:
    """Store a model in a project's folder in place of another; returns where it lies.

    scores: the kinds it may suggest → the score of its candidates. articles: what it has learned from.
    """
    folder, about = project / FOLDER, {"scores": dict(scores), "articles": sorted(articles)}
    nlp.to_disk(folder)
    (folder / _ABOUT).write_text(json.dumps(about, ensure_ascii=False), "utf-8")
    return folder


def load(_codebook: Codebook, folder: Path, _settings: Mapping[str, Any]) -> Suggester:
    """The plug-in: suggests the kinds at which the model is better, in articles it has not learned from."""
    try:
        about = json.loads((folder / FOLDER / _ABOUT).read_text("utf-8"))
    except (OSError, ValueError):
        raise CoderError("suggest.no_model") from None
    nlp = _spacy().load(folder / FOLDER)
    scores, learned_from = about["scores"], frozenset(about["articles"])

    def suggest(article: Article) -> list[Candidate]:
        if article.id in learned_from:
            return []
        return [
            Candidate("", kind, start, end, article.text[start:end], score=scores[kind])
            for start, end, kind in spans_in(nlp, article.text)
            if kind in scores and not any(start < b and a < end for a, b in article.boilerplate)
        ]

    return suggest


def _docs(nlp: Any, text: str) -> list[tuple[int, Any]]:  # sentences, with where each begins
    from spacy.tokens import Doc

    edges, found = boundaries(text, "clitic"), []
    for start, end in sentences(text):
        inside = sorted({start, end, *(edge for edge in edges if start < edge < end)})
        words = [text[a:b] for a, b in pairwise(inside)]
        found.append((start, Doc(nlp.vocab, words=words, spaces=[False] * len(words))))
    return found


def _entities(doc: Any, offset: int, example: Labelled) -> list[Span]:  # the longest that fit the words
    from spacy.util import filter_spans

    stop = offset + len(doc.text)
    inside = [(a - offset, b - offset, k) for a, b, k in example.spans if offset <= a < b <= stop]
    found = [span for a, b, k in inside if (span := doc.char_span(a, b, label=k)) is not None]
    return [(span.start_char, span.end_char, span.label_) for span in filter_spans(found)]


def _spacy() -> Any:
    try:
        import spacy
    except ModuleNotFoundError:
        raise CoderError("suggest.no_spacy") from None
    return spacy
