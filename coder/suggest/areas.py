"""Areas: which of two places of a sentence is named only to say where the other lies."""

from __future__ import annotations

import re

from coder.model import Candidate
from coder.suggest.article_words import first_item
from coder.suggest.clause import Clause
from coder.suggest.word_lists import nouns
from coder.text.normalize import fold_key

# code points: room for a name that is not known between a place and the area around it
_CHAIN = 30
_APART = re.compile(r"(?<!\w)و|،")  # what stands behind it is another place
_WIDTHS = (
    "exact_site",
    "town",
    "around_town",
    "admin1",
    "region",
    "country",
)  # precisions by size of area
_TOWN, _COUNTRY = _WIDTHS.index("town"), _WIDTHS.index("country")


def contains(clause: Clause, wide: Candidate, narrow: Candidate) -> bool:
    """Whether a place lies in a wider one, which then only says where; not in ريف حلب
    ومدينة منبج.
    """
    is_listed = wide.end <= narrow.start and clause.words(wide.end, narrow.start) == "و"
    return not is_listed and (_surrounds(wide, narrow) or _holds(clause, wide, narrow))


def _surrounds(
    wide: Candidate, narrow: Candidate
) -> bool:  # as the region in which it lies
    outer, inner = first_item(wide), first_item(narrow)
    precision, country = outer.get("precision"), outer.get("country")
    if (
        wide is narrow
        or precision == inner.get("precision")
        or country != inner.get("country")
    ):
        return False
    exact = inner.get("precision") in ("exact_site", "town")
    same = not outer.get("admin1") or outer["admin1"] == inner.get("admin1")
    is_region = precision in ("admin1", "region", "around_town")
    return precision == "country" or bool(is_region and exact and same and country)


def _holds(
    clause: Clause, wide: Candidate, narrow: Candidate
) -> bool:  # بلدة تسيل بريف درعا
    between = (
        clause.words(narrow.end, wide.start)
        if 0 <= wide.start - narrow.end < _CHAIN
        else None
    )
    if between is None or between == "،":
        return between is not None and fold_key(wide.quote).partition(" ")[0] in nouns(
            "places", "compass"
        )
    least = (
        _TOWN
        if between == "" and _width(wide) < _COUNTRY
        else max(_width(narrow), _TOWN)
    )
    area = (
        fold_key(between).removeprefix("في ").removeprefix("ب").partition(" ")[0]
    )  # بمديرية الحالي في
    is_chain = area in nouns("places", "naming", "admin1") and not _APART.search(
        between
    )
    if between in ("في", "ب") and _width(wide) == _width(narrow) > _TOWN:
        return True  # مديرية الوادي بمحافظة مأرب
    if between in ("في", "ب") and _width(wide) == _TOWN and _is_base(narrow):
        return True
    return (is_chain or between in ("", "في", "ب", "(")) and _width(wide) > least


def _is_base(place: Candidate) -> bool:  # قاعدة حرير في أربيل
    first = fold_key(place.quote).partition(" ")[0]
    return (
        first in nouns("places", "bases")
        and first_item(place).get("precision") == "exact_site"
    )


def _width(place: Candidate) -> int:
    precision = first_item(place).get("precision")
    return _WIDTHS.index(precision) if precision in _WIDTHS else 0
