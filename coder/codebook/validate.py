"""Validation of codings and of single values by the codebook; returns problems and
raises none.

Answers of hidden fields are ignored; proposals count as missing. Source: `rules` and
`expressions` in schemas/conflict_events.yaml; the shapes of values in the native format
`coder/1`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.effective import answers_of, find_unasked
from coder.codebook.expressions import (
    EVIDENCE_OF_MANY,
    All,
    EvidenceTest,
    InState,
    NoTwin,
    names_in,
    parts_of,
    split_name,
)
from coder.codebook.label import Label, join_texts
from coder.codebook.nearest import did_you_mean
from coder.codebook.schema import Codebook, Field, Rule, Severity, Value
from coder.codebook.scope import Level, RuleTests, Scope
from coder.messages.catalogue import Message
from coder.model import Answer, Article, Blank, Coding, Event, Json, Span, event_number

# of the validation; increase it with changes here or in `scope`, as results are stored
VERSION = 7
_MAX_CACHED = 100_000  # values that are known to fit
_LONGEST_LIST = 1000  # values; each is compared with all others
LARGEST = (
    10**15 - 1
)  # spreadsheets hold 15 digits, JSON in other programs hardly more (RFC 8259, 6)
STRETCH = "span."
"""The prefix of the names of gold decisions about a stretch of the text.

