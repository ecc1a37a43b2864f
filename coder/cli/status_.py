"""Progress by coder and stage, with working time per article (pauses over five minutes left out).

Where a blind sample was drawn (`coder assign --blind-sample`), also what it tells of the suggester: recall,
of the spans that coders marked without candidates; and anchoring, by how much coders who saw the candidates
agree with them more (exact F1) than those who did not, over the same articles.

example: coder status
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.service.audit import Audit, audit, audit_document
from coder.service.project import open_project
from coder.service.report import interval_words, progress, score_words


def prepare(_parser: ArgumentParser) -> None:
    """No options of its own."""


def run(options: Namespace, out: Output) -> Exit:
    """Show the progress."""
    project = open_project(options.project)
    found = progress(project)
    audited = audit(project)
    sample = audit_document(audited) if audited else None
    out.document({"progress": [asdict(row) for row in found], "blind_sample": sample})
    head = ("coder", "stage", "assigned", "submitted", "minutes per article")
    rows = []
    for row in found:
        pace = f"{row.minutes / row.timed:.1f} (n={row.timed})" if row.timed else "none measured"
        rows.append((row.coder, row.stage, str(row.assigned), str(row.submitted), pace))
    out.table(head, rows)
    if audited is not None:
        _show(audited, out)
    project.close()
    return Exit.DONE


def _show(found: Audit, out: Output) -> None:
    """The blind sample's figures as tables."""
    out.line()
    out.line(f"blind sample: {found.submitted} of {found.assigned} codings submitted")
    head = ("recall", "spans", "overlapped", "interval", "same edges", "interval")
    rows = [
        (
            row.kind or "all",
            str(row.overlap.n),
            score_words(row.overlap),
            interval_words(row.overlap_interval),
            score_words(row.exact),
            interval_words(row.exact_interval),
        )
        for row in found.recalls
    ]
    out.table(head, rows)
    contrast = found.anchoring
    words = (score_words(s) for s in (contrast.first, contrast.second, contrast.difference))
    head = ("anchoring", "articles", "F1 with candidates", "F1 without", "difference", "interval")
    out.table(head, [("", str(contrast.articles), *words, interval_words(contrast.interval))])
