"""The coding screen at scale, in a pseudo-terminal: python benchmarks/scale.py
[article] [actors] [list].

article: 200,000 characters with 6,000 candidates, of which the first half is decided;
actors: a lexicon with 2,000 actors, found by typing; list: 5,000 articles assigned to
one coder. Milliseconds from a key's bytes to the last bytes back, medians and 95th
percentiles; from process start to the first Arabic letters and until all is drawn. cpu:
what the program computed for a key, its writing included, which a busy machine does not
lengthen.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import yaml
from keys import SCHEMAS, SEEDS, Session

from coder.model import Article, Candidate, Coding, Decision, Span
from coder.service.project.opened import create_project, open_project
from coder.suggest.registry import propose
from coder.text.segment import words

CHARACTERS, CANDIDATES, ACTORS, ARTICLES, ROUNDS = 200_000, 6_000, 2_000, 5_000, 30
F2, F4 = b"\x1bOQ", b"\x1bOS"
LEFT, UP, DOWN, PAGE_UP, PAGE_DOWN, HOME, END = (
    f"\x1b[{code}".encode() for code in ("D", "A", "B", "5~", "6~", "H", "F")
)


def seed_text() -> str:
    """The sample articles, one after the other."""
    return "\n".join(path.read_text("utf-8") for path in sorted(SEEDS.glob("*.txt")))


def make_project(
    folder: Path, articles: list[Article], codebook: Path | None = None
) -> None:
    """A project with one coder, to whom all of these are assigned."""
    project = create_project(folder, codebook=codebook)
    project.add_person("you", "coder")
    with project.store.begin("setup") as work:
        work.add_articles(articles)
        work.assign(
            (each.id, "you", "production", i) for i, each in enumerate(articles)
        )
    project.close()


def make_long(folder: Path) -> None:
    """The long article, with what the rules find in it and words between, up to
    CANDIDATES.
    """
    text = seed_text()
    article = Article("long", (text * (CHARACTERS // len(text) + 1))[:CHARACTERS])
    make_project(folder, [article])
    project = open_project(folder)
    found = propose(article, project.codebook)
    if len(found) > CANDIDATES:
        found = [found[i * len(found) // CANDIDATES] for i in range(CANDIDATES)]
    taken = {(each.start, each.end) for each in found}
    free = [word for word in words(article.text) if word not in taken]
    more = CANDIDATES - len(found)
    for start, end in free[:: len(free) // more][:more] if more > 0 else ():
        found.append(
            Candidate(
                f"actor:{start}-{end}", "actor", start, end, article.text[start:end]
            )
        )
    found.sort(key=lambda each: (each.start, each.end))
    half = tuple(
        Span(
            f"s{i}", c.kind, c.start, c.end, c.quote, c.value, Decision.CONFIRMED, c.id
        )
        for i, c in enumerate(found[: len(found) // 2], start=1)
    )
    coding = Coding(
        "long", article.text_sha256, project.codebook.ref, "you", spans=half
    )
    with project.store.begin("you") as work:
        work.replace_candidates("long", found, "rules")
        work.save_coding(None, coding, "coding.imported")
    project.close()
    print(
        f"{len(article.text)} characters, {len(found)} candidates, {len(half)} of them decided"
    )


def make_actors(folder: Path) -> None:
    """The shipped codebook with its actors again and again under other names, and one
    sample article.
    """
    for path in SCHEMAS.glob("*.yaml"):
        shutil.copy(path, folder)
    file = folder / "conflict_events_lexicon.yaml"
    lexicon = yaml.safe_load(file.read_text("utf-8"))
    listed = lexicon["actors"]
    for i in range(ACTORS - len(listed)):
        one, other = (
            listed[i % len(listed)],
            listed[(7 * i + i // len(listed)) % len(listed)],
        )
        name = {
            lang: f"{one['name'][lang]} {other['name'][lang]} {i}"
            for lang in ("ar", "en")
        }
        lexicon["actors"].append(
            {"id": f"more_{i}", "name": name, "class": one["class"]}
        )
    file.write_text(
        yaml.safe_dump(lexicon, allow_unicode=True, sort_keys=False), "utf-8"
    )
    text = seed_text()
    make_project(
        folder / "project", [Article("one", text)], folder / "conflict_events.yaml"
    )
    project = open_project(folder / "project")
    start, end = words(text)[0]
    with project.store.begin("setup") as work:
        trigger = Candidate(
            f"trigger:{start}-{end}", "trigger", start, end, text[start:end]
        )
        work.replace_candidates("one", [trigger], "rules")
    project.close()


def row(name: str, times: list[float], cpu: float) -> None:
    """Print one line."""
    p95 = sorted(times)[int(len(times) * 0.95)]
    p50 = statistics.median(times)
    print(
        f"{name:16} p50 {p50:7.1f} ms  p95 {p95:7.1f} ms  cpu {cpu:6.1f} ms  n {len(times)}"
    )


def opened(folder: Path, times: int = 3) -> Session:
    """A session on a project's first open article, with its start printed."""
    command = [
        sys.executable,
        "-m",
        "coder",
        "code",
        "--as",
        "you",
        "--project",
        str(folder),
    ]
    starts = []
    for i in range(times):
        session = Session(command)
        starts.append((session.until_words(), session.until_still()))
        if i < times - 1:
            session.end()
    first, whole = (statistics.median(each) for each in zip(*starts, strict=True))
    print(
        f"{'open':16} first letters {first:.0f} ms, all drawn {whole:.0f} ms  n {times}"
    )
    return session


