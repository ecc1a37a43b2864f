"""Whose casualties they are, if their words say so: soldiers (of the side that is hit)
or civilians.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from coder.model import Candidate
from coder.suggest.word_lists import bare, noun_forms_of, nouns, word_set, words
from coder.text.normalize import fold_key


def sides(counts: Sequence[Candidate]) -> list[Candidate]:
    """The counts of dead and injured with whose they are; none if only some say it, or
    others were counted.

    Of counts that name nobody (12 قتيلا, الآلاف) it is unclear.
    """
    events, found = words()["events"], list[Candidate]()
    if all(map(_names_nobody, counts)):
        return [replace(count, value=[events["side_unclear"]]) for count in counts]
    for count in counts:
        counted = _counted(count)
        if found and not counted.isdisjoint(noun_forms_of("events", "same_men")):
            continue  # 52 عنصراً و15 آخرين
        named = [
            side
            for side in ("armed_men", "civilian_men")
            if not counted.isdisjoint(_men(side))
        ]
        if len(named) != 1:
            return []
        found.append(replace(count, value=[events["side_of"][named[0]]]))
    return found


def _names_nobody(count: Candidate) -> bool:
    people = (
        nouns("persons")
        | word_set("one_person")
        | _men("armed_men")
        | _men("civilian_men")
    )
    return (people - noun_forms_of("events", "hurt_men")).isdisjoint(_counted(count))


def _counted(count: Candidate) -> set[str]:
    return {bare(word) for word in fold_key(count.quote).split()}


def _men(side: str) -> frozenset[str]:
    return noun_forms_of("events", side)
