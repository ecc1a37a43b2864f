"""The parts of `coder codebook` that bring a project from one revision to another."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.codebook.schema import Codebook
from coder.codebook.validate import Problem
from coder.errors import CoderError
from coder.model import Coding
from coder.revisions.differences import difference_document, differences
from coder.service.project.codebook_upgrade import Upgrade, dry_run, read_new, undo_upgrade, upgrade, worklist
from coder.service.project.opened import open_project
from coder.text.counts import counted


def print_upgrade(options: Namespace, out: Output) -> Exit:
    """Upgrade the project's codings, show what that would do, or take it back."""
    if options.undo is bool(options.files) or len(options.files) > 1:
        raise CoderError("Give the file of the new codebook, or --undo.", hint="See `coder codebook --help`.")
    if not options.name and not options.dry_run:
        raise CoderError("Only a supervisor upgrades.", hint="Say who you are with --as NAME, or --dry-run.")
    project = open_project(options.project, person=options.name)
    lang = project.config.language
    if options.undo:
        done = undo_upgrade(project, options.name)
        out.document({"undone": done.old, "codebook": done.new})
        out.line(f"the upgrade to {done.old} is taken back; the codebook is {done.new} again")
    else:
        new = read_new(project, Path(options.files[0]))
        if options.dry_run:
            done = dry_run(project, new, gold=options.gold)
        else:
            counted = out.progress("codings")
            done = upgrade(project, options.name, new, gold=options.gold, progress=counted)
        out.document(_upgrade_document(done, lang, written=not options.dry_run))
        _upgrade_lines(done, lang, out, written=not options.dry_run)
    project.close()
    return Exit.DONE


def print_differences(old: Codebook, new: Codebook, langs: Sequence[str], out: Output) -> None:
    """What changed between two codebooks, a line each."""
    found = differences(old, new)
    out.document(
        {
            "old": {"codebook": old.ref, "digest": old.digest},
            "new": {"codebook": new.ref, "digest": new.digest},
            "differences": [difference_document(each) for each in found],
        }
    )
    for each in found:
        for lang in langs:
            out.line(each.words(lang))
    counts = ", ".join(f"{sign} {n}" for sign, n in Counter(each.sign for each in found).items())
    out.line(f"{old.ref} → {new.ref}: {counts or 'nothing changed'}")


def print_worklist(options: Namespace, out: Output) -> Exit:
    """What coders have to look at again."""
    project = open_project(options.project, person=options.name)
    lang = project.config.language
    found = worklist(project, options.coder)
    out.document(
        [
            {"coder": w.coder, "article": w.article, "codebook": w.codebook, "left": _notes(w.left, lang)}
            for w in found
        ]
    )
    rows = [(w.coder, w.article, p.event_id or "", p.message.of(lang)) for w in found for p in w.left]
    if rows:
        out.table(("coder", "article", "event", "to look at again"), rows)
    out.line(f"{counted(len(rows), 'place')} in {counted(len(found), 'coding')}")
    project.close()
    return Exit.DONE


def _upgrade_document(done: Upgrade, lang: str, *, written: bool) -> dict[str, Any]:
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
                "again": _notes(each.after.again, lang),
                "left_out": _notes(each.after.left_out, lang),
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


def _notes(found: Sequence[Problem], lang: str) -> list[dict[str, Any]]:
    return [
        {"event": p.event_id, "field": p.field, "rule": p.rule, "message": p.message.of(lang)} for p in found
    ]


def _upgrade_lines(done: Upgrade, lang: str, out: Output, *, written: bool) -> None:
    again = [(each, p) for each in done.carried for p in each.after.again]
    left_out = [(each, p) for each in done.carried for p in each.after.left_out]
    would = "" if written else "would be "
    carried = "codings carried over" if written else "codings that would be carried over"
    out.line(f"{done.old} → {done.new}: {carried}: {len(done.carried)}")
    for title, found in (("to look at again", again), (f"{would}left out", left_out)):
        rows = [(*_where(each.before, p), p.message.of(lang)) for each, p in found]
        if rows:
            out.table(("coder", "article", "event", title), rows)
    reopened = sum(each.reopened for each in done.carried)
    out.line(f"submitted codings {would}opened again, because there is something to look at: {reopened}")
    _term_lines(done, lang, out)
    if done.gold_kept:
        articles = ", ".join(head.article for head in done.gold_kept)
        out.line(f"gold that keeps its revision: {articles}")
        out.line("bring it over with the same command and --gold; what is then undecided opens again")
    if written:
        out.line("next: coder suggest --again (candidates by the new codebook), coder codebook worklist")


def _term_lines(done: Upgrade, lang: str, out: Output) -> None:
    """What becomes of supervisors' decisions about terms."""
    if not done.rulings:
        return
    kept = sum(each.after is not None for each in done.rulings)
    out.line(f"decisions about terms carried over: {kept} of {len(done.rulings)}")
    rows = [
        (each.before.kind, each.before.text, "without its value" if each.after else "no", each.lost.of(lang))
        for each in done.rulings
        if each.lost
    ]
    if rows:
        out.table(("kind", "term", "carried over", "why"), rows)
        out.line("decide anew: coder lexicon promote, coder lexicon veto")


def _where(coding: Coding, problem: Problem) -> tuple[str, str, str]:
    return coding.coder, coding.article, problem.event_id or ""
