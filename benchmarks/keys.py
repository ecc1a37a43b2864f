"""Keystroke to screen, through a real pseudo-terminal at 120×40: python
benchmarks/keys.py [--json] [--form].

An article of 20,000 characters with 1,000 highlights, 200 cursor moves; beside it, in
the same run, Textual's TextArea on the same text. Milliseconds from writing a key's
bytes to the first bytes back, bytes sent per key, from process start to the first
Arabic letters, and from a new size of the terminal to the first bytes drawn for it.
Medians and 95th percentiles.

Then the record form on a codebook of 60 event fields, one of them with 2,000 values:
rounds of moving, type-ahead in Arabic and English and choosing. `drawn` is from writing
a key's bytes to the last bytes back,
`cpu` what the program itself computed for a key, which a busy machine does not lengthen.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path
from typing import Any

import yaml

from coder.model import Article, Candidate
from coder.service.project.opened import create_project
from coder.text.segment import words

ROWS, COLUMNS = 40, 120
CHARACTERS, HIGHLIGHTS, KEYS, STARTS, RESIZES = 20_000, 1_000, 200, 5, 30
FIELDS, VALUES, ROUNDS = 60, 2_000, 100
SEEDS = Path(__file__).parent.parent / "seeds"
SCHEMAS = Path(__file__).parent.parent / "schemas"
ARABIC = re.compile(
    b"\xef\xba[\x80-\xbf]|\xef\xbb[\x80-\xbc]|\xd8[\xa0-\xbf]|\xd9[\x80-\x8a]"
)
READY = b"\x1b[?2004h"
"""Textual asks for bracketed paste when it takes the terminal over."""

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
            os.environ.update(
                TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8"
            )
            os.execv(words_[0], words_)
        fcntl.ioctl(
            self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
        )

    def until_words(self, first: re.Pattern[bytes] = ARABIC) -> float:
        """Milliseconds from start to the first Arabic letters, or other words."""
        seen = b""
        while not first.search(seen):
            select.select([self.fd], [], [], 20)
            seen += os.read(self.fd, 65536)
        self.seen = seen
        return (time.perf_counter() - self.began) * 1000

    def until_still(self) -> float:
        """Milliseconds from start to the last bytes of the first screen that reads
        keys.
        """
        last = time.perf_counter()
        while select.select([self.fd], [], [], 1 if READY in self.seen else 30)[0]:
            self.seen += os.read(self.fd, 65536)
            last = time.perf_counter()
        return (last - self.began) * 1000

    def until_ready(self) -> None:
        """Until the program reads keys itself: before that the terminal echoes them."""
        self.until_words()
        while READY not in self.seen:
            select.select([self.fd], [], [], 20)
            self.seen += os.read(self.fd, 65536)
        self.drain(1.0)

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

    def press_whole(self, key: bytes, wait: float = 1) -> tuple[float, float]:
        """Milliseconds to the first and to the last bytes back."""
        began = time.perf_counter()
        os.write(self.fd, key)
        times = []
        while select.select([self.fd], [], [], 0.06 if times else wait)[0]:
            os.read(self.fd, 65536)
            times.append((time.perf_counter() - began) * 1000)
        return (times[0], times[-1]) if times else (wait * 1000, wait * 1000)

    def processor_ms(self) -> float:
        """How long the program has been computing, whoever else uses the machine."""
        tasks = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e6

    def resize(self, columns: int) -> float:
        """Milliseconds from a new size of the terminal to the first bytes drawn for it."""
        began = time.perf_counter()
        fcntl.ioctl(
            self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0)
        )
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


def make_project(folder: Path, text: str, codebook: Path | None = None) -> None:
    """A project with one article that has a thousand highlights."""
    project = create_project(folder, codebook=codebook)
    project.add_person("you", "coder")
    kinds = [k.id for k in project.codebook.span_kinds]
    spans = words(text)
    chosen = spans[:: max(1, len(spans) // HIGHLIGHTS)][:HIGHLIGHTS]
    found = [
        Candidate(
            f"k{i}",
            kinds[i % len(kinds)],
            start,
            end,
            text[start:end],
            origin="benchmark",
        )
        for i, (start, end) in enumerate(chosen)
    ]
    with project.store.begin("setup") as work:
        work.add_articles([Article("long", text)])
        work.replace_candidates("long", found, "benchmark")
    project.close()


def wide_codebook(text: str) -> dict[str, Any]:
    """The shipped codebook with event fields filled up to FIELDS, the first new one
    with VALUES values.
    """
    book: dict[str, Any] = yaml.safe_load(
        (SCHEMAS / "conflict_events.yaml").read_text("utf-8")
    )
    spoken = list(dict.fromkeys(text[start:end] for start, end in words(text)))
    names = [
        f"{spoken[i % len(spoken)]} {spoken[(7 * i + i // len(spoken)) % len(spoken)]}"
        for i in range(VALUES)
    ]

    def field(number: int, values: int) -> dict[str, Any]:
        listed = [
            {
                "id": f"v{i}",
                "label": {"ar": f"{names[i]} {i}", "en": f"value {i} of {number}"},
            }
            for i in range(values)
        ]
        found = {
            "id": f"more_{number}",
            "label": {"ar": f"حقل {number}", "en": f"Field {number}"},
            "required": False,
            "evidence": "none",
            "distance": "nominal",
        }
        if number % 4 == 3:
            return {**found, "type": "text", "distance": "none"}
        return {
            **found,
            "type": "multi" if number % 4 == 2 else "enum",
            "values": listed,
            **({"many": True, "distance": "jaccard"} if number % 4 == 2 else {}),
            "when": {"field": "report_scope", "in": ["single", "aggregate"]},
        }

    fields = book["event_fields"]
    count = FIELDS - len(fields)
    fields[1:1] = [field(0, VALUES)]
    fields += [field(n, 9) for n in range(1, count)]
    return book


def measure_form(command: list[str], text: str) -> dict[str, float]:
    """The record of one event: its field with the many values is the second."""
    session = Session(command)
    session.until_ready()
    for key in (b"e", b"\t", b"\x1b[H", b"\x1b[B"):
        session.press(key)
    taken: dict[str, list[tuple[float, float]]] = {"move": [], "type": [], "choose": []}
    spent = dict.fromkeys(taken, 0.0)
    spoken = [text[start:end] for start, end in words(text) if end - start > 3]
    for n in range(ROUNDS):
        query = [
            c.encode() for c in (spoken[13 * n % len(spoken)][:4] if n % 2 else "valu")
        ]
        for kind, keys in (
            ("type", [*query, b"\x7f", query[-1], b"\x1b[B"]),
            ("choose", [b"\r"]),
            ("move", [b"\x1b[B"] * 3 + [b"\x1b[A"] * 4),
        ):
            before = session.processor_ms()
            taken[kind] += [session.press_whole(key) for key in keys]
            spent[kind] += session.processor_ms() - before
    session.end()
    report = {
        f"{kind}_cpu_mean_ms": round(spent[kind] / len(taken[kind]), 2)
        for kind in taken
    }
    taken["all"] = [pair for pairs in taken.values() for pair in pairs]
    for kind, pairs in taken.items():
        for name, times in zip(
            ("first", "drawn"), zip(*pairs, strict=True), strict=True
        ):
            report[f"{kind}_{name}_p50_ms"] = round(statistics.median(times), 2)
            report[f"{kind}_{name}_p95_ms"] = round(
                sorted(times)[int(len(times) * 0.95)], 2
            )
        report[f"{kind}_keys"] = len(pairs)
    return report


def measure(command: list[str], keys: tuple[bytes, ...]) -> dict[str, float]:
    """Starts, then one session's keys."""
    starts = []
    for _ in range(STARTS):
        session = Session(command)
        starts.append(session.until_words())
        session.end()
    session = Session(command)
    session.until_ready()
    waits, sizes = zip(
        *(session.press(keys[i % len(keys)]) for i in range(KEYS)), strict=True
    )
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
        for lexicon in SCHEMAS.glob("*_lexicon.yaml"):
            shutil.copy(lexicon, folder)
        (folder / "wide.yaml").write_text(
            yaml.safe_dump(wide_codebook(text), allow_unicode=True, sort_keys=False),
            "utf-8",
        )
        make_project(folder / "wide", text, folder / "wide.yaml")
        form = measure_form([*coder[:-1], str(folder / "wide")], text)
        if "--form" in sys.argv:
            print(json.dumps(form, indent=2))
            return
        ours = measure(coder, (b"\x1b[D", b"\x1b[B"))
        peer = measure(
            [sys.executable, str(folder / "peer.py"), str(folder / "text.txt")],
            (b"\x1b[C", b"\x1b[B"),
        )
    report = {
        "coder": ours,
        "textual TextArea": peer,
        "form": form,
        "n": {"keys": KEYS, "starts": STARTS},
    }
    if "--json" in sys.argv:
        print(json.dumps(report, indent=2))
        return
    print(f"{'':18}" + "".join(f"{name:>12}" for name in ours))
    for name, row in (("coder", ours), ("textual TextArea", peer)):
        print(f"{name:18}" + "".join(f"{value:12}" for value in row.values()))
    print(f"\nrecord form, {FIELDS} fields, {VALUES} values")
    for kind in ("move", "type", "choose", "all"):
        row = {name: value for name, value in form.items() if name.startswith(kind)}
        print("  ".join(f"{name} {value}" for name, value in row.items()))


if __name__ == "__main__":
    main()
