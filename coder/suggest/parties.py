"""Agents and patients of a trigger: the roles of a sentence's actors, by rules of
syntax.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from coder.model import Candidate
from coder.suggest.actor_roles import (
    SUBJECT_REACH,
    is_accused,
    is_oblique,
    is_quoted,
    is_subject,
    leads,
    owns_subject,
    shared_subject,
    stands_apart,
    topic_of,
)
from coder.suggest.clause import LONGEST_WORD, Clause, LightVerb
from coder.suggest.compiled_lexicon import OBJECT, PLACE, TRIGGER, WEAPON
from coder.suggest.delegates import sends_men, with_delegates
from coder.suggest.doers_of_nouns import (
    announcer,
    compelled,
    pointed_at,
    subject_of_relative,
)
from coder.suggest.number_spans import NUMBER
from coder.suggest.objects_behind import acts_on_object, is_hit_by_arms, is_person
from coder.suggest.phrase import is_definite
from coder.suggest.possible_parties import (
    Actors,
    fits_pronoun,
    free_and_casualties,
    has_object_pronoun,
    is_marked,
    is_part,
    is_passive,
    told,
)
from coder.suggest.word_lists import (
    bare,
    heads,
    noun_forms_of,
    suffering_verbs,
    verbs,
    word_set,
)
from coder.text.normalize import fold_key

_OF_NOUN = re.compile(
    "ل(?:\\w+ من)?"
)  # between a noun and its possessor: هجوم لتنظيم …، تسلل لمجموعة من …
# in front of an earlier act to which the main act responds: ردا على أكبر هجوم
_ANSWER = re.compile(r"(?:^| )(?:ال)?رد(?:ا|ها|ه|هم)? علي(?: \w+)?$")
_CLOSE = 80  # code points from one party to another that is joined to it
_NAMED_AFTER = re.compile(
    r"(.+?) ?[،:(–—-](?: وه[يوم]ا?)?"
)  # ahead of a name: إحداها، وهي حماس
_THEIR_TITLE = re.compile(r"و(\w+?)(?:ها|ه|هم)(?: ال\w+)?")


def parties(clause: Clause) -> tuple[list[Candidate], list[Candidate]]:
    """The initiators and targets of a trigger's act."""
    initiators, targets = _parties(clause)
    return clause.sentence.plain(initiators), clause.sentence.plain(targets)


def companions(clause: Clause) -> list[Candidate]:
    """The participants of a meeting: its subject and the actors behind مع, بين or ضم,
    also joined by و.
    """
    actors = clause.sentence.phrases
    initiators, _ = _parties(clause)
    behind = [
        a
        for a in actors
        if clause.trigger.end <= a.start < clause.next and _takes_part(clause, a)
    ]
    behind = [a for a in behind if not _is_talked_about(clause, a)]
    met = next(
        (a.end for a in behind if "مع" in clause.sentence.governors(a)),
        clause.sentence.end,
    )
    # ناقش مع السفيرة العلاقات بين البلدين: what they talk about is between others
    behind = [
        a for a in behind if a.start < met or "بين" not in clause.sentence.governors(a)
    ]
    in_front = (
        a for a in actors if a.end <= clause.trigger.start
    )  # بين الجيش والمسلحين اندلعت اشتباكات
    behind = behind or [a for a in in_front if "بين" in clause.sentence.governors(a)]
    if not initiators and any("مع" in clause.sentence.governors(a) for a in behind):
        initiators = shared_subject(clause, actors)  # سيطر الجيش بعد معارك مع المسلحين
    participants = [a for a in actors if a in initiators or a in behind]
    listed = _with_joined(clause, actors, participants)
    while (
        longer := _with_joined(clause, actors, with_delegates(clause, actors, listed))
    ) != listed:
        listed = longer
    return clause.sentence.plain(listed)


def _is_talked_about(
    clause: Clause, actor: Candidate
) -> bool:  # ناقش مع السفير العلاقات مع السعودية
    words = clause.words(clause.trigger.end, actor.start).split()
    return words[-1:] == ["مع"] and words.count("مع") > 1


