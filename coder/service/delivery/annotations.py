"""Converts other tools' annotations into candidates or codings by a mapping; what does
not fit is counted.

Each text is matched to an article by id or hash, or imported as a new article. The
results pass through the regular import, which checks them and takes all or nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from coder.errors import CoderError
from coder.importers.annotated import (
    Document,
    Extent,
    Mark,
    align_tokens,
    documents_in,
    extents_of,
    offsets_in,
)
from coder.importers.columns import ID, SHA256, TEXT, Columns
from coder.importers.mapping import Found, LabelMapping, draft_mapping
from coder.importers.records import article_from_record
from coder.importers.registry import Piece, Reader, Taken, files
from coder.messages.catalogue import Message, first_few
from coder.model import (
    GOLD,
    IMPORTED,
    TAKEN_OVER,
    Answer,
    Article,
    Candidate,
    Coding,
    Span,
    Status,
)
from coder.native import CANDIDATES, SUGGESTER
from coder.service.delivery.mapped_work import Left, MappedWork
from coder.service.delivery.spool import Place, Spool, pack, unpack
from coder.service.project.fitting import placing_errors
from coder.service.project.opened import Project
from coder.suggest.plugins import joined
from coder.text.offsets import Offsets, unit_that_fits


@dataclass
class Conversion:
    """Converts documents into items for an import.

    whom: `candidates`, or the coder to whom the codings are attributed. spool: where
    the items are put. articles: of several articles with the same text, those that
    the annotations belong to. shifted: where spans seem to be in UTF-16 units, though
    the format has code points; added to here.
    """

    project: Project
    mapping: LabelMapping
    whom: str
    columns: Columns
    articles: Collection[str]
    left: Left
    shifted: list[str]
    spool: Spool

    def __post_init__(self) -> None:
        with self.project.store.read() as queries:
            self._hashes = queries.article_hashes()
        self._by_hash: dict[str, list[str]] = {}  # text_sha256 → ids
        for name, digest in self._hashes.items():
            self._by_hash.setdefault(digest, []).append(name)
        for name in self.articles:
            if name not in self._hashes:
                raise CoderError("delivery.no_article", article=name)
        self.seen: dict[
            str, None
        ] = {}  # the records' columns, collected if columns were requested
        self._new: dict[str, Place] = {}  # id of a new article → its item
        self._annotator = ""  # the first annotator named, whose work is taken
        self._proposed: dict[str, tuple[Taken, list[Candidate]]] = {}

    def taken(self, documents: Iterable[Document], form: str) -> Iterator[Taken]:
        """Yield the items made from a file's documents, without candidates."""
        return (self._convert(document, form) for document in documents)

    def candidates(self) -> Iterator[Taken]:
        """Yield each article's candidates, from all files, as several coders' work may
        be in several.
        """
        for taken, candidates in self._proposed.values():
            yield self._with_candidates(taken, candidates)

    def _convert(self, document: Document, form: str) -> Taken:
        self.seen |= dict.fromkeys(document.record if self.columns.given else ())
        where = document.where
        book = self.project.codebook
        annotator = document.annotator
        if refused := document.refused or self._find_refusal(document):
            return Taken(where, refused=refused)
        matched = self._article(document)
        if isinstance(matched, Message):
            return Taken(where, refused=matched)
        article, taken = matched
        work = MappedWork(
            book,
            self.mapping,
            document,
            article,
            self._place_marks(document, article),
            self.left,
        )
        if self.whom == CANDIDATES:
            coding = Coding(article.id, article.text_sha256, book.ref, SUGGESTER)
            if candidates := work.candidates(f"{IMPORTED}:{form}"):
                self._proposed.setdefault(
                    article.id, (Taken(where, coding=coding), [])
                )[1].extend(candidates)
            return taken
        self._annotator = self._annotator or annotator
        if annotator not in ("", self._annotator) and not self.mapping.coders:
            names = {"coder": self.whom, "one": self._annotator, "other": annotator}
            raise CoderError("delivery.two_annotators", **names, where=where)
        coding = work.coding(self.mapping.coders.get(annotator, self.whom))
        if coding.is_gold:
            coding = replace(coding, source=f"{document.path.name} ({form})")
            coding = _mark_as_imported(coding, annotator, self.project.actor)
        is_empty = (
            not (coding.spans or coding.events or coding.answers)
            and coding.status is Status.OPEN
        )
        return taken if is_empty else taken._replace(coding=coding)

    def _find_refusal(self, document: Document) -> Message | None:
        if self.whom == CANDIDATES:
            return None
        if document.by_machine:
            return Message("delivery.by_machine")
        if self.mapping.coders and document.annotator not in self.mapping.coders:
            return Message("delivery.of_nobody", annotator=document.annotator)
        return None

    def _article(self, document: Document) -> tuple[Article, Taken] | Message:
        """Return the document's article and the item that imports it, or a message if
        there is no article.
        """
        where = document.where
        record = {k: v for k, v in document.record.items() if v not in (None, "")}
        values = {
            name: record[column]
            for column, name in self.columns.named([*record]).items()
        }
        if TEXT not in values:
            digest = values.get(SHA256)
            name = str(values.get(ID, ""))
            known = self._find_known(name) or self._find_known(
                self._with_text(str(digest), where)
            )
            if known is None and not name:
                return Message("delivery.without_text_or_id")
            if known is None:
                return Message("delivery.without_text", article=name)
            if digest not in (None, known.text_sha256):
                theirs = str(digest)[:12]
                ours = known.text_sha256[:12]
                raise CoderError(
                    "delivery.coded_text", theirs=theirs, ours=ours, where=where
                )
            return known, Taken(where)
        taken = article_from_record(record, self.columns, where, document.path.name)
        article = taken.article
        if article is None:
            return taken.refused or Message("delivery.empty_text")
        if self._hashes.get(article.id) != article.text_sha256:
            same = self._with_text(article.text_sha256, where)
            article = replace(article, id=same or article.id)
        known = self._find_known(article.id)
        if known is not None and known.text != article.text:
            if _realign(document, known.text) is None:
                raise CoderError(
                    "delivery.another_text", article=article.id, where=where
                )
            return known, Taken(where)
        return article, taken._replace(article=article)

    def _with_text(self, digest: str, where: str) -> str:
        """Return the id of the article with a text, "" if there is none.

        Raises CoderError if there are several, and the user did not say which one is
        meant.
        """
        ids = self._by_hash.get(digest, [])
        if len(ids) > 1:
            chosen = [name for name in ids if name in self.articles]
            if len(chosen) != 1:
                articles = first_few(sorted(ids))
                raise CoderError("delivery.same_text", articles=articles, where=where)
            return chosen[0]
        return ids[0] if ids else ""

    def store(self, taken: Taken) -> Place:
        """Put an item into the spool; new articles are read from there again, as they
        need not fit into memory.
        """
        [place] = self.spool.add([pack(taken)])
        if taken.article is not None:
            self._new[taken.article.id] = place
        return place

    def _find_known(self, name: str) -> Article | None:
        if name in self._new:
            [body] = self.spool.read([self._new[name]])
            article: Article = unpack(body).article
            return article
        return self.project.article(name) if name in self._hashes else None

    def _place_marks(self, document: Document, article: Article) -> list[list[Span]]:
        """Return each mark's stretches of the article as spans without a kind;
        CoderError if misplaced.
        """
        text = article.text
        moved = _realign(document, article.text)
        if moved is None:
            offsets, misplaced = offsets_in(document, text)
            if misplaced is not None:
                raise _not_in_text(document, misplaced, offsets)
            if _seem_shifted(document, text):
                self.shifted.append(document.where)
            extents = [extents_of(mark, offsets) or () for mark in document.marks]
        else:
            starts, ends = ({own[i]: new[i] for own, new in moved} for i in (0, 1))
            extents = [
                tuple((starts[a], ends[b]) for a, b in mark.pieces)
                for mark in document.marks
            ]
        return [
            [Span("", "", a, b, text[a:b]) for a, b in _over_lines(each, text) if a < b]
            for each in extents
        ]

    def _with_candidates(self, taken: Taken, more: Sequence[Candidate]) -> Taken:
        """Add the candidates that the article already has."""
        assert taken.coding is not None
        with self.project.store.read() as queries:
            every = joined(queries.candidates(taken.coding.article), more)
        spans = tuple(
            Span(c.id, c.kind, c.start, c.end, c.quote, c.value) for c in every
        )
        return taken._replace(
            coding=replace(taken.coding, spans=spans), candidates=tuple(every)
        )


