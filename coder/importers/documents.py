"""Pages, letters and documents: one file is one article, of which the text is taken out, and what is known.

A web page comes without its menus (trafilatura); nothing that it names is fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from io import BytesIO
from typing import Any

from coder.errors import CoderError
from coder.importers.columns import Columns
from coder.importers.extras import expect_small, library, read_by_others
from coder.importers.records import of_record
from coder.importers.registry import MOST_BYTES, Piece, Taken

_TOLD_DATES = {"extensive_search": False, "original_date": True}  # those that the page tells, none guessed


def taken(piece: Piece, columns: Columns) -> Taken:
    """The article in a document."""
    with read_by_others("delivery.no_document", piece.where):
        found = _READ[piece.path.suffix.lower()](piece)
    known = {name: value for name, value in found.items() if value}
    return of_record({"id": piece.path.stem, "text": "", **known}, columns, piece.where, piece.path.name)


def _page(piece: Piece) -> dict[str, Any]:
    return of_html(piece.data)


def of_html(data: bytes | str) -> dict[str, Any]:
    """What a web page says, and what is known of it, by the names that articles have."""
    trafilatura = library("trafilatura", "trafilatura", "HTML")
    page = trafilatura.bare_extraction(
        data, with_metadata=True, include_comments=False, date_extraction_params=_TOLD_DATES
    )
    if page is None:
        return {}
    names = {"title": "title", "sitename": "outlet", "date": "published", "url": "url", "author": "author"}
    return {"text": page.text} | {name: getattr(page, given) for given, name in names.items()}


def _document(piece: Piece) -> dict[str, Any]:
    docx = library("docx", "python-docx", "DOCX")
    expect_small(BytesIO(piece.data), piece.where)
    document = docx.Document(BytesIO(piece.data))
    told = document.core_properties
    text = "\n".join(_lines(document))
    return {"text": text, "title": told.title, "author": told.author, "language": told.language}


def _lines(held: Any) -> Iterator[str]:
    """The paragraphs of a document, or of a cell, and its tables' rows, whose cells tabs part.

    A cell that goes over several rows stands in the first of them; empty ones are left out.
    """
    cell_of = library("docx.table", "python-docx", "DOCX")._Cell
    for part in held.iter_inner_content():
        if not hasattr(part, "rows"):
            yield part.text
            continue
        for row in part.rows:
            cells = (cell_of(tc, part) for tc in row._tr.tc_lst if tc.vMerge != "continue")
            yield "\t".join(filter(None, ("\n".join(_lines(cell)).strip() for cell in cells)))


def _pages(piece: Piece) -> dict[str, Any]:
    """The text of a PDF, as far as it has one: pictures of pages have none."""
    reader = library("pypdf", "pypdf", "PDF").PdfReader(BytesIO(piece.data))
    pages, length = [], 0
    for page in reader.pages:
        pages.append(page.extract_text())
        length += len(pages[-1])
        if length > MOST_BYTES:
            raise CoderError("delivery.too_long", most=MOST_BYTES // 2**20, where=piece.where)
    told = reader.metadata or {}
    return {"text": "\n".join(pages), "title": told.get("/Title"), "author": told.get("/Author")}


def _letter(piece: Piece) -> dict[str, Any]:
    letter = message_from_bytes(piece.data, policy=policy.default)
    body = letter.get_body(("plain", "html"))
    content = body.get_content() if body is not None else ""
    held = of_html(content) if body is not None and body.get_content_subtype() == "html" else {}
    text = held.get("text", "") if held else content
    return {
        "text": text,
        "title": str(letter["subject"] or ""),
        "author": str(letter["from"] or ""),
        "published": str(letter["date"] or ""),
    }


_READ: dict[str, Callable[[Piece], dict[str, Any]]] = {
    **dict.fromkeys((".html", ".htm"), _page),
    ".docx": _document,
    ".pdf": _pages,
    ".eml": _letter,
}
