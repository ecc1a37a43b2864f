"""Declarations of a codebook other than its fields: languages, blanks, classes,
reasons, renamings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from coder.codebook.label import Id, Label, Model, Note, Notes, Text

DistanceKind: TypeAlias = Literal[
    "nominal", "ordinal", "jaccard", "masi", "hierarchy", "date", "log_count", "none"
]
BlankId: TypeAlias = Literal["missing", "not_stated", "not_applicable"]
Mention: TypeAlias = Literal[
    "trigger",
    "actor",
    "place",
    "date",
    "number",
    "weapon",
    "object",
    "source",
    "claim",
    "person",
    "organisation",
]
"""What the program can find in a text by itself."""


class Languages(Model):
    """Language codes of the coded texts and of the labels."""

    text: tuple[str, ...]
    labels: tuple[Literal["ar", "en"], ...]


class Scheme(Model):
    """Another coding scheme that event types are mapped to."""

    id: Id
    name: Text
    note: str = ""


class BlankState(Model):
    """A way for a field to hold no value; `set_by` says whether the coder may choose
    it.
    """

    id: BlankId
    label: Label
    mark: Text
    set_by: Literal["tool", "coder"]
    agreement: Literal["exclude", "value"]
    definition: Label


class Form(Model):
    """One form of the rule language, for readers of the YAML."""

    form: Text
    means: Text


class ExpressionNotes(Model):
    """The rule language in words, for readers of the YAML; implemented in `expressions`
    and `scope`.
    """

    forms: tuple[Form, ...]
    scope: str = ""
    submission: str = ""
    blanks: str = ""
    constants: str = ""


class Boundary(Model):
    """A rule on where spans of any kind begin and end."""

    id: Id
    en: Text
    ar: Text

    @property
    def label(self) -> Label:
        """The rule in both languages."""
        return Label(ar=self.ar, en=self.en)


class ActorClass(Model):
    """A class of actors, with its PLOVER sector code."""

    id: Id
    label: Label
    plover: str | None = None
    note: str = ""


Fit: TypeAlias = Literal[
    "event_rejected",
    "event_missed",
    "span_rejected",
    "span_missed",
    "span_edges",
    "span_kind",
]
"""Decisions that some reasons fit better than others: an event is rejected, or taken
from the only coder who has it; the same of a span; a span is taken whose edges or kind
differ.
"""


class Reason(Model):
    """A reason for a supervisor's decision; `use` says when to choose it.

    fits: the decisions for which it is offered before other reasons.
    """

    id: Id
    label: Label
    use: Note | None = None
    fits: tuple[Fit, ...] = ()


class AgreementDefaults(Model):
    """Parameters of distances and of event pairing: days, and a threshold between 0 and
    1.

    events_without_evidence: whether an event that cites no evidence matches no other
    (apart) or is matched by its date, place and actors (by_values); by default apart if
    any event field takes evidence.
    """

    date_cap_days: Annotated[int, Meta(gt=0)] = 30
    event_date_cap_days: Annotated[int, Meta(gt=0)] = 7
    alignment_threshold: Annotated[float, Meta(ge=0, le=1)] = 0.4
    events_without_evidence: Literal["apart", "by_values"] | None = None


class Agreement(Model):
    """The distances that the codebook uses, and the blanks excluded from agreement."""

    distances: tuple[DistanceKind, ...] = ()
    defaults: AgreementDefaults = AgreementDefaults()
    exclude: tuple[BlankId, ...] = ("missing", "not_applicable")


class SpanKind(Model):
    """A kind of span that coders mark; key_ar: the Arabic letter on the same physical
    key.

    suggest: the mentions proposed for it; by default the mention with the kind's own
    id, if there is one.
    """

    id: Id
    label: Label
    key: Annotated[str, Meta(min_length=1, max_length=1)]
    key_ar: Annotated[str, Meta(min_length=1, max_length=1)]
    mark: Text
    glyph: Text
    underline: Literal["single", "double", "dotted", "dashed", "curly"]
    definition: Label
    positive: Notes = ()
    negative: Notes = ()
    fields: tuple[str, ...] = ()
    suggest: tuple[Mention, ...] | None = None


Several: TypeAlias = Annotated[tuple[Id, ...], Meta(min_length=2)]
Target: TypeAlias = Id | Several
"""A new name, or several from which a coder has to choose."""


class Recode(Model):
    """How codings made with the revision `from` are converted to this one.

    values: by the field's new name, or `field.part` for the values of a part.
    """

    since: Annotated[str, Meta(pattern=r"^\d+\.\d+\.\d+$")] = msgspec.field(name="from")
    fields: dict[str, Id] = msgspec.field(default_factory=dict)
    span_kinds: dict[str, Id] = msgspec.field(default_factory=dict)
    event_types: dict[str, Target] = msgspec.field(default_factory=dict)
    values: dict[str, dict[str, Target]] = msgspec.field(default_factory=dict)
    actors: dict[str, Target] = msgspec.field(default_factory=dict)
    places: dict[str, Target] = msgspec.field(default_factory=dict)
    weapons: dict[str, Target] = msgspec.field(default_factory=dict)
    actor_classes: dict[str, Target] = msgspec.field(default_factory=dict)


NOTHING_RENAMED = Recode(since="0.0.0")


def targets(name: str, renamed: Mapping[str, Target]) -> tuple[str, ...]:
    """The new names of an old name, one or several; the name itself if it is not
    renamed.
    """
    target = renamed.get(name, name)
    return (target,) if isinstance(target, str) else target
