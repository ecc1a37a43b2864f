"""Runs that no text has, such as 100,000 marks on a letter: time grows with their
length, not its square.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from time import process_time

import pytest

from coder.text.clusters import clusters
from coder.text.display import Display, fit, to_display
from coder.text.layout import Layout
from coder.text.normalize import fold, fold_key
from coder.text.segment import Unit, boundaries, sentences, words

SHORT = 10_000
# non-starters in a row of a text in Stream-Safe Text Format (UAX #15, section 13)
MOST_MARKS = 30
UNITS: tuple[Unit, ...] = ("clitic", "start", "letter")
MARKS = [
    character
    for character in map(chr, range(0x300, 0x11000))
    if unicodedata.combining(character)
]


def marks(count: int) -> str:
    """Different marks, in an order that is not canonical."""
    return "".join(MARKS[at * 7 % len(MARKS)] for at in range(count))


DIFFERENT = marks(100)
RUNS: dict[str, Callable[[int], str]] = {
    "different marks": lambda n: "ب" + marks(n),
    "the marks of lam": lambda n: "ل" + "\u064e\u0651" * (n // 2) + "ا",
    "fatha and shadda": lambda n: "ب" + "\u064e\u0651" * (n // 2),
    "joiners": lambda n: "ب" + "\u200d" * n,
    "joined pictographs": lambda n: "😀\u200d" * (n // 2),
    "flags": lambda n: "\U0001f1e6" * n,
    "keycaps": lambda n: "ب" + "\u20e3" * n,
    "isolates": lambda n: "\u2067" * (n // 2) + "ب" + "\u2069" * (n // 2),
    "isolates of unknown direction": lambda n: "\u2068" * n,
    "embeddings": lambda n: "\u202bب\u202aa" * (n // 4),
    "closed embeddings": lambda n: "\u202bب\u202c" * (n // 3),
    "nested brackets": lambda n: "(" * (n // 2) + ")" * (n // 2),
    "brackets side by side": lambda n: "ب(1)a" * (n // 5),
    "brackets with marks": lambda n: "(\u0301" * (n // 2),
    "tatweel": lambda n: "ب" + "ـ" * n,
    "one word": lambda n: "و" * n,
    "articles": lambda n: "ال" * (n // 2),
    "two directions": lambda n: "بa" * (n // 2),
    "blanks": lambda n: " " * n,
    "tabs": lambda n: "\t" * n,
    "digits": lambda n: "1," * (n // 2),
    "full stops": lambda n: "ب." * (n // 2),
    "quotation marks": lambda n: "«" * n,
    "empty lines": lambda n: "\n" * (n // 10),
    "web addresses": lambda n: "http://" * (n // 7),
}


def draw(text: str) -> None:
    """Lay a text out, of which the first and the last lines are drawn, and draw it as
    one line.
    """
    layout = Layout(text, 60)
    shown = [*range(layout.count)]
    for line in shown[:50] + shown[-50:]:
        layout.line(line)
    to_display(text, display=Display("lrm", tashkeel=False))
    fit(text, 40)


def read(text: str) -> None:
    """Find clusters, words, sentences and boundaries of spans."""
    clusters(text)
    words(text)
    sentences(text)
    for unit in UNITS:
        boundaries(text, unit)
    folded = fold(text)
    folded.span(0, len(folded.text))
    fold_key(text)


def seconds(work: Callable[[str], object], text: str) -> float:
    """The processor time that the work takes."""
    start = process_time()
    work(text)
    return process_time() - start


@pytest.mark.parametrize("work", [draw, read])
@pytest.mark.parametrize("run", RUNS)
def test_time_grows_with_the_length_of_a_run(
    run: str, work: Callable[[str], object]
) -> None:
    short = seconds(work, RUNS[run](SHORT))
    long = seconds(work, RUNS[run](4 * SHORT))
    # Work on each letter takes 4 times as long then, work on each pair of letters 16
    # times.
    assert long < 9 * max(short, 0.1)


def test_a_letter_is_drawn_with_its_first_30_marks() -> None:
    text = f"a{DIFFERENT}b"
    drawn = unicodedata.normalize("NFC", text[: 1 + MOST_MARKS])
    assert to_display(text) == f"{drawn}b"


def test_lam_alef_is_drawn_as_one_below_many_marks() -> None:
    fatha = "\u064e"
    shown = to_display(f"ل{fatha * 40}ا{fatha * 40}")
    assert shown == f"\ufefb{fatha * 2 * MOST_MARKS}"


def test_marks_that_are_not_drawn_keep_their_offsets() -> None:
    text = f"a{DIFFERENT}b"
    first, last = clusters(text)
    assert (first.end, last.start) == (1 + len(DIFFERENT), 1 + len(DIFFERENT))
    layout = Layout(text, 60)
    assert [(cell.start, cell.end) for cell in layout.line(0).cells] == [
        (0, 1 + len(DIFFERENT)),
        (1 + len(DIFFERENT), len(text)),
    ]
