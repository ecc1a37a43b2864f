"""Evaluation of a codebook's conditions for one coding: its effective answers, and
tests on them.

Source: the semantics under `expressions` in schemas/conflict_events.yaml. A test of a
value that is not coded is not evaluated: it is left out of `all`, `any` and `not`, and
an empty condition holds. Only `in`, `not_in`,
`under` and `is` are false in this case; only `state` sees the blank itself. Each condition is compiled to a
function of a scope once, on first use.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from operator import eq, ge, gt, le, lt, ne, not_
from typing import Any, Literal, NamedTuple, TypeAlias, TypeVar

from coder.codebook import expressions as forms
from coder.codebook.expressions import EVIDENCE_OF_MANY, EvidenceTest, Expression
from coder.codebook.identity import identity
from coder.codebook.schema import Codebook, Field, Rule, Value
from coder.codebook.three_valued import compared, first, if_read
from coder.codebook.visibility_cache import Visibility, VisibilityCache
from coder.grouping import grouped
from coder.model import MISSING, Answer, Article, Blank, Coding, Event, Json, Span

T = TypeVar("T")
Level: TypeAlias = Literal["article", "event"]
Test: TypeAlias = "Callable[[Scope], bool | None]"
"""Returns True, False, or None for not evaluated."""
Values: TypeAlias = "Callable[[Scope], tuple[Json, ...] | None]"

NOT_APPLICABLE = Answer(blank=Blank.NOT_APPLICABLE)

_UNREAD = object()
_OPERATORS: dict[str, Callable[[Json, Json], bool]]
_OPERATORS = {"<": lt, "<=": le, "=": eq, "!=": ne, ">=": ge, ">": gt}


class Scope:
    """Where names in conditions are looked up: one coding, one of its events or none,
    and one link.

    link: an item of the event's links, for rules that are tested once per link.
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
        self.conditions = codebook.derived(Conditions)
        self.spans: dict[str, Span] = {}  # by id; filled on first access
        self.read: dict[str, Any] = {}
        """What conditions have read, by the name and what they made of it."""
        self.twins: dict[Test, dict[tuple[frozenset[str] | None, ...], list[str]]] = {}
        """The ids of the coding's events that are equal in what each test compares."""
        self._coded: list[tuple[Field, Answer]] | None = None
        self._along_links: list[Scope] | None = None
        self.of_event: dict[str, Answer] = {}
        """The event's effective answers that are known so far."""
        self._of_article: dict[str, Answer] = {}
        self._linked: dict[str, Scope] = {}
        self._visibility: Visibility | None = None
        self._misplaced: dict[str, frozenset[str]] = {}
        """The spans that fail each test of where evidence is."""

    def twins_of(self, test: Test) -> list[str]:
        """Return the ids of the other events that are equal to this one in what a test
        compares.
        """
        here = self.event.id if self.event is not None else ""
        for ids in self.twins.get(test, {}).values():
            if here in ids:
                return [each for each in ids if each != here]
        return []

    def linked(self, event: Event) -> Scope:
        """Return the scope of another event of the coding."""
        if event.id not in self._linked:
            self._linked[event.id] = self.at(event)
        return self._linked[event.id]

    def at(self, event: Event) -> Scope:
        """Return the scope of another event, not kept for later."""
        scope = copy(self)
        scope.event = event
        scope.link = None
        scope.read = {}
        scope.of_event = {}
        scope._coded = None
        scope._along_links = None
        scope._visibility = None
        return scope

    def release(self) -> None:
        """Forget the scopes of other events: they hold each other, so Python would free
        them late.
        """
        self._linked.clear()

    def along_links(self) -> Sequence[Scope]:
        """Return the scopes of the same event with each of its links."""
        if self._along_links is None:
            scopes = list[Scope]()
            for field, answer in self.coded:
                is_link = field.value_is == "record_reference"
                if not is_link or not isinstance(answer.value, list):
                    continue
                for link in answer.value:
                    if isinstance(link, Mapping):
                        scopes.append(self._with_link(link))
            self._along_links = scopes
        return self._along_links

    def _with_link(self, link: Mapping[str, Json]) -> Scope:
        scope = copy(self)
        scope.link = link
        scope.read = {}
        return scope

    def likely_relation(
        self, relations: Sequence[Value], other_id: str
    ) -> Value | None:
        """Return the first relation to another event whose `likely_if` is known to
        hold, None if there is none.
        """
        scope = self._with_link({"record": other_id})
        for relation in relations:
            condition = relation.likely_if
            if condition and self.conditions.test(condition)(scope):
                return relation
        return None

    # ------------------------------------------------------------ effective answers
    def event_answer(self, field: Field) -> Answer:
        """Return the event's effective answer: not_applicable if hidden, missing if it
        is a proposal.
        """
        if self.event is None:
            return MISSING
        answer = self.of_event.get(field.id)
        if answer is None:
            stored = self.event.fields.get(field.id)
            answer = self._effective(field, "event", stored)
            self.of_event[field.id] = answer
        return answer

    def article_answer(self, field: Field) -> Answer:
        """Return the effective answer to an article field."""
        answer = self._of_article.get(field.id)
        if answer is None:
            stored = self.coding.answers.get(field.id)
            answer = self._effective(field, "article", stored)
            self._of_article[field.id] = answer
        return answer

    def _effective(self, field: Field, level: Level, stored: Answer | None) -> Answer:
        unanswered = MISSING if self.asks(field, level) else NOT_APPLICABLE
        return unanswered if stored is None else stored.effective(unanswered)

    def asks(self, field: Field, level: Level) -> bool:
        """Return whether a field of the given level is asked for: its condition holds,
        or it has none.
        """
        if field.when is None:
            return True
        if self.event is None or level == "article":
            return self.holds(field.when, level)
        asked = self.visibility(self.event).asked
        is_asked = asked.get(field.id)
        if is_asked is None:
            is_asked = self.holds(field.when)
            asked[field.id] = is_asked
        return is_asked

    def visibility(self, event: Event) -> Visibility:
        """The cached visibility of fields for the scope's own event."""
        if self._visibility is None:
            self._visibility = self.conditions.visibility.of(self.coding, event)
        return self._visibility

    def holds(self, expression: Expression, level: Level = "event") -> bool:
        """Return whether the condition holds, or could not be evaluated.

        level: of the field with the condition; for article fields, names without a
        prefix are article fields.
        """
        return self.conditions.test(expression, level)(self) is not False

    # ------------------------------------------------------------ evidence
    def failing(self, test: EvidenceTest) -> Iterator[Field]:
        """Yield the coded fields whose evidence fails the test."""
        tests = []
        for wanted in test.tests:
            evidence_test = self._evidence_test(wanted)
            if evidence_test is not None:
                tests.append(evidence_test)
        if not tests:
            return
        for field, answer in self._find_tested(test.field):
            if test.field == "required_fields" and not self.needs_evidence(field):
                continue
            if not all(passes(answer.evidence) for passes in tests):
                yield field

    def _find_tested(self, name: str) -> Sequence[tuple[Field, Answer]]:
        """Return the coded fields named in an evidence test, with their answers."""
        if name in EVIDENCE_OF_MANY:
            return self.coded
        if name.startswith("article."):
            field = self.codebook.article_field(name.partition(".")[2])
            answer = self.article_answer(field)
        else:
            field = self.codebook.event_field(name)
            answer = self.event_answer(field)
        return [(field, answer)] if answer.coded else []

    @property
    def coded(self) -> Sequence[tuple[Field, Answer]]:
        """The coded fields of the event, or of the article if there is no event, with
        their answers.
        """
        if self._coded is None:
            if self.event is None:
                fields = self.codebook.article_fields
                answers = [(field, self.article_answer(field)) for field in fields]
            else:
                fields = self.codebook.event_fields
                answers = [(field, self.event_answer(field)) for field in fields]
            self._coded = [(field, answer) for field, answer in answers if answer.coded]
        return self._coded

    def needs_evidence(self, field: Field) -> bool:
        """Return whether a coded value of the field requires evidence."""
        if field.evidence != "required":
            return False
        return field.evidence_when is None or self.holds(field.evidence_when)

    def span(self, span_id: str) -> Span | None:
        """The coding's span with that id, if it exists."""
        if not self.spans:
            self.spans.update((span.id, span) for span in self.coding.spans)
        return self.spans.get(span_id)

    def _evidence_test(self, wanted: str) -> Callable[[Sequence[str]], bool] | None:
        """The test of a list of evidence ids; None if every span of the coding passes."""
        if wanted == "present":
            return bool
        if wanted == "absent":
            return not_
        misplaced = self._misplaced.get(wanted)
        if misplaced is None:
            misplaced = frozenset(self._find_misplaced(wanted))
            self._misplaced[wanted] = misplaced
        return misplaced.isdisjoint if misplaced else None

    def _find_misplaced(self, wanted: str) -> Iterator[str]:
        """Yield the ids of the spans that are outside the article, or in boilerplate."""
        if self.article is None:
            return
        end = len(self.article.text)
        for span in self.coding.spans:
            if wanted == "inside_article":
                if not 0 <= span.start < span.end <= end:
                    yield span.id
            elif _overlaps(span, self.article.boilerplate):
                yield span.id


