"""One coder at work on one article: changes in memory at once, then written in order."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from coder.codebook.validate import Problem, problems
from coder.errors import CoderError, ConflictError
from coder.messages.catalogue import Message
from coder.model import SKIP, Article, Candidate, Coding, Span, Status
from coder.revisions.recode import LOOK_AGAIN, still_open
from coder.service.delivery import rescue
from coder.service.edits.edits import Context, Edit, Proposals, Turned, place_of
from coder.service.edits.event_edits import Submit
from coder.service.edits.field_values import from_metadata, published
from coder.service.edits.span_edits import Decided
from coder.service.learning.learned_terms import Learner, named_by
from coder.service.project.fitting import expect_sound
from coder.service.project.opened import Project
from coder.service.project.ordered_writer import Once, Way, Writer, turn
from coder.service.team.members import claim
from coder.service.upkeep.codebook_upgrade import to_look_at
from coder.store import schema_version
from coder.store.journal import Entry, applied
from coder.store.queries import Assigned, Queries
from coder.store.work import Work


class CodingSession:
    """The coding as the screen shows it, and the line of changes on their way to the database."""

    def __init__(self, project: Project, article: Article, coder: str, writer: Writer | None = None) -> None:
        self.project, self.article, self.coder = project, article, coder
        self.writer = writer or Writer()
        with project.store.read() as queries:
            self._identity = queries.fact(schema_version.IDENTITY)
            stored = queries.coding(article.id, coder)
            ref = stored.codebook if stored else queries.codebook_refs()[-1]
            self.codebook = project.revision(queries, ref)
            if stored is not None:
                expect_sound(stored, self.codebook)
            self._again = to_look_at(project, queries, stored) if stored else ()
            self._learner = Learner(project, article, coder, queries, self.codebook)
            self._stored, self.coding = stored, stored or self._empty()
            self._last = queries.last_version(self.subject)  # the version and digest of its last entry
        self.candidates = self._learner.shown(self.coding)
        # Every candidate that was ever shown, or could be: proposals and spans name them.
        self.by_id = named_by(self.coding, article)
        self._name(self.candidates)
        self._learn()
        self.remarked: Callable[[], Collection[str]] = tuple
        self.elsewhere = project.store.windows.enter(self.subject)  # whether another window has it open

    @property
    def subject(self) -> str:
        """The name of this coding in the journal."""
        return f"coding:{self.coding.id}"

    @property
    def submitted(self) -> bool:
        """Whether the coding is closed to changes."""
        return self.coding.status is Status.SUBMITTED

    def do(self, edit: Edit) -> Coding:
        """Change the coding: seen at once, written next. Returns the coding as it was before."""
        self._expect_open()
        before, after = self.coding, edit.apply(self.coding, self.context)
        if after != before:
            stored, after = self._stored, self._redated(before, after)

            def save(work: Work) -> None:
                work.save_coding(stored, after, edit.what)
                self._last = (work.written or [("", *self._last)])[-1][1:]

            self.writer.add(Once(self.project.store, self.coder, save, edit.what))
            self.coding = self._stored = after
            self._learn()
        return before

    def _redated(self, before: Coding, after: Coding) -> Coding:
        """The coding with proposed dates as they are by the publication day that is coded now."""
        if published(before) == published(after):
            return after
        dated = {c.id: c.value for c in self._learner.offered(after)}
        for event in after.events:
            for name, answer in event.fields.items():
                for id_ in answer.evidence if answer.proposed else ():
                    known = self.by_id.get(id_)
                    if known and id_ in dated and answer.value == known.value != dated[id_]:
                        now = None if dated[id_] is None else replace(answer, value=dated[id_])
                        event = event.with_answer(name, now)
            after = after.with_event(event)
        return after

    @property
    def context(self) -> Context:
        """What edits go by."""
        return Context(self.codebook, self.article, self.by_id, self._propose, self.remarked)

    def _propose(self, trigger: Candidate | Span) -> Proposals:
        """What a trigger's sentence offers for the fields of its event; nothing in the blind sample."""
        from coder.suggest.events import EventProposer  # loads word lists that a start need not wait for

        if self.blind:
            return {}
        events = EventProposer(self.candidates, self.article, self.codebook)
        found = events.propose(trigger if isinstance(trigger, Candidate) else (trigger.start, trigger.end))
        self.by_id = {c.id: c for offered in found.values() for c in offered if c.id} | self.by_id
        return found

    def turn_boilerplate(self) -> int:
        """Suggest what stands in boilerplate too, or no longer; returns how many that brings or takes."""
        more = self._learner.turn_boilerplate(self.coding)
        self._learn()
        return more

    def turn(self, way: Way) -> Turned | None:
        """Take back the last change, also one of an earlier session, or do again what was taken back."""
        before, what = self.coding, self._turn(way)
        return Turned(what[0], place_of(what[0], before, self.coding, self.codebook)) if what else None

    def go_to(self, version: int) -> int:
        """Undo or redo until this change of the journal stands last, 0: until nothing can be undone.

        Returns how many were turned; redo does each again.
        """
        return len(self._turn(version))

    def _turn(self, way: Way | int) -> list[str]:
        self._expect_open()
        store = self.project.store
        what, (stored, last) = turn(self.writer, store, self.coder, self.subject, way, self._read)
        if stored is not None and stored.codebook != self.codebook.ref:
            raise ConflictError("coding.codebook_upgraded", codebook=stored.codebook)
        self._stored, self._last = stored, last
        self.coding = stored or self._empty()
        self._learn()
        return what

    def history(self) -> list[Entry]:
        """The journal of this coding, oldest first; what is not written yet is written before."""
        self.writer.flush()
        with self.project.store.read() as queries:
            return list(queries.entries(subject=self.subject))

    def _read(self, queries: Queries) -> tuple[Coding | None, tuple[int, str]]:
        """The coding after a turn, and its last entry; read whole where another window wrote meanwhile."""
        last = queries.last_version(self.subject)
        if last == self._last:
            return self._stored, last
        if last[0] == self._last[0] + 1 and queries.has_entry(self.subject, *self._last):
            return applied(self._stored, queries.entry(self.subject, last[0]).changes), last
        return queries.coding(self.article.id, self.coder), last

    def problems(self) -> list[Problem]:
        """What the codebook has to say about the coding; first the values lost to an upgrade of it."""
        found = problems(self.coding, self.codebook, self.article)
        return [*(p for p in self._still_open(found) if p.rule == LOOK_AGAIN), *found]

    def to_look_at(self) -> list[Problem]:
        """What an upgrade of the codebook left to the coder that is not done yet."""
        return self._still_open(problems(self.coding, self.codebook, self.article)) if self._again else []

    def _still_open(self, found: list[Problem]) -> list[Problem]:
        return still_open(self._again, self.coding, self.codebook, found) if self._again else []

    def undecided(self) -> list[Candidate]:
        """The candidates that were neither confirmed nor rejected; none where none are shown."""
        decided = Decided(self.coding.spans)
        return [c for c in self.candidates if decided.about(c) is None]

    def held_back(self) -> str:
        """What the article is about if its acts of war are taken for figures of speech; else empty."""
        from coder.suggest.unreal import held_back  # loads word lists that a start need not wait for

        return "" if self.blind else held_back(self.article, self.codebook)

    def submit(self) -> None:
        """Close the coding; raises CoderError while the codebook forbids it. Returns when it is written."""
        errors = [p for p in self.problems() if p.severity == "error"]
        if errors:
            raise CoderError("coding.errors", count=Message("counts.errors", n=len(errors)))
        self.do(Submit())
        self.writer.flush()

    def close(self) -> None:
        """Write what is left; what has to wait for the database stays with the project."""
        self.project.leave(self)
        self.project.store.windows.leave(self.subject)

    def rescue(self) -> CoderError:
        """Put what could not be written into a file; the error says where it lies."""
        return rescue.coding(self.project, self.writer, self.coding, self.article, self._identity)

    def _expect_open(self) -> None:
        if self.submitted:
            command = f"coder reopen {self.article.id} --coder {self.coder} --as NAME"
            raise CoderError("coding.closed", command=command)

    def _empty(self) -> Coding:
        told = from_metadata(self.article, self.codebook)
        return Coding(self.article.id, self.article.text_sha256, self.codebook.ref, self.coder, answers=told)

    @property
    def blind(self) -> bool:
        """Whether this article is coded without candidates, as part of the blind sample."""
        return self._learner.blind

    def _learn(self) -> None:
        before, shown = self.candidates, self._learner.shown(self.coding)
        # What the last change brings to be suggested, and what it takes.
        self.gained, self.lost = list[Candidate](), list[Candidate]()
        if shown is not before:
            self._name(shown)
            known, now = ({c.id for c in each} for each in (before, shown))
            self.gained = [c for c in shown if c.id not in known]
            self.lost = [c for c in before if c.id not in now]
        self.candidates = shown

    def _name(self, shown: list[Candidate]) -> None:
        self.by_id |= {c.id: c for c in (*self._learner.offered(self.coding), *shown)}


def assigned(project: Project, coder: str) -> list[Assigned]:
    """A coder's assignments in working order."""
    project.anybody(coder)
    with project.store.read() as queries:
        return queries.assignments(coder)


def next_article(project: Project, coder: str) -> str:
    """The first assigned article that is not submitted, or one that is claimed; raises CoderError for none.

    Those that the coder puts off come last.
    """
    project.person(coder)
    mine = assigned(project, coder)
    if left := [each.article for each in mine if each.status != Status.SUBMITTED.value]:
        with project.store.read() as queries:
            skipped = {each.article for each in queries.remarks(coder=coder) if each.kind == SKIP}
        return min(left, key=lambda article: article in skipped)
    if project.claiming:
        return claim(project, coder)
    raise CoderError("coding.all_submitted" if mine else "coding.nothing_assigned", n=len(mine), coder=coder)
