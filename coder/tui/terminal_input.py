"""What is typed at a terminal, taken apart: keys, mouse and pastes, and nothing that it only answers.

Textual's parser takes an Escape and the key after it for one key with Alt, types out letter by letter what it
does not know, and swallows everything after a paste that never ends. So it is given one whole sequence at a
time, and what it makes nothing of is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from textual._xterm_parser import XTermParser
from textual.events import Key, Paste, Resize
from textual.message import Message
from textual.messages import InBandWindowResize

SILENCE = 0.1
"""Seconds without a byte after which nothing more belongs to what has come."""
_PASTE_ENDS = 10
"""Silences after which a paste is over, though its end has not come."""

_LONGEST = 32
"""Characters of a sequence that the parser reads as one."""

_ESCAPE, _PASTE, _PASTED = "\x1b", "\x1b[200~", "\x1b[201~"
_WHOLE = re.compile(
    r"\x1b\[\[[A-E]"  # function keys of the Linux console
    r"|\x1b\[M.{3}"  # the mouse in its oldest form
    r"|\x1b\[\d+\$(?![a-z])"  # keys with Shift of rxvt
    r"|\x1b\[[0-?]*[ -/]*[@-Z\\-~]"
    r"|\x1bO[!-~]"
    r"|\x1b[PX^_\]][ -~]*(?:\x1b\\|\x07)"
    r"|\x1b[bf\x7f]"  # words, as editors have them on Alt: never Escape and a letter that does something
    r"|.",
    re.DOTALL,
)
_BEGUN = re.compile(r"\x1b(?:\[(?:M.{0,2}|\[?[0-?]*[ -/]*)|O|[PX^_\]][ -~]{0,999}\x1b?)?\Z", re.DOTALL)
"""What may go on with what comes next."""


class Typed:
    """Turns text from a terminal into messages; it is told of silences too, which end what has begun."""

    def __init__(self) -> None:
        self._parser = XTermParser()
        self._held = ""
        self._pasted: str | None = None
        """What has come of a paste that has not ended."""
        self._silences = 0

    def feed(self, text: str) -> Iterator[Message]:
        """Take what has come."""
        self._silences = 0
        if self._held == _ESCAPE and text[:1] not in "[OPX^_]":
            self._held = ""
            yield from self._known(_ESCAPE)
        text, self._held, at = self._held + text, "", 0
        while at < len(text):
            if self._pasted is not None:
                end = text.find(_PASTED, at)
                if end < 0:
                    cut = text.rfind(_ESCAPE, max(at, len(text) - len(_PASTED) + 1))
                    cut = len(text) if cut < 0 else cut
                    self._pasted, self._held = self._pasted + text[at:cut], text[cut:]
                    return
                self._pasted += text[at:end]
                at = end + len(_PASTED)
                yield from self._end_paste()
            elif _BEGUN.match(text, at):
                self._held = text[at:]
                return
            else:
                whole = _WHOLE.match(text, at)
                assert whole is not None
                at = whole.end()
                if whole[0] == _PASTE:
                    self._pasted = ""
                else:
                    yield from self._known(whole[0])

    def silence(self) -> Iterator[Message]:
        """Nothing has come for SILENCE seconds: what has begun was typed key by key."""
        self._silences += 1
        if self._pasted is None:
            held, self._held = self._held, ""
            for character in held:
                yield from self._known(character)
        elif self._silences == _PASTE_ENDS:
            yield from self._end_paste()

    def _end_paste(self) -> Iterator[Message]:
        pasted, self._pasted, self._held = (self._pasted or "") + self._held, None, ""
        yield Paste(pasted.replace("\0", ""))

    def _known(self, sequence: str) -> Iterator[Message]:
        """What a key or a whole sequence stands for; sizes are the system's to tell, in every terminal."""
        if sequence == _ESCAPE:
            yield Key("escape", _ESCAPE)
            return
        if len(sequence) > 1 and (sequence[1] not in "[O" or len(sequence) > _LONGEST):
            return
        try:
            messages = list(self._parser.feed(sequence))
        except (ValueError, OverflowError):  # a number that is no character
            messages = []
        found = [each for each in messages if not isinstance(each, (Resize, InBandWindowResize))]
        if not found:
            self._parser = XTermParser()  # this one waits for more, or counts the mouse in parts of cells now
        yield from found
