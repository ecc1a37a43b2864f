"""Each rule of the sample codebook, kept by a coding made by hand and broken once on
purpose.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from coding_by_hand import (
    ABU_KAMAL,
    AGGREGATE,
    ARTICLE,
    MAYADIN,
    MEETING,
    NOT_STATED,
    OTHER,
    SPANS,
    STRIKE,
    THREAT,
    broken,
    coded,
    coding,
    count,
    days,
    event,
    link,
    without_evidence,
)
from msgspec.structs import replace

from coder.codebook.expressions import Condition, NoTwin, read_condition
from coder.codebook.schema import Codebook, Rule
from coder.codebook.validate import problems
from coder.foreign import to_json
from coder.model import Coding, Status
from coder.native import from_coding

Run = Callable[..., tuple[int, str, str]]

SIDE = coded(["target_forces"])
_RANGE = {
    "start": "2023-10-01",
    "end": "2024-01-31",
    "precision": "range",
    "basis": "absolute",
}
OPEN_TOO_LONG = coded({**_RANGE, "open_end": True}, "d")
OTHER_DAY = event(STRIKE, "e2", date=days("2023-10-12"))
TALLY = event(AGGREGATE, "e2", killed=count(3, 3), casualty_side=SIDE)

KEPT = {
    "a strike": coding(event(STRIKE)),
    "a tally": coding(event(AGGREGATE)),
    "a threat": coding(event(THREAT)),
    "a meeting": coding(event(MEETING)),
    "nothing relevant": coding(
        relevance=coded("not_relevant"), relevance_reason=coded(["no_event"])
    ),
    "a part inside its tally": coding(event(STRIKE, linked_to=link("part_of")), TALLY),
    "another event with its note": coding(event(OTHER)),
    "an answer after what it answers": coding(
        event(STRIKE),
        event(
            STRIKE, "e2", date=days("2023-10-12"), linked_to=link("response_to", "e1")
        ),
    ),
}

BROKEN = {
    "R01": coding(event(STRIKE, date=days("2023-10-09", "2023-10-08", "range"))),
    "R02": coding(event(STRIKE, killed=count(5, 3), casualty_side=SIDE)),
    "R03": coding(event(STRIKE, injured=count(5, 3), casualty_side=SIDE)),
    "R04": coding(event(AGGREGATE, site_count=count(5, 3))),
    "R05": coding(event(AGGREGATE, incident_count=None, strike_count=count(3, 3))),
    "R06": coding(event(AGGREGATE, incident_count=NOT_STATED)),
    "R07": coding(event(STRIKE, incident_count=count(2, 2))),
    "R08": coding(event(STRIKE, place=coded([ABU_KAMAL, MAYADIN], "p"))),
    "R09": coding(event(AGGREGATE, incident_count=count(1, 1))),
    "R10": coding(event(STRIKE, date=days("2023-12-01"))),
    "R11": coding(event(THREAT, event_status=coded("occurred"))),
    "R12": coding(event(STRIKE, event_status=coded("threatened"))),
    "R13": coding(event(STRIKE, targets=coded(["irgc", "us_forces"], "b"))),
    "R14": coding(event(STRIKE, date=coded(STRIKE["date"].value, "outside"))),
    "R15": coding(event(STRIKE, date=coded(STRIKE["date"].value, "furniture"))),
    "R16": coding(event(STRIKE, initiators=without_evidence(STRIKE["initiators"]))),
    "R17": coding(event(MEETING, initiators=coded(["usa"], "a"))),
    "R18": coding(event(OTHER, notes=None)),
    "R19": coding(
        event(
            STRIKE,
            event_type=coded("drone_attack", "t"),
            weapons=coded(["uav_attack", "rocket"], "t"),
        )
    ),
    "R20": coding(event(STRIKE, weapons=coded(["uav_armed"], "t"))),
    "R21": coding(event(STRIKE, linked_to=link("response_to")), OTHER_DAY),
    "R22": coding(event(STRIKE, event_status=coded("planned"))),
    "R23": coding(
        event(
            STRIKE,
            event_status=coded("attempted_failed"),
            killed=count(2, 2),
            casualty_side=SIDE,
        )
    ),
    "R24": coding(event(STRIKE, killed=without_evidence(count(0, 0)))),
    "R25": coding(
        event(
            STRIKE,
            initiators=coded(["unknown_party"], "a"),
            responsibility=coded(["claimed"]),
            claimant=coded(["iri"], "a"),
        )
    ),
    "R26": coding(event(STRIKE, initiators=NOT_STATED)),
    "R27": coding(
        event(
            THREAT,
            event_type=coded("accusation", "t"),
            event_status=coded("occurred"),
            about_type=coded("order_demand"),
        )
    ),
    "R28": coding(event(STRIKE, date=days("2023-10-09", "2023-10-10"))),
    "R29": coding(
        event(STRIKE, date=days("2023-09-30"), linked_to=link("part_of")), TALLY
    ),
    "R30": coding(
        event(STRIKE, linked_to=link("part_of")), event(STRIKE, "e2", place=NOT_STATED)
    ),
    "R31": coding(
        event(
            STRIKE, killed=count(4, 4), casualty_side=SIDE, linked_to=link("part_of")
        ),
        TALLY,
    ),
    "R32": coding(
        event(STRIKE),
        relevance=coded("not_relevant"),
        relevance_reason=coded(["no_event"]),
    ),
    "R33": coding(),
    "R34": coding(event(STRIKE), event(STRIKE, "e2", certainty=coded("alleged"))),
    "R35": coding(
        event(STRIKE, date=days("2023-10-09", basis="relative")), pub_date=NOT_STATED
    ),
    "R36": coding(event(STRIKE, certainty=coded("established"))),
    "R37": coding(event(STRIKE), pub_date=NOT_STATED),
    "R38": coding(event(AGGREGATE, date=OPEN_TOO_LONG)),
    "R39": coding(event(STRIKE, responsibility=NOT_STATED)),
}
ALSO = {
    "R24": {"R16"},  # a zero without evidence is a value without evidence, too
    "R35": {
        "R37"
    },  # a date that is counted from a publication of which nothing is said
}


@pytest.mark.parametrize("name", KEPT)
def test_a_right_coding_has_no_problem(codebook: Codebook, name: str) -> None:
    assert problems(KEPT[name], codebook, ARTICLE) == []


@pytest.mark.parametrize("rule", BROKEN)
def test_breaking_a_rule_gives_its_message_alone(codebook: Codebook, rule: str) -> None:
    made = BROKEN[rule]
    assert broken(codebook, made) == {rule, *ALSO.get(rule, set())}
    known = next(r for r in codebook.rules if r.id == rule)
    found = [p for p in problems(made, codebook, ARTICLE) if p.rule == rule]
    assert all(p.severity == known.severity for p in found)
    assert all(p.message.ar.startswith(known.message.ar) for p in found)
    assert all(p.message.en.startswith(known.message.en) for p in found)


def test_every_rule_is_broken_once(codebook: Codebook) -> None:
    assert set(BROKEN) == {rule.id for rule in codebook.rules}


def test_r07_passes_a_single_incident_that_is_counted_as_one_or_not_at_all(
    codebook: Codebook,
) -> None:
    for counted in (count(1, 1), NOT_STATED, None):
        assert broken(codebook, coding(event(STRIKE, incident_count=counted))) == set()


def test_a_rule_that_requires_an_answer_is_open_until_its_field_has_one(
    codebook: Codebook,
) -> None:
    without = coding(event(AGGREGATE, incident_count=None))
    assert {p.rule: p.is_open for p in problems(without, codebook, ARTICLE)} == {
        "R05": True,
        "R06": True,
    }
    for answer in (
        NOT_STATED,
        count(5, 3),
    ):  # no count at all, and one whose maximum is below its minimum
        found = problems(
            coding(event(AGGREGATE, incident_count=answer)), codebook, ARTICLE
        )
        assert found and not any(p.is_open for p in found)
    [needs_note] = problems(BROKEN["R18"], codebook, ARTICLE)
    assert (needs_note.field, needs_note.is_open) == ("notes", True)
    hidden = replace(codebook, rules=tuple(r for r in codebook.rules if r.id == "R18"))
    no_note = (
        {"field": "notes", "state": ["missing"]},
        {"not": {"field": "notes", "state": ["coded"]}},
    )
    for does_not_hold, require in (
        (
            "event_status",
            {"all": [no_note[0], {"field": "event_status", "state": ["missing"]}]},
        ),
        ("source", {"all": [no_note[1], {"field": "source", "max_items": 0}]}),
    ):
        rule = replace(hidden.rules[0], require=read_condition(Condition, require))
        [wrong] = problems(BROKEN["R18"], replace(hidden, rules=(rule,)), ARTICLE)
        assert (wrong.field, wrong.is_open) == (
            does_not_hold,
            False,
        )  # nothing waits for a note
    [alone] = problems(
        BROKEN["R17"], codebook, ARTICLE
    )  # a meeting of one is not open: it may be right
    assert (alone.severity, alone.is_open) == ("warning", False)


@pytest.mark.parametrize("counted", ["incident_count", "strike_count", "site_count"])
def test_r04_looks_at_every_count(codebook: Codebook, counted: str) -> None:
    made = coding(
        event(AGGREGATE, **{"incident_count": NOT_STATED, counted: count(5, 3)})
    )
    assert broken(codebook, made) == {"R04"}


def test_r09_is_content_with_one_count_of_two_or_more(codebook: Codebook) -> None:
    one_site_hit_often = event(
        AGGREGATE, site_count=count(1, 1), strike_count=count(8, None)
    )
    assert broken(codebook, coding(one_site_hit_often)) == set()


def test_r16_names_each_field_that_lacks_evidence(codebook: Codebook) -> None:
    made = coding(
        event(
            STRIKE,
            initiators=without_evidence(STRIKE["initiators"]),
            place=without_evidence(STRIKE["place"]),
        )
    )
    found = problems(made, codebook, ARTICLE)
    assert [(p.rule, p.event_id, p.field) for p in found] == [
        ("R16", "e1", "initiators"),
        ("R16", "e1", "place"),
    ]
    assert found[0].message.en.endswith("(Initiators)")
    assert found[0].message.ar.endswith("(الفاعل)")


def test_r16_asks_no_evidence_of_an_inferred_date_or_of_a_blank(
    codebook: Codebook,
) -> None:
    inferred = without_evidence(days("2023-10-09", basis="inferred"))
    assert broken(codebook, coding(event(STRIKE, date=inferred))) == set()
    assert broken(
        codebook, coding(event(STRIKE, date=without_evidence(days("2023-10-09"))))
    ) == {"R16"}
    assert broken(codebook, coding(event(STRIKE, place=NOT_STATED))) == set()


def with_rules(codebook: Codebook, *rules: Rule) -> Codebook:
    return replace(codebook, rules=rules)


def test_a_value_without_the_evidence_that_it_needs_is_a_problem_without_any_rule(
    codebook: Codebook,
) -> None:
    bare = with_rules(codebook)
    held = event(STRIKE, initiators=without_evidence(STRIKE["initiators"]))
    inferred = without_evidence(days("2023-10-09", basis="inferred"))
    [found] = problems(coding(held), bare, ARTICLE)
    assert (found.rule, found.severity, found.field) == (
        "evidence",
        "error",
        "initiators",
    )
    assert (
        problems(coding(event(STRIKE, date=inferred, place=NOT_STATED)), bare, ARTICLE)
        == []
    )


def test_a_rule_about_evidence_says_it_alone_in_its_own_words(
    codebook: Codebook,
) -> None:
    [rule] = [rule for rule in codebook.rules if rule.id == "R16"]
    warned = with_rules(codebook, replace(rule, severity="warning"))
    found = problems(
        coding(event(STRIKE, place=without_evidence(STRIKE["place"]))), warned, ARTICLE
    )
    assert [(p.rule, p.severity) for p in found] == [("R16", "warning")]


def test_r14_and_r15_look_at_the_evidence_of_article_fields_too(
    codebook: Codebook,
) -> None:
    for span, rule in (("outside", "R14"), ("furniture", "R15")):
        made = coding(event(STRIKE), pub_date=coded(days("2023-11-20").value, span))
        found = [p for p in problems(made, codebook, ARTICLE) if p.rule == rule]
        assert [(p.event_id, p.field) for p in found] == [(None, "pub_date")]


def test_r15_touching_a_line_of_furniture_is_not_lying_in_it(
    codebook: Codebook,
) -> None:
    assert next(s for s in SPANS if s.id == "d").end == ARTICLE.boilerplate[0][0]
    assert broken(codebook, coding(event(STRIKE))) == set()


def test_r23_passes_deaths_that_are_not_coded(codebook: Codebook) -> None:
    assert (
        broken(codebook, coding(event(STRIKE, event_status=coded("attempted_failed"))))
        == set()
    )


def test_r36_takes_two_sources_a_claim_or_an_official_admission(
    codebook: Codebook,
) -> None:
    def established(**changed) -> Coding:
        return coding(event(STRIKE, certainty=coded("established"), **changed))

    two = [{"who": "sohr", "kind": "monitor"}, {"who": "north_press", "kind": "media"}]
    assert broken(codebook, established(source=coded(two))) == set()
    assert (
        broken(
            codebook, established(source=coded([{"who": "us_dod", "kind": "official"}]))
        )
        == set()
    )
    claimed = established(
        responsibility=coded(["claimed"]), claimant=coded(["us_forces"], "a")
    )
    assert broken(codebook, claimed) == set()


def test_r34_is_said_of_both_records_and_names_the_other_one(
    codebook: Codebook,
) -> None:
    found = problems(BROKEN["R34"], codebook, ARTICLE)
    assert [p.event_id for p in found] == ["e1", "e2"]
    assert ["event 2" in found[0].message.en, "event 1" in found[1].message.en] == [
        True,
        True,
    ]
    assert ["event 1" in found[0].message.en, "event 2" in found[1].message.en] == [
        False,
        False,
    ]


def test_of_two_rules_about_twins_each_names_its_own(codebook: Codebook) -> None:
    [rule] = [each for each in codebook.rules if each.id == "R34"]
    other = replace(rule, id="R99", require=NoTwin(no_twin=("event_type", "certainty")))
    both = replace(codebook, rules=(*codebook.rules, other))
    twin, third = (
        event(STRIKE, "e2", certainty=coded("alleged")),
        event(STRIKE, "e3", place=coded([], "a")),
    )
    found = problems(coding(event(STRIKE), twin, third), both, ARTICLE)
    told = {
        p.rule: p.message.en
        for p in found
        if p.event_id == "e1" and p.rule in ("R34", "R99")
    }
    assert {rule: "event 2" in words for rule, words in told.items()} == {
        "R34": True,
        "R99": False,
    }
    assert "event 3" in told["R99"] and "event 3" not in told["R34"]


def test_a_link_is_tested_against_each_record_it_names(codebook: Codebook) -> None:
    links = coded(
        [
            {"record": "e2", "relation": "part_of"},
            {"record": "e3", "relation": "part_of"},
        ]
    )
    single = event(STRIKE, "e3", date=days("2023-10-12"))
    assert broken(codebook, coding(event(STRIKE, linked_to=links), TALLY, single)) == {
        "R29",
        "R30",
    }


def test_import_and_check_say_the_same_of_each_broken_rule_in_both_languages(
    run_coder: Run, codebook: Codebook, tmp_path: Path
) -> None:
    """Each broken coding is an article of its own; a span outside the text (R14) is
    refused before.
    """
    project, lines = tmp_path / "p", []
    for rule, made in BROKEN.items():
        if rule == "R14":
            continue
        (tmp_path / f"{rule}.txt").write_text(ARTICLE.text, "utf-8")
        spans = tuple(span for span in made.spans if span.id != "outside")
        closed = replace(made, article=rule, spans=spans, status=Status.SUBMITTED)
        lines.append(to_json(from_coding(closed)))
    (tmp_path / "codings.jsonl").write_text("\n".join(lines), "utf-8")
    assert run_coder("init", project)[0] == 0
    assert (
        run_coder("people", "add", "amal", "--role", "coder", "--project", project)[0]
        == 0
    )
    code, out, err = run_coder(
        "import",
        *tmp_path.glob("R*.txt"),
        tmp_path / "codings.jsonl",
        "--project",
        project,
    )
    assert code == 0, err
    rules = {rule.id: rule for rule in codebook.rules}
    for lang in ("ar", "en"):
        settings = (project / "coder.toml").read_text("utf-8")
        (project / "coder.toml").write_text(
            settings.replace('"ar"', f'"{lang}"'), "utf-8"
        )
        found = json.loads(run_coder("check", "--json", "--project", project)[1])
        said: dict[str, set[str]] = {}
        for row in found:
            said.setdefault(row["where"].partition("/")[0], set()).add(row["rule"])
            assert row["message"].startswith(rules[row["rule"]].message.of(lang))
        assert said == {
            rule: {rule, *ALSO.get(rule, set())} for rule in BROKEN if rule != "R14"
        }
        errors = sum(row["severity"] == "error" for row in found)
        assert f"{errors} errors and {len(found) - errors} warnings" in out


def test_what_a_rule_says_of_a_linked_event_is_about_the_link(
    codebook: Codebook,
) -> None:
    single = event(STRIKE, "e2", place=NOT_STATED)
    found = problems(
        coding(event(STRIKE, linked_to=link("part_of")), single), codebook, ARTICLE
    )
    assert [(p.event_id, p.field) for p in found if p.rule == "R30"] == [
        ("e1", "linked_to")
    ]


def test_a_rule_that_requires_several_things_is_about_the_field_that_does_not_hold(
    codebook: Codebook,
) -> None:
    for name, others in (
        ("site_count", ("incident_count",)),
        ("incident_count", ("strike_count", "site_count")),
    ):
        [problem] = problems(
            coding(event(AGGREGATE, **{name: count(5, 3)})), codebook, ARTICLE
        )
        assert (problem.rule, problem.field) == ("R04", name)
        told = problem.message.of("en")
        assert codebook.event_field(name).label.en in told
        assert not any(codebook.event_field(other).label.en in told for other in others)
