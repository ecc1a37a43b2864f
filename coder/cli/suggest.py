"""Candidates for the articles that lack them; can be interrupted and run again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from coder.cli.commands import Options
from coder.cli.output import Output
from coder.messages.catalogue import Message, say
from coder.service.learning.batch import suggest

if TYPE_CHECKING:
    from coder.service.learning.evaluation import Evaluation, Share
    from coder.service.learning.training import Training

_LISTED = 15
"""Misses and false alarms of a kind that are listed; `--json` has all."""


def run(options: Options, out: Output) -> None:
    """Read the articles, or measure what is found in them."""
    project = options.project
    if options.evaluate:
        from coder.service.learning.evaluation import evaluate_file

        _print_evaluation(evaluate_file(project, options.evaluate), out)
    elif options.what == "train":
        from coder.service.learning.training import train

        told = {"folds": options.folds, "epochs": options.epochs, "seed": options.seed}
        _print_training(train(project, **told, progress=out.progress("train")), out)
    else:
        count = suggest(
            project,
            again=options.again,
            progress=out.progress("suggest"),
            warn=lambda what: out.note("cli.suggest.warning", what=what),
        )
        out.document({"articles": count})
        out.say("cli.suggest.read", articles=Message("counts.articles", n=count))


def _print_training(found: Training, out: Output) -> None:
    """The model beside the rules, kind by kind, and what comes of it."""
    from coder.service.figures.progress import interval_document, interval_words, score_document, score_words

    kinds, rows = [], []
    for each in found.kinds:
        f1 = each.f1
        kinds.append(
            {
                "kind": each.kind,
                "model": score_document(f1.first),
                "rules": score_document(f1.second),
                "difference": score_document(f1.difference),
                "interval": interval_document(f1.interval),
                "better": each.better,
            }
        )
        figures = [score_words(score) for score in (f1.first, f1.second, f1.difference)]
        better = Message("cli.suggest.yes" if each.better else "cli.suggest.no")
        rows.append((each.kind, f1.articles, *figures, interval_words(f1.interval), better))
    kept = str(found.kept) if found.kept else None
    out.document({"articles": found.articles, "kinds": kinds, "kept": kept})
    out.table("cli.suggest.training_head", rows)
    if kept is None:
        out.say("cli.suggest.not_kept")
    else:
        out.say("cli.suggest.kept", path=kept)


def _print_evaluation(found: Evaluation, out: Output) -> None:
    """All figures with their n; what was missed and what was offered in vain, most frequent first."""
    out.document(_document(found))
    kinds = sorted(found.kinds.items())
    rows = []
    for kind, s in kinds:
        figures = (s.precision.share, s.recall.share, s.f1)
        exact = (s.precision_exact.share, s.recall_exact.share, s.f1_exact)
        rows.append((kind, s.recall.n, s.precision.n, *map(_figure, (*figures, *exact))))
    out.table("cli.suggest.span_head", rows, title=say("en", "cli.suggest.spans"))
    out.line()
    shares = (
        ("cli.suggest.same_value", found.values),
        ("cli.suggest.event_proposed", {"events": found.events}),
        ("cli.suggest.value_set", found.fields),
    )
    rows = [
        (Message(what), name, s.n, _figure(s.share)) for what, of in shares for name, s in sorted(of.items())
    ]
    out.table("cli.suggest.value_head", rows, title=say("en", "cli.suggest.values"))
    out.line()
    for kind, s in kinds:
        for key, words in (("cli.suggest.missed", s.misses), ("cli.suggest.in_vain", s.alarms)):
            if words:
                out.say(key, kind=kind, words=_listing(words))
    out.note("cli.suggest.not_wrong")


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
