"""Groups named only by whom they are loyal to: فصائل مسلحة موالية لإيران، مجموعات
مقرّبة من طهران.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.suggest.article_words import Page
from coder.suggest.name_spans import Name
from coder.suggest.word_lists import bare, heads, word_set
from coder.text.normalize import fold_key


def loyal_group(name: Name, quote: str, codebook: Codebook) -> Name:
    """Give groups that are named by their patron the codebook's entry for such groups,
    whatever the words.
    """
    patrons = codebook.derived(_patrons)
    group = (
        codebook.derived(_groups_by_patron).get(_patron(quote, patrons))
        if name.kind == "actor"
        else None
    )
    origin = f"lexicon:{group}"
    return (
        replace(name, ids=(group,), group="armed_group", origin=origin)
        if group
        else name
    )


def backed_groups(page: Page, names: Sequence[Name], codebook: Codebook) -> list[Name]:
    """The names; groups backed by a state beside them are its own: إيران وفصائل تدعمها."""
    known, found = codebook.derived(_groups_by_patron), list[Name]()
    for name in names:
        is_backed = name.group in ("armed_group", "unknown") and _ends_with_backing(
            page, name
        )
        behind = (n for n in names if is_backed and n.first == name.last + 1)
        ahead = (
            n for n in names if is_backed and name.skipped and n.last == name.first - 1
        )
        patron = next(chain(behind, ahead), None)
        group = known.get(patron.ids[0]) if patron and patron.ids else None
        found.append(
            replace(name, ids=(group,), origin=f"lexicon:{group}") if group else name
        )
    return found


def _ends_with_backing(page: Page, name: Name) -> bool:
    verb = page.words[name.last].text
    return verb.endswith("ها") and verb.removesuffix("ها") in word_set(
        "groups", "backing"
    )


def _patrons(codebook: Codebook) -> Mapping[str, str]:
    """The folded names of governments → their entry."""
    states = (
        actor for actor in codebook.lexicon.actors if actor.actor_class == "government"
    )
    return {fold_key(form): state.id for state in states for form in state.forms}


def _groups_by_patron(codebook: Codebook) -> Mapping[str, str]:
    """A government → the first armed group with a listed name that says only whom it is
    loyal to.
    """
    patrons = codebook.derived(_patrons)
    found: dict[str, str] = {}
    for actor in codebook.lexicon.actors:
        for form in actor.forms if actor.actor_class == "armed_group" else ():
            if patron := _patron(form, patrons):
                found.setdefault(patron, actor.id)
    return found


def _patron(quote: str, patrons: Mapping[str, str]) -> str:
    """The government of a name made of a noun for groups, a word for loyalty and it;
    else empty.
    """
    head, *rest = fold_key(quote).split()
    is_group = heads("actors", "group_heads").get(bare(head)) == "armed_group"
    if not is_group or bare(head) not in word_set("actors", "plural_heads"):
        return ""  # مسلحون مدعومون من تركيا are men of no known group
    if rest and bare(rest[0]) in word_set("actors", "armed"):
        rest = rest[1:]
    if len(rest) < 2 or not _is_loyal(rest[0]):
        return ""
    to = rest[2:] if rest[1] in ("من", "مع") else rest[1:]
    state = " ".join(to)
    return patrons.get(state) or patrons.get(
        state[1:] if state[:1] in ("ل", "ب") else "", ""
    )


def _is_loyal(word: str) -> bool:
    return bare(word) in word_set("actors", "allegiance") or word in word_set(
        "actors", "whose"
    )
