"""Agreement besides the report: how much to code twice, and fields by other coefficients than alpha."""

from coder.agreement.study import Study
from coder.cli.output import Output, decimals
from coder.errors import CoderError
from coder.report.contents import expect_compared
from coder.report.figure_tables import documents, interval_words, reasons_of

_ENDS = ("articles", "lower", "upper")


def print_plan(found: Study, width: float, field: str, out: Output) -> None:
    """How many articles to code twice for intervals so wide, of one field or of each."""
    if not 0 < width < 2:
        raise CoderError("cli.agree.bad_width", width=width)
    if field:
        expect_compared(found, field)
    alphas = {row.field: row for row in found.fields}
    told, cells = [], []
    for row in found.needs(width):
        if field in ("", row.field):
            ends = [row.to_code(articles) for articles in (row.articles, row.lower, row.upper)]
            interval = alphas[row.field].interval
            now = None
            if interval.lower is not None and interval.upper is not None:
                now = interval.upper - interval.lower
            told.append({**row._asdict(), "width_now": now, "to_code": dict(zip(_ENDS, ends, strict=True))})
            last = row.reason or f"{ends[1]}–{ends[2]}"
            cells.append((row.field, row.at_hand, decimals(now), ends[0] or "—", last))
    out.document({"width": width, "coded_twice": found.events.articles, "fields": told})
    out.say("cli.agree.at_hand", articles=found.events.articles, coders=", ".join(found.coders))
    out.say("cli.agree.wanted", width=f"{width:g}")
    out.table("cli.agree.plan_head", cells)


def print_measure(found: Study, name: str, field: str, out: Output) -> None:
    """One field, or each, by a coefficient beside alpha."""
    if field:
        expect_compared(found, field)
    rows = [row for row in found.coefficients(name) if field in ("", row.field)]
    told = [{"field": r.field, **documents(value=r.score, interval=r.interval)} for r in rows]
    out.document({"measure": name, "fields": told})
    out.say("cli.agree.at_hand", articles=found.events.articles, coders=", ".join(found.coders))
    out.say("cli.agree.measure", name=name)
    alphas = {row.field: row for row in found.fields}
    cells = []
    for row in rows:
        why = reasons_of((row.score, row.interval)).en
        last = why if row.interval.lower is None else interval_words(row.interval)
        alpha = decimals(alphas[row.field].alpha.value)
        cells.append((row.field, row.score.n, alpha, decimals(row.score.value), last))
    out.table("cli.agree.measure_head", cells)
