"""UAX #9: every case of the Unicode Consortium's conformance tests, and the laws of visual order."""

from __future__ import annotations

import lzma
from collections.abc import Iterator
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from coder.text import bidi

UNICODE = Path(__file__).parents[1] / "support" / "data" / "unicode"
REMOVED = b"Zlrxyq"
CODES = {
    **{"L": "L", "R": "R", "AL": "A", "EN": "E", "AN": "N", "ES": "S", "ET": "T", "CS": "C"},
    **{"NSM": "M", "BN": "Z", "B": "B", "S": "G", "WS": "W", "ON": "O", "PDF": "q", "PDI": "d"},
    **{"LRE": "l", "RLE": "r", "LRO": "x", "RLO": "y", "LRI": "i", "RLI": "j", "FSI": "f"},
}
ANY_TEXT = st.text(
    st.sampled_from("ab אב عر 12 ٣+-,.% ()[]<>\t\u0301\u064b")
    | st.sampled_from("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    | st.characters(),
    max_size=40,
)  # fmt: skip


def lines(name: str) -> Iterator[str]:
    with lzma.open(UNICODE / name, "rt", encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                yield line.rstrip("\n")


def wrong(classes: bytes, text: str, base: int | None, levels: list[str], order: list[int]) -> bool:
    """Whether our levels or our order differ from those given; `x` stands for a removed character."""
    level, resolved = bidi.resolve(classes, base, text)
    ours = bidi.l1(classes, resolved, level)
    kept = [i for i, code in enumerate(classes) if code not in REMOVED]
    shown = ["x"] * len(classes)
    for i in kept:
        shown[i] = str(ours[i])
    return shown != levels or [kept[i] for i in bidi.reorder([ours[i] for i in kept])] != order


def test_every_case_of_bidi_test():
    cases = failed = 0
    levels: list[str] = []
    order: list[int] = []
    for line in lines("BidiTest.txt.xz"):
        if line.startswith("@Levels:"):
            levels = line[8:].split()
        elif line.startswith("@Reorder:"):
            order = [int(i) for i in line[9:].split()]
        elif not line.startswith("@"):
            names, _, bits = line.partition(";")
            classes = "".join(CODES[name] for name in names.split()).encode()
            for bit, base in ((1, None), (2, 0), (4, 1)):
                if int(bits, 16) & bit:
                    cases += 1
                    failed += wrong(classes, "", base, levels, order)
    assert (cases, failed) == (770_241, 0)


def test_every_case_of_bidi_character_test():
    cases = failed = 0
    for line in lines("BidiCharacterTest.txt.xz"):
        points, direction, paragraph, levels, order = line.split(";")
        text = "".join(chr(int(point, 16)) for point in points.split())
        base = {"0": 0, "1": 1, "2": None}[direction]
        classes = bidi.classes_of(text)
        cases += 1
        failed += bidi.levels(text, base)[0] != int(paragraph) or wrong(
            classes, text, base, levels.split(), [int(i) for i in order.split()]
        )
    assert (cases, failed) == (91_707, 0)


@given(ANY_TEXT, st.sampled_from([None, 0, 1]))
def test_visual_order_is_a_permutation(text, base):
    _, levels = bidi.levels(text, base)
    assert sorted(bidi.reorder(levels)) == list(range(len(text)))


def test_bracket_pairs_found_before_the_stack_overflows_still_count():
    # BD16 stops at the 64th open bracket; FriBidi and unicode-bidi give the same levels.
    _, levels = bidi.levels("א(א)b" + "[" * 64 + "x", 0)
    assert list(levels[:5]) == [1, 1, 1, 1, 0]
