"""Compiles the catalogues, and shows the English beside the Arabic for translators:
make messages.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

FOLDER = Path(__file__).parents[2] / "coder" / "messages"
LANGUAGES = ("ar", "en")
MADE = datetime(2026, 1, 1, tzinfo=UTC)
"""Stands in the head of a compiled catalogue; always the same, so that the bytes are.
"""


def read(path: Path) -> Catalog:
    """One `.po` file; its keys must begin with the file's name."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.name, abort_invalid=True)
    strangers = [
        m.id for m in catalogue if m.id and not key_of(m.id).startswith(f"{path.stem}.")
    ]
    if strangers:
        raise SystemExit(f"{path}: keys of other files: {strangers}")
    return catalogue


def key_of(msgid: str | tuple[str, ...]) -> str:
    """The key of a message with or without plural forms."""
    return msgid if isinstance(msgid, str) else msgid[0]


def texts_of(string: str | tuple[str, ...]) -> tuple[str, ...]:
    """All forms of a message."""
    return (string,) if isinstance(string, str) else string


def compiled(lang: str) -> bytes:
    """All files of one language as one `.mo` file."""
    whole = Catalog(locale=lang, creation_date=MADE, revision_date=MADE)
    for path in sorted((FOLDER / lang).glob("*.po")):
        catalogue = read(path)
        whole.mime_headers = [
            h for h in catalogue.mime_headers if h[0] == "Plural-Forms"
        ]
        for message in catalogue:
            if message.id:
                whole.add(message.id, message.string)
    out = BytesIO()
    write_mo(out, whole)
    return out.getvalue()


def annotated(path: Path) -> bytes:
    """An Arabic file with the English of each sentence as a comment, in the order of
    the English file.
    """
    arabic, english = read(path), read(FOLDER / "en" / path.name)
    ordered = Catalog(locale="ar", header_comment=arabic.header_comment)
    for message in english:
        if message.id and (found := arabic.get(message.id)) is not None:
            ordered.add(
                message.id,
                found.string,
                auto_comments=list(texts_of(message.string)[-1:]),
            )
    out = BytesIO()
    write_po(out, ordered, width=0, omit_header=False)
    return _header(path) + out.getvalue().partition(b"\n\n")[2].rstrip() + b"\n"


def _header(path: Path) -> bytes:
    return path.read_bytes().partition(b"\n\n")[0] + b"\n\n"


if __name__ == "__main__":
    for page in sorted((FOLDER / "ar").glob("*.po")):
        page.write_bytes(annotated(page))
    for lang in LANGUAGES:
        (FOLDER / f"{lang}.mo").write_bytes(compiled(lang))
