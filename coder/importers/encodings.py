"""Detection of a text's encoding, by a byte order mark or by its content.

A text that is mostly valid UTF-8 counts as damaged UTF-8, never as another encoding.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from pyarabic import araby

from coder.importers.registry import opened

UTF8 = "utf-8"
_SIGNATURES = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 2**20
_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_ASCII = bytes(range(128))
_ARABIC = re.compile(f"[{araby.LETTERS}]")
_FREQUENT = re.compile(
    f"(?<![{araby.LETTERS}])(?:في|من|على|إلى|عن|أن|التي|الذي|هذا|بعد|و?قال)"
    f"(?![{araby.LETTERS}])"
)
_ARABIC_ENCODINGS = ("windows-1256", "iso-8859-6", "utf-16-le", "utf-16-be")


def encoding_of_file(path: Path) -> str:
    """The encoding of a file, judged by its beginning."""
    with opened(path) as file:
        sample = file.read(_SAMPLE)
        is_whole = len(sample) < _SAMPLE
    return encoding_of(
        sample if is_whole else sample[: sample.rfind(b"\n") + 1] or sample
    )


def encoding_of(data: bytes) -> str:
    """The encoding of bytes; "utf-8" also if they are damaged UTF-8 or nothing can be
    recognised.
    """
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return name
    if b"\0" not in data[:200]:
        try:
            data.decode(UTF8)
        except UnicodeDecodeError:
            pass
        else:
            return UTF8
        sample = data[:_SAMPLE]
        high = len(sample.translate(None, delete=_ASCII))
        if 2 * sum(len(found[0]) for found in _SEQUENCE.finditer(sample)) > high:
            return UTF8
    counts = {name: _frequent_words(data, name) for name in _ARABIC_ENCODINGS}
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] else UTF8


def _frequent_words(data: bytes, encoding: str) -> int:
    """The number of frequent Arabic words in the decoded bytes; 0 if these are not
    mostly Arabic text.
    """
    try:
        text = data[: len(data) // 2 * 2].decode(encoding)
    except UnicodeDecodeError:
        return 0
    if any(char in text for char in "\0\ufffe\ufffd"):
        return 0
    sample = text[:_SAMPLE]
    letters = len(_ARABIC.findall(sample))
    return len(_FREQUENT.findall(sample)) if 4 * letters > len(sample) else 0
