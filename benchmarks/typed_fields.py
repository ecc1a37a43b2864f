"""How the fields of one record are filled by keys."""

from __future__ import annotations

from collections.abc import Sequence

from typed_values import ValueTypist, named_alike
from typist import IN_VIEW_FIRST, NEAREST, TOGETHER_LAST, WRONG_FIRST, Stretch, stretch

from coder.codebook.schema import Field
from coder.model import Answer, Blank, Coding, Event
from coder.service.coding.article_marks import Mark
from coder.service.edits.answer_edits import AcceptProposals, Put
from coder.service.edits.event_edits import CopyValues
from coder.service.edits.field_values import has_same_type, is_meant_for
from coder.tui.screens.gathering import field_for
from coder.tui.screens.jump_letters import DONE, SUPPORT, TAKE
from coder.tui.screens.record_form import LEAP
from coder.values.typed import same_value


class FieldTypist(ValueTypist):
    """Fills what is not as it is wanted, from wherever the record's cursor stands."""

    async def fill(self, event_id: str, wanted: Event | Coding) -> None:
        """What is not as it is wanted, from the first field to the last."""
        stuck: set[str] = set()
        for _ in range(90):
            names = [row.field.id for row in self.screen.record.rows]
            open_ = [
                n
                for n in names
                if n not in stuck
                and not self.done(n, wanted)
                and not self.is_waiting(n, wanted)
            ]
            self.is_supported = True
            if not open_:
                return
            first = [name for name in open_ if self.comes_before(name, wanted)]
            todo = min(
                first or open_, key=lambda n: (len(self.steps(n)), names.index(n))
            )
            begun = self.holder(event_id).answer(todo)
            is_here = (
                not self.steps(todo)
                and wanted.answer(todo).coded
                and not begun.proposed
            )
            if await self.gathered(wanted, open_):
                continue
            if not (is_here or first) and (
                await self.all_proposed(wanted, open_)
                or await self.rest_not_stated(wanted)
            ):
                continue
            self.is_supported = bool(
                wanted.answer(todo).coded and wanted.answer(todo).evidence
            )
            before = self.coding
            asked = (
                self.book.event_field(todo) if event_id else self.article_field(todo)
            )
            steps = self.steps(todo)
            is_link = asked.value_is == "record_reference"
            if is_link and len(steps) > 1 and not self.is_repeated(asked, wanted):
                await self.press("ctrl+l")
                await self.link(begun, wanted.answer(todo), is_open=True)
                continue
            await self.press(*steps)
            await self.one(asked, wanted)
            if self.coding == before:
                (stuck if (event_id, todo) in self.longer_way else set[str]()).add(todo)
                self.longer_way.add((event_id, todo))

    def comes_before(self, name: str, wanted: Event | Coding) -> bool:
        """Whether a field is done before the nearest one, and before what can be done
        for several at once.
        """
        holder, order = (
            self.holder(self.screen.record.event_id),
            self.orders.get(self.at_event, NEAREST),
        )
        have, want = holder.answer(name), wanted.answer(name)
        is_together = have.proposed or want.blank is Blank.NOT_STATED
        if have.proposed and not self.is_welcome(name, holder, wanted):
            return order in (WRONG_FIRST, TOGETHER_LAST)
        if order == IN_VIEW_FIRST and want.evidence and not is_together:
            start, end = self.screen.pane.in_view
            left = [
                s
                for s in self.stretches(want, self.wanted)
                if s not in self.stretches(have)
            ]
            return all(start <= words[1] < end for words in left)
        return order == TOGETHER_LAST and not is_together

    async def gathered(self, wanted: Event | Coding, open_: Sequence[str]) -> bool:
        """Words whose letters show and that belong into another field than the one
        under the cursor.
        """
        if isinstance(wanted, Coding) or self.screen.jumping.title != TAKE:
            return False
        rows = [row.field.id for row in self.screen.record.rows]
        shown = {stretch(mark) for mark in self.screen.highlights.letters.values()}
        for name in open_:
            held = self.holder(wanted.id).answer(name)
            if held.proposed and self.is_right(name, held, wanted):
                continue  # accepted with the others
            if not held.coded and rows.index(name) > self.screen.record.index:
                continue  # the cursor comes there
            for each in self.stretches(wanted.answer(name), self.wanted):
                span = self.span_of(each)
                is_held = not held.proposed and each in self.stretches(held)
                gathering = self.screen.jumping.gathering
                if (
                    span is None
                    or is_held
                    or each not in shown
                    or gathering.gives_value(each[0])
                ):
                    continue
                edit = gathering.edit(span)
                fields = (
                    edit.fields
                    if isinstance(edit, AcceptProposals)
                    else (edit.field,)
                    if edit
                    else ()
                )
                if edit is None or name not in [field.id for field in fields]:
                    continue
                coding = self.after(edit)
                event = coding.event(wanted.id) if coding is not None else None
                if event is not None and self.is_nearer(
                    name, event.answer(name), wanted
                ):
                    return await self.by_letter(each)
        return False

    def is_nearer(self, name: str, have: Answer, wanted: Event) -> bool:
        """Whether all that an answer holds belongs to the one that is wanted."""
        want = wanted.answer(name)
        if have.proposed or not have.coded or not want.coded:
            return False
        if not set(self.stretches(have)) <= set(self.stretches(want, self.wanted)):
            return False
        items, wants = (
            [*v] if isinstance(v, list) else [v] for v in (have.value, want.value)
        )
        return all(
            any(same_value([v], [w]) or named_alike(v, w) for w in wants) for v in items
        )

    async def all_proposed(self, wanted: Event | Coding, open_: Sequence[str]) -> bool:
        """All that is proposed at once, where several values are and all are right."""
        holder = self.holder(self.screen.record.event_id)
        proposed = [
            r.field.id
            for r in self.screen.record.shown
            if r.answer.proposed and r.field.id in open_
        ]
        answers = holder.answers if isinstance(holder, Coding) else holder.fields
        right = all(
            self.is_welcome(n, holder, wanted) for n, a in answers.items() if a.proposed
        )
        if (
            not proposed
            or not right
            or (len(proposed) == 1 and not self.steps(proposed[0]))
        ):
            return False
        await self.press("ctrl+f")
        return True

    async def rest_not_stated(self, wanted: Event | Coding) -> bool:
        """All that shows and needs words at once, where the sample says of it that it
        is not stated.
        """
        silent = self.screen.filling.rest()[0]
        open_ = [field for field in silent if field.evidence == "required"] or silent
        if not open_ or any(
            wanted.answer(f.id).blank is not Blank.NOT_STATED for f in open_
        ):
            return False
        self.is_supported = False
        await self.press("ctrl+o")
        return True

    def waits(self, name: str, wanted: Event | Coding) -> bool:
        """Whether all links that are missing lead to events that are still to come."""
        want, have = (
            wanted.answer(name),
            self.holder(self.screen.record.event_id).answer(name),
        )
        if name != "linked_to" or not want.coded:
            return False
        left = [link for link in want.value if not (have.coded and link in have.value)]
        return bool(left) and all(
            self.coding.event(link["record"]) is None for link in left
        )

    def article_field(self, name: str) -> Field:
        return next(f for f in self.book.article_fields if f.id == name)

    def holder(self, event_id: str) -> Event | Coding:
        return self.coding.event(event_id) or self.coding

    def steps(self, name: str) -> list[str]:
        """The keys from the record's cursor to a field."""
        record = self.screen.record
        here, goal = record.index, [row.field.id for row in record.rows].index(name)
        last = len(record.rows) - 1
        order = [*range(here + 1, last + 1), *range(here + 1)]
        asked = (
            i
            for i in order
            if (row := record.rows[i]).state in ("empty", "proposed", "wrong")
            and (row.state != "empty" or row.field.required or row.problem is not None)
        )
        ways: list[tuple[int, list[str]]] = [(here, [])]
        reached = {here}
        for at, keys in ways:
            if at == goal:
                break
            arrows = {
                "down": at + 1,
                "up": at - 1,
                "shift+down": at + LEAP,
                "shift+up": at - LEAP,
            }
            for key, there in {**arrows, "home": 0, "end": last}.items():
                if (there := max(0, min(last, there))) not in reached:
                    reached.add(there)
                    ways.append((there, [*keys, key]))
        hops, shortest = list(asked), next(keys for at, keys in ways if at == goal)
        letter = record.rows[goal].field.key
        is_done = self.screen.jumping.is_done
        by_letter = (
            ([letter.upper()] if is_done else ["ctrl+k", letter])
            if letter
            else shortest
        )
        by_hops = ["left"] * (hops.index(goal) + 1) if goal in hops else shortest
        return min(shortest, by_hops, by_letter, key=len)

    def done(
        self, name: str, wanted: Event | Coding, event_id: str | None = None
    ) -> bool:
        event_id = self.screen.record.event_id if event_id is None else event_id
        have, want = self.holder(event_id).answer(name), wanted.answer(name)
        if want.blank in (Blank.MISSING, Blank.NOT_APPLICABLE):
            asked = {
                f.id: f for f in (*self.book.event_fields, *self.book.article_fields)
            }[name]
            return (
                have.state == Blank.MISSING
                or have.value == asked.default
                or asked.type == "bool"
            )
        if want.blank is not None:
            return have.blank is want.blank
        if (
            have.proposed
            or have.blank is not None
            or not same_value(have.value, want.value)
        ):
            return False
        return set(self.stretches(have)) == set(self.stretches(want, self.wanted))

    async def one(self, asked: Field, wanted: Event | Coding) -> None:
        """One step that brings the field under the record's cursor nearer to what is
        wanted.
        """
        have, want = (
            self.holder(self.screen.record.event_id).answer(asked.id),
            wanted.answer(asked.id),
        )
        if want.blank is not None:
            await self.blank(have, want)
        elif have.proposed and self.is_welcome(
            asked.id, self.holder(self.screen.record.event_id), wanted
        ):
            await self.press("space")
        elif await self.again(asked, wanted):
            pass
        elif self.is_strange(have) or self.is_another(asked, have, wanted):
            await self.press("delete")
        elif await self.by_words(asked, have, wanted):
            pass
        elif (
            asked.is_list
            and have.blank is None
            and (over := self.surplus(have.value, want.value))
            and self.value_shares(have, want)
            and not any(named_alike(have.value[n], w) for n in over for w in want.value)
        ):
            await self.take_out(asked, have, want)
        elif (
            missing := self.missing_evidence(asked, have, want)
        ) and not self.comes_first(asked, have, want):
            letters = self.supporting()
            start, end = self.screen.pane.in_view
            unnamed = [
                s
                for s in missing
                if start <= s[1] < end and s not in map(stretch, letters.values())
            ]
            is_begun = letters and self.screen.jumping.title == SUPPORT
            await self.press(
                *(["ctrl+e"] if not letters or (unnamed and not is_begun) else [])
            )
            is_left = have.coded and not same_value(have.value, want.value)
            await self.letters(missing, stay=is_left)
        elif not (have.coded and same_value(have.value, want.value)):
            await self.value(asked, have, want)
        else:
            await self.drop(have, want)

    def supporting(self) -> dict[str, Mark]:
        """The letters that add words to the evidence of the field under the cursor, or
        take them out.
        """
        title, letters = self.screen.jumping.title, self.screen.highlights.letters
        return {
            name: mark
            for name, mark in letters.items()
            if title == SUPPORT
            or (title == DONE and not self.book.is_trigger(mark.kind))
        }

    def is_welcome(
        self, name: str, holder: Event | Coding, wanted: Event | Coding
    ) -> bool:
        """Whether taking what is proposed for a field leads to what is wanted, or is
        that already.
        """
        asked, have, want = (
            self.field_of(name),
            holder.answer(name),
            wanted.answer(name),
        )
        is_right = self.is_right(name, have, wanted)
        return (
            is_right
            or self.is_part(asked, have, want)
            or self.is_begun(asked, have, want)
        )

    def field_of(self, name: str) -> Field:
        return next(
            f
            for f in (*self.book.event_fields, *self.book.article_fields)
            if f.id == name
        )

    def is_part(self, asked: Field, have: Answer, want: Answer) -> bool:
        """Whether several right items are proposed and others come beside them."""
        there = self.stretches(want, self.wanted)
        is_right = asked.is_list and not self.surplus(have.value, want.value)
        return (
            is_right
            and len(have.evidence) > 1
            and all(s in there for s in self.stretches(have))
        )

    def is_begun(self, asked: Field, have: Answer, want: Answer) -> bool:
        """Whether the right value is proposed and the words that it lacks can follow
        from another field.
        """
        there, here = self.stretches(want, self.wanted), self.stretches(have)
        left = [words for words in there if words not in here]
        start, end = self.screen.pane.in_view
        is_right = (
            want.coded
            and same_value(have.value, want.value)
            and all(words in there for words in here)
        )
        is_reached = all(
            start <= words[1] < end and asked.id in self.book.span_kind(words[0]).fields
            for words in left
        )
        return is_right and bool(here) and is_reached

    def is_another(self, asked: Field, have: Answer, wanted: Event | Coding) -> bool:
        """Whether nothing of what is coded stays and words, or a digit alone, give the
        value anew.
        """
        want, there = (
            wanted.answer(asked.id),
            self.stretches(wanted.answer(asked.id), self.wanted),
        )
        if isinstance(wanted, Coding) or have.blank is not None or not have.evidence:
            return False
        digits = self.digits(asked, want.value)
        if digits and not there and 1 + digits < have.proposed + 2 * len(have.evidence):
            return True
        if same_value(have.value, want.value) or {*there} & {*self.stretches(have)}:
            return False
        if asked.is_list and self.value_shares(have, want):
            return False
        is_given = bool(there) and all(
            self.gives_value(asked, words) for words in there
        )
        return not is_given if have.proposed else digits > 0 or is_given

    @staticmethod
    def stands(asked: Field, have: Answer) -> bool:
        """Whether letters give the value evidence and take no other."""
        is_given = have.coded and (have.value != asked.default or bool(have.evidence))
        return is_given and not (asked.is_list and have.evidence)

    def comes_first(self, asked: Field, have: Answer, want: Answer) -> bool:
        """Whether the value is given before its evidence, as letters then give it
        without being asked for.
        """
        if have.evidence or same_value(have.value, want.value) or have.proposed:
            return False
        has_default = asked.default is not None and have.coded
        return asked.is_list or (self.screen.record.by_letter and not has_default)

    def missing_evidence(
        self, asked: Field, have: Answer, want: Answer
    ) -> list[Stretch]:
        """Words to attach; to a proposal that is wrong, or a blank, only when the value
        is there.
        """
        is_wrong = have.proposed and not same_value(have.value, want.value)
        if is_wrong or have.blank is Blank.NOT_STATED:
            return []
        return [
            s
            for s in self.stretches(want, self.wanted)
            if s not in self.stretches(have)
        ]

    async def blank(self, have: Answer, want: Answer) -> None:
        if want.blank is Blank.NOT_STATED:
            filled = not have.proposed and (
                have.value is not None or bool(have.evidence)
            )
            await self.press(*(["delete"] if filled else []), "0")
            await self.press(
                *["0"] * (self.screen.question is not None)
            )  # the 0 before led to this proposal
        else:
            await self.press("delete")

    def is_repeated(self, asked: Field, wanted: Event | Coding) -> bool:
        """Whether the event before says the same."""
        event_id = self.screen.record.event_id
        ids = [e.id for e in self.coding.events]
        before = self.coding.events[: ids.index(event_id)] if event_id else []
        source = next(
            (e for e in reversed(before) if e.answer(asked.id).state != Blank.MISSING),
            None,
        )
        coding = (
            self.after(CopyValues(event_id, source.id, asked))
            if source is not None
            else None
        )
        event = coding.event(event_id) if coding is not None else None
        return event is not None and self.is_right(
            asked.id, event.answer(asked.id), wanted
        )

    async def again(self, asked: Field, wanted: Event | Coding) -> bool:
        """As in the event before, where that says the same."""
        if is_repeated := self.is_repeated(asked, wanted):
            await self.press('"')
            await self.press(
                *['"'] * (self.screen.question is not None)
            )  # before it replaces a value
        return is_repeated

    async def by_words(
        self, asked: Field, have: Answer, wanted: Event | Coding
    ) -> bool:
        """By the letters of words that give the value; several in one go."""
        if isinstance(wanted, Coding) or (wanted.id, asked.id) in self.longer_way:
            return False
        if self.stands(asked, have):
            return False
        held = [] if have.proposed else self.stretches(have)
        coding, useful = self.coding, list[Stretch]()
        for each in self.stretches(wanted.answer(asked.id), self.wanted):
            span = self.span_of(each)
            if each in held or span is None or not self.gives_value(asked, each):
                continue
            after = self.after(Put(self.screen.record.event_id, asked, span), coding)
            now = (
                after.event(self.screen.record.event_id) if after is not None else None
            )
            if after is None or now is None:
                continue
            value, want = now.answer(asked.id).value, wanted.answer(asked.id).value
            items = value if isinstance(value, list) else [value]
            wants = want if isinstance(want, list) else [want]
            is_date = asked.type == "date" and value is not None
            if is_date and self.date_marks(value, want):
                items = wants
            if all(
                any(same_value([v], [w]) or named_alike(v, w) for w in wants)
                for v in items
            ):
                coding, useful = after, [*useful, each]
        if not useful:
            return False
        is_lettered = self.screen.highlights.letters and self.screen.jumping.title in (
            TAKE,
            SUPPORT,
        )
        await self.press(*([] if is_lettered else ["\\"]))
        others = [
            s
            for s in self.stretches(wanted.answer(asked.id), self.wanted)
            if s not in (*useful, *held)
        ]
        if not asked.is_list:  # where the value stands letters support it
            useful, others = [useful[0], *useful[1:], *others], []
        spans = filter(None, map(self.span_of, useful[1:]))
        event = coding.event(wanted.id)
        homes = (
            [field_for(event, span, (), self.screen.session) for span in spans]
            if event
            else []
        )
        start, end = self.screen.pane.in_view
        is_seen = all(start <= words[1] < end for words in useful[1:])
        if (
            asked.is_list
            and not others
            and homes
            and is_seen
            and all(home == asked for home in homes)
        ):
            await self.letters(useful[:1])  # the others from the next field
            return True
        is_whole = same_value(
            coding.event(wanted.id).answer(asked.id).value,
            wanted.answer(asked.id).value,
        )
        await self.letters(useful, stay=bool(others) or not is_whole)
        return True

    async def letters(self, words: Sequence[Stretch], *, stay: bool = False) -> None:
        """One word after the other, by capitals but for the last; stay: the field is
        not left.
        """
        for number, each in enumerate(words, 1):
            is_capital = (
                number < len(words) or stay
            ) and self.screen.jumping.title != DONE
            await self.by_letter(each, is_capital=is_capital)

    def gives_value(self, asked: Field, words: Stretch) -> bool:
        """Whether the letters of a field that takes values are on these words, or would
        be.
        """
        if is_meant_for(words[0], asked, self.book):
            return True
        letters = map(stretch, self.screen.highlights.letters.values())
        is_shown = self.screen.jumping.title == TAKE and words in letters
        return is_shown and has_same_type(words[0], asked, self.book)

    @staticmethod
    def value_shares(have: Answer, want: Answer) -> bool:
        return len(FieldTypist.surplus(have.value, want.value)) < len(have.value)

    async def take_out(self, asked: Field, have: Answer, want: Answer) -> None:
        gone = self.surplus(have.value, want.value)[0]
        await self.press("ctrl+r", *([str(gone + 1)] if len(have.value) > 1 else []))

    async def drop(self, have: Answer, want: Answer) -> None:
        """One piece of evidence too many."""
        there = self.stretches(want, self.wanted)
        number = next(n for n, s in enumerate(self.stretches(have)) if s not in there)
        words = self.stretches(have)[number]
        if words in map(stretch, self.supporting().values()):
            await self.by_letter(words)
            return
        nth = len(have.evidence) + number
        await self.press(
            ",", *([str(nth + 1)] if nth < 9 else [*["down"] * nth, "enter"])
        )

    async def go_to_event(self, event_id: str) -> None:
        ids = ["", *(event.id for event in self.coding.events)]
        far = ids.index(event_id) - ids.index(self.screen.record.event_id)
        around = (
            far % len(ids)
            if far % len(ids) <= len(ids) // 2
            else far % len(ids) - len(ids)
        )
        await self.press(*["]" if around > 0 else "["] * abs(around))
