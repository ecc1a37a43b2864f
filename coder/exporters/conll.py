"""CoNLL with IOB2 tags: one token per line, with `token`, `start:end` and three columns
of tags.

The last column has the spans that do not overlap an earlier span in it, the columns
before it the overlapping ones. Each coding begins with a line `-DOCSTART-` that names
article and coder; an empty line precedes each sentence. Words are split where a span
begins or ends; `start:end` are code points of the article's text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coder.exporters.tokens import LAYERS, put_in_layers, standing, tokens
from coder.exporters.writer import Dataset
from coder.model import Article, Coding
from coder.text import segment


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], str]:
    """Return the function that makes the lines of an article's codings."""
    return lambda article, codings: "".join(
        _lines(article.text, coding) for coding in codings
    )


def _lines(text: str, coding: Coding) -> str:
    spans = standing(coding)
    words = tokens(text, spans)
    number_at = {start: number for number, (start, _) in enumerate(words)}
    tags = [["O"] * LAYERS for _ in words]
    # Tokens that continue a span, so that no sentence may begin there.
    continued = set[int]()
    for span, layer in put_in_layers(spans):
        prefix = "B"
        for offset in range(span.start, span.end):
            if offset not in number_at:
                continue
            token = number_at[offset]
            if layer < LAYERS:
                tags[token][LAYERS - 1 - layer] = f"{prefix}-{span.kind}"
            if prefix == "I":
                continued.add(token)
            prefix = "I"
    sentences = {start for start, _ in segment.sentences(text)}
    head = ("-DOCSTART-", f"{coding.article}/{coding.coder}", *["O"] * LAYERS)
    lines = ["\t".join(head), ""]
    for token, (start, end) in enumerate(words):
        if start in sentences and token not in continued and lines[-1]:
            lines.append("")
        cells = (text[start:end], f"{start}:{end}", *tags[token])
        lines.append("\t".join(cells))
    return "\n".join(lines) + "\n\n"
