"""Small files that become huge: refused in words, before the memory is used, and
nothing is imported.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

import docx
import pyarrow
import pyarrow.parquet
import pytest

from coder.errors import CoderError
from coder.importers.registry import FORMATS
from coder.service.delivery import packet_file
from coder.service.project.opened import create_project
from coder.size_limits import MOST_BYTES, MOST_CHARACTERS, ReadingLimits
from tests.service.test_parts_of_documents import word_document
from tests.support.packets import changed as changed_packet
from tests.support.packets import contents, made_home, sealed, sent
from tests.support.peak_memory import Measured, measured

MOST_MEMORY = 500  # MB
MB = 2**20
LONG = "a" * (MOST_CHARACTERS + 1)
ALMOST = "a" * (MOST_CHARACTERS - 100)  # with an id, no longer than an article may be
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("limits") / "empty"
    create_project(folder, language="en").close()
    return folder


@pytest.fixture
def project(empty: Path, tmp_path: Path) -> Path:
    """The folder of a project without articles."""
    return shutil.copytree(empty, tmp_path / "project")


def articles(project: Path) -> int:
    with closing(sqlite3.connect(project / "coder.db")) as database:
        number: int = database.execute("SELECT count(*) FROM article").fetchone()[0]
        return number


def expect_refused(result: Measured, path: Path, words: str) -> None:
    assert result.code == 2, result
    assert f"error: {path}" in result.err and words in result.err, result.err
    assert "hint: " in result.err and "Traceback" not in result.err
    assert result.peak < MOST_MEMORY


# ---------------------------------------------------------------- hostile files
def packed(path: Path, members: dict[str, Iterable[bytes]]) -> Path:
    """A zip archive, whose members are written piece by piece."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, pieces in members.items():
            with archive.open(name, "w", force_zip64=True) as member:
                for piece in pieces:
                    member.write(piece)
    return path


def changed(path: Path, name: str, pieces: Iterable[bytes]) -> Path:
    """An archive of which one member is another."""
    with zipfile.ZipFile(path) as old:
        members: dict[str, Iterable[bytes]] = {
            each: [old.read(each)] for each in old.namelist()
        }
    return packed(path, members | {name: pieces})


def workbook(path: Path, name: str, pieces: Iterable[bytes]) -> Path:
    """A workbook of two rows whose texts are shared strings, of which one part is
    another.
    """
    head = '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
    row = '<row><c t="s"><v>2</v></c><c t="s"><v>3</v></c></row>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{kind}.worksheet+xml"/>'
        '<Override PartName="/xl/sharedStrings.xml" '
        f'ContentType="{kind}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{relations}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{relations}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{relations}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/sharedStrings.xml": b"".join(shared([b"x"])).decode(),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEET}"><sheetData>{head}{row}'
        "</sheetData></worksheet>",
    }
    members: dict[str, Iterable[bytes]] = {
        each: [text.encode()] for each, text in parts.items()
    }
    return packed(path, members | {f"xl/{name}.xml": pieces})


def shared(text: Iterable[bytes]) -> list[bytes]:
    """The four shared strings of `workbook`, the last of which is this text."""
    known = "".join(f"<si><t>{word}</t></si>" for word in ("id", "text", "1"))
    start = f'<sst xmlns="{SHEET}">{known}<si><t>'.encode()
    return [start, *text, b"</t></si></sst>"]


def sheet(rows: Iterable[bytes]) -> list[bytes]:
    head = b'<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
    start = f'<worksheet xmlns="{SHEET}"><sheetData>'.encode()
    return [start, head, *rows, b"</sheetData></worksheet>"]


def shared_string_bomb(path: Path) -> None:
    workbook(path, "sharedStrings", shared([b"a" * MB] * 200))


def shared_string_too_long(path: Path) -> None:
    workbook(path, "sharedStrings", shared([b"a" * MB] * 30))


def shared_string_repeated(path: Path) -> None:
    workbook(path, "sharedStrings", shared([ALMOST.encode()]))
    row = '<row><c t="inlineStr"><is><t>{}</t></is></c><c t="s"><v>3</v></c></row>'
    rows = (row.format(number).encode() for number in range(1000))
    changed(path, "xl/worksheets/sheet1.xml", sheet(rows))


