"""Exports datasets: gold, codings, candidates or proposed events, in any format of the
registry.
"""

from __future__ import annotations

import logging
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO, TypedDict

from msgspec import Struct, field
from msgspec.structs import asdict

from coder.codebook.label import joined
from coder.errors import CoderError, ConflictError
from coder.exporters.holdings import KINDS, held, hidden
from coder.exporters.registry import WHAT, Sink, Writer, writer
from coder.exporters.writer import AlignedEvent, AlignedGold, Dataset
from coder.grouping import batched
from coder.messages.catalogue import Message
from coder.model import Answer, Article, Candidate, Cluster, Coding
from coder.service.delivery.codes import pseudonymised
from coder.service.project.adjudicated import training_articles
from coder.service.project.deciding_entries import rejecting_entries
from coder.service.project.fitting import expect_sound
from coder.service.project.opened import Project
from coder.service.project.output_paths import written, written_folder
from coder.service.project.processes import ReportProgress, no_progress, spread_over
from coder.service.project.told_gold import rejection, told_gold
from coder.service.project.wrong_codings import (
    WrongCoding,
    sentence,
    without_wrong,
)
from coder.store.queries import CodingHead, Queries
from coder.store.whole_file import temporary_folder

log = logging.getLogger(__name__)

_AT_ONCE = 10  # articles that are read and written together
_WORTH = 100  # number of articles from which several processes pay off

_Part = tuple[str, Sequence[CodingHead]]
"""An article's id and the heads of its codings, none when candidates or proposals are
exported.
"""


class Selection(Struct, frozen=True):
    """The contents of an export: codings by their heads or articles by their ids, and
    the earlier codebooks involved.

    open_gold: the number of articles left out because their gold is not closed;
    training: because they were coded for training only. wrong: the codings left out
    because of wrong values. remarks: as in `Delivered`.
    """

    codings: Sequence[CodingHead]
    articles: Sequence[str]
    revisions: Sequence[str]
    open_gold: int = 0
    wrong: Sequence[WrongCoding] = ()
    remarks: int = 0
    training: int = 0

    @property
    def parts(self) -> list[_Part]:
        """The articles with their codings."""
        groups = groupby(self.codings, key=lambda head: head.article)
        return [
            *((article, [*heads]) for article, heads in groups),
            *((a, ()) for a in self.articles),
        ]


class Terms(TypedDict, total=False):
    """The options of `deliver` for every kind of export."""

    withdrawn: bool
    open_too: bool
    training: bool
    force: bool
    allow_loss: bool
    text: bool


class Delivered(Struct, frozen=True):
    """What an exported dataset leaves out.

    lost: kind in `holdings.KINDS` → count of what the format cannot hold. remarks: the
    number of remarks on codings, which no format holds. open_gold: the number of
    articles with open gold. training: of articles that were coded for training only.
    first_hidden: where the first answer is to a question that no longer arises
    (coding/event/field), if they are lost. wrong: the codings with wrong values.
    """

    lost: Mapping[str, int] = field(default_factory=dict)
    remarks: int = 0
    open_gold: int = 0
    first_hidden: str = ""
    wrong: Sequence[WrongCoding] = ()
    training: int = 0

    @property
    def in_words(self) -> list[Message]:
        """A message for each kind of loss."""
        lost = {**self.lost, "remarks": self.remarks} if self.remarks else self.lost
        words = {
            kind: Message(f"delivery.holds_{kind}", n=n) for kind, n in lost.items()
        }
        if self.first_hidden:
            words["hidden"] = Message(
                "delivery.first_at", what=words["hidden"], where=self.first_hidden
            )
        return [*words.values()]


