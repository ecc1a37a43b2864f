"""The front door: every quote stands at its offsets, ids and order are the same each
time, nothing twice.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.registry import propose
from coder.text.normalize import fold_key

PIECES = [
    "شنّت القوات الأميركية",
    "وللقوات",
    "غاراتٍ جوّية",
    "على “كتائب حزب الله”",
    "في دير الزور",
    "١٥ غارة",
    "مقتل 3 مدنيين",
    "مساء الأربعاء 15 تشرين الثاني/ نوفمبر",
    "بصواريخ",
    "قال المتحدث يحيى سريع",
    "،",
    ".",
    "\n",
    "«",
    "ـ",
    "\u200f",
    " ",
    "/>",
    "Skip to main content",
    "بين 17 و24 أكتوبر",
    "قاعدتين",
    "منذ",
    "و",
    "ل",
    "(",
    "أحد عشر",
]


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=25))
def test_every_quote_stands_at_its_offsets(
    conflict_events: Codebook, pieces: list[str]
) -> None:
    text = " ".join(pieces)
    found = propose(Article("a", text), conflict_events)
    for candidate in found:
        assert candidate.quote == text[candidate.start : candidate.end]
        assert fold_key(candidate.quote), "a span holds letters or digits"
        assert candidate.quote == candidate.quote.strip()
        assert 0 < candidate.score <= 1
        assert candidate.origin
    assert [c.id for c in found] == [f"{c.kind}:{c.start}-{c.end}" for c in found]
    assert found == sorted(found, key=lambda c: (c.start, c.end, c.kind))
    assert len({(c.start, c.end, c.kind) for c in found}) == len(found)


def test_the_same_article_gives_the_same_candidates(
    conflict_events: Codebook, sample_articles: dict[str, Article]
) -> None:
    for article in sample_articles.values():
        assert propose(article, conflict_events) == propose(article, conflict_events)


def test_what_was_matched_is_what_the_quote_folds_to(ask) -> None:
    text = "وقَصَفَتِ القُوّاتُ الأَمريكيّةُ «حقل العمر»"
    folded = {(c.kind, fold_key(c.quote)) for c in ask(text)}
    assert {
        ("trigger", "قصفت"),
        ("actor", "القوات الامريكيه"),
        ("place", "حقل العمر"),
    } <= folded


def test_marks_and_tatweel_belong_to_the_letter_before(ask) -> None:
    assert [c.quote for c in ask("العـــراقُ", "actor")] == ["العـــراقُ"]


def test_an_empty_text_has_no_candidates(ask) -> None:
    assert ask("") == []


def test_a_codebook_without_lexicon_still_reads_a_text(
    conflict_events: Codebook, sample_articles: dict[str, Article]
) -> None:
    without = {
        k: v for k, v in json.loads(conflict_events.to_json()).items() if k != "lexicon"
    }
    bare = Codebook.from_json(json.dumps(without))
    for article in sample_articles.values():
        found = propose(article, bare)
        assert found, "places and groups are known by their heads"
        assert not [c for c in found if c.kind == "trigger"]


def test_weapons_in_a_store_are_the_object_and_no_means(ask) -> None:
    found = ask("استهدفت غارات مستودع أسلحة وذخائر شرق المدينة")
    assert [c.quote for c in found if c.kind == "object"] == ["مستودع"]
    assert [c.quote for c in found if c.kind == "weapon"] == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("استهدفت القواعد الأميركية", "military_base"),
        ("أخلى الحرس الثوري مقراته", "headquarters"),
        ("قصف منازل المدنيين", "residential"),
        ("هاجمت الطائرات مستشفى المدينة", "medical"),
    ],
)
def test_objects_carry_the_value_of_their_field(ask, text: str, value: str) -> None:
    assert [c.value for c in ask(text, "object")] == [[value]]
