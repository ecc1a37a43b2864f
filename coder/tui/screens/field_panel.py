"""The panel with details about the field under the record's cursor, shown on tall screens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coder.codebook.validate import Problem
from coder.model import Candidate, Span
from coder.service.coding.record_rows import FormRow, about_field
from coder.service.coding.session import CodingSession
from coder.tui import palette
from coder.tui.screens.missing_screen import coding_problems
from coder.tui.screens.screen_pages import paragraph_rows
from coder.tui.sentences import say
from coder.tui.widgets.rows import Bar, Column, RowList


class FieldPanel:
    """The field's whole value with its evidence, the codebook's help, and the problems of the coding."""

    def __init__(self, lang: str) -> None:
        self.lang, self.rtl = lang, lang == "ar"
        self.title = Bar(rtl=self.rtl, style=palette.PANE, id="about_title")
        self.list = RowList(rtl=self.rtl, id="about")
        self.list.can_focus = False
        self._problems: Sequence[Problem] = ()
        self._open: list[str] = []

    def show(
        self,
        row: FormRow,
        evidence: Iterable[Candidate | Span],
        session: CodingSession,
        problems: Sequence[Problem],
    ) -> None:
        """Show a field with the problems of the whole coding, cut to the panel's height."""
        width, height = self.list.size
        if not height:
            return
        self.title.show(Column(f" {row.field.label.of(self.lang)}", 0, palette.PANE))
        wrong = row.problem.message.of(self.lang) if row.problem is not None else ""
        quotes = [("", f"«{span.quote}»") for span in evidence]
        help_texts = about_field(row.field, row.answer, session.codebook, self.lang)
        paragraphs = [("", row.text), ("", wrong), ("✎", row.answer.comment), *quotes, *help_texts]
        if problems is not self._problems:
            self._problems = problems
            self._open = [item.text for item in coding_problems(session, problems, self.lang)]
        if self._open:
            paragraphs.append((say(self.lang, "open_problems", n=len(self._open)), self._open[0]))
            paragraphs += [("", text) for text in self._open[1:height]]
        rows = paragraph_rows(paragraphs, self.rtl, width)[:height]
        self.list.load([*rows, *[()] * (height - len(rows))], 0)
