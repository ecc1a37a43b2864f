"""The record's pane: the events, the form, and on tall wide screens the panel about the
form's field.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.containers import Container
from textual.message import Message

from coder.service.coding.record_rows import FormRow
from coder.tui.screen_sizes import BARS, FRAME, TITLE, WIDE, above, record_height
from coder.tui.screens.field_panel import LEAST, FieldPanel
from coder.tui.widgets.chooser_list import ChooserList
from coder.tui.widgets.frame import Frame, Title
from coder.tui.widgets.own_lines import OwnLines

TALL = 30  # rows from which the panel is shown
# rows that the form can have while a chooser is open, or three fifths of a higher pane
_ASKED = 18
# of a chooser that takes them from the article: its frame, and a choice for each digit
_LINES = 12
# rows that the panel keeps where a field takes several lines and another waits for a
# value
_PANEL = 8


def most_lines(form: ChooserList, fields: Sequence[FormRow]) -> int:
    """Return how many lines the form may have where its fields take several: none below
    the article.
    """
    columns, rows = form.app.size
    if columns < WIDE:
        return 0
    panel = _PANEL if any(field.is_open for field in fields) else LEAST
    room = (
        rows - BARS - above(columns, rows) - form.screen.has_class("submitted")
    )  # which has a banner
    return room - FRAME - (FRAME + panel) * (rows >= TALL)


class RecordPane(Container, OwnLines):
    """Gives the form the rows that it needs, more of them while a chooser is open, and
    its panel the rest.
    """

    class Resized(Message):
        """The pane has another height, as below what the tour asks."""

    def __init__(self, form: ChooserList, tabs: Title, panel: FieldPanel) -> None:
        self.form = form
        self.record = Frame(tabs, pane=form, id="record")
        super().__init__(
            self.record,
            Frame(panel.title, pane=panel.list, id="about_field"),
            id="side",
        )
        self._heights = "", ""
        self._rows = 0  # of the pane on a wide screen, for which they were set

    def on_resize(self) -> None:
        if self._rows not in (0, self.size.height):
            self.post_message(self.Resized())

    def fit(self) -> int:
        """Set the heights, which a screen that is not wide takes from the article;
        return the panel's.
        """
        columns, rows = self.app.size
        form = self.form
        chooser = self.form.chooser
        pane = "100%"
        height = "1fr"
        left = 0
        task = chooser.asked
        row = 0 if task is not None and task.apart else 1
        self._rows = 0
        if columns < WIDE:
            wanted = len(form.rows) * form.has_focus
            if task is not None:
                wanted = max(wanted, row + min(chooser.wanted, _LINES))
            pane = str(record_height(rows, TITLE + wanted))
        elif rows >= TALL:
            self._rows = self.size.height or rows - BARS - above(columns, rows)
            wanted = len(form.rows)
            room = self._rows - 2 * FRAME
            if task is not None:
                asked = row * (form.cursor + form.lines) + chooser.wanted
                wanted = max(wanted, min(asked, max(_ASKED, room * 3 // 5)))
            left = room - max(1, min(wanted, room - LEAST))
            height = str(room - left + FRAME)
        if (pane, height) != self._heights:
            self._heights = self.styles.height, self.record.styles.height = pane, height
        return left
