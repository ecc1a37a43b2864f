"""What befalls somebody is an attack if a word or arms say so: تعرّض لهجوم, not تعرّض
لانتقادات.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

# text, the words of its only trigger; none if nothing attacked
UNDERGONE = [
    ("تعرضت القاعدة لهجوم بطائرة مسيرة.", ["هجوم"]),
    ("تعرضت البلدة لغارة جوية.", ["غارة جوية"]),
    ("تعرضت الدورية لإطلاق نار في نابلس.", ["إطلاق نار"]),
    ("القافلة تعرضت لهجوم في إدلب.", ["هجوم"]),
    ("تعرضت القاعدة لوابل من الصواريخ.", ["تعرضت"]),
    ("تعرضت الحكومة لانتقادات واسعة.", []),
    ("تعرضت القوات الأميركية لانتقادات من منظمات حقوقية.", []),
    ("تعرضت الشركة لضغوط أميركية.", []),
    ("تعرض المبنى لأضرار كبيرة.", []),
    # written before the rules and not read until they were made
    ("تعرض مطار بن غوريون لقصف صاروخي.", ["قصف صاروخي"]),
    ("وتعرضت قافلة للجيش لكمين في سيناء.", ["كمين"]),
    ("تعرضت السفينة لاستهداف قبالة الحديدة.", ["استهداف"]),
    ("تعرضت إسرائيل لضغوط دولية متزايدة.", []),
    ("تعرض الجيش السوداني لانتقادات حادة.", []),
    ("تعرضت القوات لهزيمة كبيرة.", []),
    ("تعرض الاقتصاد السوري لأزمة خانقة.", []),
]


@pytest.mark.parametrize(("text", "words"), UNDERGONE)
def test_what_befalls_somebody_is_an_attack_if_its_words_say_so(
    quotes: Callable[[str, str], list[str]], text: str, words: list[str]
) -> None:
    assert quotes(text, "trigger") == words


@pytest.mark.parametrize("act", ["هجوم", "قصف"])
def test_who_undergoes_an_attack_is_its_target(proposed, act: str) -> None:
    found = proposed(f"القوات الأميركية تعرضت ل{act} في إدلب.", act)
    assert found["targets"] == ["القوات الأميركية"]
    assert "initiators" not in found
