"""What a codebook's conditions mean for one coding: its answers as they count, and tests on them.

Source: the semantics under `expressions` in schemas/conflict_events.yaml. A test that looks at a value
which is not coded is not evaluated: it drops out of `all`, `any` and `not`, and what is left empty
holds. Only `in`, `not_in`, `under` and `is` are plainly false then; only `state` sees the blank itself.
Each condition is made into a function of a scope once, when it is first asked for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from operator import eq, ge, gt, le, lt, ne, not_
from typing import Literal, NamedTuple, TypeAlias, TypeVar

from coder.codebook import expressions as forms
from coder.codebook.asked import Alike, Asked
from coder.codebook.expressions import EVIDENCE_OF_MANY, EvidenceTest, Expression
from coder.codebook.identity import identity
from coder.codebook.schema import Codebook, Field, Rule
from coder.model import MISSING, Answer, Article, Blank, Coding, Event, Json, Span

T = TypeVar("T")
Level: TypeAlias = Literal["article", "event"]
Test: TypeAlias = "Callable[[Scope], bool | None]"
"""True, False, or None for not evaluated."""
Values: TypeAlias = "Callable[[Scope], tuple[Json, ...] | None]"

NOT_APPLICABLE = Answer(blank=Blank.NOT_APPLICABLE)

_OPERATORS: dict[str, Callable[[Json, Json], bool]]
_OPERATORS = {"<": lt, "<=": le, "=": eq, "!=": ne, ">=": ge, ">": gt}


class Scope:
    """Where the names in a condition are looked up: one event (or none) of one coding, and one link.

    link: an item of the event's `linked_to`, for rules that are tested once per link.
    """

    def __init__(
        self,
        coding: Coding,
        codebook: Codebook,
        event: Event | None = None,
        *,
        article: Article | None = None,
    ) -> None:
        self.coding = coding
        self.codebook = codebook
        self.event = event
        self.article = article
        self.link: Mapping[str, Json] | None = None
        self.conditions = conditions_of(codebook)
        self.spans: dict[str, Span] = {}  # by id; filled when the first is asked for
        self.read: dict[str, tuple[Json, ...] | None] = {}  # by the names that conditions read already
        self._coded: list[tuple[Field, Answer]] | None = None
        self._along_links: list[Scope] | None = None
        self._of_event: dict[str, Answer] = {}
        self._of_article: dict[str, Answer] = {}
        self._linked: dict[str, Scope] = {}
        self._alike: Alike | None = None
        self._misplaced: dict[str, frozenset[str]] = {}
        """A test of where evidence stands → the spans that do not pass it."""

    def linked(self, event: Event) -> Scope:
        """The same coding seen from another event."""
        if event.id not in self._linked:
            self._linked[event.id] = found = copy(self)
            found.event, found.link, found.read, found._of_event = event, None, {}, {}
            found._coded = found._along_links = found._alike = None
        return self._linked[event.id]

    def along_links(self) -> Sequence[Scope]:
        """The same event seen with each of its links."""
        if self._along_links is None:
            self._along_links = []
            for field, answer in self.coded:
                if field.value_is == "record_reference" and isinstance(answer.value, list):
                    for link in (each for each in answer.value if isinstance(each, Mapping)):
                        self._along_links.append(scope := copy(self))
                        scope.link, scope.read = link, {}
        return self._along_links

    # ------------------------------------------------------------ answers as they count
    def event_answer(self, field: Field) -> Answer:
        """The event's answer as it counts: hidden is not_applicable, proposed is missing."""
        if self.event is None:
            return MISSING
        if (found := self._of_event.get(field.id)) is None:
            found = self._of_event[field.id] = self._counted(field, "event", self.event.fields.get(field.id))
        return found

    def article_answer(self, field: Field) -> Answer:
        """The article field's answer as it counts."""
        if (found := self._of_article.get(field.id)) is None:
            stored = self.coding.answers.get(field.id)
            found = self._of_article[field.id] = self._counted(field, "article", stored)
        return found

    def _counted(self, field: Field, level: Level, stored: Answer | None) -> Answer:
        if not self.asks(field, level):
            return NOT_APPLICABLE
        return (
            MISSING if stored is None or stored.proposed or stored.blank is Blank.NOT_APPLICABLE else stored
        )

    def asks(self, field: Field, level: Level) -> bool:
        """Whether the condition of a field of this level holds, or it has none."""
        if field.when is None or self.event is None or level == "article":
            return field.when is None or self.holds(field.when, level)
        asked = self.alike(self.event).asked
        if (found := asked.get(field.id)) is None:
            found = asked[field.id] = self.holds(field.when)
        return found

    def alike(self, event: Event) -> Alike:
        """What the event, which is the scope's own, has in common with others."""
        if self._alike is None:
            self._alike = self.conditions.asked.of(self.coding, event)
        return self._alike

    def holds(self, expression: Expression, level: Level = "event") -> bool:
        """Whether the condition holds; one that could not be evaluated does.

        level: of the field whose condition it is; bare names in those of article fields are article fields.
        """
        return self.conditions.test(expression, level)(self) is not False

    # ------------------------------------------------------------ evidence
    def failing(self, test: EvidenceTest) -> Iterator[Field]:
        """The coded fields whose evidence does not pass the test."""
        tests = [each for wanted in test.tests if (each := self._evidence_test(wanted))]
        for field, answer in self._tested(test.field) if tests else ():
            if test.field == "required_fields" and not self.needs_evidence(field):
                continue
            if not all(each(answer.evidence) for each in tests):
                yield field

    def _tested(self, name: str) -> Sequence[tuple[Field, Answer]]:
        """The coded fields that a test on evidence names, with their answers."""
        if name in EVIDENCE_OF_MANY:
            return self.coded
        if of_article := name.startswith("article."):
            field = self.codebook.article_field(name.partition(".")[2])
        else:
            field = self.codebook.event_field(name)
        answer = self.article_answer(field) if of_article else self.event_answer(field)
        return [(field, answer)] if answer.coded else []

    @property
    def coded(self) -> Sequence[tuple[Field, Answer]]:
        """The coded fields of the event, or of the article where there is none, with their answers."""
        if self._coded is None:
            if self.event is None:
                answers = [(field, self.article_answer(field)) for field in self.codebook.article_fields]
            else:
                answers = [(field, self.event_answer(field)) for field in self.codebook.event_fields]
            self._coded = [(field, answer) for field, answer in answers if answer.coded]
        return self._coded

    def needs_evidence(self, field: Field) -> bool:
        """Whether a coded value of the field must have a span to support it."""
        if field.evidence != "required":
            return False
        return field.evidence_when is None or self.holds(field.evidence_when)

    def span(self, span_id: str) -> Span | None:
        """The coding's span of that id, if it exists."""
        if not self.spans:
            self.spans.update((span.id, span) for span in self.coding.spans)
        return self.spans.get(span_id)

    def _evidence_test(self, wanted: str) -> Callable[[Sequence[str]], bool] | None:
        """What is tested of the ids of evidence; None where every span of the coding passes."""
        if wanted in ("present", "absent"):
            return bool if wanted == "present" else not_
        if (misplaced := self._misplaced.get(wanted)) is None:
            misplaced = self._misplaced[wanted] = self._found_misplaced(wanted)
        return misplaced.isdisjoint if misplaced else None

    def _found_misplaced(self, wanted: str) -> frozenset[str]:
        if self.article is None:
            return frozenset()
        spans, end, boilerplate = self.coding.spans, len(self.article.text), self.article.boilerplate
        if wanted == "inside_article":
            return frozenset(s.id for s in spans if not 0 <= s.start < s.end <= end)
        return frozenset(s.id for s in spans if any(s.start < b and a < s.end for a, b in boilerplate))


