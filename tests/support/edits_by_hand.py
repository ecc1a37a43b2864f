"""Changes that no key makes, for tests that need a coding in some state."""

from __future__ import annotations

from dataclasses import dataclass

from coder.model import Coding
from coder.service.edits.context import Context


@dataclass(frozen=True, slots=True)
class Becomes:
    """The coding is then this one; what: the word for it in the journal."""

    what: str
    after: Coding

    def apply(self, coding: Coding, context: Context) -> Coding:
        return self.after
