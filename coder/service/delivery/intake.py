"""Articles, codings and candidates in: everything in the given files, or nothing.

All is read and checked, on all cores, before anything is written; what is new waits in a file of its own. It
is written some at a time, so that others can go on working; broken off, the same import goes on there.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import cached_property, partial
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, TypeVar

from coder.errors import CoderError
from coder.importers.mapping import Mapped, mapping_in
from coder.importers.registry import LeftOut, Piece, Reader, Taken, files
from coder.messages.catalogue import Message
from coder.model import IMPORTED, RULES, Article, Candidate, Status
from coder.native import SUGGESTER, from_coding, to_line
from coder.service.delivery.annotations import Conversion, Converted, converted
from coder.service.delivery.coding_checks import against_coding, strangers
from coder.service.delivery.intake_report import Intake
from coder.service.delivery.metadata import Known, columns_of, corrected, in_one_form, no_day
from coder.service.delivery.near_duplicates import link_near, sketches
from coder.service.project.fitting import all_of, text_problems, value_problems
from coder.service.project.opened import Project, Way, reopened
from coder.service.project.processes import Told, spread, untold
from coder.store.convert import article_of
from coder.store.data_problems import unstorable
from coder.store.made_ready import new_article, new_coding
from coder.store.queries import CodingHead
from coder.store.staging import Staging, packed
from coder.store.whole_file import passing_folder
from coder.store.work import Work
from coder.text.boilerplate import find_boilerplate

_READ, _READ_CODINGS = 100, 25  # pieces of files that are read together, at most
_BYTES = 2**20  # and how long these are about
_WORTH = 200  # pieces from which on further processes pay
_ARTICLES, _CODINGS = 500, 50  # that are written together, in about a tenth of a second
_CONNECTIONS = 4  # over which a server is given codings
_Item = TypeVar("_Item")
_Given: TypeAlias = tuple["Reader | Converted", Piece]


class _New(NamedTuple):
    """What is not there yet: a coding made ready, or an article's id and the candidates it is to have."""

    kind: str
    digest: bytes
    body: bytes  # packed


class _ReadArticle(NamedTuple):
    """What came of a piece, its article without the text; digest: of that; body: the whole article packed.

    is_alone: the piece is the article's, no work on it.
    """

    taken: Taken
    is_alone: bool
    digest: str = ""
    body: bytes = b""


class _ReadCoding(NamedTuple):
    """A coding, or the suggester's candidates, with what speaks against it and what is new."""

    id: str
    where: str
    against: Sequence[CoderError]
    new: _New | None = None
    errors: int = 0
    warnings: int = 0


def take(
    project: Project,
    paths: Iterable[Path],
    format_name: str | None = None,
    *,
    columns: Iterable[str] = (),
    whom: str = "",
    mapping: Path | None = None,
    near: float = 0,
    reading: Told = untold,
    writing: Told = untold,
) -> Intake:
    """All articles, codings and candidates in the files; what is there already changes nothing.

    columns: `NAME=COLUMN` for each that has no name of its own. whom: `candidates` or the coder that other
    tools' work is taken as, by a mapping. near: how alike to another an article is to be linked to it, 0 for
    no links. reading, writing: told of each step of both.
    """
    report = Intake()
    if near:
        sketches()  # rather than when all is written
    asked = columns_of(project.codebook, columns)
    read = list(files(paths, format_name, report.left_out, asked, annotations=bool(whom)))
    found: Sequence[tuple[Path, Reader | Converted]] = read
    with passing_folder() as folder:
        desk = _Desk(project, folder / "staged.db")
        with closing(desk.staging):
            if whom:
                by = mapping_in(mapping, project.codebook) if mapping else Mapped()
                conversion = Conversion(project, by, whom, asked, report.left)
                found = converted(read, conversion, desk.staging, desk.way[-1])
                desk.columns |= conversion.seen
            _read(desk, found, report, reading)
            asked.expect([*desk.columns], str(read[0][0]) if len(read) == 1 else "")
            _write(desk, report, writing)
            new = desk.staging.keys("article")
    report.encodings |= {str(path): said for path, reader in read if (said := reader.encoding(path))}
    report.corrected, of_none = corrected(project, desk.known.corrections())
    for each in of_none:
        where = desk.known.where(each)
        report.left_out.append(LeftOut(where, Message("delivery.known_of_none", article=each)))
    if near and new:
        report.near = link_near(project, new, near, reading)
    return report


