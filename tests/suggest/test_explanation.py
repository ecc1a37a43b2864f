"""What an explanation tells of triggers, proposed values and candidates."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article, Candidate
from coder.suggest.explanation import Explanation, explain, source_of
from coder.suggest.registry import propose

Explain = Callable[..., Explanation]
STRUCK = "قصف الجيش السوري مدينة إدلب. وأسفر القصف عن مقتل خمسة مدنيين."
MEANT = "عمل الخبير مع الحرس الثوري الإيراني لتدريب المقاتلين."


@pytest.fixture(scope="module")
def explained(conflict_events: Codebook) -> Explain:
    """The explanation of a text with the candidates of the rules."""

    def explain_text(text: str, at: int | None = None) -> Explanation:
        article = Article("a", text)
        found = propose(article, conflict_events)
        return explain(article, conflict_events, found, at)

    return explain_text


def test_a_trigger_has_its_type_and_listed_word(explained: Explain) -> None:
    first, second = explained(STRUCK).triggers
    assert (first.words, first.type) == ("قصف", "attack_unspecified")
    assert (first.origin, second.origin) == ("noun:قصف", "noun:قصف")
    assert first.tells_event and second.tells_event


def test_a_value_has_its_row_and_the_rows_pattern(explained: Explain) -> None:
    [value] = [
        each
        for each in explained(STRUCK).triggers[0].values
        if each.field == "initiators"
    ]
    assert (value.words, value.value) == ("الجيش السوري", ["syria_army"])
    assert value.row == "doer-at-start"
    assert value.pattern.startswith("^ auxiliary* @:noun:verb-like")
    assert value.carried == ""


def test_a_value_of_another_sentence_says_so(explained: Explain) -> None:
    values = {each.field: each for each in explained(STRUCK).triggers[1].values}
    assert values["place"].words == "مدينة إدلب"
    assert (values["place"].row, values["place"].carried) == ("place-behind", "before")
    assert (values["killed"].row, values["killed"].carried) == ("count", "")


def test_a_row_in_vain_is_told_with_its_field(explained: Explain) -> None:
    [miss] = explained(STRUCK).triggers[0].nearly
    assert (miss.slot, miss.field, miss.words) == ("patient", "targets", "الجيش السوري")
    assert (miss.row, miss.contradicts) == ("done-to", True)


def test_no_event_names_the_slots_it_lacks(explained: Explain) -> None:
    [trigger] = explained(MEANT).triggers
    assert not trigger.tells_event
    assert (trigger.words, trigger.missing) == ("تدريب", ("agent", "patient"))
    assert trigger.mark == ""


def test_no_event_names_the_mark_that_denies_it(explained: Explain) -> None:
    text = "تشير التقديرات إلى احتمال هجوم على مدينة حلب."
    [trigger] = explained(text).triggers
    assert (trigger.words, trigger.tells_event) == ("هجوم", False)
    assert (trigger.mark, trigger.missing) == ("likely", ())
    assert trigger.mark_pattern == "likely @:noun:!definite"


def test_an_offset_gives_its_words_and_nearest_trigger(explained: Explain) -> None:
    told = explained(STRUCK, STRUCK.index("مدنيين"))
    assert [each.words for each in told.triggers] == ["القصف"]
    kinds = {(each.kind, each.words, each.source) for each in told.candidates}
    assert kinds == {
        ("number", "خمسة مدنيين", "list"),
        ("actor", "مدنيين", "lexicon"),
    }


def test_an_offset_without_a_trigger_explains_none(explained: Explain) -> None:
    told = explained(f"وصلت القوات الروسية. {STRUCK}", 6)
    assert told.triggers == ()
    assert [each.words for each in told.candidates] == ["القوات الروسية"]


@pytest.mark.parametrize(
    ("origin", "source"),
    [
        ("lexicon:iraq", "lexicon"),
        ("words:قواعد", "list"),
        ("learned:المنطقة", "learned"),
        ("promoted:المنطقة", "learned"),
        ("import:conll", "import"),
        ("model", "plugin"),
        ("model:rule", "plugin"),
        ("weekday", "pattern"),
    ],
)
def test_an_origin_tells_the_kind_of_data(origin: str, source: str) -> None:
    candidate = Candidate("actor:0-1", "actor", 0, 1, "ا", origin=origin)
    assert source_of(candidate, {"model"}) == source


def test_a_place_that_is_only_a_name_tells_its_aside(explained: Explain) -> None:
    text = "بحث وزراء الخارجية نتائج قمة النقب في القاهرة يوم الأحد."
    told = explained(text, text.index("النقب"))
    [candidate] = [each for each in told.candidates if each.kind == "place"]
    assert candidate.aside == "place-in-name"
    assert candidate.aside_pattern == "named-after:!definite @:PLACE"
    other = explained(text, text.index("القاهرة"))
    assert [each.aside for each in other.candidates if each.kind == "place"] == [""]
