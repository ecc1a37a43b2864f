"""When codings were submitted, before and after an upgrade of the codebook."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from coder.model import GOLD, Status
from coder.service.figures.progress import study
from coder.service.project.opened import Project
from coder.service.review.gold_session import reopen
from coder.service.upkeep.codebook_upgrade import undo_upgrade
from tests.support.upgraded import codings, done


def test_codings_keep_their_days_of_submission_through_an_upgrade_and_its_undo(
    local: Project, file: Path
) -> None:
    def times() -> dict[str, str]:
        with local.store.read() as queries:
            return queries.submission_times()

    before = times()
    assert {
        coding.id for coding in codings(local) if coding.coder != GOLD
    } <= before.keys()
    done(local, file)
    assert times() == before
    undo_upgrade(local, "salma")
    assert times() == before


def test_an_upgrade_and_its_undo_are_no_change_to_a_coding_that_was_reopened(
    local: Project, file: Path
) -> None:
    article = local.article("000").id
    reopen(local, "salma", article, "amal")
    with local.store.begin("amal") as work:
        opened = work.queries.coding(article, "amal")
        assert opened is not None
        work.save_coding(
            opened, replace(opened, status=Status.SUBMITTED), "coding.submitted"
        )
    done(local, file)
    undo_upgrade(local, "salma")
    assert study(local).basis.revised == 0
