"""A report as Markdown, LaTeX or CSV, and its references as BibTeX."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from typing import Any

from coder.agreement.result import Interval, MeanScore, Score
from coder.foreign import harmless
from coder.manual.pages import in_markdown
from coder.messages.catalogue import Message
from coder.report.contents import Report
from coder.report.figure_tables import Cell, Column, Table, data_of, words_of
from coder.report.methods import Sentence, bibliography, spelt

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "—": "---",
    "–": "--",
    "≥": r"$\geq$",
    "α": r"$\alpha$",
}
_WRAPPED = {
    "field": 0.2,
    "what": 0.2,
    "judged": 0.16,
    "said": 0.16,
    "quote": 0.24,
    "instead": 0.2,
    "article": 0.14,
    "value_of_field": 0.24,
    "other_value": 0.24,
    "note": 0.2,
}
"""The widths in LaTeX, as shares of the line, of columns whose text is wrapped."""
_PARAGRAPHS = ("basis", "remarks", "methods")


def markdown(report: Report) -> str:
    """Return the sentences and tables as Markdown (GitHub's tables)."""
    parts = [f"# {in_markdown(report.title.en)}"]
    for name in _PARAGRAPHS[:2]:
        parts += [
            in_markdown(" ".join(each.of("en") for each in getattr(report, name)))
        ]
    for table in report.tables:
        columns, rows = table.for_reader("paper")
        lines = [
            [column.title("en") for column in columns],
            *([words_of(c, "en") for c in row] for row in rows),
        ]
        shown = [f"| {' | '.join(map(in_markdown, line))} |" for line in lines]
        rule = "|".join(
            " ---: " if _is_figure(rows, place) else " --- "
            for place in range(len(columns))
        )
        parts += [
            f"## {in_markdown(table.title.en)}",
            "\n".join([shown[0], f"|{rule}|", *shown[1:]]),
        ]
        parts += [in_markdown(note.en) for note in table.notes]
    methods = in_markdown(" ".join(sentence.of("en") for sentence in report.methods))
    references = "\n".join(f"- {in_markdown(spelt(key))}" for key in report.references)
    parts += [f"## {Message('report.methods.title').en}", methods]
    parts += [f"## {Message('report.references').en}", references]
    return "\n\n".join(part for part in parts if part) + "\n"


def latex(report: Report) -> str:
    r"""Return the tables as LaTeX for \input.

    They need booktabs, longtable and natbib.
    """
    parts = ["% \\usepackage{booktabs,longtable,natbib}"]
    for name in _PARAGRAPHS[:2]:
        parts += [_escaped(" ".join(each.of("en") for each in getattr(report, name)))]
    for table in report.tables:
        columns, rows = table.for_reader("paper")
        align = "".join(_alignment(column, rows, p) for p, column in enumerate(columns))
        names = [column.title("en") for column in columns]
        if table.kind == "matrix":  # columns are headed by the numbers of the rows
            names[1:] = [str(number) for number in range(1, len(columns))]
            rows = [
                [f"{n} {words_of(row[0], 'en')}", *row[1:]]
                for n, row in enumerate(rows, start=1)
            ]
        head = " & ".join(map(_escaped, names))
        body = [
            " & ".join(_escaped(words_of(cell, "en")) for cell in row) + r" \\"
            for row in rows
        ]
        caption = _escaped(
            " ".join([f"{table.title.en}.", *(note.en for note in table.notes)])
        )
        label = table.name.replace("_", "-")
        parts.append(
            "\n".join(
                [
                    rf"\begingroup\small\setlength\tabcolsep{{4pt}}\begin{{longtable}}{{{align}}}",
                    rf"\caption{{{caption}}}\label{{tab:agreement-{label}}}\\",
                    r"\toprule",
                    head + r" \\",
                    r"\midrule",
                    r"\endfirsthead",
                    r"\toprule",
                    head + r" \\",
                    r"\midrule",
                    r"\endhead",
                    *body,
                    r"\bottomrule",
                    r"\end{longtable}\endgroup",
                ]
            )
        )
    parts.append(" ".join(map(_latex_sentence, report.methods)))
    return "\n\n".join(part for part in parts if part) + "\n"


def _alignment(column: Column, rows: list[list[Cell]], place: int) -> str:
    """Return a column's alignment in LaTeX.

    Columns of long words get a width and are wrapped.
    """
    if column.name in _WRAPPED:
        return rf"p{{{_WRAPPED[column.name]}\linewidth}}"
    return "r" if _is_figure(rows, place) else "l"


def _latex_sentence(sentence: Sentence) -> str:
    words = _escaped(sentence.words.en)
    if not sentence.sources:
        return words
    return rf"{words.rstrip('.')} \citep{{{','.join(sentence.sources)}}}."


def bibtex(report: Report) -> str:
    """Return the references of the methods as BibTeX."""
    return "\n\n".join(bibliography()[key] for key in report.references) + "\n"


def as_csv(report: Report) -> str:
    """Return the sentences and all tables, each under its name, separated by empty
    lines.
    """
    stream = io.StringIO()
    for name in _PARAGRAPHS:
        if sentences := getattr(report, name):
            _csv_rows(stream, [[name], *([each.of("en")] for each in sentences), []])
    for table in report.tables:
        _csv_rows(stream, [[table.name]])
        stream.write(table_csv(table) + "\r\n")
    return stream.getvalue().removesuffix("\r\n")


def table_csv(table: Table) -> str:
    """Return one table as CSV (RFC 4180); each part of a figure has its own column."""
    columns, rows = table.for_reader("data")
    flat = [
        dict(
            part
            for c, cell in zip(columns, row, strict=True)
            for part in _flat(c, cell)
        )
        for row in rows
    ]
    names = list(dict.fromkeys(name for row in flat for name in row))
    stream = io.StringIO()
    _csv_rows(stream, [names, *([row.get(name, "") for name in names] for row in flat)])
    return stream.getvalue()


def _flat(column: Column, cell: Cell) -> list[tuple[str, Any]]:
    data = data_of(cell)
    name = column.name
    match cell:
        case MeanScore():
            parts = ("pooled", "pairs", "smallest_pair", "n")
            return [
                (name, data["value"]),
                *((f"{name}_{part}", data[part]) for part in parts),
            ]
        case Score():
            return [
                (name, data["value"]),
                (f"{name}_n", cell.n),
                (f"{name}_reason", cell.reason),
            ]
        case Interval():
            parts = ("low", "high", "method", "reason")
            return [(f"{name}_{part}", data.get(part, "")) for part in parts]
    return [(name, " ".join(data) if isinstance(data, list) else data)]


def _csv_rows(stream: io.StringIO, rows: list[list[Any]]) -> None:
    """Write rows, with an apostrophe before texts that a spreadsheet could take for a
    formula.
    """
    safe = ([harmless(c) if isinstance(c, str) else c for c in row] for row in rows)
    csv.writer(stream).writerows(safe)


def _is_figure(rows: list[list[Cell]], place: int) -> bool:
    return bool(rows) and all(
        isinstance(row[place], (int, float, Score, type(None))) for row in rows
    )


def _escaped(text: str) -> str:
    return "".join(_LATEX.get(c, c) for c in " ".join(text.split()))


FORMS: Mapping[str, Callable[[Report], str]] = {
    "markdown": markdown,
    "latex": latex,
    "csv": as_csv,
    "bibtex": bibtex,
}
