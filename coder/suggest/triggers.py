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
from itertools import groupby

from msgspec import Struct

from coder.codebook.lexicon_schema import Lexicon
from coder.model import Candidate
from coder.suggest.article_words import Page, Reading, Tables
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
# How far, in words, one word may stand behind another:
_GAP = 18  # parts of a set phrase, a light verb's noun, what a verb reports
_BESIDE = 3  # an agent from an ambiguous trigger
_LOADED = 5  # a vehicle's load from the verb
_NEAR = 6  # the act that caused a death from the word for it
_CASUALTIES = 2  # the fallen from a verb of falling
_CROWD = 4  # the crowd from a verb of coming out
_HEADLINE = 12  # maximum length of a headline in words
_DECOY = "decoy"
_SET_PHRASE = "set phrase"


class _Trigger(Struct, frozen=True):
    """Words that may denote an event: those at the indices first to last."""

    first: int
    last: int
    proclitics: int  # how many letters of the first word are proclitics
    terms: tuple[Term, ...]  # the least ambiguous first
    rest: Sequence[int] = ()  # indices of a set phrase's other words

    @property
    def term(self) -> Term:
        """The least ambiguous of the terms."""
        return self.terms[0]

    @property
    def words(self) -> range:
        """The indices of its words, without the rest of a set phrase."""
        return range(self.first, self.last + 1)


class _Head(Struct, frozen=True):
    """The first word of a match, which decides how much of the match is the trigger."""

    index: int
    text: str  # without proclitics
    term: Term | None  # what it denotes alone, if it is a trigger without the rest


def openings(vocabulary: Vocabulary) -> Tables:
    """Return the first words of discontinuous triggers and of decoy phrases."""
    return {_DECOY: _decoy_phrases(), _SET_PHRASE: vocabulary.gaps}


def triggers(
    page: Page,
    matches: Sequence[Match],
    vocabulary: Vocabulary,
    lexicon: Lexicon,
    cues: Set[int],  # indices of words for possible agents and for counts
    in_names: Set[int],  # indices of words inside names
    marches: Set[int],  # indices of words for marches, which could also mean drones
    said: Set[str],  # types of events that are said and happen nowhere
) -> Iterator[Candidate]:
    """Yield the triggers of a page, in order."""
    weapons = {
        (match.start, match.stop): page.words_in(match.start, match.stop)
        for match in matches
        if match.kind == WEAPON
    }
    weapon_words: set[int] = set()
    for weapon in weapons.values():
        weapon_words.update(weapon)
    found: list[_Trigger] = []
    for match in matches:
        if match.kind == TRIGGER:
            # a phrase that denotes both an act and a weapon (إطلاق نار) stays whole
            is_weapon = (match.start, match.stop) in weapons
            means = set() if is_weapon else weapon_words
            found.append(_trigger_in(page, match, vocabulary, means))
    found = _with_set_phrases(found, list(_discontinuous(page, vocabulary)))
    found = [trigger for trigger in found if not set(trigger.words) <= in_names]
    context = _Context(
        page,
        vocabulary,
        lexicon,
        found,
        list(weapons.values()),
        cues | weapon_words,
        said,
    )
    decoys = _decoy_words(page)
    for trigger in found:
        if _is_decoy(trigger, decoys):
            continue
        if trigger.first in marches or context.denotes_event(trigger):
            yield _candidate(page, trigger)


def _candidate(page: Page, trigger: _Trigger) -> Candidate:
    """Return the candidate for a trigger."""
    start = page.words[trigger.first].start + trigger.proclitics
    stop = page.words[trigger.last].stop
    term = trigger.term
    origin = f"{term.part}:{term.listed}"
    if trigger.rest:  # as the article has it, not folded as the phrases are
        rest = " ".join(map(page.raw, trigger.rest))
        origin = f"{term.part}:{page.text_of(start, stop)} … {rest}"
    score = _DOUBTFUL if term.doubtful else SURE
    return page.candidate(
        TRIGGER, start, stop, value=term.id, origin=origin, score=score
    )


