"""Groups named only by whom they are loyal to: فصائل مسلحة موالية لإيران، مجموعات
مقرّبة من طهران.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.suggest.article_words import Page
from coder.suggest.name_spans import Name
from coder.suggest.word_lists import bare, heads, word_set
from coder.text.normalize import fold_key

_ARMED = "fighters"


def read_loyal_group(name: Name, quote: str, codebook: Codebook) -> Name:
    """Give a group that is named by its patron the codebook's entry for such groups,
    whatever the words.
    """
    if name.kind != "actor":
        return name
    patron = _find_patron(quote, codebook.derived(_patrons))
    group = codebook.derived(_groups_by_patron).get(patron)
    if group is None:
        return name
    return replace(name, ids=(group,), group=_ARMED, origin=f"lexicon:{group}")


def read_backed_groups(
    page: Page, names: Sequence[Name], codebook: Codebook
) -> list[Name]:
    """Return the names; groups backed by a state beside them are its own: إيران وفصائل
    تدعمها.
    """
    known = codebook.derived(_groups_by_patron)
    found: list[Name] = []
    for name in names:
        patron = _backer_of(page, name, names)
        group = known.get(patron.ids[0]) if patron and patron.ids else None
        if group is not None:
            name = replace(name, ids=(group,), origin=f"lexicon:{group}")
        found.append(name)
    return found


def _backer_of(page: Page, group: Name, names: Sequence[Name]) -> Name | None:
    """Return the name beside a group that its verb of backing points at."""
    verb = page.words[group.last].text
    backs = verb.endswith("ها") and verb.removesuffix("ها") in word_set(
        "groups", "backing"
    )
    if not backs or group.group not in (_ARMED, "unknown"):
        return None
    behind = [name for name in names if name.first == group.last + 1]
    ahead = [name for name in names if name.last == group.first - 1]
    beside = behind or (ahead if group.skipped else [])
    return beside[0] if beside else None


def _patrons(codebook: Codebook) -> Mapping[str, str]:
    """Return the folded names of governments → their entry."""
    found: dict[str, str] = {}
    for actor in codebook.lexicon.actors:
        if actor.actor_class == "rulers":
            found.update(dict.fromkeys(map(fold_key, actor.forms), actor.id))
    return found


def _groups_by_patron(codebook: Codebook) -> Mapping[str, str]:
    """Return each government → the first armed group with a listed name that says only
    whom it is loyal to.
    """
    patrons = codebook.derived(_patrons)
    found: dict[str, str] = {}
    for actor in codebook.lexicon.actors:
        if actor.actor_class != _ARMED:
            continue
        for form in actor.forms:
            patron = _find_patron(form, patrons)
            if patron:
                found.setdefault(patron, actor.id)
    return found


def _find_patron(quote: str, patrons: Mapping[str, str]) -> str:
    """Return the government of a name made of a noun for groups, a word for loyalty and
    it; else an empty string.
    """
    head, *rest = fold_key(quote).split()
    is_group = heads("actors", "group_heads").get(bare(head)) == _ARMED
    if not is_group or bare(head) not in word_set("actors", "plural_heads"):
        return ""  # مسلحون مدعومون من تركيا are men of no known group
    if rest and bare(rest[0]) in word_set("actors", "armed"):
        rest = rest[1:]
    if len(rest) < 2 or not _is_loyal(rest[0]):
        return ""
    state = " ".join(rest[2:] if rest[1] in ("من", "مع") else rest[1:])
    if state in patrons:
        return patrons[state]
    has_preposition = state[:1] in ("ل", "ب")
    return patrons.get(state[1:], "") if has_preposition else ""


def _is_loyal(word: str) -> bool:
    is_allegiance = bare(word) in word_set("actors", "allegiance")
    return is_allegiance or word in word_set("actors", "whose")
