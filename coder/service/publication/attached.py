"""The articles' words joined again to a dataset that was made without them, by the hashes of the texts."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.exporters import dataset_tables, parquet_tables
from coder.exporters.dataset_tables import described
from coder.exporters.descriptors import SUMS, Imprint, checksums
from coder.exporters.tidy_tables import SEPARATOR, TABLES, WORDS_OF_ARTICLES, Cell
from coder.exporters.writer import Dataset
from coder.importers.registry import files
from coder.model import Article
from coder.service.project.output_paths import written_folder
from coder.service.publication.dataset_folder import CODEBOOK, describe

_MADE_ANEW = ("tables", "parquet", "croissant.json", "datapackage.json", SUMS)
_AT_ONCE = 100  # rows that are written together


@dataclass(frozen=True, slots=True)
class Attached:
    """How many articles have their texts now, and the ids of those that have not."""

    articles: int
    missing: Sequence[str]


def attach(folder: Path, articles: Iterable[Path], out: Path, *, force: bool = False) -> Attached:
    """Write the dataset in `folder` once more with the words of the articles in these files.

    A text is an article's if its SHA-256 is; where every text is found, what comes out is the dataset as it
    would have been made with them. Raises CoderError for what is no dataset, or has been changed.
    """
    imprint = _imprint(folder)
    wanted = {str(row[1]): str(row[0]) for row in _rows(folder, "articles")}
    texts = {wanted[sha]: text for sha, text in _texts(articles) if sha in wanted}
    book = Codebook.from_json((folder / CODEBOOK).read_text("utf-8"))
    with written_folder(out, None, force=force) as half:
        for path in folder.rglob("*"):
            name = path.relative_to(folder)
            if path.is_file() and name.parts[0] not in _MADE_ANEW:
                (half / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, half / name)
        with dataset_tables.sink(Dataset("", book), half) as put:
            for table in TABLES:
                if table in ("columns", "codebook"):
                    continue
                waiting = []
                for row in _with_words(folder, table, texts):
                    waiting.append(row)
                    if len(waiting) == _AT_ONCE:
                        put({table: waiting})
                        waiting = []
                put({table: waiting})
        describe(half, imprint, described(half))
    return Attached(len(texts), sorted(set(wanted.values()) - set(texts)))


def _imprint(folder: Path) -> Imprint:
    """What the dataset says of itself; raises CoderError where that is not a whole dataset."""
    try:
        told = json.loads((folder / "datapackage.json").read_text("utf-8"))
        cited = json.loads((folder / "croissant.json").read_text("utf-8"))
        if checksums(folder) != (folder / SUMS).read_text("utf-8"):
            raise CoderError("publication.changed", where=str(folder))
        where = told.get("homepage", "")
        doi = where.removeprefix("https://doi.org/") if where.startswith("https://doi.org/") else ""
        [license_] = told.get("licenses", [{}])
        return Imprint(
            told["title"],
            told["description"],
            [each["title"] for each in told["contributors"]],
            license_.get("name", license_.get("title", "")),
            "" if doi else where,
            doi,
            told["version"],
            cited["datePublished"],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CoderError("publication.no_dataset", where=str(folder)) from error


def _texts(paths: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """The hash and the text of each article in the files."""
    for path, reader in files(paths, None, []):
        for piece in reader.pieces(path):
            if isinstance(article := reader.taken(piece).article, Article):
                yield article.text_sha256, article.text


def _rows(folder: Path, table: str) -> Iterator[tuple[Cell, ...]]:
    return parquet_tables.read(folder / "parquet" / f"{table}.parquet")


def _with_words(folder: Path, table: str, texts: Mapping[str, str]) -> Iterator[tuple[Cell, ...]]:
    """The rows of a table with the columns that have words of the articles."""
    names = TABLES[table]
    lacking = [name for name in names if name not in WORDS_OF_ARTICLES]
    for row in _rows(folder, table):
        # Where the words are there already they are made again.
        cells = dict(zip(names if len(row) == len(names) else lacking, row, strict=True))
        text = texts.get(str(cells["article"]))
        if "text" in names:
            cells["text"] = text
        if "quote" in names:
            cells["quote"] = None if text is None else _quote(text, cells)
        yield tuple(cells[name] for name in names)


def _quote(text: str, cells: Mapping[str, Cell]) -> str:
    if "start" in cells:
        return text[int(cells["start"] or 0) : int(cells["end"] or 0)]
    stretches = (stretch.split("-") for stretch in str(cells["evidence"]).split(SEPARATOR) if stretch)
    return SEPARATOR.join(text[int(start) : int(end)] for start, end in stretches)
