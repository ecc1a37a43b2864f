"""The pane of a review with the compared answers and, on wide screens below them, the list of events."""

from __future__ import annotations

from textual.containers import Container

from coder.tui.first_paint import BARS, TITLE, WIDE
from coder.tui.widgets.chooser_list import ChooserList
from coder.tui.widgets.frame import Frame, Title
from coder.tui.widgets.row_list import RowList

_INFO = 1  # row of a review's second line of information


def most_lines(columns: int, rows: int) -> int | None:
    """Return how many lines the answers may have above the article, None beside it."""
    return max(1, (rows - BARS - _INFO) * 2 // 3 - TITLE) if columns < WIDE else None


class AnswersPane(Container):
    """Leaves the article under it the rows that the answers do not need, a third of all at least."""

    def __init__(self, head: Title, answers: ChooserList, title: Title, events: RowList) -> None:
        super().__init__(Frame(head, answers, id="compared"), Frame(title, events, id="listed"), id="cells")
        self._answers = answers
        self._height: int | None = None

    def fit(self) -> None:
        """Set the height, which the list of events and wide screens leave to the style sheet."""
        height, most = None, most_lines(*self.app.size)
        if most is not None and not self.screen.has_class("listing"):
            wanted = len(self._answers.rows)
            if self._answers.chooser.asked is not None:
                wanted = max(wanted, 1 + self._answers.chooser.wanted)
            height = TITLE + min(wanted, most)
        if height != self._height:
            self.styles.height = self._height = height
