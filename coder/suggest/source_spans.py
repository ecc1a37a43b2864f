"""Sources and titled persons: who is credited with a statement, and titles in front of
names.

A source follows a phrase of attribution (وفقاً لـ، بحسب) or is the subject of a verb of
saying. Media and unnamed sources are sources wherever they occur.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.lexicon_schema import Lexicon
from coder.suggest.article_words import Page, Tables
from coder.suggest.compiled_lexicon import ACTOR
from coder.suggest.forms import TANWIN, noun_forms
from coder.suggest.gazetteer import WORD_SHAPE
from coder.suggest.name_spans import (
    GUESS,
    LIKELY,
    SURE,
    Name,
    by_word,
    covered,
    general_verbs,
    is_common,
    is_within,
    name_openers,
    nation_adjectives,
)
from coder.suggest.nations import governments
from coder.suggest.phrase import (
    follows,
    is_definite,
    is_identifying,
    is_nisba,
    is_stop,
    precedes,
    readings_before,
)
from coder.suggest.word_lists import (
    bare,
    heads,
    light_verbs,
    masdar_set,
    nouns,
    readings,
    verb_set,
    verbs,
    word_set,
    words,
)
from coder.text.normalize import fold_key

SOURCE = "source"
TITLE = "title"
REPORT = "report"
BODY = "body by its noun"
ONE_OF = "one of"
UNKNOWN = "source:unknown name"
"""The origin of an unlisted speaker."""
_CONVEYED = "نقل عن"
_ASIDE = "وفق ما"
_TITLES = ("people", "titles")
_LONGEST_TITLE = 9
_LONGEST_NAME = 4
_NAME_WORDS = {"press": 2, "nameless": 0, "statement": 0, "watchers": 0}
"""How many words a name has at most behind a title that is not a person's."""
_PERSONS = frozenset({"person", "office", "military", "expert"})
_SOURCE_CLASSES = frozenset({"press", "observers", "nameless"})


class Speech(Struct, frozen=True):
    """Every form of the words of saying, and other word lists for finding speakers."""

    reports: frozenset[str]  # reporting verbs
    verbs: frozenset[str]  # all verbs of saying
    nouns: frozenset[str]  # reporting nouns (إعلان)
    words: frozenset[str]  # verbs of saying and reporting nouns
    ends: frozenset[str]  # the words at which a name ends
    happenings: frozenset[str]  # nouns for acts, casualties and weapons
    governments: Mapping[str, str]  # a nation's adjective → its government's id


def speech(lexicon: Lexicon) -> Speech:
    """Return the words of saying of a lexicon combined with the general word lists."""
    verbs_of_saying = saying_verbs(lexicon)
    nouns_of_saying = reporting_nouns(lexicon)
    weekdays: set[str] = set()
    for day in lexicon.weekdays:
        for form in day.ar:
            weekdays.update(fold_key(form).split())
    return Speech(
        reports=verb_set(lexicon.reporting.verbs),
        verbs=verbs_of_saying,
        nouns=nouns_of_saying,
        words=verbs_of_saying | nouns_of_saying,
        ends=verbs_of_saying.union(light_verbs(), weekdays),
        happenings=_nouns_for_happenings(lexicon),
        governments=governments(lexicon),
    )


def _nouns_for_happenings(lexicon: Lexicon) -> frozenset[str]:
    """Return every form of the nouns for acts, casualties and weapons."""
    counters = lexicon.numbers.counters
    listed = [*counters.killed_words, *counters.injured_words]
    for trigger in lexicon.triggers.values():
        listed += trigger.nouns
    for weapon in lexicon.weapons:
        listed += weapon.forms
    single_words = [noun for noun in listed if " " not in noun]
    return frozenset(form.text for noun in single_words for form in noun_forms(noun))


def saying_verbs(lexicon: Lexicon) -> frozenset[str]:
    """Return every form of the verbs of saying."""
    return verb_set(lexicon.reporting.verbs) | verbs("people", "speech_verbs")