# ------------------------------------------------------ set phrases with words between
def set_phrases(page: Page, vocabulary: Vocabulary) -> Iterator[tuple[int, str]]:
    """Yield index and event type of the first words of discontinuous triggers.

    For example of «حمّلت» in «حمّلت … المسؤولية».
    """
    for trigger in _discontinuous(page, vocabulary):
        yield trigger.first, trigger.term.id


def _with_set_phrases(
    found: Sequence[_Trigger], discontinuous: Sequence[_Trigger]
) -> list[_Trigger]:
    """Return both kinds of triggers in order, only one of them at each word.

    A set phrase («فجّر … نفسه») replaces its first word alone if that is ambiguous.
    """
    starts = {phrase.first for phrase in discontinuous}
    kept = []
    for trigger in found:
        is_one_word = trigger.first == trigger.last
        is_replaced = trigger.first in starts and is_one_word and trigger.term.doubtful
        if not is_replaced:
            kept.append(trigger)
    taken: set[int] = set()
    for trigger in kept:
        taken.update(trigger.words)
    kept.extend(phrase for phrase in discontinuous if phrase.first not in taken)
    return sorted(kept, key=lambda trigger: trigger.first)


def _discontinuous(page: Page, vocabulary: Vocabulary) -> Iterator[_Trigger]:
    """Yield the discontinuous triggers («ألقت … باللوم»): their first words."""
    for index, first_readings in page.opened(_SET_PHRASE):
        phrase = _set_phrase_at(page, index, first_readings, vocabulary)
        if phrase is not None:
            yield phrase


def _set_phrase_at(
    page: Page, index: int, first_readings: Sequence[Reading], vocabulary: Vocabulary
) -> _Trigger | None:
    """Return the set phrase that begins with a word, if its rest follows."""
    ahead = [i for i in _ahead(page, index, _GAP) if not page.words[i].is_sign]
    texts = tuple(page.words[i].text for i in ahead)
    for proclitics, text in first_readings:
        for rest, type_id in vocabulary.gaps[text]:
            for start in range(len(texts)):
                stop = start + len(rest)
                if texts[start:stop] == rest:
                    listed = f"{text} … {' '.join(rest)}"
                    term = Term(TRIGGER, type_id, listed, part="verb")
                    return _Trigger(
                        index, index, proclitics, (term,), ahead[start:stop]
                    )
    return None


# --------------------------------------------------- where triggers begin and end
def _trigger_in(
    page: Page, match: Match, vocabulary: Vocabulary, means: Set[int]
) -> _Trigger:
    """Return the trigger in a match, without complements and with its adjectives.

    means: indices of words for weapons, which are no part of a trigger. Each step
    starts from the last word that the step before it left.
    """
    first, last, proclitics = page.located(match.start, match.stop)
    text = page.words[first].text[proclitics:]
    head = _Head(first, text, vocabulary.single_triggers.get(text))
    terms = _likeliest_first(page, last, match.terms)
    is_phrase = last > first
    if is_phrase:
        noun = _noun_of_verb(page, head, last, terms, vocabulary)
        if noun is not None:
            return noun
        if head.text in light_verbs():
            first += 1
            proclitics = 0
    if page.words[last].text == "ان" and follows(page, last):
        last = _last_with_obliged_verb(page, last)
        return _Trigger(first, last, proclitics, terms)
    last = _last_without_complements(page, head, first, last, terms, means)
    if is_phrase and first == last:
        terms = _with_term_of_head(page, head, terms)
    last = _last_with_second_act(page, head, last, vocabulary)
    last = _last_with_means(page, head, first, last)
    return _Trigger(first, last, proclitics, terms)


def _likeliest_first(page: Page, last: int, terms: Sequence[Term]) -> tuple[Term, ...]:
    """Return the terms of a match that ends at a word, the least ambiguous first.

    Of «سقط» in front of a preposition («سقطت على») it is falling: what is shot down has
    no preposition. Of «نفى» it is the verb, as the noun is written «نفي».
    """
    falling = words()["triggers"]["falling"]
    is_fall = follows(page, last) in word_set("triggers", "prepositions")
    is_verb = _ends_as_verb(page, last)

    def rank(term: Term) -> tuple[bool, bool]:
        is_falling = is_fall and term.listed in falling
        return term.doubtful and not is_falling, is_verb and term.part == "noun"

    return tuple(sorted(terms, key=rank))


