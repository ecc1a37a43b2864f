"""What the suggester finds in text that nothing in it was made for: `python
benchmarks/held_out.py FOLDER`.

FOLDER holds `conll/wojood_sample_val.txt` (Wojood: one token and its tags a line,
sentences of mixed genres) and `conllu/ar_pud_first100.conllu` (Universal Dependencies
PUD: news and encyclopedia). Wojood has kinds; the treebank has proper names without
kinds, so there a name counts as found if any candidate overlaps it. Exact is meant in
whole words, as both corpora leave particles inside words. Each sentence is an article;
of a file given with --more each stretch between empty lines. Kinds that a corpus does
not mark have n 0 there.

Each codebook is measured by its own kinds. The conflict codebook asks for actors and
sources, not for every person and organisation. The named-entity codebook marks no name
inside a name, so names that Wojood marks inside others (of these four kinds) are left
out for it; `all` counts them too.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from coder.codebook.load import read_codebook  # noqa: E402
from coder.codebook.schema import Codebook  # noqa: E402
from coder.model import Article, Candidate  # noqa: E402
from coder.suggest.registry import propose  # noqa: E402

CLASSES = {
    "place": {"GPE", "LOC", "FAC"},
    "date": {"DATE", "TIME"},
    "person": {"PERS"},
    "organisation": {"ORG"},
}
"""Kind as reported → the corpus's classes."""
PARTIES = {"actor", "source"}
ANSWERS = {
    "conflict_events": {
        "place": {"place"},
        "date": {"date"},
        "person": PARTIES,
        "organisation": PARTIES,
    },
    "named_entities": {kind: {kind} for kind in CLASSES},
}
"""Codebook → kind as reported → the codebook's kinds that answer it."""

Stretch = tuple[int, int]


@dataclass
class Score:
    """Counts of one kind; misses and false alarms are the quotes."""

    gold: int = 0
    found: int = 0
    exact: int = 0
    proposed: int = 0
    right: int = 0
    misses: Counter[str] = field(default_factory=Counter)
    alarms: Counter[str] = field(default_factory=Counter)

    def add(
        self, text: str, gold: Iterable[Stretch], proposed: Iterable[Stretch]
    ) -> None:
        """Count one sentence's stretches."""
        marked, offered = set(gold), set(proposed)
        whole = {whole_words(text, s) for s in offered}
        for stretch in marked:
            hit = any(_overlap(stretch, other) for other in offered)
            self.misses.update([] if hit else [text[slice(*stretch)]])
            self.found += hit
            self.exact += whole_words(text, stretch) in whole
        for stretch in offered:
            right = any(_overlap(stretch, other) for other in marked)
            self.alarms.update([] if right else [text[slice(*stretch)]])
            self.right += right
        self.gold, self.proposed = self.gold + len(marked), self.proposed + len(offered)

    @property
    def row(self) -> dict[str, float | int | None]:
        """The figures; a share of nothing is None."""
        return {
            "n": self.gold,
            "recall": _share(self.found, self.gold),
            "exact": _share(self.exact, self.gold),
            "proposed": self.proposed,
            "precision": _share(self.right, self.proposed),
        }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def _overlap(one: Stretch, other: Stretch) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def whole_words(text: str, stretch: Stretch) -> Stretch:
    """The stretch widened to white space."""
    start, end = stretch
    while start and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return start, end


def tagged(path: Path) -> Iterator[tuple[str, list[tuple[str, int, int]]]]:
    """The sentences of a file of tokens and B/I tags, with their spans: class, start,
    end.
    """
    for block in path.read_text("utf-8").split("\n\n"):
        rows = [
            line.split()
            for line in block.splitlines()
            if line.strip() and not line.startswith("$#$")
        ]
        text, spans, open_at = "", [], dict[str, int]()
        for token, *tags in rows:
            start = len(text) + bool(text)
            text += " " * bool(text) + token
            going = {tag[2:] for tag in tags if tag.startswith("I-")} & set(open_at)
            for name in set(open_at) - going:
                del open_at[name]
            for name in going:
                spans[open_at[name]] = (name, spans[open_at[name]][1], len(text))
            for tag in tags:
                if tag.startswith("B-"):
                    open_at[tag[2:]] = len(spans)
                    spans.append((tag[2:], start, len(text)))
        if text:
            yield text, spans


