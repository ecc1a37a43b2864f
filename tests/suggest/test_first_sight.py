"""Sentences that were written with what a careful reader finds in them before the rules
for them were made.

They were kept unread until those rules were done, and gave then what the test at the
end asks for; before the rules it was 6 of 14, 4 of 16, 8 of 14 and 0 of 10.
"""

from __future__ import annotations

from typing import Any

from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.events import EventProposer
from coder.suggest.registry import propose
from tests.suggest.test_protest_words import proposed
from tests.suggest.test_roles import party_values

ROLES = [
    (
        "تمكنت الدفاعات الجوية السعودية من اعتراض أربعة صواريخ باليستية أطلقتها جماعة الحوثي",
        "اعتراض",
        "interception",
        ["saudi"],
        ["houthis"],
    ),
    (
        "أسقط الجيش الأوكراني 12 مسيّرة روسية من طراز شاهد",
        "أسقط",
        "interception",
        ["ukraine_military"],
        ["russia_military"],
    ),
    (
        "قال قائد البحرية الأميركية إن مدمرة دمّرت مسيّرات تابعة للحوثيين",
        "دمّرت",
        "interception",
        ["us_forces"],
        ["houthis"],
    ),
    (
        "أكد عبد الفتاح البرهان أن قواته استعادت مدينة ود مدني من قوات الدعم السريع",
        "استعادت",
        "",
        ["sudan_army"],
        ["rsf"],
    ),
    (
        "أعلن أبو عبيدة أن مقاتليه استهدفوا دبابة إسرائيلية في رفح",
        "استهدفوا",
        "",
        ["qassam"],
        ["israel"],
    ),
    (
        "نفى ناطق باسم الجيش الإسرائيلي استهداف قافلة إغاثة في رفح",
        "استهداف",
        "",
        [],
        [],
    ),
    ("نفت حركة طالبان شن هجوم على القرية", "هجوم", "", [], []),
    (
        "شن الحوثيون المدعومون من إيران هجوماً على سفينة بريطانية",
        "هجوماً",
        "",
        ["houthis"],
        ["uk"],
    ),
    (
        "اشتبكت قوات سوريا الديمقراطية المدعومة من واشنطن مع الجيش التركي",
        "اشتبكت",
        "",
        ["sdf", "turkey_military"],
        [],
    ),
    (
        "قصف الجيش السوداني مواقع لقوات الدعم السريع المتحالفة مع فاغنر",
        "قصف",
        "",
        ["sudan_army"],
        ["rsf"],
    ),
]
BODIES = [
    ("داهمت قوة من أمن الدولة اللبنانية مخيماً للنازحين", "syria_gid"),
    ("حرر الأهالي البلدة من الاحتلال البريطاني", "israel"),
    ("انتشر الحرس الجمهوري اليمني في صنعاء", "syria_rep_guard"),
    ("قتل الاحتلال الإيطالي آلاف الليبيين", "israel"),
]
TRIGGERS = [
    ("لو أن التحالف قصف الجسر لتوقفت المعارك", []),
    ("هل ستنسحب القوات الفرنسية من مالي؟", []),
    ("كادت الطائرات تقصف المستشفى بالخطأ", []),
    ("في حال هاجمت تركيا المدينة سيتدخل الجيش", []),
    ("ويتساءل السكان عما إذا كانت إسرائيل ستهاجم رفح", []),
    ("أوشك المقاتلون على اقتحام السجن قبل تراجعهم", []),
    ("إن هاجمت إسرائيل لبنان فالحرب ستتوسع", []),
    ("قتل الجيش عشرة مسلحين وكاد يعتقل قائدهم", ["قتل"]),
    ("لو لم يهاجم داعش الموصل لما سقطت المدينة", []),
    ("توعد الحوثيون باستهداف السفن إذا استمر الحصار", ["توعد", "استهداف"]),
]
FIGURATIVE = [
    "أطلق مهاجم ريال مدريد قذيفة من خارج المنطقة سكنت شباك برشلونة في الكلاسيكو، وأنقذ الحارس فريقه من هدف محقق.",
    "تخوض الشركة معركة شرسة على حصتها السوقية بعد هجوم منافستها بأسعار مخفضة، وهبط سهمها في البورصة.",
    "فجر المنتخب المغربي مفاجأة في المونديال بعد معركة تكتيكية، وقتل المدرب المباراة بتبديلاته في الشوط الثاني.",
    "شن البنك المركزي حرباً على التضخم برفع أسعار الفائدة، وسقطت العملة أمام الدولار.",
]
LITERAL = [
    "قتل لاعب كرة قدم في غارة على منزله في غزة، ونعى ناديه اللاعب الشاب.",
    "هاجمت طائرة مسيّرة مصفاة نفط في روسيا ما تسبب في حريق وتراجع الإنتاج.",
]
SPREAD = [
    (
        "حكم الملك فاروق المصري البلاد. ثم ألغي الدستور المصري، وسقط العلم المصري.",
        ["المصري"],
        [],
    ),
    (
        "كتب ابن خلدون المقدمة. وتعد المقدمة أهم كتبه، وترجمت المقدمة مراراً.",
        ["المقدمة"],
        [],
    ),
    (
        "اكتشف جابر الأحماض في مختبره. وتستعمل الأحماض اليوم، وتذيب الأحماض المعادن.",
        ["الأحماض"],
        [],
    ),
    (
        "درّس يوسف الموسيقى في المعهد. وكانت الموسيقى شغفه، ونشر الموسيقى بين الناس.",
        ["الموسيقى"],
        [],
    ),
    (
        "قالت الوزيرة نجلاء بودن إن الخطة جاهزة. وأضافت بودن أن التمويل متوفر.",
        [],
        ["نجلاء بودن", "بودن"],
    ),
    (
        "وصل المبعوث هانس غروندبرغ إلى عدن. والتقى غروندبرغ مسؤولين.",
        [],
        ["هانس غروندبرغ", "غروندبرغ"],
    ),
]
UNNAMED = [
    "وقال شهود عيان لوكالة رويترز إن دخاناً تصاعد",
    "وأكدت مصادر مطلعة أن المحادثات تأجلت",
    "بحسب مصادر في المعارضة فإن الجيش تقدم",
]
CITIES = [
    ("انتقل الوفد من الرياض إلى المنامة", "المنامة", ["place"]),
    ("وصلت التعزيزات إلى إدلب ليلاً", "إدلب", ["place"]),
    ("هرب السكان من تعز بعد القصف", "تعز", ["place"]),
    ("تظاهر المئات في بيروت. وعاشت بيروت ليلة متوترة.", "بيروت", ["place", "place"]),
    ("نفت طهران إرسال أسلحة", "طهران", ["actor"]),
]
PROTESTS: list[tuple[str, str, dict[str, Any]]] = [
    (
        "تظاهر نحو ألفي طبيب في الجزائر للمطالبة بتحسين ظروف العمل",
        "تظاهر",
        {"size": (2000, 2000), "issues": ["wages"]},
    ),
    (
        "استخدمت الشرطة خراطيم المياه لتفريق احتجاجات في باريس",
        "احتجاجات",
        {"police": True, "police_action": ["dispersed", "gas"]},
    ),
    (
        "اعتُقل 15 شخصاً خلال مظاهرة مناهضة للحكومة في عمّان",
        "مظاهرة",
        {
            "arrested": (15, 15),
            "issues": ["government"],
            "police": True,
            "police_action": ["arrests"],
        },
    ),
    (
        "أضرب مئات الموظفين في القطاع العام بسبب تأخر الرواتب",
        "أضرب",
        {"size": (200, None), "issues": ["wages"]},
    ),
    (
        "شارك عشرات الناشطين في وقفة احتجاجية دعماً لحرية الصحافة",
        "وقفة احتجاجية",
        {"size": (20, None), "issues": ["rights"]},
    ),
    (
        "احتشد آلاف المتظاهرين في صنعاء تنديداً بالعدوان على غزة",
        "احتشد",
        {"size": (2000, None), "issues": ["war"]},
    ),
    (
        "أصيب ستة محتجين بالرصاص المطاطي خلال مواجهات مع الشرطة في بغداد",
        "مواجهات مع الشرطة",
        {"injured": (6, 6), "police": True, "police_action": ["shot"]},
    ),
    ("تظاهر سكان القرية احتجاجاً على مصادرة أراضيهم", "تظاهر", {"issues": ["land"]}),
    (
        "أوقفت قوات الأمن أكثر من 40 محتجاً بعد اعتصام أمام مقر البرلمان ضد الفساد",
        "اعتصام",
        {
            "arrested": (41, None),
            "issues": ["corruption"],
            "police": True,
            "police_action": ["arrests"],
        },
    ),
    (
        "تجمع قرابة 300 من أهالي المفقودين أمام السفارة",
        "تجمع",
        {"size": (300, 300), "issues": ["detainees"]},
    ),
]


