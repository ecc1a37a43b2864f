"""A real change of the codebook in a project with codings and gold, forth and back, on
both engines.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from coder.errors import CoderError, ConflictError
from coder.model import GOLD, MISSING, Answer, Coding, Status
from coder.revisions.recode import LOOK_AGAIN
from coder.service.coding.session import CodingSession
from coder.service.delivery.datasets import deliver
from coder.service.delivery.project_copy import backup as make_backup
from coder.service.delivery.project_copy import restore
from coder.service.figures.progress import study
from coder.service.project.config import save_user_view, user_view
from coder.service.project.opened import Project, create_project
from coder.service.review.gold_session import ReviewSession, reopen
from coder.service.review.review_queue import queue
from coder.service.upkeep.codebook_upgrade import (
    dry_run,
    read_new,
    undo_upgrade,
    upgrade,
    worklist,
)
from coder.service.upkeep.integrity import verify
from coder.service.upkeep.rule_check import check
from coder.store import convert
from tests.support.revised import RECODE, revised
from tests.support.upgraded import NEW, OLD, codings, done, exported

ROOT = Path(__file__).parents[3]
ARMED = (
    "drone_attack",
    "missile_artillery",
    "explosive_device",
    "suicide_attack",
    "armed_clash",
    "armed_assault",
    "attack_unspecified",
)
"""The event types under armed_violence in the shipped codebook that are not split."""


def events_of(project: Project, types: tuple[str, ...]) -> set[tuple[str, str, str]]:
    """(coder, article, event) of the coders' events of these types."""
    return {
        (c.coder, c.article, e.id)
        for c in codings(project)
        for e in c.events
        if c.coder != GOLD and e.answer("event_type").value in types
    }


def to_do(project: Project, field: str) -> set[tuple[str, str, str]]:
    return {
        (w.coder, w.article, p.event_id or "")
        for w, left in worklist(project)
        for p in left
        if p.field == field
    }


def test_every_coding_comes_over_and_what_is_to_be_looked_at_is_listed(
    project: Project, file: Path
) -> None:
    split, armed = events_of(project, ("air_strike",)), events_of(project, ARMED)
    before = {c.id: c for c in codings(project)}
    assert split and armed
    done(project, file)
    assert project.codebook.ref == NEW
    assert to_do(project, "event_type") == split
    assert to_do(project, "at_night") == armed
    for after in codings(project):
        was = before[after.id]
        if after.coder == GOLD:
            assert after == was
            continue
        assert after.codebook == NEW
        assert after.spans == was.spans
        for event, old in zip(after.events, was.events, strict=True):
            assert event.answer("article_certainty") == old.answer("certainty")
            assert "certainty" not in event.fields
            if (after.coder, after.article, event.id) in split:
                assert event.answer("event_type").state == "missing"
                assert (
                    event.answer("event_type").evidence
                    == old.answer("event_type").evidence
                )
            else:
                assert event.answer("event_type") == old.answer("event_type")
    assert not verify(project).findings


def test_undo_gives_back_every_byte_of_the_native_export(
    local: Project, file: Path
) -> None:
    before = exported(local)
    for _ in range(2):
        done(local, file)
        assert exported(local) != before
        undo_upgrade(local, "salma")
        assert exported(local) == before
        assert local.codebook.ref == OLD
        assert worklist(local) == []
        assert not verify(local).findings
    assert not [*local.config.folder.glob("coder-before-*")]


def test_a_dry_run_says_what_the_upgrade_then_does_and_writes_nothing(
    local: Project, file: Path
) -> None:
    before = exported(local), verify(local).entries
    new = read_new(local, file)
    planned = dry_run(local, new)
    assert (exported(local), verify(local).entries) == before
    assert upgrade(local, "salma", new) == planned


def test_what_a_coder_mends_leaves_the_work_list(local: Project, file: Path) -> None:
    done(local, file)
    [waiting, *_] = [
        w
        for w, left in worklist(local, "amal")
        if any(p.field == "event_type" for p in left)
    ]
    session = CodingSession(local, local.article(waiting.article), "amal")
    [split, *_] = [p for p in session.problems() if p.rule == LOOK_AGAIN]
    assert "Air strike" in split.message.en and "Crewed air strike" in split.message.en
    assert "غارة جوية" in split.message.ar and "غارة بطائرة مأهولة" in split.message.ar
    event = session.coding.event(split.event_id or "")
    assert event is not None
    mended = event.with_answer(
        "event_type",
        replace(event.answer("event_type"), value="air_strike_crewed", blank=None),
    )
    assert (waiting.coder, waiting.article, event.id) in to_do(local, "event_type")
    # Written as the supervisor, who may; the screen writes as the coder.
    with local.store.begin("salma") as work:
        work.save_coding(session.coding, session.coding.with_event(mended), "value.set")
    assert (waiting.coder, waiting.article, event.id) not in to_do(local, "event_type")
    # Now that the type is there, the new field is asked for.
    again = CodingSession(local, local.article(waiting.article), "amal")
    asked = [(p.rule, p.event_id, p.field) for p in again.problems()]
    assert ("required", event.id, "at_night") in asked