def _takes_part(
    clause: Clause, actor: Candidate
) -> bool:  # behind مع, بين or ب, or as counterpart (نظيره)
    is_called = clause.words(clause.trigger.end, actor.start) == "ب"
    is_peer = fold_key(actor.quote).startswith("نظير")
    is_named = is_called or is_peer or is_marked(clause.sentence, actor, "companion")
    return is_named or sends_men(clause, actor)


def _parties(clause: Clause) -> tuple[Actors, Actors]:
    free, casualties = free_and_casualties(clause.sentence)
    if fold_key(clause.trigger.quote).split()[0] in word_set("roles", "obliging"):
        return _obliging_and_obliged(clause, free)
    # a form that can be noun or verb is a verb behind a pronoun (أنه قصف), unless ل
    # marks its agent
    is_pronoun_ahead = clause.before(clause.trigger, 1) in word_set(
        "roles", "pronoun_subjects"
    )
    behind = (a for a in free if a.start >= clause.trigger.end)
    is_verbal = is_pronoun_ahead and not any(_owns_noun(clause, a) for a in behind)
    roles = (
        _roles_of_verb
        if clause.trigger.origin.startswith("verb:") or is_verbal
        else _roles_of_noun
    )
    initiators, targets = roles(clause, free)
    targets = [a for a in targets if a not in initiators and not _is_reason(clause, a)]
    return _with_joined(clause, free, initiators), [
        *_with_joined(clause, free, targets),
        *casualties,
    ]


def _is_reason(clause: Clause, actor: Candidate) -> bool:
    """Whether an actor behind the trigger only tells why or for whom: هجوم على خلفية
    الدعم لإسرائيل.
    """
    between = clause.words(
        clause.trigger.end, max(clause.trigger.end, actor.start)
    ).split()
    reasons = word_set("events", "reasons") | word_set("events", "for_the_sake")
    return not reasons.isdisjoint(between)


def _obliging_and_obliged(clause: Clause, actors: Actors) -> tuple[Actors, Actors]:
    """Who says that somebody should act, and who that is: قالت الحركة إن إسرائيل يجب أن
    تنسحب.
    """
    start, end = clause.trigger.start, clause.trigger.end
    in_front = [a for a in actors if a.end <= start]
    upon = [a for a in actors if a.start >= end and clause.words(end, a.start) == "علي"]
    obliged = upon or [
        a
        for a in in_front[-1:]
        if not clause.words(a.end, start) and not is_oblique(clause, a)
    ]
    that, leading = (
        word_set("roles", "telling_that"),
        (a for a in in_front if leads(clause, a)),
    )
    speakers = [
        a for a in leading if not that.isdisjoint(clause.words(a.end, start).split())
    ]
    return [a for a in speakers if a not in obliged][-1:], obliged


# ---------------------------------------------------------------- verbs
def _roles_of_verb(clause: Clause, actors: Actors) -> tuple[Actors, Actors]:
    behind = [a for a in actors if a.start >= clause.trigger.end]
    reach = _reach(clause)
    near = [a for a in behind if a.start < reach]
    agents = [a for a in near if clause.is_own(a) and _is_agent(clause, a)]
    patients = [
        a for a in near if a not in agents and is_marked(clause.sentence, a, "patient")
    ]
    subject = _subject(clause, actors, [a for a in behind if a not in agents])
    suffers = fold_key(clause.trigger.quote).split()[0] in suffering_verbs()
    is_hit = suffers and not _has_counted_object(
        clause, clause.trigger.start, clause.trigger.end
    )
    if is_hit or is_passive(clause.trigger):
        hit = [a for a in near if a not in agents and not stands_apart(clause, a)]
        return agents, subject or hit[:1]
    subject = (
        agents or subject or ([] if clause.partner else shared_subject(clause, actors))
    )
    subject = _with_joined(clause, actors, subject)
    others = [
        a for a in near if a not in (*agents, *subject) and not stands_apart(clause, a)
    ]
    return subject, patients or [a for a in others if clause.is_in_clause(a)][:1]


