"""Writing a decision to the database while other supervisors decide too; and the location of a decision.

A decision is applied to what is stored, not to what the screen showed, so that others' decisions in other
places are kept. If others decided in the same place, theirs wins, and this one is refused with a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec.structs import replace

from coder.adjudicate.composed_edits import RejectCoding, TakeFields
from coder.adjudicate.gold_edits import GoldEdit, TakeAgreed, TakeEvent
from coder.adjudicate.resolve import ARTICLE, Adjudication, Stored, cluster_id
from coder.errors import CoderError, ConflictError
from coder.messages.catalogue import Bilingual, Message
from coder.model import Blank, format_local_time
from coder.service.edits.edits import Place
from coder.service.project.adjudicated import state_of
from coder.service.project.opened import Project
from coder.service.project.ordered_writer import Once
from coder.store.journal import Entry
from coder.store.queries import Queries
from coder.store.work import Work
from coder.values.typed import answer_in_words

_Key: TypeAlias = tuple[str, ...]
"""What a decision is about: a gold answer as (event id, "" for the article; field id), or (cluster id,)."""


class RefusedError(CoderError):
    """A decision was refused as somebody else decided first; place: where, for the screen to show."""

    place = Place()


class Known:
    """The stored state of an article's gold as known to one session; updated by its writer, in order.

    version: of the last journal entry written or read; seen: of the last one shown on screen. behind: whether
    others wrote something that the screen does not show. refused: the errors of refused decisions.
    """

    def __init__(self, queries: Queries, article: str) -> None:
        self.article = article
        self.subject = f"gold:{article}"
        self.refused: list[CoderError] = []
        self.read(queries)

    def read(self, queries: Queries) -> None:
        """Read what is stored now, which the screen then shows."""
        self.version, _ = queries.last_version(self.subject)
        self.stored: Stored = stored(queries, self.article)
        self.seen = self.version
        self.behind = False


def stored(queries: Queries, article: str) -> Stored:
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
        super().__init__(project.store, by, self._save, edit.what)
        self.project = project
        self.known = known
        self.edit = edit
        self.on_others = on_others
        self.before, self.after = shown
        self._written: tuple[Stored, int] = ((None, ()), 0)
        self._refusal: CoderError | None = None
        self._must_lock = False

    def __call__(self) -> None:
        """Write the decision or record why it is refused; raises UnavailableError if it must be retried."""
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
            before = stored(queries, known.article)
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
        """Apply the decision to what is stored; return None if it is refused or changes nothing."""
        now = state_of(self.project, queries, self.known.article)
        if now is None:
            self._refusal = CoderError(
                "review.fewer_than_two", article=self.known.article
            )
            return None
        conflicts = self._conflicts(now)
        is_closed = now.gold.is_submitted
        if conflicts or is_closed:
            self._refusal = self._refused_error(queries, version, now, conflicts)
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
        """Return the keys changed by others that this decision changes too, or whose cluster it reshapes.

        Also the clusters that others rejected or removed while this decision changes something in them.
        """
        shown, intended, current = map(_decided, (self.before, self.after, now))
        changed = {
            key for key in {**shown, **intended} if shown.get(key) != intended.get(key)
        }
        reshaped = {key[0] for key in changed if len(key) == 1}
        touched = {cluster_id(key[0]) for key in changed}
        by_others = [
            key for key in {**shown, **current} if shown.get(key) != current.get(key)
        ]
        gone = {
            key
            for key in shown
            if len(key) == 1 and (key not in current or current[key][1])
        }
        return [
            key
            for key in by_others
            if key in changed
            or cluster_id(key[0]) in reshaped
            or (key in gone and key[0] in touched)
        ]

    def _refused_error(
        self,
        queries: Queries,
        version: int,
        now: Adjudication,
        conflicts: Sequence[_Key],
    ) -> CoderError:
        """Return the error that reports who decided first, when and what."""
        newest = range(version, min(self.known.seen, version - 1), -1)
        entries = [queries.entry(self.known.subject, number) for number in newest]
        keys = {
            each.version: [key for key in _keys_in(each) if key in conflicts]
            for each in entries
        }
        entry = next((each for each in entries if keys[each.version]), entries[0])
        done = Message(f"edits.{entry.what}")
        place = Place()
        if keys[entry.version]:
            place, value = _place(now, keys[entry.version][0])
            done = (
                Message("edits.in_place", what=done, place=place.words)
                if place != Place()
                else done
            )
            done = (
                Message("review.decided_as", what=done, value=value) if value else done
            )
        what = Message(f"edits.{self.what}")
        at = format_local_time(entry.at)
        error = RefusedError(
            "review.not_taken", what=what, who=entry.person, at=at, done=done
        )
        error.place = place
        return error


def place_of(before: Adjudication, after: Adjudication) -> Place:
    """Return the first event that was added or rejected, else the first field whose decision changed."""
    was = _decided(before)
    now = _decided(after)
    changed = [key for key in {**now, **was} if was.get(key) != now.get(key)]
    clusters = [key for key in changed if len(key) == 1 and key in now]
    if clusters or not changed:
        return _place(after, clusters[0])[0] if clusters else Place()
    return replace(_place(after, changed[0])[0], more=len(changed) - 1)


def _decided(state: Adjudication) -> Mapping[_Key, Any]:
    """Return all decisions in reading order: clusters with members and rejection, answers with evidence."""
    gold = state.gold
    spans = {span.id: span.stretch for span in gold.spans}
    decisions: dict[_Key, Any] = {
        (c.id,): (c.members, c.rejected) for c in state.clusters
    }
    for event_id, answers in (
        (ARTICLE, gold.answers),
        *((e.id, e.fields) for e in gold.events),
    ):
        for field, answer in answers.items():
            evidence = {spans[i] for i in answer.evidence if i in spans}
            decisions[event_id, field] = (replace(answer, evidence=()), evidence)
    return decisions


def _keys_in(entry: Entry) -> list[_Key]:
    """Return the keys of the decisions in a journal entry."""
    tables = {
        "answer": slice(1, 3),
        "cluster": slice(1, 2),
    }  # the part of the key after article or coding
    return [
        change.key[tables[change.table]]
        for change in entry.changes
        if change.table in tables
    ]


def _place(state: Adjudication, key: _Key) -> tuple[Place, Bilingual | None]:
    """Return the place of a decision on the screen, and the value decided there."""
    cluster = key[0] if len(key) == 1 else cluster_id(key[0])
    if cluster not in (ARTICLE, *(c.id for c in state.clusters)):
        return Place(), None
    field = next(
        (row.field for row in state.rows(cluster) if row.field.id == key[-1]), None
    )
    answer = state.decided(cluster, field.id) if field is not None else None
    if field is None or answer is None:
        return Place(cluster, field), None
    was_left = answer.blank is Blank.MISSING
    words = (
        Message("review.left_empty")
        if was_left
        else answer_in_words(field, answer, state.codebook)
    )
    return Place(cluster, field), words
