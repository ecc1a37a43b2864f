"""How fast candidates are found, beside spaCy's PhraseMatcher: `python
benchmarks/suggest.py [FOLDER]`.

pip install '.[benchmark]' first. One core, the same entries and the same texts in the
same run: millions of characters a second from the stored text to matches with offsets
of it. PhraseMatcher has to split words, we have to fold letters; both are counted. No
text is read twice by the same matcher, so that no cache of words is flattered; each
figure is the median of three parts of the text, read in turn by all.

`labelled` are the sentences of FOLDER (conll/, conllu/), if it is given, once each. `distinct` are made words
of Arabic measures as frequent as in a newspaper, with the labelled sentences strewn in.
`mixed` are parts of the sample articles in random order. The pipeline is all candidates
with their values and an event proposed for each trigger, with the entries added to the
codebook's places.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from msgspec.structs import replace

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import spacy  # noqa: E402
from spacy.matcher import PhraseMatcher  # noqa: E402

from benchmarks.held_out import tagged, treebank  # noqa: E402
from coder.codebook.label import Label  # noqa: E402
from coder.codebook.lexicon_schema import Place  # noqa: E402
from coder.codebook.load import read_codebook  # noqa: E402
from coder.codebook.schema import Codebook  # noqa: E402
from coder.model import Article  # noqa: E402
from coder.suggest.compiled_lexicon import Matcher, Term  # noqa: E402
from coder.suggest.event_proposals import EventProposer  # noqa: E402
from coder.suggest.forms import Form  # noqa: E402
from coder.suggest.registry import propose  # noqa: E402
from coder.text.normalize import fold, fold_key  # noqa: E402

SIZES = (200, 20_000, 200_000)
PARTS = 3
LETTERS = "بتثجحخدذرزسشصضطظعغفقكلمنهي"
MEASURES = """{}{}{} {}ا{}{} م{}{}و{} {}{}ي{}ة ت{}{}ي{} ا{}ت{}ا{} است{}{}ا{} م{}ا{}{}ة {}{}و{}"""
FRONTS = ["", "", "", "", "و", "ب", "ال", "ال", "ال", "وال", "بال", "لل", "ف"]
ENDS = ["", "", "", "", "ات", "ين", "ها", "ون", "ية"]
WARM = "قصفت القوات الجوية قرية في ريف حلب أمس الأحد 15 تشرين الأول 2023 وقتلت ثلاثة مدنيين، قال ناطق باسمها."
Texts = Sequence[str]


def made_words(rng: random.Random, count: int) -> list[str]:
    """Words of random roots in common measures, no two the same."""
    found: dict[str, None] = {}
    while len(found) < count:
        stem = rng.choice(MEASURES.split()).format(*rng.choices(LETTERS, k=3))
        found[rng.choice(FRONTS) + stem + rng.choice(ENDS)] = None
    return list(found)


def labelled(folder: Path) -> list[str]:
    """Articles of the labelled sentences."""
    sentences = [
        *(text for text, _ in tagged(folder / "conll" / "wojood_sample_val.txt"))
    ]
    sentences += (
        text for text, _ in treebank(folder / "conllu" / "ar_pud_first100.conllu")
    )
    return _articles(sentences, 10)


def distinct(rng: random.Random, size: int, real: Texts) -> list[str]:
    """Articles in which words recur as seldom as in a newspaper (Zipf, 60,000 types)."""
    vocabulary = made_words(rng, 60_000)
    weights = [1 / rank for rank in range(1, len(vocabulary) + 1)]
    found = list(real)
    total = sum(map(len, found))
    while total < size:
        sentences = (
            rng.choices(vocabulary, weights, k=rng.randint(12, 30)) for _ in range(30)
        )
        found.append("\n".join(" ".join(words) + "." for words in sentences))
        total += len(found[-1])
    rng.shuffle(found)
    return found


def mixed(rng: random.Random, size: int) -> list[str]:
    """Articles of the sample articles' paragraphs in random order."""
    paragraphs = [
        line
        for path in sorted((ROOT / "seeds").glob("*.txt"))
        for line in path.read_text("utf-8").splitlines()
        if len(line) > 80
    ]
    return _articles(
        rng.choices(paragraphs, k=size * len(paragraphs) // sum(map(len, paragraphs))),
        10,
    )


def _articles(sentences: Sequence[str], size: int) -> list[str]:
    return [
        "\n".join(sentences[at : at + size]) for at in range(0, len(sentences), size)
    ]


def entries(rng: random.Random, texts: Texts, count: int) -> list[str]:
    """Names of one to three words: a tenth of them, at most 300, stand in the texts."""
    words = [w for text in texts for w in text.split() if w.isalpha() and len(w) > 3]
    first = {
        word: at for at, word in enumerate(words)
    }  # each word once: names are not the commonest words
    chosen = rng.sample(sorted(first.values()), k=min(count // 10, 300, len(first)))
    found = dict.fromkeys(
        " ".join(words[at : at + rng.choice((1, 1, 2, 3))]) for at in chosen
    )
    while len(found) < count:
        pairs = zip(made_words(rng, 2000), made_words(rng, 2000), strict=True)
        found |= dict.fromkeys(" ".join(pair) for pair in pairs)
    return list(found)[:count]


# ---------------------------------------------------------------- what is measured
def spacy_run(names: Sequence[str]) -> Callable[[Texts], int]:
    """Words split and phrases matched, with offsets of the text."""
    nlp = spacy.blank("ar")
    matcher = PhraseMatcher(nlp.vocab)
    matcher.add("name", [nlp.make_doc(name) for name in names])

    def run(texts: Texts) -> int:
        found = 0
        for text in texts:
            doc = nlp.make_doc(text)
            found += len(
                [
                    (doc[a].idx, doc[b - 1].idx + len(doc[b - 1]))
                    for _, a, b in matcher(doc)
                ]
            )
        return found

    return run


def our_run(names: Sequence[str]) -> Callable[[Texts], int]:
    """Text folded and forms matched, with particles, and with offsets of the stored
    text.
    """
    matcher = Matcher(
        (Form(fold_key(name)), Term("place", str(i), name))
        for i, name in enumerate(names)
    )

    def run(texts: Texts) -> int:
        found = 0
        for text in texts:
            folded = fold(text)
            found += len([folded.span(m.start, m.stop) for m in matcher.find(folded)])
        return found

    return run


def whole_run(codebook: Codebook, names: Sequence[str]) -> Callable[[Texts], int]:
    """All candidates with values, and an event for each trigger."""
    places = tuple(
        Place(id=f"bench_{i}", name=Label(ar=name, en=name), kind="town")
        for i, name in enumerate(names)
    )
    lexicon = replace(codebook.lexicon, places=(*codebook.lexicon.places, *places))
    grown = replace(codebook, lexicon=lexicon)
    grown.__dict__["digest"] = f"{codebook.digest}+{len(names)}+{hash(tuple(names))}"
    warm = Article("warm", WARM)  # whatever is made when it is first needed
    EventProposer(propose(warm, grown), warm, grown).propose((0, 4))

    def run(texts: Texts) -> int:
        found = 0
        for text in texts:
            article = Article("a", text)
            candidates = propose(article, grown)
            events = EventProposer(candidates, article, grown)
            proposed = [events.propose(c) for c in candidates if c.kind == "trigger"]
            found += len(candidates) + len(proposed)
        return found

    return run


def timed(run: Callable[[Texts], int], texts: Texts) -> tuple[float, int]:
    """Millions of characters a second of processor time, and what was found."""
    gc.collect()
    gc.freeze()  # what was built before is not gone through while the text is read
    began = time.process_time()
    found = run(texts)
    spent = time.process_time() - began
    gc.unfreeze()
    return sum(map(len, texts)) / spent / 1e6, found


def memory_per_entry(names: Sequence[str]) -> float:
    """Bytes that the process grows by for each entry of an automaton."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    kept = our_run(names)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return grown * 1024 / len(names) if kept else 0.0


def measure(folder: Path | None, size: int) -> list[dict[str, float | int | str]]:
    """A row for each text and number of entries."""
    codebook = read_codebook(ROOT / "schemas" / "conflict_events.yaml")
    rng = random.Random(1)
    real = labelled(folder) if folder else []
    texts = {
        "labelled": real,
        "distinct": distinct(rng, size, real),
        "mixed": mixed(rng, size),
    }
    return [
        _row(name, read, entries(rng, read, count), codebook)
        for name, read in texts.items()
        for count in SIZES
        if read
    ]


def _row(
    text: str, texts: Texts, names: Sequence[str], codebook: Codebook
) -> dict[str, float | int | str]:
    """Medians over the parts of a text."""
    runs = {
        "phrase_matcher": spacy_run(names),
        "matching": our_run(names),
        "pipeline": whole_run(codebook, names),
    }
    rates: dict[str, list[float]] = {name: [] for name in runs}
    hits = dict.fromkeys(runs, 0)
    for part in range(PARTS):
        for name, run in runs.items():
            rate, found = timed(run, texts[part::PARTS])
            rates[name].append(rate)
            hits[name] += found
    theirs = rates["phrase_matcher"]
    ratios = {
        name: median(
            ours / their for ours, their in zip(rates[name], theirs, strict=True)
        )
        for name in runs
    }
    return {
        "text": text,
        "characters": sum(map(len, texts)),
        "entries": len(names),
        **{name: round(median(found), 3) for name, found in rates.items()},
        **{f"found_by_{name}": count for name, count in hits.items()},
        "matching_times": round(ratios["matching"], 2),
        "pipeline_times": round(ratios["pipeline"], 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folder", type=Path, nargs="?", help="the folder that holds conll/ and conllu/"
    )
    parser.add_argument(
        "--size", type=int, default=1_000_000, help="characters of each text"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    rng = random.Random(0)
    memory = memory_per_entry(entries(rng, mixed(rng, 100_000), SIZES[-1]))
    rows = measure(options.folder, options.size)
    if options.json:
        print(json.dumps({"bytes_per_entry": round(memory), "rows": rows}, indent=2))
        return
    print(
        f"memory: {memory:.0f} bytes an entry at {SIZES[-1]:,}; millions of characters a second, one core:"
    )
    names = ("PhraseMatcher", "matching", "times", "pipeline", "times", "candidates")
    print(f"{'text':10}{'entries':>9}" + "".join(f"{name:>15}" for name in names))
    figures = (
        "phrase_matcher",
        "matching",
        "matching_times",
        "pipeline",
        "pipeline_times",
        "found_by_pipeline",
    )
    for row in rows:
        print(
            f"{row['text']:10}{row['entries']:>9}"
            + "".join(f"{row[name]:>15}" for name in figures)
        )


if __name__ == "__main__":
    main()
