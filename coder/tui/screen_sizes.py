"""The places of panes and blank lines on a screen, in cells."""

from __future__ import annotations

WIDE = 120  # columns from which article and record are shown side by side
# columns from which a blank line is between paragraphs, which elsewhere costs turning
# pages
APART = 144
# blank columns on either side of the panes of a wide screen, and of what is in them
BESIDE = 1
HIGH = 40  # rows from which one is blank above them
ROOMY = 24  # rows from which some are blank in panes of lists
# The article's share of a wide screen: beside the record, and beside the columns of a
# review.
ARTICLE_PERCENT = 58
REVIEWED_PERCENT = 40
ARTICLE_MOST = (
    84  # cells of the article beside the record: longer lines are hard to read
)
GUTTER, MARGIN = (
    5,
    2,
)  # cells right of the text, for paragraph numbers; left of it, for the scroll bar
TEXT, SIDE = (
    12,
    8,
)  # on a narrow screen, the minimum rows of the text, and those of the record under it
TITLE, FRAME = (
    1,
    2,
)  # rows of a pane's title, and of title and lower edge around a pane of a wide screen
BARS = 4  # rows of header, information, message and footer


def edges(columns: int) -> int:
    """Return the cells that a frame as wide as a screen takes from what is in it."""
    return 2 * (1 + BESIDE) if columns >= WIDE else 0


def above(columns: int, rows: int) -> int:
    """Return the blank rows between the header and the panes."""
    return int(columns >= WIDE and rows >= HIGH)


def are_apart(columns: int) -> bool:
    """Return whether a blank line is drawn between the article's paragraphs."""
    return columns >= APART


def record_height(rows: int, wanted: int = SIDE) -> int:
    """Return the rows of the record under the article: as wanted, if the text keeps its
    minimum.
    """
    room = rows - BARS
    return max(min(wanted, room - TEXT), min(SIDE, room // 2))
