"""Run the examples of a pack through the suggester, as the tests of its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from coder.codebook.pack_schema import WORDS, Example, Mark, Pack, Row
from coder.codebook.pattern_language import parse_pattern, slots_in
from coder.codebook.schema import Codebook
from coder.model import Article, Candidate
from coder.suggest.compiled_lexicon import TRIGGER
from coder.suggest.event_proposals import EventProposer
from coder.suggest.frame_reading import Reading
from coder.suggest.registry import propose

Path: TypeAlias = tuple[str, int, str, int]
"""Where an example stands in its pack: list, index of the row, key, index."""
Why: TypeAlias = Literal["no_act", "not_fired", "other_words", "fired"]


class Outcome(Struct, frozen=True):
    """What became of one example; why: empty if it is as wanted.

    wanted, got: slot → the words in it. rows: slot → the row that filled it.
    """

    row: str
    path: Path
    example: Example
    why: Why | Literal[""] = ""
    wanted: Mapping[str, Sequence[str]] = {}
    got: Mapping[str, Sequence[str]] = {}
    rows: Mapping[str, str] = {}


def run_examples(pack: Pack, codebook: Codebook) -> Iterator[Outcome]:
    """Yield the outcome of every example and counter-example of a pack.

    codebook: one that uses the pack.
    """
    lists: tuple[tuple[str, Sequence[Row]], ...] = (
        ("asides", pack.asides),
        ("rows", pack.rows),
        ("marks", pack.marks),
    )
    for name, rows in lists:
        for index, row in enumerate(rows):
            for number, example in enumerate(row.examples):
                path = (name, index, "examples", number)
                yield _run_example(row, path, example, codebook)
            for number, example in enumerate(row.counter):
                path = (name, index, "counter", number)
                yield _run_example(row, path, example, codebook)


def _run_example(row: Row, path: Path, example: Example, codebook: Codebook) -> Outcome:
    article = Article("example", example.text)
    found = propose(article, codebook)
    proposer = EventProposer(found, article, codebook)
    is_counter = path[2] == "counter"
    if path[0] == "asides":
        start = example.text.find(example.act)
        aside = proposer.find_aside(start, start + len(example.act))
        return Outcome(row.id, path, example, _judge(bool(aside), is_counter))
    act = _find_act(example, found)
    if act is None:
        return Outcome(row.id, path, example, "no_act")
    reading = proposer.read(act)
    fired = _has_fired(row, reading)
    got = _words_in_slots(row, reading, example)
    why = _judge(fired, is_counter)
    if not why and not is_counter:
        wrong = [slot for slot in example.slots if got.get(slot) != example.slots[slot]]
        why = "other_words" if wrong else ""
    slots = dict.fromkeys((*example.slots, *slots_in(parse_pattern(row.pattern))))
    rows = {
        slot: reading.slots[slot][0].row for slot in slots if reading.slots.get(slot)
    }
    if isinstance(row, Mark) and row.means in reading.meanings:
        rows[WORDS] = reading.meanings[row.means].row
    return Outcome(row.id, path, example, why, example.slots, got, rows)


def _judge(fired: bool, is_counter: bool) -> Why | Literal[""]:
    if is_counter:
        return "fired" if fired else ""
    return "" if fired else "not_fired"


def _find_act(example: Example, found: Sequence[Candidate]) -> Candidate | None:
    """Return the trigger of an example: with its very words, else one that has some of
    them.
    """
    triggers = [each for each in found if each.kind == TRIGGER]
    for each in triggers:
        if each.quote == example.act:
            return each
    start = example.text.find(example.act)
    end = start + len(example.act)
    for each in triggers:
        if each.start < end and start < each.end:
            return each
    return None


def _has_fired(row: Row, reading: Reading) -> bool:
    """Return whether a row filled a slot, or a mark told its meaning."""
    if isinstance(row, Mark):
        told = reading.meanings.get(row.means)
        return told is not None and told.row == row.id
    return any(each.row == row.id for found in reading.slots.values() for each in found)


def _words_in_slots(
    row: Row, reading: Reading, example: Example
) -> dict[str, tuple[str, ...]]:
    """Return slot → the words in it, for the slots of an example and of its row."""
    slots = dict.fromkeys((*example.slots, *slots_in(parse_pattern(row.pattern))))
    words = {}
    for slot in slots:
        found = reading.slots.get(slot, [])
        if slot == WORDS and isinstance(row, Mark) and row.means in reading.meanings:
            found = [reading.meanings[row.means]]
        words[slot] = tuple(
            example.text[each.span.start : each.span.end] for each in found
        )
    return words
