"""Detects whether the terminal reorders Arabic itself, and how to switch that off.

A terminal that reorders Arabic would reverse lines that are already in visual order.
`decide` determines from the environment and the terminal's replies how to stop it;
`asking` collects the replies. Mode 8 (BDSM) is ECMA-48's, with the meaning given in
"BiDi in Terminal Emulators" (freedesktop.org); DECRQM, XTVERSION, DA1 and DSR are
described in "XTerm Control Sequences".
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

PATIENCE = 0.1  # seconds that a terminal has to reply to the queries
ROWS_AROUND = 300
"""Assumed rows of the terminal around a multiplexer, where a pane's place is unknown;
too many do no harm.
"""

_BIDI_MODE = "\x1b[8$p"
_VERSION = "\x1b[>q"
_ATTRIBUTES = "\x1b[c"
_STATUS = "\x1b[5n"
_BACKGROUND = "\x1b]11;?\x1b\\"
_BIDI_REPLY = rb"\x1b\[8;(\d)\$y"
_VERSION_REPLY = rb"\x1bP>\|([^\x1b]*)\x1b\\"
_BACKGROUND_REPLY = rb"\x1b\]11;rgba?:([\da-fA-F]+)/([\da-fA-F]+)/([\da-fA-F]+)"
_ATTRIBUTES_REPLY = rb"\x1b\[\?[\d;]*c"
_STATUS_REPLY = rb"\x1b\[[03]n"


@dataclass(frozen=True, slots=True)
class Replies:
    """A terminal's replies; inside a multiplexer, those of the terminal around it.

    bidi: DECRPM of mode 8: 1 = reorders, 2 = currently does not, 0 and 4 = never does;
    None without a reply. version: the reply to XTVERSION, or what tmux says it was.
    complete: whether all replies have arrived. passes: whether tmux, asked because no
    reply came through it, passes sequences on; None if it was not asked or did not
    answer. light: whether the background is light, from the reply to OSC 11. came: the
    raw bytes: replies and keys typed meanwhile.
    """

    bidi: int | None = None
    version: str = ""
    complete: bool = False
    passes: bool | None = None
    light: bool | None = None
    came: bytes = field(default=b"", compare=False)

    @property
    def came_through(self) -> bool:
        """Return whether the terminal itself replied, not only a multiplexer in front
        of it.
        """
        return self.bidi is not None or bool(self.version)


@dataclass(frozen=True, slots=True)
class Terminal:
    """How to write to a terminal.

    name: for people. mode: how cells are sent. off, on: sequences that switch its own
    reordering off and back on, empty if not needed. by_row: the switch affects the
    cursor's row and rows created later, not the other existing rows. in_tmux: sequences
    must pass through tmux. advice: what the user has to do, as a key of
    `screens.po` without `advice_`. light: whether the background is light. came: raw bytes received before
    the screens opened: replies and keys.
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
        """Return what to send once on the alternate screen, before anything is drawn."""
        if self.off and self.by_row and not self.in_tmux:
            return f"\x1b[H{self.off}\x1b[2J"  # cleared rows adopt the setting
        return self.switched(self.off, ROWS_AROUND)

    def switched(self, to: str, rows: int) -> str:
        """Return what switches reordering (`to`: `off` or `on`) for the whole screen,
        also after a resize.
        """
        if not to:
            return ""
        if self.by_row:
            last = ROWS_AROUND if self.in_tmux else rows
            to = (
                "\x1b7"
                + "".join(f"\x1b[{row};1H{to}" for row in range(1, last + 1))
                + "\x1b8"
            )
        return _through_tmux(to) if self.in_tmux else to

    def ending(self) -> str:
        """Return what restores the terminal; the rows of the alternate screen need no
        switching back.
        """
        return self.switched(self.on, ROWS_AROUND) if self.in_tmux else self.on


_BY_BIDI_MODE = Terminal("a BiDi terminal", off="\x1b[8l", on="\x1b[8h", by_row=True)
_VTE = replace(_BY_BIDI_MODE, name="VTE")
_FIRST_VTE_WITH_BIDI = 5800  # VTE_VERSION of 0.58
_KONSOLE_BIDI = "\x1b]50;BidiRenderingEnabled="
_KONSOLE = Terminal(
    "Konsole", off=f"{_KONSOLE_BIDI}false\a", on=f"{_KONSOLE_BIDI}true\a"
)
_MLTERM = Terminal(
    "mlterm", off="\x1b]5379;use_ctl=false\a", on="\x1b]5379;use_ctl=true\a"
)
_XTERM = Terminal("xterm")
_KITTY = Terminal("kitty", advice="kitty")
_FOOT = Terminal("foot", advice="marks")
_ALACRITTY = Terminal("alacritty")
# Its canvas renderer draws cells as they are, its DOM renderer lets the browser
# reorder; which one is in use cannot be detected.
_XTERM_JS = Terminal("xterm.js", "lrm")
_VS_CODE = replace(_XTERM_JS, name="VS Code")

