"""Who did what to whom: subjects, verbs that control a noun, speakers, arms, other
clauses.
"""

from __future__ import annotations

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.events import EventProposer
from coder.suggest.registry import propose

PARTIES = [
    # a verb that says nothing without its verbal noun lends it its subject
    (
        "تمكنت القوات العراقية من استعادة بلدة القيارة",
        "استعادة",
        ["القوات العراقية"],
        [],
    ),
    ("توقفت حركة حماس عن إطلاق الصواريخ", "إطلاق", ["حركة حماس"], []),
    (
        "قامت القوات الأميركية بتنفيذ خمس غارات على المنطقة",
        "غارات",
        ["القوات الأميركية"],
        [],
    ),
    ("أعلنت إسرائيل أنها ستنتقم بشن غارات على المطار", "غارات", ["إسرائيل"], []),
    ("أكدت حركة النجباء مواصلتها استهداف المواقع", "استهداف", ["حركة النجباء"], []),
    # but not what came before or brought it about
    ("نفذ الجيش السوري انتشاراً عقب هجوم في المدينة", "هجوم", [], []),
    # the one whom a relative clause is about, also under a preposition
    (
        "رحبوا بالقوات الأميركية التي هاجمت الحرس الثوري",
        "هاجمت",
        ["القوات الأميركية"],
        ["الحرس الثوري"],
    ),
    (
        "رُصدت مجموعة من القوات الإسرائيلية التي حاولت التسلل",
        "التسلل",
        ["القوات الإسرائيلية"],
        [],
    ),
    # who but leads, backs or holds something
    (
        "هاجم التحالف العربي الذي تقوده السعودية جماعة الحوثي",
        "هاجم",
        ["التحالف العربي"],
        ["جماعة الحوثي"],
    ),
    ("قصف الجيش السوري قرى تسيطر عليها هيئة تحرير الشام", "قصف", ["الجيش السوري"], []),
    # who tells what another did did not do it, his own men did it for him
    ("قال الجيش الإسرائيلي إن صاروخاً استهدف البلدة", "استهدف", [], []),
    (
        "قالت حركة حماس إن مقاتليها هاجموا القوات الإسرائيلية",
        "هاجموا",
        ["حركة حماس"],
        ["القوات الإسرائيلية"],
    ),
    # arms in construct are those of whom they are said to be
    ("قُتل عشرة في هجوم شنته طائرات الجيش السوري", "هجوم", ["الجيش السوري"], []),
    ("وقعت غارات طائرات التحالف الدولي على القرية", "غارات", ["التحالف الدولي"], []),
    # of an act on a place, ل tells whose it is
    (
        "قُتل طفل في قصف لقوات الدعم السريع على مخيم زمزم",
        "قصف",
        ["قوات الدعم السريع"],
        [],
    ),
    ("قال بيان: استهدافنا لإسرائيل مستمر", "استهدافنا", [], ["إسرائيل"]),
    # who takes no part: behind another act, in another clause, beside the act
    ("هاجم داعش القرية حيث تنتشر قوات سوريا الديمقراطية", "هاجم", ["داعش"], []),
    (
        "اشتباكات بين الجيش السوداني وداعش وهجوم بين المدنيين",
        "اشتباكات",
        ["الجيش السوداني", "داعش"],
        [],
    ),
    # some of a group that were killed
    (
        "أدت غارة إسرائيلية إلى مقتل ثلاثة من مقاتلي حزب الله",
        "غارة",
        ["إسرائيلية"],
        ["مقاتلي حزب الله"],
    ),
    # a speaker in front of those who suffer is none of them
    (
        "قالت وزارة الصحة اللبنانية إن شخصين أصيبا في غارة إسرائيلية",
        "غارة",
        ["إسرائيلية"],
        [],
    ),
    # who claims it behind a relative pronoun
    ("وقع الهجوم الذي تبناه تنظيم داعش أمس", "الهجوم", ["تنظيم داعش"], []),
    # arms that are the subject leave behind the verb only whom they hit, unless it says
    # who fired them
    ("خمسة صواريخ استهدفت القوات الأميركية", "استهدفت", [], ["القوات الأميركية"]),
    ("سقط صاروخ أطلقته حركة حماس", "أطلقته", ["حركة حماس"], []),
    # whom an aside (وهو …) says only who somebody is; but an act in the aside has its
    # own parties
    (
        "واتهم فؤاد حسين، وهو وزير في الحكومة العراقية، إيران بقصف أربيل",
        "اتهم",
        ["فؤاد حسين"],
        ["إيران"],
    ),
    ("رفض أكرم الكعبي، وهو قائد في حركة النجباء، العقوبات", "رفض", ["أكرم الكعبي"], []),
    (
        "وتوعد أكرم الكعبي، وهو زعيم حركة النجباء، إسرائيل",
        "توعد",
        ["أكرم الكعبي"],
        ["إسرائيل"],
    ),
    (
        "دخل الجيش السوري القرية، وهو يقصف مقاتلي داعش",
        "يقصف",
        ["الجيش السوري"],
        ["مقاتلي داعش"],
    ),
    # a noun that begins like a verb is none; a killing verb is active with a count
    # behind it
    (
        "أعلنت الحكومة السودانية مقتل طفل إثر قصف شنته قوات الدعم السريع",
        "قصف",
        ["قوات الدعم السريع"],
        [],
    ),
    (
        "القوات الحكومية قتلت عشرين مسلحاً في غارة قرب كيسمايو",
        "غارة",
        ["القوات الحكومية"],
        [],
    ),
    # an act's verb has no other subject than the act
    ("أعلن الجيش السوري أمس وقوع هجمات استهدفت مواقع", "استهدفت", [], []),
    # a noun that the verb of another act carries, a participle beside the verb
    (
        "استعادت قوات سوريا الديمقراطية السيطرة على القرى",
        "السيطرة",
        ["قوات سوريا الديمقراطية"],
        [],
    ),
    (
        "حذرت حركة حماس من التصعيد، متهمة إسرائيل بخرق الهدنة",
        "متهمة",
        ["حركة حماس"],
        ["إسرائيل"],
    ),
    # the verb's gender is its subject's
    (
        "يهاجم القوات الأميركية مسلحون مجهولون",
        "يهاجم",
        ["مسلحون مجهولون"],
        ["القوات الأميركية"],
    ),
    # the dead behind their word
    (
        "مقتل القيادي في حزب الله حسن نصر في غارة على الضاحية",
        "غارة",
        [],
        ["القيادي في حزب الله حسن نصر"],
    ),
    # an act by whose means another is told falls on whom that fell, and is done by who
    # did it
    (
        "استُهدفت قوات التحالف الدولي بهجوم صاروخي",
        "هجوم صاروخي",
        [],
        ["قوات التحالف الدولي"],
    ),
    ("القوات الأميركية استُهدفت أمس بهجمات", "هجمات", [], ["القوات الأميركية"]),
    ("استُهدف الحشد الشعبي بغارة أميركية", "غارة", ["أميركية"], ["الحشد الشعبي"]),
    ("استهدف الجيش السوري حزب الله بغارات", "غارات", ["الجيش السوري"], ["حزب الله"]),
    (
        "ضُربت قوات سوريا الديمقراطية بغارات تركية",
        "غارات",
        ["تركية"],
        ["قوات سوريا الديمقراطية"],
    ),
    # who is told to act does it
    (
        "أوعزت إيران للميليشيات العراقية بتصعيد الهجمات",
        "تصعيد",
        ["لميليشيات العراقية"],
        [],
    ),
    (
        "قيادة الجيش السوري أعطت أوامر صارمة لسكان البلدة بالإخلاء",
        "أوامر",
        ["قيادة الجيش السوري"],
        ["سكان"],
    ),
    (
        "قال مسؤولون أميركيون إن إيران أمرت بالهجوم، ولكنهم حملوا إيران المسؤولية",
        "حملوا",
        ["مسؤولون أميركيون"],
        ["إيران"],
    ),
    (
        "قال الحوثيون إنهم أطلقوا صواريخ على إسرائيل",
        "أطلقوا",
        ["الحوثيون"],
        ["إسرائيل"],
    ),
    ("أمر بوتين القوات الروسية بقصف المدينة", "قصف", ["القوات الروسية"], []),
    (
        "أمر نتنياهو الجيش الإسرائيلي بشن غارات على حزب الله",
        "غارات",
        ["الجيش الإسرائيلي"],
        ["حزب الله"],
    ),
    # a date between commas does not part a light verb from its noun
    (
        "كانت القوات الأميركية قد شنّت، أول من أمس، غارات على بلدة هجين",
        "غارات",
        ["القوات الأميركية"],
        [],
    ),
    # whose act it is, by the pronoun of its noun
    (
        "انسحبت القوات الأميركية بعد اقتحامها بلدة هجين",
        "اقتحامها",
        ["القوات الأميركية"],
        [],
    ),
    # an aggressor's air force is one name
    (
        "استهدف طيران العدوان الأميركي منزلاً في صنعاء",
        "استهدف",
        ["طيران العدوان الأميركي"],
        [],
    ),
    # an act that is the object of a verb does not end what the verb falls on
    ("استهدفت إسرائيل تعزيزات لحركة حماس", "استهدفت", ["إسرائيل"], ["حركة حماس"]),
    # a plural whose ending shows that it is no subject
    (
        "هاجم أمس الفلسطينيين مستوطنون إسرائيليون",
        "هاجم",
        ["مستوطنون إسرائيليون"],
        ["الفلسطينيين"],
    ),
    # an act that somebody answers is not his own
    ("تقصف إسرائيل غزة ردا على أكبر هجوم صاروخي منذ عام", "هجوم صاروخي", [], []),
    # whose the act is, over an adjective
    (
        "لوحظ انتشار واسع لقوات الدعم السريع في الخرطوم",
        "انتشار",
        ["قوات الدعم السريع"],
        [],
    ),
    # the nation of what was hit
    (
        "استهدفت حركة حماس مواقع إسرائيلية",
        "استهدفت",
        ["حركة حماس"],
        ["مواقع إسرائيلية"],
    ),
    # who claims the act, in front of his verb too, or says that it was his
    ("داعش يتبنى الهجوم في تدمر", "الهجوم", ["داعش"], []),
    (
        "وأعلنت مصادر وقوع قتلى، وادعى تنظيم داعش مسؤوليته عن الهجوم",
        "الهجوم",
        ["تنظيم داعش"],
        [],
    ),
    # where arms were shot down says nothing of who shot
    ("اعترض الدفاع الجوي صاروخاً فوق الرياض", "اعترض", [], []),
    # an act behind a pronoun is somebody's too
    ("وقع انفجار يبدو أنه هجوم لحركة طالبان", "هجوم", ["حركة طالبان"], []),
    # who is accused of an act did it
    ("اتهمت الحكومة السورية إسرائيل بقصف مطار دمشق", "قصف", ["إسرائيل"], []),
    (
        "اتهم الجيش السوداني قوات الدعم السريع بشن هجمات على القرى",
        "هجمات",
        ["قوات الدعم السريع"],
        [],
    ),
    # the subject of an unknown verb that opens the sentence
    (
        "استغل تنظيم داعش الفوضى وهاجم القوات العراقية",
        "هاجم",
        ["تنظيم داعش"],
        ["القوات العراقية"],
    ),
    # a nation behind the arms that did it, or that it was done with
    (
        "قُتل طفل في غارة شنتها طائرة مسيّرة إسرائيلية على البلدة",
        "غارة",
        ["إسرائيلية"],
        [],
    ),
    ("وقع هجوم بصواريخ إيرانية على المدينة", "هجوم", ["إيرانية"], []),
    # an act and its verb with a place or a day between them
    (
        "وقعت غارة في محافظة دهوك، استهدفت حزب العمال الكردستاني",
        "غارة",
        [],
        ["حزب العمال الكردستاني"],
    ),
    # a nation behind an adjective of means
    ("قُتل ثلاثة بقصف جوي تركي", "قصف جوي", ["تركي"], []),
    # an act that is the subject of its verb is that of whom it names
    (
        "استهدف قصف الجيش الإسرائيلي منزلاً في المدينة",
        "استهدف",
        ["الجيش الإسرائيلي"],
        [],
    ),
    ("استهدف قصف الجيش الإسرائيلي منزلاً في المدينة", "قصف", ["الجيش الإسرائيلي"], []),
    ("استهدفت غارة للجيش السوري منزلاً في المدينة", "استهدفت", ["لجيش السوري"], []),
    # any verb of doing with a pronoun for the act names its doer
    ("قُتل شخصان في كمين نصبه داعش", "كمين", ["داعش"], []),
    (
        "سقط قتلى في مجزرة ارتكبتها قوات الاحتلال باستهداف مدرسة",
        "استهداف",
        ["قوات الاحتلال"],
        [],
    ),
    ("وجّه الجيش المصري ضربة جوية ضد معسكر", "ضربة جوية", ["الجيش المصري"], []),
    ("قُتل مدنيان بقصف نُسب إلى الجيش السوري", "قصف", ["الجيش السوري"], []),
    ("مقتل طبيب برصاص مجهولين", "مقتل", ["مجهولين"], []),
    # a killing verb is active with a person behind its subject
    ("قتلت قوات الاحتلال شاباً في القرية", "قتلت", ["قوات الاحتلال"], []),
    # some of a group are a subject whatever the case of the group
    ("هاجمت مجموعة من المستوطنين القرية", "هاجمت", ["المستوطنين"], []),
    ("اقتحم عشرات المستوطنين القرية", "اقتحم", ["المستوطنين"], []),
    # the raid during which somebody did something is his own
    ("اعتقلت قوات الاحتلال شاباً خلال اقتحام القرية", "اقتحام", ["قوات الاحتلال"], []),
    # who is condemned is whose act it was
    (
        "أدانت قطر بشدة استهداف القوات الإسرائيلية قافلة",
        "أدانت",
        ["قطر"],
        ["القوات الإسرائيلية"],
    ),
    ("أدانت قطر الهجوم الذي نفذه داعش على الكنيسة", "أدانت", ["قطر"], ["داعش"]),
    # where somebody was taken suffers nothing
    ("اختطف الحوثيون موظفين واقتادوهم إلى جهة مجهولة", "اختطف", ["الحوثيون"], []),
    # whose the places are on which its own act falls, beside an act by means of it
    (
        "ردت إسرائيل بغارات على مواقع تابعة لحزب الله في بعلبك",
        "غارات",
        ["إسرائيل"],
        ["حزب الله"],
    ),
    (
        "هاجم مسلحون دورية للشرطة العراقية قرب قاعدة تابعة للتحالف",
        "هاجم",
        ["مسلحون"],
        ["لشرطة العراقية"],
    ),
    # a relative clause without a subject goes on with the speaker, one with a subject
    # has its own
    (
        "قالت حركة حماس إن الهجمات التي تنفذها ضد إسرائيل مستمرة",
        "الهجمات",
        ["حركة حماس"],
        ["إسرائيل"],
    ),
    (
        "قال الأهالي إن الغارات التي شنتها على إدلب طائرات روسية",
        "الغارات",
        ["طائرات روسية"],
        [],
    ),
    ("أكدت إسرائيل أن الهجمات التي شُنت على المستشفى قيد التحقيق", "الهجمات", [], []),
    # who tells of an act of his own, but not of one that befell others
    ("مع إعلان المتحدث باسم حركة حماس استهداف المطار", "استهداف", ["حركة حماس"], []),
    ("بعد إعلان الجيش الأميركي أمس شن غارة على المطار", "غارة", ["الجيش الأميركي"], []),
    ("بعد إعلان الجيش الأميركي مقتل جندي في هجوم على القاعدة", "هجوم", [], []),
    # an aside in brackets behind the doer hides neither him nor what is hit
    (
        "وثق التقرير استهدافات حركة حماس (أحد أذرع إيران) سبع بلدات",
        "استهدافات",
        ["حركة حماس"],
        [],
    ),
    # a verb in front of its object that ends like a noun
    (
        "وزير الخارجية الإيراني نفى علاقة طهران بالهجوم",
        "نفى",
        ["وزير الخارجية الإيراني"],
        [],
    ),
]


