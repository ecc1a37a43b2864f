"""Datasets out: gold, codings, candidates or proposed events in any format of the registry."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import chain, groupby, islice
from pathlib import Path
from typing import Any, BinaryIO

from coder.codebook.label import joined
from coder.errors import CoderError, ConflictError
from coder.exporters.holdings import KINDS, held
from coder.exporters.registry import WHAT, Sink, Writer, writer
from coder.exporters.writer import Dataset
from coder.messages.catalogue import Message
from coder.model import GOLD, Article, Candidate, Coding, Status
from coder.service.delivery.codes import under_codes
from coder.service.project.fitting import expect_sound
from coder.service.project.opened import Project, Way, reopened
from coder.service.project.output_paths import written, written_folder
from coder.service.project.processes import Told, spread, untold
from coder.store.queries import CodingHead, Queries
from coder.store.whole_file import passing_folder

_AT_ONCE = 10  # articles that are read and written together
_WORTH = 100  # of them, from which on further processes pay

_Part = tuple[str, Sequence[CodingHead]]
"""An article's id, and the heads of its codings; none where candidates or proposals are exported."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What there is to export: codings by their heads, or articles by their ids; and earlier codebooks.

    open_gold: how many articles are left out because their gold is not closed.
    """

    what: str
    codings: Sequence[CodingHead]
    articles: Sequence[str]
    revisions: Sequence[str]
    open_gold: int = 0

    @property
    def parts(self) -> Iterator[list[_Part]]:
        """Each article with its codings, some articles at a time."""
        groups = groupby(self.codings, key=lambda head: head.article)
        each = chain(((article, [*heads]) for article, heads in groups), ((a, ()) for a in self.articles))
        while part := [*islice(each, _AT_ONCE)]:
            yield part

    @property
    def count(self) -> int:
        """How many articles it is about."""
        return len({head.article for head in self.codings}) or len(self.articles)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a dataset does not hold: how much of which kind, articles with open gold.

    lost: what its format cannot hold, by the kinds of `holdings.KINDS`. remarks: how much was said beside the
    codings, which no format holds.
    """

    lost: Mapping[str, int] = field(default_factory=dict)
    remarks: int = 0
    open_gold: int = 0

    @property
    def in_words(self) -> list[Message]:
        """What it lost, by kind and count."""
        beside = {"remarks": self.remarks} if self.remarks else {}
        return [Message(f"delivery.holds_{kind}", n=n) for kind, n in (*self.lost.items(), *beside.items())]


def select(project: Project, what: str, *, withdrawn: bool = False, open_too: bool = False) -> Selection:
    """What there is to export; raises CoderError if nothing is.

    withdrawn: with that of withdrawn articles. open_too: with gold that nobody has closed yet.
    """
    if what not in WHAT:
        raise CoderError("delivery.not_exported", what=what, known=", ".join(WHAT))
    if project.store.position is not None and (what != "gold" or withdrawn or open_too):
        raise CoderError("delivery.release_alone")
    with project.store.read() as view:
        view.expect_all()
        queries = view.with_withdrawn() if withdrawn else view
        heads, articles, left_out = list[CodingHead](), list[str](), 0
        if what in ("candidates", "proposals"):
            articles = queries.article_ids()
        else:
            found = [head for head in queries.coding_heads() if (head.coder == GOLD) is (what == "gold")]
            whole = open_too or what != "gold"
            heads = [head for head in found if whole or head.status == Status.SUBMITTED.value]
            left_out = len(found) - len(heads)
        earlier = {head.codebook for head in heads} - {queries.codebook_refs()[-1]}
        for head in heads:
            project.revision(queries, head.codebook, head.id)
        revisions = [ref for ref in queries.every_codebook() if ref in earlier]
    if left_out and not heads:
        raise CoderError("delivery.no_closed_gold", count=Message("counts.articles", n=left_out))
    if not heads and not articles:
        raise CoderError(f"delivery.no_{what}")
    return Selection(what, heads, articles, revisions, left_out)


