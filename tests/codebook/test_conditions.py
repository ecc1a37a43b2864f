"""What each form of the rule language means, with values coded, blank, proposed and
hidden.
"""

from itertools import product

import pytest
from coding_by_hand import (
    AGGREGATE,
    ARTICLE,
    MISSING,
    NOT_STATED,
    STRIKE,
    THREAT,
    broken,
    coded,
    coding,
    count,
    event,
    link,
)
from msgspec.structs import replace

from coder.codebook.effective import effective_answers, effective_events
from coder.codebook.expressions import Condition, Expression, names_in, read_condition
from coder.codebook.schema import Codebook
from coder.codebook.scope import Scope
from coder.codebook.settle import locked, settle
from coder.codebook.validate import problems, visible, visible_article
from coder.model import Answer, Blank

PROPOSED = Answer(value="established", proposed=True)
HAND = event(
    STRIKE,
    site_count=count(9, 9),  # hidden: only aggregates are counted
    strike_count=count(3, None),
    killed=count(2, 4),
    injured=NOT_STATED,
    casualty_side=coded(["civilians", "officials"]),
    certainty=PROPOSED,
    notes=None,
)


def holds(codebook: Codebook, condition: object) -> bool:
    expression: Expression = read_condition(Condition, condition)
    return Scope(coding(HAND), codebook, HAND, article=ARTICLE).holds(expression)


def comparing(left: object, sign: str, right: object) -> dict:
    return {"compare": [left, sign, right]}


TRUE = [
    {"field": "event_type", "in": ["air_strike"]},
    {"field": "casualty_side", "in": ["unclear", "officials"]},  # any value of a list
    {"field": "event_type", "not_in": ["threat"]},
    {"field": "event_type", "under": ["statement", "armed_violence"]},
    {"field": "event_type", "under": ["air_strike"]},
    {"field": "killed", "state": ["coded"]},
    {"field": "injured", "state": ["not_stated"]},
    {"field": "certainty", "state": ["missing"]},  # a proposal is not an answer
    {"field": "notes", "state": ["missing"]},
    {"field": "site_count", "state": ["not_applicable"]},  # kept, but hidden
    {"field": "article.relevance", "in": ["relevant"]},
    {"field": "article.relevance_reason", "state": ["not_applicable"]},
    {"field": "source.kind", "in": ["own_reporting"]},
    {"field": "casualty_side", "max_items": 2},
    {"field": "casualty_side", "min_items": 2},
    comparing("killed.min", "=", 2),
    comparing("killed.min", "!=", 3),
    comparing("killed.min", "<", "killed.max"),
    comparing("killed.max", "<=", 4),
    comparing("killed.max", ">", 3),
    comparing(5, ">=", "killed.max"),
    comparing("date.start", "<", "2023-11-01"),
    comparing("date.start", "<=", "article.pub_date.end"),
    {"disjoint": ["initiators", "targets"]},
    {"evidence": "killed", "is": ["present"]},
    {"evidence": "casualty_side", "is": ["absent"]},
    {"evidence": "all", "is": ["inside_article", "outside_boilerplate"]},
    {"no_records": False},
    {"no_twin": ["event_type"]},
    {"all": []},
    {"all": [{"field": "killed", "state": ["coded"]}, {"no_records": False}]},
    {"any": [{"field": "killed", "state": ["missing"]}, {"no_records": False}]},
    {"not": {"field": "killed", "state": ["missing"]}},
]
FALSE = [
    {"field": "event_type", "in": ["drone_attack"]},
    {"field": "casualty_side", "not_in": ["civilians"]},
    {"field": "event_type", "under": ["statement"]},
    {"field": "killed", "state": ["missing", "not_stated"]},
    {"field": "casualty_side", "max_items": 1},
    {"field": "casualty_side", "min_items": 3},
    comparing("killed.min", ">", 2),
    comparing("date.start", ">", "article.pub_date.end"),
    {"disjoint": ["initiators", "initiators"]},
    {"evidence": "killed", "is": ["absent"]},
    {"no_records": True},
    {"all": [{"no_records": False}, {"no_records": True}]},
    {"any": [{"no_records": True}]},
    {"not": {"no_records": False}},
]
NOT_CODED_IS_FALSE = [
    {"field": "injured", "in": ["air_strike"]},
    {"field": "certainty", "in": ["established"]},
    {"field": "certainty", "not_in": ["doubtful"]},
    {"field": "about_type", "under": ["armed_violence"]},
]
NOT_CODED_IS_NOT_EVALUATED = [
    comparing("injured.min", ">", 0),
    comparing("site_count.min", "<=", 1),  # hidden
    comparing("strike_count.max", "<", 1),  # an open end
    {"not": comparing("injured.min", ">", 0)},
    {"field": "claimant", "max_items": 0},
    {"field": "claimant", "min_items": 1},
    {"disjoint": ["initiators", "claimant"]},
    {"no_twin": ["event_type", "claimant"]},
    {"any": [comparing("injured.min", ">", 0), comparing("strike_count.max", ">", 0)]},
]


