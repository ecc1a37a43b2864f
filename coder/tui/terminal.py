"""What this terminal does with Arabic by itself, and how it is told to leave that to us.

A terminal that reorders Arabic would turn round lines that are in visual order already. `decide` says from
the environment and from what the terminal answers how it stops; `asking` gets the answers. Mode 8 (BDSM) is
that of ECMA-48 as "BiDi in Terminal Emulators" (freedesktop.org) gives it a meaning; DECRQM, XTVERSION, DA1
and DSR are described in "XTerm Control Sequences".
"""

from __future__ import annotations

import os
import re
import select
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from coder.text.display import Mode

PATIENCE = 0.1  # seconds from the question within which a terminal has to answer
ROWS_AROUND = 300
"""Rows of the terminal around a multiplexer: a pane cannot know where it stands; missing rows do no harm."""

_BIDI_MODE, _VERSION, _ATTRIBUTES, _STATUS = "\x1b[8$p", "\x1b[>q", "\x1b[c", "\x1b[5n"
_GROUND = "\x1b]11;?\x1b\\"
_BIDI_REPLY, _VERSION_REPLY = rb"\x1b\[8;(\d)\$y", rb"\x1bP>\|([^\x1b]*)\x1b\\"
_GROUND_REPLY = rb"\x1b\]11;rgba?:([\da-fA-F]+)/([\da-fA-F]+)/([\da-fA-F]+)"
_ATTRIBUTES_REPLY, _STATUS_REPLY = rb"\x1b\[\?[\d;]*c", rb"\x1b\[[03]n"


@dataclass(frozen=True, slots=True)
class Replies:
    """What a terminal answered; of a multiplexer, what the terminal around it did.

    bidi: DECRPM of mode 8: 1 it reorders, 2 it does not now, 0 and 4 it never does; None without an answer.
    version: its answer to XTVERSION. complete: whether nothing is owed any more. passes: whether tmux says
    that it passes sequences on; None where it was not asked, as the answers came through. light: whether its
    ground is, as it answered to OSC 11.
    came: the bytes with the answers in them, and what was typed meanwhile.
    """

    bidi: int | None = None
    version: str = ""
    complete: bool = False
    passes: bool | None = None
    light: bool | None = None
    came: bytes = field(default=b"", compare=False)

    @property
    def came_through(self) -> bool:
        """Whether the terminal itself answered, not only a multiplexer in front of it."""
        return self.bidi is not None or bool(self.version)


@dataclass(frozen=True, slots=True)
class Terminal:
    """How a terminal is written to.

    name: for people. mode: how cells are sent. off, on: what switches its own reordering off and back on,
    empty where that is not needed. by_row: the switch holds for the row of the cursor and for rows made
    later, not for those that are there. in_tmux: the sequences have to get through tmux. advice: what the
    user has to do, as a key of the screens' phrases without `advice_`. light: whether its ground is light.
    came: what it sent before the screens were there, answers and keys.
    """

    name: str
    mode: Mode = "plain"
    off: str = ""
    on: str = ""
    by_row: bool = False
    in_tmux: bool = False
    advice: str = ""
    light: bool = False
    came: bytes = field(default=b"", compare=False)

    def starting(self) -> str:
        """What is sent once on the alternate screen, before anything is drawn."""
        if self.off and self.by_row and not self.in_tmux:
            return f"\x1b[H{self.off}\x1b[2J"  # rows that are cleared take the switch over
        return self.switched(self.off, ROWS_AROUND)

    def switched(self, to: str, rows: int) -> str:
        """What switches reordering `to` off or on for all that shows, also after a change of size."""
        if not to:
            return ""
        if self.by_row:
            reached = range(1, (ROWS_AROUND if self.in_tmux else rows) + 1)
            walk = "".join(f"\x1b[{row};1H{to}" for row in reached)
            to = f"\x1b7{walk}\x1b8"
        return _through_tmux(to) if self.in_tmux else to

    def ending(self) -> str:
        """What gives the terminal back as it was; the rows of the alternate screen go with it."""
        return self.switched(self.on, ROWS_AROUND) if self.in_tmux else self.on


