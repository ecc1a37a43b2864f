"""Who did what to whom: subjects, verbs that control a noun, speakers, arms, other
clauses.
"""

from __future__ import annotations

from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.event_proposals import EventProposer
from coder.suggest.registry import propose


def test_a_headline_points_at_what_is_named_behind_it(
    conflict_events: Codebook,
) -> None:
    article = Article(
        "a", "التحالف يقصف مواقع في صنعاء\nقصف التحالف العربي مواقع في صنعاء أمس."
    )
    found = propose(article, conflict_events)
    headline = next(c for c in found if c.kind == "trigger")
    [doer] = EventProposer(found, article, conflict_events).propose(headline)[
        "initiators"
    ]
    [named] = [c.value for c in found if c.quote == "التحالف العربي"]
    assert (doer.quote, doer.value) == ("التحالف", named)
