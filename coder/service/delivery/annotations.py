"""Other tools' work made into candidates or codings, by a mapping; what has no place here is counted.

Each text is found by its id or its hash, or comes in as an article. What is made goes the way of every
import, which checks it and takes all of it or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from coder.errors import CoderError
from coder.importers.annotated import Document, Extent, Mark, Places, aligned, documents_in, places_in
from coder.importers.columns import ID, SHA256, TEXT, Columns
from coder.importers.mapping import Found, Mapped, suggested
from coder.importers.records import of_record
from coder.importers.registry import Piece, Reader, Taken, files
from coder.messages.catalogue import Message
from coder.model import IMPORTED, Article, Candidate, Coding, Span, Status
from coder.native import CANDIDATES, SUGGESTER
from coder.service.delivery.mapped_work import Left, MappedWork, nothing_left
from coder.service.project.opened import Project
from coder.store.staging import Staging, packed, unpacked
from coder.suggest.plugins import joined

_CONVERTED = "converted"


@dataclass
class Conversion:
    """What turns documents into what an import takes.

    whom: `candidates`, or the coder whose codings they become.
    """

    project: Project
    mapping: Mapped
    whom: str
    columns: Columns
    left: Left = field(default_factory=nothing_left)

    def __post_init__(self) -> None:
        with self.project.store.read() as queries:
            self._hashes = queries.article_hashes()
        self._by_hash = {digest: name for name, digest in self._hashes.items()}
        self.seen: dict[str, None] = {}  # what the records have, where a column was asked for
        self._come: dict[str, Article] = {}
        self._whose = ""  # the annotator whose work is taken, where one is named
        self._proposed: dict[str, tuple[Taken, list[Candidate]]] = {}

    def taken(self, documents: Iterable[Document], form: str) -> Iterator[Taken]:
        """What comes of the documents of a file, candidates at its end."""
        for document in documents:
            yield self._taken(document, f"{IMPORTED}:{form}")
        for taken, candidates in self._proposed.values():
            yield self._with_candidates(taken, candidates)
        self._proposed = {}

    def _taken(self, document: Document, origin: str) -> Taken:
        self.seen |= dict.fromkeys(document.record if self.columns.given else ())
        where, book, whose = document.where, self.project.codebook, document.annotator
        if refused := document.refused or self._refused(document):
            return Taken(where, refused=refused)
        come = self._article(document)
        if isinstance(come, Message):
            return Taken(where, refused=come)
        article, taken = come
        work = MappedWork(book, self.mapping, document, article, self._placed(document, article), self.left)
        if self.whom == CANDIDATES:
            coding = Coding(article.id, article.text_sha256, book.ref, SUGGESTER)
            if found := work.candidates(origin):
                self._proposed.setdefault(article.id, (Taken(where, coding=coding), []))[1].extend(found)
            return taken
        self._whose = self._whose or whose
        if whose not in ("", self._whose) and not self.mapping.coders:
            names = {"coder": self.whom, "one": self._whose, "other": whose}
            raise CoderError("delivery.two_annotators", **names, where=where)
        coding = work.coding(self.mapping.coders.get(whose, self.whom))
        is_empty = not (coding.spans or coding.events or coding.answers) and coding.status is Status.OPEN
        return taken if is_empty else taken._replace(coding=coding)

    def _refused(self, document: Document) -> Message | None:
        if self.whom == CANDIDATES:
            return None
        if document.by_machine:
            return Message("delivery.by_machine")
        if self.mapping.coders and document.annotator not in self.mapping.coders:
            return Message("delivery.of_nobody", annotator=document.annotator)
        return None

    def _article(self, document: Document) -> tuple[Article, Taken] | Message:
        """The article that a document is about, and what comes of its text; a message where there is none."""
        where, record = document.where, {k: v for k, v in document.record.items() if v not in (None, "")}
        of = {name: record[column] for column, name in self.columns.named([*record]).items()}
        if TEXT not in of:
            digest, name = of.get(SHA256), str(of.get(ID, ""))
            found = self._there(name) or self._there(self._by_hash.get(str(digest), ""))
            if found is None:
                return Message("delivery.without_text", article=name or "…")
            if digest not in (None, found.text_sha256):
                theirs, ours = str(digest)[:12], found.text_sha256[:12]
                raise CoderError("delivery.coded_text", theirs=theirs, ours=ours, where=where)
            return found, Taken(where)
        taken = of_record(record, self.columns, where, document.path.name)
        article = taken.article
        if article is None:
            return taken.refused or Message("delivery.empty_text")
        if self._hashes.get(article.id) != article.text_sha256:
            article = replace(article, id=self._by_hash.get(article.text_sha256, article.id))
        there = self._there(article.id)
        if there is not None and there.text != article.text:
            if _moved(document, there.text) is None:
                raise CoderError("delivery.another_text", article=article.id, where=where)
            return there, Taken(where)
        self._come[article.id] = article
        return article, taken._replace(article=article)

    def _there(self, name: str) -> Article | None:
        if name in self._come:
            return self._come[name]
        return self.project.article(name) if name in self._hashes else None

    def _placed(self, document: Document, article: Article) -> list[list[Span]]:
        """Of each mark the stretches of the article, as spans without a kind; raises CoderError if astray."""
        text, of = article.text, _moved(document, article.text)
        if of is None:
            places, astray = places_in(document, text)
            if astray is not None:
                raise _astray(places, astray, document.where)
            extents = [places.of(mark) or () for mark in document.marks]
        else:
            starts, ends = ({own[i]: new[i] for own, new in of} for i in (0, 1))
            extents = [tuple((starts[a], ends[b]) for a, b in mark.pieces) for mark in document.marks]
        return [
            [Span("", "", a, b, text[a:b]) for a, b in _over_lines(each, text) if a < b] for each in extents
        ]

    def _with_candidates(self, taken: Taken, more: Sequence[Candidate]) -> Taken:
        """With those that the article has already."""
        assert taken.coding is not None
        with self.project.store.read() as queries:
            every = joined(queries.candidates(taken.coding.article), more)
        spans = tuple(Span(c.id, c.kind, c.start, c.end, c.quote, c.value) for c in every)
        return taken._replace(coding=replace(taken.coding, spans=spans), candidates=tuple(every))


def _moved(document: Document, text: str) -> list[tuple[Extent, Extent]] | None:
    """Each token's extent in the text that was put together from them, and in another; None where none is."""
    own = str(document.record.get("text", ""))
    if not document.tokens or own == text:
        return None
    found = aligned((own[a:b] for a, b in document.tokens), text)
    return None if found is None else [*zip(document.tokens, found, strict=True)]


