"""The parts of a field are such as the program fills in; others are refused."""

import re
from collections.abc import Callable

import pytest

from tests.codebook.test_bad_files import SMALL

_DAYS = "{id: start, type: date}, {id: end, type: date}"
UNFIT_PARTS = {
    "actor: {id: who, type: text}, {id: kind, type: enum, values: [V]}": "“who” must be of type actor",
    "place: {id: as_written, type: int}, {id: place_id, type: place}": "“as_written” must be of type text",
    f"date: {_DAYS}, {{id: precision, type: enum, values: [V]}}, {{id: basis, type: enum, values: [V]}}": (
        "the part “precision” needs the value “day”"
    ),
    "text: {id: record, type: text}, {id: relation, type: text}": "the part “relation” must be of type enum",
}


@pytest.mark.parametrize("parts", UNFIT_PARTS)
def test_parts_are_such_as_the_program_fills_in(
    refused: Callable[[str], list[str]], parts: str
) -> None:
    type_, _, told = parts.partition(": ")
    link = "value_is: record_reference\n    many: true\n    " if type_ == "text" else ""
    listed = told.replace("V", "{id: other, label: {ar: غيره, en: other}}")
    labelled = re.sub(
        r"\{id: (\w+), type", r"{id: \1, label: {ar: جزء, en: part}, type", listed
    )
    text = SMALL.replace("type: multi", f"type: {type_}\n    {link}parts: [{labelled}]")
    text = text.replace("distance: jaccard", "distance: none").replace(
        "weapons, in: [rocket]", "killed.min"
    )
    assert [p for p in refused(text) if UNFIT_PARTS[parts] in p]


def test_the_tree_of_a_place_needs_its_levels(
    refused: Callable[[str], list[str]],
) -> None:
    parts = "[{id: as_written, type: text}, {id: place_id, type: place}]"
    place = SMALL.replace("type: multi", f"type: place\n    parts: {parts}")
    problems = refused(place.replace("distance: jaccard", "distance: hierarchy"))
    assert [p for p in problems if "path: [country, admin1, place_id]" in p]


def test_the_distance_of_a_part_fits_its_type(
    refused: Callable[[str], list[str]],
) -> None:
    value = "{id: other, label: {ar: غيره, en: other}}"
    kind = f"{{id: kind, type: enum, distance: hierarchy, values: [{value}]}}"
    source = SMALL.replace(
        "type: multi",
        f"type: actor\n    parts: [{{id: who, type: actor}}, {kind}]",
    )
    problems = refused(source)
    assert [p for p in problems if "hierarchy cannot measure enum values" in p]


def test_the_distance_of_a_part_of_counts_fits_its_type(
    refused: Callable[[str], list[str]],
) -> None:
    problems = refused(SMALL.replace("type: int}", "type: int, distance: masi}", 1))
    assert [p for p in problems if "masi cannot measure int values" in p]
