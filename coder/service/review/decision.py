"""Writing a decision to the database while other supervisors decide too; and the
location of a decision.

A decision is applied to what is stored, not to what the screen showed, so that others'
decisions in other places are kept. If others decided in the same place, theirs wins,
and this one is refused with a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from coder.adjudicate.composed_edits import RejectCoding, TakeFields
from coder.adjudicate.gold_edits import GoldEdit, TakeAgreed, TakeEvent
from coder.adjudicate.resolve import Adjudication, Stored, cluster_id
from coder.changes.coding_changes import (
    AnswerChange,
    Change,
    ClusterChange,
    MadeEdit,
    Place,
    compare_gold,
    first_place,
)
from coder.changes.wording import EditWords
from coder.errors import CoderError, ConflictError
from coder.model import format_local_time
from coder.service.project.adjudicated import state_of
from coder.service.project.opened import Project
from coder.service.project.ordered_writer import Once
from coder.store.entry_changes import changes_of
from coder.store.queries import Queries
from coder.store.work import Work

_Key: TypeAlias = tuple[str, ...]
"""What a decision is about: a gold answer as (event id, "" for the article; field id),
or (cluster id,).
"""


class RefusedError(CoderError):
    """A decision was refused as somebody else decided first; place: where, for the
    screen to show.
    """

    place = Place()


class Known:
    """The stored state of an article's gold as known to one session; updated by its
    writer, in order.

    version: of the last journal entry written or read; seen: of the last one shown on
    screen. behind: whether others wrote something that the screen does not show.
    refused: the errors of refused decisions.
    """

    def __init__(self, queries: Queries, article: str) -> None:
        self.article = article
        self.subject = f"gold:{article}"
        self.refused: list[CoderError] = []
        self.read(queries)

    def read(self, queries: Queries) -> None:
        """Read what is stored now, which the screen then shows."""
        self.version, _ = queries.last_version(self.subject)
        self.stored: Stored = read_stored(queries, self.article)
        self.seen = self.version
        self.behind = False


def read_stored(queries: Queries, article: str) -> Stored:
    """Return an article's gold and clusters as they are stored."""
    return queries.gold(article), tuple(queries.clusters(article))


