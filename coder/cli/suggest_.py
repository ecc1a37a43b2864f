"""Candidates for the articles that lack them; can be interrupted and run again.

example: coder suggest --evaluate gold
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter
from typing import TYPE_CHECKING, Any

from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.service.project import open_project
from coder.service.suggesting import suggest

if TYPE_CHECKING:
    from coder.service.evaluating import Evaluation, Share

_LISTED = 15
"""Misses and false alarms of a kind that are listed; `--json` has all."""


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("--again", action="store_true", help="also for articles that have candidates")
    parser.add_argument(
        "--evaluate",
        metavar="FILE",
        help="hold the candidates against a native file, or this project's `gold` or `codings`",
    )


def run(options: Namespace, out: Output) -> Exit:
    """Read the articles, or measure what is found in them."""
    project = open_project(options.project)
    if options.evaluate:
        from coder.service.evaluating import evaluate_file

        _show(evaluate_file(project, options.evaluate), out)
    else:
        count = suggest(project, again=options.again, progress=out.progress("suggest"))
        out.document({"articles": count})
        out.line(f"{count} articles read")
    project.close()
    return Exit.DONE


def _show(found: Evaluation, out: Output) -> None:
    """All figures with their n; what was missed and what was offered in vain, most frequent first."""
    out.document(_document(found))
    rows = []
    for kind, s in sorted(found.kinds.items()):
        figures = (s.precision.share, s.recall.share, s.f1)
        exact = (s.precision_exact.share, s.recall_exact.share, s.f1_exact)
        rows.append([kind, str(s.recall.n), str(s.precision.n), *map(_figure, (*figures, *exact))])
    head = ["kind", "coded", "offered", "precision", "recall", "F1", "P exact", "R exact", "F1 exact"]
    out.table(head, rows, title="spans, by overlap and with the same edges")
    out.line()
    shares = [("same value", found.values), ("proposed and set", found.fields)]
    shares.insert(1, ("event proposed", {"events": found.events}))
    rows = [[what, name, str(s.n), _figure(s.share)] for what, of in shares for name, s in sorted(of.items())]
    out.table(["", "", "n", "share"], rows, title="values and events")
    out.line()
    for kind, s in sorted(found.kinds.items()):
        for what, counted in (("missed", s.misses), ("offered in vain", s.alarms)):
            if counted:
                out.line(f"{kind} {what}: {out.shown(_listing(counted))}")
    out.note("Coders mark one mention of many: offered in vain is not wrong.")


def _document(found: Evaluation) -> dict[str, Any]:
    def counted(counter: Counter[str]) -> list[dict[str, Any]]:
        return [{"words": words, "n": n} for words, n in counter.most_common()]

    def share(s: Share) -> dict[str, Any]:
        return {"n": s.n, "share": s.share}

    kinds = {
        kind: {
            "coded": s.recall.n,
            "offered": s.precision.n,
            "overlap": {"precision": s.precision.share, "recall": s.recall.share, "f1": s.f1},
            "exact": {"precision": s.precision_exact.share, "recall": s.recall_exact.share, "f1": s.f1_exact},
            "misses": counted(s.misses),
            "false_alarms": counted(s.alarms),
        }
        for kind, s in sorted(found.kinds.items())
    }
    return {
        "kinds": kinds,
        "values": {kind: share(s) for kind, s in sorted(found.values.items())},
        "events": share(found.events),
        "fields": {name: share(s) for name, s in sorted(found.fields.items())},
    }


def _listing(counted: Counter[str]) -> str:
    shown = [f"{words} ×{n}" if n > 1 else words for words, n in counted.most_common(_LISTED)]
    more = len(counted) - len(shown)
    return "، ".join(shown) + (f" (+{more})" if more else "")


def _figure(share: float | None) -> str:
    return "—" if share is None else f"{share:.3f}"
