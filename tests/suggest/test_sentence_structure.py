"""Roles in sentences whose structure hides them: an agent behind a verbal noun, a
subject one sentence before.

A party is told by its id in the lexicon, or by its words where no entry is meant.
"""

from __future__ import annotations

from typing import Any

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article, Candidate
from coder.suggest.events import EventProposer
from coder.suggest.registry import propose
from tests.suggest.test_roles import party_values

PARTIES = [
    # a verb that looks like a noun, with its subject and object behind it
    ("قصف الجيش السوداني قرى في ولاية الجزيرة", "قصف", ["sudan_army"], []),
    ("وقصف الجيش الإسرائيلي بلدات حدودية جنوبي لبنان", "قصف", ["israel_military"], []),
    ("قتل الجيش الإسرائيلي شابين عند حاجز قلنديا", "قتل", ["israel_military"], None),
    # a verbal noun with its agent, a place and its object behind them
    ("ندد الأهالي باعتقال الشرطة في الخليل ثلاثة ناشطين", "اعتقال", ["الشرطة"], []),
    (
        "أكدت المنظمة استهداف الجيش الإسرائيلي في خان يونس مدرسة تؤوي نازحين",
        "استهداف",
        ["israel_military"],
        [],
    ),
    # but what stands in construct state is what suffers, where no object follows
    ("نددت المنظمة باعتقال عناصر الشرطة في الخليل", "اعتقال", None, ["عناصر الشرطة"]),
    ("أعلنت الوزارة استهداف الجيش السوداني في الفاشر", "استهداف", None, ["sudan_army"]),
    # the subject of a verb that begins a sentence with و is that of the sentence before
    (
        "دخل الجيش السوداني مدينة ود مدني. وأحرق منازل في الحي الشرقي.",
        "أحرق",
        ["sudan_army"],
        [],
    ),
    (
        "اقتحمت القوات الإسرائيلية مخيم جنين فجراً. واعتقلت ثلاثة شبان.",
        "اعتقلت",
        ["israel_military"],
        None,
    ),
    (
        "هاجم تنظيم داعش قرية قرب الفلوجة. ثم أحرق عدداً من المنازل.",
        "أحرق",
        ["isis"],
        [],
    ),
    # not where the verb has a subject of its own, or another form
    (
        "دخل الجيش السوداني مدينة ود مدني. وأحرق مسلحون منازل في الحي الشرقي.",
        "أحرق",
        ["militants_unnamed"],
        [],
    ),
    ("دخل الجيش السوداني مدينة ود مدني. وأحرقت منازل في الحي الشرقي.", "أحرقت", [], []),
    # it may be that of a later verb of that sentence, if the first has none or none
    # that agrees
    (
        "توقف القصف، وأخلى الجيش السوري موقعاً. كما أخلى مقراً في حماة.",
        "أخلى",
        ["syria_army"],
        None,
    ),
    (
        "هاجمت حركة الشباب القاعدة، واقتحم الجيش الصومالي القرية. وأحرق منازل فيها.",
        "أحرق",
        ["somalia_army"],
        [],
    ),
    # delegations and officials of both sides
    (
        "انطلقت في جدة محادثات بين وفدي الجيش السوداني وقوات الدعم السريع",
        "محادثات",
        ["sudan_army", "rsf"],
        [],
    ),
    (
        "عقدت في مسقط مفاوضات بين ممثلين عن الحكومة اليمنية وجماعة الحوثي",
        "مفاوضات",
        ["yemen_gov", "houthis"],
        [],
    ),
    # somebody's group goes with him: some of it acted
    ("هاجمت مجموعة من تنظيم داعش رعاة قرب الرطبة", "هاجمت", ["isis"], None),
    # of men of a group the group is named
    ("قتل مسلحون من حركة الشباب خمسة جنود قرب كيسمايو", "قتل", ["shabaab"], None),
    ("هاجم مقاتلون من تنظيم داعش حاجزاً للجيش العراقي", "هاجم", ["isis"], ["iraq_army"]),
    ("اغتيل ضابط على يد مسلحين من حركة الشباب في بيدوا", "اغتيل", ["shabaab"], None),
    ("تعرضت القاعدة لهجوم نفذه عناصر من تنظيم داعش", "هجوم", ["isis"], None),
    (
        "دارت اشتباكات بين مقاتلين من قوات سوريا الديمقراطية وعناصر من الجيش الوطني السوري",
        "اشتباكات",
        ["sdf", "sna"],
        None,
    ),
    # who goes out to protest does it
    (
        "خرج العشرات من سكان مدينة سبها في مظاهرة ضد انقطاع الكهرباء",
        "مظاهرة",
        ["civilians"],
        None,
    ),
    ("شارك مئات المعلمين في وقفة احتجاجية وسط عدن", "وقفة احتجاجية", None, []),
    # an aside between a verb and its subject
    (
        "وقصفت، للمرة الثانية منذ الفجر، القوات الإسرائيلية بلدة عيتا الشعب",
        "قصفت",
        ["israel_military"],
        [],
    ),
    # those accused stand behind ل
    ("كررت باريس اتهاماتها لروسيا باستهداف المدنيين", "اتهاماتها", None, ["russia"]),
    # people who are counted
    (
        "اعتقلت القوات الإسرائيلية 15 شاباً من بلدة يعبد",
        "اعتقلت",
        ["israel_military"],
        ["شاباً"],
    ),
    (
        "اختطف مسلحون 12 طالباً من مدرسة في كادونا",
        "اختطف",
        ["militants_unnamed"],
        ["طالباً"],
    ),
    # nobody acts on himself
    ("قصف الجيش السوداني مواقع قرب مقر الجيش السوداني", "قصف", ["sudan_army"], []),
    # fronted: between whom they broke out
    (
        "بين قوات الدعم السريع والجيش السوداني اندلعت اشتباكات عنيفة في الخرطوم",
        "اشتباكات",
        ["rsf", "sudan_army"],
        [],
    ),
    # a verb with its object in front of its subject
    (
        "استهدف مقراً لقوات الدعم السريع طيران الجيش السوداني",
        "استهدف",
        ["sudan_army"],
        ["rsf"],
    ),
    # what a relative clause tells of somebody does not change what he does
    (
        "اقتحمت قوات الدعم السريع، التي تحاصر المدينة منذ أشهر، مقر الفرقة السادسة",
        "اقتحمت",
        ["rsf"],
        None,
    ),
]
PLACES = [
    ("انسحب الجيش السوداني من مدينة سنجة باتجاه سنار", "انسحب", ["مدينة سنجة"]),
    ("انسحبت قوات فاغنر من بلدة كيدال نحو غاو", "انسحبت", ["بلدة كيدال"]),
    ("انسحبت قوات الجيش من مدينة حلب باتجاه حماة", "انسحبت", ["مدينة حلب"]),
    ("انسحب الحوثيون إلى مدينة ذمار", "انسحب", ["مدينة ذمار"]),
    (
        "قُتل خمسة في قصف على مدينة الأبيض، ونقل الجرحى إلى مدينة كوستي",
        "قصف",
        ["مدينة الأبيض"],
    ),
    ("اجتمع في جدة مسؤولون من السودان ومصر وليبيا", "اجتمع", ["جدة"]),
    ("نزح المئات من مدينة الفاشر إلى طويلة", "نزح", ["مدينة الفاشر"]),
]
OBJECTS = [
    ("أطلق مسلحون النار على ضابط أثناء خروجه من منزله في الموصل", "أطلق", []),
    ("قتل مسلحون صحفياً لدى مغادرته مسجداً في بيدوا", "قتل", []),
    ("سقطت قذيفة على سوق الماشية في مدينة الأبيض", "سقطت", ["سوق"]),
    (
        "شنت المقاتلات الإسرائيلية غارات على مطار حلب الدولي ومستودعات أسلحة",
        "غارات",
        ["مطار حلب الدولي", "مستودعات"],
    ),
    ("قصف الطيران الإسرائيلي مستودعاً خلال جولة التصعيد", "قصف", ["مستودعاً"]),
]
SOURCES = [
    # who asks for something says nothing of another act
    ("قصف الجيش السوداني سوقاً في الفاشر، بينما دعت الأمم المتحدة إلى هدنة", "قصف", []),
    (
        "هاجم مسلحون قافلة إغاثة قرب كادوقلي، فيما طالب الاتحاد الأفريقي بتحقيق عاجل",
        "هاجم",
        [],
    ),
    (
        "قال ناشطون إن الجيش قصف سوقاً في الفاشر، بينما دعت الأمم المتحدة إلى هدنة",
        "قصف",
        ["ناشطون"],
    ),
    # who accuses says so; what follows a noun with the article is no part of his name
    ("اتهمت نقابة الصحفيين جماعة الحوثي باختطاف مراسل", "اختطاف", ["نقابة الصحفيين"]),
    (
        "اتهمت رابطة أسر الضحايا قوات الدعم السريع بقصف السوق",
        "قصف",
        ["رابطة أسر الضحايا"],
    ),
    (
        "أكدت لجنة أطباء السودان قصف قوات الدعم السريع مستشفى الفاشر",
        "قصف",
        ["لجنة أطباء السودان"],
    ),
    # a medium credited is no medium spoken to
    ("ووفقاً لشبكة شام، قصف الجيش التركي قرية في ريف الرقة", "قصف", ["شبكة شام"]),
    # a statement is that of a body
    (
        "أفاد بيان لقيادة الجيش اللبناني بأن مسلحين هاجموا حاجزاً",
        "هاجموا",
        ["بيان لقيادة الجيش اللبناني"],
    ),
    # the words in front of a colon at the beginning of a headline
    (
        "مصدر في قيادة شرطة البصرة: مسلحون هاجموا حاجزاً أمنياً",
        "هاجموا",
        ["مصدر في قيادة شرطة البصرة"],
    ),
    ("مصدر في شرطة كركوك: مسلحون هاجموا حاجزاً أمنياً", "هاجموا", ["مصدر في شرطة كركوك"]),
]
SCOPES = [
    # acts that go on, or fall on a bare plural, are many without a number
    ("تعرضت المدينة لقصف متواصل منذ الفجر", "قصف", "campaign"),
    ("أقام الجيش التركي حواجز ومقرات في ريف عفرين", "أقام", None),
    ("أخلى الحرس الثوري مقرات في ريف حلب", "أخلى", "campaign"),
    ("اقتحم مسلحون مستودعات في كسلا", "اقتحم", "campaign"),
    ("أخلى الحرس الثوري مقراً في ريف حلب", "أخلى", None),
    ("أخلى الحرس الثوري ثلاثة مقرات في ريف حلب", "أخلى", "aggregate"),
    # a claim is as wide as what it claims
    ("تبنّت حركة الشباب الهجمات التي وقعت في مقديشو", "تبنّت", "campaign"),
    ("تبنّت حركة الشباب الهجوم الذي وقع في مقديشو", "تبنّت", None),
    # a statement is one, however many acts it tells of
    ("اتهمت واشنطن فصائل عراقية بتنفيذ 60 هجوماً على قواعدها", "اتهمت", None),
]


