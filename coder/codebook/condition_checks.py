"""Whether conditions and rules speak of fields and values that exist, in forms that fit their types.

Source: the forms and the scope under `expressions` in schemas/conflict_events.yaml.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from coder.codebook.conform import is_day
from coder.codebook.declared_ids import Names, placed, unknown
from coder.codebook.expressions import (
    EVIDENCE_OF_MANY,
    Compare,
    Constant,
    Disjoint,
    EvidenceTest,
    Expression,
    In,
    InState,
    Is,
    Items,
    NoRecords,
    NotIn,
    NoTwin,
    Under,
    is_name,
    names_in,
    parts_of,
)
from coder.codebook.schema import Codebook, Field, Part
from coder.codebook.yaml_text import Complaint, YamlPath, YamlText

Found: TypeAlias = tuple[YamlPath, str]

_COMPARED_AS = {"int": "number", "date": "day", "enum": "word", "hierarchy": "word", "text": "word"}


def condition_complaints(codebook: Codebook, source: YamlText, names: Names) -> Iterator[Complaint]:
    """Everything that does not fit in the conditions of fields and in the rules."""
    for base, expression, reader in _conditions(codebook, source, names):
        for part, path in parts_of(expression):
            for deeper, what in reader.complaints(part):
                yield source.complain((*base, *path, *deeper), what)
    yield from _circles(codebook, source)


def _conditions(
    codebook: Codebook, source: YamlText, names: Names
) -> Iterator[tuple[YamlPath, Expression, _Reader]]:
    """Every condition in the codebook with its path and with what may be named in it."""
    for list_name, fields in (
        ("article_fields", codebook.article_fields),
        ("event_fields", codebook.event_fields),
    ):
        reader = _Reader(codebook, names, of=list_name)
        for base, asked in placed(source, list_name, fields):
            auto = asked.auto.condition if asked.auto else None
            for path, expression in (
                (("when",), asked.when),
                (("evidence_when",), asked.evidence_when),
                (("auto", "if"), auto),
            ):
                if expression is not None:
                    yield (*base, *path), expression, reader
    reader = _Reader(codebook, names, of="rules")
    for base, rule in placed(source, "rules", codebook.rules):
        if rule.condition is not None:
            yield (*base, "if"), rule.condition, reader
        yield (*base, "require"), rule.require, reader


@dataclass(frozen=True)
class _UnfitError(Exception):
    """A name that does not stand for anything a condition can look at."""

    what: str


@dataclass(frozen=True)
class _Reader:
    """Reads the names in the conditions of article fields, of event fields or of rules."""

    codebook: Codebook
    names: Names
    of: str

    def complaints(self, part: Expression) -> Iterator[Found]:
        """What is wrong with one condition, those inside it left out, each with the key it is about."""
        try:
            yield from self._complaints(part)
        except _UnfitError as unfit:
            yield (), unfit.what

    def _complaints(self, part: Expression) -> Iterator[Found]:
        if self.of != "rules" and isinstance(part, EvidenceTest | NoRecords | NoTwin):
            yield (), "only a rule can test this, not the condition of a field"
            return
        match part:
            case In():
                yield from self._values("in", part.field, part.values)
            case NotIn():
                yield from self._values("not_in", part.field, part.values)
            case Under():
                yield from self._roots(part)
            case InState():
                self._whole(part.field, "has a state")
            case Is():
                target = self._find(part.field)
                if target is not None and target.type != "bool":
                    yield (), f"`is` needs a yes-or-no field; {part.field} is {_a(target.type)}"
            case Items():
                if part.max_items is None and part.min_items is None:
                    yield (), "expected max_items or min_items"
                self._list(part.field)
            case Compare():
                yield from self._comparison(part)
            case Disjoint():
                first, second = (self._list(name) for name in part.disjoint)
                if first and second and first.type != second.type:
                    yield ("disjoint",), f"{first.type} and {second.type} values cannot be the same"
            case EvidenceTest():
                yield from self._evidence(part)
            case NoTwin():
                for name in part.no_twin:
                    self._find(name)

    # ------------------------------------------------------------ forms
    def _values(self, key: str, name: str, wanted: Iterable[str]) -> Iterator[Found]:
        target = self._find(name)
        if target is None:
            return
        allowed = [v.id for v in self.codebook.values_of(target)]
        if target.type == "actor":
            allowed = [a.id for a in self.codebook.lexicon.actors]
        elif target.type == "place" and isinstance(target, Part):
            allowed = [p.id for p in self.codebook.lexicon.places]
        elif target.type not in ("enum", "multi", "hierarchy"):
            yield (), f"`{key}` needs a field with a list of values; {name} is {_a(target.type)}"
            return
        for i, value in enumerate(wanted):
            if allowed and value not in allowed:
                yield (key, i), unknown(f"value of {name}", value, allowed)

    def _roots(self, part: Under) -> Iterator[Found]:
        target = self._find(part.field)
        if target is not None and target.type != "hierarchy":
            yield (), f"`under` needs a hierarchy; {part.field} is {_a(target.type)}"
            return
        for i, root in enumerate(part.roots):
            if root not in self.names.event_types:
                yield ("under", i), unknown("event type", root, self.names.event_types)

    def _comparison(self, part: Compare) -> Iterator[Found]:
        left, sign, right = part.compare
        kinds = self._compared_as(left), self._compared_as(right)
        if None in kinds:
            return
        if kinds[0] != kinds[1]:
            yield ("compare",), f"a {kinds[0]} cannot be compared with a {kinds[1]}"
        elif kinds[0] == "word" and sign not in ("=", "!="):
            yield ("compare", 1), f"words have no order for “{sign}”; expected = or !="

    def _compared_as(self, side: Constant) -> str | None:
        """`number`, `day` or `word`; None if the field was complained about elsewhere."""
        if isinstance(side, int):
            return "number"
        if not is_name(side):
            return "day" if is_day(side) else "word"
        target = self._find(side)
        if target is None:
            return None
        if isinstance(target, Field) and (target.is_list or self.codebook.parts_of(target)):
            parts = (p for p in self.codebook.parts_of(target) if p.type in _COMPARED_AS)
            names = " or ".join(f"{side}.{part.id}" for part in parts)
            raise _UnfitError(f"{side} is not a single value" + (f"; expected {names}" if names else ""))
        if target.type not in _COMPARED_AS:
            raise _UnfitError(f"{side} is {_a(target.type)}, which cannot be compared")
        return _COMPARED_AS[target.type]

    def _evidence(self, part: EvidenceTest) -> Iterator[Found]:
        if part.field in EVIDENCE_OF_MANY:
            return
        target = self._whole(part.field, "has evidence")
        if target is not None and target.evidence == "none":
            yield ("evidence",), f"the field {part.field} takes no evidence"

    def _whole(self, name: str, why: str) -> Field | None:
        target = self._find(name)
        if isinstance(target, Part):
            raise _UnfitError(f"{name} is a part; only a whole field {why}")
        return target

    def _list(self, name: str) -> Field | None:
        target = self._whole(name, "is a list")
        if target is not None and not target.is_list:
            raise _UnfitError(f"{name} is {_a(target.type)}, not a list")
        return target

    # ------------------------------------------------------------ names
    def _find(self, name: str) -> Field | Part | None:
        """The field or part that a name stands for; None if it was complained about elsewhere."""
        first, _, rest = name.partition(".")
        if first == "link":
            if self.of != "rules":
                raise _UnfitError("only a rule can follow a link, not the condition of a field")
            return self._relation() if rest == "relation" else self._event(rest)
        if first == "article":
            return self._article(rest)
        return self._article(name) if self.of == "article_fields" else self._event(name)

    def _event(self, name: str) -> Field | Part | None:
        fields = {f.id: f for f in self.codebook.event_fields}
        return self._within(name, fields, self.names.event_fields, "event field")

    def _article(self, name: str) -> Field | Part | None:
        fields = {f.id: f for f in self.codebook.article_fields}
        return self._within(name, fields, self.names.article_fields, "article field")

    def _within(
        self, name: str, fields: dict[str, Field], known: list[str], what: str
    ) -> Field | Part | None:
        first, _, rest = name.partition(".")
        if first not in known:
            raise _UnfitError(unknown(what, first, known))
        found = fields.get(first)
        if found is None or not rest:
            return found
        parts = {p.id: p for p in self.codebook.parts_of(found)}
        if rest not in parts:
            raise _UnfitError(unknown(f"part of {first}", rest, parts) if parts else f"{first} has no parts")
        return parts[rest]

    def _relation(self) -> Part:
        for links in self.codebook.event_fields:
            for part in links.parts if links.value_is == "record_reference" else ():
                if part.id == "relation":
                    return part
        raise _UnfitError("no event field links records, so there is no link.relation")


def _a(kind: str | None) -> str:
    return f"an {kind}" if kind and kind[0] in "aeiou" else f"a {kind}"


# ---------------------------------------------------------------- circles
def _circles(codebook: Codebook, source: YamlText) -> Iterator[Complaint]:
    """Conditions of fields that depend, through other conditions, on themselves."""
    for list_name, fields in (
        ("article_fields", codebook.article_fields),
        ("event_fields", codebook.event_fields),
    ):
        needs = {f.id: _needs(f, list_name) for f in fields}
        reported: set[str] = set()
        for path, asked in placed(source, list_name, fields):
            circle = _circle_from(asked.id, needs)
            if circle and not reported & set(circle):
                reported |= set(circle)
                yield source.complain(
                    (*path, "when"), f"the condition goes round in a circle: {' → '.join(circle)}"
                )


def _needs(asked: Field, list_name: str) -> list[str]:
    """The fields of the same list that the field's condition looks at."""
    names = names_in(asked.when) if asked.when else ()
    if list_name == "article_fields":
        names = tuple(name.removeprefix("article.") for name in names)
    return [name.partition(".")[0] for name in names]


def _circle_from(start: str, needs: dict[str, list[str]]) -> list[str]:
    """The way from a field through conditions back to itself, empty if there is none."""
    ways = [[start]]
    met: set[str] = set()
    while ways:
        way = ways.pop()
        for step in needs.get(way[-1], ()):
            if step == start:
                return [*way, step]
            if step not in met:
                met.add(step)
                ways.append([*way, step])
    return []
