"""Finds site furniture: what a web page adds to an article, from which no evidence may be taken.

A whole line is furniture if the lexicon lists it, or if it looks like a menu, a button, a Latin caption among
Arabic, or what an outlet says about itself. Of any other line only a stretch is: a pattern of the lexicon,
when the article was posted, titles of other articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from functools import cache

from coder.codebook.lexicon import Boilerplate, Lexicon
from coder.text.normalize import fold, fold_key

_MARK = re.compile(r"^(?:/>|&[a-z]+;|<[^<>\n]*>)")
"""Left-over markup at the beginning of a line: only the mark is furniture, the line is text."""
_BUTTON = (
    "شارك|شاركها|شاركنا|مشاركه|انشر|ارسل|ارسال|طباعه|اطبع|تابعنا|تابعونا|اشترك|التعليقات|تعليقات|التحديث|العلامات|"
    "الوسوم|كلمات مفتاحيه|اضف تعليق|اترك تعليق|الرييسيه|اعلان|صوره|تصوير|نشر في|تم النشر|تاريخ النشر|"
    "اخر تحديث|المصدر|share|print|email|home|menu|follow us|advertisement"
)
_OF_BUTTON = (
    "هذا|هذه|المقال|المقاله|الخبر|الموضوع|الصفحه|الماده|التقرير|القصه|الراي|رايك|علي|عبر|مع|في|الي|من|خلال|ب|لنا|"
    "فيسبوك|الفيسبوك|تويتر|اكس|منصه|واتساب|الواتساب|واتس|اب|تلغرام|تيليغرام|تليجرام|تيليجرام|انستغرام|يوتيوب|لينكد|ان|"
    "وسايل|مواقع|التواصل|الاجتماعي|البريد|الالكتروني|بالبريد|صديق|لصديق|الاصدقاء|اصدقايك|النشره|نشرتنا|البريديه|"
    "الاخباريه|القناه|قناتنا|صفحتنا|حسابنا|اخبار|غوغل|جوجل|الرابط|رابط|الان|مجانا"
)
_IS_BUTTON = re.compile(rf"(?:{_BUTTON})(?:[^\w\n]+|(?<!\w)(?:{_OF_BUTTON}|[a-z]+|\d+)(?!\w))*")
"""A word for what one can press, and nothing but what one presses it for: شارك المقال عبر فيسبوك."""
_CREDIT = re.compile(
    r"(?:المصدر|صوره|تصوير|بقلم|كتب|كتبت|كتب بواسطه|بواسطه|اعداد|تحرير|by) ?[:|](?: [^\W\d]+){1,5}"
)
_BY = re.compile(r"by(?: [a-z.]+){1,5}")
_OTHERS = (
    "اقرا ايضا|اقرا المزيد|مواضيع ذات صله|مقالات ذات صله|اخبار ذات صله|جميع الحقوق محفوظه|حقوق النشر|"
    "زر الذهاب الي الاعلي|العوده الي الاعلي|للمزيد(?= ?[:|])|تابعونا علي|تابعنا علي"
)
_BEGIN = r"(?:^|[.!؟] ?)"
"""Where a stretch of furniture may begin: with the line, or behind a sentence."""
_OTHER = re.compile(rf"{_BEGIN}((?:{_OTHERS})(?!\w)(?: ?[:|])?(?:[^\n]{{0,80}}$)?)")
"""In front of the titles of other articles, up to the end of the line where that is not far."""
_CUE = re.compile(
    "ذات صل|[أاإ]قر[أا]|حقوق|الأعلى|للمزيد|تابعون?ا|نشر|تحديث|حرر|posted|published|update", re.IGNORECASE
)
"""What stands in a line in which a stretch of furniture is looked for."""
_POSTED = "posted on|published|updated|last update|تم النشر|تاريخ النشر|اخر تحديث|تم التحديث"
_POSTED_FIRST = f"{_POSTED}|نشر في|نشر|حرر في|التحديث|تحديث"
"""With these a line begins; behind a sentence they would begin another (نشر في 2020 كتابا)."""
_OF_DATE = "في|بتاريخ|يوم|الساعه|عام|on|at|من"
_HOURS = "gmt|am|pm|ص|م|صباحا|مساء|ظهرا|فجرا|ليلا|بتوقيت (?:[^\\W\\d]+)"
_ENGLISH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_ABOUT = re.compile(
    r"^(?:منصه|موقع|شبكه|وكاله|قناه|صحيفه|مجله|موسسه)(?: \S+){0,2} (?:اخباريه?|اعلاميه?|مستقله?|صحفيه?)(?!\w)"
)
_OUTLETS = ("منصه", "موقع", "شبكه", "وكاله", "قناه", "صحيفه", "مجله", "موسسه")
"""How a line begins on which `_ABOUT` can match."""
Stretch = tuple[int, int]
_SHORT_LINE, _MENU_WORDS = 40, 3
_HEAD, _SIGNIFICANT = 24, 8
"""Characters of a line that are folded at first, and folded ones that mostly rule a line out."""
_ARABIC = re.compile(r"[\u0620-\u064a]+")
_LATIN = re.compile(r"[A-Za-z]+")


def find_boilerplate(text: str, lexicon: Lexicon) -> tuple[Stretch, ...]:
    """Stretches of furniture, sorted: half-open code point offsets."""
    months = (form for month in lexicon.months.gregorian for form in month.forms)
    days = (form for day in lexicon.weekdays for form in day.ar)
    posted = _posted(frozenset(map(fold_key, (*months, *days))))
    return tuple(_stretches(text, lexicon.boilerplate, posted))


def _stretches(text: str, known: Boilerplate, posted: re.Pattern[str]) -> Iterator[Stretch]:
    body = _body(text)
    start = 0
    for line in text.splitlines(keepends=True):
        content = line.strip()
        at = start + line.index(content) if content else start
        mark = _MARK.match(content)
        if mark:
            yield at, at + mark.end()
        elif content and (
            _is_listed(content, known) or _is_furniture(content, text, inside=body[0] <= start < body[1])
        ):
            yield at, at + len(content)
        elif content:
            for first, last in _parts(content, known, posted):
                yield at + first, at + last
        start += len(line)


def _parts(line: str, known: Boilerplate, posted: re.Pattern[str]) -> list[Stretch]:
    """The stretches of a line that are furniture; all of it where but a name is left (… – نورث برس)."""
    found = [match.span() for pattern in _patterns(known) for match in pattern.finditer(line)]
    if _CUE.search(line):
        folded = fold(line)
        found += [
            folded.span(*match.span(1))
            for pattern in (posted, _OTHER)
            for match in pattern.finditer(folded.text)
        ]
    apart: list[Stretch] = []
    for first, last in sorted(found):
        if last > first and (not apart or first >= apart[-1][1]):
            apart.append((first, last))
    if len(apart) == 1 and not apart[0][0] and len(line[apart[0][1] :].split()) <= _NAME_WORDS:
        return [(0, len(line))]
    return apart


_NAME_WORDS = 2


@cache
def _posted(names: Set[str]) -> re.Pattern[str]:
    """When the article was posted; names: those of months and days."""
    day = "|".join(sorted(map(re.escape, names), key=len, reverse=True)) or "(?!)"
    part = rf"(?:\d+|(?:{_ENGLISH})[a-z]*|(?<!\w)(?:{day}|{_HOURS})(?!\w))"
    parted = rf"(?:[ :،,|()/.–-]|(?<!\w)(?:{_OF_DATE})(?!\w)|on(?={_ENGLISH}))*"
    return re.compile(rf"(?:^|[.!؟] ?(?=(?:{_POSTED})))((?:{_POSTED_FIRST})(?:{parted}{part})+)")


@cache
def _patterns(known: Boilerplate) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(p) for p in known.patterns)


@cache
def _lines(known: Boilerplate) -> tuple[frozenset[str], frozenset[str]]:
    """The listed lines, folded, and how they begin."""
    folded = frozenset(fold_key(line) for line in (*known.exact, *known.not_in_seeds))
    return folded, frozenset(line[:_SIGNIFICANT] for line in folded)


def _is_listed(line: str, known: Boilerplate) -> bool:
    lines, heads = _lines(known)
    head = _folded_head(line)
    return (head is None or head in heads) and fold_key(line) in lines


def _folded_head(line: str) -> str | None:
    """The first letters of the folded line; None where only folding it all tells them."""
    if len(line) <= _HEAD:
        return None
    head = fold_key(line[:_HEAD])[:_SIGNIFICANT]
    return head if len(head) == _SIGNIFICANT else None


def _is_about(line: str) -> bool:
    """Whether an outlet speaks of itself."""
    head = _folded_head(line)
    return (head is None or head.startswith(_OUTLETS)) and _ABOUT.match(fold_key(line)) is not None


def _is_arabic(text: str) -> bool:
    """Whether more letters are Arabic than Latin."""
    arabic, latin = (sum(map(len, letters.findall(text))) for letters in (_ARABIC, _LATIN))
    return arabic > latin


def _body(text: str) -> tuple[int, int]:
    """From the first to behind the last line that is a paragraph; menus and footers stand outside it."""
    offset, found = 0, []
    for line in text.splitlines(keepends=True):
        if _is_paragraph(line.strip()):
            found.append((offset, offset + len(line)))
        offset += len(line)
    return (found[0][0], found[-1][1]) if found else (0, len(text))


def _is_paragraph(line: str) -> bool:
    return len(line) > 2 * _SHORT_LINE and not _is_about(line)


def _is_furniture(line: str, text: str, inside: bool) -> bool:
    """Whether the general signs say that a line is furniture; inside the body short lines are headings."""
    is_short = len(line) <= 2 * _SHORT_LINE
    if is_short and any(note.fullmatch(fold_key(line)) for note in (_IS_BUTTON, _CREDIT, _BY)):
        return True
    if is_short and not _ARABIC.search(line) and _LATIN.search(line) and _is_arabic(text):
        return True
    if inside:
        return False
    is_menu = (
        re.fullmatch(r"\S+(?: [|/•»>] \S+)+", line) is not None and len(fold_key(line).split()) >= _MENU_WORDS
    )
    return is_menu or _is_about(line)
