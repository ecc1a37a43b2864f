"""Imports articles, codings and candidates: everything in the given files, or nothing.

All is read and checked, on all cores, before anything is written; new items are staged
in a temporary file. They are written in batches, so that others can go on working; an
interrupted import can be run again and continues.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from functools import cached_property, partial
from hashlib import sha256
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, TypeVar

from msgspec.structs import replace

from coder.codebook.validate import Problem
from coder.errors import CoderError
from coder.grouping import batched
from coder.importers.mapping import LabelMapping, read_mapping
from coder.importers.registry import (
    WORKBOOK,
    Piece,
    Reader,
    SkippedFile,
    Taken,
    files,
)
from coder.messages.catalogue import LANGUAGES, Message
from coder.model import IMPORTED, RULES, Article, Candidate, Coding
from coder.native import SUGGESTER, from_coding
from coder.service.delivery.annotations import Conversion, Converted, converted
from coder.service.delivery.coding_checks import import_problems, strangers
from coder.service.delivery.intake_report import (
    Intake,
    RuleError,
    SameText,
    told_in_part,
)
from coder.service.delivery.metadata import (
    Known,
    columns_of,
    corrected,
    no_day,
    normalised_metadata,
)
from coder.service.delivery.near_duplicates import datasketch_library, link_near
from coder.service.project.fitting import expect_none, text_problems, value_problems
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress, spread
from coder.storage_limits import unstorable
from coder.store import journal
from coder.store.prepared import NewCoding, new_article, new_coding
from coder.store.queries import CodingHead
from coder.store.staging import Staging, packed
from coder.store.whole_file import temporary_folder
from coder.store.work import Work
from coder.text.backwards import is_backwards
from coder.text.boilerplate import find_boilerplate

_READ = 100
_READ_CODINGS = 25  # the most pieces of files read together
_BYTES = 2**20  # the approximate size of such a batch
_WORTH = 200  # number of pieces from which several processes pay off
_ARTICLES = 500
_CODINGS = 50  # written per transaction, in about a tenth of a second
_MOST_ERRORS = 5  # of those that the codebook's rules find
_CONNECTIONS = 4  # used at once to write codings to a server
_Item = TypeVar("_Item")
_Source: TypeAlias = tuple["Reader | Converted", Piece]


class _ReadArticle(NamedTuple):
    """A piece that was read, its article without the text; digest: of the text; body:
    the packed article.

    is_alone: whether the piece holds only an article, without a coding. is_backwards:
    whether the article's letters seem to be stored in reverse order.
    """

    taken: Taken
    is_alone: bool
    digest: str = ""
    body: bytes = b""
    is_backwards: bool = False


class _ReadCoding(NamedTuple):
    """A coding, or the suggester's candidates, with the errors that prevent its import.

    digest: of a new item, else empty. candidates: new ones packed; a new coding is
    staged already.
    """

    id: str
    where: str
    refusals: Sequence[CoderError]
    digest: bytes = b""
    candidates: bytes = b""
    errors: int = 0
    warnings: int = 0
    first_errors: Sequence[RuleError] = ()


def take(
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
    sources: Sequence[tuple[Path, Reader | Converted]] = inputs
    with temporary_folder() as folder:
        importer = _Importer(project, folder / "staged.db")
        with closing(importer.staging):
            if whom:
                by = (
                    read_mapping(mapping, project.codebook)
                    if mapping
                    else LabelMapping()
                )
                conversion = Conversion(
                    project,
                    by,
                    whom,
                    requested,
                    articles,
                    report.left,
                    report.shifted,
                    importer.staging,
                )
                sources = converted(inputs, conversion, importer.file)
                importer.columns |= conversion.seen
            _read(importer, sources, report, reading)
            requested.expect(
                [*importer.columns], str(inputs[0][0]) if len(inputs) == 1 else ""
            )
            report.left_out += [
                SkippedFile(str(path), parts)
                for path, reader in inputs
                if (parts := reader.unread(path)) is not None
            ]
            with told_in_part(report):
                _write(importer, report, writing)
            new = importer.staging.keys("article")
    report.encodings |= {
        str(path): name for path, reader in inputs if (name := reader.encoding(path))
    }
    report.corrected, unknown = corrected(project, importer.known.corrections())
    for article in unknown:
        at = importer.known.where(article)
        why = Message("delivery.known_of_none", article=article)
        report.left_out.append(SkippedFile(at, why))
    if near and new:
        report.near = link_near(project, new, near, reading)
    return report


# ---------------------------------------------------------------- reading
class _Importer:
    """The state of an import in one process; file: where new items are staged."""

    def __init__(self, project: Project, file: Path) -> None:
        self.project, self.file, self.staging = project, file, Staging(file)
        self.columns: dict[
            str, None
        ] = {}  # all columns seen, collected if columns were requested
        self.known = Known()
        self.codings: list[
            str
        ] = []  # the ids of new codings, in the order in which they were read

    def __reduce__(self) -> tuple[Any, ...]:
        return _Importer, (self.project, self.file)

    @cached_property
    def by_text(self) -> dict[str, str]:
        """text_sha256 → the first article with that text; new ones are added here."""
        with self.project.store.read() as queries:
            hashes = queries.article_hashes()
        first: dict[str, str] = {}
        for article, digest in sorted(hashes.items()):
            first.setdefault(digest, article)
        return first

    @cached_property
    def read_by(self) -> dict[str, str]:
        """Article id → the suggesters that proposed its candidates."""
        with self.project.store.read() as queries:
            return queries.suggested()


def _read(
    importer: _Importer,
    sources: Sequence[tuple[Path, Reader | Converted]],
    report: Intake,
    progress: ReportProgress,
) -> None:
    """Stage new items, articles first, as codings need them.

    Raises CoderError at the first unreadable piece; all other errors are collected and
    raised as one.
    """
    total = sum(
        1
        for pieces in (_article_pieces(sources), _coding_pieces(sources))
        for _ in pieces
    )
    cores = None if total >= _WORTH else 1
    done = 0

    def read(
        work: Callable[[_Importer, Sequence[_Source]], Sequence[_Item]],
        pieces: Iterator[_Source],
        most: int,
    ) -> Iterator[Sequence[_Item]]:
        nonlocal done
        sizes = deque[int]()
        parts = _parts(pieces, most, sizes)
        for items in spread(work, parts, importer, cores=cores):
            yield items
            done += sizes.popleft()
            progress(done, total)

    texts: dict[str, str] = {}
    errors: list[CoderError] = []
    for articles in read(_articles, _article_pieces(sources), _READ):
        errors += _stage_articles(importer, articles, texts, report)
    staged: dict[str, bytes] = {}
    for codings in read(_codings, _coding_pieces(sources), _READ_CODINGS):
        errors += _stage_codings(importer, codings, staged, report)
    expect_none(errors)


def _parts(
    pieces: Iterator[_Source], most: int, sizes: deque[int]
) -> Iterator[Sequence[_Source]]:
    """Yield batches of at most `most` pieces; the size of each batch is appended to
    `sizes`.
    """
    part = list[_Source]()
    length = 0
    for reader, piece in pieces:
        part.append((reader, piece))
        length += len(piece.data)
        if len(part) == most or length > _BYTES:
            sizes.append(len(part))
            yield part
            part = []
            length = 0
    if part:
        sizes.append(len(part))
        yield part


def _article_pieces(
    sources: Iterable[tuple[Path, Reader | Converted]],
) -> Iterator[_Source]:
    return (
        (r, each)
        for path, r in sources
        for each in r.pieces(path)
        if r.may_hold_article(each)
    )


def _coding_pieces(
    sources: Iterable[tuple[Path, Reader | Converted]],
) -> Iterator[_Source]:
    return (
        (r, each)
        for path, r in sources
        if "codings" in r.yields
        for each in r.pieces(path)
    )


def _articles(importer: _Importer, part: Sequence[_Source]) -> list[_ReadArticle]:
    """Read the articles in some pieces, find their boilerplate and normalise all
    metadata.
    """
    read = []
    lexicon = importer.project.codebook.lexicon
    for reader, piece in part:
        taken = reader.taken(piece)
        known = taken.known
        article = taken.article
        digest = ""
        body = b""
        backwards = article is not None and is_backwards(article.text)
        is_alone = taken.coding is None and isinstance(reader, Reader)
        if article is not None:
            if problem := unstorable(
                [article.id, article.text, article.source, dict(article.metadata)]
            ):
                raise CoderError(
                    "delivery.article_holds", problem=problem, where=taken.where
                )
            stretches = find_boilerplate(article.text, lexicon.boilerplate_words)
            metadata = normalised_metadata(article.metadata, lexicon)
            article = replace(article, boilerplate=stretches, metadata=metadata)
            ready = new_article(article)
            digest = ready.text_sha256
            body = packed(ready, small=False)
            article = replace(article, text="")
        elif known is not None:
            if problem := unstorable([known[0], dict(known[1])]):
                raise CoderError(
                    "delivery.article_holds", problem=problem, where=taken.where
                )
            known = known[0], normalised_metadata(known[1], lexicon)
        taken = taken._replace(
            article=article, coding=None, candidates=None, known=known
        )
        read.append(_ReadArticle(taken, is_alone, digest, body, backwards))
    return read


def _stage_articles(
    importer: _Importer,
    read: Sequence[_ReadArticle],
    texts: dict[str, str],
    report: Intake,
) -> list[CoderError]:
    """Stage the new articles; return an error for each contradiction in metadata.

    texts: article id → text_sha256 of all articles read so far; updated here.
    """
    with importer.project.store.read() as queries:
        stored = queries.article_hashes(
            [each.taken.article.id for each in read if each.taken.article]
        )
    texts |= stored
    new: dict[str, bytes] = {}
    errors: list[CoderError] = []
    for taken, is_alone, digest, body, backwards in read:
        article = taken.article
        where = taken.where
        importer.columns |= dict.fromkeys(taken.columns)
        report.left_columns.update(taken.left_columns)
        if taken.encoding:
            report.encodings[where] = taken.encoding
        if taken.refused is not None:
            report.left_out.append(SkippedFile(where, taken.refused))
        id_, metadata = taken.known or (
            article.id if article else "",
            article.metadata if article else {},
        )
        if (words := metadata.get("published")) and not Article(
            "", "", metadata=metadata
        ).published:
            report.left_out.append(SkippedFile(where, no_day(words)))
        errors += importer.known.add(id_, where, metadata)
        if article is not None and article.id not in texts:
            texts[article.id] = digest
            new[article.id] = body
            like = importer.by_text.setdefault(digest, article.id)
            if like != article.id:
                report.same_texts.append(SameText(article.id, like))
            if backwards:
                report.backwards.append(article.id)
            continue
        if article is not None and texts[article.id] != digest:
            raise CoderError("delivery.another_text", article=article.id, where=where)
        if article is not None and article.id in stored:
            report.unchanged += 1
        elif article is not None:
            report.repeated += is_alone
        if metadata or (taken.known and taken.refused is None):
            importer.known.later[id_] = None
    importer.staging.put("article", new)
    return errors


def _codings(importer: _Importer, part: Sequence[_Source]) -> list[_ReadCoding]:
    """Read and check the codings and candidates in some pieces; stage the new codings."""
    items = [reader.taken(piece) for reader, piece in part]
    proposed = [taken for taken in items if taken.candidates is not None]
    codings = [
        (t.coding, t.where)
        for t in items
        if t.coding is not None and t.candidates is None
    ]
    ids = {taken.coding.article for taken in items if taken.coding is not None}
    heads = [CodingHead(c.article, c.coder, c.codebook, c.status) for c, _ in codings]
    with importer.project.store.read() as queries:
        articles = queries.articles_of(ids)
        stored = {coding.id: coding for coding in queries.codings_of(heads)}
        team = {person.name for person in queries.people()}
        had = {
            t.coding.article: queries.candidates(t.coding.article)
            for t in proposed
            if t.coding
        }
    staged = importer.staging.find("article", [*(ids - articles.keys())])
    articles |= {id_: ready.article for id_, ready in staged.items()}
    read = list[_ReadCoding]()
    new = list[NewCoding]()
    for coding, where in codings:
        before = stored.get(coding.id)
        ready = None
        refused = None
        if before is not None:  # the same coding may be in another file
            coding = replace(coding, source=before.source)
        try:
            ready = None if before else new_coding(coding)
        except CoderError as error:
            refused = error
        article = articles.get(coding.article)
        is_storable = ready is not None or coding == before
        errors, problems = import_problems(
            importer.project, coding, article, where, team, is_storable=is_storable
        )
        if not errors and before is not None and before != coding:
            errors = [_another(coding.id, where)]
        if not coding.is_submitted:  # it may still lack something
            problems = []
        counts = Counter(problem.severity for problem in problems)
        if refused and not errors:
            refused.where = where
            errors = [refused]
        digest = b""
        if ready and not errors:
            new.append(ready)
            digest = _digest(coding, ready)
        read.append(
            _ReadCoding(
                coding.id,
                where,
                errors,
                digest,
                b"",
                counts["error"],
                counts["warning"],
                _first_errors(coding, problems),
            )
        )
    importer.staging.put_codings(new)
    return read + [
        _read_candidates(importer, taken, articles, had) for taken in proposed
    ]


def _first_errors(coding: Coding, problems: Iterable[Problem]) -> list[RuleError]:
    errors = [problem for problem in problems if problem.severity == "error"]
    return [
        RuleError(
            "/".join(filter(None, (coding.id, each.event_id, each.field))),
            each.rule,
            {lang: each.message.of(lang) for lang in LANGUAGES},
        )
        for each in errors[:_MOST_ERRORS]
    ]


def _digest(coding: Coding, ready: NewCoding) -> bytes:
    """Return the digest of a new coding's contents, the same whichever file it is from."""
    source = f', "source": {encode_basestring(coding.source)}'
    return sha256(ready.told.replace(source, "", 1).encode()).digest()


