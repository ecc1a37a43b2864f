"""Where the article stands on the coding screen, in cells."""

from __future__ import annotations

WIDE = 120
"""Columns from which article and record stand side by side."""
ARTICLE_PERCENT = 60
REVIEWED_PERCENT = 45
"""The article's share of a wide screen: beside the record, and beside the columns of a review."""
GUTTER = 5
"""Cells at the reading edge that hold the paragraph's number."""
SIDE = 10
"""Rows of the record under the article on a narrow screen."""
BARS = 4
"""Rows of header, information, message and footer."""


def article_size(columns: int, rows: int) -> tuple[int, int, int]:
    """The article pane's left edge, width and height on a screen of that size."""
    if columns < WIDE:
        return 0, columns, max(1, rows - BARS - SIDE)
    width = columns * ARTICLE_PERCENT // 100
    return columns - width, width, max(1, rows - BARS)
