"""The published JSON schema, as an editor uses it: it takes what the program takes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from coder.codebook.authoring import checked
from coder.codebook.label import plain
from coder.codebook.load import read_codebook
from coder.codebook.schema import Value
from coder.codebook.shipped import codebooks, packs
from coder.model import Answer
from coder.service.coding.record_rows import describe_field_help
from tests.conftest import SCHEMAS

ISOLATES = re.compile("[\u2066-\u2069]")
VALIDATOR = Draft202012Validator(
    json.loads((SCHEMAS / "codebook.schema.json").read_text("utf-8"))
)


PACKS = Draft202012Validator(
    json.loads((SCHEMAS / "pack.schema.json").read_text("utf-8"))
)


@pytest.mark.parametrize("name", packs())
def test_every_shipped_pack_is_valid(name: str) -> None:
    Draft202012Validator.check_schema(PACKS.schema)
    pack = yaml.safe_load(packs()[name].read_text("utf-8"))
    assert list(PACKS.iter_errors(pack)) == []
    pack["rows"][0]["patern"] = "@"
    assert list(PACKS.iter_errors(pack))


def test_a_codebook_that_names_packs_is_valid() -> None:
    book = yaml.safe_load(codebooks()["protest_events"].read_text("utf-8"))
    assert not list(VALIDATOR.iter_errors({**book, "packs": ["arabic", "own"]}))
    assert list(VALIDATOR.iter_errors({**book, "packs": "arabic"}))


@pytest.mark.parametrize("name", codebooks())
def test_every_shipped_codebook_is_valid(name: str) -> None:
    Draft202012Validator.check_schema(VALIDATOR.schema)
    assert (
        list(
            VALIDATOR.iter_errors(yaml.safe_load(codebooks()[name].read_text("utf-8")))
        )
        == []
    )


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("form", {"type": "tree"}),
        ("form", {"labl": {"ar": "أ", "en": "a"}}),
        ("form", {"label": {"ar": "أ"}}),
        ("form", {"when": {"field": "police", "is": "yes"}}),
        ("form", {"when": {"feild": "police", "is": True}}),
        ("form", {"key": "TT"}),
    ],
)
def test_a_mistake_is_marked(field: str, change: dict[str, Any]) -> None:
    book = yaml.safe_load(codebooks()["protest_events"].read_text("utf-8"))
    next(f for f in book["event_fields"] if f["id"] == field).update(change)
    assert list(VALIDATOR.iter_errors(book))


def test_notes_are_words_or_labels_and_are_shown_in_the_language_of_the_screen(
    tmp_path: Any,
) -> None:
    text = codebooks()["named_entities"].read_text("utf-8").replace("lexicon: a", "# a")
    right = "help: {ar: نص عربي مقروء, en: Arabic that can be read}"
    notes = "include: [{ar: بيان, en: a statement}], exclude: [تغريدة], examples: [خبر, {ar: مقال, en: article}]"
    assert right in text
    path = tmp_path / "book.yaml"
    path.write_text(text.replace(right, f"{right}, {notes}"), "utf-8")
    book = read_codebook(path)
    assert list(VALIDATOR.iter_errors(yaml.safe_load(path.read_text("utf-8")))) == []
    field = book.article_field("usable")
    page = {
        key: ISOLATES.sub("", words)
        for key, words in describe_field_help(field, Answer("usable"), book, "en")
    }
    assert page["usable"] == "Arabic that can be read"
    assert (page["Includes"], page["Excludes"], page["Examples"]) == (
        "a statement",
        "تغريدة",
        "خبر; article",
    )
    page = {
        key: ISOLATES.sub("", words)
        for key, words in describe_field_help(field, Answer("usable"), book, "ar")
    }
    assert (page["يشمل"], page["أمثلة"]) == ("بيان", "خبر؛ مقال")


def test_a_note_that_is_the_same_in_both_languages_is_stored_as_one_text() -> None:
    written = ["خبر", {"ar": "خبر", "en": "خبر"}, {"ar": "مقال", "en": "article"}]
    value = {"id": "news", "label": {"ar": "خبر", "en": "خبر"}, "examples": written}
    stored = plain(checked(Value, value))
    assert stored == value | {
        "examples": ["خبر", "خبر", {"ar": "مقال", "en": "article"}]
    }
