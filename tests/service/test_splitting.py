"""An event split by the items of a list, and a value copied down; expectations by hand."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from coder.changes.coding_changes import compare_codings, first_place
from coder.codebook.load import read_codebook
from coder.codebook.schema import Codebook
from coder.codebook.validate import problems
from coder.errors import CoderError
from coder.model import MISSING, Answer, Article, Blank, Coding, Event, Span
from coder.service.edits.context import Context
from coder.service.edits.event_edits import CopyDown
from coder.service.edits.split_edits import SplitEvent, list_splittable_fields
from tests.conftest import SCHEMAS

TEXT = "ثلاث غارات على حلب وحمص وإدلب قتلت 21"
ARTICLE = Article("a1", TEXT)


def span(number: int, kind: str, words: str) -> Span:
    start = TEXT.index(words)
    return Span(f"s{number}", kind, start, start + len(words), words)


def place(words: str) -> dict[str, str]:
    return {"as_written": words, "precision": "town"}


STRIKES, ALEPPO, HOMS, IDLIB, DEAD = (
    span(1, "trigger", "غارات"),
    *(
        span(n, "place", words)
        for n, words in enumerate(("حلب", "حمص", "إدلب"), start=2)
    ),
    span(5, "quantity", "21"),
)
TALLY = Event(
    "e1",
    {
        "report_scope": Answer(value="aggregate"),
        "event_type": Answer(value="air_strike", evidence=("s1",)),
        "event_status": Answer(value="occurred"),
        "initiators": Answer(blank=Blank.NOT_STATED, comment="من؟"),
        "place": Answer(
            value=[place("حلب"), place("حمص"), place("إدلب")],
            evidence=("s2", "s3", "s4"),
        ),
        "incident_count": Answer(value={"min": 3, "max": 3}),
        "killed": Answer(
            value={"min": 21, "max": 21}, evidence=("s5",), comment="كلهم؟"
        ),
        "certainty": Answer(value="reported"),
    },
)
CODING = Coding(
    "a1",
    ARTICLE.text_sha256,
    "conflict-events-ar@1.0.0",
    "amal",
    spans=(STRIKES, ALEPPO, HOMS, IDLIB, DEAD),
    events=(TALLY,),
)


def event(coding: Coding, event_id: str) -> Event:
    found = coding.event(event_id)
    assert found is not None
    return found


def named(coding: Coding, event_id: str) -> list[str]:
    return [
        each["as_written"] for each in event(coding, event_id).answer("place").value
    ]


def test_apart_each_place_has_its_event_its_evidence_and_no_counts(
    conflict_events: Codebook,
) -> None:
    split = SplitEvent("e1", conflict_events.event_field("place"), whole=False)
    coding = split.apply(CODING, Context(conflict_events, ARTICLE))
    assert [each.id for each in coding.events] == ["e1", "e2", "e3"]
    assert [named(coding, f"e{n}") for n in (1, 2, 3)] == [["حلب"], ["حمص"], ["إدلب"]]
    for each, evidence in zip(coding.events, ("s2", "s3", "s4"), strict=True):
        assert each.answer("event_type") == TALLY.answer("event_type")
        assert each.answer("report_scope").value == "single"
        assert each.answer("initiators").blank is Blank.NOT_STATED
        assert each.answer("place").evidence == (evidence,)
        assert (
            each.answer("killed").state
            == each.answer("incident_count").state
            == "missing"
        )
    assert event(coding, "e1").answer("killed").comment == "كلهم؟"
    assert not event(coding, "e2").answer("killed").comment
    # Undo goes to the event that was split.
    where = first_place(compare_codings(CODING, coding), conflict_events)
    assert where.event_id == "e1"
    dropped = [
        (each.field.id, each.value, each.kept)
        for each in split.dropped(CODING, conflict_events)
    ]
    counts = [
        ("incident_count", {"min": 3, "max": 3}, None),
        ("killed", {"min": 21, "max": 21}, None),
    ]
    assert dropped == [("report_scope", "aggregate", "single"), *counts]


@pytest.mark.parametrize(
    ("counts", "scope"),
    [
        ({"incident_count": (13, 13)}, "aggregate"),  # ten attacks there and three here
        ({"incident_count": (3, 3)}, "single"),  # one in each place
        ({"incident_count": (4, None)}, "aggregate"),  # at least one more than places
        ({"incident_count": (2, 9)}, "single"),  # perhaps none more
        ({"incident_count": None, "strike_count": (13, 13)}, "aggregate"),
        ({"incident_count": None, "site_count": (5, 5)}, "aggregate"),
        (
            {"incident_count": (3, 3), "strike_count": (13, 13)},
            "single",
        ),  # three salvoes
        ({"incident_count": None, "killed": (21, 21)}, "single"),
    ],
)
@pytest.mark.parametrize("whole", [False, True])
def test_parts_stay_tallies_only_where_more_acts_were_counted_than_there_are_parts(
    conflict_events: Codebook,
    counts: dict[str, tuple[int, int | None] | None],
    scope: str,
    whole: bool,
) -> None:
    tally = TALLY
    for name, bounds in counts.items():
        value = None if bounds is None else {"min": bounds[0], "max": bounds[1]}
        answer = Answer(value=value) if value else Answer(blank=Blank.NOT_STATED)
        tally = tally.with_answer(name, answer)
    split = SplitEvent("e1", conflict_events.event_field("place"), whole=whole)
    coding = split.apply(CODING.with_event(tally), Context(conflict_events, ARTICLE))
    parts = coding.events[whole:]
    assert [each.answer("report_scope").value for each in parts] == [scope] * 3
    wanting = {
        p.event_id
        for p in problems(coding, conflict_events, ARTICLE)
        if p.rule == "R05"
    }
    assert wanting == {
        each.id for each in parts if scope == "aggregate" and counts["incident_count"]
    }


@pytest.mark.parametrize("whole", [False, True])
def test_parts_of_a_campaign_are_campaigns_as_nothing_says_that_each_is_one_act(
    conflict_events: Codebook, whole: bool
) -> None:
    campaign = TALLY.with_answer("report_scope", Answer(value="campaign"))
    split = SplitEvent("e1", conflict_events.event_field("place"), whole=whole)
    coding = split.apply(CODING.with_event(campaign), Context(conflict_events, ARTICLE))
    assert [each.answer("report_scope").value for each in coding.events[whole:]] == [
        "campaign"
    ] * 3


@pytest.mark.parametrize(("acts", "kept"), [(9, True), (3, False)])
@pytest.mark.parametrize("whole", [False, True])
def test_a_part_that_stays_a_tally_keeps_the_words_that_count_all_and_no_other_part_does(
    conflict_events: Codebook, acts: int, kept: bool, whole: bool
) -> None:
    several = Answer(value="aggregate", evidence=("s1", "s6"))
    total = replace(CODING, spans=(*CODING.spans, span(6, "number", "ثلاث")))
    counted = TALLY.with_answer("report_scope", several).with_answer(
        "incident_count", Answer(value={"min": acts, "max": acts}, evidence=("s6",))
    )
    split = SplitEvent("e1", conflict_events.event_field("place"), whole=whole)
    before = total.with_event(counted)
    coding = split.apply(before, Context(conflict_events, ARTICLE))
    expected = several if kept else Answer(value="single")
    assert [each.answer("report_scope") for each in coding.events[whole:]] == [
        expected
    ] * 3
    assert not whole or event(coding, "e1").answer("report_scope") == several
    scopes = [
        each
        for each in split.dropped(before, conflict_events)
        if each.field.id == "report_scope"
    ]
    lost = [] if kept or whole else [("aggregate", "single")]
    assert [(each.value, each.kept) for each in scopes] == lost


def test_parts_of_what_is_coded_as_one_act_keep_the_evidence_for_that(
    conflict_events: Codebook,
) -> None:
    single = Answer(value="single", evidence=("s1",), comment="؟")
    split = SplitEvent("e1", conflict_events.event_field("place"), whole=False)
    before = CODING.with_event(TALLY.with_answer("report_scope", single))
    coding = split.apply(before, Context(conflict_events, ARTICLE))
    assert event(coding, "e1").answer("report_scope") == single
    assert event(coding, "e3").answer("report_scope") == replace(single, comment="")
    assert [each.field.id for each in split.dropped(before, conflict_events)] == [
        "incident_count",
        "killed",
    ]


@pytest.mark.parametrize("scope", [MISSING, Answer(blank=Blank.NOT_STATED)])
def test_parts_of_an_event_without_a_coded_scope_have_the_default_scope(
    conflict_events: Codebook, scope: Answer
) -> None:
    many = TALLY.with_answer("incident_count", Answer(value={"min": 13, "max": 13}))
    split = SplitEvent("e1", conflict_events.event_field("place"), whole=False)
    context = Context(conflict_events, ARTICLE)
    coding = split.apply(
        CODING.with_event(many.with_answer("report_scope", scope)), context
    )
    assert [each.answer("report_scope").value for each in coding.events] == [
        "single"
    ] * 3


@pytest.mark.parametrize(("acts", "scope"), [(13, "aggregate"), (3, "single")])
@pytest.mark.parametrize("whole", [False, True])
def test_a_proposed_count_makes_tallies_of_the_parts_of_a_coded_tally_as_a_coded_one_does(
    conflict_events: Codebook, acts: int, scope: str, whole: bool
) -> None:
    proposed = Answer(value={"min": acts, "max": acts}, proposed=True)
    split = SplitEvent("e1", conflict_events.event_field("place"), whole=whole)
    before = CODING.with_event(TALLY.with_answer("incident_count", proposed))
    coding = split.apply(before, Context(conflict_events, ARTICLE))
    parts = coding.events[whole:]
    assert [each.answer("report_scope").value for each in parts] == [scope] * 3
    assert [each.answer("incident_count") for each in parts] == [MISSING] * 3
    wanting = {
        p.event_id
        for p in problems(coding, conflict_events, ARTICLE)
        if p.rule == "R05"
    }
    asked = {each.id for each in parts if scope == "aggregate"}
    assert (
        wanting - {e.id for e in coding.events[:whole]} == asked
    )  # the tally's own is still to be confirmed
    counts = [
        each
        for each in split.dropped(before, conflict_events)
        if each.field.type == "int_range"
    ]
    dropped = [(each.field.id, each.value["min"]) for each in counts]
    assert dropped == ([] if whole else [("incident_count", acts), ("killed", 21)])


def test_a_scope_that_is_only_proposed_makes_no_tally_of_the_parts(
    conflict_events: Codebook,
) -> None:
    thirteen = {"min": 13, "max": 13}
    proposed = TALLY.with_answer(
        "report_scope", Answer(value="aggregate", proposed=True)
    ).with_answer("incident_count", Answer(value=thirteen, proposed=True))
    split = SplitEvent("e1", conflict_events.event_field("place"), whole=False)
    coding = split.apply(CODING.with_event(proposed), Context(conflict_events, ARTICLE))
    assert [each.answer("report_scope") for each in coding.events] == [
        Answer(value="single")
    ] * 3


def test_counts_that_are_only_proposed_do_not_go_to_the_parts_either(
    conflict_events: Codebook,
) -> None:
    proposed = TALLY.with_answer(
        "killed", Answer(value={"min": 9, "max": 9}, evidence=("s5",), proposed=True)
    )
    for whole in (False, True):
        split = SplitEvent("e1", conflict_events.event_field("place"), whole=whole)
        coding = split.apply(
            CODING.with_event(proposed), Context(conflict_events, ARTICLE)
        )
        parts = coding.events[whole:]  # as the whole the event keeps what is proposed
        assert [each.answer("killed").proposed for each in parts] == [False] * 3


def test_as_parts_the_tally_stays_as_it_is_and_each_place_is_linked_to_it(
    conflict_events: Codebook,
) -> None:
    split = SplitEvent("e1", conflict_events.event_field("place"), whole=True)
    coding = split.apply(CODING, Context(conflict_events, ARTICLE))
    assert event(coding, "e1") == TALLY and split.dropped(CODING, conflict_events) == []
    # Redo goes to the first part.
    where = first_place(compare_codings(CODING, coding), conflict_events)
    assert (where.event_id, where.field) == ("e2", None)
    assert [each.id for each in coding.events] == ["e1", "e2", "e3", "e4"]
    assert [named(coding, f"e{n}") for n in (2, 3, 4)] == [["حلب"], ["حمص"], ["إدلب"]]
    for each in coding.events[1:]:
        assert each.answer("linked_to").value == [
            {"record": "e1", "relation": "part_of"}
        ]
        assert each.answer("report_scope").value == "single"
        assert not each.answer("killed").coded


def test_what_holds_no_several_items_is_not_split(conflict_events: Codebook) -> None:
    context, place_field = (
        Context(conflict_events, ARTICLE),
        conflict_events.event_field("place"),
    )
    assert list_splittable_fields(TALLY, conflict_events) == [place_field]
    with pytest.raises(
        CoderError, match="split only by a list that has several values"
    ):
        SplitEvent("e1", conflict_events.event_field("killed"), whole=True).apply(
            CODING, context
        )
    proposed = TALLY.with_answer("place", replace(TALLY.answer("place"), proposed=True))
    assert list_splittable_fields(proposed, conflict_events) == []
    one = TALLY.with_answer("place", Answer(value=[place("حلب")]))
    assert list_splittable_fields(one, conflict_events) == []


def test_sources_and_links_split_no_event(conflict_events: Codebook) -> None:
    told = Answer(
        value=[{"who": "sohr", "kind": "monitor"}, {"who": None, "kind": "unnamed"}]
    )
    links = Answer(
        value=[
            {"record": "e2", "relation": "about"},
            {"record": "e3", "relation": "about"},
        ]
    )
    both = Event("e1", {"source": told, "linked_to": links})
    assert list_splittable_fields(both, conflict_events) == []


def test_a_codebook_without_parts_splits_apart_alone() -> None:
    protest_events = read_codebook(SCHEMAS / "protest_events.yaml")
    fields = [f for f in protest_events.event_fields if f.type == "place"]
    event = Event("e1", {fields[0].id: Answer(value=[place("حلب"), place("حمص")])})
    coding = replace(CODING, events=(event,))
    with pytest.raises(CoderError, match="no link from a part"):
        SplitEvent("e1", fields[0], whole=True).apply(
            coding, Context(protest_events, ARTICLE)
        )


def test_copying_down_fills_what_is_empty_behind_it_and_nothing_else(
    conflict_events: Codebook,
) -> None:
    date = conflict_events.event_field("date")
    day, other = (
        {
            "start": f"2023-11-{n}",
            "end": f"2023-11-{n}",
            "precision": "day",
            "basis": "absolute",
        }
        for n in ("03", "09")
    )
    kept = {
        "report_scope": Answer(value="single"),
        "event_type": Answer(value="air_strike"),
    }
    answers = [None, Answer(value=day, evidence=("s1",)), None, Answer(value=other)]
    answers += [Answer(blank=Blank.NOT_STATED), Answer(value=other, proposed=True)]
    events = tuple(
        Event(f"e{n}", kept if answer is None else kept | {"date": answer})
        for n, answer in enumerate(answers, start=1)
    )
    coding = CopyDown("e2", date).apply(
        replace(CODING, events=events), Context(conflict_events, ARTICLE)
    )
    copied = Answer(value=day, evidence=("s1",))
    assert [each.answer("date") for each in coding.events[1:]] == [
        copied,
        copied,
        *answers[3:5],
        copied,
    ]
    assert coding.events[0] == events[0]
    with pytest.raises(CoderError, match="nothing is copied down"):
        CopyDown("e6", date).apply(coding, Context(conflict_events, ARTICLE))


def test_a_count_that_is_not_asked_any_more_is_not_told_as_dropped(
    conflict_events: Codebook,
) -> None:
    sites = TALLY.with_answer(
        "site_count", Answer(value={"min": 3, "max": None}, proposed=True)
    )
    split = SplitEvent("e1", conflict_events.event_field("place"), whole=False)
    for scope, is_told in (
        ("aggregate", True),
        ("single", False),
    ):  # of a single incident no sites are counted
        coding = CODING.with_event(
            sites.with_answer("report_scope", Answer(value=scope))
        )
        told = [each.field.id for each in split.dropped(coding, conflict_events)]
        assert ("site_count" in told) is is_told and "killed" in told