@pytest.mark.parametrize(
    ("text", "trigger", "initiators", "targets"),
    PARTIES,
    ids=[" ".join(p[0].split()[:5]) for p in PARTIES],
)
def test_who_did_it_and_whom_it_fell_on(
    conflict_events: Codebook,
    text: str,
    trigger: str,
    initiators: list[str],
    targets: list[str],
) -> None:
    article = Article("a", text)
    found = propose(article, conflict_events)
    chosen = next(c for c in found if c.kind == "trigger" and c.quote == trigger)
    told = EventProposer(found, article, conflict_events).propose(chosen)
    assert [c.quote for c in told.get("initiators", [])] == initiators
    assert [c.quote for c in told.get("targets", [])] == targets


def test_a_base_of_a_nation_is_that_of_its_army(conflict_events: Codebook) -> None:
    article = Article("a", "استهدفت حركة النجباء قاعدة أميركية في سوريا")
    found = propose(article, conflict_events)
    struck = next(c for c in found if c.kind == "trigger")
    [target] = EventProposer(found, article, conflict_events).propose(struck)["targets"]
    assert (target.quote, target.value) == ("قاعدة أميركية", ["us_forces"])


def test_a_headline_points_at_what_is_named_behind_it(
    conflict_events: Codebook,
) -> None:
    article = Article(
        "a", "التحالف يقصف مواقع في صنعاء\nقصف التحالف العربي مواقع في صنعاء أمس."
    )
    found = propose(article, conflict_events)
    headline = next(c for c in found if c.kind == "trigger")
    [doer] = EventProposer(found, article, conflict_events).propose(headline)[
        "initiators"
    ]
    [named] = [c.value for c in found if c.quote == "التحالف العربي"]
    assert (doer.quote, doer.value) == ("التحالف", named)


