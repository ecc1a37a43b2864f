"""How many keys the sample codings cost: python benchmarks/keystrokes.py [--json] [--size 120x40] [CODER ARTICLE].

The ten sample codings are coded anew through the coding screen, by keys that its help page names: first
every candidate is decided and every missing span drawn, then event after event is opened, filled, mended and
handed in. The way to each thing is the shortest that is found among those that lead there; at the end the
coding must equal the sample. Free text is counted by itself: letters of notes are no matter of the screen.

Beside it a keystroke-level model (Card, Moran and Newell 1980) of what brat, INCEpTION and SLATE ask for the
same codings; its assumptions stand in `PEERS`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from textual.events import Key
from textual.pilot import Pilot

from coder.codebook.schema import Field
from coder.errors import CoderError
from coder.model import Answer, Blank, Candidate, Coding, Decision, Event, Json, Span, Status
from coder.service.coding.article_marks import REJECTED, UNDECIDED, Mark
from coder.service.coding.session import CodingSession
from coder.service.edits.answer_edits import AcceptProposals, Put
from coder.service.edits.edits import Edit
from coder.service.edits.event_edits import CopyValues, DuplicateEvent, OpenEvent
from coder.service.edits.field_values import answer_to, questions
from coder.service.project.opened import Project, open_project
from coder.service.sample_project import CODERS, make_demo
from coder.text.segment import sentences
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.desk import Selection
from coder.tui.screens.jump_keys import home_of
from coder.values.typed import Choice, parse, same_value, show

Stretch = tuple[str, int, int]
FREE_TEXT = "free text"
PEERS = """Seconds: K (key) 0.2, P (point) 1.1, B (button down or up) 0.1, H (hand to mouse or keys) 0.4, M (think) 1.35
before each decision. Each system at its best: every label has a key, nothing scrolls, nothing is mistaken.
brat       span: drag over the words (P B P B), label by its key in the dialog, Enter: 2 K 2 P; a wrong suggestion
           must be opened and deleted: double click, Delete: 4 B 1 P 1 K. Value of an event: drag from trigger to
           words, role by key, Enter: 2 P 2 B 2 K; what is no span (not stated, a code): attribute box, P 2 B twice.
INCEpTION  span: drag, label by its key: 2 P 2 B 1 K; a suggestion: one click to accept, two to reject. Value of an
           event: slot clicked, words clicked, value by two letters and Enter: 2 P 4 B 3 K; a code: field clicked, two
           letters, Enter: 1 P 2 B 3 K. Hand to mouse and back once a span: 2 H.
