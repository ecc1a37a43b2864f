"""Names of places in hashtags, and two names behind one dual."""

from __future__ import annotations

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.registry import propose


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("هاجم مسلحون حاجزا في محافظة #تعز جنوب البلاد", ["محافظة #تعز"]),
        ("قصفت الطائرات #حلب مساء أمس", ["حلب"]),
        ("قتل العشرات في غارات على ولايتي كونار وخوست", ["ولايتي كونار", "خوست"]),
        ("مواجهات في مدينتي الناصرية والسماوة", ["مدينتي الناصرية", "السماوة"]),
    ],
)
def test_a_place_is_found_in(text: str, places: list[str], codebook: Codebook) -> None:
    found = propose(Article("a", text), codebook)
    quotes = [each.quote for each in found if each.kind == "place"]
    assert [quote for quote in quotes if quote != "جنوب البلاد"] == places


def test_a_listed_name_in_a_hashtag_has_its_entry(codebook: Codebook) -> None:
    found = propose(Article("a", "غارات على محافظة #إدلب مساء أمس"), codebook)
    [place] = [each for each in found if each.kind == "place"]
    assert place.quote == "محافظة #إدلب"
    assert place.value[0]["place_id"] == "sy_idlib"


def test_a_place_behind_lam_is_written_with_its_article(codebook: Codebook) -> None:
    found = propose(Article("a", "أرسل الجيش تعزيزات للبصرة بعد هجوم."), codebook)
    values = [each.value for each in found if each.kind == "place"]
    assert [value[0]["as_written"] for value in values] == ["البصرة"]
