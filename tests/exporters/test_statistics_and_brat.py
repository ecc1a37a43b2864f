"""Tables for statistics, brat's files and Hugging Face's, as their own readers see
them.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec.structs import replace

from coder.codebook.effective import effective_events
from coder.codebook.load import read_codebook
from coder.codebook.shipped import codebook as shipped
from coder.errors import CoderError
from coder.exporters.holdings import held
from coder.exporters.registry import writer
from coder.exporters.writer import Dataset, file_name
from coder.model import Answer, Article, Blank, Coding, Decision, Event
from coder.service.delivery.datasets import deliver
from coder.service.project.opened import Project

Run = Callable[..., tuple[int, str, str]]
SEEDS = Path(__file__).parents[2] / "seeds"


def delivered(project: Project, name: str, path: Path) -> Path:
    deliver(project, name, "codings", path, allow_loss=True)
    return path


def coded(project: Project) -> Iterator[tuple[Coding, Event]]:
    with project.store.read() as queries:
        found = queries.codings(submitted=False)
    for coding in found:
        for event in effective_events(coding, project.codebook):
            yield coding, event


@pytest.mark.parametrize(
    ("name", "reader"), [("stata", "read_dta"), ("spss", "read_sav")]
)
def test_programs_of_statistics_see_events_with_labels(
    demo: Project, tmp_path: Path, name: str, reader: str
) -> None:
    read = getattr(importlib.import_module("pyreadstat"), reader)
    path = delivered(demo, name, tmp_path / "x")
    frame, about = read(path, apply_value_formats=True, formats_as_category=False)
    numbers, _ = read(path)
    book, expected = demo.codebook, list(coded(demo))
    assert len(frame) == len(expected) > 100
    for (coding, event), row, number in zip(
        expected, frame.to_dict("records"), numbers.to_dict("records"), strict=True
    ):
        assert (row["article"], row["coder"], row["event"]) == (
            coding.article,
            coding.coder,
            event.id,
        )
        kind, killed = event.answer("event_type"), event.answer("killed")
        field = book.event_field("event_type")
        assert (
            row["event_type"]
            == (book.label_of(field, kind.value, "en") if kind.coded else None)
            or not kind.coded
        )
        if kind.state == "not_applicable":
            assert number["event_type"] == -2
        if killed.coded:
            assert (
                number["killed_min"] == killed.value["min"]
                and row["killed_state"] == "coded"
            )
        elif killed.state == "not_stated":
            assert number["killed_state"] == -1
        assert row["initiators"] == " | ".join(
            each if isinstance(each, str) else each["name"]
            for each in (
                event.answer("initiators").value
                if event.answer("initiators").coded
                else []
            )
        )
    labels = dict(zip(about.column_names, about.column_labels, strict=True))
    assert labels["event_type"] == field.label.en
    assert all(
        re.fullmatch(r"[A-Za-z_]\w{0,31}", each, re.ASCII)
        for each in about.column_names
    )


@pytest.mark.parametrize(
    ("name", "reader"), [("stata", "read_dta"), ("spss", "read_sav")]
)
def test_days_are_dates_and_columns_say_which_part_they_hold(
    demo: Project, tmp_path: Path, name: str, reader: str
) -> None:
    frame, about = getattr(importlib.import_module("pyreadstat"), reader)(
        delivered(demo, name, tmp_path / "x")
    )
    answers = [event.answer("date") for _, event in coded(demo)]
    days = [date.fromisoformat(a.value["start"]) if a.coded else None for a in answers]
    assert [
        each if isinstance(each, date) else None for each in frame["date_start"]
    ] == days
    assert any(days) and not all(days)
    labels = dict(zip(about.column_names, about.column_labels, strict=True))
    assert (labels["killed_min"], labels["killed_max"]) == (
        "Killed: minimum",
        "Killed: maximum",
    )
    assert len(set(labels.values())) == len(labels)


def test_spss_counts_no_blank_as_a_choice_and_knows_ranks(
    demo: Project, tmp_path: Path
) -> None:
    pyreadstat = importlib.import_module("pyreadstat")
    path = delivered(demo, "spss", tmp_path / "x")
    whole, about = pyreadstat.read_sav(path, user_missing=True)
    counted, _ = pyreadstat.read_sav(path)
    assert about.missing_ranges["about_type"] == [{"lo": -3.0, "hi": -1.0}]
    assert set(whole["about_type"]) & {-1, -2, -3} and counted["about_type"].min() > 0
    assert counted["killed_state"].min() < 0  # which says nothing else
    measures = about.variable_measure
    assert (measures["certainty"], measures["genre"], measures["killed_min"]) == (
        "ordinal",
        "nominal",
        "scale",
    )


@pytest.mark.parametrize(
    ("name", "reader"), [("stata", "read_dta"), ("spss", "read_sav")]
)
def test_choices_and_fields_that_only_an_earlier_revision_has_keep_their_labels(
    tmp_path: Path, name: str, reader: str
) -> None:
    old, form = read_codebook(shipped("protest_events")), writer(name)
    gone, kept = (each.id for each in old.values_of(old.event_field("form"))[:2])
    new_names = {
        rf"\b{gone}\b": "renamed",
        r"\bsize\b": "crowd",
        r'version: "[^"]+"': 'version: "9.0.0"',
    }
    for path in shipped("protest_events").parent.glob("*.yaml"):
        text = path.read_text("utf-8")
        for name_was, name_is in new_names.items():
            text = re.sub(name_was, name_is, text)
        (tmp_path / path.name).write_text(text, "utf-8")
    new = read_codebook(tmp_path / "protest_events.yaml")
    dataset, article = Dataset("gold", new, {old.ref: old}), Article("a1", "نص")
    size = Answer({"min": 7, "max": 7, "approx": False})
    codings = [
        Coding(
            "a1", article.text_sha256, book.ref, "gold", events=(Event("e1", answers),)
        )
        for book, answers in (
            (old, {"form": Answer(gone), "size": size}),
            (new, {"form": Answer(kept), "crowd": size}),
            (new, {"form": Answer("renamed")}),
        )
    ]
    with form.file_sink(dataset, tmp_path / "x") as put:
        put(form.rows(dataset)(article, codings))
    read = getattr(importlib.import_module("pyreadstat"), reader)
    frame, _ = read(tmp_path / "x", apply_value_formats=True, formats_as_category=False)
    field = old.event_field("form")
    label = old.label_of(field, gone, "en")
    assert frame["form"].tolist() == [label, old.label_of(field, kept, "en"), label]
    assert frame["size_min"].tolist()[0] == frame["crowd_min"].tolist()[1] == 7
    assert [*frame.columns].index("size_min") > [*frame.columns].index("crowd_min")


@pytest.mark.parametrize(
    ("name", "reader"), [("stata", "read_dta"), ("spss", "read_sav")]
)
@pytest.mark.parametrize("count", [100, 32_740, 2_147_483_647, 2_147_483_648])
@pytest.mark.parametrize("size", [255, 256, 504, 505, 2045, 2046, 32_767])
def test_numbers_and_texts_of_any_size_are_read_as_they_are(
    tmp_path: Path, name: str, reader: str, count: int, size: int
) -> None:
    read = getattr(importlib.import_module("pyreadstat"), reader)
    form = writer(name)
    title = "ن" * (size // 2) + "x" * (size % 2)
    dataset, coding = coding_of_sizes(count)
    with form.file_sink(dataset, tmp_path / "x") as put:
        for said, events in (
            (title, coding.events),
            ("", coding.events[:1]),
            ("x", ()),
        ):
            article = Article("a1", "نص", metadata={"title": said})
            put(form.rows(dataset)(article, [replace(coding, events=events)]))
    frame, _ = read(tmp_path / "x")
    assert frame["title"].tolist() == [title, title, title, "", "x"]
    numbers = [None if each != each else each for each in frame["size_min"]]
    assert numbers == [count, 0, None, count, None]
    assert frame["size_state"].tolist() == [1, 1, -1, 1, -2]


def coding_of_sizes(count: int) -> tuple[Dataset, Coding]:
    """Three protests: of `count` people, of 0 to 1, and of a number that is not stated."""
    book = read_codebook(shipped("protest_events"))
    kind = Answer(book.leaf_types()[0].id)
    sizes = (
        Answer({"min": count, "max": count, "approx": False}),
        Answer({"min": 0, "max": 1, "approx": False}),
        Answer(blank=Blank.NOT_STATED),
    )
    events = [
        Event(f"e{number}", {"form": kind, "size": size})
        for number, size in enumerate(sizes)
    ]
    digest = Article("a1", "نص").text_sha256
    coding = Coding("a1", digest, book.ref, "amal", events=tuple(events))
    return Dataset("codings", book), coding


def test_spss_refuses_a_text_too_long_for_it_and_says_where(tmp_path: Path) -> None:
    dataset, coding = coding_of_sizes(7)
    article = Article("a1", "نص", metadata={"title": "ن" * 16_384})
    form = writer("spss")
    with (
        pytest.raises(CoderError, match=r"title has 32768 bytes.* 32767") as refused,
        form.file_sink(dataset, tmp_path / "x") as put,
    ):
        put(form.rows(dataset)(article, [coding]))
    assert refused.value.where == "a1/amal/e0"
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("name", "reader"), [("stata", "read_dta"), ("spss", "read_sav")]
)
def test_a_long_note_and_long_labels_are_exported_whole(
    run_coder: Run, tmp_path: Path, name: str, reader: str
) -> None:
    data = Path(__file__).parent / "data" / "long_note"
    here = ("--project", tmp_path / "p")
    out = tmp_path / "x"
    for words in (
        ("init", tmp_path / "p", "--codebook", data / "codebook.yaml"),
        ("people", "add", "amal", "--role", "coder", *here),
        ("import", data / "articles.jsonl", *here),
        ("import", data / "codings.jsonl", *here),
        ("export", name, "--what", "codings", "--out", out, "--allow-loss", *here),
    ):
        code, _, err = run_coder(*words)
        assert code == 0, err
    [line] = (data / "codings.jsonl").read_text("utf-8").splitlines()
    notes = [
        event["fields"].get("note", {}).get("value", "")
        for event in json.loads(line)["events"]
    ]
    assert max(len(note.encode()) for note in notes) > 2045
    frame, about = getattr(importlib.import_module("pyreadstat"), reader)(out)
    read_back = [note.rstrip() for note in frame["note"]]  # SPSS drops spaces at an end
    assert read_back == [note.rstrip() for note in notes]
    labels = dict(zip(about.column_names, about.column_labels, strict=True))
    assert labels["killed_max"] == "Killed: at most"
    assert len([each for each in labels if each.startswith("a_field_with")]) == 4


@pytest.mark.parametrize(
    ("name", "reader"), [("stata", "read_dta"), ("spss", "read_sav")]
)
def test_a_codebook_in_arabic_alone_gives_arabic_labels(
    tmp_path: Path, name: str, reader: str
) -> None:
    form = writer(name)
    source = shipped("protest_events")
    for path in source.parent.glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    written = yaml.safe_load(source.read_text("utf-8"))
    give_arabic_for_english(written)
    in_arabic = yaml.safe_dump(written, allow_unicode=True, sort_keys=False)
    (tmp_path / source.name).write_text(in_arabic, "utf-8")
    arabic = read_codebook(tmp_path / source.name)
    kind = arabic.values_of(arabic.event_field("form"))[0]
    coding = Coding(
        "a1",
        Article("a1", "نص").text_sha256,
        arabic.ref,
        "gold",
        events=(Event("e1", {"form": Answer(kind.id)}),),
    )
    dataset = Dataset("gold", arabic)
    with form.file_sink(dataset, tmp_path / "x") as put:
        put(form.rows(dataset)(Article("a1", "نص"), [coding]))
    read = getattr(importlib.import_module("pyreadstat"), reader)
    frame, about = read(
        tmp_path / "x", apply_value_formats=True, formats_as_category=False
    )
    labels = dict(zip(about.column_names, about.column_labels, strict=True))
    assert labels["form"] == arabic.event_field("form").label.ar
    assert frame["form"].tolist() == [kind.label.ar]


@pytest.mark.parametrize(
    ("name", "reader"), [("stata", "read_dta"), ("spss", "read_sav")]
)
def test_a_field_called_like_a_reserved_word_is_exported(
    tmp_path: Path, name: str, reader: str
) -> None:
    for path in shipped("protest_events").parent.glob("*.yaml"):
        text = re.sub(r"\bform\b", "with", path.read_text("utf-8"))
        (tmp_path / path.name).write_text(text, "utf-8")
    book, form = read_codebook(tmp_path / "protest_events.yaml"), writer(name)
    with form.file_sink(Dataset("gold", book), tmp_path / "x"):
        pass
    frame, _ = getattr(importlib.import_module("pyreadstat"), reader)(tmp_path / "x")
    assert "with_2" in frame.columns
    assert len(frame) == 0


def give_arabic_for_english(written: Any) -> None:
    if isinstance(written, dict):
        if {"ar", "en"} <= written.keys():
            written["en"] = written["ar"]
        written = [*written.values()]
    if isinstance(written, list):
        for each in written:
            give_arabic_for_english(each)


def test_hugging_face_gives_a_row_a_coding_with_its_evidence_in_the_text(
    demo: Project, tmp_path: Path
) -> None:
    folder = delivered(demo, "huggingface", tmp_path / "x")
    load = importlib.import_module("datasets").load_dataset
    found = load(str(folder), split="train", cache_dir=str(tmp_path / "cache"))
    assert len(found) == 10
    other = tmp_path / "other" / "x"
    deliver(demo, "huggingface", "gold", other, allow_loss=True)
    assert (
        len(load(str(other), split="train", cache_dir=str(tmp_path / "cache"))) == 1
    )  # not what is kept
    seen = 0
    for row in found:
        places = {span["id"]: span for span in row["spans"]}
        assert all(
            row["text"][s["start"] : s["end"]] == s["quote"] for s in row["spans"]
        )
        for event in row["events"]:
            seen += 1
            types = {a["field"]: a for a in event["answers"]}
            assert json.loads(types["event_type"]["value"]) == event["type"]
            assert {
                each for a in event["answers"] for each in a["evidence"]
            } <= places.keys()
    assert seen == len(list(coded(demo)))


def ann(path: Path) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """By brat's own page on its standoff format: text-bound annotations, events, notes."""
    bound, events, notes = {}, {}, []
    for line in path.read_text("utf-8").splitlines():
        name, body, *rest = line.split("\t")
        if name[0] == "T":
            label, places = body.split(" ", 1)
            bound[name] = (
                label,
                [tuple(map(int, each.split())) for each in places.split(";")],
                rest[0],
            )
        elif name[0] == "E":
            (label, trigger), *roles = (each.split(":") for each in body.split(" "))
            events[name] = label, trigger, roles
        else:
            assert name[0] == "#" and body.startswith("AnnotatorNotes ")
            notes.append(body.split(" ")[1])
            json.loads(rest[0])
    return bound, events, notes


