# ruff: noqa: N999 (named as the command is; `cli.main` loads it by name)
"""Articles (txt) and codings (native jsonl) in: everything in the given files, or nothing."""

from dataclasses import asdict

from coder.cli.commands import Options
from coder.cli.output import Output
from coder.messages.catalogue import Message
from coder.service.delivery import intake


def run(options: Options, out: Output) -> None:
    """Take the files in."""
    report = intake.take(options.project, options.paths, options.format)
    out.document(asdict(report))
    codings = Message("counts.codings", n=report.codings)
    out.say("cli.import.taken", articles=Message("counts.articles", n=report.articles), codings=codings)
    if report.unchanged:
        out.say("cli.import.there", unchanged=report.unchanged)
    for left in report.left_out:
        out.note("cli.import.left_out", file=left.file, reason=left.reason)
    if report.errors or report.warnings:
        warnings = Message("counts.warnings", n=report.warnings)
        out.say("cli.import.found", errors=Message("counts.errors", n=report.errors), warnings=warnings)
