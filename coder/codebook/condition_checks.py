"""Checks of conditions and rules: that their fields and values exist and their forms
fit the types.

Source: the forms and the scope documented under `expressions` in
schemas/conflict_events.yaml.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct

from coder.codebook import expressions as form
from coder.codebook.nearest import unknown
from coder.codebook.schema import Codebook, Field, Part, Value
from coder.codebook.validate import is_day
from coder.codebook.yaml_text import FileProblem, YamlPath, YamlText
from coder.messages.catalogue import Message

Located: TypeAlias = tuple[YamlPath, Message]

_COMPARED_AS = {
    "int": "number",
    "date": "day",
    "enum": "word",
    "hierarchy": "word",
    "text": "word",
}


def condition_problems(codebook: Codebook, source: YamlText) -> Iterator[FileProblem]:
    """All problems in the conditions of fields and in the rules."""
    levels = (
        ("article_fields", codebook.article_fields),
        ("event_fields", codebook.event_fields),
    )
    for list_name, fields in levels:
        reader = _Reader(codebook, source, of=list_name)
        for base, field in source.placed(list_name, fields):
            yield from reader.problems((*base, "when"), field.when)
            yield from reader.problems((*base, "evidence_when"), field.evidence_when)
            yield from reader.problems(
                (*base, "auto", "if"), field.auto.condition if field.auto else None
            )
        yield from _circles(source, list_name, fields)
    yield from _likely_problems(codebook, source)
    reader = _Reader(codebook, source, of="rules")
    for base, rule in source.placed("rules", codebook.rules):
        yield from reader.problems((*base, "if"), rule.condition)
        yield from reader.problems((*base, "require"), rule.require)


def _likely_problems(codebook: Codebook, source: YamlText) -> Iterator[FileProblem]:
    """Those of `likely_if`, which only relations between events may have."""
    reader = _Reader(codebook, source, of="relations")
    for list_name, fields in (
        ("article_fields", codebook.article_fields),
        ("event_fields", codebook.event_fields),
    ):
        for base, field in source.placed(list_name, fields):
            yield from _only_relations(source, (*base, "values"), field.values)
            for i, part in enumerate(field.parts):
                path = (*base, "parts", i, "values")
                if field not in codebook.link_fields or part.id != "relation":
                    yield from _only_relations(source, path, part.values)
                    continue
                for j, relation in enumerate(part.values):
                    yield from reader.problems(
                        (*path, j, "likely_if"), relation.likely_if
                    )


def _only_relations(
    source: YamlText, path: YamlPath, values: Sequence[Value]
) -> Iterator[FileProblem]:
    """Yield a problem for each `likely_if` of values that are no relations."""
    for i, value in enumerate(values):
        if value.likely_if is not None:
            yield source.problem((*path, i, "likely_if"), "only_relations_are_likely")


class _UnfitError(Exception):
    """A name cannot be used in this condition."""

    def __init__(self, key: str, **values: object) -> None:
        self.what = Message(f"codebook.{key}", **values)


class _UnknownError(_UnfitError):
    """A name is not known."""

    def __init__(self, what: Message) -> None:
        self.what = what


class _Reader(Struct, frozen=True):
    codebook: Codebook
    source: YamlText
    of: str

    def problems(
        self, base: YamlPath, expression: form.Expression | None
    ) -> Iterator[FileProblem]:
        """The problems of the condition at a path and of those inside it."""
        if expression is None:
            return
        for part, path in form.parts_of(expression):
            try:
                for deeper, what in self._problems_of(part):
                    yield self.source.problem((*base, *path, *deeper), what)
            except _UnfitError as unfit:
                yield self.source.problem((*base, *path), unfit.what)

    def _problems_of(self, part: form.Expression) -> Iterator[Located]:
        if self.of != "rules" and isinstance(
            part, form.EvidenceTest | form.NoRecords | form.NoTwin
        ):
            raise _UnfitError("only_rules_test")
        match part:
            case form.In() | form.NotIn():
                key = "in" if isinstance(part, form.In) else "not_in"
                yield from self._values(key, part.field, part.values)
            case form.Under():
                target = self._find(part.field)
                if target is not None and target.type != "hierarchy":
                    raise _UnfitError(
                        "under_needs_hierarchy", name=part.field, kind=_a(target.type)
                    )
                known = [item_id for _, item_id in self.source.event_types()]
                for i, root in enumerate(part.roots):
                    if root not in known:
                        yield ("under", i), unknown("event_type", root, known)
            case form.InState():
                self._whole(part.field, "only_whole_has_state")
            case form.Is():
                target = self._find(part.field)
                if target is not None and target.type != "bool":
                    raise _UnfitError(
                        "is_needs_bool", name=part.field, kind=_a(target.type)
                    )
            case form.Items():
                if part.max_items is None and part.min_items is None:
                    yield (), Message("codebook.needs_items")
                self._list(part.field)
            case form.Compare(compare=(left, sign, right)):
                first_kind = self._find_comparison(left)
                second_kind = self._find_comparison(right)
                if first_kind is None or second_kind is None:
                    return
                if first_kind != second_kind:
                    yield (
                        ("compare",),
                        Message(
                            "codebook.not_comparable",
                            first=Message(f"codebook.noun_{first_kind}"),
                            second=Message(f"codebook.noun_{second_kind}"),
                        ),
                    )
                elif first_kind == "word" and sign not in ("=", "!="):
                    yield (
                        ("compare", 1),
                        Message("codebook.words_have_no_order", sign=sign),
                    )
            case form.Disjoint():
                first = self._list(part.disjoint[0])
                second = self._list(part.disjoint[1])
                if first and second and first.type != second.type:
                    yield (
                        ("disjoint",),
                        Message(
                            "codebook.never_same", first=first.type, second=second.type
                        ),
                    )
            case form.EvidenceTest() if part.field not in form.EVIDENCE_OF_MANY:
                target = self._whole(part.field, "only_whole_has_evidence")
                if target is not None and target.evidence == "none":
                    yield (
                        ("evidence",),
                        Message("codebook.takes_no_evidence", name=part.field),
                    )
            case form.NoTwin():
                for name in part.no_twin:
                    self._find(name)

    def _values(self, key: str, name: str, wanted: Iterable[str]) -> Iterator[Located]:
        target = self._find(name)
        if target is None:
            return
        allowed = [v.id for v in self.codebook.values_of(target)]
        if target.type == "actor":
            allowed = [a.id for a in self.codebook.lexicon.actors]
        elif target.type == "place" and isinstance(target, Part):
            allowed = [p.id for p in self.codebook.lexicon.places]
        elif target.type not in ("enum", "multi", "hierarchy"):
            raise _UnfitError(
                "condition_needs_values", form=key, name=name, kind=_a(target.type)
            )
        for i, value in enumerate(wanted):
            if allowed and value not in allowed:
                yield (key, i), unknown("value_of", value, allowed, of=name)

    def _find_comparison(self, side: form.Constant) -> str | None:
        """`number`, `day` or `word`; None if the field has a problem reported
        elsewhere.
        """
        if isinstance(side, int):
            return "number"
        if not form.is_name(side):
            return "day" if is_day(side) else "word"
        target = self._find(side)
        if target is None:
            return None
        if isinstance(target, Field):
            parts = self.codebook.parts_of(target)
            single = [part.id for part in parts if part.type in _COMPARED_AS]
            if single:
                names = " or ".join(f"{side}.{part_id}" for part_id in single)
                raise _UnfitError("no_single_value_but", name=side, parts=names)
            if parts or target.is_list:
                raise _UnfitError("no_single_value", name=side)
        if target.type not in _COMPARED_AS:
            raise _UnfitError("cannot_be_compared", name=side, kind=_a(target.type))
        return _COMPARED_AS[target.type]

    def _whole(self, name: str, why: str) -> Field | None:
        target = self._find(name)
        if isinstance(target, Part):
            raise _UnfitError(why, name=name)
        return target

    def _list(self, name: str) -> Field | None:
        target = self._whole(name, "only_whole_is_list")
        if target is not None and not target.is_list:
            raise _UnfitError("no_list", name=name, kind=_a(target.type))
        return target

    def _find(self, name: str) -> Field | Part | None:
        owner, field_id, part_id = form.split_name(name)
        if owner == "link" and self.of not in ("rules", "relations"):
            raise _UnfitError("only_rules_follow_links")
        if name == "link.relation":
            for field in self.codebook.link_fields:
                for part in field.parts:
                    if part.id == "relation":
                        return part
            raise _UnfitError("no_links")
        of_article = owner == "article" or (not owner and self.of == "article_fields")
        noun = "event_field"
        fields = self.codebook.event_fields
        if of_article:
            noun = "article_field"
            fields = self.codebook.article_fields
        known = self.source.ids(f"{noun}s")
        if field_id not in known:
            raise _UnknownError(unknown(noun, field_id, known))
        target = {field.id: field for field in fields}.get(field_id)
        if target is None or not part_id:
            return target
        parts = {p.id: p for p in self.codebook.parts_of(target)}
        if not parts:
            raise _UnfitError("has_no_parts", name=field_id)
        if part_id not in parts:
            raise _UnknownError(unknown("part_of", part_id, parts, of=field_id))
        return parts[part_id]


def _a(kind: str | None) -> Message:
    """Return the name of a type with its article: `a date`, `an actor`."""
    starts_with_vowel = bool(kind) and str(kind)[0] in "aeiou"
    return Message("codebook.an" if starts_with_vowel else "codebook.a", kind=kind)


def _circles(
    source: YamlText, list_name: str, fields: Sequence[Field]
) -> Iterator[FileProblem]:
    """Yield the conditions of fields that depend on each other in a circle."""
    prefix = "article." if list_name == "article_fields" else ""
    needs: dict[str, list[str]] = {}  # field → the fields that its condition is about
    for field in fields:
        if field.when is not None:
            names = [name.removeprefix(prefix) for name in form.names_in(field.when)]
            needs[field.id] = [name.partition(".")[0] for name in names]
    reported: set[str] = set()
    for path, field in source.placed(list_name, fields):
        circle = _circle_from(field.id, needs)
        if circle and not reported & set(circle):
            reported |= set(circle)
            yield source.problem(
                (*path, "when"), "conditions_in_circle", way=" → ".join(circle)
            )


def _circle_from(start: str, needs: dict[str, list[str]]) -> list[str]:
    """Return the fields from one back to itself, none if it is in no circle."""
    ways = [[start]]
    visited = set[str]()
    while ways:
        way = ways.pop()
        for step in needs.get(way[-1], ()):
            if step == start:
                return [*way, step]
            if step not in visited:
                visited.add(step)
                ways.append([*way, step])
    return []
