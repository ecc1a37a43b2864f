"""Two people of a team are never told apart only by case, or by letters that readers take for the same."""

import pytest

from coder.errors import CoderError
from coder.service.project.opened import Project
from coder.service.team.members import rename


@pytest.mark.parametrize(
    ("there", "new"),
    [
        ("dina", "Dina"),
        ("أمل", "امل"),
        ("هدى", "هدي"),
        ("فاطمة", "فاطمه"),
        ("عَلي", "علي"),
    ],
)
def test_a_name_like_another_is_refused_with_that_other_named(
    project: Project, there: str, new: str
) -> None:
    project.add_person(there, "coder")
    with pytest.raises(CoderError, match=f"{new} differs from {there}") as refused:
        project.add_person(new, "supervisor")
    assert f"use {there}" in refused.value.hint
    assert {person.name for person in project.people()} == {"amal", there}


def test_a_name_can_be_corrected_to_a_variant_of_itself(project: Project) -> None:
    rename(project, "amal", "Amal")
    assert [person.name for person in project.people()] == ["Amal"]


def test_names_that_the_program_uses_are_taken_in_any_case(project: Project) -> None:
    for name in (
        "Gold",
        "Supervisor",
    ):  # the second stands in gold for a value of the supervisor's own
        with pytest.raises(CoderError, match="cannot be a person's name"):
            project.add_person(name, "coder")


BIDI_CONTROLS = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]


@pytest.mark.parametrize(
    "name",
    [
        "amal | basim",
        "a|b",
        "a\u2028b",
        "a\nb",
        *(f"bas{chr(code)}im" for code in BIDI_CONTROLS),
    ],
    ids=ascii,
)
def test_a_name_that_would_split_or_turn_what_stands_beside_it_is_no_name(
    project: Project, name: str
) -> None:
    """Exports separate names by ` | `; the others are of `Bidi_Control` in the Unicode file PropList.txt."""
    with pytest.raises(CoderError, match="cannot be a person's name"):
        project.add_person(name, "coder")


def test_a_name_may_have_a_joiner_and_a_blank(project: Project) -> None:
    project.add_person("می\u200cخواهم علی", "coder")
    assert "می\u200cخواهم علی" in [person.name for person in project.people()]
