"""`coder article`: correct the text of an article after coding began, or undo that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coder.cli.commands import Options
from coder.cli.output import Output
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.model import Span
from coder.service.upkeep import text_correction
from coder.service.upkeep.text_correction import CarriedWork, TextCorrection

_MOST_LISTED = 10  # of the places that differ


def run_article(options: Options, out: Output) -> None:
    """Correct a text, show what a correction would do, or undo the last one."""
    if options.undo:
        article = text_correction.undo_correction(
            options.project, options.person, options.article
        )
        out.document({"article": article.id, "text_version": article.version})
        out.say("cli.article.undone", article=article.id, version=article.version)
        return
    if options.file is None:
        raise CoderError("cli.article.without_file")
    text = text_correction.read_text(options.file)
    if options.dry_run:
        plan = text_correction.preview_correction(
            options.project, options.article, text
        )
    else:
        plan = text_correction.correct_text(
            options.project, options.person, options.article, text, options.reason
        )
    out.document(_document(plan))
    _print(plan, out)
    key = "would" if options.dry_run else "corrected"
    out.say(f"cli.article.{key}", article=plan.article.id, version=plan.article.version)


def _print(plan: TextCorrection, out: Output) -> None:
    """Print what changes in the text, then the work on it."""
    replaced = plan.change.replaced
    pairs = [(each.old, each.new) for each in replaced[:_MOST_LISTED]]
    out.table("cli.article.text_head", pairs)
    if (more := len(replaced) - _MOST_LISTED) > 0:
        out.note("cli.article.more", n=more)
    rows = [_row(each) for each in plan.work]
    if rows:
        out.table("cli.article.work_head", rows)
    for each in plan.work:
        for span in each.after.lost:
            out.note(
                "cli.article.lost",
                coder=each.before.coder,
                kind=span.kind,
                words=span.quote,
            )


def _row(work: CarriedWork) -> Sequence[Any]:
    status = Message("cli.article.reopened") if work.is_reopened else ""
    return (
        work.before.coder,
        len(work.after.coding.spans),
        len(work.after.lost),
        status,
    )


def _document(plan: TextCorrection) -> dict[str, Any]:
    return {
        "article": plan.article.id,
        "text_version": plan.article.version,
        "text_sha256": plan.article.text_sha256,
        "replaced": [
            {"start": each.old_start, "old": each.old, "new": each.new}
            for each in plan.change.replaced
        ],
        "codings": [
            {
                "coder": each.before.coder,
                "carried": len(each.after.coding.spans),
                "lost": [_span(span) for span in each.after.lost],
                "reopened": each.is_reopened,
            }
            for each in plan.work
        ],
    }


def _span(span: Span) -> dict[str, Any]:
    return {
        "id": span.id,
        "kind": span.kind,
        "start": span.start,
        "end": span.end,
        "quote": span.quote,
    }