SLATE      keys only, without candidates: words reached by an arrow each (half the words of a line, 5), the end by
           one more each word, label by one or two keys. It has no records: each value is a link, both ends reached."""


def stretch(each: Candidate | Span | Mark) -> Stretch:
    """What tells one span from another in both codings."""
    return each.kind, each.start, each.end


@dataclass
class Count:
    """What was pressed and what came of it."""

    keys: Counter[str] = field(default_factory=Counter)
    things: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Typist:
    """Hands on the keys of one coding screen, and eyes on the sample."""

    def __init__(self, screen: CodingScreen, pilot: Pilot[None], wanted: Coding, count: Count) -> None:
        self.screen, self.pilot, self.wanted, self.count = screen, pilot, wanted, count
        self.book, self.what = screen.codebook, "deciding"
        self.longer_way: set[tuple[str, str]] = set()

    async def press(self, *keys: str) -> None:
        """Each key is one, whatever it is held with."""
        self.count.keys[self.what] += len(keys)
        for key in keys:
            scope = self.screen.scopes()[0]
            if key in ("'", '"', "\\", "ctrl+e"):
                await self.pilot.pause()  # until what the last key scrolled to is on the screen
            character = " " if key == "space" else key if len(key) == 1 else None
            self.screen.app.screen.on_key(Key(key, character))
            await asyncio.sleep(0)
            goal = "form" if key == "tab" else "article"
            if (scope, key) in (("article", "tab"), ("jump", "tab"), ("form", "escape")):
                while self.screen.scopes()[0] != goal:
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
        """The evidence of an answer; that of proposals names candidates."""
        coding = coding or self.coding
        found = (coding.span(i) or self.screen.session.by_id.get(i) for i in answer.evidence)
        return [stretch(s) for s in found if s is not None]

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
        number = {i: sum(start <= marks[i].start for start, _ in extents) for i in stands}
        here = sum(start <= marks[at].start for start, _ in extents)
        ahead, back = [i for i in stands if i > at], [i for i in stands if i < at][::-1]
        is_trigger = {i for i in stands if self.book.is_trigger(marks[i].kind)}
        fits = {i for i in stands if desk.fits(marks[i])}
        first = [
            i for n in {number[i] for i in stands} if (i := next(j for j in stands if number[j] == n)) >= 0
        ]
        found = {
            "left": ahead[:1], "right": back[:1],
            "ctrl+down": [i for i in ahead if i in is_trigger], "ctrl+up": [i for i in back if i in is_trigger],
            ".": [i for i in ahead if i in fits], ",": [i for i in back if i in fits],
            "ctrl+left": [i for i in ahead if number[i] > here],
            "ctrl+right": sorted((i for i in first if number[i] < here), reverse=True),
            "`": [i for i in (*ahead, *back[::-1]) if marks[i].state == UNDECIDED],
            "home": stands[:1] if marks and marks[0].state != REJECTED else [],
        }  # fmt: skip
        return {key: there[0] for key, there in found.items() if there}

    async def reach(self, of: Stretch, longest: int = 2) -> bool:
        """The cursor to a highlight: by a few moves where they lead there, else by its letters."""
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

    async def by_letter(self, of: Stretch, *, stay: bool = False) -> bool:
        """The letters of words that show, or of those on another page."""
        for _ in range(40):
            letters = self.screen.highlights.letters
            if not letters:
                return False
            name = next((n for n, m in letters.items() if stretch(m) == of), None)
            if name is not None:
                await self.press(*name)
                return True
            start, _end = self.screen.pane.in_view
            before = self.screen.pane.in_view
            await self.press("pagedown" if of[1] >= start else "pageup")
            if not self.screen.highlights.letters or self.screen.pane.in_view == before:
                break
        if self.screen.highlights.letters and not stay:
            await self.press("escape")
        return False

    # ------------------------------------------------------------ spans
    async def decide(self) -> None:
        """All candidates in order, and what is missing drawn when one comes by."""
        wanted = {stretch(s): s for s in self.wanted.spans}
        await self.press(*(["home"] if self.screen.highlights.index else []))
        drawn: set[Stretch] = set()
        while (mark := next((m for m in self.marks if m.state == UNDECIDED), None)) is not None:
            self.what = "drawing"
            known = {stretch(m) for m in self.marks}
            for want in sorted(
                (w for w in wanted if w not in known and w[2] <= mark.start), key=lambda w: w[1]
            ):
                path = self.path_from_here(want)
                if path is not None and len(path) <= 6:
                    await self.press("v", *path, self.book.span_kind(want[0]).key)
                    self.count.things["drawn"] += 1
            self.what = "deciding"
            if not await self.reach(stretch(mark)):
                raise AssertionError(f"no way to {mark}")
            known = {stretch(m) for m in self.marks}
            self.count.things["decisions"] += 1
            if stretch(mark) in wanted:
                await self.press("space")
                continue
            near = [w for w in wanted if w not in known and w[0] == mark.kind]
            over = [w for w in near if w[1] < mark.end and mark.start < w[2]]
            ways = [
                (self.edges(Selection(self.screen.highlights.reading, mark.start, mark.end), w), w)
                for w in over
            ]
            if ways and (best := min(ways, key=lambda way: len(way[0]) if way[0] else 99))[0] is not None:
                self.what = "drawing"
                await self.press("v", *best[0], "enter")
                self.count.things["drawn"] += 1
                self.count.things["decisions"] -= 1
                drawn.add(best[1])
                continue
            await self.press("x")
        self.what = "drawing"
        for want in sorted(
            wanted.keys() - {stretch(s) for s in self.coding.spans if s.decision != Decision.REJECTED}
        ):
            self.count.things["drawn"] += 1
            await self.draw(want)

    def path_from_here(self, want: Stretch) -> list[str] | None:
        """The keys from the highlight under the cursor to other words."""
        here = self.screen.highlights.current
        return (
            self.edges(Selection(self.screen.highlights.reading, here.start, here.end), want)
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
            await self.press("v", *best[1], kind.key)
            return
        words = self.screen.session.article.text[want[1] : want[2]]
        await self.press("/")
        for letter in words:
            chosen = self.screen.chooser.choices
            if chosen and chosen[0].id.startswith(f"{want[1]}-"):
                break
            await self.press("space" if letter == " " else letter)
        at = next((n for n, c in enumerate(self.screen.chooser.choices) if c.id.startswith(f"{want[1]}-")), 0)
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
                "left": selection.moved(1), "right": selection.moved(-1),
                "+": selection.with_end(1, "word"), "-": selection.with_end(-1, "word"),
                "tab": selection.with_start(1, "clitic"), "shift+tab": selection.with_start(-1, "clitic"),
                ">": selection.with_end(1, "letter"), "<": selection.with_end(-1, "letter"),
            }  # fmt: skip
            for key, there in steps.items():
                if (there.start, there.end) not in seen and abs(there.start - want[1]) < 150:
                    seen.add((there.start, there.end))
                    ways.append((there, [*keys, key]))
        return None

    # ------------------------------------------------------------ events
    async def code(self) -> None:
        """The article's own fields, then all events in order, then handed in."""
        self.what = "article fields"
        await self.press("tab")
        await self.go_to_event("")
        await self.fill("", self.wanted)
        await self.press("escape")
        for wanted in self.wanted.events:
            self.what = "opening"
            await self.open(wanted)
            self.what = "filling"
            await self.fill(wanted.id, wanted)
            if self.screen.form.has_focus:
                await self.press("escape")
            self.note(wanted)
        self.what = "filling"
        later = [e for e in self.wanted.events if not all(self.done(n, e, e.id) for n in e.fields)]
        if later:
            await self.press("tab")
        for wanted in later:
            await self.go_to_event(wanted.id)
            await self.fill(wanted.id, wanted)
        for wanted in self.wanted.events:
            for name in wanted.fields:
                if not self.done(name, wanted, wanted.id):
                    self.count.wrong.append(f"{self.wanted.article[:3]} {self.wanted.coder} {wanted.id} {name}")
        self.what = "submitting"
        await self.press("ctrl+s")
        await self.pilot.pause()
        await self.press("ctrl+s")
        await self.pilot.pause()

    def note(self, wanted: Event) -> None:
        """What was filled in, by what it needed."""
        things = self.count.things
        things["events"] += 1
        for name, answer in wanted.fields.items():
            asked = self.book.event_field(name)
            if answer.blank is Blank.NOT_STATED:
                things["not stated"] += 1
            elif answer.coded and asked.type == "text" and not asked.value_is:
                things["notes"] += 1
            elif answer.coded and answer.evidence:
                things["values with evidence"] += 1
                things["pieces of evidence"] += len(answer.evidence)
            elif answer.coded and answer.value != asked.default:
                things["values without"] += 1

    def left(self, event: Event, wanted: Event, coding: Coding) -> float:
        """About how many keys an event needs to be as wanted."""
        cost = 0.0
        for asked in self.book.event_fields:
            have, want = event.answer(asked.id), wanted.answer(asked.id)
            if want.blank in (Blank.MISSING, Blank.NOT_APPLICABLE):
                cost += 1.5 * (have.state != Blank.MISSING and have.value != asked.default)
            elif want.blank is Blank.NOT_STATED:
                cost += 1 + (have.state == "coded")
            else:
                here, there = set(self.stretches(have, coding)), set(self.stretches(want, self.wanted))
                cost += 2 * len(here ^ there)
                cost += 0 if same_value(have.value, want.value) else 2 if not there else 1
        return cost

    async def open(self, wanted: Event) -> None:
        """By the trigger that brings most, or as a twin of the event before."""
        kinds = self.book.span_kinds
        triggers = {kind.id for kind in kinds if self.book.is_trigger(kind.id)}
        evidence = [s for a in wanted.fields.values() for s in self.stretches(a, self.wanted)]
        of_type = self.stretches(wanted.answer("event_type"), self.wanted)
        near = [s for s in dict.fromkeys((*of_type, *evidence)) if s[0] in triggers]
        if not near:
            stands = [stretch(m) for m in self.marks if m.kind in triggers and m.state != REJECTED]
            near = sorted(stands, key=lambda s: abs(s[1] - (evidence or [("", 0, 0)])[0][1]))[:2]
        offers: list[tuple[float, str, Stretch | None]] = []
        for each in near:
            span = self.span_of(each)
            coding = self.after(OpenEvent(span)) if span is not None else None
            if coding is not None:
                offers.append((3 + self.left(coding.events[-1], wanted, coding), "open", each))
        for event in self.coding.events[-1:]:
            coding = self.after(DuplicateEvent(event.id))
            if coding is not None:
                offers.append((2 + self.left(coding.events[-1], wanted, coding), "twin", None))
        _, how, best = min(offers, key=lambda offer: offer[0])
        if best is None:
            await self.press("tab")
            if self.screen.record.event_id != self.coding.events[-1].id:
                await self.go_to_event(self.coding.events[-1].id)
            await self.press("*")
            return
        if not await self.reach(best):
            raise AssertionError(
                f"no way to {best} {self.log[-14:]} {self.screen.highlights.current} {self.mark(best)} {self.screen.pane.in_view} {self.screen.scope()} {self.screen.bars[chr(109) + chr(101) + chr(115) + chr(115) + chr(97) + chr(103) + chr(101)].row}"
            )
        await self.press("e")
        await self.letters_here(wanted)
        self.what = "filling"
        event = self.screen.deciding.event()
        assert event is not None
        proposed = [n for n, a in event.fields.items() if a.proposed]
        right = [n for n in proposed if self.is_right(n, event.answer(n), wanted)]
        strange = [n for n in proposed if self.is_strange(event.answer(n))]
        if len(right) > 1 + 3 * (len(proposed) - len(right)) and not strange:
            await self.press("f")
        for each in self.words_for_letters(wanted):
            if await self.reach(each):
                await self.letters_here(wanted)
        if len(words := self.gathered(wanted)) > 1:
            await self.press('"')
            for each in words:
                await self.by_letter(each, stay=True)
            await self.press("tab")
        else:
            await self.press("tab")

    def is_strange(self, answer: Answer) -> bool:
        """Whether confirming it would bring spans that the sample does not have."""
        there = {stretch(s) for s in self.wanted.spans}
        return answer.proposed and not there.issuperset(self.stretches(answer))

    def gathered(self, wanted: Event) -> list[Stretch]:
        """Words in view that go where they are wanted when they are gathered one after the other."""
        session, coding = self.screen.session, self.coding
        event_id, found = self.screen.record.event_id, list[Stretch]()
        start, end = self.screen.pane.in_view
        for asked in self.book.event_fields:
            for each in self.stretches(wanted.answer(asked.id), self.wanted):
                event, span = coding.event(event_id), self.span_of(each)
                mark = self.mark(each)
                if event is None or span is None or mark is None or not start <= each[1] < end:
                    continue
                ids = [span.id, *([span.candidate] if span.candidate else [])]
                home = home_of(event, each[0], ids, session)
                have = event.answer(asked.id)
                if (
                    home is None
                    or home.id != asked.id
                    or (have.coded and each in self.stretches(have, coding))
                ):
                    continue
                in_proposal = have.proposed and not set(ids).isdisjoint(have.evidence)
                edit = AcceptProposals(event_id, asked) if in_proposal else Put(event_id, asked, span)
                after = self.after(edit, coding)
                now = after.event(event_id) if after is not None else None
                if after is None or now is None or not now.answer(asked.id).coded:
                    continue
                value, want = now.answer(asked.id), wanted.answer(asked.id)
                items = value.value if asked.is_list else [value.value]
                wants = want.value if asked.is_list else [want.value]
                there = set(self.stretches(want, self.wanted))
                if all(any(same_value([v], [w]) for w in wants) for v in items) and there.issuperset(
                    self.stretches(value, after)
                ):
                    coding, found = after, [*found, each]
        return found

    def is_right(self, name: str, have: Answer, wanted: Event | Coding) -> bool:
        want = wanted.answer(name)
        evidence = set(self.stretches(have)) == set(self.stretches(want, self.wanted))
        return evidence and want.coded and same_value(have.value, want.value)

    async def letters_here(self, wanted: Event) -> None:
        """The letters of all fields that the words under the cursor support."""
        for asked in self.book.event_fields:
            if (target := self.screen.deciding.target()) and self.letter_helps(asked, target, wanted):
                await self.press(asked.key or "")

    def letter_helps(self, asked: Field, target: Candidate | Span, wanted: Event) -> bool:
        """Whether putting the words into the field brings it nearer to what is wanted."""
        event, want = self.screen.deciding.event(), wanted.answer(asked.id)
        if not asked.key or event is None or stretch(target) not in self.stretches(want, self.wanted):
            return False
        coding = self.after(Put(event.id, asked, target))
        have = event.answer(asked.id)
        if coding is None or (stretch(target) in self.stretches(have) and not have.proposed):
            return False
        now = coding.event(event.id).answer(asked.id)  # type: ignore[union-attr]
        if asked.is_list and now.coded:
            return all(any(same_value([v], [w]) for w in want.value) for v in now.value)
        return same_value(now.value, want.value) or now.value == have.value

    def words_for_letters(self, wanted: Event) -> list[Stretch]:
        """Words of several fields at once, which are had most cheaply in the article."""
        count: Counter[Stretch] = Counter()
        for asked in self.book.event_fields:
            for each in self.stretches(wanted.answer(asked.id), self.wanted):
                span = self.span_of(each)
                if span is not None and self.letter_helps(asked, span, wanted):
                    count[each] += 1
        return [each for each, n in count.items() if n > 1]

    async def fill(self, event_id: str, wanted: Event | Coding) -> None:
        """What is not as it is wanted, from the first field to the last."""
        stuck: set[str] = set()
        for _ in range(90):
            names = [row.field.id for row in self.screen.record.rows]
            open_ = [n for n in names if n not in stuck and not self.done(n, wanted) and not self.waits(n, wanted)]
            if not open_:
                return
            todo = min(open_, key=lambda n: (len(self.steps(n)), names.index(n)))
            before = self.coding
            await self.press(*self.steps(todo))
            asked = self.book.event_field(todo) if event_id else self.article_field(todo)
            await self.one(asked, wanted)
            if self.coding == before:
                (stuck if (event_id, todo) in self.longer_way else set[str]()).add(todo)
                self.longer_way.add((event_id, todo))

    def waits(self, name: str, wanted: Event | Coding) -> bool:
        """Whether a link leads to an event that is still to come."""
        links = wanted.answer(name).value if name == "linked_to" and wanted.answer(name).coded else []
        return any(self.coding.event(link["record"]) is None for link in links)

    def article_field(self, name: str) -> Field:
        return next(f for f in self.book.article_fields if f.id == name)

    def holder(self, event_id: str) -> Event | Coding:
        return self.coding.event(event_id) or self.coding

    def steps(self, name: str) -> list[str]:
        """The keys from the record's cursor to a field."""
        record = self.screen.record
        names = [row.field.id for row in record.rows]
        far = names.index(name) - record.index
        by_arrows = ["down" if far > 0 else "up"] * abs(far)
        order = [*range(record.index + 1, len(names)), *range(record.index + 1)]
        asked = (
            i for i in order
            if (row := record.rows[i]).state in ("empty", "proposed", "wrong")
            and (row.state != "empty" or row.field.required or row.problem is not None)
        )  # fmt: skip
        hops, goal = list(asked), names.index(name)
        ways = [by_arrows, ["shift+up", *["down"] * goal], ["shift+down", *["up"] * (len(names) - 1 - goal)]]
        ways += [["left"] * (hops.index(goal) + 1)] if goal in hops else []
        best = min(ways, key=len)
        return best

    def done(self, name: str, wanted: Event | Coding, event_id: str | None = None) -> bool:
        event_id = self.screen.record.event_id if event_id is None else event_id
        have, want = self.holder(event_id).answer(name), wanted.answer(name)
        if want.blank in (Blank.MISSING, Blank.NOT_APPLICABLE):
            asked = {f.id: f for f in (*self.book.event_fields, *self.book.article_fields)}[name]
            return have.state == Blank.MISSING or have.value == asked.default or asked.type == "bool"
        if want.blank is not None:
            return have.blank is want.blank
        if have.proposed or have.blank is not None or not same_value(have.value, want.value):
            return False
        return set(self.stretches(have)) == set(self.stretches(want, self.wanted))

    async def one(self, asked: Field, wanted: Event | Coding) -> None:
        """One step that brings the field under the record's cursor nearer to what is wanted."""
        have, want = self.holder(self.screen.record.event_id).answer(asked.id), wanted.answer(asked.id)
        if want.blank is not None:
            await self.blank(have, want)
        elif have.proposed and self.is_right(asked.id, have, wanted):
            await self.press("space")
        elif await self.again(asked, wanted):
            pass
        elif self.is_strange(have) and not await self.by_words(asked, have, wanted):
            await self.press("delete")
        elif await self.by_words(asked, have, wanted):
            pass
        elif (
            asked.is_list
            and have.blank is None
            and self.surplus(have.value, want.value)
            and self.value_shares(have, want)
        ):
            await self.take_out(asked, have, want)
        elif missing := self.missing_evidence(asked, have, want):
            await self.press("ctrl+e", *(["\\"] if len(missing) > 2 else []))
            for each in missing if len(missing) > 2 else missing[:1]:
                await self.by_letter(each)
            if self.screen.highlights.letters:
                await self.press("escape")
        elif not (have.coded and same_value(have.value, want.value)):
            await self.value(asked, have, want)
        else:
            await self.drop(have, want)

    def missing_evidence(self, asked: Field, have: Answer, want: Answer) -> list[Stretch]:
        """Words to attach; to a proposal and to a blank that is to be replaced only when the value is there."""
        if have.proposed and not same_value(have.value, want.value) or have.blank is Blank.NOT_STATED:
            return []
        return [s for s in self.stretches(want, self.wanted) if s not in self.stretches(have)]

    async def blank(self, have: Answer, want: Answer) -> None:
        if want.blank is Blank.NOT_STATED:
            filled = not have.proposed and (have.value is not None or bool(have.evidence))
            await self.press("0", *(["0"] if filled else []))
        else:
            await self.press("delete")

    async def again(self, asked: Field, wanted: Event | Coding) -> bool:
        """As in the event before, where that says the same."""
        event_id = self.screen.record.event_id
        ids = [e.id for e in self.coding.events]
        before = self.coding.events[: ids.index(event_id)] if event_id else []
        source = next((e for e in reversed(before) if e.answer(asked.id).state != Blank.MISSING), None)
        coding = self.after(CopyValues(event_id, source.id, asked)) if source is not None else None
        event = coding.event(event_id) if coding is not None else None
        if event is None or not self.is_right(asked.id, event.answer(asked.id), wanted):
            return False
        await self.press('"')
        return True

    async def by_words(self, asked: Field, have: Answer, wanted: Event | Coding) -> bool:
        """By the letters of words that give the value; several in one go."""
        if isinstance(wanted, Coding) or (wanted.id, asked.id) in self.longer_way:
            return False
        held = [] if have.proposed else self.stretches(have)
        coding, useful = self.coding, list[Stretch]()
        for each in self.stretches(wanted.answer(asked.id), self.wanted):
            span = self.span_of(each)
            if each in held or span is None or asked.id not in self.book.span_kind(each[0]).fields:
                continue
            after = self.after(Put(self.screen.record.event_id, asked, span), coding)
            now = after.event(self.screen.record.event_id) if after is not None else None
            if after is None or now is None:
                continue
            value, want = now.answer(asked.id).value, wanted.answer(asked.id).value
            items = value if isinstance(value, list) else [value]
            wants = want if isinstance(want, list) else [want]
            if all(any(same_value([v], [w]) for w in wants) for v in items):
                coding, useful = after, [*useful, each]
        if not useful:
            return False
        several = len(useful) > 2
        await self.press("\\", *(["\\"] if several else []))
        for each in useful if several else useful[:1]:
            await self.by_letter(each)
        if self.screen.highlights.letters:
            await self.press("escape")
        return True

    @staticmethod
    def surplus(have: Json, want: Json) -> list[int]:
        items = want if isinstance(want, list) else [want]
        return [n for n, v in enumerate(have or []) if not any(same_value([v], [w]) for w in items)]

    @staticmethod
    def value_shares(have: Answer, want: Answer) -> bool:
        return len(Typist.surplus(have.value, want.value)) < len(have.value)

    async def take_out(self, asked: Field, have: Answer, want: Answer) -> None:
        gone = self.surplus(have.value, want.value)[0]
        await self.press("ctrl+r", *([str(gone + 1)] if len(have.value) > 1 else []))

    async def drop(self, have: Answer, want: Answer) -> None:
        """One piece of evidence too many."""
        there = self.stretches(want, self.wanted)
        number = next(n for n, s in enumerate(self.stretches(have)) if s not in there)
        nth = len(have.evidence) + number
        await self.press(",", *([str(nth + 1)] if nth < 9 else [*["down"] * nth, "enter"]))

    # ------------------------------------------------------------ values chosen and typed
    async def value(self, asked: Field, have: Answer, want: Answer) -> None:
        """A value from the list, by digits or by typing as little as finds it, or as a text."""
        values = self.book.values_of(asked)
        if asked.type in ("enum", "multi", "hierarchy") and asked.value_is is None:
            wants = want.value if asked.is_list else [want.value]
            held = (have.value or []) if asked.is_list and have.coded else []
            missing = [w for w in wants if w not in held]
            number = next((n for n, v in enumerate(values, 1) if missing and v.id == missing[0]), 0)
            if missing and asked.type != "hierarchy" and 0 < number < 10:
                await self.press(str(number))
            elif missing:
                await self.choose(lambda choice: choice.id == missing[0])
            return
        if asked.value_is == "record_reference":
            held = have.value if have.coded else []
            link = next(w for w in want.value if w not in held)
            await self.choose(lambda choice: choice.id == f"link:{link['record']}:{link['relation']}")
            return
        if asked.type in ("actor", "place"):
            await self.name(asked, have, want)
            return
        kind, self.what = self.what, FREE_TEXT if asked.type == "text" else self.what
        text = self.shortest(asked, want.value)
        if have.coded and asked.type == "text":
            await self.press("enter", "ctrl+a")
        await self.press(*keys_of(text), "enter")
        self.what = kind

    def shortest(self, asked: Field, value: Json) -> str:
        """The shortest of some texts that stand for a value."""
        whole = show(asked, value, self.book, self.screen.lang)
        texts = [whole, whole.lstrip("0")] if whole.startswith("0") else [whole]
        if asked.type == "date":
            first, last = (date.fromisoformat(value[end]) for end in ("start", "end"))
            days = [f"{first.day}/{first.month}", f"{first.day}/{first.month}/{first.year}"]
            ends = [f"{last.day}/{last.month}", f"{last.day}/{last.month}/{last.year}"]
            spans = [*days, *(f"{day}..{end}" for day in days for end in ends)]
            spans += [f"{first.day}-{last.day}/{last.month}", f"{first.month}/{first.year}", f"{first.year}"]
            parts = {part.id: part.values for part in asked.parts}
            words = [
                {v.id, v.label.ar.split()[0], v.label.en.split()[0]}
                for name in ("precision", "basis") for v in parts.get(name, ()) if v.id == value.get(name)
            ]  # fmt: skip
            notes = [
                "",
                *(f"({w})" for each in words for w in each),
                f"({','.join(min(w, key=len) for w in words)})",
            ]
            texts += [f"{how}{s}{o}{n}" for how in ("", "~") for s in spans for o in ("", "+") for n in notes]
        coded = self.coding.answer("pub_date")
        pub = (coded.value["start"], coded.value["end"]) if coded.coded else None
        for text in sorted(texts, key=len):
            try:
                if text[0] != "0" and parse(asked, text, self.book, pub_date=pub) == value:
                    return text
            except CoderError:
                continue
        return whole

    async def name(self, asked: Field, have: Answer, want: Answer) -> None:
        """Somebody or some place, chosen and then asked about, or spelt out."""
        held = have.value if have.coded else []
        item = next(w for w in want.value if not any(same_value([w], [h]) for h in held))
        over = [n for n in self.surplus(held, want.value)]
        if over:
            await self.press("enter")
            await self.choose(lambda choice: choice.id == f"item:{over[0]}", is_open=True)
            parts = questions(asked, held[over[0]], self.book)
            differ = [q for q in parts if answer_to(held[over[0]], q) != answer_to(item, q)]
            if len(differ) == 1 and same_value(
                [{**held[over[0]], differ[0].id: item.get(differ[0].id)}], [item]
            ):
                await self.choose(lambda choice: choice.id == f"part:{differ[0].id}", is_open=True)
                await self.choose(lambda c: c.id == f"part:{answer_to(item, differ[0])}", is_open=True)
                return
            await self.choose(lambda choice: choice.id == "replace", is_open=True)
        who = item.get("who", item.get("place_id", item.get("name"))) if isinstance(item, dict) else item
        if who is None and "as_written" not in item:
            await self.choose(lambda choice: choice.id == "", is_open=self.screen.chooser.asked is not None)
        elif isinstance(who, str) and self.known(asked, who) and not self.odd_place(asked, item):
            await self.choose(lambda choice: choice.id == who, is_open=self.screen.chooser.asked is not None)
        else:
            await self.press(*keys_of(show(asked, [item], self.book, self.screen.lang)), "enter")
        while self.screen.chooser.asked is not None:
            offered = {c.id.removeprefix("part:") for c in self.screen.chooser.choices}
            who = item.get("who") if isinstance(item, dict) else None
            parts_of = {**(who if isinstance(who, dict) else {}), **(item if isinstance(item, dict) else {})}
            said = [v for v in parts_of.values() if isinstance(v, str) and v in offered]
            if not said:
                await self.press("escape")
                return
            await self.choose(lambda choice: choice.id == f"part:{said[0]}", is_open=True)

    def known(self, asked: Field, who: str) -> bool:
        lexicon = self.book.lexicon
        return bool(lexicon.actor(who) if asked.type == "actor" else lexicon.place(who))

    def odd_place(self, asked: Field, item: Json) -> bool:
        """Whether choosing the place does not give the item as it is wanted."""
        from coder.service.edits.field_values import from_list

        if asked.type != "place":
            return False
        return not same_value([from_list(asked, item["place_id"], self.book)[0]], [item])

    async def choose(self, fits: Callable[[Choice], bool], *, is_open: bool = False) -> None:
        """A choice by its number, by the fewest letters, or by the arrows."""
        chooser = self.screen.chooser
        task = chooser.asked if is_open else self.screen.filling._value_task().begin()
        assert task is not None
        shown = task.choices("")
        cursor = chooser.cursor if is_open else next((n for n, c in enumerate(shown) if c.id == task.at), 0)
        at = next((n for n, choice in enumerate(shown) if fits(choice)), None)
        ways: list[tuple[str, ...]] = []
        if at is not None:
            if task.digits and at < 9:
                ways.append((str(at + 1),))
            arrows = ["down" if at > cursor else "up"] * abs(at - cursor)
            ways.append((*(() if is_open else ("enter",)), *arrows, "enter"))
        label = next((c.label for c in shown if fits(c)), "")
        for word in {*label.split(), label, *label.removeprefix("ال").split()}:
            for length in range(1, min(6, len(word)) + 1):
                found = task.choices(word[:length])
                at = next((n for n, choice in enumerate(found) if fits(choice)), None)
                if at is not None and not word[0].isdecimal():
                    ways.append((*keys_of(word[:length]), *["down"] * at, "enter"))
        if not ways:
            if is_open:
                await self.press("escape")
            return
        await self.press(*min(ways, key=len))

    async def go_to_event(self, event_id: str) -> None:
        ids = ["", *(event.id for event in self.coding.events)]
        far = ids.index(event_id) - ids.index(self.screen.record.event_id)
        around = far % len(ids) if far % len(ids) <= len(ids) // 2 else far % len(ids) - len(ids)
        await self.press(*["]" if around > 0 else "["] * abs(around))

    # ------------------------------------------------------------ at the end
    def compare(self) -> None:
        """What differs from the sample, in a form for people."""
        here = {stretch(s) for s in self.coding.spans if s.decision is not Decision.REJECTED}
        there = {stretch(s) for s in self.wanted.spans}
        where = f"{self.wanted.article[:3]} {self.wanted.coder}"
        self.count.wrong += [f"{where} span {s}" for s in sorted(here ^ there)]
        if len(self.coding.events) != len(self.wanted.events):
            self.count.wrong.append(f"{where}: {len(self.coding.events)} events")
        if self.coding.status is not Status.SUBMITTED:
            self.count.wrong.append(f"{where}: not submitted")


