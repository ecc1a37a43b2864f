"""Upgrading the codebook while others work: open articles, packets that are out,
rights, a kill.
"""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from msgspec.structs import replace

from coder.adjudicate.gold_edits import TakeAgreed
from coder.errors import CoderError, ConflictError, LostFileError
from coder.model import GOLD, Answer, Coding, Status
from coder.service.delivery import packet_merge, packets
from coder.service.delivery.project_copy import restore
from coder.service.project.drafts import Drafts
from coder.service.project.opened import Project, open_project
from coder.service.review.gold_session import ReviewSession, reopen
from coder.service.upkeep.codebook_upgrade import (
    read_new,
    undo_upgrade,
    upgrade,
    worklist,
)
from coder.service.upkeep.integrity import verify
from coder.store import journal
from tests.support.postgres import OWNER, Server
from tests.support.upgraded import NEW, OLD, codings, done, exported


def test_whoever_had_the_article_open_is_told_and_overwrites_nothing(
    project: Project, file: Path
) -> None:
    [coding, *_] = codings(project, "amal")
    reopen(project, "salma", coding.article, "amal")
    was = replace(coding, status=Status.OPEN)
    done(project, file)
    carried = exported(project)
    with (
        pytest.raises(ConflictError, match="upgraded to"),
        project.store.begin("salma") as work,
    ):
        work.save_coding(was, was.with_answer("outlet", Answer(value="x")), "value.set")
    new = replace(was, coder="newcomer", spans=(), events=(), answers={})
    with (
        pytest.raises(ConflictError, match="upgraded to"),
        project.store.begin("salma") as work,
    ):
        work.save_coding(None, new, "value.set")
    assert exported(project) == carried


def test_who_begins_a_coding_while_an_upgrade_is_under_way_waits_and_is_told(
    project: Project, file: Path
) -> None:
    new = read_new(project, file)
    article = project.article("003")
    begun = Coding(article.id, article.text_sha256, OLD, "newcomer")
    as_newcomer = open_project(project.config.folder, person="newcomer")

    def begin() -> None:
        with as_newcomer.store.begin("newcomer") as work:
            work.save_coding(None, begun, "value.set")

    with ThreadPoolExecutor() as pool:
        with project.store.begin("salma") as work:
            work.hold_journal()
            work.add_codebook(new.ref, new.digest, new.to_json(), journal.UPGRADED)
            beginning = pool.submit(begin)
            time.sleep(0.3)
            assert not beginning.done()
        with pytest.raises(ConflictError, match=f"upgraded to {NEW}"):
            beginning.result()
    assert not codings(project, "newcomer")
    as_newcomer.close()


def test_packets_that_were_out_come_back_in_their_revision_and_are_brought_over(
    local: Project, file: Path, tmp_path: Path
) -> None:
    with local.store.begin("salma") as work:
        work.assign(
            [(c.article, "newcomer", "production", 0) for c in codings(local, "amal")]
        )
    [coding, *_] = codings(local, "amal")
    reopen(local, "salma", coding.article, "amal")
    for name in ("amal", "newcomer"):
        packets.make(local, name, tmp_path / f"{name}.out")
        away = packets.open_packet(tmp_path / f"{name}.out", tmp_path / name)
        with away.store.begin(name) as work:
            before = work.queries.coding(coding.article, name)
            after = before or replace(
                coding, coder=name, status=Status.OPEN, spans=(), events=(), answers={}
            )
            work.save_coding(
                before, after.with_answer("outlet", Answer(value="x")), "value.set"
            )
        packets.make(away, name, tmp_path / f"{name}.back")
        away.close()
    done(local, file)
    for name in ("amal", "newcomer"):
        packet_merge.merge_packet(local, tmp_path / f"{name}.back")
    assert {(c.coder, c.codebook) for c in codings(local) if c.codebook == OLD} == {
        (GOLD, OLD),
        ("amal~2", OLD),  # it was changed here as well: by the upgrade
        ("newcomer", OLD),
    }
    assert not verify(local).findings
    done(local, file)
    assert {c.coder for c in codings(local) if c.codebook == OLD} == {GOLD}
    assert not verify(local).findings


def test_a_packet_made_after_an_upgrade_carries_every_revision(
    local: Project, file: Path, tmp_path: Path
) -> None:
    done(local, file)
    undo_upgrade(local, "salma")
    done(local, file)
    packets.make(local, "amal", tmp_path / "amal.packet")
    away = packets.open_packet(tmp_path / "amal.packet", tmp_path / "away")
    assert away.codebook.ref == NEW
    assert worklist(away, "amal") == worklist(local, "amal")
    away.close()
    assert all(
        m.entries == 0
        for m in packet_merge.merge_packet(local, tmp_path / "amal.packet")
    )


