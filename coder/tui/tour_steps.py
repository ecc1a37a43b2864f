"""The steps of the tour, read from `tour.toml`: their sentences, and a person's
progress through them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path

from msgspec import Struct

from coder.codebook.schema import Codebook
from coder.messages import catalogue
from coder.text.display import isolate
from coder.tui.keys import key_of, shown


class Step(Struct, frozen=True):
    """One task of the tour; done: actions and changes, any one of which completes the
    step.

    Each comes with what it has to be about: quoted words, fields, events.
    """

    key: str
    done: Mapping[str, Sequence[str]]

    def words(self, lang: str, codebook: Codebook) -> str:
        """Return the instruction, with the keys currently assigned."""
        return catalogue.pattern(lang, self.key).format_map(_Gaps(codebook, lang))


class _Gaps(dict[str, str]):
    """Fills the sentences' gaps: an action's first key, the letter of a field or kind,
    a label.
    """

    def __init__(self, codebook: Codebook, lang: str) -> None:
        self._codebook = codebook
        self._lang = lang

    def __missing__(self, gap: str) -> str:
        what, _, name = gap.partition("_")
        book = self._codebook
        if what == "label":
            words = book.event_field(name).label.of(self._lang)
        elif what == "letter":
            words = f"[{book.event_field(name).key}]"
        elif what == "reason":
            words = book.reason(name).of(self._lang)
        elif what == "kind":
            words = f"[{book.span_kind(name).key}]"
        else:
            words = f"[{shown(key_of(f'{what}.{name}'))}]"
        return isolate(words) if self._lang == "ar" else words


@cache
def steps(role: str) -> tuple[Step, ...]:
    """Return the steps of a role, in order."""
    table = tomllib.loads((Path(__file__).parent / "tour.toml").read_text("utf-8"))[
        role
    ]
    return tuple(
        Step(f"tour.{role}.{name}", _done(words)) for name, words in table.items()
    )


def _done(words: str) -> dict[str, Sequence[str]]:
    """Return what completes a step, and what each has to be about: `action:word:word`."""
    parts = (each.split(":") for each in words.split())
    return {what: about for what, *about in parts}


class Tour:
    """A person's progress through the steps of a role."""

    def __init__(self, role: str) -> None:
        self.steps = steps(role)
        self.at = 0

    @property
    def step(self) -> Step | None:
        """The next step, None at the end."""
        return self.steps[self.at] if self.at < len(self.steps) else None

    def heard(self, what: str, about: Collection[str] = ()) -> Sequence[str]:
        """Advance if an action or change completes the current step.

        Return what the step asks it to be about, if it was about something else.
        """
        asked = self.step.done.get(what) if self.step is not None else None
        if asked is None or not set(asked).issubset(about):
            return asked or ()
        self.at += 1
        return ()

    def skip(self) -> None:
        """Advance without completing the step."""
        self.at = min(self.at + 1, len(self.steps))
