"""Persons and organisations, with the named-entity codebook: rule by rule, the names
read by hand.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from coder.codebook import shipped
from coder.codebook.load import read_codebook
from coder.model import Article
from coder.suggest.registry import propose

Named = Callable[[str, str], list[str]]


@pytest.fixture(scope="module")
def named() -> Named:
    """What the candidates of one kind of the named-entity codebook cover, in text
    order.
    """
    codebook = read_codebook(shipped.codebook("named_entities"))
    return lambda text, kind: [
        c.quote for c in propose(Article("a", text), codebook) if c.kind == kind
    ]


PERSONS = [
    # a given name and what goes on with it: an unknown word, one with the article as
    # the last
    ("وصل فؤاد حسين إلى عمّان", ["فؤاد حسين"]),
    ("التقى محمد شياع السوداني الوفد", ["محمد شياع السوداني"]),
    ("انتخب البرلمان نبيه برّي مجدداً", ["نبيه برّي"]),
    ("وتحدث فلاديمير كارا مورزا طويلاً", ["فلاديمير كارا مورزا"]),
    # compounds and links between the parts of a name
    ("صرّح حسين أمير عبد اللهيان في طهران", ["حسين أمير عبد اللهيان"]),
    ("وقال عبد الفتاح البرهان إن الجيش باق", ["عبد الفتاح البرهان"]),
    ("زار محمد بن سلمان آل سعود باريس", ["محمد بن سلمان آل سعود"]),
    ("ألّف عبدالرحمن منيف رواياته هناك", ["عبدالرحمن منيف"]),
    ("ووصف أبو العلاء الولائي القرار", ["أبو العلاء الولائي"]),
    ("كان علاء الدين هناك", ["علاء الدين"]),
    # the title stays outside, also one of many words
    ("أبلغ رئيس الوزراء محمد شياع السوداني الوزير بذلك", ["محمد شياع السوداني"]),
    ("أكد اللواء حسام لوقا ذلك", ["حسام لوقا"]),
    # behind a title a name need not be known
    ("قال وزير الخارجية الفنلندي بيكا هافيستو إن بلاده مستعدة", ["بيكا هافيستو"]),
    ("وصل الرئيس زوما إلى المطار", ["زوما"]),
    ("حذّر المتحدث باسم الجيش نيال كينغ من ذلك", ["نيال كينغ"]),
    # behind a verb of saying or a nation's adjective, if no Arabic word looks like it
    ("وأوضح غرونوالد أن الأمر انتهى", ["غرونوالد"]),
    ("وأوضح قيام اتحاد جديد", []),
    ("سجل الصربي برانيسلاف إيفانوفيتش الهدف", ["برانيسلاف إيفانوفيتش"]),
    # whoever is said to speak twice is somebody
    ("وقال بلير إنه باق. وأضاف بلير أن الأمر صعب", ["بلير", "بلير"]),
    # joined to a name by و
    (
        "التقى محمود عباس وكريستيان غرونوالد وشارك في الحفل",
        ["محمود عباس", "كريستيان غرونوالد"],
    ),
    # descent, rulers' numbers
    ("علي بن أبي طالب الهاشمي القرشي", ["علي بن أبي طالب الهاشمي القرشي"]),
    ("الملك عبد الله الثاني يزور مصر", ["عبد الله الثاني"]),
    # a title alone names nobody, a title with an adjective neither
    ("قال وزير الخارجية إن الرئيس بحث الأمر مع قائد عسكري كبير", []),
    # names that are common words need a sign beside them
    ("في حسن نية وأمل كبير وسلام دائم", []),
    ("قال حسن روحاني إن بلاده مستعدة", ["حسن روحاني"]),
    ("الرئيس كريم خان", ["كريم خان"]),
    ("التقى سعيد محمد الوفد", ["سعيد محمد"]),
    ("كتبت أمل الجبوري عن ذلك", ["أمل الجبوري"]),
    ("عالية المستوى", []),
    ("على الحدود", []),  # على is not Ali
    # attached particles are outside
    ("سلّمت الرسالة لمحمود عباس", ["محمود عباس"]),
    ("محمد وسعيد ومحمود", ["محمد", "سعيد", "محمود"]),
    # verbs, particles, numbers, bodies and places are no part of a name
    ("زار محمود مدينة حلب عام 1990", ["محمود"]),
    ("قال يوسف أمس إنه بخير", ["يوسف"]),
    # who was named in full is found again by the last part, but not in the adjective of
    # a nation
    ("قال وائل علوان إن الأمر خطير. وأضاف علوان أنه باق", ["وائل علوان", "علوان"]),
    ("استقبل محمد شياع السوداني الوفد. ورحب الجيش السوداني به", ["محمد شياع السوداني"]),
    # what is named by a person is no person
    ("في شارع محمد الخامس قرب جامع عمر وقاعدة فيكتوريا", []),
    ("أعلن حزب الله ذلك", []),
]


@pytest.mark.parametrize(("text", "expected"), PERSONS)
def test_a_person_is_the_whole_name_without_the_title(
    named: Named, text: str, expected: list[str]
) -> None:
    assert named(text, "person") == expected


ORGANISATIONS = [
    # a head and what names it: a noun with the article and its adjectives
    ("أعلنت وزارة الخارجية العراقية ذلك", ["وزارة الخارجية العراقية"]),
    ("وزارة التربية والتعليم العالي", ["وزارة التربية والتعليم العالي"]),
    ("بيان لنقابة المعلمين", ["نقابة المعلمين"]),
    ("في جامعة النجاح الوطنية", ["جامعة النجاح الوطنية"]),
    # a place, a person
    ("أعلن معهد واشنطن", ["معهد واشنطن"]),
    ("مؤسسة ياسر عرفات", ["مؤسسة ياسر عرفات"]),
    # nouns in construct between them
    ("قالت وكالة أنباء الإمارات", ["وكالة أنباء الإمارات"]),
    ("مجلس إدارة شركة الكهرباء", ["مجلس إدارة شركة الكهرباء"]),
    ("هيئة سوق رأس المال", ["هيئة سوق رأس المال"]),
    # in quotation marks
    ("نشرت صحيفة «الشرق الأوسط» اللندنية ذلك", ["صحيفة «الشرق الأوسط"]),
    # a second head is a second body
    (
        "جامعة الدول العربية والمنظمة العالمية للملكية",
        ["جامعة الدول العربية", "المنظمة العالمية للملكية"],
    ),
    # a word in no list behind heads that take any
    ("ذكرت صحيفة هافينغتون أن", ["صحيفة هافينغتون"]),
    ("انضم إلى حزب كاديما أمس", ["حزب كاديما"]),
    # a head with the article is named by its adjectives and its purpose
    ("اللجنة القومية العربية", ["اللجنة القومية العربية"]),
    ("أفاد المرصد السوري لحقوق الإنسان بأن", ["المرصد السوري لحقوق الإنسان"]),
    ("المنظمة الدولية للهجرة", ["المنظمة الدولية للهجرة"]),
    ("شنت القوات الأميركية غارات", ["القوات الأميركية"]),
    ("هاجم للجيش التركي", ["لجيش التركي"]),
    # bodies known by name, with the nation behind them
    ("دعت الأمم المتحدة والبنتاغون", ["الأمم المتحدة", "البنتاغون"]),
    ("مقاتلو حزب الله اللبناني", ["حزب الله اللبناني"]),
    # no name: a bare head, vague adjectives, other senses of the word
    ("قالت الوزارة إن الشركة الجديدة وشركة خاصة ولجنة مشتركة", []),
    ("في مركز المدينة قرب دار الأهل وبرنامج العمل", []),
    ("مهمة التحالف القتالية", []),  # the adjective is that of the mission
    ("هجوم بقيادة الولايات المتحدة", []),  # led by, and no headquarters
    ("مجلس إدارتها", []),
    # a state that acts
    ("هددت إيران بالرد", ["إيران"]),
    ("في إيران", []),
]


@pytest.mark.parametrize(("text", "expected"), ORGANISATIONS)
def test_an_organisation_is_its_head_with_its_name(
    named: Named, text: str, expected: list[str]
) -> None:
    assert named(text, "organisation") == expected


def test_a_name_inside_a_name_is_not_offered(named: Named) -> None:
    text = "جامعة بغداد"
    assert named(text, "organisation") == [text]
    assert named(text, "place") == named(text, "person") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("أُعلن اغتيال محمد المبحوح في دبي", ["محمد المبحوح"]),  # acted on
        ("استهدفت غارة السيارة واغتالت محمود سعيد", ["محمود سعيد"]),
        ("وقال محمود سعيد إن الغارات توقفت", []),  # who speaks is a source
        ("كتب محمود سعيد عن تاريخ الغارات", []),  # away from what happened
        ("اغتيال محمد", []),  # a given name alone names nobody
    ],
)
def test_a_person_who_acts_or_is_acted_on_is_an_actor_of_an_event(
    quotes, text: str, expected: list[str]
) -> None:
    assert quotes(text, "actor") == expected


def test_such_a_person_has_a_name_and_a_class_as_value(ask) -> None:
    [actor] = ask("أُعلن اغتيال محمد المبحوح في دبي", "actor")
    assert actor.value == [{"name": "محمد المبحوح", "class": "person"}]


def test_names_tell_no_class_where_the_codebook_has_none() -> None:
    codebook = read_codebook(shipped.codebook("named_entities"))
    text = "وصل فؤاد حسين إلى عمّان، وقصفت القوات الأميركية موقعاً"
    found = {c.quote: c.value for c in propose(Article("a", text), codebook)}
    assert found["فؤاد حسين"] == [{"name": "فؤاد حسين"}]
    assert found["القوات الأميركية"] == [{"name": "القوات الأميركية"}]