def _reach(
    clause: Clause,
) -> int:  # up to the next act that is not the trigger's object (استهدفت تعزيزات)
    later = [c for c in clause.of_kind(TRIGGER) if c.start >= clause.next]
    ends = (
        clause.trigger.end,
        *(a.end for a in clause.sentence.actors if a.start >= clause.trigger.end),
    )
    # but not in نفى استهداف المدنيين
    is_object = clause.trigger.value not in told() and clause.sentence.adjoins(
        clause.next, ends
    )
    if later and later[0].origin.startswith("noun:") and is_object:
        later = later[1:]
    return later[0].start if later else clause.sentence.end


def _subject(clause: Clause, actors: Actors, behind: Actors) -> Actors:
    """The actor in front of a verb, else behind it; of a verb that continues a noun,
    the noun's agents.
    """
    verb = clause.trigger.start
    if named := [a for a in behind if _is_one_of_them(clause, a)]:
        return named[:1]
    if clause.partner:
        agents, _ = _roles_of_noun(replace(clause, trigger=clause.partner), actors)
        return [a for a in agents if a.end <= verb or clause.partner.start > verb]
    if clause.before(clause.trigger, 1) in word_set("roles", "pronoun_subjects"):
        in_front = (a for a in actors if a.end <= verb and fits_pronoun(clause, a))
        return (
            shared_subject(clause, actors)
            or [a for a in in_front if not is_oblique(clause, a)][-1:]
        )
    subject = topic_of(clause, actors, verb)
    arms = [
        c
        for c in clause.of_kind(WEAPON)
        if c.end <= verb and not clause.words(c.end, verb)
    ]
    # weapons right in front are the subject (خمسة صواريخ استهدفت), but not in صاروخ
    # أطلقته الحركة
    is_object = bool(behind) and is_accused(clause, behind[0])
    if not subject and not is_object and (not arms or has_object_pronoun(clause, verb)):
        subject = [
            a for a in behind if is_subject(clause, a) or owns_subject(clause, a)
        ][:1]
        subject = [a for a in subject if not is_hit_by_arms(clause, a)]
    if subject or clause.trigger.value not in word_set("events", "claims"):
        return subject
    return [a for a in behind[:1] if not is_oblique(clause, a)]  # تبنّت الهجوم جماعة …


def _is_one_of_them(clause: Clause, actor: Candidate) -> bool:
    """Whether an actor is named behind the verb's pronoun subject: قصفت إحداها - حركة
    النجباء.
    """
    pronoun = _NAMED_AFTER.fullmatch(clause.words(clause.trigger.end, actor.start))
    return pronoun is not None and pronoun[1] in word_set("roles", "one_of_them")


