"""Other tools' work in one form, whatever file it came in: documents with marks, links and choices.

A reader gives documents as they stand in its file; offsets count what the tool counts, and `Places` turns
them into code points. What their labels mean here a mapping says.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import accumulate
from pathlib import Path, PurePath
from typing import Any, Literal, TypeAlias, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from coder.errors import CoderError
from coder.importers.registry import Piece, Reader, decoded, json_in, lines, opened
from coder.messages.catalogue import Message
from coder.model import Json

Extent: TypeAlias = tuple[int, int]
Unit: TypeAlias = Literal["code points", "utf-16", "bytes"]
_SIZES: Mapping[Unit, tuple[str, int]] = {
    "code points": ("utf-32-le", 4),
    "utf-16": ("utf-16-le", 2),
    "bytes": ("utf-8", 1),
}
_SAMPLE = 2**16
_Shape = TypeVar("_Shape")


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that was labelled: stretches of a text, mostly one, or none for an event without a trigger.

    quote: what the file says stands there, "" where it does not. is_event: the tool itself calls it one.
    """

    id: str
    label: str
    pieces: tuple[Extent, ...] = ()
    quote: str = ""
    attributes: Mapping[str, Json] = field(default_factory=dict)
    is_event: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A relation or an argument: from one mark to another, by their ids."""

    source: str
    role: str
    target: str


@dataclass(frozen=True, slots=True)
class Document:
    """One annotator's work on one text.

    record: what the file says of the text, itself among it, by the tool's own names; `id` is the article's.
    choices: question → answers, about the whole text. unit: what offsets count; None where only the quotes
    tell. tokens: their extents, where the text was put together from them and may have had other blanks.
    by_machine: it is a model's. refused: why nothing can be taken of it.
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
    by_machine: bool = False
    refused: Message | None = None


class Places:
    """Offsets of a tool as code points of a text."""

    def __init__(self, text: str, unit: Unit) -> None:
        self.text = text
        coding, size = _SIZES[unit]
        self._starts = None  # of each code point, where they do not count one each
        if unit != "code points" and not (text.isascii() or (unit == "utf-16" and max(text) < "\U00010000")):
            sizes = (len(sign.encode(coding, "surrogatepass")) // size for sign in text)
            self._starts = [0, *accumulate(sizes)]

    def at(self, offset: int) -> int | None:
        """The code point at an offset; None inside of one, before the text or behind its end."""
        if self._starts is None:
            return offset if 0 <= offset <= len(self.text) else None
        place = bisect_left(self._starts, offset)
        return place if place < len(self._starts) and self._starts[place] == offset else None

    def of(self, mark: Mark) -> tuple[Extent, ...] | None:
        """Where a mark stands; None where its offsets are not in the text or its words stand elsewhere."""
        found = [(self.at(start), self.at(end)) for start, end in mark.pieces]
        pieces = tuple((a, b) for a, b in found if a is not None and b is not None and a <= b)
        if len(pieces) < len(found):
            return None
        there = "".join(self.text[a:b] for a, b in pieces)
        return pieces if not mark.quote or _letters(there) == _letters(mark.quote) else None


def places_in(document: Document, text: str) -> tuple[Places, Mark | None]:
    """How the document counts in a text, by its unit or its quotes, and a mark that stands nowhere."""
    units: tuple[Unit, ...] = (document.unit,) if document.unit else ("code points", "utf-16", "bytes")
    tried = []
    for unit in units:
        places = Places(text, unit)
        astray = next((mark for mark in document.marks if places.of(mark) is None), None)
        if astray is None:
            return places, None
        tried.append((places, astray))
    return tried[0]


def aligned(tokens: Iterable[str], text: str) -> list[Extent] | None:
    """Where tokens stand in a text, one behind the other with nothing but white space between."""
    found, at = list[Extent](), 0
    for token in tokens:
        start = text.find(token, at)
        if start < 0 or text[at:start].strip():
            return None
        at = start + len(token)
        found.append((start, at))
    return found


def _letters(words: str) -> str:
    return "".join(words.split())


def documents_in(path: Path, reader: Reader) -> Iterator[Document]:
    """The documents in a file of other people's work; what lies in an unpacked project is named by that."""
    found: Iterator[Document] = reader.documents(path)
    above = path.absolute().parents
    is_there = len(above) > 2 and above[1].name in FOLDERS
    if is_there and any((above[2] / f"{name}_ser").is_dir() for name in FOLDERS):
        return (in_project(each, path, path.stem) for each in found if path.stem != NOBODY)
    return found


FOLDERS = ("annotation", "curation")  # of an INCEpTION project; with `_ser` behind they hold what Java reads
NOBODY = "INITIAL_CAS"  # whose work is the document as it came in


def in_project(document: Document, file: PurePath, stem: str) -> Document:
    """A document of a file DOCUMENT/ANNOTATOR; stem: what it has for its id where nothing in it tells."""
    record = dict(document.record)
    if record.get("id") == stem:
        record["id"] = PurePath(file.parent.name).stem
    return replace(document, record=record, annotator=file.stem)


# ------------------------------------------------------------ what readers need
def shaped(form: type[_Shape], value: Any, where: str) -> _Shape:
    """The value in the form that a tool writes; raises CoderError, which names the place that has another."""
    try:
        found: _Shape = _adapter(cast("Hashable", form)).validate_python(value)
        return found
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise CoderError("delivery.no_shape", place=place, problem=first["msg"], where=where) from None


@cache
def _adapter(form: Any) -> TypeAdapter[Any]:
    return TypeAdapter(form)


def records(path: Path) -> Iterator[tuple[str, Json]]:
    """The values in a file of JSON Lines, each with where it stands."""
    return ((piece.where, json_in(piece)) for piece in lines(path))


def beginning(path: Path) -> str:
    """The first of a file, as far as it is text: by it a format is known."""
    with opened(path) as file:
        return file.read(_SAMPLE).decode("utf-8-sig", "replace")


def numbered(piece: Piece) -> Iterator[tuple[str, str]]:
    """The lines of a text file without their ends, each with where it stands."""
    for number, line in enumerate(decoded(piece).split("\n"), start=1):
        yield f"{piece.path}:{number}", line.removesuffix("\r")
