"""What the coding screen's info line says about letters, or the field or words at the
cursor.
"""

from __future__ import annotations

from msgspec.structs import replace

from coder.tui import palette
from coder.tui.screens.desk import CodingPart
from coder.tui.screens.field_panel import FieldPanel
from coder.tui.screens.highlights import Highlights
from coder.tui.screens.jump_keys import JumpKeys
from coder.tui.screens.record_form import RecordForm
from coder.tui.screens.remark_keys import RemarkKeys
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.sentences import listed, say
from coder.tui.widgets.record_lines import (
    about_field,
    about_mark,
    kinds_by_letter,
    problem_of,
)
from coder.tui.widgets.rows import Column


class InfoLine(CodingPart):
    """The line below the article and the record."""

    def __init__(
        self,
        screen: WorkScreen,
        highlights: Highlights,
        record: RecordForm,
        jumping: JumpKeys,
        commenting: RemarkKeys,
        panel: FieldPanel,
    ) -> None:
        super().__init__(screen, highlights, record)
        self.jumping = jumping
        self.commenting = commenting
        self.panel = panel

    def column(self, scope: str) -> Column:
        """Return what is said while keys have this scope."""
        highlights = self.highlights
        record = self.record
        if scope == "field":
            return Column(say(self.lang, "which_field"), 0, palette.EDGE)
        if highlights.letters:
            problem, away, wanted = (
                self._about_row() if record.has_keys and record.rows else ("", "", "")
            )
            ends = (
                say(self.lang, "letters_at_ends") if highlights.pane.letter_ends else ""
            )
            words = listed(
                problem, away, self.jumping.in_words, wanted or ends
            )  # what is wrong is first
            return Column(words, 0, palette.WRONG if problem else palette.EDGE)
        if highlights.selection is not None and self.panel.names_kinds:
            return Column("")
        if highlights.selection is not None:
            return kinds_by_letter(self.codebook, self.lang, self.screen.size.width)
        if highlights.found is not None and not record.has_keys:
            words = self.session.article.text[slice(*highlights.found)]
            return Column(say(self.lang, "found_words", text=words), 0, palette.EDGE)
        if record.has_keys and record.rows:
            about = about_field(self.row, self.evidence_of(self.row.answer), self.lang)
            about = replace(about, text=listed(about.text, self.waits_for_publication))
            if (
                self.screen.chooser.asked is not None
            ):  # what is typed now is not what is wrong
                about = replace(about, style=palette.TEXT)
            return self.commenting.with_last(about, self.commenting.field())
        if highlights.current is None:
            return Column(say(self.lang, "no_marks"), 0, palette.DIM)
        coding = self.session.coding
        about = about_mark(
            highlights.current, self.target(), coding, self.codebook, self.lang
        )
        return self.commenting.with_last(about, self.commenting.highlight())

    def _about_row(self) -> tuple[str, str, str]:
        """Return the field's problem, that its event is out of view, what it waits for;
        each may be "".
        """
        problem = (
            problem_of(self.row, self.lang).removesuffix(".")
            if self.row.state == "wrong"
            else ""
        )
        (start, end) = self.highlights.pane.in_view
        words = self.evidence_of_event()
        is_away = bool(words) and not any(start <= span.start < end for span in words)
        return (
            problem,
            say(self.lang, "event_out_of_view") if is_away else "",
            self.waits_for_publication,
        )
