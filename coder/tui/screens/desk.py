"""What the parts of the coding screen share: the work that is open, where one is in it, how to speak."""

from __future__ import annotations

from coder.codebook.schema import Codebook, Field
from coder.model import Answer, Candidate, Coding, Event, Span
from coder.service.coding.session import CodingSession
from coder.service.edits.edit_context import Edit
from coder.tui.screens.highlights import Highlights
from coder.tui.screens.record_form import RecordForm
from coder.tui.screens.work_screen import WorkScreen
from coder.values.typed import show


class Desk:
    """One coder's work on one article, as the screen shows it."""

    def __init__(self, screen: WorkScreen, highlights: Highlights, record: RecordForm) -> None:
        self.screen, self.highlights, self.record = screen, highlights, record
        self.say, self.lang = screen.say, screen.lang

    @property
    def session(self) -> CodingSession:
        """The work that is open."""
        return self.record.session

    @property
    def codebook(self) -> Codebook:
        """The revision that the coding is of."""
        return self.session.codebook

    def do(self, edit: Edit, said: str = "", **values: object) -> Coding:
        """Change the coding, say so, and show it; returns the coding as it was before."""
        before = self.session.do(edit)
        if said:
            self.say(said, **values)
        self.screen.refresh_work()
        return before

    def event(self) -> Event | None:
        """The event that the record shows."""
        return self.session.coding.event(self.record.event_id)

    def answer(self, field: Field) -> Answer:
        """What the record shown holds in a field."""
        return (self.event() or self.session.coding).answer(field.id)

    def target(self) -> Candidate | Span | None:
        """The candidate or span under the cursor."""
        current = self.highlights.current
        return self.named(current.id) if current is not None else None

    def named(self, span_id: str) -> Candidate | Span | None:
        """What evidence names: a span of the coding, or for a proposal a candidate."""
        return self.session.coding.span(span_id) or self.session.by_id.get(span_id)

    def evidence_of(self, answer: Answer) -> list[Candidate | Span]:
        """The spans that support an answer, in the order in which they were given."""
        return [span for span in map(self.named, answer.evidence) if span is not None]

    def say_field(self, key: str, field: Field) -> None:
        """A sentence about a field and the value that it holds."""
        value = show(field, self.answer(field).value, self.codebook, self.lang)
        self.say(key, field=field.label.of(self.lang), value=value)

    def say_attached(self, field: Field) -> None:
        """That words were attached, and what the field holds still."""
        if self.answer(field).coded:
            self.say_field("evidence_added", field)
        else:
            self.say("evidence_only", field=field.label.of(self.lang))
