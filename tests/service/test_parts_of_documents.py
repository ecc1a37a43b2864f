"""Documents of which only a part could be read: all their words come in, or the parts
left out are named.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import docx
import pypdf
from pypdf.generic import DictionaryObject, NameObject

from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project
from tests.service.test_article_documents import pdf

WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHAPES = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
CHOICES = "http://schemas.openxmlformats.org/markup-compatibility/2006"
NAMES = f'xmlns:w="{WORDS}" xmlns:wps="{SHAPES}" xmlns:mc="{CHOICES}"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def run(words: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def word_document(path: Path, body: str, **parts: str) -> Path:
    """A document with this body; parts: the contents of `footnotes`, `comments` and the
    like.
    """
    docx.Document().save(str(path))
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name).decode("latin-1") for name in old.namelist()}
    body = f"<w:document {NAMES}><w:body>{body}</w:body></w:document>"
    members["word/document.xml"] = body
    types, relations = "[Content_Types].xml", "word/_rels/document.xml.rels"
    for name, content in parts.items():
        root = name[:3] if name in ("header", "footer") else name
        root = {"hea": "hdr", "foo": "ftr"}.get(root, root)
        members[f"word/{name}.xml"] = f"<w:{root} {NAMES}>{content}</w:{root}>"
        override = (
            f'<Override PartName="/word/{name}.xml" ContentType="{KIND}.{name}+xml"/>'
        )
        members[types] = members[types].replace("</Types>", f"{override}</Types>")
        relation = f'<Relationship Id="x{name}" Type="{RELATIONS}/{name}" Target="{name}.xml"/>'
        end = "</Relationships>"
        members[relations] = members[relations].replace(end, f"{relation}{end}")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members.items():
            is_ours = name == "word/document.xml" or name.removeprefix("word/")[
                :-4
            ] in {*parts}
            new.writestr(name, content.encode("utf-8" if is_ours else "latin-1"))
    return path


def text_of(project: Project, path: Path) -> str:
    assert import_files(project, [path]).articles == 1
    return project.article(path.stem).text


def test_tracked_words_and_content_controls_are_read(
    project: Project, tmp_path: Path
) -> None:
    deleted = "<w:del><w:r><w:delText> وجرح عشرة</w:delText></w:r></w:del>"
    body = (
        paragraph(
            run("قُتل ثلاثة أشخاص"),
            f"<w:ins>{run(' بينهم طفلان')}</w:ins>",
            deleted,
            run(" في غارة على حلب."),
        )
        + paragraph(
            run("المصدر: "), f"<w:hyperlink>{run('وكالة الأنباء')}</w:hyperlink>"
        )
        + f"<w:sdt><w:sdtContent>{paragraph(run('فقرة داخل عنصر تحكم.'))}"
        "</w:sdtContent></w:sdt>"
        + paragraph(f"<w:fldSimple>{run('خمسة')}</w:fldSimple>")
        + paragraph(f"<w:smartTag>{run('حلب')}</w:smartTag>")
    )
    assert text_of(project, word_document(tmp_path / "a.docx", body)).split("\n") == [
        "قُتل ثلاثة أشخاص بينهم طفلان في غارة على حلب.",
        "المصدر: وكالة الأنباء",
        "فقرة داخل عنصر تحكم.",
        "خمسة",
        "حلب",
    ]


def test_moved_words_are_read_where_they_went(project: Project, tmp_path: Path) -> None:
    body = paragraph(f"<w:moveFrom>{run('في حلب ')}</w:moveFrom>", run("قُتل ثلاثة"))
    body += paragraph(f"<w:moveTo>{run('في حلب')}</w:moveTo>")
    path = word_document(tmp_path / "a.docx", body)
    assert text_of(project, path) == "قُتل ثلاثة\nفي حلب"


def test_a_text_box_is_read_once(project: Project, tmp_path: Path) -> None:
    words = paragraph(run("نص داخل مربع نص: قتل خمسة."))
    box = f"<w:txbxContent>{words}</w:txbxContent>"
    body = paragraph(run("فقرة أولى عن غارة على حلب.")) + paragraph(
        "<w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    body += paragraph(run("فقرة أخيرة."))
    assert text_of(project, word_document(tmp_path / "a.docx", body)).split("\n") == [
        "فقرة أولى عن غارة على حلب.",
        "نص داخل مربع نص: قتل خمسة.",
        "فقرة أخيرة.",
    ]


def test_cells_and_rows_of_controls_are_read(project: Project, tmp_path: Path) -> None:
    cells = [f"<w:tc>{paragraph(run(word))}</w:tc>" for word in ("أمس", "حلب", "ثلاثة")]
    control = "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>"
    row = f"<w:tr>{cells[0]}{control.format(cells[1])}{cells[2]}</w:tr>"
    path = word_document(tmp_path / "a.docx", f"<w:tbl>{control.format(row)}</w:tbl>")
    assert text_of(project, path) == "أمس\tحلب\tثلاثة"


def test_footnotes_follow_the_text(project: Project, tmp_path: Path) -> None:
    mark = '<w:r><w:{}Reference w:id="{}"/></w:r>'
    body = paragraph(
        run("قُتل ثلاثة"),
        mark.format("footnote", 2),
        mark.format("endnote", 1),
        f"<w:del>{mark.format('footnote', 3)}</w:del>",
    )
    path = word_document(
        tmp_path / "a.docx",
        body + paragraph(run("في حلب.")),
        footnotes='<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        f'<w:footnote w:id="2">{paragraph(run(" بينهم طفلان."))}</w:footnote>'
        f'<w:footnote w:id="3">{paragraph(run("حُذفت."))}</w:footnote>',
        endnotes=f'<w:endnote w:id="1">{paragraph(run("المصدر: سانا."))}</w:endnote>',
    )
    assert text_of(project, path).split("\n") == [
        "قُتل ثلاثة",
        "في حلب.",
        "بينهم طفلان.",
        "المصدر: سانا.",
    ]


def test_headers_and_comments_are_named(
    project: Project, tmp_path: Path, run_coder: Callable[..., tuple[int, str, str]]
) -> None:
    path = word_document(
        tmp_path / "a.docx",
        paragraph(run("قُتل ثلاثة في حلب.")),
        header=paragraph(run("صحيفة الخبر")),
        footer=paragraph(run(" 12 ")),  # a page's number is no word
        comments=f'<w:comment w:id="1">{paragraph(run("من قال هذا؟"))}</w:comment>',
    )
    here = ("--project", project.config.folder)
    code, out, err = run_coder("import", path, *here)
    assert code == 0 and "1 article" in out
    assert f"not imported: {path}: the words in its headers, comments" in err
    assert project.article("a").text == "قُتل ثلاثة في حلب."


def test_attachments_of_a_letter_are_named(project: Project, tmp_path: Path) -> None:
    letter = EmailMessage()
    letter.set_content("قُتل ثلاثة في حلب.")
    letter.add_attachment(
        b"PK", maintype="application", subtype="zip", filename="تقرير.docx"
    )
    (tmp_path / "a.eml").write_bytes(letter.as_bytes())
    report = import_files(project, [tmp_path / "a.eml"])
    assert report.articles == 1
    [left] = report.left_out
    assert "تقرير.docx" in str(left.reason)


def test_pages_that_are_pictures_are_named(project: Project, tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=pdf(tmp_path / "a.pdf", "Three were killed."))
    writer.add_blank_page(100, 100)
    scanned = writer.add_blank_page(100, 100)
    picture = DictionaryObject({NameObject("/Scan"): DictionaryObject()})
    resources = DictionaryObject({NameObject("/XObject"): picture})
    scanned[NameObject("/Resources")] = resources
    writer.write(tmp_path / "a.pdf")
    report = import_files(project, [tmp_path / "a.pdf"])
    [left] = report.left_out
    assert report.articles == 1 and str(left.reason).endswith("without text: 3")