_BY_VERSION = {
    "XTerm(": _XTERM,
    "VTE(": _VTE,
    "Konsole": _KONSOLE,
    "mlterm": _MLTERM,
    "kitty": _KITTY,
    "foot": _FOOT,
    "alacritty": _ALACRITTY,
    "xterm.js": _XTERM_JS,
}
_BY_TERM = {
    "mlterm": _MLTERM,
    "xterm-kitty": _KITTY,
    "foot": _FOOT,
    "alacritty": _ALACRITTY,
    "rxvt": Terminal("urxvt"),
    "linux": Terminal("Linux console"),
}
# Child processes inherit these variables: the first match wins, and any reply of the
# terminal overrides it.
_BY_VARIABLE = {
    "MLTERM": _MLTERM,
    "KITTY_WINDOW_ID": _KITTY,
    "ALACRITTY_WINDOW_ID": _ALACRITTY,
    "XTERM_VERSION": _XTERM,
    "KONSOLE_VERSION": _KONSOLE,
}


def decide(
    environ: Mapping[str, str],
    replies: Replies,
    wanted: Mode | Literal["auto"] = "auto",
) -> Terminal:
    """Return how to write to this terminal; an explicit mode switches nothing and needs
    no advice.
    """
    if environ.get("TEXTUAL_DRIVER"):
        terminal = replace(_XTERM_JS, name="a browser")
    elif _is_apple(environ):
        terminal = Terminal("Apple Terminal", advice="untested")
    elif multiplexer := _multiplexer(environ):
        terminal = _in_multiplexer(multiplexer, environ, replies)
    else:
        terminal = _without_multiplexer(environ, replies)
    terminal = terminal if wanted == "auto" else Terminal(terminal.name, wanted)
    light = replies.light
    if (
        light is None
    ):  # rxvt and Konsole set "foreground;background", as numbers of the 16 colours
        light = environ.get("COLORFGBG", "").rpartition(";")[2] in ("7", "15")
    return replace(terminal, light=light, came=replies.came)


def _without_multiplexer(environ: Mapping[str, str], replies: Replies) -> Terminal:
    """Return the terminal itself; its replies take precedence over the environment."""
    term = environ.get("TERM", "")
    matches = [
        *(
            terminal
            for prefix, terminal in _BY_VERSION.items()
            if replies.version.startswith(prefix)
        ),
        *(terminal for prefix, terminal in _BY_TERM.items() if term.startswith(prefix)),
        *([_VS_CODE] if environ.get("TERM_PROGRAM") == "vscode" else []),
        *(
            terminal
            for variable, terminal in _BY_VARIABLE.items()
            if environ.get(variable)
        ),
    ]
    found = matches[0] if matches else None
    version = replies.version.removeprefix("VTE(").removesuffix(")") or environ.get(
        "VTE_VERSION", ""
    )
    is_vte = version.isdecimal() and int(version) >= _FIRST_VTE_WITH_BIDI
    if replies.bidi in (1, 2) or (
        found in (None, _VTE) and is_vte and replies.bidi is None
    ):
        found = _VTE if found is _VTE or is_vte else _BY_BIDI_MODE
        # If it is already switched off, it stays off.
        return found if replies.bidi != 2 else Terminal(found.name)
    if found is _VTE:
        return Terminal("VTE")  # too old to reorder
    name = (
        replies.version
        or environ.get("TERM_PROGRAM")
        or (f"TERM={term}" if term else "an unknown one")
    )
    return found or Terminal(name, advice="untested")


def _in_multiplexer(
    name: str, environ: Mapping[str, str], replies: Replies
) -> Terminal:
    """Return the terminal in a multiplexer, which swallows the switch; only tmux may
    pass sequences on.
    """
    outer_environ = {
        key: value
        for key, value in environ.items()
        if key not in ("TERM", "TERM_PROGRAM")
    }
    outer = _without_multiplexer(outer_environ, replies)
    if name == "tmux" and (
        replies.came_through if replies.passes is None else replies.passes
    ):
        return replace(outer, name=f"{outer.name} in tmux", in_tmux=True)
    leaves_arabic_alone = not outer.off and outer.advice != "untested"
    advice = outer.advice if leaves_arabic_alone else name
    # VTE obeys direction marks, even through a multiplexer; mlterm displays them as
    # cells.
    mode = "lrm" if outer.by_row else outer.mode
    return Terminal(f"{outer.name} in {name}", mode, advice=advice)


