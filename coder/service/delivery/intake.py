"""Imports articles, codings and candidates: everything in the given files, or nothing.

Everything is read and checked, on all cores, before anything is written to the project;
what is new waits in a temporary file. It is written in batches, so that others can go on
working; an interrupted import can be run again and continues.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from msgspec.structs import replace

from coder.errors import CoderError
from coder.grouping import batched
from coder.importers.mapping import LabelMapping, read_mapping
from coder.importers.registry import WORKBOOK, Piece, Reader, SkippedFile, files
from coder.messages.catalogue import Message
from coder.model import Coding
from coder.service.delivery.annotations import Conversion, Converted, convert_files
from coder.service.delivery.article_intake import NewArticles, read_articles
from coder.service.delivery.coding_intake import NewCandidates, NewWork, WorkReader
from coder.service.delivery.intake_report import Intake, report_partial_import
from coder.service.delivery.metadata import columns_of, correct_metadata
from coder.service.delivery.near_duplicates import datasketch_library, link_near
from coder.service.delivery.spool import Place, Spool, unpack
from coder.service.learning.batch import keep_decided
from coder.service.project.fitting import expect_none
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress, spread
from coder.store import journal
from coder.store.whole_file import temporary_folder
from coder.store.work import Work

_ARTICLES_READ = 100
_CODINGS_READ = 25
"""The most pieces of files that a process reads at a time."""
_BYTES_READ = 2**20
"""The approximate size of such a batch."""
_WORTH = 200
"""The number of pieces from which several processes pay off."""
_ARTICLES_WRITTEN = 500
_CODINGS_WRITTEN = 25
"""Articles, and codings or articles' candidates, written per transaction."""

_Here = TypeVar("_Here")
_Item = TypeVar("_Item")
_Source: TypeAlias = tuple[Path, Reader | Converted]
_Piece: TypeAlias = tuple[Reader | Converted, Piece]


def import_files(
    project: Project,
    paths: Iterable[Path],
    format_name: str | None = None,
    *,
    columns: Iterable[str] = (),
    sheet: str = "",
    whom: str = "",
    mapping: Path | None = None,
    articles: Collection[str] = (),
    near: float = 0,
    reading: ReportProgress = no_progress,
    writing: ReportProgress = no_progress,
) -> Intake:
    """Import all articles, codings and candidates in the files; items the project has
    already change nothing.

    columns: `NAME=COLUMN` pairs for columns without a known name. sheet: of workbooks,
    if not the first. whom: `candidates`, or the coder who made other tools'
    annotations, by the mapping. articles: of several articles with the same text, those
    that the annotations belong to. near: the similarity from which near duplicates are
    linked.
    """
    report = Intake()
    if near:
        # fails now if the library is missing, not after everything is written
        datasketch_library()
    requested = replace(columns_of(project.codebook, columns), sheet=sheet)
    inputs = list(
        files(paths, format_name, report.left_out, requested, annotations=bool(whom))
    )
    if sheet and not any(path.suffix.lower() == WORKBOOK for path, _ in inputs):
        raise CoderError("delivery.no_workbook", sheet=sheet)
    with temporary_folder() as folder:
        spool = Spool(folder / "checked")
        sources: Sequence[_Source] = inputs
        seen_columns: dict[str, None] = {}
        if whom:
            labels = LabelMapping()
            if mapping is not None:
                labels = read_mapping(mapping, project.codebook)
            conversion = Conversion(
                project,
                labels,
                whom,
                requested,
                articles,
                report.left,
                report.shifted,
                spool,
            )
            sources = convert_files(inputs, conversion)
            seen_columns = conversion.seen
        new_articles, new_work = _read(project, sources, spool, report, reading)
        seen_columns = seen_columns | new_articles.columns
        only_file = str(inputs[0][0]) if len(inputs) == 1 else ""
        requested.expect([*seen_columns], only_file)
        for path, reader in inputs:
            if (parts := reader.unread(path)) is not None:
                report.left_out.append(SkippedFile(str(path), parts))
        with report_partial_import(report):
            _write(project, spool, new_articles, new_work, report, writing)
    for path, reader in inputs:
        if name := reader.encoding(path):
            report.encodings[str(path)] = name
    known = new_articles.known
    report.corrected, unknown = correct_metadata(project, known.corrections())
    for article in unknown:
        why = Message("delivery.known_of_none", article=article)
        report.left_out.append(SkippedFile(known.where(article), why))
    if near and new_articles.places:
        report.near = link_near(project, [*new_articles.places], near, reading)
    return report


