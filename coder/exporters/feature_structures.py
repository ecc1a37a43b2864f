"""A coding as a UIMA CAS: feature structures, and their types as INCEpTION takes them for layers.

Sources: UIMA's references on type systems and on XMI, its specification of JSON CAS; for a layer INCEpTION
takes what has texts and slots alone, and for a slot an array of what has a role and a target alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate, chain

from coder.codebook.effective import effective_events
from coder.codebook.schema import Codebook, Field
from coder.exporters.holdings import NOT_IN_XML
from coder.exporters.tokens import standing, tokens
from coder.exporters.writer import Dataset, article_answers, quoted
from coder.foreign import from_json, to_json
from coder.model import Answer, Article, Coding, Event, Json, Span
from coder.text import segment

SOFA = 1  # the id of the text
LINK = "webanno.custom.CodedEventArgumentsLink"
_CODING, _SPAN, _EVENT = (f"webanno.custom.{name}" for name in ("Coding", "CodedSpan", "CodedEvent"))
_CORE = "de.tudarmstadt.ukp.dkpro.core.api."
_DOCUMENT = f"{_CORE}metadata.type.DocumentMetaData"
_SENTENCE, _TOKEN = (f"{_CORE}segmentation.type.{name}" for name in ("Sentence", "Token"))
_STRING = "uima.cas.String"
_TAKEN = {"sofa", "begin", "end", "event", "arguments", "article", "coder", "text_sha256"}


@dataclass(frozen=True, slots=True)
class Type:
    """A type by its name: what it is a kind of, and its own features, each with its range and description."""

    name: str
    above: str
    features: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Structure:
    """A feature structure by its id: type, features, and the ids of those that it names.

    Where a feature names several, they are a list.
    """

    id: int
    type: str
    features: Mapping[str, str | int]
    named: Mapping[str, int | list[int]] = field(default_factory=dict)


def types(dataset: Dataset) -> list[Type]:
    """All types that the codings of a dataset have, whatever revision they were made with."""
    books = [dataset.codebook, *dataset.revisions.values()]
    text = (_STRING, "")
    return [
        Type(_DOCUMENT, "uima.tcas.DocumentAnnotation", {"documentTitle": text, "documentId": text}),
        Type(_SENTENCE, "uima.tcas.Annotation"),
        Type(_TOKEN, "uima.tcas.Annotation"),
        Type(_SPAN, "uima.tcas.Annotation", {"kind": text, "value": text}),
        Type(LINK, "uima.cas.TOP", {"role": text, "target": (_SPAN, "")}),
        Type(
            _EVENT,
            "uima.tcas.Annotation",
            {
                "event": text,
                **_features(books, lambda book: book.event_fields),
                "arguments": (f"{LINK}[]", ""),
            },
        ),
        Type(
            _CODING,
            "uima.cas.AnnotationBase",
            {
                **dict.fromkeys(("article", "coder", "text_sha256"), text),
                **_features(books, lambda book: book.article_fields),
            },
        ),
    ]


def _features(
    books: Iterable[Codebook], fields: Callable[[Codebook], Iterable[Field]]
) -> dict[str, tuple[str, str]]:
    every = chain.from_iterable(map(fields, books))
    return {feature_name(of.id): (_STRING, f"{of.label.en} · {of.label.ar}") for of in every}


def feature_name(field_id: str) -> str:
    """A field's id as letters, digits and _ only, and as no other feature is called: `_xHHHH_` is the sign of
    that code point, as in Office Open XML.
    """
    name = re.sub(r"[.-]|_(?=x[0-9A-F]{4}_)", lambda sign: f"_x{ord(sign[0]):04X}_", field_id)
    return f"{name[:-1]}_x{ord(name[-1]):04X}_" if name in _TAKEN else name


def sofa(article: Article) -> dict[str, str | int]:
    """The features of the text itself."""
    return {"sofaNum": 1, "sofaID": "_InitialView", "mimeType": "text", "sofaString": article.text}


def structures(dataset: Dataset, article: Article, coding: Coding) -> Iterator[Structure]:
    """What a coding's CAS holds beside its text: all with `sofa` are members of the one view."""
    text, book, at = article.text, dataset.book(coding), _in_utf16(article.text)
    spans = {span.id: span for span in standing(coding)}
    number = SOFA

    def new(type_: str, features: Mapping[str, str | int], **named: int | list[int]) -> Structure:
        nonlocal number
        number += 1
        return Structure(number, type_, features, named)

    def placed(type_: str, start: int, end: int, told: Mapping[str, str], **named: list[int]) -> Structure:
        return new(type_, {"begin": at(start), "end": at(end), **told}, sofa=SOFA, **named)

    language = article.metadata.get("language", "x-unspecified")
    known = {"language": language, "documentTitle": article.id, "documentId": article.id}
    yield placed(_DOCUMENT, 0, len(text), known)
    whose = {"article": article.id, "coder": coding.coder, "text_sha256": article.text_sha256}
    yield new(_CODING, whose | _told(article_answers(coding, book)), sofa=SOFA)
    yield from (placed(_SENTENCE, *sentence, {}) for sentence in segment.sentences(text))
    yield from (placed(_TOKEN, *token, {}) for token in tokens(text, [*spans.values()]))
    ids = dict[str, int]()
    for span in spans.values():
        value = {} if span.value is None else {"value": _as_text(span.value)}
        made = placed(_SPAN, span.start, span.end, {"kind": span.kind, **value})
        ids[span.id] = made.id
        yield made
    for event in effective_events(coding, book):
        links = [
            new(LINK, {"role": name}, target=ids[each])
            for name, answer in event.fields.items()
            for each in answer.evidence
            if each in ids
        ]
        yield from links
        place = _place(event, book, spans)
        start, end = (place.start, place.end) if place else (0, 0)
        told = {"event": event.id, **_told(event.fields)}
        yield placed(_EVENT, start, end, told, arguments=[link.id for link in links])


def _place(event: Event, book: Codebook, spans: Mapping[str, Span]) -> Span | None:
    """The span at which an event stands."""
    of_type = event.answer(book.type_field.id).evidence if book.type_field else ()
    others = chain.from_iterable(answer.evidence for answer in event.fields.values())
    return next((span for evidence in (of_type, (*others,)) for span in quoted(spans, evidence)), None)


def _told(answers: Mapping[str, Answer]) -> dict[str, str]:
    """What was answered, by the features' names."""
    said = {name: answer for name, answer in answers.items() if answer.state in ("coded", "not_stated")}
    return {
        feature_name(name): _as_text(answer.value if answer.coded else {"blank": answer.state})
        for name, answer in said.items()
    }


def _as_text(value: Json) -> str:
    if not isinstance(value, str):
        return to_json(value)
    if NOT_IN_XML.search(value):
        return json.dumps(value)
    try:
        from_json(value)
    except ValueError:
        return value
    return to_json(value)


def _in_utf16(text: str) -> Callable[[int], int]:
    """What tells of a code point how many UTF-16 units stand before it."""
    if max(text, default="") <= "\uffff":
        return int
    return [0, *accumulate(1 + (sign > "\uffff") for sign in text)].__getitem__
