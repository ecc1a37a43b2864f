"""Whole words, attached particles outside, the longest form: the boundary rules of the
codebook.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coder.suggest.compiled_lexicon import Match, Matcher, Term
from coder.suggest.forms import Form, name_forms, noun_forms, verb_forms
from coder.text.normalize import fold, fold_key


def found(matcher: Matcher, text: str) -> list[tuple[str, str]]:
    folded = fold(text)
    return [
        (m.kind, text[slice(*folded.span(m.start, m.stop))])
        for m in matcher.find(folded)
    ]


def names(*listed: str) -> Matcher:
    return Matcher(
        (form, Term("actor", name, name))
        for name in listed
        for form in name_forms(name)
    )


def test_particles_stay_outside_and_the_article_inside() -> None:
    matcher = names("القوات الأميركية")
    assert found(matcher, "والقوات الأميركية") == [("actor", "القوات الأميركية")]
    assert found(matcher, "وبالقوات الأميركية") == [("actor", "القوات الأميركية")]


def test_behind_lam_the_span_starts_after_the_first_lam() -> None:
    assert found(names("القوات الأميركية"), "وللقوات الأميركية") == [
        ("actor", "لقوات الأميركية")
    ]


def test_a_form_inside_another_word_is_no_match() -> None:
    matcher = names("حماس", "قطر")
    assert found(matcher, "بحماسة وقطرات ومقطر") == []


def test_short_forms_take_no_preposition_unless_vowels_tell() -> None:
    matcher = Matcher((form, Term("trigger", "t", "ردّ")) for form in noun_forms("ردّ"))
    assert found(matcher, "شتاء برد") == []  # cold, not by reply
    assert found(matcher, "هددت بردّ") == [("trigger", "ردّ")]


def test_ta_marbuta_is_no_pronoun() -> None:
    matcher = Matcher((form, Term("trigger", "t", "ضرب")) for form in verb_forms("ضرب"))
    assert found(matcher, "ضربة واحدة") == []
    assert found(matcher, "ضربه بعصا") == [("trigger", "ضربه")]


def test_pronouns_stay_inside_the_span() -> None:
    matcher = Matcher(
        (form, Term("trigger", "t", "هجمة")) for form in noun_forms("هجمة")
    )
    assert found(matcher, "وصعّدت هجماتها وهجمتها") == [
        ("trigger", "هجماتها"),
        ("trigger", "هجمتها"),
    ]


def test_the_longest_form_of_a_kind_wins_and_kinds_may_overlap() -> None:
    entries = [
        (Form(fold_key("حزب الله")), Term("actor", "hezbollah", "حزب الله")),
        (Form(fold_key("كتائب حزب الله")), Term("actor", "kataib", "كتائب حزب الله")),
        (Form(fold_key("الله")), Term("place", "p", "الله")),
    ]
    matches = Matcher(entries).find(fold("كتائب “حزب الله”"))
    assert [(m.kind, m.terms[0].id) for m in matches] == [
        ("actor", "kataib"),
        ("place", "p"),
    ]


def test_quotation_marks_do_not_part_a_name_and_end_outside_the_span() -> None:
    assert found(names("كتائب حزب الله"), "قالت كتائب “حزب الله” إنها") == [
        ("actor", "كتائب “حزب الله")
    ]


@given(st.text(alphabet="القواتمريكيةوبلفك ًُّ«»ـ\n", max_size=60))
def test_a_match_folds_to_a_form_of_its_term(text: str) -> None:
    forms = {form.text for form in name_forms("القوات الأمريكية")}
    folded = fold(text)
    for match in names("القوات الأمريكية").find(folded):
        assert isinstance(match, Match)
        start, end = folded.span(match.start, match.stop)
        assert fold_key(text[start:end]) in forms
