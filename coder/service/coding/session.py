"""One coder's work on one article: changes apply in memory at once and are then written
in order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING

from msgspec.structs import replace

from coder.changes.coding_changes import Change, MadeEdit, compare_codings
from coder.codebook.validate import Problem, kind_problem, problems
from coder.errors import ClosedError, CoderError, ConflictError
from coder.messages.catalogue import Message
from coder.model import SKIP, Article, Candidate, Coding, Span, Status
from coder.revisions.recode import LOOK_AGAIN, still_open
from coder.service.coding.lost_words import LostWords, find_lost_words
from coder.service.edits.context import Context, Given, Proposals
from coder.service.edits.decided_spans import DecidedSpans, find_decided_span
from coder.service.edits.edits import Edit
from coder.service.edits.event_edits import Submit
from coder.service.edits.field_values import propose_from_metadata
from coder.service.figures.working_time import Stopwatch
from coder.service.learning.learned_terms import Learner, find_cited_candidates
from coder.service.project.fitting import expect_sound
from coder.service.project.opened import Project
from coder.service.project.ordered_writer import (
    Once,
    Way,
    Writer,
    turn,
    undo_needs_connection,
)
from coder.service.team.members import claim
from coder.service.upkeep.codebook_upgrade import left_to_check
from coder.storage_limits import growth_problem
from coder.store import schema_version
from coder.store.entry_changes import changes_of
from coder.store.journal import UNDO, Entry, Made, apply_changes
from coder.store.queries import Assigned, Queries
from coder.store.work import Work
from coder.values.typed import parse

if TYPE_CHECKING:
    from coder.suggest.explanation import Explanation


class CodingSession:
    """The coding as shown on screen, and the queue of changes to be written to the
    database.
    """

    def __init__(
        self,
        project: Project,
        article: Article,
        coder: str,
        writer: Writer | None = None,
    ) -> None:
        self.project = project
        self.article = article
        self.coder = coder
        self.writer = writer or Writer()
        with project.store.read() as queries:
            self._identity = queries.fact(schema_version.IDENTITY)
            stored = queries.coding(article.id, coder)
            if stored is None:
                self.codebook = project.read_codebook(queries)
            else:
                self.codebook = project.revision(queries, stored.codebook)
            if stored is not None:
                expect_sound(stored, self.codebook)
            self._upgrade_problems = (
                left_to_check(project, queries, stored) if stored else ()
            )
            self._lost_words = (
                find_lost_words(queries, stored, article) if stored else ()
            )
            self._learner = Learner(project, article, coder, queries, self.codebook)
            self._stored = stored
            self.coding = stored or self._empty()
            self.watch = Stopwatch()  # the working time on this coding
            for change in queries.coding_times([self.coding.id]):
                self.watch.spent_on(change)
            self._last = queries.last_version(
                self.subject
            )  # version and digest of its last journal entry
        self.candidates = self._learner.shown(self.coding)
        # All candidates shown so far or available now, as proposals and spans refer to
        # them by id.
        self.by_id = find_cited_candidates(self.coding, article, self.codebook)
        self._register(self.candidates)
        self._update_candidates()
        self.remarked: Callable[[], Collection[str]] = tuple
        self.elsewhere = project.store.windows.enter(
            self.subject
        )  # whether another window has it open

    @property
    def subject(self) -> str:
        """The subject under which the journal records this coding."""
        return f"coding:{self.coding.id}"

    @property
    def submitted(self) -> bool:
        """Return whether the coding is closed to changes."""
        return self.coding.status is Status.SUBMITTED

    def do(self, edit: Edit) -> Coding:
        """Apply an edit in memory and queue it for writing; return the coding as it was
        before.
        """
        self.expect_open()
        before = self.coding
        after = edit.apply(self.coding, self.context)
        if problem := growth_problem(before, after):
            raise CoderError("coding.too_many", problem=problem)
        if after != before:
            stored = self._stored

            def save(work: Work) -> None:
                work.save_coding(stored, after, edit.what)
                self._last = (work.written or [("", *self._last)])[-1][1:]

            made = MadeEdit(edit.what, tuple(compare_codings(before, after)))
            self.writer.add(Once(self.project.store, self.coder, save, made))
            self.coding = after
            self._stored = after
            self._spend(edit.what)
            self._update_candidates()
        return before

    def _spend(self, what: str) -> None:
        at = self.project.store.clock().isoformat()
        self.watch.spent_on(Made(self.subject, 0, at, what, None))

    @property
    def context(self) -> Context:
        """The context in which edits of this coding are applied."""
        return Context(
            self.codebook,
            self.article,
            self.by_id,
            self._propose,
            self._learner.offered,
            self.remarked,
        )

    def _propose(self, trigger: Candidate | Span, given: Given) -> Proposals:
        """Return what a trigger's sentence offers for its event's fields; nothing in
        the blind sample.

        given: the actors that stand in fields of the event. Words that the coder
        confirmed are among what is offered, though elsewhere he rejected the same
        words.
        """
        from coder.suggest.event_proposals import (
            EventProposer,
        )  # loads word lists that are not needed at start

        if self.blind:
            return {}
        known = {c.id for c in self.candidates}
        confirmed = {span.candidate for span in self.coding.standing}
        again = [
            c for c in self._learner.offered(self.coding) if c.id in confirmed - known
        ]
        events = EventProposer([*self.candidates, *again], self.article, self.codebook)
        source = (
            trigger if isinstance(trigger, Candidate) else (trigger.start, trigger.end)
        )
        proposals = events.propose(source, given)
        own: dict[str, Candidate] = {}
        for c in chain(
            *proposals.values()
        ):  # the same words can have another value in each field
            fits = kind_problem(c.kind, c.value, self.codebook) is None
            if c.id and (c.id not in own or (fits and own[c.id].value is None)):
                own[c.id] = c if fits else replace(c, value=None)
        self.by_id = own | self.by_id
        return proposals

    def explain(self, at: int) -> Explanation:
        """Explain what is suggested at a code point and the trigger there or nearest in
        its sentence; nothing in the blind sample.
        """
        # Loads word lists that are not needed at start.
        from coder.suggest.explanation import explain

        candidates: list[Candidate] = []
        if not self.blind:
            known = {each.stretch for each in self.candidates}
            drawn = [
                Candidate(each.id, *each.stretch, each.quote, each.value)
                for each in self.coding.standing
                if self.codebook.is_trigger(each.kind) and each.stretch not in known
            ]
            candidates = sorted(
                [*self.candidates, *drawn], key=lambda each: (each.start, each.end)
            )
        plugins = self.project.config.plugins
        return explain(self.article, self.codebook, candidates, at, plugins)

    def toggle_boilerplate(self) -> int:
        """Toggle suggestions in boilerplate; return how many candidates that adds
        (negative: removes).
        """
        added = self._learner.toggle_boilerplate(self.coding)
        self._update_candidates()
        return added

    @undo_needs_connection()
    def turn(self, way: Way) -> MadeEdit | None:
        """Undo the last change, even of an earlier session, or redo; return what was
        undone or redone.
        """
        self.writer.flush()
        before = self.coding
        version, _ = self._last
        names = self._turn(way)
        if not names:
            return None
        if self._last[0] != version + 1:
            # Another window wrote meanwhile, and perhaps what was undone or redone.
            changes = self.last_changes(is_undo=way == "undo")
        elif way == "undo":
            changes = tuple(compare_codings(self.coding, before))
        else:
            changes = tuple(compare_codings(before, self.coding))
        return MadeEdit(names[0], changes)

    def last_changes(self, *, is_undo: bool = False) -> tuple[Change, ...]:
        """Return the changes of the last journal entry; is_undo: those that it took
        back.
        """
        if not self._last[0]:
            return ()
        with self.project.store.read() as queries:
            entry = queries.entry(self.subject, self._last[0])
        if is_undo:
            entry = replace(entry, changes=entry.taken_back)
        spans = {span.id: span for span in self.coding.spans}
        return tuple(changes_of(entry, spans))

    @undo_needs_connection()
    def go_to(self, version: int) -> int:
        """Undo or redo until this journal version is the last in effect; 0 undoes
        everything possible.

        Return the number of changes undone or redone.
        """
        return len(self._turn(version))

    def _turn(self, way: Way | int) -> list[str]:
        self.expect_open()
        store = self.project.store
        what, (stored, last) = turn(
            self.writer, store, self.coder, self.subject, way, self._read
        )
        self._spend(UNDO)
        if stored is not None and stored.codebook != self.codebook.ref:
            raise ConflictError("coding.codebook_upgraded", codebook=stored.codebook)
        if stored is not None and stored.text_sha256 != self.article.text_sha256:
            raise ConflictError("store.corrected", article=self.article.id)
        self._stored = stored
        self._last = last
        self.coding = stored or self._empty()
        self._update_candidates()
        return what

    def history(self) -> list[Entry]:
        """Write pending changes, then return the journal of this coding, oldest entry
        first.
        """
        self.writer.flush()
        with self.project.store.read() as queries:
            return list(queries.entries(subject=self.subject))

    def _read(self, queries: Queries) -> tuple[Coding | None, tuple[int, str]]:
        """Return the coding after an undo or redo, and the version and digest of its
        last entry.

        If nobody else wrote meanwhile, only that entry is applied; else the coding is
        read in full.
        """
        last = queries.last_version(self.subject)
        if last == self._last:
            return self._stored, last
        if last[0] == self._last[0] + 1 and queries.has_entry(
            self.subject, *self._last
        ):
            return apply_changes(
                self._stored, queries.entry(self.subject, last[0]).changes
            ), last
        return queries.coding(self.article.id, self.coder), last

    def problems(self) -> list[Problem]:
        """Return the coding's problems by the codebook; first the values lost in a
        codebook upgrade.
        """
        current = problems(self.coding, self.codebook, self.article)
        left = still_open(self._upgrade_problems, self.coding, self.codebook, current)
        to_look_at = [problem for problem in left if problem.rule == LOOK_AGAIN]
        return [*self.lost_words(), *to_look_at, *current]

    def lost_words(self) -> list[LostWords]:
        """Return the words lost to a correction of the text that nothing was done
        about.
        """
        return [each for each in self._lost_words if each.is_unchanged(self.coding)]

    def left_to_check(self) -> list[Problem]:
        """Return what codebook upgrades left for the coder to check that is not done
        yet.
        """
        if not self._upgrade_problems:
            return []
        current = problems(self.coding, self.codebook, self.article)
        return still_open(self._upgrade_problems, self.coding, self.codebook, current)

    def undecided(self) -> list[Candidate]:
        """Return the shown candidates that were neither confirmed nor rejected."""
        decided = DecidedSpans(self.coding.spans)
        return [c for c in self.candidates if decided.find(c) is None]

    def prepare_reading(self) -> None:
        """Compile the patterns of dates and numbers, for which the first key that needs
        them would wait.
        """
        needing = {
            f.type: f for f in self.codebook.fields if f.type in ("date", "int_range")
        }
        for field in needing.values():
            with suppress(CoderError):
                parse(field, "?", self.codebook)

    def held_back(self) -> str:
        """Return the article's subject if its acts of war are taken as figures of
        speech, else "".
        """
        from coder.suggest.figures_of_speech import (
            held_back,
        )  # loads word lists that are not needed at start

        return "" if self.blind else held_back(self.article, self.codebook)

    def submit(self) -> None:
        """Submit the coding and wait until it is written; raises CoderError if it has
        errors.
        """
        errors = [p for p in self.problems() if p.severity == "error"]
        if errors:
            raise CoderError(
                "coding.errors", count=Message("counts.errors", n=len(errors))
            )
        self.do(Submit())
        self.writer.flush()

    def close(self) -> None:
        """Write what is pending; the project keeps changes that must wait for the
        database.
        """
        self.project.leave(self)
        self.project.store.windows.leave(self.subject)

    def rescue(self) -> CoderError:
        """Save the changes that could not be written to a file; return the error that
        names the file.
        """
        from coder.service.delivery import rescue  # packets are needed only then

        return rescue.coding(
            self.project, self.writer, self.coding, self.article, self._identity
        )

    def expect_open(self) -> None:
        """Raise ClosedError if the coding is submitted."""
        if self.submitted:
            raise ClosedError("coding.closed")

    def _empty(self) -> Coding:
        known = propose_from_metadata(self.article, self.codebook)
        return Coding(
            self.article.id,
            self.article.text_sha256,
            self.codebook.ref,
            self.coder,
            answers=known,
        )

    @property
    def blind(self) -> bool:
        """Return whether this article is coded without candidates, as part of the blind
        sample.
        """
        return self._learner.blind

    def _update_candidates(self) -> None:
        """Learn from the coding; update the candidates, and those gained and lost by
        the last change.
        """
        before = self.candidates
        shown = self._learner.shown(self.coding)
        self.gained = list[Candidate]()
        self.lost = list[Candidate]()
        if shown is not before:
            self._register(shown)
            old_ids, new_ids = ({c.id for c in each} for each in (before, shown))
            self.gained = [
                c
                for c in shown
                if c.id not in old_ids and find_decided_span(self.coding, c) is None
            ]
            self.lost = [c for c in before if c.id not in new_ids]
        self.candidates = shown

    def _register(self, shown: list[Candidate]) -> None:
        self.by_id |= {c.id: c for c in (*self._learner.offered(self.coding), *shown)}


def list_assignments(project: Project, coder: str) -> list[Assigned]:
    """Return a coder's assignments in working order."""
    project.expect_member(coder)
    with project.store.read() as queries:
        return queries.assignments(coder)