def test_submitted_codings_with_something_to_look_at_are_open_again(
    local: Project, file: Path
) -> None:
    assert {c.status for c in codings(local)} == {Status.SUBMITTED}
    done(local, file)
    waiting = {f"{w.article}/{w.coder}" for w, _ in worklist(local)}
    for coding in codings(local):
        assert (coding.status is Status.OPEN) is (coding.id in waiting)


def test_undo_is_refused_once_anything_was_changed_after_the_upgrade(
    local: Project, file: Path, tmp_path: Path
) -> None:
    before = exported(local)
    done(local, file)
    [coding, *_] = codings(local, "amal")
    with local.store.begin("salma") as work:
        work.save_coding(
            coding, coding.with_answer("outlet", Answer(value="x")), "value.set"
        )
    worked = exported(local)
    with pytest.raises(ConflictError, match=f"upgrade to {NEW} there are 1 change"):
        undo_upgrade(local, "salma")
    assert exported(local) == worked
    again = restore(local.config.folder / "coder-before-1.1.0.db", tmp_path / "again")
    assert exported(again) == before
    again.close()


def test_an_upgrade_whose_backup_is_gone_is_not_undone(
    local: Project, file: Path
) -> None:
    done(local, file)
    after = exported(local)
    backup = local.config.folder / "coder-before-1.1.0.db"
    backup.rename(local.config.folder / "elsewhere.db")
    with pytest.raises(CoderError, match="no backup from before the upgrade"):
        undo_upgrade(local, "salma")
    other = create_project(local.config.folder.with_name("other"))
    make_backup(other, backup)
    with pytest.raises(CoderError, match="no backup from before the upgrade"):
        undo_upgrade(local, "salma")
    assert exported(local) == after


def test_a_coders_own_undo_stops_at_the_upgrade_and_goes_on_when_it_is_taken_back(
    local: Project, file: Path
) -> None:
    [coding, *_] = codings(local, "amal")
    reopen(local, "salma", coding.article, "amal")
    opened = replace(coding, status=Status.OPEN)
    changed = opened.with_answer("outlet", Answer(value="x"))
    with local.store.begin("salma") as work:
        work.save_coding(opened, changed, "value.set")
    done(local, file)
    with local.store.begin("salma") as work:
        assert work.undo(f"coding:{coding.id}") is None
    undo_upgrade(local, "salma")
    with local.store.begin("salma") as work:
        assert work.undo(f"coding:{coding.id}") == "value.set"
        assert work.queries.coding(coding.article, "amal") == opened


def test_a_coding_of_a_revision_that_was_taken_back_is_named_until_that_is_in_force_again(
    local: Project, file: Path, tmp_path: Path
) -> None:
    [coding, *_] = codings(local, "amal")
    done(local, file)
    [carried, *_] = codings(local, "amal")
    undo_upgrade(local, "salma")
    rows = (convert.coding_rows(coding), convert.coding_rows(carried))
    with local.store.begin("salma") as work:  # as from a packet of then
        work.record(f"coding:{coding.id}", "packet", *rows)
    later = revised(tmp_path / "later", version="1.2.0")
    before = codings(local)
    with pytest.raises(CoderError, match=f"1 coding .*: {coding.id} \\({NEW}\\)"):
        done(local, later)
    assert codings(local) == before
    done(local, file)
    done(local, revised(tmp_path / "last", version="1.2.0", recode=""))
    assert {c.codebook for c in codings(local) if c.coder != GOLD} == {
        "conflict-events-ar@1.2.0"
    }


