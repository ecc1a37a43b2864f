"""The data card: what a dataset contains, its sources, how it was made, and its limits.

Its YAML header follows the Hugging Face hub (huggingface.co/docs/hub/datasets-cards),
so that
`datasets.load_dataset` finds the tables.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from coder.errors import CoderError
from coder.exporters.descriptors import Imprint
from coder.exporters.tidy_tables import TABLES
from coder.messages.catalogue import Bilingual, first_few, say
from coder.model import ASSUMED, DECIDED, HOW
from coder.report.contents import in_stages

_MOST_OUTLETS = 30
_EXAMPLES = """\
```python
import pandas as pd
values = pd.read_parquet("parquet/values.parquet")
articles = pd.read_parquet("parquet/articles.parquet").set_index("article")
```

```python
from datasets import load_dataset
values = load_dataset(".", "values", split="train")
```

```r
values <- arrow::read_parquet("parquet/values.parquet")
```"""


class Origin(NamedTuple):
    """Where values of gold come from: what several rows of values have in common."""

    how: str
    by: str
    applied_by: str
    reason: str


class Card(NamedTuple):
    """The contents of the card. outlets, languages, rejected: row counts by name, ""
    for none.

    rows: row counts by table. days: sorted publication dates. states: rows of values by
    state. origins: rows of gold's values by how they came about, who decided, who
    applied it, and why. imported: articles by the file that their gold was imported
    from. training: the articles that were coded for training only. rejected: coders'
    events by why gold rejects them. supervisors: the codes of those who ever were one.
    stages: the number of submitted codings by stage. signed: the number of articles
    whose gold a second supervisor has signed. stale: the articles whose gold was closed
    before coders changed the answers it was taken from. agreement: the report's first
    sentences, or why there is none.
    """

    imprint: Imprint
    what: str
    codebook: str
    rows: Mapping[str, int]
    outlets: Counter[str]
    languages: Counter[str]
    days: Sequence[str]
    states: Counter[str]
    origins: Counter[Origin]
    imported: Counter[str]
    training: Sequence[str]
    rejected: Counter[str]
    coders: Sequence[str]
    supervisors: Collection[str]
    stages: Mapping[str, int]
    signed: int
    stale: Sequence[str]
    agreement: CoderError | Sequence[Bilingual]
    limits: Sequence[Bilingual]


def card(values: Card, lang: str) -> str:
    """Return the card in one language, as Markdown."""
    imprint = values.imprint
    parts = [_head(imprint)] if lang == "en" else []
    parts += [f"# {imprint.title}", imprint.description]
    for name, lines in _sections(values, lang):
        parts += [f"## {say(lang, f'publication.{name}')}", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def _head(imprint: Imprint) -> str:
    lines = ["---", f"pretty_name: {json.dumps(imprint.title, ensure_ascii=False)}"]
    lines += ["language:", "- ar", "configs:"]
    for name in TABLES:
        lines += [f"- config_name: {name}", f"  data_files: parquet/{name}.parquet"]
        lines += ["  default: true"] if name == "values" else []
    return "\n".join([*lines, "---"])


def _sections(values: Card, lang: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the name and the lines of each section."""
    yield "holds", _contents(values, lang)
    yield "sources", _sources(values, lang)
    yield "made", _making(values, lang)
    yield "agreement", _agreement(values, lang)
    yield "limits", _limits(values, lang)
    yield "use", [_EXAMPLES]
    imprint = values.imprint
    licensed = _line(lang, "no_licence")
    if imprint.license:
        licensed = _line(lang, "licence", license=imprint.license)
    yield "cite", [licensed, f"- {imprint.citation}"]


def _line(lang: str, key: str, **values: object) -> str:
    return f"- {say(lang, f'publication.{key}', **values)}"


def _contents(values: Card, lang: str) -> list[str]:
    """Return what the dataset holds: its version, and the rows of each table."""
    rows = values.rows
    codings = "of_gold" if values.what == "gold" else "of_codings"
    lines = [
        _line(
            lang,
            "version",
            version=values.imprint.version,
            date=values.imprint.date,
            codebook=values.codebook,
        ),
        _line(lang, "of_articles", n=rows["articles"]),
        _line(lang, codings, n=rows["codings"]),
        _line(lang, "of_events", n=rows["events"]),
        _line(lang, "of_values", n=rows["values"]),
    ]
    for state, n in sorted(values.states.items()):
        lines.append(_line(lang, "state", state=state, n=n))
    lines.append(_line(lang, "of_evidence", n=rows["evidence"]))
    lines.append(_line(lang, "of_spans", n=rows["spans"]))
    if rows["alignment"]:
        lines.append(_line(lang, "of_alignment", n=rows["alignment"]))
    files = {"file": "tables/columns.csv", "codebook": "codebook/manual.html"}
    lines.append(_line(lang, "word", **files))
    return lines


