"""Words of the article selected: found, drawn as a span, given other edges, or copied."""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice, takewhile

from coder.model import DRAWN, REJECTED, Candidate
from coder.service.coding.article_marks import Mark
from coder.service.edits.span_edits import Draw, Resize
from coder.tui.finding import find_task, followed
from coder.tui.keys import Keys, step_keys
from coder.tui.screens.desk import CodingPart
from coder.tui.screens.highlights import Selection


class DrawingKeys(CodingPart):
    """A selection, which a kind's letter makes a span."""

    @property
    def keys(self) -> Keys:
        return {
            "article.copy": self._copy,
            "article.draw": self._draw,
            **step_keys("article.widen", "article.narrow", self._draw_on),
            "article.find": self._find,
            **self.highlights.draw_keys,
            "form.find": self._find,
            "draw.find": self._find,
            "draw.copy": self._copy,
            "draw.keep": self._keep,
            "draw.keep_next": self._keep_next,
        }

    def kind_letter(self, key: str) -> bool:
        """Make the selection a span of the kind with this letter; every other key is
        ignored.

        If it is a candidate of another kind, that is rejected.
        """
        kind = next((k for k in self.codebook.span_kinds if k.key == key), None)
        if kind is not None:
            selection = self.highlights.selected
            stretch = kind.id, selection.start, selection.end
            wrong = self._begun_with(selection, kind.id)
            before = self.session.do(Draw(*stretch, wrong))
            if wrong is not None:
                old = self.codebook.span_kind(wrong.kind).label
                self.say("kind_changed", text=wrong.quote, kind=kind.label, old=old)
                self.say_lost(before)
            self._end_drawing(kind.id, selection)
        return True

    def _begun_with(self, selection: Selection, kind: str) -> Candidate | None:
        """Return the candidate of another kind that the selection began with and still
        is.
        """
        target = self.target() if self.highlights.resizing else None
        is_same = target is not None and (target.start, target.end) == (
            selection.start,
            selection.end,
        )
        return (
            target
            if isinstance(target, Candidate) and is_same and target.kind != kind
            else None
        )

    def _copy(self) -> None:
        if (selection := self.highlights.selection) is not None:
            self.screen.copy(selection.reading.text[selection.start : selection.end])
        elif (target := self.target()) is not None:
            self.screen.copy(target.quote)

    def _draw(self) -> None:
        self.session.expect_open()
        if (words := self.highlights.found) is not None:
            self._select(*words)
        else:
            self.highlights.begin_drawing()

    def _draw_on(self, step: int) -> None:
        """Begin drawing with the end one word further, or back."""
        self._draw()
        if self.highlights.selection is not None:
            self.highlights.draw_keys["draw.extend" if step > 0 else "draw.shrink"]()

    def _find(self) -> None:
        """Find words in any spelling after the cursor and go to them, or select them
        while drawing.
        """
        highlights = self.highlights
        selection = self.highlights.selection
        text = self.session.article.text
        reading = highlights.reading
        here = highlights.selection or highlights.current
        after = here.end if here else (highlights.found or (0, 0))[1]

        def go(start: int, end: int) -> None:
            at = bisect_left(highlights.marks, start, key=lambda mark: mark.start)
            marks = takewhile(
                lambda mark: mark.start < end, islice(highlights.marks, at, None)
            )
            same = (
                m
                for m in marks
                if reading.word_end(m.end) == end and m.state != REJECTED
            )
            mark = next(
                (m for m in same if " " not in text[start : m.start]), None
            )  # also behind و or ب
            if selection is not None:
                self._select(start, end)
                return
            self.screen.set_focus(self.screen.pane)
            if mark is not None:
                highlights.set_current(mark)
            else:
                highlights.find((start, end))

        self.screen.open_task(
            followed(find_task(reading, self.lang, go, after), highlights.pane)
        )

    def _select(self, start: int, end: int) -> None:
        """Select words and put the cursor near them, where it stays if drawing is
        cancelled.
        """
        self.highlights.go_to_offset(start)
        self.highlights.select(Selection(self.highlights.reading, start, end))

    def _keep(self) -> None:
        """Resize the span under the cursor to the selection."""
        selection = self.highlights.selected
        target = self.target()
        if target is None or not self.highlights.resizing:
            self.say(
                "kind_first", kinds=" ".join(k.key for k in self.codebook.span_kinds)
            )
            return
        new = self.session.article.text[selection.start : selection.end]
        self.session.do(Resize(target, selection.start, selection.end))
        is_same = (selection.start, selection.end) == (target.start, target.end)
        if is_same:
            self.say(
                "was_confirmed",
                text=new,
                kind=self.codebook.span_kind(target.kind).label,
            )
        else:
            self.say("was_resized", old=target.quote, new=new)
        self._end_drawing(target.kind, selection)

    def _keep_next(self) -> None:
        self._keep()
        if self.highlights.selection is None:
            self.highlights.step(1)

    def _end_drawing(self, kind: str, selection: Selection) -> None:
        self.highlights.select(None)
        self.highlights.current = Mark("", kind, selection.start, selection.end, DRAWN)
        self.screen.refresh_work()
        if "\n" in self.session.article.text[selection.start : selection.end]:
            self.say("drawn_over_lines")
