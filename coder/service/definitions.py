"""What the codebook says about a field and its value, as headings and texts to read."""

from __future__ import annotations

from coder.codebook.schema import Codebook, Field
from coder.model import Answer

_WORDS = {
    "field": ("الحقل", "Field"),
    "include": ("يشمل", "Includes"),
    "exclude": ("لا يشمل", "Excludes"),
}


def about_field(field: Field, answer: Answer | None, codebook: Codebook, lang: str) -> list[tuple[str, str]]:
    """(heading, text): the field's help, then label, definition and notes of each value that it holds."""
    found = [(_word("field", lang), field.help.of(lang) if field.help is not None else "")]
    value = answer.value if answer is not None and answer.coded else None
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str):
            found += _about_value(field, each, codebook, lang)
    return found


def _about_value(field: Field, value_id: str, codebook: Codebook, lang: str) -> list[tuple[str, str]]:
    if field.values_from == "event_types" and codebook.path_of(value_id):
        event_type = codebook.event_type(value_id)
        between = "؛ " if lang == "ar" else "; "
        return [
            (event_type.label.of(lang), event_type.definition.of(lang)),
            (_word("include", lang), between.join(event_type.include)),
            (_word("exclude", lang), between.join(event_type.exclude)),
        ]
    return [
        (value.label.of(lang), value.help.of(lang))
        for value in codebook.values_of(field)
        if value.id == value_id and value.help is not None
    ]


def _word(key: str, lang: str) -> str:
    arabic, english = _WORDS[key]
    return arabic if lang == "ar" else english
