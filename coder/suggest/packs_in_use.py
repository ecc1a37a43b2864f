"""The packs of a codebook, merged and compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from msgspec import Struct

from coder.codebook.pack_files import shipped_packs
from coder.codebook.pack_schema import CountOf, Frame, Pack, Row, Words, merge_packs
from coder.codebook.pattern_language import Pattern, needed_labels, parse_pattern
from coder.codebook.schema import Codebook
from coder.suggest.sentence_items import WordLabels, written_forms
from coder.suggest.sorts import sorts_of_classes

_PLACE = "place"
_OBJECT = "object"


class CompiledRow(Struct, frozen=True):
    """A row with its parsed pattern.

    needed: labels without which it cannot match. means: of a mark, empty for a row that
    fills slots.
    """

    id: str
    pattern: Pattern
    needed: frozenset[str]
    means: str = ""


class CompiledFrame(Struct, frozen=True):
    """A frame with the rows and marks that hold for it, in order."""

    frame: Frame
    rows: tuple[CompiledRow, ...]
    marks: tuple[CompiledRow, ...]


class CountWords(Struct, frozen=True):
    """Slot of a number → the forms of its nouns, its acts and the units of these."""

    slot: str
    heads: Set[str]
    acts: Set[str]
    units: Set[str]


class PacksInUse(Struct, frozen=True, dict=True):
    """All that the packs of a codebook say."""

    pack: Pack
    labels: WordLabels
    frames: Mapping[str, CompiledFrame]
    """Type of event → its frame."""
    frame_labels: Mapping[str, Set[str]]
    types: Mapping[str, str]
    """List of triggers → the codebook's type that it is for."""
    parties: Mapping[str, str]
    """Word for people or a body without a name → its sort, or else its class."""
    counts: tuple[CountWords, ...]
    asides: tuple[CompiledRow, ...]


def packs_of(codebook: Codebook) -> PacksInUse:
    """Return the packs that a codebook names, or all shipped ones, compiled."""
    pack = merge_packs(codebook.packs or shipped_packs().values())
    # The first frame of an act decides: that of the last pack.
    by_act = {act: frame for frame in reversed(pack.frames) for act in frame.acts}
    compiled = {frame.id: _compile_frame(frame, pack) for frame in pack.frames}
    frames: dict[str, CompiledFrame] = {}
    labels: dict[str, Set[str]] = {}
    types: dict[str, str] = {}
    for kind in codebook.leaf_types():
        types[kind.triggers or kind.id] = kind.id
        frame = by_act.get(kind.triggers or kind.id)
        if frame is not None:
            frames[kind.id] = compiled[frame.id]
            labels[kind.id] = {frame.id, kind.triggers or kind.id}
    return PacksInUse(
        pack,
        WordLabels(pack.words),
        frames,
        labels,
        types,
        _party_words(pack, codebook),
        (*_lexicon_counts(codebook), *map(_compile_count, pack.counts)),
        tuple(map(_compile_row, pack.asides)),
    )


def _party_words(pack: Pack, codebook: Codebook) -> Mapping[str, str]:
    known = {each.id for each in codebook.actor_classes}
    sorts = codebook.derived(sorts_of_classes)
    return {
        form: sorts.get(name, name)
        for name, listed in pack.parties.items()
        if name in known
        for form in written_forms(listed)
    }


def asked_counts(codebook: Codebook) -> frozenset[str]:
    """Return the slots for numbers that the codebook's acts have, and the counts that
    its lexicon lists.
    """
    packs = codebook.derived(packs_of)
    slots = {slot for each in packs.frames.values() for slot in each.frame.slots}
    return frozenset(slots & {count.slot for count in packs.counts}).union(
        codebook.lexicon.counts
    )


def types_said(codebook: Codebook) -> frozenset[str]:
    """Return the types of events that are said or decreed, and so have no place."""
    frames = codebook.derived(packs_of).frames
    return frozenset(
        kind for kind, each in frames.items() if _PLACE not in each.frame.slots
    )


def types_that_can_hit(codebook: Codebook) -> frozenset[str]:
    """Return the types of events that can hit an object, also those without a frame."""
    frames = codebook.derived(packs_of).frames
    return frozenset(
        kind.id
        for kind in codebook.leaf_types()
        if kind.id not in frames or _OBJECT in frames[kind.id].frame.slots
    )


def _lexicon_counts(codebook: Codebook) -> Iterator[CountWords]:
    """Yield the counts of persons that a codebook's lexicon lists."""
    for slot, listed in codebook.lexicon.counts.items():
        acts = Words(verbs=listed.verbs, nouns=listed.nouns)
        count = CountOf(slot=slot, acts=acts, units=Words(nouns=listed.persons))
        yield _compile_count(count)


def _compile_frame(frame: Frame, pack: Pack) -> CompiledFrame:
    rows = [
        _compile_row(row)
        for row in pack.rows
        if not row.frames or frame.id in row.frames
    ]
    marks = [
        _compile_row(mark, mark.means)
        for mark in pack.marks
        if not mark.frames or frame.id in mark.frames
    ]
    return CompiledFrame(frame, tuple(rows), tuple(marks))


def _compile_row(row: Row, means: str = "") -> CompiledRow:
    pattern = parse_pattern(row.pattern)
    return CompiledRow(row.id, pattern, needed_labels(pattern), means)


def _compile_count(count: CountOf) -> CountWords:
    return CountWords(
        count.slot,
        frozenset(written_forms(count.heads)),
        frozenset(written_forms(count.acts)),
        frozenset(written_forms(count.units)),
    )
