"""The file of a packet: a zip with one member, which is either just compressed or
sealed.

The member is a dump (see `store.dump`), as a portable backup is, with its own first
line. Sealed, it is encrypted by AES-256-GCM (NIST SP 800-38D) with a key derived from a
passphrase by scrypt (RFC 7914). The sealed member's first line holds salt and nonce and
is authenticated too. The format's name determines the cost parameters.
"""

from __future__ import annotations

import gzip
import io
import json
import secrets
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from io import BufferedReader
from pathlib import Path
from typing import IO, Annotated, Any

import msgspec
from msgspec import Meta, Struct, ValidationError

from coder.errors import CoderError
from coder.foreign import expect_file, first_line, from_json
from coder.service.project.config import Language
from coder.size_limits import UNPACKING_ERRORS, Readable, count_unpacked
from coder.store.dump import Dump
from coder.store.whole_file import PRIVATE, new_file

PLAIN = "packet.jsonl"
SEALED = "packet.sealed"
FORMAT = "coder-sealed/1"
# Parameters of scrypt: 128 MiB, and most of a second (OWASP Password Storage Cheat
# Sheet).
COST = {"n": 2**17, "r": 8, "p": 1}
MOST_BYTES = 256 * 2**20
"""Of an unpacked packet: enough for some thousand articles."""
MOST_SEALED = 64 * 2**20
"""Of a packet that is sealed, in which the contents are compressed."""

_Name = Annotated[str, Meta(pattern=r"\A\w+\Z")]


class Head(
    Struct, frozen=True, tag_field="kind", tag="packet", rename={"coder": "for"}
):
    """What a packet carries beside the tables, in the first line of its dump.

    coder: whose work it is. thresholds: see `Config`. files: name → text of the
    codebook's files.
    """

    coder: str
    project: str
    language: Language
    thresholds: Mapping[_Name, float] = {}
    files: Mapping[str, str] = {}


# ---------------------------------------------------------------- writing
def write(path: Path, data: bytes, passphrase: str | None, mode: int = PRIVATE) -> None:
    """Write a packet to the new file `path`, sealed if there is a passphrase; mode: of
    the file.
    """
    with (
        new_file(path, mode=mode) as draft,
        zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        if passphrase is None:
            archive.writestr(PLAIN, data)
        else:
            sealed = _seal(gzip.compress(data), passphrase)
            archive.writestr(SEALED, sealed, zipfile.ZIP_STORED)


# ---------------------------------------------------------------- reading
@contextmanager
def opened(path: Path, passphrase: str | None) -> Iterator[tuple[Head, Dump]]:
    """Yield the head of a packet file and its dump; raises CoderError if it is none."""
    with unpacked(path, passphrase) as stream:
        contents = Dump(stream, str(path))
        try:
            head = msgspec.convert(contents.head, Head)
        except ValidationError:
            raise CoderError("team.no_packet", where=str(path)) from None
        yield head, contents


@contextmanager
def unpacked(path: Path, passphrase: str | None) -> Iterator[BufferedReader]:
    """Yield the contents of a packet file; they are unpacked while they are read.

    Raises CoderError if it is none, is damaged or too large, or does not fit the
    passphrase.
    """
    expect_file(path)
    no_packet = CoderError("team.no_packet", where=str(path))
    left = MOST_BYTES

    def count(size: int) -> None:
        nonlocal left
        left -= size
        if left < 0:
            raise CoderError("team.too_large", where=str(path), most=MOST_BYTES)

    with ExitStack() as stack:
        try:
            archive = stack.enter_context(zipfile.ZipFile(path))
            member = stack.enter_context(_open_member(archive))
            stream = _unsealed(member, passphrase, str(path))
        except OSError as error:
            raise CoderError(
                "team.not_read", where=str(path), error=error.strerror
            ) from None
        except (*UNPACKING_ERRORS, LookupError, TypeError):
            raise no_packet from None
        yield count_unpacked(stream, count, no_packet)


def _open_member(archive: zipfile.ZipFile) -> IO[bytes]:
    """Open the member of a packet; raises KeyError or BadZipFile if there is none."""
    is_sealed = archive.namelist() == [SEALED]
    member = archive.getinfo(SEALED if is_sealed else PLAIN)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile
    return archive.open(member)


def _unsealed(member: IO[bytes], passphrase: str | None, where: str) -> Readable:
    """Return the contents of a packet's member, which may be sealed.

    Raises CoderError unless it is sealed exactly if there is a passphrase.
    """
    if member.name != SEALED:
        if passphrase is not None:
            raise CoderError("team.not_sealed", where=where)
        return member
    sealed = member.read(MOST_SEALED + 1)
    if len(sealed) > MOST_SEALED:
        raise CoderError("team.too_large", where=where, most=MOST_SEALED)
    if passphrase is None:
        raise CoderError("team.sealed", where=where)
    return gzip.GzipFile(fileobj=io.BytesIO(_unseal(sealed, passphrase, where)))


# ---------------------------------------------------------------- the seal
def read_passphrase(file: Path) -> str:
    """Return a file's first line, NFC-normalised so that typing does not matter;
    CoderError if empty.
    """
    # All that Unicode calls line ends, as packets were always sealed.
    lines = first_line(file, "team.passphrase_unread").splitlines()
    if not lines or not lines[0].strip():
        raise CoderError("team.passphrase_empty", where=str(file))
    return unicodedata.normalize("NFC", lines[0])


def _seal(data: bytes, passphrase: str) -> bytes:
    salt = secrets.token_bytes(16)
    nonce = secrets.token_bytes(12)
    head = {"format": FORMAT, "salt": salt.hex(), "nonce": nonce.hex()}
    line = json.dumps(head).encode() + b"\n"
    encrypted: bytes = _cipher(passphrase, salt).encrypt(nonce, data, line)
    return line + encrypted


def _unseal(sealed: bytes, passphrase: str, where: str) -> bytes:
    """Return what was sealed; raises ValueError, KeyError or TypeError if nothing was."""
    line, newline, encrypted = sealed.partition(b"\n")
    head = from_json(line)
    if head["format"] != FORMAT:
        raise CoderError(
            "store.unknown_file_schema", where=where, found=head["format"], known=FORMAT
        )
    cipher = _cipher(passphrase, bytes.fromhex(head["salt"]))
    from cryptography.exceptions import InvalidTag

    try:
        data: bytes = cipher.decrypt(
            bytes.fromhex(head["nonce"]), encrypted, line + newline
        )
    except InvalidTag:
        raise CoderError("team.not_opened", where=where) from None
    return data


def _cipher(passphrase: str, salt: bytes) -> Any:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
    except ModuleNotFoundError:
        raise CoderError("team.needs_cryptography") from None
    key = Scrypt(salt=salt, length=32, **COST).derive(passphrase.encode("utf-8"))
    return AESGCM(key)
