"""When codings were submitted, before and after an upgrade of the codebook."""

from __future__ import annotations

from pathlib import Path

from coder.model import GOLD
from coder.service.project.opened import Project
from coder.service.upkeep.codebook_upgrade import undo_upgrade
from tests.support.upgraded import codings, done


def test_codings_keep_their_days_of_submission_through_an_upgrade_and_its_undo(
    project: Project, file: Path
) -> None:
    def times() -> dict[str, str]:
        with project.store.read() as queries:
            return queries.submission_times()

    before = times()
    assert {coding.id for coding in codings(project) if coding.coder != GOLD} <= before.keys()
    done(project, file)
    assert times() == before
    undo_upgrade(project, "salma")
    assert times() == before
