"""Codings that came without an assignment: they count as their coder's, and can be
given back.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.model import Coding, Status
from coder.service.coding.session import find_next_article
from coder.service.project.opened import Project
from coder.service.review.gold_session import reopen
from coder.service.team.members import assign
from coder.service.upkeep.integrity import verify
from tests.service.one_group import four_articles


def add(project: Project, coder: str, article: str, what: str) -> None:
    """A coder's submitted coding of an article."""
    sha = project.article(article).text_sha256
    coding = Coding(article, sha, project.codebook.ref, coder, Status.SUBMITTED)
    with project.store.begin(coder) as work:
        work.save_coding(None, coding, what)


@pytest.fixture
def imported(tmp_path: Path, database_url: str) -> Iterator[Project]:
    """Beside the group's assignments, amal and basim have submitted the last article,
    which nobody has.
    """
    with four_articles(tmp_path, database_url) as project:
        for name in ("amal", "basim"):
            add(project, name, "a4", "coding.imported")
        yield project


def stages(project: Project) -> dict[tuple[str, str], str]:
    with project.store.read() as queries:
        return queries.stages()


def test_what_a_coder_has_coded_is_not_assigned_again(imported: Project) -> None:
    before = stages(imported)
    assert assign(imported, ["amal", "basim"], 2) == 1  # a3 to basim
    assert stages(imported).keys() - before.keys() == {("a3", "basim")}


def test_it_is_if_it_is_named(imported: Project) -> None:
    assert assign(imported, ["amal", "basim"], 2, "calibration", articles=["a4"]) == 2
    assert stages(imported)["a4", "amal"] == "calibration"


def test_a_coding_that_is_given_back_is_among_its_coder_s_articles(
    imported: Project,
) -> None:
    for article in ("a1", "a2", "a3"):
        add(imported, "amal", article, "coding.submitted")
    with pytest.raises(CoderError):
        find_next_article(imported, "amal")
    assert find_next_article(imported, "amal", or_read=True) == "a3"
    reopen(imported, "salma", "a4", "amal", "أعد قراءة الخاتمة")
    assert find_next_article(imported, "amal") == "a4"
    assert ("a4", "basim") not in stages(imported) and not verify(imported).findings
