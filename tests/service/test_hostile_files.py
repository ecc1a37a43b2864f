"""Forged packets, native files and backups: taken in and sound, or refused and nothing
changed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from coder.service.delivery import packet_merge
from coder.service.delivery.intake import import_files
from coder.service.delivery.project_copy import backup
from coder.service.project.opened import create_project
from tests.conftest import SEEDS
from tests.support import hostile
from tests.support.packets import answer, made_home, opened, sent

ROUNDS = 15


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a project `home`, a packet `back` for it, a backup `whole` and an
    empty project `new`.
    """
    folder = tmp_path_factory.mktemp("forge")
    home = made_home(folder)
    away = opened(home, "amal", folder / "away")
    for field, value in (
        ("genre", "statement"),
        ("outlet", "وكالة"),
        ("relevance", "relevant"),
    ):
        answer(away, "amal", "a1", field, value)
    sent(away, "amal", folder / "back")
    away.close()
    home.close()
    new = create_project(folder / "new")
    new.add_person("amal", "coder")
    import_files(new, sorted(SEEDS.glob("*.txt"))[:1])
    new.close()
    other = hostile.fresh(folder / "new", "other")
    (folder / "line.jsonl").write_text(native_line(), "utf-8")
    import_files(other, [folder / "line.jsonl"])
    backup(other, folder / "whole", portable=True)
    other.close()
    return folder


def native_line() -> str:
    return (SEEDS / "codings" / "amal.jsonl").read_text("utf-8").splitlines()[0]


@pytest.mark.parametrize("start", range(0, 3 * ROUNDS, ROUNDS))
def test_a_forged_packet_is_taken_in_whole_and_sound_or_not_at_all(
    forge: Path, start: int
) -> None:
    for seed in range(start, start + ROUNDS):
        hostile.merge_forged(forge / "home", forge / "back", seed)


@pytest.mark.parametrize("start", range(0, 3 * ROUNDS, ROUNDS))
def test_a_forged_native_file_is_taken_in_whole_and_sound_or_not_at_all(
    forge: Path, start: int
) -> None:
    for seed in range(start, start + ROUNDS):
        hostile.import_forged(forge / "new", native_line(), seed)


def test_a_project_made_of_forged_rows_is_looked_through_or_refused(
    forge: Path,
) -> None:
    for seed in range(ROUNDS):
        hostile.restore_forged(forge / "whole", seed)
        hostile.open_forged(forge / "back", seed)


def test_without_forgery_all_of_them_are_taken_in(forge: Path) -> None:
    project = hostile.fresh(forge / "home", "merged")
    assert [m.entries for m in packet_merge.merge_packet(project, forge / "back")] == [
        3,
        0,
    ]
    project.close()
    (forge / "line.jsonl").write_text(native_line(), "utf-8")
    new = hostile.fresh(forge / "new", "imported")
    assert import_files(new, [forge / "line.jsonl"]).codings == 1
    new.close()
