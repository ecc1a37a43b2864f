"""How the figures were made, in words for a paper, and where the methods come from.

A sentence stands there only if what it tells was done. Sources go by their keys in `references.bib`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from coder import __version__
from coder.agreement.align import WEIGHTS
from coder.agreement.bootstrap import LEAST_ARTICLES, WIDENED_BELOW_ARTICLES
from coder.agreement.study import Study
from coder.codebook.label import joined
from coder.messages.catalogue import Message

_OF_TABLES: Mapping[str, tuple[str, ...]] = {
    "strict": (), "suggestions": ("berzak2016",), "changes": ("antoch2001",), "gold": (),
}  # fmt: skip
_OF_DISTANCE = {"masi": "passonneau2006"}


_LETTERS = {r"{\'e}": "é", r"{\'a}": "á", r"{\'i}": "í", r"{\"o}": "ö", r"{\v s}": "š", r"\&": "&"}


class Sentence(NamedTuple):
    """A sentence of the methods, and the keys of its sources."""

    words: Message
    sources: Sequence[str] = ()

    def of(self, lang: str) -> str:
        """The sentence with its sources, by name and year, before the full stop."""
        if not self.sources:
            return self.words.of(lang)
        return f"{self.words.of(lang).rstrip('.')} ({'; '.join(map(_in_short, self.sources))})."


def methods(study: Study, tables: Collection[str]) -> list[Sentence]:
    """The methods paragraph, sentence by sentence; tables: those that there are, by name."""
    plan, defaults, has_events = (
        study.plan,
        study.codebook.agreement.defaults,
        bool(study.codebook.event_fields),
    )
    found: list[Sentence] = []

    def told(name: str, *sources: str, **values: object) -> None:
        found.append(Sentence(Message(f"report.methods.{name}", **values), sources))

    coders, shared = (
        Message("counts.coders", n=len(study.coders)),
        Message("counts.articles", n=study.events.articles),
    )
    told("data", coders=coders, shared=shared, codebook=study.codebook.ref, version=__version__)
    if has_events:
        weights = {term: f"{weight:.2f}" for term, weight in WEIGHTS.items()}
        limits = {"threshold": defaults.alignment_threshold, "cap_days": defaults.event_date_cap_days}
        told("alignment", "kuhn1955", **limits, **weights)
        if len(study.coders) > 2:
            told("clusters")
        told("f1", "hripcsak2005", articles=study.events.chance_articles)
    if study.fields:
        used = dict.fromkeys(row.distance for row in study.fields)
        sources = ("krippendorff2004", *(_OF_DISTANCE[name] for name in used if name in _OF_DISTANCE))
        told("alpha", *sources, distances=joined(Message(f"report.distance.{name}") for name in used))
        if has_events:
            told("left_out")
        told("blanks")
    if study.spans:
        told("spans", "krippendorff2016")
    for name, sources in _OF_TABLES.items():
        if name in tables:
            told(name, *sources)
    intervals = [study.events.interval, *(row.interval for row in study.fields)]
    if any(each.lower is not None for each in intervals):
        counts = {"B": f"{plan.B:,}", "seed": plan.seed, "confidence": f"{plan.confidence:.0%}"}
        told(
            "guarded",
            "rubin1981",
            "field2007",
            "brown2001",
            "gaffke2005",
            widened=WIDENED_BELOW_ARTICLES,
            **counts,
        )
        if study.fields:
            told("status", "krippendorff2004")
    told("refused", least=LEAST_ARTICLES)
    return found


@cache
def bibliography() -> dict[str, str]:
    """The entries of `references.bib` by their keys."""
    text = (Path(__file__).parent / "references.bib").read_text("utf-8")
    entries = [entry.strip() for entry in text.split("\n\n") if entry.strip()]
    return {entry.partition("{")[2].partition(",")[0]: entry for entry in entries}


def spelt(key: str) -> str:
    """A source as one line."""
    part = _parts(key)
    where = part.get("journal") or part.get("booktitle") or part["publisher"]
    volume = part.get("volume", "") + (f"({part['number']})" if "number" in part else "")
    pages = part.get("pages", "").replace("--", "–")
    source = f"{where} {volume}".strip() + (f", {pages}" if pages else "")
    return f"{part['author'].replace(' and ', '; ')} ({part['year']}). {part['title']}. {source}."


def _in_short(key: str) -> str:
    names = [author.partition(",")[0] for author in _parts(key)["author"].split(" and ")]
    who = names[0] + (" et al." if len(names) > 2 else f" & {names[1]}" if len(names) == 2 else "")
    return f"{who} {_parts(key)['year']}"


def _parts(key: str) -> Mapping[str, str]:
    entry = bibliography()[key]
    for written, sign in _LETTERS.items():
        entry = entry.replace(written, sign)
    return {
        name: re.sub("[{}]", "", value) for name, value in re.findall(r"^  (\w+) = \{(.*)\},?$", entry, re.M)
    }
