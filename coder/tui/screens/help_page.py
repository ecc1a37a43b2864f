"""The help page: the keys of a screen, narrowed by what is typed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import zip_longest

from msgspec import Struct
from textual.events import Key, Paste

from coder.codebook.label import Label
from coder.codebook.schema import Codebook
from coder.messages import catalogue
from coder.messages.catalogue import LANGUAGES
from coder.service.coding.record_rows import SIGNS, State
from coder.text.display import cell_width, isolate
from coder.tui import palette
from coder.tui.action_search import Texts, found, texts_of
from coder.tui.keys import arabic_of, of_scope, shown
from coder.tui.screens.text_page import PageScreen
from coder.tui.screens.type_to_find import found_by, none_like, with_typed, without_last
from coder.tui.sentences import say
from coder.tui.widgets.bars import Bar
from coder.tui.widgets.record_lines import REPEATED
from coder.tui.widgets.rows import Column, Row, headed, wrapped

GRID = {
    "=": "agreed",
    "2=": "some",
    "1": "one",
    "≠": "differs",
    "≈": "apart",
    "·": "to_decide",
    "✓": "decided",
    "✓ =": "as_coders",
    "↻": "stale",
    "!": "error",
}
"""The signs of the review grid: of the coders' answers, then of gold."""
ENDS = {"×2": "pieces", REPEATED: "repeated", "✎": "commented"}
"""The signs behind the value of a record's field."""
_KEYS = 14  # cells at most for the keys in one line


class _Line(Struct, frozen=True):
    """Keys and what they do; texts: by what it is found."""

    keys: tuple[str, ...]
    words: str
    texts: Texts


def _parts(
    scopes: Sequence[str], working: Sequence[str], codebook: Codebook | None, lang: str
) -> list[tuple[str, str, list[_Line]]]:
    """Return the parts of the page, each with its heading and the scope of its keys."""

    def letter(key: str, label: Label, sign: str = "", also: str = "") -> _Line:
        names = tuple(map(label.of, LANGUAGES))
        return _Line(
            (key,),
            f"{sign}{label.of(lang)}",
            Texts.of(names=names, keys=(key,), also=also),
        )

    parts = [
        (
            catalogue.say(lang, f"keys.{scope}"),
            scope,
            [
                _Line(each.keys, each.help(lang), texts_of(each))
                for each in of_scope(scope)
            ],
        )
        for scope in scopes
    ]
    also = " ".join(say(each, "signs_title") for each in LANGUAGES)
    if "grid" in scopes:
        signs = [
            letter(sign, _label(f"sign_{key}"), also=also) for sign, key in GRID.items()
        ]
        parts.append((say(lang, "grid_signs_title"), "", signs))
    if codebook is not None and "article" in scopes:
        letters = "field" if "field" in working else "article"
        signs = [
            letter(sign, _state_in_words(state, codebook), also=also)
            for state, sign in SIGNS.items()
        ]
        signs += [
            letter(sign, _label(f"sign_{key}"), also=also) for sign, key in ENDS.items()
        ]
        parts.append((say(lang, "signs_title"), "", signs))
        fields = [
            letter(each.key, each.label) for each in codebook.event_fields if each.key
        ]
        parts.append((say(lang, "fields_title"), letters, fields))
        kinds = [
            letter(each.key, each.label, f"{each.glyph} ")
            for each in codebook.span_kinds
        ]
        parts.append((say(lang, "kinds_title"), "draw", kinds))
    return parts


def _state_in_words(state: State, codebook: Codebook) -> Label:
    """Return what a field's sign means; a blank's words are the codebook's."""
    if state in ("not_stated", "not_applicable"):
        return codebook.blank(state).label
    return _label("waits_for_value" if state == "empty" else f"state_{state}")


def _label(key: str) -> Label:
    """Return a sentence in every language."""
    return Label(**{lang: say(lang, key) for lang in LANGUAGES})


