"""With whom an act is credited, and how the article knows who did it.

A sentence can go on with the speech of somebody named before (وأضاف أن …), and somebody
credited behind an act can say something else than the act (…، فيما قالت مصادر إن …).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from coder.codebook.lexicon_schema import Lexicon
from coder.model import Candidate
from coder.suggest.actor_roles import leads
from coder.suggest.article_words import first_item
from coder.suggest.clause import Clause, Sentence
from coder.suggest.possible_parties import differs_in_gender
from coder.suggest.source_spans import SOURCE, reporting_nouns, saying_verbs
from coder.suggest.word_lists import all_forms, bare, heads, verbs, word_set
from coder.text.normalize import fold_key

# code points: room for the words that tell whether a sentence goes on with somebody's
# speech
_OPENING = 90
_NEAR = 40  # code points: room for what stands right in front of a source or behind it
_MARKS = re.compile("[\u064b-\u0652\u0640]")  # vowel signs and tatweel
_THAT = r"ب?[أإا]ن(?:ه|ها|هم|هما|نا|ني)?\b"
_SPEECH = re.compile(
    r"\W*(?P<first>(?:كما|ثم|بدوره|بدورها) )?(?P<verb>\w+)(?: (?:أيضا|كذلك))?(?P<title> ال\w+)? ?"
    rf"(?P<rest>:|[«\"“]|(?:(?:إلى|الى|على|عن) )?{_THAT}|ل|(?:خلال|بالقول)\b|في (?P<where>\w+))"
)
_RESUMED_SPEECH = re.compile(rf"[،,؛] ?و(?P<verb>\w+) {_THAT}")
_PASSIVE = re.compile("[وف]?[يت]\u064f(?:ذكر|عتقد|قال|زعم|شار|رجح|توقع|نظر)")
_SPOKEN_TO = re.compile(r"(?<!\w)[وف]?لـ?[\"«“]*\Z")
_APART = re.compile(r"[،,؛]|(?<!\w)(?:فيما|بينما|حين)(?!\w)|(?<!\w)و\w+ ?\Z")
# in front of what the article tells in its own voice, behind reported speech
_RESUMED = re.compile(r"[،,] ?(?:وذلك|بينما|في حين|وكانت?)(?!\w)")
_THIRD_PARTIES = frozenset(
    {"monitor", "media", "named_person", "unnamed", "social_media"}
)  # kinds of sources


def sources(sentence: Sentence) -> list[Candidate]:
    """The credited sources; media only if there are no others, and not the medium
    spoken to (قال لـ).
    """
    apart = _spoken_to(sentence)
    found = [c for c in sentence.of_kind(SOURCE) if c not in apart]
    return [c for c in found if first_item(c).get("kind") != "media"] or found


def goes_on(sentence: Sentence, lexicon: Lexicon) -> bool:
    """Whether a sentence begins with a verb of saying whose subject was named before it
    (وأضاف أن …).

    Behind the verb stands what was said, or to whom or where. Passives name nobody
    (ويُذكر أن).
    """
    raw = sentence.text[sentence.start : min(sentence.end, sentence.start + _OPENING)]
    opening = _SPEECH.match(_MARKS.sub("", raw))
    if opening is None:
        return False
    word, title, rest = (
        opening["verb"],
        fold_key(opening["title"] or ""),
        opening["rest"],
    )
    verb = fold_key(word[1:] if word[0] in "وف" else word)
    is_led = (
        bool(opening["first"]) or word[0] in "وف" or verb[0] in "يت"
    )  # a noun can look like a bare verb
    is_passive = (
        verb in word_set("sources", "impersonal") or _PASSIVE.match(raw) is not None
    )
    if not is_led or is_passive or verb not in saying_verbs(lexicon):
        return False
    if title and title not in heads("people", "titles"):
        return False
    if opening["where"] and fold_key(opening["where"]) not in word_set(
        "sources", "statements"
    ):
        return False
    is_spoken_to = opening.string.startswith(
        ("ل", "«", '"', "“"), opening.end()
    )  # للصحفيين, لـ"العربي"
    return (
        rest != "ل"
        or is_spoken_to
        or any(c.start < sentence.start + len(raw) for c in _spoken_to(sentence))
    )


def of_title(sentence: Sentence, credited: Sequence[Candidate]) -> list[Candidate]:
    """Whom the title with which a sentence goes on points at, of several: وأضاف المسؤول
    أن …; else all.
    """
    opening = _SPEECH.match(
        _MARKS.sub("", sentence.text[sentence.start : sentence.start + _OPENING])
    )
    title = fold_key(opening["title"] or "") if opening else ""
    heads_of = {c.id: fold_key(c.quote).split()[0] for c in credited}
    return [
        c for c in credited if title and bare(heads_of[c.id]) == bare(title)
    ] or list(credited)


def resumed(clause: Clause, lexicon: Lexicon) -> list[Candidate]:
    """Who did what the sentence told before, and then says that the act happened: …،
    وقالت إن الجيش قصف.
    """
    sentence = clause.sentence
    for said in reversed([*_RESUMED_SPEECH.finditer(clause.front)]):
        verb, at = fold_key(said["verb"]), sentence.start + said.start()
        if verb in saying_verbs(lexicon) and verb[0] not in "يت":  # not ويقال إن
            doers = [a for a in sentence.actors if a.end <= at and leads(clause, a)][
                -1:
            ]
            return [a for a in doers if not differs_in_gender(verb, sentence, a)]
    return []


def _spoken_to(sentence: Sentence) -> list[Candidate]:
    """The media to which somebody speaks (قال لرويترز), not those credited (وفقاً
    لرويترز).
    """
    text, known = (
        sentence.text,
        [c for c in sentence.of_kind(SOURCE) if c.origin == "source:media"],
    )
    return [c for c in known if _SPOKEN_TO.search(text, max(0, c.start - 12), c.start)]


def says_something_else(clause: Clause, source: Candidate, lexicon: Lexicon) -> bool:
    """Whether a source behind the act is credited with something else than the act.

    That is what follows it (…، فيما قالت مصادر إن …), a demand (…، ودعت الأمم المتحدة
    إلى هدنة), or a statement before the act (بعد إعلان البنتاغون). A source in front of
    the act says something else if the article goes on in its own voice (، وذلك بعد).
    Right behind the trigger a source says what the trigger states (أفاد البيت الأبيض
    بأن).
    """
    trigger, text = clause.trigger, clause.sentence.text
    if source.end <= trigger.start and _RESUMED.search(text, source.end, trigger.start):
        return True
    if source.start <= trigger.end or not clause.words(trigger.end, source.start):
        return False
    *earlier, noun = clause.sentence.front(source) or [""]
    if noun in reporting_nouns(lexicon) and not word_set(
        "sources", "afterwards"
    ).isdisjoint(earlier[-3:]):
        return True
    between = _MARKS.sub(
        "", text[max(trigger.end, source.start - _NEAR) : source.start]
    )
    behind = _MARKS.sub("", text[source.end : source.end + _NEAR]).lstrip('»”"،, ')
    is_reaction = fold_key(source.origin.removeprefix("source:")) in verbs(
        "sources", "reacting"
    )
    return _APART.search(between) is not None and (
        is_reaction or re.match(_THAT, behind) is not None
    )


def is_own_act(
    clause: Clause, doers: Sequence[Candidate], credited: Sequence[Candidate]
) -> bool:
    """Whether a verb tells what a speaker did besides: أشارت واشنطن إلى تورط طهران
    وهددت برد.
    """
    trigger, values = clause.trigger, [item for c in doers for item in c.value or ()]
    spoken = [c for c in credited if c.end > c.start]
    if not (
        spoken and trigger.origin.startswith("verb:") and clause.front.endswith("و")
    ):
        return False
    said = [
        clause.words(c.end, trigger.start).split()
        for c in spoken
        if clause.sentence.start <= c.start
    ]
    is_told = any(
        words == [] or not word_set("roles", "telling_that").isdisjoint(words)
        for words in said
    )
    return (
        len(said) == len(spoken)
        and not is_told
        and all(first_item(c).get("who") in values for c in spoken)
    )


def responsibility(
    initiators: Sequence[Candidate], credited: Sequence[Candidate]
) -> list[Candidate]:
    """How the article knows the initiators: by its own voice, their own statement, or a
    third party's.

    What an official says is left open, as he can speak for the side that was hit; and
    so is what the initiators deny, and of what they accuse others.
    """
    doers = [item for c in initiators for item in c.value or ()]
    speakers = [c for c in credited if c.end > c.start]
    if not speakers:  # the article credits nobody
        return [replace(c, value=["article"]) for c in initiators]
    known = []
    for speaker in speakers if doers else ():
        who, kind = first_item(speaker).get("who"), first_item(speaker).get("kind")
        verb = fold_key(speaker.origin.removeprefix("source:"))
        is_against = verb in all_forms("negations", "denying") or verb in verbs(
            "roles", "accusing"
        )
        way = (
            "claimed"
            if who in doers
            else "third_party"
            if kind in _THIRD_PARTIES
            else ""
        )
        known += [replace(speaker, value=[way])] if way and not is_against else []
    return known
