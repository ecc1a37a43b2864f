"""Who is credited in mid-sentence by a verb of saying without a subject: …، وقالت إن
الجيش قصف.
"""

from __future__ import annotations

import pytest

from tests.suggest.conftest import Words

SPEAKERS = [
    ("ربطت حماس الهدنة بوقف القصف، وقالت إن الجيش قصف مستشفى.", "قصف", ["حماس"]),
    (
        "دخل الجيش السوري المدينة، وأعلن أن طائراته قصفت مواقع.",
        "قصفت",
        ["الجيش السوري"],
    ),
    ("نددت إيران بالعقوبات، وقالت إن واشنطن قصفت مدنيين.", "قصفت", ["إيران"]),
    (
        "تبنت جماعة الحوثي الهجوم، وأعلنت أنها استهدفت سفينة.",
        "استهدفت",
        ["جماعة الحوثي"],
    ),
    # the verb has a subject of its own, does not agree, or names nobody; the act is
    # told in front of it
    ("وصل الوزير إلى بغداد، وقالت مصادر إن طائرة قصفت قرية.", "قصفت", ["مصادر"]),
    ("هاجم الجيش السوري القرية، وقالت إن طائرة قصفت مدرسة.", "قصفت", [""]),
    ("قصف الجيش الإسرائيلي منزلا، ويقال إن طائرة قصفت قرية.", "قصفت", [""]),
    ("قصفت إسرائيل منزلا، وقالت إنه مقر لحماس.", "قصفت", [""]),
]


@pytest.mark.parametrize(("text", "act", "sources"), SPEAKERS)
def test_who_acted_before_and_goes_on_to_say_it_is_the_source(
    proposed_words: Words, text: str, act: str, sources: list[str]
) -> None:
    assert proposed_words(text, act, "source") == sources
