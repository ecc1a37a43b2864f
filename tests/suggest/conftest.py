"""The shipped codebook's suggester, asked about one text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from coder.codebook.load import read_codebook
from coder.codebook.schema import Codebook
from coder.model import Article, Candidate
from coder.suggest.event_proposals import EventProposer
from coder.suggest.registry import propose
from tests.conftest import ROOT

Ask = Callable[..., list[Candidate]]
Proposed = Callable[[str, str], dict[str, list[str]]]
Words = Callable[[str, str, str], list[str]]


@pytest.fixture(scope="session")
def named_entities() -> Codebook:
    """The codebook of persons, organisations, places and dates."""
    return read_codebook(ROOT / "schemas" / "named_entities.yaml")


@pytest.fixture(scope="session")
def protest_events() -> Codebook:
    """The codebook of protests."""
    return read_codebook(ROOT / "schemas" / "protest_events.yaml")


@pytest.fixture(scope="session")
def ask(conflict_events: Codebook) -> Ask:
    """The candidates of a text, of one kind if it is given; `published` is the
    publication day.
    """

    def propose_for(
        text: str, kind: str = "", published: date | None = None
    ) -> list[Candidate]:
        found = propose(
            Article("a", text),
            conflict_events,
            (published, published) if published else None,
        )
        return [c for c in found if not kind or c.kind == kind]

    return propose_for


@pytest.fixture(scope="session")
def quotes(ask: Ask) -> Callable[[str, str], list[str]]:
    """What the candidates of one kind cover, in text order."""
    return lambda text, kind: [c.quote for c in ask(text, kind)]


@pytest.fixture(scope="session")
def proposed(conflict_events: Codebook) -> Proposed:
    """The proposal for the first trigger with that quote: field → quotes."""

    def propose_for(text: str, trigger: str) -> dict[str, list[str]]:
        article = Article("a", text)
        found = propose(article, conflict_events)
        chosen = next(c for c in found if c.kind == "trigger" and c.quote == trigger)
        proposal = EventProposer(found, article, conflict_events).propose(chosen)
        return {field: [c.quote for c in quotes] for field, quotes in proposal.items()}

    return propose_for


@pytest.fixture(scope="session")
def proposed_words(conflict_events: Codebook) -> Words:
    """What is proposed for a field by the last trigger with that beginning, published
    on 17 May 2024.
    """
    day = date(2024, 5, 17)

    def propose_for(text: str, trigger: str, field: str) -> list[str]:
        article = Article("a", text)
        found = propose(article, conflict_events, (day, day))
        chosen = [
            c for c in found if c.kind == "trigger" and c.quote.startswith(trigger)
        ][-1]
        proposal = EventProposer(found, article, conflict_events).propose(chosen)
        return [c.quote for c in proposal.get(field, ())]

    return propose_for
