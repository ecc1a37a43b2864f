"""What other tools never write, in their files: refused with file, line and value, or
read all the same.
"""

from __future__ import annotations

import json
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import srsly

from coder.errors import CoderError
from coder.importers.annotated import Document, documents_in
from coder.importers.registry import reader_for

LONG = "1" * 5000  # more digits than Python makes a number of
SOFA = {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaString": "abc"}
SPAN = {"%ID": 2, "%TYPE": "x.Y", "@sofa": 1, "begin": 0, "end": 1}


def cas(**more: Any) -> str:
    return json.dumps({"%FEATURE_STRUCTURES": [SOFA, SPAN | more]})


def words(*ids: str) -> str:
    return "".join("\t".join((each, "ab", *"____" * 2)) + "\n" for each in ids)


def read(path: Path, data: str | bytes) -> list[Document]:
    path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
    return [*documents_in(path, reader_for(path, annotations=True))]


@pytest.mark.parametrize(
    ("name", "text", "line", "told"),
    [
        ("a.conll", f"abc\t0:{LONG}\tO\n", 1, "cannot be at 0:1111"),
        (
            "a.conll",
            "ab\t0:2\tO\ncd\t99000000:99000002\tO\n",
            2,
            "cannot be at 99000000:99000002",
        ),
        ("a.conllu", words("1-x", "2"), 1, "not contain a token and its tags: 1-x"),
        ("a.conllu", words("1-2", "²"), 2, "not contain a token and its tags: ²"),
        ("a.conllu", words("1-2", LONG), 2, "not contain a token and its tags: 1111"),
        ("a.ann", f"T1\tX 0 {LONG}\tabc\n", 1, "not a line of a brat file: T1"),
    ],
)
def test_a_number_that_no_text_needs_is_refused_with_its_line(
    tmp_path: Path, name: str, text: str, line: int, told: str
) -> None:
    (tmp_path / "a.txt").write_text("abc", "utf-8")
    with pytest.raises(CoderError) as refused:
        read(tmp_path / name, text)
    assert (
        refused.value.where == f"{tmp_path / name}:{line}"
        and told in refused.value.message
    )
    assert len(refused.value.message) < 150


@pytest.mark.parametrize("begin", [0.5, "²", LONG, None, [0]])
def test_an_offset_that_is_no_number_is_refused_with_its_annotation(
    tmp_path: Path, begin: Any
) -> None:
    with pytest.raises(
        CoderError, match=r"at begin: .*(valid|fractional|integer)"
    ) as refused:
        read(tmp_path / "a.json", cas(begin=begin))
    assert refused.value.where == f"{tmp_path / 'a.json'}: 2"


def test_a_feature_without_a_name_is_read(tmp_path: Path) -> None:
    [document] = read(tmp_path / "a.json", cas(**{"": 3}))
    assert [(mark.label, mark.pieces) for mark in document.marks] == [("Y", ((0, 1),))]


def test_an_encoding_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CoderError, match="unknown encoding: UTF-888"):
        read(tmp_path / "a.xmi", '<?xml version="1.0" encoding="UTF-888"?><x/>')


def test_a_docbin_with_other_parts_is_refused(tmp_path: Path) -> None:
    from spacy.lang.ar import Arabic
    from spacy.tokens import DocBin

    held = srsly.msgpack_loads(
        zlib.decompress(DocBin(docs=[Arabic()("قال محمد")]).to_bytes())
    )
    for cats in (5, [], {"x": "y"}):
        data = zlib.compress(srsly.msgpack_dumps({**held, "cats": [cats]}))
        with pytest.raises(CoderError, match="cannot be read as DocBin"):
            read(tmp_path / "a.spacy", data)


@pytest.mark.parametrize(
    ("field", "place", "value"), [("offset", 16, 255), ("version", 6, 99)]
)
def test_an_archive_with_a_damaged_directory_is_refused(
    tmp_path: Path, field: str, place: int, value: int
) -> None:
    """Of the directory's place in the file, or of the version that unpacks its first
    entry (APPNOTE 4.3).
    """
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("a.xmi", cas())
    data = bytearray(packed.getvalue())
    start = data.index(b"PK\5\6" if field == "offset" else b"PK\1\2") + place
    data[start] = value
    for name in ("a.zip", "in_project.zip"):
        outer = BytesIO()
        with ZipFile(outer, "w") as archive:
            archive.writestr("annotation/there.txt/amal.zip", bytes(data))
        with pytest.raises(CoderError) as refused:
            read(tmp_path / name, bytes(data) if name == "a.zip" else outer.getvalue())
        assert str(tmp_path / name) in refused.value.where
