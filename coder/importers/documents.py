"""Web pages, e-mails and documents: each file is one article, from which text and metadata are extracted.

Web pages are read without their menus (trafilatura); nothing that they refer to is fetched.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from io import BytesIO
from typing import Any

from coder.importers.columns import Columns
from coder.importers.extras import library, parser_errors_as
from coder.importers.records import article_from_record
from coder.importers.registry import Piece, Taken
from coder.size_limits import expect_article, expect_page, expect_unpackable

_STATED_DATES = {
    "extensive_search": False,
    "original_date": True,
}  # only dates the page states, no guesses


def taken(piece: Piece, columns: Columns) -> Taken:
    """The article in a document."""
    read = _READ[piece.path.suffix.lower()]
    return taken_with(read, piece, columns, {"id": piece.path.stem, "text": ""})


def taken_with(
    read: Callable[[Piece], dict[str, Any]],
    piece: Piece,
    columns: Columns,
    known: dict[str, Any],
) -> Taken:
    """The article that `read` finds in a piece; known: the values of what it does not find."""
    with parser_errors_as("delivery.no_document", piece.where):
        found = {name: value for name, value in read(piece).items() if value}
    return article_from_record(known | found, columns, piece.where, piece.path.name)


def read_html(piece: Piece) -> dict[str, Any]:
    """The text and metadata of a web page, under the names that articles use."""
    return _page(piece.data, piece.where)


def _page(data: bytes | str, where: str) -> dict[str, Any]:
    expect_page(data, where)
    trafilatura = library("trafilatura", "trafilatura", "HTML")
    page = trafilatura.bare_extraction(
        data,
        with_metadata=True,
        include_comments=False,
        date_extraction_params=_STATED_DATES,
    )
    if page is None:
        return {}
    names = {
        "title": "title",
        "sitename": "outlet",
        "date": "published",
        "url": "url",
        "author": "author",
    }
    return {"text": page.text} | {
        name: getattr(page, attribute) for attribute, name in names.items()
    }


def _docx(piece: Piece) -> dict[str, Any]:
    docx = library("docx", "python-docx", "DOCX")
    expect_unpackable(BytesIO(piece.data), piece.where)
    document = docx.Document(BytesIO(piece.data))
    about = document.core_properties
    text = "\n".join(_lines(document))
    return {
        "text": text,
        "title": about.title,
        "author": about.author,
        "language": about.language,
    }


def _lines(container: Any) -> Iterator[str]:
    """The paragraphs and the table rows of a document or a table cell; tabs separate a row's cells.

    A cell that spans several rows appears in the first one only; empty cells are left out.
    """
    cell_of = library("docx.table", "python-docx", "DOCX")._Cell
    for part in container.iter_inner_content():
        if not hasattr(part, "rows"):
            yield part.text
            continue
        for row in part.rows:
            cells = (
                cell_of(tc, part) for tc in row._tr.tc_lst if tc.vMerge != "continue"
            )
            yield "\t".join(
                filter(None, ("\n".join(_lines(cell)).strip() for cell in cells))
            )


def _pdf(piece: Piece) -> dict[str, Any]:
    """The text and metadata of a PDF; scanned pages have no text."""
    pypdf = library("pypdf", "pypdf", "PDF")
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # warns of each odd byte
    reader = pypdf.PdfReader(BytesIO(piece.data))
    text = ""
    for number, page in enumerate(reader.pages):
        text += ("\n" if number else "") + page.extract_text()
        expect_article(text, {}, piece.where)
    about = reader.metadata or {}
    return {
        "text": text,
        "title": about.get("/Title"),
        "author": about.get("/Author"),
    }


def _email(piece: Piece) -> dict[str, Any]:
    message = message_from_bytes(piece.data, policy=policy.default)
    body = message.get_body(("plain", "html"))
    content = body.get_content() if body is not None else ""
    is_page = body is not None and body.get_content_subtype() == "html"
    return {
        "text": _page(content, piece.where).get("text") if is_page else content,
        "title": str(message["subject"] or ""),
        "author": str(message["from"] or ""),
        "published": str(message["date"] or ""),
    }


_READ: dict[str, Callable[[Piece], dict[str, Any]]] = {
    **dict.fromkeys((".html", ".htm"), read_html),
    ".docx": _docx,
    ".pdf": _pdf,
    ".eml": _email,
}