_BY_BIDI_MODE = Terminal("a BiDi terminal", off="\x1b[8l", on="\x1b[8h", by_row=True)
_VTE = replace(_BY_BIDI_MODE, name="VTE")
_FIRST_VTE_WITH_BIDI = 5800  # VTE_VERSION of 0.58
_KONSOLE_BIDI = "\x1b]50;BidiRenderingEnabled="
_KONSOLE = Terminal("Konsole", off=f"{_KONSOLE_BIDI}false\a", on=f"{_KONSOLE_BIDI}true\a")
_MLTERM = Terminal("mlterm", off="\x1b]5379;use_ctl=false\a", on="\x1b]5379;use_ctl=true\a")
_XTERM, _KITTY = Terminal("xterm"), Terminal("kitty", advice="kitty")
_FOOT, _ALACRITTY = Terminal("foot", advice="marks"), Terminal("alacritty")
# Its canvas draws cells as they are, its DOM renderer lets the browser reorder; nothing tells which it is.
_XTERM_JS = Terminal("xterm.js", "lrm")
_VS_CODE = replace(_XTERM_JS, name="VS Code")

_BY_VERSION = {
    "XTerm(": _XTERM, "VTE(": _VTE, "Konsole": _KONSOLE, "mlterm": _MLTERM, "kitty": _KITTY, "foot": _FOOT,
    "alacritty": _ALACRITTY, "xterm.js": _XTERM_JS,
}  # fmt: skip
_BY_TERM = {
    "mlterm": _MLTERM, "xterm-kitty": _KITTY, "foot": _FOOT, "alacritty": _ALACRITTY,
    "rxvt": Terminal("urxvt"), "linux": Terminal("Linux console"),
}  # fmt: skip
# Programs hand their environment on: what stands first is asked first, and any answer counts for more.
_BY_VARIABLE = {
    "MLTERM": _MLTERM, "KITTY_WINDOW_ID": _KITTY, "ALACRITTY_WINDOW_ID": _ALACRITTY,
    "XTERM_VERSION": _XTERM, "KONSOLE_VERSION": _KONSOLE,
}  # fmt: skip


def decide(environ: Mapping[str, str], replies: Replies, wanted: Mode | Literal["auto"] = "auto") -> Terminal:
    """How this terminal is written to; a wanted mode switches nothing and needs no advice."""
    if environ.get("TEXTUAL_DRIVER"):
        found = replace(_XTERM_JS, name="a browser")
    elif _is_apple(environ):
        found = Terminal("Apple Terminal", advice="untested")
    elif multiplexer := _multiplexer(environ):
        found = _inside(multiplexer, environ, replies)
    else:
        found = _alone(environ, replies)
    found = found if wanted == "auto" else Terminal(found.name, wanted)
    light = replies.light
    if light is None:  # what rxvt and Konsole say: letters;ground, in the numbers of the 16 colours
        light = environ.get("COLORFGBG", "").rpartition(";")[2] in ("7", "15")
    return replace(found, light=light, came=replies.came)


def _alone(environ: Mapping[str, str], replies: Replies) -> Terminal:
    """The terminal itself: what it answers counts for more than what the environment says."""
    term = environ.get("TERM", "")
    signs = [
        *(terminal for begins, terminal in _BY_VERSION.items() if replies.version.startswith(begins)),
        *(terminal for begins, terminal in _BY_TERM.items() if term.startswith(begins)),
        *([_VS_CODE] if environ.get("TERM_PROGRAM") == "vscode" else []),
        *(terminal for variable, terminal in _BY_VARIABLE.items() if environ.get(variable)),
    ]
    found = signs[0] if signs else None
    version = replies.version.removeprefix("VTE(").removesuffix(")") or environ.get("VTE_VERSION", "")
    is_vte = version.isdecimal() and int(version) >= _FIRST_VTE_WITH_BIDI
    if replies.bidi in (1, 2) or (found in (None, _VTE) and is_vte and replies.bidi is None):
        found = _VTE if found is _VTE or is_vte else _BY_BIDI_MODE
        # Where somebody has switched it off already, it stays off.
        return found if replies.bidi != 2 else Terminal(found.name)
    if found is _VTE:
        return Terminal("VTE")  # too old to reorder
    name = replies.version or environ.get("TERM_PROGRAM") or (f"TERM={term}" if term else "an unknown one")
    return found or Terminal(name, advice="untested")


def _inside(name: str, environ: Mapping[str, str], replies: Replies) -> Terminal:
    """A multiplexer: it swallows the switch, but tmux can be made to pass sequences on."""
    around = {key: value for key, value in environ.items() if key not in ("TERM", "TERM_PROGRAM")}
    outer = _alone(around, replies)
    if name == "tmux" and (replies.came_through if replies.passes is None else replies.passes):
        return replace(outer, name=f"{outer.name} in tmux", in_tmux=True)
    leaves_arabic_alone = not outer.off and outer.advice != "untested"
    advice = outer.advice if leaves_arabic_alone else name
    # VTE heeds direction marks, also when they come through; mlterm gives them cells.
    mode = "lrm" if outer.by_row else outer.mode
    return Terminal(f"{outer.name} in {name}", mode, advice=advice)


