"""Formats agree with each other, with the text, and with what was put in."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from coder.adjudicate.gold_edits import TakeAgreed
from coder.errors import CoderError
from coder.exporters.registry import FORMATS, Writer
from coder.exporters.writer import file_name, span_json
from coder.importers.native_reader import to_coding
from coder.model import Answer, Article, Coding, Decision, Event, Span, Status
from coder.native import SUGGESTER, from_span
from coder.service.delivery.datasets import deliver, select
from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project, create_project
from coder.service.publication.dataset_folder import publish
from coder.service.review.gold_session import ReviewSession, reopen
from tests.support.make_docs import EXAMPLES

Run = Callable[..., tuple[int, str, str]]

SEEDS = Path(__file__).parent.parent.parent / "seeds"


def written(project: Project, name: str, what: str) -> bytes:
    out = io.BytesIO()
    deliver(project, name, what, out, allow_loss=True)
    return out.getvalue()


def stored(project: Project) -> list[Coding]:
    with project.store.read() as queries:
        return queries.codings(submitted=False)


def table(project: Project, what: str) -> list[dict[str, str]]:
    text = written(project, "csv", what).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def lines(project: Project, name: str, what: str) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for line in written(project, name, what).decode("utf-8").splitlines()
    ]


def test_no_two_codings_have_the_same_file_name() -> None:
    longest = [
        ("م" * 90, "c"),
        ("م" * 91, "c"),
        ("𝒜" * 90, "c"),
    ]  # the last of four bytes each
    pairs = [
        ("a.b", "c"),
        ("a", "b.c"),
        ("a", "c"),
        ("a/b", "c"),
        ("a_b", "c"),
        *longest,
    ]
    names = [file_name(*pair) for pair in pairs]
    assert len({*names}) == len(pairs) and names[2] == "a.c"
    assert all("/" not in name and len(name.encode()) < 220 for name in names)


def test_codings_come_out_as_they_went_in(demo: Project) -> None:
    sources = [
        p.read_text("utf-8").splitlines()
        for p in sorted((SEEDS / "codings").glob("*.jsonl"))
    ]
    expected = {line for source in sources for line in source}
    assert (
        set(written(demo, "native", "codings").decode("utf-8").splitlines()) == expected
    )


def test_gold_can_be_taken_into_another_project(demo: Project, tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    deliver(demo, "native", "gold", path)
    other = create_project(tmp_path / "other")
    import_files(other, sorted(SEEDS.glob("*.txt")))
    import_files(other, [path])
    assert written(other, "native", "gold") == path.read_bytes()
    other.close()


def test_evidence_is_quoted_from_the_text(
    demo: Project, sample_articles: dict[str, Article]
) -> None:
    checked = 0
    for record in lines(demo, "jsonl", "gold"):
        text = sample_articles[record["article"]["id"]].text
        for field in record["fields"].values():
            for span in field.get("evidence", ()):
                assert text[span["start"] : span["end"]] == span["quote"]
                checked += 1
    assert checked > 30


def test_every_gold_value_says_from_whom_why_and_by_whom(demo: Project) -> None:
    reasons = {r.id for r in demo.codebook.adjudication_reasons} | {"agreed"}
    for record in lines(demo, "jsonl", "gold"):
        assert record["codebook"] == demo.codebook.ref
        for name, field in record["fields"].items():
            if field.get("blank") in ("not_applicable", "missing"):
                continue
            assert field["from"] and set(field["from"]) <= {"amal", "basim"}, name
            if field["how"] == "policy:notes":
                assert "by" not in field
                continue
            assert field["reason"] in reasons and field["by"] == "salma"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
ANY_SPAN = st.builds(
    Span,
    TEXTS,
    TEXTS,
    *(st.integers(0, 9), st.integers(9, 99), TEXTS),
    value=st.none() | TEXTS | st.dictionaries(TEXTS, TEXTS | st.booleans()),
    decision=st.none() | st.sampled_from(Decision),
    candidate=TEXTS,
    reason=TEXTS,
)


@given(ANY_SPAN)
def test_a_span_is_written_as_in_the_native_format(span: Span) -> None:
    native = from_span(span)
    assert span_json(span) == json.dumps(native, ensure_ascii=False)
    del native["quote"]
    assert span_json(span, quote=False) == json.dumps(native, ensure_ascii=False)


@pytest.mark.parametrize("name", ["event_id", "coder", "status"])
def test_a_field_named_like_a_column_of_csv_has_a_column_of_its_own(
    tmp_path: Path, name: str
) -> None:
    schemas = SEEDS.parent / "schemas"
    text = (schemas / "protest_events.yaml").read_text("utf-8")
    for lexicon in schemas.glob("*_lexicon.yaml"):
        shutil.copy(lexicon, tmp_path)
    (tmp_path / "book.yaml").write_text(re.sub(r"\bnotes\b", name, text), "utf-8")
    project = create_project(tmp_path / "p", codebook=tmp_path / "book.yaml")
    project.add_person("amal", "coder")
    import_files(project, sorted(SEEDS.glob("004*.txt")))
    with project.store.read() as queries:
        [article] = queries.article_ids()
    digest, event = (
        project.article(article).text_sha256,
        Event("e1", {name: Answer(value="ملاحظة")}),
    )
    with project.store.begin("amal") as work:
        coding = Coding(
            article,
            digest,
            project.codebook.ref,
            "amal",
            Status.SUBMITTED,
            events=(event,),
        )
        work.save_coding(None, coding, "coding.submitted")
    _, row = table(project, "codings")
    assert (row[f"{name}.value"], row[f"{name}.state"]) == ("ملاحظة", "coded")
    assert (row["coder"], row["status"], row["event_id"]) == ("amal", "submitted", "e1")
    project.close()


def test_csv_and_json_lines_hold_the_same_values(demo: Project) -> None:
    rows = table(demo, "codings")
    records = lines(demo, "jsonl", "codings")
    assert len(rows) == len(records)
    for row, record in zip(rows, records, strict=True):
        assert row["article_id"] == record["article"]["id"]
        assert row["event_id"] == record.get("event", "")
        for name, field in record["fields"].items():
            assert row[f"{name}.state"] == (
                "coded" if "value" in field else field["blank"]
            )
            spans = " | ".join(
                f"{s['start']}-{s['end']}" for s in field.get("evidence", ())
            )
            assert row[f"{name}.evidence"] == spans
            value = field.get("value")
            if name in ("event_type", "certainty", "genre"):
                assert row[name] == (value or "")
            elif name in ("initiators", "target_object") and value is not None:
                assert row[name] == " | ".join(
                    v if isinstance(v, str) else v["name"] for v in value
                )
            elif name == "date" and value is not None:
                assert (row["date.start"], row["date.end"]) == (
                    value["start"],
                    value["end"],
                )
            elif name == "killed" and value is not None:
                assert row["killed.min"] == str(value["min"])
                assert row["killed.max"] == (
                    "" if value["max"] is None else str(value["max"])
                )
            elif name == "place" and value is not None:
                assert row["place.place_id"] == " | ".join(
                    p.get("place_id", "") for p in value
                )


def test_the_quotes_of_a_list_stand_in_the_order_of_its_items(demo: Project) -> None:
    [coding] = [
        each
        for each in stored(demo)
        if (each.article[:3], each.coder) == ("004", "amal")
    ]
    text, spans = demo.article(coding.article).text, []
    for n, words in enumerate(("سورية", "العراق", "واشنطن", "طهران"), start=901):
        start = text.index(words)
        value = (
            [{"place_id": "iq", "as_written": "في العراق", "precision": "country"}]
            if words == "العراق"
            else None
        )
        spans.append(Span(f"s{n}", "place", start, start + len(words), words, value))
    places = [
        {"as_written": "طهران", "precision": "town"},
        {
            "place_id": "iq",
            "as_written": "بلاد الرافدين",
            "precision": "country",
        },  # the span's value
        {"as_written": "سورية", "precision": "country"},
    ]
    answer = Answer(value=places, evidence=("s901", "s902", "s903", "s904"))
    event = coding.events[0].with_answer("place", answer)
    with demo.store.begin("amal") as work:
        work.save_coding(
            coding,
            replace(coding, spans=(*coding.spans, *spans)).with_event(event),
            "value.set",
        )
    row = next(
        r
        for r in table(demo, "codings")
        if r["coder"] == "amal" and r["place.quote"].startswith("طهران")
    )
    assert row["place.as_written"] == "طهران | بلاد الرافدين | سورية"
    assert (
        row["place.quote"] == "طهران | العراق | سورية | واشنطن"
    )  # which is none of them
    starts = [text.index(words) for words in row["place.quote"].split(" | ")]
    assert [
        int(each.partition("-")[0]) for each in row["place.evidence"].split(" | ")
    ] == starts


def test_no_two_columns_share_a_name(demo: Project) -> None:
    head = written(demo, "csv", "gold").decode("utf-8-sig").splitlines()[0].split(",")
    assert len(head) == len(set(head))


def test_candidates_come_out_as_the_suggesters_coding(
    demo: Project, sample_articles: dict[str, Article]
) -> None:
    records = lines(demo, "native", "candidates")
    assert len(records) == 5
    for record in records:
        coding = to_coding(record)
        assert coding.coder == SUGGESTER and coding.spans
        text = sample_articles[coding.article].text
        assert all(text[s.start : s.end] == s.quote for s in coding.spans)
        assert all("origin" in s and 0 <= s["score"] <= 1 for s in record["spans"])


def test_nothing_to_export_is_said(tmp_path: Path) -> None:
    project = create_project(tmp_path / "p")
    with pytest.raises(CoderError, match="no gold yet"):
        select(project, "gold")
    project.close()


def test_a_file_appears_whole_or_not_at_all(demo: Project, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(CoderError, match="cannot be written"):
        deliver(demo, "csv", "gold", blocked / "gold.csv", allow_loss=True)
    assert [p.name for p in tmp_path.iterdir() if p.name != "project"] == ["file"]


FORMULAS = ("=1+1", "+963", "-2", "@x", "\t=1", "\r=1", "\n=1", "＝1", "'=1", "''+1")
PLAIN = ("'قال", "نص = نص", "'", "a=1")


def test_no_cell_is_a_formula_and_every_cell_can_be_had_back(demo: Project) -> None:
    """OWASP, CSV Injection: no cell begins with one of these signs; what was added is
    taken away by rule.
    """
    texts = FORMULAS + PLAIN
    codings = stored(demo)[: len(texts)]
    for coding, text in zip(codings, texts, strict=False):
        changed = coding.with_answer("outlet", Answer(value=text))
        with demo.store.begin(coding.coder) as work:
            work.save_coding(coding, changed, "value.set")
    found = [row["outlet"] for row in table(demo, "codings") if row["event_id"] == ""]
    assert len(found) == len(codings) == 10
    assert not any(cell.startswith(tuple("=+-@\t\r\n＝＋－＠")) for cell in found)
    assert (
        tuple(re.sub(r"^'('*[=+\-@\t\r\n＝＋－＠])", r"\1", cell) for cell in found)
        == FORMULAS
    )


def test_cells_that_are_no_formula_stay_as_they_are(demo: Project) -> None:
    first = stored(demo)[0]
    for text in PLAIN:
        coding = demo_coding(demo, first)
        with demo.store.begin(first.coder) as work:
            work.save_coding(
                coding, coding.with_answer("outlet", Answer(value=text)), "value.set"
            )
        assert table(demo, "codings")[0]["outlet"] == text


def demo_coding(project: Project, like: Coding) -> Coding:
    with project.store.read() as queries:
        found = queries.coding(like.article, like.coder)
    assert found is not None
    return found


def test_the_class_of_an_actor_that_no_lexicon_knows_has_its_column(
    demo: Project,
) -> None:
    coding = next(c for c in stored(demo) if c.events)
    event = coding.events[0]
    unknown = {"name": "سرايا الفجر", "class": "armed_group"}
    event = event.with_answer("initiators", Answer(value=["usa", unknown]))
    event = event.with_answer("targets", Answer(value=["usa"]))
    event = event.with_answer(
        "source", Answer(value=[{"who": unknown, "kind": "named_person"}])
    )
    with demo.store.begin(coding.coder) as work:
        work.save_coding(coding, coding.with_event(event), "value.set")
    rows = table(demo, "codings")
    row = next(
        r
        for r in rows
        if (r["article_id"], r["coder"], r["event_id"])
        == (coding.article, coding.coder, event.id)
    )
    assert (row["initiators"], row["initiators.class"]) == (
        "usa | سرايا الفجر",
        " | armed_group",
    )
    assert (row["targets"], row["targets.class"]) == ("usa", "")
    assert (row["source.who"], row["source.who.class"]) == (
        "سرايا الفجر",
        "armed_group",
    )


def bytes_of(path: Path) -> dict[str, bytes]:
    files = [p for p in (path, *path.rglob("*")) if p.is_file()]
    return {p.relative_to(path).as_posix(): p.read_bytes() for p in files}


# Each starts processes; what one of them makes of the others' rows is seen below.
@pytest.mark.parametrize("name", ["jsonl", "tables", "spacy"])
def test_the_same_data_are_the_same_bytes_also_on_all_cores(
    demo: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    deliver(demo, name, "codings", tmp_path / "one", allow_loss=True)
    monkeypatch.setattr("coder.service.delivery.datasets._AT_ONCE", 1)
    monkeypatch.setattr("coder.service.delivery.datasets._WORTH", 0)
    deliver(demo, name, "codings", tmp_path / "two", allow_loss=True)
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two") != {}


def test_rows_of_every_format_that_another_process_makes_give_the_same_bytes(
    demo: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {
        form.name: "codings" if "codings" in form.holds else form.holds[0]
        for form in FORMATS
    }
    for name, what in held.items():
        deliver(demo, name, what, tmp_path / "one" / name, allow_loss=True)
    spawned = get_context("spawn")  # where a set of texts has another order
    with ProcessPoolExecutor(1, mp_context=spawned) as others:

        def elsewhere(work: Any, parts: Any, here: Any, **_: Any) -> Any:
            return (others.submit(work, here, part).result() for part in parts)

        monkeypatch.setattr("coder.service.project.processes.spread", elsewhere)
        for name, what in held.items():
            deliver(demo, name, what, tmp_path / "two" / name, allow_loss=True)
            assert (
                bytes_of(tmp_path / "one" / name)
                == bytes_of(tmp_path / "two" / name)
                != {}
            ), name


def test_gold_that_is_not_closed_is_left_out_unless_asked_for(
    demo: Project, tmp_path: Path
) -> None:
    session = ReviewSession(demo, demo.article("004"), "salma")
    session.do(TakeAgreed())
    session.writer.flush()
    session.close()

    def articles(*, open_too: bool) -> tuple[set[str], int]:
        path = tmp_path / "gold.jsonl"
        done = deliver(demo, "native", "gold", path, open_too=open_too, force=True)
        found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        return {
            f"{each['article']['id'][:3]} {each['status']}" for each in found
        }, done.open_gold

    assert articles(open_too=False) == ({"000 submitted"}, 1)
    assert articles(open_too=True) == ({"000 submitted", "004 open"}, 0)
    reopen(demo, "salma", "000_fd74d59c4a9049c0", "gold")
    with pytest.raises(
        CoderError, match="The gold of 2 articles is still open; none is closed"
    ):
        deliver(demo, "native", "gold", tmp_path / "none.jsonl")


def test_the_export_says_how_many_articles_it_left_out(
    demo: Project, run_coder: Run, tmp_path: Path
) -> None:
    session = ReviewSession(demo, demo.article("004"), "salma")
    session.do(TakeAgreed())
    session.writer.flush()
    session.close()
    words = (
        "export",
        "native",
        "--project",
        demo.config.folder,
        "--out",
        tmp_path / "gold.jsonl",
    )
    code, out, err = run_coder(*words, "--json")
    assert (code, json.loads(out)["open_gold"]) == (0, 1)
    assert "left out, because their gold is still open: 1 article" in err
    code, _, err = run_coder(*words, "--open", "--force")
    assert code == 0 and "still open" not in err
    assert len((tmp_path / "gold.jsonl").read_text("utf-8").splitlines()) == 2


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_every_format_goes_to_a_stream_or_says_that_it_is_a_folder_and_replaces_only_if_asked(
    demo: Project, tmp_path: Path, form: Writer
) -> None:
    out = tmp_path / "out"
    deliver(demo, form.name, "gold", out, allow_loss=True)
    first = bytes_of(out)
    with pytest.raises(CoderError, match=r"already"):
        deliver(demo, form.name, "gold", out, allow_loss=True)
    deliver(demo, form.name, "gold", out, allow_loss=True, force=True)
    assert bytes_of(out) == first != {}
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    stream = io.BytesIO()
    if form.is_folder:
        with pytest.raises(CoderError, match="is a folder of files"):
            deliver(demo, form.name, "gold", stream, allow_loss=True)
    else:
        deliver(demo, form.name, "gold", stream, allow_loss=True)
        assert stream.getvalue() == out.read_bytes()


def test_what_is_no_text_is_not_put_into_json(demo: Project, run_coder: Run) -> None:
    code, out, err = run_coder(
        "export", "sqlite", "--json", "--project", demo.config.folder
    )
    assert (code, out) == (2, "") and "--out FILE" in err


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_the_lines_of_the_page_that_read_a_format_run(
    demo: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    form: Writer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / f"gold{form.suffix}"
    if form.name == "dataset":
        publish(demo, "gold", out)
    else:
        deliver(demo, form.name, "gold", out, allow_loss=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    assert len(EXAMPLES[form.name].splitlines()) <= 6
    exec(EXAMPLES[form.name], {})
    assert capsys.readouterr().out.strip() not in ("", "False", "[]")