def row_of_many_cells(path: Path) -> None:
    cells = [b"<c><v>1</v></c>" * 65536] * 40
    workbook(path, "worksheets/sheet1", sheet([b"<row>", *cells, b"</row>"]))


def row_far_below(path: Path) -> None:
    row = b'<row r="999999999"><c t="s"><v>3</v></c></row>'
    workbook(path, "worksheets/sheet1", sheet([row]))


def directory_that_lies(path: Path) -> None:
    """A workbook whose largest member has 10 bytes, as the archive's directory says."""
    workbook(path, "sharedStrings", [b"a" * MB] * 400)
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"PK\1\2", 0, data.rindex(b"xl/sharedStrings.xml"))
    struct.pack_into("<I", data, entry + 16, zlib.crc32(b"a" * 10))
    struct.pack_into("<I", data, entry + 24, 10)
    path.write_bytes(data)


def document(path: Path, body: Iterable[bytes]) -> None:
    docx.Document().save(str(path))
    start = f'<w:document xmlns:w="{WORDS}"><w:body>'.encode()
    changed(path, "word/document.xml", [start, *body, b"</w:body></w:document>"])


def document_bomb(path: Path) -> None:
    document(path, [b"<w:p/>" * (MB // 6)] * 400)


def document_of_many_paragraphs(path: Path) -> None:
    document(path, [b"<w:p/>" * (MB // 6)] * 40)


def long_document(path: Path) -> None:
    text = b"<w:p><w:r><w:t>" + b"a" * 9000 + b"</w:t></w:r></w:p>"
    document(path, [text] * 300)


def deep_document(path: Path) -> None:
    document(path, [b"<w:p>" * 1_000_000])


def document_of_many_notes(path: Path) -> None:
    notes = '<w:footnote w:id="2">' + "<w:p/>" * (40 * MB // 6) + "</w:footnote>"
    word_document(path, "<w:p/>", footnotes=notes)


def table(path: Path, texts: pyarrow.Array) -> None:
    ids = [str(number) for number in range(len(texts))]
    columns = pyarrow.table({"id": ids, "text": texts})
    # Comparing huge texts for the statistics would take most of the test's time.
    pyarrow.parquet.write_table(
        columns, path, compression="zstd", write_statistics=False
    )


def cell_bomb(path: Path) -> None:
    table(path, pyarrow.array(["a" * 200_000_000]))


def long_cell(path: Path) -> None:
    table(path, pyarrow.array([LONG]))


def dictionary_repeated(path: Path) -> None:
    places = pyarrow.array([0] * 1000, pyarrow.int32())
    table(path, pyarrow.DictionaryArray.from_arrays(places, pyarrow.array([ALMOST])))


def dictionary_of_a_bomb(path: Path) -> None:
    """Of 64 rows that share a text of 15 MB, which a batch would hold 64 times."""
    places = pyarrow.array([0] * 64, pyarrow.int32())
    text = pyarrow.array(["a" * 15_000_000])
    table(path, pyarrow.DictionaryArray.from_arrays(places, text))


def list_bomb(path: Path) -> None:
    numbers = pyarrow.array([[None] * 20_000_000], pyarrow.list_(pyarrow.int8()))
    columns = pyarrow.table({"id": ["1"], "text": ["a"], "numbers": numbers})
    pyarrow.parquet.write_table(columns, path, compression="zstd")


def many_columns(path: Path) -> None:
    columns = pyarrow.table({f"c{number}": ["x"] for number in range(5_000)})
    pyarrow.parquet.write_table(columns, path)


def pdf_of_a_huge_stream(path: Path) -> None:
    packer = zlib.compressobj(1)
    line = b"BT /F 12 Tf 72 720 Td (Three people were killed.) Tj ET\n"
    pieces = [packer.compress(line * 20_000) for _ in range(60)]
    content = b"".join(pieces) + packer.flush()
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream"
        % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    data, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(b"%010d 00000 n \n" % len(data))
        data += b"%d 0 obj%bendobj\n" % (number, part)
    start = len(data)
    data += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(places)
    data += b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start
    path.write_bytes(data)


def page(body: str) -> str:
    return f"<html><body><article>{body}</article></body></html>"


def record(body: bytes, more: bytes = b"") -> bytes:
    """A page in a web archive."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + more + b"\r\n"
    return (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://x.sy/1\r\n"
        b"Content-Type: application/http; msgtype=response\r\n"
        b"Content-Length: %d\r\n\r\n%b\r\n\r\n" % (len(head + body), head + body)
    )


def archive_bomb(path: Path) -> None:
    image = record(bytes(200 * MB)).replace(b"text/html", b"image/png")
    path.write_bytes(gzip.compress(image, 1))


def page_bomb(path: Path) -> None:
    packed_page = gzip.compress(b"a" * 200 * MB, 1)
    path.write_bytes(record(packed_page, b"Content-Encoding: gzip\r\n"))


def project_bomb(path: Path) -> None:
    packed(path, {"annotation/a.txt/amal.json": [b" " * MB] * 200})


def nested_bomb(path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xmi", b" " * 200 * MB)
    packed(path, {"annotation/a.txt/amal.zip": [inner.getvalue()]})


def cas_of_many_structures(path: Path) -> None:
    structures = b"{}," * (MB // 3)
    start = b'{"%FEATURE_STRUCTURES":['
    members = {"annotation/a.txt/amal.json": [start, *[structures] * 31, b"{}]}"]}
    packed(path, members)


def native_line(text: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()
    article = json.dumps({"id": "a", "text_sha256": digest, "text": text})
    return (
        f'{{"format": "coder/1", "article": {article}, "codebook": "x@1", "coder": '
        f'"amal", "status": "open", "answers": {{}}, "spans": [], "events": []}}'
    )


def text(make: Callable[[], str]) -> Callable[[Path], object]:
    """What writes a text that is made when it is needed."""
    return lambda path: path.write_text(make(), "utf-8")


ARTICLE = "The article has 2,000,001 characters, but at most 2,000,000 can be imported."
CELL = "A cell of the table has more than 2,000,000 characters"
FILE = "It is larger than 32 MiB"
UNPACKED = "Unpacked, it is larger than"
MEMORY = "Reading it takes more than 256 MiB of memory."
HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "shared.xlsx": (shared_string_bomb, UNPACKED),
    "string.xlsx": (shared_string_too_long, CELL),
    "repeated.xlsx": (shared_string_repeated, UNPACKED),
    "cells.xlsx": (row_of_many_cells, MEMORY),
    "row.xlsx": (row_far_below, UNPACKED),
    "lie.xlsx": (directory_that_lies, "The file cannot be unpacked"),
    "bomb.docx": (document_bomb, UNPACKED),
    "paragraphs.docx": (document_of_many_paragraphs, MEMORY),
    "long.docx": (long_document, "The article has 2,700,"),
    "notes.docx": (document_of_many_notes, MEMORY),
    "deep.docx": (deep_document, "Excessive depth in document"),
    "cell.parquet": (cell_bomb, UNPACKED),
    "long.parquet": (long_cell, CELL),
    "repeated.parquet": (dictionary_repeated, UNPACKED),
    "dictionary.parquet": (dictionary_of_a_bomb, CELL),
    "list.parquet": (list_bomb, MEMORY),
    "columns.parquet": (many_columns, "The table has 5,000 columns"),
    "stream.pdf": (pdf_of_a_huge_stream, ""),
    "tags.html": (text(lambda: page("<p>" * 200_000)), "The page has 200,00"),
    "long.html": (
        text(lambda: page(f"<p>{'Three people. ' * 200_000}")),
        "The article has 2,799,99",
    ),
    "long.eml": (text(lambda: f"Subject: x\n\n{LONG}"), "The article has 2,000,00"),
    "bomb.warc.gz": (archive_bomb, UNPACKED),
    "page.warc": (page_bomb, FILE),
    "bomb.zip": (project_bomb, UNPACKED),
    "nested.zip": (nested_bomb, UNPACKED),
    "structures.zip": (cas_of_many_structures, MEMORY),
    "long.txt": (text(lambda: LONG), ARTICLE),
    "file.txt": (text(lambda: "a" * (MOST_BYTES + 1)), FILE),
    "cell.csv": (text(lambda: f"id,text\n1,{LONG}\n"), CELL),
    "row.csv": (text(lambda: "id,text\n" + f'"{ALMOST}\n",' * 20), FILE),
    "line.csv": (text(lambda: "a" * 100 * MB), FILE),
    "columns.csv": (
        text(lambda: ",".join(map(str, range(300_000)))),
        "The table has 300,000 columns",
    ),
    "long.jsonl": (text(lambda: f'{{"id": "1", "text": "{LONG}"}}'), ARTICLE),
    "title.jsonl": (
        text(lambda: f'{{"id": "1", "text": "{ALMOST}", "title": "{"b" * 101}"}}'),
        ARTICLE,
    ),
    "line.jsonl": (text(lambda: f'{{"id": "1", "text": "{"a" * 100 * MB}"}}'), FILE),
    "lists.jsonl": (
        text(lambda: f'{{"id": "1", "text": "a", "x": [{"[]," * 9 * MB}[]]}}'),
        MEMORY,
    ),
    "native.jsonl": (text(lambda: native_line(LONG)), ARTICLE),
    "deep.xmi": (text(lambda: "<a>" * 9 * MB), MEMORY),
    "tokens.conll": (text(lambda: "a B-x\n" * 4 * MB), MEMORY),
}
ANNOTATED = (".zip", ".xmi", ".conll")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_huge_file_is_refused_in_words(
    project: Path, tmp_path: Path, name: str
) -> None:
    made, words = HOSTILE[name]
    path = tmp_path / name
    made(path)
    whom = ("--as", "candidates") if path.suffix in ANNOTATED else ()
    expect_refused(measured("import", path, *whom, "--project", project), path, words)
    assert articles(project) == 0


def test_every_reader_of_articles_is_tried() -> None:
    tried = {ending for name in HOSTILE for ending in (Path(name).suffix, ".warc")}
    same = {".ndjson", ".tsv", ".htm", ".gz"}  # as .jsonl, .csv, .html, .warc
    for reader in FORMATS:
        if "articles" in reader.yields:
            assert {*reader.suffixes} - same <= tried


def test_an_article_that_takes_too_long_is_refused() -> None:
    def spin() -> None:
        while True:
            pass

    with pytest.raises(CoderError, match=r"takes more than 0\.1 seconds"):
        ReadingLimits("slow.pdf", 0.1).run(spin)


def test_a_long_article_is_imported(project: Path, tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("ا" * MOST_CHARACTERS, "utf-8")
    result = measured("import", path, "--project", project)
    assert (result.code, articles(project)) == (0, 1)
    assert result.peak < MOST_MEMORY


def test_one_huge_file_among_others_leaves_nothing(
    project: Path, tmp_path: Path
) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "a.txt").write_text("قُتل ثلاثة أشخاص.", "utf-8")
    shared_string_bomb(files / "b.xlsx")
    result = measured("import", files, "--project", project)
    expect_refused(result, files / "b.xlsx", UNPACKED)
    assert articles(project) == 0


@pytest.mark.parametrize("seal", [False, True])
def test_a_packet_of_many_rows_is_refused(
    project: Path, tmp_path: Path, seal: bool
) -> None:
    home = made_home(tmp_path)
    [*lines, _] = contents(sent(home, "amal", tmp_path / "real")).decode().splitlines()
    home.close()
    row = next(line for line in lines if '"coding:a2/amal"' in line)
    lines[lines.index(row) :] = [row] * 750_000
    passphrase = "secret" if seal else None
    packet_file.write(tmp_path / "p", sealed(lines), passphrase)
    (tmp_path / "secret").write_text("secret", "utf-8")
    words = ("--passphrase-file", tmp_path / "secret") if seal else ()
    result = measured("packet", "merge", tmp_path / "p", *words, "--project", project)
    expect_refused(result, tmp_path / "p", MEMORY)


def test_a_packet_of_long_rows_is_opened(tmp_path: Path) -> None:
    home = made_home(tmp_path)
    sent(home, "amal", tmp_path / "p")
    home.close()

    def add_rows(lines: list[str]) -> list[str]:
        start = next(i for i, each in enumerate(lines) if '"table":"article"' in each)
        row = json.loads(lines[start + 1])
        at = json.loads(lines[start])["columns"].index("id")
        row[at + 1] = "a" * MB
        more = [json.dumps([*row[:at], f"b{n}", *row[at + 1 :]]) for n in range(200)]
        return [*lines[: start + 1], *more, *lines[start + 1 :]]

    path = changed_packet(tmp_path / "p", add_rows)
    result = measured("packet", "open", path, tmp_path / "new")
    assert result.code == 0 and result.peak < MOST_MEMORY, result
