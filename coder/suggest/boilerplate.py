"""Finds site furniture: lines a web page adds to an article, from which no evidence may be taken.

A line is furniture if the lexicon lists it or a pattern of it, or if it looks like a menu, a share link, a
posting note, a Latin caption among Arabic, or what an outlet says about itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from coder.codebook.lexicon import Boilerplate, Lexicon
from coder.text.normalize import fold_key

_MARK = re.compile(r"^(?:/>|&[a-z]+;|<[^<>\n]*>)")
"""Left-over markup at the beginning of a line: only the mark is furniture, the line is text."""
_POSTED = re.compile(
    r"^(?:posted on|published|updated|last update|by |share|print|email|home|menu|follow us|advertisement|"
    r"نشر في|تم النشر|تاريخ النشر|اخر تحديث|التحديث|حرر في|كتب بواسطه|مشاركه|شارك|طباعه|اطبع|ارسال|"
    r"تابعونا|تابعنا|اقرا ايضا|اقرا المزيد|للمزيد|مواضيع ذات صله|مقالات ذات صله|اخبار ذات صله|المصدر:|"
    r"الوسوم|كلمات مفتاحيه|العلامات|التعليقات|اضف تعليق|اترك تعليق|جميع الحقوق|حقوق النشر|اشترك|الرييسيه|"
    r"زر الذهاب|العوده الي الاعلي|صوره(?: ?:|$)|تصوير(?: ?:|$)|اعلان$)",
)
_ABOUT = re.compile(
    r"^(?:منصه|موقع|شبكه|وكاله|قناه|صحيفه|مجله|موسسه)(?: \S+){0,2} (?:اخباريه?|اعلاميه?|مستقله?|صحفيه?)"
)
_OUTLETS = ("منصه", "موقع", "شبكه", "وكاله", "قناه", "صحيفه", "مجله", "موسسه")
"""How a line begins on which `_ABOUT` can match."""
_SHORT_LINE, _MENU_WORDS = 40, 3
_HEAD, _SIGNIFICANT = 24, 8
"""Characters of a line that are folded at first, and folded ones that mostly rule a line out."""
_ARABIC = re.compile(r"[\u0620-\u064a]+")
_LATIN = re.compile(r"[A-Za-z]+")


def find_boilerplate(text: str, lexicon: Lexicon) -> tuple[tuple[int, int], ...]:
    """Stretches of furniture, sorted: half-open code point offsets of whole lines, or of marks only."""
    return tuple(_stretches(text, lexicon.boilerplate))


def _stretches(text: str, known: Boilerplate) -> Iterator[tuple[int, int]]:
    patterns = _patterns(known)
    body = _body(text)
    start = 0
    for line in text.splitlines(keepends=True):
        content = line.strip()
        at = start + line.index(content) if content else start
        mark = _MARK.match(content)
        if mark:
            yield at, at + mark.end()
        elif content and (
            _is_listed(content, known)
            or any(p.search(content) for p in patterns)
            or _is_furniture(content, text, inside=body[0] <= start < body[1])
        ):
            yield at, at + len(content)
        start += len(line)


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
    if is_short and _POSTED.match(fold_key(line)):
        return True
    if is_short and not _ARABIC.search(line) and _LATIN.search(line) and _is_arabic(text):
        return True
    if inside:
        return False
    is_menu = (
        re.fullmatch(r"\S+(?: [|/•»>] \S+)+", line) is not None and len(fold_key(line).split()) >= _MENU_WORDS
    )
    return is_menu or _is_about(line)
