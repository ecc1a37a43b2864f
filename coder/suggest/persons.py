"""Persons by name: given names with what follows them, compounds, and names behind titles.

A given name (محمد، فلاديمير) or a compound (عبد …، أبو …) begins a person's name, and up to four words that
can be names go on with it, the first with the article as the last. A name that is also a common word (حسن)
begins one only with a sign beside it: a title, a verb of saying, a further name. Behind a title whoever is
named counts, known or not. Who was named in full is found again by the last part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache

from coder.suggest.forms import nation_forms
from coder.suggest.lexicon import PERSON
from coder.suggest.names import GUESS, LIKELY, SURE, Name
from coder.suggest.page import Page
from coder.suggest.people import Speech
from coder.suggest.phrase import follows, is_definite, is_nisba, is_stop, precedes
from coder.suggest.words import bare, heads, nouns, readings, verb_set, word_set, words

NAME = "name"
"""The table of the words that begin a person's name."""
_LONGEST = 5
"""Words of a name."""
_PARTICLES = frozenset("وفبكل")
_GIVEN, _FOREIGN, _WORD, _SURNAME, _COMPOUND = "given", "foreign", "word", "surname", "compound"
_NAMED = (_GIVEN, _FOREIGN, _WORD, _SURNAME)
_FATHERS = frozenset({"ابو", "ابا", "ابي"})
_ENDINGS = ("ة", "اً", "ًا", "ٍ", "ٌ")
"""How common nouns and adjectives end, and names do not or seldom."""
_PERSONAL = ("official", "military", "named_person")
"""Kinds of title behind which a person's name may stand."""


@cache
def _table(name: str) -> frozenset[str]:
    return word_set("person_names", name)


@cache
def name_openers() -> Mapping[str, str]:
    """What a word that can begin a name is, by its folded text."""
    joined = ("عبد" + tail for tail in _table("tails") if tail.startswith("ال"))
    return {
        **dict.fromkeys(_table("surnames"), _SURNAME),
        **dict.fromkeys(_table("foreign"), _FOREIGN),
        **dict.fromkeys(_table("given_words"), _WORD),
        **dict.fromkeys((*_table("given"), *joined), _GIVEN),
        **dict.fromkeys(_table("compounds"), _COMPOUND),
    }


@cache
def _title_heads() -> frozenset[str]:
    """Every form of the nouns that stand in front of a person's name."""
    titles: Mapping[str, Sequence[str]] = words()["people"]["titles"]
    listed = (nouns("people", "titles", kind) for kind in titles if kind in _PERSONAL)
    return frozenset().union(_table("titles"), *listed)


@cache
def nation_words() -> frozenset[str]:
    """The adjectives of nations, without the article."""
    forms = (form.text for nation in words()["actors"]["nations"] for form in nation_forms(nation))
    return frozenset(text for text in forms if not is_definite(text))


@cache
def _no_names() -> frozenset[str]:
    """Words that are no part of a name: common nouns, titles, heads of bodies and places, verbs, nations."""
    return frozenset().union(
        _table("common"),
        _title_heads(),
        nouns("organisations", "heads"),
        heads("places", "naming"),
        heads("actors", "group_heads"),
        nouns("places", "around"),
        nouns("places", "compass"),
        nouns("persons"),
        verb_set(tuple(words()["person_names"]["verbs"])),
        nation_words(),
    ) - _table("given") - _table("foreign")  # fmt: skip


@cache
def _place_heads() -> frozenset[str]:
    return _table("places") | frozenset(text for text in heads("places", "naming") if not is_definite(text))


def persons(
    page: Page, known: Sequence[Name], titles: Sequence[Name], credited: Iterable[Name], said: Speech
) -> list[Name]:
    """The persons of a page, none within another, in order.

    known: actors and places; titles: phrases that open with a title; credited: who is said to have spoken.
    """
    reader = _Reader(page, said, _firm(known))
    found = [*reader.opened(), *(n for title in titles for n in reader.behind_title(title))]
    found += (
        Name(PERSON, n.first, n.last, n.skipped, n.origin, (), PERSON, GUESS)
        for n in credited
        if n.origin == "source:unknown name"
    )
    found += (
        Name(PERSON, n.first, n.last, n.skipped, n.origin, n.ids, PERSON) for n in known if n.group == PERSON
    )
    kept = _longest(found)
    return _longest([*kept, *reader.again(kept)])


