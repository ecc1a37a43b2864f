"""Names of which the article puts a part in quotation marks or brackets: their values
have pairs or none.
"""

from __future__ import annotations

import pytest

from tests.suggest.conftest import Ask

SENTENCES = (
    ("استهدف القصف قواعد “العمر وكونيكو” بريف دير الزور.", "place", "قواعد العمر"),
    ("استهدفت طائرة مسيّرة مخيم «اليرموك» جنوب دمشق.", "place", "مخيم اليرموك"),
    ("قتل مسلحون من كتائب “سيوف الحق” جنديين في بغداد.", "actor", "كتائب سيوف الحق"),
    (
        'أعلنت جماعة "سرايا الأشتر الجديدة" مقتل ثلاثة جنود.',
        "actor",
        "جماعة سرايا الأشتر الجديدة",
    ),
    ("هاجم لواء «شهداء البادية» رتلاً عسكرياً.", "actor", "لواء شهداء البادية"),
)


@pytest.mark.parametrize(("sentence", "kind", "name"), SENTENCES)
def test_a_name_has_no_mark_whose_partner_is_outside(
    ask: Ask, sentence: str, kind: str, name: str
) -> None:
    items = [
        item
        for found in ask(sentence, kind)
        for item in found.value
        if isinstance(item, dict)
    ]
    assert items[0].get("name", items[0].get("as_written")) == name


def test_a_name_keeps_a_pair_of_marks(ask: Ask) -> None:
    [field] = ask('قصفت الطائرات حقل "العمر" النفطي.', "place")
    assert field.value[0]["as_written"] == 'حقل "العمر" النفطي'
