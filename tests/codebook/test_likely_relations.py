"""Which relation to another event is likely, and where a codebook may say so."""

from pathlib import Path

import pytest
from coding_by_hand import AGGREGATE, MISSING, STRIKE, THREAT, coded, coding, event

from coder.codebook.load import read_codebook
from coder.codebook.schema import Codebook
from coder.codebook.scope import Scope
from coder.errors import CoderError
from coder.model import Event

SCHEMAS = Path(__file__).parents[2] / "schemas"
CLAIM = event(
    THREAT,
    event_type=coded("claim_responsibility", "t"),
    about_type=coded("air_strike"),
)
STRIKES = event(AGGREGATE)
SANCTIONS = event(STRIKE, event_type=coded("sanction_designation", "t"))

OTHERS = {"initiators": coded(["hamas"], "a"), "targets": coded(["israel"], "a")}


def about(what: str, kind: str = "accusation") -> Event:
    return event(THREAT, event_type=coded(kind, "t"), about_type=coded(what))


@pytest.mark.parametrize(
    ("one", "other", "likely"),
    [
        (event(STRIKE), STRIKES, "part_of"),
        (
            event(STRIKE),
            event(AGGREGATE, initiators=coded(["hamas"], "a")),
            "part_of",
        ),  # by their front
        (
            event(STRIKE),
            event(AGGREGATE, **OTHERS),
            None,
        ),  # acts of others against others
        # Who is hit there hits back here, or the other way round.
        (
            event(STRIKE),
            event(AGGREGATE, initiators=coded(["irgc"], "a"), targets=MISSING),
            None,
        ),
        (
            event(STRIKE, targets=MISSING),
            event(AGGREGATE, targets=coded(["us_forces"], "a")),
            None,
        ),
        (event(STRIKE, initiators=MISSING), STRIKES, "part_of"),
        (STRIKES, event(STRIKE), None),  # the whole is no part of one act
        (event(STRIKE), event(AGGREGATE, event_type=coded("drone_attack", "t")), None),
        (event(STRIKE, event_type=MISSING), event(AGGREGATE, event_type=MISSING), None),
        (event(AGGREGATE, report_scope=coded("campaign")), STRIKES, None),
        (CLAIM, event(STRIKE), "claims"),
        (CLAIM, SANCTIONS, None),
        (about("air_strike"), event(STRIKE), "about"),
        (about("air_strike", "denial_rejection"), event(STRIKE), "about"),
        (about("sanction_designation", "denial_rejection"), SANCTIONS, "response_to"),
        (about("drone_attack"), event(STRIKE), None),
        (event(THREAT, about_type=MISSING), event(STRIKE), None),
        (about("air_strike"), event(STRIKE, event_type=MISSING), None),
        (event(STRIKE), event(AGGREGATE, event_type=MISSING), None),
    ],
)
def test_the_likely_relation_is_the_first_whose_condition_is_known_to_hold(
    codebook: Codebook, one: Event, other: Event, likely: str | None
) -> None:
    events = (Event("e1", one.fields), Event("e2", other.fields))
    (field,) = codebook.link_fields
    relations = next(part.values for part in field.parts if part.id == "relation")
    found = Scope(coding(*events), codebook, events[0]).likely_relation(relations, "e2")
    assert (found.id if found else None) == likely


@pytest.mark.parametrize(
    ("at", "condition", "message"),
    [
        (
            "part_of",
            "{field: event_type, under: [violense]}",
            "unknown event type “violense”",
        ),
        (
            "part_of",
            "{field: link.event_typ, in: [air_strike]}",
            "did you mean “event_type”?",
        ),
        ("part_of", "{no_records: true}", "only a rule can test this"),
        (
            "attempted_failed",
            "{field: event_type, in: [air_strike]}",
            "only relations between events",
        ),
    ],
)
def test_only_relations_are_likely_and_by_conditions_that_fit(
    tmp_path: Path, at: str, condition: str, message: str
) -> None:
    for source in SCHEMAS.glob("*.yaml"):
        text = source.read_text("utf-8")
        if source.name == "conflict_events.yaml":
            whole = f"- {{id: {at}, likely_if: {condition},"
            lines = [
                line for line in text.splitlines() if "likely_if: {all" not in line
            ]
            text = "\n".join(lines).replace(f"- {{id: {at},", whole)
            assert whole in text
        (tmp_path / source.name).write_text(text, "utf-8")
    with pytest.raises(CoderError) as found:
        read_codebook(tmp_path / "conflict_events.yaml")
    assert message in str(found.value)
