"""Shows progress by coder and stage, working time without pauses, and a trainee's
agreement with gold.
"""

from collections.abc import Sequence
from datetime import timedelta

from msgspec.structs import asdict

from coder.agreement.blind_sample import Audit
from coder.cli.commands import Options
from coder.cli.gold import show_unreleased
from coder.cli.output import Output, note_wrong_codings
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.report.beside import list_blind_sample_figures
from coder.report.figure_tables import interval_words, score_words
from coder.service.coding.history import spent_in_project
from coder.service.figures import progress as figures
from coder.service.project.opened import Project
from coder.service.project.wrong_codings import WrongCoding, without_wrong
from coder.service.review.unreleased import find_unreleased

_FLAG = ("article", "coder", "at", "text")


def run_status(options: Options, out: Output) -> None:
    """Show the progress and, for a blind sample, the suggester's figures; or the
    working time.
    """
    if options.time:
        _print_time(options, out)
        return
    project = options.project
    progress = figures.progress(project, out.progress("time"))
    audited = figures.audit(project)
    totals = figures.totals(project)
    sample = figures.audit_document(audited) if audited else None
    flags = figures.flags(project)
    flagged = [{name: getattr(flag, name) for name in _FLAG} for flag in flags]
    left = find_unreleased(project, out.progress("compare"))
    with project.store.read() as queries:
        heads = queries.coding_heads()
    _, wrong = without_wrong(project, heads, out.progress("check"))
    document = {"progress": [asdict(row) for row in progress], "flags": flagged}
    document |= {"wrong_codings": [each.document for each in wrong]}
    out.document(
        {**document, "totals": totals, "not_gold": left, "blind_sample": sample}
    )
    _print_progress(project, progress, out)
    out.line()
    withdrawn: Message | str = ""
    if totals["withdrawn"]:
        withdrawn = Message("cli.status.withdrawn", count=totals["withdrawn"])
    out.say("cli.status.articles", **{**totals, "withdrawn": withdrawn})
    aside: Message | str = ""
    if totals["set_aside"]:
        aside = Message("cli.status.set_aside", count=totals["set_aside"])
    submitted = totals["codings_submitted"]
    out.say(
        "cli.status.codings",
        submitted=submitted,
        open=totals["codings_open"],
        aside=aside,
    )
    out.say("cli.status.gold", closed=totals["gold_closed"], open=totals["gold_open"])
    show_unreleased(out, left)
    note_wrong_codings(out, [each.id for each in wrong])
    for flag in flags:
        text = " ".join(flag.text.split()) or "—"
        out.say("cli.status.flag", article=flag.article, coder=flag.coder, text=text)
    if audited is not None:
        _print_blind_sample(audited, out)


def _print_progress(
    project: Project, progress: Sequence[figures.Progress], out: Output
) -> None:
    retired = {person.name for person in project.people() if person.retired}
    rows = []
    for row in progress:
        coder: Message | str = row.coder
        if row.coder in retired:
            coder = Message("cli.status.retired", name=row.coder)
        stage = row.stage or Message("cli.status.unassigned")
        counts = (row.assigned, row.open, row.submitted, row.flagged, row.put_off)
        pace: Message | str = Message("cli.status.untimed")
        if row.submitted_timed:
            minutes = row.submitted_minutes / row.submitted_timed
            pace = f"{minutes:.1f} (n={row.submitted_timed})"
        rows.append((coder, stage, *counts, pace))
    out.table("cli.status.head", rows)


def _print_blind_sample(audited: Audit, out: Output) -> None:
    out.line()
    out.say("cli.status.sample", submitted=audited.submitted, assigned=audited.assigned)
    rows = []
    for _, name, score, interval in list_blind_sample_figures(audited):
        if score.value is None:
            figure = "—"
            last = score_words(score)
        else:
            figure = score_words(score)
            last = interval_words(interval) if interval else ""
        rows.append((name, score.n, figure, last))
    out.table("cli.status.sample_head", rows)


