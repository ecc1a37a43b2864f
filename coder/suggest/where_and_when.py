"""Where and when an act happened, by the places and dates of its sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from coder.model import Candidate
from coder.suggest.areas import contains
from coder.suggest.article_words import first_item
from coder.suggest.clause import ADJOINING, Clause
from coder.suggest.compiled_lexicon import PLACE, TRIGGER
from coder.suggest.date_spans import DATE
from coder.suggest.word_lists import bare, verbs, word_set
from coder.text.normalize import fold_key
from coder.values.date_reading import BEGINNING

_BEGINNING = re.compile(rf"(?:^| ){BEGINNING} ")
_SINCE_WHEN = re.compile(
    r"^(.*?)(?:^| )و?(?:الذي|التي|اللذين|اللتين) (\w+)(?: (?:في|يوم|خلال))*$"
)
_SLOGAN = re.compile('(?:شعار|عنوان)\\w? ["«“”][^"»“”]*\\Z')
_FROM_OTHER = re.compile("(?:بعد|قبل) .*من$")


def places(clause: Clause, doers: Sequence[Candidate]) -> list[Candidate]:
    """The places of the act, without background wars, origins, and regions around
    another named place.

    Verbal acts (threats, claims, sanctions) have no place. doers: the agents; a place
    right behind them, in front of the act, belongs to them (قوات التحالف في اليمن شنت).
    """
    value, start = clause.trigger.value, clause.trigger.start
    if is_said(clause):
        return []
    found = [c for c in clause.of_kind(PLACE) if not _is_background(clause, doers, c)]
    found = [
        c
        for c in found
        if not (clause.is_parted_from(c) or _is_of_main_clause(clause, c))
    ]
    if value in word_set(
        "events", "meetings"
    ):  # ناقش …، حيث أكد الجانبان حماية البعثات في العراق
        others = word_set("roles", "other_clause")
        found = [
            c
            for c in found
            if others.isdisjoint(clause.words(clause.trigger.end, c.start).split())
        ]
    own = [c for c in found if clause.is_own(c)]
    behind = [c for c in own if c.start >= start]
    own = [c for c in behind if clause.is_in_clause(c)] or behind or own or found
    origins = list[Candidate]()
    for place in own:
        is_joined = (
            bool(origins) and clause.words(origins[-1].end, place.start) == "و"
        )  # من الأردن ومصر
        is_from = clause.before(place, 1) == "من" and not (
            is_near(clause, place) or _is_each(clause, place)
        )
        if is_joined or is_from or clause.before(place, 2) == "من داخل":
            origins.append(place)
    if value in word_set("events", "leaving"):
        kept = [
            c
            for c in origins
            if clause.before(c, 2).split()[0] not in word_set("events", "coming")
        ] or own
    else:
        kept = [c for c in own if c not in origins] or own
    if value in word_set("events", "violent"):  # نُقل الجرحى إلى المدينة
        kept = [c for c in kept if clause.before(c, 1) != "الي"] or kept
    wide = [c for c in kept if any(contains(clause, c, other) for other in kept)]
    # beside a country around a place that is named itself: قادة الفصائل في سوريا
    # والعراق … في مدينة الميادين
    states = [c for c in kept if first_item(c).get("precision") == "country"]
    joined = [
        pair
        for pair in pairwise(states)
        if clause.words(pair[0].end, pair[1].start) == "و"
    ]
    wide += [c for pair in joined if any(c in wide for c in pair) for c in pair]
    kept = [c for c in kept if c not in wide]
    return [
        c for c in kept if not is_near(clause, c) and clause.before(c, 1) != "مع"
    ] or kept


def _is_of_main_clause(clause: Clause, place: Candidate) -> bool:
    """Whether an act is only told of somebody, and the place is where something else
    was done to him.

    شيع الآلاف في طهران جثمان القيادي الذي قتل في غارة: no act stands in front of the
    place or behind it.
    """
    start = clause.trigger.start
    if place.end > start or any(c.start < start for c in clause.of_kind(TRIGGER)):
        return False
    return not word_set("roles", "relative").isdisjoint(
        clause.words(place.end, start).split()[1:]
    )


def is_near(clause: Clause, place: Candidate) -> bool:
    """Whether a place or thing is only near the act (قرب)."""
    return clause.before(place, 1) == "قرب" or clause.before(place, 2) in (
        "بالقرب من",
        "مقربه من",
    )


def _is_each(clause: Clause, place: Candidate) -> bool:  # في كل من سوريا والعراق
    return clause.before(place, 2) in ("كل من", "لكل من")


def nearest_places(clause: Clause, found: Sequence[Candidate]) -> list[Candidate]:
    """Of a single incident's places the nearest, and those named together with it
    (سوريا والعراق).
    """
    at, kept = clause.trigger.start, list[Candidate]()
    for place in sorted(found, key=lambda c: abs(c.start - at)):
        ends = [(min(c.end, place.end), max(c.start, place.start)) for c in kept]
        if not kept or any(
            clause.words(start, end) in ("و", "، و", "،") for start, end in ends
        ):
            kept.append(place)
    return sorted(kept, key=lambda c: c.start)


def dates(clause: Clause) -> list[Candidate]:
    """The nearest date of the act, not the one of something else (بعد يوم من إعلان) nor
    a year.

    Nobody goes on saying something: what lasts (منذ منتصف الشهر) is what a statement is
    about.
    """
    others = {"bare_year", "year"} | (
        {"since", "since_event"} if is_said(clause) else set()
    )
    found = [
        c
        for c in clause.of_kind(DATE)
        if c.origin not in others and not _FROM_OTHER.match(c.quote)
    ]
    found = [
        c
        for c in found
        if not (_is_of_other_thing(clause, c) or _is_start_only(clause, c))
    ]
    found = [c for c in found if not clause.is_parted_from(c)]
    own = [c for c in found if clause.is_own(c)] or found
    return [min(own, key=lambda c: abs(c.start - clause.trigger.start))] if own else []


def _is_of_other_thing(
    clause: Clause, date: Candidate
) -> bool:  # قصف السوق في الحرب التي بدأت في أبريل
    relative = _SINCE_WHEN.search(clause.words(clause.trigger.end, date.start))
    if relative is None or len(relative[1].split()) <= 1:
        return False
    other = word_set("events", "wars") | word_set("events", "other_happenings")
    named = {bare(word.lstrip("وبلف")) for word in relative[1].split()}
    is_of_act = not clause.trigger.origin.startswith("verb:") and relative[2] in verbs(
        "events", "happening"
    )
    return not is_of_act or not other.isdisjoint(
        named
    )  # الهجوم على المطار الذي وقع الثلاثاء


def _is_start_only(
    clause: Clause, date: Candidate
) -> bool:  # منذ17 أكتوبر, of an article without a date
    return date.value is None and clause.sentence.text.endswith(
        "منذ", clause.sentence.start, date.start
    )


def is_said(clause: Clause) -> bool:
    """Whether the act is a statement."""
    return clause.trigger.value in word_set("events", "said")


def _is_background(
    clause: Clause, doers: Sequence[Candidate], place: Candidate
) -> bool:
    in_front = (a for a in doers if a.end <= place.start < clause.trigger.start)
    if any(clause.words(a.end, place.start) in ("في", "ب") for a in in_front):
        return True
    for date in clause.of_kind(
        DATE
    ):  # inside, or of an event that a day names: أحداث 7 أكتوبر في فلسطين
        is_name = (
            _BEGINNING.search(f"{clause.before(date, 1)} {fold_key(date.quote)}")
            is not None
        )
        end = date.end + (ADJOINING if is_name else 0)
        if date.start <= place.start < end and (
            clause.words(date.end, place.start) in ("", "في", "ب")
        ):
            return True
    if _SLOGAN.search(clause.sentence.text, clause.sentence.start, place.start):
        return True
    *before, last = clause.sentence.front(place)[-3:] or [""]
    nouns_before = {word.removeprefix("ال").removesuffix("ها") for word in before}
    if clause.before(place, 1) in word_set("events", "offices"):
        return True
    is_war = last in ("في", "علي") and bool(
        nouns_before & word_set("events", "wars")
    )  # حربها على غزة
    return is_war or clause.before(place, 1) in word_set("events", "for_the_sake")
