"""Places that no codebook lists: countries, seas and cities of the world, told from
ordinary words.
"""

from __future__ import annotations

import pytest

PLACES = [
    # cities known by their name alone, and small ones whose name is no Arabic word
    ("وصل الوفد إلى طوكيو", ["طوكيو"]),
    ("اشتباكات في طولكرم وقلقيلية", ["طولكرم", "قلقيلية"]),
    ("غادر نابلس إلى رام الله", ["نابلس", "رام الله"]),
    # a town whose name is an ordinary word needs a sign in front
    ("تجمعوا في صور صباحاً", ["صور"]),
    ("نشرت الصحيفة صور الحادث", []),
    ("سقط صاروخ قرب مدينة السلام", ["مدينة السلام"]),
    ("تحدث عن فرص السلام في المستقبل", []),
    # what a place has names it: its mayor, its people, the massacre there
    ("قال رئيس بلدية البيرة إن", ["البيرة"]),
    # towns in a row with a known place
    ("في بيروت وصور", ["بيروت", "صور"]),
    # a place whose first word is the head of groups too
    ("مواجهات في لواء الإسكندرون", ["لواء الإسكندرون"]),
    # a sea, a continent, a country of the other end of the world
    ("سفينة في البحر المتوسط", ["البحر المتوسط"]),
    ("الهجرة إلى أوروبا", ["أوروبا"]),
    ("أصله من كرواتيا", ["كرواتيا"]),
]


@pytest.mark.parametrize(("text", "expected"), PLACES)
def test_a_name_of_the_gazetteer_counts_where_it_can_be_no_other_word(
    quotes, text: str, expected: list[str]
) -> None:
    assert quotes(text, "place") == expected


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("يعمل بالسعودية منذ عام", ["place"]),
        ("فصائل تربطها علاقات بإيران", ["actor"]),
        ("في سوريا، العراق", ["place", "place"]),
        ("عاد من لبنان", ["actor", "place"]),
        ("هاجمت جماعة الحوثي المدعومة من إيران", ["actor"]),
    ],
)
def test_the_preposition_tells_whether_a_country_acts_or_is_where(
    ask, text: str, kinds: list[str]
) -> None:
    country = [
        c
        for c in ask(text)
        if c.quote in ("السعودية", "إيران", "سوريا", "العراق", "لبنان")
    ]
    assert [c.kind for c in country] == kinds


def test_a_town_that_a_war_made_known_comes_before_a_village_of_the_same_name(
    ask,
) -> None:
    [place] = ask("قصف الجيش السوداني مدينة كتم", "place")
    assert place.value[0]["country"] == "SD"


def test_a_city_brings_its_country_but_no_id_of_the_codebook(ask) -> None:
    [place] = ask("وصل الوفد إلى طوكيو", "place")
    assert place.value == [
        {"as_written": "طوكيو", "country": "JP", "precision": "town"}
    ]
