"""Carries a coding from one revision of the codebook to the next, and lists what could not be carried over.

Names are translated by the new revision's `recode`. Values that the new revision does not allow are removed
and left to their coder, as are problems that the coding has only under the new revision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.declarations import Target, targets
from coder.codebook.label import Label, joined
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

LOOK_AGAIN = (
    "look_again"  # the rule of a problem that reports a removed value and the reason
)
LEFT_OUT = "left_out"  # the rule of a note about a field or span that does not exist in the new revision


class Shorter(Problem, frozen=True):
    """A value was removed from a list, whose remaining values (`left`) the coder may accept as they are."""

    left: Json = None


class Recoded(Struct, frozen=True):
    """A coding carried over to a new revision."""

    coding: Coding
    again: tuple[Problem, ...]  # what its coder has to review
    left_out: tuple[Problem, ...]  # what does not exist in the new revision


def recode(coding: Coding, old: Codebook, new: Codebook, article: Article) -> Recoded:
    """Carry a coding made with `old` over to `new`.

    A submitted coding that its coder has to review is reopened. A removed value becomes undecided in gold,
    and missing in a coder's coding, where its evidence stays attached.
    """
    carry = _Carry(coding, old, new)
    carried = carry.carried()
    renamed = carry.recode.fields
    errors = (p for p in problems(coding, old, article) if p.severity == "error")
    before = {(p.rule, p.event_id, renamed.get(p.field or "", p.field)) for p in errors}
    emptied = {(p.event_id, p.field) for p in carry.again}
    after = problems(carried, new, article)
    errors = (
        p
        for p in after
        if p.severity == "error" and (p.event_id, p.field) not in emptied
    )
    new_errors = [p for p in errors if (p.rule, p.event_id, p.field) not in before]
    again = tuple(still_open((*carry.again, *new_errors), carried, new, after))
    if again:
        carried = replace(carried, status=Status.OPEN)
    return Recoded(carried, again, tuple(carry.left_out))


def recode_through(
    coding: Coding, revisions: Sequence[Codebook], article: Article
) -> Recoded:
    """Carry a coding made with the first of the revisions through each of them to the last."""
    again: tuple[Problem, ...] = ()
    left_out: tuple[Problem, ...] = ()
    for old, new in pairwise(revisions):
        recoded = recode(coding, old, new, article)
        renamed = new.recode_from(old).fields
        again = (
            *(replace(p, field=renamed.get(p.field or "", p.field)) for p in again),
            *recoded.again,
        )
        coding = recoded.coding
        left_out = (*left_out, *recoded.left_out)
    again = tuple(
        replace(p, left=_value(p, coding)) if isinstance(p, Shorter) else p
        for p in again
    )
    return Recoded(coding, again, left_out)


def recode_term(
    kind: str, value: Json, old: Codebook, new: Codebook
) -> tuple[str | None, Json, Bilingual | None]:
    """Return a term's span kind and value under `new`, and why one of them could not be carried over if so.

    The kind is None if it no longer exists, the value if it no longer exists or was split into several.
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
    """Return the problems that the coder still has to review; found: the coding's current problems."""
    current = {(p.rule, p.event_id, p.field) for p in found}

    def is_open(p: Problem) -> bool:
        if p.rule != LOOK_AGAIN:
            return (p.rule, p.event_id, p.field) in current
        event = coding.event(p.event_id or "")
        fields = (
            visible(event, coding, codebook)
            if event
            else visible_article(coding, codebook)
        )
        left = p.left if isinstance(p, Shorter) else None
        return (
            p.field in fields
            and _value(p, coding) == left
            and (event is not None or p.event_id is None)
        )

    return [p for p in again if is_open(p)]


def _value(problem: Problem, coding: Coding) -> Json:
    """Return the value or blank of the problem's field, None while it is missing."""
    answer = (coding.event(problem.event_id or "") or coding).answer(
        problem.field or ""
    )
    return (
        answer.value
        if answer.coded
        else None
        if answer.state == "missing"
        else answer.state
    )


class _GoneError(Exception):
    """A value that cannot be carried over to the new revision; `why` is shown to its coder."""

    def __init__(self, why: Message) -> None:
        super().__init__(why)
        self.why = why


