"""The cases of a field in the agreement tab: the units on which coders differ, each
with its article.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from coder.agreement.reliability_data import Unit
from coder.agreement.scales import is_blank
from coder.model import Json
from coder.report.figure_tables import field_of
from coder.text.display import cell_width, fit, fit_apart, isolate, isolate_within
from coder.tui import palette
from coder.tui.screens.agreement_views import Figures, View, ViewLines
from coder.tui.sentences import listed
from coder.tui.widgets.rows import Column, Row, shared
from coder.values.typed import show

TITLE = 24
"""The cells of a narrow list for an article's title."""


class CasesView(View):
    """The units of a field on which coders differ; two: only these two values. titles:
    by article.
    """

    def __init__(
        self,
        figures: Figures,
        field: str,
        two: tuple[str, str] | None,
        units: Sequence[Unit],
        titles: Mapping[str, str],
    ) -> None:
        super().__init__(figures)
        self.field = field
        self.two = two
        self.units = units
        self.titles = titles

    @property
    def case(self) -> tuple[str, Unit]:
        """The field and the unit under the cursor."""
        return self.field, self.units[self.clamp_cursor(len(self.units))]

    def lay_out(self, width: int) -> ViewLines:
        told = [
            [self._value(json.loads(value)) for value in unit.values.values()]
            for unit in self.units
        ]
        cases = [*zip(self.units, told, strict=True)]
        titles = min(
            max(map(cell_width, self.titles.values()), default=0) + 3,
            max(TITLE, width // 4),
        )
        ids = max(map(cell_width, self.titles), default=0) + 2
        wanted = max(
            (
                self._beside(unit) + sum(map(cell_width, values))
                for unit, values in cases
            ),
            default=0,
        )
        if titles + wanted + ids > width:
            ids = 0
        rows = [
            self._line(unit, values, titles, width - titles - ids, ids)
            for unit, values in cases
        ]
        about = (
            self._about(*cases[self.clamp_cursor(len(cases))], width) if cases else ""
        )
        title = self.figures.say(
            "agreement_cases", field=self.figures.label(self.field), n=len(rows)
        )
        return ViewLines(rows, (Column(f" {title}", 0, palette.TITLE),), about)

    def _beside(self, unit: Unit) -> int:
        """Return the cells that the names of coders take beside their values."""
        return sum(cell_width(who) + len(":  · ") for who in unit.values)

    def _line(
        self, unit: Unit, values: Sequence[str], title: int, room: int, ids: int
    ) -> Row:
        """Return a case, in columns of these cells: its article's title, its answers,
        the article's id.
        """
        cells = shared([*map(cell_width, values)], room - self._beside(unit))
        return (
            Column(f" {isolate(fit(self.titles[unit.article], title - 3))}", title),
            Column(" · ".join(self._answers(unit, fit_apart(values, cells)))),
            *([Column(f"  {isolate(unit.article)}", ids, palette.DIM)] if ids else []),
        )

    def _about(self, unit: Unit, values: Sequence[str], width: int) -> str:
        """Return the title, cut for what follows it on two lines, then the answers in
        full and the id.
        """
        after = listed(*self._answers(unit, values), unit.article)
        room = 2 * width - cell_width(after) - TITLE
        return f"{isolate(fit(self.titles[unit.article], max(TITLE, room)))} · {after}"

    def _answers(self, unit: Unit, values: Sequence[str]) -> list[str]:
        """Return the coders with their values."""
        pairs = zip(unit.values, values, strict=True)
        return [
            f"{isolate(who)}: {isolate_within(value, self.rtl)}" for who, value in pairs
        ]

    def _value(self, value: Json) -> str:
        """Return a value as the coder gave it, in words."""
        book = self.figures.book
        if is_blank(value):
            return book.blank(value["blank"]).label.of(self.lang)
        return show(field_of(book, self.field), value, book, self.lang)
