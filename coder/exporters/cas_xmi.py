"""A folder of UIMA CAS XMI 1.0, for INCEpTION and cassis: a file a coding, and `TypeSystem.xml`.

In INCEpTION import `TypeSystem.xml` under Layers first, then the `.xmi` files as documents. The layer
`webanno.custom.CodedSpan` has the spans with kind and value, `CodedEvent` events with their values and, as
slots, their evidence: a slot's role is the field's id. An event stands where the evidence of its type does,
or else its first evidence, or at 0. `Coding`, about the whole text, names article and coder and has the
article's answers. A value that is no text stands as JSON; what is not stated is `{"blank": "not_stated"}`.
Offsets are UTF-16. XML holds no control characters: U+FFFD stands in their place; `cas-json` holds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from coder.exporters.feature_structures import SOFA, Structure, Type, sofa, structures, types
from coder.exporters.holdings import NOT_IN_XML
from coder.exporters.registry import Sink
from coder.exporters.writer import Dataset, file_name
from coder.model import Article, Coding

Row = tuple[str, str]
"""A file's name and its text."""
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], list[Row]]:
    """What makes the file of each coding."""
    every = sorted({_package(each.name) for each in types(dataset)} | {"uima/cas"})
    prefixes = {package: package.removesuffix("/type").rpartition("/")[2] for package in every}
    named = {f"xmlns:{prefix}": f"http:///{package}.ecore" for package, prefix in prefixes.items()}
    root = f"<xmi:XMI{_attributes({'xmlns:xmi': 'http://www.omg.org/XMI', **named, 'xmi:version': '2.0'})}>\n"

    def element(type_: str, attributes: Mapping[str, str | int]) -> str:
        prefix, name = prefixes[_package(type_)], type_.rpartition(".")[2]
        return f"<{prefix}:{name}{_attributes(attributes)}/>\n"

    def of(structure: Structure) -> str:
        named = {
            name: " ".join(map(str, of)) if isinstance(of, list) else of
            for name, of in structure.named.items()
            if of != []
        }
        return element(structure.type, {"xmi:id": structure.id, **named, **structure.features})

    def row(article: Article, coding: Coding) -> Row:
        every = list(structures(dataset, article, coding))
        members = " ".join(str(each.id) for each in every if "sofa" in each.named)
        parts = [
            element("uima.cas.NULL", {"xmi:id": 0}),
            *map(of, every),
            element("uima.cas.Sofa", {"xmi:id": SOFA, **sofa(article)}),
            element("uima.cas.View", {"sofa": SOFA, "members": members}),
        ]
        return f"{file_name(article.id, coding.coder)}.xmi", f"{_HEAD}{root}{''.join(parts)}</xmi:XMI>\n"

    return lambda article, codings: [row(article, coding) for coding in codings]


def _package(type_: str) -> str:
    return type_.rpartition(".")[0].replace(".", "/")


def _attributes(of: Mapping[str, str | int]) -> str:
    return "".join(f" {name}={_quoted(value)}" for name, value in of.items())


def _quoted(value: str | int) -> str:
    return f'"{value}"' if isinstance(value, int) else quoteattr(NOT_IN_XML.sub("\ufffd", value))


@contextmanager
def sink(dataset: Dataset, path: Path) -> Iterator[Sink]:
    """Puts the files into the folder `path`."""
    (path / "TypeSystem.xml").write_bytes(type_system(types(dataset)).encode("utf-8"))
    yield partial(put, path)


def put(folder: Path, rows: Iterable[Row]) -> None:
    """Write files into a folder."""
    for name, text in rows:
        (folder / name).write_bytes(text.encode("utf-8"))


def type_system(every: Iterable[Type]) -> str:
    """The types as UIMA describes a type system."""

    def feature(name: str, range_: str, about: str) -> str:
        of = range_.removesuffix("[]")
        kind = (
            {"rangeTypeName": range_}
            if of == range_
            else {"rangeTypeName": "uima.cas.FSArray", "elementType": of}
        )
        return _element("featureDescription", _texts({"name": name, "description": about, **kind}))

    def type_(of: Type) -> str:
        features = "".join(feature(name, *told) for name, told in of.features.items())
        head = _texts({"name": of.name, "supertypeName": of.above})
        return _element("typeDescription", head + (_element("features", features) if features else ""))

    found = _element("types", "".join(map(type_, every)))
    space = 'xmlns="http://uima.apache.org/resourceSpecifier"'
    return f"{_HEAD}<typeSystemDescription {space}>\n{found}</typeSystemDescription>\n"


def _element(name: str, inside: str) -> str:
    return f"<{name}>{inside}</{name}>\n"


def _texts(of: Mapping[str, str]) -> str:
    return "".join(_element(name, escape(text)) for name, text in of.items() if text)
