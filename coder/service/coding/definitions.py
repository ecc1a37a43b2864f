"""What the codebook says about a field and its value, as headings and texts to read."""

from __future__ import annotations

from coder.codebook.schema import Codebook, EventType, Field, Value
from coder.messages.catalogue import say
from coder.model import Answer


def about_field(field: Field, answer: Answer | None, codebook: Codebook, lang: str) -> list[tuple[str, str]]:
    """(heading, text): the field's help and notes, then those of each value that it holds."""
    found = [(say(lang, "coding.field"), field.help.of(lang) if field.help is not None else "")]
    found += _notes(field, lang)
    value = answer.value if answer is not None and answer.coded else None
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str):
            found += _about_value(field, each, codebook, lang)
    return found


def _about_value(field: Field, value_id: str, codebook: Codebook, lang: str) -> list[tuple[str, str]]:
    if field.values_from == "event_types" and codebook.path_of(value_id):
        event_type = codebook.event_type(value_id)
        about = [(event_type.label.of(lang), event_type.definition.of(lang))]
        return about + _notes(event_type, lang)
    value = next((v for v in codebook.values_of(field) if v.id == value_id), None)
    if value is None:
        return []
    return [(value.label.of(lang), value.help.of(lang) if value.help else ""), *_notes(value, lang)]


def _notes(item: Field | Value | EventType, lang: str) -> list[tuple[str, str]]:
    """What belongs, what does not, and examples, as far as the codebook says so."""
    between = "؛ " if lang == "ar" else "; "
    said = (("include", item.include), ("exclude", item.exclude), ("examples", item.examples))
    return [
        (say(lang, f"coding.{key}"), between.join(note.of(lang) for note in notes))
        for key, notes in said
        if notes
    ]
