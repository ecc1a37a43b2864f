"""coder doctor: the report, its exit code, and the test card in a real pseudo-terminal."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from coder.text.display import Display, to_display
from coder.tui.screens.self_test import SENTENCE
from tests.support.pseudo_terminal import XTERM, Answers, PseudoTerminal

Run = Callable[..., tuple[int, str, str]]
VTE: Answers = {b"\x1b[8$p": b"\x1b[8;1$y", b"\x1b[c": b"\x1b[?65;1;9c"}
PLAIN_LINE = to_display(SENTENCE, 1).encode()
MARKED_LINE = to_display(SENTENCE, 1, Display("lrm")).encode()


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    for name in ("LC_ALL", "TEXTUAL_DRIVER", "CODER_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_CTYPE", "C.UTF-8")
    return tmp_path / "xdg" / "coder" / "config.toml"


def checks(out: str) -> dict[str, tuple[str, str]]:
    """Name → state and words of each check in the JSON document."""
    return {
        check["name"]: (check["state"], check["what"])
        for check in json.loads(out)["checks"]
    }


def test_the_report_names_everything(
    run_coder: Run, demo_folder: Path, own_home: Path
) -> None:
    code, out, _ = run_coder("doctor", "--json", "--project", demo_folder)
    found = checks(out)
    assert code == 0
    assert found.keys() == {
        "python",
        "packages",
        "locale",
        "colours",
        "user",
        "project",
        "database",
        "terminal",
    }
    assert "textual " in found["packages"][1] and "sqlalchemy " in found["packages"][1]
    assert found["user"] == ("ok", f"{own_home}: none")
    assert str(demo_folder / "coder.toml") in found["project"][1]
    assert found["database"][1].startswith(str(demo_folder / "coder.db"))
    code, out, _ = run_coder("doctor", "--print", "--project", demo_folder)
    assert code == 0
    assert [
        line.split()[1] for line in out.splitlines() if not line.startswith(" ")
    ] == list(found)


def test_without_a_project_the_rest_is_reported(
    run_coder: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = run_coder("doctor", "--json")
    assert code == 0 and checks(out)["project"][0] == "note"


def test_what_is_wrong_makes_it_exit_with_1(
    run_coder: Run, demo_folder: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "ar_SY.ISO-8859-6")
    code, out, _ = run_coder("doctor", "--json", "--project", demo_folder)
    assert code == 1 and checks(out)["locale"][0] == "wrong"
    monkeypatch.delenv("LC_ALL")

    (demo_folder / "coder.db").unlink()
    code, out, _ = run_coder("doctor", "--json", "--project", demo_folder)
    assert code == 1 and checks(out)["database"][0] == "wrong"

    own_home.parent.mkdir(parents=True)
    own_home.write_text("[terminal]\nmode = 3\n", "utf-8")
    code, out, _ = run_coder("doctor", "--print", "--project", demo_folder)
    assert (
        code == 1
        and f"{own_home}: terminal.mode is 3." in out
        and "hint: Write auto" in out
    )


def test_looking_at_a_database_does_not_change_it(
    run_coder: Run, demo_folder: Path
) -> None:
    before = (demo_folder / "coder.db").read_bytes()
    run_coder("doctor", "--print", "--project", demo_folder)
    assert (demo_folder / "coder.db").read_bytes() == before


@pytest.mark.parametrize(
    ("environ", "colours"),
    [
        ({"NO_COLOR": "1", "TERM": "xterm-256color"}, "none, because NO_COLOR is set"),
        ({"NO_COLOR": "", "COLORTERM": "truecolor", "TERM": "xterm"}, "16 million"),
        ({"NO_COLOR": "", "COLORTERM": "", "TERM": "xterm-256color"}, "256"),
        ({"NO_COLOR": "", "COLORTERM": "", "TERM": "xterm"}, "16"),
        ({"NO_COLOR": "", "COLORTERM": "", "TERM": "dumb"}, "none"),
    ],
)
def test_colours_are_what_the_environment_promises(
    run_coder: Run,
    monkeypatch: pytest.MonkeyPatch,
    environ: dict[str, str],
    colours: str,
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert checks(run_coder("doctor", "--json")[1])["colours"][1] == colours


def doctor(answers: Answers, environ: dict[str, str], folder: Path) -> PseudoTerminal:
    """The test card, drawn."""
    words = ["-m", "coder", "doctor", "--project", str(folder)]
    terminal = PseudoTerminal(words, answers=answers, environ=environ)
    terminal.wait_for("[1]")
    terminal.wait_for("Tab")
    return terminal


def press_until_kept(terminal: PseudoTerminal, key: str, path: Path) -> None:
    """Press a digit and wait until the choice is written."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    terminal.press(key)
    for _ in range(300):
        terminal.read(0.1)
        if (
            path.exists()
            and path.stat().st_mtime_ns > before
            and path.read_text("utf-8")
        ):
            return
    raise AssertionError("nothing was kept")


