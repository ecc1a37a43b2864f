"""What gold is checked by: the codebook's rules, its own evidence, and what coders
still say.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from coder.adjudicate.clusters import update_clusters
from coder.adjudicate.composed_edits import AddEvent, Combine, RejectValue, TakeFields
from coder.adjudicate.gold_edits import (
    Attach,
    Clear,
    Close,
    Decide,
    Detach,
    GoldEdit,
    Link,
    RejectCluster,
    RestoreCluster,
    Split,
    Take,
    TakeAgreed,
    TakeEvent,
)
from coder.adjudicate.policies import Apply
from coder.adjudicate.resolve import (
    ARTICLE,
    STALE,
    SUPERVISOR,
    Adjudication,
    gold_id,
    is_same_answer,
)
from coder.agreement.comparison import aligned
from coder.agreement.scales import scale_of
from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.model import (
    Answer,
    Article,
    Blank,
    Cluster,
    Coding,
    Event,
    Json,
    Span,
    Status,
)
from coder.values.typed import holds, same_value, union

BY = "salma"


@pytest.fixture
def begun(
    conflict_events: Codebook,
    sample_codings: list[Coding],
    sample_articles: dict[str, Article],
) -> Adjudication:
    """The last sample article as two coders submitted it."""
    codings = sorted(sample_codings, key=lambda c: c.article)[-2:]
    return begin(conflict_events, codings, sample_articles[codings[0].article])


def begin(book: Codebook, codings: Sequence[Coding], article: Article) -> Adjudication:
    return Adjudication.begin(book, codings, aligned(codings, book), article)


def decided(state: Adjudication) -> Adjudication:
    """Everything agreed, and where coders differ what the first of them said."""
    state = TakeAgreed().apply(state, BY)
    while cells := [*state.open_cells()]:
        cluster, field = cells[0]
        row = next(row for row in state.rows(cluster) if row.field.id == field)
        said = [
            c
            for c, a in row.answers.items()
            if a.state not in ("missing", "not_applicable")
        ]
        state = Take(cluster, field, said[0], "coder_error").apply(state, BY)
    return state


def cell(state: Adjudication) -> str:
    """The first event whose initiators are decided with evidence."""
    return next(
        c.id
        for c in state.clusters
        if (a := state.find_decision(c.id, "initiators")) and a.coded and a.evidence
    )


def cited_in_gold(state: Adjudication, at: str) -> list[Span]:
    """The words behind the gold value of an event's initiators."""
    answer = state.find_decision(at, "initiators")
    spans = map(state.gold.span, answer.evidence if answer else ())
    return [span for span in spans if span is not None]


def errors(state: Adjudication) -> list[tuple[str, str | None]]:
    return [(p.rule, p.field) for p in state.problems() if p.severity == "error"]


# ------------------------------------------------------------------ rules and evidence
def test_gold_with_an_error_of_the_codebook_is_not_closed_until_it_is_mended(
    begun: Adjudication,
) -> None:
    state = decided(begun)
    assert (
        errors(state) == [] and Close().apply(state, BY).gold.status is Status.SUBMITTED
    )
    at = cell(state)
    typed = Decide(
        at, "initiators", Answer(value=["unknown_party"]), "world_knowledge"
    ).apply(state, BY)
    assert errors(typed) == []  # it has the words of the value before
    for each in cited_in_gold(typed, at):
        typed = Detach(at, "initiators", each).apply(typed, BY)
    assert errors(typed) == [
        ("R16", "initiators")
    ]  # a value that needs evidence has none
    with pytest.raises(
        CoderError, match="1 error in the gold: A value that needs evidence has none"
    ):
        Close().apply(typed, BY)
    words = Span("", "actor", 0, 4, typed.article.text[0:4])
    mended = Attach(at, "initiators", words).apply(typed, BY)
    assert (
        errors(mended) == []
        and Close().apply(mended, BY).gold.status is Status.SUBMITTED
    )
    assert errors(Detach(at, "initiators", words).apply(mended, BY)) == [
        ("R16", "initiators")
    ]