@pytest.mark.parametrize("condition", TRUE, ids=str)
def test_a_condition_that_holds(codebook: Codebook, condition: object) -> None:
    assert holds(codebook, condition)


@pytest.mark.parametrize("condition", FALSE + NOT_CODED_IS_FALSE, ids=str)
def test_a_condition_that_does_not_hold(codebook: Codebook, condition: object) -> None:
    assert not holds(codebook, condition)


@pytest.mark.parametrize("condition", NOT_CODED_IS_NOT_EVALUATED, ids=str)
def test_what_cannot_be_evaluated_holds_and_drops_out_of_any(
    codebook: Codebook, condition: object
) -> None:
    assert holds(codebook, condition)
    assert not holds(codebook, {"any": [condition, {"no_records": True}]})


def test_names_of_a_condition_in_order() -> None:
    condition = {
        "all": [
            comparing("date.start", "<", "2023-01-01"),
            {"not": {"no_twin": ["place", "date.start"]}},
        ]
    }
    assert names_in(read_condition(Condition, condition)) == ("date.start", "place")


# ---------------------------------------------------------------- hidden fields
def test_a_statement_shows_twelve_fields_and_an_attack_seventeen_to_nineteen(
    codebook: Codebook,
) -> None:
    """The figures that the coding guide gives for its own codebook, notes and links
    included.
    """
    threat, strike, tally = event(THREAT), event(STRIKE), event(AGGREGATE)
    made = coding(strike)
    assert len(visible(threat, made, codebook)) == 12
    assert 17 <= len(visible(strike, made, codebook)) <= 19
    assert {"incident_count", "site_count", "strike_count"} <= visible(
        tally, made, codebook
    )
    assert "site_count" not in visible(strike, made, codebook)


def test_casualties_open_the_question_whose_they_are(codebook: Codebook) -> None:
    side = codebook.event_field("casualty_side")
    for killed, asked in (
        (count(1, 1), True),
        (count(0, 0), False),
        (NOT_STATED, False),
        (None, False),
    ):
        made = event(STRIKE, killed=killed)
        assert (side.id in visible(made, coding(made), codebook)) is asked
    hurt = event(STRIKE, injured=count(3, None))
    assert side.id in visible(hurt, coding(hurt), codebook)


def test_a_field_behind_a_hidden_field_is_hidden_too(codebook: Codebook) -> None:
    claimed = event(
        STRIKE, responsibility=coded(["claimed"]), claimant=coded(["iri"], "a")
    )
    assert "claimant" in visible(claimed, coding(claimed), codebook)
    threat = event(
        THREAT, responsibility=coded(["claimed"]), claimant=coded(["iri"], "a")
    )
    assert not {"responsibility", "claimant"} & visible(
        threat, coding(threat), codebook
    )


def test_the_article_asks_why_only_where_it_is_not_plainly_relevant(
    codebook: Codebook,
) -> None:
    assert "relevance_reason" not in visible_article(coding(), codebook)
    assert "relevance_reason" in visible_article(
        coding(relevance=coded("unsure")), codebook
    )
    assert broken(codebook, coding(event(STRIKE), relevance=coded("unsure"))) == {
        "required"
    }


def test_hidden_answers_are_kept_but_do_not_count(codebook: Codebook) -> None:
    nonsense = count(5, 3)
    made = event(STRIKE, site_count=nonsense, about_type=coded("no_such_type"))
    assert problems(coding(made), codebook, ARTICLE) == []
    [counted] = effective_events(coding(made), codebook)
    assert counted.answer("site_count").blank is Blank.NOT_APPLICABLE
    assert made.answer("site_count") == nonsense
    tally = made.with_answer("report_scope", coded("aggregate"))
    [counted] = effective_events(coding(tally), codebook)
    assert counted.answer("site_count") == nonsense


def test_proposals_count_as_missing(codebook: Codebook) -> None:
    made = event(STRIKE, certainty=PROPOSED)
    [counted] = effective_events(coding(made), codebook)
    assert counted.answer("certainty").blank is Blank.MISSING
    [problem] = problems(coding(made), codebook, ARTICLE)
    assert (problem.rule, problem.field) == ("required", "certainty")


def test_a_stale_not_applicable_counts_as_missing(codebook: Codebook) -> None:
    made = event(STRIKE, weapons=Answer(blank=Blank.NOT_APPLICABLE))
    [counted] = effective_events(coding(made), codebook)
    assert counted.answer("weapons").blank is Blank.MISSING
    assert broken(codebook, coding(made)) == {"required"}