# ---------------------------------------------------------------- reading
class _Desk:
    """What everybody who reads has at hand."""

    def __init__(self, project: Project, file: Path) -> None:
        self.project, self.staging = project, Staging(file)
        self.way = (project.way, file)
        self.columns: dict[str, None] = {}  # all that have come, where some were asked for
        self.known = Known()

    @cached_property
    def read_by(self) -> dict[str, str]:
        """Article id → who has proposed candidates for it."""
        with self.project.store.read() as queries:
            return queries.suggested()


def _desk(way: tuple[Way, Path]) -> _Desk:
    return _Desk(reopened(way[0]), way[1])


def _read(desk: _Desk, found: Sequence[tuple[Path, Reader | Converted]], report: Intake, told: Told) -> None:
    """Stage what is new, articles first, as codings need them.

    Raises CoderError for the first piece that cannot be read, and for all that speaks against the others.
    """
    of = sum(1 for given in (_article_pieces(found), _coding_pieces(found)) for _ in given)
    cores, done = None if of >= _WORTH else 1, 0

    def read(
        work: Callable[[_Desk, Sequence[_Given]], Sequence[_Item]], given: Iterator[_Given], most: int
    ) -> Iterator[Sequence[_Item]]:
        nonlocal done
        sizes = deque[int]()
        for items in spread(work, _parts(given, most, sizes), desk, _desk, desk.way, cores=cores):
            yield items
            done += sizes.popleft()
            told(done, of)

    texts: dict[str, str] = {}
    wrong: list[CoderError] = []
    for articles in read(_articles, _article_pieces(found), _READ):
        wrong += _stage_articles(desk, articles, texts, report)
    staged: dict[str, bytes] = {}
    for codings in read(_codings, _coding_pieces(found), _READ_CODINGS):
        wrong += _stage_codings(desk, codings, staged, report)
    if wrong:
        raise all_of(wrong)


def _parts(given: Iterator[_Given], most: int, sizes: deque[int]) -> Iterator[Sequence[_Given]]:
    """Pieces that are read together, at most so many; sizes: of how many each part is."""
    part, length = list[_Given](), 0
    for reader, piece in given:
        part.append((reader, piece))
        length += len(piece.data)
        if len(part) == most or length > _BYTES:
            sizes.append(len(part))
            yield part
            part, length = [], 0
    if part:
        sizes.append(len(part))
        yield part


def _article_pieces(found: Iterable[tuple[Path, Reader | Converted]]) -> Iterator[_Given]:
    return ((r, each) for path, r in found for each in r.pieces(path) if r.may_hold_article(each))


def _coding_pieces(found: Iterable[tuple[Path, Reader | Converted]]) -> Iterator[_Given]:
    return ((r, each) for path, r in found if "codings" in r.yields for each in r.pieces(path))


def _articles(desk: _Desk, part: Sequence[_Given]) -> list[_ReadArticle]:
    """The articles in some pieces, with their boilerplate, and what is known of articles."""
    read, lexicon = [], desk.project.codebook.lexicon
    for reader, piece in part:
        taken = reader.taken(piece)
        known, article, digest, body = taken.known, taken.article, "", b""
        is_alone = taken.coding is None and isinstance(reader, Reader)
        if article is not None:
            if problem := unstorable([article.id, article.text, article.source, dict(article.metadata)]):
                raise CoderError("delivery.article_holds", problem=problem, where=taken.where)
            stretches = find_boilerplate(article.text, lexicon.boilerplate_words)
            metadata = in_one_form(article.metadata, lexicon)
            article = replace(article, boilerplate=stretches, metadata=metadata)
            ready = new_article(article)
            digest, body = ready.text_sha256, packed(ready, small=False)
            article = replace(article, text="")
        elif known is not None:
            if problem := unstorable([known[0], dict(known[1])]):
                raise CoderError("delivery.article_holds", problem=problem, where=taken.where)
            known = known[0], in_one_form(known[1], lexicon)
        taken = taken._replace(article=article, coding=None, candidates=None, known=known)
        read.append(_ReadArticle(taken, is_alone, digest, body))
    return read


