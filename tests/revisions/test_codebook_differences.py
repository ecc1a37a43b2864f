"""What `coder codebook diff` says of a change, in both languages; conditions in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from coder.codebook.authoring import checked
from coder.codebook.in_words import condition_in_words, rule_in_words
from coder.codebook.label import Label, plain
from coder.codebook.load import read_codebook
from coder.codebook.pack_schema import Pack, Row
from coder.codebook.schema import Codebook
from coder.revisions.codebook_differences import differences
from tests.conftest import SCHEMAS
from tests.support.revised import revised

Change = Callable[[dict[str, Any]], None]


def changed(codebook: Codebook, change: Change) -> Codebook:
    """The codebook after a change of its data."""
    data = plain(codebook)
    data["version"] = "1.1.0"
    change(data)
    return checked(Codebook, data)


def field(data: dict[str, Any], name: str) -> dict[str, Any]:
    return next(
        f for f in (*data["article_fields"], *data["event_fields"]) if f["id"] == name
    )


def label(ar: str, en: str) -> dict[str, str]:
    return {"ar": ar, "en": en}


def add_value(data: dict[str, Any]) -> None:
    field(data, "genre")["values"].append(
        {"id": "satire", "label": label("سخرية", "satire")}
    )


def remove_value(data: dict[str, Any]) -> None:
    field(data, "genre")["values"] = [
        v for v in field(data, "genre")["values"] if v["id"] != "live"
    ]


def rename_value(data: dict[str, Any]) -> None:
    field(data, "genre")["values"][0]["id"] = "report"
    data["recode"] = {"from": "1.0.0", "values": {"genre": {"news": "report"}}}


def new_condition(data: dict[str, Any]) -> None:
    field(data, "relevance_reason")["when"] = {"field": "relevance", "in": ["unsure"]}


def new_distance(data: dict[str, Any]) -> None:
    field(data, "pub_date")["distance"] = {"kind": "date", "cap_days": 7}


def new_key(data: dict[str, Any]) -> None:
    field(data, "report_scope")["key"] = "y"


def no_field(data: dict[str, Any]) -> None:
    data["article_fields"] = [f for f in data["article_fields"] if f["id"] != "genre"]


def new_severity(data: dict[str, Any]) -> None:
    next(r for r in data["rules"] if r["id"] == "R32")["severity"] = "warning"


def new_words(data: dict[str, Any]) -> None:
    next(a for a in data["lexicon"]["actors"] if a["id"] == "irgc")["aliases"] = [
        "الحرس"
    ]


CASES: dict[str, tuple[Change, list[str], list[str]]] = {
    "a value added": (
        add_value,
        ["+ value “satire” (satire) is new"],
        ["+ القيمة «سخرية» (satire): جديد"],
    ),
    "a value removed": (
        remove_value,
        ["- value “live blog” (live) was removed"],
        ["- القيمة «تغطية حية» (live): لم يبقَ"],
    ),
    "a value renamed": (
        rename_value,
        ["> value “news report”: news is now report"],
        ["> القيمة «خبر»: news صار report"],
    ),
    "a condition changed": (
        new_condition,
        [
            "~ article field “Reason not relevant or unsure” (relevance_reason): asked when changed: "
            "from ““Relevance” is “not relevant” or “unsure”” to ““Relevance” is “unsure””"
        ],
        [
            "~ حقل المقال «سبب عدم الصلة أو الشك» (relevance_reason): تغيّر شرط السؤال: "
            "من «قيمة «صلة المقال» هي «غير ذي صلة» أو «غير متأكد»» إلى «قيمة «صلة المقال» هي «غير متأكد»»"
        ],
    ),
    "a distance changed": (
        new_distance,
        [
            "~ article field “Publication date” (pub_date): agreement distance changed: "
            "from “kind date cap_days 30” to “kind date cap_days 7”"
        ],
        [
            "~ حقل المقال «تاريخ النشر» (pub_date): تغيّر مسافة الاتفاق: "
            "من «kind date cap_days 30» إلى «kind date cap_days 7»"
        ],
    ),
    "a key changed": (
        new_key,
        ["~ event field “Report scope” (report_scope): key changed: from “r” to “y”"],
        ["~ حقل الحدث «نطاق الخبر» (report_scope): تغيّر المفتاح: من «r» إلى «y»"],
    ),
    "a field removed, its values with it": (
        no_field,
        ["- article field “Genre” (genre) was removed"],
        ["- حقل المقال «نوع المقال» (genre): لم يبقَ"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_one_change_is_one_line_in_coders_words(codebook: Codebook, case: str) -> None:
    change, english, arabic = CASES[case]
    found = differences(codebook, changed(codebook, change))
    assert [d.words("en") for d in found] == english
    assert [d.words("ar") for d in found] == arabic


def test_rules_and_words_of_the_lexicon_are_compared_too(codebook: Codebook) -> None:
    [rule] = differences(codebook, changed(codebook, new_severity))
    assert (rule.sort, rule.id, rule.aspect) == ("rule", "R32", "severity")
    assert rule.words("en").endswith(
        "(R32): severity changed: from “error” to “warning”"
    )
    [words] = differences(codebook, changed(codebook, new_words))
    assert (words.sort, words.id, words.aspect) == ("actor", "irgc", "aliases")


@pytest.mark.parametrize(
    "name", ["conflict_events", "protest_events", "named_entities"]
)
def test_a_codebook_does_not_differ_from_itself(name: str) -> None:
    book = read_codebook(SCHEMAS / f"{name}.yaml")
    assert differences(book, Codebook.from_json(book.to_json())) == []


def test_what_is_new_one_way_is_gone_the_other_way(codebook: Codebook) -> None:
    other = read_codebook(SCHEMAS / "protest_events.yaml")
    forth, back = differences(codebook, other), differences(other, codebook)
    for there, here in ((forth, back), (back, forth)):
        assert {(d.sort, d.id) for d in there if d.sign == "added"} == {
            (d.sort, d.id) for d in here if d.sign == "removed"
        }


def test_a_split_and_a_renamed_field_are_said_as_such(
    codebook: Codebook, tmp_path: Path
) -> None:
    said = [
        d.words("en") for d in differences(codebook, read_codebook(revised(tmp_path)))
    ]
    assert (
        "> event type “Air strike”: air_strike is now one of air_strike_crewed, air_strike_other"
        in said
    )
    assert "> event field “Certainty”: certainty is now article_certainty" in said
    assert "+ event field “At night” (at_night) is new" in said
    assert not any("certainty) is" in line for line in said)


ALOUD = {
    "R01": (
        "Always: “Date: end” is at least “Date: start”",
        "يجب: «التاريخ: إلى» لا يقل عن «التاريخ: من»",
    ),
    "R11": (
        "If “Event type” is “Threat or ultimatum”, then: “Status” is “threatened”",
        "إذا كانت قيمة «نوع الحدث» هي «تهديد أو إنذار»، فيجب: قيمة «حالة الحدث» هي «مهدَّد به»",
    ),
    "R16": (
        "Always: every field that needs evidence: it has evidence",
        "يجب: كل حقل يلزمه دليل: له دليل",
    ),
    "R32": (
        "If “Relevance (of the article)” is “not relevant”, then: the article has no event",
        "إذا كانت قيمة «صلة المقال (المقال)» هي «غير ذي صلة»، فيجب: لا حدث في المقال",
    ),
}


@pytest.mark.parametrize("rule", ALOUD)
def test_rules_are_read_aloud(codebook: Codebook, rule: str) -> None:
    found = next(r for r in codebook.rules if r.id == rule)
    assert (
        rule_in_words(found, codebook, "en"),
        rule_in_words(found, codebook, "ar"),
    ) == ALOUD[rule]


@pytest.mark.parametrize(
    "name", ["conflict_events", "protest_events", "named_entities"]
)
def test_no_id_is_left_in_a_condition_read_aloud(name: str) -> None:
    book = read_codebook(SCHEMAS / f"{name}.yaml")
    fields = [
        (f, f in book.article_fields)
        for f in (*book.article_fields, *book.event_fields)
    ]
    said = [
        condition_in_words(f.when, book, lang, of_article=own)
        for f, own in fields
        if f.when
        for lang in ("ar", "en")
    ]
    said += [
        rule_in_words(rule, book, lang) for rule in book.rules for lang in ("ar", "en")
    ]
    assert not [line for line in said if "_" in line]


def test_a_pack_that_changes_is_named_with_what_changed(codebook: Codebook) -> None:
    pack = Pack(id="floods", version="1.0.0", title=Label(ar="سيول", en="Floods"))
    old = replace(codebook, packs=(pack,))
    new = replace(codebook, packs=(replace(pack, rows=(Row(id="r", pattern="@"),)),))
    assert [each.words("en") for each in differences(codebook, old)] == [
        "+ pack “Floods” (floods) is new"
    ]
    assert [each.words("en") for each in differences(old, new)] == [
        "~ pack “Floods” (floods): rows changed"
    ]
