"""INCEpTION's exports as they come, packed: a whole project, its curated documents, or one document.

Of a project all of `annotation/DOCUMENT/ANNOTATOR.…` and `curation/DOCUMENT/CURATION_USER.…` is read that is
CAS XMI (each packed with its type system), CAS JSON or WebAnno TSV 3. The annotator's name is the file's.
Source: INCEpTION's user guide, on exporting projects.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile

from coder.errors import CoderError
from coder.importers import cas_reader, webanno_reader
from coder.importers.annotated import Document
from coder.importers.extras import expect_small
from coder.importers.registry import MOST_BYTES

_READ = {".xmi": cas_reader.documents, ".json": cas_reader.documents, ".tsv": webanno_reader.documents}
_FOLDERS = ("annotation", "curation")  # in a project; with `_ser` behind they hold what Java alone reads
_NOBODY = "INITIAL_CAS"  # the document as it came in
_DAMAGE = (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)


def is_mine(path: Path) -> bool:
    """Whether a zip file is a project, or has something in it that may be a document with annotations."""
    try:
        with ZipFile(path) as archive:
            return _is_project(archive) or any(_members(archive))
    except (BadZipFile, OSError):
        return False


def documents(path: Path) -> Iterator[Document]:
    """Each annotator's work on each document; raises CoderError where there is none that is read here."""
    expect_small(path, str(path))
    with ZipFile(path) as archive, TemporaryDirectory(prefix="coder-import-") as folder:
        members = [*_members(archive)]
        if not members:
            raise CoderError("delivery.no_inception", where=str(path))
        for name in members:
            yield from _documents(archive, name, path, Path(folder))


def _is_project(archive: ZipFile) -> bool:
    firsts = {_parts(name)[0].removesuffix("_ser") for name in archive.namelist() if _parts(name)}
    return not firsts.isdisjoint(_FOLDERS)


def _members(archive: ZipFile) -> Iterator[str]:
    """The names of what is read: in a project the annotators' work alone."""
    is_project = _is_project(archive)
    for name in archive.namelist():
        file, parts = PurePosixPath(name), _parts(name)
        is_there = not is_project or (len(parts) == 3 and parts[0] in _FOLDERS and file.stem != _NOBODY)
        if is_there and file.suffix.lower() in (*_READ, ".zip"):
            yield name


def _parts(name: str) -> tuple[str, ...]:
    return PurePosixPath(name.lstrip("/")).parts  # the oldest exports begin with it


def _documents(archive: ZipFile, name: str, path: Path, folder: Path) -> Iterator[Document]:
    where, file, suffix = f"{path}: {name}", PurePosixPath(name), PurePosixPath(name).suffix.lower()
    try:
        data = _unpacked(archive, name, where)
        if suffix == ".zip":
            expect_small(BytesIO(data), where)
            with ZipFile(BytesIO(data)) as inner:
                suffix, [inside, *_] = (
                    ".xmi",
                    [*(n for n in inner.namelist() if n.lower().endswith(".xmi")), ""],
                )
                if not inside:
                    raise CoderError("delivery.no_inception", where=where)
                data = _unpacked(inner, inside, where)
        (alone := folder / f"document{suffix}").write_bytes(data)
        found = [*_READ[suffix](alone)]
    except _DAMAGE as error:
        raise CoderError("delivery.not_unpacked", problem=str(error), where=where) from None
    except CoderError as error:
        error.where = error.where.replace(str(folder / "document") + suffix, where)
        raise
    whose = file.stem if _is_project(archive) else ""
    for each in found:
        record = dict(each.record)
        if record["id"] == alone.stem:  # nothing in it tells of what document it is
            record["id"] = PurePosixPath(_parts(name)[-2 if whose else -1]).stem
        yield replace(each, path=path, where=where, record=record, annotator=whose or each.annotator)


def _unpacked(archive: ZipFile, name: str, where: str) -> bytes:
    with archive.open(name) as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise CoderError("delivery.too_long", most=MOST_BYTES // 2**20, where=where)
    return data
