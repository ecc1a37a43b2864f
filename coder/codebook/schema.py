"""The codebook as frozen structs: fields, types, spans, rules and labels, with the
lexicon they draw on.

Projects store revisions as the JSON of `to_json`.
Source: schemas/conflict_events.yaml, which uses every feature.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal, TypeAlias, TypeVar, get_args

import msgspec
from msgspec import Meta

from coder.codebook import declarations as declared
from coder.codebook.expressions import Expression, names_in, read_condition
from coder.codebook.label import Id, Label, Model, Notes, plain
from coder.codebook.lexicon_schema import Lexicon
from coder.codebook.nearest import did_you_mean
from coder.codebook.pack_schema import Pack
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.model import ASSUMED, NOTES, POLICIES, Json

FieldType: TypeAlias = Literal[
    "enum", "multi", "hierarchy", "int_range", "date", "place", "actor", "text", "bool"
]
PartType: TypeAlias = Literal["enum", "date", "place", "actor", "text", "bool", "int"]
EvidenceNeed: TypeAlias = Literal["required", "optional", "none"]
Severity: TypeAlias = Literal["error", "warning"]

T = TypeVar("T")
COMMAND_LETTERS = frozenset(
    "aefvxz"
)  # keys of the coding screen; not allowed as the `key` of an event field


class Value(Model):
    """A value that a field may take; rank: its order on an ordinal scale.

    likely_if: only of relations between events; the first one for which it holds is
    offered first.
    """

    id: Id
    label: Label
    help: Label | None = None
    rank: int | None = None
    likely_if: Expression | None = None
    include: Notes = ()
    exclude: Notes = ()
    examples: Notes = ()


class Distance(Model):
    """How distances between coders' values are measured: the measure's name and its
    parameters.

    cap_days: days from which two dates count as entirely different. path: parts from
    the root down.
    """

    kind: declared.DistanceKind
    cap_days: Annotated[int, Meta(gt=0)] | None = None
    path: tuple[str, ...] = ()
    set: Literal["best_match"] | None = None


DistanceOrWord = Annotated[Distance, Meta(extra={"word": ("kind",)})]
NO_DISTANCE = Distance(kind="none")
FIT_DISTANCES: Mapping[FieldType, tuple[declared.DistanceKind, ...]] = {
    "enum": ("nominal", "ordinal", "none"),
    "multi": ("jaccard", "masi", "nominal", "none"),
    "hierarchy": ("hierarchy", "nominal", "none"),
    "int_range": ("log_count", "nominal", "none"),
    "date": ("date", "nominal", "none"),
    "place": ("hierarchy", "jaccard", "masi", "nominal", "none"),
    "actor": ("masi", "jaccard", "nominal", "none"),
    "text": ("nominal", "none"),
    "bool": ("nominal", "none"),
}
"""The distances that fit the values of a field of each type."""
FIT_PART_DISTANCES: Mapping[PartType, tuple[declared.DistanceKind, ...]] = {
    "enum": ("nominal", "ordinal", "jaccard", "masi", "none"),
    "date": ("date", "nominal", "none"),
    "place": ("hierarchy", "jaccard", "masi", "nominal", "none"),
    "actor": ("masi", "jaccard", "nominal", "none"),
    "text": ("nominal", "jaccard", "masi", "none"),
    "bool": ("nominal", "none"),
    "int": ("log_count", "nominal", "none"),
}
"""The same for parts; the set distances compare the part of all items of a list."""


class Part(Model):
    """One part of a field's value; `filled_from` names the part from whose id it is
    derived.
    """

    id: Id
    label: Label | None = None
    type: PartType | None = None
    filled_from: str = ""
    may_be_blank: bool = False
    default: str | int | bool | None = None
    distance: DistanceOrWord = NO_DISTANCE
    values: tuple[Value, ...] = ()


class Auto(Model):
    """While `condition` holds, the tool sets the value and locks it."""

    condition: Expression = msgspec.field(name="if")
    value: str = msgspec.field(name="set")


class Field(Model):
    """One question about an article or an event.

    key: the letter that fills the field from the current span. when: the field is asked
    for only while it holds. evidence_when: evidence is required only while it holds,
    and optional otherwise. weight: used only for pairing the events of different
    coders.
    """

    id: Id
    label: Label
    type: FieldType
    key: Annotated[str, Meta(pattern="^[a-z]$")] | None = None
    required: bool = False
    many: bool = False
    max: Annotated[int, Meta(ge=1)] | None = None
    default: str | None = None
    auto: Auto | None = None
    when: Expression | None = None
    evidence: EvidenceNeed = "none"
    evidence_when: Expression | None = None
    values: tuple[Value, ...] = ()
    values_from: Literal["event_types", "lexicon.weapons"] | None = None
    roots_selectable: bool = False
    value_is: Literal["record_reference"] | None = None
    parts: tuple[Annotated[Part, Meta(extra={"word": ("id",)})], ...] = ()
    distance: DistanceOrWord = NO_DISTANCE
    weight: Annotated[float, Meta(ge=0)] = 0
    help: Label | None = None
    include: Notes = ()
    exclude: Notes = ()
    examples: Notes = ()

    @property
    def is_list(self) -> bool:
        """Return whether the value is a list: `multi`, `actor` and `place` always,
        other types with `many`.
        """
        return self.many or self.type in ("multi", "actor", "place")

    @property
    def is_note(self) -> bool:
        """Return whether it is free text that is neither compared nor supported by
        evidence, such as notes.
        """
        is_text = self.type == "text" and self.value_is is None and not self.many
        is_compared = self.distance.kind != "none"
        return is_text and not is_compared and self.evidence == "none"

    @property
    def most(self) -> int | None:
        """The maximum number of items in a list, None for no limit."""
        return self.max or (None if self.many or self.type == "multi" else 1)


class EventType(Model, kw_only=True):
    """A node of the event type tree; only selectable nodes are codes, the others are
    groups.
    """

    id: Id
    label: Label
    selectable: bool = True
    definition: Label
    include: Notes = ()
    exclude: Notes = ()
    examples: Notes = ()
    triggers: str = ""
    map: dict[str, str | None] = msgspec.field(default_factory=dict)
    children: tuple[EventType, ...] = ()

    def walk(
        self, above: tuple[str, ...] = ()
    ) -> Iterator[tuple[EventType, tuple[str, ...]]]:
        """Yield the node and all below it, top down, each with the ids from the root
        down to it.
        """
        path = (*above, self.id)
        yield self, path
        for child in self.children:
            yield from child.walk(path)


class Rule(Model, kw_only=True, dict=True):
    """If `condition` holds, or there is none, `require` must hold; errors prevent
    submission.
    """

    id: Id
    severity: Severity
    condition: Expression | None = msgspec.field(name="if", default=None)
    require: Expression
    message: Label

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names used in the rule, those of `require` first."""
        condition = names_in(self.condition) if self.condition else ()
        return tuple(dict.fromkeys((*names_in(self.require), *condition)))


