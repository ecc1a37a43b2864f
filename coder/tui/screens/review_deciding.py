"""What the decisions of a review share: a reason asked once for each kind of them, fields selected."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import TypeAlias

from coder.adjudicate.composed_edits import AddEvent, Combine, RejectCoding, RejectValue, TakeFields
from coder.adjudicate.gold_edits import Decide, GoldEdit, Reason, Take
from coder.adjudicate.resolve import ARTICLE, union
from coder.errors import CoderError
from coder.model import AGREED, Answer, Blank, Json
from coder.service.review.gold_session import ReviewSession
from coder.tui.keys import Keys, both_ways
from coder.tui.screens.review_evidence import EvidenceKeys
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.sentences import change_name, say
from coder.tui.tasks import choice_task
from coder.values.typed import Choice, show

OfCell: TypeAlias = Take | Decide | Reason | Combine | RejectValue
Kind: TypeAlias = tuple[str, ...]
"""What a decision is, how the coders' answers stood, and of a cell the field.

Its reason is the one that most like it have, in its field before others.
"""


class DecidingKeys(EvidenceKeys):
    """Reasons and selected rows, and the decisions that are made of several answers."""

    def __init__(self, screen: WorkScreen) -> None:
        super().__init__(screen)
        self.reasons: dict[Kind, dict[str, int]] = {}
        """How often each was given."""
        self._last: tuple[str, str] | None = None  # the cell that was decided last

    def take_up(self, session: ReviewSession) -> None:
        self._last = None  # of another article
        super().take_up(session)

    @property
    def deciding_keys(self) -> Keys:
        """Of the scope `grid`."""
        return {
            **both_ways("grid.select_down", "grid.select_up", self._select),
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
        self.select(self.index + step, self.index if self.anchor is None else self.anchor)

    def _select_all(self) -> None:
        self.select(len(self.rows) - 1, 0)

    def take_selected(self, coder: str) -> bool:
        """One coder's answers to the selected fields, or with "" what is agreed; False for no selection."""
        fields = tuple(row.field.id for row in self.selected)
        if not fields:
            return False
        here = self.cluster_id

        def take(reason: str) -> None:
            before = self.state
            self.do(TakeFields(here, fields, coder, reason))
            self.select(self.index, None)
            n = sum(self.state.decided(here, f) != before.decided(here, f) for f in fields)
            self.screen.say("took_fields", n=n, who=coder or say(self.lang, "all_coders"))
            if n:
                self.go_to_open()

        if coder:
            self.ask_reason(("take", "several"), take)
        else:
            take("")
        return True

    # ---------------------------------------------------------------- of several answers
    def _combine(self, *, shared: bool) -> None:
        at, who = (
            (self.cluster_id, self.field_id),
            say(self.lang, "shared_by_all" if shared else "union_of_all"),
        )
        Combine(*at, shared).apply(self.state, self.session.supervisor)  # refused before the reason is asked
        kind = self.kind("common" if shared else "union")
        self.ask_reason(kind, lambda reason: self.decided_on(Combine(*at, shared, reason), who, reason))

    def _not_stated(self) -> None:
        at, blank = (self.cluster_id, self.field_id), Blank.NOT_STATED
        who = self.state.codebook.blank(blank.value).label.of(self.lang)

        def decide(reason: str) -> None:
            self.decided_on(Decide(*at, Answer(blank=blank), reason), who, reason)

        self.ask_reason(self.kind("not_stated"), decide)

    def _reject_value(self) -> None:
        """A value that does not stand, chosen from all that coders gave."""
        self.session.expect_open()
        row, book = self.row, self.state.codebook
        given = [answer.value for answer in row.answers.values() if answer.coded]
        values: list[Json] = union(given if row.field.is_list else [[value] for value in given])
        if not values:
            raise CoderError("review.no_value", field=row.field.label)
        at, single = (self.cluster_id, self.field_id), not row.field.is_list
        choices = [
            Choice(str(n), show(row.field, value if single else [value], book, self.lang))
            for n, value in enumerate(values)
        ]

        def chosen(number: str) -> None:
            value, shown = values[int(number)], choices[int(number)].label
            RejectValue(*at, value, "").apply(self.state, self.session.supervisor)
            who = say(self.lang, "without", value=shown)
            kind = self.kind("reject_value")
            self.ask_reason(kind, lambda why: self.decided_on(RejectValue(*at, value, why), who, why))

        self.screen.open_task(choice_task(say(self.lang, "which_value"), choices, chosen))

    def _reject_coding(self) -> None:
        self.session.expect_open()

        def chosen(coder: str) -> None:
            def reject(reason: str) -> None:
                self.do(RejectCoding(coder, reason))
                self.screen.say("coding_rejected", who=coder, n=len([*self.session.to_do()]))
                self.go_to_open()

            self.ask_reason(("reject_coding", ""), reject)

        self.ask_coder(chosen, self.state.coders, say(self.lang, "whose_coding"))

    def _add_event(self) -> None:
        self.do(AddEvent())
        self.go_to(self.state.clusters[-1].id)
        self.screen.say("event_added", n=len(self.state.clusters))

    # ---------------------------------------------------------------- shared
    def decided_on(self, edit: OfCell, who: str, reason: str) -> None:
        """A value for a cell; then on to the next open one, unless it lacks something."""
        at = edit.cluster_id, edit.field
        field = self.state.row(*at).field
        self.do(edit)
        self._last = at
        problem = self.problems.get(field.id)
        if problem is not None and problem.severity == "error" and at == (self.cluster_id, self.field_id):
            self.screen.warn("lacking", problem=problem.message.of(self.lang))
            return
        moved = self.go_to_open()
        why = "" if reason in ("", AGREED) else self.reason_label(reason)
        key = "took_because" if why else "took"
        self.screen.say(key, field=field.label.of(self.lang), who=who, reason=why)
        if not moved:
            self.say_none_left()

    def say_none_left(self) -> None:
        """What can be done where no cell is open."""
        self.screen.say("gold_shut" if self.session.closed else "none_left")

    def reshape(self, edit: GoldEdit) -> None:
        """A change of the events themselves, with a word on the decisions that go with it."""
        before = self._decisions()
        self.do(edit)
        name = change_name(self.lang, edit.what)
        self.screen.say("reshaped", what=name, n=before - self._decisions())

    def _decisions(self) -> int:
        return sum(len(event.fields) for event in self.state.gold.events)

    def kind(self, what: str) -> Kind:
        """Of a decision on the cell under the cursor."""
        return what, self.row.state, self.field_id

    def reason_after(self, kind: Kind, was: str) -> str:
        """The reason that comes after one when they are ordered by how many other decisions have them."""
        given = [self.reasons.get(each, {}) for each in (kind, kind[:2])]
        known = [each.id for each in self.state.codebook.adjudication_reasons]
        known.sort(key=lambda reason: [(reason == was) - each.get(reason, 0) for each in given])
        return known[(known.index(was) + 1) % len(known)] if was in known else known[0]

    def ask_reason(
        self, kind: Kind, then: Callable[[str], None], *, was: str | None = None, follows: bool = False
    ) -> None:
        """The reason that most decisions of its kind have; the first time, or for another one, it is asked.

        was: the reason that gets another. follows: the next one is taken, unasked.
        """
        self.session.expect_open()
        given = [self.reasons.setdefault(each, {}) for each in dict.fromkeys((kind, kind[:2]))]
        known = next((max(each, key=each.__getitem__) for each in given if each), "")
        if follows and was is not None:
            known = self.reason_after(kind, was)

        def chosen(reason: str) -> None:
            for each in given:
                if was in each:
                    each[was] -= 1
                each[reason] = each.get(reason, 0) + 1
            then(reason)

        if known and (was is None or follows):
            chosen(known)
            return

        choices = [
            Choice(r.id, r.label.of(self.lang), r.use.of(self.lang) if r.use else "")
            for r in self.state.codebook.adjudication_reasons
        ]
        self.screen.open_task(choice_task(say(self.lang, "reason"), choices, chosen, at=known, by_id=True))

    def ask_coder(self, then: Callable[[str], None], among: Collection[str] = (), title: str = "") -> None:
        """Which coder, of those who have the event; where there is one alone nobody is asked."""
        here = self.cluster_id
        members: Collection[str] = among or (
            self.state.coders if here == ARTICLE else dict(self.state.cluster(here).members)
        )
        coders = [coder for coder in self.state.coders if coder in members]
        if len(coders) == 1 and not among:
            then(coders[0])
            return
        choices = [Choice(coder, coder, "") for coder in coders]
        self.screen.open_task(choice_task(title or say(self.lang, "which_coder"), choices, then))
