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

from coder.codebook.label import join_texts
from coder.errors import CoderError, ConflictError
from coder.exporters.holdings import KINDS, held, hidden
from coder.exporters.registry import WHAT, Sink, Writer, writer
from coder.exporters.writer import AlignedEvent, AlignedGold, Dataset
from coder.grouping import batched
from coder.messages.catalogue import Message
from coder.model import Answer, Article, Candidate, Coding
from coder.service.delivery.codes import pseudonymise
from coder.service.learning.learned_terms import apply_rulings
from coder.service.project.adjudicated import training_articles
from coder.service.project.deciding_entries import rejecting_entries
from coder.service.project.fitting import expect_sound
from coder.service.project.opened import Project
from coder.service.project.output_paths import written, written_folder
from coder.service.project.processes import ReportProgress, no_progress, spread_over
from coder.service.project.told_gold import rejection, tell_gold
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
        parts: list[_Part] = []
        for article, heads in groupby(self.codings, key=lambda head: head.article):
            parts.append((article, list(heads)))
        for article in self.articles:
            parts.append((article, ()))
        return parts


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
        words = []
        for kind, n in self.lost.items():
            loss = Message(f"delivery.holds_{kind}", n=n)
            if kind == "hidden" and self.first_hidden:
                at = self.first_hidden
                loss = Message("delivery.first_at", what=loss, where=at)
            words.append(loss)
        if self.remarks:
            words.append(Message("delivery.holds_remarks", n=self.remarks))
        return words


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
        if what in ("candidates", "proposals"):
            articles = queries.article_ids()
            if not articles:
                raise CoderError(f"delivery.no_{what}")
            return Selection([], articles, [])
        is_gold = what == "gold"
        every = [head for head in queries.coding_heads() if head.is_gold is is_gold]
        in_training = set[str]()
        if is_gold and not training:
            trained_on = training_articles(queries.stages())
            in_training = {head.article for head in every} & trained_on
            every = [head for head in every if head.article not in in_training]
        heads = every
        if is_gold and not open_too:
            heads = [head for head in every if head.is_submitted]
        left_out = len(every) - len(heads)
        heads, wrong = without_wrong(project, heads)
        if not heads:
            raise _nothing_to_export(project, what, wrong, left_out, len(in_training))
        for head in heads:
            project.revision(queries, head.codebook, head.id)
        in_force = queries.codebook_refs()[-1:]
        earlier = {head.codebook for head in heads}.difference(in_force)
        revisions = [ref for ref in queries.every_codebook() if ref in earlier]
        remarks = 0 if is_gold else len(view.remarks())
    return Selection(
        heads,
        [],
        revisions,
        open_gold=left_out,
        wrong=wrong,
        remarks=remarks,
        training=len(in_training),
    )


def _nothing_to_export(
    project: Project,
    what: str,
    wrong: Sequence[WrongCoding],
    open_gold: int,
    training: int,
) -> CoderError:
    """Return the error that says why no coding is left; open_gold, training: as in
    `Selection`.
    """
    if wrong:
        return CoderError("project.all_wrong", wrong=sentence(wrong))
    if open_gold:
        count = Message("counts.articles", n=open_gold)
        if project.store.position is None:
            return CoderError("delivery.no_closed_gold", count=count)
        return CoderError("delivery.none_to_release", count=count)
    if training:
        count = Message("counts.articles", n=training)
        return CoderError("delivery.only_training", count=count)
    return CoderError(f"delivery.no_{what}")


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
            if allow_loss or not lost:
                for each in rows:
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
                "delivery.would_lose", format=name, what=join_texts(done.in_words)
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
            in_force = project.read_codebook(queries)
        self.project = project
        self.order = order
        self.form = writer(order.form)
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
        ids = [article for article, _ in part]
        if data.what == "proposals":
            for article in queries.articles_of(ids).values():
                yield article.id, [self._propose_coding(article, queries)]
            return
        aligned: Mapping[str, Sequence[AlignedEvent]] = {}
        if data.what == "gold" and self.form.aligned:
            aligned = aligned_events(queries, ids)
        # The native format states what is stored, so that what was read is written
        # again.
        tells_how = data.what == "gold" and self.order.form != "native"
        importers = queries.importers([h.id for h in every]) if tells_how else {}
        every_coding = queries.codings_of(every)
        for article_id, codings in groupby(every_coding, key=lambda each: each.article):
            exported = list[Coding]()
            for coding in codings:
                if coding.codebook not in (data.codebook.ref, *data.revisions):
                    raise ConflictError("store.upgraded", codebook=coding.codebook)
                sound = expect_sound(coding, data.book(coding))
                if tells_how:
                    sound = tell_gold(sound, importers)
                if article_id in aligned:
                    events = tuple(aligned[article_id])
                    sound = AlignedGold(**asdict(sound), aligned=events)
                if self.order.names is not None:
                    sound = pseudonymise(sound, self.order.names)
                exported.append(sound)
            yield article_id, exported

    def _propose_coding(self, article: Article, queries: Queries) -> Coding:
        # Loads the suggester.
        from coder.service.learning.proposed_coding import propose_coding

        candidates = apply_rulings(
            article,
            queries.candidates(article.id),
            queries.rulings(),
            self.dataset.codebook,
            self.project.thresholds,
        )
        return propose_coding(article, candidates, self.dataset.codebook)


def aligned_events(
    queries: Queries, articles: Sequence[str]
) -> dict[str, list[AlignedEvent]]:
    """Return article → its coders' events as their clusters are stored, for articles
    that have any.
    """
    clusters_of = queries.clusters_of(articles)
    with_rejected = [
        article
        for article, clusters in clusters_of.items()
        if any(cluster.rejected for cluster in clusters)
    ]
    rejecting = rejecting_entries(queries, with_rejected)
    events: dict[str, list[AlignedEvent]] = {}
    for article, clusters in clusters_of.items():
        events[article] = []
        for cluster in clusters:
            why = Answer()
            if cluster.rejected:
                why = rejection(cluster, rejecting[article, cluster.id].person)
            for coder, event in cluster.members:
                events[article].append(
                    AlignedEvent(
                        coder,
                        event,
                        cluster.id,
                        cluster.gold,
                        cluster.rejected,
                        why.how,
                        why.by,
                        why.applied_by,
                    )
                )
    return events


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
            rulings = queries.rulings()
            for each, _ in part:
                candidates = apply_rulings(
                    articles[each], queries.candidates(each), rulings, data.codebook
                )
                rows.append(exporter.rows(articles[each], candidates))
            return rows, lacking, ""
        for each, codings in exporter.codings(queries, part):
            lacking += held(articles[each], codings, data, exporter.order.counted)
            if lacking["hidden"] and not first_hidden:
                first_hidden = _first_hidden(codings, data)
            if exporter.order.allow_loss or not lacking:  # else nothing will be written
                rows.append(exporter.rows(articles[each], codings))
    return rows, lacking, first_hidden


def _first_hidden(codings: Sequence[Coding], data: Dataset) -> str:
    """Return coding, event and field of the first answer to a question that no longer
    arises.
    """
    for coding in codings:
        for event, field_id in hidden(coding, data.book(coding)):
            return "/".join(filter(None, (coding.id, event, field_id)))
    return ""