def _stage_codings(
    importer: _Importer,
    read: Sequence[_ReadCoding],
    staged: dict[str, bytes],
    report: Intake,
) -> list[CoderError]:
    """Note new codings, stage new candidates, return all errors; staged: id → digest,
    updated here.
    """
    errors: list[CoderError] = []
    candidates: dict[str, bytes] = {}
    for each in read:
        errors += each.refusals
        if not each.digest:
            report.unchanged += not each.refusals
        elif each.id not in staged:
            staged[each.id] = each.digest
            if each.candidates:
                candidates[each.id] = each.candidates
            else:
                importer.codings.append(each.id)
            report.errors += each.errors
            report.warnings += each.warnings
            room = _MOST_ERRORS - len(report.first_errors)
            report.first_errors += each.first_errors[:room]
        elif staged[each.id] == each.digest:
            report.repeated += 1
        else:
            errors.append(_another(each.id, each.where))
    importer.staging.put("candidates", candidates)
    return errors


def _read_candidates(
    importer: _Importer,
    taken: Taken,
    articles: Mapping[str, Article],
    had: Mapping[str, Sequence[Candidate]],
) -> _ReadCoding:
    """Check an article's candidates; they are new if they differ from those that it
    has.
    """
    coding = taken.coding
    candidates = taken.candidates
    where = taken.where
    book = importer.project.codebook
    assert coding is not None and candidates is not None
    article = articles.get(coding.article)
    if problem := unstorable(
        [from_coding(coding), [each.origin for each in candidates]]
    ):
        errors = [CoderError("delivery.coding_holds", problem=problem, where=where)]
        return _ReadCoding(coding.id, where, errors)
    errors = list(strangers(importer.project, coding, article, where, {SUGGESTER}))
    if article and not errors:
        errors += [
            *text_problems(coding, article, book, where),
            *value_problems(coding, book, where),
        ]
    is_known = coding.article in importer.read_by and had[coding.article] == [
        *candidates
    ]
    if errors or is_known:
        return _ReadCoding(coding.id, where, errors)
    of_rules = not all(each.origin.startswith(f"{IMPORTED}:") for each in candidates)
    by = importer.read_by.get(coding.article, RULES if of_rules else IMPORTED)
    digest = sha256(repr(candidates).encode()).digest()
    return _ReadCoding(
        coding.id, where, errors, digest, packed((coding.article, candidates, by))
    )


