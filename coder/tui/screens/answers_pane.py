"""The pane of a review with the compared answers and, on wide screens below them, the
list of events.
"""

from __future__ import annotations

from textual.containers import Container

from coder.tui.screen_sizes import BARS, FRAME, TITLE, WIDE, above
from coder.tui.widgets.chooser_list import ChooserList
from coder.tui.widgets.frame import Frame, Title
from coder.tui.widgets.own_lines import OwnLines
from coder.tui.widgets.row_list import RowList

_INFO = 1  # row of a review's second line of information


def most_lines(columns: int, rows: int, events: int) -> int:
    """Return how many lines the answers may have above the article, or beside it above
    the list of events.
    """
    if columns < WIDE:
        return max(1, (rows - BARS - _INFO) * 2 // 3 - TITLE)
    room = _room_beside(columns, rows)
    return max(1, room - min(events, room * 2 // 5))


def _room_beside(columns: int, rows: int) -> int:
    return rows - BARS - above(columns, rows) - _INFO - 2 * FRAME


class AnswersPane(Container, OwnLines):
    """Gives the answers the rows that they need, and the rest to the article under it
    or the events' list.

    Of these the article keeps a third of all rows at least, and the list two fifths, if
    it needs them.
    """

    def __init__(
        self, head: Title, answers: ChooserList, title: Title, events: RowList
    ) -> None:
        self._compared = Frame(head, pane=answers, id="compared")
        super().__init__(
            self._compared, Frame(title, pane=events, id="listed"), id="cells"
        )
        self._answers = answers
        self._events = events
        self._heights: tuple[int | None, int | None] = None, None

    def fit(self) -> None:
        """Set the heights, of which the style sheet has the others."""
        pane = None
        compared = None
        events = len(self._events.rows)
        most = most_lines(*self.app.size, events)
        answers = self._answers
        chooser = self._answers.chooser
        if self.app.size.width >= WIDE:
            room = _room_beside(*self.app.size)
            wanted = len(answers.rows)
            if chooser.asked is not None:
                wanted = max(
                    wanted,
                    min(answers.cursor + answers.lines + chooser.wanted, room * 3 // 5),
                )
            compared = FRAME + max(1, min(wanted, most), room - events)
        elif not self.screen.has_class("listing"):
            wanted = len(answers.rows)
            if chooser.asked is not None:
                wanted = max(wanted, 1 + chooser.wanted)
            pane = TITLE + min(wanted, most)
        if (pane, compared) != self._heights:
            self._heights = self.styles.height, self._compared.styles.height = (
                pane,
                compared,
            )
