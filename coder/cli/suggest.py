"""Candidates for the articles that lack them; can be interrupted and run again.

`train` makes a statistical suggester from the project's closed gold (it needs the extra `spacy`), measures
it and the rules on gold that it has not seen, and keeps it for the kinds at which it is better.

example: coder suggest --evaluate gold
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter
from typing import TYPE_CHECKING, Any

from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.service.learning.batch import suggest
from coder.service.project.opened import open_project
from coder.text.counts import counted

if TYPE_CHECKING:
    from coder.service.learning.evaluation import Evaluation, Share
    from coder.service.learning.training import Training

_LISTED = 15
"""Misses and false alarms of a kind that are listed; `--json` has all."""


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("what", nargs="?", choices=("train",), help="nothing: read the articles")
    parser.add_argument("--folds", type=int, default=5, metavar="N", help="of the cross-validation")
    parser.add_argument("--epochs", type=int, default=20, metavar="N", help="of the training")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the training")
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
        from coder.service.learning.evaluation import evaluate_file

        _show(evaluate_file(project, options.evaluate), out)
    elif options.what == "train":
        from coder.service.learning.training import train

        told = {"folds": options.folds, "epochs": options.epochs, "seed": options.seed}
        _show_training(train(project, **told, progress=out.progress("train")), out)
    else:
        count = suggest(
            project,
            again=options.again,
            progress=out.progress("suggest"),
            warn=lambda what: out.note(f"warning: {what}"),
        )
        out.document({"articles": count})
        out.line(f"{counted(count, 'article')} read")
    project.close()
    return Exit.DONE


def _show_training(found: Training, out: Output) -> None:
    """The model beside the rules, kind by kind, and what comes of it."""
    from coder.service.figures.progress import interval_document, interval_words, score_document, score_words

    out.document(
        {
            "articles": found.articles,
            "kinds": [
                {
                    "kind": each.kind,
                    "model": score_document(each.f1.first),
                    "rules": score_document(each.f1.second),
                    "difference": score_document(each.f1.difference),
                    "interval": interval_document(each.f1.interval),
                    "better": each.better,
                }
                for each in found.kinds
            ],
            "kept": str(found.kept) if found.kept else None,
        }
    )
    head = ("kind", "articles", "F1 model", "F1 rules", "difference", "interval", "better")
    rows = [
        (
            each.kind,
            str(each.f1.articles),
            score_words(each.f1.first),
            score_words(each.f1.second),
            score_words(each.f1.difference),
            interval_words(each.f1.interval),
            "yes" if each.better else "no",
        )
        for each in found.kinds
    ]
    out.table(head, rows)
    if found.kept is None:
        out.line("The model is nowhere surely better than the rules: it is not kept.")
        return
    out.line(f"The model is kept in {found.kept} for the kinds at which it is better.")
    out.line("To use it: [suggest.plugins.spacy] in coder.toml, then `coder suggest --again`.")


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
        for what, words in (("missed", s.misses), ("offered in vain", s.alarms)):
            if words:
                out.line(f"{kind} {what}: {_listing(words)}")
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
