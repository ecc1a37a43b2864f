"""Real files of other tools, read where they lie: all that they hold arrives, and cut
ones say where.
"""

from __future__ import annotations

import json
import random
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.importers.annotated import Document, documents_in, extents_of
from coder.importers.registry import reader_for
from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project, create_project
from coder.service.upkeep.integrity import verify
from coder.text.offsets import Offsets
from tests.conftest import ROOT

FIXTURES = (
    ROOT.parent / "shared" / "fixtures"
)  # real files of other tools, where they are at hand


def real(name: str) -> Path | None:
    return FIXTURES / name if (FIXTURES / name).exists() else None


def read(path: Path) -> list[Document]:
    return [*documents_in(path, reader_for(path, annotations=True))]


def lines_of(path: Path, pattern: str) -> int:
    return len(re.findall(pattern, path.read_text("utf-8"), re.MULTILINE))


def jsonl(path: Path, *keys: str) -> int:
    return sum(
        len(json.loads(line).get(key) or ())
        for line in path.open(encoding="utf-8")
        for key in keys
    )


def regions(path: Path) -> int:
    found = [
        r
        for t in json.loads(path.read_text("utf-8"))
        for a in t["annotations"]
        for r in a["result"]
    ]
    return sum(region["type"] == "labels" for region in found)


def xmi_annotations(path: Path) -> int:
    return lines_of(path, r"<(?:type3:NamedEntity|tcas:Annotation) ")


COUNTED = {
    "brat/000-introduction.ann": lambda p: lines_of(p, "^[TE]") - lines_of(p, "^E"),
    "brat/100-attribute_annotation.ann": lambda p: (
        lines_of(p, "^[TE]") - lines_of(p, "^E")
    ),
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
    "uima_json/arabic_casWithLeftToRightText.json": lambda p: lines_of(
        p, r'"uima.tcas.Annotation"'
    ),
    "uima_json/casWithEmojiUnicodeText.json": lambda p: lines_of(
        p, r'"uima.tcas.Annotation"'
    ),
    "uima_json/tsv3-testSimpleSlotFeature.json": lambda p: lines_of(
        p, '"%TYPE".*Simple(?:Span|LinkHost)"'
    ),
    "potato/wojood5_coder1_user_state.json": lambda p: lines_of(p, '"title"'),
    "potato/wojood5_annotations.jsonl": lambda p: lines_of(p, '"w0"') * 3,
    "potato/alice_user_state.json": lambda p: 0,
}


REFUSED = ("conll/doccano_labeling.invalid.conll", "prodigy/drugs_patterns.jsonl")
WITHOUT_SPANS = (
    "labelstudio/ls_text_with_2_predictions.json",
    "labelstudio/sdk_csv_test2.json",
)
WEBANNO = tuple(
    f"webanno_tsv3/{name}.tsv"
    for name in (
        "testSentenceWithEmoji",
        "testSimpleCrossSenenceSlotFeature",
        "testSingleTokenRelationWithMultipleFeatureValues",
        "testStackedSubMultiTokenSpanWithFeatureValue",
    )
)
OF_NO_READER = ("events/muc34_dev_first20.jsonl", "events/commodity_aug1.json")
BESIDE = (  # what others of them are read with
    "uima_xmi/arabic_casWithLeftToRightText.typesystem.xml",
    "uima_xmi/inception_typesystem.xml",
    *(name.replace(".ann", ".txt") for name in COUNTED if name.startswith("brat/")),
)


def test_every_real_file_at_hand_is_read_here() -> None:
    there = {str(path.relative_to(FIXTURES)) for path in FIXTURES.glob("*/*")}
    assert there <= {
        *COUNTED,
        *REFUSED,
        *WITHOUT_SPANS,
        *WEBANNO,
        *OF_NO_READER,
        *BESIDE,
    }


@pytest.mark.parametrize("name", [*COUNTED, *REFUSED, *WITHOUT_SPANS])
def test_a_real_file_that_was_cut_is_read_up_to_there_or_refused_with_the_place(
    tmp_path: Path, name: str
) -> None:
    if path := real(name):
        shutil.copytree(path.parent, tmp_path / "cut")
        cut, data, chance = (
            tmp_path / "cut" / path.name,
            path.read_bytes(),
            random.Random(name),
        )
        for length in chance.sample(range(1, len(data)), 5):
            cut.write_bytes(data[:length])
            try:
                read(cut)
            except CoderError as refused:
                words, hint = refused.words("en")
                told = f"{refused.where} {words}"
                assert str(cut) in told and hint
                assert re.search(r":\d+ |column \d+|incomplete", told)
            else:
                assert path.suffix not in (".json", ".xmi") or not data[length:].strip()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    made = create_project(tmp_path_factory.mktemp("shared") / "project")
    made.add_person("amal", "coder")
    yield made
    made.close()


