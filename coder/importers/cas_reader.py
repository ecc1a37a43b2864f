"""UIMA CAS as XMI and as JSON, as INCEpTION exports them: annotations of every layer, relations and slots.

A mark is labelled by its layer, with its `value` or `label` behind it. Slots and the ends of relations become
links. Segmentation and descriptions of tagsets are no annotations. Offsets are UTF-16.
Source: the UIMA references on XMI and JSON CAS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError, TreeBuilder, XMLParser

from coder.errors import CoderError
from coder.importers.annotated import Document, Link, Mark, beginning
from coder.importers.registry import json_in, whole
from coder.model import Json

_TECHNICAL = re.compile(
    r".*\.(?:segmentation|metadata|pos\.tweet)\.type\..*|uima\.tcas\.DocumentAnnotation|.*\.(?:Token|Sentence)"
    r"|.*\.(?:TagsetDescription|CASMetadata|LayerDefinition|FeatureDefinition|DocumentMetaData)"
)
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
    text, name = str(sofa["sofaString"]), ""
    marks, links = list[Mark](), list[Link]()
    for own, structure in every.items():
        held = structure.features
        if held.get("sofa") != id_ or "begin" not in held:
            continue
        if structure.type.endswith(".DocumentMetaData"):
            name = str(held.get("documentTitle") or held.get("documentId") or "")
        if _TECHNICAL.fullmatch(structure.type):
            continue
        layer = structure.type.rpartition(".")[2]
        of = next((each for each in _LABELS if held.get(each)), "")
        label = f"{layer}.{held[of]}" if of else layer
        references = structure.references
        if ends := [references[end][0] for end in ("Governor", "Dependent") if references.get(end)]:
            if len(ends) == 2:
                links.append(Link(ends[0], label, ends[1]))
            continue
        told = {key: value for key, value in held.items() if key not in (*_OWN, of) and value is not None}
        marks.append(Mark(own, label, ((int(held["begin"]), int(held["end"])),), attributes=told))
        for feature, targets in references.items():
            for target in targets:
                slot = every[target]
                if "target" in slot.references:
                    role = str(slot.features.get("role") or feature)
                    links += [Link(own, role, each) for each in slot.references["target"]]
                elif "begin" in slot.features:
                    links.append(Link(own, feature, target))
    record: dict[str, Json] = {"id": Path(name).stem or path.stem, "text": text}
    return Document(path, f"{path}: {record['id']}", record, "", marks, links, unit="utf-16")


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
            if is_end or (ids and slots.issuperset(ids)):
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
