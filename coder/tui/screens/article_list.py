"""The list of articles, which can be searched, flagged, put off and opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Generic, TypeVar

from textual.events import Key

from coder.model import FLAG, SKIP
from coder.service.coding.assigned_articles import (
    FILTERS,
    OPEN,
    SUBMITTED,
    ArticleList,
    Listed,
)
from coder.text.display import cell_width, fit, isolate, reads_leftwards
from coder.tui import palette
from coder.tui.keys import key_of, list_keys, step_keys
from coder.tui.screens.asking_page import AskingPage
from coder.tui.screens.type_to_find import (
    found_by,
    none_found,
    with_typed,
    without_last,
)
from coder.tui.sentences import column_head, say
from coder.tui.widgets.rows import Column, Row, steps_to, tab

Item = TypeVar("Item")
_SIGN, _MARKS = 3, 4  # cells of a row for its signs
_SIGNS = {SUBMITTED: "✓", OPEN: "·"}


def filter_tabs(names: Mapping[str, str], chosen: str, scope: str, width: int) -> Row:
    """Return the filters by name, the chosen one alone if not all fit."""
    turn = key_of(f"{scope}.filter"), key_of(f"{scope}.filter_back")
    first = -[*names].index(chosen)
    margin = Column(" ", 1)
    tabs = [
        tab(name, steps_to(steps, *turn) if steps else turn[0], is_open=not steps)
        for steps, name in enumerate(names.values(), first)
    ]
    is_whole = sum(each.width for each in tabs) < width
    return margin, *(tabs if is_whole else [tabs[-first]])


def title_in(title: str, room: int, lang: str) -> str:
    """Return a title cut to `room` cells; in English lines Arabic ones begin at the
    right of the column.
    """
    cut = fit(title, room)
    blank = (
        " " * (room - cell_width(cut))
        if lang != "ar" and reads_leftwards(title)
        else ""
    )
    return f"{blank}{isolate(cut)}"


class LazyRows(Sequence[Row], Generic[Item]):
    """Rows built only when they are drawn, as a list may be much longer than the
    screen.
    """

    def __init__(self, items: Sequence[Item], row: Callable[[Item], Row]) -> None:
        self._items = items
        self._row = row

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: int) -> Row:  # type: ignore[override]  # nothing takes a slice of them
        return self._row(self._items[index])


class ArticleListScreen(AskingPage[str]):
    """A page whose answer is the id of the article to open. here: the id of the one
    that is open now.
    """

    SCOPE = "articles"
    ABOVE = ("title", "found_by", "filters", "head")
    BELOW = ("info", "message", "footer")

    def __init__(self, articles: ArticleList, here: str, lang: str) -> None:
        super().__init__(lang)
        self.articles = articles
        self.here = here
        self.filter = FILTERS[0]
        self.query_text = ""
        self.found = articles.found(self.filter, "")
        states = (say(lang, f"article_{SKIP}"), column_head(lang, "head_status"))
        self._status = max(
            map(cell_width, {*states, *map(self._state, articles.listed)})
        )
        self.at = self._index_of(here)
        self.keys = {
            **list_keys("articles", self._step, self.list.page),
            "articles.open": self._open,
            "articles.next": self._next,
            **step_keys("articles.filter", "articles.filter_back", self._filter),
            "articles.erase": partial(self._erase, 1),
            "articles.clear": partial(self._erase, 0),
            "articles.flag": self._flag,
            "articles.skip": partial(self._toggle, SKIP),
            "articles.back": partial(self.answer, None),
        }

    def on_mount(self) -> None:
        super().on_mount()
        self.call_after_refresh(self.articles.precompute_keys)

    def typed(self, event: Key) -> None:
        """Add a typed character to the text that is searched in ids, titles and
        metadata.
        """
        if event.is_printable and event.character:
            self.pasted(event.character)

    def pasted(self, words: str) -> None:
        self._search(self.filter, with_typed(self.query_text, words))

    def show(self) -> None:
        """Show the found articles, and the line about the one under the cursor."""
        lang = self.lang
        coder = self.articles.coder
        names = {each: say(lang, f"filter_{each}") for each in FILTERS}
        width = self.inner_width
        self.bars["found_by"].show(*found_by(self.query_text, width, self.SCOPE, lang))
        self.bars["filters"].show(*filter_tabs(names, self.filter, self.SCOPE, width))
        none = none_found(names[self.filter], self.query_text, self.SCOPE, lang)
        if not self.articles.listed:
            none = Column(
                say(lang, "none_assigned" if coder else "none_assigned_to_anybody")
            )
        self.list.show_otherwise(none)
        dead = () if self.found and coder else ("articles.flag", "articles.skip")
        self.idle = frozenset(dead if self.found else (*dead, "articles.open"))
        self.show_mode()
        self._marks = (
            _MARKS
            if any(item.marks or item.answered for item in self.articles.listed)
            else 2
        )
        self.list.load(LazyRows(self.found, self._row), self.at)
        self.bars["head"].show(*self._head())
        self._show_about()

    def _show_about(self) -> None:
        """Show which article the cursor is on, and details of it."""
        coder = self.articles.coder
        title = say(self.lang, "articles_of" if coder else "articles_of_all", who=coder)
        self.show_title(title, self.at, len(self.found))
        self.show_article(*self._about(self.found[self.at]) if self.found else ("",))

    def _state(self, item: Listed) -> str:
        if item.coders > 1:
            return say(self.lang, "of", n=item.submitted, m=item.coders)
        is_put_off = item.status != SUBMITTED and item.marked(SKIP)
        return say(self.lang, f"article_{SKIP if is_put_off else item.status}")

    def _head(self) -> Row:
        """Return the names of the columns that `_row` fills."""
        return (
            Column("", _SIGN),
            Column(column_head(self.lang, "article"), 0, palette.TITLE),
            Column("", self._marks),
            Column(column_head(self.lang, "head_status"), self._status, palette.TITLE),
        )

    def _row(self, item: Listed) -> Row:
        signs = ("⚑" if item.marked(FLAG) else "") + ("✎" if item.answered else "")
        sign = "●" if item.article == self.here else _SIGNS.get(item.status, "")
        title = title_in(
            item.title, self.row_width - _SIGN - self._marks - self._status, self.lang
        )
        return (
            Column(f" {sign}", _SIGN, palette.KEY),
            Column(title, 0, palette.DIM if item.status == SUBMITTED else palette.TEXT),
            Column(f" {signs}", self._marks, palette.KEY),
            Column(self._state(item), self._status, palette.TEXT),
        )

    def _about(self, item: Listed) -> Sequence[str]:
        """Return the article's title, details, and what it is known by."""
        words = [
            f"{say(self.lang, f'article_{m.kind}')} ({m.by}) {isolate(m.text)}"
            for m in item.marks
        ]
        if item.answered:
            words.append(say(self.lang, "answers", n=item.answered))
        stage = [say(self.lang, f"stage_{item.stage}")] if item.stage else []
        name = (
            []
            if any(each.startswith(item.article) for each in item.imprint)
            else [item.article]
        )
        return item.title, *words, *stage, *item.imprint, *name

    def picked(self, index: int, column: int) -> None:
        """Go to the clicked row; a second click opens the article."""
        if index == self.at:
            self._open()
        else:
            self._step(index - self.at)

    def _step(self, step: int) -> None:
        self.at = max(0, min(len(self.found) - 1, self.at + step))
        self.list.load(self.list.rows, self.at)
        self._show_about()

    def _search(self, name: str, query: str) -> None:
        """Apply a filter and a search text; the cursor stays on its article if that is
        still found.
        """
        article = self.found[self.at].article if self.found else self.here
        self.filter = name
        self.query_text = query
        self.found = self.articles.found(name, query)
        self.at = self._index_of(article)
        self.show()

    def _index_of(self, article: str) -> int:
        return next(
            (i for i, each in enumerate(self.found) if each.article == article), 0
        )

    def _filter(self, step: int) -> None:
        self._search(
            FILTERS[(FILTERS.index(self.filter) + step) % len(FILTERS)], self.query_text
        )

    def _erase(self, letters: int) -> None:
        if self.query_text:
            self._search(self.filter, without_last(self.query_text, letters))

    def _open(self) -> None:
        if self.found:
            self.answer(self.found[self.at].article)

    def _next(self) -> None:
        following = self.articles.following(self.here)
        if following is None:
            self.say("all_done")
        else:
            self.answer(following.article)

    def _flag(self) -> None:
        """Flag the article after asking why, or remove its flag."""
        flagged = self.found and self.found[self.at].marked(FLAG)
        if self.found and not flagged and self.articles.coder:
            article = self.found[self.at].article
            title = say(self.lang, "flag_why", article=article)
            self.open_comment((article, FLAG), title, "", partial(self._toggle, FLAG))
        else:
            self._toggle(FLAG)

    def _toggle(self, kind: str, text: str = "") -> None:
        if not self.articles.coder:
            self.say("coders_mark")
        elif self.found:
            article = self.found[self.at].article
            now = self.articles.turn(article, kind, text.strip())
            self._search(self.filter, self.query_text)
            self.say(
                f"was_{kind}" if now.marked(kind) else f"no_{kind}", article=article
            )