def _stage_articles(
    desk: _Desk,
    several: Sequence[_ReadArticle],
    texts: dict[str, str],
    report: Intake,
) -> list[CoderError]:
    """What is told of an article in two ways.

    texts: article id → text_sha256, of those that were read before; those that are new are added.
    """
    with desk.project.store.read() as queries:
        there = queries.article_hashes([each.taken.article.id for each in several if each.taken.article])
    texts |= there
    new: dict[str, bytes] = {}
    wrong: list[CoderError] = []
    for taken, is_alone, digest, body in several:
        article, where = taken.article, taken.where
        desk.columns |= dict.fromkeys(taken.columns)
        report.left_columns.update(taken.left_columns)
        if taken.encoding:
            report.encodings[where] = taken.encoding
        if taken.refused is not None:
            report.left_out.append(LeftOut(where, taken.refused))
        id_, held = taken.known or (article.id if article else "", article.metadata if article else {})
        if (words := held.get("published")) and not Article("", "", metadata=held).published:
            report.left_out.append(LeftOut(where, no_day(words)))
        wrong += desk.known.add(id_, where, held)
        if article is not None and article.id not in texts:
            texts[article.id] = digest
            new[article.id] = body
            continue
        if article is not None and texts[article.id] != digest:
            raise CoderError("delivery.another_text", article=article.id, where=where)
        if article is not None and article.id in there:
            report.unchanged += 1
        elif article is not None:
            report.repeated += is_alone
        if held:
            desk.known.later[id_] = None
    desk.staging.put("article", new)
    return wrong


def _codings(desk: _Desk, part: Sequence[_Given]) -> list[_ReadCoding]:
    """The codings in some pieces, looked at."""
    given = [reader.taken(piece) for reader, piece in part]
    proposed = [taken for taken in given if taken.candidates is not None]
    read = [(t.coding, t.where) for t in given if t.coding is not None and t.candidates is None]
    ids = {taken.coding.article for taken in given if taken.coding is not None}
    heads = [CodingHead(c.article, c.coder, c.codebook, c.status) for c, _ in read]
    with desk.project.store.read() as queries:
        articles = queries.articles_of(ids)
        there = {coding.id: coding for coding in queries.codings_of(heads)}
        team = {person.name for person in queries.people()}
        had = {t.coding.article: queries.candidates(t.coding.article) for t in proposed if t.coding}
    waiting = desk.staging.find("article", [*(ids - articles.keys())])
    articles |= {id_: article_of(ready.rows) for id_, ready in waiting.items()}
    looked = []
    for coding, where in read:
        before, ready, refused = there.get(coding.id), None, None
        try:
            ready = None if before else new_coding(coding)
        except CoderError as error:
            refused = error
        told = ready.told if ready else to_line(from_coding(coding))
        against, found = against_coding(desk.project, coding, articles.get(coding.article), where, team, told)
        if not against and before is not None and before != coding:
            against = [_another(coding.id, where)]
        counts = Counter(p.severity for p in found if coding.status is Status.SUBMITTED)
        if refused and not against:
            raise refused
        new = _new("coding", ready, ready.told) if ready and not against else None
        looked.append(_ReadCoding(coding.id, where, against, new, counts["error"], counts["warning"]))
    return looked + [_looked_at_candidates(desk, taken, articles, had) for taken in proposed]