def select(
    project: Project,
    what: str,
    *,
    withdrawn: bool = False,
    open_too: bool = False,
    training: bool = True,
) -> Selection:
    """Select what to export; raises CoderError if there is nothing.

    withdrawn: include withdrawn articles. open_too: include gold that is not closed
    yet. training: include gold of articles that were coded for training only.
    """
    if what not in WHAT:
        raise CoderError("delivery.not_exported", what=what, known=", ".join(WHAT))
    if project.store.position is not None and (what != "gold" or withdrawn or open_too):
        raise CoderError("delivery.release_alone")
    with project.store.read() as view:
        view.expect_all()
        queries = view.with_withdrawn() if withdrawn else view
        heads = list[CodingHead]()
        articles = list[str]()
        left_out = 0
        wrong = list[WrongCoding]()
        in_training = set[str]()
        if what in ("candidates", "proposals"):
            articles = queries.article_ids()
        else:
            every = [
                head
                for head in queries.coding_heads()
                if head.is_gold is (what == "gold")
            ]
            if what == "gold" and not training:
                trained_on = training_articles(queries.stages())
                in_training = {head.article for head in every} & trained_on
                every = [head for head in every if head.article not in in_training]
            with_open = open_too or what != "gold"
            heads = [head for head in every if with_open or head.is_submitted]
            left_out = len(every) - len(heads)
            heads, wrong = without_wrong(project, heads)
        earlier = {head.codebook for head in heads} - {queries.codebook_refs()[-1]}
        for head in heads:
            project.revision(queries, head.codebook, head.id)
        revisions = [ref for ref in queries.every_codebook() if ref in earlier]
        remarks = len(view.remarks()) if what == "codings" else 0
    if wrong and not heads:
        raise CoderError("project.all_wrong", wrong=sentence(wrong))
    if left_out and not heads:
        key = (
            "delivery.no_closed_gold"
            if project.store.position is None
            else "delivery.none_to_release"
        )
        raise CoderError(key, count=Message("counts.articles", n=left_out))
    if in_training and not heads:
        count = Message("counts.articles", n=len(in_training))
        raise CoderError("delivery.only_training", count=count)
    if not heads and not articles:
        raise CoderError(f"delivery.no_{what}")
    return Selection(
        heads,
        articles,
        revisions,
        left_out,
        wrong,
        remarks,
        len(in_training),
    )


def deliver(
    project: Project,
    name: str,
    what: str,
    out: Path | BinaryIO,
    *,
    withdrawn: bool = False,
    open_too: bool = False,
    training: bool = True,
    force: bool = False,
    allow_loss: bool = False,
    text: bool = True,
    names: Mapping[str, str] | None = None,
    counted: Sequence[str] = (),
    finish: Callable[[Path, Delivered], None] = lambda folder, done: None,
    progress: ReportProgress = no_progress,
) -> Delivered:
    """Write a dataset; return what it leaves out.

    A file or folder appears complete or not at all, and replaces another only with
    `force`. project: in its present state, or in that of a release. withdrawn,
    open_too, training: as for `select`. allow_loss: write even if the format cannot
    hold everything; without it, that raises CoderError before anything is written.
    text: include the articles' texts if the format allows. names: name → code that
    replaces it. counted: kinds to count as lost, for another format, though this one
    holds them. finish: called to add files to a folder before it appears.
    """
    form = writer(name)
    if what not in form.holds:
        raise CoderError("delivery.cannot_hold", format=name, what=what)
    if form.is_folder and not isinstance(out, Path):
        raise CoderError("delivery.needs_folder", format=name)
    if form.needs_text and not text:
        raise CoderError("delivery.needs_text", format=name)
    selected = select(
        project, what, withdrawn=withdrawn, open_too=open_too, training=training
    )
    order = _Order(
        name, what, selected.revisions, text, allow_loss, names, (*form.lacks, *counted)
    )
    exporter = _Exporter(project, order)
    lost = Counter[str]()
    first_hidden = ""
    may_fail = bool(form.lacks) and not allow_loss
    with _opened(
        form,
        exporter.dataset,
        out,
        project.config.folder,
        force,
        may_fail,
        lambda draft: finish(draft, done),
    ) as put:
        for rows, lacking, where in spread_over(
            selected.parts,
            _rows,
            exporter,
            at_once=_AT_ONCE,
            worth=_WORTH,
            progress=progress,
        ):
            lost += lacking
            first_hidden = first_hidden or where
            for each in rows if allow_loss or not lost else ():
                put(each)
        counts = {kind: lost[kind] for kind in KINDS if lost[kind]}
        done = Delivered(
            counts,
            selected.remarks,
            selected.open_gold,
            first_hidden,
            selected.wrong,
            selected.training,
        )
        if lost and not allow_loss:
            raise CoderError(
                "delivery.would_lose", format=name, what=joined(done.in_words)
            )
    return done


