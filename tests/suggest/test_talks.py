"""Who takes part in talks, and where they are: not those whom they talk about."""

from __future__ import annotations

import pytest

from tests.suggest.conftest import Words

TALKED_ABOUT = [
    (
        "التقى وفد من حماس مع مسؤولين من المخابرات المصرية لبحث التفاوض مع إسرائيل.",
        "التقى",
        "initiators",
        ["حماس", "المخابرات المصرية"],
    ),
    (
        "تباحث وزير الدفاع التركي مع نظيره العراقي حول مكافحة الإرهاب والعمليات مع قوات البيشمركة.",
        "تباحث",
        "initiators",
        ["وزير الدفاع التركي", "نظيره العراقي"],
    ),
    (
        "ناقش الرئيس السوري مع وزير الخارجية الإيراني المعارك مع تنظيم داعش.",
        "ناقش",
        "initiators",
        ["الرئيس السوري", "وزير الخارجية الإيراني"],
    ),
    (
        "بحث حزب الله مع حماس التفاوض مع إسرائيل.",
        "بحث",
        "initiators",
        ["حزب الله", "حماس"],
    ),
    (
        "ناقشت الولايات المتحدة مع تركيا الحرب مع روسيا.",
        "ناقشت",
        "initiators",
        ["الولايات المتحدة", "تركيا"],
    ),
    (
        "اجتمع وزير الخارجية الروسي مع نظيره التركي ومع نظيره الإيراني في طهران.",
        "اجتمع",
        "initiators",
        ["وزير الخارجية الروسي", "نظيره التركي", "نظيره الإيراني"],
    ),
    (
        "التقى المبعوث الأممي مع وفد الحوثيين ومع وفد الحكومة اليمنية.",
        "التقى",
        "initiators",
        ["المبعوث الأممي", "الحوثيين", "الحكومة اليمنية"],
    ),
]


@pytest.mark.parametrize(("text", "act", "field", "expected"), TALKED_ABOUT)
def test_those_with_whom_participants_deal_elsewhere_do_not_take_part(
    proposed_words: Words, text: str, act: str, field: str, expected: list[str]
) -> None:
    assert proposed_words(text, act, field) == expected
