"""Site furniture takes the byline, the note, the button; never the news that stands on
the same line.
"""

from __future__ import annotations

import pytest

from coder.codebook.schema import Codebook
from coder.text.boilerplate import find_boilerplate

BODY = "قتل ثلاثة جنود وأصيب خمسة آخرون في هجوم شنته مجموعة مسلحة على حاجز أمني شمال المدينة، بحسب مصدر في الشرطة."
FURNITURE = {
    # text: what of it is furniture
    f"غرفة الأخبار – {BODY}": ["غرفة الأخبار –"],
    f"بغداد – غرفة الأخبار – {BODY} وأضاف أن القوات لاحقت المهاجمين.": [
        "غرفة الأخبار –"
    ],
    f"{BODY} اقرأ أيضاً: غارات على المدينة": ["اقرأ أيضاً: غارات على المدينة"],
    "شارك آلاف في جنازة قتلى القصف": [],
    "شاركت قوات خاصة في الهجوم على القاعدة": [],
    f"شاركنا الرأي\n{BODY}": ["شاركنا الرأي"],
    f"شارك المقال\n{BODY}": ["شارك المقال"],
    f"شارك\n{BODY}": ["شارك"],
    f"تم النشر في 12/05/2024 {BODY}": ["تم النشر في 12/05/2024"],
    "مشاركة مئات المسلحين في الهجوم على المدينة": [],
    "إرسال تعزيزات عسكرية إلى الحدود بعد الهجوم": [],
    f"آخر تحديث: 12 أيار 2024 - 14:30\n{BODY}": ["آخر تحديث: 12 أيار 2024 - 14:30"],
    "اشترك مئات الجنود في معركة قرب الحدود": [],
    "نشر في المدينة مئات الجنود بعد الهجوم": [],
    f"{BODY} نشر في 2020 تقريراً عن الهجوم على المدينة.": [],
    f"{BODY} تم النشر في 12/05/2024": ["تم النشر في 12/05/2024"],
    f"طباعة\nمشاركة\n{BODY}": ["طباعة", "مشاركة"],
    "صورة قتيل في القصف تثير احتجاجات": [],
    # not read before the rules were made: all but the last at first sight
    "شاركت مئات النساء في تظاهرة أمام البرلمان": [],
    "يشارك الجيش في عملية عسكرية": [],
    "التحديثات الأخيرة للهجوم على المطار": [],
    "حرر في المعركة خمسة أسرى": [],
    f"نشر في: 3 آذار 2023 {BODY}": ["نشر في: 3 آذار 2023"],
    f"{BODY}\nشارك عبر فيسبوك": ["شارك عبر فيسبوك"],
    f"{BODY} مواضيع ذات صلة: مقتل جندي": ["مواضيع ذات صلة: مقتل جندي"],
    "المصدر يؤكد مقتل خمسة جنود": [],
    "إعلان وقف إطلاق النار في غزة": [],
    f"كتب: أحمد علي\n{BODY}": ["كتب: أحمد علي"],
    "طباعة عملة جديدة تثير احتجاجات في عدن": [],
    f"غرفة الأخبار – بغداد\n{BODY}": ["غرفة الأخبار – بغداد"],
}


def furniture(text: str, codebook: Codebook) -> list[str]:
    return [
        text[start:end]
        for start, end in find_boilerplate(text, codebook.lexicon.boilerplate_words)
    ]


@pytest.mark.parametrize("text", FURNITURE)
def test_only_the_furniture_of_a_line_is_taken(
    conflict_events: Codebook, text: str
) -> None:
    assert furniture(text, conflict_events) == FURNITURE[text]


def test_an_article_on_one_line_keeps_its_candidates(ask) -> None:
    alone = [c.quote for c in ask(BODY)]
    assert alone
    for text in (f"غرفة الأخبار – {BODY}", f"تم النشر في 12/05/2024 {BODY}"):
        found = [c.quote for c in ask(text)]
        assert found[-len(alone) :] == alone
