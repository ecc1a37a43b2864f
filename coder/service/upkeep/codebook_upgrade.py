"""A new revision of the codebook for a whole project: all codings come over in one change, or go back.

Gold comes over only where it is asked for; what coders have to look at again is on their work list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

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

SHOWN = 5  # codings that an error names
Tell = Callable[[int, int], None]  # of so many done, of how many


# A decision about a term, what the new revision makes of it (None: nothing), and what is lost, if anything.
CarriedRuling: TypeAlias = tuple[Ruling, Ruling | None, Bilingual | None]


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What an upgrade does: the revisions, what is carried over, and the gold that stays as it is."""

    old: str
    new: str
    carried: Sequence[tuple[Coding, Recoded]]
    rulings: Sequence[CarriedRuling]
    gold_kept: Sequence[CodingHead]


def read_new(project: Project, file: Path) -> Codebook:
    """The codebook in a file, as a revision that can come after the one in force (or is that one)."""
    from coder.codebook.load import read_successor  # the YAML reader: needed here only

    with project.store.read() as queries:
        olds = [project.revision(queries, ref) for ref in queries.codebook_refs()[-2:]]
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
        return _plan(project, queries, new, gold)


def upgrade(
    project: Project, supervisor: str, new: Codebook, *, gold: bool = False, progress: Tell | None = None
) -> Upgrade:
    """Carry every coding that is behind, and gold if asked, to `new` as one change, or raise CoderError."""
    project.person(supervisor, "supervisor")
    with project.store.begin(supervisor) as work:
        work.queries.expect_all()
        work.hold_journal()
        plan = _plan(project, work.queries, new, gold, progress)
        if plan.old != plan.new:
            work.add_codebook(new.ref, new.digest, new.to_json(), journal.UPGRADED)
            befores, afters = [r[0] for r in plan.rulings], [r[1] for r in plan.rulings]
            work.rule(befores, afters, "lexicon.recoded")
        for before, recoded in plan.carried:
            after = recoded.coding
            if before.coder == GOLD:
                clusters = work.queries.clusters(before.article)
                work.save_gold((before, clusters), (after, clusters), "gold.recoded", before.article)
            else:
                work.save_coding(before, after, "coding.recoded")
    project.refresh()
    return plan


def undo_upgrade(project: Project, supervisor: str) -> Upgrade:
    """Take the last upgrade back, codings and codebook; ConflictError where somebody has worked on since."""
    project.person(supervisor, "supervisor")
    with project.store.begin(supervisor) as work:
        queries = work.queries
        queries.expect_all()
        work.hold_journal()
        refs = queries.codebook_refs()
        if len(refs) < 2:
            raise CoderError("project.never_upgraded")
        *_, old, new = refs
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
    """The entry by which the upgrade to `new` carried terms, if any; ConflictError where some came later."""
    revisions = queries.entries(subject="codebooks")
    *_, since = (e.position for e in revisions if e.changes[-1].key[0] == new and e.what != journal.RESTORED)
    later = {entry.version for entry in queries.entries(since, SUBJECT)}
    history = queries.history(SUBJECT)
    if later.intersection(journal.stacks(history)[0]):
        raise ConflictError("project.terms_decided", ref=new)
    recoded = journal.last_recoding(history)
    return recoded if recoded in later else None


def worklist(project: Project, coder: str | None = None) -> list[tuple[CodingHead, list[Problem]]]:
    """The codings (or gold) with something to look at again since an upgrade, by coder and article."""
    if coder is not None:
        project.anybody(coder)
    found = []
    with project.store.read() as queries:
        heads = [h for h in queries.coding_heads() if h.status == Status.OPEN and coder in (None, h.coder)]
        for head in sorted(heads, key=lambda h: (h.coder, h.article)):
            coding, article = queries.coding(head.article, head.coder), queries.article(head.article)
            if coding is None or article is None:
                continue
            book = project.revision(queries, coding.codebook, coding.id)
            again = to_look_at(project, queries, expect_sound(coding, book))
            left = still_open(again, coding, book, problems(coding, book, article)) if again else []
            found += [(head, left)] if left else []
    return found


