"""Web archives (WARC, compressed or not): each HTML page in it is an article, without its menus.

Only what the crawler stored is read, nothing is fetched. An article's id is derived from its text.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from coder.errors import CoderError
from coder.importers.columns import Columns
from coder.importers.documents import read_html
from coder.importers.extras import library, parser_errors_as
from coder.importers.records import article_from_record
from coder.importers.registry import MOST_BYTES, Piece, Taken, opened

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
            if record.rec_type != "response" or http is None or http.get_statuscode() != "200":
                continue
            if (http.get_header("Content-Type") or "").partition(";")[0].strip().lower() in _PAGES:
                data = record.content_stream().read(MOST_BYTES + 1)
                where = f"{path}: {record.rec_headers.get_header('WARC-Target-URI') or number}"
                if len(data) > MOST_BYTES:
                    raise CoderError("delivery.too_long", most=MOST_BYTES // 2**20, where=where)
                yield Piece(path, where, data, number, 1)


def taken(piece: Piece, columns: Columns) -> Taken:
    """The article on a page; the URL is that of the request, unless the page states one."""
    with parser_errors_as("delivery.no_document", piece.where):
        values = read_html(piece.data)
    url = piece.where.removeprefix(f"{piece.path}: ")
    known = {name: value for name, value in values.items() if value}
    return article_from_record({"text": "", "url": url, **known}, columns, piece.where, piece.path.name)
