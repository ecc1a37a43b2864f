"""Upgrades a whole project to a new revision of the codebook by recoding all codings, or undoes that.

All recodings are computed, on all cores, before anything is written. Then the revision comes into force and
the codings are written in batches, so that coders can go on working. After an interruption, the same command
recodes the rest; undo works likewise. Gold is recoded only on request. What coders must look at again is on
their work list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.codebook.validate import Problem, problems
from coder.errors import CoderError, ConflictError
from coder.grouping import batched
from coder.messages.catalogue import Bilingual, Message, first_few
from coder.model import Coding, Ruling, Status, Verdict
from coder.revisions.recode import recode_term, recode_through, still_open
from coder.service.learning.learned_terms import SUBJECT
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress, spread_over
from coder.service.project.wrong_codings import WrongCoding, read_sound
from coder.store import journal
from coder.store.queries import CodingHead, Queries
from coder.store.staging import Staging, packed
from coder.store.whole_file import temporary_folder
from coder.suggest.learned import bare, is_learnable, value_here
from coder.text.normalize import fold_key

_AT_ONCE = 20  # codings that are recoded, and written, together
_WORTH = 100  # number of codings from which several processes pay off

# A ruling on a term, the ruling under the new revision (None: dropped), and what is lost, if anything.
CarriedRuling: TypeAlias = tuple[Ruling, Ruling | None, Bilingual | None]


class Carried(Struct, frozen=True):
    """What an upgrade does to one coding; `head` describes it before the upgrade."""

    head: CodingHead
    reopened: bool
    again: Sequence[Problem]  # what its coder must look at again
    left_out: Sequence[Problem]  # what the new revision cannot hold


class Upgrade(Struct, frozen=True):
    """What an upgrade does: the revisions, what is recoded, and the gold that stays unchanged."""

    old: str
    new: str
    carried: Sequence[Carried]
    rulings: Sequence[CarriedRuling]
    gold_kept: Sequence[CodingHead]


class _Step(NamedTuple):
    """A coding before and after recoding, and its journal version when it was recoded."""

    version: int
    before: Coding
    after: Coding


def read_new(project: Project, file: Path) -> Codebook:
    """Read a codebook from a file; it must be able to succeed the revision in force, or be that revision."""
    from coder.codebook.load import (
        read_successor,
    )  # loads the YAML reader, needed only here

    with project.store.read() as queries:
        olds = [project.revision(queries, ref) for ref in queries.codebook_refs()[-2:]]
    return read_successor(file, olds)


def codebook_named(project: Project, name: str) -> Codebook:
    """Return the codebook in a file, or a revision stored in the project, named `ID@VERSION`."""
    with project.store.read() as queries:
        stored = queries.every_codebook()
        if name in stored:
            return project.revision(queries, name)
    if "@" in name and not Path(name).exists():
        raise CoderError("project.no_such_revision", name=name, kept=", ".join(stored))
    from coder.codebook.load import (
        read_codebook,
    )  # loads the YAML reader, needed only here

    return read_codebook(Path(name))


def dry_run(
    project: Project,
    new: Codebook,
    *,
    gold: bool = False,
    progress: ReportProgress = no_progress,
    staging: Staging | None = None,
) -> Upgrade:
    """Return what an upgrade would do, without writing anything; staging: where to store recoded codings."""
    with project.store.read() as queries:
        queries.expect_all()
        refs = queries.codebook_refs()
        _expect_successor(queries, refs, new)
        wanted, unchanged = _behind(queries, new, gold)
        if unknown := [
            f"{head.id} ({head.codebook})"
            for head in wanted
            if head.codebook not in refs
        ]:
            codings = Message("counts.codings", n=len(unknown))
            raise CoderError(
                "project.taken_back_revision", codings=codings, names=first_few(unknown)
            )
        books = _Books(project, new)
        rulings = list[CarriedRuling]()
        if refs[-1] != new.ref:
            rulings = _carried_rulings(queries.rulings(), books.line[-2], new)
    carried: list[Carried] = []
    for recoded in spread_over(
        wanted, _recoded_part, books, at_once=_AT_ONCE, worth=_WORTH, progress=progress
    ):
        carried += [each for each, _ in recoded]
        if staging is not None:
            staging.put(
                "coding", {each.head.id: packed(step) for each, step in recoded}
            )
    return Upgrade(refs[-1], new.ref, carried, rulings, unchanged)


def upgrade(
    project: Project,
    supervisor: str,
    new: Codebook,
    *,
    gold: bool = False,
    planning: ReportProgress = no_progress,
    writing: ReportProgress = no_progress,
) -> Upgrade:
    """Bring `new` into force and recode every coding of older revisions, gold only on request.

    planning, writing: progress of the two phases. Raises CoderError only before anything is written.
    """
    project.person(supervisor, "supervisor")
    with (
        temporary_folder() as folder,
        closing(Staging(folder / "staged.db")) as staging,
    ):
        plan = dry_run(project, new, gold=gold, progress=planning, staging=staging)
        with project.store.begin(supervisor) as work:
            work.hold_journal()  # so that nobody begins a coding under the old revision meanwhile
            refs = work.queries.codebook_refs()
            if refs[-1] != plan.old:
                raise ConflictError("store.upgraded", codebook=refs[-1])
            if plan.old != plan.new:
                work.add_codebook(new.ref, new.digest, new.to_json(), journal.UPGRADED)
                befores = [r[0] for r in plan.rulings]
                afters = [r[1] for r in plan.rulings]
                work.rule(befores, afters, "lexicon.recoded")
            behind, _ = _behind(work.queries, new, gold)
        project.refresh()
        books = _Books(project, new)
        carried = {each.head.id: each for each in plan.carried}
        for number, part in enumerate(batched(behind, _AT_ONCE), start=1):
            carried |= {
                each.head.id: each for each in _write(books, supervisor, staging, part)
            }
            writing(min(number * _AT_ONCE, len(behind)), len(behind))
    return replace(plan, carried=list(carried.values()))


def _write(
    books: _Books, supervisor: str, staging: Staging, heads: Sequence[CodingHead]
) -> Iterator[Carried]:
    """Write some recoded codings; codings changed since they were staged are recoded again and yielded."""
    staged: dict[str, _Step] = staging.find("coding", [head.id for head in heads])
    with books.project.store.begin(supervisor) as work:
        work.hold_journal()
        versions = work.queries.last_versions([_subject(head) for head in heads])
        steps = {
            h.id: staged[h.id]
            for h in heads
            if h.id in staged and staged[h.id].version == _version(versions, h)
        }
        for each, step in _recoded(
            books, work.queries, [head for head in heads if head.id not in steps]
        ):
            steps[each.head.id] = step
            yield each
        for head in (head for head in heads if head.id in steps):
            _, before, after = steps[head.id]
            if head.is_gold:
                clusters = work.queries.clusters(head.article)
                work.save_gold(
                    (before, clusters), (after, clusters), "gold.recoded", head.article
                )
            else:
                work.save_coding(before, after, "coding.recoded")


def undo_upgrade(
    project: Project, supervisor: str, progress: ReportProgress = no_progress
) -> Upgrade:
    """Undo the last upgrade, in batches of codings and the codebook last.

    An interrupted undo leaves the same state as an interrupted upgrade: repeating the undo reverts the rest,
    an upgrade recodes everything again. Raises ConflictError if a recoded coding was edited since; nothing is
    written if that was before the undo began.
    """
    project.person(supervisor, "supervisor")
    with project.store.read() as queries:
        queries.expect_all()
        refs = queries.codebook_refs()
        if len(refs) < 2:
            raise CoderError("project.never_upgraded")
        *_, old, new = refs
        heads = _heads_of(queries, new)
        _recodings(queries, heads, "project.worked_on")
        _recoded_rulings(queries, new)
    for number, part in enumerate(batched(heads, _AT_ONCE), start=1):
        with project.store.begin(supervisor) as work:
            work.hold_journal()
            for subject, version in _recodings(
                work.queries, part, "project.worked_on_meanwhile"
            ):
                work.undo_entry(subject, version)
        progress(min(number * _AT_ONCE, len(heads)), len(heads))
    with project.store.begin(supervisor) as work:
        work.hold_journal()
        if (ref := work.queries.codebook_refs()[-1]) != new:
            raise ConflictError("store.upgraded", codebook=ref)
        left = _heads_of(work.queries, new)
        for subject, version in _recodings(
            work.queries, left, "project.worked_on_meanwhile"
        ):
            work.undo_entry(subject, version)
        if (rulings := _recoded_rulings(work.queries, new)) is not None:
            work.undo_entry(SUBJECT, rulings)
        work.restore_codebook(old)
    project.refresh()
    return Upgrade(new, old, (), (), [h for h in heads if h.is_gold])


def _heads_of(queries: Queries, ref: str) -> list[CodingHead]:
    return [
        head for head in queries.with_withdrawn().coding_heads() if head.codebook == ref
    ]


def _recodings(
    queries: Queries, heads: Sequence[CodingHead], refused: str
) -> list[tuple[str, int]]:
    """Return subject and version of each recoding; raise ConflictError `refused` if one was edited since."""
    last = {
        head.id: journal.last_recoding(queries.history(_subject(head)))
        for head in heads
    }
    if edited := [head.id for head in heads if last[head.id] is None]:
        names = first_few(edited)
        count = len(edited)
        raise ConflictError(
            refused, count=count, all=len(heads), ref=heads[0].codebook, names=names
        )
    return [(_subject(head), last[head.id] or 0) for head in heads]


def _recoded_rulings(queries: Queries, new: str) -> int | None:
    """Return the version that recoded rulings for `new`, if any; raise ConflictError for later rulings."""
    revisions = queries.entries(subject="codebooks")
    *_, since = (
        e.position
        for e in revisions
        if e.changes[-1].key[0] == new and e.what != journal.RESTORED
    )
    later = {entry.version for entry in queries.entries(since, SUBJECT)}
    history = queries.history(SUBJECT)
    if later.intersection(journal.stacks(history)[0]):
        raise ConflictError("project.terms_decided", ref=new)
    recoded = journal.last_recoding(history)
    return recoded if recoded in later else None


def worklist(
    project: Project,
    coder: str | None = None,
    warn: Callable[[WrongCoding], None] = lambda _: None,
) -> list[tuple[CodingHead, list[Problem]]]:
    """Return the codings (or gold) with problems to look at since an upgrade, by coder and article.

    warn: called with each coding that is left out, as it has wrong values.
    """
    if coder is not None:
        project.anybody(coder)
    entries = []
    with project.store.read() as queries:
        heads = [
            h
            for h in queries.coding_heads()
            if h.status == Status.OPEN and coder in (None, h.coder)
        ]
        heads.sort(key=lambda h: (h.coder, h.article))
        sound, wrong = read_sound(project, queries, heads)
        for each in wrong:
            warn(each)
        head_of = {head.id: head for head in heads}
        for coding in sound:
            again = left_to_check(project, queries, coding)
            article = queries.article(coding.article)
            if not again or article is None:
                continue
            book = project.revision(queries, coding.codebook, coding.id)
            left = still_open(again, coding, book, problems(coding, book, article))
            entries += [(head_of[coding.id], left)] if left else []
    return entries


def left_to_check(
    project: Project, queries: Queries, coding: Coding
) -> tuple[Problem, ...]:
    """Return what codebook upgrades asked the coding's coder to look at, whether resolved or not."""
    earlier = queries.before_recodings(_subject(coding), coding)
    if not earlier or (article := queries.article(coding.article)) is None:
        return ()
    line = [project.revision(queries, ref) for ref in queries.codebook_refs()]
    latest: dict[tuple[str, str | None, str | None], Problem] = {}
    for each in earlier:
        if steps := _steps(line, each.codebook, coding.codebook):
            again = recode_through(each, steps, article).again
            latest |= {(p.rule, p.event_id, p.field): p for p in again}
    return tuple(latest.values())