@pytest.mark.parametrize("name", COUNTED)
def test_every_annotation_of_a_real_file_is_there_at_its_words(
    shared: Project, name: str
) -> None:
    if path := real(name):
        found = read(path)
        assert sum(len(document.marks) for document in found) == COUNTED[name](path)
        for document in found:
            text = str(document.record.get("text", ""))
            offsets = Offsets(text, document.unit or "code points")
            places = [extents_of(mark, offsets) for mark in document.marks]
            assert not text or None not in places
        report = import_files(shared, [path], whom="amal")
        assert report.left["labels"].total() <= COUNTED[name](path)
        assert verify(shared).findings == []


def words_by_label(path: Path) -> dict[str, Counter[tuple[str, str]]]:
    """Text → labels with the words that they are on."""
    found: dict[str, Counter[tuple[str, str]]] = {}
    for document in read(path):
        text = str(document.record["text"])
        of = found.setdefault(text, Counter())
        of.update(
            (m.label, "".join(text[a:b] for a, b in m.pieces)) for m in document.marks
        )
    return found


def test_the_same_work_is_the_same_from_whatever_tool_it_comes() -> None:
    studio, doccano = (
        real(f"{n}/wojood12_export.{e}")
        for n, e in (("labelstudio", "json"), ("doccano", "jsonl"))
    )
    tokens, state = (
        real("labelstudio/wojood12_export.conll"),
        real("potato/wojood5_coder1_user_state.json"),
    )
    if studio and doccano and tokens and state:
        by_text = words_by_label(studio)
        assert words_by_label(doccano) == by_text and len(by_text) == 12
        [whole] = words_by_label(tokens).values()
        assert whole == sum(by_text.values(), Counter())
        for document, text in zip(read(state), by_text, strict=False):
            marked = Counter(
                (m.label, text[a:b]) for m in document.marks for a, b in m.pieces
            )
            assert marked == by_text[text]


def test_events_come_with_their_arguments_and_fragments_with_every_piece() -> None:
    if path := real("brat/100-attribute_annotation.ann"):
        [document] = read(path)
        marks = {mark.id: mark for mark in document.marks}
        assert (marks["E1"].label, marks["E1"].quote, marks["E1"].is_event) == (
            "Report",
            "twitted",
            True,
        )
        assert {(k.role, k.target) for k in document.links if k.source == "E1"} == {
            ("Reporter-Arg", "T1"),
            ("Event-Arg", "E2"),
        }
        assert marks["E5"].attributes == {"Confidence": "High"}
    if path := real("brat/doc-1.ann"):
        marks = {mark.id: mark for mark in read(path)[0].marks}
        assert marks["T4"].pieces == ((75, 83), (85, 98))
        assert (marks["E1"].pieces, marks["E1"].label) == ((), "")


@pytest.mark.parametrize("name", WEBANNO)
def test_webanno_tsv_is_refused_with_what_to_export(
    project: Project, name: str
) -> None:
    if path := real(name):
        with pytest.raises(CoderError) as refused:
            import_files(project, [path], whom="amal")
        assert refused.value.where == str(path)
        assert "UIMA CAS JSON or UIMA CAS XMI" in refused.value.hint


def test_a_file_whose_first_line_is_no_token_is_refused_with_the_line(
    project: Project,
) -> None:
    if path := real("conll/doccano_labeling.invalid.conll"):
        with pytest.raises(CoderError) as refused:
            import_files(project, [path], whom="candidates")
        assert refused.value.where == f"{path}:1"


def test_patterns_are_refused_with_where_their_words_belong(project: Project) -> None:
    if path := real("prodigy/drugs_patterns.jsonl"):
        with pytest.raises(CoderError) as refused:
            import_files(project, [path], whom="candidates")
        assert refused.value.where == f"{path}:1" and "lexicon" in refused.value.hint


def test_predictions_are_candidates_and_what_has_no_text_is_told(
    project: Project,
) -> None:
    if path := real("labelstudio/ls_text_with_2_predictions.json"):
        assert [len(import_files(project, [path], whom="amal").left_out)] == [2]
        assert import_files(project, [path], whom="candidates").left["attributes"] == {
            "text_class": 2
        }
    if path := real("labelstudio/sdk_csv_test2.json"):
        [left] = import_files(project, [path], whom="amal").left_out
        assert "neither a text nor the id of an article" in str(left.reason)