def test_brat_s_annotations_stand_in_the_text(demo: Project, tmp_path: Path) -> None:
    folder = delivered(demo, "brat", tmp_path / "x")
    config = (folder / "annotation.conf").read_text("utf-8")
    declared = {
        line.split("\t")[0] for line in config.splitlines() if line and line[0] != "["
    }
    events = spans = 0
    for path in folder.glob("*.ann"):
        text = path.with_suffix(".txt").read_bytes().decode("utf-8")
        bound, found, notes = ann(path)
        for label, places, quote in bound.values():
            assert label in declared
            assert (
                " ".join(text[a:b] for a, b in places).replace("\t", " ") == quote
                and "\n" not in quote
            )
        for label, trigger, roles in found.values():
            assert (
                bound[trigger][0] == label
                and {each for _, each in roles} <= bound.keys()
            )
            assert {re.sub(r"\d+$", "", role) for role, _ in roles} <= {
                f.id for f in demo.codebook.event_fields
            }
        assert set(notes) <= bound.keys() | found.keys()
        events, spans = events + len(found), spans + len(bound) - len(found)
    with demo.store.read() as queries:
        standing = [
            s
            for c in queries.codings(submitted=False)
            for s in c.spans
            if s.decision is not Decision.REJECTED
        ]
    assert spans == len(standing) and events > 100


