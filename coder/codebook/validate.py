"""Everything that is wrong with a coding by its codebook: it returns problems and raises none.

Source: `rules` and `expressions` in schemas/conflict_events.yaml. Answers of hidden fields are kept but
not looked at; proposals count as missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from coder.codebook.conform import value_problems
from coder.codebook.label import Label, joined
from coder.codebook.schema import Codebook, Field, Rule, Severity
from coder.codebook.scope import RuleTests, Scope
from coder.codebook.stretch import is_stretch
from coder.messages.catalogue import Message
from coder.model import Answer, Article, Blank, Coding, Event

REQUIRED = "required"
VALUE = "value"
EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right before a coding can be submitted, or to confirm when it is a warning.

    rule: the id of the rule, or `required`, `value`, `evidence`. event_id: None at the article's level.
    field: the field to go to.
    """

    rule: str
    severity: Severity
    event_id: str | None
    field: str | None
    message: Label | Message


def problems(coding: Coding, codebook: Codebook, article: Article) -> list[Problem]:
    """Every problem of the coding: the article's first, then event by event, fields before rules."""
    scope = Scope(coding, codebook, article=article)
    answered = [name for name in coding.answers if not is_stretch(name, codebook)]
    found = [*_problems_at(scope, None, answered, codebook.article_fields)]
    for event in coding.events:
        found += _problems_at(scope.linked(event), event, event.fields, codebook.event_fields)
    return found


def visible(event: Event, coding: Coding, codebook: Codebook) -> set[str]:
    """The ids of the event fields that are asked for this event."""
    scope = Scope(coding, codebook, event)
    return {f.id for f in codebook.event_fields if scope.asks(f, "event")}


def visible_article(coding: Coding, codebook: Codebook) -> set[str]:
    """The ids of the article fields that are asked for this coding."""
    scope = Scope(coding, codebook)
    return {f.id for f in codebook.article_fields if scope.asks(f, "article")}


def _problems_at(
    scope: Scope, event: Event | None, answered: Iterable[str], fields: Sequence[Field]
) -> Iterator[Problem]:
    """The problems of one event, or of the article without its events."""
    known = {f.id for f in fields}
    for name in answered:
        if name not in known:
            message = Message("codebook.no_such_field", name=name)
            yield Problem(VALUE, "error", event.id if event else None, name, message)
    for field in fields:
        answer = scope.event_answer(field) if event else scope.article_answer(field)
        yield from _field_problems(field, answer, scope, event)
    for tests in scope.conditions.rules["event" if event else "article"]:
        yield from _rule_problems(tests, scope, event)


# ---------------------------------------------------------------- fields
def _field_problems(field: Field, answer: Answer, scope: Scope, event: Event | None) -> Iterator[Problem]:
    if answer.blank is Blank.NOT_APPLICABLE:
        return

    def error(rule: str, key: str, **values: object) -> Problem:
        message = Message(f"codebook.{key}", field=field.label, **values)
        return Problem(rule, "error", event.id if event else None, field.id, message)

    if answer.blank is Blank.MISSING and field.required:
        yield error(REQUIRED, "not_coded_yet")
    if answer.coded:
        wrong = list(value_problems(field, answer.value, scope.codebook))
        for what in wrong or _dangling_links(field, answer, scope, event):
            yield error(VALUE, "field_problem", what=what)
    for span_id in answer.evidence:
        if scope.span(span_id) is None:
            yield error(EVIDENCE, "no_such_span", span=span_id)


def _dangling_links(field: Field, answer: Answer, scope: Scope, event: Event | None) -> Iterator[Message]:
    """Links to records that are not there, or to the record itself."""
    if field.value_is == "record_reference" and event is not None:
        for link in answer.value:
            if link["record"] == event.id:
                yield Message("codebook.linked_to_itself")
            elif scope.coding.event(link["record"]) is None:
                yield Message("codebook.no_such_record", record=link["record"])


# ---------------------------------------------------------------- rules
def _rule_problems(tests: RuleTests, scope: Scope, event: Event | None) -> Iterator[Problem]:
    if tests.evidence:
        # One problem for each field whose evidence fails, so that each can be gone to.
        if tests.condition is None or tests.condition(scope) is not False:
            for field in scope.failing(tests.evidence):
                yield _broken(tests.rule, (field.id if event else f"article.{field.id}",), scope, event)
        return
    scopes = [scope.with_link(link) for link in _links(scope)] if tests.of_links else [scope]
    if not all(map(tests.kept, scopes)):
        yield _broken(tests.rule, tests.rule.names, scope, event)


def _links(scope: Scope) -> Iterator[Mapping[str, str]]:
    """The links of the event that lead to a record of this coding."""
    for field, answer in scope.coded:
        if field.value_is == "record_reference" and isinstance(answer.value, list):
            yield from (link for link in answer.value if isinstance(link, Mapping))


def _broken(rule: Rule, names: tuple[str, ...], scope: Scope, event: Event | None) -> Problem:
    """The rule's message with the labels of the fields it is about; the first of this level is gone to."""
    message: Label | Message = rule.message
    if names:
        labels = dict.fromkeys(_field_of(name, scope.codebook).label for name in names)
        message = Message("codebook.rule_about", message=message, fields=joined(labels, "، ", ", "))
    here = [name for name in names if name.startswith("article.") is (event is None)]
    field = _field_of(here[0], scope.codebook).id if here else None
    return Problem(rule.id, rule.severity, event.id if event else None, field, message)


def _field_of(name: str, codebook: Codebook) -> Field:
    """The field that a name of the rule language is a part of, or that holds the link it goes through."""
    first, _, rest = name.partition(".")
    if first == "article":
        return codebook.article_field(rest.partition(".")[0])
    if name == "link.relation":
        return next(f for f in codebook.event_fields if f.value_is == "record_reference")
    return codebook.event_field(rest.partition(".")[0] if first == "link" else first)
