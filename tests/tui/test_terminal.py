"""What each terminal needs; the expectations were measured on the terminals themselves,
on their screens.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from coder.tui.terminal import Replies, Terminal, decide, questions, read_replies
from tests.support.pseudo_terminal import XTERM, Answers, PseudoTerminal

ESC = "\x1b"
SILENT = Replies()
NO_BIDI_MODE = Replies(bidi=0, complete=True)
BIDI_OFF, BIDI_ON = f"{ESC}[8l", f"{ESC}[8h"

PLAIN: list[tuple[str, Mapping[str, str], Replies]] = [
    (
        "xterm",
        {"TERM": "xterm", "XTERM_VERSION": "XTerm(379)"},
        Replies(0, "XTerm(379)", True),
    ),
    ("urxvt", {"TERM": "rxvt-unicode-256color"}, Replies(None, "", True)),
    ("alacritty", {"TERM": "alacritty"}, NO_BIDI_MODE),
    ("alacritty", {"TERM": "xterm-256color", "ALACRITTY_WINDOW_ID": "1"}, NO_BIDI_MODE),
    ("Linux console", {"TERM": "linux"}, SILENT),
    ("foot", {"TERM": "foot"}, Replies(0, "foot(1.13.1)", True)),
]


@pytest.mark.parametrize(("name", "environ", "replies"), PLAIN)
def test_terminals_that_leave_arabic_alone_get_cells_as_they_are(
    name: str, environ: Mapping[str, str], replies: Replies
) -> None:
    found = decide(environ, replies)
    assert (found.name, found.mode, found.off, found.on) == (name, "plain", "", "")
    assert found.starting() == found.ending() == found.switched(found.off, 24) == ""
    assert found.advice == ("marks" if name == "foot" else "")


@pytest.mark.parametrize(
    ("environ", "replies"),
    [
        # VTE 0.70 answers DECRQM and no XTVERSION; newer ones answer both.
        ({"TERM": "xterm-256color", "VTE_VERSION": "7006"}, Replies(1, "", True)),
        ({"TERM": "xterm-256color"}, Replies(1, "VTE(7600)", True)),
        # Nothing came in time, as over a slow line.
        ({"TERM": "xterm-256color", "VTE_VERSION": "7006"}, SILENT),
        # Started from another terminal, whose variables are still there.
        (
            {"TERM": "xterm-256color", "VTE_VERSION": "7006", "TERM_PROGRAM": "vscode"},
            Replies(1, "", True),
        ),
        (
            {"TERM": "xterm-256color", "VTE_VERSION": "7006", "KONSOLE_VERSION": "2"},
            Replies(1, "", True),
        ),
    ],
)
def test_vte_is_switched_off_row_by_row_and_back_on(
    environ: Mapping[str, str], replies: Replies
) -> None:
    found = decide(environ, replies)
    assert (found.name, found.mode, found.advice) == ("VTE", "plain", "")
    assert found.starting() == f"{ESC}[H{ESC}[8l{ESC}[2J"
    assert found.switched(found.off, 3) == (
        f"{ESC}7{ESC}[1;1H{ESC}[8l{ESC}[2;1H{ESC}[8l{ESC}[3;1H{ESC}[8l{ESC}8"
    )
    assert found.ending() == f"{ESC}[8h"


def test_another_terminal_with_bidi_mode_is_treated_alike() -> None:
    found = decide({"TERM": "xterm-256color"}, Replies(1, "mintty 3.6", True))
    assert (found.starting(), found.ending()) == (
        f"{ESC}[H{ESC}[8l{ESC}[2J",
        f"{ESC}[8h",
    )


def test_what_somebody_switched_off_before_stays_off() -> None:
    found = decide(
        {"TERM": "xterm-256color", "VTE_VERSION": "7006"}, Replies(2, "", True)
    )
    assert (found.name, found.starting(), found.ending(), found.advice) == (
        "VTE",
        "",
        "",
        "",
    )


def test_a_vte_from_before_bidi_is_left_alone() -> None:
    # BiDi came with 0.58.
    assert decide({"TERM": "xterm-256color", "VTE_VERSION": "5603"}, SILENT).off == ""
    assert decide(
        {"TERM": "xterm-256color"}, Replies(0, "VTE(5603)", True)
    ) == Terminal("VTE")


def test_konsole_is_told_in_its_own_way() -> None:
    on = "\x1b]50;BidiRenderingEnabled=true\a"
    for environ, replies in (
        (
            {"TERM": "xterm-256color", "KONSOLE_VERSION": "221203"},
            Replies(None, "", True),
        ),
        ({"TERM": "xterm-256color"}, Replies(None, "Konsole 22.12.3", True)),
    ):
        found = decide(environ, replies)
        assert found.name == "Konsole"
        assert found.starting() == "\x1b]50;BidiRenderingEnabled=false\a"
        assert found.switched(found.off, 24) == found.starting()
        assert found.ending() == on


def test_xterm_never_gets_konsoles_sequence_which_there_sets_the_font() -> None:
    environ = {"TERM": "xterm", "KONSOLE_VERSION": "221203"}
    assert decide(environ, Replies(0, "XTerm(379)", True)).starting() == ""
    assert decide({**environ, "XTERM_VERSION": "XTerm(379)"}, SILENT).starting() == ""


def test_mlterm_is_told_in_its_own_way() -> None:
    for environ in ({"TERM": "mlterm"}, {"TERM": "xterm-256color", "MLTERM": "3.9.0"}):
        found = decide(environ, NO_BIDI_MODE)
        assert (found.name, found.starting()) == ("mlterm", "\x1b]5379;use_ctl=false\a")
        assert found.ending() == "\x1b]5379;use_ctl=true\a"


def test_kitty_cannot_be_switched_so_that_the_user_is_told() -> None:
    found = decide({"TERM": "xterm-kitty"}, Replies(0, "kitty(0.26.5)", True))
    assert (found.mode, found.off, found.advice) == ("plain", "", "kitty")


@pytest.mark.parametrize(
    ("environ", "replies"),
    [
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "vscode"}, NO_BIDI_MODE),
        # Started from a VTE, whose variable is still there.
        (
            {"TERM": "xterm-256color", "TERM_PROGRAM": "vscode", "VTE_VERSION": "7006"},
            NO_BIDI_MODE,
        ),
        ({"TERM": "xterm-256color"}, Replies(0, "xterm.js(5.5.0)", True)),
        ({"TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver"}, SILENT),
    ],
)
def test_where_a_browser_may_reorder_direction_marks_are_sent(
    environ: Mapping[str, str], replies: Replies
) -> None:
    found = decide(environ, replies)
    assert (found.mode, found.off, found.advice) == ("lrm", "", "")


IN_TMUX = {
    "TERM": "tmux-256color",
    "TMUX": "/nowhere/default,1,0",
    "TERM_PROGRAM": "tmux",
}


def doubled(sequences: str) -> str:
    """As tmux passes them on."""
    return f"{ESC}Ptmux;" + sequences.replace(ESC, ESC + ESC) + f"{ESC}\\"


def test_tmux_passes_the_row_walk_on_to_a_vte_around_it() -> None:
    found = decide(IN_TMUX, Replies(1, "", True))
    assert found.mode == "plain" and found.advice == ""
    start = found.starting()
    # All rows of the terminal around, wherever the pane is; nothing of it is cleared.
    assert start.startswith(
        f"{ESC}Ptmux;{ESC}{ESC}7{ESC}{ESC}[1;1H{ESC}{ESC}[8l{ESC}{ESC}[2;1H{ESC}{ESC}[8l"
    )
    assert start.endswith(f"{ESC}{ESC}8{ESC}\\") and "2J" not in start
    assert found.switched(found.off, 10) == start
    assert found.ending() == start.replace("8l", "8h")


def test_tmux_passes_konsoles_sequence_on() -> None:
    found = decide(IN_TMUX, Replies(None, "Konsole 22.12.3", True))
    assert found.starting() == doubled("\x1b]50;BidiRenderingEnabled=false\a")


def test_tmux_that_passes_nothing_on_is_told_of() -> None:
    assert decide(IN_TMUX, SILENT) == Terminal("an unknown one in tmux", advice="tmux")
    # VTE heeds direction marks that come through.
    in_vte = decide({**IN_TMUX, "VTE_VERSION": "7006"}, SILENT)
    assert in_vte == Terminal("VTE in tmux", "lrm", advice="tmux")
    # An xterm around it needs nothing.
    assert decide({**IN_TMUX, "XTERM_VERSION": "XTerm(379)"}, SILENT) == Terminal(
        "xterm in tmux"
    )


def test_tmux_that_passes_on_but_keeps_the_answers_needs_no_word() -> None:
    # As tmux tells of the terminal around it.
    in_vte = decide(IN_TMUX, Replies(None, "VTE(7600)", True, passes=True))
    assert (in_vte.name, in_vte.off, in_vte.advice, in_vte.in_tmux) == (
        "VTE in tmux",
        BIDI_OFF,
        "",
        True,
    )
    assert decide(IN_TMUX, Replies(None, "XTerm(379)", passes=True)).advice == ""
    assert decide(IN_TMUX, Replies(None, "", passes=True)).advice == "untested"
    # Where it passes nothing on, what it knows tells whether anything is needed.
    assert decide(IN_TMUX, Replies(None, "VTE(7600)", passes=False)) == Terminal(
        "VTE in tmux", "lrm", advice="tmux"
    )
    assert decide(IN_TMUX, Replies(None, "XTerm(379)", passes=False)) == Terminal(
        "xterm in tmux"
    )


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
@pytest.mark.parametrize(
    ("passthrough", "advice"), [("on", "untested"), ("off", "tmux")]
)
def test_a_real_tmux_is_asked_whether_it_passes_on(
    tmp_path: Path, passthrough: str, advice: str
) -> None:
    script = tmp_path / "ask.py"
    script.write_text(
        ASK + f"open({str(tmp_path / 'found')!r}, 'w').write(found.advice)\n", "utf-8"
    )
    root = Path(__file__).parent.parent.parent
    settings = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    ask = f"cd {root} && {sys.executable} {script}; tmux wait -S done"
    commands = (
        ["set", "-g", "exit-empty", "off"],
        ["set", "-gw", "allow-passthrough", passthrough],
        ["new-session", "-d", ask],
        ["wait", "done"],
        ["kill-server"],
    )
    words = [word for command in commands for word in (*command, ";")][:-1]
    subprocess.run(
        ["tmux", "-S", tmp_path / "socket", "-f", "/dev/null", *words],
        env={**settings, "PYTHONPATH": str(root)},
        check=True,
        timeout=60,
    )
    assert (tmp_path / "found").read_text("utf-8") == advice


def test_screen_swallows_the_switch_so_that_the_user_is_told() -> None:
    environ = {"TERM": "screen", "STY": "1.pts-0.host", "VTE_VERSION": "7006"}
    assert decide(environ, SILENT) == Terminal("VTE in screen", "lrm", advice="screen")


@pytest.mark.parametrize(
    ("environ", "version"),
    [
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "iTerm2 3.5.0"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "WezTerm 20240203"),
        ({"TERM": "xterm-ghostty"}, "ghostty 1.0.0"),
        ({"TERM": "xterm-256color", "WT_SESSION": "1"}, ""),
        ({"TERM": "xterm-256color"}, ""),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, ""),
    ],
)
def test_terminals_that_nobody_tested_get_plain_cells_and_a_word_about_the_self_test(
    environ: Mapping[str, str], version: str
) -> None:
    found = decide(environ, Replies(None, version, True))
    assert (found.mode, found.off, found.advice) == ("plain", "", "untested")


def test_a_wanted_mode_switches_nothing() -> None:
    vte = {"TERM": "xterm-256color", "VTE_VERSION": "7006"}
    assert decide(vte, Replies(1, "", True), "plain") == Terminal("VTE", "plain")
    assert decide(vte, Replies(1, "", True), "lrm") == Terminal("VTE", "lrm")
    assert decide({"TERM": "xterm-kitty"}, SILENT, "plain").advice == ""


def test_terminals_that_would_write_the_question_on_the_screen_are_not_asked() -> None:
    assert questions({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}) == ""
    assert questions({**IN_TMUX, "__CFBundleIdentifier": "com.apple.Terminal"}) == ""
    assert (
        questions({"TERM": "linux"})
        == questions({"TERM": "dumb"})
        == questions({})
        == ""
    )


def test_the_last_question_is_one_that_every_terminal_answers() -> None:
    assert (
        questions({"TERM": "xterm-256color"})
        == f"{ESC}[8$p{ESC}[>q{ESC}]11;?{ESC}\\{ESC}[c"
    )
    # Inside tmux those to the terminal around it end with DSR, since tmux keeps DA1 to
    # itself.
    assert (
        questions(IN_TMUX)
        == doubled(f"{ESC}[8$p{ESC}[>q{ESC}[5n") + f"{ESC}]11;?{ESC}\\{ESC}[c"
    )


def test_answers_are_found_among_keys() -> None:
    came = b"a\x1b[8;1$y\x1b[D\x1bP>|VTE(7600)\x1b\\\x1b[?65;1;9c\x1b[?2026;2$y"
    assert read_replies(came) == Replies(1, "VTE(7600)", True)
    assert read_replies(b"\x1b[8;4$y\x1b[?6") == Replies(4, "", False)
    assert read_replies(b"\x1b[?1;2c\x1b[8;1$y", in_tmux=True) == Replies(1, "", False)
    assert read_replies(b"\x1b]11;rgb:ffff/fafa/f0f0\x1b\\\x1b[?1;2c") == Replies(
        None, "", True, light=True
    )
    assert read_replies(b"\x1b]11;rgb:1e/1e/2e\x07\x1b[?1;2c") == Replies(
        None, "", True, light=False
    )
    assert read_replies(b"\x1b[8;1$y\x1b[0n", in_tmux=True) == Replies(1, "", False)
    assert read_replies(b"\x1b[?1;2c\x1b[8;1$y\x1b[0n", in_tmux=True) == Replies(
        1, "", True
    )


ASK = """
import json, os, sys
from coder.tui.terminal import asking, decide
with asking(os.environ) as answers:
    replies = answers()