class Decision(Once):
    """An edit to be written once, with what the screen showed before and after it.

    on_others: called when others have written something that the screen does not show.
    """

    def __init__(
        self,
        project: Project,
        by: str,
        known: Known,
        edit: GoldEdit,
        shown: tuple[Adjudication, Adjudication],
        on_others: Callable[[], None],
    ) -> None:
        made = MadeEdit(edit.what, tuple(_compare(*shown)))
        super().__init__(project.store, by, self._save, made)
        self.project = project
        self.known = known
        self.edit = edit
        self.on_others = on_others
        self.before, self.after = shown
        self._written: tuple[Stored, int] = ((None, ()), 0)
        self._refusal: CoderError | None = None
        self._must_lock = False

    def __call__(self) -> None:
        """Write the decision or record why it is refused; raises UnavailableError if it
        must be retried.
        """
        try:
            super().__call__()
        except (
            ConflictError
        ):  # somebody is writing at the same time: retry with the journal locked
            self._must_lock = True
            super().__call__()
        self.known.stored, self.known.version = self._written
        if self._refusal is not None:
            self.known.refused.append(self._refusal)
        if self.known.behind:
            self.on_others()

    def _save(self, work: Work) -> None:
        known = self.known
        queries = work.queries
        self._refusal = None
        if self._must_lock:
            work.hold_journal()
        version, _ = queries.last_version(known.subject)
        before: Stored = known.stored
        after: Adjudication | None = self.after
        if known.behind or version != known.version:
            known.behind = True
            before = read_stored(queries, known.article)
            after = self._after_others(queries, version)
        if after is not None:
            new = (after.gold, after.clusters)
            work.save_gold(before, new, self.edit.what, known.article)
            if work.written and work.written[-1][1] != version + 1:
                raise ConflictError(
                    "store.clash"
                )  # somebody wrote since `before` was read
            before = new
            version = version + bool(work.written)
        self._written = (before, version)

    def _after_others(self, queries: Queries, version: int) -> Adjudication | None:
        """Apply the decision to what is stored; return None if it is refused or changes
        nothing.
        """
        now = state_of(self.project, queries, self.known.article)
        if now is None:
            self._refusal = CoderError(
                "review.fewer_than_two", article=self.known.article
            )
            return None
        conflicts = self._conflicts(now)
        is_closed = now.gold.is_submitted
        if conflicts or is_closed:
            self._refusal = self._make_refusal(queries, version, now, conflicts)
            # Edits that only fill what is still undecided are applied all the same.
            keeps_decided = isinstance(self.edit, TakeAgreed | RejectCoding) or (
                isinstance(self.edit, TakeEvent | TakeFields)
                and all(len(key) == 2 for key in conflicts)
            )
            if is_closed or not keeps_decided:
                return None
        try:
            after = self.edit.apply(now, self.person)
        except CoderError as error:
            self._refusal = error
            return None
        return after if after != now else None

    def _conflicts(self, now: Adjudication) -> list[_Key]:
        """Return the keys changed by others that this decision changes too, or whose
        cluster it reshapes.

        Also the clusters that others rejected or removed while this decision changes
        something in them.
        """
        own = _find_changed_keys(_compare(self.before, self.after))
        by_others = _compare(self.before, now)
        reshaped = {key[0] for key in own if len(key) == 1}
        touched = {cluster_id(key[0]) for key in own}
        gone = {
            change.cluster.id
            for change in by_others
            if isinstance(change, ClusterChange)
            and (change.after is None or change.after.rejected)
        }
        conflicts = []
        for key in _find_changed_keys(by_others):
            is_gone = len(key) == 1 and key[0] in gone and key[0] in touched
            if key in own or cluster_id(key[0]) in reshaped or is_gone:
                conflicts.append(key)
        return conflicts

    def _make_refusal(
        self,
        queries: Queries,
        version: int,
        now: Adjudication,
        conflicts: Sequence[_Key],
    ) -> CoderError:
        """Return the error that reports who decided first, when and what."""
        # At least the newest entry, as closing gold refuses decisions about anything.
        last_unseen = min(self.known.seen + 1, version)
        numbers = range(version, last_unseen - 1, -1)
        entries = [queries.entry(self.known.subject, number) for number in numbers]
        spans = {span.id: span for span in now.gold.spans}
        found = entries[0]
        done: list[Change] = []
        for entry in entries:
            changes = changes_of(entry, spans)
            if any(_key_of(each) in conflicts for each in changes):
                found = entry
                # Linking two events changes both clusters, though one may not conflict.
                done = [
                    each
                    for each in changes
                    if _key_of(each) in conflicts or isinstance(each, ClusterChange)
                ]
                break
        codebook = now.codebook
        others = MadeEdit(found.what, tuple(done))
        error = RefusedError(
            "review.not_taken",
            what=EditWords(self.made, codebook),
            who=found.person,
            at=format_local_time(found.at),
            done=EditWords(others, codebook),
        )
        error.place = first_place(done, codebook)
        return error


def _compare(before: Adjudication, after: Adjudication) -> list[Change]:
    """Return what differs between two states of an article's gold."""
    return compare_gold((before.gold, before.clusters), (after.gold, after.clusters))


def _key_of(change: Change) -> _Key | None:
    """Return what a change decides: an answer or a cluster; None for what is no
    decision by itself.
    """
    match change:
        case AnswerChange():
            return change.event_id, change.field_id
        case ClusterChange():
            return (change.cluster.id,)
        case _:
            return None


def _find_changed_keys(changes: Iterable[Change]) -> list[_Key]:
    """Return the keys of the decisions that changes are about."""
    keys = [_key_of(change) for change in changes]
    return [key for key in keys if key is not None]
