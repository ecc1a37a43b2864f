"""Web archives (WARC, compressed or not): each HTML page in it is an article, without
its menus.

Only what the crawler stored is read, nothing is fetched. An article's id is derived
from its text.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import redirect_stderr
from gzip import GzipFile
from io import StringIO
from pathlib import Path
from typing import IO, Any, BinaryIO

from coder.errors import CoderError
from coder.importers.columns import Columns
from coder.importers.documents import read_html, taken_with
from coder.importers.extras import library, parser_errors_as
from coder.importers.registry import Piece, Taken, opened
from coder.size_limits import Unpacking, count_unpacked, read_limited

_PAGES = ("text/html", "application/xhtml+xml")
_GZIP = b"\x1f\x8b"
_CHUNK = 2**16
_BLOCK = 2**20  # bytes; of small blocks, warcio takes long to join a long line


def is_mine(path: Path) -> bool:
    """Return whether a file has an archive's name, as `.gz` alone can be anything."""
    return path.name.lower().endswith((".warc", ".warc.gz"))


def pieces(path: Path, columns: Columns) -> Iterator[Piece]:
    """Yield the pages; images, redirects and requests are skipped.

    Raises CoderError if the archive is cut short or damaged, or has no page.
    """
    many = 0
    pages = 0
    with opened(path) as file, parser_errors_as("delivery.no_document", str(path)):
        for record in _records(_unpack(file, path), path):
            many += 1
            if (http := _answer(record, path)) is not None and _is_page(http):
                pages += 1
                address = record.rec_headers.get_header("WARC-Target-URI")
                where = f"{path}: {address or many}"
                record.http_headers = http
                data = read_limited(record.content_stream(), where)
                yield Piece(path, where, data, many, 1)
            _expect_whole(record, path)
    if not pages:
        raise CoderError("delivery.no_page", n=many, where=str(path))


def _unpack(file: BinaryIO, path: Path) -> IO[bytes]:
    """Return the archive's contents, unpacked by Python: warcio takes damage for the
    end of the file.
    """
    is_packed = file.read(len(_GZIP)) == _GZIP
    file.seek(0)
    if not is_packed:
        return file
    unpacking = Unpacking(path.stat().st_size, str(path))
    return count_unpacked(
        GzipFile(fileobj=file), unpacking.add, _make_damage_error(path)
    )


def _records(stream: IO[bytes], path: Path) -> Iterator[Any]:
    """Yield the records without parsing what they hold."""
    iterator = library("warcio.archiveiterator", "warcio", "WARC").ArchiveIterator
    archive = iterator(stream, no_record_parse=True, block_size=_BLOCK)
    while True:
        with redirect_stderr(StringIO()):  # where warcio reports what is raised here
            record = next(archive, None)
        if archive.err_count:
            raise _make_damage_error(path)
        if record is None:
            return
        yield record


def _answer(record: Any, path: Path) -> Any:
    """Return the head of a server's answer, None if the record is none."""
    loader = library("warcio.recordloader", "warcio", "WARC").ArcWarcRecordLoader
    headers = record.rec_headers
    address = headers.get_header("WARC-Target-URI") or headers.get_header("uri") or ""
    if record.length is None:
        raise _make_damage_error(path)
    try:
        return (
            loader(verify_http=False).load_http_headers(
                record.rec_type, address, record.raw_stream, record.length
            )
            if record.rec_type == "response"
            else None
        )
    except EOFError:
        raise _make_damage_error(path) from None


def _is_page(http: Any) -> bool:
    kind, _, _ = (http.get_header("Content-Type") or "").partition(";")
    return http.get_statuscode() == "200" and kind.strip().lower() in _PAGES


def _expect_whole(record: Any, path: Path) -> None:
    """Raise CoderError if a record is shorter than it says."""
    while record.raw_stream.read(_CHUNK):
        pass
    if record.raw_stream.limit:
        raise _make_damage_error(path)


def _make_damage_error(path: Path) -> CoderError:
    return CoderError("delivery.archive_damaged", where=str(path))


def taken(piece: Piece, columns: Columns) -> Taken:
    """The article on a page; the URL is that of the request, unless the page states
    one.
    """
    url = piece.where.removeprefix(f"{piece.path}: ")
    return taken_with(read_html, piece, columns, {"text": "", "url": url})
