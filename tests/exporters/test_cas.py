"""UIMA CAS XMI as cassis reads it: texts, spans, events; and INCEpTION's layers."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cassis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.codebook.effective import effective_events
from coder.codebook.load import read_codebook
from coder.codebook.shipped import codebook as shipped
from coder.errors import CoderError
from coder.exporters.cas_xmi import feature_name
from coder.exporters.registry import writer
from coder.exporters.writer import Dataset
from coder.model import Answer, Article, Coding, Decision, Event
from coder.service.delivery.datasets import deliver
from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project, create_project

SPAN, EVENT, LINK, CODING = (
    f"webanno.custom.{name}"
    for name in ("CodedSpan", "CodedEvent", "CodedEventArgumentsLink", "Coding")
)


def read(project: Project, folder: Path) -> Iterator[Any]:
    deliver(project, "cas-xmi", "codings", folder, allow_loss=True)
    types = cassis.load_typesystem((folder / "TypeSystem.xml").read_text("utf-8"))
    for path in sorted(folder.glob("*.xmi")):
        with path.open("rb") as file:
            yield cassis.load_cas_from_xmi(file, types)


def codings(project: Project) -> list[Coding]:
    with project.store.read() as queries:
        return queries.codings(submitted=False)


def said(feature: str | None) -> Any:
    """A value that is no text stands as JSON."""
    try:
        return json.loads(feature or "null")
    except ValueError:
        return feature


def test_cassis_reads_the_spans_and_the_events_with_their_values_and_evidence(
    demo: Project, tmp_path: Path
) -> None:
    found = {
        (head.article, head.coder): cas
        for cas in read(demo, tmp_path / "x")
        for head in cas.select(CODING)
    }
    for coding in codings(demo):
        cas = found.pop((coding.article, coding.coder))
        assert cas.sofa_string == demo.article(coding.article).text
        spans = [
            span for span in coding.spans if span.decision is not Decision.REJECTED
        ]
        assert Counter(
            (s.kind, s.get_covered_text(), said(s.value)) for s in cas.select(SPAN)
        ) == Counter((span.kind, span.quote, span.value) for span in spans)
        places = {span.id: (span.kind, span.start, span.end) for span in spans}
        events = effective_events(coding, demo.codebook)
        for event, read_ in zip(
            events, sorted(cas.select(EVENT), key=lambda e: e.xmiID), strict=True
        ):
            assert read_.event == event.id
            links = [
                (k.role, (k.target.kind, k.target.begin, k.target.end))
                for k in read_.arguments.elements
            ]
            assert links == [
                (name, places[each])
                for name, a in event.fields.items()
                for each in a.evidence
            ]
            for name, answer in event.fields.items():
                expected = answer.value if answer.coded else {"blank": "not_stated"}
                assert said(read_[name]) == (
                    expected if answer.state in ("coded", "not_stated") else None
                )
            triggers = [
                places[each][1:] for each in event.answer("event_type").evidence
            ]
            assert not triggers or (read_.begin, read_.end) in triggers
    assert not found


def test_offsets_count_as_utf_16_and_every_sign_that_the_form_can_hold_is_there(
    tmp_path: Path,
) -> None:
    text = "\ufeff😀 قصف\u000b\tالجيش «حلب»\r\n<&>\"' \u2028أمس"
    project = create_project(tmp_path / "p")
    project.add_person("amal", "coder")
    end = text.index("أمس")
    lines = [
        {"id": "n", "text": text},
        {
            "text": text,
            "label": [
                [text.index("قصف"), text.index("قصف") + 3, "trigger"],
                [end, end + 3, "date"],
            ],
        },
    ]
    for name, line in zip(("a", "b"), lines, strict=True):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(line), "utf-8")
    import_files(project, [tmp_path / "a.jsonl"])
    import_files(project, [tmp_path / "b.jsonl"], whom="amal")
    [cas] = read(project, tmp_path / "x")
    assert cas.sofa_string == text.replace("\u000b", "\ufffd")
    assert [s.get_covered_text() for s in cas.select(SPAN)] == ["قصف", "أمس"]
    [path] = (tmp_path / "x").glob("*.xmi")
    before = len(text[:end].encode("utf-16-le")) // 2
    assert (
        re.search(rf'begin"?[:=] ?"?{before}\b', path.read_text("utf-8"))
        and before == end + 1
    )
    with pytest.raises(CoderError, match="1 control character in an article's text"):
        deliver(project, "cas-xmi", "codings", tmp_path / "y")
    project.close()


def test_inception_takes_the_types_for_layers_with_slots(
    demo: Project, tmp_path: Path
) -> None:
    """By its analysis of type systems: texts and slots alone, whose types have a role
    and a target alone.
    """
    deliver(demo, "cas-xmi", "codings", tmp_path / "x", allow_loss=True)
    types = cassis.load_typesystem(
        (tmp_path / "x" / "TypeSystem.xml").read_text("utf-8")
    )
    for name in (SPAN, EVENT):
        layer = types.get_type(name)
        assert layer.supertype.name == "uima.tcas.Annotation"
        ranges = {feature.name: feature.rangeType.name for feature in layer.features}
        assert ranges.pop("arguments", "uima.cas.FSArray") == "uima.cas.FSArray"
        assert set(ranges.values()) == {"uima.cas.String"}
    slot = types.get_type(LINK)
    assert types.get_type(EVENT).get_feature("arguments").elementType.name == LINK
    assert slot.supertype.name == "uima.cas.TOP"
    assert {f.name: f.rangeType.name for f in slot.features} == {
        "role": "uima.cas.String",
        "target": SPAN,
    }


IDS = st.from_regex(r"\A[A-Za-z][A-Za-z0-9_.-]{0,20}\Z") | st.sampled_from(
    ["end", "a_x002E_b", "a.b", "arguments"]
)


@given(st.lists(IDS, unique=True))
def test_a_feature_s_name_is_one_for_java_and_no_other_field_s(ids: list[str]) -> None:
    names = [feature_name(each) for each in ids]
    assert len(set(names)) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) for name in names)
    assert not {"sofa", "begin", "end", "arguments", "event", "article", "coder"} & set(
        names
    )
    read_back = [
        re.sub(r"_x([0-9A-F]{4})_", lambda sign: chr(int(sign[1], 16)), name)
        for name in names
    ]
    assert read_back == ids


@pytest.mark.parametrize("name", ["class", "type", "get", "value", "xmiID"])
def test_a_field_may_have_any_name(tmp_path: Path, name: str) -> None:
    for path in shipped("protest_events").parent.glob("*.yaml"):
        text = re.sub(r"\bform\b", name, path.read_text("utf-8"))
        (tmp_path / path.name).write_text(text, "utf-8")
    book, form = read_codebook(tmp_path / "protest_events.yaml"), writer("cas-xmi")
    kind = book.leaf_types()[0].id
    article = Article("a1", "نص")
    coding = Coding(
        "a1",
        article.text_sha256,
        book.ref,
        "gold",
        events=(Event("e1", {name: Answer(kind)}),),
    )
    folder = tmp_path / "x"
    folder.mkdir()
    dataset = Dataset("gold", book)
    with form.file_sink(dataset, folder) as put:
        put(form.rows(dataset)(article, [coding]))
    types = cassis.load_typesystem(folder / "TypeSystem.xml")
    [path] = folder.glob("*.xmi")
    [event] = cassis.load_cas_from_xmi(path, types).select(EVENT)
    assert getattr(event, feature_name(name)) == kind


def test_values_that_look_like_json_come_back_as_the_texts_they_are(
    tmp_path: Path,
) -> None:
    project = create_project(tmp_path / "p")
    for name in ("amal", "basim"):
        project.add_person(name, "coder")
    texts = ("12", "null", '{"blank": "not_stated"}', "[1]", "a\x0bb", "2 3")
    for number in range(len(texts)):
        (tmp_path / f"{number}.txt").write_text(f"نص {number}", "utf-8")
    import_files(project, [tmp_path / f"{number}.txt" for number in range(len(texts))])
    for number, value in enumerate(texts):
        article, ref = project.article(str(number)), project.codebook.ref
        coding = Coding(
            article.id,
            article.text_sha256,
            ref,
            "amal",
            answers={"outlet": Answer(value)},
        )
        with project.store.begin("amal") as work:
            work.save_coding(None, coding, "coding.imported")
    deliver(project, "cas-xmi", "codings", tmp_path / "xmi")
    (tmp_path / "map.yaml").write_text("coders: {amal: basim}", "utf-8")
    import_files(
        project, [tmp_path / "xmi"], whom="basim", mapping=tmp_path / "map.yaml"
    )
    found = {
        c.article: c.answer("outlet").value
        for c in codings(project)
        if c.coder == "basim"
    }
    assert found == {str(number): value for number, value in enumerate(texts)}
    project.close()
