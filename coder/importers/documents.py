"""Web pages, e-mails and documents: each file is one article, from which text and
metadata are extracted.

Web pages are read without their menus (trafilatura); nothing that they refer to is
fetched.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from email import message_from_bytes, policy
from io import BytesIO
from typing import Any, NamedTuple

from coder.importers.columns import Columns
from coder.importers.extras import library, parser_errors_as
from coder.importers.records import article_from_record
from coder.importers.registry import Piece, Taken
from coder.importers.word_documents import text_of, unread_parts
from coder.messages.catalogue import Message, first_few
from coder.size_limits import expect_article, expect_page, expect_unpackable

_STATED_DATES = {
    "extensive_search": False,
    "original_date": True,
}  # only dates the page states, no guesses


class Contents(NamedTuple):
    """The contents of a document: its text and metadata by name; unread: the parts that
    were not read.
    """

    values: Mapping[str, Any]
    unread: Message | None = None


def taken(piece: Piece, columns: Columns) -> Taken:
    """The article in a document."""
    read = _READ[piece.path.suffix.lower()]
    return taken_with(read, piece, columns, {"id": piece.path.stem, "text": ""})


def taken_with(
    read: Callable[[Piece], Contents],
    piece: Piece,
    columns: Columns,
    known: dict[str, Any],
) -> Taken:
    """The article that `read` finds in a piece; known: the values of what it does not
    find.
    """
    with parser_errors_as("delivery.no_document", piece.where):
        contents = read(piece)
    found = {name: value for name, value in contents.values.items() if value}
    record = known | found
    article = article_from_record(record, columns, piece.where, piece.path.name)
    return article._replace(refused=article.refused or contents.unread)


def read_html(piece: Piece) -> Contents:
    """The text and metadata of a web page, under the names that articles use."""
    return Contents(_page(piece.data, piece.where))


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


def _docx(piece: Piece) -> Contents:
    docx = library("docx", "python-docx", "DOCX")
    expect_unpackable(BytesIO(piece.data), piece.where)
    document = docx.Document(BytesIO(piece.data))
    about = document.core_properties
    values = {
        "text": text_of(document),
        "title": about.title,
        "author": about.author,
        "language": about.language,
    }
    return Contents(values, unread_parts(document))


def _pdf(piece: Piece) -> Contents:
    """The text and metadata of a PDF; scanned pages have no text."""
    pypdf = library("pypdf", "pypdf", "PDF")
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # warns of each odd byte
    reader = pypdf.PdfReader(BytesIO(piece.data))
    text = ""
    pictures = []  # the numbers of the pages without text
    for number, page in enumerate(reader.pages, start=1):
        found = page.extract_text()
        text += ("\n" if number > 1 else "") + found
        expect_article(text, {}, piece.where)
        if not found.strip() and _has_drawings(page):
            pictures.append(str(number))
    about = reader.metadata or {}
    values = {
        "text": text,
        "title": about.get("/Title"),
        "author": about.get("/Author"),
    }
    pages = first_few(pictures)
    return Contents(
        values, Message("delivery.pages_left", pages=pages) if pages else None
    )


def _has_drawings(page: Any) -> bool:
    """Return whether a page of a PDF shows pictures, as scanned pages do."""
    return "/Resources" in page and "/XObject" in page["/Resources"]


def _email(piece: Piece) -> Contents:
    message = message_from_bytes(piece.data, policy=policy.default)
    body = message.get_body(("plain", "html"))
    content = body.get_content() if body is not None else ""
    is_page = body is not None and body.get_content_subtype() == "html"
    values = {
        "text": _page(content, piece.where).get("text") if is_page else content,
        "title": str(message["subject"] or ""),
        "author": str(message["from"] or ""),
        "published": str(message["date"] or ""),
    }
    names = [
        part.get_filename() or part.get_content_type()
        for part in message.iter_attachments()
        if part.get_content_maintype() != "image"
    ]
    left = Message("delivery.attachments_left", names=", ".join(names))
    return Contents(values, left if names else None)


_READ: dict[str, Callable[[Piece], Contents]] = {
    **dict.fromkeys((".html", ".htm"), read_html),
    ".docx": _docx,
    ".pdf": _pdf,
    ".eml": _email,
}
