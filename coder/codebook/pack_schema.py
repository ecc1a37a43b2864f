"""A pack: the words and frames by which the suggester finds events, as data.

A language pack holds what every subject shares: named lists of words, and rows that
say where the parties of an act stand in a sentence. A subject pack holds the frames of
its acts, the counts that it asks for, and what words mean for its fields. Packs are
merged in the order in which a codebook names them; a later one replaces rows and lists
of the same name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from coder.codebook.label import Id, Label, Model, Text

Texts = tuple[Text, ...]
R = TypeVar("R", bound="Row | Frame")
NOTHING = "nothing"
"""The meaning of a mark by which no event was told, and what a number counts that is of
no field.
"""
OWN = "own-reporting"
"""The slot that an act fills that nobody is credited with."""
WORDS = "words"
"""The slot of a mark for the words that tell its meaning."""


class Words(Model):
    """A named list of words, each folded before it is compared.

    words: as they stand in print, also phrases. nouns: the singular and broken plurals,
    found in every form. verbs: as a dictionary lists them, found in every form.
    masdars: verbs whose verbal noun is meant. verbs_with_object: verbs with a pronoun for
    their object behind them.
    """

    words: Texts = ()
    nouns: Texts = ()
    verbs: Texts = ()
    masdars: Texts = ()
    verbs_with_object: Texts = ()


class Example(Model):
    """A sentence, the word in it that tells the act, and the words in each slot."""

    text: Text
    act: Text
    slots: dict[str, Texts] = msgspec.field(default_factory=dict)


class Row(Model, kw_only=True):
    """A pattern around an act, `@`, that puts words into slots.

    frames: the frames for which it holds; empty for all. examples: sentences in which
    the row fires. counter: sentences in which it must not.
    """

    id: Text
    pattern: Text
    frames: Texts = ()
    examples: tuple[Example, ...] = ()
    counter: tuple[Example, ...] = ()


class Mark(Row, kw_only=True):
    """A pattern around an act that tells how it was meant: negated, planned, repeated.

    means: a name in the pack's `meanings`, or `nothing` if no event was told.
    """

    means: Text


class Carry(Model, kw_only=True):
    """A slot that is filled from another sentence if its own does not fill it.

    The nearest act that fills the slot decides: among the sentences in front, up to
    `before`, else among those behind, up to `behind`. It is of the same family of
    frames unless `any_act`. pattern: around the act, which must match. of: around the
    other act, likewise.
    """

    slot: Text
    before: int = 0
    behind: int = 0
    any_act: bool = False
    pattern: Text = "@"
    of: Text = "@"


class Frame(Model, kw_only=True):
    """A kind of act and the slots that it has.

    acts: the lists of triggers whose words tell such an act. slots: slot names that are
    filled. like: a frame whose slots and carries this one has, unless it states its
    own. requires: words that have other senses tell such an act only if one of these
    slots is filled; empty for always. shares: the participants are all agents. family: frames of one family
    can tell the same event; the frame's id if empty.
    """

    id: Text
    family: str = ""
    acts: Texts
    like: str = ""
    slots: Texts = ()
    requires: Texts = ()
    carries: tuple[Carry, ...] = ()
    shares: bool = False


class CountOf(Model, kw_only=True):
    """What a number counts, by its noun or else by the nearest word for an act.

    slot: the slot that takes the number, or `nothing` if nobody asks for it. heads:
    nouns that say it by themselves. acts: words for acts whose number it is, if its
    noun is one of `units`. Without acts it takes a number of its units that no other
    count does.
    """

    slot: Text
    heads: Words = Words()
    acts: Words = Words()
    units: Words = Words()


class WordValues(Model, kw_only=True):
    """A field's value by the words in slots; `other` if none of them is listed."""

    field: Text
    slots: Texts
    values: dict[str, Text]
    """Value → the list of words that tells it."""
    other: str = ""


class Implied(Model, kw_only=True):
    """A field's value that follows from slots which are all filled, by their words."""

    slots: Texts
    field: Text
    value: Text


class Retype(Model, kw_only=True):
    """A more exact type of act that a value in a slot tells."""

    acts: Texts
    slot: Text
    values: Texts
    to: Text


class Pack(Model, kw_only=True):
    """The data of one language or subject, or of several merged.

    tested_with: the shipped codebook with which the examples are tested; if empty, the
    codebook that names the pack.
    """

    id: Id
    version: Text
    title: Label
    tested_with: str = ""
    words: dict[str, Words] = msgspec.field(default_factory=dict)
    sorts: tuple[dict[str, Text], ...] = ()
    """Sort of people or bodies → the class of actor that it is, for each codebook that
    has these classes."""
    parties: dict[str, Words] = msgspec.field(default_factory=dict)
    """Class of actor → words for people and bodies without a name: المتظاهرون."""
    asides: tuple[Row, ...] = ()
    """Patterns in which `@` is somebody who is no party, or a place where no act was:
    its kind, such as PLACE, becomes ASIDE-PLACE."""
    rows: tuple[Row, ...] = ()
    marks: tuple[Mark, ...] = ()
    meanings: dict[str, dict[str, Text]] = msgspec.field(default_factory=dict)
    frames: tuple[Frame, ...] = ()
    counts: tuple[CountOf, ...] = ()
    retypes: tuple[Retype, ...] = ()
    word_values: tuple[WordValues, ...] = ()
    implied: tuple[Implied, ...] = ()
    fields: dict[str, Texts] = msgspec.field(default_factory=dict)


def merge_packs(packs: Iterable[Pack]) -> Pack:
    """Merge packs; a later one replaces lists, rows and frames of the same name.

    Rows of a later pack come first: what is said of a subject goes before what is said
    of the language.
    """
    merged, *others = packs
    for pack in others:
        merged = replace(
            merged,
            words=merged.words | pack.words,
            sorts=(*merged.sorts, *pack.sorts),
            parties=merged.parties | pack.parties,
            asides=_replace_rows(merged.asides, pack.asides),
            rows=_replace_rows(merged.rows, pack.rows),
            marks=_replace_rows(merged.marks, pack.marks),
            meanings=merged.meanings | pack.meanings,
            frames=_replace_rows(merged.frames, pack.frames),
            counts=(*pack.counts, *merged.counts),
            retypes=(*merged.retypes, *pack.retypes),
            word_values=(*merged.word_values, *pack.word_values),
            implied=(*merged.implied, *pack.implied),
            fields=merged.fields | pack.fields,
        )
    whole = {frame.id: frame for frame in merged.frames}
    frames = tuple(_complete_frame(frame, whole) for frame in merged.frames)
    return replace(merged, frames=frames)


def _replace_rows(rows: tuple[R, ...], later: tuple[R, ...]) -> tuple[R, ...]:
    replaced = {row.id for row in later}
    kept = [row for row in rows if row.id not in replaced]
    return (*later, *kept)


def _complete_frame(frame: Frame, frames: dict[str, Frame]) -> Frame:
    """Return a frame with the slots and carries of the one that it is like."""
    model = frames.get(frame.like)
    if model is None:
        return frame
    slots = frame.slots or model.slots
    return replace(frame, slots=slots, carries=frame.carries or model.carries)
