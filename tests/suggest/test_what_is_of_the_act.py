"""Parties, places and things of an act, told from those of what else its sentence
tells.
"""

from __future__ import annotations

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.event_proposals import EventProposer
from coder.suggest.registry import propose

FORCES = [
    ("قالت وزارة الدفاع الروسية إن قواتها سيطرت على بلدة.", "سيطرت", "russia_military"),
    ("أعلنت تركيا أن قواتها قصفت مواقع في سوريا.", "قصفت", "turkey_military"),
    ("قالت حركة حماس إن قواتها استهدفت دبابة.", "استهدفت", "hamas"),
]


@pytest.mark.parametrize(("text", "act", "army"), FORCES)
def test_the_forces_of_a_state_that_speaks_are_its_army(
    conflict_events: Codebook, text: str, act: str, army: str
) -> None:
    article = Article("a", text)
    found = propose(article, conflict_events)
    trigger = next(c for c in found if c.kind == "trigger" and c.quote == act)
    proposal = EventProposer(found, article, conflict_events).propose(trigger)
    assert [c.value for c in proposal["initiators"]] == [[army]]
