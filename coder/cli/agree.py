"""Agreement between coders over submitted codings: events found, then each field, then the spans."""

from collections.abc import Iterable

from coder.agreement.figures import FieldAgreement
from coder.agreement.study import Study
from coder.cli.commands import Options
from coder.cli.output import Output, decimals
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.service.figures.progress import field_document, interval_words, score_words, study, study_document


def run_agree(options: Options, out: Output) -> None:
    """Show the figures of all that is compared, or of one field."""
    found = study(options.project, stage=options.stage, coders=options.coders)
    if options.field:
        _print_field(found, options.field, out)
    else:
        out.document(study_document(found))
        print_study(found, out)


def print_study(found: Study, out: Output) -> None:
    """The events line, the table of fields and the weakest of them, and the spans."""
    coders = Message("counts.coders", n=len(found.coders))
    out.say("cli.agree.size", articles=Message("counts.articles", n=len(found.articles)), coders=coders)
    if found.codebook.event_fields:
        events = found.events
        out.say("cli.agree.events", counts=", ".join(f"{coder} {n}" for coder, n in events.events.items()))
        out.say(
            "cli.agree.found",
            f1=score_words(events.f1),
            matches=sum(pair.matches for pair in events.pairs),
            interval=interval_words(events.interval),
            chance=score_words(events.chance),
            corrected=score_words(events.corrected),
        )
        figures = ", ".join(f"{t:g}: {score_words(s)}" for t, s in events.by_threshold.items())
        out.say("cli.agree.by_threshold", figures=figures)
        out.line()
    if found.fields:
        out.table("cli.agree.field_head", map(_row, found.fields))
        out.line()
        overall = found.overall()
        undefined = Message("cli.agree.none", reasons=_reasons(reason for _, reason in overall.undefined))
        out.say("cli.agree.weakest", field=overall.field or undefined)
        if found.not_measured:
            out.say("cli.agree.not_compared", fields=", ".join(found.not_measured))
        out.line()
    rows = []
    for row in found.spans():
        scores = (row.exact, row.relaxed, row.u_alpha)
        rows.append((row.kind or Message("cli.agree.all"), *(decimals(score.value) for score in scores)))
    out.table("cli.agree.span_head", rows)


def _row(row: FieldAgreement) -> tuple[object, ...]:
    """A line of the table; what is undefined is a dash there and has its reason in the last column."""
    if row.interval.defined:
        last = f"{interval_words(row.interval)} {row.status}"
    else:
        last = _reasons((row.percent.reason, row.alpha.reason, row.interval.reason))
    figures = decimals(row.percent.value), decimals(row.alpha.value)
    return row.field, row.distance, row.units, row.pairable, *figures, last


def _reasons(reasons: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(reason for reason in reasons if reason))


def _print_field(found: Study, field: str, out: Output) -> None:
    """One field, with which values met."""
    row = next((r for r in found.fields if r.field == field), None)
    if row is None:
        raise CoderError("cli.agree.no_field", field=field, names=", ".join(r.field for r in found.fields))
    document, alpha = field_document(row), score_words(row.alpha)
    out.say("cli.agree.field", field=field, alpha=alpha, units=row.pairable, distance=row.distance)
    out.say("cli.agree.percent", percent=score_words(row.percent), interval=interval_words(row.interval))
    if row.note:
        out.line(row.note)
    try:
        table = found.confusion(field)
    except CoderError:
        pass  # only enumerations and hierarchies have values to count
    else:
        document["confusion"] = {"values": list(table.values), "counts": table.counts.tolist()}
        lines = zip(table.values, table.counts, strict=True)
        out.line()
        out.table(("", *table.values), [(value, *(f"{n:g}" for n in counts)) for value, counts in lines])
    out.document(document)
