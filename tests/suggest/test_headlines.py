"""Headlines of Arabic news: the words that denote an event, with its type, and words
that denote none.
"""

from __future__ import annotations

import pytest

from tests.suggest.conftest import Ask

EVENTS = [
    ("قتال عنيف بين الجيش وقوات الدعم السريع في الخرطوم", "قتال", "armed_clash"),
    ("مناوشات حدودية بين أذربيجان وأرمينيا", "مناوشات", "armed_clash"),
    ("انقلاب عسكري في الغابون", "انقلاب عسكري", "other_event"),
    ("محاولة انقلاب فاشلة في بوليفيا", "محاولة انقلاب", "other_event"),
    ("هجوم سيبراني على بنوك إيرانية", "هجوم سيبراني", "other_event"),
    ("ارتكب الجيش مذبحة في القرية", "مذبحة", "civilian_attack"),
    ("استشهاد شاب برصاص الاحتلال في جنين", "استشهاد", "civilian_attack"),
    ("تعرض الموكب لاعتداء مسلح", "اعتداء مسلح", "armed_assault"),
    ("هجوم مسلح على حاجز للشرطة", "هجوم مسلح", "armed_assault"),
    ("إلقاء قنبلة يدوية على منزل في البصرة", "إلقاء قنبلة", "explosive_device"),
    ("وابل من الصواريخ يسقط على عسقلان", "يسقط", "missile_artillery"),
    ("الدفاعات الجوية تسقط طائرة مسيرة", "تسقط", "interception"),
    ("الدفاعات الجوية تتصدى لأهداف معادية في سماء دمشق", "تتصدى", "interception"),
    ("قبضت الشرطة على عشرة مسلحين", "قبضت", "arrest_detention"),
    ("الجيش يحرر أربع رهائن من النصيرات", "يحرر", "release_exchange"),
    ("تحرير رهينة في عملية خاصة برفح", "تحرير رهينة", "release_exchange"),
    ("وصول قوات روسية إلى النيجر", "وصول قوات", "deployment_alert"),
    ("سحبت فرنسا قواتها من مالي", "سحبت", "withdrawal_evacuation"),
    ("تعليق المفاوضات بين الطرفين", "تعليق المفاوضات", "relations_break"),
    ("قضت محكمة بالسجن المؤبد على ناشط", "قضت", "legal_action"),
    ("الجنائية الدولية تصدر مذكرات توقيف", "مذكرات توقيف", "legal_action"),
    ("قوات الدعم السريع تسيطر على ود مدني", "تسيطر", "territory_change"),
]
NO_EVENTS = [
    "دعا المجلس إلى وقف القتال في السودان",
    "توجه الشبان للقتال مع الجيش",
    "انقلاب شاحنة عسكرية في الأردن",
    "أحكم الجيش قبضته على المدينة",
    "نشر الجيش صورا تظهر قوات روسية",
    "خروقات للهدنة في الجنوب",
    "انهيار الهدنة في السودان",
    "قوات الدعم السريع تسيطر على ود مدني منذ أشهر.",
    "أعلنت بنوك عراقية أرباحها",
]


@pytest.mark.parametrize(("headline", "word", "kind"), EVENTS)
def test_the_event_of_a_headline_is_offered(
    ask: Ask, headline: str, word: str, kind: str
) -> None:
    assert [(c.quote, c.value) for c in ask(headline, "trigger")] == [(word, kind)]


@pytest.mark.parametrize("text", NO_EVENTS)
def test_words_that_only_look_like_an_event_are_not_offered(
    ask: Ask, text: str
) -> None:
    assert ask(text, "trigger") == []
