"""The table of readable formats, each loaded on first use, and the types and checks
that readers share.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from coder.errors import CoderError
from coder.foreign import expect_file, from_json
from coder.importers.columns import NO_COLUMNS, Columns
from coder.messages.catalogue import Message
from coder.model import Article, Candidate, Coding, Json
from coder.size_limits import (
    ReadingLimits,
    read_limited,
    read_limited_lines,
    within_limits,
)


class Piece(NamedTuple):
    """A part of a file that can be read independently: a line, or the whole file.

    where: `file` or `file:line`; line, start: the number of its first line and the
    offset of its first byte.
    """

    path: Path
    where: str
    data: bytes
    line: int = 1
    start: int = 0


class Taken(NamedTuple):
    """One record read from a file: an article, a coding, or both; where is `file` or
    `file:line`.

    candidates: the suggester's candidates, with origins and scores; its coding has them
    as spans. known: metadata for an article whose text is elsewhere: its id, and name →
    value. refused: why nothing was imported, or, of an article, which part of the
    document was not, and why. columns: the record's columns, if the user assigned any.
    left_columns: the columns that were ignored. encoding: the file's encoding if it is
    not UTF-8.
    """

    where: str
    article: Article | None = None
    coding: Coding | None = None
    candidates: tuple[Candidate, ...] | None = None
    known: tuple[str, Mapping[str, str]] | None = None
    refused: Message | None = None
    columns: tuple[str, ...] = ()
    left_columns: tuple[str, ...] = ()
    encoding: str = ""


ANNOTATIONS = "annotations"
WORKBOOK = ".xlsx"
_BRAT = ".ann"
_WEBANNO = b"#FORMAT=WebAnno TSV"


class Reader(Struct, frozen=True):
    """A format: its name, file endings, what its files contain, its module, and the
    columns to read.
    """

    name: str
    suffixes: tuple[str, ...]
    yields: str
    module: str
    columns: Columns = NO_COLUMNS

    def _attribute(self, name: str, default: Any = None) -> Any:
        """An attribute of the format's module, or the default if it has none."""
        return getattr(import_module(f"coder.importers.{self.module}"), name, default)

    def takes(self, path: Path) -> bool:
        """Return whether the file is in this format."""
        if path.suffix.lower() not in self.suffixes:
            return False
        is_mine: Callable[[Path], bool] = self._attribute("is_mine", lambda _: True)
        return ReadingLimits(str(path)).run(lambda: is_mine(path))

    def pieces(self, path: Path) -> Iterator[Piece]:
        """Split a file into its raw pieces; raises CoderError if it cannot be read.

        A format without a `pieces` function is split into lines if it is JSON Lines,
        else not at all.
        """
        own_pieces = self._attribute("pieces")
        if own_pieces:
            yield from within_limits(own_pieces(path, self.columns), str(path))
        elif ".jsonl" in self.suffixes:
            yield from lines(path)
        else:
            yield whole(path)

    def encoding(self, path: Path) -> str:
        """The encoding of a table if it is not UTF-8, else ""; other formats report it
        in `Taken`.
        """
        encoding: str = self._attribute("encoding", lambda _: "")(path)
        return encoding

    def unread(self, path: Path) -> Message | None:
        """The parts of a file that are not read; formats report those of one record in
        `Taken`.
        """
        unread: Callable[[Path, Columns], Message | None] = self._attribute(
            "unread", lambda *_: None
        )
        return ReadingLimits(str(path)).run(lambda: unread(path, self.columns))

    def taken(self, piece: Piece) -> Taken:
        """The record in a piece; raises a CoderError that names file and line."""
        taken: Callable[[Piece, Columns], Taken] = self._attribute("taken")
        return ReadingLimits(piece.where).run(lambda: taken(piece, self.columns))

    def expect_readable(self, path: Path) -> None:
        """Raise CoderError if a file in this format has nothing in it that can be read."""
        expect: Callable[[Path], None] = self._attribute(
            "expect_readable", lambda _: None
        )
        expect(path)

    def documents(self, path: Path) -> Iterator[Any]:
        """The documents in a file of another tool's annotations; see
        `annotated.documents_in`.
        """
        documents: Iterator[Any] = self._attribute("documents")(path)
        return within_limits(documents, str(path))

    def may_hold_article(self, piece: Piece) -> bool:
        """Return whether a piece may hold an article; other pieces need not be parsed
        when looking for articles.
        """
        holds_article: Callable[[Piece], bool] = self._attribute(
            "holds_article", lambda _: True
        )
        return holds_article(piece)


