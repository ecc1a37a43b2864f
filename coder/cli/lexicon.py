"""The terms that decisions taught: what is suggested besides the rules, and what of theirs is held back."""

from coder.cli.commands import Options
from coder.cli.output import Output
from coder.errors import CoderError
from coder.messages.catalogue import say
from coder.model import Verdict
from coder.service.learning import learned_terms
from coder.values.typed import show


def run(options: Options, out: Output) -> None:
    """List or decide."""
    what = options.what
    if what and not options.person:
        raise CoderError("cli.lexicon.whose")
    from_gold = what == "promote" and options.gold
    if what not in (None, "undo") and not (from_gold or (options.text and options.kind)):
        raise CoderError("cli.lexicon.which", what=what)
    if what:
        out.line(_decided(options))
    found = learned_terms.learned(options.project)
    out.document(
        [
            {
                "kind": each.entry.kind,
                "term": each.entry.text,
                "value": each.entry.value,
                "state": each.entry.state.value,
                "for": each.who,
                "drawn": each.entry.drawn,
                "kept": each.entry.kept,
                "rejected": each.entry.rejected,
            }
            for each in found
        ]
    )
    if what:
        return
    book = options.project.codebook
    rows = []
    for each in found:
        entry = each.entry
        fields = book.fields_for_kind(entry.kind)
        value = show(fields[0], entry.value, book, "en") if fields and entry.value is not None else ""
        counts = entry.drawn, entry.kept, entry.rejected
        rows.append((entry.kind, entry.text, value, entry.state.value, each.who, *counts))
    if rows:
        out.table("cli.lexicon.head", rows)
    else:
        out.say("cli.lexicon.nothing")


def _decided(options: Options) -> str:
    """Do what is asked; returns what was done."""
    project, person, kind, text = options.project, options.person, options.kind, options.text
    if options.what == "undo":
        undone = learned_terms.undo(project, person)
        return (
            say("en", "cli.lexicon.undone", what=undone) if undone else say("en", "cli.lexicon.none_undone")
        )
    if options.gold:
        promoted = learned_terms.promote_gold(project, person)
        lines = [say("en", "cli.lexicon.promoted", term=ruling.text) for ruling in promoted]
        return "\n".join(lines) or say("en", "cli.lexicon.none_promoted")
    if options.what == "forget":
        learned_terms.forget(project, person, kind, text)
        return say("en", "cli.lexicon.forgotten")
    verdict = Verdict.PROMOTED if options.what == "promote" else Verdict.VETOED
    learned_terms.rule(project, person, verdict, kind, text, options.value)
    return verdict.value
