"""Articles out of workbooks, Parquet, pages, letters and documents, and what is made of
hostile ones.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path

import docx
import openpyxl
import pyarrow
import pyarrow.parquet
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from coder.errors import CoderError
from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project

TEXT = "قُتل ثلاثة أشخاص أمس في غارة على حلب، وقالت وكالة الأنباء إن القصف أصاب سوق المدينة القديمة."
MORE = (
    "وأفاد شهود بأن فرق الإنقاذ وصلت إلى المكان بعد ساعة، وأن عدد الجرحى تجاوز العشرين."
)


def workbook(path: Path, *rows: tuple[object, ...]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def packed(path: Path, member: str, data: bytes) -> Path:
    """A workbook one of whose members is another."""
    workbook(path, ("id", "text"), ("1", TEXT))
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, held in (members | {member: data}).items():
            new.writestr(name, held)
    return path


def test_a_workbook_gives_a_row_an_article(project: Project, tmp_path: Path) -> None:
    head = ("id", "Title", "Text", "Date", "Source", None)
    rows = (
        (1, "=1+1 غارة", TEXT, datetime(2024, 3, 5), "سانا", None),
        (None,) * 6,
        (2.0, None, MORE, "", "", ""),
    )
    path = workbook(tmp_path / "a.xlsx", head, *rows)
    assert import_files(project, [path]).articles == 2
    article = project.article("1")
    assert article.text == TEXT
    assert (
        article.metadata["published"] == "2024-03-05"
        and article.metadata["outlet"] == "سانا"
    )
    assert project.article("2").metadata == {}


def test_parquet_gives_a_row_an_article(project: Project, tmp_path: Path) -> None:
    columns = {
        "id": ["1", "2"],
        "body": [TEXT, MORE],
        "date": [date(2024, 3, 5), None],
        "tags": [["x"], []],
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), tmp_path / "a.parquet")
    report = import_files(project, [tmp_path / "a.parquet"])
    assert (report.articles, dict(report.left_columns)) == (2, {"tags": 2})
    assert project.article("1").metadata == {"published": "2024-03-05"}


def test_a_page_comes_without_its_menus(project: Project, tmp_path: Path) -> None:
    page = f"""<html lang="ar"><head><title>غارة على حلب</title>
    <meta property="og:site_name" content="سانا"><meta property="article:published_time" content="2024-03-05">
    </head><body><nav><a href="/">الرئيسية</a></nav>
    <article><p>{TEXT}</p><p>{MORE}</p></article></body></html>"""
    (tmp_path / "page.html").write_text(page, "utf-8")
    import_files(project, [tmp_path / "page.html"])
    article = project.article("page")
    assert (
        TEXT in article.text and MORE in article.text and "الرئيسية" not in article.text
    )
    assert (
        article.metadata["title"] == "غارة على حلب"
        and article.imprint[0] == "2024-03-05"
    )


def test_a_letter_and_a_document_come_in(project: Project, tmp_path: Path) -> None:
    letter = EmailMessage()
    letter["Subject"], letter["From"], letter["Date"] = (
        "غارة",
        "سانا <news@x.sy>",
        "Tue, 05 Mar 2024 10:00:00 +0300",
    )
    letter.set_content(TEXT)
    (tmp_path / "letter.eml").write_bytes(letter.as_bytes())
    document = docx.Document()
    document.core_properties.title = "غارة"
    document.add_paragraph(TEXT)
    document.add_paragraph(MORE)
    document.save(tmp_path / "document.docx")
    assert (
        import_files(
            project, [tmp_path / "letter.eml", tmp_path / "document.docx"]
        ).articles
        == 2
    )
    found = project.article("letter")
    assert found.text.strip() == TEXT and str(found.published) == "2024-03-05"
    found = project.article("document")
    assert found.text == f"{TEXT}\n{MORE}" and found.headline == "غارة"


def test_a_letter_whose_page_has_no_text_is_told_not_taken_in_as_code(
    project: Project, tmp_path: Path
) -> None:
    letter = EmailMessage()
    letter.set_content(
        "<html><body><script>var a = 1</script></body></html>", subtype="html"
    )
    (tmp_path / "letter.eml").write_bytes(letter.as_bytes())
    report = import_files(project, [tmp_path / "letter.eml"])
    assert report.articles == 0 and [left.reason.key for left in report.left_out] == [
        "delivery.empty_text"
    ]


def test_parquet_s_days_beyond_the_calendar_are_refused(
    project: Project, tmp_path: Path
) -> None:
    days = pyarrow.array([10**18], pyarrow.timestamp("us"))
    table = pyarrow.table({"id": ["a"], "text": [TEXT], "published": days})
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(CoderError, match="date value out of range") as refused:
        import_files(project, [tmp_path / "a.parquet"])
    assert refused.value.where == str(tmp_path / "a.parquet")


def test_tables_of_a_document_stand_where_they_are(
    project: Project, tmp_path: Path
) -> None:
    document = docx.Document()
    document.add_paragraph(TEXT)
    table = document.add_table(3, 3)
    for row, words in zip(
        table.rows, ("يوم مدينة قتلى", "أمس حلب ثلاثة", "أول إدلب اثنان"), strict=True
    ):
        for cell, word in zip(row.cells, words.split(), strict=True):
            cell.text = word
    table.cell(1, 0).merge(table.cell(2, 0)).text = "أمس"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "قتلى"
    table.cell(2, 2).text = ""
    table.cell(2, 2).add_table(1, 2).cell(0, 1).text = "اثنان"
    document.add_paragraph(MORE)
    document.save(tmp_path / "document.docx")
    assert import_files(project, [tmp_path / "document.docx"]).articles == 1
    rows = ["يوم\tقتلى", "أمس\tحلب\tثلاثة", "إدلب\tاثنان"]
    assert project.article("document").text.split("\n") == [TEXT, *rows, MORE]


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(
        f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">'.encode()
        for i in range(9)
    )
    + b"]><x>&j;</x>"
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


@pytest.mark.parametrize("data", [BOMB, OUTSIDE, b"", b"<x>" * 100_000])
def test_hostile_workbooks_are_refused(
    project: Project, tmp_path: Path, data: bytes
) -> None:
    path = packed(tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", data)
    with pytest.raises(CoderError) as refused:
        import_files(project, [path])
    assert str(path) in refused.value.where


def test_what_unpacks_into_too_much_is_not_unpacked(
    project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bomb,
        bomb.open("xl/x.xml", "w", force_zip64=True) as out,
    ):
        for _ in range(2**10 + 1):
            out.write(bytes(2**20))
    with pytest.raises(CoderError, match="larger than"):
        import_files(project, [path])


@pytest.mark.parametrize("name", ["a.xlsx", "a.docx", "a.parquet"])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_files_that_are_cut_are_refused(
    project: Project, tmp_path: Path, name: str, share: float
) -> None:
    path = tmp_path / name
    if name == "a.parquet":
        pyarrow.parquet.write_table(pyarrow.table({"id": ["1"], "text": [TEXT]}), path)
    elif name == "a.xlsx":
        workbook(path, ("id", "text"), ("1", TEXT))
    else:
        held = io.BytesIO()
        docx.Document().save(held)
        path.write_bytes(held.getvalue())
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(CoderError) as refused:
        import_files(project, [path])
    assert str(path) in refused.value.where and refused.value.hint


@pytest.mark.parametrize(
    "page", [b"", b"<html></html>", b"<p>" * 50_000, b"\0\1\2<html>", BOMB]
)
def test_pages_without_a_text_are_told_or_refused(
    project: Project, tmp_path: Path, page: bytes
) -> None:
    (tmp_path / "a.html").write_bytes(page)
    try:
        report = import_files(project, [tmp_path / "a.html"])
    except CoderError as refused:
        assert str(tmp_path / "a.html") in refused.where
    else:
        assert report.articles == 0 and len(report.left_out) == 1


def pdf(path: Path, words: str) -> Path:
    """The smallest PDF with a line of text."""
    drawn = f"BT /F 12 Tf 72 720 Td ({words}) Tj ET"
    parts = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        "<</Title(A raid)>>",
    )
    text, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(text))
        text += f"{number} 0 obj{part}endobj\n"
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    table = f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{rows}"
    tail = f"trailer<</Size {len(parts) + 1}/Root 1 0 R/Info 6 0 R>>\nstartxref\n{len(text)}\n%%EOF\n"
    path.write_text(text + table + tail, "latin-1")
    return path


def test_a_pdf_gives_its_text_and_title(project: Project, tmp_path: Path) -> None:
    assert (
        import_files(
            project, [pdf(tmp_path / "a.pdf", "Three people were killed in Aleppo.")]
        ).articles
        == 1
    )
    article = project.article("a")
    assert (article.text.strip(), article.headline) == (
        "Three people were killed in Aleppo.",
        "A raid",
    )


PAGE = f"""<html><head><title>غارة</title></head>
<body><article><p>{TEXT}</p><p>{MORE}</p></article></body></html>"""


def archive(
    path: Path, *answers: tuple[str, str, str, bytes], packed: bool = True
) -> Path:
    """A web archive of answers: URL, status, kind and body."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=packed)
        for url, status, kind, body in answers:
            http = StatusAndHeaders(
                status, [("Content-Type", kind)], protocol="HTTP/1.1"
            )
            writer.write_record(
                writer.create_warc_record(
                    url, "response", payload=io.BytesIO(body), http_headers=http
                )
            )
    return path


