"""Candidates held against codings: counted by hand on a small text, and the goals on
the sample codings.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.foreign import to_json
from coder.model import Answer, Article, Coding, Decision, Event, Span, Status
from coder.native import from_coding
from coder.service.learning.evaluation import Evaluation, evaluate

TEXT = (
    "قصفت إسرائيل بلدة البوكمال يوم 17 تشرين الأول 2023، ما أدى إلى مقتل ثلاثة مدنيين."
)


def span(kind: str, quote: str, decision: Decision | None = None) -> Span:
    start = TEXT.index(quote)
    return Span(
        f"{kind}:{quote}", kind, start, start + len(quote), quote, decision=decision
    )


DAY = {"precision": "day", "basis": "absolute"}


@pytest.fixture
def coding(conflict_events: Codebook) -> Coding:
    """A coder's: the town without its head, a trigger nobody offers, a rejected span,
    another day.
    """
    article = Article("a", TEXT)
    trigger, day = span("trigger", "قصفت"), span("date", "17 تشرين الأول 2023")
    killed = span("number", "ثلاثة مدنيين")
    spans = (trigger, day, killed, span("place", "البوكمال"), span("trigger", "أدى"))
    fields = {
        "event_type": Answer(value="attack_unspecified", evidence=(trigger.id,)),
        "date": Answer(
            value={**DAY, "start": "2023-10-18", "end": "2023-10-18"},
            evidence=(day.id,),
        ),
        "killed": Answer(value={"min": 3, "max": 3}, evidence=(killed.id,)),
        "initiators": Answer(value=["israel"]),
    }
    return Coding(
        "a",
        article.text_sha256,
        conflict_events.ref,
        "amal",
        Status.SUBMITTED,
        spans=(*spans, span("actor", "مدنيين", Decision.REJECTED)),
        events=(Event("e1", fields),),
    )


def test_spans_are_counted_by_overlap_and_by_edges(
    coding: Coding, conflict_events: Codebook
) -> None:
    found = evaluate([(Article("a", TEXT), coding)], conflict_events)
    place, trigger = found.kinds["place"], found.kinds["trigger"]
    # offered with its head: بلدة البوكمال
    assert (place.recall.overlap.share, place.recall.exact.share) == (1.0, 0.0)
    assert (place.precision.overlap.share, place.precision.exact.share) == (1.0, 0.0)
    assert trigger.recall.overlap.share == 0.5
    assert list(trigger.recall.missing) == ["ادي"]
    assert found.kinds["actor"].recall.overlap.n == 0  # a rejected span is no gold
    assert found.kinds["actor"].precision.missing["اسراييل"] == 1


def test_values_and_proposals_are_compared_with_what_was_coded(
    coding: Coding, conflict_events: Codebook
) -> None:
    found = evaluate([(Article("a", TEXT), coding)], conflict_events)
    assert (found.values["date"].n, found.values["date"].hits) == (1, 0)
    assert (found.values["number"].n, found.values["number"].hits) == (1, 1)
    assert (found.events.n, found.events.hits) == (1, 1)
    assert found.fields["initiators"].share == 1.0
    assert found.fields["killed"].share == 1.0
    assert found.fields["place"].share == 0.0  # proposed, and not set by the coder


@pytest.fixture(scope="module")
def samples(
    conflict_events: Codebook,
    sample_articles: dict[str, Article],
    sample_codings: list[Coding],
) -> Evaluation:
    return evaluate(
        [(sample_articles[c.article], c) for c in sample_codings], conflict_events
    )


def test_dates_and_numbers_get_the_values_that_coders_gave_them(
    samples: Evaluation,
) -> None:
    dates, counts = samples.values["date"], samples.values["number"]
    assert dates.n >= 70 and (dates.share or 0) >= 0.93
    assert counts.n >= 50 and (counts.share or 0) >= 0.95
    assert (dates.hits + counts.hits) / (dates.n + counts.n) >= 0.95


def test_events_are_proposed_with_values_that_coders_set(samples: Evaluation) -> None:
    assert samples.events.n >= 130 and (samples.events.share or 0) >= 0.90
    shown = sum(share.n for share in samples.fields.values())
    assert shown >= 500
    assert sum(share.hits for share in samples.fields.values()) / shown >= 0.72


def test_the_command_prints_figures_or_one_document(
    run_coder: Callable[..., tuple[int, str, str]],
    demo_folder: Path,
    tmp_path: Path,
    coding: Coding,
) -> None:
    file = tmp_path / "coding.jsonl"
    file.write_text(to_json(from_coding(coding, text=TEXT)) + "\n", "utf-8")
    code, out, _ = run_coder(
        "suggest", "--project", demo_folder, "--evaluate", file, "--json"
    )
    assert code == 0
    assert json.loads(out)["kinds"]["trigger"]["misses"] == [{"words": "ادي", "n": 1}]
    code, out, _ = run_coder("suggest", "--project", demo_folder, "--evaluate", "gold")
    assert code == 0
    assert "event proposed" in out and "offered but not used" in out


def test_codings_of_an_article_count_together_wherever_they_stand_in_a_file(
    run_coder: Callable[..., tuple[int, str, str]], demo_folder: Path, tmp_path: Path
) -> None:
    file, articles = (
        tmp_path / "codings.jsonl",
        [Article(f"a{n}", TEXT) for n in range(9)],
    )
    lines, marked = (
        [],
        {"trigger": "قصفت", "date": "17 تشرين الأول 2023"},
    )  # by one coder each
    for kind, quote in marked.items():
        for each in articles:
            coding = Coding(
                each.id,
                each.text_sha256,
                "conflict-events-ar@1.0.0",
                kind,
                Status.SUBMITTED,
            )
            record = from_coding(replace(coding, spans=(span(kind, quote),)), text=TEXT)
            lines.append(to_json(record) + "\n")
    file.write_text("".join(lines), "utf-8")
    code, out, err = run_coder(
        "suggest", "--project", demo_folder, "--evaluate", file, "--json"
    )
    assert code == 0 and "evaluate 9/9" in err
    kinds = json.loads(out)["kinds"]
    # nine articles, in each of which one offered trigger and one offered date is what
    # one of the two marked
    for kind in ("trigger", "date"):
        assert (kinds[kind]["coded"], kinds[kind]["offered"]) == (9, 9)
        assert kinds[kind]["overlap"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert kinds["place"]["false_alarms"] == [{"words": "بلده البوكمال", "n": 9}]


def test_a_coding_of_another_text_is_refused_by_line(
    run_coder: Callable[..., tuple[int, str, str]],
    demo_folder: Path,
    tmp_path: Path,
    coding: Coding,
) -> None:
    file = tmp_path / "coding.jsonl"
    record = from_coding(coding)
    record["article"]["id"] = "004_6bcea9cb8461aa4b"
    file.write_text(to_json(record) + "\n", "utf-8")
    code, _, err = run_coder("suggest", "--project", demo_folder, "--evaluate", file)
    assert code == 2
    assert (
        err.startswith(f"error: {file}:1")
        and "differs from the text that was coded" in err
    )
