"""The coding guide's worked records as codings: one coding per sample article, one
event per record.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from coder.codebook.schema import Codebook, Field
from coder.model import Answer, Article, Blank, Coding, Event, Span, Status

DATA = yaml.safe_load(
    (
        Path(__file__).parent.parent / "support" / "data" / "worked_records.yaml"
    ).read_text("utf-8")
)
RECORDS: Mapping[str, Mapping[str, Any]] = DATA["records"]


def codings(
    codebook: Codebook, articles: Mapping[str, Article], coder: str
) -> list[Coding]:
    """A submitted coding for each article, with the records that the guide works out of
    it.
    """
    found = []
    for article_id, article in articles.items():
        seed = article_id.partition("_")[0]
        names = [name for name, record in RECORDS.items() if record["seed"] == seed]
        events = tuple(_event(name, codebook) for name in names)
        spans = tuple(_span(name, article) for name in names)
        answers = {
            "relevance": Answer(value="relevant"),
            "genre": Answer(value="news"),
            "pub_date": _answer(
                codebook.article_field("pub_date"), DATA["pub"][seed], ()
            ),
        }
        found.append(
            Coding(
                article_id,
                article.text_sha256,
                codebook.ref,
                coder,
                Status.SUBMITTED,
                answers,
                spans,
                events,
            )
        )
    return found


def _span(name: str, article: Article) -> Span:
    """The quoted passage, which is the evidence for all that the record says."""
    quote = RECORDS[name]["quote"]
    start = article.text.index(quote)
    return Span(name, "trigger", start, start + len(quote), quote)


def _event(name: str, codebook: Codebook) -> Event:
    said = {
        k: v
        for k, v in RECORDS[name].items()
        if k not in ("seed", "quote") and v != "-"
    }
    fields = {k: _answer(codebook.event_field(k), v, (name,)) for k, v in said.items()}
    return Event(name, fields)


def _answer(field: Field, written: Any, evidence: tuple[str, ...]) -> Answer:
    if written == "?":
        return Answer(blank=Blank.NOT_STATED)
    if field.type == "int_range":
        written = {"max": None, **written}
    if field.id == "source":
        written = [
            {**item, "who": None if item["who"] == "?" else item["who"]}
            for item in written
        ]
    return Answer(value=written, evidence=evidence if field.evidence != "none" else ())