def contents(
    project: Project, what: str, *, open_too: bool = False
) -> tuple[Dataset, Iterator[tuple[Article, list[Coding]]]]:
    """Return the dataset and an iterator over its articles with codings; arguments as
    for `select`.

    Logs a warning if codings are left out because of wrong values.
    """
    selected = select(project, what, open_too=open_too)
    if selected.wrong:
        log.warning("%s", sentence(selected.wrong))
    exporter = _Exporter(
        project, _Order("tables", what, selected.revisions, True, True)
    )

    def pairs() -> Iterator[tuple[Article, list[Coding]]]:
        for part in batched(selected.parts, _AT_ONCE):
            with project.store.read() as queries:
                articles = queries.articles_of([article for article, _ in part])
                batch = [
                    (articles[each], codings)
                    for each, codings in exporter.codings(queries, part)
                ]
            yield from batch

    return exporter.dataset, pairs()


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
    """Yield the sink for the rows: a stream for text formats, a temporary file for
    others, or a folder.

    may_fail: write nothing, not even to a stream, before all rows are there.
    """
    with ExitStack() as stack:
        if isinstance(out, Path):
            try:
                out.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise CoderError(
                    "delivery.not_writable", problem=error.strerror, where=str(out)
                ) from None
            if form.is_folder:
                draft = stack.enter_context(written_folder(out, folder, force=force))
                with form.file_sink(dataset, draft) as put:
                    yield put
                finish(draft)
                return
            stream = stack.enter_context(written(out, folder, force=force))
        else:
            stream = out
        is_file = isinstance(out, Path) and (out.is_file() or not out.exists())
        if form.is_text and (is_file or not may_fail):
            yield stack.enter_context(form.text_sink(dataset, stream))
            return
        beside = out.parent if isinstance(out, Path) and not out.exists() else None
        temporary = stack.enter_context(temporary_folder(beside)) / "made"
        if form.is_text:
            with temporary.open("wb") as file, form.text_sink(dataset, file) as put:
                yield put
        else:
            with form.file_sink(dataset, temporary) as put:
                yield put
        with temporary.open("rb") as source:
            shutil.copyfileobj(source, stream)


class _Order(Struct, frozen=True):
    """The parameters of an export."""

    form: str
    what: str
    revisions: Sequence[str]
    text: bool
    allow_loss: bool
    names: Mapping[str, str] | None = None
    counted: Sequence[str] = ()


