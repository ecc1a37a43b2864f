"""The table of formats that can be read, each loaded when first needed; what all readers give and check."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from coder.errors import CoderError
from coder.foreign import expect_file, from_json
from coder.importers.columns import NO_COLUMNS, Columns
from coder.messages.catalogue import Message
from coder.model import Article, Candidate, Coding, Json

MOST_BYTES = 32 * 2**20
"""Of a line, and of a file that is one article: no article is as long."""


class Piece(NamedTuple):
    """A part of a file that can be read by itself: a line, or the whole.

    where: `file` or `file:line`; line, start: the first line and byte of it in the file.
    """

    path: Path
    where: str
    data: bytes
    line: int = 1
    start: int = 0


class Taken(NamedTuple):
    """One thing read from a file: an article, a coding, or both; where is `file` or `file:line`.

    candidates: what a coding of the suggester's has as its spans, with where they come from and their scores.
    known: the id of an article that is elsewhere, and what is known of it.
    refused: why nothing was taken, or the head of a text was not.
    columns: its columns, where some were asked for. left_columns: what of it was not taken.
    encoding: of the file, where it is not UTF-8.
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


@dataclass(frozen=True, slots=True)
class Reader:
    """A format: its name, the endings it goes by, what a file of it yields, its module, columns asked for."""

    name: str
    suffixes: tuple[str, ...]
    yields: str
    module: str
    columns: Columns = NO_COLUMNS

    def _has(self, name: str, default: Any = None) -> Any:
        """What its module has by that name."""
        return getattr(import_module(f"coder.importers.{self.module}"), name, default)

    def takes(self, path: Path) -> bool:
        """Whether a file is one of this format."""
        if path.suffix.lower() not in self.suffixes:
            return False
        is_mine: Callable[[Path], bool] = self._has("is_mine", lambda _: True)
        return is_mine(path)

    def pieces(self, path: Path) -> Iterator[Piece]:
        """The parts of a file, as they are; raises CoderError for one that cannot be read.

        Where the format does not say which, they are lines of JSON or the whole.
        """
        if own := self._has("pieces"):
            yield from own(path, self.columns)
        else:
            yield from lines(path) if ".jsonl" in self.suffixes else [whole(path)]

    def encoding(self, path: Path) -> str:
        """The encoding of a table where it is not UTF-8, else ""; other files tell it with what is taken."""
        found: str = self._has("encoding", lambda _: "")(path)
        return found

    def taken(self, piece: Piece) -> Taken:
        """What a part holds; raises CoderError that names file and line."""
        found: Taken = self._has("taken")(piece, self.columns)
        return found

    def documents(self, path: Path) -> Iterator[Any]:
        """What a file of other tools' work holds; see `annotated.documents_in`."""
        found: Iterator[Any] = self._has("documents")(path)
        return found

    def may_hold_article(self, piece: Piece) -> bool:
        """Whether a part may hold an article; what cannot need not be read for one."""
        test: Callable[[Piece], bool] = self._has("holds_article", lambda _: True)
        return test(piece)


FORMATS = (
    Reader("text", (".txt",), "articles", "text"),
    Reader("articles", (".jsonl", ".ndjson"), "articles", "records"),
    Reader("table", (".csv", ".tsv"), "articles", "csv_articles"),
    Reader("spreadsheet", (".xlsx", ".parquet"), "articles", "spreadsheets"),
    Reader("document", (".html", ".htm", ".docx", ".pdf", ".eml"), "articles", "documents"),
    Reader("warc", (".warc", ".gz"), "articles", "warc_pages"),
    Reader("native", (".jsonl",), "codings, candidates, articles", "native_reader"),
    Reader("native", (".jsonl",), ANNOTATIONS, "codings_reader"),
    Reader("labelstudio", (".json",), ANNOTATIONS, "label_studio_reader"),
    Reader("potato", (".json", ".jsonl"), ANNOTATIONS, "potato_reader"),
    Reader("doccano", (".jsonl",), ANNOTATIONS, "doccano_reader"),
    Reader("prodigy", (".jsonl",), ANNOTATIONS, "prodigy_reader"),
    Reader("brat", (".ann",), ANNOTATIONS, "brat_reader"),
    Reader("cas", (".xmi", ".json"), ANNOTATIONS, "cas_reader"),
    Reader("inception", (".zip",), ANNOTATIONS, "inception_reader"),
    Reader("webanno", (".tsv",), ANNOTATIONS, "webanno_reader"),
    Reader("conll", (".conll", ".iob", ".bio", ".conllu", ".txt"), ANNOTATIONS, "conll_reader"),
    Reader("spacy", (".spacy",), ANNOTATIONS, "spacy_reader"),
    Reader("ace", (".json",), ANNOTATIONS, "ace_reader"),
    Reader("muc", (".jsonl",), ANNOTATIONS, "muc_reader"),
)


def readers(annotations: bool) -> list[Reader]:
    """Those of other tools' work, or those of articles and of the native format."""
    return [reader for reader in FORMATS if (reader.yields == ANNOTATIONS) == annotations]