class _Books:
    """A project with its codebook revisions in order, the new one last."""

    def __init__(self, project: Project, new: Codebook) -> None:
        with project.store.read() as queries:
            refs = [ref for ref in queries.codebook_refs() if ref != new.ref]
            self.line = [*(project.revision(queries, ref) for ref in refs), new]
        self.project = project


def _recoded_part(
    books: _Books, part: Sequence[CodingHead]
) -> list[tuple[Carried, _Step]]:
    with books.project.store.read() as queries:
        return list(_recoded(books, queries, part))


def _recoded(
    books: _Books, queries: Queries, heads: Sequence[CodingHead]
) -> Iterator[tuple[Carried, _Step]]:
    """Recode some codings; those set aside with wrong values stay as they are.

    Raises CoderError for another coding with wrong values.
    """
    versions = queries.last_versions([_subject(head) for head in heads])
    articles = queries.articles_of([head.article for head in heads])
    sound, wrong = read_sound(books.project, queries, heads)
    aside = queries.set_aside()
    for each in wrong:
        if (each.article, each.coder) not in aside:
            raise each.error
    codings = {coding.id: coding for coding in sound}
    for head in heads:
        if head.id in codings and head.article in articles:
            coding = codings[head.id]
            steps = _steps(books.line, head.codebook, books.line[-1].ref)
            done = recode_through(coding, steps, articles[head.article])
            reopened = done.coding.status is not coding.status
            carried = Carried(head, reopened, done.again, done.left_out)
            yield carried, _Step(_version(versions, head), coding, done.coding)


