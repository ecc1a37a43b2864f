"""Forged packets, native files and backups, a thousand of each."""

from __future__ import annotations

from pathlib import Path

from tests.service.test_hostile_files import forge, native_line
from tests.support import hostile

__all__ = ["forge"]


def test_forged_files_are_sound_or_refused(forge: Path) -> None:
    taken = [0, 0, 0, 0]
    for seed in range(10_000, 11_000):
        taken[0] += hostile.merge_forged(forge / "home", forge / "back", seed)
        taken[1] += hostile.import_forged(forge / "new", native_line(), seed)
        taken[2] += hostile.restore_forged(forge / "whole", seed)
        taken[3] += hostile.open_forged(forge / "back", seed)
    print(f"\nforged files: of 1,000 each, {taken} were sound and taken in")