def _overlaps(span: Span, stretches: Iterable[tuple[int, int]]) -> bool:
    return any(span.start < end and start < span.end for start, end in stretches)


class RuleTests(NamedTuple):
    """A rule with its compiled parts; evidence: its requirement, if that is an evidence
    test.
    """

    rule: Rule
    condition: Test | None
    require: Test
    evidence: EvidenceTest | None
    of_links: bool  # whether it depends on linked events
    of_all: bool  # whether it depends on all events of the article

    def passes(self, scope: Scope) -> bool:
        """Return whether the rule is satisfied or does not apply."""
        if self.condition is not None and self.condition(scope) is False:
            return True
        return self.require(scope) is not False


class Conditions:
    """The conditions and rules of one codebook, compiled to functions of a scope."""

    def __init__(self, codebook: Codebook) -> None:
        self._codebook = codebook
        self.visibility = VisibilityCache(codebook)
        self._tests: dict[tuple[int, Level], tuple[Expression, Test]] = {}
        """By id(condition), which stays unique as the condition is stored with it."""

    @cached_property
    def rules(self) -> Mapping[Level, Sequence[RuleTests]]:
        """The rules tested for the article, and those tested for each event."""
        by_level: dict[Level, list[RuleTests]] = {"article": [], "event": []}
        for rule in self._codebook.rules:
            about_events = any(not name.startswith("article.") for name in rule.names)
            evidence = rule.require if isinstance(rule.require, EvidenceTest) else None
            condition = None
            parts = list(forms.parts_of(rule.require))
            if rule.condition is not None:
                condition = self.test(rule.condition)
                parts += forms.parts_of(rule.condition)
            of_all = any(
                isinstance(part, forms.NoTwin | forms.NoRecords) for part, _ in parts
            )
            of_links = any(name.startswith("link.") for name in rule.names)
            tests = RuleTests(
                rule,
                condition,
                self.test(rule.require),
                evidence,
                of_links,
                of_all,
            )
            if evidence or not about_events:
                by_level["article"].append(tests)
            if evidence or about_events:
                by_level["event"].append(tests)
        return by_level

    def test(self, expression: Expression, level: Level = "event") -> Test:
        """The compiled condition."""
        key = (id(expression), level)
        if key not in self._tests:
            self._tests[key] = (expression, self._compile(expression, level))
        return self._tests[key][1]

    def _compile(self, expression: Expression, level: Level) -> Test:
        match expression:
            case forms.In(field=name, values=wanted):
                ids = self._ids(name, level)
                among = frozenset(wanted)
                return lambda scope: not among.isdisjoint(ids(scope))
            case forms.NotIn(field=name, values=wanted):
                values = self._values(name, level)
                ids = self._ids(name, level)
                among = frozenset(wanted)
                return lambda scope: (
                    values(scope) is not None and among.isdisjoint(ids(scope))
                )
            case forms.Under(field=name, roots=roots):
                ids = self._ids(name, level)
                among = frozenset(roots)
                path_of = self._codebook.path_of
                return lambda scope: any(
                    not among.isdisjoint(path_of(value)) for value in ids(scope)
                )
            case forms.InState(field=name, states=states):
                answer = self.answer(name, level)
                return lambda scope: answer(scope).state in states
            case forms.Is(field=name, value=wanted_value):
                values = self._values(name, level)
                return lambda scope: values(scope) == (wanted_value,)
            case forms.Items(field=name, min_items=least, max_items=most):
                low = least or 0
                high = math.inf if most is None else most
                return if_read(
                    self._values(name, level), lambda values: low <= len(values) <= high
                )
            case forms.Compare(compare=(left, sign, right)):
                sides = [self._operand(side, level) for side in (left, right)]
                compare = _OPERATORS[sign]
                return lambda scope: compared([side(scope) for side in sides], compare)
            case forms.Disjoint(disjoint=(one, other)):
                mine = self._identities(one, level)
                theirs = self._identities(other, level)
                return _disjoint(mine, theirs)
            case EvidenceTest():
                return lambda scope: next(scope.failing(expression), None) is None
            case forms.NoRecords(no_records=none):
                return lambda scope: none is not bool(scope.coding.events)
            case forms.NoTwin(no_twin=names):
                return _no_twin([self._identities(name, level) for name in names])
            case forms.Not(not_=inner):
                return if_read(self.test(inner, level), not_)
            case forms.All(all=parts):
                return first([self.test(part, level) for part in parts], wanted=False)
            case forms.Any_(any=parts):
                return first([self.test(part, level) for part in parts], wanted=True)

    # ------------------------------------------------------------ names
    def answer(self, name: str, level: Level = "event") -> Callable[[Scope], Answer]:
        """A function that reads the answer a name refers to, in full even if the name
        is of a part.
        """
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
        """A function that reads the values of a name, one per list item; None if
        nothing is coded.
        """
        answer_of = self.answer(name, level)
        part = forms.split_name(name)[2]

        def values(scope: Scope) -> tuple[Json, ...] | None:
            answer = answer_of(scope)
            if not answer.coded:
                return None
            items = answer.value if isinstance(answer.value, list) else [answer.value]
            if part:
                items = [item.get(part) for item in items if isinstance(item, Mapping)]
            return tuple([item for item in items if item is not None]) or None

        return _once(f"{level}:{name}", values)

    def _ids(self, name: str, level: Level) -> Callable[[Scope], tuple[str, ...]]:
        """A function that reads the values of a name that are strings, () if it is not
        coded.
        """
        values = self._values(name, level)
        return _once(
            f"{level}:{name} ids",
            lambda scope: tuple([v for v in values(scope) or () if isinstance(v, str)]),
        )

    def _identities(
        self, name: str, level: Level
    ) -> Callable[[Scope], frozenset[str] | None]:
        """A function that reads the identities of the values of a name; None if it is
        not coded.
        """
        identities = if_read(
            self._values(name, level), lambda read: frozenset(map(identity, read))
        )
        return _once(f"{level}:{name} identities", identities)

    def _operand(self, side: forms.Constant, level: Level) -> Callable[[Scope], Json]:
        """A function that reads one side of a comparison: a constant, or the single
        value of a name.
        """
        if isinstance(side, int) or not forms.is_name(side):
            return lambda scope: side
        values = self._values(side, level)

        def single_value(scope: Scope) -> Json:
            read = values(scope)
            return read[0] if read and len(read) == 1 else None

        return single_value


