"""Conditions and rules read aloud, in Arabic and in English, by the labels of the codebook."""

from __future__ import annotations

from collections.abc import Iterable

from coder.codebook.expressions import (
    All,
    Any_,
    Compare,
    Constant,
    Disjoint,
    EvidenceTest,
    Expression,
    In,
    InState,
    Is,
    Items,
    NoRecords,
    Not,
    NotIn,
    NoTwin,
    Under,
    is_name,
)
from coder.codebook.schema import Codebook, Field, Part, Rule
from coder.messages.catalogue import say


def say_rule(rule: Rule, codebook: Codebook, lang: str) -> str:
    """A rule as one sentence."""
    require = say_condition(rule.require, codebook, lang)
    if rule.condition is None:
        return say(lang, "codebook.aloud_rule_always", require=require)
    condition = say_condition(rule.condition, codebook, lang)
    return say(lang, "codebook.aloud_rule", condition=condition, require=require)


def say_condition(expression: Expression, codebook: Codebook, lang: str, *, of_article: bool = False) -> str:
    """A condition in words; of_article: it is one of an article field, where bare names are such fields."""
    return _Speaker(codebook, lang, of_article).say(expression)


class _Speaker:
    """One codebook, one language."""

    def __init__(self, codebook: Codebook, lang: str, of_article: bool) -> None:
        self.codebook = codebook
        self.lang = lang
        self.of_article = of_article

    def say(self, expression: Expression) -> str:
        match expression:
            case In():
                return self._tested("in", expression.field, expression.values)
            case NotIn():
                return self._tested("not_in", expression.field, expression.values)
            case Under():
                return self._tested("under", expression.field, expression.roots)
            case Is():
                answer = self._quoted(self.words("yes" if expression.value else "no"))
                return self.words("in", field=self._name(expression.field), values=answer)
            case InState():
                book, coded = self.codebook, self.words("coded")
                states = (
                    coded if s == "coded" else book.blank(s).label.of(self.lang) for s in expression.states
                )
                name = self._name(expression.field)
                return self.words("state", field=name, values=self.words("or").join(states))
            case Items():
                bounds = (("min_items", expression.min_items), ("max_items", expression.max_items))
                name = self._name(expression.field)
                said = [self.words(key, field=name, number=n) for key, n in bounds if n is not None]
                return self.words("and").join(said)
            case Compare():
                left, sign, right = expression.compare
                return self.words(sign, left=self._side(left), right=self._side(right))
            case Disjoint():
                return self.words("disjoint", fields=self._fields(expression.disjoint))
            case EvidenceTest():
                return self._evidence(expression)
            case NoRecords():
                return self.words("no_records" if expression.no_records else "some_records")
            case NoTwin():
                return self.words("no_twin", fields=self._fields(expression.no_twin))
            case All():
                return self._joined("and", expression.all)
            case Any_():
                return self._joined("or", expression.any)
            case Not():
                return self.words("not", inner=self._inner(expression.not_))

    def words(self, key: str, **values: object) -> str:
        return say(self.lang, f"codebook.aloud_{key}", **values)

    def _joined(self, key: str, inner: tuple[Expression, ...]) -> str:
        return self.words(key).join(map(self._inner, inner)) or self.words("always")

    def _inner(self, expression: Expression) -> str:
        said = self.say(expression)
        return f"({said})" if isinstance(expression, All | Any_ | Not) else said

    def _tested(self, key: str, name: str, ids: tuple[str, ...]) -> str:
        field, part = self._found(name)
        asked = part or field
        values = (self.codebook.label_of(asked, each, self.lang) if asked else each for each in ids)
        between = "nor" if key == "not_in" else "or"
        return self.words(key, field=self._name(name), values=self._listed(between, values))

    def _evidence(self, test: EvidenceTest) -> str:
        tests = self.words("and").join(map(self.words, test.tests))
        if test.field in ("all", "required_fields"):
            return self.words("evidence", whose=self.words(f"every_{test.field}"), tests=tests)
        return self.words("evidence", whose=self._quoted(self._name(test.field)), tests=tests)

    def _side(self, side: Constant) -> str:
        is_field = isinstance(side, str) and is_name(side)
        return self._quoted(self._name(str(side))) if is_field else str(side)

    def _fields(self, names: tuple[str, ...]) -> str:
        return self._listed("and", map(self._name, names))

    def _listed(self, between: str, values: Iterable[str]) -> str:
        return self.words(between).join(self._quoted(value) for value in values)

    def _quoted(self, words: str) -> str:
        return self.words("quoted", words=words)

    def _name(self, name: str) -> str:
        """The label behind a name of the rule language, with its part."""
        first, _, rest = name.partition(".")
        if name == "link.relation":
            return self.words("relation")
        bare = rest if first in ("article", "link") else name
        field, part = self._found(name)
        label = bare if field is None else field.label.of(self.lang)
        if part is not None:
            label += f": {part.label.of(self.lang) if part.label else part.id}"
        return label if bare == name else self.words(f"of_{first}", field=label)

    def _found(self, name: str) -> tuple[Field | None, Part | None]:
        """The field, and the part of it, that a name stands for."""
        book = self.codebook
        first, _, rest = name.partition(".")
        of_article = first == "article" or (first != "link" and self.of_article)
        if name == "link.relation":
            links = next((f for f in book.event_fields if f.value_is == "record_reference"), None)
            field_id, part_id = links.id if links else "", "relation"
        else:
            field_id, _, part_id = (rest if first in ("article", "link") else name).partition(".")
        fields = book.article_fields if of_article else book.event_fields
        field = next((f for f in fields if f.id == field_id), None)
        parts = book.parts_of(field) if field else ()
        return field, next((p for p in parts if p.id == part_id), None)
