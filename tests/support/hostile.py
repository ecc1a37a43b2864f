"""Files as somebody might forge them: real ones in which one value is another, in the
chain all the same.

Whatever is done to a packet or a native file, it is taken in, and then `verify` finds
nothing and the CSV export runs, or it is refused and nothing has changed. A backup may
be the last that there is, so it is restored wherever its rows are rows at all; what is
wrong with them, `verify` says.
"""

from __future__ import annotations

import io
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from coder.errors import CoderError
from coder.service.delivery import packet_merge, packets
from coder.service.delivery.datasets import deliver
from coder.service.delivery.intake import import_files
from coder.service.delivery.project_copy import restore
from coder.service.project.opened import Project, open_project
from coder.service.upkeep.integrity import verify
from coder.store import journal
from tests.support.packets import changed, sealed, state

ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    5,
    2**31,
    2**63,
    10**400,
    1.5,
    float("inf"),
    "",
    "x",
    "e1",
    "s1",
    "gold",
    "a1/amal",
    "2023-02-30",
    "0001-01-01T00:00:00.000+00:00",
    "[/]",
    "\x1b]0;x\x07",
    "\ud800",
    "a\0b",
    "نص",
    "undo",
    "2024-01-01",
    "submitted",
    [],
    {},
    [[]],
    [5],
    ["x"],
    {"x": 5},
    [{"record": "e1"}],
    {"min": 1},
    {"value": 5},
    {"blank": "lost"},
    json.loads("[" * 80 + "]" * 80),
)


def forged(value: Any, chance: random.Random) -> Any:
    """The JSON value with one part of it another, gone, or there twice."""
    if isinstance(value, dict | list) and value and chance.random() < 0.9:
        keys = list(value) if isinstance(value, dict) else range(len(value))
        key = chance.choice(keys)
        copy: Any = value.copy()
        deed = chance.random()
        if deed < 0.05:
            del copy[key]
        elif deed < 0.1 and isinstance(copy, list):
            copy.insert(key, copy[key])
        elif deed < 0.1:
            copy[chance.choice(["x", "", "value"])] = copy[key]
        else:
            copy[key] = forged(value[key], chance)
        return copy
    if isinstance(value, str) and value[:1] in ("[", "{") and chance.random() < 0.95:
        return json.dumps(
            forged(json.loads(value), chance), ensure_ascii=False, sort_keys=True
        )
    if type(value) is int and chance.random() < 0.3:
        return value + chance.choice([-1, 1])
    return chance.choice(ODD)


def rechained(lines: list[str]) -> list[str]:
    """The lines of a dump with the journal's digests made anew, as a forger would."""
    out, table, last = [], "", {}
    for line in lines:
        row = json.loads(line)
        if isinstance(row, dict):
            table = row.get("table", "")
        elif table == "journal" and isinstance(row, list) and len(row) == 9:
            subject = json.dumps(row[1])
            row[8] = last[subject] = journal.digest(last.get(subject, ""), row[1:8])
        out.append(
            json.dumps(row)
        )  # escaped, so that even half a character can be put into it
    return out


def forged_lines(lines: list[str], chance: random.Random) -> list[str]:
    """A dump in which one line holds something else; mostly it is one of the journal's."""
    start = next(i for i, line in enumerate(lines) if '"table":"journal"' in line)
    rows = [i for i, line in enumerate(lines) if i > start and '"coding:' in line]
    at = (
        chance.choice(rows)
        if rows and chance.random() < 0.7
        else chance.randrange(len(lines))
    )
    other = json.dumps(forged(json.loads(lines[at]), chance))
    return rechained([*lines[:at], other, *lines[at + 1 :]])


def fresh(folder: Path, name: str) -> Project:
    """The project in `folder` copied, and open."""
    target = folder.with_name(name)
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target)
    return open_project(target)


def merge_forged(home: Path, file: Path, seed: int) -> bool:
    """A forged packet into a copy of the project; returns whether it was taken in."""
    chance = random.Random(seed)
    project = fresh(home, "merged")
    try:
        other = changed(file, lambda lines: forged_lines(lines, chance))
        return _taken(project, lambda: packet_merge.merge_packet(project, other))
    finally:
        project.close()


def import_forged(home: Path, line: str, seed: int) -> bool:
    """A forged native file into a copy of the project; returns whether it was taken in."""
    project = fresh(home, "imported")
    file = home.with_name("forged.jsonl")
    file.write_text(json.dumps(forged(json.loads(line), random.Random(seed))), "utf-8")
    try:
        return _taken(project, lambda: import_files(project, [file]))
    finally:
        project.close()


def open_forged(file: Path, seed: int) -> bool:
    """A forged packet as a project of its own; returns whether that was made."""
    chance = random.Random(seed)
    other = changed(file, lambda lines: forged_lines(lines, chance))
    return _made(
        file.with_name("opened"), lambda folder: packets.open_packet(other, folder)
    )


def restore_forged(backup: Path, seed: int) -> bool:
    """A forged backup as a project of its own; returns whether that was made."""
    file = backup.with_name("forged.backup")
    lines = backup.read_text("utf-8").split("\n")[:-2]
    file.write_bytes(sealed(forged_lines(lines, random.Random(seed))))
    return _made(backup.with_name("restored"), lambda folder: restore(file, folder))


def _made(folder: Path, make: Callable[[Path], Project]) -> bool:
    """Whether the project was made, and looked through; else nothing of it is left."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        project = make(folder)
    except CoderError:
        assert not folder.exists()
        return False
    try:
        found = verify(project).findings
        try:
            export(project)
        except CoderError:
            assert found
    finally:
        project.close()
    return True


def export(project: Project) -> None:
    """The codings as CSV, into memory."""
    deliver(project, "csv", "codings", io.BytesIO(), allow_loss=True)


def _taken(project: Project, deed: Callable[[], object]) -> bool:
    before = state(project)
    try:
        deed()
    except CoderError:
        assert state(project) == before
        return False
    assert not verify(project).findings
    if state(project)[0]:
        export(project)
    return True
