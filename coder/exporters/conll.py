"""CoNLL with IOB2 tags: one token per line, with `token`, `start:end` and three columns
of tags.

The last column has the spans that do not overlap an earlier span in it, the columns
before it the overlapping ones. Each coding begins with a line `-DOCSTART-` that names
article and coder; an empty line precedes each sentence. Words are split where a span
begins or ends; `start:end` are code points of the article's text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coder.exporters.holdings import LAYERS, layered
from coder.exporters.tokens import standing, tokens
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
    tags = [["O"] * LAYERS for _ in words]
    index = {start: i for i, (start, _) in enumerate(words)}
    continued = set[
        int
    ]()  # tokens that continue a span, so that no sentence may begin there
    for span, layer in layered(spans):
        inside = [index[at] for at in range(span.start, span.end) if at in index]
        continued.update(inside[1:])
        if layer < LAYERS:
            for nth, i in enumerate(inside):
                tags[i][LAYERS - 1 - layer] = f"{'I' if nth else 'B'}-{span.kind}"
    sentences = {start for start, _ in segment.sentences(text)}
    lines = [
        "\t".join(("-DOCSTART-", f"{coding.article}/{coding.coder}", *("O",) * LAYERS)),
        "",
    ]
    for i, (start, end) in enumerate(words):
        if start in sentences and i not in continued and lines[-1]:
            lines.append("")
        lines.append("\t".join((text[start:end], f"{start}:{end}", *tags[i])))
    return "\n".join(lines) + "\n\n"
