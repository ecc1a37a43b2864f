"""The keys of the review grid for words in the article: finding, attaching and drawing
evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from coder.adjudicate import gold_edits
from coder.adjudicate.gold_edits import GoldEdit
from coder.errors import CoderError
from coder.model import Span
from coder.service.coding.article_marks import Mark
from coder.tui.finding import find_task, followed
from coder.tui.keys import Keys, step_keys
from coder.tui.screens.highlights import Selection
from coder.tui.screens.review_grid import ReviewGrid
from coder.tui.screens.review_marks import BRIGHT


class EvidenceKeys(ReviewGrid):
    """Moving among the highlights, and the evidence of the gold value under the grid's
    cursor.
    """

    @property
    def evidence_keys(self) -> Keys:
        """The keys of the scopes `grid` and `draw`."""
        return {
            **step_keys(
                "grid.next_highlight", "grid.previous_highlight", self._step_all
            ),
            **self.highlights.draw_keys,
            "grid.evidence": self._next_bright,
            "grid.attach": partial(self._edit_current, gold_edits.Attach),
            "grid.detach": partial(self._edit_current, gold_edits.Detach),
            "grid.draw": self._draw,
            "draw.find": self._find,
            "draw.copy": self._copy,
            "draw.keep": self._keep,
            "draw.keep_next": self._keep,
        }

    def kind_letter(self, key: str) -> bool:
        """Attach the selection as a span of the kind with this letter; every other key
        is ignored.
        """
        kind = next(
            (kind for kind in self.state.codebook.span_kinds if kind.key == key), None
        )
        if kind is not None:
            self._attach_drawn(kind.id)
        return True

    def _step_all(self, step: int) -> None:
        """Go to the next of all highlights in the article."""
        marks = self.evidence(everywhere=True)
        self.pane.set_marks(marks)
        self._step_among(marks, step)

    def _next_bright(self) -> None:
        """Go to the next evidence of the row under the cursor."""
        self._step_among([mark for mark in self.pane.marks if mark.state == BRIGHT], 1)

    def _step_among(self, marks: Sequence[Mark], step: int) -> None:
        current = self.highlights.current
        if not marks:
            self.screen.say("no_marks")
            return
        at = next(
            (
                i
                for i, mark in enumerate(marks)
                if current is not None and mark.id == current.id
            ),
            -1,
        )
        mark = marks[(at + step) % len(marks)]
        self.highlights.set_current(mark)
        kind = self.state.codebook.span_kind(mark.kind).label.of(self.lang)
        text = self.session.article.text[mark.start : mark.end]
        self.screen.say("highlight", text=f"«{text}»", kind=kind, who=mark.label)

    def _edit_current(self, edit: type[gold_edits.Attach | gold_edits.Detach]) -> None:
        """Attach the highlight under the cursor to the gold value as evidence, or
        detach it.
        """
        mark = self.highlights.current
        if mark is None:
            self.screen.say("no_marks")
        else:
            self._edit_evidence(edit, mark.kind, mark.start, mark.end)

    def _edit_evidence(
        self,
        edit: type[gold_edits.Attach | gold_edits.Detach],
        kind: str,
        start: int,
        end: int,
    ) -> None:
        span = Span("", kind, start, end, self.session.article.text[start:end])
        before = self.session.do(edit(self.cluster_id, self.field_id, span))
        if before is self.state:
            key = "attached_before" if edit is gold_edits.Attach else "not_its_evidence"
            self.screen.say(key, field=self.row.field.label.of(self.lang))
            return
        self.screen.refresh_work()
        self.highlights.set_current(
            Mark(f"{kind}-{start}-{end}", kind, start, end, BRIGHT)
        )
        key = "gold_attached" if edit is gold_edits.Attach else "evidence_removed"
        self.screen.say(
            key, text=f"«{span.quote}»", field=self.row.field.label.of(self.lang)
        )

    # ---------------------------------------------------------------- drawing
    def _draw(self) -> None:
        if self.decided() is None:
            raise CoderError("review.not_decided")
        self.highlights.begin_drawing()

    def _keep(self) -> None:
        """Attach the selection as a span of the first kind that serves the field."""
        kinds = [
            kind
            for kind in self.state.codebook.span_kinds
            if self.field_id in kind.fields
        ]
        if kinds:
            self._attach_drawn(kinds[0].id)
        else:
            letters = " ".join(kind.key for kind in self.state.codebook.span_kinds)
            self.screen.say("drawing", kinds=letters)

    def _attach_drawn(self, kind: str) -> None:
        selected = self.highlights.selected
        self.highlights.select(None)
        self._edit_evidence(gold_edits.Attach, kind, selected.start, selected.end)

    def _find(self) -> None:
        """Find words in any spelling and select the chosen match."""
        reading = self.highlights.reading
        after = self.highlights.selected.end

        def select(start: int, end: int) -> None:
            self.highlights.select(Selection(reading, start, end))

        self.screen.open_task(
            followed(find_task(reading, self.lang, select, after), self.screen.pane)
        )

    def _copy(self) -> None:
        selected = self.highlights.selected
        self.screen.copy(selected.reading.text[selected.start : selected.end])

    def do(self, edit: GoldEdit) -> None:
        """Change the adjudication and show it."""
        self.session.do(edit)
        self.screen.refresh_work()
