"""In training gold is seen beside one's own, once it is closed and one's own submitted;
nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from coder.model import GOLD, Answer, Coding, Status
from coder.service.coding.beside_gold import (
    Figure,
    compare_with_gold,
    compute_share,
    list_figures,
)
from coder.service.project.config import save_user_view, user_view
from coder.service.project.opened import Project
from coder.service.review.gold_session import reopen

ARTICLE = "000_fd74d59c4a9049c0"  # of the five sample articles the one with closed gold


def without_origin(answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers without what only gold tells of them."""
    return {
        field: replace(answer, taken_from=(), reason="", how="", by="", applied_by="")
        for field, answer in answers.items()
    }


def copied(
    demo: Project, coder: str = "you", *, submitted: bool = True, **answers: Any
) -> Coding:
    """The coder has gold's own answers, but for some of the article's."""
    with demo.store.begin(coder) as work:
        gold = work.queries.gold(ARTICLE)
        before = work.queries.coding(ARTICLE, coder)
        assert gold is not None
        own = replace(
            gold,
            coder=coder,
            status=Status.OPEN,
            answers=without_origin(gold.answers),
            events=tuple(
                replace(event, fields=without_origin(event.fields))
                for event in gold.events
            ),
        )
        for field, value in answers.items():
            own = own.with_answer(field, Answer(value=value))
        work.save_coding(before, own, "value.set")
        if submitted:
            work.save_coding(
                own, replace(own, status=Status.SUBMITTED), "coding.submitted"
            )
    return own


def test_who_answers_as_gold_does_agrees_in_every_field(demo: Project) -> None:
    copied(demo)
    found = compare_with_gold(demo, "you", ARTICLE)
    assert found is not None and found.lines and all(line.same for line in found.lines)
    assert found.same == found.of == sum(line.counted for line in found.lines)


def test_what_differs_has_both_answers(demo: Project) -> None:
    copied(demo, genre="news", outlet="أخرى")
    found = compare_with_gold(demo, "you", ARTICLE)
    assert found is not None
    differing = {line.field.id: line for line in found.lines if not line.same}
    assert set(differing) == {"genre", "outlet"}
    genre = differing["genre"]
    assert (
        found.in_words(genre.field, genre.own, "en"),
        genre.gold and genre.gold.value,
    ) == (
        demo.codebook.label_of(genre.field, "news", "en"),
        "analysis",
    )
    assert found.of - found.same == 1  # what is written freely is not counted


def test_an_event_of_one_side_is_shown_as_that(demo: Project) -> None:
    own = copied(demo, submitted=False)
    with demo.store.begin("you") as work:
        left = replace(own, events=own.events[1:])
        work.save_coding(own, left, "event.deleted")
        work.save_coding(
            left, replace(left, status=Status.SUBMITTED), "coding.submitted"
        )
    found = compare_with_gold(demo, "you", ARTICLE)
    assert found is not None
    lacking = [line for line in found.lines if line.own is None]
    assert lacking and all(line.gold is not None and not line.same for line in lacking)
    assert len({line.cluster_id for line in lacking}) == 1


def test_an_event_is_named_by_its_number_in_ones_own_coding_too_where_that_is_another(
    demo: Project,
) -> None:
    own = copied(demo, submitted=False)
    with demo.store.begin("you") as work:
        turned = replace(own, events=own.events[::-1])
        turned = replace(
            turned,
            events=[replace(e, id=f"e{n}") for n, e in enumerate(turned.events, 1)],
        )
        work.save_coding(own, turned, "event.split")
        work.save_coding(
            turned, replace(turned, status=Status.SUBMITTED), "coding.submitted"
        )
    found = compare_with_gold(demo, "you", ARTICLE)
    assert found is not None
    names = [found.event_in_words(c.id, "en") for c in found.state.clusters]
    assert len(own.events) > 1 and any("your event 1" in name for name in names)


@pytest.mark.parametrize("coder", ["amal", "you"])
def test_nothing_is_seen_outside_training_or_before_submitting(
    demo: Project, coder: str
) -> None:
    if coder == "you":
        copied(demo, submitted=False)
    assert (
        compare_with_gold(demo, coder, ARTICLE) is None
        and list_figures(demo, coder) == []
    )


def test_open_gold_is_not_seen(demo: Project) -> None:
    copied(demo)
    reopen(demo, "salma", ARTICLE, GOLD)
    assert compare_with_gold(demo, "you", ARTICLE) is None


def test_a_coding_that_was_opened_again_sees_no_gold(demo: Project) -> None:
    copied(demo)
    reopen(demo, "salma", ARTICLE, "you")
    assert compare_with_gold(demo, "you", ARTICLE) is None


def test_the_figures_follow_the_submissions(demo: Project) -> None:
    copied(demo, genre="news")
    [only] = list_figures(demo, "you")
    assert only.article == ARTICLE and only.of - only.same == 1
    assert only.at.date() == datetime.now(UTC).date()


def test_a_share_has_its_n_and_its_interval_or_why_there_is_none() -> None:
    at = datetime(2026, 1, 5, tzinfo=UTC)
    few = [Figure("a", at, 3, 4), Figure("b", at, 1, 4)]
    score, interval = compute_share(few)
    assert (score.value, score.n) == (0.5, 8) and interval.reason == "too few articles"
    assert few[0].week == "2026-W02"
    score, interval = compute_share(
        [Figure(f"a{i}", at, 8 + i % 3, 10) for i in range(24)]
    )
    assert score.value == pytest.approx(0.9) and score.n == 240
    assert interval.low is not None and 0.8 < interval.low < 0.9
    assert compute_share([])[0].value is None


def test_the_command_tells_the_figure_and_the_fields(
    demo: Project, run_coder: Callable[..., tuple[int, str, str]]
) -> None:
    copied(demo, genre="news")
    demo.close()
    save_user_view(replace(user_view(), language="en"))
    here = ("--as", "you", "--project", demo.config.folder)
    told = json.loads(run_coder("training", "--json", *here)[1])
    [article] = told["articles"]
    assert (
        article["of"] - article["same"] == 1 and told["weeks"][0]["of"] == article["of"]
    )
    code, out, _ = run_coder("training", ARTICLE, *here)
    assert code == 0 and f"{article['same']} of {article['of']}" in out
    lines = json.loads(run_coder("training", ARTICLE, "--json", *here)[1])["lines"]
    assert [line["field"] for line in lines if not line["same"]] == ["genre"]
    code, _, err = run_coder("training", "004", *here)
    assert code == 2 and "no gold" in err
    assert (
        "not submitted any training article"
        in run_coder("training", "--as", "amal", *here[2:])[1]
    )
