"""A codebook without events: spans are compared, reviewed, kept as gold, checked and
exported.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from coder.adjudicate.gold_edits import Clear, Decide, Take, TakeAgreed
from coder.adjudicate.resolve import ARTICLE, Adjudication
from coder.codebook.shipped import codebook
from coder.model import Answer
from coder.service.project.opened import Project, open_project
from coder.service.review.gold_session import ReviewSession
from coder.service.review.review_queue import queue
from tests.support.closed_gold import read_closed_gold
from tests.support.names_project import TEXT, make

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = make(tmp_path)
    yield made
    made.close()


def at(quote: str) -> str:
    start = TEXT.index(quote)
    return f"span.{start}-{start + len(quote)}"


MINISTRY, WASHINGTON, WEDNESDAY = (
    at("وزارة الخارجية العراقية"),
    at("واشنطن"),
    at("الأربعاء"),
)


def decide(project: Project) -> Adjudication:
    """Everything agreed; amal's Washington and ministry; there is no date."""
    session = ReviewSession(project, project.article("a1"), "salma")
    session.do(TakeAgreed())
    for field, coder, reason in (
        (WASHINGTON, "amal", "kind"),
        (MINISTRY, "amal", "boundary"),
        (WEDNESDAY, "basim", "not_a_name"),
    ):
        session.do(Take(ARTICLE, field, coder, reason))
    session.close_gold()
    session.close()
    return session.state


def test_each_stretch_is_a_row_that_is_agreed_or_differs(project: Project) -> None:
    session = ReviewSession(project, project.article("a1"), "salma")
    rows = {row.field.id: row.state for row in session.state.rows(ARTICLE)}
    session.close()
    assert rows == {
        "usable": "agreed",
        at("فؤاد حسين"): "agreed",
        at("بغداد"): "agreed",
        WASHINGTON: "differs",
        MINISTRY: "differs",  # the longer span makes the stretch
        WEDNESDAY: "differs",
    }
    [queued] = queue(project)
    assert (queued.differing, queued.open_cells, queued.events) == (3, 6, 0)


def test_gold_is_the_spans_that_were_taken_with_origin_and_reason(
    project: Project,
) -> None:
    gold = decide(project).gold
    assert {(s.kind, s.quote) for s in gold.spans} == {
        ("person", "فؤاد حسين"),
        ("place", "بغداد"),
        ("organisation", "واشنطن"),
        ("organisation", "وزارة الخارجية العراقية"),
    }
    assert (gold.answers[MINISTRY].taken_from, gold.answers[MINISTRY].reason) == (
        ("amal",),
        "boundary",
    )
    assert (gold.answers[WEDNESDAY].state, gold.answers[WEDNESDAY].reason) == (
        "not_stated",
        "not_a_name",
    )
    assert gold.answers[at("بغداد")].taken_from == ("amal", "basim")


def test_a_decided_stretch_that_nobody_marks_any_more_keeps_its_row(
    project: Project,
) -> None:
    decided = decide(project)
    codings = tuple(replace(each, spans=()) for each in decided.codings)
    rows = {
        row.field.id: row.state
        for row in replace(decided, codings=codings).rows(ARTICLE)
    }
    assert rows[WASHINGTON] == rows[MINISTRY] == "silent"


def test_a_supervisor_can_decide_otherwise_and_take_it_back(project: Project) -> None:
    session = ReviewSession(project, project.article("a1"), "salma")
    [row] = [r for r in session.state.rows(ARTICLE) if r.field.id == WASHINGTON]
    both = [value.id for value in row.field.values]
    state = Decide(ARTICLE, WASHINGTON, Answer(value=both), "ambiguity").apply(
        session.state, "salma"
    )
    assert sorted(span.kind for span in state.gold.spans) == ["organisation", "place"]
    assert Clear(ARTICLE, WASHINGTON).apply(state, "salma").gold.spans == ()
    session.close()


