"""The panel with details about the field under the record's cursor, shown on tall
screens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from coder.codebook.validate import Problem
from coder.model import Candidate, Span
from coder.service.coding.record_rows import FormRow, describe_field_help
from coder.service.coding.session import CodingSession
from coder.tui import palette
from coder.tui.keys import key_of, shown
from coder.tui.screens.missing_screen import problem_items, record_of
from coder.tui.screens.text_page import paragraph_rows, set_apart
from coder.tui.sentences import say
from coder.tui.widgets.frame import Title
from coder.tui.widgets.record_lines import legend_rows, sign_rows, value_of
from coder.tui.widgets.row_list import RowList
from coder.tui.widgets.rows import Column, Row

LEAST = 4  # lines about the field that have room beside those about the kinds of spans


class FieldPanel:
    """The field's whole value with its evidence, the codebook's help, and the problems
    of the coding.
    """

    def __init__(self) -> None:
        self.title = Title(id="about_title")
        self.list = RowList(id="about")
        self.list.can_focus = False
        self.names_kinds = False  # and their letters while a span is drawn
        self._about: tuple[object, ...] = ()  # what is shown
        self._shown: tuple[Sequence[Problem], str] = (), ""
        self._open: list[
            tuple[str, int]
        ] = []  # the lines about problems, and of how many each tells

    def show(
        self,
        row: FormRow,
        event_id: str,
        evidence: Iterable[Candidate | Span],
        session: CodingSession,
        problems: Sequence[Problem],
        height: int,
        *,
        drawing: bool,
    ) -> None:
        """Show a field with its record's problems and how many others have, cut to
        `height` lines.

        Fields that only wait for a value are no problem. Below, if the field's text
        leaves room, stand the signs of fields, and the kinds of spans in their colours,
        with their letters while a span is drawn.
        """
        width = self.list.size.width
        lang = self.list.lang
        evidence = tuple(evidence)
        about = (
            session,
            session.coding,
            problems,
            row,
            event_id,
            evidence,
            height,
            width,
            lang,
            drawing,
        )
        if about == self._about:
            return
        self._about = about
        self.names_kinds = False
        rtl = lang == "ar"
        if not height or not width:
            return
        self.title.show(Column(f" {row.field.label.of(lang)}", 0, palette.PANE))
        quotes = [("", f"«{span.quote}»") for span in evidence]
        told = [("", value_of(row, lang)), ("✎", row.answer.comment), *quotes]
        (heading, definition), *notes = describe_field_help(
            row.field, row.answer, session.codebook, lang
        )
        if not any(text for _, text in told):
            heading = ""  # the title says whose definition it is
        paragraphs = [*told, (heading, definition), *notes]
        if (
            not event_id
            and not session.coding.events
            and session.codebook.type_field is not None
        ):
            paragraphs.append(
                ("", say(lang, "no_event_yet", go=shown(key_of("article.open_event"))))
            )
        if problems is not self._shown[0] or self._shown[1] != lang:
            self._shown = problems, lang
            found = [problem for problem in problems if not problem.is_open]
            here = [
                problem for problem in found if (problem.event_id or "") == event_id
            ]
            others = Counter(
                record_of(each, session, lang) for each in found if each not in here
            )
            items = problem_items(here, lambda _: "", lang)
            self._open = [
                (f"! {item.text}" if item.is_error else item.text, 1) for item in items
            ]
            self._open += [(f"{place}: {n}", n) for place, n in others.items()]
        legend = legend_rows(session.codebook, lang, width, drawing=drawing)
        rows = paragraph_rows(paragraphs, rtl, width)
        left = sum(count for _, count in self._open)
        heading = say(lang, "problems", n=left)
        first = paragraph_rows(
            [(heading, text) for text, _ in self._open[:1]], rtl, width
        )
        if height < len(legend) + (
            LEAST if drawing else max(LEAST, len(rows) + len(first) + 1)
        ):
            legend = []
        self.names_kinds = bool(legend)
        room = height - len(legend) - bool(legend)
        for text, count in self._open:
            more = paragraph_rows([(heading, text)], rtl, width)
            if len(rows) + len(more) + (count < left) > room:
                break
            rows = rows + more
            heading = ""
            left = left - count
        end = list[Row]()
        if left:
            text = say(lang, "more_problems", n=left, go=shown(key_of("form.submit")))
            end = [(Column(f" {text}", 0, palette.DIM),)]
        if len(rows) + len(end) > room:
            rows = rows[: max(1, room - len(end))]
            while rows[1:] and rows[-1][0].style == palette.TITLE:
                rows.pop()  # a heading says nothing without its text
            [last] = rows.pop()
            rows.append((replace(last, text=f"{last.text.rstrip()} …"),))
        rows += end
        if len(apart := set_apart(rows)) <= room:
            rows = apart
        blank = height - len(rows) - len(legend)
        if legend and not drawing and blank > len(signs := sign_rows(lang, width)):
            blank = blank - len(signs)
            legend = signs + legend
        self.list.load([*rows, *[()] * blank, *legend], 0)
