"""A report as one self-contained page for a browser, in both languages."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from coder import __version__
from coder.agreement.result import Interval, Score
from coder.codebook.label import Label, joined
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
from coder.report.methods import spelt
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
        spelt=spelt,
        bibtex=bibtex(report),
    )


def _is_figure(cell: Cell) -> bool:
    return isinstance(cell, (int, float, Score, Interval))


def _differs(table: Table) -> bool:
    """Return whether a matrix has any non-zero cell off its diagonal."""
    return any(
        cell
        for i, row in enumerate(table.rows)
        for j, cell in enumerate(row[1:])
        if i != j
    )


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
        tables = [
            t for t in self.report.tables if t.kind == "matrix" and not _differs(t)
        ]
        fields = (table.title.values["field"] for table in tables)
        return joined(field for field in fields if isinstance(field, Label)).of(
            self.lang
        )

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
                self._cell(column, cell)
                for column, cell in zip(columns, row, strict=True)
            ]
            if table.name in _DRAWN:
                place = names.index("interval")
                figures = ("alpha", "interval", "guarded_lower_bound")
                drawn = self._drawn(*(row[names.index(name)] for name in figures))
                cells.insert(place, drawn)
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

    def _cell(self, column: Column, cell: Cell) -> Any:
        """Return one cell as markup: figures from left to right, ids as code, reasons
        as tooltips.
        """
        words = words_of(cell, self.lang)
        match cell:
            case Score() | Interval():
                reason = reason_words(cell.reason).of(self.lang) if cell.reason else ""
                return Markup('<span class="f" title="{}">{}</span>').format(
                    reason, words
                )
            case int() | float() | None:
                return Markup('<span class="f">{}</span>').format(words)
            case Named() if column.name == "field":
                return Markup("{} <code>{}</code>").format(words, cell.id)
            case str() if column.name in ("article", "cluster", "event"):
                return Markup("<code>{}</code>").format(words)
            case str():
                return Markup("<bdi>{}</bdi>").format(words)
            case tuple() if not isinstance(cell, Named):
                code = Markup("<code>{}</code>")
                more = len(cell) - _MOST_ARTICLES
                rest = (
                    Markup(' <span class="f">+{}</span>').format(more)
                    if more > 0
                    else ""
                )
                return Markup(" ").join(map(code.format, cell[:_MOST_ARTICLES])) + rest
        return escape(words)

    def _drawn(self, score: Cell, interval: Cell, lower_bound: Cell) -> Any:
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
        differing = [
            i
            for i, row in enumerate(counts)
            if any(n for j, n in enumerate(row) if i != j)
        ]
        shades = []
        for i in differing:
            total = sum(counts[i])
            shades.append(
                [
                    Shade(
                        f"{counts[i][j]:g}" if counts[i][j] else "",
                        counts[i][j] / total,
                        "same" if i == j else "other",
                        f"{names[i]} / {names[j]}",
                    )
                    for j in differing
                ]
            )
        return [names[i] for i in differing], shades, len(counts) - len(differing)

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
                reason = (
                    reason_words(score.reason).of(self.lang) if score.reason else ""
                )
                text = f"{words_of(score, self.lang)} ({n})"
                shade = Shade(text, max(0.0, score.value or 0.0), "same", reason)
                figures[str(one), str(other)] = figures[str(other), str(one)] = shade
            coders = [c for c in self.report.coders if any(c in two for two in figures)]
            none = Shade("", 0.0, "none")
            shades = [[figures.get((a, b), none) for b in coders] for a in coders]
            maps.append((words_of(title, self.lang), coders, shades))
        return maps

    def cases(self, table: Table) -> list[tuple[str, str, str, list[dict[str, str]]]]:
        """Return the cases: field, article, event, and each coder's value with its
        quote.
        """
        cases = []
        for (field, article, cluster), group in groupby(
            table.rows, key=lambda row: tuple(row[:3])
        ):
            values = [
                {
                    "coder": str(coder),
                    "value": words_of(value, self.lang),
                    "quote": str(quote),
                }
                for *_, coder, value, quote in group
            ]
            cases.append(
                (words_of(field, self.lang), str(article), str(cluster), values)
            )
        return cases

    def line(self, table: Table) -> Any:
        """Draw the figures of a table over time, its steps numbered from 1."""
        columns = [p for p, cell in enumerate(table.rows[0]) if isinstance(cell, Score)]
        rows = [[row[p] for row in table.rows] for p in columns]
        scores = [[cell for cell in row if isinstance(cell, Score)] for row in rows]
        numbers = [str(n) for n in range(1, len(table.rows) + 1)]
        return Markup(line(numbers, scores, table.title.of(self.lang)))

    def series(self, table: Table) -> list[str]:
        """Return the names of the lines, in order."""
        first = table.rows[0]
        return [
            c.title(self.lang)
            for p, c in enumerate(table.columns)
            if isinstance(first[p], Score)
        ]
