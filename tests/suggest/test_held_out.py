"""News that no rule was written for: what a careful reader marks, against what is proposed.

The texts were written and marked by hand before the suggester saw them, in the manner of news agencies. At
first sight it reached recall 0.84, exact edges 0.80, precision 0.91 on the first four, and, with the general
rules that they taught, 0.94, 0.88, 0.88 on the next four. Further news should be added here unseen.
"""

# ruff: noqa: E501 - the texts are running prose

from __future__ import annotations

from collections.abc import Callable

from coder.model import Candidate

KINDS = ("trigger", "actor", "place", "date", "number", "weapon")

LEBANON = (
    "شنّ الطيران الحربي الإسرائيلي، فجر اليوم الأحد، سلسلة غارات على بلدتي الخيام وكفركلا جنوبي لبنان، ما أدى إلى "
    "مقتل أربعة أشخاص بينهم مسعفان. وأعلن حزب الله أنه قصف بصواريخ الكاتيوشا ثكنة زرعيت رداً على استهداف المدنيين.",
    {
        "trigger": ["غارات", "قصف", "استهداف"],
        "actor": ["الطيران الحربي الإسرائيلي", "حزب الله", "المدنيين"],
        "place": ["بلدتي الخيام", "كفركلا", "جنوبي لبنان"],
        "date": ["فجر اليوم الأحد"],
        "number": ["أربعة أشخاص", "مسعفان"],
        "weapon": ["صواريخ الكاتيوشا"],
    },
)
LIBYA = (
    "اندلعت اشتباكات مسلحة، مساء الجمعة، بين قوة الردع الخاصة واللواء 444 في العاصمة الليبية طرابلس، استخدمت فيها "
    "أسلحة ثقيلة، وأسفرت عن سقوط 27 قتيلاً وأكثر من مئة جريح، وفق جهاز الإسعاف. ودعت البعثة الأممية إلى وقف فوري للقتال.",
    {
        "trigger": ["اشتباكات", "دعت"],
        "actor": ["قوة الردع الخاصة", "اللواء 444", "البعثة الأممية"],
        "place": ["طرابلس"],
        "date": ["مساء الجمعة"],
        "number": ["27 قتيلاً", "أكثر من مئة جريح"],
        "weapon": ["أسلحة ثقيلة"],
    },
)
TURKEY = (
    "قالت وزارة الدفاع التركية، الثلاثاء 5 أيلول/سبتمبر 2023، إن قواتها حيّدت 11 عنصراً من حزب العمال الكردستاني في عملية "
    "جوية استهدفت كهوفاً ومستودعات شمالي العراق. وكان مسلحون قد هاجموا قبل يومين نقطة للجيش التركي في ريف عفرين بعبوة "
    "ناسفة وقذائف هاون، دون أن تعلن أي جهة مسؤوليتها.",
    {
        "trigger": ["عملية جوية", "استهدفت", "هاجموا"],
        "actor": ["وزارة الدفاع التركية", "قواتها", "حزب العمال الكردستاني", "مسلحون", "لجيش التركي"],
        "place": ["شمالي العراق", "ريف عفرين"],
        "date": ["الثلاثاء 5 أيلول/سبتمبر 2023", "قبل يومين"],
        "number": ["11 عنصراً"],
        "weapon": ["عبوة ناسفة", "قذائف هاون"],
    },
)
GAZA = (
    "أعلنت كتائب القسام، يوم ٢٥ تشرين الثاني ٢٠٢٣، إطلاق سراح ١٣ محتجزاً إسرائيلياً مقابل الإفراج عن ٣٩ أسيراً فلسطينياً "
    "ضمن صفقة تبادل بوساطة قطرية ومصرية. واعتقل الجيش الإسرائيلي في الليلة نفسها نحو عشرين فلسطينياً خلال مداهمات في "
    "الخليل ونابلس بالضفة الغربية.",
    {
        "trigger": ["إطلاق سراح", "الإفراج", "صفقة تبادل", "اعتقل", "مداهمات"],
        "actor": ["كتائب القسام", "الجيش الإسرائيلي"],
        "place": ["الخليل", "نابلس", "الضفة الغربية"],
        "date": ["يوم ٢٥ تشرين الثاني ٢٠٢٣"],
        "number": [],
        "weapon": [],
    },
)
SOMALIA = (
    "قال الجيش الصومالي إنه قتل أكثر من ثلاثين مسلحاً من حركة الشباب في عملية عسكرية نفذها ليل الاثنين في إقليم شبيلي "
    "السفلى جنوبي البلاد. وكانت الحركة قد تبنت تفجيراً انتحارياً استهدف فندقاً وسط مقديشو الأسبوع الماضي، وأوقع 9 قتلى و20 جريحاً.",
    {
        "trigger": ["عملية عسكرية", "تبنت", "تفجيراً انتحارياً", "استهدف"],
        "actor": ["الجيش الصومالي", "حركة الشباب", "الحركة"],
        "place": ["إقليم شبيلي السفلى", "جنوبي البلاد", "مقديشو"],
        "date": ["ليل الاثنين", "الأسبوع الماضي"],
        "number": ["أكثر من ثلاثين مسلحاً", "9 قتلى", "20 جريحاً"],
        "weapon": [],
    },
)
GULF = (
    "تصدت الدفاعات الجوية السعودية، السبت الماضي، لصاروخ باليستي وخمس طائرات مسيّرة أطلقتها جماعة الحوثي باتجاه مدينة "
    "جازان. وأدان مجلس التعاون الخليجي الهجوم، وحمّل إيران المسؤولية عنه. وفي مأرب سيطرت القوات الحكومية على ثلاثة مواقع "
    "كانت بيد الحوثيين بعد معارك استمرت يومين.",
    {
        "trigger": ["تصدت", "أطلقتها", "أدان", "الهجوم", "حمّل", "سيطرت", "معارك"],
        "actor": [
            "الدفاعات الجوية السعودية",
            "جماعة الحوثي",
            "مجلس التعاون الخليجي",
            "إيران",
            "القوات الحكومية",
            "الحوثيين",
        ],
        "place": ["مدينة جازان", "مأرب"],
        "date": ["السبت الماضي"],
        "number": ["خمس طائرات مسيّرة", "ثلاثة مواقع"],
        "weapon": ["الدفاعات الجوية", "صاروخ باليستي", "طائرات مسيّرة"],
    },
)
IRAQ = (
    "أغلق متظاهرون غاضبون، صباح اليوم، جسر الزيتون وسط مدينة الناصرية جنوبي العراق، احتجاجاً على مقتل ناشط برصاص مجهولين "
    "أول أمس. واتهم المحتجون فصائل مسلحة بالوقوف وراء عملية الاغتيال، فيما نفت هيئة الحشد الشعبي أي صلة لها بالحادث، وفرضت "
    "قيادة الشرطة حظراً للتجول حتى الفجر.",
    {
        "trigger": ["أغلق", "احتجاجاً", "اتهم", "الاغتيال", "نفت", "حظراً"],
        "actor": ["متظاهرون", "مجهولين", "المحتجون", "فصائل مسلحة", "هيئة الحشد الشعبي", "قيادة الشرطة"],
        "place": ["جسر الزيتون", "مدينة الناصرية", "جنوبي العراق"],
        "date": ["صباح اليوم", "أول أمس"],
        "number": [],
        "weapon": ["رصاص"],
    },
)
UKRAINE = (
    "أسقطت القوات الأوكرانية 18 مسيّرة من أصل 21 أطلقتها روسيا على مدن أوديسا وميكولايف وخيرسون ليلة 3 أيار/مايو 2024، بحسب "
    "سلاح الجو الأوكراني. وقال حاكم المنطقة أوليه كيبر إن حطام إحدى الطائرات أصاب مبنى سكنياً، ما أسفر عن إصابة 4 أشخاص على الأقل.",
    {
        "trigger": ["أسقطت", "أطلقتها"],
        "actor": ["القوات الأوكرانية", "روسيا"],
        "place": ["مدن أوديسا", "ميكولايف", "خيرسون"],
        "date": ["ليلة 3 أيار/مايو 2024"],
        "number": ["18 مسيّرة", "4 أشخاص على الأقل"],
        "weapon": ["مسيّرة"],
    },
)
NEWS = (LEBANON, LIBYA, TURKEY, GAZA, SOMALIA, GULF, IRAQ, UKRAINE)


