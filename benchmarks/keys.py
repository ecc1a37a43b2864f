"""Keystroke to screen, through a real pseudo-terminal at 120×40: python benchmarks/keys.py [--json].

An article of 20,000 characters with 1,000 highlights, 200 cursor moves; beside it, in the same run,
Textual's TextArea on the same text. Milliseconds from writing a key's bytes to the first bytes back, bytes
sent per key, from process start to the first Arabic letters, and from a new size of the terminal to the
first bytes drawn for it. Medians and 95th percentiles.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path

from coder.model import Article, Candidate
from coder.service.project import create_project
from coder.text.segment import words

ROWS, COLUMNS = 40, 120
CHARACTERS, HIGHLIGHTS, KEYS, STARTS, RESIZES = 20_000, 1_000, 200, 5, 30
SEEDS = Path(__file__).parent.parent / "seeds"
ARABIC = re.compile(b"\xef\xba[\x80-\xbf]|\xef\xbb[\x80-\xbc]|\xd8[\xa0-\xbf]|\xd9[\x80-\x8a]")

TEXT_AREA = """
import sys
from textual.app import App
from textual.widgets import TextArea

class Peer(App):
    def compose(self):
        area = TextArea(open(sys.argv[1], encoding="utf-8").read(), soft_wrap=True)
        area.cursor_blink = False
        yield area

Peer().run()
"""


class Session:
    """A program in a pseudo-terminal."""

    def __init__(self, words_: list[str]) -> None:
        self.began = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8")
            os.execv(words_[0], words_)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def until_arabic(self) -> float:
        """Milliseconds from start to the first Arabic letters."""
        seen = b""
        while not ARABIC.search(seen):
            select.select([self.fd], [], [], 20)
            seen += os.read(self.fd, 65536)
        return (time.perf_counter() - self.began) * 1000

    def drain(self, quiet: float = 0.05) -> int:
        """Read until nothing more comes; how many bytes came."""
        count = 0
        while select.select([self.fd], [], [], quiet)[0]:
            count += len(os.read(self.fd, 65536))
        return count

    def press(self, key: bytes) -> tuple[float, int]:
        """Milliseconds to the first bytes back, and bytes sent altogether."""
        began = time.perf_counter()
        os.write(self.fd, key)
        if not select.select([self.fd], [], [], 1)[0]:
            return 1000.0, 0
        waited = (time.perf_counter() - began) * 1000
        return waited, self.drain()

    def resize(self, columns: int) -> float:
        """Milliseconds from a new size of the terminal to the first bytes drawn for it."""
        began = time.perf_counter()
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
        select.select([self.fd], [], [], 2)
        waited = (time.perf_counter() - began) * 1000
        self.drain(0.3)
        return waited

    def end(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def long_text() -> str:
    """Twenty thousand characters of the sample articles."""
    text = "\n".join(p.read_text("utf-8") for p in sorted(SEEDS.glob("*.txt")))
    return (text * (CHARACTERS // len(text) + 1))[:CHARACTERS]


def make_project(folder: Path, text: str) -> None:
    """A project with one article that has a thousand highlights."""
    project = create_project(folder)
    project.add_person("you", "coder")
    kinds = [k.id for k in project.codebook.span_kinds]
    spans = words(text)
    chosen = spans[:: max(1, len(spans) // HIGHLIGHTS)][:HIGHLIGHTS]
    found = [
        Candidate(f"k{i}", kinds[i % len(kinds)], start, end, text[start:end], origin="benchmark")
        for i, (start, end) in enumerate(chosen)
    ]
    with project.store.begin("setup") as work:
        work.add_articles([Article("long", text)])
        work.replace_candidates("long", found, "benchmark")
    project.close()


def measure(command: list[str], keys: tuple[bytes, ...]) -> dict[str, float]:
    """Starts, then one session's keys."""
    starts = []
    for _ in range(STARTS):
        session = Session(command)
        starts.append(session.until_arabic())
        session.end()
    session = Session(command)
    session.until_arabic()
    session.drain(0.5)
    waits, sizes = zip(*(session.press(keys[i % len(keys)]) for i in range(KEYS)), strict=True)
    resizes = [session.resize(COLUMNS - 10 * (i % 2 + 1)) for i in range(RESIZES)]
    session.end()
    ordered = sorted(waits)
    return {
        "start_ms": round(statistics.median(starts), 1),
        "key_p50_ms": round(statistics.median(waits), 2),
        "key_p95_ms": round(ordered[int(len(ordered) * 0.95)], 2),
        "resize_ms": round(statistics.median(resizes), 2),
        "bytes_p50": statistics.median(sizes),
        "bytes_p95": sorted(sizes)[int(len(sizes) * 0.95)],
    }


def main() -> None:
    """Run both and print them beside each other."""
    text = long_text()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_project(folder / "project", text)
        (folder / "text.txt").write_text(text, "utf-8")
        (folder / "peer.py").write_text(TEXT_AREA, "utf-8")
        coder = [
            sys.executable,
            "-m",
            "coder",
            "code",
            "--as",
            "you",
            "long",
            "--project",
            str(folder / "project"),
        ]
        ours = measure(coder, (b"\x1b[D", b"\x1b[B"))
        peer = measure(
            [sys.executable, str(folder / "peer.py"), str(folder / "text.txt")], (b"\x1b[C", b"\x1b[B")
        )
    report = {"coder": ours, "textual TextArea": peer, "n": {"keys": KEYS, "starts": STARTS}}
    if "--json" in sys.argv:
        print(json.dumps(report, indent=2))
        return
    print(f"{'':18}" + "".join(f"{name:>12}" for name in ours))
    for name, row in (("coder", ours), ("textual TextArea", peer)):
        print(f"{name:18}" + "".join(f"{value:12}" for value in row.values()))


if __name__ == "__main__":
    main()
