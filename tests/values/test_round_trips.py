"""What any shipped codebook allows is printed so that it reads back as the same value,
in both languages.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from coder.codebook.load import read_codebook
from coder.codebook.schema import Codebook, Field
from coder.codebook.shipped import codebooks
from coder.codebook.validate import value_problems
from coder.values.typed import parse, show

BOOKS = [read_codebook(path) for path in codebooks().values()]
FIELDS = [
    (book, field)
    for book in BOOKS
    for field in (*book.article_fields, *book.event_fields)
]
WORDS = ["أهالي", "بيروت", "نقابة", "المعلمين", "في", "ريف", "حلب", "17", "تشرين"]
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)


@st.composite
def values(draw: st.DrawFn, book: Codebook, field: Field) -> Any:
    """A value that the codebook allows for the field."""
    if not field.is_list:
        return draw(items(book, field))
    most = field.max or (None if field.many or field.type == "multi" else 1)
    found: list[Any] = []
    for item in draw(
        st.lists(items(book, field), min_size=1, max_size=min(3, most or 3))
    ):
        found += [item] if item not in found else []
    return found


@st.composite
def items(draw: st.DrawFn, book: Codebook, field: Field) -> Any:
    if field.type in ("enum", "multi", "hierarchy"):
        return draw(st.sampled_from([value.id for value in book.values_of(field)]))
    if field.type == "bool":
        return draw(st.booleans())
    if field.type == "int_range":
        least = draw(st.integers(0, 10**6))
        most = draw(st.none() | st.integers(least, 10**7))
        return {"min": least, "max": most} | (
            {"approx": True} if draw(st.booleans()) else {}
        )
    chosen = {
        p.id: draw(st.sampled_from([v.id for v in p.values]))
        for p in book.parts_of(field)
        if p.values
    }
    if field.type == "date":
        first = draw(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
        last = first + timedelta(days=draw(st.integers(0, 400)))
        return {"start": first.isoformat(), "end": last.isoformat(), **chosen}
    if field.value_is:
        return {"record": f"e{draw(st.integers(1, 99))}", **chosen}
    if field.type == "actor":
        actor = draw(actors(book))
        return {"who": actor, **chosen} if field.parts else actor
    if field.type == "place":
        return {"as_written": draw(NAMES), **chosen}
    return draw(NAMES)


@st.composite
def actors(draw: st.DrawFn, book: Codebook) -> Any:
    if book.lexicon.actors and draw(st.booleans()):
        return draw(st.sampled_from([actor.id for actor in book.lexicon.actors]))
    return {
        "name": draw(NAMES),
        "class": draw(st.sampled_from([c.id for c in book.actor_classes])),
    }


@settings(max_examples=150)
@given(st.data(), st.sampled_from(range(len(FIELDS))), st.sampled_from(["ar", "en"]))
def test_a_value_that_is_printed_reads_as_itself(
    data: st.DataObject, at: int, lang: str
) -> None:
    book, field = FIELDS[at]
    value = data.draw(values(book, field))
    assert list(value_problems(field, value, book)) == []
    shown = show(field, value, book, lang)
    assert parse(field, shown, book) == value, shown
