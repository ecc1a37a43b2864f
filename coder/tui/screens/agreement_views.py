"""The views of the agreement tab: fields, confused values, pairs of coders, and
agreement over time.

Each view has its own cursor and lays out its lines for a width, independently of keys
and screens.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from coder.agreement.field_agreement import FieldAgreement
from coder.agreement.result import Score
from coder.agreement.study import Study
from coder.codebook.schema import Codebook
from coder.report.contents import Report, worst_first
from coder.report.figure_tables import (
    Cell,
    Named,
    Table,
    explain_first_mean,
    field_of,
    reason_words,
    times,
    words_of,
)
from coder.text.display import cell_width, fit, fit_apart, isolate
from coder.tui import palette
from coder.tui.keys import key_of, shown
from coder.tui.screens.text_page import paragraph_rows
from coder.tui.sentences import listed, say
from coder.tui.widgets.figure_lines import (
    block,
    heads,
    ltr,
    months,
    on_scale,
    scale_head,
    shade,
)
from coder.tui.widgets.rows import ACROSS, SIDEWAYS, Column, Row, here, number, steps_to

_NAME = 20
_CELL = 7
_N = 7
_FIGURE = 8
_INTERVAL = 16
_STATUS = 18
_SCALE = 12
"""Cells for a number of a matrix, and at least for a name, figures over time, a
verdict, a scale.
"""


class Figures(Struct, frozen=True):
    """A study, its report, and the language to show it in."""

    study: Study
    report: Report
    lang: str

    @property
    def book(self) -> Codebook:
        """The codebook of the study."""
        return self.study.codebook

    def table(self, name: str) -> Table | None:
        """Return a table of the report, or None if the report does not have it."""
        return next((table for table in self.report.tables if table.name == name), None)

    def rows(self, name: str) -> Sequence[Sequence[Cell]]:
        """Return the rows of a table, none if the report does not have it."""
        table = self.table(name)
        return table.rows if table is not None else ()

    def label(self, field: str) -> str:
        """Return a field's label."""
        return field_of(self.book, field).label.of(self.lang)

    def say(self, key: str, **values: object) -> str:
        """Return a sentence of the catalogue."""
        return say(self.lang, key, **values)

    def words(self, cell: Cell) -> str:
        """Return the text of a table's cell."""
        return words_of(cell, self.lang)


class ViewLines(NamedTuple):
    """The lines of a view. head: the titles of its columns. info: details of what is
    under the cursor.

    otherwise: the sentence that stands there if there are no rows. notes: below the
    rows, without the cursor.
    """

    rows: Sequence[Row]
    head: Row = ()
    info: str = ""
    otherwise: Column = Column("")
    notes: Sequence[Row] = ()


