"""What a condition of the rule language means for one coding: answers as they count, and tests on them.

Source: the semantics under `expressions` in schemas/conflict_events.yaml. A test that looks at a value
which is not coded is not evaluated: it drops out of `all`, `any` and `not`, and what is left empty
holds. Only `in`, `not_in`, `under` and `is` are plainly false then; only `state` sees the blank itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from dataclasses import field as made
from operator import eq, ge, gt, le, lt, ne

from coder.codebook import expressions as form
from coder.codebook.schema import Codebook, Field
from coder.model import MISSING, Answer, Article, Blank, Coding, Event, Json
from coder.text.normalize import fold_key

NOT_APPLICABLE = Answer(blank=Blank.NOT_APPLICABLE)
_OPERATORS = {"<": lt, "<=": le, "=": eq, "!=": ne, ">=": ge, ">": gt}


@dataclass(eq=False)
class Scope:
    """Where the names in a condition are looked up: one event (or none) of one coding, and one link.

    link: an item of the event's `linked_to`, for rules that are tested once per link.
    """

    coding: Coding
    codebook: Codebook
    event: Event | None = None
    article: Article | None = None
    link: Mapping[str, Json] | None = None
    _of_article: bool = False  # whether bare names are article fields, as in the conditions of these
    _counted: dict[str, Answer] = made(default_factory=dict)
    _linked: dict[str, Scope] = made(default_factory=dict)

    # ------------------------------------------------------------ answers as they count
    def event_answer(self, field: Field) -> Answer:
        """The event's answer as it counts: hidden is not_applicable, proposed is missing."""
        return MISSING if self.event is None else self._count(field, "event", self.event.answer(field.id))

    def article_answer(self, field: Field) -> Answer:
        """The article field's answer as it counts."""
        return self._count(field, "article", self.coding.answer(field.id))

    def _count(self, field: Field, level: str, stored: Answer) -> Answer:
        """The stored answer unless the field is hidden; of one that applies no not_applicable."""
        key = f"{level}.{field.id}"
        if key not in self._counted:
            if not self.asks(field, level):
                stored = NOT_APPLICABLE
            elif stored.proposed or stored.blank is Blank.NOT_APPLICABLE:
                stored = MISSING
            self._counted[key] = stored
        return self._counted[key]

    def asks(self, field: Field, level: str) -> bool:
        """Whether the condition of a field of this level (`event` or `article`) holds, or it has none."""
        if field.when is None:
            return True
        scope = self
        if level == "article":
            scope = copy(self)
            scope.event, scope._of_article = None, True
        return scope.holds(field.when)

    def linked(self, event: Event) -> Scope:
        """The same coding seen from another event."""
        if event.id not in self._linked:
            self._linked[event.id] = Scope(self.coding, self.codebook, event, self.article)
        return self._linked[event.id]

    def along_links(self) -> Iterator[Scope]:
        """The same event seen with each of its links."""
        for field in self.codebook.event_fields:
            answer = self.event_answer(field)
            if field.value_is == "record_reference" and answer.coded and isinstance(answer.value, list):
                for link in (each for each in answer.value if isinstance(each, Mapping)):
                    scope = copy(self)
                    scope.link = link
                    yield scope

    # ------------------------------------------------------------ names
    def answer(self, name: str) -> Answer:
        """The answer behind a name of the rule language, whole even if the name goes on to a part."""
        owner, field, _ = form.split_name(name)
        if owner == "article" or self._of_article:
            return self.article_answer(self.codebook.article_field(field))
        return self._link_answer(field) if owner else self.event_answer(self.codebook.event_field(field))

    def values(self, name: str) -> tuple[Json, ...] | None:
        """The values behind a name, one for each list item; None if the answer or the part is not coded."""
        answer = self.answer(name)
        if not answer.coded:
            return None
        items = answer.value if isinstance(answer.value, list) else [answer.value]
        if part := form.split_name(name)[2]:
            items = [item.get(part) for item in items if isinstance(item, Mapping)]
        return tuple(item for item in items if item is not None) or None

    def _link_answer(self, name: str) -> Answer:
        if self.link is None:
            return MISSING
        if name == "relation":
            relation = self.link.get("relation")
            return Answer(value=relation) if relation else MISSING
        event = self.coding.event(str(self.link.get("record")))
        return self.linked(event).event_answer(self.codebook.event_field(name)) if event else MISSING

    def _ids(self, name: str) -> set[str]:
        """The values behind a name that are texts, none if it is not coded."""
        return {value for value in self.values(name) or () if isinstance(value, str)}

    def _identities(self, name: str) -> frozenset[str] | None:
        found = self.values(name)
        return None if found is None else frozenset(map(identity, found))

    # ------------------------------------------------------------ conditions
    def holds(self, expression: form.Expression) -> bool:
        """Whether the condition holds; one that could not be evaluated does."""
        return self._test(expression) is not False

    def _test(self, expression: form.Expression) -> bool | None:
        """True, False, or None for not evaluated."""
        match expression:
            case form.In():
                return not self._ids(expression.field).isdisjoint(expression.values)
            case form.NotIn():
                coded = self.values(expression.field) is not None
                return coded and self._ids(expression.field).isdisjoint(expression.values)
            case form.Under():
                found = self._ids(expression.field)
                return any(self.codebook.under(v, root) for v in found for root in expression.roots)
            case form.InState():
                return self.answer(expression.field).state in expression.states
            case form.Is():
                return self.values(expression.field) == (expression.value,)
            case form.Items(max_items=most, min_items=least):
                if (items := self.values(expression.field)) is None:
                    return None
                return (most is None or len(items) <= most) and (least is None or len(items) >= least)
            case form.Compare(compare=(left, sign, right)):
                first, second = self._operand(left), self._operand(right)
                alike = {type(first), type(second)} in ({str}, {int})
                return bool(_OPERATORS[sign](first, second)) if alike else None
            case form.Disjoint():
                mine, other = map(self._identities, expression.disjoint)
                return None if mine is None or other is None else mine.isdisjoint(other)
            case form.EvidenceTest():
                return next(self.failing(expression), None) is None
            case form.NoRecords():
                return expression.no_records is not bool(self.coding.events)
            case form.NoTwin():
                return self._has_no_twin(expression.no_twin)
            case form.Not():
                inner = self._test(expression.not_)
                return None if inner is None else not inner
            case form.All():
                tests = [t for e in expression.all if (t := self._test(e)) is not None]
                return all(tests) if tests else None
            case form.Any_():
                tests = [t for e in expression.any if (t := self._test(e)) is not None]
                return any(tests) if tests else None

    def _operand(self, side: form.Constant) -> Json:
        if isinstance(side, int) or not form.is_name(side):
            return side
        found = self.values(side)
        return found[0] if found and len(found) == 1 else None

    def _has_no_twin(self, names: tuple[str, ...]) -> bool | None:
        mine = [self._identities(name) for name in names]
        if None in mine or self.event is None:
            return None
        others = (self.linked(e) for e in self.coding.events if e.id != self.event.id)
        return not any([other._identities(name) for name in names] == mine for other in others)

    # ------------------------------------------------------------ evidence
    def failing(self, test: form.EvidenceTest) -> Iterator[Field]:
        """The coded fields whose evidence does not pass the test."""
        for field, answer in self._tested(test.field):
            tested = answer.coded and (test.field != "required_fields" or self._needs_evidence(field))
            if tested and not all(self._passes(answer, wanted) for wanted in test.tests):
                yield field

    def _tested(self, name: str) -> Iterable[tuple[Field, Answer]]:
        book = self.codebook
        if name not in form.EVIDENCE_OF_MANY:
            of_article = name.startswith("article.")
            asked = book.article_field(name.partition(".")[2]) if of_article else book.event_field(name)
            return [(asked, self.answer(name))]
        if self.event is None:
            return ((field, self.article_answer(field)) for field in book.article_fields)
        return ((field, self.event_answer(field)) for field in book.event_fields)

    def _needs_evidence(self, field: Field) -> bool:
        needed = field.evidence == "required"
        return needed and (field.evidence_when is None or self.holds(field.evidence_when))

    def _passes(self, answer: Answer, wanted: str) -> bool:
        if wanted in ("present", "absent"):
            return bool(answer.evidence) is (wanted == "present")
        if self.article is None:
            return True
        spans = [s for s in map(self.coding.span, answer.evidence) if s is not None]
        if wanted == "inside_article":
            return all(0 <= s.start < s.end <= len(self.article.text) for s in spans)
        stretches = self.article.boilerplate
        return not any(s.start < end and start < s.end for s in spans for start, end in stretches)


