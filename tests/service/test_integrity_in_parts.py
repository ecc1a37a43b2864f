"""`verify` looks at some articles at a time, on all cores, and finds what it finds in
turn.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from coder.service.project.opened import Project
from coder.service.upkeep.integrity import Integrity, verify

ANSWER = "(SELECT coding FROM answer WHERE NOT proposed ORDER BY coding DESC LIMIT 1)"
DAMAGES = [
    "UPDATE span SET quote = 'xxxxx' WHERE coding = (SELECT max(coding) FROM span)",
    f"UPDATE answer SET evidence = '[\"s999\"]' WHERE coding = {ANSWER}",
    "DELETE FROM event",
    "UPDATE cluster SET members = '[]'",
    "INSERT INTO cluster (article, id, position, members, gold, rejected)"
    " VALUES ('no article', 'c1', 0, '[]', '', '')",
    "INSERT INTO event (coding, id, position) VALUES ('no/coding', 'e1', 0)",
    "UPDATE person SET role = 'coder'",
]


def found_in_parts(project: Project, monkeypatch: pytest.MonkeyPatch) -> Integrity:
    with monkeypatch.context() as changed:
        changed.setattr("coder.store.replay._BATCH", 1)
        changed.setattr("coder.service.upkeep.integrity._WORTH", 0)
        return verify(project)


def test_a_sound_project_is_sound_in_parts(
    demo: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = verify(demo)
    assert whole.findings == [] and whole.entries > 10
    assert found_in_parts(demo, monkeypatch) == whole


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_does_not_fit_is_found_in_parts_too(
    demo: Project, demo_folder: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    with sqlite3.connect(demo_folder / "coder.db") as connection:
        connection.execute(damage)
    connection.close()
    whole = verify(demo).findings
    assert {finding.check for finding in whole} & {"replay", "span", "evidence"}
    assert sorted(map(str, found_in_parts(demo, monkeypatch).findings)) == sorted(
        map(str, whole)
    )
