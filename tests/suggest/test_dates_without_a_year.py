"""Days without a year in articles whose day of publication is not known; expected
values by hand.

Gaza's war began on 7 October 2023 (anchor_events in the lexicon). Its name does not say
in which year the other days of an article lie.
"""

from __future__ import annotations

import pytest

Told = tuple[str, str] | None  # the first day and its basis, or no value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "منذ بداية الصراع في غزة تصاعدت الضربات. وقصفت الطائرات القرية يوم 9 نيسان",
            {"يوم 9 نيسان": None},
        ),
        (
            "بعد أشهر على الحرب على غزة، استهدفت غارات البوكمال في 9 من تشرين الأول",
            {"9 من تشرين الأول": None},
        ),
        (
            "اندلعت الحرب على غزة في 7 تشرين الأول، ثم قصفت القاعدة في 20 تشرين الثاني",
            {"7 تشرين الأول": ("2023-10-07", "inferred"), "20 تشرين الثاني": None},
        ),
        (
            # its end is the day of publication
            "منذ بداية الحرب على غزة في 7 أكتوبر قصفت القاعدة مراراً",
            {"منذ بداية الحرب على غزة في 7 أكتوبر": None},
        ),
        (
            "قتل المئات في هجوم السابع من أكتوبر",
            {"السابع من أكتوبر": ("2023-10-07", "inferred")},
        ),
        ("قصفت الطائرات القرية في السابع من أكتوبر", {"السابع من أكتوبر": None}),
        (
            "بدأت الهجمات في 17 أكتوبر 2023 وانتهت في 24 أكتوبر",
            {
                "17 أكتوبر 2023": ("2023-10-17", "absolute"),
                "24 أكتوبر": ("2023-10-24", "inferred"),
            },
        ),
        (
            "قصفت الطائرات القرية في 9 تشرين الأول 2023 وعادت في اليوم التالي",
            {"في اليوم التالي": ("2023-10-10", "inferred")},
        ),
        (
            "تنشط الجماعة منذ عام 2019 في البلاد. وفي 3 أيار هاجمت القرية",
            {"3 أيار": None},
        ),
        (
            "قتلوا في 4 آذار 2020 وفي 5 آذار 2022، ثم هاجموا القرية في 6 آذار",
            {"6 آذار": None},
        ),
    ],
)
def test_a_year_that_the_text_does_not_state_is_inferred_or_open(
    ask, text: str, expected: dict[str, Told]
) -> None:
    values = {c.quote: c.value for c in ask(text, "date")}
    found = {
        q: values[q] and (values[q]["start"], values[q]["basis"]) for q in expected
    }
    assert found == expected