def reporting_nouns(lexicon: Lexicon) -> frozenset[str]:
    """Return every form of the verbal nouns of the reporting verbs (إعلان)."""
    return masdar_set(lexicon.reporting.verbs)


def openings(speech: Speech) -> Tables:
    """Return titles, nouns for bodies, words for one of several, and verbs that a
    speaker's name follows, by table.
    """
    bodies = (noun for noun in heads("actors", "group_heads") if is_definite(noun))
    return {
        TITLE: heads(*_TITLES),
        BODY: bodies,
        ONE_OF: word_set("counting", "one_of"),
        REPORT: speech.reports,
    }


def titled(
    page: Page, known: Sequence[Name], places: Sequence[Name], speech: Speech
) -> list[Name]:
    """Return the persons and bodies introduced by a title, with the name (اللواء حسام
    لوقا); group: the title's kind.
    """
    starts = {n.first: n for n in known}
    place_starts = frozenset(n.first for n in places)
    persons = {n.last: n for n in known if n.group == "person"}
    # a role right in front of its holder is a title (وزير الخارجية الإيراني حسين …)
    holders = {n.first for n in persons.values() if not n.skipped}
    inner_words = covered(known) - {n.first for n in known if n.last + 1 in holders}
    found: list[Name] = []
    for index, ((skipped, head), *_) in page.opened(TITLE):
        is_no_title = is_stop(page.words[index].text) and not head.startswith("نظير")
        if is_no_title or index in inner_words or (found and index <= found[-1].last):
            continue
        kind = heads(*_TITLES)[head]
        name = _Title(page, starts, place_starts, speech, kind).read(index, skipped)
        if name is None:
            continue
        person = persons.get(index - 1)
        if person is not None and not skipped and is_definite(head):
            name = replace(
                name, first=person.first, skipped=person.skipped, ids=person.ids
            )
        found.append(name)
    return found


