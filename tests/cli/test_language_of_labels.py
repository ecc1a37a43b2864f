"""Commands that show labels of the codebook: all they say is in the person's language,
else the project's.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from coder.service.project.config import save_user_view, user_view

SCHEMAS = Path(__file__).parents[2] / "schemas"
Run = Callable[..., tuple[int, str, str]]
# What each command says of its own, and what of the codebook, in English and in Arabic.
GOLD = (("field ", "Relevance", "agreed"), ("الحقل ", "صلة المقال", "متفقاً عليه"))
CHECK = (
    ("warning R15", "publication. (Outlet)", "warnings"),
    ("تنبيه R15", "(الوسيلة الناشرة)", "تنبيهات"),
)
SHOW = (("span kind ", "Relevance", "required"), ("نوع المقطع ", "صلة المقال", "واجب"))
DIFF = (
    (
        "label changed: from “Killed” to “People killed”",
        "→ conflict-events-ar@1.0.0: changed ",
    ),
    (
        "تغيّر التسمية: من «Killed» إلى «People killed»",
        "إلى conflict-events-ar@1.0.0: متغيّر: ",
    ),
)
SHOWN = {
    ("gold", "show", "000"): GOLD,
    ("check",): CHECK,
    ("codebook", "show"): SHOW,
    ("codebook", "diff"): DIFF,
}


@pytest.fixture
def revised(tmp_path: Path) -> Path:
    """A file with another English label than that of the sample project's codebook."""
    for path in SCHEMAS.glob("conflict_events*.yaml"):
        text = path.read_text("utf-8").replace("en: Killed}", "en: People killed}")
        (tmp_path / path.name).write_text(text, "utf-8")
    return tmp_path / "conflict_events.yaml"


@pytest.mark.parametrize("command", SHOWN, ids=" ".join)
def test_headings_and_labels_are_in_one_language(
    demo_folder: Path, revised: Path, run_coder: Run, command: tuple[str, ...]
) -> None:
    words = (
        *command,
        *([revised] if "diff" in command else []),
        "--project",
        demo_folder,
    )
    english, arabic = SHOWN[command]
    said = {}
    for own in (
        "",
        "en",
        "ar",
    ):  # without a language of the person's own, the project's, which is Arabic
        save_user_view(replace(user_view(), language=own))
        said[own] = run_coder(*words)[1]
    assert all(each in said["en"] for each in english), said["en"]
    assert all(each in said["ar"] for each in arabic), said["ar"]
    assert said[""] == said["ar"] and not any(each in said["en"] for each in arabic)
    assert not any(each in said["ar"] for each in english)
    if command[0] == "codebook":
        chosen = run_coder(*words, "--lang", "en")[1]
        assert chosen == said["en"]