def keys_of(text: str) -> list[str]:
    """The keys that type a text."""
    return ["space" if c == " " else c for c in text]


async def one_article(
    project: Project, wanted: Coding, person: str, size: tuple[int, int], count: Count
) -> None:
    """One coding made anew."""
    screen = CodingScreen(project, person, project.article(wanted.article))
    app = CoderApp(lambda: screen)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        typist = Typist(screen, pilot, wanted, count)
        await typist.decide()
        await typist.code()
        typist.compare()


def main() -> int:
    """Code all and tell."""
    parser = argparse.ArgumentParser()
    parser.add_argument("only", nargs="*")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--size", default="120x40")
    options = parser.parse_args()
    columns, rows = map(int, options.size.split("x"))
    count = Count()
    with tempfile.TemporaryDirectory() as folder:
        project, _ = make_demo(Path(folder) / "project", lambda _: None)
        with project.store.read() as queries:
            articles = [queries.coding(a.article, c) for c in CODERS for a in queries.assignments(c)]
        for number, wanted in enumerate(filter(None, articles)):
            if options.only and not (
                wanted.coder in options.only[:1] and wanted.article.startswith(options.only[-1])
            ):
                continue
            person = f"typist{number}"
            project.add_person(person, "coder")
            asyncio.run(one_article(project, wanted, person, (columns, rows), count))
            print(wanted.coder, wanted.article[:3], dict(count.keys), file=sys.stderr, flush=True)
        project.close()
    print(
        json.dumps(
            {"keys": count.keys, "things": count.things, "wrong": count.wrong}, indent=1, ensure_ascii=False
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
