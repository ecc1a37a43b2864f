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
UNKNOWN = "source:unknown name"  # the origin of an unlisted speaker
_CONVEYED = "نقل عن"
_ASIDE = "وفق ما"
_TITLES = ("people", "titles")
_LONGEST_TITLE = 9
_LONGEST_NAME = 4
_NAME_WORDS = {
    "press": 2,
    "nameless": 0,
    "statement": 0,
    "watchers": 0,
}  # behind titles of non-persons
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
    """The words of saying of a lexicon combined with the general word lists."""
    counters = lexicon.numbers.counters
    nouns = reporting_nouns(lexicon)
    reports = verb_set(lexicon.reporting.verbs)
    all_verbs = saying_verbs(lexicon)
    weekdays = (
        w for day in lexicon.weekdays for form in day.ar for w in fold_key(form).split()
    )
    ends = all_verbs.union(light_verbs(), weekdays)
    acts = (noun for trigger in lexicon.triggers.values() for noun in trigger.nouns)
    arms = (form for weapon in lexicon.weapons for form in weapon.forms)
    fates = (
        n
        for n in (*counters.killed_words, *counters.injured_words, *acts, *arms)
        if " " not in n
    )
    happenings = frozenset(form.text for noun in fates for form in noun_forms(noun))
    return Speech(
        reports,
        all_verbs,
        nouns,
        all_verbs | nouns,
        ends,
        happenings,
        governments(lexicon),
    )


def saying_verbs(lexicon: Lexicon) -> frozenset[str]:
    """Every form of the verbs of saying."""
    return verb_set(lexicon.reporting.verbs) | verbs("people", "speech_verbs")


def reporting_nouns(lexicon: Lexicon) -> frozenset[str]:
    """Every form of the verbal nouns of the reporting verbs (إعلان)."""
    return masdar_set(lexicon.reporting.verbs)


def openings(speech: Speech) -> Tables:
    """Titles, nouns for bodies, one of several, and verbs that a speaker's name
    follows.
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
    """Persons and bodies introduced by a title, with the name (اللواء حسام لوقا);
    group: the title's kind.
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
        if name := _Title(
            page, starts, place_starts, speech, heads(*_TITLES)[head]
        ).read(index, skipped):
            if (person := persons.get(index - 1)) and not skipped and is_definite(head):
                name = replace(
                    name, first=person.first, skipped=person.skipped, ids=person.ids
                )
            found.append(name)
    return found