class _Exporter:
    """Turns articles and codings into rows of the requested format."""

    def __init__(self, project: Project, order: _Order) -> None:
        with project.store.read() as queries:
            books = {ref: project.revision(queries, ref) for ref in order.revisions}
            in_force = project.revision(queries, queries.codebook_refs()[-1])
        self.project, self.order, self.form = project, order, writer(order.form)
        self.dataset = Dataset(order.what, in_force, books, order.text)
        self._rows = self.form.rows(self.dataset)

    def __reduce__(self) -> tuple[Any, ...]:
        return _Exporter, (self.project, self.order)

    def rows(
        self, article: Article, held: Sequence[Coding] | Sequence[Candidate]
    ) -> Any:
        """Return an article's rows; for text formats as bytes, which are quick to pass
        to another process.
        """
        rows = self._rows(article, held)
        return rows.encode("utf-8") if self.form.is_text else rows

    def codings(
        self, queries: Queries, part: Sequence[_Part]
    ) -> Iterator[tuple[str, list[Coding]]]:
        """Yield each article's id with its codings, checked for soundness, or with its
        proposed coding.
        """
        data = self.dataset
        every = [head for _, heads in part for head in heads]
        if data.what == "proposals":
            for article in queries.articles_of(
                [article for article, _ in part]
            ).values():
                yield article.id, [self._proposed(article, queries)]
            return
        aligned: Mapping[str, Sequence[AlignedEvent]] = {}
        if data.what == "gold" and self.form.aligned:
            aligned = aligned_events(queries, [article for article, _ in part])
        # The native format states what is stored, so that what was read is written
        # again.
        tells_how = data.what == "gold" and self.order.form != "native"
        importers = queries.importers([h.id for h in every]) if tells_how else {}
        for article_id, codings in groupby(
            queries.codings_of(every), key=lambda coding: coding.article
        ):
            checked = list[Coding]()
            for coding in codings:
                if coding.codebook not in (data.codebook.ref, *data.revisions):
                    raise ConflictError("store.upgraded", codebook=coding.codebook)
                sound = expect_sound(coding, data.book(coding))
                if tells_how:
                    sound = told_gold(sound, importers)
                if article_id in aligned:
                    sound = AlignedGold(
                        **asdict(sound), aligned=tuple(aligned[article_id])
                    )
                checked.append(
                    sound
                    if self.order.names is None
                    else pseudonymised(sound, self.order.names)
                )
            yield article_id, checked

    def _proposed(self, article: Article, queries: Queries) -> Coding:
        from coder.service.learning.proposed_coding import (
            proposed_coding,
        )  # loads the suggester

        least = self.project.thresholds
        candidates = [
            c for c in queries.candidates(article.id) if c.score >= least.get(c.kind, 0)
        ]
        return proposed_coding(article, candidates, self.dataset.codebook)


def aligned_events(
    queries: Queries, articles: Sequence[str]
) -> dict[str, list[AlignedEvent]]:
    """Return article → its coders' events as their clusters are stored, for articles
    that have any.
    """
    clusters = queries.clusters_of(articles)
    rejecting = rejecting_entries(
        queries, [a for a, of in clusters.items() if any(c.rejected for c in of)]
    )

    def events(cluster: Cluster) -> Iterator[AlignedEvent]:
        why = Answer()
        if cluster.rejected:
            by = rejecting[cluster.article, cluster.id].person
            why = rejection(cluster, by)
        for coder, event in cluster.members:
            yield AlignedEvent(
                coder,
                event,
                cluster.id,
                cluster.gold,
                cluster.rejected,
                why.how,
                why.by,
                why.applied_by,
            )

    return {
        article: [each for c in of for each in events(c)]
        for article, of in clusters.items()
    }


def _rows(
    exporter: _Exporter, part: Sequence[_Part]
) -> tuple[list[Any], Counter[str], str]:
    """Return the rows of some articles, counts of the losses, and the place of the
    first hidden one.
    """
    rows = []
    lacking = Counter[str]()
    first_hidden = ""
    data = exporter.dataset
    with exporter.project.store.read() as queries:
        articles = queries.articles_of([article for article, _ in part])
        if data.what == "candidates":
            return (
                [
                    exporter.rows(articles[each], queries.candidates(each))
                    for each, _ in part
                ],
                lacking,
                "",
            )
        for each, codings in exporter.codings(queries, part):
            lacking += held(articles[each], codings, data, exporter.order.counted)
            if lacking["hidden"] and not first_hidden:
                first_hidden = _first_hidden(codings, data)
            if exporter.order.allow_loss or not lacking:  # else nothing will be written
                rows.append(exporter.rows(articles[each], codings))
    return rows, lacking, first_hidden


def _first_hidden(codings: Sequence[Coding], data: Dataset) -> str:
    places = (
        (coding.id, *at)
        for coding in codings
        for at in hidden(coding, data.book(coding))
    )
    return "/".join(filter(None, next(places)))
