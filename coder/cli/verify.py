"""Integrity: the journal replayed gives the state; hashes, offsets, quotes and references fit."""

from __future__ import annotations

from coder.cli.commands import Exit, Options
from coder.cli.output import Output
from coder.messages.catalogue import Message
from coder.service.upkeep.integrity import verify


def run(options: Options, out: Output) -> Exit:
    """Check everything."""
    report = verify(options.project)
    parts = ("check", "where", "what", "hint")
    found = [{part: getattr(each, part) for part in parts} for each in report.findings]
    out.document({"entries": report.entries, "findings": found})
    for finding in report.findings:
        out.line(f"{finding.check} {finding.where}: {finding.what}")
        out.line(f"  hint: {finding.hint}")
    entries = Message("counts.entries", n=report.entries)
    out.say("cli.verify.counts", entries=entries, findings=Message("counts.findings", n=len(report.findings)))
    return Exit.FOUND if report.findings else Exit.DONE
