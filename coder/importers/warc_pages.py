"""Web archives (WARC, compressed or not): each HTML page in it is an article, without its menus.

Only what the crawler stored is read, nothing is fetched. An article's id is derived from its text.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from coder.importers.columns import Columns
from coder.importers.documents import read_html, taken_with
from coder.importers.extras import library, parser_errors_as
from coder.importers.registry import Piece, Taken, opened, read_limited

_PAGES = ("text/html", "application/xhtml+xml")


def is_mine(path: Path) -> bool:
    """Whether a file has an archive's name, as `.gz` alone can be anything."""
    return path.name.lower().endswith((".warc", ".warc.gz"))


def pieces(path: Path, columns: Columns) -> Iterator[Piece]:
    """Yield the pages; images, redirects and requests are skipped."""
    archives = library("warcio.archiveiterator", "warcio", "WARC")
    with opened(path) as file, parser_errors_as("delivery.no_document", str(path)):
        for number, record in enumerate(archives.ArchiveIterator(file), start=1):
            http = record.http_headers
            if (
                record.rec_type != "response"
                or http is None
                or http.get_statuscode() != "200"
            ):
                continue
            if (http.get_header("Content-Type") or "").partition(";")[
                0
            ].strip().lower() in _PAGES:
                where = f"{path}: {record.rec_headers.get_header('WARC-Target-URI') or number}"
                yield Piece(
                    path, where, read_limited(record.content_stream(), where), number, 1
                )


def taken(piece: Piece, columns: Columns) -> Taken:
    """The article on a page; the URL is that of the request, unless the page states one."""
    url = piece.where.removeprefix(f"{piece.path}: ")
    return taken_with(read_html, piece, columns, {"text": "", "url": url})
