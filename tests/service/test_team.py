"""Members of a team retire, come back, get another role or the right name; their work
stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest

from coder.errors import CoderError
from coder.model import Answer, Article
from coder.report.contents import report_of
from coder.service.coding.session import CodingSession, find_next_article
from coder.service.delivery import packet_merge, packets
from coder.service.figures.progress import progress, study
from coder.service.project.opened import Project, create_project
from coder.service.team import members
from coder.service.team.members import assign, claim
from coder.service.upkeep.integrity import verify
from tests.service.shared_demo import opened
from tests.support.edits_by_hand import Becomes
from tests.support.postgres import OWNER, Server

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(shared_demo: Path) -> Path:
    return shared_demo


def sound(folder: Path) -> bool:
    with opened(folder) as owner:
        return not verify(owner).findings


def test_who_retired_does_nothing_more_and_what_they_did_counts(
    folder: Path, run_coder: Run
) -> None:
    with opened(folder) as owner:
        before = (
            progress(owner),
            report_of(study(owner, coders=["amal", "basim"])).document(),
        )
    code, out, _ = run_coder("people", "retire", "amal", "--project", folder)
    assert code == 0 and "amal   coder       retired" in out
    with opened(folder) as owner:
        assert (
            progress(owner),
            report_of(study(owner, coders=["amal", "basim"])).document(),
        ) == before
        for call in (
            lambda: assign(owner, ["amal", "basim"], 1),
            lambda: claim(owner, "amal"),
            lambda: find_next_article(owner, "amal"),
            lambda: packets.make(owner, "amal", folder / "amal.packet"),
            lambda: owner.add_person("amal", "coder"),
            lambda: members.retire(owner, "amal"),
            lambda: members.change_role(owner, "amal", "supervisor"),
        ):
            with pytest.raises(CoderError, match="retired") as caught:
                call()
            assert "coder people return amal" in caught.value.hint
    code, _, err = run_coder("code", "--as", "amal", "004", "--project", folder)
    assert code == 2 and ("retired" in err or "left the team" in err)
    assert sound(folder)


def test_a_supervisor_who_retired_reviews_no_more(folder: Path, run_coder: Run) -> None:
    with opened(folder) as owner:
        owner.add_person("rami", "supervisor")
        members.retire(owner, "salma")
    code, _, err = run_coder("review", "--as", "salma", "--project", folder)
    assert code == 2 and ("retired" in err or "left the team" in err)
    assert sound(folder)


def test_who_came_back_goes_on_where_they_were(folder: Path) -> None:
    with opened(folder) as owner:
        following = find_next_article(owner, "you")
        members.retire(owner, "you")
        members.bring_back(owner, "you")
        with pytest.raises(CoderError, match="has not retired"):
            members.bring_back(owner, "you")
    with opened(folder, "you") as project:
        assert find_next_article(project, "you") == following
        session = CodingSession(project, project.article(following), "you")
        session.do(
            Becomes(
                "value.set", session.coding.with_answer("genre", Answer(value="news"))
            )
        )
        session.close()
        assert not project.unwritten
    assert sound(folder)


def test_the_only_supervisor_stays_one(folder: Path, run_coder: Run) -> None:
    for words in (("retire", "salma"), ("role", "salma", "--role", "coder")):
        code, _, err = run_coder("people", *words, "--project", folder)
        assert code == 2 and "only supervisor" in err
    with opened(folder) as owner:
        members.change_role(owner, "basim", "supervisor")
        members.retire(owner, "salma")
        with pytest.raises(CoderError, match="only supervisor"):
            members.retire(owner, "basim")
    assert sound(folder)


def test_a_wrong_name_becomes_the_right_one_while_nothing_stands_under_it(
    folder: Path, run_coder: Run, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text("", "utf-8")
    password = ("--password-file", tmp_path / "password", "--project", folder)
    assert run_coder("people", "add", "dinna", *password)[0] == 0
    assert run_coder("people", "rename", "dinna", "basim", *password)[0] == 2
    assert run_coder("people", "rename", "dinna", "di/na", *password)[0] == 2
    assert run_coder("people", "rename", "dinna", "dina", *password)[0] == 0
    with opened(folder, "dina") as project:
        assert [p.name for p in project.people() if p.name.startswith("d")] == ["dina"]
        claim(project, "dina")
    assert sound(folder)


@pytest.mark.parametrize("name", ["amal", "you", "salma", "nadia"])
def test_a_name_under_which_something_stands_is_kept(folder: Path, name: str) -> None:
    """amal has codings, you have assignments, salma has decided, nadia only has made
    entries.
    """
    with opened(folder) as owner:
        owner.add_person("nadia", "supervisor")
        with owner.store.begin("nadia") as work:
            row = {"article": owner.article("004").id, "reason": "x"}
            work.record(
                "withdrawn",
                "article.withdrawn",
                {},
                {("withdrawn", row["article"]): row},
            )
        before = owner.people()
        with pytest.raises(CoderError, match="cannot be renamed") as caught:
            members.rename(owner, name, "other")
        for part in (
            f"coder people retire {name}",
            "coder people add other",
            "coder assign --coders other",
        ):
            assert part in caught.value.hint
        assert owner.people() == before


def test_use_without_what_is_needed_is_refused(folder: Path, run_coder: Run) -> None:
    for words in (
        ("retire",),
        ("role", "amal"),
        ("rename", "amal"),
        ("retire", "amal", "x"),
        ("retire", "amal", "--role", "coder"),
        ("retire", "nobody"),
    ):
        assert run_coder("people", *words, "--project", folder)[0] == 2
    assert sound(folder)


def refused(sql: psycopg.Connection[object]) -> list[str]:
    """Which of these a login may not do."""
    queries = {
        "article": "SELECT count(*) FROM article",
        "own": "SELECT count(*) FROM own_codings()",
        "journal": "SELECT count(*) FROM journal",
        "hold": "SELECT hold_journal()",
    }
    said = []
    for name, query in queries.items():
        try:
            sql.execute(query)  # type: ignore[call-overload]
        except psycopg.errors.InsufficientPrivilege:
            said.append(name)
    return said


@pytest.fixture
def on_server(
    served_demo: tuple[str, Path], postgres: Server
) -> Iterator[Callable[[str], psycopg.Connection[object]]]:
    """SQL as anybody in the sample project on PostgreSQL, whose folder is `shared`."""
    connections = []

    def connect(person: str) -> psycopg.Connection[object]:
        connections.append(postgres.connect(served_demo[0], person))
        return connections[-1]

    yield connect
    for each in connections:
        each.close()


def test_a_login_has_the_rights_of_its_person_s_role_and_no_others(
    on_server: Callable[[str], psycopg.Connection[object]], tmp_path: Path
) -> None:
    sql = on_server("amal")  # open all the while
    assert refused(sql) == ["journal", "hold"]
    steps: list[tuple[Callable[[Project], None], list[str]]] = [
        (
            lambda owner: members.retire(owner, "amal"),
            ["article", "own", "journal", "hold"],
        ),
        (lambda owner: members.bring_back(owner, "amal"), ["journal", "hold"]),
        (lambda owner: members.change_role(owner, "amal", "supervisor"), []),
        (
            lambda owner: members.change_role(owner, "amal", "coder"),
            ["journal", "hold"],
        ),
        (
            lambda owner: members.retire(owner, "amal"),
            ["article", "own", "journal", "hold"],
        ),
    ]
    for change, may_not in steps:
        with opened(tmp_path / "shared") as owner:
            change(owner)
            assert not verify(owner).findings
        assert refused(sql) == may_not
    on_server(OWNER).execute("GRANT SELECT ON article TO amal")
    with opened(tmp_path / "shared") as owner:
        [said] = verify(owner).findings
    assert (said.check, said.where) == ("right", "amal") and "retired" in said.what


def test_what_an_open_screen_cannot_write_after_its_coder_retired_is_rescued(
    on_server: Callable[[str], psycopg.Connection[object]], tmp_path: Path
) -> None:
    with opened(tmp_path / "shared", "you") as project:
        session = CodingSession(
            project, project.article(find_next_article(project, "you")), "you"
        )
        with opened(tmp_path / "shared") as owner:
            members.retire(owner, "you")
        session.do(
            Becomes(
                "value.set", session.coding.with_answer("genre", Answer(value="news"))
            )
        )
        session.close()
        assert project.unwritten == [session]
        told = session.rescue()
    [file] = (tmp_path / "shared").glob("rescued-*.packet")
    assert str(file) in told.hint
    with opened(tmp_path / "shared") as owner:
        packet_merge.merge_packet(owner, file)
        with owner.store.read() as queries:
            found = queries.coding(session.article.id, "you")
        assert found is not None and found.answer("genre").value == "news"
        assert not verify(owner).findings


def test_work_is_rescued_of_an_article_whose_id_is_an_address(tmp_path: Path) -> None:
    with closing(create_project(tmp_path / "project")) as project:
        project.add_person("amal", "coder")
        with project.store.begin("setup") as work:
            work.add_articles(
                [Article("https://example.org/2024/1", "قُتل ثلاثة أشخاص.")]
            )
        session = CodingSession(project, project.article("https"), "amal")
        session.writer.add(lambda: 1 / 0)
        with suppress(ZeroDivisionError):
            session.writer.settle()
        session.rescue()
    assert len([*(tmp_path / "project").glob("rescued-*.packet")]) == 1


def test_the_wrong_name_s_login_may_do_nothing_any_more(
    on_server: Callable[[str], psycopg.Connection[object]], tmp_path: Path
) -> None:
    with opened(tmp_path / "shared") as owner:
        owner.add_person("dinna", "coder")
        sql = on_server("dinna")
        assert refused(sql) == ["journal", "hold"]
        members.rename(owner, "dinna", "dina")
        assert refused(sql) == ["article", "own", "journal", "hold"]
        assert refused(on_server("dina")) == ["journal", "hold"]
        assert not verify(owner).findings


def test_only_the_owner_changes_the_team(
    on_server: Callable[[str], psycopg.Connection[object]], tmp_path: Path
) -> None:
    with opened(tmp_path / "shared", "salma") as project:
        for call in (
            lambda: members.retire(project, "amal"),
            lambda: members.change_role(project, "amal", "supervisor"),
        ):
            with pytest.raises(CoderError, match="does not let you"):
                call()
        assert not any(p.retired for p in project.people())