WHERE = [
    # in another clause
    ("هاجم داعش بلدة هجين حيث تنتشر قوات في مدينة الميادين", "هاجم", ["بلدة هجين"]),
    # where those come from who did it
    ("قوات التحالف الدولي في العراق شنت غارات على بلدة هجين", "غارات", ["بلدة هجين"]),
    # for whose sake it was done
    ("استهدفت حركة حماس مدينة حيفا دعماً لقطاع غزة", "استهدفت", ["مدينة حيفا"]),
    # where the report comes from
    ("بغداد (رويترز) - وقع انفجار قرب مدينة الموصل", "انفجار", ["مدينة الموصل"]),
    ("دمشق - هاجم داعش حاجزاً للجيش في مدينة تدمر", "هاجم", ["مدينة تدمر"]),
    # from inside what country it was fired
    (
        "أُطلق صاروخ من داخل الأراضي اليمنية باتجاه محافظة جازان",
        "أُطلق",
        ["محافظة جازان"],
    ),
    # where the one who was hit holds office
    ("انفجرت عبوة بموكب محافظ عدن في حي التواهي", "انفجرت", ["حي التواهي"]),
    # the areas in which it lies, also behind the name of one that no list knows
    (
        "شن الطيران غارة على بلدة الجبانة بمديرية الحالي في محافظة الحديدة",
        "غارة",
        ["بلدة الجبانة"],
    ),
    # where one goes to does not hold where one comes from
    (
        "شن الجيش غارات على بلدة هجين باتجاه محافظة حلب",
        "غارات",
        ["بلدة هجين", "محافظة حلب"],
    ),
    # an area listed beside a town does not hold it
    ("قصف الطيران ريف حلب ومدينة منبج", "قصف", ["ريف حلب", "مدينة منبج"]),
    # what but says where the place before it lies, behind a comma
    ("قُتل ثلاثة في قصف على مدينة نوى، جنوبي سوريا", "قصف", ["مدينة نوى"]),
]


@pytest.mark.parametrize(
    ("text", "trigger", "expected"),
    WHERE,
    ids=[" ".join(p[0].split()[:5]) for p in WHERE],
)
def test_where_it_happened(
    conflict_events: Codebook, text: str, trigger: str, expected: list[str]
) -> None:
    article = Article("a", text)
    found = propose(article, conflict_events)
    chosen = next(c for c in found if c.kind == "trigger" and c.quote == trigger)
    told = EventProposer(found, article, conflict_events).propose(chosen)
    assert [c.quote for c in told.get("place", [])] == expected
