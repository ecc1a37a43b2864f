"""Names: words of a page that name an actor, a place, a person or an organisation, and
the words that such names are made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cache, partial
from typing import Literal

from msgspec import Struct

from coder.codebook.lexicon_schema import Place
from coder.suggest.article_words import Page
from coder.suggest.forms import nation_forms
from coder.suggest.gazetteer import WORD_SHAPE, world
from coder.suggest.phrase import is_definite
from coder.suggest.word_lists import bare, nouns, readings, verbs, word_set, words
from coder.text.normalize import fold_key

# scores
SURE = 0.95  # unambiguous
LIKELY = 0.75  # resolved by the context
GUESS = 0.55  # ambiguous
Opener = Literal["given", "foreign", "word", "surname", "compound"]
# kinds of title that a person's name can follow
PERSONAL = ("office", "military", "expert")
_WEAK = re.compile("[^اويه](?:[يو]ا|ا[يو])[^اويه]ه?")  # of hollow roots: قيام، قائد

# the folded words of a list in names.yaml
name_list = partial(word_set, "person_names")
# every form of common verbs except those of saying
general_verbs = partial(verbs, "person_names", "verbs")


class Name(Struct, frozen=True):
    """A name covering the words first..last (inclusive) of a page."""

    kind: str
    first: int
    last: int
    skipped: int  # letters of proclitics on the first word
    origin: str
    ids: tuple[str, ...] = ()  # lexicon entries; empty if the lexicon has none
    group: str = ""  # the actor's class, the place's kind
    score: float = SURE
    within: Place | None = None  # where a site or road lies that bears a town's name

    @property
    def words(self) -> range:
        """The indices of its words."""
        return range(self.first, self.last + 1)

    def stretch(self, page: Page) -> tuple[int, int]:
        """Return the folded offsets [start, stop) of the name, without proclitics."""
        return page.words[self.first].start + self.skipped, page.words[self.last].stop

    def quote(self, page: Page) -> str:
        """Return the name as it is written in the article."""
        return page.text[slice(*page.folded.span(*self.stretch(page)))]

    def contains(self, other: Name) -> bool:
        """Return whether this name covers the other one and more."""
        is_wider = self.last - self.first > other.last - other.first
        return is_wider and self.first <= other.first and other.last <= self.last


def by_word(names: Iterable[Name]) -> Mapping[int, Sequence[Name]]:
    """Return the index of each word that names cover → those names."""
    found: dict[int, list[Name]] = {}
    for name in names:
        for index in name.words:
            found.setdefault(index, []).append(name)
    return found


def covered(names: Iterable[Name]) -> set[int]:
    """Return the indices of all words covered by names."""
    found: set[int] = set()
    for name in names:
        found.update(name.words)
    return found


def is_within(name: Name, wider: Mapping[int, Sequence[Name]]) -> bool:
    """Return whether a name is inside a wider one; wider: word index → the names that
    cover it.
    """
    return any(other.contains(name) for other in wider.get(name.first, ()))


def widest(found: Iterable[Name], *, by_length: bool = False) -> list[Name]:
    """Return the names of one kind in order, of overlapping ones only the first
    (by_length: the longest).
    """

    def rank(name: Name) -> tuple[float, ...]:
        length = name.last - name.first if by_length else 0
        return -length, name.first, -name.last, -name.score

    kept: list[Name] = []
    taken: set[int] = set()
    for name in sorted(found, key=rank):
        if taken.isdisjoint(name.words):
            kept.append(name)
            taken.update(name.words)
    return sorted(kept, key=lambda n: n.first)


# ---------------------------------------------------------------- words of names
@cache
def name_openers() -> Mapping[str, Opener]:
    """Return each folded word that can begin a person's name → its kind."""
    servants = {"عبد" + tail for tail in name_list("tails") if is_definite(tail)}
    tables: dict[Opener, Set[str]] = {
        "surname": name_list("surnames"),
        "foreign": name_list("foreign"),
        "word": name_list("given_words"),
        "given": name_list("given") | servants,
        "compound": name_list("compounds"),
    }
    openers: dict[str, Opener] = {}
    for kind, table in tables.items():
        openers.update(dict.fromkeys(table, kind))
    return openers


@cache
def title_heads() -> frozenset[str]:
    """Return every form of the titles that stand in front of a person's name."""
    found = name_list("titles")
    for kind in PERSONAL:
        found |= nouns("people", "titles", kind)
    return found


@cache
def common_nouns() -> frozenset[str]:
    """Return the nouns that are not part of a name: common nouns, titles, head nouns of
    bodies and places, nations.
    """
    found = name_list("common") | title_heads() | nation_words() | nouns("persons")
    found |= nouns("organisations", "heads") | nouns("actors", "group_heads")
    for table in ("naming", "around", "compass"):
        found |= nouns("places", table)
    return found - name_list("given") - name_list("foreign")


def is_common(text: str) -> bool:
    """Return whether a word (given without the article) is a noun or verb that is not
    part of a name.
    """
    is_verb = text in general_verbs() and text not in name_openers()
    return is_verb or text in common_nouns()


def looks_foreign(text: str) -> bool:
    """Return whether a word of four or more letters fits no pattern of Arabic nouns or
    verbs.
    """
    if len(text) < 4 or (len(text) < 6 and text.endswith("ا")) or _WEAK.fullmatch(text):
        return False
    forms = [text, text.removesuffix("ا")]
    forms += [rest for skipped, rest in readings(text) if skipped and len(rest) > 2]
    return not any(map(WORD_SHAPE.fullmatch, forms))


@cache
def nation_adjectives() -> frozenset[str]:
    """Return the nationality adjectives in every form."""
    found: set[str] = set()
    for nation in words()["actors"]["nations"]:
        found.update(form.text for form in nation_forms(nation))
    return frozenset(found)


@cache
def nation_words() -> frozenset[str]:
    """Return the nationality adjectives without the article, including those derived
    from the names of countries.
    """
    found = {text for text in nation_adjectives() if not is_definite(text)}
    for place in world().values():
        country = bare(fold_key(place.name.ar))
        if place.kind != "country" or " " in country:
            continue
        stem = country.removesuffix("يا").removesuffix("ا").removesuffix("ه")
        if len(stem) > 2:
            found |= {stem + "ي", stem + "يه"}
    return frozenset(found)


def nation_of(word: str) -> str:
    """Return a nationality adjective as masculine singular without the article, in one
    spelling.
    """
    return re.sub("ي(?:ين|ون|تين|ه|ا)$", "ي", bare(word)).replace("امريك", "اميرك")
