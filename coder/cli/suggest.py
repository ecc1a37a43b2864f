"""Creates candidates for the articles that lack them; can be interrupted and run again."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from coder.cli.commands import Exit, Options
from coder.cli.output import Output, decimals, note_wrong_codings
from coder.errors import CoderError
from coder.messages.catalogue import Message, say
from coder.service.learning.batch import suggest

if TYPE_CHECKING:
    from coder.service.learning.evaluation import Evaluation, Share

_LISTED = 15  # maximum misses and false alarms listed per kind; `--json` has all


def run_suggest(options: Options, out: Output) -> Exit | None:
    """Suggest candidates, or evaluate the suggestions."""
    if _are_shards(options):
        return _run_shards(options, out)
    project = options.project
    if options.evaluate:
        from coder.service.learning.evaluation import evaluate_file

        _print_evaluation(
            evaluate_file(project, options.evaluate, out.progress("evaluate")), out
        )
    else:
        failures: list[str] = []
        count = suggest(
            project,
            again=options.again,
            progress=out.progress("suggest"),
            warn=failures.append,
        )
        for what in failures:
            out.note("cli.suggest.warning", what=what)
        out.document({"articles": count, "failures": failures})
        out.say("cli.suggest.read", articles=Message("counts.articles", n=count))
        return Exit.FOUND if failures else Exit.DONE
    return None


def _are_shards(options: Options) -> bool:
    """Return whether to process shards, not a project; raises CoderError if their
    options are incomplete.
    """
    if (
        options.shards
        and options.out
        and (options.engine == "dask" or not options.scheduler)
    ):
        return True
    names = ("shards", "out", "engine", "scheduler", "codebook", "with_text")
    if any(getattr(options, name) for name in names):
        raise CoderError("cli.suggest.half")
    return False


def _run_shards(options: Options, out: Output) -> Exit:
    from coder.codebook.load import read_codebook
    from coder.codebook.shipped import codebook
    from coder.service.learning.dask_cluster import on_dask
    from coder.service.learning.shards import on_this_machine, propose_shards

    book = (
        read_codebook(codebook(options.codebook))
        if options.codebook
        else options.project.codebook
    )
    engine = (
        partial(on_dask, address=options.scheduler)
        if options.engine == "dask"
        else on_this_machine
    )
    settings = {"with_text": options.with_text, "progress": out.progress("shards")}
    shards = propose_shards(options.shards, options.out, book, engine, **settings)
    problems = [each.problem for each in shards if each.problem]
    left_out = [line for each in shards for line in each.left_out]
    counts = {
        "articles": sum(e.articles for e in shards),
        "candidates": sum(e.candidates for e in shards),
    }
    there = sum(each.was_there for each in shards)
    done = len(shards) - there - len(problems)
    out.document(
        {
            "done": done,
            "there": there,
            **counts,
            "left_out": left_out,
            "problems": problems,
        }
    )
    for what in (*problems, *left_out):
        out.note("cli.suggest.left_out", what=what)
    out.say(
        "cli.suggest.shards",
        done=Message("counts.shards", n=done),
        there=there,
        failed=len(problems),
    )
    in_words = {name: Message(f"counts.{name}", n=n) for name, n in counts.items()}
    out.say("cli.suggest.proposed", **in_words, left_out=len(left_out))
    return Exit.FOUND if problems or left_out else Exit.DONE


def _print_evaluation(evaluation: Evaluation, out: Output) -> None:
    """Print all figures with their n, then misses and false alarms, most frequent
    first.
    """
    from coder.service.learning.evaluation import f1

    def counted(counter: Counter[str]) -> list[dict[str, Any]]:
        return [{"words": words, "n": n} for words, n in counter.most_common()]

    def by_name(shares: dict[str, Share]) -> dict[str, Any]:
        return {
            name: {"n": s.n, "share": s.share} for name, s in sorted(shares.items())
        }

    kinds = {}
    rows = []
    for kind, s in sorted(evaluation.kinds.items()):
        overlap = f1(s.precision.overlap, s.recall.overlap)
        exact = f1(s.precision.exact, s.recall.exact)
        counts = {"coded": s.recall.overlap.n, "offered": s.precision.overlap.n}
        texts = {
            "misses": counted(s.recall.missing),
            "false_alarms": counted(s.precision.missing),
        }
        kinds[kind] = {**counts, "overlap": overlap, "exact": exact, **texts}
        rows.append(
            (
                kind,
                *counts.values(),
                *map(decimals, (*overlap.values(), *exact.values())),
            )
        )
    values = by_name(evaluation.values)
    fields = by_name(evaluation.fields)
    events = by_name({"events": evaluation.events})
    wrong = [each.document for each in evaluation.wrong]
    figures = {"kinds": kinds, "values": values, **events, "fields": fields}
    out.document({**figures, "wrong_codings": wrong})
    note_wrong_codings(out, [each["coding"] for each in wrong])
    out.table("cli.suggest.span_head", rows, title=say("en", "cli.suggest.spans"))
    out.line()
    rows = []
    for key, shares in (
        ("cli.suggest.same_value", values),
        ("cli.suggest.event_proposed", events),
        ("cli.suggest.value_set", fields),
    ):
        rows += [
            (Message(key), name, share["n"], decimals(share["share"]))
            for name, share in shares.items()
        ]
    out.table("cli.suggest.value_head", rows, title=say("en", "cli.suggest.values"))
    out.line()
    for kind, s in sorted(evaluation.kinds.items()):
        for key, words in (
            ("cli.suggest.missed", s.recall.missing),
            ("cli.suggest.in_vain", s.precision.missing),
        ):
            if words:
                listed = [
                    f"{word} ×{n}" if n > 1 else word
                    for word, n in words.most_common(_LISTED)
                ]
                more = f" (+{len(words) - _LISTED})" if len(words) > _LISTED else ""
                out.say(key, kind=kind, words="، ".join(listed) + more)
    out.note("cli.suggest.not_wrong")
