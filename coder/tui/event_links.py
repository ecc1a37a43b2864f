"""Links between events as choices: the other event, then the relation, from this one or
to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.schema import Codebook, Field, Value
from coder.codebook.scope import Scope
from coder.codebook.validate import visible
from coder.model import Coding, Event, event_number
from coder.service.coding.event_cells import summarize_event
from coder.text.normalize import fold_key
from coder.tui.sentences import event_named, listed, say
from coder.tui.widgets.record_lines import type_in_words
from coder.values.typed import Choice

LINK = "link"
BACK = "back"
"""Prefixes of choices: another event, or a link to it; a link from it."""


def event_in_words(event: Event, codebook: Codebook, lang: str) -> str:
    """Return an event's number and what tells it from others."""
    return listed(event_named(lang, event.id), told_apart(event, codebook, lang))


def told_apart(event: Event, codebook: Codebook, lang: str) -> str:
    """Return a summary of an event's coded fields, its type last, where a narrow list
    cuts it.
    """
    kind, *telling = summarize_event(event, codebook, lang)
    return listed(*telling, kind)


class EventLinks(Struct, frozen=True):
    """The links that an event can have in a field and, if `back`, those that others can
    have to it.
    """

    field: Field
    codebook: Codebook
    coding: Coding
    lang: str
    event_id: str
    back: bool

    def offered(self, query: str) -> list[Choice]:
        """Return the other events, nearest earlier one first; given a query, with each
        possible relation.

        Without a query, an event that has a likely link stands for it, and is listed
        again at the end for any other relation.
        """
        events = [*self.coding.events]
        at = next(
            (n for n, event in enumerate(events) if event.id == self.event_id),
            len(events),
        )
        others = (*reversed(events[:at]), *events[at + 1 :])
        if query:
            words = fold_key(query).split()
            links = (link for other in others for link in self._by_relation(other))
            return [
                c
                for c in links
                if all(word in fold_key(f"{c.label} {c.id}") for word in words)
            ]
        scope = Scope(self.coding, self.codebook)
        first = list[Choice]()
        again = list[Choice]()
        for other in others:
            told = told_apart(other, self.codebook, self.lang)
            plain = Choice(f"{LINK}:{other.id}:", told, number=event_number(other.id))
            likely = next(self._likely(other, told, scope), None)
            first.append(likely or plain)
            if likely:
                again.append(
                    Choice(plain.id, listed(event_named(self.lang, other.id), told))
                )
        return [*first, *again]

    def relations(self, other_id: str) -> list[Choice]:
        """Return the relations to another event, then those in which it can stand to
        this one.
        """
        links = [
            Choice(
                f"{LINK}:{other_id}:{v.id}",
                v.label.of(self.lang),
                v.help.of(self.lang) if v.help else "",
            )
            for v in self._relations
        ]
        other = self.coding.event(other_id)
        return [*links, *(self._links_back(other) if other is not None else ())]

    def _by_relation(self, other: Event) -> Iterator[Choice]:
        name = event_named(
            self.lang, other.id, type_in_words(other, self.codebook, self.lang)
        )
        for relation in self._relations:
            label = say(
                self.lang, "link_to", relation=relation.label.of(self.lang), event=name
            )
            yield Choice(f"{LINK}:{other.id}:{relation.id}", label)

    def _likely(self, other: Event, told: str, scope: Scope) -> Iterator[Choice]:
        """Yield the likely link to another event, then the one from it, if the two are
        not linked yet.
        """
        own = self.coding.event(self.event_id)
        if own is None or self._linked(own, other.id) or self._linked(other, own.id):
            return
        if (
            relation := scope.at(own).likely_relation(self._relations, other.id)
        ) is not None:
            label = say(
                self.lang, "link_to", relation=relation.label.of(self.lang), event=told
            )
            yield Choice(
                f"{LINK}:{other.id}:{relation.id}", label, number=event_number(other.id)
            )
        relation = scope.at(other).likely_relation(self._relations, own.id)
        for link in self._links_back(other):
            if relation is not None and link.id.endswith(f":{relation.id}"):
                yield replace(
                    link, label=listed(link.label, told), number=event_number(other.id)
                )

    def _links_back(self, other: Event) -> Iterator[Choice]:
        if self.back and self.field.id in visible(other, self.coding, self.codebook):
            for relation in self._relations:
                if relation.id not in self._linked(other, self.event_id):
                    values = {
                        "event": event_number(other.id),
                        "relation": relation.label.of(self.lang),
                    }
                    label = say(self.lang, "link_back", **values)
                    yield Choice(f"{BACK}:{other.id}:{relation.id}", label)

    def _linked(self, event: Event, other_id: str) -> Sequence[str]:
        """The relations in which an event stands to another one."""
        answer = event.answer(self.field.id)
        return (
            [link["relation"] for link in answer.value if link["record"] == other_id]
            if answer.coded
            else []
        )

    @property
    def _relations(self) -> Sequence[Value]:
        return [
            v for part in self.field.parts if part.id == "relation" for v in part.values
        ]
