"""A new revision of the codebook for a whole project: all codings come over in one change, or go back.

Gold comes over only where it is asked for; what coders have to look at again is on their work list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from coder.codebook.schema import Codebook
from coder.codebook.validate import Problem, problems
from coder.errors import CoderError, ConflictError
from coder.messages.catalogue import Bilingual, Message
from coder.model import GOLD, Coding, Ruling, Status, Verdict
from coder.revisions.recode import Recoded, recode_term, recode_through, still_open
from coder.service.learning.learned_terms import SUBJECT
from coder.service.project.fitting import expect_sound
from coder.service.project.opened import Project
from coder.store import journal
from coder.store.queries import CodingHead, Queries
from coder.suggest.learned import bare, is_learnable, value_here
from coder.text.normalize import fold_key

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
class CarriedRuling:
    """A decision about a term as it is and as the new revision has it, and what of it could not be carried.

    after is None where the new revision has no place for it.
    """

    before: Ruling
    after: Ruling | None
    lost: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What an upgrade does: the revisions, what is carried over, and what stays as (coding, revision)."""

    old: str
    new: str
    carried: Sequence[Carried]
    rulings: Sequence[CarriedRuling]
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
        raise CoderError("project.no_such_revision", name=name, kept=", ".join(kept))
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
        work.hold_journal()
        plan = _plan(project, work.queries, new, gold, progress)
        if plan.old != plan.new:
            work.add_codebook(new.ref, new.digest, new.to_json(), journal.UPGRADED)
            rulings = ([r.before for r in plan.rulings], [r.after for r in plan.rulings])
            work.rule(*rulings, "lexicon.recoded")
        for each in plan.carried:
            before, after = each.before, each.after.coding
            if before.coder == GOLD:
                clusters = work.queries.clusters(before.article)
                work.save_gold((before, clusters), (after, clusters), "gold.recoded", before.article)
            else:
                work.save_coding(before, after, "coding.recoded")
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
        work.hold_journal()
        refs = queries.codebook_refs()
        if len(refs) < 2:
            raise CoderError("project.never_upgraded")
        new, old = refs[-1], refs[-2]
        heads = [head for head in queries.with_withdrawn().coding_heads() if head.codebook == new]
        last = {head.id: journal.last_recoding(queries.history(_subject(head))) for head in heads}
        if in_the_way := [head.id for head in heads if last[head.id] is None]:
            names, count = _some(in_the_way), len(in_the_way)
            raise ConflictError("project.worked_on", count=count, all=len(heads), ref=new, names=names)
        rulings = _recoded_rulings(queries, new)
        for head in heads:
            work.take_back(_subject(head), last[head.id] or 0)
        if rulings is not None:
            work.take_back(SUBJECT, rulings)
        work.restore_codebook(old)
    project.refresh()
    return Upgrade(new, old, (), (), [h for h in heads if h.coder == GOLD])


def _recoded_rulings(queries: Queries, new: str) -> int | None:
    """The entry by which the upgrade to `new` carried the decisions about terms; None if there was nothing.

    Raises ConflictError where there are decisions that were made after it.
    """
    revisions = queries.entries(subject="codebooks")
    *_, since = (e.position for e in revisions if e.changes[-1].key[0] == new and e.what != journal.RESTORED)
    later = {entry.version for entry in queries.entries(since, SUBJECT)}
    history = queries.history(SUBJECT)
    if later.intersection(journal.stacks(history)[0]):
        raise ConflictError("project.terms_decided", ref=new)
    recoded = journal.last_recoding(history)
    return recoded if recoded in later else None


def worklist(project: Project, coder: str | None = None) -> list[Waiting]:
    """Who has what to look at again, by coder and article."""
    if coder is not None:
        project.anybody(coder)
    found: list[Waiting] = []
    with project.store.read() as queries:
        heads = [h for h in queries.coding_heads() if h.status == Status.OPEN.value]
        for head in sorted(heads, key=lambda h: (h.coder, h.article)):
            coding, article = queries.coding(head.article, head.coder), queries.article(head.article)
            if coder not in (None, head.coder) or coding is None or article is None:
                continue
            book = project.revision(queries, coding.codebook, coding.id)
            again = to_look_at(project, queries, expect_sound(coding, book))
            left = again and still_open(again, coding, book, problems(coding, book, article))
            if left:
                found.append(Waiting(head.article, head.coder, head.codebook, left))
    return found


def to_look_at(project: Project, queries: Queries, coding: Coding) -> tuple[Problem, ...]:
    """What upgrades of the codebook left to the coding's coder, done or not."""
    earlier = queries.before_recodings(_subject(coding), coding)
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


def _plan(
    project: Project, queries: Queries, new: Codebook, gold: bool, progress: Callable[[int, int], None]
) -> Upgrade:
    refs = queries.codebook_refs()
    _expect_successor(queries, refs, new)
    line = [project.revision(queries, ref) for ref in refs if ref != new.ref] + [new]
    heads = [head for head in queries.with_withdrawn().coding_heads() if head.codebook != new.ref]
    wanted = [head for head in heads if gold or head.coder != GOLD]
    if strangers := [f"{head.id} ({head.codebook})" for head in wanted if head.codebook not in refs]:
        codings = Message("counts.codings", n=len(strangers))
        raise CoderError("project.taken_back_revision", codings=codings, names=_some(strangers))
    carried: list[Carried] = []
    for done, head in enumerate(wanted, start=1):
        coding, article = queries.coding(head.article, head.coder), queries.article(head.article)
        if coding is not None and article is not None:
            steps = _steps(line, coding.codebook, new.ref)
            expect_sound(coding, steps[0])
            carried.append(Carried(coding, recode_through(coding, steps, article)))
        progress(done, len(wanted))
    kept = [head for head in heads if head.coder == GOLD and not gold]
    rulings = _carried_rulings(queries.rulings(), line[-2], new) if refs[-1] != new.ref else []
    return Upgrade(refs[-1], new.ref, carried, rulings, kept)


def _carried_rulings(rulings: Sequence[Ruling], old: Codebook, new: Codebook) -> list[CarriedRuling]:
    found: list[CarriedRuling] = []
    taken = {(r.kind, fold_key(r.text)) for r in rulings}
    for ruling in rulings:
        term = fold_key(ruling.text)
        value = value_here(ruling.value, ruling.text)
        kind, value, lost = recode_term(ruling.kind, value, old, new)
        if kind is not None and ruling.verdict is Verdict.PROMOTED and not is_learnable(kind, new):
            kind, lost = None, Message("project.not_promoted")
        if kind is not None and kind != ruling.kind:
            if (kind, term) in taken:
                kind, lost = None, Message("project.decided_already", kind=kind)
            else:
                taken.add((kind, term))
        after = None if kind is None else replace(ruling, kind=kind, value=bare(value))
        found.append(CarriedRuling(ruling, after, lost))
    return found


def _expect_successor(queries: Queries, refs: Sequence[str], new: Codebook) -> None:
    """Raises CoderError unless `new` is the revision in force or can come after it."""
    known = queries.row("codebook", (new.ref,))
    name, _, version = refs[-1].rpartition("@")
    if known is not None and known["digest"] != new.digest:
        raise CoderError("project.other_contents", ref=new.ref)
    if new.ref == refs[-1]:
        return
    if new.id != name:
        raise CoderError("project.other_codebook", new=new.id, old=name)
    if _numbers(new.version) <= _numbers(version):
        raise CoderError("project.older_version", new=new.version, old=version)
    if new.recode is not None and new.recode.since != version:
        raise CoderError("project.other_since", since=new.recode.since, old=version)


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
