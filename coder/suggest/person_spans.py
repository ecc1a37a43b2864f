"""Persons by name: given names with what follows them, compounds, and names behind titles.

A given name (محمد، فلاديمير) or a compound (عبد …، أبو …) begins a person's name, and words that can be names
go on with it, one with the article as the last. A name that is also a common word (حسن) begins one only with
a sign beside it: a title, a verb of saying, a further name. Behind a title, a verb of saying or a nation's
adjective a name need not be known if no Arabic word looks like it. Who was named is found again by the last
part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field

from coder.suggest.article_words import Page
from coder.suggest.compiled_lexicon import PERSON
from coder.suggest.gazetteer import WORD_SHAPE
from coder.suggest.name_spans import GUESS, LIKELY, SURE, Name, over
from coder.suggest.openings import Tables
from coder.suggest.person_words import (
    COMPOUND,
    FOREIGN,
    GIVEN,
    NAMED,
    PERSONAL,
    SURNAME,
    WORD,
    common_nouns,
    definite_nations,
    general_verbs,
    is_accusative,
    is_common,
    listed,
    looks_foreign,
    looks_like_verb,
    name_openers,
    nation_words,
    place_heads,
    title_heads,
)
from coder.suggest.phrase import follows, is_definite, is_nisba, is_stop, precedes
from coder.suggest.source_spans import Speech
from coder.suggest.word_lists import bare, readings

NAME, SPEAKS, ACTS, NATION = "name", "speaks", "acts", "nation"
"""Tables of the words that begin a name, and of those behind which an unknown one may stand."""
_TITLE = "title"
_LONGEST = 9
"""Words of a name, with all its links."""
_FATHERS = frozenset({"ابو", "ابا", "ابي"})
_IN_ALIF = frozenset({"مني", "هدي", "ندي", "نهي", "بشري", "يحيي"})
"""Folded names that are written with ى."""
_OWNED = ("ها", "هم", "ته", "ات", "وا")
"""Pronouns, plurals."""
_ENDINGS = ("ة", "اً", "ًا", "ٍ", "ٌ")
"""How common nouns and adjectives end, and names do not or seldom."""


def openings(said: Speech) -> Tables:
    """Words at which a name may begin, or behind which it may stand."""
    return {NAME: name_openers(), SPEAKS: said.says, ACTS: general_verbs(), NATION: definite_nations()}


def persons(
    page: Page, known: Sequence[Name], titles: Sequence[Name], credited: Iterable[Name], said: Speech
) -> list[Name]:
    """The persons of a page, none within another, in order.

    known: actors and places; titles: phrases that open with a title; credited: who is said to have spoken.
    """
    reader = _Reader(page, said, _firm(known), frozenset(n.first for n in known if n.ids and not n.skipped))
    found = [*reader.opened(), *(n for title in titles for n in reader.behind_title(title))]
    found += reader.strangers()
    found += (_person(n.first, n.last, 0, n.origin) for n in credited if reader.is_unknown_speaker(n))
    found += (_person(n.first, n.last, n.skipped, n.origin, SURE) for n in known if n.group == PERSON)
    unnamed = over(title for title in titles if title.group == "unnamed")  # شهود عيان، مصادر رفيعة
    found = _longest(n for n in found if not any(i in unnamed for i in range(n.first, n.last + 1)))
    found = _longest([*found, *reader.joined(found)])
    return _longest([*found, *reader.again(found)])


def _person(first: int, last: int, skipped: int, origin: str, score: float = GUESS) -> Name:
    return Name(PERSON, first, last, skipped, origin, (), PERSON, score)


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
    """Reads the names of a page.

    firm: words of other names, at which a person's name ends. whole: first words of listed names that no
    particle is attached to.
    """

    page: Page
    said: Speech
    firm: Set[int]
    whole: Set[int]
    ends: set[int] = field(default_factory=set)
    """last words of the names read so far"""

    # ------------------------------------------------------------ names that open by themselves
    def opened(self) -> Iterator[Name]:
        """Names that begin with a given name, a compound or a surname known by itself."""
        at = -1
        for index, ((skipped, text), *_) in self.page.opened(NAME):
            kind = name_openers()[text]
            if index <= at or self._is_other(index, text, skipped):
                continue
            last = self._last(index, text, kind)
            if last is None or (index in self.firm and last == index):
                continue
            if kind in (GIVEN, FOREIGN, SURNAME) or self._has_sign(index, text, skipped, last):
                at = last
                self.ends.add(last)
                yield _person(
                    index, last, skipped, f"name:{kind}", LIKELY if last > index or kind == SURNAME else GUESS
                )

    def _is_other(self, index: int, text: str, skipped: int) -> bool:
        """Whether what reads like a name is part of another word or of another name."""
        if skipped and (index in self.whole or self.page.words[index].text[0] == "ك"):
            return True
        raw = self.page.raw(index)
        if name_openers()[text] == WORD and raw.endswith("ه"):
            return True  # نظيره is no Nazira
        if skipped and raw[0] != "و" and WORD_SHAPE.fullmatch(self.page.words[index].text):
            return True  # لجان is no name behind ل
        return self._is_particle(index, text) or (not skipped and self._names_a_place(index))

    def _is_particle(self, index: int, text: str) -> bool:
        """Whether what folds to a name is على or مني, written apart from it."""
        is_written_ya = not self.page.raw(index).endswith("ى")
        return (text == "علي" and not is_written_ya) or (text in _IN_ALIF and is_written_ya)

    def _names_a_place(self, index: int) -> bool:
        """Whether a place or the like is named by the person (شارع محمد الخامس، منطقة السيدة زينب)."""
        before = precedes(self.page, index)
        if before is not None and before.text in listed("titles"):
            before = precedes(self.page, index - 1)
        said = {rest for _, rest in readings(before.text)} if before is not None else set()
        return bool(said & place_heads())

    def _has_sign(self, index: int, text: str, skipped: int, last: int) -> bool:
        """Whether something beside a name that is also a common word says that it is a name."""
        if text in ("عبد", *_FATHERS):
            return True
        if not skipped and (before := precedes(self.page, index)):
            said = {rest for _, rest in readings(before.text)}
            is_subject = said & self.said.says or (last > index and said & general_verbs())
            if said & title_heads() or (is_subject and text != "علي"):
                return True
        if skipped and index - 1 in self.ends and self.page.words[index].text[0] == "و":
            return True
        rest = [self.page.words[i].text for i in range(index + 1, last + 1)]
        named = any(name_openers().get(t) in (GIVEN, FOREIGN, SURNAME) for t in rest)
        is_native = self.page.raw(last).endswith("ي") and is_nisba(self.page.words[last].text)
        linked = bool({"بن", "ابن", "الله", "الدين"} & set(rest))
        return named or linked or (last > index and is_definite(rest[-1]) and is_native)

    # ------------------------------------------------------------ how far a name goes
    def _last(self, first: int, text: str, kind: str) -> int | None:
        """The last word of the name that begins here; None if a compound lacks its second part."""
        page, last, before, links = self.page, first, text, listed("links")
        unknown, is_closed = 2 if kind in (FOREIGN, _TITLE) else 1, kind == SURNAME
        while last - first < _LONGEST - 1 and (word := follows(page, last)) and not page.is_parted(last):
            at, text = last + 1, word.text
            is_fresh = kind == FOREIGN and last == first
            if before in listed("compounds") or before in links:
                if not self._completes(before, at, text, is_link=last > first):
                    break
            elif at in self.firm and text not in name_openers():
                break
            elif text in links:
                is_closed = False
            elif text in listed("endings"):
                pass
            elif text in listed("ordinals") and (name_openers().get(before) in NAMED or before == "الله"):
                is_closed = True
            elif is_stop(text) and self.page.raw(at).endswith("ه"):
                break  # نظيره is no Nazira
            elif is_closed or self._is_particle(at, text):
                if not (is_closed and is_definite(before) and self._is_second_nisba(at, text)):
                    break
            elif name_openers().get(text) in NAMED:
                is_closed = name_openers()[text] == SURNAME
            elif not self._could_be_name(at, text, is_fresh):
                break
            elif is_definite(text):
                is_closed = True
            elif unknown:
                unknown -= 1
            else:
                break
            last, before = at, text
        while last > first and page.words[last].text in links:
            last -= 1
        return None if kind == COMPOUND and last == first else last

    def _completes(self, before: str, at: int, text: str, *, is_link: bool) -> bool:
        """Whether a word is the second part of a compound: عبد الرحمن، أبو العلاء، ابن خالد."""
        if before == "عبد":
            return is_definite(text) or text in listed("tails")
        if text in name_openers() or text in listed("links"):
            return True
        if before in _FATHERS or (is_link and before != "ام"):
            return text.isalpha() and not is_stop(text)
        return before == "ابن" and self._could_be_name(at, text, True)

    def _is_second_nisba(self, at: int, text: str) -> bool:
        """Whether a second adjective of descent follows the first (الهاشمي القرشي)."""
        is_nisba_here = is_definite(text) and self.page.raw(at).endswith("ي") and not is_stop(text)
        return is_nisba_here and bare(text) not in common_nouns()

    def _could_be_name(self, at: int, text: str, is_fresh: bool = False) -> bool:
        """Whether a word in no list can be part of a name; is_fresh: right behind a foreign given name."""
        if is_stop(text) or text in self.said.ends or not text.isalpha() or len(text) < 3:
            return False
        if is_definite(text):
            plain = bare(text)
            is_noun = plain in common_nouns() and plain not in nation_words()
            return not (is_noun or text.startswith("لل") or text.endswith(("ات", "ون", "ين")))
        raw = self.page.raw(at)
        is_owned = text.endswith(_OWNED) or (raw.endswith("ه") and len(text) < 7)
        is_joined = text[0] == "و" and len(text) > 3 and not is_fresh
        if is_common(text) or looks_like_verb(text) or is_owned or is_joined or raw.endswith(_ENDINGS):
            return False
        return is_fresh or not any(
            taken and (is_definite(rest) or is_stop(rest) or rest in name_openers() or self._ends(rest))
            for taken, rest in readings(text)
        )

    def _ends(self, text: str) -> bool:
        return is_common(text) or text in self.said.ends

    # ------------------------------------------------------------ names that nobody lists
    def behind_title(self, title: Name) -> Iterator[Name]:
        """The name at the end of a phrase that a title opens (وزير الخارجية … فلان الفلاني)."""
        page, at = self.page, title.first
        head = page.words[at].text[title.skipped :]
        if title.group not in PERSONAL or title.ids or bare(head) == "فريق" or head.endswith(("ون", "ين")):
            return
        is_defined = is_beside = is_definite(head)
        while at < title.last:
            at += 1
            text = page.words[at].text
            if text.startswith("وال"):
                return
            is_name = at not in self.firm and not is_definite(text) and not is_nisba(text)
            if is_name and is_defined and self._could_be_name(at, text):
                is_sure = not is_accusative(text)
                yield from self._unlisted(at, 0, "name:title", is_alone=is_beside, is_sure=is_sure)
                return
            is_beside = False
            is_defined = is_defined or at in self.firm or is_definite(text)

    def is_unknown_speaker(self, name: Name) -> bool:
        """Whether a speaker in no list is named by words that can all be of a name."""
        covered = range(name.first, name.last + 1)
        texts = [self.page.words[i].text for i in covered]
        could = all(
            t in name_openers() or self._could_be_name(i, t) for i, t in zip(covered, texts, strict=True)
        )
        return name.origin == "source:unknown name" and could

    def strangers(self) -> Iterator[Name]:
        """Names in no list behind a verb or the adjective of a nation.

        One that no Arabic word looks like, behind a verb of saying or, if it comes again, behind any verb;
        one that is named as speaking twice; two words, one of them foreign, behind the adjective of a nation.
        """
        page, texts = self.page, Counter(self.page.words.texts)
        spoken = Counter(self._text(index + 1) for index, _ in page.opened(SPEAKS))
        for table in (SPEAKS, ACTS, NATION):
            for index, _ in page.opened(table):
                word, at = follows(page, index), index + 1
                if word is None or at in self.firm or page.is_parted(index) or is_definite(word.text):
                    continue
                is_strange = table == NATION or looks_foreign(word.text)
                is_strange = is_strange and (table != ACTS or texts[word.text] > 1)
                is_known = table == SPEAKS and spoken[word.text] > 1 and len(word.text) > 3
                if (is_known or is_strange) and self._could_be_name(at, word.text):
                    is_alone = table != NATION
                    yield from self._unlisted(at, 0, f"name:{table}", is_alone=is_alone, is_sure=is_known)

    def _text(self, index: int) -> str:
        return self.page.words.texts[index] if index < len(self.page.words) else ""

    def joined(self, found: Sequence[Name]) -> Iterator[Name]:
        """Names of two words that no Arabic word looks like, joined to a name by و."""
        for name in found:
            last = name.last
            while word := follows(self.page, last):
                at, text = last + 1, word.text[1:]
                if word.text[0] != "و" or not text or not self._could_be_name(at, text):
                    break
                joined = next(self._unlisted(at, 1, "name:joined"), None)
                if joined is None:
                    break
                last = joined.last
                yield joined

    def _unlisted(
        self, first: int, skipped: int, origin: str, *, is_alone: bool = False, is_sure: bool = False
    ) -> Iterator[Name]:
        """The name in no list that begins here, if no Arabic word looks like a part of it.

        is_alone: one word is enough. is_sure: whatever it looks like.
        """
        last = self._last(first, self.page.words[first].text[skipped:], _TITLE) or first
        texts = [self.page.words[i].text for i in range(first, last + 1)]
        texts[0] = texts[0][skipped:]
        is_strange = is_sure or any(looks_foreign(t) or name_openers().get(t) == FOREIGN for t in texts)
        is_strange = is_strange or (last > first and is_nisba(texts[-1]) and is_definite(texts[-1]))
        if is_strange and (last > first or is_alone):
            self.ends.add(last)
            yield _person(first, last, skipped, origin, LIKELY if last > first else GUESS)

    # ------------------------------------------------------------ later mentions
    def again(self, found: Sequence[Name]) -> Iterator[Name]:
        """Mentions of a person by the last part of a name found elsewhere on the page.

        What may be a misread phrase is found again only if it stands there twice, speaks or has a title.
        """
        parts: dict[str, bool] = {}
        for name in found:
            text = self.page.words[name.last].text[name.skipped * (name.first == name.last) :]
            if not is_common(bare(text)) and name_openers().get(text) in (None, SURNAME):
                parts[text] = text in parts or self._is_borne_out(name, text)
        for text in listed("endings") | listed("tails") | listed("ordinals"):
            parts.pop(text, None)
        taken = {i for n in found for i in range(n.first, n.last + 1)} | self.firm
        mentions: dict[str, list[Name]] = {}
        for index, word in enumerate(self.page.words.texts if parts else ()):
            for skipped, text in ((0, word), (1, word[1:])) if index not in taken else ():
                if text in parts and (not skipped or word[0] in "وفبل"):
                    parts[text] = parts[text] or (not skipped and self._is_called(index))
                    if self._stands_alone(index, skipped):
                        mentions.setdefault(text, []).append(_person(index, index, skipped, "name:again"))
                    break
        for text, again in mentions.items():
            yield from again if parts[text] else ()

    def _is_borne_out(self, name: Name, last: str) -> bool:
        """Whether a name is no misread phrase: it has a title, speaks, or ends as names do.

        An ordinary noun looks like الكيمياء, بفارق or ميل; names with the article mostly tell a descent.
        """
        raw = self.page.raw(name.last)
        if name.score == SURE or name_openers().get(last) == SURNAME:
            return True
        if self._is_called(name.first) and not raw.endswith("ة"):
            return True
        if is_definite(last):
            return raw.endswith("ي")
        governed = last[0] in "بل" and WORD_SHAPE.fullmatch(last[1:]) is not None
        return len(last) > 3 and not governed

    def _is_called(self, index: int) -> bool:
        """Whether a title or a verb of saying stands right in front."""
        before = precedes(self.page, index)
        said = {rest for _, rest in readings(before.text)} if before is not None else set()
        return bool(said & (self.said.says | title_heads()))

    def _stands_alone(self, index: int, skipped: int) -> bool:
        """Whether a word with the article is no adjective or complement of the noun in front of it."""
        text, before = self.page.words[index].text[skipped:], precedes(self.page, index)
        if not is_definite(text) or before is None or skipped:
            return True
        said = {rest for _, rest in readings(before.text)}
        openers = (self.said.says, title_heads(), general_verbs())
        return not all(map(said.isdisjoint, openers)) or is_stop(before.text)