def marked(text: str, spans: dict[str, list[str]]) -> list[tuple[str, int, int]]:
    """The reader's marks as kind, start, end; each quote is looked for behind the one before it."""
    found: list[tuple[str, int, int]] = []
    for kind, quotes in spans.items():
        at = 0
        for quote in quotes:
            at = text.index(quote, at)
            found.append((kind, at, at + len(quote)))
    return found


def measured(ask: Callable[..., list[Candidate]]) -> tuple[float, float, float]:
    """Recall by overlap, share of exact edges, precision by overlap, over all texts and the six kinds."""
    marks = overlapped = exact = proposed = right = 0
    for text, spans in NEWS:
        gold = marked(text, spans)
        found = [(c.kind, c.start, c.end) for c in ask(text) if c.kind in KINDS]
        marks += len(gold)
        proposed += len(found)
        exact += len(set(gold) & set(found))
        overlapped += sum(
            any(k == g and s < end and start < e for k, s, e in found) for g, start, end in gold
        )
        right += sum(any(k == g and s < end and start < e for g, start, end in gold) for k, s, e in found)
    return overlapped / marks, exact / marks, right / proposed


def test_recall_and_precision_on_news_that_no_rule_was_written_for(ask) -> None:
    recall, exact, precision = measured(ask)
    assert recall >= 0.95
    assert exact >= 0.9
    assert precision >= 0.9