class _Title(Struct, frozen=True):
    """Reads the titles of one kind with the names behind them."""

    page: Page
    # known actors by the index of their first word
    starts: Mapping[int, Name]
    # first words of places
    placed: frozenset[int]
    speech: Speech
    kind: str

    def read(self, first: int, skipped: int) -> Name | None:
        """Return the title at a word with the name behind it, None for a bare title."""
        head = self.page.words[first].text[skipped:]
        is_unnamed = self.kind == "nameless"
        no_speakers = word_set("people", "no_speakers")
        if is_unnamed and follows(self.page, first) in no_speakers:
            return None
        last = first
        in_name = 0  # words of the name up to the last word
        ids: tuple[str, ...] = ()
        while last - first < _LONGEST_TITLE and (text := follows(self.page, last)):
            at = last + 1
            is_defined_by_next = not is_definite(head) and is_definite(
                follows(self.page, at)
            )
            if self._begins_place(at, text, in_name):
                break
            if self._begins_other_actor(at, text, in_name):
                break
            known = self.starts.get(at)
            if known is not None and self._is_continued_by(known, text):
                last = known.last
                ids = self._ids_of_holder(known)
                if ids:
                    break
            elif self._is_topic(
                last, text, in_name
            ) or self._begins_purpose_or_addressee(at, text, in_name):
                break
            elif text in word_set("sources", "issued") or text.endswith("."):
                last = at  # العقيد د. أحمد
            elif (behind := self._last_of_complement(at)) is not None:
                last = behind
                if self._is_object(at, follows(self.page, last)):
                    break
            elif self._ends(at, text):
                break
            elif is_definite(text) or is_nisba(text) or is_nisba(text[1:]):
                is_surname = in_name > 0 and not is_definite(text)
                if is_surname and text in nation_adjectives():
                    break
                last = at
                if is_surname:
                    in_name += 1
            elif is_unnamed and text.endswith(("ه", "ي")):
                last = at  # مصدر طبي
            elif self.kind == "watchers" and last == first and is_defined_by_next:
                last = at + 1  # مركز طب الطوارئ
            elif text in heads(*_TITLES) and not in_name:
                last = at  # مستشار قائد الجيش
            elif in_name == _NAME_WORDS.get(self.kind, _LONGEST_NAME):
                break
            else:
                last = at
                in_name += 1
        if not ids and not in_name and not is_unnamed:
            last, ids = self._apposition(last)
        if last == first and not is_unnamed:
            return None
        return Name(
            ACTOR, first, last, skipped, f"title:{head}", ids, self.kind, LIKELY
        )

    def _begins_place(self, at: int, text: str, in_name: int) -> bool:
        """Return whether a place that is no part of the title begins at a word: زار
        الوزير مدينة حلب، زار الوزير الروسي دمشق.
        """
        if at not in self.placed or not is_definite(self.page.words[at - 1].text):
            return False
        can_be_name = in_name > 0 or text in name_openers()
        return text in heads("places", "naming") or not can_be_name

    def _begins_other_actor(self, at: int, text: str, in_name: int) -> bool:
        """Return whether a known actor who is no part of the title begins at a word."""
        known = self.starts.get(at)
        if known is None:
            return False
        front = text[: known.skipped]
        if front == "ل" and known.group == "press" and self.kind != "nameless":
            return True  # مسؤول أميركي لرويترز
        # behind a word with the article no construct state goes on: لجنة حماية
        # الصحفيين جماعة الحوثي
        before = self.page.words[at - 1].text
        is_behind_defined = is_definite(before) and not is_definite(text)
        is_another = in_name > 0 or front == "و" or is_behind_defined
        return is_another and known.group != "person"

    def _is_continued_by(self, known: Name, text: str) -> bool:
        """Return whether a known name is part of the title: in construct state, or
        behind the ل of مصادر لـ.
        """
        if known.skipped == 0:
            return True
        is_behind_lam = text[: known.skipped] == "ل"
        return is_behind_lam and self.kind in ("nameless", "statement")

    def _ids_of_holder(self, name: Name) -> tuple[str, ...]:
        """Return the ids of a known name if it is whom the title is for: a person, or a
        medium with a title of media.
        """
        is_medium = name.group == self.kind == "press"
        return name.ids if name.group == "person" or is_medium else ()

    def _is_topic(self, last: int, text: str, in_name: int) -> bool:
        """Return whether a word is no part of the title but what was talked about or
        what happened: نظيره التركي العلاقات الثنائية.
        """
        if in_name and text in self.speech.happenings:
            return True
        is_whole = in_name > 0 or self.page.words[last].text in nation_adjectives()
        return is_whole and bare(text) in word_set("people", "topics")

    def _begins_purpose_or_addressee(self, at: int, text: str, in_name: int) -> bool:
        """Return whether a purpose (لتسليمه) or an addressee (لشبكة …) begins at a word
        with ب or ل, so that the title ends in front of it.

        in_name: how many words of the holder's name stand in front of it.
        """
        rest = text[1:]
        if text[0] == "ل" and heads(*_TITLES).get(rest) == "press":
            return True  # مسؤول أميركي لشبكة …
        if text[0] not in "بل" or text in name_openers():
            return False
        if in_name == 0:
            # a name can begin with these letters, but it does not end in a pronoun: دعا
            # الوزير لتسليمه
            return len(text) > 4 and self.page.raw(at).endswith("ه")
        if in_name == 1:
            return False  # the second word of a name can begin with these letters too
        # دونالد ترامب بفرض رسوم
        return is_common(rest) or WORD_SHAPE.fullmatch(rest) is not None

    def _ends(self, at: int, text: str) -> bool:
        """Return whether a title and its name end in front of a word: at a particle, a
        verb, a day, a number or the next title.
        """
        if text in self.speech.ends or is_stop(text) or text[0].isdigit():
            return True
        if bare(text) in word_set("actors", "allegiance"):
            return True
        if text[0] == "و" and text[1:] in heads(*_TITLES):
            return True
        raw = self.page.raw(at)
        if TANWIN in raw:
            return True
        for taken, rest in readings(text):
            if taken and (is_stop(rest) or rest in self.speech.happenings):
                return True
        # أغلقت، وأغلقت، قُتلا
        verbal = (text, text.removeprefix("و"), text.removesuffix("ا"))
        if text not in name_openers() and not general_verbs().isdisjoint(verbal):
            return True
        # a bare alif begins derived verbs (اتخذ); names and nouns have a hamza or the
        # article
        return raw[0] == "ا" and not text.startswith("ال") and len(text) > 3

    def _is_object(self, at: int, text: str) -> bool:
        """Return whether a definite word behind whom a spokesman speaks for is no part
        of the title: نفى المتحدث باسم حركة فتح الاتهامات.

        at: the index of the preposition in front of the complement.
        """
        is_spokesman = self.page.words[at].text in word_set("people", "speaking_for")
        is_part = is_identifying(text) or text in name_openers()
        is_part = is_part or text in heads(*_TITLES)
        return is_spokesman and is_definite(text) and not is_part

    def _last_of_complement(self, at: int) -> int | None:
        """Return the last word of a title's complement (باسم، في، لـ), None if no
        complement begins at a word.
        """
        text = self.page.words[at].text
        if text.startswith("لل") and len(text) > 4 and self.kind != "press":
            return at
        if text not in word_set("people", "title_prepositions"):
            return None
        noun = follows(self.page, at)
        start = at + 1
        if noun in word_set("counting", "one_of"):
            start += 1
        if start in self.starts:
            last = self.starts[start].last
            while is_definite(text := follows(self.page, last)):
                is_allegiance = bare(text) in word_set("actors", "allegiance")
                if text in self.speech.ends or is_allegiance:
                    break
                if self._is_object(at, text):
                    break
                last += 1
            return last
        is_inside = text in ("باسم", "عن", "في") and start not in self.placed
        bodies = nouns("actors", "group_heads") | nouns("actors", "parts")
        while is_inside and noun in bodies and follows(self.page, start):
            if start + 1 in self.placed:
                return start + 1  # مصدر في شرطة كركوك
            noun = follows(self.page, start)
            start += 1
        is_happening = bare(noun) in self.speech.happenings
        return start if is_inside and is_definite(noun) and not is_happening else None

    def _apposition(self, last: int) -> tuple[int, tuple[str, ...]]:
        """Return the last word and the ids of a name behind a comma (الباحث …، وائل
        علوان), else those of the title without one.
        """
        page_words = self.page.words
        at = last + 2
        if at >= len(page_words) or page_words[last + 1].text not in ("،", ","):
            return last, ()
        if at in self.starts:
            ids = self._ids_of_holder(self.starts[at])
            return (self.starts[at].last, ids) if ids else (last, ())
        stop = at
        while stop < len(page_words) and not page_words[stop].is_sign:
            if self._ends(stop, page_words[stop].text):
                break
            stop += 1
            if self.page.is_separated(stop - 1):
                break
        return (stop - 1, ()) if 2 <= stop - at <= _LONGEST_NAME else (last, ())