def test_a_value_typed_anew_keeps_the_words_of_the_one_before(
    begun: Adjudication,
) -> None:
    state = decided(begun)
    at = cell(state)
    before = state.find_decision(at, "initiators")
    assert before is not None
    for value in (["unknown_party"], [*before.value, "unknown_party"], before.value):
        typed = Decide(at, "initiators", Answer(value=value), "coder_error").apply(
            state, BY
        )
        assert cited_in_gold(typed, at) == cited_in_gold(state, at) != []
    blank = Decide(
        at, "initiators", Answer(blank=Blank.NOT_STATED), "coder_error"
    ).apply(state, BY)
    assert cited_in_gold(blank, at) == []


def test_a_place_is_worded_as_the_coder_words_it_whose_value_was_taken(
    begun: Adjudication,
) -> None:
    name, words = {"place_id": "baghdad", "precision": "town"}, ("بغداد", "العاصمة")
    codings = []
    for coding, written in zip(begun.codings, words, strict=True):
        event = coding.event(dict(begun.cluster("c1").members)[coding.coder])
        assert event is not None
        codings.append(
            coding.with_event(
                event.with_answer("place", Answer([{"as_written": written, **name}]))
            )
        )
    state = replace(begun, codings=tuple(codings))
    assert state.row("c1", "place").state == "agreed"
    for coder, written in zip(state.coders, words, strict=True):
        for edit in (
            Take("c1", "place", coder, "coder_error"),
            Apply(["trusted"], coder),
        ):
            answer = edit.apply(state, BY).find_decision("c1", "place")
            assert answer is not None and answer.value == [
                {"as_written": written, **name}
            ]
            assert answer.taken_from == ("amal", "basim")


def test_evidence_is_attached_to_what_is_decided_only(begun: Adjudication) -> None:
    words = Span("", "actor", 0, 4, begun.article.text[0:4])
    with pytest.raises(CoderError, match="Nothing has been decided here yet"):
        Attach("c1", "initiators", words).apply(begun, BY)
    state = Decide(
        "c1", "initiators", Answer(blank=Blank.NOT_STATED), "coder_error"
    ).apply(begun, BY)
    with pytest.raises(CoderError):
        Attach("c1", "initiators", words).apply(state, BY)
    state = Decide("c1", "notes", Answer(value="…"), "coder_error").apply(state, BY)
    with pytest.raises(CoderError):
        Attach("c1", "notes", words).apply(state, BY)


# ------------------------------------------------------------------ fields without a distance
def test_values_without_a_distance_are_decided_but_not_notes(
    conflict_events: Codebook,
) -> None:
    def coded(coder: str, outlet: str, relation: str, notes: str) -> Coding:
        link = Answer(value=[{"record": "e2", "relation": relation}])
        first = Event(
            "e1",
            {
                "event_type": Answer(value="protest"),
                "linked_to": link,
                "notes": Answer(value=notes),
            },
        )
        answers = {"outlet": Answer(value=outlet)}
        return Coding(
            "a1", "", "c@1", coder, Status.SUBMITTED, answers, (), (first, Event("e2"))
        )

    codings = [coded("amal", "x", "part_of", "n"), coded("basim", "y", "about", "m")]
    clusters = [
        Cluster(f"c{n}", "a1", (("amal", f"e{n}"), ("basim", f"e{n}"))) for n in (1, 2)
    ]
    state = Adjudication.begin(conflict_events, codings, clusters, Article("a1", ""))
    state = TakeAgreed().apply(state, BY)
    assert {*state.open_cells()} == {
        (ARTICLE, "outlet"),
        ("c1", "linked_to"),
    }


