"""The packs of a codebook, merged and compiled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from functools import cache
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.authoring import checked
from coder.codebook.pack_schema import CountOf, Frame, Pack, Row
from coder.codebook.schema import Codebook
from coder.codebook.yaml_text import load_own_yaml
from coder.suggest.pattern import Pattern, needed_labels, parse_pattern
from coder.suggest.sentence_items import WordLabels, written_forms

R = TypeVar("R", bound="Row | Frame")
FOLDER = Path(__file__).with_name("packs")


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
    """Word for people or a body without a name → its class in the codebook."""
    counts: tuple[CountWords, ...]
    asides: tuple[CompiledRow, ...]


@cache
def shipped_packs() -> Mapping[str, Pack]:
    """Return the packs shipped with the program, by id."""
    files = sorted(FOLDER.glob("*.yaml"))
    packs = (checked(Pack, load_own_yaml(file)) for file in files)
    return {pack.id: pack for pack in packs}


def packs_of(codebook: Codebook) -> PacksInUse:
    """Return the packs of a codebook, compiled."""
    pack = merge_packs(shipped_packs().values())
    by_act = {act: frame for frame in pack.frames for act in frame.acts}
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
        tuple(map(_compile_count, pack.counts)),
        tuple(map(_compile_row, pack.asides)),
    )


def _party_words(pack: Pack, codebook: Codebook) -> Mapping[str, str]:
    known = {each.id for each in codebook.actor_classes}
    return {
        form: name
        for name, listed in pack.parties.items()
        if name in known
        for form in written_forms(listed)
    }


def merge_packs(packs: Iterable[Pack]) -> Pack:
    """Merge packs; a later one replaces lists and rows of the same name.

    Rows of a later pack come first: what is said of a subject goes before what is said
    of the language.
    """
    merged, *others = packs
    for pack in others:
        merged = replace(
            merged,
            words=merged.words | pack.words,
            parties=merged.parties | pack.parties,
            asides=_replace_rows(merged.asides, pack.asides),
            rows=_replace_rows(merged.rows, pack.rows),
            marks=_replace_rows(merged.marks, pack.marks),
            meanings=merged.meanings | pack.meanings,
            frames=_replace_rows(merged.frames, pack.frames),
            counts=(*merged.counts, *pack.counts),
            retypes=(*merged.retypes, *pack.retypes),
            word_values=(*merged.word_values, *pack.word_values),
            implied=(*merged.implied, *pack.implied),
            fields=merged.fields | pack.fields,
        )
    return merged


def _replace_rows(rows: tuple[R, ...], later: tuple[R, ...]) -> tuple[R, ...]:
    replaced = {row.id for row in later}
    kept = [row for row in rows if row.id not in replaced]
    return (*later, *kept)


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
