"""Which word is the trigger, where it ends, and what only looks like one."""

from __future__ import annotations

import pytest

CASES = [
    # a light verb leaves the meaning to its noun
    ("شنّت القوات الأميركية غارات على مقرات", ["غارات"]),
    ("تعرضت القاعدة لهجوم بقذائف", ["هجوم"]),
    ("فرضت الولايات المتحدة عقوبات على الجماعة", ["عقوبات"]),
    ("اندلعت اشتباكات عنيفة في الحي", ["اشتباكات"]),
    # an adjective that tells the means is inside, one that comments is not
    ("نفذت غارات جوية مكثفة", ["غارات جوية"]),
    ("بعد قصف مكثّف على المدينة", ["قصف"]),
    # passive, weak and inflected verbs
    ("استُهدفت القواعد الأميركية", ["استهدفت"]),
    ("سيستهدفون القواعد", ["سيستهدفون"]),
    ("أخلوا النقاط الثلاث", ["أخلوا"]),
    # what is both an act and arms
    ("أصيب خلال إطلاق نار قرب المعبر", ["إطلاق نار"]),
    # verbs of other roots that are spelt like a state
    ("تبنّى التنظيم الهجوم", ["تبنّى", "الهجوم"]),
    ("دعا إلى وقف فوري لإطلاق النار", ["وقف فوري لإطلاق النار"]),
    # a set phrase that other words part: its first word
    ("ألقت الولايات المتحدة باللوم على إيران", ["ألقت"]),
    ("دعا إلى وقف إطلاق النار في المدينة", ["وقف إطلاق النار"]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_the_trigger_is_one_word_or_one_set_phrase(
    quotes, text: str, expected: list[str]
) -> None:
    found = quotes(text, "trigger")
    assert [q.replace("ُ", "") for q in found if q not in ("دعا",)] == expected


NOT_TRIGGERS = [
    "قال المتحدث وأضاف وأوضح",  # reporting
    "أكدت الوزارة أن الوضع مستقر",  # a reporting verb with its clause
    "الحادث لم يقع",  # said not to have happened
    "مجموعة تطلق على نفسها هذا الاسم",
    "تسيطر على المنطقة منذ سنوات",  # a state, not an event
    "المناطق الخاضعة لسيطرة الحوثيين",
    "بلدة تخضع لسيطرة المعارضة",
    "بيان صادر عن الرئاسة",
    "على وقع التطورات",
    "هيئة تحرير الشام وقوات الاحتلال",  # words of a name
    "بقذائف صاروخية ومسيّرات هجومية",  # weapons
    "بمسيّرتين انتحاريتين",
    "دوّت صفارات الإنذار في المدينة",
    "رئيس تحرير الصحيفة",
    "خرج مئات المتظاهرين في المدينة",
    "قرب المكان الذي وقع أمس",  # where something befell, and nothing was signed
    "تجمعوا في ساحة التحرير",
    "سقط 3 قتلى مدنيين في المدينة",  # losses, not the fall of a town
    "أكدت مصادر محلية صحة الخبر",
    "وصلت شاحنات محملة بالمساعدات الإنسانية",
]
DEATHS = [
    ("مقتل طبيب برصاص مجهولين في المدينة", ["مقتل"]),
    ("أعلن الجيش مقتل قيادي في المدينة", ["مقتل"]),
    ("مقتل خمسة في غارة على المدينة", ["غارة"]),  # what came of another act
    ("استهدف القصف المدينة وأسفر عن مقتل خمسة", ["استهدف", "القصف"]),
]


@pytest.mark.parametrize("text", NOT_TRIGGERS)
def test_what_only_looks_like_a_trigger(quotes, text: str) -> None:
    assert quotes(text, "trigger") == []


@pytest.mark.parametrize(("text", "expected"), DEATHS)
def test_a_death_is_an_act_only_without_another_act(
    quotes, text: str, expected: list[str]
) -> None:
    assert quotes(text, "trigger") == expected


@pytest.mark.parametrize(
    ("text", "event_type"),
    [
        ("شنت المقاتلات غارة جوية", "air_strike"),
        ("قصف الجيش البلدة", "attack_unspecified"),  # قصف alone leaves the means open
        ("قصف صاروخي على البلدة", "missile_artillery"),
        ("هجوم بطائرة مسيرة على القاعدة", "drone_attack"),
        ("اغتيال قيادي وسط المدينة", "armed_assault"),
        ("نزوح سكان القرية", "forced_displacement"),
        ("أفرجت عن الأسرى", "release_exchange"),
        ("تظاهر الآلاف في الساحة", "protest"),
    ],
)
def test_the_value_is_the_event_type(ask, text: str, event_type: str) -> None:
    assert [c.value for c in ask(text, "trigger")][:1] == [event_type]


def test_a_doubtful_word_counts_only_beside_somebody_who_acts(quotes) -> None:
    assert quotes("دخل المفاوض قاعة الاجتماعات القديمة", "trigger") == ["الاجتماعات"]
    assert quotes("دخلت القوات التركية البلدة", "trigger") == ["دخلت"]


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        ("نفذت القوات مناورات عسكرية كبرى", "مناورات عسكرية"),
        ("أعلن الجيش بدء العمليات العسكرية البحرية", "العمليات العسكرية البحرية"),
    ],
)
def test_only_adjectives_of_means_belong_to_a_trigger(
    ask, text: str, trigger: str
) -> None:
    assert trigger in [each.quote for each in ask(text, "trigger")]
