"""A folder of UIMA CAS XMI 1.0, for INCEpTION and cassis: one file per coding, and `TypeSystem.xml`.

In INCEpTION, first import `TypeSystem.xml` under Layers, then the `.xmi` files as documents. The layer
`webanno.custom.CodedSpan` has the spans with kind and value, and in `evidence_of` the ids of the article's
fields whose evidence they are. `CodedEvent` has the events with their values and, as slots, their evidence; a
slot's role is the field's id. An event is placed at its type's evidence, else at its first evidence, else at
0. `Coding`, an annotation of the whole text, has the ids of article and coder and the answers about the
article. Values other than strings are JSON; an answer that is not stated is `{"blank": "not_stated"}`.
Offsets are UTF-16. Control characters, which XML cannot hold, are replaced by U+FFFD.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from coder.exporters.feature_structures import (
    SOFA,
    Structure,
    Type,
    sofa,
    structures,
    types,
)
from coder.exporters.holdings import NOT_IN_XML
from coder.exporters.registry import Sink
from coder.exporters.writer import Dataset, file_name, put_files
from coder.model import Article, Coding

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def rows(
    dataset: Dataset,
) -> Callable[[Article, Sequence[Coding]], list[tuple[str, str]]]:
    """Return the function that makes the name and text of the file of each of an article's codings."""
    packages = sorted({_package(each.name) for each in types(dataset)} | {"uima/cas"})
    prefixes = {
        package: package.removesuffix("/type").rpartition("/")[2]
        for package in packages
    }
    spaces = {
        f"xmlns:{prefix}": f"http:///{package}.ecore"
        for package, prefix in prefixes.items()
    }
    namespaces = _attributes(
        {"xmlns:xmi": "http://www.omg.org/XMI", **spaces, "xmi:version": "2.0"}
    )

    def element(type_: str, attributes: Mapping[str, str | int]) -> str:
        prefix = prefixes[_package(type_)]
        name = type_.rpartition(".")[2]
        return f"<{prefix}:{name}{_attributes(attributes)}/>\n"

    def element_of(structure: Structure) -> str:
        references = {
            name: " ".join(map(str, target)) if isinstance(target, list) else target
            for name, target in structure.references.items()
            if target != []
        }
        return element(
            structure.type, {"xmi:id": structure.id, **references, **structure.features}
        )

    def row(article: Article, coding: Coding) -> tuple[str, str]:
        every = list(structures(dataset, article, coding))
        members = " ".join(str(each.id) for each in every if "sofa" in each.references)
        parts = [
            element("uima.cas.NULL", {"xmi:id": 0}),
            *map(element_of, every),
            element("uima.cas.Sofa", {"xmi:id": SOFA, **sofa(article)}),
            element("uima.cas.View", {"sofa": SOFA, "members": members}),
        ]
        content = f"{_HEAD}<xmi:XMI{namespaces}>\n{''.join(parts)}</xmi:XMI>\n"
        return f"{file_name(article.id, coding.coder)}.xmi", content

    return lambda article, codings: [row(article, coding) for coding in codings]


def _package(type_: str) -> str:
    return type_.rpartition(".")[0].replace(".", "/")


def _attributes(values: Mapping[str, str | int]) -> str:
    return "".join(f" {name}={_quoted(value)}" for name, value in values.items())


def _quoted(value: str | int) -> str:
    return (
        f'"{value}"'
        if isinstance(value, int)
        else quoteattr(NOT_IN_XML.sub("\ufffd", value))
    )


@contextmanager
def sink(dataset: Dataset, path: Path) -> Iterator[Sink]:
    """Write the files into the folder `path`."""
    (path / "TypeSystem.xml").write_bytes(type_system(types(dataset)).encode("utf-8"))
    yield partial(put_files, path)


def type_system(every: Iterable[Type]) -> str:
    """The types as a UIMA type system description."""

    def feature(name: str, range_: str, about: str) -> str:
        described = {"name": name, "description": about, "rangeTypeName": range_}
        if range_.endswith("[]"):
            described |= {
                "rangeTypeName": "uima.cas.FSArray",
                "elementType": range_.removesuffix("[]"),
            }
        return _element("featureDescription", _texts(described))

    def description(type_: Type) -> str:
        features = "".join(
            feature(name, *about) for name, about in type_.features.items()
        )
        head = _texts({"name": type_.name, "supertypeName": type_.parent})
        return _element(
            "typeDescription",
            head + (_element("features", features) if features else ""),
        )

    content = _element("types", "".join(map(description, every)))
    space = 'xmlns="http://uima.apache.org/resourceSpecifier"'
    return (
        f"{_HEAD}<typeSystemDescription {space}>\n{content}</typeSystemDescription>\n"
    )


def _element(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>\n"


def _texts(values: Mapping[str, str]) -> str:
    return "".join(
        _element(name, escape(text)) for name, text in values.items() if text
    )
