"""UIMA CAS as XMI and as JSON, as INCEpTION exports them: annotations of every layer, relations and slots.

A mark is labelled by its layer, with its `value` or `label` behind it. Slots and the ends of relations become
links; what is said of the whole text is a choice. Segmentation and descriptions of tagsets are no
annotations. Layers that are written here are known as such, from INCEpTION too. Offsets are UTF-16.
Source: the UIMA references on XMI and JSON CAS.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError, TreeBuilder, XMLParser

from coder.errors import CoderError
from coder.foreign import from_json
from coder.importers.annotated import Document, Link, Mark, beginning
from coder.importers.registry import json_in, whole
from coder.model import Article, Json

_TECHNICAL = re.compile(
    r".*\.(?:segmentation|metadata|pos\.tweet)\.type\..*|uima\.tcas\.DocumentAnnotation|.*\.(?:Token|Sentence)"
    r"|.*\.(?:TagsetDescription|CASMetadata|LayerDefinition|FeatureDefinition|DocumentMetaData|\w*Chain)"
)
_OURS = _CODING, _SPAN, _EVENT = tuple(f"webanno.custom.{n}" for n in ("Coding", "CodedSpan", "CodedEvent"))
_HEAD = ("article", "coder", "text_sha256")
_SIGN = re.compile(r"_x([0-9A-F]{4})_")
_OWN = {"sofa", "begin", "end"}
_LABELS = ("value", "label", "identifier", "PosValue", "DependencyType")
_TAG = re.compile(r"\{http:///(.*)\.ecore\}(.*)")


@dataclass
class _Structure:
    """A feature structure: its type, its features, and which of these name others."""

    type: str
    features: dict[str, Json]
    references: dict[str, list[str]] = field(default_factory=dict)


def is_mine(path: Path) -> bool:
    """Whether a file holds feature structures."""
    return path.suffix.lower() == ".xmi" or '"%FEATURE_STRUCTURES"' in beginning(path)


def documents(path: Path) -> Iterator[Document]:
    """Each text of the CAS with its annotations."""
    piece = whole(path)
    try:
        read = _of_xmi if path.suffix.lower() == ".xmi" else _of_json
        every = read(piece.data if read is _of_xmi else json_in(piece))
        texts = {id_: s.features for id_, s in every.items() if s.type == "uima.cas.Sofa"}
        found = [_document(path, id_, sofa, every) for id_, sofa in texts.items() if "sofaString" in sofa]
    except (ParseError, ValueError, TypeError, KeyError, AttributeError) as error:
        problem = str(error) or type(error).__name__
        raise CoderError("delivery.no_annotations", format="CAS", problem=problem, where=str(path)) from error
    if not found:
        raise CoderError("delivery.no_annotations", format="CAS", problem="it has no text", where=str(path))
    yield from found


def _document(path: Path, id_: str, sofa: Mapping[str, Any], every: Mapping[str, _Structure]) -> Document:
    text, name, head = str(sofa["sofaString"]), "", dict[str, str]()
    marks, links, choices = dict[str, Mark](), list[Link](), defaultdict[str, list[Json]](list)
    for own, structure in every.items():
        held, references = structure.features, structure.references
        if held.get("sofa") != id_:
            continue
        if structure.type.endswith(".DocumentMetaData"):
            name = str(held.get("documentTitle") or held.get("documentId") or "")
        if _TECHNICAL.fullmatch(structure.type):
            continue
        if structure.type == _CODING:
            head = {feature: str(held.get(feature) or "") for feature in _HEAD}
        if "begin" not in held:
            for feature, value in _told(structure, *_HEAD).items():
                choices[feature].append(value)
            continue
        if ends := [references[end][0] for end in ("Governor", "Dependent") if references.get(end)]:
            if len(ends) == 2:
                links.append(Link(ends[0], _label(structure)[0], ends[1]))
            continue
        marks[own] = _mark(own, structure, every)
        for feature, targets in references.items():
            for target in targets:
                slot = every[target]
                if "target" in slot.references:
                    role = str(slot.features.get("role") or feature)
                    links += [Link(own, role, each) for each in slot.references["target"]]
                elif "begin" in slot.features:
                    links.append(Link(own, feature, target))
    ids = {own: mark.id for own, mark in marks.items()}
    links = [Link(ids.get(k.source, k.source), k.role, ids.get(k.target, k.target)) for k in links]
    record: dict[str, Json] = {"id": head.get("article") or Path(name).stem or path.stem}
    digest = head.get("text_sha256")
    if (
        digest and "\ufffd" in text and Article("", text).text_sha256 != digest
    ):  # XML could not hold all of it
        record["text_sha256"] = digest
    else:
        record["text"] = text
    where, whose = f"{path}: {record['id']}", head.get("coder", "")
    return Document(path, where, record, whose, [*marks.values()], links, choices, unit="utf-16")


def _mark(own: str, structure: _Structure, every: Mapping[str, _Structure]) -> Mark:
    """An annotation; an event whose words are one of its arguments has none of its own."""
    held = structure.features
    begin, end = place = int(held["begin"]), int(held["end"])
    if structure.type == _SPAN:
        return Mark(f"/{own}", str(held.get("kind") or ""), (place,), attributes=_told(structure, "kind"))
    if structure.type == _EVENT:
        slots = [every[each] for each in structure.references.get("arguments", ())]
        targets = [every[each].features for slot in slots for each in slot.references.get("target", ())]
        is_there = begin == end or any(int(t["begin"]) == begin and int(t["end"]) == end for t in targets)
        id_, told = str(held.get("event") or own), _told(structure, "event")
        return Mark(id_, "", () if is_there else (place,), attributes=told, is_event=True)
    label, of = _label(structure)
    return Mark(own, label, (place,), attributes=_told(structure, of))


def _label(structure: _Structure) -> tuple[str, str]:
    """The layer, with what is said first behind it; and the feature that says it."""
    layer = structure.type.rpartition(".")[2]
    of = next((each for each in _LABELS if structure.features.get(each)), "")
    return (f"{layer}.{structure.features[of]}" if of else layer), of


def _told(structure: _Structure, *others: str) -> dict[str, Json]:
    """What features say, but for others: as it stands or, where it was written here, as the value it is."""
    held = {k: v for k, v in structure.features.items() if v is not None and k not in (*_OWN, *others)}
    if structure.type not in _OURS:
        return held
    return {_SIGN.sub(lambda sign: chr(int(sign[1], 16)), k): _value(v) for k, v in held.items()}


def _value(text: Json) -> Json:
    try:
        return from_json(text)
    except ValueError:
        return text


class _NoDoctype(TreeBuilder):
    def doctype(self, *_: object) -> None:
        """XMI has none: entities, and whatever lies outside, have no place in it."""
        raise ValueError("it declares a document type")


def _of_xmi(data: bytes) -> dict[str, _Structure]:
    parser = XMLParser(target=_NoDoctype())
    parser.feed(data)
    every = dict[str, _Structure]()
    for element in parser.close():
        tag = _TAG.fullmatch(element.tag)
        id_ = element.get("{http://www.omg.org/XMI}id")
        if tag is None or id_ is None:
            continue
        held: dict[str, Json] = {
            key: value for key, value in element.attrib.items() if not key.startswith("{")
        }
        held |= {child.tag: child.text for child in element}
        every[id_] = _Structure(f"{tag[1].replace('/', '.')}.{tag[2]}", held)
    slots = {id_ for id_, each in every.items() if "target" in each.features and "begin" not in each.features}
    for each in every.values():
        for key, value in list(each.features.items()):
            ids = str(value).split()
            is_end = key in ("Governor", "Dependent", "target") and all(i in every for i in ids)
            if key == "arguments" if each.type in _OURS else is_end or (ids and slots.issuperset(ids)):
                each.references[key] = ids
                del each.features[key]
    return every


def _of_json(given: Json) -> dict[str, _Structure]:
    every = dict[str, _Structure]()
    for each in given["%FEATURE_STRUCTURES"]:
        held = {key: value for key, value in each.items() if key[:1] not in "%@^#"}
        held |= {"sofa": str(each["@sofa"])} if "@sofa" in each else {}
        named = {
            key[1:]: [str(value)] for key, value in each.items() if key[0] == "@" and key != "@sofa" and value
        }
        if "%ELEMENTS" in each:
            named = {"": [str(value) for value in each["%ELEMENTS"]]}
        every[str(each["%ID"])] = _Structure(str(each["%TYPE"]), held, named)
    for each in every.values():  # a list of references stands for them
        for key, ids in each.references.items():
            inside = [every[i].references.get("", [i]) if i in every else [] for i in ids]
            each.references[key] = [i for several in inside for i in several] if key else ids
    return every
