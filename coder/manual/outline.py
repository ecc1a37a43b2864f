"""The coders' manual of a codebook, in one language: headings, texts, lists and tables, ready to be written.

Everything in it is from the codebook; conditions and rules are read aloud. `manual_pages` writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from coder.codebook.aloud import say, say_rule
from coder.codebook.declarations import SpanKind
from coder.codebook.expressions import Expression
from coder.codebook.label import Label, Notes
from coder.codebook.schema import Codebook, EventType, Field, Part, Rule, Value
from coder.manual.headings import TYPES, word


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the title. code: the id or letter that stands beside it."""

    level: int
    text: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text; lead: the words before it that say what it is."""

    text: str
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Points:
    """A list of texts; lead: what they are."""

    items: tuple[str, ...]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; the cells of the columns in `codes` are ids or keys."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    codes: tuple[int, ...] = ()


Block: TypeAlias = Heading | Paragraph | Points | Table


def manual(codebook: Codebook, lang: str) -> list[Block]:
    """All of the manual in `ar` or `en`; a part of the codebook that is empty has no chapter."""
    return list(_Manual(codebook, lang).blocks())


class _Manual:
    """One codebook, one language."""

    def __init__(self, codebook: Codebook, lang: str) -> None:
        self.codebook = codebook
        self.lang = lang

    def blocks(self) -> Iterator[Block]:
        book = self.codebook
        yield Heading(1, self.of(book.title), book.ref)
        if book.description is not None:
            yield Paragraph(self.of(book.description))
        yield from self._blanks()
        yield from self._chapter("article_fields", (self._field(f, True) for f in book.article_fields))
        yield from self._spans()
        yield from self._chapter("event_types", (self._type(t, 3) for t in book.event_types))
        yield from self._chapter("event_fields", (self._field(f, False) for f in book.event_fields))
        yield from self._rules()
        yield from self._lists()
        yield from self._keys()

    def of(self, label: Label) -> str:
        return label.of(self.lang)

    def word(self, key: str, **values: object) -> str:
        return word(key, self.lang, **values)

    def _chapter(self, title: str, parts: Iterable[Iterator[Block]]) -> Iterator[Block]:
        """The parts under a heading, nothing where there are none."""
        blocks = [block for part in parts for block in part]
        if blocks:
            yield Heading(2, self.word(title))
            yield from blocks

    # ---------------------------------------------------------------- blanks and spans
    def _blanks(self) -> Iterator[Block]:
        yield Heading(2, self.word("blanks"))
        yield Paragraph(self.word("about_blanks"))
        head = tuple(map(self.word, ("mark", "blank", "means", "set_by")))
        rows = [
            (b.mark, self.of(b.label), self.of(b.definition), self.word(f"by_{b.set_by}"))
            for b in self.codebook.blanks
        ]
        yield Table(head, tuple(rows), codes=(0,))

    def _spans(self) -> Iterator[Block]:
        yield Heading(2, self.word("spans"))
        if self.codebook.span_boundaries:
            items = tuple(self.of(b.label) for b in self.codebook.span_boundaries)
            yield Points(items, self.word("boundaries"))
        for kind in self.codebook.span_kinds:
            yield from self._kind(kind)

    def _kind(self, kind: SpanKind) -> Iterator[Block]:
        yield Heading(3, f"{kind.glyph} {self.of(kind.label)}", f"{kind.key} {kind.key_ar}")
        yield Paragraph(self.of(kind.definition))
        yield from self._notes((("positive", kind.positive), ("negative", kind.negative)))
        if kind.fields:
            names = [self.of(f.label) for f in self.codebook.fields_for_kind(kind.id)]
            yield Paragraph(self._joined(names), self.word("fills"))

    # ---------------------------------------------------------------- types and fields
    def _type(self, node: EventType, level: int) -> Iterator[Block]:
        yield Heading(min(level, 6), self.of(node.label), node.id)
        yield Paragraph(self.of(node.definition))
        if not node.selectable:
            yield Paragraph(self.word("group"))
        yield from self._about(node)
        known = {scheme.id: scheme.name for scheme in self.codebook.sources}
        mapped = [f"{known[name]}: {code}" for name, code in node.map.items() if name in known and code]
        if mapped:
            yield Paragraph(self._joined(mapped), self.word("elsewhere"))
        for child in node.children:
            yield from self._type(child, level + 1)

    def _field(self, field: Field, of_article: bool) -> Iterator[Block]:
        yield Heading(3, self.of(field.label), f"{field.id} [{field.key}]" if field.key else field.id)
        if field.help is not None:
            yield Paragraph(self.of(field.help))
        kind = self.of(TYPES[field.type])
        if field.is_list and field.type != "multi":
            kind = self.word("list", kind=kind)
        needed = self.word("required" if field.required else "optional")
        asked = (kind, needed, self._evidence(field, of_article))
        yield Paragraph(self._joined(asked))
        if field.when is not None:
            yield Paragraph(self._said(field.when, of_article), self.word("when"))
        if field.default is not None:
            yield Paragraph(self.codebook.label_of(field, field.default, self.lang), self.word("default"))
        if field.auto is not None:
            value = self.codebook.label_of(field, field.auto.value, self.lang)
            condition = self._said(field.auto.condition, of_article)
            yield Paragraph(self.word("auto_value", value=value, condition=condition), self.word("auto"))
        yield from self._about(field)
        yield from self._values(field)
        for part in self.codebook.parts_of(field):
            yield from self._part(part)

    def _said(self, condition: Expression, of_article: bool) -> str:
        return say(condition, self.codebook, self.lang, of_article=of_article)

    def _evidence(self, field: Field, of_article: bool) -> str:
        if field.evidence == "required" and field.evidence_when is not None:
            condition = self._said(field.evidence_when, of_article)
            return self.word("evidence_while", condition=condition)
        return self.word(f"evidence_{field.evidence}")

    def _values(self, field: Field | Part) -> Iterator[Block]:
        if isinstance(field, Field) and field.values_from is not None:
            yield Paragraph(self.word("from_types" if field.values_from == "event_types" else "from_weapons"))
        elif field.values:
            yield self._value_table(field.values)
            for value in field.values:
                notes = list(self._about(value))
                if notes:
                    yield Paragraph(self.of(value.label), self.word("value"))
                    yield from notes

    def _value_table(self, values: Sequence[Value]) -> Table:
        helped = any(value.help is not None for value in values)
        head = (self.word("value"), self.word("id"), *((self.word("means"),) if helped else ()))
        rows = [
            (self.of(v.label), v.id, *((self.of(v.help) if v.help else "",) if helped else ()))
            for v in values
        ]
        return Table(head, tuple(rows), codes=(1,))

    def _part(self, part: Part) -> Iterator[Block]:
        if part.values:
            yield Paragraph(self.of(part.label) if part.label else part.id, self.word("part"))
            yield self._value_table(part.values)

    def _about(self, item: EventType | Field | Value) -> Iterator[Block]:
        yield from self._notes(
            (("include", item.include), ("exclude", item.exclude), ("examples", item.examples))
        )

    def _notes(self, notes: Iterable[tuple[str, Notes]]) -> Iterator[Block]:
        for key, found in notes:
            if found:
                yield Points(tuple(self.of(note) for note in found), self.word(key))

    # ---------------------------------------------------------------- rules, lists, keys
    def _rules(self) -> Iterator[Block]:
        for severity in ("error", "warning"):
            rules = [rule for rule in self.codebook.rules if rule.severity == severity]
            if rules:
                yield Heading(2, self.word(f"{severity}s"))
                yield Paragraph(self.word(f"about_{severity}s"))
                yield Table(tuple(map(self.word, ("rule", "message", "aloud"))), self._rule_rows(rules), (0,))

    def _rule_rows(self, rules: Iterable[Rule]) -> tuple[tuple[str, ...], ...]:
        return tuple((r.id, self.of(r.message), say_rule(r, self.codebook, self.lang)) for r in rules)

    def _lists(self) -> Iterator[Block]:
        for title, items in (
            ("actor_classes", [(c.id, self.of(c.label)) for c in self.codebook.actor_classes]),
            ("reasons", [(r.id, self.of(r.label)) for r in self.codebook.adjudication_reasons]),
        ):
            if items:
                yield Heading(2, self.word(title))
                yield Table((self.word("id"), self.word("label")), tuple(items), codes=(0,))

    def _keys(self) -> Iterator[Block]:
        fields = [f for f in self.codebook.event_fields if f.key]
        rows = [(f.key or "", self.of(f.label), self.word("in_article")) for f in fields]
        rows += [
            (f"{k.key} {k.key_ar}", self.of(k.label), self.word("while_drawing"))
            for k in self.codebook.span_kinds
        ]
        yield Heading(2, self.word("keys"))
        yield Table(tuple(map(self.word, ("key", "label", "where"))), tuple(sorted(rows)), codes=(0,))

    def _joined(self, items: Iterable[str]) -> str:
        return ("؛ " if self.lang == "ar" else "; ").join(items)
