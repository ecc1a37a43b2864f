"""Triggers: the words that denote an event, and its event type.

A trigger is one word or one set phrase; of a light verb and its noun it is the noun.
According to the codebook's boundary rule `minimal_trigger`, adjectives for the means
are included; complements and evaluative adjectives are not. Ambiguous words count only
beside a possible agent. Reporting verbs in front of a reported clause, states, negated
verbs, weapons and words inside names are not triggers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache
from itertools import groupby, islice

from msgspec import Struct

from coder.codebook.lexicon_schema import Lexicon
from coder.model import Candidate
from coder.suggest.article_words import Page, Tables, Word
from coder.suggest.compiled_lexicon import TRIGGER, WEAPON, Match, Term, Vocabulary
from coder.suggest.forms import SHADDA, nation_forms
from coder.suggest.phrase import (
    follows,
    is_definite,
    is_nisba,
    precedes,
    readings_before,
)
from coder.suggest.word_lists import (
    bare,
    light_verbs,
    nouns,
    readings,
    verb_set,
    verbs,
    word_set,
    words,
)
from coder.text.normalize import fold_key

SURE = 0.9
_DOUBTFUL = 0.6
# maximum distance in words of the parts of a set phrase, or of a light verb and its
# noun
_GAP = 18
_BESIDE = 3  # maximum distance in words of an agent from an ambiguous trigger
_LOADED = 5  # maximum distance in words of a vehicle's load from the verb
_HEADLINE = 12  # words
_NEAR = 6  # maximum distance in words of a death from the act that caused it
_DECOY = "decoy"
_SET_PHRASE = "set phrase"


class _Trigger(Struct, frozen=True):
    first: int
    last: int
    skipped: int  # letters of proclitics
    terms: tuple[Term, ...]  # the least ambiguous first
    behind: Sequence[int] = ()  # indices of a set phrase's other words

    @property
    def doubtful(self) -> bool:
        return self.terms[0].doubtful


def openings(vocabulary: Vocabulary) -> Tables:
    """First words of set phrases: of discontinuous triggers, and of phrases that only
    look like triggers.
    """
    return {_DECOY: _decoy_phrases(), _SET_PHRASE: vocabulary.gaps}


def triggers(
    page: Page,
    matches: Sequence[Match],
    vocabulary: Vocabulary,
    lexicon: Lexicon,
    signs: Set[int],  # indices of words for possible agents and for counts
    named: Set[int],  # indices of words inside names
    marches: Set[int],  # indices of words for marches, which could also mean drones
    said: Set[str],  # types of events that are said and happen nowhere
) -> Iterator[Candidate]:
    """Yield the triggers of a page, in order."""
    weapons = {
        (m.start, m.stop): page.words_in(m.start, m.stop)
        for m in matches
        if m.kind == WEAPON
    }
    means = {i for weapon in weapons.values() for i in weapon}
    # a phrase that denotes both an act and a weapon (إطلاق نار) stays whole
    acts = (
        (m, set() if (m.start, m.stop) in weapons else means)
        for m in matches
        if m.kind == TRIGGER
    )
    found = [_trimmed(page, match, vocabulary, parts) for match, parts in acts]
    discontinuous = list(_discontinuous(page, vocabulary))
    starts = {t.first for t in discontinuous}
    # a set phrase replaces its first word if that is ambiguous (فجّر … نفسه)
    found = [
        t for t in found if t.first not in starts or t.last > t.first or not t.doubtful
    ]
    taken = {i for t in found for i in range(t.first, t.last + 1)}
    found = sorted(
        [*found, *(t for t in discontinuous if t.first not in taken)],
        key=lambda t: t.first,
    )
    found = [t for t in found if not set(range(t.first, t.last + 1)) <= named]
    context = _Context(
        page, vocabulary, lexicon, found, list(weapons.values()), signs | means, said
    )
    decoys: set[int] = set()
    for index, opening in page.opened(_DECOY):
        for phrase in (p for _, text in opening for p in _decoy_phrases()[text]):
            if tuple(page.words.texts[index + 1 : index + len(phrase)]) == phrase[1:]:
                decoys.update(range(index, index + len(phrase)))
    for trigger in found:
        if trigger.first in decoys or (
            trigger.last in decoys and not _is_obliging(trigger)
        ):
            continue
        if trigger.first in marches or context.denotes_event(trigger):
            start = page.words[trigger.first].start + trigger.skipped
            stop = page.words[trigger.last].stop
            term = trigger.terms[0]
            score = _DOUBTFUL if trigger.doubtful else SURE
            origin = f"{term.part}:{term.listed}"
            if trigger.behind:  # as the article has it, not folded as the phrases are
                written = " ".join(map(page.raw, trigger.behind))
                origin = f"{term.part}:{page.text_of(start, stop)} … {written}"
            yield page.candidate(
                TRIGGER, start, stop, value=term.id, origin=origin, score=score
            )


# ---------------------------------------------------------------- where triggers begin and end
def set_phrases(page: Page, vocabulary: Vocabulary) -> Iterator[tuple[int, str]]:
    """The first words of discontinuous triggers (حمّلت … المسؤولية), by index, with the
    event type.
    """
    return (
        (trigger.first, trigger.terms[0].id)
        for trigger in _discontinuous(page, vocabulary)
    )


def _discontinuous(page: Page, vocabulary: Vocabulary) -> Iterator[_Trigger]:
    for index, opened in page.opened(_SET_PHRASE):  # the first word of ألقت … باللوم
        yield from islice(_phrases_at(page, index, opened, vocabulary), 1)


def _phrases_at(
    page: Page, index: int, opened: Sequence[tuple[int, str]], vocabulary: Vocabulary
) -> Iterator[_Trigger]:
    ahead = [
        i
        for i, word in enumerate(_ahead(page, index, _GAP), index + 1)
        if not word.is_sign
    ]
    rest = tuple(page.words[i].text for i in ahead)
    for skipped, text in opened:
        for behind, type_id in vocabulary.gaps[text]:
            size = len(behind)
            starts = (i for i in range(len(rest)) if rest[i : i + size] == behind)
            if (start := next(starts, None)) is not None:
                term = Term(
                    TRIGGER, type_id, f"{text} … {' '.join(behind)}", part="verb"
                )
                yield _Trigger(
                    index, index, skipped, (term,), ahead[start : start + size]
                )


def _trimmed(
    page: Page, match: Match, vocabulary: Vocabulary, means: Set[int]
) -> _Trigger:
    first, last, skipped = page.located(match.start, match.stop)
    is_phrase = last > first
    is_verb = _ends_as_verb(page, last)
    is_fall = follows(page, last) in word_set(
        "triggers", "prepositions"
    )  # يسقط على, not يسقط طائرة
    falls = {
        term
        for term in match.terms
        if is_fall and term.listed in words()["triggers"]["falling"]
    }
    terms = tuple(
        sorted(
            match.terms,
            key=lambda t: (t.doubtful and t not in falls, is_verb and t.part == "noun"),
        )
    )
    head = page.words[first].text[skipped:]
    own = vocabulary.single_triggers.get(head)
    if is_phrase and (head in light_verbs() or terms[0].part == "verb"):
        if own is None and page.words[last].text in vocabulary.single_triggers:
            return _Trigger(last, last, 0, terms)
        first, skipped = (first + 1, 0) if head in light_verbs() else (first, skipped)
        known = [
            r
            for r in readings(page.words[first].text)
            if r[1] in vocabulary.single_triggers
        ]
        if known and head in verbs(
            "triggers", "undergoing"
        ):  # تعرّض لهجوم: who did is not its subject
            skipped, noun = known[-1]
            return _Trigger(first, last, skipped, (vocabulary.single_triggers[noun],))
    if page.words[last].text == "ان" and (verb := follows(page, last)):
        return _Trigger(
            first, last + (not is_definite(verb)), skipped, terms
        )  # يجب أن with its verb
    while last > first and (
        (own and last in means) or _is_dispensable(page, last, head, terms, own)
    ):
        if is_nisba(page.words[last].text):
            break
        last -= 1
    if own is not None and is_phrase and first == last and own.id == terms[0].id:
        is_shadowed = own.part == "noun" and _ends_as_verb(page, first)  # نفى علاقة
        terms = terms if is_shadowed else (own, *terms)
    if (
        head in word_set("triggers", "again")
        and (joined := follows(page, last))[:1] == "و"
    ):
        last += joined[1:] in vocabulary.single_triggers
    if own is not None and own.part == "noun":  # قصف مدفعي وصاروخي
        if (text := follows(page, last)) in _means_adjectives():
            last += is_definite(text) == is_definite(head)
        last += last > first and follows(page, last)[1:] in _means_adjectives()
    return _Trigger(first, last, skipped, terms)


def _ends_as_verb(page: Page, index: int) -> bool:  # نفى, but نفي is a noun
    return page.words[index].text[-1] == "ي" and page.raw(index)[-1] == "ى"


@cache
def _means_adjectives() -> Set[str]:
    return {
        form.text
        for adjective in words()["means_adjectives"]
        for form in nation_forms(adjective)
    }


def _is_dispensable(
    page: Page, last: int, head: str, terms: Sequence[Term], own: Term | None
) -> bool:
    """Return whether the last word is a preposition or complement and can be dropped;
    own: the head's own term.
    """
    text = page.words[last].text
    if text in word_set("triggers", "prepositions"):
        return True
    if terms[0].part == "verb" and text[0] == "ل":
        return True  # تصدّى لصواريخ
    if (
        own is None
        or is_nisba(text)
        or (own.doubtful and text not in word_set("triggers", "salvos"))
    ):
        return False
    is_qualifying = bare(text).startswith("م") and is_definite(text) == is_definite(
        head
    )
    if (
        is_qualifying
        and page.words[last - 1].text.endswith(head)
        and own.id != terms[0].id
    ):
        return False  # هجوم مسلح is of another type than هجوم
    if is_qualifying or own.id == terms[0].id:  # قصف مكثّف, هجمات متكررة
        return True
    while not page.words[last].text.endswith(head):
        text = page.words[last].text
        if text in word_set("triggers", "prepositions") or text[0] == "ب":
            return True
        last -= 1
    return False


def _ahead(page: Page, last: int, size: int) -> list[Word]:
    sentence = page.words[last].sentence
    return [
        w
        for w in page.words.between(last + 1, last + 1 + size)
        if w.sentence == sentence
    ]


# ---------------------------------------------------------------- words that only look like triggers
class _Context(Struct, frozen=True):
    page: Page
    vocabulary: Vocabulary
    lexicon: Lexicon
    found: Sequence[_Trigger]
    weapons: Sequence[range]  # indices of their words
    signs: Set[int]  # indices of words for possible agents, weapons and counts
    said: Set[str]  # types of events that are said and happen nowhere

    def denotes_event(self, trigger: _Trigger) -> bool:
        if precedes(self.page, trigger.first) in word_set("triggers", "not"):
            return False
        if not readings_before(self.page, trigger.first).isdisjoint(
            nouns("triggers", "breaches")
        ):
            return False  # خرق الهدنة is no truce
        is_loss = trigger.terms[0].listed in words()["triggers"]["falling"]
        if is_loss and any(
            w.text in nouns("triggers", "fallen")
            for w in _ahead(self.page, trigger.last, 2)
        ):
            return False  # سقط 3 قتلى is no fall of a town
        is_exit = trigger.terms[0].listed in words()["triggers"]["coming_out"]
        if is_exit and any(
            w.text in nouns("crowds")
            for w in _ahead(self.page, trigger.last, _BESIDE + 1)
        ):
            return False  # خرجت اليوم مظاهرات is no withdrawal
        is_entry = trigger.terms[0].listed in words()["triggers"]["entering"]
        if is_entry and self._is_transport(trigger):
            return False  # دخلت شاحنات محملة بالمساعدات is no change of control
        if self._head(trigger) in verbs(
            "triggers", "undergoing"
        ) and not self._is_under_fire(trigger):
            return False  # تعرضت لانتقادات is no attack
        if (
            self._is_arms(trigger)
            or self._is_state(trigger)
            or self._is_relative(trigger)
        ):
            return False
        if self._is_report(trigger) or self._is_light(trigger):
            return False
        # of a set phrase that began earlier (ألقت … القبض)
        rest = f"… {self._head(trigger)}"
        phrase_starts = (
            t
            for t in self.found
            if t.last < trigger.first and t.terms[0].listed.endswith(rest)
        )
        if any(
            self._in_one_sentence(t, trigger) for t in phrase_starts
        ) or self._is_result(trigger):
            return False
        return not trigger.doubtful or self._has_cue(trigger)

    def _is_transport(self, trigger: _Trigger) -> bool:
        first, *behind = [
            {w.text, bare(w.text)} for w in _ahead(self.page, trigger.last, _LOADED)
        ] or [{""}]
        is_vehicle = not nouns("triggers", "vehicles").isdisjoint(
            first
        )  # اليات begins with no article
        is_loaded = any(
            not word_set("triggers", "loaded").isdisjoint(word) for word in behind
        )
        return not nouns("triggers", "supplies").isdisjoint(first) or (
            is_vehicle and is_loaded
        )

    def _is_under_fire(
        self, trigger: _Trigger
    ) -> bool:  # تعرّضت القاعدة لوابل من الصواريخ
        reach = range(
            trigger.last + 1,
            trigger.last + 1 + len(_ahead(self.page, trigger.last, _GAP)),
        )
        return any(weapon[0] in reach for weapon in self.weapons)

    def _head(self, trigger: _Trigger) -> str:
        return self.page.words[trigger.first].text[trigger.skipped :]

    def _has_ba(self, trigger: _Trigger) -> bool:
        return self.page.words[trigger.first].text[: trigger.skipped].endswith("ب")

    def _is_arms(self, trigger: _Trigger) -> bool:  # بقذائف، مسيّرات, but not إطلاق نار
        is_one_word = trigger.first == trigger.last
        head = self._head(trigger)
        has_ba = self._has_ba(trigger)
        is_arms = head in self.vocabulary.weapon_heads
        if is_one_word and is_arms and has_ba:
            return True
        for weapon in (weapon for weapon in self.weapons if trigger.first in weapon):
            if trigger.last in weapon:
                is_whole = (trigger.first, trigger.last) == (weapon[0], weapon[-1])
                is_act = head in self.vocabulary.single_triggers and not is_arms
                return is_one_word or not (is_whole and is_act)
            if has_ba:
                return True
        return False

    def _is_state(
        self, trigger: _Trigger
    ) -> bool:  # present tense (تسيطر, but not تبنّى from بنى)
        head = self._head(trigger)
        if (
            head[:1] not in ("ي", "ت")
            or len(head) <= 3
            or head not in verbs("standing_verbs")
        ):
            return False
        if trigger.first - 1 in self.signs and self._is_in_headline(trigger):
            return False  # قوات الدعم السريع تسيطر على ود مدني
        return {fold_key(term.listed).split()[0] for term in trigger.terms} <= word_set(
            "standing_verbs"
        )

    def _is_in_headline(self, trigger: _Trigger) -> bool:
        texts = self.page.words
        line = [
            texts[i]
            for i in texts.in_sentence(texts[trigger.first].sentence)
            if texts[i].text != "\n"
        ]
        return len(line) <= _HEADLINE and not line[-1].is_sign

    def _is_relative(
        self, trigger: _Trigger
    ) -> bool:  # الهجوم الذي وقع قرب … ("happened", not "signed")
        is_relative = precedes(self.page, trigger.first) in word_set(
            "triggers", "after_relative"
        )
        if not is_relative or self._head(trigger) not in word_set(
            "triggers", "befalling"
        ):
            return False
        type_id = trigger.terms[0].id
        in_front = trigger.first - 2
        is_signed = any(
            t.last == in_front and t.terms[0].id == type_id for t in self.found
        )
        return not is_signed and SHADDA not in self.page.raw(trigger.first)

    def _is_report(self, trigger: _Trigger) -> bool:
        if not {head := self._head(trigger), head.removesuffix("ه")} & verb_set(
            self.lexicon.reporting.verbs
        ):
            return False
        reported = word_set("triggers", "reported")
        if follows(self.page, trigger.last) in nouns("people", "titles", "nameless"):
            return True  # أكدت مصادر محلية مقتل
        is_aside = precedes(self.page, trigger.first) in word_set("triggers", "as")
        return is_aside or any(
            w.text in reported for w in _ahead(self.page, trigger.last, _GAP)
        )

    def _is_light(
        self, trigger: _Trigger
    ) -> bool:  # the next noun, or a later one, carries the meaning
        if self._head(trigger) in nouns("light_nouns"):
            return any(
                t.first == trigger.last + 1 and not t.skipped for t in self.found
            )
        if self._head(trigger) not in light_verbs():
            return False
        reach = range(trigger.last + 1, trigger.last + 1 + _GAP)
        return any(
            t.first in reach and self._in_one_sentence(t, trigger) for t in self.found
        )

    def _in_one_sentence(self, one: _Trigger, other: _Trigger) -> bool:
        return (
            self.page.words[one.first].sentence == self.page.words[other.first].sentence
        )

    def _is_result(
        self, trigger: _Trigger
    ) -> bool:  # of another act (قتل مسلحون بضربة جوية)
        term = trigger.terms[0]
        is_dying = term.part == "noun" and term.listed in words()["triggers"]["killing"]
        if is_dying or term.listed in words()["triggers"]["deaths"]:  # استشهاد، مقتل
            acts = (t for t in self.found if t.terms[0].id not in self.said)
            return any(
                t is not trigger and self._in_one_sentence(t, trigger) for t in acts
            )
        if term.listed not in words()["triggers"]["killing"]:
            return False
        begin = trigger.last + 1
        stop = trigger.last + 2 + _NEAR
        signs = (
            i
            for i, word in enumerate(self.page.words.between(begin, stop), begin)
            if word.is_sign
        )
        reach = range(begin, next(signs, stop))
        acts = (t for t in self.found if t.first in reach)
        prepositions = word_set("triggers", "through")
        return any(
            self._has_ba(act) or precedes(self.page, act.first) in prepositions
            for act in acts
        )

    def _has_cue(self, trigger: _Trigger) -> bool:  # that it denotes an act
        head = self._head(trigger)
        texts = self.page.words
        if head.removeprefix("ال") in map(
            fold_key, self.lexicon.reporting.source_nouns
        ):
            return False  # a document (بيان)
        behind = range(trigger.last + 1, trigger.last + 1 + _BESIDE)
        beside = (*range(trigger.first - _BESIDE, trigger.first), *behind)
        sentence = texts.in_sentence(texts[trigger.first].sentence)
        against = word_set("triggers", "against")
        signs = (
            i in self.signs or texts[i].text in against for i in beside if i in sentence
        )
        if head.endswith(("ها", "هم")) or any(signs) or self._is_joined(trigger):
            return True
        if self._has_ba(
            trigger
        ):  # an act that is threatened, ordered or claimed: هددت بالردّ
            return any(
                t.last == trigger.first - 1 and not t.doubtful for t in self.found
            )
        text = follows(self.page, trigger.last)
        is_subject = is_definite(text) and any(
            t.first == trigger.last + 1 for t in self.found
        )
        return text in light_verbs() or (trigger.terms[0].part == "verb" and is_subject)

    def _is_joined(
        self, trigger: _Trigger
    ) -> bool:  # by و to a verb for an act: وجرّفت الأرض، وأغلقت الطريق
        if trigger.terms[0].part != "verb" or trigger.skipped != 1:
            return False
        earlier = (
            t
            for t in self.found
            if t.last < trigger.first and self._in_one_sentence(t, trigger)
        )
        near = list(earlier)[-1:]
        is_sure = any(t.terms[0].part == "verb" and not t.doubtful for t in near)
        return is_sure and near[0].terms[0].id not in self.said


def _is_obliging(trigger: _Trigger) -> bool:  # يجب أن with the verb behind it
    return fold_key(trigger.terms[0].listed).split()[0] in word_set("roles", "obliging")


@cache
def _decoy_phrases() -> Mapping[
    str, Sequence[tuple[str, ...]]
]:  # first word → the phrases it opens
    phrases = sorted(tuple(p.split()) for p in word_set("decoys"))
    return {head: list(opened) for head, opened in groupby(phrases, key=lambda p: p[0])}