# ---------------------------------------------------------------- what follows for whole events
def effective(event: Event, coding: Coding, codebook: Codebook) -> Event:
    """The event with its answers as they count: hidden fields not_applicable, proposals missing."""
    scope = Scope(coding, codebook, event)
    return replace(event, fields={f.id: scope.event_answer(f) for f in codebook.event_fields})


def effective_answers(coding: Coding, codebook: Codebook) -> dict[str, Answer]:
    """The article's answers as they count: hidden fields not_applicable, proposals missing."""
    scope = Scope(coding, codebook)
    return {f.id: scope.article_answer(f) for f in codebook.article_fields}


def settle(event: Event, coding: Coding, codebook: Codebook) -> Event:
    """The event with untouched fields at their default and automatic values set.

    A field that was cleared on purpose (blank `missing`) stays cleared. A value that was locked in the
    coding's own version of the event and is so no more goes back to the default. Hidden fields are left
    as they are.
    """
    before = coding.event(event.id)
    for field in codebook.event_fields:
        scope = Scope(coding, codebook, event)
        if field.when is not None and not scope.holds(field.when):
            continue
        if field.auto is not None and scope.holds(field.auto.condition):
            answer = replace(event.answer(field.id), value=field.auto.value, blank=None, proposed=False)
            event = event.with_answer(field.id, answer)
        elif field.id not in event.fields or (before and locked(field, before, coding, codebook)):
            default = None if field.default is None else Answer(value=field.default)
            event = event.with_answer(field.id, default)
    return event


def locked(field: Field, event: Event, coding: Coding, codebook: Codebook) -> bool:
    """Whether the tool holds the field's value now, so that a coder cannot change it."""
    return field.auto is not None and Scope(coding, codebook, event).holds(field.auto.condition)


def identity(value: Json) -> str:
    """What makes two list values the same one: an id, or the folded name where there is no id."""
    if not isinstance(value, Mapping):
        return str(value)
    if value.get("place_id"):
        return str(value["place_id"])
    name = value.get("name") or value.get("as_written") or value.get("who") or value.get("record")
    return identity(name) if isinstance(name, Mapping) else f"={fold_key(str(name))}"