def _another(coding: str, where: str) -> CoderError:
    article, _, coder = coding.rpartition("/")
    return CoderError(
        "delivery.another_coding", coder=coder, article=article, where=where
    )


# ---------------------------------------------------------------- writing
def _write(importer: _Importer, report: Intake, progress: ReportProgress) -> None:
    """Write what is staged in short transactions, on a server several of them at once."""
    project, staging, total = (
        importer.project,
        importer.staging,
        importer.staging.count(),
    )
    on_server = project.store.has_logins
    attached, at_once = (None, _CONNECTIONS) if on_server else (importer.file, 1)

    def parts(
        batches: Iterable[list[Any]], most: int, add: Callable[[Work, list[Any]], None]
    ) -> Iterator[int]:
        def write(batch: list[Any]) -> int:
            with project.store.begin(project.actor, attached) as work:
                add(work, batch)
            return len(batch)

        running = deque[Future[int]]()
        for batch in batches:  # reads one batch while others are written
            if len(running) == most:
                yield running.popleft().result()
            running.append(pool.submit(write, batch))
        yield from (each.result() for each in running)

    def replace_candidates(
        work: Work, batch: list[tuple[str, Sequence[Candidate], str]]
    ) -> None:
        for article, proposed, by in batch:
            work.replace_candidates(article, proposed, by)

    with ThreadPoolExecutor(at_once) as pool:
        # Articles share one subject of the journal, so their transactions cannot run at
        # once.
        articles = batched(staging.each("article"), _ARTICLES)
        for written in parts(articles, 1, Work.add_prepared_articles):
            report.articles += written
            progress(report.articles, total)
        codings = (
            staging.codings(ids, with_rows=on_server)
            for ids in batched(importer.codings, _CODINGS)
        )
        for written in parts(
            codings, at_once, partial(Work.add_codings, what=journal.IMPORTED)
        ):
            report.codings += written
            progress(report.articles + report.codings, total)
        candidates = batched(staging.each("candidates"), _CODINGS)
        for written in parts(candidates, at_once, replace_candidates):
            report.suggested += written
            progress(report.articles + report.codings + report.suggested, total)
