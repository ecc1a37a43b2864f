"""Whose casualties they are, if their words say so: soldiers (of the side that is hit) or civilians."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from coder.model import Candidate
from coder.suggest.word_lists import bare, noun_forms_of, words
from coder.text.normalize import fold_key


def sides(counts: Sequence[Candidate]) -> list[Candidate]:
    """The counts of dead and injured that say who they were; none if others were counted with them."""
    events, found = words()["events"], list[Candidate]()
    for count in counts:
        counted = {bare(word) for word in fold_key(count.quote).split()}
        if found and not counted.isdisjoint(noun_forms_of("events", "same_men")):
            continue  # 52 عنصراً و15 آخرين
        named = [side for side in ("armed_men", "civilian_men") if not counted.isdisjoint(_men(side))]
        if len(named) != 1:
            return []
        found.append(replace(count, value=[events["side_of"][named[0]]]))
    return found


def _men(side: str) -> frozenset[str]:
    return noun_forms_of("events", side)
