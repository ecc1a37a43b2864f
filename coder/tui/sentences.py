"""What the screens say; the words are in `screens.po`, `edits.po` and `origins.po`."""

from __future__ import annotations

from coder.errors import CoderError
from coder.messages import catalogue
from coder.messages.catalogue import Bilingual
from coder.model import event_number
from coder.text.display import isolate, isolate_within, reads_on


def say(lang: str, key: str, **values: object) -> str:
    """A sentence of `screens.po` in the screen's language; what is put into it keeps its own direction."""
    words = catalogue.in_language(lang, values).items()
    apart = {name: isolate_within(str(value), lang == "ar") for name, value in words}
    return catalogue.pattern(lang, f"screens.{key}", values.get("n")).format_map(apart)


def state_in_words(lang: str, state: str) -> str:
    """The state of a field, "" where its sign says enough."""
    return say(lang, f"state_{state}") if catalogue.has(f"screens.state_{state}") else ""


def change_name(lang: str, what: str, place: Bilingual | str = "") -> str:
    """What a change is called, its word in the journal where it has no name, and where it was made."""
    name = catalogue.say(lang, f"edits.{what}") if catalogue.has(f"edits.{what}") else what
    return catalogue.say(lang, "edits.in_place", what=name, place=place) if place else name


def origin_in_words(lang: str, origin: str) -> str:
    """Why something is proposed; "" where the kind of words it is says that already.

    Arabic words that the rule went by come with it. What a plug-in says of its own stays as it is.
    """
    what, _, rest = origin.partition(":")
    if not catalogue.has(f"origins.{what}"):
        return origin if rest else ""
    went_by = f" «{rest}»" if any("\u0621" <= c <= "\u064a" for c in rest) else ""
    return catalogue.say(lang, f"origins.{what}") + went_by


def complaint(lang: str, error: CoderError) -> str:
    """What went wrong and what to do, read as the screen is whatever words begin the sentence."""
    return " · ".join(isolate(words, lang == "ar") for words in error.words(lang) if words)


def event_named(lang: str, event_id: str, name: str = "") -> str:
    """An event by its number, and by what it is called where that is said."""
    return say(lang, "event_named", n=event_number(event_id), name=name).strip()


def listed(*words: str) -> str:
    """Words beside each other with a dot between, each in its own direction."""
    return " · ".join(word if reads_on(word) else isolate(word) for word in words if word)
