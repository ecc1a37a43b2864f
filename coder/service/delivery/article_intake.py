"""The articles of an import: read and checked by any process, collected by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from coder.codebook.lexicon_schema import Lexicon
from coder.errors import CoderError
from coder.importers.registry import Piece, Reader, SkippedFile, Taken
from coder.model import Article, Json
from coder.service.delivery.annotations import Converted
from coder.service.delivery.intake_report import Intake, SameText
from coder.service.delivery.metadata import Known, no_day, normalise_metadata
from coder.service.delivery.spool import Place, Spool, pack
from coder.service.project.opened import Project
from coder.storage_limits import unstorable
from coder.text.backwards import is_backwards
from coder.text.boilerplate import find_boilerplate


class ReadArticle(NamedTuple):
    """What one piece of a file says about an article.

    taken: the record, its article without the text. body: the packed article, with its
    text. is_alone: the piece holds only an article, without a coding. is_backwards: the
    article's letters seem to be stored in reverse order.
    """

    taken: Taken
    is_alone: bool
    text_sha256: str = ""
    body: bytes = b""
    is_backwards: bool = False


def read_articles(
    lexicon: Lexicon, pieces: Sequence[tuple[Reader | Converted, Piece]]
) -> list[ReadArticle]:
    """Read the article or the metadata in each piece; find boilerplate and normalise
    dates.

    Raises CoderError at a piece that cannot be read or stored.
    """
    return [_read_article(lexicon, reader, piece) for reader, piece in pieces]


def _read_article(
    lexicon: Lexicon, reader: Reader | Converted, piece: Piece
) -> ReadArticle:
    record = reader.taken(piece)
    taken = record._replace(article=None, coding=None, candidates=None)
    is_alone = record.coding is None and isinstance(reader, Reader)
    if record.known is not None:
        article_id, metadata = record.known
        _expect_storable([article_id, dict(metadata)], record.where)
        known = article_id, normalise_metadata(metadata, lexicon)
        taken = taken._replace(known=known)
    article = record.article
    if article is None:
        return ReadArticle(taken, is_alone)
    _expect_storable(
        [article.id, article.text, article.source, dict(article.metadata)],
        record.where,
    )
    article = replace(
        article,
        boilerplate=find_boilerplate(article.text, lexicon.boilerplate_words),
        metadata=normalise_metadata(article.metadata, lexicon),
    )
    return ReadArticle(
        taken._replace(article=replace(article, text="")),
        is_alone,
        article.text_sha256,
        pack(article),
        is_backwards(article.text),
    )


def _expect_storable(values: list[Json], where: str) -> None:
    if problem := unstorable(values):
        raise CoderError("delivery.article_holds", problem=problem, where=where)


class NewArticles:
    """The articles of an import that the project does not have yet, in the spool.

    places: article id → where it is in the spool, in the order of the files. columns:
    all columns seen, collected if the user assigned some. known: the metadata found.
    """

    def __init__(self, project: Project, spool: Spool, report: Intake) -> None:
        self.places: dict[str, Place] = {}
        self.columns: dict[str, None] = {}
        self.known = Known()
        self._project = project
        self._spool = spool
        self._report = report
        # article id → text_sha256 of the articles read so far
        self._hashes: dict[str, str] = {}
        # text_sha256 → the first article with that text, in the project or the files
        self._first_with: dict[str, str] = {}
        with project.store.read() as queries:
            stored = queries.article_hashes()
        for article_id, text_sha256 in sorted(stored.items()):
            self._first_with.setdefault(text_sha256, article_id)

    def add(self, read: Sequence[ReadArticle]) -> list[CoderError]:
        """Add the new ones of some articles; return an error for each contradiction in
        metadata.

        Raises CoderError for an article whose id stands for another text.
        """
        ids = [each.taken.article.id for each in read if each.taken.article]
        with self._project.store.read() as queries:
            stored = queries.article_hashes(ids)
        self._hashes |= stored
        errors: list[CoderError] = []
        new: dict[str, bytes] = {}
        for each in read:
            taken = each.taken
            article = taken.article
            self._report_record(taken)
            article_id, metadata = _metadata_in(taken)
            errors += self.known.add(article_id, taken.where, metadata)
            if article is not None and article.id not in self._hashes:
                self._hashes[article.id] = each.text_sha256
                new[article.id] = each.body
                self._report_new(article.id, each)
                continue
            if article is not None:
                self._expect_same_text(article.id, each)
                if article.id in stored:
                    self._report.unchanged += 1
                elif each.is_alone:
                    self._report.repeated += 1
            if metadata or (taken.known and taken.refused is None):
                self.known.later[article_id] = None
        places = self._spool.add([*new.values()])
        self.places.update(zip(new, places, strict=True))
        return errors

    def _expect_same_text(self, article_id: str, read: ReadArticle) -> None:
        if self._hashes[article_id] != read.text_sha256:
            raise CoderError(
                "delivery.another_text", article=article_id, where=read.taken.where
            )

    def _report_new(self, article_id: str, read: ReadArticle) -> None:
        """Note another article with the same text, and letters in reverse order."""
        first = self._first_with.setdefault(read.text_sha256, article_id)
        if first != article_id:
            self._report.same_texts.append(SameText(article_id, first))
        if read.is_backwards:
            self._report.backwards.append(article_id)

    def _report_record(self, taken: Taken) -> None:
        """Note columns and encoding, what was left out, and dates that are none."""
        self.columns |= dict.fromkeys(taken.columns)
        self._report.left_columns.update(taken.left_columns)
        if taken.encoding:
            self._report.encodings[taken.where] = taken.encoding
        if taken.refused is not None:
            self._report.left_out.append(SkippedFile(taken.where, taken.refused))
        published = _metadata_in(taken)[1].get("published")
        if (
            published
            and not Article("", "", metadata={"published": published}).published
        ):
            self._report.left_out.append(SkippedFile(taken.where, no_day(published)))


def _metadata_in(taken: Taken) -> tuple[str, Mapping[str, str]]:
    """Return the id and the metadata of the article that a record is about."""
    if taken.known is not None:
        return taken.known
    if taken.article is not None:
        return taken.article.id, taken.article.metadata
    return "", {}
