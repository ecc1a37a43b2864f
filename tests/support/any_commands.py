"""A machine that gives a coding session any commands in any order, for hypothesis to
drive.

The state must be the journal replayed, and undoing everything give the first state.
Beside the program stands the simplest model of undo: a list of states and a place in
it.
"""

from __future__ import annotations

import tempfile
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import fields

from coder.changes.coding_changes import compare_codings
from coder.changes.wording import describe_changes
from coder.errors import CoderError
from coder.model import Blank
from coder.service.coding.history import steps
from coder.service.coding.session import CodingSession
from coder.service.edits import answer_edits, event_edits, span_edits, split_edits
from coder.service.edits.edits import Edit
from coder.service.edits.event_edits import OpenEvent
from coder.service.project.opened import Project, open_project
from coder.service.sample_project import make_demo
from coder.store import convert
from coder.store.convert import Rows
from coder.store.journal import BARRIERS

FOLDER = tempfile.TemporaryDirectory()
NAMES = count(1)
EDITS: list[type[Edit]] = [
    each
    for module in (span_edits, event_edits, answer_edits, split_edits)
    for each in vars(module).values()
    if isinstance(each, type)
    and each.__module__ == module.__name__
    and "change" in vars(each)
]
KNOWN: list[object] = [
    "single",
    "air_strike",
    "threat",
    "news",
    ["usa"],
    {"min": 1, "max": 9},
]
"""Values that some fields take, besides texts; most of the others are refused."""
Drawn: TypeAlias = st.SearchStrategy[Any]
WRITABLE = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
TEXTS = st.one_of(
    st.sampled_from(["", "'; --", "\u202e", "نص\nآخر", "\u0651"]), WRITABLE
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)
    ),
    max_leaves=6,
)


def project() -> Project:
    """The sample project, made once for all runs."""
    folder = Path(FOLDER.name) / "project"
    if not folder.exists():
        make_demo(folder, lambda _: None)[0].close()
    return open_project(folder)


class AnyCommands(RuleBasedStateMachine):
    """A new coder at work on one article."""

    @initialize()
    def begin(self) -> None:
        self.project = project()
        self.coder = f"c{next(NAMES)}"
        self.project.add_person(self.coder, "coder")
        self.article = self.project.article("004")
        self.session = CodingSession(self.project, self.article, self.coder)
        self.states = [self.session.coding]
        self.place = 0

    @rule(
        kind=st.sampled_from([edit for edit in EDITS if edit.what not in BARRIERS]),
        data=st.data(),
    )
    def do(self, kind: type[Edit], data: st.DataObject) -> None:
        """Any edit of the table with any values, drawn by the names of what it takes."""
        taken: dict[str, object] = {}
        for part in fields(kind):  # type: ignore[arg-type]
            offered = self.offered(kind, part.name, taken)
            if offered == []:
                return  # there is no span yet
            taken[part.name] = data.draw(
                st.sampled_from(offered) if isinstance(offered, list) else offered
            )
        before = self.session.coding
        try:
            known = self.session.do(kind(**taken))
        except CoderError:
            assert self.session.coding == before
            return
        assert known == before
        if self.session.coding != before:
            self.states[self.place + 1 :] = [self.session.coding]
            self.place += 1
            self.session.writer.flush()
            journaled = self.session.last_changes()
            compared = compare_codings(before, self.session.coding)
            for change in compared:
                assert change in journaled
            # The first entry also has the answers known from the article's metadata.
            if self.session._last[0] > 1:
                assert len(journaled) == len(compared)
            for lang in ("ar", "en"):
                words = describe_changes(compared, self.session.codebook, lang)
                assert bool(words) == bool(compared)

    def offered(
        self, kind: type[Edit], name: str, taken: dict[str, object]
    ) -> list[Any] | Drawn:
        """What there is for a part of an edit, when some of its parts are taken
        already.
        """
        coding, book = self.session.coding, self.session.codebook
        match name:
            case "targets":
                return st.lists(
                    st.sampled_from([*self.session.candidates, *coding.spans]),
                    max_size=3,
                )
            case "target" if kind is OpenEvent:
                return [c for c in self.session.candidates if c.kind == "trigger"]
            case "instead_of":
                return st.sampled_from([None, *self.session.candidates])
            case "target":
                return [*self.session.candidates, *coding.spans]
            case "span_id":
                return [span.id for span in coding.spans]
            case "event_id" | "source_id" | "kept_id" | "gone_id":
                return ["", *(event.id for event in coding.events)]
            case "field":
                found = book.event_fields if taken["event_id"] else book.article_fields
                return list(found)
            case "fields":
                found = book.event_fields if taken["event_id"] else book.article_fields
                return st.lists(st.sampled_from(found), max_size=4).map(tuple)
            case "kind":
                return [each.id for each in book.span_kinds]
            case "start" | "end":
                return st.integers(-5, len(self.article.text) + 5)
            case "value":
                return st.one_of(VALUES, st.sampled_from(KNOWN))
            case "blank":
                return list(Blank)
            case "whole":
                return st.booleans()
            case "text" | "reason":
                return TEXTS
        raise AssertionError(f"nothing to draw for {name}")

    @rule(way=st.sampled_from(("undo", "redo", "another day")))
    def turn(self, way: str) -> None:
        """Back, on, or home and back again."""
        if way == "undo":
            assert (self.session.turn("undo") is not None) == (self.place > 0)
            self.place = max(0, self.place - 1)
        elif way == "redo":
            assert (self.session.turn("redo") is not None) == (
                self.place + 1 < len(self.states)
            )
            self.place = min(len(self.states) - 1, self.place + 1)
        else:
            self.session.close()
            self.session = CodingSession(self.project, self.article, self.coder)

    @rule(where=st.floats(0, 1))
    def go_to(self, where: float) -> None:
        """To any point of the history; the points that it offers are the states of the
        model.
        """
        points = [
            each for each in steps(self.session.history()) if each.goal is not None
        ]
        assert len(points) == len(self.states)
        assert [each.state for each in points].index("now") == self.place
        goal = round(where * (len(points) - 1))
        assert self.session.go_to(points[goal].goal or 0) == abs(goal - self.place)
        self.place = goal

    @invariant()
    def the_state_is_the_journal_replayed(self) -> None:
        expected = self.states[self.place]
        assert self.session.coding == expected
        self.session.writer.flush()
        with self.project.store.read() as queries:
            stored = queries.coding(self.article.id, self.coder)
            replayed: Rows = {}
            for entry in queries.entries(subject=self.session.subject):
                for change in entry.changes:
                    key = (change.table, *change.key)
                    assert replayed.get(key) == change.before
                    if change.after is None:
                        del replayed[key]
                    else:
                        replayed[key] = change.after
        assert replayed == convert.coding_rows(stored)
        assert stored == expected if self.place else stored is None

    def teardown(self) -> None:
        if not hasattr(self, "session"):
            return
        while self.session.turn("undo") is not None:
            self.place -= 1
        assert self.place == 0
        self.the_state_is_the_journal_replayed()
        while self.session.turn("redo") is not None:
            self.place += 1
        assert self.place == len(self.states) - 1
        self.the_state_is_the_journal_replayed()
        self.session.close()
        self.project.close()
