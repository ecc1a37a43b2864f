"""With whom an act is credited: speakers that go on, and those who say something else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article
from coder.suggest.events import EventProposer
from coder.suggest.registry import propose

Proposed = Callable[[str, str], dict[str, list[str]]]


RESUMED = [
    # the subject of a verb of saying without one is who was credited before
    (
        "أفاد المرصد السوري لحقوق الإنسان بأن القوات انسحبت",
        "وأشار إلى أن طائرات قصفت المدينة",
        "قصفت",
        "المرصد السوري لحقوق الإنسان",
    ),
    (
        "قال المتحدث العسكري يحيى سريع إن العملية مستمرة",
        "وأضاف أن قواته استهدفت سفينة",
        "استهدفت",
        "المتحدث العسكري يحيى سريع",
    ),
    (
        "يرى الخبير العسكري، أحمد الشريفي، أن الوضع خطير",
        "ويعتقد أن الفصائل هاجمت القاعدة",
        "هاجمت",
        "الخبير العسكري، أحمد الشريفي",
    ),
    (
        "يوضح الباحث، وائل علوان، أن الأمر خطير",
        'ويضيف لـ"العربي"، أن "الطائرات قصفت الموقع"',
        "قصفت",
        "الباحث، وائل علوان",
    ),
    (
        "قال البنتاغون إن الهجوم فشل",
        "وأضاف أن الوضع مستقر. وتابع أن الطيران قصف القرية",
        "قصف",
        "البنتاغون",
    ),
    (
        "ونقلت وكالة رويترز عن مسؤولين قولهم إن الوضع مستقر",
        "وذكرت أن الطيران قصف القرية",
        "قصف",
        "وكالة رويترز",
    ),
    (
        "قال المتحدث العسكري يحيى سريع إن العملية مستمرة",
        "وأضاف: «الطيران قصف الموقع»",
        "قصف",
        "المتحدث العسكري يحيى سريع",
    ),
    (
        "قال البنتاغون إن الهجوم فشل",
        "وأكد أيضاً أن الطيران قصف القرية",
        "قصف",
        "البنتاغون",
    ),
    (
        "قال البنتاغون إن الهجوم فشل",
        "وأضاف البيان أن الطيران قصف القرية",
        "قصف",
        "البنتاغون",
    ),
    # not where somebody else speaks, or nobody
    ("قال البنتاغون إن الهجوم فشل", "وقصفت طائرات مجهولة القرية", "قصفت", ""),
    ("قال البنتاغون إن الهجوم فشل", "وأعلن لواء القدس أنه قصف القرية", "قصف", ""),
    ("قال البنتاغون إن الهجوم فشل", "وقال السكان إن الطيران قصف القرية", "قصف", ""),
    ("قال البنتاغون إن الهجوم فشل", "وقال لافروف إن الطيران قصف القرية", "قصف", ""),
    ("قال البنتاغون إن الهجوم فشل", "ويذكر أن الطيران قصف القرية", "قصف", ""),
    ("قال البنتاغون إن الهجوم فشل", "ويُعتقد أن الطيران قصف القرية", "قصف", ""),
    ("قال البنتاغون إن الهجوم فشل", "وبين ليلة وضحاها قصف الطيران القرية", "قصف", ""),
    ("قال البنتاغون إن الهجوم فشل", "رفض لبناني واسع بعد غارة على القرية", "غارة", ""),
]


@pytest.mark.parametrize(("before", "text", "trigger", "source"), RESUMED)
def test_a_speaker_goes_on_without_being_named_again(
    proposed: Proposed, before: str, text: str, trigger: str, source: str
) -> None:
    quotes = proposed(f"{before}. {text}" if before else text, trigger).get(
        "source", []
    )
    assert (
        (source in quotes)
        if source
        else not any("البنتاغون" in quote for quote in quotes)
    )


@pytest.mark.parametrize(
    ("text", "trigger", "source"),
    [
        # what somebody says behind the act is another thing than the act
        (
            "أخلى الحرس الثوري مقرات في البوكمال، فيما قالت مصادر عسكرية إن الفصائل ابتعدت",
            "أخلى",
            "",
        ),
        ("تعرضت القاعدة لاستهداف بعد يوم من إعلان البنتاغون إصابة جنود", "استهداف", ""),
        ("اندلعت اشتباكات بين الجيش السوداني وقوات الدعم السريع", "اشتباكات", ""),
        # but not where the act is credited to him
        (
            "قصفت الطائرات القرية قبل يومين، بحسب وزارة الصحة السورية",
            "قصفت",
            "وزارة الصحة السورية",
        ),
        ("استُهدفت القاعدة من قبل الحرس الثوري بحسب البنتاغون", "استُهدفت", "البنتاغون"),
        (
            "شنت مقاتلات أميركية غارات على صنعاء قال الحوثيون إنها أوقعت قتلى",
            "غارات",
            "الحوثيون",
        ),
        ("قتلت غارة ثلاثة جنود في القاعدة، كما قال البنتاغون", "غارة", "البنتاغون"),
        (
            "قصفت الطائرات القرية بحسب المرصد السوري لحقوق الإنسان",
            "قصفت",
            "المرصد السوري لحقوق الإنسان",
        ),
    ],
)
def test_who_says_something_else_behind_the_act_is_not_its_source(
    proposed: Proposed, text: str, trigger: str, source: str
) -> None:
    assert proposed(text, trigger)["source"] == [source]


def test_what_a_group_is_called_is_no_statement_of_it(proposed: Proposed) -> None:
    text = 'شنت جماعة تُدعى "المقاومة الإسلامية في العراق" هجمات على القاعدة'
    assert proposed(text, "هجمات")["source"] == [""]


@pytest.mark.parametrize(
    ("text", "trigger", "known_by"),
    [
        # in its own voice; on the word of a monitor; by the initiator's own statement
        (
            "قصفت القوات الأميركية مواقع في البوكمال",
            "قصفت",
            [("القوات الأميركية", ["article"])],
        ),
        (
            "أفاد المرصد السوري لحقوق الإنسان بأن القوات الأميركية قصفت مواقع في البوكمال",
            "قصفت",
            [("المرصد السوري لحقوق الإنسان", ["third_party"])],
        ),
        (
            "أعلنت حركة النجباء أنها استهدفت القوات الأميركية",
            "استهدفت",
            [("حركة النجباء", ["claimed"])],
        ),
        # an official can speak for the side that was hit, and without an initiator
        # there is nothing to know
        ("قال البنتاغون إن الفصائل العراقية هاجمت القاعدة", "هاجمت", []),
        ("استُهدفت القوات الأميركية في البادية", "استُهدفت", []),
        # nor is a denial a claim
        ("نفى الجيش السوري أنه قصف المدينة", "قصف", []),
    ],
)
def test_how_the_initiator_is_known_follows_from_who_says_it(
    conflict_events: Codebook,
    text: str,
    trigger: str,
    known_by: list[tuple[str, list[str]]],
) -> None:
    article = Article("a", text)
    found = propose(article, conflict_events)
    chosen = next(c for c in found if c.kind == "trigger" and c.quote == trigger)
    proposal = EventProposer(found, article, conflict_events).propose(chosen)
    assert [(c.quote, c.value) for c in proposal.get("responsibility", [])] == known_by


def test_many_statements_about_statements_in_a_sentence_are_read(
    proposed: Proposed,
) -> None:
    assert "targets" not in proposed("تهديد " * 600, "تهديد")
