"""The codings and candidates of an import: read and checked by any process, collected
by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from msgspec.structs import replace

from coder.codebook.validate import Problem
from coder.errors import CoderError
from coder.foreign import to_json
from coder.importers.registry import Piece, Reader, Taken
from coder.messages.catalogue import LANGUAGES
from coder.model import IMPORTED, RULES, Article, Candidate, Coding
from coder.native import SUGGESTER, from_coding
from coder.service.delivery.annotations import Converted
from coder.service.delivery.coding_checks import find_import_problems, find_strangers
from coder.service.delivery.intake_report import MOST_ERRORS, Intake, RuleError
from coder.service.delivery.spool import Place, Spool, pack, unpack
from coder.service.project.fitting import text_problems, value_problems
from coder.service.project.opened import Project
from coder.storage_limits import unstorable
from coder.store.queries import CodingHead
from coder.store.row_checks import expect_coding_fits


class NewCandidates(NamedTuple):
    """Candidates that replace those of an article; suggester: who proposed them."""

    article: str
    candidates: Sequence[Candidate]
    suggester: str


class ReadWork(NamedTuple):
    """A coding, or an article's candidates, as read from one piece of a file.

    id: of the coding; candidates are those of the coder `SUGGESTER`. refusals: the
    errors that prevent the import. new: the packed coding or `NewCandidates`, empty if
    the project has them already. digest: of what is new, the same whichever file it is
    from. errors, warnings: problems of a submitted coding under the codebook's rules.
    """

    id: str
    where: str
    refusals: Sequence[CoderError]
    new: bytes = b""
    digest: bytes = b""
    is_candidates: bool = False
    errors: int = 0
    warnings: int = 0
    first_errors: Sequence[RuleError] = ()


@dataclass(frozen=True)
class WorkReader:
    """Reads and checks codings and candidates.

    new_articles: article id → where the import's new articles are in the spool.
    """

    project: Project
    spool: Spool
    new_articles: Mapping[str, Place]

    def read(
        self, pieces: Sequence[tuple[Reader | Converted, Piece]]
    ) -> list[ReadWork | None]:
        """Return what each piece holds, None for one without a coding or candidates."""
        records = [reader.taken(piece) for reader, piece in pieces]
        codings = [record.coding for record in records if record.coding is not None]
        articles = self._find_articles({coding.article for coding in codings})
        heads = [
            CodingHead(each.article, each.coder, each.codebook, each.status)
            for each in codings
        ]
        with self.project.store.read() as queries:
            stored = {coding.id: coding for coding in queries.codings_of(heads)}
            team = {person.name for person in queries.people()}
        read: list[ReadWork | None] = []
        for record in records:
            if record.coding is None:
                read.append(None)
                continue
            article = articles.get(record.coding.article)
            if record.candidates is not None:
                read.append(self._read_candidates(record, article))
            else:
                before = stored.get(record.coding.id)
                read.append(
                    self._read_coding(
                        record.coding, record.where, article, before, team
                    )
                )
        return read

    def _find_articles(self, ids: Collection[str]) -> dict[str, Article]:
        """Return id → article, of the project or of the import."""
        with self.project.store.read() as queries:
            articles = queries.articles_of(ids)
        places = [self.new_articles[each] for each in ids if each in self.new_articles]
        for body in self.spool.read(places):
            article: Article = unpack(body)
            articles[article.id] = article
        return articles

    def _read_coding(
        self,
        coding: Coding,
        where: str,
        article: Article | None,
        before: Coding | None,
        team: Collection[str],
    ) -> ReadWork:
        """Check a coding; before: the one that the project has already."""
        if before is not None:  # the same coding may be in another file
            coding = replace(coding, source=before.source)
        errors, problems = find_import_problems(
            self.project, coding, article, where, team
        )
        if not errors and before is None:
            errors = _storing_problems(coding, where)
        elif not errors and before != coding:
            errors = [another_coding(coding.id, where)]
        if not coding.is_submitted:  # it may still lack something
            problems = []
        counts = Counter(problem.severity for problem in problems)
        new = b""
        digest = b""
        if before is None and not errors:
            new = pack(coding)
            digest = sha256(to_json(from_coding(coding)).encode()).digest()
        return ReadWork(
            coding.id,
            where,
            errors,
            new=new,
            digest=digest,
            errors=counts["error"],
            warnings=counts["warning"],
            first_errors=_first_errors(coding, problems),
        )

    def _read_candidates(self, record: Taken, article: Article | None) -> ReadWork:
        """Check an article's candidates; they are new if they differ from those that it
        has.
        """
        coding = record.coding
        candidates = record.candidates
        where = record.where
        assert coding is not None and candidates is not None
        if problem := unstorable(
            [from_coding(coding), [each.origin for each in candidates]]
        ):
            error = CoderError("delivery.coding_holds", problem=problem, where=where)
            return ReadWork(coding.id, where, [error])
        errors = [*find_strangers(self.project, coding, article, where, {SUGGESTER})]
        if article is not None and not errors:
            book = self.project.codebook
            errors += text_problems(coding, article, book, where)
            errors += value_problems(coding, book, where)
        with self.project.store.read() as queries:
            suggester = queries.suggester_of(coding.article)
            stored = queries.candidates(coding.article)
        is_known = suggester is not None and stored == [*candidates]
        if errors or is_known:
            return ReadWork(coding.id, where, errors)
        if suggester is None:
            is_imported = all(
                each.origin.startswith(f"{IMPORTED}:") for each in candidates
            )
            suggester = IMPORTED if is_imported else RULES
        new = NewCandidates(coding.article, candidates, suggester)
        digest = sha256(repr(candidates).encode()).digest()
        return ReadWork(coding.id, where, (), pack(new), digest, is_candidates=True)


def _storing_problems(coding: Coding, where: str) -> list[CoderError]:
    """Return the error for a coding that exceeds a limit of the store, if it does."""
    try:
        expect_coding_fits(coding)
    except CoderError as error:
        error.where = where
        return [error]
    return []


def _first_errors(coding: Coding, problems: Iterable[Problem]) -> list[RuleError]:
    errors = [problem for problem in problems if problem.severity == "error"]
    first = []
    for error in errors[:MOST_ERRORS]:
        place = [coding.id, error.event_id, error.field]
        where = "/".join(part for part in place if part)
        words = {language: error.message.of(language) for language in LANGUAGES}
        first.append(RuleError(where, error.rule, words))
    return first


@dataclass
class NewWork:
    """The codings and candidates of an import that the project does not have yet."""

    spool: Spool
    report: Intake
    codings: list[Place] = field(default_factory=list)
    candidates: list[Place] = field(default_factory=list)
    _digests: dict[str, bytes] = field(default_factory=dict)

    def add(self, read: Iterable[ReadWork]) -> list[CoderError]:
        """Add what is new; return all errors that prevent the import."""
        report = self.report
        errors: list[CoderError] = []
        new: list[ReadWork] = []
        for each in read:
            errors += each.refusals
            if not each.new:
                report.unchanged += not each.refusals
            elif each.id not in self._digests:
                self._digests[each.id] = each.digest
                new.append(each)
            elif self._digests[each.id] == each.digest:
                report.repeated += 1
            else:
                errors.append(another_coding(each.id, each.where))
        places = self.spool.add([each.new for each in new])
        for each, place in zip(new, places, strict=True):
            to = self.candidates if each.is_candidates else self.codings
            to.append(place)
            report.errors += each.errors
            report.warnings += each.warnings
            room = MOST_ERRORS - len(report.first_errors)
            report.first_errors += each.first_errors[:room]
        return errors


def another_coding(coding_id: str, where: str) -> CoderError:
    """Return the error for a coding that differs from the one with the same id."""
    article, _, coder = coding_id.rpartition("/")
    return CoderError(
        "delivery.another_coding", coder=coder, article=article, where=where
    )
