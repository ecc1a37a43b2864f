"""Conditions and rules in words, in Arabic and in English, with the labels of the
codebook.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from coder.codebook import expressions as form
from coder.codebook.schema import Codebook, Field, Part, Rule
from coder.messages.catalogue import say


def rule_in_words(rule: Rule, codebook: Codebook, lang: str) -> str:
    """A rule as one sentence."""
    condition = (
        condition_in_words(rule.condition, codebook, lang) if rule.condition else ""
    )
    key = "codebook.aloud_rule" if condition else "codebook.aloud_rule_always"
    return say(
        lang,
        key,
        condition=condition,
        require=condition_in_words(rule.require, codebook, lang),
    )


def condition_in_words(
    expression: form.Expression,
    codebook: Codebook,
    lang: str,
    *,
    of_article: bool = False,
) -> str:
    """A condition in words; of_article: in it, names without a prefix are those of
    article fields.
    """
    return _Speaker(codebook, lang, of_article).say(expression)


class _Speaker(Struct, frozen=True):
    book: Codebook
    lang: str
    of_article: bool

    def say(self, expression: form.Expression) -> str:
        match expression:
            case form.In() | form.NotIn():
                key = "in" if isinstance(expression, form.In) else "not_in"
                return self._tested(key, expression.field, expression.values)
            case form.Under():
                return self._tested("under", expression.field, expression.roots)
            case form.Is():
                answer = self._quoted(self._words("yes" if expression.value else "no"))
                return self._words(
                    "in", field=self._name(expression.field), values=answer
                )
            case form.InState():
                states = self._words("or").join(map(self._state, expression.states))
                return self._words(
                    "state", field=self._name(expression.field), values=states
                )
            case form.Items():
                bounds = (
                    ("min_items", expression.min_items),
                    ("max_items", expression.max_items),
                )
                name = self._name(expression.field)
                texts = [
                    self._words(key, field=name, number=n)
                    for key, n in bounds
                    if n is not None
                ]
                return self._words("and").join(texts)
            case form.Compare():
                left, sign, right = expression.compare
                return self._words(sign, left=self._side(left), right=self._side(right))
            case form.Disjoint():
                return self._words("disjoint", fields=self._names(expression.disjoint))
            case form.EvidenceTest():
                tests = self._words("and").join(map(self._words, expression.tests))
                every = expression.field in form.EVIDENCE_OF_MANY
                whose = (
                    self._words(f"every_{expression.field}")
                    if every
                    else self._names([expression.field])
                )
                return self._words("evidence", whose=whose, tests=tests)
            case form.NoRecords():
                return self._words(
                    "no_records" if expression.no_records else "some_records"
                )
            case form.NoTwin():
                return self._words("no_twin", fields=self._names(expression.no_twin))
            case form.All():
                return self._joined("and", expression.all)
            case form.Any_():
                return self._joined("or", expression.any)
            case form.Not():
                return self._words("not", inner=self._inner(expression.not_))

    def _words(self, key: str, **values: object) -> str:
        return say(self.lang, f"codebook.aloud_{key}", **values)

    def _joined(self, key: str, inner: tuple[form.Expression, ...]) -> str:
        return self._words(key).join(map(self._inner, inner)) or self._words("always")

    def _inner(self, expression: form.Expression) -> str:
        text = self.say(expression)
        return (
            f"({text})"
            if isinstance(expression, form.All | form.Any_ | form.Not)
            else text
        )

    def _tested(self, key: str, name: str, ids: tuple[str, ...]) -> str:
        field, part = self._find(name)
        target = part or field
        values = (
            self.book.label_of(target, each, self.lang) if target else each
            for each in ids
        )
        between = "nor" if key == "not_in" else "or"
        return self._words(
            key, field=self._name(name), values=self._listed(between, values)
        )

    def _state(self, state: form.State) -> str:
        return (
            self._words("coded")
            if state == "coded"
            else self.book.blank(state).label.of(self.lang)
        )

    def _side(self, side: form.Constant) -> str:
        return (
            self._names([side])
            if isinstance(side, str) and form.is_name(side)
            else str(side)
        )

    def _names(self, names: Iterable[str]) -> str:
        return self._listed("and", map(self._name, names))

    def _listed(self, between: str, values: Iterable[str]) -> str:
        return self._words(between).join(map(self._quoted, values))

    def _quoted(self, words: str) -> str:
        return self._words("quoted", words=words)

    def _name(self, name: str) -> str:
        if name == "link.relation":
            return self._words("relation")
        owner, _, _ = form.split_name(name)
        field, part = self._find(name)
        label = (
            name.removeprefix(f"{owner}.")
            if field is None
            else field.label.of(self.lang)
        )
        if part is not None:
            label += f": {part.label.of(self.lang) if part.label else part.id}"
        return self._words(f"of_{owner}", field=label) if owner else label

    def _find(self, name: str) -> tuple[Field | None, Part | None]:
        owner, field_id, part_id = form.split_name(name)
        of_article = owner == "article" or (self.of_article and owner != "link")
        fields = self.book.article_fields if of_article else self.book.event_fields
        candidates = (f for f in fields if f.id == field_id)
        if name == "link.relation":
            candidates = (f for f in fields if f.value_is == "record_reference")
            part_id = "relation"
        field = next(candidates, None)
        parts = self.book.parts_of(field) if field else ()
        return field, next((p for p in parts if p.id == part_id), None)
