"""Organisations: bodies known by name, and head nouns with the name they open.

A head without the article (وزارة، جامعة، شركة) is in construct with what names it: a noun with the article, a
place, a person, a word that is no Arabic noun; then come adjectives, a second noun joined by و, and a purpose
behind ل. A head with the article (الهيئة) is named by its adjectives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from coder.suggest.article_words import Page
from coder.suggest.compiled_lexicon import ORGANISATION
from coder.suggest.forms import ARTICLE
from coder.suggest.gazetteer import WORD_SHAPE
from coder.suggest.matcher import Match
from coder.suggest.name_spans import LIKELY, SURE, Name, widest
from coder.suggest.person_words import general_verbs, listed, looks_foreign, nation_words
from coder.suggest.phrase import follows, is_definite, is_identifying, is_stop, last_adjective
from coder.suggest.word_lists import bare, word_set, words
from coder.text.normalize import fold_key

BODY = "body"
"""The table of the head nouns of organisations."""
_LONGEST = 9
"""Words of an organisation's name."""
_LED = frozenset({"بقياده", "برياسه", "باداره"})
"""Led by: what follows is another's name."""
_PLURALS = frozenset({"قوات", "كتايب", "سرايا", "عصايب", "اركان", "خطوط"})
_FOR_A_PURPOSE = frozenset({"ngo_monitor", "media", "company"})
"""Classes of which a purpose behind the name is a part (مؤسسة القدس للتنمية)."""
_OPENING, _LONGEST_QUOTED = frozenset("\"'«“‘"), 5
_CHAIN = 3
"""Words from a head within which nouns in no list may stand in construct."""
_FREE = frozenset({"company", "media", "political", "sport", "ngo_monitor", "armed_group"})
"""Classes whose heads take any word as name (شركة غوغل، حزب كاديما)."""


def organisations(page: Page, bodies: Sequence[Name], known: Sequence[Name]) -> list[Name]:
    """The organisations of a page, none within another, in order.

    bodies: those known by name; known: its actors, places and persons.
    """
    named = {n.first: n for n in (*known, *bodies) if not n.skipped}
    return widest([*bodies, *_headed(page, named)])


def known_body(page: Page, match: Match) -> Name:
    """A body known by name, where its name was matched."""
    covered = page.words_in(match.start, match.stop)
    skipped = match.start - page.words[covered[0]].start
    last, behind = covered[-1], follows(page, covered[-1])
    is_headed = page.words[covered[0]].text[skipped:] in body_heads()
    if is_headed and behind and is_definite(behind.text) and bare(behind.text) in nation_words():
        last += 1  # حزب الله اللبناني
    return Name(ORGANISATION, covered[0], last, skipped, "name:known", (), "", SURE)


@cache
def body_heads() -> Mapping[str, str]:
    """A head with and without the article → its class."""
    found: dict[str, str] = {}
    for group, nouns in words()["organisations"]["heads"].items():
        for noun in map(fold_key, nouns):
            found |= {noun: group, ARTICLE + noun: group}
    return found


def _adjectives(page: Page, last: int) -> int:
    """The last of the adjectives with the article behind a word; what ل governs is none."""
    end = last_adjective(page, last, definite=True)
    governed = (i for i in range(last + 1, end + 1) if page.words[i].text.startswith("لل"))
    return next(governed, end + 1) - 1


def _headed(page: Page, named: Mapping[int, Name]) -> Iterator[Name]:
    """The names that a head noun opens."""
    past = -1
    for index, ((skipped, head), *_) in page.opened(BODY):
        if index <= past or page.words[index].text in _LED:
            continue
        last = _Phrase(page, index, head, body_heads()[head], named).last()
        if last > index:
            past = last
            origin, group = f"head:{bare(head)}", body_heads()[head]
            yield Name(ORGANISATION, index, last, skipped, origin, (), group, LIKELY)


