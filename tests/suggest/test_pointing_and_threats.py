"""Which group a noun points at (الجماعة, not الفصائل), and demands that are threats
(وإلا).
"""

from __future__ import annotations

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.events import EventProposer
from coder.suggest.registry import propose

VALUES: list[tuple[str, str, str, list[object]]] = [
    (
        "شنت حركة الشباب هجوما على قاعدة. وتحارب الميليشيات الإيرانية الحكومة. وتبنت الحركة هجوما آخر.",
        "تبنت",
        "initiators",
        [["shabaab"]],
    ),
    (
        "هاجمت هيئة تحرير الشام قرية. وانسحبت الفصائل العراقية من البلدة. ثم قصفت الجماعة حاجزا.",
        "قصفت",
        "initiators",
        [["hts"]],
    ),
    (
        "قصفت الفصائل العراقية قاعدة. وتبنت الفصائل الهجوم.",
        "تبنت",
        "initiators",
        [["iraqi_factions"]],
    ),
    (
        "قالت الحركة إن إسرائيل يجب أن تنسحب وإلا فستواجه هجمات.",
        "يجب",
        "event_type",
        ["threat"],
    ),
    ("طالبت حركة حماس إسرائيل بالانسحاب.", "طالبت", "event_type", ["order_demand"]),
    (
        "أعلنت جماعة الحوثي قصف سفينة. وهاجمت الميليشيات العراقية قاعدة. وهددت الجماعة بمزيد من الهجمات.",
        "هددت",
        "initiators",
        [["houthis"]],
    ),
    (
        "هاجم تنظيم داعش حاجزا. وردت الميليشيات الإيرانية. وخطف التنظيم ثلاثة مدنيين.",
        "خطف",
        "initiators",
        [["isis"]],
    ),
    (
        "دعا الجيش السوداني المتمردين إلى الاستسلام وإلا فسيتعرضون للقصف.",
        "دعا",
        "event_type",
        ["threat"],
    ),
    (
        "دعا الجيش السوداني المتمردين إلى الاستسلام.",
        "دعا",
        "event_type",
        ["order_demand"],
    ),
    (
        "طالب حزب الله القوات الأميركية بالمغادرة إذا أرادت السلامة لجنودها.",
        "طالب",
        "event_type",
        ["threat"],
    ),
]


@pytest.mark.parametrize(("text", "act", "field", "values"), VALUES)
def test_a_noun_points_at_a_group_of_its_number_and_a_demand_with_or_else_is_a_threat(
    conflict_events: Codebook, text: str, act: str, field: str, values: list[object]
) -> None:
    article = Article("a", text)
    found = propose(article, conflict_events)
    trigger = [c for c in found if c.kind == "trigger" and c.quote.startswith(act)][-1]
    proposal = EventProposer(found, article, conflict_events).propose(trigger)
    assert [c.value for c in proposal[field]] == values
