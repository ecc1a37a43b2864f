"""The driver in a real pseudo-terminal: what it sends, byte for byte, and how it ends."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from coder.service.project.drafts import Drafts
from coder.service.project.opened import open_project
from coder.service.upkeep.integrity import verify
from tests.support.pseudo_terminal import XTERM, Answers, PseudoTerminal

ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
SWITCH, RESTORE = b"\x1b[H\x1b[8l\x1b[2J", b"\x1b[8h"
VTE: Answers = {b"\x1b[8$p": b"\x1b[8;1$y", b"\x1b[c": b"\x1b[?65;1;9c"}
IN_VTE = {"VTE_VERSION": "7006"}
CONTROLS = re.compile(rb"(?:\x1b\[[?>\d;$]*[A-Za-z])*\Z")

# An app that remembers its keys and fails when told to.
KEYS_APP = """
from coder.tui.app import CoderApp
from coder.tui.driver import driver_for
from coder.tui.screens.screen_pages import BaseScreen
from coder.tui.terminal import Terminal

class Keys(BaseScreen):
    keys = []
    def take_key(self, event):
        if event.key == "f":
            raise RuntimeError("told to fail")
        if event.key == "q":
            self.app.exit()
        else:
            self.keys.append(event.key)

terminal = Terminal("VTE", off="\\x1b[8l", on="\\x1b[8h", by_row=True)
driver = driver_for(terminal)
app = CoderApp(Keys, terminal=terminal, driver=driver)
app.run()
print("KEYS", *Keys.keys)
raise SystemExit(app.return_code)
"""


FLOOD = 135_000  # keys that come at once
PATIENCE = 100  # seconds for what took minutes


@contextmanager
def coding(
    folder: Path, answers: Answers = VTE, environ: dict[str, str] | None = None
) -> Iterator[PseudoTerminal]:
    """The coding screen, drawn."""
    words = ["-m", "coder", "code", "--as", "you", "--project", str(folder), "004"]
    terminal = PseudoTerminal(
        words, answers=answers, environ=IN_VTE if environ is None else environ
    )
    terminal.wait_for("Tab")
    yield terminal


def spans(folder: Path) -> int:
    """How many spans are stored; the journal must agree with the state."""
    project = open_project(folder)
    assert not verify(project).findings
    with project.store.read() as queries:
        found = queries.coding(project.article("004").id, "you")
    project.close()
    return len(found.spans) if found is not None else 0


def comments(folder: Path) -> list[str]:
    """The comments on the article."""
    project = open_project(folder)
    with project.store.read() as queries:
        found = [remark.text for remark in queries.remarks(project.article("004").id)]
    project.close()
    return found


def memory(pid: int) -> int:
    """How many bytes of memory a process has."""
    [line] = re.findall(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(line) * 1024


def in_english(folder: Path) -> None:
    """Have the project's screens in English, so that their words can be looked for."""
    settings = folder / "coder.toml"
    words = settings.read_text("utf-8")
    settings.write_text(words.replace('language = "ar"', 'language = "en"'), "utf-8")


def assert_restored(terminal: PseudoTerminal) -> None:
    """Reordering is back on, then the alternate screen is left, once and for all."""
    end = terminal.sent.rpartition(b"\x1b[8l")[2]
    assert end.count(RESTORE) == 1
    assert end.index(RESTORE) < end.index(LEAVE)
    assert ENTER not in end