def _sources(values: Card, lang: str) -> list[str]:
    """Return when and where the articles appeared, and in which languages."""
    days = values.days
    lines = []
    if days:
        lines.append(_line(lang, "period", first=days[0], last=days[-1]))
    undated = values.rows["articles"] - len(days)
    if undated > 0:
        lines.append(_line(lang, "undated", n=undated))
    for key, counts in (("outlet", values.outlets), ("language", values.languages)):
        if not any(counts):  # every name is ""
            continue
        most = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        shown = []
        for name, n in most[:_MOST_OUTLETS]:
            shown.append(f"{name or say(lang, 'publication.unknown')} ({n})")
        if len(most) > _MOST_OUTLETS:
            shown.append(f"… {len(most) - _MOST_OUTLETS}")
        lines.append(_line(lang, key, names=", ".join(shown)))
    return lines


def _making(values: Card, lang: str) -> list[str]:
    """Return who coded, in which stages, and how gold came about."""
    coders = values.coders
    lines = [_line(lang, "coders", n=len(coders), names=", ".join(coders))]
    if values.stages:
        counts = in_stages(values.stages).of(lang)
        lines.append(_line(lang, "stages", counts=counts))
    lines += _of_gold(values, lang)
    lines += _by_reason("rejected", values.rejected, lang)
    if values.signed:
        of = values.rows["articles"]
        lines.append(_line(lang, "signed", n=values.signed, of=of))
    if values.training:
        names = first_few(values.training)
        lines.append(_line(lang, "training", n=len(values.training), names=names))
    if values.what == "gold":
        lines.append(_line(lang, "evidence_rule"))
    return lines


def _agreement(values: Card, lang: str) -> list[str]:
    """Return the report's first sentences, or why there is no report."""
    if isinstance(values.agreement, CoderError):
        why, _ = values.agreement.words(lang)
        return [_line(lang, "no_agreement", why=why)]
    lines = [f"- {each.of(lang)}" for each in values.agreement]
    if values.what == "gold":
        lines.insert(0, _line(lang, "of_all_codings"))
    lines.append(_line(lang, "agreement_files"))
    return lines


def _limits(values: Card, lang: str) -> list[str]:
    """Return what the dataset leaves out, and what else its users should know."""
    lines = []
    if values.stale:
        names = first_few(values.stale)
        lines.append(_line(lang, "stale", n=len(values.stale), names=names))
    lines += [_line(lang, "left_out", what=each) for each in values.limits]
    for key in ("missing", "names", "texts", "apostrophes"):
        lines.append(_line(lang, key))
    return lines


def _of_gold(values: Card, lang: str) -> Iterator[str]:
    """Yield how the values of gold came about: by whom, and why those that somebody
    decided.
    """
    for how in HOW:
        people = Counter[str]()
        reasons = Counter[str]()
        for origin, n in values.origins.items():
            if origin.how == how:
                people[origin.by or origin.applied_by] += n
                reasons[origin.reason] += n
        kind, _, policy = how.partition(":")
        for name, n in sorted(people.items()):
            key = "supervisor" if name in values.supervisors else "somebody"
            who = say(lang, f"publication.{key if name else 'unknown'}", name=name)
            told = say(lang, f"publication.{kind}", policy=policy, who=who, n=n)
            yield f"- {told}"
        if how == DECIDED:
            yield from _by_reason("reason", reasons, lang)
    if n := values.imported.total():
        names = first_few(sorted(values.imported))
        yield f"- {say(lang, 'publication.imported_gold', n=n, names=names)}"


def _by_reason(key: str, counts: Counter[str], lang: str) -> Iterator[str]:
    """Yield a line for each reason, with how many of them were assumed."""
    for reason in sorted({each.removesuffix(ASSUMED) for each in counts if each}):
        assumed = counts[reason + ASSUMED]
        n = counts[reason] + assumed
        told = say(lang, f"publication.{key}", reason=reason, n=n)
        if assumed:
            told = say(lang, "publication.assumed", line=told, n=assumed, reason=reason)
        yield f"- {told}"