def test_every_command_knows_what_to_do_without_events(
    project: Project, run_coder: Run
) -> None:
    decide(project)
    folder = project.config.folder
    for words in (
        "status",
        "check",
        "verify",
        "show a1",
        "suggest",
        "people",
        "codebook check",
    ):
        code, out, err = run_coder(*words.split(), "--project", folder)
        assert (code, err.count("error")) == (0, 0), (words, err)
        assert out
    code, out, _ = run_coder("agree", "--project", folder)
    assert code == 0
    assert "event" not in out.replace("named-entities", "")
    found = json.loads(run_coder("agree", "--json", "--project", folder)[1])
    everything = found["spans"][0]
    # two of five and four spans are the same; the ministry's overlap as well: 2·2/9 and
    # 2·3/9
    assert everything["exact_f1"]["value"] == pytest.approx(4 / 9)
    assert everything["relaxed_f1"]["value"] == pytest.approx(6 / 9)


def test_exports_hold_a_row_for_each_span(
    project: Project, run_coder: Run, tmp_path: Path
) -> None:
    decide(project)
    folder = project.config.folder
    for form in ("csv", "jsonl", "native"):
        out = tmp_path / f"gold.{form}"
        words = (
            "export",
            form,
            "--what",
            "gold",
            "--out",
            out,
            "--project",
            folder,
            "--allow-loss",
        )
        assert run_coder(*words)[0] == 0
    rows = list(
        csv.DictReader((tmp_path / "gold.csv").read_text("utf-8-sig").splitlines())
    )
    assert rows[0]["usable"] == "usable"
    spans = {row["quote"]: row for row in rows[1:]}
    ministry = spans["وزارة الخارجية العراقية"]
    assert (ministry["kind"], ministry["from"], ministry["reason"]) == (
        "organisation",
        "amal",
        "boundary",
    )
    assert (
        TEXT[int(ministry["start"]) : int(ministry["end"])] == "وزارة الخارجية العراقية"
    )
    lines = [
        json.loads(line)
        for line in (tmp_path / "gold.jsonl").read_text("utf-8").splitlines()
    ]
    assert [line["record"] for line in lines] == [
        "article",
        "span",
        "span",
        "span",
        "span",
    ]
    assert lines[1]["quote"] == "فؤاد حسين" and lines[1]["from"] == ["amal", "basim"]


def test_gold_of_spans_can_be_taken_into_another_project(
    project: Project, run_coder: Run, tmp_path: Path
) -> None:
    decide(project)
    gold, other = tmp_path / "gold.jsonl", tmp_path / "other"
    run_coder(
        "export",
        "native",
        "--what",
        "gold",
        "--out",
        gold,
        "--project",
        project.config.folder,
    )
    assert run_coder("init", other, "--codebook", "named-entities")[0] == 0
    assert run_coder("import", tmp_path / "a1.txt", gold, "--project", other)[0] == 0
    again = tmp_path / "again.jsonl"
    run_coder("export", "native", "--what", "gold", "--out", again, "--project", other)
    assert again.read_bytes() == gold.read_bytes()


def test_decisions_on_spans_come_over_to_a_new_revision(
    project: Project, run_coder: Run, tmp_path: Path
) -> None:
    before = decide(project).gold
    text = codebook("named_entities").read_text("utf-8")
    for old, new in (
        ('version: "1.0.0"', 'version: "1.1.0"'),
        (
            "\nblanks:",
            '\nrecode: {from: "1.0.0", span_kinds: {organisation: body}}\n\nblanks:',
        ),
        ("  - id: organisation\n", "  - id: body\n"),
    ):
        text = text.replace(old, new, 1)
    (tmp_path / "new.yaml").write_text(text.replace("lexicon: a", "# a"), "utf-8")
    folder = project.config.folder
    words = ("upgrade", tmp_path / "new.yaml", "--as", "salma", "--gold")
    code, _, err = run_coder("codebook", *words, "--project", folder)
    assert code == 0, err
    with project.store.read() as queries:
        [after] = read_closed_gold(queries)
    assert after.answers.keys() == before.answers.keys()
    assert before.answers[WASHINGTON].value == [
        WASHINGTON.replace("span", "organisation")
    ]
    assert after.answers[WASHINGTON].value == [WASHINGTON.replace("span", "body")]
    assert after.answers[WEDNESDAY] == before.answers[WEDNESDAY]
    assert {s.kind for s in after.spans} == {"person", "place", "body"}
    assert (
        run_coder(
            "codebook", "upgrade", "--undo", "--as", "salma", "--project", folder
        )[0]
        == 0
    )
    with closing(open_project(folder)) as again, again.store.read() as queries:
        assert read_closed_gold(queries) == [before]
