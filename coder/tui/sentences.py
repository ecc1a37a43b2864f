"""What the screens say, in Arabic and English."""

from __future__ import annotations

from coder.text.display import isolate

WORDS: dict[str, tuple[str, str]] = {
    "article": ("المقال", "article"),
    "of": ("{n} من {m}", "{n} of {m}"),
    "event": ("حدث", "event"),
    "event_named": ("حدث {n} {name}", "event {n} {name}"),
    "no_type": ("بلا نوع", "no type yet"),
    "undecided": ("مقترحات باقية: {n}", "candidates left: {n}"),
    "all_decided": ("لا مقترحات باقية", "all candidates decided"),
    "only_furniture": ("لا مقترحات: # لنص الموقع", "no candidates: # for site text"),
    "furniture_shown": (
        "مقترحات في نصوص الموقع: {n} (# يخفيها).",
        "Candidates in site text shown: {n} (# hides them).",
    ),
    "furniture_hidden": (
        "أُخفيت مقترحات نصوص الموقع: {n} (# يظهرها).",
        "Candidates in site text hidden: {n} (# shows them).",
    ),
    "no_furniture": ("لا مقترحات أخرى في نصوص الموقع.", "No further candidates in site text."),
    "submitted": ("مسلَّم", "submitted"),
    "stage_training": ("تدريب", "training"),
    "stage_calibration": ("معايرة", "calibration"),
    "stage_production": ("عمل", "production"),
    "candidate": ("مقترح", "candidate"),
    "confirmed": ("مؤكَّد", "confirmed"),
    "drawn": ("مرسوم", "drawn"),
    "rejected": ("مرفوض", "rejected"),
    "in_fields": ("دليل على: {fields}", "evidence of: {fields}"),
    "no_marks": ("لا مقاطع في المقال: ارسم بالمفتاح v", "no spans here: draw one with v"),
    "was_confirmed": ("أُكّد.", "Confirmed."),
    "was_rejected": ("رُفض.", "Rejected."),
    "also_suggested": (
        "اقتُرح أيضاً في هذا المقال «{text}»: {n}",
        "Also suggested now in this article, «{text}»: {n}",
    ),
    "held_back": ("لم يعد يُقترح: «{text}»", "No longer suggested: «{text}»"),
    "about_sport": (
        "رياضة في معظمه: أفعال الحرب لا تُقترح (v يعلّمها).",
        "Mostly sport: acts of war are not suggested (v marks one).",
    ),
    "about_economy": (
        "اقتصاد في معظمه: أفعال الحرب لا تُقترح (v يعلّمها).",
        "Mostly markets: acts of war are not suggested (v marks one).",
    ),
    "blind": ("بلا مقترحات: عيّنة", "no candidates: sample"),
    "was_removed": ("حُذف.", "Removed."),
    "was_put": ("{field} ← {value}", "{field} ← {value}"),
    "evidence_only": (
        "{field}: أُرفق الدليل، واكتب القيمة في السجل.",
        "{field}: attached as evidence; type the value in the record.",
    ),
    "opened": (
        "فُتح الحدث {event}. قيم مقترحة: {n} (f يؤكدها كلها).",
        "Event {event} opened. Values proposed: {n} (f confirms all).",
    ),
    "evidence_added": (
        "{field}: أُرفق الدليل، وبقيت القيمة: {value}",
        "{field}: attached as evidence; the value stays: {value}",
    ),
    "not_its_evidence": ("ليس هذا من أدلة: {field}", "This is no evidence of: {field}"),
    "evidence_went_along": (
        "زالت معها أدلتها: {n} (Ctrl+Z للتراجع).",
        "Its evidence went along: {n} (Ctrl+Z takes it back).",
    ),
    "sure_not_stated": (
        "في «{field}» قيمة: {value} (أدلة: {n}). 0 مرة أخرى: لم يُذكر.",
        "{field} holds: {value} (evidence: {n}). 0 again: not stated.",
    ),
    "sure_not_applicable": (
        "في «{field}» قيمة: {value} (أدلة: {n}). - مرة أخرى: لا ينطبق.",
        "{field} holds: {value} (evidence: {n}). - again: not applicable.",
    ),
    "was_cleared": (
        "مُسح «{field}»: {value} (Ctrl+Z للتراجع).",
        "{field} cleared: {value} (Ctrl+Z takes it back).",
    ),
    "no_event": ("لا حدث بعد: ضع المؤشر على فعل دالّ واضغط e.", "No event yet: go to a trigger and press e."),
    "no_events_here": (
        "هذا الدليل بلا أحداث: تُعلَّم المقاطع وحدها.",
        "This codebook has no events: mark spans.",
    ),
    "no_fields_here": (
        "هذا الدليل بلا حقول: تُعلَّم المقاطع وحدها.",
        "This codebook has no fields: mark spans.",
    ),
    "accepted": ("قيم مقترحة أُكّدت: {n}", "Proposed values confirmed: {n}"),
    "nothing_proposed": ("لا قيم مقترحة في هذا الحدث.", "This event has no proposed values."),
    "undone": ("تراجعت عن: {what}", "Taken back: {what}"),
    "redone": ("أُعيد: {what}", "Done again: {what}"),
    "nothing_to_undo": ("لا شيء للتراجع عنه.", "There is nothing to take back."),
    "nothing_to_redo": ("لا شيء لإعادته.", "There is nothing to do again."),
    "before_submitting": (
        "قبل التسليم — أخطاء: {errors} · تنبيهات: {warnings}",
        "Before submitting — errors: {errors} · warnings: {warnings}",
    ),
    "errors_first": ("صحّح الأخطاء أولاً.", "Mend the errors first."),
    "error": ("خطأ", "error"),
    "warning": ("تنبيه", "warning"),
    "candidates_left": (
        "مقترحات لم تُؤكَّد ولم تُرفض: {n}. يجوز التسليم وهي باقية.",
        "Candidates neither confirmed nor rejected: {n}. The article can be submitted with them.",
    ),
    "ready": ("لا ينقص شيء. Ctrl+S للتسليم.", "Nothing is missing. Ctrl+S submits."),
    "ready_but": ("لا أخطاء. Ctrl+S للتسليم.", "No errors. Ctrl+S submits."),
    "was_submitted": ("سُلّم المقال.", "The article is submitted."),
    "all_done": ("سُلّمت كل مقالاتك.", "All your articles are submitted."),
    "read_only": ("هذا الترميز مسلَّم ولا يتغير.", "This coding is submitted and does not change."),
    "look_again": (
        "الدليل الآن {codebook}. للمراجعة: {n}. {first}",
        "The codebook is {codebook} now. To look at again: {n}. {first}",
    ),
    "revisions": ("نسختان من الدليل", "revisions differ"),
    "drawing": ("حدّد ثم اختر النوع: {kinds}", "Select, then the kind: {kinds}"),
    "choose_value": ("{field}: اختر أو اكتب", "{field}: choose or type"),
    "choose_proposed": (
        "{field}: اختيارك يحل محل المقترح (Space في السجل تؤكده)",
        "{field}: a choice replaces the proposal (Space in the record confirms it)",
    ),
    "instead_of": ("بدلاً من {value}، وتبقى الأدلة", "In place of {value}; its evidence stays"),
    "replace_item": ("استبدال بأخرى، وتبقى الأدلة", "another in its place; the evidence stays"),
    "change_item": ("موجودة: لاستبدالها أو تعديلها أو حذفها", "it is there: to replace, change or remove it"),
    "what_with": ("{value}: ماذا تغيّر؟", "{value}: change what?"),
    "which_part": ("{value}: {part}؟", "{value}: {part}?"),
    "part_now": ("{part}: {value}", "{part}: {value}"),
    "nobody": ("بلا اسم", "nobody is named"),
    "as_typed": ("كما كُتب: {text}", "as typed: {text}"),
    "remove": ("حذف: {text}", "remove: {text}"),
    "type_date": (
        "15/11/2023 · ١٥ تشرين الثاني · أمس · من..إلى",
        "15/11/2023 · 15 Nov 2023 · أمس · from..to",
    ),
    "type_int_range": ("60 · 61+ · 3-9 · نحو ستين · أكثر من 60", "60 · 61+ · 3-9 · ~60 · أكثر من 60"),
    "type_text": ("نص حر", "free text"),
    "palette": ("ماذا تريد أن تفعل؟", "What do you want to do?"),
    "find": ("ابحث في المقال", "Find in the article"),
    "copied": ("نُسخ: {text}", "Copied: {text}"),
    "comment_on": ("تعليق على {field} (- يحذفه)", "Comment on {field} (- removes it)"),
    "all_filled": ("كل الحقول مملوءة.", "Every field is filled."),
    "deleted": ("حُذف الحدث {event} (Ctrl+Z للتراجع).", "Event {event} deleted (Ctrl+Z takes it back)."),
    "duplicated": (
        "نُسخ {event} إلى حدث جديد {twin}.",
        "{event} copied as a new event {twin}.",
    ),
    "not_an_event": (
        "هذا سجل المقال: انتقل إلى حدث بالمفتاح ].",
        "This is the article's own record: ] leads to an event.",
    ),
    "no_other_event": (
        "لا حدث آخر بعد: e في النص يفتح حدثاً.",
        "No other event yet: e in the article opens one.",
    ),
    "copy_which": ("إلى {event}: ماذا تنسخ؟", "Into {event}: copy what?"),
    "copy_one": ("{field}: {value} ← {event}", "{field}: {value} ← {event}"),
    "copy_all": ("كل الفارغ من: {event}", "all that is empty from: {event}"),
    "copied_values": ("حقول ملئت من {event}: {n}", "Fields filled from {event}: {n}"),
    "merge_which": ("أي حدث يُدمج في {event}؟", "Which event goes into {event}?"),
    "merged": ("دُمج {event} في {kept}. قيم أُسقطت: {n}", "{event} is merged into {kept}. Values dropped: {n}"),
    "dropped": ("أُسقط: {value} · بقي: {kept}", "dropped: {value} · kept: {kept}"),
    "evidence_of": ("أدلة {field}: {n}", "Evidence for {field}: {n}"),
    "no_evidence": ("لا دليل هنا بعد.", "There is no evidence here yet."),
    "evidence_removed": ("أُزيل الدليل، وبقيت القيمة.", "The evidence is taken away, the value stays."),
    "left_out": ("حُذفت رموز لا يمكن حفظها.", "What cannot be stored was left out."),
    "state_set": ("معيّن", "set"),
    "state_proposed": ("مقترح", "proposed"),
    "state_empty": ("فارغ", "empty"),
    "state_not_stated": ("", ""),
    "state_not_applicable": ("", ""),
    "state_wrong": ("يخالف قاعدة", "breaks a rule"),
    "locked": ("هذه القيمة تضعها الأداة.", "The program sets this value."),
    "not_saved": (
        "لم يُحفظ. Ctrl+Q يخرج ويكتب ما لم يُحفظ في ملف تستعيده منه. {what}",
        "NOT SAVED. Ctrl+Q leaves and puts it into a file that brings it back. {what}",
    ),
    "unsaved": ("لم تُحفظ: {n}", "NOT SAVED: {n}"),
    "open_elsewhere": (
        "هذا المقال مفتوح باسم {who} في نافذة أخرى: اعمل في واحدة فقط.",
        "{who} has this article open in another window: work in one of them only.",
    ),
    "changed_elsewhere": (
        "تغيّر هذا في نافذة أخرى، وهذه حاله الآن. لم يُؤخذ: {what}",
        "This was changed in another window; you see it as it is now. Not taken: {what}",
    ),
    "new_codebook": (
        "صار الدليل {codebook}، وهذه حال الترميز الآن. لم يُؤخذ: {what}",
        "The codebook is {codebook} now; you see the coding as it is now. Not taken: {what}",
    ),
    "reconnecting": (
        "قاعدة البيانات غير متاحة؛ ما تعمله ينتظر هنا ويُكتب حين تعود. {what}",
        "The database is out of reach; your changes wait here and are written when it is back. {what}",
    ),
    "waiting": ("تنتظر الحفظ: {n}", "not written: {n}"),
    "written_again": (
        "عادت قاعدة البيانات؛ كُتب ما كان ينتظر.",
        "The database is back; what waited is being written.",
    ),
    "queue": ("مقالات للمراجعة: {n}", "Articles to review: {n}"),
    "queue_head": ("المقال", "article"),
    "differing": ("خلاف", "differ"),
    "open_cells": ("مفتوح", "open"),
    "events": ("أحداث", "events"),
    "new": ("جديد", "new"),
    "open": ("قيد المراجعة", "open"),
    "closed": ("مغلق", "closed"),
    "gold": ("المعتمد", "gold"),
    "field": ("الحقل", "field"),
    "not_here": ("— ليس عنده", "— not found"),
    "cluster_rejected": ("مرفوض: {reason}", "rejected: {reason}"),
    "reshaped": (
        "{what}. قرارات أُسقطت: {n} (z للتراجع)",
        "Done: {what}. Decisions cleared: {n} (z takes it back)",
    ),
    "reason": ("سبب القرار", "reason of the decision"),
    "which_coder": ("أيّ مرمّز؟", "which coder?"),
    "took": ("{field} ← {who}", "{field} ← {who}"),
    "agreed_taken": ("أُخذ كل متفق عليه. الباقي: {n}.", "Everything agreed is taken. Left: {n}."),
    "left": ("مفتوحة: {n}", "open: {n}"),
    "none_left": ("لا شيء مفتوح: Ctrl+S يغلق المقال.", "Nothing is open: Ctrl+S closes the article."),
    "gold_closed": ("أُغلق المقال.", "The article's gold is closed."),
    "gold_shut": ("أُغلق هذا المقال.", "This article's gold is closed."),
    "help_title": ("المفاتيح — Esc للرجوع", "Keys — Esc goes back"),
    "fields_title": ("حروف الحقول (في نص المقال)", "Letters of the fields (in the article)"),
    "kinds_title": ("حروف الأنواع (عند التحديد)", "Letters of the span kinds (while drawing)"),
    "decided_by": ("{who} · {reason} · قرار {by}", "{who} · {reason} · decided by {by}"),
    "doctor_title": ("فحص الطرفية", "terminal self-test"),
    "doctor_ask": (
        "أيّ سطر تقع كلماته فوق أرقامها وحروفه متصلة؟ اضغط رقمه.",
        "Which line has its words above their numbers and its letters joined? Press its digit.",
    ),
    "doctor_words": (
        "من اليمين: {first} فوق 1 عند الحافة، و{last} فوق {n}. تُقرأ NATO و24 من اليسار.",
        "From the right edge: {first} above 1, at last {last} above {n}. NATO and 24 read from the left.",
    ),
    "way_auto": ("ترتيب الطرفية مطفأ", "the terminal's own reordering is off"),
    "way_plain": ("كما هو", "plain"),
    "way_lrm": ("علامة اتجاه بعد كل حرف", "a direction mark after each letter"),
    "doctor_other": ("Tab: الأسطر الأخرى", "Tab: the other lines"),
    "doctor_kept": ("حُفظ {mode} في {path}", "{mode} is kept in {path}"),
    "doctor_none": (
        "جرّب طرفية مختبرة: xterm أو GNOME Terminal أو Konsole أو foot.",
        "Use a terminal that has been tested: xterm, GNOME Terminal, Konsole or foot.",
    ),
    "advice_kitty": (
        "يعكس kitty العربية بنفسه: اكتب force_ltr yes في kitty.conf وأعد تشغيله.",
        "kitty reorders Arabic itself: write force_ltr yes into kitty.conf and start it anew.",
    ),
    "advice_marks": (
        "إن غابت الحركات هنا فأخفها: coder doctor",
        "If vowel signs go missing here, have none drawn: coder doctor",
    ),
    "advice_tmux": (
        "إن انعكست العربية داخل tmux: نفّذ tmux set -p allow-passthrough on ثم أعد التشغيل.",
        "If Arabic reads wrong inside tmux: run tmux set -p allow-passthrough on, then coder again.",
    ),
    "advice_screen": (
        "إن انعكست العربية داخل screen فنفّذ coder doctor، أو استعمل tmux.",
        "If Arabic reads wrong inside screen: run coder doctor, or use tmux.",
    ),
    "advice_untested": (
        "لم تُختبر هذه الطرفية: إن انعكست العربية فنفّذ coder doctor",
        "This terminal has not been tested: if Arabic reads wrong, run coder doctor",
    ),
}