class View(ABC):
    """A view with a cursor. at: the cursor's line, which laying out clamps to the lines
    it may be on.
    """

    whole_rows = True
    """Whether the cursor marks the whole line."""
    leads_on = True
    """Whether Enter opens what is under the cursor."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self.lang = figures.lang
        self.rtl = figures.lang == "ar"
        self.at = 0
        self.on, self.back = ACROSS[self.rtl]

    @abstractmethod
    def lay_out(self, width: int) -> ViewLines:
        """Return the lines for a width in cells."""

    def down(self, step: int) -> None:
        """Move the cursor down, or up if negative."""
        self.at = max(0, self.at + step)

    def across(self, step: int) -> None:
        """Move the cursor along the line; most views have nothing there."""
        return

    def steps_across(self, column: int) -> int:
        """Return the steps along the line to the cell that a column of a row shows."""
        return 0

    def clamp_cursor(self, count: int) -> int:
        """Clamp the cursor to `count` lines and return its line."""
        self.at = max(0, min(self.at, count - 1))
        return self.at


class FieldsView(View):
    """The fields, worst first, with their figures, and the report's remarks."""

    @property
    def field(self) -> str:
        """The field under the cursor, or "" if there is none."""
        fields = worst_first(self.figures.study.fields)
        return fields[self.clamp_cursor(len(fields))].field if fields else ""

    def lay_out(self, width: int) -> ViewLines:
        figures = self.figures
        fields = worst_first(self.figures.study.fields)
        titles = ("field", "n", "alpha", "interval", "lower_bound", "status")
        texts = [
            [figures.say(f"agreement_{title}") for title in titles],
            *map(self._texts, fields),
        ]
        names, count, alpha, interval, bound, status = (
            max(map(cell_width, column)) + 2 for column in zip(*texts, strict=True)
        )
        # The names come first; the line below says in full what has no room.
        room = width - 1 - names - count - alpha
        least = min(status, _STATUS)
        if all(each.interval.low is None for each in fields):
            interval = 0
        if all(each.guarded_lower_bound.value is None for each in fields):
            bound = 0
        if room < interval + bound + least:
            bound = 0
        if room < interval + least:
            status = least = 0
        if room < interval:
            interval = 0
        room -= interval + bound
        bar = min(40, room - (status + 2 if room >= status + 22 else least + 12))
        bar = bar if bar >= 20 else 0
        room -= bar + 2 if bar else 0
        status = max(0, min(status, room))
        rest = names + room - status
        sizes = (rest, count, alpha, interval, bound, status)
        cut = fit_apart([row[0] for row in texts[1:]], rest - 2)
        head = [each for each in heads(texts[0], sizes, self.rtl) if each.width]
        if bar:
            head.append(Column(f" {ltr(scale_head(bar))}", bar + 2, palette.DIM))
        verdicts = Counter(row[-1] for row in texts[1:])
        usual = {verdict for verdict, n in verdicts.items() if 2 * n > len(fields)}
        rows = [
            self._line(each, (name, *row[1:]), sizes, bar, usual)
            for each, name, row in zip(fields, cut, texts[1:], strict=True)
        ]
        remarks = [("", words.of(self.lang)) for words in figures.report.remarks]
        notes = [(), *paragraph_rows(remarks, self.rtl, width)]
        at = self.clamp_cursor(len(rows))
        info = self._about(fields[at]) if fields else ""
        return ViewLines(rows, tuple(head), info, notes=notes)

    def _texts(self, agreement: FieldAgreement) -> tuple[str, ...]:
        """Return the texts of a field's columns."""
        words = self.figures.words
        label = self.figures.label(agreement.field)
        figures = (
            f"{agreement.pairable}",
            words(agreement.alpha),
            ltr(words(agreement.interval)),
            words(agreement.guarded_lower_bound),
        )
        return label, *figures, self._verdict(agreement.field)

    def _line(
        self,
        agreement: FieldAgreement,
        texts: Sequence[str],
        sizes: Sequence[int],
        bar: int,
        usual: Collection[str],
    ) -> Row:
        """Return a field's line; usual: the verdict of most fields, from which others
        stand out.
        """
        verdict = palette.DIM if texts[-1] in usual else palette.TEXT
        looks = (
            palette.TEXT,
            palette.DIM,
            shade(agreement.alpha),
            palette.TEXT,
            palette.TEXT,
            verdict,
        )
        line = [
            number(text, cells, self.rtl, look)
            if n in (1, 2)
            else Column(f" {fit(text, cells - 2)}", cells, look)
            for n, (text, cells, look) in enumerate(
                zip(texts, sizes, looks, strict=True)
            )
            if cells
        ]
        if bar:
            line += on_scale(agreement.alpha, agreement.interval, bar, self.rtl)
        return tuple(line)

    def _verdict(self, field: str) -> str:
        """Return the report's verdict on a field's reliability."""
        table = self.figures.table("fields")
        if table is None:
            return ""
        index = [column.name for column in table.columns].index("judged")
        rows = (
            row
            for row in table.rows
            if isinstance(row[0], Named) and row[0].id == field
        )
        return next((self.figures.words(row[index]) for row in rows), "")

    def _about(self, agreement: FieldAgreement) -> str:
        figures = self.figures
        words = self.figures.words
        strict = next(
            (s.alpha for s in figures.study.strict if s.field == agreement.field), None
        )
        keys = agreement.equal_keys
        values = agreement.equal_values
        parts = [f"{figures.say('agreement_equal_keys')} {words(keys)}"]
        if values != keys:
            parts.append(f"{figures.say('agreement_equal_values')} {words(values)}")
        if strict is not None and strict.value is not None:
            parts.append(f"{figures.say('agreement_strict')} {words(strict)}")
        if agreement.below.value is not None:
            parts.append(ltr(f"p(<.667) {words(agreement.below)}"))
        parts.append(self._verdict(agreement.field))
        bound = agreement.guarded_lower_bound
        if bound.value is not None:
            parts.append(f"{figures.say('agreement_lower_bound')} {words(bound)}")
            if agreement.interval.reason:
                parts.append(reason_words(agreement.interval.reason).of(self.lang))
        return listed(*parts)