def questions(environ: Mapping[str, str]) -> str:
    """What this terminal can be asked without harm, the last one such that every terminal answers it."""
    is_console = environ.get("TERM", "dumb") in ("linux", "dumb")
    if is_console or _is_apple(environ) or environ.get("TEXTUAL_DRIVER"):
        return ""  # Apple's and old consoles write what they do not know on the screen
    multiplexer = _multiplexer(environ)
    if multiplexer == "tmux":
        # tmux answers DA1 itself and passes on what else comes from the terminal around it.
        return _through_tmux(_BIDI_MODE + _VERSION + _STATUS) + _GROUND + _ATTRIBUTES
    return "" if multiplexer else _BIDI_MODE + _VERSION + _GROUND + _ATTRIBUTES


def read_replies(data: bytes, in_tmux: bool = False) -> Replies:
    """What is in the bytes that came from a terminal."""
    bidi, version = re.search(_BIDI_REPLY, data), re.search(_VERSION_REPLY, data)
    # Inside tmux the last answer is tmux's own or that of the terminal around it.
    last = (_ATTRIBUTES_REPLY, _STATUS_REPLY) if in_tmux else (_ATTRIBUTES_REPLY,)
    named = version[1].decode("utf-8", "replace") if version else ""
    ground = re.search(_GROUND_REPLY, data)
    light = None
    if ground is not None:
        red, green, blue = (int(part, 16) / (16 ** len(part) - 1) for part in ground.groups())
        light = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5
    complete = all(re.search(reply, data) for reply in last)
    return Replies(int(bidi[1]) if bidi else None, named, complete, light=light, came=data)


@contextmanager
def asking(environ: Mapping[str, str]) -> Iterator[Callable[[], Replies]]:
    """Asks the terminal; it answers while the block does other work, such as loading the screens.

    Gives a function that waits for what is still missing, at most until PATIENCE is over.
    """
    asked, tty = questions(environ), None
    with suppress(OSError):  # a program without a terminal asks nobody
        tty = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY) if asked else None
    if tty is None or sys.platform == "win32":
        yield partial(Replies, complete=True)
        return
    import termios

    before, quiet = termios.tcgetattr(tty), termios.tcgetattr(tty)
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    try:
        termios.tcsetattr(tty, termios.TCSANOW, quiet)
        os.write(tty, asked.encode())
        yield partial(_answers, tty, monotonic() + PATIENCE, _multiplexer(environ) == "tmux")
    finally:
        termios.tcsetattr(tty, termios.TCSANOW, before)
        os.close(tty)


def _answers(tty: int, until: float, in_tmux: bool) -> Replies:
    data, replies = b"", Replies()
    while not replies.complete and select.select([tty], [], [], max(0, until - monotonic()))[0]:
        if not (more := os.read(tty, 4096)):
            break
        data += more
        replies = read_replies(data, in_tmux)
    return _as_tmux_says(replies) if in_tmux and not replies.came_through else replies


def _as_tmux_says(replies: Replies) -> Replies:
    """What tmux knows where no answer came through: it may be passing on, and keep the answers to itself.

    Before the option, until tmux 3.3, it passed on whatever it was given; "CHANGES", tmux 3.3.
    """
    import subprocess

    try:
        told = subprocess.run(
            ["tmux", "display-message", "-p", "#{allow-passthrough} #{client_termtype}"],
            capture_output=True, text=True, encoding="utf-8", timeout=1, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return replies
    passes, _, version = told.stdout.rstrip("\n").partition(" ")
    return replace(replies, version=version, passes=passes not in ("0", "off"))


def _through_tmux(sequences: str) -> str:
    return "\x1bPtmux;" + sequences.replace("\x1b", "\x1b\x1b") + "\x1b\\"


def _is_apple(environ: Mapping[str, str]) -> bool:
    bundle = environ.get("__CFBundleIdentifier")  # still there inside tmux
    return environ.get("TERM_PROGRAM") == "Apple_Terminal" or bundle == "com.apple.Terminal"


def _multiplexer(environ: Mapping[str, str]) -> str:
    """`tmux`, `screen` or ""."""
    term = environ.get("TERM", "")
    if environ.get("TMUX") or term.startswith("tmux"):
        return "tmux"
    return "screen" if environ.get("STY") or term.startswith("screen") else ""
