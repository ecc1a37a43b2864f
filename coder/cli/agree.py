"""Agreement between coders: one report, for a terminal, as a page, for a paper or as
data.
"""

from itertools import combinations_with_replacement

from coder.cli.commands import Options
from coder.cli.other_figures import print_measure, print_plan
from coder.cli.output import Output, note_wrong_codings
from coder.errors import CoderError
from coder.report.contents import Report
from coder.report.figure_tables import Table, times, words_of
from coder.service.figures.agreement_report import agreement_report
from coder.service.figures.progress import study
from coder.service.project.output_paths import written, written_folder

_FORMS = ("markdown", "latex", "csv", "bibtex")
_USUAL_WIDTH = 0.1  # of the intervals that a plan aims at


def run_agree(options: Options, out: Output) -> None:
    """Show the figures of all fields, or of one, in the requested format."""
    forms = [name for name in _FORMS if getattr(options, name)]
    if options.width is not None and options.what != "plan":
        raise CoderError("cli.only_with", one="--width", other="plan")
    if options.what == "plan" or options.measure:
        _print_other_figures(options, out)
        return
    if len(forms) > 1:
        raise CoderError("cli.not_with", one=f"--{forms[0]}", other=f"--{forms[1]}")
    form = forms[0] if forms else ""
    if options.json and form:
        raise CoderError("cli.not_with", one="--json", other=f"--{form}")
    comparison, report = agreement_report(
        options.project,
        stage=options.stage,
        coders=options.coders,
        field=options.field,
        with_cases=bool(options.json or options.html or form or options.field),
        progress=out.progress("compare"),
    )
    wrong = comparison.basis.wrong_documents
    out.document({**report.document(), "wrong_codings": wrong})
    note_wrong_codings(out, [each["coding"] for each in wrong])
    folder = options.project.config.folder
    if options.html:
        from coder.report.page_sections import page

        with written(options.html, folder, force=options.force) as stream:
            stream.write(page(report, options.project.config.language).encode("utf-8"))
        out.line(str(options.html))
    if options.data:
        from coder.report.data_folder import data_files

        with written_folder(options.data, folder, force=options.force) as draft:
            for name, text in data_files(comparison, report):
                (draft / name).parent.mkdir(parents=True, exist_ok=True)
                (draft / name).write_text(text, "utf-8", newline="")
        out.line(str(options.data))
    if form:
        from coder.report.written import FORMS

        with out.data() as stream:
            stream.write(FORMS[form](report).encode("utf-8"))
    elif not (options.html or options.data):
        print_report(report, out)


def _print_other_figures(options: Options, out: Output) -> None:
    """Print the plan, or another coefficient than alpha."""
    is_plan = options.what == "plan"
    excluded = ["html", "data"]
    if is_plan:
        excluded.append("measure")
    for name in (*_FORMS, *excluded):
        if getattr(options, name):
            one = "plan" if is_plan else "--measure"
            raise CoderError("cli.not_with", one=one, other=f"--{name}")
    comparison = study(
        options.project,
        stage=options.stage,
        coders=options.coders,
        progress=out.progress("compare"),
    )
    note_wrong_codings(out, [id_ for id_, _ in comparison.basis.wrong])
    if is_plan:
        width = _USUAL_WIDTH if options.width is None else options.width
        print_plan(comparison, width, options.field, out)
    else:
        print_measure(comparison, options.measure, options.field, out)


_TYPED = ("field", "what", "kind")
"""Columns whose values are shown by id, as people type them in commands."""
_ON_DEMAND = ("categories", "confusions", "cases", "splits")
"""Tables shown only for a single field."""


def print_report(report: Report, out: Output) -> None:
    """Print a report's sentences and tables; the longest tables only for a report on
    one field.
    """
    for sentence in (*report.basis, *report.remarks):
        out.prose(sentence.of("en"))
    is_whole = "events" in report.facts
    for table in sorted(report.tables, key=lambda each: each.kind == "matrix"):
        if is_whole and (table.kind == "matrix" or table.name in _ON_DEMAND):
            continue
        out.line()
        if table.kind == "matrix":
            _print_matrix(table, out)
            continue
        _print_table(table, out)
        for note in table.notes:
            out.prose(note.en)


def _print_table(table: Table, out: Output) -> None:
    columns, rows = table.for_reader("terminal")
    cells = []
    for row in rows:
        words = []
        for column, cell in zip(columns, row, strict=True):
            words.append(words_of(cell, "en", by_id=column.name in _TYPED))
        cells.append(words)
    out.table([column.title("en") for column in columns], cells, title=table.title.en)


def _print_matrix(table: Table, out: Output) -> None:
    """Print how often each two values were coded together, as a matrix if it fits the
    width, else a list.
    """
    names = [words_of(row[0], "en", by_id=True) for row in table.rows]
    counts = []
    for i, row in enumerate(table.rows):
        counts.append([times(row, i, j) for j in range(len(names))])
    pairs = sum(sum(row[: i + 1]) for i, row in enumerate(counts))
    out.say("cli.agree.met", pairs=f"{pairs:g}")
    if len(names) * 2 + sum(map(len, names)) + max(map(len, names)) < out.width:
        rows = []
        for name, row in zip(names, counts, strict=True):
            rows.append([name, *(f"{n:g}" for n in row)])
        out.table(("", *names), rows)
        return
    met = []
    for i, j in combinations_with_replacement(range(len(names)), 2):
        if counts[i][j]:
            met.append((counts[i][j], names[i], names[j]))
    met.sort(key=lambda each: (each[1] == each[2], -each[0]))  # different values first
    lines = []
    for n, one, other in met:
        lines.append((f"{n:g}", one, "=" if one == other else "≠", other))
    out.table("cli.agree.met_head", lines)
