"""Who acts, makes a statement or meets, if it is said before or told of their men and
leaders.
"""

from __future__ import annotations

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article, Candidate
from coder.suggest.event_proposals import EventProposer
from coder.suggest.registry import propose
from tests.suggest.conftest import Words

# officials of an armed group without a name are unnamed sources; a desk that keeps
# count is a monitor
KINDS = [
    (
        "قال مسؤول عسكري في أحد الفصائل العراقية البارزة إن الفصائل أخلت مقراتها.",
        "unnamed",
    ),
    ("أفاد قيادي في حركة طالبان بأن مقاتلي الحركة سيطروا على المدينة.", "unnamed"),
    ("قال المتحدث باسم حركة حماس إن الحركة ترفض التهديد.", "party_statement"),
    ("قال مصدر في حزب الله إن القيادي قتل في الغارة.", "unnamed"),
    ("قال مسؤول أميركي إن القوات أسقطت مسيرة.", "official"),
    ("أعلنت حركة الشباب في بيان أنها هاجمت القاعدة.", "party_statement"),
    ("قال القيادي في حركة حماس أسامة حمدان إن الحركة قصفت المدينة.", "party_statement"),
    ("أعلن قسم الرصد والتوثيق في نورث برس مقتل خمسة.", "monitor"),
    ("ذكر مسؤول بارز في جماعة الحوثي أن الجماعة أطلقت صواريخ.", "unnamed"),
    ("صرح قيادي في الجهاد الإسلامي بأن الرد قادم.", "unnamed"),
    (
        "قال الناطق العسكري باسم كتائب القسام أبو عبيدة إن المقاتلين دمروا دبابة.",
        "party_statement",
    ),
    ("قال مسؤول كبير في كتائب حزب الله لرويترز إن الفصيل علق هجماته.", "unnamed"),
    (
        "أكد القيادي في الحشد الشعبي علي الحسيني أن القصف استهدف المقر.",
        "party_statement",
    ),
    (
        "قال عضو المكتب السياسي في حركة حماس باسم نعيم إن إسرائيل قصفت المستشفى.",
        "party_statement",
    ),
    (
        "قال مسؤول العلاقات العربية في حزب الله حسن عز الدين إن إسرائيل قصفت القرية.",
        "party_statement",
    ),
    ("قال قائد في كتائب القسام أبو عبيدة إن إسرائيل قصفت المستشفى.", "party_statement"),
    (
        "قال رئيس الدائرة الإعلامية في حركة حماس علي العامودي إن إسرائيل قصفت المستشفى.",
        "party_statement",
    ),
    ("قال قيادي في حركة حماس علي بركة إن إسرائيل قصفت المستشفى.", "party_statement"),
    ("قال قيادي في حماس طلب عدم كشف هويته إن إسرائيل قصفت المستشفى.", "unnamed"),
    ("قصفت إسرائيل المستشفى بحسب قيادي في حماس", "unnamed"),
    ("وثق مكتب التوثيق في الشبكة السورية لحقوق الإنسان مقتل طفل.", "monitor"),
]


def test_a_rejection_is_not_traced_back_through_other_rejections(
    proposed_words: Words,
) -> None:
    """Each rejection more would multiply the time: a hundred would not end."""
    text = "رفضت موسكو الرفض الأوكراني. نفت موسكو النفي. " * 50
    assert proposed_words(text, "نفت", "targets") == []


def test_candidates_without_letters_are_passed_over(conflict_events: Codebook) -> None:
    article = Article("a", "عقد اجتماع بين قادة من الحركة ـ وضباط في الجيش.")
    found, at = propose(article, conflict_events), article.text.index("ـ")
    meeting = next(c for c in found if c.kind == "trigger")
    dash = Candidate("c", "actor", at, at + 1, "ـ")
    with_dash, without = (
        EventProposer(c, article, conflict_events) for c in ([*found, dash], found)
    )
    assert with_dash.propose(meeting) == without.propose(meeting)


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_what_kind_of_source_it_is(ask, text: str, kind: str) -> None:
    credited = [item for c in ask(text, "source") for item in c.value or ()]
    assert credited[0]["kind"] == kind
