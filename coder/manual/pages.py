"""The coders' manual as one self-contained page, Markdown or HTML, with Arabic from
right to left.

`outline.jinja` defines the content, `md.jinja` and `html.jinja` how it is written.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from coder.codebook.in_words import condition_in_words, rule_in_words
from coder.codebook.label import in_language
from coder.codebook.schema import Codebook, EventType
from coder.messages.catalogue import say

DIRECTIONS = {"ar": "rtl", "en": "ltr"}
_MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]|#<>])")


def page(codebook: Codebook, langs: Sequence[str], form: str) -> str:
    """Return the manual in the given languages, one after the other, as `md` or `html`."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # slow to import
    from markupsafe import Markup

    def finished(value: Any) -> Markup:
        """Escape text for the page's format; parts of the page (`Markup`) stay
        unchanged.
        """
        if isinstance(value, Markup):
            return value
        if form == "html":
            return Markup(html.escape(str(value)))
        return Markup(in_markdown(str(value)))

    loader = FileSystemLoader(Path(__file__).parent)
    templates = Environment(
        loader=loader,
        undefined=StrictUndefined,
        autoescape=True,
        finalize=finished,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    outline = templates.get_template("outline.jinja")
    macros_of_form = templates.get_template(f"{form}.jinja")
    show: Any = macros_of_form.module
    sections = []
    for lang in langs:
        body = Markup(outline.render(show=show, **_in_language(codebook, lang)))
        sections.append(show.section(lang, DIRECTIONS[lang], body))
    title = f"{codebook.title.of(langs[0])} {codebook.version}"
    return str(show.page(sections, langs[0], DIRECTIONS[langs[0]], title))


def in_markdown(text: str) -> str:
    """Return the text as one line of Markdown, with special characters escaped."""
    return _MARKDOWN_SIGNS.sub(r"\\\1", " ".join(text.split()))


def _in_language(codebook: Codebook, lang: str) -> Mapping[str, Any]:
    """Return what the outline needs to say the manual in a language."""

    def word(key: str, **values: object) -> str:
        return say(lang, f"manual.{key}", **values)

    def mapped(node: EventType) -> list[str]:
        """Return the type's codes in other schemes."""
        names = {scheme.id: scheme.name for scheme in codebook.sources}
        codes = []
        for scheme_id, code in node.map.items():
            if scheme_id in names and code:
                codes.append(f"{names[scheme_id]}: {code}")
        return codes

    keys = []
    for field in codebook.event_fields:
        if field.key:
            keys.append((field.key, field.label.of(lang), word("in_article")))
    for kind in codebook.span_kinds:
        both_keys = f"{kind.key} {kind.key_ar}"
        keys.append((both_keys, kind.label.of(lang), word("while_drawing")))
    of_codebook: dict[str, Sequence[Any]] = {
        "blanks": codebook.blanks,
        "article_fields": codebook.article_fields,
        "spans": codebook.span_kinds,
        "event_types": codebook.event_types,
        "event_fields": codebook.event_fields,
        "errors": [rule for rule in codebook.rules if rule.severity == "error"],
        "warnings": [rule for rule in codebook.rules if rule.severity == "warning"],
        "actor_classes": codebook.actor_classes,
        "reasons": codebook.adjudication_reasons,
        "keys": sorted(keys),
    }
    chapters = {name: parts for name, parts in of_codebook.items() if parts}
    return {
        "book": codebook,
        "lang": lang,
        "chapters": chapters,
        "titles": [word(name) for name in chapters],
        "word": word,
        "in_language": lambda notes: [in_language(note, lang) for note in notes],
        "condition": partial(condition_in_words, codebook=codebook, lang=lang),
        "rule": partial(rule_in_words, codebook=codebook, lang=lang),
        "value": partial(codebook.label_of, lang=lang),
        "joined": ("؛ " if lang == "ar" else "; ").join,
        "mapped": mapped,
    }