def _ends_as_verb(page: Page, index: int) -> bool:
    """Return whether a word ends with «ى» as «نفى» does; the noun «نفي» does not."""
    return page.words[index].text[-1] == "ي" and page.raw(index)[-1] == "ى"


def _noun_of_verb(
    page: Page, head: _Head, last: int, terms: tuple[Term, ...], vocabulary: Vocabulary
) -> _Trigger | None:
    """Return the noun alone if a phrase is a verb and the noun that says what happened.

    Of «تفرض عقوبات» it is «عقوبات»; of «تعرّض لهجوم» it is «هجوم» with the noun's own
    term, as the subject of the verb is not the attacker.
    """
    known = vocabulary.single_triggers
    opens_with_verb = head.text in light_verbs() or terms[0].part == "verb"
    if opens_with_verb and head.term is None and page.words[last].text in known:
        return _Trigger(last, last, 0, terms)
    if head.text in verbs("triggers", "undergoing"):
        first = head.index + 1
        acts = [r for r in readings(page.words[first].text) if r[1] in known]
        if acts:
            proclitics, noun = acts[-1]
            return _Trigger(first, last, proclitics, (known[noun],))
    return None


def _last_with_obliged_verb(page: Page, last: int) -> int:
    """Return the last word of «يجب أن», which is the verb behind it if there is one.

    In «يجب أن تتوقف» it is «تتوقف»; a word with the article is no verb.
    """
    return last if is_definite(follows(page, last)) else last + 1


def _last_without_complements(
    page: Page,
    head: _Head,
    first: int,
    last: int,
    terms: Sequence[Term],
    means: Set[int],
) -> int:
    """Return the last word of a phrase without its weapons and complements.

    In «هجمات بمسيّرات» it is «هجمات»; adjectives in ـي stay, as in «هجمات صاروخية».
    """
    while last > first and not is_nisba(page.words[last].text):
        is_weapon = head.term is not None and last in means
        if not is_weapon and not _is_dispensable(page, head, last, terms):
            break
        last -= 1
    return last


def _is_dispensable(page: Page, head: _Head, last: int, terms: Sequence[Term]) -> bool:
    """Return whether the last word of a phrase is no part of the trigger.

    For example «على» in «استولت على», «مقرات» in «إخلاء مقرات».
    """
    text = page.words[last].text
    if text in word_set("triggers", "prepositions"):
        return True
    if terms[0].part == "verb" and text[0] == "ل":
        return True  # تصدّى لصواريخ
    if head.term is None:
        return False
    if head.term.doubtful and text not in word_set("triggers", "salvos"):
        return False
    if head.term.id == terms[0].id:
        return True  # قصف مكثّف, هجمات متكررة
    if bare(text).startswith("م") and is_definite(text) == is_definite(head.text):
        # an adjective, which makes another type of the act: هجوم مسلح is not هجوم
        return last - 1 > head.index
    return _has_preposition(page, head.index + 1, last)


def _has_preposition(page: Page, first: int, last: int) -> bool:
    """Return whether a preposition or a word with ب is among the words of a stretch.

    For example in «من طائرات», the words behind «هجوم».
    """
    texts = page.words.texts[first : last + 1]
    prepositions = word_set("triggers", "prepositions")
    return any(text in prepositions or text[0] == "ب" for text in texts)


def _with_term_of_head(
    page: Page, head: _Head, terms: tuple[Term, ...]
) -> tuple[Term, ...]:
    """Return the terms of a phrase cut to one word, that word's own term first.

    Not if the phrase is of another type, nor if the word alone would be a noun but is
    written as a verb («نفى» of «نفى علاقة»).
    """
    if head.term is None or head.term.id != terms[0].id:
        return terms
    if head.term.part == "noun" and _ends_as_verb(page, head.index):
        return terms
    return (head.term, *terms)


