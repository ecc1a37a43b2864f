"""Checks of a pack beyond its shape: patterns that can be read, names that exist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

from msgspec import Struct

from coder.codebook.declarations import Mention
from coder.codebook.nearest import did_you_mean
from coder.codebook.pack_files import shipped_packs
from coder.codebook.pack_schema import (
    NOTHING,
    OWN,
    WORDS,
    Example,
    Frame,
    Mark,
    Pack,
    Row,
    merge_packs,
)
from coder.codebook.pattern_language import (
    CLASS_LABEL,
    FORM_LABELS,
    PatternError,
    labels_in,
    parse_pattern,
    slots_in,
)
from coder.codebook.schema import Codebook
from coder.codebook.shipped import codebooks
from coder.codebook.yaml_text import FileProblem, YamlPath, YamlText, placed_ids

LISTS = ("asides", "rows", "marks", "frames")
SPANS = ("NATION", "OWNER")
"""Spans that the program adds to those of a codebook: an adjective of a nation, and
whom a thing belongs to.
"""
ASIDE = "ASIDE-"


class _Known(Struct, frozen=True):
    """The names that a pack can use, in the order in which messages list them."""

    labels: Sequence[str]
    prefixes: tuple[str, ...]
    lists: Sequence[str]
    frames: Sequence[str]
    slots: Sequence[str]
    meanings: Sequence[str]
    of_any_codebook: bool
    """Whether the pack may ask for spans that this codebook does not have."""

    def has_label(self, label: str) -> bool:
        """Return whether items can have a label."""
        if self.of_any_codebook and label.isupper():
            return True
        return label in self.labels or label.startswith(self.prefixes)


def pack_problems(
    pack: Pack, source: YamlText, codebook: Codebook, *, is_whole: bool = True
) -> Iterator[FileProblem]:
    """Yield everything that does not fit together in a pack of the right shape.

    codebook: one that names the pack. is_whole: whether none of its packs lacks parts
    of its file; otherwise unknown names are not reported.
    """
    for name in LISTS:
        yield from source.repeats(placed_ids(source.data.get(name), (name,)))
    known = _find_known(pack, codebook) if is_whole else None
    lists = (("asides", pack.asides), ("rows", pack.rows), ("marks", pack.marks))
    for name, rows in lists:
        for path, row in source.placed(name, rows):
            yield from _row_problems(row, source, path, known)
    if known is None:
        return
    for path, mark in source.placed("marks", pack.marks):
        at = (*path, "means")
        yield from source.unknown(at, "meaning", mark.means, known.meanings)
    for path, frame in source.placed("frames", pack.frames):
        yield from _frame_problems(frame, source, path, known)
    yield from _slot_problems(pack, source, known)
    if pack.tested_with:
        at = ("tested_with",)
        yield from source.unknown(at, "codebook", pack.tested_with, codebooks())


def _find_known(pack: Pack, codebook: Codebook) -> _Known:
    used = merge_packs(codebook.packs)
    kinds = [*get_args(Mention), *(kind.id for kind in codebook.span_kinds)]
    spans = [*(kind.upper() for kind in kinds), *SPANS]
    acts = [act for frame in used.frames for act in frame.acts]
    acts += [kind.triggers or kind.id for kind in codebook.leaf_types()]
    frames = [frame.id for frame in used.frames]
    asides = [f"{ASIDE}{span}" for span in spans]
    labels = [*FORM_LABELS, *used.words, *frames, *acts, *spans, *asides]
    # A language pack tells more than the frames of one subject ask for.
    of_any = merge_packs([*shipped_packs().values(), *codebook.packs])
    slots = [OWN]
    for frame in of_any.frames:
        slots += frame.slots
    return _Known(
        list(dict.fromkeys(labels)),
        (CLASS_LABEL, *(f"{kind.lower()}-" for kind in kinds)),
        list(used.words),
        frames,
        list(dict.fromkeys(slots)),
        [*of_any.meanings, NOTHING],
        pack == shipped_packs().get(pack.id),
    )


def _row_problems(
    row: Row, source: YamlText, path: YamlPath, known: _Known | None
) -> Iterator[FileProblem]:
    at = (*path, "pattern")
    yield from _pattern_problems(row.pattern, source, at, known, isinstance(row, Mark))
    for name, examples in (("examples", row.examples), ("counter", row.counter)):
        for index, example in enumerate(examples):
            yield from _example_problems(example, source, (*path, name, index), known)
    for index, frame in enumerate(row.frames if known else ()):
        at = (*path, "frames", index)
        yield from source.unknown(at, "frame", frame, known.frames if known else ())


def _pattern_problems(
    written: str,
    source: YamlText,
    path: YamlPath,
    known: _Known | None,
    is_mark: bool,
) -> Iterator[FileProblem]:
    try:
        pattern = parse_pattern(written)
    except PatternError as error:
        yield source.problem(path, "bad_pattern", why=error.what)
        return
    if known is None:
        return
    for label in dict.fromkeys(labels_in(pattern)):
        if not known.has_label(label):
            guess = did_you_mean(label, known.labels)
            key = "unknown_label_but" if guess else "unknown_label"
            yield source.problem(path, key, name=label, guess=guess)
    for slot in dict.fromkeys(slots_in(pattern)):
        if not (is_mark and slot == WORDS):
            yield from source.unknown(path, "slot", slot, known.slots)


def _example_problems(
    example: Example, source: YamlText, path: YamlPath, known: _Known | None
) -> Iterator[FileProblem]:
    if example.act not in example.text:
        yield source.problem((*path, "act"), "not_in_example", words=example.act)
    for slot, words in example.slots.items():
        at = (*path, "slots", slot)
        if known is not None and slot != WORDS:
            yield from source.unknown(at, "slot", slot, known.slots, at_key=True)
        for index, each in enumerate(words):
            if each not in example.text:
                yield source.problem((*at, index), "not_in_example", words=each)


def _frame_problems(
    frame: Frame, source: YamlText, path: YamlPath, known: _Known
) -> Iterator[FileProblem]:
    if frame.like:
        yield from source.unknown((*path, "like"), "frame", frame.like, known.frames)
    for index, slot in enumerate(frame.requires):
        yield from source.unknown((*path, "requires", index), "slot", slot, known.slots)
    for index, carry in enumerate(frame.carries):
        at = (*path, "carries", index)
        yield from source.unknown((*at, "slot"), "slot", carry.slot, known.slots)
        for key, pattern in (("pattern", carry.pattern), ("of", carry.of)):
            yield from _pattern_problems(
                pattern, source, (*at, key), known, is_mark=False
            )


def _slot_problems(
    pack: Pack, source: YamlText, known: _Known
) -> Iterator[FileProblem]:
    """Yield the slots that no frame has, outside of rows and frames."""
    for index, count in enumerate(pack.counts):
        path: YamlPath = ("counts", index, "slot")
        slots = {*known.slots, NOTHING}
        yield from source.unknown(path, "slot", count.slot, slots)
    for index, retype in enumerate(pack.retypes):
        path = ("retypes", index, "slot")
        yield from source.unknown(path, "slot", retype.slot, known.slots)
    for index, implied in enumerate(pack.implied):
        for number, slot in enumerate(implied.slots):
            path = ("implied", index, "slots", number)
            yield from source.unknown(path, "slot", slot, known.slots)
    for index, told in enumerate(pack.word_values):
        for number, slot in enumerate(told.slots):
            path = ("word_values", index, "slots", number)
            yield from source.unknown(path, "slot", slot, known.slots)
        for value, listed in told.values.items():
            path = ("word_values", index, "values", value)
            yield from source.unknown(path, "word_list", listed, known.lists)
