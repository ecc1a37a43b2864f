"""The table of writable formats; a format's module is imported on first use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from msgspec import Struct

from coder.errors import CoderError
from coder.messages.catalogue import say

if TYPE_CHECKING:
    from coder.exporters.writer import Dataset

WHAT = ("gold", "codings", "candidates", "proposals")  # what can be exported
CODINGS = ("gold", "codings", "proposals")  # those of them that are codings in form
Sink: TypeAlias = Callable[[Any], None]
"""Writes the rows of an article, as returned by the function `Writer.rows`; called in
the articles' order.
"""


class Writer(Struct, frozen=True):
    """A format: its name, file ending ("" for a folder of files), and what of a project
    it can hold.

    lacks: the kinds of contents (`holdings.KINDS`) that it cannot hold. texts: whether
    it contains the articles' texts; needs_text: whether it cannot be written without
    them. packages: what must be installed. is_text: whether it is a single UTF-8 file.
    aligned: whether gold is written with its `AlignedEvent`s.
    """

    name: str
    suffix: str
    holds: tuple[str, ...]
    lacks: tuple[str, ...]
    module: str
    texts: bool = True
    packages: tuple[str, ...] = ()
    is_text: bool = True
    needs_text: bool = False
    aligned: bool = False

    @property
    def is_folder(self) -> bool:
        """Return whether it is a folder of files."""
        return not self.suffix

    def rows(self, dataset: Dataset) -> Callable[..., Any]:
        """Return the function that makes the rows of an article and its codings or
        candidates.

        The rows can be pickled, and depend on nothing but the data.
        """
        make = "candidate_rows" if dataset.what == "candidates" else "rows"
        rows: Callable[[Dataset], Callable[..., Any]] = getattr(self.loaded(), make)
        return rows(dataset)

    def file_sink(self, dataset: Dataset, path: Path) -> AbstractContextManager[Sink]:
        """Open a sink that writes rows to the file or folder `path`, complete when the
        block ends.
        """
        sink: Callable[[Dataset, Path], AbstractContextManager[Sink]] = (
            self.loaded().sink
        )
        return sink(dataset, path)

    @contextmanager
    def text_sink(self, dataset: Dataset, out: BinaryIO) -> Iterator[Sink]:
        """Open a sink that writes the rows of a format that `is_text` to a stream, as
        UTF-8.
        """
        module = self.loaded()
        head: Callable[[Dataset], str] = getattr(module, "head", lambda _: "")
        between = getattr(module, "BETWEEN", "").encode()
        tail = getattr(module, "TAIL", "").encode()
        out.write(head(dataset).encode("utf-8"))
        separator = b""

        def put(rows: bytes) -> None:
            nonlocal separator
            out.write(separator)
            out.write(rows)
            separator = between

        yield put
        out.write(tail)

    def loaded(self) -> ModuleType:
        """The format's module; if a package is missing, raises a CoderError that says
        how to install it.
        """
        try:
            return import_module(f"coder.exporters.{self.module}")
        except ModuleNotFoundError as error:
            package = (error.name or "").partition(".")[0]
            if package == "coder" or not self.packages:
                raise
            needed = package
            if package not in self.packages:  # a dependency of one of them
                needed = self.packages[0]
            raise CoderError(
                "delivery.needs_package", format=self.name, package=needed
            ) from None


_NOT_SPANS = (
    "events",
    "values",
    "blanks",
    "evidence",
    "comments",
    "provenance",
    "rejected",
    "span_values",
)
_SPANS = (CODINGS, (*_NOT_SPANS, "decisions", "hidden", "stretches"))
_RELATED = (
    CODINGS,
    tuple("unlinked" if kind == "evidence" else kind for kind in _SPANS[1]),
)
_UNQUOTED = (
    "evidence",
    "comments",
    "provenance",
    "rejected",
    "unused",
    "details",
    "span_values",
)
_FLAT = (CODINGS, (*_UNQUOTED, "decisions", "hidden", "stretches"))
_ACLED = (CODINGS, ("not_incidents", "acled_values", "blanks", *_FLAT[1]))
_PLOVER = (CODINGS, ("not_incidents", "plover_values", "blanks", *_FLAT[1]))
_TABLES = (CODINGS, ("hidden", "stretches"))
_LOOSE = ("loose_events", "loose_values", "blanks", "loose_evidence")
_BRAT = (
    *_LOOSE,
    "comments",
    "provenance",
    "rejected",
    "decisions",
    "hidden",
    "stretches",
)
_CAS = (
    "comments",
    "provenance",
    "rejected",
    "decisions",
    "hidden",
    "stretches",
    "controls",
)
FORMATS = (
    Writer("native", ".jsonl", WHAT, (), "native_writer", texts=False),
    Writer("jsonl", ".jsonl", *_TABLES, "jsonl"),
    Writer("csv", ".csv", *_TABLES, "csv", texts=False),
    Writer("tables", "", *_TABLES, "tidy_tables", is_text=False, aligned=True),
    Writer(
        "parquet",
        "",
        *_TABLES,
        "parquet_tables",
        packages=("pyarrow",),
        is_text=False,
        aligned=True,
    ),
    Writer("sqlite", ".sqlite", *_TABLES, "sqlite_tables", is_text=False, aligned=True),
    Writer(
        "xlsx",
        ".xlsx",
        *_TABLES,
        "xlsx_tables",
        packages=("xlsxwriter",),
        is_text=False,
        aligned=True,
    ),
    Writer(
        "dataset",
        "",
        *_TABLES,
        "dataset_tables",
        packages=("pyarrow",),
        is_text=False,
        aligned=True,
    ),
    Writer(
        "huggingface",
        "",
        *_TABLES,
        "hugging_face",
        packages=("pyarrow",),
        is_text=False,
    ),
    Writer(
        "stata",
        ".dta",
        *_FLAT,
        "stata",
        texts=False,
        packages=("pyreadstat", "polars"),
        is_text=False,
    ),
    Writer(
        "spss",
        ".sav",
        *_FLAT,
        "spss",
        texts=False,
        packages=("pyreadstat", "polars"),
        is_text=False,
    ),
    Writer("acled", ".csv", *_ACLED, "acled", texts=False),
    Writer("plover", ".csv", *_PLOVER, "plover", texts=False),
    Writer("brat", "", CODINGS, _BRAT, "brat", is_text=False, needs_text=True),
    Writer(
        "cas-xmi",
        "",
        CODINGS,
        _CAS,
        "cas_xmi",
        packages=("dkpro-cassis",),
        is_text=False,
        needs_text=True,
    ),
    Writer(
        "conll", ".conll", CODINGS, (*_SPANS[1], "overlaps"), "conll", needs_text=True
    ),
    Writer("doccano", ".jsonl", *_RELATED, "doccano", needs_text=True),
    Writer("labelstudio", ".json", *_RELATED, "label_studio", needs_text=True),
    Writer("prodigy", ".jsonl", *_SPANS, "prodigy", needs_text=True),
    Writer(
        "spacy",
        ".spacy",
        *_SPANS,
        "spacy_docs",
        packages=("spacy",),
        is_text=False,
        needs_text=True,
    ),
)


def in_words(kind: str) -> str:
    """The name of a kind of contents, without a number."""
    return say("en", f"delivery.holds_{kind}", n=2).replace("2 ", "", 1)


def writer(name: str) -> Writer:
    """The format with that name; if there is none, raises a CoderError that lists the
    known formats.
    """
    known = {form.name: form for form in FORMATS}
    if name not in known:
        raise CoderError("delivery.no_such_format", name=name, known=", ".join(known))
    return known[name]
