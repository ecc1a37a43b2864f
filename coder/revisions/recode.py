"""Carries a coding from one revision of the codebook to the next, and lists what could
not be carried over.

Names are translated by the new revision's `recode`. Values that the new revision does
not allow are removed and left to their coder, as are problems that the coding has only
under the new revision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.declarations import Target, targets
from coder.codebook.label import Label, join_texts
from coder.codebook.schema import Codebook, Field, Part
from coder.codebook.settle import settle
from coder.codebook.validate import (
    Problem,
    is_stretch,
    kind_problem,
    problems,
    value_id,
    value_problems,
    visible,
    visible_article,
)
from coder.messages.catalogue import Bilingual, Message
from coder.model import Answer, Article, Blank, Coding, Event, Json, Span, Status
from coder.values.typed import answer_in_words

LOOK_AGAIN = "look_again"
"""The rule of a problem that reports a removed value and the reason."""
LEFT_OUT = "left_out"
"""The rule of a note about a field or span that does not exist in the new revision."""


class Shorter(Problem, frozen=True):
    """A value was removed from a list, whose remaining values (`left`) the coder may
    accept as they are.
    """

    left: Json = None


class Recoded(Struct, frozen=True):
    """A coding carried over to a new revision."""

    coding: Coding
    again: tuple[Problem, ...]  # what its coder has to review
    left_out: tuple[Problem, ...]  # what does not exist in the new revision


def recode(coding: Coding, old: Codebook, new: Codebook, article: Article) -> Recoded:
    """Carry a coding made with `old` over to `new`.

    A submitted coding that its coder has to review is reopened. A removed value becomes
    undecided in gold, and missing in a coder's coding, where its evidence stays
    attached.
    """
    carry = _Carry(coding, old, new)
    carried = carry.carried()
    renamed = carry.recode.fields
    known_errors = set()
    for problem in problems(coding, old, article):
        if problem.severity == "error":
            field = renamed.get(problem.field or "", problem.field)
            known_errors.add((problem.rule, problem.event_id, field))
    emptied = {(problem.event_id, problem.field) for problem in carry.again}
    found = problems(carried, new, article)
    new_errors = []
    for problem in found:
        place = (problem.event_id, problem.field)
        is_known = (problem.rule, *place) in known_errors
        if problem.severity == "error" and place not in emptied and not is_known:
            new_errors.append(problem)
    again = tuple(still_open((*carry.again, *new_errors), carried, new, found))
    if again:
        carried = replace(carried, status=Status.OPEN)
    return Recoded(carried, again, tuple(carry.left_out))


def recode_through(
    coding: Coding, revisions: Sequence[Codebook], article: Article
) -> Recoded:
    """Carry a coding made with the first of the revisions through each of them to the
    last.
    """
    again: list[Problem] = []
    left_out: list[Problem] = []
    for old, new in pairwise(revisions):
        recoded = recode(coding, old, new, article)
        renamed = new.recode_from(old).fields
        again = [replace(p, field=renamed.get(p.field or "", p.field)) for p in again]
        again += recoded.again
        left_out += recoded.left_out
        coding = recoded.coding
    for i, problem in enumerate(again):
        if isinstance(problem, Shorter):
            again[i] = replace(problem, left=_value(problem, coding))
    return Recoded(coding, tuple(again), tuple(left_out))


def recode_term(
    kind: str, value: Json, old: Codebook, new: Codebook
) -> tuple[str | None, Json, Bilingual | None]:
    """Return a term's span kind and value under `new`, and why one of them could not be
    carried over if so.

    The kind is None if it no longer exists, the value if it no longer exists or was
    split into several.
    """
    carry = _Carry(Coding("", "", old.ref, ""), old, new)
    if (now := carry.kind(kind)) is None or kind not in {k.id for k in old.span_kinds}:
        return None, None, Message("revisions.kind_gone", kind=kind)
    try:
        return now, carry.kind_value(kind, now, value), None
    except _GoneError as error:
        return now, None, error.why


def still_open(
    again: Sequence[Problem],
    coding: Coding,
    codebook: Codebook,
    found: Sequence[Problem],
) -> list[Problem]:
    """Return the problems that the coder still has to review; found: the coding's
    current problems.
    """
    current = {(p.rule, p.event_id, p.field) for p in found}
    left = []
    for problem in again:
        if problem.rule == LOOK_AGAIN:
            is_open = _is_to_look_at(problem, coding, codebook)
        else:
            is_open = (problem.rule, problem.event_id, problem.field) in current
        if is_open:
            left.append(problem)
    return left


def _is_to_look_at(problem: Problem, coding: Coding, codebook: Codebook) -> bool:
    """Return whether the field of a removed value is still asked for, and as the
    recoding left it.
    """
    event = coding.event(problem.event_id or "")
    if event is not None:
        fields = visible(event, coding, codebook)
    elif problem.event_id is None:
        fields = visible_article(coding, codebook)
    else:
        return False  # the event was deleted
    left = problem.left if isinstance(problem, Shorter) else None
    return problem.field in fields and _value(problem, coding) == left


def _value(problem: Problem, coding: Coding) -> Json:
    """Return the value or blank of the problem's field, None while it is missing."""
    record = coding.event(problem.event_id or "") or coding
    answer = record.answer(problem.field or "")
    if answer.coded:
        return answer.value
    if answer.state == "missing":
        return None
    return answer.state


