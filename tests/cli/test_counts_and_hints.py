"""What commands say: numbers with the right nouns, hints to type as they stand, and
what was left out.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from coder.adjudicate.gold_edits import Clear
from coder.errors import ClosedError, CoderError
from coder.model import Coding, Status
from coder.service.coding.session import CodingSession
from coder.service.edits.answer_edits import SetValue
from coder.service.edits.span_edits import Draw
from coder.service.project.opened import Project, open_project
from coder.service.review.gold_session import ReviewSession

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def project(run_coder: Run, tmp_path: Path) -> Path:
    """An empty project with one coder."""
    run_coder("init", tmp_path / "new")
    run_coder("people", "add", "amal", "--role", "coder", "--project", tmp_path / "new")
    return tmp_path / "new"


def test_one_is_singular_and_all_other_numbers_are_plural(
    run_coder: Run, project: Path, tmp_path: Path
) -> None:
    (tmp_path / "a1.txt").write_text("غارات على الموقع", "utf-8")

    def said(*words: object) -> str:
        return run_coder(*words, "--project", project)[1].splitlines()[-1]

    assert said("import", tmp_path / "a1.txt") == "imported: 1 article and 0 codings"
    assert said("import", tmp_path / "a1.txt") == "already in the project: 1"
    assert said("suggest") == "1 article read"
    assert said("assign", "--coders", "amal", "--per-article", 1) == "1 assignment made"
    assert said("check") == "لا أخطاء، لا تنبيهات"  # in the project's language
    assert said("verify").endswith(" journal entries, 0 findings")
    assert said("packet", "make", "--for", "amal", tmp_path / "p").endswith(
        ": 1 article for amal"
    )
    assert (
        said("packet", "merge", tmp_path / "p")
        == "0 codings merged, already in the project: 0"
    )


def test_a_file_that_no_reader_takes_is_named_with_the_reason(
    run_coder: Run, project: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a1.txt").write_text("غارات على الموقع", "utf-8")
    (folder / "a2.odt").write_bytes(b"PK")
    (folder / ".hidden").write_bytes(b"")
    code, out, err = run_coder("import", folder, "--project", project)
    assert code == 0 and "1 article " in out
    assert (
        f"not imported: {folder / 'a2.odt'}: the file name does not end in any of .csv, .docx, "
        in err
    )
    assert "hidden" not in err
    _, out, _ = run_coder("import", folder, "--json", "--project", project)
    assert [left["file"] for left in json.loads(out)["left_out"]] == [
        str(folder / "a2.odt")
    ]


def test_status_shows_gold_totals_and_codings_that_nobody_was_assigned(
    run_coder: Run, project: Path, tmp_path: Path, demo: Project
) -> None:
    (tmp_path / "a1.txt").write_text("غارات على الموقع", "utf-8")
    run_coder("import", tmp_path / "a1.txt", "--project", project)
    article = demo.article("004")
    with demo.store.begin("salma") as work:
        work.save_coding(
            None,
            Coding(article.id, article.text_sha256, demo.codebook.ref, "salma"),
            "value.set",
        )
    _, out, _ = run_coder("status", "--project", demo.config.folder)
    rows = [" ".join(line.split()) for line in out.splitlines()]
    assert "salma not assigned 0 1 0 0 0 not measured" in rows
    assert "articles: 5, assigned: 5" in rows
    assert "codings: 10 submitted, 1 open" in rows
    assert "gold: 1 closed, 0 open" in rows
    _, out, _ = run_coder("status", "--json", "--project", project)
    assert json.loads(out)["totals"] == {
        "articles": 1,
        "assigned": 0,
        "withdrawn": 0,
        "set_aside": 0,
        "codings_open": 0,
        "codings_submitted": 0,
        "gold_open": 0,
        "gold_closed": 0,
    }


def test_what_is_no_file_in_a_folder_of_articles_is_named(
    run_coder: Run, tmp_path: Path
) -> None:
    project, folder, elsewhere = (
        tmp_path / "project",
        tmp_path / "articles",
        tmp_path / "elsewhere",
    )
    assert run_coder("init", project)[0] == 0
    for place in (folder, elsewhere):
        place.mkdir()
        (place / f"{place.name}.txt").write_text("مقال", "utf-8")
    os.mkfifo(folder / "pipe.txt")
    (folder / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    (folder / "more").symlink_to(elsewhere)
    os.mkfifo(folder / ".hidden")
    code, _, err = run_coder("import", folder, "--project", project)
    assert code == 0 and err.count("not imported: ") == 3
    for name in ("pipe.txt", "gone.txt", "more"):
        assert f"not imported: {folder / name}: " in err


def test_status_gives_the_working_time_of_each_coding_and_by_field(
    run_coder: Run, demo_folder: Path
) -> None:
    now = [datetime(2026, 11, 21, 9, tzinfo=UTC)]
    project = open_project(demo_folder, clock=lambda: now[0])
    session = CodingSession(project, project.article("004"), "you")
    for minutes, edit in (
        (0, Draw("place", 0, 5)),
        (3, SetValue("", project.codebook.article_field("genre"), "news")),
        (90, Draw("place", 10, 15)),
        (91.5, Draw("place", 20, 25)),
    ):
        session.writer.flush()
        now[0] = datetime(2026, 11, 21, 9, tzinfo=UTC) + timedelta(minutes=minutes)
        session.do(edit)
    session.close()
    project.close()
    _, out, _ = run_coder("status", "--time", "--project", demo_folder)
    rows = [" ".join(line.split()) for line in out.splitlines()]
    assert (
        f"{session.article.id} you 4.5" in rows
        and "genre 3.0 1" in rows
        and "spans 1.5 3" in rows
    )
    _, out, _ = run_coder("status", "--time", "--json", "--project", demo_folder)
    assert json.loads(out) == {
        "codings": [{"article": session.article.id, "coder": "you", "minutes": 4.5}],
        "fields": [
            {"field": "genre", "minutes": 3.0, "changes": 1},
            {"field": "spans", "minutes": 1.5, "changes": 3},
        ],
    }


def test_hints_to_reopen_are_whole_commands(run_coder: Run, demo: Project) -> None:
    with demo.store.read() as queries:
        [head] = [h for h in queries.coding_heads() if h.is_gold and h.is_submitted]
        gold = queries.gold(head.article)
    assert gold is not None
    review = ReviewSession(demo, demo.article(gold.article), "salma")
    with pytest.raises(CoderError) as caught:
        review.do(Clear("", "genre"))
    for lang in ("en", "ar"):
        hint = caught.value.words(lang)[1]
        words = hint[hint.index("coder ") :].split()[1:]
        assert words == ["reopen", gold.article, "--coder", "gold", "--as", "salma"]
    code, _, err = run_coder(*words, "--project", demo.config.folder)
    assert code == 0, err
    coding = CodingSession(demo, demo.article(gold.article), "amal")
    assert coding.coding.status is Status.SUBMITTED
    with pytest.raises(ClosedError) as submitted:
        coding.do(SetValue("", demo.codebook.article_field("genre"), "news"))
    for lang in ("en", "ar"):  # said to a coder, who cannot reopen it
        assert "coder reopen" not in submitted.value.words(lang)[1]


def test_status_says_whose_open_work_waits_for_somebody_who_has_retired(
    run_coder: Run, project: Path, tmp_path: Path
) -> None:
    (tmp_path / "a1.txt").write_text("غارات على الموقع", "utf-8")
    run_coder("import", tmp_path / "a1.txt", "--project", project)
    run_coder("assign", "--coders", "amal", "--per-article", "1", "--project", project)
    assert (
        run_coder("status", "--project", project)[1].splitlines()[1].split()[0]
        == "amal"
    )
    run_coder("people", "retire", "amal", "--project", project)
    assert (
        run_coder("status", "--project", project)[1]
        .splitlines()[1]
        .startswith("amal (retired) ")
    )


def test_the_minutes_per_article_are_those_of_submitted_codings(
    run_coder: Run, demo_folder: Path
) -> None:
    def line() -> str:
        _, out, _ = run_coder("status", "--project", demo_folder)
        return next(line for line in out.splitlines() if line.startswith("amal"))

    run_coder(
        "reopen", "004", "--coder", "amal", "--as", "salma", "--project", demo_folder
    )
    now = [datetime(2026, 11, 21, 9, tzinfo=UTC)]
    project = open_project(demo_folder, clock=lambda: now[0])
    session = CodingSession(project, project.article("004"), "amal")
    for place in (0, 10):
        session.do(Draw("place", place, place + 5))
        session.writer.flush()
        now[0] += timedelta(minutes=3)
    assert line().endswith("not measured       ")
    session.submit()
    session.close()
    project.close()
    assert "6.0 (n=1)" in line()


def test_a_change_of_the_team_is_said_above_the_list(
    demo_folder: Path, run_coder: Run
) -> None:
    for words, said in (
        (("add", "hala"), "Added: hala (coder)."),
        (("add", "rana", "--role", "supervisor"), "Added: rana (supervisor)."),
        (
            ("role", "hala", "--role", "supervisor"),
            "Role changed: hala is now supervisor.",
        ),
        (("rename", "hala", "hind"), "Renamed: hala is now hind."),
        (("retire", "hind"), "Retired: hind."),
        (("return", "hind"), "Back in the team: hind."),
    ):
        code, out, _ = run_coder("people", *words, "--project", demo_folder)
        assert code == 0 and out.splitlines()[0] == said
    assert (
        run_coder("people", "--project", demo_folder)[1]
        .splitlines()[0]
        .startswith("name")
    )
