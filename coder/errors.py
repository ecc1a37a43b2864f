"""What a person at the keyboard can put right; everything else is a bug and may raise as it likes."""

from coder.messages.catalogue import LANGUAGES, say


class CoderError(Exception):
    """Something the person at the keyboard can put right: what happened, what to do, and where.

    key: of the sentence in the catalogue; the hint's is `key.hint`. values: what goes into both.
    `message` and `hint` are in English.
    """

    def __init__(self, key: str, *, where: str = "", **values: object) -> None:
        self.where = where
        self._said = {
            lang: (say(lang, key, **values), say(lang, f"{key}.hint", **values)) for lang in LANGUAGES
        }
        self.message, self.hint = self._said["en"]
        super().__init__(self.message)

    def __reduce__(self) -> tuple[object, ...]:
        """As it is, with its words: from another process too."""
        return _restored, (type(self), vars(self))

    def words(self, lang: str) -> tuple[str, str]:
        """Message and hint in `ar` or `en`."""
        return self._said["ar" if lang == "ar" else "en"]

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


def _restored(kind: type[CoderError], state: dict[str, object]) -> CoderError:
    error = kind.__new__(kind, state["message"])
    vars(error).update(state)
    return error


class ConflictError(CoderError):
    """Somebody else changed the same thing meanwhile; nothing was written."""


class UnavailableError(CoderError):
    """The database is out of reach, or held by another program, for now: the same may be tried again."""


class DamagedError(CoderError):
    """The database holds what this program never wrote."""


def in_words(error: Exception, lang: str) -> tuple[str, str]:
    """What happened and what to do about it, "" where nobody knows."""
    return error.words(lang) if isinstance(error, CoderError) else (str(error), "")
