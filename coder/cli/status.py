"""Progress by coder and stage, with working time per article (pauses over five minutes left out)."""

from dataclasses import asdict

from coder.agreement.result import Interval, Score
from coder.cli.commands import Options
from coder.cli.output import Output
from coder.messages.catalogue import Message
from coder.service.figures.progress import interval_words, progress, score_words, totals
from coder.service.figures.suggester_audit import Audit, audit, audit_document


def run_status(options: Options, out: Output) -> None:
    """Show the progress, and the suggester's figures where there is a blind sample."""
    found, audited, whole = progress(options.project), audit(options.project), totals(options.project)
    sample = audit_document(audited) if audited else None
    out.document({"progress": [asdict(r) for r in found], "totals": asdict(whole), "blind_sample": sample})
    untimed, unassigned = Message("cli.status.untimed"), Message("cli.status.unassigned")
    rows = []
    for row in found:
        pace = f"{row.minutes / row.timed:.1f} (n={row.timed})" if row.timed else untimed
        rows.append((row.coder, row.stage or unassigned, row.assigned, row.open, row.submitted, pace))
    out.table("cli.status.head", rows)
    out.line()
    withdrawn = Message("cli.status.withdrawn", count=whole.withdrawn) if whole.withdrawn else ""
    out.say("cli.status.articles", articles=whole.articles, assigned=whole.assigned, withdrawn=withdrawn)
    out.say("cli.status.codings", submitted=whole.codings_submitted, open=whole.codings_open)
    out.say("cli.status.gold", closed=whole.gold_closed, open=whole.gold_open)
    if audited is not None:
        _show(audited, out)


def _show(found: Audit, out: Output) -> None:
    """The blind sample's figures as a table."""
    out.line()
    out.say("cli.status.sample", submitted=found.submitted, assigned=found.assigned)
    rows = []
    for row in found.recalls:
        kind = row.kind or Message("cli.status.all_kinds")
        overlapped, same_edges = "cli.status.overlapped", "cli.status.same_edges"
        rows.append(_figure(Message(overlapped, kind=kind), row.overlap, row.overlap_interval))
        rows.append(_figure(Message(same_edges, kind=kind), row.exact, row.exact_interval))
    contrast = found.anchoring
    rows.append(_figure(Message("cli.status.saw"), contrast.first))
    rows.append(_figure(Message("cli.status.saw_not"), contrast.second))
    rows.append(_figure(Message("cli.status.anchoring"), contrast.difference, contrast.interval))
    out.table("cli.status.sample_head", rows)


def _figure(name: Message, score: Score, interval: Interval | None = None) -> tuple[object, ...]:
    """One figure with its n and interval; an undefined one with its reason."""
    if score.value is None:
        return name, score.n, "—", score_words(score)
    return name, score.n, score_words(score), interval_words(interval) if interval else ""