def _over_lines(pieces: Sequence[Extent], text: str) -> list[Extent]:
    """The pieces of a mark, as one where no more than the end of a line parts them: brat cuts them there."""
    found = list[Extent]()
    for start, end in pieces:
        gap = text[found[-1][1] : start] if found else ""
        if gap.isspace() and gap.splitlines() != [gap]:
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found


def _astray(places: Places, mark: Mark, where: str) -> CoderError:
    [(start, end), *_] = mark.pieces
    a, b = places.at(start), places.at(end)
    at, there = f"[{start}, {end})", "" if a is None or b is None else places.text[a:b]
    return CoderError("delivery.not_in_text", id=mark.id, at=at, said=mark.quote, there=there, where=where)


@dataclass(frozen=True, slots=True)
class Converted:
    """Other tools' work as it was staged: it is read like a file whose format has all there is."""

    file: Path
    yields: str = "codings, candidates, articles"

    def pieces(self, path: Path) -> Iterator[Piece]:
        """What came of the documents."""
        with closing(Staging(self.file)) as staging:
            yield from (Piece(path, "", body) for body in staging.bodies(_CONVERTED))

    def taken(self, piece: Piece) -> Taken:
        """What came of one."""
        found: Taken = unpacked(piece.data)
        return found

    def may_hold_article(self, piece: Piece) -> bool:
        """Each may."""
        return True


def converted(
    found: Iterable[tuple[Path, Reader]], conversion: Conversion, staging: Staging, file: Path
) -> list[tuple[Path, Converted]]:
    """What becomes of other tools' work in files, staged."""
    number = 0
    for path, reader in found:
        for taken in conversion.taken(documents_in(path, reader), reader.name):
            staging.put(_CONVERTED, {str(number := number + 1): packed(taken)})
    return [(Path(), Converted(file))]


def suggested_mapping(project: Project, paths: Iterable[Path], format_name: str | None = None) -> str:
    """A first mapping file for other tools' work in files."""
    found = Found()
    for path, reader in files(paths, format_name, [], annotations=True):
        for document in documents_in(path, reader):
            found.add(document)
    return suggested(found, project.codebook)
