"""Integrity: the journal replayed gives the state; hashes, offsets, quotes and references fit.

What guards the database must stand as coder made it: triggers and, on PostgreSQL, functions and rights.

example: coder verify
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.service.project.integrity import verify
from coder.service.project.opened import open_project
from coder.text.counts import counted


def prepare(_parser: ArgumentParser) -> None:
    """No options of its own."""


def run(options: Namespace, out: Output) -> Exit:
    """Check everything."""
    project = open_project(options.project)
    report = verify(project)
    parts = ("check", "where", "what", "hint")
    found = [{part: getattr(each, part) for part in parts} for each in report.findings]
    out.document({"entries": report.entries, "findings": found})
    for finding in report.findings:
        out.line(f"{finding.check} {finding.where}: {finding.what}")
        out.line(f"  hint: {finding.hint}")
    entries = counted(report.entries, "journal entry", "journal entries")
    out.line(f"{entries}, {counted(len(report.findings), 'finding')}")
    project.close()
    return Exit.FOUND if report.findings else Exit.DONE
