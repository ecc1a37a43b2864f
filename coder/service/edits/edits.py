"""What all edits of a coding have in common."""

from __future__ import annotations

from abc import abstractmethod

from msgspec import Struct

from coder.model import Coding
from coder.service.edits.context import Context
from coder.service.edits.followers import follow


class Edit(Struct, frozen=True):
    """A change that a coder makes to a coding."""

    @property
    @abstractmethod
    def what(self) -> str:
        """Its name in the journal."""
        raise NotImplementedError

    @abstractmethod
    def change(self, coding: Coding, context: Context) -> Coding:
        """Return the changed coding, before anything follows; raises CoderError if the
        edit is refused.
        """
        raise NotImplementedError

    def apply(self, coding: Coding, context: Context) -> Coding:
        """Return the changed coding with what follows; raises CoderError if the edit is
        refused.
        """
        return follow(coding, self.change(coding, context), context)
