"""Progress by coder and stage (working time: pauses left out), and agreement between coders."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta

from coder.agreement.event_agreement import EventAgreement
from coder.agreement.field_agreement import Confusion, FieldAgreement
from coder.agreement.result import Interval, Score
from coder.agreement.span_agreement import SpanAgreement
from coder.agreement.study import Study
from coder.cli.commands import Options
from coder.cli.output import Output, decimals
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.service.coding.history import spent_in_project
from coder.service.figures import progress as figures
from coder.service.figures.progress import interval_words, score_words, study, study_document

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


def run_agree(options: Options, out: Output) -> None:
    """Show the figures of all that is compared, or of one field."""
    found = study(
        options.project, stage=options.stage, coders=options.coders, progress=out.progress("compare")
    )
    if options.field:
        _print_field(found, options.field, out)
    else:
        out.document(study_document(found))
        print_study(found, out)


def print_study(found: Study, out: Output) -> None:
    """What went in, the events line, the table of fields and the weakest of them, and the spans."""
    _print_basis(found, out)
    if found.codebook.event_fields:
        _print_events(found.events, out)
        out.line()
    if found.fields:
        out.table("cli.agree.field_head", map(_row, found.fields))
        for row in found.fields:
            if row.note:
                out.say("cli.agree.note", field=row.field, note=row.note)
        out.line()
        overall = found.overall
        undefined = Message("cli.agree.none", reasons=_reasons(reason for _, reason in overall.undefined))
        out.say("cli.agree.weakest", field=overall.field or undefined)
        if found.not_measured:
            out.say("cli.agree.not_compared", fields=", ".join(found.not_measured))
        out.line()
    out.table("cli.agree.span_head", map(_span_row, found.spans))
    if reasons := _reasons(i.reason for row in found.spans for i in _span_intervals(row)):
        out.say("cli.agree.no_span_interval", reasons=reasons)


def _print_basis(found: Study, out: Output) -> None:
    basis, plan, shared = found.basis, found.plan, found.events.articles
    out.say(
        "cli.agree.basis",
        articles=Message("counts.articles", n=len(found.articles)),
        codings=Message("counts.codings", n=basis.codings),
        coders=", ".join(found.coders),
        shared=shared,
        codebook=found.codebook.ref,
    )
    if basis.left_out:
        out.say("cli.agree.left_out", codings=figures.left_out_words(basis.left_out))
    out.say("cli.agree.plan", B=plan.B, seed=plan.seed)


def _print_events(events: EventAgreement, out: Output) -> None:
    out.say("cli.agree.events", counts=", ".join(f"{coder} {n}" for coder, n in events.events.items()))
    if events.alone:
        counts = ", ".join(f"{coder} {n}" for coder, n in events.alone.items())
        out.say("cli.agree.alone", counts=counts)
    if events.without_evidence:
        rule = "apart" if events.needs_evidence else "by_values"
        out.say(f"cli.agree.{rule}", n=events.without_evidence)
    out.say(
        "cli.agree.found",
        f1=score_words(events.f1),
        pairs="; ".join(
            f"{' and '.join(p.coders)} 2 × {p.matches} / {p.events}" for p in events.pairs if p.events
        )
        or "—",
        interval=interval_words(events.interval),
        chance=score_words(events.chance),
        corrected=score_words(events.corrected),
    )
    at = ", ".join(f"{t:g}: {score_words(s)}" for t, s in events.by_threshold.items())
    out.say("cli.agree.by_threshold", figures=at)


def _row(row: FieldAgreement) -> tuple[object, ...]:
    """A line of the table; what is undefined is a dash there and has its reason in the last column."""
    if row.interval.lower is not None:
        last = f"{interval_words(row.interval)} {row.status}"
    else:
        last = _reasons((row.percent.reason, row.alpha.reason, row.interval.reason))
    scores = decimals(row.percent.value), decimals(row.alpha.value), decimals(row.below.value)
    return row.field, row.distance, row.units, row.pairable, *scores, last


def _span_intervals(row: SpanAgreement) -> tuple[Interval, ...]:
    return row.exact_interval, row.relaxed_interval, row.u_alpha_interval


def _span_row(row: SpanAgreement) -> tuple[object, ...]:
    cells: list[object] = [row.kind or Message("cli.agree.all"), row.exact.n]
    for score, interval in zip((row.exact, row.relaxed, row.u_alpha), _span_intervals(row), strict=True):
        cells += [decimals(score.value), interval_words(interval) if interval.lower is not None else "—"]
    return tuple(cells)


def _reasons(reasons: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(reason for reason in reasons if reason))


def _print_field(found: Study, field: str, out: Output) -> None:
    row = next((r for r in found.fields if r.field == field), None)
    if row is None:
        raise CoderError("cli.agree.no_field", field=field, names=", ".join(r.field for r in found.fields))
    document, alpha = figures.field_document(row), score_words(row.alpha)
    _print_basis(found, out)
    out.say("cli.agree.field", field=field, alpha=alpha, units=row.pairable, distance=row.distance)
    status = f", {row.status}" if row.interval.lower is not None else ""
    out.say("cli.agree.bounds", interval=interval_words(row.interval), status=status)
    if row.below.value is not None:
        out.say("cli.agree.below", probability=decimals(row.below.value))
    percent, interval = score_words(row.percent), interval_words(row.percent_interval)
    out.say("cli.agree.percent", percent=percent, interval=interval)
    out.say("cli.agree.differing", differing=row.differing, articles=row.articles)
    if row.note:
        out.line(row.note)
    try:
        table = found.confusion(field)
    except CoderError:
        pass  # only enumerations and hierarchies have values to count
    else:
        met = [{"values": [one, other], "pairs": times} for one, other, times in table.met]
        counts = {"coincidences": table.counts.tolist(), "n": table.n, "met": met}
        document["confusion"] = {"values": list(table.values), **counts}
        _print_confusion(table, out)
    out.document(document)


def _print_confusion(table: Confusion, out: Output) -> None:
    """Every two values that met, as a matrix where it fits the line, else one below the other."""
    out.line()
    out.say("cli.agree.met", pairs=f"{table.n / 2:g}")
    if (
        len(table.values) * 2 + sum(map(len, table.values)) + max(map(len, table.values), default=0)
        < out.width
    ):
        times = {(one, other): f"{n:g}" for one, other, n in table.met}
        cells = [[times.get((a, b)) or times.get((b, a), "0") for b in table.values] for a in table.values]
        out.table(("", *table.values), [(a, *row) for a, row in zip(table.values, cells, strict=True)])
    else:
        rows = [(f"{times:g}", one, "=" if one == other else "≠", other) for one, other, times in table.met]
        out.table("cli.agree.met_head", rows)
