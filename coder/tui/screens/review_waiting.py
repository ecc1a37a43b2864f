"""The review queue on the screen: ordered, filtered, searched while typing; and which
article is next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial

from msgspec.structs import replace

from coder.adjudicate.resolve import SPANS
from coder.messages.catalogue import Message
from coder.service.review.review_queue import (
    FILTERS,
    ORDERS,
    Queued,
    ReviewQueue,
    compute_pace,
    find_closing_days,
    matching,
    ordered,
)
from coder.service.review.unreleased import Unreleased, find_unreleased
from coder.text.display import cell_width, isolate
from coder.tui import palette
from coder.tui.keys import Keys, key_of, list_keys, shown, step_keys
from coder.tui.screen_sizes import BESIDE, edges
from coder.tui.screens.article_beginnings import Beginnings
from coder.tui.screens.article_list import LazyRows, filter_tabs, title_in
from coder.tui.screens.text_page import text_page
from coder.tui.screens.type_to_find import (
    found_by,
    none_found,
    with_typed,
    without_last,
)
from coder.tui.screens.work_screen import WorkScreen
from coder.tui.sentences import column_head, listed, say
from coder.tui.widgets.bars import Bar, Head
from coder.tui.widgets.chooser_list import ChooserList
from coder.tui.widgets.frame import Frame, Title
from coder.tui.widgets.rows import (
    SIDES,
    Column,
    Row,
    fitted,
    number,
    position,
    steps_to,
    title_role,
)
from coder.values.days import show_day

# the most articles to count before the queue is shown; more are counted in a thread
_AT_ONCE = 20
_SIGN, _COUNT, _MARKS = 3, 7, 5  # cells of a line, of a count at least
_COUNTS = (
    61  # columns from which a row has cells for counts, which the line below says too
)
_COLUMNS = "differing", "open_cells"
_FEWEST, _MOST = 3, 16  # letters of an id
_FILTER_WORDS = {"closed": "closed", "stale": "to_redo"}
_SIGNS = {
    "new": "",
    "open": "·",
    "closed": "✓",
    "stale": "↻",
    "revisions": "!",
    "corrected": "!",
    "wrong": "!",
}


class QueueView:
    """The list of articles to review that match the filter and the typed text, in the
    chosen order.
    """

    def __init__(self, screen: WorkScreen, is_shown: Callable[[], bool]) -> None:
        """is_shown: whether the screen shows the list now, not an article."""
        self.screen = screen
        self._is_shown = is_shown
        self.queue: ReviewQueue | None = None
        self.list = ChooserList(id="queue")
        self.title = Title(id="waiting_title")
        self.found_by = Bar(id="found_by")
        self.filters = Bar(id="filters")
        self.head = Head(id="queue_head")
        lines = self.found_by, self.filters, self.head
        self.frame = Frame(self.title, *lines, pane=self.list, padded=True)
        self.all: Sequence[Queued] = ()
        self.shown: Sequence[Queued] = ()
        self.order = ORDERS[0]
        self.filter = FILTERS[0]
        self.query = ""
        self._rows: Sequence[Row] = ()
        self._progress: Sequence[str] = ()
        self._unreleased: Sequence[Unreleased] = ()
        self._unreleased_at: int | None = None  # the journal's position when found
        self._to_sign = set[str]()
        self._id_letters = 0  # how many letters of an id tell it from the others
        self._nothing = "nothing_waits"  # the message in place of an empty list
        self._beginnings = Beginnings(screen, self.fill)

    @property
    def lang(self) -> str:
        """The language of the screen."""
        return self.screen.lang

    @property
    def keys(self) -> Keys:
        """The keys of the scope `queue`, except those that leave the queue."""
        return {
            **list_keys("queue", self._step, self.list.page),
            **step_keys("queue.filter", "queue.filter_back", self._turn_filter),
            "queue.order": self._turn_order,
            "queue.not_gold": self._show_not_gold,
            "queue.erase": partial(self._erase, 1),
            "queue.clear": partial(self._erase, 0),
        }

    @property
    def here(self) -> str:
        """The article under the cursor, or "" if there is none."""
        return self.shown[self.at].article if self.shown else ""

    @property
    def at(self) -> int:
        """The place of the article under the cursor among those shown."""
        return min(self.list.cursor, len(self.shown) - 1)

    def refresh(self) -> None:
        """Show all articles that can be reviewed; if many have changed, they are
        counted in a thread.
        """
        screen = self.screen
        queue = self.queue = ReviewQueue(screen.project, self.queue)
        if queue.uncounted > _AT_ONCE:
            self.load(queue.known(), counting=True)
            screen.in_thread(queue.counted, self._fill, self._show_counted)
        else:
            self.load(queue.counted())
        if not queue.uncounted:
            screen.call_after_refresh(self._find_unreleased)
        if queue.is_worth_keeping:
            screen.call_after_refresh(self._keep)

    def look_again(self, changed: Callable[[], None]) -> None:
        """Call `changed` if others changed something, unless something else is shown or
        computed.
        """
        screen = self.screen
        queue = self.queue

        def told(is_outdated: bool) -> None:
            if is_outdated and screen.is_active and self._is_shown():
                changed()

        is_free = screen.is_active and self._is_shown() and screen.chooser.asked is None
        if (
            queue is not None
            and is_free
            and all(each.is_finished for each in screen.workers)
        ):
            screen.in_thread(lambda _: queue.is_outdated(), told)

    def _keep(self) -> None:
        if (queue := self.queue) is not None and not queue.uncounted:
            self.screen.in_thread(
                lambda _: queue.keep(), lambda _: None, group="keeping"
            )

    def _show_counted(self, done: int, of: int) -> None:
        if self._is_shown():
            self.screen.head([say(self.lang, "queue_counted", done=done, of=of)], "")

    def _fill(self, articles: list[Queued]) -> None:
        if self._is_shown():
            self.load(articles)
            self._find_unreleased()
        self._keep()

    def _find_unreleased(self) -> None:
        """Find in a thread what is not gold yet, unless an article is open or nothing
        changed since.
        """
        if not self._is_shown():
            return
        project = self.screen.project
        known = (self._unreleased_at, self._unreleased)

        def find(_: object) -> tuple[int | None, Sequence[Unreleased]]:
            # On a server an entry may appear after later ones: the page of F5 always
            # looks anew.
            with project.store.read() as queries:
                position = queries.last_position()
            return (
                known if position == known[0] else (position, find_unreleased(project))
            )

        self.screen.in_thread(find, self._tell_unreleased, group="unreleased")

    def _tell_unreleased(self, found: tuple[int | None, Sequence[Unreleased]]) -> None:
        """Show how many articles are not gold yet; that all are closed is said with
        them.
        """
        self._unreleased_at, self._unreleased = found
        self._to_sign = {
            article
            for each in self._unreleased
            if each.why == "to_sign"
            for article in each.articles
        }
        if not self._is_shown():
            return
        self.show()
        if not self.all or any(each.status != "closed" for each in self.all):
            return
        if self._left:
            count = Message("counts.articles", n=self._left).of(self.lang)
            page = shown(key_of("queue.not_gold"))
            self.screen.say("all_closed_here", count=count, page=page)
        else:
            self.screen.say("all_closed")

    @property
    def _left(self) -> int:
        """The number of articles that are not gold yet, without those left out on
        purpose.
        """
        return sum(
            len(each.articles) for each in self._unreleased if each.why != "training"
        )

    def _show_not_gold(self) -> None:
        """Find what is not gold yet now, and open its page."""
        project = self.screen.project
        self.screen.in_thread(
            lambda _: find_unreleased(project), self._open_not_gold, group="not_gold"
        )

    def _open_not_gold(self, found: Sequence[Unreleased]) -> None:
        """Open a page of what is not gold yet, by reason, each with the command that
        goes on.
        """
        if not self._is_shown() or not self.screen.is_active:
            return
        if not found:
            self.screen.say("all_gold")
            return
        paragraphs = list[tuple[str, str]]()
        for each in found:
            why, count, articles, command = each.in_words
            paragraphs.append(
                (listed(why.of(self.lang), count.of(self.lang)), articles)
            )
            paragraphs.append(("›", isolate(command)))
        title = say(self.lang, "not_gold_title")
        self.screen.app.push_screen(text_page(title, paragraphs, self.lang))

    def load(self, articles: Sequence[Queued], *, counting: bool = False) -> None:
        """Set all articles to review and show the progress; counting: whether more of
        them may follow.
        """
        self.all = articles
        closed = {each.article for each in articles if each.status == "closed"}
        stale = sum(each.status == "stale" for each in articles)
        counts = {
            "queue": len(articles) - len(closed),
            "queue_closed": len(closed),
            "queue_stale": stale,
            "queue_wrong": sum(len(each.wrong) for each in articles),
        }
        words = [
            say(self.lang, key, n=n)
            for key, n in counts.items()
            if n or key not in ("queue_stale", "queue_wrong")
        ]
        today = datetime.now().astimezone().date()
        so_far = compute_pace(
            find_closing_days(self.screen.project, closed),
            len(articles) - len(closed),
            today,
        )
        if so_far is not None:
            words.append(
                say(
                    self.lang,
                    "queue_pace",
                    today=so_far.today,
                    rate=f"{so_far.per_day:.1f}",
                )
            )
            if so_far.days_left:
                words.append(say(self.lang, "queue_days_left", n=so_far.days_left))
        self._progress = [say(self.lang, "queue_reading")] if counting else words
        self._nothing = "queue_reading" if counting else "nothing_waits"
        self._id_letters = letters_apart([each.article for each in articles])
        self.show()

    def show(self, *, follow: bool = True) -> None:
        """Filter, search and sort again; follow: whether the cursor stays on its
        article.
        """
        article = self.here if follow else ""
        self.shown = ordered(matching(self.all, self.filter, self.query), self.order)
        at = next(
            (i for i, each in enumerate(self.shown) if each.article == article), 0
        )
        self._fit_columns()
        self._rows = LazyRows(self.shown, self._row)
        self._load(at)
        lang = self.lang
        width = self._width
        names = {
            each: say(lang, _FILTER_WORDS.get(each, f"queue_{each}"))
            for each in FILTERS
        }
        self.found_by.show(*found_by(self.query, width, "queue", lang))
        self.filters.show(*filter_tabs(names, self.filter, "queue", width))
        is_known = self.all and self._nothing != "queue_reading"
        none = none_found(names[self.filter], self.query, "queue", lang)
        self.list.show_otherwise(none if is_known else Column(say(lang, self._nothing)))
        left = [say(lang, "queue_not_gold", n=self._left)] if self._left else []
        self.screen.head([*self._progress, *left], "")
        self._show_about()

    def following(self, article: str, done: frozenset[str]) -> str:
        """Return the next open article in list order, wrapping around at the end; "" if
        there is none.
        """
        ids = [each.article for each in self.shown]
        at = ids.index(article) + 1 if article in ids else 0
        left = {
            each.article
            for each in self.shown
            if each.status not in ("closed", "revisions", "corrected", "wrong")
        } - done
        return next(
            (id_ for id_ in ids[at:] + ids[:at] if id_ in left and id_ != article), ""
        )

    def typed(self, raw: str) -> bool:
        """Add a typed character to the search in ids, titles, outlets, coders, stages
        and types.
        """
        if not raw.isprintable() or not raw:
            return False
        self.add_to_query(raw)
        return True

    def add_to_query(self, words: str) -> None:
        """Add words to the search text."""
        self.query = with_typed(self.query, words)
        self.show()

    def go(self, index: int) -> None:
        """Move the cursor to the row with this index."""
        self._load(max(0, min(index, len(self.shown) - 1)))
        self._show_about()

    def fill(self) -> None:
        """Show the list again, once more is known or it has another size."""
        if self._is_shown():
            self._load(self.at)

    def _load(self, at: int) -> None:
        """Show the articles and, if there is room below them, how the one under the
        cursor begins.
        """
        room = self.list.size.height - len(self.shown)
        below = (
            self._beginnings.rows(self.shown[at].article, self._width - SIDES, room)
            if self.shown
            else []
        )
        self.list.load([*self._rows, *below] if below else self._rows, at)

    def go_to(self, article: str) -> None:
        """Move the cursor to an article, if it is among those shown."""
        shown = [each.article for each in self.shown]
        if article in shown:
            self.go(shown.index(article))

    def _step(self, step: int) -> None:
        self.go(self.at + step)

    def _turn_filter(self, step: int) -> None:
        self.filter = FILTERS[(FILTERS.index(self.filter) + step) % len(FILTERS)]
        self.show()

    def _turn_order(self) -> None:
        self.order = ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)]
        self.show(follow=False)

    def _erase(self, letters: int) -> None:
        self.query = without_last(self.query, letters)
        self.show()

    @property
    def _order_name(self) -> str:
        return say(self.lang, f"order_{self.order}")

    @property
    def _is_framed(self) -> bool:
        """Return whether the title is shown, which then says the order."""
        return edges(self.screen.app.size.width) > 0

    @property
    def _width(self) -> int:
        """The cells of a line of the list."""
        width = self.screen.app.size.width
        return width - edges(width) - 2 * BESIDE * self._is_framed

    def _fit_columns(self) -> None:
        """Give the columns the cells that they need, and no more: the title gets the
        rest.
        """
        heads = (
            [column_head(self.lang, key) for key in _COLUMNS]
            if self._width >= _COUNTS
            else []
        )
        self._counts = [max(_COUNT, cell_width(head) + 2) for head in heads]
        self._marks = (
            _MARKS if any(each.flags or each.comments for each in self.all) else 2
        )
        self._ids = 1 + max(
            (cell_width(self._id(each)) for each in self.all if heads), default=-1
        )
        alike = {
            (each.status, each.stale, each.article in self._to_sign): each
            for each in self.all
        }
        states = (
            column_head(self.lang, "head_status"),
            *map(self._state, alike.values()),
        )
        self._status = max(map(cell_width, states))

    def _id(self, item: Queued) -> str:
        """Return as much of an article's id as tells it from the others, which commands
        take for it.
        """
        return item.article[: self._id_letters]

    def _state(self, item: Queued) -> str:
        if item.article in self._to_sign:
            return say(self.lang, "to_sign")
        return say(self.lang, "changed" if item.stale else item.status, n=item.stale)

    def _head(self) -> Row:
        """Return the names of the columns that `_row` fills."""
        lang = self.lang
        turns = ORDERS.index("differing") - ORDERS.index(self.order)
        keys = steps_to(turns % len(ORDERS), key_of("queue.order"), ""), ""
        order = "" if self._is_framed else key_of("queue.order")
        place = say(lang, "of", n=self.at + 1, m=len(self.shown)) if self.shown else ""
        words = "" if self._is_framed else listed(place, self._order_name)
        counts = zip(_COLUMNS, self._counts, keys, strict=False)
        return (
            Column("", _SIGN),
            fitted(f"{column_head(lang, 'article')} ", palette.TITLE),
            Column(words, 0, palette.DIM, order),
            *(
                replace(
                    number(column_head(lang, head), cells, lang == "ar", palette.TITLE),
                    key=key,
                )
                for head, cells, key in counts
            ),
            Column("", self._marks),
            Column(column_head(lang, "head_status"), self._status, palette.TITLE),
        )

    def _row(self, item: Queued) -> Row:
        signs = ("⚑" if item.flags else "") + (
            f"✎{item.comments}" if item.comments else ""
        )
        fixed = (
            _SIGN
            + self._ids
            + bool(self._counts)
            + sum(self._counts)
            + self._marks
            + self._status
            + SIDES
        )
        counts = zip(
            (f"≠{item.differing}", f"{item.open_cells or ''}"),
            self._counts,
            strict=False,
        )
        title = title_in(item.title, self._width - fixed, self.lang)
        return (
            Column(f" {_SIGNS[item.status]}", _SIGN, palette.KEY),
            Column(
                isolate(self._id(item)) if self._ids else "", self._ids, palette.DIM
            ),
            Column(title, 0, palette.DIM if item.status == "closed" else palette.TEXT),
            *(
                number(each, cells, self.lang == "ar", palette.TEXT)
                for each, cells in counts
            ),
            Column(f" {signs}", self._marks, palette.KEY),
            Column(
                self._state(item),
                self._status,
                palette.WRONG if item.stale else palette.TEXT,
            ),
        )

    def _show_about(self) -> None:
        """Show which article the cursor is on, and details of it."""
        self.head.show(*self._head())
        title = listed(say(self.lang, "queue_title"), self._order_name)
        name = Column(f" {title}", 0, title_role(self.list), key_of("queue.order"))
        self.title.show(name, *position(self.lang, self.at, len(self.shown)))
        self.screen.show_article(
            *self._about(self.shown[self.at]) if self.shown else ("",)
        )

    def _about(self, item: Queued) -> Sequence[str]:
        lang = self.lang
        counts = _counts(item)
        in_columns = _COLUMNS if self._counts else ()
        words = [
            f"{say(lang, key)}: {n}"
            for key, n in counts.items()
            if n and key not in in_columns
        ]
        book = self.screen.codebook
        field = book.type_field
        types = (
            [book.label_of(field, name, lang) for name in item.types[:2]]
            if field is not None
            else []
        )
        stage = say(lang, f"stage_{item.stage}") if item.stage else ""
        since = (
            show_day(date.fromisoformat(item.since[:10])).of(lang) if item.since else ""
        )
        if item.wrong:
            words.insert(0, say(lang, "wrong_coders", who="+".join(item.wrong)))
        return [
            item.title,
            *words,
            "+".join(item.coders),
            stage,
            since,
            *types,
            *([] if self._ids or not item.outlet else [item.article]),
            item.outlet or item.article,
        ]


def letters_apart(ids: Sequence[str]) -> int:
    """Return how many first letters tell these ids apart, three at least and as many as
    fit at most.
    """
    for letters in range(_FEWEST, _MOST):
        if len({each[:letters] for each in ids}) == len(ids):
            return letters
    return _MOST


def _counts(item: Queued) -> Mapping[str, int]:
    return {
        "differing": item.differing,
        "open_cells": item.open_cells,
        "events": item.events,
        **{f"spans_{name}": item.spans.get(name, 0) for name in SPANS[1:]},
        "queue_flag": item.flags,
        "queue_commented": item.comments,
    }
