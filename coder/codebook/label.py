"""What every part of a codebook is made of: a frozen model that refuses unknown keys, and a bilingual label.

Source: pydantic 2, `model_config`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints

from coder.messages.catalogue import Bilingual


class Model(BaseModel):
    """A frozen piece of the codebook; a key it does not know is an error, never dropped."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        validate_by_name=True,
        validate_by_alias=True,
        allow_inf_nan=False,
        defer_build=True,  # most pieces are only read as parts of a whole codebook
    )


Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$")]
"""A name that data refers to: Latin letters, digits, `_`, `.`, `-`; it never changes once published."""

Text = Annotated[str, StringConstraints(min_length=1)]
"""Words for people; never empty."""


class Label(Model):
    """The same words in Arabic and in English."""

    ar: Text
    en: Text

    def of(self, lang: str) -> str:
        """The words in `ar` or `en`; any other language code gives English."""
        return self.ar if lang == "ar" else self.en

    @classmethod
    def same(cls, words: str) -> Label:
        """Words that are the same in both languages: a name, an id, what stands in the article."""
        return cls(ar=words, en=words)


def _as_note(raw: Any) -> Any:
    return {"ar": raw, "en": raw} if isinstance(raw, str) and raw else raw


def _as_written(note: Label) -> str | dict[str, str]:
    return note.ar if note.ar == note.en else {"ar": note.ar, "en": note.en}


_note = BeforeValidator(_as_note, json_schema_input_type=Text | Label)
Note = Annotated[Label, _note, PlainSerializer(_as_written)]
"""A remark for coders: a label, or words (an example from the texts, say) that serve in both languages."""
Notes = tuple[Note, ...]


def joined(labels: Iterable[Bilingual | str], ar: str = "، ", en: str = ", ") -> Label:
    """Words in both languages as one list, with `ar` or `en` between them; a … where there are none."""
    known = list(labels)

    def said(lang: str) -> list[str]:
        return [each if isinstance(each, str) else each.of(lang) for each in known]

    return Label(ar=ar.join(said("ar")) or "…", en=en.join(said("en")) or "…")
