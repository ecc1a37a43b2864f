"""A published dataset says all of itself, names nobody, and can be had again with its
texts.
"""

from __future__ import annotations

import importlib
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from coder.adjudicate.gold_edits import Decide, RejectCluster
from coder.cli.main import main
from coder.exporters.descriptors import checksums
from coder.model import GOLD, Answer, Article, Blank, Coding, Status
from coder.service.delivery.codes import codes_of
from coder.service.figures.agreement_report import agreement_report
from coder.service.project.opened import Project, create_project
from coder.service.publication.attached import attach
from coder.service.publication.dataset_folder import publish
from coder.service.review.gold_session import ReviewSession
from coder.service.team import members
from tests.support.later import Later

pandas = Later("pandas")
Run = Callable[..., tuple[int, str, str]]
SEEDS = Path(__file__).parents[2] / "seeds"
ABOUT = """
[dataset]
title = "أحداث النزاع Conflict"
description = "What happened."
authors = ["Haddad, Nour", "The team"]
license = "CC-BY-4.0"
doi = "10.5281/zenodo.1"
"""


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file()
    }


def give_title(project: Path) -> Path:
    settings = project / "coder.toml"
    settings.write_text(settings.read_text("utf-8") + ABOUT, "utf-8")
    return project


@pytest.fixture
def titled(demo_folder: Path) -> Path:
    return give_title(demo_folder)


