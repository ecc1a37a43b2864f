"""Articles that no outlet publishes, such as 100,000 marks on a letter, are shown and
opened all the same.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

from tests.support.pseudo_terminal import PseudoTerminal

Run = Callable[..., tuple[int, str, str]]
PATIENCE = 100  # seconds; it took longer than that, for each time a line was drawn
MARKS = [c for c in map(chr, range(0x300, 0x11000)) if unicodedata.combining(c)]
RUNS = {
    "marks": "ب" + "".join(MARKS[at * 7 % len(MARKS)] for at in range(100_000)),
    "joiners": "ب" + "\u200d" * 100_000,
    "isolates": "\u2067" * 50_000 + "ب" + "\u2069" * 50_000,
    "brackets": "(" * 50_000 + ")" * 50_000,
    "letters": "ب" * 200_000,
    "blanks": "ب" + " " * 200_000 + "ب",
}


@pytest.fixture
def project(demo_folder: Path, tmp_path: Path, run_coder: Run) -> Path:
    """The sample project with an article for each run."""
    for name, run in RUNS.items():
        article = tmp_path / f"{name}.txt"
        article.write_text(f"خبر {run}\nقتل الجيش ثلاثة أشخاص", "utf-8")
        assert run_coder("import", article, "--project", demo_folder)[0] == 0
    words = "assign --coders you --per-article 1 --stage production"
    assert run_coder(*words.split(), "--project", demo_folder)[0] == 0
    return demo_folder


def test_long_runs_are_printed_and_opened(project: Path, run_coder: Run) -> None:
    for name in RUNS:
        began = monotonic()
        assert run_coder("show", name, "--project", project)[0] == 0
        assert monotonic() < began + PATIENCE
        words = ["-m", "coder", "code", "--as", "you", "--project", str(project), name]
        terminal = PseudoTerminal(words)
        terminal.wait_for("Tab", PATIENCE)
        terminal.press("\x1b[Bv")  # draws a span
        terminal.rest()
        terminal.press("\x1b\x11")  # Ctrl+Q
        assert terminal.wait(PATIENCE) == 0