Such a decision is stored as an answer about the article; its values are the spans of
the stretch.
"""
_OF_STRETCH = re.compile(rf"{re.escape(STRETCH)}\d+-\d+")
VALUE = "value"  # the rule of a problem with a value
REQUIRED = "required"  # the rule of a problem with a field that waits for a value
MOVED = "moved"  # the rule of a problem with a date that its words no longer give
# the rule of a problem with gold that answers a question that no longer arises
UNASKED = "unasked"
ProblemCache: TypeAlias = "dict[str, tuple[Sequence[object], list[Problem]]]"
"""Event id → the objects that its problems were computed from, and the problems."""


class Problem(Struct, frozen=True):
    """An error that prevents submission of a coding, or a warning to confirm.

    rule: the id of the rule, or `required`, `value`, `evidence`, `moved`. event_id:
    None for the article. field: the field to go to. is_open: nothing is wrong, but a
    field waits for a value.
    """

    rule: str
    severity: Severity
    event_id: str | None
    field: str | None
    message: Label | Message
    is_open: bool = False


def problems(
    coding: Coding,
    codebook: Codebook,
    article: Article,
    *,
    values_fit: bool = False,
    cache: ProblemCache | None = None,
) -> list[Problem]:
    """All problems of a coding: the article's first, then event by event, fields before
    rules.

    values_fit: all values are known to be allowed. cache: the problems of earlier calls
    for the same article; they are reused for events that are, with the events they link
    to, the very same objects.
    """
    scope = Scope(coding, codebook, article=article)
    cache = {} if cache is None else cache
    answered = [name for name in coding.answers if not is_stretch(name, codebook)]
    fields = codebook.article_fields
    rules = scope.conditions.rules
    rules_of_one_event = [tests for tests in rules["event"] if not tests.of_all]
    rules_of_all_events = [tests for tests in rules["event"] if tests.of_all]
    result = [*_problems_of_answers(scope, None, answered, fields, values_fit)]
    result += _broken_rules(scope, None, rules["article"])
    for event in coding.events:
        at = scope.linked(event)
        sources = [coding.answers, event, *_find_linked(event, coding, codebook)]
        known = cache.get(event.id)
        if known is None or [*map(id, known[0])] != [*map(id, sources)]:
            fields = codebook.event_fields
            own = [*_problems_of_answers(at, event, event.fields, fields, values_fit)]
            own += _broken_rules(at, event, rules_of_one_event)
            known = (sources, own)
            cache[event.id] = known
        result += known[1]
        result += _broken_rules(at, event, rules_of_all_events)
    scope.release()
    return result


def _find_linked(
    event: Event, coding: Coding, codebook: Codebook
) -> Iterator[Event | None]:
    """Yield the events that an event links to, None for a missing one."""
    for field in codebook.link_fields:
        links = event.answer(field.id).value
        for link in links if isinstance(links, list) else ():
            if isinstance(link, dict):
                yield coding.event(link.get("record", ""))


def find_unasked_gold(gold: Coding, codebook: Codebook) -> list[Problem]:
    """Problems of gold values whose questions no longer arise; a coder's may arise
    again and do not count.
    """
    return [
        Problem(
            UNASKED,
            "error",
            event_id or None,
            name,
            Message("codebook.unasked", field=field.label),
        )
        for event_id, name in find_unasked(gold, codebook)
        if (field := codebook.field(name)) is not None
    ]


def visible(event: Event, coding: Coding, codebook: Codebook) -> set[str]:
    """The ids of the event fields that are asked for this event."""
    scope = Scope(coding, codebook, event)
    return {f.id for f in codebook.event_fields if scope.asks(f, "event")}


def find_shown_fields(event: Event, coding: Coding, codebook: Codebook) -> set[str]:
    """The ids of the event fields that are asked, now or once all that is proposed is
    accepted.
    """
    asked = visible(event, coding, codebook)
    accepted = {
        n: replace(a, proposed=False) for n, a in event.fields.items() if a.proposed
    }
    if accepted:
        asked |= visible(
            Event(event.id, {**event.fields, **accepted}), coding, codebook
        )
    return asked


def visible_article(coding: Coding, codebook: Codebook) -> set[str]:
    """The ids of the article fields that are asked for this coding."""
    scope = Scope(coding, codebook)
    return {f.id for f in codebook.article_fields if scope.asks(f, "article")}


def is_stretch(name: str, codebook: Codebook) -> bool:
    """Return whether an answer about the article decides on a stretch of its text."""
    return bool(_OF_STRETCH.fullmatch(name)) and codebook.field(name) is None


def value_id(span: Span) -> str:
    """The value that represents a span in a decision on a stretch: its kind and its
    edges.
    """
    return f"{span.kind}.{span.start}-{span.end}"


def _problems_of_answers(
    scope: Scope,
    event: Event | None,
    answered: Iterable[str],
    fields: Sequence[Field],
    values_fit: bool,
) -> Iterator[Problem]:

    def error(rule: str, at: str, key: str, **values: object) -> Problem:
        message = Message(f"codebook.{key}", **values)
        return Problem(
            rule, "error", event.id if event else None, at, message, rule == REQUIRED
        )

    known = {f.id for f in fields}
    unruled = scope.codebook.derived(_evidence_without_rule)
    for name in answered:
        if name not in known:
            yield error(VALUE, name, "no_such_field", name=name)
    of_event = answers_of(scope, event) if event else {}
    for field in fields:
        answer = of_event[field.id] if event else scope.article_answer(field)
        if answer.blank is Blank.NOT_APPLICABLE:
            continue
        if answer.blank is Blank.MISSING and field.required:
            is_proposed = (event or scope.coding).answer(field.id).proposed
            key = "not_confirmed_yet" if is_proposed else "not_coded_yet"
            yield error(REQUIRED, field.id, key, field=field.label)
        if answer.coded:
            wrong = (
                []
                if values_fit
                else list(value_problems(field, answer.value, scope.codebook))
            )
            for what in wrong or _dangling_links(field, answer, scope, event):
                yield error(
                    VALUE, field.id, "field_problem", field=field.label, what=what
                )
            name = field.id if event else f"article.{field.id}"
            if not answer.evidence and name in unruled and scope.needs_evidence(field):
                yield error("evidence", field.id, "no_evidence", field=field.label)
            if event and field.type == "date" and _is_moved(answer, scope):
                moved = Message("codebook.date_moved", field=field.label)
                yield Problem(MOVED, "warning", event.id, field.id, moved)
        for span_id in answer.evidence:
            if scope.span(span_id) is None:
                yield error(
                    "evidence",
                    field.id,
                    "no_such_span",
                    field=field.label,
                    span=span_id,
                )


def _broken_rules(
    scope: Scope, event: Event | None, rules: Iterable[RuleTests]
) -> Iterator[Problem]:
    for tests in rules:
        rule = tests.rule
        if tests.evidence:
            # One problem per failing field, so that each field can be gone to.
            if tests.condition is None or tests.condition(scope) is not False:
                for field in scope.failing(tests.evidence):
                    yield _broken(
                        rule,
                        (field.id if event else f"article.{field.id}",),
                        scope,
                        event,
                    )
        elif not (
            all(map(tests.passes, scope.along_links()))
            if tests.of_links
            else tests.passes(scope)
        ):
            twins = (
                scope.twins_of(tests.require)
                if isinstance(rule.require, NoTwin)
                else []
            )
            yield _broken(rule, rule.names, scope, event, twins)


def _evidence_without_rule(codebook: Codebook) -> set[str]:
    """The fields, by their names in rules, that require evidence without a rule that
    requires it.
    """
    parts = [part for rule in codebook.rules for part, _ in parts_of(rule.require)]
    ruled = {
        p.field for p in parts if isinstance(p, EvidenceTest) and "present" in p.tests
    }
    requiring = {f.id for f in codebook.event_fields if f.evidence == "required"}
    requiring |= {
        f"article.{f.id}" for f in codebook.article_fields if f.evidence == "required"
    }
    return requiring - ruled if ruled.isdisjoint(EVIDENCE_OF_MANY) else set()


def _is_moved(answer: Answer, scope: Scope) -> bool:
    """Return whether a date counted from the publication is none that its words give,
    as that of another day.

    One with other marks, such as an open end, is not what words gave for any day.
    """
    dates = [
        answer.value,
        *(span.value for span in map(scope.span, answer.evidence) if span),
    ]
    counted = [
        date
        for date in dates
        if isinstance(date, Mapping) and date.get("basis") == "relative"
    ]
    value = answer.value
    others = counted[1:]
    if counted[:1] != [value] or not others or value in others:
        return False
    marks = [{**date, "start": "", "end": ""} for date in counted]
    return marks[0] in marks[1:]


def _dangling_links(
    field: Field, answer: Answer, scope: Scope, event: Event | None
) -> Iterator[Message]:
    if field.value_is == "record_reference" and event is not None:
        for link in answer.value:
            if link["record"] == event.id:
                yield Message("codebook.linked_to_itself")
            elif scope.coding.event(link["record"]) is None:
                yield Message(
                    "codebook.no_such_record", record=event_number(link["record"])
                )


# ---------------------------------------------------------------- rules
def _broken(
    rule: Rule,
    names: tuple[str, ...],
    scope: Scope,
    event: Event | None,
    twins: Sequence[str] = (),
) -> Problem:
    """A broken rule with the labels of its fields; `field` is the first one of this
    level that is asked.

    Of a rule that requires several things, its fields are those of what does not hold.
    twins: the ids of the other events that it is about.

    For what a rule says of the event at the other end of a link, it is the field with
    the link. The rule is open while that field is missing, if it requires its value or
    a blank.
    """
    message: Label | Message = rule.message
    level: Level = "article" if event is None else "event"
    required = rule.require.all if isinstance(rule.require, All) else ()
    failing = [
        part for part in required if scope.conditions.test(part, level)(scope) is False
    ]
    if failing:
        names = tuple(
            dict.fromkeys(name for part in failing for name in names_in(part))
        )
    about = [name for name in names if not _is_idle(name, scope, event)] or names
    if names:
        labels = dict.fromkeys(_field_of(name, scope.codebook).label for name in about)
        events = (Message("values.event", number=event_number(each)) for each in twins)
        fields = join_texts(
            [*([join_texts(events)] if twins else []), join_texts(labels)], ": ", ": "
        )
        message = Message("codebook.rule_about", message=message, fields=fields)
    here = [
        name
        for name in (*about, *names)
        if name.startswith("article.") is (event is None)
    ]
    here = ["link.relation" if name.startswith("link.") else name for name in here]
    field = _field_of(here[0], scope.codebook).id if here else None
    is_open = any(
        isinstance(part, InState)
        and part.field in here[:1]
        and "missing" not in part.states
        and "not" not in path
        and scope.conditions.answer(part.field)(scope).blank is Blank.MISSING
        for part, path in parts_of(rule.require)
    )
    return Problem(
        rule.id, rule.severity, event.id if event else None, field, message, is_open
    )


def _is_idle(name: str, scope: Scope, event: Event | None) -> bool:
    """Return whether a name in a rule refers to a field that is not asked of this
    event.
    """
    owner, field, _ = split_name(name)
    return (
        event is not None
        and not owner
        and not scope.asks(scope.codebook.event_field(field), "event")
    )


def _field_of(name: str, codebook: Codebook) -> Field:
    """The field that a name in a rule refers to, or for `link.relation` the field with
    the link.
    """
    owner, field, _ = split_name(name)
    if owner == "article":
        return codebook.article_field(field)
    if (owner, field) == ("link", "relation"):
        return codebook.link_fields[0]
    return codebook.event_field(field)


# ---------------------------------------------------------------- one value
def value_problems(field: Field, value: Json, codebook: Codebook) -> Iterator[Message]:
    """All reasons why the codebook does not allow this value of the field."""
    known_to_fit = codebook.kept.setdefault(value_problems, set())
    key = (id(field), repr(value))
    if key in known_to_fit:  # most values occur repeatedly
        return
    reasons = list(_problems_of(field, value, codebook))
    if not reasons and len(known_to_fit) < _MAX_CACHED:
        known_to_fit.add(key)
    yield from reasons


def _problems_of(field: Field, value: Json, codebook: Codebook) -> Iterator[Message]:
    if not field.is_list:
        yield from _item_problems(field, value, codebook)
    elif not isinstance(value, list) or not value:
        yield _shape("list")
    elif len(value) > _LONGEST_LIST:
        most = Message("counts.values", n=_LONGEST_LIST)
        yield Message("codebook.value_too_many", most=most)
    else:
        if field.most is not None and len(value) > field.most:
            yield Message(
                "codebook.value_too_many", most=Message("counts.values", n=field.most)
            )
        for i, item in enumerate(value):
            if item in value[:i]:
                name = item
                if isinstance(item, Mapping):
                    name = next((v for v in item.values() if isinstance(v, str)), "…")
                yield Message("codebook.value_twice", name=name)
            yield from _item_problems(field, item, codebook)


def kind_problem(kind: str, value: Json, codebook: Codebook) -> Message | None:
    """Why no field filled by the span kind allows this value; None if one does, or
    there is no value.
    """
    if value is None or not (fields := codebook.fields_for_kind(kind)):
        return None
    reasons = (next(value_problems(field, value, codebook), None) for field in fields)
    first = next(reasons)
    return (
        None if first is None or None in reasons else first
    )  # ends at the first field that does


def is_day(text: str) -> bool:
    """Return whether the text is a day of the proleptic Gregorian calendar as
    `YYYY-MM-DD`.
    """
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _item_problems(field: Field, value: Json, codebook: Codebook) -> Iterator[Message]:
    parts = codebook.parts_of(field)
    if not parts:
        yield from _single_problems(
            field.type, codebook.values_of(field), value, codebook
        )
    elif not isinstance(value, Mapping):
        yield _shape("parts", parts=", ".join(p.id for p in parts))
    else:
        for name in value.keys() - {p.id for p in parts}:
            yield Message("codebook.value_unknown_part", name=name)
        for part in parts:
            stated = value.get(part.id)
            optional = part.filled_from or part.may_be_blank or part.default is not None
            if stated is not None:
                yield from _single_problems(
                    part.type or "text", part.values, stated, codebook
                )
            elif not optional and part.type not in (
                "place",
                "actor",
            ):  # the lexicon may lack their names
                yield Message("codebook.value_lacks_part", part=part.label or part.id)


def _single_problems(
    type_: str, values: Sequence[Value], value: Json, codebook: Codebook
) -> Iterator[Message]:
    """The problems of a single value, or list item, of a field or part of this type."""
    known = codebook.lexicon
    match type_:
        case "enum" | "multi" | "hierarchy":
            yield from _not_among([v.id for v in values], value)
        case "text":
            if not isinstance(value, str) or not value.strip():
                yield _shape("text")
        case "bool":
            if not isinstance(value, bool):
                yield _shape("bool")
        case "int":
            if (
                not isinstance(value, int)
                or isinstance(value, bool)
                or not 0 <= value <= LARGEST
            ):
                yield _shape("int")
        case "date":
            if not isinstance(value, str) or not is_day(value):
                yield _shape("date")
        case "place":
            if not isinstance(value, str) or (
                known.places and known.place(value) is None
            ):
                yield Message("codebook.value_no_place", value=value)
        case "actor":
            if isinstance(value, Mapping):  # a free name with its class
                classes = [c.id for c in codebook.actor_classes]
                named = isinstance(value.get("name"), str) and value["name"].strip()
                if not named or value.keys() - {"name", "class"}:
                    yield _shape("actor")
                elif classes:
                    yield from _not_among(classes, value.get("class"))
            elif not isinstance(value, str) or (
                known.actors and known.actor(value) is None
            ):
                yield Message("codebook.value_no_actor", value=value)


def _not_among(allowed: list[str], value: Json) -> Iterator[Message]:
    if value not in allowed:
        guess = did_you_mean(str(value), allowed)
        key = "codebook.value_not_among_but" if guess else "codebook.value_not_among"
        yield Message(key, value=value, guess=guess)


def _shape(type_: str, **values: object) -> Message:
    return Message(
        "codebook.value_shape", expected=Message(f"codebook.shape_{type_}", **values)
    )
