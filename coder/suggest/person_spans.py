"""Persons by name: given names with what follows them, compounds, and names behind
titles.

A given name (محمد، فلاديمير) or a compound (عبد …، أبو …) begins a name, which
continues with words that can be names; a definite one is the last. A name that is also
a common word (حسن) needs a cue beside it: a title, a verb of saying or another name.
Behind a title, a verb of saying or a nationality adjective, unlisted names are found if
they do not look like Arabic words. Later mentions are found by the last part of a name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cache

from msgspec import Struct, field

from coder.suggest.article_words import Page, Tables
from coder.suggest.compiled_lexicon import PERSON
from coder.suggest.forms import ARTICLE
from coder.suggest.gazetteer import WORD_SHAPE
from coder.suggest.name_spans import (
    GUESS,
    LIKELY,
    PERSONAL,
    SURE,
    Name,
    Opener,
    common_nouns,
    covered,
    general_verbs,
    is_common,
    looks_foreign,
    name_list,
    name_openers,
    nation_words,
    title_heads,
    widest,
)
from coder.suggest.phrase import (
    follows,
    is_definite,
    is_nisba,
    is_stop,
    precedes,
    readings_before,
)
from coder.suggest.source_spans import UNKNOWN, Speech
from coder.suggest.word_lists import bare, heads, readings

NAME = "name"  # the table of words that begin a name
# tables of words that an unlisted name can follow
SPEAKS = "speaks"
ACTS = "acts"
NATION = "nation"
# kinds of openers that are rarely other words
_UNAMBIGUOUS = ("given", "foreign", "surname")
_LONGEST = 9  # maximum number of words of a name, including links (بن)
_OWNED = ("ها", "هم", "ته", "ات", "وا")  # pronouns, plurals
# of common nouns and adjectives, rarely of names
_ENDINGS = ("ة", "اً", "ًا", "ٍ", "ٌ")


def openings(speech: Speech) -> Tables:
    """Return the words that can begin a name or stand in front of one, by table."""
    return {
        NAME: name_openers(),
        SPEAKS: speech.verbs,
        ACTS: general_verbs(),
        NATION: {ARTICLE + nation for nation in nation_words()},
    }


def find_persons(
    page: Page,
    known: Sequence[Name],
    titles: Sequence[Name],
    credited: Iterable[Name],
    speech: Speech,
) -> list[Name]:
    """Return the persons of a page in order, without nested ones.

    known: actors and places. credited: sources.
    """
    firm_names = [
        name
        for name in known
        if name.group != PERSON and (name.score == SURE or name.group == "country")
    ]
    whole = {name.first for name in known if name.ids and not name.skipped}
    reader = _Reader(page, speech, covered(firm_names), whole)
    people = list(reader.find_opened())
    for title in titles:
        people += reader.read_behind_title(title)
    people += reader.find_strangers()
    for name in credited:
        if reader.is_unknown_speaker(name):
            people.append(_person(name.first, name.last, 0, name.origin))
    for name in known:
        if name.group == PERSON:
            people.append(
                _person(name.first, name.last, name.skipped, name.origin, SURE)
            )
    # شهود عيان، مصادر رفيعة
    unnamed = covered(title for title in titles if title.group == "nameless")
    people = widest((n for n in people if unnamed.isdisjoint(n.words)), by_length=True)
    people = widest([*people, *reader.find_joined(people)], by_length=True)
    return widest([*people, *reader.find_again(people)], by_length=True)


def _person(
    first: int, last: int, skipped: int, origin: str, score: float = GUESS
) -> Name:
    return Name(PERSON, first, last, skipped, origin, (), PERSON, score)


@cache
def _place_heads() -> Set[str]:
    """Return the nouns that make a person's name a place's: شارع، مسجد، مدينة."""
    indefinite = {text for text in heads("places", "naming") if not is_definite(text)}
    return name_list("places") | indefinite


def _looks_like_verb(text: str) -> bool:  # يشكل، تشعر، طرحت
    is_short = len(text) < 5
    if text[0] == "ي" and len(text) > 3:
        return True
    if text.startswith("تت") or (text[0] == "ت" and is_short):
        return True
    return text[-1] == "ت" and (is_short or text[0] == "ت")


def _is_name(text: str) -> bool:
    return name_openers().get(text, "compound") != "compound"


def _is_foreign(text: str) -> bool:
    return looks_foreign(text) or name_openers().get(text) == "foreign"


def _takes_ordinal(before: str) -> bool:  # محمد الخامس
    return before == "الله" or _is_name(before)


class _Reader(Struct, frozen=True):
    """A page with what tells which of its words are persons' names."""

    page: Page
    speech: Speech
    firm: Set[int]  # words of other names, where a person's name ends
    whole: Set[int]  # first words of listed names without proclitics
    ends: set[int] = field(default_factory=set)  # last words of the names found so far

    def find_opened(self) -> Iterator[Name]:
        """Yield the names that begin with a given name, a compound or a listed surname."""
        past = -1
        for index, ((skipped, text), *_) in self.page.opened(NAME):
            kind = name_openers()[text]
            if index <= past or self._is_other(index, text, skipped):
                continue
            last = self._last_word(index, text, kind)
            if last == index and (kind == "compound" or index in self.firm):
                continue
            if kind in _UNAMBIGUOUS or self._has_cue(index, text, skipped, last):
                past = last
                self.ends.add(last)
                score = LIKELY if last > index or kind == "surname" else GUESS
                yield _person(index, last, skipped, f"name:{kind}", score)

    def _is_other(self, index: int, text: str, skipped: int) -> bool:
        """Return whether a word that can begin a name is a part of another word or name."""
        word = self.page.words[index].text
        raw = self.page.raw(index)
        if skipped and (index in self.whole or word[0] == "ك"):
            return True
        if skipped and raw[0] != "و" and WORD_SHAPE.fullmatch(word):
            return True  # لجان is no name behind ل
        if name_openers()[text] == "word" and raw.endswith("ه"):
            return True  # نظيره is no Nazira
        if self._is_particle(index, text):
            return True
        is_titled = precedes(self.page, index) in name_list("titles")
        before = readings_before(self.page, index - is_titled)
        # شارع محمد الخامس، منطقة السيدة زينب
        return not skipped and not _place_heads().isdisjoint(before)

    def _is_particle(self, index: int, text: str) -> bool:  # على، مني
        has_ya = not self.page.raw(index).endswith("ى")
        return (text == "علي" and not has_ya) or (
            text in name_list("without_ya") and has_ya
        )

    def _has_cue(self, index: int, text: str, skipped: int, last: int) -> bool:
        """Return whether something shows that a common word is a name (حسن)."""
        preceding = frozenset() if skipped else readings_before(self.page, index)
        is_subject = not preceding.isdisjoint(self.speech.verbs)
        if last > index and preceding & general_verbs():
            is_subject = True
        is_father = text == "عبد" or text in name_list("fathers")
        if is_father or preceding & title_heads() or (is_subject and text != "علي"):
            return True
        if skipped and index - 1 in self.ends and self.page.words[index].text[0] == "و":
            return True
        rest = self.page.words.texts[index + 1 : last + 1]
        if any(name_openers().get(each) in _UNAMBIGUOUS for each in rest):
            return True
        if not name_list("signs").isdisjoint(rest):
            return True
        if not rest:
            return False
        is_nisba_last = is_definite(rest[-1]) and is_nisba(rest[-1])
        return is_nisba_last and self.page.raw(last)[-1] == "ي"

    def _last_word(self, first: int, text: str, kind: Opener | None) -> int:
        """Return the last word of a name that begins at first; kind: None behind a
        title.
        """
        page = self.page
        links = name_list("links")
        last = first
        before = text
        unlisted_left = 2 if kind in ("foreign", None) else 1
        is_complete = kind == "surname"
        while last - first < _LONGEST - 1 and not page.is_separated(last):
            at = last + 1
            text = follows(page, last)
            if not text:
                break
            after_foreign = kind == "foreign" and last == first
            if before in name_list("compounds") or before in links:
                if not self._completes(before, at, text, is_link=last > first):
                    break
            elif at in self.firm and text not in name_openers():
                break
            elif text in links:
                is_complete = False
            elif text in name_list("endings"):
                pass
            elif text in name_list("ordinals") and _takes_ordinal(before):
                is_complete = True
            elif is_stop(text) and page.raw(at).endswith("ه"):
                break  # نظيره is no Nazira
            elif is_complete or self._is_particle(at, text):
                if not is_complete or not self._is_second_nisba(before, at):
                    break
            elif _is_name(text):
                is_complete = name_openers()[text] == "surname"
            elif not self._could_be_name(at, text, after_foreign):
                break
            elif is_definite(text):
                is_complete = True
            elif unlisted_left:
                unlisted_left -= 1
            else:
                break
            last = at
            before = text
        while last > first and page.words[last].text in links:
            last -= 1
        return last

    def _is_second_nisba(self, before: str, at: int) -> bool:
        """Return whether a nisba follows that which ends a name: الهاشمي القرشي."""
        text = self.page.words[at].text
        are_definite = is_definite(before) and is_definite(text)
        is_nisba_too = self.page.raw(at).endswith("ي") and not is_stop(text)
        return are_definite and is_nisba_too and bare(text) not in common_nouns()

    def _completes(self, before: str, at: int, text: str, *, is_link: bool) -> bool:
        if before == "عبد":
            return is_definite(text) or text in name_list("tails")
        if text in name_openers() or text in name_list("links"):
            return True
        if before in name_list("fathers") or (is_link and before != "ام"):
            return text.isalpha() and not is_stop(text)
        return before == "ابن" and self._could_be_name(at, text, True)

    def _could_be_name(self, at: int, text: str, after_foreign: bool = False) -> bool:
        """Return whether an unlisted word can be part of a name; after_foreign: the
        word follows a foreign name.
        """
        if is_stop(text) or text in self.speech.ends:
            return False
        if not text.isalpha() or len(text) < 3:
            return False
        if is_definite(text):
            noun = bare(text)
            if noun in common_nouns() and noun not in nation_words():
                return False
            return not (text.startswith("لل") or text.endswith(("ات", "ون", "ين")))
        raw = self.page.raw(at)
        is_owned = text.endswith(_OWNED) or (raw.endswith("ه") and len(text) < 7)
        is_joined = text[0] == "و" and len(text) > 3 and not after_foreign
        if is_owned or is_joined or raw.endswith(_ENDINGS):
            return False
        if is_common(text) or _looks_like_verb(text):
            return False
        if after_foreign:
            return True
        for skipped, rest in readings(text):
            is_known = is_definite(rest) or is_stop(rest) or rest in name_openers()
            is_other = is_known or is_common(rest) or rest in self.speech.ends
            if skipped and is_other:
                return False
        return True

    def read_behind_title(self, title: Name) -> Iterator[Name]:
        """Yield the person behind a title: وزير الخارجية … فلان الفلاني."""
        head = self.page.words[title.first].text[title.skipped :]
        if title.group not in PERSONAL or title.ids:
            return
        if bare(head) == "فريق" or head.endswith(("ون", "ين")):
            return
        is_defined = is_definite(head)
        for at in range(title.first + 1, title.last + 1):
            text = self.page.words[at].text
            if text.startswith("وال"):
                return
            is_described = is_definite(text) or is_nisba(text)
            is_name = at not in self.firm and not is_described
            if is_name and is_defined and self._could_be_name(at, text):
                # accusative nouns are not names (ساكنا، عددا)
                is_sure = not (text.endswith("ا") and WORD_SHAPE.fullmatch(text[:-1]))
                is_alone = at == title.first + 1
                yield from self._read_unlisted(
                    at, 0, "name:title", is_alone=is_alone, is_sure=is_sure
                )
                return
            is_defined = is_defined or at in self.firm or is_definite(text)

    def is_unknown_speaker(self, name: Name) -> bool:
        """Return whether a source is unknown and all its words can be parts of a name."""
        texts = self.page.words.texts
        unlisted = [index for index in name.words if texts[index] not in name_openers()]
        return name.origin == UNKNOWN and all(
            self._could_be_name(index, texts[index]) for index in unlisted
        )

    def find_strangers(self) -> Iterator[Name]:
        """Yield unlisted names behind a verb or a nationality adjective.

        Behind a verb of saying: a word that looks foreign, or is the speaker twice.
        Behind other verbs: a recurring word that looks foreign. Behind a nationality
        adjective: two words, one of them foreign.
        """
        page = self.page
        texts = Counter(page.words.texts)
        speakers: Counter[str] = Counter()
        for index, _ in page.opened(SPEAKS):
            speakers.update(page.words.texts[index + 1 : index + 2])
        for table in (SPEAKS, ACTS, NATION):
            is_alone = table != NATION
            for index, _ in page.opened(table):
                text = follows(page, index)
                at = index + 1
                if not text or at in self.firm or page.is_separated(index):
                    continue
                if is_definite(text) or not self._could_be_name(at, text):
                    continue
                speaks_twice = table == SPEAKS and speakers[text] > 1 and len(text) > 3
                is_foreign = looks_foreign(text) or not is_alone
                recurs = table != ACTS or texts[text] > 1
                if speaks_twice or (is_foreign and recurs):
                    yield from self._read_unlisted(
                        at, 0, f"name:{table}", is_alone=is_alone, is_sure=speaks_twice
                    )

    def find_joined(self, found: Sequence[Name]) -> Iterator[Name]:
        """Yield the names that و joins to a name found before."""
        for name in found:
            last = name.last
            while len(text := follows(self.page, last)) > 1 and text[0] == "و":
                if not self._could_be_name(last + 1, text[1:]):
                    break
                joined = next(self._read_unlisted(last + 1, 1, "name:joined"), None)
                if joined is None:
                    break
                last = joined.last
                yield joined

    def _read_unlisted(
        self,
        first: int,
        skipped: int,
        origin: str,
        *,
        is_alone: bool = False,
        is_sure: bool = False,
    ) -> Iterator[Name]:
        """Yield the unlisted name that begins at a word if it looks like one.

        is_alone: one word is enough. is_sure: even if it looks Arabic.
        """
        head = self.page.words[first].text[skipped:]
        last = self._last_word(first, head, None)
        texts = [head, *self.page.words.texts[first + 1 : last + 1]]
        is_strange = is_sure or any(map(_is_foreign, texts))
        ends_with_nisba = is_nisba(texts[-1]) and is_definite(texts[-1])
        is_strange = is_strange or (last > first and ends_with_nisba)
        if is_strange and (last > first or is_alone):
            self.ends.add(last)
            score = LIKELY if last > first else GUESS
            yield _person(first, last, skipped, origin, score)

    def find_again(self, found: Sequence[Name]) -> Iterator[Name]:
        """Yield mentions by the last part of a name; doubtful names must recur, speak
        or have a title.
        """
        parts = self._last_parts(found)
        if not parts:
            return
        taken = covered(found) | self.firm
        mentions: dict[str, list[Name]] = {}
        for index, word in enumerate(self.page.words.texts):
            if index in taken:
                continue
            for skipped, text in ((0, word), (1, word[1:])):
                if text not in parts or (skipped and word[0] not in "وفبل"):
                    continue
                if not skipped and self._is_introduced(index):
                    parts[text] = True
                if self._stands_alone(index, skipped):
                    mention = _person(index, index, skipped, "name:again")
                    mentions.setdefault(text, []).append(mention)
                break
        for text, again in mentions.items():
            if parts[text]:
                yield from again

    def _last_parts(self, found: Sequence[Name]) -> dict[str, bool]:
        """Return the last part of each name → whether the name is confirmed."""
        parts: dict[str, bool] = {}
        never = name_list("endings") | name_list("tails") | name_list("ordinals")
        for name in found:
            text = self.page.words[name.last].text
            if name.first == name.last:
                text = text[name.skipped :]
            is_surname = name_openers().get(text) in (None, "surname")
            if text not in never and is_surname and not is_common(bare(text)):
                parts[text] = text in parts or self._is_confirmed(name, text)
        return parts

    def _is_confirmed(self, name: Name, last: str) -> bool:
        """Return whether a name is no misread phrase (بفارق, ميل): it has a title,
        speaks, or ends like a name.
        """
        raw = self.page.raw(name.last)
        is_surname = name.score == SURE or name_openers().get(last) == "surname"
        if is_surname or (self._is_introduced(name.first) and not raw.endswith("ة")):
            return True
        if is_definite(last):
            # most definite names are nisbas, unlike nouns (الكيمياء)
            return raw.endswith("ي")
        is_governed = last[0] in "بل" and WORD_SHAPE.fullmatch(last[1:]) is not None
        return len(last) > 3 and not is_governed

    def _is_introduced(self, index: int) -> bool:
        """Return whether a title or a verb of saying precedes a word."""
        preceding = readings_before(self.page, index)
        return not preceding.isdisjoint(self.speech.verbs | title_heads())

    def _stands_alone(self, index: int, skipped: int) -> bool:
        """Return whether a word is no adjective of a noun."""
        before = precedes(self.page, index)
        if skipped or not before or not is_definite(self.page.words[index].text):
            return True
        is_subject = not general_verbs().isdisjoint(readings_before(self.page, index))
        return is_subject or self._is_introduced(index) or is_stop(before)
