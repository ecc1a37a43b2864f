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

_WORDS: dict[str, tuple[str, str]] = {
    "yes": ("نعم", "yes"),
    "no": ("لا", "no"),
    "or": (" أو ", " or "),
    "nor": (" ولا ", " nor "),
    "and": (" و", " and "),
    "in": ("قيمة «{field}» هي {values}", "“{field}” is {values}"),
    "not_in": ("قيمة «{field}» مرمَّزة وليست {values}", "“{field}” is coded and is neither {values}"),
    "under": ("قيمة «{field}» من باب {values}", "“{field}” belongs to {values}"),
    "state": ("حالة «{field}»: {values}", "“{field}” is {values}"),
    "coded": ("مرمَّز", "coded"),
    "max_items": (
        "عدد القيم في «{field}» لا يزيد على {n}",
        "the number of values of “{field}” is at most {n}",
    ),
    "min_items": (
        "عدد القيم في «{field}» لا يقل عن {n}",
        "the number of values of “{field}” is at least {n}",
    ),
    "<": ("{left} أقل من {right}", "{left} is less than {right}"),
    "<=": ("{left} لا يزيد على {right}", "{left} is at most {right}"),
    "=": ("{left} يساوي {right}", "{left} equals {right}"),
    "!=": ("{left} يخالف {right}", "{left} differs from {right}"),
    ">=": ("{left} لا يقل عن {right}", "{left} is at least {right}"),
    ">": ("{left} أكثر من {right}", "{left} is more than {right}"),
    "disjoint": ("لا قيمة مشتركة بين {fields}", "{fields} have no value in common"),
    "evidence": ("{whose}: {tests}", "{whose}: {tests}"),
    "every": ("كل حقل مرمَّز", "every coded field"),
    "every_required": ("كل حقل يلزمه دليل", "every field that needs evidence"),
    "present": ("له دليل", "it has evidence"),
    "absent": ("لا دليل له", "it has no evidence"),
    "inside_article": ("دليله داخل المقال", "its evidence lies in the article"),
    "outside_boilerplate": ("دليله خارج نصوص الموقع", "its evidence is no site furniture"),
    "no_records": ("لا حدث في المقال", "the article has no event"),
    "some_records": ("في المقال حدث واحد على الأقل", "the article has an event"),
    "no_twin": ("لا حدث آخر له نفس {fields}", "no other event has the same {fields}"),
    "not": ("ليس صحيحاً أن {inner}", "it is not so that {inner}"),
    "always": ("دائماً", "always"),
    "of_article": ("{field} (المقال)", "{field} (of the article)"),
    "of_link": ("{field} (السجل المرتبط)", "{field} (of the linked event)"),
    "relation": ("نوع الصلة", "relation of the link"),
    "rule": ("إذا كانت {condition}، فيجب: {require}", "If {condition}, then: {require}"),
    "rule_always": ("يجب: {require}", "Always: {require}"),
}


def say_rule(rule: Rule, codebook: Codebook, lang: str) -> str:
    """A rule as one sentence."""
    require = say(rule.require, codebook, lang)
    if rule.condition is None:
        return _words("rule_always", lang, require=require)
    return _words("rule", lang, condition=say(rule.condition, codebook, lang), require=require)


def say(expression: Expression, codebook: Codebook, lang: str, *, of_article: bool = False) -> str:
    """A condition in words; of_article: it is one of an article field, where bare names are such fields."""
    return _Speaker(codebook, lang, of_article).say(expression)


def _words(key: str, lang: str, **values: object) -> str:
    arabic, english = _WORDS[key]
    return (arabic if lang == "ar" else english).format(**values)


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
                return self._state(expression)
            case Items():
                return self._items(expression)
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
        return _words(key, self.lang, **values)

    def _joined(self, key: str, inner: tuple[Expression, ...]) -> str:
        return self.words(key).join(self._inner(each) for each in inner) or self.words("always")

    def _inner(self, expression: Expression) -> str:
        said = self.say(expression)
        return f"({said})" if isinstance(expression, All | Any_ | Not) else said

    def _tested(self, key: str, name: str, ids: tuple[str, ...]) -> str:
        asked = self._asked(name)
        values = [self.codebook.label_of(asked, each, self.lang) if asked else each for each in ids]
        between = "nor" if key == "not_in" else "or"
        return self.words(key, field=self._name(name), values=self._listed(between, values))

    def _state(self, test: InState) -> str:
        states = [
            self.words("coded") if state == "coded" else self.codebook.blank(state).label.of(self.lang)
            for state in test.states
        ]
        return self.words("state", field=self._name(test.field), values=self.words("or").join(states))

    def _items(self, test: Items) -> str:
        bounds = (("min_items", test.min_items), ("max_items", test.max_items))
        said = [self.words(key, field=self._name(test.field), n=n) for key, n in bounds if n is not None]
        return self.words("and").join(said)

    def _evidence(self, test: EvidenceTest) -> str:
        of_many = {"all": "every", "required_fields": "every_required"}
        many = of_many.get(test.field)
        whose = self.words(many) if many else self._quoted(self._name(test.field))
        return self.words("evidence", whose=whose, tests=self.words("and").join(map(self.words, test.tests)))

    def _side(self, side: Constant) -> str:
        if isinstance(side, str) and is_name(side):
            return self._quoted(self._name(side))
        return str(side)

    def _listed(self, between: str, values: Iterable[str]) -> str:
        return self.words(between).join(self._quoted(value) for value in values)

    def _quoted(self, words: str) -> str:
        return f"«{words}»" if self.lang == "ar" else f"“{words}”"

    def _fields(self, names: tuple[str, ...]) -> str:
        return self._listed("and", map(self._name, names))

    def _name(self, name: str) -> str:
        """The label behind a name of the rule language, with its part."""
        first, _, rest = name.partition(".")
        if name == "link.relation":
            return self.words("relation")
        if first in ("article", "link"):
            return self.words(f"of_{first}", field=self._label(rest, first == "article"))
        return self._label(name, self.of_article)

    def _label(self, name: str, of_article: bool) -> str:
        field, part = self._found(name, of_article)
        if field is None:
            return name
        label = field.label.of(self.lang)
        if part is None:
            return label
        return f"{label}: {part.label.of(self.lang) if part.label else part.id}"

    def _asked(self, name: str) -> Field | Part | None:
        """The field or part whose values a name's test lists."""
        first, _, rest = name.partition(".")
        if name == "link.relation":
            links = (f for f in self.codebook.event_fields if f.value_is == "record_reference")
            parts = (p for f in links for p in self.codebook.parts_of(f) if p.id == "relation")
            return next(parts, None)
        at_article = first == "article" or (first != "link" and self.of_article)
        field, part = self._found(rest if first in ("article", "link") else name, at_article)
        return part or field

    def _found(self, name: str, of_article: bool) -> tuple[Field | None, Part | None]:
        first, _, rest = name.partition(".")
        fields = self.codebook.article_fields if of_article else self.codebook.event_fields
        field = next((f for f in fields if f.id == first), None)
        if field is None or not rest:
            return field, None
        return field, next((p for p in self.codebook.parts_of(field) if p.id == rest), None)
