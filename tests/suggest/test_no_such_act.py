"""Feared, arriving, met: words that look like an attack and are none; armed men, and
numbers by place.
"""

from __future__ import annotations


def test_a_leader_is_hit_only_where_somebody_attacks(quotes) -> None:
    assert (
        quotes(
            "وتبعه اجتماع آخر ضم قيادات إيرانية وقياديين في حزب الله اللبناني.",
            "object",
        )
        == []
    )
    assert quotes("استهدفت مسيّرة قيادياً في الحركة جنوب المدينة.", "object") == [
        "قيادياً"
    ]