def measure(
    session: Session, keys: dict[str, list[bytes]], rounds: int = ROUNDS
) -> None:
    """Rounds of keys, each kind on its own."""
    times: dict[str, list[float]] = {name: [] for name in keys}
    spent = dict.fromkeys(keys, 0.0)
    for _ in range(rounds):
        for name, pressed in keys.items():
            before = session.processor_ms()
            times[name] += [session.press_whole(key, 5)[1] for key in pressed]
            spent[name] += session.processor_ms() - before
    for name, each in times.items():
        row(name, each, spent[name] / len(each))


def main() -> None:
    """The parts that were asked for, else all."""
    asked = sys.argv[1:] or ["article", "actors", "list"]
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        if "article" in asked:
            print("--- article")
            make_long(place / "long")
            session = opened(place / "long")
            deciding = {
                "confirm": [b"a"],
                "next": [LEFT],
                "confirm, next": [b" ", b" "],
                "reject": [b"x"],
                "undo": [b"z"],
            }
            measure(session, deciding | {"next again": [LEFT]})
            measure(
                session,
                {
                    "line": [DOWN, UP],
                    "page": [PAGE_DOWN, PAGE_UP],
                    "draw": [b"v", LEFT, LEFT],
                    "draw, leave": [b"v"],
                    "find, typing": [b"/", "غ".encode(), "ا".encode(), "ر".encode()],
                    "find, leave": [b"\x1b"],
                },
                10,
            )
            measure(session, {"first, last": [HOME, END]}, 10)
            session.end()
        if "actors" in asked:
            print("--- actors")
            (place / "actors").mkdir()
            make_actors(place / "actors")
            session = opened(place / "actors" / "project")
            for key in (b"e", b"\t", *[DOWN] * 3):
                session.press_whole(key)
            measure(
                session,
                {
                    "open": [b"\r"],
                    "type": [c.encode() for c in ("ا", "ل", "ق", "و")],
                    "type, latin": [b"\x15", *(c.encode() for c in "army")],
                    "move": [DOWN, DOWN],
                    "leave": [b"\x1b"],
                },
            )
            session.end()
        if "list" in asked:
            print("--- list")
            text = seed_text()[:8_000]
            make_project(
                place / "list",
                [Article(f"a{i:06d}", f"{text}\n{i}") for i in range(ARTICLES)],
            )
            session = opened(place / "list", 5)
            looked_through = {
                "list, open": [F2],
                "list, type": [c.encode() for c in "0049"],
                "list, clear": [b"\x15"],
                "list, move": [DOWN, UP, PAGE_DOWN, END, HOME],
                "list, filter": [b"\t", b"\x1b[Z"],
                "list, put off": [F4, F4],
                "list, leave": [b"\x1b"],
            }
            measure(session, looked_through, 10)
            session.end()


if __name__ == "__main__":
    main()
