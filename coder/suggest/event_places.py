"""Where an act happened: the places of its sentence, no origins, backgrounds, or what but says where they lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coder.model import Candidate, Json
from coder.suggest.clause import Clause
from coder.suggest.dates import DATE
from coder.suggest.lexicon import PLACE
from coder.suggest.words import word_set


def _own(clause: Clause, found: Sequence[Candidate]) -> list[Candidate]:
    """Those behind the trigger that no other trigger parts from it, else those in front, else all."""
    own = [c for c in found if clause.is_own(c)]
    behind = [c for c in own if c.start >= clause.trigger.start]
    return behind or own or list(found)


def places(clause: Clause) -> list[Candidate]:
    """Where it happened: no background wars, no origins, no region around a place that is named itself.

    What is said happens nowhere (threats, claims, sanctions).
    """
    if clause.trigger.value in word_set("events", "said"):
        return []
    dated = clause.of_kind(DATE)
    found = [
        c
        for c in clause.of_kind(PLACE)
        if not any(_is_of_date(clause, d, c) for d in dated) and not _is_background(clause, c)
    ]
    own = _own(clause, found)
    behind = [clause.before(c, 1) for c in own]
    is_left = clause.trigger.value in word_set("events", "leaving") and not _TOWARDS & set(behind)
    told = [c for c, word in zip(own, behind, strict=True) if is_left or word != "من"] or own
    told = [c for c in told if not any(_surrounds(c, other) or _holds(clause, c, other) for other in told)]
    return [c for c in told if clause.before(c, 1) not in _NEAR] or told


_NEAR = frozenset({"قرب", "مع"})
_TOWARDS = frozenset({"الي", "نحو", "باتجاه"})


def _is_of_date(clause: Clause, dated: Candidate, place: Candidate) -> bool:
    """Whether a place belongs to a date, inside it or behind في (أحداث 7 تشرين الأول في فلسطين)."""
    return dated.start <= place.start and (
        place.start < dated.end or clause.words(dated.end, place.start) in ("في", "ب")
    )


def _is_background(clause: Clause, place: Candidate) -> bool:
    """Whether a place is that of a war that is but mentioned (الحرب في غزة، حربها على غزة)."""
    front = clause.sentence.front(place)[-3:]
    wars = word_set("events", "wars")
    return any(w.removeprefix("ال").removesuffix("ها") in wars for w in front[:-1]) and front[-1] in (
        "في",
        "علي",
    )


def _holds(clause: Clause, wide: Candidate, narrow: Candidate) -> bool:
    """Whether a place is named right behind another to say where that lies (بلدة تسيل بريف درعا)."""
    between = clause.words(narrow.end, wide.start) if narrow.end <= wide.start else None
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