def sources(
    page: Page, known: Sequence[Name], titles: Sequence[Name], speech: Speech
) -> Iterator[Name]:
    """Yield the names, titled persons and unlisted speakers that the article credits
    with a statement.
    """
    covering = by_word(titles)
    taken: set[int] = set()
    yield from _credited(page, _ones_of_many(page), taken, speech)
    for name in (*titles, *(n for n in known if not is_within(n, covering))):
        if not taken.isdisjoint(name.words):
            continue
        credit = _attribution(page, name) or _saying(page, name, speech)
        if credit:
            origin = f"source:{credit}"
            yield replace(name, kind=SOURCE, score=SURE, origin=origin)
            taken.update(name.words)
        elif _is_always_source(name):
            origin = f"source:{name.group}"
            yield replace(name, kind=SOURCE, score=GUESS, origin=origin)
            taken.update(name.words)
    taken |= covered(known)
    yield from _credited(page, _nouns_alone(page, known), taken, speech)
    yield from _unknown_speakers(page, taken, speech)


def _is_always_source(name: Name) -> bool:
    """Return whether a name is a source even if no words credit it: media, observers
    and unnamed sources of several words.
    """
    if name.group not in _SOURCE_CLASSES or name.last == name.first:
        return False
    is_titled = name.origin.startswith("title:")
    return name.group != "press" or not is_titled or bool(name.ids)


