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
    """Return a rule as one sentence."""
    require = condition_in_words(rule.require, codebook, lang)
    if not rule.condition:
        return say(lang, "codebook.aloud_rule_always", require=require)
    condition = condition_in_words(rule.condition, codebook, lang)
    return say(lang, "codebook.aloud_rule", condition=condition, require=require)


def condition_in_words(
    expression: form.Expression,
    codebook: Codebook,
    lang: str,
    *,
    of_article: bool = False,
) -> str:
    """Return a condition in words; of_article: in it, names without a prefix are those of
    article fields.
    """
    return _Speaker(codebook, lang, of_article).say(expression)


class _Speaker(Struct, frozen=True):
    """Says conditions in one language, with the labels of one codebook."""

    book: Codebook
    lang: str
    of_article: bool

    def say(self, expression: form.Expression) -> str:
        match expression:
            case form.In():
                return self._describe_tested("in", expression.field, expression.values)
            case form.NotIn():
                return self._describe_tested(
                    "not_in", expression.field, expression.values
                )
            case form.Under():
                return self._describe_tested(
                    "under", expression.field, expression.roots
                )
            case form.Is():
                name = self._name(expression.field)
                answer = self._quote(self._words("yes" if expression.value else "no"))
                return self._words("in", field=name, values=answer)
            case form.InState():
                name = self._name(expression.field)
                states = self._words("or").join(map(self._state, expression.states))
                return self._words("state", field=name, values=states)
            case form.Items():
                return self._items(expression)
            case form.Compare():
                left, sign, right = expression.compare
                return self._words(sign, left=self._side(left), right=self._side(right))
            case form.Disjoint():
                return self._words("disjoint", fields=self._names(expression.disjoint))
            case form.EvidenceTest():
                return self._evidence(expression)
            case form.NoRecords():
                return self._words(
                    "no_records" if expression.no_records else "some_records"
                )
            case form.NoTwin():
                return self._words("no_twin", fields=self._names(expression.no_twin))
            case form.All():
                return self._join("and", expression.all)
            case form.Any_():
                return self._join("or", expression.any)
            case form.Not():
                return self._words("not", inner=self._inner(expression.not_))

    def _items(self, expression: form.Items) -> str:
        name = self._name(expression.field)
        texts = []
        if expression.min_items is not None:
            texts.append(
                self._words("min_items", field=name, number=expression.min_items)
            )
        if expression.max_items is not None:
            texts.append(
                self._words("max_items", field=name, number=expression.max_items)
            )
        return self._words("and").join(texts)

    def _evidence(self, expression: form.EvidenceTest) -> str:
        tests = self._words("and").join(map(self._words, expression.tests))
        if expression.field in form.EVIDENCE_OF_MANY:
            whose = self._words(f"every_{expression.field}")
        else:
            whose = self._names([expression.field])
        return self._words("evidence", whose=whose, tests=tests)

    def _words(self, key: str, **values: object) -> str:
        return say(self.lang, f"codebook.aloud_{key}", **values)

    def _join(self, key: str, inner: tuple[form.Expression, ...]) -> str:
        return self._words(key).join(map(self._inner, inner)) or self._words("always")

    def _inner(self, expression: form.Expression) -> str:
        text = self.say(expression)
        if isinstance(expression, form.All | form.Any_ | form.Not):
            return f"({text})"
        return text

    def _describe_tested(self, key: str, name: str, ids: tuple[str, ...]) -> str:
        field, part = self._find(name)
        target = part or field
        values = list(ids)
        if target:
            values = [self.book.label_of(target, id_, self.lang) for id_ in ids]
        between = "nor" if key == "not_in" else "or"
        listed = self._list_names(between, values)
        return self._words(key, field=self._name(name), values=listed)

    def _state(self, state: form.State) -> str:
        if state == "coded":
            return self._words("coded")
        return self.book.blank(state).label.of(self.lang)

    def _side(self, side: form.Constant) -> str:
        if isinstance(side, str) and form.is_name(side):
            return self._names([side])
        return str(side)

    def _names(self, names: Iterable[str]) -> str:
        return self._list_names("and", map(self._name, names))

    def _list_names(self, between: str, values: Iterable[str]) -> str:
        return self._words(between).join(map(self._quote, values))

    def _quote(self, words: str) -> str:
        return self._words("quoted", words=words)

    def _name(self, name: str) -> str:
        if name == "link.relation":
            return self._words("relation")
        owner, _, _ = form.split_name(name)
        field, part = self._find(name)
        label = name.removeprefix(f"{owner}.")
        if field is not None:
            label = field.label.of(self.lang)
        if part is not None:
            label += f": {part.label.of(self.lang) if part.label else part.id}"
        return self._words(f"of_{owner}", field=label) if owner else label

    def _find(self, name: str) -> tuple[Field | None, Part | None]:
        """Return the field and the part that a name refers to, None where it is none."""
        owner, field_id, part_id = form.split_name(name)
        of_article = owner == "article" or (self.of_article and owner != "link")
        fields = self.book.article_fields if of_article else self.book.event_fields
        if name == "link.relation":
            links = [each for each in fields if each.value_is == "record_reference"]
            field = links[0] if links else None
            part_id = "relation"
        else:
            field = {each.id: each for each in fields}.get(field_id)
        for part in self.book.parts_of(field) if field else ():
            if part.id == part_id:
                return field, part
        return field, None
