"""Everything that is wrong with a coding by its codebook: it returns problems and raises none.

Source: `rules` and `expressions` in schemas/conflict_events.yaml. Answers of hidden fields are kept but
not looked at; proposals count as missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from coder.codebook.conform import misfits
from coder.codebook.expressions import EvidenceTest
from coder.codebook.label import Label
from coder.codebook.schema import Codebook, Field, Rule, Severity
from coder.codebook.scope import Scope
from coder.codebook.stretch import is_stretch
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
    message: Label


def problems(coding: Coding, codebook: Codebook, article: Article) -> list[Problem]:
    """Every problem of the coding: the article's first, then event by event, fields before rules."""
    scope = Scope(coding, codebook, article=article)
    found = [*_article_problems(scope)]
    for event in coding.events:
        found += _event_problems(scope.linked(event), event)
    return found


def applies(field: Field, event: Event, coding: Coding, codebook: Codebook) -> bool:
    """Whether an event field is asked for this event."""
    return field.id in visible(event, coding, codebook)


def visible(event: Event, coding: Coding, codebook: Codebook) -> set[str]:
    """The ids of the event fields that are asked for this event."""
    scope = Scope(coding, codebook, event)
    return {f.id for f in codebook.event_fields if scope.asks(f, "event")}


def visible_article(coding: Coding, codebook: Codebook) -> set[str]:
    """The ids of the article fields that are asked for this coding."""
    scope = Scope(coding, codebook)
    return {f.id for f in codebook.article_fields if scope.asks(f, "article")}


def _asked(answer: Answer) -> bool:
    return answer.blank is not Blank.NOT_APPLICABLE


def _article_problems(scope: Scope) -> Iterator[Problem]:
    codebook = scope.codebook
    answered = [name for name in scope.coding.answers if not is_stretch(name, codebook)]
    yield from _unknown(answered, codebook.article_fields, None)
    for field in codebook.article_fields:
        yield from _field_problems(field, scope.article_answer(field), scope, None)
    for rule in codebook.rules:
        yield from _rule_problems(rule, scope, None)


def _event_problems(scope: Scope, event: Event) -> Iterator[Problem]:
    codebook = scope.codebook
    yield from _unknown(event.fields, codebook.event_fields, event.id)
    for field in codebook.event_fields:
        yield from _field_problems(field, scope.event_answer(field), scope, event)
    for rule in codebook.rules:
        yield from _rule_problems(rule, scope, event)


# ---------------------------------------------------------------- fields
def _field_problems(field: Field, answer: Answer, scope: Scope, event: Event | None) -> Iterator[Problem]:
    if not _asked(answer):
        return
    event_id = event.id if event else None
    name = field.label
    if answer.blank is Blank.MISSING and field.required:
        message = Label(ar=f"«{name.ar}» لم يُرمَّز بعد.", en=f"{name.en} is not coded yet.")
        yield Problem(REQUIRED, "error", event_id, field.id, message)
    if answer.coded:
        wrong = list(misfits(field, answer.value, scope.codebook))
        for what in wrong or _dangling_links(field, answer, scope, event):
            message = Label(ar=f"«{name.ar}»: {what.ar}.", en=f"{name.en}: {what.en}.")
            yield Problem(VALUE, "error", event_id, field.id, message)
    for span_id in answer.evidence:
        if scope.coding.span(span_id) is None:
            message = Label(
                ar=f"«{name.ar}»: المقطع «{span_id}» غير موجود.",
                en=f"{name.en}: there is no span “{span_id}”.",
            )
            yield Problem(EVIDENCE, "error", event_id, field.id, message)


def _dangling_links(field: Field, answer: Answer, scope: Scope, event: Event | None) -> Iterator[Label]:
    """Links to records that are not there, or to the record itself."""
    if field.value_is != "record_reference" or event is None:
        return
    for link in answer.value:
        if link["record"] == event.id:
            yield Label(ar="السجل مرتبط بنفسه", en="the record is linked to itself")
        elif scope.coding.event(link["record"]) is None:
            yield Label(ar=f"السجل «{link['record']}» غير موجود", en=f"there is no record “{link['record']}”")


def _unknown(names: Iterable[str], fields: tuple[Field, ...], event_id: str | None) -> Iterator[Problem]:
    known = {f.id for f in fields}
    for name in names:
        if name not in known:
            message = Label(ar=f"الحقل «{name}» ليس في الدليل.", en=f"The codebook has no field “{name}”.")
            yield Problem(VALUE, "error", event_id, name, message)


# ---------------------------------------------------------------- rules
def _rule_problems(rule: Rule, scope: Scope, event: Event | None) -> Iterator[Problem]:
    if isinstance(rule.require, EvidenceTest):
        yield from _evidence_problems(rule, rule.require, scope, event)
    elif rule.is_about_events is (event is not None):
        if any(name.startswith("link.") for name in rule.names):
            broken = any(not _kept(rule, scope.with_link(link)) for link in _links(scope))
        else:
            broken = not _kept(rule, scope)
        if broken:
            yield _broken(rule, rule.names, scope, event)


def _evidence_problems(
    rule: Rule, test: EvidenceTest, scope: Scope, event: Event | None
) -> Iterator[Problem]:
    """One problem for each field whose evidence fails, so that each can be gone to."""
    if rule.condition is None or scope.holds(rule.condition):
        for field in scope.failing(test):
            yield _broken(rule, (field.id if event else f"article.{field.id}",), scope, event)


def _kept(rule: Rule, scope: Scope) -> bool:
    return (rule.condition is not None and not scope.holds(rule.condition)) or scope.holds(rule.require)


def _links(scope: Scope) -> Iterator[Mapping[str, str]]:
    """The links of the event that lead to a record of this coding."""
    for field in scope.codebook.event_fields:
        answer = scope.event_answer(field)
        if field.value_is == "record_reference" and answer.coded and isinstance(answer.value, list):
            yield from (link for link in answer.value if isinstance(link, Mapping))


def _broken(rule: Rule, names: tuple[str, ...], scope: Scope, event: Event | None) -> Problem:
    """The rule's message with the labels of the fields it is about; the first of this level is gone to."""
    labels = list(dict.fromkeys(_field_of(name, scope.codebook).label for name in names))
    message = rule.message
    if labels:
        ar, en = "، ".join(label.ar for label in labels), ", ".join(label.en for label in labels)
        message = Label(ar=f"{message.ar} ({ar})", en=f"{message.en} ({en})")
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
