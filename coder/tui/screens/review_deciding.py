"""What the decisions of a review share: reasons, asked for once per kind of decision,
and selected fields.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import TypeAlias

from coder.adjudicate.composed_edits import (
    AddEvent,
    Combine,
    RejectCoding,
    RejectValue,
    TakeFields,
)
from coder.adjudicate.gold_edits import Decide, GoldEdit, Reason, Take
from coder.adjudicate.reasons import find_fit_of_cell, find_fit_of_event
from coder.adjudicate.resolve import ARTICLE, Adjudication, classify_stretch
from coder.changes.coding_changes import compare_gold
from coder.changes.wording import describe_changes
from coder.codebook import declarations as declared
from coder.codebook.label import in_language
from coder.errors import CoderError
from coder.model import ASSUMED, Answer, Blank, Json
from coder.service.review.gold_session import ReviewSession
from coder.tui.keys import Keys, step_keys
from coder.tui.screens.review_evidence import EvidenceKeys
from coder.tui.screens.review_rows import digit_of
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.sentences import quoted, say
from coder.tui.tasks import choice_task
from coder.values.typed import Choice, show, union

OfCell: TypeAlias = Take | Decide | Reason | Combine | RejectValue
Kind: TypeAlias = tuple[str, ...]
"""A decision's name, the state of the coders' answers, and for a cell the field.