def _mark_as_imported(gold: Coding, annotator: str, by: str) -> Coding:
    """Return gold whose values tell that `by` imported them, and whose they are."""

    def imported(answer: Answer) -> Answer:
        givers = (annotator,) if annotator not in ("", GOLD) else ()
        return replace(answer, taken_from=givers, how=TAKEN_OVER, applied_by=by)

    return gold.with_each_answer(imported)


def _realign(document: Document, text: str) -> list[tuple[Extent, Extent]] | None:
    """Return each token's extent in the document's own text and in `text`, or None if
    not applicable.
    """
    own = str(document.record.get("text", ""))
    if not document.tokens or own == text:
        return None
    extents = align_tokens((own[a:b] for a, b in document.tokens), text)
    return None if extents is None else [*zip(document.tokens, extents, strict=True)]


def _over_lines(pieces: Sequence[Extent], text: str) -> list[Extent]:
    """Join pieces of a mark that only a line break separates, as brat splits marks
    there.
    """
    joined_pieces = list[Extent]()
    for start, end in pieces:
        gap = text[joined_pieces[-1][1] : start] if joined_pieces else ""
        if gap.isspace() and gap.splitlines() != [gap]:
            joined_pieces[-1] = joined_pieces[-1][0], end
        else:
            joined_pieces.append((start, end))
    return joined_pieces