def _last_with_second_act(
    page: Page, head: _Head, last: int, vocabulary: Vocabulary
) -> int:
    """Return the last word with a second act to do again.

    In «إعادة التموضع والانتشار» it is «والانتشار».
    """
    behind = follows(page, last)
    is_joined_act = behind.startswith("و") and behind[1:] in vocabulary.single_triggers
    if head.text in word_set("triggers", "again") and is_joined_act:
        return last + 1
    return last


def _last_with_means(page: Page, head: _Head, first: int, last: int) -> int:
    """Return the last word of a noun with up to two adjectives for the means behind it.

    In «قصف مدفعي وصاروخي» it is «وصاروخي»; in «عملية عسكرية كبرى» it is «عسكرية».
    """
    if head.term is None or head.term.part != "noun":
        return last
    if _is_means_of(head, follows(page, last)):
        last += 1
    if last > first:
        second = follows(page, last)
        is_joined = second.startswith("و") and second[1:] in _means_adjectives()
        if is_joined or _is_means_of(head, second):
            last += 1
    return last


def _is_means_of(head: _Head, text: str) -> bool:
    """Return whether a word is an adjective for the means that agrees with the head."""
    agrees = is_definite(text) == is_definite(head.text)
    return agrees and text in _means_adjectives()


@cache
def _means_adjectives() -> Set[str]:
    """Return every form of the adjectives for means (جوي، صاروخي)."""
    return {
        form.text
        for adjective in words()["means_adjectives"]
        for form in nation_forms(adjective)
    }


def _ahead(page: Page, index: int, size: int) -> range:
    """Return the indices of up to size words behind a word in its sentence."""
    sentence = page.words.in_sentence(page.words[index].sentence)
    return range(index + 1, min(index + 1 + size, sentence.stop))


