"""Links between events as choices: the other event, then the relation, from this one or to it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from coder.codebook.schema import Codebook, Field, Value
from coder.codebook.validate import visible
from coder.model import Coding, Event, event_number
from coder.service.coding.event_cells import summary
from coder.text.normalize import fold_key
from coder.tui.sentences import event_named, listed, say
from coder.tui.widgets.record_lines import type_in_words
from coder.values.typed import Choice

LINK, BACK = "link", "back"
"""Prefixes of choices: another event, or a link to it; a link from it."""


def event_in_words(event: Event, codebook: Codebook, lang: str) -> str:
    """Return an event's number and what tells it from others."""
    return listed(event_named(lang, event.id), told_apart(event, codebook, lang))


def told_apart(event: Event, codebook: Codebook, lang: str) -> str:
    """Return a summary of an event's coded fields, its type last, where a narrow list cuts it."""
    kind, *telling = summary(event, codebook, lang)
    return listed(*telling, kind)


class EventLinks(Struct, frozen=True):
    """The links that an event can have in a field, and those that others can have to it."""

    field: Field
    codebook: Codebook
    coding: Coding
    lang: str
    event_id: str

    def offered(self, query: str) -> list[Choice]:
        """Return the other events, nearest earlier one first; given a query, with each possible relation."""
        events = [*self.coding.events]
        at = next((n for n, event in enumerate(events) if event.id == self.event_id), len(events))
        links = []
        for event in (*reversed(events[:at]), *events[at + 1 :]):
            name = event_named(self.lang, event.id, type_in_words(event, self.codebook, self.lang))
            if not query:
                told = told_apart(event, self.codebook, self.lang)
                links.append(Choice(f"{LINK}:{event.id}:", told, number=event_number(event.id)))
            for relation in self._relations if query else ():
                label = f"{relation.label.of(self.lang)} ← {name}"
                links.append(Choice(f"{LINK}:{event.id}:{relation.id}", label))
        words = fold_key(query).split()
        return [c for c in links if all(word in fold_key(f"{c.label} {c.id}") for word in words)]

    def relations(self, other_id: str, *, back: bool) -> list[Choice]:
        """Return the relations to another event; back: then those in which it can stand to this one."""
        links = [
            Choice(f"{LINK}:{other_id}:{v.id}", v.label.of(self.lang), v.help.of(self.lang) if v.help else "")
            for v in self._relations
        ]
        other = self.coding.event(other_id)
        if back and other is not None and self.field.id in visible(other, self.coding, self.codebook):
            links += self._links_back(other)
        return links

    def _links_back(self, other: Event) -> list[Choice]:
        answer, choices = other.answer(self.field.id), []
        for relation in self._relations:
            if not (answer.coded and {"record": self.event_id, "relation": relation.id} in answer.value):
                values = {"event": event_number(other.id), "relation": relation.label.of(self.lang)}
                choices.append(
                    Choice(f"{BACK}:{other.id}:{relation.id}", say(self.lang, "link_back", **values))
                )
        return choices

    @property
    def _relations(self) -> Sequence[Value]:
        return [v for part in self.field.parts if part.id == "relation" for v in part.values]
