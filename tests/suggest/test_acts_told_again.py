"""Who did an act that is told again, and on whom it fell: وأسفر القصف عن …, وقال الجيش
إن الهجوم …
"""

from __future__ import annotations

import pytest

from tests.suggest.conftest import Words

FELL_ON = [
    (
        "شن تنظيم داعش هجوما على حاجز للشرطة العراقية قرب كركوك. وأسفر الهجوم عن أضرار كبيرة.",
        "الهجوم",
        ["لشرطة العراقية"],
    ),
    (
        "هاجمت القوات الأوكرانية القوات الروسية قرب باخموت. وقالت موسكو إن الهجوم فشل.",
        "الهجوم",
        ["القوات الروسية"],
    ),
    (
        "نفذت كتائب القسام هجوما على موقع للجيش الإسرائيلي شرق خان يونس. وأدى الهجوم إلى تدمير دبابة.",
        "الهجوم",
        ["لجيش الإسرائيلي"],
    ),
    (
        "استهدفت حركة طالبان رتلا للجيش الأفغاني في قندوز. وأكد متحدث أن الهجوم أوقع ستة قتلى.",
        "الهجوم",
        ["لجيش الأفغاني"],
    ),
]


# some of a group are killed by whom the verb names
SOME_OF = [
    (
        "قتل الجيش الكيني عشرين من حركة الشباب في غارة. وقال إن الغارة دمرت معسكرا.",
        "الغارة",
        ["الجيش الكيني"],
    ),
    (
        "قتل الجيش التركي خمسة من حزب العمال الكردستاني في غارة.",
        "غارة",
        ["الجيش التركي"],
    ),
    ("قتل الجندي الكيني في غارة من حركة الشباب.", "غارة", ["حركة الشباب"]),
]


@pytest.mark.parametrize(("text", "trigger", "doers"), SOME_OF)
def test_who_kills_some_of_a_group_is_not_hit(
    proposed_words: Words, text: str, trigger: str, doers: list[str]
) -> None:
    assert proposed_words(text, trigger, "initiators") == doers
    assert not {*doers} & {*proposed_words(text, trigger, "targets")}


@pytest.mark.parametrize(("text", "trigger", "expected"), FELL_ON)
def test_on_whom_what_is_told_again_fell(
    proposed_words: Words, text: str, trigger: str, expected: list[str]
) -> None:
    assert proposed_words(text, trigger, "targets") == expected


# the words that name whom somebody acts for, where his own do not
SPOKEN_FOR = [
    (
        "هاجمت جماعة الحوثي سفينة. وتوعد يحيى سريع بهجمات أخرى.",
        "توعد",
        ["يحيى سريع", "جماعة الحوثي"],
    ),
    (
        "هدد يحيى سريع باستهداف إسرائيل. وقالت جماعة الحوثي إن الرد قريب.",
        "هدد",
        ["يحيى سريع"],
    ),
    (
        "انسحبت حركة النجباء من القرية. وهدد أكرم الكعبي القوات الأميركية.",
        "هدد",
        ["أكرم الكعبي", "حركة النجباء"],
    ),
    (
        "أعلن حزب الله التعبئة. وتوعد حسن نصر الله إسرائيل برد قاس.",
        "توعد",
        ["حسن نصر الله", "حزب الله"],
    ),
    ("توعد حسن نصر الله إسرائيل.", "توعد", ["حسن نصر الله"]),
]


@pytest.mark.parametrize(("text", "trigger", "expected"), SPOKEN_FOR)
def test_the_words_for_whom_somebody_acts(
    proposed_words: Words, text: str, trigger: str, expected: list[str]
) -> None:
    assert proposed_words(text, trigger, "initiators") == expected
