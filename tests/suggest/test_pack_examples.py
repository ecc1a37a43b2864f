"""The examples of the shipped packs hold; the nouns of a pack are counted."""

from __future__ import annotations

import pytest

from coder.codebook.label import Label
from coder.codebook.load import read_codebook
from coder.codebook.pack_files import shipped_packs, with_pack
from coder.codebook.pack_schema import CountOf, Frame, Pack, Words
from coder.codebook.schema import Codebook
from coder.codebook.shipped import codebook, packs
from coder.model import Article
from coder.suggest.pack_examples import run_examples
from coder.suggest.registry import propose


@pytest.mark.parametrize("name", packs())
def test_the_examples_of_a_shipped_pack_hold(name: str) -> None:
    pack = shipped_packs()[name]
    tested_with = read_codebook(codebook(pack.tested_with))
    outcomes = list(run_examples(pack, tested_with))
    assert outcomes
    assert [each for each in outcomes if each.why] == []


def test_rows_that_matter_have_examples() -> None:
    with_examples = 0
    with_counter = 0
    for pack in shipped_packs().values():
        rows = (*pack.rows, *pack.marks)
        with_examples += sum(bool(row.examples) for row in rows)
        with_counter += sum(bool(row.counter) for row in rows)
    assert with_examples >= 40
    assert with_counter >= 10


def counting(codebook: Codebook, heads: tuple[str, ...], units: tuple[str, ...] = ()):
    """Return a codebook with a pack that counts these nouns for its attacks."""
    count = CountOf(slot="houses", heads=Words(nouns=heads), units=Words(nouns=units))
    frame = Frame(id="ruin", acts=("air_strike",), slots=("houses",))
    label = Label.same("houses")
    pack = Pack(
        id="houses", version="1.0.0", title=label, counts=(count,), frames=(frame,)
    )
    return with_pack(codebook, pack)


def numbers(text: str, codebook: Codebook) -> list[str]:
    found = propose(Article("a", text), codebook)
    return [each.quote for each in found if each.kind == "number"]


def test_numbers_of_the_nouns_of_packs_are_candidates(
    conflict_events: Codebook,
) -> None:
    text = "أقامت المنظمة عشرين خيمة وأربعة آبار"
    assert numbers(text, conflict_events) == []
    assert numbers(text, counting(conflict_events, ("خيمة",))) == ["عشرين خيمة"]


def test_people_are_counted_where_nobody_was_hurt_if_a_pack_asks(
    conflict_events: Codebook,
) -> None:
    text = "وصل ثلاثون شخصا إلى المخيم"
    assert numbers(text, conflict_events) == []
    asked = counting(conflict_events, (), ("شخص",))
    assert numbers(text, asked) == ["ثلاثون شخصا"]


def test_two_things_of_a_pack_are_a_number(conflict_events: Codebook) -> None:
    asked = counting(conflict_events, ("خيمة",))
    assert numbers("أقامت المنظمة خيمتين في المخيم", asked) == ["خيمتين"]
