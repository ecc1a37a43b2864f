"""Grammar that news leans on: duals, abbreviations, agreement, coordinated verbs, who
is quoted and who acts.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.events import EventProposer
from coder.suggest.registry import propose
from tests.suggest.conftest import Ask

Quotes = Callable[[str, str], list[str]]

# text, kind, what is marked of that kind
MARKED = [
    # duals
    ("نفّذت طائرات حربية غارتين على مزرعة قرب الهرمل", "trigger", ["غارتين"]),
    ("قال ذووهما إن الشقيقين اختُطفا قبل أيام في نابلس", "trigger", ["اختُطفا"]),
    ("وأضاف أن الصيادين قُتلا وهما في عرض البحر", "number", ["الصيادين"]),
    ("وأضاف أن الضابطين قُتلا وهما في الخدمة", "actor", []),
    ("أسفر الانهيار عن جرح عاملَين", "number", ["عاملَين"]),
    ("أسفر الانهيار عن جرح عاملِين", "number", []),
    ("نقل المصدر نقلاً عن شهود", "trigger", []),
    # passives that are spelt differently
    ("اغتيل محامٍ أمام منزله وهوجم موكب الوزير", "trigger", ["اغتيل", "هوجم"]),
    # what only came of another act, and what is a phrase for something else
    ("أدت الغارة إلى استشهاد أم وطفليها", "trigger", ["الغارة"]),
    ("حثّت الأمم المتحدة الجميع على ضبط النفس", "trigger", []),
    # one dead or hurt
    ("وتحدثت الأنباء عن سقوط شهيد وثلاثة جرحى", "number", ["شهيد", "ثلاثة جرحى"]),
    ("أدت العبوة إلى مقتل جنديين وإصابة ثالث", "number", ["جنديين", "ثالث"]),
    ("أصيب تسعة بينهم 4 نساء و3 أطفال", "number", ["تسعة"]),
    ("أصيب تسعة بينهم طفل و3 جرحى حالتهم حرجة", "number", ["تسعة", "3 جرحى"]),
    ("أعلن الجيش مقتل أربعين مرتزقاً في الغارة", "number", ["أربعين مرتزقاً"]),
    ("أعلن الجيش مقتل ستة من المتسللين", "number", ["ستة من المتسللين"]),
    ("قتل 15 يوم الجمعة في الغارة", "number", ["15"]),
    # abbreviations
    ("قال المقدم م. سامي الخطيب إن الحاجز أزيل", "source", ["المقدم م. سامي الخطيب"]),
    ("وقالت وكالة د.ب.أ إن المطار أغلق", "source", ["وكالة د.ب.أ"]),
    # what is no part of a name
    (
        "دكّت كتيبة المشاة بالمدفعية الثقيلة مواقع المتمردين",
        "actor",
        ["كتيبة المشاة", "المتمردين"],
    ),
    ("أصيب ضابطان بجروح بليغة في الكمين", "actor", []),
    (
        "نفى الناطق العميد خالد الأحمد وجود مقاتلين في المدينة",
        "source",
        ["الناطق العميد خالد الأحمد"],
    ),
    ("أزالت البلدية حواجز الشارع الرئيس، وأغلقت سوق الخضار", "actor", []),
    ("نشر لواء المدفعية عناصره في الوادي", "weapon", []),
    # groups
    ("حثّ الوسطاء طرفي القتال على ضبط النفس", "actor", ["طرفي القتال"]),
    ("قتل الجيش مقاتلين أجانب في الغارة", "actor", ["الجيش", "مقاتلين أجانب"]),
    ("استنكرت وزارة الداخلية والبلديات القصف", "actor", ["وزارة الداخلية والبلديات"]),
    ("استنكرت وزارة الداخلية والجيش القصف", "actor", ["وزارة الداخلية", "الجيش"]),
    # places
    ("عبر المهاجمون من قرية ويسيلا إلى الحدود", "place", ["قرية ويسيلا"]),
    ("اقتحموا قرية وأحرقوا بيوتها", "place", []),
    ("استهدف الهجوم معسكراً للجيش", "place", []),
    ("هبطت الطائرة في مطار بن غوريون", "place", ["مطار بن غوريون"]),
    ("قصفت الزوارق موانئ العدو", "place", []),
    ("وأدى الانفجار إلى أضرار", "place", []),
    ("قصفت القوات السورية مصنعاً روسياً", "actor", ["القوات السورية"]),
    ("انسحبوا من مدينة بلدوين الأسبوع الماضي", "place", ["مدينة بلدوين"]),
    ("وفي آب 2020 بدأت المفاوضات", "place", []),
    # dates
    ("التقى الوفدان يومي 3 و4 آذار 2024 في المدينة", "date", ["يومي 3 و4 آذار 2024"]),
    ("صدر البيان في 9 يونيو 2025م عن الوزارة", "date", ["9 يونيو 2025م"]),
    ("وفي أواخر الشهر المنصرم اندلع القتال", "date", ["أواخر الشهر المنصرم"]),
    ("وصل الجرحى إلى بلدية سوق الخميس", "date", []),
    # who is credited
    ("أكد الجيش أن قواته تقدمت", "source", ["الجيش"]),
    ("قالت الحكومة إن الهدنة صامدة", "source", ["الحكومة"]),
    ("وفق ما ذكرته الشرطة، أصيب حارس", "source", ["الشرطة"]),
    ("روى أحد الناجين أن المسلحين أحرقوا القرية", "source", ["أحد الناجين"]),
    ("وقال أحد سكان البلدة إن القصف استمر", "source", ["أحد سكان البلدة"]),
    ("ذكر مصدر طبي أن المستشفى امتلأ", "source", ["مصدر طبي"]),
    ("14:30 سرايا القدس: قصفنا تجمعاً لقوات العدو", "source", ["سرايا القدس"]),
    ("خبر عاجل | سرايا القدس: قصفنا تجمعاً لقوات العدو", "source", ["سرايا القدس"]),
    (
        "أقال مستشار قائد الدعم السريع عمر جبريل نائبه، وفق ما ذكر مستشار قائد الدعم السريع",
        "source",
        ["مستشار قائد الدعم السريع"],
    ),
    ("وزارة الدفاع تقرّ بسقوط جنديين", "source", ["وزارة الدفاع"]),
    ("وذكرت بعثة الأمم المتحدة أن المدنيين فرّوا", "source", ["بعثة الأمم المتحدة"]),
    ("وندّدت قطر بالغارة، واتهمت الجيش بقتل الأطفال", "source", ["قطر"]),
]

# text, trigger, its event's initiators and targets as written
PARTIES = [
    # a feminine verb has no masculine subject, and who accuses has been named
    (
        "ونددت سوريا بالهجوم، واتهمت الجيش الإسرائيلي بخرق الهدنة",
        "اتهمت",
        ["سوريا"],
        ["الجيش الإسرائيلي"],
    ),
    (
        "ورحّبت قطر بالاتفاق وأدانت الحصار، وطالبت إسرائيل بفتح المعابر",
        "طالبت",
        ["قطر"],
        ["إسرائيل"],
    ),
    ("طالبت الأمم المتحدة بوقف القتال", "طالبت", ["الأمم المتحدة"], []),
    # نفى and تبنى are verbs, نفي is a noun
    ("هاجم مسلحون الثكنة، وتبنى تنظيم داعش العملية", "تبنى", ["تنظيم داعش"], []),
    ("نفى الجيش الأردني استهداف المدنيين", "نفى", ["الجيش الأردني"], []),
    # who only backs
    (
        "حرّرت القوات العراقية، مدعومة بمقاتلي العشائر، المدينة",
        "حرّرت",
        ["القوات العراقية"],
        [],
    ),
    # a noun with the article governs no other
    ("وأصيب في الهجوم قائد الشرطة العراقية", "الهجوم", [], []),
    # a noun or verb with the town behind its agent
    ("وبعد ساعات قصف الجيش السوداني المدينة.", "قصف", ["الجيش السوداني"], []),
    # the ending of the object
    (
        "هاجمت الفصائل العراقية مقاتلي حزب العمال الكردستاني",
        "هاجمت",
        ["الفصائل العراقية"],
        ["مقاتلي حزب العمال الكردستاني"],
    ),
    # who passes on or condemns what happened did not do it
    ("أفادت الشرطة العراقية بانفجار عبوة ناسفة في سامراء", "انفجار", [], []),
    ("أبلغت الشرطة العراقية بمقتل أربعة عمال", "مقتل", [], []),
    ("نددت تركيا بقصف المستشفى", "قصف", [], []),
    ("أفاد الجيش الإسرائيلي باعتراض صاروخين", "اعتراض", ["الجيش الإسرائيلي"], []),
    # the subject of a passive is whom it falls on
    ("صودرت أراضي المزارعين شرق المدينة", "صودرت", [], ["المزارعين"]),
    # whose is what was hit
    ("انفجار لغم في عربة تابعة للجيش السوداني", "انفجار", [], ["لجيش السوداني"]),
    # we
    ("سرايا القدس: قصفنا قوة إسرائيلية", "قصفنا", ["سرايا القدس"], ["قوة إسرائيلية"]),
]

# text, trigger, its event's status; empty where it happened
STATUS = [
    (
        "نفى المتحدث وقوع قصف، مؤكداً أن القوات الأميركية ستغادر القاعدة",
        "ستغادر",
        "planned",
    ),
    ("نفت حماس الخبر واتهمت إسرائيل بالكذب", "اتهمت", ""),
    ("نفت حماس قصف المستشفى", "قصف", "denied"),
]


@pytest.mark.parametrize(
    ("text", "kind", "marked"), MARKED, ids=[f"{m[1]} {m[0][:40]}" for m in MARKED]
)
def test_a_reader_of_the_grammar_marks_the_same(
    quotes: Quotes, text: str, kind: str, marked: list[str]
) -> None:
    assert quotes(text, kind) == marked


@pytest.mark.parametrize(
    ("text", "trigger", "initiators", "targets"),
    PARTIES,
    ids=[p[0][:40] for p in PARTIES],
)
def test_who_acts_follows_from_the_grammar(
    conflict_events: Codebook,
    text: str,
    trigger: str,
    initiators: list[str],
    targets: list[str],
) -> None:
    article = Article("a", text)
    candidates = propose(article, conflict_events)
    act = next(c for c in candidates if c.kind == "trigger" and c.quote == trigger)
    found = EventProposer(candidates, article, conflict_events).propose(act)
    assert [c.quote for c in found.get("initiators", ())] == initiators
    assert [c.quote for c in found.get("targets", ())] == targets


@pytest.mark.parametrize(
    ("text", "trigger", "status"), STATUS, ids=[s[0][:40] for s in STATUS]
)
def test_a_denial_ends_where_something_else_is_told(
    conflict_events: Codebook, text: str, trigger: str, status: str
) -> None:
    article = Article("a", text)
    candidates = propose(article, conflict_events)
    act = next(c for c in candidates if c.kind == "trigger" and c.quote == trigger)
    found = EventProposer(candidates, article, conflict_events).propose(act)
    assert [c.value for c in found.get("event_status", ())] == (
        [status] if status else []
    )


def test_what_we_do_and_did_is_an_act(ask: Ask) -> None:
    found = ask("ندين المجزرة ونطالب بالتحقيق", "trigger")
    assert [(c.quote, c.value) for c in found] == [
        ("ندين", "accusation"),
        ("المجزرة", "civilian_attack"),
        ("نطالب", "order_demand"),
    ]


def test_a_building_of_an_authority_is_no_dwelling(ask: Ask) -> None:
    found = ask(
        "أحرق المحتجون مبنى المحكمة ومبنى القائمقامية ومبنى من ثلاثة طوابق", "object"
    )
    assert [c.value for c in found] == [["government"], ["government"], ["residential"]]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("استهدفت مسيّرة شاحنة بصاروخ موجه", "drone_attack"),
        ("استهدفت مسيّرات وصواريخ القاعدة", "attack_unspecified"),
    ],
)
def test_what_a_drone_fires_makes_a_drone_attack(
    conflict_events: Codebook, text: str, kind: str
) -> None:
    article = Article("a", text)
    candidates = propose(article, conflict_events)
    act = next(c for c in candidates if c.kind == "trigger")
    [found] = EventProposer(candidates, article, conflict_events).propose(act)[
        "event_type"
    ]
    assert found.value == kind


def test_two_days_of_a_month_are_a_period(ask: Ask) -> None:
    [found] = ask("التقى الوفدان يومي 3 و4 آذار 2024", "date")
    assert found.value is not None
    assert (found.value["start"], found.value["end"]) == ("2024-03-03", "2024-03-04")


def test_a_doubtful_verb_joined_to_an_act_is_one(ask: Ask) -> None:
    found = ask("جرفت الآليات الأراضي، وأغلقت الطريق الترابي", "trigger")
    assert [c.value for c in found] == ["property_seizure", "siege_closure"]
