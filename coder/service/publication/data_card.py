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
    imprint = values.imprint
    rows = values.rows

    def line(key: str, **values: object) -> str:
        return f"- {say(lang, f'publication.{key}', **values)}"

    yield (
        "holds",
        [
            line(
                "version",
                version=imprint.version,
                date=imprint.date,
                codebook=values.codebook,
            ),
            line("of_articles", n=rows["articles"]),
            line(
                "of_gold" if values.what == "gold" else "of_codings", n=rows["codings"]
            ),
            *(line(f"of_{table}", n=rows[table]) for table in ("events", "values")),
            *(
                line("state", state=state, n=n)
                for state, n in sorted(values.states.items())
            ),
            *(line(f"of_{table}", n=rows[table]) for table in ("evidence", "spans")),
            *([line("of_alignment", n=rows["alignment"])] if rows["alignment"] else ()),
            line("word", file="tables/columns.csv", codebook="codebook/manual.html"),
        ],
    )
    days = values.days
    sources = [line("period", first=days[0], last=days[-1])] if days else []
    sources += (
        [line("undated", n=rows["articles"] - len(days))]
        if rows["articles"] > len(days)
        else []
    )
    for key, counts in (("outlet", values.outlets), ("language", values.languages)):
        if not any(counts):  # every name is ""
            continue
        most = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        shown = [
            f"{name or say(lang, 'publication.unknown')} ({n})"
            for name, n in most[:_MOST_OUTLETS]
        ]
        shown += [f"… {len(most) - _MOST_OUTLETS}"] if len(most) > _MOST_OUTLETS else []
        sources.append(line(key, names=", ".join(shown)))
    yield "sources", sources
    making = [line("coders", n=len(values.coders), names=", ".join(values.coders))]
    if values.stages:
        making.append(line("stages", counts=in_stages(values.stages).of(lang)))
    making += _of_gold(values, lang)
    making += _by_reason("rejected", values.rejected, lang)
    making += (
        [line("signed", n=values.signed, of=rows["articles"])] if values.signed else []
    )
    if values.training:
        names = first_few(values.training)
        n = len(values.training)
        making.append(line("training", n=n, names=names))
    making += [line("evidence_rule")] if values.what == "gold" else []
    yield "made", making
    if isinstance(values.agreement, CoderError):
        yield "agreement", [line("no_agreement", why=values.agreement.words(lang)[0])]
    else:
        of_all = [line("of_all_codings")] if values.what == "gold" else []
        figures = [f"- {each.of(lang)}" for each in values.agreement]
        yield "agreement", [*of_all, *figures, line("agreement_files")]
    limits = [line("left_out", what=each) for each in values.limits]
    if values.stale:
        limits.insert(
            0, line("stale", n=len(values.stale), names=first_few(values.stale))
        )
    yield "limits", [*limits, *map(line, ("missing", "names", "texts", "apostrophes"))]
    yield "use", [_EXAMPLES]
    licensed = (
        line("licence", license=imprint.license)
        if imprint.license
        else line("no_licence")
    )
    yield "cite", [licensed, f"- {imprint.citation}"]


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
