"""The evidence of the record's field: attaching the highlight, going from span to span, taking one away."""

from __future__ import annotations

from coder.codebook.schema import Field
from coder.service.coding.article_marks import CONFIRMED, Mark
from coder.service.edits.answer_edits import AttachEvidence, DetachEvidence
from coder.tui.screens.desk import Desk
from coder.tui.screens.work_screen import Keys
from coder.tui.tasks import evidence_task


class EvidenceKeys:
    """The field is the one under the record's cursor, the highlight the one under the article's."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._seen: tuple[object, int] = (None, -1)
        """The field whose evidence was gone to last, and which of it."""
        self.keys: Keys = {
            "article.attach": self._attach,
            "form.attach": self._attach,
            "article.detach": self._detach,
            "form.evidence": self._next,
            "form.evidence_list": self._list,
        }

    def _attach(self) -> None:
        """The highlight becomes evidence of the field, whose value stays."""
        desk, target = self.desk, self.desk.target()
        if target is None:
            desk.say("no_marks")
        elif not desk.record.rows:
            desk.say("no_fields_here")
        else:
            field = desk.record.row.field
            desk.session.do(AttachEvidence(desk.record.event_id, field, target))
            say_attached(desk, field)
            desk.screen.refresh_work()

    def _detach(self) -> None:
        """The highlight supports the field no more."""
        desk, target = self.desk, self.desk.target()
        if not desk.record.rows:
            desk.say("no_fields_here")
        elif target is None or target.id not in desk.record.row.answer.evidence:
            desk.say("not_its_evidence", field=desk.record.row.field.label.of(desk.lang))
        else:
            self._drop(target.id)

    def _drop(self, span_id: str) -> None:
        record = self.desk.record
        self.desk.do(DetachEvidence(record.event_id, record.row.field, span_id), "evidence_removed")

    def _next(self) -> None:
        """The article jumps to the next span that supports the value."""
        record = self.desk.record
        ids = record.row.answer.evidence
        if not ids:
            self.desk.say("no_evidence")
            return
        here = (record.event_id, record.row.field.id)
        at = (self._seen[1] + 1) % len(ids) if self._seen[0] == here else 0
        self._seen = here, at
        self._look(ids[at])

    def _list(self) -> None:
        """All spans that support the value, to go to or to take away."""
        row = self.desk.record.row
        spans = self.desk.evidence_of(row.answer)
        if not spans:
            self.desk.say("no_evidence")
            return
        task = evidence_task(row.field, spans, self.desk.lang, self._look, self._drop)
        self.desk.screen.open_task(task)

    def _look(self, span_id: str) -> None:
        found, highlights = self.desk.named(span_id), self.desk.highlights
        if found is not None:
            fallback = Mark(found.id, found.kind, found.start, found.end, CONFIRMED)
            highlights.set_current(next((m for m in highlights.marks if m.id == span_id), fallback))


def say_attached(desk: Desk, field: Field) -> None:
    """That words were attached, and what the field holds still."""
    answer, name = desk.answer(field), field.label.of(desk.lang)
    if answer.coded:
        desk.say("evidence_added", field=name, value=desk.in_words(field, answer))
    else:
        desk.say("evidence_only", field=name)
