"""Progress by coder and stage, with working time per article (pauses over five minutes left out).

Codings that were never assigned have a line of their own, and below stands the whole project: articles,
codings and gold.

Where a blind sample was drawn (`coder assign --blind-sample`), also what it tells of the suggester: recall,
of the spans that coders marked without candidates; and anchoring, by how much coders who saw the candidates
agree with them more (exact F1) than those who did not, over the same articles.

example: coder status
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from coder.agreement.result import Interval, Score
from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.service.figures.progress import interval_words, progress, score_words, totals
from coder.service.figures.suggester_audit import Audit, audit, audit_document
from coder.service.project.opened import open_project


def prepare(_parser: ArgumentParser) -> None:
    """No options of its own."""


def run(options: Namespace, out: Output) -> Exit:
    """Show the progress."""
    project = open_project(options.project)
    found = progress(project)
    audited = audit(project)
    sample = audit_document(audited) if audited else None
    whole = totals(project)
    lines = [asdict(row) for row in found]
    out.document({"progress": lines, "totals": asdict(whole), "blind_sample": sample})
    head = ("coder", "stage", "assigned", "open", "submitted", "minutes per article")
    rows = []
    for row in found:
        pace = f"{row.minutes / row.timed:.1f} (n={row.timed})" if row.timed else "none measured"
        stage = row.stage or "not assigned"
        rows.append((row.coder, stage, *map(str, (row.assigned, row.open, row.submitted)), pace))
    out.table(head, rows)
    out.line()
    withdrawn = f", withdrawn: {whole.withdrawn}" if whole.withdrawn else ""
    out.line(f"articles: {whole.articles}, assigned: {whole.assigned}{withdrawn}")
    out.line(f"codings: {whole.codings_submitted} submitted, {whole.codings_open} open")
    out.line(f"gold: {whole.gold_closed} closed, {whole.gold_open} open")
    if audited is not None:
        _show(audited, out)
    project.close()
    return Exit.DONE


def _show(found: Audit, out: Output) -> None:
    """The blind sample's figures as tables."""
    out.line()
    out.line(f"blind sample: {found.submitted} of {found.assigned} codings submitted")
    rows = []
    for row in found.recalls:
        kind = row.kind or "all kinds"
        rows.append(_figure(f"recall of {kind}, overlapped", row.overlap, row.overlap_interval))
        rows.append(_figure(f"recall of {kind}, same edges", row.exact, row.exact_interval))
    contrast = found.anchoring
    rows.append(_figure("F1 with the candidates, who saw them", contrast.first))
    rows.append(_figure("F1 with the candidates, who did not", contrast.second))
    rows.append(_figure("anchoring: the difference", contrast.difference, contrast.interval))
    out.table(("figure", "n", "value", "interval"), rows)


def _figure(name: str, score: Score, interval: Interval | None = None) -> tuple[str, str, str, str]:
    """One figure with its n and interval; an undefined one with its reason."""
    if score.value is None:
        return name, str(score.n), "—", score_words(score)
    return name, str(score.n), score_words(score), interval_words(interval) if interval else ""
