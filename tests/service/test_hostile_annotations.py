"""Annotations cut, damaged or made to harm: taken in whole and sound, or refused with
file and place.
"""

from __future__ import annotations

import io
import json
import random
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import srsly

from coder.errors import CoderError
from coder.importers.registry import reader_for, readers
from coder.service.delivery.datasets import deliver
from coder.service.delivery.intake import Intake, import_files
from coder.service.project.opened import Project, create_project, open_project
from coder.service.upkeep.integrity import verify
from coder.size_limits import MOST_BYTES
from tests.support.cas_json import as_cas_json
from tests.support.hostile import forged

ROUNDS = 6
TEXT = "قال محمد إن الجيش قصف حلب أمس."
XMI = """<?xml version="1.0" encoding="UTF-8"?>{doctype}<xmi:XMI xmlns:xmi="http://www.omg.org/XMI"
 xmlns:cas="http:///uima/cas.ecore" xmlns:c="http:///custom.ecore" xmi:version="2.0">
<c:Span xmi:id="2" sofa="1" begin="4" end="8" value="actor"/>
<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" sofaString="{text}"/></xmi:XMI>"""
CAS = {
    "%FEATURE_STRUCTURES": [
        {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaString": TEXT},
        {
            "%ID": 2,
            "%TYPE": "custom.Span",
            "@sofa": 1,
            "begin": 4,
            "end": 8,
            "value": "actor",
        },
    ]
}
LABELS = {"start": 4, "end": 8, "text": "محمد", "labels": ["actor"]}
STATE = {"schema": "s", "name": "actor", "start": 4, "end": 8}
BY_HAND: dict[str, str] = {
    "labelstudio.json": json.dumps(
        [
            {
                "data": {"text": TEXT},
                "annotations": [
                    {"result": [{"type": "labels", "id": "a", "value": LABELS}]}
                ],
            }
        ]
    ),
    "min.json": json.dumps(
        [{"text": TEXT, "id": 1, "l": [LABELS], "annotator": 7, "annotation_id": 9}]
    ),
    "doccano.jsonl": json.dumps({"text": TEXT, "label": [[4, 8, "actor"]]}),
    "prodigy.jsonl": json.dumps(
        {"text": TEXT, "spans": [{"start": 4, "end": 8, "label": "actor"}]}
    ),
    "potato.json": json.dumps(
        {"user_id": "u", "instance_id_to_span_to_value": {"there": [[STATE, "true"]]}}
    ),
    "there.ann": "T1\tactor 4 8\tمحمد\nT2\tplace 22 25\tحلب\nR1\tin Arg1:T1 Arg2:T2\nA1\tsure T1\n",
    "cas.json": json.dumps(CAS),
    "cas.xmi": XMI.format(doctype="", text=TEXT),
    "tokens.conll": "قال O\nمحمد B-actor\n\nحلب B-place\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project `home` with an article, and a file of every format that is read."""
    found = tmp_path_factory.mktemp("hostile")
    home = create_project(found / "home")
    home.add_person("amal", "coder")
    (found / "there.txt").write_text(TEXT, "utf-8")
    for name, text in BY_HAND.items():
        (found / name).write_text(text, "utf-8")
    import_files(home, [found / "there.txt"])
    import_files(home, [found / "doccano.jsonl"], whom="amal")
    deliver(home, "native", "codings", found / "native.jsonl", allow_loss=True)
    deliver(home, "spacy", "codings", found / "docs.spacy", allow_loss=True)
    deliver(home, "cas-xmi", "codings", found / "xmi", allow_loss=True)
    [made] = (found / "xmi").glob("*.xmi")
    shutil.copy(made, found / "coded.xmi")
    (found / "coded.json").write_text(as_cas_json(made), "utf-8")
    with ZipFile(found / "project.zip", "w") as project:
        inner = io.BytesIO()
        with ZipFile(inner, "w", ZIP_DEFLATED) as packed:
            packed.write(found / "cas.xmi", "amal.xmi")
        project.writestr("annotation/there.txt/amal.zip", inner.getvalue())
        project.write(
            found / "cas.json", "annotation/there.txt/basim.json", ZIP_DEFLATED
        )
        project.write(found / "cas.json", "curation/other.txt/CURATION_USER.json")
    home.close()
    return found


MADE = ["native.jsonl", "coded.xmi", "coded.json"]
PACKED = ["docs.spacy", "project.zip"]
NAMES = [*BY_HAND, *MADE, *PACKED]


def fresh(folder: Path) -> Project:
    shutil.rmtree(folder / "now", ignore_errors=True)
    shutil.copytree(folder / "home", folder / "now")
    return open_project(folder / "now")


@pytest.fixture
def project(folder: Path) -> Iterator[Project]:
    opened = fresh(folder)
    yield opened
    opened.close()


def state(project: Project) -> tuple[object, ...]:
    with project.store.read() as queries:
        codings = [queries.coding(name, "amal") for name in queries.article_ids()]
        candidates = [queries.candidates(name) for name in queries.article_ids()]
        return queries.article_hashes(), codings, candidates


def taken_or_refused(
    project: Project, path: Path, whom: str = "candidates"
) -> Intake | None:
    """What an import says; where it refuses, the file is named and nothing has changed."""
    before = state(project)
    try:
        report = import_files(project, [path], whom=whom)
    except CoderError as refused:
        words, hint = refused.words("en")
        assert str(path) in refused.where + words and hint
        assert state(project) == before
        return None
    assert verify(project).findings == []
    return report


def test_every_format_that_is_read_is_tried_here(folder: Path) -> None:
    tried = {reader_for(folder / name, annotations=True).name for name in NAMES}
    assert tried == {reader.name for reader in readers(annotations=True)}


@pytest.mark.parametrize("name", NAMES)
def test_as_it_is_it_is_taken_in(folder: Path, project: Project, name: str) -> None:
    report = taken_or_refused(project, folder / name)
    assert report is not None and not any(
        report.left[kind] for kind in ("labels", "empty", "values")
    )


@pytest.mark.parametrize("name", NAMES)
def test_cut_or_damaged_it_is_taken_in_sound_or_refused_with_its_name(
    folder: Path, project: Project, name: str, tmp_path: Path
) -> None:
    data, chance = (folder / name).read_bytes(), random.Random(name)
    if name == "there.ann":
        shutil.copy(folder / "there.txt", tmp_path)
    for _ in range(ROUNDS):
        at = chance.randrange(len(data))
        for changed in (
            data[:at],
            data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :],
            data[:at] + b"\0" + data[at:],
            data[:at] + b"999999" + data[at:],
        ):
            (tmp_path / name).write_bytes(changed)
            taken_or_refused(project, tmp_path / name)


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name.endswith((".json", ".jsonl"))]
)
def test_with_other_values_it_is_taken_in_sound_or_refused_with_its_name(
    folder: Path, project: Project, name: str, tmp_path: Path
) -> None:
    [*lines] = (folder / name).read_text("utf-8").splitlines()
    chance = random.Random(name)
    for _ in range(4 * ROUNDS):
        changed: list[Any] = [forged(json.loads(line), chance) for line in lines]
        text = "\n".join(json.dumps(each) for each in changed)
        (tmp_path / name).write_bytes(text.encode("utf-8", "surrogatepass"))
        taken_or_refused(
            project, tmp_path / name, chance.choice(["candidates", "amal"])
        )


