"""What the parts of the coding screen share: the work that is open, where one is in it, how to speak."""

from __future__ import annotations

from coder.codebook.schema import Codebook, Field
from coder.model import Answer, Candidate, Coding, Event, Span
from coder.service.coding.session import CodingSession
from coder.service.edits.edits import Edit
from coder.tui.screens.highlights import Highlights
from coder.tui.screens.record_form import RecordForm
from coder.tui.screens.work_screen import WorkScreen
from coder.values.typed import show


class Desk:
    """One coder's work on one article, as the screen shows it."""

    def __init__(self, screen: WorkScreen, highlights: Highlights, record: RecordForm, lang: str) -> None:
        self.screen = screen
        self.say = screen.say
        self.highlights = highlights
        self.record = record
        self.lang = lang

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

    def in_words(self, field: Field, answer: Answer) -> str:
        """A value for the reader."""
        return show(field, answer.value, self.codebook, self.lang)

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
