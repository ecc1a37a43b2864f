"""How fast each format is written, and in how much memory: python benchmarks/formats.py
[--articles N].

A project is made of N articles (5,000 unless told otherwise) with about three events
each, copied from the sample codings under other names, and written in each format by a
process of its own. Seconds by the clock, processor seconds of it and its children,
articles a second of these, and the peak memory of the process itself. With --folder the
project is kept there, and used again if it is there; --formats names some of the
formats, or `import`: as many articles from JSON Lines into another project.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import count, cycle, islice
from pathlib import Path

from msgspec.structs import replace

from coder.exporters.registry import FORMATS
from coder.model import Article, Coding, Status
from coder.service.delivery.datasets import deliver
from coder.service.delivery.intake import import_files
from coder.service.project.opened import create_project, open_project
from coder.service.sample_project import make_demo

EVENTS = 3
_TOGETHER = 200


def codings(folder: Path) -> list[tuple[Article, Coding]]:
    """The sample codings with a few of their events each."""
    project, _ = make_demo(folder / f"demo-{os.getpid()}", lambda _: None)
    with project.store.read() as queries:
        found = [
            (project.article(c.article), c)
            for c in queries.codings()
            if c.coder == "amal"
        ]
    project.close()
    return [(article, replace(c, events=c.events[:EVENTS])) for article, c in found]


def fill(folder: Path, articles: int) -> None:
    """A project of so many articles with a coding each."""
    samples = codings(folder)

    def made() -> Iterator[tuple[Article, Coding]]:
        for number, (article, coding) in zip(count(), islice(cycle(samples), articles)):
            name = f"{number:06}"
            text = f"{article.text}\n{name}"
            copy = replace(article, id=name, text=text)
            yield (
                copy,
                replace(
                    coding,
                    article=name,
                    text_sha256=copy.text_sha256,
                    status=Status.OPEN,
                ),
            )

    project = create_project(folder / "project")
    project.add_person("amal", "coder")
    every = made()
    while some := list(islice(every, _TOGETHER)):
        with project.store.begin("setup") as work:
            work.add_articles([article for article, _ in some])
            work.add_codings([coding for _, coding in some], "coding.imported")
    project.close()


def spent(begun: os.times_result, ended: os.times_result) -> str:
    """Seconds by the clock, and of processors: of the process and its children."""
    return f"{ended.elapsed - begun.elapsed:.1f} {sum(ended[:4]) - sum(begun[:4]):.1f}"


def write(folder: Path, name: str) -> None:
    """Write one format, and print processor seconds, megabytes of memory and of the
    result.
    """
    begun = os.times()
    project = open_project(folder / "project")
    out = folder / f"out-{name}"
    deliver(project, name, "codings", out, allow_loss=True)
    project.close()
    ended = os.times()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    files = [path for path in (out, *out.rglob("*")) if path.is_file()]
    print(
        f"{spent(begun, ended)} {peak:.0f} {sum(path.stat().st_size for path in files) / 2**20:.1f}"
    )
    shutil.rmtree(out, ignore_errors=True) if out.is_dir() else out.unlink()


def read(folder: Path, articles: int) -> None:
    """Take so many articles from JSON Lines, and print the same figures."""
    samples, lines = codings(folder), folder / "articles.jsonl"
    with lines.open("w", encoding="utf-8") as file:
        for number, (article, _) in zip(range(articles), cycle(samples)):
            known = {
                "date": f"2024-{number % 12 + 1:02}-05",
                "outlet": f"o{number % 7}",
            }
            record = {
                "id": f"{number:06}",
                "text": f"{article.text}\n{number:06}",
                **known,
            }
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    project = create_project(folder / "imported")
    begun = os.times()
    assert import_files(project, [lines]).articles == articles
    ended = os.times()
    project.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{spent(begun, ended)} {peak:.0f} {lines.stat().st_size / 2**20:.1f}")
    shutil.rmtree(folder / "imported")
    lines.unlink()


def main() -> None:
    """Make the project and write it in every format."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--formats", default=",".join(form.name for form in FORMATS))
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--write", nargs=2, metavar=("DIR", "FORMAT"))
    options = parser.parse_args()
    if options.write:
        folder, form = Path(options.write[0]), options.write[1]
        read(folder, options.articles) if form == "import" else write(folder, form)
        return
    with (
        nullcontext(options.folder)
        if options.folder
        else tempfile.TemporaryDirectory() as name
    ):
        folder = Path(name)
        if not (folder / "project").exists():
            fill(folder, options.articles)
        print(f"{options.articles} articles, up to {EVENTS} events each")
        print(
            f"{'format':12} {'s':>8} {'CPU s':>8} {'articles/s':>11} {'peak MB':>8} {'MB':>8}"
        )
        for form in options.formats.split(","):
            words = [
                sys.executable,
                __file__,
                "--write",
                str(folder),
                form,
                f"--articles={options.articles}",
            ]
            done = subprocess.run(words, check=True, capture_output=True, text=True)
            clock, seconds, peak, size = done.stdout.split()
            rate = f"{options.articles / float(seconds):.0f}"
            print(
                f"{form:12} {clock:>8} {seconds:>8} {rate:>11} {peak:>8} {size:>8}",
                flush=True,
            )


if __name__ == "__main__":
    main()
