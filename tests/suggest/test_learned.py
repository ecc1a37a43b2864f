"""What decisions teach: terms drawn twice come up, those rejected often go, supervisors
decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.model import (
    Article,
    Candidate,
    Decision,
    Json,
    Lesson,
    Ruling,
    Span,
    Verdict,
)
from coder.suggest.learned import State, candidates, entries, tally
from coder.text.normalize import fold, fold_key

DAWN = "قوات الفجر"
TEXT = f"أعلنت {DAWN} النفير. وقالت إن قُوّات الفجر باقية، وبقوات الفجر تحتمي المدينة. قواتُ الفجرية."
GROUP: Json = [{"name": DAWN, "class": "armed_group"}]


def lesson(kind: str = "actor", quote: str = DAWN, at: int = 0, **said: Json) -> Lesson:
    """One decision in an article of its own number."""
    return Lesson(
        kind,
        quote,
        (f"a{at}", 0, len(quote)),
        **{"kept": True, "proposed": False, **said},
    )


def shown(
    book: Codebook,
    lessons: Sequence[Lesson] = (),
    rulings: Sequence[Ruling] = (),
    *,
    text: str = TEXT,
    proposed: Sequence[Candidate] = (),
    **settings: Json,
) -> list[Candidate]:
    known = entries((tally(lessons, book),), rulings, book)
    article = Article("here", text, boilerplate=settings.pop("boilerplate", ()))
    thresholds = settings.pop("thresholds", {})
    return candidates(article, fold(text), proposed, known, thresholds, **settings)


def by_rule(
    quote: str, text: str = TEXT, kind: str = "actor", **said: Json
) -> Candidate:
    start = text.index(quote)
    end = start + len(quote)
    return Candidate(
        f"{kind}:{start}-{end}",
        kind,
        start,
        end,
        quote,
        **{"origin": "lexicon:x", **said},
    )


def test_a_term_drawn_once_is_not_suggested(conflict_events: Codebook) -> None:
    assert shown(conflict_events, [lesson()]) == []


def test_a_term_drawn_twice_is_suggested_in_every_spelling_with_its_value(
    conflict_events: Codebook,
) -> None:
    found = shown(
        conflict_events,
        [
            lesson(at=1, given={"initiators": GROUP}),
            lesson(at=2, given={"targets": GROUP}),
        ],
    )
    # By hand: as it is drawn, with vowels, and behind و + ب; الفجرية is another word.
    assert [c.quote for c in found] == [DAWN, "قُوّات الفجر", DAWN]
    assert all(TEXT[c.start : c.end] == c.quote for c in found)
    assert {(c.id, c.origin) for c in found} == {
        (f"actor:{c.start}-{c.end}", f"learned:{DAWN}") for c in found
    }
    assert all(c.value == GROUP for c in found)


def test_the_same_stretch_in_two_codings_counts_once(conflict_events: Codebook) -> None:
    assert shown(conflict_events, [lesson(at=1), lesson(at=1)]) == []


def test_what_a_rule_proposes_and_a_coder_confirms_teaches_no_new_places(
    conflict_events: Codebook,
) -> None:
    assert shown(conflict_events, [lesson(at=i, proposed=True) for i in range(9)]) == []


@pytest.mark.parametrize("kind", ["date", "number"])
def test_words_whose_value_is_not_in_them_are_never_learned(
    conflict_events: Codebook, kind: str
) -> None:
    assert shown(conflict_events, [lesson(kind, at=i) for i in range(4)]) == []


def test_of_two_values_the_one_given_more_often_is_suggested_and_neither_if_equal(
    conflict_events: Codebook,
) -> None:
    air, claim = ({"event_type": name} for name in ("air_strike", "threat"))
    lessons = [
        lesson("trigger", at=i, given=value) for i, value in enumerate([air, claim])
    ]
    assert {c.value for c in shown(conflict_events, lessons)} == {None}
    assert {
        c.value
        for c in shown(conflict_events, [*lessons, lesson("trigger", at=3, given=air)])
    } == {"air_strike"}


def test_a_list_of_several_values_does_not_say_which_is_the_term_s(
    conflict_events: Codebook,
) -> None:
    several = {"initiators": [*GROUP, "us_military"]}
    found = shown(conflict_events, [lesson(at=i, given=several) for i in range(2)])
    assert found and all(c.value is None for c in found)


def test_a_learned_place_is_written_as_it_stands(conflict_events: Codebook) -> None:
    place = [{"as_written": DAWN, "precision": "town", "country": "SY"}]
    lessons = [lesson("place", at=i, given={"place": place}) for i in range(2)]
    written = [c.value[0]["as_written"] for c in shown(conflict_events, lessons)]
    assert written == [DAWN, "قُوّات الفجر", DAWN]


# By hand from the rule: three rejections at least, and three for each time the term was
# kept.
@pytest.mark.parametrize(
    ("kept", "rejected", "stays"),
    [
        (0, 2, True),
        (0, 3, False),
        (1, 3, False),
        (1, 2, True),
        (2, 5, True),
        (2, 6, False),
    ],
)
def test_a_term_rejected_often_is_held_back(
    conflict_events: Codebook, kept: int, rejected: int, stays: bool
) -> None:
    lessons = [
        lesson(at=i, kept=i < kept, proposed=True) for i in range(kept + rejected)
    ]
    assert bool(shown(conflict_events, lessons, proposed=[by_rule(DAWN)])) is stays


def test_a_trigger_is_held_back_only_after_six_rejections(
    conflict_events: Codebook,
) -> None:
    """Mentions that repeat an event are rejected too: three in one article say nothing
    against the word.
    """
    text = "وقال إن إخلاء المقرات مستمر"
    proposed = [by_rule("إخلاء", text, "trigger")]
    rejected = [
        lesson("trigger", "إخلاء", at, kept=False, proposed=True) for at in range(6)
    ]
    assert (
        shown(conflict_events, rejected[:5], text=text, proposed=proposed) == proposed
    )
    assert shown(conflict_events, rejected, text=text, proposed=proposed) == []


def test_a_learned_term_rejected_more_often_than_kept_is_suggested_no_more(
    conflict_events: Codebook,
) -> None:
    lessons = [lesson(at=i, kept=i < 2) for i in range(4)]
    assert shown(conflict_events, lessons)
    assert shown(conflict_events, [*lessons, lesson(at=9, kept=False)]) == []
    # A rule that proposes it is believed for longer: three times as often, by the rule
    # above.
    assert shown(
        conflict_events, [*lessons, lesson(at=9, kept=False)], proposed=[by_rule(DAWN)]
    )


# Folded, the name علي and the word على are one; فان is the name and «for indeed».
@pytest.mark.parametrize(
    ("drawn", "text", "learned"),
    [
        ("علي", "وقف علي على الباب وعلى السطح.", []),
        ("فان", "فإن الأمر كذلك.", []),
        ("من على", "نزل من على السطح.", []),
        ("علي بابا", "قصة علي بابا.", ["علي بابا"]),
        ("أميركية", "وقعت غارة أميركية.", []),
        ("وعد", "هذا وعد قديم.", ["وعد"]),
    ],
)
def test_a_term_of_particles_alone_or_a_nation_s_adjective_is_not_learned_but_can_be_promoted(
    conflict_events: Codebook, drawn: str, text: str, learned: list[str]
) -> None:
    lessons = [lesson(quote=drawn, at=i) for i in range(2)]
    assert [c.quote for c in shown(conflict_events, lessons, text=text)] == learned
    promoted = Ruling("actor", drawn, Verdict.PROMOTED)
    assert shown(conflict_events, lessons, [promoted], text=text)


def test_a_supervisor_s_word_stands_above_the_counts(conflict_events: Codebook) -> None:
    promoted = Ruling("actor", DAWN, Verdict.PROMOTED, GROUP)
    refused = [lesson(at=i, kept=False) for i in range(9)]
    found = shown(conflict_events, refused, [promoted])
    assert [(c.origin, c.value) for c in found] == [(f"promoted:{DAWN}", GROUP)] * 3
    vetoed = Ruling("actor", DAWN, Verdict.VETOED)
    drawn = [lesson(at=i) for i in range(9)]
    assert shown(conflict_events, drawn, [vetoed], proposed=[by_rule(DAWN)]) == []


def test_what_gold_had_taught_before_a_packet_counts_as_drawn_twice(
    conflict_events: Codebook,
) -> None:
    taught = Ruling("actor", DAWN, Verdict.TAUGHT, GROUP)
    assert len(shown(conflict_events, (), [taught])) == 3
    assert (
        len(
            shown(
                conflict_events, [lesson(at=i, kept=False) for i in range(2)], [taught]
            )
        )
        == 3
    )
    assert (
        shown(conflict_events, [lesson(at=i, kept=False) for i in range(3)], [taught])
        == []
    )


def test_a_learned_longer_term_takes_the_place_of_a_shorter_candidate(
    conflict_events: Codebook,
) -> None:
    drawn = [lesson(at=i) for i in range(2)]
    rules = [by_rule("قوات"), by_rule("النفير"), by_rule("النفير", kind="trigger")]
    quotes = [(c.kind, c.quote) for c in shown(conflict_events, drawn, proposed=rules)]
    assert quotes[:3] == [("actor", DAWN), ("actor", "النفير"), ("trigger", "النفير")]


def test_a_longer_candidate_of_the_rules_stays(conflict_events: Codebook) -> None:
    drawn = [lesson(at=i) for i in range(2)]
    rule = by_rule(f"{DAWN} النفير")
    assert shown(conflict_events, drawn, proposed=[rule])[0] == rule


def test_a_rule_s_candidate_without_a_value_gets_the_learned_one(
    conflict_events: Codebook,
) -> None:
    drawn = [lesson(at=i, given={"initiators": GROUP}) for i in range(2)]
    found = shown(conflict_events, drawn, proposed=[by_rule(DAWN)])
    assert (found[0].origin, found[0].value) == ("lexicon:x", GROUP)


def test_nothing_is_learned_into_furniture_nor_across_a_coder_s_own_span(
    conflict_events: Codebook,
) -> None:
    drawn = [lesson(at=i) for i in range(2)]
    first = TEXT.index(DAWN)
    assert len(shown(conflict_events, drawn, boilerplate=((first, first + 3),))) == 2
    own = Span("s1", "actor", first, first + len(DAWN) + 3, "")
    assert len(shown(conflict_events, drawn, spans=[own])) == 2
    assert (
        len(
            shown(
                conflict_events, drawn, spans=[replace(own, decision=Decision.REJECTED)]
            )
        )
        == 3
    )
    end = first + len(DAWN)
    assert len(shown(conflict_events, drawn, spans=[replace(own, end=end)])) == 2
    # What was suggested and confirmed is still the candidate that it was.
    confirmed = replace(own, end=end, candidate=f"actor:{first}-{end}")
    assert len(shown(conflict_events, drawn, spans=[confirmed])) == 3


def test_below_its_kind_s_threshold_a_candidate_is_not_shown_unless_learned(
    conflict_events: Codebook,
) -> None:
    weak = by_rule(DAWN, score=0.4)
    assert shown(conflict_events, proposed=[weak], thresholds={"actor": 0.4}) == [weak]
    assert shown(conflict_events, proposed=[weak], thresholds={"actor": 0.41}) == []
    assert shown(conflict_events, proposed=[weak], thresholds={"place": 0.9}) == [weak]
    drawn = [lesson(at=i) for i in range(2)]
    assert (
        shown(conflict_events, drawn, proposed=[weak], thresholds={"actor": 0.9})[0]
        == weak
    )


WORDS = st.sampled_from([DAWN, "الفجر", "قواتُ", "النفير", "المدينة"])
DECISIONS = st.builds(
    lesson,
    st.sampled_from(["actor", "place", "date"]),
    WORDS,
    st.integers(0, 5),
    kept=st.booleans(),
)


@given(st.lists(DECISIONS, max_size=30), st.integers())
def test_learning_is_the_same_in_any_order_and_every_candidate_folds_to_a_term(
    conflict_events: Codebook, lessons: list[Lesson], seed: int
) -> None:
    lessons = list({(x.kind, x.where): x for x in lessons}.values())
    shuffled = Random(seed).sample(lessons, len(lessons))
    found = shown(conflict_events, lessons)
    assert [(c.id, c.value) for c in shown(conflict_events, shuffled)] == [
        (c.id, c.value) for c in found
    ]
    known = entries((tally(lessons, conflict_events),), (), conflict_events)
    live = {key for key, entry in known.items() if entry.state is State.SUGGESTED}
    for each in found:
        assert TEXT[each.start : each.end] == each.quote
        assert (each.kind, fold_key(each.quote)) in live
