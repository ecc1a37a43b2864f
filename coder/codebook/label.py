"""The base of all codebook parts: a frozen struct that rejects unknown keys, and a
bilingual label.

`Meta(extra=…)` is what `authoring` goes by in files that people write, beside the limits that always hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Annotated, Any, dataclass_transform

import msgspec
from msgspec import NODEFAULT, Meta, Struct
from msgspec.structs import fields

from coder.messages.catalogue import Bilingual


@dataclass_transform(frozen_default=True, field_specifiers=(msgspec.field,))
class Model(Struct, frozen=True, forbid_unknown_fields=True):
    """A frozen part of the codebook; unknown keys are errors."""

    def said(self) -> dict[str, Any]:
        """Return the parts that differ from their defaults, by the keys of a file."""
        values = (
            (key, getattr(self, name), default)
            for name, key, default in _defaults(type(self))
        )
        return {key: value for key, value, default in values if value != default}


@cache
def _defaults(kind: type[Model]) -> tuple[tuple[str, str, Any], ...]:
    """The name, key and default of each attribute."""
    return tuple(
        (
            f.name,
            f.encode_name,
            f.default if f.default_factory is NODEFAULT else f.default_factory(),
        )
        for f in fields(kind)
    )


def plain(value: Any) -> Any:
    """A part of a codebook as the data that is stored: by the keys of a file and
    without defaults.
    """
    match value:
        case Model():
            return {key: plain(each) for key, each in value.said().items()}
        case dict():
            return {key: plain(each) for key, each in value.items()}
        case tuple():
            return [plain(each) for each in value]
    return value


# Only for authors: as the program ends, msgspec 0.22 frees a wrong address for a
# pattern beside a tuple.
Id = Annotated[str, Meta(extra={"pattern": r"^[A-Za-z][A-Za-z0-9_.-]*$"})]
"""A name that data refers to: Latin letters, digits, `_`, `.`, `-`; never changed once
published.
"""

Text = Annotated[str, Meta(min_length=1)]
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
        """A label that is the same in both languages: a name, an id, a quote from the
        article.
        """
        return cls(ar=words, en=words)


Note = Annotated[Text | Label, Meta(extra={"word": ("ar", "en")})]
"""A remark for coders: a label, or one text (such as an example from an article) for
both languages.
"""
Notes = tuple[Note, ...]


def in_language(text: Bilingual | str, lang: str) -> str:
    """A note, or another text, in `ar` or `en`; a text without a language is the same
    in both.
    """
    return text if isinstance(text, str) else text.of(lang)


def join_texts(
    labels: Iterable[Bilingual | str], ar: str = "، ", en: str = ", "
) -> Label:
    """Join texts in both languages, separated by `ar` and `en`; "…" if there are none."""
    items = list(labels)
    texts = {lang: [in_language(each, lang) for each in items] for lang in ("ar", "en")}
    return Label(ar=ar.join(texts["ar"]) or "…", en=en.join(texts["en"]) or "…")