def _credited(
    page: Page, names: Iterator[Name], taken: set[int], speech: Speech
) -> Iterator[Name]:
    """Yield the names that are credited and overlap no taken word, and take theirs."""
    for name in names:
        credit = _attribution(page, name) or _saying(page, name, speech)
        if credit and taken.isdisjoint(name.words):
            yield replace(name, kind=SOURCE, score=GUESS, origin=f"source:{credit}")
            taken.update(name.words)


def _nouns_alone(page: Page, known: Sequence[Name]) -> Iterator[Name]:
    """Yield nouns with the article for bodies and media named earlier: بحسب الوكالة،
    أضاف المرصد، قال الجيش.
    """
    # a noun in both tables is a body: الوزارة, الإدارة
    for table, groups in (
        (BODY, heads("actors", "group_heads")),
        (TITLE, heads(*_TITLES)),
    ):
        for index, ((skipped, head), *_) in page.opened(table):
            group = groups[head]
            is_dual = head.endswith("ان")  # الجانبان
            is_people = group in ("people", "unknown") or is_dual
            is_body = table == BODY and not is_people
            is_medium = group in ("press", "watchers")
            if not is_definite(head) or not (is_body or is_medium):
                continue
            ids: tuple[str, ...] = ()
            if group == "rulers":
                ids = _named_before(page, index, head, known)
            yield Name(ACTOR, index, index, skipped, "", ids, group)


def _named_before(
    page: Page, index: int, head: str, known: Sequence[Name]
) -> tuple[str, ...]:
    """Return the entries of the last body with this noun (وزارة الدفاع الأميركية) in
    front of الوزارة.
    """
    for name in reversed(known):
        if name.last >= index or not name.ids:
            continue
        noun = page.words[name.first].text[name.skipped :]
        if bare(noun) == bare(head):
            return name.ids
    return ()


def _ones_of_many(page: Page) -> Iterator[Name]:
    """Yield one of several people: أحد السكان، أحد شهود العيان."""
    for index, ((skipped, _), *_) in page.opened(ONE_OF):
        last = index + 1
        if not is_definite(follows(page, index)):
            last += 1
        if is_definite(follows(page, last - 1)):
            yield Name(ACTOR, index, last, skipped, "", (), "nameless")


@cache
def _attributions() -> Sequence[tuple[str, str]]:
    """Return the phrases of attribution with their particles: وفقاً ل; بحسب has none."""
    return [
        (fold_key(phrase), fold_key(particle))
        for phrase, particle in words()["sources"]["attribution"]
    ]


def is_attributed(source: Name) -> bool:
    """Return whether a source is credited by a phrase without a verb (وفق الجيش), and
    so named only as a source.
    """
    phrase = source.origin.removeprefix("source:")
    is_listed = any(phrase == listed for listed, _ in _attributions())
    return is_listed or phrase in (_CONVEYED, _ASIDE)


def _attribution(page: Page, name: Name) -> str:
    """Return the phrase of attribution in front of a name, or an empty string."""
    before = precedes(page, name.first)
    preceding = readings_before(page, name.first)
    if not before:
        return ""
    proclitics = page.words[name.first].text[: name.skipped]
    earlier = precedes(page, name.first - 1)
    for phrase, particle in _attributions():
        if len(particle) > 1:
            if before == particle and earlier.endswith(phrase):
                return phrase
        elif phrase in preceding and proclitics.endswith(particle):
            return phrase
    if before != "عن":
        return ""
    before_that = page.words.texts[max(0, name.first - 6) : name.first - 1]
    is_conveyed = not word_set("sources", "conveying").isdisjoint(before_that)
    return _CONVEYED if is_conveyed else ""