def test_vte_is_switched_on_the_alternate_screen_before_anything_is_drawn(
    demo_folder: Path,
) -> None:
    with coding(demo_folder) as terminal:
        for part in terminal.sent.split(ENTER)[1:]:
            before, switch, _ = part.partition(SWITCH)
            assert switch and CONTROLS.match(before), before
        assert terminal.sent.index(ENTER) < terminal.sent.index(SWITCH)
        terminal.press("\x11")  # Ctrl+Q
        assert terminal.wait() == 0
        assert_restored(terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_with_work_written_and_terminal_restored(
    demo_folder: Path, number: int
) -> None:
    with coding(demo_folder) as terminal:
        seen = len(terminal.sent)
        terminal.press("a")
        terminal.wait_for_bytes(b"\x1b[1;4;38", after=seen)  # underlined now: confirmed
        terminal.signal(number)
        assert terminal.wait() == 128 + number
        assert_restored(terminal)
    assert spans(demo_folder) == 1


def test_a_signal_while_it_loads_gives_the_terminal_back(demo_folder: Path) -> None:
    words = ["-m", "coder", "code", "--as", "you", "--project", str(demo_folder), "004"]
    terminal = PseudoTerminal(words, answers=VTE, environ=IN_VTE)
    terminal.wait_for_bytes(SWITCH)
    terminal.signal(signal.SIGTERM)
    assert terminal.wait() in (-signal.SIGTERM, 128 + signal.SIGTERM)
    assert_restored(terminal)


def test_a_closed_window_ends_it_with_work_written(demo_folder: Path) -> None:
    with coding(demo_folder) as terminal:
        terminal.press("a")
        terminal.rest()
        assert terminal.hang_up() != 0
    assert spans(demo_folder) == 1


def kept_soon(folder: Path, text: str) -> None:
    """Wait until this is the only text kept for the coder, "" for none."""
    project = open_project(folder)
    until = monotonic() + 20
    while [*Drafts(project, "you").texts.values()] != ([text] if text else []):
        assert monotonic() < until
        sleep(0.05)
    project.close()


def test_a_comment_that_is_being_typed_is_kept_though_the_program_is_killed(
    demo_folder: Path,
) -> None:
    with coding(demo_folder) as terminal:
        terminal.press(";half a comment")
        kept_soon(demo_folder, "half a comment")
        terminal.signal(signal.SIGKILL)
        terminal.wait()


# The program, which fails when an exclamation mark is typed.
FAILING = """
from coder.cli.main import main
from coder.tui.screens.speaking_screen import SpeakingScreen
take = SpeakingScreen.give_to_chooser
def give_to_chooser(self, event):
    if event.character == "!":
        raise RuntimeError("told to fail")
    return take(self, event)
SpeakingScreen.give_to_chooser = give_to_chooser
raise SystemExit(main())
"""


def test_a_comment_that_is_being_typed_is_kept_though_the_program_fails(
    demo_folder: Path,
) -> None:
    words = ["-c", FAILING, "code", "--as", "you", "--project", str(demo_folder), "004"]
    terminal = PseudoTerminal(words, answers=VTE, environ=IN_VTE)
    terminal.wait_for("Tab")
    terminal.press(";half a comment")
    kept_soon(demo_folder, "half a comment")
    terminal.press("!")
    assert terminal.wait() == 1
    kept_soon(demo_folder, "half a comment")


def test_a_saved_comment_is_no_draft_any_more_though_the_program_is_killed(
    demo_folder: Path,
) -> None:
    with coding(demo_folder) as terminal:
        terminal.press(";half a comment")
        kept_soon(demo_folder, "half a comment")
        terminal.press("\x13")  # Ctrl+S
        kept_soon(demo_folder, "")
        terminal.signal(signal.SIGKILL)
        terminal.wait()


def test_a_comment_that_is_being_typed_comes_back_after_the_window_was_closed(
    demo_folder: Path,
) -> None:
    with coding(demo_folder) as terminal:
        terminal.press(";half a comment")
        terminal.wait_for("half a comment")
        assert terminal.hang_up() != 0
    with coding(demo_folder) as terminal:
        terminal.wait_for("half a comment")  # it is said that there is one
        terminal.press("\x1b")
        terminal.press(";")
        terminal.wait_for("1:15")  # the caret behind it
        terminal.press("\x13")  # Ctrl+S
        terminal.rest()
        terminal.press("\x11")  # Ctrl+Q
        assert terminal.wait() == 0
    kept_soon(demo_folder, "")
    assert comments(demo_folder) == ["half a comment"]


def test_waking_without_having_slept_leaves_nobody_reading_behind(
    demo_folder: Path,
) -> None:
    """A terminal that hangs up sends SIGCONT too, on which Textual starts a second
    thread that reads.
    """
    with coding(demo_folder) as terminal:
        for _ in range(3):
            terminal.signal(signal.SIGCONT)
            terminal.read(0.2)
        assert terminal.hang_up() != 0


def test_after_an_error_the_terminal_is_restored_too() -> None:
    terminal = PseudoTerminal(["-c", KEYS_APP])
    terminal.wait_for_bytes(SWITCH)
    terminal.press("f")
    assert terminal.wait() == 1
    assert_restored(terminal)
    assert b"told to fail" in terminal.sent.rpartition(LEAVE)[2]


def test_a_new_size_walks_the_rows(demo_folder: Path) -> None:
    with coding(demo_folder) as terminal:
        seen = len(terminal.sent)
        terminal.resize(30, 100)
        walk = b"".join(b"\x1b[%d;1H\x1b[8l" % row for row in range(1, 31))
        terminal.wait_for_bytes(b"\x1b7" + walk + b"\x1b8", after=seen)
        terminal.press("\x11")
        assert terminal.wait() == 0
        assert_restored(terminal)


def test_sleeping_gives_the_terminal_back_and_waking_takes_it_again(
    demo_folder: Path,
) -> None:
    with coding(demo_folder) as terminal:
        terminal.signal(signal.SIGTSTP)
        terminal.wait_for_bytes(LEAVE)
        os.waitpid(terminal.pid, os.WUNTRACED)
        assert_restored(terminal)
        seen = len(terminal.sent)
        terminal.signal(signal.SIGCONT)
        terminal.wait_for_bytes(SWITCH, after=seen)
        terminal.signal(signal.SIGTERM)
        assert terminal.wait() == 128 + signal.SIGTERM
        assert_restored(terminal)


def test_ctrl_z_is_the_shells_from_the_end_on(demo_folder: Path) -> None:
    with coding(demo_folder) as terminal:
        terminal.press("\x11")
        for _ in range(500):
            terminal.press(
                "\x1a"
            )  # with no shell there is nobody to wake what it puts to sleep
            terminal.read(0.01)
        assert terminal.wait(30) == 0
        assert_restored(terminal)


def test_xterm_is_asked_and_told_nothing(demo_folder: Path) -> None:
    with coding(demo_folder, XTERM, {}) as terminal:
        terminal.press("\x11")
        assert terminal.wait() == 0
        assert b"\x1b[8l" not in terminal.sent and RESTORE not in terminal.sent


def test_in_tmux_the_terminal_around_it_is_switched(demo_folder: Path) -> None:
    answers = {
        b"\x1b\x1b[8$p\x1b\x1b[>q\x1b\x1b[5n\x1b\\": b"\x1b[8;1$y\x1b[0n",
        b"\x1b[c": b"\x1b[?1;2c",
    }
    words = ["-m", "coder", "code", "--as", "you", "--project", str(demo_folder), "004"]
    environ = {"TERM": "tmux-256color", "TMUX": "/nowhere/default,1,0"}
    terminal = PseudoTerminal(words, answers=answers, environ=environ)
    off = b"\x1bPtmux;\x1b\x1b7\x1b\x1b[1;1H\x1b\x1b[8l"
    terminal.wait_for_bytes(off)
    terminal.wait_for_bytes(b"Tab")
    terminal.press("\x11")
    assert terminal.wait() == 0
    assert off.replace(b"8l", b"8h") in terminal.sent.rpartition(off)[2]


def test_keys_are_keys_at_once_where_no_answer_came() -> None:
    terminal = PseudoTerminal(["-c", KEYS_APP], answers={})
    terminal.wait_for_bytes(SWITCH)
    for key in ("a", "\x1b[D", "ش", "\x1b"):
        terminal.press(key)
        terminal.rest()  # so that Escape is not the beginning of something
    terminal.press("q")
    terminal.wait()
    assert "KEYS a left ش escape\r\n".encode() in terminal.sent


def test_keys_that_come_with_the_answers_are_not_lost(demo_folder: Path) -> None:
    typed = {
        **VTE,
        b"\x1b[c": b"a\x1b[?65;1;9c\x1b[D",
    }  # somebody confirms and goes on before it is there
    with coding(demo_folder, typed) as terminal:
        terminal.press("a")
        terminal.read(0.5)
        terminal.press("\x11")
        assert terminal.wait() == 0
    assert spans(demo_folder) == 2


def test_late_answers_are_not_taken_for_keys() -> None:
    terminal = PseudoTerminal(["-c", KEYS_APP], answers={})
    terminal.wait_for_bytes(SWITCH)
    for piece in (
        "a\x1b[8;0",
        "$y",
        "\x1bP>|XTerm(3",
        "79)\x1b\\",
        "b\x1b[?64;1;2c",
        "\x1b[0n",
    ):
        terminal.press(piece)
        terminal.read(0.02)
    terminal.press("q")
    terminal.wait()
    assert b"KEYS a b\r\n" in terminal.sent


def test_in_a_browser_textual_has_its_own_driver(demo_folder: Path) -> None:
    words = ["-m", "coder", "code", "--as", "you", "--project", str(demo_folder), "004"]
    environ = {**IN_VTE, "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver"}
    terminal = PseudoTerminal(words, answers=VTE, environ=environ)
    terminal.wait_for_bytes(b"__GANGLION__")
    terminal.wait_for_bytes(b"Tab")
    assert not any(
        each in terminal.sent for each in (b"\x1b[8$p", b"\x1b[8l", b"\x1b[c")
    )
    assert "\u200e".encode() in terminal.sent  # the browser reorders
    terminal.kill()


def test_bytes_that_are_no_text_are_dropped(demo_folder: Path) -> None:
    with coding(demo_folder) as terminal:
        terminal.read(2.5)
        before = len(terminal.sent)
        os.write(terminal.fd, b"\xff\xfe")
        terminal.wait_for_bytes(b"\a", after=before)
        terminal.press("a")
        terminal.read(0.5)
        terminal.press("\x11")
        assert terminal.wait() == 0
    assert spans(demo_folder) == 1


def test_a_flood_of_keys_is_refused_and_said_once(demo_folder: Path) -> None:
    in_english(demo_folder)
    with coding(demo_folder) as terminal:
        terminal.press(";")
        terminal.rest()
        terminal.press_all("x" * FLOOD)
        terminal.wait_for("Too many keys")
        terminal.rest(1)
        terminal.press("y")
        terminal.rest()
        assert "Too many keys" not in "\n".join(terminal.screen.display)
        terminal.press("\x13")  # Ctrl+S
        terminal.rest()
        terminal.press("\x11")  # Ctrl+Q
        assert terminal.wait() == 0
    [comment] = comments(demo_folder)
    assert re.fullmatch("x{1000,3000}y", comment)


def test_ctrl_q_at_the_end_of_a_flood_quits(demo_folder: Path) -> None:
    with coding(demo_folder) as terminal:
        terminal.press(";")
        terminal.rest()
        terminal.press_all("x" * FLOOD + "\x11" * 2)  # the first warns of what is lost
        assert terminal.wait(PATIENCE) == 0


def test_a_paste_of_ordinary_size_is_taken_whole(demo_folder: Path) -> None:
    pasted = "قال الجيش إنه قتل " * 200
    with coding(demo_folder) as terminal:
        terminal.press(";")
        terminal.rest()
        terminal.press_all(f"\x1b[200~{pasted}\x1b[201~")
        terminal.rest()
        terminal.press("\x13")  # Ctrl+S
        terminal.rest()
        terminal.press("\x11")  # Ctrl+Q
        assert terminal.wait() == 0
    assert [comment.strip() for comment in comments(demo_folder)] == [pasted.strip()]


def test_a_paste_that_never_ends_takes_no_memory(demo_folder: Path) -> None:
    with coding(demo_folder) as terminal:
        terminal.press(";")
        terminal.rest()
        before = memory(terminal.pid)
        terminal.press_all("\x1b[200~" + "x" * 20_000_000)
        terminal.rest(2)  # for so long that the paste counts as ended
        assert memory(terminal.pid) < before + 10_000_000
        terminal.press("\x1b")
        terminal.rest()
        terminal.press("\x11")  # Ctrl+Q
        assert terminal.wait(PATIENCE) == 0


def test_advice_on_the_terminal_takes_the_message_line_once(
    demo_folder: Path, tmp_path: Path
) -> None:
    words = ["-m", "coder", "code", "--as", "you", "--project", str(demo_folder), "004"]
    advised = []
    for _ in range(2):
        terminal = PseudoTerminal(
            words, answers={}, environ={"XDG_CONFIG_HOME": str(tmp_path)}
        )
        terminal.wait_for_bytes(b"Tab")
        terminal.press("?\x1b")
        terminal.rest()
        terminal.press("\x11")
        assert terminal.wait() == 0
        advised.append(b"coder doctor" in terminal.sent)
    assert advised == [True, False]
