"""Codes in the place of people's names, for data that leave the project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from coder.model import GOLD, Answer, Coding
from coder.store.queries import Queries

_NOBODY = "p00"
_KEPT = {GOLD: GOLD, "supervisor": "supervisor", "": ""}  # words of the format, not names


def codes_of(queries: Queries) -> dict[str, str]:
    """Name → code: p01, p02 … in the order in which people came, so that who comes later changes none."""
    names: list[str] = []
    for entry in queries.entries(subject="people"):
        changes = [change for change in entry.changes if change.table == "person"]
        gone = [change.key[0] for change in changes if change.after is None]
        come = [change.key[0] for change in changes if change.before is None]
        for old, new in zip(gone, come, strict=False):  # another name, the same person
            names[names.index(old)] = new
        names += come[len(gone) :]
    strangers = {head.coder for head in queries.with_withdrawn().coding_heads()} - {*names, GOLD}
    return {name: f"p{number:02}" for number, name in enumerate([*names, *sorted(strangers)], start=1)}


def under_codes(coding: Coding, codes: Mapping[str, str]) -> Coding:
    """The coding with codes for all the names of people in it; comments stay as they were written."""

    def code(name: str) -> str:
        return _KEPT[name] if name in _KEPT else codes.get(name, _NOBODY)

    def answers(given: Mapping[str, Answer]) -> dict[str, Answer]:
        return {
            field: replace(each, taken_from=tuple(map(code, each.taken_from)), by=code(each.by))
            for field, each in given.items()
        }

    events = tuple(replace(event, fields=answers(event.fields)) for event in coding.events)
    return replace(coding, coder=code(coding.coder), answers=answers(coding.answers), events=events)