def _roles(
    text: str, trigger: str, codebook: Codebook
) -> tuple[str, list[str], list[str]] | None:
    article = Article("a", text)
    found = propose(article, codebook)
    chosen = next(
        (c for c in found if c.kind == "trigger" and c.quote == trigger), None
    )
    if chosen is None:
        return None
    told = EventProposer(found, article, codebook).propose(chosen)
    kind = str(told["event_type"][0].value)
    return (
        kind,
        party_values(told.get("initiators", [])),
        party_values(told.get("targets", [])),
    )


def _named(text: str, codebook: Codebook, *kinds: str) -> list[tuple[str, str]]:
    return [
        (c.quote, c.kind)
        for c in propose(Article("a", text), codebook)
        if c.kind in kinds
    ]


def roles(codebook: Codebook) -> list[bool]:
    found = [(row, _roles(row[0], row[1], codebook)) for row in ROLES]
    told = [
        got is not None and got[0] in (row[2] or got[0],) and got[1:] == row[3:]
        for row, got in found
    ]
    actors = ((other, propose(Article("a", text), codebook)) for text, other in BODIES)
    return told + [
        other not in party_values([c for c in f if c.kind == "actor"])
        for other, f in actors
    ]


def unreal(codebook: Codebook) -> list[bool]:
    told = [
        [q for q, _ in _named(text, codebook, "trigger")] == right
        for text, right in TRIGGERS
    ]
    told += [not _named(text, codebook, "trigger") for text in FIGURATIVE]
    return told + [bool(_named(text, codebook, "trigger")) for text in LITERAL]


def names(entities: Codebook, conflict: Codebook) -> list[bool]:
    told = []
    for text, none, persons in SPREAD:
        found = {q for q, _ in _named(text, entities, "person")}
        told.append(not found & set(none) and set(persons) <= found)
    told += [not _named(text, entities, "person") for text in UNNAMED]
    for text, city, kinds in CITIES:
        told.append(
            [k for q, k in _named(text, conflict, "actor", "place") if q == city]
            == kinds
        )
    return told


def protests(codebook: Codebook) -> list[bool]:
    told = []
    for text, trigger, right in PROTESTS:
        try:
            told.append(proposed(text, trigger, codebook) == right)
        except StopIteration:
            told.append(False)
    return told


def test_what_was_right_at_first_sight_stays_right(
    conflict_events: Codebook, named_entities: Codebook, protest_events: Codebook
) -> None:
    sets = (
        roles(conflict_events),
        unreal(conflict_events),
        names(named_entities, conflict_events),
        protests(protest_events),
    )
    assert [len(told) for told in sets] == [14, 16, 14, 10]
    least = (10, 13, 13, 9)
    assert [sum(told) >= right for told, right in zip(sets, least, strict=True)] == [
        True
    ] * 4
