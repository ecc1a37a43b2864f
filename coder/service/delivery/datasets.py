"""Datasets out: gold, codings or candidates in any format of the registry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from coder.errors import CoderError, ConflictError
from coder.exporters.registry import WHAT, writer
from coder.exporters.writer import Dataset
from coder.messages.catalogue import Message
from coder.model import GOLD, Status
from coder.service.project.config import Config
from coder.service.project.fitting import expect_sound
from coder.service.project.opened import Project, reopened
from coder.service.project.output_paths import written
from coder.service.project.processes import Told, spread, untold
from coder.store.past import closed_gold, golds
from coder.store.queries import CodingHead

_AT_ONCE = 20  # codings, or articles, that are read and written together
_WORTH = 200  # of them, from which on further processes pay


@dataclass(frozen=True, slots=True)
class Selection:
    """What there is to export: codings by their heads, or articles by their ids; and earlier codebooks.

    open_gold: how many articles are left out because their gold is not closed. position: in the journal,
    where the gold is that of a release.
    """

    what: str
    codings: Sequence[CodingHead]
    articles: Sequence[str]
    revisions: Sequence[str]
    open_gold: int = 0
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a dataset does not hold: what its format leaves out ("" for nothing), articles with open gold."""

    leaves_out: str
    open_gold: int


def select(
    project: Project,
    what: str,
    *,
    withdrawn: bool = False,
    open_too: bool = False,
    position: int | None = None,
) -> Selection:
    """What there is to export; raises CoderError if nothing is.

    withdrawn: with that of withdrawn articles. open_too: with gold that nobody has closed yet. position: the
    gold of a release, which is what was closed when the journal had come so far.
    """
    if what not in WHAT:
        raise CoderError("delivery.not_exported", what=what, known=", ".join(WHAT))
    with project.store.read() as view:
        queries = view.with_withdrawn() if withdrawn else view
        heads, articles, left_out = list[CodingHead](), list[str](), 0
        if what == "candidates":
            articles = queries.article_ids()
        elif position is not None:
            heads = closed_gold(queries, position)
        else:
            found = [head for head in queries.coding_heads() if (head.coder == GOLD) is (what == "gold")]
            whole = open_too or what != "gold"
            heads = [head for head in found if whole or head.status == Status.SUBMITTED.value]
            left_out = len(found) - len(heads)
        earlier = {head.codebook for head in heads} - {queries.codebook_refs(position)[-1]}
        for head in heads:
            project.revision(queries, head.codebook, head.id)
        revisions = [ref for ref in queries.every_codebook() if ref in earlier]
    if left_out and not heads:
        raise CoderError("delivery.no_closed_gold", count=Message("counts.articles", n=left_out))
    if not heads and not articles:
        raise CoderError(f"delivery.no_{what}")
    return Selection(what, heads, articles, revisions, left_out, position)


def deliver(
    project: Project,
    name: str,
    what: str,
    out: Path | BinaryIO,
    *,
    withdrawn: bool = False,
    open_too: bool = False,
    position: int | None = None,
    force: bool = False,
    progress: Told = untold,
) -> Delivered:
    """Write a dataset; returns what it does not hold.

    withdrawn, open_too, position: as for `select`. A file appears whole or not at all, and over another
    only with `force`.
    """
    form = writer(name)
    if what not in form.holds:
        raise CoderError("delivery.cannot_hold", format=name, what=what)
    if position is not None and (what != "gold" or withdrawn or open_too):
        raise CoderError("delivery.release_alone")
    selected = select(project, what, withdrawn=withdrawn, open_too=open_too, position=position)
    if isinstance(out, Path):
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CoderError("delivery.not_writable", problem=error.strerror, where=str(out)) from None
        with written(out, project.config.folder, force=force) as stream:
            _write(project, name, selected, stream, progress)
    else:
        _write(project, name, selected, out, progress)
    leaves_out = " · ".join(filter(None, (form.leaves_out, _unheld(project, what))))
    return Delivered(leaves_out, selected.open_gold)


def _unheld(project: Project, what: str) -> str:
    """What no format holds: that which is said about codings, beside them."""
    with project.store.read() as queries:
        said = len(queries.remarks()) if what == "codings" else 0
    return f"comments beside the fields, answers, flags and what is put off ({said})" if said else ""


def _write(project: Project, name: str, selected: Selection, out: BinaryIO, progress: Told) -> None:
    """Some at a time, on all cores: memory holds little however much there is."""
    things: Sequence[CodingHead | str] = selected.codings or selected.articles
    parts = [things[start : start + _AT_ONCE] for start in range(0, len(things), _AT_ONCE)]
    form = (name, selected.what, selected.revisions, selected.position)
    desk = _Desk(project, *form)
    out.write(writer(name).head(desk.dataset).encode("utf-8"))
    cores, done = None if len(things) >= _WORTH else 1, 0
    made = spread(_rows, parts, desk, _desk, (project.way, *form), cores=cores)
    for part, rows in zip(parts, made, strict=True):
        out.write(rows)
        done += len(part)
        progress(done, len(things))


class _Desk:
    """What everybody who writes has at hand."""

    def __init__(
        self, project: Project, name: str, what: str, revisions: Sequence[str], position: int | None
    ) -> None:
        with project.store.read() as queries:
            books = {ref: project.revision(queries, ref) for ref in revisions}
            in_force = project.revision(queries, queries.codebook_refs(position)[-1])
        self.project, self.position, self.dataset = project, position, Dataset(what, in_force, books)
        self.rows = writer(name).rows(self.dataset)


def _desk(given: tuple[tuple[Config, str], str, str, Sequence[str], int | None]) -> _Desk:
    way, name, what, revisions, position = given
    return _Desk(reopened(way), name, what, revisions, position)


def _rows(desk: _Desk, part: Sequence[Any]) -> bytes:
    """The rows of some codings, or of the candidates of some articles."""
    data, rows = desk.dataset, []
    with desk.project.store.read() as queries:
        if data.what == "candidates":
            articles = queries.articles_of(part)
            rows = [desk.rows(articles[each], queries.candidates(each)) for each in part]
        else:
            at = desk.position
            for coding in queries.codings_of(part) if at is None else golds(queries, at, part):
                if coding.codebook not in (data.codebook.ref, *data.revisions):
                    raise ConflictError("store.upgraded", codebook=coding.codebook)
                rows.append(desk.rows(expect_sound(coding, data.book(coding))))
    return "".join(rows).encode("utf-8")