@pytest.fixture(scope="module")
def made_dataset(made_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset of a titled project, made once; copy it, never write in it."""
    place = tmp_path_factory.mktemp("made")
    project = give_title(shutil.copytree(made_demo, place / "project"))
    assert (
        main(["export", "dataset", str(place / "dataset"), "--project", str(project)])
        == 0
    )
    return place / "dataset"


@pytest.fixture
def dataset(made_dataset: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made_dataset, tmp_path / "dataset")


def test_made_twice_it_is_the_same_byte_by_byte(
    dataset: Path, titled: Path, run_coder: Run
) -> None:
    again = dataset.with_name("again")
    assert run_coder("export", "dataset", again, "--project", titled)[0] == 0
    assert bytes_of(again) == bytes_of(dataset)
    assert len(bytes_of(dataset)) > 30


def test_codes_stand_in_the_place_of_names(dataset: Path, demo: Project) -> None:
    words = b"".join(bytes_of(dataset).values())
    for person in demo.people():
        assert person.name == "you" or not re.search(
            rf"\b{person.name}\b".encode(), words
        )
    values = pandas.read_parquet(dataset / "parquet/values.parquet")
    assert set(" | ".join(values["taken_from"]).split(" | ")) - {"supervisor", ""} == {
        "p01",
        "p02",
    }
    assert set(values["by"]) - {""} == {"p04"}
    alignment = pandas.read_parquet(dataset / "parquet/alignment.parquet")
    assert set(alignment["coder"]) == {"p01", "p02"} and set(alignment["by"]) - {
        ""
    } == {"p04"}


def test_the_card_counts_the_rows_of_values_by_state(dataset: Path) -> None:
    rows = pandas.read_parquet(dataset / "parquet/values.parquet")
    card = (dataset / "README.md").read_text("utf-8")
    found = re.findall(r"- rows of values with the state `(\w+)`: (\d+)\n", card)
    assert {state: int(n) for state, n in found} == rows[
        "state"
    ].value_counts().to_dict()
    assert f"- {len(rows)} rows of values, with" in card and "not_applicable" in dict(
        found
    )


def test_the_card_of_gold_says_that_its_figures_are_of_the_whole_project(
    dataset: Path, titled: Path, run_coder: Run, tmp_path: Path
) -> None:
    card, arabic = (
        (dataset / name).read_text("utf-8") for name in ("README.md", "README.ar.md")
    )
    figures = card[card.index("## Agreement") : card.index("## Limits")]
    assert (
        "not only of the articles in this dataset" in figures
        and "لا من مقالات هذه المجموعة وحدها" in arabic
    )
    words = (
        "export",
        "dataset",
        tmp_path / "out",
        "--what",
        "codings",
        "--project",
        titled,
    )
    assert run_coder(*words)[0] == 0
    assert "not only of the articles" not in (tmp_path / "out/README.md").read_text(
        "utf-8"
    )


def test_a_dataset_without_title_authors_or_licence_says_where_to_give_them(
    demo_folder: Path, run_coder: Run, tmp_path: Path
) -> None:
    words = ("export", "dataset", "--force", tmp_path / "out", "--project", demo_folder)
    assert (
        "\nnote: not in coder.toml under [dataset]: title, authors, license "
        in f"\n{run_coder(*words)[2]}"
    )
    settings = demo_folder / "coder.toml"
    plain = settings.read_text("utf-8")
    settings.write_text(
        f'{plain}\n[dataset]\ntitle = "News"\nauthors = ["Haddad, Nour"]\n', "utf-8"
    )
    assert "[dataset]: license " in run_coder(*words)[2]
    give_title(demo_folder).joinpath("coder.toml").write_text(plain + ABOUT, "utf-8")
    assert "[dataset]" not in run_coder(*words)[2]


def test_who_comes_later_or_is_renamed_changes_no_code(demo: Project) -> None:
    demo.add_person("zed", "coder")
    with demo.store.read() as queries:
        before = codes_of(queries)
    demo.add_person("aaron", "coder")
    members.rename(demo, "zed", "nour")
    with demo.store.read() as queries:
        after = codes_of(queries)
    assert after.pop("aaron") == f"p{len(before) + 1:02}"
    assert after.pop("nour") == before.pop("zed") and after == before


def test_croissant_is_valid_and_reads_the_tables(dataset: Path) -> None:
    croissant = importlib.import_module("mlcroissant")
    found = croissant.Dataset(jsonld=str(dataset / "croissant.json"))
    assert not found.metadata.issues.errors and not found.metadata.issues.warnings
    values = pandas.read_parquet(dataset / "parquet/values.parquet")
    read = list(found.records("values"))
    assert len(read) == len(values)
    assert [row["values/field"].decode() for row in read] == values["field"].tolist()


def test_frictionless_finds_nothing_wrong(dataset: Path) -> None:
    frictionless = importlib.import_module("frictionless")
    with frictionless.system.use_context(trusted=True):
        report = frictionless.Package(str(dataset / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "message"])
    assert {task.name for task in report.tasks} >= {
        "articles",
        "events",
        "values",
        "evidence",
        "spans",
    }


def test_hugging_face_reads_every_table_of_whichever_folder_has_the_name(
    dataset: Path, titled: Path, run_coder: Run, tmp_path: Path
) -> None:
    datasets = importlib.import_module("datasets")
    other = tmp_path / "other" / dataset.name
    assert (
        run_coder("export", "dataset", other, "--what", "codings", "--project", titled)[
            0
        ]
        == 0
    )
    lengths = set()
    for folder, name in ((dataset, "events"), (dataset, "values"), (other, "values")):
        rows = datasets.load_dataset(
            str(folder), name, split="train", cache_dir=str(tmp_path / "cache")
        )
        expected = pandas.read_csv(
            folder / "tables" / f"{name}.csv", keep_default_na=False
        )
        assert rows.column_names == [*expected.columns] and len(rows) == len(expected)
        lengths.add(len(rows))
    assert len(lengths) == 3


def test_checksums_hold_and_the_evidence_is_in_the_text(dataset: Path) -> None:
    checked = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=dataset, check=False
    )
    assert checked.returncode == 0
    articles = pandas.read_parquet(dataset / "parquet/articles.parquet").set_index(
        "article"
    )
    evidence = pandas.read_parquet(dataset / "parquet/evidence.parquet")
    for row in evidence.itertuples():
        assert articles.loc[row.article].text[row.start : row.end] == row.quote
    assert len(evidence) > 50


def test_the_citation_says_what_the_project_says(dataset: Path) -> None:
    cited = yaml.safe_load((dataset / "CITATION.cff").read_text("utf-8"))
    assert cited["authors"] == [
        {"family-names": "Haddad", "given-names": "Nour"},
        {"name": "The team"},
    ]
    assert (cited["title"], cited["license"], cited["doi"]) == (
        "أحداث النزاع Conflict",
        "CC-BY-4.0",
        "10.5281/zenodo.1",
    )
    assert "https://spdx.org/licenses/CC-BY-4.0.html" in (
        dataset / "LICENSE.txt"
    ).read_text("utf-8")
    described = json.loads((dataset / "croissant.json").read_text("utf-8"))
    assert (
        described["url"] == "https://doi.org/10.5281/zenodo.1"
        and described["creator"][0]["name"] == "Haddad, Nour"
    )


def test_the_card_counts_what_is_there_and_has_the_main_figures(
    dataset: Path, demo: Project
) -> None:
    head, card = (dataset / "README.md").read_text("utf-8").split("\n---\n", 1)
    assert (
        yaml.safe_load(head.removeprefix("---"))["pretty_name"]
        == "أحداث النزاع Conflict"
    )
    counts = {
        name: len(pandas.read_csv(dataset / "tables" / f"{name}.csv"))
        for name in ("events", "spans")
    }
    assert (
        f"- {counts['events']} events\n" in card
        and f"- {counts['spans']} spans: evidence of values, or decided on" in card
    )
    study, _ = agreement_report(demo)
    alphas = [
        f"{row.alpha.value:.2f}" for row in study.fields if row.alpha.value is not None
    ]
    told = next(line for line in card.splitlines() if "alpha by field" in line)
    assert (
        sorted(re.findall(r" (\d\.\d\d)(?:;|$)", told)) == sorted(alphas)
        and "events there are: F1 0." in card
    )
    assert "p01, p02" in card and "with fewer than 20, there are no intervals" in card
    arabic = (dataset / "README.ar.md").read_text("utf-8")
    assert "## ما فيها" in arabic and "---" not in arabic.splitlines()[0]


def test_the_card_says_of_gold_what_was_done_and_not_what_is_planned(
    titled: Path, run_coder: Run, tmp_path: Path
) -> None:
    settings = titled / "coder.toml"
    planned = '\n[gold]\npolicies = ["agreed", "majority"]\nsign_off = 1.0\n'
    settings.write_text(settings.read_text("utf-8") + planned, "utf-8")
    assert run_coder("export", "dataset", tmp_path / "one", "--project", titled)[0] == 0
    card = (tmp_path / "one/README.md").read_text("utf-8")
    assert "majority" not in card and "has signed" not in card
    accepted = r"accepted as agreed by the supervisor `p\d\d`: \d+\n"
    assert re.search(rf"- rows of values that all coders gave alike, {accepted}", card)
    run_coder("people", "add", "nour", "--role", "supervisor", "--project", titled)
    assert run_coder("gold", "sign", "000", "--as", "nour", "--project", titled)[0] == 0
    assert run_coder("export", "dataset", tmp_path / "two", "--project", titled)[0] == 0
    card, arabic = (
        (tmp_path / "two" / name).read_text("utf-8")
        for name in ("README.md", "README.ar.md")
    )
    assert "- articles whose gold a second supervisor has signed: 1 of 1\n" in card
    assert ": 1 من 1\n" in arabic


def test_reasons_that_were_assumed_are_told_from_those_that_were_chosen(
    titled: Path, demo: Project, run_coder: Run, tmp_path: Path
) -> None:
    session = ReviewSession(demo, demo.article("001_4a950e12de890295"), "salma")
    for cell, reason in zip(
        [*session.state.open_cells()][:3], ["", ":assumed", ":assumed"], strict=True
    ):
        session.do(
            Decide(*cell, Answer(blank=Blank.NOT_STATED), f"codebook_gap{reason}")
        )
    rejected = session.state.clusters[-1]
    session.do(RejectCluster(rejected.id, "duplicate:assumed"))
    session.close()
    assert (
        run_coder("export", "dataset", tmp_path / "out", "--open", "--project", titled)[
            0
        ]
        == 0
    )
    card, arabic = (
        (tmp_path / "out" / name).read_text("utf-8")
        for name in ("README.md", "README.ar.md")
    )
    [told] = (line for line in card.splitlines() if "`codebook_gap`" in line)
    assert "`codebook_gap`: 3, of them 2 with the reason assumed, not chosen" in told
    events = len(rejected.members)
    assert (
        f"- events of coders rejected with the reason `duplicate`: {events}, of them {events} with the"
        " reason assumed, not chosen" in card
    )
    assert "- events of coders rejected with the reason `not_an_event`: 4\n" in card
    [told] = (line for line in arabic.splitlines() if "`codebook_gap`" in line)
    assert "3، منها 2" in told
    values = pandas.read_parquet(tmp_path / "out/parquet/values.parquet")
    counts = values["reason"].value_counts()
    assert (counts["codebook_gap"], counts["codebook_gap:assumed"]) == (1, 2)
    labels = pandas.read_parquet(tmp_path / "out/parquet/codebook.parquet")
    labels = labels[labels["field"] == "reason"].set_index("value")["label_en"]
    assert set(values["reason"]) <= {*labels.index, ""}
    assert labels["codebook_gap:assumed"] == f"{labels['codebook_gap']} (assumed)"


def test_the_period_is_of_days_alone(
    titled: Path, run_coder: Run, tmp_path: Path
) -> None:
    at = ("--project", titled)
    with (tmp_path / "days.csv").open("w", encoding="utf-8") as file:
        file.write("id,date\n000_fd74d59c4a9049c0,مارس 2025\n")
        file.write("001_4a950e12de890295,2024-03-12\n002_f7ba5510ad944d36,2024-01-05\n")
    assert run_coder("import", tmp_path / "days.csv", *at)[0] == 0
    assert (
        run_coder("export", "dataset", tmp_path / "out", "--what", "codings", *at)[0]
        == 0
    )
    card = (tmp_path / "out" / "README.md").read_text("utf-8")
    period = next(line for line in card.splitlines() if "published from" in line)
    assert "from 2024-01-05 to" in period and "2025" not in period
    assert re.search(
        r"\b[1-9]\d* articles? without a publication date in the metadata", card
    )


def test_without_texts_no_word_of_the_articles_is_left_and_attach_brings_all_back(
    dataset: Path, titled: Path, run_coder: Run, tmp_path: Path
) -> None:
    bare, joined = tmp_path / "bare", tmp_path / "joined"
    assert (
        run_coder("export", "dataset", bare, "--no-text", "--project", titled)[0] == 0
    )
    articles = pandas.read_parquet(bare / "parquet/articles.parquet")
    assert "text" not in articles and len(articles["text_sha256"][0]) == 64
    for name in ("values", "evidence", "spans"):
        assert "quote" not in pandas.read_parquet(bare / f"parquet/{name}.parquet")
    quotes = pandas.read_parquet(dataset / "parquet/evidence.parquet")["quote"]
    longest = max(quotes, key=len)
    assert not any(longest.encode() in words for words in bytes_of(bare).values())
    code, out, err = run_coder("attach", bare, SEEDS, "--out", joined)
    assert (code, err) == (0, "") and "1 article" in out
    assert bytes_of(joined) == bytes_of(dataset)


def test_attach_gives_each_of_two_articles_with_the_same_text_its_text(
    tmp_path: Path,
) -> None:
    text = "قُتل ثلاثة أشخاص في حلب."
    with closing(create_project(tmp_path / "project")) as project:
        with project.store.begin("setup") as work:
            work.add_articles([Article("one", text), Article("two", text)])
            for id_ in ("one", "two"):
                sha = Article(id_, text).text_sha256
                gold = Coding(
                    id_, sha, project.codebook.ref, GOLD, status=Status.SUBMITTED
                )
                work.save_coding(None, gold, "coding.imported")
        publish(project, "gold", tmp_path / "bare", text=False)
    (tmp_path / "one.txt").write_text(text, "utf-8")
    result = attach(tmp_path / "bare", [tmp_path / "one.txt"], tmp_path / "joined")
    assert (result.articles, result.missing) == (2, [])
    assert {
        *pandas.read_parquet(tmp_path / "joined/parquet/articles.parquet")["text"]
    } == {text}


def test_attach_names_the_articles_that_it_does_not_find(
    titled: Path, run_coder: Run, tmp_path: Path
) -> None:
    bare, other = tmp_path / "bare", tmp_path / "other.txt"
    assert (
        run_coder("export", "dataset", bare, "--no-text", "--project", titled)[0] == 0
    )
    other.write_text("نص آخر.\n", "utf-8")
    code, _, err = run_coder("attach", bare, other, "--out", tmp_path / "joined")
    assert code == 1 and "no text found for 000_fd74d59c4a9049c0" in err
    read = pandas.read_parquet(tmp_path / "joined/parquet/articles.parquet")
    assert read["text"].isna().all()


def test_attach_refuses_what_was_changed_or_is_no_dataset(
    dataset: Path, tmp_path: Path, run_coder: Run
) -> None:
    with (dataset / "tables/values.csv").open("a", encoding="utf-8") as file:
        file.write("x\r\n")
    code, _, err = run_coder("attach", dataset, SEEDS, "--out", tmp_path / "out")
    assert code == 2 and "SHA256SUMS" in err
    code, _, err = run_coder("attach", SEEDS, SEEDS, "--out", tmp_path / "out")
    assert code == 2 and "not a dataset made by" in err
    assert not (tmp_path / "out").exists()


def test_texts_are_attached_to_a_dataset_made_before_there_was_an_alignment(
    dataset: Path, run_coder: Run, tmp_path: Path
) -> None:
    for path in (
        dataset / "parquet/alignment.parquet",
        dataset / "tables/alignment.csv",
    ):
        path.unlink()
    (dataset / "SHA256SUMS").write_text(checksums(dataset), "utf-8")
    code, out, err = run_coder("attach", dataset, SEEDS, "--out", tmp_path / "joined")
    assert (code, err) == (0, "") and "1 article" in out


def test_where_nobody_else_coded_the_card_says_why_there_is_no_agreement(
    demo: Project, tmp_path: Path
) -> None:
    alone = create_project(tmp_path / "alone")
    from coder.service.delivery.datasets import deliver
    from coder.service.delivery.intake import import_files

    deliver(demo, "native", "gold", tmp_path / "gold.jsonl")
    import_files(alone, sorted(SEEDS.glob("*.txt")))
    import_files(alone, [tmp_path / "gold.jsonl"])
    publish(alone, "gold", tmp_path / "dataset")
    alone.close()
    card = (tmp_path / "dataset/README.md").read_text("utf-8")
    assert "No figures:" in card and not (tmp_path / "dataset/agreement").exists()


def test_what_a_dataset_says_of_itself_is_checked(
    demo_folder: Path, run_coder: Run
) -> None:
    settings = demo_folder / "coder.toml"
    settings.write_text(
        settings.read_text("utf-8") + '\n[dataset]\nlicence = "CC0-1.0"\n', "utf-8"
    )
    code, _, err = run_coder("status", "--project", demo_folder)
    assert code == 2 and "dataset.licence" in err and "license" in err


def test_codes_change_no_figure(dataset: Path, demo: Project) -> None:
    study, _ = agreement_report(demo)
    said = json.loads((dataset / "agreement/data/settings.json").read_text("utf-8"))[
        "fields"
    ]
    assert len(study.fields) > 10
    for row in study.fields:
        assert said[row.field]["alpha"].get("value") == (
            row.alpha.value and round(row.alpha.value, 6)
        )


def test_the_folder_may_stand_behind_the_options(
    demo: Project, run_coder: Run, tmp_path: Path
) -> None:
    words = (
        "export",
        "dataset",
        "--open",
        "--no-text",
        tmp_path / "x",
        "--project",
        demo.config.folder,
    )
    assert run_coder(*words)[0] == 0 and (tmp_path / "x/SHA256SUMS").is_file()


@pytest.mark.parametrize("is_listed", [True, False])
def test_made_again_it_replaces_its_own_files_and_nobody_elses(
    titled: Path, run_coder: Run, tmp_path: Path, is_listed: bool
) -> None:
    words = (
        "export",
        "dataset",
        tmp_path / "out",
        "--what",
        "codings",
        "--project",
        titled,
    )
    assert run_coder(*words)[0] == 0
    earlier = tmp_path / "out" / "agreement" / "data" / "of_a_field_that_is_gone.csv"
    earlier.write_text("1", "utf-8")
    if is_listed:
        with (tmp_path / "out" / "SHA256SUMS").open("a", encoding="utf-8") as sums:
            sums.write(
                f"{'0' * 64}  {earlier.relative_to(tmp_path / 'out').as_posix()}\n"
            )
    code, _, err = run_coder(*words, "--force")
    assert (code, earlier.exists()) == ((0, False) if is_listed else (2, True)), err
    assert is_listed or earlier.name in err
