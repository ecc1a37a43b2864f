"""What the keys do while a span is being drawn; a method's name is its action's."""

from __future__ import annotations

from coder.service.coding.article_marks import DRAWN, Mark
from coder.service.coding.span_edits import Draw, Resize
from coder.tui.screens.coding_view import CodingView
from coder.tui.selection import Selection


class DrawKeys:
    """The selection, moved by word, clitic and letter, until a kind's letter makes it a span."""

    def __init__(self, screen: CodingView) -> None:
        self.screen = screen

    def other_key(self, key: str, _raw: str) -> bool:
        """A kind's letter makes the selection a span of that kind."""
        kind = next((k for k in self.screen.codebook.span_kinds if k.key == key), None)
        if kind is not None:
            chosen = self._selected()
            self.screen.session.do(Draw(kind.id, chosen.start, chosen.end))
            self._end(Mark("", kind.id, chosen.start, chosen.end, DRAWN))
        return True

    def keep(self) -> None:
        """The span under the cursor gets the edges of the selection."""
        chosen, session, target = self._selected(), self.screen.session, self.screen.target()
        if target is None or not self.screen.resizing:
            self.screen.say("drawing", kinds=" ".join(k.key for k in self.screen.codebook.span_kinds))
            return
        session.do(Resize(target, chosen.start, chosen.end))
        self._end(Mark("", target.kind, chosen.start, chosen.end, DRAWN))

    def find(self) -> None:
        self.screen.open_find()

    def copy(self) -> None:
        chosen = self._selected()
        text = self.screen.session.article.text[chosen.start : chosen.end]
        self.screen.app.copy_to_clipboard(text)
        self.screen.say("copied", text=text)

    def cancel(self) -> None:
        self.screen.show_selection(None)

    def move_on(self) -> None:
        self._move(self._selected().moved(1))

    def move_back(self) -> None:
        self._move(self._selected().moved(-1))

    def line_down(self) -> None:
        self._move_line(1)

    def line_up(self) -> None:
        self._move_line(-1)

    def extend(self) -> None:
        self._move(self._selected().with_end(1, "word"))

    def shrink(self) -> None:
        self._move(self._selected().with_end(-1, "word"))

    def start_on(self) -> None:
        self._move(self._selected().with_start(1, "clitic"))

    def start_back(self) -> None:
        self._move(self._selected().with_start(-1, "clitic"))

    def end_letter_on(self) -> None:
        self._move(self._selected().with_end(1, "letter"))

    def end_letter_back(self) -> None:
        self._move(self._selected().with_end(-1, "letter"))

    def _move_line(self, step: int) -> None:
        pane = self.screen.pane
        line, column = pane.locate(self._selected().start)
        offset = pane.offset_at(column, line + step - pane.scroll_offset.y)
        self._move(Selection.at_word(self.screen.reading, offset))

    def _move(self, selection: Selection) -> None:
        self.screen.show_selection(selection, resizing=self.screen.resizing)

    def _selected(self) -> Selection:
        assert self.screen.selection is not None
        return self.screen.selection

    def _end(self, mark: Mark) -> None:
        self.screen.show_selection(None)
        self.screen.current = mark
        self.screen.refresh_work()
