"""Upgrades a whole project to a new revision of the codebook by recoding all codings,
or undoes that.

An upgrade is one transaction: it is done as a whole or not at all, and everybody else's
changes wait for it. Before, it makes a backup in the project's folder. Undo puts that
backup back, as long as nothing was done since. Gold is recoded only on request. What
coders must look at again is on their work list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.codebook.validate import Problem, problems
from coder.errors import CoderError, ConflictError
from coder.messages.catalogue import Bilingual, Message, first_few
from coder.model import Coding, Ruling, Status, Verdict
from coder.revisions.recode import recode_term, recode_through, still_open
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress, spread_over
from coder.service.project.wrong_codings import WrongCoding, read_sound
from coder.store import journal, kept, sqlite_file
from coder.store.engine import file_of
from coder.store.queries import CodingHead, Queries
from coder.store.unit_of_work import Store
from coder.store.work import Work
from coder.suggest.learned import bare, is_learnable, value_here
from coder.text.normalize import fold_key

_AT_ONCE = 20  # codings that are recoded together
_WORTH = 100  # number of codings from which several processes pay off

# A ruling on a term, the ruling under the new revision (None: dropped), and what is
# lost, if anything.
CarriedRuling: TypeAlias = tuple[Ruling, Ruling | None, Bilingual | None]


class Carried(Struct, frozen=True):
    """The effect of an upgrade on one coding; `head` describes it before the upgrade."""

    head: CodingHead
    reopened: bool
    again: Sequence[Problem]  # what its coder must look at again
    left_out: Sequence[Problem]  # what the new revision cannot hold


class Upgrade(Struct, frozen=True):
    """The effect of an upgrade: the revisions, what is recoded, and the gold that stays
    unchanged.
    """

    old: str
    new: str
    carried: Sequence[Carried]
    rulings: Sequence[CarriedRuling]
    gold_kept: Sequence[CodingHead]


class Undone(NamedTuple):
    """The revision whose upgrade was undone, and the one that is in force again."""

    undone: str
    codebook: str


class _Recoding(NamedTuple):
    """A coding before and after it is recoded, and the report on it."""

    carried: Carried
    before: Coding
    after: Coding


class _Plan(NamedTuple):
    """The plan of an upgrade.

    wanted: the codings to recode. upgrade: the report, without these codings.
    """

    books: _Books
    wanted: Sequence[CodingHead]
    upgrade: Upgrade

    @property
    def is_new(self) -> bool:
        """Return whether the revision is not in force yet."""
        return self.upgrade.old != self.upgrade.new

    def recodings(self, progress: ReportProgress) -> Iterator[_Recoding]:
        """Recode the codings, on all cores."""
        for part in spread_over(
            self.wanted,
            _recode_part,
            self.books,
            at_once=_AT_ONCE,
            worth=_WORTH,
            progress=progress,
        ):
            yield from part


def read_new(project: Project, file: Path) -> Codebook:
    """Read a codebook from a file; it must be able to succeed the revision in force, or
    be that revision.
    """
    from coder.codebook.load import (
        read_successor,
    )  # loads the YAML reader, needed only here

    with project.store.read() as queries:
        olds = [project.revision(queries, ref) for ref in queries.codebook_refs()[-2:]]
    return read_successor(file, olds)


def codebook_named(project: Project, name: str) -> Codebook:
    """Return the codebook in a file, or a revision stored in the project, named
    `ID@VERSION`.
    """
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
) -> Upgrade:
    """Return what an upgrade would do, without writing anything."""
    with project.store.read() as queries:
        plan = _plan(project, queries, new, gold)
        carried = [each.carried for each in plan.recodings(progress)]
    return replace(plan.upgrade, carried=carried)


def upgrade(
    project: Project,
    supervisor: str,
    new: Codebook,
    *,
    gold: bool = False,
    progress: ReportProgress = no_progress,
) -> Upgrade:
    """Bring `new` into force and recode every coding of older revisions, gold only on
    request.

    If the revision is not in force yet, a backup is made first (`backup_before`). If
    anything goes wrong, nothing is changed.
    """
    # Opening an article loads this module, but no delivery.
    from coder.service.delivery.project_copy import backup

    project.person(supervisor, "supervisor")
    carried: list[Carried] = []
    with project.store.begin(supervisor) as work:
        work.queries.expect_all()
        # nobody writes meanwhile: neither work of the old revision, nor what a backup
        # lacks
        work.hold_journal()
        plan = _plan(project, work.queries, new, gold)
        if plan.is_new:
            file = backup_before(project, new.ref)
            file.unlink(missing_ok=True)  # of an upgrade that was not completed
            backup(project, file)
            work.add_codebook(new.ref, new.digest, new.to_json(), journal.UPGRADED)
            befores = [ruling for ruling, _, _ in plan.upgrade.rulings]
            afters = [ruling for _, ruling, _ in plan.upgrade.rulings]
            work.rule(befores, afters, "lexicon.recoded")
        for recoding in plan.recodings(progress):
            _save(work, recoding)
            carried.append(recoding.carried)
    project.refresh()
    return replace(plan.upgrade, carried=carried)


def undo_upgrade(project: Project, supervisor: str) -> Undone:
    """Undo the last upgrade by putting the backup back that it made; the project is
    opened again.

    Raises CoderError, and changes nothing, if anything was done since, if there is no
    such backup, and on a server, where the message says how to restore it.
    """
    project.person(supervisor, "supervisor")
    with project.store.read() as queries:
        queries.expect_all()
        refs = queries.codebook_refs()
        if len(refs) < 2:
            raise CoderError("project.never_upgraded")
        *_, old, new = refs
        file = backup_before(project, new)
        if not file.is_file():
            raise CoderError("project.no_backup_of_before", ref=new, file=file.name)
        if project.store.has_logins:
            raise CoderError("project.undo_on_server", ref=new, file=str(file))
        _expect_nothing_done_since(queries, file, new)
    _put_back(project, file)
    return Undone(new, old)


def backup_before(project: Project, ref: str) -> Path:
    """Return the file in which the upgrade to a revision keeps the project as it was
    before.
    """
    version = ref.rpartition("@")[2]
    ending = ".jsonl" if project.store.has_logins else ".db"
    return project.config.folder / f"coder-before-{version}{ending}"


def _expect_nothing_done_since(queries: Queries, file: Path, ref: str) -> None:
    """Raise CoderError unless the journal is that of the backup and, after it, of the
    upgrade alone.
    """
    position, subject, version, digest = sqlite_file.last_entry(file)
    if not queries.has_entry(subject, version, digest):
        raise CoderError("project.no_backup_of_before", ref=ref, file=file.name)
    later = queries.actions_since(position)
    for name in (journal.UPGRADED, *journal.RECODED):
        later.pop(name, None)
    if later:
        count = Message("counts.changes", n=later.total())
        raise ConflictError("project.worked_on", count=count, ref=ref, file=str(file))


def _put_back(project: Project, file: Path) -> None:
    """Replace the project's database by a backup of it, which is used up, and open it
    again.
    """
    url = project.config.database_url
    database = file_of(url)
    assert database is not None
    clock = project.store.clock
    project.close()
    sqlite_file.put_back(file, database)
    (project.config.folder / kept.FILE).unlink(missing_ok=True)
    file.unlink()
    project.reopen(Store.open(url, clock, project.config.folder))


def _save(work: Work, recoding: _Recoding) -> None:
    _, before, after = recoding
    if not before.is_gold:
        work.save_coding(before, after, "coding.recoded")
        return
    article = before.article
    clusters = work.queries.clusters(article)
    work.save_gold((before, clusters), (after, clusters), "gold.recoded", article)


def worklist(
    project: Project,
    coder: str | None = None,
    warn: Callable[[WrongCoding], None] = lambda _: None,
) -> list[tuple[CodingHead, list[Problem]]]:
    """Return the codings (or gold) with problems to look at since an upgrade, by coder
    and article.

    warn: called with each coding that is left out, as it has wrong values.
    """
    if coder is not None:
        project.expect_member(coder)
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
    """Return what codebook upgrades asked the coding's coder to look at, whether
    resolved or not.
    """
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


def _recode_part(books: _Books, part: Sequence[CodingHead]) -> list[_Recoding]:
    with books.project.store.read() as queries:
        return list(_recode(books, queries, part))


def _recode(
    books: _Books, queries: Queries, heads: Sequence[CodingHead]
) -> Iterator[_Recoding]:
    """Recode some codings; those set aside with wrong values stay as they are.

    Raises CoderError for another coding with wrong values.
    """
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
            yield _Recoding(carried, coding, done.coding)


def _plan(project: Project, queries: Queries, new: Codebook, gold: bool) -> _Plan:
    """Return what an upgrade is about to do; raises CoderError if it is impossible."""
    queries.expect_all()
    refs = queries.codebook_refs()
    _expect_successor(queries, refs, new)
    heads = queries.with_withdrawn().coding_heads()
    behind = [head for head in heads if head.codebook != new.ref]
    wanted = [head for head in behind if gold or not head.is_gold]
    gold_kept = [head for head in behind if head.is_gold and not gold]
    unknown = [
        f"{head.id} ({head.codebook})" for head in wanted if head.codebook not in refs
    ]
    if unknown:
        codings = Message("counts.codings", n=len(unknown))
        names = first_few(unknown)
        raise CoderError("project.taken_back_revision", codings=codings, names=names)
    books = _Books(project, new)
    rulings = list[CarriedRuling]()
    if refs[-1] != new.ref:
        rulings = _carry_rulings(queries.rulings(), books.line[-2], new)
    return _Plan(books, wanted, Upgrade(refs[-1], new.ref, (), rulings, gold_kept))


def _carry_rulings(
    rulings: Sequence[Ruling], old: Codebook, new: Codebook
) -> list[CarriedRuling]:
    """Carry supervisors' decisions about terms over, and say what of them is lost."""
    carried: list[CarriedRuling] = []
    taken = {(ruling.kind, fold_key(ruling.text)) for ruling in rulings}
    for ruling in rulings:
        value = value_here(ruling.value, ruling.text)
        kind, value, lost = recode_term(ruling.kind, value, old, new)
        if kind is None:
            carried.append((ruling, None, lost))
            continue
        if ruling.verdict is Verdict.PROMOTED and not is_learnable(kind, new):
            carried.append((ruling, None, Message("project.not_promoted")))
            continue
        if kind != ruling.kind:
            key = (kind, fold_key(ruling.text))
            if key in taken:
                why = Message("project.decided_already", kind=kind)
                carried.append((ruling, None, why))
                continue
            taken.add(key)
        carried.append((ruling, replace(ruling, kind=kind, value=bare(value)), lost))
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
    if _version_numbers(new.version) <= _version_numbers(version):
        raise CoderError("project.older_version", new=new.version, old=version)
    if new.recode is not None and new.recode.since != version:
        raise CoderError("project.other_since", since=new.recode.since, old=version)


def _version_numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))


def _subject(coding: Coding | CodingHead) -> str:
    return f"gold:{coding.article}" if coding.is_gold else f"coding:{coding.id}"


def _steps(line: Sequence[Codebook], since: str, until: str) -> list[Codebook]:
    """Return the revisions from `since` to `until`, inclusive; empty if either is not
    in the line.
    """
    refs = [book.ref for book in line]
    if since not in refs or until not in refs:
        return []
    return list(line[refs.index(since) : refs.index(until) + 1])
