"""The base of all codebook parts: a frozen model that rejects unknown keys, and a bilingual label.

Source: pydantic 2, `model_config`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints

from coder.messages.catalogue import Bilingual


class Model(BaseModel):
    """A frozen part of the codebook; unknown keys are errors."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        validate_by_name=True,
        validate_by_alias=True,
        allow_inf_nan=False,
        defer_build=True,  # most parts are only read as parts of a whole codebook
    )


Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$")]
"""A name that data refers to: Latin letters, digits, `_`, `.`, `-`; never changed once published."""

Text = Annotated[str, StringConstraints(min_length=1)]
"""Text for people; never empty."""


class Label(Model):
    """A text in Arabic and in English."""

    ar: Text
    en: Text

    def of(self, lang: str) -> str:
        """The text in `ar` or `en`; English for any other language code."""
        return self.ar if lang == "ar" else self.en

    @classmethod
    def same(cls, words: str) -> Label:
        """A label that is the same in both languages: a name, an id, a quote from the article."""
        return cls(ar=words, en=words)


def _as_note(raw: Any) -> Any:
    return {"ar": raw, "en": raw} if isinstance(raw, str) and raw else raw


def _as_written(note: Label) -> str | dict[str, str]:
    return note.ar if note.ar == note.en else {"ar": note.ar, "en": note.en}


_note = BeforeValidator(_as_note, json_schema_input_type=Text | Label)
Note = Annotated[Label, _note, PlainSerializer(_as_written)]
"""A remark for coders: a label, or one text (such as an example from an article) for both languages."""
Notes = tuple[Note, ...]


def joined(labels: Iterable[Bilingual | str], ar: str = "، ", en: str = ", ") -> Label:
    """Join texts in both languages, separated by `ar` and `en`; "…" if there are none."""
    items = list(labels)

    def texts(lang: str) -> list[str]:
        return [each if isinstance(each, str) else each.of(lang) for each in items]

    return Label(ar=ar.join(texts("ar")) or "…", en=en.join(texts("en")) or "…")
