"""Why something is suggested in a project's article, as a value and in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.codebook.validate import value_problems
from coder.errors import CoderError
from coder.messages.catalogue import say
from coder.model import Article, Json
from coder.service.learning.learned_terms import candidates_for_all
from coder.service.project.opened import Project
from coder.suggest.explanation import (
    ExplainedCandidate,
    ExplainedMiss,
    ExplainedTrigger,
    ExplainedValue,
    Explanation,
    explain,
)
from coder.text.display import isolate_within
from coder.values.typed import show

Paragraph = tuple[str, str]
"""A heading, empty for none, and a text."""


def explain_article(
    project: Project, article: Article, at: int | None = None
) -> Explanation:
    """Explain what everybody is suggested in an article, or at one of its code points."""
    if at is not None and not 0 <= at < len(article.text):
        raise CoderError(
            "learning.no_offset", at=at, article=article.id, n=len(article.text)
        )
    candidates = candidates_for_all(project, article)
    plugins = project.config.plugins
    return explain(article, project.codebook, candidates, at, plugins)


def keep_field(explanation: Explanation, field_id: str) -> Explanation:
    """Return the explanation of one field: its values, what nearly filled it."""
    triggers = []
    for trigger in explanation.triggers:
        values = tuple(each for each in trigger.values if each.field == field_id)
        nearly = tuple(each for each in trigger.nearly if each.field == field_id)
        triggers.append(replace(trigger, values=values, nearly=nearly))
    return replace(explanation, triggers=tuple(triggers), candidates=())


class _Wording:
    """Puts explanations into words of a language, with labels of a codebook."""

    def __init__(self, codebook: Codebook, lang: str, *, isolated: bool) -> None:
        self._codebook = codebook
        self._lang = lang
        self._isolated = isolated

    def describe(self, explanation: Explanation) -> list[Paragraph]:
        """Return the paragraphs of an explanation; one says so if it is empty."""
        paragraphs = [
            paragraph
            for candidate in explanation.candidates
            for paragraph in self._describe_candidate(candidate)
        ]
        for trigger in explanation.triggers:
            paragraphs += self._describe_trigger(trigger)
        return paragraphs or [("", self._say("explained_nothing"))]

    def _describe_candidate(self, candidate: ExplainedCandidate) -> Iterator[Paragraph]:
        yield (
            self._heading(candidate),
            self._say(
                "explained_candidate",
                source=say(self._lang, f"learning.source_{candidate.source}"),
                origin=candidate.origin or "—",
                score=f"{candidate.score:.2f}",
            ),
        )
        if candidate.aside:
            row = _with_pattern(candidate.aside, candidate.aside_pattern)
            yield "", self._say("explained_aside", row=row)
        if candidate.value is None:
            return
        for field in self._codebook.fields_for_kind(candidate.kind):
            if not any(value_problems(field, candidate.value, self._codebook)):
                yield "", self._show(field.id, candidate.value)
                return

    def _describe_trigger(self, trigger: ExplainedTrigger) -> Iterator[Paragraph]:
        field = self._codebook.type_field
        type_label = self._show(field.id, trigger.type) if field else "—"
        listed = self._say(
            "explained_type", type=type_label, origin=trigger.origin or "—"
        )
        yield self._heading(trigger), listed
        yield "", self._describe_event(trigger)
        for value in trigger.values:
            if value.row != trigger.origin:  # the type is told already
                yield "", self._describe_value(value)
        for miss in trigger.nearly:
            yield "", self._describe_miss(miss)

    def _describe_event(self, trigger: ExplainedTrigger) -> str:
        if trigger.mark:
            return self._say(
                "explained_mark", row=trigger.mark, pattern=trigger.mark_pattern
            )
        if not trigger.tells_event:
            return self._say("explained_missing", slots=", ".join(trigger.missing))
        return self._say("explained_event")

    def _describe_value(self, value: ExplainedValue) -> str:
        words = self._say(
            "explained_value",
            field=self._label(value.field),
            value=self._show(value.field, value.value),
            words=value.words or "—",
            row=_with_pattern(value.row, value.pattern),
        )
        if not value.carried:
            return words
        return f"{words} ({say(self._lang, f'learning.explained_{value.carried}')})"

    def _describe_miss(self, miss: ExplainedMiss) -> str:
        key = "explained_contradicts" if miss.contradicts else "explained_late"
        return self._say(
            key,
            field=self._label(miss.field) if miss.field else miss.slot,
            words=miss.words,
            row=_with_pattern(miss.row, miss.pattern),
        )

    def _heading(self, words: ExplainedCandidate | ExplainedTrigger) -> str:
        return self._say(
            "explained_words",
            kind=self._codebook.span_kind(words.kind).label.of(self._lang),
            words=words.words,
            start=words.start,
            end=words.end,
        )

    def _label(self, field_id: str) -> str:
        return self._codebook.event_field(field_id).label.of(self._lang)

    def _show(self, field_id: str, value: Json) -> str:
        if value is None:
            return "—"
        field = next(each for each in self._codebook.fields if each.id == field_id)
        return show(field, value, self._codebook, self._lang)

    def _say(self, key: str, **values: object) -> str:
        if self._isolated:
            rtl = self._lang == "ar"
            values = {
                name: isolate_within(str(value), rtl) for name, value in values.items()
            }
        return say(self._lang, f"learning.{key}", **values)


def _with_pattern(row: str, pattern: str) -> str:
    return f"{row} [{pattern}]" if pattern else row


def describe_explanation(
    explanation: Explanation, codebook: Codebook, lang: str, *, isolated: bool
) -> Sequence[Paragraph]:
    """Return the paragraphs that put an explanation into words.

    isolated: whether values are isolated from a line of another direction, as screens
    and terminals need them.
    """
    return _Wording(codebook, lang, isolated=isolated).describe(explanation)
