"""Checks, shows and compares codebooks, prints the coders' manual, upgrades a project
to a new revision.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from coder.cli.commands import Options
from coder.cli.output import Output, note_wrong_codings
from coder.codebook import shipped
from coder.codebook.checks import advice
from coder.codebook.label import join_texts, plain
from coder.codebook.load import read_codebook
from coder.codebook.schema import Codebook
from coder.codebook.validate import Problem
from coder.errors import CoderError
from coder.manual.pages import page
from coder.messages.catalogue import LANGUAGES, Message, first_few
from coder.model import GOLD
from coder.revisions.codebook_differences import difference_document, differences
from coder.service.project.config import Language, user_view
from coder.service.project.output_paths import written
from coder.service.project.wrong_codings import WrongCoding
from coder.service.upkeep import codebook_upgrade
from coder.service.upkeep.codebook_upgrade import Upgrade


def run_codebook(options: Options, out: Output) -> None:
    """Perform the requested action on codebooks."""
    actions = {"check": _check, "show": _show, "diff": _diff, "docs": _docs}
    actions |= {"upgrade": _upgrade, "worklist": _worklist}
    actions[options.what](options, out)


def _codebook(options: Options) -> Codebook:
    if len(options.files) > 1:
        raise CoderError("cli.codebook.one_file", what=options.what)
    if options.files:
        return read_codebook(shipped.codebook(options.files[0]))
    return options.project.codebook


def _language(options: Options, *, is_alone: bool) -> Language:
    """Return the language to show codebooks in; is_alone: they are files, which belong
    to no project.
    """
    if options.lang in LANGUAGES:
        chosen: Language = options.lang
        return chosen
    return user_view().language or "en" if is_alone else options.project.config.shown_in


def _check(options: Options, out: Output) -> None:
    book = _codebook(options)
    summary = {
        "codebook": book.ref,
        "digest": book.digest,
        "span_kinds": len(book.span_kinds),
        "event_types": len(book.leaf_types()),
        "fields": len(book.event_fields),
        "rules": len(book.rules),
    }
    warnings = list(advice(book))
    texts = [{"message": message.en, "hint": hint.en} for message, hint in warnings]
    out.document({**summary, "warnings": texts})
    out.say("cli.codebook.summary", **summary)
    for message, hint in warnings:
        out.note("cli.codebook.warning", what=message, hint=hint)


def _show(options: Options, out: Output) -> None:
    if len(options.files) == 1 and (
        path := shipped.find_shipped_file(options.files[0])
    ):
        text = path.read_text("utf-8")
        out.document({"file": path.name, "text": text})
        out.line(text.rstrip("\n"))
        return
    book = _codebook(options)
    lang = _language(options, is_alone=bool(options.files))
    out.lang = lang
    out.document(plain(book))
    rows = []
    for f in book.fields:
        required = Message("cli.codebook.required") if f.required else ""
        rows.append((f.id, f.key, f.type, required, f.distance.kind, f.label.of(lang)))
    out.table("cli.codebook.field_head", rows, title=book.ref)
    out.table(
        "cli.codebook.kind_head",
        [(kind.id, kind.key, kind.label.of(lang)) for kind in book.span_kinds],
    )
    if book.event_types:
        out.table(
            "cli.codebook.type_head",
            [(t.id, t.label.of(lang)) for t in book.leaf_types()],
        )


def _diff(options: Options, out: Output) -> None:
    files = options.files
    if len(files) not in (1, 2):
        raise CoderError("cli.codebook.two")
    if len(files) == 2 and all(Path(name).is_file() for name in files):
        old, new = map(read_codebook, files)
        out.lang = _language(options, is_alone=True)
    else:
        project = options.project
        out.lang = _language(options, is_alone=False)
        books = [codebook_upgrade.codebook_named(project, name) for name in files]
        old, new = books if len(books) == 2 else (project.codebook, *books)
    changes = differences(old, new)
    ends = {
        end: {"codebook": book.ref, "digest": book.digest}
        for end, book in (("old", old), ("new", new))
    }
    out.document(
        {**ends, "differences": [difference_document(each) for each in changes]}
    )
    for each in changes:
        for code in ("ar", "en") if options.lang == "both" else (out.lang,):
            out.line(each.words(code))
    signs = Counter(each.sign for each in changes)
    counts = [Message(f"cli.codebook.n_{sign}", n=n) for sign, n in signs.items()]
    what = join_texts(counts or [Message("cli.codebook.same")])
    out.say("cli.codebook.changed", old=old.ref, new=new.ref, counts=what)


def _docs(options: Options, out: Output) -> None:
    book = _codebook(options)
    langs = ("ar", "en") if options.lang in (None, "both") else (options.lang,)
    text = page(book, langs, options.format)
    if options.out is not None:
        with written(
            options.out, options.folder_of_project, force=options.force
        ) as stream:
            stream.write(text.encode("utf-8"))
    result = {"text": text} if options.out is None else {"file": str(options.out)}
    out.document(
        {
            "codebook": book.ref,
            "format": options.format,
            "languages": list(langs),
            **result,
        }
    )
    out.line(text.rstrip("\n") if options.out is None else str(options.out))


def _upgrade(options: Options, out: Output) -> None:
    if options.undo is bool(options.files) or len(options.files) > 1:
        raise CoderError("cli.upgrade.file")
    if options.undo and options.dry_run:
        raise CoderError("cli.not_with", one="--dry-run", other="--undo")
    if not options.person and not options.dry_run:
        raise CoderError("cli.upgrade.whose")
    project = options.project
    real = not options.dry_run
    out.lang = project.config.shown_in
    if options.undo:
        done = codebook_upgrade.undo_upgrade(project, options.person)
        out.document(done._asdict())
        out.say("cli.upgrade.undone", old=done.undone, new=done.codebook)
        return
    new = codebook_upgrade.read_new(project, Path(options.files[0]))
    if real:
        report = codebook_upgrade.upgrade(
            project,
            options.person,
            new,
            gold=options.gold,
            progress=out.progress("write"),
        )
    else:
        report = codebook_upgrade.dry_run(project, new, gold=options.gold)
    _report_upgrade(report, out, real=real)
    if real and report.old != report.new:
        file = codebook_upgrade.backup_before(project, report.new)
        out.note("cli.upgrade.backup", file=file)


def _worklist(options: Options, out: Output) -> None:
    lang = options.project.config.shown_in
    out.lang = lang
    codings = list[dict[str, Any]]()
    wrong = list[WrongCoding]()
    project = options.project
    coder = options.coder
    for head, problems in codebook_upgrade.worklist(project, coder, wrong.append):
        coding = {
            "coder": head.coder,
            "article": head.article,
            "codebook": head.codebook,
        }
        codings.append({**coding, "left": _problems(problems, lang)})
    out.document(codings)
    places = Message(
        "counts.places",
        n=_print_problems("cli.upgrade.again_head", codings, "left", out),
    )
    gold = sum(each["coder"] == GOLD for each in codings)
    where = Message("counts.codings", n=len(codings) - gold)
    if gold:
        articles = Message("counts.articles", n=gold)
        where = Message("cli.upgrade.and_gold", codings=where, articles=articles)
    out.say("cli.upgrade.places", places=places, where=where)
    note_wrong_codings(out, [each.id for each in wrong])


def _report_upgrade(done: Upgrade, out: Output, *, real: bool) -> None:
    """Print what an upgrade did or, in a dry run, would do."""
    codings = _describe_carried(done, out.lang)
    terms, rows = _describe_rulings(done, out.lang)
    kept = []
    for each in done.gold_kept:
        kept.append({"article": each.article, "codebook": each.codebook})
    old = done.old
    if done.old == done.new and done.carried:
        old = ", ".join(sorted({each.head.codebook for each in done.carried}))
    result = {"from": old, "to": done.new, "written": real}
    out.document({**result, "codings": codings, "terms": terms, "gold_kept": kept})
    if done.old == done.new and not codings and not kept:
        out.say("cli.upgrade.in_force", codebook=done.new)
        return
    gold = [each for each in codings if each["coder"] == GOLD]
    of_coders = [each for each in codings if each["coder"] != GOLD]
    carried = "cli.upgrade.carried" if real else "cli.upgrade.would_carry"
    out.say(carried, old=old, new=done.new, count=len(of_coders))
    if gold:
        of_gold = "cli.upgrade.carried_gold" if real else "cli.upgrade.would_carry_gold"
        out.say(of_gold, count=len(gold), opened=_count_reopened(gold))
    _print_problems("cli.upgrade.again_head", codings, "again", out)
    head = "cli.upgrade.left_out_head" if real else "cli.upgrade.would_leave_out_head"
    _print_problems(head, codings, "left_out", out)
    opened = "cli.upgrade.reopened" if real else "cli.upgrade.would_reopen"
    out.say(opened, count=_count_reopened(of_coders))
    if terms:
        carried_terms = [each for each in terms if each["carried"]]
        out.say("cli.upgrade.terms", kept=len(carried_terms), of=len(terms))
    if rows:
        out.table("cli.upgrade.term_head", rows)
        out.say("cli.upgrade.decide_anew")
    if kept:
        count = Message("counts.articles", n=len(kept))
        articles = first_few([each["article"] for each in kept])
        out.say("cli.upgrade.gold_kept", count=count, articles=articles)
    if real:
        out.say("cli.upgrade.next")


def _describe_carried(done: Upgrade, lang: str) -> list[dict[str, Any]]:
    """Return the codings that an upgrade carries over, as JSON."""
    codings = []
    for each in done.carried:
        coding = {
            "article": each.head.article,
            "coder": each.head.coder,
            "was": each.head.codebook,
            "reopened": each.reopened,
            "again": _problems(each.again, lang),
            "left_out": _problems(each.left_out, lang),
        }
        codings.append(coding)
    return codings


def _describe_rulings(
    done: Upgrade, lang: str
) -> tuple[list[dict[str, Any]], list[Sequence[object]]]:
    """Return the decisions about terms as JSON, and a table of those that lose
    something.
    """
    terms = []
    rows = list[Sequence[object]]()
    partly = Message("cli.upgrade.without_value")
    no = Message("cli.upgrade.not_carried")
    for term, after, reason in done.rulings:
        lost = reason.of(lang) if reason else None
        terms.append(
            {
                "kind": term.kind,
                "term": term.text,
                "decision": term.verdict.value,
                "carried": after is not None,
                "lost": lost,
            }
        )
        if reason:
            rows.append((term.kind, term.text, partly if after else no, lost))
    return terms, rows


def _count_reopened(codings: Sequence[dict[str, Any]]) -> int:
    return sum(each["reopened"] for each in codings)


def _print_problems(
    head: str, codings: Sequence[dict[str, Any]], name: str, out: Output
) -> int:
    """Print a table of the problems that codings have under a key, if any; return how
    many.
    """
    rows = []
    for coding in codings:
        for problem in coding[name]:
            where = (coding["coder"], coding["article"], problem["event"])
            rows.append((*where, problem["message"]))
    if rows:
        out.table(head, rows)
    return len(rows)


def _problems(problems: Sequence[Problem], lang: str) -> list[dict[str, Any]]:
    return [
        {
            "event": p.event_id,
            "field": p.field,
            "rule": p.rule,
            "message": p.message.of(lang),
        }
        for p in problems
    ]
