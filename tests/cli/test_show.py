"""`coder show`: both orders break lines alike, and visual order is what independent
programs give.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from bidi.algorithm import get_display

from coder.text.display import cell_width
from coder.text.layout import Layout

Run = Callable[..., tuple[int, str, str]]
SEEDS = Path(__file__).parent.parent.parent / "seeds"
ARTICLES = ("000", "001", "002", "003", "004")


def shown(run_coder: Run, folder: Path, *words: object) -> list[str]:
    code, out, _ = run_coder("show", *words, "--project", folder)
    assert code == 0
    return out.split("\n")[:-1]


def bare(line: str) -> str:
    """Letters without their joined forms and without vowel signs: what shaping does not
    change.
    """
    plain = unicodedata.normalize("NFKC", line)
    return "".join(
        c for c in plain if not unicodedata.combining(c) and c != "\u0640"
    ).strip()


def opened_lam_alef(text: str) -> str:
    """Visual text with each lam-alef in logical order, as NFKC opens the one cell that
    it is here.
    """
    return re.sub("([اأإآ])ل", r"ل\1", text)


def bases(folder: Path, article: str, width: int) -> list[str]:
    """The direction of each line's paragraph, by its first strong character."""
    seeds = next(SEEDS.glob(f"{article}*.txt"))
    layout = Layout(seeds.read_bytes().decode("utf-8"), width)
    return ["R" if layout.line(i).base else "L" for i in range(layout.count)]


@pytest.mark.parametrize("width", [40, 80, 160])
@pytest.mark.parametrize("article", ARTICLES)
def test_visual_order_is_that_of_python_bidi(
    run_coder: Run, made_demo: Path, article: str, width: int
) -> None:
    words = (article, "--width", width, "--marks", "none", "--order")
    logical = shown(run_coder, made_demo, *words, "logical")
    visual = shown(run_coder, made_demo, *words, "visual")
    directions = bases(made_demo, article, width)
    for stored, drawn, direction in zip(logical, visual, directions, strict=True):
        theirs = get_display(stored.strip(), base_dir=direction)
        assert bare(drawn) == bare(opened_lam_alef(theirs)), stored


@pytest.mark.parametrize("article", ARTICLES)
def test_brackets_nest_and_close(run_coder: Run, made_demo: Path, article: str) -> None:
    text = "\n".join(
        shown(
            run_coder, made_demo, article, "--marks", "brackets", "--order", "logical"
        )
    )
    glyphs = "◆●■▲○#+§~"
    opened = len(re.findall(rf"\[[{re.escape(glyphs)}]", text))
    assert opened > 50
    assert text.count("]") >= opened


def test_no_line_is_wider_than_asked(run_coder: Run, made_demo: Path) -> None:
    for width in (40, 80):
        lines = shown(run_coder, made_demo, "001", "--width", width, "--marks", "none")
        assert max(cell_width(line) for line in lines) <= width


def test_logical_order_gives_the_text_back(run_coder: Run, made_demo: Path) -> None:
    text = next(SEEDS.glob("003*.txt")).read_text("utf-8")
    lines = shown(
        run_coder,
        made_demo,
        "003",
        "--width",
        60,
        "--marks",
        "none",
        "--order",
        "logical",
    )
    assert "".join("".join(lines).split()) == "".join(text.split())


@pytest.mark.skipif(
    shutil.which("fribidi") is None,
    reason="fribidi is not installed; python-bidi covers it",
)
@pytest.mark.parametrize("width", [40, 80, 160])
@pytest.mark.parametrize("article", ARTICLES)
def test_visual_order_is_that_of_fribidi(
    run_coder: Run, made_demo: Path, article: str, width: int
) -> None:
    words = (article, "--width", width, "--marks", "none", "--order")
    logical = shown(run_coder, made_demo, *words, "logical")
    visual = shown(run_coder, made_demo, *words, "visual")
    directions = bases(made_demo, article, width)
    for stored, drawn, base in zip(logical, visual, directions, strict=True):
        direction = "--rtl" if base == "R" else "--ltr"
        theirs = subprocess.run(
            ["fribidi", "--nopad", "--nobreak", direction],
            input=stored.strip() + "\n",
            capture_output=True,
            text=True,
            check=True,
        ).stdout.rstrip("\n")
        assert bare(drawn).replace(" ", "") == bare(theirs).replace(" ", "").replace(
            "\ufeff", ""
        ), stored