def _proposed(
    text: str, trigger: str, codebook: Codebook
) -> dict[str, list[Candidate]]:
    article = Article("a", text)
    found = propose(article, codebook)
    chosen = next(c for c in found if c.kind == "trigger" and c.quote == trigger)
    return EventProposer(found, article, codebook).propose(chosen)


def _quotes(found: list[Candidate]) -> list[str]:
    return [c.quote for c in found if c.quote]


@pytest.mark.parametrize(
    ("text", "trigger", "initiators", "targets"),
    PARTIES,
    ids=[p[0][:40] for p in PARTIES],
)
def test_who_acts_on_whom(
    conflict_events: Codebook, text: str, trigger: str, initiators: Any, targets: Any
) -> None:
    told = _proposed(text, trigger, conflict_events)
    assert initiators is None or party_values(told.get("initiators", [])) == initiators
    assert targets is None or party_values(told.get("targets", [])) == targets


@pytest.mark.parametrize(
    ("text", "trigger", "places"), PLACES, ids=[p[0][:40] for p in PLACES]
)
def test_who_leaves_a_place_leaves_it_there(
    conflict_events: Codebook, text: str, trigger: str, places: list[str]
) -> None:
    assert _quotes(_proposed(text, trigger, conflict_events).get("place", [])) == places


@pytest.mark.parametrize(
    ("text", "trigger", "objects"), OBJECTS, ids=[o[0][:40] for o in OBJECTS]
)
def test_what_tells_the_time_of_an_act_is_not_hit(
    conflict_events: Codebook, text: str, trigger: str, objects: list[str]
) -> None:
    assert (
        _quotes(_proposed(text, trigger, conflict_events).get("target_object", []))
        == objects
    )


@pytest.mark.parametrize(
    ("text", "trigger", "sources"), SOURCES, ids=[s[0][:40] for s in SOURCES]
)
def test_who_says_so(
    conflict_events: Codebook, text: str, trigger: str, sources: list[str]
) -> None:
    assert (
        _quotes(_proposed(text, trigger, conflict_events).get("source", [])) == sources
    )


@pytest.mark.parametrize(
    ("text", "trigger", "scope"), SCOPES, ids=[s[0][:40] for s in SCOPES]
)
def test_many_acts_without_a_number_are_a_campaign(
    conflict_events: Codebook, text: str, trigger: str, scope: str | None
) -> None:
    found = _proposed(text, trigger, conflict_events).get("report_scope", [])
    assert [c.value for c in found[:1]] == ([scope] if scope else [])
