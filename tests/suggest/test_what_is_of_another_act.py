"""What belongs to another act: counts, days and sources in the same sentence or the next one."""

from __future__ import annotations

import pytest

from tests.suggest.conftest import Words

# the field, and the words proposed for it; "" are no words, for what the article tells in its own voice
BELONGING = [
    (
        "أغار الجيش السوري على سراقب. وأسفر قصف القوات الروسية على إدلب عن مقتل ثلاثة مدنيين.",
        "أغار",
        "killed",
        [],
    ),
    ("أغار الجيش السوري على سراقب. وأسفر القصف عن مقتل ثلاثة مدنيين.", "أغار", "killed", ["ثلاثة مدنيين"]),
    (
        "انسحبت القوات الأميركية في ديسمبر 2021، بينما نفذت القوات العراقية ضربات على داعش.",
        "ضربات",
        "date",
        [],
    ),
    (
        "نفذت القوات العراقية ضربات على داعش في ديسمبر 2021، بينما انسحبت القوات الأميركية.",
        "ضربات",
        "date",
        ["ديسمبر 2021"],
    ),
    ("أشارت واشنطن إلى تورط طهران وهددت برد حازم.", "هددت", "source", [""]),
    ("قال المرصد السوري إن الجيش السوري دخل سراقب وقتل مدنيين.", "قتل", "source", ["المرصد السوري"]),
    ("وجهت واشنطن تحذيرات إلى طهران.", "تحذيرات", "report_scope", []),
    ("هاجم مسلحون قرية في مالي. وقالت الشرطة إن هجوما في النيجر أوقع سبعة قتلى.", "هاجم", "killed", []),
    ("هاجم مسلحون قرية في مالي. وقتل في الهجوم سبعة مدنيين.", "هاجم", "killed", ["سبعة مدنيين"]),
    ("هاجم مسلحون قرية في مالي. وأسفر إطلاق النار عن مقتل سبعة مدنيين.", "هاجم", "killed", ["سبعة مدنيين"]),
    ("زار الوزير موسكو يوم الاثنين، فيما هاجم الجيش الأوكراني بيلغورود.", "هاجم", "date", []),
    ("هاجم الجيش الأوكراني بيلغورود يوم الاثنين، فيما زار الوزير موسكو.", "هاجم", "date", ["يوم الاثنين"]),
    ("ذكرت حركة حماس خسائرها وهددت بالرد على إسرائيل.", "هددت", "source", [""]),
    ("أفادت وكالة سانا بسقوط صاروخ وقتل مدنيين.", "قتل", "source", ["وكالة سانا"]),
    ("أطلقت الأمم المتحدة تحذيرات من هجوم على رفح.", "تحذيرات", "report_scope", []),
]


@pytest.mark.parametrize(("text", "trigger", "field", "expected"), BELONGING)
def test_what_another_act_has_is_not_proposed(
    proposed_words: Words, text: str, trigger: str, field: str, expected: list[str]
) -> None:
    assert proposed_words(text, trigger, field) == expected
