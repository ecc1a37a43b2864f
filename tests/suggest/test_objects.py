"""Target objects: the words for what was hit, what only stood by, and what an act on a
named site hit.
"""

from __future__ import annotations

import pytest

OBJECTS = [
    ("أحرق محتجون مبنى المحافظة في المدينة", [("مبنى المحافظة", "government")]),
    ("استهدف القصف بناية وسط المدينة", [("بناية", "residential")]),
    ("هاجم مسلحون فندقاً وسط المدينة", [("فندقاً", "market_public")]),
    ("استهدفت غارة دراجة نارية قرب البلدة", [("دراجة نارية", "convoy_vehicle")]),
    ("قصف الجيش تجمعاً لجنود قرب التلة", [("تجمعاً لجنود", "troops")]),
    # a vehicle that is hit is no means of the act, one that fires is
    ("قُتل جندي باستهداف دبابة قرب البلدة", [("دبابة", "convoy_vehicle")]),
    ("دمّر الجيش السوري دبابة قرب البلدة", [("دبابة", "convoy_vehicle")]),
    ("استهدفوا دبابة بقذيفة قرب البلدة", [("دبابة", "convoy_vehicle")]),
    ("ضربت دبابة منزلاً قرب البلدة", [("منزلاً", "residential")]),
    ("قصفت دبابة منزلاً قرب البلدة", [("منزلاً", "residential")]),
    # where one is under way, and in what
    ("هاجم مسلحون حافلة على طريق تدمر", [("حافلة", "convoy_vehicle")]),
    ("استهدف القصف قافلة كانت في طريقها إلى المدينة", [("قافلة", "convoy_vehicle")]),
    ("اغتال مسلحون يستقلون سيارة مختار القرية", []),
    ("دمرت غارة طريقاً قرب المدينة", [("طريقاً", "infrastructure")]),
    ("قُتل جندي في غارة على طريق تدمر", [("طريق تدمر", "infrastructure")]),
    # a word of a listed name is no thing of its own
    ("أعلن البيت الأبيض قصف مواقع الحوثيين", [("مواقع الحوثيين", "headquarters")]),
    ("أحرق محتجون البيت في القرية", [("البيت", "residential")]),
]


@pytest.mark.parametrize(
    ("text", "expected"), OBJECTS, ids=[" ".join(o[0].split()[:5]) for o in OBJECTS]
)
def test_what_was_hit_is_an_object(
    ask, text: str, expected: list[tuple[str, str]]
) -> None:
    assert [(c.quote, c.value[0]) for c in ask(text, "object")] == expected


@pytest.mark.parametrize(
    "text",
    [
        "قُتل جندي باستهداف دبابة قرب البلدة",
        "قصف الجيش حظيرة للطائرات",
        "فكك الجيش ألغاماً مضادة للدبابات",
    ],
)
def test_a_weapon_that_is_hit_or_that_something_is_for_is_no_means(
    ask, text: str
) -> None:
    assert not {"دبابة", "لطائرات", "لدبابات"} & {c.quote for c in ask(text, "weapon")}