found = decide(os.environ, replies)
print(json.dumps([found.name, found.mode, bool(found.off), found.advice, replies.complete]), "END")
"""
VTE: Answers = {b"\x1b[8$p": b"\x1b[8;1$y", b"\x1b[c": b"\x1b[?65;1;9c"}
TMUX: Answers = {
    # as the VTE around it
    b"\x1b\x1b[8$p\x1b\x1b[>q\x1b\x1b[5n\x1b\\": b"\x1b[8;1$y\x1b[0n",
    b"\x1b[c": b"\x1b[?1;2c",
}


@pytest.mark.parametrize(
    ("answers", "environ", "expected"),
    [
        (VTE, {"VTE_VERSION": "7006"}, ["VTE", "plain", True, "", True]),
        (XTERM, {}, ["xterm", "plain", False, "", True]),
        (TMUX, IN_TMUX, ["a BiDi terminal in tmux", "plain", True, "", True]),
        (
            {b"\x1b[c": b"\x1b[?1;2c"},
            IN_TMUX,
            ["an unknown one in tmux", "plain", False, "tmux", False],
        ),
        ({}, {}, ["TERM=xterm-256color", "plain", False, "untested", False]),
    ],
    ids=["VTE", "xterm", "tmux", "tmux without passthrough", "silent"],
)
def test_a_terminal_is_asked_and_shows_nothing_of_it(
    answers: Answers, environ: Mapping[str, str], expected: list[object]
) -> None:
    terminal = PseudoTerminal(["-c", ASK], answers=answers, environ=environ)
    terminal.wait_for_bytes(b"END")
    line = terminal.sent.decode().rpartition("[")[2].rpartition("]")[0]
    assert json.loads(f"[{line}]") == expected
    # What it answered was not echoed.
    assert b"^[" not in terminal.sent
    assert terminal.wait() == 0
