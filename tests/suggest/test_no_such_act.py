"""Feared, arriving, met: words that look like an attack and are none; armed men, and
numbers by place.
"""

from __future__ import annotations

import pytest

from coder.model import Article
from coder.suggest.events import EventProposer
from coder.suggest.registry import propose

TYPES = [
    ("ومخاوف الفصائل من رد أميركي على استمرار الاستفزازات.", "رد", ""),
    ("تسود مخاوف من هجوم جديد على المدينة.", "هجوم", ""),
    ("أغلقت السلطات المعبر تحسباً لهجوم على المدينة.", "هجوم", ""),
    ("فرّ السكان خوفاً بعد هجوم على المدينة.", "هجوم", "attack_unspecified"),
    ("حيث دخلت سيارات تحمل مواداً لوجستية إلى مقرات لواء القدس.", "دخلت", ""),
    ("ودخلت شاحنات محملة بالذخيرة إلى قاعدة الشدادي قرب القوات.", "دخلت", ""),
    ("ودخلت قوات الجيش مدينة البوكمال بعد معارك.", "دخلت", "territory_change"),
    ("انفجرت عبوة وقتل 3 عناصر في بادية حمص.", "قتل", "explosive_device"),
    ("ما أدى إلى مقتل أربعة مقاتلين وجرح آخرين.", "مقتل", "attack_unspecified"),
    ("قتل ثلاثة مدنيين برصاص مجهولين.", "قتل", "civilian_attack"),
    # written before the rules, or after them, and not read until they were made
    ("وسط خشية من ضربة إسرائيلية وشيكة على البلاد.", "ضربة", ""),
    ("أعرب السكان عن تخوفهم من قصف المدينة مجدداً.", "قصف", ""),
    ("تتخوف الأمم المتحدة من اجتياح بري لمدينة رفح.", "اجتياح", ""),
    ("أثار قصف المدينة مخاوف من نزوح واسع.", "قصف", "attack_unspecified"),
    ("كما دخلت آليات وشاحنات تحمل أسلحة إلى بلدة القورية.", "دخلت", ""),
    ("دخلت آليات إسرائيلية بلدة الخيام جنوب لبنان.", "دخلت", "territory_change"),
    ("وقُتل عنصران من الفصيل في الغارة.", "قُتل", ""),  # which came of the strike
]


@pytest.mark.parametrize(("text", "word", "kind"), TYPES)
def test_a_word_for_an_act_is_an_event_of_its_kind_or_none(
    conflict_events, text: str, word: str, kind: str
) -> None:
    article = Article("a", text)
    found = propose(article, conflict_events)
    proposer = EventProposer(found, article, conflict_events)
    acts = [c for c in found if c.kind == "trigger" and c.quote.endswith(word)]
    assert [proposer.propose(act)["event_type"][0].value for act in acts] == (
        [kind] if kind else []
    )


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


def test_of_numbers_by_place_the_first_is_proposed_with_its_own_place(proposed) -> None:
    """Worked example W4 of the coding guide: ten in Iraq and three in Syria are two
    records.
    """
    text = "تعرّضت القوات الأميركية لعشر هجمات في العراق وثلاث في سورية."
    record = proposed(text, "هجمات")
    assert (record["incident_count"], record["place"]) == (["عشر هجمات"], ["العراق"])
    whole = proposed("شنت الفصائل خمس هجمات في العراق وسوريا.", "هجمات")
    assert (whole["incident_count"], whole["place"]) == (
        ["خمس هجمات"],
        ["العراق", "سوريا"],
    )


def test_a_verb_that_goes_on_about_the_act_says_how_many_strikes_it_had(
    proposed,
) -> None:
    text = "تعرّض 25 موقعاً للفصائل في دير الزور للقصف، استُهدفت بـ 60 ضربة."
    assert proposed(text, "لقصف")["strike_count"] == ["60 ضربة"]
    other = "تعرّض 25 موقعاً للفصائل في دير الزور للقصف، واستهدف الجيش القرية بـ 60 ضربة."
    assert "strike_count" not in proposed(other, "لقصف")
