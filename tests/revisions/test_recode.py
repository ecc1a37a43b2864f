"""Laws of carrying a coding to another revision, for any coding of a small codebook and
any renaming.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from coder.codebook.authoring import checked
from coder.codebook.schema import Codebook
from coder.codebook.validate import VALUE, problems
from coder.model import Answer, Article, Blank, Coding, Event, Span, Status
from coder.revisions.recode import LOOK_AGAIN, recode, recode_through, still_open

ARTICLE = Article("a", "نص قصير للتجربة")
NAMES: Mapping[str, Sequence[str]] = {
    "fields": ("scope", "tags", "type", "who", "where", "note"),
    "span_kinds": ("mark", "stroke"),
    "event_types": ("t1", "t2", "t3"),
    "actors": ("x", "y", "z"),
    "places": ("l", "m"),
    "actor_classes": ("c1", "c2"),
    "scope": ("a", "b", "c"),
    "tags": ("p", "q", "r"),
    "where.precision": ("town", "country"),
}
"""Every name of the small codebook, by sort; the last three are the values of fields
and of a part.
"""
Renaming = Mapping[str, Mapping[str, str]]
UNCHANGED: Renaming = {
    sort: {name: name for name in names} for sort, names in NAMES.items()
}


def label(text: str) -> dict[str, str]:
    return {"ar": f"ع-{text}", "en": f"the {text}"}


def book(version: str, to: Renaming = UNCHANGED, **more: Any) -> Codebook:
    """The small codebook under other names; names that `to` does not have are left out
    of it.
    """

    def items(sort: str, **extra: Any) -> list[dict[str, Any]]:
        return [
            {"id": to[sort][n], "label": label(n), **extra}
            for n in NAMES[sort]
            if n in to[sort]
        ]

    def named(sort: str, **extra: Any) -> list[dict[str, Any]]:
        return [
            {"id": to[sort][n], "name": label(n), **extra}
            for n in NAMES[sort]
            if n in to[sort]
        ]

    precision = {"id": "precision", "type": "enum", "values": items("where.precision")}
    place_parts = [
        {"id": "as_written", "type": "text"},
        {"id": "place_id", "type": "place"},
        precision,
    ]
    shapes = {
        "scope": {"type": "enum", "values": items("scope")},
        "tags": {"type": "multi", "values": items("tags")},
        "type": {"type": "hierarchy", "values_from": "event_types"},
        "who": {"type": "actor", "many": True},
        "where": {"type": "place", "many": True, "parts": place_parts},
        "note": {"type": "text"},
    }
    blanks = [
        {
            "id": b.value,
            "label": label(b.value),
            "mark": "?",
            "set_by": "coder",
            "agreement": "value",
            "definition": label(b.value),
        }
        for b in Blank
    ]
    drawn = {
        "key": "m",
        "key_ar": "م",
        "mark": "M",
        "glyph": "+",
        "underline": "single",
    }
    fields = [
        {"id": to["fields"][name], "label": label(name), **shape}
        for name, shape in shapes.items()
        if name in to["fields"]
    ]
    return checked(
        Codebook,
        {
            "id": "small",
            "version": version,
            "title": label("small"),
            "languages": {"text": ["ar"], "labels": ["ar", "en"]},
            "blanks": blanks,
            "span_kinds": items("span_kinds", **drawn, definition=label("kind")),
            "event_types": items("event_types", definition=label("type")),
            "event_fields": fields,
            "actor_classes": items("actor_classes"),
            "lexicon": {
                "actors": named("actors", **{"class": "c1"}),
                "places": named("places", kind="town"),
            },
            **more,
        },
    )


def forth(to: Renaming) -> dict[str, Any]:
    """The `recode` that says what `to` did to version 1.0.0; values go by the new name
    of their field.
    """
    whole = ("fields", "span_kinds", "event_types", "actors", "places", "actor_classes")
    values = {}
    for name in ("scope", "tags", "where.precision"):
        field, dot, part = name.partition(".")
        values[to["fields"][field] + dot + part] = dict(to[name])
    return {
        "from": "1.0.0",
        **{sort: dict(to[sort]) for sort in whole},
        "values": values,
    }


def back(to: Renaming) -> dict[str, Any]:
    """The `recode` that takes it back from version 1.1.0."""
    turned = {
        sort: {new: old for old, new in renamed.items()} for sort, renamed in to.items()
    }
    values = {name: turned.pop(name) for name in ("scope", "tags", "where.precision")}
    return {"from": "1.1.0", **turned, "values": values}


@st.composite
def renamings(draw: st.DrawFn) -> Renaming:
    """Names exchanged among each other, or new."""
    out = {}
    for sort, names in NAMES.items():
        pool = [*names, *(f"{name}_new" for name in names)]
        out[sort] = dict(zip(names, draw(st.permutations(pool)), strict=False))
    return out


def answers(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Answer]:
    evidence = st.sampled_from([(), ("s1",), ("s1", "s2")])
    coded = st.builds(
        Answer, value=value, evidence=evidence, comment=st.sampled_from(["", "رأي"])
    )
    return coded | st.builds(
        Answer,
        blank=st.sampled_from([Blank.NOT_STATED, Blank.MISSING]),
        evidence=evidence,
    )


def one_of(sort: str) -> st.SearchStrategy[str]:
    return st.sampled_from(NAMES[sort])


def some_of(items: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(items, min_size=1, max_size=3, unique_by=str)


FREE = st.builds(
    lambda name, kind: {"name": name, "class": kind},
    st.sampled_from(["ناس", "قوم"]),
    one_of("actor_classes"),
)
PLACE = st.builds(
    lambda place, precision: {
        "as_written": "مكان",
        "place_id": place,
        "precision": precision,
    },
    st.none() | one_of("places"),
    one_of("where.precision"),
)
FIELDS = {
    "scope": answers(one_of("scope")),
    "tags": answers(some_of(one_of("tags"))),
    "type": answers(one_of("event_types")),
    "who": answers(some_of(one_of("actors") | FREE)),
    "where": answers(some_of(PLACE)),
    "note": answers(st.sampled_from(["t1", "a", "نص"])),
}
EVENTS = st.fixed_dictionaries({}, optional=FIELDS)


@st.composite
def codings(draw: st.DrawFn) -> Coding:
    spans = tuple(Span(f"s{i}", draw(one_of("span_kinds")), 0, 2, "نص") for i in (1, 2))
    events = tuple(
        Event(f"e{i}", f) for i, f in enumerate(draw(st.lists(EVENTS, max_size=3)))
    )
    return Coding(
        "a",
        ARTICLE.text_sha256,
        "small@1.0.0",
        "amal",
        Status.SUBMITTED,
        {},
        spans,
        events,
    )


OLD = book("1.0.0")


@given(codings(), renamings())
def test_renaming_there_and_back_changes_nothing(coding: Coding, to: Renaming) -> None:
    new = book("1.1.0", to, recode=forth(to))
    last = book("1.2.0", recode=back(to))
    there = recode(coding, OLD, new, ARTICLE)
    assert (there.again, there.left_out) == ((), ())
    assert [p for p in problems(there.coding, new, ARTICLE) if p.rule == VALUE] == []
    again = recode_through(coding, [OLD, new, last], ARTICLE)
    assert again.coding == replace(coding, codebook=last.ref)
    assert (again.again, again.left_out) == ((), ())


@given(codings())
def test_a_revision_in_which_no_name_changed_changes_the_revision_alone(
    coding: Coding,
) -> None:
    done = recode(coding, OLD, book("1.1.0"), ARTICLE)
    assert done.coding == replace(coding, codebook="small@1.1.0")
    assert (done.again, done.left_out) == ((), ())


@given(codings(), st.data())
def test_what_is_gone_is_taken_out_and_listed_and_nothing_else_is_touched(
    coding: Coding, data: st.DataObject
) -> None:
    gone = {
        sort: data.draw(st.sets(st.sampled_from(names), max_size=2), label=sort)
        for sort, names in NAMES.items()
    }
    gone["actor_classes"] = set()  # the class of the lexicon's actors
    kept = {
        sort: {n: n for n in names if n not in gone[sort]}
        for sort, names in NAMES.items()
    }
    new = book("1.1.0", kept)
    done = recode(coding, OLD, new, ARTICLE)
    assert [p for p in problems(done.coding, new, ARTICLE) if p.rule == VALUE] == []
    listed = {(p.event_id, p.field) for p in (*done.again, *done.left_out)}
    spans = {s.id for s in done.coding.spans}
    assert spans == {s.id for s in coding.spans if s.kind not in gone["span_kinds"]}
    for event, was in zip(done.coding.events, coding.events, strict=True):
        for name, answer in was.fields.items():
            evidence = tuple(i for i in answer.evidence if i in spans)
            if (was.id, name) not in listed and (
                name in kept["fields"] or answer.state != "missing"
            ):
                assert event.fields[name] == replace(answer, evidence=evidence)
    for p in done.again:
        event = next(e for e in done.coding.events if e.id == p.event_id)
        was = (
            next(e for e in coding.events if e.id == p.event_id)
            .answer(p.field or "")
            .value
        )
        left = event.answer(p.field or "").value
        assert p.rule == LOOK_AGAIN
        assert left is None or (
            p.severity == "warning" and left == [item for item in was if item in left]
        )
    assert (done.coding.status is Status.OPEN) is bool(done.again)
    assert still_open(done.again, done.coding, new, []) == list(done.again)
