"""How the article knows who did an act: claimed, blamed, denied, claimed by nobody."""

from __future__ import annotations

from datetime import date

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.events import EventProposer
from coder.suggest.registry import propose
from tests.suggest.conftest import Words

# who accuses speaks for those who were hit or for the state in which it happened, or is a third party
KNOWN = [
    ("انفجرت عبوة ناسفة في بغداد. ولم تعلن أي جهة مسؤوليتها عن الانفجار.", "انفجرت", ["unclaimed"]),
    ("قُتل ثلاثة جنود في هجوم على حاجز قرب سرت، ولم تتبن أي جماعة الهجوم.", "هجوم", ["unclaimed"]),
    (
        (
            "هاجم مسلحون قاعدة للجيش المالي. "
            "وحمّل الجيش المالي جماعة نصرة الإسلام والمسلمين المسؤولية عن الهجوم."
        ),
        "هاجم",
        ["article", "blamed_by_target"],
    ),
    (
        (
            "استهدف هجوم القوات الأميركية في الأردن. "
            "واتهمت الولايات المتحدة فصائل موالية لإيران بتنفيذ الهجوم."
        ),
        "هجوم",
        ["blamed_by_target"],
    ),
    (
        (
            "استهدف هجوم ناقلة في خليج عمان. "
            "واتهمت واشنطن إيران بالوقوف وراء الهجوم. ونفت طهران مسؤوليتها عن الهجوم."
        ),
        "هجوم",
        ["third_party", "denied"],
    ),
    (
        "استهدف هجوم منشآت نفطية في السعودية. واتهمت السعودية إيران بتنفيذ الهجوم.",
        "هجوم",
        ["blamed_by_target"],
    ),
    ("قصفت القوات الروسية مدينة خاركيف. ونفت روسيا مسؤوليتها عن القصف.", "قصفت", ["article", "denied"]),
    ("انفجرت سيارة في كابول. وتبنت حركة طالبان الهجوم.", "انفجرت", ["claimed"]),
    ("هاجم مسلحون قرية في مالي. ولم تعلن السلطات حصيلة الهجوم.", "هاجم", ["article"]),
    ("انفجرت سيارة في كابول. وندد مجلس الأمن بالهجوم.", "انفجرت", []),
    ("قُتل مدير مدرسة في درعا، دون أن تتبنى أي جهة عملية الاغتيال.", "قُتل", ["unclaimed"]),
    ("سقط صاروخ على سديروت. وحملت إسرائيل حركة حماس مسؤولية إطلاقه.", "سقط", ["blamed_by_target"]),
    ("استهدف تفجير مسجدا في بيشاور، ولم تعلن أي جهة مسؤوليتها عن التفجير حتى الآن.", "تفجير", ["unclaimed"]),
    ("انفجر لغم بدورية في درعا. ولم تتبن أي جهة العملية.", "انفجر", ["unclaimed"]),
    ("اغتال مجهولون ضابطا في عدن. ولم يعلن أحد مسؤوليته عن الاغتيال.", "اغتال", ["article", "unclaimed"]),
    (
        "تعرض مطار أربيل لهجوم بطائرة مسيرة. واتهمت حكومة إقليم كردستان فصائل عراقية بالهجوم.",
        "هجوم",
        ["blamed_by_target"],
    ),
    (
        "استهدف هجوم الجيش السوداني في نيالا. واتهم الجيش السوداني قوات الدعم السريع بتنفيذ الهجوم.",
        "هجوم",
        ["blamed_by_target"],
    ),
    ("قصفت القوات التركية قرية قرب عين العرب. ونفت أنقرة مسؤوليتها عن القصف.", "قصفت", ["article", "denied"]),
    (
        ("استهدف قصف مستشفى في غزة. وحملت حركة حماس إسرائيل المسؤولية. ونفت إسرائيل مسؤوليتها عن القصف."),
        "قصف",
        ["third_party", "denied"],
    ),
    ("انفجرت عبوة في الصومال. وأعلنت حركة الشباب مسؤوليتها عن الانفجار.", "انفجرت", ["claimed"]),
    ("هاجم مسلحون كنيسة في نيجيريا. ونددت واشنطن بالهجوم.", "هاجم", ["article"]),
    ("انفجرت قنبلة في كويتا، ولم ترد تقارير عن إصابات.", "انفجرت", []),
    ("أغار الجيش السوري على إدلب. واتهمت تركيا روسيا بقصف حلب.", "أغار", ["article"]),
]
ACCUSED = [
    (
        (
            "استهدف هجوم القوات الأميركية في الأردن. "
            "واتهمت الولايات المتحدة فصائل موالية لإيران بتنفيذ الهجوم."
        ),
        "هجوم",
        ["فصائل موالية لإيران"],
    ),
    (
        (
            "استهدف هجوم ناقلة في خليج عمان. "
            "واتهمت واشنطن إيران بالوقوف وراء الهجوم. ونفت طهران مسؤوليتها عن الهجوم."
        ),
        "هجوم",
        ["إيران"],
    ),
    ("انفجرت عبوة ناسفة في بغداد. ولم تعلن أي جهة مسؤوليتها عن الانفجار.", "انفجرت", []),
    ("سقط صاروخ على سديروت. وحملت إسرائيل حركة حماس مسؤولية إطلاقه.", "سقط", ["حركة حماس"]),
    (
        "استهدف هجوم الجيش السوداني في نيالا. واتهم الجيش السوداني قوات الدعم السريع بتنفيذ الهجوم.",
        "هجوم",
        ["قوات الدعم السريع"],
    ),
    ("استهدف هجوم القنصلية الإيرانية في دمشق. وحملت إيران إسرائيل مسؤولية الهجوم.", "هجوم", ["إسرائيل"]),
    (
        ("استهدف قصف مستشفى في غزة. وحملت حركة حماس إسرائيل المسؤولية. ونفت إسرائيل مسؤوليتها عن القصف."),
        "قصف",
        ["إسرائيل"],
    ),
    ("أغار الجيش السوري على إدلب. واتهمت تركيا روسيا بقصف حلب.", "أغار", ["الجيش السوري"]),
]


@pytest.mark.parametrize(("text", "trigger", "expected"), KNOWN)
def test_how_the_doer_is_known(
    conflict_events: Codebook, text: str, trigger: str, expected: list[str]
) -> None:
    article, day = Article("a", text), date(2024, 5, 17)
    found = propose(article, conflict_events, (day, day))
    act = next(c for c in found if c.kind == "trigger" and c.quote == trigger)
    told = EventProposer(found, article, conflict_events).propose(act)
    assert [value for c in told.get("responsibility", ()) for value in c.value] == expected


@pytest.mark.parametrize(("text", "trigger", "expected"), ACCUSED)
def test_who_is_accused_did_what_nobody_else_is_said_to_have_done(
    proposed_words: Words, text: str, trigger: str, expected: list[str]
) -> None:
    assert proposed_words(text, trigger, "initiators") == expected
