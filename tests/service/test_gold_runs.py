"""Policies over a project, and releases of its gold: what is written, taken back,
signed, and stays.
"""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from coder.adjudicate.gold_edits import (
    GoldEdit,
    Link,
    RejectCluster,
    RestoreCluster,
    Split,
    Take,
    TakeAgreed,
)
from coder.errors import CoderError
from coder.model import GOLD, Answer, Coding, Status
from coder.service.delivery.datasets import deliver
from coder.service.delivery.intake import import_files
from coder.service.delivery.releases import make, release_of
from coder.service.project.config import GoldRules
from coder.service.project.opened import Project, create_project
from coder.service.project.sign_off import sign
from coder.service.review import policy_runs
from coder.service.review.gold_list import gold_lines, origins
from coder.service.review.gold_session import ReviewSession, reopen
from coder.service.team.members import withdraw
from coder.service.upkeep.integrity import verify
from coder.service.upkeep.rule_check import check
from tests.service.shared_demo import opened, shared

Run = Callable[..., tuple[int, str, str]]
SEEDS = Path(__file__).parents[2] / "seeds"
BY, CLOSED, OTHER = (
    "salma",
    "000_fd74d59c4a9049c0",
    "001_4a950e12de890295",
)  # CLOSED: by hand, in the sample project


def ruled(project: Project, **rules: object) -> Project:
    project.config = replace(project.config, gold=replace(GoldRules(), **rules))
    return project


def golds(project: Project) -> dict[str, Coding]:
    with project.store.read() as queries:
        heads = [h for h in queries.coding_heads() if h.coder == GOLD]
        return {coding.article: coding for coding in queries.codings_of(heads)}


def exported(
    project: Project, form: str = "native", number: int | None = None
) -> bytes:
    out = io.BytesIO()
    position = release_of(project, number).position if number else None
    deliver(project.at(position), form, "gold", out, allow_loss=True)
    return out.getvalue()


def change(
    project: Project, coder: str, article: str, answer: Answer, field: str = "genre"
) -> None:
    """The coder's coding is opened, an answer about the article changed, and submitted
    again.
    """
    reopen(project, BY, article, coder)
    with project.store.begin(coder) as work:
        before = work.queries.coding(article, coder)
        assert before is not None
        after = before.with_answer(field, answer)
        work.save_coding(before, after, "value.set")
        work.save_coding(
            after, replace(after, status=Status.SUBMITTED), "coding.submitted"
        )


# ------------------------------------------------------------------ a run
def test_a_run_is_looked_at_first_applied_once_and_taken_back_as_one(
    demo: Project,
) -> None:
    before = golds(demo)
    seen = policy_runs.preview(demo)
    assert golds(demo) == before
    done = policy_runs.apply(demo, BY)
    assert (
        done.outcomes == seen.outcomes
        and sum(each.made.get("agreed", 0) for each in done.outcomes) == 656
    )
    made = golds(demo)
    assert len(made) == 5 and made[CLOSED] == before[CLOSED]
    assert {a.reason for e in made[OTHER].events for a in e.fields.values()} == {
        "agreed"
    }
    again = policy_runs.apply(demo, "salma")
    assert not any(each.is_changed for each in again.outcomes) and golds(demo) == made
    assert len(policy_runs.undo(demo, BY).articles) == 4
    assert golds(demo) == before and verify(demo).findings == []
    with pytest.raises(CoderError, match="no run of the policies to undo"):
        policy_runs.undo(demo, BY)


