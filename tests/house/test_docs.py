"""Pages and committed samples that cannot lag behind the program."""

from __future__ import annotations

import ast
import doctest
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args
from unicodedata import category

import pytest

from coder.codebook.declarations import DistanceKind
from coder.codebook.expressions import FORM_KEYS
from coder.codebook.schema import Field, FieldType, Rule, Value
from coder.codebook.shipped import codebooks
from coder.errors import CoderError
from coder.exporters.registry import FORMATS, Writer
from coder.service.delivery.datasets import deliver
from coder.service.project.opened import Project
from tests.support.make_docs import PAGES

ROOT = Path(__file__).parents[2]
EXPORTS = ("gold.jsonl", "gold.csv", "gold.native.jsonl", "agreement.json")


@pytest.fixture(autouse=True)
def usual_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.parametrize("name", PAGES)
def test_reference_page_is_current(name: str) -> None:
    assert (ROOT / "docs" / name).read_text("utf-8") == PAGES[name](), "run `make docs`"


@pytest.mark.parametrize("name", EXPORTS)
def test_sample_export_is_what_the_demo_makes(made_demo: Path, name: str) -> None:
    assert (made_demo / "exports" / name).read_bytes() == (
        ROOT / "exports" / name
    ).read_bytes()


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_examples_allow_a_loss_only_where_there_is_one(
    demo: Project, tmp_path: Path, form: Writer
) -> None:
    page = (ROOT / "docs" / "formats.md").read_text("utf-8")
    [example] = re.findall(rf"^coder export {form.name} .*$", page, re.MULTILINE)
    try:
        deliver(demo, form.name, "gold", tmp_path / f"gold{form.suffix}")
    except CoderError as error:
        assert error.key == "delivery.would_lose"
        assert example.endswith(" --allow-loss")
    else:
        assert "--allow-loss" not in example


def test_no_page_points_at_a_file_that_is_not_there() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


PACKAGES = sorted(path.parent.name for path in (ROOT / "coder").glob("*/__init__.py"))


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_has_a_page_of_at_most_forty_lines(package: str) -> None:
    page = ROOT / "coder" / package / "README.md"
    assert len(page.read_text("utf-8").splitlines()) <= 40


@pytest.mark.parametrize(
    "page",
    [
        "docs/architecture.md",
        "CONTRIBUTING.md",
        *(f"coder/{package}/README.md" for package in PACKAGES),
    ],
)
def test_every_file_that_the_page_names_is_there(page: str) -> None:
    named = re.findall(
        r"`([\w./*]+\.(?:py|po|toml|yaml|sql|txt))`", (ROOT / page).read_text("utf-8")
    )
    assert named
    missing = [
        name
        for name in named
        if "FILE" not in name
        and "NNNN" not in name
        and not any(
            [
                *(ROOT / "coder").rglob(name),
                *(ROOT / "coder").glob(name),
                *(ROOT / "tests").rglob(name),
                *ROOT.glob(name),
            ]
        )
    ]
    assert not missing


def test_every_sign_on_a_screen_is_explained() -> None:
    page = (ROOT / "docs" / "screens.md").read_text("utf-8")
    explained = "".join(
        re.findall(
            r"`([^`]+)`",
            page[page.index("## Signs") : page.index("## Keys for coding")],
        )
    )
    paths = [
        *(ROOT / "coder/tui/screens").glob("*.py"),
        *(ROOT / "coder/tui/widgets").glob("*.py"),
    ]
    paths.append(ROOT / "coder/service/coding/record_rows.py")
    nodes = (
        node for path in paths for node in ast.walk(ast.parse(path.read_text("utf-8")))
    )
    texts = [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    texts.append((ROOT / "coder/messages/en/screens.po").read_text("utf-8"))
    drawn = {
        sign
        for sign in "".join(texts)
        if category(sign) in ("So", "Sm", "No") or sign in "·′›"
    }
    frames = set(map(chr, range(0x2500, 0x2580)))
    assert len(drawn) > 30
    assert drawn - frames - {*explained, "|", "<", ">"} == set()


def run_from(site: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `coder` in a folder, from the unpacked wheel alone, away from the checkout."""
    code = (
        f"import sys; sys.path[0:0] = [{str(site)!r}]; from coder.cli.main import main; "
        "sys.exit(main(sys.argv[1:]))"
    )
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_wheel_carries_articles_codebook_and_codings(
    from_wheel: Path, tmp_path: Path
) -> None:
    out = run_from(from_wheel, tmp_path, "demo", "d")
    assert out.returncode == 0, out.stderr
    for name in EXPORTS:
        assert (tmp_path / "d" / "exports" / name).read_bytes() == (
            ROOT / "exports" / name
        ).read_bytes()


def test_who_installed_the_wheel_gets_a_codebook_to_change(
    from_wheel: Path, tmp_path: Path
) -> None:
    shown = run_from(from_wheel, tmp_path, "codebook", "show", "protest_events")
    assert shown.stdout == (ROOT / "schemas" / "protest_events.yaml").read_text("utf-8")
    (tmp_path / "mine.yaml").write_text(shown.stdout, "utf-8")
    # Its lexicons are the program's.
    checked = run_from(from_wheel, tmp_path, "codebook", "check", "mine.yaml")
    assert checked.returncode == 0 and "event types 12" in checked.stdout, (
        checked.stderr
    )
    made = run_from(from_wheel, tmp_path, "init", "p", "--codebook", "mine.yaml")
    assert made.returncode == 0, made.stderr
    lexicon = "protest_events_lexicon.yaml"
    assert (tmp_path / "p" / lexicon).read_bytes() == (
        ROOT / "schemas" / lexicon
    ).read_bytes()


def test_the_page_on_codebooks_names_every_type_condition_and_distance() -> None:
    page = (ROOT / "docs" / "codebooks.md").read_text("utf-8")
    rows = [
        line.split("|")[1].strip()
        for line in page.splitlines()
        if line.startswith("| `")
    ]
    assert {f"`{kind}`" for kind in get_args(FieldType)} <= set(rows)
    conditions = " ".join(rows)
    assert [
        key
        for key in FORM_KEYS
        if not re.search(rf"\b{key}: ", conditions) and key != "max_items"
    ] == []
    assert [kind for kind in get_args(DistanceKind) if f"`{kind}`" not in page] == []
    assert [name for name in codebooks() if f"`{name}`" not in page] == []
    for kind in (Field, Rule, Value):
        assert [key for key in kind.__struct_encode_fields__ if key not in page] == []


def test_the_examples_of_the_page_on_python_hold(
    demo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(demo_folder.parent)
    found = doctest.testfile(str(ROOT / "docs" / "python.md"), module_relative=False)
    assert found.failed == 0 and found.attempted > 10


def test_the_examples_of_the_page_on_agreement_hold() -> None:
    found = doctest.testfile(str(ROOT / "docs" / "agreement.md"), module_relative=False)
    assert found.attempted > 10 and found.failed == 0
