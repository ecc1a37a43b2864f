"""A coder who knows the sample and every key: goes the shortest way found to each span
and each value.

The keys are those of the coding screen's help page. Where several lead to a thing,
their number is worked out from what the screen shows and the fewest are pressed; what
cannot be had one way is had by a longer one.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from textual.events import Key
from textual.pilot import Pilot
from ways_of_keys import MOVING, way

from coder.errors import CoderError
from coder.model import (
    REJECTED,
    UNDECIDED,
    Answer,
    Candidate,
    Coding,
    Decision,
    Span,
    Status,
)
from coder.service.coding.article_marks import Mark
from coder.service.edits.decided_spans import find_decided_span
from coder.service.edits.edits import Edit
from coder.text.segment import sentences
from coder.tui.keys import action_for
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.highlights import Selection
from coder.tui.screens.jump_letters import DONE, OPEN
from coder.values.typed import Choice

Stretch = tuple[str, int, int]
FREE_TEXT = "free text"
EVENTS = ("opening", "filling", "submitting")
"""What the keys of whole events are pressed for."""
ORDERS = NEAREST, WRONG_FIRST, IN_VIEW_FIRST, TOGETHER_LAST = (
    "nearest",
    "wrong",
    "in view",
    "together",
)
"""In which order the fields of an event are done: the nearest first; before it wrong
proposals, or what lacks only words that show; or all that cannot be done together with
others.
"""


def stretch(each: Candidate | Span | Mark) -> Stretch:
    """What tells one span from another in both codings."""
    return each.stretch


@dataclass
class Count:
    """What was pressed and what came of it."""

    keys: Counter[str] = field(default_factory=Counter)
    things: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    """Of the keys of whole events."""
    fields: Counter[str] = field(default_factory=Counter)
    """Of these, pressed while the record's cursor was at a field."""
    events: Counter[str] = field(default_factory=Counter)
    """Of these, pressed for each event of the last coding."""
    supported: int = 0
    """Of the keys of whole events, all but those that themselves give a blank, a code,
    a link or a note.
    """
    wrong: list[str] = field(default_factory=list)