def test_article_answers_as_they_count(codebook: Codebook) -> None:
    counted = effective_answers(
        coding(relevance_reason=coded(["no_event"]), quality=None), codebook
    )
    assert counted["relevance_reason"].blank is Blank.NOT_APPLICABLE
    assert counted["quality"].blank is Blank.MISSING
    assert list(counted) == [f.id for f in codebook.article_fields]


# ---------------------------------------------------------------- missing, wrong and dangling answers
def test_every_required_field_that_applies_is_asked_for(codebook: Codebook) -> None:
    found = problems(coding(event({})), codebook, ARTICLE)
    assert {p.rule for p in found} == {"required"}
    assert [p.field for p in found] == [
        "report_scope",
        "event_type",
        "event_status",
        "initiators",
        "place",
        "date",
        "source",
        "certainty",
    ]
    assert found[1].message.en == "Event type: not coded yet."
    assert found[1].message.ar == "نوع الحدث: بانتظار الترميز."


def test_a_required_field_with_a_proposal_asks_for_it_to_be_confirmed(
    codebook: Codebook,
) -> None:
    [problem] = problems(coding(event(STRIKE, certainty=PROPOSED)), codebook, ARTICLE)
    assert problem.message.en == "Certainty: the proposed value is not confirmed yet."
    assert problem.message.ar == "درجة اليقين: القيمة المقترحة لم تُؤكَّد بعد."


def test_an_article_without_answers(codebook: Codebook) -> None:
    found = problems(
        coding(relevance=None, genre=None, pub_date=MISSING), codebook, ARTICLE
    )
    assert [(p.rule, p.event_id, p.field) for p in found] == [
        ("required", None, "relevance"),
        ("required", None, "genre"),
        ("required", None, "pub_date"),
    ]


KNOWN = {"as_written": "س", "precision": "town"}
DAY = {
    "start": "2023-02-01",
    "end": "2023-03-01",
    "precision": "range",
    "basis": "absolute",
}
WRONG_VALUES = {
    "not a value": (
        "certainty",
        "reportd",
        "“reportd” is not one of its values (Did you mean “reported”?)",
    ),
    "a root": (
        "event_type",
        "armed_violence",
        "“armed_violence” is not one of its values",
    ),
    "not a list": (
        "target_object",
        "headquarters",
        "the value has the wrong shape; expected a list",
    ),
    "an empty list": (
        "target_object",
        [],
        "the value has the wrong shape; expected a list",
    ),
    "twice the same": (
        "target_object",
        ["airport", "airport"],
        "“airport” is listed twice",
    ),
    "unknown actor": (
        "initiators",
        ["us_force"],
        "the actor “us_force” is not in the lexicon",
    ),
    "unknown class": (
        "initiators",
        [{"name": "س", "class": "army"}],
        "“army” is not one of its values",
    ),
    "no name": ("initiators", [{"class": "media"}], "expected a name and a class"),
    "unknown place": ("place", [{**KNOWN, "place_id": "x"}], "the place “x” is not"),
    "no precision": ("place", [{"as_written": "س"}], "the part “precision” is missing"),
    "unknown part": ("place", [{**KNOWN, "lat": 1}], "there is no part “lat”"),
    "no such day": (
        "date",
        {**DAY, "start": "2023-02-30"},
        "expected a date as YYYY-MM-DD",
    ),
    "a short day": (
        "date",
        {**DAY, "start": "2023-2-3"},
        "expected a date as YYYY-MM-DD",
    ),
    "not a date": (
        "date",
        "2023-10-09",
        "expected the parts start, end, precision, basis, open_end",
    ),
    "below zero": (
        "killed",
        {"min": -1, "max": None},
        "expected a whole number, zero or greater",
    ),
    "not whole": (
        "killed",
        {"min": 1.5, "max": None},
        "expected a whole number, zero or greater",
    ),
    "truth as a number": (
        "killed",
        {"min": True, "max": None},
        "expected a whole number, zero or greater",
    ),
    "no minimum": ("killed", {"max": 3}, "the part “minimum” is missing"),
    "unknown source kind": (
        "source",
        [{"who": None, "kind": "rumour"}],
        "“rumour” is not one of its values",
    ),
    "empty text": ("notes", "  ", "expected text"),
    "too many": (
        "place",
        [{**KNOWN, "as_written": str(n)} for n in range(13)],
        "more than 12 values",
    ),
}


