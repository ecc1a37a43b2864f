"""Errors that the user can fix; every other exception is a bug."""

from collections.abc import Sequence

from coder.messages.catalogue import LANGUAGES, say


class CoderError(Exception):
    """An error that the user can fix: what happened, what to do about it, and where.

    key: the message's key in the catalogue; the hint's is `key.hint`. values: what
    fills the gaps of both.
    `message` and `hint` are in English. parts: the errors that this one sums up.
    """

    parts: Sequence["CoderError"] = ()

    def __init__(self, key: str, *, where: str = "", **values: object) -> None:
        self.key = key
        self.where = where
        self._texts = {
            lang: (say(lang, key, **values), say(lang, f"{key}.hint", **values))
            for lang in LANGUAGES
        }
        self.message, self.hint = self._texts["en"]
        super().__init__(self.message)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the attributes instead of the arguments of `__init__`, which are not
        stored.
        """
        return type(self).__new__, (type(self), self.message), vars(self)

    def words(self, lang: str) -> tuple[str, str]:
        """Return message and hint in `ar` or `en`."""
        return self._texts["ar" if lang == "ar" else "en"]

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class ConflictError(CoderError):
    """Somebody else changed the same data in the meantime; nothing was written."""


class ClosedError(CoderError):
    """The work is submitted or closed and can only be read; screens show it as
    information.
    """


class UnavailableError(CoderError):
    """The database is unreachable or locked by another program for now; trying again
    may succeed.
    """


class DamagedError(CoderError):
    """The database contains something that this program never wrote."""


class LostFileError(CoderError):
    """The database's file is not the one that was opened; what was written to it may be
    lost.
    """


class OverwrittenError(LostFileError):
    """Another program wrote into the database's file; nothing in it can be relied on."""


def in_words(error: Exception, lang: str) -> tuple[str, str]:
    """Return the error's message and its hint, which is "" for exceptions other than
    CoderError.
    """
    return error.words(lang) if isinstance(error, CoderError) else (str(error), "")
