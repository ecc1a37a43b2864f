"""How events are opened, gathered and handed in by keys."""

from __future__ import annotations

from collections import Counter

from typed_fields import FieldTypist
from typist import Stretch, stretch

from coder.codebook.schema import Field
from coder.model import Answer, Blank, Candidate, Coding, Decision, Event, Span
from coder.service.coding.article_marks import REJECTED
from coder.service.edits.answer_edits import AcceptProposals, Put
from coder.service.edits.event_edits import DuplicateEvent, OpenEvent
from coder.tui.screens.jump_keys import home_of
from coder.values.typed import same_value


class EventTypist(FieldTypist):
    """Codes a whole article."""

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
                    self.count.wrong.append(
                        f"{self.wanted.article[:3]} {self.wanted.coder} {wanted.id} {name}"
                    )
        if self.screen.form.has_focus:
            await self.press("escape")
        self.what = "deciding"
        there = {stretch(s) for s in self.wanted.spans}
        for each in [s for s in self.coding.spans if s.decision is not Decision.REJECTED]:
            if stretch(each) not in there and await self.reach(stretch(each)):
                await self.press("x")  # came with a proposal
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
        offers: list[tuple[float, Stretch | None]] = []
        for each in near:
            span = self.span_of(each)
            coding = self.after(OpenEvent(span)) if span is not None else None
            if coding is not None:
                offers.append((3 + self.left(coding.events[-1], wanted, coding), each))
        for event in self.coding.events[-1:]:
            coding = self.after(DuplicateEvent(event.id))
            if coding is not None:
                offers.append((2 + self.left(coding.events[-1], wanted, coding), None))
        _, best = min(offers, key=lambda offer: offer[0])
        if best is None:
            await self.press("tab")
            if self.screen.record.event_id != self.coding.events[-1].id:
                await self.go_to_event(self.coding.events[-1].id)
            await self.press("*")
            return
        if not await self.reach(best):
            raise AssertionError(f"no way to {best}")
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
