"""Replaces people's names by codes in data that leave the project."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from coder.adjudicate.notes import rename_signatures
from coder.exporters.writer import AlignedGold
from coder.model import GOLD, SUPERVISOR, Answer, Coding
from coder.store.merge import original
from coder.store.queries import Queries
from coder.store.unit_of_work import SETUP

_NOBODY = "p00"
_RESERVED = (GOLD, SUPERVISOR, SETUP, "")  # words of the format, not people's names


def codes_of(queries: Queries) -> dict[str, str]:
    """Return name → code: p01, p02 … in the order of joining, so that later members
    change no code.

    Another copy of somebody's work has that person's code with the number of the copy,
    p01~2.
    """
    names: list[str] = []
    for entry in queries.entries(subject="people"):
        changes = [change for change in entry.changes if change.table == "person"]
        removed = [change.key[0] for change in changes if change.after is None]
        added = [change.key[0] for change in changes if change.before is None]
        for old, new in zip(removed, added, strict=False):  # a renamed person
            names[names.index(old)] = new
        names += added[len(removed) :]
    coders = {head.coder for head in queries.with_withdrawn().coding_heads()}
    strangers = {original(coder) for coder in coders} - {*names, GOLD}
    codes = {}
    for number, name in enumerate([*names, *sorted(strangers)], start=1):
        codes[name] = f"p{number:02}"
    for coder in coders:
        name = original(coder)
        if name != coder:
            codes[coder] = coder.replace(name, codes[name], 1)
    return codes


def pseudonymise(coding: Coding, codes: Mapping[str, str]) -> Coding:
    """Return the coding with all people's names replaced by codes; comments are left
    unchanged.
    """

    def code(name: str) -> str:
        return name if name in _RESERVED else codes.get(name, _NOBODY)

    def coded(answer: Answer) -> Answer:
        return replace(
            rename_signatures(answer, code),
            taken_from=tuple(map(code, answer.taken_from)),
            by=code(answer.by),
            applied_by=code(answer.applied_by),
        )

    coding = replace(coding.with_each_answer(coded), coder=code(coding.coder))
    if isinstance(coding, AlignedGold):
        aligned = (
            each._replace(
                coder=code(each.coder),
                by=code(each.by),
                applied_by=code(each.applied_by),
            )
            for each in coding.aligned
        )
        coding = replace(coding, aligned=tuple(aligned))
    return coding