FORMATS = (
    Reader("text", (".txt",), "articles", "text"),
    Reader("articles", (".jsonl", ".ndjson"), "articles", "records"),
    Reader("table", (".csv", ".tsv"), "articles", "csv_articles"),
    Reader("spreadsheet", (WORKBOOK, ".parquet"), "articles", "spreadsheets"),
    Reader(
        "document", (".html", ".htm", ".docx", ".pdf", ".eml"), "articles", "documents"
    ),
    Reader("warc", (".warc", ".gz"), "articles", "warc_pages"),
    Reader("native", (".jsonl",), "codings, candidates, articles", "native_reader"),
    Reader("native", (".jsonl",), ANNOTATIONS, "codings_reader"),
    Reader("labelstudio", (".json",), ANNOTATIONS, "label_studio_reader"),
    Reader("potato", (".json", ".jsonl"), ANNOTATIONS, "potato_reader"),
    Reader("doccano", (".jsonl",), ANNOTATIONS, "doccano_reader"),
    Reader("prodigy", (".jsonl",), ANNOTATIONS, "prodigy_reader"),
    Reader("brat", (_BRAT,), ANNOTATIONS, "brat_reader"),
    Reader("cas", (".xmi", ".json"), ANNOTATIONS, "cas_reader"),
    Reader("inception", (".zip",), ANNOTATIONS, "inception_reader"),
    Reader(
        "conll",
        (".conll", ".iob", ".bio", ".conllu", ".txt"),
        ANNOTATIONS,
        "conll_reader",
    ),
    Reader("spacy", (".spacy",), ANNOTATIONS, "spacy_reader"),
)


def readers(annotations: bool) -> list[Reader]:
    """The readers of other tools' annotations, or those of articles and of the native
    format.
    """
    return [
        reader for reader in FORMATS if (reader.yields == ANNOTATIONS) == annotations
    ]


def reader_for(
    path: Path,
    name: str | None = None,
    columns: Columns = NO_COLUMNS,
    annotations: bool = False,
) -> Reader:
    """The reader with that name or, without a name, the one that fits the file's ending
    and content.

    Raises CoderError if there is none, or if the file is WebAnno TSV.
    """
    expect_no_webanno(path)

    def fits(reader: Reader) -> bool:
        return reader.takes(path) if name is None else reader.name == name

    for reader in readers(annotations):
        if fits(reader):
            return replace(reader, columns=columns)
    if name is None:
        _expect_json(path)
    for reader in readers(not annotations):
        if fits(reader):
            if name is None:
                reader.expect_readable(path)
            key = "delivery.not_annotated" if annotations else "delivery.is_annotated"
            raise CoderError(key, where=str(path))
    known = ", ".join(
        f"{reader.name} ({' '.join(reader.suffixes)})"
        for reader in readers(annotations)
    )
    if name is not None:
        raise CoderError("delivery.no_such_format", name=name, known=known)
    raise CoderError("delivery.unknown_ending", known=known, where=str(path))


def _expect_json(path: Path) -> None:
    """Raise CoderError that says where a JSON file, or a JSON Lines file's first line,
    is cut or damaged.
    """
    limits = ReadingLimits(str(path))
    ending = path.suffix.lower()
    if ending == ".json":
        limits.run(lambda: json_in(whole(path)))
    elif ending in (".jsonl", ".ndjson"):
        limits.run(lambda: json_in(next(lines(path))))


def expect_no_webanno(path: Path) -> None:
    """Raise CoderError if a file is WebAnno TSV, which INCEpTION exports and no reader
    reads.

    Only the beginning of the file is read.
    """
    if path.suffix.lower() != ".tsv":
        return
    with opened(path) as file:
        start = file.read(len(BOM_UTF8) + len(_WEBANNO)).removeprefix(BOM_UTF8)
    if start.startswith(_WEBANNO):
        raise CoderError("delivery.no_inception", where=str(path))


class SkippedFile(Struct, frozen=True):
    """A file in a folder that is not imported, and why."""

    file: str
    reason: Message


def files(
    paths: Iterable[Path],
    name: str | None,
    left_out: list[SkippedFile],
    columns: Columns = NO_COLUMNS,
    annotations: bool = False,
) -> Iterator[tuple[Path, Reader]]:
    """Yield each file with its reader; for a folder, the files in it that have a known
    ending, in order.

    Everything else in folders is added to `left_out`, except hidden files with unknown
    endings and `.txt` files that are read together with their brat annotations. Brat's
    files are treated in the same way if they are named one by one.
    """
    paths = [*paths]
    suffixes = _suffixes(name, annotations)
    reason = Message("delivery.other_ending", endings=", ".join(suffixes))
    listed = {*paths}
    texts = _texts_of_brat(listed) if _BRAT in suffixes else set()
    for path in paths:
        if not path.exists():
            raise CoderError("delivery.no_such_file", where=str(path))
        if path.is_dir():
            yield from _files_in(path, name, left_out, columns, annotations)
        elif path.suffix.lower() not in suffixes and _is_beside_brat(path, listed):
            left_out.append(SkippedFile(str(path), reason))
        elif path not in texts:
            yield path, reader_for(path, name, columns, annotations)


