"""Names for what gold decides about a stretch of the text, where a codebook has no events.

Such a decision is an answer about the article, under the name of the stretch; its values are the spans.
"""

from __future__ import annotations

from coder.codebook.schema import Codebook
from coder.model import Span

STRETCH = "span."
"""How the name of a stretch begins."""


def is_stretch(name: str, codebook: Codebook) -> bool:
    """Whether an answer about the article decides on a stretch of its text."""
    return name.startswith(STRETCH) and not codebook.event_fields


def value_id(span: Span) -> str:
    """The value that stands for a span: its kind and its edges."""
    return f"{span.kind}.{span.start}-{span.end}"
