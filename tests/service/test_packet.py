"""Packets: one coder's work out and back, once or often, in any order, and never over
anybody else's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path

import pytest
from msgspec.structs import replace

from coder.errors import CoderError
from coder.model import FLAG
from coder.service.coding.remarks import made, write
from coder.service.coding.session import CodingSession
from coder.service.delivery import packet_merge, packets
from coder.service.delivery.intake import import_files
from coder.service.edits.event_edits import OpenEvent
from coder.service.edits.span_edits import Draw, Reject
from coder.service.figures.progress import study
from coder.service.project.config import GoldRules
from coder.service.project.opened import Project, create_project, open_project
from coder.service.publication.dataset_folder import publish
from coder.service.review import policy_runs
from coder.service.review.gold_session import reopen
from coder.service.review.review_queue import queue
from coder.service.team.members import assign
from coder.service.upkeep.integrity import verify
from tests.support.packets import (
    TEXTS,
    answer,
    coding,
    contents,
    made_home,
    opened,
    sent,
    state,
)
from tests.support.postgres import OWNER, Server


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Project]:
    """A project of two coders: amal has a1 and a2, basim a2 and a3; both have begun on
    a2.
    """
    project = made_home(tmp_path)
    yield project
    project.close()


def test_a_packet_holds_what_is_ones_own_and_nobody_elses(
    home: Project, tmp_path: Path
) -> None:
    answer(home, "basim", "a2", "genre", "what basim thinks")
    data = contents(sent(home, "amal", tmp_path / "p")).decode("utf-8")
    assert TEXTS["a1"] in data and TEXTS["a2"] in data
    for foreign in ("basim", "salma", "what basim thinks", "a3", TEXTS["a3"]):
        assert f'"{foreign}"' not in data and f'\\"{foreign}\\"' not in data, foreign
    project = packets.open_packet(tmp_path / "p", tmp_path / "o")
    with project.store.read() as queries, home.store.read() as at_home:
        assert [p.name for p in queries.people()] == ["amal"]
        assert queries.article_ids() == ["a1", "a2"]
        assert queries.assignments() == at_home.assignments("amal")
        assert [queries.candidates(a) for a in ("a1", "a2")] == [
            at_home.candidates(a) for a in ("a1", "a2")
        ]
        assert [h.id for h in queries.coding_heads()] == ["a2/amal"]
        mine = list(queries.entries(subject="coding:a2/amal"))
        assert [e.digest for e in mine] == [
            e.digest for e in at_home.entries(subject="coding:a2/amal")
        ]
    assert not verify(project).findings
    assert project.codebook == home.codebook
    project.close()


def test_the_demo_packet_names_no_other_coder_and_no_gold(
    demo: Project, tmp_path: Path
) -> None:
    data = contents(sent(demo, "amal", tmp_path / "p")).decode("utf-8")
    assert (
        "/amal" in data
        and "/basim" not in data
        and "/gold" not in data
        and "/you" not in data
    )


def test_work_in_a_packet_comes_home_with_its_persons_and_times(
    home: Project, tmp_path: Path
) -> None:
    away = opened(home, "amal", tmp_path / "away")
    session = CodingSession(away, away.article("a1"), "amal")
    trigger = next(c for c in session.candidates if c.kind == "trigger")
    session.do(OpenEvent(trigger))
    session.do(Reject([session.candidates[-1]], "wrong_kind"))
    session.do(Draw("trigger", 0, 2))
    session.turn("undo")
    session.close()
    back = sent(away, "amal", tmp_path / "back")
    [first, second] = packet_merge.merge_packet(home, back)
    assert (first.article, first.coder, first.entries > 3) == ("a1", "amal", True)
    assert (second.article, second.entries) == ("a2", 0)
    assert coding(home, "a1", "amal") == coding(away, "a1", "amal")
    with home.store.read() as here, away.store.read() as there:
        come, gone = (list(q.entries(subject="coding:a1/amal")) for q in (here, there))
    assert [replace(e, position=0) for e in come] == [
        replace(e, position=0) for e in gone
    ]
    assert not verify(home).findings
    # And at home the work is gone on with, undo reaching into what was done away.
    session = CodingSession(home, home.article("a1"), "amal")
    undone = session.turn("undo")
    assert undone is not None and undone.what == "span.rejected"
    session.close()
    assert not verify(home).findings
    away.close()


def test_the_same_packet_again_changes_nothing(home: Project, tmp_path: Path) -> None:
    away = opened(home, "amal", tmp_path / "away")
    answer(away, "amal", "a1", "genre", "news", "submitted")
    back = sent(away, "amal", tmp_path / "back")
    packet_merge.merge_packet(home, back)
    once = state(home)
    assert all(m.entries == 0 for m in packet_merge.merge_packet(home, back))
    assert state(home) == once
    assert coding(home, "a1", "amal") == coding(away, "a1", "amal")
    away.close()


def test_packets_come_in_any_order(home: Project, tmp_path: Path) -> None:
    sealed = []
    for name, articles in (("amal", ("a1", "a2")), ("basim", ("a3", "a2"))):
        away = opened(home, name, tmp_path / name)
        for number, article in enumerate(articles):
            answer(away, name, article, "outlet", f"later {number}")
            sealed.append(sent(away, name, tmp_path / f"{name}{number}"))
        away.close()
    copy = sent_home = tmp_path / "home.backup"
    from coder.service.delivery.project_copy import backup, restore

    backup(home, copy)
    found = []
    for number, order in enumerate([*permutations(sealed)][::3]):
        project = restore(sent_home, tmp_path / f"h{number}")
        for file in order:
            packet_merge.merge_packet(project, file)
        if number % 4 == 0:
            assert not verify(project).findings
        found.append(state(project))
        project.close()
    assert all(each == found[0] for each in found)
    assert {c.id for c in found[0][0]} == {"a1/amal", "a2/amal", "a2/basim", "a3/basim"}


def test_unfinished_work_comes_in_and_is_gone_on_with(
    home: Project, tmp_path: Path
) -> None:
    away = opened(home, "amal", tmp_path / "away")
    session = CodingSession(away, away.article("a1"), "amal")
    session.do(OpenEvent(next(c for c in session.candidates if c.kind == "trigger")))
    session.close()
    begun = coding(away, "a1", "amal")
    assert begun is not None and any(
        a.proposed for e in begun.events for a in e.fields.values()
    )
    packet_merge.merge_packet(home, sent(away, "amal", tmp_path / "1"))
    assert coding(home, "a1", "amal") == begun
    answer(away, "amal", "a1", "genre", "news", "submitted")
    merged = packet_merge.merge_packet(home, sent(away, "amal", tmp_path / "2"))
    assert [m.entries for m in merged] == [1, 0]
    assert coding(home, "a1", "amal") == coding(away, "a1", "amal")
    assert not verify(home).findings
    away.close()


def _remarks(project: Project) -> list[str]:
    with project.store.read() as queries:
        return [remark.text for remark in queries.remarks("a2", "amal")]


def test_a_remark_that_was_removed_at_home_does_not_come_again(
    home: Project, tmp_path: Path
) -> None:
    flag = write(
        home, "amal", None, made("a2", ("amal", "", "", 0, 0), "amal", "مكرر", FLAG)
    )
    sent(home, "amal", tmp_path / "p")
    write(home, "amal", flag, None)
    packet_merge.merge_packet(home, tmp_path / "p")
    assert _remarks(home) == []


def test_a_remark_that_was_removed_in_a_packet_goes_at_home_unless_it_was_changed_there_since(
    home: Project, tmp_path: Path
) -> None:
    flags = [
        write(
            home, "amal", None, made("a2", ("amal", "", "", 0, 0), "amal", text, FLAG)
        )
        for text in ("مكرر", "ليس لنا")
    ]
    sent(home, "amal", tmp_path / "out")
    away = packets.open_packet(tmp_path / "out", tmp_path / "away")
    for flag in flags:
        write(away, "amal", flag, None)
    sent(away, "amal", tmp_path / "back")
    away.close()
    assert flags[1] is not None
    write(home, "amal", flags[1], replace(flags[1], text="ليس لنا حقاً"))
    packet_merge.merge_packet(home, tmp_path / "back")
    assert _remarks(home) == ["ليس لنا حقاً"]
    assert not verify(home).findings


def test_what_was_all_undone_comes_home_too(home: Project, tmp_path: Path) -> None:
    away = opened(home, "amal", tmp_path / "away")
    answer(away, "amal", "a1", "genre", "news")
    with away.store.begin("amal") as work:
        work.undo("coding:a1/amal")
    packet_merge.merge_packet(home, sent(away, "amal", tmp_path / "back"))
    assert coding(home, "a1", "amal") is None
    with home.store.begin("amal") as work:
        assert work.turn("coding:a1/amal", "redo")[1] == ["value.set"]
    assert not verify(home).findings
    away.close()


def test_home_may_be_ahead_of_the_packet(home: Project, tmp_path: Path) -> None:
    early = sent(home, "amal", tmp_path / "early")
    answer(home, "amal", "a2", "genre", "analysis")
    before = state(home)
    assert [m.entries for m in packet_merge.merge_packet(home, early)] == [0]
    assert state(home) == before


def test_two_continuations_are_both_kept(home: Project, tmp_path: Path) -> None:
    one, two, three = (
        opened(home, "amal", tmp_path / n) for n in ("one", "two", "three")
    )
    answer(one, "amal", "a2", "genre", "analysis")
    answer(two, "amal", "a2", "genre", "statement")
    answer(two, "amal", "a2", "genre", "other")
    answer(three, "amal", "a2", "genre", "summary", "submitted")
    packet_merge.merge_packet(home, sent(one, "amal", tmp_path / "1"))
    [merged] = packet_merge.merge_packet(home, sent(two, "amal", tmp_path / "2"))
    assert (merged.coder, merged.entries, merged.second) == ("amal~2", 3, True)
    first, second = coding(home, "a2", "amal"), coding(home, "a2", "amal~2")
    assert first == coding(one, "a2", "amal")
    assert second is not None and replace(second, coder="amal") == coding(
        two, "a2", "amal"
    )
    with home.store.read() as here, two.store.read() as there:
        kept, gone = (
            list(here.entries(subject="coding:a2/amal~2")),
            list(there.entries(subject="coding:a2/amal")),
        )
    assert [(e.person, e.at, e.what, e.undoes) for e in kept] == [
        (e.person, e.at, e.what, e.undoes) for e in gone
    ]
    # Again, further, and a third: each finds its own place.
    before = state(home)
    for file in ("1", "2", "1"):
        assert all(
            m.entries == 0 for m in packet_merge.merge_packet(home, tmp_path / file)
        )
    assert state(home) == before
    answer(two, "amal", "a2", "relevance", "relevant", "submitted")
    [merged] = packet_merge.merge_packet(home, sent(two, "amal", tmp_path / "2b"))
    assert (merged.coder, merged.entries) == ("amal~2", 1)
    [merged] = packet_merge.merge_packet(home, sent(three, "amal", tmp_path / "3"))
    assert (merged.coder, merged.entries) == ("amal~3", 2)
    assert not verify(home).findings
    # A supervisor sees them side by side; as a second coder they count nowhere.
    assert [(q.article, q.coders) for q in queue(home)] == [
        ("a2", ("amal~2", "amal~3"))
    ]
    with pytest.raises(CoderError, match="at least two coders"):
        study(home)
    with pytest.raises(CoderError, match="cannot be a person's name"):
        home.add_person("amal~2", "coder")
    for project in (one, two, three):
        project.close()


def test_a_second_copy_is_no_second_coder_to_the_policies_nor_in_a_dataset(
    home: Project, tmp_path: Path
) -> None:
    for name, genre in (("one", "analysis"), ("two", "statement")):
        away = opened(home, "amal", tmp_path / name)
        answer(away, "amal", "a2", "relevance", "relevant")
        answer(away, "amal", "a2", "genre", genre, "submitted")
        away.close()
    for name in ("one", "two"):
        away = open_project(tmp_path / name)
        packet_merge.merge_packet(
            home, sent(away, "amal", tmp_path / f"{name}-back.packet")
        )
        away.close()
    answer(home, "basim", "a2", "genre", "statement", "submitted")
    home.config = replace(
        home.config, gold=replace(GoldRules(), policies=("agreed", "majority"))
    )
    run = policy_runs.preview(home)
    assert (run.copies, run.outcomes) == (
        ["a2"],
        [],
    )  # amal and amal~2 are no majority over basim
    publish(home, "codings", tmp_path / "data")
    card, codings = (
        tmp_path / "data" / name for name in ("README.md", "tables/codings.csv")
    )
    assert "2 coders, shown by codes instead of names: p01, p02\n" in card.read_text(
        "utf-8"
    )
    assert ",p01~2," in codings.read_text("utf-8")
    reopen(home, "salma", "a2", "amal~2")
    run = policy_runs.preview(home)
    assert (run.copies, [each.article for each in run.outcomes]) == ([], ["a2"])


def test_a_team_on_postgresql_takes_packets_in(
    tmp_path: Path, postgres: Server
) -> None:
    (tmp_path / "a1.txt").write_text(TEXTS["a1"], "utf-8")
    with postgres.database() as name:
        home = create_project(tmp_path / "home", database=postgres.url(name, OWNER))
        home.add_person("amal", "coder")
        import_files(home, [tmp_path / "a1.txt"])
        assign(home, ["amal"], 1)
        away = opened(home, "amal", tmp_path / "away")
        answer(away, "amal", "a1", "genre", "news")
        other = opened(home, "amal", tmp_path / "other")
        answer(other, "amal", "a1", "genre", "statement")
        for number, project in enumerate((away, other, away)):
            packet_merge.merge_packet(
                home, sent(project, "amal", tmp_path / f"{number}.packet")
            )
        with home.store.read() as queries:
            assert [h.id for h in queries.coding_heads()] == ["a1/amal", "a1/amal~2"]
        assert not verify(home).findings
        for project in (home, away, other):
            project.close()


def test_the_commands_go_round(
    run_coder: Callable[..., tuple[int, str, str]], home: Project, tmp_path: Path
) -> None:
    folder, away = home.config.folder, tmp_path / "away"
    for words, sign in (
        (("packet", "make", "--for", "amal", tmp_path / "out"), "2 articles for amal"),
        (("packet", "open", tmp_path / "out", away), "a project for amal"),
        (("verify", "--project", away), "0 findings"),
        (("people", "--project", away), "amal"),
    ):
        code, out, err = run_coder(
            *words, *(() if "--project" in words else ("--project", folder))
        )
        assert code == 0 and sign in out, err
    project = open_project(away)
    answer(project, "amal", "a1", "genre", "news")
    project.close()
    assert (
        run_coder(
            "packet", "make", "--for", "amal", tmp_path / "back", "--project", away
        )[0]
        == 0
    )
    for sign in (
        "1 coding merged, already in the project: 1",
        "0 codings merged, already in the project: 2",
    ):
        code, out, err = run_coder(
            "packet", "merge", tmp_path / "back", "--project", folder
        )
        assert code == 0 and sign in out, err
    answer(home, "amal", "a2", "genre", "analysis")
    project = open_project(away)
    answer(project, "amal", "a2", "genre", "statement")
    project.close()
    run_coder("packet", "make", "--for", "amal", tmp_path / "parted", "--project", away)
    code, out, err = run_coder(
        "packet", "merge", tmp_path / "parted", "--json", "--project", folder
    )
    assert code == 0 and "kept under the name amal~2" in err
    assert {"article": "a2", "coder": "amal~2", "entries": 2} in json.loads(out)


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (("packet", "make", "p"), "No coder is named", "--for NAME"),
        (("packet", "open", "p"), "No folder is named", "DIR"),
        (("packet", "open", "nowhere", "d"), "cannot be read", "Check the path"),
        (("packet", "make", "--for", "nobody", "p"), "nobody called", "The team"),
        (
            ("packet", "make", "--for", "amal", "p", "--passphrase-file", "nowhere"),
            "passphrase",
            "file",
        ),
        (("packet", "take", "p"), "invalid choice", "--help"),
        (("backup", "--restore", "nowhere"), "no such file", "Check the path"),
    ],
)
def test_bad_use_of_packets_says_what_to_do(
    run_coder: Callable[..., tuple[int, str, str]],
    home: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    message: str,
    hint: str,
) -> None:
    monkeypatch.chdir(home.config.folder)
    code, out, err = run_coder(*words)
    assert (code, out) == (2, "")
    assert message in err.splitlines()[0] and hint in err.splitlines()[1]
