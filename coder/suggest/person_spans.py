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
SPEAKS, ACTS, NATION = (
    "speaks",
    "acts",
    "nation",
)  # tables of words that an unlisted name can follow
_UNAMBIGUOUS = (
    "given",
    "foreign",
    "surname",
)  # kinds of openers that are rarely other words
_LONGEST = 9  # maximum number of words of a name, including links (بن)
_OWNED = ("ها", "هم", "ته", "ات", "وا")  # pronouns, plurals
# of common nouns and adjectives, rarely of names
_ENDINGS = ("ة", "اً", "ًا", "ٍ", "ٌ")


def openings(speech: Speech) -> Tables:
    """The words that can begin a name or stand in front of one, by table."""
    nations = {ARTICLE + nation for nation in nation_words()}
    return {
        NAME: name_openers(),
        SPEAKS: speech.verbs,
        ACTS: general_verbs(),
        NATION: nations,
    }


def persons(
    page: Page,
    known: Sequence[Name],
    titles: Sequence[Name],
    credited: Iterable[Name],
    speech: Speech,
) -> list[Name]:
    """The persons of a page in order, without nested ones; known: actors and places;
    credited: sources.
    """
    firm_names = (
        n
        for n in known
        if n.group != PERSON and (n.score == SURE or n.group == "country")
    )
    reader = _Reader(
        page,
        speech,
        covered(firm_names),
        {n.first for n in known if n.ids and not n.skipped},
    )
    people = [
        *reader.opened(),
        *(n for title in titles for n in reader.behind_title(title)),
    ]
    people += reader.strangers()
    people += (
        _person(n.first, n.last, 0, n.origin)
        for n in credited
        if reader.is_unknown_speaker(n)
    )
    people += (
        _person(n.first, n.last, n.skipped, n.origin, SURE)
        for n in known
        if n.group == PERSON
    )
    unnamed = covered(
        title for title in titles if title.group == "unnamed"
    )  # شهود عيان، مصادر رفيعة
    people = widest((n for n in people if unnamed.isdisjoint(n.words)), by_length=True)
    people = widest([*people, *reader.joined(people)], by_length=True)
    return widest([*people, *reader.again(people)], by_length=True)


def _person(
    first: int, last: int, skipped: int, origin: str, score: float = GUESS
) -> Name:
    return Name(PERSON, first, last, skipped, origin, (), PERSON, score)


@cache
def _place_heads() -> Set[
    str
]:  # nouns that turn a person's name into a place's (شارع، مسجد، مدينة)
    return name_list("places").union(
        text for text in heads("places", "naming") if not is_definite(text)
    )


def _looks_like_verb(text: str) -> bool:  # يشكل، تشعر، طرحت
    is_short = len(text) < 5
    is_present = (
        (text[0] == "ي" and len(text) > 3)
        or (text[0] == "ت" and is_short)
        or text.startswith("تت")
    )
    return is_present or (text[-1] == "ت" and (is_short or text[0] == "ت"))


def _is_name(text: str) -> bool:
    return name_openers().get(text, "compound") != "compound"


