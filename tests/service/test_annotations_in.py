"""Other tools' annotations: what their own files hold arrives, by a mapping, or is counted as left out."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from coder.errors import CoderError
from coder.importers.annotated import Document, Places, documents_in
from coder.importers.registry import reader_for
from coder.model import Coding
from coder.service.delivery.annotations import suggested_mapping
from coder.service.delivery.intake import take
from coder.service.learning.batch import suggest
from coder.service.project.opened import Project, create_project
from coder.service.upkeep.integrity import verify
from tests.conftest import ROOT

FIXTURES = ROOT.parent / "shared" / "fixtures"  # real files of other tools, where they are at hand
TEXT = "قال محمد😀 إن الجيش السوري قصف حلب أمس."


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = create_project(tmp_path / "project")
    for name in ("amal", "basim"):
        made.add_person(name, "coder")
    yield made
    made.close()


def written(path: Path, *lines: Any) -> Path:
    path.write_text("\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines) + "\n", "utf-8")
    return path


def mapping(path: Path, **tables: Any) -> Path:
    (path / "map.yaml").write_text(yaml.safe_dump(tables, allow_unicode=True), "utf-8")
    return path / "map.yaml"


def coding(project: Project, article: str, coder: str = "amal") -> Coding:
    with project.store.read() as queries:
        found = queries.coding(article, coder)
    assert found is not None
    return found


# ------------------------------------------------------------ files that the tools wrote
def real(name: str) -> Path | None:
    return FIXTURES / name if (FIXTURES / name).exists() else None


def read(path: Path) -> list[Document]:
    return [*documents_in(path, reader_for(path, annotations=True))]


def lines_of(path: Path, pattern: str) -> int:
    return len(re.findall(pattern, path.read_text("utf-8"), re.MULTILINE))


def jsonl(path: Path, *keys: str) -> int:
    return sum(len(json.loads(line).get(key) or ()) for line in path.open(encoding="utf-8") for key in keys)


def regions(path: Path) -> int:
    found = [r for t in json.loads(path.read_text("utf-8")) for a in t["annotations"] for r in a["result"]]
    return sum(region["type"] == "labels" for region in found)


def xmi_annotations(path: Path) -> int:
    return lines_of(path, r"<(?:type3:NamedEntity|tcas:Annotation) ")


COUNTED = {
    "brat/000-introduction.ann": lambda p: lines_of(p, "^[TE]") - lines_of(p, "^E"),
    "brat/100-attribute_annotation.ann": lambda p: lines_of(p, "^[TE]") - lines_of(p, "^E"),
    "brat/070-editing_relation_annotations.ann": lambda p: lines_of(p, "^T"),
    "brat/doc-1.ann": lambda p: lines_of(p, "^[TE]"),
    "conll/wojood_sample_val.txt": lambda p: lines_of(p, " B-"),
    "labelstudio/wojood12_export.conll": lambda p: lines_of(p, " B-"),
    "conllu/ar_pud_first100.conllu": lambda p: lines_of(p, r"^\d+\t"),
    "doccano/wojood12_export.jsonl": lambda p: jsonl(p, "entities"),
    "doccano/rel_tests_example.jsonl": lambda p: jsonl(p, "entities"),
    "doccano/seq_overlapping.jsonl": lambda p: jsonl(p, "label"),
    "doccano/seq_tests_example.jsonl": lambda p: jsonl(p, "label"),
    "labelstudio/wojood12_export.json": regions,
    "prodigy/rel_component_first12.jsonl": lambda p: jsonl(p, "spans"),
    "spacy/ner_tweets_demo.jsonl": lambda p: jsonl(p, "spans"),
    "spacy/ner_tweets_demo.spacy": lambda p: jsonl(p.with_suffix(".jsonl"), "spans"),
    "uima_xmi/cas_with_smileys.xmi": xmi_annotations,
    "uima_xmi/arabic_casWithLeftToRightText.xmi": xmi_annotations,
    "uima_json/arabic_casWithLeftToRightText.json": lambda p: lines_of(p, r'"uima.tcas.Annotation"'),
    "uima_json/casWithEmojiUnicodeText.json": lambda p: lines_of(p, r'"uima.tcas.Annotation"'),
    "uima_json/tsv3-testSimpleSlotFeature.json": lambda p: lines_of(p, '"%TYPE".*Simple(?:Span|LinkHost)"'),
    "webanno_tsv3/testSentenceWithEmoji.tsv": lambda p: lines_of(p, r"\t\*\t"),
    "webanno_tsv3/testSimpleCrossSenenceSlotFeature.tsv": lambda p: lines_of(p, r"\*") + 1,
    "webanno_tsv3/testSingleTokenRelationWithMultipleFeatureValues.tsv": lambda p: 0,
    "webanno_tsv3/testStackedSubMultiTokenSpanWithFeatureValue.tsv": lambda p: len(
        set(re.findall(r"\[\d+\]", p.read_text("utf-8")))
    ),
    "events/muc34_dev_first20.jsonl": lambda p: sum(
        len(entity)
        for line in p.open(encoding="utf-8")
        for entities in json.loads(line)["extracts"].values()
        for entity in entities
    ),
    "events/commodity_aug1.json": lambda p: sum(
        len(sentence[f"golden-{what}-mentions"])
        for sentence in json.loads(p.read_text("utf-8"))
        for what in ("entity", "event")
    ),
    "potato/wojood5_coder1_user_state.json": lambda p: lines_of(p, '"title"'),
    "potato/wojood5_annotations.jsonl": lambda p: lines_of(p, '"w0"') * 3,
    "potato/alice_user_state.json": lambda p: 0,
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    made = create_project(tmp_path_factory.mktemp("shared") / "project")
    made.add_person("amal", "coder")
    yield made
    made.close()


@pytest.mark.parametrize("name", COUNTED)
def test_every_annotation_of_a_real_file_is_there_at_its_words(shared: Project, name: str) -> None:
    if path := real(name):
        found = read(path)
        assert sum(len(document.marks) for document in found) == COUNTED[name](path)
        for document in found:
            text = str(document.record.get("text", ""))
            places = Places(text, document.unit or "code points")
            assert not text or None not in map(places.of, document.marks)
        report = take(shared, [path], whom="amal")
        assert report.left["labels"].total() <= COUNTED[name](path)
        assert verify(shared).findings == []


def words_by_label(path: Path) -> dict[str, Counter[tuple[str, str]]]:
    """Text → labels with the words that they are on."""
    found: dict[str, Counter[tuple[str, str]]] = {}
    for document in read(path):
        text = str(document.record["text"])
        of = found.setdefault(text, Counter())
        of.update((m.label, "".join(text[a:b] for a, b in m.pieces)) for m in document.marks)
    return found


def test_the_same_work_is_the_same_from_whatever_tool_it_comes() -> None:
    studio, doccano = (
        real(f"{n}/wojood12_export.{e}") for n, e in (("labelstudio", "json"), ("doccano", "jsonl"))
    )
    tokens, state = real("labelstudio/wojood12_export.conll"), real("potato/wojood5_coder1_user_state.json")
    if studio and doccano and tokens and state:
        by_text = words_by_label(studio)
        assert words_by_label(doccano) == by_text and len(by_text) == 12
        [whole] = words_by_label(tokens).values()
        assert whole == sum(by_text.values(), Counter())
        for document, text in zip(read(state), by_text, strict=False):
            marked = Counter((m.label, text[a:b]) for m in document.marks for a, b in m.pieces)
            assert marked == by_text[text]


def test_events_come_with_their_arguments_and_fragments_with_every_piece() -> None:
    if path := real("brat/100-attribute_annotation.ann"):
        [document] = read(path)
        marks = {mark.id: mark for mark in document.marks}
        assert (marks["E1"].label, marks["E1"].quote, marks["E1"].is_event) == ("Report", "twitted", True)
        assert {(k.role, k.target) for k in document.links if k.source == "E1"} == {
            ("Reporter-Arg", "T1"),
            ("Event-Arg", "E2"),
        }
        assert marks["E5"].attributes == {"Confidence": "High"}
    if path := real("brat/doc-1.ann"):
        marks = {mark.id: mark for mark in read(path)[0].marks}
        assert marks["T4"].pieces == ((75, 83), (85, 98))
        assert (marks["E1"].pieces, marks["E1"].label) == ((), "")


def test_a_file_whose_first_line_is_no_token_is_refused_with_the_line(project: Project) -> None:
    if path := real("conll/doccano_labeling.invalid.conll"):
        with pytest.raises(CoderError) as refused:
            take(project, [path], whom="candidates")
        assert refused.value.where == f"{path}:1"


def test_patterns_are_refused_with_where_their_words_belong(project: Project) -> None:
    if path := real("prodigy/drugs_patterns.jsonl"):
        with pytest.raises(CoderError) as refused:
            take(project, [path], whom="candidates")
        assert refused.value.where == f"{path}:1" and "lexicon" in refused.value.hint


def test_predictions_are_candidates_and_what_has_no_text_is_told(project: Project) -> None:
    if path := real("labelstudio/ls_text_with_2_predictions.json"):
        assert [len(take(project, [path], whom="amal").left_out)] == [2]
        assert take(project, [path], whom="candidates").left["attributes"] == {"text_class": 2}
    if path := real("labelstudio/sdk_csv_test2.json"):
        [left] = take(project, [path], whom="amal").left_out
        assert "its text is not in the file" in str(left.reason)


# ------------------------------------------------------------ by a mapping
def studio_task(**more: Any) -> list[Any]:
    def region(id_: str, label: str, words: str) -> dict[str, Any]:
        start = len(TEXT[: TEXT.index(words)].encode("utf-16-le")) // 2  # as a browser counts
        value = {"start": start, "end": start + len(words), "text": words, "labels": [label]}
        return {"id": id_, "type": "labels", "from_name": "l", "to_name": "t", "value": value}

    result = [region("a", "ATTACK", "قصف"), region("b", "ORG", "الجيش السوري"), region("c", "GPE", "حلب")]
    result += [
        {"type": "relation", "from_id": "a", "to_id": i, "labels": [r]} for i, r in (("b", "by"), ("c", "in"))
    ]
    result += [{"type": "choices", "from_name": "useful", "value": {"choices": ["Yes"]}}]
    return [{"id": 1, "data": {"text": TEXT}, "annotations": [{"completed_by": 7, "result": result, **more}]}]


def studio(path: Path, **more: Any) -> Path:
    return written(path / "tasks.json", studio_task(**more))


MAP = {
    "labels": {"ATTACK": {"event": "airstrike"}, "ORG": "actor", "GPE": "place"},
    "roles": {"by": "initiators", "in": "place"},
    "attributes": {"useful": {"field": "relevance", "values": {"Yes": "relevant"}}},
}


def test_relations_become_an_event_with_values_and_evidence(project: Project, tmp_path: Path) -> None:
    types = {each.id for each in project.codebook.leaf_types()}
    of = next(name for name in sorted(types) if "air" in name or "bomb" in name or "shell" in name)
    labels = {**MAP["labels"], "ATTACK": {"event": of}}
    report = take(
        project, [studio(tmp_path)], whom="amal", mapping=mapping(tmp_path, **{**MAP, "labels": labels})
    )
    assert (report.articles, report.codings) == (1, 1) and not any(report.left.values())
    with project.store.read() as queries:
        [name] = queries.article_ids()
    work = coding(project, name)
    quotes = {span.id: span.quote for span in work.spans}
    assert sorted(quotes.values()) == sorted(["قصف", "الجيش السوري", "حلب"])
    [event] = work.events
    answer = event.answer("event_type")
    assert answer.value == of and [quotes[i] for i in answer.evidence] == ["قصف"]
    assert [quotes[i] for i in event.answer("initiators").evidence] == ["الجيش السوري"]
    assert event.answer("place").coded and work.answer("relevance").value == "relevant"
    assert verify(project).findings == []
    again = take(
        project, [studio(tmp_path)], whom="amal", mapping=mapping(tmp_path, **{**MAP, "labels": labels})
    )
    assert (again.articles, again.codings, again.unchanged) == (0, 0, 2)


def test_json_min_is_what_the_full_export_is_but_for_relations(project: Project, tmp_path: Path) -> None:
    """As label-studio-sdk's converter writes it: data, the task's number, results, then who and when."""
    [task] = studio_task()
    regions = [each["value"] for each in task["annotations"][0]["result"] if each["type"] == "labels"]
    record = {"text": TEXT, "outlet": "الحياة", "id": 1, "label": regions, "useful": "Yes", "annotator": 7}
    record |= {"annotation_id": 3, "created_at": "2022-11-04T18:50:53Z", "updated_at": None, "lead_time": 1.5}
    labels = {"ATTACK": None, "ORG": "actor", "GPE": "place"}
    by = mapping(tmp_path, labels=labels, attributes=MAP["attributes"])
    report = take(project, [written(tmp_path / "min.json", [record])], whom="amal", mapping=by)
    assert (report.articles, report.codings) == (1, 1) and report.left["attributes"] == {}
    with project.store.read() as queries:
        [name] = queries.article_ids()
    found = coding(project, name)
    assert {span.quote: span.kind for span in found.spans} == {"الجيش السوري": "actor", "حلب": "place"}
    assert found.answer("relevance").value == "relevant"
    assert project.article(name).metadata["outlet"] == "الحياة"


def test_what_has_no_place_in_the_codebook_is_counted_by_name(project: Project, tmp_path: Path) -> None:
    report = take(
        project, [studio(tmp_path)], whom="amal", mapping=mapping(tmp_path, labels={"GPE": "place"})
    )
    assert report.left["labels"] == {"ATTACK": 1, "ORG": 1}
    assert report.left["roles"] == {"by": 1, "in": 1} and report.left["attributes"] == {"useful": 1}


def test_a_first_mapping_file_names_what_is_like_and_can_be_used(project: Project, tmp_path: Path) -> None:
    first = suggested_mapping(project, [studio(tmp_path)])
    read_back = yaml.safe_load(first)
    assert read_back["labels"] == {"ATTACK": None, "ORG": "actor", "GPE": "place"}
    assert read_back["roles"] == {"by": None, "in": None}
    (tmp_path / "first.yaml").write_text(first, "utf-8")
    assert take(project, [studio(tmp_path)], whom="amal", mapping=tmp_path / "first.yaml").codings == 1


@pytest.mark.parametrize(
    ("tables", "place"),
    [
        ({"labels": {"ORG": "actr"}}, "labels.ORG"),
        ({"labels": {"ORG": {"event": "atack"}}}, "labels.ORG"),
        ({"roles": {"by": "initiator"}}, "roles.by"),
        ({"labels": {"ORG": 5}}, "labels.ORG"),
        ({"label": {}}, "label"),
    ],
)
def test_a_mapping_to_what_is_not_there_is_refused(
    project: Project, tmp_path: Path, tables: dict[str, Any], place: str
) -> None:
    with pytest.raises(CoderError) as refused:
        take(project, [studio(tmp_path)], whom="amal", mapping=mapping(tmp_path, **tables))
    assert refused.value.where.startswith(f"{tmp_path / 'map.yaml'}:") and place in refused.value.where
    with project.store.read() as queries:
        assert queries.article_ids() == []


def test_two_annotators_are_two_coders_or_are_asked_for(project: Project, tmp_path: Path) -> None:
    one, other = studio_task()[0], studio_task(completed_by=8)[0]
    one["annotations"] += other["annotations"]
    file = written(tmp_path / "tasks.json", [one])
    with pytest.raises(CoderError, match="7 and 8"):
        take(project, [file], whom="amal", mapping=mapping(tmp_path, **MAP | {"labels": {"ORG": "actor"}}))
    told = {"labels": {"ORG": "actor"}, "coders": {"7": "amal", "8": "basim"}}
    assert take(project, [file], whom="amal", mapping=mapping(tmp_path, **told)).codings == 2


def test_candidates_stand_beside_the_suggester_s_and_stay(project: Project, tmp_path: Path) -> None:
    file, by = studio(tmp_path), mapping(tmp_path, labels={"ORG": "actor", "ATTACK": "object"})
    assert take(project, [file], whom="candidates", mapping=by).suggested == 1

    def candidates() -> set[tuple[str, str, bool]]:
        with project.store.read() as queries:
            [article] = queries.article_ids()
            return {(c.kind, c.quote, c.origin.startswith("import:")) for c in queries.candidates(article)}

    came = {("actor", "الجيش السوري", True), ("object", "قصف", True)}
    assert candidates() == came
    assert suggest(project) == 1 and candidates() > {("object", "قصف", True)} and len(candidates()) > 2
    assert take(project, [file], whom="candidates", mapping=by).suggested == 0


def test_the_text_is_found_by_its_id_or_its_hash(project: Project, tmp_path: Path) -> None:
    articles = written(
        tmp_path / "articles.jsonl", {"id": "n1", "text": TEXT}, {"id": "n2", "text": f"{TEXT} ."}
    )
    take(project, [articles])
    by = mapping(tmp_path, labels={"PER": "actor"})
    hashed = written(tmp_path / "by_hash.jsonl", {"text": TEXT, "label": [[4, 8, "PER"]]})
    assert take(project, [hashed], whom="amal", mapping=by).articles == 0
    assert [span.quote for span in coding(project, "n1").spans] == ["محمد"]
    span = {"schema": "s", "name": "PER", "start": 11, "end": 13}  # behind the emoji, as a browser counts
    state = {"user_id": "u", "instance_id_to_span_to_value": {"n2": [[span, "true"]], "n9": [[span, "true"]]}}
    report = take(project, [written(tmp_path / "state.json", state)], whom="amal", mapping=by)
    assert [span.quote for span in coding(project, "n2").spans] == ["إن"]
    assert ["n9" in str(left.reason) for left in report.left_out] == [True]


def test_tokens_find_their_places_in_the_article_of_their_name(project: Project, tmp_path: Path) -> None:
    take(project, [written(tmp_path / "articles.jsonl", {"id": "a", "text": TEXT})])
    words = ["قال", "محمد", "😀", "إن", "الجيش", "السوري", "قصف", "حلب", "أمس", "."]
    tags = ["O", "B-actor", "O", "O", "B-actor", "I-actor", "O", "B-place", "O", "O"]
    rows = [f"{word} {tag}" for word, tag in zip(words, tags, strict=True)]
    report = take(project, [written(tmp_path / "a.conll", *rows)], whom="amal")
    assert (report.articles, report.codings) == (0, 1)
    assert [s.quote for s in coding(project, "a").spans] == ["محمد", "الجيش السوري", "حلب"]


def test_without_as_annotations_are_no_articles(project: Project, tmp_path: Path) -> None:
    with pytest.raises(CoderError, match="another tool's annotations"):
        take(project, [studio(tmp_path)])
    with pytest.raises(CoderError, match="no annotations"):
        take(project, [written(tmp_path / "a.csv", "id,text", f"1,{TEXT}")], whom="amal")
