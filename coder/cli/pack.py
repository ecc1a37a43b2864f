"""Runs the examples of packs as their tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coder.cli.commands import Exit, Options
from coder.cli.output import Output
from coder.messages.catalogue import Message
from coder.service.learning.pack_tests import TestedExample, run_pack_tests


def run_pack(options: Options, out: Output) -> Exit:
    """Test the packs that are named; print each example that fails."""
    results = run_pack_tests(options.name, lambda: options.project.codebook)
    failures = [each for each in results if each.outcome.why]
    out.document(
        {
            "examples": len(results),
            "failures": [_describe(each) for each in failures],
        }
    )
    for each in failures:
        _print_failure(each, out)
    out.say(
        "cli.pack.summary",
        examples=Message("counts.examples", n=len(results)),
        failed=len(failures),
    )
    return Exit.FOUND if failures else Exit.DONE


def _describe(failed: TestedExample) -> dict[str, object]:
    outcome = failed.outcome
    return {
        "pack": failed.pack,
        "place": failed.place,
        "row": outcome.row,
        "why": outcome.why,
        "text": outcome.example.text,
        "act": outcome.example.act,
        "wanted": outcome.wanted,
        "got": outcome.got,
        "rows": outcome.rows,
    }


def _print_failure(failed: TestedExample, out: Output) -> None:
    outcome = failed.outcome
    out.say(
        f"cli.pack.{outcome.why}",
        place=failed.place,
        row=outcome.row,
        text=outcome.example.text,
        act=outcome.example.act,
        wanted=_slots(outcome.wanted, {}),
        got=_slots(outcome.got, outcome.rows),
    )


def _slots(words: Mapping[str, Sequence[str]], rows: Mapping[str, str]) -> str:
    """Write slots with their words, and the rows that filled them."""
    parts = []
    for slot, listed in words.items():
        row = f" ({rows[slot]})" if slot in rows else ""
        parts.append(f"{slot}={'، '.join(listed) or '-'}{row}")
    return ", ".join(parts) or "-"
