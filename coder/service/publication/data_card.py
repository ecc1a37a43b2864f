"""The data card: what a dataset holds, where it comes from, how it was made, and what it is not good for.

Its head is what the Hugging Face hub reads (huggingface.co/docs/hub/datasets-cards), so that
`datasets.load_dataset` finds the tables.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from coder.errors import CoderError
from coder.exporters.descriptors import Imprint
from coder.exporters.tidy_tables import TABLES
from coder.messages.catalogue import Bilingual, say

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


class Card(NamedTuple):
    """What the card tells. rows: by table; outlets, languages, reasons: how many rows have each, "" for none.

    days: of publication, in order. reasons: why the values are what they are, where gold says it. signed: of
    how many articles a second supervisor has signed the gold. agreement: the report's first sentences, or why
    there is none.
    """

    imprint: Imprint
    what: str
    codebook: str
    rows: Mapping[str, int]
    outlets: Counter[str]
    languages: Counter[str]
    days: Sequence[str]
    reasons: Counter[str]
    coders: Sequence[str]
    stages: Mapping[str, int]
    signed: int
    agreement: CoderError | Sequence[Bilingual]
    limits: Sequence[Bilingual]


def card(told: Card, lang: str) -> str:
    """The card in one language, as Markdown."""
    imprint = told.imprint
    parts = [_head(told)] if lang == "en" else []
    parts += [f"# {imprint.title}", imprint.description]
    for name, lines in _sections(told, lang):
        parts += [f"## {say(lang, f'publication.{name}')}", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def _head(told: Card) -> str:
    lines = ["---", f"pretty_name: {json.dumps(told.imprint.title, ensure_ascii=False)}"]
    lines += ["language:", "- ar", "configs:"]
    for name in TABLES:
        lines += [f"- config_name: {name}", f"  data_files: parquet/{name}.parquet"]
        lines += ["  default: true"] if name == "values" else []
    return "\n".join([*lines, "---"])


def _sections(told: Card, lang: str) -> Iterator[tuple[str, list[str]]]:
    imprint, rows = told.imprint, told.rows

    def line(key: str, **values: object) -> str:
        return f"- {say(lang, f'publication.{key}', **values)}"

    yield (
        "holds",
        [
            line("version", version=imprint.version, date=imprint.date, codebook=told.codebook),
            *(
                line(f"of_{table}", n=rows[table])
                for table in ("articles", "codings", "events", "values", "evidence", "spans")
            ),
            line("word", file="tables/columns.csv", codebook="codebook/manual.html"),
        ],
    )
    days, dated = told.days, len(told.days)
    sources = [line("period", first=days[0], last=days[-1])] if days else []
    sources += [line("undated", n=rows["articles"] - dated)] if rows["articles"] > dated else []
    for key, found in (("outlet", told.outlets), ("language", told.languages)):
        most = sorted(found.items(), key=lambda each: (-each[1], each[0]))
        shown = [f"{name or say(lang, 'publication.unknown')} ({n})" for name, n in most[:_MOST_OUTLETS]]
        if not any(found):
            continue
        shown += [f"… {len(most) - _MOST_OUTLETS}"] if len(most) > _MOST_OUTLETS else []
        sources.append(line(key, names=", ".join(shown)))
    yield "sources", sources
    made = [line("coders", n=len(told.coders), names=", ".join(told.coders))]
    made += [line("stage", stage=stage, n=n) for stage, n in told.stages.items()]
    made += [line("reason", reason=reason, n=n) for reason, n in sorted(told.reasons.items()) if reason]
    made += [line("signed", n=told.signed, of=rows["articles"])] if told.signed else []
    yield "made", made
    if isinstance(told.agreement, CoderError):
        yield "agreement", [line("no_agreement", why=told.agreement.words(lang)[0])]
    else:
        yield "agreement", [*(f"- {each.of(lang)}" for each in told.agreement), line("agreement_files")]
    limits = [line("left_out", what=each) for each in told.limits]
    yield "limits", [*limits, *map(line, ("missing", "names", "texts", "apostrophes"))]
    yield "use", [_EXAMPLES]
    licensed = line("licence", license=imprint.license) if imprint.license else line("no_licence")
    yield "cite", [licensed, f"- {imprint.citation}"]
