"""A machine that gives a coding session any commands in any order, for hypothesis to drive.

The state must be the journal replayed, and undoing everything give the first state. Beside the program
stands the simplest model of undo: a list of states and a place in it.
"""

from __future__ import annotations

import tempfile
from itertools import count
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from coder.errors import CoderError
from coder.model import Blank, Candidate, Coding
from coder.service.coding import edits, event_edits, evidence
from coder.service.coding.session import CodingSession
from coder.service.project.opened import Project, open_project
from coder.service.project.sample_project import make_demo
from coder.store import convert
from coder.store.convert import Rows

FOLDER = tempfile.TemporaryDirectory()
NAMES = count(1)
NUMBERS = st.integers(0, 10_000)
WRITABLE = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
TEXTS = st.one_of(st.sampled_from(["", "'; --", "\u202e", "نص\nآخر", "\u0651"]), WRITABLE)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def project() -> Project:
    """The sample project, made once for all runs."""
    folder = Path(FOLDER.name) / "project"
    if not folder.exists():
        make_demo(folder, lambda _: None).project.close()
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

    def changed(self, what: str, coding: Coding) -> None:
        self.session.change(what, coding)
        if coding != self.states[self.place]:
            self.states[self.place + 1 :] = [coding]
            self.place += 1

    def candidate(self, number: int) -> Candidate:
        return self.session.candidates[number % len(self.session.candidates)]

    def event(self, number: int) -> str:
        events = self.session.coding.events
        return events[number % len(events)].id

    @property
    def coding(self) -> Coding:
        return self.session.coding

    def has_events(self) -> bool:
        return bool(self.session.coding.events)

    def has_spans(self) -> bool:
        return bool(self.session.coding.spans)

    @rule(number=NUMBERS)
    def confirm(self, number: int) -> None:
        self.changed("span.confirmed", edits.confirm(self.coding, self.candidate(number))[0])

    @rule(number=NUMBERS, reason=TEXTS)
    def reject(self, number: int, reason: str) -> None:
        self.changed("span.rejected", self.tried(edits.reject, self.candidate(number), reason))

    @rule(number=NUMBERS, length=st.integers(1, 30), kind=NUMBERS)
    def draw(self, number: int, length: int, kind: int) -> None:
        start = number % (len(self.article.text) - 40)
        kind_id = self.candidate(kind).kind
        self.changed("span.drawn", edits.draw(self.coding, self.article, kind_id, start, start + length)[0])

    @precondition(has_spans)
    @rule(number=NUMBERS, start=st.integers(-5, 5), end=st.integers(-5, 5))
    def resize(self, number: int, start: int, end: int) -> None:
        span = self.coding.spans[number % len(self.coding.spans)]
        start, end = span.start + start, span.end + end
        self.changed("span.resized", edits.resize(self.coding, self.article, span.id, start, end))

    @precondition(has_spans)
    @rule(number=NUMBERS)
    def remove_span(self, number: int) -> None:
        span = self.coding.spans[number % len(self.coding.spans)]
        self.changed("span.removed", edits.remove_span(self.coding, span.id))

    @rule(number=NUMBERS)
    def open_event(self, number: int) -> None:
        triggers = [c for c in self.session.candidates if c.kind == "trigger"]
        before = self.coding
        self.session.open_event(triggers[number % len(triggers)])
        after = self.session.coding
        assert after != before
        self.states[self.place + 1 :] = [after]
        self.place += 1

    @precondition(has_events)
    @rule(number=NUMBERS, event=NUMBERS, field=NUMBERS)
    def put(self, number: int, event: int, field: int) -> None:
        coding, span = edits.confirm(self.coding, self.candidate(number))
        fields = self.session.codebook.event_fields
        chosen = fields[field % len(fields)]
        self.changed(
            "value.put",
            self.tried(edits.put, self.session.codebook, self.event(event), chosen, span, of=coding),
        )

    @precondition(has_events)
    @rule(event=NUMBERS, field=NUMBERS, value=VALUES)
    def set_text(self, event: int, field: int, value: object) -> None:
        fields = [f for f in self.session.codebook.event_fields if f.type == "text"]
        chosen = fields[field % len(fields)]
        self.changed(
            "value.set",
            self.tried(edits.set_value, self.session.codebook, self.event(event), chosen, value),
        )

    @precondition(has_events)
    @rule(event=NUMBERS, field=NUMBERS, blank=st.sampled_from(Blank))
    def set_blank(self, event: int, field: int, blank: Blank) -> None:
        fields = self.session.codebook.event_fields
        chosen = fields[field % len(fields)]
        self.changed(
            "blank.set",
            self.tried(edits.set_blank, self.session.codebook, self.event(event), chosen, blank),
        )

    @rule(field=NUMBERS, text=TEXTS)
    def comment(self, field: int, text: str) -> None:
        fields = self.session.codebook.article_fields
        chosen = fields[field % len(fields)]
        self.changed("comment.set", self.tried(edits.set_comment, "", chosen, text))

    @precondition(has_events)
    @rule(event=NUMBERS)
    def accept(self, event: int) -> None:
        book, by_id = self.session.codebook, self.session.by_id
        self.changed("value.accepted", self.tried(edits.accept_proposals, book, self.event(event), by_id))

    @precondition(has_events)
    @rule(event=NUMBERS)
    def delete_event(self, event: int) -> None:
        self.changed("event.deleted", event_edits.delete_event(self.coding, self.event(event)))

    @precondition(has_events)
    @rule(event=NUMBERS)
    def duplicate_event(self, event: int) -> None:
        self.changed("event.duplicated", event_edits.duplicate_event(self.coding, self.event(event))[0])

    @precondition(has_events)
    @rule(event=NUMBERS, source=NUMBERS)
    def copy_values(self, event: int, source: int) -> None:
        book, ids = self.session.codebook, (self.event(event), self.event(source))
        self.changed("values.copied", event_edits.copy_values(self.coding, book, *ids)[0])

    @precondition(has_events)
    @rule(kept=NUMBERS, gone=NUMBERS)
    def merge_events(self, kept: int, gone: int) -> None:
        ids = self.event(kept), self.event(gone)
        if ids[0] != ids[1]:
            merged, _ = event_edits.merge_events(self.coding, self.session.codebook, *ids)
            self.changed("events.merged", merged)

    @precondition(has_events)
    @rule(event=NUMBERS, field=NUMBERS)
    def drop_evidence(self, event: int, field: int) -> None:
        fields, event_id = self.session.codebook.event_fields, self.event(event)
        chosen = fields[field % len(fields)]
        for span_id in self.coding.events[event % len(self.coding.events)].answer(chosen.id).evidence[:1]:
            coding = evidence.drop_evidence(self.coding, event_id, chosen, span_id)
            self.changed("evidence.removed", coding)

    @rule()
    def undo(self) -> None:
        done = self.session.undo()
        assert (done is not None) == (self.place > 0)
        self.place = max(0, self.place - 1)

    @rule()
    def redo(self) -> None:
        done = self.session.redo()
        assert (done is not None) == (self.place + 1 < len(self.states))
        self.place = min(len(self.states) - 1, self.place + 1)

    @rule()
    def come_back_another_day(self) -> None:
        self.session.close()
        self.session = CodingSession(self.project, self.article, self.coder)

    def tried(self, command: object, *words: object, of: Coding | None = None) -> Coding:
        """The coding after a command, or as it is where the command is refused."""
        try:
            return command(of or self.coding, *words)  # type: ignore[operator, no-any-return]
        except CoderError:
            return self.coding

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
        while self.session.undo() is not None:
            self.place -= 1
        assert self.place == 0
        self.the_state_is_the_journal_replayed()
        while self.session.redo() is not None:
            self.place += 1
        assert self.place == len(self.states) - 1
        self.the_state_is_the_journal_replayed()
        self.session.close()
        self.project.close()
