"""What learning adds to the rules: `python benchmarks/learning.py FILE… [--sample]`.

FILE has a token and its tags a line and an empty line after each sentence (Wojood,
ANERcorp). Sentences are put together to articles, and one coder works through them in
order with the named-entity codebook: what is shown comes from the rules and from what
the articles before have taught; the coder marks what the corpus marks (a name inside a
name not, as the codebook has it), and rejects what else is shown, or leaves it.
Learning within the article at work is not counted. `--sample`: the two codings of each
sample article, with what the four other articles teach, as the same coder has coded
them, and as both have.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from held_out import ROOT, Stretch, tagged, whole_words

from coder.codebook.load import read_codebook
from coder.codebook.schema import Codebook
from coder.importers.native_reader import to_coding
from coder.model import Article, Candidate, Coding, Decision, Lesson
from coder.service.learning.learned_terms import lessons_from
from coder.suggest.learned import Tally, candidates, entries, tally
from coder.suggest.registry import propose
from coder.text.normalize import fold

KINDS = {
    "person": {"PERS", "PER"},
    "organisation": {"ORG"},
    "place": {"GPE", "LOC", "FAC"},
    "date": {"DATE", "TIME"},
    "misc": {"MISC"},
}
"""The codebook's kinds, and the corpora's classes that are of them."""
ALL = "all"
RESAMPLED = 1000
PARTS = 10

Marks = Mapping[str, set[Stretch]]
Sums = list[int]
"""Marked, found, found in the same words, proposed, right: of one kind in one article.
"""


@dataclass(frozen=True)
class Read:
    """What came of one article by the rules alone, and with what was learned: sums by
    kind.
    """

    rules: Mapping[str, Sums]
    learned: Mapping[str, Sums]


# ---------------------------------------------------------------- the simulated coder
def articles(
    path: Path, size: int
) -> Iterator[tuple[Article, dict[str, set[Stretch]]]]:
    """Articles of so many sentences, no sentence twice, with the names that stand in no
    other name.
    """
    sentences = list(dict(tagged(path)).items())
    for first in range(0, len(sentences), size):
        text, names = "", list[tuple[str, int, int]]()
        for sentence, spans in sentences[first : first + size]:
            for name, start, end in spans:
                kinds = (kind for kind, classes in KINDS.items() if name in classes)
                names += [(kind, start + len(text), end + len(text)) for kind in kinds]
            text += sentence + "\n"
        marks: dict[str, set[Stretch]] = {}
        last = 0
        for kind, start, end in sorted(names, key=lambda name: (name[1], -name[2])):
            if start >= last:
                marks.setdefault(kind, set()).add((start, end))
                last = end
        yield Article(f"{first // size:05}", text), marks


def decisions(
    article: Article,
    marks: Marks,
    shown: Sequence[Candidate],
    rules: Iterable[Candidate],
    rejects: bool,
) -> Iterator[Lesson]:
    """What the coder's work on an article teaches: all that is marked, and what was
    rejected.

    A candidate of the same words is confirmed: the corpora leave particles in them, the
    codebook does not.
    """
    proposed = {c.id for c in rules}
    offered = {
        (c.kind, whole_words(article.text, (c.start, c.end))): (c.start, c.end)
        for c in shown
    }
    for kind, stretches in marks.items():
        for stretch in sorted(stretches):
            start, end = offered.get(
                (kind, whole_words(article.text, stretch)), stretch
            )
            is_proposed = f"{kind}:{start}-{end}" in proposed
            yield Lesson(
                kind,
                article.text[start:end],
                (article.id, start, end),
                True,
                is_proposed,
            )
    for c in shown if rejects else ():
        if not any(
            _overlap((c.start, c.end), other) for other in marks.get(c.kind, ())
        ):
            yield Lesson(
                c.kind, c.quote, (article.id, c.start, c.end), False, c.id in proposed
            )


def work(
    corpus: Sequence[tuple[Article, Marks]],
    codebook: Codebook,
    kinds: set[str],
    lag: int,
    *,
    rejects: bool,
) -> Iterator[Read]:
    """The articles in order; kinds: those that the corpus has; lag: how many of the
    last do not teach yet.
    """
    known: Tally = {}
    waiting: deque[Tally] = deque()
    for article, marks in corpus:
        rules = [c for c in _proposed(article, codebook) if c.kind in kinds]
        shown = candidates(
            article, fold(article.text), rules, entries((known,), (), codebook), {}
        )
        yield Read(
            sums(article.text, marks, rules, kinds),
            sums(article.text, marks, shown, kinds),
        )
        waiting.append(
            tally(decisions(article, marks, shown, rules, rejects), codebook)
        )
        if len(waiting) > lag:
            more = waiting.popleft()
            known = {
                **known,
                **{
                    key: known[key] + n if key in known else n
                    for key, n in more.items()
                },
            }


_read: dict[str, list[Candidate]] = {}


def _proposed(article: Article, codebook: Codebook) -> list[Candidate]:
    if article.text not in _read:
        _read[article.text] = propose(article, codebook)
    return _read[article.text]


# ---------------------------------------------------------------- the sample codings
def sample(everybody: bool) -> tuple[list[Read], set[str]]:
    """Each sample article and coder, with what the other articles teach: the coder's
    own, or everybody's.
    """
    codebook = read_codebook(ROOT / "schemas" / "conflict_events.yaml")
    paths = sorted((ROOT / "seeds").glob("*.txt"))
    texts = {p.stem: Article(p.stem, p.read_bytes().decode("utf-8")) for p in paths}
    lines = [
        line
        for p in sorted((ROOT / "seeds" / "codings").glob("*.jsonl"))
        for line in p.read_text().splitlines()
    ]
    codings = [to_coding(json.loads(line)) for line in lines]
    kinds = {kind.id for kind in codebook.span_kinds}

    def lessons(coding: Coding) -> Iterator[Lesson]:
        return lessons_from(
            coding, {c.id for c in _proposed(texts[coding.article], codebook)}
        )

    found = []
    for coding in codings:
        others = [c for c in codings if c.article != coding.article]
        taught = [
            lesson
            for c in others
            if everybody or c.coder == coding.coder
            for lesson in lessons(c)
        ]
        article = texts[coding.article]
        rules = _proposed(article, codebook)
        known = entries((tally(taught, codebook),), (), codebook)
        shown = candidates(article, fold(article.text), rules, known, {})
        marks: dict[str, set[Stretch]] = {}
        for span in coding.spans:
            if span.decision is not Decision.REJECTED:
                marks.setdefault(span.kind, set()).add((span.start, span.end))
        found.append(
            Read(
                sums(article.text, marks, rules, kinds),
                sums(article.text, marks, shown, kinds),
            )
        )
    return found, kinds


# ---------------------------------------------------------------- counting
def sums(
    text: str, marks: Marks, shown: Sequence[Candidate], kinds: Iterable[str]
) -> dict[str, Sums]:
    """What was marked, found, found in the same words, proposed, and right, by kind."""
    counted = {}
    for kind in kinds:
        gold, offered = (
            marks.get(kind, set()),
            {(c.start, c.end) for c in shown if c.kind == kind},
        )
        hit = sum(any(_overlap(g, o) for o in offered) for g in gold)
        right = sum(any(_overlap(g, o) for g in gold) for o in offered)
        same = {whole_words(text, o) for o in offered}
        exact = sum(whole_words(text, g) in same for g in gold)
        counted[kind] = [len(gold), hit, exact, len(offered), right]
    counted[ALL] = [sum(each) for each in zip(*counted.values(), strict=True)]
    return counted


def _overlap(one: Stretch, other: Stretch) -> bool:
    return one[0] < other[1] and other[0] < one[1]


MEASURES: dict[str, tuple[int, int]] = {
    "recall": (1, 0),
    "exact": (2, 0),
    "precision": (4, 3),
}
"""Measure → which sum is divided by which."""


def share(found: Iterable[Sums], measure: str) -> float | None:
    """A measure over articles; None where there is nothing to share."""
    part, whole = MEASURES[measure]
    rows = list(found)
    total = sum(row[whole] for row in rows)
    return sum(row[part] for row in rows) / total if total else None


def compared(
    reads: Sequence[Read], kind: str, measure: str
) -> tuple[float | None, float | None, str]:
    """The measure by the rules alone, and with learning; their difference with its
    interval.
    """

    def both(some: Sequence[Read]) -> tuple[float | None, float | None]:
        return share((r.rules[kind] for r in some), measure), share(
            (r.learned[kind] for r in some), measure
        )

    alone, learned = both(reads)
    if alone is None or learned is None:
        return alone, learned, ""
    draw = random.Random(1)
    differences = sorted(
        b - a
        for a, b in (both(draw.choices(reads, k=len(reads))) for _ in range(RESAMPLED))
        if a is not None and b is not None
    )
    low, high = (
        differences[int(len(differences) * 0.025)],
        differences[int(len(differences) * 0.975)],
    )
    return alone, learned, f"{learned - alone:+.3f} [{low:+.3f}, {high:+.3f}]"


def print_table(title: str, reads: Sequence[Read], kinds: Iterable[str]) -> None:
    """Every kind and measure; then all kinds in tenths of the articles, in their order."""
    print(f"\n{title}: {len(reads)} articles")
    print(
        f"{'kind':14}{'marked':>7}  {'measure':10}{'rules':>7}{'learned':>9}  difference [95 %]"
    )
    for kind in (*sorted(kinds), ALL):
        marked = sum(read.rules[kind][0] for read in reads)
        for measure in MEASURES if marked else ():
            alone, learned, difference = compared(reads, kind, measure)
            print(
                f"{kind:14}{marked:>7}  {measure:10}{_said(alone):>7}{_said(learned):>9}  {difference}"
            )
    if len(reads) >= PARTS:
        print("by tenths:" + "".join(f"{i + 1:>8}" for i in range(PARTS)))
        for measure in MEASURES:
            for name, of in (("rules", _rules), ("learned", _learned)):
                cells = (_said(share(map(of, part), measure)) for part in tenths(reads))
                print(
                    f"{measure + ', ' + name:18}"
                    + "".join(f"{cell:>8}" for cell in cells)
                )


def _rules(read: Read) -> Sums:
    return read.rules[ALL]


def _learned(read: Read) -> Sums:
    return read.learned[ALL]


def tenths(reads: Sequence[Read]) -> list[Sequence[Read]]:
    """The articles in ten parts, in order."""
    edges = [round(i * len(reads) / PARTS) for i in range(PARTS + 1)]
    return [reads[a:b] for a, b in pairwise(edges)]


def _said(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="*", metavar="FILE")
    parser.add_argument("--sentences", type=int, default=10, help="in an article")
    parser.add_argument(
        "--lag",
        type=int,
        default=0,
        metavar="N",
        help="the last N articles do not teach yet",
    )
    parser.add_argument(
        "--sample", action="store_true", help="the sample codings as well"
    )
    parser.add_argument(
        "--shuffle", type=int, metavar="SEED", help="the articles in another order"
    )
    options = parser.parse_args()
    codebook = read_codebook(ROOT / "schemas" / "named_entities.yaml")
    for file in options.files:
        corpus = list(articles(file, options.sentences))
        if options.shuffle is not None:
            random.Random(options.shuffle).shuffle(corpus)
        kinds = {kind for _, marks in corpus for kind in marks}
        for rejects in (True, False):
            reads = list(work(corpus, codebook, kinds, options.lag, rejects=rejects))
            print_table(
                f"{file.stem}, the coder {'rejects' if rejects else 'leaves'} what is wrong",
                reads,
                kinds,
            )
    for everybody in (False, True) if options.sample else ():
        reads, kinds = sample(everybody)
        print_table(
            f"sample codings, from {'both coders' if everybody else 'one’s own'}",
            reads,
            kinds,
        )


if __name__ == "__main__":
    main()