def test_what_brat_s_files_lack_is_what_is_told(demo: Project) -> None:
    with demo.store.read() as queries:
        coding = queries.codings(submitted=False)[0]
    article, form = demo.article(coding.article), writer("brat")
    first, *others = coding.events
    without = {
        name: replace(answer, evidence=()) for name, answer in first.fields.items()
    }
    coding = replace(coding, events=(replace(first, fields=without), *others))
    dataset = Dataset("codings", demo.codebook)
    [_, (_, text)] = form.rows(dataset)(article, [coding])
    lines = [line.split("\t") for line in text.splitlines()]
    events = [body.split(" ") for name, body, *_ in lines if name[0] == "E"]
    noted = [
        json.loads(words)
        for name, body, *rest in lines
        if " E" in body
        for words in rest[-1:]
    ]
    told = held(article, [coding], dataset, form.lacks)
    own, effective = coding.answers, effective_events(coding, demo.codebook)
    values = [
        a
        for fields in (own, *(e.fields for e in effective))
        for a in fields.values()
        if a.coded
    ]
    assert told["loose_events"] == len(effective) - len(events) == 1
    assert told["loose_values"] == len(values) - sum(map(len, noted)) > 0
    cited = sum(len(a.evidence) for event in effective for a in event.fields.values())
    assert sum(len(roles) for _, *roles in events) == cited - len(
        events
    )  # besides each trigger
    assert told["loose_evidence"] == sum(
        bool(answer.evidence) for answer in own.values()
    )
    assert not {"events", "values", "evidence", "span_values"} & told.keys()


def test_a_name_of_brat_s_files_is_no_path_and_nobody_else_s() -> None:
    names = [
        file_name(article, "amal")
        for article in ("../x", "..x", "a/b", "a b", "مقال 1", "a_b", "x" * 300)
    ]
    assert len(set(names)) == len(names) and file_name("004", "amal") == "004.amal"
    assert not any(
        set(name) & set('/\\:*?"<>| ') or name.startswith(".") or len(name) > 120
        for name in names
    )
