"""A new revision of the codebook for a whole project: all codings come over in one change, or go back.

Gold comes over only where it is asked for; what coders have to look at again is on their work list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from coder.codebook.recode import Recoded, recode_through, still_open
from coder.codebook.schema import Codebook
from coder.codebook.validate import Problem, problems
from coder.errors import CoderError, ConflictError
from coder.model import GOLD, Coding, Status
from coder.service.project import Project
from coder.store import journal
from coder.store.queries import CodingHead, Queries
from coder.store.recodings import before_recodings
from coder.store.unit_of_work import Work

SHOWN = 5
"""How many codings an error names."""


@dataclass(frozen=True, slots=True)
class Carried:
    """One coding as it is and as the new revision has it."""

    before: Coding
    after: Recoded

    @property
    def reopened(self) -> bool:
        """Whether it was submitted, and its coder has to look at it again."""
        return self.before.status is not self.after.coding.status


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What an upgrade does: the revisions, what is carried over, and what stays as (coding, revision)."""

    old: str
    new: str
    carried: Sequence[Carried]
    gold_kept: Sequence[CodingHead]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A coding (or gold) with what is left to look at again since the codebook was upgraded."""

    article: str
    coder: str
    codebook: str
    left: Sequence[Problem]


def read_new(project: Project, file: Path) -> Codebook:
    """The codebook in a file, as a revision that can come after the one in force (or is that one)."""
    from coder.codebook.load import read_successor  # the YAML reader: needed here only

    with project.store.read() as queries:
        refs = queries.codebook_refs()
        olds = [project.revision(queries, ref) for ref in refs[-2:]]
    return read_successor(file, olds)


def codebook_named(project: Project, name: str) -> Codebook:
    """The codebook in a file, or a revision that the project keeps, by `ID@VERSION`."""
    with project.store.read() as queries:
        kept = queries.every_codebook()
        if name in kept:
            return project.revision(queries, name)
    if "@" in name and not Path(name).exists():
        raise CoderError(f"The project has no codebook {name}.", hint=f"It keeps {', '.join(kept)}.")
    from coder.codebook.load import read_codebook  # the YAML reader: needed here only

    return read_codebook(Path(name))


def dry_run(project: Project, new: Codebook, *, gold: bool = False) -> Upgrade:
    """What an upgrade would do; nothing is written."""
    with project.store.read() as queries:
        queries.expect_all()
        return _plan(project, queries, new, gold, lambda done, of: None)


def upgrade(
    project: Project,
    supervisor: str,
    new: Codebook,
    *,
    gold: bool = False,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Upgrade:
    """Carry every coding that is behind to the revision `new`, and gold if asked, as one change.

    Raises CoderError, and changes nothing, where `new` cannot come after the revision in force.
    """
    project.person(supervisor, "supervisor")
    with project.store.begin(supervisor) as work:
        work.queries.expect_all()
        work.hold_codings()
        plan = _plan(project, work.queries, new, gold, progress)
        if plan.old != plan.new:
            work.add_codebook(new.ref, new.digest, new.to_json(), journal.UPGRADED)
        for each in plan.carried:
            _save(work, each.before, each.after.coding)
    project.refresh()
    return plan


def undo_upgrade(project: Project, supervisor: str) -> Upgrade:
    """Take the last upgrade back: every coding is what it was before it, and so is the codebook in force.

    Raises ConflictError, and changes nothing, where somebody has worked on with the new revision.
    """
    project.person(supervisor, "supervisor")
    with project.store.begin(supervisor) as work:
        queries = work.queries
        queries.expect_all()
        work.hold_codings()
        refs = queries.codebook_refs()
        if len(refs) < 2:
            raise CoderError(
                "The codebook was never upgraded.", hint="See `coder codebook show` for the one in force."
            )
        new, old = refs[-1], refs[-2]
        heads = [head for head in queries.coding_heads() if head.codebook == new]
        last = {head.id: journal.last_recoding(queries.history(_subject(head))) for head in heads}
        if in_the_way := [head.id for head in heads if last[head.id] is None]:
            raise ConflictError(
                f"{len(in_the_way)} of {len(heads)} codings were worked on with {new}: {_some(in_the_way)}.",
                hint="Nothing was changed. Undo reaches an upgrade only while nothing was done after it; "
                "go on from here with a further revision.",
            )
        for head in heads:
            work.take_back(_subject(head), last[head.id] or 0)
        work.restore_codebook(old)
    project.refresh()
    return Upgrade(new, old, (), [h for h in heads if h.coder == GOLD])


def worklist(project: Project, coder: str | None = None) -> list[Waiting]:
    """Who has what to look at again, by coder and article."""
    if coder is not None:
        project.person(coder)
    found: list[Waiting] = []
    with project.store.read() as queries:
        heads = [h for h in queries.coding_heads() if h.status == Status.OPEN.value]
        for head in sorted(heads, key=lambda h: (h.coder, h.article)):
            if coder in (None, head.coder) and (coding := queries.coding(head.article, head.coder)):
                left = _left(project, queries, coding)
                found += [Waiting(head.article, head.coder, head.codebook, left)] if left else []
    return found


def to_look_at(project: Project, queries: Queries, coding: Coding) -> tuple[Problem, ...]:
    """What upgrades of the codebook left to the coding's coder, done or not."""
    earlier = before_recodings(queries, _subject(coding), coding)
    if not earlier:
        return ()
    article = queries.article(coding.article)
    line = [project.revision(queries, ref) for ref in queries.codebook_refs()]
    found: dict[tuple[str, str | None, str | None], Problem] = {}
    for each in earlier:
        steps = _steps(line, each.codebook, coding.codebook)
        if article is not None and steps:
            for p in recode_through(each, steps, article).again:
                found[p.rule, p.event_id, p.field] = p
    return tuple(found.values())