def deliver(
    project: Project,
    name: str,
    what: str,
    out: Path | BinaryIO,
    *,
    withdrawn: bool = False,
    open_too: bool = False,
    force: bool = False,
    allow_loss: bool = False,
    text: bool = True,
    names: Mapping[str, str] | None = None,
    finish: Callable[[Path, Delivered], None] = lambda folder, done: None,
    progress: Told = untold,
) -> Delivered:
    """Write a dataset; returns what it does not hold.

    project: as it is, or for a release as it was then. withdrawn, open_too: as for `select`. A file or folder
    appears whole or not at all, and over another only with `force`. allow_loss: whether to write what cannot
    hold everything; without it that raises CoderError before anything is written. text: with the articles'
    texts, where there is room. names: what stands in the place of people's names. finish: puts more into a
    folder before it appears.
    """
    form = writer(name)
    if what not in form.holds:
        raise CoderError("delivery.cannot_hold", format=name, what=what)
    if form.is_folder and not isinstance(out, Path):
        raise CoderError("delivery.needs_folder", format=name)
    if form.needs_text and not text:
        raise CoderError("delivery.needs_text", format=name)
    selected = select(project, what, withdrawn=withdrawn, open_too=open_too)
    order = _Order(project.way, name, what, selected.revisions, text, allow_loss, names)
    desk, lost = _Desk(project, order), Counter[str]()
    may_fail = bool(form.lacks) and not allow_loss
    with _opened(
        form, desk.dataset, out, project.config.folder, force, may_fail, lambda half: finish(half, done)
    ) as put:
        for rows, lacking in _made(desk, selected, progress):
            lost += lacking
            for each in rows:
                put(each)
        done = Delivered(
            {kind: lost[kind] for kind in KINDS if lost[kind]}, _remarks(project, what), selected.open_gold
        )
        if lost and not allow_loss:
            raise CoderError("delivery.would_lose", format=name, what=joined(done.in_words))
    return done


def contents(
    project: Project, what: str, *, open_too: bool = False
) -> tuple[Dataset, Iterator[tuple[Article, list[Coding]]]]:
    """What there is to export, article by article, for who writes no file; otherwise as for `select`."""
    selected = select(project, what, open_too=open_too)
    desk = _Desk(project, _Order(project.way, "native", what, selected.revisions, True, True))

    def found() -> Iterator[tuple[Article, list[Coding]]]:
        for part in selected.parts:
            with project.store.read() as queries:
                articles = queries.articles_of([article for article, _ in part])
                together = [(articles[each], codings) for each, codings in desk.codings(queries, part)]
            yield from together

    return desk.dataset, found()


def _remarks(project: Project, what: str) -> int:
    with project.store.read() as queries:
        return len(queries.remarks()) if what == "codings" else 0


@contextmanager
def _opened(
    form: Writer,
    dataset: Dataset,
    out: Path | BinaryIO,
    folder: Path,
    force: bool,
    may_fail: bool,
    finish: Callable[[Path], None],
) -> Iterator[Sink]:
    """Where the rows go: a text as they come, another file by way of a temporary one, or a folder.

    may_fail: nothing is to be written, on a stream either, before all is there.
    """
    with ExitStack() as stack:
        if isinstance(out, Path):
            try:
                out.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise CoderError("delivery.not_writable", problem=error.strerror, where=str(out)) from None
            if form.is_folder:
                half = stack.enter_context(written_folder(out, folder, force=force))
                with form.file_sink(dataset, half) as put:
                    yield put
                finish(half)
                return
            stream = stack.enter_context(written(out, folder, force=force))
        else:
            stream = out
        is_file = isinstance(out, Path) and (out.is_file() or not out.exists())
        if form.is_text and (is_file or not may_fail):
            yield stack.enter_context(form.text_sink(dataset, stream))
            return
        beside = out.parent if isinstance(out, Path) and not out.exists() else None
        made = stack.enter_context(passing_folder(beside)) / "made"
        if form.is_text:
            with made.open("wb") as bare, form.text_sink(dataset, bare) as put:
                yield put
        else:
            with form.file_sink(dataset, made) as put:
                yield put
        with made.open("rb") as file:
            shutil.copyfileobj(file, stream)


