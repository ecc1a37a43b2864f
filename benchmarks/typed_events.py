"""How events are opened, gathered and handed in by keys."""

from __future__ import annotations

from typed_fields import FieldTypist
from typist import Stretch, stretch

from coder.model import REJECTED, Answer, Blank, Coding, Decision, Event
from coder.service.edits.event_edits import DuplicateEvent, OpenEvent
from coder.values.typed import same_value


class EventTypist(FieldTypist):
    """Codes a whole article."""

    async def code(self) -> None:
        """The article's own fields, then all events in order, then handed in."""
        self.what = "article fields"
        await self.press("tab")
        await self.go_to_event("")
        await self.fill("", self.wanted)
        for wanted in self.wanted.events:
            self.at_event, self.what = wanted.id, "opening"
            await self.open(wanted)
            self.what = "filling"
            await self.fill(wanted.id, wanted)
            await self.link_back(wanted)
            self.note(wanted)
            self.is_supported = True
        self.at_event, self.what = "", "filling"
        later = [
            e
            for e in self.wanted.events
            if not all(self.done(n, e, e.id) for n in e.fields)
        ]
        for wanted in later:
            await self.go_to_event(wanted.id)
            await self.fill(wanted.id, wanted)
        for wanted in self.wanted.events:
            for name in wanted.fields:
                if not self.done(name, wanted, wanted.id):
                    self.count.wrong.append(
                        f"{self.wanted.article[:3]} {self.wanted.coder} {wanted.id} {name}"
                    )
        there = {stretch(s) for s in self.wanted.spans}
        stands = [
            stretch(s) for s in self.coding.spans if s.decision is not Decision.REJECTED
        ]
        strange = [each for each in stands if each not in there]  # came with proposals
        if strange and self.screen.form.has_focus:
            await self.press("tab")
        self.what = "deciding"
        for each in strange:
            if await self.reach(each):
                await self.press("x")
        self.what = "submitting"
        await self.press("ctrl+s")
        await self.pilot.pause()
        await self.press("ctrl+s")
        await self.pilot.pause()

    async def link_back(self, wanted: Event) -> None:
        """What links events before it to this one."""
        self.is_supported = False
        for event in self.coding.events:
            there = next((e for e in self.wanted.events if e.id == event.id), event)
            links, held = there.answer("linked_to"), event.answer("linked_to")
            for link in links.value if links.coded else []:
                if link["record"] == wanted.id and not (
                    held.coded and link in held.value
                ):
                    await self.press("ctrl+l")
                    await self.choose_link(
                        "back", event.id, link["relation"], is_open=True
                    )

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
                cost += 1.5 * (
                    have.state != Blank.MISSING and have.value != asked.default
                )
            elif want.blank is Blank.NOT_STATED:
                cost += 1 + (have.state == "coded")
            else:
                here, there = (
                    set(self.stretches(have, coding)),
                    set(self.stretches(want, self.wanted)),
                )
                cost += 2 * len(here ^ there)
                cost += (
                    0 if same_value(have.value, want.value) else 2 if not there else 1
                )
        return cost

    async def open(self, wanted: Event) -> None:
        """By the trigger that brings most, or as a twin of the event before."""
        kinds = self.book.span_kinds
        triggers = {kind.id for kind in kinds if self.book.is_trigger(kind.id)}
        evidence = [
            s for a in wanted.fields.values() for s in self.stretches(a, self.wanted)
        ]
        of_type = self.stretches(wanted.answer("event_type"), self.wanted)
        near = [s for s in dict.fromkeys((*of_type, *evidence)) if s[0] in triggers]
        if not near:
            stands = [
                stretch(m)
                for m in self.marks
                if m.kind in triggers and m.state != REJECTED
            ]
            near = sorted(
                stands, key=lambda s: abs(s[1] - (evidence or [("", 0, 0)])[0][1])
            )[:2]
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
            if self.screen.record.event_id != self.coding.events[-1].id:
                await self.go_to_event(self.coding.events[-1].id)
            await self.press("*")
            return
        jumping, mark = self.screen.jumping, self.mark(best)
        is_lettered = jumping.is_done and mark is not None and jumping._fits(mark)
        await self.press(*([] if is_lettered else ["ctrl+n"]))
        if not await self.by_letter(best):
            raise AssertionError(f"no way to {best}")
        while not self.screen.form.has_focus:
            await self.pilot.pause()

    def is_strange(self, answer: Answer) -> bool:
        """Whether confirming it would bring spans that the sample does not have."""
        there = {stretch(s) for s in self.wanted.spans}
        return answer.proposed and not there.issuperset(self.stretches(answer))

    def is_right(self, name: str, have: Answer, wanted: Event | Coding) -> bool:
        want = wanted.answer(name)
        evidence = set(self.stretches(have)) == set(self.stretches(want, self.wanted))
        return evidence and want.coded and same_value(have.value, want.value)
