"""The terms that decisions taught: what is suggested besides the rules, and what of theirs is held back.

A term that a coder drew twice is suggested to that coder; one rejected at least three times, and three times
as often as it was kept, is held back. What closed gold would teach is listed for `gold`, and reaches coders
when a supervisor promotes it: `promote --gold` takes all that gold suggests. A supervisor promotes a term for
everybody or vetoes it for everybody; `forget` leaves it to the counts again.

example: coder lexicon promote "قوات الفجر" --kind actor --as salma
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.errors import CoderError
from coder.model import Verdict
from coder.service.learning import learned_terms
from coder.service.learning.learned_terms import Learned
from coder.service.project.opened import Project, open_project
from coder.values.typed import show

_VERDICTS = {"promote": Verdict.PROMOTED, "veto": Verdict.VETOED}


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("what", nargs="?", choices=(*_VERDICTS, "forget", "undo"), help="nothing: list them")
    parser.add_argument("text", nargs="?", metavar="TEXT", help="the words as they stand in articles")
    parser.add_argument("--gold", action="store_true", help="promote all that closed gold suggests")
    parser.add_argument("--kind", metavar="KIND", help="the span kind")
    parser.add_argument(
        "--value", default="", metavar="ID", help="its value: an id, or JSON; else the learned one"
    )
    parser.add_argument("--as", dest="name", default="", metavar="NAME", help="the supervisor")


def run(options: Namespace, out: Output) -> Exit:
    """List or decide."""
    if options.what and not options.name:
        raise CoderError("Only a supervisor decides about terms.", hint="Say who you are: --as NAME")
    from_gold = options.what == "promote" and options.gold
    if options.what in (*_VERDICTS, "forget") and not (from_gold or (options.text and options.kind)):
        raise CoderError(
            "The words or their kind are missing.",
            hint=f"coder lexicon {options.what} TEXT --kind KIND --as NAME",
        )
    project = open_project(options.project, person=options.name)
    if options.what:
        out.line(_decided(project, options))
    found = learned_terms.learned(project)
    project.close()
    out.document([_document(each) for each in found])
    if options.what:
        return Exit.DONE
    head = ("kind", "term", "value", "state", "for", "drawn", "kept", "rejected")
    rows = [_row(each, project) for each in found]
    if rows:
        out.table(head, rows)
    else:
        out.line("nothing is learned yet")
    return Exit.DONE


def _decided(project: Project, options: Namespace) -> str:
    """Do what is asked; returns what was done."""
    if options.what == "undo":
        what = learned_terms.undo(project, options.name)
        return f"taken back: {what}" if what else "nothing to take back"
    if options.gold:
        promoted = learned_terms.promote_gold(project, options.name)
        return "\n".join(f"promoted: {ruling.text}" for ruling in promoted) or "nothing to promote"
    if options.what == "forget":
        learned_terms.forget(project, options.name, options.kind, options.text)
        return "forgotten"
    verdict = _VERDICTS[options.what]
    learned_terms.rule(project, options.name, verdict, options.kind, options.text, options.value)
    return verdict.value


def _document(each: Learned) -> dict[str, object]:
    entry = each.entry
    return {
        "kind": entry.kind,
        "term": entry.text,
        "value": entry.value,
        "state": entry.state.value,
        "for": each.who,
        "drawn": entry.drawn,
        "kept": entry.kept,
        "rejected": entry.rejected,
    }


def _row(each: Learned, project: Project) -> tuple[str, ...]:
    entry, book = each.entry, project.codebook
    fields = book.fields_for_kind(entry.kind)
    value = show(fields[0], entry.value, book, "en") if fields and entry.value is not None else ""
    counts = (str(entry.drawn), str(entry.kept), str(entry.rejected))
    return (entry.kind, entry.text, value, entry.state.value, each.who, *counts)