def test_gold_keeps_its_revision_until_it_is_asked_for(
    project: Project, file: Path
) -> None:
    [gold] = codings(project, GOLD)
    types = [e.answer("event_type").value for e in gold.events]
    assert (
        dry_run(project, read_new(project, file)).gold_kept[0].article == gold.article
    )
    done(project, file)
    assert codings(project, GOLD) == [gold]
    done(project, file, gold=True)
    [carried] = codings(project, GOLD)
    assert carried.codebook == NEW
    for event, was in zip(carried.events, types, strict=True):
        undecided = was == "air_strike"
        assert event.answer("event_type") == (
            MISSING if undecided else gold.event(event.id).answer("event_type")
        )  # type: ignore[union-attr]
        assert (
            event.answer("article_certainty").by
            == gold.event(event.id).answer("certainty").by
        )  # type: ignore[union-attr]
    assert carried.status is Status.OPEN
    [waiting] = [left for w, left in worklist(project) if w.coder == GOLD]
    undecided_types = {p.event_id for p in waiting if p.field == "event_type"}
    assert undecided_types == {
        e.id for e, was in zip(gold.events, types, strict=True) if was == "air_strike"
    }
    assert not verify(project).findings


def test_gold_and_codings_of_two_revisions_are_not_reviewed_together(
    local: Project, file: Path
) -> None:
    [gold] = codings(local, GOLD)
    # A change that leaves nothing to look at: everything stays submitted.
    file.write_text(
        (ROOT / "schemas" / "conflict_events.yaml")
        .read_text("utf-8")
        .replace("1.0.0", "1.0.1", 1),
        "utf-8",
    )
    done(local, file)
    status = {q.article: q.status for q in queue(local)}
    assert status[gold.article] == "revisions"
    with pytest.raises(
        CoderError, match=r"different revisions of the codebook: .*1\.0\.0, .*1\.0\.1"
    ) as refused:
        ReviewSession(local, local.article(gold.article), "salma")
    assert "--gold" in refused.value.hint
    done(local, file, gold=True)
    assert {q.article: q.status for q in queue(local)}[gold.article] == "closed"


def test_agreement_is_not_computed_over_two_revisions(
    local: Project, file: Path
) -> None:
    [coding, *_] = [c for c in codings(local, "amal") if c.article.startswith("003")]
    new = file.parent / "same.yaml"
    new.write_text(
        (ROOT / "schemas" / "conflict_events.yaml")
        .read_text("utf-8")
        .replace("1.0.0", "1.0.1", 1),
        "utf-8",
    )
    done(local, new)
    assert study(local).codebook.ref.endswith("@1.0.1")
    with local.store.begin("salma") as work:  # as a packet does that was out meanwhile
        now = work.queries.coding(coding.article, "amal")
        work.record(f"coding:{coding.id}", "packet", *_heads(now, OLD))
    with pytest.raises(CoderError, match=f"1 with {OLD}, 3 with"):
        study(local)
    assert not verify(local).findings
    done(local, new)  # the same command brings in who is behind
    assert study(local).codebook.ref.endswith("@1.0.1")


def _heads(
    coding: Coding | None, ref: str
) -> tuple[dict[tuple[str, ...], dict[str, object]], ...]:
    assert coding is not None
    return convert.coding_rows(coding), convert.coding_rows(
        replace(coding, codebook=ref)
    )


def test_exports_and_checks_read_each_coding_with_its_own_revision(
    local: Project, file: Path
) -> None:
    found = {
        (f.coding, f.rule, f.field)
        for f in check(local)
        if f.coding.endswith(f"/{GOLD}")
    }
    done(local, file)
    assert {
        (f.coding, f.rule, f.field)
        for f in check(local)
        if f.coding.endswith(f"/{GOLD}")
    } == found
    out = io.BytesIO()
    deliver(local, "csv", "gold", out, allow_loss=True)
    names, *rows = csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig")))
    assert names.index("article_certainty") < names.index("certainty")
    assert len(rows) == 1 + len(codings(local, GOLD)[0].events)