class _Title(Struct, frozen=True):
    page: Page
    starts: Mapping[int, Name]  # first word of each known actor → that name
    placed: frozenset[int]  # first words of places
    speech: Speech
    kind: str

    def read(self, first: int, skipped: int) -> Name | None:  # None for a bare title
        head = self.page.words[first].text[skipped:]
        is_unnamed = self.kind == "nameless"
        last = first
        in_name = 0
        ids: tuple[str, ...] = ()
        if is_unnamed and follows(self.page, first) in word_set(
            "people", "no_speakers"
        ):
            return None
        while last - first < _LONGEST_TITLE and (text := follows(self.page, last)):
            at = last + 1
            is_defined_by_next = not is_definite(head) and is_definite(
                follows(self.page, at)
            )
            is_place = at in self.placed and is_definite(self.page.words[last].text)
            if is_place and (
                text in heads("places", "naming")
                or not (in_name or text in name_openers())
            ):
                break  # زار الوزير مدينة حلب, زار الوزير الروسي دمشق
            known = self.starts.get(at)
            is_another = in_name > 0 or (
                known is not None and text[: known.skipped] == "و"
            )
            # behind a word with the article no construct state goes on: لجنة حماية
            # الصحفيين جماعة الحوثي
            is_another = is_another or (
                is_definite(self.page.words[last].text) and not is_definite(text)
            )
            if known and is_another and known.group != "person":
                break
            if (
                known
                and known.group == "press"
                and text[: known.skipped] == "ل"
                and not is_unnamed
            ):
                break  # مسؤول أميركي لرويترز
            # a known name continues the phrase in construct state, or behind the ل of
            # مصادر لـ
            is_theirs = is_unnamed or self.kind == "statement"
            if known and (
                known.skipped == 0 or (is_theirs and text[: known.skipped] == "ل")
            ):
                last = known.last
                ids = self._holder(known)
                if ids:
                    break
            elif self._is_topic(last, text, in_name) or self._is_complement(
                at, text, in_name
            ):
                break
            elif text in word_set("sources", "issued") or text.endswith(
                "."
            ):  # العقيد د. أحمد
                last = at
            elif (behind := self._complement(at)) is not None:
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
                in_name = in_name + is_surname
            elif is_unnamed and text.endswith(("ه", "ي")):  # مصدر طبي
                last = at
            elif self.kind == "watchers" and last == first and is_defined_by_next:
                last = at + 1  # مركز طب الطوارئ
            elif text in heads(*_TITLES) and not in_name:
                last = at  # مستشار قائد الجيش
            elif in_name == _NAME_WORDS.get(self.kind, _LONGEST_NAME):
                break
            else:
                last = at
                in_name = in_name + 1
        if not ids and not in_name and not is_unnamed:
            last, ids = self._apposition(last)
        if last == first and not is_unnamed:
            return None
        return Name(
            ACTOR, first, last, skipped, f"title:{head}", ids, self.kind, LIKELY
        )

    def _holder(
        self, name: Name
    ) -> tuple[str, ...]:  # if a person, or a medium with a media title
        return (
            name.ids
            if name.group == "person" or name.group == self.kind == "press"
            else ()
        )

    def _is_topic(
        self, last: int, text: str, in_name: int
    ) -> bool:  # نظيره التركي العلاقات الثنائية
        if in_name and text in self.speech.happenings:
            return True
        is_whole = in_name > 0 or self.page.words[last].text in nation_adjectives()
        return is_whole and bare(text) in word_set("people", "topics")

    def _is_complement(
        self, at: int, text: str, in_name: int
    ) -> bool:  # addressee or purpose
        if text[0] == "ل" and heads(*_TITLES).get(text[1:]) == "press":
            return True  # مسؤول أميركي لشبكة …
        if text[0] not in "بل" or text in name_openers():
            return False
        if (
            in_name < 2
        ):  # names can begin with these letters but not end in a pronoun (لتسليمه)
            return not in_name and len(text) > 4 and self.page.raw(at).endswith("ه")
        return (
            is_common(text[1:]) or WORD_SHAPE.fullmatch(text[1:]) is not None
        )  # دونالد ترامب بفرض رسوم

    def _ends(
        self, at: int, text: str
    ) -> bool:  # at a particle, a verb, a day, a number, the next title
        is_end_word = text in self.speech.ends or bare(text) in word_set(
            "actors", "allegiance"
        )
        is_next = text[0] == "و" and text[1:] in heads(*_TITLES)
        if (
            is_end_word
            or is_next
            or is_stop(text)
            or text[0].isdigit()
            or TANWIN in self.page.raw(at)
        ):
            return True
        if any(
            taken and (is_stop(rest) or rest in self.speech.happenings)
            for taken, rest in readings(text)
        ):
            return True
        verbal = (
            text,
            text.removeprefix("و"),
            text.removesuffix("ا"),
        )  # أغلقت، وأغلقت، قُتلا
        if text not in name_openers() and not general_verbs().isdisjoint(verbal):
            return True
        # a bare alif begins derived verbs (اتخذ); names and nouns have a hamza or the
        # article
        return (
            self.page.raw(at)[0] == "ا" and not text.startswith("ال") and len(text) > 3
        )

    def _is_object(self, at: int, text: str) -> bool:
        """Return whether a definite word behind whom a spokesman speaks for is no part
        of the title: نفى المتحدث باسم حركة فتح الاتهامات.

        at: the index of the preposition in front of the complement.
        """
        is_spokesman = self.page.words[at].text in word_set("people", "speaking_for")
        is_part = is_identifying(text) or text in name_openers()
        is_part = is_part or text in heads(*_TITLES)
        return is_spokesman and is_definite(text) and not is_part

    def _complement(
        self, at: int
    ) -> int | None:  # index of its last word (باسم، في، لـ)
        text = self.page.words[at].text
        if text.startswith("لل") and len(text) > 4 and self.kind != "press":
            return at
        if text not in word_set("people", "title_prepositions"):
            return None
        noun = follows(self.page, at)
        start = at + 1 + (noun in word_set("counting", "one_of"))
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
        return (
            start
            if is_inside
            and is_definite(noun)
            and bare(noun) not in self.speech.happenings
            else None
        )

    def _apposition(
        self, last: int
    ) -> tuple[int, tuple[str, ...]]:  # الباحث …، وائل علوان
        words_ = self.page.words
        at = last + 2
        if at >= len(words_) or words_[last + 1].text not in ("،", ","):
            return last, ()
        if at in self.starts:
            ids = self._holder(self.starts[at])
            return (self.starts[at].last, ids) if ids else (last, ())
        stop = at
        while (
            stop < len(words_)
            and not words_[stop].is_sign
            and not self._ends(stop, words_[stop].text)
        ):
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
        is_titled_medium = (
            name.group == "press" and name.origin.startswith("title:") and not name.ids
        )
        is_source = (
            name.group in _SOURCE_CLASSES
            and name.last > name.first
            and not is_titled_medium
        )
        if credit or is_source:
            score = SURE if credit else GUESS
            yield replace(
                name, kind=SOURCE, score=score, origin=f"source:{credit or name.group}"
            )
            taken.update(name.words)
    taken |= covered(known)
    yield from _credited(page, _nouns_alone(page, known), taken, speech)
    yield from _unknown_speakers(page, taken, speech)


