"""The one table of actions: keys, footer, help, palette and the page docs/keys.md all come from it.

An action's id is `scope.name`; a screen has a method `action_<name>` for each action of its scopes.
Keys are named for a Latin keyboard; `keys` finds the same physical key under an Arabic layout. The
letters of fields and span kinds come from the codebook and stand beside these.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Action:
    """Something a key does. footer: shown in the footer while its scope is active."""

    id: str
    keys: tuple[str, ...]
    ar: str
    en: str
    help_ar: str
    help_en: str
    footer: bool = False

    @property
    def scope(self) -> str:
        """Where the keys work."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """The part of the id that names the method."""
        return self.id.partition(".")[2]

    def label(self, lang: str) -> str:
        """The short name for footers."""
        return self.ar if lang == "ar" else self.en

    def help(self, lang: str) -> str:
        """One sentence for the help page."""
        return self.help_ar if lang == "ar" else self.help_en


def _a(action: str, keys: str, ar: str, en: str, help_ar: str, help_en: str, footer: bool = False) -> Action:
    return Action(action, tuple(keys.split()), ar, en, help_ar, help_en, footer)


SCOPES = {
    "any": ("في كل مكان", "Everywhere"),
    "article": ("نص المقال", "Article"),
    "draw": ("تحديد مقطع", "Drawing a span"),
    "form": ("سجل الحدث", "Event record"),
    "choose": ("قائمة القيم", "Choosing a value"),
    "missing": ("قبل التسليم", "Before submitting"),
    "queue": ("قائمة المراجعة", "Review queue"),
    "grid": ("جدول المراجعة", "Review grid"),
    "doctor": ("فحص الطرفية", "Terminal self-test"),
}

# fmt: off
ACTIONS = (
    _a("any.help", "? f1", "المفاتيح", "keys", "كل المفاتيح.", "All keys.", True),
    _a("any.palette", "ctrl+p", "الأوامر", "palette", "ابحث عن أمر بالاسم.", "Find an action by name."),
    _a("any.quit", "ctrl+q", "خروج", "quit", "احفظ واخرج.", "Write what is left and quit."),
    # ---- coding: the article
    _a("article.next", "left", "التالي", "next",
       "إلى المقطع التالي.", "To the next candidate or span (Left: reading goes leftwards).", True),
    _a("article.previous", "right", "السابق", "previous", "إلى المقطع السابق.", "To the previous one."),
    _a("article.line_down", "down", "سطر", "line down",
       "سطر إلى الأسفل.", "To a span one line further down."),
    _a("article.line_up", "up", "سطر", "line up", "سطر إلى الأعلى.", "To a span one line further up."),
    _a("article.page_down", "pagedown", "صفحة", "page", "صفحة إلى الأسفل.", "One page down."),
    _a("article.page_up", "pageup", "صفحة", "page", "صفحة إلى الأعلى.", "One page up."),
    _a("article.first", "home", "البداية", "first", "إلى أول مقطع.", "To the first span."),
    _a("article.last", "end", "النهاية", "last", "إلى آخر مقطع.", "To the last span."),
    _a("article.confirm", "a enter", "تأكيد", "confirm",
       "أكّد المقطع المقترح.", "Confirm the candidate under the cursor.", True),
    _a("article.confirm_next", "space", "تأكيد والتالي", "confirm, next",
       "أكّد وانتقل إلى التالي.", "Confirm it and go on."),
    _a("article.reject", "x delete", "رفض", "reject",
       "ارفض المقترح، أو احذف مقطعاً رسمته.", "Reject the candidate; a span that you drew is removed.", True),
    _a("article.draw", "v", "تحديد", "draw",
       "حدّد مقطعاً جديداً بالكلمات.", "Draw a span by words, or give the current one other edges.", True),
    _a("article.open_event", "e", "حدث جديد", "new event",
       "افتح حدثاً من الفعل الدال، وتُقترح قيم جملته.",
       "Open an event from the trigger under the cursor, its sentence's values proposed.", True),
    _a("article.accept_proposals", "f", "قبول المقترح", "accept proposed",
       "أكّد كل القيم المقترحة في الحدث الحالي.", "Confirm all proposed values of the current event."),
    _a("article.attach", "+", "دليل", "evidence",
       "أرفق المقطع دليلاً للحقل الذي عليه مؤشر السجل، وتبقى قيمته.",
       "Attach the highlight as evidence to the field under the record's cursor; its value stays."),
    _a("article.detach", "-", "ليس دليلاً", "no evidence",
       "أزل المقطع من أدلة ذلك الحقل.", "Take the highlight away from that field's evidence."),
    _a("article.furniture", "#", "نص الموقع", "site text",
       "أظهر المقترحات التي في نصوص الموقع (الخافتة)، أو أخفها.",
       "Show the candidates inside site text (dim), or hide them."),
    _a("article.find", "/", "بحث", "find", "ابحث في المقال.", "Find words in the article, in any spelling."),
    _a("article.copy", "ctrl+c", "نسخ", "copy",
       "انسخ نص المقطع.", "Copy the text of the highlight under the cursor, as it is stored."),
    _a("article.next_event", "]", "الحدث التالي", "next event", "الحدث التالي.", "The next event."),
    _a("article.previous_event", "[", "الحدث السابق", "previous event",
       "الحدث السابق.", "The previous event."),
    _a("article.undo", "z ctrl+z", "تراجع", "undo",
       "تراجع عن آخر تغيير.", "Take back the last change.", True),
    _a("article.redo", "ctrl+y", "إعادة", "redo", "أعد ما تراجعت عنه.", "Do again what was taken back."),
    _a("article.switch", "tab", "السجل", "record", "إلى سجل الحدث.", "To the event record.", True),
    _a("article.submit", "ctrl+s", "تسليم", "submit",
       "ما ينقص قبل التسليم، ثم التسليم.", "What is missing, then submit."),
    # ---- coding: drawing a span
    _a("draw.move_on", "left", "تحريك", "move",
       "إلى الكلمة التالية.", "The selection moves one word on.", True),
    _a("draw.move_back", "right", "تحريك", "move back", "إلى الكلمة السابقة.", "It moves one word back."),
    _a("draw.line_down", "down", "سطر", "line down", "سطر إلى الأسفل.", "It moves one line down."),
    _a("draw.line_up", "up", "سطر", "line up", "سطر إلى الأعلى.", "It moves one line up."),
    _a("draw.extend", "+ shift+left", "توسيع", "wider",
       "مدّ النهاية كلمة.", "The end moves one word on.", True),
    _a("draw.shrink", "- shift+right", "تقليص", "narrower",
       "قصّر النهاية كلمة.", "The end moves a word back.", True),
    _a("draw.start_on", "tab", "بعد السابقة", "past particle",
       "انقل البداية إلى ما بعد السابقة (و، ف، ب، ل، ال).",
       "The start moves past an attached particle, else one word on.", True),
    _a("draw.start_back", "shift+tab", "البداية", "start back", "أعد البداية.", "The start moves back."),
    _a("draw.end_letter_on", ">", "حرف", "letter", "مدّ النهاية حرفاً.", "The end moves one letter on."),
    _a("draw.end_letter_back", "<", "حرف", "letter", "قصّر النهاية حرفاً.", "The end moves one letter back."),
    _a("draw.find", "/", "بحث", "find", "إلى الموضع التالي.", "To the next place that is found."),
    _a("draw.copy", "ctrl+c", "نسخ", "copy", "انسخ النص المحدد.", "Copy the selected text as it is stored."),
    _a("draw.keep", "enter", "حفظ", "keep",
       "احفظ الحدود الجديدة للمقطع.", "The span gets these edges.", True),
    _a("draw.cancel", "v escape", "إلغاء", "cancel", "اترك التحديد.", "Leave without drawing.", True),
    # ---- coding: the form
    _a("form.down", "down", "التالي", "down", "الحقل التالي.", "The next field."),
    _a("form.up", "up", "السابق", "up", "الحقل السابق.", "The previous field."),
    _a("form.edit", "enter", "تعديل", "edit", "اختر القيمة أو اكتبها.", "Choose or type the value.", True),
    _a("form.not_stated", "0", "لم يُذكر", "not stated",
       "بحثت ولم يذكره المقال؛ ثم الحقل الفارغ التالي. إن كانت فيه قيمة يسأل مرة.",
       "You looked and the article does not say; then the next empty field. Where there is a value it asks.",
       True),
    _a("form.not_applicable", "-", "لا ينطبق", "not applicable",
       "لا ينطبق، حيث يسمح الدليل.", "Not applicable, where the codebook lets coders say so."),
    _a("form.clear", "delete backspace", "مسح", "clear", "امسح الحقل.", "Clear the field."),
    _a("form.accept", "space", "قبول", "accept",
       "أكّد القيمة المقترحة.", "Confirm the proposed value of this field.", True),
    _a("form.evidence", ".", "الدليل", "evidence", "إلى الدليل التالي في النص.", "To the next evidence."),
    _a("form.evidence_list", ",", "الأدلة", "all evidence",
       "كل أدلة القيمة: انتقل إلى واحد منها أو أزله.",
       "All evidence of the value: go to one, or take one away."),
    _a("form.attach", "+", "إرفاق دليل", "attach",
       "أرفق المقطع الذي عليه مؤشر النص دليلاً، وتبقى القيمة.",
       "Attach the highlight under the article's cursor as evidence; the value stays."),
    _a("form.next_empty", "left right", "الفارغ", "next empty",
       "إلى الحقل الفارغ التالي.", "To the next empty field.", True),
    _a("form.next_event", "] pagedown", "الحدث التالي", "next event", "الحدث التالي.", "The next event."),
    _a("form.previous_event", "[ pageup", "الحدث السابق", "previous event",
       "الحدث السابق.", "The previous event."),
    _a("form.copy_values", "@", "نسخ قيم", "copy values",
       "انسخ من حدث آخر قيمة هذا الحقل، أو قيم كل الحقول الفارغة.",
       "Copy from another event the value of this field, or of all that are empty."),
    _a("form.duplicate_event", "*", "نسخ الحدث", "duplicate",
       "حدث جديد بالقيم نفسها.", "A new event with the same values."),
    _a("form.merge_events", "&", "دمج", "merge",
       "ادمج حدثاً آخر في هذا، وتبقى قيم هذا حيث للاثنين قيمة.",
       "Merge another event into this one, whose values stay where both have one."),
    _a("form.delete_event", "ctrl+d", "حذف الحدث", "delete event",
       "احذف الحدث.", "Delete the event (undo: Ctrl+Z)."),
    _a("form.definition", "=", "التعريف", "definition",
       "تعريف الحقل والقيمة.", "What the codebook says about the field and its value."),
    _a("form.comment", "; :", "تعليق", "comment", "تعليق يصل إلى المشرف.", "A comment, for the supervisor."),
    _a("form.undo", "ctrl+z", "تراجع", "undo", "تراجع عن آخر تغيير.", "Take back the last change."),
    _a("form.redo", "ctrl+y", "إعادة", "redo", "أعد ما تراجعت عنه.", "Do again what was taken back."),
    _a("form.switch", "tab escape", "المقال", "article", "إلى نص المقال.", "To the article.", True),
    _a("form.submit", "ctrl+s", "تسليم", "submit", 
       "ما ينقص قبل التسليم، ثم التسليم.", "What is missing, then submit.", True),
    # ---- choosing a value
    _a("choose.down", "down", "التالي", "down", "الخيار التالي.", "The next choice."),
    _a("choose.up", "up", "السابق", "up", "الخيار السابق.", "The previous choice."),
    _a("choose.accept", "enter", "اختيار", "choose",
       "خذ الخيار أو ما كُتب.", "Take the choice, or what is typed.", True),
    _a("choose.cancel", "escape ctrl+c", "إلغاء", "cancel", "اترك كما كان.", "Leave it as it was.", True),
    # ---- what is missing before submitting
    _a("missing.down", "down", "التالي", "down", "إلى الناقص التالي.", "To the next thing."),
    _a("missing.up", "up", "السابق", "up", "إلى الناقص السابق.", "To the one before."),
    _a("missing.go", "enter", "اذهب إليه", "go there", "اذهب إليه في السجل.", "Go there, to mend it.", True),
    _a("missing.submit", "ctrl+s", "تسليم", "submit",
       "سلّم المقال، إن لم يبق خطأ.", "Submit the article, if no error is left.", True),
    _a("missing.back", "escape q", "رجوع", "back", "عُد من دون تسليم.", "Back without submitting.", True),
    # ---- review: the queue
    _a("queue.down", "down", "التالي", "down", "المقال التالي.", "The next article."),
    _a("queue.up", "up", "السابق", "up", "المقال السابق.", "The previous article."),
    _a("queue.open", "enter", "افتح", "open", "راجع المقال.", "Review the article.", True),
    # ---- review: the grid
    _a("grid.down", "down", "التالي", "down", "الحقل التالي.", "The next field."),
    _a("grid.up", "up", "السابق", "up", "الحقل السابق.", "The previous field."),
    _a("grid.next", "n left", "الخلاف التالي", "next open",
       "إلى الخلاف المفتوح التالي.", "To the next open cell.", True),
    _a("grid.next_event", "]", "الحدث التالي", "next event", "الحدث التالي.", "The next event.", True),
    _a("grid.previous_event", "[", "الحدث السابق", "previous event", "الحدث السابق.", "The previous event."),
    _a("grid.accept_agreed", "a", "قبول المتفق", "accept agreed",
       "خذ كل ما اتفق عليه المرمّزون في المقال.",
       "Take everything in the article on which the coders agree.", True),
    _a("grid.edit", "enter", "تعديل", "edit", "قيمة لم يعطها أحد.", "A value that no coder gave."),
    _a("grid.reason", "r", "السبب", "reason", "غيّر سبب القرار.", "Change the reason of the decision."),
    _a("grid.take_event", "t", "خذ الحدث", "take event",
       "خذ كل قيم المرمّز الذي تختاره حيث لا قرار بعد.",
       "Take a coder's whole event where nothing is decided yet."),
    _a("grid.clear", "delete backspace", "مسح", "clear", "امسح القرار.", "Take the decision back."),
    _a("grid.reject_event", "x", "رفض الحدث", "reject event",
       "ليس حدثاً: ارفضه بسبب.", "It is no event: reject it with a reason (again: restore).", True),
    _a("grid.link", "m", "دمج", "link", "ادمج مع الحدث التالي.", "This and the next event are the same one."),
    _a("grid.split", "s", "فصل", "split", "افصل حدث مرمّز.", "Split a coder's event off."),
    _a("grid.evidence", ".", "الدليل", "evidence", "إلى الدليل التالي في النص.", "To the next evidence."),
    _a("grid.definition", "=", "التفاصيل", "whole",
       "القيم كاملة وتعريف الحقل.", "Whole values, and the definition."),
    _a("grid.undo", "z ctrl+z", "تراجع", "undo", "تراجع عن آخر قرار.", "Take back the last decision.", True),
    _a("grid.redo", "ctrl+y", "إعادة", "redo", "أعد ما تراجعت عنه.", "Decide again what was taken back."),
    _a("grid.close_gold", "ctrl+s", "إغلاق", "close", "أنهِ المقال.", "Finish the article's gold.", True),
    _a("grid.back", "q escape", "القائمة", "queue", "عُد إلى القائمة.", "Back to the queue.", True),
    # ---- the self-test
    _a("doctor.take", "1 2 3", "هذا", "this",
       "احفظ السطر الذي يُقرأ صحيحاً.", "Keep the line that reads right.", True),
    _a("doctor.none", "0", "لا شيء", "none", "لا سطر يُقرأ صحيحاً.", "No line reads right.", True),
    _a("doctor.turn", "tab", "غيرها", "others",
       "الطرفية ترتّب، أو لا.", "The terminal reorders, or not.", True),
    _a("doctor.marks", "t", "الحركات", "marks", "أظهر الحركات أو أخفها.", "Draw vowel signs, or none.", True),
    _a("doctor.leave", "q escape enter", "خروج", "leave", "اخرج من الفحص.", "Leave the self-test.", True),
)
# fmt: on


@cache
def of_scope(*scopes: str) -> tuple[Action, ...]:
    """The actions of some scopes, in the table's order."""
    return tuple(action for action in ACTIONS if action.scope in scopes)
