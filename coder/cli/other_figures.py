"""Agreement figures beyond the report: how much to code twice, and coefficients other
than alpha.
"""

from coder.agreement.bootstrap import LEAST_ARTICLES
from coder.agreement.study import Study
from coder.cli.output import Output, decimals
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.report.contents import expect_compared
from coder.report.figure_tables import documents, interval_words, reasons_of

_ENDS = ("articles", "lower", "upper")


def print_plan(study: Study, width: float, field: str, out: Output) -> None:
    """Print how many articles to code twice for intervals of a given width, for one
    field or all.
    """
    if not 0 < width < 2:
        raise CoderError("cli.agree.bad_width", width=width)
    if field:
        expect_compared(study, field)
    alphas = {row.field: row for row in study.rows(field)}
    fields = []
    cells = []
    for row in study.needs(width, field):
        to_code = {end: row.to_code(getattr(row, end)) for end in _ENDS}
        interval = alphas[row.field].interval
        now = None
        if interval.low is not None and interval.high is not None:
            now = interval.high - interval.low
        fields.append({**row._asdict(), "width_now": now, "to_code": to_code})
        last = row.reason or f"{to_code['lower']}–{to_code['upper']}"
        wanted = to_code["articles"] or "—"
        cells.append((row.field, row.at_hand, decimals(now), wanted, last))
    out.document(
        {
            "width": width,
            "coded_twice": study.shared_articles,
            "fields": fields,
            "wrong_codings": study.basis.wrong_documents,
        }
    )
    out.say(
        "cli.agree.at_hand",
        articles=study.shared_articles,
        coders=", ".join(study.coders),
    )
    out.say("cli.agree.wanted", width=f"{width:g}")
    if study.shared_articles < LEAST_ARTICLES:
        out.say("cli.agree.few_at_hand", least=LEAST_ARTICLES)
    out.table("cli.agree.plan_head", cells)


def print_measure(study: Study, name: str, field: str, out: Output) -> None:
    """Print one field, or all, with another coefficient beside alpha."""
    if field:
        expect_compared(study, field)
    rows = study.coefficients(name, field)
    fields = [
        {"field": r.field, **documents(value=r.score, interval=r.interval)}
        for r in rows
    ]
    wrong = study.basis.wrong_documents
    out.document({"measure": name, "fields": fields, "wrong_codings": wrong})
    out.say(
        "cli.agree.at_hand",
        articles=study.shared_articles,
        coders=", ".join(study.coders),
    )
    out.say("cli.agree.measure", name=name)
    alphas = {row.field: row for row in study.rows(field)}
    cells = []
    for row in rows:
        reasons = reasons_of((row.score, row.interval)).en
        last = reasons if row.interval.low is None else interval_words(row.interval)
        alpha = decimals(alphas[row.field].alpha.value)
        cells.append((row.field, row.score.n, alpha, decimals(row.score.value), last))
    measure = Message(f"cli.agree.coefficient.{name}").of(out.lang)
    out.table("cli.agree.measure_head", cells, measure=measure)