def test_a_run_that_was_broken_off_is_gone_on_with_and_taken_back_as_one(
    demo: Project,
) -> None:
    before = golds(demo)

    def broken_off(done: int, of: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        policy_runs.apply(demo, BY, broken_off)
    assert 1 < len(golds(demo)) < 5
    policy_runs.apply(demo, BY)
    assert len(golds(demo)) == 5
    with pytest.raises(KeyboardInterrupt):
        policy_runs.undo(demo, BY, broken_off)
    assert 1 < len(golds(demo)) < 5
    policy_runs.undo(demo, BY)
    assert golds(demo) == before and verify(demo).findings == []


def test_each_run_is_taken_back_by_itself_and_hand_work_since_stays(
    demo: Project,
) -> None:
    ruled(demo, policies=("agreed",))
    policy_runs.apply(demo, BY)
    agreed = golds(demo)
    ruled(demo, policies=("trusted",), trusted={"calibration": "amal"})
    policy_runs.apply(demo, BY)
    assert golds(demo) != agreed
    session = ReviewSession(demo, demo.article(OTHER), BY)
    if session.closed:
        session.close()
        reopen(demo, BY, OTHER, GOLD)
        session = ReviewSession(demo, demo.article(OTHER), BY)
    session.do(Take("", "genre", "basim", "coder_error"))
    session.close()
    by_hand = golds(demo)[OTHER]
    done = policy_runs.undo(demo, BY)
    assert OTHER not in done.articles and golds(demo) == agreed | {OTHER: by_hand}
    policy_runs.undo(demo, BY)
    assert golds(demo).keys() == {CLOSED, OTHER} and verify(demo).findings == []


def test_an_article_that_somebody_has_not_submitted_waits(demo: Project) -> None:
    reopen(demo, BY, OTHER, "amal")
    run = policy_runs.apply(ruled(demo, policies=("single",)), BY)
    assert run.waiting == [OTHER] and OTHER not in golds(demo)


def alone(project: Project) -> Project:
    """The project with one coding of one article, as where a part only is coded twice."""
    with project.store.begin("setup") as work:
        found = work.queries.coding(OTHER, "basim")
        rows = {
            ("assignment", a.article, a.coder): {
                "article": a.article,
                "coder": a.coder,
                "stage": a.stage,
                "position": a.position,
            }
            for a in work.queries.assignments("basim")
            if a.article == OTHER
        }
        work.record("assignments", "assignment.made", rows, {})
        from coder.store import convert

        work.record(
            f"coding:{OTHER}/basim", "coding.reopened", convert.coding_rows(found), {}
        )
    return ruled(project, policies=("single",))


def test_a_single_coding_becomes_gold_until_a_second_one_says_otherwise(
    demo: Project,
) -> None:
    with demo.store.read() as queries:
        second, only = queries.coding(OTHER, "basim"), queries.coding(OTHER, "amal")
    assert second is not None and only is not None
    policy_runs.apply(alone(demo), BY)
    gold = golds(demo)[OTHER]
    assert gold.status is Status.SUBMITTED and len(gold.events) == len(only.events)
    assert {
        (a.taken_from, a.reason) for e in gold.events for a in e.fields.values()
    } == {(("amal",), "single"), (("amal",), "notes")}
    assert f'"id": "{OTHER}"'.encode() in exported(demo)
    change(demo, "amal", OTHER, Answer("statement"))
    assert [
        f.field for f in check(demo) if f.rule == "stale" and f.article == OTHER
    ] == ["genre"]
    policy_runs.apply(demo, BY)  # nobody decided anything there by hand
    assert golds(demo)[OTHER].answers["genre"].value == "statement"
    assert [f for f in check(demo) if f.rule == "stale"] == []
    with demo.store.begin("basim") as work:
        work.save_coding(None, second, "coding.submitted")
    assert [f for f in check(demo) if f.rule == "stale" and f.article == OTHER] != []
    assert verify(demo).findings == []


@pytest.mark.parametrize("seed", range(4))
def test_decisions_runs_and_undo_in_any_order_leave_consistent_gold(
    demo: Project, seed: int
) -> None:
    chance = random.Random(seed)
    rules = [("agreed",), ("majority", "single"), ("trusted",), ("agreed", "trusted")]
    trusted = {"calibration": "basim"}
    for _ in range(25):
        match chance.choice(
            (
                "decide",
                "decide",
                "decide",
                "undo",
                "redo",
                "apply",
                "take_back",
                "reopen",
            )
        ):
            case "apply":
                policy_runs.apply(
                    ruled(demo, policies=chance.choice(rules), trusted=trusted), BY
                )
            case "take_back":
                try:
                    policy_runs.undo(demo, BY)
                except CoderError as error:
                    assert "no run of the policies to undo" in str(error)
            case "reopen":
                closed = [
                    a
                    for a, gold in golds(demo).items()
                    if gold.status is Status.SUBMITTED
                ]
                if closed:
                    reopen(demo, BY, chance.choice(closed), GOLD)
            case what:
                session = ReviewSession(
                    demo, demo.article(chance.choice((CLOSED, OTHER))), BY
                )
                if what != "decide":
                    session.turn("undo" if what == "undo" else "redo")
                elif not session.closed:
                    decide(session, chance)
                session.close()
    assert verify(demo).findings == []
    for article in (CLOSED, OTHER):
        state = ReviewSession(demo, demo.article(article), BY).state
        members = [m for cluster in state.clusters for m in cluster.members]
        assert sorted(members) == sorted(
            (c.coder, e.id) for c in state.codings for e in c.events
        )
        assert {c.gold for c in state.clusters if c.gold} >= {
            e.id for e in state.gold.events if e.fields
        }
        used = {
            i for f in state.gold.events for a in f.fields.values() for i in a.evidence
        }
        used |= {i for a in state.gold.answers.values() for i in a.evidence}
        assert used == {span.id for span in state.gold.spans}
        assert {(a.by or a.applied_by) for a in state.gold.every_answer} <= {BY}
        if golds(demo).get(article):
            assert all(each.at for each in origins(demo, article)[1])


def decide(session: ReviewSession, chance: random.Random) -> None:
    state = session.state
    here = chance.choice([c.id for c in state.clusters])
    coder = chance.choice(state.coders)
    row = chance.choice(state.rows(chance.choice(("", here))))
    edits: list[GoldEdit] = [
        TakeAgreed(),
        Take(here, row.field.id, coder, "coder_error"),
        RejectCluster(here, "not_an_event"),
        RestoreCluster(here),
        Split(here, coder),
        Link(here, chance.choice([c.id for c in state.clusters if c.id != here])),
    ]
    with suppress(CoderError, StopIteration):  # refused: nothing changed
        session.do(chance.choice(edits))


# ------------------------------------------------------------------ where a value comes from
def test_each_value_says_whose_it_is_by_whom_when_why_and_from_which_version(
    demo: Project,
) -> None:
    policy_runs.apply(demo, BY)
    session = ReviewSession(demo, demo.article(OTHER), BY)
    cell = next(iter(session.open_cells))
    session.do(Take(*cell, "amal", "coder_error"))
    session.do(Take(*cell, "basim", "article_ambiguity"))
    session.turn("undo")
    session.close()
    with demo.store.read() as queries:
        entries = [*queries.entries(subject=f"gold:{OTHER}")]
        versions = {
            c: queries.last_version(f"coding:{OTHER}/{c}")[0] for c in ("amal", "basim")
        }
    _, found, _ = origins(demo, OTHER)
    by_hand = [each for each in found if each.answer.reason == "coder_error"]
    [one] = [each for each in by_hand if each.field == cell[1]]
    assert (one.answer.taken_from, one.answer.by, one.at) == (
        ("amal",),
        BY,
        entries[1].at,
    )
    assert one.versions == {"amal": versions["amal"]}
    rest = [each for each in found if each not in by_hand]
    assert {(each.answer.reason, each.at) for each in rest} == {
        ("agreed", entries[0].at)
    }
    assert all(each.versions == versions for each in rest)
    [line] = [each for each in gold_lines(demo) if each.article == OTHER]
    assert (
        line.values == {"policy:agreed": len(rest), "decided": len(by_hand)}
        and line.status == "open"
    )


def test_an_event_that_was_rejected_is_told_with_its_coders_reason_and_supervisor(
    demo: Project,
) -> None:
    policy_runs.apply(demo, BY)
    session = ReviewSession(demo, demo.article(OTHER), BY)
    first, second, *_ = session.state.clusters
    session.do(RejectCluster(first.id, "not_an_event"))
    session.do(RejectCluster(second.id, "not_an_event"))
    session.do(RestoreCluster(first.id))
    session.turn("undo")
    session.do(RestoreCluster(second.id))
    session.close()
    with demo.store.read() as queries:
        by_version = [*queries.entries(subject=f"gold:{OTHER}")]
    [one] = origins(demo, OTHER)[2]
    assert (one.cluster.id, one.cluster.members, one.cluster.rejected) == (
        first.id,
        first.members,
        "not_an_event",
    )
    assert (one.answer.by, one.at) == (BY, by_version[1].at)


# ------------------------------------------------------------------ releases
def test_a_release_gives_the_same_bytes_whatever_comes_after(demo: Project) -> None:
    first, is_new, _ = make(demo, BY)
    assert is_new and first.number == 1 and first.articles == 1
    native, today = exported(demo, number=1), exported(demo)
    others = {form: exported(demo, form, 1) for form in ("csv", "jsonl", "xlsx")}
    assert native == today and first.sha256 == hashlib.sha256(native).hexdigest()
    assert make(demo, BY)[:2] == (first, False)
    reopen(demo, BY, CLOSED, GOLD)
    session = ReviewSession(demo, demo.article(CLOSED), BY)
    session.do(Take("", "genre", session.state.coders[1], "coder_error"))
    session.close_gold()
    session.close()
    policy_runs.apply(
        ruled(demo, policies=("agreed", "trusted"), trusted={"calibration": "amal"}), BY
    )
    second, is_new, _ = make(demo, BY)
    assert is_new and (second.number, second.sha256 != first.sha256) == (2, True)
    after = exported(demo, number=2)
    withdraw(demo, BY, [CLOSED], "twice")
    with demo.store.begin(BY) as work:
        work.save_metadata(
            {}, {CLOSED: {"title": "of another article"}}, "metadata.corrected"
        )
    assert (exported(demo, number=1), exported(demo, number=2)) == (native, after)
    assert {form: exported(demo, form, 1) for form in others} == others
    assert verify(demo).findings == []


def test_gold_that_came_from_a_file_is_in_its_release_as_it_came(
    demo: Project, tmp_path: Path
) -> None:
    deliver(demo, "native", "gold", tmp_path / "gold.jsonl")
    other = create_project(tmp_path / "other")
    other.add_person(BY, "supervisor")
    other.add_person("amal", "coder")
    import_files(other, [*sorted(SEEDS.glob("*.txt")), tmp_path / "gold.jsonl"])
    make(other, BY)
    before = exported(other, number=1)
    with other.store.read() as queries:
        gold = queries.gold(CLOSED)
    assert gold is not None and exported(other) == before
    opened = replace(gold, status=Status.OPEN)
    with other.store.begin(BY) as work:
        work.save_gold((gold, []), (opened, []), "gold.reopened", CLOSED)
        changed = opened.with_answer("genre", Answer(value="statement"))
        work.save_gold((opened, []), (changed, []), "gold.decided", CLOSED)
    assert exported(other, number=1) == before
    assert verify(other).findings == []
    other.close()


def test_a_release_that_the_journal_does_not_give_any_more_is_found(
    demo: Project,
) -> None:
    make(demo, BY)
    with demo.store.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER journal_no_update"))
        connection.execute(
            text(
                "UPDATE journal SET what = replace(what, ' 1 ', ' 2 ') WHERE subject = 'releases'"
            )
        )
    found = {(f.check, f.where) for f in verify(demo).findings}
    assert ("release", "1") in found and ("journal", "releases") in found


def test_gold_that_was_imported_can_be_signed(demo: Project, tmp_path: Path) -> None:
    deliver(demo, "native", "gold", tmp_path / "gold.jsonl")
    with closing(create_project(tmp_path / "other")) as other:
        other.add_person(BY, "supervisor")
        import_files(other, sorted(SEEDS.glob("*.txt")))
        import_files(other, [tmp_path / "gold.jsonl"])
        assert sign(other, BY, CLOSED) == CLOSED


def test_gold_of_the_sample_is_released_when_another_supervisor_signed_it(
    demo: Project,
) -> None:
    demo.add_person("sara", "supervisor")
    ruled(demo, sign_off=1.0)
    with pytest.raises(CoderError, match="gold of 1 article still needs the signature"):
        make(demo, BY)
    with pytest.raises(CoderError, match="salma made the last change"):
        sign(demo, BY, CLOSED)
    assert sign(demo, "sara", CLOSED) == CLOSED
    assert make(demo, BY)[0].number == 1
    [line] = gold_lines(demo)
    assert (line.to_sign, line.signed) == (True, "sara")
    reopen(demo, "sara", CLOSED, GOLD)  # who looks again and closes it is not who signs
    session = ReviewSession(demo, demo.article(CLOSED), "sara")
    session.close_gold()
    session.close()
    with pytest.raises(CoderError, match="still needs the signature"):
        make(demo, BY)
    with pytest.raises(CoderError, match="sara made the last change"):
        sign(demo, "sara", CLOSED)
    sign(demo, BY, CLOSED)
    assert verify(demo).findings == []


def test_supervisors_do_all_of_it_on_either_engine(
    demo: Project, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(demo, BY)
    native = exported(demo, number=1)
    folder = shared(demo, tmp_path, database_url, monkeypatch)
    with opened(folder, BY) as project:
        assert exported(project, number=1) == native
        before = golds(project)
        policy_runs.apply(
            ruled(
                project, policies=("agreed", "trusted"), trusted={"calibration": "amal"}
            ),
            BY,
        )
        assert make(project, BY)[0].number == 2
        policy_runs.undo(project, BY)
        assert golds(project) == before and exported(project) == native == exported(
            project, number=1
        )
    with opened(folder) as project:
        assert verify(project).findings == []
