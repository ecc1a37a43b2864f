"""Texts that somebody typed and did not save, kept in the user's own folder while the program runs."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import msgspec

from coder.service.project.config import user_file
from coder.store.whole_file import new_file

Place: TypeAlias = tuple[str | int, ...]
"""What a text is about, such as the ids of article, event and field."""
_Kept: TypeAlias = dict[str, dict[str, list[tuple[Place, str]]]]
"""Texts by project folder and person."""


def kept(project: Path, person: str) -> dict[Place, str]:
    """Return the texts that were kept for a person in a project's folder."""
    return dict(_read().get(str(project.resolve()), {}).get(person, []))


def keep(project: Path, person: str, drafts: Mapping[Place, str]) -> None:
    """Replace the texts that are kept for a person in a project's folder.

    Raises CoderError if the file cannot be written.
    """
    if drafts == kept(project, person):
        return
    every = _read()
    every.setdefault(str(project.resolve()), {})[person] = [*drafts.items()]
    with suppress(OSError):  # `new_file` says it
        _file().parent.mkdir(parents=True, exist_ok=True)
    with new_file(_file(), replace=True) as draft:
        draft.write_bytes(msgspec.json.encode(every))


def _file() -> Path:
    return user_file().with_name("drafts.json")


def _read() -> _Kept:
    try:
        return msgspec.json.decode(_file().read_bytes(), type=_Kept)
    except (OSError, msgspec.DecodeError):
        return {}  # there is none, or it is not ours: nothing that could come back