# ------------------------------------------------ words that only look like triggers
class _Context(Struct, frozen=True):
    """A page and all that was found on it, to tell whether triggers denote events."""

    page: Page
    vocabulary: Vocabulary
    lexicon: Lexicon
    found: Sequence[_Trigger]
    weapons: Sequence[range]  # indices of their words
    cues: Set[int]  # indices of words for possible agents, weapons and counts
    said: Set[str]  # types of events that are said and happen nowhere

    def denotes_event(self, trigger: _Trigger) -> bool:
        """Return whether a trigger denotes an event.

        It does unless a rule says otherwise; an ambiguous one also needs a cue.
        """
        if (
            self._is_negated(trigger)
            or self._is_broken(trigger)
            or self._is_fall_of_casualties(trigger)
            or self._is_crowd_coming_out(trigger)
            or self._is_arrival_of_supplies(trigger)
            or self._is_undergone_without_arms(trigger)
            or self._is_weapon(trigger)
            or self._is_state(trigger)
            or self._is_relative(trigger)
            or self._is_report(trigger)
            or self._is_light(trigger)
            or self._is_rest_of_set_phrase(trigger)
            or self._is_result(trigger)
        ):
            return False
        return not trigger.term.doubtful or self._has_cue(trigger)

    def _is_negated(self, trigger: _Trigger) -> bool:
        """Return whether a verb is said not to have happened: لم يقصف."""
        return precedes(self.page, trigger.first) in word_set("triggers", "not")

    def _is_broken(self, trigger: _Trigger) -> bool:
        """Return whether an agreement is only broken: خرق الهدنة is no truce."""
        before = readings_before(self.page, trigger.first)
        return not before.isdisjoint(nouns("triggers", "breaches"))

    def _is_fall_of_casualties(self, trigger: _Trigger) -> bool:
        """Return whether people fell: سقط 3 قتلى is no fall of a town."""
        if trigger.term.listed not in words()["triggers"]["falling"]:
            return False
        ahead = self._texts_ahead(trigger, _CASUALTIES)
        return not nouns("triggers", "fallen").isdisjoint(ahead)

    def _is_crowd_coming_out(self, trigger: _Trigger) -> bool:
        """Return whether a crowd came out: خرجت اليوم مظاهرات is no withdrawal."""
        if trigger.term.listed not in words()["triggers"]["coming_out"]:
            return False
        ahead = self._texts_ahead(trigger, _CROWD)
        return not nouns("crowds").isdisjoint(ahead)

    def _is_arrival_of_supplies(self, trigger: _Trigger) -> bool:
        """Return whether supplies entered, or vehicles that bring them.

        دخلت شاحنات محملة بالمساعدات is no change of control.
        """
        if trigger.term.listed not in words()["triggers"]["entering"]:
            return False
        ahead = self._texts_ahead(trigger, _LOADED)
        if not ahead:
            return False
        if _is_in(ahead[0], nouns("triggers", "supplies")):
            return True
        loaded = word_set("triggers", "loaded")
        is_loaded = any(_is_in(text, loaded) for text in ahead[1:])
        return is_loaded and _is_in(ahead[0], nouns("triggers", "vehicles"))

    def _is_undergone_without_arms(self, trigger: _Trigger) -> bool:
        """Return whether what befell somebody was no attack: تعرضت لانتقادات.

        تعرّضت القاعدة لوابل من الصواريخ, with a weapon behind the verb, is an attack.
        """
        if self._head(trigger) not in verbs("triggers", "undergoing"):
            return False
        ahead = _ahead(self.page, trigger.last, _GAP)
        return not any(weapon[0] in ahead for weapon in self.weapons)

    def _is_weapon(self, trigger: _Trigger) -> bool:
        """Return whether a trigger is a weapon: بقذائف، مسيّرات.

        A whole phrase that begins with a word for an act is none: إطلاق نار.
        """
        head = self._head(trigger)
        is_one_word = trigger.first == trigger.last
        is_weapon_head = head in self.vocabulary.weapon_heads
        has_ba = self._has_ba(trigger)
        if is_one_word and is_weapon_head and has_ba:
            return True
        weapon = self._weapon_at(trigger.first)
        if weapon is None:
            return False
        if trigger.last not in weapon:
            return has_ba
        is_whole = trigger.first == weapon[0] and trigger.last == weapon[-1]
        is_act = head in self.vocabulary.single_triggers and not is_weapon_head
        return is_one_word or not (is_whole and is_act)

    def _is_state(self, trigger: _Trigger) -> bool:
        """Return whether a present-tense verb tells how things are: تسيطر.

        Not if the word can be another verb («تبنّى» is no form of «بنى»), and not in a
        headline, where the present tense tells news.
        """
        head = self._head(trigger)
        if head[:1] not in ("ي", "ت") or len(head) <= 3:
            return False
        if head not in verbs("standing_verbs"):
            return False
        if trigger.first - 1 in self.cues and self._is_in_headline(trigger):
            return False  # قوات الدعم السريع تسيطر على ود مدني
        first_words = {fold_key(term.listed).split()[0] for term in trigger.terms}
        return first_words <= word_set("standing_verbs")

    def _is_relative(self, trigger: _Trigger) -> bool:
        """Return whether «وقع» behind a noun and «الذي» says where an act happened.

        As in الهجوم الذي وقع قرب …; in الاتفاق الذي وقّع somebody signed it.
        """
        relatives = word_set("triggers", "after_relative")
        if precedes(self.page, trigger.first) not in relatives:
            return False
        if self._head(trigger) not in word_set("triggers", "befalling"):
            return False
        noun = trigger.first - 2
        is_signed = any(
            other.last == noun and other.term.id == trigger.term.id
            for other in self.found
        )
        return not is_signed and SHADDA not in self.page.raw(trigger.first)

    def _is_report(self, trigger: _Trigger) -> bool:
        """Return whether a verb only reports: أكدت مصادر مقتل, كما أعلن, أعلن أن."""
        head = self._head(trigger)
        reporting = verb_set(self.lexicon.reporting.verbs)
        if head not in reporting and head.removesuffix("ه") not in reporting:
            return False
        if follows(self.page, trigger.last) in nouns("people", "titles", "nameless"):
            return True
        if precedes(self.page, trigger.first) in word_set("triggers", "as"):
            return True
        ahead = self._texts_ahead(trigger, _GAP)
        return not word_set("triggers", "reported").isdisjoint(ahead)

    def _is_light(self, trigger: _Trigger) -> bool:
        """Return whether a trigger behind says what it was: عملية اغتيال, شنّ هجوما."""
        if self._head(trigger) in nouns("light_nouns"):
            noun = trigger.last + 1
            return any(t.first == noun and not t.proclitics for t in self.found)
        if self._head(trigger) not in light_verbs():
            return False
        ahead = _ahead(self.page, trigger.last, _GAP)
        return any(other.first in ahead for other in self.found)

    def _is_rest_of_set_phrase(self, trigger: _Trigger) -> bool:
        """Return whether a trigger ends an earlier set phrase: ألقت … القبض."""
        rest = f"… {self._head(trigger)}"
        return any(t.term.listed.endswith(rest) for t in self._earlier(trigger))

    def _is_result(self, trigger: _Trigger) -> bool:
        """Return whether a death is only what came of another act.

        A noun («مقتل») is if the sentence tells any other act, a verb only if words
        behind it name the act as the cause: قتل مسلحون بضربة جوية.
        """
        term = trigger.term
        is_killing = term.listed in words()["triggers"]["killing"]
        is_noun_of_killing = is_killing and term.part == "noun"
        if is_noun_of_killing or term.listed in words()["triggers"]["deaths"]:
            return self._has_other_act(trigger)
        return is_killing and self._has_cause_behind(trigger)

    def _has_other_act(self, trigger: _Trigger) -> bool:
        """Return whether the sentence tells an act besides a death: قصف … ومقتل."""
        return any(
            other is not trigger and self._are_in_one_sentence(other, trigger)
            for other in self._acts()
        )

    def _has_cause_behind(self, trigger: _Trigger) -> bool:
        """Return whether ب or a preposition makes an act behind a verb its cause."""
        prepositions = word_set("triggers", "through")
        reach = self._before_next_sign(trigger.last + 1, trigger.last + 2 + _NEAR)
        for act in self.found:
            if act.first not in reach:
                continue
            if self._has_ba(act) or precedes(self.page, act.first) in prepositions:
                return True
        return False

    def _has_cue(self, trigger: _Trigger) -> bool:
        """Return whether words around an ambiguous trigger show that it is an act."""
        head = self._head(trigger)
        documents = map(fold_key, self.lexicon.reporting.source_nouns)
        if head.removeprefix("ال") in documents:
            return False  # بيان
        if head.endswith(("ها", "هم")):
            return True  # عمليتها
        if self._has_cue_beside(trigger) or self._is_joined_to_act(trigger):
            return True
        if self._has_ba(trigger):
            return self._is_aim(trigger)
        return self._has_light_verb_behind(trigger) or self._has_act_as_subject(trigger)

    def _has_cue_beside(self, trigger: _Trigger) -> bool:
        """Return whether a possible agent, a count, a weapon or ضد is within reach."""
        sentence = self._sentence(trigger)
        first = max(trigger.first - _BESIDE, sentence.start)
        stop = min(trigger.last + 1 + _BESIDE, sentence.stop)
        beside = (*range(first, trigger.first), *range(trigger.last + 1, stop))
        against = word_set("triggers", "against")
        texts = self.page.words.texts
        return any(i in self.cues or texts[i] in against for i in beside)

    def _is_joined_to_act(self, trigger: _Trigger) -> bool:
        """Return whether و joins a verb to an earlier act: جرّفت الأرض وأغلقت الطريق."""
        if trigger.term.part != "verb" or trigger.proclitics != 1:
            return False
        earlier = self._earlier(trigger)
        if not earlier:
            return False
        nearest = earlier[-1].term
        is_sure = nearest.part == "verb" and not nearest.doubtful
        return is_sure and nearest.id not in self.said

    def _is_aim(self, trigger: _Trigger) -> bool:
        """Return whether an act is threatened, ordered or claimed: هددت بالردّ."""
        before = trigger.first - 1
        return any(t.last == before and not t.term.doubtful for t in self.found)

    def _has_light_verb_behind(self, trigger: _Trigger) -> bool:
        """Return whether the next word is a light verb: العملية نفّذت …"""
        return follows(self.page, trigger.last) in light_verbs()

    def _has_act_as_subject(self, trigger: _Trigger) -> bool:
        """Return whether a noun for an act follows a verb: تواصلت الاشتباكات."""
        if trigger.term.part != "verb":
            return False
        subject = trigger.last + 1
        if not is_definite(follows(self.page, trigger.last)):
            return False
        return any(other.first == subject for other in self.found)

    def _head(self, trigger: _Trigger) -> str:
        """Return the first word of a trigger without its proclitics."""
        return self.page.words[trigger.first].text[trigger.proclitics :]

    def _has_ba(self, trigger: _Trigger) -> bool:
        """Return whether the proclitic ب is in front of a trigger: بضربة."""
        proclitics = self.page.words[trigger.first].text[: trigger.proclitics]
        return proclitics.endswith("ب")

    def _texts_ahead(self, trigger: _Trigger, size: int) -> list[str]:
        """Return up to size words behind a trigger in its sentence."""
        ahead = _ahead(self.page, trigger.last, size)
        return self.page.words.texts[ahead.start : ahead.stop]

    def _sentence(self, trigger: _Trigger) -> range:
        """Return the indices of the words of the sentence that a trigger is in."""
        return self.page.words.in_sentence(self.page.words[trigger.first].sentence)

    def _are_in_one_sentence(self, one: _Trigger, other: _Trigger) -> bool:
        page_words = self.page.words
        return page_words[one.first].sentence == page_words[other.first].sentence

    def _earlier(self, trigger: _Trigger) -> list[_Trigger]:
        """Return the triggers in front of a trigger in its sentence, in order."""
        return [
            other
            for other in self.found
            if other.last < trigger.first and self._are_in_one_sentence(other, trigger)
        ]

    def _acts(self) -> Iterator[_Trigger]:
        """Yield the triggers for what happened, not for what was only said."""
        return (trigger for trigger in self.found if trigger.term.id not in self.said)

    def _weapon_at(self, index: int) -> range | None:
        """Return the indices of the weapon that a word is part of, if it is."""
        return next((weapon for weapon in self.weapons if index in weapon), None)

    def _before_next_sign(self, first: int, stop: int) -> range:
        """Return the indices of [first, stop) up to the first sign or line end."""
        for index, word in enumerate(self.page.words.between(first, stop), first):
            if word.is_sign:
                return range(first, index)
        return range(first, stop)

    def _is_in_headline(self, trigger: _Trigger) -> bool:
        """Return whether a short sentence without a sign at its end holds a trigger."""
        page_words = self.page.words
        sentence = [page_words[i] for i in self._sentence(trigger)]
        line = [word for word in sentence if word.text != "\n"]
        return len(line) <= _HEADLINE and not line[-1].is_sign


