"""kill -9 in the middle of work: what the screen had shown is there when one comes
back.
"""

from __future__ import annotations

import random
import signal
from pathlib import Path

from coder.service.project.opened import open_project
from coder.service.upkeep.integrity import verify
from tests.support.pseudo_terminal import PseudoTerminal

KEYS = ("a", "\x1b[D", "x", "\x1b[D", "e", "z", "\x1b[D", "a", "p", "i")


def undecided(display: str) -> int:
    """The number of candidates left, as the header shows it."""
    return int(
        "".join(c for c in display.splitlines()[0].split("·")[1] if c.isdecimal())
    )


def test_kills_at_random_moments_lose_nothing_that_was_shown(
    demo_folder: Path, times: int = 3
) -> None:
    chance = random.Random(7)
    for _ in range(times):
        words = [
            "-m",
            "coder",
            "code",
            "--as",
            "you",
            "--project",
            str(demo_folder),
            "004",
        ]
        terminal = PseudoTerminal(words)
        terminal.wait_for("Tab")
        for _ in range(chance.randrange(2, 11)):
            terminal.press(chance.choice(KEYS))
            terminal.rest(0.05)
        terminal.press(chance.choice(KEYS))
        terminal.read(chance.uniform(0.0, 0.1))
        terminal.signal(signal.SIGKILL)
        terminal.wait()
        shown = undecided("\n".join(terminal.screen.display))

        project = open_project(demo_folder)
        assert not verify(project).findings
        with project.store.read() as queries:
            coding = queries.coding(project.article("004").id, "you")
            candidates = queries.candidates(project.article("004").id)
        from coder.model import UNDECIDED
        from coder.service.coding.article_marks import marks

        stored = sum(
            m.state == UNDECIDED
            for m in marks(candidates, coding.spans if coding else ())
        )
        project.close()
        # At most the keystroke in flight may be missing on either side.
        assert abs(stored - shown) <= 1
