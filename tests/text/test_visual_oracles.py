"""The five sample articles, line by line, against other implementations of UAX #9.

python-bidi (the Rust crate unicode-bidi) gives the visual order without mirroring; GNU
FriBidi, where its command is installed, gives it with mirroring and shaping. Vowel
signs are left out, as the two order marks differently; lam-alef is compared by its
letters.
"""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from bidi import get_display

from coder.text.clusters import SEPARATORS
from coder.text.layout import Layout, Line

ARTICLES = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))


def lines(article: Path, width: int) -> list[tuple[str, Line]]:
    """The logical text without vowel signs, invisible characters and hanging space, and
    our line for it.
    """
    text = article.read_text("utf-8")
    text = "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Cf"))
    layout = Layout(text, width)
    made = [layout.line(i) for i in range(layout.count)]
    return [
        (SEPARATORS.sub("", text[line.start : line.end]).rstrip(), line)
        for line in made
    ]


def visual(logical: str, line: Line, letters: Callable[[int, int, str], str]) -> str:
    """Our line from left to right; letters gives what a cell stands for, in logical
    order.
    """
    shown = (cell for cell in line.cells if cell.start < line.start + len(logical))
    found = (
        (c.level, letters(c.start - line.start, c.end - line.start, c.glyph))
        for c in shown
    )
    return "".join(text[::-1] if level % 2 else text for level, text in found)


def python_bidi(logical: list[str], base: int) -> list[str]:
    return [get_display(line, base_dir="LR"[base]) for line in logical]


def fribidi(logical: list[str], base: int) -> list[str]:
    done = subprocess.run(
        ["fribidi", "--nopad", "--nobreak", "--clean", ("--ltr", "--rtl")[base]],
        input="".join(f"{line}\n" for line in logical),
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    # Its hamza has no form, and it keeps the no-break space.
    return [
        line.replace("ء", "ﺀ").replace("\xa0", " ")
        for line in done.stdout.split("\n")[:-1]
    ]


ORACLES = [python_bidi, *([fribidi] if shutil.which("fribidi") else [])]


@pytest.mark.parametrize("width", [40, 80, 160])
@pytest.mark.parametrize("article", ARTICLES, ids=lambda path: path.name[:3])
@pytest.mark.parametrize("oracle", ORACLES)
def test_visual_lines_agree(oracle, article, width):
    for base in (0, 1):
        ours = [
            (logical, line)
            for logical, line in lines(article, width)
            if line.base == base and logical
        ]
        theirs = oracle([logical for logical, _ in ours], base)
        for (logical, line), expected in zip(ours, theirs, strict=True):
            if oracle is python_bidi:
                assert (
                    visual(
                        logical, line, lambda start, end, _, of=logical: of[start:end]
                    )
                    == expected
                )
            else:
                assert (
                    visual(logical, line, lambda _start, _end, glyph: glyph) == expected
                )


def test_all_sample_articles_are_there():
    assert len(ARTICLES) == 5
