"""UAX #9: every case of the Unicode Consortium's conformance tests, and the laws of
visual order.
"""

from __future__ import annotations

import lzma
from collections.abc import Iterator
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from coder.text import bidi

UNICODE = Path(__file__).parents[1] / "support" / "data" / "unicode"
NONE = 255
CODES = {
    **{
        "L": "L",
        "R": "R",
        "AL": "A",
        "EN": "E",
        "AN": "N",
        "ES": "S",
        "ET": "T",
        "CS": "C",
    },
    **{
        "NSM": "M",
        "BN": "Z",
        "B": "B",
        "S": "G",
        "WS": "W",
        "ON": "O",
        "PDF": "q",
        "PDI": "d",
    },
    **{
        "LRE": "l",
        "RLE": "r",
        "LRO": "x",
        "RLO": "y",
        "LRI": "i",
        "RLI": "j",
        "FSI": "f",
    },
}
KEPT = bytes(
    code for code in range(256) if code not in b"Zlrxyq"
)  # rule X9 removes the others
ANY_TEXT = st.text(
    st.sampled_from("ab אב عر 12 ٣+-,.% ()[]<>\t\u0301\u064b")
    | st.sampled_from("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    | st.characters(),
    max_size=40,
)


def lines(name: str) -> Iterator[str]:
    with lzma.open(UNICODE / name, "rt", encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                yield line.rstrip("\n")


def ours(classes: bytes, text: str, base: int | None) -> bytes:
    """Our levels; those of removed characters are what nothing else is."""
    level, resolved = bidi.resolve(classes, base, text)
    found = bidi.l1(classes, resolved, level)
    if removed := classes.translate(None, KEPT):
        for at in (at for at, code in enumerate(classes) if code in removed):
            found[at] = NONE
    return bytes(found)


def given_levels(told: str) -> bytes:
    """Levels as a line of the tests has them; `x` stands for a removed character."""
    return bytes(NONE if level == "x" else int(level) for level in told.split())


def in_order(levels: bytes) -> list[int]:
    kept = [at for at, level in enumerate(levels) if level != NONE]
    return [kept[i] for i in bidi.reorder([levels[at] for at in kept])]


def test_every_case_of_bidi_test():
    cases = failed = 0
    levels = b""
    for line in lines("BidiTest.txt.xz"):
        if line.startswith("@Levels:"):
            levels = given_levels(line[8:])
        elif line.startswith("@Reorder:"):  # of these levels, for all cases that follow
            assert in_order(levels) == [int(i) for i in line[9:].split()]
        elif not line.startswith("@"):
            names, _, bits = line.partition(";")
            classes = "".join(CODES[name] for name in names.split()).encode()
            bases = ((1, bidi.first_strong(classes) or 0), (2, 0), (4, 1))
            asked = [base for bit, base in bases if int(bits, 16) & bit]
            cases += len(asked)  # two of them may be the same
            failed += sum(
                asked.count(base) * (ours(classes, "", base) != levels)
                for base in {*asked}
            )
    assert (cases, failed) == (770_241, 0)


def test_every_case_of_bidi_character_test():
    cases = failed = 0
    for line in lines("BidiCharacterTest.txt.xz"):
        points, direction, paragraph, told, order = line.split(";")
        text = "".join(chr(int(point, 16)) for point in points.split())
        base = {"0": 0, "1": 1, "2": None}[direction]
        classes, levels = bidi.classes_of(text), given_levels(told)
        cases += 1
        failed += (
            bidi.levels(text, base)[0] != int(paragraph)
            or ours(classes, text, base) != levels
        )
        failed += in_order(levels) != [int(i) for i in order.split()]
    assert (cases, failed) == (91_707, 0)


@given(ANY_TEXT, st.sampled_from([None, 0, 1]))
def test_visual_order_is_a_permutation(text, base):
    _, levels = bidi.levels(text, base)
    assert sorted(bidi.reorder(levels)) == list(range(len(text)))


def test_bracket_pairs_found_before_the_stack_overflows_still_count():
    # BD16 stops at the 64th open bracket; FriBidi and unicode-bidi give the same
    # levels.
    _, levels = bidi.levels("א(א)b" + "[" * 64 + "x", 0)
    assert list(levels[:5]) == [1, 1, 1, 1, 0]
