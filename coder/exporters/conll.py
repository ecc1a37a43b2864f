"""CoNLL with IOB2 tags: a token a line, `token`, `start:end`, and three columns of tags.

The last column has the spans that overlap none before them; what overlaps stands in the columns before it.
Each coding begins with a line `-DOCSTART-` that names article and coder, each sentence with an empty line.
Words are cut where a span begins or ends; `start:end` are code points of the article's text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coder.exporters.holdings import LAYERS, layered
from coder.exporters.tokens import standing, tokens
from coder.exporters.writer import Dataset
from coder.model import Article, Coding
from coder.text import segment


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], str]:
    """What makes the lines of an article's codings."""
    return lambda article, codings: "".join(_lines(article.text, coding) for coding in codings)


def _lines(text: str, coding: Coding) -> str:
    spans = standing(coding)
    words = tokens(text, spans)
    tags = [["O"] * LAYERS for _ in words]
    place = {start: i for i, (start, _) in enumerate(words)}
    whole = set[int]()  # tokens before which no sentence may end
    for span, layer in layered(spans):
        inside = [place[at] for at in range(span.start, span.end) if at in place]
        whole.update(inside[1:])
        if layer < LAYERS:
            for nth, i in enumerate(inside):
                tags[i][LAYERS - 1 - layer] = f"{'I' if nth else 'B'}-{span.kind}"
    begins = {start for start, _ in segment.sentences(text)}
    lines = ["\t".join(("-DOCSTART-", f"{coding.article}/{coding.coder}", *("O",) * LAYERS)), ""]
    for i, (start, end) in enumerate(words):
        if start in begins and i not in whole and lines[-1]:
            lines.append("")
        lines.append("\t".join((text[start:end], f"{start}:{end}", *tags[i])))
    return "\n".join(lines) + "\n\n"
