"""Two supervisors at one article's gold: nothing lost, nothing shown that is not
stored; both engines.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coder.adjudicate.composed_edits import TakeFields
from coder.adjudicate.gold_edits import (
    Decide,
    GoldEdit,
    Link,
    RejectCluster,
    Split,
    Take,
    TakeAgreed,
    TakeEvent,
)
from coder.adjudicate.resolve import ARTICLE
from coder.changes.coding_changes import first_place
from coder.errors import CoderError
from coder.model import Answer, Blank, Status
from coder.service.project.opened import Project, open_project
from coder.service.review.gold_session import ReviewSession
from coder.service.upkeep.integrity import verify

ARTICLE_ID = "004_6bcea9cb8461aa4b"


def without_isolates(words: str) -> str:
    return words.translate(dict.fromkeys(range(0x2066, 0x206A)))


@pytest.fixture(params=["sqlite", "postgresql"])
def folder(
    request: pytest.FixtureRequest, tmp_path: Path, with_two_supervisors: Path
) -> Path:
    """A project with two codings of an article and two supervisors."""
    if request.param == "sqlite":
        return shutil.copytree(with_two_supervisors, tmp_path / "project")
    on_server: Path = request.getfixturevalue("two_supervisors")
    return on_server


@pytest.fixture
def salma(folder: Path) -> Iterator[ReviewSession]:
    yield from opened(folder, "salma")


@pytest.fixture
def rana(folder: Path) -> Iterator[ReviewSession]:
    yield from opened(folder, "rana")


def opened(folder: Path, name: str) -> Iterator[ReviewSession]:
    project = open_project(folder, person=name)
    session = ReviewSession(project, project.article(ARTICLE_ID), name)
    yield session
    session.close()
    project.close()


def stored(project: Project) -> object:
    with project.store.read() as queries:
        return queries.gold(ARTICLE_ID)


def test_decisions_on_different_cells_both_stand(
    salma: ReviewSession, rana: ReviewSession
) -> None:
    # Both take evidence along, and both would number their first span s1.
    salma.do(Take("c1", "initiators", "amal", "coder_error"))
    salma.writer.flush()
    rana.do(Take("c1", "date", "basim", "coder_error"))
    rana.do(Take("c2", "event_type", "amal"))
    rana.writer.flush()
    assert rana.catch_up() == []
    found = {
        f: a.by
        for c in ("c1", "c2")
        for f in ("initiators", "date", "event_type")
        if (a := rana.state.find_decision(c, f))
    }
    assert found == {"initiators": "salma", "date": "rana", "event_type": "rana"}
    assert rana.state.gold == stored(rana.project)
    for field, coder in (("initiators", "amal"), ("date", "basim")):
        answer = rana.state.find_decision("c1", field)
        [coding] = [c for c in rana.state.codings if c.coder == coder]
        event = coding.event(dict(rana.state.cluster("c1").members)[coder])
        assert answer is not None and event is not None
        quotes = [s.quote for i in answer.evidence if (s := rana.state.gold.span(i))]
        given = [s.quote for i in event.answer(field).evidence if (s := coding.span(i))]
        assert quotes == given
    assert verify(rana.project).findings == []


def test_on_the_same_cell_the_later_is_shown_the_earlier_and_decides_again(
    salma: ReviewSession, rana: ReviewSession
) -> None:
    salma.do(Take("c1", "initiators", "amal", "coder_error"))
    salma.writer.flush()
    rana.do(Take("c1", "initiators", "basim", "article_ambiguity"))
    rana.do(
        Take("c1", "certainty", "basim")
    )  # what comes behind it is not lost with it
    rana.writer.flush()
    [error] = rana.catch_up()
    words = without_isolates(str(error))
    assert words.startswith(
        "Not saved: not stated: Initiators, event 1. salma decided first (20"
    )
    assert "set Initiators, event 1: Islamic Resistance in Iraq" in words
    assert "تعيين الفاعل، الحدث 1" in without_isolates(error.words("ar")[0])
    assert not any(
        word in str(error) for word in ("UNIQUE", "constraint", "INSERT", "answer/")
    )
    kept = rana.state.find_decision("c1", "initiators")
    assert kept is not None and (kept.taken_from, kept.by) == (("amal",), "salma")
    assert rana.state.gold == stored(rana.project)
    certainty = rana.state.find_decision("c1", "certainty")
    assert certainty is not None and certainty.by == "rana"
    rana.do(Take("c1", "initiators", "basim", "article_ambiguity"))
    rana.writer.flush()
    again = rana.state.find_decision("c1", "initiators")
    assert (
        rana.catch_up() == []
        and again is not None
        and (again.taken_from, again.by) == (("basim",), "rana")
    )
    assert rana.state.gold == stored(rana.project)
    assert verify(rana.project).findings == []


def test_taking_what_is_agreed_leaves_what_another_decided(
    salma: ReviewSession, rana: ReviewSession
) -> None:
    salma.do(Decide("c1", "report_scope", Answer(value="single"), "codebook_gap"))
    salma.writer.flush()
    rana.do(TakeAgreed())
    rana.writer.flush()
    [error] = rana.catch_up()
    assert "salma decided first" in str(error)
    scope, kind = (
        rana.state.find_decision("c1", "report_scope"),
        rana.state.find_decision("c1", "event_type"),
    )
    assert scope is not None and (scope.value, scope.by) == ("single", "salma")
    assert kind is not None and kind.by == "rana"
    assert rana.state.gold == stored(rana.project)


def test_an_event_is_not_thrown_out_over_a_decision_that_was_not_seen(
    salma: ReviewSession, rana: ReviewSession
) -> None:
    salma.do(Take("c1", "event_type", "amal"))
    salma.writer.flush()
    rana.do(RejectCluster("c1", "not_an_event"))
    rana.writer.flush()
    [error] = rana.catch_up()
    words = without_isolates(str(error))
    assert words.startswith("Not saved: rejected event 1. salma decided first")
    assert rana.state.cluster("c1").rejected == "" and rana.state.find_decision(
        "c1", "event_type"
    )
    rana.do(RejectCluster("c1", "not_an_event"))  # now it was seen
    rana.writer.flush()
    assert rana.catch_up() == [] and rana.state.cluster("c1").rejected == "not_an_event"


@pytest.mark.parametrize("is_linked", [True, False], ids=["linked", "rejected"])
@pytest.mark.parametrize(
    "edit",
    [
        lambda at: Take(at, "event_type", "basim", "coder_error"),
        lambda at: Decide(at, "event_type", Answer("threat"), "coder_error"),
        lambda at: TakeEvent(at, "basim", "missed_event"),
        lambda at: TakeFields(at, ("event_type",), "basim", "coder_error"),
    ],
    ids=["take", "decide", "event", "fields"],
)
def test_nothing_is_decided_about_an_event_that_another_linked_or_rejected(
    salma: ReviewSession,
    rana: ReviewSession,
    edit: Callable[[str], GoldEdit],
    is_linked: bool,
) -> None:
    salma.do(Split("c1", "basim"))
    salma.do(Split("c3", "basim"))
    salma.writer.flush()
    alone = salma.state.clusters[
        salma.state.clusters.index(salma.state.cluster("c3")) + 1
    ].id
    rana.catch_up()
    salma.do(Link("c1", alone) if is_linked else RejectCluster(alone, "not_an_event"))
    salma.writer.flush()
    before = stored(salma.project), salma.state.clusters
    rana.do(edit(alone))
    rana.do(
        Take("c2", "certainty", "amal", "coder_error")
    )  # what comes behind it is written
    rana.writer.flush()
    [error] = rana.catch_up()
    number = alone[1:]
    done = f"linked event 1 · {number}." if is_linked else f"rejected event {number}."
    words = without_isolates(str(error))
    assert "salma decided first" in words and words.endswith(done)
    assert rana.state.find_decision("c2", "certainty") is not None
    rana.turn("undo")
    assert (stored(rana.project), rana.state.clusters) == before


def decide_all(session: ReviewSession) -> None:
    session.do(TakeAgreed())
    while cells := session.open_cells:
        cluster, field = cells[0]
        row = next(row for row in session.state.rows(cluster) if row.field.id == field)
        said = [
            c
            for c, a in row.answers.items()
            if a.state not in ("missing", "not_applicable")
        ]
        session.do(Take(cluster, field, said[0], "coder_error"))
    session.writer.flush()


def test_one_closes_while_the_other_decides(salma: ReviewSession, folder: Path) -> None:
    decide_all(salma)
    for rana in opened(folder, "rana"):
        salma.close_gold()
        before = stored(salma.project)
        rana.do(Take(ARTICLE, "genre", "basim", "coder_error"))
        rana.do(Decide(ARTICLE, "outlet", Answer(value="x"), "coder_error"))
        rana.writer.flush()
        errors = rana.catch_up()
        assert errors and all("salma decided first" in str(e) for e in errors)
        assert "closed the gold" in str(errors[-1])
        assert rana.closed and rana.state.gold == stored(rana.project) == before


def test_gold_is_not_closed_over_what_another_opened(
    salma: ReviewSession, folder: Path
) -> None:
    decide_all(salma)
    for rana in opened(folder, "rana"):
        rana.do(Take("c1", "initiators", "basim", "article_ambiguity"))
        rana.do(RejectCluster("c2", "duplicate"))
        rana.turn("undo")
        rana.do(
            Decide("c1", "initiators", Answer(blank=Blank.NOT_STATED), "coder_error")
        )
        rana.do(Decide("c1", "initiators", Answer(value=["usa"]), "coder_error"))
        assert rana.state.find_decision("c1", "initiators").evidence == ()  # an error
        rana.writer.flush()
        with pytest.raises(CoderError, match="error in the gold"):
            salma.close_gold()
        assert not salma.closed and salma.state.gold == stored(salma.project)
        assert salma.state.gold.status is Status.OPEN


def test_nobody_takes_back_what_another_decided(
    salma: ReviewSession, rana: ReviewSession
) -> None:
    rana.do(Take("c1", "certainty", "basim"))
    rana.writer.flush()
    salma.do(Take("c1", "initiators", "amal", "coder_error"))
    salma.writer.flush()
    with pytest.raises(CoderError, match="The last change here was made by salma"):
        rana.turn("undo")
    assert rana.state.find_decision("c1", "initiators") is not None
    turned = salma.turn("undo")
    assert turned is not None
    place = first_place(turned.changes, salma.state.codebook)
    assert place.field is not None and place.field.id == "initiators"
    assert rana.turn("undo") is not None
    assert rana.state.gold == stored(rana.project) or stored(rana.project) is None


def test_at_the_same_moment(salma: ReviewSession, rana: ReviewSession) -> None:
    cells = [
        (cluster.id, row.field.id)
        for cluster in salma.state.clusters
        for row in salma.state.rows(cluster.id)
        if row.state == "agreed"
    ][:40]

    def decide(session: ReviewSession, mine: list[tuple[str, str]]) -> None:
        for cluster, field in mine:
            session.do(Take(cluster, field, "amal"))
        session.writer.flush()

    threads = [
        threading.Thread(target=decide, args=(session, cells[n::2]))
        for n, session in enumerate((salma, rana))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert salma.catch_up() == rana.catch_up() == []
    by = [answer.by for c, f in cells if (answer := salma.state.find_decision(c, f))]
    assert by == [("salma", "rana")[n % 2] for n in range(len(cells))]
    assert salma.state.gold == rana.state.gold == stored(salma.project)
    assert verify(salma.project).findings == []