@pytest.mark.parametrize("packed", [True, False])
def test_an_archive_gives_pages_with_addresses(
    project: Project, tmp_path: Path, packed: bool
) -> None:
    page, html = PAGE.encode(), "text/html; charset=utf-8"
    path = archive(
        tmp_path / ("a.warc.gz" if packed else "a.warc"),
        ("https://x.sy/1", "200 OK", html, page),
        (
            "https://x.sy/2",
            "404 Not Found",
            html,
            page.replace("غارة".encode(), "لا".encode()),
        ),
        ("https://x.sy/3.png", "200 OK", "image/png", b"\x89PNG"),
        packed=packed,
    )
    assert import_files(project, [path]).articles == 1
    with project.store.read() as queries:
        [article] = queries.articles_of(queries.article_ids()).values()
    assert TEXT in article.text and article.metadata["url"] == "https://x.sy/1"
    assert (
        article.metadata["title"] == "غارة"
        and import_files(project, [path]).unchanged == 1
    )


@pytest.mark.parametrize("name", ["a.pdf", "a.warc.gz"])
def test_hostile_documents_are_refused_or_told(
    project: Project, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    if name == "a.pdf":
        pdf(path, "Three people were killed.")
    else:
        archive(path, ("https://x.sy/1", "200 OK", "text/html", PAGE.encode()))
    data = path.read_bytes()
    half = len(data) // 2
    for changed in (
        b"",
        data[: half // 2],
        data[:half] + b"\xff\0" + data[half:],
        b"%PDF-1.4",
    ):
        path.write_bytes(changed)
        try:
            import_files(project, [path])
        except CoderError as refused:
            assert str(path) in refused.where and refused.hint


def test_text_stored_backwards_is_named_and_stored_as_it_is(
    project: Project, tmp_path: Path, run_coder: Callable[..., tuple[int, str, str]]
) -> None:
    backwards = ".صاخشأ 4 لتقو 4202 راذآ 3 موي بلح ةنيدم يف ريبك قيرح علدنا"
    lines = [
        json.dumps({"id": name, "text": text}, ensure_ascii=False)
        for name, text in (("rev", backwards), ("right", backwards[::-1]))
    ]
    (tmp_path / "rev.jsonl").write_text("\n".join(lines), "utf-8")
    here = ("--project", project.config.folder)
    code, out, err = run_coder("import", tmp_path / "rev.jsonl", *here)
    assert code == 0 and "2 articles" in out
    [told] = [line for line in err.splitlines() if "backwards" in line]
    assert told.startswith("rev: ") and "coder article correct rev" in told
    assert project.article("rev").text == backwards
    # Nothing is said of what the project has already.
    assert "backwards" not in run_coder("import", tmp_path / "rev.jsonl", *here)[2]