def help_rows(
    scopes: Sequence[str],
    working: Sequence[str],
    codebook: Codebook | None,
    lang: str,
    width: int,
    query: str = "",
) -> list[Row]:
    """Return the rows of the help page: each scope's keys and actions, then the
    codebook's letters.

    working: the scopes whose keys work now; a click presses them. query: only what it
    finds is shown.
    """
    parts = _parts(scopes, working, codebook, lang)
    every = [line for _, _, lines in parts for line in lines]
    shown_lines = set(found(every, lambda line: line.texts, query))
    rtl = int(lang == "ar")
    names = {line: "  ".join(_names(line.keys)) for line in every}
    room = min(_KEYS, max(map(cell_width, names.values()), default=0))
    rows: list[Row] = []
    for heading, scope, lines in parts:
        kept = [line for line in lines if line in shown_lines]
        if kept:
            rows += [*[()] * bool(rows), headed(heading, width - 1)]
        for line in kept:
            key = line.keys[0] if scope in working else ""
            of_keys = (
                wrapped(names[line], room, rtl)
                if cell_width(names[line]) > room
                else [names[line]]
            )
            for keys, words in zip_longest(
                of_keys, wrapped(line.words, width - room - 4, rtl), fillvalue=""
            ):
                rows.append(
                    (
                        Column(f" {keys}", room + 3, palette.PRESS, key),
                        Column(words, key=key),
                    )
                )
    return rows


def _names(keys: Sequence[str]) -> list[str]:
    """Return the names of keys; several that are held with the same ones are one name
    if a line has room.
    """
    names = list[str]()
    for key in keys:
        held, _, last = shown(key).rpartition("+")
        begun = names[-1][1:-1] if names else ""  # without the signs of its isolate
        if (
            held
            and begun.startswith(f"{held}+")
            and cell_width(f"{begun}/{last}") <= _KEYS
        ):
            names[-1] = isolate(f"{begun}/{last}")
        else:
            names.append(_in_both_layouts(key))
    return names


def _in_both_layouts(key: str) -> str:
    """Return a key's name, followed by the Arabic letter on the same key if there is
    one.
    """
    arabic = arabic_of(key)
    return (
        f"{isolate(shown(key))} {isolate(arabic)}"
        if arabic and key.isalpha()
        else isolate(shown(key))
    )


class HelpPage(PageScreen):
    """The keys of a screen; working: the scopes whose keys work now, by default all."""

    SCOPE = "help"

    def __init__(
        self,
        scopes: Sequence[str],
        codebook: Codebook | None,
        lang: str,
        working: Sequence[str] = (),
    ) -> None:
        self._all_rows = partial(help_rows, scopes, working or scopes, codebook, lang)
        super().__init__(
            say(lang, "help_title"),
            lambda width: self._all_rows(width, self.query_text),
            lang,
        )
        self.query_text = ""
        self.found_by = Bar(style=palette.TEXT, id="found_by")
        self.lines = (self.found_by,)
        self.keys |= {
            "help.erase": lambda: self._search(without_last(self.query_text, 1)),
            "help.clear": lambda: self._search(""),
        }

    def fit(self, width: int) -> None:
        super().fit(width)
        self.found_by.show(
            *found_by(self.query_text, self.inner_width, self.SCOPE, self.lang)
        )
        self.list.show_otherwise(none_like(self.query_text, self.SCOPE, self.lang))

    def typed(self, event: Key) -> None:
        if event.character == " " and not self.query_text:
            self.keys["help.page_down"]()  # as on other pages
        elif event.is_printable and event.character:
            self._search(with_typed(self.query_text, event.character))

    def on_paste(self, event: Paste) -> None:
        self._search(with_typed(self.query_text, event.text.strip()))

    def _search(self, query: str) -> None:
        self.query_text = query
        self.list.scroll_to(y=0, animate=False, immediate=True)
        self.fit(self.app.size.width)
