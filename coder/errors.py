"""What a person at the keyboard can put right; everything else is a bug and may raise as it likes."""


class CoderError(Exception):
    """Something the person at the keyboard can put right: what happened, what to do, and where."""

    def __init__(self, message: str, *, hint: str, where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class ConflictError(CoderError):
    """Somebody else changed the same thing meanwhile; nothing was written."""


class UnavailableError(CoderError):
    """The database is out of reach, or held by another program, for now: the same may be tried again."""
