"""A folder of UIMA CAS XMI 1.0, for INCEpTION and cassis: one file per coding, and
`TypeSystem.xml`.

In INCEpTION, first import `TypeSystem.xml` under Layers, then the `.xmi` files as
documents. The layer
`webanno.custom.CodedSpan` has the spans with kind and value, and in `evidence_of` the ids of the article's
fields whose evidence they are. `CodedEvent` has the events with their values and, as
slots, their evidence; a slot's role is the field's id. An event is placed at its type's
evidence, else at its first evidence, else at
0. `Coding`, an annotation of the whole text, has the ids of article and coder and the answers about the
article. Values other than strings are JSON; an answer that is not stated is `{"blank":
"not_stated"}`. Offsets are UTF-16. Control characters, which XML cannot hold, are
replaced by U+FFFD.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from keyword import iskeyword
from pathlib import Path
from typing import Any

import cassis

from coder.codebook.effective import effective_events
from coder.codebook.schema import Codebook, Field
from coder.exporters.holdings import NOT_IN_XML
from coder.exporters.registry import Sink
from coder.exporters.tokens import standing, tokens
from coder.exporters.writer import (
    Dataset,
    article_answers,
    file_name,
    find_quoted,
    put_files,
)
from coder.foreign import from_json, to_json
from coder.model import Answer, Article, Coding, Event, Json, Span
from coder.native import state_answers
from coder.text import segment

_LINK = "webanno.custom.CodedEventArgumentsLink"
_CODING = "webanno.custom.Coding"
_SPAN = "webanno.custom.CodedSpan"
_EVENT = "webanno.custom.CodedEvent"
_DOCUMENT = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
_SENTENCE = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence"
_TOKEN = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token"
_ANNOTATION = "uima.tcas.Annotation"
_STRING = "uima.cas.String"
_RESERVED = {
    "sofa",
    "begin",
    "end",
    "event",
    "arguments",
    "article",
    "coder",
    "text_sha256",
    # cassis's structures have these attributes of their own
    "self",
    "type",
    "xmiID",
    "get",
    "set",
    "get_covered_text",
}


def rows(
    dataset: Dataset,
) -> Callable[[Article, Sequence[Coding]], list[tuple[str, str]]]:
    """Return the function that makes the name and text of the file of each of an
    article's codings.
    """
    types = type_system(dataset)

    def files_of(article: Article, codings: Sequence[Coding]) -> list[tuple[str, str]]:
        files = []
        for coding in codings:
            cas = cas_of(dataset, types, article, coding)
            name = f"{file_name(article.id, coding.coder)}.xmi"
            files.append((name, cas.to_xmi(pretty_print=True)))
        return files

    return files_of


@contextmanager
def sink(dataset: Dataset, path: Path) -> Iterator[Sink]:
    """Write the files into the folder `path`."""
    type_system(dataset).to_xml(path / "TypeSystem.xml")
    yield partial(put_files, path)


def type_system(dataset: Dataset) -> cassis.TypeSystem:
    """Return the types of a dataset's codings, with the fields of all revisions.

    INCEpTION only imports a type as a layer if all its features are strings or slots; a
    slot is an array of a type whose only features are a role and a target.
    """
    books = [dataset.codebook, *dataset.revisions.values()]
    types = cassis.TypeSystem()

    def create(name: str, parent: str, *features: str) -> Any:
        created = types.create_type(name, parent)
        for feature in features:
            types.create_feature(created, feature, _STRING)
        return created

    def add_fields(created: Any, fields: Iterable[Field]) -> None:
        by_name = {feature_name(field.id): field.label for field in fields}
        for name, label in by_name.items():
            about = _for_xml(f"{label.en} · {label.ar}")
            types.create_feature(created, name, _STRING, description=about)

    create(_DOCUMENT, "uima.tcas.DocumentAnnotation", "documentTitle", "documentId")
    create(_SENTENCE, _ANNOTATION)
    create(_TOKEN, _ANNOTATION)
    create(_SPAN, _ANNOTATION, "kind", "value", "evidence_of")
    link = create(_LINK, "uima.cas.TOP", "role")
    types.create_feature(link, "target", _SPAN)
    event = create(_EVENT, _ANNOTATION, "event")
    add_fields(event, (field for book in books for field in book.event_fields))
    types.create_feature(event, "arguments", "uima.cas.FSArray", elementType=_LINK)
    coding = create(
        _CODING, "uima.cas.AnnotationBase", "article", "coder", "text_sha256"
    )
    add_fields(coding, (field for book in books for field in book.article_fields))
    return types


def feature_name(field_id: str) -> str:
    """Return a field's id as a unique feature name of letters, digits and _.

    Other characters are escaped as `_xHHHH_`, as in Office Open XML, and so is a
    reserved name's last one. Python's keywords are reserved because cassis makes
    classes with these names as attributes.
    """
    name = re.sub(
        r"[.-]|_(?=x[0-9A-F]{4}_)", lambda char: f"_x{ord(char[0]):04X}_", field_id
    )
    if name in _RESERVED or iskeyword(name):
        return f"{name[:-1]}_x{ord(name[-1]):04X}_"
    return name


def cas_of(
    dataset: Dataset, types: cassis.TypeSystem, article: Article, coding: Coding
) -> cassis.Cas:
    """Return a coding as a CAS."""
    book = dataset.book(coding)
    text = _for_xml(article.text)
    cas = cassis.Cas(types)
    cas.sofa_string = text
    cas.sofa_mime = "text"
    spans = {span.id: span for span in standing(coding)}
    of_article = article_answers(coding, book)

    def add(type_name: str, **features: Any) -> Any:
        structure = types.get_type(type_name)(**features)
        cas.add(structure)
        return structure

    add(
        _DOCUMENT,
        begin=0,
        end=len(text),
        language=_for_xml(article.metadata.get("language", "x-unspecified")),
        documentTitle=article.id,
        documentId=article.id,
    )
    add(
        _CODING,
        article=article.id,
        coder=coding.coder,
        text_sha256=article.text_sha256,
        **_features(of_article),
    )
    for start, end in segment.sentences(article.text):
        add(_SENTENCE, begin=start, end=end)
    for start, end in tokens(article.text, [*spans.values()]):
        add(_TOKEN, begin=start, end=end)
    added = {}
    for span in spans.values():
        fields = [
            name for name, answer in of_article.items() if span.id in answer.evidence
        ]
        added[span.id] = add(
            _SPAN,
            begin=span.start,
            end=span.end,
            kind=span.kind,
            value=None if span.value is None else _as_text(span.value),
            evidence_of=" ".join(fields) or None,
        )
    link = types.get_type(_LINK)
    slots = types.get_type("uima.cas.FSArray")
    for event in effective_events(coding, book):
        links = []
        for name, answer in event.fields.items():
            for span_id in answer.evidence:
                if span_id in added:
                    links.append(link(role=name, target=added[span_id]))
        start, end = _place(event, book, spans)
        add(
            _EVENT,
            begin=start,
            end=end,
            event=event.id,
            arguments=slots(elements=links),
            **_features(event.fields),
        )
    return cas


def _place(event: Event, book: Codebook, spans: Mapping[str, Span]) -> tuple[int, int]:
    """Return where an event is placed: at its type's evidence, else at any, else at the
    beginning.
    """
    of_type = event.answer(book.type_field.id).evidence if book.type_field else ()
    every = [each for answer in event.fields.values() for each in answer.evidence]
    for span in find_quoted(spans, of_type) or find_quoted(spans, every):
        return span.start, span.end
    return 0, 0


def _features(answers: Mapping[str, Answer]) -> dict[str, str]:
    """Return feature name → value, for answers that are coded or not stated."""
    return {
        feature_name(name): _as_text(value)
        for name, value in state_answers(answers).items()
    }


def _as_text(value: Json) -> str:
    """Return a value as a feature: a string that does not look like JSON is unchanged,
    all else is JSON.
    """
    if not isinstance(value, str):
        return _for_xml(to_json(value))
    if NOT_IN_XML.search(value):
        return json.dumps(value)
    try:
        from_json(value)
    except ValueError:
        return value
    return to_json(value)


def _for_xml(text: str) -> str:
    """Return a text whose control characters, which XML cannot hold, are replaced."""
    return NOT_IN_XML.sub("\ufffd", text)