def _is_in(text: str, listed: Set[str]) -> bool:
    """Return whether a word, with or without its article, is in a list."""
    return text in listed or bare(text) in listed  # آليات only seems to have an article


# ---------------------------------------- phrases that look like triggers: ضرب موعدا
def _is_decoy(trigger: _Trigger, decoys: Set[int]) -> bool:
    """Return whether a trigger begins or ends inside a decoy phrase.

    The verb at the end of «يجب أن …» is not looked at: the obligation is the trigger.
    """
    if trigger.first in decoys:
        return True
    first_word = fold_key(trigger.term.listed).split()[0]
    is_obligation = first_word in word_set("roles", "obliging")
    return trigger.last in decoys and not is_obligation


def _decoy_words(page: Page) -> set[int]:
    """Return the indices of the words of a page that are in decoy phrases."""
    found: set[int] = set()
    for index, first_readings in page.opened(_DECOY):
        for _, text in first_readings:
            for phrase in _decoy_phrases()[text]:
                stop = index + len(phrase)
                if tuple(page.words.texts[index + 1 : stop]) == phrase[1:]:
                    found.update(range(index, stop))
    return found


@cache
def _decoy_phrases() -> Mapping[str, Sequence[tuple[str, ...]]]:
    """Return the decoy phrases, as tuples of words, by the first word."""
    phrases = sorted(tuple(phrase.split()) for phrase in word_set("decoys"))
    return {
        first: list(opened)
        for first, opened in groupby(phrases, key=lambda phrase: phrase[0])
    }