@pytest.mark.parametrize("name", [*BY_HAND, *MADE])
def test_a_signature_and_other_line_ends_change_nothing(
    folder: Path, project: Project, name: str, tmp_path: Path
) -> None:
    text = (folder / name).read_text("utf-8").replace("\n", "\r\n")
    (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.encode("utf-8"))
    shutil.copy(folder / "there.txt", tmp_path)
    report = taken_or_refused(project, tmp_path / name)
    assert report is not None and not report.left["labels"]


@pytest.mark.parametrize("name", [*BY_HAND, *MADE])
@pytest.mark.parametrize("encoding", ["utf-16", "windows-1256"])
def test_in_another_encoding_it_is_refused_with_its_name(
    folder: Path, project: Project, name: str, encoding: str, tmp_path: Path
) -> None:
    text = (folder / name).read_text("utf-8")
    if name.endswith(("json", "jsonl")):
        text = json.dumps(json.loads(text), ensure_ascii=False)
    (tmp_path / name).write_bytes((text + "قال").encode(encoding, "replace"))
    assert taken_or_refused(project, tmp_path / name) is None


BOMB = "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
DOCTYPES = (
    f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{BOMB}]>',
    '<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
)


@pytest.mark.parametrize("doctype", DOCTYPES)
def test_xml_that_declares_entities_is_refused_before_they_are_looked_at(
    project: Project, tmp_path: Path, doctype: str
) -> None:
    path = tmp_path / "a.xmi"
    path.write_text(XMI.format(doctype=doctype, text="&j;"), "utf-8")
    with pytest.raises(CoderError, match="document type"):
        import_files(project, [path], whom="candidates")


def test_what_unpacks_into_too_much_is_not_unpacked(
    project: Project, tmp_path: Path
) -> None:
    packer = zlib.compressobj(9)
    bomb = (
        b"".join(packer.compress(bytes(2**20)) for _ in range(2**9 + 1))
        + packer.flush()
    )
    (tmp_path / "a.spacy").write_bytes(bomb)
    with pytest.raises(CoderError, match="larger than"):
        import_files(project, [tmp_path / "a.spacy"], whom="candidates")


def test_a_packed_document_that_is_too_long_is_refused_with_its_place(
    project: Project, tmp_path: Path
) -> None:
    with ZipFile(tmp_path / "a.zip", "w", ZIP_DEFLATED) as made:
        made.writestr("annotation/x.txt/amal.json", b" " * (MOST_BYTES + 1))
    with pytest.raises(CoderError, match="larger than") as refused:
        import_files(project, [tmp_path / "a.zip"], whom="candidates")
    assert refused.value.where == f"{tmp_path / 'a.zip'}: annotation/x.txt/amal.json"


def test_a_docbin_of_other_things_is_refused(project: Project, tmp_path: Path) -> None:
    for held in (
        [],
        {"attrs": []},
        {"attrs": [65], "strings": [], "lengths": b"\xff\xff\xff\x7f"},
    ):
        (tmp_path / "a.spacy").write_bytes(zlib.compress(srsly.msgpack_dumps(held)))
        assert taken_or_refused(project, tmp_path / "a.spacy") is None


@pytest.mark.parametrize("name", ["doccano.jsonl", "tokens.conll", "cas.xmi"])
def test_a_very_long_line_is_refused(
    project: Project, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(BY_HAND[name].encode()[:-2] + b"x" * (MOST_BYTES + 1))
    assert taken_or_refused(project, tmp_path / name) is None


@pytest.mark.parametrize(
    "name", ["../../outside", "a/b", "..", "C:\\x", "x" * 300, "a\nb"]
)
def test_a_name_with_a_path_in_it_is_a_name_or_refused(
    project: Project, tmp_path: Path, name: str
) -> None:
    line = {"id": name, "text": TEXT + name[:3], "label": [[4, 8, "actor"]]}
    (tmp_path / "a.jsonl").write_text(json.dumps(line), "utf-8")
    before = sorted(tmp_path.rglob("*"))
    taken_or_refused(project, tmp_path / "a.jsonl")
    assert sorted(tmp_path.rglob("*")) == before