# ---------------------------------------------------------------- nouns
def _roles_of_noun(clause: Clause, actors: Actors) -> tuple[Actors, Actors]:
    behind = [a for a in actors if a.start >= clause.trigger.end]
    construct = [a for a in behind if not clause.words(clause.trigger.end, a.start)]
    if is_definite(fold_key(clause.trigger.quote)):
        # no noun with the article governs another: قتل في الهجوم مدير المستشفى
        construct = []
    agents, patients = _by_prepositions(clause, behind)
    agents = agents or compelled(clause, actors) or pointed_at(clause)
    is_transitive = _head_of_noun(clause) in noun_forms_of("roles", "transitive")
    if construct and (
        is_transitive or clause.trigger.value in word_set("events", "said")
    ):
        end = construct[0].end
        owned = [a for a in behind if _OF_NOUN.fullmatch(clause.words(end, a.start))][
            :1
        ]  # اتهام كييف لموسكو
        if owned or clause.after(construct[0]) in word_set("roles", "to_them"):
            return construct, owned
    if (act := _act_by_means_of(clause)) and not (construct and is_transitive):
        doers, hit = _parties(Clause(act, clause.sentence))
        return agents or construct or [
            a for a in doers if a not in patients
        ], patients or hit
    verb, start, end = _light_verb(clause)
    if (
        clause.earlier
        and clause.earlier.start >= end
        and clause.earlier.value in told()
    ):
        verb = ""  # تبادل الطرفان الاتهامات بقصف السوق
    acts = (c for c in clause.of_kind(TRIGGER) if end <= c.start < clause.trigger.start)
    if construct and (
        not is_transitive or any(c.origin.startswith("noun:") for c in acts)
    ):
        verb = (
            # نفّذ الجيش انتشاراً بعد انسحاب القوات، أخذ القادة تحذيرات الحكومة بجدية
            ""
        )
    between = (
        [a for a in actors if end <= a.start and a.end <= clause.trigger.start]
        if verb
        else []
    )
    near = [
        a for a in between if len(clause.words(end, a.start).split()) <= SUBJECT_REACH
    ]
    subject: Actors = near[:1]
    if verb in suffering_verbs() and not _has_counted_object(clause, start, end):
        in_front = (a for a in actors if a.end <= start)
        subject = subject or topic_of(clause, actors, start)
        subject = (
            subject or [a for a in in_front if not is_quoted(clause, a, start)][-1:]
        )
        return agents or construct, subject or patients
    subject = subject or (topic_of(clause, actors, start) if verb else [])
    subject = (
        subject
        or _claimant_or_doer(clause)
        or _raiders(clause)
        or announcer(clause, actors)
    )
    is_told = (
        clause.earlier is not None and clause.earlier.value in told()
    )  # نددت مصر بقصف السوق
    is_told = is_told or _head_of_noun(clause) in word_set("roles", "deaths")
    if clause.front.endswith("ب") and not is_transitive:  # أفادت الشرطة بانفجار عبوة
        is_told = is_told or not verbs("roles", "informing").isdisjoint(
            clause.sentence.front(clause.trigger)
        )
    is_demanded = clause.earlier is not None and clause.earlier.value in word_set(
        "events", "ordering"
    )
    if is_demanded and construct and not is_transitive:
        is_told = True  # طالب المجلس بانسحاب القوات
    if not subject and not is_told and (verb or _shares_subject(clause)):
        subject = shared_subject(clause, actors)
    is_after_verb = (
        clause.partner is not None and clause.partner.start < clause.trigger.start
    )
    if not (agents or subject or construct):
        subject = subject_of_relative(clause, actors)
    if construct and not agents and acts_on_object(clause, construct[0]):
        subject = _with_joined(clause, actors, construct[:1])
    elif construct and (is_transitive or is_after_verb):  # استهدف هجوم القوات الأميركية
        return agents or subject, construct
    if not (subject or construct or is_transitive) and clause.trigger.quote.endswith(
        ("ها", "هم")
    ):
        subject = [a for a in actors if a.end <= clause.trigger.start][
            -1:
        ]  # بعد اقتحامها المخيم
    initiators = _with_joined(clause, actors, agents or subject or construct)
    others = [
        a
        for a in behind
        if a not in initiators and a.start < clause.next and clause.is_in_clause(a)
    ]
    return initiators, patients or [a for a in others if not stands_apart(clause, a)][
        :1
    ]


def _by_prepositions(clause: Clause, behind: Actors) -> tuple[Actors, Actors]:
    own = [a for a in behind if clause.is_own(a)]
    agents = [a for a in own if _is_agent(clause, a) or _is_origin(clause, a)]
    claim = next((c for c in clause.of_kind(TRIGGER) if c.start == clause.next), None)
    if (
        claim
        and claim.value in word_set("events", "claims")
        and claim.quote.endswith("ه")
    ):
        # the actor of a claim right behind the act (الهجوم الذي تبناه التنظيم)
        agents = agents or [a for a in behind if not clause.words(claim.end, a.start)]
    patients = [
        a
        for a in behind
        if is_marked(clause.sentence, a, "patient") and a not in agents
    ]
    patients = [a for a in patients if a.start < clause.next] or patients[:1]
    owner = [a for a in behind if _owns_noun(clause, a)]
    is_one_word = " " not in fold_key(
        clause.trigger.quote
    )  # in قصف مدفعي لقوات النظام they are the agents
    is_transitive = _head_of_noun(clause) in noun_forms_of("roles", "transitive")
    aimed = word_set(
        "events", "blaming"
    )  # اتهامات لروسيا، أوامر لقواته, but not وفق أوامر للرئيس
    if word_set("events", "obeying").isdisjoint(
        clause.sentence.front(clause.trigger)[-2:]
    ):
        aimed |= word_set("events", "ordering")
    if clause.trigger.value in aimed or (
        is_transitive and is_one_word and not clause.falls_on(OBJECT, PLACE)
    ):
        return agents, owner or patients
    return agents or owner, patients  # هجوم لتنظيم داعش


