"""The one table of actions, `keys.toml`: keys, footer, help, palette and the page docs/keys.md come from it.

An action's id is `scope.name`; a screen has a method of that name for each action of its scopes. `keys` finds
the same physical key under an Arabic layout. The letters of fields and span kinds come from the codebook and
stand beside these.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from coder.messages.catalogue import say


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a key does where its scope is active; footer: whether the footer shows it there."""

    scope: str
    name: str
    keys: tuple[str, ...]
    footer: bool

    @property
    def id(self) -> str:
        """What it is called in catalogues and in the palette."""
        return f"{self.scope}.{self.name}"

    def label(self, lang: str) -> str:
        """The short name for footers."""
        return say(lang, f"keys.{self.id}")

    def help(self, lang: str) -> str:
        """One sentence for the help page."""
        return say(lang, f"keys.{self.id}.help")


@cache
def by_scope() -> Mapping[str, tuple[Action, ...]]:
    """All actions by their scopes, in the table's order."""
    found = {}
    for scope, table in tomllib.loads((Path(__file__).parent / "keys.toml").read_text("utf-8")).items():
        footer = table.pop("footer", "").split()
        found[scope] = tuple(Action(scope, n, tuple(keys.split()), n in footer) for n, keys in table.items())
    return found


@cache
def of_scope(*scopes: str) -> tuple[Action, ...]:
    """The actions of some scopes, in the table's order."""
    return tuple(action for scope, actions in by_scope().items() if scope in scopes for action in actions)
