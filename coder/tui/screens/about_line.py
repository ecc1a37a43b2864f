"""The line about what is under the cursor: a highlight of the article, or a field of the record."""

from __future__ import annotations

from collections.abc import Iterable

from coder.codebook.schema import Codebook
from coder.model import Candidate, Coding, Span
from coder.service.coding.article_marks import Mark
from coder.service.coding.record_rows import FormRow
from coder.service.edits.field_values import published, value_for
from coder.text.display import isolate
from coder.tui import palette
from coder.tui.sentences import listed, origin_in_words, say, state_in_words
from coder.tui.widgets.rows import Column
from coder.values.typed import show


def about_mark(
    mark: Mark, target: Candidate | Span | None, coding: Coding, codebook: Codebook, lang: str
) -> Column:
    """A highlight's kind, state and value, and the fields that rest on it or where it comes from."""
    kind = codebook.span_kind(mark.kind)
    words = [f"{kind.glyph} {kind.label.of(lang)}", say(lang, mark.state)]
    words.append(_value_in_words(mark, target, coding, codebook, lang))
    fields = [
        f"{isolate(event.id)} {codebook.event_field(name).label.of(lang)}"
        for event in coding.events
        for name, answer in event.fields.items()
        if mark.id in answer.evidence
    ]
    words.append(
        say(lang, "in_fields", fields=", ".join(fields)) if fields else origin_in_words(lang, mark.origin)
    )
    return Column(listed(*words), 0, palette.TITLE)


def about_field(row: FormRow, evidence: Iterable[Candidate | Span], lang: str) -> Column:
    """The whole of what the field holds, and what is wrong with it."""
    words = [row.field.label.of(lang), state_in_words(lang, row.state), row.text]
    if row.answer.comment:
        words.append(f"✎ {row.answer.comment}")
    if row.problem is not None:
        words.append(row.problem.message.of(lang))
    words += [f"«{span.quote}»" for span in evidence]
    return Column(listed(*words), 0, palette.WRONG if row.state == "wrong" else palette.TITLE)


def _value_in_words(
    mark: Mark, target: Candidate | Span | None, coding: Coding, codebook: Codebook, lang: str
) -> str:
    """What the words would give the first field that takes their kind."""
    if target is None:
        return ""
    for field in codebook.fields_for_kind(mark.kind):
        value = value_for(field, target, codebook, published(coding))
        if value is not None:
            return show(field, value, codebook, lang)
    return ""
