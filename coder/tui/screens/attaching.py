"""Attaching the highlight under the cursor to a field as evidence alone, and taking evidence away."""

from __future__ import annotations

from coder.codebook.schema import Field
from coder.service.coding.answer_edits import AttachEvidence, DetachEvidence
from coder.tui.screens.coding_view import CodingView


def attach(screen: CodingView) -> None:
    """The highlight becomes evidence of the field under the record's cursor, whose value stays."""
    target = screen.target()
    if target is None:
        screen.say("no_marks")
    elif not screen.form_rows:
        screen.say("no_fields_here")
    else:
        field = screen.row.field
        screen.session.do(AttachEvidence(screen.event_id, field, target))
        say_attached(screen, field)
        screen.refresh_work()


def detach(screen: CodingView, span_id: str) -> None:
    """A span supports the field under the record's cursor no more."""
    screen.session.do(DetachEvidence(screen.event_id, screen.row.field, span_id))
    screen.say("evidence_removed")
    screen.refresh_work()


def say_attached(screen: CodingView, field: Field) -> None:
    """That words were attached, and what the field holds still."""
    answer, name = screen.answer(field), field.label.of(screen.lang)
    if answer.coded:
        screen.say("evidence_added", field=name, value=screen.shown_value(field, answer))
    else:
        screen.say("evidence_only", field=name)