class _Reader(Struct, frozen=True):
    page: Page
    speech: Speech
    firm: Set[int]  # words of other names, where a person's name ends
    whole: Set[int]  # first words of listed names without proclitics
    ends: set[int] = field(default_factory=set)  # last words of the names found so far

    def opened(
        self,
    ) -> Iterator[Name]:  # by a given name, a compound or a listed surname
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

    def _is_other(
        self, index: int, text: str, skipped: int
    ) -> bool:  # a part of another word or name
        word, raw = self.page.words[index].text, self.page.raw(index)
        if skipped and (index in self.whole or word[0] == "ك"):
            return True
        if skipped and raw[0] != "و" and WORD_SHAPE.fullmatch(word):
            return True  # لجان is no name behind ل
        has_pronoun = name_openers()[text] == "word" and raw.endswith(
            "ه"
        )  # نظيره is no Nazira
        if has_pronoun or self._is_particle(index, text):
            return True
        is_titled = precedes(self.page, index) in name_list("titles")
        heads = readings_before(self.page, index - is_titled)
        return not skipped and not _place_heads().isdisjoint(
            heads
        )  # شارع محمد الخامس، منطقة السيدة زينب

    def _is_particle(self, index: int, text: str) -> bool:  # على، مني
        has_ya = not self.page.raw(index).endswith("ى")
        return (text == "علي" and not has_ya) or (
            text in name_list("without_ya") and has_ya
        )

    def _has_cue(
        self, index: int, text: str, skipped: int, last: int
    ) -> bool:  # that حسن is a name
        preceding = frozenset() if skipped else readings_before(self.page, index)
        is_subject = preceding & self.speech.verbs or (
            last > index and preceding & general_verbs()
        )
        is_father = text == "عبد" or text in name_list("fathers")
        if is_father or preceding & title_heads() or (is_subject and text != "علي"):
            return True
        if skipped and index - 1 in self.ends and self.page.words[index].text[0] == "و":
            return True
        rest = self.page.words.texts[index + 1 : last + 1]
        is_named = any(name_openers().get(t) in _UNAMBIGUOUS for t in rest)
        if is_named or not {"بن", "ابن", "الله", "الدين"}.isdisjoint(rest):
            return True
        return (
            bool(rest)
            and is_definite(rest[-1])
            and is_nisba(rest[-1])
            and self.page.raw(last)[-1] == "ي"
        )

    def _last_word(
        self, first: int, text: str, kind: Opener | None
    ) -> int:  # kind: None behind a title
        page, last, before, links = self.page, first, text, name_list("links")
        unlisted_left, is_complete = (
            2 if kind in ("foreign", None) else 1,
            kind == "surname",
        )
        while (
            last - first < _LONGEST - 1
            and (text := follows(page, last))
            and not page.is_separated(last)
        ):
            at = last + 1
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
            elif text in name_list("ordinals") and (
                before == "الله" or _is_name(before)
            ):
                is_complete = True
            elif is_stop(text) and page.raw(at).endswith("ه"):
                break  # نظيره is no Nazira
            elif is_complete or self._is_particle(at, text):
                are_definite = is_definite(before) and is_definite(text)
                is_nisba_too = (
                    are_definite and page.raw(at).endswith("ي") and not is_stop(text)
                )
                if not is_complete or not is_nisba_too or bare(text) in common_nouns():
                    break  # unless a second nisba follows the first (الهاشمي القرشي)
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
            last, before = at, text
        while last > first and page.words[last].text in links:
            last -= 1
        return last

    def _completes(self, before: str, at: int, text: str, *, is_link: bool) -> bool:
        if before == "عبد":
            return is_definite(text) or text in name_list("tails")
        if text in name_openers() or text in name_list("links"):
            return True
        if before in name_list("fathers") or (is_link and before != "ام"):
            return text.isalpha() and not is_stop(text)
        return before == "ابن" and self._could_be_name(at, text, True)

    def _could_be_name(self, at: int, text: str, after_foreign: bool = False) -> bool:
        """Whether an unlisted word can be part of a name; after_foreign: the word
        follows a foreign name.
        """
        if (
            is_stop(text)
            or text in self.speech.ends
            or not text.isalpha()
            or len(text) < 3
        ):
            return False
        if is_definite(text):
            is_noun = bare(text) in common_nouns() and bare(text) not in nation_words()
            return not (
                is_noun or text.startswith("لل") or text.endswith(("ات", "ون", "ين"))
            )
        raw = self.page.raw(at)
        is_owned = text.endswith(_OWNED) or (raw.endswith("ه") and len(text) < 7)
        is_joined = text[0] == "و" and len(text) > 3 and not after_foreign
        if (
            is_common(text)
            or _looks_like_verb(text)
            or is_owned
            or is_joined
            or raw.endswith(_ENDINGS)
        ):
            return False
        for proclitics, rest in readings(text) if not after_foreign else ():
            is_known = is_definite(rest) or is_stop(rest) or rest in name_openers()
            if proclitics and (is_known or is_common(rest) or rest in self.speech.ends):
                return False
        return True

    def behind_title(
        self, title: Name
    ) -> Iterator[Name]:  # وزير الخارجية … فلان الفلاني
        head = self.page.words[title.first].text[title.skipped :]
        if (
            title.group not in PERSONAL
            or title.ids
            or bare(head) == "فريق"
            or head.endswith(("ون", "ين"))
        ):
            return
        is_defined = is_definite(head)
        for at in range(title.first + 1, title.last + 1):
            text = self.page.words[at].text
            if text.startswith("وال"):
                return
            is_name = (
                at not in self.firm and not is_definite(text) and not is_nisba(text)
            )
            if is_name and is_defined and self._could_be_name(at, text):
                # accusative nouns are not names (ساكنا، عددا)
                is_sure = not (text.endswith("ا") and WORD_SHAPE.fullmatch(text[:-1]))
                is_alone = at == title.first + 1
                yield from self._unlisted(
                    at, 0, "name:title", is_alone=is_alone, is_sure=is_sure
                )
                return
            is_defined = is_defined or at in self.firm or is_definite(text)

    def is_unknown_speaker(
        self, name: Name
    ) -> bool:  # and all words can be parts of a name
        texts = self.page.words.texts
        unknown = (i for i in name.words if texts[i] not in name_openers())
        return name.origin == UNKNOWN and all(
            self._could_be_name(i, texts[i]) for i in unknown
        )

    def strangers(self) -> Iterator[Name]:
        """Unlisted names behind a verb or a nationality adjective.

        Behind a verb of saying: a word that looks foreign, or is the speaker twice.
        Behind other verbs: a recurring word that looks foreign. Behind a nationality
        adjective: two words, one of them foreign.
        """
        page, texts = self.page, Counter(self.page.words.texts)
        speakers = Counter(
            text
            for i, _ in page.opened(SPEAKS)
            for text in page.words.texts[i + 1 : i + 2]
        )
        for table in (SPEAKS, ACTS, NATION):
            for index, _ in page.opened(table):
                text, at, is_alone = follows(page, index), index + 1, table != NATION
                if (
                    not text
                    or at in self.firm
                    or page.is_separated(index)
                    or is_definite(text)
                ):
                    continue
                looks_like_name = (not is_alone or looks_foreign(text)) and (
                    table != ACTS or texts[text] > 1
                )
                speaks_twice = table == SPEAKS and speakers[text] > 1 and len(text) > 3
                if (speaks_twice or looks_like_name) and self._could_be_name(at, text):
                    yield from self._unlisted(
                        at, 0, f"name:{table}", is_alone=is_alone, is_sure=speaks_twice
                    )

    def joined(
        self, found: Sequence[Name]
    ) -> Iterator[Name]:  # by و to a name found before
        for name in found:
            last = name.last
            while len(text := follows(self.page, last)) > 1 and text[0] == "و":
                can_be_name = self._could_be_name(last + 1, text[1:])
                joined = (
                    next(self._unlisted(last + 1, 1, "name:joined"), None)
                    if can_be_name
                    else None
                )
                if joined is None:
                    break
                last = joined.last
                yield joined

    def _unlisted(
        self,
        first: int,
        skipped: int,
        origin: str,
        *,
        is_alone: bool = False,
        is_sure: bool = False,
    ) -> Iterator[
        Name
    ]:  # is_alone: one word is enough; is_sure: even if it looks Arabic
        head = self.page.words[first].text[skipped:]
        last = self._last_word(first, head, None)
        texts = [head, *self.page.words.texts[first + 1 : last + 1]]
        is_strange = is_sure or any(
            looks_foreign(t) or name_openers().get(t) == "foreign" for t in texts
        )
        is_strange = is_strange or (
            last > first and is_nisba(texts[-1]) and is_definite(texts[-1])
        )
        if is_strange and (last > first or is_alone):
            self.ends.add(last)
            yield _person(
                first, last, skipped, origin, LIKELY if last > first else GUESS
            )

    def again(self, found: Sequence[Name]) -> Iterator[Name]:
        """Mentions by the last part of a name; doubtful names must recur, speak or have
        a title.
        """
        parts: dict[str, bool] = {}
        never = name_list("endings") | name_list("tails") | name_list("ordinals")
        for name in found:
            text = self.page.words[name.last].text[
                name.skipped * (name.first == name.last) :
            ]
            is_part = text not in never and name_openers().get(text) in (
                None,
                "surname",
            )
            if is_part and not is_common(bare(text)):
                parts[text] = text in parts or self._is_confirmed(name, text)
        taken = covered(found) | self.firm
        mentions: dict[str, list[Name]] = {}
        for index, word in enumerate(self.page.words.texts if parts else ()):
            for skipped, text in (
                ((0, word), (1, word[1:])) if index not in taken else ()
            ):
                if text in parts and (not skipped or word[0] in "وفبل"):
                    parts[text] = parts[text] or (
                        not skipped and self._is_introduced(index)
                    )
                    if self._stands_alone(index, skipped):
                        mentions.setdefault(text, []).append(
                            _person(index, index, skipped, "name:again")
                        )
                    break
        for text, again in mentions.items():
            yield from again if parts[text] else ()

    def _is_confirmed(self, name: Name, last: str) -> bool:
        """Whether a name is no misread phrase (بفارق, ميل): it has a title, speaks, or
        ends like a name.
        """
        raw = self.page.raw(name.last)
        is_surname = name.score == SURE or name_openers().get(last) == "surname"
        if is_surname or (self._is_introduced(name.first) and not raw.endswith("ة")):
            return True
        if is_definite(last):
            return raw.endswith(
                "ي"
            )  # most definite names are nisbas, unlike nouns (الكيمياء)
        is_governed = last[0] in "بل" and WORD_SHAPE.fullmatch(last[1:]) is not None
        return len(last) > 3 and not is_governed

    def _is_introduced(self, index: int) -> bool:  # by a title or a verb of saying
        preceding = readings_before(self.page, index)
        return not (
            preceding.isdisjoint(self.speech.verbs)
            and preceding.isdisjoint(title_heads())
        )

    def _stands_alone(
        self, index: int, skipped: int
    ) -> bool:  # and is no adjective of a noun
        before = precedes(self.page, index)
        if skipped or not before or not is_definite(self.page.words[index].text):
            return True
        is_subject = not general_verbs().isdisjoint(readings_before(self.page, index))
        return is_subject or self._is_introduced(index) or is_stop(before)