# ------------------------------------------------------------------ one notion of the same value
TYPED = {"name": "الحركة", "class": "armed_group"}
PAIRS: list[tuple[str, Json, Json, bool]] = [
    ("initiators", [TYPED], [{**TYPED, "class": "political"}], False),
    ("initiators", [TYPED], [{**TYPED, "name": "الحركه"}], True),
    ("initiators", ["usa", TYPED], [TYPED, "usa"], True),
    ("initiators", ["usa"], ["israel"], False),
    ("claimant", [TYPED], [{"name": "الحركة"}], False),
]


@pytest.mark.parametrize(("field", "one", "other", "same"), PAIRS)
def test_review_and_agreement_call_the_same_values_the_same(
    conflict_events: Codebook, field: str, one: Json, other: Json, same: bool
) -> None:
    scale = scale_of(conflict_events.event_field(field), conflict_events)
    assert scale is not None
    table = scale.distance.table([scale.key_of(one), scale.key_of(other)])
    assert (same_value(one, other), table[0, 1] == 0) == (same, same)


def test_a_place_is_the_same_however_its_name_is_spelt() -> None:
    place = {"as_written": "البوكمال", "precision": "town"}
    assert same_value([place], [{**place, "as_written": "البوكمَال"}])
    assert not same_value([place], [{**place, "precision": "around_town"}])


# ------------------------------------------------------------------ what coders changed since
def with_answer(
    state: Adjudication, coder: str, cluster: str, field: str, answer: Answer
) -> Adjudication:
    """The coder's coding with another answer, submitted again."""
    [coding] = [c for c in state.codings if c.coder == coder]
    event = coding.event(dict(state.cluster(cluster).members)[coder])
    assert event is not None
    changed = coding.with_event(event.with_answer(field, answer))
    return replace(
        state, codings=tuple(changed if c is coding else c for c in state.codings)
    )


def test_what_rests_on_a_changed_answer_is_open_until_it_is_decided_again(
    begun: Adjudication,
) -> None:
    state = decided(begun)
    agreed = next(
        row.field.id for row in state.rows("c1") if row.field.id == "certainty"
    )
    changed = with_answer(state, "basim", "c1", agreed, Answer(value="doubtful"))
    assert [*changed.open_cells()] == [("c1", agreed)]
    assert [
        (p.rule, p.event_id, p.field) for p in changed.problems() if p.rule == STALE
    ] == [(STALE, "g1", agreed)]
    assert "changed by basim since" in next(
        p for p in changed.problems() if p.rule == STALE
    ).message.of("en")
    with pytest.raises(CoderError, match="1 cell still open"):
        Close().apply(changed, BY)
    for again in (
        Take("c1", agreed, "amal", "coder_error"),
        Decide("c1", agreed, Answer(value="alleged")),
    ):
        assert not [*again.apply(changed, BY).open_cells()]


def test_a_decision_against_a_coder_does_not_rest_on_what_that_coder_says(
    begun: Adjudication,
) -> None:
    state = Take("c1", "initiators", "amal", "coder_error").apply(begun, BY)
    other = with_answer(state, "basim", "c1", "initiators", Answer(value=["usa"]))
    assert ("c1", "initiators") not in {*other.open_cells()}
    mine = with_answer(state, "amal", "c1", "initiators", Answer(value=["usa"]))
    assert ("c1", "initiators") in {*mine.open_cells()}


def test_an_event_that_its_coder_deleted_leaves_its_gold_to_be_decided_again(
    begun: Adjudication,
) -> None:
    state = decided(begun)
    gone = dict(state.cluster("c1").members)["basim"]
    codings = tuple(
        replace(c, events=tuple(e for e in c.events if e.id != gone))
        if c.coder == "basim"
        else c
        for c in state.codings
    )
    clusters = update_clusters(state.clusters, codings, list)
    assert clusters[0].members == tuple(
        m for m in state.clusters[0].members if m[0] == "amal"
    )
    changed = replace(state, codings=codings, clusters=tuple(clusters))
    rested = {
        row.field.id
        for row in state.rows("c1")
        if (a := state.find_decision("c1", row.field.id)) is not None
        and "basim" in a.taken_from
    }
    assert {field for at, field in changed.open_cells() if at == "c1"} == rested
    assert rested


