"""Policies by law: what they may make of any codings, in any order of coders, once and
again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from coder.adjudicate.gold_edits import Take
from coder.adjudicate.policies import Apply
from coder.adjudicate.resolve import ARTICLE, Adjudication, gold_id, is_same_answer
from coder.agreement.comparison import aligned
from coder.codebook.effective import effective_answers, effective_events
from coder.codebook.load import read_codebook
from coder.codebook.schema import Codebook
from coder.model import POLICIES, Answer, Article, Cluster, Coding, Event, Span, Status
from tests.conftest import ROOT

Begin = Callable[[Sequence[Coding]], Adjudication]
BY, NAMES = "salma", ("amal", "basim", "dana", "essam")
ORDERS = st.permutations(POLICIES).flatmap(
    lambda names: st.integers(1, 4).map(lambda n: names[:n])
)


@pytest.fixture(scope="module")
def begin(conflict_events: Codebook, sample_articles: Mapping[str, Article]) -> Begin:
    def begun(codings: Sequence[Coding]) -> Adjudication:
        clusters = aligned(codings, conflict_events)
        return Adjudication.begin(
            conflict_events, codings, clusters, sample_articles[codings[0].article]
        )

    return begun


@pytest.fixture(scope="module")
def noisy(sample_codings: list[Coding]) -> Callable[[int], list[Coding]]:
    """One article as one to four coders might have it: events left out, values of
    another event.
    """

    def of(seed: int) -> list[Coding]:
        chance = random.Random(seed)
        article = chance.choice(sorted({c.article for c in sample_codings}))
        samples = [c for c in sample_codings if c.article == article]
        return [
            noise(chance, chance.choice(samples), name)
            for name in NAMES[: chance.randint(1, 4)]
        ]

    return of


def noise(chance: random.Random, sample: Coding, name: str) -> Coding:
    events = [event for event in sample.events if chance.random() > 0.15]
    for place, event in enumerate(events):
        for field in ("killed", "certainty", "date", "notes"):
            other = chance.choice(events).fields.get(field)
            if chance.random() < 0.1 and other is not None:
                events[place] = event.with_answer(field, other)
    kept = {event.id for event in events}
    for place, event in enumerate(events):
        links = [
            link
            for link in event.answer("linked_to").value or []
            if link["record"] in kept
        ]
        events[place] = event.with_answer("linked_to", Answer(links) if links else None)
    return replace(sample, coder=name, events=tuple(events))


def stretches(
    spans: Sequence[Span], evidence: Sequence[str]
) -> set[tuple[str, int, int]]:
    return {(s.kind, s.start, s.end) for s in spans if s.id in evidence}


@pytest.mark.parametrize("coders", [2, 3])
def test_the_same_coding_twice_needs_no_decision_and_is_the_gold(
    sample_codings: list[Coding], begin: Begin, coders: int
) -> None:
    for sample in sample_codings:
        state = begin([replace(sample, coder=name) for name in NAMES[:coders]])
        done = Apply(["agreed"]).apply(state, BY)
        assert [*done.open_cells()] == [] and done.gold.status is Status.SUBMITTED
        book, ids = (
            done.codebook,
            {dict(c.members)["amal"]: gold_id(c.id) for c in done.clusters},
        )
        said = [("", effective_answers(sample, book))]
        said += [(ids[e.id], e.fields) for e in effective_events(sample, book)]
        asked = {
            (event, name): answer
            for event, answers in said
            for name, answer in answers.items()
            if answer.state not in ("missing", "not_applicable")
        }
        gold = {("", name): answer for name, answer in done.gold.answers.items()}
        gold |= {
            (e.id, name): answer
            for e in done.gold.events
            for name, answer in e.fields.items()
        }
        assert gold.keys() == asked.keys()
        for at, answer in gold.items():
            value = asked[at].value
            if at[1] == "linked_to":
                value = [{**link, "record": ids[link["record"]]} for link in value]
            assert (answer.value, answer.state) == (value, asked[at].state)
            assert stretches(done.gold.spans, answer.evidence) == stretches(
                sample.spans, asked[at].evidence
            )


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10**6), policies=ORDERS, trusted=st.sampled_from(("", *NAMES))
)
def test_gold_holds_only_what_coders_gave_and_a_policy_took(
    seed: int,
    policies: Sequence[str],
    trusted: str,
    begin: Begin,
    noisy: Callable[[int], list[Coding]],
) -> None:
    codings = noisy(seed)
    done = Apply(policies, trusted).apply(begin(codings), BY)
    for each in done.standing:
        here = len(done.rows(each)[0].answers)
        for row in done.rows(each):
            if (gold := done.find_decision(each, row.field.id)) is None:
                continue
            if row.field.is_note:  # kept as all coders wrote them
                assert gold.how == "policy:notes" and gold.applied_by == BY
                continue
            assert gold.reason in policies and gold.taken_from
            assert gold.how == f"policy:{gold.reason}"
            assert (gold.by, gold.applied_by) == ("", BY)
            alike = [
                c for c, answer in row.answers.items() if is_same_answer(answer, gold)
            ]
            assert set(gold.taken_from) <= set(alike) and gold.state != "not_applicable"
            rule = {
                "agreed": len(alike) == len(codings) > 1,
                "majority": len(alike) * 2 > here > 1
                and (each == ARTICLE or here * 2 > len(codings)),
                "trusted": trusted in gold.taken_from,
                "single": len(codings) == 1,
            }
            assert rule[gold.reason], (gold, row)
    for cluster in (c for c in done.clusters if c.rejected):
        have = {coder for coder, _ in cluster.members}
        few = cluster.rejected == "majority" and 2 * len(have) < len(codings)
        assert few or (cluster.rejected == "trusted" and trusted not in have)
    used = {i for _, answer in answers_of(done.gold) for i in answer.evidence}
    assert used == {span.id for span in done.gold.spans}
    if done.gold.status is Status.SUBMITTED:
        assert not [*done.open_cells()] and not [
            p for p in done.problems() if p.severity == "error"
        ]


def answers_of(gold: Coding) -> list[tuple[str, Answer]]:
    events: list[Event] = [*gold.events]
    return [
        *gold.answers.items(),
        *(pair for event in events for pair in event.fields.items()),
    ]


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10**6),
    policies=ORDERS,
    trusted=st.sampled_from(("", *NAMES)),
    data=st.data(),
)
def test_neither_the_order_of_coders_nor_a_second_time_changes_anything(
    seed: int,
    policies: Sequence[str],
    trusted: str,
    data: st.DataObject,
    begin: Begin,
    noisy: Callable[[int], list[Coding]],
) -> None:
    codings, edit = noisy(seed), Apply(policies, trusted)
    done = edit.apply(begin(codings), BY)
    assert edit.apply(done, "sara") == done
    other = edit.apply(begin(data.draw(st.permutations(codings))), BY)
    assert (other.gold, other.clusters) == (done.gold, done.clusters)


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6), policies=ORDERS)
@example(
    seed=5200, policies=POLICIES[:3]
)  # a link to an event that a policy would reject
def test_what_a_supervisor_decided_stands(
    seed: int,
    policies: Sequence[str],
    begin: Begin,
    noisy: Callable[[int], list[Coding]],
) -> None:
    state = begin(noisy(seed))
    cells = [
        (each, row.field.id, coder)
        for each in state.standing
        for row in state.rows(each)
        for coder, answer in row.answers.items()
        if answer.state != "not_applicable"
    ]
    for cell in random.Random(seed).sample(cells, min(20, len(cells))):
        state = Take(*cell, "coder_error").apply(state, BY)
    done = Apply(policies, NAMES[-1]).apply(state, "sara")
    for cluster, field, _ in cells:
        if (before := state.find_decision(cluster, field)) is not None:
            assert done.find_decision(cluster, field) == before


# ------------------------------------------------------------------ by hand
FIELD = "report_scope"


def coded(*values: int | None) -> Adjudication:
    """One event with one value by each coder; None: a coder who does not have it."""
    codings = []
    for name, count in zip((*NAMES, "farah"), values, strict=False):
        events = () if count is None else (Event("e1", {FIELD: Answer(str(count))}),)
        codings.append(Coding("a1", "", "c@1", name, Status.SUBMITTED, {}, (), events))
    members = tuple((c.coder, "e1") for c in codings if c.events)
    book = read_codebook(ROOT / "schemas" / "conflict_events.yaml")
    return Adjudication.begin(
        book, codings, [Cluster("c1", "a1", members)], Article("a1", "")
    )


@pytest.mark.parametrize(
    ("notes", "value"),
    [
        ((3, 3, 5), 3),
        ((3, 4, 5), None),
        ((3, 3), 3),
        ((3, 5), None),
        ((3, 3, 5, 5), None),
        ((3, 5, None), None),
    ],
)
def test_a_majority_is_more_than_half(
    notes: tuple[int | None, ...], value: int | None
) -> None:
    decided = Apply(["majority"]).apply(coded(*notes), BY).find_decision("c1", FIELD)
    assert (decided and int(decided.value)) == value


@pytest.mark.parametrize(
    ("notes", "thrown_out"),
    [((3, None, None), "majority"), ((3, 3, None), ""), ((3, None), "")],
)
def test_an_event_that_less_than_half_have_is_none(
    notes: tuple[int | None, ...], thrown_out: str
) -> None:
    assert (
        Apply(["majority"]).apply(coded(*notes), BY).cluster("c1").rejected
        == thrown_out
    )


@pytest.mark.parametrize(
    ("notes", "reason"),
    [((3, 3), "agreed"), ((3, 3, None), "majority"), ((3, 3, None, None), "")],
)
@pytest.mark.parametrize("policies", [("agreed", "majority"), ("majority", "agreed")])
def test_agreed_is_what_all_coders_say_not_only_those_who_have_the_event(
    notes: tuple[int | None, ...], reason: str, policies: Sequence[str]
) -> None:
    decided = Apply(policies).apply(coded(*notes), BY).find_decision("c1", FIELD)
    assert (decided.reason if decided else "") == (
        reason if len(notes) > 2 else policies[0]
    )


@pytest.mark.parametrize("policies", [("agreed", "majority"), ("majority", "agreed")])
def test_a_minority_s_event_is_rejected_whatever_policy_comes_first(
    policies: Sequence[str],
) -> None:
    done = Apply(policies).apply(coded(3, 3, None, None, None), BY)
    assert (
        done.cluster("c1").rejected == "majority"
        and done.find_decision("c1", FIELD) is None
    )


def test_a_majority_that_is_none_any_more_is_to_be_decided_again() -> None:
    state = coded(3, 3, 5)
    done = Apply(["majority"]).apply(state, BY)
    fourth = replace(coded(5).codings[0], coder="essam")
    members = (*done.cluster("c1").members, ("essam", "e1"))
    later = replace(
        done,
        codings=(*done.codings, fourth),
        clusters=(replace(done.cluster("c1"), members=members),),
    )
    row = next(row for row in later.rows("c1") if row.field.id == FIELD)
    assert later.find_changed_coders("c1", row) == [
        "dana",
        "essam",
    ] and not later.is_settled("c1", row)
    assert [*done.open_cells()] != [*later.open_cells()]


def linked(*policies: str) -> Adjudication:
    """Three coders have an event; two of them say that it follows one that nobody else
    has.
    """
    link = Answer([{"record": "e2", "relation": "response_to"}])
    both = (
        Event("e1", {"notes": Answer("1"), "linked_to": link}),
        Event("e2", {"notes": Answer("2")}),
    )
    events = {
        "amal": both,
        "basim": both,
        "dana": (Event("e1", {"notes": Answer("1")}),),
    }
    codings = [
        Coding("a1", "", "c@1", c, Status.SUBMITTED, {}, (), of)
        for c, of in events.items()
    ]
    clusters = [Cluster("c1", "a1", tuple((c, "e1") for c in events))]
    clusters += [
        Cluster(f"c{n}", "a1", ((c, "e2"),)) for n, c in ((2, "amal"), (3, "basim"))
    ]
    book = read_codebook(ROOT / "schemas" / "conflict_events.yaml")
    state = Adjudication.begin(book, codings, clusters, Article("a1", ""))
    return Apply(policies, "amal").apply(state, BY)


def test_a_link_to_an_event_that_policies_reject_is_not_taken() -> None:
    kept = linked("trusted").find_decision("c1", "linked_to")
    assert kept is not None and kept.value == [
        {"record": "g2", "relation": "response_to"}
    ]
    done = linked("majority", "trusted")
    assert {c.id for c in done.clusters if c.rejected} == {"c2", "c3"}
    assert done.find_decision("c1", "linked_to") is None
    assert not [cell for cell in done.open_cells() if cell[1] == "linked_to"]
    assert not [problem for problem in done.problems() if problem.field == "linked_to"]
