"""What opening an event proposes never breaks a rule of the codebook once it is accepted."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.codebook.validate import problems
from coder.model import Answer, Article, Blank, Coding, Event
from coder.service.edits.edits import Context
from coder.service.edits.event_edits import OpenEvent
from coder.suggest.events import EventProposer
from coder.suggest.registry import propose

DATED = "بغداد، 12 مايو 2025 (رويترز) - قصفت الطائرات الأميركية قاعدة للفصائل أمس."
COUNTRIES = "قصفت الطائرات الأميركية قاعدة في سوريا وقاعدة في العراق."
DAY = {"start": "2025-05-12", "end": "2025-05-12", "precision": "day", "basis": "absolute"}


def opened(text: str, published: Answer, codebook: Codebook) -> tuple[Event, list[str]]:
    """The event of the first trigger, and the rules that are broken once all of it is accepted."""
    article = Article("a", text)
    found = propose(article, codebook)
    context = Context(
        codebook, article, {c.id: c for c in found}, EventProposer(found, article, codebook).propose
    )
    coding = Coding("a", "", codebook.ref, "you", answers={"pub_date": published})
    coding = OpenEvent(next(c for c in found if c.kind == "trigger")).apply(coding, context)
    event = coding.events[0]
    accepted = {name: replace(answer, proposed=False) for name, answer in event.fields.items()}
    broken = problems(coding.with_event(Event(event.id, accepted)), codebook, article)
    return event, [p.rule for p in broken if p.rule in ("R08", "R35")]


@pytest.mark.parametrize("text", [DATED, COUNTRIES])
def test_no_proposal_breaks_a_rule(conflict_events: Codebook, text: str) -> None:
    for published in (Answer(blank=Blank.NOT_STATED), Answer(value=DAY)):
        assert opened(text, published, conflict_events)[1] == []


def test_a_relative_date_is_proposed_unless_the_coder_found_no_day_of_publication(
    conflict_events: Codebook,
) -> None:
    for published in (Answer(value=DAY), Answer(blank=Blank.MISSING)):  # it may still be coded
        event, _ = opened(DATED, published, conflict_events)
        assert event.answer("date").value["start"] == "2025-05-11"
    event, _ = opened(DATED, Answer(blank=Blank.NOT_STATED), conflict_events)
    assert not event.answer("date").coded