def test_an_event_that_came_since_is_not_lost() -> None:
    def coding(coder: str, *events: str) -> Coding:
        return Coding(
            "a1", "", "c@1", coder, Status.SUBMITTED, {}, (), tuple(map(Event, events))
        )

    stored = [
        Cluster("c1", "a1", (("amal", "e1"), ("basim", "e1")), gold="g1"),
        Cluster("c2", "a1", (("amal", "e2"),), rejected="duplicate"),
    ]
    codings = [
        coding("amal", "e1", "e2"),
        coding("basim", "e1", "e3"),
        coding("dina", "e1", "e2"),
    ]

    def fresh() -> list[Cluster]:
        return [
            Cluster("c1", "a1", (("amal", "e1"), ("basim", "e1"), ("dina", "e1"))),
            Cluster("c2", "a1", (("amal", "e2"), ("basim", "e3"), ("dina", "e2"))),
        ]

    assert update_clusters(stored, codings, fresh) == [
        Cluster(
            "c1", "a1", (("amal", "e1"), ("basim", "e1"), ("dina", "e1")), gold="g1"
        ),
        stored[1],
        Cluster("c3", "a1", (("basim", "e3"), ("dina", "e2"))),
    ]
    assert (
        update_clusters(stored, [coding("amal", "e1", "e2")], fresh) == stored
    )  # basim's is open at present


# ------------------------------------------------------------------ laws
@pytest.mark.parametrize("number", range(10))
def test_codings_that_are_the_same_need_no_decision_and_are_the_gold(
    number: int,
    conflict_events: Codebook,
    sample_codings: list[Coding],
    sample_articles: dict[str, Article],
) -> None:
    one = sample_codings[number]
    codings = [one, replace(one, coder="twin")]
    clusters = [
        Cluster(f"c{n}", one.article, ((one.coder, e.id), ("twin", e.id)))
        for n, e in enumerate(one.events, 1)
    ]
    state = Adjudication.begin(
        conflict_events, codings, clusters, sample_articles[one.article]
    )
    state = Close().apply(TakeAgreed().apply(state, BY), BY)
    assert len(state.gold.events) == len(one.events)
    for cluster in (ARTICLE, *(c.id for c in state.clusters)):
        for row in state.rows(cluster):
            answer, said = (
                state.find_decision(cluster, row.field.id),
                row.answers[one.coder],
            )
            if answer is None:
                assert said.state in ("missing", "not_applicable")
            else:
                assert (answer.value, answer.blank) == (said.value, said.blank)
                assert {*answer.taken_from} == {one.coder, "twin"}


def test_the_order_of_coders_does_not_matter(
    begun: Adjudication, conflict_events: Codebook
) -> None:
    turned = begin(conflict_events, begun.codings[::-1], begun.article)
    assert decided(turned).gold == decided(begun).gold


@settings(max_examples=12)
@given(seed=st.integers(0, 2**32))
def test_what_is_found_after_many_decisions_is_what_is_found_afresh(
    conflict_events: Codebook,
    sample_codings: list[Coding],
    sample_articles: dict[str, Article],
    seed: int,
) -> None:
    chance = random.Random(seed)
    article = chance.choice(sorted(sample_articles))
    codings = [c for c in sample_codings if c.article == article]
    state = TakeAgreed().apply(
        begin(conflict_events, codings, sample_articles[article]), BY
    )
    for _ in range(25):
        edit = any_edit(chance, state)
        with suppress(CoderError):  # what cannot be done leaves everything as it was
            state = edit.apply(state, BY)
        afresh = replace(state, _cache={}, _known_problems={})
        assert [*state.open_cells()] == [*afresh.open_cells()]
        assert state.problems() == afresh.problems()


