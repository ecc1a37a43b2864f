"""What a person at the keyboard can put right; everything else is a bug and may raise as it likes."""

from coder.messages.catalogue import say


class CoderError(Exception):
    """Something the person at the keyboard can put right: what happened, what to do, and where.

    key: of the sentence in the catalogue; the hint's is `key.hint`. values: what goes into both.
    `message` and `hint` are in English.
    """

    def __init__(
        self,
        key: str,
        *,
        hint: str | None = None,
        where: str = "",
        arabic: tuple[str, str] | None = None,
        **values: object,
    ) -> None:
        self.where = where
        if hint is None:
            english = say("en", key, **values), say("en", f"{key}.hint", **values)
            arabic = say("ar", key, **values), say("ar", f"{key}.hint", **values)
        else:
            english = key, hint
        self.message, self.hint = english
        self._arabic = arabic or english
        super().__init__(self.message)

    def words(self, lang: str) -> tuple[str, str]:
        """Message and hint in `ar` or `en`."""
        return self._arabic if lang == "ar" else (self.message, self.hint)

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