class Typist:
    """Hands on the keys of one coding screen, and eyes on the sample."""

    def __init__(
        self,
        screen: CodingScreen,
        pilot: Pilot[None],
        wanted: Coding,
        count: Count,
        orders: Mapping[str, str],
    ) -> None:
        self.screen, self.pilot, self.wanted, self.count = screen, pilot, wanted, count
        self.orders, self.at_event = orders, ""
        self.book, self.what = screen.codebook, "deciding"
        self.longer_way: set[tuple[str, str]] = set()
        self.is_supported = True
        """Whether the next keys lead to a value with evidence, not to a code, a link or
        a blank.
        """

    async def press(self, *keys: str) -> None:
        """Each key is one, whatever it is held with."""
        self.count.keys[self.what] += len(keys)
        for key in keys:
            scope, in_record = self.screen.scopes()[0], self.screen.form.has_focus
            if self.what in EVENTS:
                purpose = way(scope, action_for(key, self.screen.scopes()), key)
                if key.isupper() and self.screen.jumping.is_done:
                    purpose = "moving through the record"
                self.count.supported += self.is_supported or purpose in MOVING
                self.count.ways[purpose] += 1
                self.count.events[self.at_event] += 1
                self.count.fields[self.screen.record.row.field.id] += 1
            if key in ("'", '"', "\\", "ctrl+e", "ctrl+n"):
                await (
                    self.pilot.pause()
                )  # until what the last key scrolled to is on the screen
            character = " " if key == "space" else key if len(key) == 1 else None
            self.screen.app.screen.on_key(Key(key, character))
            await asyncio.sleep(0)
            if key == "tab" and scope in ("article", "jump", "form"):
                while self.screen.form.has_focus is in_record:
                    await self.pilot.pause()  # the focus is on its way

    @property
    def coding(self) -> Coding:
        return self.screen.session.coding

    @property
    def marks(self) -> Sequence[Mark]:
        return self.screen.highlights.marks

    def mark(self, of: Stretch) -> Mark | None:
        return self.screen.highlights.at(*of)

    def span_of(self, of: Stretch) -> Span | None:
        return next((s for s in self.coding.spans if stretch(s) == of), None)

    def stretches(self, answer: Answer, coding: Coding | None = None) -> list[Stretch]:
        """The evidence of an answer; that of proposals names candidates, or the spans
        that these became.
        """
        coding, by_id = coding or self.coding, self.screen.session.by_id
        found = [coding.span(i) or by_id.get(i) for i in answer.evidence]
        became = [
            find_decided_span(coding, s) if isinstance(s, Candidate) else None
            for s in found
        ]
        return [
            stretch(span or s)
            for span, s in zip(became, found, strict=True)
            if s is not None
        ]

    def after(self, edit: Edit, coding: Coding | None = None) -> Coding | None:
        """The coding as it would be, None where the edit is refused."""
        try:
            return edit.apply(coding or self.coding, self.screen.session.context)
        except CoderError:
            return None

    # ------------------------------------------------------------ ways in the article
    def moves(self, at: int) -> dict[str, int]:
        """Where each key leads from a highlight, by their numbers."""
        marks, desk = self.marks, self.screen.deciding
        stands = [i for i, m in enumerate(marks) if m.state != REJECTED]
        extents = sentences(self.screen.session.article.text)
        number = {
            i: sum(start <= marks[i].start for start, _ in extents) for i in stands
        }
        here = sum(start <= marks[at].start for start, _ in extents)
        ahead, back = [i for i in stands if i > at], [i for i in stands if i < at][::-1]
        used = desk.words_of_types()
        is_trigger = {
            i
            for i in stands
            if self.book.is_trigger(marks[i].kind) and marks[i].stretch not in used
        }

        def unseen_first(triggers: list[int]) -> list[int]:
            return sorted(triggers, key=lambda i: marks[i].state != UNDECIDED)

        is_next = at in is_trigger and marks[at] == desk.arrived  # there the key stays
        fits = {i for i in stands if desk.fits(marks[i])}
        first = [
            i
            for n in {number[i] for i in stands}
            if (i := next(j for j in stands if number[j] == n)) >= 0
        ]
        found = {
            "left": ahead[:1],
            "right": back[:1],
            "ctrl+down": []
            if is_next
            else unseen_first([i for i in ahead if i in is_trigger]),
            "ctrl+up": unseen_first([i for i in back if i in is_trigger]),
            ".": [i for i in ahead if i in fits],
            ",": [i for i in back if i in fits],
            "ctrl+left": [i for i in ahead if number[i] > here],
            "ctrl+right": sorted((i for i in first if number[i] < here), reverse=True),
            "=": [i for i in (*ahead, *back[::-1]) if marks[i].state == UNDECIDED],
            "home": stands[:1] if marks and marks[0].state != REJECTED else [],
        }
        return {key: there[0] for key, there in found.items() if there}

    async def reach(self, of: Stretch, longest: int = 2) -> bool:
        """The cursor to a highlight: by a few moves where they lead there, else by its
        letters.
        """
        wanted = self.mark(of)
        current = self.screen.highlights.current
        if wanted is None:
            return False
        if current is not None and stretch(current) == of:
            return True
        goal, start = self.marks.index(wanted), self.screen.highlights.index
        ways: list[tuple[int, tuple[str, ...]]] = [(start, ())] if start >= 0 else []
        for at, keys in ways:
            if at == goal:
                await self.press(*keys)
                break
            if len(keys) < longest:
                ways += [(there, (*keys, key)) for key, there in self.moves(at).items()]
        else:
            await self.press("'")
            await self.by_letter(of)
        current = self.screen.highlights.current
        return current is not None and stretch(current) == of

    async def by_letter(self, of: Stretch, *, is_capital: bool = False) -> bool:
        """The letters of words that show, or of those on another page."""
        tried = set[Stretch]()
        for _ in range(40):
            letters = self.screen.highlights.letters
            if not letters:
                return False
            name = next((n for n, m in letters.items() if stretch(m) == of), None)
            if name is not None:
                await self.press(name.upper() if is_capital else name)
                return True
            start, end = before = self.screen.pane.in_view
            if start <= of[1] < end:
                tried |= set(map(stretch, letters.values()))
                await self.press("\\")
                if tried >= set(map(stretch, self.screen.highlights.letters.values())):
                    break  # it has no letter
                continue
            await self.press(
                "pagedown" if self.turns(of, 1) <= self.turns(of, -1) else "pageup"
            )
            if not self.screen.highlights.letters or self.screen.pane.in_view == before:
                break
        if self.screen.highlights.letters and not self.screen.form.has_focus:
            await self.press("escape")
        return False

    def turns(self, of: Stretch, way: int) -> int:
        """How many pages on, or with -1 back, a highlight is."""
        pane, top = self.screen.pane, self.screen.pane.scroll_offset.y
        turned = 0
        while turned < 40 and self.turned(way):
            turned += 1
            start, end = pane.in_view
            if start <= of[1] < end:
                break
        else:
            turned = 99  # that way does not lead there
        pane.scroll_to(y=top, animate=False, force=True, immediate=True)
        return turned

    def turned(self, way: int) -> bool:
        """Whether PgDn, or with -1 PgUp, leads to another page where letters are drawn."""
        highlights, fits, before = (
            self.screen.highlights,
            self.screen.jumping._fits,
            self.screen.pane.in_view,
        )
        opens = self.screen.jumping.title in (OPEN, DONE)
        if opens:
            highlights.turn_page(way)
        is_found = self.screen.pane.in_view != before and highlights.in_view(fits)
        return bool(is_found) or highlights.turn_to(fits, way, goes_round=not opens)

    # ------------------------------------------------------------ spans
    async def decide(self) -> None:
        """All candidates in order, and what is missing drawn when one comes by."""
        wanted = {stretch(s): s for s in self.wanted.spans}
        await self.press(*(["home"] if self.screen.highlights.index else []))
        drawn: set[Stretch] = set()
        while (
            mark := next((m for m in self.marks if m.state == UNDECIDED), None)
        ) is not None:
            self.what = "drawing"
            known = {stretch(m) for m in self.marks}
            for want in sorted(
                (w for w in wanted if w not in known and w[2] <= mark.start),
                key=lambda w: w[1],
            ):
                path = self.path_from_here(want)
                if path is not None and len(path) <= 6:
                    await self.press(*begun(path), self.book.span_kind(want[0]).key)
                    self.count.things["drawn"] += 1
            self.what = "deciding"
            if not await self.reach(stretch(mark)):
                raise AssertionError(f"no way to {mark}")
            known = {stretch(m) for m in self.marks}
            self.count.things["decisions"] += 1
            alike = [
                m
                for m in self.marks
                if m.state == UNDECIDED
                and (m.kind, self.words(m)) == (mark.kind, self.words(mark))
            ]
            if stretch(mark) in wanted:
                all_wanted = len(alike) > 2 and all(stretch(m) in wanted for m in alike)
                self.count.things["decisions"] += len(alike) - 1 if all_wanted else 0
                await self.press("ctrl+a" if all_wanted else "space")
                continue
            near = [w for w in wanted if w not in known and w[0] == mark.kind]
            over = [w for w in near if w[1] < mark.end and mark.start < w[2]]
            ways = [
                (
                    self.edges(
                        Selection(self.screen.highlights.reading, mark.start, mark.end),
                        w,
                    ),
                    w,
                )
                for w in over
            ]
            if (
                ways
                and (best := min(ways, key=lambda way: len(way[0]) if way[0] else 99))[
                    0
                ]
                is not None
            ):
                self.what = "drawing"
                await self.press(*begun(best[0]), "space")
                self.count.things["drawn"] += 1
                self.count.things["decisions"] -= 1
                drawn.add(best[1])
                continue
            none_wanted = len(alike) > 1 and not any(
                self.near(m, wanted) for m in alike
            )
            self.count.things["rejected"] += len(alike) if none_wanted else 1
            self.count.things["decisions"] += len(alike) - 1 if none_wanted else 0
            await self.press("ctrl+x" if none_wanted else "x")
        self.what = "drawing"
        for want in sorted(
            wanted.keys()
            - {stretch(s) for s in self.coding.spans if s.decision != Decision.REJECTED}
        ):
            self.count.things["drawn"] += 1
            await self.draw(want)

    def words(self, mark: Mark) -> str:
        return self.screen.session.article.text[mark.start : mark.end]

    @staticmethod
    def near(mark: Mark, wanted: Collection[Stretch]) -> bool:
        """Whether a span that is wanted is of these words, or would be made of them by
        other edges.
        """
        return any(
            kind == mark.kind and start < mark.end and mark.start < end
            for kind, start, end in wanted
        )

    def path_from_here(self, want: Stretch) -> list[str] | None:
        """The keys from the highlight under the cursor to other words."""
        here = self.screen.highlights.current
        return (
            self.edges(
                Selection(self.screen.highlights.reading, here.start, here.end), want
            )
            if here
            else None
        )

    async def draw(self, want: Stretch) -> None:
        """A new span, from the nearest highlight, or from its words where all is far."""
        highlights, reading = self.screen.highlights, self.screen.highlights.reading
        stands = [m for m in self.marks if m.state != REJECTED]
        near = sorted(stands, key=lambda m: abs(m.start - want[1]))[:4]
        ways = [
            (len(w), w, m)
            for m in near
            if (w := self.edges(Selection(reading, m.start, m.end), want)) is not None
        ]
        kind = self.book.span_kind(want[0])
        if ways and (best := min(ways, key=lambda way: way[0]))[0] <= 8:
            await self.reach(stretch(best[2]))
            await self.press(*begun(best[1]), kind.key)
            return
        words = self.screen.session.article.text[want[1] : want[2]]
        await self.press("/")
        for letter in words:
            chosen = self.screen.chooser.choices
            if chosen and chosen[0].id.startswith(f"{want[1]}-"):
                break
            await self.press("space" if letter == " " else letter)
        at = next(
            (
                n
                for n, c in enumerate(self.screen.chooser.choices)
                if c.id.startswith(f"{want[1]}-")
            ),
            0,
        )
        await self.press(*["down"] * at, "enter")
        if highlights.selection is None:
            await self.press("v")
        assert highlights.selection is not None
        path = self.edges(highlights.selection, want)
        await self.press(*(path or ()), kind.key)

    def edges(self, start: Selection, want: Stretch) -> list[str] | None:
        """The keys that make a selection one of other edges."""
        ways: list[tuple[Selection, list[str]]] = [(start, [])]
        seen = {(start.start, start.end)}
        for selection, keys in ways:
            if (selection.start, selection.end) == want[1:]:
                return keys
            if len(keys) >= 12 or len(seen) > 6000:
                return None
            steps = {
                "left": selection.moved(1),
                "right": selection.moved(-1),
                "+": selection.with_end(1, "word"),
                "-": selection.with_end(-1, "word"),
                "tab": selection.with_start(1, "start"),
                "shift+tab": selection.with_start(-1, "start"),
                ">": selection.with_end(1, "letter"),
                "<": selection.with_end(-1, "letter"),
            }
            for key, there in steps.items():
                if (there.start, there.end) not in seen and abs(
                    there.start - want[1]
                ) < 150:
                    seen.add((there.start, there.end))
                    ways.append((there, [*keys, key]))
        return None

    # ------------------------------------------------------------ at the end
    def compare(self) -> None:
        """What differs from the sample, in a form for people."""
        here = {
            stretch(s) for s in self.coding.spans if s.decision is not Decision.REJECTED
        }
        there = {stretch(s) for s in self.wanted.spans}
        where = f"{self.wanted.article[:3]} {self.wanted.coder}"
        self.count.wrong += [f"{where} span {s}" for s in sorted(here ^ there)]
        if len(self.coding.events) != len(self.wanted.events):
            self.count.wrong.append(f"{where}: {len(self.coding.events)} events")
        if self.coding.status is not Status.SUBMITTED:
            self.count.wrong.append(f"{where}: not submitted")


def begun(path: list[str]) -> list[str]:
    """The keys that begin to draw and make the edges: one less where the end only moves
    by words.
    """
    first = next((key for key in path if key in ("+", "-")), "")
    if not first or {"left", "right"} & {*path}:
        return ["v", *path]
    rest = [*path]
    rest.remove(first)
    return ["shift+left" if first == "+" else "shift+right", *rest]


def keys_of(text: str, complete: Callable[[str], str] | None = None) -> list[str]:
    """The keys that type a text, by Tab what completes it as the article does."""
    keys, at = list[str](), 0
    while at < len(text):
        more = (
            complete(text[:at]).replace("\n", " ")
            if complete is not None and text[:at].strip()
            else ""
        )
        is_next = bool(more) and text.startswith(more, at)
        keys.append("tab" if is_next else "space" if text[at] == " " else text[at])
        at += len(more) if is_next else 1
    return keys


def is_choice(choice_id: str, choice: Choice) -> bool:
    """Whether a choice is the one of that id."""
    return choice.id == choice_id
