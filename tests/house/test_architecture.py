"""The house: imports point down only, and light commands stay light."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from coder.cli import commands
from coder.cli.commands import COMMANDS, module_of
from coder.messages.catalogue import say
from tests.support.make_messages import FOLDER, key_of, read

HEAVY = {
    "textual",
    "rich",
    "numpy",
    "sqlmodel",
    "sqlalchemy",
    "alembic",
    "pydantic",
    "dask",
}
ROOT = Path(__file__).parents[2]


def test_imports_point_down_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = subprocess.run(
        [
            str(Path(sys.executable).parent / "lint-imports"),
            "--config",
            str(ROOT / ".importlinter"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout


def modules_loaded_by(statement: str) -> set[str]:
    code = f"import sys, json; {statement}\nprint(json.dumps(sorted(sys.modules)))"
    out = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return set(json.loads(out.stdout.splitlines()[-1]))


def loaded_by(statement: str) -> set[str]:
    return {name.partition(".")[0] for name in modules_loaded_by(statement)}


@pytest.mark.parametrize(
    "statement",
    [
        "import coder.cli.main",
        "import coder.text.segment, coder.text.display",
        "import coder.tui.keys",
    ],
)
def test_import_is_light(statement: str) -> None:
    assert not loaded_by(statement) & HEAVY


def test_a_screen_opens_without_word_lists() -> None:
    statement = (
        "import coder.tui.screens.coding_screen, coder.tui.screens.review_screen"
    )
    assert not loaded_by(statement) & {"yaml", "ahocorasick", "numpy"}


def test_an_article_opens_without_delivery() -> None:
    loaded = modules_loaded_by(
        "import coder.tui.screens.coding_screen, coder.tui.screens.review_screen"
    )
    assert "coder.store.dump" not in loaded
    assert not [name for name in loaded if name.startswith("coder.service.delivery")]


@pytest.mark.parametrize(
    "words", [["--help"], *([command, "--help"] for command in COMMANDS)], ids=" ".join
)
def test_help_is_light(words: list[str]) -> None:
    statement = (
        "from contextlib import suppress; from coder.cli.main import main\n"
        f"with suppress(SystemExit): main({words})"
    )
    assert not loaded_by(statement) & HEAVY


def test_help_needs_one_package_beside_the_standard_library() -> None:
    """What makes help come late is what it imports, which does not depend on how busy
    the machine is.
    """
    statement = (
        "from contextlib import suppress; from coder.cli.main import main\n"
        "with suppress(SystemExit): main(['--help'])"
    )
    bare, loaded = loaded_by(""), loaded_by(statement)
    assert loaded - bare - {*sys.stdlib_module_names} <= {
        "coder",
        "msgspec",
        "typing_extensions",
    }


def test_figures_are_worked_out_without_scipy(demo_folder: Path) -> None:
    """It would be half of what there is to install; only tests compare with it."""
    code = (
        "import sys; sys.modules['scipy'] = None; from coder.cli.main import main; "
        f"sys.exit(main(['agree', '--json', '--project', {str(demo_folder)!r}]))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT
    )
    assert json.loads(out.stdout)


def test_every_command_is_a_function_with_words() -> None:
    for command in COMMANDS:
        module = ROOT / "coder" / "cli" / f"{module_of(command)}.py"
        assert f"\ndef run_{command}(options: Options, " in module.read_text("utf-8")
        assert f"example: coder {command}" in say("en", f"commands.{command}.about")


def test_no_words_of_commands_are_unused(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()

    def asking(lang: str, key: str, **values: object) -> str:
        asked.add(key)
        return say(lang, key, **values)

    monkeypatch.setattr(commands, "say", asking)
    commands.overview()
    for command in COMMANDS:
        commands.parser_of(command)
    words = {
        key_of(message.id)
        for message in read(FOLDER / "en" / "commands.po")
        if message.id
    }
    assert words == {key for key in asked if key.startswith("commands.")}


def test_no_two_modules_share_a_name() -> None:
    """A name leads to one file; each room with a table of formats or suggesters calls
    it `registry`.
    """
    modules = [
        path.stem
        for path in (ROOT / "coder").rglob("*.py")
        if not path.stem.startswith("_")
    ]
    twice = {name for name, count in Counter(modules).items() if count > 1}
    assert twice <= {"registry"}


def test_a_room_says_what_it_is_and_holds_nothing_else() -> None:
    for path in (ROOT / "coder").rglob("__init__.py"):
        if path.parent != ROOT / "coder":
            [docstring] = ast.parse(path.read_text("utf-8")).body
            assert isinstance(docstring, ast.Expr), path


def test_screens_name_what_they_call() -> None:
    """No method is looked up by a name that is put together; no class leaves a gap for
    its children.
    """
    for path in (ROOT / "coder" / "tui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "getattr"
            ):
                named = node.args[1]
                assert isinstance(named, ast.Constant), f"{path}:{node.lineno}"
            assert not (
                isinstance(node, ast.Name) and node.id == "NotImplementedError"
            ), path
