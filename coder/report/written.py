"""A report as Markdown, LaTeX or CSV, and its references as BibTeX."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from coder.agreement.result import Interval, MeanScore, Score
from coder.foreign import harmless
from coder.manual.pages import in_markdown
from coder.messages.catalogue import Bilingual, Message
from coder.report.contents import Report
from coder.report.figure_tables import Cell, Column, Table, data_of, words_of
from coder.report.methods import Sentence, bibliography, spell_out

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
    parts.append(in_markdown(_in_one_paragraph(report.basis)))
    parts.append(in_markdown(_in_one_paragraph(report.remarks)))
    for table in report.tables:
        parts.append(f"## {in_markdown(table.title.en)}")
        parts.append(_markdown_table(table))
        parts += [in_markdown(note.en) for note in table.notes]
    parts.append(f"## {Message('report.methods.title').en}")
    parts.append(in_markdown(_in_one_paragraph(report.methods)))
    parts.append(f"## {Message('report.references').en}")
    parts.append(
        "\n".join(f"- {in_markdown(spell_out(key))}" for key in report.references)
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _in_one_paragraph(sentences: Iterable[Bilingual]) -> str:
    return " ".join(sentence.of("en") for sentence in sentences)


def _markdown_table(table: Table) -> str:
    columns, rows = table.for_reader("paper")
    heads = [in_markdown(column.title("en")) for column in columns]
    rules = []
    for place in range(len(columns)):
        rules.append("---:" if _is_figure(rows, place) else "---")
    lines = [heads, rules]
    for row in rows:
        lines.append([in_markdown(words_of(cell, "en")) for cell in row])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def latex(report: Report) -> str:
    r"""Return the tables as LaTeX for \input.

    They need booktabs, longtable and natbib.
    """
    parts = ["% \\usepackage{booktabs,longtable,natbib}"]
    parts.append(_escape(_in_one_paragraph(report.basis)))
    parts.append(_escape(_in_one_paragraph(report.remarks)))
    parts += [_latex_table(table) for table in report.tables]
    parts.append(" ".join(map(_latex_sentence, report.methods)))
    return "\n\n".join(part for part in parts if part) + "\n"


def _latex_table(table: Table) -> str:
    columns, rows = table.for_reader("paper")
    align = "".join(_alignment(column, rows, p) for p, column in enumerate(columns))
    names = [column.title("en") for column in columns]
    if table.kind == "matrix":  # columns are headed by the numbers of the rows
        names[1:] = [str(number) for number in range(1, len(columns))]
        numbered = enumerate(rows, start=1)
        rows = [[f"{n} {words_of(row[0], 'en')}", *row[1:]] for n, row in numbered]
    head = " & ".join(map(_escape, names))
    body = []
    for row in rows:
        body.append(" & ".join(_escape(words_of(cell, "en")) for cell in row) + r" \\")
    caption = _escape(" ".join([f"{table.title.en}.", *(n.en for n in table.notes)]))
    label = table.name.replace("_", "-")
    lines = [
        r"\begingroup\small\setlength\tabcolsep{4pt}"
        rf"\begin{{longtable}}{{{align}}}",
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
    return "\n".join(lines)


def _alignment(column: Column, rows: list[list[Cell]], place: int) -> str:
    """Return a column's alignment in LaTeX.

    Columns of long words get a width and are wrapped.
    """
    if column.name in _WRAPPED:
        return rf"p{{{_WRAPPED[column.name]}\linewidth}}"
    return "r" if _is_figure(rows, place) else "l"


def _latex_sentence(sentence: Sentence) -> str:
    words = _escape(sentence.words.en)
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
            lines = [[sentence.of("en")] for sentence in sentences]
            _write_csv(stream, [[name], *lines, []])
    for table in report.tables:
        _write_csv(stream, [[table.name]])
        stream.write(table_csv(table) + "\r\n")
    return stream.getvalue().removesuffix("\r\n")


def table_csv(table: Table) -> str:
    """Return one table as CSV (RFC 4180); each part of a figure has its own column."""
    columns, rows = table.for_reader("data")
    lines = []
    for row in rows:
        line = dict[str, Any]()
        for column, cell in zip(columns, row, strict=True):
            line.update(_split_into_columns(column.name, cell))
        lines.append(line)
    names = list(dict.fromkeys(name for line in lines for name in line))
    stream = io.StringIO()
    _write_csv(stream, [names])
    _write_csv(stream, [[line.get(name, "") for name in names] for line in lines])
    return stream.getvalue()


def _split_into_columns(name: str, cell: Cell) -> dict[str, Any]:
    """Return a cell of the column `name` as several columns of CSV, such as `alpha`,
    `alpha_n` and `alpha_reason`, by their names.
    """
    data = data_of(cell)
    match cell:
        case MeanScore():
            sizes = ("pooled", "pairs", "smallest_pair", "n")
            return {name: data["value"], **{f"{name}_{of}": data[of] for of in sizes}}
        case Score():
            return {
                name: data["value"],
                f"{name}_n": cell.n,
                f"{name}_reason": cell.reason,
            }
        case Interval():
            parts = ("low", "high", "method", "reason")
            return {f"{name}_{part}": data.get(part, "") for part in parts}
    return {name: " ".join(data) if isinstance(data, list) else data}


def _write_csv(stream: io.StringIO, rows: list[list[Any]]) -> None:
    """Write rows, with an apostrophe before texts that a spreadsheet could take for a
    formula.
    """
    writer = csv.writer(stream)
    for row in rows:
        writer.writerow([harmless(c) if isinstance(c, str) else c for c in row])


def _is_figure(rows: list[list[Cell]], place: int) -> bool:
    return bool(rows) and all(
        isinstance(row[place], (int, float, Score, type(None))) for row in rows
    )


def _escape(text: str) -> str:
    return "".join(_LATEX.get(c, c) for c in " ".join(text.split()))


FORMS: Mapping[str, Callable[[Report], str]] = {
    "markdown": markdown,
    "latex": latex,
    "csv": as_csv,
    "bibtex": bibtex,
}
