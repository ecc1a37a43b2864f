"""What is proposed for the event of an act, and which row of the packs proposes it."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.model import Article, Candidate
from coder.suggest.event_proposals import OWN_REPORTING, TOLD, EventProposer
from coder.suggest.registry import propose

DAY = date(2024, 5, 17)
STRIKE = "قصف الجيش الإسرائيلي مواقع لحزب الله في بلدة الخيام أمس، ما أدى إلى مقتل ثلاثة مدنيين."


@pytest.fixture
def read(conflict_events: Codebook):
    """A text's candidates and a proposer for it."""

    def read_text(text: str) -> tuple[list[Candidate], EventProposer]:
        article = Article("a", text)
        found = propose(article, conflict_events, (DAY, DAY))
        return found, EventProposer(found, article, conflict_events)

    return read_text


def trigger(found: list[Candidate], quote: str) -> Candidate:
    return next(c for c in found if c.kind == "trigger" and c.quote == quote)


def test_each_value_says_which_row_proposed_it(read) -> None:
    found, events = read(STRIKE)
    proposal = events.propose(trigger(found, "قصف"))
    told = {
        name: [(each.quote, each.origin) for each in values]
        for name, values in proposal.items()
    }
    assert told["initiators"] == [("الجيش الإسرائيلي", "doer-at-start")]
    assert told["targets"] == [("حزب الله", "owner-of-object")]
    assert told["place"] == [("بلدة الخيام", "place-behind")]
    assert told["date"] == [("أمس", "day-behind")]
    assert told["killed"] == [("ثلاثة مدنيين", "count")]


def test_what_nobody_is_credited_with_is_the_articles_own(read) -> None:
    found, events = read(STRIKE)
    [own] = events.propose(trigger(found, "قصف"))["source"]
    assert (own.quote, own.origin) == ("", OWN_REPORTING)
    assert own.value == [{"who": None, "kind": "own_reporting"}]


def test_a_trigger_that_a_coder_draws_is_read_like_a_proposed_one(read) -> None:
    found, events = read(STRIKE)
    act = trigger(found, "قصف")
    assert events.propose((act.start, act.end)) == events.propose(act)


def test_signs_without_letters_propose_nothing(read) -> None:
    _, events = read(STRIKE)
    comma = STRIKE.index("،")
    assert events.propose((comma, comma + 1)) == {}


def test_given_actors_stand_with_their_words(read) -> None:
    found, events = read(STRIKE)
    given = {"initiators": [("iran", None)]}
    proposal = events.propose(trigger(found, "قصف"), given)
    assert [each.value for each in proposal["initiators"]] == [["iran"]]


def test_a_given_type_decides_which_fields_are_asked(
    read, conflict_events: Codebook
) -> None:
    found, events = read(STRIKE)
    given = {"event_type": [("accusation", None)]}
    proposal = events.propose(trigger(found, "قصف"), given)
    assert "killed" not in proposal
    assert "target_object" not in proposal


def test_a_given_type_stands_for_one_the_codebook_lost(
    read, conflict_events: Codebook
) -> None:
    found, events = read(STRIKE)
    act = trigger(found, "قصف")
    lost = [replace(c, value="lost_type") if c is act else c for c in found]
    after = EventProposer(lost, Article("a", STRIKE), conflict_events)
    given = {"event_type": [(act.value, None)]}
    assert after.propose(trigger(lost, "قصف"), given) == events.propose(act)


def test_a_number_in_front_of_its_acts_counts_them(read) -> None:
    found, events = read("شنت الطائرات الروسية عشر غارات على ريف إدلب.")
    proposal = events.propose(trigger(found, "غارات"))
    [count] = proposal["strike_count"]
    assert (count.quote, count.value["min"]) == ("عشر غارات", 10)


def test_an_act_without_what_its_frame_requires_is_not_told(read) -> None:
    found, _ = read("تحدث الخبير عن الرد والتصعيد في كتب التاريخ.")
    assert all(act.score < TOLD for act in found if act.kind == "trigger")


def test_an_act_known_from_before_takes_over_its_parties(read) -> None:
    text = "شن تنظيم داعش هجوما على حاجز للشرطة العراقية. وأسفر الهجوم عن أضرار كبيرة."
    found, events = read(text)
    proposal = events.propose(trigger(found, "الهجوم"))
    [doer] = proposal["initiators"]
    assert (doer.value, doer.origin) == (["isis"], "before:light-doer-behind")


def test_nobody_is_both_initiator_and_target(read) -> None:
    found, events = read("هاجم تنظيم داعش تنظيم داعش في تدمر")
    proposal = events.propose(trigger(found, "هاجم"))
    targets = [each.value for each in proposal.get("targets", ())]
    assert all(each.value not in targets for each in proposal["initiators"])


def test_a_person_killed_without_a_number_counts_as_one(read) -> None:
    found, events = read("اغتيال القيادي في حماس صالح العاروري في بيروت")
    [count] = events.propose(trigger(found, "اغتيال"))["killed"]
    assert count.value == {"min": 1, "max": 1}
