"""What reaches a terminal, a pipe or nobody at all, whatever the files hold that it
came from.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path

import pytest
from bidi.algorithm import get_display

from coder.cli.output import Output
from coder.model import FLAG, QUESTION, Article
from coder.service.coding.remarks import made, write
from coder.service.coding.session import list_assignments
from coder.service.project.opened import create_project, open_project
from coder.service.team.members import assign, withdraw
from tests.support.pseudo_terminal import PseudoTerminal

Run = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).parent.parent.parent
TITLE, CONTROL, OVERRIDE = "\x1b]0;owned\x07", "\x9b2J", "\u202egpj.exe"
"""Sets a terminal's title; clears its screen (C1); makes what follows read from the
right.
"""
HOSTILE = TITLE + CONTROL + OVERRIDE
TITLE_IN_YAML = r"\e]0;owned\a"

CLOSED = "error: Standard output is closed.\nhint: Send the output to a file, or to /dev/null.\n"


def coder(*words: object, **environ: str) -> subprocess.CompletedProcess[bytes]:
    """A command in a process of its own, its output in pipes."""
    command = [sys.executable, "-m", "coder", *map(str, words)]
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        check=False,
    )


def on_terminal(
    *words: object, environ: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """The exit code of a command on a terminal, and all that it sent there."""
    terminal = PseudoTerminal(
        ["-m", "coder", *map(str, words)], answers={}, environ=environ
    )
    return terminal.wait(), terminal.sent.decode().replace("\r\n", "\n")


@pytest.fixture(scope="module")
def made_hostile(made_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample project with an article whose name and text are full of what terminals
    obey.
    """
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copytree(made_demo, folder / "project")
    project = open_project(folder / "project")
    with project.store.begin("salma") as work:  # imports refuse such ids
        work.add_articles([Article(f"x{HOSTILE}", f"قصف {HOSTILE} [/] المدينة")])
    project.close()
    return folder / "project"


@pytest.fixture
def hostile(made_hostile: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made_hostile, tmp_path / "project")


@pytest.mark.parametrize(
    "words",
    [
        ("show", "x", "--order", "logical"),
        ("show", "x", "--json"),
        ("reopen", "x", "--coder", "amal", "--as", "salma"),
        ("show", HOSTILE),
        ("suggest", "--evaluate", HOSTILE),
        ("import", HOSTILE),
        ("people", "add", HOSTILE, "--role", HOSTILE),
        ("codebook", "check", HOSTILE),
        ("packet", "merge", HOSTILE),
        ("agree", "--coders", f"amal,{HOSTILE}"),
        (HOSTILE,),
    ],
    ids=lambda words: words[0].encode("unicode_escape").decode(),
)
def test_a_terminal_gets_no_control_character_from_a_file_or_a_name(
    hostile: Path, words: tuple[str, ...]
) -> None:
    _, sent = on_terminal(*words, "--project", hostile)
    assert "owned" in sent or "nobody sees (U+001B)" in sent
    assert "\x1b]" not in sent
    assert not set("\x07\x9b\u202e") & set(sent)


def test_a_dataset_is_visible_on_a_terminal_and_exact_in_a_pipe(hostile: Path) -> None:
    words = ("export", "native", "--what", "candidates", "--project", hostile)
    assert coder("suggest", "--project", hostile).returncode == 0
    piped = coder(*words).stdout.decode()
    _, sent = on_terminal(*words)
    assert "\u202e" in piped and "\x9b" in piped
    assert sent == piped.replace("\x9b", "�").replace("\u202e", "�")


def test_a_pipe_gets_an_article_as_it_is_stored(hostile: Path) -> None:
    run = coder(
        "show", "x", "--order", "logical", "--marks", "none", "--project", hostile
    )
    assert f"{HOSTILE} [/] المدينة" in run.stdout.decode()