class _GoneError(Exception):
    """A value that cannot be carried over to the new revision; `why` is shown to its
    coder.
    """

    def __init__(self, why: Message) -> None:
        super().__init__(why)
        self.why = why


@dataclass
class _Carry:
    """Carries one coding over, and collects what its coder has to review and what is
    left out.
    """

    coding: Coding
    old: Codebook
    new: Codebook
    again: list[Problem] = field(default_factory=list)
    left_out: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.recode = self.new.recode_from(self.old)

    def carried(self) -> Coding:
        """Return the coding under the new revision; new fields of a coder's events get
        their defaults.
        """
        spans = list[Span]()
        for each in self.coding.spans:
            span = self._span(each)
            if span is not None:
                spans.append(span)
        self.kept = {span.id: span for span in spans}
        answers = self._answers(self.coding.answers, None)
        events = [
            Event(each.id, self._answers(each.fields, each.id))
            for each in self.coding.events
        ]
        coding = replace(
            self.coding,
            codebook=self.new.ref,
            spans=tuple(spans),
            answers=answers,
            events=tuple(events),
        )
        if coding.is_gold:
            return coding
        settled = [self._with_new_fields(event, coding) for event in events]
        return replace(coding, events=tuple(settled))

    def _with_new_fields(self, event: Event, coding: Coding) -> Event:
        """Give an event the defaults and automatic values of fields that the old
        revision lacks.
        """
        known = {self.recode.fields.get(f.id, f.id) for f in self.old.event_fields}
        for name, answer in settle(event, coding, self.new).fields.items():
            if name not in known:
                event = event.with_answer(name, answer)
        return event

    # ---------------------------------------------------------------- spans
    def kind(self, name: str) -> str | None:
        """Return the new name of a span kind, None if it no longer exists."""
        now = str(self.recode.span_kinds.get(name, name))
        return now if now in {k.id for k in self.new.span_kinds} else None

    def kind_value(self, kind: str, now: str, value: Json) -> Json:
        """Translate the value of a span whose kind is now called `now`; raises
        _GoneError if impossible.

        A value that was invalid under the old revision already is returned unchanged.
        """
        if value is None or kind_problem(kind, value, self.old):
            return value
        new_fields = {field.id: field for field in self.new.fields_for_kind(now)}
        why = kind_problem(now, value, self.new)
        for source in self.old.fields_for_kind(kind):
            target = new_fields.get(self.recode.fields.get(source.id, source.id))
            if target is None or any(value_problems(source, value, self.old)):
                continue
            old_items = value if source.is_list else [value]
            try:
                items = [self._item(each, source, target) for each in old_items]
                value = items if target.is_list else items[0]
                why = next(value_problems(target, value, self.new), None)
                break
            except _GoneError as gone:
                why = gone.why
        if why is not None:
            raise _GoneError(why)
        return value

    def _span(self, span: Span) -> Span | None:
        if (kind := self.kind(span.kind)) is None:
            what = Message("revisions.span_left_out", quote=span.quote, kind=span.kind)
            self.left_out.append(Problem(LEFT_OUT, "warning", None, None, what))
            return None
        try:
            return replace(
                span, kind=kind, value=self.kind_value(span.kind, kind, span.value)
            )
        except _GoneError:  # reported for the answers that the span supports
            return replace(span, kind=kind, value=None)

    # ---------------------------------------------------------------- answers
    def _answers(
        self, answers: Mapping[str, Answer], event_id: str | None
    ) -> dict[str, Answer]:
        carried: dict[str, Answer] = {}
        fields = self.new.article_fields if event_id is None else self.new.event_fields
        targets_by_id = {field.id: field for field in fields}
        for name, answer in answers.items():
            now = self.recode.fields.get(name, name)
            source = self.old.field(name)
            target = targets_by_id.get(now)
            new_answer: Answer | None = None
            if is_stretch(name, self.new):
                now = name
                new_answer = self._of_stretch(answer)
            elif source is None or target is None:
                self._leave_out(name, answer, source, event_id)
            else:
                if not answer.proposed:
                    answer = replace(answer, evidence=self._keep_evidence(answer))
                new_answer = self._answer(answer, source, target, event_id)
            if new_answer is not None:
                carried[now] = new_answer
        return carried

    def _keep_evidence(self, answer: Answer) -> tuple[str, ...]:
        return tuple(each for each in answer.evidence if each in self.kept)

    def _of_stretch(self, answer: Answer) -> Answer | None:
        """Carry a decision about a stretch of text, named after spans that may have new
        names now.
        """
        if answer.blank is not None:
            return answer
        evidence = self._keep_evidence(answer)
        if not evidence:
            return None
        value: list[Json] = [value_id(self.kept[each]) for each in evidence]
        return replace(answer, value=value, evidence=evidence)

    def _leave_out(
        self, name: str, answer: Answer, source: Field | None, event_id: str | None
    ) -> None:
        """Note an answer to a field that the new revision lacks, unless it says
        nothing.
        """
        if answer.proposed or answer.state in ("missing", "not_applicable"):
            return
        label: Label | str = name
        was: Bilingual | str = answer.state
        if source is not None:
            label = source.label
            was = answer_in_words(source, answer, self.old)
        what = Message("revisions.field_left_out", field=label, was=was)
        self.left_out.append(Problem(LEFT_OUT, "warning", event_id, name, what))

    def _answer(
        self, answer: Answer, source: Field, target: Field, event_id: str | None
    ) -> Answer | None:
        """Return the answer under the new revision; if no value is left, a missing one,
        or None (dropped).
        """
        if answer.blank is not None:
            return answer
        items: list[Json] = [answer.value]
        if source.is_list and isinstance(answer.value, list):
            items = answer.value
        kept: list[Json] = []
        for item in items:
            try:
                renamed = self._item(item, source, target)
            except _GoneError as gone:
                self._look_again(answer, source, target, event_id, gone.why)
                continue
            if renamed not in kept:
                kept.append(renamed)
        most = target.max or len(kept) if target.is_list else 1
        if len(kept) > most:
            self._look_again(
                answer, source, target, event_id, Message("revisions.fewer_values")
            )
            kept = []
        if kept:
            # The coder who reviews a removed value may accept the rest of the list.
            for i, p in enumerate(self.again):
                if (p.event_id, p.field) == (event_id, target.id):
                    self.again[i] = Shorter(
                        p.rule, "warning", p.event_id, p.field, p.message, left=kept
                    )
            return replace(answer, value=kept if target.is_list else kept[0])
        is_dropped = self.coding.is_gold or answer.proposed
        return None if is_dropped else replace(answer, value=None, blank=Blank.MISSING)

    def _look_again(
        self,
        answer: Answer,
        source: Field,
        target: Field,
        event_id: str | None,
        why: Message,
    ) -> None:
        places = {(problem.event_id, problem.field) for problem in self.again}
        if not answer.proposed and (event_id, target.id) not in places:
            was = answer_in_words(source, answer, self.old)
            what = Message("revisions.look_again", field=target.label, was=was, why=why)
            self.again.append(Problem(LOOK_AGAIN, "error", event_id, target.id, what))

    # ---------------------------------------------------------------- values
    def _item(self, item: Json, source: Field, target: Field) -> Json:
        """Translate one value or one item of a list; raises _GoneError if that is
        impossible.
        """
        if _item_problem(source, item, self.old):  # already invalid before
            return item
        renamed = item
        if isinstance(item, Mapping) and self.old.parts_of(source):
            renamed = {
                name: self._part(name, part, target) for name, part in item.items()
            }
        elif source.type == "actor":
            renamed = self._actor(item, target)
        elif isinstance(item, str):
            renamed = self._rename(item, self._names(source), target)
        if (problem := _item_problem(target, renamed, self.new)) is not None:
            raise _GoneError(problem)
        return renamed

    def _part(self, name: str, value: Json, target: Field) -> Json:
        part = next((p for p in self.new.parts_of(target) if p.id == name), None)
        if part is not None and part.type == "actor":
            return self._actor(value, part)
        if part is None or not isinstance(value, str):
            return value
        table = self.recode.values.get(f"{target.id}.{name}", {})
        if part.type == "place":
            table = self.recode.places
        return self._rename(value, table, part)

    def _actor(self, actor: Json, target: Field | Part) -> Json:
        if isinstance(actor, str):
            return self._rename(actor, self.recode.actors, target)
        if isinstance(actor, Mapping) and isinstance(actor.get("class"), str):
            return {
                **actor,
                "class": self._rename(
                    actor["class"], self.recode.actor_classes, target
                ),
            }
        return actor

    def _names(self, source: Field) -> Mapping[str, Target]:
        """Return old → new names of a field's values."""
        recode = self.recode
        if source.values_from == "event_types":
            return recode.event_types
        if source.values_from == "lexicon.weapons":
            return recode.weapons
        by_type = {"actor": recode.actors, "place": recode.places}
        own = recode.values.get(recode.fields.get(source.id, source.id), {})
        return by_type.get(source.type) or own

    def _rename(
        self, name: str, table: Mapping[str, Target], target: Field | Part
    ) -> str:
        """Return the new name; raises _GoneError if the coder has to choose one of
        several.
        """
        new = targets(name, table)
        if len(new) == 1:
            return new[0]
        label = self.new.label_of
        labels = (
            Label(ar=label(target, each, "ar"), en=label(target, each, "en"))
            for each in new
        )
        raise _GoneError(
            Message(
                "revisions.became_several", names=join_texts(labels, "» أو «", "” or “")
            )
        )


def _item_problem(field: Field, item: Json, codebook: Codebook) -> Message | None:
    return next(
        value_problems(field, [item] if field.is_list else item, codebook), None
    )