class RuleTests(NamedTuple):
    """A rule with the functions its parts were made into; evidence: where it tests the spans of fields."""

    rule: Rule
    condition: Test | None
    require: Test
    evidence: EvidenceTest | None
    of_links: bool  # whether it looks at linked events
    of_all: bool  # whether it looks at all events of the article

    def kept(self, scope: Scope) -> bool:
        """Whether the rule is kept, or not about this."""
        if self.condition is not None and self.condition(scope) is False:
            return True
        return self.require(scope) is not False


class Conditions:
    """The conditions and rules of one codebook, made into functions of a scope."""

    def __init__(self, codebook: Codebook) -> None:
        self._codebook, self.asked = codebook, Asked(codebook)
        self._tests: dict[tuple[int, Level], tuple[Expression, Test]] = {}
        """By identity, which is the condition's own as long as it is kept here."""

    @cached_property
    def rules(self) -> Mapping[Level, Sequence[RuleTests]]:
        """The rules that are tested for the article, and those tested for each event."""
        found: dict[Level, list[RuleTests]] = {"article": [], "event": []}
        for rule in self._codebook.rules:
            about_events = any(not name.startswith("article.") for name in rule.names)
            evidence = rule.require if isinstance(rule.require, EvidenceTest) else None
            parts = [part for e in (rule.condition, rule.require) if e for part, _ in forms.parts_of(e)]
            tests = RuleTests(
                rule,
                None if rule.condition is None else self.test(rule.condition),
                self.test(rule.require),
                evidence,
                any(name.startswith("link.") for name in rule.names),
                any(isinstance(part, forms.NoTwin | forms.NoRecords) for part in parts),
            )
            if evidence or not about_events:
                found["article"].append(tests)
            if evidence or about_events:
                found["event"].append(tests)
        return found

    def test(self, expression: Expression, level: Level = "event") -> Test:
        """The function of a condition by this codebook."""
        key = (id(expression), level)
        if (found := self._tests.get(key)) is None:
            found = self._tests[key] = (expression, self._made(expression, level))
        return found[1]

    def _made(self, expression: Expression, level: Level) -> Test:
        match expression:
            case forms.In(field=name, values=wanted):
                ids, among = self._ids(name, level), frozenset(wanted)
                return lambda scope: not among.isdisjoint(ids(scope))
            case forms.NotIn(field=name, values=wanted):
                values, ids, among = self._values(name, level), self._ids(name, level), frozenset(wanted)
                return lambda scope: values(scope) is not None and among.isdisjoint(ids(scope))
            case forms.Under(field=name, roots=roots):
                ids, among, path_of = self._ids(name, level), frozenset(roots), self._codebook.path_of
                return lambda scope: any(not among.isdisjoint(path_of(value)) for value in ids(scope))
            case forms.InState(field=name, states=states):
                answer = self._answer(name, level)
                return lambda scope: answer(scope).state in states
            case forms.Is(field=name, value=wanted_value):
                values = self._values(name, level)
                return lambda scope: values(scope) == (wanted_value,)
            case forms.Items(field=name, min_items=least, max_items=most):
                low, high = least or 0, math.inf if most is None else most
                return _if_read(self._values(name, level), lambda found: low <= len(found) <= high)
            case forms.Compare(compare=(left, sign, right)):
                sides, compare = [self._operand(side, level) for side in (left, right)], _OPERATORS[sign]
                return lambda scope: _compared([side(scope) for side in sides], compare)
            case forms.Disjoint(disjoint=(one, other)):
                mine, theirs = self._identities(one, level), self._identities(other, level)
                return lambda scope: (
                    None
                    if (left := mine(scope)) is None or (right := theirs(scope)) is None
                    else left.isdisjoint(right)
                )
            case EvidenceTest():
                return lambda scope: next(scope.failing(expression), None) is None
            case forms.NoRecords(no_records=none):
                return lambda scope: none is not bool(scope.coding.events)
            case forms.NoTwin(no_twin=names):
                return _no_twin([self._identities(name, level) for name in names])
            case forms.Not(not_=inner):
                return _if_read(self.test(inner, level), not_)
            case forms.All(all=parts):
                return _first([self.test(part, level) for part in parts], wanted=False)
            case forms.Any_(any=parts):
                return _first([self.test(part, level) for part in parts], wanted=True)

    # ------------------------------------------------------------ names
    def _answer(self, name: str, level: Level) -> Callable[[Scope], Answer]:
        """Reads the answer behind a name of the rule language, whole even if the name goes on to a part."""
        owner, name, _ = forms.split_name(name)
        if owner == "article" or level == "article":
            field = self._codebook.article_field(name)
            return lambda scope: scope.article_answer(field)
        if not owner:
            field = self._codebook.event_field(name)
            return lambda scope: scope.event_answer(field)
        if name == "relation":
            return lambda scope: _relation(scope.link)
        field = self._codebook.event_field(name)

        def of_linked(scope: Scope) -> Answer:
            event = scope.link and scope.coding.event(str(scope.link.get("record")))
            return scope.linked(event).event_answer(field) if event else MISSING

        return of_linked

    def _values(self, name: str, level: Level) -> Values:
        """Reads the values behind a name, one for each list item; None if nothing there is coded."""
        answer_of, key, part = self._answer(name, level), f"{level}:{name}", forms.split_name(name)[2]

        def values(scope: Scope) -> tuple[Json, ...] | None:
            if (known := scope.read.get(key, ())) != ():
                return known
            answer, found = answer_of(scope), None
            if answer.coded:
                items = answer.value if isinstance(answer.value, list) else [answer.value]
                if part:
                    items = [item.get(part) for item in items if isinstance(item, Mapping)]
                found = tuple(item for item in items if item is not None) or None
            scope.read[key] = found
            return found

        return values

    def _ids(self, name: str, level: Level) -> Callable[[Scope], tuple[str, ...]]:
        """Reads the values behind a name that are texts, none if it is not coded."""
        values, key = self._values(name, level), f"{level}:{name} ids"

        def ids(scope: Scope) -> tuple[str, ...]:
            if (found := scope.read.get(key)) is None:
                found = scope.read[key] = tuple([v for v in values(scope) or () if isinstance(v, str)])
            return found

        return ids

    def _identities(self, name: str, level: Level) -> Callable[[Scope], frozenset[str] | None]:
        values = self._values(name, level)
        return lambda scope: None if (found := values(scope)) is None else frozenset(map(identity, found))

    def _operand(self, side: forms.Constant, level: Level) -> Callable[[Scope], Json]:
        """Reads one side of a comparison: a constant, or the one value behind a name."""
        if isinstance(side, int) or not forms.is_name(side):
            return lambda scope: side
        values = self._values(side, level)
        return lambda scope: found[0] if (found := values(scope)) and len(found) == 1 else None


