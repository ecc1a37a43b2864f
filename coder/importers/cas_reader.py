"""UIMA CAS as XMI and JSON, as exported by INCEpTION: annotations of every layer,
relations and slots.

A mark's label is its layer's name, followed by its `value` or `label`. Slots and
relations become links, annotations of the whole text choices. Segmentation and tagset
descriptions are skipped. Layers of this program's own CAS exports are recognised, also
after a round trip through INCEpTION. Offsets are UTF-16. Source: the UIMA references on
XMI and JSON CAS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError, TreeBuilder, XMLParser

from typing_extensions import TypedDict

from coder.errors import CoderError
from coder.foreign import from_json
from coder.importers.annotated import Document, Extent, Link, Mark, beginning, validate
from coder.importers.registry import json_in, whole
from coder.model import Article, Json

_TECHNICAL = re.compile(
    r".*\.(?:segmentation|metadata|pos\.tweet)\.type\..*|uima\.tcas\.DocumentAnnotation|.*\.(?:Token|Sentence)"
    r"|.*\.(?:TagsetDescription|CASMetadata|LayerDefinition|FeatureDefinition|DocumentMetaData|\w*Chain)"
)
_CODING = "webanno.custom.Coding"
_SPAN = "webanno.custom.CodedSpan"
_EVENT = "webanno.custom.CodedEvent"
_OURS = (_CODING, _SPAN, _EVENT)
_EVIDENCE = "evidence_of"
_HEAD = ("article", "coder", "text_sha256")
_ESCAPED = re.compile(r"_x([0-9A-F]{4})_")
_OWN = {"sofa", "begin", "end"}
_LABELS = ("value", "label", "identifier", "PosValue", "DependencyType")
_TAG = re.compile(r"\{http:///(.*)\.ecore\}(.*)")


class _Place(TypedDict):
    begin: int
    end: int


@dataclass
class _Structure:
    """A feature structure: its type, its features with values, and its references with
    their target ids.
    """

    type: str
    features: dict[str, Json]
    references: dict[str, list[str]] = field(default_factory=dict)


def is_mine(path: Path) -> bool:
    """Return whether a file is a CAS."""
    return path.suffix.lower() == ".xmi" or '"%FEATURE_STRUCTURES"' in beginning(path)


def documents(path: Path) -> Iterator[Document]:
    """Yield each text of the CAS with its annotations."""
    piece = whole(path)
    texts = []
    try:
        if path.suffix.lower() == ".xmi":
            every = _from_xmi(piece.data)
        else:
            every = _from_json(json_in(piece))
        for id_, structure in every.items():
            sofa = structure.features
            if structure.type == "uima.cas.Sofa" and "sofaString" in sofa:
                texts.append(_document(path, id_, sofa, every))
    except (ParseError, ValueError, TypeError, LookupError, AttributeError) as error:
        problem = str(error) or type(error).__name__
        raise CoderError(
            "delivery.no_annotations", format="CAS", problem=problem, where=str(path)
        ) from error
    if not texts:
        raise CoderError(
            "delivery.no_annotations",
            format="CAS",
            problem="it has no text",
            where=str(path),
        )
    yield from texts


def _document(
    path: Path, sofa_id: str, sofa: Mapping[str, Any], every: Mapping[str, _Structure]
) -> Document:
    """Return the document of one text."""
    text = str(sofa["sofaString"])
    name = ""
    head: dict[str, str] = {}
    marks: dict[str, Mark] = {}
    found: list[Link] = []
    choices: dict[str, list[Json]] = {}
    left: list[str] = []  # features of relations
    for own, structure in every.items():
        features = structure.features
        if features.get("sofa") != sofa_id:
            continue
        if structure.type.endswith(".DocumentMetaData"):
            title = features.get("documentTitle") or features.get("documentId")
            name = str(title or "")
        if _TECHNICAL.fullmatch(structure.type):
            continue
        if structure.type == _CODING:
            head = {feature: str(features.get(feature) or "") for feature in _HEAD}
        sources = structure.references.get("Governor")
        targets = structure.references.get("Dependent")
        if "begin" not in features:
            for feature, value in _values(structure, *_HEAD).items():
                choices.setdefault(feature, []).append(value)
        elif sources and targets:
            label, feature = _label(structure)
            found.append(Link(sources[0], label, targets[0]))
            left += _values(structure, feature)
        elif not sources and not targets:
            marks[own] = _mark(own, structure, every, str(path))
            found += _links(own, structure, every)
    links = []
    for link in found:
        source = marks[link.source].id if link.source in marks else link.source
        target = marks[link.target].id if link.target in marks else link.target
        links.append(Link(source, link.role, target))
    article = head.get("article") or Path(name).stem or path.stem
    record: dict[str, Json] = {"id": article}
    digest = head.get("text_sha256")
    if digest and "\ufffd" in text and Article("", text).text_sha256 != digest:
        record["text_sha256"] = digest  # the text has characters that XML cannot hold
    else:
        record["text"] = text
    return Document(
        path,
        f"{path}: {article}",
        record,
        head.get("coder", ""),
        [*marks.values()],
        links,
        choices,
        "utf-16",
        left=left,
    )


def _links(
    own: str, structure: _Structure, every: Mapping[str, _Structure]
) -> Iterator[Link]:
    """Yield the links from an annotation, and those that make it evidence of the
    article's fields.
    """
    if structure.type == _SPAN:
        for role in str(structure.features.get(_EVIDENCE) or "").split():
            yield Link("", role, own)
    for feature, targets in structure.references.items():
        for target in targets:
            slot = every[target]
            if "target" in slot.references:
                role = str(slot.features.get("role") or feature)
                for each in slot.references["target"]:
                    yield Link(own, role, each)
            elif "begin" in slot.features:
                yield Link(own, feature, target)


def _mark(
    own: str, structure: _Structure, every: Mapping[str, _Structure], where: str
) -> Mark:
    """Return an annotation as a mark; an event at the same place as one of its
    arguments gets no extent.
    """
    features = structure.features
    extent = _extent(own, structure, where)
    if structure.type == _SPAN:
        kind = str(features.get("kind") or "")
        values = _values(structure, "kind", _EVIDENCE)
        return Mark(f"/{own}", kind, (extent,), attributes=values)
    if structure.type == _EVENT:
        targets = list[str]()
        for slot in structure.references.get("arguments", ()):
            targets += every[slot].references.get("target", ())
        is_marked = extent[0] == extent[1] or any(
            _extent(target, every[target], where) == extent for target in targets
        )
        id_ = str(features.get("event") or own)
        extents = () if is_marked else (extent,)
        values = _values(structure, "event")
        return Mark(id_, "", extents, attributes=values, is_event=True)
    label, feature = _label(structure)
    return Mark(own, label, (extent,), attributes=_values(structure, feature))


def _extent(own: str, structure: _Structure, where: str) -> Extent:
    place = validate(_Place, structure.features, f"{where}: {own}")
    return place["begin"], place["end"]


def _label(structure: _Structure) -> tuple[str, str]:
    """Return the layer's name followed by the value of the first feature in `_LABELS`,
    and that feature's name.
    """
    layer = structure.type.rpartition(".")[2]
    for feature in _LABELS:
        value = structure.features.get(feature)
        if value:
            return f"{layer}.{value}", feature
    return layer, ""


def _values(structure: _Structure, *excluded: str) -> dict[str, Json]:
    """Return the values of all features but the excluded ones; those of this program's
    own layers are unescaped.
    """
    values: dict[str, Json] = {}
    for name, value in structure.features.items():
        if value is None or name in _OWN or name in excluded:
            continue
        if structure.type in _OURS:
            values[_unescape(name)] = _parse(value)
        else:
            values[name] = value
    return values


def _unescape(name: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), name)


def _parse(text: Json) -> Json:
    """Return the value of a text that is JSON; any other text as it is."""
    try:
        return from_json(text)
    except ValueError:
        return text


_PIECE = 2**16  # bytes parsed at once; the memory they take is looked at in between


class _NoDoctype(TreeBuilder):
    def doctype(self, *_: object) -> None:
        """Refuse a document type: XMI has none, and it could define entities that refer
        to other files.
        """
        raise ValueError("it declares a document type")


def _from_xmi(data: bytes) -> dict[str, _Structure]:
    parser = XMLParser(target=_NoDoctype())
    for start in range(0, len(data), _PIECE):
        parser.feed(data[start : start + _PIECE])
    every = dict[str, _Structure]()
    for element in parser.close():
        tag = _TAG.fullmatch(element.tag)
        id_ = element.get("{http://www.omg.org/XMI}id")
        if tag is None or id_ is None:
            continue
        features: dict[str, Json] = {}
        for name, value in element.attrib.items():
            if not name.startswith("{"):  # it is in no namespace
                features[name] = value
        for child in element:
            features[child.tag] = child.text
        every[id_] = _Structure(f"{tag[1].replace('/', '.')}.{tag[2]}", features)
    slots = {id_ for id_, structure in every.items() if _is_slot(structure)}
    for structure in every.values():
        for key, value in list(structure.features.items()):
            ids = str(value).split()
            if structure.type in _OURS:
                is_reference = key == "arguments"
            elif key in ("Governor", "Dependent", "target"):
                is_reference = every.keys() >= {*ids}
            else:
                is_reference = bool(ids) and slots.issuperset(ids)
            if is_reference:
                structure.references[key] = ids
                del structure.features[key]
    return every


def _is_slot(structure: _Structure) -> bool:
    """Return whether a structure has a target but no place, as what links an annotation
    to another.
    """
    return "target" in structure.features and "begin" not in structure.features


def _from_json(cas: Json) -> dict[str, _Structure]:
    every = dict[str, _Structure]()
    for each in cas["%FEATURE_STRUCTURES"]:
        features: dict[str, Json] = {}
        references: dict[str, list[str]] = {}
        for key, value in each.items():
            if key == "@sofa":
                features["sofa"] = str(value)
            elif key[:1] == "@" and value:
                references[key[1:]] = [str(value)]
            elif key[:1] not in "%@^#":
                features[key] = value
        if "%ELEMENTS" in each:
            references = {"": [str(value) for value in each["%ELEMENTS"]]}
        every[str(each["%ID"])] = _Structure(str(each["%TYPE"]), features, references)
    for structure in every.values():  # replace references to arrays by their elements
        for key, ids in structure.references.items():
            if not key:
                continue
            elements = list[str]()
            for id_ in ids:
                if id_ in every:
                    elements += every[id_].references.get("", [id_])
            structure.references[key] = elements
    return every
