"""The history of a coding as it is read, the way back to any point of it, and the time
it took.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from coder.codebook.schema import Field
from coder.errors import CoderError
from coder.model import Blank, Candidate
from coder.service.coding.history import Step, describe_step, spent_by_field, steps
from coder.service.coding.history import history as whole_history
from coder.service.coding.remarks import OwnRemarks
from coder.service.coding.session import CodingSession
from coder.service.edits.answer_edits import (
    AttachEvidence,
    Comment,
    Put,
    SetBlank,
    SetValue,
)
from coder.service.edits.edits import Edit
from coder.service.edits.event_edits import (
    CopyDown,
    CopyValues,
    DeleteEvent,
    OpenEvent,
    Submit,
)
from coder.service.edits.span_edits import Draw, Reject
from coder.service.figures.progress import progress
from coder.service.project.opened import Project, open_project
from coder.service.review.gold_session import reopen
from coder.service.upkeep.integrity import verify
from tests.service.shared_demo import opened
from tests.support.revised import revised
from tests.support.upgraded import done

BEGIN = datetime(2026, 11, 21, 9, tzinfo=UTC)


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now

    def at(self, minutes: float) -> None:
        self.now = BEGIN + timedelta(minutes=minutes)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def project(demo_folder: Path, clock: Clock) -> Iterator[Project]:
    found = open_project(demo_folder, clock=clock)
    yield found
    found.close()


@pytest.fixture
def session(project: Project) -> CodingSession:
    project.add_person("hala", "coder")
    return CodingSession(project, project.article("004"), "hala")


def candidate(session: CodingSession, kind: str, words: str) -> Candidate:
    return next(c for c in session.candidates if (c.kind, c.quote) == (kind, words))


def told(session: CodingSession, lang: str = "en") -> list[str]:
    plain = dict.fromkeys(range(0x2066, 0x206A))
    found = steps(session.history())
    return [
        describe_step(each, session.codebook, lang).translate(plain) for each in found
    ]


def history(session: CodingSession) -> list[Step]:
    return steps(session.history())


def field(session: CodingSession, name: str) -> Field:
    return session.codebook.event_field(name)


def draw(session: CodingSession, count: int) -> None:
    for start in range(0, 10 * count, 10):
        session.do(Draw("actor", start, start + 5))


def test_each_change_is_told_with_what_it_was_about(session: CodingSession) -> None:
    session.do(Reject([candidate(session, "place", "سورية")]))
    session.do(OpenEvent(candidate(session, "trigger", "استُهدفت")))
    session.do(
        Put("e1", field(session, "place"), candidate(session, "place", "العراق"))
    )
    session.do(SetValue("e1", field(session, "event_status"), "denied"))
    session.do(SetBlank("e1", field(session, "targets"), Blank.NOT_STATED))
    session.do(Comment("e1", field(session, "date"), "متى؟"))
    session.do(
        AttachEvidence(
            "e1", field(session, "place"), candidate(session, "place", "قطاع غزة")
        )
    )
    session.do(SetValue("", session.codebook.article_field("genre"), "news"))
    session.do(DeleteEvent("e1"))
    assert told(session) == [
        "before the first change",
        "rejected place «سورية»",
        "opened event 1",
        "confirmed as proposed: Place, event 1: العراق = Iraq: country",
        "set Status, event 1: occurrence denied",
        "not stated: Targets, event 1",
        "commented on Date, event 1: متى؟",
        "attached evidence to Place, event 1: «قطاع غزة»",
        "set Genre: news report",
        "deleted event 1",
    ]
    assert told(session, "ar")[1:4] == [
        "رفض مكان «سورية»",
        "فتح الحدث 1",
        "تأكيد المقترح في المكان، الحدث 1: العراق: دولة",
    ]


def test_several_fields_and_several_events_are_named(session: CodingSession) -> None:
    place, status = field(session, "place"), field(session, "event_status")
    first, second, third = [c for c in session.candidates if c.kind == "trigger"][:3]
    for trigger in (first, second, third):
        session.do(OpenEvent(trigger))
        session.do(SetBlank(session.coding.events[-1].id, place, Blank.MISSING))
    session.do(Put("e1", place, candidate(session, "place", "العراق")))
    session.do(CopyDown("e1", place))
    session.do(SetBlank("e3", place, Blank.MISSING))
    session.do(SetBlank("e3", status, Blank.MISSING))
    session.do(CopyValues("e3", "e2"))
    words = told(session)
    assert "copied down Place, event 2 · 3: العراق = Iraq: country" in words
    assert words[-1] == "copied into event 3 · Status · Place"


def test_comments_on_words_and_questions_stand_among_the_changes_and_stay(
    session: CodingSession, clock: Clock
) -> None:
    start = session.article.text.index("سورية")
    session.do(Reject([candidate(session, "place", "سورية")]))
    session.writer.flush()  # which sets the time
    clock.at(1)
    OwnRemarks(session).say(("hala", "", "", start, start + 5), "أيّها؟")
    clock.at(2)
    session.do(OpenEvent(candidate(session, "trigger", "استُهدفت")))
    session.writer.flush()
    clock.at(3)
    OwnRemarks(session).say(("hala", "e1", "date", 0, 0), "? متى")
    clock.at(4)
    OwnRemarks(session).say(("hala", "", "", 0, 0), "مقال قصير")
    plain = dict.fromkeys(range(0x2066, 0x206A))
    found = whole_history(session)
    assert [
        describe_step(each, session.codebook, "en").translate(plain)
        for each in found[2:]
    ] == [
        "commented on «سورية»: أيّها؟",
        "opened event 1",
        "asked about Date, event 1: متى",
        "commented on article: مقال قصير",
    ]
    assert [each.goal for each in found] == [0, 1, None, 2, None, None]


def test_going_back_to_a_point_is_as_undoing_to_there_and_redo_brings_each_back(
    session: CodingSession,
) -> None:
    draw(session, 2)
    there = session.coding
    draw(session, 5)  # three more: the first two are there already
    last = session.coding
    points = history(session)
    assert [each.state for each in points] == ["stands"] * 5 + ["now"]
    assert session.go_to(points[2].goal or 0) == 3
    assert session.coding == there
    assert [each.state for each in history(session)] == [
        "stands",
        "stands",
        "now",
        *["undone"] * 3,
    ]
    for _ in range(3):
        assert session.turn("redo") is not None
    assert session.coding == last and session.turn("redo") is None
    assert session.go_to(0) == 5 and session.coding.spans == ()
    assert session.go_to(points[4].goal or 0) == 4 and len(session.coding.spans) == 4
    assert not verify(session.project).findings


def test_what_something_else_took_the_place_of_is_gone(session: CodingSession) -> None:
    draw(session, 2)
    session.turn("undo")
    session.do(Draw("place", 30, 35))
    found = history(session)
    assert [each.state for each in found] == ["stands", "stands", "gone", "now"]
    assert [each.goal for each in found] == [0, 1, None, found[-1].version]


def test_what_was_submitted_stands_and_the_history_goes_back_to_where_it_was_opened_again(
    session: CodingSession,
) -> None:
    draw(session, 2)
    session.do(Submit())
    with pytest.raises(CoderError, match="is submitted"):
        session.go_to(1)
    session.close()
    reopen(session.project, "salma", "004", "hala")
    again = CodingSession(session.project, session.article, "hala")
    again.do(Draw("place", 30, 35))
    found = history(again)
    assert [each.what for each in found] == [
        *["span.drawn"] * 2,
        "coding.submitted",
        "coding.reopened",
        "span.drawn",
    ]
    assert [each.goal for each in found] == [None, None, None, 0, found[-1].version]
    assert again.go_to(0) == 1
    assert [each.state for each in history(again)][-2:] == ["now", "undone"]
    again.close()


def test_working_time_goes_to_the_field_that_was_worked_on_without_pauses(
    session: CodingSession, clock: Clock
) -> None:
    session.do(OpenEvent(candidate(session, "trigger", "استُهدفت")))
    place = field(session, "place")
    for minutes, edit in (
        (2, Put("e1", place, candidate(session, "place", "العراق"))),
        (3, SetValue("e1", field(session, "event_status"), "denied")),
        (30, Comment("e1", place, "أين؟")),  # after a pause
        (31.5, Reject([candidate(session, "place", "سورية")])),
    ):
        session.writer.flush()
        clock.at(minutes)
        session.do(edit)
    session.writer.flush()
    clock.at(33.5)
    session.turn("undo")
    found = spent_by_field(history(session), session.codebook, "en")
    assert [
        (each.label, each.time.total_seconds() / 60, each.changes) for each in found
    ] == [
        ("Place", 2, 2),
        ("Status", 1, 1),
        ("marking spans", 3.5, 1),
        ("events as a whole, submitting", 0, 1),
    ]
    [mine] = [row for row in progress(session.project) if row.coder == "hala"]
    assert mine.minutes == 6.5


def test_the_time_from_submission_to_coming_back_is_no_working_time(
    session: CodingSession, clock: Clock
) -> None:
    def at(minutes: float, work: CodingSession, edit: Edit) -> None:
        work.writer.flush()
        clock.at(minutes)
        work.do(edit)

    at(0, session, Draw("place", 0, 5))
    at(1, session, Submit())
    session.close()
    clock.at(2)
    reopen(session.project, "salma", session.article.id, "hala")
    again = CodingSession(session.project, session.article, "hala")
    at(3, again, Draw("place", 10, 15))
    at(3.5, again, Draw("place", 20, 25))
    at(4, again, Submit())
    assert again.watch.spent == timedelta(minutes=2)  # one minute before, one after
    again.close()
    [mine] = [row for row in progress(session.project) if row.coder == "hala"]
    assert mine.submitted_minutes == 2


def test_an_upgrade_of_the_codebook_is_no_working_time(
    session: CodingSession, clock: Clock, tmp_path: Path
) -> None:
    draw(session, 1)
    session.close()
    clock.at(4)
    done(session.project, revised(tmp_path / "new"))
    [mine] = [row for row in progress(session.project) if row.coder == "hala"]
    assert mine.minutes == 0
    again = CodingSession(session.project, session.article, "hala")
    again.writer.flush()
    clock.at(8)
    again.do(Draw("place", 30, 35))
    found = history(again)
    assert (
        sum((each.spent for each in found), timedelta()) == timedelta()
    )  # eight minutes are a pause
    assert [each.what for each in found if each.what] == [
        "span.drawn",
        "coding.recoded",
        "span.drawn",
    ]
    again.close()


def test_a_coders_own_login_reads_the_same_history_and_time(shared_demo: Path) -> None:
    with opened(shared_demo, "amal") as project:
        mine = [row for row in progress(project) if row.coder == "amal"]
    with opened(shared_demo, "you") as project:
        session = CodingSession(project, project.article("004"), "you")
        draw(session, 3)
        assert session.go_to(1) == 2
        found, own = (
            history(session),
            [row for row in progress(project) if row.coder == "you"],
        )
        assert [each.state for each in found] == ["stands", "now", "undone", "undone"]
        session.close()
    with opened(shared_demo) as owner:
        whole = progress(owner)
        assert [row for row in whole if row.coder == "you"] == own and own[
            0
        ].minutes > 0
        assert [row for row in whole if row.coder == "amal"] == mine
        assert not verify(owner).findings


def test_an_imported_coding_is_one_change_without_its_events_and_fields(
    project: Project,
) -> None:
    found = told(CodingSession(project, project.article("004"), "amal"))
    assert "the coding was imported" in found