def _once(key: str, read: Callable[[Scope], T]) -> Callable[[Scope], T]:
    """Return the same function, its result cached in the scope under a key."""

    def cached(scope: Scope) -> T:
        found = scope.read.get(key, _UNREAD)
        if found is _UNREAD:
            found = read(scope)
            scope.read[key] = found
        result: T = found
        return result

    return cached


def _disjoint(
    one: Callable[[Scope], frozenset[str] | None],
    other: Callable[[Scope], frozenset[str] | None],
) -> Test:
    """Return the test that two fields have no value in common."""

    def test(scope: Scope) -> bool | None:
        mine = one(scope)
        if mine is None:
            return None
        theirs = other(scope)
        return None if theirs is None else mine.isdisjoint(theirs)

    return test


def _no_twin(identities: Sequence[Callable[[Scope], frozenset[str] | None]]) -> Test:
    """Return the test that no other event of the coding has the same values."""

    def own(scope: Scope) -> tuple[frozenset[str] | None, ...]:
        return tuple([each(scope) for each in identities])

    def test(scope: Scope) -> bool | None:
        mine = own(scope)
        if None in mine or scope.event is None:
            return None
        alike = scope.twins.get(test)
        if alike is None:
            events = scope.coding.events
            alike = grouped((own(scope.linked(each)), each.id) for each in events)
            scope.twins[test] = alike
        return len(alike.get(mine, ())) < 2

    return test


def _relation(link: Mapping[str, Json] | None) -> Answer:
    relation = link and link.get("relation")
    return Answer(value=relation) if relation else MISSING