REFUSED = {
    "the same version, other contents": (
        {"version": "1.0.0", "recode": ""},
        "with different contents",
    ),
    "a lower version": (
        {"version": "0.9.0", "recode": ""},
        "already has version 1.0.0",
    ),
    "what became of another version": (
        {"recode": RECODE.replace("1.0.0", "0.9.0")},
        "describes the changes since version 0.9.0",
    ),
    "an old name that never was": (
        {"recode": RECODE.replace("certainty:", "certainly:")},
        r"codebook.yaml:\d+:\d+: recode.fields.certainly: unknown name .*did you mean “certainty”",
    ),
    "a new name that is not there": (
        {"recode": RECODE.replace("article_certainty", "certain_article")},
        r"codebook.yaml:\d+:\d+: recode.fields.certainty: unknown name “certain_article”",
    ),
    "two fields into one": (
        {
            "recode": RECODE.replace(
                "certainty:", "certainty: article_certainty, source:"
            )
        },
        "certainty and source cannot both become article_certainty",
    ),
    "an event's field into the article's": (
        {"recode": RECODE.replace("article_certainty", "genre")},
        "cannot become each other|cannot both become",
    ),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_cannot_come_after_is_refused_and_changes_nothing(
    local: Project, tmp_path: Path, why: str
) -> None:
    changed, message = REFUSED[why]
    before = exported(local), verify(local).entries
    with pytest.raises(CoderError, match=message):
        done(local, revised(tmp_path / "new", **changed))
    assert (exported(local), verify(local).entries) == before


def test_two_upgrades_one_after_the_other_keep_what_is_left_to_do(
    local: Project, file: Path, tmp_path: Path
) -> None:
    done(local, file)
    left = {
        (w.article, w.coder): {(p.event_id, p.message.en) for p in ps}
        for w, ps in worklist(local)
    }
    done(local, revised(tmp_path / "next", version="1.2.0", recode=""))
    assert {
        (w.article, w.coder): {(p.event_id, p.message.en) for p in ps}
        for w, ps in worklist(local)
    } == left
    with pytest.raises(CoderError, match=r"already has .*, with different contents"):
        done(local, revised(tmp_path / "sly", version="1.1.0", recode=""))
    undo_upgrade(local, "salma")
    assert local.codebook.ref == NEW
    undo_upgrade(local, "salma")
    assert local.codebook.ref == OLD
    with pytest.raises(CoderError, match="never been upgraded"):
        undo_upgrade(local, "salma")
    done(local, file)
    assert local.codebook.ref == NEW


def test_the_command_line_upgrades_lists_and_undoes(
    run_coder: Callable[..., tuple[int, str, str]], demo_folder: Path, file: Path
) -> None:
    codebook = ("codebook", "--project", demo_folder, "--json")
    code, out, err = run_coder(*codebook, "upgrade", file, "--dry-run")
    assert code == 0, err
    planned = json.loads(out)
    assert (planned["from"], planned["to"], planned["written"]) == (OLD, NEW, False)
    assert run_coder(*codebook, "upgrade", file)[0] == 2
    code, out, err = run_coder(*codebook, "upgrade", file, "--as", "salma")
    assert code == 0, err
    assert json.loads(out) == {**planned, "written": True}
    code, out, _ = run_coder(*codebook, "worklist", "--coder", "amal")
    assert {each["coder"] for each in json.loads(out)} == {"amal"}
    code, out, err = run_coder(*codebook, "diff", OLD, NEW)
    assert code == 0, err
    found = json.loads(out)
    assert (found["old"]["codebook"], found["new"]["codebook"]) == (OLD, NEW)
    assert {"added", "renamed", "split"} <= {d["sign"] for d in found["differences"]}
    code, out, err = run_coder(*codebook, "upgrade", "--undo", "--as", "salma")
    assert (code, json.loads(out)) == (0, {"undone": NEW, "codebook": OLD}), err
    assert run_coder(*codebook, "upgrade", "--undo", "--as", "salma")[0] == 2
    assert json.loads(run_coder(*codebook, "diff", file)[1]) == found


def test_gold_that_comes_over_later_is_told_as_gold_and_from_its_own_revision(
    run_coder: Callable[..., tuple[int, str, str]], demo_folder: Path, file: Path
) -> None:
    save_user_view(replace(user_view(), language="en"))
    command = ("codebook", "--project", demo_folder, "upgrade", file)
    assert run_coder(*command, "--as", "salma")[0] == 0
    versions = f"{OLD} → {NEW}: codings"
    for words, said in (
        (
            ("--dry-run",),
            f"{versions} that would be carried over: 0\ngold that would be carried over: 1 (",
        ),
        (("--as", "salma"), f"{versions} carried over: 0\ngold carried over: 1 ("),
        (
            ("--as", "salma"),
            f"{NEW} is already in force, and no coding is left of an earlier revision; ",
        ),
    ):
        code, out, err = run_coder(*command, "--gold", *words)
        assert code == 0 and out.startswith(said), err
    worklist = ("codebook", "--project", demo_folder, "worklist")
    waiting = [
        each["coder"] == GOLD for each in json.loads(run_coder(*worklist, "--json")[1])
    ]
    told = run_coder(*worklist)[1]
    assert told.endswith(
        f" in {waiting.count(False)} codings and the gold of 1 article\n"
    ), told
