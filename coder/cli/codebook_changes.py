"""The parts of `coder codebook` that bring a project from one revision to another."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from coder.cli.commands import Options
from coder.cli.output import Output
from coder.codebook.validate import Problem
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.service.project.codebook_upgrade import Upgrade, dry_run, read_new, undo_upgrade, upgrade, worklist


def print_upgrade(options: Options, out: Output) -> None:
    """Upgrade the project's codings, show what that would do, or take it back."""
    if options.undo is bool(options.files) or len(options.files) > 1:
        raise CoderError("cli.upgrade.file")
    if not options.person and not options.dry_run:
        raise CoderError("cli.upgrade.whose")
    project, lang = options.project, options.project.config.language
    if options.undo:
        done = undo_upgrade(project, options.person)
        out.document({"undone": done.old, "codebook": done.new})
        out.say("cli.upgrade.undone", old=done.old, new=done.new)
        return
    new = read_new(project, Path(options.files[0]))
    if options.dry_run:
        done = dry_run(project, new, gold=options.gold)
    else:
        progress = out.progress("codings")
        done = upgrade(project, options.person, new, gold=options.gold, progress=progress)
    out.document(_document(done, lang, written=not options.dry_run))
    _print_codings(done, lang, out, written=not options.dry_run)
    _print_terms(done, lang, out)
    if done.gold_kept:
        out.say("cli.upgrade.gold_kept", articles=", ".join(head.article for head in done.gold_kept))
    if not options.dry_run:
        out.say("cli.upgrade.next")


def print_worklist(options: Options, out: Output) -> None:
    """What coders have to look at again."""
    lang = options.project.config.language
    found = worklist(options.project, options.coder)
    out.document(
        [
            {"coder": w.coder, "article": w.article, "codebook": w.codebook, "left": _problems(w.left, lang)}
            for w in found
        ]
    )
    rows = [(w.coder, w.article, p.event_id, p.message.of(lang)) for w in found for p in w.left]
    if rows:
        out.table("cli.upgrade.again_head", rows)
    codings = Message("counts.codings", n=len(found))
    out.say("cli.upgrade.places", places=Message("counts.places", n=len(rows)), codings=codings)


def _document(done: Upgrade, lang: str, *, written: bool) -> dict[str, Any]:
    return {
        "from": done.old,
        "to": done.new,
        "written": written,
        "codings": [
            {
                "article": each.before.article,
                "coder": each.before.coder,
                "was": each.before.codebook,
                "reopened": each.reopened,
                "again": _problems(each.after.again, lang),
                "left_out": _problems(each.after.left_out, lang),
            }
            for each in done.carried
        ],
        "terms": [
            {
                "kind": each.before.kind,
                "term": each.before.text,
                "decision": each.before.verdict.value,
                "carried": each.after is not None,
                "lost": each.lost.of(lang) if each.lost else None,
            }
            for each in done.rulings
        ],
        "gold_kept": [{"article": head.article, "codebook": head.codebook} for head in done.gold_kept],
    }


def _problems(found: Sequence[Problem], lang: str) -> list[dict[str, Any]]:
    return [
        {"event": p.event_id, "field": p.field, "rule": p.rule, "message": p.message.of(lang)} for p in found
    ]


def _print_codings(done: Upgrade, lang: str, out: Output, *, written: bool) -> None:
    """What became of the codings, or would become."""
    carried = "cli.upgrade.carried" if written else "cli.upgrade.would_carry"
    out.say(carried, old=done.old, new=done.new, count=len(done.carried))
    left_out = "cli.upgrade.left_out_head" if written else "cli.upgrade.would_leave_out_head"
    again = [(each.before, p) for each in done.carried for p in each.after.again]
    dropped = [(each.before, p) for each in done.carried for p in each.after.left_out]
    for head, found in (("cli.upgrade.again_head", again), (left_out, dropped)):
        if found:
            out.table(head, [(c.coder, c.article, p.event_id, p.message.of(lang)) for c, p in found])
    reopened = "cli.upgrade.reopened" if written else "cli.upgrade.would_reopen"
    out.say(reopened, count=sum(each.reopened for each in done.carried))


def _print_terms(done: Upgrade, lang: str, out: Output) -> None:
    """What becomes of supervisors' decisions about terms."""
    if not done.rulings:
        return
    kept = sum(each.after is not None for each in done.rulings)
    out.say("cli.upgrade.terms", kept=kept, of=len(done.rulings))
    partly, no = Message("cli.upgrade.without_value"), Message("cli.upgrade.not_carried")
    rows = [
        (each.before.kind, each.before.text, partly if each.after else no, each.lost.of(lang))
        for each in done.rulings
        if each.lost
    ]
    if rows:
        out.table("cli.upgrade.term_head", rows)
        out.say("cli.upgrade.decide_anew")
