"""The dataset of a release is what the project was at that time, whatever comes after."""

from __future__ import annotations

import json
from pathlib import Path

from msgspec.structs import replace

from coder.adjudicate.gold_edits import RejectCluster, RestoreCluster
from coder.model import GOLD, Answer, Status
from coder.service.delivery import releases
from coder.service.project.opened import Project
from coder.service.publication.dataset_folder import publish
from coder.service.review.gold_session import ReviewSession, reopen
from coder.service.team import members
from tests.support.later import Later

pandas = Later("pandas")


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file()
    }


def test_a_release_is_the_same_whatever_comes_after(
    demo: Project, tmp_path: Path
) -> None:
    release, *_ = releases.make(demo, "salma")
    publish(demo, "gold", tmp_path / "one", release=release)
    with demo.store.begin("setup") as work:
        work.add_person("later", "coder")
        work.unassign([each[:4] for each in work.queries.assignments()])
    publish(demo, "gold", tmp_path / "two", release=release)
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")
    assert "version 1.0.0" in (tmp_path / "one/README.md").read_text("utf-8")


def test_a_release_has_the_alignment_of_then(demo: Project, tmp_path: Path) -> None:
    release, *_ = releases.make(demo, "salma")
    publish(demo, "gold", tmp_path / "one", release=release)
    article = demo.article("000")
    reopen(demo, "salma", article.id, GOLD)
    session = ReviewSession(demo, article, "salma")
    session.do(RestoreCluster("c5"))
    session.do(RejectCluster("c6", "duplicate"))
    session.close()
    publish(demo, "gold", tmp_path / "two", release=release)
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")
    publish(demo, "gold", tmp_path / "now", open_too=True)
    then, now = (
        pandas.read_csv(tmp_path / name / "tables/alignment.csv")
        for name in ("one", "now")
    )
    assert then["rejected"].value_counts().to_dict() == {"not_an_event": 4}
    assert now["rejected"].value_counts().to_dict() == {"duplicate": 2}


def test_a_release_has_the_figures_of_then_whatever_is_coded_later(
    demo: Project, tmp_path: Path
) -> None:
    release, *_ = releases.make(demo, "salma")
    publish(demo, "gold", tmp_path / "one", release=release)
    publish(demo, "gold", tmp_path / "open")
    article = "000_fd74d59c4a9049c0"
    reopen(demo, "salma", article, "basim")
    with demo.store.begin("basim") as work:
        before = work.queries.coding(article, "basim")
        assert before is not None
        after = before.with_answer("genre", Answer(value="statement"))
        work.save_coding(before, after, "value.set")
        work.save_coding(
            after, replace(after, status=Status.SUBMITTED), "coding.submitted"
        )
    demo.add_person("nour", "coder")
    members.assign(demo, ["nour"], 1, "production")
    members.withdraw(demo, "salma", ["003"], "twice")
    with demo.store.begin("nour") as work:
        mine = replace(after, coder="nour", status=Status.OPEN)
        work.save_coding(None, mine, "coding.begun")
        work.save_coding(
            mine, replace(mine, status=Status.SUBMITTED), "coding.submitted"
        )
        work.save_metadata({}, {article: {"outlet": "corrected"}}, "metadata.corrected")
    publish(demo, "gold", tmp_path / "two", release=release)
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")
    publish(demo, "gold", tmp_path / "now")
    for name in ("agreement/report.md", "README.md", "tables/articles.csv"):
        assert (tmp_path / "now" / name).read_bytes() != (
            tmp_path / "open" / name
        ).read_bytes()
    told = [
        json.loads(
            (tmp_path / f"{name}/agreement/data/settings.json").read_text("utf-8")
        )
        for name in ("one", "open")
    ]
    assert (
        told[0]["fields"] == told[1]["fields"]
    )  # when it was made, it had the figures of that day