def conditions_of(codebook: Codebook) -> Conditions:
    """The codebook's conditions and rules as functions, which are kept with it."""
    kept = codebook.kept
    if Conditions not in kept:
        kept[Conditions] = Conditions(codebook)
    found: Conditions = kept[Conditions]
    return found


def _first(tests: Sequence[Test], *, wanted: bool) -> Test:
    """`any` if True is wanted, else `all`: the first test that says so decides; None if none is evaluated."""

    def found(scope: Scope) -> bool | None:
        held: bool | None = None
        for test in tests:
            if (each := test(scope)) is wanted:
                return wanted
            if each is not None:
                held = not wanted
        return held

    return found


def _if_read(read: Callable[[Scope], T | None], test: Callable[[T], bool]) -> Test:
    """The test of what is read; None, as not evaluated, where nothing is."""
    return lambda scope: None if (found := read(scope)) is None else test(found)


def _compared(sides: list[Json], compare: Callable[[Json, Json], bool]) -> bool | None:
    return compare(*sides) if {type(side) for side in sides} in ({str}, {int}) else None


def _no_twin(identities: Sequence[Callable[[Scope], frozenset[str] | None]]) -> Test:
    def test(scope: Scope) -> bool | None:
        mine = [each(scope) for each in identities]
        if None in mine or scope.event is None:
            return None
        others = [scope.linked(event) for event in scope.coding.events if event.id != scope.event.id]
        return not any(
            all(each(s) == own for each, own in zip(identities, mine, strict=True)) for s in others
        )

    return test


def _relation(link: Mapping[str, Json] | None) -> Answer:
    relation = link and link.get("relation")
    return Answer(value=relation) if relation else MISSING
