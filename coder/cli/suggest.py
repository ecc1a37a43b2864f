"""Candidates for the articles that lack them; can be interrupted and run again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from coder.cli.commands import Options
from coder.cli.output import Output, decimals
from coder.messages.catalogue import Message, say
from coder.service.learning.batch import suggest

if TYPE_CHECKING:
    from coder.service.learning.evaluation import Evaluation, Share
    from coder.service.learning.training import Training

_LISTED = 15  # misses and false alarms of a kind that are listed; `--json` has all


def run_suggest(options: Options, out: Output) -> None:
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

        def warn(what: str) -> None:
            out.note("cli.suggest.warning", what=what)

        count = suggest(project, again=options.again, progress=out.progress("suggest"), warn=warn)
        out.document({"articles": count})
        out.say("cli.suggest.read", articles=Message("counts.articles", n=count))


def _print_training(found: Training, out: Output) -> None:
    """The model beside the rules, kind by kind, and what comes of it."""
    from coder.service.figures.progress import documents, interval_words, score_words

    kinds, rows = [], []
    for each in found.kinds:
        f1, better = each.f1, each.better
        told = documents(model=f1.first, rules=f1.second, difference=f1.difference, interval=f1.interval)
        kinds.append({"kind": each.kind, **told, "better": better})
        figures = [score_words(score) for score in (f1.first, f1.second, f1.difference)]
        is_better = Message("cli.suggest.yes" if better else "cli.suggest.no")
        rows.append((each.kind, f1.articles, *figures, interval_words(f1.interval), is_better))
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
        figures = s.precision.share, s.recall.share, s.f1
        exact = s.precision_exact.share, s.recall_exact.share, s.f1_exact
        rows.append((kind, s.recall.n, s.precision.n, *map(decimals, (*figures, *exact))))
    out.table("cli.suggest.span_head", rows, title=say("en", "cli.suggest.spans"))
    out.line()
    values = []
    for key, shares in (
        ("cli.suggest.same_value", found.values),
        ("cli.suggest.event_proposed", {"events": found.events}),
        ("cli.suggest.value_set", found.fields),
    ):
        values += [(Message(key), name, s.n, decimals(s.share)) for name, s in sorted(shares.items())]
    out.table("cli.suggest.value_head", values, title=say("en", "cli.suggest.values"))
    out.line()
    for kind, s in kinds:
        for key, counted in (("cli.suggest.missed", s.misses), ("cli.suggest.in_vain", s.alarms)):
            if counted:
                shown = [f"{words} ×{n}" if n > 1 else words for words, n in counted.most_common(_LISTED)]
                more = f" (+{len(counted) - _LISTED})" if len(counted) > _LISTED else ""
                out.say(key, kind=kind, words="، ".join(shown) + more)
    out.note("cli.suggest.not_wrong")


def _document(found: Evaluation) -> dict[str, Any]:
    def counted(counter: Counter[str]) -> list[dict[str, Any]]:
        return [{"words": words, "n": n} for words, n in counter.most_common()]

    def by_name(shares: dict[str, Share]) -> dict[str, Any]:
        return {name: {"n": s.n, "share": s.share} for name, s in sorted(shares.items())}

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
    values, fields = by_name(found.values), by_name(found.fields)
    return {"kinds": kinds, "values": values, **by_name({"events": found.events}), "fields": fields}
