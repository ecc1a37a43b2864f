"""Roles in sentences whose structure hides them: an agent behind a verbal noun, a
subject one sentence before.

A party is told by its id in the lexicon, or by its words where no entry is meant.
"""

from __future__ import annotations

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article, Candidate
from coder.suggest.event_proposals import EventProposer
from coder.suggest.registry import propose

SOURCES = [
    # who asks for something says nothing of another act
    ("قصف الجيش السوداني سوقاً في الفاشر، بينما دعت الأمم المتحدة إلى هدنة", "قصف", []),
    (
        "هاجم مسلحون قافلة إغاثة قرب كادوقلي، فيما طالب الاتحاد الأفريقي بتحقيق عاجل",
        "هاجم",
        [],
    ),
    (
        "قال ناشطون إن الجيش قصف سوقاً في الفاشر، بينما دعت الأمم المتحدة إلى هدنة",
        "قصف",
        ["ناشطون"],
    ),
    # who accuses says so; what follows a noun with the article is no part of his name
    ("اتهمت نقابة الصحفيين جماعة الحوثي باختطاف مراسل", "اختطاف", ["نقابة الصحفيين"]),
    (
        "اتهمت رابطة أسر الضحايا قوات الدعم السريع بقصف السوق",
        "قصف",
        ["رابطة أسر الضحايا"],
    ),
    (
        "أكدت لجنة أطباء السودان قصف قوات الدعم السريع مستشفى الفاشر",
        "قصف",
        ["لجنة أطباء السودان"],
    ),
    # a medium credited is no medium spoken to
    ("ووفقاً لشبكة شام، قصف الجيش التركي قرية في ريف الرقة", "قصف", ["شبكة شام"]),
    # a statement is that of a body
    (
        "أفاد بيان لقيادة الجيش اللبناني بأن مسلحين هاجموا حاجزاً",
        "هاجموا",
        ["بيان لقيادة الجيش اللبناني"],
    ),
    # the words in front of a colon at the beginning of a headline
    (
        "مصدر في قيادة شرطة البصرة: مسلحون هاجموا حاجزاً أمنياً",
        "هاجموا",
        ["مصدر في قيادة شرطة البصرة"],
    ),
    ("مصدر في شرطة كركوك: مسلحون هاجموا حاجزاً أمنياً", "هاجموا", ["مصدر في شرطة كركوك"]),
]


def _proposed(
    text: str, trigger: str, codebook: Codebook
) -> dict[str, list[Candidate]]:
    article = Article("a", text)
    found = propose(article, codebook)
    chosen = next(c for c in found if c.kind == "trigger" and c.quote == trigger)
    return EventProposer(found, article, codebook).propose(chosen)


def _quotes(found: list[Candidate]) -> list[str]:
    return [c.quote for c in found if c.quote]


@pytest.mark.parametrize(
    ("text", "trigger", "sources"), SOURCES, ids=[s[0][:40] for s in SOURCES]
)
def test_who_says_so(
    conflict_events: Codebook, text: str, trigger: str, sources: list[str]
) -> None:
    assert (
        _quotes(_proposed(text, trigger, conflict_events).get("source", [])) == sources
    )
