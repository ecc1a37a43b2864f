"""Acts that are only supposed, asked about or nearly done, and articles that speak of
war in figures.
"""

from __future__ import annotations

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.event_proposals import TOLD
from coder.suggest.registry import propose
from tests.suggest.conftest import Ask

TRIGGERS = [
    ("لو هاجمت إيران القاعدة لردّت واشنطن بقوة", []),
    ("هل قصف الجيش المستشفى؟", []),
    ("كاد المسلحون يقتحمون المقر", []),
    ("إذا قصفت إسرائيل بيروت فستغلق المطارات", []),
    ("كانت القوات على وشك اقتحام البلدة", []),
    ("تساءل المحلل: هل تهاجم إسرائيل إيران؟", []),
    ("ماذا لو انسحبت القوات الأميركية من سوريا؟", []),
    ("أوشكت الفصائل أن تسيطر على المدينة", []),
    ("وإذا ما اندلعت اشتباكات في المدينة فسيفر السكان", []),
    ("حذر التقرير من احتمال هجوم إسرائيلي على البلدة", ["حذر"]),
    # what is told beside it did happen
    ("هدد حزب الله بقصف تل أبيب إذا هاجمت إسرائيل بيروت", ["هدد", "قصف"]),
    ("كاد القصف يدمر المدرسة", ["القصف"]),
    ("لم يعرف ما إذا كان الهجوم من تنفيذ داعش", ["الهجوم"]),
    ("قصف الجيش القرية. هل من ناجين؟", ["قصف"]),
    # أن behind a preposition of time is no "if"
    ("نزح السكان بعد أن سيطرت قوات الدعم السريع على المدينة", ["نزح", "سيطرت"]),
    ("إن قصفت إسرائيل بيروت فستغلق المطارات", []),
]
FIGURATIVE = [
    "قاد المدرب هجوم المنتخب في المباراة النهائية من كأس آسيا، وقصف المهاجم مرمى الخصم بثلاثة أهداف قبل نهاية الشوط الأول.",
    "اندلعت حرب الأسعار بين شركات السيارات، وهاجمت الأسهم مستويات قياسية في البورصة وسط توقعات المستثمرين بارتفاع الأرباح.",
    "سقط النادي أمام ضيفه في الدوري بعد هجوم متواصل من لاعبي الفريق الضيف، وتصدى الحارس لركلة جزاء.",
    "تراجعت أسعار الذهب وسط معركة بين المتداولين والبنك المركزي على سعر الفائدة، وانهارت العملة والسندات في السوق.",
]
LITERAL = [
    "قصف الجيش ملعباً في المدينة بعد انتهاء المباراة، ما أدى إلى مقتل ثلاثة أشخاص.",
    "ارتفعت أسعار النفط بعد أن هاجم الحوثيون ناقلة في البحر الأحمر بصاروخين وقتل بحار.",
    "هاجم مسلحون سوقاً في كركوك وقتلوا عشرة مدنيين وأحرقوا متاجر.",
]


@pytest.mark.parametrize(
    ("text", "triggers"), TRIGGERS, ids=[t[0][:40] for t in TRIGGERS]
)
def test_what_is_only_supposed_asked_or_nearly_done_did_not_happen(
    ask: Ask, text: str, triggers: list[str]
) -> None:
    told = [act.quote for act in ask(text, "trigger") if act.score >= TOLD]
    assert told == triggers


@pytest.mark.parametrize("text", FIGURATIVE, ids=[t[:40] for t in FIGURATIVE])
def test_sport_and_markets_have_no_acts_of_war(
    conflict_events: Codebook, text: str
) -> None:
    assert not [
        c.quote
        for c in propose(Article("a", text), conflict_events)
        if c.kind == "trigger"
    ]


@pytest.mark.parametrize("text", LITERAL, ids=[t[:40] for t in LITERAL])
def test_an_attack_on_a_stadium_or_a_market_is_one(
    conflict_events: Codebook, text: str
) -> None:
    assert [
        c.quote
        for c in propose(Article("a", text), conflict_events)
        if c.kind == "trigger"
    ]
