"""INCEpTION's zipped exports: a whole project, its curated documents, or one document.

In a project, the files `annotation/DOCUMENT/ANNOTATOR.…` and
`curation/DOCUMENT/CURATION_USER.…` are read if they are CAS XMI (zipped with the type
system) or CAS JSON. The file's name is the annotator's. Source: INCEpTION's user guide,
on exporting projects.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from msgspec.structs import replace

from coder.errors import CoderError
from coder.importers import cas_reader
from coder.importers.annotated import FOLDERS, NOBODY, Document, in_project
from coder.size_limits import UNPACKING_ERRORS, expect_unpackable, read_limited

_READ = (".xmi", ".json")


def is_mine(path: Path) -> bool:
    """Return whether a zip file is a project or has a file that may be a document with
    annotations.
    """
    try:
        with ZipFile(path) as archive:
            return any(_members(archive))
    except UNPACKING_ERRORS:
        return False


def expect_readable(path: Path) -> None:
    """Raise CoderError if a project has no annotator's work in a format that is read."""
    with ZipFile(path) as archive:
        _, members = _members(archive)
    if not members:
        raise CoderError("delivery.no_inception", where=str(path))


def documents(path: Path) -> Iterator[Document]:
    """Each annotator's work on each document; raises CoderError if there is none in a
    supported format.
    """
    expect_readable(path)
    expect_unpackable(path, str(path))
    with ZipFile(path) as archive, TemporaryDirectory(prefix="coder-import-") as folder:
        is_project, members = _members(archive)
        for name in members:
            yield from _documents(archive, name, path, Path(folder), is_project)


def _members(archive: ZipFile) -> tuple[bool, list[str]]:
    """Return whether the archive is a project, and the files to read: in a project,
    only the annotators' work.
    """
    is_project = False
    readable = []
    works = []  # the annotators' work, in a project
    for name in dict.fromkeys(archive.namelist()):
        file = PurePosixPath(name)
        # annotation/DOCUMENT/ANNOTATOR.…
        folder = file.parts[-3] if len(file.parts) > 2 else ""
        if folder.removesuffix("_ser") in FOLDERS:
            is_project = True
        if file.suffix.lower() not in (*_READ, ".zip") or file.name.startswith("."):
            continue
        readable.append(name)
        if folder in FOLDERS and file.stem != NOBODY:
            works.append(name)
    return is_project, works if is_project else readable


def _documents(
    archive: ZipFile, name: str, path: Path, folder: Path, is_project: bool
) -> Iterator[Document]:
    where = f"{path}: {name}"
    file = PurePosixPath(name)
    suffix = file.suffix.lower()
    try:
        data = _unpack(archive, name, where)
        if suffix == ".zip":
            expect_unpackable(BytesIO(data), where)
            with ZipFile(BytesIO(data)) as inner:
                xmi = [n for n in inner.namelist() if n.lower().endswith(".xmi")]
                if not xmi:
                    raise CoderError("delivery.no_inception", where=where)
                suffix = ".xmi"
                data = _unpack(inner, xmi[0], where)
    except UNPACKING_ERRORS as error:
        raise CoderError(
            "delivery.not_unpacked", problem=str(error), where=where
        ) from None
    unpacked = folder / f"document{suffix}"
    unpacked.write_bytes(data)
    try:
        documents = [*cas_reader.documents(unpacked)]
    except CoderError as error:
        error.where = error.where.replace(str(unpacked), where)
        raise
    for each in documents:
        document = replace(each, path=path, where=where)
        if is_project:
            document = in_project(document, file, unpacked.stem)
        elif document.record["id"] == unpacked.stem:
            document = replace(document, record={**document.record, "id": file.stem})
        yield document


def _unpack(archive: ZipFile, name: str, where: str) -> bytes:
    with archive.open(name) as file:
        return read_limited(file, where)