def kept(path: Path) -> tuple[str, bool]:
    table = tomllib.loads(path.read_text("utf-8"))
    return table["terminal"]["mode"], table["view"]["tashkeel"]


def test_on_vte_the_first_line_is_with_its_reordering_off(
    demo_folder: Path, own_home: Path
) -> None:
    terminal = doctor(VTE, {"VTE_VERSION": "7006"}, demo_folder)
    assert b"\x1b[H\x1b[8l\x1b[2J" in terminal.sent
    assert PLAIN_LINE in terminal.sent and MARKED_LINE not in terminal.sent
    press_until_kept(terminal, "1", own_home)
    assert kept(own_home) == ("auto", True)
    terminal.press("q")
    assert terminal.wait() == 0
    assert "terminal.mode auto" in "\n".join(terminal.screen.display)


def test_the_other_lines_are_with_its_reordering_on(
    demo_folder: Path, own_home: Path
) -> None:
    terminal = doctor(VTE, {"VTE_VERSION": "7006"}, demo_folder)
    seen = len(terminal.sent)
    terminal.press("\t")
    walk = b"".join(b"\x1b[%d;1H\x1b[8h" % row for row in range(1, 25))
    terminal.wait_for_bytes(b"\x1b7" + walk + b"\x1b8", after=seen)
    terminal.wait_for_bytes(MARKED_LINE, after=seen)
    assert PLAIN_LINE in terminal.sent[seen:]
    terminal.press("t")
    press_until_kept(terminal, "3", own_home)
    assert kept(own_home) == ("lrm", False)
    seen = len(terminal.sent)
    terminal.press("q")
    assert terminal.wait() == 0
    assert b"\x1b[8h" in terminal.sent[seen:]

    # From now on direction marks are sent and nothing is switched.
    words = ["-m", "coder", "code", "--as", "you", "--project", str(demo_folder), "004"]
    terminal = PseudoTerminal(words, answers=VTE, environ={"VTE_VERSION": "7006"})
    terminal.wait_for_bytes(b"Tab")
    assert "\u200e".encode() in terminal.sent
    assert b"\x1b[8l" not in terminal.sent
    terminal.kill()


def test_where_nothing_is_switched_automatic_is_kept_if_it_does_the_same(
    demo_folder: Path, own_home: Path
) -> None:
    terminal = doctor(XTERM, {}, demo_folder)
    assert PLAIN_LINE in terminal.sent and MARKED_LINE in terminal.sent
    press_until_kept(terminal, "١", own_home)  # an Arabic keyboard's digit
    assert kept(own_home) == ("auto", True)
    press_until_kept(terminal, "2", own_home)
    assert kept(own_home) == ("lrm", True)
    terminal.press("q")
    assert terminal.wait() == 0


def test_on_a_terminal_that_nobody_tested_the_choice_is_kept_by_name(
    demo_folder: Path, own_home: Path
) -> None:
    terminal = doctor({b"\x1b[c": b"\x1b[?1;2c"}, {}, demo_folder)
    press_until_kept(terminal, "1", own_home)
    assert kept(own_home) == ("plain", True)
    terminal.press("q")
    assert terminal.wait() == 0


def test_no_line_that_reads_right_is_a_finding(
    demo_folder: Path, own_home: Path
) -> None:
    terminal = doctor(XTERM, {}, demo_folder)
    terminal.press("0")
    terminal.wait_for("GNOME Terminal")
    terminal.press("q")
    assert terminal.wait() == 1
    assert not own_home.exists()


def test_printed_arabic_keeps_its_order_on_vte(demo_folder: Path) -> None:
    words = [
        "-m",
        "coder",
        "show",
        "004",
        "--width",
        "80",
        "--project",
        str(demo_folder),
    ]
    terminal = PseudoTerminal(words, environ={"VTE_VERSION": "7006"})
    assert terminal.wait() == 0
    assert terminal.sent.startswith(b"\x1b[8l") and terminal.sent.endswith(b"\n\x1b[8h")
    assert terminal.sent.count(b"\x1b[8l") == 1
    terminal = PseudoTerminal(words, environ={"TERM_PROGRAM": "vscode"})
    assert terminal.wait() == 0
    assert b"\x1b[8" not in terminal.sent and "\u200e".encode() in terminal.sent
    terminal = PseudoTerminal(words)
    assert terminal.wait() == 0
    assert b"\x1b[8" not in terminal.sent and "\u200e".encode() not in terminal.sent


def test_vowel_signs_are_left_out_where_the_project_says_so(
    run_coder: Run, demo_folder: Path
) -> None:
    assert "\u064f" in run_coder("show", "004", "--project", demo_folder)[1]  # استُهدفت
    with (demo_folder / "coder.toml").open("a", encoding="utf-8") as file:
        file.write("\n[view]\ntashkeel = false\n")
    assert "\u064f" not in run_coder("show", "004", "--project", demo_folder)[1]
    words = ("show", "004", "--order", "logical", "--project", demo_folder)
    assert "\u064f" in run_coder(*words)[1]
