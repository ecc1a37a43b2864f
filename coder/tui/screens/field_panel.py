"""What there is to know about the field under the record's cursor, where the screen has room for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coder.codebook.schema import Codebook
from coder.model import Candidate, Span
from coder.service.coding.record_rows import FormRow, about_field
from coder.tui import palette
from coder.tui.screens.screen_pages import Missing, paragraph_rows
from coder.tui.sentences import say
from coder.tui.widgets.rows import Bar, Column, RowList


class FieldPanel:
    """The whole value with its evidence, what the codebook says about it, and what is still wrong."""

    def __init__(self, lang: str) -> None:
        self.lang, self.rtl = lang, lang == "ar"
        self.title = Bar(rtl=self.rtl, style=palette.PANE, id="about_title")
        self.list = RowList(rtl=self.rtl, id="about")
        self.list.can_focus = False

    def show(
        self,
        row: FormRow,
        evidence: Iterable[Candidate | Span],
        problems: Sequence[Missing],
        codebook: Codebook,
    ) -> None:
        """Show a field, as much as there is room for."""
        width, height = self.list.size
        if not height:
            return
        self.title.show(Column(f" {row.field.label.of(self.lang)}", 0, palette.PANE))
        wrong = row.problem.message.of(self.lang) if row.problem is not None else ""
        quotes = [("", f"«{span.quote}»") for span in evidence]
        told = about_field(row.field, row.answer, codebook, self.lang)
        found = [("", row.text), ("", wrong), ("✎", row.answer.comment), *quotes, *told]
        if problems:
            found.append((say(self.lang, "open_problems", n=len(problems)), problems[0].text))
            found += [("", each.text) for each in problems[1:height]]
        self.list.load(paragraph_rows(found, width, self.rtl)[:height], 0)
