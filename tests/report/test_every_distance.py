"""A report on fields of every type, by every distance that fits them."""

from __future__ import annotations

import json

import pytest

from coder.agreement.study import Study
from coder.codebook.authoring import checked
from coder.codebook.schema import FIT_DISTANCES, Codebook
from coder.model import Answer, Coding, Event
from coder.report.contents import report_of
from coder.report.figure_tables import name_value
from tests.agreement.study_by_hand import CODEBOOK, CODINGS, coding, span


def measured_by(distance: str) -> Codebook:
    """The codebook with this distance for every field that it fits."""
    found = json.loads(CODEBOOK.to_json())
    for field in (*found["article_fields"], *found["event_fields"]):
        is_fit = distance in FIT_DISTANCES[field["type"]] and (
            distance != "ordinal" or "values" in field
        )
        if is_fit and (distance, field["type"]) != (
            "hierarchy",
            "place",
        ):  # has it with the parts it goes by
            field["distance"] = distance
            for rank, value in enumerate(field.get("values", ())):
                value["rank"] = rank
    flag = {
        "id": "flagged",
        "label": {"ar": "علامة", "en": "Flagged"},
        "type": "bool",
        "distance": "nominal",
    }
    found["event_fields"].append(flag)
    return checked(Codebook, found)


@pytest.mark.parametrize(
    "distance", sorted({each for fit in FIT_DISTANCES.values() for each in fit})
)
def test_every_type_is_reported_by_every_distance_that_fits(distance: str) -> None:
    book = measured_by(distance)
    report = report_of(Study.of(CODINGS, book))
    assert {"fields", "coders"} <= {table.name for table in report.tables}
    assert json.dumps(report.document(), default=str)


def test_yes_and_no_are_taken_for_one_another_by_their_words_and_counts_are_not() -> (
    None
):
    def one(coder: str, flagged: bool, killed: int) -> Coding:
        fields = {
            "event_type": Answer("air_strike", evidence=("s1",)),
            "flagged": Answer(flagged),
        }
        fields["killed"] = Answer({"min": killed, "max": killed})
        return coding(
            "t1", coder, (span("s1", "trigger", 0, 10),), (Event("e1", fields),)
        )

    book = measured_by("nominal")
    report = report_of(Study.of([one("amal", True, 3), one("basim", False, 4)], book))
    tables = {table.name: table for table in report.tables}
    assert [
        [cell.words.of("en") for cell in row[:3]] for row in tables["confusions"].rows
    ] == [["Flagged", "no", "yes"]]
    assert sorted(name for name in tables if name.startswith("coincidences")) == [
        "coincidences_event_type",
        "coincidences_flagged",
    ]
    assert (
        name_value(book.event_field("flagged"), "not_stated", book).words.of("ar")
        == "لم يذكره المقال"
    )
