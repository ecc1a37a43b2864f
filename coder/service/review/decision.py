"""One decision on its way to the database, where others may have decided meanwhile; and where one was made.

A decision is made to what is stored, not to what the screen showed: what others decided in other places
stands. Where they decided in the same place theirs stands too, and why this one was not taken is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from coder.adjudicate.composed_edits import RejectCoding, TakeFields
from coder.adjudicate.gold_edits import GoldEdit, TakeAgreed, TakeEvent
from coder.adjudicate.resolve import ARTICLE, Adjudication, Stored, cluster_id
from coder.codebook.label import Label
from coder.codebook.schema import Field
from coder.errors import CoderError, ConflictError
from coder.messages.catalogue import LANGUAGES, Message
from coder.model import Answer, Status, when_in_words
from coder.service.edits.edits import Place
from coder.service.project.adjudicated import state_of
from coder.service.project.opened import Project
from coder.service.project.ordered_writer import Once
from coder.store.journal import Entry
from coder.store.queries import Queries
from coder.store.work import Work
from coder.values.typed import show

_At: TypeAlias = tuple[str, ...]
"""What is decided: a gold answer by event ("" for the article) and field, or a cluster by its id alone."""


class RefusedError(CoderError):
    """A decision was not taken: somebody was there before, at a place that the screen can show."""

    place = Place()


class Known:
    """What one session knows to be stored of an article's gold; changed by its writer, in order.

    version: of the journal's last entry that it wrote or read; seen: of the last one that the screen showed.
    behind: whether others wrote what the screen does not show. refused: why decisions were not taken.
    """

    def __init__(self, queries: Queries, article: str) -> None:
        self.article, self.subject = article, f"gold:{article}"
        self.refused: list[CoderError] = []
        self.read(queries)

    def read(self, queries: Queries) -> None:
        """Take what is stored now, which the screen is to show."""
        self.version, _ = queries.last_version(self.subject)
        self.stored: Stored = stored(queries, self.article)
        self.seen, self.behind = self.version, False


def stored(queries: Queries, article: str) -> Stored:
    """An article's gold and clusters as they are kept."""
    return queries.gold(article), tuple(queries.clusters(article))


class Decision(Once):
    """An edit, with what the screen showed before and after it; on_others: called where it shows less."""

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
        self.project, self.known, self.edit, self.on_others = project, known, edit, on_others
        self.before, self.after = shown
        self._made: tuple[Stored, int] = ((None, ()), 0)
        self._refusal: CoderError | None = None
        self._alone = False

    def __call__(self) -> None:
        """Write it, or keep why it is not to be; raises UnavailableError when it is to be tried again."""
        try:
            super().__call__()
        except ConflictError:  # somebody writes at this very moment: once more, with the journal to oneself
            self._alone = True
            super().__call__()
        self.known.stored, self.known.version = self._made
        if self._refusal is not None:
            self.known.refused.append(self._refusal)
        if self.known.behind:
            self.on_others()

    def _save(self, work: Work) -> None:
        known, queries, self._refusal = self.known, work.queries, None
        if self._alone:
            work.hold_journal()
        version, _ = queries.last_version(known.subject)
        now: Stored = known.stored
        after: Adjudication | None = self.after
        if known.behind or version != known.version:
            known.behind = True
            now, after = stored(queries, known.article), self._after_others(queries, version)
        if after is not None:
            made = (after.gold, after.clusters)
            work.save_gold(now, made, self.edit.what, known.article)
            if work.written and work.written[-1][1] != version + 1:
                raise ConflictError("store.clash")  # somebody wrote since it was read
            now, version = made, version + bool(work.written)
        self._made = (now, version)

    def _after_others(self, queries: Queries, version: int) -> Adjudication | None:
        """What is stored, with this decision; None where it changes nothing there or is refused."""
        now = state_of(self.project, queries, self.known.article)
        if now is None:
            self._refusal = CoderError("review.fewer_than_two", article=self.known.article)
            return None
        places = self._decided_meanwhile(now)
        is_closed = now.gold.status is Status.SUBMITTED
        if places or is_closed:
            self._refusal = self._why_not(queries, version, now, places)
            leaves_decided = isinstance(self.edit, TakeAgreed | RejectCoding) or (
                isinstance(self.edit, TakeEvent | TakeFields) and all(len(at) == 2 for at in places)
            )
            if is_closed or not leaves_decided:
                return None
        try:
            after = self.edit.apply(now, self.person)
        except CoderError as error:
            self._refusal = error
            return None
        return after if after != now else None

    def _decided_meanwhile(self, now: Adjudication) -> list[_At]:
        """Where this decision changes something that is not any more as the screen showed it.

        A cluster that becomes another one takes along all that is decided about it; where it was thrown out,
        or is gone, nothing is decided about it.
        """
        was, meant, found = map(_decided, (self.before, self.after, now))
        changed = {at for at in {**was, **meant} if was.get(at) != meant.get(at)}
        reshaped, decided = {at[0] for at in changed if len(at) == 1}, {cluster_id(at[0]) for at in changed}
        others = [at for at in {**was, **found} if was.get(at) != found.get(at)]
        return [
            at
            for at in others
            if at in changed
            or cluster_id(at[0]) in reshaped
            or (len(at) == 1 and at in was and at[0] in decided and (at not in found or found[at][1]))
        ]

    def _why_not(
        self, queries: Queries, version: int, now: Adjudication, places: Sequence[_At]
    ) -> CoderError:
        """Who was there before, when, and what they decided."""
        newest = range(version, min(self.known.seen, version - 1), -1)
        entries = [queries.entry(self.known.subject, number) for number in newest]
        about = {each.version: [at for at in _about(each) if at in places] for each in entries}
        entry = next((each for each in entries if about[each.version]), entries[0])
        done, place = Message(f"edits.{entry.what}"), Place()
        if about[entry.version]:
            place, value = _place(now, about[entry.version][0])
            done = Message("edits.in_place", what=done, place=place.words) if place != Place() else done
            done = Message("review.decided_as", what=done, value=value) if value else done
        what, at = Message(f"edits.{self.what}"), when_in_words(entry.at)
        refused = RefusedError("review.not_taken", what=what, who=entry.person, at=at, done=done)
        refused.place = place
        return refused


