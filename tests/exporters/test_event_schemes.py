"""Events in the tables of other schemes: ACLED and PLOVER."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from coder.codebook.effective import effective_events
from coder.codebook.load import read_codebook
from coder.codebook.schema import Codebook
from coder.codebook.shipped import codebook as shipped
from coder.errors import CoderError
from coder.exporters.holdings import held
from coder.exporters.registry import writer
from coder.exporters.writer import Dataset
from coder.model import Answer, Article, Coding, Event
from coder.service.delivery.datasets import deliver
from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project, create_project

Run = Callable[..., tuple[int, str, str]]
SEEDS = Path(__file__).parents[2] / "seeds"
# ACLED Codebook, 2024: the sub-event types that stand under each event type.
ACLED = {
    "Battles": {
        "Armed clash",
        "Government regains territory",
        "Non-state actor overtakes territory",
    },
    "Explosions/Remote violence": {
        "Air/drone strike",
        "Suicide bomb",
        "Shelling/artillery/missile attack",
        "Remote explosive/landmine/IED",
        "Grenade",
        "Chemical weapon",
    },
    "Violence against civilians": {
        "Attack",
        "Abduction/forced disappearance",
        "Sexual violence",
    },
}


@pytest.mark.parametrize("scheme", ["acled", "plover"])
def test_events_go_under_the_types_that_the_codebook_maps_them_to(
    demo: Project, tmp_path: Path, scheme: str
) -> None:
    deliver(demo, scheme, "codings", tmp_path / "x.csv", allow_loss=True)
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with demo.store.read() as queries:
        codings = queries.codings(submitted=False)
    events = [
        (c, event) for c in codings for event in effective_events(c, demo.codebook)
    ]
    expected = [
        (c, event)
        for c, event in events
        if event.answer("event_type").coded
        and event.answer("report_scope").value == "single"
        and event.answer("event_status").value == "occurred"
    ]
    assert len(events) > len(rows) == len(expected) > 50
    column = {"acled": "sub_event_type", "plover": "event_type"}[scheme]
    for row, (_, event) in zip(rows, expected, strict=True):
        kind = demo.codebook.event_type(event.answer("event_type").value)
        assert row[column] == (kind.map[scheme] or "")
        killed, date = event.answer("killed"), event.answer("date")
        deaths = row["fatalities" if scheme == "acled" else "deaths"]
        assert deaths == (str(killed.value["min"]) if killed.coded else "")
        assert row["event_date"] == (date.value["start"] or "" if date.coded else "")
        if scheme == "acled" and row["event_type"] in ACLED:
            assert row["sub_event_type"] in ACLED[row["event_type"]]


@pytest.mark.parametrize(
    ("last", "precision"),
    [("2024-03-01", "1"), ("2024-03-07", "2"), ("2024-03-08", "3")],
)
def test_a_place_lies_where_the_lexicon_says_and_a_week_has_seven_days(
    conflict_events: Codebook, last: str, precision: str
) -> None:
    answers = {
        "event_type": Answer("air_strike"),
        "place": Answer(
            [{"place_id": "sy_aleppo", "as_written": "حلب", "precision": "town"}]
        ),
        "date": Answer(
            {
                "start": "2024-03-01",
                "end": last,
                "precision": "day",
                "basis": "explicit",
            }
        ),
    }
    article = Article("a1", "قصف الطيران حلب.")
    coding = Coding(
        "a1",
        article.text_sha256,
        conflict_events.ref,
        "amal",
        events=(Event("e1", answers),),
    )
    for scheme, province in (("acled", "admin1"), ("plover", "province")):
        form, data = writer(scheme), Dataset("codings", conflict_events)
        text = form.loaded().head(data) + form.rows(data)(article, [coding])
        [row] = csv.DictReader(text.removeprefix("\ufeff").splitlines())
        assert (row["country"], row[province]) == ("SY", "Aleppo")
        if scheme == "acled":
            assert row["time_precision"] == precision


@pytest.mark.parametrize("scheme", ["acled", "plover"])
def test_only_single_incidents_that_occurred_have_rows(
    conflict_events: Codebook, scheme: str
) -> None:
    strike = {"event_type": Answer("air_strike")}
    kinds: dict[str, dict[str, Answer]] = {
        "single": {
            "report_scope": Answer("single"),
            "event_status": Answer("occurred"),
        },
        "unsaid": {},
        "tally": {"report_scope": Answer("aggregate")},
        "campaign": {"report_scope": Answer("campaign")},
        "failed": {"event_status": Answer("attempted_failed")},
        "planned": {"event_status": Answer("planned")},
        "threatened": {"event_status": Answer("threatened")},
        "denied": {"event_status": Answer("denied")},
    }
    events = tuple(Event(name, strike | more) for name, more in kinds.items())
    article = Article("a1", "قصف الطيران حلب.")
    coding = Coding(
        "a1", article.text_sha256, conflict_events.ref, "amal", events=events
    )
    form, data = writer(scheme), Dataset("codings", conflict_events)
    text = form.loaded().head(data) + form.rows(data)(article, [coding])
    rows = csv.reader(text.removeprefix("\ufeff").splitlines()[1:])
    assert [row[0] for row in rows] == ["a1/single", "a1/unsaid"]
    assert held(article, [coding], data, form.lacks)["not_incidents"] == 6


def test_the_export_says_how_many_events_are_no_incidents(
    demo: Project, tmp_path: Path, run_coder: Run
) -> None:
    path = tmp_path / "x.csv"
    at = ("--project", demo.config.folder, "--what", "codings", "--out", path)
    code, _, err = run_coder("export", "acled", *at)
    assert code == 2 and "not single incidents that occurred" in err
    code, _, err = run_coder("export", "acled", *at, "--allow-loss")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = sum(1 for _ in csv.DictReader(file))
    with demo.store.read() as queries:
        codings = queries.codings(submitted=False)
    events = sum(len(effective_events(each, demo.codebook)) for each in codings)
    assert code == 0
    assert f"{events - rows} events that are not single incidents that occurred" in err


@pytest.mark.parametrize("scheme", ["acled", "plover"])
def test_a_western_longitude_stays_a_number(
    conflict_events: Codebook, scheme: str
) -> None:
    lexicon = conflict_events.lexicon
    west = [
        replace(each, lon=-77.04) if each.id == "deir_ezzor" else each
        for each in lexicon.places
    ]
    book = replace(conflict_events, lexicon=replace(lexicon, places=tuple(west)))
    place = {"place_id": "deir_ezzor", "as_written": "دير الزور", "precision": "town"}
    answers = {"event_type": Answer("air_strike"), "place": Answer([place])}
    article = Article("a1", "قصف الطيران حلب.", metadata={"outlet": "-77"})
    coding = Coding(
        "a1", article.text_sha256, book.ref, "amal", events=(Event("e1", answers),)
    )
    form, data = writer(scheme), Dataset("codings", book)
    [row] = csv.DictReader(
        (form.loaded().head(data) + form.rows(data)(article, [coding]))[1:].splitlines()
    )
    assert row["longitude"] == "-77.04"
    assert row["source" if scheme == "acled" else "publisher"] == "'-77"  # a text


def test_only_values_without_a_column_or_with_more_than_it_takes_are_told(
    conflict_events: Codebook,
) -> None:
    place = {"place_id": "sy_aleppo", "as_written": "حلب", "precision": "town"}
    days = {
        "start": "2024-03-01",
        "end": "2024-03-02",
        "precision": "day",
        "basis": "explicit",
    }
    count = {"min": 3, "max": 3, "approx": False}
    held_by_both = {
        "event_type": Answer("air_strike"),
        "place": Answer([place]),
        "killed": Answer(count),
        "initiators": Answer(["usa"]),
    }
    more = {**held_by_both, "date": Answer(days), "injured": Answer(count)}
    least = {
        **held_by_both,
        "killed": Answer({**count, "max": 5}),
        "place": Answer([place, place]),
    }
    article = Article("a1", "قصف الطيران حلب.")
    answers = {"relevance": Answer("relevant")}
    coding = Coding(
        "a1", article.text_sha256, conflict_events.ref, "amal", answers=answers
    )
    dataset = Dataset("codings", conflict_events)
    for events, in_acled, in_plover in (
        ([held_by_both], 1, 1),  # the relevance
        (
            [held_by_both, more],
            3,
            2,
        ),  # the injured; ACLED has no column for the last day
        ([least], 3, 3),  # the most killed, the second place
        ([{**held_by_both, "event_type": Answer()}], 4, 4),  # no row without a type
    ):
        all_ = replace(
            coding, events=tuple(Event(f"e{n}", each) for n, each in enumerate(events))
        )
        for scheme, lost in (("acled", in_acled), ("plover", in_plover)):
            told = held(article, [all_], dataset, writer(scheme).lacks)
            assert told[f"{scheme}_values"] == lost and "values" not in told


@pytest.mark.parametrize("scheme", ["acled", "plover"])
def test_of_several_values_the_first_is_in_the_row(tmp_path: Path, scheme: str) -> None:
    text = (SEEDS.parent / "schemas" / "conflict_events.yaml").read_text("utf-8")
    for name in ("event_type", "date", "killed"):
        head, sign, tail = text.rpartition(
            f"  - id: {name}\n"
        )  # the field, not the span kind
        text = f"{head}{sign}    many: true\n{tail}"
    text = "\n".join(
        line for line in text.split("\n") if "likely_if: {all" not in line
    )  # compare single types
    (tmp_path / "book.yaml").write_text(text, "utf-8")
    for each in (SEEDS.parent / "schemas").iterdir():
        if each.name != "conflict_events.yaml":
            (shutil.copytree if each.is_dir() else shutil.copy)(
                each, tmp_path / each.name
            )
    book = read_codebook(tmp_path / "book.yaml")
    days = [
        {"start": day, "end": day, "precision": "day", "basis": "absolute"}
        for day in ("2024-03-01", "2024-03-02")
    ]
    counts = [{"min": least, "max": None, "approx": False} for least in (3, 5)]
    types = ["air_strike", "armed_clash"]
    answers = {
        "event_type": Answer(types),
        "date": Answer(days),
        "killed": Answer(counts),
    }
    article = Article("a1", "قصف الطيران حلب.")
    coding = Coding(
        "a1", article.text_sha256, book.ref, "amal", events=(Event("e1", answers),)
    )
    form, data = writer(scheme), Dataset("codings", book)
    [row] = csv.DictReader(
        (form.loaded().head(data) + form.rows(data)(article, [coding]))[1:].splitlines()
    )
    assert (
        row["event_date"] == "2024-03-01"
        and row["fatalities" if scheme == "acled" else "deaths"] == "3"
    )


def test_a_codebook_that_maps_nothing_to_a_scheme_is_told_so(tmp_path: Path) -> None:
    project = create_project(tmp_path / "p", codebook=shipped("protest_events"))
    import_files(project, sorted(SEEDS.glob("004*.txt")))
    with pytest.raises(CoderError, match="maps none of its event types to acled"):
        deliver(project, "acled", "proposals", tmp_path / "x.csv", allow_loss=True)
    assert not (tmp_path / "x.csv").exists()
    project.close()
