"""Site furniture: whole lines or left-over marks, and no candidate from them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.registry import propose
from coder.text import boilerplate
from coder.text.boilerplate import find_boilerplate

PAGE = """Skip to main content
الرئيسية | أخبار | رياضة

مقتل ثلاثة جنود في هجوم على حاجز شمال المدينة
تم النشر في 12/05/2024
قُتل ثلاثة جنود وأصيب خمسة آخرون في هجوم شنته مجموعة مسلحة على حاجز أمني شمال المدينة، بحسب مصدر في الشرطة.
/>وأضاف المصدر أن القوات الأمنية لاحقت المهاجمين في المزارع القريبة من الحاجز حتى ساعات الصباح الأولى.

شبكة إخبارية مستقلة تنقل أخبار الهجمات والقصف والمعارك من مناطق النزاع وتصل إلى القراء كل يوم.
اقرأ أيضاً
Share on Facebook
"""


BODY = "وقال مصدر في الشرطة إن المهاجمين فروا باتجاه المزارع القريبة قبل وصول التعزيزات إلى المكان بساعة. "


def furniture(text: str, codebook: Codebook) -> list[str]:
    return [
        text[start:end]
        for start, end in find_boilerplate(text, codebook.lexicon.boilerplate_words)
    ]


def test_menus_notes_and_self_descriptions_are_furniture(
    conflict_events: Codebook,
) -> None:
    assert furniture(PAGE, conflict_events) == [
        "Skip to main content",
        "الرئيسية | أخبار | رياضة",
        "تم النشر في 12/05/2024",
        "/>",
        "شبكة إخبارية مستقلة تنقل أخبار الهجمات والقصف والمعارك من مناطق النزاع وتصل إلى القراء كل يوم.",
        "اقرأ أيضاً",
        "Share on Facebook",
    ]


def test_headings_and_paragraphs_stay(conflict_events: Codebook) -> None:
    body = "تقول المصادر إن الفصائل باتت تتحرك بحذر شديد في المنطقة كلها منذ بداية الشهر الجاري."
    text = f"تحركات حذرة\n{body}\n«لمصلحة إيران»"
    assert furniture(text, conflict_events) == []


def test_no_candidate_comes_from_furniture_but_the_day_of_publication(
    conflict_events: Codebook,
) -> None:
    stretches = find_boilerplate(PAGE, conflict_events.lexicon.boilerplate_words)
    inside = [
        candidate
        for candidate in propose(Article("a", PAGE), conflict_events)
        if any(
            candidate.start < end and start < candidate.end for start, end in stretches
        )
    ]
    assert [(c.kind, c.quote) for c in inside] == [("date", "12/05/2024")]


def test_stretches_are_sorted_and_apart(
    conflict_events: Codebook, sample_articles
) -> None:
    found = 0
    for article in sample_articles.values():
        stretches = find_boilerplate(
            article.text, conflict_events.lexicon.boilerplate_words
        )
        found += len(stretches)
        edges = [edge for stretch in stretches for edge in stretch]
        assert edges == sorted(edges)
    assert found > 1


def test_the_stretches_of_the_article_are_respected(conflict_events: Codebook) -> None:
    text = "شنت القوات التركية غارات على المدينة"
    assert (
        propose(Article("a", text, boilerplate=((0, len(text)),)), conflict_events)
        == []
    )


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("نُشر في 5 مايو 2024", "نُشر في 5 مايو 2024"),
        ("نُشِر الاثنين 3 يونيو 2024", "نُشِر الاثنين 3 يونيو 2024"),
        ("حُرّر في 3/4/2024", "حُرّر في 3/4/2024"),
        (
            "وعاد السكان إلى بيوتهم بعد الهجوم على القرية. تابعنا على فيسبوك",
            "تابعنا على فيسبوك",
        ),
        (
            "وعاد السكان إلى بيوتهم بعد الهجوم على القرية. العودة الى الاعلى",
            "العودة الى الاعلى",
        ),
    ],
)
def test_notes_are_furniture_however_they_are_spelled(
    line: str, note: str, conflict_events: Codebook
) -> None:
    assert furniture(f"{line}\n{BODY}", conflict_events) == [note]


@pytest.mark.parametrize(
    "first",
    [" " * 12, "\u200f" * 12, f"{BODY}{' ' * 12}", f"{BODY}\u200f \u200f« \u00a0"],
)
def test_notes_are_furniture_however_far_they_stand_in(
    first: str, conflict_events: Codebook
) -> None:
    for note in ("اقرأ أيضا: عنوان مقال آخر", "تم النشر 3 مايو 2024"):
        [found] = furniture(f"{BODY}\n{first}{note}\n{BODY}", conflict_events)
        assert found.endswith(note)


def test_a_page_of_very_many_short_lines_is_read_in_a_moment(
    conflict_events: Codebook,
) -> None:
    assert (
        furniture("نشر\n" * 200_000, conflict_events) == []
    )  # each line beside each sentence took minutes


def test_a_sentence_that_tells_what_was_published_stays(
    conflict_events: Codebook,
) -> None:
    text = "وقال الناطق إن تحديث القائمة نُشر على موقع الوزارة، وإن الأسماء حُررت قبل نشرها بيومين."
    assert furniture(text, conflict_events) == []


LISTS = tomllib.loads(
    Path(boilerplate.__file__).with_suffix(".toml").read_text("utf-8")
)
NOTES = [
    *(
        (at, f"{re.sub('[(].*', '', note)}: خبر")
        for at in ("", BODY)
        for note in LISTS["other_articles"]
    ),
    *((at, f"{note} 3 مايو 2024") for at in ("", BODY) for note in LISTS["posted"]),
    *(("", f"{note} 3 مايو 2024") for note in LISTS["posted_first"]),
]


@pytest.mark.parametrize(("first", "note"), NOTES)
def test_every_listed_note_is_found_with_marks_and_in_capitals(
    first: str, note: str, conflict_events: Codebook
) -> None:
    with_marks = re.sub("(?<=[ء-ي])", "\u064e", note).upper()
    found = furniture(f"{first}{with_marks}\n{BODY}", conflict_events)
    assert len(found) == 1
    assert found[0] in with_marks
