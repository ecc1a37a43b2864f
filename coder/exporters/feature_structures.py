"""A coding as a UIMA CAS: feature structures, and types that INCEpTION can import as layers.

Source: UIMA's references on type systems and XMI. INCEpTION only imports a type as a layer if all its
features are strings or slots; a slot is an array of a type whose only features are a role and a target.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate, count

from msgspec import Struct, field

from coder.codebook.effective import effective_events
from coder.codebook.schema import Codebook, Field
from coder.exporters.holdings import NOT_IN_XML
from coder.exporters.tokens import standing, tokens
from coder.exporters.writer import Dataset, article_answers, quoted
from coder.foreign import from_json, to_json
from coder.model import Answer, Article, Coding, Event, Json, Span
from coder.native import stated
from coder.text import segment

SOFA = 1  # the id of the text
LINK = "webanno.custom.CodedEventArgumentsLink"
_CODING, _SPAN, _EVENT = (
    f"webanno.custom.{name}" for name in ("Coding", "CodedSpan", "CodedEvent")
)
_CORE = "de.tudarmstadt.ukp.dkpro.core.api."
_DOCUMENT = f"{_CORE}metadata.type.DocumentMetaData"
_SENTENCE, _TOKEN = (
    f"{_CORE}segmentation.type.{name}" for name in ("Sentence", "Token")
)
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
}


class Type(Struct, frozen=True):
    """A type; parent: the name of its supertype; features: its own, name → range and description."""

    name: str
    parent: str
    features: Mapping[str, tuple[str, str]] = field(default_factory=dict)


class Structure(Struct, frozen=True):
    """A feature structure; references: feature → the id that it refers to, or a list of ids."""

    id: int
    type: str
    features: Mapping[str, str | int]
    references: Mapping[str, int | list[int]] = field(default_factory=dict)


def types(dataset: Dataset) -> list[Type]:
    """The types of a dataset's codings, with the fields of all revisions."""
    books = [dataset.codebook, *dataset.revisions.values()]
    text = (_STRING, "")
    of_event = _features(f for book in books for f in book.event_fields)
    of_article = _features(f for book in books for f in book.article_fields)
    head = dict.fromkeys(("article", "coder", "text_sha256"), text)
    return [
        Type(
            _DOCUMENT,
            "uima.tcas.DocumentAnnotation",
            {"documentTitle": text, "documentId": text},
        ),
        Type(_SENTENCE, "uima.tcas.Annotation"),
        Type(_TOKEN, "uima.tcas.Annotation"),
        Type(
            _SPAN,
            "uima.tcas.Annotation",
            dict.fromkeys(("kind", "value", "evidence_of"), text),
        ),
        Type(LINK, "uima.cas.TOP", {"role": text, "target": (_SPAN, "")}),
        Type(
            _EVENT,
            "uima.tcas.Annotation",
            {"event": text, **of_event, "arguments": (f"{LINK}[]", "")},
        ),
        Type(_CODING, "uima.cas.AnnotationBase", {**head, **of_article}),
    ]


def _features(fields: Iterable[Field]) -> dict[str, tuple[str, str]]:
    return {
        feature_name(f.id): (_STRING, f"{f.label.en} · {f.label.ar}") for f in fields
    }


def feature_name(field_id: str) -> str:
    """A field's id as a unique feature name of letters, digits and _.

    Other characters are escaped as `_xHHHH_`, as in Office Open XML, and so is a reserved name's last one.
    """
    name = re.sub(
        r"[.-]|_(?=x[0-9A-F]{4}_)", lambda char: f"_x{ord(char[0]):04X}_", field_id
    )
    return f"{name[:-1]}_x{ord(name[-1]):04X}_" if name in _RESERVED else name


def sofa(article: Article) -> dict[str, str | int]:
    """The features of the structure that holds the text."""
    return {
        "sofaNum": 1,
        "sofaID": "_InitialView",
        "mimeType": "text",
        "sofaString": article.text,
    }


def structures(
    dataset: Dataset, article: Article, coding: Coding
) -> Iterator[Structure]:
    """The structures of a coding's CAS except its text; those with `sofa` are members of the only view."""
    text, book, offset = (
        article.text,
        dataset.book(coding),
        _utf16_offsets(article.text),
    )
    spans = {span.id: span for span in standing(coding)}
    ids = count(SOFA + 1)

    def new(
        type_: str, features: Mapping[str, str | int], **references: int | list[int]
    ) -> Structure:
        return Structure(next(ids), type_, features, references)

    def annotation(
        type_: str,
        start: int,
        end: int,
        features: Mapping[str, str],
        **references: list[int],
    ) -> Structure:
        place = {"begin": offset(start), "end": offset(end)}
        return new(type_, {**place, **features}, sofa=SOFA, **references)

    language = article.metadata.get("language", "x-unspecified")
    about = {
        "language": language,
        "documentTitle": article.id,
        "documentId": article.id,
    }
    yield annotation(_DOCUMENT, 0, len(text), about)
    head = {
        "article": article.id,
        "coder": coding.coder,
        "text_sha256": article.text_sha256,
    }
    of_article = article_answers(coding, book)
    yield new(_CODING, head | _values(of_article), sofa=SOFA)
    yield from (
        annotation(_SENTENCE, *sentence, {}) for sentence in segment.sentences(text)
    )
    yield from (
        annotation(_TOKEN, *token, {}) for token in tokens(text, [*spans.values()])
    )
    span_ids = dict[str, int]()
    for span in spans.values():
        value = {} if span.value is None else {"value": _as_text(span.value)}
        fields = [
            name for name, answer in of_article.items() if span.id in answer.evidence
        ]
        evidence = {"evidence_of": " ".join(fields)} if fields else {}
        structure = annotation(
            _SPAN, span.start, span.end, {"kind": span.kind, **value, **evidence}
        )
        span_ids[span.id] = structure.id
        yield structure
    for event in effective_events(coding, book):
        links = [
            new(LINK, {"role": name}, target=span_ids[each])
            for name, answer in event.fields.items()
            for each in answer.evidence
            if each in span_ids
        ]
        yield from links
        place = _place(event, book, spans)
        start, end = (place.start, place.end) if place else (0, 0)
        features = {"event": event.id, **_values(event.fields)}
        yield annotation(
            _EVENT, start, end, features, arguments=[link.id for link in links]
        )


def _place(event: Event, book: Codebook, spans: Mapping[str, Span]) -> Span | None:
    """The first span of the type's evidence, else the first of any evidence, else None."""
    of_type = event.answer(book.type_field.id).evidence if book.type_field else ()
    every = [each for answer in event.fields.values() for each in answer.evidence]
    return next(iter(quoted(spans, of_type) or quoted(spans, every)), None)


def _values(answers: Mapping[str, Answer]) -> dict[str, str]:
    """Feature name → value, for answers that are coded or not stated."""
    return {
        feature_name(name): _as_text(value) for name, value in stated(answers).items()
    }


def _as_text(value: Json) -> str:
    """A value as a feature: a string that does not look like JSON is unchanged, all else is JSON."""
    if not isinstance(value, str):
        return to_json(value)
    if NOT_IN_XML.search(value):
        return json.dumps(value)
    try:
        from_json(value)
    except ValueError:
        return value
    return to_json(value)


def _utf16_offsets(text: str) -> Callable[[int], int]:
    """Return a function that converts an offset in code points to UTF-16 units."""
    if max(text, default="") <= "\uffff":
        return int
    return [0, *accumulate(1 + (char > "\uffff") for char in text)].__getitem__
