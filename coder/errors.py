"""What a person at the keyboard can put right; everything else is a bug and may raise as it likes."""


class CoderError(Exception):
    """Something the person at the keyboard can put right: what happened, what to do, and where.

    arabic: message and hint once more, for what a coder reads on an Arabic screen.
    """

    def __init__(
        self, message: str, *, hint: str, where: str = "", arabic: tuple[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where
        self.arabic = arabic

    def words(self, lang: str) -> tuple[str, str]:
        """Message and hint in `ar` where there are Arabic words for it, else in English."""
        return self.arabic if lang == "ar" and self.arabic else (self.message, self.hint)

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class ConflictError(CoderError):
    """Somebody else changed the same thing meanwhile; nothing was written."""


CHANGED = ("تغيّر هذا في مكان آخر في هذه الأثناء.", "لم يُكتب شيء؛ افتحه من جديد لترى حاله الآن.")
"""The Arabic words of most conflicts."""


class UnavailableError(CoderError):
    """The database is out of reach, or held by another program, for now: the same may be tried again."""


class DamagedError(CoderError):
    """The database holds what this program never wrote."""


def in_words(error: Exception, lang: str) -> tuple[str, str]:
    """What happened and what to do about it, "" where nobody knows."""
    return error.words(lang) if isinstance(error, CoderError) else (str(error), "")