def run_training(options: Options, out: Output) -> None:
    """Show how often a trainee agrees with gold, or compare one article with gold."""
    from coder.service.coding.beside_gold import compute_share, list_figures

    if options.article:
        _print_beside_gold(options, out)
        return
    wrong = list[WrongCoding]()
    results = list_figures(options.project, options.person, wrong.append)
    of_article = []
    for each in results:
        counts = {"same": each.same, "of": each.of}
        of_article.append(
            {"article": each.article, "at": f"{each.at:%Y-%m-%d}", **counts}
        )
    of_week = []
    rows = []
    for week in dict.fromkeys(each.week for each in results):
        in_week = [each for each in results if each.week == week]
        score, interval = compute_share(in_week)
        counted = {
            "week": week,
            "articles": len(in_week),
            "same": sum(each.same for each in in_week),
            "of": score.n,
        }
        of_week.append({**counted, "share": score.value})
        rows.append((*counted.values(), score_words(score), interval_words(interval)))
    score, interval = compute_share(results)
    whole = {
        "share": score.value,
        "of": score.n,
        "interval_low": interval.low,
        "interval_high": interval.high,
    }
    left_out = [each.document for each in wrong]
    out.document(
        {
            "articles": of_article,
            "weeks": of_week,
            "whole": whole,
            "wrong_codings": left_out,
        }
    )
    note_wrong_codings(out, [each.id for each in wrong])
    if not results:
        out.say("cli.training.none", who=options.person)
        return
    out.table("cli.training.head", [tuple(each.values()) for each in of_article])
    out.line()
    out.table("cli.training.weeks", rows)
    out.line()
    out.say(
        "cli.training.whole",
        share=score_words(score),
        of=score.n,
        interval=interval_words(interval),
        count=Message("counts.articles", n=len(results)),
    )


def _print_beside_gold(options: Options, out: Output) -> None:
    from coder.service.coding.beside_gold import compare_with_gold

    article = options.project.article(options.article).id
    lang = options.project.config.shown_in
    out.lang = lang
    comparison = compare_with_gold(options.project, options.person, article)
    if comparison is None:
        raise CoderError("coding.no_gold_beside", article=article, coder=options.person)
    lines = []
    last_event = ""
    for line in comparison.lines:
        event = comparison.event_in_words(line.cluster_id, lang)
        own = comparison.in_words(line.field, line.own, lang)
        gold = comparison.in_words(line.field, line.gold, lang)
        lines.append(
            {
                "event": event,
                "field": line.field.id,
                "own": own,
                "gold": gold,
                "same": line.same,
                "counted": line.counted,
            }
        )
        if line.same:
            continue
        if event != last_event:
            out.line(event)
        last_event = event
        out.line(f"  {line.field.label.of(lang)}")
        out.say("cli.training.own", value=own or "—")
        out.say("cli.training.gold", value=gold or "—")
        if line.field.help:
            out.line(f"    {line.field.help.of(lang)}")
    out.document({"article": article, "lines": lines})
    out.say("cli.training.article", same=comparison.same, of=comparison.of)


def _print_time(options: Options, out: Output) -> None:
    by_coding, by_field = spent_in_project(options.project, out.progress("time"))
    codings = []
    fields = []
    for coding, time in by_coding.items():
        article, _, coder = coding.rpartition("/")
        codings.append({"article": article, "coder": coder, "minutes": _minutes(time)})
    for each in by_field:
        minutes = _minutes(each.time)
        fields.append(
            {"field": each.field, "minutes": minutes, "changes": each.changes}
        )
    out.document({"codings": codings, "fields": fields})
    out.table("cli.status.time_head", [tuple(row.values()) for row in codings])
    out.line()
    out.table("cli.status.field_time_head", [tuple(row.values()) for row in fields])


def _minutes(time: timedelta) -> float:
    return round(time.total_seconds() / 60, 1)
