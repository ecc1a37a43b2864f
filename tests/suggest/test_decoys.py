"""Look-alikes: a phrase hides no act that it holds, and a march is told from a drone by
what is beside it.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from coder.codebook.load import read_codebook
from coder.model import Article, Candidate
from coder.suggest.registry import propose

Ask = Callable[..., list[Candidate]]
PROTESTS = {
    # text: the triggers in it
    "خرجت مظاهرات في مدينة تعز للمطالبة بالكهرباء.": ["مظاهرات"],
    "خرجت تظاهرة حاشدة في ساحة التحرير وسط بغداد أمس الجمعة.": ["تظاهرة"],
    "وخرج آلاف المحتجين في مظاهرات غاضبة في الخرطوم.": ["مظاهرات"],
    "خرج مئات الطلاب في تظاهرة سلمية أمام مقر البرلمان.": ["تظاهرة"],
    "خرجت اليوم مسيرات حاشدة في صنعاء.": ["مسيرات"],
    "شارك آلاف الأشخاص في مسيرة حاشدة وسط العاصمة تونس.": ["مسيرة"],
    "نظّم ناشطون مسيرة سلمية في الجزائر العاصمة للمطالبة بالإصلاح.": ["مسيرة"],
    "فرّقت الشرطة مسيرة مؤيدة للفلسطينيين في باريس.": ["مسيرة"],
    "انطلقت من المسجد الكبير مسيرة احتجاجية رفضاً للقرار.": ["مسيرة"],
    "نظمت النقابات مسيرة جابت شوارع الرباط.": ["مسيرة"],
    "دعت المعارضة إلى مسيرات سلمية يوم الجمعة المقبل.": ["مسيرات"],
    "ستخرج مظاهرات مؤيدة للحكومة في المدن الكبرى.": ["مظاهرات"],
    # not read before the rules were made: nine of ten at first sight
    "خرجت احتجاجات واسعة في مدينة السويداء السورية.": ["احتجاجات"],
    "خرج الأهالي في مظاهرة ليلية في درعا.": ["مظاهرة"],
    "شاركت مئات النساء في مسيرة تضامنية في عمّان.": ["مسيرة"],
    "شهدت مدينة قابس مسيرة شعبية ضخمة ضد التلوث.": ["مسيرة"],
    "خرجت في نواكشوط أمس مسيرة رافضة لنتائج الانتخابات.": ["مسيرة"],
    "سار آلاف الأشخاص في مسيرة صامتة نحو القصر الرئاسي.": ["مسيرة"],
    "اعترضت قوات الأمن مسيرة للمعارضة قرب السفارة.": ["مسيرة"],
    "خلال مسيرة طلابية في المنامة ردد المشاركون هتافات.": ["مسيرة"],
    "خرج المصلون في مظاهرات بعد صلاة الجمعة في عدن.": ["مظاهرات"],
    "منعت السلطات تنظيم مسيرة للمعلمين في طرابلس.": ["مسيرة"],
}
DRONES = {
    # text: the weapons in it
    "استهدفت مسيرة إسرائيلية سيارة في بلدة الخيام.": ["مسيرة"],
    "أسقطت الدفاعات الجوية ثلاث مسيرات فوق البحر الأسود.": ["مسيرات"],
    "أطلق الحوثيون مسيرات وصواريخ باتجاه إسرائيل.": ["مسيرات", "صواريخ"],
    "انفجرت مسيرة مفخخة قرب مطار أربيل.": ["مسيرة"],
    "هاجمت روسيا كييف بمسيرات انتحارية.": ["مسيرات انتحارية"],
    "اعترض الجيش مسيّرة أطلقت من اليمن.": ["مسيّرة"],
    "نظمت وزارة الدفاع معرضاً لمسيّرات هجومية.": ["مسيّرات"],
    "حلقت مسيرة في أجواء العاصمة بيروت على علو منخفض.": ["مسيرة"],
    "شاركت مسيّرات أميركية في الهجوم على القاعدة.": ["مسيّرات"],
    "أسقطت نظم الدفاع الجوي مسيرة قرب المطار.": ["مسيرة"],
    "أصابت مسيرة متظاهرين في الفاشر.": ["مسيرة"],
    "قصف من مسيرة قتل مدنيين في الفاشر.": ["مسيرة"],
    "خرجت مسيرة حاشدة في صنعاء بعد غارة من مسيرة أميركية.": ["مسيرة"],
    # not read before the rules were made: all ten drones at first sight
    "قتل شخصان بغارة نفذتها مسيرة على طريق صور.": ["مسيرة"],
    "ضربت مسيرات أوكرانية مصفاة نفط قرب موسكو.": ["مسيرات"],
    "أعلن الجيش السوداني إسقاط مسيرتين في مدينة الأبيض.": ["مسيرتين"],
    "سقطت مسيرة في مزرعة قرب الحدود.": ["مسيرة"],
    "استخدمت الجماعة مسيرات إيرانية الصنع في الهجوم.": ["مسيرات"],
    "رصد الرادار مسيرة قادمة من الشرق.": ["مسيرة"],
    "شنت إيران هجوماً بعشرات المسيرات والصواريخ.": ["المسيرات", "الصواريخ"],
    "انطلقت المسيرات من قواعد في القرم نحو أوديسا.": ["المسيرات"],
    "ألقت مسيرة قنبلة على موقع للجيش.": ["مسيرة"],
    "دمرت الدفاعات الروسية 20 مسيرة خلال الليل.": ["مسيرة"],
}


def drones(ask: Ask, text: str) -> list[str]:
    return [c.quote for c in ask(text, "weapon") if c.value != ["air_defence"]]


@pytest.mark.parametrize("text", PROTESTS)
def test_protests_are_triggers_and_no_arms(ask: Ask, text: str) -> None:
    assert [c.quote for c in ask(text, "trigger") if c.value == "protest"] == PROTESTS[
        text
    ]
    assert "withdrawal_evacuation" not in [c.value for c in ask(text, "trigger")]
    assert drones(ask, text) == []


@pytest.mark.parametrize("text", DRONES)
def test_drones_are_arms_and_no_march(ask: Ask, text: str) -> None:
    found = [c.quote for c in ask(text, "weapon")]
    assert all(any(drone in quote for quote in found) for drone in DRONES[text])
    marches = [c.quote for c in ask(text, "trigger") if c.value == "protest"]
    assert marches == (["مسيرة"] if text.startswith("خرجت") else [])


@pytest.mark.parametrize("text", PROTESTS)
def test_they_are_triggers_with_the_protest_codebook_too(text: str) -> None:
    codebook = read_codebook("schemas/protest_events.yaml")
    found = [
        c.quote for c in propose(Article("a", text), codebook) if c.kind == "trigger"
    ]
    assert all(
        any(quote.startswith(said) for quote in found) for said in PROTESTS[text]
    )


@pytest.mark.parametrize(
    "text",
    [
        "وصل الوزير إلى معسكر تدريب قرب المدينة.",
        "تحدث الوزير عن مسيرة السلام في المنطقة.",
        "حيّا الرئيس مسيرته المهنية الطويلة.",
        "خرج المئات من منازلهم خوفاً.",
    ],
)
def test_what_only_looks_like_an_act_stays_hidden(ask: Ask, text: str) -> None:
    assert ask(text, "trigger") == []