@pytest.fixture(scope="module")
def made_hostile_team(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose codebook, words of coders and articles hold what terminals obey."""
    folder = tmp_path_factory.mktemp("hostile-team")
    for name in ("named_entities.yaml", "arabic_words_lexicon.yaml"):
        shutil.copy(ROOT / "schemas" / name, folder)
    codebook = folder / "named_entities.yaml"
    title = "en: Named entities in Arabic news"
    inside = codebook.read_text("utf-8").replace(
        title, f'en: "Named {TITLE_IN_YAML} entities"'
    )
    inside = inside.replace("en: Text}", f'en: "{TITLE_IN_YAML}"}}')
    codebook.write_text(inside, "utf-8")
    project = create_project(folder / "project", codebook=codebook, language="en")
    project.add_person("amal", "coder")
    project.add_person("salma", "supervisor")
    with project.store.begin("salma") as work:  # imports refuse such ids
        work.add_articles([Article(f"{s}{HOSTILE}", f"قصف {s}") for s in ("x", "y")])
    article = project.article("x").id
    assign(project, ["amal"], 1)
    for kind in (QUESTION, FLAG):
        place = ("amal", "", "", 0, 0)
        write(project, "amal", None, made(article, place, "amal", HOSTILE, kind))
    withdraw(project, "salma", ["y"], HOSTILE)
    project.close()
    return folder / "project"


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("people",),
        ("questions",),
        ("questions", "--markdown"),
        ("codebook", "docs"),
        ("codebook", "docs", "--format", "html"),
        ("codebook", "show"),
        ("codebook", "check"),
        ("codebook", "diff", ROOT / "schemas" / "named_entities.yaml"),
        ("withdraw",),
        ("verify",),
        ("gold",),
        ("show", "x"),
        ("status", "--json"),
        ("questions", "--json"),
        ("codebook", "docs", "--json"),
    ],
    ids=lambda words: "-".join(map(str, words)).rpartition("/")[2],
)
def test_a_pipe_gets_no_control_character_either(
    made_hostile_team: Path, run_coder: Run, words: tuple[object, ...]
) -> None:
    out = run_coder(*words, "--project", made_hostile_team)[1]
    assert out
    assert not set("\x1b\x07\x9b") & set(out)


def test_json_keeps_the_characters_that_it_escapes(
    made_hostile_team: Path, run_coder: Run
) -> None:
    out = run_coder("questions", "--json", "--project", made_hostile_team)[1]
    assert json.loads(out)[0]["question"] == HOSTILE


class Terminal(StringIO):
    """What is written to a terminal of 40 columns."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_breaks_sentences_between_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    text = "For fields, alpha, where n counts units with values from both coders."
    for out, lines in (
        (
            Terminal(),
            [
                "For fields, alpha, where n counts units",
                "with values from both coders.",
            ],
        ),
        (StringIO(), [text]),
    ):
        Output(False, out).prose(text)
        assert out.getvalue().splitlines() == lines


def test_markup_in_a_table_is_text() -> None:
    out = StringIO()
    Output(False, out).table(("[/]", "n"), [("[/][red]:smile:", "1")], title="[/b]")
    assert out.getvalue().split() == ["[/b]", "[/]", "n", "[/][red]:smile:", "1"]


def test_closed_output_is_an_error_and_no_file_takes_its_place(
    demo_folder: Path,
) -> None:
    for closed in ("0<&-", "0<&- 2>&-", ""):
        run = subprocess.run(
            f'"{sys.executable}" -m coder show 004 --project "{demo_folder}" {closed} >&-',
            shell=True,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 2
        assert run.stderr in (
            "",
            "error: Standard output is closed.\nhint: Send the output to a file, or to /dev/null.\n",
        )
        assert bool(run.stderr) == ("2>" not in closed)


def test_a_full_disk_is_told_once(demo_folder: Path) -> None:
    command = [sys.executable, "-m", "coder", "suggest", "--project", str(demo_folder)]
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": ""},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (run.returncode, run.stderr.splitlines()[0]) == (
        2,
        "error: No space left on device.",
    )
    assert len(run.stderr.splitlines()) == 2


@pytest.mark.parametrize(
    "environ",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C", "PYTHONUTF8": "0"},
    ],
    ids=str,
)
def test_a_pipe_gets_utf8_whatever_the_locale(
    demo_folder: Path, environ: dict[str, str]
) -> None:
    words = ("show", "004", "--project", demo_folder)
    run, other = coder(*words, **environ), coder(*words, PYTHONIOENCODING="utf-8")
    assert (run.returncode, run.stdout, run.stderr) == (0, other.stdout, b"")