@dataclass
class _Carry:
    coding: Coding
    old: Codebook
    new: Codebook
    again: list[Problem] = field(default_factory=list)
    left_out: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.recode = self.new.recode_from(self.old)

    def carried(self) -> Coding:
        spans = tuple(
            span for each in self.coding.spans if (span := self._span(each)) is not None
        )
        self.kept = {span.id: span for span in spans}
        answers = self._answers(self.coding.answers, None)
        events = tuple(
            Event(e.id, self._answers(e.fields, e.id)) for e in self.coding.events
        )
        coding = replace(
            self.coding,
            codebook=self.new.ref,
            spans=spans,
            answers=answers,
            events=events,
        )
        if coding.is_gold:
            return coding
        known = {self.recode.fields.get(f.id, f.id) for f in self.old.event_fields}
        settled = []
        for event in events:  # new fields get their defaults and automatic values
            for name, answer in settle(event, coding, self.new).fields.items():
                event = event if name in known else event.with_answer(name, answer)
            settled.append(event)
        return replace(coding, events=tuple(settled))

    # ---------------------------------------------------------------- spans
    def kind(self, name: str) -> str | None:
        """Return the new name of a span kind, None if it no longer exists."""
        now = str(self.recode.span_kinds.get(name, name))
        return now if now in {k.id for k in self.new.span_kinds} else None

    def kind_value(self, kind: str, now: str, value: Json) -> Json:
        """Translate the value of a span whose kind is now called `now`; raises _GoneError if impossible.

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
            try:
                items = [
                    self._item(each, source, target)
                    for each in (value if source.is_list else [value])
                ]
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
        renamed = self.recode.fields
        fields = self.new.article_fields if event_id is None else self.new.event_fields
        for name, answer in answers.items():
            evidence = tuple(i for i in answer.evidence if i in self.kept)
            now = renamed.get(name, name)
            source = self.old.field(name)
            target = next((f for f in fields if f.id == now), None)
            if is_stretch(name, self.new):
                # A decision about a stretch of text is named after the spans, which may have new names.
                if answer.blank is not None:
                    carried[name] = answer
                elif evidence:
                    value = [value_id(self.kept[i]) for i in evidence]
                    carried[name] = replace(answer, value=value, evidence=evidence)
            elif source is not None and target is not None:
                if not answer.proposed:
                    answer = replace(answer, evidence=evidence)
                if (
                    new_answer := self._answer(answer, source, target, event_id)
                ) is not None:
                    carried[now] = new_answer
            elif not answer.proposed and answer.state not in (
                "missing",
                "not_applicable",
            ):
                was = (
                    answer_in_words(source, answer, self.old)
                    if source
                    else answer.state
                )
                label = source.label if source else name
                what = Message("revisions.field_left_out", field=label, was=was)
                self.left_out.append(Problem(LEFT_OUT, "warning", event_id, name, what))
        return carried

    def _answer(
        self, answer: Answer, source: Field, target: Field, event_id: str | None
    ) -> Answer | None:
        """Return the answer under the new revision; if no value is left, a missing one, or None (dropped)."""
        if answer.blank is not None:
            return answer
        items = (
            answer.value
            if source.is_list and isinstance(answer.value, list)
            else [answer.value]
        )
        kept: list[Json] = []
        for item in items:
            try:
                renamed = self._item(item, source, target)
                kept += [renamed] if renamed not in kept else []
            except _GoneError as gone:
                self._look_again(answer, source, target, event_id, gone.why)
        if len(kept) > (target.max or len(kept) if target.is_list else 1):
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
        if not answer.proposed and (event_id, target.id) not in {
            (p.event_id, p.field) for p in self.again
        }:
            was = answer_in_words(source, answer, self.old)
            what = Message("revisions.look_again", field=target.label, was=was, why=why)
            self.again.append(Problem(LOOK_AGAIN, "error", event_id, target.id, what))

    # ---------------------------------------------------------------- values
    def _item(self, item: Json, source: Field, target: Field) -> Json:
        """Translate one value or one item of a list; raises _GoneError if that is impossible."""
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
            renamed = self._renamed(item, self._names(source), target)
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
        return self._renamed(
            value, self.recode.places if part.type == "place" else table, part
        )

    def _actor(self, actor: Json, target: Field | Part) -> Json:
        if isinstance(actor, str):
            return self._renamed(actor, self.recode.actors, target)
        if isinstance(actor, Mapping) and isinstance(actor.get("class"), str):
            return {
                **actor,
                "class": self._renamed(
                    actor["class"], self.recode.actor_classes, target
                ),
            }
        return actor

    def _names(self, source: Field) -> Mapping[str, Target]:
        recode = self.recode
        if source.values_from in ("event_types", "lexicon.weapons"):
            return (
                recode.event_types
                if source.values_from == "event_types"
                else recode.weapons
            )
        by_type = {"actor": recode.actors, "place": recode.places}
        return by_type.get(source.type) or recode.values.get(
            recode.fields.get(source.id, source.id), {}
        )

    def _renamed(
        self, name: str, table: Mapping[str, Target], target: Field | Part
    ) -> str:
        """Return the new name; raises _GoneError if the coder has to choose one of several."""
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
                "revisions.became_several", names=joined(labels, "» أو «", "” or “")
            )
        )


def _item_problem(field: Field, item: Json, codebook: Codebook) -> Message | None:
    return next(
        value_problems(field, [item] if field.is_list else item, codebook), None
    )
