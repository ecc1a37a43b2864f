"""Creates candidates for the articles that lack them, and explains those of one; can be
interrupted and run again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from coder.cli.commands import Exit, Options
from coder.cli.output import Output, decimals, need_utf8, note_wrong_codings
from coder.errors import CoderError
from coder.messages.catalogue import Message, say
from coder.service.learning.batch import find_unread, suggest

if TYPE_CHECKING:
    from coder.service.learning.evaluation import Evaluation, KindScore, Share
    from coder.service.learning.shards import Engine

_LISTED = 15  # maximum misses and false alarms listed per kind; `--json` has all


def run_suggest(options: Options, out: Output) -> Exit:
    """Suggest candidates, or evaluate the suggestions."""
    if options.what == "explain":
        return _explain(options, out)
    if options.at is not None:
        raise CoderError("cli.only_with", one="--at", other="explain")
    if _are_shards(options):
        return _run_shards(options, out)
    project = options.project
    if options.evaluate:
        from coder.service.learning.evaluation import evaluate_file

        progress = out.progress("evaluate")
        _print_evaluation(evaluate_file(project, options.evaluate, progress), out)
        return Exit.DONE
    failures: list[str] = []
    opened = find_unread(project, again=options.again, opened_too=options.all).opened
    count = suggest(
        project,
        again=options.again,
        opened_too=options.all,
        progress=out.progress("suggest"),
        warn=failures.append,
    )
    for what in failures:
        out.note("cli.suggest.warning", what=what)
    out.document({"articles": count, "opened": len(opened), "failures": failures})
    out.say("cli.suggest.read", articles=Message("counts.articles", n=count))
    if opened:
        articles = Message("counts.articles", n=len(opened))
        out.note("cli.suggest.opened", articles=articles)
    return Exit.FOUND if failures else Exit.DONE


def _explain(options: Options, out: Output) -> Exit:
    """Print why candidates and values of events are proposed in an article."""
    from coder.service.learning.explanations import (
        describe_explanation,
        explain_article,
    )

    if not options.article:
        raise CoderError("cli.suggest.explain_what")
    for name in ("again", "evaluate", "shards"):
        if getattr(options, name):
            raise CoderError("cli.not_with", one="explain", other=f"--{name}")
    if not options.json:
        need_utf8(out.out)
    project = options.project
    explanation = explain_article(project, project.article(options.article), options.at)
    out.document(explanation)
    is_terminal = out.out.isatty()
    paragraphs = describe_explanation(
        explanation, project.codebook, out.lang, isolated=is_terminal
    )
    for heading, text in paragraphs:
        if heading:
            out.line(heading)
        out.line(f"  {text}")
    return Exit.DONE


def _are_shards(options: Options) -> bool:
    """Return whether to process shards, not a project; raises CoderError if their
    options are incomplete.
    """
    fits_engine = options.engine == "dask" or not options.scheduler
    if options.shards and options.out and fits_engine:
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

    if options.codebook:
        book = read_codebook(codebook(options.codebook))
    else:
        book = options.project.codebook
    engine: Engine = on_this_machine
    if options.engine == "dask":
        engine = partial(on_dask, address=options.scheduler)
    shards = propose_shards(
        options.shards,
        options.out,
        book,
        engine,
        with_text=options.with_text,
        progress=out.progress("shards"),
    )
    problems = [each.problem for each in shards if each.problem]
    left_out = [line for each in shards for line in each.left_out]
    articles = sum(each.articles for each in shards)
    candidates = sum(each.candidates for each in shards)
    there = sum(each.was_there for each in shards)
    done = len(shards) - there - len(problems)
    out.document(
        {
            "done": done,
            "there": there,
            "articles": articles,
            "candidates": candidates,
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
    out.say(
        "cli.suggest.proposed",
        articles=Message("counts.articles", n=articles),
        candidates=Message("counts.candidates", n=candidates),
        left_out=len(left_out),
    )
    return Exit.FOUND if problems or left_out else Exit.DONE


def _print_evaluation(evaluation: Evaluation, out: Output) -> None:
    """Print all figures with their n, then misses and false alarms, most frequent
    first.
    """
    kinds = sorted(evaluation.kinds.items())
    values = _describe_shares(evaluation.values)
    fields = _describe_shares(evaluation.fields)
    events = _describe_shares({"events": evaluation.events})
    wrong = [each.document for each in evaluation.wrong]
    documents = {kind: _describe_kind(figures) for kind, figures in kinds}
    figures = {"kinds": documents, "values": values, **events, "fields": fields}
    out.document({**figures, "wrong_codings": wrong})
    note_wrong_codings(out, [each["coding"] for each in wrong])
    rows: list[Sequence[object]] = []
    for kind, each in documents.items():
        shares = (*each["overlap"].values(), *each["exact"].values())
        rows.append((kind, each["coded"], each["offered"], *map(decimals, shares)))
    out.table("cli.suggest.span_head", rows, title=say("en", "cli.suggest.spans"))
    out.line()
    rows = []
    measured = {
        "cli.suggest.same_value": values,
        "cli.suggest.event_proposed": events,
        "cli.suggest.value_set": fields,
    }
    for key, shares_by_name in measured.items():
        for name, share in shares_by_name.items():
            rows.append((Message(key), name, share["n"], decimals(share["share"])))
    out.table("cli.suggest.value_head", rows, title=say("en", "cli.suggest.values"))
    out.line()
    for kind, of_kind in kinds:
        _print_most(out, "cli.suggest.missed", kind, of_kind.recall.missing)
        _print_most(out, "cli.suggest.in_vain", kind, of_kind.precision.missing)
    out.note("cli.suggest.not_wrong")


def _describe_shares(shares: Mapping[str, Share]) -> dict[str, dict[str, Any]]:
    described = {}
    for name, share in sorted(shares.items()):
        described[name] = {"n": share.n, "share": share.share}
    return described


def _describe_kind(figures: KindScore) -> dict[str, Any]:
    """Return the figures of a span kind as JSON."""
    from coder.service.learning.evaluation import f1

    precision = figures.precision
    recall = figures.recall
    return {
        "coded": recall.overlap.n,
        "offered": precision.overlap.n,
        "overlap": f1(precision.overlap, recall.overlap),
        "exact": f1(precision.exact, recall.exact),
        "misses": _describe_words(recall.missing),
        "false_alarms": _describe_words(precision.missing),
    }


def _describe_words(counts: Counter[str]) -> list[dict[str, Any]]:
    return [{"words": words, "n": n} for words, n in counts.most_common()]


def _print_most(out: Output, key: str, kind: str, counts: Counter[str]) -> None:
    """Print the most frequent words, and how many more there are."""
    if not counts:
        return
    listed = []
    for word, n in counts.most_common(_LISTED):
        listed.append(f"{word} ×{n}" if n > 1 else word)
    words = "، ".join(listed)
    if len(counts) > _LISTED:
        words += f" (+{len(counts) - _LISTED})"
    out.say(key, kind=kind, words=words)
