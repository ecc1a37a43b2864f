"""One coder at work on one article: changes in memory at once, then written in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from coder.codebook.schema import Field
from coder.codebook.validate import Problem, problems
from coder.errors import CoderError, ConflictError, UnavailableError
from coder.model import Article, Candidate, Coding, Decision, Event, Span, Status
from coder.revisions.recode import LOOK_AGAIN, still_open
from coder.service.coding import edits, rescue
from coder.service.coding.evidence import attach
from coder.service.coding.ordered_writer import Once, Way, Writer, turn
from coder.service.learning.learned_terms import Learner, named_by
from coder.service.project.codebook_upgrade import to_look_at
from coder.service.project.opened import Project
from coder.service.review.fitting import expect_sound
from coder.service.team.assignment import claim
from coder.store import schema_version
from coder.store.queries import Assigned
from coder.store.work import Work
from coder.text.counts import counted
from coder.values.named import joined


class CodingSession:
    """The coding as the screen shows it, and the line of changes on their way to the database."""

    def __init__(
        self,
        project: Project,
        article: Article,
        coder: str,
        on_failure: Callable[[Exception], None] | None = None,
        on_line: Callable[[UnavailableError | None], None] | None = None,
    ) -> None:
        self.project = project
        self.article = article
        self.coder = coder
        self.writer = Writer(on_failure, on_line)
        with project.store.read() as queries:
            self._identity = queries.fact(schema_version.IDENTITY)
            stored = queries.coding(article.id, coder)
            ref = stored.codebook if stored else queries.codebook_refs()[-1]
            self.codebook = project.revision(queries, ref)
            if stored is not None:
                expect_sound(stored, self.codebook)
            self._again = to_look_at(project, queries, stored) if stored else ()
            self._learner = Learner(project, article, coder, queries, self.codebook)
        self._stored = stored
        self.coding = stored or Coding(article.id, article.text_sha256, self.codebook.ref, coder)
        self.candidates = self._learner.shown(self.coding)
        self.by_id = named_by(self.coding, article)
        """Every candidate that was ever shown, or could be: proposals and spans name them."""
        self._learn()
        self.elsewhere = project.store.windows.enter(self.subject)
        """Whether another window had this coding open already."""

    @property
    def subject(self) -> str:
        """The name of this coding in the journal."""
        return f"coding:{self.coding.id}"

    @property
    def submitted(self) -> bool:
        """Whether the coding is closed to changes."""
        return self.coding.status is Status.SUBMITTED

    def change(self, what: str, coding: Coding) -> None:
        """The coding is now `coding`: seen at once, written next; what names the change in the journal."""
        if self.submitted:
            raise self._closed()
        if coding == self.coding:
            return
        save = partial(_save, before=self._stored, after=coding, what=what)
        self.writer.add(Once(self.project.store, self.coder, save, what))
        self.coding = self._stored = coding
        self._learn()

    def confirm(self, candidate: Candidate) -> Span:
        """The candidate becomes a span."""
        coding, span = edits.confirm(self.coding, candidate)
        self.change("span.confirmed", coding)
        return span

    def reject(self, candidate: Candidate, reason: str = "") -> None:
        """The candidate is marked as wrong."""
        self.change("span.rejected", edits.reject(self.coding, candidate, reason))

    def draw(self, kind: str, start: int, end: int) -> Span:
        """The coder marks a stretch."""
        coding, span = edits.draw(self.coding, self.article, kind, start, end)
        self.change("span.drawn", coding)
        return span

    def open_event(self, target: Candidate | Span | None) -> Event:
        """A new event from a trigger, with what its sentence offers as proposals.

        Where the codebook has triggers anything else is refused; where it has none the event is empty.
        """
        from coder.suggest.events import EventProposer  # loads word lists that a start need not wait for

        trigger = target if target is not None and self.codebook.is_trigger(target.kind) else None
        if trigger is None:
            self._refuse_untriggered(target)
        coding, proposals, span = self.coding, {}, None
        events = EventProposer(self.candidates, self.article, self.codebook)
        if isinstance(trigger, Candidate):
            proposals = events.propose(trigger)
            coding, span = edits.confirm(coding, trigger)
        elif trigger is not None:
            proposals = events.propose((trigger.start, trigger.end))
            span = trigger
        if self.blind:
            proposals = {}
        live = {name: [c for c in found if not self.is_rejected(c)] for name, found in proposals.items()}
        self.by_id = {c.id: c for found in live.values() for c in found} | self.by_id
        coding, event = edits.open_event(coding, self.codebook, span, live)
        self.change("event.opened", coding)
        return event

    def put(self, event_id: str, field_id: str, target: Candidate | Span) -> None:
        """The current span's value and the span itself go into a field of an event."""
        coding, span = self.coding, target
        if isinstance(span, Candidate):
            coding, span = edits.confirm(coding, span)
        field = self.codebook.event_field(field_id)
        self.change("value.put", edits.put(coding, self.codebook, event_id, field, span))

    def attach(self, event_id: str, field: Field, target: Candidate | Span) -> None:
        """The current span becomes evidence of a field, whose value stays."""
        coding, span = self.coding, target
        if isinstance(span, Candidate):
            coding, span = edits.confirm(coding, span)
        self.change("evidence.added", attach(coding, event_id, field, span))

    def _refuse_untriggered(self, target: Candidate | Span | None) -> None:
        """Where some kind of words gives an event its type, an event begins with such words."""
        kinds = [k for k in self.codebook.span_kinds if self.codebook.is_trigger(k.id)]
        if not kinds:
            return
        wanted = joined(kind.label for kind in kinds)
        letters = ", ".join(kind.key for kind in kinds)
        raise CoderError(
            f"«{target.quote}» is no {wanted.en}."
            if target
            else f"There is no {wanted.en} under the cursor.",
            hint=f"Go to one, or draw one: v, then {letters}.",
            arabic=(
                f"«{target.quote}» ليس {wanted.ar}." if target else f"ليس تحت المؤشر {wanted.ar}.",
                f"انتقل إلى واحد، أو حدّده: v ثم {letters}.",
            ),
        )

    def turn_furniture(self) -> int:
        """Suggest what stands in site furniture too, or no longer; returns how many that brings or takes."""
        more = self._learner.turn_furniture(self.coding)
        self._learn()
        return more

    def is_rejected(self, candidate: Candidate) -> bool:
        """Whether the coder has thrown this candidate out."""
        span = edits.decided(self.coding, candidate)
        return span is not None and span.decision is Decision.REJECTED

    def undo(self) -> str | None:
        """Take back the last change, also one of an earlier session; returns its name."""
        return self._turn("undo")

    def redo(self) -> str | None:
        """Do again what was taken back."""
        return self._turn("redo")

    def problems(self) -> list[Problem]:
        """What the codebook has to say about the coding as it stands.

        Values that an upgrade of the codebook took out come first, until they are there again.
        """
        found = problems(self.coding, self.codebook, self.article)
        again = still_open(self._again, self.coding, self.codebook, found) if self._again else []
        return [*(p for p in again if p.rule == LOOK_AGAIN), *found]

    def to_look_at(self) -> list[Problem]:
        """What an upgrade of the codebook left to the coder that is not done yet."""
        if not self._again:
            return []
        found = problems(self.coding, self.codebook, self.article)
        return still_open(self._again, self.coding, self.codebook, found)

    def undecided(self) -> list[Candidate]:
        """The candidates that were neither confirmed nor rejected; none where none are shown."""
        return [c for c in self.candidates if edits.decided(self.coding, c) is None]

    def held_back(self) -> str:
        """What the article is about if its acts of war are taken for figures of speech; else empty."""
        from coder.suggest.unreal import held_back  # loads word lists that a start need not wait for

        return "" if self.blind else held_back(self.article, self.codebook)

    def submit(self) -> None:
        """Close the coding; raises CoderError while the codebook forbids it. Returns when it is written."""
        errors = [p for p in self.problems() if p.severity == "error"]
        if errors:
            raise CoderError(
                f"{counted(len(errors), 'error')} in the way of submitting.",
                hint="Go to the first one and mend it.",
                arabic=(f"أخطاء تمنع التسليم: {len(errors)}.", "انتقل إلى أولها وأصلحه."),
            )
        unconfirmed = replace(self.coding, status=Status.SUBMITTED)
        self.change("coding.submitted", unconfirmed)
        self.writer.flush()

    def close(self) -> None:
        """Write what is left; what has to wait for the database stays with the project."""
        self.project.leave(self)
        self.project.store.windows.leave(self.subject)

    def rescue(self) -> CoderError:
        """Put what could not be written into a file; the error says where it lies."""
        return rescue.coding(self.project, self.writer, self.coding, self.article, self._identity)

    def _closed(self) -> CoderError:
        command = f"coder reopen {self.article.id} --coder {self.coder} --as NAME"
        return CoderError(
            "This coding is submitted.",
            hint=f"A supervisor can open it again: {command}",
            arabic=("هذا الترميز مُسلَّم.", f"يستطيع المشرف فتحه من جديد: {command}"),
        )

    def _turn(self, way: Way) -> str | None:
        if self.submitted:
            raise self._closed()
        what, stored = turn(
            self.writer,
            self.project.store,
            self.coder,
            self.subject,
            way,
            lambda queries: queries.coding(self.article.id, self.coder),
        )
        if stored is not None and stored.codebook != self.codebook.ref:
            raise ConflictError(
                f"The codebook was upgraded to {stored.codebook} meanwhile.",
                hint="Leave this article and open it again.",
                arabic=(f"صار الدليل {stored.codebook} في هذه الأثناء.", "اخرج من المقال وافتحه من جديد."),
            )
        self._stored = stored
        self.coding = stored or Coding(
            self.article.id, self.article.text_sha256, self.codebook.ref, self.coder
        )
        self._learn()
        return what

    @property
    def blind(self) -> bool:
        """Whether this article is coded without candidates, as part of the blind sample."""
        return self._learner.blind

    def _learn(self) -> None:
        """What is suggested follows from what was decided."""
        before = {c.id for c in self.candidates}
        shown = {c.id: c for c in self._learner.shown(self.coding)}
        self.by_id |= {c.id: c for c in self._learner.offered(self.coding)} | shown
        self.gained = [shown[i] for i in shown if i not in before]
        """What the last change brings to be suggested; lost: what it takes."""
        self.lost = [c for c in self.candidates if c.id not in shown]
        self.candidates = list(shown.values())


def _save(work: Work, before: Coding | None, after: Coding, what: str) -> None:
    work.save_coding(before, after, what)


def assigned(project: Project, coder: str) -> list[Assigned]:
    """A coder's assignments in working order."""
    project.anybody(coder)
    with project.store.read() as queries:
        return queries.assignments(coder)


def next_article(project: Project, coder: str) -> str:
    """The first assigned article that is not submitted yet, or one that the coder claims.

    Raises CoderError when there is none.
    """
    project.person(coder)
    mine = assigned(project, coder)
    for each in mine:
        if each.status != Status.SUBMITTED.value:
            return each.article
    if project.claiming:
        return claim(project, coder)
    if mine:
        every = f"All {len(mine)} articles of {coder} are"
        done = every if len(mine) > 1 else f"The one article of {coder} is"
        raise CoderError(f"{done} submitted.", hint="See `coder status`.")
    raise CoderError(
        f"Nothing is assigned to {coder}.",
        hint=f"Assign articles: coder assign --coders {coder} --per-article 1",
    )
