"""When and where an act was, by the words around it and by the sentence before."""

from __future__ import annotations

from datetime import date

from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.event_proposals import EventProposer
from coder.suggest.registry import propose


def test_a_heading_does_not_part_two_sentences(conflict_events: Codebook) -> None:
    text = "مع بدء الصراع في غزة استهدفت الفصائل القواعد الأميركية في سوريا عشرين مرة.\nاستهدافات متبادلة\n"
    article = Article(
        "a", f"{text}فيما استهدفت جهات مجهولة القواعد الأميركية خمس مرات."
    )
    found, day = (
        propose(article, conflict_events, (date(2024, 5, 17),) * 2),
        "مع بدء الصراع في غزة",
    )
    last = [c for c in found if c.kind == "trigger"][-1]
    proposal = EventProposer(found, article, conflict_events).propose(last)
    assert [c.quote for name in ("place", "date") for c in proposal[name]] == [
        "سوريا",
        day,
    ]
