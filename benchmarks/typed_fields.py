"""How the fields of one record are filled by keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from typist import FREE_TEXT, Stretch, Typist, is_choice, keys_of

from coder.codebook.schema import Field
from coder.errors import CoderError
from coder.model import Answer, Blank, Coding, Event, Json
from coder.service.edits.answer_edits import Put
from coder.service.edits.event_edits import CopyValues
from coder.service.edits.field_values import answer_to, from_list, questions, with_answer, words_of
from coder.values.typed import Choice, parse, same_value, show


class FieldTypist(Typist):
    """Fills what is not as it is wanted, from wherever the record's cursor stands."""

    async def fill(self, event_id: str, wanted: Event | Coding) -> None:
        """What is not as it is wanted, from the first field to the last."""
        stuck: set[str] = set()
        for _ in range(90):
            names = [row.field.id for row in self.screen.record.rows]
            open_ = [
                n for n in names if n not in stuck and not self.done(n, wanted) and not self.waits(n, wanted)
            ]
            if not open_:
                return
            if await self.all_proposed(wanted, open_):
                continue
            todo = min(open_, key=lambda n: (len(self.steps(n)), names.index(n)))
            before = self.coding
            await self.press(*self.steps(todo))
            asked = self.book.event_field(todo) if event_id else self.article_field(todo)
            await self.one(asked, wanted)
            if self.coding == before:
                (stuck if (event_id, todo) in self.longer_way else set[str]()).add(todo)
                self.longer_way.add((event_id, todo))

    async def all_proposed(self, wanted: Event | Coding, open_: Sequence[str]) -> bool:
        """All that is proposed at once, where several values are and all are right."""
        holder = self.holder(self.screen.record.event_id)
        proposed = [n for n in open_ if holder.answer(n).proposed]
        right = all(
            self.is_right(n, answer, wanted) and not self.is_strange(answer)
            for n, answer in holder_answers(holder)
            if answer.proposed
        )
        if len(proposed) < 2 or not right:
            return False
        await self.press("ctrl+f")
        return True

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
        elif await self.again(asked, wanted) or await self.by_words(asked, have, wanted):
            pass
        elif self.is_strange(have):
            await self.press("delete")
        elif (
            asked.is_list
            and have.blank is None
            and (over := self.surplus(have.value, want.value))
            and self.value_shares(have, want)
            and not any(named_alike(have.value[n], w) for n in over for w in want.value)
        ):
            await self.take_out(asked, have, want)
        elif missing := self.missing_evidence(asked, have, want):
            await self.press("ctrl+e")
            await self.letters(missing)
        elif not (have.coded and same_value(have.value, want.value)):
            await self.value(asked, have, want)
        else:
            await self.drop(have, want)

    def missing_evidence(self, asked: Field, have: Answer, want: Answer) -> list[Stretch]:
        """Words to attach; to a proposal that is wrong, or a blank, only when the value is there."""
        is_wrong = have.proposed and not same_value(have.value, want.value)
        if is_wrong or have.blank is Blank.NOT_STATED:
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
            if all(any(same_value([v], [w]) or named_alike(v, w) for w in wants) for v in items):
                coding, useful = after, [*useful, each]
        if not useful:
            return False
        await self.press(*([] if self.screen.highlights.letters else ["\\"]))
        others = [
            s for s in self.stretches(wanted.answer(asked.id), self.wanted) if s not in (*useful, *held)
        ]
        await self.letters(useful, stay=bool(others))
        return True

    async def letters(self, words: Sequence[Stretch], *, stay: bool = False) -> None:
        """One word after the other, with a key before each but the last; stay: the field is not left."""
        if len(words) + stay > 3:
            await self.press("\\", "\\")
        for number, each in enumerate(words, 1):
            if len(words) + stay <= 3 and (number < len(words) or stay):
                await self.press("\\")
            await self.by_letter(each)

    @staticmethod
    def surplus(have: Json, want: Json) -> list[int]:
        items = want if isinstance(want, list) else [want]
        return [n for n, v in enumerate(have or []) if not any(same_value([v], [w]) for w in items)]

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
            await self.choose(lambda choice: choice.id == f"link:{link['record']}:")
            await self.choose(lambda c: c.id == f"link:{link['record']}:{link['relation']}", is_open=True)
            return
        if asked.type in ("actor", "place"):
            await self.name(asked, have, want)
            return
        kind, self.what = self.what, FREE_TEXT if asked.type == "text" else self.what
        text = self.shortest(asked, want.value)
        if have.coded and asked.type == "text":
            await self.press("enter", "ctrl+a")
        await self.type(text)
        self.what = kind

    async def type(self, text: str) -> None:
        """A text into the chooser, which has to be opened first where letters are those of words."""
        is_name = self.screen.scopes()[0] == "jump" and text[0].isalpha()
        await self.press(*(["enter"] if is_name else []), *keys_of(text), "enter")

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
        over = self.surplus(held, want.value)
        left = [w for w in want.value if not any(same_value([w], [h]) for h in held)]
        item = next((w for w in left if over and named_alike(held[over[0]], w)), left[0])
        written = words_of(held[over[0]], have, self.coding) if over else ""
        if over:
            await self.press("enter")
            await self.choose(lambda choice: choice.id == f"item:{over[0]}", is_open=True)
            parts = questions(asked, held[over[0]], self.book)
            differ = [q for q in parts if answer_to(held[over[0]], q) != answer_to(item, q)]
            if (
                len(differ) == 1
                and isinstance(item, dict)
                and same_value([{**held[over[0]], differ[0].id: item.get(differ[0].id)}], [item])
            ):
                await self.choose(lambda choice: choice.id == f"part:{differ[0].id}", is_open=True)
                await self.choose(lambda c: c.id == f"part:{answer_to(item, differ[0])}", is_open=True)
                return
            await self.choose(lambda choice: choice.id == "replace", is_open=True)
        who = item.get("who", item.get("place_id", item.get("name"))) if isinstance(item, dict) else item
        if who is None and "as_written" not in item:
            await self.choose(lambda choice: choice.id == "", is_open=self.screen.chooser.asked is not None)
        elif isinstance(who, str) and self.known(asked, who) and not self.odd_place(asked, item, written):
            await self.choose(lambda choice: choice.id == who, is_open=self.screen.chooser.asked is not None)
        else:
            await self.type(show(asked, [item], self.book, self.screen.lang))
        while self.screen.chooser.asked is not None:
            offered = {c.id.removeprefix("part:") for c in self.screen.chooser.choices}
            who = item.get("who") if isinstance(item, dict) else None
            parts_of = {**(who if isinstance(who, dict) else {}), **(item if isinstance(item, dict) else {})}
            said = [v for v in parts_of.values() if isinstance(v, str) and v in offered]
            if not said:
                await self.press("escape")
                return
            await self.choose(partial(is_choice, f"part:{said[0]}"), is_open=True)

    def known(self, asked: Field, who: str) -> bool:
        lexicon = self.book.lexicon
        return bool(lexicon.actor(who) if asked.type == "actor" else lexicon.place(who))

    def odd_place(self, asked: Field, item: Json, written: str) -> bool:
        """Whether choosing the place and answering what is asked does not give the item as it is wanted."""
        if asked.type != "place":
            return False
        given, parts = from_list(asked, item["place_id"], self.book, written)
        for part in parts:
            given = with_answer(given, part, answer_to(item, part))
        return not same_value([given], [item])

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
        label = "".join(c for c in label if not "\u2066" <= c <= "\u2069")
        for word in {*label.split(), label, *label.removeprefix("ال").split()}:
            for length in range(1, min(6, len(word)) + 1):
                found = task.choices(word[:length])
                at = next((n for n, choice in enumerate(found) if fits(choice)), None)
                if at is not None and not word[0].isdecimal():
                    begun = ["enter"] if self.screen.scopes()[0] == "jump" else []
                    ways.append((*begun, *keys_of(word[:length]), *["down"] * at, "enter"))
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


def holder_answers(holder: Event | Coding) -> list[tuple[str, Answer]]:
    """All that an event or an article holds."""
    return [*(holder.answers if isinstance(holder, Coding) else holder.fields).items()]


def named_alike(one: Json, other: Json) -> bool:
    """Whether two items are named in the same words, whatever else differs."""
    names = []
    for item in (one, other):
        of = item if isinstance(item, dict) else {}
        who = of.get("who") if isinstance(of.get("who"), dict) else of
        names.append(who.get("as_written") or who.get("name"))
    return names[0] is not None and names[0] == names[1]
