"""Who stands right behind a verb of violence and did it: arms, branches of an army,
unnamed men, a nation.
"""

from __future__ import annotations

from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.event_proposals import EventProposer
from coder.suggest.registry import propose


def test_men_without_the_article_are_nobody_named_before(
    conflict_events: Codebook,
) -> None:
    article = Article("a", "انسحبت حركة طالبان من القرية. وهاجم متمردون قافلة.")
    found = propose(article, conflict_events)
    act = next(c for c in found if c.quote == "هاجم")
    [doer] = EventProposer(found, article, conflict_events).propose(act)["initiators"]
    assert doer.value == [{"name": "متمردون", "class": "armed_group"}]


def test_a_branch_of_an_army_is_its_nation_s_army(conflict_events: Codebook) -> None:
    article = Article("a", "قصف سلاح الجو التركي موقعا في دهوك.")
    [army] = [c for c in propose(article, conflict_events) if c.kind == "actor"]
    assert (army.quote, army.value) == ("سلاح الجو التركي", ["turkey_military"])