def _not_in_text(document: Document, mark: Mark, offsets: Offsets) -> CoderError:
    outside = [piece for piece in mark.pieces if offsets.at(piece[1]) is None]
    start, end = (outside or mark.pieces)[0]
    wrong = Span(mark.id, mark.label, start, end, mark.quote)
    every = _passages(document.marks)
    return next(placing_errors([wrong], every, offsets, document.where))


def _seem_shifted(document: Document, text: str) -> bool:
    """Return whether spans without quotes cut words, but would not if their offsets
    were in UTF-16 units.
    """
    if document.unit != "code points" or any(mark.quote for mark in document.marks):
        return False
    return unit_that_fits(_passages(document.marks), text) == "utf-16"


def _passages(marks: Iterable[Mark]) -> list[Span]:
    """Return the pieces of marks as spans; the words of several pieces together are no
    piece's quote.
    """
    return [
        Span(
            mark.id, mark.label, start, end, mark.quote if len(mark.pieces) == 1 else ""
        )
        for mark in marks
        for start, end in mark.pieces
    ]


class Converted(Struct, frozen=True):
    """Reads conversions from the spool like a file in a format that holds everything."""

    spool: Spool
    places: tuple[Place, ...]
    yields: str = "codings, candidates, articles"

    def pieces(self, path: Path) -> Iterator[Piece]:
        """Yield the items made from all documents."""
        for place in self.places:
            [body] = self.spool.read([place])
            yield Piece(path, "", body)

    def taken(self, piece: Piece) -> Taken:
        """Return the item of one piece."""
        item: Taken = unpack(piece.data)
        return item

    def may_hold_article(self, piece: Piece) -> bool:
        """Return True, as any piece may hold one."""
        return True


def convert_files(
    sources: Iterable[tuple[Path, Reader]], conversion: Conversion
) -> list[tuple[Path, Converted]]:
    """Convert other tools' files; return the converted items as a source to read from."""
    places = []
    for path, reader in sources:
        documents = documents_in(path, reader)
        for taken in conversion.taken(documents, reader.name):
            places.append(conversion.store(taken))
    for taken in conversion.candidates():
        places.append(conversion.store(taken))
    return [(Path(), Converted(conversion.spool, tuple(places)))]


def draft_project_mapping(
    project: Project, paths: Iterable[Path], format_name: str | None = None
) -> str:
    """Return a draft mapping file for other tools' files."""
    found = Found()
    for path, reader in files(paths, format_name, [], annotations=True):
        for document in documents_in(path, reader):
            found.add(document)
    return draft_mapping(found, project.codebook)
