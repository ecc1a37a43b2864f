"""The table of formats that can be read, each loaded when first needed; what all readers give and check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from coder.errors import CoderError
from coder.foreign import expect_file
from coder.messages.catalogue import Message
from coder.model import Article, Candidate, Coding


@dataclass(frozen=True, slots=True)
class Taken:
    """One thing read from a file: an article, a coding, or both; where is `file` or `file:line`.

    candidates: what a coding of the suggester's has as its spans, with where they come from and their scores.
    """

    where: str
    article: Article | None = None
    coding: Coding | None = None
    candidates: tuple[Candidate, ...] | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """A format: its name, the endings it goes by, what a file of it yields, and its module."""

    name: str
    suffixes: tuple[str, ...]
    yields: str
    module: str

    def read(self, path: Path) -> Iterator[Taken]:
        """What the file holds; raises CoderError that names file and line."""
        read: Callable[[Path], Iterator[Taken]] = import_module(self.module).read
        return read(path)

    def articles(self, path: Path) -> Iterator[Taken]:
        """The articles that the file holds, if any; what cannot hold one need not have been looked at."""
        module = import_module(self.module)
        read: Callable[[Path], Iterator[Taken]] = getattr(module, "articles", module.read)
        return (taken for taken in read(path) if taken.article is not None)


FORMATS = (
    Reader("text", (".txt",), "articles", "coder.importers.text"),
    Reader("native", (".jsonl",), "codings, candidates, articles", "coder.importers.native_reader"),
)


def reader_for(path: Path, name: str | None = None) -> Reader:
    """The reader of that name, or the one for the file's ending."""
    for reader in FORMATS:
        if reader.name == name or (name is None and path.suffix.lower() in reader.suffixes):
            return reader
    known = ", ".join(f"{r.name} ({' '.join(r.suffixes)})" for r in FORMATS)
    if name is not None:
        raise CoderError("delivery.no_such_format", name=name, known=known)
    raise CoderError("delivery.unknown_ending", known=known, where=str(path))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file in a folder that no reader takes, and why."""

    file: str
    reason: Message


def files(paths: Iterable[Path], name: str | None, left_out: list[LeftOut]) -> Iterator[tuple[Path, Reader]]:
    """Each file with its reader; a folder gives the files in it that have a known ending, in order.

    The other files of folders, but for hidden ones, are added to `left_out`.
    """
    suffixes = sorted({suffix for r in FORMATS if name in (None, r.name) for suffix in r.suffixes})
    endings = ", ".join(suffixes)
    for path in paths:
        if not path.exists():
            raise CoderError("delivery.no_such_file", where=str(path))
        if not path.is_dir():
            yield path, reader_for(path, name)
            continue
        every = sorted(p for p in path.rglob("*") if p.is_file() and not _is_in_hidden_folder(p, path))
        found = [p for p in every if p.suffix.lower() in suffixes]
        reason = Message("delivery.other_ending", endings=endings)
        other = (p for p in every if p.suffix.lower() not in suffixes and not p.name.startswith("."))
        left_out += [LeftOut(str(p), reason) for p in other]
        if not found:
            raise CoderError("delivery.empty_folder", endings=endings, where=str(path))
        # Articles before codings, so that a folder that holds both comes in at one go.
        for file in sorted(found, key=lambda p: p.suffix.lower() != ".txt"):
            yield file, reader_for(file, name)


def _is_in_hidden_folder(path: Path, under: Path) -> bool:  # a file that is still being written
    return any(name.startswith(".") for name in path.relative_to(under).parent.parts)


def decoded(path: Path) -> str:
    """The file's text exactly as it stands, newlines and all; an encoding signature is not text.

    Raises CoderError for a file that cannot be read, is empty, is binary or is not UTF-8.
    """
    expect_file(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CoderError("delivery.not_readable", problem=error.strerror, where=str(path)) from None
    if b"\0" in data:
        raise CoderError("delivery.binary", where=str(path))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, byte = data.count(b"\n", 0, error.start) + 1, f"{data[error.start]:02x}"
        where = f"{path}:{line}"
        raise CoderError("delivery.not_utf8", byte=byte, position=error.start, where=where) from None
    if not text.strip():
        raise CoderError("delivery.empty_file", where=str(path))
    return text