@dataclass(frozen=True, slots=True)
class _Phrase:
    """The phrase that a head noun opens; named: first word of each known name → that name."""

    page: Page
    first: int
    head: str
    group: str
    named: Mapping[int, Name]

    def last(self) -> int:
        """The last word of the name; the head's own if it has none."""
        return self._described() if is_definite(self.head) else self._construct()

    @property
    def _has_other_senses(self) -> bool:
        return bare(self.head) in word_set("organisations", "other_senses")

    def _described(self) -> int:
        """The end behind a head with the article: adjectives that agree with it, and a purpose."""
        page, last, telling = self.page, self.first, 0
        end = _adjectives(page, last)
        while last < end and self._agrees(page.words[last + 1].text):
            last += 1
            telling += self._tells(page.words[last].text)
        if last == self.first:
            return last
        purpose = self._purpose(last)
        has_purpose = purpose > last and not self._has_other_senses
        is_name = has_purpose or telling or last - self.first > 1
        return purpose if is_name else self.first

    def _agrees(self, adjective: str) -> bool:
        """Whether an adjective can belong to the head by its gender."""
        is_feminine = adjective.endswith("ه")
        return is_feminine if self.head.endswith("ه") else not is_feminine or bare(self.head) in _PLURALS

    def _tells(self, adjective: str) -> bool:
        """Whether an adjective by itself makes a name of the head: of a nation, or not a vague one."""
        text = bare(adjective).removesuffix("ه")
        is_vague = self._has_other_senses or text in word_set("organisations", "vague")
        return text in nation_words() or not is_vague

    def _construct(self) -> int:
        """The end behind a head without the article."""
        page, last = self.page, self.first
        if page.is_parted(last):
            return self._quoted()
        while last - self.first < _LONGEST and (word := follows(page, last)):
            at, text = last + 1, word.text
            if at in self.named:
                return _adjectives(page, self.named[at].last)
            if is_stop(text) or not text.isalpha():
                break
            if is_definite(text):
                return self._defined(at)
            if text not in word_set("organisations", "between") and text not in body_heads():
                proper = self._proper(at)
                if proper > self.first or not self._leads_on(at):
                    return proper
            last = at
        return self.first

    def _quoted(self) -> int:
        """The end of a name in quotation marks behind the head (صحيفة «الشرق الأوسط»)."""
        page, last = self.page, self.first + 1
        if follows(page, self.first) is None or not self._opens_quotes():
            return self.first
        while last - self.first <= _LONGEST_QUOTED and follows(page, last - 1):
            if page.is_parted(last):
                return last
            last += 1
        return self.first

    def _opens_quotes(self) -> bool:
        """Whether what parts the head from the next word is an opening quotation mark."""
        here, there = self.page.words[self.first], self.page.words[self.first + 1]
        _, end = self.page.folded.span(here.start, here.stop)
        start, _ = self.page.folded.span(there.start, there.stop)
        return self.page.text[end:start].strip()[-1:] in _OPENING

    def _defined(self, at: int) -> int:
        """The end behind a noun with the article (وزارة التربية والتعليم العالي)."""
        last = _adjectives(self.page, at)
        if self._has_other_senses and last == at:
            return self.first
        while (word := follows(self.page, last)) and word.text.startswith("وال") and len(word.text) > 5:
            if word.text[1:] in body_heads():
                break
            last = _adjectives(self.page, last + 1)
        return self._purpose(last) if self.group in _FOR_A_PURPOSE else last

    def _purpose(self, last: int) -> int:
        """The end of a purpose behind ل (للهجرة، لحقوق الإنسان), `last` if there is none."""
        page, word = self.page, follows(self.page, last)
        if word is None or page.is_parted(last):
            return last
        if word.text.startswith("لل") and len(word.text) > 4:
            return _adjectives(page, last + 1)
        rest = follows(page, last + 1)
        opens = word.text[0] == "ل" and word.text[1:] in word_set("organisations", "between")
        is_purpose = opens and rest is not None and is_definite(rest.text)
        return _adjectives(page, last + 2) if is_purpose else last

    def _leads_on(self, at: int) -> bool:
        """Whether a noun in no list stands in construct with what follows (هيئة سوق رأس المال)."""
        following = follows(self.page, at)
        could = self._could_be_noun(at) and not self._has_other_senses and at - self.first < _CHAIN
        return could and following is not None and not is_stop(following.text)

    def _proper(self, at: int) -> int:
        """The end of a name of one or two words that are in no list (صحيفة هآرتس)."""
        if self.group not in _FREE or self._has_other_senses or not self._is_proper(at):
            return self.first
        word = follows(self.page, at)
        return at + 1 if word and not is_definite(word.text) and self._is_proper(at + 1) else at

    def _is_proper(self, at: int) -> bool:
        """Whether a word without the article can be a name and no adjective or common noun."""
        following = follows(self.page, at)
        in_construct = following is not None and is_definite(following.text)
        raw, text = self.page.raw(at), self.page.words[at].text
        is_noun = raw.endswith(("ة", "اً", "ات")) or (text[0] in "وبلفي" and not looks_foreign(text))
        is_common = text in listed("common") or (len(text) < 6 and WORD_SHAPE.fullmatch(text) is not None)
        return self._could_be_noun(at) and not is_noun and not is_common and not in_construct

    def _could_be_noun(self, at: int) -> bool:
        text = self.page.words[at].text
        if is_stop(text) or not text.isalpha() or len(text) < 3 or is_identifying(text):
            return False
        is_owned = text.endswith(("ها", "هم", "هما"))
        is_vague = text.removesuffix("ه") in word_set("organisations", "vague")
        return not is_owned and not is_vague and text not in general_verbs()
