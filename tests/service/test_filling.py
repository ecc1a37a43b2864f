"""What a span puts into a field."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from coder.codebook.schema import Codebook
from coder.codebook.validate import value_problems
from coder.model import Json, Span
from coder.service.edits.field_values import read_fitting_value

odd = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=3)
    | st.sampled_from(["usa", "air_strike"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                ["who", "kind", "name", "class", "start", "min", "precision"]
            ),
            inner,
        )
    ),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None)
@given(value=odd)
def test_whatever_a_span_says_is_its_value_a_field_gets_what_it_can_hold_or_nothing(
    conflict_events: Codebook, value: Json
) -> None:
    for kind in conflict_events.span_kinds:
        span = Span("s1", kind.id, 0, 3, "نصّ", value)
        for field in conflict_events.fields_for_kind(kind.id):
            given_value = read_fitting_value(field, span, conflict_events)
            assert (
                given_value is None
                or list(value_problems(field, given_value, conflict_events)) == []
            )


def test_a_person_who_acts_gives_the_organisation_and_one_acted_on_himself(
    conflict_events: Codebook,
) -> None:
    # Coding guide, section 4: a speaker is coded as the organisation he speaks for; a
    # person is an actor in his own right only when the act falls on him. In the lexicon
    # Luqa acts for the General Intelligence.
    span = Span("s1", "actor", 0, 14, "اللواء حسام لوقا", ["p_luqa"])
    of = conflict_events.event_field
    assert read_fitting_value(of("initiators"), span, conflict_events) == ["syria_gid"]
    assert read_fitting_value(of("targets"), span, conflict_events) == ["p_luqa"]
