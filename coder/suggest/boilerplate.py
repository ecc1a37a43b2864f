"""Finds site furniture: lines a web page adds to an article, from which no evidence may be taken.

A line is furniture if the lexicon lists it or a pattern of it, or if it looks like a menu, a share link, a
posting note, a Latin caption among Arabic, or what an outlet says about itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from coder.codebook.lexicon import Lexicon
from coder.text.normalize import fold_key

_MARK = re.compile(r"^(?:/>|&[a-z]+;|<[^<>\n]*>)")
"""Left-over markup at the beginning of a line: only the mark is furniture, the line is text."""
_POSTED = re.compile(
    r"^(?:posted on|published|updated|last update|by |share|print|email|home|menu|follow us|advertisement|"
    r"نشر في|تم النشر|تاريخ النشر|اخر تحديث|التحديث|حرر في|كتب بواسطه|مشاركه|شارك|طباعه|اطبع|ارسال|"
    r"تابعونا|تابعنا|اقرا ايضا|اقرا المزيد|للمزيد|مواضيع ذات صله|مقالات ذات صله|اخبار ذات صله|المصدر:|"
    r"الوسوم|كلمات مفتاحيه|العلامات|التعليقات|اضف تعليق|اترك تعليق|جميع الحقوق|حقوق النشر|اشترك|الرييسيه|"
    r"زر الذهاب|العوده الي الاعلي|صوره|تصوير|اعلان$)",
)
_ABOUT = re.compile(
    r"^(?:منصه|موقع|شبكه|وكاله|قناه|صحيفه|مجله|موسسه)(?: \S+){0,2} (?:اخباريه?|اعلاميه?|مستقله?|صحفيه?)"
)
_SHORT_LINE, _MENU_WORDS = 40, 3
_ARABIC = re.compile(r"[\u0620-\u064a]")
_LATIN = re.compile(r"[A-Za-z]")


def find_boilerplate(text: str, lexicon: Lexicon) -> tuple[tuple[int, int], ...]:
    """Stretches of furniture, sorted: half-open code point offsets of whole lines, or of marks only."""
    return tuple(_stretches(text, lexicon))


def _stretches(text: str, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    listed = {fold_key(line) for line in (*lexicon.boilerplate.exact, *lexicon.boilerplate.not_in_seeds)}
    patterns = [re.compile(p) for p in lexicon.boilerplate.patterns]
    is_arabic = len(_ARABIC.findall(text)) > len(_LATIN.findall(text))
    body = _body(text)
    start = 0
    for line in text.splitlines(keepends=True):
        content = line.strip()
        at = start + line.index(content) if content else start
        mark = _MARK.match(content)
        if mark:
            yield at, at + mark.end()
        elif content and (
            fold_key(content) in listed
            or any(p.search(content) for p in patterns)
            or _is_furniture(content, is_arabic, inside=body[0] <= start < body[1])
        ):
            yield at, at + len(content)
        start += len(line)


def _body(text: str) -> tuple[int, int]:
    """From the first to behind the last line that is a paragraph; menus and footers stand outside it."""
    offset, found = 0, []
    for line in text.splitlines(keepends=True):
        if _is_paragraph(line.strip()):
            found.append((offset, offset + len(line)))
        offset += len(line)
    return (found[0][0], found[-1][1]) if found else (0, len(text))


def _is_paragraph(line: str) -> bool:
    return len(line) > 2 * _SHORT_LINE and not _ABOUT.match(fold_key(line))


def _is_furniture(line: str, is_arabic: bool, inside: bool) -> bool:
    """Whether the general signs say that a line is furniture; inside the body short lines are headings."""
    folded = fold_key(line)
    if len(line) <= 2 * _SHORT_LINE and _POSTED.match(folded):
        return True
    if is_arabic and len(line) <= 2 * _SHORT_LINE and not _ARABIC.search(line) and _LATIN.search(line):
        return True
    if inside:
        return False
    is_menu = len(folded.split()) >= _MENU_WORDS and re.fullmatch(r"\S+(?: [|/•»>] \S+)+", line) is not None
    return is_menu or _ABOUT.match(folded) is not None
