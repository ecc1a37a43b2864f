"""A report as one self-contained page for a browser, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from coder import __version__
from coder.agreement.result import Interval, Score
from coder.codebook.label import Label, join_texts
from coder.manual.pages import DIRECTIONS
from coder.messages.catalogue import say
from coder.report.contents import Report
from coder.report.drawings import interval_bar, line
from coder.report.figure_tables import (
    Cell,
    Column,
    Named,
    Table,
    data_of,
    reason_words,
    words_of,
)
from coder.report.methods import spell_out
from coder.report.written import bibtex

_MOST_ARTICLES = 4
_MOST_ROWS = 60
"""The maximum number of article ids per cell, and of rows per list."""
_DRAWN = ("fields", "parts")
"""The tables in which alpha and its interval are drawn."""


class Shade(NamedTuple):
    """A cell of a matrix: its text, its darkness from 0 to 1, and its hue: `same`,
    `other` or `none`.
    """

    text: str
    dark: float
    hue: str
    title: str = ""


_NO_SHADE = Shade("", 0.0, "none")


def page(report: Report, first: str) -> str:
    """Return the report as HTML in both languages, one visible at a time.

    first: the one shown initially.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # slow to import

    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    langs = (first, *(lang for lang in DIRECTIONS if lang != first))
    return templates.get_template("page.jinja").render(
        report=report,
        langs=langs,
        directions=DIRECTIONS,
        version=__version__,
        first=first,
        sections={lang: _Section(report, lang) for lang in langs},
        spelt=spell_out,
        bibtex=bibtex(report),
    )


def _is_figure(cell: Cell) -> bool:
    return isinstance(cell, (int, float, Score, Interval))


def _differs(table: Table) -> bool:
    """Return whether a matrix has any non-zero cell off its diagonal."""
    return any(_is_confused(row[1:], place) for place, row in enumerate(table.rows))


def _is_confused(counts: Sequence[Cell], own: int) -> bool:
    """Return whether a value was coded together with another one.

    counts: the value's row of a matrix; own: its place there.
    """
    return any(count for place, count in enumerate(counts) if place != own)