def to_look_at(project: Project, queries: Queries, coding: Coding) -> tuple[Problem, ...]:
    """What upgrades of the codebook left to the coding's coder, done or not."""
    earlier = queries.before_recodings(_subject(coding), coding)
    if not earlier or (article := queries.article(coding.article)) is None:
        return ()
    line = [project.revision(queries, ref) for ref in queries.codebook_refs()]
    found: dict[tuple[str, str | None, str | None], Problem] = {}
    for each in earlier:
        if steps := _steps(line, each.codebook, coding.codebook):
            again = recode_through(each, steps, article).again
            found |= {(p.rule, p.event_id, p.field): p for p in again}
    return tuple(found.values())


def _plan(
    project: Project, queries: Queries, new: Codebook, gold: bool, progress: Tell | None = None
) -> Upgrade:
    refs = queries.codebook_refs()
    _expect_successor(queries, refs, new)
    line = [project.revision(queries, ref) for ref in refs if ref != new.ref] + [new]
    heads = [head for head in queries.with_withdrawn().coding_heads() if head.codebook != new.ref]
    wanted = [head for head in heads if gold or head.coder != GOLD]
    if strangers := [f"{head.id} ({head.codebook})" for head in wanted if head.codebook not in refs]:
        codings = Message("counts.codings", n=len(strangers))
        raise CoderError("project.taken_back_revision", codings=codings, names=_some(strangers))
    carried: list[tuple[Coding, Recoded]] = []
    for done, head in enumerate(wanted, start=1):
        coding, article = queries.coding(head.article, head.coder), queries.article(head.article)
        if coding is not None and article is not None:
            steps = _steps(line, coding.codebook, new.ref)
            expect_sound(coding, steps[0])
            carried.append((coding, recode_through(coding, steps, article)))
        if progress is not None:
            progress(done, len(wanted))
    kept = [head for head in heads if head.coder == GOLD and not gold]
    rulings = _carried_rulings(queries.rulings(), line[-2], new) if refs[-1] != new.ref else []
    return Upgrade(refs[-1], new.ref, carried, rulings, kept)


def _carried_rulings(rulings: Sequence[Ruling], old: Codebook, new: Codebook) -> list[CarriedRuling]:
    found: list[CarriedRuling] = []
    taken = {(r.kind, fold_key(r.text)) for r in rulings}
    for ruling in rulings:
        value = value_here(ruling.value, ruling.text)
        kind, value, lost = recode_term(ruling.kind, value, old, new)
        if kind is not None and ruling.verdict is Verdict.PROMOTED and not is_learnable(kind, new):
            kind, lost = None, Message("project.not_promoted")
        if kind is not None and kind != ruling.kind:
            if (key := (kind, fold_key(ruling.text))) in taken:
                kind, lost = None, Message("project.decided_already", kind=kind)
            taken.add(key)
        after = None if kind is None else replace(ruling, kind=kind, value=bare(value))
        found.append((ruling, after, lost))
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
    newer, older = (tuple(map(int, each.split("."))) for each in (new.version, version))
    if newer <= older:
        raise CoderError("project.older_version", new=new.version, old=version)
    if new.recode is not None and new.recode.since != version:
        raise CoderError("project.other_since", since=new.recode.since, old=version)


def _subject(coding: Coding | CodingHead) -> str:
    return f"gold:{coding.article}" if coding.coder == GOLD else f"coding:{coding.id}"


def _steps(line: Sequence[Codebook], since: str, until: str) -> list[Codebook]:
    """The revisions from one to another, both included; none where one of them is not in the line."""
    refs = [book.ref for book in line]
    is_there = since in refs and until in refs
    return list(line[refs.index(since) : refs.index(until) + 1]) if is_there else []


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:SHOWN]) + ("…" if len(names) > SHOWN else "")
