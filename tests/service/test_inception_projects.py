"""INCEpTION's exports as they come: each annotator's work, the curation, and what was
drawn there.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml

from coder.codebook.effective import effective_events
from coder.errors import CoderError
from coder.importers.annotated import Document, documents_in
from coder.importers.registry import reader_for
from coder.model import Coding
from coder.service.delivery.annotations import draft_project_mapping
from coder.service.delivery.datasets import deliver
from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project, create_project
from tests.conftest import ROOT
from tests.support.cas_json import as_cas_json

FIXTURES = (
    ROOT.parent / "shared" / "fixtures"
)  # real files of other tools, where they are at hand
TEXT = "قصف😀 الجيش السوري حلب أمس."


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = create_project(tmp_path / "mine")
    for name in ("amal", "basim"):
        made.add_person(name, "coder")
    yield made
    made.close()


def cas(*structures: dict[str, Any], text: str = TEXT) -> str:
    """As UIMA's specification of JSON CAS has it; what has a place is a member of the
    view.
    """
    sofa = {
        "%ID": 1,
        "%TYPE": "uima.cas.Sofa",
        "sofaNum": 1,
        "sofaID": "_InitialView",
        "sofaString": text,
    }
    members = [each["%ID"] for each in structures if "@sofa" in each]
    views = {"_InitialView": {"%SOFA": 1, "%MEMBERS": members}}
    return json.dumps(
        {"%TYPES": {}, "%FEATURE_STRUCTURES": [sofa, *structures], "%VIEWS": views}
    )


def at(id_: int, layer: str, words: str, **told: Any) -> dict[str, Any]:
    start = len(TEXT[: TEXT.index(words)].encode("utf-16-le")) // 2
    end = start + len(words.encode("utf-16-le")) // 2
    return {
        "%ID": id_,
        "%TYPE": f"webanno.custom.{layer}",
        "@sofa": 1,
        "begin": start,
        "end": end,
        **told,
    }


def packed(path: Path, files: dict[str, str | bytes]) -> Path:
    with ZipFile(path, "w") as archive:
        for name, held in files.items():
            archive.writestr(name, held)
    return path


def mapping(path: Path, **tables: Any) -> Path:
    (path / "map.yaml").write_text(yaml.safe_dump(tables), "utf-8")
    return path / "map.yaml"


def coding(project: Project, article: str, coder: str) -> Coding:
    with project.store.read() as queries:
        found = queries.coding(article, coder)
    assert found is not None
    return found


def quotes(of: Coding) -> dict[str, str]:
    return {span.quote: span.kind for span in of.spans}


def test_each_annotator_of_a_project_is_a_coder_and_the_curation_too(
    project: Project, tmp_path: Path
) -> None:
    one, other = (
        cas(at(2, "Entity", "حلب", value="GPE")),
        cas(at(2, "Entity", "الجيش السوري", value="ORG")),
    )
    files = {
        "exportedproject1.json": "{}",
        "source/news 1.txt": TEXT,
        "annotation/news 1.txt/INITIAL_CAS.json": cas(),
        "annotation/news 1.txt/anna.json": one,
        "/annotation/news 1.txt/bert.json": other,  # as before version 2.0.8
        "./annotation/news 1.txt/._anna.json": b"\x00\x05",  # as Macs pack
        "annotation_ser/news 1.txt/anna.ser": b"\xac\xed",
        "curation/news 1.txt/CURATION_USER.json": cas(
            at(2, "Entity", "أمس", value="DATE")
        ),
    }
    path = packed(tmp_path / "project.zip", files)
    labels = {"Entity.GPE": "place", "Entity.ORG": "actor", "Entity.DATE": "date"}
    assert list(yaml.safe_load(draft_project_mapping(project, [path]))["coders"]) == [
        "anna",
        "bert",
        "CURATION_USER",
    ]
    with pytest.raises(CoderError, match="anna and bert"):
        import_files(
            project, [path], whom="amal", mapping=mapping(tmp_path, labels=labels)
        )
    whose = {"anna": "amal", "bert": "basim"}
    report = import_files(
        project,
        [path],
        whom="amal",
        mapping=mapping(tmp_path, labels=labels, coders=whose),
    )
    assert (report.articles, report.codings) == (1, 2)
    assert ["CURATION_USER" in str(left.reason) for left in report.left_out] == [True]
    assert quotes(coding(project, "news 1", "amal")) == {"حلب": "place"}
    assert quotes(coding(project, "news 1", "basim")) == {"الجيش السوري": "actor"}
    with ZipFile(path) as archive:  # as some browsers save it
        archive.extractall(
            tmp_path / "unpacked", [n for n in archive.namelist() if "._" not in n]
        )
    again = import_files(
        project, [tmp_path / "unpacked"], whom="amal", mapping=tmp_path / "map.yaml"
    )
    assert (again.articles, again.codings, again.unchanged) == (
        0,
        0,
        4,
    )  # to each coding its article
    assert sum("CURATION_USER" in str(left.reason) for left in again.left_out) == 1


@pytest.mark.parametrize("form", ["xmi", "json"])
def test_what_went_out_as_cas_comes_back_in_a_project_whoever_worked_on_it_there(
    demo: Project, project: Project, tmp_path: Path, form: str
) -> None:
    deliver(demo, "cas-xmi", "codings", tmp_path / "out", allow_loss=True)
    files: dict[str, str | bytes] = {}
    for path in (tmp_path / "out").glob("*.xmi"):
        article, coder = path.stem.rsplit(".", 1)
        if form == "json":
            files[f"annotation/{article}.txt/{coder}.json"] = as_cas_json(path)
        else:  # each document packed with its types
            types, inner = (
                (tmp_path / "out" / "TypeSystem.xml").read_bytes(),
                io.BytesIO(),
            )
            with ZipFile(inner, "w") as archive:
                archive.writestr("TypeSystem.xml", types)
                archive.writestr(f"{coder}.xmi", path.read_bytes())
            files[f"annotation/{article}.txt/{coder}.zip"] = inner.getvalue()
    by = mapping(tmp_path, coders={"amal": "basim", "basim": "amal"})
    report = import_files(
        project, [packed(tmp_path / "project.zip", files)], whom="amal", mapping=by
    )
    assert (report.articles, report.codings, report.left_out) == (5, 10, [])
    with demo.store.read() as queries:
        every = queries.codings(submitted=False)
    for before in every:
        after = coding(
            project, before.article, {"amal": "basim", "basim": "amal"}[before.coder]
        )
        assert len(after.events) == len(before.events)
        kept = {
            (s.kind, s.start, s.end) for s in before.spans if s.decision != "rejected"
        }
        assert {(s.kind, s.start, s.end) for s in after.spans} == kept
        for one, other in zip(
            effective_events(before, demo.codebook), after.events, strict=True
        ):
            assert one.id == other.id
            told = {
                name: a.value
                for name, a in one.fields.items()
                if a.state in ("coded", "not_stated")
            }
            assert {name: answer.value for name, answer in other.fields.items()} == told


def test_real_documents_packed_as_a_project_are_what_they_are_alone(
    tmp_path: Path,
) -> None:
    alone, files = list[Document](), dict[str, str | bytes]()
    for path in sorted(
        p for name in ("uima_xmi", "uima_json") for p in (FIXTURES / name).glob("*")
    ):
        if path.suffix == ".xml":
            continue
        alone += documents_in(path, reader_for(path, annotations=True))
        name, data = f"annotation/{path.stem}.txt/anna", path.read_bytes()
        if path.suffix == ".xmi":
            files[f"{name}.zip"] = packed(
                tmp_path / "inner.zip", {"anna.xmi": data}
            ).read_bytes()
        else:
            files[f"{name}{path.suffix}"] = data
    if files:
        path = packed(tmp_path / "project.zip", files)
        together = [*documents_in(path, reader_for(path, annotations=True))]
        assert [(d.record["text"], d.marks, d.links) for d in together] == [
            (d.record["text"], d.marks, d.links) for d in alone
        ]
        assert {d.annotator for d in together} == {"anna"} and len(together) == 5


def test_an_event_that_was_drawn_in_inception_has_its_words(
    project: Project, tmp_path: Path
) -> None:
    kind = project.codebook.leaf_types()[0].id
    span = at(2, "CodedSpan", "الجيش السوري", kind="actor")
    slot = {
        "%ID": 3,
        "%TYPE": "webanno.custom.CodedEventArgumentsLink",
        "role": "initiators",
        "@target": 2,
    }
    slots = {
        "%ID": 4,
        "%TYPE": "webanno.custom.CodedEventArgumentsLink[]",
        "%ELEMENTS": [3],
    }
    event = at(5, "CodedEvent", "قصف", event_type=kind, **{"@arguments": 4})
    (tmp_path / "news.json").write_text(cas(span, slot, slots, event), "utf-8")
    assert import_files(project, [tmp_path / "news.json"], whom="amal").codings == 1
    found = coding(project, "news", "amal")
    [made] = found.events
    quoted = {each.id: each.quote for each in found.spans}
    assert quoted.keys() and made.answer("event_type").value == kind
    assert [quoted[each] for each in made.answer("event_type").evidence] == ["قصف"]
    assert [quoted[each] for each in made.answer("initiators").evidence] == [
        "الجيش السوري"
    ]


def test_a_document_alone_is_read_by_its_name_and_what_is_said_of_it_as_a_whole(
    project: Project, tmp_path: Path
) -> None:
    about = {"%ID": 3, "%TYPE": "webanno.custom.Meta", "@sofa": 1, "useful": "Yes"}
    files = {"news.json": cas(at(2, "Entity", "حلب", value="GPE"), about)}
    path = packed(tmp_path / "download.zip", files)
    told = {"labels": {"Entity.GPE": "place"}}
    useful = {"useful": {"field": "relevance", "values": {"Yes": "relevant"}}}
    report = import_files(
        project,
        [path],
        whom="amal",
        mapping=mapping(tmp_path, **told, attributes=useful),
    )
    assert not any(report.left.values())
    found = coding(project, "news", "amal")
    assert (
        quotes(found) == {"حلب": "place"}
        and found.answer("relevance").value == "relevant"
    )


def test_a_project_in_inception_s_own_form_alone_is_refused_with_what_to_do(
    project: Project, tmp_path: Path
) -> None:
    path = packed(
        tmp_path / "project.zip",
        {"exportedproject1.json": "{}", "annotation_ser/a.txt/anna.ser": b"x"},
    )
    with pytest.raises(CoderError) as refused:
        import_files(project, [path], whom="amal")
    assert refused.value.where == str(path) and "secondary format" in refused.value.hint


WEBANNO = (
    "#FORMAT=WebAnno TSV 3.3\n#T_SP=x.Y|value\n\n\n#Text=abc\n1-1\t0-3\tabc\tv\t\n"
)


@pytest.mark.parametrize("whom", ["", "amal"])
@pytest.mark.parametrize("packaging", ["alone", "folder", "zip"])
def test_webanno_tsv_is_refused_with_what_to_export(
    project: Project, tmp_path: Path, packaging: str, whom: str
) -> None:
    path = tmp_path / "news" / "news.tsv"
    path.parent.mkdir()
    path.write_text(WEBANNO, "utf-8")
    named = path
    if packaging == "folder":
        named = path.parent
    if packaging == "zip":
        files: dict[str, str | bytes] = {"annotation/news.txt/anna.tsv": WEBANNO}
        path = named = packed(tmp_path / "project.zip", files)
    with pytest.raises(CoderError) as refused:
        import_files(project, [named], whom=whom)
    assert refused.value.where == str(path)
    assert "UIMA CAS JSON or UIMA CAS XMI" in refused.value.hint


def test_a_huge_webanno_tsv_is_refused_by_its_first_line(
    project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "news.tsv"
    with path.open("wb") as file:
        file.write(WEBANNO.encode())
        file.truncate(2**40)  # reading all of this would take an hour
    with pytest.raises(CoderError) as refused:
        import_files(project, [path])
    assert "UIMA CAS JSON or UIMA CAS XMI" in refused.value.hint
