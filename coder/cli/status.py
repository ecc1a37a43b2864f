"""Progress by coder and stage; working time, with pauses left out."""

from dataclasses import asdict
from datetime import timedelta

from coder.agreement.result import Interval, Score
from coder.cli.commands import Options
from coder.cli.output import Output
from coder.messages.catalogue import Message
from coder.report.figure_tables import interval_words, score_words
from coder.service.coding.history import spent_in_project
from coder.service.figures import progress as figures

_FLAG = ("article", "coder", "at", "text")


def run_status(options: Options, out: Output) -> None:
    """Show the progress, and the suggester's figures where there is a blind sample; or the working time."""
    if options.time:
        _print_time(options, out)
        return
    project = options.project
    found, audited, whole = figures.progress(project), figures.audit(project), figures.totals(project)
    sample, flags = figures.audit_document(audited) if audited else None, figures.flags(project)
    flagged = [{name: getattr(flag, name) for name in _FLAG} for flag in flags]
    told = {"progress": [asdict(r) for r in found], "flags": flagged, "totals": whole}
    out.document({**told, "blind_sample": sample})
    untimed, unassigned = Message("cli.status.untimed"), Message("cli.status.unassigned")
    rows = []
    for row in found:
        pace = f"{row.minutes / row.timed:.1f} (n={row.timed})" if row.timed else untimed
        counts = (row.assigned, row.open, row.submitted, row.flagged, row.put_off)
        rows.append((row.coder, row.stage or unassigned, *counts, pace))
    out.table("cli.status.head", rows)
    out.line()
    withdrawn = Message("cli.status.withdrawn", count=whole["withdrawn"]) if whole["withdrawn"] else ""
    out.say("cli.status.articles", **{**whole, "withdrawn": withdrawn})
    out.say("cli.status.codings", submitted=whole["codings_submitted"], open=whole["codings_open"])
    out.say("cli.status.gold", closed=whole["gold_closed"], open=whole["gold_open"])
    for flag in flags:
        out.say(
            "cli.status.flag", article=flag.article, coder=flag.coder, text=" ".join(flag.text.split()) or "—"
        )
    if audited is not None:
        out.line()
        out.say("cli.status.sample", submitted=audited.submitted, assigned=audited.assigned)
        every, between = Message("cli.status.all_kinds"), audited.anchoring
        measured: list[tuple[Message, Score, Interval | None]] = []
        for recall in audited.recalls:
            overlapped = Message("cli.status.overlapped", kind=recall.kind or every)
            same_edges = Message("cli.status.same_edges", kind=recall.kind or every)
            measured.append((overlapped, recall.overlap, recall.overlap_interval))
            measured.append((same_edges, recall.exact, recall.exact_interval))
        measured.append((Message("cli.status.saw"), between.first, None))
        measured.append((Message("cli.status.saw_not"), between.second, None))
        measured.append((Message("cli.status.anchoring"), between.difference, between.interval))
        out.table("cli.status.sample_head", [_figure(*each) for each in measured])


def _print_time(options: Options, out: Output) -> None:
    by_coding, by_field = spent_in_project(options.project, out.progress("time"))
    codings, fields = [], []
    for coding, time in by_coding.items():
        article, _, coder = coding.rpartition("/")
        codings.append({"article": article, "coder": coder, "minutes": _minutes(time)})
    for each in by_field:
        fields.append({"field": each.field, "minutes": _minutes(each.time), "changes": each.changes})
    out.document({"codings": codings, "fields": fields})
    out.table("cli.status.time_head", [tuple(row.values()) for row in codings])
    out.line()
    out.table("cli.status.field_time_head", [tuple(row.values()) for row in fields])


def _minutes(time: timedelta) -> float:
    return round(time.total_seconds() / 60, 1)


def _figure(name: Message, score: Score, interval: Interval | None) -> tuple[object, ...]:
    if score.value is None:
        return name, score.n, "—", score_words(score)
    return name, score.n, score_words(score), interval_words(interval) if interval else ""