def _credited(
    page: Page, names: Iterator[Name], taken: set[int], speech: Speech
) -> Iterator[Name]:
    for name in names:
        credit = _attribution(page, name) or _saying(page, name, speech)
        if credit and taken.isdisjoint(name.words):
            yield replace(name, kind=SOURCE, score=GUESS, origin=f"source:{credit}")
            taken.update(name.words)


def _nouns_alone(page: Page, known: Sequence[Name]) -> Iterator[Name]:
    # a noun in both tables is a body: الوزارة, الإدارة
    for table, groups in (
        (BODY, heads("actors", "group_heads")),
        (TITLE, heads(*_TITLES)),
    ):
        for index, ((skipped, head), *_) in page.opened(table):
            # bodies and media named earlier: بحسب الوكالة، أضاف المرصد، قال الجيش
            is_people = groups[head] in ("people", "unknown") or head.endswith(
                "ان"
            )  # الجانبان
            is_body = table == BODY and not is_people
            if is_definite(head) and (is_body or groups[head] in ("press", "watchers")):
                ids = (
                    _named_before(page, index, head, known)
                    if groups[head] == "rulers"
                    else ()
                )
                yield Name(ACTOR, index, index, skipped, "", ids, groups[head])


def _named_before(
    page: Page, index: int, head: str, known: Sequence[Name]
) -> tuple[str, ...]:
    """The entries of the last body with this noun (وزارة الدفاع الأميركية) in front of
    الوزارة.
    """
    alike = (n for n in reversed(known) if n.last < index and n.ids)
    nouns_of = ((n, page.words[n.first].text[n.skipped :]) for n in alike)
    return next((n.ids for n, noun in nouns_of if bare(noun) == bare(head)), ())


def _ones_of_many(page: Page) -> Iterator[Name]:  # أحد السكان، أحد شهود العيان
    for index, ((skipped, _), *_) in page.opened(ONE_OF):
        last = index + 1 + (not is_definite(follows(page, index)))
        if is_definite(follows(page, last - 1)):
            yield Name(ACTOR, index, last, skipped, "", (), "nameless")


@cache
def _attributions() -> Sequence[
    tuple[str, str]
]:  # phrase and particle: وفقاً ل; بحسب has none
    return [
        (fold_key(phrase), fold_key(particle))
        for phrase, particle in words()["sources"]["attribution"]
    ]