def _is_agent(clause: Clause, actor: Candidate) -> bool:  # من قبل القوات، برصاص مسلحين
    text = clause.sentence.text
    fired = (
        c.start for c in clause.of_kind(WEAPON) if text[c.start - 1 : c.start] == "ب"
    )
    return actor.start in fired or is_marked(clause.sentence, actor, "agent")


def _is_origin(
    clause: Clause, actor: Candidate
) -> bool:  # هجوم من القوات, هجوم من طائرات تابعة للقوات
    between = clause.words(clause.trigger.end, actor.start).split()
    things = (*clause.of_kind(OBJECT), *clause.of_kind(WEAPON))
    in_front = sorted(
        (c.start, c.kind) for c in things if clause.trigger.end <= c.start < actor.start
    )
    is_armed = (
        bool(in_front) and in_front[-1][1] == WEAPON
    )  # not عبوة على دورية تابعة للقوات
    is_owned = not word_set("roles", "owned").isdisjoint(map(bare, between[-2:]))
    return between == ["من"] or (is_owned and (is_armed or len(between) <= 2))


def _claimant_or_doer(clause: Clause) -> Actors:
    """Who claims the act before it is named (تبنّت الحركة الهجوم), is accused of it or
    told to (بقصف).
    """
    earlier, others_act = (
        clause.earlier,
        word_set("events", "blaming") | word_set("events", "ordering"),
    )
    claims = earlier is not None and earlier.value in word_set("events", "claims")
    if earlier is None or not (
        claims or (earlier.value in others_act and _is_carried_out(clause))
    ):
        return []
    speakers, doers = _parties(Clause(earlier, clause.sentence))
    if claims:
        return speakers
    between = [
        a
        for a in clause.sentence.phrases
        if earlier.end <= a.start and a.end <= clause.trigger.start
    ]
    return [a for a in between if a in doers] or [
        a for a in between if a not in speakers
    ][:1]


def _act_by_means_of(
    clause: Clause,
) -> Candidate | None:  # the verb in استُهدفت القوات بهجوم
    verb = clause.earlier
    if (
        verb is None
        or not verb.origin.startswith("verb:")
        or not clause.front.endswith("ب")
    ):
        return None
    return (
        verb
        if {verb.value, clause.trigger.value} <= word_set("events", "violent")
        else None
    )


def _raiders(clause: Clause) -> Actors:  # اعتقلت القوات شابين خلال مداهمة
    is_during = clause.before(clause.trigger, 1) in word_set("roles", "during")
    if (
        clause.earlier is None
        or not is_during
        or clause.trigger.value not in word_set("events", "raids")
    ):
        return []
    return _parties(Clause(clause.earlier, clause.sentence))[0]


def _with_joined(clause: Clause, actors: Actors, chosen: Actors) -> list[Candidate]:
    joined = list(chosen)
    for actor in actors:
        is_near = bool(joined) and 0 <= actor.start - joined[-1].end < _CLOSE
        is_other = is_near and actor not in joined
        between = clause.words(joined[-1].end, actor.start) if is_other else ""
        some_of = between.removeprefix("و").removesuffix(" من")  # وعناصر من الجيش
        are_men = between.startswith("و") and some_of in noun_forms_of(
            "roles", "members"
        )
        are_men = are_men or _is_title_of_theirs(between)
        if are_men or between in ("و", "، و", "وعن", "ومن"):
            joined.append(actor)
    return joined


def _is_title_of_theirs(
    between: str,
) -> bool:  # كتائب حزب الله وأمينها العام أحمد الحميداوي
    title = _THEIR_TITLE.fullmatch(between)
    return title is not None and title[1] in heads("people", "titles")