def _left(project: Project, queries: Queries, coding: Coding) -> list[Problem]:
    again = to_look_at(project, queries, coding)
    article = queries.article(coding.article)
    if not again or article is None:
        return []
    book = project.revision(queries, coding.codebook)
    return still_open(again, coding, book, problems(coding, book, article))


def _plan(
    project: Project, queries: Queries, new: Codebook, gold: bool, progress: Callable[[int, int], None]
) -> Upgrade:
    refs = queries.codebook_refs()
    _refuse_misfit(queries, refs, new)
    line = [project.revision(queries, ref) for ref in refs if ref != new.ref] + [new]
    heads = [head for head in queries.coding_heads() if head.codebook != new.ref]
    wanted = [head for head in heads if (gold or head.coder != GOLD) and head.codebook in refs]
    carried: list[Carried] = []
    for done, head in enumerate(wanted, start=1):
        coding, article = queries.coding(head.article, head.coder), queries.article(head.article)
        if coding is not None and article is not None:
            steps = _steps(line, coding.codebook, new.ref)
            carried.append(Carried(coding, recode_through(coding, steps, article)))
        progress(done, len(wanted))
    kept = [head for head in heads if head.coder == GOLD and not gold]
    return Upgrade(refs[-1], new.ref, carried, kept)


def _refuse_misfit(queries: Queries, refs: Sequence[str], new: Codebook) -> None:
    """Raises CoderError unless `new` is the revision in force or can come after it."""
    known = queries.row("codebook", (new.ref,))
    if known is not None and known["digest"] != new.digest:
        raise CoderError(
            f"The project knows {new.ref} already, with other contents.",
            hint="A revision never changes: give the changed codebook a new version.",
        )
    if new.ref == refs[-1]:
        return
    name, _, version = refs[-1].rpartition("@")
    if new.id != name:
        raise CoderError(
            f"This is the codebook {new.id}, the project has {name}.",
            hint="An upgrade is to another version of the same codebook.",
        )
    if _numbers(new.version) <= _numbers(version):
        raise CoderError(
            f"The project has version {version} already, and this is {new.version}.",
            hint="Give the new codebook a higher version. `--undo` takes the last upgrade back.",
        )
    if new.recode is not None and new.recode.since != version:
        raise CoderError(
            f"Its `recode` says what became of version {new.recode.since}; the project has {version}.",
            hint="Upgrade to the versions between first, or write `recode` for that version.",
        )


def _save(work: Work, before: Coding, after: Coding) -> None:
    if before.coder == GOLD:
        clusters = work.queries.clusters(before.article)
        work.save_gold((before, clusters), (after, clusters), "gold.recoded", before.article)
    else:
        work.save_coding(before, after, "coding.recoded")


def _subject(coding: Coding | CodingHead) -> str:
    return f"gold:{coding.article}" if coding.coder == GOLD else f"coding:{coding.id}"


def _steps(line: Sequence[Codebook], since: str, until: str) -> list[Codebook]:
    """The revisions from one to another, both included."""
    refs = [book.ref for book in line]
    if since not in refs or until not in refs:
        return []
    return list(line[refs.index(since) : refs.index(until) + 1])


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:SHOWN]) + ("…" if len(names) > SHOWN else "")