CHANGES: dict[str, tuple[str, str]] = {
    "span.confirmed": ("تأكيد مقطع", "confirming a span"),
    "span.rejected": ("رفض مقترح", "rejecting a candidate"),
    "span.drawn": ("رسم مقطع", "drawing a span"),
    "span.edited": ("تعديل حدود مقطع", "a span's edges"),
    "span.removed": ("حذف مقطع", "removing a span"),
    "event.opened": ("فتح حدث", "opening an event"),
    "event.duplicated": ("نسخ حدث", "duplicating an event"),
    "events.merged": ("دمج حدثين", "merging two events"),
    "values.copied": ("نسخ قيم", "copying values"),
    "evidence.added": ("إرفاق دليل", "attaching evidence"),
    "evidence.removed": ("إزالة دليل", "taking evidence away"),
    "value.not_applicable": ("لا ينطبق", "not applicable"),
    "event.deleted": ("حذف حدث", "deleting an event"),
    "value.put": ("وضع قيمة", "filling a field"),
    "value.set": ("تعيين قيمة", "setting a value"),
    "value.missing": ("مسح حقل", "clearing a field"),
    "value.not_stated": ("لم يُذكر", "not stated"),
    "coding.submitted": ("التسليم", "submitting"),
    "gold.closed": ("إغلاق المقال", "closing the gold"),
    "proposals.accepted": ("تأكيد المقترح", "confirming proposals"),
    "comment.set": ("تعليق", "a comment"),
    "gold.agreed": ("قبول المتفق عليه", "taking everything agreed"),
    "gold.taken": ("أخذ قيمة", "taking a value"),
    "gold.set": ("تعيين قيمة", "setting a value"),
    "gold.event": ("أخذ حدث", "taking an event"),
    "gold.cleared": ("مسح قرار", "clearing a decision"),
    "gold.rejected": ("رفض حدث", "rejecting an event"),
    "gold.restored": ("إعادة حدث", "restoring an event"),
    "clusters.linked": ("دمج حدثين", "linking two events"),
    "clusters.split": ("فصل حدث", "splitting an event"),
}