class ValuesView(View):
    """The coincidence matrix of a field's values; the cursor is on a pair of values."""

    whole_rows = False

    def __init__(self, figures: Figures, fields: FieldsView) -> None:
        super().__init__(figures)
        self.fields = fields
        self._field = ""
        self._column = 0
        self._first = 0

    @property
    def table(self) -> Table | None:
        """The field's coincidence matrix, or None if it has too many values or values
        without names.
        """
        return self.figures.table(f"coincidences_{self.fields.field}")

    @property
    def two(self) -> tuple[str, str] | None:
        """The pair of values under the cursor, or None if there is no matrix."""
        names = (
            [row[0].id for row in self.table.rows if isinstance(row[0], Named)]
            if self.table
            else []
        )
        return (names[self.at], names[self._column]) if names else None

    def across(self, step: int) -> None:
        self._column = max(0, self._column + step)

    def steps_across(self, column: int) -> int:
        return self._first + column - 2 - self._column if column > 1 else 0

    def lay_out(self, width: int) -> ViewLines:
        if self._field != self.fields.field:
            self._field = self.fields.field
            self.at = 0
            self._column = 0
        figures = self.figures
        table = self.table
        label = figures.label(self._field) if self._field else ""
        if table is None:
            words = figures.say("agreement_no_values", field=label)
            return ViewLines([], otherwise=Column(words, key=key_of("agreement.go")))
        names = [figures.words(row[0]) for row in table.rows]
        name = min(
            max(map(cell_width, names)) + 1, max(_NAME, width - 5 - _CELL * len(names))
        )
        at = self.clamp_cursor(len(names))
        visible = self._visible_columns(len(names), width - 5 - name)
        before, after = SIDEWAYS[self.rtl]
        more = before * (visible.start > 0) + after * (visible.stop < len(names))
        head = [Column(f" {fit(label, name + 1)} {more}", name + 5, palette.KEY)]
        head += [
            Column(
                f"  {j + 1}",
                _CELL,
                palette.TITLE,
                steps_to(j - self._column, self.on, self.back),
            )
            for j in visible
        ]
        rows: list[Row] = []
        for i, row in enumerate(table.rows):
            line = [
                Column(f" {i + 1}", 5, palette.DIM),
                Column(fit(names[i], name - 1), name),
            ]
            for j in visible:
                count = times(row, i, j)
                style = (
                    palette.DIM
                    if not count
                    else palette.TEXT
                    if i == j
                    else palette.WRONG
                )
                cell = Column(f"  {count:g}" if count else "  ·", _CELL, style)
                is_here = (i, j) == (at, self._column)
                line.append(
                    replace(here(cell), style=palette.CURSOR) if is_here else cell
                )
            rows.append(tuple(line))
        key = "agreement_same" if at == self._column else "agreement_met"
        count = times(table.rows[at], at, self._column)
        info = figures.say(
            key, one=names[at], other=names[self._column], times=f"{count:g}"
        )
        return ViewLines(rows, tuple(head), info)

    def _visible_columns(self, count: int, width: int) -> range:
        """Return the columns that fit into a width, with the cursor's column among
        them.
        """
        room = max(1, width // _CELL)
        self._column = max(0, min(self._column, count - 1))
        first = max(0, min(self._first, count - room))
        self._first = max(self._column - room + 1, min(first, self._column))
        return range(self._first, min(count, self._first + room))


class CodersView(View):
    """The heat map of one figure for all pairs of coders; `across` goes to the next
    figure.
    """

    leads_on = False

    def __init__(self, figures: Figures) -> None:
        super().__init__(figures)
        self._figure = 0

    def across(self, step: int) -> None:
        self._figure += step  # behind the last comes the first

    def lay_out(self, width: int) -> ViewLines:
        figures = self.figures
        groups = dict[str, list[Sequence[Cell]]]()
        for row in figures.rows("coders"):
            if isinstance(row[0], Named):
                groups.setdefault(row[0].id, []).append(row)
        if not groups:
            return ViewLines([], otherwise=Column(figures.say("agreement_no_pairs")))
        self._figure %= len(groups)
        group = [*groups.values()][self._figure]
        pairs = {frozenset((str(row[1]), str(row[2]))): row for row in group}
        coders = sorted({coder for pair in pairs for coder in pair})
        titles = [figures.words(rows[0][0]) for rows in groups.values()]
        wanted = max(map(cell_width, (*titles, *coders))) + 2
        name = min(wanted, max(width // 3, width - 16 * len(coders)))
        cell = max(9, min(16, (width - name) // max(1, len(coders))))
        keys = steps_to(1, self.on, self.back)
        head = [
            Column(f" {fit(titles[self._figure], name - 2)}", name, palette.KEY, keys)
        ]
        head += [
            Column(f" {isolate(fit(coder, cell - 2))}", cell, palette.TITLE)
            for coder in coders
        ]
        rows: list[Row] = []
        for one in coders:
            line = [Column(f" {isolate(fit(one, name - 2))}", name)]
            for other in coders:
                pair = pairs.get(frozenset((one, other)))
                score = _figure(pair) if pair is not None else None
                text = figures.words(score) if pair is not None else "·"
                look = shade(score) if isinstance(score, Score) else palette.DIM
                line.append(Column(f" {ltr(block(score) + text)}", cell, look))
            rows.append(tuple(line))
        current = coders[self.clamp_cursor(len(coders))]
        info = [
            f"{isolate(current)} {isolate(''.join(pair - {current}))} "
            f"{figures.words(_figure(row))} (n {row[3]})"
            for pair, row in pairs.items()
            if current in pair
        ]
        place = {"n": self._figure + 1, "m": len(groups), "go": shown(self.on)}
        told = figures.say("agreement_next", **place) if len(groups) > 1 else ""
        notes = paragraph_rows(
            [("", f"{told} {figures.say('agreement_of_two')}".strip())], self.rtl, width
        )
        return ViewLines(rows, tuple(head), listed(*info), notes=[(), *notes])


def _figure(row: Sequence[Cell]) -> Cell:
    """Return the figure of two coders: F1 of events, or alpha of a field."""
    _, _, _, _, f1, alpha, _ = row
    return alpha if f1 is None else f1


class TimeView(View):
    """The figures by month, each as a line on the scale from 0 to 1."""

    leads_on = False

    def lay_out(self, width: int) -> ViewLines:
        figures = self.figures
        least = (12, _N, _FIGURE, _INTERVAL)
        titles = [
            figures.say(f"agreement_{name}")
            for name in ("month", "articles_column", "alpha", "interval")
        ]
        sizes = [
            max(cells, cell_width(title) + 2)
            for cells, title in zip(least, titles, strict=True)
        ]
        table = figures.table("drift")
        if table is None:
            return ViewLines([], otherwise=Column(figures.say("agreement_no_time")))
        cells = [cell for row in table.rows for cell in row]
        scores = (figures.words(cell) for cell in cells if isinstance(cell, Score))
        sizes[2] = max(sizes[2], *(cell_width(score) + 2 for score in scores))
        size = min(60, width - sum(sizes) - 2)
        size = size if size >= _SCALE else 0
        notes = [("", note.of(self.lang)) for note in explain_first_mean(cells)]
        head = heads(titles, sizes, self.rtl)
        rows = [
            *months(table, sizes, size, self.lang),
            *paragraph_rows(notes, self.rtl, width),
        ]
        self.clamp_cursor(len(rows))
        scale = [Column(f" {ltr(scale_head(size))}", 0, palette.DIM)] if size else []
        return ViewLines(rows, (*head, *scale))
