"""The codebook's rules over all submitted codings and gold.

example: coder check --errors
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.service.project.integrity import check
from coder.service.project.opened import open_project
from coder.text.counts import counted


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("--errors", action="store_true", help="leave warnings out")


def run(options: Namespace, out: Output) -> Exit:
    """Check everything."""
    project = open_project(options.project)
    lang = project.config.language
    found = [(c, p) for c, p in check(project) if not options.errors or p.severity == "error"]
    rows = []
    for coding, problem in found:
        where = "/".join(part for part in (coding.id, problem.event_id, problem.field) if part)
        rows.append({"where": where, "rule": problem.rule, "severity": problem.severity,
                     "message": problem.message.of(lang)})  # fmt: skip
    out.document(rows)
    for row in rows:
        out.line(f"{row['severity']} {row['rule']} {row['where']}: {row['message']}")
    errors = sum(p.severity == "error" for _, p in found)
    out.line(f"{counted(errors, 'error')}, {counted(len(found) - errors, 'warning')}")
    project.close()
    return Exit.FOUND if errors else Exit.DONE
