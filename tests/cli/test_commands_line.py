"""Every command: help with an example, one JSON document, errors with a hint, exit
codes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coder.cli.commands import COMMANDS

Run = Callable[..., tuple[int, str, str]]
FIRST = "000_fd74d59c4a9049c0"


@pytest.mark.parametrize("verb", COMMANDS)
def test_help_has_an_example(run_coder: Run, verb: str) -> None:
    code, out, _ = run_coder(verb, "--help")
    assert code == 0
    assert f"example: coder {verb}" in out


def test_the_overview_names_every_command(run_coder: Run) -> None:
    code, out, _ = run_coder()
    assert code == 0
    assert all(f"\n  {verb} " in out for verb in COMMANDS)


READING = [
    ("people",),
    ("status",),
    ("agree",),
    ("agree", "--field", "event_type"),
    ("agree", "--field", "date"),
    ("show", "004"),
    ("verify",),
    ("check",),
    ("export", "--list"),
    ("codebook", "check"),
    ("codebook", "show"),
    ("suggest",),
]


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_json_is_one_document_and_nothing_else(
    run_coder: Run, demo_folder: Path, words: tuple[str, ...]
) -> None:
    code, out, _ = run_coder(*words, "--json", "--project", demo_folder)
    assert code == 0
    json.loads(out)
    code, out, _ = run_coder(*words, "--project", demo_folder)
    assert code == 0 and out


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (("reveiw",), "no command 'reveiw'", "coder review"),
        (("show",), "ARTICLE", "coder show --help"),
        (("show", "nothing"), "No article matches", "The articles: 000_"),
        (("show", "00"), "5 articles match", "Matching:"),
        (("show", "004", "--width", "3"), "too narrow", "at least"),
        (("show", "004", "--marks", "blue"), "invalid choice", "--help"),
        (("agree", "--coders", "amal"), "at least two coders", "status"),
        (("agree", "--coders", "amal,salma"), "there are none by: salma", "status"),
        (("agree", "--coders", ""), "no name in “”", "commas"),
        (
            ("agree", "--coders", "amal,nobody"),
            "nobody called 'nobody'",
            "The team: amal",
        ),
        (("agree", "--field", "mood"), "'mood'", "event_type"),
        (("code", "--as", "nobody"), "nobody called 'nobody'", "The team:"),
        (
            ("review", "--as", "slma"),
            "nobody called 'slma'",
            "Did you mean salma? The team: amal",
        ),
        (("code", "--as", "you"), "needs a terminal", "coder show"),
        (
            ("code", "--as", "amal"),
            "5 articles of amal are submitted",
            "coder code --as amal 00",
        ),
        (("review", "--as", "amal"), "amal is a coder", "supervisor: salma"),
        (("review",), "`coder review` has to know who you are", "coder people"),
        (("export", "xml"), "no format 'xml'", "native"),
        (("export", "csv", "--what", "candidates"), "cannot hold candidates", "native"),
        (("export",), "No format is named", "--list"),
        (("people", "add"), "No name is given", "coder people add"),
        (("people", "add", "gold"), "cannot be a person's name", "another name"),
        (("people", "add", "amal"), "already in the team", "people"),
        (("people", "add", "x,y"), "cannot be a person's name", "another name"),
        (("people", "add", " amal"), "cannot be a person's name", "another name"),
        (("people", "add", "a\nb"), "nobody sees (U+000A)", "another name"),
        (("people", "add", "candidates"), "cannot be a person's name", "another name"),
        (("people", "add", "re\u0301my"), "cannot be a person's name", "another name"),
        (
            ("gold", "apply", "--undo", "--dry-run", "--as", "salma"),
            "cannot be used together",
            "one of them",
        ),
        (
            ("codebook", "upgrade", "--undo", "--dry-run", "--as", "salma"),
            "cannot be used together",
            "one",
        ),
        (
            ("agree", "plan", "--html", "x.html"),
            "plan and --html cannot be used together",
            "one of them",
        ),
        (
            ("agree", "--measure", "kappa", "--csv"),
            "--measure and --csv cannot be used together",
            "one",
        ),
        (("agree", "--width", ".2"), "--width can only be used with plan", "add plan"),
        (
            ("assign", "--coders", "amal", "--per-article", "0"),
            "at least one",
            "--per-article",
        ),
        (
            ("agree", "--json", "--csv"),
            "--json and --csv cannot be used together",
            "one of them",
        ),
        (
            ("agree", "--csv", "--markdown"),
            "--markdown and --csv cannot be used together",
            "one of them",
        ),
        (("serve", "--port", "99999", "--as", "you"), "99999 is not a port", "65535"),
        (("serve", "--port", "0", "--as", "you"), "0 is not a port", "65535"),
        (
            ("lexicon", "--kind", "place"),
            "only be used with promote, veto, forget",
            "Leave it out",
        ),
        (("lexicon", "--gold"), "--gold can only be used with promote", "Leave it out"),
        (("people", "add", "hala", "--password-file", "no/file"), "no/file", "file"),
        (
            ("people", "retire", "amal", "--password-file", "x"),
            "`coder people retire` does not take",
            "NAME",
        ),
        (
            ("packet", "make", "x.zip", "--for", "salma"),
            "salma is a supervisor",
            "coder",
        ),
        (
            ("lexicon", "veto", "قوات", "--kind", "actor", "--gold", "--as", "salma"),
            "veto and --gold",
            "one",
        ),
        (
            (
                "lexicon",
                "forget",
                "قوات",
                "--kind",
                "actor",
                "--value",
                "x",
                "--as",
                "salma",
            ),
            "--value",
            "one",
        ),
        (
            ("lexicon", "promote", "قوات", "--gold", "--as", "salma"),
            "--gold and قوات cannot be used together",
            "one",
        ),
        (
            ("packet", "merge", "p", "q"),
            "merge and q cannot be used together",
            "one of them",
        ),
        (
            ("packet", "merge", "p", "--for", "amal"),
            "merge and --for cannot be used together",
            "one of them",
        ),
        (
            ("packet", "open", "p", "q", "--for", "amal"),
            "open and --for cannot be used together",
            "one of them",
        ),
        (("packet", "make", "amal", "p"), "No coder is named", "--for NAME"),
        (
            ("packet", "make", "p", "q", "--for", "amal"),
            "make and q cannot be used together",
            "one of them",
        ),
        (
            ("backup", "b", "--database", "sqlite:///x.db"),
            "--database can only be used with --restore",
            "add --restore",
        ),
        (
            ("backup", "b", "--restore", "--portable"),
            "--restore and --portable cannot be used together",
            "one of them",
        ),
        (("training", "--as", "typo"), "nobody called 'typo'", "The team: amal"),
        (
            ("assign", "--coders", "amal", "--per-article", "2"),
            "each article: 2",
            "more coders",
        ),
        (
            ("assign", "--coders", "amal", "--per-article", "1", "--strata", "month"),
            "The articles have no metadata",
            "coder import",
        ),
        (("import", "nowhere.txt"), "no such file", "Check the path"),
        (("codebook", "check", "nowhere.yaml"), "nowhere.yaml", ""),
    ],
)
def test_errors_say_what_and_what_to_do(
    run_coder: Run, demo_folder: Path, words: tuple[str, ...], message: str, hint: str
) -> None:
    code, out, err = run_coder(*words, "--project", demo_folder)
    assert (code, out) == (2, "")
    first, second = err.strip().split("\n", 1)
    assert first.startswith("error: ") and message in first
    assert second.startswith("hint: ") and hint in second
    assert "Traceback" not in err


def test_a_project_without_articles_says_so(run_coder: Run, tmp_path: Path) -> None:
    assert run_coder("init", tmp_path / "new")[0] == 0
    code, _, err = run_coder("show", "0", "--project", tmp_path / "new")
    assert code == 2 and "no articles yet" in err and "coder import" in err


def test_without_a_project_one_is_told_how_to_make_it(
    run_coder: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CODER_PROJECT", raising=False)
    code, _, err = run_coder("status")
    assert code == 2 and "coder init" in err


def test_a_folder_that_is_not_there_is_not_the_project_around_it(
    run_coder: Run, demo_folder: Path
) -> None:
    before = run_coder("people", "--project", demo_folder)
    code, _, err = run_coder(
        "people", "add", "ghost", "--project", demo_folder / "nosuchfolder"
    )
    assert code == 2 and "There is no folder" in err and "nosuchfolder" in err
    assert run_coder("people", "--project", demo_folder) == before


def test_an_import_that_leaves_a_column_says_so_to_programs_too(
    run_coder: Run, demo_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "news.csv").write_text("id,text,region\nn1,قصف في حلب.,شمال\n", "utf-8")
    code, out, err = run_coder(
        "import", tmp_path / "news.csv", "--json", "--project", demo_folder
    )
    assert code == 0, err
    told = json.loads(out)
    assert told["articles"] == 1 and told["left_columns"] == {"region": 1}
    assert not any(told["left"].values())


def test_the_nearest_project_upward_is_found(
    run_coder: Run, demo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = demo_folder / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert run_coder("people")[0] == 0
    monkeypatch.chdir("/")
    monkeypatch.setenv("CODER_PROJECT", str(demo_folder))
    assert run_coder("people")[0] == 0


def test_a_project_from_nothing_to_assignment(run_coder: Run, tmp_path: Path) -> None:
    folder, article = tmp_path / "p", tmp_path / "a1.txt"
    article.write_text("شنت واشنطن غارات على دير الزور", "utf-8")
    assert run_coder("init", folder)[0] == 0
    assert run_coder("init", folder)[0] == 2
    for words in (
        ("people", "add", "amal", "--role", "coder"),
        ("import", article),
        ("import", article),
        ("suggest",),
        ("suggest",),
        ("assign", "--coders", "amal", "--per-article", "1"),
    ):
        code, _, err = run_coder(*words, "--project", folder)
        assert code == 0, err
    _, out, _ = run_coder("status", "--json", "--project", folder)
    found = json.loads(out)
    assert [(r["coder"], r["assigned"], r["submitted"]) for r in found["progress"]] == [
        ("amal", 1, 0)
    ]
    assert found["blind_sample"] is None


def test_a_failed_init_leaves_nothing_behind(run_coder: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("id: x\nversion: 1\n", "utf-8")
    code, _, err = run_coder("init", tmp_path / "p", "--codebook", bad)
    assert code == 2 and "bad.yaml:" in err
    assert not (tmp_path / "p").exists()


def test_check_and_verify_find_nothing_wrong_in_the_sample(
    run_coder: Run, demo_folder: Path
) -> None:
    code, out, _ = run_coder("check", "--errors", "--project", demo_folder)
    assert (code, out) == (0, "لا أخطاء\n")
    code, out, _ = run_coder("verify", "--project", demo_folder)
    assert code == 0 and "0 findings" in out


@pytest.mark.parametrize(("language", "other"), [("ar", "[a-z]{5}"), ("en", "[ء-ي]")])
def test_check_speaks_one_language_that_of_the_project(
    language: str, other: str, run_coder: Run, demo_folder: Path
) -> None:
    settings = demo_folder / "coder.toml"
    settings.write_text(
        settings.read_text("utf-8").replace('"ar"', f'"{language}"'), "utf-8"
    )
    _, out, _ = run_coder("check", "--project", demo_folder)
    lines = out.splitlines()
    assert len(lines) > 5
    for line in lines:
        where, _, words = line.rpartition(": ")
        assert words and not re.search(other, words)
        assert not where or where.split()[0] == (
            "تنبيه" if language == "ar" else "warning"
        )


def test_verify_exits_1_when_it_finds_something(
    run_coder: Run, demo_folder: Path
) -> None:
    import sqlite3

    connection = sqlite3.connect(demo_folder / "coder.db")
    connection.execute(
        "UPDATE answer SET value = '\"other\"' WHERE field = 'genre' AND event = ''"
    )
    connection.commit()
    connection.close()
    code, out, _ = run_coder("verify", "--project", demo_folder)
    assert code == 1 and "replay" in out


def test_undefined_agreement_is_said_with_its_reason(
    run_coder: Run, demo_folder: Path
) -> None:
    # All five articles are relevant for both coders: no variation, so no alpha.
    _, out, _ = run_coder("agree", "--json", "--project", demo_folder)
    document = json.loads(out)
    relevance = next(f for f in document["fields"] if f["field"] == "relevance")
    assert (
        relevance["alpha"]["value"] is None
        and "no variation" in relevance["alpha"]["reason"]
    )
    assert relevance["equal_keys"]["value"] == 1.0
    assert all(f["interval"]["low"] is None for f in document["fields"])
    assert document["events"]["f1"]["n"] == 70 + 67
    assert document["events"]["interval"]["reason"] == "too few articles"


def test_demo_without_a_terminal_prints_article_table_and_paths(
    run_coder: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "demo"
    code, out, err = run_coder("demo", folder)
    assert code == 0
    assert "◆]" in out and "event_type" in out and "alpha" in out
    for name in ("gold.jsonl", "gold.csv", "gold.native.jsonl", "agreement.json"):
        assert str(folder / "exports" / name) in out
        assert (folder / "exports" / name).is_file()
    again, second, _ = run_coder("demo", "--project", folder)
    assert again == 0 and second == out
    assert "imported" in err


def test_demo_leaves_other_projects_alone(run_coder: Run, tmp_path: Path) -> None:
    run_coder("init", tmp_path / "mine")
    code, _, err = run_coder("demo", tmp_path / "mine")
    assert code == 2 and "another project" in err


def test_a_supervisor_opens_submitted_work_again(
    run_coder: Run, demo_folder: Path
) -> None:
    there = ("--project", demo_folder)
    assert run_coder("code", "--as", "amal", *there)[2].startswith(
        "error: All 5 articles"
    )
    assert run_coder("reopen", "004", "--coder", "amal", "--as", "amal", *there)[0] == 2
    assert (
        run_coder("reopen", "004", "--coder", "amal", "--as", "salma", *there)[0] == 0
    )
    assert (
        run_coder("reopen", "004", "--coder", "amal", "--as", "salma", *there)[0] == 2
    )
    assert "terminal" in run_coder("code", "--as", "amal", *there)[2]
    assert (
        run_coder("reopen", "000", "--coder", "gold", "--as", "salma", *there)[0] == 0
    )
    assert run_coder("verify", *there)[0] == 0


def test_trainees_are_compared_only_when_asked(
    run_coder: Run, demo_folder: Path
) -> None:
    from msgspec.structs import replace

    from coder.model import Coding, Status
    from coder.service.project.opened import open_project

    def figures() -> tuple[dict[str, Any], int]:
        found = json.loads(run_coder("agree", "--json", "--project", demo_folder)[1])
        assert ("1 coding in training" in " ".join(found.pop("remarks"))) == (
            "training" in found["basis"]["left_out"]
        )
        return found, found["basis"].pop("left_out").get("training", 0)

    before, _ = figures()
    project = open_project(demo_folder)
    article = project.article("004")
    coding = Coding(article.id, article.text_sha256, project.codebook.ref, "you")
    with project.store.begin("you") as work:
        work.save_coding(
            None, replace(coding, status=Status.SUBMITTED), "coding.submitted"
        )
    project.close()
    assert figures() == (before, 1)
    assert "1 coding in training" in run_coder("agree", "--project", demo_folder)[1]
    _, out, err = run_coder("agree", "--coders", "amal,you", "--project", demo_folder)
    assert (
        out == ""
    )  # the trainee's work is in no comparison that does not name the stage
    assert "1 coding in training (`--stage training` compares them)" in err


def test_the_line_of_events_recomputes(run_coder: Run, demo_folder: Path) -> None:
    found = json.loads(run_coder("agree", "--json", "--project", demo_folder)[1])[
        "events"
    ]
    [pair] = found["pairs"]
    assert pair["events"] == sum(found["events"].values())
    assert found["f1"]["value"] == pytest.approx(
        2 * pair["matches"] / pair["events"], abs=1e-6
    )
    out = run_coder("agree", "--project", demo_folder)[1]
    assert (
        f"F1 {found['f1']['value']:.3f} (amal and basim 2 × {pair['matches']} / {pair['events']})"
        in out
    )
    assert "whole articles resampled 2000 times" in out and "seed 20240101" in out


def test_a_coder_is_compared_with_closed_gold(
    run_coder: Run, demo_folder: Path
) -> None:
    out = run_coder(
        "agree", "--coders", "amal,gold", "--json", "--project", demo_folder
    )[1]
    found = json.loads(out)
    # One of five articles has gold: six events there, all of amal's other articles
    # stand alone.
    assert found["coders"] == ["amal", "gold"]
    assert found["events"]["articles"] == 1 and found["events"]["events"]["gold"] == 6
    assert (
        found["events"]["events"]["amal"]
        + found["events"]["events_of_one_coder"]["amal"]
        == 70
    )
    run_coder(
        "reopen", "000", "--coder", "gold", "--as", "salma", "--project", demo_folder
    )
    code, _, err = run_coder("agree", "--coders", "amal,gold", "--project", demo_folder)
    assert code == 2 and "1 gold coding not closed" in err


def test_a_plan_tells_articles_to_code_or_why_none(
    run_coder: Run, demo_folder: Path
) -> None:
    there = ("--project", demo_folder)
    found = json.loads(run_coder("agree", "plan", "--width", ".2", "--json", *there)[1])
    needs = {row["field"]: row for row in found["fields"]}
    assert (
        "no variation" in needs["relevance"]["reason"]
        and needs["relevance"]["articles"] is None
    )
    dates = needs["date"]["to_code"]
    assert dates["lower"] <= dates["articles"] <= dates["upper"]
    out = run_coder("agree", "plan", "--field", "date", "--width", ".2", *there)[1]
    assert "a first guess: fewer than 20 articles" in out  # the sample has five
    assert f"{dates['lower']}–{dates['upper']}" in out and "event_type" not in out
    code, _, err = run_coder("agree", "plan", "--width", "3", *there)
    assert code == 2 and "3.0 wide" in err


def test_another_coefficient_stands_beside_alpha(
    run_coder: Run, demo_folder: Path
) -> None:
    out = run_coder("agree", "--measure", "kappa", "--json", "--project", demo_folder)[
        1
    ]
    kappas = {row["field"]: row["value"]["value"] for row in json.loads(out)["fields"]}
    assert kappas["event_status"] == 1.0 and 0.9 < kappas["event_type"] < 1
    assert (
        "draw conclusions from alpha alone"
        in run_coder("agree", "--measure", "ac1", "--project", demo_folder)[1]
    )


def test_values_that_met_are_all_shown_where_the_matrix_does_not_fit(
    run_coder: Run, demo_folder: Path
) -> None:
    out = run_coder("agree", "--field", "event_type", "--project", demo_folder)[1]
    rows = [
        line.split()
        for line in out.partition("other value")[2].splitlines()
        if line.strip()
    ]
    assert ["1", "attack_unspecified", "≠", "claim_responsibility"] in rows
    assert sum(int(row[0]) for row in rows) == 65


def test_a_file_in_the_way_of_a_project_is_an_error(
    run_coder: Run, tmp_path: Path
) -> None:
    (tmp_path / "afile").write_text("x")
    for words in (
        ("init", tmp_path / "afile"),
        ("init", tmp_path / "afile" / "x"),
        ("demo", tmp_path / "afile"),
    ):
        code, _, err = run_coder(*words)
        assert code == 2 and "there is a file with that name" in err


def test_the_ruling_that_is_taken_back_is_named(
    run_coder: Run, demo_folder: Path
) -> None:
    where = ("--as", "salma", "--project", demo_folder)
    run_coder("lexicon", "veto", "قوات", "--kind", "actor", *where)
    assert run_coder("lexicon", "undo", *where)[1] == "undone: vetoed (قوات)\n"
