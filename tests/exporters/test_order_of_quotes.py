"""The order in which exports name the evidence of a list."""

from __future__ import annotations

from coder.exporters.writer import find_quoted
from coder.model import Span


def test_the_evidence_of_sources_stands_in_their_order() -> None:
    text = "قال البنتاغون ما قالته جماعة الحوثي"
    spans = {}
    for name, words, who in (
        ("s1", "البنتاغون", "us_pentagon"),
        ("s2", "جماعة الحوثي", "houthis"),
    ):
        start = text.index(words)
        value = [{"who": who, "kind": "official"}]
        spans[name] = Span(name, "source", start, start + len(words), words, value)
    sources = [
        {"who": "houthis", "kind": "party_statement"},
        {"who": "us_pentagon", "kind": "official"},
    ]
    assert [span.quote for span in find_quoted(spans, ["s1", "s2"], sources)] == [
        "جماعة الحوثي",
        "البنتاغون",
    ]
