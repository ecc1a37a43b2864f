"""Proposals that nobody has confirmed follow the type and the actors that the coder
gives their event.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from coder.model import Answer, Blank
from coder.service.coding.session import CodingSession
from coder.service.delivery.intake import import_files
from coder.service.edits.answer_edits import (
    AcceptProposals,
    SetBlank,
    SetValue,
)
from coder.service.edits.event_edits import OpenEvent
from coder.service.edits.span_edits import Draw
from coder.service.learning.batch import suggest
from coder.service.project.opened import Project
from coder.store.journal import REDO, UNDO

BLAMED = "استهدف هجوم ناقلة في خليج عمان. واتهمت واشنطن إيران بتنفيذ الهجوم."


def answer(session: CodingSession, name: str) -> Answer:
    return session.coding.events[0].answer(name)


def put(session: CodingSession, name: str, value: Any) -> None:
    session.do(SetValue("e1", session.codebook.event_field(name), value))


@pytest.fixture
def accusing(demo: Project) -> CodingSession:
    """Event 1 of article 004: what the White House says about Iran and attacks on US
    forces.
    """
    session = CodingSession(demo, demo.article("004"), "you")
    start = session.article.text.index("أفاد البيت")
    session.do(Draw("trigger", start, start + len("أفاد")))
    session.do(OpenEvent(session.coding.spans[-1]))
    return session


@pytest.fixture
def blaming(project: Project, tmp_path: Path) -> CodingSession:
    """Event 1: an attack on a ship for which the United States blame Iran."""
    (tmp_path / "1.txt").write_text(BLAMED, "utf-8")
    import_files(project, [tmp_path / "1.txt"])
    suggest(project, cores=1)
    session = CodingSession(project, project.article("1"), "amal")
    session.do(OpenEvent(next(c for c in session.candidates if c.quote == "هجوم")))
    return session


def test_a_new_type_is_taken_back_and_done_again_with_its_proposals(
    blaming: CodingSession,
) -> None:
    before = blaming.coding
    assert answer(blaming, "responsibility").value is None
    put(blaming, "initiators", ["iran"])
    assert answer(blaming, "responsibility").proposed
    after = blaming.coding
    while blaming.coding != before:
        blaming.turn(UNDO)
    blaming.turn(REDO)
    assert blaming.coding == after


def test_what_only_the_new_type_asks_for_is_proposed_too(
    project: Project, tmp_path: Path
) -> None:
    (tmp_path / "1.txt").write_text(
        "اتهمت واشنطن إيران بقصف قاعدة عين الأسد بطائرات مسيرة.", "utf-8"
    )
    import_files(project, [tmp_path / "1.txt"])
    suggest(project, cores=1)
    session = CodingSession(project, project.article("1"), "amal")
    session.do(OpenEvent(next(c for c in session.candidates if c.quote == "اتهمت")))
    assert answer(session, "place").value is None  # of an accusation
    assert answer(session, "weapons").value is None
    put(session, "event_type", "drone_attack")
    place, weapons = answer(session, "place"), answer(session, "weapons")
    assert place.proposed and [each["place_id"] for each in place.value] == [
        "base_ain_asad"
    ]
    assert weapons.proposed and weapons.value == ["uav_attack"]
    session.do(SetBlank("e1", session.codebook.event_field("weapons"), Blank.MISSING))
    put(session, "targets", ["us_forces"])
    assert answer(session, "weapons").value is None  # the coder removed it


def test_confirming_what_is_proposed_proposes_nothing_else(
    accusing: CodingSession,
) -> None:
    fields = tuple(
        map(accusing.codebook.event_field, ("initiators", "targets", "source"))
    )
    others = {
        n: a
        for n, a in accusing.coding.events[0].fields.items()
        if n not in {f.id for f in fields}
    }
    accusing.do(AcceptProposals("e1", fields))
    now = accusing.coding.events[0].fields
    assert {name: now[name] for name in others} == others


@pytest.mark.parametrize("blank", [Blank.MISSING, Blank.NOT_STATED])
def test_what_the_coder_removed_or_called_not_stated_is_not_proposed_again(
    blaming: CodingSession, blank: Blank
) -> None:
    blaming.do(SetBlank("e1", blaming.codebook.event_field("responsibility"), blank))
    put(blaming, "targets", ["us_forces"])
    assert answer(blaming, "responsibility") == Answer(blank=blank)


def test_proposals_that_do_not_depend_on_actors_stay(blaming: CodingSession) -> None:
    before = blaming.coding.events[0]
    put(blaming, "targets", ["us_forces"])
    for name in ("place", "source", "event_type", "date", "weapons"):
        assert answer(blaming, name) == before.answer(name), name


def test_how_the_initiator_is_known_cites_the_words_that_stand_for_the_new_one(
    demo: Project,
) -> None:
    session = CodingSession(demo, demo.article("002"), "you")
    start = session.article.text.index("استهدفت مجموعات مسلحة في العراق")
    session.do(
        OpenEvent(
            next(
                c
                for c in session.candidates
                if c.start == start and c.kind == "trigger"
            )
        )
    )
    words = session.by_id["actor:4161-4184"]
    assert words.quote == "مجموعات مسلحة في العراق"
    assert answer(session, "responsibility") == Answer(
        ["article"], evidence=(words.id,), proposed=True
    )
    session.do(AcceptProposals("e1", (session.codebook.event_field("initiators"),)))
    # A name of the same factions stands in another paragraph, too; these words are the
    # coder's.
    put(session, "initiators", ["iraqi_factions"])
    assert answer(session, "responsibility") == Answer(
        ["article"], evidence=(words.id,), proposed=True
    )
