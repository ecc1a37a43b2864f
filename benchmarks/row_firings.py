"""How often each row of the packs fires on news that nobody judged, and how often it
was right on judged news: `python benchmarks/row_firings.py CLONES`.

CLONES holds clones of repositories of news as OWNER/NAME. Of their `*.txt` files whose
paths match `--path`, 200 are drawn by the hash of the path: the same ones each time. A
row fired if it put words into a slot of a word for an act, a mark if it told a meaning.
Judged are the articles of `benchmarks/judged`, both halves.

`poor` is a row that fired at least four times on judged news and was right in fewer
than three of four, `idle` one that fired on none of all these articles.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from judged_events import ROOT, Figures, read_text, score, text_at

from coder.codebook.load import read_codebook
from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.event_proposals import EventProposer
from coder.suggest.packs_in_use import packs_of
from coder.suggest.registry import propose

CODEBOOKS = ("conflict_events", "protest_events")
NEWS = "politics|middleEast|internationalNews"
FEW = 4
GOOD = 0.75


def draw(clones: Path, wanted: str, n: int) -> Iterator[str]:
    """Yield the texts of n articles of all clones, drawn by the hashes of their paths."""
    files: list[tuple[str, Path, str]] = []
    for clone in sorted(clones.glob("*/*")):
        command = ["git", "-C", str(clone), "ls-tree", "-r", "--name-only", "HEAD"]
        listed = subprocess.run(command, capture_output=True, check=True, text=True)
        for path in listed.stdout.splitlines():
            if path.endswith(".txt") and re.search(wanted, path):
                name = f"{clone.parent.name}/{clone.name}/{path}"
                digest = hashlib.sha256(name.encode()).hexdigest()
                files.append((digest, clone, path))
    for _, clone, path in sorted(files)[:n]:
        yield text_at(clone, "HEAD", path)


def fired(text: str, codebook: Codebook) -> Counter[str]:
    """Count what the rows and marks did in one article."""
    article = Article("unjudged", text)
    candidates = propose(article, codebook)
    proposer = EventProposer(candidates, article, codebook)
    found = Counter[str]()
    for trigger in candidates:
        if trigger.kind != "trigger":
            continue
        reading = proposer.read(trigger)
        told = [*reading.meanings.values(), *chain(*reading.slots.values())]
        found.update(each.row for each in told)
    return found


def row_of(origin: str) -> str:
    """Return the row of an origin, without the way that its words were carried."""
    return re.sub(r"^(?:before|behind):", "", origin)


def judged(clones: Path, codebooks: Mapping[str, Codebook]) -> Figures:
    """Return the figures of all judged articles, with their rows."""
    figures = Figures()
    for path in sorted((ROOT / "benchmarks" / "judged").glob("*/*.json")):
        record = json.loads(path.read_text())
        text = read_text(record, clones)
        score(record, text, codebooks[record["codebook"]], figures)
    return figures


def main() -> None:
    """Print a line a row, the most frequent first."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clones", type=Path, help="of repositories of news")
    parser.add_argument("--path", default=NEWS, help="pattern of the paths drawn from")
    parser.add_argument("-n", type=int, default=200, help="articles to draw")
    arguments = parser.parse_args()
    codebooks = {
        name: read_codebook(ROOT / "schemas" / f"{name}.yaml") for name in CODEBOOKS
    }
    unjudged = Counter[str]()
    for text in draw(arguments.clones, arguments.path, arguments.n):
        for codebook in codebooks.values():
            unjudged += fired(text, codebook)
    right = Counter[str]()
    n = Counter[str]()
    for origin, share in judged(arguments.clones, codebooks).rows.items():
        right[row_of(origin)] += share.right
        n[row_of(origin)] += share.n
    known = [
        row.id
        for codebook in codebooks.values()
        for row in (*packs_of(codebook).pack.rows, *packs_of(codebook).pack.marks)
    ]
    for row in sorted(set(known), key=lambda row: (-unjudged[row], row)):
        is_poor = n[row] >= FEW and right[row] < GOOD * n[row]
        note = "poor" if is_poor else "" if unjudged[row] or n[row] else "idle"
        print(
            f"{row:28} judged {right[row]:3} of {n[row]:3}"
            f"   unjudged {unjudged[row]:4}  {note}"
        )


if __name__ == "__main__":
    main()