def _saying(page: Page, name: Name, speech: Speech) -> str:
    """Return the verb of saying or the colon that makes a name the speaker, an empty
    string without one.
    """
    proclitics = page.words[name.first].text[: name.skipped]
    if proclitics not in ("", "و", "ف") or name.group == "unknown":
        return ""
    # groups only report
    spoken = speech.reports if name.group in ("fighters", "") else speech.words
    at = name.first - 1
    if precedes(page, name.first) in word_set("sources", "resumptive"):
        at -= 1  # وفق ما أفاد به مصدر
    before = precedes(page, at + 1)
    if before and precedes(page, at) in word_set("sources", "as"):
        is_spoken = not spoken.isdisjoint((before, before.removesuffix("ه")))
        return _ASIDE if is_spoken else ""  # ما قاله الجيش
    for _, verb in readings(before) if before else ():
        if verb in spoken:
            return verb if _has_as_speaker(page, name, at, verb) else ""
    behind = page.words.texts[name.last + 1 : name.last + 2]
    if behind == [":"]:
        start = page.words.in_sentence(page.words[name.first].sentence).start
        in_front = " ".join(page.words.texts[start : name.first]).rpartition("|")[2]
        if not any(map(str.isalpha, in_front)):
            return ":"  # 07:05 | كتائب القسام: استهدفنا؛ عاجل | كتائب القسام: …
    is_set_off = name.group in _PERSONS and behind in (["،"], [","])
    after = follows(page, name.last + 1 if is_set_off else name.last)
    if after not in spoken or after in speech.nouns:
        return ""
    return after if is_set_off or not page.is_separated(name.last) else ""


def _has_as_speaker(page: Page, name: Name, at: int, verb: str) -> bool:
    """Return whether a name behind a verb of saying is its subject.

    at: the index of the verb, which is given without proclitics.
    """
    if verb in word_set("groups", "called") and page.raw(at).endswith("ى"):
        return False  # جماعة تُدعى
    is_accused = verb in verbs("roles", "accusing")
    if is_accused and follows(page, name.last)[:1] == "ب":
        start = page.words.in_sentence(page.words[name.first].sentence).start
        if at != start or verb.startswith("اتهم"):
            return False  # واتهمت الجيش بقصف السوق
    if verb in word_set("sources", "conveying"):
        # what is conveyed is a thing without عن: نقلت الفصائل أسلحة
        return "عن" in page.words.texts[name.last + 1 : name.last + 7]
    return True


def _unknown_speakers(page: Page, taken: set[int], speech: Speech) -> Iterator[Name]:
    """Yield the unlisted names behind verbs of reporting: قال مايكل نايتس إن."""
    for index, _ in page.opened(REPORT):
        stop = index + 1
        while follows(page, stop - 1) and stop not in taken:
            if not _could_be_name(page, stop, speech):
                break
            stop += 1
        is_ended = (
            stop >= len(page.words)
            or page.words[stop].is_sign
            or is_stop(page.words[stop].text)
        )
        defined = [
            text for text in page.words.texts[index + 1 : stop] if is_definite(text)
        ]
        if is_ended and len(defined) < 2 and 2 <= stop - index - 1 <= _LONGEST_NAME:
            yield Name(SOURCE, index + 1, stop - 1, 0, UNKNOWN, (), "person", GUESS)


def _could_be_name(page: Page, index: int, speech: Speech) -> bool:
    """Return whether a word behind a verb of reporting can be part of a name."""
    text = page.words[index].text
    if text in speech.happenings or text in speech.ends:
        return False  # أكدت سقوط عدد من القتلى
    if text in heads(*_TITLES) or is_stop(text):
        return False
    if text[0].isdigit() or text[0] in "بلوف" or text.endswith(("ها", "هم")):
        return False
    if not is_definite(text) and not is_nisba(text):
        return True
    # a surname, but not right behind the verb
    is_behind_report = not speech.reports.isdisjoint(readings_before(page, index))
    return bool(precedes(page, index - 1)) and not is_behind_report