@dataclass
class _Progress:
    """Counts finished steps for a callback."""

    report: ReportProgress
    total: int
    done: int = 0

    def advance(self, steps: int) -> None:
        self.done += steps
        self.report(self.done, self.total)


# ---------------------------------------------------------------- reading
def _read(
    project: Project,
    sources: Sequence[_Source],
    spool: Spool,
    report: Intake,
    reading: ReportProgress,
) -> tuple[NewArticles, NewWork]:
    """Read and check everything, articles first, as codings need them; put what is new
    into the spool.

    Raises CoderError at the first unreadable piece; all other errors are collected and
    raised as one.
    """
    total = 0
    for pieces in (_article_pieces(sources), _coding_pieces(sources)):
        total += sum(1 for _ in pieces)
    progress = _Progress(reading, total)
    errors: list[CoderError] = []
    articles = NewArticles(project, spool, report)
    batches = _batches(_article_pieces(sources), _ARTICLES_READ)
    for read in _spread(read_articles, project.codebook.lexicon, batches, progress):
        errors += articles.add(read)
    work = NewWork(spool, report)
    reader = WorkReader(project, spool, articles.places)
    batches = _batches(_coding_pieces(sources), _CODINGS_READ)
    for found in _spread(WorkReader.read, reader, batches, progress):
        errors += work.add([each for each in found if each is not None])
    expect_none(errors)
    return articles, work


def _spread(
    read: Callable[[_Here, Sequence[_Piece]], Sequence[_Item]],
    here: _Here,
    batches: Iterable[Sequence[_Piece]],
    progress: _Progress,
) -> Iterator[Sequence[_Item]]:
    """Yield what `read` returns for each batch, on all cores if that pays off; it
    returns one item per piece.
    """
    cores = None if progress.total >= _WORTH else 1
    for items in spread(read, batches, here, cores=cores):
        yield items
        progress.advance(len(items))


def _batches(pieces: Iterable[_Piece], most: int) -> Iterator[Sequence[_Piece]]:
    """Yield the pieces in batches of at most so many, and of about `_BYTES_READ`."""
    batch: list[_Piece] = []
    size = 0
    for reader, piece in pieces:
        batch.append((reader, piece))
        size += len(piece.data)
        if len(batch) == most or size > _BYTES_READ:
            yield batch
            batch = []
            size = 0
    if batch:
        yield batch


def _article_pieces(sources: Iterable[_Source]) -> Iterator[_Piece]:
    for path, reader in sources:
        for piece in reader.pieces(path):
            if reader.may_hold_article(piece):
                yield reader, piece


def _coding_pieces(sources: Iterable[_Source]) -> Iterator[_Piece]:
    for path, reader in sources:
        if "codings" in reader.yields:
            for piece in reader.pieces(path):
                yield reader, piece


# ---------------------------------------------------------------- writing
def _write(
    project: Project,
    spool: Spool,
    new_articles: NewArticles,
    new_work: NewWork,
    report: Intake,
    writing: ReportProgress,
) -> None:
    """Write what is in the spool in short transactions."""
    articles = [*new_articles.places.values()]
    total = len(articles) + len(new_work.codings) + len(new_work.candidates)
    progress = _Progress(writing, total)
    write = partial(_write_batches, project, spool)
    for written in write(articles, _ARTICLES_WRITTEN, Work.add_articles):
        report.articles += written
        progress.advance(written)
    for written in write(new_work.codings, _CODINGS_WRITTEN, _add_codings):
        report.codings += written
        progress.advance(written)
    for written in write(new_work.candidates, _CODINGS_WRITTEN, _replace_candidates):
        report.suggested += written
        progress.advance(written)


def _write_batches(
    project: Project,
    spool: Spool,
    places: Sequence[Place],
    most: int,
    add: Callable[[Work, list[Any]], None],
) -> Iterator[int]:
    """Write objects, at most so many in a transaction; yield how many each has
    written.
    """
    for batch in batched(places, most):
        items = [unpack(body) for body in spool.read(batch)]
        with project.store.begin(project.actor) as work:
            add(work, items)
        yield len(items)


def _add_codings(work: Work, codings: list[Coding]) -> None:
    work.add_codings(codings, journal.IMPORTED)


def _replace_candidates(work: Work, new: list[NewCandidates]) -> None:
    for article, candidates, suggester in new:
        kept = keep_decided(work.queries, article, [*candidates])
        work.replace_candidates(article, kept, suggester)