def reader_for(
    path: Path, name: str | None = None, columns: Columns = NO_COLUMNS, annotations: bool = False
) -> Reader:
    """The reader of that name, or the one for the file's ending and, where that is shared, its beginning."""
    for reader in readers(annotations):
        if reader.name == name or (name is None and reader.takes(path)):
            return replace(reader, columns=columns)
    if name is None and (ending := path.suffix.lower()) in (".json", ".jsonl", ".ndjson"):
        json_in(whole(path) if ending == ".json" else next(lines(path)))  # what is cut or damaged says where
    if any(
        reader.name == name or (name is None and reader.takes(path)) for reader in readers(not annotations)
    ):
        raise CoderError(
            "delivery.is_annotated" if not annotations else "delivery.not_annotated", where=str(path)
        )
    known = ", ".join(f"{r.name} ({' '.join(r.suffixes)})" for r in readers(annotations))
    if name is not None:
        raise CoderError("delivery.no_such_format", name=name, known=known)
    raise CoderError("delivery.unknown_ending", known=known, where=str(path))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file in a folder that no reader takes, and why."""

    file: str
    reason: Message


def files(
    paths: Iterable[Path],
    name: str | None,
    left_out: list[LeftOut],
    columns: Columns = NO_COLUMNS,
    annotations: bool = False,
) -> Iterator[tuple[Path, Reader]]:
    """Each file with its reader; a folder gives the files in it that have a known ending, in order.

    The other files of folders are added to `left_out`, but for hidden ones of other endings, and texts that
    are read with the work on them.
    """
    known = [r for r in readers(annotations) if name in (None, r.name)]
    suffixes = sorted({suffix for r in known for suffix in r.suffixes})
    endings = ", ".join(suffixes)
    for path in paths:
        if not path.exists():
            raise CoderError("delivery.no_such_file", where=str(path))
        if not path.is_dir():
            yield path, reader_for(path, name, columns, annotations)
            continue
        every = sorted(p for p in path.rglob("*") if p.is_file() and not _is_in_hidden_folder(p, path))
        with_work = {p.with_suffix(".txt") for p in every if p.suffix == ".ann"} if ".ann" in suffixes else ()
        found, hidden = list[Path](), Message("delivery.hidden")
        reason = Message("delivery.other_ending", endings=endings)
        for each in every:
            is_known = each.suffix.lower() in suffixes
            if each in with_work or (each.name.startswith(".") and not is_known):
                continue
            if is_known and not each.name.startswith((".", "~")):
                found.append(each)
            else:
                left_out.append(LeftOut(str(each), hidden if is_known else reason))
        if not found:
            raise CoderError("delivery.empty_folder", endings=endings, where=str(path))
        # Articles before codings, so that a folder that holds both comes in at one go.
        for file in sorted(found, key=lambda p: p.suffix.lower() != ".txt"):
            if name is None and not any(r.takes(file) for r in known):
                left_out.append(LeftOut(str(file), Message("delivery.not_of_a_tool")))
            else:
                yield file, reader_for(file, name, columns, annotations)


def _is_in_hidden_folder(path: Path, under: Path) -> bool:  # a file that is still being written
    return any(name.startswith(".") for name in path.relative_to(under).parent.parts)


def whole(path: Path) -> Piece:
    """A file in one piece; raises CoderError for one that cannot be read."""
    with opened(path) as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise CoderError("delivery.too_long", most=MOST_BYTES // 2**20, where=str(path))
    return Piece(path, str(path), data)


def lines(path: Path) -> Iterator[Piece]:
    """The lines of a file that are not blank; raises CoderError for one that cannot be read or has none."""
    start, has_none = 0, True
    with opened(path) as file:
        for number, line in enumerate(iter(partial(file.readline, MOST_BYTES + 1), b""), start=1):
            if len(line) > MOST_BYTES:
                raise CoderError("delivery.too_long", most=MOST_BYTES // 2**20, where=f"{path}:{number}")
            if line.strip() not in (b"", BOM_UTF8):
                has_none = False
                yield Piece(path, f"{path}:{number}", line.removesuffix(b"\n"), number, start)
            start += len(line)
    if has_none:
        raise CoderError("delivery.empty_file", where=str(path))


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file to read; raises CoderError for one that cannot be."""
    expect_file(path)
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise CoderError("delivery.not_readable", problem=error.strerror, where=str(path)) from None


def decoded(piece: Piece) -> str:
    """The text exactly as it stands, newlines and all; an encoding signature is not text.

    Raises CoderError for what is empty, is binary or is not UTF-8.
    """
    path, data = piece.path, piece.data
    if b"\0" in data:
        raise CoderError("delivery.binary", where=str(path))
    try:
        text = data.decode("utf-8-sig" if piece.start == 0 else "utf-8")
    except UnicodeDecodeError as error:
        line, byte = piece.line + data.count(b"\n", 0, error.start), f"{data[error.start]:02x}"
        where, position = f"{path}:{line}", piece.start + error.start
        raise CoderError("delivery.not_utf8", byte=byte, position=position, where=where) from None
    if not text.strip():
        raise CoderError("delivery.empty_file", where=str(path))
    return text


def json_in(piece: Piece) -> Json:
    """The value in a piece of JSON; raises CoderError where there is none."""
    try:
        return from_json(decoded(piece))
    except ValueError as error:
        raise CoderError("native.not_json", problem=str(error), where=piece.where) from None