def _firm(known: Iterable[Name]) -> frozenset[int]:
    """The words of surely known names that are no person's, at which a person's name ends."""
    sure = (n for n in known if n.group != PERSON and (n.score == SURE or n.group == "country"))
    return frozenset(i for n in sure for i in range(n.first, n.last + 1))


def _longest(found: Iterable[Name]) -> list[Name]:
    """Names without those that a longer one overlaps, in order."""
    kept: list[Name] = []
    taken: set[int] = set()
    for name in sorted(found, key=lambda n: (n.first - n.last, n.first, -n.score)):
        covered = range(name.first, name.last + 1)
        if not taken.intersection(covered):
            kept.append(name)
            taken.update(covered)
    return sorted(kept, key=lambda n: n.first)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the names of a page; firm: words of other names, at which a person's name ends."""

    page: Page
    said: Speech
    firm: Set[int]
    ends: dict[int, int] = field(default_factory=dict)
    """last words of names → their first, in the order they were read"""

    # ------------------------------------------------------------ names that open by themselves
    def opened(self) -> Iterator[Name]:
        """Names that begin with a given name, a compound or a surname known by itself."""
        at = -1
        for index, ((skipped, text), *_) in self.page.opened(NAME):
            kind = name_openers()[text]
            if index <= at or self._is_particle(index, text) or (not skipped and self._names_a_place(index)):
                continue
            last = self._last(index, text, kind)
            if last is None or (index in self.firm and last == index):
                continue
            if not (kind in (_GIVEN, _FOREIGN) or self._has_sign(index, skipped, last, kind)):
                continue
            at = last
            self.ends[last] = index
            score = LIKELY if last > index or kind == _SURNAME else GUESS
            yield Name(PERSON, index, last, skipped, f"name:{kind}", (), PERSON, score)

    def _is_particle(self, index: int, text: str) -> bool:
        """Whether what folds to a name is على or another word in ى, written apart from it."""
        return text in ("علي", "مني") and self.page.raw(index).endswith("ى")

    def _names_a_place(self, index: int) -> bool:
        """Whether a place or the like is named by the person (شارع محمد الخامس، منطقة السيدة زينب)."""
        before = precedes(self.page, index)
        if before is not None and before.text in _table("titles"):
            before = precedes(self.page, index - 1)
        said = {rest for _, rest in readings(before.text)} if before is not None else set()
        return bool(said & _place_heads())

    def _last(self, first: int, text: str, kind: str) -> int | None:
        """The last word of the name that begins here; None if a compound lacks its second part."""
        page, last, unknown = self.page, first, 2 if kind in (_FOREIGN, "title") else 1
        before, is_closed, links = text, kind == _SURNAME, _table("links")
        while last - first < _LONGEST - 1 and (word := follows(page, last)) and not page.is_parted(last):
            at, text = last + 1, word.text
            if at in self.firm and text not in name_openers() and text not in _table("tails"):
                break
            if before in _table("compounds") or before in links:
                if not self._completes(before, at, text):
                    break
            elif text in _table("tails") and before not in _table("surnames") and not is_closed:
                pass
            elif is_closed or self._is_particle(at, text):
                break
            elif text in links:
                pass
            elif name_openers().get(text) in _NAMED:
                is_closed = name_openers()[text] == _SURNAME
            elif not self._could_be_name(at, text, kind):
                break
            elif is_definite(text):
                is_closed = True
            elif unknown:
                unknown -= 1
            else:
                break
            last, before = at, text
        while (
            last > first and page.words[last].text in links and page.words[last].text not in _table("tails")
        ):
            last -= 1
        return None if kind == _COMPOUND and last == first else last

    def _completes(self, before: str, at: int, text: str) -> bool:
        """Whether a word is the second part of a compound: عبد الرحمن، أبو العلاء، ابن خالد."""
        if before == "عبد":
            return is_definite(text) or text in _table("tails")
        if before in _FATHERS:
            return text in name_openers() or (self._could_be_name(at, text, _GIVEN))
        if before in ("ام", "ابن", "ال"):
            return name_openers().get(text) in _NAMED
        return text in name_openers() or self._could_be_name(at, text, _FOREIGN)

    def _could_be_name(self, at: int, text: str, kind: str) -> bool:
        """Whether a word in no list can be part of a name."""
        if is_stop(text) or text in self.said.ends or not text.isalpha() or len(text) < 3:
            return False
        if text in _no_names() or text.startswith("لل"):
            return False
        if is_definite(text):
            is_noun = bare(text) in _no_names() and bare(text) not in nation_words()
            return not is_noun and not text.endswith(("ات", "ون", "ين"))
        if text.endswith(("ها", "هم", "ات", "وا")) or self.page.raw(at).endswith(_ENDINGS):
            return False
        if kind not in (_FOREIGN, "title") and text[0] == "ي" and len(text) > 3:
            return False
        return not any(
            taken and (is_definite(rest) or is_stop(rest) or rest in name_openers() or rest in _no_names())
            for taken, rest in readings(text)
        )

    def _has_sign(self, index: int, skipped: int, last: int, kind: str) -> bool:
        """Whether something beside a name that is also a common word says that it is a name."""
        if kind == _SURNAME:
            return True
        texts = [self.page.words[i].text for i in range(index, last + 1)]
        if kind == _COMPOUND and texts[0] in ("عبد", *_FATHERS):
            return True
        if not skipped and (before := precedes(self.page, index)):
            said = {rest for _, rest in readings(before.text)}
            if said & _title_heads() or said & self.said.says:
                return True
        if index - 1 in self.ends and self.page.words[index].text[0] == "و" and skipped:
            return True
        rest = texts[1:]
        named = any(name_openers().get(text) in (_GIVEN, _FOREIGN, _SURNAME) for text in rest)
        related = any(is_definite(t) and is_nisba(t) and bare(t) not in _no_names() for t in rest)
        related = related and not self.page.raw(last).endswith("ى")  # عالية المستوى
        linked = bool({"بن", "ابن"} & set(rest)) or rest[:1] == ["الدين"]
        return kind == _COMPOUND or named or related or linked

    # ------------------------------------------------------------ names behind titles
    def behind_title(self, title: Name) -> Iterator[Name]:
        """The name at the end of a phrase that a title opens (وزير الخارجية … فلان الفلاني)."""
        if title.group not in _PERSONAL or title.ids:
            return
        page, at = self.page, title.first
        is_defined = is_beside = is_definite(page.words[at].text[title.skipped :])
        while at < title.last:
            at += 1
            text = page.words[at].text
            is_name = at not in self.firm and not is_definite(text) and not is_nisba(text)
            if is_name and is_defined and self._could_be_name(at, text, "title"):
                last = min(self._last(at, text, "title") or at, max(title.last, at))
                if last > at or is_beside:  # one word alone is a name only right behind its title
                    yield Name(PERSON, at, last, 0, "name:title", (), PERSON, LIKELY if last > at else GUESS)
                return
            is_beside = False
            is_defined = is_defined or at in self.firm or is_definite(text)

    # ------------------------------------------------------------ later mentions
    def again(self, found: Sequence[Name]) -> Iterator[Name]:
        """Mentions of a person by the last part of a name found in full elsewhere on the page."""
        full = (self.page.words[n.last].text for n in found if n.last > n.first)
        parts = {text for text in full if text not in _no_names() and text not in _table("given_words")}
        taken = {i for n in found for i in range(n.first, n.last + 1)} | self.firm
        for index, word in enumerate(self.page.words.texts if parts else ()):
            for skipped in (0, 1):
                text = word[skipped:]
                if text not in parts or index in taken or (skipped and word[0] not in _PARTICLES):
                    continue
                before = precedes(self.page, index)
                if is_nisba(text) and before and is_definite(before.text) and not skipped:
                    continue  # الجيش السوداني is no Mr. Sudani
                yield Name(PERSON, index, index, skipped, "name:again", (), PERSON, GUESS)
