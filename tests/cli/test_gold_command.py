"""`coder gold`: policies out of coder.toml, what changed, and releases."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from coder.adjudicate.gold_edits import Decide
from coder.model import MISSING
from coder.service.project.opened import Project
from coder.service.review.gold_session import ReviewSession

Run = Callable[..., tuple[int, str, str]]
BY, OTHER = "salma", "001_4a950e12de890295"


def test_coder_gold_reads_its_policies_from_coder_toml(
    demo_folder: Path, run_coder: Run
) -> None:
    settings = demo_folder / "coder.toml"
    plain = settings.read_text("utf-8")
    settings.write_text(
        f'{plain}\n[gold]\npolicies = ["agreed", "majority"]\n', "utf-8"
    )
    at = ("--project", demo_folder)
    code, out, _ = run_coder("gold", "apply", "--dry-run", "--json", *at)
    told = json.loads(out)
    assert (
        code == 0
        and told["policies"] == ["agreed", "majority"]
        and len(told["articles"]) == 5
    )
    assert run_coder("gold", "apply", *at)[0] == 2
    code, out, err = run_coder("gold", "apply", "--as", BY, *at)
    assert (
        code == 0
        and "The gold of 4 articles changed; 1 of 5 are closed." in out
        and "left for supervisors" in err
    )
    listed = {
        line["article"]: line["values"]
        for line in json.loads(run_coder("gold", "--json", *at)[1])
    }
    made = {
        each["article"]: each["made"]["agreed"]
        for each in told["articles"]
        if each["is_changed"]
    }
    assert len(made) == 4 and made == {
        article: listed[article]["policy:agreed"] for article in made
    }
    code, out, _ = run_coder("gold", "show", OTHER, *at)
    assert code == 0 and "amal 1, basim 1" in out
    assert run_coder("gold", "release", "--as", BY, *at)[0] == 0
    code, out, err = run_coder("export", "native", "--release", "1", *at)
    assert (
        "--open" not in err
    )  # a release cannot contain the gold that is open, so it does not offer to
    sha256 = json.loads(run_coder("gold", "releases", "--json", *at)[1])[0]["sha256"]
    assert code == 0 and hashlib.sha256(out.encode()).hexdigest() == sha256
    assert run_coder("export", "native", "--release", "2", *at)[0] == 2
    for wrong in (
        'policies = ["vote"]',
        "sign_off = 2",
        '[gold.trusted]\ntraining = "amal"',
    ):
        settings.write_text(f"{plain}\n[gold]\n{wrong}\n", "utf-8")
        code, _, err = run_coder("gold", "apply", "--dry-run", *at)
        assert code == 2 and "gold." in err and "coder.toml" in err


def test_policies_name_an_article_that_somebody_has_and_has_not_submitted(
    demo_folder: Path, run_coder: Run
) -> None:
    at = ("--project", demo_folder)
    assert run_coder("reopen", OTHER, "--coder", "amal", "--as", BY, *at)[0] == 0
    code, out, _ = run_coder("gold", "apply", "--dry-run", "--json", *at)
    assert code == 0 and json.loads(out)["waiting"] == [OTHER]


def test_the_list_calls_gold_closed_or_open_as_the_screens_do(
    demo_folder: Path, run_coder: Run
) -> None:
    at = ("--project", demo_folder)
    assert run_coder("gold", "apply", "--as", BY, *at)[0] == 0
    _, *rows = run_coder("gold", "list", *at)[1].splitlines()
    assert {row.split()[1] for row in rows} == {"closed", "open"}


def test_a_rejected_event_is_shown_by_its_type_and_date_not_by_a_number(
    demo_folder: Path, run_coder: Run
) -> None:
    _, out, _ = run_coder("gold", "show", "000", "--project", demo_folder)
    first, _ = (line for line in out.splitlines() if "مرفوض" in line)
    assert (
        "amal, basim " in first
        and "اعتداء مباشر على مدنيين" in first
        and "17/10/2023..31/12/2023" in first
    )


def test_where_all_gold_is_open_a_release_asks_for_it_to_be_closed(
    demo_folder: Path, run_coder: Run
) -> None:
    at = ("--project", demo_folder)
    closed = next(
        each["article"] for each in json.loads(run_coder("gold", "--json", *at)[1])
    )
    assert run_coder("reopen", closed, "--coder", "gold", "--as", BY, *at)[0] == 0
    code, _, err = run_coder("gold", "release", "--as", BY, *at)
    assert code == 2
    assert (
        "none is closed" in err
        and "a release contains only closed gold" in err
        and "--open" not in err
    )


def test_a_field_that_is_decided_to_be_empty_is_not_called_uncoded(
    demo: Project, demo_folder: Path, run_coder: Run
) -> None:
    session = ReviewSession(demo, demo.article(OTHER), BY)
    session.do(Decide("c1", "certainty", MISSING, "coder_error"))
    session.close()
    code, out, _ = run_coder("gold", "show", OTHER, "--project", demo_folder)
    assert code == 0 and "تُرك فارغاً" in out and "لم يُرمَّز بعد" not in out