def test_only_a_supervisor_upgrades(project: Project, file: Path) -> None:
    new = read_new(project, file)
    as_amal = open_project(project.config.folder, person="amal")
    for attempt in (
        lambda: upgrade(as_amal, "amal", new),
        lambda: undo_upgrade(as_amal, "amal"),
    ):
        with pytest.raises(CoderError, match="amal is a coder, not a supervisor"):
            attempt()
    if project.store.has_logins:  # the name is not what counts there: the login is
        for attempt in (
            lambda: upgrade(as_amal, "salma", new),
            lambda: undo_upgrade(as_amal, "salma"),
        ):
            with pytest.raises(CoderError, match="shows amal only their own work"):
                attempt()
        done(project, file)
        mine = {w.coder for w, _ in worklist(as_amal)}
        assert mine == {"amal"}
    as_amal.close()


def test_a_review_that_was_open_during_an_upgrade_writes_no_gold_of_the_old_revision(
    local: Project, file: Path
) -> None:
    article = local.article("003")
    review = ReviewSession(local, article, "salma")
    upgrade(local, "salma", read_new(local, file))
    review.do(TakeAgreed())
    with pytest.raises(ConflictError, match=r"upgraded to .*1\.1\.0"):
        review.writer.flush()
    with local.store.read() as queries:
        assert queries.gold(article.id) is None


KILLED = """
import os, signal, sys
from pathlib import Path
from coder.service.project.opened import open_project
from coder.service.upkeep import codebook_upgrade
from coder.store.unit_of_work import utc_now

left = int(sys.argv[3])

def clock():
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return utc_now()

project = open_project(Path(sys.argv[1]), clock, "salma")
"""
UPGRADE = (
    KILLED
    + 'codebook_upgrade.upgrade(project, "salma", codebook_upgrade.read_new(project, Path(sys.argv[2])))'
)


@pytest.mark.parametrize("entries", [0, 1, 4])
def test_a_kill_in_the_middle_of_a_few_codings_leaves_them_all_as_they_were(
    project: Project, file: Path, entries: int
) -> None:
    """The upgrade writes 5 entries: the codebook's and one for each of 4 codings."""
    before = exported(project)
    words = [
        sys.executable,
        "-c",
        UPGRADE,
        str(project.config.folder),
        str(file),
        str(entries),
    ]
    assert subprocess.run(words, check=False).returncode == -9
    assert exported(project) == before
    assert not verify(project).findings
    done(project, file)
    assert {c.codebook for c in codings(project, "amal")} == {NEW}


def test_an_upgrade_that_is_broken_off_changes_nothing(
    project: Project, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = exported(project)
    monkeypatch.setattr("coder.service.upkeep.codebook_upgrade._AT_ONCE", 1)

    def stop(done: int, of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    new = read_new(project, file)
    with pytest.raises(KeyboardInterrupt):
        upgrade(project, "salma", new, progress=stop)
    assert exported(project) == before and project.codebook.ref == OLD
    assert not verify(project).findings
    done(project, file)
    assert {c.codebook for c in codings(project, "amal")} == {NEW}
    assert not verify(project).findings


def test_an_upgrade_on_a_server_is_undone_by_the_command_that_it_names(
    project: Project, file: Path, tmp_path: Path, postgres: Server
) -> None:
    if not project.store.has_logins:
        pytest.skip("in a file it is undone in place")
    before = exported(project)
    done(project, file)
    after = exported(project)
    with pytest.raises(CoderError) as refused:
        undo_upgrade(project, "salma")
    backup = project.config.folder / "coder-before-1.1.0.jsonl"
    assert f"coder backup --restore {backup}" in refused.value.hint
    assert exported(project) == after
    with postgres.database() as other:
        again = restore(backup, tmp_path / "again", postgres.url(other, OWNER))
        assert exported(again) == before and again.codebook.ref == OLD
        assert not verify(again).findings
        again.close()


def test_windows_that_are_open_during_an_undo_are_told(
    local: Project, file: Path
) -> None:
    done(local, file)
    other = open_project(local.config.folder)
    before = codings(other, "amal")
    undo_upgrade(local, "salma")
    with pytest.raises(LostFileError), other.store.begin("salma") as work:
        work.save_coding(
            before[0], before[0].with_answer("outlet", Answer(value="x")), "value.set"
        )
    other.close()
    assert not verify(local).findings


def test_what_was_begun_and_not_sent_outlives_an_undo(
    local: Project, file: Path
) -> None:
    done(local, file)
    Drafts(local, "amal").store({("003", "", "notes"): "half"})
    undo_upgrade(local, "salma")
    assert Drafts(local, "amal").texts == {("003", "", "notes"): "half"}
