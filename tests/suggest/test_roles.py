"""Who acts and who suffers where a reader is easily misled: arms shot down, pronouns,
denials, patrons, bodies.

A party is told by its id in the lexicon, or by its words where no entry is meant.
"""

from __future__ import annotations

from typing import Any

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article, Candidate
from coder.suggest.events import EventProposer
from coder.suggest.registry import propose

PARTIES = [
    # who shoots down arms in flight intercepts them; whoever sent them is the attacker
    (
        "أسقطت الدفاعات الجوية الروسية 42 طائرة مسيّرة أوكرانية",
        "أسقطت",
        "interception",
        ["russia_military"],
        ["ukraine_military"],
    ),
    (
        "دمّرت القوات الأميركية ثلاث مسيّرات أطلقها الحوثيون فوق البحر الأحمر",
        "دمّرت",
        "interception",
        ["us_forces"],
        ["houthis"],
    ),
    (
        "اعترض الجيش الإسرائيلي صاروخاً أُطلق من اليمن",
        "اعترض",
        "interception",
        ["israel_military"],
        [],
    ),
    (
        "أعلنت القيادة المركزية الأميركية إسقاط صاروخ باليستي أطلقه الحوثيون",
        "إسقاط",
        "interception",
        ["us_centcom"],
        ["houthis"],
    ),
    (
        "دمّر الجيش الإسرائيلي منصة صواريخ لحزب الله",
        "دمّر",
        "attack_unspecified",
        ["israel_military"],
        ["hezbollah"],
    ),
    # his own men: those of him who speaks
    (
        "قال المتحدث باسم الجيش السوداني إن قواته قصفت مواقع لقوات الدعم السريع",
        "قصفت",
        "",
        ["sudan_army"],
        ["rsf"],
    ),
    (
        "قال يحيى سريع إن وحداته استهدفت سفينة في خليج عدن",
        "استهدفت",
        "",
        ["houthis"],
        [],
    ),
    (
        "بعد هجوم للجيش السوداني، أعلن محمد حمدان دقلو أن قواته سيطرت على مدينة الفاشر",
        "سيطرت",
        "",
        ["rsf"],
        [],
    ),
    # who denies an act did it not, and it was not done to him
    ("نفى متحدث باسم الجيش السوداني قصف مستشفى في أم درمان", "قصف", "", [], []),
    (
        "نفى المتحدث باسم قوات الدعم السريع استهداف المدنيين",
        "نفى",
        "denial_rejection",
        ["rsf"],
        [],
    ),
    # who but backs another takes no part
    (
        "هاجم مسلحون مدعومون من تركيا نقطة لقوات سوريا الديمقراطية",
        "هاجم",
        "",
        ["militants_unnamed"],
        ["sdf"],
    ),
    (
        "استهدفت غارة إسرائيلية حزب الله المدعوم من إيران",
        "غارة",
        "",
        ["israel"],
        ["hezbollah"],
    ),
    (
        "قصفت إسرائيل مواقع لحزب الله الذي تدعمه إيران",
        "قصفت",
        "",
        ["israel"],
        ["hezbollah"],
    ),
]
BODIES = [
    # a body of one state is not another's: text, what it may not be taken for, what it
    # is
    (
        "اعتقل جهاز أمن الدولة اللبناني أربعة أشخاص في طرابلس",
        "syria_gid",
        "جهاز أمن الدولة اللبناني",
    ),
    ("اعتقل أمن الدولة المصري صحفياً في القاهرة", "syria_gid", "أمن الدولة المصري"),
    ("هاجم الثوار الاحتلال العثماني في القرية", "israel", "الاحتلال العثماني"),
    ("قصف الاحتلال الفرنسي المدينة قبل قرن", "israel", "الاحتلال الفرنسي"),
    (
        "انتشر الحرس الجمهوري الموريتاني في نواكشوط",
        "syria_rep_guard",
        "الحرس الجمهوري الموريتاني",
    ),
    ("قصف الاحتلال مخيم جنين", "", "israel"),
    ("اعتقل أمن الدولة في سوريا ناشطاً", "", "syria_gid"),
]


def party_values(found: list[Candidate]) -> list[str]:
    """The ids or names of the parties."""
    return [
        item["name"] if isinstance(item, dict) else item
        for c in found
        for item in _listed(c.value)
    ]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize(
    ("text", "trigger", "kind", "initiators", "targets"),
    PARTIES,
    ids=[p[0][:40] for p in PARTIES],
)
def test_the_parties_are_not_turned_round(
    conflict_events: Codebook,
    text: str,
    trigger: str,
    kind: str,
    initiators: list[str],
    targets: list[str],
) -> None:
    article = Article("a", text)
    found = propose(article, conflict_events)
    chosen = next(c for c in found if c.kind == "trigger" and c.quote == trigger)
    told = EventProposer(found, article, conflict_events).propose(chosen)
    assert not kind or told["event_type"][0].value == kind
    assert party_values(told.get("initiators", [])) == initiators
    assert party_values(told.get("targets", [])) == targets


@pytest.mark.parametrize(
    ("text", "other", "body"), BODIES, ids=[b[0][:40] for b in BODIES]
)
def test_a_body_of_one_state_is_not_anothers(
    conflict_events: Codebook, text: str, other: str, body: str
) -> None:
    named = party_values(
        [c for c in propose(Article("a", text), conflict_events) if c.kind == "actor"]
    )
    assert body in named
    assert other not in named
