"""Drawing a span: the selection moves by word, clitic and letter, until a kind's letter makes it a span."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from coder.service.coding.article_marks import DRAWN, Mark
from coder.service.edits.span_edits import Draw, Resize
from coder.tui.screens.desk import Desk
from coder.tui.screens.work_screen import Keys
from coder.tui.selection import Selection
from coder.tui.tasks import find_task


class Drawing:
    """What is selected on the desk's article."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.keys: Keys = {
            "article.draw": self._begin,
            "article.find": self._find,
            "draw.move_on": partial(self._move, lambda s: s.moved(1)),
            "draw.move_back": partial(self._move, lambda s: s.moved(-1)),
            "draw.line_down": partial(self._move_line, 1),
            "draw.line_up": partial(self._move_line, -1),
            "draw.extend": partial(self._move, lambda s: s.with_end(1, "word")),
            "draw.shrink": partial(self._move, lambda s: s.with_end(-1, "word")),
            "draw.start_on": partial(self._move, lambda s: s.with_start(1, "clitic")),
            "draw.start_back": partial(self._move, lambda s: s.with_start(-1, "clitic")),
            "draw.end_letter_on": partial(self._move, lambda s: s.with_end(1, "letter")),
            "draw.end_letter_back": partial(self._move, lambda s: s.with_end(-1, "letter")),
            "draw.find": self._find,
            "draw.copy": self._copy,
            "draw.keep": self._keep,
            "draw.cancel": partial(desk.highlights.select, None),
        }

    def letter(self, key: str) -> bool:
        """A kind's letter makes the selection a span of that kind; every other key is swallowed."""
        kind = next((k for k in self.desk.codebook.span_kinds if k.key == key), None)
        if kind is not None:
            chosen = self._selected()
            self.desk.session.do(Draw(kind.id, chosen.start, chosen.end))
            self._end(kind.id, chosen)
        return True

    def _begin(self) -> None:
        highlights = self.desk.highlights
        current, pane = highlights.current, highlights.pane
        if self.desk.session.submitted:
            self.desk.say("read_only")
        elif current is not None:
            highlights.select(Selection(highlights.reading, current.start, current.end), resizing=True)
        else:
            offset = pane.offset_at(pane.size.width, 0)
            highlights.select(Selection.at_word(highlights.reading, offset))

    def _find(self) -> None:
        """Words in any spelling, from here on; what is chosen is selected, ready to become a span."""
        highlights = self.desk.highlights
        here = highlights.selection or highlights.current

        def select(start: int, end: int) -> None:
            highlights.go_behind(start)
            highlights.select(Selection(highlights.reading, start, end))

        after = here.end if here else 0
        self.desk.screen.open_task(find_task(highlights.reading, self.desk.lang, select, after))

    def _keep(self) -> None:
        """The span under the cursor gets the edges of the selection."""
        chosen, target = self._selected(), self.desk.target()
        if target is None or not self.desk.highlights.resizing:
            self.desk.say("drawing", kinds=" ".join(k.key for k in self.desk.codebook.span_kinds))
            return
        self.desk.session.do(Resize(target, chosen.start, chosen.end))
        self._end(target.kind, chosen)

    def _copy(self) -> None:
        chosen = self._selected()
        self.desk.screen.copy(chosen.reading.text[chosen.start : chosen.end])

    def _move_line(self, step: int) -> None:
        pane, reading = self.desk.highlights.pane, self.desk.highlights.reading
        line, column = pane.locate(self._selected().start)
        offset = pane.offset_at(column, line + step - pane.scroll_offset.y)
        self._move(lambda _: Selection.at_word(reading, offset))

    def _move(self, moved: Callable[[Selection], Selection]) -> None:
        highlights = self.desk.highlights
        highlights.select(moved(self._selected()), resizing=highlights.resizing)

    def _selected(self) -> Selection:
        assert self.desk.highlights.selection is not None
        return self.desk.highlights.selection

    def _end(self, kind: str, chosen: Selection) -> None:
        self.desk.highlights.select(None)
        self.desk.highlights.current = Mark("", kind, chosen.start, chosen.end, DRAWN)
        self.desk.screen.refresh_work()
