"""What packets travel in: a zip with one member, compressed, or sealed with a passphrase.

Sealed is AES-256-GCM (NIST SP 800-38D) under a key by scrypt (RFC 7914) from the passphrase; the member's
first line gives salt and nonce and is authenticated too. The cost is fixed by the format's name.
"""

from __future__ import annotations

import gzip
import io
import json
import secrets
import unicodedata
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

from coder.errors import CoderError
from coder.foreign import expect_file, from_json
from coder.store.whole_file import new_file

PLAIN, SEALED = "packet.jsonl", "packet.sealed"
FORMAT = "coder-sealed/1"
# Of scrypt: 128 MiB and a good part of a second (OWASP Password Storage Cheat Sheet).
COST = {"n": 2**17, "r": 8, "p": 1}
MOST_BYTES = 256 * 2**20  # of a packet once unpacked; some thousand articles with all that belongs to them
# LookupError: no such member, no such key in the first line. RuntimeError: zipfile's word for an encrypted
# member, NotImplementedError for other compressions.
_DAMAGE = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, LookupError, TypeError, ValueError)


def write(path: Path, data: bytes, passphrase: str | None) -> None:
    """The new file `path` with the data in it, sealed if there is a passphrase."""
    with new_file(path) as half, zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as archive:
        if passphrase is None:
            archive.writestr(PLAIN, data)
        else:
            salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
            head = json.dumps({"format": FORMAT, "salt": salt.hex(), "nonce": nonce.hex()}).encode() + b"\n"
            sealed = _cipher(passphrase, salt).encrypt(nonce, gzip.compress(data), head)
            archive.writestr(SEALED, head + sealed, zipfile.ZIP_STORED)


def read(path: Path, passphrase: str | None) -> bytes:
    """The data in such a file; raises CoderError when it is none, is damaged, or is sealed otherwise."""
    expect_file(path)
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.namelist() == [SEALED]:
                with archive.open(SEALED) as member:
                    opened = _unseal(_unpacked(member, path), passphrase, path)
                with gzip.GzipFile(fileobj=io.BytesIO(opened)) as packed:
                    return _unpacked(packed, path)
            with archive.open(PLAIN) as member:
                return _unpacked(member, path)
    except (*_DAMAGE, RuntimeError):
        raise CoderError("team.no_packet", where=str(path)) from None
    except OSError as error:
        raise CoderError("team.not_read", where=str(path), error=error.strerror) from None


def _unpacked(stream: IO[bytes] | gzip.GzipFile, path: Path) -> bytes:
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise CoderError("team.too_large", where=str(path), most=MOST_BYTES)
    return data


def passphrase_in(file: Path) -> str:
    """The first line of a file, in one form however it was typed (NFC); raises CoderError if it is empty."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CoderError("team.passphrase_unread", where=str(file), error=error) from None
    if not lines or not lines[0].strip():
        raise CoderError("team.passphrase_empty", where=str(file))
    return unicodedata.normalize("NFC", lines[0])


def _unseal(sealed: bytes, passphrase: str | None, path: Path) -> bytes:
    if passphrase is None:
        raise CoderError("team.sealed", where=str(path))
    first, newline, body = sealed.partition(b"\n")
    head = from_json(first)
    if head["format"] != FORMAT:
        raise CoderError("team.sealed_otherwise", where=str(path), found=head["format"], known=FORMAT)
    cipher = _cipher(passphrase, bytes.fromhex(head["salt"]))
    from cryptography.exceptions import InvalidTag

    try:
        opened: bytes = cipher.decrypt(bytes.fromhex(head["nonce"]), body, first + newline)
    except InvalidTag:
        raise CoderError("team.not_opened", where=str(path)) from None
    return opened


def _cipher(passphrase: str, salt: bytes) -> Any:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
    except ModuleNotFoundError:
        raise CoderError("team.needs_cryptography") from None
    return AESGCM(Scrypt(salt=salt, length=32, **COST).derive(passphrase.encode("utf-8")))