# ---------------------------------------------------------------- what stands around a noun
def _owns_noun(clause: Clause, actor: Candidate) -> bool:  # by ل: انتشار واسع للقوات
    between = clause.words(clause.trigger.end, actor.start)
    if _OF_NOUN.fullmatch(between):
        return True
    things = (
        *clause.of_kind(OBJECT),
        *clause.of_kind(WEAPON),
        *clause.of_kind(TRIGGER),
    )
    is_ours = re.fullmatch("[^ ]{4,} ل", between) is not None
    return is_ours and not any(
        clause.trigger.end <= c.start < actor.start for c in things
    )


def _head_of_noun(clause: Clause) -> str:  # without article and pronoun
    noun = fold_key(clause.trigger.quote).split()[0].removeprefix("ال")
    return re.sub("(?<=...)(?:نا|ها|هم)$", "", noun)


def _shares_subject(clause: Clause) -> bool:  # with an earlier verb: هجماتها
    trigger = fold_key(clause.trigger.quote)
    is_besides = clause.front.rstrip().endswith("،") and trigger.startswith(
        "م"
    )  # …، مهدداً بالرد
    return trigger.endswith(("ها", "هم", "نا")) or _is_carried_out(clause) or is_besides


def _is_carried_out(
    clause: Clause,
) -> bool:  # بقصف، بشن غارات، مواصلتها استهداف، وراء الهجوم
    front = clause.sentence.front(clause.trigger)
    is_performed = not word_set("roles", "performing").isdisjoint(
        front[-4:]
    )  # a count may stand between
    is_theirs = bool(front) and len(front[-1]) > 5 and front[-1].endswith(("ها", "هم"))
    is_behind = not word_set("roles", "behind").isdisjoint(front[-2:])
    is_responsible = not word_set("roles", "responsibility").isdisjoint(front[-2:-1])
    return (
        clause.front.endswith("ب")
        or is_performed
        or is_theirs
        or is_behind
        or is_responsible
    )


def _has_counted_object(
    clause: Clause, start: int, end: int
) -> bool:  # قتل مسلحون ثلاثة، شاباً
    actors = clause.sentence.actors
    later = (a for a in actors if a.start >= end)
    ends = [
        a.end
        for a in later
        if not clause.words(end, a.start) or is_part(clause.sentence, a)
    ][:2]
    last = clause.words(clause.sentence.start, start).rpartition(" ")[2]
    if last in word_set("roles", "pronoun_subjects") or topic_of(clause, actors, start):
        ends.append(end)
    counts = [c.start for c in clause.of_kind(NUMBER)]
    behind = [
        clause.words(place, min(place + LONGEST_WORD, clause.sentence.end)).split()
        for place in ends
    ]
    if any(words and (is_person(words[0]) or _are_some(words)) for words in behind):
        return True
    return any(clause.sentence.adjoins(count, ends) for count in counts)


def _are_some(
    words: list[str],
) -> bool:  # (قتل الجيش) عشرين من حركة الشباب, عناصر يدعمونها
    if words[0] in word_set("roles", "several_men"):
        return True
    return (
        words[0].endswith(("ين", "ه"))
        and words[0][0] not in "بلك"
        and words[1:2] == ["من"]
    )


def _light_verb(
    clause: Clause,
) -> LightVerb:  # the last one in front of a noun, or an empty one
    none = LightVerb("", clause.sentence.start, clause.sentence.start)
    verb = next(
        (
            v
            for v in reversed(clause.sentence.light_verbs)
            if v.end <= clause.trigger.start
        ),
        none,
    )
    between = clause.words(verb.end, clause.trigger.start).split()
    is_separated = not word_set("roles", "clause_openers").isdisjoint(between)
    if is_separated or _ANSWER.search(clause.before(clause.trigger, 4)):
        return none
    before = clause.before(clause.trigger, 1)
    is_apart = before in word_set("roles", "apart") or (
        before == "في" and verb.form in verbs("light_verbs")
    )
    return none if is_apart and verb.form not in suffering_verbs() else verb
