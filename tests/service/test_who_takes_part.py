"""Which codings the agreement report is about: in its figures, beside gold, and in its
cases.
"""

from __future__ import annotations

from msgspec.structs import replace

from coder.model import Answer, Coding, Json, Status
from coder.service.figures.agreement_report import agreement_report
from coder.service.project.opened import Project
from coder.service.review.gold_session import reopen
from coder.service.team.members import assign


def ids(project: Project) -> dict[str, str]:
    """The articles by their numbers."""
    with project.store.read() as queries:
        return {article[:3]: article for article in queries.article_ids()}


def coded(project: Project, article: str, coder: str) -> Coding:
    with project.store.read() as queries:
        found = queries.coding(article, coder)
    assert found is not None
    return found


def save(project: Project, coding: Coding, before: Coding | None = None) -> None:
    with project.store.begin(coding.coder) as work:
        work.save_coding(before, coding, "coding.submitted")


def basis(project: Project, start: str) -> list[str]:
    """The sentences about the report's data that start with these words."""
    _, report = agreement_report(project)
    return [
        words for each in report.basis if (words := each.of("en")).startswith(start)
    ]


def with_trainee(project: Project) -> dict[str, str]:
    """dina coded 000, whose gold is closed, in training, and 001 for the data: as amal
    but for one value.
    """
    articles = ids(project)
    project.add_person("dina", "coder")
    assign(project, ["dina"], 1, "training", articles=[articles["000"]])
    for number in ("000", "001"):
        own = replace(coded(project, articles[number], "amal"), coder="dina")
        genre = Answer(value="other", evidence=own.answers["genre"].evidence)
        save(project, replace(own, answers={**own.answers, "genre": genre}))
    return articles


def test_who_only_trained_on_articles_with_closed_gold_is_left_out_beside_gold_alone(
    demo: Project,
) -> None:
    before, _ = agreement_report(demo)
    with_trainee(demo)
    study, report = agreement_report(demo)
    assert (before.coders, study.coders) == (
        ("amal", "basim"),
        ("amal", "basim", "dina"),
    )
    [table] = [table for table in report.tables if table.name == "gold"]
    assert "dina" not in str(table) and "amal" in str(table)


def test_codings_of_articles_with_one_coder_are_not_called_compared(
    demo: Project,
) -> None:
    article = with_trainee(demo)["002"]
    assign(demo, ["dina"], 1, "production", articles=[article])
    amals = coded(demo, article, "amal")
    save(demo, replace(amals, coder="dina"))
    [told] = basis(demo, "Codings compared")
    assert told.startswith(
        "Codings compared: not assigned 1, calibration 10, production 1;"
    )
    for coder in ("amal", "basim"):
        reopen(demo, "salma", article, coder)
    [told] = basis(demo, "Codings compared")
    assert told.startswith("Codings compared: not assigned 1, calibration 8;")


def test_codings_reopened_and_changed_after_submission_are_counted(
    demo: Project,
) -> None:
    [told] = basis(demo, "Codings compared")
    assert (
        told
        == "Codings compared: calibration 10; reopened and changed after submission: 0."
    )
    articles = ids(demo)
    for number, genre in (("000", "other"), ("001", None)):
        reopen(demo, "salma", articles[number], "amal")
        before = coded(demo, articles[number], "amal")
        after = before.with_answer("genre", Answer(value=genre)) if genre else before
        save(demo, replace(after, status=Status.SUBMITTED), before)
    reopen(
        demo, "salma", articles["002"], "amal"
    )  # and not submitted again, so not compared
    before = coded(demo, articles["002"], "amal")
    save(demo, before.with_answer("genre", Answer(value="other")), before)
    [told] = basis(demo, "Codings compared")
    assert (
        told
        == "Codings compared: calibration 8; reopened and changed after submission: 1."
    )


def test_a_case_shows_no_coding_that_is_not_in_the_figures(demo: Project) -> None:
    articles = with_trainee(demo)
    basims = coded(demo, articles["000"], "basim")
    genre = replace(basims.answers["genre"], value="other")
    save(demo, replace(basims, answers={**basims.answers, "genre": genre}), basims)
    _, report = agreement_report(demo, field="genre", with_cases=True)
    shown = [
        (case["article"][:3], case["coder"]) for case in report.document()["cases"]
    ]
    assert shown == [
        ("000", "amal"),
        ("000", "basim"),
        *(("001", who) for who in ("amal", "basim", "dina")),
    ]


def test_a_date_that_ends_before_it_begins_is_compared_by_its_days(
    demo: Project,
) -> None:
    articles = ids(demo)
    whole, _ = agreement_report(demo)
    [alpha] = [row.alpha.value for row in whole.fields if row.field == "date"]
    amals = coded(demo, articles["003"], "amal")
    event = next(
        e
        for e in amals.events
        if e.answer("date").coded and _lasts(e.answer("date").value)
    )
    value: Json = event.answer("date").value
    turned = replace(
        event.answer("date"),
        value={**value, "start": value["end"], "end": value["start"]},
    )
    save(demo, amals.with_event(event.with_answer("date", turned)), amals)
    study, _ = agreement_report(demo, with_cases=True)
    assert [row.alpha.value for row in study.fields if row.field == "date"] == [alpha]


def _lasts(value: Json) -> bool:
    return bool(value["start"] < value["end"])
