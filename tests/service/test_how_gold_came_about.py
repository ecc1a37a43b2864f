"""Every reader of gold is told how each value came about: decided, agreed, by a policy
or imported.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas
import pytest
from msgspec.structs import replace

from coder.adjudicate.gold_edits import Reason, Take, TakeAgreed
from coder.importers.native_reader import to_coding
from coder.model import GOLD, Answer, Article, Coding, Status
from coder.service.delivery import releases
from coder.service.delivery.datasets import deliver
from coder.service.delivery.intake import import_files
from coder.service.delivery.releases import make
from coder.service.project.config import GoldRules
from coder.service.project.opened import Project, create_project
from coder.service.publication.dataset_folder import publish
from coder.service.review import policy_runs
from coder.service.review.gold_list import gold_lines
from coder.service.review.gold_session import ReviewSession, reopen
from coder.service.upkeep.integrity import verify

Run = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
OLDER = ROOT / "tests" / "support" / "data" / "gold_before_how.jsonl"
BY, CLOSED, OTHER, ALONE = (
    "salma",
    "000_fd74d59c4a9049c0",  # in the sample project decided by hand
    "001_4a950e12de890295",
    "002_f7ba5510ad944d36",
)


def exported(project: Project, form: str, number: int | None = None) -> str:
    out = io.BytesIO()
    release = releases.release_of(project, number) if number else None
    deliver(
        project.at(release.position if release else None),
        form,
        "gold",
        out,
        open_too=release is None,
        training=release is None or release.training,
        allow_loss=True,
    )
    return out.getvalue().decode("utf-8")


def values(project: Project) -> list[dict[str, Any]]:
    """Every gold value as the native format states it."""
    found = []
    for line in exported(project, "native").splitlines():
        record = json.loads(line)
        for answers in (record["answers"], *(e["fields"] for e in record["events"])):
            found += answers.values()
    return found


@pytest.fixture
def four_ways(demo: Project) -> Project:
    """The sample project with gold by hand, by acceptance, by two policies and, of one
    article, imported.
    """
    demo.config = replace(
        demo.config, gold=replace(GoldRules(), policies=("agreed", "trusted"))
    )
    rules = replace(demo.config.gold, trusted={"calibration": "amal"})
    demo.config = replace(demo.config, gold=rules)
    policy_runs.apply(demo, BY)
    with demo.store.begin("setup") as work:
        work.add_articles([Article("a1", "قصف الجيش حلب.")])
    line = {
        "format": "coder/1",
        "article": {
            "id": "a1",
            "text_sha256": Article("a1", "قصف الجيش حلب.").text_sha256,
        },
        "codebook": demo.codebook.ref,
        "coder": "gold",
        "status": "submitted",
        "answers": {"relevance": {"value": "relevant"}, "genre": {"value": "news"}},
        "spans": [],
        "events": [],
    }
    file = demo.config.folder / "expert.jsonl"
    file.write_text(json.dumps(line, ensure_ascii=False) + "\n", "utf-8")
    import_files(demo, [file])
    return demo


def test_a_value_tells_how_it_came_about_and_by_whom(demo: Project) -> None:
    session = ReviewSession(demo, demo.article(OTHER), BY)
    session.do(TakeAgreed())
    cell = next(iter(session.state.open_cells()))
    session.do(Take(*cell, "amal", "coder_error"))
    session.close()
    demo.config = replace(
        demo.config, gold=replace(GoldRules(), policies=("agreed",), trusted={})
    )
    policy_runs.apply(demo, BY)
    keys = ("how", "reason", "by", "applied_by")
    found = {tuple(each.get(key, "") for key in keys) for each in values(demo)}
    assert found >= {
        ("decided", "coder_error", BY, ""),
        ("agreed", "agreed", BY, ""),
        ("policy:agreed", "agreed", "", BY),
        ("policy:notes", "notes", "", BY),
    }
    ways = {"decided", "agreed", "policy:agreed", "policy:notes"}
    assert {how for how, *_ in found} == ways
    assert {by for how, _, by, _ in found if how.startswith("policy")} == {""}


def test_another_reason_makes_a_policys_value_decided(four_ways: Project) -> None:
    reopen(four_ways, BY, OTHER, GOLD)
    session = ReviewSession(four_ways, four_ways.article(OTHER), BY)
    genre = session.state.find_decision("", "genre")
    assert genre is not None and genre.how.startswith("policy:") and genre.by == ""
    session.do(Reason("", "genre", "article_ambiguity"))
    after = session.state.find_decision("", "genre")
    session.close()
    assert after == replace(
        genre, reason="article_ambiguity", how="decided", by=BY, applied_by=""
    )


def test_every_export_counts_the_same_ways(four_ways: Project, tmp_path: Path) -> None:
    told = Counter(each.get("how", "imported") for each in values(four_ways))
    assert {*told} == {
        "policy:notes",
        "decided",
        "agreed",
        "policy:agreed",
        "policy:trusted",
        "imported",
    }
    of_list = Counter[str]()
    for line in gold_lines(four_ways):
        of_list.update(line.values)
    assert of_list == told
    in_jsonl = Counter[str]()
    for line in exported(four_ways, "jsonl").splitlines():
        answers = json.loads(line)["fields"].values()
        in_jsonl.update(
            each["how"]
            for each in answers
            if "how" in each and each.get("blank") != "missing"
        )
    in_csv = Counter[str]()
    for row in csv.DictReader(io.StringIO(exported(four_ways, "csv").lstrip("\ufeff"))):
        fields = [name.removesuffix(".how") for name in row if name.endswith(".how")]
        in_csv.update(
            row[f"{field}.how"]
            for field in fields
            if row[f"{field}.how"] and row[f"{field}.state"] != "missing"
        )
    deliver(
        four_ways,
        "huggingface",
        "gold",
        tmp_path / "hf",
        open_too=True,
        allow_loss=True,
    )
    rows = pandas.read_parquet(tmp_path / "hf" / "data.parquet")
    in_rows = Counter(
        answer["how"]
        for _, row in rows.iterrows()
        for answers in (row["answers"], *(e["answers"] for e in row["events"]))
        for answer in answers
        if answer["how"]  # not of a question that does not arise
    )
    for found in (in_jsonl, in_csv, in_rows):
        assert found == in_jsonl and {*found} == {*told}
    deliver(four_ways, "tables", "gold", tmp_path / "t", open_too=True, allow_loss=True)
    table = pandas.read_csv(tmp_path / "t" / "values.csv", keep_default_na=False)
    once = table.drop_duplicates(["article", "event", "field"])
    assert Counter(filter(None, once["how"])) == in_jsonl
    policies = table[table["how"].str.startswith("policy:")]
    assert {*policies["by"]} == {""} and {*policies["applied_by"]} == {BY}
    by_hand = table[table["how"].isin(["decided", "agreed"])]
    assert {*by_hand["by"]} == {BY} and {*by_hand["applied_by"]} == {""}
    heads = pandas.read_csv(tmp_path / "t" / "codings.csv", keep_default_na=False)
    assert {*heads["imported_from"]} == {"", "expert.jsonl"}


def test_the_card_says_of_each_way_what_the_table_counts(
    four_ways: Project, tmp_path: Path
) -> None:
    publish(four_ways, "gold", tmp_path / "out", open_too=True, allow_loss=True)
    card = (tmp_path / "out" / "README.md").read_text("utf-8")
    table = pandas.read_parquet(tmp_path / "out" / "parquet" / "values.parquet")
    counts = Counter(table["how"])
    applied = "without a decision on each, applied by the supervisor `p04`"
    for line in (
        f"decided one by one by the supervisor `p04`: {counts['decided']}",
        f"accepted as agreed by the supervisor `p04`: {counts['agreed']}",
        f"made by the policy `agreed` {applied}: {counts['policy:agreed']}",
        f"made by the policy `trusted` {applied}: {counts['policy:trusted']}",
        f"imported by `setup`: {counts['imported']}",
    ):
        assert f"{line}\n" in card
    assert {*table[table["how"] == ""]["state"]} == {"not_applicable"}
    assert re.search(
        r"- articles whose gold was imported, .*: 1, from expert\.jsonl\n", card
    )
    reasons = table[table["how"] == "decided"]["reason"].value_counts()
    for reason, n in reasons.items():
        assert f"- of these, rows with the reason `{reason}`: {n}\n" in card
    arabic = (tmp_path / "out" / "README.ar.md").read_text("utf-8")
    assert "السياسة `trusted`" in arabic and "expert.jsonl" in arabic


def test_older_gold_tells_how_by_its_reason(tmp_path: Path) -> None:
    with closing(create_project(tmp_path / "other")) as other:
        import_files(other, sorted(SEEDS.glob("*.txt")))
        import_files(other, [OLDER])
        assert exported(other, "native") == OLDER.read_text("utf-8")
        [line] = gold_lines(other)
        assert {*line.values} == {"decided", "agreed"}
        assert line.imported_from == OLDER.name
        assert verify(other).findings == []
        written = [
            each
            for each in map(json.loads, exported(other, "jsonl").splitlines())
            for each in each["fields"].values()
            if "how" in each  # not of a question that does not arise
        ]
    assert {each["by"] for each in written} == {BY}
    assert {each["reason"] for each in written if each["how"] == "agreed"} == {"agreed"}


def test_a_policy_of_older_gold_decided_nothing(demo: Project) -> None:
    gold = Coding(
        OTHER,
        demo.article(OTHER).text_sha256,
        demo.codebook.ref,
        "gold",
        Status.SUBMITTED,
        {"genre": Answer("news", taken_from=("amal",), reason="single", by=BY)},
    )
    with demo.store.begin(BY) as work:  # as it was stored before
        work.save_gold((None, ()), (gold, ()), "gold.applied", OTHER)
    [line] = [
        each
        for each in map(json.loads, exported(demo, "jsonl").splitlines())
        if each["article"]["id"] == OTHER
    ]
    told = line["fields"]["genre"]
    assert (told["how"], told["applied_by"]) == ("policy:single", BY)
    assert "by" not in told


def test_gold_show_tells_the_ways_apart(four_ways: Project, run_coder: Run) -> None:
    at = ("--project", four_ways.config.folder)
    by_hand = json.loads(run_coder("gold", "show", CLOSED, "--json", *at)[1])
    ways = {(e["how"], e["by"], e["applied_by"]) for e in by_hand["values"]}
    assert ways == {
        ("decided", BY, ""),
        ("agreed", BY, ""),
        ("policy:notes", "", BY),
    }
    applied = json.loads(run_coder("gold", "show", OTHER, "--json", *at)[1])
    assert {(e["by"], e["applied_by"]) for e in applied["values"]} == {("", BY)}
    imported = json.loads(run_coder("gold", "show", "a1", "--json", *at)[1])
    assert imported["imported_from"] == "expert.jsonl"
    assert {(e["how"], e["applied_by"]) for e in imported["values"]} == {
        ("imported", "setup")
    }
    assert "مستورد من expert.jsonl" in run_coder("gold", "show", "a1", *at)[1]
    head = run_coder("gold", *at)[1].splitlines()[0]
    assert "policy: trusted coder" in head and "accepted as agreed" in head


def test_an_event_that_a_policy_rejected_was_rejected_by_nobody(
    demo: Project, tmp_path: Path
) -> None:
    rules = replace(GoldRules(), policies=("trusted",), trusted={"calibration": "amal"})
    demo.config = replace(demo.config, gold=rules)
    policy_runs.apply(demo, BY)
    session = ReviewSession(demo, demo.article(ALONE), BY)
    one = next(c for c in session.state.clusters if not c.rejected)
    session.close()
    deliver(demo, "tables", "gold", tmp_path / "t", open_too=True, allow_loss=True)
    table = pandas.read_csv(tmp_path / "t" / "alignment.csv", keep_default_na=False)
    by_policy = table[table["rejected"] == "trusted"]
    assert len(by_policy)
    assert {*by_policy["how"]} == {"policy:trusted"}
    assert {*by_policy["by"]} == {""} and {*by_policy["applied_by"]} == {BY}
    by_hand = table[(table["rejected"] != "") & (table["rejected"] != "trusted")]
    assert {*by_hand["how"]} == {"decided"} and {*by_hand["by"]} == {BY}
    assert one.id


def test_a_release_made_before_stays_as_it_is(demo: Project) -> None:
    with demo.store.begin("setup") as work:
        gold = work.queries.gold(CLOSED)
        assert gold is not None
        older = to_coding(json.loads(OLDER.read_text("utf-8")))
        clusters = work.queries.clusters(CLOSED)
        work.save_gold((gold, clusters), (older, clusters), "gold.decided", CLOSED)
    release, *_ = make(demo, BY)
    policy_runs.apply(demo, BY)
    assert verify(demo).findings == []
    assert exported(demo, "native", release.number) == OLDER.read_text("utf-8")
