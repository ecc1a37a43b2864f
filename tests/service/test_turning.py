"""Undo and redo take up what they changed, and read the coding whole where another
window wrote.
"""

from __future__ import annotations

import pytest

from coder.service.coding.session import CodingSession
from coder.service.edits.span_edits import Draw, Reject, RemoveSpan
from coder.service.project.opened import Project


@pytest.fixture
def at(demo: Project) -> CodingSession:
    """A new coder's session with three spans drawn, the first of them removed."""
    demo.add_person("hala", "coder")
    session = CodingSession(demo, demo.article("004"), "hala")
    for start in (0, 10, 20):
        session.do(Draw("actor", start, start + 5))
    session.do(RemoveSpan(session.coding.spans[0].id))
    return session


def test_a_turn_leaves_the_spans_that_it_does_not_touch(at: CodingSession) -> None:
    before = at.coding.spans
    at.do(Reject([at.candidates[0]]))
    at.turn("undo")
    assert [*map(id, at.coding.spans)] == [*map(id, before)]
    at.turn("redo")
    assert [*map(id, at.coding.spans[:-1])] == [*map(id, before)]


def test_what_was_removed_in_the_middle_comes_back_where_it_was(
    at: CodingSession,
) -> None:
    at.turn("undo")
    assert [span.start for span in at.coding.spans] == [0, 10, 20]
    with at.project.store.read() as queries:
        assert queries.coding(at.article.id, "hala") == at.coding


def test_a_turn_shows_what_another_window_wrote_meanwhile(at: CodingSession) -> None:
    at.writer.flush()
    other = CodingSession(at.project, at.article, "hala")
    other.do(Draw("place", 30, 35))
    other.writer.flush()
    turned = at.turn("undo")
    assert turned is not None and turned.what == "span.drawn"
    with at.project.store.read() as queries:
        assert queries.coding(at.article.id, "hala") == at.coding
    assert at.turn("redo") is not None
    assert ("place", 30) in [(span.kind, span.start) for span in at.coding.spans]
    other.close()


def test_nothing_is_left_when_all_is_taken_back(at: CodingSession) -> None:
    while at.turn("undo") is not None:
        pass
    assert at.coding.spans == ()
    with at.project.store.read() as queries:
        assert queries.coding(at.article.id, "hala") is None