def find_next_article(project: Project, coder: str, *, or_read: bool = False) -> str:
    """Return the coder's first unsubmitted article, or claim one if there is none left.

    Those that the coder has begun come first, skipped ones last. An article is claimed,
    which assigns it, only if the project allows that. Raises CoderError if there is
    nothing to do or to claim. or_read: where nobody claims, return a submitted article
    instead, to be read.
    """
    project.person(coder)
    mine = list_assignments(project, coder)
    if unsubmitted := [
        each.article for each in mine if each.status != Status.SUBMITTED.value
    ]:
        with project.store.read() as queries:
            skipped = {
                each.article
                for each in queries.remarks(coder=coder)
                if each.kind == SKIP
            }
            begun = {
                head.article
                for head in queries.coding_heads(unsubmitted)
                if head.coder == coder
            }
        return min(
            unsubmitted, key=lambda article: (article in skipped, article not in begun)
        )
    if project.claiming:
        return claim(project, coder)
    if mine and or_read:
        return mine[-1].article
    if mine:
        raise CoderError(
            "coding.all_submitted", n=len(mine), coder=coder, article=mine[0].article
        )
    project.person(
        coder, "coder"
    )  # a supervisor is told so, as nothing can be assigned to one
    raise CoderError("coding.nothing_assigned", coder=coder)