@settings(max_examples=12)
@given(seed=st.integers(0, 2**32))
def test_gold_holds_no_value_that_nobody_gave_or_decided(
    conflict_events: Codebook,
    sample_codings: list[Coding],
    sample_articles: dict[str, Article],
    seed: int,
) -> None:
    chance = random.Random(seed)
    article = chance.choice(sorted(sample_articles))
    codings = [c for c in sample_codings if c.article == article]
    state = begin(conflict_events, codings, sample_articles[article])
    typed: dict[tuple[str, str], list[Answer]] = {}
    for _ in range(25):
        edit = any_edit(chance, state)
        with suppress(CoderError):
            state = edit.apply(state, BY)
            if isinstance(edit, Decide):
                typed.setdefault((edit.cluster_id, edit.field), []).append(edit.answer)
    for cluster in state.standing:
        given = state.list_decisions(cluster)
        for row in (row for row in state.rows(cluster) if row.field.id in given):
            answer = given[row.field.id]
            assert answer.by == BY and answer.taken_from
            if state.find_changed_coders(cluster, row):
                # a link to an event that is another one by now: it is to be decided
                # again
                continue
            if SUPERVISOR not in answer.taken_from:
                assert all(
                    is_same_answer(row.answers[coder], answer)
                    for coder in answer.taken_from
                )
                continue
            items = (
                union([a.value for a in row.answers.values() if a.coded])
                if row.field.is_list
                else []
            )
            assert (
                any(
                    is_same_answer(each, answer)
                    for each in typed.get((cluster, row.field.id), ())
                )
                or answer.state == "not_stated"
                or (
                    row.field.is_list
                    and all(holds(items, item) for item in answer.value)
                )
            )
    assert not {e.id for e in state.gold.events if e.fields} - {
        gold_id(c.id) for c in state.clusters
    }


def any_edit(chance: random.Random, state: Adjudication) -> GoldEdit:
    """Something that a supervisor might do next."""
    at = chance.choice([ARTICLE, *(c.id for c in state.clusters)])
    row, coder = chance.choice(state.rows(at)), chance.choice(state.coders)
    event, other = (chance.choice(state.clusters).id for _ in range(2))
    typed = row.answers.get(coder, Answer(blank=Blank.NOT_STATED))
    item = typed.value[0] if row.field.is_list and typed.coded else typed.value
    words = chance.choice(state.codings[0].spans)
    return chance.choice(
        [
            Take(at, row.field.id, coder, "coder_error"),
            Decide(at, row.field.id, replace(typed, evidence=()), "coder_error"),
            Clear(at, row.field.id),
            Attach(at, row.field.id, words),
            TakeEvent(event, coder, "missed_event"),
            RejectCluster(event, "duplicate"),
            RestoreCluster(event),
            Link(event, other),
            Split(event, coder),
            AddEvent(),
            Combine(at, row.field.id, chance.random() < 0.5, "coder_error"),
            RejectValue(at, row.field.id, item, "coder_error"),
            TakeFields(at, (row.field.id,), coder, "coder_error"),
        ]
    )


def test_a_place_typed_in_review_has_the_country_that_coders_words_have(
    begun: Adjudication,
) -> None:
    taken: Json = {"as_written": "بلدة عيترون", "country": "LB", "precision": "town"}
    first, second = begun.codings
    read = replace(
        first,
        spans=(*first.spans, Span("s999", "place", 0, 11, "بلدة عيترون", [taken])),
    )
    state, here = replace(begun, codings=(read, second)), begun.clusters[0].id
    typed: Json = {"as_written": "بلدة عيترون", "precision": "town"}
    decided = (
        Decide(here, "place", Answer(value=[typed]))
        .apply(state, BY)
        .find_decision(here, "place")
    )
    assert decided is not None and decided.value == [taken]
