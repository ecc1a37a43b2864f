"""The methods paragraph for a paper: how the figures were computed, with references.

A sentence is included only if its method was used. Sources are identified by their keys
in `references.bib`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from coder import __version__
from coder.agreement.align import WEIGHTS
from coder.agreement.bootstrap import LEAST_ARTICLES
from coder.agreement.reliability import WIDENED_BELOW_ARTICLES
from coder.agreement.result import MeanScore
from coder.agreement.study import Study
from coder.codebook.label import join_texts
from coder.messages.catalogue import Message

_OF_TABLES: Mapping[str, tuple[str, ...]] = {
    "parts": (),
    "strict": (),
    "links": (),
    "suggestions": ("berzak2016",),
    "gold": (),
}
_OF_DISTANCE = {"masi": "passonneau2006"}


_LETTERS = {
    r"{\'e}": "é",
    r"{\'a}": "á",
    r"{\'i}": "í",
    r"{\"o}": "ö",
    r"{\v s}": "š",
    r"\&": "&",
}


class Sentence(NamedTuple):
    """A sentence of the methods, and the keys of its sources."""

    words: Message
    sources: Sequence[str] = ()

    def of(self, lang: str) -> str:
        """Return the sentence with its sources (name and year) before the full stop."""
        if not self.sources:
            return self.words.of(lang)
        words = self.words.of(lang).rstrip(".")
        citations = "; ".join(map(_citation, self.sources))
        return f"{words} ({citations})."


def methods(study: Study, tables: Collection[str]) -> list[Sentence]:
    """Return the methods paragraph, sentence by sentence.

    tables: the names of the report's tables.
    """
    plan = study.plan
    defaults = study.codebook.agreement.defaults
    has_events = bool(study.codebook.event_fields)
    sentences: list[Sentence] = []

    def add(name: str, *sources: str, **values: object) -> None:
        sentences.append(Sentence(Message(f"report.methods.{name}", **values), sources))

    coders = Message("counts.coders", n=len(study.coders))
    shared = Message("counts.articles", n=study.shared_articles)
    add(
        "data",
        coders=coders,
        shared=shared,
        codebook=study.codebook.ref,
        version=__version__,
    )
    if has_events:
        weights = {term: f"{weight:.2f}" for term, weight in WEIGHTS.items()}
        limits = {
            "threshold": defaults.alignment_threshold,
            "cap_days": defaults.event_date_cap_days,
        }
        add("alignment", "kuhn1955", **limits, **weights)
        if len(study.coders) > 2:
            add("clusters")
        add("f1", "hripcsak2005", articles=study.events.chance_articles)
    if study.fields:
        used = dict.fromkeys(row.distance for row in study.fields)
        sources = [_OF_DISTANCE[name] for name in used if name in _OF_DISTANCE]
        distances = join_texts(Message(f"report.distance.{name}") for name in used)
        add("alpha", "krippendorff2004", *sources, distances=distances)
        if has_events:
            add("left_out")
        add("blanks")
    if study.spans:
        add("spans", "krippendorff2016")
    f1_scores = [study.events.f1, *(row.exact for row in study.spans)]
    if any(isinstance(score, MeanScore) for score in f1_scores):
        add("pooled")
    for name, sources_of_table in _OF_TABLES.items():
        if name in tables:
            add(name, *sources_of_table)
    intervals = [study.events.interval, *(row.interval for row in study.fields)]
    if any(each.low is not None for each in intervals):
        counts = {
            "B": f"{plan.B:,}",
            "seed": plan.seed,
            "confidence": f"{plan.confidence:.0%}",
        }
        add("intervals", "efron1987", "field2007", **counts)
    if any(row.guarded_lower_bound.value is not None for row in study.fields):
        widened = WIDENED_BELOW_ARTICLES
        add("guarded", "rubin1981", "brown2001", "gaffke2005", widened=widened)
        add("status", "krippendorff2004")
    add("refused", least=LEAST_ARTICLES)
    return sentences


@cache
def bibliography() -> dict[str, str]:
    """Return the entries of `references.bib` by key."""
    text = (Path(__file__).parent / "references.bib").read_text("utf-8")
    entries = [entry.strip() for entry in text.split("\n\n") if entry.strip()]
    return {entry.partition("{")[2].partition(",")[0]: entry for entry in entries}


def spell_out(key: str) -> str:
    """Return the full reference of a source, as one line."""
    parts = _bibtex_fields(key)
    where = parts.get("journal") or parts.get("booktitle") or parts["publisher"]
    volume = parts.get("volume", "")
    if "number" in parts:
        volume += f"({parts['number']})"
    source = f"{where} {volume}".strip()
    if "pages" in parts:
        source += f", {parts['pages'].replace('--', '–')}"
    authors = parts["author"].replace(" and ", "; ")
    return f"{authors} ({parts['year']}). {parts['title']}. {source}."


def _citation(key: str) -> str:
    parts = _bibtex_fields(key)
    names = [author.partition(",")[0] for author in parts["author"].split(" and ")]
    if len(names) > 2:
        authors = f"{names[0]} et al."
    else:
        authors = " & ".join(names)
    return f"{authors} {parts['year']}"


def _bibtex_fields(key: str) -> Mapping[str, str]:
    entry = bibliography()[key]
    for latex, letter in _LETTERS.items():
        entry = entry.replace(latex, letter)
    return {
        name: re.sub("[{}]", "", value)
        for name, value in re.findall(r"^  (\w+) = \{(.*)\},?$", entry, re.M)
    }
