"""Target objects: the words for what was hit, what only stood by, and what an act on a
named site hit.
"""

from __future__ import annotations

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.events import EventProposer
from coder.suggest.registry import propose

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


HIT = [
    # a named site is what was hit, if the act falls on it and not beside it
    ("أغلق الجيش السوري معبر الكرامة", "أغلق", [("معبر الكرامة", ["border_crossing"])]),
    ("شنت تركيا غارات على مطار منغ", "غارات", [("مطار منغ", ["airport"])]),
    ("قصف الجيش السوري قرية قرب مطار منغ", "قصف", []),
    # a site can also be the subject of the verb that says so
    (
        "تعرضت قاعدة عين الأسد لهجوم بطائرتين مسيّرتين",
        "هجوم",
        [("قاعدة عين الأسد", ["military_base"])],
    ),
    (
        "وقال المصدر إن قاعدة التنف قرب الحدود تعرضت لقصف",
        "قصف",
        [("قاعدة التنف", ["military_base"])],
    ),
    ("تعرضت دورية قرب قاعدة التنف لهجوم", "هجوم", [("دورية", ["convoy_vehicle"])]),
    ("تعرض الجيش السوري قرب مطار منغ لهجوم", "هجوم", [("الجيش السوري", ["troops"])]),
    ("بمطار منغ تعرض الجيش السوري لهجوم", "هجوم", [("الجيش السوري", ["troops"])]),
    # arms in flight are what an interception hits
    (
        "أسقط الجيش الإسرائيلي مسيّرة فوق المدينة",
        "أسقط",
        [("مسيّرة", ["aircraft_drone"])],
    ),
]


@pytest.mark.parametrize(("text", "trigger", "expected"), HIT, ids=[h[0] for h in HIT])
def test_a_named_site_or_arms_in_flight_are_what_was_hit(
    conflict_events: Codebook,
    text: str,
    trigger: str,
    expected: list[tuple[str, list[str]]],
) -> None:
    article = Article("a", text)
    found = propose(article, conflict_events)
    chosen = next(c for c in found if c.kind == "trigger" and c.quote == trigger)
    hit = (
        EventProposer(found, article, conflict_events)
        .propose(chosen)
        .get("target_object", [])
    )
    assert [(c.quote, c.value) for c in hit] == expected