def is_attributed(source: Name) -> bool:
    """Return whether a source is credited by a phrase without a verb (وفق الجيش), and
    so named only as a source.
    """
    phrase = source.origin.removeprefix("source:")
    return phrase in (_CONVEYED, _ASIDE) or any(
        phrase == listed for listed, _ in _attributions()
    )


def _attribution(page: Page, name: Name) -> str:  # empty if there is none
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
    before_that = page.words.texts[max(0, name.first - 6) : name.first - 1]
    return (
        _CONVEYED
        if before == "عن"
        and not word_set("sources", "conveying").isdisjoint(before_that)
        else ""
    )


def _saying(
    page: Page, name: Name, speech: Speech
) -> str:  # a verb of saying, or empty
    if (
        page.words[name.first].text[: name.skipped] not in ("", "و", "ف")
        or name.group == "unknown"
    ):
        return ""
    spoken = (
        speech.reports if name.group in ("fighters", "") else speech.words
    )  # groups only report
    at = name.first - 1
    start = page.words.in_sentence(page.words[name.first].sentence).start
    if precedes(page, name.first) in word_set("sources", "resumptive"):
        at -= 1  # وفق ما أفاد به مصدر
    before = precedes(page, at + 1)
    if before and precedes(page, at) in word_set("sources", "as"):
        return (
            _ASIDE if not {before, before.removesuffix("ه")}.isdisjoint(spoken) else ""
        )  # ما قاله الجيش
    if before and (verb := next((w for _, w in readings(before) if w in spoken), "")):
        if verb in word_set("groups", "called") and page.raw(at).endswith("ى"):
            return ""  # جماعة تُدعى
        is_accused = (
            verb in verbs("roles", "accusing") and follows(page, name.last)[:1] == "ب"
        )
        if is_accused and (at != start or verb.startswith("اتهم")):
            return ""  # واتهمت الجيش بقصف السوق
        is_thing = (
            "عن" not in page.words.texts[name.last + 1 : name.last + 7]
        )  # نقلت الفصائل أسلحة
        return "" if verb in word_set("sources", "conveying") and is_thing else verb
    behind = page.words.texts[name.last + 1 : name.last + 2]
    if behind == [":"]:
        in_front = " ".join(page.words.texts[start : name.first]).rpartition("|")[2]
        if not any(map(str.isalpha, in_front)):
            return ":"  # 07:05 | كتائب القسام: استهدفنا؛ عاجل | كتائب القسام: …
    is_set_off = name.group in _PERSONS and behind in (["،"], [","])
    after = follows(page, name.last + is_set_off)
    is_verb = after in spoken and after not in speech.nouns
    return after if is_verb and (is_set_off or not page.is_separated(name.last)) else ""


def _unknown_speakers(
    page: Page, taken: set[int], speech: Speech
) -> Iterator[Name]:  # قال مايكل نايتس إن
    for index, _ in page.opened(REPORT):
        stop = index + 1
        while (
            follows(page, stop - 1)
            and stop not in taken
            and _could_be_name(page, stop, speech)
        ):
            stop += 1
        is_ended = (
            stop >= len(page.words)
            or page.words[stop].is_sign
            or is_stop(page.words[stop].text)
        )
        defined = sum(map(is_definite, page.words.texts[index + 1 : stop]))
        if is_ended and defined < 2 and 2 <= stop - index - 1 <= _LONGEST_NAME:
            yield Name(SOURCE, index + 1, stop - 1, 0, UNKNOWN, (), "person", GUESS)


def _could_be_name(page: Page, index: int, speech: Speech) -> bool:
    text = page.words[index].text
    is_other = (
        text in speech.happenings
        or text in speech.ends
        or text in heads(*_TITLES)
        or is_stop(text)
    )
    if (
        is_other
        or text[0].isdigit()
        or text.endswith(("ها", "هم"))
        or text[0] in "بلوف"
    ):
        return False  # أكدت سقوط عدد من القتلى
    if not (is_definite(text) or is_nisba(text)):
        return True
    return bool(precedes(page, index - 1)) and speech.reports.isdisjoint(
        readings_before(page, index)
    )
