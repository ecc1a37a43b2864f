"""The rule language: the forms of conditions, as data that is never evaluated as
Python.

`scope` evaluates them for a coding. conflict_events.yaml documents them under `expressions`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta

from coder.codebook.label import Model

Constant: TypeAlias = str | int
Operator: TypeAlias = Literal["<", "<=", "=", "!=", ">=", ">"]
State: TypeAlias = Literal["coded", "missing", "not_stated", "not_applicable"]
Ids: TypeAlias = Annotated[tuple[str, ...], Meta(min_length=1)]


class Condition:
    """A condition as structs hold it: msgspec has it decoded by `read_condition`."""

    __slots__ = ()


class In(Model, Condition):
    """The value, or any value of a list field, is one of those given."""

    field: str
    values: Ids = msgspec.field(name="in")


class NotIn(Model, Condition):
    """The field is coded and no value is one of those given."""

    field: str
    values: Ids = msgspec.field(name="not_in")


class Under(Model, Condition):
    """The hierarchy value is one of the given nodes or below one."""

    field: str
    roots: Ids = msgspec.field(name="under")


class InState(Model, Condition):
    """The field is in one of the given states."""

    field: str
    states: Annotated[tuple[State, ...], Meta(min_length=1)] = msgspec.field(
        name="state"
    )


class Is(Model, Condition):
    """The yes-or-no field is coded with the given value."""

    field: str
    value: Annotated[bool, Meta(extra={"strict": True})] = msgspec.field(name="is")


class Items(Model, Condition):
    """A list field has at most, or at least, the given number of values."""

    field: str
    max_items: int | None = None
    min_items: int | None = None


class Compare(Model, Condition):
    """A comparison of two operands: fields, field parts (`date.start`) or constants."""

    compare: tuple[Constant, Operator, Constant]


class Disjoint(Model, Condition):
    """Two list fields share no value."""

    disjoint: tuple[str, str]


class EvidenceTest(Model, Condition):
    """A test on the spans attached to a field, to `all` fields or to `required_fields`."""

    field: str = msgspec.field(name="evidence")
    tests: Annotated[
        tuple[
            Literal["present", "absent", "inside_article", "outside_boilerplate"], ...
        ],
        Meta(min_length=1),
    ] = msgspec.field(name="is")


class NoRecords(Model, Condition):
    """The article has no event record; if false, it has at least one."""

    no_records: bool


class NoTwin(Model, Condition):
    """No other record of the article has the same values in all given fields."""

    no_twin: Ids


class All(Model, Condition):
    """All conditions hold."""

    all: tuple[Expression, ...]


class Any_(Model, Condition):  # noqa: N801 - `Any` is taken by typing
    """At least one condition holds."""

    any: tuple[Expression, ...]


class Not(Model, Condition):
    """The condition does not hold."""

    not_: Expression = msgspec.field(name="not")


EVIDENCE_OF_MANY = (
    "all",
    "required_fields",
)  # what an evidence test may name instead of a field


if TYPE_CHECKING:  # so that each `match` is checked to know all forms
    Expression: TypeAlias = (
        In
        | NotIn
        | Under
        | InState
        | Is
        | Items
        | Compare
        | Disjoint
        | EvidenceTest
        | NoRecords
        | NoTwin
        | All
        | Any_
        | Not
    )
else:
    Expression = Condition

_FORMS: tuple[type[Model], ...] = (
    In,
    NotIn,
    Under,
    InState,
    Items,
    Compare,
    Disjoint,
    EvidenceTest,
    Is,
    NoRecords,
    NoTwin,
    All,
    Any_,
    Not,
)
_KEYED = {key: form for form in _FORMS for key in form.__struct_encode_fields__}
FORM_KEYS = tuple(
    key for key in _KEYED if key != "field"
)  # each condition has one: its form


def form_of(raw: Any) -> type[Model] | None:
    """The form of a condition given as a mapping, by its keys; None if it has none of
    them.
    """
    keys = raw if isinstance(raw, Mapping) else ()
    return next((_KEYED[key] for key in FORM_KEYS if key in keys), None)


def read_condition(_: type, raw: Any) -> Any:
    """Decode a condition in a codebook, for msgspec's `dec_hook`."""
    return msgspec.convert(raw, form_of(raw), dec_hook=read_condition)


def parts_of(
    expression: Expression,
) -> Iterator[tuple[Expression, tuple[str | int, ...]]]:
    """Yield the condition and every condition inside it, each with its path in the
    YAML.
    """
    yield expression, ()
    inner: list[tuple[tuple[str | int, ...], Expression]] = []
    if isinstance(expression, Not):
        inner = [(("not",), expression.not_)]
    for key in ("all", "any"):
        inner += [
            ((key, i), each) for i, each in enumerate(getattr(expression, key, ()))
        ]
    for path, part in inner:
        yield from ((each, (*path, *deeper)) for each, deeper in parts_of(part))


def names_in(expression: Expression) -> tuple[str, ...]:
    """The names used in a condition, including inner conditions, in order without
    duplicates.
    """
    names: list[str] = []
    for part, _ in parts_of(expression):
        match part:
            case EvidenceTest() if part.field in EVIDENCE_OF_MANY:
                pass
            case In() | NotIn() | Under() | InState() | Is() | Items() | EvidenceTest():
                names.append(part.field)
            case Compare(compare=(left, _, right)):
                names += [
                    side
                    for side in (left, right)
                    if isinstance(side, str) and is_name(side)
                ]
            case Disjoint():
                names += part.disjoint
            case NoTwin():
                names += part.no_twin
    return tuple(dict.fromkeys(names))


def split_name(name: str) -> tuple[str, str, str]:
    """Split a name into `article`, `link` or "", the field, and the part of it or ""."""
    first, _, rest = name.partition(".")
    owner, name = (first, rest) if first in ("article", "link") else ("", name)
    field, _, part = name.partition(".")
    return owner, field, part


def is_name(text: str) -> bool:
    """Return whether text in a comparison is a name; constants, such as ISO days, do
    not begin with a letter.
    """
    return text[:1].isalpha()
