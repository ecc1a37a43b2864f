"""Other tools' annotations in one form, whatever the file format: documents with marks,
links and choices.

A reader returns documents as they are in its file. Offsets are in the tool's own unit;
`Offsets` converts them to code points. What the tool's labels mean in this project is
defined by a mapping.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path, PurePath
from typing import Any, TypeAlias, TypeVar, cast

from msgspec import Struct, field
from msgspec.structs import replace
from pydantic import TypeAdapter, ValidationError

from coder.errors import CoderError
from coder.importers.registry import Piece, Reader, decode, json_in, lines, opened
from coder.messages.catalogue import Message
from coder.model import Json
from coder.text.offsets import Offsets, Unit, without_space

Extent: TypeAlias = tuple[int, int]
_SAMPLE = 2**16
_Shape = TypeVar("_Shape")


class Mark(Struct, frozen=True):
    """A labelled annotation: usually one extent of the text, several if discontinuous,
    none for an event without a trigger.

    quote: the annotated words according to the file, "" if not given. is_event: the
    tool calls it an event.
    """

    id: str
    label: str
    pieces: tuple[Extent, ...] = ()
    quote: str = ""
    attributes: Mapping[str, Json] = field(default_factory=dict)
    is_event: bool = False


class Link(Struct, frozen=True):
    """A relation or an event's argument: from one mark to another, by their ids.

    With the source "", the target is evidence of a choice, and the role is the choice's
    question.
    """

    source: str
    role: str
    target: str


class Document(Struct, frozen=True):
    """One annotator's work on one text.

    record: the text and its metadata under the tool's own names; `id` is the article's
    id. choices: question → answers about the whole text. unit: of the offsets; None if
    it can only be inferred from the quotes. tokens: extents of the tokens that the text
    was assembled from; its original white space may have been different. left: the
    names of attributes that no mark has, such as those of relations. by_machine: made
    by a model. refused: why nothing can be imported from it.
    """

    path: Path
    where: str
    record: Mapping[str, Json]
    annotator: str = ""
    marks: Sequence[Mark] = ()
    links: Sequence[Link] = ()
    choices: Mapping[str, Sequence[Json]] = field(default_factory=dict)
    unit: Unit | None = "code points"
    tokens: Sequence[Extent] = ()
    left: Sequence[str] = ()
    by_machine: bool = False
    refused: Message | None = None


def extents_of(mark: Mark, offsets: Offsets) -> tuple[Extent, ...] | None:
    """A mark's extents in code points.

    None if its offsets are outside the text or the text there is not its quote.
    """
    extents = []
    for first, last in mark.pieces:
        start = offsets.at(first)
        end = offsets.at(last)
        if start is None or end is None or start > end:
            return None
        extents.append((start, end))
    if mark.quote and extents:
        words = "".join(offsets.text[start:end] for start, end in extents)
        if without_space(words) != without_space(mark.quote):
            return None
    return tuple(extents)


def offsets_in(document: Document, text: str) -> tuple[Offsets, Mark | None]:
    """The offsets of a document in a text, in its unit or the first one that fits its
    quotes, and None.

    If no unit fits, the first unit tried and the first mark that it does not fit.
    """
    units: tuple[Unit, ...] = ("code points", "utf-16", "bytes")
    if document.unit:
        units = (document.unit,)
    tried = []
    for unit in units:
        offsets = Offsets(text, unit)
        misplaced = _find_misplaced(document.marks, offsets)
        if misplaced is None:
            return offsets, None
        tried.append((offsets, misplaced))
    return tried[0]


def _find_misplaced(marks: Iterable[Mark], offsets: Offsets) -> Mark | None:
    """Return the first mark that the offsets do not fit."""
    for mark in marks:
        if extents_of(mark, offsets) is None:
            return mark
    return None


def align_tokens(tokens: Iterable[str], text: str) -> list[Extent] | None:
    """The extents of consecutive tokens in a text; None unless only white space
    separates them.
    """
    extents = list[Extent]()
    end = 0
    for token in tokens:
        start = text.find(token, end)
        if start < 0 or text[end:start].strip():
            return None
        end = start + len(token)
        extents.append((start, end))
    return extents


def documents_in(path: Path, reader: Reader) -> Iterator[Document]:
    """The documents in a file; in an unpacked INCEpTION project, its paths name
    document and annotator.
    """
    documents: Iterator[Document] = reader.documents(path)
    if not _is_in_project(path):
        return documents
    return (
        in_project(document, path, path.stem)
        for document in documents
        if path.stem != NOBODY
    )


def _is_in_project(path: Path) -> bool:
    """Return whether a file is in an unpacked INCEpTION project:
    `PROJECT/annotation/DOCUMENT/ANNOTATOR.…` beside `PROJECT/annotation_ser`.
    """
    parents = path.absolute().parents
    if len(parents) < 3 or parents[1].name not in FOLDERS:
        return False
    return any((parents[2] / f"{name}_ser").is_dir() for name in FOLDERS)


# of an INCEpTION project; with `_ser` appended, of Java objects
FOLDERS = ("annotation", "curation")
# in place of an annotator's name: the document before anybody annotated it
NOBODY = "INITIAL_CAS"


def in_project(document: Document, file: PurePath, stem: str) -> Document:
    """The document with id and annotator from its file `DOCUMENT/ANNOTATOR.…`.

    The id is only replaced if it equals `stem`, which readers use for documents without
    an id of their own.
    """
    record = dict(document.record)
    if record.get("id") == stem:
        record["id"] = PurePath(file.parent.name).stem
    return replace(document, record=record, annotator=file.stem)


# ------------------------------------------------------------ helpers for readers
def validate(shape: type[_Shape], value: Any, where: str) -> _Shape:
    """Validate a value against a type, usually a TypedDict; raises a CoderError that
    names the wrong part.
    """
    try:
        valid: _Shape = adapter(cast("Hashable", shape)).validate_python(value)
        return valid
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise CoderError(
            "delivery.no_shape", place=place, problem=first["msg"], where=where
        ) from None


@cache
def adapter(shape: Any) -> TypeAdapter[Any]:
    """Return the validator of a type, made on first use, as that takes long."""
    return TypeAdapter(shape)


def with_attributes(
    marks: Iterable[Mark], attributes: Mapping[str, Mapping[str, Json]]
) -> tuple[list[Mark], list[str]]:
    """The marks with their attributes, given by id, and the names of the attributes
    that no mark has.
    """
    marks = [replace(mark, attributes=attributes.get(mark.id, {})) for mark in marks]
    ids = {mark.id for mark in marks}
    left: list[str] = []
    for mark_id, values in attributes.items():
        if mark_id not in ids:
            left += values
    return marks, left


def records(path: Path) -> Iterator[tuple[str, Json]]:
    """The values in a JSON Lines file, each preceded by its `file:line`."""
    return ((piece.where, json_in(piece)) for piece in lines(path))


def beginning(path: Path) -> str:
    """The beginning of a file as text, for recognising its format."""
    with opened(path) as file:
        return file.read(_SAMPLE).decode("utf-8-sig", "replace")


def number_lines(piece: Piece) -> Iterator[tuple[str, str]]:
    """The lines of a text file without their line ends, each preceded by its
    `file:line`.
    """
    for number, line in enumerate(decode(piece).split("\n"), start=1):
        yield f"{piece.path}:{number}", line.removesuffix("\r")
