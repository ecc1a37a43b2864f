"""The value of a source: who says it, what kind of source that is, and which words
credit it.
"""

from __future__ import annotations

from collections.abc import Sequence

from coder.codebook.schema import Codebook
from coder.model import Json
from coder.suggest.article_words import Page
from coder.suggest.gazetteer import is_world
from coder.suggest.name_spans import Name, nation_adjectives, nation_of
from coder.suggest.phrase import follows, is_definite, without_title
from coder.suggest.sorts import classes_of_sorts
from coder.suggest.source_spans import Speech
from coder.suggest.word_lists import bare, heads, word_set, words
from coder.text.normalize import fold_key
from coder.values.named import source_kind

_LIKE_A_PREPOSITION = "علي"  # a name that is folded as على is
_CREDITED = 6  # words in front of a source that its words of attribution are among


def source_value(
    page: Page, name: Name, actors: Sequence[Name], speech: Speech, codebook: Codebook
) -> Json:
    """The value of a source field: a list of one item with `who` and `kind`.

    A speaker is coded as the body they speak for: by their lexicon entry, the actor in
    their title, or the government of the nation in it (coding guide, section 4). An
    unnamed source has no body, but an official of an armed group who is not named has.
    """
    tables = words()["sources"]
    nobody = tables["kinds"]["nameless"]
    if name.group == "nameless":
        return [{"who": None, "kind": nobody}]
    quote = name.quote(page)
    lexicon = codebook.lexicon
    classes = codebook.derived(classes_of_sorts)
    groups = [n for n in actors if n.ids and n.group != "person" and name.contains(n)]
    body = (
        lexicon.actor(name.ids[0]) if name.ids and not is_world(name.ids[0]) else None
    )
    if body is not None and body.actor_class == "person":
        body = lexicon.actor(body.parent) or body
    elif body is None and name.group in ("office", "military", "statement"):
        ids = [n.ids[0] for n in groups if not is_world(n.ids[0])]
        nations = (
            nation_of(w) for w in fold_key(quote).split() if w in nation_adjectives()
        )
        ids += [
            speech.governments[nation]
            for nation in nations
            if nation in speech.governments
        ]
        body = lexicon.actor(ids[0]) if ids else None
    if body is not None:
        kind = source_kind(classes.get(body.actor_class, body.actor_class))
        if body.actor_class == "press" and not word_set(
            "sources", "monitoring"
        ).isdisjoint(map(bare, _nouns(quote))):
            kind = tables["kinds"]["watchers"]
        if (
            kind == tables["by_party"]
            and name.group != "statement"
            and _is_nameless(page, name, groups)
        ):
            kind = nobody
        return [{"who": body.id, "kind": kind}]
    group = tables["classes"].get(name.group, name.group)
    unlisted = {
        "name": without_title(quote) if group == "person" else quote,
        "class": group,
    }
    kind = tables["kinds"].get(name.group)
    if kind is None:
        kind = source_kind(classes.get(name.group, name.group) or "office")
    return [{"who": unlisted, "kind": kind}]


def _nouns(quote: str) -> list[str]:
    return [word.removeprefix("و") for word in fold_key(quote).split()]


def _is_nameless(page: Page, name: Name, groups: Sequence[Name]) -> bool:
    """Return whether a title without a name tells who speaks: قيادي في الحركة, not
    متحدث باسم الحركة.

    Who holds an office (عضو المكتب السياسي في الحركة) or is named behind the group is
    somebody known.
    """
    title, *rest = fold_key(name.quote(page)).split()
    if (
        title not in heads("people", "titles")
        or is_definite(title)
        or "في" not in rest[:3]
    ):
        return False
    adjectives = rest[: rest.index("في")]
    behind = rest[
        len(rest) - (name.last - max((n.last for n in groups), default=name.last)) :
    ]
    is_named = not all(map(is_definite, behind))
    if follows(page, name.last):
        is_named |= page.raw(name.last + 1) == _LIKE_A_PREPOSITION
    return not (
        is_named
        or any(is_definite(w) or w in heads("people", "titles") for w in adjectives)
    )


def written_credit(page: Page, name: Name) -> str:
    """The origin of a source, its words of attribution as the article has them (أفادت)
    and not folded.
    """
    what, _, credit = name.origin.partition(":")
    within = page.words.in_sentence(page.words[name.first].sentence)
    before = range(
        name.first - 1, max(within.start, name.first - 1 - _CREDITED) - 1, -1
    )
    for index in (*before, *range(name.last + 1, min(within.stop, name.last + 3))):
        word = page.words[index]
        if credit and word.text.endswith(credit):
            return f"{what}:{page.text_of(word.stop - len(credit), word.stop)}"
    return name.origin