def treebank(path: Path) -> Iterator[tuple[str, list[Stretch]]]:
    """The sentences of a treebank with their proper names: heads and what is joined to
    them as `flat`.
    """
    for block in path.read_text("utf-8").split("\n\n"):
        lines = block.splitlines()
        text = next((line[9:] for line in lines if line.startswith("# text = ")), "")
        names: list[Stretch] = []
        at, last = 0, ""
        for row in (line.split("\t") for line in lines if line[:1].isdigit()):
            number, token, part, parent, relation = (
                row[0],
                row[1],
                row[3],
                row[6],
                row[7],
            )
            if "-" in number:
                continue
            start = text.find(token, at)
            if start < 0:
                continue
            at = start + len(token)
            if part != "PROPN":
                continue
            if (
                names
                and relation.startswith("flat")
                and last in (parent, str(int(number) - 1))
            ):
                names[-1] = (names[-1][0], at)
            else:
                names.append((start, at))
            last = number
        if text:
            yield text, names


def measure(
    name: str, nested: bool, marked: Mapping[str, Path], trees: Path
) -> dict[str, dict[str, Score]]:
    """Corpus → kind → its score with a codebook; nested: names inside names count too.

    marked: corpus → its file of tokens and tags. trees: the treebank.
    """
    codebook, answers = read_codebook(ROOT / "schemas" / f"{name}.yaml"), ANSWERS[name]
    results: dict[str, dict[str, Score]] = {
        corpus: {kind: Score() for kind in CLASSES} for corpus in marked
    }
    for corpus, path in marked.items():
        for text, spans in tagged(path):
            found = _proposed(text, codebook)
            named = [
                s for s in spans if any(s[0] in classes for classes in CLASSES.values())
            ]
            for kind, classes in CLASSES.items():
                gold = [
                    s
                    for s in named
                    if s[0] in classes and (nested or not _is_inside(s, named))
                ]
                proposed = [(c.start, c.end) for c in found if c.kind in answers[kind]]
                results[corpus][kind].add(text, [s[1:] for s in gold], proposed)
    pud = Score()
    kinds = set[str]().union(*answers.values())
    for text, names in treebank(trees):
        pud.add(
            text,
            names,
            [(c.start, c.end) for c in _proposed(text, codebook) if c.kind in kinds],
        )
    return {**results, "pud": {"proper name": pud}}


def _is_inside(
    span: tuple[str, int, int], others: Iterable[tuple[str, int, int]]
) -> bool:
    """Whether a name stands inside a wider one."""
    _, start, end = span
    return any(s <= start and end <= e and (s, e) != (start, end) for _, s, e in others)


def _proposed(text: str, codebook: Codebook) -> list[Candidate]:
    return propose(Article("held-out", text), codebook)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folder", type=Path, help="the folder that holds conll/ and conllu/"
    )
    parser.add_argument(
        "--misses",
        action="store_true",
        help="list misses and false alarms by frequency",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument(
        "--more",
        type=Path,
        action="append",
        default=[],
        help="another file like Wojood's",
    )
    options = parser.parse_args()
    marked = {"wojood": options.folder / "conll" / "wojood_sample_val.txt"}
    marked |= {path.stem: path for path in options.more}
    trees = options.folder / "conllu" / "ar_pud_first100.conllu"
    measured = {
        "conflict_events": measure("conflict_events", True, marked, trees),
        "named_entities": measure("named_entities", False, marked, trees),
        "named_entities all": measure("named_entities", True, marked, trees),
    }
    if options.json:
        rows = {
            b: {c: {k: s.row for k, s in r.items()} for c, r in found.items()}
            for b, found in measured.items()
        }
        print(json.dumps(rows, indent=2))
        return
    for book, results in measured.items():
        print(
            f"{book:24}{'n':>6}{'recall':>9}{'exact':>9}{'proposed':>10}{'precision':>11}"
        )
        for corpus, scores in results.items():
            for kind, score in scores.items():
                row = ["–" if v is None else v for v in score.row.values()]
                print(
                    f"  {corpus + ' ' + kind:22}{row[0]:>6}{row[1]:>9}{row[2]:>9}{row[3]:>10}{row[4]:>11}"
                )
                if options.misses:
                    print(
                        "    missed:",
                        ", ".join(f"{q} ({n})" for q, n in score.misses.most_common()),
                    )
                    print(
                        "    false:",
                        ", ".join(f"{q} ({n})" for q, n in score.alarms.most_common()),
                    )


if __name__ == "__main__":
    main()
