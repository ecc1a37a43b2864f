"""The terms learned from decisions: what is suggested in addition to the rules, and
what is suppressed.
"""

from coder.cli.commands import Options
from coder.cli.output import Output
from coder.errors import CoderError
from coder.messages.catalogue import say
from coder.model import Verdict
from coder.service.learning import learned_terms
from coder.values.typed import show

_TAKEN = {
    "promote": ("text", "kind", "value"),
    "veto": ("text", "kind"),
    "forget": ("text", "kind"),
}
"""The options that each ruling takes."""


def run_lexicon(options: Options, out: Output) -> None:
    """List the learned terms, or rule on one."""
    what = options.what
    if what and not options.person:
        raise CoderError("cli.lexicon.whose")
    from_gold = what == "promote" and options.gold
    taken = ("gold",) if from_gold else _TAKEN.get(what, ())
    for name in ("text", "kind", "value", "gold"):
        if getattr(options, name) and name not in taken:
            other = options.text if name == "text" else f"--{name}"
            if not what:
                users = [each for each, takes in _TAKEN.items() if name in takes]
                listed = ", ".join(users or ["promote"])
                raise CoderError("cli.only_with", one=other, other=listed)
            one = "--gold" if from_gold else what
            raise CoderError("cli.not_with", one=one, other=other)
    if "text" in taken and not (options.text and options.kind):
        raise CoderError("cli.lexicon.which", what=what)
    if what:
        out.line(_ruling(options))
    book = options.project.codebook
    document = []
    rows = []
    for who, entry in learned_terms.learned(options.project):
        state = entry.state.value
        term = {
            "kind": entry.kind,
            "term": entry.text,
            "value": entry.value,
            "state": state,
            "for": who,
        }
        counts = {"drawn": entry.drawn, "kept": entry.kept, "rejected": entry.rejected}
        document.append(term | counts)
        fields = book.fields_for_kind(entry.kind)
        value = ""
        if fields and entry.value is not None:
            value = show(fields[0], entry.value, book, "en")
        rows.append((entry.kind, entry.text, value, state, who, *counts.values()))
    out.document(document)
    if rows and not what:
        out.table("cli.lexicon.head", rows)
    elif not what:
        out.say("cli.lexicon.nothing")


def _ruling(options: Options) -> str:
    """Make or undo a ruling; return the sentence to print."""
    project = options.project
    person = options.person
    kind = options.kind
    text = options.text
    if options.what == "undo":
        undone = learned_terms.undo(project, person)
        if undone is None:
            return say("en", "cli.lexicon.none_undone")
        verb, terms = undone
        what = say("en", f"cli.lexicon.{verb}")
        return say("en", "cli.lexicon.undone", what=what, terms=", ".join(terms))
    if options.gold:
        promoted = learned_terms.promote_gold(project, person)
        if not promoted:
            return say("en", "cli.lexicon.none_promoted")
        key = "cli.lexicon.promoted"
        return "\n".join(say("en", key, term=ruling.text) for ruling in promoted)
    if options.what == "forget":
        learned_terms.forget(project, person, kind, text)
        return say("en", "cli.lexicon.forgotten")
    verdict = Verdict.PROMOTED if options.what == "promote" else Verdict.VETOED
    learned_terms.rule(project, person, verdict, kind, text, options.value)
    return verdict.value