def questions(environ: Mapping[str, str]) -> str:
    """Return the queries that are safe for this terminal, ending with one that every
    terminal replies to.
    """
    is_console = environ.get("TERM", "dumb") in ("linux", "dumb")
    if is_console or _is_apple(environ) or environ.get("TEXTUAL_DRIVER"):
        return ""  # Apple's and old consoles print unknown sequences on the screen
    multiplexer = _multiplexer(environ)
    if multiplexer == "tmux":
        # tmux replies to DA1 itself and passes on the other replies of the terminal
        # around it.
        return (
            _through_tmux(_BIDI_MODE + _VERSION + _STATUS) + _BACKGROUND + _ATTRIBUTES
        )
    return "" if multiplexer else _BIDI_MODE + _VERSION + _BACKGROUND + _ATTRIBUTES


def read_replies(data: bytes, in_tmux: bool = False) -> Replies:
    """Parse a terminal's replies out of the bytes received."""
    bidi = re.search(_BIDI_REPLY, data)
    version = re.search(_VERSION_REPLY, data)
    # Inside tmux, the last replies are tmux's own and that of the terminal around it,
    # in either order.
    last = (_ATTRIBUTES_REPLY, _STATUS_REPLY) if in_tmux else (_ATTRIBUTES_REPLY,)
    name = version[1].decode("utf-8", "replace") if version else ""
    background = re.search(_BACKGROUND_REPLY, data)
    light = None
    if background is not None:
        red, green, blue = (
            int(part, 16) / (16 ** len(part) - 1) for part in background.groups()
        )
        light = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5
    complete = all(re.search(reply, data) for reply in last)
    return Replies(
        int(bidi[1]) if bidi else None, name, complete, light=light, came=data
    )


@contextmanager
def asking(environ: Mapping[str, str]) -> Iterator[Callable[[], Replies]]:
    """Query the terminal, which replies while the block does other work, such as
    loading the screens.

    Yields a function that waits for outstanding replies, at most PATIENCE seconds, and
    returns them.
    """
    queries = questions(environ)
    tty = None
    with suppress(OSError):  # there may be no terminal
        tty = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY) if queries else None
    if tty is None or sys.platform == "win32":
        yield partial(Replies, complete=True)
        return
    import termios

    before = termios.tcgetattr(tty)
    quiet = termios.tcgetattr(tty)
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    try:
        termios.tcsetattr(tty, termios.TCSANOW, quiet)
        os.write(tty, queries.encode())
        yield partial(
            _wait_for_replies,
            tty,
            monotonic() + PATIENCE,
            _multiplexer(environ) == "tmux",
        )
    finally:
        termios.tcsetattr(tty, termios.TCSANOW, before)
        os.close(tty)


def _wait_for_replies(tty: int, until: float, in_tmux: bool) -> Replies:
    data = b""
    replies = Replies()
    while (
        not replies.complete
        and select.select([tty], [], [], max(0, until - monotonic()))[0]
    ):
        if not (more := os.read(tty, 4096)):
            break
        data += more
        replies = read_replies(data, in_tmux)
    return _ask_tmux(replies) if in_tmux and not replies.came_through else replies


def _ask_tmux(replies: Replies) -> Replies:
    """Ask tmux about the terminal if no reply came through: it may pass queries on but
    keep the replies.

    Before tmux 3.3, which introduced the option, everything was passed on ("CHANGES",
    tmux 3.3).
    """
    import subprocess

    try:
        output = subprocess.run(
            [
                "tmux",
                "display-message",
                "-p",
                "#{allow-passthrough} #{client_termtype}",
            ],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=1,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return replies
    passes, _, version = output.rstrip("\n").partition(" ")
    return replace(replies, version=version, passes=passes not in ("0", "off"))


def _through_tmux(sequences: str) -> str:
    return "\x1bPtmux;" + sequences.replace("\x1b", "\x1b\x1b") + "\x1b\\"


def _is_apple(environ: Mapping[str, str]) -> bool:
    bundle = environ.get("__CFBundleIdentifier")  # still set inside tmux
    return (
        environ.get("TERM_PROGRAM") == "Apple_Terminal"
        or bundle == "com.apple.Terminal"
    )


def _multiplexer(environ: Mapping[str, str]) -> str:
    """Return `tmux`, `screen` or ""."""
    term = environ.get("TERM", "")
    if environ.get("TMUX") or term.startswith("tmux"):
        return "tmux"
    return "screen" if environ.get("STY") or term.startswith("screen") else ""
