"""Pages and committed samples that cannot lag behind the program."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from coder.cli.main import VERBS
from coder.codebook.declarations import DistanceKind
from coder.codebook.expressions import FORM_KEYS
from coder.codebook.schema import Field, FieldType, Rule, Value
from coder.service.resources import codebooks
from tests.make_docs import PAGES

ROOT = Path(__file__).parent.parent
EXPORTS = ("gold.jsonl", "gold.csv", "gold.native.jsonl", "agreement.json")


@pytest.fixture(autouse=True)
def usual_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.parametrize("name", PAGES)
def test_reference_page_is_current(name: str) -> None:
    assert (ROOT / "docs" / name).read_text("utf-8") == PAGES[name](), "run `make docs`"


@pytest.mark.parametrize("name", EXPORTS)
def test_sample_export_is_what_the_demo_makes(made_demo: Path, name: str) -> None:
    assert (made_demo / "exports" / name).read_bytes() == (ROOT / "exports" / name).read_bytes()


def readme_commands() -> list[str]:
    text = (ROOT / "README.md").read_text("utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("coder ")]


def test_the_readme_names_only_commands_that_exist() -> None:
    assert {line.split()[1] for line in readme_commands()} <= set(VERBS)


def test_the_readme_commands_run(
    run_coder: Callable[..., tuple[int, str, str]], demo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(demo_folder)
    shutil.copytree(ROOT / "seeds", demo_folder / "articles", ignore=shutil.ignore_patterns("codings"))
    ran = 0
    for line in readme_commands():
        words = shlex.split(line)[1:]
        if words[0] in ("code", "review", "init", "people", "demo"):
            continue  # screens, and a team that the sample project has already
        code, _, err = run_coder(*words)
        assert code == 0, f"{line}: {err}"
        ran += 1
    assert ran >= 5


def test_no_page_points_at_a_file_that_is_not_there() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_wheel_carries_articles_codebook_and_codings(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--wheel-dir", str(tmp_path), str(ROOT)],
        check=True, capture_output=True,
    )  # fmt: skip
    [wheel] = tmp_path.glob("*.whl")
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(wheel), str(tmp_path / "site")], check=True)
    # Run from the unpacked wheel alone, away from the checkout.
    code = (
        "import sys; sys.path[0:0] = ['site']; from coder.cli.main import main; sys.exit(main(['demo', 'd']))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert out.returncode == 0, out.stderr
    for name in EXPORTS:
        assert (tmp_path / "d" / "exports" / name).read_bytes() == (ROOT / "exports" / name).read_bytes()


def test_the_page_on_codebooks_names_every_type_condition_and_distance() -> None:
    page = (ROOT / "docs" / "codebooks.md").read_text("utf-8")
    rows = [line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| `")]
    assert {f"`{kind}`" for kind in get_args(FieldType)} <= set(rows)
    conditions = " ".join(rows)
    assert [key for key in FORM_KEYS if not re.search(rf"\b{key}: ", conditions) and key != "max_items"] == []
    assert [kind for kind in get_args(DistanceKind) if f"`{kind}`" not in page] == []
    assert [name for name in codebooks() if f"`{name}`" not in page] == []
    for name, field in {**Field.model_fields, **Rule.model_fields, **Value.model_fields}.items():
        assert f"{field.alias or name}" in page, name
