"""How fast the text engine is, beside python-bidi and arabic-reshaper: `python
benchmarks/text.py [--json]`.

Figures are millions of characters of the sample articles a second, medians of several
runs.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from arabic_reshaper import ArabicReshaper  # noqa: E402
from bidi import get_display  # noqa: E402
from bidi.algorithm import get_display as get_display_python  # noqa: E402

from coder.text import bidi  # noqa: E402
from coder.text.clusters import places  # noqa: E402
from coder.text.display import to_display  # noqa: E402
from coder.text.joining import cells_of, shape  # noqa: E402
from coder.text.layout import Layout  # noqa: E402
from coder.text.normalize import fold  # noqa: E402
from coder.text.segment import sentences, words  # noqa: E402

ARTICLES = [path.read_text("utf-8") for path in sorted((ROOT / "seeds").glob("*.txt"))]
PARAGRAPHS = [line for article in ARTICLES for line in article.split("\n") if line]
LONG_ARTICLE = "\n".join(ARTICLES)[:20_000]


def tasks() -> dict[str, tuple[int, Callable[[], object]]]:
    """Name → characters handled, and what to run."""
    reshape = ArabicReshaper().reshape
    size = sum(map(len, PARAGRAPHS))
    layout = Layout(LONG_ARTICLE, 80)
    widths = cycle((100, 60))
    assert layout.count

    def first_screen() -> None:
        fresh = Layout(LONG_ARTICLE, 80)
        for i in range(40):
            fresh.line(i)

    def other_width() -> None:
        resized = layout.at_width(next(widths))
        for i in range(resized.count and 40):
            resized.line(i)

    return {
        "fold": (size, lambda: [fold(p).text for p in PARAGRAPHS]),
        "fold, with the map": (size, lambda: [fold(p).span(0, 1) for p in PARAGRAPHS]),
        "levels": (size, lambda: [bidi.levels(p) for p in PARAGRAPHS]),
        "shape": (size, lambda: [shape(p, places(cells_of(p))) for p in PARAGRAPHS]),
        "to_display": (size, lambda: [to_display(p) for p in PARAGRAPHS]),
        "words": (size, lambda: [words(p) for p in PARAGRAPHS]),
        "sentences": (size, lambda: [sentences(p) for p in PARAGRAPHS]),
        "layout: line starts of 20,000": (
            len(LONG_ARTICLE),
            lambda: Layout(LONG_ARTICLE, 80).count,
        ),
        "layout: first 40 lines of 20,000": (len(LONG_ARTICLE), first_screen),
        "layout: 40 lines in another width": (len(LONG_ARTICLE), other_width),
        "python-bidi (Rust), order": (
            size,
            lambda: [get_display(p) for p in PARAGRAPHS],
        ),
        "python-bidi (Python), order": (
            size,
            lambda: [get_display_python(p) for p in PARAGRAPHS],
        ),
        "arabic-reshaper, forms": (size, lambda: [reshape(p) for p in PARAGRAPHS]),
        "arabic-reshaper + python-bidi (Rust)": (
            size,
            lambda: [get_display(reshape(p)) for p in PARAGRAPHS],
        ),
    }


def measure(runs: int) -> dict[str, dict[str, float]]:
    """Median milliseconds and millions of characters a second of each task."""
    todo = tasks()
    taken: dict[str, list[float]] = {name: [] for name in todo}
    for _ in range(runs + 1):  # the first run warms caches and does not count
        for name, (_, run) in todo.items():
            began = time.perf_counter()
            run()
            taken[name].append(time.perf_counter() - began)
    medians = {name: statistics.median(times[1:]) for name, times in taken.items()}
    return {
        name: {
            "milliseconds": round(1000 * medians[name], 3),
            "mchars_per_s": round(size / medians[name] / 1e6, 3),
        }
        for name, (size, _) in todo.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--runs", type=int, default=15, help="how often each is measured"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    results = measure(options.runs)
    if options.json:
        print(json.dumps({"runs": options.runs, "results": results}, indent=2))
        return
    print(f"{'':38}{'ms':>10}{'M chars/s':>12}")
    for name, figures in results.items():
        print(
            f"{name:38}{figures['milliseconds']:10.2f}{figures['mchars_per_s']:12.2f}"
        )


if __name__ == "__main__":
    main()
