"""The words of the coders' manual that are the same for every codebook, in Arabic and English."""

from __future__ import annotations

from collections.abc import Mapping

from coder.codebook.label import Label

TYPES: Mapping[str, Label] = {
    "enum": Label(ar="قيمة واحدة من القائمة", en="one of the values"),
    "multi": Label(ar="قيم من القائمة، واحدة أو أكثر", en="one or more of the values"),
    "hierarchy": Label(ar="نوع من شجرة الأنواع", en="a type of the tree"),
    "int_range": Label(ar="عدد أو مدى من الأعداد", en="a number or a range of numbers"),
    "date": Label(ar="يوم أو مدة", en="a day or a period"),
    "place": Label(ar="مكان", en="a place"),
    "actor": Label(ar="فاعل من المعجم أو اسم حر", en="an actor of the lexicon, or a name"),
    "text": Label(ar="نص حر", en="free text"),
    "bool": Label(ar="نعم أو لا", en="yes or no"),
}
WORDS: Mapping[str, tuple[str, str]] = {
    "blanks": ("حين لا توجد قيمة", "When there is no value"),
    "about_blanks": (
        "الحقل الفارغ ليس نصاً فارغاً: لكل فراغ معنى.",
        "An empty field is never an empty text: each blank has its meaning.",
    ),
    "mark": ("العلامة", "mark"),
    "blank": ("الفراغ", "blank"),
    "means": ("المعنى", "meaning"),
    "set_by": ("من يضعه", "set by"),
    "by_tool": ("الأداة", "the program"),
    "by_coder": ("المرمّز", "the coder"),
    "article_fields": ("أسئلة عن المقال", "Questions about the article"),
    "spans": ("المقاطع", "Spans"),
    "boundaries": ("أين يبدأ المقطع وأين ينتهي", "Where a span begins and ends"),
    "positive": ("أمثلة", "Examples"),
    "negative": ("ليس منه", "Not these"),
    "fills": ("يملأ الحقول", "Fills the fields"),
    "event_types": ("أنواع الأحداث", "Event types"),
    "group": ("باب يجمع أنواعاً ولا يُختار.", "A group of types; it cannot be chosen itself."),
    "elsewhere": ("في أدلة أخرى", "In other schemes"),
    "event_fields": ("أسئلة عن الحدث", "Questions about an event"),
    "list": ("{kind} (قائمة)", "{kind} (a list)"),
    "required": ("لازم", "required"),
    "optional": ("اختياري", "may stay empty"),
    "evidence_required": ("يلزمه دليل من النص", "needs evidence in the text"),
    "evidence_optional": ("الدليل من النص اختياري", "evidence in the text is welcome"),
    "evidence_none": ("بلا دليل من النص", "no evidence in the text"),
    "evidence_while": (
        "يلزمه دليل من النص إذا كانت {condition}",
        "needs evidence in the text while {condition}",
    ),
    "when": ("يُسأل إذا كانت", "Asked while"),
    "default": ("القيمة المبدئية", "Default"),
    "auto": ("تضعه الأداة", "Set by the program"),
    "auto_value": ("«{value}» ما دامت {condition}", "“{value}” while {condition}"),
    "include": ("يشمل", "Includes"),
    "exclude": ("لا يشمل", "Excludes"),
    "examples": ("أمثلة", "Examples"),
    "from_types": ("القيم هي أنواع الأحداث أعلاه.", "The values are the event types above."),
    "from_weapons": ("القيم هي أسلحة المعجم.", "The values are the weapons of the lexicon."),
    "value": ("القيمة", "value"),
    "id": ("المعرّف", "id"),
    "part": ("من أجزائه", "One of its parts"),
    "errors": ("قواعد تمنع التسليم", "Rules that stop submission"),
    "about_errors": (
        "لا يُسلَّم الترميز حتى تصح كلها.",
        "A coding cannot be submitted before all of them hold.",
    ),
    "warnings": ("قواعد تنبّه", "Rules that warn"),
    "about_warnings": ("راجع النص ثم سلّم إن كنت متأكداً.", "Look again, then submit if you are sure."),
    "rule": ("القاعدة", "rule"),
    "message": ("الرسالة", "message"),
    "aloud": ("بالكلمات", "in words"),
    "actor_classes": ("أصناف الفاعلين", "Classes of actors"),
    "reasons": ("أسباب قرار المشرف", "Reasons of a supervisor's decision"),
    "label": ("التسمية", "name"),
    "keys": ("المفاتيح", "Keys"),
    "key": ("المفتاح", "key"),
    "where": ("أين", "where"),
    "in_article": (
        "في المقال: المقطع تحت المؤشر قيمةً ودليلاً في هذا الحقل",
        "in the article: the span under the cursor, as value and evidence, into this field",
    ),
    "while_drawing": ("عند رسم مقطع: نوعه", "while a span is drawn: its kind"),
}


def word(key: str, lang: str, **values: object) -> str:
    """One of the manual's own words."""
    arabic, english = WORDS[key]
    return (arabic if lang == "ar" else english).format(**values)
