"""Comments and texts that somebody is writing: kept in the database, outside the
journal, until they are sent.

Only their author gets them back. They are in no export, packet or portable backup.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import msgspec

from coder.errors import CoderError
from coder.service.project.config import user_file
from coder.service.project.opened import Project
from coder.storage_limits import find_typed_problem, unstorable
from coder.store.whole_file import PRIVATE, new_file

Place: TypeAlias = tuple[str | int, ...]
"""What a text is about, such as the ids of article, event and field."""
_EarlierFile: TypeAlias = dict[str, dict[str, list[tuple[Place, str]]]]
"""Texts by project folder and person, as earlier versions kept them in the user's own
folder.
"""


class Drafts:
    """The texts that a person has begun in a project, as one window of theirs knows
    them.

    texts: those that it last read or stored.
    """

    def __init__(self, project: Project, person: str) -> None:
        self.project = project
        self.person = person
        with project.store.read() as queries:
            rows = queries.drafts(person)
        self.texts: dict[Place, str] = {}
        for stored, text in rows.items():
            place: Place = msgspec.json.decode(stored, type=Place)
            self.texts[place] = text
        self._take_in_earlier_file()

    def store(self, texts: Mapping[Place, str]) -> None:
        """Store the window's texts; what it did not change stays as another window
        stored it.

        Raises CoderError if the database is out of reach, or for a text that it cannot
        hold. All others are stored then.
        """
        refused: CoderError | None = None
        changes: dict[Place, str] = {}
        for place in {**self.texts, **texts}:
            text = texts.get(place, "")
            if text == self.texts.get(place, ""):
                continue
            if problem := unstorable(text):
                refused = CoderError("coding.unstorable", problem=problem)
            elif problem := find_typed_problem(text):
                refused = CoderError("coding.too_long", problem=problem)
            else:
                changes[place] = text
        if changes:
            self._write(changes)
        if refused is not None:
            raise refused

    def _write(self, changes: Mapping[Place, str]) -> None:
        with self.project.store.begin(self.person) as work:
            for place, text in changes.items():
                stored = msgspec.json.encode(place).decode()
                work.keep_draft(stored, self.texts.get(place, ""), text)
        texts = {**self.texts, **changes}
        self.texts = {place: text for place, text in texts.items() if text}

    def _take_in_earlier_file(self) -> None:
        """Move the person's texts from the file of an earlier version into the
        database.
        """
        path = user_file().with_name("drafts.json")
        try:
            everybody = msgspec.json.decode(path.read_bytes(), type=_EarlierFile)
        except (OSError, msgspec.DecodeError):
            return  # there is none, or it is not ours
        folder = str(self.project.config.folder.resolve())
        found = everybody.get(folder, {}).pop(self.person, [])
        if not found:
            return
        self.store({**dict(found), **self.texts})
        _replace(path, everybody)


def _replace(path: Path, everybody: _EarlierFile) -> None:
    """Write what is left of an earlier version's file, or delete it if nothing is."""
    left = {
        folder: people for folder, people in everybody.items() if any(people.values())
    }
    with suppress(OSError, CoderError):  # then the texts are taken in once more
        if not left:
            path.unlink()
            return
        with new_file(path, replace=True, mode=PRIVATE) as draft:
            draft.write_bytes(msgspec.json.encode(left))
