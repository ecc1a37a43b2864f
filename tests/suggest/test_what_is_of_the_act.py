"""Parties, places and things of an act, told from those of what else its sentence tells."""

from __future__ import annotations

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.events import EventProposer
from coder.suggest.registry import propose
from tests.suggest.conftest import Words

TOLD = [
    (
        "تبادل الجيش السوداني والدعم السريع الاتهامات بقصف جسر شمبات.",
        "الاتهامات",
        "initiators",
        ["الجيش السوداني", "الدعم السريع"],
    ),
    ("تبادل الجيش السوداني والدعم السريع الاتهامات بقصف جسر شمبات.", "قصف", "initiators", []),
    ("فرضت الولايات المتحدة عقوبات على شركات صينية تدعم روسيا.", "عقوبات", "targets", []),
    ("قصف التحالف العربي جماعة تدعم إيران.", "قصف", "targets", []),
    ("شيع الآلاف في طهران جثمان القيادي رضا موسوي الذي قتل في غارة إسرائيلية.", "غارة", "place", []),
    (
        "شيع الآلاف في طهران جثمان القيادي رضا موسوي الذي قتل في غارة إسرائيلية.",
        "غارة",
        "target_object",
        ["القيادي رضا موسوي"],
    ),
    ("قصف الجيش في حلب المدرسة التي لجأ إليها نازحون.", "قصف", "place", ["حلب"]),
    (
        "أعلن حزب الله استهداف تجمع لجنود إسرائيليين قرب موقع المرج.",
        "استهداف",
        "target_object",
        ["تجمع لجنود إسرائيليين"],
    ),
    ("انفجرت سيارة مفخخة قرب مقر للشرطة في مقديشو.", "انفجرت", "target_object", []),
    ("انفجرت سيارة مفخخة في مقر للشرطة في مقديشو.", "انفجرت", "target_object", ["مقر"]),
    ("اقتحم مستوطنون المسجد الأقصى بحماية شرطة الاحتلال.", "اقتحم", "targets", []),
    ("تبادلت أذربيجان وأرمينيا الاتهامات بخرق الهدنة.", "الاتهامات", "initiators", ["أذربيجان", "أرمينيا"]),
    ("اعتقلت الشرطة التركية ناشطين يؤيدون حزب العمال الكردستاني.", "اعتقلت", "targets", []),
    ("هاجم مسلحون في ديالى الحاجز الذي أقامه الجيش.", "هاجم", "place", ["ديالى"]),
    ("سقط صاروخ قرب مدرسة في سديروت.", "سقط", "target_object", []),
    ("قصف الجيش مدرسة قرب المستشفى في نيالا.", "قصف", "target_object", ["مدرسة"]),
    ("قتلت غارة القيادي في داعش أبو حذيفة.", "غارة", "target_object", ["القيادي في داعش أبو حذيفة"]),
    ("شنت أوكرانيا هجوما على بيلغورود.", "هجوما", "initiators", ["أوكرانيا"]),
    ("شهدت أوكرانيا هجوما صاروخيا.", "هجوما", "initiators", []),
    ("نفذت إثيوبيا ضربات جوية في تيغراي.", "ضربات", "initiators", ["إثيوبيا"]),
    ("فرضت كندا عقوبات على مسؤولين إيرانيين.", "عقوبات", "initiators", ["كندا"]),
    ("تعرضت أوكرانيا لهجوم صاروخي.", "هجوم", "initiators", []),
]
FORCES = [
    ("قالت وزارة الدفاع الروسية إن قواتها سيطرت على بلدة.", "سيطرت", "russia_military"),
    ("أعلنت تركيا أن قواتها قصفت مواقع في سوريا.", "قصفت", "turkey_military"),
    ("قالت حركة حماس إن قواتها استهدفت دبابة.", "استهدفت", "hamas"),
]


@pytest.mark.parametrize(("text", "act", "field", "words"), TOLD)
def test_only_what_is_of_the_act_is_proposed(
    proposed_words: Words, text: str, act: str, field: str, words: list[str]
) -> None:
    assert proposed_words(text, act, field) == words


@pytest.mark.parametrize(("text", "act", "army"), FORCES)
def test_the_forces_of_a_state_that_speaks_are_its_army(
    conflict_events: Codebook, text: str, act: str, army: str
) -> None:
    article = Article("a", text)
    found = propose(article, conflict_events)
    trigger = next(c for c in found if c.kind == "trigger" and c.quote == act)
    proposal = EventProposer(found, article, conflict_events).propose(trigger)
    assert [c.value for c in proposal["initiators"]] == [[army]]
