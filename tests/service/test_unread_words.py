"""Words of an event's sentences that may answer its empty fields: for casualties also
without a number.
"""

from __future__ import annotations

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article
from coder.service.coding.article_marks import marks
from coder.service.coding.unread_words import unread_words
from coder.suggest.registry import propose


def found(text: str, codebook: Codebook, *names: str) -> list[str]:
    """Return the words for fields of an event whose sentence is the text, as it is
    suggested.
    """
    article = Article("a1", text)
    suggested = marks(propose(article, codebook))
    fields = [codebook.event_field(name) for name in names]
    sentences = [(0, len(text))]
    return unread_words(article, codebook, fields, sentences, suggested, ())


@pytest.mark.parametrize(
    ("text", "killed", "injured"),
    [
        ("مقتل امرأة وإصابة زوجها في غارة على البلدة.", ["مقتل"], ["وإصابة"]),
        ("قُتل شرطي وجُرحت زوجته في انفجار عبوة.", ["قُتل"], ["وجُرحت"]),
        ("استشهد صحفي بقصف على المخيم ونُقل المصابون.", ["استشهد"], ["المصابون"]),
        ("لقي السائق مصرعه بعد إصابته في الهجوم.", ["مصرعه"], ["إصابته"]),
        ("قضى مزارع تحت الأنقاض، فيما أُصيب والده.", ["قضى"], ["أُصيب"]),
        ("سقوط ضحايا في القصف.", ["ضحايا"], ["ضحايا"]),
        ("لم تقع إصابات في الهجوم.", [], ["إصابات"]),  # the article says: none
        ("قصفت الطائرات مواقع قرب المدينة.", [], []),
        ("أعلنت كتائب شهداء الأقصى مسؤوليتها عن الهجوم.", [], []),
    ],
)
def test_words_for_casualties_without_a_number_are_unread(
    conflict_events: Codebook, text: str, killed: list[str], injured: list[str]
) -> None:
    assert found(text, conflict_events, "killed") == killed
    assert found(text, conflict_events, "injured") == injured


def test_a_number_of_something_else_is_not_unread(conflict_events: Codebook) -> None:
    text = "شنت الطائرات 12 غارة على البلدة."
    assert found(text, conflict_events, "killed", "injured") == []