def place_of(before: Adjudication, after: Adjudication) -> Place:
    """The first event that was made or thrown out, else the first field that is decided otherwise."""
    was, now = _decided(before), _decided(after)
    changed = [at for at in {**now, **was} if was.get(at) != now.get(at)]
    shapes = [at for at in changed if len(at) == 1 and at in now]
    if shapes or not changed:
        return _place(after, shapes[0])[0] if shapes else Place()
    return replace(_place(after, changed[0])[0], more=len(changed) - 1)


def _decided(state: Adjudication) -> Mapping[_At, Any]:
    """All that is decided, in reading order: each cluster's shape, each answer with the words behind it."""
    gold = state.gold
    spans = {span.id: span.stretch for span in gold.spans}
    found: dict[_At, Any] = {(c.id,): (c.members, c.rejected) for c in state.clusters}
    for event_id, answers in ((ARTICLE, gold.answers), *((e.id, e.fields) for e in gold.events)):
        for field, answer in answers.items():
            words = {spans[i] for i in answer.evidence if i in spans}
            found[event_id, field] = (replace(answer, evidence=()), words)
    return found


def _about(entry: Entry) -> list[_At]:
    """What a journal entry decided."""
    tables = {"answer": slice(1, 3), "cluster": slice(1, 2)}  # the part of the key after article or coding
    return [change.key[tables[change.table]] for change in entry.changes if change.table in tables]


def _place(state: Adjudication, at: _At) -> tuple[Place, Label | None]:
    """Where that is on the screen, and the value that is decided there."""
    here = at[0] if len(at) == 1 else cluster_id(at[0])
    if here not in (ARTICLE, *(c.id for c in state.clusters)):
        return Place(), None
    field = next((row.field for row in state.rows(here) if row.field.id == at[-1]), None)
    answer = state.decided(here, field.id) if field is not None else None
    return Place(here, field), _in_words(state, field, answer) if field and answer else None


def _in_words(state: Adjudication, field: Field, answer: Answer) -> Label:
    book = state.codebook
    if not answer.coded:
        return book.blank(answer.state).label
    return Label(**{lang: show(field, answer.value, book, lang) for lang in LANGUAGES})
