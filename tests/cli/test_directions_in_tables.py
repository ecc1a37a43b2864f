"""Words of people in a command's output never turn the reading direction of what
follows them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from coder.model import QUESTION
from coder.service.coding.remarks import made, write
from coder.service.delivery.intake import import_files
from coder.service.project.opened import create_project
from coder.service.team.members import assign, withdraw

Run = Callable[..., tuple[int, str, str]]
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""UAX #9: embeddings, overrides, isolates and what ends them."""


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """A project with a question and a reason that hold all of them."""
    (tmp_path / "x.txt").write_text("قصف الموقع", "utf-8")
    (tmp_path / "y.txt").write_text("قصف المدينة", "utf-8")
    project = create_project(tmp_path / "project")
    project.add_person("amal", "coder")
    project.add_person("salma", "supervisor")
    import_files(project, [tmp_path / "x.txt", tmp_path / "y.txt"])
    article = project.article("x").id
    assign(project, ["amal"], 1)
    place = ("amal", "", "", 0, 0)
    question = made(article, place, "amal", f"why {TURNING} here?", QUESTION)
    write(project, "amal", None, question)
    withdraw(project, "salma", ["y"], f"twice {TURNING} there")
    project.close()
    return tmp_path / "project"


@pytest.mark.parametrize(
    "words",
    [
        ("questions",),
        ("questions", "--markdown"),
        ("questions", "--json"),
        ("withdraw",),
    ],
    ids=" ".join,
)
def test_no_direction_of_others_words_reaches_a_pipe(
    run_coder: Run, asked: Path, words: tuple[str, ...]
) -> None:
    code, out, _ = run_coder(*words, "--project", asked)
    assert code == 0
    assert "why" in out or "twice" in out
    assert not set(TURNING) & set(out)