@pytest.mark.parametrize(
    "words", [("show", "004"), ("code", "--as", "you"), ("review", "--as", "salma")]
)
def test_a_terminal_without_arabic_letters_gets_a_sentence(
    demo_folder: Path, words: tuple[str, ...]
) -> None:
    code, sent = on_terminal(
        *words, "--project", demo_folder, environ={"PYTHONIOENCODING": "latin-1"}
    )
    assert code == 2
    assert sent == (
        "error: The encoding of this terminal is iso8859-1, which cannot show Arabic letters.\n"
        "hint: Use a UTF-8 locale: export LC_ALL=C.UTF-8. `coder doctor` checks it.\n"
    )


def test_a_name_that_a_terminal_lacks_is_shown_by_its_code_points(
    demo_folder: Path,
) -> None:
    assert (
        coder(
            "people", "add", "أمل", "--role", "coder", "--project", demo_folder
        ).returncode
        == 0
    )
    code, sent = on_terminal(
        "people", "--project", demo_folder, environ={"PYTHONIOENCODING": "latin-1"}
    )
    assert code == 0 and "\\ufe8e" not in sent and "\\u" in sent


def test_options_may_stand_in_front_of_the_command(
    demo_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "demo").symlink_to(demo_folder)
    run = subprocess.run(
        [sys.executable, "-m", "coder", "--project", "demo", "--json", "status"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.startswith("[") or run.stdout.startswith("{")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["demo", "project"]


def test_a_screen_draws_control_characters_as_signs(hostile: Path) -> None:
    words = ["-m", "coder", "code", "--as", "you", "x", "--project", str(hostile)]
    terminal = PseudoTerminal(words)
    terminal.wait_for("owned")
    terminal.wait_for("?")
    terminal.press("\x11")
    assert terminal.wait() == 0
    assert "␛" in terminal.sent.decode()
    assert "owned␇" in terminal.sent.decode()
    assert TITLE.encode() not in terminal.sent and b"\xc2\x9b" not in terminal.sent


def test_words_on_a_terminal_are_set_in_visual_order_once(demo_folder: Path) -> None:
    _, sent = on_terminal("codebook", "show", "--project", demo_folder)
    out = coder("codebook", "show", "--project", demo_folder).stdout.decode()
    for label in ("نوع الحدث", "اعتقال", "تهجير أو نزوح"):
        assert label in out
        assert get_display(label) in unicodedata.normalize("NFKC", sent)


def test_screens_are_not_drawn_into_a_file_that_takes_the_errors(
    demo_folder: Path, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    program = (
        f"import os; os.dup2(os.open({str(told)!r}, os.O_WRONLY | os.O_CREAT), 2); "
        f"os.execl({sys.executable!r}, {sys.executable!r}, '-m', 'coder', 'code', '--as', 'you', "
        f"'--project', {str(demo_folder)!r})"
    )
    terminal = PseudoTerminal(["-c", program])
    code = terminal.wait()
    lines = told.read_text().splitlines()
    assert (code, len(lines), lines[0]) == (
        2,
        2,
        "error: This command needs a terminal.",
    )


def test_without_a_terminal_no_article_is_claimed(demo_folder: Path) -> None:
    told = coder("people", "add", "dina", "--role", "coder", "--project", demo_folder)
    assert told.returncode == 0, told.stderr
    told = coder("code", "--as", "dina", "--claim", "--project", demo_folder)
    assert told.returncode == 2 and b"needs a terminal" in told.stderr
    project = open_project(demo_folder)
    assert list_assignments(project, "dina") == []
    project.close()


def test_quitting_says_that_all_is_saved(demo_folder: Path) -> None:
    terminal = PseudoTerminal(
        ["-m", "coder", "code", "--as", "you", "--project", str(demo_folder)]
    )
    terminal.wait_for("?")
    terminal.press("\x11")
    assert terminal.wait() == 0
    assert terminal.sent.decode().rstrip().endswith("all changes are saved")