class _Section:
    """The report in one language, for the template, which calls these methods."""

    def __init__(self, report: Report, lang: str) -> None:
        self.report = report
        self.lang = lang

    def word(self, key: str, **values: object) -> str:
        return say(self.lang, f"report.{key}", **values)

    @property
    def tables(self) -> list[Table]:
        """The tables to show: matrices only if coders differed."""
        return [
            table
            for table in self.report.tables
            if table.kind != "matrix" or _differs(table)
        ]

    @property
    def never_apart(self) -> str:
        """The fields with a matrix in which coders never differed."""
        labels = []
        for table in self.report.tables:
            if table.kind == "matrix" and not _differs(table):
                label = table.title.values["field"]
                if isinstance(label, Label):
                    labels.append(label)
        return join_texts(labels).of(self.lang)

    def head(self, table: Table) -> list[Column]:
        """Return the columns on the page.

        Those of fields and parts have a drawing too.
        """
        columns = table.for_reader("page")[0]
        if table.name not in _DRAWN:
            return columns
        place = [column.name for column in columns].index("interval")
        return [*columns[:place], Column("drawn"), *columns[place:]]

    def rows(self, table: Table) -> list[list[Any]]:
        """Return the cells of a list as markup."""
        columns, rows = table.for_reader("page")
        names = [column.name for column in columns]
        marked_up = []
        for row in rows[:_MOST_ROWS]:
            cells = [
                self._mark_up(column, cell)
                for column, cell in zip(columns, row, strict=True)
            ]
            if table.name in _DRAWN:
                figures = dict(zip(names, row, strict=True))
                drawing = self._draw(
                    figures["alpha"],
                    figures["interval"],
                    figures["guarded_lower_bound"],
                )
                cells.insert(names.index("interval"), drawing)
            marked_up.append(cells)
        return marked_up

    def left_out(self, table: Table) -> int:
        """Return how many rows of a list are not on the page."""
        return max(0, len(table.rows) - _MOST_ROWS)

    def figures(self, table: Table) -> set[str]:
        """Return the names of the columns that hold figures, to be aligned to the end
        of their cells.
        """
        columns = zip(table.columns, *table.rows, strict=True)
        return {
            column.name for column, *cells in columns if any(map(_is_figure, cells))
        }

    def _mark_up(self, column: Column, cell: Cell) -> Any:
        """Return one cell as markup: figures from left to right, ids as code, reasons
        as tooltips.
        """
        words = words_of(cell, self.lang)
        match cell:
            case Score() | Interval():
                figure = Markup('<span class="f" title="{}">{}</span>')
                return figure.format(self._reason(cell), words)
            case int() | float() | None:
                return Markup('<span class="f">{}</span>').format(words)
            case Named() if column.name == "field":
                return Markup("{} <code>{}</code>").format(words, cell.id)
            case str() if column.name in ("article", "cluster", "event"):
                return Markup("<code>{}</code>").format(words)
            case str():
                return Markup("<bdi>{}</bdi>").format(words)
            case tuple() if not isinstance(cell, Named):
                return _mark_up_articles(cell)
        return escape(words)

    def _reason(self, figure: Score | Interval) -> str:
        """Return why a figure is undefined, "" if it is defined."""
        if not figure.reason:
            return ""
        return reason_words(figure.reason).of(self.lang)

    def _draw(self, score: Cell, interval: Cell, lower_bound: Cell) -> Any:
        """Return alpha, its interval and its lower bound as a drawing, "" if alpha is
        undefined.
        """
        if (
            not isinstance(score, Score)
            or not isinstance(interval, Interval)
            or not isinstance(lower_bound, Score)
            or score.value is None
        ):
            return ""
        cells = (score, interval, lower_bound)
        description = " ".join(words_of(cell, self.lang) for cell in cells)
        return Markup(interval_bar(score, interval, lower_bound, description))

    def matrix(self, table: Table) -> tuple[list[str], list[list[Shade]], int]:
        """Return the values on which coders differed, their shades, and the number of
        other values.
        """
        counts = [[float(data_of(cell)) for cell in row[1:]] for row in table.rows]
        names = [words_of(row[0], self.lang) for row in table.rows]
        confused = [i for i, row in enumerate(counts) if _is_confused(row, i)]
        shades = []
        for i in confused:
            shaded = []
            for j in confused:
                count = counts[i][j]
                text = f"{count:g}" if count else ""
                hue = "same" if i == j else "other"
                title = f"{names[i]} / {names[j]}"
                shaded.append(Shade(text, count / sum(counts[i]), hue, title))
            shades.append(shaded)
        return [names[i] for i in confused], shades, len(counts) - len(confused)

    def heat(self, table: Table) -> list[tuple[str, list[str], list[list[Shade]]]]:
        """Return heat maps of coders by coders: title, coders, and shades by row and
        column.
        """
        maps = []
        for title, group in groupby(table.rows, key=lambda row: row[0]):
            figures: dict[tuple[str, str], Shade] = {}
            for _, one, other, n, f1, alpha, _ in group:
                value = alpha if f1 is None else f1
                score = value if isinstance(value, Score) else Score(None, 0, "—")
                text = f"{words_of(score, self.lang)} ({n})"
                darkness = max(0.0, score.value or 0.0)
                shade = Shade(text, darkness, "same", self._reason(score))
                figures[str(one), str(other)] = shade
                figures[str(other), str(one)] = shade
            compared = {coder for pair in figures for coder in pair}
            coders = [coder for coder in self.report.coders if coder in compared]
            shades = []
            for coder in coders:
                shades.append(
                    [figures.get((coder, other), _NO_SHADE) for other in coders]
                )
            maps.append((words_of(title, self.lang), coders, shades))
        return maps

    def cases(self, table: Table) -> list[tuple[str, str, str, list[dict[str, str]]]]:
        """Return the cases: field, article, event, and each coder's value with its
        quote.
        """
        cases = []
        for unit, group in groupby(table.rows, key=lambda row: tuple(row[:3])):
            field, article, cluster = unit
            values = []
            for *_, coder, value, quote in group:
                words = words_of(value, self.lang)
                values.append(
                    {"coder": str(coder), "value": words, "quote": str(quote)}
                )
            name = words_of(field, self.lang)
            cases.append((name, str(article), str(cluster), values))
        return cases

    def line(self, table: Table) -> Any:
        """Draw the figures of a table over time, its steps numbered from 1."""
        lines = []
        for place, first in enumerate(table.rows[0]):
            if isinstance(first, Score):
                cells = [row[place] for row in table.rows]
                lines.append([cell for cell in cells if isinstance(cell, Score)])
        numbers = [str(n) for n in range(1, len(table.rows) + 1)]
        return Markup(line(numbers, lines, table.title.of(self.lang)))

    def series(self, table: Table) -> list[str]:
        """Return the names of the lines, in order."""
        titles = []
        for column, first in zip(table.columns, table.rows[0], strict=True):
            if isinstance(first, Score):
                titles.append(column.title(self.lang))
        return titles


def _mark_up_articles(ids: tuple[str, ...]) -> Markup:
    """Return the first ids as code, and how many more there are."""
    code = Markup("<code>{}</code>")
    shown = Markup(" ").join(code.format(each) for each in ids[:_MOST_ARTICLES])
    more = len(ids) - _MOST_ARTICLES
    if more <= 0:
        return shown
    return shown + Markup(' <span class="f">+{}</span>').format(more)