By default a decision gets the reason most often chosen for its kind, in the same field
or else in any.
"""


class DecidingKeys(EvidenceKeys):
    """Reasons, selected rows, and the decisions that combine several answers."""

    def __init__(self, screen: WorkScreen) -> None:
        super().__init__(screen)
        self.reasons: dict[Kind, dict[str, int]] = {}
        """The number of times each reason was chosen by a person, by kind of decision.
        """
        self._given: list[tuple[Adjudication, Sequence[dict[str, int]], str, str]] = []
        """The reasons chosen here: the state before, where each is counted, which, and
        which it replaced.
        """
        self._last: tuple[str, str] | None = None  # the cell that was decided last
        self._led_to: tuple[str, str] | None = (
            None  # where a decision whose reason was not asked led
        )
        self._not_asked = set[
            Kind
        ]()  # the kinds of decisions of which the reason was not asked
        self._is_first_time = False  # of the last decision
        self.rejected: tuple[str, Adjudication] | None = None
        """The event that was rejected last, and the state directly after that."""
        self.arrived: tuple[object, ...] | None = None
        """What the last decision led to, until `n` is pressed, which may be meant for
        what it did already.
        """

    def reset(self, session: ReviewSession) -> None:
        self._last = self._led_to = self.arrived = self.rejected = None
        self._given.clear()
        super().reset(session)

    @property
    def deciding_keys(self) -> Keys:
        """The keys of the scope `grid` for these decisions."""
        return {
            **step_keys("grid.select_down", "grid.select_up", self._select),
            "grid.select_all": self._select_all,
            "grid.union": partial(self._combine, shared=False),
            "grid.common": partial(self._combine, shared=True),
            "grid.not_stated": self._not_stated,
            "grid.reject_value": self._reject_value,
            "grid.reject_coding": self._reject_coding,
            "grid.add_event": self._add_event,
        }

    # ---------------------------------------------------------------- several fields
    def _select(self, step: int) -> None:
        self.select(
            self.index + step, self.index if self.anchor is None else self.anchor
        )

    def _select_all(self) -> None:
        self.select(len(self.rows) - 1, 0)

    def take_selected(self, coder: str) -> bool:
        """Take a coder's answers to the selected fields, or with "" the agreed ones;
        False if none.
        """
        fields = tuple(row.field.id for row in self.selected)
        if not fields:
            return False
        here = self.cluster_id

        def take(reason: str) -> None:
            before = self.state
            self.do(TakeFields(here, fields, coder, reason))
            self.select(self.index, None)
            n = sum(
                self.state.find_decision(here, f) != before.find_decision(here, f)
                for f in fields
            )
            self.screen.say(
                "took_fields", n=n, who=coder or say(self.lang, "all_coders")
            )
            if n:
                self.go_on()

        if coder:
            self.ask_reason(("take", "several"), take)
        else:
            take("")
        return True

    # ---------------------------------------------------------------- combining answers
    def _combine(self, *, shared: bool) -> None:
        self.expect_decidable()
        at = (self.cluster_id, self.field_id)
        who = say(self.lang, "shared_by_all" if shared else "union_of_all")
        Combine(*at, shared).apply(
            self.state, self.session.supervisor
        )  # raises before asking for a reason
        kind = self.kind("common" if shared else "union")
        self.ask_reason(
            kind, lambda reason: self.decide_cell(Combine(*at, shared, reason), who)
        )

    def _not_stated(self) -> None:
        self.expect_decidable()
        at = (self.cluster_id, self.field_id)
        blank = Blank.NOT_STATED
        who = self.state.codebook.blank(blank.value).label.of(self.lang)

        def decide(reason: str) -> None:
            self.decide_cell(Decide(*at, Answer(blank=blank), reason), who)

        self.ask_reason(self.kind("not_stated"), decide)

    def _reject_value(self) -> None:
        """Reject one of the values that coders gave, chosen from a list."""
        self.expect_decidable()
        row = self.row
        book = self.state.codebook
        coded = [answer.value for answer in row.answers.values() if answer.coded]
        values: list[Json] = union(
            coded if row.field.is_list else [[value] for value in coded]
        )
        if not values:
            raise CoderError("review.no_value", field=row.field.label)
        at = (self.cluster_id, self.field_id)
        single = not row.field.is_list
        choices = [
            Choice(
                str(n), show(row.field, value if single else [value], book, self.lang)
            )
            for n, value in enumerate(values)
        ]

        def chosen(number: str) -> None:
            value = values[int(number)]
            shown = choices[int(number)].label
            RejectValue(*at, value, "").apply(self.state, self.session.supervisor)
            who = say(self.lang, "without", value=shown)
            kind = self.kind("reject_value")
            self.ask_reason(
                kind, lambda why: self.decide_cell(RejectValue(*at, value, why), who)
            )

        self.screen.open_task(
            choice_task(say(self.lang, "which_value"), choices, chosen)
        )

    def _reject_coding(self) -> None:
        self.session.expect_open()

        def chosen(coder: str) -> None:
            def reject(reason: str) -> None:
                self.do(RejectCoding(coder, reason))
                self.screen.say(
                    "coding_rejected", who=coder, n=len([*self.session.to_do()])
                )
                self.go_on()

            self.ask_reason(("reject_coding", ""), reject)

        self.ask_coder(chosen, self.state.coders, say(self.lang, "whose_coding"))

    def _add_event(self) -> None:
        self.do(AddEvent())
        self.go_to(self.state.clusters[-1].id)
        self.screen.say("event_added", n=len(self.state.clusters))

    # ---------------------------------------------------------------- shared
    def expect_decidable(self) -> None:
        """Raise CoderError, before anything is asked, if the gold is closed or the
        event is rejected.
        """
        self.session.expect_open()
        if self.cluster_id != ARTICLE and self.state.cluster(self.cluster_id).rejected:
            raise CoderError("review.is_rejected")

    def decide_cell(self, edit: OfCell, who: str) -> None:
        """Apply a decision on a cell, then go to the next open cell unless the value
        has an error.
        """
        at = edit.cluster_id, edit.field
        field = self.state.row(*at).field
        before = self.state
        self.do(edit)
        self._last = at
        if self.state is before:
            self.screen.say("already_so", field=field.label.of(self.lang))
            return
        problem = self.problems.get(field.id)
        if (
            problem is not None
            and problem.severity == "error"
            and at == (self.cluster_id, self.field_id)
        ):
            decided = self.state.find_decision(*at)
            is_bare = decided is not None and decided.coded and not decided.evidence
            is_bare &= field.evidence != "none"
            self.screen.warn(
                "lacking_evidence" if is_bare else "lacking"
            )  # what is wrong stands above
            return
        moved = self.go_on()
        self.screen.say("took", field=field.label.of(self.lang), who=who)
        if (
            isinstance(edit, Decide)
            and (decided := self.state.find_decision(*at))
            and field.evidence != "none"
        ):
            spans = (self.state.gold.span(each) for each in decided.evidence)
            if words := quoted([span.quote for span in spans if span is not None]):
                self.screen.say_too("evidence_stays", quotes=words)
        if not moved:
            self.say_none_left()

    def go_on(self) -> bool:
        """Go to the next open cell after a decision; return whether there is one."""
        moved = self.go_to_open()
        self.arrived = self.screen.state() if moved else None
        return moved

    def say_none_left(self) -> None:
        """Show that no cell is open, and what to do next."""
        if self.session.closed:
            self.session.reload()  # it may have been reopened elsewhere
            self.screen.refresh_work()
        self.screen.say("gold_shut" if self.session.closed else "none_left")

    def change_events(self, edit: GoldEdit) -> None:
        """Change the events themselves and show how many decisions were lost with it."""
        before = self.count_decisions()
        was = self.state
        self.do(edit)
        now = self.state
        changes = compare_gold((was.gold, was.clusters), (now.gold, now.clusters))
        name = describe_changes(changes, now.codebook, self.lang, edit.what)
        cleared = before - self.count_decisions()
        self.screen.say(
            "reshaped" if cleared else "reshaped_only", what=name, n=cleared
        )

    def count_decisions(self) -> int:
        """Return the number of decided fields of the article and its events."""
        gold = self.state.gold
        return len(gold.answers) + sum(len(event.fields) for event in gold.events)

    def kind(self, what: str) -> Kind:
        """Return the kind of a decision on the cell under the cursor."""
        return what, classify_stretch(self.row) or self.row.state, self.field_id

    def reasons_for(self, kind: Kind) -> list[declared.Reason]:
        """Return the codebook's reasons, those first that fit a decision on what is
        under the cursor.
        """
        fit: declared.Fit | None = None
        if kind[0] == "reject":
            fit = "event_rejected"
        elif kind[0] == "event":
            fit = find_fit_of_event(self.state, self.cluster_id)
        elif len(kind) > 2:
            left_out = kind[0] in ("not_stated", "reject_value")
            fit = find_fit_of_cell(
                self.state, self.cluster_id, self.row, left_out=left_out
            )
        return self.state.codebook.reasons_for(fit)

    def reason_after(self, kind: Kind, was: str) -> str:
        """Return the reason after `was`, those chosen for the most other decisions
        first.
        """
        counts = [self.reasons.get(each, {}) for each in (kind, kind[:2])]
        reasons = [reason.id for reason in self.reasons_for(kind)]
        reasons.sort(
            key=lambda reason: [
                (reason == was) - count.get(reason, 0) for count in counts
            ]
        )
        was = was.removesuffix(ASSUMED)
        return (
            reasons[(reasons.index(was) + 1) % len(reasons)]
            if was in reasons
            else reasons[0]
        )

    def ask_reason(
        self,
        kind: Kind,
        then: Callable[[str], None],
        *,
        was: str | None = None,
        follows: bool = False,
    ) -> None:
        """Call `then` with the reason most often chosen for a kind of decision, or ask
        if there is none.

        A reason that was not asked for is marked as assumed, and does not count. A
        decision on a note needs none. was: the reason to be changed, by asking.
        follows: take the next reason without asking.
        """
        self.session.expect_open()
        field = self.state.codebook.field(kind[-1])
        if was is None and field is not None and field.is_note:
            then("")
            return
        counts = [
            self.reasons.setdefault(each, {})
            for each in dict.fromkeys((kind, kind[:2]))
        ]
        default = next(
            (max(count, key=count.__getitem__) for count in counts if count), ""
        )
        if follows and was is not None:
            default = self.reason_after(kind, was)

        def chosen(reason: str, mark: str = "") -> None:
            before = self.state
            then(reason + mark)
            if self.state is before:  # nothing was decided anew
                return
            said = "because_again" if mark else "because"
            self.screen.say_too(said, reason=self.reason_label(reason))
            if not mark:
                replaced = was if was and not was.endswith(ASSUMED) else ""
                self._given.append((before, counts, reason, replaced))
                _count(counts, replaced, -1)
                _count(counts, reason, 1)

        if default and (was is None or follows):
            before = self.cluster_id, self.field_id
            chosen(default, "" if follows else ASSUMED)
            here = self.cluster_id, self.field_id
            self._led_to = here if here != before else None
            self._is_first_time = kind[:2] not in self._not_asked
            self._not_asked.add(kind[:2])
            return

        choices = [
            Choice(r.id, r.label.of(self.lang), in_language(r.use or "", self.lang))
            for r in self.reasons_for(kind)
        ]
        self.screen.open_task(
            choice_task(
                say(self.lang, "reason"),
                choices,
                chosen,
                at=(was or default).removesuffix(ASSUMED),
                by_id=True,
            )
        )

    def forget_undone(self) -> None:
        """Count a reason no more whose decision was undone, as it may have been the
        wrong one.
        """
        if self._given:
            before, counts, reason, was = self._given[-1]
            if (before.gold, before.clusters) == (self.state.gold, self.state.clusters):
                _count(counts, reason, -1)
                _count(counts, was, 1)
                self._given.pop()

    def is_by_habit(self, key: str) -> bool:
        """Return whether a key may be meant for a reason that was not asked, and say
        so, once at each cell.

        The first decision of a kind ends with such a key, which would otherwise act on
        the next cell.
        """
        led_to = self._led_to
        self._led_to = None
        if is_habit := led_to == (self.cluster_id, self.field_id):
            self.screen.say("reason_not_asked", pressed=key)
        return is_habit

    def forget_habit(self) -> None:
        """Take keys for what they are, as the reason of the last decision was seen."""
        self._led_to = None

    def is_meant_for_reason(self, digit: str) -> bool:
        """Return whether a digit may be meant so, which is told the first time for each
        kind of decision.
        """
        is_first = self._is_first_time
        self._is_first_time = False
        return is_first and self.is_by_habit(digit)

    def ask_coder(
        self, then: Callable[[str], None], among: Collection[str] = (), title: str = ""
    ) -> None:
        """Ask for one of the coders `among`, or else of those who have the event, each
        by their digit.

        A single one is asked for too: who presses the digit without looking means the
        coder by it.
        """
        here = self.cluster_id
        coders = self.state.coders
        members: Collection[str] = among or (
            coders if here == ARTICLE else dict(self.state.cluster(here).members)
        )
        choices = [
            Choice(coder, coder, number=digit_of(n))
            for n, coder in enumerate(coders, 1)
            if coder in members
        ]
        if not choices:
            raise CoderError("review.event_of_nobody")
        self.screen.open_task(
            choice_task(title or say(self.lang, "which_coder"), choices, then)
        )


def _count(counts: Sequence[dict[str, int]], reason: str, step: int) -> None:
    for count in counts if reason else ():
        count[reason] = count.get(reason, 0) + step
        if count[reason] <= 0:
            del count[reason]