@pytest.mark.parametrize("name", WRONG_VALUES)
def test_a_value_that_the_codebook_does_not_allow(
    codebook: Codebook, name: str
) -> None:
    field, value, expected = WRONG_VALUES[name]
    made = event(AGGREGATE, **{field: coded(value, "t")})
    found = [p for p in problems(coding(made), codebook, ARTICLE) if p.rule == "value"]
    assert [p.field for p in found] == [field]
    assert expected in found[0].message.en
    assert found[0].severity == "error"
    assert codebook.event_field(field).label.ar in found[0].message.ar


def test_fields_and_spans_and_records_that_do_not_exist(codebook: Codebook) -> None:
    made = event(
        STRIKE,
        colour=coded("red"),
        weapons=coded(["rocket"], "t", "gone"),
        linked_to=link("about", "e9"),
    )
    found = {
        (p.rule, p.field): p.message.en
        for p in problems(coding(made), codebook, ARTICLE)
    }
    assert found == {
        ("value", "colour"): "The codebook has no field “colour”.",
        ("evidence", "weapons"): "Weapons: there is no span “gone”.",
        ("value", "linked_to"): "Linked record: there is no event 9.",
    }
    itself = event(STRIKE, linked_to=link("about", "e1"))
    assert (
        "linked to itself" in problems(coding(itself), codebook, ARTICLE)[0].message.en
    )


# ---------------------------------------------------------------- what the tool sets
def test_a_new_event_gets_its_defaults(codebook: Codebook) -> None:
    new = settle(
        event({"event_type": coded("air_strike", "t")}, "e2"), coding(), codebook
    )
    assert {name: a.value for name, a in new.fields.items()} == {
        "event_type": "air_strike",
        "report_scope": "single",
        "event_status": "occurred",
        "certainty": "reported",
    }
    assert settle(new, coding(new), codebook) == new


def test_a_default_decides_about_the_defaults_of_later_fields(
    codebook: Codebook,
) -> None:
    only_single: Expression = read_condition(
        Condition, {"field": "report_scope", "in": ["single"]}
    )
    fields = [
        replace(f, when=only_single) if f.id == "certainty" else f
        for f in codebook.event_fields
    ]
    book = replace(codebook, event_fields=tuple(fields))
    new = settle(event({"event_type": coded("air_strike", "t")}), coding(), book)
    assert (
        new.answer("report_scope").value == "single"
        and new.answer("certainty").value == "reported"
    )
    several = event(
        {"event_type": coded("air_strike", "t"), "report_scope": coded("aggregate")}
    )
    assert "certainty" not in settle(several, coding(), book).fields


def test_defaults_leave_what_a_coder_did(codebook: Codebook) -> None:
    made = event(STRIKE, certainty=coded("alleged"), report_scope=MISSING)
    settled = settle(made, coding(made), codebook)
    assert settled.answer("certainty").value == "alleged"
    assert settled.answer("report_scope") == MISSING


def test_a_threat_is_threatened_and_locked(codebook: Codebook) -> None:
    status = codebook.event_field("event_status")
    made = event(THREAT, event_status=coded("occurred", "t"))
    settled = settle(made, coding(made), codebook)
    assert settled.answer("event_status") == coded("threatened", "t")
    assert locked(status, settled, coding(settled), codebook)
    assert not locked(status, event(STRIKE), coding(), codebook)


def test_a_status_unlocked_goes_back_to_its_default(codebook: Codebook) -> None:
    before = event(THREAT)
    after = before.with_answer("event_type", coded("air_strike", "t"))
    settled = settle(after, coding(before), codebook)
    assert settled.answer("event_status").value == "occurred"
    denied = event(STRIKE, event_status=coded("denied"))
    assert (
        settle(denied, coding(event(STRIKE)), codebook).answer("event_status").value
        == "denied"
    )


ANSWERS = {
    "event_type": [
        *map(coded, ("air_strike", "threat", "meeting_talks", "agreement_ceasefire"))
    ],
    "report_scope": [
        coded("single"),
        coded("aggregate"),
        NOT_STATED,
        None,
        Answer("single", proposed=True),
    ],
    "killed": [count(0, 0), count(1, 2), NOT_STATED, None],
    "responsibility": [coded("claimed"), coded("denied"), None],
}


def test_what_is_asked_is_the_same_whether_such_an_event_was_seen_before_or_not(
    codebook: Codebook,
) -> None:
    def asked(book: Codebook) -> list[set[str]]:
        found = []
        for answers in product(*ANSWERS.values()):
            made = event(STRIKE, **dict(zip(ANSWERS, answers, strict=True)))
            if book is not codebook:
                book.kept.clear()
            found.append(visible(made, coding(made), book))
        return found

    again = Codebook.from_json(codebook.to_json())
    assert asked(codebook) == asked(codebook) == asked(again)
    assert len(set(map(frozenset, asked(codebook)))) > 10