ORIGINS: dict[str, tuple[str, str]] = {
    "lexicon": ("من المعجم", "in the lexicon"),
    "noun": ("اسم يدل على حدث", "a noun for an event"),
    "verb": ("فعل يدل على حدث", "a verb for an event"),
    "number": ("عدد ومعدوده", "a number and what it counts"),
    "words": ("من قائمة كلمات", "in a list of words"),
    "head": ("كلمة تدل على جهة", "a word for a body"),
    "title": ("لقب قبل الاسم", "a title before the name"),
    "arms": ("قوات تُنسب إلى دولة", "forces of a state"),
    "source": ("يُنسب إليه قول", "words are ascribed to it"),
    "learned": ("تعلّمه من الترميز", "learned from coding"),
    "promoted": ("تعلّمه من الترميز", "learned from coding"),
}


def origin_in_words(lang: str, origin: str) -> str:
    """Why something is proposed; "" where the kind of words it is says that already.

    Arabic words that the rule went by come with it. What a plug-in says of its own stays as it is.
    """
    what, _, rest = origin.partition(":")
    if what not in ORIGINS:
        return origin if rest else ""
    arabic, english = ORIGINS[what]
    went_by = f" «{rest}»" if any("\u0621" <= c <= "\u064a" for c in rest) else ""
    return (arabic if lang == "ar" else english) + went_by


def change_name(lang: str, what: str) -> str:
    """What a change is called; its id where it has no name."""
    arabic, english = CHANGES.get(what, (what, what))
    return arabic if lang == "ar" else english


def say(lang: str, key: str, **values: object) -> str:
    """A phrase in the screen's language; what is put into it keeps its own direction."""
    arabic, english = WORDS[key]
    return (arabic if lang == "ar" else english).format(**{k: isolate(str(v)) for k, v in values.items()})


def listed(*words: str) -> str:
    """Words beside each other with a dot between, each in its own direction."""
    return " · ".join(isolate(word) for word in words if word)
