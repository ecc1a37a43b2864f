"""The protest codebook: how many came, how many were arrested, what for, and what the
police did.
"""

from __future__ import annotations

from typing import Any

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.events import EventProposer
from coder.suggest.registry import propose

FIELDS = ("size", "arrested", "killed", "injured", "issues", "police", "police_action")
PROTESTS: list[tuple[str, str, dict[str, Any]]] = [
    (
        "تظاهر آلاف المعلمين في الرباط أمس للمطالبة بزيادة الأجور",
        "تظاهر",
        {"size": (2000, None), "issues": ["wages"]},
    ),
    (
        "أمس شارك نحو 500 شخص في مظاهرة وسط بيروت احتجاجاً على غلاء الأسعار",
        "مظاهرة",
        {"size": (500, 500), "issues": ["prices"]},
    ),
    (
        "فرّقت الشرطة مظاهرة في تونس بالغاز المسيل للدموع",
        "مظاهرة",
        {"police": True, "police_action": ["dispersed", "gas"]},
    ),
    (
        "اعتقلت قوات الأمن 30 متظاهراً خلال احتجاجات في الخرطوم ضد الفساد",
        "احتجاجات",
        {
            "arrested": (30, 30),
            "issues": ["corruption"],
            "police": True,
            "police_action": ["arrests"],
        },
    ),
    (
        "أوقفت الشرطة عشرات المحتجين في وقفة احتجاجية أمام البرلمان تطالب بإسقاط الحكومة",
        "وقفة احتجاجية",
        {
            "arrested": (20, None),
            "issues": ["government"],
            "police": True,
            "police_action": ["arrests"],
        },
    ),
    (
        "أمس شارك مئات الطلاب في مسيرة حاشدة تضامناً مع غزة",
        "مسيرة حاشدة",
        {"size": (200, None), "issues": ["solidarity"]},
    ),
    (
        "نظم أهالٍ اعتصاماً أمام وزارة الداخلية للمطالبة بالإفراج عن المعتقلين",
        "اعتصاماً",
        {"issues": ["detainees"]},
    ),
    (
        "أطلقت قوات الأمن الرصاص الحي خلال تظاهرة في الناصرية، ما أدى إلى مقتل ثلاثة متظاهرين وإصابة 20 آخرين",
        "تظاهرة",
        {
            "killed": (3, 3),
            "injured": (20, 20),
            "police": True,
            "police_action": ["shot"],
        },
    ),
    (
        "أضرب أكثر من ألف عامل في مصنع للنسيج رفضاً لخفض الرواتب",
        "أضرب",
        {"size": (1001, None), "issues": ["wages"]},
    ),
    (
        "احتشد عشرات الآلاف في الساحة رفضاً للحرب",
        "احتشد",
        {"size": (20000, None), "issues": ["war"]},
    ),
    (
        "اعتدت الشرطة بالضرب على المشاركين في الاعتصام ورشتهم بخراطيم المياه",
        "الاعتصام",
        {"police": True, "police_action": ["beat", "gas"]},
    ),
    (
        "تجمع العشرات من سكان القرية أمام البلدية احتجاجاً على انقطاع المياه",
        "تجمع",
        {"size": (20, None), "issues": ["prices"]},
    ),
]


@pytest.mark.parametrize(
    ("text", "trigger", "told"), PROTESTS, ids=[p[0][:40] for p in PROTESTS]
)
def test_a_protest_is_proposed_with_its_size_its_issue_and_what_the_police_did(
    protest_events: Codebook, text: str, trigger: str, told: dict[str, Any]
) -> None:
    assert proposed(text, trigger, protest_events) == told


def proposed(text: str, trigger: str, codebook: Codebook) -> dict[str, Any]:
    """What is proposed for the fields of a protest, counts as least and most, other
    values without order.
    """
    article = Article("a", text)
    found = propose(article, codebook)
    chosen = next(c for c in found if c.kind == "trigger" and c.quote == trigger)
    fields = EventProposer(found, article, codebook).propose(chosen)
    values: dict[str, Any] = {}
    for name in FIELDS:
        for value in (c.value for c in fields.get(name, ())):
            if isinstance(value, dict):
                assert name not in values
                values[name] = (value["min"], value.get("max"))
            elif isinstance(value, list):
                values[name] = sorted({*values.get(name, ()), *value})
            else:
                values[name] = value
    return values