class Codebook(Model, kw_only=True, dict=True):
    """One revision of a codebook, complete with its lexicon and packs.

    packs: those that it names, in order; if empty, all shipped ones are used.
    """

    id: Id
    version: Annotated[str, Meta(pattern=r"^\d+\.\d+\.\d+$")]
    title: Label
    description: Label | None = None
    languages: declared.Languages
    lexicon: Lexicon = Lexicon()
    sources: tuple[declared.Scheme, ...] = ()
    blanks: tuple[declared.BlankState, ...]
    expressions: declared.ExpressionNotes | None = None
    article_fields: tuple[Field, ...] = ()
    span_boundaries: tuple[declared.Boundary, ...] = ()
    span_kinds: tuple[declared.SpanKind, ...]
    event_types: tuple[EventType, ...] = ()
    event_fields: tuple[Field, ...] = ()
    int_range_parts: tuple[Part, ...] = ()
    actor_classes: tuple[declared.ActorClass, ...] = ()
    place_kinds: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    adjudication_reasons: tuple[declared.Reason, ...] = ()
    agreement: declared.Agreement = declared.Agreement()
    recode: declared.Recode | None = None
    packs: tuple[Pack, ...] = ()

    @property
    def ref(self) -> str:
        """`id@version`, by which codings refer to the revision."""
        return f"{self.id}@{self.version}"

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the codebook and its lexicon as canonical JSON."""
        return hashlib.sha256(self.to_json().encode("utf-8")).hexdigest()

    def to_json(self) -> str:
        """Serialise codebook and lexicon as one line of canonical JSON: the stored
        form.
        """
        return self._json

    @cached_property
    def _json(self) -> str:
        return json.dumps(plain(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    @lru_cache(maxsize=8)
    def from_json(cls, text: str) -> Codebook:
        """Deserialise what `to_json` returned; it was checked before and is not checked
        again.
        """
        return msgspec.json.decode(text, type=cls, dec_hook=read_condition)

    def recode_from(self, old: Codebook) -> declared.Recode:
        """The renamings since an older revision; none if `recode` is about another
        revision.
        """
        recode = self.recode or declared.NOTHING_RENAMED
        return recode if recode.since == old.version else declared.NOTHING_RENAMED

    # ------------------------------------------------------------ parts by id (CoderError if unknown)
    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields: those of the article, then those of events."""
        return (*self.article_fields, *self.event_fields)

    @property
    def link_fields(self) -> tuple[Field, ...]:
        """The event fields that link an event to others."""
        return tuple(
            field for field in self.event_fields if field.value_is == "record_reference"
        )

    def field(self, field_id: str) -> Field | None:
        """The article or event field with that id, None if there is none."""
        return self._article_fields.get(field_id) or self._event_fields.get(field_id)

    def article_field(self, field_id: str) -> Field:
        """The article field with that id."""
        return _find_known(self._article_fields, field_id, "article_field")

    def event_field(self, field_id: str) -> Field:
        """The event field with that id."""
        return _find_known(self._event_fields, field_id, "event_field")

    def span_kind(self, kind_id: str) -> declared.SpanKind:
        """The span kind with that id."""
        return _find_known({k.id: k for k in self.span_kinds}, kind_id, "span_kind")

    def event_type(self, type_id: str) -> EventType:
        """The event type with that id, at any level."""
        return _find_known(self._event_types, type_id, "event_type")[0]

    def blank(self, blank_id: str) -> declared.BlankState:
        """The blank with that id."""
        return _find_known({b.id: b for b in self.blanks}, blank_id, "blank")

    def reason(self, reason_id: str) -> Label | Message:
        """The label of a reason: one of this codebook, a policy, or the id itself if
        unknown.
        """
        if reason_id.endswith(ASSUMED):
            return Message(
                "gold.assumed", reason=self.reason(reason_id.removesuffix(ASSUMED))
            )
        if reason_id in (*POLICIES, NOTES):
            return Message(f"gold.{reason_id}")
        label = next(
            (each.label for each in self.adjudication_reasons if each.id == reason_id),
            None,
        )
        return label or Label.same(reason_id or "—")

    def reasons_for(self, fit: declared.Fit | None) -> list[declared.Reason]:
        """The reasons for a decision, those that fit it first; otherwise in the
        codebook's order.
        """
        return sorted(self.adjudication_reasons, key=lambda each: fit not in each.fits)

    @cached_property
    def kinds_for(self) -> dict[str, tuple[str, ...]]:
        """Mention → the ids of the span kinds for which it is proposed."""
        kinds = {
            k.id: (k.id,) if k.suggest is None else k.suggest for k in self.span_kinds
        }
        return {
            m: tuple(k for k, wanted in kinds.items() if m in wanted)
            for m in get_args(declared.Mention)
        }

    # ------------------------------------------------------------ event types
    @property
    def type_field(self) -> Field | None:
        """The first event field whose values are the event types; None if there is
        none.
        """
        return next(
            (f for f in self.event_fields if f.values_from == "event_types"), None
        )

    def is_trigger(self, kind_id: str) -> bool:
        """Return whether a span of this kind gives an event its type."""
        return (
            self.type_field is not None
            and self.type_field.id in self.span_kind(kind_id).fields
        )

    def every_type(self) -> tuple[EventType, ...]:
        """All nodes of the event type tree, top down."""
        return tuple(node for root in self.event_types for node, _ in root.walk())

    def leaf_types(self) -> tuple[EventType, ...]:
        """The selectable event types, in the codebook's order."""
        return tuple(t for t, _ in self._event_types.values() if t.selectable)

    def path_of(self, type_id: str) -> tuple[str, ...]:
        """The ids from the root down to the type; empty for an unknown id."""
        return self._event_types[type_id][1] if type_id in self._event_types else ()

    # ------------------------------------------------------------ values
    def values_of(self, field: Field | Part) -> tuple[Value, ...]:
        """The values that a coder may choose from, in order; empty if the field has no
        fixed list.
        """
        if isinstance(field, Part) or field.values_from is None:
            return field.values
        is_type = field.values_from == "event_types" and not field.roots_selectable
        return self._drawn_values["leaf_types" if is_type else field.values_from]

    def parts_of(self, field: Field) -> tuple[Part, ...]:
        """The parts of a value in full; a part given only by name is taken from a field
        of the same type.
        """
        if field.type == "int_range":
            return self.int_range_parts
        by_type = self._typed_parts
        return tuple(
            part if part.type else by_type.get((field.type, part.id), part)
            for part in field.parts
        )

    def fields_for_kind(self, kind_id: str) -> tuple[Field, ...]:
        """The event fields that a span of this kind can fill, in the span kind's order."""
        return tuple(self.event_field(f) for f in self.span_kind(kind_id).fields)

    def label_of(self, field: Field | Part, value: Json, lang: str) -> str:
        """The label of one value id (not a list) of a field; ids without a label are
        shown as they are.
        """
        if isinstance(value, dict):
            return str(value.get("name", ""))
        if isinstance(field, Field) and field.values_from == "event_types":
            choices = self._drawn_values["event_types"]
        else:
            choices = self.values_of(field)
        label = next((choice.label for choice in choices if choice.id == value), None)
        if (
            label is None
            and isinstance(value, str)
            and field.type in ("actor", "place")
        ):
            entry = (
                self.lexicon.actor(value)
                if field.type == "actor"
                else self.lexicon.place(value)
            )
            label = entry.name if entry else None
        return label.of(lang) if label else str(value)

    # ------------------------------------------------------------ lookups, built on first access
    @cached_property
    def _article_fields(self) -> dict[str, Field]:
        return {f.id: f for f in self.article_fields}

    @cached_property
    def _event_fields(self) -> dict[str, Field]:
        return {f.id: f for f in self.event_fields}

    @cached_property
    def _event_types(self) -> dict[str, tuple[EventType, tuple[str, ...]]]:
        return {t.id: (t, path) for root in self.event_types for t, path in root.walk()}

    @cached_property
    def _drawn_values(self) -> dict[str | None, tuple[Value, ...]]:
        """The values behind each `values_from`; `leaf_types`: the event types that are
        codes.
        """
        types = (t for t, _ in self._event_types.values())
        every = {t.id: Value(id=t.id, label=t.label, help=t.definition) for t in types}
        weapons = tuple(Value(id=w.id, label=w.name) for w in self.lexicon.weapons)
        leaves = tuple(every[t.id] for t in self.leaf_types())
        return {
            "leaf_types": leaves,
            "event_types": tuple(every.values()),
            "lexicon.weapons": weapons,
        }

    @cached_property
    def _typed_parts(self) -> dict[tuple[str, str], Part]:
        """(Field type, part id) → the first such part that states its type, event
        fields first.
        """
        fields = (*self.event_fields, *self.article_fields)
        return {
            (f.type, p.id): p
            for f in reversed(fields)
            for p in f.parts
            if p.type is not None
        }

    @cached_property
    def kept(self) -> dict[Any, Any]:
        """A cache for what other modules derive from this codebook."""
        return {}

    def derived(self, make: Callable[[Codebook], T]) -> T:
        """Return the result of a function of this codebook, computed on first use."""
        if make not in self.kept:
            self.kept[make] = make(self)
        made: T = self.kept[make]
        return made


def _find_known(entries: dict[str, T], wanted: str, noun: str) -> T:
    if wanted in entries:
        return entries[wanted]
    what = Message(f"codebook.noun_{noun}")
    guess = did_you_mean(wanted, entries) or Message(
        "codebook.it_knows", names=", ".join(entries)
    )
    raise CoderError("codebook.has_no", what=what, name=wanted, guess=guess)
