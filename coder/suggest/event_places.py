"""Where an act happened: its sentence's places without origins, backgrounds and what says where they lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coder.model import Candidate, Json
from coder.suggest.clause import ADJOINING, Clause
from coder.suggest.compiled_lexicon import PLACE
from coder.suggest.date_spans import DATE
from coder.suggest.word_lists import nouns, word_set
from coder.text.normalize import fold_key


def places(clause: Clause, doers: Sequence[Candidate]) -> list[Candidate]:
    """Where it happened: no background wars, no origins, no region around a place that is named itself.

    What is said happens nowhere (threats, claims, sanctions). doers: who did it; a place right behind them,
    in front of the act, is theirs (قوات التحالف في اليمن شنت).
    """
    if clause.trigger.value in word_set("events", "said"):
        return []
    found = [
        c for c in clause.of_kind(PLACE) if not _is_aside(clause, c) and not _is_of_doer(clause, doers, c)
    ]
    own = [c for c in found if clause.is_own(c)]
    behind = [c for c in own if c.start >= clause.trigger.start]
    own = [c for c in behind if clause.goes_on_to(c)] or behind or own or found
    is_left = clause.trigger.value in word_set("events", "leaving")
    is_left = is_left and _TOWARDS.isdisjoint(clause.before(c, 1) for c in own)
    told = [c for c in own if is_left or not _is_origin(clause, c)] or own
    told = [c for c in told if not any(_surrounds(c, other) or _holds(clause, c, other) for other in told)]
    return [c for c in told if clause.before(c, 1) not in _NEAR] or told


_NEAR = frozenset({"قرب", "مع"})
_TOWARDS = frozenset({"الي", "نحو", "باتجاه"})


def _is_aside(clause: Clause, place: Candidate) -> bool:
    """Whether a place is that of a date, of a cause or of a war in the background (حربها على غزة)."""
    if any(_is_of_date(clause, dated, place) for dated in clause.of_kind(DATE)):
        return True
    *before, last = clause.sentence.front(place)[-3:] or [""]
    wars = word_set("events", "wars")
    is_background = last in ("في", "علي") and any(
        word.removeprefix("ال").removesuffix("ها") in wars for word in before
    )
    return is_background or clause.before(place, 1) in word_set("events", "for_the_sake")


def _is_of_doer(clause: Clause, doers: Sequence[Candidate], place: Candidate) -> bool:
    """Whether a place in front of the act but tells where its doers are from."""
    in_front = (a for a in doers if a.end <= place.start < clause.trigger.start)
    return any(clause.words(a.end, place.start) in ("في", "ب") for a in in_front)


def _is_origin(clause: Clause, place: Candidate) -> bool:
    """Whether it came from the place (من المدينة، من داخل الأراضي)."""
    return clause.before(place, 1) == "من" or clause.before(place, 2) == "من داخل"


def _is_of_date(clause: Clause, dated: Candidate, place: Candidate) -> bool:
    """Whether a place belongs to a date, inside it or behind في (أحداث 7 تشرين الأول في فلسطين)."""
    return dated.start <= place.start and (
        place.start < dated.end
        or (place.start - dated.end < ADJOINING and clause.words(dated.end, place.start) in ("في", "ب"))
    )


def _holds(clause: Clause, wide: Candidate, narrow: Candidate) -> bool:
    """Whether a place is named right behind another to say where that lies (بلدة تسيل بريف درعا)."""
    is_next = 0 <= wide.start - narrow.end < ADJOINING
    between = clause.words(narrow.end, wide.start) if is_next else None
    if between == "،":
        return fold_key(wide.quote).partition(" ")[0] in nouns("places", "compass")
    least = _TOWN if between == "" and _width(wide) < _COUNTRY else max(_width(narrow), _TOWN)
    return between in ("", "في", "ب", "(") and _width(wide) > least


_WIDTHS = ("exact_site", "town", "around_town", "admin1", "region", "country")
_TOWN, _COUNTRY = _WIDTHS.index("town"), _WIDTHS.index("country")


def _width(place: Candidate) -> int:
    """How much land a place is, in steps from a site to a country."""
    said = first(place).get("precision")
    return _WIDTHS.index(said) if said in _WIDTHS else 0


def first(candidate: Candidate) -> Mapping[str, Json]:
    """What was worked out for the first thing named; empty where nothing was, as by another suggester."""
    found = candidate.value[0] if isinstance(candidate.value, list) and candidate.value else None
    return found if isinstance(found, Mapping) else {}


def _surrounds(wide: Candidate, narrow: Candidate) -> bool:
    """Whether a place is but the region that another one of the same clause lies in."""
    outer, inner = first(wide), first(narrow)
    if wide is narrow or outer.get("precision") == inner.get("precision"):
        return False
    if outer.get("precision") == "country":
        return bool(outer.get("country") == inner.get("country"))
    if outer.get("precision") not in ("admin1", "region", "around_town"):
        return False
    exact = inner.get("precision") in ("exact_site", "town")
    same = outer.get("admin1") == inner.get("admin1") or not outer.get("admin1")
    return bool(exact and same and outer.get("country") and outer.get("country") == inner.get("country"))