@dataclass(frozen=True, slots=True)
class _Order:
    """What somebody who writes has to know; `_Desk` is made of it in each process."""

    way: Way
    form: str
    what: str
    revisions: Sequence[str]
    text: bool
    allow_loss: bool
    names: Mapping[str, str] | None = None


class _Desk:
    """What everybody who writes has at hand."""

    def __init__(self, project: Project, order: _Order) -> None:
        with project.store.read() as queries:
            books = {ref: project.revision(queries, ref) for ref in order.revisions}
            in_force = project.revision(queries, queries.codebook_refs()[-1])
        self.project, self.order, self.form = project, order, writer(order.form)
        self.dataset = Dataset(order.what, in_force, books, order.text)
        self._rows = self.form.rows(self.dataset)

    def rows(self, article: Article, held: Sequence[Coding] | Sequence[Candidate]) -> Any:
        """An article's rows; a text as the bytes that are written, which go quickly to another process."""
        made = self._rows(article, held)
        return made.encode("utf-8") if self.form.is_text else made

    def codings(self, queries: Queries, part: Sequence[_Part]) -> Iterator[tuple[str, list[Coding]]]:
        """Each article's codings, sound ones; or what is proposed for it."""
        data, every = self.dataset, [head for _, heads in part for head in heads]
        if data.what == "proposals":
            for article in queries.articles_of([article for article, _ in part]).values():
                yield article.id, [self._proposed(article, queries)]
            return
        for article_id, codings in groupby(queries.codings_of(every), key=lambda coding: coding.article):
            found = []
            for coding in codings:
                if coding.codebook not in (data.codebook.ref, *data.revisions):
                    raise ConflictError("store.upgraded", codebook=coding.codebook)
                sound = expect_sound(coding, data.book(coding))
                found.append(sound if self.order.names is None else under_codes(sound, self.order.names))
            yield article_id, found

    def _proposed(self, article: Article, queries: Queries) -> Coding:
        from coder.service.learning.proposed_coding import proposed_coding  # the suggester: needed here only

        least = self.project.thresholds
        candidates = [c for c in queries.candidates(article.id) if c.score >= least.get(c.kind, 0)]
        return proposed_coding(article, candidates, self.dataset.codebook)


def _desk(order: _Order) -> _Desk:
    return _Desk(reopened(order.way), order)


def _made(desk: _Desk, selected: Selection, progress: Told) -> Iterator[tuple[list[Any], Counter[str]]]:
    """Rows and what they lack, some articles at a time on all cores: memory holds little however many."""
    of = selected.count
    cores = None if of >= _WORTH else 1
    every = spread(_rows, selected.parts, desk, _desk, desk.order, cores=cores)
    for number, made in enumerate(every, start=1):
        yield made
        progress(min(number * _AT_ONCE, of), of)


def _rows(desk: _Desk, part: Sequence[_Part]) -> tuple[list[Any], Counter[str]]:
    """The rows of some articles' codings or candidates, and what their format cannot hold of these."""
    found, lacking, data = [], Counter[str](), desk.dataset
    with desk.project.store.read() as queries:
        articles = queries.articles_of([article for article, _ in part])
        if data.what == "candidates":
            return [desk.rows(articles[each], queries.candidates(each)) for each, _ in part], lacking
        for each, codings in desk.codings(queries, part):
            lacking += held(articles[each], codings, [*map(data.book, codings)], desk.form.lacks)
            if desk.order.allow_loss or not lacking:  # else nothing will be written
                found.append(desk.rows(articles[each], codings))
    return found, lacking
