"""Capitals as governments, and who makes or gets an accusation that a noun tells of."""

from __future__ import annotations

from tests.suggest.conftest import Proposed


def test_the_city_that_is_bombed_is_where_it_happened(proposed: Proposed) -> None:
    assert proposed("قصفت القوات الروسية كييف بالصواريخ", "قصفت")["place"] == ["كييف"]


def test_accusations_that_somebody_rejects_were_made(proposed: Proposed) -> None:
    assert "event_status" not in proposed(
        "نفى الجيش السوداني اتهامات الحركة له", "اتهامات"
    )
