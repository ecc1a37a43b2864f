"""Adds the articles' texts to a dataset published without them, matched by the texts'
hashes.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from msgspec import Struct

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.exporters import dataset_tables, parquet_tables
from coder.exporters.dataset_tables import describe_tables
from coder.exporters.descriptors import SUMS, Imprint, checksums
from coder.exporters.tidy_tables import TABLES, TEXT_COLUMNS, Cell
from coder.exporters.writer import SEPARATOR, Dataset
from coder.grouping import batched, grouped
from coder.importers.registry import files
from coder.model import Article
from coder.service.project.output_paths import written_folder
from coder.service.publication.dataset_folder import CODEBOOK, describe

_REWRITTEN = ("tables", "parquet", "croissant.json", "datapackage.json", SUMS)
_AT_ONCE = 100  # rows written at a time
_DOI = "https://doi.org/"


class Attached(Struct, frozen=True):
    """The number of articles whose texts were added, and the ids of those still
    without.
    """

    articles: int
    missing: Sequence[str]


def attach(
    folder: Path, articles: Iterable[Path], out: Path, *, force: bool = False
) -> Attached:
    """Write a copy of the dataset in `folder` to `out` with the texts of the articles
    in these files.

    Texts are matched by SHA-256. If all are found, the result equals the dataset
    published with texts. Raises CoderError if `folder` is not a dataset or was
    modified.
    """
    imprint = _imprint(folder)
    # The first two columns are the article's id and the sha256 of its text.
    wanted = grouped((str(row[1]), str(row[0])) for row in _rows(folder, "articles"))
    texts = {}
    for sha, text in _texts(articles):
        for article in wanted.get(sha, ()):
            texts[article] = text
    book = Codebook.from_json((folder / CODEBOOK).read_text("utf-8"))
    with written_folder(out, None, force=force) as draft:
        for path in folder.rglob("*"):
            name = path.relative_to(folder)
            if path.is_file() and name.parts[0] not in _REWRITTEN:
                (draft / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, draft / name)
        with dataset_tables.sink(Dataset("", book), draft) as put:
            for table in TABLES:
                is_copied = table in ("columns", "codebook")
                # An older dataset has fewer tables.
                if is_copied or not _file(folder, table).exists():
                    continue
                for some in batched(_with_words(folder, table, texts), _AT_ONCE):
                    put({table: some})
        describe(draft, imprint, describe_tables(draft))
    every = set(chain.from_iterable(wanted.values()))
    return Attached(len(texts), sorted(every - texts.keys()))


def _imprint(folder: Path) -> Imprint:
    """Read the dataset's metadata; raises CoderError if it is not a complete,
    unmodified dataset.
    """
    try:
        package = json.loads((folder / "datapackage.json").read_text("utf-8"))
        cited = json.loads((folder / "croissant.json").read_text("utf-8"))
        if checksums(folder) != (folder / SUMS).read_text("utf-8"):
            raise CoderError("publication.changed", where=str(folder))
        url = package.get("homepage", "")
        doi = ""
        if url.startswith(_DOI):
            doi = url.removeprefix(_DOI)
            url = ""
        [license_] = package.get("licenses", [{}])
        return Imprint(
            package["title"],
            package["description"],
            [each["title"] for each in package["contributors"]],
            license_.get("name", license_.get("title", "")),
            url,
            doi,
            package["version"],
            cited["datePublished"],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CoderError("publication.no_dataset", where=str(folder)) from error


def _texts(paths: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Yield the hash and the text of each article in the files."""
    for path, reader in files(paths, None, []):
        for piece in reader.pieces(path):
            if isinstance(article := reader.taken(piece).article, Article):
                yield article.text_sha256, article.text


def _file(folder: Path, table: str) -> Path:
    return folder / "parquet" / f"{table}.parquet"


def _rows(folder: Path, table: str) -> Iterator[tuple[Cell, ...]]:
    return parquet_tables.read(_file(folder, table))


def _with_words(
    folder: Path, table: str, texts: Mapping[str, str]
) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of a table, with the columns filled that quote the articles."""
    names = TABLES[table]
    wordless = [name for name in names if name not in TEXT_COLUMNS]
    for row in _rows(folder, table):
        # A dataset published with texts has these columns already; they are
        # overwritten.
        columns = names if len(row) == len(names) else wordless
        cells = dict(zip(columns, row, strict=True))
        text = texts.get(str(cells["article"]))
        if "text" in names:
            cells["text"] = text
        if "quote" in names:
            cells["quote"] = None if text is None else _quote(text, cells)
        yield tuple(cells[name] for name in names)


def _quote(text: str, cells: Mapping[str, Cell]) -> str:
    if "start" in cells:
        return text[int(cells["start"] or 0) : int(cells["end"] or 0)]
    quotes = []
    for stretch in str(cells["evidence"]).split(SEPARATOR):
        if stretch:
            start, end = stretch.split("-")
            quotes.append(text[int(start) : int(end)])
    return SEPARATOR.join(quotes)