def _files_in(
    folder: Path,
    name: str | None,
    left_out: list[SkippedFile],
    columns: Columns,
    annotations: bool,
) -> Iterator[tuple[Path, Reader]]:
    """Yield the files of a folder, as `files` does; raises CoderError if none can be
    read.
    """
    suffixes = _suffixes(name, annotations)
    reason = Message("delivery.other_ending", endings=", ".join(suffixes))
    found = (p for p in folder.rglob("*") if p.is_symlink() or not p.is_dir())
    inside = sorted(p for p in found if not _is_in_hidden_folder(p, folder))
    with_annotations = _texts_of_brat(inside) if _BRAT in suffixes else set()
    readable = list[Path]()
    for file in inside:
        has_ending = file.suffix.lower() in suffixes
        if file in with_annotations:
            continue
        if file.name.startswith(".") and not has_ending:
            continue
        if not file.is_file():
            left_out.append(SkippedFile(str(file), Message("delivery.no_file")))
        elif not has_ending:
            left_out.append(SkippedFile(str(file), reason))
        elif file.name.startswith((".", "~")):
            left_out.append(SkippedFile(str(file), Message("delivery.hidden")))
        else:
            readable.append(file)
    if not readable:
        for file in filter(Path.is_file, inside):
            expect_no_webanno(file)
        endings = ", ".join(suffixes)
        raise CoderError("delivery.empty_folder", endings=endings, where=str(folder))
    known = [each for each in readers(annotations) if name in (None, each.name)]
    # Articles before codings, so that a folder with both can be imported in one run.
    for file in sorted(readable, key=lambda p: p.suffix.lower() != ".txt"):
        if name is None and not any(reader.takes(file) for reader in known):
            left_out.append(SkippedFile(str(file), Message("delivery.not_of_a_tool")))
        else:
            yield file, reader_for(file, name, columns, annotations)


def _suffixes(name: str | None, annotations: bool) -> list[str]:
    """Return the endings of files that the readers, or the one with that name, read."""
    suffixes = set[str]()
    for reader in readers(annotations):
        if name in (None, reader.name):
            suffixes.update(reader.suffixes)
    return sorted(suffixes)


def _texts_of_brat(files: Iterable[Path]) -> set[Path]:
    """Return the `.txt` files to which the brat annotations among some files belong."""
    return {file.with_suffix(".txt") for file in files if file.suffix == _BRAT}


def _is_beside_brat(path: Path, files: Set[Path]) -> bool:
    """Return whether a file is an annotation of a text among some files, or brat's
    configuration beside one.
    """
    if path.suffix == _BRAT:
        return path.with_suffix(".txt") in files
    folders = {file.parent for file in files if file.suffix == _BRAT}
    return path.suffix == ".conf" and path.parent in folders


def _is_in_hidden_folder(path: Path, root: Path) -> bool:
    """Return whether the file is in a hidden folder below root; files still being
    written are in such folders.
    """
    return any(name.startswith(".") for name in path.relative_to(root).parent.parts)


def whole(path: Path) -> Piece:
    """Read a file as one piece; raises CoderError if it cannot be read or is too long."""
    with opened(path) as file:
        return Piece(path, str(path), read_limited(file, str(path)))


def lines(path: Path) -> Iterator[Piece]:
    """Yield a file's lines that are not blank; raises CoderError if it cannot be read
    or has none.
    """
    start = 0
    is_empty = True
    with opened(path) as file:
        for number, line in enumerate(read_limited_lines(file, str(path)), start=1):
            if line.strip() not in (b"", BOM_UTF8):
                is_empty = False
                yield Piece(
                    path, f"{path}:{number}", line.removesuffix(b"\n"), number, start
                )
            start += len(line)
    if is_empty:
        raise CoderError("delivery.empty_file", where=str(path))


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading; raises CoderError if that fails."""
    expect_file(path)
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise CoderError(
            "delivery.not_readable", problem=error.strerror, where=str(path)
        ) from None


def decode(piece: Piece) -> str:
    """Decode a piece exactly as it stands, line ends included, but without a byte order
    mark.

    Raises CoderError if it is empty, binary or not UTF-8.
    """
    path = piece.path
    data = piece.data
    if b"\0" in data:
        raise CoderError("delivery.binary", where=str(path))
    try:
        text = data.decode("utf-8-sig" if piece.start == 0 else "utf-8")
    except UnicodeDecodeError as error:
        line = piece.line + data.count(b"\n", 0, error.start)
        byte = f"{data[error.start]:02x}"
        where = f"{path}:{line}"
        position = piece.start + error.start
        raise CoderError(
            "delivery.not_utf8", byte=byte, position=position, where=where
        ) from None
    if not text or text.isspace():
        raise CoderError("delivery.empty_file", where=str(path))
    return text


def json_in(piece: Piece) -> Json:
    """Parse a piece as JSON; raises CoderError if that fails."""
    try:
        return from_json(decode(piece))
    except ValueError as error:
        raise CoderError(
            "native.not_json", problem=str(error), where=piece.where
        ) from None
