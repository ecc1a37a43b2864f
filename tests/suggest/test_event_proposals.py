"""Who did what to whom, where and when: the rules of syntax, one sentence each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from coder.codebook.load import read_codebook
from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.certainty import BY_SOURCE
from coder.suggest.denial_words import DENIAL
from coder.suggest.events import OWN_REPORTING, EventProposer
from coder.suggest.nations import NATION
from coder.suggest.registry import propose

SCHEMAS = Path(__file__).parents[2] / "schemas"
Proposed = Callable[[str, str], dict[str, list[str]]]


PARTIES = [
    # verb, subject, object
    (
        "قصفت القوات الأميركية الحرس الثوري",
        "قصفت",
        ["القوات الأميركية"],
        ["الحرس الثوري"],
    ),
    # subject before the verb
    (
        "إن الفصائل الإيرانية هاجمت القوات الأميركية",
        "هاجمت",
        ["الفصائل الإيرانية"],
        ["القوات الأميركية"],
    ),
    # a verb that is written like its noun
    ("خطف مسلحون عمالاً من مزرعة", "خطف", ["مسلحون"], []),
    ("قصف الجيش السوري بلدة البوكمال", "قصف", ["الجيش السوري"], []),
    ("بعد قصف الجيش السوري بلدة البوكمال", "قصف", ["الجيش السوري"], []),
    ("بعد استهداف القوات الأميركية شرقي سوريا", "استهداف", [], ["القوات الأميركية"]),
    # whose aircraft was shot down did not shoot
    (
        "قالت حماس إنها أسقطت طائرة حربية تابعة للجيش الإسرائيلي",
        "أسقطت",
        ["حماس"],
        ["لجيش الإسرائيلي"],
    ),
    # a passive hides its doer
    ("استُهدفت القوات الأميركية في البادية", "استُهدفت", [], ["القوات الأميركية"]),
    # unless من قبل names it
    (
        "استُهدفت القوات الأميركية من قبل جهات مجهولة",
        "استُهدفت",
        ["جهات مجهولة"],
        ["القوات الأميركية"],
    ),
    # the subject of a light verb does what the noun says
    (
        "شنّت القوات الأميركية غارات على الحرس الثوري",
        "غارات",
        ["القوات الأميركية"],
        ["الحرس الثوري"],
    ),
    # the subject of تعرّض suffers it
    ("تعرضت القوات الأميركية لهجوم", "هجوم", [], ["القوات الأميركية"]),
    # a verbal noun and its doer in construct
    (
        "هجوم حركة حماس على القوات الأميركية",
        "هجوم",
        ["حركة حماس"],
        ["القوات الأميركية"],
    ),
    # a transitive verbal noun and its object in construct
    ("استهداف القوات الأميركية في البادية", "استهداف", [], ["القوات الأميركية"]),
    # who is threatened with an act, and on whom the claimed act fell
    (
        "هدد حزب الله بمهاجمة القوات الأميركية",
        "هدد",
        ["حزب الله"],
        ["القوات الأميركية"],
    ),
    (
        "تبنت حركة النجباء هجمات ضد القوات الأميركية",
        "تبنت",
        ["حركة النجباء"],
        ["القوات الأميركية"],
    ),
    # whose site was hit
    ("شنّت تركيا غارات على مواقع قسد", "غارات", ["تركيا"], ["قسد"]),
    # joined subjects
    (
        "هاجمت حركة حماس وحزب الله القوات الإسرائيلية",
        "هاجمت",
        ["حركة حماس", "حزب الله"],
        ["القوات الإسرائيلية"],
    ),
    # both sides of a clash begin it (coding guide, section 4)
    (
        "اندلعت اشتباكات بين الجيش السوداني وقوات الدعم السريع",
        "اشتباكات",
        ["الجيش السوداني", "قوات الدعم السريع"],
        [],
    ),
    # an act that is somebody's, but what is done to somebody
    ("وقع هجوم لتنظيم داعش في ديالى", "هجوم", ["تنظيم داعش"], []),
    ("استمر القصف لقوات سوريا الديمقراطية", "القصف", [], ["قوات سوريا الديمقراطية"]),
    # without vowels a verb is active if a count stands behind its subject
    ("قتل مسلحون مجهولون ثلاثة جنود قرب الحدود", "قتل", ["مسلحون مجهولون"], []),
    # whose arms it was done with
    (
        "قُتل عنصر من الشرطة برصاص مسلحين مجهولين في كركوك",
        "قُتل",
        ["مسلحين مجهولين"],
        ["الشرطة"],
    ),
    (
        "أسقطت الدفاعات الجوية التابعة للتحالف العربي طائرة",
        "أسقطت",
        ["لتحالف العربي"],
        [],
    ),
    # who has done something else in a clause of its own is not hit
    ("انفجرت عبوة ناسفة زرعها مجهولون في مدينة درعا", "انفجرت", [], []),
    # nor is who stands behind من, or who is credited
    (
        "اقتحم مسلحون مجهولون المسجد بحماية من الشرطة الإسرائيلية",
        "اقتحم",
        ["مسلحون مجهولون"],
        [],
    ),
    (
        "قُتل ثلاثة فلسطينيين في مخيم جنين، وفق وزارة الصحة الفلسطينية",
        "قُتل",
        [],
        ["فلسطينيين"],
    ),
    # who claims an act did it, also where its verb follows
    (
        "تبنى تنظيم داعش الهجوم الذي استهدف الحشد الشعبي",
        "الهجوم",
        ["تنظيم داعش"],
        ["الحشد الشعبي"],
    ),
    (
        "تبنى تنظيم داعش الهجوم الذي استهدف الحشد الشعبي",
        "استهدف",
        ["تنظيم داعش"],
        ["الحشد الشعبي"],
    ),
    # the nation of an act's adjective, and of the noun whose verb the trigger is
    ("قُتل خمسة في غارة جوية إسرائيلية على المدينة", "غارة جوية", ["إسرائيلية"], []),
    ("وقعت غارات أميركية وبريطانية على صنعاء", "غارات", ["أميركية", "بريطانية"], []),
    ("أصابت غارة روسية استهدفت المدينة مدرسة", "استهدفت", ["روسية"], []),
    ("أدى عدوان إسرائيلي على المطار إلى أضرار", "عدوان إسرائيلي", ["إسرائيلي"], []),
    # over a clause no verb reaches its noun
    (
        "أعلن البنتاغون أن الهجمات التي تعرضت لها القوات الأميركية تتكرر",
        "الهجمات",
        [],
        ["القوات الأميركية"],
    ),
    # who denies an act did not do it
    (
        "نفت إيران صلتها بالهجمات على القوات الأميركية",
        "الهجمات",
        [],
        ["القوات الأميركية"],
    ),
    # a name ends where another begins
    (
        "حذر وزير الدفاع الأميركي لويد أوستن إيران من التصعيد",
        "حذر",
        ["وزير الدفاع الأميركي لويد أوستن"],
        ["إيران"],
    ),
    # whose the act is, through some of theirs
    (
        "أُحبط تسلل لمجموعة من هيئة تحرير الشام غربي حلب",
        "تسلل",
        ["هيئة تحرير الشام"],
        [],
    ),
    # a peer takes part, and who is called
    (
        "التقى الرئيس الإيراني إبراهيم رئيسي نظيره السوري بشار الأسد",
        "التقى",
        ["الرئيس الإيراني إبراهيم رئيسي", "نظيره السوري بشار الأسد"],
        [],
    ),
    (
        "أجرى وزير الدفاع الأميركي اتصالاً هاتفياً برئيس الوزراء العراقي",
        "اتصالاً هاتفياً",
        ["وزير الدفاع الأميركي", "رئيس الوزراء العراقي"],
        [],
    ),
    # a state between a verb and another state
    ("اتهمت أذربيجان أرمينيا بانتهاك الهدنة", "اتهمت", ["أذربيجان"], ["أرمينيا"]),
]


@pytest.mark.parametrize(("text", "trigger", "initiators", "targets"), PARTIES)
def test_parties_follow_the_syntax(
    proposed: Proposed,
    text: str,
    trigger: str,
    initiators: list[str],
    targets: list[str],
) -> None:
    found = proposed(text, trigger)
    assert found.get("initiators", []) == initiators
    assert found.get("targets", []) == targets


def test_a_meeting_has_participants_and_no_targets(proposed: Proposed) -> None:
    found = proposed(
        "اجتمع الحرس الثوري الإيراني مع حركة حماس وحزب الله في دمشق", "اجتمع"
    )
    assert found["initiators"] == ["الحرس الثوري الإيراني", "حركة حماس", "حزب الله"]
    assert "targets" not in found


def test_counts_go_to_the_field_of_what_they_count(proposed: Proposed) -> None:
    text = "استهدفت القوات الإيرانية القواعد الأميركية 8 مرات بـ 29 ضربة، ما أدى إلى مقتل 3 جنود وإصابة 7 آخرين."
    found = proposed(text, "استهدفت")
    assert found["incident_count"] == ["8 مرات"]
    assert found["strike_count"] == ["29 ضربة"]
    assert found["killed"] == ["3 جنود"]
    assert found["injured"] == ["7 آخرين"]


def test_rounds_are_counted_also_where_no_words_tell_the_scope(
    proposed: Proposed,
) -> None:
    found = proposed("أطلقت كتائب القسام 130 صاروخاً على إسرائيل", "أطلقت")
    assert found["strike_count"] == ["130 صاروخاً"]


def test_casualties_may_be_told_in_the_next_sentence(proposed: Proposed) -> None:
    found = proposed(
        "قصفت الطائرات بلدة هجين. وأسفر القصف عن مقتل خمسة مدنيين. وأصيب 9 في حادث سير.",
        "قصفت",
    )
    assert found["killed"] == ["خمسة مدنيين"]
    assert "injured" not in found  # the sentence after the next is too far
    found = proposed("قصفت المدفعية بلدة الخيام. وقتل ثلاثة مدنيين.", "قصفت")
    assert found["killed"] == ["ثلاثة مدنيين"]


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        (
            "أطلق مجهولون النار على رجل في بلدة المزيريب. وانفجرت عبوة ناسفة بسيارة موقعة ثلاثة جرحى.",
            "أطلق",
        ),
        (
            "هاجم مسلحون نقطة تفتيش. واستهدف آخرون دورية ما أسفر عن إصابة جنديين.",
            "هاجم",
        ),
    ],
)
def test_casualties_of_another_act_in_the_next_sentence_are_not_of_this_one(
    proposed: Proposed, text: str, trigger: str
) -> None:
    assert "injured" not in proposed(text, trigger)


def test_place_date_weapon_and_source_come_from_the_sentence(
    proposed: Proposed,
) -> None:
    text = "أفاد المرصد السوري لحقوق الإنسان بأن داعش هاجم أمس بقذائف هاون بلدة هجين. وقع ذلك في العراق."
    found = proposed(text, "هاجم")
    assert found["place"] == ["بلدة هجين"]
    assert found["date"] == ["أمس"]
    assert found["weapons"] == ["قذائف هاون"]
    assert found["source"] == ["المرصد السوري لحقوق الإنسان"]


def test_a_drawn_trigger_takes_the_type_of_the_candidate_under_it(
    conflict_events: Codebook,
) -> None:
    article = Article("a", "قصفت القوات الأميركية الموقع")
    found = propose(article, conflict_events)
    proposal = EventProposer(found, article, conflict_events).propose((0, 4))
    assert [c.value for c in proposal["event_type"]] == ["attack_unspecified"]


def test_a_drawn_trigger_that_nothing_knows_still_gets_its_sentence(
    conflict_events: Codebook,
) -> None:
    article = Article("a", "تغلغلوا وكروا في بلدة هجين")
    found = propose(article, conflict_events)
    proposal = EventProposer(found, article, conflict_events).propose((9, 14))
    assert "event_type" not in proposal
    assert [c.quote for c in proposal["place"]] == ["بلدة هجين"]


def test_fields_that_the_type_rules_out_are_left_empty(proposed: Proposed) -> None:
    found = proposed("هددت إيران باستهداف القواعد الأميركية", "هددت")
    assert "target_object" not in found  # asked for violence, abuse and control only


def test_a_proposal_changes_nothing(
    conflict_events: Codebook, sample_articles: dict[str, Article]
) -> None:
    for article in sample_articles.values():
        found = propose(article, conflict_events)
        for trigger in [c for c in found if c.kind == "trigger"]:
            first = EventProposer(found, article, conflict_events).propose(trigger)
            assert first == EventProposer(
                list(reversed(found)), article, conflict_events
            ).propose(trigger)
            ids = {c.id for c in found}
            assert all(
                c.id in ids or c.origin in (BY_SOURCE, DENIAL, NATION, OWN_REPORTING)
                for proposed in first.values()
                for c in proposed
            )


def test_the_proposal_goes_to_the_fields_that_the_codebook_has() -> None:
    protests = read_codebook(SCHEMAS / "protest_events.yaml")
    article = Article(
        "a", "فرقت الشرطة تظاهرة في الخرطوم أمس، ما أدى إلى إصابة 15 متظاهراً"
    )
    found = propose(article, protests)
    [trigger] = [c for c in found if c.kind == "trigger"]
    proposal = EventProposer(found, article, protests).propose(trigger)
    assert {field: [c.quote for c in quotes] for field, quotes in proposal.items()} == {
        "form": ["تظاهرة"],
        "place": ["الخرطوم"],
        "police": ["فرقت"],
        "police_action": ["فرقت"],
        "date": ["أمس"],
        "injured": ["15 متظاهراً"],
    }


def test_no_type_is_proposed_that_the_codebook_does_not_have(
    conflict_events: Codebook,
) -> None:
    attacks = [
        kind for kind in conflict_events.leaf_types() if kind.id != "drone_attack"
    ]
    smaller = replace(conflict_events, event_types=tuple(attacks))
    smaller.__dict__.update(
        digest="without drones",
        _event_types={
            kind.id: (kind, conflict_events.path_of(kind.id)) for kind in attacks
        },
    )
    article = Article("a", "وقع هجوم بطائرات مسيّرة على القاعدة")
    found = propose(article, smaller)
    chosen = next(c for c in found if c.quote == "هجوم")
    [proposed] = EventProposer(found, article, smaller).propose(chosen)["event_type"]
    assert proposed.value == "attack_unspecified"


VALUES = [
    # a dual or a number of acts makes a counted aggregate, a bare plural a campaign
    ("شنت تركيا ثلاث غارات على مواقع قسد", "غارات", "report_scope", ["aggregate"]),
    ("شنت تركيا غارات على مواقع قسد", "غارات", "report_scope", ["campaign"]),
    # what is denied, foiled or still to come has not occurred
    ("نفت تركيا قصف المدينة", "قصف", "event_status", ["denied"]),
    (
        "أحبطت القوات العراقية هجوماً على القاعدة",
        "هجوماً",
        "event_status",
        ["attempted_failed"],
    ),
    (
        "أحبطت الشرطة محاولة لشن هجوم على السفارة",
        "هجوم",
        "event_status",
        ["attempted_failed"],
    ),
    (
        "جرت محاولة جديدة لاغتيال القيادي",
        "اغتيال",
        "event_status",
        ["attempted_failed"],
    ),
    # what the attempt is to end or to answer has
    (
        "قصفت إسرائيل مواقع عدة في محاولة لوقف هجمات الفصائل",
        "هجمات",
        "event_status",
        [],
    ),
    ("شن الجيش غارة في محاولة للرد على القصف", "القصف", "event_status", []),
    ("انتشرت القوات في محاولة صد هجوم الفصائل", "هجوم", "event_status", []),
    (
        "قال إن الفصائل ستستهدف القواعد الأميركية",
        "ستستهدف",
        "event_status",
        ["planned"],
    ),
    (
        "سيطر مقاتلو المعارضة على البلدة",
        "سيطر",
        "event_status",
        [],
    ),  # its س is of the root
    # plural in form, one happening in sense what suffers is counted in front of the
    # noun for the act; what another verb counts is not
    (
        "تعرضت ثلاث قرى في ريف درعا لقصف مدفعي",
        "قصف مدفعي",
        "report_scope",
        ["aggregate"],
    ),
    ("ثلاث قرى تعرضت لقصف مدفعي", "قصف مدفعي", "report_scope", ["aggregate"]),
    ("انتشرت القوات في خمس نقاط قبل هجوم على المدينة", "هجوم", "report_scope", []),
    (
        "اندلعت اشتباكات بين الجيش السوداني وقوات الدعم السريع",
        "اشتباكات",
        "report_scope",
        [],
    ),
    # what was fired is counted, not how often
    ("أطلقت إيران صاروخين باليستيين", "أطلقت", "report_scope", []),
    # the means tell the type; several leave it open; what an aircraft fires is an air
    # strike
    ("وقع هجوم بطائرات مسيّرة على القاعدة", "هجوم", "event_type", ["drone_attack"]),
    (
        "وقع هجوم بصواريخ وطائرات مسيّرة على القاعدة",
        "هجوم",
        "event_type",
        ["attack_unspecified"],
    ),
    ("قصفت مدفعية الجيش التركي القرية", "قصفت", "event_type", ["missile_artillery"]),
    ("قصفت طائرات حربية روسية القرية بالصواريخ", "قصفت", "event_type", ["air_strike"]),
    # a noun and the verb whose subject it is are one act
    ("وقعت غارة روسية استهدفت مدينة الباب", "استهدفت", "event_type", ["air_strike"]),
    # a noun with a pronoun is that of the side named last
    (
        "قالت جماعة الحوثي إن قواتها استهدفت سفينة",
        "استهدفت",
        "initiators",
        [["houthis"]],
    ),
    # a person with a title stands for the group in it, or for the government of its
    # nation
    (
        "اجتمع قائد فيلق القدس إسماعيل قاآني مع حركة حماس",
        "اجتمع",
        "initiators",
        [["irgc_qf"], ["hamas"]],
    ),
    ("هدد وزير الدفاع الأميركي لويد أوستن إيران", "هدد", "initiators", [["usa"]]),
    # a set phrase tells more than its first word, also when it is parted
    ("فجّر انتحاري نفسه داخل مسجد", "فجّر", "event_type", ["suicide_attack"]),
    (
        "قطعت تشاد علاقاتها الدبلوماسية مع إسرائيل",
        "قطعت",
        "event_type",
        ["relations_break"],
    ),
    # houses are seized, ground changes hands
    (
        "استولت الفصائل الإيرانية على 12 منزلاً",
        "استولت",
        "event_type",
        ["property_seizure"],
    ),
    (
        "استولت قوات الدعم السريع على مدينة نيالا",
        "استولت",
        "event_type",
        ["territory_change"],
    ),
    # a verb and the noun right behind it, its subject, are one act
    ("دمرت الغارات الجوية مستودعاً", "دمرت", "event_type", ["air_strike"]),
    # a part of what was counted counts nothing
    (
        "قُتل سبعة أشخاص بينهم طفلان في غارة على البلدة",
        "غارة",
        "killed",
        [{"min": 7, "max": 7}],
    ),
    # a person who acts stands for his organisation; one who is hit is meant himself
    ("هدد يحيى سريع باستهداف إسرائيل", "هدد", "initiators", [["houthis"]]),
    ("اغتالت إسرائيل رضا موسوي في دمشق", "اغتالت", "targets", [["p_mousavi"]]),
    # a group that is pointed at is the one of its kind named last
    (
        "أعلنت حركة النجباء التعبئة. وهاجمت الجماعة القوات الأميركية",
        "هاجمت",
        "initiators",
        [["nujaba"]],
    ),
    # nobody is proposed for a pointer to nobody
    ("هاجمت الجماعة القوات الأميركية", "هاجمت", "initiators", []),
    # a speaker is coded as the body he speaks for, unnamed sources as nobody
    (
        "قال مسؤولون أميركيون إن داعش هاجم البلدة",
        "هاجم",
        "source",
        [[{"who": "usa", "kind": "official"}]],
    ),
    (
        "قال المتحدث باسم جماعة الحوثي إن إيران قصفت البلدة",
        "قصفت",
        "source",
        [[{"who": "houthis", "kind": "party_statement"}]],
    ),
    (
        "قالت مصادر ميدانية إن داعش هاجم البلدة",
        "هاجم",
        "source",
        [[{"who": None, "kind": "unnamed"}]],
    ),
    # what nobody is credited with the article says itself
    (
        "هاجم داعش البلدة صباح الأحد",
        "هاجم",
        "source",
        [[{"who": None, "kind": "own_reporting"}]],
    ),
    # a statement is about the act behind it, not about another statement; else about
    # the one before
    ("اتهمت واشنطن إيران بقصف السفارة", "اتهمت", "about_type", ["attack_unspecified"]),
    (
        "اتهمت موسكو كييف بشن هجوم بمسيّرات على المطار",
        "اتهمت",
        "about_type",
        ["drone_attack"],
    ),
    (
        "أمر الرئيس بسحب القوات من المدينة",
        "أمر",
        "about_type",
        ["withdrawal_evacuation"],
    ),
    (
        "تبنت حركة النجباء الهجوم على القاعدة",
        "تبنت",
        "about_type",
        ["attack_unspecified"],
    ),
    ("هاجم داعش البلدة", "هاجم", "about_type", []),  # it is no statement
]


@pytest.mark.parametrize(("text", "trigger", "field", "expected"), VALUES)
def test_each_proposed_value_follows_a_rule_of_the_coding_guide(
    conflict_events: Codebook,
    text: str,
    trigger: str,
    field: str,
    expected: list[object],
) -> None:
    article = Article("a", text)
    found = propose(article, conflict_events)
    chosen = next(c for c in found if c.kind == "trigger" and c.quote == trigger)
    proposal = EventProposer(found, article, conflict_events).propose(chosen)
    assert [c.value for c in proposal.get(field, [])] == expected


@pytest.mark.parametrize("drawn", ["ـ", "«", "  "])
def test_a_stretch_without_letters_proposes_nothing(
    conflict_events: Codebook, drawn: str
) -> None:
    text = f"قصفت القوات الأميركية {drawn} مدينة الميادين"
    article, start = Article("a", text), text.index(drawn)
    events = EventProposer(propose(article, conflict_events), article, conflict_events)
    assert events.propose((start, start + len(drawn))) == {}


def test_a_sentence_that_does_not_end_is_read_as_a_short_one(
    proposed: Proposed,
) -> None:
    text = "قصفت القوات الأميركية مدينة الميادين"
    endless = " ".join([text, *["وقال السكان في القرية إن كل شيء كما كان"] * 300])
    assert (
        proposed(endless, "قصفت")["initiators"] == proposed(text, "قصفت")["initiators"]
    )


WHERE = [
    # the region around a place that is named itself is left out
    ("قصفت إسرائيل بلدة البوكمال شرقي سوريا", "قصفت", ["بلدة البوكمال"]),
    # what is said happens nowhere
    ("هددت إيران باستهداف القواعد الأميركية في العراق", "هددت", []),
    ("وقع الانفجار في مديرية المخا بمحافظة تعز", "الانفجار", ["مديرية المخا"]),
    # a war in the background is no place of the act
    ("بسبب الحرب في غزة قصفت الفصائل بلدة البوكمال", "قصفت", ["بلدة البوكمال"]),
    # nor is where somebody came from
    (
        "انسحبت قوات قادمة من العراق من بلدة البوكمال إلى مدينة الميادين",
        "انسحبت",
        ["بلدة البوكمال"],
    ),
    # the place that was left
    ("انسحبت القوات الفرنسية من قاعدة عين الأسد", "انسحبت", ["قاعدة عين الأسد"]),
    # the place of an act's verb is that of its noun
    ("قُتل عشرة في غارة إسرائيلية استهدفت منزلاً في مدينة غزة", "غارة", ["مدينة غزة"]),
    # a place behind a date is its only behind في
    ("استهدفت الفصائل، فجر الأربعاء، قاعدة الشدادي", "استهدفت", ["قاعدة الشدادي"]),
    # a place in a medium's name is none
    ("قال مراسل الجزيرة إن غارة استهدفت مدينة غزة", "غارة", ["مدينة غزة"]),
    # a single incident has one place, the nearest to its trigger, and those joined with
    # it
    (
        "عقد وزير الدفاع اجتماعاً في أنقرة بحضور قادة الفصائل في إدلب",
        "اجتماعاً",
        ["أنقرة"],
    ),
    ("اعتقل الجيش ثلاثة شبان في نابلس وجنين", "اعتقل", ["نابلس", "جنين"]),
    # countries of which one is around a place that is named itself are those of
    # somebody
    (
        "عقد قادة الفصائل في سوريا والعراق اجتماعاً في مدينة الميادين",
        "اجتماعاً",
        ["مدينة الميادين"],
    ),
    ("التقى ممثلو الشركات في مصر ولبنان في بيروت", "التقى", ["بيروت"]),
    ("شنت إسرائيل غارات في سوريا ولبنان", "غارات", ["سوريا", "لبنان"]),
    # what lies near is not where it was
    (
        "أخلى الحرس الثوري نقاطاً بالقرب من نهر الفرات ببلدة البوكمال",
        "أخلى",
        ["بلدة البوكمال"],
    ),
    ("انفجر لغم على مقربة من مطار بغداد في حي الجهاد", "انفجر", ["حي الجهاد"]),
    ("سقط صاروخ بالقرب من مدينة أربيل", "سقط", ["مدينة أربيل"]),
    # a place behind the next trigger is that one's
    ("قصفت إسرائيل بلدة البوكمال وهاجم داعش مدينة الميادين", "قصفت", ["بلدة البوكمال"]),
]


@pytest.mark.parametrize(("text", "trigger", "expected"), WHERE)
def test_the_place_is_where_the_act_itself_happened(
    proposed: Proposed, text: str, trigger: str, expected: list[str]
) -> None:
    assert proposed(text, trigger).get("place", []) == expected


@pytest.mark.parametrize(
    ("text", "trigger", "expected"),
    [
        # a day counted from another act is no date of this one, also if it is nearer
        (
            "استُهدفت قاعدة حرير مساء الأربعاء 15 تشرين الثاني بصواريخ، بعد يوم من إعلان الهدنة",
            "استُهدفت",
            ["مساء الأربعاء 15 تشرين الثاني"],
        ),
        ("تعرضت قاعدة حرير لهجوم بعد ساعات من استنفار القوات", "هجوم", []),
        # nobody goes on accusing for weeks, but acts go on
        ("اتهمت واشنطن طهران بأكثر من 60 هجوماً منذ منتصف تشرين الأول", "اتهمت", []),
        (
            "شن الجيش السوري غارات منذ منتصف تشرين الأول",
            "غارات",
            ["منذ منتصف تشرين الأول"],
        ),
    ],
)
def test_the_date_is_that_of_the_act_itself(
    proposed: Proposed, text: str, trigger: str, expected: list[str]
) -> None:
    assert proposed(text, trigger).get("date", []) == expected
