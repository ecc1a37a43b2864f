"""Texts that somebody typed and did not save, kept in the user's own folder while the program runs."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import msgspec

from coder.service.project.config import user_file
from coder.store.whole_file import PRIVATE, new_file

Place: TypeAlias = tuple[str | int, ...]
"""What a text is about, such as the ids of article, event and field."""
_Kept: TypeAlias = dict[str, dict[str, list[tuple[Place, str]]]]
"""Texts by project folder and person."""


class Drafts:
    """The texts that are kept for a person in a project's folder, as one window of theirs knows them.

    texts: those that it last read or stored.
    """

    def __init__(self, project: Path, person: str) -> None:
        self.project = str(project.resolve())
        self.person = person
        self.texts = self._kept(_read())

    def store(self, texts: Mapping[Place, str]) -> None:
        """Store the window's texts; what it did not change stays as another window stored it.

        Raises CoderError if the file cannot be written.
        """
        if texts == self.texts:
            return
        every = _read()
        kept = self._kept(every)
        for place, text in self.texts.items():
            if place not in texts and kept.get(place) == text:
                del kept[place]
        kept |= {
            place: text
            for place, text in texts.items()
            if self.texts.get(place) != text
        }
        every.setdefault(self.project, {})[self.person] = [*kept.items()]
        with suppress(OSError):  # `new_file` says it
            _file().parent.mkdir(parents=True, exist_ok=True)
        with new_file(_file(), replace=True, mode=PRIVATE) as draft:
            draft.write_bytes(msgspec.json.encode(every))
        self.texts = dict(texts)

    def _kept(self, every: _Kept) -> dict[Place, str]:
        return dict(every.get(self.project, {}).get(self.person, []))


def _file() -> Path:
    return user_file().with_name("drafts.json")


def _read() -> _Kept:
    try:
        return msgspec.json.decode(_file().read_bytes(), type=_Kept)
    except (OSError, msgspec.DecodeError):
        return {}  # there is none, or it is not ours: nothing that could come back
