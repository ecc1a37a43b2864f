"""The steps of the tour, from `tour.toml`: what each asks for, in words, and where somebody is among them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from coder.codebook.schema import Codebook
from coder.messages import catalogue
from coder.text.display import isolate
from coder.tui.keys import by_scope, shown


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do; done: the actions and changes of which any one shows that it was done."""

    key: str
    done: frozenset[str]

    def words(self, lang: str, codebook: Codebook) -> str:
        """What it asks for, with keys as they are now."""
        return catalogue.pattern(lang, self.key).format_map(_Gaps(codebook, lang))


class _Gaps(dict[str, str]):
    """What stands in the sentences: an action's first key, the letter of a field or kind, a field's label."""

    def __init__(self, codebook: Codebook, lang: str) -> None:
        self._codebook, self._lang = codebook, lang

    def __missing__(self, gap: str) -> str:
        what, _, name = gap.partition("_")
        book = self._codebook
        if what == "label":
            words = next(field.label.of(self._lang) for field in book.event_fields if field.id == name)
        elif what == "letter":
            words = f"[{next(field.key for field in book.event_fields if field.id == name)}]"
        elif what == "kind":
            words = f"[{next(kind.key for kind in book.span_kinds if kind.id == name)}]"
        else:
            words = f"[{shown(next(a.keys[0] for a in by_scope()[what] if a.name == name))}]"
        return isolate(words) if self._lang == "ar" else words


@cache
def steps(role: str) -> tuple[Step, ...]:
    """The steps of a role, in order."""
    table = tomllib.loads((Path(__file__).parent / "tour.toml").read_text("utf-8"))[role]
    return tuple(Step(f"tour.{role}.{name}", frozenset(done.split())) for name, done in table.items())


class Tour:
    """Somebody on the way through the steps of a role."""

    def __init__(self, role: str) -> None:
        self.steps = steps(role)
        self.at = 0

    @property
    def step(self) -> Step | None:
        """What is to be done next, None at the end."""
        return self.steps[self.at] if self.at < len(self.steps) else None

    def heard(self, what: str) -> None:
        """An action was done, or a change made: on to the next step if this one asked for it."""
        if self.step is not None and what in self.step.done:
            self.at += 1

    def skip(self) -> None:
        """On to the next step without it."""
        self.at = min(self.at + 1, len(self.steps))
