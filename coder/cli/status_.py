"""Progress by coder and stage, with working time per article (pauses over five minutes left out).

example: coder status
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.service.project import open_project
from coder.service.report import progress


def prepare(_parser: ArgumentParser) -> None:
    """No options of its own."""


def run(options: Namespace, out: Output) -> Exit:
    """Show the progress."""
    project = open_project(options.project)
    found = progress(project)
    out.document([asdict(row) for row in found])
    head = ("coder", "stage", "assigned", "submitted", "minutes per article")
    rows = []
    for row in found:
        pace = f"{row.minutes / row.timed:.1f} (n={row.timed})" if row.timed else "none measured"
        rows.append((row.coder, row.stage, str(row.assigned), str(row.submitted), pace))
    out.table(head, rows)
    project.close()
    return Exit.DONE