def _new(kind: str, thing: Any, told: str) -> _New:
    return _New(kind, sha256(told.encode()).digest(), packed(thing))


def _stage_codings(
    desk: _Desk, several: Sequence[_ReadCoding], staged: dict[str, bytes], report: Intake
) -> list[CoderError]:
    """What speaks against the codings; staged: id → digest, of those that are new; these are added."""
    wrong: list[CoderError] = []
    new: dict[str, dict[str, bytes]] = {}
    for each in several:
        wrong += each.against
        if each.new is None:
            report.unchanged += not each.against
        elif each.id not in staged:
            staged[each.id] = each.new.digest
            new.setdefault(each.new.kind, {})[each.id] = each.new.body
            report.errors += each.errors
            report.warnings += each.warnings
        elif staged[each.id] == each.new.digest:
            report.repeated += 1
        else:
            wrong.append(_another(each.id, each.where))
    for kind, bodies in new.items():
        desk.staging.put(kind, bodies)
    return wrong


def _looked_at_candidates(
    desk: _Desk, taken: Taken, articles: Mapping[str, Article], had: Mapping[str, Sequence[Candidate]]
) -> _ReadCoding:
    """What speaks against an article's candidates, or these where the article has others."""
    coding, candidates, where, book = taken.coding, taken.candidates, taken.where, desk.project.codebook
    assert coding is not None and candidates is not None
    article = articles.get(coding.article)
    if problem := unstorable([from_coding(coding), [each.origin for each in candidates]]):
        wrong = [CoderError("delivery.coding_holds", problem=problem, where=where)]
        return _ReadCoding(coding.id, where, wrong)
    wrong = list(strangers(desk.project, coding, article, where, {SUGGESTER}))
    if article and not wrong:
        wrong += [*text_problems(coding, article, book, where), *value_problems(coding, book, where)]
    is_there = coding.article in desk.read_by and had[coding.article] == [*candidates]
    of_rules = not all(each.origin.startswith(f"{IMPORTED}:") for each in candidates)
    by = desk.read_by.get(coding.article, RULES if of_rules else IMPORTED)
    new = (
        None if wrong or is_there else _new("candidates", (coding.article, candidates, by), repr(candidates))
    )
    return _ReadCoding(coding.id, where, wrong, new)


def _another(coding: str, where: str) -> CoderError:
    article, _, coder = coding.rpartition("/")
    return CoderError("delivery.another_coding", coder=coder, article=article, where=where)


# ---------------------------------------------------------------- writing
def _write(desk: _Desk, report: Intake, told: Told) -> None:
    """Write what is staged; each transaction is short, and a server has several of them at once."""
    project, of = desk.project, desk.staging.count()
    at_once = _CONNECTIONS if project.store.has_logins else 1

    def parts(kind: str, size: int, most: int, add: Callable[[Work, list[Any]], None]) -> Iterator[int]:
        def write(several: list[Any]) -> int:
            with project.store.begin(project.actor) as work:
                add(work, several)
            return len(several)

        things, begun = desk.staging.each(kind), deque[Future[int]]()
        while several := list(islice(things, size)):  # read while others are written
            if len(begun) == most:
                yield begun.popleft().result()
            begun.append(pool.submit(write, several))
        yield from (each.result() for each in begun)

    def replace_candidates(work: Work, several: list[tuple[str, Sequence[Candidate], str]]) -> None:
        for article, proposed, by in several:
            work.replace_candidates(article, proposed, by)

    with ThreadPoolExecutor(at_once) as pool:
        for written in parts(
            "article", _ARTICLES, 1, Work.add_ready_articles
        ):  # one after the other in the journal
            report.articles += written
            told(report.articles, of)
        for written in parts("coding", _CODINGS, at_once, partial(Work.add_codings, what="coding.imported")):
            report.codings += written
            told(report.articles + report.codings, of)
        for written in parts("candidates", _CODINGS, at_once, replace_candidates):
            report.suggested += written
            told(report.articles + report.codings + report.suggested, of)
