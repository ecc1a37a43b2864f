"""Inflection by rule, against the paradigms of Ryding 2005 (chapters 7 and 21-32),
folded by hand.
"""

from __future__ import annotations

import pytest

from coder.suggest.forms import (
    Back,
    Front,
    masdar_forms,
    name_forms,
    noun_forms,
    verb_forms,
)


def written(forms: object) -> set[str]:
    return {form.text for form in forms if form.back is not Back.ONLY_PRONOUN}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        # measure X, sound: past feminine and plural, present, future, first person
        # plural
        (
            "استهدف",
            {
                "استهدفت",
                "استهدفوا",
                "يستهدف",
                "تستهدف",
                "يستهدفون",
                "سيستهدف",
                "سنستهدف",
            },
        ),
        # measure IV, weak: أخلى، أخلت، أخلوا، يخلي
        ("أخلى", {"اخلي", "اخلت", "اخلوا", "يخلي", "تخلي", "يخلون"}),
        # measure V, weak, with the jussive of لم يتبنَّ
        ("تبنّى", {"تبني", "تبنت", "تبنوا", "يتبني", "يتبن"}),
        # measure I, hollow: زار، يزور
        ("زار", {"زارت", "زاروا", "يزور", "تزور"}),
        # measure IV, hollow: أغار، يغير
        ("أغار", {"اغارت", "يغير"}),
        # measure X, hollow: استعاد، يستعيد
        ("استعاد", {"استعادت", "يستعيد"}),
        # measure I, doubled
        ("شنّ", {"شن", "شنت", "شنوا", "يشن", "تشن"}),
        # measure I with و: وقع، يقع, but measure II keeps it: وجّه، يوجّه
        ("وقع", {"وقعت", "يقع"}),
        ("وجّه", {"وجهت", "يوجه"}),
        # measure I ending in و: دعا، دعت، يدعو
        ("دعا", {"دعت", "دعوا", "يدعو", "تدعو"}),
    ],
)
def test_verbs_are_inflected_by_measure(verb: str, expected: set[str]) -> None:
    assert expected <= written(verb_forms(verb))


def test_passives_are_spelt_like_actives_once_folded() -> None:
    assert "استهدف" in written(verb_forms("استُهدف"))


@pytest.mark.parametrize(
    ("verb", "masdar"),
    [
        ("أسقط", "اسقاط"),
        ("اقتحم", "اقتحام"),
        ("استهدف", "استهداف"),
        ("أخلى", "اخلاء"),
        ("هاجم", "مهاجمه"),
        ("هدّد", "تهديد"),
        ("أغار", "اغاره"),
        ("استعاد", "استعاده"),
        # measures VII and VIII, hollow; استاء is not of measure X
        ("انهار", "انهيار"),
        ("اغتال", "اغتيال"),
        ("استاء", "استياء"),
    ],
)
def test_verbal_nouns_of_derived_measures_are_regular(verb: str, masdar: str) -> None:
    assert masdar in written(masdar_forms(verb))


def test_measure_one_has_no_rule_for_its_verbal_noun() -> None:
    assert not list(masdar_forms("قتل"))


def test_nouns_take_article_dual_plural_and_accusative() -> None:
    assert {"هجوم", "الهجوم", "هجوما", "هجومان", "هجومين"} <= written(
        noun_forms("هجوم")
    )
    assert {"غاره", "الغاره", "غارات", "الغارات", "غارتان", "غارتين"} <= written(
        noun_forms("غارة")
    )


def test_ta_marbuta_opens_before_a_pronoun_only() -> None:
    forms = {form.text: form.back for form in noun_forms("غارة")}
    assert forms["غارت"] is Back.ONLY_PRONOUN
    assert forms["غاره"] is Back.NOTHING


def test_phrases_agree_in_definiteness_and_number() -> None:
    assert {"غاره جويه", "الغاره الجويه", "غارتين جويتين"} <= written(
        noun_forms("غارة جوية")
    )


def test_the_article_loses_its_alif_behind_lam() -> None:
    assert "لقوات الامريكيه" in {
        f.text for f in name_forms("القوات الأمريكية") if f.front is Front.LAM
    }
    # three lams are written as two: ل + اللاذقية = للاذقية
    assert "لاذقيه" in {f.text for f in name_forms("اللاذقية") if f.front is Front.LAM}


def test_names_take_the_spellings_of_the_press() -> None:
    assert {"القوات الاميركيه", "القوات الامريكيه"} <= written(
        name_forms("القوات الأمريكية")
    )
    assert {"المليشيات الايرانيه", "الميليشيات الايرانيه"} <= written(
        name_forms("الميليشيات الإيرانية")
    )