def _version(versions: Mapping[str, tuple[int, str]], head: CodingHead) -> int:
    return versions.get(_subject(head), (0, ""))[0]


def _behind(
    queries: Queries, new: Codebook, gold: bool
) -> tuple[list[CodingHead], list[CodingHead]]:
    """Return the codings of other revisions to recode, with gold on request, and the gold that stays."""
    heads = [
        head
        for head in queries.with_withdrawn().coding_heads()
        if head.codebook != new.ref
    ]
    wanted = [head for head in heads if gold or not head.is_gold]
    return wanted, [head for head in heads if head.is_gold and not gold]


def _carried_rulings(
    rulings: Sequence[Ruling], old: Codebook, new: Codebook
) -> list[CarriedRuling]:
    carried: list[CarriedRuling] = []
    taken = {(r.kind, fold_key(r.text)) for r in rulings}
    for ruling in rulings:
        value = value_here(ruling.value, ruling.text)
        kind, value, lost = recode_term(ruling.kind, value, old, new)
        if (
            kind is not None
            and ruling.verdict is Verdict.PROMOTED
            and not is_learnable(kind, new)
        ):
            kind = None
            lost = Message("project.not_promoted")
        if kind is not None and kind != ruling.kind:
            if (key := (kind, fold_key(ruling.text))) in taken:
                kind, lost = None, Message("project.decided_already", kind=kind)
            taken.add(key)
        after = None if kind is None else replace(ruling, kind=kind, value=bare(value))
        carried.append((ruling, after, lost))
    return carried


def _expect_successor(queries: Queries, refs: Sequence[str], new: Codebook) -> None:
    """Raise CoderError unless `new` is the revision in force or can succeed it."""
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
    return f"gold:{coding.article}" if coding.is_gold else f"coding:{coding.id}"


def _steps(line: Sequence[Codebook], since: str, until: str) -> list[Codebook]:
    """Return the revisions from `since` to `until`, inclusive; empty if either is not in the line."""
    refs = [book.ref for book in line]
    if since not in refs or until not in refs:
        return []
    return list(line[refs.index(since) : refs.index(until) + 1])
